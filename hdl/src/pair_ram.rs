//! Two memories of a PE that the host writes one at a time, and that are read each through a port of its own: weights
//! and codebooks, pointers and biases.
//!
//! Ports: `clock`; `read_address0[16]` -> `read_data0[32]` and `read_address1[16]` -> `read_data1[32]`, two cycles
//! later; `write0`, `write1`, `write_address[16]`, `write_data[32]`; and the same word as block RAMs with wide words take it:
//! `wide_address[16]`, `wide_halves[2]`, `wide_data[27]` ([`crate::cluster`] says how).
//!
//! On ECP5 both can be in the same block RAMs, whose second ports would be there for the host alone otherwise: where
//! [`eie_spec::config::Config::codes_with_weights`] and its like say so. Nothing is read while the host writes. Where
//! `wide_address` is what the second memory reads while the host does not write ([`PairRam::shared`]), nothing is chosen here.

use crate::ecp5::{self, Ports};
use crate::ram::{Store, Style};
use eie_spec::memory::LUT_DEPTH;
use rust_hdl::prelude::*;

/// See the module's documentation.
#[derive(LogicBlock)]
pub struct PairRam {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Word of the first memory to read.
    pub read_address0: Signal<In, Bits<16>>,
    /// The word read.
    pub read_data0: Signal<Out, Bits<32>>,
    /// Word of the second memory to read.
    pub read_address1: Signal<In, Bits<16>>,
    /// The word read.
    pub read_data1: Signal<Out, Bits<32>>,
    /// Writes to the first memory.
    pub write0: Signal<In, Bit>,
    /// Writes to the second memory.
    pub write1: Signal<In, Bit>,
    /// Where.
    pub write_address: Signal<In, Bits<16>>,
    /// What.
    pub write_data: Signal<In, Bits<32>>,
    /// Word of the block RAMs.
    pub wide_address: Signal<In, Bits<16>>,
    /// Which halves of it.
    pub wide_halves: Signal<In, Bits<2>>,
    /// What goes into the upper halves.
    pub wide_data: Signal<In, Bits<27>>,
    _stores: [Store; 2],
    _shown: [u64; 2],
    _together: bool,
    _shared: bool,
}

impl PairRam {
    /// Memories of these depths (powers of two, at least 2) and widths (up to 32), and whether they share block RAMs
    /// where these have two ports.
    pub fn new(depths: [usize; 2], widths: [usize; 2], together: bool) -> Self {
        assert!(widths.iter().all(|&w| w <= 32), "{widths:?}-bit words in 32-bit ports");
        Self {
            clock: Default::default(),
            read_address0: Default::default(),
            read_data0: Default::default(),
            read_address1: Default::default(),
            read_data1: Default::default(),
            write0: Default::default(),
            write1: Default::default(),
            write_address: Default::default(),
            write_data: Default::default(),
            wide_address: Default::default(),
            wide_halves: Default::default(),
            wide_data: Default::default(),
            _stores: [Store::new(depths[0], widths[0]), Store::new(depths[1], widths[1])],
            _shown: [0; 2],
            _together: together,
            _shared: false,
        }
    }

    /// The same, of which `wide_address` has the address that the second memory reads, at the block RAMs' last words, in all
    /// cycles in which the host does not write.
    pub fn shared(depths: [usize; 2], widths: [usize; 2], together: bool) -> Self {
        Self { _shared: true, ..Self::new(depths, widths, together) }
    }

    /// The memory that is number `x`, where it is put, and its ports.
    fn memory(&self, x: usize) -> (&Store, Style, Ports) {
        let store = &self._stores[x];
        // A small second memory is in LUTs.
        let style = if x == 1 && store.depth <= LUT_DEPTH { Style::Piped } else { Style::Block };
        let ports = Ports {
            memory: format!("mem{x}"),
            read_address: format!("read_address{x}"),
            read_data: format!("read_data{x}"),
            write_address: "write_address".into(),
            write_data: "write_data".into(),
            write_enable: format!("write{x}"),
            enable: "1'b1".into(),
        };
        (store, style, ports)
    }
}

impl Logic for PairRam {
    fn update(&mut self) {
        if self.clock.pos_edge() {
            self.read_data0.next = self._shown[0].into();
            self.read_data1.next = self._shown[1].into();
            self._shown =
                [self._stores[0].read(self.read_address0.val()), self._stores[1].read(self.read_address1.val())];
            let (to, word) = (self.write_address.val(), self.write_data.val().to_u64());
            if self.write0.val() {
                self._stores[0].write(to, word);
            }
            if self.write1.val() {
                self._stores[1].write(to, word);
            }
        }
    }
    fn connect(&mut self) {
        self.read_data0.connect();
        self.read_data1.connect();
    }
    fn hdl(&self) -> Verilog {
        let memories = [self.memory(0), self.memory(1)];
        if !self._together {
            return Verilog::Custom(memories.map(|(store, style, ports)| store.staged(style, &ports)).concat());
        }
        let [first, second] = &self._stores;
        let cells = first.width.div_ceil(9);
        Verilog::Custom(format!(
            "`ifdef EIE_ECP5\n{}`else\n{}`endif\n",
            ecp5::pair(cells, [first.width, second.width], [first.depth, second.depth], self._shared),
            memories.map(|(store, style, ports)| store.plain(style, &ports)).concat()
        ))
    }
    fn timing(&self) -> Vec<TimingInfo> {
        let inputs = [
            "read_address0",
            "read_address1",
            "write0",
            "write1",
            "write_address",
            "write_data",
            "wide_address",
            "wide_halves",
            "wide_data",
        ];
        vec![TimingInfo {
            name: "read".into(),
            clock: "clock".into(),
            inputs: inputs.map(String::from).to_vec(),
            outputs: vec!["read_data0".into(), "read_data1".into()],
        }]
    }
}
