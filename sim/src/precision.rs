//! A network at other widths: what it gets wrong when activations and shared weights have fewer bits, or more, than
//! the device's 16, and what a multiplication then costs. As figure 10 of the EIE paper (Han et al., ISCA 2016).
//!
//! Everything follows the arithmetic rules R1 to R6 ([`eie_spec::arith`]) with another number in the place of 16. A
//! narrower number drops its last bits, rounded, and saturates: a power of two, so that requantising stays a shift.
//!
//! | what | unit, of `b` bits |
//! |---|---|
//! | network's input | `2^(16 - b)` of the model's, whose inputs fill 16 bits |
//! | a layer's results | the same; below 16 bits half of it, as the model leaves one bit for results larger than all that training showed, which narrow numbers rather use and saturate |
//! | codebook | the finest in which its largest entry has `b` bits; never finer than the file's |
//! | sums | exact |

use eie_spec::arith::Activation;
use eie_spec::golden::InputError;
use eie_spec::model::Model;
use eie_spec::op::Op;
use serde::Serialize;

/// Widths that can be asked for.
pub const BITS: std::ops::RangeInclusive<u32> = 2..=32;
/// Width of the device's activations and codebooks.
const NATIVE: i32 = 16;
/// Picojoules of a multiplication of 32-bit integers in 45 nm, and of floats: the EIE paper's table I, after Horowitz. A
/// multiplier's energy goes with the product of its widths (8 bits: 0.19 here, 0.2 measured).
const MULTIPLY_INT32: f64 = 3.1;
/// See [`MULTIPLY_INT32`].
const MULTIPLY_FLOAT32: f64 = 3.7;

/// Bits of activations and of codebook entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Widths {
    /// Of an activation.
    pub activations: u32,
    /// Of a codebook entry.
    pub codebook: u32,
}

impl Widths {
    /// Energy of a multiplication in picojoules.
    pub fn multiply_pj(self) -> f64 {
        MULTIPLY_INT32 * f64::from(self.activations * self.codebook) / (32.0 * 32.0)
    }
}

/// Energy of a multiplication of floats in picojoules.
pub fn float_multiply_pj() -> f64 {
    MULTIPLY_FLOAT32
}

/// Why a network has no other widths.
#[derive(Debug, thiserror::Error)]
pub enum PrecisionError {
    /// Convolutions and cells have integer tables of their own.
    #[error("layer {0} is not fully connected: only those can be computed at other widths")]
    Layer(String),
    /// A width out of range.
    #[error("{0} bits: expected {low} to {high}", low = BITS.start(), high = BITS.end())]
    Bits(u32),
    /// An input that the model cannot take.
    #[error(transparent)]
    Input(#[from] InputError),
}

/// `value / 2^shift`, rounded half up as the drain rounds (R5); a negative shift multiplies.
fn scaled(value: i64, shift: i32) -> i64 {
    match shift {
        ..=0 => value << -shift,
        _ => (value + (1 << (shift - 1))) >> shift,
    }
}

fn saturated(value: i64, bits: u32) -> i64 {
    value.clamp(-(1 << (bits - 1)), (1 << (bits - 1)) - 1)
}

struct Layer<'a> {
    layer: &'a eie_spec::model::Layer,
    codebook: Vec<i64>,
    bias: Vec<i64>,
    shift: i32,
}

/// A model of fully connected layers with other widths.
pub struct Fixed<'a> {
    model: &'a Model,
    widths: Widths,
    /// Bits that an input loses.
    drop_in: i32,
    layers: Vec<Layer<'a>>,
}

impl<'a> Fixed<'a> {
    /// Rounds a model's codebooks and biases.
    ///
    /// # Errors
    /// Layers that are not fully connected; widths out of range.
    pub fn new(model: &'a Model, widths: Widths) -> Result<Self, PrecisionError> {
        if let Some(other) = model.layers.iter().find(|l| l.op != Op::Linear) {
            return Err(PrecisionError::Layer(other.name.clone()));
        }
        if let Some(bits) = [widths.activations, widths.codebook].into_iter().find(|b| !BITS.contains(b)) {
            return Err(PrecisionError::Bits(bits));
        }
        let drop_in = NATIVE - widths.activations as i32;
        // The model's spare bit.
        let drop_out = if drop_in > 0 { drop_in - 1 } else { drop_in };
        let mut before = drop_in;
        let mut layers = Vec::new();
        for layer in &model.layers {
            let all = || layer.codebook.iter().map(|&w| i64::from(w));
            let fits = |&drop: &i32| all().all(|w| saturated(scaled(w, drop), widths.codebook) == scaled(w, drop));
            // With every bit dropped all entries are zero, which fits.
            let drop = (0..=NATIVE).find(fits).unwrap_or(NATIVE);
            layers.push(Layer {
                layer,
                codebook: all().map(|w| scaled(w, drop)).collect(),
                bias: layer.bias.iter().map(|&b| scaled(b.into(), before + drop)).collect(),
                shift: i32::from(layer.shift) + drop_out - before - drop,
            });
            before = drop_out;
        }
        Ok(Fixed { model, widths, drop_in, layers })
    }

    /// Results of every layer for an input in the model's units.
    ///
    /// # Errors
    /// An input of another length, or out of the certified range.
    pub fn run(&self, input: &[i16]) -> Result<Vec<Vec<i64>>, PrecisionError> {
        let first = &self.model.layers[0];
        eie_spec::golden::check_input(input, first.inputs, first.certificate.in_abs_max)?;
        let bits = self.widths.activations;
        let mut x: Vec<i64> = input.iter().map(|&a| saturated(scaled(a.into(), self.drop_in), bits)).collect();
        let mut results = Vec::new();
        for Layer { layer, codebook, bias, shift } in &self.layers {
            let mut sums = bias.clone();
            for (j, &a) in x.iter().enumerate().filter(|(_, &a)| a != 0) {
                // 2^31 * 2^15 * 2^14 columns is far below 2^63.
                layer.column(j).for_each(|(row, code)| sums[row] += codebook[usize::from(code)] * a);
            }
            let drained = sums.iter().map(|&sum| {
                let y = saturated(scaled(sum, *shift), bits);
                match layer.activation {
                    Activation::Identity => y,
                    Activation::Relu => y.max(0),
                }
            });
            x = drained.collect();
            results.push(x.clone());
        }
        Ok(results)
    }

    /// How many inputs have their largest output elsewhere than where they should.
    ///
    /// # Errors
    /// As [`Fixed::run`].
    pub fn wrong<'i>(&self, mut cases: impl Iterator<Item = (&'i [i16], usize)>) -> Result<usize, PrecisionError> {
        cases.try_fold(0, |wrong, (input, label)| {
            let results = self.run(input)?;
            let scores = results.last().map_or(&[][..], Vec::as_slice);
            Ok(wrong + usize::from(largest(scores) != label))
        })
    }
}

/// The first of the largest.
fn largest<T: PartialOrd>(values: &[T]) -> usize {
    (1..values.len()).fold(0, |best, i| if values[i] > values[best] { i } else { best })
}

/// The same network in floats, with the file's weights: how many inputs it gets wrong.
pub fn wrong_in_floats<'i>(model: &Model, cases: impl Iterator<Item = (&'i [i16], usize)>) -> usize {
    let first = f64::from(model.layers[0].in_scale);
    let wrong = |(input, label): &(&[i16], usize)| {
        let mut x: Vec<f64> = input.iter().map(|&a| f64::from(a) * first).collect();
        for layer in &model.layers {
            let (unit, weight) = (f64::from(layer.sum_scale()), f64::from(layer.weight_scale()));
            let mut sums: Vec<f64> = layer.bias.iter().map(|&b| f64::from(b) * unit).collect();
            for (j, a) in x.iter().enumerate().filter(|(_, &a)| a != 0.0) {
                layer
                    .column(j)
                    .for_each(|(row, c)| sums[row] += f64::from(layer.codebook[usize::from(c)]) * weight * a);
            }
            if layer.activation == Activation::Relu {
                sums.iter_mut().for_each(|s| *s = s.max(0.0));
            }
            x = sums;
        }
        largest(&x) != *label
    };
    cases.filter(wrong).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use eie_spec::golden::{sparse_product, Sparse};
    use eie_spec::model;

    const MODEL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../models/lenet-300-100.eie");

    fn model() -> Model {
        eie_spec::container::decode(&std::fs::read(MODEL).unwrap()).unwrap()
    }

    fn inputs() -> Vec<Vec<i16>> {
        (0..20u32)
            .map(|n| {
                (0..784u32)
                    .map(|i| if i % 3 == n % 3 { (i * 7919 * (n + 1) % 256) as i16 * 128 } else { 0 })
                    .collect()
            })
            .collect()
    }

    /// The model with its integers at these widths, for the golden arithmetic.
    fn requantised(fixed: &Fixed) -> Vec<model::Layer> {
        let of = |l: &Layer| model::Layer {
            codebook: l.codebook.iter().map(|&w| w.try_into().unwrap()).collect(),
            bias: l.bias.iter().map(|&b| b.try_into().unwrap()).collect(),
            shift: l.shift.try_into().unwrap(),
            ..l.layer.clone()
        };
        fixed.layers.iter().map(of).collect()
    }

    #[test]
    fn sixteen_bits_are_the_golden_model() {
        let model = model();
        let fixed = Fixed::new(&model, Widths { activations: 16, codebook: 16 }).unwrap();
        for input in inputs() {
            let golden = Sparse::new(&model, 48).run(&input).unwrap().layers;
            let golden: Vec<Vec<i64>> = golden.iter().map(|l| l.iter().map(|&y| y.into()).collect()).collect();
            assert_eq!(fixed.run(&input).unwrap(), golden);
            // A requantising shift of one more is not that.
            let mut other = Fixed::new(&model, fixed.widths).unwrap();
            other.layers[1].shift += 1;
            assert_ne!(other.run(&input).unwrap(), golden);
        }
    }

    #[test]
    fn narrower_is_the_golden_arithmetic_on_requantised_layers() {
        let model = model();
        for (activations, codebook) in [(12, 12), (8, 8), (8, 16), (16, 6), (4, 4)] {
            let fixed = Fixed::new(&model, Widths { activations, codebook }).unwrap();
            let layers = requantised(&fixed);
            for (layer, whole) in layers.iter().zip(&model.layers) {
                assert!(layer.codebook.iter().all(|&w| saturated(w.into(), codebook) == i64::from(w)));
                // As fine as that allows.
                let largest = layer.codebook.iter().map(|w| w.unsigned_abs()).max().unwrap();
                assert!(largest >= 1 << (codebook - 2) || layer.codebook == whole.codebook);
            }
            for input in inputs() {
                let results = fixed.run(&input).unwrap();
                let narrow = |y: i64| saturated(y, activations) as i16;
                let mut x: Vec<i16> = input.iter().map(|&a| narrow(scaled(a.into(), fixed.drop_in))).collect();
                for (layer, found) in layers.iter().zip(&results) {
                    x = sparse_product(layer, &x, 48).iter().map(|&y| narrow(y.into())).collect();
                    assert_eq!(found, &x.iter().map(|&y| i64::from(y)).collect::<Vec<_>>());
                }
            }
        }
    }

    #[test]
    fn widths_and_layers_are_checked() {
        let model = model();
        let new = |activations, codebook| Fixed::new(&model, Widths { activations, codebook }).map(|_| ());
        assert!(matches!(new(1, 16), Err(PrecisionError::Bits(1))));
        assert!(matches!(new(16, 33), Err(PrecisionError::Bits(33))));
        assert!(new(32, 32).is_ok());
        assert!((Widths { activations: 8, codebook: 8 }.multiply_pj() - 0.2).abs() < 0.01);
    }
}
