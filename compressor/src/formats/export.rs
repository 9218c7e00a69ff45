//! Chains as ONNX graphs of operator set 17: the batch is the first dimension `N`, of sequences the second.

use super::chain::LayerKind;
use super::module::split;
use super::pb::{self, Attribute, Dimension, Graph, Model, Node, OperatorSet, Tensor, ValueInfo, FLOAT, INT64};
use super::{recurrent, Chain};
use crate::error::CompressError;
use bytes::Bytes;
use prost::Message;
use std::path::Path;

/// Writes a chain.
pub(super) fn write(chain: &Chain, path: &Path) -> Result<(), CompressError> {
    let mut writer = Writer { graph: Graph { name: "chain".into(), ..Graph::default() }, value: "input".into() };
    let batch = || dimension("N");
    let side = |n: usize| Dimension { dim_value: Some(n as i64), dim_param: None };
    let first = &chain.layers[0].kind;
    let input = match (chain.input, first) {
        (Some([c, h, w]), _) => vec![batch(), side(c), side(h), side(w)],
        (None, LayerKind::Conv { channels, .. }) => {
            vec![batch(), side(*channels), dimension("height"), dimension("width")]
        }
        (None, LayerKind::Lstm { inputs, .. }) => vec![dimension("steps"), batch(), side(*inputs)],
        (None, LayerKind::Linear { inputs, .. }) => vec![batch(), side(*inputs)],
    };
    let mut flat = input.len() == 2;
    writer.graph.input.push(value("input", input));
    for layer in &chain.layers {
        writer.layer(&layer.name, &layer.kind, layer.relu, &mut flat);
    }
    let output = match chain.layers[chain.layers.len() - 1].kind {
        LayerKind::Linear { outputs: n, .. } | LayerKind::Lstm { hidden: n, .. } => vec![batch(), side(n)],
        LayerKind::Conv { outputs, .. } => {
            vec![batch(), side(outputs), dimension("output height"), dimension("output width")]
        }
    };
    if let Some(last) = writer.graph.node.last_mut() {
        if let Some(name) = last.output.iter_mut().find(|name| **name == writer.value) {
            "output".clone_into(name);
        }
    }
    writer.graph.output.push(value("output", output));
    let model = Model {
        ir_version: 8,
        producer_name: "eie".into(),
        graph: Some(writer.graph),
        opset_import: vec![OperatorSet { domain: String::new(), version: 17 }],
    };
    std::fs::write(path, model.encode_to_vec()).map_err(CompressError::io(path))
}

fn dimension(name: &str) -> Dimension {
    Dimension { dim_value: None, dim_param: Some(name.into()) }
}

fn value(name: &str, dim: Vec<Dimension>) -> ValueInfo {
    let tensor_type = pb::TensorType { elem_type: FLOAT, shape: Some(pb::Shape { dim }) };
    ValueInfo { name: name.into(), kind: Some(pb::Type { tensor_type: Some(tensor_type) }) }
}

fn int(name: &str, i: usize) -> Attribute {
    Attribute { name: name.into(), i: Some(i as i64), kind: pb::INT, ..Attribute::default() }
}

fn ints(name: &str, n: usize, times: usize) -> Attribute {
    Attribute { name: name.into(), ints: vec![n as i64; times], kind: pb::INTS, ..Attribute::default() }
}

struct Writer {
    graph: Graph,
    /// What the last node gave.
    value: String,
}

impl Writer {
    /// A node that goes on from the last one's value. Its output has its name.
    fn node(&mut self, op: &str, name: String, constants: &[String], attributes: &[Attribute]) {
        let mut input = vec![std::mem::replace(&mut self.value, name.clone())];
        input.extend_from_slice(constants);
        self.graph.node.push(Node {
            input,
            output: vec![name.clone()],
            name,
            op_type: op.into(),
            attribute: attributes.iter().map(|a| Bytes::from(a.encode_to_vec())).collect(),
            domain: String::new(),
        });
    }

    fn constant(&mut self, name: String, data_type: i32, dims: &[usize], data: Vec<u8>) -> String {
        let dims = dims.iter().map(|&d| d as i64).collect();
        let raw_data = Some(Bytes::from(data));
        self.graph.initializer.push(Tensor { dims, data_type, name: name.clone(), raw_data, ..Tensor::default() });
        name
    }

    fn floats(&mut self, name: String, dims: &[usize], values: &[f32]) -> String {
        self.constant(name, FLOAT, dims, values.iter().flat_map(|x| x.to_le_bytes()).collect())
    }

    fn layer(&mut self, name: &str, kind: &LayerKind, relu: bool, flat: &mut bool) {
        let part = |part: &str| format!("{name}.{part}");
        let node = |op: &str| format!("{name}/{op}");
        let mut pooling = 1;
        match kind {
            &LayerKind::Conv { channels, outputs, kernel, ref weight, ref bias, stride, padding, pool } => {
                let weight = self.floats(part("weight"), &[outputs, channels, kernel, kernel], weight);
                let bias = self.floats(part("bias"), &[outputs], bias);
                let (kernel, pads) = (ints("kernel_shape", kernel, 2), ints("pads", padding, 4));
                self.node("Conv", node("Conv"), &[weight, bias], &[kernel, ints("strides", stride, 2), pads]);
                pooling = pool;
            }
            LayerKind::Linear { inputs, outputs, weight, bias } => {
                if !std::mem::replace(flat, true) {
                    self.node("Flatten", node("Flatten"), &[], &[int("axis", 1)]);
                }
                let weight = self.floats(part("weight"), &[*outputs, *inputs], weight);
                let bias = self.floats(part("bias"), &[*outputs], bias);
                self.node("Gemm", node("Gemm"), &[weight, bias], &[int("transB", 1)]);
            }
            &LayerKind::Lstm { inputs, hidden, ref weight, ref bias } => {
                let (input, recurrent) = split(weight, inputs, hidden);
                let mut both = recurrent::to_onnx(bias);
                both.resize(8 * hidden, 0.0);
                let w = self.floats(part("W"), &[1, 4 * hidden, inputs], &recurrent::to_onnx(&input));
                let r = self.floats(part("R"), &[1, 4 * hidden, hidden], &recurrent::to_onnx(&recurrent));
                let b = self.floats(part("B"), &[1, 8 * hidden], &both);
                self.node("LSTM", node("LSTM"), &[w, r, b], &[int("hidden_size", hidden)]);
                // The last hidden state is the second output.
                if let Some(lstm) = self.graph.node.last_mut() {
                    lstm.output.insert(0, String::new());
                }
                let axes = self.constant(part("axes"), INT64, &[1], 0i64.to_le_bytes().to_vec());
                self.node("Squeeze", node("Squeeze"), &[axes], &[]);
                *flat = true;
            }
        }
        if relu {
            self.node("Relu", node("Relu"), &[], &[]);
        }
        if pooling > 1 {
            let windows = [ints("kernel_shape", pooling, 2), ints("strides", pooling, 2)];
            self.node("MaxPool", node("MaxPool"), &[], &windows);
        }
    }
}
