//! The sender of a serial line: 8 data bits, no parity, one stop bit, the lowest bit first.
//!
//! Ports: `clock`; `data[8]` with `valid`, taken when `ready`; `line` (idle: high). Takes a byte every ten bits and a cycle.

use rust_hdl::prelude::*;

/// See the module's documentation.
#[derive(LogicBlock)]
pub struct UartTx {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// A byte to send.
    pub data: Signal<In, Bits<8>>,
    /// There is one.
    pub valid: Signal<In, Bit>,
    /// It is taken in this cycle.
    pub ready: Signal<Out, Bit>,
    /// The line.
    pub line: Signal<Out, Bit>,
    timer: DFF<Bits<16>>,
    due: DFF<Bit>,
    ready_q: DFF<Bit>,
    left: DFF<Bits<4>>,
    /// Complement of what is still to be sent, the bit on the line lowest: zeros are an idle line.
    shift: DFF<Bits<9>>,
    start: Signal<Local, Bits<9>>,
    whole: Constant<Bits<16>>,
    bits: Constant<Bits<4>>,
    one: Constant<Bits<9>>,
    ones: Constant<Bits<8>>,
}

impl UartTx {
    /// `clocks` cycles a bit, at least 4.
    pub fn new(clocks: u32) -> Self {
        assert!((4..=1 << 16).contains(&clocks), "{clocks} cycles a bit: 4 to 65536");
        Self {
            clock: Default::default(),
            data: Default::default(),
            valid: Default::default(),
            ready: Default::default(),
            line: Default::default(),
            timer: Default::default(),
            due: Default::default(),
            ready_q: Default::default(),
            left: Default::default(),
            shift: Default::default(),
            start: Default::default(),
            whole: Constant::new(u64::from(clocks - 1).into()),
            bits: Constant::new(10u64.into()),
            one: Constant::new(1u64.into()),
            ones: Constant::new(0xffu64.into()),
        }
    }
}

impl Logic for UartTx {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, timer, due, ready_q, left, shift);
        self.ready.next = self.ready_q.q.val();
        self.ready_q.d.next = !self.left.q.val().any() & !(self.ready_q.q.val() & self.valid.val());
        self.due.d.next = self.left.q.val().any() & (self.timer.q.val() == 1);
        // The start bit below the byte.
        self.start.next = (bit_cast::<9, 8>(self.data.val() ^ self.ones.val()) << 1) | self.one.val();
        self.timer.d.next = self.timer.q.val() - 1;
        if self.due.q.val() {
            self.timer.d.next = self.whole.val();
            self.left.d.next = self.left.q.val() - 1;
            self.shift.d.next = self.shift.q.val() >> 1;
        }
        if self.ready_q.q.val() {
            self.timer.d.next = self.whole.val();
            if self.valid.val() {
                self.left.d.next = self.bits.val();
                self.shift.d.next = self.start.val();
            }
        }
        self.line.next = !self.shift.q.val().get_bit(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::uart_rx::UartRx;
    use crate::testing::{connected, numbers, tick};

    /// What comes out at the other end of a line whose receiver's clock is a little off, and how many broken bytes.
    fn through(bytes: &[u8], sender: u32, receiver: u32, invert_at: Option<usize>) -> (Vec<u8>, usize) {
        let mut tx = connected!(UartTx::new(sender), clock, data, valid);
        let mut rx = connected!(UartRx::new(receiver), clock, line);
        let (mut sent, mut out, mut broken) = (0, Vec::new(), 0);
        for cycle in 0..(bytes.len() + 3) * 10 * sender as usize {
            tx.valid.next = sent < bytes.len();
            tx.data.next = u64::from(bytes.get(sent).copied().unwrap_or(0)).into();
            crate::testing::settle(&mut tx);
            if sent < bytes.len() && tx.ready.val() {
                sent += 1;
            }
            rx.line.next = tx.line.val() ^ (invert_at == Some(cycle));
            crate::testing::settle(&mut rx);
            if rx.valid.val() {
                out.push(rx.data.val().to_u64() as u8);
            }
            broken += usize::from(rx.broken.val());
            tick(&mut tx, |u| &mut u.clock);
            tick(&mut rx, |u| &mut u.clock);
        }
        (out, broken)
    }

    #[test]
    fn bytes_go_through() {
        let mut next = numbers(9);
        let bytes: Vec<u8> = [0, 0xff, 0x55, 0xaa].into_iter().chain((0..40).map(|_| next() as u8)).collect();
        assert_eq!(through(&bytes, 4, 4, None), (bytes.clone(), 0));
        assert_eq!(through(&bytes, 16, 16, None), (bytes.clone(), 0));
        // Clocks that differ by three hundredths.
        assert_eq!(through(&bytes, 33, 34, None), (bytes.clone(), 0));
        assert_eq!(through(&bytes, 34, 33, None), (bytes.clone(), 0));
        // A short disturbance on the idle line is no byte; clocks far apart are noticed.
        let end = bytes.len() * 160 + 200;
        assert_eq!(through(&bytes, 16, 16, Some(end)), (bytes.clone(), 0));
        assert_ne!(through(&bytes, 16, 20, None), (bytes, 0));
    }
}
