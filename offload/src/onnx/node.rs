//! A chain of layers as an operation of tract's.

use crate::Runner;
use eie_compressor::net::DenseLayer;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::Arc;
use std::time::Instant;
use tract_onnx::tract_core::{as_op, not_out_of_plan, op_as_typed_op};
use tract_onnx::tract_hir::internal::*;
use tract_onnx::tract_hir::to_typed;

/// Rows in, rows out: an error is a sentence.
type Rows = dyn Fn(&[f32], usize) -> Result<Vec<f32>, String> + Send + Sync;

/// A chain: the last dimension are its rows.
#[derive(Clone)]
pub struct ChainNode {
    inputs: usize,
    outputs: usize,
    run: Arc<Rows>,
}

impl ChainNode {
    /// The compressed layers. The nanoseconds in them are added to `spent`.
    pub fn compressed(runner: Arc<Runner>, spent: Arc<AtomicU64>) -> Self {
        let (inputs, outputs) = (runner.model().inputs(), runner.model().outputs());
        let run = move |x: &[f32], rows: usize| {
            let begin = Instant::now();
            let y = runner.run(x, rows).map_err(|e| e.to_string());
            spent.fetch_add(begin.elapsed().as_nanos() as u64, Ordering::Relaxed);
            y
        };
        ChainNode { inputs, outputs, run: Arc::new(run) }
    }

    /// Dense layers, as anyone would write them.
    pub fn dense(layers: &[DenseLayer]) -> Self {
        let (inputs, outputs) = (layers[0].inputs, layers[layers.len() - 1].outputs);
        let layers = layers.to_vec();
        let row = move |x: &[f32]| {
            let mut x = x.to_vec();
            for l in &layers {
                let sums = l.weight.chunks_exact(l.inputs).zip(&l.bias);
                let sums = sums.map(|(w, bias)| w.iter().zip(&x).map(|(w, x)| w * x).sum::<f32>() + bias);
                x = if l.relu { sums.map(|y| y.max(0.0)).collect() } else { sums.collect() };
            }
            x
        };
        ChainNode { inputs, outputs, run: Arc::new(move |x, _| Ok(x.chunks_exact(inputs).flat_map(&row).collect())) }
    }
}

impl fmt::Debug for ChainNode {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "ChainNode({} -> {})", self.inputs, self.outputs)
    }
}

impl PartialEq for ChainNode {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.run, &other.run)
    }
}

impl Eq for ChainNode {}

impl Op for ChainNode {
    fn name(&self) -> StaticName {
        "EieChain".into()
    }
    op_as_typed_op!();
}

impl EvalOp for ChainNode {
    // Constants are not folded through a device.
    not_out_of_plan!();

    fn eval(&self, _ctx: &EvalContext, inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
        let x = &inputs[0];
        let mut shape = x.shape().to_vec();
        match shape.last_mut() {
            Some(last) if *last == self.inputs => *last = self.outputs,
            _ => bail!("a chain takes rows of {} values, its input is {shape:?}", self.inputs),
        }
        let values = x.view();
        let values = values.as_slice::<f32>()?;
        let y = (self.run)(values, values.len() / self.inputs).map_err(|e| format_err!("{e}"))?;
        Ok(tvec!(Tensor::from_shape(&shape, &y)?.into()))
    }
}

impl TypedOp for ChainNode {
    fn output_facts(&self, inputs: &[&TypedFact]) -> TractResult<TVec<TypedFact>> {
        let mut shape = inputs[0].shape.to_tvec();
        match shape.last_mut() {
            Some(last) => *last = self.outputs.to_dim(),
            None => bail!("a chain takes rows of {} values, its input is a scalar", self.inputs),
        }
        Ok(tvec!(f32::fact(&*shape)))
    }
    as_op!();
}

impl InferenceRulesOp for ChainNode {
    fn rules<'r, 'p: 'r, 's: 'r>(
        &'s self,
        s: &mut Solver<'r>,
        inputs: &'p [TensorProxy],
        outputs: &'p [TensorProxy],
    ) -> InferenceResult {
        check_input_arity(inputs, 1)?;
        check_output_arity(outputs, 1)?;
        s.equals(&inputs[0].datum_type, f32::datum_type())?;
        s.equals(&outputs[0].datum_type, f32::datum_type())?;
        s.equals(&inputs[0].rank, &outputs[0].rank)?;
        let outs = self.outputs;
        s.given(&inputs[0].shape, move |s, mut shape| {
            if let Some(last) = shape.last_mut() {
                *last = outs.to_dim();
            }
            s.equals(&outputs[0].shape, shape)
        })
    }
    as_op!();
    to_typed!();
}
