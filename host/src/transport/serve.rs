//! A device behind a TCP port: one host at a time, others are told that it is taken.
//!
//! Before the link's bytes a host may send a line with a token, and the server may send a line with a refusal:
//!
//! | line | from | when |
//! |---|---|---|
//! | `EIE-TOKEN token` | host | first of all, if it has one (`tcp:host:port?token=...`, or `EIE_TOKEN`) |
//! | `EIE-WELCOME` | server | the answer to a token |
//! | `EIE-REFUSED token` | server | a token is asked for, and none or another one came |
//! | `EIE-REFUSED locked` | server | another host uses the device |
//! | `EIE-REFUSED device: why` | server | the device cannot be opened |
//!
//! No packet begins with an `E`. Nothing is encrypted: over a network that others use, go through a tunnel.

use super::tcp::{bridge_until, TcpTransport};
use super::{Transport, TransportError};
use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, TryLockError};
use std::time::{Duration, Instant};

/// First byte of all lines.
pub(super) const MARK: u8 = b'E';
/// What a host with a token says.
pub(super) const TOKEN: &str = "EIE-TOKEN ";
/// What it is answered.
pub(super) const WELCOME: &str = "EIE-WELCOME";
/// How a refusal begins.
pub(super) const REFUSED: &str = "EIE-REFUSED ";
/// The reason that a host is told when another one is there.
pub(super) const LOCKED: &str = "locked";
/// The reason that it is told when its token is not the one.
pub(super) const BAD_TOKEN: &str = "token";
/// Longest line.
const LINE: usize = 512;
/// Time for a host to say who it is.
pub(super) const GREETING: Duration = Duration::from_secs(5);
/// Hosts that are talked to at the same time, to refuse all but one.
const HOSTS: usize = 16;

/// How to serve.
#[derive(Clone, Debug, Default)]
pub struct ServeSettings {
    /// What hosts must know.
    pub token: Option<String>,
    /// A host that says nothing for so long is sent away.
    pub idle: Option<Duration>,
    /// Ends after so many hosts.
    pub hosts: Option<usize>,
}

/// Serves a device to one host after the other, until `stop` is set. The device is opened for the first of them, and
/// again after it failed.
///
/// # Errors
/// The port fails.
pub fn serve(
    listener: &TcpListener,
    open: &(dyn Fn() -> Result<Box<dyn Transport>, TransportError> + Sync),
    settings: &ServeSettings,
    stop: &AtomicBool,
) -> Result<(), TransportError> {
    let fail = |e: std::io::Error| TransportError::Failed { pipe: "tcp".into(), why: e.to_string() };
    listener.set_nonblocking(true).map_err(fail)?;
    let device: Mutex<Option<Box<dyn Transport>>> = Mutex::new(None);
    let (talking, served) = (AtomicUsize::new(0), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        let enough = || settings.hosts.is_some_and(|most| served.load(Ordering::SeqCst) >= most);
        while !stop.load(Ordering::SeqCst) && !enough() {
            match listener.accept() {
                Ok((stream, _)) if talking.load(Ordering::SeqCst) < HOSTS => {
                    talking.fetch_add(1, Ordering::SeqCst);
                    let (device, talking, served) = (&device, &talking, &served);
                    scope.spawn(move || {
                        // What becomes of one host does not matter to the others.
                        if let Ok(true) = host(stream, device, open, settings, stop) {
                            served.fetch_add(1, Ordering::SeqCst);
                        }
                        talking.fetch_sub(1, Ordering::SeqCst);
                    });
                }
                Ok(_) => {}
                Err(e) if matches!(e.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => {
                    std::thread::sleep(Duration::from_millis(5));
                }
                // A host that was gone before it was talked to.
                Err(e) if e.kind() == ErrorKind::ConnectionAborted => {}
                Err(e) => return Err(fail(e)),
            }
        }
        Ok(())
    })
}

/// Talks to a host until it is gone. Says whether it had the device.
fn host(
    mut stream: TcpStream,
    device: &Mutex<Option<Box<dyn Transport>>>,
    open: &(dyn Fn() -> Result<Box<dyn Transport>, TransportError> + Sync),
    settings: &ServeSettings,
    stop: &AtomicBool,
) -> std::io::Result<bool> {
    stream.set_nonblocking(false)?;
    let token = match greeting(&mut stream)? {
        Some(line) => line.strip_prefix(TOKEN).map(str::to_owned),
        None => None,
    };
    if let Some(wanted) = &settings.token {
        if !token.as_ref().is_some_and(|found| same(wanted.as_bytes(), found.as_bytes())) {
            return refuse(stream, BAD_TOKEN);
        }
    }
    let mut device = match device.try_lock() {
        Ok(device) => device,
        Err(TryLockError::Poisoned(device)) => device.into_inner(),
        Err(TryLockError::WouldBlock) => return refuse(stream, LOCKED),
    };
    if device.is_none() {
        match open() {
            Ok(opened) => *device = Some(opened),
            Err(TransportError::Locked { .. }) => return refuse(stream, LOCKED),
            Err(e) => return refuse(stream, &format!("device: {e}").replace('\n', " ")),
        }
    }
    let Some(pipe) = device.as_mut() else { return Ok(false) };
    if token.is_some() {
        stream.write_all(format!("{WELCOME}\n").as_bytes())?;
    }
    let mut line = TcpTransport::new(stream)?;
    // What the host before has left.
    while pipe.receive(&mut [0; 4096], Duration::from_millis(1)).is_ok_and(|count| count > 0) {}
    let result = bridge_until(&mut line, pipe.as_mut(), settings.idle, stop);
    // An error of the device, not of the connection.
    if result.is_err_and(|of_device| of_device) {
        *device = None;
    }
    Ok(true)
}

/// The line that a host begins with, if it does: packets are left where they are.
fn greeting(stream: &mut TcpStream) -> std::io::Result<Option<String>> {
    stream.set_read_timeout(Some(GREETING))?;
    let mut first = [0];
    if stream.peek(&mut first)? == 0 || first[0] != MARK {
        return Ok(None);
    }
    read_line(stream, GREETING).map(Some)
}

/// Reads up to the end of a line, and not further.
pub(super) fn read_line(stream: &mut TcpStream, timeout: Duration) -> std::io::Result<String> {
    let end = Instant::now() + timeout;
    let mut line = Vec::new();
    loop {
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() || line.len() == LINE {
            return Err(ErrorKind::TimedOut.into());
        }
        stream.set_read_timeout(Some(left))?;
        let mut byte = [0];
        match stream.read(&mut byte) {
            Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
            Ok(_) if byte[0] == b'\n' => return Ok(String::from_utf8_lossy(&line).into_owned()),
            Ok(_) => line.push(byte[0]),
            Err(e) if e.kind() == ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
}

fn refuse(mut stream: TcpStream, why: &str) -> std::io::Result<bool> {
    stream.write_all(format!("{REFUSED}{why}\n").as_bytes())?;
    stream.shutdown(Shutdown::Write)?;
    // What the host has sent is taken, or the system would tear down the connection before it has read the reason.
    stream.set_read_timeout(Some(Duration::from_millis(500)))?;
    let end = Instant::now() + GREETING;
    while Instant::now() < end && stream.read(&mut [0; 4096]).is_ok_and(|count| count > 0) {}
    Ok(false)
}

/// Compares in a time that does not tell where the first difference is.
fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |all, (a, b)| all | (a ^ b)) == 0
}
