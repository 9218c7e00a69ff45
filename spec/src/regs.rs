//! The device's memory map: 32-bit words behind 32-bit addresses of `region | pe | offset`.
//!
//! Writes are posted, one a cycle; after a pointer or a bias, a compact array takes none in the next cycle. Reads answer
//! after a fixed number of cycles. Memories may be written only while the device is not busy.

use crate::arith::Activation;

/// Changes with every incompatible change of this map or of the arithmetic.
pub const INTERFACE_VERSION: u32 = 2;
/// What [`IDENT`] reads: "EIE" and [`INTERFACE_VERSION`].
pub const IDENT_VALUE: u32 = 0x4549_4500 | INTERFACE_VERSION;

/// Bit position of the region in an address.
pub const REGION_SHIFT: u32 = 28;
/// Bit position of the PE in an address.
pub const PE_SHIFT: u32 = 16;
/// In the PE field of a write: every PE.
pub const ALL_PES: u32 = 0xfff;

/// What a word of the address space is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Region {
    /// Registers of the device ([`IDENT`] and the others). The PE field is ignored.
    Control = 0,
    /// Column pointers of a PE: write only.
    Pointer = 1,
    /// Weight entries of a PE: write only.
    Weight = 2,
    /// Bias words of a PE ([`crate::arith::bias_word`]): write only.
    Bias = 3,
    /// Activations of a PE, 16 bits, sign not extended: read and write.
    Activation = 4,
    /// Codebooks, 16 words each: write only, usually to [`ALL_PES`].
    Codebook = 5,
    /// Step descriptors, [`STEP_WORDS`] words each: write only. The PE field is ignored.
    Step = 6,
    /// Counters of a PE: read only, [`COUNTER_BUSY`] and [`COUNTER_STALLED`].
    Counter = 7,
}

/// Address of a word.
pub const fn address(region: Region, pe: u32, offset: u32) -> u32 {
    ((region as u32) << REGION_SHIFT) | (pe << PE_SHIFT) | offset
}

/// Control register, read: [`IDENT_VALUE`].
pub const IDENT: u32 = address(Region::Control, 0, 0);
/// Control register, read: [`crate::config::Config::hash`].
pub const CONFIG_HASH: u32 = address(Region::Control, 0, 1);
/// Control register, read: bit 0 busy.
pub const STATUS: u32 = address(Region::Control, 0, 2);
/// Control register, read: cycles busy with runs since the counters were cleared.
pub const CYCLES: u32 = address(Region::Control, 0, 3);
/// Control register, read: those of [`CYCLES`] in which weights could be worked on: from the start until every PE
/// is through with the last step's weights. Only the last step's drain is outside.
pub const COMPUTE_CYCLES: u32 = address(Region::Control, 0, 4);
/// Control register, write: bits 7..0 first step, bits 15..8 last step; starts the run.
pub const START: u32 = address(Region::Control, 0, 5);
/// Control register, write: any value stops, empties the queues and clears the accumulators.
pub const RESET: u32 = address(Region::Control, 0, 6);
/// Control register, write: any value clears all counters.
pub const CLEAR_COUNTERS: u32 = address(Region::Control, 0, 7);

/// Offset of a PE's counter of cycles in which it issued a weight entry.
pub const COUNTER_BUSY: u32 = 0;
/// Offset of a PE's counter of cycles in which its queue was almost full, which holds the broadcast.
pub const COUNTER_STALLED: u32 = 1;

/// Words of a step descriptor.
pub const STEP_WORDS: u32 = 4;

/// One layer, or a part of one, as the sequencer runs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// First input activation in every PE's memory.
    pub src_base: u16,
    /// Input activations in each PE: scanned from `src_base` on.
    pub groups: u16,
    /// First pointer of the layer. Input `g` of the PE that is the `i`th of its column group has pointer
    /// `ptr_base + g * lanes + i`, with `lanes` PEs in a group ([`crate::config::Config::row_lanes`]).
    pub ptr_base: u16,
    /// Rows of each PE: a multiple of the number of column groups.
    pub slots: u16,
    /// First output activation in every PE's memory.
    pub dst_base: u16,
    /// First bias in the memory of every PE of the first column group.
    pub bias_base: u16,
    /// Which codebook.
    pub codebook: u8,
    /// Requantising shift (R5), 0 to 30.
    pub shift: u8,
    /// What follows the shift.
    pub activation: Activation,
    /// Whether to drain: the accumulators keep their sums for the next step if not.
    pub drain: bool,
    /// Whether the inputs are results of the step before: the scan follows its drain.
    pub follows: bool,
    /// Whether the inputs are results of the step before that one: the scan waits until they are all written.
    pub after: bool,
    /// Logarithm of the number of column groups: the columns are split over `1 << split` groups of clusters, whose
    /// sums the drain adds up.
    pub split: u8,
}

/// Bit position of the shift in word 3 of a step.
pub const STEP_SHIFT_BIT: u32 = 8;
/// Bit position of the ReLU flag in word 3 of a step.
pub const STEP_RELU_BIT: u32 = 16;
/// Bit position of the drain flag in word 3 of a step.
pub const STEP_DRAIN_BIT: u32 = 17;
/// Bit position of the flag of a step that follows a drain, in word 3 of a step.
pub const STEP_FOLLOWS_BIT: u32 = 18;
/// Bit position of the flag of a step whose inputs the step before the last one gave, in word 3 of a step.
pub const STEP_AFTER_BIT: u32 = 22;
/// Bit position of the logarithm of the number of column groups (three bits) in word 3 of a step.
pub const STEP_SPLIT_BIT: u32 = 19;

/// Bit position of the accumulators' bank in the value of a marker; its codebook is in the bits below. A marker is
/// what the sequencer broadcasts before a step's activations.
pub const MARKER_BANK_BIT: u32 = 8;

impl Step {
    /// The descriptor's words.
    pub fn encode(&self) -> [u32; STEP_WORDS as usize] {
        let pair = |low: u16, high: u16| u32::from(low) | u32::from(high) << 16;
        [
            pair(self.src_base, self.groups),
            pair(self.ptr_base, self.slots),
            pair(self.dst_base, self.bias_base),
            u32::from(self.codebook)
                | u32::from(self.shift) << STEP_SHIFT_BIT
                | u32::from(self.activation == Activation::Relu) << STEP_RELU_BIT
                | u32::from(self.drain) << STEP_DRAIN_BIT
                | u32::from(self.follows) << STEP_FOLLOWS_BIT
                | u32::from(self.after) << STEP_AFTER_BIT
                | u32::from(self.split) << STEP_SPLIT_BIT,
        ]
    }

    /// The step that the words describe, as the sequencer understands them.
    pub fn decode(words: &[u32; STEP_WORDS as usize]) -> Self {
        let [a, b, c, d] = *words;
        let relu = d >> STEP_RELU_BIT & 1 == 1;
        Step {
            src_base: a as u16,
            groups: (a >> 16) as u16,
            ptr_base: b as u16,
            slots: (b >> 16) as u16,
            dst_base: c as u16,
            bias_base: (c >> 16) as u16,
            codebook: d as u8,
            shift: (d >> STEP_SHIFT_BIT & 31) as u8,
            activation: if relu { Activation::Relu } else { Activation::Identity },
            drain: d >> STEP_DRAIN_BIT & 1 == 1,
            follows: d >> STEP_FOLLOWS_BIT & 1 == 1,
            after: d >> STEP_AFTER_BIT & 1 == 1,
            split: (d >> STEP_SPLIT_BIT & 7) as u8,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_round_trip() {
        let step = Step {
            src_base: 1,
            groups: 2,
            ptr_base: 0xffff,
            slots: 4,
            dst_base: 5,
            bias_base: 6,
            codebook: 63,
            shift: 30,
            activation: Activation::Relu,
            drain: true,
            follows: true,
            after: true,
            split: 5,
        };
        assert_eq!(Step::decode(&step.encode()), step);
        let other =
            Step { activation: Activation::Identity, drain: false, follows: false, after: false, shift: 0, ..step };
        assert_eq!(Step::decode(&other.encode()), other);
        assert_ne!(other.encode(), step.encode());
    }

    #[test]
    fn regions_do_not_overlap() {
        let all = [IDENT, CONFIG_HASH, STATUS, CYCLES, COMPUTE_CYCLES, START, RESET, CLEAR_COUNTERS];
        for (i, a) in all.iter().enumerate() {
            assert!(all[i + 1..].iter().all(|b| a != b));
        }
        assert_eq!(address(Region::Weight, 3, 5), 0x2003_0005);
    }
}
