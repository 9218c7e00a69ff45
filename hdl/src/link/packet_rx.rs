//! Takes packets apart as their bytes arrive, puts bodies into the buffer of requests, and says when a whole packet
//! turned out to be good.
//!
//! Ports: `clock`, `reset`; bytes `data[8]` with `valid`, taken when `ready`; `taken[8]`, the slots that hold a
//! request; the buffer's `write`, `write_address[16]`, `write_data[8]`; `accept` for one cycle with `sync`, `seq[16]`,
//! `length[16]`, `stored`; `bad_header`, `bad_crc` for one cycle each.
//! Latency: a byte every two cycles; `accept` comes three cycles after the last byte_q, and no byte is taken until then.
//! A byte is looked at in the cycle after it was taken.
//! Never: writes into a slot that was taken when the header came.

use super::crc32::Crc32;
use eie_spec::link::packet::{Kind, CRC_RESIDUE, HEADER, REQUEST};
use eie_spec::link::LinkParams;
use rust_hdl::prelude::*;

/// See the module's documentation.
#[derive(LogicBlock)]
pub struct PacketRx {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Forgets an unfinished packet.
    pub reset: Signal<In, Bit>,
    /// A byte.
    pub data: Signal<In, Bits<8>>,
    /// There is one.
    pub valid: Signal<In, Bit>,
    /// It is taken in this cycle.
    pub ready: Signal<Out, Bit>,
    /// Slots that hold a request.
    pub taken: Signal<In, Bits<8>>,
    /// Writes a byte of a body.
    pub write: Signal<Out, Bit>,
    /// Where.
    pub write_address: Signal<Out, Bits<16>>,
    /// What.
    pub write_data: Signal<Out, Bits<8>>,
    /// There was a good packet.
    pub accept: Signal<Out, Bit>,
    /// It is a sync.
    pub sync: Signal<Out, Bit>,
    /// Its number.
    pub seq: Signal<Out, Bits<16>>,
    /// Bytes of its body.
    pub length: Signal<Out, Bits<16>>,
    /// Its slot was free: the body is in the buffer.
    pub stored: Signal<Out, Bit>,
    /// There was a bad header, or a byte that begins no packet.
    pub bad_header: Signal<Out, Bit>,
    /// There was a packet with a wrong CRC.
    pub bad_crc: Signal<Out, Bit>,
    crc: Crc32,
    /// The state; none of them between packets.
    in_header: DFF<Bit>,
    in_body: DFF<Bit>,
    in_trailer: DFF<Bit>,
    in_check: DFF<Bit>,
    in_judge: DFF<Bit>,
    /// The byte that was taken, what it is, and whether there is one.
    byte_q: DFF<Bits<8>>,
    is_magic: DFF<Bit>,
    is_zero: DFF<Bit>,
    is_check: DFF<Bit>,
    have: DFF<Bit>,
    count: DFF<Bits<4>>,
    kind_good: DFF<Bit>,
    length_good: DFF<Bit>,
    some: DFF<Bit>,
    before_last: DFF<Bits<16>>,
    at_last: DFF<Bit>,
    slot_free: DFF<Bit>,
    good: DFF<Bit>,
    write_q: DFF<Bit>,
    write_address_q: DFF<Bits<16>>,
    write_data_q: DFF<Bits<8>>,
    kind: DFF<Bits<8>>,
    seq_low: DFF<Bits<8>>,
    seq_high: DFF<Bits<8>>,
    length_low: DFF<Bits<8>>,
    length_high: DFF<Bits<8>>,
    offset: DFF<Bits<16>>,
    stored_q: DFF<Bit>,
    take: Signal<Local, Bit>,
    number: Signal<Local, Bits<16>>,
    bytes: Signal<Local, Bits<16>>,
    hunts: Signal<Local, Bit>,
    slot: Signal<Local, Bits<16>>,
    slot_taken: Signal<Local, Bits<8>>,
    check: Signal<Local, Bits<8>>,
    header_good: Signal<Local, Bit>,
    magic: Constant<Bits<8>>,
    execute: Constant<Bits<8>>,
    sync_kind: Constant<Bits<8>>,
    last_header: Constant<Bits<4>>,
    longest: Constant<Bits<16>>,
    residue: Constant<Bits<32>>,
    window_mask: Constant<Bits<16>>,
    slot_bits: Constant<Bits<4>>,
}

impl PacketRx {
    /// For a link of these sizes.
    pub fn new(params: LinkParams) -> Self {
        Self {
            clock: Default::default(),
            reset: Default::default(),
            data: Default::default(),
            valid: Default::default(),
            ready: Default::default(),
            taken: Default::default(),
            write: Default::default(),
            write_address: Default::default(),
            write_data: Default::default(),
            accept: Default::default(),
            sync: Default::default(),
            seq: Default::default(),
            length: Default::default(),
            stored: Default::default(),
            bad_header: Default::default(),
            bad_crc: Default::default(),
            crc: Crc32::new(REQUEST),
            in_header: Default::default(),
            in_body: Default::default(),
            in_trailer: Default::default(),
            in_check: Default::default(),
            in_judge: Default::default(),
            byte_q: Default::default(),
            is_magic: Default::default(),
            is_zero: Default::default(),
            is_check: Default::default(),
            have: Default::default(),
            count: Default::default(),
            kind_good: Default::default(),
            length_good: Default::default(),
            some: Default::default(),
            before_last: Default::default(),
            at_last: Default::default(),
            slot_free: Default::default(),
            good: Default::default(),
            write_q: Default::default(),
            write_address_q: Default::default(),
            write_data_q: Default::default(),
            kind: Default::default(),
            seq_low: Default::default(),
            seq_high: Default::default(),
            length_low: Default::default(),
            length_high: Default::default(),
            offset: Default::default(),
            stored_q: Default::default(),
            take: Default::default(),
            number: Default::default(),
            bytes: Default::default(),
            hunts: Default::default(),
            slot: Default::default(),
            slot_taken: Default::default(),
            check: Default::default(),
            header_good: Default::default(),
            magic: Constant::new(u64::from(REQUEST).into()),
            execute: Constant::new((Kind::Execute as u64).into()),
            sync_kind: Constant::new((Kind::Sync as u64).into()),
            last_header: Constant::new((HEADER as u64 - 1).into()),
            longest: Constant::new((params.slot() as u64).into()),
            residue: Constant::new(u64::from(CRC_RESIDUE).into()),
            window_mask: Constant::new(u64::from(params.window() - 1).into()),
            slot_bits: Constant::new(u64::from(params.slot_bits).into()),
        }
    }
}

impl Logic for PacketRx {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self,
            clock,
            in_header,
            in_body,
            in_trailer,
            in_check,
            in_judge,
            byte_q,
            is_magic,
            is_zero,
            is_check,
            have,
            count,
            kind_good,
            length_good,
            some,
            before_last,
            at_last,
            slot_free,
            good,
            write_q,
            write_address_q,
            write_data_q,
            kind,
            seq_low,
            seq_high,
            length_low,
            length_high,
            offset,
            stored_q
        );
        clock!(self, clock, crc);
        self.hunts.next = !(self.in_header.q.val()
            | self.in_body.q.val()
            | self.in_trailer.q.val()
            | self.in_check.q.val()
            | self.in_judge.q.val());
        // Not through a local signal: Verilator would take what is ready for one with what is taken.
        self.ready.next = !(self.have.q.val() | self.in_check.q.val() | self.in_judge.q.val());
        self.take.next = self.valid.val() & !(self.have.q.val() | self.in_check.q.val() | self.in_judge.q.val());
        // What the byte is.
        self.crc.enable.next = self.take.val();
        self.crc.first.next = self.hunts.val();
        self.crc.data.next = self.data.val();
        self.check.next = !self.crc.state.val().get_bits::<8>(0);
        self.have.d.next = self.take.val();
        self.byte_q.d.next = self.data.val();
        self.is_magic.d.next = self.data.val() == self.magic.val();
        self.is_zero.d.next = !self.data.val().any();
        self.is_check.d.next = self.data.val() == self.check.val();
        // What is known of the packet.
        self.number.next = bit_cast::<16, 8>(self.seq_low.q.val()) | (bit_cast::<16, 8>(self.seq_high.q.val()) << 8);
        self.bytes.next =
            bit_cast::<16, 8>(self.length_low.q.val()) | (bit_cast::<16, 8>(self.length_high.q.val()) << 8);
        self.slot.next = self.number.val() & self.window_mask.val();
        self.slot_taken.next = self.taken.val() >> self.slot.val().get_bits::<3>(0);
        self.slot_free.d.next = !self.slot_taken.val().get_bit(0);
        self.kind_good.d.next =
            (self.kind.q.val() == self.execute.val()) | (self.kind.q.val() == self.sync_kind.val());
        self.length_good.d.next = self.bytes.val() <= self.longest.val();
        self.some.d.next = self.bytes.val().any();
        self.before_last.d.next = self.bytes.val() - 1;
        self.at_last.d.next = self.offset.q.val() == self.before_last.q.val();
        self.header_good.next = self.is_check.q.val() & self.kind_good.q.val() & self.length_good.q.val();
        self.good.d.next = self.crc.state.val() == self.residue.val();
        self.write_q.d.next = self.have.q.val() & self.in_body.q.val() & self.stored_q.q.val();
        self.write_address_q.d.next = (self.slot.val() << self.slot_bits.val()) | self.offset.q.val();
        self.write_data_q.d.next = self.byte_q.q.val();
        self.write.next = self.write_q.q.val();
        self.write_address.next = self.write_address_q.q.val();
        self.write_data.next = self.write_data_q.q.val();
        self.bad_header.next = false;
        if self.have.q.val() {
            self.count.d.next = self.count.q.val() + 1;
            if self.hunts.val() {
                self.count.d.next = 1.into();
                self.in_header.d.next = self.is_magic.q.val();
                self.bad_header.next = !self.is_magic.q.val() & !self.is_zero.q.val();
            }
            if self.in_header.q.val() {
                self.offset.d.next = 0.into();
                if self.count.q.val() == 1 {
                    self.kind.d.next = self.byte_q.q.val();
                }
                if self.count.q.val() == 2 {
                    self.seq_low.d.next = self.byte_q.q.val();
                }
                if self.count.q.val() == 3 {
                    self.seq_high.d.next = self.byte_q.q.val();
                }
                if self.count.q.val() == 4 {
                    self.length_low.d.next = self.byte_q.q.val();
                }
                if self.count.q.val() == 5 {
                    self.length_high.d.next = self.byte_q.q.val();
                }
                if self.count.q.val() == self.last_header.val() {
                    self.count.d.next = 0.into();
                    self.stored_q.d.next = self.slot_free.q.val();
                    self.in_header.d.next = false;
                    self.in_body.d.next = self.header_good.val() & self.some.q.val();
                    self.in_trailer.d.next = self.header_good.val() & !self.some.q.val();
                    self.bad_header.next = !self.header_good.val();
                }
            }
            if self.in_body.q.val() {
                self.count.d.next = 0.into();
                self.offset.d.next = self.offset.q.val() + 1;
                self.in_body.d.next = !self.at_last.q.val();
                self.in_trailer.d.next = self.at_last.q.val();
            }
            if self.in_trailer.q.val() & (self.count.q.val() == 3) {
                self.in_trailer.d.next = false;
                self.in_check.d.next = true;
            }
        }
        // The CRC of all bytes is there, then it is compared.
        if self.in_check.q.val() {
            self.in_check.d.next = false;
        }
        self.in_judge.d.next = self.in_check.q.val();
        self.accept.next = self.in_judge.q.val() & self.good.q.val();
        self.bad_crc.next = self.in_judge.q.val() & !self.good.q.val();
        if self.reset.val() {
            self.have.d.next = false;
            self.in_header.d.next = false;
            self.in_body.d.next = false;
            self.in_trailer.d.next = false;
            self.in_check.d.next = false;
            self.in_judge.d.next = false;
        }
        self.sync.next = self.kind.q.val() == self.sync_kind.val();
        self.seq.next = self.number.val();
        self.length.next = self.bytes.val();
        self.stored.next = self.stored_q.q.val();
    }
}
