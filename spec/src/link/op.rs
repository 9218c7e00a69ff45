//! The operations in a request's body.
//!
//! An operation begins with a byte: its code ([`WRITE`] and the others) in the low three bits, flags above.
//!
//! | code | bytes that follow | what it does |
//! |---|---|---|
//! | [`WRITE`] | address (4), count (2), width (1), data | writes `count` words |
//! | [`SPARSE`] | address (4), count (2), width (1), gap width (1), data | the same, mostly zeros |
//! | [`READ`] | address (4), count (2), width (1) | reads `count` words |
//! | [`RUN`] | first step (1), last step (1) | starts the steps, waits until the device is not busy |
//! | [`WAIT`] | none | waits until the device is not busy |
//!
//! Numbers of several bytes have the low byte first. Data are the low `width` (1 to 32) bits of one word after the
//! other, without gaps, the highest bit first ([`crate::bits`]); zeros fill the last byte. The address goes up by one
//! with each word; with the flag [`POSITION`] the PE goes up, and after the last PE the offset, which is the order
//! of activations' positions. With [`SIGNED`], a written word's bits above `width` are copies of its highest one.
//!
//! Sparse data are codes of `gap width` (1 to 15) bits. A code below all ones is that many zeros and then a word; all
//! ones is as many zeros and no word. They end when `count` words are written, zeros included.

use crate::bits::{BitReader, BitWriter};
use crate::regs::{ALL_PES, PE_SHIFT};

/// Code of a block of words to write.
pub const WRITE: u8 = 1;
/// Code of a block of words to write that are mostly zeros.
pub const SPARSE: u8 = 2;
/// Code of a block of words to read.
pub const READ: u8 = 3;
/// Code of a run.
pub const RUN: u8 = 4;
/// Code of a wait.
pub const WAIT: u8 = 5;
/// Mask of the code.
pub const CODE_MASK: u8 = 7;
/// Flag: the PE goes up with each word.
pub const POSITION: u8 = 8;
/// Flag: the highest bit of a word fills the bits above.
pub const SIGNED: u8 = 16;
/// All bits that mean something.
pub const KNOWN_BITS: u8 = CODE_MASK | POSITION | SIGNED;

/// Bytes of a [`WRITE`] or [`READ`] before its data.
pub const BLOCK_HEADER: usize = 8;
/// Bytes of a [`SPARSE`] before its data.
pub const SPARSE_HEADER: usize = 9;
/// Widest gap code.
pub const MAX_GAP: u32 = 15;
/// Words of an operation at most.
pub const MAX_COUNT: usize = 0xffff;

/// Where the word after one at an address is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// At the next offset.
    Offset,
    /// In the next PE of so many; after the last one in the first at the next offset.
    Position(u32),
}

impl Order {
    /// The next word's address: what the device does.
    pub fn next(self, address: u32) -> u32 {
        let offset = |by: u32| address & 0xffff_0000 | address.wrapping_add(by) & 0xffff;
        match self {
            Order::Offset => offset(1),
            Order::Position(pes) => {
                let pe = address >> PE_SHIFT & ALL_PES;
                let (pe, by) = if pe + 1 == pes { (0, 1) } else { ((pe + 1) & ALL_PES, 0) };
                offset(by) & !(ALL_PES << PE_SHIFT) | pe << PE_SHIFT
            }
        }
    }

    /// The address `count` words on, from one of a PE that there is.
    pub fn advance(self, address: u32, count: u32) -> u32 {
        match self {
            Order::Offset => address & !0xffff | address.wrapping_add(count) & 0xffff,
            Order::Position(pes) => {
                let pe = (address >> PE_SHIFT & ALL_PES) + count;
                let offset = address.wrapping_add(pe / pes) & 0xffff;
                address & !(ALL_PES << PE_SHIFT | 0xffff) | (pe % pes) << PE_SHIFT | offset
            }
        }
    }

    fn flag(self) -> u8 {
        match self {
            Order::Offset => 0,
            Order::Position(_) => POSITION,
        }
    }
}

/// How the words of a block are written down, and what that takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Coding {
    /// Bits of a word.
    pub width: u32,
    /// Whether the highest one is a sign.
    pub signed: bool,
    /// Bits of a gap, none if every word is written down.
    pub gap: Option<u32>,
    /// Bits of all of it.
    pub bits: usize,
}

impl Coding {
    /// The shortest one.
    pub fn shortest(words: &[u32]) -> Self {
        let unsigned = (32 - words.iter().fold(0, |all, &w| all | w).leading_zeros()).max(1);
        // A number and its sign's copies: what is left are the bits that matter.
        let signed = 33 - words.iter().fold(0, |all, &w| all | (w as i32 ^ (w as i32 >> 31))).leading_zeros();
        let (width, signed) = if signed < unsigned { (signed, true) } else { (unsigned, false) };
        let mut best = Coding { width, signed, gap: None, bits: words.len() * width as usize };
        let runs = ZeroRuns::of(words);
        for gap in 1..=MAX_GAP {
            let bits = (runs.codes(gap) * gap + runs.values * width) as usize;
            let coding = Coding { width, signed, gap: Some(gap), bits };
            if coding.size() < best.size() {
                best = coding;
            }
            // No wider gap can take fewer codes than there are values.
            let least = (runs.values * (gap + 1 + width)).div_ceil(8) as usize + SPARSE_HEADER;
            if least >= best.size() {
                break;
            }
        }
        best
    }

    /// Bytes of the whole operation.
    pub fn size(&self) -> usize {
        self.header() + self.bits.div_ceil(8)
    }

    /// Bytes of the operation before its data.
    pub fn header(&self) -> usize {
        if self.gap.is_some() {
            SPARSE_HEADER
        } else {
            BLOCK_HEADER
        }
    }
}

/// Shows each word that is not zero and the number of zeros before it: the number of zeros behind the last one.
///
/// First their places, without a branch for each word: which words are zero is not to be guessed.
fn each_value(words: &[u32], mut show: impl FnMut(u32, u32)) -> u32 {
    const BLOCK: usize = 128;
    let mut places = [0u8; BLOCK];
    let mut zeros = 0;
    for block in words.chunks(BLOCK) {
        let mut count = 0;
        for (place, &word) in block.iter().enumerate() {
            places[count] = place as u8;
            count += usize::from(word != 0);
        }
        let mut next = 0;
        for &place in &places[..count] {
            show(zeros + u32::from(place) - next, block[usize::from(place)]);
            zeros = 0;
            next = u32::from(place) + 1;
        }
        zeros += block.len() as u32 - next;
    }
    zeros
}

/// Runs of zeros before each word that is not zero, counted once for all widths of a gap.
struct ZeroRuns {
    /// Words that are not zero.
    values: u32,
    /// How many runs have so many zeros.
    short: [u32; ZeroRuns::SHORT],
    /// All-ones codes of longer runs, by the gap's width.
    long: [u32; MAX_GAP as usize + 1],
    /// Zeros at the end.
    last: u32,
}

impl ZeroRuns {
    const SHORT: usize = 64;

    fn of(words: &[u32]) -> Self {
        let mut runs = ZeroRuns { values: 0, short: [0; Self::SHORT], long: [0; MAX_GAP as usize + 1], last: 0 };
        let last = each_value(words, |zeros, _| {
            runs.values += 1;
            match runs.short.get_mut(zeros as usize) {
                Some(count) => *count += 1,
                None => (1..=MAX_GAP).for_each(|gap| runs.long[gap as usize] += zeros / ((1 << gap) - 1)),
            }
        });
        runs.last = last;
        runs
    }

    /// Gap codes of so many bits that it takes.
    fn codes(&self, gap: u32) -> u32 {
        let most = (1u32 << gap) - 1;
        let short =
            self.short.iter().zip(0..).skip(most as usize).map(|(&count, zeros): (_, u32)| count * (zeros / most));
        self.values + short.sum::<u32>() + self.long[gap as usize] + self.last.div_ceil(most)
    }
}

/// Appends an operation that writes words.
///
/// # Panics
/// No words, or more than [`MAX_COUNT`].
pub fn write(body: &mut Vec<u8>, address: u32, order: Order, words: &[u32], coding: Coding) {
    assert!((1..=MAX_COUNT).contains(&words.len()), "{} words in an operation", words.len());
    let signed = if coding.signed { SIGNED } else { 0 };
    body.push(order.flag() | signed | if coding.gap.is_some() { SPARSE } else { WRITE });
    body.extend(address.to_le_bytes());
    body.extend((words.len() as u16).to_le_bytes());
    body.push(coding.width as u8);
    body.extend(coding.gap.map(|gap| gap as u8));
    let mut data = BitWriter::onto(std::mem::take(body));
    match coding.gap {
        None => words.iter().for_each(|&w| data.push(w, coding.width)),
        Some(gap) => {
            let most = (1u32 << gap) - 1;
            // What is left of a run after whole codes of `most` zeros.
            let rest = |data: &mut BitWriter, zeros: u32| {
                (0..zeros / most).for_each(|_| data.push(most, gap));
                zeros % most
            };
            let last = each_value(words, |zeros, word| {
                let zeros = if zeros < most { zeros } else { rest(&mut data, zeros) };
                data.push(zeros, gap);
                data.push(word, coding.width);
            });
            let zeros = rest(&mut data, last);
            if zeros > 0 {
                data.push(most, gap);
            }
        }
    }
    *body = data.finish();
}

/// Appends an operation that reads words of `width` bits.
pub fn read(body: &mut Vec<u8>, address: u32, order: Order, count: u16, width: u32) {
    body.push(READ | order.flag());
    body.extend(address.to_le_bytes());
    body.extend(count.to_le_bytes());
    body.push(width as u8);
}

/// Appends a run of steps.
pub fn run(body: &mut Vec<u8>, first: u8, last: u8) {
    body.extend([RUN, first, last]);
}

/// Appends a wait.
pub fn wait(body: &mut Vec<u8>) {
    body.push(WAIT);
}

/// Bytes that a read of so many words of `width` bits gives.
pub fn reply_bytes(count: usize, width: u32) -> usize {
    (count * width as usize).div_ceil(8)
}

/// The words of one read in a reply, and the bytes after them; none if there are too few.
pub fn take_words(reply: &[u8], count: usize, width: u32) -> Option<(Vec<u32>, &[u8])> {
    let mut words = vec![0; count];
    let rest = read_words(reply, width, &mut words)?;
    Some((words, rest))
}

/// [`take_words`] into words that there are: the bytes after them; none if there are too few.
pub fn read_words<'a>(reply: &'a [u8], width: u32, words: &mut [u32]) -> Option<&'a [u8]> {
    let (mine, rest) = reply.split_at_checked(reply_bytes(words.len(), width))?;
    let mut bits = BitReader::new(mine);
    words.iter_mut().for_each(|word| *word = bits.read(width));
    Some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::regs::{address, Region};

    #[test]
    fn addresses_go_up() {
        for (order, first) in [(Order::Offset, 0x4001_fffe), (Order::Position(3), address(Region::Activation, 1, 7))]
        {
            let mut at = first;
            for count in 0..10 {
                assert_eq!(order.advance(first, count), at, "{order:?}");
                at = order.next(at);
            }
        }
        let at = Order::Position(3).advance(address(Region::Activation, 2, 7), 1);
        assert_eq!(at, address(Region::Activation, 0, 8));
    }

    #[test]
    fn the_shortest_coding_is_chosen() {
        let coding = |words: &[u32]| Coding::shortest(words);
        let dense = coding(&[1, 2, 3, 255]);
        assert_eq!((dense.width, dense.signed, dense.gap, dense.bits), (8, false, None, 32));
        let signed = coding(&[-1i32 as u32, 3]);
        assert_eq!((signed.width, signed.signed), (3, true));
        assert_eq!(coding(&[u32::MAX, 1 << 31]).width, 32);
        assert_eq!(coding(&[0]).width, 1);
        let mut sparse = vec![0; 500];
        sparse[400] = 77;
        let found = coding(&sparse);
        assert!(found.gap.is_some() && found.bits < 60, "{found:?}");
        // What is counted is what is written.
        for words in [sparse, vec![0; 3], vec![0, 0, 5, 0, 9]] {
            for gap in [None, Some(1), Some(2), Some(6)] {
                let mut body = Vec::new();
                let any = Coding { gap, width: 7, signed: false, bits: 0 };
                write(&mut body, 0, Order::Offset, &words, any);
                assert!(body.len() > any.header());
            }
            let best = coding(&words);
            let mut body = Vec::new();
            write(&mut body, 0, Order::Offset, &words, best);
            assert_eq!(body.len(), best.header() + best.bits.div_ceil(8));
        }
    }
}
