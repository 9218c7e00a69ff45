//! A dense network in float32.

use crate::data::Dataset;
use crate::error::CompressError;
use crate::formats::{self, Chain, Format, ImportedLayer, LayerKind};
use crate::forward;
use candle_core::{Device, Tensor};
use eie_spec::arith::Activation;
use eie_spec::model::{Layer, Model};
use eie_spec::op::{Conv, Lstm, Op};
use std::path::Path;

/// Images evaluated at a time.
const BATCH: usize = 500;

/// A layer with a dense matrix: products `W x + b`, then ReLU or nothing, applied as [`Op`] says.
#[derive(Clone, Debug, PartialEq)]
pub struct DenseLayer {
    /// Its tensors are `<name>.weight` and `<name>.bias`.
    pub name: String,
    /// How `W` is applied.
    pub op: Op,
    /// Columns of `W`.
    pub inputs: usize,
    /// Rows of `W`.
    pub outputs: usize,
    /// Row-major, `outputs` x `inputs`.
    pub weight: Vec<f32>,
    /// One per output.
    pub bias: Vec<f32>,
    /// Whether ReLU follows.
    pub relu: bool,
}

impl DenseLayer {
    /// A fully connected layer of a file; the name of another one.
    ///
    /// # Errors
    /// A layer that is not fully connected.
    pub fn linear(layer: ImportedLayer) -> Result<Self, String> {
        let ImportedLayer { name, kind, relu } = layer;
        match kind {
            LayerKind::Linear { inputs, outputs, weight, bias } => {
                Ok(DenseLayer { name, op: Op::Linear, inputs, outputs, weight, bias, relu })
            }
            _ => Err(name),
        }
    }

    /// Activations that the layer takes.
    pub fn in_len(&self) -> usize {
        self.op.in_len(self.inputs)
    }

    /// Activations that the layer gives.
    pub fn out_len(&self) -> usize {
        self.op.out_len(self.outputs)
    }
}

/// A chain of layers.
#[derive(Clone, Debug, PartialEq)]
pub struct DenseNet {
    /// At least one.
    pub layers: Vec<DenseLayer>,
}

impl DenseNet {
    /// Number of parameters.
    pub fn parameters(&self) -> usize {
        self.layers.iter().map(|l| l.weight.len() + l.bias.len()).sum()
    }

    /// Checks that the network can be used on a data set.
    pub fn check_data(&self, data: &Dataset) -> Result<(), CompressError> {
        let (inputs, outputs) = match (self.layers.first(), self.layers.last()) {
            (Some(first), Some(last)) => (first.in_len(), last.out_len()),
            _ => (0, 0),
        };
        let classes = data.labels.iter().max().map_or(0, |&l| l as usize + 1);
        match inputs == data.pixels && outputs >= classes {
            true => Ok(()),
            false => Err(CompressError::Mismatch { inputs, outputs, pixels: data.pixels, classes }),
        }
    }

    /// Outputs of every layer for some images: `[features, images]`, or `[channels, images x height x width]` after
    /// a convolution.
    pub fn forward(&self, data: &Dataset, from: usize, to: usize) -> Result<Vec<Tensor>, CompressError> {
        let mut x = pixels(data, from..to)?.t()?.contiguous()?;
        let mut all = Vec::new();
        for layer in &self.layers {
            let w = Tensor::from_slice(&layer.weight, (layer.outputs, layer.inputs), &Device::Cpu)?;
            let b = Tensor::from_slice(&layer.bias, (layer.outputs, 1), &Device::Cpu)?;
            x = forward::apply(layer, &w, &b, &forward::enter(layer, &x, to - from)?)?;
            all.push(x.clone());
        }
        Ok(all)
    }

    /// Share of images whose largest output is not their label, in percent.
    pub fn error_pct(&self, data: &Dataset) -> Result<f64, CompressError> {
        self.check_data(data)?;
        let classes = self.layers[self.layers.len() - 1].outputs;
        let mut wrong = 0;
        for from in (0..data.len()).step_by(BATCH) {
            let to = data.len().min(from + BATCH);
            let Some(logits) = self.forward(data, from, to)?.pop() else { continue };
            let logits: Vec<f32> = logits.t()?.flatten_all()?.to_vec1()?;
            let right = |(row, &label): (&[f32], &u8)| argmax(row) == label as usize;
            wrong += to - from - logits.chunks(classes).zip(&data.labels[from..to]).filter(|&p| right(p)).count();
        }
        Ok(100.0 * wrong as f64 / data.len() as f64)
    }

    /// Writes the network to a file, with float32 weights.
    ///
    /// # Errors
    /// Those of [`Chain::write`].
    pub fn save(&self, path: &Path, format: Format) -> Result<(), CompressError> {
        self.to_chain().write(format, path)
    }

    /// Reads a network whose input has so many values: how often an LSTM steps, and the side of an image if the
    /// file does not tell.
    ///
    /// # Errors
    /// Those of [`formats::chain`]; a network whose input has another size.
    pub fn load(path: &Path, pixels: usize) -> Result<Self, CompressError> {
        let chain = formats::chain(path)?;
        Self::from_chain(chain, pixels)
            .map_err(|why| CompressError::Network { path: path.display().to_string(), why })
    }

    fn from_chain(chain: Chain, pixels: usize) -> Result<Self, String> {
        let mut image = chain.input;
        let mut layers = Vec::new();
        for layer in chain.layers {
            let name = layer.name;
            let fail = |why: String| Err(format!("layer {name} {why}"));
            let (op, inputs, outputs, weight, bias) = match layer.kind {
                LayerKind::Linear { inputs, outputs, weight, bias } => (Op::Linear, inputs, outputs, weight, bias),
                LayerKind::Conv { channels, outputs, kernel, weight, bias, stride, padding, pool } => {
                    let side = (pixels / channels.max(1)).isqrt();
                    let [_, height, width] = image.unwrap_or([channels, side, side]);
                    let conv = Conv { channels, height, width, kernel, stride, padding, pool };
                    let (h, w) = conv.pooled();
                    if h == 0 || w == 0 {
                        return fail(format!("leaves nothing of an image of {height} by {width}"));
                    }
                    image = Some([outputs, h, w]);
                    (Op::Conv(conv), channels * kernel * kernel, outputs, weight, bias)
                }
                LayerKind::Lstm { inputs, hidden, weight, bias } => {
                    let steps = pixels / inputs.max(1);
                    (Op::Lstm(Lstm { hidden, steps }), inputs + hidden, 4 * hidden, weight, bias)
                }
            };
            layers.push(DenseLayer { name, op, inputs, outputs, weight, bias, relu: layer.relu });
        }
        let net = DenseNet { layers };
        for pair in net.layers.windows(2) {
            let (gives, takes) = (pair[0].out_len(), pair[1].in_len());
            if gives != takes {
                return Err(format!("layer {} takes {takes} values, what is before it gives {gives}", pair[1].name));
            }
        }
        match net.layers.first().map(|l| l.in_len()) {
            Some(inputs) if inputs == pixels => Ok(net),
            found => Err(format!("takes {} values, the images have {pixels}", found.unwrap_or(0))),
        }
    }

    fn to_chain(&self) -> Chain {
        let input = match self.layers.first().map(|l| &l.op) {
            Some(Op::Conv(c)) => Some([c.channels, c.height, c.width]),
            _ => None,
        };
        let layer = |l: &DenseLayer| {
            let (weight, bias, outputs) = (l.weight.clone(), l.bias.clone(), l.outputs);
            let kind = match l.op {
                Op::Linear => LayerKind::Linear { inputs: l.inputs, outputs, weight, bias },
                Op::Conv(c) => LayerKind::Conv {
                    channels: c.channels,
                    outputs,
                    kernel: c.kernel,
                    weight,
                    bias,
                    stride: c.stride,
                    padding: c.padding,
                    pool: c.pool,
                },
                Op::Lstm(op) => LayerKind::Lstm { inputs: l.inputs - op.hidden, hidden: op.hidden, weight, bias },
            };
            ImportedLayer { name: l.name.clone(), kind, relu: l.relu }
        };
        Chain { layers: self.layers.iter().map(layer).collect(), input, dropped: Vec::new() }
    }

    /// The network that a model computes, up to rounding: its weights and biases in real numbers.
    pub fn of_model(model: &Model) -> Self {
        let layer = |l: &Layer| {
            // The unit of an accumulator, and so of a bias; a weight's unit is that over an input's.
            let unit = f64::from(l.out_scale) / 2f64.powi(i32::from(l.shift));
            let scale = unit / f64::from(l.in_scale);
            DenseLayer {
                name: l.name.clone(),
                op: l.op.clone(),
                inputs: l.inputs,
                outputs: l.outputs,
                weight: l.dense().iter().map(|&w| (f64::from(w) * scale) as f32).collect(),
                bias: l.bias.iter().map(|&b| (f64::from(b) * unit) as f32).collect(),
                relu: l.activation == Activation::Relu,
            }
        };
        DenseNet { layers: model.layers.iter().map(layer).collect() }
    }
}

/// Grey values of some images, 0 to 1, as an `[images, pixels]` tensor. Black stays zero: the hardware skips it.
pub fn pixels(data: &Dataset, images: std::ops::Range<usize>) -> Result<Tensor, CompressError> {
    let bytes = &data.images[images.start * data.pixels..images.end * data.pixels];
    let values: Vec<f32> = bytes.iter().map(|&p| f32::from(p) / 255.0).collect();
    Ok(Tensor::from_vec(values, (images.len(), data.pixels), &Device::Cpu)?)
}

/// Place of the largest value, the first one of equals.
pub fn argmax<T: PartialOrd>(values: &[T]) -> usize {
    (1..values.len()).fold(0, |best, i| if values[i] > values[best] { i } else { best })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::{initialise, Shape};

    #[test]
    fn networks_round_trip() {
        let dir = tempfile::tempdir().unwrap();
        let conv = Conv { channels: 1, height: 8, width: 8, kernel: 3, stride: 1, padding: 1, pool: 2 };
        let shapes = [
            Shape::Dense(vec![64, 12, 10]),
            Shape::Convolutional { convs: vec![(conv, 6)], dense: vec![12, 10] },
            Shape::Recurrent { lstm: Lstm { hidden: 5, steps: 8 }, inputs: 8, dense: vec![10] },
        ];
        for shape in shapes {
            let net = initialise(&shape, 1);
            for (name, format) in [("n.safetensors", Format::Safetensors), ("n.onnx", Format::Onnx)] {
                let path = dir.path().join(name);
                net.save(&path, format).unwrap();
                assert_eq!(DenseNet::load(&path, 64).unwrap(), net);
                let error = DenseNet::load(&path, 60).unwrap_err().to_string();
                assert!(error.contains("60") || error.contains("takes"), "{error}");
            }
            assert_ne!(initialise(&shape, 2), net);
        }
    }
}
