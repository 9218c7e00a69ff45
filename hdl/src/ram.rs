//! Memories. Each has one write port and one read port, both in the same clock.
//!
//! The depth is a parameter of the instance, not of the type: addresses are 16 bits wide and the memory looks
//! at as many as it needs, so that one type serves every [`eie_spec::config::Config`]. Synthesis removes the
//! rest. The Verilog is given here, beside a Rust model, because inference of the right primitive depends on
//! its exact form and attributes. Where `EIE_ECP5` is defined, block RAMs are [`crate::ecp5`]'s, whose output
//! registers no synthesiser infers.
//!
//! All memories begin with zeros. Of a block RAM that is the device's doing: the loop that says so to simulators
//! costs synthesis a time that grows with the square of the depth.

use crate::ecp5::Ports;
// A device without memories in LUTs is one for which `EIE_ICE40` is defined.
use eie_spec::memory::{address_bits, is_depth, LOGIC_DEPTH, LUT_DEPTH};
use rust_hdl::prelude::*;

/// How a memory is read, and where the synthesiser is to put it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    /// Block RAM with its output register: read data two cycles after the address.
    Block,
    /// Distributed RAM: read data in the same cycle.
    Distributed,
    /// Distributed RAM between two registers: two cycles, as of a block RAM.
    Piped,
}

/// State and parameters shared by all kinds.
#[derive(Clone, Debug)]
pub(crate) struct Store {
    pub(crate) depth: usize,
    pub(crate) width: usize,
    words: Vec<u64>,
    /// The word that a block RAM holds before its output register.
    pub(crate) latch: u64,
}

impl Store {
    pub(crate) fn new(depth: usize, width: usize) -> Self {
        assert!(is_depth(depth), "memory depth {depth} is no power of two, nor a number of block RAMs");
        Store { depth, width, words: vec![0; depth], latch: 0 }
    }

    fn place(&self, address: Bits<16>) -> usize {
        address.index() & ((1 << address_bits(self.depth)) - 1)
    }

    pub(crate) fn read(&self, address: Bits<16>) -> u64 {
        self.words.get(self.place(address)).copied().unwrap_or(0)
    }

    pub(crate) fn write(&mut self, address: Bits<16>, data: u64) {
        let place = self.place(address);
        if let Some(word) = self.words.get_mut(place) {
            *word = data & ((1 << self.width) - 1);
        }
    }

    /// Highest bit of an address.
    pub(crate) fn top(&self) -> u32 {
        address_bits(self.depth).max(1) - 1
    }

    /// The array, filled with zeros. `no_rw_check`: nothing here reads an address in the cycle in which it is
    /// written and uses the result.
    pub(crate) fn array(&self, style: Style, name: &str) -> String {
        let (d, w) = (self.depth, self.width - 1);
        let zeros = format!("integer {name}_i;\ninitial for ({name}_i = 0; {name}_i < {d}; {name}_i = {name}_i + 1) {name}[{name}_i] = 0;\n");
        match style {
            Style::Block => format!(
                "(* ram_style = \"block\", no_rw_check *) reg [{w}:0] {name} [0:{}];\n\
                 `ifndef SYNTHESIS\n{zeros}`endif\n",
                d - 1
            ),
            _ => {
                let ice40 = if d <= LOGIC_DEPTH { "logic" } else { "block" };
                format!(
                    "`ifdef EIE_ICE40\n(* ram_style = \"{ice40}\", no_rw_check *)\n`else\n\
                     (* ram_style = \"distributed\", no_rw_check *)\n`endif\nreg [{w}:0] {name} [0:{}];\n{zeros}",
                    d - 1
                )
            }
        }
    }

    /// A memory with two read stages, as any synthesiser understands it.
    pub(crate) fn plain(&self, style: Style, ports: &Ports) -> String {
        let (top, w) = (self.top(), self.width - 1);
        let Ports { memory, read_address, read_data, write_address, write_data, write_enable, enable } = ports;
        let stage = format!("{memory}_stage");
        let (width, first, second) = match style {
            Style::Block => (w, format!("{memory}[{read_address}[{top}:0]]"), stage.clone()),
            _ => (top as usize, format!("{read_address}[{top}:0]"), format!("{memory}[{stage}]")),
        };
        format!(
            "{}reg [{width}:0] {stage};\n\
             always @(posedge clock) begin\nif ({enable}) begin\n{stage} <= {first};\n{read_data} <= {second};\nend\n\
             if ({write_enable}) {memory}[{write_address}[{top}:0]] <= {write_data}[{w}:0];\nend\n",
            self.array(style, memory)
        )
    }

    /// The same, of a block RAM with the registers that a device's have.
    pub(crate) fn staged(&self, style: Style, ports: &Ports) -> String {
        let plain = self.plain(style, ports);
        match style {
            Style::Block => {
                format!("`ifdef EIE_ECP5\n{}`else\n{plain}`endif\n", ports.block_rams(self.depth, self.width))
            }
            _ => plain,
        }
    }

    /// A memory with the ports of [`BlockRam`]; `enable` moves the two stages of a read on.
    fn verilog(&self, style: Style, enable: &str) -> Verilog {
        if style != Style::Distributed {
            return Verilog::Custom(self.staged(
                style,
                &Ports {
                    memory: "mem".into(),
                    read_address: "read_address".into(),
                    read_data: "read_data".into(),
                    write_address: "write_address".into(),
                    write_data: "write_data".into(),
                    write_enable: "write_enable".into(),
                    enable: enable.into(),
                },
            ));
        }
        let (top, w) = (self.top(), self.width - 1);
        // From a block RAM that reads on the falling edge half a cycle is left to either side, and nothing else sees a
        // difference.
        let at_once = format!("always @(*) read_data = mem[read_address[{top}:0]];");
        let read = match self.depth <= LOGIC_DEPTH {
            true => at_once,
            false => format!(
                "`ifdef EIE_ICE40\nalways @(negedge clock) read_data <= mem[read_address[{top}:0]];\n\
                 `else\n{at_once}\n`endif"
            ),
        };
        Verilog::Custom(format!(
            "{}{read}\nalways @(posedge clock) if (write_enable) mem[write_address[{top}:0]] <= write_data[{w}:0];\n",
            self.array(style, "mem")
        ))
    }
}

macro_rules! memory {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        ///
        /// Ports: `clock`; `read_address[16]` -> `read_data[W]`; `write_enable`, `write_address[16]`,
        /// `write_data[W]`. Words are `width` bits, the rest of `W` reads as 0. A word written in a cycle
        /// is read back by addresses from the next one on.
        #[derive(LogicBlock)]
        pub struct $name<const W: usize> {
            /// Rising edge.
            pub clock: Signal<In, Clock>,
            /// Word to read.
            pub read_address: Signal<In, Bits<16>>,
            /// The word read.
            pub read_data: Signal<Out, Bits<W>>,
            /// Word to write.
            pub write_address: Signal<In, Bits<16>>,
            /// What to write.
            pub write_data: Signal<In, Bits<W>>,
            /// Whether to write.
            pub write_enable: Signal<In, Bit>,
            _store: Store,
        }

        impl<const W: usize> $name<W> {
            /// `depth` words (a power of two, at least 2) of `width` (up to `W`) bits.
            pub fn new(depth: usize, width: usize) -> Self {
                assert!(width <= W && width < 64, "{width}-bit words in a {W}-bit port");
                Self {
                    clock: Default::default(),
                    read_address: Default::default(),
                    read_data: Default::default(),
                    write_address: Default::default(),
                    write_data: Default::default(),
                    write_enable: Default::default(),
                    _store: Store::new(depth, width),
                }
            }
        }
    };
}
pub(crate) use memory;

memory!(
    /// A memory for block RAM: the word of an address appears two cycles later.
    BlockRam
);
memory!(
    /// A memory for distributed RAM: the word of an address appears in the same cycle.
    LutRam
);

/// A memory in distributed RAM or, if it is deep, in block RAM; in both, the word of an address appears two cycles
/// later. Reads stand still while `enable` is low. Not to be written where a read stands.
///
/// Ports: those of [`BlockRam`], and `enable`.
#[derive(LogicBlock)]
pub struct PipedRam<const W: usize> {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Reads go on.
    pub enable: Signal<In, Bit>,
    /// Word to read.
    pub read_address: Signal<In, Bits<16>>,
    /// The word read.
    pub read_data: Signal<Out, Bits<W>>,
    /// Word to write.
    pub write_address: Signal<In, Bits<16>>,
    /// What to write.
    pub write_data: Signal<In, Bits<W>>,
    /// Whether to write.
    pub write_enable: Signal<In, Bit>,
    _store: Store,
}

impl<const W: usize> PipedRam<W> {
    /// `depth` words (a power of two, at least 2) of `width` (up to `W`) bits.
    pub fn new(depth: usize, width: usize) -> Self {
        assert!(width <= W && width < 64, "{width}-bit words in a {W}-bit port");
        Self {
            clock: Default::default(),
            enable: Default::default(),
            read_address: Default::default(),
            read_data: Default::default(),
            write_address: Default::default(),
            write_data: Default::default(),
            write_enable: Default::default(),
            _store: Store::new(depth, width),
        }
    }
}

pub(crate) fn read_timing(inputs: &[&str]) -> Vec<TimingInfo> {
    vec![TimingInfo {
        name: "read".into(),
        clock: "clock".into(),
        inputs: inputs.iter().map(|&i| i.into()).collect(),
        outputs: vec!["read_data".into()],
    }]
}

impl<const W: usize> Logic for BlockRam<W> {
    fn update(&mut self) {
        if self.clock.pos_edge() {
            self.read_data.next = self._store.latch.into();
            self._store.latch = self._store.read(self.read_address.val());
            if self.write_enable.val() {
                self._store.write(self.write_address.val(), self.write_data.val().to_u64());
            }
        }
    }
    fn connect(&mut self) {
        self.read_data.connect();
    }
    fn hdl(&self) -> Verilog {
        self._store.verilog(Style::Block, "1'b1")
    }
    fn timing(&self) -> Vec<TimingInfo> {
        read_timing(&["read_address", "write_address", "write_data", "write_enable"])
    }
}

impl<const W: usize> Logic for PipedRam<W> {
    fn update(&mut self) {
        if self.clock.pos_edge() {
            if self.enable.val() {
                self.read_data.next = self._store.latch.into();
                self._store.latch = self._store.read(self.read_address.val());
            }
            if self.write_enable.val() {
                self._store.write(self.write_address.val(), self.write_data.val().to_u64());
            }
        }
    }
    fn connect(&mut self) {
        self.read_data.connect();
    }
    fn hdl(&self) -> Verilog {
        let style = if self._store.depth <= LUT_DEPTH { Style::Piped } else { Style::Block };
        self._store.verilog(style, "enable")
    }
    fn timing(&self) -> Vec<TimingInfo> {
        read_timing(&["enable", "read_address", "write_address", "write_data", "write_enable"])
    }
}

impl<const W: usize> Logic for LutRam<W> {
    fn update(&mut self) {
        if self.clock.pos_edge() && self.write_enable.val() {
            self._store.write(self.write_address.val(), self.write_data.val().to_u64());
        }
        self.read_data.next = self._store.read(self.read_address.val()).into();
    }
    fn connect(&mut self) {
        self.read_data.connect();
    }
    fn hdl(&self) -> Verilog {
        self._store.verilog(Style::Distributed, "1'b1")
    }
    fn timing(&self) -> Vec<TimingInfo> {
        vec![TimingInfo {
            name: "write".into(),
            clock: "clock".into(),
            inputs: vec!["write_address".into(), "write_data".into(), "write_enable".into()],
            outputs: vec![],
        }]
    }
}
