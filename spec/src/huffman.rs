//! Canonical Huffman codes: only the code lengths are stored; codes are given in the order of length, then
//! symbol (as in DEFLATE, RFC 1951, section 3.2.2).

use crate::bits::{BitReader, BitWriter};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Longest code. Four bits store a length; 0 stands for a symbol that does not occur.
pub const MAX_LENGTH: u32 = 15;
/// Most symbols of an alphabet.
pub const MAX_SYMBOLS: usize = 1 << 8;

/// Code lengths for symbols that occur this often; 0 where never. A symbol that is the only one has length 1,
/// so that a stream's bits always bound its symbols.
///
/// The lengths are those of Huffman's algorithm, where of equal counts the older node is taken first: leaves in
/// the order of their symbols, then inner nodes as they are made. If a code comes out longer than
/// [`MAX_LENGTH`], all counts are halved, rounding up, until none does. A reader relies on this: it refuses
/// other lengths.
pub fn code_lengths(counts: &[u64]) -> Vec<u8> {
    let mut counts = counts.to_vec();
    loop {
        let lengths = unlimited(&counts);
        if lengths.iter().all(|&l| u32::from(l) <= MAX_LENGTH) {
            return lengths;
        }
        counts.iter_mut().for_each(|c| *c = c.div_ceil(2));
    }
}

fn unlimited(counts: &[u64]) -> Vec<u8> {
    const ROOT: usize = usize::MAX;
    let used: Vec<usize> = (0..counts.len()).filter(|&s| counts[s] > 0).collect();
    let mut parents = vec![ROOT; used.len()];
    let mut heap: BinaryHeap<_> = used.iter().enumerate().map(|(node, &s)| Reverse((counts[s], node))).collect();
    while heap.len() > 1 {
        let (Some(Reverse((a, left))), Some(Reverse((b, right)))) = (heap.pop(), heap.pop()) else { break };
        let node = parents.len();
        parents.push(ROOT);
        (parents[left], parents[right]) = (node, node);
        heap.push(Reverse((a + b, node)));
    }
    // Parents come after their children, so one pass from the root down gives all depths.
    let mut depths = vec![0u8; parents.len()];
    for node in (0..parents.len()).rev().filter(|&n| parents[n] != ROOT) {
        depths[node] = depths[parents[node]].saturating_add(1);
    }
    let mut lengths = vec![0; counts.len()];
    used.iter().zip(depths).for_each(|(&symbol, depth)| lengths[symbol] = depth.max(1));
    lengths
}

/// Bits of a stream in which the symbols occur this often.
pub fn stream_bits(counts: &[u64], lengths: &[u8]) -> u64 {
    counts.iter().zip(lengths).map(|(&c, &l)| c * u64::from(l)).sum()
}

/// Bits below which no code for these counts can come: their entropy.
pub fn entropy_bits(counts: &[u64]) -> f64 {
    let total = counts.iter().sum::<u64>() as f64;
    let of = |&c: &u64| if c == 0 { 0.0 } else { c as f64 * (total / c as f64).log2() };
    counts.iter().map(of).sum()
}

/// Codes of these lengths, in canonical order; 0 where the length is 0.
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
    #[inline]
    pub fn write(&self, symbol: usize, out: &mut BitWriter) {
        out.push(self.codes[symbol], self.lengths[symbol].into());
    }
}

/// Reads symbols through a table of all bit patterns of the longest code's length.
pub struct Decoder {
    width: u32,
    /// `symbol << 4 | length`; 0 where no code fits. Two bytes an entry, so that the table stays in the cache.
    table: Vec<u16>,
}

impl Decoder {
    /// Checks the lengths: a complete prefix code, or one symbol of length 1, or none at all.
    ///
    /// # Errors
    /// A sentence about what is wrong with the lengths.
    pub fn new(lengths: &[u8]) -> Result<Self, &'static str> {
        if lengths.len() > MAX_SYMBOLS {
            return Err("the alphabet is too large");
        }
        let width: u32 = lengths.iter().copied().max().unwrap_or(0).into();
        if width > MAX_LENGTH {
            return Err("a code is too long");
        }
        let used = lengths.iter().filter(|&&l| l > 0);
        let space: u64 = used.clone().map(|&l| 1 << (MAX_LENGTH - u32::from(l))).sum();
        let full = 1 << MAX_LENGTH;
        match used.count() {
            0 => {}
            1 if width == 1 => {}
            1 => return Err("the only symbol's code is longer than one bit"),
            _ if space > full => return Err("the code is over-subscribed"),
            _ if space < full => return Err("the code is incomplete"),
            _ => {}
        }
        let mut table = vec![0; 1usize << width];
        for (symbol, (&length, code)) in lengths.iter().zip(codes(lengths)).enumerate() {
            if length > 0 {
                let span = 1usize << (width - u32::from(length));
                table[code as usize * span..][..span].fill((symbol as u16) << 4 | u16::from(length));
            }
        }
        Ok(Decoder { width, table })
    }

    /// The next symbol; none if no code has these bits.
    #[inline]
    pub fn read(&self, bits: &mut BitReader) -> Option<usize> {
        if self.width == 0 {
            return None;
        }
        let entry = self.table[bits.peek(self.width) as usize];
        let length = u32::from(entry & 15);
        bits.take(length);
        (length > 0).then_some(usize::from(entry >> 4))
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
        assert_eq!(code_lengths(&[]), []);
        assert_eq!(code_lengths(&[3, 3]), [1, 1]);
    }

    #[test]
    fn equal_counts_are_taken_oldest_first() {
        assert_eq!(code_lengths(&[1, 1, 1]), [2, 2, 1]);
        // Leaf 2 is older than the node above leaves 0 and 1, so it is merged first.
        assert_eq!(code_lengths(&[1, 1, 2, 3]), [3, 3, 2, 1]);
    }

    #[test]
    fn fibonacci_counts_are_limited() {
        let mut counts = vec![1u64, 1];
        (2..40).for_each(|i| counts.push(counts[i - 1] + counts[i - 2]));
        assert!(unlimited(&counts).iter().any(|&l| u32::from(l) > MAX_LENGTH));
        let lengths = code_lengths(&counts);
        assert!(lengths.iter().all(|&l| (1..=15).contains(&l)));
        assert!(Decoder::new(&lengths).is_ok());
        assert!((stream_bits(&counts, &lengths) as f64) < 1.01 * stream_bits(&counts, &unlimited(&counts)) as f64);
    }

    #[test]
    fn codes_are_those_of_rfc_1951() {
        // The example of section 3.2.2.
        let expected = [0b010, 0b011, 0b100, 0b101, 0b110, 0b00, 0b1110, 0b1111];
        assert_eq!(codes(&[3, 3, 3, 3, 3, 2, 4, 4]), expected);
    }

    #[test]
    fn bad_lengths_are_refused() {
        assert_eq!(Decoder::new(&[1, 1, 1]).err(), Some("the code is over-subscribed"));
        assert_eq!(Decoder::new(&[1, 2]).err(), Some("the code is incomplete"));
        assert_eq!(Decoder::new(&[2]).err(), Some("the only symbol's code is longer than one bit"));
        assert_eq!(Decoder::new(&[16]).err(), Some("a code is too long"));
        assert_eq!(Decoder::new(&[8; 257]).err(), Some("the alphabet is too large"));
        assert!(Decoder::new(&[8; 256]).is_ok());
        assert!(Decoder::new(&[0, 1]).is_ok());
    }

    #[test]
    fn bits_of_no_code_are_refused() {
        assert_eq!(Decoder::new(&[0, 1]).unwrap().read(&mut BitReader::new(&[0x80])), None);
        assert_eq!(Decoder::new(&[0, 0]).unwrap().read(&mut BitReader::new(&[0x80])), None);
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

        #[test]
        fn any_counts_give_a_code_near_the_entropy(logs in prop::collection::vec(0u32..34, 2..256)) {
            let counts: Vec<u64> = logs.iter().map(|&l| (1u64 << l) - 1).collect();
            let lengths = code_lengths(&counts);
            prop_assert!(Decoder::new(&lengths).is_ok());
            let total = counts.iter().sum::<u64>() as f64;
            let (bits, least) = (stream_bits(&counts, &lengths) as f64, entropy_bits(&counts));
            prop_assert!(bits >= least - 1e-6 * least && bits <= least + 1.1 * total + 1.0, "{} {}", bits, least);
        }
    }
}
