//! The golden model, twice: one that runs a packed [`Program`](crate::pack::Program) word by word as the hardware does, and a plain
//! dense product to check it against. Both follow [`crate::arith`].

mod machine;
mod packed;

use crate::arith;
use crate::model::{Layer, Model};
use crate::op::Op;

pub use machine::Machine;
pub use packed::Packed;

/// An input that a model cannot take.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InputError {
    /// Wrong length.
    #[error("the input has {found} activations, the first layer takes {expected}")]
    Length {
        /// Length of the input.
        found: usize,
        /// Inputs of the first layer.
        expected: usize,
    },
    /// Outside the range for which the first layer's certificate holds.
    #[error("activation {index} is {value}, the first layer's certificate allows at most {max} in magnitude")]
    Range {
        /// Place in the input.
        index: usize,
        /// The value found.
        value: i16,
        /// What the certificate allows.
        max: u32,
    },
}

/// Checks an input's length and range.
pub fn check_input(input: &[i16], expected: usize, max: u32) -> Result<(), InputError> {
    if input.len() != expected {
        return Err(InputError::Length { found: input.len(), expected });
    }
    // The largest first, which is quick: where it is, is asked only if it is too large.
    let largest = input.iter().fold(0, |largest, x| x.unsigned_abs().max(largest));
    if u32::from(largest) <= max {
        return Ok(());
    }
    match input.iter().position(|x| u32::from(x.unsigned_abs()) > max) {
        Some(index) => Err(InputError::Range { index, value: input[index], max }),
        None => Ok(()),
    }
}

/// What a run consists of, whatever the time it takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// Multiplications of a kept weight with an activation that is not zero.
    pub macs: u64,
    /// Entries that only skip rows.
    pub fillers: u64,
    /// Activations that were not zero.
    pub activations: u64,
}

/// Outputs of every layer, first to last, and the work they took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// One per layer.
    pub layers: Vec<Vec<i16>>,
    /// Summed over all layers.
    pub work: Work,
}

/// Runs a model as dense matrix products, row by row.
pub struct Dense<'a> {
    model: &'a Model,
    weights: Vec<Vec<i16>>,
    acc_bits: u32,
}

impl<'a> Dense<'a> {
    /// Expands the weights. `acc_bits` is the accumulators' width (R3).
    pub fn new(model: &'a Model, acc_bits: u32) -> Self {
        Dense { model, weights: model.layers.iter().map(|l| l.dense()).collect(), acc_bits }
    }

    /// Runs one input through all layers.
    ///
    /// # Errors
    /// An input of another length or outside the certified range.
    pub fn run(&self, input: &[i16]) -> Result<Outcome, InputError> {
        run(self.model, input, |k, layer, x, work| {
            work.activations += x.iter().filter(|&&a| a != 0).count() as u64;
            let used = |j: usize| x[j] != 0;
            work.macs += (0..layer.inputs).filter(|&j| used(j)).map(|j| layer.column(j).count() as u64).sum::<u64>();
            let row = |(row, &bias): (&[i16], &i32)| {
                let acc = row.iter().zip(x).fold(0, |acc, (&w, &a)| arith::mac(acc, w, a, self.acc_bits));
                arith::drain(acc, bias, layer.shift, layer.activation, self.acc_bits)
            };
            self.weights[k].chunks_exact(layer.inputs).zip(&layer.bias).map(row).collect()
        })
    }
}

/// Runs a model column by column, over kept weights and activations that are not zero. The fast one: sums are
/// wrapped once at their end, which gives the same.
pub struct Sparse<'a> {
    model: &'a Model,
    acc_bits: u32,
}

impl<'a> Sparse<'a> {
    /// `acc_bits` is the accumulators' width (R3).
    pub fn new(model: &'a Model, acc_bits: u32) -> Self {
        Sparse { model, acc_bits }
    }

    /// Runs one input through all layers.
    ///
    /// # Errors
    /// An input of another length or outside the certified range.
    pub fn run(&self, input: &[i16]) -> Result<Outcome, InputError> {
        run(self.model, input, |_, layer, x, work| {
            for (j, _) in x.iter().enumerate().filter(|(_, &a)| a != 0) {
                work.activations += 1;
                work.macs += u64::from(layer.col_ptr[j + 1] - layer.col_ptr[j]);
            }
            sparse_product(layer, x, self.acc_bits)
        })
    }
}

/// One product of a layer with a vector of `inputs` activations, drained to `outputs` results.
pub fn sparse_product(layer: &Layer, x: &[i16], acc_bits: u32) -> Vec<i16> {
    let mut acc = vec![0i64; layer.outputs];
    for (j, &a) in x.iter().enumerate().filter(|(_, &a)| a != 0) {
        let range = layer.col_ptr[j] as usize..layer.col_ptr[j + 1] as usize;
        for (&row, &code) in layer.rows[range.clone()].iter().zip(&layer.codes[range]) {
            acc[row as usize] += i64::from(layer.codebook[usize::from(code)]) * i64::from(a);
        }
    }
    let row = |(&acc, &bias): (&i64, &i32)| {
        arith::drain(arith::wrap(acc, acc_bits), bias, layer.shift, layer.activation, acc_bits)
    };
    acc.iter().zip(&layer.bias).map(row).collect()
}

/// The vectors that each segment of a model ([`Model::segments`]) takes while one input goes through it.
///
/// # Errors
/// An input of another length or outside the certified range.
pub fn segment_inputs(model: &Model, input: &[i16], acc_bits: u32) -> Result<Vec<Vec<Vec<i16>>>, InputError> {
    check_input(input, model.inputs(), model.layers[0].certificate.in_abs_max)?;
    let mut segments: Vec<Vec<Vec<i16>>> = Vec::new();
    let mut x = input.to_vec();
    for (k, layer) in model.layers.iter().enumerate() {
        let mut vectors = Vec::new();
        let Ok(y) = layer.apply(&x, |x| {
            vectors.push(x.to_vec());
            Ok::<_, std::convert::Infallible>(sparse_product(layer, x, acc_bits))
        });
        // Of a chain, the first layer's vectors are the segment's.
        let goes_on = layer.op == Op::Linear && k > 0 && model.layers[k - 1].op == Op::Linear;
        if !goes_on {
            segments.push(vectors);
        }
        x = y;
    }
    Ok(segments)
}

/// Runs all layers with this product: place of the layer, the layer, its vector, and the work to add to.
fn run(
    model: &Model,
    input: &[i16],
    product: impl Fn(usize, &Layer, &[i16], &mut Work) -> Vec<i16>,
) -> Result<Outcome, InputError> {
    check_input(input, model.inputs(), model.layers[0].certificate.in_abs_max)?;
    let mut out = Outcome { layers: Vec::new(), work: Work::default() };
    for (k, layer) in model.layers.iter().enumerate() {
        let x = out.layers.last().map_or(input, Vec::as_slice);
        let y = layer.apply(x, |x| Ok::<_, std::convert::Infallible>(product(k, layer, x, &mut out.work)));
        let Ok(y) = y;
        out.layers.push(y);
    }
    Ok(out)
}
