//! The device's end of the link: the reference for the hardware, byte for byte.

use super::execute::{execute, Words};
use super::packet::{Kind, Packet, HEADER, REPLY, REQUEST, TRAILER};
use super::{LinkParams, BAD_CRCS, BAD_HEADERS, LINK_IDENT, LINK_IDENT_VALUE, LINK_PARAMS, LINK_REGION};
use super::{REPEATS, STRAYS};
use crate::regs::REGION_SHIFT;

/// The counters behind the link's registers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LinkCounters {
    /// [`BAD_HEADERS`].
    pub bad_headers: u16,
    /// [`BAD_CRCS`].
    pub bad_crcs: u16,
    /// [`REPEATS`].
    pub repeats: u16,
    /// [`STRAYS`].
    pub strays: u16,
}

/// Takes bytes, gives bytes, and executes requests on the words of a device.
///
/// It takes a packet as a stream, as hardware does: it never looks at a byte twice.
pub struct LinkDevice<W> {
    /// The device's words.
    pub words: W,
    params: LinkParams,
    counters: LinkCounters,
    packet: Vec<u8>,
    synced: bool,
    session: u16,
    expected: u16,
    /// Requests that wait for their turn.
    waiting: Vec<Option<Vec<u8>>>,
    replies: Vec<Packet>,
}

/// A device's words with the link's registers.
struct Mapped<'a, W> {
    words: &'a mut W,
    registers: [(u32, u32); 6],
}

impl<W: Words> Words for Mapped<'_, W> {
    fn pes(&self) -> u32 {
        self.words.pes()
    }
    fn write(&mut self, address: u32, data: u32) {
        if address >> REGION_SHIFT != LINK_REGION {
            self.words.write(address, data);
        }
    }
    fn read(&mut self, address: u32) -> u32 {
        if address >> REGION_SHIFT != LINK_REGION {
            return self.words.read(address);
        }
        // As many address bits as there are registers for.
        self.registers.iter().find(|r| r.0 & 7 == address & 7).map_or(0, |r| r.1)
    }
    fn wait(&mut self) -> bool {
        self.words.wait()
    }
}

impl<W: Words> LinkDevice<W> {
    /// A device that nobody has spoken to.
    pub fn new(words: W, params: LinkParams) -> Self {
        let nothing = Packet { code: 0, seq: 0, body: Vec::new() };
        LinkDevice {
            words,
            params,
            counters: LinkCounters::default(),
            packet: Vec::new(),
            synced: false,
            session: 0,
            expected: 0,
            waiting: vec![None; params.window().into()],
            replies: vec![nothing; params.window().into()],
        }
    }

    /// What went wrong so far.
    pub fn counters(&self) -> LinkCounters {
        self.counters
    }

    /// Takes bytes; appends what it answers.
    pub fn take(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        for &byte in bytes {
            self.take_byte(byte, out);
        }
    }

    fn take_byte(&mut self, byte: u8, out: &mut Vec<u8>) {
        if self.packet.is_empty() && byte != REQUEST {
            self.counters.bad_headers = self.counters.bad_headers.wrapping_add(u16::from(byte != 0));
            return;
        }
        self.packet.push(byte);
        let p = &self.packet;
        if p.len() < HEADER {
            return;
        }
        let length = usize::from(u16::from_le_bytes([p[4], p[5]]));
        if p.len() == HEADER {
            let known = p[1] == Kind::Execute as u8 || p[1] == Kind::Sync as u8;
            if crc32fast::hash(&p[..6]) as u8 != p[6] || !known || length > self.params.slot() {
                self.counters.bad_headers = self.counters.bad_headers.wrapping_add(1);
                self.packet.clear();
            }
        } else if p.len() == HEADER + length + TRAILER {
            let packet = std::mem::take(&mut self.packet);
            let (data, crc) = packet.split_at(HEADER + length);
            if crc32fast::hash(data).to_le_bytes() == crc {
                self.accept(data, out);
            } else {
                self.counters.bad_crcs = self.counters.bad_crcs.wrapping_add(1);
            }
        }
    }

    fn slot(&self, seq: u16) -> usize {
        usize::from(seq % self.params.window())
    }

    fn accept(&mut self, packet: &[u8], out: &mut Vec<u8>) {
        let seq = u16::from_le_bytes([packet[2], packet[3]]);
        let (slot, window) = (self.slot(seq), self.params.window());
        let new_session = packet[1] == Kind::Sync as u8 && !(self.synced && self.session == seq);
        if new_session {
            let taken = self.waiting[slot].is_some();
            self.waiting.fill(None);
            if taken {
                // Its body had no room: the next one will have.
                return;
            }
            (self.synced, self.session, self.expected) = (true, seq, seq);
        }
        let ahead = seq.wrapping_sub(self.expected);
        if !self.synced {
            self.counters.strays = self.counters.strays.wrapping_add(1);
        } else if ahead < window && self.waiting[slot].is_none() {
            self.waiting[slot] = Some(packet[HEADER..].to_vec());
            self.work(out);
        } else if ahead < window || ahead.wrapping_neg() <= window {
            self.counters.repeats = self.counters.repeats.wrapping_add(1);
            if ahead >= window {
                out.extend(self.replies[slot].encode(REPLY));
            }
        } else {
            self.counters.strays = self.counters.strays.wrapping_add(1);
        }
    }

    /// Executes all requests whose turn it is.
    fn work(&mut self, out: &mut Vec<u8>) {
        while let Some(body) = {
            let slot = self.slot(self.expected);
            self.waiting[slot].take()
        } {
            let c = self.counters;
            let registers = [
                (LINK_IDENT, LINK_IDENT_VALUE),
                (LINK_PARAMS, self.params.encode()),
                (BAD_HEADERS, c.bad_headers.into()),
                (BAD_CRCS, c.bad_crcs.into()),
                (REPEATS, c.repeats.into()),
                (STRAYS, c.strays.into()),
            ];
            let mut words = Mapped { words: &mut self.words, registers };
            let (status, reply) = execute(&body, self.params.slot(), &mut words);
            let packet = Packet { code: status as u8, seq: self.expected, body: reply };
            out.extend(packet.encode(REPLY));
            let slot = self.slot(self.expected);
            self.replies[slot] = packet;
            self.expected = self.expected.wrapping_add(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::op::{self, Order};
    use crate::link::packet::Reader;
    use crate::link::Status;

    /// Words that count what is written to them.
    #[derive(Default)]
    struct Memory {
        words: std::collections::HashMap<u32, u32>,
        writes: usize,
    }

    impl Words for Memory {
        fn pes(&self) -> u32 {
            4
        }
        fn write(&mut self, address: u32, data: u32) {
            self.words.insert(address, data);
            self.writes += 1;
        }
        fn read(&mut self, address: u32) -> u32 {
            self.words.get(&address).copied().unwrap_or(0)
        }
        fn wait(&mut self) -> bool {
            true
        }
    }

    fn device() -> LinkDevice<Memory> {
        LinkDevice::new(Memory::default(), LinkParams::default())
    }

    fn send(device: &mut LinkDevice<Memory>, kind: Kind, seq: u16, body: &[u8]) -> Vec<Packet> {
        let mut out = Vec::new();
        device.take(&Packet { code: kind as u8, seq, body: body.to_vec() }.encode(REQUEST), &mut out);
        let mut reader = Reader::new(REPLY, 2048);
        reader.push(&out);
        std::iter::from_fn(|| reader.next_packet()).collect()
    }

    fn write_body(address: u32, words: &[u32]) -> Vec<u8> {
        let mut body = Vec::new();
        op::write(&mut body, address, Order::Offset, words, op::Coding::shortest(words));
        body
    }

    #[test]
    fn written_words_are_read_in_every_coding() {
        let mut sparse = vec![0u32; 300];
        (sparse[7], sparse[8], sparse[250]) = (5, 900, 77);
        for words in [sparse, vec![1, 2, 3, u32::MAX], vec![-5i32 as u32, 4], vec![0; 40]] {
            let mut device = device();
            let mut body = write_body(100, &words);
            op::read(&mut body, 100, Order::Offset, words.len() as u16, 32);
            let replies = send(&mut device, Kind::Sync, 9, &body);
            assert_eq!(device.words.writes, words.len());
            assert_eq!(op::take_words(&replies[0].body, words.len(), 32), Some((words, &[][..])));
        }
    }

    #[test]
    fn each_request_is_executed_once_in_its_turn() {
        let mut device = device();
        assert!(send(&mut device, Kind::Execute, 0, &[]).is_empty(), "before a sync");
        assert_eq!(send(&mut device, Kind::Sync, 65534, &[]).len(), 1);
        let body = write_body(1, &[42]);
        // Early ones wait; repeated early ones are dropped.
        assert!(send(&mut device, Kind::Execute, 0, &write_body(1, &[43])).is_empty());
        assert!(send(&mut device, Kind::Execute, 0, &write_body(1, &[43])).is_empty());
        assert_eq!(device.words.writes, 0);
        let replies = send(&mut device, Kind::Execute, 65535, &body);
        assert_eq!(replies.iter().map(|r| r.seq).collect::<Vec<_>>(), [65535, 0]);
        assert_eq!((device.words.read(1), device.words.writes), (43, 2));
        // Again: the same reply, no second execution; a repeated sync too.
        assert_eq!(send(&mut device, Kind::Execute, 65535, &body), replies[..1]);
        assert_eq!(send(&mut device, Kind::Sync, 65534, &[]).len(), 1);
        assert_eq!(device.words.writes, 2);
        // Far away: dropped.
        assert!(send(&mut device, Kind::Execute, 100, &body).is_empty());
        let c = device.counters();
        assert_eq!((c.repeats, c.strays, c.bad_crcs, c.bad_headers), (3, 2, 0, 0));
    }

    #[test]
    fn nothing_is_executed_before_its_crc_is_right() {
        let mut device = device();
        send(&mut device, Kind::Sync, 1, &[]);
        let good = Packet { code: Kind::Execute as u8, seq: 2, body: write_body(5, &[6]) }.encode(REQUEST);
        for bit in 0..8 * good.len() {
            let mut bad = good.clone();
            bad[bit / 8] ^= 1 << (bit % 8);
            // Zeros end a packet whose length was made longer.
            bad.extend([0; 2100]);
            device.take(&bad, &mut Vec::new());
            assert_eq!(device.words.writes, 0, "bit {bit}");
        }
        let mut out = Vec::new();
        device.take(&good, &mut out);
        assert_eq!(device.words.writes, 1);
    }

    #[test]
    fn bad_operations_end_a_request() {
        let status = |body: &[u8]| send(&mut device(), Kind::Sync, 1, body)[0].code;
        let mut far = Vec::new();
        op::read(&mut far, 0, Order::Offset, 0xffff, 32);
        assert_eq!(status(&[]), Status::Done as u8);
        assert_eq!(status(&[op::WAIT, op::RUN, 0, 0]), Status::Done as u8);
        assert_eq!(status(&[0]), Status::BadOperation as u8);
        assert_eq!(status(&[0x80 | op::WAIT]), Status::BadOperation as u8);
        assert_eq!(status(&[op::WRITE, 0, 0, 0, 0, 1, 0, 33, 0, 0, 0, 0, 0]), Status::BadOperation as u8);
        assert_eq!(status(&[op::WRITE, 0, 0, 0, 0, 1, 0, 9, 0]), Status::Truncated as u8);
        assert_eq!(status(&[op::RUN, 0]), Status::Truncated as u8);
        assert_eq!(status(&far), Status::Overflow as u8);
    }
}
