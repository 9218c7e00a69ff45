//! What a device is asked to do in one go. Memory is kept from one use to the next.

use eie_spec::link::op::Order;
use std::ops::Range;

/// A part of a transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Op<'a> {
    /// Writes words, at least one.
    Write {
        /// Of the first one.
        address: u32,
        /// Where the others go.
        order: Order,
        /// The words.
        words: &'a [u32],
    },
    /// Starts steps and waits for their end.
    Run {
        /// First step.
        first: u8,
        /// Last step.
        last: u8,
        /// Cycles that this takes at most.
        cycles: u64,
    },
    /// Waits until the device is not busy.
    Wait {
        /// Cycles that this takes at most.
        cycles: u64,
    },
    /// Reads words.
    Read {
        /// Of the first one.
        address: u32,
        /// Where the others are.
        order: Order,
        /// Low bits of each that matter, 1 to 32: the rest reads as zero.
        width: u32,
        /// Where the words belong among all results.
        results: Range<usize>,
    },
}

/// An operation with its words elsewhere.
#[derive(Clone, Debug)]
enum Item {
    Write { address: u32, order: Order, words: Range<usize> },
    Run { first: u8, last: u8, cycles: u64 },
    Wait { cycles: u64 },
    Read { address: u32, order: Order, width: u32, results: Range<usize> },
}

/// Operations in their order, the words that they write, and those that they read.
#[derive(Clone, Debug, Default)]
pub struct Transaction {
    items: Vec<Item>,
    words: Vec<u32>,
    results: Vec<u32>,
}

impl Transaction {
    /// With nothing to do.
    pub fn new() -> Self {
        Self::default()
    }

    /// Nothing to do any more.
    pub fn clear(&mut self) {
        self.items.clear();
        self.words.clear();
        self.results.clear();
    }

    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Words to write.
    pub fn words(&self) -> usize {
        self.words.len()
    }

    /// Adds a write of words; nothing if there are none.
    pub fn write(&mut self, address: u32, order: Order, words: impl IntoIterator<Item = u32>) {
        self.write_with(address, order, |all| all.extend(words));
    }

    /// [`Transaction::write`] of words that `fill` appends.
    pub(crate) fn write_with(&mut self, address: u32, order: Order, fill: impl FnOnce(&mut Vec<u32>)) {
        let start = self.words.len();
        fill(&mut self.words);
        if self.words.len() > start {
            self.items.push(Item::Write { address, order, words: start..self.words.len() });
        }
    }

    /// Adds a write of one word.
    pub fn write_word(&mut self, address: u32, word: u32) {
        self.write(address, Order::Offset, [word]);
    }

    /// Adds words at any addresses, as blocks of addresses that follow each other.
    pub fn write_blocks(&mut self, words: &mut dyn Iterator<Item = (u32, u32)>) {
        let mut next = None;
        for (at, word) in words {
            let end = self.words.len();
            self.words.push(word);
            match self.items.last_mut() {
                Some(Item::Write { words, .. }) if next == Some(at) => words.end = end + 1,
                _ => self.items.push(Item::Write { address: at, order: Order::Offset, words: end..end + 1 }),
            }
            next = Some(Order::Offset.next(at));
        }
    }

    /// Adds a run of steps, which takes so many cycles at most.
    pub fn run(&mut self, first: u8, last: u8, cycles: u64) {
        self.items.push(Item::Run { first, last, cycles });
    }

    /// Adds a wait until the device is not busy, for so many cycles at most.
    pub fn wait(&mut self, cycles: u64) {
        self.items.push(Item::Wait { cycles });
    }

    /// Adds a read of `count` words of `width` bits: where they will be among the results.
    pub fn read(&mut self, address: u32, order: Order, count: usize, width: u32) -> Range<usize> {
        let results = self.results.len()..self.results.len() + count;
        self.results.resize(results.end, 0);
        self.items.push(Item::Read { address, order, width, results: results.clone() });
        results
    }

    /// Adds all of another one that only writes.
    pub fn append(&mut self, other: &Transaction) {
        let base = self.words.len();
        self.words.extend_from_slice(&other.words);
        self.items.extend(other.items.iter().filter_map(|item| match item {
            Item::Write { address, order, words } => {
                let words = base + words.start..base + words.end;
                Some(Item::Write { address: *address, order: *order, words })
            }
            _ => None,
        }));
    }

    /// All words read, in the order of the reads.
    pub fn results(&self) -> &[u32] {
        &self.results
    }

    /// The operations, and the place for what they read: for who carries them out.
    pub fn parts(&mut self) -> (impl Iterator<Item = Op<'_>> + Clone, &mut [u32]) {
        let words = &self.words[..];
        let ops = self.items.iter().map(move |item| match item {
            Item::Write { address, order, words: at } => {
                Op::Write { address: *address, order: *order, words: &words[at.clone()] }
            }
            Item::Run { first, last, cycles } => Op::Run { first: *first, last: *last, cycles: *cycles },
            Item::Wait { cycles } => Op::Wait { cycles: *cycles },
            Item::Read { address, order, width, results } => {
                Op::Read { address: *address, order: *order, width: *width, results: results.clone() }
            }
        });
        (ops, &mut self.results)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_joined_and_kept_apart() {
        let mut t = Transaction::new();
        t.write_blocks(&mut [(5, 1), (6, 2), (9, 3), (10, 4), (5, 5)].into_iter());
        let mut other = Transaction::new();
        other.write_word(1, 7);
        other.append(&t);
        let blocks: Vec<(u32, Vec<u32>)> = other
            .parts()
            .0
            .map(|op| match op {
                Op::Write { address, words, .. } => (address, words.to_vec()),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(blocks, [(1, vec![7]), (5, vec![1, 2]), (9, vec![3, 4]), (5, vec![5])]);
        let first = other.read(3, Order::Offset, 4, 8);
        let second = other.read(3, Order::Offset, 1, 8);
        assert_eq!((first, second, other.results().len()), (0..4, 4..5, 5));
    }
}
