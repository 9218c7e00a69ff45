//! Networks of fully connected layers in `f32`: the codebook's real values, and no rounding between layers.

use crate::matrix::{Matrix, Options};
use crate::CpuError;
use eie_spec::arith::Activation;
use eie_spec::model::{Layer, Model};
use eie_spec::op::Op;

struct Prepared {
    matrix: Matrix,
    codebook: Vec<f32>,
    bias: Vec<f32>,
    activation: Activation,
}

/// A chain of fully connected layers. Equals the dense product of the decompressed weights within rounding.
pub struct FloatNetwork {
    layers: Vec<Prepared>,
}

impl Prepared {
    fn new(layer: &Layer, options: &Options) -> Result<Self, CpuError> {
        if layer.op != Op::Linear {
            return Err(CpuError::Layer { layer: layer.name.clone() });
        }
        let (sum, weight) = (layer.sum_scale(), layer.weight_scale());
        Ok(Prepared {
            matrix: Matrix::new(layer, options)?,
            codebook: layer.codebook.iter().map(|&w| f32::from(w) * weight).collect(),
            bias: layer.bias.iter().map(|&b| b as f32 * sum).collect(),
            activation: layer.activation,
        })
    }

    fn run(&self, x: &[f32], batch: usize) -> Vec<f32> {
        let mut y = vec![0.0; batch * self.matrix.outputs()];
        self.matrix.multiply_batch(&self.codebook, x, batch, &mut y);
        for (y, bias) in y.iter_mut().zip(self.bias.iter().cycle()) {
            *y += bias;
            if self.activation == Activation::Relu {
                *y = y.max(0.0);
            }
        }
        y
    }
}

impl FloatNetwork {
    /// Lays out the layers.
    ///
    /// # Errors
    /// A layer that is not fully connected; instructions that this machine does not have.
    pub fn new(model: &Model, options: &Options) -> Result<Self, CpuError> {
        let layers = model.layers.iter().map(|layer| Prepared::new(layer, options)).collect::<Result<_, _>>()?;
        Ok(FloatNetwork { layers })
    }

    /// Results of the last layer for `batch` vectors, one after the other.
    ///
    /// # Errors
    /// A wrong number of activations.
    pub fn run(&self, x: &[f32], batch: usize) -> Result<Vec<f32>, CpuError> {
        let inputs = self.layers[0].matrix.inputs();
        if x.len() != batch * inputs {
            return Err(CpuError::Length { found: x.len(), expected: batch * inputs, batch, inputs });
        }
        let (first, rest) = self.layers.split_at(1);
        let mut y = first[0].run(x, batch);
        for layer in rest {
            y = layer.run(&y, batch);
        }
        Ok(y)
    }

    /// Bytes of all weights in memory.
    pub fn bytes(&self) -> usize {
        self.layers.iter().map(|l| l.matrix.bytes()).sum()
    }
}
