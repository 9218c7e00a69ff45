//! The contract of all pipes ([`eie_tests::suite`]), with the reference device at their other ends.

use eie_host::session::{Session, SessionError};
use eie_host::transport::record::Recorder;
use eie_host::transport::{open, Address, TransportError};
use eie_host::{Link, LinkError};
use eie_tests::contract::{check, settings, small};
use eie_tests::rig::{self, Rig, Served};
use eie_tests::suite::{run, Pace};
use std::sync::Arc;
use std::time::{Duration, Instant};

fn model() -> Arc<Served> {
    Served::new(|| open("model:?pes=4").unwrap())
}

/// Pipes whose clock is the wall's.
const REAL: Pace = Pace { timeout: Duration::from_millis(100), faults: 60 };

#[test]
fn the_model() {
    run(&rig::direct(model()), Pace { timeout: Duration::from_millis(20), faults: 2000 });
}

#[test]
fn tcp() {
    run(&rig::tcp(model()), REAL);
}

#[test]
fn a_serial_port() {
    run(&rig::uart(model()), REAL);
}

#[test]
fn a_usb_fifo_with_status_bytes() {
    run(&rig::usb(model()), REAL);
}

#[cfg(target_os = "linux")]
#[test]
fn a_card_of_sockets() {
    run(&rig::xdma_sockets(model()), REAL);
}

#[cfg(target_os = "linux")]
#[test]
fn a_card_of_pipes() {
    run(&rig::xdma_pipes(model()), REAL);
}

/// One of them at a time, and the one who comes second is told.
#[test]
fn a_device_is_locked() {
    let mut rigs: Vec<Rig> = vec![rig::uart(model())];
    if cfg!(target_os = "linux") {
        rigs.extend([rig::xdma_sockets(model()), rig::xdma_pipes(model())]);
    }
    for rig in rigs {
        let first = (rig.open)("first").unwrap();
        let error = (rig.open)("second").map(drop).unwrap_err();
        assert!(matches!(error, TransportError::Locked { .. }), "{}: {error}", rig.name);
        assert!(error.to_string().contains(&format!("process {}", std::process::id())), "{error}");
        drop(first);
        (rig.open)("third").unwrap_or_else(|e| panic!("{}: {e}", rig.name));
    }
}

/// A card that reads all ones: at once when it is opened, and when it does not answer.
#[cfg(target_os = "linux")]
#[test]
fn a_card_that_is_gone_from_the_bus() {
    use std::os::unix::net::UnixListener;
    let dir = tempfile::tempdir().unwrap();
    let path = |what: &str| dir.path().join(format!("xdma0_{what}"));
    let (_h2c, _c2h) = (UnixListener::bind(path("h2c_0")).unwrap(), UnixListener::bind(path("c2h_0")).unwrap());
    let registers = |word: u32| {
        let bytes: Vec<u8> = [7, word, 7].iter().flat_map(|w: &u32| w.to_le_bytes()).collect();
        std::fs::write(path("user"), bytes).unwrap();
    };
    let address = format!("xdma:{}?status=4", dir.path().join("xdma0").display());
    registers(u32::MAX);
    let error = open(&address).map(drop).unwrap_err();
    assert!(matches!(error, TransportError::LinkDown { .. }), "{error}");
    registers(1);
    let pipe = open(&address).unwrap();
    registers(u32::MAX);
    let begin = Instant::now();
    let error = Link::open(pipe, settings()).map(drop).unwrap_err();
    assert!(matches!(error, LinkError::Transport(TransportError::LinkDown { .. })), "{error}");
    assert!(begin.elapsed() < Duration::from_secs(5));
    // Nothing to look at: what is known is that no answer came.
    let blind = open(&format!("{address}&user=no")).unwrap();
    let error = Link::open(blind, settings()).map(drop).unwrap_err();
    assert!(matches!(error, LinkError::NoAnswer { .. }), "{error}");
    assert!(open("xdma:/dev/not-there").is_err());
    assert!(open(&format!("{address}&user=maybe")).is_err());
}

/// A driver that writes more than the card takes, which takes nothing, does not wait for ever.
#[cfg(target_os = "linux")]
#[test]
fn a_card_that_takes_nothing() {
    use std::os::unix::net::UnixListener;
    let dir = tempfile::tempdir().unwrap();
    let path = |what: &str| dir.path().join(format!("xdma0_{what}"));
    let (_h2c, _c2h) = (UnixListener::bind(path("h2c_0")).unwrap(), UnixListener::bind(path("c2h_0")).unwrap());
    let mut pipe = open(&format!("xdma:{}", dir.path().join("xdma0").display())).unwrap();
    let begin = Instant::now();
    let error = pipe.send(&vec![0; 1 << 22], Duration::from_millis(50)).unwrap_err();
    assert!(matches!(error, TransportError::SendTimeout { .. }), "{error}");
    let error = pipe.send(&[0], Duration::from_millis(50)).unwrap_err();
    assert!(matches!(error, TransportError::Closed { .. }), "{error}");
    drop(pipe);
    assert!(begin.elapsed() < Duration::from_secs(5));
}

/// A session on record is the same again, by a whole session.
#[test]
fn a_record_of_a_session() {
    let (program, inputs) = small(4);
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("session");
    for rig in [rig::direct(model()), rig::usb(model())] {
        check(Recorder::new((rig.open)("rig").unwrap(), &path).unwrap(), &program, &inputs);
        check(open(&format!("replay:{}", path.display())).unwrap(), &program, &inputs);
    }
    let lenet = eie_tests::contract::lenet();
    let error = Session::open(&format!("replay:{}", path.display()), &lenet).map(drop).unwrap_err();
    assert!(matches!(error, SessionError::Device(_)), "another session is not on the record: {error}");
    assert!(Address::parse("replay:x").unwrap().check_options(&[]).is_ok());
}
