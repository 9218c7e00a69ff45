//! Devices behind every kind of pipe, which can be unplugged, plugged in again, and restarted, while a driver uses
//! them. The device itself is one that a test gives: the reference device, or a Verilated top.

use eie_host::session::Opener;
use eie_host::transport::usb::{Bulk, UsbTransport};
use eie_host::transport::{self, Transport, TransportError};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Makes a device.
type Make = Box<dyn Fn() -> Box<dyn Transport> + Send + Sync>;

/// A device, and whether anybody can reach it.
pub struct Served {
    make: Make,
    device: Mutex<Box<dyn Transport>>,
    plugged: AtomicBool,
    over: AtomicBool,
}

impl Served {
    /// A device that is plugged in.
    pub fn new(make: impl Fn() -> Box<dyn Transport> + Send + Sync + 'static) -> Arc<Self> {
        let device = Mutex::new(make());
        Arc::new(Served { make: Box::new(make), device, plugged: true.into(), over: false.into() })
    }

    fn device(&self) -> MutexGuard<'_, Box<dyn Transport>> {
        self.device.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_plugged(&self) -> bool {
        self.plugged.load(Ordering::SeqCst)
    }

    /// A new device in the place of the old one: nothing loaded, no session.
    pub fn restart(&self) {
        *self.device() = (self.make)();
    }

    /// Nobody reaches it any more; what is on its way is lost.
    pub fn unplug(&self) {
        self.plugged.store(false, Ordering::SeqCst);
    }

    /// It is there again.
    pub fn plug(&self) {
        self.plugged.store(true, Ordering::SeqCst);
    }

    /// Carries bytes between a driver's pipe and the device until one of them is gone. Reads must not wait for long.
    fn carry(&self, line: &mut (impl Read + Write)) {
        let mut buffer = [0; 4096];
        while self.is_plugged() && !self.over.load(Ordering::SeqCst) {
            match line.read(&mut buffer) {
                Ok(0) => return,
                Ok(count) => self.device().send(&buffer[..count], Duration::from_secs(5)).unwrap(),
                Err(e) if matches!(e.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                    std::thread::sleep(Duration::from_micros(100));
                }
                Err(_) => return,
            }
            loop {
                let count = self.device().receive(&mut buffer, Duration::from_micros(50)).unwrap();
                let mut rest = &buffer[..count];
                while !rest.is_empty() && self.is_plugged() {
                    match line.write(rest) {
                        Ok(count) => rest = &rest[count..],
                        Err(e) if e.kind() == ErrorKind::WouldBlock => {
                            std::thread::sleep(Duration::from_micros(100));
                        }
                        Err(_) => return,
                    }
                }
                if count == 0 {
                    break;
                }
            }
        }
    }
}

/// A device at the end of a pipe.
pub struct Rig {
    /// Which pipe.
    pub name: &'static str,
    /// The device.
    pub served: Arc<Served>,
    /// Opens the pipe.
    pub open: Opener,
    /// What the pipe needs as long as it is used.
    threads: Vec<std::thread::JoinHandle<()>>,
    _folder: Option<tempfile::TempDir>,
}

impl Drop for Rig {
    fn drop(&mut self) {
        self.served.over.store(true, Ordering::SeqCst);
        self.threads.drain(..).for_each(|t| drop(t.join()));
    }
}

/// A pipe that ends at the device itself.
struct Direct(Arc<Served>);

impl Direct {
    fn device(&self) -> Result<MutexGuard<'_, Box<dyn Transport>>, TransportError> {
        match self.0.is_plugged() {
            true => Ok(self.0.device()),
            false => Err(TransportError::Closed { pipe: "direct".into() }),
        }
    }
}

impl Transport for Direct {
    fn name(&self) -> String {
        self.0.device().name()
    }
    fn send(&mut self, bytes: &[u8], timeout: Duration) -> Result<(), TransportError> {
        self.device()?.send(bytes, timeout)
    }
    fn receive(&mut self, buffer: &mut [u8], timeout: Duration) -> Result<usize, TransportError> {
        self.device()?.receive(buffer, timeout)
    }
    fn byte_time(&self) -> Duration {
        self.0.device().byte_time()
    }
    fn now(&self) -> Duration {
        self.0.device().now()
    }
}

/// What packets of an FTDI chip begin with.
const STATUS: [u8; 2] = [0x01, 0x60];
/// Bytes of its packets.
const PACKET: usize = 512;

/// Transfers of a chip with a FIFO, as an FT232H makes them.
struct Chip {
    line: Direct,
    number: usize,
}

impl Bulk for Chip {
    fn write(&mut self, bytes: &[u8], timeout: Duration) -> Result<usize, TransportError> {
        // Its FIFO takes so much at a time.
        let count = bytes.len().min(700);
        self.line.send(&bytes[..count], timeout)?;
        Ok(count)
    }

    fn read(&mut self, bytes: &mut Vec<u8>, timeout: Duration) -> Result<(), TransportError> {
        self.number += 1;
        // Now and then it has nothing to say but its status.
        let mut data = vec![0; if self.number.is_multiple_of(3) { 0 } else { 3 * (PACKET - STATUS.len()) - 7 }];
        let count = match data.len() {
            0 => 0,
            _ => self.line.receive(&mut data, timeout.min(Duration::from_millis(1)))?,
        };
        bytes.extend(STATUS);
        for (k, packet) in data[..count].chunks(PACKET - STATUS.len()).enumerate() {
            if k > 0 {
                bytes.extend(STATUS);
            }
            bytes.extend(packet);
        }
        Ok(())
    }

    fn packet(&self) -> usize {
        PACKET
    }
}

fn gone(served: &Served, address: &str) -> Result<(), TransportError> {
    match served.is_plugged() {
        true => Ok(()),
        false => Err(TransportError::Open { address: address.to_owned(), why: "no such device".into() }),
    }
}

/// In this process.
pub fn direct(served: Arc<Served>) -> Rig {
    let held = served.clone();
    let open: Opener = Arc::new(move |address| {
        gone(&held, address)?;
        Ok(Box::new(Direct(held.clone())))
    });
    Rig { name: "direct", served, open, threads: Vec::new(), _folder: None }
}

/// Behind a chip with a FIFO, whose packets begin with status bytes.
pub fn usb(served: Arc<Served>) -> Rig {
    let held = served.clone();
    let open: Opener = Arc::new(move |address| {
        gone(&held, address)?;
        let chip = Chip { line: Direct(held.clone()), number: 0 };
        Ok(Box::new(UsbTransport::new("usb:chip".into(), chip, true)))
    });
    Rig { name: "usb", served, open, threads: Vec::new(), _folder: None }
}

/// At the end of a TCP connection.
pub fn tcp(served: Arc<Served>) -> Rig {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("tcp:{}", listener.local_addr().unwrap());
    listener.set_nonblocking(true).unwrap();
    let held = served.clone();
    let thread = std::thread::spawn(move || {
        while !held.over.load(Ordering::SeqCst) {
            match listener.accept() {
                Ok((mut stream, _)) => {
                    stream.set_nonblocking(false).unwrap();
                    stream.set_read_timeout(Some(Duration::from_millis(1))).unwrap();
                    stream.set_nodelay(true).unwrap();
                    held.carry(&mut stream);
                }
                Err(_) => std::thread::sleep(Duration::from_millis(1)),
            }
        }
    });
    let open: Opener = Arc::new(move |_| transport::open(&address));
    Rig { name: "tcp", served, open, threads: vec![thread], _folder: None }
}

/// On a serial port, which is a pseudo-terminal. Plugged in again it has another name.
pub fn uart(served: Arc<Served>) -> Rig {
    use serialport::{SerialPort, TTYPort};
    let path = Arc::new(Mutex::new(String::new()));
    let (held, name) = (served.clone(), path.clone());
    let thread = std::thread::spawn(move || {
        while !held.over.load(Ordering::SeqCst) {
            if !held.is_plugged() {
                std::thread::sleep(Duration::from_millis(1));
                continue;
            }
            let (mut master, slave) = TTYPort::pair().unwrap();
            *name.lock().unwrap() = slave.name().unwrap();
            // Who holds this end locks it.
            drop(slave);
            master.set_timeout(Duration::from_millis(1)).unwrap();
            // Nobody at the other end is no reason to leave.
            while held.is_plugged() && !held.over.load(Ordering::SeqCst) {
                held.carry(&mut master);
                std::thread::sleep(Duration::from_millis(1));
            }
            name.lock().unwrap().clear();
        }
    });
    let open: Opener = Arc::new(move |address| {
        let path = (0..1000).find_map(|_| {
            let name = path.lock().unwrap().clone();
            std::thread::sleep(Duration::from_millis(u64::from(name.is_empty())));
            Some(name).filter(|name| !name.is_empty())
        });
        match path {
            Some(path) => transport::open(&format!("uart:{path}?baud=115200")),
            None => Err(TransportError::Open { address: address.to_owned(), why: "no such port".into() }),
        }
    });
    Rig { name: "uart", served, open, threads: vec![thread], _folder: None }
}

/// Both streams of a card.
struct Streams<R, W>(R, W);

impl<R: Read, W> Read for Streams<R, W> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.0.read(buffer)
    }
}

impl<R, W: Write> Write for Streams<R, W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.1.write(bytes)
    }
    fn flush(&mut self) -> std::io::Result<()> {
        self.1.flush()
    }
}

/// The card's registers, of which one is looked at.
fn registers(folder: &Path) -> PathBuf {
    let path = folder.join("xdma0_user");
    std::fs::write(&path, [0x78, 0x56, 0x34, 0x12, 0, 0, 0, 0]).unwrap();
    path
}

/// A card whose streams are Unix sockets.
pub fn xdma_sockets(served: Arc<Served>) -> Rig {
    use std::os::unix::net::UnixListener;
    let folder = tempfile::tempdir().unwrap();
    registers(folder.path());
    let path = |what: &str| folder.path().join(format!("xdma0_{what}_0"));
    let (h2c, c2h) = (UnixListener::bind(path("h2c")).unwrap(), UnixListener::bind(path("c2h")).unwrap());
    h2c.set_nonblocking(true).unwrap();
    let held = served.clone();
    let thread = std::thread::spawn(move || {
        while !held.over.load(Ordering::SeqCst) {
            let Ok((up, _)) = h2c.accept() else {
                std::thread::sleep(Duration::from_millis(1));
                continue;
            };
            let (down, _) = c2h.accept().unwrap();
            up.set_nonblocking(false).unwrap();
            up.set_read_timeout(Some(Duration::from_millis(1))).unwrap();
            held.carry(&mut Streams(up, down));
        }
    });
    xdma("xdma sockets", served, thread, folder)
}

/// A card whose streams are pipes with names.
pub fn xdma_pipes(served: Arc<Served>) -> Rig {
    use std::os::unix::fs::OpenOptionsExt;
    const NONBLOCK: i32 = 0o4000;
    let folder = tempfile::tempdir().unwrap();
    registers(folder.path());
    let path = |what: &str| folder.path().join(format!("xdma0_{what}_0"));
    let (h2c, c2h) = (path("h2c"), path("c2h"));
    let made = std::process::Command::new("mkfifo").args([&h2c, &c2h]).status().unwrap();
    assert!(made.success(), "mkfifo");
    // Open for both, so that opening does not wait, and that there is always a reader.
    let open = move |path: &Path| {
        std::fs::OpenOptions::new().read(true).write(true).custom_flags(NONBLOCK).open(path).unwrap()
    };
    let held = served.clone();
    let thread = std::thread::spawn(move || {
        while !held.over.load(Ordering::SeqCst) {
            if held.is_plugged() {
                // What nobody took is lost with the plug.
                held.carry(&mut Streams(open(&h2c), open(&c2h)));
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    });
    // Until the other end is there.
    std::thread::sleep(Duration::from_millis(20));
    xdma("xdma pipes", served, thread, folder)
}

fn xdma(
    name: &'static str,
    served: Arc<Served>,
    thread: std::thread::JoinHandle<()>,
    folder: tempfile::TempDir,
) -> Rig {
    let address = format!("xdma:{}", folder.path().join("xdma0").display());
    let open: Opener = Arc::new(move |_| transport::open(&address));
    Rig { name, served, open, threads: vec![thread], _folder: Some(folder) }
}
