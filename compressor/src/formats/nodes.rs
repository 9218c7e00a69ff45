//! Nodes of an ONNX graph that are layers, or a part of one.

use super::chain::LayerKind;
use super::graph::{Index, WAY_OUT};
use super::pb::Node;
use super::walk::{At, Walk};
use crate::error::CompressError;

impl Walk<'_> {
    /// A convolution.
    pub(super) fn conv(&mut self, node: &Node) -> Result<(), CompressError> {
        let index = &self.index;
        if !matches!(self.at, At::Input | At::Image) {
            return Err(index.fail(node, format!("is behind a layer that gives no image: {WAY_OUT}")));
        }
        index.expect(node, &[("group", &[1]), ("dilations", &[1])])?;
        let (stride, padding) = (index.side(node, "strides", 1)?, padding(index, node)?);
        let (shape, weight) = index.weights(node, 1)?;
        let &[outputs, channels, kernel, width] = shape else {
            return Err(index.fail(node, format!("has weights of shape {shape:?}, expected four dimensions")));
        };
        if kernel != width {
            return Err(
                index.fail(node, format!("has kernels of {kernel} x {width}, expected square ones: {WAY_OUT}"))
            );
        }
        if weight.is_empty() {
            return Err(index.fail(node, format!("has weights of shape {shape:?}, expected at least one")));
        }
        let bias = index.vector(node, 2, outputs)?;
        self.push(node, 1, LayerKind::Conv { channels, outputs, kernel, weight, bias, stride, padding, pool: 1 });
        self.at = At::Image;
        Ok(())
    }

    /// Max-pooling of the convolution before it.
    pub(super) fn pool(&mut self, node: &Node) -> Result<(), CompressError> {
        let index = &self.index;
        index.expect(node, &[("pads", &[0]), ("dilations", &[1]), ("ceil_mode", &[0])])?;
        let (kernel, stride) = (index.side(node, "kernel_shape", 0)?, index.side(node, "strides", 1)?);
        if kernel != stride || padding(index, node)? != 0 {
            let why = format!("has windows of {kernel} every {stride} pixels, expected ones that do not overlap");
            return Err(index.fail(node, format!("{why}: {WAY_OUT}")));
        }
        match self.chain.layers.last_mut().map(|l| &mut l.kind) {
            Some(LayerKind::Conv { pool, .. }) if *pool == 1 && self.at == At::Image => *pool = kernel,
            _ => return Err(index.fail(node, format!("does not follow a convolution: {WAY_OUT}"))),
        }
        Ok(())
    }

    /// A fully connected layer.
    pub(super) fn linear(&mut self, node: &Node) -> Result<(), CompressError> {
        let index = &self.index;
        if self.at != At::Vector {
            let why = format!("takes what is no vector ({:?}): a Flatten has to be before it; otherwise", self.at);
            return Err(index.fail(node, format!("{why} {WAY_OUT}")));
        }
        let gemm = node.op_type == "Gemm";
        for factor in ["alpha", "beta"] {
            if let Some(a) = node.attribute(factor).filter(|a| gemm && a.f != 1.0) {
                return Err(index.fail(node, format!("has {factor} {}, expected 1: {WAY_OUT}", a.f)));
            }
        }
        index.expect(node, &[("transA", &[0])])?;
        let (shape, values) = index.weights(node, 1)?;
        let &[rows, columns] = shape else {
            return Err(index.fail(node, format!("has weights of shape {shape:?}, expected two dimensions")));
        };
        let (outputs, inputs, weight) = match gemm && node.int("transB", 0) != 0 {
            true => (rows, columns, values),
            false => (columns, rows, transpose(&values, rows, columns)),
        };
        if weight.is_empty() {
            return Err(index.fail(node, format!("has weights of shape {shape:?}, expected at least one")));
        }
        if let Some(width) = self.width().filter(|&width| width != inputs) {
            return Err(index.fail(node, format!("takes {inputs} inputs, what is before it gives {width}")));
        }
        let bias = if gemm { index.vector(node, 2, outputs)? } else { vec![0.0; outputs] };
        self.addable = (!gemm).then_some(self.chain.layers.len());
        self.push(node, 1, LayerKind::Linear { inputs, outputs, weight, bias });
        Ok(())
    }

    /// The bias of a MatMul.
    pub(super) fn add(&mut self, node: &Node, other: usize, addable: Option<usize>) -> Result<(), CompressError> {
        match addable.and_then(|i| self.chain.layers.get_mut(i)).map(|l| &mut l.kind) {
            Some(LayerKind::Linear { outputs, bias, .. }) => *bias = self.index.vector(node, other, *outputs)?,
            _ => return Err(self.index.fail(node, format!("does not follow a MatMul: {WAY_OUT}"))),
        }
        Ok(())
    }

    /// An image becomes a vector.
    pub(super) fn flatten(&mut self, node: &Node) -> Result<(), CompressError> {
        let index = &self.index;
        let fits = |n: i64| n == -1 || n > 0 && self.width().is_none_or(|width| width as u64 == n as u64);
        let valid = match (node.op_type.as_str(), node.input(1)) {
            ("Flatten", _) => node.int("axis", 1) == 1,
            (_, Some(shape)) => match index.integers(shape) {
                // The batch is first, whatever it is: sizes are checked where the vector is used.
                Some(shape) => match shape[..] {
                    [-1, n] => n != -1 && fits(n),
                    [batch, n] => (matches!(batch, 0 | 1) || self.batch() == Some(batch)) && fits(n),
                    _ => false,
                },
                None => index.computed_sides(shape).is_some_and(|sides| {
                    let last = sides.get(1).and_then(|side| index.integers(side));
                    sides.len() == 2 && last.is_some_and(|last| matches!(last[..], [n] if fits(n)))
                }),
            },
            _ => false,
        };
        if !valid {
            return Err(index.fail(node, format!("gives something else than a vector for each input: {WAY_OUT}")));
        }
        self.at = At::Vector;
        Ok(())
    }
}

/// Zeros around an image, the same on all sides.
fn padding(index: &Index, node: &Node) -> Result<usize, CompressError> {
    match node.attribute("auto_pad").map(|a| a.s) {
        Some(pad) if !matches!(&pad[..], b"NOTSET" | b"VALID" | b"") => {
            let pad = String::from_utf8_lossy(&pad).into_owned();
            Err(index.fail(node, format!("has auto_pad {pad}, expected pads: {WAY_OUT}")))
        }
        _ => index.side(node, "pads", 0),
    }
}

fn transpose(values: &[f32], rows: usize, columns: usize) -> Vec<f32> {
    (0..columns).flat_map(|c| (0..rows).map(move |r| values[r * columns + c])).collect()
}
