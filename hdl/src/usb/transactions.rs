//! Who answers the host, with what, and when: the part of USB between packets and endpoints.
//!
//! Ports: `clock`; `reset` (the bus's, or that of power-up); from the receiver its packets; what endpoints say
//! (`control_stall`, `bulk_offer`, ...); to the sender `go`, `pid[8]`, `with_data`, `from_bulk`, while it is `busy`.
//! Pulses to endpoints: `setup` (a good one is in), `control_out` (data for endpoint 0 is in), `control_acked`,
//! `bulk_begin` (what is offered is going to be sent), `bulk_acked`, `bulk_take` (the data that came is new and is
//! kept). `to_setup`, `to_control`, `to_bulk`: for whom the data is that comes next or is coming.
//!
//! Endpoint 0 is for control, 1 (IN) never has anything to tell, 2 is for bulk in both directions. Only packets of
//! this device's address are answered, a token that is damaged or of an endpoint that is not there by nobody. Data
//! that is damaged is not answered; data that was there already (the host did not hear the answer) is acknowledged
//! and dropped. An answer begins about four bits after the line is idle; where the host's next packet does not begin
//! in time, the transaction is over.

use super::pid;
use rust_hdl::prelude::*;

/// Half bits from when the end of the host's packet is known to when an answer is sent, with [`DELAY`] cycles in it that
/// others take. So its first bit is on the pins about four bits after the line is idle: USB asks for 2 to 6.5.
const TURN: u32 = 5;
/// Cycles from the pins to a decision, and from there to the pins.
const DELAY: u32 = 10;
/// Bits until the host's next packet has begun at the latest: the 18 that USB gives it, its SYNC, and some.
const PATIENCE: u32 = 30;

/// See the module's documentation.
#[derive(LogicBlock)]
pub struct Transactions {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Forgets what it was at.
    pub reset: Signal<In, Bit>,
    /// A packet begins.
    pub start: Signal<In, Bit>,
    /// A packet is over.
    pub ended: Signal<In, Bit>,
    /// It was a token.
    pub token: Signal<In, Bit>,
    /// It was data.
    pub data: Signal<In, Bit>,
    /// It was an acknowledgement.
    pub ack: Signal<In, Bit>,
    /// The token is IN.
    pub is_in: Signal<In, Bit>,
    /// The token is OUT.
    pub is_out: Signal<In, Bit>,
    /// The token is SETUP.
    pub is_setup: Signal<In, Bit>,
    /// The token's.
    pub address: Signal<In, Bits<7>>,
    /// The token's.
    pub endpoint: Signal<In, Bits<4>>,
    /// The data's toggle.
    pub data1: Signal<In, Bit>,
    /// Of the data and its check.
    pub bytes: Signal<In, Bits<7>>,
    /// This device's.
    pub own_address: Signal<In, Bits<7>>,
    /// There are other endpoints than 0.
    pub configured: Signal<In, Bit>,
    /// The request is none that is known.
    pub control_stall: Signal<In, Bit>,
    /// Of data from endpoint 0.
    pub control_toggle: Signal<In, Bit>,
    /// Endpoint 1 is halted.
    pub halt_notify: Signal<In, Bit>,
    /// Endpoint 2, to the host, is halted.
    pub halt_in: Signal<In, Bit>,
    /// Endpoint 2, from the host, is halted.
    pub halt_out: Signal<In, Bit>,
    /// There is something to send.
    pub bulk_offer: Signal<In, Bit>,
    /// Its toggle.
    pub bulk_in_toggle: Signal<In, Bit>,
    /// The one that is expected.
    pub bulk_out_toggle: Signal<In, Bit>,
    /// There was room when the data began.
    pub bulk_open: Signal<In, Bit>,
    /// A packet is being sent.
    pub busy: Signal<In, Bit>,
    /// Sends a packet.
    pub go: Signal<Out, Bit>,
    /// Its identifier.
    pub pid: Signal<Out, Bits<8>>,
    /// It is a data packet.
    pub with_data: Signal<Out, Bit>,
    /// Its data is endpoint 2's.
    pub from_bulk: Signal<Out, Bit>,
    /// A request is in.
    pub setup: Signal<Out, Bit>,
    /// Data for endpoint 0 is in.
    pub control_out: Signal<Out, Bit>,
    /// Data of endpoint 0 has arrived.
    pub control_acked: Signal<Out, Bit>,
    /// What is offered is going to be sent.
    pub bulk_begin: Signal<Out, Bit>,
    /// Data of endpoint 2 has arrived.
    pub bulk_acked: Signal<Out, Bit>,
    /// The data that came is kept.
    pub bulk_take: Signal<Out, Bit>,
    /// The data is a request.
    pub to_setup: Signal<Out, Bit>,
    /// The data is for endpoint 0.
    pub to_control: Signal<Out, Bit>,
    /// The data is for endpoint 2.
    pub to_bulk: Signal<Out, Bit>,
    /// A token has just come.
    judging: DFF<Bit>,
    /// It is for this device.
    mine: DFF<Bit>,
    kind_in: DFF<Bit>,
    kind_setup: DFF<Bit>,
    /// It is for endpoint 0.
    zero: DFF<Bit>,
    one: DFF<Bit>,
    two: DFF<Bit>,
    /// Data of the host.
    expecting: DFF<Bit>,
    /// Its acknowledgement.
    awaiting: DFF<Bit>,
    /// It has begun.
    heard: DFF<Bit>,
    /// Cycles waited for its beginning.
    patience: DFF<Bits<9>>,
    late: DFF<Bit>,
    /// An answer is due.
    turning: DFF<Bit>,
    turn: DFF<Bits<6>>,
    turned: DFF<Bit>,
    sending: DFF<Bit>,
    was_busy: DFF<Bit>,
    stall: DFF<Bit>,
    nak: DFF<Bit>,
    with_data_q: DFF<Bit>,
    toggle: DFF<Bit>,
    from_bulk_q: DFF<Bit>,
    go_q: DFF<Bit>,
    pid_q: DFF<Bits<8>>,
    setup_q: DFF<Bit>,
    control_out_q: DFF<Bit>,
    control_acked_q: DFF<Bit>,
    bulk_begin_q: DFF<Bit>,
    bulk_acked_q: DFF<Bit>,
    bulk_take_q: DFF<Bit>,
    /// The data repeats nothing.
    fits: DFF<Bit>,
    /// The data is as long as a request.
    eight: DFF<Bit>,
    known: Signal<Local, Bit>,
    stalls: Signal<Local, Bit>,
    naks: Signal<Local, Bit>,
    refused: Signal<Local, Bit>,
    turn_end: Constant<Bits<6>>,
    patience_end: Constant<Bits<9>>,
    request: Constant<Bits<7>>,
    pid_ack: Constant<Bits<8>>,
    pid_nak: Constant<Bits<8>>,
    pid_stall: Constant<Bits<8>>,
    pid_data0: Constant<Bits<8>>,
    pid_data1: Constant<Bits<8>>,
}

impl Transactions {
    /// `clocks` cycles a bit, 4 to 16.
    pub fn new(clocks: u32) -> Self {
        assert!((4..=16).contains(&clocks), "{clocks} cycles a bit: 4 to 16");
        Self {
            clock: Default::default(),
            reset: Default::default(),
            start: Default::default(),
            ended: Default::default(),
            token: Default::default(),
            data: Default::default(),
            ack: Default::default(),
            is_in: Default::default(),
            is_out: Default::default(),
            is_setup: Default::default(),
            address: Default::default(),
            endpoint: Default::default(),
            data1: Default::default(),
            bytes: Default::default(),
            own_address: Default::default(),
            configured: Default::default(),
            control_stall: Default::default(),
            control_toggle: Default::default(),
            halt_notify: Default::default(),
            halt_in: Default::default(),
            halt_out: Default::default(),
            bulk_offer: Default::default(),
            bulk_in_toggle: Default::default(),
            bulk_out_toggle: Default::default(),
            bulk_open: Default::default(),
            busy: Default::default(),
            go: Default::default(),
            pid: Default::default(),
            with_data: Default::default(),
            from_bulk: Default::default(),
            setup: Default::default(),
            control_out: Default::default(),
            control_acked: Default::default(),
            bulk_begin: Default::default(),
            bulk_acked: Default::default(),
            bulk_take: Default::default(),
            to_setup: Default::default(),
            to_control: Default::default(),
            to_bulk: Default::default(),
            judging: Default::default(),
            mine: Default::default(),
            kind_in: Default::default(),
            kind_setup: Default::default(),
            zero: Default::default(),
            one: Default::default(),
            two: Default::default(),
            expecting: Default::default(),
            awaiting: Default::default(),
            heard: Default::default(),
            patience: Default::default(),
            late: Default::default(),
            turning: Default::default(),
            turn: Default::default(),
            turned: Default::default(),
            sending: Default::default(),
            was_busy: Default::default(),
            stall: Default::default(),
            nak: Default::default(),
            with_data_q: Default::default(),
            toggle: Default::default(),
            from_bulk_q: Default::default(),
            go_q: Default::default(),
            pid_q: Default::default(),
            setup_q: Default::default(),
            control_out_q: Default::default(),
            control_acked_q: Default::default(),
            bulk_begin_q: Default::default(),
            bulk_acked_q: Default::default(),
            bulk_take_q: Default::default(),
            fits: Default::default(),
            eight: Default::default(),
            known: Default::default(),
            stalls: Default::default(),
            naks: Default::default(),
            refused: Default::default(),
            turn_end: Constant::new((u64::from(TURN * clocks / 2 - DELAY)).into()),
            patience_end: Constant::new((u64::from(PATIENCE * clocks)).into()),
            request: Constant::new((10u64).into()),
            pid_ack: Constant::new((u64::from(pid::ACK)).into()),
            pid_nak: Constant::new((u64::from(pid::NAK)).into()),
            pid_stall: Constant::new((u64::from(pid::STALL)).into()),
            pid_data0: Constant::new((u64::from(pid::DATA0)).into()),
            pid_data1: Constant::new((u64::from(pid::DATA1)).into()),
        }
    }
}

impl Logic for Transactions {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self,
            clock,
            judging,
            mine,
            kind_in,
            kind_setup,
            zero,
            one,
            two,
            expecting,
            awaiting,
            heard,
            patience,
            late,
            turning,
            turn,
            turned,
            sending,
            was_busy,
            stall,
            nak,
            with_data_q,
            toggle,
            from_bulk_q,
            go_q,
            pid_q,
            setup_q,
            control_out_q,
            control_acked_q,
            bulk_begin_q,
            bulk_acked_q,
            bulk_take_q,
            fits,
            eight
        );
        // A token: whose it is.
        self.judging.d.next = self.token.val();
        if self.token.val() {
            self.mine.d.next = self.address.val() == self.own_address.val();
            self.kind_in.d.next = self.is_in.val();
            self.kind_setup.d.next = self.is_setup.val();
            self.zero.d.next =
                (self.endpoint.val() == 0) & (self.is_in.val() | self.is_out.val() | self.is_setup.val());
            self.one.d.next = (self.endpoint.val() == 1) & self.is_in.val() & self.configured.val();
            self.two.d.next =
                (self.endpoint.val() == 2) & (self.is_in.val() | self.is_out.val()) & self.configured.val();
        }
        self.known.next = self.mine.q.val() & (self.zero.q.val() | self.one.q.val() | self.two.q.val());
        self.stalls.next = (self.zero.q.val() & self.control_stall.val())
            | (self.one.q.val() & self.halt_notify.val())
            | (self.two.q.val() & self.halt_in.val());
        self.naks.next = self.one.q.val() | (self.two.q.val() & !self.bulk_offer.val());
        self.bulk_begin_q.d.next = false;
        self.setup_q.d.next = false;
        self.control_out_q.d.next = false;
        self.control_acked_q.d.next = false;
        self.bulk_acked_q.d.next = false;
        self.bulk_take_q.d.next = false;
        self.go_q.d.next = false;
        if self.judging.q.val() & self.known.val() {
            self.expecting.d.next = !self.kind_in.q.val();
            self.from_bulk_q.d.next = self.two.q.val();
            if self.kind_in.q.val() {
                self.turning.d.next = true;
                self.stall.d.next = self.stalls.val();
                self.nak.d.next = self.naks.val() & !self.stalls.val();
                self.with_data_q.d.next = !self.stalls.val() & !self.naks.val();
                self.bulk_begin_q.d.next = self.two.q.val() & !self.stalls.val() & !self.naks.val();
                self.toggle.d.next = self.control_toggle.val();
                if self.two.q.val() {
                    self.toggle.d.next = self.bulk_in_toggle.val();
                }
            }
        }
        // Its data.
        self.fits.d.next = self.data1.val() == self.bulk_out_toggle.val();
        self.eight.d.next = (self.bytes.val() == self.request.val()) & !self.data1.val();
        self.refused.next = (self.zero.q.val() & !self.kind_setup.q.val() & self.control_stall.val())
            | (self.two.q.val() & self.halt_out.val());
        if self.data.val() & self.expecting.q.val() {
            self.turning.d.next = !self.kind_setup.q.val() | self.eight.q.val();
            self.with_data_q.d.next = false;
            self.stall.d.next = self.refused.val();
            self.nak.d.next = self.two.q.val() & !self.refused.val() & self.fits.q.val() & !self.bulk_open.val();
            self.bulk_take_q.d.next =
                self.two.q.val() & !self.refused.val() & self.fits.q.val() & self.bulk_open.val();
            self.setup_q.d.next = self.kind_setup.q.val() & self.eight.q.val();
            self.control_out_q.d.next = self.zero.q.val() & !self.kind_setup.q.val() & !self.refused.val();
        }
        // Its acknowledgement.
        if self.ack.val() & self.awaiting.q.val() {
            self.control_acked_q.d.next = !self.from_bulk_q.q.val();
            self.bulk_acked_q.d.next = self.from_bulk_q.q.val();
        }
        if self.ended.val() {
            self.awaiting.d.next = false;
            self.expecting.d.next = false;
        }
        // An answer.
        self.turned.d.next = self.turning.q.val() & (self.turn.q.val() == self.turn_end.val());
        self.turn.d.next = 0.into();
        if self.turning.q.val() {
            self.turn.d.next = self.turn.q.val() + 1;
        }
        self.pid_q.d.next = self.pid_ack.val();
        if self.nak.q.val() {
            self.pid_q.d.next = self.pid_nak.val();
        }
        if self.stall.q.val() {
            self.pid_q.d.next = self.pid_stall.val();
        }
        if self.with_data_q.q.val() {
            self.pid_q.d.next = self.pid_data0.val();
            if self.toggle.q.val() {
                self.pid_q.d.next = self.pid_data1.val();
            }
        }
        if self.turned.q.val() & self.turning.q.val() {
            self.turning.d.next = false;
            self.go_q.d.next = true;
        }
        // After data, the host's next packet is waited for, but not for ever.
        self.was_busy.d.next = self.busy.val();
        if self.was_busy.q.val() & !self.busy.val() {
            self.awaiting.d.next = self.with_data_q.q.val();
        }
        self.patience.d.next = 0.into();
        self.late.d.next = self.patience.q.val() == self.patience_end.val();
        if (self.expecting.q.val() | self.awaiting.q.val()) & !self.heard.q.val() {
            self.patience.d.next = self.patience.q.val() + 1;
            if self.late.q.val() {
                self.expecting.d.next = false;
                self.awaiting.d.next = false;
            }
        }
        self.heard.d.next = (self.heard.q.val() | self.start.val()) & !self.ended.val() & !self.busy.val();
        if self.reset.val() {
            self.judging.d.next = false;
            self.expecting.d.next = false;
            self.awaiting.d.next = false;
            self.turning.d.next = false;
            self.with_data_q.d.next = false;
        }
        self.go.next = self.go_q.q.val();
        self.pid.next = self.pid_q.q.val();
        self.with_data.next = self.with_data_q.q.val();
        self.from_bulk.next = self.from_bulk_q.q.val();
        self.setup.next = self.setup_q.q.val();
        self.control_out.next = self.control_out_q.q.val();
        self.control_acked.next = self.control_acked_q.q.val();
        self.bulk_begin.next = self.bulk_begin_q.q.val();
        self.bulk_acked.next = self.bulk_acked_q.q.val();
        self.bulk_take.next = self.bulk_take_q.q.val();
        self.to_setup.next = self.expecting.q.val() & self.kind_setup.q.val();
        self.to_control.next = self.expecting.q.val() & self.zero.q.val() & !self.kind_setup.q.val();
        self.to_bulk.next = self.expecting.q.val() & self.two.q.val();
    }
}
