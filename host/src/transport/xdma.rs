//! A PCIe card behind Xilinx' XDMA driver: `xdma:/dev/xdma0`.
//!
//! Requests go to the stream `/dev/xdma0_h2c_0`, replies come from `/dev/xdma0_c2h_0`; `channel=1` takes the ones with
//! that number. If there is `/dev/xdma0_user`, the card's registers, a word of it is read (at byte `status`, 0 by
//! default) when the device is opened and whenever nothing comes: all ones mean that the card is gone from the bus.
//! `user=no` leaves that out.
//!
//! The driver's streams cannot be waited for (`poll` says at once that they are ready), and a read or write lasts until
//! the card takes part in it or the driver's own limit of 10 s is over. So each direction has a thread, and the limits
//! of [`Transport`] are held whatever the driver does. Where `poll` does work, as with pipes and sockets, threads use it.
//!
//! Instead of device files there may be pipes or Unix sockets with the same names, so a simulated card can stand in.

use super::lock::DeviceLock;
use super::{Address, Transport, TransportError, WallClock};
use rustix::event::{poll, PollFd, PollFlags, Timespec};
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::{FileExt, FileTypeExt, OpenOptionsExt};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{sync_channel, Receiver, RecvTimeoutError, SyncSender};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How long threads wait before they look whether they are still wanted.
const TICK: Timespec = Timespec { tv_sec: 0, tv_nsec: 20_000_000 };
/// Bytes of a read at most.
const CHUNK: usize = 1 << 14;
/// Reads that nobody has asked for yet.
const AHEAD: usize = 16;
/// Time for threads to end; one that is in the driver ends when that lets it go.
const FAREWELL: Duration = Duration::from_millis(200);
/// What a register reads as that nobody answers for.
const ALL_ONES: u32 = u32::MAX;

/// See the module's documentation.
pub struct XdmaTransport {
    name: String,
    clock: WallClock,
    registers: Option<(File, u64)>,
    to_writer: Option<SyncSender<Vec<u8>>>,
    written: Receiver<(Vec<u8>, std::io::Result<()>)>,
    arrived: Receiver<std::io::Result<Vec<u8>>>,
    /// What was read and not taken yet, from this place on.
    held: (Vec<u8>, usize),
    buffer: Vec<u8>,
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
    _lock: DeviceLock,
}

impl XdmaTransport {
    /// Opens a card's streams.
    ///
    /// # Errors
    /// Files that are not there, a card that somebody else uses, or one that is gone from the bus.
    pub fn open(address: &Address) -> Result<Self, TransportError> {
        address.check_options(&["channel", "user", "status"])?;
        if address.path.is_empty() {
            return Err(address.error("name the device: xdma:/dev/xdma0"));
        }
        let channel: u32 = address.option("channel", 0)?;
        let user: String = address.option("user", "yes".to_owned())?;
        let status: u64 = address.option("status", 0)?;
        if !["yes", "no"].contains(&user.as_str()) || !status.is_multiple_of(4) {
            return Err(address.error("user is yes or no, status a multiple of 4"));
        }
        let path = |what: &str| format!("{}_{what}", address.path);
        let (h2c, c2h, registers) = (path(&format!("h2c_{channel}")), path(&format!("c2h_{channel}")), path("user"));
        let fail = |path: &str, e: std::io::Error| address.not_opened(format!("{path}: {e}"));
        // The name of the lock is that of a file that there is.
        std::fs::metadata(&h2c).map_err(|e| fail(&h2c, e))?;
        let lock = DeviceLock::take(address.text(), Path::new(&h2c))?;
        let up = stream(&h2c, true).map_err(|e| fail(&h2c, e))?;
        let down = stream(&c2h, false).map_err(|e| fail(&c2h, e))?;
        let registers = match user == "yes" && Path::new(&registers).exists() {
            true => Some((File::open(&registers).map_err(|e| fail(&registers, e))?, status)),
            false => None,
        };
        let stop = Arc::new(AtomicBool::new(false));
        let (to_writer, requests) = sync_channel::<Vec<u8>>(1);
        let (done, written) = sync_channel(1);
        let (to_reader, arrived) = sync_channel(AHEAD);
        let (stop_up, stop_down) = (stop.clone(), stop.clone());
        let writer = std::thread::spawn(move || {
            for bytes in requests {
                let result = write_all(&up, &bytes, &stop_up);
                if done.send((bytes, result)).is_err() {
                    return;
                }
            }
        });
        let reader = std::thread::spawn(move || read_on(&down, &to_reader, &stop_down));
        let transport = XdmaTransport {
            name: address.path.clone(),
            clock: WallClock::default(),
            registers,
            to_writer: Some(to_writer),
            written,
            arrived,
            held: (Vec::new(), 0),
            buffer: Vec::new(),
            stop,
            threads: vec![writer, reader],
            _lock: lock,
        };
        transport.check_link()?;
        Ok(transport)
    }

    fn closed(&self) -> TransportError {
        TransportError::Closed { pipe: self.name.clone() }
    }

    fn failed(&self, e: &std::io::Error) -> TransportError {
        match e.kind() {
            ErrorKind::BrokenPipe | ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset => self.closed(),
            // ENODEV: the card is gone. ENXIO: nobody reads.
            _ if matches!(e.raw_os_error(), Some(19 | 6)) => self.closed(),
            _ => TransportError::Failed { pipe: self.name.clone(), why: e.to_string() },
        }
    }

    /// Reads a register: the card answers, or all ones come.
    fn check_link(&self) -> Result<(), TransportError> {
        let Some((file, offset)) = &self.registers else { return Ok(()) };
        let mut word = [0; 4];
        file.read_exact_at(&mut word, *offset).map_err(|e| self.failed(&e))?;
        match u32::from_le_bytes(word) {
            ALL_ONES => Err(TransportError::LinkDown { pipe: self.name.clone() }),
            _ => Ok(()),
        }
    }
}

/// A device file, pipe or socket, for one direction.
fn stream(path: &str, write: bool) -> std::io::Result<OwnedFd> {
    /// `O_NONBLOCK` on Linux, for all of rust's targets but MIPS and SPARC. Device files do not mind.
    const NONBLOCK: i32 = 0o4000;
    if std::fs::metadata(path)?.file_type().is_socket() {
        let socket = UnixStream::connect(path)?;
        socket.set_nonblocking(true)?;
        return Ok(socket.into());
    }
    let mut options = OpenOptions::new();
    Ok(options.read(!write).write(write).custom_flags(NONBLOCK).open(path)?.into())
}

/// Waits until a file is ready, for a moment. Files that cannot be waited for are always ready.
fn ready(fd: &OwnedFd, flags: PollFlags) -> std::io::Result<bool> {
    let mut fds = [PollFd::from_borrowed_fd(fd.as_fd(), flags)];
    match poll(&mut fds, Some(&TICK)) {
        Ok(count) => Ok(count > 0),
        Err(rustix::io::Errno::INTR) => Ok(false),
        Err(e) => Err(e.into()),
    }
}

/// Whether to try again.
fn is_pause(e: &std::io::Error) -> bool {
    // ERESTARTSYS, which the driver lets out when its own limit is over.
    const RESTART: i32 = 512;
    matches!(e.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted | ErrorKind::TimedOut)
        || e.raw_os_error() == Some(RESTART)
}

fn write_all(fd: &OwnedFd, bytes: &[u8], stop: &AtomicBool) -> std::io::Result<()> {
    let mut file = File::from(fd.try_clone()?);
    let mut rest = bytes;
    while !rest.is_empty() {
        if stop.load(Ordering::Relaxed) {
            return Err(ErrorKind::Interrupted.into());
        }
        if !ready(fd, PollFlags::OUT)? {
            continue;
        }
        match file.write(rest) {
            Ok(0) => return Err(ErrorKind::BrokenPipe.into()),
            Ok(count) => rest = &rest[count..],
            Err(e) if is_pause(&e) => {}
            Err(e) => return Err(e),
        }
    }
    Ok(())
}

fn read_on(fd: &OwnedFd, to: &SyncSender<std::io::Result<Vec<u8>>>, stop: &AtomicBool) {
    let file = fd.try_clone().map(File::from);
    let mut file = match file {
        Ok(file) => file,
        Err(e) => return drop(to.send(Err(e))),
    };
    // A character device that has nothing in time may say that it read nothing; only a pipe has an end.
    let endless = file.metadata().is_ok_and(|m| m.file_type().is_char_device());
    while !stop.load(Ordering::Relaxed) {
        let result = match ready(fd, PollFlags::IN) {
            Ok(false) => continue,
            Ok(true) => {
                let mut bytes = vec![0; CHUNK];
                file.read(&mut bytes).map(|count| {
                    bytes.truncate(count);
                    bytes
                })
            }
            Err(e) => Err(e),
        };
        let result = match result {
            Err(e) if is_pause(&e) => continue,
            Ok(bytes) if bytes.is_empty() && endless => continue,
            Ok(bytes) if bytes.is_empty() => Err(ErrorKind::UnexpectedEof.into()),
            other => other,
        };
        let last = result.is_err();
        if to.send(result).is_err() || last {
            return;
        }
    }
}

impl Transport for XdmaTransport {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn send(&mut self, bytes: &[u8], timeout: Duration) -> Result<(), TransportError> {
        let late = |t: &Self| TransportError::SendTimeout { pipe: t.name.clone(), left: bytes.len(), timeout };
        let mut buffer = std::mem::take(&mut self.buffer);
        buffer.clear();
        buffer.extend_from_slice(bytes);
        // After a write that was not done in time, nobody knows how much of it went out.
        let writer = self.to_writer.as_ref().ok_or_else(|| self.closed())?;
        if writer.try_send(buffer).is_err() {
            return Err(self.closed());
        }
        match self.written.recv_timeout(timeout) {
            Ok((buffer, result)) => {
                self.buffer = buffer;
                result.map_err(|e| self.failed(&e))
            }
            Err(RecvTimeoutError::Timeout) => {
                self.to_writer = None;
                self.check_link()?;
                Err(late(self))
            }
            Err(RecvTimeoutError::Disconnected) => Err(self.closed()),
        }
    }

    fn receive(&mut self, buffer: &mut [u8], timeout: Duration) -> Result<usize, TransportError> {
        if self.held.1 == self.held.0.len() {
            match self.arrived.recv_timeout(timeout) {
                Ok(Ok(bytes)) => self.held = (bytes, 0),
                Ok(Err(e)) => return Err(self.failed(&e)),
                Err(RecvTimeoutError::Timeout) => {
                    self.check_link()?;
                    return Ok(0);
                }
                Err(RecvTimeoutError::Disconnected) => return Err(self.closed()),
            }
        }
        let rest = &self.held.0[self.held.1..];
        let count = buffer.len().min(rest.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        self.held.1 += count;
        Ok(count)
    }

    fn now(&self) -> Duration {
        self.clock.now()
    }
}

impl Drop for XdmaTransport {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        self.to_writer = None;
        // So that a reader that waits to hand over something ends.
        let (_, nothing) = sync_channel(1);
        self.arrived = nothing;
        let begin = Instant::now();
        while self.threads.iter().any(|t| !t.is_finished()) && begin.elapsed() < FAREWELL {
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}
