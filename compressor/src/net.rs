//! A dense network in float32, and its safetensors file.

use crate::data::Dataset;
use crate::error::CompressError;
use crate::forward;
use candle_core::{Device, Tensor};
use eie_spec::op::Op;
use half::{bf16, f16};
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};
use std::collections::BTreeMap;
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

    /// Writes `<name>.weight` and `<name>.bias` of every layer.
    pub fn save(&self, path: &Path) -> Result<(), CompressError> {
        let fail = |e: safetensors::SafeTensorError| CompressError::Network {
            path: path.display().to_string(),
            why: e.to_string(),
        };
        let bytes = |v: &[f32]| v.iter().flat_map(|x| x.to_le_bytes()).collect::<Vec<u8>>();
        let mut tensors: BTreeMap<String, (Vec<usize>, Vec<u8>)> = BTreeMap::new();
        for l in &self.layers {
            tensors.insert(format!("{}.weight", l.name), (vec![l.outputs, l.inputs], bytes(&l.weight)));
            tensors.insert(format!("{}.bias", l.name), (vec![l.outputs], bytes(&l.bias)));
        }
        let views: Result<Vec<_>, _> = tensors
            .iter()
            .map(|(name, (shape, data))| Ok((name, TensorView::new(Dtype::F32, shape.clone(), data)?)))
            .collect();
        let file = safetensors::serialize(views.map_err(fail)?, None).map_err(fail)?;
        std::fs::write(path, file).map_err(CompressError::io(path))
    }

    /// Reads the fully connected layers of a safetensors file: every two-dimensional `<name>.weight`, in the
    /// natural order of their names (`fc2` before `fc10`), with its `<name>.bias`, which may be missing.
    ///
    /// # Errors
    /// Names the tensor: not a number, another shape or type than expected, layers that do not chain.
    pub fn load(path: &Path) -> Result<Self, CompressError> {
        let bytes = std::fs::read(path).map_err(CompressError::io(path))?;
        let file = path.display().to_string();
        let whole = |why: String| CompressError::Network { path: file.clone(), why };
        let tensors = SafeTensors::deserialize(&bytes).map_err(|e| whole(format!("not a safetensors file: {e}")))?;
        let mut names: Vec<&str> = tensors.names().iter().filter_map(|n| n.strip_suffix(".weight")).collect();
        names.sort_by_key(|n| natural_key(n));
        let mut layers: Vec<DenseLayer> = Vec::new();
        for name in names {
            let tensor = format!("{name}.weight");
            let wrong = |tensor: &str, why: String| CompressError::Tensor {
                path: file.clone(),
                tensor: tensor.to_owned(),
                why,
            };
            let view = tensors.tensor(&tensor).map_err(|e| wrong(&tensor, e.to_string()))?;
            let &[outputs, inputs] = view.shape() else {
                return Err(wrong(&tensor, format!("has shape {:?}, expected [outputs, inputs]", view.shape())));
            };
            if inputs == 0 || outputs == 0 {
                return Err(wrong(&tensor, format!("has shape {:?}, expected at least one weight", view.shape())));
            }
            if let Some(before) = layers.last().filter(|l| l.outputs != inputs) {
                let why = format!("takes {inputs} inputs, layer {} before it gives {}", before.name, before.outputs);
                return Err(wrong(&tensor, why));
            }
            let weight = floats(&view).map_err(|why| wrong(&tensor, why))?;
            let tensor = format!("{name}.bias");
            let bias = match tensors.tensor(&tensor) {
                Ok(view) if view.shape() == [outputs] => floats(&view).map_err(|why| wrong(&tensor, why))?,
                Ok(view) => {
                    return Err(wrong(&tensor, format!("has shape {:?}, expected [{outputs}]", view.shape())))
                }
                Err(_) => vec![0.0; outputs],
            };
            layers.push(DenseLayer {
                name: name.to_owned(),
                op: Op::Linear,
                inputs,
                outputs,
                weight,
                bias,
                relu: true,
            });
        }
        match layers.last_mut() {
            Some(last) => last.relu = false,
            None => return Err(whole("has no tensor named <layer>.weight".into())),
        }
        Ok(DenseNet { layers })
    }
}

/// Numbers in names count as numbers.
fn natural_key(name: &str) -> Vec<(String, u64)> {
    let mut key = vec![(String::new(), 0u64)];
    let mut in_number = false;
    for c in name.chars() {
        match c.to_digit(10) {
            Some(d) => {
                let last = key.len() - 1;
                key[last].1 = key[last].1.saturating_mul(10).saturating_add(d.into());
                in_number = true;
            }
            None => {
                if in_number {
                    key.push((String::new(), 0));
                    in_number = false;
                }
                let last = key.len() - 1;
                key[last].0.push(c);
            }
        }
    }
    key
}

/// A tensor's values. The text of an error begins with a verb.
fn floats(view: &TensorView) -> Result<Vec<f32>, String> {
    let data = view.data();
    let values: Vec<f32> = match view.dtype() {
        Dtype::F32 => data.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect(),
        Dtype::F16 => data.chunks_exact(2).map(|b| f16::from_le_bytes([b[0], b[1]]).to_f32()).collect(),
        Dtype::BF16 => data.chunks_exact(2).map(|b| bf16::from_le_bytes([b[0], b[1]]).to_f32()).collect(),
        other => return Err(format!("has type {other:?}, expected F32, F16 or BF16")),
    };
    match values.iter().position(|x| !x.is_finite()) {
        Some(i) => Err(format!("has {} at element {i}, expected finite numbers", values[i])),
        None => Ok(values),
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

    fn net() -> DenseNet {
        let layer = |name: &str, inputs, outputs, relu| DenseLayer {
            name: name.into(),
            op: Op::Linear,
            inputs,
            outputs,
            weight: (0..inputs * outputs).map(|i| i as f32 - 3.0).collect(),
            bias: vec![0.5; outputs],
            relu,
        };
        DenseNet { layers: vec![layer("fc2", 3, 4, true), layer("fc10", 4, 2, false)] }
    }

    #[test]
    fn round_trips_in_natural_order() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("n.safetensors");
        net().save(&path).unwrap();
        assert_eq!(DenseNet::load(&path).unwrap(), net());
    }

    #[test]
    fn errors_name_the_tensor() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("n.safetensors");
        let message = |n: &DenseNet| {
            n.save(&path).unwrap();
            DenseNet::load(&path).unwrap_err().to_string()
        };
        let mut nan = net();
        nan.layers[1].weight[5] = f32::NAN;
        assert!(message(&nan).contains("tensor fc10.weight: has NaN at element 5"), "{}", message(&nan));
        let mut chain = net();
        chain.layers[1].inputs = 2;
        chain.layers[1].outputs = 4;
        chain.layers[1].bias = vec![0.0; 4];
        assert!(message(&chain).contains("takes 2 inputs, layer fc2 before it gives 4"));
        let mut bias = net();
        bias.layers[0].name = "fc2.x".into();
        bias.layers[1].bias = vec![0.0; 2];
        std::fs::write(&path, b"not one").unwrap();
        assert!(DenseNet::load(&path).unwrap_err().to_string().contains("not a safetensors file"));
        assert!(matches!(DenseNet::load(&dir.path().join("none")), Err(CompressError::Io { .. })));
    }
}
