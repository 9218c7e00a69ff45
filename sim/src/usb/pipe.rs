//! The serial port that a device on USB is, as a pipe of bytes.

use super::host::{Host, Port};
use super::lines::Lines;
use super::wire::{Quality, Wire};
use super::UsbError;
use eie_host::transport::{Transport, TransportError};
use std::collections::VecDeque;
use std::time::Duration;

/// Millionths of a second of a cycle, times the cycles a bit.
const BIT_NANOS: f64 = 1e3 / 12.0;
/// Bits of a byte, of its packet's share and of the time between.
const BYTE_BITS: f64 = 20.0;
/// The device's address on the bus.
const ADDRESS: u8 = 21;

/// See the module's documentation.
pub struct UsbPipe {
    host: Host,
    port: Port,
    clocks: u32,
    arrived: VecDeque<u8>,
}

impl UsbPipe {
    /// Enumerates a device and opens its port.
    ///
    /// # Errors
    /// A device that no system would take.
    pub fn open(lines: Lines, clocks: u32, quality: Quality) -> Result<Self, UsbError> {
        let mut host = Host::new(Wire::new(lines, clocks, quality), clocks);
        host.wire.idle(100)?;
        let port = host.enumerate(ADDRESS)?;
        Ok(UsbPipe { host, port, clocks, arrived: VecDeque::new() })
    }

    /// The host's side.
    pub fn host(&mut self) -> &mut Host {
        &mut self.host
    }

    /// What the descriptors say.
    pub fn port(&self) -> &Port {
        &self.port
    }

    fn failed(&self, e: UsbError) -> TransportError {
        TransportError::Failed { pipe: self.name(), why: e.to_string() }
    }

    /// Asks for bytes once: whether some came.
    fn poll(&mut self) -> Result<bool, TransportError> {
        let got = self.host.get(self.port.bulk_in).map_err(|e| self.failed(e))?;
        let Some(bytes) = got else { return Ok(false) };
        self.host.full += u64::from(bytes.len() == self.port.most);
        self.host.empty += u64::from(bytes.is_empty());
        self.arrived.extend(&bytes);
        Ok(!bytes.is_empty())
    }
}

impl Transport for UsbPipe {
    fn name(&self) -> String {
        "sim:usb".into()
    }

    fn send(&mut self, bytes: &[u8], timeout: Duration) -> Result<(), TransportError> {
        let end = self.now() + timeout;
        let mut chunks = bytes.chunks(self.port.most).peekable();
        let mut left = bytes.len();
        while let Some(chunk) = chunks.peek() {
            if self.now() > end {
                return Err(TransportError::SendTimeout { pipe: self.name(), left, timeout });
            }
            if self.host.put(self.port.bulk_out, chunk).map_err(|e| self.failed(e))? {
                left -= chunk.len();
                chunks.next();
            }
            // A system asks for bytes all the time, between those that it sends.
            self.poll()?;
        }
        Ok(())
    }

    fn receive(&mut self, buffer: &mut [u8], timeout: Duration) -> Result<usize, TransportError> {
        let end = self.now() + timeout;
        while self.arrived.is_empty() && self.now() < end {
            self.poll()?;
        }
        let count = buffer.len().min(self.arrived.len());
        for (place, byte) in buffer.iter_mut().zip(self.arrived.drain(..count)) {
            *place = byte;
        }
        Ok(count)
    }

    fn byte_time(&self) -> Duration {
        Duration::from_nanos((BIT_NANOS * BYTE_BITS) as u64)
    }

    fn now(&self) -> Duration {
        let bits = self.host.wire.cycle() as f64 / f64::from(self.clocks);
        Duration::from_nanos((bits * BIT_NANOS) as u64)
    }
}
