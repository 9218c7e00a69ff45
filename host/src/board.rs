//! Boards as data: what a device has, and what of it a configuration takes.

use eie_spec::config::{Config, ConfigError};
use eie_spec::link::LinkParams;
use eie_spec::memory::{Kind, Memories};
use serde::{Deserialize, Serialize};

/// A board, as in `constraints/<name>/board.toml`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Board {
    /// Also the name of its folder.
    pub name: String,
    /// The FPGA.
    pub device: String,
    /// Its family.
    pub family: Family,
    /// Look-up tables of four inputs.
    pub luts: usize,
    /// Flip-flops.
    pub flip_flops: usize,
    /// Block RAMs.
    pub block_rams: usize,
    /// What one of them can be: words and bits.
    pub block_ram_shapes: Vec<(usize, usize)>,
    /// Whether LUTs can be small memories. Where not, all memories are block RAMs.
    pub distributed_ram: bool,
    /// Large memories with one port.
    #[serde(default)]
    pub single_port_rams: usize,
    /// What one of them is: words and bits.
    #[serde(default)]
    pub single_port_shape: (usize, usize),
    /// Multipliers of at least 16 by 16 bits.
    pub multipliers: usize,
    /// The clock that a design is built for where nothing else is said.
    pub clock_mhz: f64,
    /// How the host is connected: `uart`, a serial line, or `usb`, the FPGA's own pins on the bus.
    pub link: String,
    /// Its speed, in bits a second: of USB 12,000,000.
    pub baud: u32,
    /// How bitstreams for it are made; none if there is no flow for it.
    #[serde(default)]
    pub build: Option<Build>,
}

/// A family of FPGAs for which there is a way to a bitstream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Family {
    /// Lattice iCE40.
    Ice40,
    /// Lattice ECP5.
    Ecp5,
    /// Gowin LittleBee and Arora.
    Gowin,
}

impl std::fmt::Display for Family {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Family::Ice40 => "iCE40",
            Family::Ecp5 => "ECP5",
            Family::Gowin => "Gowin",
        })
    }
}

/// What a bitstream for a board needs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Build {
    /// The device's size, as nextpnr's option for it; of a Gowin, the device's name in apycula.
    pub size: String,
    /// Its package, as nextpnr calls it; of a Gowin, the whole part number.
    pub package: String,
    /// Its speed grade, where there are several.
    #[serde(default)]
    pub speed: Option<u32>,
    /// The board's oscillator.
    pub oscillator_mhz: f64,
    /// The oscillator's pin is the PLL's own.
    #[serde(default)]
    pub pll_on_pin: bool,
    /// An iCE40's multipliers are used. What is read back of its bits has an UltraPlus' only.
    #[serde(default)]
    pub use_multipliers: bool,
    /// An ECP5's block RAMs and multipliers get their places before place and route, and clock enables and resets of few
    /// registers become logic: for an array that fills the device.
    #[serde(default)]
    pub sites: bool,
    /// Voltage of the pins, as the family calls it.
    #[serde(default)]
    pub io_standard: Option<String>,
    /// The pin of each port: `clock`; `rx` and `tx` seen from the FPGA, or `usb_d_p`, `usb_d_n` and `usb_pullup`; lamps `busy`
    /// and `error`.
    pub pins: std::collections::BTreeMap<String, String>,
    /// Lamps that are lit by a low level.
    #[serde(default)]
    pub low: Vec<String>,
    /// Further pins, in `pins`, that the board needs high.
    #[serde(default)]
    pub high: Vec<String>,
    /// What openFPGALoader calls the board.
    pub loader: String,
    /// The array that is built where nothing else is said.
    pub array: Array,
}

/// Sizes of an array and its link; what is not given is as [`Config::for_pes`] has it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Array {
    /// Processing elements.
    pub pes: usize,
    /// See [`eie_spec::config::Params`].
    pub cluster: Option<usize>,
    /// See [`eie_spec::config::Params`].
    pub act_depth: Option<usize>,
    /// See [`eie_spec::config::Params`].
    pub ptr_depth: Option<usize>,
    /// See [`eie_spec::config::Params`].
    pub weight_depth: Option<usize>,
    /// See [`eie_spec::config::Params`].
    pub acc_depth: Option<usize>,
    /// See [`eie_spec::config::Params`].
    pub bias_depth: Option<usize>,
    /// See [`eie_spec::config::Params`].
    pub max_steps: Option<usize>,
    /// See [`eie_spec::config::Params`].
    pub codebooks: Option<usize>,
    /// See [`eie_spec::config::Params`].
    pub queue_depth: Option<usize>,
    /// See [`eie_spec::config::Params`].
    pub run_bits: Option<u32>,
    /// See [`eie_spec::config::Params`].
    pub acc_bits: Option<u32>,
    /// See [`eie_spec::config::Params`].
    #[serde(default)]
    pub compact: bool,
    /// See [`eie_spec::config::Params`].
    #[serde(default)]
    pub acc_in_luts: bool,
    /// See [`eie_spec::config::Params`].
    #[serde(default)]
    pub relays: bool,
    /// See [`eie_spec::config::Params`].
    #[serde(default)]
    pub near: bool,
    /// See [`LinkParams`].
    pub slot_bits: Option<u32>,
    /// See [`LinkParams`].
    pub window_bits: Option<u32>,
}

impl Array {
    /// The device's parameters.
    ///
    /// # Errors
    /// Sizes that no device can have.
    pub fn config(&self) -> Result<Config, ConfigError> {
        let mut p = Config::for_pes(self.pes)?.params();
        let set = |field: &mut usize, value: Option<usize>| *field = value.unwrap_or(*field);
        set(&mut p.cluster, self.cluster);
        set(&mut p.act_depth, self.act_depth);
        set(&mut p.ptr_depth, self.ptr_depth);
        set(&mut p.weight_depth, self.weight_depth);
        set(&mut p.acc_depth, self.acc_depth);
        set(&mut p.bias_depth, self.bias_depth);
        set(&mut p.max_steps, self.max_steps);
        set(&mut p.codebooks, self.codebooks);
        set(&mut p.queue_depth, self.queue_depth);
        p.run_bits = self.run_bits.unwrap_or(p.run_bits);
        p.acc_bits = self.acc_bits.unwrap_or(p.acc_bits);
        p.compact = self.compact;
        p.acc_in_luts = self.acc_in_luts;
        p.relays = self.relays;
        p.near = self.near;
        Config::new(p)
    }

    /// The link's.
    pub fn link(&self) -> LinkParams {
        let usual = LinkParams::default();
        LinkParams {
            slot_bits: self.slot_bits.unwrap_or(usual.slot_bits),
            window_bits: self.window_bits.unwrap_or(usual.window_bits),
            ..usual
        }
    }
}

/// What a configuration takes of a board.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Use {
    /// Block RAMs.
    pub block_rams: usize,
    /// Single-port RAMs.
    pub single_port_rams: usize,
    /// Multipliers.
    pub multipliers: usize,
    /// Bits of memories in LUTs.
    pub lut_ram_bits: usize,
}

impl Board {
    /// Fewest block RAMs that hold so many words.
    fn blocks(&self, words: usize, bits: usize) -> usize {
        let of = |&(w, b): &(usize, usize)| words.div_ceil(w.max(1)) * bits.div_ceil(b.max(1));
        self.block_ram_shapes.iter().map(of).min().unwrap_or(0)
    }

    /// What the array of a configuration takes. Logic is not estimated: yosys counts it.
    pub fn usage(&self, config: &Config) -> Use {
        let kind = match self.family {
            Family::Ecp5 => Kind::TwoPorts,
            _ if self.distributed_ram => Kind::Luts,
            _ => Kind::BlocksOnly,
        };
        let entry = match config.compact {
            true => (config.single_depth(), 16),
            false => (config.weight_depth, config.entry_bits() as usize),
        };
        let (pe, cluster) = (Memories::of_pe(config, kind), Memories::of_cluster(config, kind));
        let count = |memories: &[(usize, usize)]| memories.iter().map(|&(w, b)| self.blocks(w, b)).sum::<usize>();
        let bits = |memories: &[(usize, usize)]| memories.iter().map(|(w, b)| w * b).sum::<usize>();
        // Weights go to the single-port memories, if there are any and one entry fits into a word.
        let single = match self.single_port_shape {
            (words, bits) if bits >= entry.1 && words > 0 => config.pes * entry.0.div_ceil(words),
            _ => usize::MAX,
        };
        let in_single = single <= self.single_port_rams;
        let mut blocks = config.pes * count(&pe.block) + config.clusters() * count(&cluster.block);
        blocks += config.pes * count(&pe.single);
        if in_single {
            blocks -= config.pes * self.blocks(entry.0, entry.1);
        }
        Use {
            block_rams: blocks,
            single_port_rams: if in_single { single } else { 0 },
            multipliers: if self.multipliers > 0 { config.pes } else { 0 },
            lut_ram_bits: config.pes * bits(&pe.luts) + config.clusters() * bits(&cluster.luts),
        }
    }

    /// Whether the memories and multipliers are there.
    pub fn holds(&self, config: &Config) -> bool {
        let usage = self.usage(config);
        usage.block_rams <= self.block_rams && usage.multipliers <= self.multipliers
    }

    /// Arrays that fit, the largest first, each with the deepest memories for which there is room. Empty if not even
    /// one PE fits.
    pub fn candidates(&self) -> Vec<Config> {
        let deepest = |&pes: &usize| {
            let config = Config::for_pes(pes).ok()?;
            (0..=4).find_map(|shrink| {
                let mut p = config.params();
                let less = |depth: usize, min: usize| (depth >> shrink).max(min);
                p.weight_depth = less(p.weight_depth, 256);
                p.ptr_depth = less(p.ptr_depth, 256);
                p.act_depth = less(p.act_depth, 32);
                p.acc_depth = less(p.acc_depth, 32);
                p.bias_depth = less(p.bias_depth, 32);
                Config::new(p).ok().filter(|config| self.holds(config))
            })
        };
        [128, 96, 64, 48, 32, 24, 16, 8, 4, 2, 1].iter().filter_map(deepest).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn board() -> Board {
        Board {
            name: "test".into(),
            device: "test".into(),
            family: Family::Ecp5,
            luts: 1,
            flip_flops: 1,
            block_rams: 208,
            block_ram_shapes: vec![(16384, 1), (8192, 2), (4096, 4), (2048, 9), (1024, 18)],
            distributed_ram: true,
            single_port_rams: 0,
            single_port_shape: (0, 0),
            multipliers: 156,
            clock_mhz: 100.0,
            link: "uart".into(),
            baud: 1,
            build: None,
        }
    }

    #[test]
    fn block_rams_are_those_that_yosys_infers() {
        // hdl/tests/verilog.rs counts them on yosys' netlist with the same rule.
        let config = Config::for_pes(16).unwrap();
        assert_eq!(board().usage(&config).block_rams, 16 * (1 + 1 + 2 + 1));
        let without = Board { distributed_ram: false, family: Family::Ice40, ..board() };
        assert!(without.usage(&config).block_rams > board().usage(&config).block_rams);
    }

    #[test]
    fn candidates_fit_and_the_next_size_does_not() {
        let candidates = board().candidates();
        assert!(candidates.iter().all(|c| board().holds(c)));
        assert!(candidates.windows(2).all(|pair| pair[0].pes > pair[1].pes));
        assert!(!board().holds(&Config::for_pes(128).unwrap()));
        assert!(Board { block_rams: 0, ..board() }.candidates().is_empty());
    }

    #[test]
    fn weights_go_to_single_port_memories() {
        let config = Config::for_pes(2).unwrap();
        let with = Board { single_port_rams: 4, single_port_shape: (16384, 16), ..board() };
        assert_eq!(with.usage(&config).single_port_rams, 2);
        assert!(with.usage(&config).block_rams < board().usage(&config).block_rams);
        // Those of a compact array have pointers and biases, too.
        let mut p = Config::for_pes(4).unwrap().params();
        p.compact = true;
        let compact = Config::new(p).unwrap();
        let [on, off] = [&with, &board()].map(|b| b.usage(&compact));
        assert_eq!((on.single_port_rams, off.single_port_rams), (4, 0));
        assert!(
            on.block_rams < with.usage(&Config::for_pes(4).unwrap()).block_rams && on.block_rams < off.block_rams
        );
    }
}
