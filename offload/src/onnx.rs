//! Networks in ONNX: chains of fully connected layers on devices or the CPU engine, the rest by tract.
//!
//! [`partition`](self) finds `Gemm`, and `MatMul` with or without `Add`, whose weights are constants, joins those that
//! follow each other with nothing or ReLU in between, and puts one node in the place of each chain.

mod node;
mod partition;

use crate::{OffloadError, Runner};
use eie_compressor::direct::{compress_direct, DirectConfig};
use eie_compressor::formats::TensorFile;
use eie_compressor::net::DenseLayer;
use eie_host::session::Options;
use ndarray::{ArrayD, IxDyn};
use node::ChainNode;
use partition::Partition;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::Arc;
use std::time::Duration;
use tract_onnx::pb::{tensor_shape_proto::dimension::Value as Dim, type_proto, GraphProto, ModelProto};
use tract_onnx::prelude::{
    tvec, DatumExt, Framework, InferenceModelExt, IntoRunnable, IntoTensor, Tensor, TractError, TractResult,
};

/// How to offload a network.
pub struct Settings<'a> {
    /// How layers are compressed.
    pub config: DirectConfig,
    /// Where chains run, those with the most weights first: devices' addresses, or `cpu`. What is left runs on `cpu`.
    pub targets: Vec<String>,
    /// How devices are opened.
    pub options: Options,
    /// Layers with fewer weights than that stay with tract.
    pub min_weights: usize,
    /// The input's shape, where the file leaves dimensions open.
    pub open: Open,
    /// Inputs, each of the network's shape, from which devices' units are taken. Without them, standard normal ones of
    /// each chain are assumed.
    pub samples: &'a [Vec<f32>],
}

/// What dimensions that a file leaves open are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Open {
    /// The first one; no others may be open.
    Batch(usize),
    /// All of the input's.
    Shape(Vec<usize>),
}

/// A chain of layers that was taken out of the network.
pub struct Offloaded {
    /// Names of its layers' nodes.
    pub layers: Vec<String>,
    /// What runs it.
    pub runner: Arc<Runner>,
    /// Multiplications of a row, dense.
    pub dense_macs: usize,
    spent: Arc<AtomicU64>,
}

impl Offloaded {
    /// Time in it since the network was opened, over all calls of [`Network::run`].
    pub fn spent(&self) -> Duration {
        Duration::from_nanos(self.spent.load(Ordering::Relaxed))
    }
}

/// Something that gives all outputs of a network.
struct Plan(Arc<dyn Fn(Tensor) -> TractResult<Vec<Tensor>> + Send + Sync>);

/// A network, ready to run.
pub struct Network {
    path: String,
    shape: Vec<usize>,
    chains: Vec<Offloaded>,
    offloaded: Plan,
    original: Plan,
    expanded: Plan,
}

impl Network {
    /// Reads a network, compresses its fully connected layers, and loads them where they are to run.
    ///
    /// # Errors
    /// A file that is not ONNX or that tract cannot run; more than one input, or one whose shape is open; no layer to
    /// offload; those of [`compress_direct`] and [`Runner::open`].
    pub fn open(path: &Path, settings: &Settings) -> Result<Self, OffloadError> {
        let name = path.display().to_string();
        let fail = |why: String| OffloadError::Onnx { path: name.clone(), why };
        let bytes = std::fs::read(path).map_err(|e| fail(e.to_string()))?;
        let file = TensorFile::parse(path, bytes.clone())?;
        let proto = tract_onnx::onnx().proto_model_for_read(&mut &bytes[..]).map_err(|e| fail(format!("{e:#}")))?;
        let graph = proto.graph.as_ref().ok_or_else(|| fail("has no graph".into()))?;
        let shape = input_shape(graph, &settings.open).map_err(&fail)?;
        let values: usize = shape.iter().product();
        if let Some(k) = settings.samples.iter().position(|s| s.len() != values) {
            let found = settings.samples[k].len();
            return Err(fail(format!("takes {shape:?} = {values} values, sample {k} has {found}")));
        }
        let partition = Partition::of(graph, &file, settings.min_weights)?;
        if partition.chains.is_empty() {
            let least = settings.min_weights;
            return Err(fail(format!(
                "has no Gemm or MatMul with {least} or more constant weights: nothing to offload"
            )));
        }
        let say = |e: TractError| fail(format!("{e:#}"));
        let original = plan(&proto, &shape, &[]).map_err(say)?;
        let seen = observe(&proto, &shape, &partition, settings.samples).map_err(say)?;
        // The largest first.
        let mut order: Vec<usize> = (0..partition.chains.len()).collect();
        order.sort_by_key(|&k| std::cmp::Reverse(partition.chains[k].macs()));
        let mut chains: Vec<Option<Offloaded>> = order.iter().map(|_| None).collect();
        for (place, &k) in order.iter().enumerate() {
            let layers = &partition.chains[k].layers;
            let samples = Some(seen[k].as_slice()).filter(|s| !s.is_empty());
            let model = compress_direct(&layers[0].name, layers, &settings.config, samples, &mut |_| ())?;
            let target = settings.targets.get(place).map_or("cpu", String::as_str);
            let runner = Arc::new(Runner::open_with(Arc::new(model), target, &settings.options)?);
            let names = layers.iter().map(|l| l.name.clone()).collect();
            let dense_macs = partition.chains[k].macs();
            chains[k] = Some(Offloaded { layers: names, runner, dense_macs, spent: Arc::default() });
        }
        let chains: Vec<Offloaded> = chains.into_iter().flatten().collect();
        let rewritten = partition.rewrite(&proto);
        let nodes: Vec<ChainNode> =
            chains.iter().map(|c| ChainNode::compressed(c.runner.clone(), c.spent.clone())).collect();
        let offloaded = plan(&rewritten, &shape, &nodes).map_err(say)?;
        let dense: Vec<ChainNode> = chains.iter().map(|c| ChainNode::dense(&expand(c))).collect();
        let expanded = plan(&rewritten, &shape, &dense).map_err(say)?;
        Ok(Network { path: name, shape, chains, offloaded, original, expanded })
    }

    /// The shape of a network's input, with `open` where the file leaves dimensions open.
    ///
    /// # Errors
    /// As [`Network::open`].
    pub fn input_shape(path: &Path, open: &Open) -> Result<Vec<usize>, OffloadError> {
        let fail = |why: String| OffloadError::Onnx { path: path.display().to_string(), why };
        let bytes = std::fs::read(path).map_err(|e| fail(e.to_string()))?;
        let proto = tract_onnx::onnx().proto_model_for_read(&mut &bytes[..]).map_err(|e| fail(format!("{e:#}")))?;
        input_shape(proto.graph.as_ref().ok_or_else(|| fail("has no graph".into()))?, open).map_err(fail)
    }

    /// The input's shape.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// What was taken out, in the order of the network.
    pub fn chains(&self) -> &[Offloaded] {
        &self.chains
    }

    /// All outputs for an input of [`Network::shape`].
    ///
    /// # Errors
    /// An input of another length; tract's, and the devices'.
    pub fn run(&self, x: &[f32]) -> Result<Vec<ArrayD<f32>>, OffloadError> {
        self.call(&self.offloaded, x)
    }

    /// The same of the network as it was in the file.
    ///
    /// # Errors
    /// As [`Network::run`].
    pub fn run_original(&self, x: &[f32]) -> Result<Vec<ArrayD<f32>>, OffloadError> {
        self.call(&self.original, x)
    }

    /// The same with dense products of the decompressed weights in place of the compressed layers: what [`Network::run`]
    /// must give within rounding, on whatever device.
    ///
    /// # Errors
    /// As [`Network::run`].
    pub fn run_expanded(&self, x: &[f32]) -> Result<Vec<ArrayD<f32>>, OffloadError> {
        self.call(&self.expanded, x)
    }

    fn call(&self, plan: &Plan, x: &[f32]) -> Result<Vec<ArrayD<f32>>, OffloadError> {
        let fail = |why: String| OffloadError::Onnx { path: self.path.clone(), why };
        let expected: usize = self.shape.iter().product();
        if x.len() != expected {
            return Err(fail(format!("takes {:?} = {expected} values, found {}", self.shape, x.len())));
        }
        let all = Tensor::from_shape(&self.shape, x).and_then(|x| (plan.0)(x)).map_err(|e| fail(format!("{e:#}")))?;
        let array = |t: &Tensor| -> TractResult<ArrayD<f32>> {
            let t = t.cast_to::<f32>()?;
            let values = t.view().as_slice::<f32>()?.to_vec();
            Ok(ArrayD::from_shape_vec(IxDyn(t.shape()), values)?)
        };
        all.iter().map(array).collect::<TractResult<_>>().map_err(|e| fail(format!("{e:#}")))
    }
}

/// The shape of the only input that is no initialiser. The text of an error begins with a verb.
fn input_shape(graph: &GraphProto, open: &Open) -> Result<Vec<usize>, String> {
    let constant = |name: &str| graph.initializer.iter().any(|t| t.name == name);
    let inputs: Vec<_> = graph.input.iter().filter(|i| !constant(&i.name)).collect();
    let [input] = inputs[..] else { return Err(format!("has {} inputs, expected one", inputs.len())) };
    let tensor = input.r#type.as_ref().and_then(|t| t.value.as_ref());
    let Some(type_proto::Value::TensorType(tensor)) = tensor else {
        return Err(format!("has an input {} that is no tensor", input.name));
    };
    if tensor.elem_type != 1 {
        return Err(format!("has an input {} of type {}, expected float (1)", input.name, tensor.elem_type));
    }
    let dims = tensor.shape.as_ref().map_or(&[][..], |s| &s.dim);
    let side = |(k, dim): (usize, &tract_onnx::pb::tensor_shape_proto::Dimension)| match dim.value {
        Some(Dim::DimValue(n)) if (1..1 << 24).contains(&n) => match open {
            Open::Shape(all) if all[k] != n as usize => {
                Err(format!("has {n} in dimension {k} of its input {}, not {}", input.name, all[k]))
            }
            _ => Ok(n as usize),
        },
        _ => match open {
            Open::Shape(all) => Ok(all[k]),
            Open::Batch(rows) if k == 0 => Ok(*rows),
            Open::Batch(_) => {
                Err(format!("leaves dimension {k} of its input {} open: give its whole shape", input.name))
            }
        },
    };
    if let Open::Shape(all) = open {
        if all.len() != dims.len() {
            return Err(format!("has an input {} of {} dimensions, not {}", input.name, dims.len(), all.len()));
        }
    }
    let shape: Vec<usize> = dims.iter().enumerate().map(side).collect::<Result<_, _>>()?;
    match shape.iter().try_fold(1usize, |n, &d| n.checked_mul(d)) {
        Some(1..=0x1000_0000) => Ok(shape),
        _ => Err(format!("has an input of shape {shape:?}, expected 1 to 2^28 values")),
    }
}

/// Prepares a graph; `nodes` take the places of the partition's chains.
fn plan(proto: &ModelProto, shape: &[usize], nodes: &[ChainNode]) -> TractResult<Plan> {
    // What a file says of values within it may have its open batch in it, which is closed here.
    let onnx = tract_onnx::Onnx { ignore_value_info: true, ..tract_onnx::onnx() };
    let mut model = onnx.model_for_proto_model(proto)?;
    for (k, node) in nodes.iter().enumerate() {
        model.node_by_name_mut(partition::node_name(k))?.op = Box::new(node.clone());
    }
    model.set_input_fact(0, f32::fact(shape).into())?;
    let plan = model.into_optimized()?.into_runnable()?;
    Ok(Plan(Arc::new(move |x| {
        let all = plan.run(tvec!(x.into()))?;
        Ok(all.into_iter().map(|t| t.into_tensor()).collect())
    })))
}

/// Rows that each chain gets for the samples.
fn observe(
    proto: &ModelProto,
    shape: &[usize],
    partition: &Partition,
    samples: &[Vec<f32>],
) -> TractResult<Vec<Vec<f32>>> {
    let mut seen = vec![Vec::new(); partition.chains.len()];
    if samples.is_empty() {
        return Ok(seen);
    }
    let plan = plan(&partition.watched(proto), shape, &[])?;
    for sample in samples {
        let inputs = (plan.0)(Tensor::from_shape(shape, sample)?)?;
        for (rows, x) in seen.iter_mut().zip(inputs) {
            rows.extend_from_slice(x.cast_to::<f32>()?.view().as_slice::<f32>()?);
        }
    }
    Ok(seen)
}

/// The layers with their decompressed weights.
fn expand(chain: &Offloaded) -> Vec<DenseLayer> {
    let dense = |l: &eie_spec::model::Layer| {
        let (sum, weight) = (l.sum_scale(), l.weight_scale());
        DenseLayer {
            name: l.name.clone(),
            op: l.op.clone(),
            inputs: l.inputs,
            outputs: l.outputs,
            weight: l.dense().iter().map(|&w| f32::from(w) * weight).collect(),
            bias: l.bias.iter().map(|&b| b as f32 * sum).collect(),
            relu: l.activation == eie_spec::arith::Activation::Relu,
        }
    };
    chain.runner.model().layers.iter().map(dense).collect()
}
