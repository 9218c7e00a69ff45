//! Which request is whose turn: sequence numbers, slots, and the link's counters.
//!
//! Ports: `clock`, `reset`; a good packet from [`super::packet_rx`] (`accept`, `sync`, `seq[16]`, `length[16]`,
//! `stored`) and its complaints; `taken[8]`, the slots that hold a request; to the executor `go` (level) with
//! `slot[16]`, `request_length[16]`, and `abort` for one cycle; from it `done` for one cycle with `status[4]`,
//! `reply_length[16]`; to the transmitter `send` (level) with `send_slot[16]`, `record[32]`, and from it `sending`,
//! `sending_slot[16]`, `sent`; `register[3]` -> `value[32]` two cycles later, the link's registers; `*_now[16]`, its counters.
//! Latency: a packet is judged in a few cycles, before the next one can have come. The rules are those of `docs/protocol.md`, section "Sequence numbers".

use crate::link::packet_tx::{RECORD_LENGTH, RECORD_STATUS};
use crate::ram::LutRam;
use eie_spec::link::{LinkParams, LINK_IDENT_VALUE};
use rust_hdl::prelude::*;

/// See the module's documentation.
#[derive(LogicBlock)]
pub struct Session {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Forgets everything but the counters.
    pub reset: Signal<In, Bit>,
    /// There was a good packet.
    pub accept: Signal<In, Bit>,
    /// It is a sync.
    pub sync: Signal<In, Bit>,
    /// Its number.
    pub seq: Signal<In, Bits<16>>,
    /// Bytes of its body.
    pub length: Signal<In, Bits<16>>,
    /// Its body is in its slot.
    pub stored: Signal<In, Bit>,
    /// Counts.
    pub bad_header: Signal<In, Bit>,
    /// Counts.
    pub bad_crc: Signal<In, Bit>,
    /// Slots that hold a request.
    pub taken: Signal<Out, Bits<8>>,
    /// A request's turn has come.
    pub go: Signal<Out, Bit>,
    /// Its slot.
    pub slot: Signal<Out, Bits<16>>,
    /// Bytes of its body.
    pub request_length: Signal<Out, Bits<16>>,
    /// Stops the executor.
    pub abort: Signal<Out, Bit>,
    /// The request is executed.
    pub done: Signal<In, Bit>,
    /// How it ended.
    pub status: Signal<In, Bits<4>>,
    /// Bytes of the reply's body.
    pub reply_length: Signal<In, Bits<16>>,
    /// There is a reply to send.
    pub send: Signal<Out, Bit>,
    /// In this slot.
    pub send_slot: Signal<Out, Bits<16>>,
    /// Its status, length and number.
    pub record: Signal<Out, Bits<32>>,
    /// A reply is being sent.
    pub sending: Signal<In, Bit>,
    /// Its slot.
    pub sending_slot: Signal<In, Bits<16>>,
    /// It is sent.
    pub sent: Signal<In, Bit>,
    /// Register of the link.
    pub register: Signal<In, Bits<3>>,
    /// What it holds.
    pub value: Signal<Out, Bits<32>>,
    /// The counters, as the registers of the same names hold them: for a second way to read them.
    pub bad_headers_now: Signal<Out, Bits<16>>,
    /// See there.
    pub bad_crcs_now: Signal<Out, Bits<16>>,
    /// See there.
    pub repeats_now: Signal<Out, Bits<16>>,
    /// See there.
    pub strays_now: Signal<Out, Bits<16>>,
    lengths: LutRam<16>,
    records: LutRam<32>,
    synced: DFF<Bit>,
    session: DFF<Bits<16>>,
    expected: DFF<Bits<16>>,
    taken_q: DFF<Bits<8>>,
    pending: DFF<Bits<8>>,
    accepted: DFF<Bit>,
    stale: DFF<Bit>,
    staler: DFF<Bit>,
    ahead_q: DFF<Bits<16>>,
    behind_q: DFF<Bits<16>>,
    is_taken_q: DFF<Bit>,
    begins_q: DFF<Bit>,
    fresh_q: DFF<Bit>,
    repeated_q: DFF<Bit>,
    stray_q: DFF<Bit>,
    again_q: DFF<Bit>,
    eligible_q: DFF<Bit>,
    in_window_q: DFF<Bit>,
    was_window_q: DFF<Bit>,
    same_session: DFF<Bit>,
    seq_bit_q: DFF<Bits<8>>,
    go_q: DFF<Bit>,
    length_q: DFF<Bits<16>>,
    /// A flag for each register.
    chosen: DFF<Bits<8>>,
    value_q: DFF<Bits<32>>,
    bad_headers: DFF<Bits<16>>,
    bad_crcs: DFF<Bits<16>>,
    repeats: DFF<Bits<16>>,
    strays: DFF<Bits<16>>,
    turn: Signal<Local, Bits<16>>,
    turn_bit: Signal<Local, Bits<8>>,
    seq_slot: Signal<Local, Bits<16>>,
    seq_bit: Signal<Local, Bits<8>>,
    sending_bit: DFF<Bits<8>>,
    turn_bit_q: DFF<Bits<8>>,
    ahead: Signal<Local, Bits<16>>,
    behind: Signal<Local, Bits<16>>,
    in_window: Signal<Local, Bit>,
    was_window: Signal<Local, Bit>,
    new_session: Signal<Local, Bit>,
    judged: Signal<Local, Bit>,
    known: DFF<Bit>,
    is_taken: Signal<Local, Bit>,
    fresh: Signal<Local, Bit>,
    repeated: Signal<Local, Bit>,
    stray: Signal<Local, Bit>,
    again: Signal<Local, Bit>,
    give: Signal<Local, Bits<8>>,
    finished: Signal<Local, Bits<8>>,
    ask: Signal<Local, Bits<8>>,
    gone: Signal<Local, Bits<8>>,
    words: Vec<Signal<Local, Bits<32>>>,
    status_field: Signal<Local, Bits<32>>,
    length_field: Signal<Local, Bits<32>>,
    one: Constant<Bits<8>>,
    window: Constant<Bits<16>>,
    window_mask: Constant<Bits<16>>,
    ident: Constant<Bits<32>>,
    params: Constant<Bits<32>>,
    length_place: Constant<Bits<5>>,
    status_place: Constant<Bits<5>>,
}

impl Session {
    /// For a link of these sizes.
    pub fn new(params: LinkParams) -> Self {
        let slots = usize::from(params.window()).max(2);
        let window = u64::from(params.window());
        Self {
            clock: Default::default(),
            reset: Default::default(),
            accept: Default::default(),
            sync: Default::default(),
            seq: Default::default(),
            length: Default::default(),
            stored: Default::default(),
            bad_header: Default::default(),
            bad_crc: Default::default(),
            taken: Default::default(),
            go: Default::default(),
            slot: Default::default(),
            request_length: Default::default(),
            abort: Default::default(),
            done: Default::default(),
            status: Default::default(),
            reply_length: Default::default(),
            send: Default::default(),
            send_slot: Default::default(),
            record: Default::default(),
            sending: Default::default(),
            sending_slot: Default::default(),
            sent: Default::default(),
            register: Default::default(),
            value: Default::default(),
            bad_headers_now: Default::default(),
            bad_crcs_now: Default::default(),
            repeats_now: Default::default(),
            strays_now: Default::default(),
            lengths: LutRam::new(slots, 16),
            records: LutRam::new(slots, 32),
            synced: Default::default(),
            session: Default::default(),
            expected: Default::default(),
            taken_q: Default::default(),
            pending: Default::default(),
            accepted: Default::default(),
            stale: Default::default(),
            staler: Default::default(),
            ahead_q: Default::default(),
            behind_q: Default::default(),
            is_taken_q: Default::default(),
            begins_q: Default::default(),
            fresh_q: Default::default(),
            repeated_q: Default::default(),
            stray_q: Default::default(),
            again_q: Default::default(),
            eligible_q: Default::default(),
            in_window_q: Default::default(),
            was_window_q: Default::default(),
            same_session: Default::default(),
            seq_bit_q: Default::default(),
            go_q: Default::default(),
            length_q: Default::default(),
            chosen: Default::default(),
            value_q: Default::default(),
            bad_headers: Default::default(),
            bad_crcs: Default::default(),
            repeats: Default::default(),
            strays: Default::default(),
            turn: Default::default(),
            turn_bit: Default::default(),
            seq_slot: Default::default(),
            seq_bit: Default::default(),
            sending_bit: Default::default(),
            turn_bit_q: Default::default(),
            ahead: Default::default(),
            behind: Default::default(),
            in_window: Default::default(),
            was_window: Default::default(),
            new_session: Default::default(),
            judged: Default::default(),
            known: Default::default(),
            is_taken: Default::default(),
            fresh: Default::default(),
            repeated: Default::default(),
            stray: Default::default(),
            again: Default::default(),
            give: Default::default(),
            finished: Default::default(),
            ask: Default::default(),
            gone: Default::default(),
            words: (0..6).map(|_| Signal::default()).collect(),
            status_field: Default::default(),
            length_field: Default::default(),
            one: Constant::new(1u64.into()),
            window: Constant::new(window.into()),
            window_mask: Constant::new((window - 1).into()),
            ident: Constant::new(u64::from(LINK_IDENT_VALUE).into()),
            params: Constant::new(u64::from(params.encode()).into()),
            length_place: Constant::new(u64::from(RECORD_LENGTH).into()),
            status_place: Constant::new(u64::from(RECORD_STATUS).into()),
        }
    }
}

impl Logic for Session {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self,
            clock,
            synced,
            session,
            expected,
            taken_q,
            pending,
            accepted,
            stale,
            staler,
            ahead_q,
            behind_q,
            is_taken_q,
            begins_q,
            fresh_q,
            repeated_q,
            stray_q,
            again_q,
            eligible_q,
            in_window_q,
            was_window_q,
            same_session,
            seq_bit_q,
            go_q,
            known,
            sending_bit,
            turn_bit_q,
            length_q,
            chosen,
            value_q,
            bad_headers,
            bad_crcs,
            repeats,
            strays
        );
        clock!(self, clock, lengths, records);
        self.bad_headers_now.next = self.bad_headers.q.val();
        self.bad_crcs_now.next = self.bad_crcs.q.val();
        self.repeats_now.next = self.repeats.q.val();
        self.strays_now.next = self.strays.q.val();
        // A packet that came.
        self.seq_slot.next = self.seq.val() & self.window_mask.val();
        self.seq_bit.next = self.one.val() << self.seq_slot.val().get_bits::<3>(0);
        self.ahead.next = self.seq.val() - self.expected.q.val();
        self.behind.next = self.expected.q.val() - self.seq.val();
        self.ahead_q.d.next = self.ahead.val();
        self.behind_q.d.next = self.behind.val();
        self.in_window.next = self.ahead_q.q.val() < self.window.val();
        self.was_window.next = self.behind_q.q.val() <= self.window.val();
        // It is judged when what it is compared with has been the same for so long that the registers here know it. What
        // changes while the judgement is on its way changes nothing about it: a request that is done in between was in
        // the window and taken, and is in none of the packets' slots that are.
        self.in_window_q.d.next = self.in_window.val();
        self.was_window_q.d.next = self.was_window.val();
        self.same_session.d.next = self.session.q.val() == self.seq.val();
        self.seq_bit_q.d.next = self.seq_bit.val();
        self.is_taken_q.d.next = (self.taken_q.q.val() & self.seq_bit_q.q.val()).any();
        self.is_taken.next = self.is_taken_q.q.val();
        self.judged.next = self.accepted.q.val() & !self.stale.q.val() & !self.staler.q.val();
        self.accepted.d.next =
            self.accept.val() | (self.accepted.q.val() & (self.stale.q.val() | self.staler.q.val()));
        self.begins_q.d.next =
            self.judged.val() & self.sync.val() & !(self.synced.q.val() & self.same_session.q.val());
        self.new_session.next = self.begins_q.q.val();
        self.stale.d.next = self.done.val() | self.new_session.val() | self.reset.val();
        self.staler.d.next = self.stale.q.val();
        self.known.d.next = self.synced.q.val() & !(self.sync.val() & !self.same_session.q.val());
        self.fresh_q.d.next = self.judged.val()
            & self.known.q.val()
            & self.in_window_q.q.val()
            & self.stored.val()
            & !self.is_taken.val();
        self.repeated_q.d.next = self.judged.val()
            & self.known.q.val()
            & ((self.in_window_q.q.val() & (!self.stored.val() | self.is_taken.val()))
                | (!self.in_window_q.q.val() & self.was_window_q.q.val()));
        self.stray_q.d.next = self.judged.val()
            & ((!self.synced.q.val() & !self.sync.val())
                | (self.known.q.val() & !self.in_window_q.q.val() & !self.was_window_q.q.val()));
        // Not while the slot's next reply is being made.
        self.again_q.d.next = self.judged.val()
            & self.known.q.val()
            & self.was_window_q.q.val()
            & !self.in_window_q.q.val()
            & !self.is_taken.val();
        self.fresh.next = self.fresh_q.q.val();
        self.repeated.next = self.repeated_q.q.val();
        self.stray.next = self.stray_q.q.val();
        self.again.next = self.again_q.q.val();
        self.lengths.write_address.next = self.seq_slot.val();
        self.lengths.write_data.next = self.length.val();
        self.lengths.write_enable.next = self.fresh.val() | (self.new_session.val() & self.stored.val());
        // Whose turn it is.
        self.turn.next = self.expected.q.val() & self.window_mask.val();
        self.turn_bit.next = self.one.val() << self.turn.val().get_bits::<3>(0);
        self.turn_bit_q.d.next = self.turn_bit.val();
        self.lengths.read_address.next = self.turn.val();
        self.length_q.d.next = self.lengths.read_data.val();
        self.request_length.next = self.length_q.q.val();
        self.slot.next = self.turn.val();
        // Not before the last reply of this slot is on its way.
        self.eligible_q.d.next = (self.taken_q.q.val() & !self.pending.q.val() & self.turn_bit.val()).any();
        self.go_q.d.next = self.eligible_q.q.val()
            & !self.done.val()
            & !self.stale.q.val()
            & !self.new_session.val()
            & !self.reset.val();
        self.go.next = self.go_q.q.val();
        self.status_field.next = bit_cast::<32, 4>(self.status.val()) << self.status_place.val();
        self.length_field.next = bit_cast::<32, 16>(self.reply_length.val()) << self.length_place.val();
        self.records.write_address.next = self.turn.val();
        self.records.write_data.next =
            self.status_field.val() | self.length_field.val() | bit_cast::<32, 16>(self.expected.q.val());
        self.records.write_enable.next = self.done.val();
        // The slots.
        self.give.next = 0.into();
        if self.fresh.val() {
            self.give.next = self.seq_bit_q.q.val();
        }
        self.finished.next = 0.into();
        if self.done.val() & !self.new_session.val() {
            self.finished.next = self.turn_bit_q.q.val();
            self.expected.d.next = self.expected.q.val() + 1;
        }
        self.ask.next = self.finished.val();
        if self.again.val() {
            self.ask.next = self.finished.val() | self.seq_bit_q.q.val();
        }
        self.sending_bit.d.next = self.one.val() << self.sending_slot.val().get_bits::<3>(0);
        self.gone.next = 0.into();
        if self.sent.val() {
            self.gone.next = self.sending_bit.q.val();
        }
        self.taken_q.d.next = (self.taken_q.q.val() & !self.finished.val()) | self.give.val();
        self.pending.d.next = (self.pending.q.val() & !self.gone.val()) | self.ask.val();
        self.abort.next = self.new_session.val() | self.reset.val();
        if self.new_session.val() | self.reset.val() {
            // What is being sent goes on to its end, and keeps its slot until then.
            self.taken_q.d.next = 0.into();
            self.pending.d.next = 0.into();
            if self.sending.val() & !self.sent.val() {
                self.pending.d.next = self.sending_bit.q.val();
            }
        }
        if self.new_session.val() & self.stored.val() {
            self.synced.d.next = true;
            self.session.d.next = self.seq.val();
            self.expected.d.next = self.seq.val();
            self.taken_q.d.next = self.seq_bit_q.q.val();
        }
        if self.reset.val() {
            self.synced.d.next = false;
        }
        // The highest slot that waits to be sent.
        self.send.next = self.pending.q.val().any() & !self.new_session.val() & !self.reset.val();
        self.send_slot.next = 0.into();
        for i in 0..8 {
            if self.pending.q.val().get_bit(i) {
                self.send_slot.next = i.to_bits();
            }
        }
        self.records.read_address.next = self.sending_slot.val();
        self.record.next = self.records.read_data.val();
        self.taken.next = self.taken_q.q.val();
        // Counters.
        if self.bad_header.val() {
            self.bad_headers.d.next = self.bad_headers.q.val() + 1;
        }
        if self.bad_crc.val() {
            self.bad_crcs.d.next = self.bad_crcs.q.val() + 1;
        }
        if self.repeated.val() {
            self.repeats.d.next = self.repeats.q.val() + 1;
        }
        if self.stray.val() {
            self.strays.d.next = self.strays.q.val() + 1;
        }
        self.value.next = self.value_q.q.val();
        self.chosen.d.next = self.one.val() << self.register.val();
        for i in 0..6 {
            self.words[i].next = 0.into();
        }
        if self.chosen.q.val().get_bit(0) {
            self.words[0].next = self.ident.val();
        }
        if self.chosen.q.val().get_bit(1) {
            self.words[1].next = self.params.val();
        }
        if self.chosen.q.val().get_bit(2) {
            self.words[2].next = bit_cast::<32, 16>(self.bad_headers.q.val());
        }
        if self.chosen.q.val().get_bit(3) {
            self.words[3].next = bit_cast::<32, 16>(self.bad_crcs.q.val());
        }
        if self.chosen.q.val().get_bit(4) {
            self.words[4].next = bit_cast::<32, 16>(self.repeats.q.val());
        }
        if self.chosen.q.val().get_bit(5) {
            self.words[5].next = bit_cast::<32, 16>(self.strays.q.val());
        }
        self.value_q.d.next = self.words[0].val()
            | self.words[1].val()
            | self.words[2].val()
            | self.words[3].val()
            | self.words[4].val()
            | self.words[5].val();
    }
}
