//! The pipes of this crate do what every pipe must do ([`eie_tests::contract`]).

use eie_host::link::{Heard, Link, LinkError};
use eie_host::transport::record::Recorder;
use eie_host::transport::{open, tcp, Transport, TransportError};
use eie_host::{BusError, Device, DeviceError};
use eie_spec::config::Config;
use eie_tests::contract::{check, lenet, packed, picture, settings, small};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;
use std::time::Duration;

#[test]
fn the_model() {
    let (program, inputs) = small(4);
    check(open("model:?pes=4").unwrap(), &program, &inputs);
    let inputs: Vec<Vec<i16>> = (0..5).map(picture).collect();
    for vectors in [1, 2] {
        check(open("model:?pes=16").unwrap(), &packed(&lenet(), 16, vectors), &inputs);
    }
}

#[test]
fn tcp_to_the_model() {
    let (program, inputs) = small(4);
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = std::thread::spawn(move || tcp::serve(&listener, &mut *open("model:?pes=4").unwrap()));
    check(open(&format!("tcp:127.0.0.1:{port}")).unwrap(), &program, &inputs);
    server.join().unwrap().unwrap();
    let gone = open(&format!("tcp:127.0.0.1:{port}")).map(drop).unwrap_err();
    assert!(matches!(gone, TransportError::Open { .. }), "{gone}");
}

#[test]
fn a_record_is_replayed() {
    let (program, inputs) = small(4);
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("session");
    check(Recorder::new(open("model:?pes=4").unwrap(), &path).unwrap(), &program, &inputs);
    let address = format!("replay:{}", path.display());
    check(open(&address).unwrap(), &program, &inputs);
    // Another session is not what is on the record.
    let other = eie_host::link::Settings { session: Some(0x1235), ..settings() };
    let error = Link::open(open(&address).unwrap(), other).map(drop).unwrap_err();
    assert!(matches!(error, LinkError::Transport(TransportError::Failed { .. })), "{error}");
    std::fs::write(&path, ">e1\n?").unwrap();
    assert!(open(&address).is_err());
}

/// A pseudo-terminal with this device at its other end, until it is told to stop: the path of the host's end.
#[cfg(unix)]
fn terminal(address: &'static str, stop: Arc<AtomicBool>) -> (String, std::thread::JoinHandle<()>) {
    use serialport::{SerialPort, TTYPort};
    use std::io::{Read, Write};
    let (mut master, slave) = TTYPort::pair().unwrap();
    let path = slave.name().unwrap();
    // Who holds this end locks it.
    drop(slave);
    let mut device = open(address).unwrap();
    let thread = std::thread::spawn(move || {
        master.set_timeout(Duration::from_millis(1)).unwrap();
        let mut buffer = [0; 4096];
        while !stop.load(Ordering::Relaxed) {
            match master.read(&mut buffer) {
                Ok(count) => device.send(&buffer[..count], Duration::from_secs(5)).unwrap(),
                // Nothing, or the other end is not open.
                Err(_) => std::thread::sleep(Duration::from_millis(1)),
            }
            while let Ok(count @ 1..) = device.receive(&mut buffer, Duration::from_micros(50)) {
                master.write_all(&buffer[..count]).unwrap();
            }
        }
    });
    (path, thread)
}

#[cfg(unix)]
#[test]
fn a_serial_port_to_the_model() {
    let (program, inputs) = small(4);
    let stop = Arc::new(AtomicBool::new(false));
    let (path, thread) = terminal("model:?pes=4", stop.clone());
    check(open(&format!("uart:{path}?baud=115200")).unwrap(), &program, &inputs);
    stop.store(true, Ordering::Relaxed);
    thread.join().unwrap();
    assert!(matches!(open("uart:/dev/not-there").map(drop), Err(TransportError::Open { .. })));
}

#[test]
fn another_configuration_is_refused() {
    let (program, _) = small(4);
    let link = Link::open(open("model:?pes=8").unwrap(), settings()).unwrap();
    assert_eq!(link.config_hash(), Config::for_pes(8).unwrap().hash());
    let error = Device::open(link, program).map(drop).unwrap_err();
    assert!(matches!(error, DeviceError::Config { .. }), "{error}");
}

#[test]
fn a_stuck_accelerator_is_an_error_and_a_reset_helps() {
    let (program, inputs) = small(4);
    let x: Vec<&[i16]> = inputs.iter().map(Vec::as_slice).collect();
    let address = eie_host::transport::Address::parse("model:?pes=4").unwrap();
    let pipe = eie_host::transport::model::ModelTransport::open(&address).unwrap();
    let mut device = Device::open(Link::open(pipe, settings()).unwrap(), program.clone()).unwrap();
    let want = device.run_batch(&x).unwrap();
    device.bus_mut().transport_mut().device_mut().words.get_stuck();
    let error = device.run_batch(&x).unwrap_err();
    assert!(matches!(error, DeviceError::Bus(BusError::Link(LinkError::Stuck { .. }))), "{error}");
    // The driver resets it by itself.
    assert_eq!(device.run_batch(&x).unwrap(), want);
}

#[test]
fn dead_lines_are_told_apart() {
    use eie_host::transport::faults::{FaultKind, Faulty};
    let heard = |kind| {
        let mut pipe = Faulty::new(open("model:?pes=4").unwrap(), 1);
        pipe.set(&[kind], 1);
        Link::open(pipe, settings()).map(drop).unwrap_err()
    };
    let what = |kind| match heard(kind) {
        LinkError::NoAnswer { heard, .. } => heard,
        other => panic!("{other}"),
    };
    assert_eq!(what(FaultKind::Silence), Heard::Nothing);
    assert_eq!(what(FaultKind::AllOnes), Heard::AllOnes);
    assert_eq!(what(FaultKind::Echo), Heard::Echo);
    assert!(matches!(heard(FaultKind::Cut), LinkError::Transport(TransportError::Closed { .. })));
}

/// Of a session that has failed, replies may still be on their way: the next one's numbers are far from theirs.
#[test]
fn a_new_session_is_far_from_what_the_last_one_asked() {
    use eie_host::Bus;
    use eie_spec::link::packet::{Kind, Reader, REQUEST};
    /// A line that can go dead, with a clock that only waiting moves, and the numbers of the requests that it was given.
    struct Line {
        device: Box<dyn Transport>,
        dead: bool,
        clock: Duration,
        requests: Reader,
        asked: Vec<(u8, u16)>,
    }
    impl Transport for Line {
        fn name(&self) -> String {
            "line".into()
        }
        fn send(&mut self, bytes: &[u8], timeout: Duration) -> Result<(), TransportError> {
            self.requests.push(bytes);
            while let Some(packet) = self.requests.next_packet() {
                self.asked.push((packet.code, packet.seq));
            }
            if self.dead {
                Ok(())
            } else {
                self.device.send(bytes, timeout)
            }
        }
        fn receive(&mut self, buffer: &mut [u8], timeout: Duration) -> Result<usize, TransportError> {
            if self.dead {
                self.clock += timeout;
                return Ok(0);
            }
            self.device.receive(buffer, timeout)
        }
        fn now(&self) -> Duration {
            self.clock
        }
    }
    let device = open("model:?pes=4").unwrap();
    let requests = Reader::new(REQUEST, 2048);
    let line = Line { device, dead: false, clock: Duration::ZERO, requests, asked: Vec::new() };
    let mut link = Link::open(line, settings()).unwrap();
    for _ in 0..300 {
        link.read(eie_spec::regs::IDENT).unwrap();
        link.transport_mut().dead = true;
        let error = link.read(eie_spec::regs::IDENT).unwrap_err();
        assert!(matches!(error, BusError::Link(LinkError::NoAnswer { .. })), "{error}");
        let line = link.transport_mut();
        line.dead = false;
        let last = line.asked.last().unwrap().1;
        line.asked.clear();
        link.read(eie_spec::regs::IDENT).unwrap();
        let (kind, first) = link.transport_mut().asked[0];
        assert_eq!(kind, Kind::Sync as u8);
        assert!(last.wrapping_sub(first) >= 1 << 12, "{first} after {last}");
    }
}
