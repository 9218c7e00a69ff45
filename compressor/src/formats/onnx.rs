//! The tensors and nodes of an ONNX file.

use super::pb::{self, Node, OperatorSet, ValueInfo};
use super::wire::{self, fields, varint};
use super::{count, role, whole, wrong, NamedTensor, Place};
use crate::error::CompressError;
use bytes::Bytes;
use eie_spec::archive::{Dtype, MAX_RANK};
use prost::Message;
use std::ops::Range;
use std::sync::Arc;

/// What a file holds apart from its tensors' elements.
#[derive(Clone, Debug)]
pub(super) struct Graph {
    pub nodes: Vec<Node>,
    pub inputs: Vec<ValueInfo>,
    pub outputs: Vec<ValueInfo>,
}

/// Fields that the messages of a graph may have. An empty one takes two bytes of a file and a hundred of memory, so
/// they are counted before they are decoded.
const MAX_FIELDS: usize = 1 << 20;
/// What a message counts for, apart from its fields.
const MESSAGE: usize = 4;

/// Reads tensors and graph.
pub(super) fn read(path: &Arc<str>, bytes: &Bytes) -> Result<(Vec<NamedTensor>, Graph), CompressError> {
    let bad = |why: String| whole(path, format!("not an ONNX file: it {why}"));
    let mut graphs = Vec::new();
    for field in fields(bytes, 0..bytes.len()) {
        let field = field.map_err(bad)?;
        match (field.number, field.delimited) {
            (7, true) if graphs.is_empty() => graphs.push(field.range),
            (7, _) => return Err(bad("has two graphs, or one that is no message".into())),
            (8, true) => {
                OperatorSet::decode(&bytes[field.range]).map_err(|e| bad(format!("has a bad operator set: {e}")))?;
            }
            _ => {}
        }
    }
    let place = graphs.pop().ok_or_else(|| bad("has no graph".into()))?;
    let mut graph = Graph { nodes: Vec::new(), inputs: Vec::new(), outputs: Vec::new() };
    let (mut tensors, mut places) = (Vec::new(), Vec::new());
    let mut left = MAX_FIELDS;
    for field in fields(bytes, place.clone()) {
        let field = field.map_err(bad)?;
        if !(matches!(field.number, 1 | 5 | 11 | 12) && field.delimited) {
            continue;
        }
        // Those of inputs and outputs are nested: not more than they have bytes.
        let parts = match field.number {
            1 | 5 => fields(bytes, field.range.clone()).count(),
            _ => field.range.len(),
        };
        left = left.checked_sub(MESSAGE + parts).ok_or_else(|| bad(format!("has more than {MAX_FIELDS} fields")))?;
        let part = bytes.slice(field.range.clone());
        let n = graph.nodes.len();
        match field.number {
            1 => {
                graph.nodes.push(Node::decode(part).map_err(|e| bad(format!("has a bad node {n}: {e}")))?);
                places.push(field.range);
            }
            5 => tensors.push(tensor(path, bytes, vec![place.clone(), field.range], None)?),
            11 => graph.inputs.push(ValueInfo::decode(part).map_err(|e| bad(format!("has a bad input: {e}")))?),
            _ => graph.outputs.push(ValueInfo::decode(part).map_err(|e| bad(format!("has a bad output: {e}")))?),
        }
    }
    for (node, at) in graph.nodes.iter().zip(places) {
        if node.op_type == "Constant" && node.domain.is_empty() {
            tensors.extend(constant(path, bytes, vec![place.clone(), at], node)?);
        }
    }
    role::of_nodes(&graph.nodes, &mut tensors);
    Ok((tensors, graph))
}

/// The tensor of a Constant node, whose message is the last of `places`. One that an archive cannot hold is left in the graph.
fn constant(
    path: &Arc<str>,
    bytes: &Bytes,
    mut places: Vec<Range<usize>>,
    node: &Node,
) -> Result<Option<NamedTensor>, CompressError> {
    let value =
        |attribute: &Bytes| pb::TensorAttribute::decode(attribute.clone()).ok().filter(|a| a.name == "value")?.t;
    let found = node.attribute.iter().find_map(|bytes| Some((bytes, value(bytes)?)));
    let (Some((attribute, value)), Some(name)) = (found, node.output.first()) else { return Ok(None) };
    if pb::Tensor::decode(value.clone()).is_ok_and(|t| known(t.data_type).is_err()) {
        return Ok(None);
    }
    places.extend([wire::place(bytes, attribute), wire::place(bytes, &value)]);
    tensor(path, bytes, places, Some(name)).map(Some)
}

/// Reads the tensor whose message is the last of `places`.
fn tensor(
    path: &Arc<str>,
    bytes: &Bytes,
    mut places: Vec<Range<usize>>,
    name: Option<&str>,
) -> Result<NamedTensor, CompressError> {
    let place = places.last().cloned().unwrap_or(0..0);
    let dims = fields(bytes, place.clone()).flatten().filter(|f| f.number == 1);
    if dims.map(|f| f.range.len()).sum::<usize>() > 10 * MAX_RANK {
        return Err(whole(path, format!("has a tensor of more than {MAX_RANK} dimensions")));
    }
    let decoded = pb::Tensor::decode(bytes.slice(place));
    let t = decoded.map_err(|e| whole(path, format!("not an ONNX file: it has a bad tensor: {e}")))?;
    let name = name.unwrap_or(&t.name).to_owned();
    if name.is_empty() {
        return Err(whole(path, "has an initialiser without a name".into()));
    }
    let bad = |why: String| wrong(path, &name, why);
    let shape: Result<Vec<usize>, _> = t.dims.iter().map(|&d| usize::try_from(d)).collect();
    let shape = shape.map_err(|_| bad(format!("has shape {:?}, expected no negative dimension", t.dims)))?;
    let elements = count(&shape).map_err(bad)?;
    let dtype = known(t.data_type).map_err(bad)?;
    let (data, varints) = elements_of(&t, dtype, elements).map_err(bad)?;
    let field = wire::place(bytes, varints.as_ref().unwrap_or(&data));
    let place = match varints {
        Some(_) => {
            places.push(field);
            Place::Varints(places)
        }
        None => Place::Elements(field),
    };
    Ok(NamedTensor { name, shape, dtype, role: role::Role::Other, data, path: path.clone(), place })
}

/// A tensor's elements, and the variable-length integers that they were. The text of an error begins with a verb.
fn elements_of(t: &pb::Tensor, dtype: Dtype, elements: usize) -> Result<(Bytes, Option<Bytes>), String> {
    if t.data_location != 0 || !t.external_data.is_empty() {
        let way = "save the model in one file (onnx.save_model with save_as_external_data=False)";
        return Err(format!("has its data in another file: {way}"));
    }
    if t.segment.is_some() {
        return Err("is a segment of a tensor, expected a whole one".into());
    }
    let integers = match dtype {
        Dtype::I64 => &t.int64_data,
        Dtype::U64 | Dtype::U32 => &t.uint64_data,
        _ => &t.int32_data,
    };
    let fixed = match dtype {
        Dtype::F32 => Some(&t.float_data),
        Dtype::F64 => Some(&t.double_data),
        _ => None,
    };
    let all = [&t.float_data, &t.double_data, &t.int32_data, &t.int64_data, &t.uint64_data];
    let pieces = all.into_iter().flatten().chain(&t.raw_data).filter(|d| !d.is_empty()).count();
    if pieces > 1 {
        return Err(format!("has its data in {pieces} fields, expected one"));
    }
    let size = elements.checked_mul(dtype.size());
    let fits = |data: &Bytes| match size == Some(data.len()) {
        true => Ok((data.clone(), None)),
        false => Err(format!("has {} bytes of data, its shape {:?} of {dtype:?} takes {size:?}", data.len(), t.dims)),
    };
    let whole = fixed.into_iter().flatten().chain(&t.raw_data).find(|d| !d.is_empty());
    match (whole, integers.iter().find(|d| !d.is_empty())) {
        (Some(data), _) => fits(data),
        (None, Some(data)) if fixed.is_none() => unpack(data, dtype, elements).map(|v| (v, Some(data.clone()))),
        (None, _) if pieces > 0 => Err(format!("has its data in a field that is not for {dtype:?}")),
        (None, _) => fits(&Bytes::new()),
    }
}

/// Little-endian elements of packed variable-length integers. The text of an error begins with a verb.
fn unpack(data: &Bytes, dtype: Dtype, elements: usize) -> Result<Bytes, String> {
    let found = data.iter().filter(|&&byte| byte < 0x80).count();
    if found != elements {
        return Err(format!("has {found} numbers, its shape takes {elements}"));
    }
    // Not more than eight times the data, as there is a byte for each.
    let mut out = Vec::with_capacity(elements * dtype.size());
    let mut at = 0;
    for i in 0..elements {
        let (value, length) = varint(&data[at..]).ok_or_else(|| format!("has a damaged number at element {i}"))?;
        at += length;
        let signed = value as i64;
        let fits = match dtype {
            Dtype::I32 => i32::try_from(signed).is_ok(),
            Dtype::I16 => i16::try_from(signed).is_ok(),
            Dtype::I8 => i8::try_from(signed).is_ok(),
            Dtype::U32 => u32::try_from(value).is_ok(),
            Dtype::U16 | Dtype::F16 | Dtype::BF16 => u16::try_from(value).is_ok(),
            Dtype::U8 => u8::try_from(value).is_ok(),
            Dtype::Bool => value < 2,
            _ => true,
        };
        if !fits {
            return Err(format!("has {signed} at element {i}, which is not of type {dtype:?}"));
        }
        out.extend_from_slice(&value.to_le_bytes()[..dtype.size()]);
    }
    match at == data.len() {
        true => Ok(out.into()),
        false => Err("has a damaged number at its end".into()),
    }
}

/// The type of a TensorProto.DataType. The text of an error begins with a verb.
fn known(data_type: i32) -> Result<Dtype, String> {
    Ok(match data_type {
        1 => Dtype::F32,
        2 => Dtype::U8,
        3 => Dtype::I8,
        4 => Dtype::U16,
        5 => Dtype::I16,
        6 => Dtype::I32,
        7 => Dtype::I64,
        9 => Dtype::Bool,
        10 => Dtype::F16,
        11 => Dtype::F64,
        12 => Dtype::U32,
        13 => Dtype::U64,
        16 => Dtype::BF16,
        other => return Err(format!("has ONNX type {other}, which an archive cannot hold")),
    })
}
