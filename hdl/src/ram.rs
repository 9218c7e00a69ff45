//! Memories. Each has one write port and one read port, both in the same clock.
//!
//! The depth is a parameter of the instance, not of the type: addresses are 16 bits wide and the memory looks
//! at as many as it needs, so that one type serves every [`eie_spec::config::Config`]. Synthesis removes the
//! rest. The Verilog is given here, beside a Rust model, because inference of the right primitive depends on
//! its exact form and attributes.

use rust_hdl::prelude::*;

/// Where the synthesiser is to put a memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    /// Block RAM: read data one cycle after the address.
    Block,
    /// Distributed RAM: read data in the same cycle.
    Distributed,
}

/// State and parameters shared by both kinds.
#[derive(Clone, Debug)]
struct Store {
    depth: usize,
    width: usize,
    words: Vec<u64>,
}

impl Store {
    fn new(depth: usize, width: usize) -> Self {
        assert!(depth.is_power_of_two(), "memory depth {depth} is not a power of two");
        Store { depth, width, words: vec![0; depth] }
    }

    fn place(&self, address: Bits<16>) -> usize {
        address.index() & (self.depth - 1)
    }

    fn read(&self, address: Bits<16>) -> u64 {
        self.words[self.place(address)]
    }

    fn write(&mut self, address: Bits<16>, data: u64) {
        let place = self.place(address);
        self.words[place] = data & ((1 << self.width) - 1);
    }

    /// `no_rw_check`: nothing here reads an address in the cycle in which it is written and uses the result.
    fn verilog(&self, style: Style) -> Verilog {
        let (d, w) = (self.depth, self.width);
        let top = self.depth.ilog2().max(1) - 1;
        let name = match style {
            Style::Block => "block",
            // A device without memories in LUTs takes a block RAM.
            Style::Distributed => "distributed",
        };
        let read = match style {
            Style::Block => format!("always @(posedge clock) read_data <= mem[read_address[{top}:0]];"),
            // A device without memories in LUTs takes block RAMs that read on the falling edge: half a cycle is left to
            // either side, and nothing else sees a difference.
            Style::Distributed => format!(
                "`ifdef EIE_ICE40\nalways @(negedge clock) read_data <= mem[read_address[{top}:0]];\n`else\n\
                 always @(*) read_data = mem[read_address[{top}:0]];\n`endif"
            ),
        };
        Verilog::Custom(format!(
            "`ifdef EIE_ICE40\n(* ram_style = \"block\", no_rw_check *)\n`else\n\
             (* ram_style = \"{name}\", no_rw_check *)\n`endif\nreg [{}:0] mem [0:{}];\n\
             integer i;\n\
             initial for (i = 0; i < {d}; i = i + 1) mem[i] = 0;\n\
             {read}\n\
             always @(posedge clock) if (write_enable) mem[write_address[{top}:0]] <= write_data[{}:0];\n",
            w - 1,
            d - 1,
            w - 1,
        ))
    }
}

macro_rules! memory {
    ($(#[$doc:meta])* $name:ident, $style:expr) => {
        $(#[$doc])*
        ///
        /// Ports: `clock`; `read_address[16]` -> `read_data[W]`; `write_enable`, `write_address[16]`,
        /// `write_data[W]`. Words are `width` bits, the rest of `W` reads as 0. A word written in a cycle
        /// is read back from the next one on; the old word is read until then.
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

memory!(
    /// A memory for block RAM: the word of an address appears in the next cycle.
    BlockRam,
    Style::Block
);
memory!(
    /// A memory for distributed RAM: the word of an address appears in the same cycle.
    LutRam,
    Style::Distributed
);

impl<const W: usize> Logic for BlockRam<W> {
    fn update(&mut self) {
        if self.clock.pos_edge() {
            self.read_data.next = self._store.read(self.read_address.val()).into();
            if self.write_enable.val() {
                self._store.write(self.write_address.val(), self.write_data.val().to_u64());
            }
        }
    }
    fn connect(&mut self) {
        self.read_data.connect();
    }
    fn hdl(&self) -> Verilog {
        self._store.verilog(Style::Block)
    }
    fn timing(&self) -> Vec<TimingInfo> {
        vec![TimingInfo {
            name: "read".into(),
            clock: "clock".into(),
            inputs: vec!["read_address".into(), "write_address".into(), "write_data".into(), "write_enable".into()],
            outputs: vec!["read_data".into()],
        }]
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
        self._store.verilog(Style::Distributed)
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
