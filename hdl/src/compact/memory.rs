//! Memories of the compact array, which are read in one cycle, and its multiplier.

use crate::ram::{memory, read_timing, Store, Style};
use eie_spec::config::SINGLE_WORDS;
use rust_hdl::prelude::*;

memory!(
    /// A block RAM: the word of an address appears a cycle later. What is read in the cycle in which it is written is not
    /// used.
    SyncRam
);

impl<const W: usize> Logic for SyncRam<W> {
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
        let (top, w) = (self._store.top(), self._store.width - 1);
        Verilog::Custom(format!(
            "{}reg [{w}:0] word;\nalways @(*) read_data = word;\n\
             always @(posedge clock) begin\nword <= mem[read_address[{top}:0]];\n\
             if (write_enable) mem[write_address[{top}:0]] <= write_data[{w}:0];\nend\n",
            self._store.array(Style::Block, "mem")
        ))
    }
    fn timing(&self) -> Vec<TimingInfo> {
        read_timing(&["read_address", "write_address", "write_data", "write_enable"])
    }
}

/// A memory with a single port: where it is written, nothing is read.
///
/// Ports: `clock`; `address[16]` -> `read_data[16]`, a cycle later; `write`, `write_data[16]`.
///
/// With `EIE_SPRAM` it is an iCE40 UltraPlus' `SB_SPRAM256KA` (Lattice, "iCE40 SPRAM Usage Guide"), whose first contents
/// nobody knows: what is read has been written.
#[derive(LogicBlock)]
pub struct SingleRam {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Which word.
    pub address: Signal<In, Bits<16>>,
    /// The word read.
    pub read_data: Signal<Out, Bits<16>>,
    /// What to write.
    pub write_data: Signal<In, Bits<16>>,
    /// Whether to write.
    pub write: Signal<In, Bit>,
    _store: Store,
}

impl SingleRam {
    /// Of so many words, up to 16384.
    pub fn new(words: usize) -> Self {
        assert!(words <= SINGLE_WORDS, "{words} words in one memory");
        Self {
            clock: Default::default(),
            address: Default::default(),
            read_data: Default::default(),
            write_data: Default::default(),
            write: Default::default(),
            _store: Store::new(words.next_power_of_two(), 16),
        }
    }
}

impl Logic for SingleRam {
    fn update(&mut self) {
        if self.clock.pos_edge() {
            if self.write.val() {
                self._store.write(self.address.val(), self.write_data.val().to_u64());
            } else {
                self.read_data.next = self._store.read(self.address.val()).into();
            }
        }
    }
    fn connect(&mut self) {
        self.read_data.connect();
    }
    fn hdl(&self) -> Verilog {
        let top = self._store.top();
        // Addresses of the cell that a smaller memory does not have are zero.
        let rest = 13 - top;
        let address = match rest {
            0 => "address[13:0]".to_owned(),
            _ => format!("{{{rest}'d0, address[{top}:0]}}"),
        };
        Verilog::Custom(format!(
            "wire [15:0] word;\nalways @(*) read_data = word;\n`ifdef EIE_SPRAM\n\
             SB_SPRAM256KA cell0 (.ADDRESS({address}), .DATAIN(write_data), .MASKWREN(4'b1111), .WREN(write), \
             .CHIPSELECT(1'b1), .CLOCK(clock), .STANDBY(1'b0), .SLEEP(1'b0), .POWEROFF(1'b1), .DATAOUT(word));\n\
             `else\n{}reg [15:0] shown;\nassign word = shown;\n\
             always @(posedge clock) if (write) mem[address[{top}:0]] <= write_data; \
             else shown <= mem[address[{top}:0]];\n`endif\n",
            self._store.array(Style::Block, "mem")
        ))
    }
    fn timing(&self) -> Vec<TimingInfo> {
        read_timing(&["address", "write_data", "write"])
    }
}

/// A signed multiplier with a register behind it.
///
/// Ports: `clock`; `a[16]`, `b[16]`, two's complement -> `product[32]`, a cycle later.
#[derive(LogicBlock)]
pub struct Product {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Factor.
    pub a: Signal<In, Bits<16>>,
    /// Factor.
    pub b: Signal<In, Bits<16>>,
    /// Product.
    pub product: Signal<Out, Bits<32>>,
}

impl Product {
    /// Unconnected.
    pub fn new() -> Self {
        Self { clock: Default::default(), a: Default::default(), b: Default::default(), product: Default::default() }
    }
}

impl Logic for Product {
    fn update(&mut self) {
        if self.clock.pos_edge() {
            let factor = |bits: Bits<16>| i32::from(bits.to_u16() as i16);
            let product = factor(self.a.val()) * factor(self.b.val());
            self.product.next = u64::from(product as u32).into();
        }
    }
    fn connect(&mut self) {
        self.product.connect();
    }
    fn hdl(&self) -> Verilog {
        Verilog::Custom(
            "wire signed [15:0] factor_a = a;\nwire signed [15:0] factor_b = b;\nreg signed [31:0] shown;\n\
             always @(posedge clock) shown <= factor_a * factor_b;\nalways @(*) product = shown;\n"
                .into(),
        )
    }
    fn timing(&self) -> Vec<TimingInfo> {
        vec![TimingInfo {
            name: "multiply".into(),
            clock: "clock".into(),
            inputs: vec!["a".into(), "b".into()],
            outputs: vec!["product".into()],
        }]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{connected, numbers, tick};

    #[test]
    fn products_and_words_come_a_cycle_later() {
        let mut uut = connected!(Product::new(), clock, a, b);
        let mut ram = connected!(SingleRam::new(100), clock, address, write, write_data);
        let mut next = numbers(5);
        let mut words = vec![0u64; 128];
        for round in 0..2000 {
            let (a, b) = if round % 7 == 0 { (i16::MIN, i16::MIN) } else { (next() as i16, next() as i16) };
            uut.a.next = u64::from(a as u16).into();
            uut.b.next = u64::from(b as u16).into();
            tick(&mut uut, |u| &mut u.clock);
            assert_eq!(uut.product.val().to_u32() as i32, i32::from(a) * i32::from(b));
            let (at, word, write) = (next() % 128, next() & 0xffff, next().is_multiple_of(2));
            ram.address.next = at.into();
            ram.write.next = write;
            ram.write_data.next = word.into();
            tick(&mut ram, |u| &mut u.clock);
            if write {
                words[at as usize] = word;
            } else {
                assert_eq!(ram.read_data.val().to_u64(), words[at as usize]);
            }
        }
    }
}
