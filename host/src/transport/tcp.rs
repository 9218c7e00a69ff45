//! A TCP connection: `tcp:host:port`. And its other end, which puts any pipe behind a port.

use super::{Address, Transport, TransportError, WallClock};
use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream, ToSocketAddrs};
use std::time::Duration;

/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(5);
/// Shortest wait that the system can be asked for.
const SHORTEST: Duration = Duration::from_millis(1);

/// See the module's documentation.
pub struct TcpTransport {
    name: String,
    stream: TcpStream,
    clock: WallClock,
}

impl TcpTransport {
    /// Connects.
    ///
    /// # Errors
    /// Nobody there.
    pub fn open(address: &Address) -> Result<Self, TransportError> {
        address.check_options(&[])?;
        let fail = |e: std::io::Error| address.not_opened(e);
        let mut last = None;
        for to in address.path.to_socket_addrs().map_err(fail)? {
            match TcpStream::connect_timeout(&to, CONNECT) {
                Ok(stream) => return Self::new(stream).map_err(fail),
                Err(e) => last = Some(e),
            }
        }
        Err(last.map_or_else(|| address.error("the name has no address"), fail))
    }

    /// Over a connection that is made.
    ///
    /// # Errors
    /// Those of the system.
    pub fn new(stream: TcpStream) -> std::io::Result<Self> {
        // A packet is handed over whole, and its answer waited for.
        stream.set_nodelay(true)?;
        let name = format!("tcp:{}", stream.peer_addr()?);
        Ok(TcpTransport { name, stream, clock: WallClock::default() })
    }

    fn error(&self, e: &std::io::Error) -> TransportError {
        use ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, NotConnected};
        match e.kind() {
            BrokenPipe | ConnectionAborted | ConnectionReset | NotConnected => {
                TransportError::Closed { pipe: self.name.clone() }
            }
            _ => TransportError::Failed { pipe: self.name.clone(), why: e.to_string() },
        }
    }
}

fn is_pause(e: &std::io::Error) -> bool {
    matches!(e.kind(), ErrorKind::TimedOut | ErrorKind::WouldBlock | ErrorKind::Interrupted)
}

impl Transport for TcpTransport {
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
            self.stream.set_write_timeout(Some(left.max(SHORTEST))).map_err(|e| self.error(&e))?;
            match self.stream.write(rest) {
                Ok(count) => rest = &rest[count..],
                Err(e) if is_pause(&e) => {}
                Err(e) => return Err(self.error(&e)),
            }
        }
        Ok(())
    }

    fn receive(&mut self, buffer: &mut [u8], timeout: Duration) -> Result<usize, TransportError> {
        self.stream.set_read_timeout(Some(timeout.max(SHORTEST))).map_err(|e| self.error(&e))?;
        match self.stream.read(buffer) {
            Ok(0) if !buffer.is_empty() => Err(TransportError::Closed { pipe: self.name() }),
            Ok(count) => Ok(count),
            Err(e) if is_pause(&e) => Ok(0),
            Err(e) => Err(self.error(&e)),
        }
    }

    fn now(&self) -> Duration {
        self.clock.now()
    }
}

/// Serves one connection from a device: bytes from one to the other, until the connection is closed.
///
/// # Errors
/// Either end fails.
pub fn serve(listener: &TcpListener, device: &mut dyn Transport) -> Result<(), TransportError> {
    let name = || "tcp".to_owned();
    let fail = |e: std::io::Error| TransportError::Failed { pipe: name(), why: e.to_string() };
    let (stream, _) = listener.accept().map_err(fail)?;
    let mut line = TcpTransport::new(stream).map_err(fail)?;
    match bridge(&mut line, device) {
        Err(TransportError::Closed { .. }) => Ok(()),
        other => other,
    }
}

/// Carries bytes between a host and a device until one of them is gone.
///
/// # Errors
/// The one that is gone.
pub fn bridge(host: &mut dyn Transport, device: &mut dyn Transport) -> Result<(), TransportError> {
    let mut buffer = [0; 4096];
    loop {
        let count = host.receive(&mut buffer, SHORTEST)?;
        if count > 0 {
            device.send(&buffer[..count], CONNECT)?;
        }
        loop {
            let count = device.receive(&mut buffer, Duration::from_micros(100))?;
            if count == 0 {
                break;
            }
            host.send(&buffer[..count], CONNECT)?;
        }
    }
}
