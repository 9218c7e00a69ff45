//! Takes packets apart as their bytes arrive, puts bodies into the buffer of requests, and says when a whole packet
//! turned out to be good.
//!
//! Ports: `clock`, `reset`; bytes `data[8]` with `valid`, taken when `ready`; `taken[8]`, the slots that hold a
//! request; the buffer's `write`, `write_address[16]`, `write_data[8]`; `accept` for one cycle with `sync`, `seq[16]`,
//! `length[16]`, `stored`; `bad_header`, `bad_crc` for one cycle each.
//! Latency: `accept` comes one cycle after the last byte, and no byte is taken in that cycle.
//! Never: writes into a slot that was taken when the header came.

use super::crc32::Crc32;
use eie_spec::link::packet::{Kind, CRC_RESIDUE, HEADER, REQUEST};
use eie_spec::link::LinkParams;
use rust_hdl::prelude::*;

// The derive macro for enums does not pass documentation through.
#[allow(missing_docs)]
mod state {
    use rust_hdl::prelude::*;

    #[derive(Copy, Clone, PartialEq, Debug, LogicState)]
    pub enum Receive {
        Hunt,
        Header,
        Body,
        Trailer,
        Check,
    }
}
use state::Receive;

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
    state: DFF<Receive>,
    count: DFF<Bits<4>>,
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
    next_offset: Signal<Local, Bits<16>>,
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
            crc: Crc32::new(),
            state: Default::default(),
            count: Default::default(),
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
            next_offset: Default::default(),
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
        dff_setup!(self, clock, state, count, kind, seq_low, seq_high, length_low, length_high, offset, stored_q);
        clock!(self, clock, crc);
        self.ready.next = self.state.q.val() != Receive::Check;
        self.take.next = self.valid.val() & (self.state.q.val() != Receive::Check);
        self.crc.enable.next = self.take.val();
        self.crc.first.next = self.state.q.val() == Receive::Hunt;
        self.crc.data.next = self.data.val();
        self.number.next = bit_cast::<16, 8>(self.seq_low.q.val()) | (bit_cast::<16, 8>(self.seq_high.q.val()) << 8);
        self.bytes.next =
            bit_cast::<16, 8>(self.length_low.q.val()) | (bit_cast::<16, 8>(self.length_high.q.val()) << 8);
        self.slot.next = self.number.val() & self.window_mask.val();
        self.slot_taken.next = self.taken.val() >> self.slot.val().get_bits::<3>(0);
        self.check.next = !self.crc.state.val().get_bits::<8>(0);
        self.header_good.next = (self.data.val() == self.check.val())
            & ((self.kind.q.val() == self.execute.val()) | (self.kind.q.val() == self.sync_kind.val()))
            & (self.bytes.val() <= self.longest.val());
        self.next_offset.next = self.offset.q.val() + 1;
        self.write.next = false;
        self.write_address.next = (self.slot.val() << self.slot_bits.val()) | self.offset.q.val();
        self.write_data.next = self.data.val();
        self.accept.next = false;
        self.bad_header.next = false;
        self.bad_crc.next = false;
        match self.state.q.val() {
            Receive::Hunt => {
                self.count.d.next = 1.into();
                if self.take.val() {
                    if self.data.val() == self.magic.val() {
                        self.state.d.next = Receive::Header;
                    } else {
                        self.bad_header.next = self.data.val().any();
                    }
                }
            }
            Receive::Header => {
                self.offset.d.next = 0.into();
                if self.take.val() {
                    self.count.d.next = self.count.q.val() + 1;
                    if self.count.q.val() == 1 {
                        self.kind.d.next = self.data.val();
                    }
                    if self.count.q.val() == 2 {
                        self.seq_low.d.next = self.data.val();
                    }
                    if self.count.q.val() == 3 {
                        self.seq_high.d.next = self.data.val();
                    }
                    if self.count.q.val() == 4 {
                        self.length_low.d.next = self.data.val();
                    }
                    if self.count.q.val() == 5 {
                        self.length_high.d.next = self.data.val();
                    }
                    if self.count.q.val() == self.last_header.val() {
                        self.count.d.next = 0.into();
                        self.stored_q.d.next = !self.slot_taken.val().get_bit(0);
                        if self.header_good.val() {
                            self.state.d.next = Receive::Trailer;
                            if self.bytes.val().any() {
                                self.state.d.next = Receive::Body;
                            }
                        } else {
                            self.bad_header.next = true;
                            self.state.d.next = Receive::Hunt;
                        }
                    }
                }
            }
            Receive::Body => {
                if self.take.val() {
                    self.write.next = self.stored_q.q.val();
                    self.offset.d.next = self.next_offset.val();
                    if self.next_offset.val() == self.bytes.val() {
                        self.state.d.next = Receive::Trailer;
                    }
                }
            }
            Receive::Trailer => {
                if self.take.val() {
                    self.count.d.next = self.count.q.val() + 1;
                    if self.count.q.val() == 3 {
                        self.state.d.next = Receive::Check;
                    }
                }
            }
            Receive::Check => {
                self.accept.next = self.crc.state.val() == self.residue.val();
                self.bad_crc.next = self.crc.state.val() != self.residue.val();
                self.state.d.next = Receive::Hunt;
            }
            _ => {
                self.state.d.next = Receive::Hunt;
            }
        }
        if self.reset.val() {
            self.state.d.next = Receive::Hunt;
        }
        self.sync.next = self.kind.q.val() == self.sync_kind.val();
        self.seq.next = self.number.val();
        self.length.next = self.bytes.val();
        self.stored.next = self.stored_q.q.val();
    }
}
