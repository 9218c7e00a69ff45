//! From the input of an ONNX graph to its output, as a chain of layers.

use super::chain::LayerKind;
use super::graph::{Index, WAY_OUT};
use super::pb::Node;
use super::{onnx, recurrent, whole, Chain, ImportedLayer, TensorFile};
use crate::error::CompressError;
use eie_spec::model::MAX_LAYERS;
use std::collections::HashSet;

/// What the value at hand is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum At {
    /// Images, or whatever the graph takes.
    Input,
    /// Sequences whose first dimension is the steps.
    Sequence,
    /// What a convolution gives.
    Image,
    /// Vectors.
    Vector,
    /// What an LSTM gives for each step and direction: `[steps, 1, batch, hidden]`.
    AllSteps,
    /// The same with the directions behind the batch.
    StepsAndBatch,
    /// The same without the directions; where the steps are.
    Steps(i64),
    /// The last hidden state of each direction: `[1, batch, hidden]`.
    LastStep,
}

/// Walks through a graph.
pub(super) fn chain(file: &TensorFile, graph: &onnx::Graph) -> Result<Chain, CompressError> {
    let index = Index::new(file, graph);
    let input = index.input()?;
    if graph.outputs.len() != 1 {
        return Err(whole(index.path, format!("has {} outputs, expected one: {WAY_OUT}", graph.outputs.len())));
    }
    let dims = input.dims();
    let image = match dims.as_deref() {
        Some(&[_, Some(c), Some(h), Some(w)]) => Some([c, h, w]),
        _ => None,
    };
    let width = dims.as_deref().and_then(|d| d.iter().skip(1).try_fold(1usize, |n, d| n.checked_mul((*d)?)));
    let at = match dims.as_deref().map(<[_]>::len) {
        Some(1 | 2) => At::Vector,
        _ => At::Input,
    };
    let chain = Chain { layers: Vec::new(), input: image, dropped: Vec::new() };
    let mut walk = Walk {
        index,
        chain,
        at,
        width,
        dims: dims.unwrap_or_default(),
        steps: None,
        value: input.name.clone(),
        addable: None,
    };
    let mut seen = HashSet::new();
    while let Some(next) = walk.next()? {
        let node = &graph.nodes[next];
        if !seen.insert(next) {
            return Err(walk.index.fail(node, "is in a circle".into()));
        }
        walk.step(node)?;
        if walk.chain.layers.len() > MAX_LAYERS {
            return Err(walk.index.fail(node, format!("is layer {MAX_LAYERS}, expected less")));
        }
    }
    if walk.at != At::Vector && matches!(walk.chain.layers.last().map(|l| &l.kind), Some(LayerKind::Lstm { .. })) {
        let why = "has an LSTM that gives more than its last hidden state";
        return Err(whole(walk.index.path, format!("{why}: {WAY_OUT}")));
    }
    Ok(walk.chain)
}

/// A walk through a graph.
pub(super) struct Walk<'a> {
    pub index: Index<'a>,
    /// The layers so far.
    pub chain: Chain,
    pub at: At,
    /// Values of an input of the graph, if known.
    width: Option<usize>,
    /// Dimensions of the input that are known.
    dims: Vec<Option<usize>>,
    /// Steps of the LSTM, if known.
    steps: Option<usize>,
    value: String,
    /// The layer of a MatMul that has no bias yet.
    pub addable: Option<usize>,
}

impl Walk<'_> {
    /// The only node that uses the value at hand; none at the end.
    fn next(&self) -> Result<Option<usize>, CompressError> {
        let (users, end) = (self.index.users(&self.value), self.index.is_output(&self.value));
        match (&users[..], end) {
            ([], true) => Ok(None),
            (&[user], false) => Ok(Some(user)),
            ([], false) => Err(whole(self.index.path, format!("makes {}, which nothing uses", self.value))),
            _ => {
                let (value, uses) = (&self.value, users.len() + usize::from(end));
                Err(whole(self.index.path, format!("is no chain: {uses} nodes or outputs use {value}: {WAY_OUT}")))
            }
        }
    }

    fn step(&mut self, node: &Node) -> Result<(), CompressError> {
        let index = &self.index;
        let known = matches!(node.domain.as_str(), "" | "ai.onnx");
        let unknown = || {
            let why = "is no part of a chain of Conv, Relu, MaxPool, Gemm, MatMul and Add, and LSTM";
            index.fail(node, format!("{why}: {WAY_OUT}"))
        };
        let op = if known { node.op_type.as_str() } else { "" };
        if node.is_damaged() {
            return Err(index.fail(node, "has an attribute that is damaged or no layer's".into()));
        }
        let silent = matches!(op, "Identity" | "Dropout");
        if !silent && !self.chain.dropped.is_empty() {
            return Err(index.fail(node, format!("follows a Softmax, which only ends a chain: {WAY_OUT}")));
        }
        let second = node.input(0) != Some(self.value.as_str());
        if second && op != "Add" {
            return Err(index.fail(node, format!("takes {} as another input than its first: {WAY_OUT}", self.value)));
        }
        let addable = self.addable.take();
        match op {
            "Conv" => self.conv(node)?,
            "MaxPool" => self.pool(node)?,
            "Relu" => match self.chain.layers.last_mut() {
                Some(layer) => layer.relu = true,
                None => return Err(index.fail(node, format!("is before the first layer: {WAY_OUT}"))),
            },
            "Gemm" | "MatMul" => self.linear(node)?,
            "Add" => self.add(node, usize::from(!second), addable)?,
            "LSTM" => {
                if !self.chain.layers.is_empty() || !matches!(self.at, At::Input | At::Sequence) {
                    return Err(index.fail(node, format!("is not the first layer: {WAY_OUT}")));
                }
                let (kind, at, value) = recurrent::layer(index, node)?;
                self.push(node, 1, kind);
                self.steps = self.dims.get(usize::from(self.at == At::Sequence)).copied().flatten();
                (self.at, self.value, self.chain.input) = (at, value, None);
                return Ok(());
            }
            "Flatten" | "Reshape" if matches!(self.at, At::Input | At::Image | At::Vector) => self.flatten(node)?,
            "Squeeze" | "Gather" | "Transpose" | "Reshape" => {
                let size = (self.steps, self.width().unwrap_or(0));
                self.at = recurrent::select(index, node, self.at, size)?.ok_or_else(unknown)?;
            }
            "Identity" => self.addable = addable,
            "Dropout" => {
                let training = node.input(2).map(|name| index.constant(name).is_some_and(|t| t.data[..] == [0]));
                if training == Some(false) {
                    return Err(index.fail(node, "is in training mode: export the network for inference".into()));
                }
                self.addable = addable;
            }
            "Softmax" | "LogSoftmax" => {
                index.expect(node, &[("axis", &[1, -1])])?;
                let name = if node.name.is_empty() { node.output.first() } else { Some(&node.name) };
                self.chain.dropped.push(format!("{op} {}", name.map_or("", String::as_str)));
            }
            _ => return Err(unknown()),
        }
        let output = node.output.first().filter(|name| !name.is_empty());
        self.value = output.ok_or_else(|| self.index.fail(node, "has no output".into()))?.clone();
        Ok(())
    }

    /// Inputs at a time, if they are a fixed number.
    pub fn batch(&self) -> Option<i64> {
        self.dims.first().copied().flatten().and_then(|n| i64::try_from(n).ok())
    }

    /// Length of the vector at hand, if it is known without the sizes of images.
    pub fn width(&self) -> Option<usize> {
        match self.chain.layers.last().map(|l| &l.kind) {
            Some(&LayerKind::Linear { outputs: n, .. } | &LayerKind::Lstm { hidden: n, .. }) => Some(n),
            Some(LayerKind::Conv { .. }) => None,
            None => self.width,
        }
    }

    /// Adds a layer, with a name from its weights or its node.
    pub fn push(&mut self, node: &Node, weights: usize, kind: LayerKind) {
        let module =
            node.input(weights).and_then(|name| name.strip_suffix(".weight")).filter(|name| !name.is_empty());
        // PyTorch names nodes as "/features/0/Conv".
        let path = node.name.trim_matches('/');
        let path = path.rsplit_once('/').map_or(path, |(module, _)| module).replace('/', ".");
        let name = match module {
            Some(module) => module.to_owned(),
            None if !path.is_empty() => path,
            None => format!("{}{}", node.op_type.to_lowercase(), self.chain.layers.len()),
        };
        let taken = |name: &str| self.chain.layers.iter().any(|l| l.name == name);
        let numbered = (2..).map(|n| format!("{name}_{n}"));
        let name = std::iter::once(name.clone()).chain(numbered).find(|name| !taken(name)).unwrap_or(name);
        self.chain.layers.push(ImportedLayer { name, kind, relu: false });
    }
}
