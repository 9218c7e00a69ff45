//! The sender of a full-speed line: SYNC, bytes with stuffed bits, and the end of a packet.
//!
//! Ports: `clock`; `go` begins a packet; `data[8]` with `valid`, taken when `take`, the lowest bit first; where
//! `valid` is low when a byte is over, the packet ends. `value` goes on the line with `moved`, for who adds up a
//! check. `busy` from the cycle after `go` to the end; `d_p`, `d_n` and `drive` are registers, for the pins. A byte
//! is taken two cycles before its first bit, so what depends on the last bit of the one before has had time.

use rust_hdl::prelude::*;

/// See the module's documentation.
#[derive(LogicBlock)]
pub struct LineTx {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Begins a packet.
    pub go: Signal<In, Bit>,
    /// A byte.
    pub data: Signal<In, Bits<8>>,
    /// There is one.
    pub valid: Signal<In, Bit>,
    /// It is taken in this cycle.
    pub take: Signal<Out, Bit>,
    /// A bit of a byte goes on the line.
    pub moved: Signal<Out, Bit>,
    /// The bit.
    pub value: Signal<Out, Bit>,
    /// A packet is being sent.
    pub busy: Signal<Out, Bit>,
    /// For the pin D+.
    pub d_p: Signal<Out, Bit>,
    /// For the pin D-.
    pub d_n: Signal<Out, Bit>,
    /// The pins are driven.
    pub drive: Signal<Out, Bit>,
    /// Until the next bit.
    timer: DFF<Bits<5>>,
    /// It is there.
    due: DFF<Bit>,
    active: DFF<Bit>,
    /// Bits of the byte that are still to be sent.
    left: DFF<Bits<4>>,
    shift: DFF<Bits<8>>,
    ones: DFF<Bits<3>>,
    /// J.
    level: DFF<Bit>,
    /// Both lines.
    low: DFF<Bit>,
    /// Bits of the end so far.
    ending: DFF<Bits<2>>,
    drives: DFF<Bit>,
    d_p_q: DFF<Bit>,
    d_n_q: DFF<Bit>,
    drive_q: DFF<Bit>,
    six: Signal<Local, Bit>,
    some: Signal<Local, Bit>,
    whole: Constant<Bits<5>>,
    sync: Constant<Bits<8>>,
    eight: Constant<Bits<4>>,
}

impl LineTx {
    /// `clocks` cycles a bit, 4 to 16.
    pub fn new(clocks: u32) -> Self {
        assert!((4..=16).contains(&clocks), "{clocks} cycles a bit: 4 to 16");
        Self {
            clock: Default::default(),
            go: Default::default(),
            data: Default::default(),
            valid: Default::default(),
            take: Default::default(),
            moved: Default::default(),
            value: Default::default(),
            busy: Default::default(),
            d_p: Default::default(),
            d_n: Default::default(),
            drive: Default::default(),
            timer: Default::default(),
            due: Default::default(),
            active: Default::default(),
            left: Default::default(),
            shift: Default::default(),
            ones: Default::default(),
            level: Default::default(),
            low: Default::default(),
            ending: Default::default(),
            drives: Default::default(),
            d_p_q: Default::default(),
            d_n_q: Default::default(),
            drive_q: Default::default(),
            six: Default::default(),
            some: Default::default(),
            whole: Constant::new((u64::from(clocks - 1)).into()),
            sync: Constant::new((0x80u64).into()),
            eight: Constant::new((8u64).into()),
        }
    }
}

impl Logic for LineTx {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self, clock, timer, due, active, left, shift, ones, level, low, ending, drives, d_p_q, d_n_q, drive_q
        );
        self.timer.d.next = self.timer.q.val() - 1;
        self.due.d.next = self.active.q.val() & (self.timer.q.val() == 1);
        self.six.next = self.ones.q.val() == 6;
        self.some.next = self.left.q.val().any();
        self.moved.next = self.due.q.val() & self.some.val() & !self.six.val();
        self.value.next = self.shift.q.val().get_bit(0);
        self.take.next = false;
        if self.active.q.val()
            & !self.some.val()
            & !self.ending.q.val().any()
            & (self.timer.q.val() == 2)
            & self.valid.val()
        {
            self.take.next = true;
            self.shift.d.next = self.data.val();
            self.left.d.next = self.eight.val();
        }
        if self.due.q.val() {
            self.timer.d.next = self.whole.val();
            self.drives.d.next = true;
            if self.six.val() {
                self.level.d.next = !self.level.q.val();
                self.ones.d.next = 0.into();
            } else {
                if self.some.val() {
                    self.shift.d.next = self.shift.q.val() >> 1;
                    self.left.d.next = self.left.q.val() - 1;
                    self.ones.d.next = self.ones.q.val() + 1;
                    if !self.shift.q.val().get_bit(0) {
                        self.level.d.next = !self.level.q.val();
                        self.ones.d.next = 0.into();
                    }
                } else {
                    // Both lines low for two bits, then idle for one, then nobody drives.
                    self.ending.d.next = self.ending.q.val() + 1;
                    self.ones.d.next = 0.into();
                    self.low.d.next = !self.ending.q.val().get_bit(1);
                    self.level.d.next = true;
                    if self.ending.q.val() == 3 {
                        self.active.d.next = false;
                        self.drives.d.next = false;
                    }
                }
            }
        }
        if self.go.val() {
            self.active.d.next = true;
            self.timer.d.next = self.whole.val();
            self.shift.d.next = self.sync.val();
            self.left.d.next = self.eight.val();
            self.ones.d.next = 0.into();
            self.level.d.next = true;
            self.low.d.next = false;
            self.ending.d.next = 0.into();
        }
        self.busy.next = self.active.q.val() | self.drive_q.q.val();
        self.d_p_q.d.next = self.level.q.val() & !self.low.q.val();
        self.d_n_q.d.next = !self.level.q.val() & !self.low.q.val();
        self.drive_q.d.next = self.drives.q.val();
        self.d_p.next = self.d_p_q.q.val();
        self.d_n.next = self.d_n_q.q.val();
        self.drive.next = self.drive_q.q.val();
    }
}
