//! The link: one packet protocol over any pipe of bytes. `docs/protocol.md` is its page; this is what code shares.
//!
//! A request's body is a list of operations ([`op`]) that the device executes in order, its reply's body the words
//! that they read. [`packet`] is the frame around both. Requests are numbered. A device executes each number once,
//! in their order, keeps the last replies, and answers a repeated request from what it kept: so whatever is lost,
//! damaged, repeated or reordered on the way, sending a request again is always right.

pub mod axi;
pub mod device;
pub mod execute;
pub mod op;
pub mod packet;

/// Changes with every incompatible change of packets or operations.
pub const LINK_VERSION: u32 = 1;
/// What [`LINK_IDENT`] reads: "EL" and [`LINK_VERSION`].
pub const LINK_IDENT_VALUE: u32 = 0x454c_0000 | LINK_VERSION;

/// Region of the link's own registers in the address space of [`crate::regs`]: read only, 32 bits each.
pub const LINK_REGION: u32 = 0xf;
const fn register(number: u32) -> u32 {
    LINK_REGION << crate::regs::REGION_SHIFT | number
}
/// Link register: [`LINK_IDENT_VALUE`].
pub const LINK_IDENT: u32 = register(0);
/// Link register: [`LinkParams::encode`].
pub const LINK_PARAMS: u32 = register(1);
/// Link register: headers whose check was wrong, and bytes between packets that were not zero. 16 bits, wraps.
pub const BAD_HEADERS: u32 = register(2);
/// Link register: packets whose CRC was wrong. 16 bits, wraps.
pub const BAD_CRCS: u32 = register(3);
/// Link register: requests that came again. 16 bits, wraps.
pub const REPEATS: u32 = register(4);
/// Link register: good packets that were dropped: out of the window, or before any [`packet::Kind::Sync`]. 16 bits,
/// wraps.
pub const STRAYS: u32 = register(5);
/// Number of link registers.
pub const LINK_REGISTERS: u32 = 6;

/// Sizes of a device's link. A host reads them from [`LINK_PARAMS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkParams {
    /// Logarithm of the bytes that the body of a request or of a reply has at most: 8 to 11.
    pub slot_bits: u32,
    /// Logarithm of the requests that can be on their way at once: 0 to 3.
    pub window_bits: u32,
    /// Logarithm of the cycles for which an operation waits for the accelerator at most: 8 to 31.
    pub wait_bits: u32,
}

impl Default for LinkParams {
    /// Four block RAMs of 18 kbit each way; 0.3 s at 50 MHz.
    fn default() -> Self {
        LinkParams { slot_bits: 11, window_bits: 2, wait_bits: 24 }
    }
}

impl LinkParams {
    /// Bytes of the longest body.
    pub fn slot(self) -> usize {
        1 << self.slot_bits
    }

    /// Requests that can be on their way at once.
    pub fn window(self) -> u16 {
        1 << self.window_bits
    }

    /// The register's word.
    pub fn encode(self) -> u32 {
        self.slot_bits | self.window_bits << 8 | self.wait_bits << 16
    }

    /// From the register's word, none if it is no such word.
    pub fn decode(word: u32) -> Option<Self> {
        let params = LinkParams { slot_bits: word & 0xff, window_bits: word >> 8 & 0xff, wait_bits: word >> 16 };
        params.is_valid().then_some(params)
    }

    /// Whether every number is in its range.
    pub fn is_valid(self) -> bool {
        (8..=11).contains(&self.slot_bits) && self.window_bits <= 3 && (8..=31).contains(&self.wait_bits)
    }
}

/// How a request ended: the byte after a reply's magic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Status {
    /// All operations were executed.
    Done = 0,
    /// An operation that there is not, or a width out of its range. It and those after it were not executed.
    BadOperation = 1,
    /// The body ends within an operation, which was executed as far as it goes.
    Truncated = 2,
    /// The accelerator was still busy after the time that an operation waits. Those after it were not executed.
    TimedOut = 3,
    /// The words read fill more than a reply's body.
    Overflow = 4,
}

impl Status {
    /// From the byte, none if it is no such byte.
    pub fn decode(byte: u8) -> Option<Self> {
        [Status::Done, Status::BadOperation, Status::Truncated, Status::TimedOut, Status::Overflow]
            .into_iter()
            .find(|&s| s as u8 == byte)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_round_trip() {
        let params = LinkParams { slot_bits: 9, window_bits: 0, wait_bits: 31 };
        assert_eq!(LinkParams::decode(params.encode()), Some(params));
        assert_eq!(LinkParams::decode(LinkParams::default().encode()), Some(LinkParams::default()));
        assert_eq!(LinkParams::decode(u32::MAX), None);
        assert_eq!(LinkParams::decode(0), None);
        assert_eq!((0..=255).filter_map(Status::decode).count(), 5);
    }
}
