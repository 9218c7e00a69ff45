//! Cases for the conformance ladder: random layers and inputs, made from a description and a seed, and read
//! from `cases.toml`. Every engine runs the same ones.

pub mod contract;
pub mod faults;
pub mod rig;
pub mod suite;

use eie_spec::arith::{self, Activation, CODES};
use eie_spec::config::Config;
use eie_spec::model::{Certificate, Layer, Model};
use eie_spec::op::Op;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::Deserialize;

/// How a random layer looks.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LayerCase {
    /// Rows.
    pub outputs: usize,
    /// Share of weights kept, 0 to 1.
    pub density: f64,
    /// Share of rows and of columns without any weight.
    #[serde(default)]
    pub empty: f64,
    /// Codebook values, biases and shifts at the ends of their ranges.
    #[serde(default)]
    pub extreme: bool,
    /// All weights in the last rows only, so that runs are as long as they get.
    #[serde(default)]
    pub last_rows: bool,
}

/// A random model and inputs for it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// What it is there for.
    pub name: String,
    /// Makes everything random about it.
    pub seed: u64,
    /// Columns of the first layer.
    pub inputs: usize,
    /// First to last.
    pub layers: Vec<LayerCase>,
    /// Share of activations that are not zero.
    #[serde(default = "half")]
    pub activity: f64,
}

fn half() -> f64 {
    0.5
}

fn value(rng: &mut ChaCha8Rng, extreme: bool) -> i16 {
    match rng.random_range(0..4) {
        0 if extreme => i16::MIN,
        1 if extreme => i16::MAX,
        _ => rng.random(),
    }
}

fn layer(rng: &mut ChaCha8Rng, name: String, inputs: usize, case: &LayerCase, last: bool) -> Layer {
    let codes = rng.random_range(1..=CODES);
    let range = if case.extreme { i16::MAX } else { 500 };
    let codebook: Vec<i16> =
        (0..codes).map(|_| if case.extreme { value(rng, true) } else { rng.random_range(-range..=range) }).collect();
    let row_used: Vec<bool> = (0..case.outputs).map(|_| !rng.random_bool(case.empty)).collect();
    let tail = case.outputs - case.outputs.div_ceil(8);
    let (mut col_ptr, mut rows, mut code_list) = (vec![0u32], Vec::new(), Vec::new());
    for _ in 0..inputs {
        if !rng.random_bool(case.empty) {
            for (row, &used) in row_used.iter().enumerate() {
                if used && !(case.last_rows && row < tail) && rng.random_bool(case.density) {
                    rows.push(row as u32);
                    code_list.push(rng.random_range(0..codes) as u8);
                }
            }
        }
        col_ptr.push(rows.len() as u32);
    }
    let reach = if case.extreme { arith::MAX_BIAS } else { 1 << 20 };
    let bias = (0..case.outputs).map(|_| rng.random_range(-reach..=reach)).collect();
    let shift = if case.extreme { *[0, 7, 8, arith::MAX_SHIFT].choose(rng) } else { rng.random_range(8..16) };
    let mut layer = Layer {
        name,
        op: Op::Linear,
        inputs,
        outputs: case.outputs,
        codebook,
        col_ptr,
        rows,
        codes: code_list,
        bias,
        shift,
        activation: if last || rng.random_bool(0.2) { Activation::Identity } else { Activation::Relu },
        in_scale: 1.0,
        out_scale: 1.0,
        certificate: Certificate { in_abs_max: arith::MAX_ACTIVATION, row_abs_sum: 0, acc_bits: 0 },
    };
    layer.certificate = layer.prove(arith::MAX_ACTIVATION);
    layer
}

trait Choose<T> {
    fn choose(&self, rng: &mut ChaCha8Rng) -> &T;
}

impl<T, const N: usize> Choose<T> for [T; N] {
    fn choose(&self, rng: &mut ChaCha8Rng) -> &T {
        &self[rng.random_range(0..N)]
    }
}

impl Case {
    /// The model.
    pub fn model(&self) -> Model {
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        let mut inputs = self.inputs;
        let mut layers = Vec::new();
        for (k, case) in self.layers.iter().enumerate() {
            layers.push(layer(&mut rng, format!("layer{k}"), inputs, case, k + 1 == self.layers.len()));
            inputs = case.outputs;
        }
        Model { name: self.name.clone(), layers }
    }

    /// Inputs for it: the `number`th of an endless row.
    pub fn input(&self, number: u64) -> Vec<i16> {
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed ^ (number + 1) << 32);
        let extreme = self.layers.iter().any(|l| l.extreme);
        (0..self.inputs).map(|_| if rng.random_bool(self.activity) { value(&mut rng, extreme) } else { 0 }).collect()
    }

    /// Accumulator bits that the model's certificates ask for, 40 at least.
    pub fn acc_bits(&self, model: &Model) -> u32 {
        model.layers.iter().map(|l| l.certificate.acc_bits).max().unwrap_or(0).max(40)
    }
}

/// The `number`th case of an endless row of random ones: all shapes, densities and kinds.
pub fn random_case(number: u64) -> Case {
    let mut rng = ChaCha8Rng::seed_from_u64(0xe1e ^ number);
    let size = |rng: &mut ChaCha8Rng| match rng.random_range(0..6) {
        0 => 1,
        1 => rng.random_range(2..10),
        2 => rng.random_range(100..300),
        _ => rng.random_range(10..80),
    };
    let count = rng.random_range(1..=3);
    let mut densities = [0.0, 1.0, 0.02, 0.1, 0.3, 0.7];
    densities.shuffle(&mut rng);
    let inputs = size(&mut rng);
    let layers = (0..count)
        .map(|k| LayerCase {
            outputs: size(&mut rng),
            density: densities[k],
            empty: *[0.0, 0.0, 0.3, 0.9].choose(&mut rng),
            extreme: rng.random_bool(0.25),
            last_rows: rng.random_bool(0.2),
        })
        .collect();
    Case {
        name: format!("random {number}"),
        seed: number,
        inputs,
        layers,
        activity: *[0.0, 0.2, 0.6, 1.0].choose(&mut rng),
    }
}

/// The cases of `cases.toml`.
pub fn named_cases() -> Vec<Case> {
    #[derive(Deserialize)]
    struct File {
        case: Vec<Case>,
    }
    let file: File = toml::from_str(include_str!("../cases.toml")).expect("cases.toml is valid");
    file.case
}

/// Small memories, so that tiling, fillers and full queues come up in small cases.
pub fn small(pes: usize, acc_bits: u32) -> Config {
    let mut p = Config::for_pes(pes).expect("a valid configuration").params();
    p.act_depth = 32;
    p.ptr_depth = 256;
    p.weight_depth = 256;
    p.acc_depth = 16;
    p.bias_depth = 32;
    p.max_steps = 4;
    p.queue_depth = 16;
    p.run_bits = 3;
    p.acc_bits = acc_bits;
    Config::new(p).expect("a valid configuration")
}

/// [`small`], and the default configuration.
pub fn configs(pes: usize, acc_bits: u32) -> [Config; 2] {
    let mut p = Config::for_pes(pes).expect("a valid configuration").params();
    p.acc_bits = acc_bits;
    [small(pes, acc_bits), Config::new(p).expect("a valid configuration")]
}

/// The same device of short wires.
///
/// # Panics
/// If it has relays, or is compact.
pub fn near(config: &Config) -> Config {
    let mut p = config.params();
    p.near = true;
    Config::new(p).expect("a valid configuration")
}
