//! A compressed network in memory: what the `.eie` container holds and what a device runs.

use crate::arith::{self, Activation, CODES, MAX_BIAS, MAX_SHIFT};
use crate::op::Op;
use serde::Serialize;

/// Largest number of inputs or outputs of a layer.
pub const MAX_DIM: usize = 1 << 20;
/// Largest number of layers of a model.
pub const MAX_LAYERS: usize = 256;
/// Largest codebook of a layer. A device takes up to [`CODES`] entries; layers with more run on the host.
pub const MAX_CODES: usize = 256;

/// Why a layer or model is not a valid one.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ModelError {
    /// A layer breaks one of its invariants.
    #[error("layer {index} ({name}): {what}")]
    Layer {
        /// Position in the model.
        index: usize,
        /// The layer's name.
        name: String,
        /// The invariant and the value found.
        what: String,
    },
    /// The model as a whole is not valid.
    #[error("{0}")]
    Model(String),
}

/// Proof that no accumulator of a layer overflows (R3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Certificate {
    /// Largest magnitude of an input activation that the proof allows, 1 to 32768.
    pub in_abs_max: u32,
    /// Largest sum of weight magnitudes of a row, in codebook units.
    pub row_abs_sum: u64,
    /// Accumulator bits that hold every partial sum, bias and rounding included.
    pub acc_bits: u32,
}

/// A layer with shared weights: products `y = activation(requantise(W x + bias))`, one of them for a fully
/// connected layer, one a patch or a time step for what [`Op`] names.
///
/// `W` has `outputs` rows and `inputs` columns and is stored by columns: the weights of column `j` are
/// `rows[col_ptr[j]..col_ptr[j + 1]]`, rows ascending, with their codes at the same places in `codes`.
#[derive(Clone, Debug, PartialEq)]
pub struct Layer {
    /// Name, as in the source network.
    pub name: String,
    /// How `W` is applied to the layer's activations.
    pub op: Op,
    /// Columns of `W`.
    pub inputs: usize,
    /// Rows of `W`.
    pub outputs: usize,
    /// Shared weight values, 1 to [`MAX_CODES`] of them; up to 16 run on a device (R2).
    pub codebook: Vec<i16>,
    /// Where each column starts; `inputs + 1` long, from 0 to the number of weights.
    pub col_ptr: Vec<u32>,
    /// Row of each kept weight.
    pub rows: Vec<u32>,
    /// Code of each kept weight.
    pub codes: Vec<u8>,
    /// One per row, in accumulator units.
    pub bias: Vec<i32>,
    /// Requantising shift (R5).
    pub shift: u8,
    /// What follows the shift.
    pub activation: Activation,
    /// Real value of one unit of an input activation.
    pub in_scale: f32,
    /// Real value of one unit of an output activation.
    pub out_scale: f32,
    /// Proof that no accumulator overflows.
    pub certificate: Certificate,
}

/// A chain of layers: what one gives ([`Layer::out_len`]) is what the next one takes ([`Layer::in_len`]).
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// Free text.
    pub name: String,
    /// At least one.
    pub layers: Vec<Layer>,
}

/// A part of a model: see [`Model::segments`].
#[derive(Clone, Debug, PartialEq)]
pub struct Segment {
    /// How the part is applied.
    pub op: Op,
    /// Its products.
    pub model: Model,
}

impl Segment {
    /// The part's only layer as it is in the model, if it is not a chain of fully connected ones.
    pub fn layer(&self) -> Option<Layer> {
        match &self.op {
            Op::Linear => None,
            op => Some(Layer { op: op.clone(), ..self.model.layers[0].clone() }),
        }
    }
}

impl Layer {
    /// Activations that the layer takes.
    pub fn in_len(&self) -> usize {
        self.op.in_len(self.inputs)
    }

    /// Activations that the layer gives.
    pub fn out_len(&self) -> usize {
        self.op.out_len(self.outputs)
    }

    /// Whether a device can run the layer's products.
    pub fn fits_device(&self) -> bool {
        self.codebook.len() <= CODES
    }

    /// Largest magnitude of what the layer gives.
    pub fn out_max(&self) -> u32 {
        match &self.op {
            Op::Lstm(_) => crate::lstm::hidden_unit(self.in_scale) as u32,
            _ => self.activation.max_magnitude(),
        }
    }

    /// Real value of one unit of what the layer gives: `out_scale`, but for an LSTM, whose hidden state has the
    /// unit of its input.
    pub fn result_scale(&self) -> f32 {
        match &self.op {
            Op::Lstm(_) => self.in_scale,
            _ => self.out_scale,
        }
    }

    /// Real value of one unit of a sum, and of a bias: requantising is a shift (R5).
    pub fn sum_scale(&self) -> f32 {
        self.out_scale / (1u64 << self.shift) as f32
    }

    /// Real value of one unit of a weight.
    pub fn weight_scale(&self) -> f32 {
        self.sum_scale() / self.in_scale
    }

    /// Kept weights.
    pub fn kept(&self) -> usize {
        self.rows.len()
    }

    /// Weights of column `j` as (row, code), rows ascending.
    pub fn column(&self, j: usize) -> impl Iterator<Item = (usize, u8)> + '_ {
        let range = self.col_ptr[j] as usize..self.col_ptr[j + 1] as usize;
        self.rows[range.clone()].iter().zip(&self.codes[range]).map(|(&r, &c)| (r as usize, c))
    }

    /// The certificate that this layer deserves for inputs of at most `in_abs_max` in magnitude.
    pub fn prove(&self, in_abs_max: u32) -> Certificate {
        let mut sums = vec![0u64; self.outputs];
        for (&row, &code) in self.rows.iter().zip(&self.codes) {
            sums[row as usize] += u64::from(self.codebook[code as usize].unsigned_abs());
        }
        let row_abs_sum = sums.iter().copied().max().unwrap_or(0);
        let bias = self.bias.iter().map(|b| b.unsigned_abs()).max().unwrap_or(0);
        // MAX_DIM * 2^15 * 2^15 + 2^31 is far below 2^63.
        let bound = row_abs_sum * u64::from(in_abs_max) + u64::from(bias) + arith::half(self.shift) as u64;
        Certificate { in_abs_max, row_abs_sum, acc_bits: 65 - bound.leading_zeros() }
    }

    /// Checks every invariant, the certificate included. The message names the value found.
    pub fn check(&self) -> Result<(), String> {
        let want = |ok: bool, what: String| if ok { Ok(()) } else { Err(what) };
        let dim = |what: &str, n: usize| {
            want((1..=MAX_DIM).contains(&n), format!("{what} is {n}, expected 1 to {MAX_DIM}"))
        };
        dim("number of inputs", self.inputs)?;
        dim("number of outputs", self.outputs)?;
        let codes = self.codebook.len();
        want((1..=MAX_CODES).contains(&codes), format!("codebook has {codes} entries, expected 1 to {MAX_CODES}"))?;
        want(self.shift <= MAX_SHIFT, format!("requantising shift is {}, expected 0 to {MAX_SHIFT}", self.shift))?;
        want(self.bias.len() == self.outputs, format!("{} biases for {} outputs", self.bias.len(), self.outputs))?;
        for (row, &b) in self.bias.iter().enumerate() {
            want(
                b.unsigned_abs() <= MAX_BIAS as u32,
                format!("bias of row {row} is {b}, expected at most {MAX_BIAS} in magnitude"),
            )?;
        }
        for (what, s) in [("input", self.in_scale), ("output", self.out_scale)] {
            want(s.is_finite() && s > 0.0, format!("{what} scale is {s}, expected a positive number"))?;
        }
        self.op.check(self)?;
        self.check_columns()?;
        let given = self.certificate;
        want(
            (1..=arith::MAX_ACTIVATION).contains(&given.in_abs_max),
            format!("certificate allows inputs up to {}, expected 1 to 32768", given.in_abs_max),
        )?;
        let true_one = self.prove(given.in_abs_max);
        want(given == true_one, format!("certificate says {given:?}, the weights give {true_one:?}"))
    }

    fn check_columns(&self) -> Result<(), String> {
        let want = |ok: bool, what: String| if ok { Ok(()) } else { Err(what) };
        let n = self.rows.len();
        want(
            self.col_ptr.len() == self.inputs + 1 && self.codes.len() == n,
            format!(
                "{} column pointers and {} codes for {} inputs and {n} weights",
                self.col_ptr.len(),
                self.codes.len(),
                self.inputs
            ),
        )?;
        want(
            self.col_ptr[0] == 0 && self.col_ptr[self.inputs] as usize == n,
            format!(
                "column pointers run from {} to {}, expected 0 to {n}",
                self.col_ptr[0], self.col_ptr[self.inputs]
            ),
        )?;
        for j in 0..self.inputs {
            let (from, to) = (self.col_ptr[j] as usize, self.col_ptr[j + 1] as usize);
            want(from <= to && to <= n, format!("column {j} runs from weight {from} to {to} of {n}"))?;
            let rows = &self.rows[from..to];
            want(rows.windows(2).all(|w| w[0] < w[1]), format!("rows of column {j} do not ascend"))?;
            if let Some(&r) = rows.last() {
                want((r as usize) < self.outputs, format!("column {j} names row {r} of {}", self.outputs))?;
            }
        }
        match self.codes.iter().position(|&c| c as usize >= self.codebook.len()) {
            Some(i) => {
                Err(format!("weight {i} has code {}, the codebook has {}", self.codes[i], self.codebook.len()))
            }
            None => Ok(()),
        }
    }

    /// Integer weights as a dense row-major matrix of `outputs` x `inputs`.
    pub fn dense(&self) -> Vec<i16> {
        let mut w = vec![0; self.outputs * self.inputs];
        for j in 0..self.inputs {
            for (row, code) in self.column(j) {
                w[row * self.inputs + j] = self.codebook[code as usize];
            }
        }
        w
    }
}

impl Model {
    /// Kept weights of all layers.
    pub fn kept(&self) -> usize {
        self.layers.iter().map(Layer::kept).sum()
    }

    /// Checks every layer and that they chain: sizes, scales, and the range each certificate assumes.
    pub fn check(&self) -> Result<(), ModelError> {
        if !(1..=MAX_LAYERS).contains(&self.layers.len()) {
            return Err(ModelError::Model(format!(
                "the model has {} layers, expected 1 to {MAX_LAYERS}",
                self.layers.len()
            )));
        }
        for (index, layer) in self.layers.iter().enumerate() {
            let fail = |what| ModelError::Layer { index, name: layer.name.clone(), what };
            layer.check().map_err(fail)?;
            let Some(before) = index.checked_sub(1).map(|i| &self.layers[i]) else { continue };
            let (gives, takes) = (before.out_len(), layer.in_len());
            if gives != takes {
                return Err(fail(format!("takes {takes} inputs, layer before gives {gives}")));
            }
            let scale = before.result_scale();
            if scale != layer.in_scale {
                return Err(fail(format!("input scale is {}, layer before gives {scale}", layer.in_scale)));
            }
            let reach = before.out_max();
            if layer.certificate.in_abs_max < reach {
                return Err(fail(format!(
                    "certificate allows inputs up to {}, layer before gives up to {reach}",
                    layer.certificate.in_abs_max
                )));
            }
        }
        Ok(())
    }

    /// The model in parts that run on a device without the host's help: fully connected layers that follow each
    /// other, or one other layer, whose product is the part. Each is a chain of fully connected layers.
    pub fn segments(&self) -> Vec<Segment> {
        let mut segments: Vec<Segment> = Vec::new();
        for layer in &self.layers {
            let linear = layer.op == Op::Linear;
            let product = Layer { op: Op::Linear, ..layer.clone() };
            match segments.last_mut().filter(|s| linear && s.op == Op::Linear) {
                Some(segment) => segment.model.layers.push(product),
                None => {
                    let model = Model { name: self.name.clone(), layers: vec![product] };
                    segments.push(Segment { op: layer.op.clone(), model });
                }
            }
        }
        segments
    }

    /// Whether a device can run the products of all layers.
    pub fn fits_device(&self) -> bool {
        self.layers.iter().all(Layer::fits_device)
    }

    /// Number of input activations.
    pub fn inputs(&self) -> usize {
        self.layers[0].in_len()
    }

    /// Number of output activations.
    pub fn outputs(&self) -> usize {
        self.layers[self.layers.len() - 1].out_len()
    }

    /// Size of the same network in float32, biases included.
    pub fn dense_bytes(&self) -> u64 {
        self.layers.iter().map(|l| 4 * (l.inputs as u64 + 1) * l.outputs as u64).sum()
    }
}
