//! Networks that are a straight chain of layers.

use super::{export, module, walk, Content, Format, TensorFile};
use crate::error::CompressError;
use eie_spec::model::MAX_LAYERS;
use eie_spec::op::{Conv, MAX_ACTIVATIONS, MAX_SIDE};
use std::path::Path;

/// A straight chain of layers: what one gives is what the next one takes.
#[derive(Clone, Debug, PartialEq)]
pub struct Chain {
    /// In the order of the network; no name twice.
    pub layers: Vec<ImportedLayer>,
    /// Channels, height and width of the input. None if it is a vector or a sequence, or if the file does not tell.
    pub input: Option<[usize; 3]>,
    /// Nodes at the end of the network that are left out, as they do not change which output is the largest.
    pub dropped: Vec<String>,
}

/// A layer of a chain.
#[derive(Clone, Debug, PartialEq)]
pub struct ImportedLayer {
    /// Its tensors in a safetensors file are `<name>.weight` and so on.
    pub name: String,
    /// What it does.
    pub kind: LayerKind,
    /// Whether ReLU follows.
    pub relu: bool,
}

/// What a layer does.
#[derive(Clone, Debug, PartialEq)]
pub enum LayerKind {
    /// `y = W x + b`.
    Linear {
        /// Columns of `W`.
        inputs: usize,
        /// Rows of `W`.
        outputs: usize,
        /// Row-major, `outputs x inputs`.
        weight: Vec<f32>,
        /// One per output.
        bias: Vec<f32>,
    },
    /// A two-dimensional convolution, then max-pooling.
    Conv {
        /// Input channels.
        channels: usize,
        /// Output channels.
        outputs: usize,
        /// Side of a kernel.
        kernel: usize,
        /// `outputs x channels x kernel x kernel`.
        weight: Vec<f32>,
        /// One per output channel.
        bias: Vec<f32>,
        /// Pixels from one patch to the next.
        stride: usize,
        /// Zeros around the image.
        padding: usize,
        /// Side of the pooling windows, which do not overlap; 1 for none.
        pool: usize,
    },
    /// An LSTM in one direction that gives its last hidden state.
    Lstm {
        /// Values of a time step.
        inputs: usize,
        /// Cells.
        hidden: usize,
        /// `4 hidden x (inputs + hidden)`: rows of the input, forget, cell and output gates; the columns of a row
        /// are for the step's values and then for the hidden state.
        weight: Vec<f32>,
        /// One per row: the sum of the two that files have.
        bias: Vec<f32>,
    },
}

/// The network in a file.
///
/// ONNX graphs may have Conv, Relu, MaxPool, Gemm, MatMul and Add, LSTM (first), Flatten, Reshape to two dimensions,
/// and what does nothing. In safetensors, layers are in the order and with the strides of the metadata that
/// [`Chain::write`] writes; without them, matrices and LSTMs are a chain in the natural order of their names.
///
/// # Errors
/// Those of [`TensorFile::open`]; a sentence about the node or tensor that does not belong to a straight chain.
pub fn chain(path: &Path) -> Result<Chain, CompressError> {
    TensorFile::open(path)?.chain()
}

impl TensorFile {
    /// The network in the file: see [`chain()`].
    ///
    /// # Errors
    /// As [`chain()`].
    pub fn chain(&self) -> Result<Chain, CompressError> {
        let chain = match &self.content {
            Content::Safetensors(metadata) => module::chain(self, metadata)?,
            Content::Onnx(graph) => walk::chain(self, graph)?,
        };
        chain.check().map_err(|why| super::whole(&self.path, why))?;
        Ok(chain)
    }
}

impl LayerKind {
    /// Checks that there is a number for each weight and bias. The text of an error begins with a verb.
    fn check(&self) -> Result<(), String> {
        let (rows, columns, weight, bias) = match self {
            LayerKind::Linear { inputs, outputs, weight, bias } => (Some(*outputs), Some(*inputs), weight, bias),
            LayerKind::Conv { channels, outputs, kernel, weight, bias, .. } => {
                let kernel = kernel.checked_mul(*kernel);
                (Some(*outputs), kernel.and_then(|n| n.checked_mul(*channels)), weight, bias)
            }
            LayerKind::Lstm { inputs, hidden, weight, bias } => {
                (hidden.checked_mul(4), hidden.checked_add(*inputs), weight, bias)
            }
        };
        let size = rows.zip(columns).and_then(|(r, c)| r.checked_mul(c));
        match size == Some(weight.len()) && rows == Some(bias.len()) && !weight.is_empty() {
            true => Ok(()),
            false => {
                let (weights, biases) = (weight.len(), bias.len());
                Err(format!("has {weights} weights and {biases} biases, expected {rows:?} rows of {columns:?}"))
            }
        }
    }
}

impl Chain {
    /// Checks that layers and the input fit each other, as far as sizes are known.
    ///
    /// # Errors
    /// A sentence about the layer that does not fit.
    pub fn check(&self) -> Result<(), String> {
        let mut names = std::collections::HashSet::new();
        if !(1..=MAX_LAYERS).contains(&self.layers.len()) {
            return Err(format!("has {} layers, expected 1 to {MAX_LAYERS}", self.layers.len()));
        }
        if let Some(sides) = self.input.filter(|s| s.iter().any(|side| !(1..=MAX_SIDE).contains(side))) {
            return Err(format!("has inputs of {sides:?}, expected 1 to {MAX_SIDE} channels, rows and columns"));
        }
        // Values that the layer before gives, and their image if they still are one.
        let (mut given, mut image) = (self.input.map(|i| i.iter().product::<usize>()), self.input);
        let mut channels = None;
        for (index, layer) in self.layers.iter().enumerate() {
            let name = &layer.name;
            let fail = |why: String| Err(format!("layer {name} {why}"));
            if !names.insert(name) {
                return fail("is there twice".into());
            }
            layer.kind.check().or_else(fail)?;
            let (takes, gives) = match layer.kind {
                LayerKind::Linear { inputs, outputs, .. } => (inputs, outputs),
                LayerKind::Lstm { inputs, hidden, .. } if index == 0 && self.input.is_none() => (inputs, hidden),
                LayerKind::Lstm { .. } => {
                    return fail("is an LSTM and not the first layer: only a first one runs".into())
                }
                LayerKind::Conv { channels: c, outputs, kernel, stride, padding, pool, .. } => {
                    if index > 0 && channels.is_none() {
                        return fail("is a convolution behind a layer that gives no image".into());
                    }
                    if let Some(other) = channels.or(image.map(|i| i[0])).filter(|&other| other != c) {
                        return fail(format!("takes {c} channels, the image before it has {other}"));
                    }
                    let sides = [kernel, stride, pool];
                    if sides.iter().any(|side| !(1..=MAX_SIDE).contains(side)) || padding >= kernel {
                        return fail(format!("has kernel {kernel}, stride {stride}, pooling {pool}, padding {padding}: expected 1 to {MAX_SIDE}, and less padding than the kernel has"));
                    }
                    channels = Some(outputs);
                    let Some([_, height, width]) = image else { continue };
                    let conv = Conv { channels: c, height, width, kernel, stride, padding, pool };
                    let (h, w) = conv.pooled();
                    image = Some([outputs, h, w]);
                    let size = h.checked_mul(w).and_then(|n| n.checked_mul(outputs));
                    given = size.filter(|&n| (1..=MAX_ACTIVATIONS).contains(&n));
                    if given.is_none() {
                        return fail(format!(
                            "gives an image of {outputs} x {h} x {w}, expected 1 to {MAX_ACTIVATIONS} values"
                        ));
                    }
                    continue;
                }
            };
            if let Some(given) = given.filter(|&given| given != takes) {
                return fail(format!("takes {takes} inputs, what is before it gives {given}"));
            }
            (given, image, channels) = (Some(gives), None, None);
        }
        Ok(())
    }

    /// Writes the network to a file.
    ///
    /// # Errors
    /// A network that is not valid; the system's.
    pub fn write(&self, format: Format, path: &Path) -> Result<(), CompressError> {
        self.check().map_err(|why| super::whole(&path.display().to_string(), why))?;
        match format {
            Format::Safetensors => module::write(self, path),
            Format::Onnx => export::write(self, path),
        }
    }
}
