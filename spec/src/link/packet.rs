//! The frame: header, body, CRC.
//!
//! | bytes | field |
//! |---|---|
//! | 0 | magic: [`REQUEST`] or [`REPLY`] |
//! | 1 | request: [`Kind`]; reply: [`super::Status`] |
//! | 2, 3 | sequence number, low byte first |
//! | 4, 5 | length of the body, low byte first |
//! | 6 | check: the low byte of the CRC-32 of bytes 0 to 5 |
//! | 7.. | body |
//! | last 4 | CRC-32 (IEEE 802.3) of everything before, low byte first |
//!
//! The check is there because a damaged length would make a receiver swallow the packets that follow.

use std::collections::VecDeque;

/// First byte of a request.
pub const REQUEST: u8 = 0xe1;
/// First byte of a reply. Another one, so that a wire that only echoes is not taken for a device.
pub const REPLY: u8 = 0x1e;
/// Bytes before the body.
pub const HEADER: usize = 7;
/// Bytes after the body.
pub const TRAILER: usize = 4;
/// What the CRC register holds after a whole good packet, CRC included: how hardware checks it.
pub const CRC_RESIDUE: u32 = 0xdebb_20e3;

/// What a device does with a request's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// Executes the body in the number's turn.
    Execute = 1,
    /// Forgets all other requests, stops waiting, and goes on with this number: the body is executed at once. The same
    /// number again is a repeated request.
    Sync = 2,
}

/// A good packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packet {
    /// [`Kind`] or [`super::Status`].
    pub code: u8,
    /// Sequence number.
    pub seq: u16,
    /// Body.
    pub body: Vec<u8>,
}

impl Packet {
    /// The bytes on the wire.
    ///
    /// # Panics
    /// A body longer than 65535 bytes.
    pub fn encode(&self, magic: u8) -> Vec<u8> {
        let mut bytes = Vec::new();
        encode_into(&mut bytes, magic, self.code, self.seq, &self.body);
        bytes
    }
}

/// Appends a packet's bytes.
///
/// # Panics
/// A body longer than 65535 bytes.
pub fn encode_into(bytes: &mut Vec<u8>, magic: u8, code: u8, seq: u16, body: &[u8]) {
    let length = u16::try_from(body.len()).expect("a body fits its length field");
    let start = bytes.len();
    bytes.extend([magic, code]);
    bytes.extend(seq.to_le_bytes());
    bytes.extend(length.to_le_bytes());
    bytes.push(crc32fast::hash(&bytes[start..]) as u8);
    bytes.extend(body);
    bytes.extend(crc32fast::hash(&bytes[start..]).to_le_bytes());
}

/// What a [`Reader`] threw away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rejected {
    /// Bytes that belong to no packet.
    pub bytes: u64,
    /// Of these, how many were not all ones: none is what a dead line gives.
    pub not_ones: u64,
    /// Packets of the other direction: an echo.
    pub echoes: u64,
    /// Packets with a wrong CRC.
    pub bad_crcs: u64,
}

/// Finds the good packets of one direction in a stream of any bytes. When a packet turns out to be bad, the search
/// goes on behind its first byte, so a good one behind a damaged one is never lost.
pub struct Reader {
    magic: u8,
    other: u8,
    longest: usize,
    held: VecDeque<u8>,
    rejected: Rejected,
}

impl Reader {
    /// For packets that begin with `magic` and have bodies of up to `longest` bytes.
    pub fn new(magic: u8, longest: usize) -> Self {
        let other = if magic == REQUEST { REPLY } else { REQUEST };
        Reader { magic, other, longest, held: VecDeque::new(), rejected: Rejected::default() }
    }

    /// Takes bytes as they come.
    pub fn push(&mut self, bytes: &[u8]) {
        self.held.extend(bytes);
    }

    /// The next good packet, none until more bytes come.
    pub fn next_packet(&mut self) -> Option<Packet> {
        let mut packet = Packet { code: 0, seq: 0, body: Vec::new() };
        self.take_packet(&mut packet).then_some(packet)
    }

    /// Puts the next good packet into `packet`, whose memory is used again; `false` until more bytes come.
    pub fn take_packet(&mut self, packet: &mut Packet) -> bool {
        loop {
            let found = self.held.iter().position(|&b| b == self.magic).unwrap_or(self.held.len());
            self.drop_bytes(found);
            if self.held.len() < HEADER {
                return false;
            }
            let bytes = self.held.make_contiguous();
            let length = usize::from(u16::from_le_bytes([bytes[4], bytes[5]]));
            if crc32fast::hash(&bytes[..6]) as u8 != bytes[6] || length > self.longest {
                self.drop_bytes(1);
                continue;
            }
            let end = HEADER + length;
            if bytes.len() < end + TRAILER {
                return false;
            }
            let crc = [bytes[end], bytes[end + 1], bytes[end + 2], bytes[end + 3]];
            if crc32fast::hash(&bytes[..end]) != u32::from_le_bytes(crc) {
                self.rejected.bad_crcs += 1;
                self.drop_bytes(1);
                continue;
            }
            (packet.code, packet.seq) = (bytes[1], u16::from_le_bytes([bytes[2], bytes[3]]));
            packet.body.clear();
            packet.body.extend_from_slice(&bytes[HEADER..end]);
            self.held.drain(..end + TRAILER);
            return true;
        }
    }

    fn drop_bytes(&mut self, count: usize) {
        for byte in self.held.drain(..count) {
            self.rejected.bytes += 1;
            self.rejected.not_ones += u64::from(byte != 0xff);
            self.rejected.echoes += u64::from(byte == self.other);
        }
    }

    /// Forgets an unfinished packet.
    pub fn flush(&mut self) {
        self.drop_bytes(self.held.len());
    }

    /// What was thrown away so far.
    pub fn rejected(&self) -> Rejected {
        self.rejected
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packet(seq: u16, body: &[u8]) -> Packet {
        Packet { code: Kind::Execute as u8, seq, body: body.to_vec() }
    }

    fn read(bytes: &[u8]) -> Vec<Packet> {
        let mut reader = Reader::new(REQUEST, 2048);
        reader.push(bytes);
        std::iter::from_fn(|| reader.next_packet()).collect()
    }

    #[test]
    fn the_bytes_are_as_documented() {
        let bytes = packet(0x0102, &[9, 8]).encode(REQUEST);
        assert_eq!(bytes[..6], [0xe1, 1, 0x02, 0x01, 2, 0]);
        assert_eq!(bytes[6], crc32fast::hash(&bytes[..6]) as u8);
        assert_eq!(bytes[7..9], [9, 8]);
        assert_eq!(bytes[9..], crc32fast::hash(&bytes[..9]).to_le_bytes());
        // The register of a CRC is the complement of its value.
        assert_eq!(!crc32fast::hash(&bytes), CRC_RESIDUE);
    }

    #[test]
    fn every_flipped_bit_is_noticed() {
        let good = packet(7, &[0xe1, 2, 3]).encode(REQUEST);
        assert_eq!(read(&good), [packet(7, &[0xe1, 2, 3])]);
        for bit in 0..8 * good.len() {
            let mut bad = good.clone();
            bad[bit / 8] ^= 1 << (bit % 8);
            assert!(read(&bad).is_empty(), "bit {bit}");
        }
    }

    #[test]
    fn a_good_packet_behind_a_damaged_one_is_found() {
        let good = packet(8, &[1]).encode(REQUEST);
        for cut in 0..good.len() {
            let mut bytes = good.clone();
            bytes.remove(cut);
            bytes.extend(&good);
            assert_eq!(read(&bytes), [packet(8, &[1])], "without byte {cut}");
        }
        let mut other = Reader::new(REPLY, 2048);
        other.push(&good);
        assert_eq!((other.next_packet(), other.rejected().echoes), (None, 1));
    }
}
