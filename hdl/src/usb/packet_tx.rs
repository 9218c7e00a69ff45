//! The sender of USB's packets: handshakes, and data with its CRC16.
//!
//! Ports: `clock`; `go` sends a packet with the identifier `pid[8]`, and if `with_data` with `length[7]` bytes and their check: they stay as
//! they are while `busy`. `index[7]` is the place of the byte that is wanted at `data[8]`, where it may take five cycles to come.
//! `d_p`, `d_n`, `drive`: for the pins.

use super::bit_crc::BitCrc;
use super::line_tx::LineTx;
use super::POLYNOMIAL16;
use rust_hdl::prelude::*;

/// See the module's documentation.
#[derive(LogicBlock)]
pub struct UsbPacketTx {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Sends a packet.
    pub go: Signal<In, Bit>,
    /// Its identifier.
    pub pid: Signal<In, Bits<8>>,
    /// It is a data packet.
    pub with_data: Signal<In, Bit>,
    /// Of its data.
    pub length: Signal<In, Bits<7>>,
    /// A byte.
    pub data: Signal<In, Bits<8>>,
    /// Its place.
    pub index: Signal<Out, Bits<7>>,
    /// A packet is being sent.
    pub busy: Signal<Out, Bit>,
    /// For the pin D+.
    pub d_p: Signal<Out, Bit>,
    /// For the pin D-.
    pub d_n: Signal<Out, Bit>,
    /// The pins are driven.
    pub drive: Signal<Out, Bit>,
    line: LineTx,
    crc: BitCrc<16>,
    at_pid: DFF<Bit>,
    at_data: DFF<Bit>,
    /// At the check's lower half.
    at_low: DFF<Bit>,
    at_high: DFF<Bit>,
    /// The byte on the line counts for the check.
    summed: DFF<Bit>,
    count: DFF<Bits<7>>,
    /// The byte is the last one.
    last: DFF<Bit>,
    octet: DFF<Bits<8>>,
    next: Signal<Local, Bits<7>>,
}

impl UsbPacketTx {
    /// `clocks` cycles a bit, 4 to 16.
    pub fn new(clocks: u32) -> Self {
        Self {
            clock: Default::default(),
            go: Default::default(),
            pid: Default::default(),
            with_data: Default::default(),
            length: Default::default(),
            data: Default::default(),
            index: Default::default(),
            busy: Default::default(),
            d_p: Default::default(),
            d_n: Default::default(),
            drive: Default::default(),
            line: LineTx::new(clocks),
            crc: BitCrc::new(POLYNOMIAL16),
            at_pid: Default::default(),
            at_data: Default::default(),
            at_low: Default::default(),
            at_high: Default::default(),
            summed: Default::default(),
            count: Default::default(),
            last: Default::default(),
            octet: Default::default(),
            next: Default::default(),
        }
    }
}

impl Logic for UsbPacketTx {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, at_pid, at_data, at_low, at_high, summed, count, last, octet);
        clock!(self, clock, line, crc);
        self.line.go.next = self.go.val();
        self.line.valid.next =
            self.at_pid.q.val() | self.at_data.q.val() | self.at_low.q.val() | self.at_high.q.val();
        self.line.data.next = self.octet.q.val();
        self.crc.clear.next = self.go.val();
        self.crc.enable.next = self.line.moved.val() & self.summed.q.val();
        self.crc.value.next = self.line.value.val();
        self.next.next = self.count.q.val() + 1;
        self.last.d.next = self.next.val() == self.length.val();
        self.octet.d.next = self.data.val();
        if self.at_pid.q.val() {
            self.octet.d.next = self.pid.val();
        }
        if self.at_low.q.val() {
            self.octet.d.next = !self.crc.state.val().get_bits::<8>(0);
        }
        if self.at_high.q.val() {
            self.octet.d.next = !self.crc.state.val().get_bits::<8>(8);
        }
        if self.line.take.val() {
            self.at_pid.d.next = false;
            self.at_high.d.next = self.at_low.q.val();
            self.at_low.d.next = false;
            self.summed.d.next = self.at_data.q.val();
            if self.at_pid.q.val() {
                self.at_data.d.next = self.with_data.val() & self.length.val().any();
                self.at_low.d.next = self.with_data.val() & !self.length.val().any();
            }
            if self.at_data.q.val() {
                self.count.d.next = self.next.val();
                self.at_data.d.next = !self.last.q.val();
                self.at_low.d.next = self.last.q.val();
            }
        }
        if self.go.val() {
            self.at_pid.d.next = true;
            self.summed.d.next = false;
            self.count.d.next = 0.into();
        }
        self.index.next = self.count.q.val();
        self.busy.next = self.line.busy.val();
        self.d_p.next = self.line.d_p.val();
        self.d_n.next = self.line.d_n.val();
        self.drive.next = self.line.drive.val();
    }
}
