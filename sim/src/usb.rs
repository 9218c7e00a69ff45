//! A USB host against a Verilated device, through its two pins, bit by bit: an independent model of the other end. It
//! shares nothing with the hardware: checks are divided out bit by bit, descriptors are read and not known.
//!
//! [`lines`] is the device and its two lines, a sample a cycle; [`wire`] makes packets to samples and back, with a
//! clock that is a little off, edges that are not exact, and a judgement of when the device answers; [`host`] asks
//! and answers, with errors on the line if wished; [`pipe`] is the serial port that comes of it,
//! `sim:usb?pes=4&clocks=8`.

pub mod host;
pub mod lines;
pub mod pipe;
pub mod wire;

/// What a host finds wrong with a device.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum UsbError {
    /// What it sends is no packet.
    #[error("what the device sends is no packet: {0}")]
    Packet(String),
    /// It answers too early or too late.
    #[error("the device answers {0:.2} bits after the line is idle: USB asks for 2 to 6.5")]
    Turnaround(f64),
    /// It drives the lines when nobody asked it, or together with the host.
    #[error("the device drives the lines when it is not its turn (cycle {0})")]
    Turn(u64),
    /// It does not answer, several times in a row.
    #[error("the device does not answer to {0}")]
    Silent(String),
    /// It answers with what is no answer to that.
    #[error("the device answers {1} to {0}")]
    Answer(String, String),
    /// It says that it cannot.
    #[error("the device stalls {0}")]
    Stalled(String),
    /// It has nothing, or no room, for too long.
    #[error("the device is not ready for {0}")]
    NotReady(String),
    /// Its descriptors make no sense.
    #[error("descriptors: {0}")]
    Descriptors(String),
}
