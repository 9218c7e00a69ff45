//! A USB 2.0 full-speed device in hardware, for boards whose connector goes straight to the FPGA: a serial port
//! (CDC-ACM) to the host, bytes to the link.
//!
//! A bit's way in: pins -> [`line_rx`] -> [`packet_rx`], with its [`bit_crc`]s -> [`control`] (endpoint 0) or
//! [`bulk_out`] -> bytes. Out: bytes -> [`bulk_in`], or [`control`]'s [`descriptors`] -> [`packet_tx`] -> [`line_tx`]
//! -> pins. [`transactions`] says who answers what and when; [`device`] is all of it, [`top_usb`] has the accelerator
//! behind it.
//!
//! Left out: suspend (the device goes on working and draws what it draws), remote wake-up, and notifications, of
//! which there are none.

pub mod bit_crc;
pub mod bulk_in;
pub mod bulk_out;
pub mod control;
pub mod descriptors;
pub mod device;
pub mod line_rx;
pub mod line_tx;
pub mod packet_rx;
pub mod packet_tx;
pub mod request;
pub mod top_usb;
pub mod transactions;

/// Bytes of a packet at most, on each endpoint with data.
pub const MOST: usize = 64;
/// Bits a second of a full-speed line.
pub const LINE_HZ: u32 = 12_000_000;
/// x^5 + x^2 + 1 of tokens, its highest power in the lowest bit.
pub const POLYNOMIAL5: u64 = 0x14;
/// x^16 + x^15 + x^2 + 1 of data, its highest power in the lowest bit.
pub const POLYNOMIAL16: u64 = 0xa001;
/// What a token's check comes to with the check itself.
pub(crate) const RESIDUE5: u64 = 0x06;
/// The same of data.
pub(crate) const RESIDUE16: u64 = 0xb001;

/// Packet identifiers, with their complement in the upper half.
pub mod pid {
    /// Data comes from the host.
    pub const OUT: u8 = 0xe1;
    /// Data is to go to the host.
    pub const IN: u8 = 0x69;
    /// A frame begins.
    pub const SOF: u8 = 0xa5;
    /// A request comes from the host.
    pub const SETUP: u8 = 0x2d;
    /// Data, toggle 0.
    pub const DATA0: u8 = 0xc3;
    /// Data, toggle 1.
    pub const DATA1: u8 = 0x4b;
    /// Data has arrived.
    pub const ACK: u8 = 0xd2;
    /// Not now.
    pub const NAK: u8 = 0x5a;
    /// Not ever.
    pub const STALL: u8 = 0x1e;
}
