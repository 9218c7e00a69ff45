//! The sender of USB's packets: handshakes, and data with its CRC16.
//!
//! Ports: `clock`; `go` sends a packet with the identifier `pid[8]`, and if `with_data` with `length[7]` bytes and
//! their check: they stay as they are while `busy`. `index[7]` is the place of the byte that is wanted at `data[8]`,
//! where it may take five cycles to come. `d_p`, `d_n`, `drive`: for the pins.

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{connected, numbers, settle, tick};
    use crate::usb::line_rx::LineRx;
    use crate::usb::packet_rx::UsbPacketRx;
    use crate::usb::{pid, MOST};

    /// What the receiver at the other end of the line makes of a data packet: its bytes, if it is good. In one cycle
    /// the line is turned round.
    fn through(clocks: u32, bytes: &[u8], turned: Option<usize>) -> Option<Vec<u8>> {
        let mut tx = connected!(UsbPacketTx::new(clocks), clock, go, pid, with_data, length, data);
        let mut line = connected!(LineRx::new(clocks), clock, d_p, d_n, mute);
        let mut rx = connected!(UsbPacketRx::new(), clock, start, strobe, value, over, broken);
        let (mut found, mut good) = (Vec::new(), false);
        for cycle in 0..clocks as usize * (80 + 10 * bytes.len()) {
            tx.go.next = cycle == 20;
            tx.pid.next = u64::from(pid::DATA0).into();
            tx.with_data.next = true;
            tx.length.next = (bytes.len() as u64).into();
            tx.data.next = u64::from(bytes.get(tx.index.val().index()).copied().unwrap_or(0)).into();
            settle(&mut tx);
            let round = turned.is_some_and(|at| (at..at + clocks as usize).contains(&cycle));
            // Nobody drives: idle.
            line.d_p.next = (!tx.drive.val() | tx.d_p.val()) ^ round;
            line.d_n.next = (tx.drive.val() & tx.d_n.val()) ^ round;
            settle(&mut line);
            rx.start.next = line.start.val();
            rx.strobe.next = line.strobe.val();
            rx.value.next = line.value.val();
            rx.over.next = line.over.val();
            rx.broken.next = line.broken.val();
            settle(&mut rx);
            if rx.octet_valid.val() {
                found.push(rx.octet.val().to_u64() as u8);
            }
            good |= rx.data.val();
            tick(&mut tx, |u| &mut u.clock);
            tick(&mut line, |u| &mut u.clock);
            tick(&mut rx, |u| &mut u.clock);
        }
        found.truncate(found.len().saturating_sub(2));
        good.then_some(found)
    }

    #[test]
    fn packets_go_through() {
        let mut next = numbers(3);
        for clocks in [4, 5, 8] {
            for length in [0, 1, 2, 31, MOST] {
                let bytes: Vec<u8> = (0..length).map(|_| next() as u8).collect();
                assert_eq!(through(clocks, &bytes, None), Some(bytes));
            }
        }
        // Ones need most bits that are stuffed.
        assert_eq!(through(4, &[0xff; 20], None), Some(vec![0xff; 20]));
        for at in [60, 100, 200, 300, 400] {
            assert_eq!(through(4, &[0x5a; 10], Some(at)), None, "turned round at {at}");
        }
    }
}
