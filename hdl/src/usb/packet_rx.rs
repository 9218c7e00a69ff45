//! The receiver of USB's packets: their kinds, fields and checks.
//!
//! Ports: `clock`; from the line `start`, `strobe` with `value`, `over` with `broken`. When a packet is over, `ended`
//! for a cycle, and with it one of `token`, `data` and `ack` if it was a good one of that kind: identifier and its
//! complement, CRC5 or CRC16, length. Fields stay until the next packet: `is_in`, `is_out`, `is_setup`, `address[7]`,
//! `endpoint[4]`; `data1`: the data packet's toggle. During a data packet `begins` for a cycle, then `octet[8]` with
//! `octet_valid` and its place `index[7]`: the last two are the CRC, and nothing is sure before `data`. Then `index`
//! is the number of bytes with those two. A bit too many, as hubs may add it, is overlooked. Other kinds (start of
//! frame, negative acknowledgements, high speed's) only end. Latency: two cycles.

use super::bit_crc::BitCrc;
use super::{pid, MOST, POLYNOMIAL16, POLYNOMIAL5, RESIDUE16, RESIDUE5};
use rust_hdl::prelude::*;

/// See the module's documentation.
#[derive(LogicBlock)]
pub struct UsbPacketRx {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// The line's.
    pub start: Signal<In, Bit>,
    /// The line's.
    pub strobe: Signal<In, Bit>,
    /// The line's.
    pub value: Signal<In, Bit>,
    /// The line's.
    pub over: Signal<In, Bit>,
    /// The line's.
    pub broken: Signal<In, Bit>,
    /// A packet is over.
    pub ended: Signal<Out, Bit>,
    /// It was a token.
    pub token: Signal<Out, Bit>,
    /// It was data.
    pub data: Signal<Out, Bit>,
    /// It was an acknowledgement.
    pub ack: Signal<Out, Bit>,
    /// The token is IN.
    pub is_in: Signal<Out, Bit>,
    /// The token is OUT.
    pub is_out: Signal<Out, Bit>,
    /// The token is SETUP.
    pub is_setup: Signal<Out, Bit>,
    /// The token's.
    pub address: Signal<Out, Bits<7>>,
    /// The token's.
    pub endpoint: Signal<Out, Bits<4>>,
    /// The data's toggle.
    pub data1: Signal<Out, Bit>,
    /// Data begins.
    pub begins: Signal<Out, Bit>,
    /// A byte of data or of its check.
    pub octet: Signal<Out, Bits<8>>,
    /// There is one.
    pub octet_valid: Signal<Out, Bit>,
    /// Its place.
    pub index: Signal<Out, Bits<7>>,
    crc5: BitCrc<5>,
    crc16: BitCrc<16>,
    /// Bits of the byte so far.
    count: DFF<Bits<3>>,
    shift: DFF<Bits<8>>,
    /// The last two bytes.
    word: DFF<Bits<16>>,
    /// A byte is whole.
    whole: DFF<Bit>,
    have_pid: DFF<Bit>,
    pid: DFF<Bits<4>>,
    pid_good: DFF<Bit>,
    /// Without the identifier.
    bytes: DFF<Bits<7>>,
    good5: DFF<Bit>,
    good16: DFF<Bit>,
    is_data: DFF<Bit>,
    /// Identifier and number of bits are as they should be.
    sure: DFF<Bit>,
    ended_q: DFF<Bit>,
    token_q: DFF<Bit>,
    data_q: DFF<Bit>,
    ack_q: DFF<Bit>,
    /// The length is one of data's.
    fitting: DFF<Bit>,
    begins_q: DFF<Bit>,
    nibble: Signal<Local, Bits<4>>,
    complement: Signal<Local, Bits<4>>,
    is_token: Signal<Local, Bit>,
    top8: Constant<Bits<8>>,
    top16: Constant<Bits<16>>,
    residue5: Constant<Bits<5>>,
    residue16: Constant<Bits<16>>,
    ones: Constant<Bits<4>>,
    ack_pid: Constant<Bits<4>>,
    most: Constant<Bits<7>>,
    full: Constant<Bits<7>>,
}

impl UsbPacketRx {
    /// A receiver.
    pub fn new() -> Self {
        Self {
            clock: Default::default(),
            start: Default::default(),
            strobe: Default::default(),
            value: Default::default(),
            over: Default::default(),
            broken: Default::default(),
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
            begins: Default::default(),
            octet: Default::default(),
            octet_valid: Default::default(),
            index: Default::default(),
            crc5: BitCrc::new(POLYNOMIAL5),
            crc16: BitCrc::new(POLYNOMIAL16),
            count: Default::default(),
            shift: Default::default(),
            word: Default::default(),
            whole: Default::default(),
            have_pid: Default::default(),
            pid: Default::default(),
            pid_good: Default::default(),
            bytes: Default::default(),
            good5: Default::default(),
            good16: Default::default(),
            is_data: Default::default(),
            sure: Default::default(),
            ended_q: Default::default(),
            token_q: Default::default(),
            data_q: Default::default(),
            ack_q: Default::default(),
            fitting: Default::default(),
            begins_q: Default::default(),
            nibble: Default::default(),
            complement: Default::default(),
            is_token: Default::default(),
            top8: Constant::new((0x80u64).into()),
            top16: Constant::new((0x8000u64).into()),
            residue5: Constant::new((RESIDUE5).into()),
            residue16: Constant::new((RESIDUE16).into()),
            ones: Constant::new((0xfu64).into()),
            ack_pid: Constant::new((u64::from(pid::ACK & 15)).into()),
            most: Constant::new((MOST as u64 + 2).into()),
            full: Constant::new((127u64).into()),
        }
    }
}

impl Logic for UsbPacketRx {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self, clock, count, shift, word, whole, have_pid, pid, pid_good, bytes, good5, good16, is_data, sure,
            ended_q, token_q, data_q, ack_q, fitting, begins_q
        );
        clock!(self, clock, crc5, crc16);
        self.crc5.clear.next = self.start.val();
        self.crc5.enable.next = self.strobe.val() & self.have_pid.q.val();
        self.crc5.value.next = self.value.val();
        self.crc16.clear.next = self.start.val();
        self.crc16.enable.next = self.strobe.val() & self.have_pid.q.val();
        self.crc16.value.next = self.value.val();
        self.nibble.next = self.shift.q.val().get_bits::<4>(0);
        self.complement.next = self.shift.q.val().get_bits::<4>(4);
        self.whole.d.next = self.strobe.val() & (self.count.q.val() == 7);
        self.begins_q.d.next = false;
        if self.strobe.val() {
            self.count.d.next = self.count.q.val() + 1;
            self.shift.d.next = self.shift.q.val() >> 1;
            self.word.d.next = self.word.q.val() >> 1;
            if self.value.val() {
                self.shift.d.next = (self.shift.q.val() >> 1) | self.top8.val();
                self.word.d.next = (self.word.q.val() >> 1) | self.top16.val();
            }
            // A bit too many is none of the fields'.
            if (self.count.q.val() == 0) & (self.bytes.q.val() == 2) {
                self.word.d.next = self.word.q.val();
            }
        }
        if self.whole.q.val() {
            if self.have_pid.q.val() {
                if self.bytes.q.val() != self.full.val() {
                    self.bytes.d.next = self.bytes.q.val() + 1;
                }
                self.good5.d.next = self.crc5.state.val() == self.residue5.val();
                self.good16.d.next = self.crc16.state.val() == self.residue16.val();
            } else {
                self.have_pid.d.next = true;
                self.pid.d.next = self.nibble.val();
                self.pid_good.d.next = (self.nibble.val() ^ self.complement.val()) == self.ones.val();
                self.is_data.d.next = (self.nibble.val().get_bits::<3>(0) == 3)
                    & ((self.nibble.val() ^ self.complement.val()) == self.ones.val());
                self.begins_q.d.next = (self.nibble.val().get_bits::<3>(0) == 3)
                    & ((self.nibble.val() ^ self.complement.val()) == self.ones.val());
            }
        }
        if self.start.val() {
            self.count.d.next = 0.into();
            self.have_pid.d.next = false;
            self.pid_good.d.next = false;
            self.is_data.d.next = false;
            self.bytes.d.next = 0.into();
        }
        // Between the last bit and the end there is time.
        self.sure.d.next = self.pid_good.q.val() & !self.count.q.val().get_bits::<2>(1).any();
        self.fitting.d.next = (self.bytes.q.val() <= self.most.val()) & (self.bytes.q.val() >= 2);
        self.is_token.next = self.pid.q.val().get_bits::<2>(0) == 1;
        self.ended_q.d.next = self.over.val();
        self.token_q.d.next = self.over.val()
            & self.sure.q.val()
            & !self.broken.val()
            & self.is_token.val()
            & self.good5.q.val()
            & (self.bytes.q.val() == 2);
        self.data_q.d.next = self.over.val()
            & self.sure.q.val()
            & !self.broken.val()
            & self.is_data.q.val()
            & self.good16.q.val()
            & self.fitting.q.val();
        self.ack_q.d.next = self.over.val()
            & self.sure.q.val()
            & !self.broken.val()
            & (self.pid.q.val() == self.ack_pid.val())
            & !self.bytes.q.val().any();
        self.ended.next = self.ended_q.q.val();
        self.token.next = self.token_q.q.val();
        self.data.next = self.data_q.q.val();
        self.ack.next = self.ack_q.q.val();
        self.is_in.next = self.pid.q.val().get_bits::<2>(2) == 2;
        self.is_out.next = self.pid.q.val().get_bits::<2>(2) == 0;
        self.is_setup.next = self.pid.q.val().get_bits::<2>(2) == 3;
        self.address.next = self.word.q.val().get_bits::<7>(0);
        self.endpoint.next = self.word.q.val().get_bits::<4>(7);
        self.data1.next = self.pid.q.val().get_bit(3);
        self.begins.next = self.begins_q.q.val();
        self.octet.next = self.shift.q.val();
        self.octet_valid.next = self.whole.q.val() & self.is_data.q.val();
        self.index.next = self.bytes.q.val();
    }
}
