//! The parameters of a device, validated once; every other number is derived from them.

use crate::arith::{self, CODE_BITS, MAX_ACC_BITS, MIN_ACC_BITS};
use crate::memory::{address_bits, is_depth, LUT_DEPTH};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// PEs of the largest cluster.
pub const CLUSTER: usize = 8;
/// Largest number of PEs: the bus has 12 bits for a PE, all ones means "all of them".
pub const MAX_PES: usize = 256;
/// Words of the widest block RAM with two ports that read, and half of their bits: what ECP5 has.
pub const BLOCK_WORDS: usize = 1024;
/// Bits of half a word.
pub const BLOCK_BITS: usize = 9;
/// Words of the largest memory with a single port: what iCE40 UltraPlus has.
pub const SINGLE_WORDS: usize = 1 << 14;
/// Clusters at most.
pub const MAX_CLUSTERS: usize = 32;
/// Activations that can be on their way to a queue when it reports that it is almost full, and one kept in hand; without
/// [`Params::relays`].
pub const QUEUE_SLACK: usize = crate::timing::QUEUE_SLACK as usize;

/// A parameter out of its range.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name} is {value}, expected {expected}")]
pub struct ConfigError {
    /// The parameter.
    pub name: &'static str,
    /// The value found.
    pub value: usize,
    /// What it may be.
    pub expected: String,
}

/// The free parameters of a device. [`Config::new`] checks them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// Processing elements: 1 to 8, or a multiple of 8 up to 256.
    pub pes: usize,
    /// PEs of a cluster (2, 4 or 8, or all there are if fewer), which share one broadcast register, one non-zero
    /// detector and one read multiplexer. Smaller ones send more activations a cycle: a column group is a cluster
    /// at least.
    pub cluster: usize,
    /// Activations each PE holds (inputs and outputs of all resident layers), a power of two.
    pub act_depth: usize,
    /// Columns each PE holds pointers for, a power of two.
    pub ptr_depth: usize,
    /// Weight entries each PE holds, a power of two.
    pub weight_depth: usize,
    /// Accumulators (rows of one layer) of each PE, a power of two.
    pub acc_depth: usize,
    /// Biases (rows of all resident layers) of each PE, a power of two.
    pub bias_depth: usize,
    /// Steps that run in a row without the host, a layer of a vector each; a power of two.
    pub max_steps: usize,
    /// Codebooks each PE holds, one for each resident layer; a power of two.
    pub codebooks: usize,
    /// Entries of each activation queue, a power of two.
    pub queue_depth: usize,
    /// Bits of a weight entry's run (R4).
    pub run_bits: u32,
    /// Bits of an accumulator (R3).
    pub acc_bits: u32,
    /// The array for small devices: up to 8 PEs, one step after the other, and in each PE one memory with a single port for
    /// weights, pointers and biases.
    #[serde(default)]
    pub compact: bool,
    /// Accumulators in LUTs where there are memories of LUTs, however deep: block RAMs are left to weights.
    #[serde(default)]
    pub acc_in_luts: bool,
    /// A register more on each way from the clusters to arbiter and sequencer and from there to the broadcast: for an array
    /// that is as large as a device. Queues hold the broadcast two items earlier.
    #[serde(default)]
    pub relays: bool,
    /// For an array so small that its wires are short, and that is to be soon through with small layers: clusters without
    /// registers on the broadcast and on results, and what else saves a cycle for a level of logic
    /// ([`NEAR`](crate::timing::NEAR)).
    #[serde(default)]
    pub near: bool,
}

/// Valid [`Params`]. Derived numbers are methods.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Config(Params);

impl std::ops::Deref for Config {
    type Target = Params;
    fn deref(&self) -> &Params {
        &self.0
    }
}

impl Config {
    /// Checks every parameter's range and the relations between them.
    pub fn new(p: Params) -> Result<Self, ConfigError> {
        let fail = |name, value, expected: &str| Err(ConfigError { name, value, expected: expected.to_owned() });
        let lanes_ok =
            (1..=CLUSTER).contains(&p.pes) || (p.pes.is_multiple_of(CLUSTER) && (CLUSTER..=MAX_PES).contains(&p.pes));
        if !lanes_ok {
            return fail("pes", p.pes, "1 to 8, or a multiple of 8 up to 256");
        }
        if ![2, 4, 8].contains(&p.cluster) || (p.pes > p.cluster && !p.pes.is_multiple_of(p.cluster)) {
            return fail("cluster", p.cluster, "2, 4 or 8, and a divisor of pes");
        }
        if p.pes > MAX_CLUSTERS * p.cluster {
            return fail("cluster", p.cluster, "at most 32 clusters");
        }
        let depths = [
            ("act_depth", p.act_depth, 4, 1 << 14),
            ("ptr_depth", p.ptr_depth, 16, 1 << 16),
            ("weight_depth", p.weight_depth, 16, 1 << 16),
            ("acc_depth", p.acc_depth, 2, 1 << 12),
            ("bias_depth", p.bias_depth, 2, 1 << 14),
            ("max_steps", p.max_steps, 1, 1 << 6),
            ("codebooks", p.codebooks, 1, 1 << 6),
            ("queue_depth", p.queue_depth, 16, 1 << 9),
        ];
        for (name, value, min, max) in depths {
            // Weights are what memory is for: they may take a number of block RAMs that is no power of two.
            let (fits, blocks) = match name {
                "weight_depth" => (is_depth(value), format!(", or a multiple of {},", 2 * BLOCK_WORDS)),
                _ => (value.is_power_of_two(), String::new()),
            };
            if !fits || !(min..=max).contains(&value) {
                return fail(name, value, &format!("a power of two{blocks} from {min} to {max}"));
            }
        }
        if p.weight_depth < 2 * p.acc_depth {
            return fail("weight_depth", p.weight_depth, "at least twice acc_depth, so that any column fits");
        }
        if p.bias_depth < p.acc_depth {
            return fail("bias_depth", p.bias_depth, "at least acc_depth");
        }
        if p.ptr_depth < p.pes {
            return fail("ptr_depth", p.ptr_depth, "at least the number of PEs");
        }
        if !(2..=8).contains(&p.run_bits) {
            return fail("run_bits", p.run_bits as usize, "2 to 8");
        }
        if !(MIN_ACC_BITS..=MAX_ACC_BITS).contains(&p.acc_bits) {
            return fail("acc_bits", p.acc_bits as usize, "32 to 48");
        }
        let config = Config(p);
        if config.compact {
            if config.clusters() > 1 {
                return fail("pes", config.pes, "one cluster in a compact array");
            }
            if config.relays {
                return fail("relays", 1, "none in a compact array, which has no clusters");
            }
            if config.near {
                return fail("near", 1, "none in a compact array, which has no clusters");
            }
            let words = config.single_depth();
            if words > SINGLE_WORDS {
                return fail("weight_depth", words, "at most 16384 words of weights, pointers and biases together");
            }
            if config.entry_bits() > 16 {
                return fail("run_bits", config.run_bits as usize, "2 to 8");
            }
        }
        if config.near && config.relays {
            return fail("near", 1, "none in an array with relays, whose wires are long");
        }
        if config.ptr_bits() > 32 {
            return fail("weight_depth", config.weight_depth, "no more than 32 bits for a column's start and length");
        }
        Ok(config)
    }

    /// Depths that hold LeNet-300-100 whole at any number of PEs; larger models run in tiles.
    pub fn for_pes(pes: usize) -> Result<Self, ConfigError> {
        let per_pe = |total: usize, min: usize| total.div_ceil(pes.max(1)).next_power_of_two().max(min);
        Self::new(Params {
            pes,
            // A small array has small layers, which are bound by the broadcast.
            cluster: if pes.is_multiple_of(4) && pes < 32 { 4 } else { CLUSTER },
            act_depth: per_pe(2048, 32),
            ptr_depth: 2048,
            weight_depth: per_pe(32768, 1024),
            acc_depth: per_pe(1024, 16),
            bias_depth: per_pe(1024, 16),
            max_steps: 32,
            codebooks: 8,
            queue_depth: 32,
            run_bits: 5,
            acc_bits: 40,
            compact: false,
            acc_in_luts: false,
            relays: false,
            near: false,
        })
    }

    /// PEs in each cluster.
    pub fn lanes(&self) -> usize {
        self.pes.min(self.cluster)
    }

    /// Number of clusters.
    pub fn clusters(&self) -> usize {
        self.pes / self.lanes()
    }

    /// Largest logarithm of the number of column groups: groups are whole clusters, as many in each.
    pub fn max_split(&self) -> u32 {
        self.clusters().trailing_zeros()
    }

    /// PEs of a column group, each with rows of its own, where columns are split over `1 << split` groups.
    pub fn row_lanes(&self, split: u32) -> usize {
        self.pes >> split
    }

    /// The PE that is number `lane` of column group `group`. Clusters take turns in being of a group.
    pub fn pe_of(&self, lane: usize, group: usize, split: u32) -> usize {
        let (row, column) = (lane / self.lanes(), lane % self.lanes());
        ((row << split) + group) * self.lanes() + column
    }

    /// Number within its column group, and the group, of a PE.
    pub fn lane_of(&self, pe: usize, split: u32) -> (usize, usize) {
        let (cluster, column) = (pe / self.lanes(), pe % self.lanes());
        ((cluster >> split) * self.lanes() + column, cluster & ((1 << split) - 1))
    }

    /// Bits of a weight entry: run and code.
    pub fn entry_bits(&self) -> u32 {
        self.run_bits + CODE_BITS
    }

    /// Bits of a column's start address.
    pub fn start_bits(&self) -> u32 {
        address_bits(self.weight_depth)
    }

    /// Bits of a column's length: up to `acc_depth` entries and as many fillers, less one.
    pub fn len_bits(&self) -> u32 {
        self.acc_depth.ilog2() + 1
    }

    /// Bits of a column pointer: start, then length.
    pub fn ptr_bits(&self) -> u32 {
        self.start_bits() + self.len_bits()
    }

    /// Longest run of skipped rows that one entry bridges.
    pub fn max_run(&self) -> usize {
        arith::run_symbol(self.run_bits) as usize - 1
    }

    /// On a device with block RAMs of two ports, the codebooks are in the weights' block RAM: their words are read through
    /// the port through which the host writes, and are in the half that the weights leave free.
    pub fn codes_with_weights(&self) -> bool {
        self.entry_bits() as usize <= BLOCK_BITS
            && self.weight_depth.div_ceil(2) + self.codebooks * arith::CODES <= BLOCK_WORDS
    }

    /// Likewise, the biases are in the last words of the pointers' block RAMs. There are fewer [`Config::pointers`] then.
    pub fn biases_with_pointers(&self) -> bool {
        !self.compact
            && self.ptr_depth == 2 * BLOCK_WORDS
            && (BLOCK_BITS + 1..=3 * BLOCK_BITS).contains(&(self.ptr_bits() as usize))
            && 8 * self.bias_depth <= self.ptr_depth
    }

    /// Where a device has memories of LUTs, the accumulators are in them, and else in block RAM.
    pub fn sums_in_luts(&self) -> bool {
        self.acc_in_luts || self.acc_depth <= LUT_DEPTH
    }

    /// Block RAMs beside each other that hold pointers as many as a word of theirs has halves.
    pub fn pointer_blocks(&self) -> usize {
        (self.ptr_bits() as usize).div_ceil(BLOCK_BITS)
    }

    /// Pointers that a PE can have.
    pub fn pointers(&self) -> usize {
        self.ptr_depth - if self.biases_with_pointers() { 2 * self.bias_depth } else { 0 }
    }

    /// In a compact array, where a PE's memory of 16-bit words has its pointers, two words each; weights are before them.
    pub fn pointer_place(&self) -> usize {
        self.weight_depth.next_multiple_of(2 * self.ptr_depth)
    }

    /// Likewise, where it has its biases, two words each.
    pub fn bias_place(&self) -> usize {
        (self.pointer_place() + 2 * self.ptr_depth).next_multiple_of(2 * self.bias_depth)
    }

    /// Words of that memory.
    pub fn single_depth(&self) -> usize {
        self.bias_place() + 2 * self.bias_depth
    }

    /// In a compact array, the words of codebooks in a PE's second memory: as many as of its queue, two for each column.
    pub fn code_words(&self) -> usize {
        (self.codebooks * arith::CODES).max(2 * self.queue_depth)
    }

    /// Queue fill at which a PE asks the broadcast to wait.
    pub fn queue_limit(&self) -> usize {
        self.queue_depth - self.queue_slack()
    }

    /// Activations that can be on their way to a queue when it reports that it is almost full, and one kept in hand.
    pub fn queue_slack(&self) -> usize {
        // With relays, of the broadcast and of the flag; the broadcast's register is not there in an array of short wires.
        QUEUE_SLACK + 2 * self.relay() as usize - self.saved() as usize
    }

    /// Registers more on each way that has a relay: [`RELAY`](crate::timing::RELAY), or none without
    /// [`Params::relays`].
    pub fn relay(&self) -> u64 {
        if self.relays {
            crate::timing::RELAY
        } else {
            0
        }
    }

    /// Cycles that are saved where an array of short wires saves one: [`NEAR`](crate::timing::NEAR), or none without
    /// [`Params::near`].
    pub fn saved(&self) -> u64 {
        if self.near {
            crate::timing::NEAR
        } else {
            0
        }
    }

    /// Identifies the configuration on the device: the first four bytes of the SHA-256 of all parameters.
    pub fn hash(&self) -> u32 {
        let text = format!("eie-{} {}", crate::regs::INTERFACE_VERSION, self.text());
        let digest = Sha256::digest(text.as_bytes());
        u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]])
    }

    /// All parameters in words. A device without what came later keeps the text, and the hash, that it had before.
    pub fn text(&self) -> String {
        let later = [", compact: false", ", acc_in_luts: false", ", relays: false", ", near: false"];
        later.iter().fold(format!("{:?}", self.0), |text, absent| text.replace(absent, ""))
    }

    /// The parameters, to change some of them and validate again.
    pub fn params(&self) -> Params {
        self.0.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_valid_for_every_size() {
        for pes in (1..=8).chain((16..=MAX_PES).step_by(8)) {
            let c = Config::for_pes(pes).unwrap();
            assert_eq!(c.lanes() * c.clusters(), pes);
        }
        assert_eq!(Config::for_pes(16).unwrap().entry_bits(), 9);
    }

    #[test]
    fn errors_name_the_parameter() {
        let e = Config::for_pes(9).unwrap_err();
        assert_eq!(e.to_string(), "pes is 9, expected 1 to 8, or a multiple of 8 up to 256");
        assert!(Config::for_pes(0).is_err());
        let mut p = Config::for_pes(4).unwrap().params();
        p.weight_depth = p.acc_depth;
        assert_eq!(Config::new(p).unwrap_err().name, "weight_depth");
        let mut p = Config::for_pes(16).unwrap().params();
        (p.near, p.relays) = (true, true);
        let e = Config::new(p).unwrap_err();
        assert_eq!(e.to_string(), "near is 1, expected none in an array with relays, whose wires are long");
    }

    #[test]
    fn hash_depends_on_every_parameter() {
        let base = Config::for_pes(16).unwrap();
        let mut p = base.params();
        p.queue_depth = 64;
        assert_ne!(base.hash(), Config::new(p).unwrap().hash());
        assert_eq!(base.hash(), Config::for_pes(16).unwrap().hash());
        let mut p = base.params();
        p.near = true;
        let near = Config::new(p).unwrap();
        assert_ne!(base.hash(), near.hash());
        // A device without it keeps the hash that it had before.
        assert!(!base.text().contains("near") && near.text().contains("near: true"), "{}", base.text());
    }
}
