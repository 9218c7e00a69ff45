//! The link: packets in and out, requests executed on the accelerator's bus.
//!
//! Ports: `clock`, `reset` (level: forgets the session and resets the accelerator); bytes in `rx_data[8]` with
//! `rx_valid`, taken when `rx_ready`; bytes out `tx_data[8]` with `tx_valid`, taken when `tx_ready`; the accelerator's
//! bus; `error`: something was wrong with a packet since the last good one. `tx_last`, `sending` and the counters are
//! for tops that show them; who does not connect them pays nothing.
//! Takes a byte every two cycles but for two more after each packet, and never makes the sender wait longer: a request that
//! has no room is dropped, and the host sends it again.

use super::executor::Executor;
use super::packet_rx::PacketRx;
use super::packet_tx::PacketTx;
use super::session::Session;
use crate::ram::BlockRam;
use eie_spec::link::LinkParams;
use eie_spec::regs;
use rust_hdl::prelude::*;

/// See the module's documentation.
#[derive(LogicBlock)]
pub struct Link {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Forgets the session and resets the accelerator.
    pub reset: Signal<In, Bit>,
    /// A byte.
    pub rx_data: Signal<In, Bits<8>>,
    /// There is one.
    pub rx_valid: Signal<In, Bit>,
    /// It is taken in this cycle.
    pub rx_ready: Signal<Out, Bit>,
    /// A byte.
    pub tx_data: Signal<Out, Bits<8>>,
    /// There is one.
    pub tx_valid: Signal<Out, Bit>,
    /// It is a packet's last one.
    pub tx_last: Signal<Out, Bit>,
    /// It is taken in this cycle.
    pub tx_ready: Signal<In, Bit>,
    /// A packet is being sent.
    pub sending: Signal<Out, Bit>,
    /// The accelerator's.
    pub bus_write: Signal<Out, Bit>,
    /// The accelerator's.
    pub bus_read: Signal<Out, Bit>,
    /// The accelerator's.
    pub bus_address: Signal<Out, Bits<32>>,
    /// The accelerator's.
    pub bus_wdata: Signal<Out, Bits<32>>,
    /// The accelerator's.
    pub bus_rdata: Signal<In, Bits<32>>,
    /// The accelerator's.
    pub bus_rvalid: Signal<In, Bit>,
    /// The accelerator's.
    pub busy: Signal<In, Bit>,
    /// Something was wrong with a packet since the last good one.
    pub error: Signal<Out, Bit>,
    /// Link register of this name.
    pub bad_headers: Signal<Out, Bits<16>>,
    /// Link register of this name.
    pub bad_crcs: Signal<Out, Bits<16>>,
    /// Link register of this name.
    pub repeats: Signal<Out, Bits<16>>,
    /// Link register of this name.
    pub strays: Signal<Out, Bits<16>>,
    rx: PacketRx,
    session: Session,
    executor: Executor,
    tx: PacketTx,
    requests: BlockRam<8>,
    replies: BlockRam<8>,
    bad_header_q: DFF<Bit>,
    bad_crc_q: DFF<Bit>,
    error_q: DFF<Bit>,
    write_q: DFF<Bit>,
    read_q: DFF<Bit>,
    address_q: DFF<Bits<32>>,
    wdata_q: DFF<Bits<32>>,
    rdata_q: DFF<Bits<32>>,
    rvalid_q: DFF<Bit>,
    busy_q: DFF<Bit>,
    reg_reset: Constant<Bits<32>>,
}

impl Link {
    /// For an accelerator of so many PEs.
    pub fn new(pes: usize, params: LinkParams) -> Self {
        assert!(params.is_valid(), "{params:?}");
        let buffer = || BlockRam::new(params.slot() << params.window_bits, 8);
        Self {
            clock: Default::default(),
            reset: Default::default(),
            rx_data: Default::default(),
            rx_valid: Default::default(),
            rx_ready: Default::default(),
            tx_data: Default::default(),
            tx_valid: Default::default(),
            tx_last: Default::default(),
            tx_ready: Default::default(),
            sending: Default::default(),
            bus_write: Default::default(),
            bus_read: Default::default(),
            bus_address: Default::default(),
            bus_wdata: Default::default(),
            bus_rdata: Default::default(),
            bus_rvalid: Default::default(),
            busy: Default::default(),
            error: Default::default(),
            bad_headers: Default::default(),
            bad_crcs: Default::default(),
            repeats: Default::default(),
            strays: Default::default(),
            rx: PacketRx::new(params),
            session: Session::new(params),
            executor: Executor::new(pes, params),
            tx: PacketTx::new(params),
            requests: buffer(),
            replies: buffer(),
            bad_header_q: Default::default(),
            bad_crc_q: Default::default(),
            error_q: Default::default(),
            write_q: Default::default(),
            read_q: Default::default(),
            address_q: Default::default(),
            wdata_q: Default::default(),
            rdata_q: Default::default(),
            rvalid_q: Default::default(),
            busy_q: Default::default(),
            reg_reset: Constant::new(u64::from(regs::RESET).into()),
        }
    }
}

impl Logic for Link {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self,
            clock,
            bad_header_q,
            bad_crc_q,
            error_q,
            write_q,
            read_q,
            address_q,
            wdata_q,
            rdata_q,
            rvalid_q,
            busy_q
        );
        clock!(self, clock, rx, session, executor, tx, requests, replies);
        // Bytes in.
        self.rx.reset.next = self.reset.val();
        self.rx.data.next = self.rx_data.val();
        self.rx.valid.next = self.rx_valid.val();
        self.rx_ready.next = self.rx.ready.val();
        self.rx.taken.next = self.session.taken.val();
        self.requests.write_enable.next = self.rx.write.val();
        self.requests.write_address.next = self.rx.write_address.val();
        self.requests.write_data.next = self.rx.write_data.val();
        // Their turn.
        self.session.reset.next = self.reset.val();
        self.session.accept.next = self.rx.accept.val();
        self.session.sync.next = self.rx.sync.val();
        self.session.seq.next = self.rx.seq.val();
        self.session.length.next = self.rx.length.val();
        self.session.stored.next = self.rx.stored.val();
        self.bad_header_q.d.next = self.rx.bad_header.val();
        self.bad_crc_q.d.next = self.rx.bad_crc.val();
        self.session.bad_header.next = self.bad_header_q.q.val();
        self.session.bad_crc.next = self.bad_crc_q.q.val();
        self.session.done.next = self.executor.done.val();
        self.session.status.next = self.executor.status.val();
        self.session.reply_length.next = self.executor.reply_length.val();
        self.session.sending.next = self.tx.sending.val();
        self.session.sending_slot.next = self.tx.slot.val();
        self.session.sent.next = self.tx.sent.val();
        self.session.register.next = self.executor.register.val();
        // Their execution.
        self.executor.go.next = self.session.go.val();
        self.executor.slot.next = self.session.slot.val();
        self.executor.length.next = self.session.request_length.val();
        self.executor.abort.next = self.session.abort.val();
        self.executor.value.next = self.session.value.val();
        self.requests.read_address.next = self.executor.request_address.val();
        self.executor.request_data.next = self.requests.read_data.val();
        self.replies.write_enable.next = self.executor.reply_write.val();
        self.replies.write_address.next = self.executor.reply_address.val();
        self.replies.write_data.next = self.executor.reply_data.val();
        // The bus, with a register each way.
        self.rdata_q.d.next = self.bus_rdata.val();
        self.rvalid_q.d.next = self.bus_rvalid.val();
        self.busy_q.d.next = self.busy.val();
        self.executor.bus_rdata.next = self.rdata_q.q.val();
        self.executor.bus_rvalid.next = self.rvalid_q.q.val();
        self.executor.busy.next = self.busy_q.q.val();
        self.write_q.d.next = self.executor.bus_write.val() | self.reset.val();
        self.read_q.d.next = self.executor.bus_read.val();
        self.address_q.d.next = self.executor.bus_address.val();
        self.wdata_q.d.next = self.executor.bus_wdata.val();
        if self.reset.val() {
            self.address_q.d.next = self.reg_reset.val();
        }
        self.bus_write.next = self.write_q.q.val();
        self.bus_read.next = self.read_q.q.val();
        self.bus_address.next = self.address_q.q.val();
        self.bus_wdata.next = self.wdata_q.q.val();
        // Bytes out.
        self.tx.send.next = self.session.send.val();
        self.tx.send_slot.next = self.session.send_slot.val();
        self.tx.record.next = self.session.record.val();
        self.replies.read_address.next = self.tx.read_address.val();
        self.tx.read_data.next = self.replies.read_data.val();
        self.tx_data.next = self.tx.data.val();
        self.tx_valid.next = self.tx.valid.val();
        self.tx_last.next = self.tx.last.val();
        self.sending.next = self.tx.sending.val();
        self.tx.ready.next = self.tx_ready.val();
        if self.bad_header_q.q.val() | self.bad_crc_q.q.val() {
            self.error_q.d.next = true;
        }
        if self.rx.accept.val() {
            self.error_q.d.next = false;
        }
        self.error.next = self.error_q.q.val();
        self.bad_headers.next = self.session.bad_headers_now.val();
        self.bad_crcs.next = self.session.bad_crcs_now.val();
        self.repeats.next = self.session.repeats_now.val();
        self.strays.next = self.session.strays_now.val();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{connected, numbers, settle, tick};
    use eie_spec::link::device::LinkDevice;
    use eie_spec::link::execute::Words;
    use eie_spec::link::op::{self, Coding, Order};
    use eie_spec::link::packet::{Kind, Packet, REQUEST};
    use eie_spec::link::{Status, LINK_IDENT, LINK_REGISTERS};
    use std::collections::BTreeMap;

    const PES: usize = 3;
    const PARAMS: LinkParams = LinkParams { slot_bits: 8, window_bits: 2, wait_bits: 8 };

    /// Words behind a bus of the accelerator's latency. A start makes it busy for as long as its data say.
    #[derive(Default)]
    struct Memory {
        words: BTreeMap<u32, u32>,
        busy: u64,
        reading: [Option<u32>; 5],
    }

    impl Words for Memory {
        fn pes(&self) -> u32 {
            PES as u32
        }
        fn write(&mut self, address: u32, data: u32) {
            if address == regs::START {
                self.busy = if data & 0xff == 99 { u64::MAX } else { u64::from(data & 0xff) };
            } else if address == regs::RESET {
                self.busy = 0;
            }
            self.words.insert(address, data);
        }
        fn read(&mut self, address: u32) -> u32 {
            self.words.get(&address).copied().unwrap_or(0)
        }
        fn wait(&mut self) -> bool {
            self.busy != u64::MAX
        }
    }

    struct Bench {
        uut: Link,
        memory: Memory,
        golden: LinkDevice<Memory>,
        number: Box<dyn FnMut() -> u64>,
    }

    impl Bench {
        fn new() -> Self {
            let uut = connected!(
                Link::new(PES, PARAMS),
                clock,
                reset,
                rx_data,
                rx_valid,
                tx_ready,
                bus_rdata,
                bus_rvalid,
                busy
            );
            let golden = LinkDevice::new(Memory::default(), PARAMS);
            Bench { uut, memory: Memory::default(), golden, number: Box::new(numbers(77)) }
        }

        /// Bytes in, until nothing has come out for long; bytes out.
        fn run(&mut self, bytes: &[u8], quiet: usize) -> Vec<u8> {
            self.run_for(bytes, quiet, usize::MAX)
        }

        /// The same; when so many have come out, it need not be quiet for long.
        fn run_for(&mut self, bytes: &[u8], quiet: usize, enough: usize) -> Vec<u8> {
            let (mut sent, mut out, mut idle) = (0, Vec::new(), 0);
            while sent < bytes.len() || idle < if out.len() < enough { quiet } else { 60 } {
                // Neither side is always ready.
                let (gap, slow) = ((self.number)().is_multiple_of(4), (self.number)().is_multiple_of(4));
                let valid = sent < bytes.len() && !gap;
                let uut = &mut self.uut;
                uut.rx_valid.next = valid;
                uut.rx_data.next = u64::from(bytes.get(sent).copied().unwrap_or(0)).into();
                uut.tx_ready.next = !slow;
                uut.busy.next = self.memory.busy > 0;
                uut.bus_rvalid.next = self.memory.reading[4].is_some();
                uut.bus_rdata.next = u64::from(self.memory.reading[4].unwrap_or(0)).into();
                settle(uut);
                sent += usize::from(valid && uut.rx_ready.val());
                idle += 1;
                if uut.tx_valid.val() && !slow {
                    out.push(uut.tx_data.val().to_u64() as u8);
                    idle = 0;
                }
                let (address, data) = (uut.bus_address.val().to_u32(), uut.bus_wdata.val().to_u32());
                let (write, read) = (uut.bus_write.val(), uut.bus_read.val());
                tick(uut, |u| &mut u.clock);
                self.memory.busy -= u64::from(self.memory.busy > 0 && self.memory.busy != u64::MAX);
                if write {
                    self.memory.write(address, data);
                }
                self.memory.reading.rotate_right(1);
                self.memory.reading[0] = read.then(|| self.memory.read(address));
            }
            out
        }

        fn both(&mut self, bytes: &[u8], quiet: usize) -> Vec<u8> {
            let mut want = Vec::new();
            self.golden.take(bytes, &mut want);
            let found = self.run_for(bytes, quiet, want.len().max(1));
            assert!(found == want, "sent {bytes:02x?}\nexpected {want:02x?}\nfound    {found:02x?}");
            assert_eq!(self.memory.words, self.golden.words.words, "sent {bytes:02x?}");
            found
        }
    }

    fn packet(kind: Kind, seq: u16, body: &[u8]) -> Vec<u8> {
        Packet { code: kind as u8, seq, body: body.to_vec() }.encode(REQUEST)
    }

    /// A body of some operations, most of them good ones.
    fn body(next: &mut impl FnMut() -> u64) -> Vec<u8> {
        let mut body = Vec::new();
        for _ in 0..1 + next() % 3 {
            let order = if next().is_multiple_of(2) { Order::Offset } else { Order::Position(PES as u32) };
            let at = 0x4000_0000 | (next() as u32 % PES as u32) << 16 | (0xfff0 + next() as u32 % 16);
            match next() % 8 {
                0 => op::run(&mut body, next() as u8 % 90, next() as u8),
                1 => op::wait(&mut body),
                2 => op::read(&mut body, LINK_IDENT, Order::Offset, LINK_REGISTERS as u16, 32),
                3 => op::read(&mut body, at, order, 1 + next() as u16 % 160, 1 + next() as u32 % 34),
                4 => body.extend((0..next() % 12).map(|_| next() as u8)),
                _ => {
                    let zeros = next() % 9;
                    let word = |n: u64| if n % 9 < zeros { 0 } else { (n as u32 as i32 >> (n % 32)) as u32 };
                    let words: Vec<u32> = (0..1 + next() % 30).map(|_| word(next() >> 8)).collect();
                    op::write(&mut body, at, order, &words, Coding::shortest(&words));
                }
            }
        }
        if next().is_multiple_of(8) {
            body.truncate(next() as usize % (body.len() + 1));
        }
        body.truncate(PARAMS.slot());
        body
    }

    #[test]
    fn answers_as_the_reference_does() {
        let mut bench = Bench::new();
        let mut next = numbers(4);
        assert!(bench.both(&packet(Kind::Execute, 0, &[]), 100).is_empty(), "before a sync");
        bench.both(&packet(Kind::Sync, 65_500, &[]), 100);
        let (mut seq, mut statuses) = (65_501u16, [0; 5]);
        for _ in 0..200 {
            let bytes = packet(Kind::Execute, seq, &body(&mut next));
            match next() % 8 {
                0 => {
                    let mut bad = bytes.clone();
                    let at = next() as usize % bad.len();
                    bad[at] ^= 1 << (next() % 8);
                    bad.extend([0; 300]);
                    bench.both(&bad, 600);
                }
                1 => drop(bench.both(&packet(Kind::Execute, seq.wrapping_sub(1 + next() as u16 % 8), &[9]), 600)),
                2 => drop(bench.both(&packet(Kind::Sync, seq, &[op::WAIT]), 600)),
                _ => {}
            }
            let reply = bench.both(&bytes, 8000);
            if let Some(&status) = reply.get(1) {
                statuses[usize::from(status)] += 1;
                seq = u16::from_le_bytes([reply[2], reply[3]]).wrapping_add(1);
            }
        }
        assert!(statuses[Status::Done as usize] > 100, "{statuses:?}");
        assert!(statuses[1..3].iter().all(|&n| n > 5) && statuses[4] > 2, "{statuses:?}");
    }

    #[test]
    fn several_requests_in_any_order_are_executed_in_theirs() {
        let mut bench = Bench::new();
        bench.both(&packet(Kind::Sync, 8, &[]), 100);
        let write = |value: u32| {
            let mut body = Vec::new();
            op::write(&mut body, 0x4000_0000, Order::Offset, &[value], Coding::shortest(&[value]));
            op::read(&mut body, 0x4000_0000, Order::Offset, 1, 32);
            body
        };
        let requests: Vec<_> = (9..13).map(|n| packet(Kind::Execute, n, &write(n.into()))).collect();
        let order = [3, 1, 1, 2, 0].map(|k: usize| requests[k].clone()).concat();
        let replies = bench.run(&order, 1200);
        assert_eq!(bench.memory.read(0x4000_0000), 12);
        assert_eq!(replies.len(), 4 * 15, "{replies:02x?}");
    }

    #[test]
    fn a_stuck_accelerator_is_reported_and_a_sync_stops_waiting() {
        let mut bench = Bench::new();
        bench.both(&packet(Kind::Sync, 8, &[]), 100);
        let reply = bench.both(&packet(Kind::Execute, 9, &[op::RUN, 99, 0]), 1200);
        assert_eq!(reply[1], Status::TimedOut as u8);
        // While it waits again, a new session begins. Its slot may be taken: then the second one gets through.
        assert!(bench.run(&packet(Kind::Execute, 10, &[op::WAIT]), 50).is_empty());
        let sync = packet(Kind::Sync, 1002, &[]);
        assert!(bench.run(&sync, 100).is_empty());
        assert_eq!(bench.run(&sync, 100)[2..4], 1002u16.to_le_bytes());
    }
}
