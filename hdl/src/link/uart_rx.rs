//! The receiver of a serial line: 8 data bits, no parity, one stop bit, the lowest bit first.
//!
//! Ports: `clock`; `line` (idle: high; may change at any time); `data[8]` with `valid` for one cycle; `broken` for
//! one cycle instead if there was no stop bit. Latency: half a bit after the middle of the stop bit began.
//! Honours no back-pressure: who takes the bytes must do so at once.

use rust_hdl::prelude::*;

/// See the module's documentation.
#[derive(LogicBlock)]
pub struct UartRx {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// The line.
    pub line: Signal<In, Bit>,
    /// A byte.
    pub data: Signal<Out, Bits<8>>,
    /// There is one.
    pub valid: Signal<Out, Bit>,
    /// There was one without a stop bit.
    pub broken: Signal<Out, Bit>,
    // Two registers against metastability. They hold the complement, so that they begin as an idle line.
    sync1: DFF<Bit>,
    sync2: DFF<Bit>,
    active: DFF<Bit>,
    /// Until the middle of the next bit.
    timer: DFF<Bits<16>>,
    /// It is there.
    due: DFF<Bit>,
    /// The start bit is next, or the stop bit.
    at_start: DFF<Bit>,
    at_stop: DFF<Bit>,
    /// Bits that are still to come: start, eight, stop.
    left: DFF<Bits<4>>,
    shift: DFF<Bits<8>>,
    moved: Signal<Local, Bits<8>>,
    sample: Signal<Local, Bit>,
    whole: Constant<Bits<16>>,
    half: Constant<Bits<16>>,
    top: Constant<Bits<8>>,
    bits: Constant<Bits<4>>,
}

impl UartRx {
    /// `clocks` cycles a bit, at least 4.
    pub fn new(clocks: u32) -> Self {
        assert!((4..=1 << 16).contains(&clocks), "{clocks} cycles a bit: 4 to 65536");
        Self {
            clock: Default::default(),
            line: Default::default(),
            data: Default::default(),
            valid: Default::default(),
            broken: Default::default(),
            sync1: Default::default(),
            sync2: Default::default(),
            active: Default::default(),
            timer: Default::default(),
            due: Default::default(),
            at_start: Default::default(),
            at_stop: Default::default(),
            left: Default::default(),
            shift: Default::default(),
            moved: Default::default(),
            sample: Default::default(),
            whole: Constant::new(u64::from(clocks - 1).into()),
            half: Constant::new(u64::from(clocks / 2 - 1).into()),
            top: Constant::new(0x80u64.into()),
            bits: Constant::new(9u64.into()),
        }
    }
}

impl Logic for UartRx {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, sync1, sync2, active, timer, due, at_start, at_stop, left, shift);
        self.sync1.d.next = !self.line.val();
        self.sync2.d.next = self.sync1.q.val();
        self.due.d.next = self.active.q.val() & (self.timer.q.val() == 1);
        self.sample.next = self.due.q.val();
        self.at_start.d.next = self.left.q.val() == self.bits.val();
        self.at_stop.d.next = !self.left.q.val().any();
        self.moved.next = self.shift.q.val() >> 1;
        self.data.next = self.shift.q.val();
        self.valid.next = false;
        self.broken.next = false;
        if self.active.q.val() {
            self.timer.d.next = self.timer.q.val() - 1;
        } else {
            self.timer.d.next = self.half.val();
            self.left.d.next = self.bits.val();
            self.active.d.next = self.sync2.q.val();
        }
        if self.sample.val() {
            self.timer.d.next = self.whole.val();
            self.left.d.next = self.left.q.val() - 1;
            if self.at_stop.q.val() {
                // The stop bit.
                self.valid.next = !self.sync2.q.val();
                self.broken.next = self.sync2.q.val();
                self.active.d.next = false;
            } else {
                self.shift.d.next = self.moved.val();
                if !self.sync2.q.val() {
                    self.shift.d.next = self.moved.val() | self.top.val();
                }
            }
            if self.at_start.q.val() & !self.sync2.q.val() {
                // No start bit, but a short disturbance.
                self.active.d.next = false;
            }
        }
    }
}
