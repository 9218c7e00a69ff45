//! The adaptive codec: whether a position has a weight, and which code, bit by bit, each with a probability that is
//! learnt from what came before. In the spirit of DeepCABAC (Wiedemann et al., 2020), with contexts that suit a
//! pruned matrix: rows and columns are unevenly filled, and weights of neighbouring pixels go together.

mod coder;
mod places;
mod predict;
mod values;

use super::weights::Grid;
use coder::{Decoder, Encoder};
use places::places;
use values::values;

/// Positions and kept weights that a byte of both streams may stand for, so that work and memory are bounded by the
/// file's size. What needs more is written with Huffman's codes.
const POSITIONS_PER_BYTE: u64 = 512;
const WEIGHTS_PER_BYTE: u64 = 64;
/// Positions that a kept weight may stand for: spares a writer long walks through what is nearly empty.
const POSITIONS_PER_WEIGHT: u64 = 1024;
/// What short streams may stand for, in positions and weights, on top.
const ALLOWANCE: u64 = 1 << 12;
/// Counters for places in a line; places further out share them.
const PLACES: u64 = 1 << 16;
/// Periods that are tried, in neighbours.
pub(super) const PERIODS: std::ops::RangeInclusive<u32> = 2..=64;
/// Weights that the period is found from.
const SAMPLE: usize = 1 << 14;

/// Both streams.
#[derive(Debug, PartialEq)]
pub(super) struct Streams {
    pub period: u32,
    pub runs: Vec<u8>,
    pub codes: Vec<u8>,
}

/// Whether a reader would accept streams of these sizes.
///
/// # Errors
/// What there is too much of, and how much there may be.
pub(super) fn limits(grid: &Grid, kept: u64, runs: usize, codes: usize) -> Result<(), (&'static str, u64, u64)> {
    let bytes = runs as u64 + codes as u64;
    let limit = |what, found, most| if found > most { Err((what, found, most)) } else { Ok(()) };
    limit("number of weights", kept, WEIGHTS_PER_BYTE * bytes + ALLOWANCE)?;
    let most = (POSITIONS_PER_BYTE * bytes).min(POSITIONS_PER_WEIGHT * kept) + ALLOWANCE;
    limit("number of positions", grid.total, most)
}

/// The streams; none if they would be beyond [`limits`].
pub(super) fn encode(grid: &Grid, positions: &[u32], codes: &[u8]) -> Option<Streams> {
    let kept = positions.len() as u64;
    if grid.total > POSITIONS_PER_WEIGHT * kept + ALLOWANCE {
        return None;
    }
    let period = period(grid, positions);
    let (mut runs, mut coded) = (Encoder::new(), Encoder::new());
    places(&mut runs, grid, kept as usize, period, positions).ok()?;
    values(&mut coded, grid, period, positions, codes).ok()?;
    let streams = Streams { period, runs: runs.finish(), codes: coded.finish() };
    limits(grid, kept, streams.runs.len(), streams.codes.len()).ok()?;
    Some(streams)
}

/// The positions of `kept` weights.
///
/// # Errors
/// A sentence about bytes that no writer gives.
pub(super) fn decode_positions(
    grid: &Grid,
    kept: usize,
    period: u32,
    bytes: &[u8],
) -> Result<Vec<u32>, &'static str> {
    let mut decoder = Decoder::new(bytes);
    let positions = places(&mut decoder, grid, kept, period, &[])?;
    decoder.finish()?;
    Ok(positions)
}

/// The codes of the weights at these positions.
///
/// # Errors
/// As [`decode_positions`].
pub(super) fn decode_codes(
    grid: &Grid,
    period: u32,
    positions: &[u32],
    bytes: &[u8],
) -> Result<Vec<u8>, &'static str> {
    let mut decoder = Decoder::new(bytes);
    let codes = values(&mut decoder, grid, period, positions, &[])?;
    decoder.finish()?;
    Ok(codes)
}

/// The distance, in neighbours, at which most of the first weights have another one; the smallest of several.
pub(super) fn period(grid: &Grid, positions: &[u32]) -> u32 {
    let sample = &positions[..positions.len().min(SAMPLE)];
    let pairs = |period: u32| {
        let mut behind = Behind::new(grid, period);
        sample.iter().filter(|&&p| behind.find(sample, p.into()).is_some()).count()
    };
    let (mut best, mut most) = (*PERIODS.start(), 0);
    for period in PERIODS {
        let pairs = pairs(period);
        if pairs > most {
            (best, most) = (period, pairs);
        }
    }
    best
}

/// Looks for a weight at a fixed distance behind positions that ascend.
struct Behind {
    distance: u64,
    next: usize,
    /// Where the weight `next` is found from; 0 before the first one.
    reach: u64,
}

impl Behind {
    fn new(grid: &Grid, neighbours: u32) -> Self {
        Behind { distance: grid.neighbour * u64::from(neighbours), next: 0, reach: 0 }
    }

    /// The index of that weight.
    #[inline]
    fn find(&mut self, positions: &[u32], position: u64) -> Option<usize> {
        while self.reach < position {
            let behind = self.next + usize::from(self.reach > 0);
            (self.next, self.reach) = match positions.get(behind) {
                Some(&p) => (behind, u64::from(p) + self.distance),
                None => return None,
            };
        }
        (self.reach == position && position > 0).then_some(self.next)
    }
}
