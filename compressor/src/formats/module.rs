//! Chains in safetensors: names of PyTorch modules, and what tensors do not tell as metadata.

use super::{chain::LayerKind, header, whole, wrong};
use super::{Chain, ImportedLayer, NamedTensor, Role, TensorFile};
use crate::error::CompressError;
use eie_spec::archive::Dtype;
use eie_spec::model::MAX_LAYERS;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

/// Metadata of the input: channels, height and width as `1x28x28`.
const INPUT: &str = "eie.input";
/// Metadata of a layer are under this and its name.
const LAYER: &str = "eie.";

/// What tensors do not tell of a layer.
#[derive(Serialize, Deserialize)]
struct Hints {
    /// Place in the chain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    order: Option<usize>,
    #[serde(default = "one")]
    stride: usize,
    #[serde(default)]
    padding: usize,
    #[serde(default = "one")]
    pool: usize,
    #[serde(default)]
    relu: bool,
}

fn one() -> usize {
    1
}

/// The chain of a file's modules.
pub(super) fn chain(file: &TensorFile, metadata: &BTreeMap<String, String>) -> Result<Chain, CompressError> {
    let mut layers = Vec::new();
    for t in &file.tensors {
        let name = t.name.strip_suffix(".weight").or(t.name.strip_suffix(".weight_ih_l0"));
        let Some(name) = name.filter(|_| t.role != Role::Other) else { continue };
        let hints = match metadata.get(&format!("{LAYER}{name}")) {
            Some(text) => {
                let bad = |e| whole(&file.path, format!("metadata {LAYER}{name} are not valid: {e}"));
                Some(serde_json::from_str::<Hints>(text).map_err(bad)?)
            }
            None => None,
        };
        layers.push((hints.as_ref().and_then(|h| h.order).unwrap_or(usize::MAX), natural_key(name), name, t, hints));
    }
    layers.sort_by(|a, b| (a.0, &a.1, a.2).cmp(&(b.0, &b.1, b.2)));
    if layers.len() > MAX_LAYERS {
        return Err(whole(&file.path, format!("has {} layers, expected at most {MAX_LAYERS}", layers.len())));
    }
    let last = layers.len().saturating_sub(1);
    let mut chain = Chain { layers: Vec::new(), input: input(file, metadata)?, dropped: Vec::new() };
    for (index, (_, _, name, t, hints)) in layers.into_iter().enumerate() {
        let dense = matches!(t.role, Role::Linear { .. });
        let relu = hints.as_ref().map_or(dense && index < last, |h| h.relu);
        chain.layers.push(ImportedLayer { name: name.to_owned(), kind: layer(file, name, t, hints)?, relu });
    }
    // A tensor that is in no layer would be lost without a word.
    let known = |t: &NamedTensor| {
        chain.layers.iter().any(|l| t.name.strip_prefix(&l.name).is_some_and(|rest| is_part(&l.kind, rest)))
    };
    match file.tensors.iter().find(|t| !known(t)) {
        Some(t) => Err(wrong(&file.path, &t.name, no_part(t.role))),
        None if chain.layers.is_empty() => Err(whole(&file.path, "has no tensor".into())),
        None => Ok(chain),
    }
}

/// Whether a tensor's name goes on so behind its layer's.
fn is_part(kind: &LayerKind, rest: &str) -> bool {
    match kind {
        LayerKind::Lstm { .. } => {
            matches!(rest, ".weight_ih_l0" | ".weight_hh_l0" | ".bias_ih_l0" | ".bias_hh_l0")
        }
        _ => matches!(rest, ".weight" | ".bias"),
    }
}

fn no_part(role: Role) -> String {
    let what = match role {
        Role::Other => "is no part of a fully connected layer, a convolution or an LSTM".into(),
        role => format!("is {role:?}, which is no layer of a straight chain"),
    };
    format!("{what}: `--no-retrain` compresses such files as they are")
}

/// A layer's tensors.
fn layer(file: &TensorFile, name: &str, t: &NamedTensor, hints: Option<Hints>) -> Result<LayerKind, CompressError> {
    let bad = |why: String| wrong(&file.path, &t.name, why);
    let vector = |part: &str, length: usize| match file.tensor(&format!("{name}.{part}")) {
        Some(b) if b.shape != [length] => {
            Err(wrong(&file.path, &b.name, format!("has shape {:?}, expected [{length}]", b.shape)))
        }
        Some(b) => b.floats(),
        None => Ok(vec![0.0; length]),
    };
    match t.role {
        Role::Linear { inputs, outputs, .. } => {
            Ok(LayerKind::Linear { inputs, outputs, weight: t.floats()?, bias: vector("bias", outputs)? })
        }
        Role::Conv { out, in_per_group, kh, kw } => {
            let Hints { stride, padding, pool, .. } = hints.ok_or_else(|| {
                bad(format!("is a convolution, and safetensors have no strides: give metadata {LAYER}{name} = \
                             {{\"stride\":1,\"padding\":0,\"pool\":1,\"relu\":true}} and {INPUT} = \"1x28x28\", export \
                             the network as ONNX, or compress it with `--no-retrain`"))
            })?;
            if kh != kw {
                return Err(bad(format!("has kernels of {kh} x {kw}, expected square ones")));
            }
            let (weight, bias) = (t.floats()?, vector("bias", out)?);
            Ok(LayerKind::Conv {
                channels: in_per_group,
                outputs: out,
                kernel: kh,
                weight,
                bias,
                stride,
                padding,
                pool,
            })
        }
        Role::Lstm { gates: 4, hidden, columns, .. } => {
            let more = ["weight_ih_l0_reverse", "weight_ih_l1", "weight_hr_l0"];
            if let Some(part) = more.iter().find(|part| file.tensor(&format!("{name}.{part}")).is_some()) {
                return Err(bad(format!(
                    "has {name}.{part} beside it: one direction, one layer and no projection run"
                )));
            }
            let recurrent = file.tensor(&format!("{name}.weight_hh_l0"));
            let recurrent = recurrent.ok_or_else(|| bad("has no weight_hh_l0 beside it".into()))?;
            let weight = join(&t.floats()?, columns, &recurrent.floats()?, hidden);
            let (mut bias, second) = (vector("bias_ih_l0", 4 * hidden)?, vector("bias_hh_l0", 4 * hidden)?);
            bias.iter_mut().zip(second).for_each(|(a, b)| *a += b);
            Ok(LayerKind::Lstm { inputs: columns, hidden, weight, bias })
        }
        role => Err(bad(no_part(role))),
    }
}

/// The rows of two matrices, end to end.
pub(super) fn join(left: &[f32], columns: usize, right: &[f32], more: usize) -> Vec<f32> {
    left.chunks_exact(columns).zip(right.chunks_exact(more)).flat_map(|(l, r)| l.iter().chain(r)).copied().collect()
}

/// The two matrices whose rows are end to end.
pub(super) fn split(joined: &[f32], columns: usize, more: usize) -> (Vec<f32>, Vec<f32>) {
    let rows = || joined.chunks_exact(columns + more);
    (rows().flat_map(|r| &r[..columns]).copied().collect(), rows().flat_map(|r| &r[columns..]).copied().collect())
}

/// The metadata's input.
fn input(file: &TensorFile, metadata: &BTreeMap<String, String>) -> Result<Option<[usize; 3]>, CompressError> {
    let Some(text) = metadata.get(INPUT) else { return Ok(None) };
    let sides: Option<Vec<usize>> = text.split('x').map(|n| n.parse().ok()).collect();
    let valid = |s: &[usize; 3]| s.iter().all(|side| (1..=eie_spec::op::MAX_SIDE).contains(side));
    let sides = sides.and_then(|s| s.try_into().ok()).filter(valid);
    let bad =
        || whole(&file.path, format!("metadata {INPUT} are {text:?}, expected channels x height x width as 1x28x28"));
    sides.map(Some).ok_or_else(bad)
}

/// Writes a chain.
pub(super) fn write(chain: &Chain, path: &Path) -> Result<(), CompressError> {
    let mut metadata = BTreeMap::new();
    if let Some([c, h, w]) = chain.input {
        metadata.insert(INPUT.to_owned(), format!("{c}x{h}x{w}"));
    }
    let mut tensors: Vec<(String, Vec<usize>, Vec<u8>)> = Vec::new();
    for (order, layer) in chain.layers.iter().enumerate() {
        let mut add = |part: &str, shape: &[usize], values: &[f32]| {
            let bytes = values.iter().flat_map(|x| x.to_le_bytes()).collect();
            tensors.push((format!("{}.{part}", layer.name), shape.to_vec(), bytes));
        };
        let mut hints = Hints { order: Some(order), stride: 1, padding: 0, pool: 1, relu: layer.relu };
        match &layer.kind {
            LayerKind::Linear { inputs, outputs, weight, bias } => {
                add("weight", &[*outputs, *inputs], weight);
                add("bias", &[*outputs], bias);
            }
            &LayerKind::Conv { channels, outputs, kernel, ref weight, ref bias, stride, padding, pool } => {
                add("weight", &[outputs, channels, kernel, kernel], weight);
                add("bias", &[outputs], bias);
                hints = Hints { stride, padding, pool, ..hints };
            }
            &LayerKind::Lstm { inputs, hidden, ref weight, ref bias } => {
                let (input, recurrent) = split(weight, inputs, hidden);
                add("weight_ih_l0", &[4 * hidden, inputs], &input);
                add("weight_hh_l0", &[4 * hidden, hidden], &recurrent);
                add("bias_ih_l0", &[4 * hidden], bias);
                add("bias_hh_l0", &[4 * hidden], &vec![0.0; 4 * hidden]);
            }
        }
        metadata.insert(format!("{LAYER}{}", layer.name), serde_json::json!(hints).to_string());
    }
    let tensors = tensors.iter().map(|(name, shape, data)| (name.as_str(), Dtype::F32, &shape[..], &data[..]));
    header::write_safetensors(path, &metadata, tensors)
}

/// Numbers in names count as numbers: `fc2` is before `fc10`.
fn natural_key(name: &str) -> Vec<(String, u64)> {
    let mut key = Vec::new();
    let mut rest = name;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
        let (text, tail) = rest.split_at(digits);
        let end = tail.find(|c: char| !c.is_ascii_digit()).unwrap_or(tail.len());
        key.push((text.to_owned(), tail[..end].parse().unwrap_or(u64::MAX)));
        rest = &tail[end..];
    }
    key
}
