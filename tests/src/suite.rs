//! What a driver must do over every kind of pipe, whatever happens to the device.

use crate::contract::{packed, small_model};
use crate::rig::Rig;
use eie_host::link::{Heard, Link, Settings};
use eie_host::selftest::{self, FaultSettings};
use eie_host::session::{Options, Session, SessionError};
use eie_host::transport::faults::{FaultKind, Faulty};
use eie_host::transport::record::Recorder;
use eie_host::transport::{Transport, TransportError};
use eie_host::{DeviceError, LinkError};
use eie_spec::config::Config;
use eie_spec::golden::Sparse;
use eie_spec::model::Model;
use ndarray::Array2;
use std::path::Path;
use std::time::{Duration, Instant};

/// What a rig's pipe is like.
#[derive(Clone, Copy)]
pub struct Pace {
    /// The link's patience.
    pub timeout: Duration,
    /// Faults to inject.
    pub faults: u64,
}

const LONG: Duration = Duration::from_secs(60);

fn batch(model: &Model, rows: usize) -> (Array2<i16>, Array2<i16>) {
    let (_, inputs) = small_model();
    let x: Vec<i16> = (0..rows).flat_map(|k| inputs[k % inputs.len()].clone()).collect();
    let x = Array2::from_shape_vec((rows, model.inputs()), x).unwrap();
    let golden = Sparse::new(model, 48);
    let y: Vec<i16> =
        x.rows().into_iter().flat_map(|row| golden.run(&row.to_vec()).unwrap().layers.pop().unwrap()).collect();
    (x, Array2::from_shape_vec((rows, model.outputs()), y).unwrap())
}

/// All of it, on a device of four PEs of the usual configuration.
pub fn run(rig: &Rig, pace: Pace) {
    let name = rig.name;
    let settings = Settings { timeout: pace.timeout, ..Settings::default() };
    let options = Options { opener: rig.open.clone(), settings, ..Options::default() };
    let address = "uart:rig";
    let (model, inputs) = small_model();
    let (x, want) = batch(&model, 12);

    // Identify: another configuration than the device's is refused before anything is written.
    let other = Options { config: Some(Config::for_pes(8).unwrap()), ..options.clone() };
    let error = Session::open_with(&[address], &model, &other).map(drop).unwrap_err();
    assert!(matches!(error, SessionError::Device(DeviceError::Config { .. })), "{name}: {error}");

    // Load and run.
    let session = Session::open_with(&[address], &model, &options).unwrap_or_else(|e| panic!("{name}: {e}"));
    assert_eq!(session.run(x.view()).unwrap(), want, "{name}");
    assert_eq!(session.run(x.row(1)).unwrap(), want.row(1), "{name}");
    assert_ne!(session.run(x.row(0)).unwrap(), want.row(1), "{name}: the comparison sees a difference");

    // A reset in the middle, which the device's image survives.
    let mut handle = session.submit(x.view()).unwrap();
    session.with_device(0, |d| d.device_mut().reset()).unwrap();
    assert_eq!(handle.wait(LONG).unwrap(), want, "{name}");

    // A restart in the middle, which it does not: an error or a right answer, and then right ones.
    rig.served.restart();
    match session.run(x.view()) {
        Ok(y) => assert_eq!(y, want, "{name}"),
        Err(SessionError::Device(DeviceError::Bus(_))) => {}
        Err(other) => panic!("{name}: {other}"),
    }
    assert_eq!(session.run(x.view()).unwrap(), want, "{name}: after a restart");

    // Unplugged in the middle of a long run, and plugged in again.
    let (many, all) = batch(&model, 600);
    let mut long = session.submit(many.view()).unwrap();
    std::thread::sleep(Duration::from_millis(3));
    rig.served.unplug();
    match long.wait(LONG) {
        Ok(y) => assert_eq!(y, all, "{name}"),
        Err(e) => assert!(e.link().is_some(), "{name}: {e}"),
    }
    let begin = Instant::now();
    let error = session.run(x.view()).unwrap_err();
    assert!(error.link().is_some() && begin.elapsed() < LONG, "{name}: {error}");
    let error = session.run(x.view()).unwrap_err();
    assert!(error.link().is_some() && begin.elapsed() < LONG, "{name}: {error}");
    rig.served.plug();
    let begin = Instant::now();
    let y = loop {
        match session.run(x.view()) {
            Ok(y) => break y,
            // A system takes a moment to notice a device.
            Err(e) => assert!(begin.elapsed() < Duration::from_secs(20), "{name}: {e}"),
        }
    };
    assert_eq!(y, want, "{name}: plugged in again");
    drop(session);

    // A record for which there is no room on the disk.
    if Path::new("/dev/full").exists() {
        let recorder = Recorder::new((rig.open)(address).unwrap(), Path::new("/dev/full")).unwrap();
        let error = Link::open(recorder, settings).map(drop).unwrap_err();
        assert!(matches!(error, LinkError::Transport(TransportError::Failed { .. })), "{name}: {error}");
    }

    // Faults on the line: those that it survives, and others, ...
    let faults = FaultSettings { faults: pace.faults, seed: 9, timeout: pace.timeout, limit: LONG };
    let open = || -> Result<Box<dyn Transport>, TransportError> { (rig.open)(address) };
    let tally = selftest::trials(open, &packed(&model, 4, 1), &inputs, &faults).unwrap();
    println!("{{\"pipe\":\"{name}\"}} {tally:?}");
    assert!(tally.holds() && tally.recovered > tally.trials / 2, "{name}: {tally:?}");
    // ... and each that it does not.
    for kind in FaultKind::LASTING {
        let mut line = Faulty::new(open().unwrap(), 1);
        line.set(&[kind], 1);
        let error = Link::open(line, Settings { attempts: 2, ..settings }).map(drop).unwrap_err();
        let expected = match kind {
            FaultKind::Silence => matches!(error, LinkError::NoAnswer { heard: Heard::Nothing, .. }),
            FaultKind::AllOnes => matches!(error, LinkError::NoAnswer { heard: Heard::AllOnes, .. }),
            FaultKind::Echo => matches!(error, LinkError::NoAnswer { heard: Heard::Echo, .. }),
            _ => matches!(error, LinkError::Transport(TransportError::Closed { .. })),
        };
        assert!(expected, "{name}: {kind:?}: {error}");
    }
}
