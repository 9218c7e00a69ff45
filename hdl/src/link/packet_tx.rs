//! Sends replies: header, body from the buffer of replies, CRC.
//!
//! Ports: `clock`; `send` (level) with `send_slot[16]`; then the `record[32]` of `slot` (status in bits 31..28, length in
//! 27..16, number in 15..0), looked at in the first cycle of `sending`; `sending` with `slot[16]` while it goes on, `sent` for one cycle at
//! its end; the buffer's `read_address[16]` -> `read_data[8]` two cycles later; bytes `data[8]` with `valid`, taken when
//! `ready`, `last` with a packet's last one. Latency: a byte every five cycles.

use super::crc32::Crc32;
use eie_spec::link::packet::{HEADER, REPLY};
use eie_spec::link::LinkParams;
use rust_hdl::prelude::*;

// The derive macro for enums does not pass documentation through.
#[allow(missing_docs)]
mod state {
    use rust_hdl::prelude::*;

    #[derive(Copy, Clone, PartialEq, Debug, LogicState)]
    pub enum Transmit {
        Idle,
        Pick,
        Fetch,
        Wait,
        Choose,
        Load,
        Offer,
    }

    #[derive(Copy, Clone, PartialEq, Debug, LogicState)]
    pub enum Part {
        Header,
        Body,
        Trailer,
    }
}
use state::{Part, Transmit};

/// Place of the length in a record.
pub const RECORD_LENGTH: u32 = 16;
/// Place of the status in a record.
pub const RECORD_STATUS: u32 = 28;

/// See the module's documentation.
#[derive(LogicBlock)]
pub struct PacketTx {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// There is a reply to send.
    pub send: Signal<In, Bit>,
    /// In this slot.
    pub send_slot: Signal<In, Bits<16>>,
    /// With this record.
    pub record: Signal<In, Bits<32>>,
    /// A reply is being sent.
    pub sending: Signal<Out, Bit>,
    /// From this slot.
    pub slot: Signal<Out, Bits<16>>,
    /// It is sent.
    pub sent: Signal<Out, Bit>,
    /// Byte to read.
    pub read_address: Signal<Out, Bits<16>>,
    /// The byte read.
    pub read_data: Signal<In, Bits<8>>,
    /// A byte.
    pub data: Signal<Out, Bits<8>>,
    /// There is one.
    pub valid: Signal<Out, Bit>,
    /// It is the packet's last one.
    pub last: Signal<Out, Bit>,
    /// It is taken in this cycle.
    pub ready: Signal<In, Bit>,
    crc: Crc32,
    state: DFF<Transmit>,
    part: DFF<Part>,
    count: DFF<Bits<4>>,
    slot_q: DFF<Bits<16>>,
    record_q: DFF<Bits<32>>,
    offset: DFF<Bits<16>>,
    /// What the byte is if it is not of the body, and whether it is the last one of its part.
    other_q: DFF<Bits<8>>,
    header_ends: DFF<Bit>,
    trailer_ends: DFF<Bit>,
    before_last: DFF<Bits<16>>,
    body_ends: DFF<Bit>,
    some: DFF<Bit>,
    length: Signal<Local, Bits<16>>,
    check: Signal<Local, Bits<32>>,
    current_q: DFF<Bits<8>>,
    header: Signal<Local, Bits<8>>,
    header_q: DFF<Bits<8>>,
    address_q: DFF<Bits<16>>,
    check_byte: DFF<Bits<4>>,
    chosen0: Signal<Local, Bits<8>>,
    chosen1: Signal<Local, Bits<8>>,
    chosen2: Signal<Local, Bits<8>>,
    chosen3: Signal<Local, Bits<8>>,
    taken: Signal<Local, Bit>,
    magic: Constant<Bits<8>>,
    last_header: Constant<Bits<4>>,
    slot_bits: Constant<Bits<4>>,
}

impl PacketTx {
    /// For a link of these sizes.
    pub fn new(params: LinkParams) -> Self {
        Self {
            clock: Default::default(),
            send: Default::default(),
            send_slot: Default::default(),
            record: Default::default(),
            sending: Default::default(),
            slot: Default::default(),
            sent: Default::default(),
            read_address: Default::default(),
            read_data: Default::default(),
            data: Default::default(),
            valid: Default::default(),
            last: Default::default(),
            ready: Default::default(),
            crc: Crc32::new(REPLY),
            state: Default::default(),
            part: Default::default(),
            count: Default::default(),
            slot_q: Default::default(),
            record_q: Default::default(),
            offset: Default::default(),
            other_q: Default::default(),
            header_ends: Default::default(),
            trailer_ends: Default::default(),
            before_last: Default::default(),
            body_ends: Default::default(),
            some: Default::default(),
            length: Default::default(),
            check: Default::default(),
            current_q: Default::default(),
            header: Default::default(),
            header_q: Default::default(),
            address_q: Default::default(),
            check_byte: Default::default(),
            chosen0: Default::default(),
            chosen1: Default::default(),
            chosen2: Default::default(),
            chosen3: Default::default(),
            taken: Default::default(),
            magic: Constant::new(u64::from(REPLY).into()),
            last_header: Constant::new((HEADER as u64 - 1).into()),
            slot_bits: Constant::new(u64::from(params.slot_bits).into()),
        }
    }
}

impl Logic for PacketTx {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self,
            clock,
            state,
            part,
            count,
            slot_q,
            record_q,
            offset,
            current_q,
            other_q,
            header_q,
            address_q,
            check_byte,
            header_ends,
            trailer_ends,
            before_last,
            body_ends,
            some
        );
        clock!(self, clock, crc);
        self.length.next = bit_cast::<16, 12>(self.record_q.q.val().get_bits::<12>(16));
        // These have time: a byte stays for several cycles.
        self.header_ends.d.next = self.count.q.val() == self.last_header.val();
        self.trailer_ends.d.next = (self.part.q.val() == Part::Trailer) & (self.count.q.val() == 3);
        self.before_last.d.next = self.length.val() - 1;
        self.body_ends.d.next = self.offset.q.val() == self.before_last.q.val();
        self.some.d.next = self.length.val().any();
        self.address_q.d.next = (self.slot_q.q.val() << self.slot_bits.val()) | self.offset.q.val();
        self.read_address.next = self.address_q.q.val();
        self.check.next = !self.crc.state.val();
        // What is sent: a byte of the header is chosen ahead of time; the CRC is there a cycle before it is asked for.
        self.header.next = 0.into();
        self.check_byte.d.next = 0.into();
        if self.part.q.val() == Part::Header {
            self.header.next = self.magic.val();
            if self.count.q.val() == 1 {
                self.header.next = bit_cast::<8, 4>(self.record_q.q.val().get_bits::<4>(28));
            }
            if self.count.q.val() == 2 {
                self.header.next = self.record_q.q.val().get_bits::<8>(0);
            }
            if self.count.q.val() == 3 {
                self.header.next = self.record_q.q.val().get_bits::<8>(8);
            }
            if self.count.q.val() == 4 {
                self.header.next = self.length.val().get_bits::<8>(0);
            }
            if self.count.q.val() == 5 {
                self.header.next = self.length.val().get_bits::<8>(8);
            }
            if self.count.q.val() == 6 {
                self.header.next = 0.into();
                self.check_byte.d.next = 1.into();
            }
        }
        if self.part.q.val() == Part::Trailer {
            self.check_byte.d.next = 1.into();
            if self.count.q.val() == 1 {
                self.check_byte.d.next = 2.into();
            }
            if self.count.q.val() == 2 {
                self.check_byte.d.next = 4.into();
            }
            if self.count.q.val() == 3 {
                self.check_byte.d.next = 8.into();
            }
        }
        self.header_q.d.next = self.header.val();
        self.chosen0.next = 0.into();
        self.chosen1.next = 0.into();
        self.chosen2.next = 0.into();
        self.chosen3.next = 0.into();
        if self.check_byte.q.val().get_bit(0) {
            self.chosen0.next = self.check.val().get_bits::<8>(0);
        }
        if self.check_byte.q.val().get_bit(1) {
            self.chosen1.next = self.check.val().get_bits::<8>(8);
        }
        if self.check_byte.q.val().get_bit(2) {
            self.chosen2.next = self.check.val().get_bits::<8>(16);
        }
        if self.check_byte.q.val().get_bit(3) {
            self.chosen3.next = self.check.val().get_bits::<8>(24);
        }
        self.other_q.d.next =
            self.header_q.q.val() | self.chosen0.val() | self.chosen1.val() | self.chosen2.val() | self.chosen3.val();
        self.data.next = self.current_q.q.val();
        self.valid.next = self.state.q.val() == Transmit::Offer;
        self.taken.next = (self.state.q.val() == Transmit::Offer) & self.ready.val();
        self.last.next = self.trailer_ends.q.val();
        self.sent.next = self.taken.val() & self.trailer_ends.q.val();
        self.crc.enable.next = self.taken.val() & (self.part.q.val() != Part::Trailer);
        self.crc.first.next = (self.part.q.val() == Part::Header) & !self.count.q.val().any();
        self.crc.data.next = self.current_q.q.val();
        match self.state.q.val() {
            Transmit::Idle => {
                self.slot_q.d.next = self.send_slot.val();
                self.count.d.next = 0.into();
                self.offset.d.next = 0.into();
                self.part.d.next = Part::Header;
                if self.send.val() {
                    self.state.d.next = Transmit::Pick;
                }
            }
            Transmit::Pick => {
                self.record_q.d.next = self.record.val();
                self.state.d.next = Transmit::Fetch;
            }
            Transmit::Fetch => {
                // The buffer reads the byte, and the CRC takes the one before.
                self.state.d.next = Transmit::Wait;
            }
            Transmit::Wait => {
                // The CRC has it.
                self.state.d.next = Transmit::Choose;
            }
            Transmit::Choose => {
                self.state.d.next = Transmit::Load;
            }
            Transmit::Load => {
                self.current_q.d.next = self.other_q.q.val();
                if self.part.q.val() == Part::Body {
                    self.current_q.d.next = self.read_data.val();
                }
                self.state.d.next = Transmit::Offer;
            }
            Transmit::Offer => {
                if self.ready.val() {
                    self.state.d.next = Transmit::Fetch;
                    if self.trailer_ends.q.val() {
                        self.state.d.next = Transmit::Idle;
                    }
                }
            }
            _ => {
                self.state.d.next = Transmit::Idle;
            }
        }
        if self.taken.val() {
            self.count.d.next = self.count.q.val() + 1;
            if self.part.q.val() == Part::Body {
                self.count.d.next = 0.into();
                self.offset.d.next = self.offset.q.val() + 1;
                if self.body_ends.q.val() {
                    self.part.d.next = Part::Trailer;
                }
            }
            if (self.part.q.val() == Part::Header) & self.header_ends.q.val() {
                self.count.d.next = 0.into();
                self.part.d.next = Part::Trailer;
                if self.some.q.val() {
                    self.part.d.next = Part::Body;
                }
            }
        }
        self.sending.next = self.state.q.val() != Transmit::Idle;
        self.slot.next = self.slot_q.q.val();
    }
}
