//! The messages of ONNX files (onnx.proto) that are read and written here, as far as they are.
//!
//! Fields that are missing here stay in a file that is rewritten, byte by byte: see [`super::rewrite`].

use bytes::Bytes;
use prost::Message;

/// TensorProto.DataType.
pub(super) const FLOAT: i32 = 1;
/// TensorProto.DataType.
pub(super) const INT64: i32 = 7;
/// AttributeProto.AttributeType.
pub(super) const INT: i32 = 2;
/// AttributeProto.AttributeType.
pub(super) const INTS: i32 = 7;

/// Longest attribute of a layer's node, in bytes.
const MAX_ATTRIBUTE: usize = 1 << 16;

#[derive(Clone, PartialEq, Message)]
pub(super) struct Model {
    #[prost(int64, tag = "1")]
    pub ir_version: i64,
    #[prost(string, tag = "2")]
    pub producer_name: String,
    #[prost(message, optional, tag = "7")]
    pub graph: Option<Graph>,
    #[prost(message, repeated, tag = "8")]
    pub opset_import: Vec<OperatorSet>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct OperatorSet {
    #[prost(string, tag = "1")]
    pub domain: String,
    #[prost(int64, tag = "2")]
    pub version: i64,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Graph {
    #[prost(message, repeated, tag = "1")]
    pub node: Vec<Node>,
    #[prost(string, tag = "2")]
    pub name: String,
    #[prost(message, repeated, tag = "5")]
    pub initializer: Vec<Tensor>,
    #[prost(message, repeated, tag = "11")]
    pub input: Vec<ValueInfo>,
    #[prost(message, repeated, tag = "12")]
    pub output: Vec<ValueInfo>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Node {
    #[prost(string, repeated, tag = "1")]
    pub input: Vec<String>,
    #[prost(string, repeated, tag = "2")]
    pub output: Vec<String>,
    #[prost(string, tag = "3")]
    pub name: String,
    #[prost(string, tag = "4")]
    pub op_type: String,
    /// [`Attribute`]s, decoded when asked for: subgraphs and tensors of a large file stay where they are.
    #[prost(bytes = "bytes", repeated, tag = "5")]
    pub attribute: Vec<Bytes>,
    #[prost(string, tag = "7")]
    pub domain: String,
}

/// AttributeProto. Its subgraphs are missing, so nothing here is recursive.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Attribute {
    #[prost(string, tag = "1")]
    pub name: String,
    #[prost(float, tag = "2")]
    pub f: f32,
    #[prost(int64, optional, tag = "3")]
    pub i: Option<i64>,
    #[prost(bytes = "bytes", tag = "4")]
    pub s: Bytes,
    #[prost(int64, repeated, packed = "false", tag = "8")]
    pub ints: Vec<i64>,
    #[prost(bytes = "bytes", repeated, tag = "9")]
    pub strings: Vec<Bytes>,
    #[prost(int32, tag = "20")]
    pub kind: i32,
}

/// An [`Attribute`] that is a tensor.
#[derive(Clone, PartialEq, Message)]
pub(super) struct TensorAttribute {
    #[prost(string, tag = "1")]
    pub name: String,
    /// A [`Tensor`].
    #[prost(bytes = "bytes", optional, tag = "5")]
    pub t: Option<Bytes>,
}

/// TensorProto. Packed numbers are bytes here: those of fixed length are slices of the file.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Tensor {
    #[prost(int64, repeated, packed = "false", tag = "1")]
    pub dims: Vec<i64>,
    #[prost(int32, tag = "2")]
    pub data_type: i32,
    #[prost(bytes = "bytes", optional, tag = "3")]
    pub segment: Option<Bytes>,
    #[prost(bytes = "bytes", repeated, tag = "4")]
    pub float_data: Vec<Bytes>,
    #[prost(bytes = "bytes", repeated, tag = "5")]
    pub int32_data: Vec<Bytes>,
    #[prost(bytes = "bytes", repeated, tag = "7")]
    pub int64_data: Vec<Bytes>,
    #[prost(string, tag = "8")]
    pub name: String,
    #[prost(bytes = "bytes", optional, tag = "9")]
    pub raw_data: Option<Bytes>,
    #[prost(bytes = "bytes", repeated, tag = "10")]
    pub double_data: Vec<Bytes>,
    #[prost(bytes = "bytes", repeated, tag = "11")]
    pub uint64_data: Vec<Bytes>,
    #[prost(bytes = "bytes", repeated, tag = "13")]
    pub external_data: Vec<Bytes>,
    #[prost(int32, tag = "14")]
    pub data_location: i32,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct ValueInfo {
    #[prost(string, tag = "1")]
    pub name: String,
    #[prost(message, optional, tag = "2")]
    pub kind: Option<Type>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Type {
    #[prost(message, optional, tag = "1")]
    pub tensor_type: Option<TensorType>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct TensorType {
    #[prost(int32, tag = "1")]
    pub elem_type: i32,
    #[prost(message, optional, tag = "2")]
    pub shape: Option<Shape>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Shape {
    #[prost(message, repeated, tag = "1")]
    pub dim: Vec<Dimension>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Dimension {
    #[prost(int64, optional, tag = "1")]
    pub dim_value: Option<i64>,
    #[prost(string, optional, tag = "2")]
    pub dim_param: Option<String>,
}

impl ValueInfo {
    /// Dimensions of a tensor: none where they have no number. None if the rank is not known.
    pub fn dims(&self) -> Option<Vec<Option<usize>>> {
        let shape = self.kind.as_ref()?.tensor_type.as_ref()?.shape.as_ref()?;
        let side = |d: &Dimension| d.dim_value.and_then(|n| usize::try_from(n).ok()).filter(|&n| n > 0);
        Some(shape.dim.iter().map(side).collect())
    }
}

impl Node {
    /// The attribute of a name, if there is one that is not damaged, and no longer than any that is read.
    pub fn attribute(&self, name: &str) -> Option<Attribute> {
        let short = self.attribute.iter().filter(|bytes| bytes.len() <= MAX_ATTRIBUTE);
        short.filter_map(|bytes| Attribute::decode(bytes.clone()).ok()).find(|a| a.name == name)
    }

    /// The attribute that is a tensor, of a name.
    pub fn tensor(&self, name: &str) -> Option<Bytes> {
        let mut decoded = self.attribute.iter().filter_map(|bytes| TensorAttribute::decode(bytes.clone()).ok());
        decoded.find(|a| a.name == name)?.t
    }

    /// Whether an attribute cannot be read: it is damaged, or too long.
    pub fn is_damaged(&self) -> bool {
        self.attribute.iter().any(|a| a.len() > MAX_ATTRIBUTE || Attribute::decode(a.clone()).is_err())
    }

    /// An integer attribute, or what it is by default.
    pub fn int(&self, name: &str, default: i64) -> i64 {
        self.attribute(name).map_or(default, |a| a.i.unwrap_or(0))
    }

    /// A list of integers, if it is given.
    pub fn ints(&self, name: &str) -> Option<Vec<i64>> {
        self.attribute(name).map(|a| a.ints)
    }

    /// An input, if it is given.
    pub fn input(&self, index: usize) -> Option<&str> {
        self.input.get(index).map(String::as_str).filter(|name| !name.is_empty())
    }
}
