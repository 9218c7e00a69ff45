//! Which positions have a weight.

use super::coder::Coder;
use super::predict::{Counter, Mixer};
use super::{Behind, PLACES};
use crate::container::weights::Grid;

/// Twice the binary logarithm of a positive number, in steps of a half.
#[inline]
fn half_octaves(n: u64) -> usize {
    let whole = n.ilog2();
    (2 * whole + (n << 1 >> whole & 1) as u32) as usize
}

/// Context of a density: `kept` of `seen` positions. Below 256.
#[inline]
fn density(seen: u64, kept: u64) -> usize {
    128 + half_octaves(seen + 8) - half_octaves(2 * kept + 1)
}

/// Codes one bit a position, up to the last weight. `truth` is what an encoder writes.
pub(super) fn places(
    coder: &mut impl Coder,
    grid: &Grid,
    kept: usize,
    period: u32,
    truth: &[u32],
) -> Result<Vec<u32>, &'static str> {
    let expected = (kept as u64 * 65536 / grid.total.max(1)).clamp(64, 65472) as u16;
    let counters = |n: usize| vec![Counter::new(expected); n];
    let mut by_place = counters(grid.line.clamp(1, PLACES) as usize);
    let (mut by_line, mut by_lines, mut by_neighbours) = (counters(256), counters(256), counters(32));
    let mut mixer = Mixer::<4>::new(4);
    let mut behind = [1, 2, period, period + 1, period - 1].map(|n| Behind::new(grid, n));
    let mut positions: Vec<u32> = Vec::new();
    // Place in the line, weights in the line so far, length of the line before and its weights.
    let (mut place, mut here, mut length_before, mut before) = (0, 0, 0, 0);
    let mut position = 0;
    while positions.len() < kept {
        if position == grid.total {
            return Err("fewer weights than their number says");
        }
        let mut neighbours = 0;
        for (bit, b) in behind.iter_mut().enumerate() {
            neighbours |= usize::from(b.find(&positions, position).is_some()) << bit;
        }
        let contexts = [
            &mut by_place[(place % PLACES) as usize],
            &mut by_line[density(place, here)],
            &mut by_lines[density(place + length_before, here + before)],
            &mut by_neighbours[neighbours],
        ];
        let bit = truth.get(positions.len()).is_some_and(|&p| u64::from(p) == position);
        if mixer.code(coder, neighbours.count_ones().min(3) as usize, contexts, bit)? {
            positions.push(position as u32);
            here += 1;
        }
        position += 1;
        place += 1;
        if place == grid.line {
            (place, here, length_before, before) = (0, 0, grid.line, here);
        }
    }
    Ok(positions)
}
