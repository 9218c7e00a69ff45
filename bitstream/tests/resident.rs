//! What is resident on the boards' arrays: a whole network in the memories of one bitstream, no tile loaded while it runs.

mod common;

use common::board;
use eie_hdl::emit::{verilog_for, Target, Top, ECP5_CELLS};
use eie_host::{DeviceEngine, Engine};
use eie_sim::bench::{network, shape, Shape};
use eie_sim::verilator::{self, TraceKind, Verilated};
use eie_spec::container::decode;
use eie_spec::golden::{Packed, Sparse};
use eie_spec::pack::pack;
use std::path::Path;

/// 784-1024-1024-10 with a tenth of its weights, and half of the hidden activations.
const LARGER: [Shape; 3] =
    [shape("fc1", 784, 1024, 0.1, 0.19), shape("fc2", 1024, 1024, 0.1, 0.5), shape("fc3", 1024, 10, 0.1, 0.5)];

#[test]
fn a_larger_network_is_resident_on_the_array_for_it() {
    let (model, inputs) = network("784-1024-1024-10", &LARGER, 700, 3, 0);
    let board = board("ulx3s-85f-large");
    let weights: usize = model.layers.iter().map(|l| l.inputs * l.outputs).sum();
    let kept = model.kept();
    assert_eq!(weights, 1_861_632);
    assert!((0.099..0.101).contains(&(kept as f64 / weights as f64)), "{kept} of {weights}");
    let config = board.build.as_ref().unwrap().array.config().unwrap();
    let usage = board.usage(&config);
    println!(
        "{} PEs, {} block RAMs of {}, {kept} weights of {weights}",
        config.pes, usage.block_rams, board.block_rams
    );
    assert!(config.pes >= 16 && usage.block_rams <= board.block_rams);
    let program = pack(&model, &config).unwrap();
    assert_eq!(program.stages.len(), 1, "in one piece");
    // The packed form gives what the network gives.
    let golden = Sparse::new(&model, config.acc_bits);
    let mut packed = Packed::new(&program);
    let mut ones = 0;
    for input in &inputs {
        let want = golden.run(input).unwrap().layers;
        ones += want.iter().flatten().filter(|&&v| v != 0).count();
        assert_eq!(packed.run(input).unwrap().layers, want);
    }
    assert!(ones > 1000, "{ones} outputs that are not zero");
    // The array from cells of block RAM gives it, too.
    if verilator::version().is_some() {
        let text = verilog_for(&config, Top::Accelerator, Target::Ecp5);
        assert!(text.contains("mem0_cell5_0 ") && !text.contains("mem0_cell6_0 "), "six block RAMs of weights");
        let simulated = Verilated::new(&format!("{text}\n{ECP5_CELLS}"), TraceKind::None).unwrap();
        let mut device = DeviceEngine::open("verilator", simulated, program.clone()).unwrap();
        assert_eq!(device.run(&inputs[0]).unwrap(), golden.run(&inputs[0]).unwrap().layers);
    } else {
        println!("SKIPPED the Verilated array: verilator is not installed");
    }
    // On the array for smaller ones it is not.
    let small = self::board("ulx3s-85f").build.unwrap().array.config().unwrap();
    assert!(pack(&model, &small).unwrap().stages.len() > 1);
}

#[test]
fn lenet_300_100_is_resident_on_the_usual_array() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../models/lenet-300-100.eie");
    let model = decode(&std::fs::read(file).unwrap()).unwrap();
    let board = board("ulx3s-85f");
    let config = board.build.as_ref().unwrap().array.config().unwrap();
    assert!(config.pes >= 32 && board.usage(&config).block_rams <= board.block_rams);
    assert_eq!(pack(&model, &config).unwrap().stages.len(), 1);
}
