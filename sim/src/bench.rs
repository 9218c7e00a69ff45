//! A measuring stick: made layers of published sizes and densities in the Verilated array, batch 1 and more.
//!
//! Efficiency is useful multiplications over PEs times cycles: fillers, drain and waiting count for nothing. The
//! weights, codes, biases and activations come from a fixed seed, so a figure changes only when the packer or
//! the hardware does.

use crate::cosim::{CosimError, Kind};
use crate::verilator::TraceKind;
use eie_host::{Counters, Device, PeCounters};
use eie_spec::arith::{Activation, CODES};
use eie_spec::config::{Config, Params};
use eie_spec::golden::Sparse;
use eie_spec::model::{Certificate, Layer, Model};
use eie_spec::op::Op;
use eie_spec::pack::{pack_with, Options};
use serde::Serialize;

/// Size and densities of a layer.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Shape {
    /// What it is called.
    pub name: &'static str,
    /// Columns.
    pub inputs: usize,
    /// Rows.
    pub outputs: usize,
    /// Share of weights kept.
    pub weights: f64,
    /// Share of activations that are not zero.
    pub activity: f64,
}

const fn shape(name: &'static str, inputs: usize, outputs: usize, weights: f64, activity: f64) -> Shape {
    Shape { name, inputs, outputs, weights, activity }
}

/// The nine layers of the EIE paper's table III.
pub const EIE_LAYERS: [Shape; 9] = [
    shape("Alex-6", 9216, 4096, 0.09, 0.351),
    shape("Alex-7", 4096, 4096, 0.09, 0.353),
    shape("Alex-8", 4096, 1000, 0.25, 0.375),
    shape("VGG-6", 25088, 4096, 0.04, 0.183),
    shape("VGG-7", 4096, 4096, 0.04, 0.375),
    shape("VGG-8", 4096, 1000, 0.23, 0.411),
    shape("NT-We", 4096, 600, 0.10, 1.0),
    shape("NT-Wd", 600, 8791, 0.11, 1.0),
    shape("NT-LSTM", 1201, 2400, 0.10, 1.0),
];

/// Makes everything random about a layer. The same numbers on every machine.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn chance(&mut self, share: f64) -> bool {
        (self.next() >> 11) as f64 <= share * (1u64 << 53) as f64
    }

    fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }
}

/// A layer of this shape with random weights.
pub fn layer(shape: &Shape, seed: u64) -> Layer {
    let mut next = Numbers(seed);
    let codebook = (0..CODES).map(|_| next.below(401) as i16 - 200).collect();
    let (mut col_ptr, mut rows, mut codes) = (vec![0], Vec::new(), Vec::new());
    for _ in 0..shape.inputs {
        for row in 0..shape.outputs {
            if next.chance(shape.weights) {
                rows.push(row as u32);
                codes.push(next.below(CODES as u64) as u8);
            }
        }
        col_ptr.push(rows.len() as u32);
    }
    let bias = (0..shape.outputs).map(|_| next.below(20_001) as i32 - 10_000).collect();
    let mut layer = Layer {
        name: shape.name.to_owned(),
        op: Op::Linear,
        inputs: shape.inputs,
        outputs: shape.outputs,
        codebook,
        col_ptr,
        rows,
        codes,
        bias,
        shift: 11,
        activation: Activation::Relu,
        in_scale: 1.0,
        out_scale: 1.0,
        certificate: Certificate { in_abs_max: 0, row_abs_sum: 0, acc_bits: 0 },
    };
    layer.certificate = layer.prove(i16::MAX as u32);
    layer
}

/// An input of a share of activations that are not zero.
pub fn input(inputs: usize, activity: f64, seed: u64) -> Vec<i16> {
    let mut next = Numbers(seed);
    let value = |next: &mut Numbers| 1 + next.below(999) as i16;
    (0..inputs).map(|_| if next.chance(activity) { value(&mut next) } else { 0 }).collect()
}

/// Memories that hold each of [`EIE_LAYERS`] whole on 64 PEs: as deep as the deepest layer needs.
pub fn deep(pes: usize) -> Params {
    let mut p = match Config::for_pes(pes) {
        Ok(config) => config.params(),
        Err(e) => panic!("{e}"),
    };
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
    /// Column groups of each layer.
    pub groups: Vec<u32>,
    /// Cycles from start to done, a vector.
    pub cycles: f64,
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
}

/// Runs inputs through a model on a simulated device, `batch` of them at a time, and compares every output of every
/// layer.
///
/// # Errors
/// Those of the simulator and the packer.
pub fn measure(
    model: &Model,
    config: &Config,
    inputs: &[Vec<i16>],
    batch: usize,
    kind: Kind,
) -> Result<Measure, CosimError> {
    let nonzero = inputs.iter().flatten().filter(|&&x| x != 0).count();
    let activity = nonzero as f64 / inputs.iter().map(Vec::len).sum::<usize>().max(1) as f64;
    let program = pack_with(model, config, &Options { vectors: batch, activity, ..Options::default() })?;
    let stages = program.stages.len();
    let splits = program.stages.iter().flat_map(|s| &s.image.steps).step_by(batch).map(|s| 1 << s.split).collect();
    let golden = Sparse::new(model, config.acc_bits);
    let mut device = Device::open(kind.simulator(config, TraceKind::None)?, program)?;
    let (mut macs, mut differences) = (0, 0);
    let all: Vec<&[i16]> = inputs.iter().map(Vec::as_slice).collect();
    let results = device.run_batch(&all)?;
    for (input, got) in inputs.iter().zip(results) {
        let want = golden.run(input)?;
        macs += want.work.macs;
        let pairs = want.layers.iter().flatten().zip(got.iter().flatten());
        differences += pairs.filter(|(a, b)| a != b).count() as u64;
    }
    let counters = device.counters()?;
    let share = |n: u64| n as f64 / inputs.len() as f64;
    let most = |of: fn(&PeCounters) -> u64| share(counters.per_pe.iter().map(of).max().unwrap_or(0));
    Ok(Measure {
        name: model.name.clone(),
        pes: config.pes,
        batch,
        groups: splits,
        cycles: share(counters.cycles),
        macs: share(macs),
        efficiency: macs as f64 / (config.pes as f64 * counters.cycles as f64),
        stages,
        differences,
        busiest: most(|pe| pe.busy),
        stalled: most(|pe| pe.stalled),
        counters,
    })
}

/// The `number`th made layer, and inputs for it.
pub fn made(shape: &Shape, number: usize, inputs: usize) -> (Model, Vec<Vec<i16>>) {
    let model = Model { name: shape.name.to_owned(), layers: vec![layer(shape, number as u64 + 1)] };
    let seed = |v: usize| (1000 * (number + 1) + v) as u64;
    (model, (0..inputs).map(|v| input(shape.inputs, shape.activity, seed(v))).collect())
}

/// Measures made layers on one configuration, with batches of `batch` vectors of which `batches` are run.
///
/// # Errors
/// Those of [`measure`].
pub fn layers(shapes: &[Shape], config: &Config, batch: usize, batches: usize) -> Result<Vec<Measure>, CosimError> {
    let one = |(number, shape): (usize, &Shape)| {
        let (model, inputs) = made(shape, number, batch * batches);
        measure(&model, config, &inputs, batch, Kind::Verilator)
    };
    shapes.iter().enumerate().map(one).collect()
}
