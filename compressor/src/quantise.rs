//! From a float network with shared weights to integers (rules R1, R2, R5 of [`eie_spec::arith`]).
//!
//! `acc = sum(code value * activation)` is in units of `in_scale * w_scale`; the drain shifts it by `shift`, so
//! an output's unit is `in_scale * w_scale * 2^shift`. `w_scale` is free: it is chosen so that this is the unit
//! that the outputs' range asks for. So requantising is a shift, and the codebook absorbs the rest.

use crate::data::Dataset;
use crate::error::CompressError;
use crate::net::{argmax, DenseLayer, DenseNet};
use crate::share::Shared;
use eie_spec::arith::{Activation, MAX_BIAS, MAX_SHIFT};
use eie_spec::golden::Sparse;
use eie_spec::lstm::{hidden_unit, GATE_UNIT};
use eie_spec::model::{Certificate, Layer, Model};
use eie_spec::op::Op;
use rayon::prelude::*;

/// Units of an input activation in one step of a grey value.
pub const PIXEL_UNITS: i16 = 128;
/// Largest magnitude of an input activation.
pub const INPUT_MAX: u32 = 255 * PIXEL_UNITS as u32;
/// What the largest output seen in calibration becomes: half of the range is left for what was not seen.
const OUTPUT_TARGET: f64 = 16384.0;
/// Largest magnitude of a bias after its power of two is taken out: 7 bits with the sign.
const BIAS_STEPS: f64 = 63.0;
/// The same for the gates of an LSTM, whose errors add up over the time steps: 10 bits.
const GATE_BIAS_STEPS: f64 = 511.0;
/// Images that calibrate the outputs' ranges.
const CALIBRATION: usize = 5000;

/// An image as input activations.
pub fn input(image: &[u8]) -> Vec<i16> {
    image.iter().map(|&p| i16::from(p) * PIXEL_UNITS).collect()
}

/// Turns the network into integers.
///
/// `net` holds biases and activation functions, `shared` the weights, `data` calibrates the outputs' ranges;
/// accumulators get at most `acc_bits`.
pub fn quantise(
    name: &str,
    net: &DenseNet,
    shared: &[Shared],
    data: &Dataset,
    acc_bits: u32,
) -> Result<Model, CompressError> {
    let outputs = net.forward(data, 0, data.len().min(CALIBRATION))?;
    let mut in_scale = 1.0 / f64::from(INPUT_MAX);
    let mut in_abs_max = INPUT_MAX;
    let mut layers = Vec::new();
    for ((dense, shared), outputs) in net.layers.iter().zip(shared).zip(&outputs) {
        let reach = outputs.abs()?.flatten_all()?.max(0)?.to_scalar::<f32>()?;
        if matches!(dense.op, Op::Lstm(_)) {
            // The hidden state goes through the same matrix.
            in_abs_max = in_abs_max.max(hidden_unit(in_scale as f32).unsigned_abs());
        }
        // Few significant bits: a bias' last bits are far below an output's unit.
        let bias_steps = if matches!(dense.op, Op::Lstm(_)) { GATE_BIAS_STEPS } else { BIAS_STEPS };
        let layer = integers(dense, shared, Units { in_scale, in_abs_max, reach, acc_bits, bias_steps })?;
        in_scale = f64::from(layer.result_scale());
        in_abs_max = layer.out_max();
        layers.push(layer);
    }
    chain(name, layers)
}

/// What a layer's integers depend on beside its weights.
#[derive(Clone, Copy)]
pub(crate) struct Units {
    /// Real value of a unit of an input.
    pub in_scale: f64,
    /// Largest magnitude of an input, in units.
    pub in_abs_max: u32,
    /// Largest magnitude of an output that was seen.
    pub reach: f32,
    /// Widest accumulators.
    pub acc_bits: u32,
    /// Largest magnitude of a bias after its power of two is taken out.
    pub bias_steps: f64,
}

/// Brings one layer to integers, in the finest units in which all bounds hold.
pub(crate) fn integers(dense: &DenseLayer, shared: &Shared, units: Units) -> Result<Layer, CompressError> {
    let Units { in_scale, acc_bits, .. } = units;
    let mut layer = sparse_layer(dense, shared);
    let largest = shared.centroids.iter().fold(f32::MIN_POSITIVE, |m, c| m.max(c.abs()));
    // The finest unit that the largest centroid allows, then coarser ones until all bounds hold.
    let finest = f64::from(largest) / f64::from(i16::MAX);
    let target = match dense.op {
        Op::Lstm(_) => f64::from(GATE_UNIT),
        _ => f64::from(units.reach.max(f32::MIN_POSITIVE)) / OUTPUT_TARGET,
    };
    let best = (target / (in_scale * finest)).log2().floor().clamp(0.0, f64::from(MAX_SHIFT)) as u8;
    let mut fits = |shift: &u8| {
        let unit = (target / 2f64.powi(i32::from(*shift))).max(in_scale * finest);
        scale(&mut layer, dense, shared, unit, *shift, units);
        layer.certificate.acc_bits <= acc_bits
            && dense.bias.iter().all(|&b| (f64::from(b) / unit).abs() < f64::from(MAX_BIAS) / 2.0)
    };
    if (0..=best).rev().find(|s| fits(s)).is_none() {
        let why = format!("no scale keeps its sums within {acc_bits} accumulator bits");
        return Err(CompressError::Quantise { layer: dense.name.clone(), why });
    }
    Ok(layer)
}

/// Layers as a model.
pub(crate) fn chain(name: &str, mut layers: Vec<Layer>) -> Result<Model, CompressError> {
    // The next layer's scale must be the last one's, bit for bit.
    for k in 1..layers.len() {
        layers[k].in_scale = layers[k - 1].result_scale();
    }
    let model = Model { name: name.to_owned(), layers };
    model.check()?;
    Ok(model)
}

/// Positions and codes; everything that depends on scales comes later.
fn sparse_layer(dense: &DenseLayer, shared: &Shared) -> Layer {
    let (mut col_ptr, mut rows, mut codes) = (vec![0u32], Vec::new(), Vec::new());
    for j in 0..dense.inputs {
        for row in 0..dense.outputs {
            if let Some(code) = shared.assignment[row * dense.inputs + j] {
                rows.push(row as u32);
                codes.push(code);
            }
        }
        col_ptr.push(rows.len() as u32);
    }
    Layer {
        name: dense.name.clone(),
        op: dense.op.clone(),
        inputs: dense.inputs,
        outputs: dense.outputs,
        codebook: Vec::new(),
        col_ptr,
        rows,
        codes,
        bias: Vec::new(),
        shift: 0,
        activation: if dense.relu { Activation::Relu } else { Activation::Identity },
        in_scale: 1.0,
        out_scale: 1.0,
        certificate: Certificate { in_abs_max: 1, row_abs_sum: 0, acc_bits: 0 },
    }
}

/// Fills in the integers for accumulators in this unit.
fn scale(layer: &mut Layer, dense: &DenseLayer, shared: &Shared, unit: f64, shift: u8, units: Units) {
    let in_scale = units.in_scale;
    let round = |x: f64| x.round().clamp(f64::from(i16::MIN), f64::from(i16::MAX)) as i16;
    layer.codebook = shared.centroids.iter().map(|&c| round(f64::from(c) / (unit / in_scale))).collect();
    let biases = || dense.bias.iter().map(|&b| f64::from(b) / unit);
    let largest = biases().fold(0.0, |m: f64, b| m.max(b.abs()));
    let step = 2f64.powi((largest / units.bias_steps).max(1.0).log2().ceil() as i32);
    let limit = f64::from(MAX_BIAS);
    layer.bias = biases().map(|b| ((b / step).round() * step).clamp(-limit, limit) as i32).collect();
    layer.shift = shift;
    layer.in_scale = in_scale as f32;
    layer.out_scale = (unit * 2f64.powi(i32::from(shift))) as f32;
    layer.certificate = layer.prove(units.in_abs_max);
}

/// Share of images that the integer model gets wrong, in percent.
pub fn error_pct(model: &Model, data: &Dataset, acc_bits: u32) -> Result<f64, CompressError> {
    let sparse = Sparse::new(model, acc_bits);
    let wrong = |i: usize| {
        let out = sparse
            .run(&input(data.image(i)))
            .map_err(|e| CompressError::Quantise { layer: model.layers[0].name.clone(), why: e.to_string() })?;
        let scores = out.layers.last().map_or(&[][..], Vec::as_slice);
        Ok(usize::from(argmax(scores) != data.labels[i] as usize))
    };
    let wrong = (0..data.len()).into_par_iter().map(wrong).try_reduce(|| 0, |a, b| Ok::<_, CompressError>(a + b))?;
    Ok(100.0 * wrong as f64 / data.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::{initialise, Shape};
    use crate::share::share;
    use eie_spec::golden::Dense;
    use eie_spec::op::{Conv, Lstm};

    fn follows_the_floats(shape: &Shape, tolerance: f32) {
        let mut net = initialise(shape, 3);
        for layer in net.layers.iter_mut().filter(|l| !matches!(l.op, Op::Lstm(_))) {
            layer.bias.iter_mut().enumerate().for_each(|(i, b)| *b = 0.02 * (i as f32 - 5.0));
        }
        let images: Vec<u8> = (0..64 * 50u32).map(|i| if i % 3 == 0 { (i * 7919 % 256) as u8 } else { 0 }).collect();
        let data = Dataset { images, labels: vec![0; 50], pixels: 64 };
        let shared: Vec<Shared> =
            net.layers.iter().map(|l| share(&l.weight, &vec![true; l.weight.len()], 16)).collect();
        for (layer, shared) in net.layers.iter_mut().zip(&shared) {
            layer.weight = shared.weights();
        }
        for acc_bits in [40, 34] {
            let model = quantise("test", &net, &shared, &data, acc_bits).unwrap();
            assert!(model.layers.iter().all(|l| l.certificate.acc_bits <= acc_bits));
            let dense = Dense::new(&model, acc_bits);
            let sparse = Sparse::new(&model, acc_bits);
            for i in 0..50 {
                // One image at a time has the layout of the integers.
                let float = net.forward(&data, i, i + 1).unwrap();
                let out = dense.run(&input(data.image(i))).unwrap();
                assert_eq!(out, sparse.run(&input(data.image(i))).unwrap());
                for (k, layer) in model.layers.iter().enumerate() {
                    let want: Vec<f32> = float[k].flatten_all().unwrap().to_vec1().unwrap();
                    assert_eq!(out.layers[k].len(), want.len());
                    let reach = want.iter().fold(0.0f32, |m, y| m.max(y.abs()));
                    for (y, want) in out.layers[k].iter().zip(want) {
                        let got = f32::from(*y) * layer.result_scale();
                        assert!((got - want).abs() < tolerance * reach, "layer {k}: {got} for {want}");
                    }
                }
            }
        }
        assert!(quantise("test", &net, &shared, &data, 12).is_err());
    }

    #[test]
    fn integers_follow_the_floats() {
        follows_the_floats(&Shape::Dense(vec![64, 40, 10]), 0.05);
        let conv = Conv { channels: 1, height: 8, width: 8, kernel: 3, stride: 1, padding: 1, pool: 2 };
        follows_the_floats(&Shape::Convolutional { convs: vec![(conv, 6)], dense: vec![12, 10] }, 0.05);
        let lstm = Lstm { hidden: 20, steps: 8 };
        follows_the_floats(&Shape::Recurrent { lstm, inputs: 8, dense: vec![10] }, 0.05);
    }
}
