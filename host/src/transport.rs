//! Pipes of bytes to a device. What is said over them is [`crate::link`]'s business.
//!
//! A pipe may lose, damage, repeat or delay bytes: the link copes. It must not block for ever.
//!
//! | address | pipe |
//! |---|---|
//! | `uart:/dev/ttyUSB0?baud=3000000` | a serial port ([`uart`]) |
//! | `tcp:host:port` | a TCP connection ([`tcp`]) |
//! | `model:?pes=16` | the golden model in this process ([`model`]) |
//! | `replay:FILE` | a recorded session ([`record`]) |
//! | `xdma:/dev/xdma0` | a PCIe card behind Xilinx' driver, on Linux (`xdma`) |
//! | `usb:0403:6014` | a USB FIFO ([`usb`]), with the feature `usb` |
//!
//! `sim:` addresses, a Verilated device, are opened by `eie-sim`.

pub mod address;
pub mod faults;
pub mod lock;
pub mod model;
pub mod record;
pub mod serve;
pub mod tcp;
pub mod uart;
pub mod usb;
#[cfg(target_os = "linux")]
pub mod xdma;

pub use address::Address;

use std::time::{Duration, Instant};

/// Why a pipe does not work. All of these are final: the pipe must be opened again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// The address makes no sense.
    #[error("{address}: {why}")]
    Address {
        /// As given.
        address: String,
        /// What is wrong with it, and what would be right.
        why: String,
    },
    /// It cannot be opened.
    #[error("cannot open {address}: {why}")]
    Open {
        /// As given.
        address: String,
        /// The system's reason.
        why: String,
    },
    /// Somebody else uses the device.
    #[error("{address} is locked: {by} uses it")]
    Locked {
        /// As given.
        address: String,
        /// Who.
        by: String,
    },
    /// A server that does not let this host in.
    #[error("{address}: refused: {why}")]
    Refused {
        /// Where it is.
        address: String,
        /// What it says.
        why: String,
    },
    /// A card whose registers read all ones.
    #[error("{pipe}: the card's registers read all ones: the PCIe link is down, or the card was reset")]
    LinkDown {
        /// Its name.
        pipe: String,
    },
    /// The other end is gone: unplugged, or closed.
    #[error("{pipe}: the connection is closed; is the device unplugged?")]
    Closed {
        /// Its name.
        pipe: String,
    },
    /// Bytes could not be handed over in time.
    #[error("{pipe}: {left} bytes could not be sent within {timeout:?}")]
    SendTimeout {
        /// Its name.
        pipe: String,
        /// How many are left.
        left: usize,
        /// The time that was allowed.
        timeout: Duration,
    },
    /// Anything else that the system says.
    #[error("{pipe}: {why}")]
    Failed {
        /// Its name.
        pipe: String,
        /// The reason.
        why: String,
    },
}

/// A pipe of bytes in both directions.
pub trait Transport: Send {
    /// What to call it in errors.
    fn name(&self) -> String;

    /// Hands over all bytes.
    ///
    /// # Errors
    /// A pipe that is closed, fails, or does not take them in time.
    fn send(&mut self, bytes: &[u8], timeout: Duration) -> Result<(), TransportError>;

    /// Waits for bytes, and takes those that are there: how many. Zero only if none came in time.
    ///
    /// # Errors
    /// A pipe that is closed or fails.
    fn receive(&mut self, buffer: &mut [u8], timeout: Duration) -> Result<usize, TransportError>;

    /// Time that a byte takes, as far as that is known. Waits are longer by that much.
    fn byte_time(&self) -> Duration {
        Duration::ZERO
    }

    /// The pipe's own clock, which all timeouts are measured by: a simulated device has a simulated one. It goes on
    /// whenever bytes are received or waited for.
    fn now(&self) -> Duration;
}

impl<T: Transport + ?Sized> Transport for Box<T> {
    fn name(&self) -> String {
        (**self).name()
    }
    fn send(&mut self, bytes: &[u8], timeout: Duration) -> Result<(), TransportError> {
        (**self).send(bytes, timeout)
    }
    fn receive(&mut self, buffer: &mut [u8], timeout: Duration) -> Result<usize, TransportError> {
        (**self).receive(buffer, timeout)
    }
    fn byte_time(&self) -> Duration {
        (**self).byte_time()
    }
    fn now(&self) -> Duration {
        (**self).now()
    }
}

/// What is left of a pipe that broke: it is closed.
pub(crate) struct Gone(pub String);

impl Transport for Gone {
    fn name(&self) -> String {
        self.0.clone()
    }
    fn send(&mut self, _bytes: &[u8], _timeout: Duration) -> Result<(), TransportError> {
        Err(TransportError::Closed { pipe: self.name() })
    }
    fn receive(&mut self, _buffer: &mut [u8], _timeout: Duration) -> Result<usize, TransportError> {
        Err(TransportError::Closed { pipe: self.name() })
    }
    fn now(&self) -> Duration {
        Duration::ZERO
    }
}

/// The clock on the wall, for pipes in the real world.
#[derive(Clone, Copy, Debug)]
pub struct WallClock(Instant);

impl Default for WallClock {
    fn default() -> Self {
        WallClock(Instant::now())
    }
}

impl WallClock {
    /// Time since it was made.
    pub fn now(&self) -> Duration {
        self.0.elapsed()
    }
}

/// Opens the pipe with this address.
///
/// # Errors
/// An address that makes no sense, or leads nowhere.
pub fn open(address: &str) -> Result<Box<dyn Transport>, TransportError> {
    let parsed = Address::parse(address)?;
    match parsed.scheme.as_str() {
        "uart" => Ok(Box::new(uart::UartTransport::open(&parsed)?)),
        "tcp" => Ok(Box::new(tcp::TcpTransport::open(&parsed)?)),
        "replay" => Ok(Box::new(record::Replay::open(&parsed)?)),
        "model" => Ok(Box::new(model::ModelTransport::open(&parsed)?)),
        #[cfg(target_os = "linux")]
        "xdma" => Ok(Box::new(xdma::XdmaTransport::open(&parsed)?)),
        #[cfg(feature = "usb")]
        "usb" => Ok(Box::new(usb::UsbTransport::open(&parsed)?)),
        _ => Err(parsed.error("there is no such kind of pipe here: uart, usb, xdma, tcp, model or replay")),
    }
}
