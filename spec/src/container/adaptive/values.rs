//! The codes of the weights.

use super::coder::Coder;
use super::predict::{Counter, Mixer};
use super::{Behind, PLACES};
use crate::container::weights::Grid;

/// Classes of codes as a context, and one for no code.
const CLASSES: usize = 9;

/// Codes the codes of the weights, each from its highest bit down. `truth` is what an encoder writes.
pub(super) fn values(
    coder: &mut impl Coder,
    grid: &Grid,
    period: u32,
    positions: &[u32],
    truth: &[u8],
) -> Result<Vec<u8>, &'static str> {
    let width = (grid.codes - 1).checked_ilog2().map_or(0, |bits| bits + 1);
    let counters = |contexts: usize| vec![Counter::new(1 << 15); contexts << width];
    let (mut alone, mut by_last, mut by_pair) = (counters(1), counters(CLASSES), counters(CLASSES * CLASSES));
    let mut by_mean = counters(2 * CLASSES);
    let mut mixer = Mixer::<4>::new(2);
    let class = |code: u8| 1 + usize::from(code) * (CLASSES - 1) / grid.codes;
    let mut behind = [1, period, 2, period - 1, period + 1].map(|n| Behind::new(grid, n));
    // Class of the last code at each place in a line, or, where neighbours are in the line, of the last in it.
    let mut last = vec![0u8; if grid.neighbour == 1 { 1 } else { grid.line.clamp(1, PLACES) as usize }];
    let (mut codes, mut line): (Vec<u8>, u64) = (Vec::with_capacity(positions.len()), 0);
    for (k, &position) in positions.iter().enumerate() {
        let position = u64::from(position);
        if grid.neighbour == 1 && position / grid.line != line {
            (line, last[0]) = (position / grid.line, 0);
        }
        let last = &mut last[if grid.neighbour == 1 { 0 } else { (position % grid.line % PLACES) as usize }];
        let near = behind.each_mut().map(|b| b.find(positions, position).map_or(0, |i| class(codes[i])));
        let (sum, count) = (near.iter().sum::<usize>(), near.iter().filter(|&&class| class > 0).count());
        let size = 1 << width;
        let tables = [
            &mut alone[..],
            &mut by_last[usize::from(*last) * size..][..size],
            &mut by_pair[(near[0] * CLASSES + near[1]) * size..][..size],
            // Twice the mean, rounded down.
            &mut by_mean[2 * sum / count.max(1) * size..][..size],
        ];
        let code = symbol(coder, &mut mixer, tables, width, grid.codes, truth.get(k))?;
        *last = class(code) as u8;
        codes.push(code);
    }
    Ok(codes)
}

/// Codes one code below `size`: `tables` have a counter for each start of it. A bit that must be zero is left away.
#[inline]
fn symbol(
    coder: &mut impl Coder,
    mixer: &mut Mixer<4>,
    tables: [&mut [Counter]; 4],
    width: u32,
    size: usize,
    truth: Option<&u8>,
) -> Result<u8, &'static str> {
    let truth = usize::from(truth.copied().unwrap_or(0));
    let [a, b, c, d] = tables;
    let mut code = 0;
    for below in (0..width).rev() {
        code <<= 1;
        if (code | 1) << below < size {
            // The bits so far behind a one: different for each start.
            let node = code >> 1 | 1 << (width - 1 - below);
            let counters = [&mut a[node], &mut b[node], &mut c[node], &mut d[node]];
            let bit = truth >> below & 1 == 1;
            code |= usize::from(mixer.code(coder, usize::from(below + 1 == width), counters, bit)?);
        }
    }
    Ok(code as u8)
}
