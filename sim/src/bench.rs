//! A measuring stick: made layers of published sizes and densities in the Verilated array, batch 1 and more.
//!
//! Efficiency is useful multiplications over PEs times cycles: fillers, drain and waiting count for nothing. The
//! weights, codes, biases and activations come from a fixed seed, so a figure changes only when the packer or
//! the hardware does.

use crate::cosim::{CosimError, Kind};
use crate::verilator::TraceKind;
use eie_host::{Counters, Device, PeCounters};
use eie_spec::config::{Config, Params};
use eie_spec::cycles;
use eie_spec::golden::{Packed, Sparse};
use eie_spec::model::Model;
use eie_spec::pack::{pack_with, Options};
use serde::Serialize;

mod made;

pub use made::{input, layer, lenet_300_100, made, network, shape, Shape, EIE_LAYERS, EIE_MHZ, LENET_300_100};

/// Memories that hold each of [`EIE_LAYERS`] whole on 64 PEs: as deep as the deepest layer needs.
pub fn deep(pes: usize) -> Params {
    let mut p = parameters(pes);
    p.act_depth = 4096;
    p.ptr_depth = 32768;
    p.weight_depth = 65536;
    p.acc_depth = 1024;
    p.bias_depth = 1024;
    p.run_bits = 6;
    p.queue_depth = 64;
    p
}

/// What a model took.
#[derive(Clone, Debug, Serialize)]
pub struct Measure {
    /// The layer or network.
    pub name: String,
    /// Number of PEs.
    pub pes: usize,
    /// Vectors that were on the device at a time.
    pub batch: usize,
    /// Column groups of each layer, and of each of its pieces if these have different ones.
    pub groups: Vec<u32>,
    /// Cycles from start to done, a vector.
    pub cycles: f64,
    /// What the cycle model says they are: the same.
    pub model_cycles: f64,
    /// Multiplications of a weight with an activation that is not zero, a vector.
    pub macs: f64,
    /// `macs / (pes * cycles)`.
    pub efficiency: f64,
    /// Times an image had to be loaded: 1 if the model is on the device as a whole.
    pub stages: usize,
    /// Results that are not those of the golden model.
    pub differences: u64,
    /// Cycles in which the busiest PE issued a weight entry, a vector: what perfect queues would leave.
    pub busiest: f64,
    /// Cycles in which the broadcast was held most, by one PE, a vector.
    pub stalled: f64,
    /// Counters of the device.
    #[serde(skip)]
    pub counters: Counters,
    /// The cycle model's.
    #[serde(skip)]
    pub model_counters: Counters,
}

/// What computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// A simulator of the hardware.
    Simulator(Kind),
    /// The packed golden model, with the cycle model's cycles: needs no tools.
    Model,
}

/// Runs inputs through a model on an engine, `batch` of them at a time, and compares every output of every layer.
///
/// # Errors
/// Those of the simulator and the packer.
pub fn measure(
    model: &Model,
    config: &Config,
    inputs: &[Vec<i16>],
    batch: usize,
    engine: Engine,
) -> Result<Measure, CosimError> {
    let nonzero = inputs.iter().flatten().filter(|&&x| x != 0).count();
    let activity = nonzero as f64 / inputs.iter().map(Vec::len).sum::<usize>().max(1) as f64;
    let program = pack_with(model, config, &Options { vectors: batch, activity, ..Options::default() })?;
    let stages = program.stages.len();
    let layer_steps = program.stages.iter().flat_map(|s| s.steps.iter().zip(&s.image.steps));
    let mut splits: Vec<(usize, u32)> = layer_steps.map(|(map, step)| (map.layer, 1 << step.split)).collect();
    splits.dedup();
    let golden = Sparse::new(model, config.acc_bits);
    let all: Vec<&[i16]> = inputs.iter().map(Vec::as_slice).collect();
    let model_counters = cycles::Model::new(&program).run(&all)?;
    let (results, counters) = match engine {
        Engine::Simulator(kind) => {
            let mut device = Device::open(kind.simulator(config, TraceKind::None)?, program)?;
            (device.run_batch(&all)?, device.counters()?)
        }
        Engine::Model => {
            let outcomes = Packed::new(program).run_batch(&all)?;
            (outcomes.into_iter().map(|o| o.layers).collect(), model_counters.clone())
        }
    };
    let (mut macs, mut differences) = (0, 0);
    for (input, got) in inputs.iter().zip(results) {
        let want = golden.run(input)?;
        macs += want.work.macs;
        let pairs = want.layers.iter().flatten().zip(got.iter().flatten());
        differences += pairs.filter(|(a, b)| a != b).count() as u64;
    }
    let share = |n: u64| n as f64 / inputs.len() as f64;
    let most = |of: fn(&PeCounters) -> u64| share(counters.per_pe.iter().map(of).max().unwrap_or(0));
    Ok(Measure {
        name: model.name.clone(),
        pes: config.pes,
        batch,
        groups: splits.into_iter().map(|(_, groups)| groups).collect(),
        cycles: share(counters.cycles),
        model_cycles: share(model_counters.cycles),
        macs: share(macs),
        efficiency: macs as f64 / (config.pes as f64 * counters.cycles as f64),
        stages,
        differences,
        busiest: most(|pe| pe.busy),
        stalled: most(|pe| pe.stalled),
        counters,
        model_counters,
    })
}

/// Measures made layers on one configuration, with batches of `batch` vectors of which `batches` are run.
///
/// # Errors
/// Those of [`measure`].
pub fn layers(
    shapes: &[Shape],
    config: &Config,
    batch: usize,
    batches: usize,
    engine: Engine,
) -> Result<Vec<Measure>, CosimError> {
    let one = |(number, shape): (usize, &Shape)| {
        let (model, inputs) = made(shape, number, batch * batches);
        measure(&model, config, &inputs, batch, engine)
    };
    shapes.iter().enumerate().map(one).collect()
}

/// Inputs of the made LeNet-300-100 to measure with.
const LENET_INPUTS: usize = 40;

/// Measures the made LeNet-300-100, on memories with room for a batch of 8: on an array for small layers ([`Params::near`])
/// whose queues do not hold the broadcast before a layer of it is through, or on the usual one.
///
/// # Errors
/// Those of [`measure`].
pub fn lenet(pes: usize, usual: bool, batch: usize, engine: Engine) -> Result<Measure, CosimError> {
    let mut params = parameters(pes);
    params.act_depth = 1024;
    if !usual {
        (params.queue_depth, params.near) = (64, true);
    }
    let config = match Config::new(params) {
        Ok(config) => config,
        Err(e) => panic!("{e}"),
    };
    let (model, inputs) = lenet_300_100(LENET_INPUTS);
    measure(&model, &config, &inputs, batch, engine)
}

fn parameters(pes: usize) -> Params {
    match Config::for_pes(pes) {
        Ok(config) => config.params(),
        Err(e) => panic!("{e}"),
    }
}
