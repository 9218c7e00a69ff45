//! ONNX files that are wrong or no chains, built message by message.

use super::pb::{Attribute, Graph, Model, Node, Shape, Tensor, TensorType, Type, ValueInfo};
use super::{Role, TensorFile};
use crate::error::CompressError;
use bytes::Bytes;
use prost::Message;
use std::path::Path;

fn tensor(name: &str, data_type: i32, dims: &[i64], data: usize) -> Tensor {
    let raw_data = Some(Bytes::from(vec![0; data]));
    Tensor { name: name.into(), data_type, dims: dims.to_vec(), raw_data, ..Tensor::default() }
}

fn floats(name: &str, dims: &[i64]) -> Tensor {
    tensor(name, 1, dims, 4 * dims.iter().product::<i64>() as usize)
}

fn ints(name: &str, values: &[i64]) -> Bytes {
    let i = (values.len() == 1).then(|| values[0]);
    let ints = if i.is_none() { values.to_vec() } else { Vec::new() };
    Attribute { name: name.into(), i, ints, ..Attribute::default() }.encode_to_vec().into()
}

fn text(name: &str, s: &'static str) -> Bytes {
    Attribute { name: name.into(), s: s.into(), ..Attribute::default() }.encode_to_vec().into()
}

fn node(op: &str, input: &[&str], output: &str, attribute: Vec<Bytes>) -> Node {
    let input = input.iter().map(|&name| name.to_owned()).collect();
    Node {
        input,
        output: vec![output.into()],
        name: format!("my {op}"),
        op_type: op.into(),
        attribute,
        ..Node::default()
    }
}

fn value(name: &str, dims: &[i64]) -> ValueInfo {
    let dim = dims.iter().map(|&n| super::pb::Dimension { dim_value: Some(n), dim_param: None }).collect();
    let tensor_type = Some(TensorType { elem_type: 1, shape: Some(Shape { dim }) });
    ValueInfo { name: name.into(), kind: Some(Type { tensor_type }) }
}

fn graph(node: Vec<Node>, initializer: Vec<Tensor>, input: &[i64]) -> Graph {
    Graph { node, initializer, input: vec![value("x", input)], output: vec![value("y", &[])], ..Graph::default() }
}

fn file(graph: Graph) -> Result<TensorFile, CompressError> {
    let model = Model { ir_version: 8, graph: Some(graph), ..Model::default() };
    TensorFile::parse(Path::new("n.onnx"), model.encode_to_vec())
}

fn tells(graph: Graph, want: &str) {
    let error = file(graph).and_then(|f| f.chain()).expect_err(want).to_string();
    assert!(error.starts_with("n.onnx: ") && error.contains(want), "{error}; expected {want}");
}

#[test]
fn bad_tensors_are_told() {
    let mut elsewhere = tensor("w", 1, &[2], 0);
    (elsewhere.raw_data, elsewhere.data_location) = (None, 1);
    let mut twice = floats("w", &[1]);
    twice.float_data = vec![vec![0; 4].into()];
    let packed = |data_type, dims: &[i64], data: &[u8]| {
        let int32_data = vec![Bytes::copy_from_slice(data)];
        Tensor { name: "w".into(), data_type, dims: dims.to_vec(), int32_data, ..Tensor::default() }
    };
    let cases = [
        (tensor("w", 1, &[2, -3], 24), "tensor w: has shape [2, -3], expected no negative dimension"),
        (tensor("w", 1, &[2, 3], 20), "tensor w: has 20 bytes of data"),
        (tensor("w", 1, &[1 << 40, 1 << 40], 8), "tensor w: has shape [1099511627776, 1099511627776]"),
        (tensor("w", 1, &[1; 9], 4), "tensor w: has 9 dimensions"),
        (tensor("w", 1, &[1; 90], 4), "has a tensor of more than 8 dimensions"),
        (tensor("w", 8, &[1], 1), "tensor w: has ONNX type 8"),
        (tensor("", 1, &[1], 4), "has an initialiser without a name"),
        (elsewhere, "tensor w: has its data in another file"),
        (twice, "tensor w: has its data in 2 fields"),
        (packed(1, &[1], &[1]), "tensor w: has its data in a field that is not for F32"),
        (packed(10, &[2], &[1]), "tensor w: has 1 numbers, its shape takes 2"),
        (packed(10, &[1], &[0x80, 0x80, 0x04]), "tensor w: has 65536 at element 0, which is not of type F16"),
        (packed(9, &[1], &[2]), "tensor w: has 2 at element 0, which is not of type Bool"),
        (packed(6, &[1], &[1, 0x80]), "tensor w: has a damaged number at its end"),
        (packed(6, &[1], &[0x80; 12]), "tensor w: has 0 numbers"),
    ];
    for (t, want) in cases {
        tells(graph(Vec::new(), vec![t], &[1, 1]), want);
    }
    tells(graph(Vec::new(), vec![floats("w", &[1]), floats("w", &[1])], &[1, 1]), "tensor w: is there twice");
    let mut nan = floats("w", &[2, 2]);
    nan.raw_data = Some([0.0, f32::INFINITY, 0.0, f32::NAN].map(f32::to_le_bytes).concat().into());
    tells(
        graph(vec![node("MatMul", &["x", "w"], "y", vec![])], vec![nan], &[1, 2]),
        "tensor w: has inf at element 1",
    );
}

#[test]
fn graphs_that_are_no_chain_are_told() {
    let w = || vec![floats("w", &[2, 1, 3, 3]), floats("m", &[4, 4]), floats("b", &[4])];
    let image = |node: Node, want: &str| tells(graph(vec![node], w(), &[1, 1, 6, 6]), want);
    let conv = |attributes| node("Conv", &["x", "w"], "y", attributes);
    image(conv(vec![ints("group", &[2])]), "node my Conv (Conv): has group 2, expected [1]");
    image(conv(vec![ints("strides", &[1, 2])]), "has strides [1, 2], expected equal ones");
    image(conv(vec![ints("pads", &[0, 0, 1, 1])]), "has pads [0, 0, 1, 1]");
    image(conv(vec![ints("pads", &[-1, -1, -1, -1])]), "has pads [-1, -1, -1, -1]");
    image(conv(vec![text("auto_pad", "SAME_UPPER")]), "has auto_pad SAME_UPPER");
    image(conv(vec![vec![0xff; 3].into()]), "has an attribute that is damaged");
    image(node("Conv", &["x", "y"], "y", vec![]), "computes its input 1 (y), expected a constant");
    image(node("Sigmoid", &["x"], "y", vec![]), "node my Sigmoid (Sigmoid): is no part of a chain");
    image(node("Sigmoid", &["x"], "y", vec![]), "`--no-retrain`");
    image(node("MatMul", &["x", "m"], "y", vec![]), "takes what is no vector");
    image(
        node("MaxPool", &["x"], "y", vec![ints("kernel_shape", &[2, 2]), ints("strides", &[2, 2])]),
        "does not follow",
    );
    image(node("Relu", &["x"], "z", vec![]), "is before the first layer");
    let vector = |nodes: Vec<Node>, want: &str| tells(graph(nodes, w(), &[1, 4]), want);
    let matmul = |from: &str, to: &str| node("MatMul", &[from, "m"], to, vec![]);
    vector(vec![matmul("x", "z")], "makes z, which nothing uses");
    vector(vec![matmul("x", "y"), matmul("x", "z")], "2 nodes or outputs use x");
    vector(vec![matmul("x", "z"), node("Add", &["z", "m"], "y", vec![])], "tensor m: has shape [4, 4], expected [4]");
    vector(vec![node("Add", &["x", "b"], "y", vec![])], "does not follow a MatMul");
    vector(vec![matmul("x", "x")], "is in a circle");
    vector(vec![node("MatMul", &["m", "x"], "y", vec![])], "takes x as another input than its first");
    vector(vec![node("Softmax", &["x"], "z", vec![]), matmul("z", "y")], "follows a Softmax");
    vector(vec![node("Gemm", &["x", "m"], "y", vec![ints("transA", &[1])])], "has transA 1");
    tells(graph(vec![matmul("x", "y")], w(), &[1, 5]), "takes 4 inputs, what is before it gives 5");
    let mut two = graph(vec![matmul("x", "y")], w(), &[1, 4]);
    two.input.push(value("h", &[1]));
    tells(two, "has 2 inputs, expected one");
}

#[test]
fn recurrent_graphs_that_are_no_chain_are_told() {
    let w =
        || vec![floats("w", &[1, 8, 3]), floats("r", &[1, 8, 2]), tensor("z", 7, &[], 8), floats("h", &[1, 1, 2])];
    let lstm = |inputs: &[&str], attributes| node("LSTM", inputs, "all", attributes);
    let gather = || node("Gather", &["all", "z"], "y", vec![]);
    let check = |n: Node, want: &str| tells(graph(vec![n, gather()], w(), &[5, 1, 3]), want);
    check(lstm(&["x", "w", "r"], vec![]), "something else than the last hidden state of an LSTM (with Gather)");
    check(lstm(&["x", "w", "r"], vec![text("direction", "reverse")]), "has direction reverse");
    check(lstm(&["x", "w", "r"], vec![ints("layout", &[1])]), "has layout 1");
    check(lstm(&["x", "w", "w"], vec![]), "has weights of shapes [1, 8, 3] and [1, 8, 3]");
    check(lstm(&["x", "w", "r", "", "lengths"], vec![]), "has lengths of sequences");
    check(lstm(&["x", "w", "r", "", "", "x"], vec![]), "has an initial state (input 5) that is not zero");
    let mut last = lstm(&["x", "w", "r", "", "", "h"], vec![]);
    last.output = vec![String::new(), "all".into()];
    let chain = file(graph(vec![last, gather()], w(), &[5, 1, 3])).unwrap().chain().unwrap();
    assert_eq!(chain.layers.len(), 1);
}

#[test]
fn roles_are_those_of_the_nodes() {
    let nodes = vec![
        node("Gemm", &["x", "gemm", "b"], "1", vec![ints("transB", &[1])]),
        node("MatMul", &["1", "matmul"], "2", vec![]),
        node("Conv", &["2", "conv"], "3", vec![]),
        node("GRU", &["3", "w", "r"], "4", vec![]),
        node("Gather", &["embed", "4"], "y", vec![]),
    ];
    let shapes: [(&str, &[i64]); 7] = [
        ("gemm", &[2, 3]),
        ("b", &[2]),
        ("matmul", &[2, 3]),
        ("conv", &[4, 3, 2, 1]),
        ("w", &[2, 9, 5]),
        ("r", &[2, 9, 3]),
        ("embed", &[2, 3]),
    ];
    let tensors = shapes.iter().map(|(name, dims)| floats(name, dims)).collect();
    let roles: Vec<Role> = file(graph(nodes, tensors, &[1])).unwrap().tensors.iter().map(|t| t.role).collect();
    let expected = [
        Role::Linear { inputs: 3, outputs: 2, transposed: false },
        Role::Other,
        Role::Linear { inputs: 2, outputs: 3, transposed: true },
        Role::Conv { out: 4, in_per_group: 3, kh: 2, kw: 1 },
        Role::Lstm { gates: 3, hidden: 3, columns: 5, directions: 2 },
        Role::Lstm { gates: 3, hidden: 3, columns: 3, directions: 2 },
        Role::Other,
    ];
    assert_eq!(roles, expected);
}

/// Unknown fields within unknown fields are skipped, not followed; small messages that would be large are counted.
#[test]
fn nesting_and_swarms_do_no_harm() {
    let mut nested: Vec<u8> = Vec::new();
    for _ in 0..100_000 {
        // A subgraph of an attribute of a node, and so on.
        let mut outer = vec![0x32];
        super::wire::put_varint(&mut outer, nested.len().min(1 << 20) as u64);
        nested.splice(0..0, outer);
        if nested.len() > 200_000 {
            break;
        }
    }
    let attribute = Bytes::from(nested);
    let deep = graph(vec![node("If", &["x"], "y", vec![attribute])], vec![], &[1]);
    tells(deep, "n.onnx: ");
    // Groups nest without lengths.
    for length in [50_000, 200_000] {
        let groups = Bytes::from(vec![0x1b; length]);
        tells(
            graph(vec![node("Relu", &["x"], "y", vec![groups])], vec![], &[1]),
            "n.onnx: node my Relu (Relu): has an",
        );
    }
    let swarm = vec![Node::default(); 1 << 19];
    tells(graph(swarm, vec![], &[1]), "has more than 1048576 fields");
    let error = TensorFile::parse(Path::new("n.onnx"), vec![0x0b; 100_000]).unwrap_err().to_string();
    assert!(error.contains("wire type 3"), "{error}");
}

#[test]
fn a_header_of_any_size_is_no_pickle() {
    let json = r#"{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#;
    // 0x280 bytes of header begin as a pickle of protocol 2 does.
    let file = |size: usize| [&(size as u64).to_le_bytes()[..], format!("{json:size$}").as_bytes(), &[0; 4]].concat();
    for size in [0x278, 0x280] {
        let read = TensorFile::parse(Path::new("x.safetensors"), file(size)).unwrap();
        assert_eq!(read.tensors[0].name, "w");
    }
    let error =
        TensorFile::parse(Path::new("x.safetensors"), b"\x80\x02}q\x00X\x01\x00\x00\x00".to_vec()).unwrap_err();
    assert!(error.to_string().contains("is a Python pickle"), "{error}");
}
