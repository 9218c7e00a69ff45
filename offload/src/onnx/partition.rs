//! Which nodes of a graph are fully connected layers, and the graph without them.

use crate::OffloadError;
use eie_compressor::formats::TensorFile;
use eie_compressor::net::DenseLayer;
use eie_spec::op::Op;
use std::collections::HashMap;
use tract_onnx::pb::{GraphProto, ModelProto, NodeProto, ValueInfoProto};

/// What the node of a chain is called.
pub fn node_name(chain: usize) -> String {
    format!("eie.chain.{chain}")
}

/// Layers that follow each other.
pub struct Chain {
    pub layers: Vec<DenseLayer>,
    /// Values that go in and come out.
    input: String,
    output: String,
    /// Their nodes in the graph.
    nodes: Vec<usize>,
}

impl Chain {
    /// Multiplications of a row.
    pub fn macs(&self) -> usize {
        self.layers.iter().map(|l| l.weight.len()).sum()
    }
}

/// The chains of a graph, in its order.
pub struct Partition {
    pub chains: Vec<Chain>,
}

/// A constant's shape and numbers.
type Constant<'a> = (&'a [usize], Vec<f32>);

/// A graph, and who uses which value.
struct Graph<'a> {
    proto: &'a GraphProto,
    file: &'a TensorFile,
    users: HashMap<&'a str, Vec<usize>>,
}

impl<'a> Graph<'a> {
    fn new(proto: &'a GraphProto, file: &'a TensorFile) -> Self {
        let mut users: HashMap<&str, Vec<usize>> = HashMap::new();
        for (k, node) in proto.node.iter().enumerate() {
            for input in &node.input {
                users.entry(input).or_default().push(k);
            }
            // What a subgraph uses is used: more than once, so that nothing is taken away from it.
            for inner in node.attribute.iter().flat_map(|a| a.g.iter().chain(&a.graphs)).flat_map(|g| &g.node) {
                for input in &inner.input {
                    users.entry(input).or_default().extend([k, k]);
                }
            }
        }
        Graph { proto, file, users }
    }

    /// The only node that uses a value, if nobody else sees it.
    fn only_user(&self, value: &str) -> Option<usize> {
        match self.users.get(value).map(Vec::as_slice) {
            Some(&[user]) if !self.proto.output.iter().any(|o| o.name == value) => Some(user),
            _ => None,
        }
    }

    /// A constant's shape and numbers.
    fn constant(&self, name: &str) -> Result<Option<Constant<'a>>, OffloadError> {
        match self.file.tensor(name).filter(|t| t.shape.len() <= 2 && t.elements() > 0) {
            Some(t) if matches!(t.dtype, eie_spec::archive::Dtype::F32) => Ok(Some((&t.shape, t.floats()?))),
            _ => Ok(None),
        }
    }

    /// The layer that begins with a node: its last value and its nodes.
    fn layer(&self, k: usize, least: usize) -> Result<Option<(DenseLayer, String, Vec<usize>)>, OffloadError> {
        let node = &self.proto.node[k];
        let flag = |name: &str| node.attribute.iter().find(|a| a.name == name).map(|a| a.i);
        let factor = |name: &str| node.attribute.iter().find(|a| a.name == name).is_none_or(|a| a.f == 1.0);
        let gemm = match node.op_type.as_str() {
            "Gemm" if flag("transA").unwrap_or(0) == 0 && factor("alpha") && factor("beta") => true,
            "MatMul" => false,
            _ => return Ok(None),
        };
        let (Some(weights), [output]) = (node.input.get(1), &node.output[..]) else { return Ok(None) };
        let large = self.file.tensor(weights).is_some_and(|t| t.shape.len() == 2 && t.elements() >= least.max(1));
        let Some((&[rows, columns], values)) = large.then(|| self.constant(weights)).transpose()?.flatten() else {
            return Ok(None);
        };
        let transposed = !gemm || flag("transB").unwrap_or(0) == 0;
        let (inputs, outputs) = if transposed { (rows, columns) } else { (columns, rows) };
        let weight = match transposed {
            true => (0..outputs)
                .flat_map(|o| (0..inputs).map(move |i| (i, o)))
                .map(|(i, o)| values[i * outputs + o])
                .collect(),
            false => values,
        };
        let mut bias = vec![0.0; outputs];
        let (mut last, mut nodes) = (output.clone(), vec![k]);
        if let Some(name) = node.input.get(2).filter(|n| gemm && !n.is_empty()) {
            match self.bias(name, outputs)? {
                Some(values) => bias = values,
                None => return Ok(None),
            }
        }
        if let Some(add) = self.only_user(&last).filter(|&u| !gemm && self.proto.node[u].op_type == "Add") {
            let other = self.proto.node[add].input.iter().find(|i| **i != last);
            if let (Some(values), [out]) =
                (other.map(|n| self.bias(n, outputs)).transpose()?.flatten(), &self.proto.node[add].output[..])
            {
                bias = values;
                last = out.clone();
                nodes.push(add);
            }
        }
        let mut relu = false;
        if let Some(next) = self.only_user(&last).filter(|&u| self.proto.node[u].op_type == "Relu") {
            if let [out] = &self.proto.node[next].output[..] {
                relu = true;
                last = out.clone();
                nodes.push(next);
            }
        }
        let name = if node.name.is_empty() { output.clone() } else { node.name.clone() };
        Ok(Some((DenseLayer { name, op: Op::Linear, inputs, outputs, weight, bias, relu }, last, nodes)))
    }

    /// A constant row of so many values.
    fn bias(&self, name: &str, outputs: usize) -> Result<Option<Vec<f32>>, OffloadError> {
        let row = |(shape, values): Constant| {
            let one = shape.iter().rev().skip(1).all(|&d| d == 1);
            (one && values.len() == outputs).then_some(values)
        };
        Ok(self.constant(name)?.and_then(row))
    }
}

impl Partition {
    /// Finds the chains whose layers have `least` weights each.
    pub fn of(graph: &GraphProto, file: &TensorFile, least: usize) -> Result<Self, OffloadError> {
        let graph = Graph::new(graph, file);
        let mut chains: Vec<Chain> = Vec::new();
        let mut taken = vec![false; graph.proto.node.len()];
        // Nodes of an ONNX graph are in the order of their values.
        for k in 0..taken.len() {
            if taken[k] {
                continue;
            }
            let input = graph.proto.node[k].input.first().cloned().unwrap_or_default();
            let mut chain = Chain { layers: Vec::new(), input, output: String::new(), nodes: Vec::new() };
            let mut next = Some(k);
            while let Some(found) = next.map(|k| graph.layer(k, least)).transpose()?.flatten() {
                let (layer, output, nodes) = found;
                nodes.iter().for_each(|&n| taken[n] = true);
                chain.nodes.extend(nodes);
                chain.layers.push(layer);
                next = graph.only_user(&output).filter(|&u| graph.proto.node[u].input.first() == Some(&output));
                chain.output = output;
            }
            if !chain.layers.is_empty() {
                chains.push(chain);
            }
        }
        Ok(Partition { chains })
    }

    /// The network with a node of no known operation in the place of each chain.
    pub fn rewrite(&self, proto: &ModelProto) -> ModelProto {
        let mut proto = proto.clone();
        let Some(graph) = &mut proto.graph else { return proto };
        let first: HashMap<usize, usize> =
            self.chains.iter().enumerate().map(|(c, chain)| (chain.nodes[0], c)).collect();
        let gone: std::collections::HashSet<usize> =
            self.chains.iter().flat_map(|c| c.nodes.iter().copied()).collect();
        let nodes = std::mem::take(&mut graph.node);
        for (k, node) in nodes.into_iter().enumerate() {
            match first.get(&k) {
                Some(&c) => graph.node.push(NodeProto {
                    name: node_name(c),
                    op_type: "EieChain".into(),
                    domain: "openeie".into(),
                    input: vec![self.chains[c].input.clone()],
                    output: vec![self.chains[c].output.clone()],
                    ..NodeProto::default()
                }),
                None if gone.contains(&k) => (),
                None => graph.node.push(node),
            }
        }
        proto
    }

    /// The network with the inputs of the chains as its outputs.
    pub fn watched(&self, proto: &ModelProto) -> ModelProto {
        let mut proto = proto.clone();
        if let Some(graph) = &mut proto.graph {
            let value = |c: &Chain| ValueInfoProto { name: c.input.clone(), ..ValueInfoProto::default() };
            graph.output = self.chains.iter().map(value).collect();
        }
        proto
    }
}
