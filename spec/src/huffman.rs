//! Canonical Huffman codes: only the code lengths are stored; codes are given in the order of length, then
//! symbol (as in DEFLATE, RFC 1951, section 3.2.2).

use crate::bits::{BitReader, BitWriter};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Longest code. Four bits store a length; 0 stands for a symbol that does not occur.
pub const MAX_LENGTH: u32 = 15;

/// Code lengths for symbols that occur this often; 0 where never. A symbol that is the only one has length 1.
pub fn code_lengths(counts: &[u64]) -> Vec<u8> {
    let mut counts = counts.to_vec();
    loop {
        let lengths = unlimited(&counts);
        if lengths.iter().all(|&l| u32::from(l) <= MAX_LENGTH) {
            return lengths;
        }
        // Flatten the distribution until the longest code is short enough.
        counts.iter_mut().filter(|c| **c > 0).for_each(|c| *c = c.div_ceil(2));
    }
}

fn unlimited(counts: &[u64]) -> Vec<u8> {
    let mut lengths = vec![0u8; counts.len()];
    let mut parents: Vec<usize> = Vec::new();
    let mut heap = BinaryHeap::new();
    let used: Vec<usize> = (0..counts.len()).filter(|&s| counts[s] > 0).collect();
    for (node, &symbol) in used.iter().enumerate() {
        heap.push(Reverse((counts[symbol], node)));
        parents.push(usize::MAX);
    }
    while let (Some(Reverse((a, left))), Some(Reverse((b, right)))) = (heap.pop(), heap.pop()) {
        let node = parents.len();
        parents.push(usize::MAX);
        parents[left] = node;
        parents[right] = node;
        heap.push(Reverse((a + b, node)));
        if heap.len() == 1 {
            break;
        }
    }
    for (node, &symbol) in used.iter().enumerate() {
        let mut at = node;
        while parents[at] != usize::MAX {
            at = parents[at];
            lengths[symbol] = lengths[symbol].saturating_add(1);
        }
        lengths[symbol] = lengths[symbol].max(1);
    }
    lengths
}

/// Codes of these lengths, in canonical order; none where the length is 0.
fn codes(lengths: &[u8]) -> Vec<u32> {
    let mut codes = vec![0; lengths.len()];
    let mut code = 0;
    for length in 1..=MAX_LENGTH as u8 {
        for symbol in (0..lengths.len()).filter(|&s| lengths[s] == length) {
            codes[symbol] = code;
            code += 1;
        }
        code <<= 1;
    }
    codes
}

/// Writes symbols.
pub struct Encoder {
    lengths: Vec<u8>,
    codes: Vec<u32>,
}

impl Encoder {
    /// The code with these lengths.
    pub fn new(lengths: &[u8]) -> Self {
        Encoder { lengths: lengths.to_vec(), codes: codes(lengths) }
    }

    /// Writes a symbol that has a code.
    pub fn write(&self, symbol: usize, out: &mut BitWriter) {
        out.push(self.codes[symbol], self.lengths[symbol].into());
    }
}

/// Reads symbols through a table of all bit patterns of the longest code's length.
pub struct Decoder {
    width: u32,
    /// Symbol and code length; length 0 where no code fits.
    table: Vec<(u16, u8)>,
}

impl Decoder {
    /// Checks the lengths: a complete prefix code, or one symbol of length 1, or none at all.
    pub fn new(lengths: &[u8]) -> Result<Self, &'static str> {
        let width = lengths.iter().copied().max().unwrap_or(0).into();
        if width > MAX_LENGTH {
            return Err("a code is too long");
        }
        let space: u64 = lengths.iter().filter(|&&l| l > 0).map(|&l| 1 << (MAX_LENGTH - u32::from(l))).sum();
        let full = 1 << MAX_LENGTH;
        let used = lengths.iter().filter(|&&l| l > 0).count();
        match (used, space) {
            (0, _) => {}
            (1, _) if width == 1 => {}
            (_, s) if s == full => {}
            (_, s) if s > full => return Err("the code is over-subscribed"),
            _ => return Err("the code is incomplete"),
        }
        let mut table = vec![(0, 0); 1usize << width];
        for (symbol, (&length, code)) in lengths.iter().zip(codes(lengths)).enumerate() {
            if length > 0 {
                let span = 1usize << (width - u32::from(length));
                table[code as usize * span..][..span].fill((symbol as u16, length));
            }
        }
        Ok(Decoder { width, table })
    }

    /// The next symbol; none if no code has these bits.
    pub fn read(&self, bits: &mut BitReader) -> Option<usize> {
        if self.width == 0 {
            return None;
        }
        let (symbol, length) = self.table[bits.peek(self.width) as usize];
        bits.take(length.into());
        (length > 0).then_some(symbol.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lengths_are_optimal_for_powers_of_two() {
        assert_eq!(code_lengths(&[8, 4, 2, 1, 1, 0]), [1, 2, 3, 4, 4, 0]);
        assert_eq!(code_lengths(&[0, 7, 0]), [0, 1, 0]);
        assert_eq!(code_lengths(&[0, 0]), [0, 0]);
        assert_eq!(code_lengths(&[3, 3]), [1, 1]);
    }

    #[test]
    fn fibonacci_counts_are_limited() {
        let mut counts = vec![1u64, 1];
        (2..40).for_each(|i| counts.push(counts[i - 1] + counts[i - 2]));
        let lengths = code_lengths(&counts);
        assert!(lengths.iter().all(|&l| (1..=15).contains(&l)));
        assert!(Decoder::new(&lengths).is_ok());
    }

    #[test]
    fn bad_lengths_are_refused() {
        assert_eq!(Decoder::new(&[1, 1, 1]).err(), Some("the code is over-subscribed"));
        assert_eq!(Decoder::new(&[1, 2]).err(), Some("the code is incomplete"));
        assert_eq!(Decoder::new(&[2]).err(), Some("the code is incomplete"));
        assert!(Decoder::new(&[0, 1]).is_ok());
    }

    proptest! {
        #[test]
        fn symbols_round_trip(symbols in prop::collection::vec(0usize..40, 0..300)) {
            let mut counts = vec![0; 40];
            symbols.iter().for_each(|&s| counts[s] += 1);
            let lengths = code_lengths(&counts);
            let encoder = Encoder::new(&lengths);
            let mut out = BitWriter::default();
            symbols.iter().for_each(|&s| encoder.write(s, &mut out));
            let bytes = out.finish();
            let decoder = Decoder::new(&lengths).unwrap();
            let mut bits = BitReader::new(&bytes);
            for &s in &symbols {
                prop_assert_eq!(decoder.read(&mut bits), Some(s));
            }
            prop_assert_eq!(bits.finish(), Ok(()));
        }
    }
}
