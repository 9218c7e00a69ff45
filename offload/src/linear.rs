//! A fully connected layer as a module of candle's.

use crate::{OffloadError, Runner};
use candle_core::{bail, CpuStorage, CustomOp1, DType, Layout, Module, Result, Shape, Tensor};
use eie_compressor::direct::{compress_direct, DirectConfig};
use eie_compressor::net::DenseLayer;
use eie_spec::op::Op;
use std::sync::Arc;

/// A compressed layer, or a chain of them, in place of `candle_nn::Linear`. Clones share weights and device.
///
/// For inference: a backward pass through it is an error.
#[derive(Clone)]
pub struct Linear(Arc<Runner>);

impl Linear {
    /// A layer that runs a model.
    pub fn new(runner: Runner) -> Self {
        Linear(Arc::new(runner))
    }

    /// Compresses a dense layer: `weight` is `outputs x inputs`, `bias` has `outputs` values, `samples` are rows of
    /// inputs from which a device's units are taken ([`compress_direct`]). `target` is `cpu` or a device's address.
    ///
    /// # Errors
    /// Tensors of other shapes or types; those of [`compress_direct`] and [`Runner::open`].
    pub fn compress(
        name: &str,
        weight: &Tensor,
        bias: Option<&Tensor>,
        config: &DirectConfig,
        samples: Option<&Tensor>,
        target: &str,
    ) -> std::result::Result<Self, OffloadError> {
        let values = |t: &Tensor| t.to_dtype(DType::F32)?.flatten_all()?.to_vec1::<f32>();
        let (outputs, inputs) = weight.dims2()?;
        let bias = bias.map(values).transpose()?.unwrap_or_else(|| vec![0.0; outputs]);
        let weight = values(weight)?;
        let layer = DenseLayer { name: name.into(), op: Op::Linear, inputs, outputs, weight, bias, relu: false };
        let samples = samples.map(values).transpose()?;
        let model = compress_direct(name, &[layer], config, samples.as_deref(), &mut |_| ())?;
        Ok(Self::new(Runner::open(Arc::new(model), target)?))
    }

    /// What runs it.
    pub fn runner(&self) -> &Runner {
        &self.0
    }
}

impl Module for Linear {
    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        x.contiguous()?.apply_op1(Call(self.0.clone()))
    }
}

/// The layer as an operation on a tensor's memory, so that candle knows that it has no gradient.
struct Call(Arc<Runner>);

impl CustomOp1 for Call {
    fn name(&self) -> &'static str {
        "eie-linear"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let (inputs, outputs) = (self.0.model().inputs(), self.0.model().outputs());
        let CpuStorage::F32(values) = storage else {
            bail!("eie-linear takes F32, found {:?}", storage_type(storage))
        };
        let mut dims = layout.dims().to_vec();
        match dims.last_mut() {
            Some(last) if *last == inputs => *last = outputs,
            _ => bail!("eie-linear takes rows of {inputs} values, the input is {:?}", layout.dims()),
        }
        let Some((from, to)) = layout.contiguous_offsets() else { bail!("the input is not contiguous") };
        let y = self.0.run(&values[from..to], (to - from) / inputs).map_err(candle_core::Error::wrap)?;
        Ok((CpuStorage::F32(y), dims.into()))
    }
}

fn storage_type(storage: &CpuStorage) -> DType {
    use candle_core::backend::BackendStorage;
    storage.dtype()
}
