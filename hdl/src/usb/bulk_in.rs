//! Bytes to the host: two buffers of a packet each in one block RAM, one being filled, one being sent.
//!
//! Ports: `clock`; `reset` forgets all, `clear_toggle` the toggle only; `data[8]` with `valid`, taken when `ready`, a
//! byte every two cycles. `offer`: there is a packet, `begin_packet` says that it is going to be sent: what was
//! filled so far. It has `length[7]` bytes, of which `octet[8]` is that at `index[7]`, three cycles later, and is the
//! same until `acked`. After a packet of 64 bytes an empty one is offered if there is nothing else: the host's
//! request ends with a short one only.

use super::MOST;
use crate::ram::BlockRam;
use rust_hdl::prelude::*;

/// See the module's documentation.
#[derive(LogicBlock)]
pub struct BulkIn {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Forgets all.
    pub reset: Signal<In, Bit>,
    /// The next packet's toggle is 0.
    pub clear_toggle: Signal<In, Bit>,
    /// A byte.
    pub data: Signal<In, Bits<8>>,
    /// There is one.
    pub valid: Signal<In, Bit>,
    /// It is taken in this cycle.
    pub ready: Signal<Out, Bit>,
    /// There is a packet.
    pub offer: Signal<Out, Bit>,
    /// It is going to be sent.
    pub begin_packet: Signal<In, Bit>,
    /// It has arrived.
    pub acked: Signal<In, Bit>,
    /// Its toggle.
    pub toggle: Signal<Out, Bit>,
    /// Its bytes.
    pub length: Signal<Out, Bits<7>>,
    /// Place of the byte to read.
    pub index: Signal<In, Bits<7>>,
    /// The byte.
    pub octet: Signal<Out, Bits<8>>,
    buffer: BlockRam<8>,
    filled: DFF<Bits<7>>,
    /// That which is being filled.
    half: DFF<Bit>,
    /// The other one is to be sent, or sent again.
    in_flight: DFF<Bit>,
    sent: DFF<Bits<7>>,
    /// The last packet that arrived had 64 bytes.
    was_full: DFF<Bit>,
    toggle_q: DFF<Bit>,
    offer_q: DFF<Bit>,
    ready_q: DFF<Bit>,
    write: DFF<Bit>,
    write_address: DFF<Bits<16>>,
    write_data: DFF<Bits<8>>,
    read_address: DFF<Bits<16>>,
    take: Signal<Local, Bit>,
    swap: Signal<Local, Bit>,
    upper: Constant<Bits<16>>,
}

impl BulkIn {
    /// Empty buffers.
    pub fn new() -> Self {
        Self {
            clock: Default::default(),
            reset: Default::default(),
            clear_toggle: Default::default(),
            data: Default::default(),
            valid: Default::default(),
            ready: Default::default(),
            offer: Default::default(),
            begin_packet: Default::default(),
            acked: Default::default(),
            toggle: Default::default(),
            length: Default::default(),
            index: Default::default(),
            octet: Default::default(),
            buffer: BlockRam::new(2 * MOST, 8),
            filled: Default::default(),
            half: Default::default(),
            in_flight: Default::default(),
            sent: Default::default(),
            was_full: Default::default(),
            toggle_q: Default::default(),
            offer_q: Default::default(),
            ready_q: Default::default(),
            write: Default::default(),
            write_address: Default::default(),
            write_data: Default::default(),
            read_address: Default::default(),
            take: Default::default(),
            swap: Default::default(),
            upper: Constant::new((MOST as u64).into()),
        }
    }
}

impl Logic for BulkIn {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self,
            clock,
            filled,
            half,
            in_flight,
            sent,
            was_full,
            toggle_q,
            offer_q,
            ready_q,
            write,
            write_address,
            write_data,
            read_address
        );
        clock!(self, clock, buffer);
        self.swap.next = self.begin_packet.val() & !self.in_flight.q.val();
        self.take.next = self.ready_q.q.val() & self.valid.val() & !self.begin_packet.val();
        self.ready.next = self.ready_q.q.val() & !self.begin_packet.val();
        self.ready_q.d.next =
            !self.filled.q.val().get_bit(6) & !self.ready_q.q.val() & !self.begin_packet.val() & !self.reset.val();
        self.write.d.next = self.take.val();
        self.write_data.d.next = self.data.val();
        self.write_address.d.next = bit_cast::<16, 7>(self.filled.q.val());
        self.read_address.d.next = bit_cast::<16, 7>(self.index.val());
        if self.half.q.val() {
            self.write_address.d.next = bit_cast::<16, 7>(self.filled.q.val()) | self.upper.val();
        } else {
            self.read_address.d.next = bit_cast::<16, 7>(self.index.val()) | self.upper.val();
        }
        self.buffer.write_enable.next = self.write.q.val();
        self.buffer.write_address.next = self.write_address.q.val();
        self.buffer.write_data.next = self.write_data.q.val();
        self.buffer.read_address.next = self.read_address.q.val();
        if self.take.val() {
            self.filled.d.next = self.filled.q.val() + 1;
        }
        if self.swap.val() {
            self.in_flight.d.next = true;
            self.half.d.next = !self.half.q.val();
            self.sent.d.next = self.filled.q.val();
            self.filled.d.next = 0.into();
        }
        if self.acked.val() {
            self.in_flight.d.next = false;
            self.toggle_q.d.next = !self.toggle_q.q.val();
            self.was_full.d.next = self.sent.q.val().get_bit(6);
        }
        if self.clear_toggle.val() | self.reset.val() {
            self.toggle_q.d.next = false;
        }
        if self.reset.val() {
            self.in_flight.d.next = false;
            self.was_full.d.next = false;
            self.filled.d.next = 0.into();
        }
        self.offer_q.d.next = self.in_flight.q.val() | self.filled.q.val().any() | self.was_full.q.val();
        self.offer.next = self.offer_q.q.val();
        self.toggle.next = self.toggle_q.q.val();
        self.length.next = self.sent.q.val();
        self.octet.next = self.buffer.read_data.val();
    }
}
