//! Zero runs: the gaps between the weights of a layer or a tensor, as symbols of `run_bits` bits (R4).
//!
//! A layer is one sequence of positions, column after column, a tensor is one row-major. A gap of `g` positions before a weight is
//! `g / filler` fillers, each of which skips `filler` positions and has no weight, and then `g % filler`. Gaps go
//! on from a column to the next one, so an empty column costs no symbol of its own.

use super::MAX_RUN_BITS;
use crate::arith::run_symbol;
use crate::bits::BitWriter;
use crate::huffman::{code_lengths, stream_bits, Encoder};

/// Gaps below this are counted in a table, the few longer ones are listed.
const SHORT: usize = 1 << 10;

/// Position of each weight less one more than the position of the weight before.
pub(super) fn gaps(positions: &[u32]) -> impl Iterator<Item = u64> + '_ {
    let mut next = 0;
    positions.iter().map(move |&position| {
        let gap = u64::from(position) - next;
        next = u64::from(position) + 1;
        gap
    })
}

/// Writes the symbols of a gap.
#[inline]
pub(super) fn write_gap(gap: u64, run_bits: u32, encoder: &Encoder, out: &mut BitWriter) {
    let filler = u64::from(run_symbol(run_bits));
    (0..gap / filler).for_each(|_| encoder.write(filler as usize, out));
    encoder.write((gap % filler) as usize, out);
}

/// How often each gap occurs.
pub(super) struct Histogram {
    short: Vec<u64>,
    long: Vec<u64>,
}

impl Histogram {
    /// Of no gaps.
    pub fn new() -> Self {
        Histogram { short: vec![0; SHORT], long: Vec::new() }
    }

    /// Of gaps.
    pub fn of(gaps: impl Iterator<Item = u64>) -> Self {
        let mut histogram = Self::new();
        gaps.for_each(|gap| histogram.add(gap));
        histogram
    }

    /// Counts a gap.
    #[inline]
    pub fn add(&mut self, gap: u64) {
        match usize::try_from(gap).ok().and_then(|gap| self.short.get_mut(gap)) {
            Some(count) => *count += 1,
            None => self.long.push(gap),
        }
    }

    /// Each gap and how often it occurs.
    fn entries(&self) -> Vec<(u64, u64)> {
        let short = self.short.iter().enumerate().map(|(gap, &times)| (gap as u64, times));
        short.filter(|&(_, times)| times > 0).chain(self.long.iter().map(|&gap| (gap, 1))).collect()
    }

    /// How often each symbol of `run_bits` bits occurs.
    pub fn counts(&self, run_bits: u32) -> Vec<u64> {
        symbol_counts(&self.entries(), run_bits)
    }

    /// The width for which stream and code lengths take the fewest bits, the smaller of two such, and the code
    /// lengths.
    pub fn best(&self) -> (u32, Vec<u8>) {
        let entries = self.entries();
        let candidate = |run_bits: u32| {
            let counts = symbol_counts(&entries, run_bits);
            let lengths = code_lengths(&counts);
            (stream_bits(&counts, &lengths) + 4 * lengths.len() as u64, run_bits, lengths)
        };
        let best = (1..=MAX_RUN_BITS).map(candidate).min_by_key(|&(bits, run_bits, _)| (bits, run_bits));
        best.map_or((1, vec![0; 2]), |(_, run_bits, lengths)| (run_bits, lengths))
    }
}

/// Arithmetic on gaps, not a walk over symbols: a long gap has millions of one-bit fillers.
fn symbol_counts(entries: &[(u64, u64)], run_bits: u32) -> Vec<u64> {
    let filler = u64::from(run_symbol(run_bits));
    let mut counts = vec![0; 1 << run_bits];
    for &(gap, times) in entries {
        counts[filler as usize] += times * (gap / filler);
        counts[(gap % filler) as usize] += times;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bits::BitReader;
    use crate::huffman::Decoder;
    use proptest::prelude::*;

    /// Reads back what is written for a gap, with a code of equal lengths.
    fn symbols(gap: u64, run_bits: u32) -> Vec<usize> {
        let lengths = vec![run_bits as u8; 1 << run_bits];
        let mut out = BitWriter::default();
        write_gap(gap, run_bits, &Encoder::new(&lengths), &mut out);
        let bytes = out.finish();
        let (decoder, mut bits) = (Decoder::new(&lengths).unwrap(), BitReader::new(&bytes));
        let count = gap / u64::from(run_symbol(run_bits)) + 1;
        (0..count).map(|_| decoder.read(&mut bits).unwrap()).collect()
    }

    #[test]
    fn a_long_gap_takes_fillers() {
        let of = |gap, run_bits| symbols(gap, run_bits);
        assert_eq!(of(0, 2), [0]);
        assert_eq!(of(2, 2), [2]);
        assert_eq!(of(3, 2), [3, 0]);
        assert_eq!(of(7, 2), [3, 3, 1]);
        assert_eq!(of(2, 1), [1, 1, 0]);
    }

    #[test]
    fn no_gaps_take_one_bit() {
        assert_eq!(Histogram::new().best(), (1, vec![0, 0]));
    }

    proptest! {
        #[test]
        fn counts_are_those_of_the_symbols(gaps in prop::collection::vec(0u64..3000, 0..30), run_bits in 1u32..=8) {
            let mut histogram = Histogram::new();
            let mut counts = vec![0; 1 << run_bits];
            for &gap in &gaps {
                histogram.add(gap);
                symbols(gap, run_bits).into_iter().for_each(|s| counts[s] += 1);
            }
            prop_assert_eq!(histogram.counts(run_bits), counts);
        }
    }
}
