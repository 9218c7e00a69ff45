//! What every pipe must do: load a program, run it, and give what the golden model gives.

use crate::{named_cases, Case};
use eie_host::link::{Link, Settings};
use eie_host::numbers::Numbers;
use eie_host::transport::Transport;
use eie_host::Device;
use eie_spec::config::Config;
use eie_spec::container::decode;
use eie_spec::golden::{Packed, Sparse};
use eie_spec::model::Model;
use eie_spec::pack::{pack_with, Options, Program};
use std::path::Path;

/// Those of tests: a session that is the same every time.
pub fn settings() -> Settings {
    Settings { session: Some(0x1234), ..Settings::default() }
}

/// A program for a device of so many PEs, with so many vectors together.
pub fn packed(model: &Model, pes: usize, vectors: usize) -> Program {
    pack_with(model, &Config::for_pes(pes).unwrap(), &Options { vectors, ..Options::default() }).unwrap()
}

/// A small model of several layers and six inputs for it, no two of which give the same.
pub fn small_model() -> (Model, Vec<Vec<i16>>) {
    let inputs = |case: &Case| -> Vec<Vec<i16>> { (0..6).map(|k| case.input(k)).collect() };
    let telling = |case: &&Case| {
        let model = case.model();
        let golden = Sparse::new(&model, 48);
        let outputs: Vec<_> = inputs(case).iter().map(|x| golden.run(x).unwrap().layers.pop()).collect();
        (0..outputs.len()).all(|k| outputs[k + 1..].iter().all(|other| *other != outputs[k]))
    };
    let cases = named_cases();
    let mut fitting = cases.iter().filter(|c| c.layers.len() > 1 && c.inputs < 100);
    let case = fitting.find(telling).expect("a case whose inputs make a difference");
    (case.model(), inputs(case))
}

/// [`small_model`], packed.
pub fn small(pes: usize) -> (Program, Vec<Vec<i16>>) {
    let (model, inputs) = small_model();
    (packed(&model, pes, 1), inputs)
}

/// LeNet-300-100, from the repository.
pub fn lenet() -> Model {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../models/lenet-300-100.eie");
    decode(&std::fs::read(path).unwrap()).unwrap()
}

/// Runs inputs on a device at the end of a pipe; all layers must be those of the golden model.
pub fn check(pipe: impl Transport, program: &Program, inputs: &[Vec<i16>]) {
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

/// Something like an image: a fifth of the pixels is not zero.
pub fn picture(seed: u64) -> Vec<i16> {
    let mut numbers = Numbers(seed);
    (0..784).map(|_| if numbers.below(5) == 0 { numbers.below(256) as i16 * 8 } else { 0 }).collect()
}
