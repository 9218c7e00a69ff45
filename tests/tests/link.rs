//! Every pipe does the same: loads a program, runs it, and gives what the golden model gives.

use eie_host::link::{Heard, Link, LinkError, Settings};
use eie_host::transport::faults::Numbers;
use eie_host::transport::record::Recorder;
use eie_host::transport::{tcp, Transport, TransportError};
use eie_host::{Bus, BusError, Device, DeviceError};
use eie_sim::transport::open;
use eie_sim::verilator;
use eie_spec::config::Config;
use eie_spec::container::decode;
use eie_spec::golden::Packed;
use eie_spec::link::op::Coding;
use eie_spec::model::Model;
use eie_spec::pack::{pack_with, Options, Program};
use eie_tests::named_cases;
use std::path::Path;
use std::time::Duration;

fn settings() -> Settings {
    Settings { session: Some(0x1234), ..Settings::default() }
}

fn packed(model: &Model, pes: usize, vectors: usize) -> Program {
    pack_with(model, &Config::for_pes(pes).unwrap(), &Options { vectors, ..Options::default() }).unwrap()
}

/// A small model and inputs for it.
fn small(pes: usize) -> (Program, Vec<Vec<i16>>) {
    let cases = named_cases();
    let case = cases.iter().find(|c| c.layers.len() > 1 && c.inputs < 100).unwrap();
    let model = case.model();
    (packed(&model, pes, 1), (0..6).map(|k| case.input(k)).collect())
}

fn lenet() -> Model {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../models/lenet-300-100.eie");
    decode(&std::fs::read(path).unwrap()).unwrap()
}

/// Runs inputs on a device at the end of a pipe; all layers must be those of the golden model.
fn check(pipe: impl Transport, program: &Program, inputs: &[Vec<i16>]) {
    let name = pipe.name();
    let link = Link::open(pipe, settings()).unwrap_or_else(|e| panic!("{name}: {e}"));
    let mut device = Device::open(link, program.clone()).unwrap();
    let inputs: Vec<&[i16]> = inputs.iter().map(Vec::as_slice).collect();
    let want: Vec<_> = Packed::new(program).run_batch(&inputs).unwrap().into_iter().map(|o| o.layers).collect();
    assert_eq!(device.run_batch(&inputs).unwrap(), want, "{name}");
    let last: Vec<_> = want.iter().map(|layers| layers.last().unwrap().clone()).collect();
    assert_eq!(device.infer_batch(&inputs).unwrap(), last, "{name}");
    // The comparison sees a difference: one weight, pointer or codebook word that is wrong.
    let mut damaged = want.clone();
    damaged[0].last_mut().unwrap()[0] ^= 1;
    assert_ne!(device.run_batch(&inputs).unwrap(), damaged, "{name}");
    let stats = device.bus_mut().stats();
    assert_eq!((stats.retries, stats.rejected.bad_crcs), (0, 0), "{name}: a good pipe needs no retries");
    let registers = device.bus_mut().registers().unwrap();
    assert_eq!(registers[2..], [0; 4], "{name}");
}

#[test]
fn the_model() {
    let (program, inputs) = small(4);
    check(open("model:?pes=4").unwrap(), &program, &inputs);
    let inputs: Vec<Vec<i16>> = (0..5).map(|k| picture(k)).collect();
    for vectors in [1, 2] {
        check(open("model:?pes=16").unwrap(), &packed(&lenet(), 16, vectors), &inputs);
    }
}

/// Something like an image: a fifth of the pixels is not zero.
fn picture(seed: u64) -> Vec<i16> {
    let mut numbers = Numbers(seed);
    (0..784).map(|_| if numbers.below(5) == 0 { numbers.below(256) as i16 * 8 } else { 0 }).collect()
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
    let other = Settings { session: Some(0x1235), ..Settings::default() };
    let error = Link::open(open(&address).unwrap(), other).map(drop).unwrap_err();
    assert!(matches!(error, LinkError::Transport(TransportError::Failed { .. })), "{error}");
    std::fs::write(&path, ">e1\n?").unwrap();
    assert!(open(&address).is_err());
}

/// A pseudo-terminal with this device at its other end, until the host closes it: the path of the host's end.
#[cfg(unix)]
fn terminal(address: &'static str) -> (String, std::thread::JoinHandle<()>) {
    use serialport::{SerialPort, TTYPort};
    use std::io::{Read, Write};
    let (mut master, mut slave) = TTYPort::pair().unwrap();
    let path = slave.name().unwrap();
    slave.set_exclusive(false).unwrap();
    let mut device = open(address).unwrap();
    let (ready, started) = std::sync::mpsc::channel();
    let thread = std::thread::spawn(move || {
        master.set_timeout(Duration::from_millis(1)).unwrap();
        let mut buffer = [0; 4096];
        ready.send(()).unwrap();
        // Our own hold on the host's end keeps the terminal alive until the host has closed it for good.
        let mut quiet = 0;
        while quiet < 2000 {
            quiet += 1;
            if let Ok(count) = master.read(&mut buffer) {
                device.send(&buffer[..count], Duration::from_secs(5)).unwrap();
                quiet = 0;
            }
            while let Ok(count @ 1..) = device.receive(&mut buffer, Duration::from_micros(50)) {
                master.write_all(&buffer[..count]).unwrap();
            }
        }
        drop(slave);
    });
    started.recv().unwrap();
    (path, thread)
}

#[cfg(unix)]
#[test]
fn a_serial_port_to_the_model() {
    let (program, inputs) = small(4);
    let (path, thread) = terminal("model:?pes=4");
    check(open(&format!("uart:{path}?baud=115200")).unwrap(), &program, &inputs);
    thread.join().unwrap();
    assert!(matches!(open("uart:/dev/not-there").map(drop), Err(TransportError::Open { .. })));
}

fn simulated() -> bool {
    let found = verilator::version().is_some();
    if !found {
        println!("SKIPPED link in Verilator: verilator is not installed");
    }
    found
}

#[test]
fn verilated_stream() {
    if simulated() {
        let (program, inputs) = small(4);
        check(open("sim:stream?pes=4").unwrap(), &program, &inputs);
        let inputs: Vec<Vec<i16>> = (0..5).map(|k| picture(k)).collect();
        check(open("sim:stream?pes=16").unwrap(), &packed(&lenet(), 16, 2), &inputs);
    }
}

#[test]
fn verilated_uart() {
    if simulated() {
        let (program, inputs) = small(4);
        check(open("sim:uart?pes=4&clocks=8").unwrap(), &program, &inputs);
    }
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

/// Payload is what no correct encoding of these vectors can do without, headers apart: each vector in the shortest of
/// the codings there are, and 16 bits for each result.
#[test]
fn link_efficiency_of_lenet_at_batch_64() {
    use eie_compressor::data::{Dataset, Split};
    use eie_compressor::quantise;
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("../models");
    let data = Dataset::load(&models.join("mnist-test"), Split::Test).unwrap();
    let inputs: Vec<Vec<i16>> = (0..64).map(|i| quantise::input(data.image(i))).collect();
    let x: Vec<&[i16]> = inputs.iter().map(Vec::as_slice).collect();
    for (pes, vectors) in [(16, 2), (16, 1), (64, 2)] {
        let program = packed(&lenet(), pes, vectors);
        let link = Link::open(open(&format!("model:?pes={pes}")).unwrap(), settings()).unwrap();
        let mut device = Device::open(link, program.clone()).unwrap();
        let before = device.bus_mut().stats();
        device.load(0).unwrap();
        let loaded = device.bus_mut().stats();
        let image = &program.stages[0].image;
        let c = &program.config;
        let of_pe = |p: &eie_spec::image::PeImage| {
            p.entries.len() * c.entry_bits() as usize + p.pointers.len() * c.ptr_bits() as usize + p.bias.len() * 32
        };
        let image_bits: usize = image.pes.iter().map(of_pe).sum();
        let load_bytes = loaded.sent - before.sent + loaded.received - before.received;
        let found = device.infer_batch(&x).unwrap();
        let after = device.bus_mut().stats();
        let bytes = after.sent - loaded.sent + after.received - loaded.received;
        let gather = &program.stages[0].gather;
        let bits: usize = inputs
            .iter()
            .zip(&found)
            .map(|(input, y)| {
                let words: Vec<u32> =
                    gather.iter().map(|f| f.map_or(0, |j| u32::from(input[j as usize] as u16))).collect();
                Coding::shortest(&words).bits + 16 * y.len()
            })
            .sum();
        let efficiency = bits as f64 / 8.0 / bytes as f64;
        let load = load_bytes as f64 / (image_bits as f64 / 8.0);
        println!(
            "{{\"pes\":{pes},\"vectors\":{vectors},\"batch\":64,\"payload_bytes\":{},\"bytes\":{bytes},\
             \"packets\":{},\"link_efficiency\":{efficiency:.4},\"image_bytes\":{},\"load_bytes\":{load_bytes},\
             \"load_overhead\":{load:.4}}}",
            bits / 8,
            after.requests - loaded.requests,
            image_bits / 8
        );
        assert!(efficiency >= 0.9 || vectors == 1, "{efficiency}");
        assert!(load <= 1.1, "{load}");
    }
}
