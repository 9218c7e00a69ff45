//! What a tensor is for: by its name in safetensors, by the nodes that use it in ONNX.

use super::pb::Node;
use super::{is_float, NamedTensor};
use std::collections::HashMap;

/// What a tensor is for. All but [`Role::Other`] are matrices of weights, and can be pruned and shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Weights of a fully connected layer.
    Linear {
        /// Values that the layer takes.
        inputs: usize,
        /// Values that it gives.
        outputs: usize,
        /// Whether the tensor is `[inputs, outputs]` (MatMul, Gemm without transB), not `[outputs, inputs]`.
        transposed: bool,
    },
    /// Kernels of a two-dimensional convolution.
    Conv {
        /// Output channels.
        out: usize,
        /// Input channels of a group.
        in_per_group: usize,
        /// Height of a kernel.
        kh: usize,
        /// Width of a kernel.
        kw: usize,
    },
    /// Weights of an LSTM, or of another recurrent layer: a gate's rows after the other's.
    Lstm {
        /// 4 for an LSTM, 3 for a GRU, 1 for a plain recurrent layer.
        gates: usize,
        /// Cells.
        hidden: usize,
        /// Columns: the layer's inputs, or its cells for the recurrent matrix.
        columns: usize,
        /// 2 if the tensor has both directions, which only ONNX does.
        directions: usize,
    },
    /// Anything else: biases, embeddings, scales, shapes.
    Other,
}

/// The role of a safetensors tensor; `shape` is that of another one.
pub(super) fn of_name<'a>(name: &str, dims: &[usize], shape: impl Fn(&str) -> Option<&'a [usize]>) -> Role {
    if dims.contains(&0) {
        return Role::Other;
    }
    for part in ["weight_ih_l", "weight_hh_l"] {
        let Some(at) = name.rfind(part) else { continue };
        let recurrent = format!("{}weight_hh_l{}", &name[..at], &name[at + part.len()..]);
        return match (dims, shape(&recurrent)) {
            (&[rows, columns], Some(&[all, hidden])) if rows == all && hidden > 0 && rows % hidden == 0 => {
                match rows / hidden {
                    gates @ (1 | 3 | 4) => Role::Lstm { gates, hidden, columns, directions: 1 },
                    _ => Role::Other,
                }
            }
            _ => Role::Other,
        };
    }
    let weight = name == "weight" || name.ends_with(".weight");
    match *dims {
        [outputs, inputs] if weight && !name.to_lowercase().contains("embed") => {
            Role::Linear { inputs, outputs, transposed: false }
        }
        [out, in_per_group, kh, kw] if weight => Role::Conv { out, in_per_group, kh, kw },
        _ => Role::Other,
    }
}

/// Gives the tensors of an ONNX graph their roles. The first node that uses one as weights decides.
pub(super) fn of_nodes(nodes: &[Node], tensors: &mut [NamedTensor]) {
    let mut places: HashMap<String, usize> = HashMap::new();
    for (i, t) in tensors.iter().enumerate().filter(|(_, t)| is_float(t.dtype) && !t.shape.contains(&0)) {
        places.insert(t.name.clone(), i);
    }
    for node in nodes.iter().filter(|n| matches!(n.domain.as_str(), "" | "ai.onnx")) {
        for index in 1..=2 {
            let Some(&at) = node.input(index).and_then(|name| places.get(name)) else { continue };
            if tensors[at].role == Role::Other {
                tensors[at].role = of_use(node, index, &tensors[at].shape);
            }
        }
    }
}

/// The role of a node's input.
fn of_use(node: &Node, index: usize, shape: &[usize]) -> Role {
    match (node.op_type.as_str(), index, shape) {
        ("Gemm", 1, &[outputs, inputs]) if node.int("transB", 0) != 0 => {
            Role::Linear { inputs, outputs, transposed: false }
        }
        ("Gemm" | "MatMul", 1, &[inputs, outputs]) => Role::Linear { inputs, outputs, transposed: true },
        ("Conv", 1, &[out, in_per_group, kh, kw]) => Role::Conv { out, in_per_group, kh, kw },
        ("LSTM" | "GRU" | "RNN", 1 | 2, &[directions, rows, columns]) => {
            let gates = match node.op_type.as_str() {
                "LSTM" => 4,
                "GRU" => 3,
                _ => 1,
            };
            match rows % gates {
                0 => Role::Lstm { gates, hidden: rows / gates, columns, directions },
                _ => Role::Other,
            }
        }
        _ => Role::Other,
    }
}
