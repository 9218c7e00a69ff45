//! The receiver of a full-speed line: from two pins to the bits of packets.
//!
//! Ports: `clock`, a multiple of 12 MHz; `d_p`, `d_n`: the pins, which may change at any time; `mute`: hears nothing,
//! as the device itself sends. `start` for a cycle when a packet's SYNC is over; then `strobe` with each `value`,
//! stuffed ones left out; `over` for a cycle when its end is over and the line idle again, with `broken` if there
//! were seven ones in a row. `bus_reset` as long as the host resets (both lines low for 32 bits). Latency: three
//! cycles after the middle of a bit.
//!
//! Each change of the line says where bits begin; a bit is taken a little before its middle, so that lines that do
//! not change at once are no error. The SYNC's first two bits may be missing, as hubs may swallow them.

use rust_hdl::prelude::*;

/// See the module's documentation.
#[derive(LogicBlock)]
pub struct LineRx {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// The pin D+.
    pub d_p: Signal<In, Bit>,
    /// The pin D-.
    pub d_n: Signal<In, Bit>,
    /// Hears nothing.
    pub mute: Signal<In, Bit>,
    /// A packet begins.
    pub start: Signal<Out, Bit>,
    /// There is a bit of a packet.
    pub strobe: Signal<Out, Bit>,
    /// The bit.
    pub value: Signal<Out, Bit>,
    /// The packet is over.
    pub over: Signal<Out, Bit>,
    /// It had a violation of stuffing.
    pub broken: Signal<Out, Bit>,
    /// The host resets.
    pub bus_reset: Signal<Out, Bit>,
    /// Two registers against metastability, and one for what was before.
    p1: DFF<Bit>,
    p2: DFF<Bit>,
    p3: DFF<Bit>,
    n1: DFF<Bit>,
    n2: DFF<Bit>,
    n3: DFF<Bit>,
    /// Cycles since the bit began.
    phase: DFF<Bits<5>>,
    /// The third registers hold the middle of a bit.
    sampled: DFF<Bit>,
    /// Of the bit before: J.
    level: DFF<Bit>,
    /// Which of the last bits were changes.
    turns: DFF<Bits<5>>,
    /// Within a packet.
    active: DFF<Bit>,
    /// In its end.
    closing: DFF<Bit>,
    ones: DFF<Bits<3>>,
    /// There was a seventh one: forgiven just before the end, where hubs may add a bit.
    seventh: DFF<Bit>,
    /// Bits for which both lines have been low.
    low: DFF<Bits<6>>,
    start_q: DFF<Bit>,
    strobe_q: DFF<Bit>,
    bit_q: DFF<Bit>,
    end_q: DFF<Bit>,
    broken_q: DFF<Bit>,
    changed: Signal<Local, Bit>,
    same: Signal<Local, Bit>,
    quiet: Signal<Local, Bit>,
    last: Constant<Bits<5>>,
    middle: Constant<Bits<5>>,
    five: Constant<Bits<5>>,
    one: Constant<Bits<5>>,
}

impl LineRx {
    /// `clocks` cycles a bit, 4 to 16.
    pub fn new(clocks: u32) -> Self {
        assert!((4..=16).contains(&clocks), "{clocks} cycles a bit: 4 to 16");
        Self {
            clock: Default::default(),
            d_p: Default::default(),
            d_n: Default::default(),
            mute: Default::default(),
            start: Default::default(),
            strobe: Default::default(),
            value: Default::default(),
            over: Default::default(),
            broken: Default::default(),
            bus_reset: Default::default(),
            p1: Default::default(),
            p2: Default::default(),
            p3: Default::default(),
            n1: Default::default(),
            n2: Default::default(),
            n3: Default::default(),
            phase: Default::default(),
            sampled: Default::default(),
            level: Default::default(),
            turns: Default::default(),
            active: Default::default(),
            closing: Default::default(),
            ones: Default::default(),
            seventh: Default::default(),
            low: Default::default(),
            start_q: Default::default(),
            strobe_q: Default::default(),
            bit_q: Default::default(),
            end_q: Default::default(),
            broken_q: Default::default(),
            changed: Default::default(),
            same: Default::default(),
            quiet: Default::default(),
            last: Constant::new((u64::from(clocks - 1)).into()),
            middle: Constant::new((u64::from((clocks - 1) / 2)).into()),
            five: Constant::new((0x1fu64).into()),
            one: Constant::new((1u64).into()),
        }
    }
}

impl Logic for LineRx {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self, clock, p1, p2, p3, n1, n2, n3, phase, sampled, level, turns, active, closing, ones, seventh, low,
            start_q, strobe_q, bit_q, end_q, broken_q
        );
        self.p1.d.next = self.d_p.val();
        self.p2.d.next = self.p1.q.val();
        self.p3.d.next = self.p2.q.val();
        self.n1.d.next = self.d_n.val();
        self.n2.d.next = self.n1.q.val();
        self.n3.d.next = self.n2.q.val();
        self.changed.next = (self.p2.q.val() ^ self.p3.q.val()) | (self.n2.q.val() ^ self.n3.q.val());
        self.phase.d.next = self.phase.q.val() + 1;
        if self.phase.q.val() == self.last.val() {
            self.phase.d.next = 0.into();
        }
        if self.changed.val() {
            self.phase.d.next = 1.into();
        }
        self.sampled.d.next = (self.phase.q.val() == self.middle.val()) & !self.changed.val();
        self.same.next = !(self.p3.q.val() ^ self.level.q.val());
        self.quiet.next = !(self.p3.q.val() | self.n3.q.val());
        self.start_q.d.next = false;
        self.strobe_q.d.next = false;
        self.end_q.d.next = false;
        self.bit_q.d.next = self.same.val();
        if self.sampled.q.val() {
            if self.quiet.val() {
                self.turns.d.next = 0.into();
                if !self.low.q.val().get_bit(5) {
                    self.low.d.next = self.low.q.val() + 1;
                }
            } else {
                self.low.d.next = 0.into();
                self.level.d.next = self.p3.q.val();
                self.turns.d.next = self.turns.q.val() << 1;
                if !self.same.val() {
                    self.turns.d.next = (self.turns.q.val() << 1) | self.one.val();
                }
            }
            if self.active.q.val() {
                if self.quiet.val() {
                    self.active.d.next = false;
                    self.closing.d.next = true;
                } else {
                    self.broken_q.d.next = self.broken_q.q.val() | self.seventh.q.val();
                    self.strobe_q.d.next = self.ones.q.val() != 6;
                    if !self.same.val() {
                        self.ones.d.next = 0.into();
                    } else {
                        if self.ones.q.val() == 6 {
                            self.seventh.d.next = true;
                            // An eighth one: this is no packet, but an idle line.
                            if self.seventh.q.val() {
                                self.active.d.next = false;
                                self.end_q.d.next = true;
                            }
                        } else {
                            self.ones.d.next = self.ones.q.val() + 1;
                        }
                    }
                }
            } else {
                if !self.quiet.val() {
                    self.end_q.d.next = self.closing.q.val();
                    self.closing.d.next = false;
                    if self.same.val() & (self.turns.q.val() == self.five.val()) {
                        self.start_q.d.next = true;
                        self.active.d.next = true;
                        self.ones.d.next = 1.into();
                        self.seventh.d.next = false;
                        self.broken_q.d.next = false;
                    }
                }
            }
        }
        if self.mute.val() {
            self.active.d.next = false;
            self.closing.d.next = false;
            self.turns.d.next = 0.into();
        }
        self.start.next = self.start_q.q.val();
        self.strobe.next = self.strobe_q.q.val();
        self.value.next = self.bit_q.q.val();
        self.over.next = self.end_q.q.val();
        self.broken.next = self.broken_q.q.val();
        self.bus_reset.next = self.low.q.val().get_bit(5);
    }
}
