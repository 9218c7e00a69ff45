//! Networks of fully connected layers, compressed as they are: without labels and without retraining.
//!
//! Weights are pruned by magnitude and shared. What integers need to know, how large activations become, is seen on
//! sample inputs, or on made ones. Nothing is known of the accuracy that is left: the densities decide. Weights that
//! were pruned and shared before (at most so many values, the others zero) keep their values.

use crate::config::{check_densities, of_layer};
use crate::error::CompressError;
use crate::net::DenseLayer;
use crate::prune::prune_to;
use crate::quantise::{chain, integers, Units};
use crate::share::{share_with, Init, ShareConfig, Shared, MAX_CODES};
use eie_spec::model::Model;
use eie_spec::op::Op;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// What the largest input seen becomes in units: half of the range is left for what was not seen.
const INPUT_TARGET: f64 = 16384.0;
/// Largest magnitude of an input in units.
const INPUT_MAX: u32 = i16::MAX as u32;
/// Largest magnitude of a bias: with files of one layer for each user, its 16 bits do not matter.
const BIAS_STEPS: f64 = 32767.0;
/// Samples looked at, evenly from those given.
const MOST_SAMPLES: usize = 256;
/// Made samples.
const MADE_SAMPLES: usize = 64;

/// How to compress.
#[derive(Clone, Debug, PartialEq)]
pub struct DirectConfig {
    /// Share of weights to keep in each layer; the last one serves for all further ones. Zeros are never kept.
    pub densities: Vec<f64>,
    /// Codebook entries of each layer, 1 to 256, up to 16 for a device; the last one serves for all further ones.
    pub codes: Vec<usize>,
    /// Where k-means starts.
    pub init: Init,
    /// Widest accumulators that the model may ask for.
    pub acc_bits: u32,
}

impl Default for DirectConfig {
    fn default() -> Self {
        DirectConfig { densities: vec![0.1], codes: vec![16], init: Init::Linear, acc_bits: 40 }
    }
}

impl DirectConfig {
    fn check(&self) -> Result<(), CompressError> {
        let setting = |name, found, expected| Err(CompressError::Setting { name, found, expected });
        check_densities(&self.densities)?;
        if self.densities.is_empty() || self.codes.is_empty() {
            return setting("density or codes", "empty".into(), "at least one number");
        }
        match self.codes.iter().find(|c| !(1..=MAX_CODES).contains(*c)) {
            Some(c) => setting("the number of codes", c.to_string(), "1 to 256"),
            None => Ok(()),
        }
    }
}

/// Compresses a chain of fully connected layers.
///
/// `samples` are rows of inputs, one after the other, from which the ranges of activations are taken; what is beyond
/// twice these is limited when the model runs in integers. Without them, standard normal inputs are assumed. `progress`
/// is told each layer's number when it is shared.
///
/// # Errors
/// A setting out of its range; layers that are not fully connected ones or do not follow each other; weights or samples
/// that are not finite numbers; sums that no accumulator holds.
pub fn compress_direct(
    name: &str,
    layers: &[DenseLayer],
    config: &DirectConfig,
    samples: Option<&[f32]>,
    progress: &mut dyn FnMut(usize),
) -> Result<Model, CompressError> {
    config.check()?;
    check(layers)?;
    let mut x = Columns::new(layers[0].inputs, samples)?;
    let mut in_scale = f64::from(x.reach()) / INPUT_TARGET;
    let mut in_abs_max = INPUT_MAX;
    let mut done = Vec::new();
    for (k, layer) in layers.iter().enumerate() {
        let mut mask: Vec<bool> = layer.weight.iter().map(|&w| w != 0.0).collect();
        prune_to(&layer.weight, &mut mask, of_layer(&config.densities, k).unwrap_or(1.0));
        let codes = of_layer(&config.codes, k).unwrap_or(MAX_CODES);
        let sharing = ShareConfig { codes, init: config.init, refill: true, ..Default::default() };
        let mut shared = share_with(&layer.weight, &mask, None, &sharing);
        if shared.centroids.is_empty() {
            // A layer of zeros: a codebook has an entry at least.
            shared.centroids.push(0.0);
        }
        x = x.through(layer, &shared);
        let units =
            Units { in_scale, in_abs_max, reach: x.reach(), acc_bits: config.acc_bits, bias_steps: BIAS_STEPS };
        let layer = integers(layer, &shared, units)?;
        in_scale = f64::from(layer.result_scale());
        in_abs_max = layer.out_max();
        done.push(layer);
        progress(k);
    }
    chain(name, done)
}

fn check(layers: &[DenseLayer]) -> Result<(), CompressError> {
    let fail = |l: &DenseLayer, why: String| Err(CompressError::Quantise { layer: l.name.clone(), why });
    if layers.is_empty() {
        return Err(CompressError::Setting { name: "layers", found: "none".into(), expected: "one at least" });
    }
    let mut given = layers[0].inputs;
    for l in layers {
        if l.op != Op::Linear {
            return fail(l, "is no fully connected one: compress the network with its data (eie compress)".into());
        }
        if l.inputs != given {
            return fail(l, format!("takes {} inputs, the layer before gives {given}", l.inputs));
        }
        if l.weight.len() != l.inputs * l.outputs || l.bias.len() != l.outputs || l.weight.is_empty() {
            let (w, b) = (l.weight.len(), l.bias.len());
            return fail(l, format!("has {w} weights and {b} biases for {} x {}", l.outputs, l.inputs));
        }
        if let Some(i) = l.weight.iter().chain(&l.bias).position(|w| !w.is_finite()) {
            return fail(l, format!("has a weight or bias that is no finite number, number {i}"));
        }
        given = l.outputs;
    }
    Ok(())
}

/// Activations of samples: a row of samples for each feature.
struct Columns {
    samples: usize,
    values: Vec<f32>,
}

impl Columns {
    fn new(inputs: usize, given: Option<&[f32]>) -> Result<Self, CompressError> {
        let rows: Vec<f32> = match given {
            Some(rows) => {
                let samples = rows.len() / inputs;
                if rows.is_empty() || rows.len() % inputs != 0 {
                    let found = format!("{} values", rows.len());
                    return Err(CompressError::Setting { name: "samples", found, expected: "rows of the inputs" });
                }
                if let Some(x) = rows.iter().find(|x| !x.is_finite()) {
                    let found = format!("{x} in a row");
                    return Err(CompressError::Setting { name: "samples", found, expected: "finite numbers" });
                }
                let step = samples.div_ceil(MOST_SAMPLES);
                rows.chunks_exact(inputs).step_by(step).flatten().copied().collect()
            }
            None => {
                let mut rng = ChaCha8Rng::seed_from_u64(1);
                // Twelve uniform numbers have variance one, and their sum is normal enough.
                let normal = |_| (0..12).map(|_| rng.random::<f32>()).sum::<f32>() - 6.0;
                (0..MADE_SAMPLES * inputs).map(normal).collect()
            }
        };
        let samples = rows.len() / inputs;
        let values = (0..inputs).flat_map(|j| (0..samples).map(move |s| (j, s))).map(|(j, s)| rows[s * inputs + j]);
        Ok(Columns { samples, values: values.collect() })
    }

    /// Largest magnitude, and never zero.
    fn reach(&self) -> f32 {
        let largest = self.values.iter().fold(0.0f32, |m, x| m.max(x.abs()));
        if largest > 0.0 {
            largest
        } else {
            1.0
        }
    }

    /// What a layer with shared weights gives.
    fn through(&self, layer: &DenseLayer, shared: &Shared) -> Columns {
        let n = self.samples;
        let mut values = vec![0.0f32; layer.outputs * n];
        for (row, y) in values.chunks_exact_mut(n).enumerate() {
            y.fill(layer.bias[row]);
            let codes = &shared.assignment[row * layer.inputs..][..layer.inputs];
            for (code, x) in codes.iter().zip(self.values.chunks_exact(n)) {
                if let Some(code) = code {
                    let w = shared.centroids[usize::from(*code)];
                    y.iter_mut().zip(x).for_each(|(y, x)| *y += w * x);
                }
            }
            if layer.relu {
                y.iter_mut().for_each(|y| *y = y.max(0.0));
            }
        }
        Columns { samples: n, values }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use eie_spec::golden::Sparse;

    fn layer(name: &str, inputs: usize, outputs: usize, relu: bool) -> DenseLayer {
        let mut rng = ChaCha8Rng::seed_from_u64(inputs as u64);
        let mut values = |n: usize| (0..n).map(|_| rng.random::<f32>() - 0.5).collect::<Vec<f32>>();
        let (weight, bias) = (values(inputs * outputs), values(outputs));
        DenseLayer { name: name.into(), op: Op::Linear, inputs, outputs, weight, bias, relu }
    }

    #[test]
    fn integers_follow_the_shared_weights() {
        let layers = [layer("a", 60, 40, true), layer("b", 40, 10, false)];
        let samples: Vec<f32> = (0..60 * 20).map(|i| ((i * 7919) % 200) as f32 / 100.0 - 1.0).collect();
        let config = DirectConfig { densities: vec![0.3, 0.5], ..Default::default() };
        let mut told = Vec::new();
        let model = compress_direct("n", &layers, &config, Some(&samples), &mut |k| told.push(k)).unwrap();
        assert_eq!(told, [0, 1]);
        assert_eq!(model.layers.iter().map(|l| l.kept()).collect::<Vec<_>>(), [720, 200]);
        let sparse = Sparse::new(&model, 40);
        let expanded: Vec<DenseLayer> = model
            .layers
            .iter()
            .zip(&layers)
            .map(|(l, d)| {
                let unit = l.weight_scale();
                DenseLayer { weight: l.dense().iter().map(|&w| f32::from(w) * unit).collect(), ..d.clone() }
            })
            .collect();
        for x in samples.chunks_exact(60) {
            let units: Vec<i16> = x.iter().map(|x| (x / model.layers[0].in_scale).round() as i16).collect();
            let got = sparse.run(&units).unwrap().layers.pop().unwrap();
            let mut want = x.to_vec();
            for l in &expanded {
                let row = |r: usize| {
                    let sum: f32 = l.weight[r * l.inputs..][..l.inputs].iter().zip(&want).map(|(w, x)| w * x).sum();
                    if l.relu {
                        (sum + l.bias[r]).max(0.0)
                    } else {
                        sum + l.bias[r]
                    }
                };
                want = (0..l.outputs).map(row).collect();
            }
            for (got, want) in got.iter().zip(&want) {
                let got = f32::from(*got) * model.layers[1].out_scale;
                assert!((got - want).abs() < 2e-3, "{got} for {want}");
            }
        }
    }

    #[test]
    fn shared_weights_stay() {
        let mut l = layer("a", 30, 20, false);
        l.weight.iter_mut().enumerate().for_each(|(i, w)| *w = if i % 4 == 0 { (i % 5) as f32 - 2.0 } else { 0.0 });
        let config = DirectConfig { densities: vec![1.0], ..Default::default() };
        let model = compress_direct("n", std::slice::from_ref(&l), &config, None, &mut |_| ()).unwrap();
        let m = &model.layers[0];
        let unit = m.weight_scale();
        for (got, want) in m.dense().iter().zip(&l.weight) {
            assert!((f32::from(*got) * unit - want).abs() < 1e-3);
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        let run = |layers: &[DenseLayer], samples: Option<&[f32]>, config: &DirectConfig| {
            compress_direct("n", layers, config, samples, &mut |_| ()).unwrap_err().to_string()
        };
        let (good, usual) = (layer("a", 6, 4, true), DirectConfig::default());
        assert!(run(&[], None, &usual).contains("layers is none"));
        assert!(run(&[good.clone(), layer("b", 5, 2, false)], None, &usual).contains("b: takes 5 inputs"));
        assert!(run(std::slice::from_ref(&good), Some(&[1.0; 7]), &usual).contains("samples is 7 values"));
        assert!(run(std::slice::from_ref(&good), Some(&[f32::NAN; 6]), &usual).contains("NaN"));
        let mut bad = good.clone();
        bad.weight[3] = f32::INFINITY;
        assert!(run(&[bad], None, &usual).contains("no finite number, number 3"));
        assert!(run(std::slice::from_ref(&good), None, &DirectConfig { codes: vec![0], ..usual.clone() })
            .contains("1 to 256"));
        // A layer of zeros is one.
        let zeros = DenseLayer { weight: vec![0.0; 24], ..good };
        let model = compress_direct("n", &[zeros], &usual, None, &mut |_| ()).unwrap();
        assert_eq!(model.layers[0].kept(), 0);
    }
}
