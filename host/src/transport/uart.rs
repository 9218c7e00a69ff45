//! A serial port: 8 data bits, no parity, one stop bit. `uart:/dev/ttyUSB0?baud=3000000`.

use super::lock::DeviceLock;
use super::{Address, Transport, TransportError, WallClock};
use serialport::{ClearBuffer, DataBits, FlowControl, Parity, SerialPort, StopBits};
use std::io::{ErrorKind, Read, Write};
use std::path::Path;
use std::time::Duration;

/// Speed where none is given.
const BAUD: u32 = 3_000_000;
/// Bits of a byte on the line.
const BITS: u32 = 10;
/// Shortest wait that the system can be asked for.
const SHORTEST: Duration = Duration::from_millis(1);

/// See the module's documentation.
pub struct UartTransport {
    name: String,
    port: Box<dyn SerialPort>,
    baud: u32,
    clock: WallClock,
    _lock: DeviceLock,
}

impl UartTransport {
    /// Opens a port, and drops what it has received before.
    ///
    /// # Errors
    /// A port that is not there, or refuses the speed.
    pub fn open(address: &Address) -> Result<Self, TransportError> {
        address.check_options(&["baud"])?;
        let baud = address.option("baud", BAUD)?;
        if address.path.is_empty() || baud == 0 {
            return Err(address.error("name a port, and a speed in bits a second: uart:/dev/ttyUSB0?baud=3000000"));
        }
        let lock = DeviceLock::take(address.text(), Path::new(&address.path))?;
        let port = serialport::new(&address.path, baud)
            .data_bits(DataBits::Eight)
            .parity(Parity::None)
            .stop_bits(StopBits::One)
            .flow_control(FlowControl::None)
            .timeout(SHORTEST)
            .open()
            .map_err(|e| address.not_opened(e))?;
        port.clear(ClearBuffer::All).map_err(|e| address.not_opened(e))?;
        Ok(UartTransport { name: address.path.clone(), port, baud, clock: WallClock::default(), _lock: lock })
    }

    fn failed(&self, why: impl ToString) -> TransportError {
        TransportError::Failed { pipe: self.name.clone(), why: why.to_string() }
    }

    fn set_timeout(&mut self, timeout: Duration) -> Result<(), TransportError> {
        self.port.set_timeout(timeout.max(SHORTEST)).map_err(|e| self.failed(e))
    }

    /// An unplugged adapter gives one of these.
    fn error(&self, e: &std::io::Error) -> TransportError {
        match e.kind() {
            ErrorKind::BrokenPipe | ErrorKind::NotConnected | ErrorKind::UnexpectedEof => {
                TransportError::Closed { pipe: self.name.clone() }
            }
            _ => self.failed(e),
        }
    }
}

impl Transport for UartTransport {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn send(&mut self, bytes: &[u8], timeout: Duration) -> Result<(), TransportError> {
        let end = self.clock.now() + timeout;
        let mut rest = bytes;
        while !rest.is_empty() {
            let Some(left) = end.checked_sub(self.clock.now()) else {
                return Err(TransportError::SendTimeout { pipe: self.name(), left: rest.len(), timeout });
            };
            self.set_timeout(left)?;
            match self.port.write(rest) {
                Ok(count) => rest = &rest[count..],
                Err(e)
                    if matches!(e.kind(), ErrorKind::TimedOut | ErrorKind::Interrupted | ErrorKind::WouldBlock) => {}
                Err(e) => return Err(self.error(&e)),
            }
        }
        Ok(())
    }

    fn receive(&mut self, buffer: &mut [u8], timeout: Duration) -> Result<usize, TransportError> {
        self.set_timeout(timeout)?;
        match self.port.read(buffer) {
            // A port that is ready and has nothing is one that hung up.
            Ok(0) if !buffer.is_empty() => Err(TransportError::Closed { pipe: self.name() }),
            Ok(count) => Ok(count),
            Err(e) if matches!(e.kind(), ErrorKind::TimedOut | ErrorKind::Interrupted | ErrorKind::WouldBlock) => {
                Ok(0)
            }
            Err(e) => Err(self.error(&e)),
        }
    }

    fn byte_time(&self) -> Duration {
        Duration::from_secs(1) * BITS / self.baud
    }

    fn now(&self) -> Duration {
        self.clock.now()
    }
}
