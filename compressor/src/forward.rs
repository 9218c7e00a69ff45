//! A layer's float arithmetic, on candle tensors: used for evaluation and, with variables for weights, for training.
//!
//! Activations are `[features, images]`, or `[channels, images x height x width]` around convolutions: so every
//! product is `weight x activations`, and candle gets a weight's gradient in the weight's own order.

use crate::conv::{Patches, Pool};
use crate::net::DenseLayer;
use candle_core::{Result, Tensor, D};
use candle_nn::ops::sigmoid;
use eie_spec::op::{Lstm, Op};

/// Brings activations to the form in which a layer's matrix is applied to them.
pub(crate) fn enter(layer: &DenseLayer, x: &Tensor, images: usize) -> Result<Tensor> {
    let (rows, columns) = x.dims2()?;
    let plane = columns / images;
    match &layer.op {
        Op::Conv(conv) => {
            let x = if plane == 1 && rows != conv.channels {
                x.reshape((conv.channels, rows / conv.channels, images))?.permute((0, 2, 1))?.contiguous()?
            } else {
                x.contiguous()?
            };
            x.reshape((conv.channels, ()))?.apply_op1(Patches(*conv))
        }
        _ if plane == 1 => Ok(x.clone()),
        _ => x.reshape((rows, images, plane))?.permute((0, 2, 1))?.contiguous()?.reshape((rows * plane, images)),
    }
}

/// What follows the product and its bias: activation and pooling. For an LSTM, which is not one product, see [`lstm`].
pub(crate) fn leave(layer: &DenseLayer, y: Tensor) -> Result<Tensor> {
    // Pooling first: it gives the same, with less to do.
    let y = match &layer.op {
        Op::Conv(conv) if conv.pool > 1 => y.contiguous()?.apply_op1(Pool(*conv))?,
        _ => y,
    };
    if layer.relu {
        y.relu()
    } else {
        Ok(y)
    }
}

/// The last hidden state for sequences `[steps x inputs, images]`.
pub(crate) fn lstm(lstm: &Lstm, weight: &Tensor, bias: &Tensor, x: &Tensor) -> Result<Tensor> {
    let (hidden, images) = (lstm.hidden, x.dim(D::Minus1)?);
    let inputs = x.dim(0)? / lstm.steps;
    let mut cell = Tensor::zeros((hidden, images), x.dtype(), x.device())?;
    let mut state = cell.clone();
    for step in 0..lstm.steps {
        let vector = Tensor::cat(&[&x.narrow(0, step * inputs, inputs)?, &state], 0)?;
        let gates = weight.matmul(&vector)?.broadcast_add(bias)?;
        let gate = |k: usize| gates.narrow(0, k * hidden, hidden)?.contiguous();
        let new = (sigmoid(&gate(0)?)? * gate(2)?.tanh()?)?;
        cell = ((sigmoid(&gate(1)?)? * cell)? + new)?;
        state = (sigmoid(&gate(3)?)? * cell.tanh()?)?;
    }
    Ok(state)
}

/// A layer's result for activations that [`enter`] has prepared.
pub(crate) fn apply(layer: &DenseLayer, weight: &Tensor, bias: &Tensor, x: &Tensor) -> Result<Tensor> {
    match &layer.op {
        Op::Lstm(op) => lstm(op, weight, bias, x),
        _ => leave(layer, weight.matmul(x)?.broadcast_add(bias)?),
    }
}
