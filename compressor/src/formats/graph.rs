//! Look-ups in an ONNX graph: who makes a value, who uses it, and what a constant is.

use super::pb::Node;
use super::{onnx, values, whole, wrong, NamedTensor, TensorFile};
use crate::error::CompressError;
use eie_spec::archive::MAX_RANK;
use std::collections::HashMap;

/// Most nodes between a value and the constant that it is.
const DEPTH: usize = 16;

/// An ONNX file, indexed.
pub(super) struct Index<'a> {
    pub path: &'a str,
    pub graph: &'a onnx::Graph,
    tensors: HashMap<&'a str, &'a NamedTensor>,
    makers: HashMap<&'a str, &'a Node>,
    users: HashMap<&'a str, Vec<usize>>,
}

impl<'a> Index<'a> {
    /// Indexes a graph.
    pub fn new(file: &'a TensorFile, graph: &'a onnx::Graph) -> Self {
        let tensors = file.tensors.iter().map(|t| (t.name.as_str(), t)).collect();
        let (mut makers, mut users): (HashMap<_, _>, HashMap<_, Vec<usize>>) = Default::default();
        for (i, node) in graph.nodes.iter().enumerate() {
            makers.extend(node.output.iter().filter(|name| !name.is_empty()).map(|name| (name.as_str(), node)));
            for name in node.input.iter().filter(|name| !name.is_empty()) {
                let list = users.entry(name.as_str()).or_default();
                if list.last() != Some(&i) {
                    list.push(i);
                }
            }
        }
        Index { path: &file.path, graph, tensors, makers, users }
    }

    /// Nodes that use a value itself, not only its shape.
    pub fn users(&self, value: &str) -> Vec<usize> {
        let all = self.users.get(value).into_iter().flatten().copied();
        all.filter(|&i| self.graph.nodes[i].op_type != "Shape").collect()
    }

    /// Whether the value is one of the graph's outputs.
    pub fn is_output(&self, value: &str) -> bool {
        self.graph.outputs.iter().any(|v| v.name == value)
    }

    /// The graph's only input that is no initialiser.
    pub fn input(&self) -> Result<&'a super::pb::ValueInfo, CompressError> {
        let inputs: Vec<_> =
            self.graph.inputs.iter().filter(|v| !self.tensors.contains_key(v.name.as_str())).collect();
        match inputs[..] {
            [input] => Ok(input),
            _ => Err(whole(self.path, format!("has {} inputs, expected one", inputs.len()))),
        }
    }

    /// The constant that a value is.
    pub fn constant(&self, value: &str) -> Option<&'a NamedTensor> {
        let mut value = value;
        for _ in 0..DEPTH {
            if let Some(t) = self.tensors.get(value) {
                return Some(t);
            }
            value = self.makers.get(value).filter(|n| n.op_type == "Identity")?.input(0)?;
        }
        None
    }

    /// The constant that a node's input has to be, as numbers, with its shape.
    pub fn weights(&self, node: &Node, index: usize) -> Result<(&'a [usize], Vec<f32>), CompressError> {
        let name = node.input(index).ok_or_else(|| self.fail(node, format!("has no input {index}")))?;
        let t = self.constant(name);
        let t =
            t.ok_or_else(|| self.fail(node, format!("computes its input {index} ({name}), expected a constant")))?;
        Ok((&t.shape, t.floats()?))
    }

    /// A constant vector of `length`: a node's input that may be missing (zeros), or a scalar for all.
    pub fn vector(&self, node: &Node, index: usize, length: usize) -> Result<Vec<f32>, CompressError> {
        let Some(name) = node.input(index) else { return Ok(vec![0.0; length]) };
        let (shape, values) = self.weights(node, index)?;
        let row = shape.iter().rev().skip(1).all(|&d| d == 1);
        match values.len() {
            n if n == length && row => Ok(values),
            1 => Ok(vec![values[0]; length]),
            _ => Err(wrong(self.path, name, format!("has shape {shape:?}, expected [{length}]"))),
        }
    }

    /// Constant integers: those of a tensor, or of a Constant node's attributes.
    pub fn integers(&self, value: &str) -> Option<Vec<i64>> {
        if let Some(t) = self.constant(value) {
            return (t.elements() <= MAX_RANK).then(|| values::integers(t.dtype, &t.data)).flatten();
        }
        let node = self.makers.get(value).filter(|n| n.op_type == "Constant")?;
        node.ints("value_ints").or_else(|| Some(vec![node.attribute("value_int")?.i?]))
    }

    /// The sides of a shape that is put together from its sides.
    pub fn computed_sides(&self, value: &str) -> Option<&'a [String]> {
        self.makers.get(value).filter(|n| n.op_type == "Concat").map(|n| &n.input[..])
    }

    /// Whether `side` is a dimension of a value, taken from its shape.
    pub fn is_side(&self, side: &str, value: &str, axis: i64) -> bool {
        let Some(node) = self.makers.get(side).filter(|n| n.op_type == "Slice") else { return false };
        let shape = node.input(0).and_then(|name| self.makers.get(name)).filter(|n| n.op_type == "Shape");
        let whole = |n: &&Node| n.input(0) == Some(value) && n.int("start", 0) == 0 && n.attribute("end").is_none();
        let bound = |i: usize| self.integers(node.input(i)?);
        shape.is_some_and(whole) && bound(1) == Some(vec![axis]) && bound(2) == Some(vec![axis + 1])
    }

    /// Whether a value is zeros, whatever its shape: an initial state.
    pub fn is_zero(&self, value: &str) -> bool {
        let mut value = value;
        for _ in 0..DEPTH {
            if let Some(t) = self.tensors.get(value) {
                return t.data.iter().all(|&byte| byte == 0);
            }
            let Some(node) = self.makers.get(value) else { return false };
            match node.op_type.as_str() {
                // Its value is zero unless given.
                "ConstantOfShape" => {
                    let given = node.tensor("value").map(prost::Message::decode);
                    return given.is_none_or(|t| {
                        t.is_ok_and(|t: super::pb::Tensor| {
                            let data = t.raw_data.iter().chain(&t.float_data).chain(&t.int32_data);
                            data.flat_map(|d| d.iter()).all(|&byte| byte == 0)
                        })
                    });
                }
                "Identity" | "Expand" | "Unsqueeze" | "Squeeze" | "Reshape" | "Cast" | "Transpose" | "Tile"
                | "Slice" => {
                    value = match node.input(0) {
                        Some(input) => input,
                        None => return false,
                    };
                }
                _ => return false,
            }
        }
        false
    }

    /// Something is wrong with a node. The text begins with a verb.
    pub fn fail(&self, node: &Node, why: String) -> CompressError {
        let name = if node.name.is_empty() { node.output.first() } else { Some(&node.name) };
        let name = name.map_or("", String::as_str);
        CompressError::Node { path: self.path.to_owned(), node: name.to_owned(), op: node.op_type.clone(), why }
    }

    /// Fails unless every attribute that is given has one of the values that it may have.
    pub fn expect(&self, node: &Node, expected: &[(&str, &[i64])]) -> Result<(), CompressError> {
        for (name, values) in expected {
            let Some(a) = node.attribute(name) else { continue };
            let found = if a.ints.is_empty() { vec![a.i.unwrap_or(0)] } else { a.ints };
            if let Some(other) = found.iter().find(|value| !values.contains(value)) {
                return Err(self.fail(node, format!("has {name} {other}, expected {values:?}: {WAY_OUT}")));
            }
        }
        Ok(())
    }

    /// A square's side: all numbers of an attribute, or the default.
    pub fn side(&self, node: &Node, attribute: &str, default: usize) -> Result<usize, CompressError> {
        let Some(values) = node.ints(attribute).filter(|v| !v.is_empty()) else { return Ok(default) };
        let side = usize::try_from(values[0]).ok().filter(|_| values.iter().all(|&v| v == values[0]));
        let why = || format!("has {attribute} {values:?}, expected equal ones: {WAY_OUT}");
        side.ok_or_else(|| self.fail(node, why()))
    }
}

/// How a file that is no chain can be compressed.
pub(super) const WAY_OUT: &str = "`--no-retrain` compresses such files tensor by tensor";
