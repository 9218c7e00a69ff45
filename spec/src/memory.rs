//! Which memories a device has, and which of them are block RAM: one rule for the hardware, the estimate and the tests that
//! count them.

use crate::arith::CODES;
use crate::config::{Config, BLOCK_BITS, BLOCK_WORDS};
use crate::timing::OFFERS;

/// Largest depth of a memory that is put into LUTs where there is a choice.
pub const LUT_DEPTH: usize = 64;

/// Whether a memory can be so deep: a power of two, or any number of block RAMs of two words in each of theirs.
pub const fn is_depth(words: usize) -> bool {
    words.is_power_of_two() || (words > 0 && words.is_multiple_of(2 * BLOCK_WORDS))
}

/// Bits of an address of so many words.
pub const fn address_bits(words: usize) -> u32 {
    words.next_power_of_two().ilog2()
}

/// Rows that the LUTs of one slice hold: a deeper memory has a choice between LUTs behind it.
pub const LUT_ROWS: usize = 16;

/// Largest depth of a memory that a device without memories in LUTs makes of flip-flops.
pub const LOGIC_DEPTH: usize = 2;

/// What a device's memories can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// ECP5: distributed RAM, and block RAMs both of whose ports read.
    TwoPorts,
    /// Distributed RAM, and block RAM as any synthesiser infers it.
    Luts,
    /// Block RAM only.
    BlocksOnly,
}

/// Memories of a PE (or of its share of a cluster), as depth and width.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Memories {
    /// In block RAM.
    pub block: Vec<(usize, usize)>,
    /// In LUTs.
    pub luts: Vec<(usize, usize)>,
    /// With a single port.
    pub single: Vec<(usize, usize)>,
}

impl Memories {
    /// Of one PE.
    pub fn of_pe(config: &Config, kind: Kind) -> Self {
        let mut memories = Memories::default();
        if config.compact {
            memories.single.push((config.single_depth(), 16));
            let sums = (config.acc_depth, config.acc_bits as usize);
            memories.block.extend([(2 * config.code_words(), 16), sums, (config.act_depth, 16)]);
            return memories;
        }
        let entry_bits = config.entry_bits() as usize;
        let pointer_bits = config.ptr_bits() as usize;
        let codes = (config.codebooks * CODES, 16);
        if kind == Kind::TwoPorts && config.codes_with_weights() {
            memories.block.push((2 * BLOCK_WORDS, BLOCK_BITS));
        } else {
            memories.block.push((config.weight_depth, entry_bits));
            memories.put(codes, kind);
        }
        if kind == Kind::TwoPorts && config.biases_with_pointers() {
            memories.block.push((2 * BLOCK_WORDS, config.pointer_blocks() * BLOCK_BITS));
        } else {
            memories.block.push((config.ptr_depth, pointer_bits));
            memories.put((config.bias_depth, 32), kind);
        }
        memories.put((config.act_depth, 16), kind);
        let sums = (config.acc_depth, config.acc_bits as usize);
        if config.sums_in_luts() && kind != Kind::BlocksOnly {
            memories.luts.extend([sums; 2]);
        } else {
            memories.put(sums, kind);
            memories.put(sums, kind);
        }
        // The queue's two memories, which are in LUTs at any depth if there are any.
        let queue = [(config.queue_depth, pointer_bits), (config.queue_depth, 18)];
        if kind == Kind::BlocksOnly { &mut memories.block } else { &mut memories.luts }.extend(queue);
        memories
    }

    /// Of one cluster: counters, and offers.
    pub fn of_cluster(config: &Config, kind: Kind) -> Self {
        let mut memories = Memories::default();
        if config.compact {
            memories.block.push((4 * config.max_steps, 32));
            return memories;
        }
        let counters = (2 * config.lanes().next_power_of_two(), 32);
        for memory in [counters, counters, (OFFERS as usize, 16 + config.ptr_depth.ilog2() as usize)] {
            memories.put(memory, kind);
        }
        memories
    }

    /// Where a memory goes that may be in LUTs if it is not deep.
    fn put(&mut self, memory: (usize, usize), kind: Kind) {
        if memory.0 > LUT_DEPTH || (kind == Kind::BlocksOnly && memory.0 > LOGIC_DEPTH) {
            self.block.push(memory);
        } else {
            self.luts.push(memory);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accumulators_are_in_luts_where_that_is_asked_for_and_there_are_any() {
        let mut params = Config::for_pes(16).unwrap().params();
        (params.acc_depth, params.bias_depth) = (2 * LUT_DEPTH, 2 * LUT_DEPTH);
        let in_blocks = Config::new(params.clone()).unwrap();
        params.acc_in_luts = true;
        let in_luts = Config::new(params).unwrap();
        assert_ne!(in_blocks.hash(), in_luts.hash());
        let sums = (2 * LUT_DEPTH, in_luts.acc_bits as usize);
        let count = |config: &Config, kind| {
            let memories = Memories::of_pe(config, kind);
            let of = |memories: &[(usize, usize)]| memories.iter().filter(|&&m| m == sums).count();
            (of(&memories.block), of(&memories.luts))
        };
        assert_eq!(count(&in_blocks, Kind::TwoPorts), (2, 0));
        assert_eq!(count(&in_luts, Kind::TwoPorts), (0, 2));
        assert_eq!(count(&in_luts, Kind::BlocksOnly), (2, 0));
    }
}
