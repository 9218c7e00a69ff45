//! LSTM nodes of ONNX, and how a graph takes the last hidden state.

use super::chain::LayerKind;
use super::graph::{Index, WAY_OUT};
use super::module::join;
use super::pb::Node;
use super::walk::At;
use crate::error::CompressError;

/// Where the gates of ONNX (input, output, forget, cell) are in the order input, forget, cell, output.
const FROM_ONNX: [usize; 4] = [0, 2, 3, 1];
/// The other way round.
const TO_ONNX: [usize; 4] = [0, 3, 1, 2];

/// Blocks of rows, one a gate, in another order.
fn permute(values: &[f32], order: [usize; 4]) -> Vec<f32> {
    let block = values.len() / 4;
    order.iter().flat_map(|&gate| &values[gate * block..(gate + 1) * block]).copied().collect()
}

/// Gates as ONNX has them.
pub(super) fn to_onnx(values: &[f32]) -> Vec<f32> {
    permute(values, TO_ONNX)
}

/// The layer of an LSTM node, and which of its outputs is used.
pub(super) fn layer(index: &Index, node: &Node) -> Result<(LayerKind, At, String), CompressError> {
    let fail = |why: String| Err(index.fail(node, format!("{why}: {WAY_OUT}")));
    index.expect(node, &[("layout", &[0]), ("input_forget", &[0])])?;
    if let Some(direction) = node.attribute("direction").filter(|a| &a.s[..] != b"forward") {
        return fail(format!("has direction {}, expected forward", String::from_utf8_lossy(&direction.s)));
    }
    let usual: [&[u8]; 3] = [b"sigmoid", b"tanh", b"tanh"];
    if let Some(given) = node.attribute("activations").filter(|a| !a.strings.is_empty()) {
        if !given.strings.iter().map(|s| s.to_ascii_lowercase()).eq(usual) {
            return fail("has activations other than Sigmoid, Tanh, Tanh".into());
        }
    }
    if node.attribute("clip").is_some() {
        return fail("has a clip".into());
    }
    for (input, what) in [(4, "lengths of sequences"), (7, "peepholes")] {
        if node.input(input).is_some() {
            return fail(format!("has {what}"));
        }
    }
    for input in [5, 6] {
        if node.input(input).is_some_and(|name| !index.is_zero(name)) {
            return fail(format!("has an initial state (input {input}) that is not zero"));
        }
    }
    let ((w, input), (r, recurrent)) = (index.weights(node, 1)?, index.weights(node, 2)?);
    let (&[1, rows, inputs], &[1, all, hidden]) = (w, r) else {
        return fail(format!("has weights of shapes {w:?} and {r:?}, expected one direction and three dimensions"));
    };
    if rows != all || hidden.checked_mul(4) != Some(rows) || hidden == 0 || inputs == 0 {
        return fail(format!("has weights of shapes {w:?} and {r:?}, expected four rows a cell"));
    }
    let both = index.vector(node, 3, 2 * rows)?;
    let bias: Vec<f32> = both[..rows].iter().zip(&both[rows..]).map(|(a, b)| a + b).collect();
    let weight = join(&permute(&input, FROM_ONNX), inputs, &permute(&recurrent, FROM_ONNX), hidden);
    let kind = LayerKind::Lstm { inputs, hidden, weight, bias: permute(&bias, FROM_ONNX) };
    let is_used = |name: &&String| !name.is_empty() && (!index.users(name).is_empty() || index.is_output(name));
    let used: Vec<(usize, &String)> = (0..).zip(&node.output).filter(|(_, name)| is_used(name)).collect();
    match used[..] {
        [(0, name)] => Ok((kind, At::AllSteps, name.clone())),
        [(1, name)] => Ok((kind, At::LastStep, name.clone())),
        _ => fail(format!("has {} outputs that are used, expected Y or Y_h", used.len())),
    }
}

/// What a node leaves of an LSTM's output, if it is on the way to the last hidden state. The LSTM has so many steps,
/// if that is known, and cells.
pub(super) fn select(
    index: &Index,
    node: &Node,
    at: At,
    (steps, hidden): (Option<usize>, usize),
) -> Result<Option<At>, CompressError> {
    // Axes are an attribute before operator set 13.
    let axes = node.ints("axes").or_else(|| index.integers(node.input(1)?));
    let permutation = node.ints("perm").unwrap_or_default();
    let indices = node.input(1).and_then(|name| Some((index.constant(name)?.shape.len(), index.integers(name)?)));
    let picks = |axis: i64, places: &[i64]| {
        let scalar = matches!(&indices, Some((0, place)) if place.len() == 1 && places.contains(&place[0]));
        scalar && node.int("axis", 0) == axis
    };
    Ok(match (at, node.op_type.as_str()) {
        // Batch first becomes steps first.
        (At::Input, "Transpose") if permutation == [1, 0, 2] => Some(At::Sequence),
        (At::AllSteps, "Squeeze") if matches!(axes.as_deref(), Some([1 | -3])) => Some(At::Steps(0)),
        (At::AllSteps, "Transpose") if permutation == [0, 2, 1, 3] => Some(At::StepsAndBatch),
        (At::StepsAndBatch, "Reshape") if keeps_steps(index, node, steps, hidden) => Some(At::Steps(0)),
        (At::StepsAndBatch, "Squeeze") if matches!(axes.as_deref(), Some([2 | -2])) => Some(At::Steps(0)),
        (At::Steps(steps), "Transpose") if permutation == [1, 0, 2] => Some(At::Steps(1 - steps)),
        (At::Steps(steps), "Gather") if picks(steps, &[-1]) || picks(steps - 3, &[-1]) => Some(At::Vector),
        (At::LastStep, "Squeeze") if matches!(axes.as_deref(), Some([0 | -3])) => Some(At::Vector),
        (At::LastStep, "Gather") if picks(0, &[0, -1]) => Some(At::Vector),
        (At::AllSteps | At::StepsAndBatch | At::Steps(_) | At::LastStep, op) => {
            let why = format!("takes something else than the last hidden state of an LSTM (with {op})");
            return Err(index.fail(node, format!("{why}: {WAY_OUT}")));
        }
        _ => None,
    })
}

/// Whether a Reshape of `[steps, batch, 1, hidden]` gives `[steps, batch, hidden]`.
fn keeps_steps(index: &Index, node: &Node, steps: Option<usize>, hidden: usize) -> bool {
    let (Some(value), Some(shape)) = (node.input(0), node.input(1)) else { return false };
    match index.integers(shape).as_deref() {
        Some(&[first, second, last]) => {
            // Zero stands for what the value has. Two of three sides leave no choice for the third.
            let first = first == 0 || steps.is_some_and(|steps| steps as i64 == first);
            let last_is = last == hidden as i64;
            last_is && (first || second == 0) || last == -1 && first && second == 0
        }
        Some(_) => false,
        None => index.computed_sides(shape).is_some_and(|sides| {
            sides.len() == 3 && (0..2).all(|axis| index.is_side(&sides[axis], value, axis as i64))
        }),
    }
}
