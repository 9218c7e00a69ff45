//! Wires side by side: what shifts and ORs would say as well, but slowly in a simulator.

use rust_hdl::prelude::*;

/// Joins up to eight words, the first one lowest.
///
/// Ports: `words$0..7[W]` -> `joined[N]`, where `N` is eight times `W`.
#[derive(LogicBlock)]
pub struct Join<const W: usize, const N: usize> {
    /// The words.
    pub words: Vec<Signal<In, Bits<W>>>,
    /// All of them.
    pub joined: Signal<Out, Bits<N>>,
}

impl<const W: usize, const N: usize> Join<W, N> {
    /// Of eight words.
    pub fn new() -> Self {
        assert_eq!(8 * W, N, "eight words of {W} bits");
        Self { words: vec![Default::default(); 8], joined: Default::default() }
    }
}

impl<const W: usize, const N: usize> Logic for Join<W, N> {
    fn update(&mut self) {
        let mut joined = Bits::<N>::default();
        for word in self.words.iter().rev() {
            joined = (joined << (W as u64)) | bit_cast::<N, W>(word.val());
        }
        self.joined.next = joined;
    }
    fn connect(&mut self) {
        self.joined.connect();
    }
    fn hdl(&self) -> Verilog {
        let names: Vec<_> = (0..8).rev().map(|i| format!("words${i}")).collect();
        Verilog::Custom(format!("always @(*) joined = {{{}}};\n", names.join(", ")))
    }
}
