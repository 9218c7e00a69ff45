//! A TCP connection: `tcp:host:port`, with `?token=...` where the server asks for one ([`super::serve`]). And its other
//! end, which puts any pipe behind a port.

use super::serve::{read_line, BAD_TOKEN, GREETING, LOCKED, REFUSED, TOKEN, WELCOME};
use super::{Address, Transport, TransportError, WallClock};
use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream, ToSocketAddrs};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(5);
/// Shortest wait that the system can be asked for.
const SHORTEST: Duration = Duration::from_millis(1);

/// See the module's documentation.
pub struct TcpTransport {
    name: String,
    stream: TcpStream,
    clock: WallClock,
    /// Nothing has come yet: what comes may be a refusal.
    fresh: bool,
}

impl TcpTransport {
    /// Connects.
    ///
    /// # Errors
    /// Nobody there.
    pub fn open(address: &Address) -> Result<Self, TransportError> {
        address.check_options(&["token"])?;
        let fail = |e: std::io::Error| address.not_opened(e);
        let token: String = address.option("token", std::env::var("EIE_TOKEN").unwrap_or_default())?;
        let mut last = None;
        for to in address.path.to_socket_addrs().map_err(fail)? {
            match TcpStream::connect_timeout(&to, CONNECT) {
                Ok(stream) if token.is_empty() => return Self::new(stream).map_err(fail),
                Ok(mut stream) => {
                    stream.write_all(format!("{TOKEN}{token}\n").as_bytes()).map_err(fail)?;
                    let line = read_line(&mut stream, GREETING).map_err(fail)?;
                    return match line.as_str() {
                        WELCOME => Self::new(stream).map_err(fail),
                        line => Err(refusal(&format!("tcp:{}", address.path), line)),
                    };
                }
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
        Ok(TcpTransport { name, stream, clock: WallClock::default(), fresh: true })
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

/// What a server's refusal means.
fn refusal(name: &str, line: &str) -> TransportError {
    let address = name.to_owned();
    match line.trim_end().strip_prefix(REFUSED) {
        Some(LOCKED) => TransportError::Locked { address, by: "another host".into() },
        Some(BAD_TOKEN) => {
            let why = "the server asks for a token, and this is not it: tcp:host:port?token=..., or EIE_TOKEN";
            TransportError::Refused { address, why: why.into() }
        }
        Some(why) => TransportError::Refused { address, why: why.to_owned() },
        None => {
            TransportError::Refused { address, why: "it answers a token with something else: no eie serve".into() }
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
            Ok(count) => {
                let fresh = std::mem::take(&mut self.fresh);
                match std::str::from_utf8(&buffer[..count]) {
                    Ok(line) if fresh && line.starts_with(REFUSED) => Err(refusal(&self.name, line)),
                    _ => Ok(count),
                }
            }
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
    loop {
        exchange(host, device).map_err(|(_, e)| e)?;
    }
}

/// [`bridge`] until it is told to stop, or the host has said nothing for too long. An error says whether it is the
/// device's.
pub(super) fn bridge_until(
    host: &mut dyn Transport,
    device: &mut dyn Transport,
    idle: Option<Duration>,
    stop: &AtomicBool,
) -> Result<(), bool> {
    let mut last = Instant::now();
    while !stop.load(Ordering::SeqCst) && idle.is_none_or(|idle| last.elapsed() < idle) {
        if exchange(host, device).map_err(|(of_device, _)| of_device)? {
            last = Instant::now();
        }
    }
    Ok(())
}

/// Carries what there is, either way: whether the host said something. An error says whether it is the device's.
fn exchange(host: &mut dyn Transport, device: &mut dyn Transport) -> Result<bool, (bool, TransportError)> {
    let mut buffer = [0; 4096];
    let said = host.receive(&mut buffer, SHORTEST).map_err(|e| (false, e))?;
    if said > 0 {
        device.send(&buffer[..said], CONNECT).map_err(|e| (true, e))?;
    }
    loop {
        let count = device.receive(&mut buffer, Duration::from_micros(100)).map_err(|e| (true, e))?;
        if count == 0 {
            return Ok(said > 0);
        }
        host.send(&buffer[..count], CONNECT).map_err(|e| (false, e))?;
    }
}
