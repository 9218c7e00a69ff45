//! Registers of the AXI4-Lite port that a device with AXI streams has beside its link: byte addresses of 32-bit words.
//!
//! A host can look here whether the card is there and is the one it expects, and reset a link that does not answer. All
//! work goes over the streams. Other addresses answer with an error (SLVERR).

/// Read: [`super::LINK_IDENT_VALUE`]. Never all ones, which is what a card that is gone reads as.
pub const IDENT: u32 = 0x00;
/// Read: [`crate::config::Config::hash`].
pub const CONFIG_HASH: u32 = 0x04;
/// Read: [`super::LinkParams::encode`].
pub const PARAMS: u32 = 0x08;
/// Read: [`STATUS_BUSY`], [`STATUS_ERROR`].
pub const STATUS: u32 = 0x0c;
/// Write: [`CONTROL_RESET`]. Reads as 0.
pub const CONTROL: u32 = 0x10;
/// Read: as [`super::BAD_HEADERS`].
pub const BAD_HEADERS: u32 = 0x14;
/// Read: as [`super::BAD_CRCS`].
pub const BAD_CRCS: u32 = 0x18;
/// Read: as [`super::REPEATS`].
pub const REPEATS: u32 = 0x1c;
/// Read: as [`super::STRAYS`].
pub const STRAYS: u32 = 0x20;
/// Read: bytes of requests taken since the reset of the port; wraps.
pub const BYTES_IN: u32 = 0x24;
/// Read: bytes of replies given since the reset of the port; wraps.
pub const BYTES_OUT: u32 = 0x28;

/// All registers with their names, in the order of their addresses.
pub const REGISTERS: [(&str, u32); 11] = [
    ("ident", IDENT),
    ("config_hash", CONFIG_HASH),
    ("params", PARAMS),
    ("status", STATUS),
    ("control", CONTROL),
    ("bad_headers", BAD_HEADERS),
    ("bad_crcs", BAD_CRCS),
    ("repeats", REPEATS),
    ("strays", STRAYS),
    ("bytes_in", BYTES_IN),
    ("bytes_out", BYTES_OUT),
];

/// Bits of an address.
pub const ADDRESS_BITS: usize = 12;
/// Bit of [`STATUS`]: the accelerator works.
pub const STATUS_BUSY: u32 = 0;
/// Bit of [`STATUS`]: something was wrong with a packet since the last good one.
pub const STATUS_ERROR: u32 = 1;
/// Bit of [`CONTROL`]: the link forgets its session, and the accelerator stops. A reply on its way is sent to its end,
/// so that the stream stays whole.
pub const CONTROL_RESET: u32 = 0;

/// Widths of the streams, in bits.
pub const STREAM_BITS: [usize; 4] = [8, 32, 64, 128];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registers_have_places_of_their_own() {
        for (number, (name, address)) in REGISTERS.iter().enumerate() {
            assert_eq!(*address, 4 * number as u32, "{name}");
            assert!(*address < 1 << ADDRESS_BITS);
        }
        assert_ne!(STATUS_BUSY, STATUS_ERROR);
    }
}
