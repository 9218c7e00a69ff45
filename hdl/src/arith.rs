//! The multiplier, and the adder with a choice before it: generic, and in ECP5's own cells ([`crate::ecp5`]).

use crate::ecp5;
use rust_hdl::prelude::*;

/// Cycles from the factors to their product.
pub(crate) const MULTIPLY: usize = 3;

/// A signed multiplier with registers before, in and behind it.
///
/// Ports: `clock`; `a[16]`, `b[16]`, two's complement -> `product[32]`, three cycles later.
#[derive(LogicBlock)]
pub struct Multiplier {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Factor.
    pub a: Signal<In, Bits<16>>,
    /// Factor.
    pub b: Signal<In, Bits<16>>,
    /// Product.
    pub product: Signal<Out, Bits<32>>,
    _stages: [u64; MULTIPLY - 1],
}

impl Multiplier {
    /// Of zeros at first.
    pub fn new() -> Self {
        Self {
            clock: Default::default(),
            a: Default::default(),
            b: Default::default(),
            product: Default::default(),
            _stages: [0; MULTIPLY - 1],
        }
    }
}

impl Logic for Multiplier {
    fn update(&mut self) {
        if self.clock.pos_edge() {
            let factor = |bits: Bits<16>| i64::from(bits.to_u16() as i16);
            let product = factor(self.a.val()) * factor(self.b.val());
            self.product.next = self._stages[1].into();
            self._stages = [u64::from(product as i32 as u32), self._stages[0]];
        }
    }
    fn connect(&mut self) {
        self.product.connect();
    }
    fn hdl(&self) -> Verilog {
        Verilog::Custom(format!(
            "`ifdef EIE_ECP5\n{}`else\n\
             reg signed [15:0] factor_a;\nreg signed [15:0] factor_b;\nreg signed [31:0] middle;\n\
             initial begin factor_a = 0; factor_b = 0; middle = 0; product = 0; end\n\
             always @(posedge clock) begin\n\
             factor_a <= a;\nfactor_b <= b;\nmiddle <= factor_a * factor_b;\nproduct <= middle;\nend\n`endif\n",
            ecp5::multiplier()
        ))
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

/// An adder one of whose addends is chosen, in the same cycle: `sum = (choose ? a : d) + b`, of `width` bits.
///
/// Ports: `choose`, `a[48]`, `d[48]`, `b[48]` -> `sum[48]`; bits from `width` on are zero in the sum.
#[derive(LogicBlock)]
pub struct ChoosingAdder {
    /// Takes `a`, not `d`.
    pub choose: Signal<In, Bit>,
    /// One of the two.
    pub a: Signal<In, Bits<48>>,
    /// The other one.
    pub d: Signal<In, Bits<48>>,
    /// What is added.
    pub b: Signal<In, Bits<48>>,
    /// The sum, modulo `2^width`.
    pub sum: Signal<Out, Bits<48>>,
    _width: usize,
}

impl ChoosingAdder {
    /// Of `width` bits, up to 48.
    pub fn new(width: usize) -> Self {
        Self {
            choose: Default::default(),
            a: Default::default(),
            d: Default::default(),
            b: Default::default(),
            sum: Default::default(),
            _width: width,
        }
    }
}

impl Logic for ChoosingAdder {
    fn update(&mut self) {
        let addend = if self.choose.val() { self.a.val() } else { self.d.val() };
        let sum = addend.to_u64().wrapping_add(self.b.val().to_u64());
        self.sum.next = (sum & ((1 << self._width) - 1)).into();
    }
    fn connect(&mut self) {
        self.sum.connect();
    }
    fn hdl(&self) -> Verilog {
        let top = self._width - 1;
        // Carry cells come in pairs.
        let even = self._width.next_multiple_of(2);
        let cells = if even > self._width { String::new() } else { ecp5::choosing_adder(even) };
        let plain = format!(
            "wire [{top}:0] total = (choose ? a[{top}:0] : d[{top}:0]) + b[{top}:0];\nalways @(*) sum = total;\n"
        );
        Verilog::Custom(match cells.is_empty() {
            true => plain,
            false => format!("`ifdef EIE_ECP5\n{cells}`else\n{plain}`endif\n"),
        })
    }
}
