//! A cyclic redundancy check, a bit at a time, the lowest bit first as USB sends them.
//!
//! Ports: `clock`; `clear` begins anew; `enable` takes `value`; `state[W]`, of which the complement is what is sent.
//! Latency: one cycle. Over what was sent and the check itself the state comes to the residue.

use rust_hdl::prelude::*;

/// See the module's documentation.
#[derive(LogicBlock)]
pub struct BitCrc<const W: usize> {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Begins anew.
    pub clear: Signal<In, Bit>,
    /// Takes a bit.
    pub enable: Signal<In, Bit>,
    /// The bit.
    pub value: Signal<In, Bit>,
    /// Complement of the check.
    pub state: Signal<Out, Bits<W>>,
    register: DFF<Bits<W>>,
    moved: Signal<Local, Bits<W>>,
    odd: Signal<Local, Bit>,
    polynomial: Constant<Bits<W>>,
    ones: Constant<Bits<W>>,
}

impl<const W: usize> BitCrc<W> {
    /// With a polynomial, its highest power in the lowest bit.
    pub fn new(polynomial: u64) -> Self {
        Self {
            clock: Default::default(),
            clear: Default::default(),
            enable: Default::default(),
            value: Default::default(),
            state: Default::default(),
            register: Default::default(),
            moved: Default::default(),
            odd: Default::default(),
            polynomial: Constant::new((polynomial).into()),
            ones: Constant::new(((1u64 << W) - 1).into()),
        }
    }
}

impl<const W: usize> Logic for BitCrc<W> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, register);
        self.moved.next = self.register.q.val() >> 1;
        self.odd.next = self.register.q.val().get_bit(0) ^ self.value.val();
        if self.enable.val() {
            self.register.d.next = self.moved.val();
            if self.odd.val() {
                self.register.d.next = self.moved.val() ^ self.polynomial.val();
            }
        }
        if self.clear.val() {
            self.register.d.next = self.ones.val();
        }
        self.state.next = self.register.q.val();
    }
}
