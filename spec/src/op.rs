//! How a layer's matrix is applied to the layer's activations: once, to every patch of an image, or once a time
//! step. Whatever the operation, the products are those of a fully connected layer, so a device runs them all.

use crate::arith::Activation;
use crate::model::Layer;
use serde::Serialize;

/// Largest side of an image, kernel, stride or pooling window, and number of time steps.
pub const MAX_SIDE: usize = 1 << 16;
/// Most activations that a layer takes or gives.
pub const MAX_ACTIVATIONS: usize = 1 << 24;

/// How a layer's matrix `W` is used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "op", rename_all = "lowercase")]
pub enum Op {
    /// `y = W x`.
    Linear,
    /// A product for each patch of an image.
    Conv(Conv),
    /// A product for each time step.
    Lstm(Lstm),
}

/// A two-dimensional convolution, then max-pooling.
///
/// The image is `channels x height x width`, row-major. A patch is `channels x kernel x kernel` in the same order:
/// `W` has so many columns, and an output channel a row. The result is `outputs x height x width` of
/// [`Conv::pooled`]. The drain's activation comes before pooling; both orders are the same, as it is monotonic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Conv {
    /// Of the image.
    pub channels: usize,
    /// Of the image.
    pub height: usize,
    /// Of the image.
    pub width: usize,
    /// Side of a patch.
    pub kernel: usize,
    /// Pixels from one patch to the next.
    pub stride: usize,
    /// Zeros around the image.
    pub padding: usize,
    /// Side of the pooling windows, which do not overlap; 1 for none. Rows and columns that fill no window are left.
    pub pool: usize,
}

/// A layer of long short-term memory (Hochreiter and Schmidhuber, 1997; the variant of PyTorch and ONNX without
/// peepholes). Arithmetic: [`crate::lstm`].
///
/// A step's vector is its input and then the hidden state before it: `W` has `inputs + hidden` columns, and
/// `4 x hidden` rows in the order input, forget, cell, output gate. The layer takes `steps` inputs one after the
/// other and gives the last hidden state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Lstm {
    /// Cells.
    pub hidden: usize,
    /// Time steps.
    pub steps: usize,
}

impl Conv {
    /// Height and width of the convolution's result. Zero where the kernel does not fit.
    pub fn size(&self) -> (usize, usize) {
        let side = |n: usize| (n + 2 * self.padding).checked_sub(self.kernel).map_or(0, |n| n / self.stride + 1);
        (side(self.height), side(self.width))
    }

    /// Height and width after pooling.
    pub fn pooled(&self) -> (usize, usize) {
        let (height, width) = self.size();
        (height / self.pool, width / self.pool)
    }

    /// Fills `patch` (`channels x kernel x kernel`) with the one for row `y` and column `x` of the result.
    pub fn patch<T: Copy + Default>(&self, image: &[T], y: usize, x: usize, patch: &mut [T]) {
        let k = self.kernel;
        let inside = |at: usize, side: usize| at.checked_sub(self.padding).filter(|&at| at < side);
        for (channel, patch) in patch.chunks_exact_mut(k * k).enumerate() {
            for (dy, row) in patch.chunks_exact_mut(k).enumerate() {
                let line = inside(y * self.stride + dy, self.height);
                for (dx, value) in row.iter_mut().enumerate() {
                    let pixel = line.zip(inside(x * self.stride + dx, self.width));
                    *value =
                        pixel.map_or_else(T::default, |(y, x)| image[(channel * self.height + y) * self.width + x]);
                }
            }
        }
    }
}

/// Max-pooling of `planes` of this convolution's result.
fn pooled(conv: &Conv, planes: &[i16], out: &mut [i16]) {
    let ((height, width), (rows, columns), pool) = (conv.size(), conv.pooled(), conv.pool);
    let mut out = out.iter_mut();
    for plane in planes.chunks_exact(height * width) {
        for y in 0..rows {
            for x in 0..columns {
                let window = |dy: usize| &plane[(y * pool + dy) * width + x * pool..][..pool];
                if let Some(out) = out.next() {
                    *out = (0..pool).flat_map(window).copied().max().unwrap_or(0);
                }
            }
        }
    }
}

impl Layer {
    /// Applies the layer to its activations, given its product: what a vector of `inputs` activations becomes
    /// after drain. For what is not linear, the host does the rest: patches, pooling, cells.
    ///
    /// # Errors
    /// The product's.
    ///
    /// # Panics
    /// If `x` is not [`Layer::in_len`] long, or a product is not `outputs` long.
    pub fn apply<E>(&self, x: &[i16], mut product: impl FnMut(&[i16]) -> Result<Vec<i16>, E>) -> Result<Vec<i16>, E> {
        let mut out = vec![0; self.out_len()];
        self.apply_batch(x, &mut out, |vectors, results| {
            for (x, y) in vectors.chunks_exact(self.inputs).zip(results.chunks_exact_mut(self.outputs)) {
                y.copy_from_slice(&product(x)?);
            }
            Ok(())
        })?;
        Ok(out)
    }

    /// Applies the layer to activations of several inputs, one after the other in `x`, given a function for many of
    /// its products at once: vectors of `inputs` activations, one after the other, and as many results of `outputs`.
    /// Products that do not depend on each other are asked for together: of a convolution all patches of a row of all
    /// images, of an LSTM a time step of all sequences.
    ///
    /// # Errors
    /// The products'.
    ///
    /// # Panics
    /// If `x` is not a multiple of [`Layer::in_len`] long, or `out` has not as many of [`Layer::out_len`].
    pub fn apply_batch<E>(
        &self,
        x: &[i16],
        out: &mut [i16],
        mut products: impl FnMut(&[i16], &mut [i16]) -> Result<(), E>,
    ) -> Result<(), E> {
        let batch = x.len() / self.in_len();
        assert_eq!(x.len(), batch * self.in_len(), "activations of layer {}", self.name);
        assert_eq!(out.len(), batch * self.out_len(), "results of layer {}", self.name);
        match &self.op {
            Op::Linear => products(x, out),
            Op::Conv(conv) => {
                let (height, width) = conv.size();
                let (area, plane) = (self.outputs * height * width, height * width);
                let mut patches = vec![0; batch * width * self.inputs];
                let mut results = vec![0; batch * width * self.outputs];
                let mut planes = vec![0; batch * area];
                for y in 0..height {
                    let places = (0..batch).flat_map(|b| (0..width).map(move |column| (b, column)));
                    for ((b, column), patch) in places.zip(patches.chunks_exact_mut(self.inputs)) {
                        conv.patch(&x[b * self.in_len()..][..self.in_len()], y, column, patch);
                    }
                    products(&patches, &mut results)?;
                    for (k, result) in results.chunks_exact(self.outputs).enumerate() {
                        let (b, column) = (k / width, k % width);
                        for (channel, &value) in result.iter().enumerate() {
                            planes[b * area + channel * plane + y * width + column] = value;
                        }
                    }
                }
                for (planes, out) in planes.chunks_exact(area).zip(out.chunks_exact_mut(self.out_len())) {
                    pooled(conv, planes, out);
                }
                Ok(())
            }
            Op::Lstm(lstm) => {
                let taken = self.inputs - lstm.hidden;
                let mut states = vec![crate::lstm::State::new(lstm, self.in_scale); batch];
                let mut vectors = vec![0; batch * self.inputs];
                let mut gates = vec![0; batch * self.outputs];
                for step in 0..lstm.steps {
                    let all = states.iter().zip(vectors.chunks_exact_mut(self.inputs)).enumerate();
                    for (b, (state, vector)) in all {
                        vector[..taken].copy_from_slice(&x[b * self.in_len() + step * taken..][..taken]);
                        vector[taken..].copy_from_slice(state.hidden());
                    }
                    products(&vectors, &mut gates)?;
                    for (state, gates) in states.iter_mut().zip(gates.chunks_exact(self.outputs)) {
                        state.step(gates);
                    }
                }
                for (state, out) in states.iter().zip(out.chunks_exact_mut(lstm.hidden)) {
                    out.copy_from_slice(state.hidden());
                }
                Ok(())
            }
        }
    }
}

impl Op {
    /// Activations that a layer with so many columns takes.
    pub fn in_len(&self, inputs: usize) -> usize {
        match self {
            Op::Linear => inputs,
            Op::Conv(c) => c.channels * c.height * c.width,
            Op::Lstm(l) => l.steps * inputs.saturating_sub(l.hidden),
        }
    }

    /// Activations that a layer with so many rows gives.
    pub fn out_len(&self, outputs: usize) -> usize {
        match self {
            Op::Linear => outputs,
            Op::Conv(c) => outputs * c.pooled().0 * c.pooled().1,
            Op::Lstm(l) => l.hidden,
        }
    }

    /// Products with `W` for one input.
    pub fn products(&self) -> usize {
        match self {
            Op::Linear => 1,
            Op::Conv(c) => c.size().0 * c.size().1,
            Op::Lstm(l) => l.steps,
        }
    }

    /// Checks that geometry and matrix agree.
    ///
    /// # Errors
    /// A sentence about what does not, without the layer's name.
    pub fn check(&self, layer: &Layer) -> Result<(), String> {
        let want = |ok: bool, what: String| if ok { Ok(()) } else { Err(what) };
        let side = |what: &str, n: usize, least: usize| {
            want((least..=MAX_SIDE).contains(&n), format!("{what} is {n}, expected {least} to {MAX_SIDE}"))
        };
        match self {
            Op::Linear => Ok(()),
            Op::Conv(c) => {
                side("number of channels", c.channels, 1)?;
                side("image height", c.height, 1)?;
                side("image width", c.width, 1)?;
                side("kernel", c.kernel, 1)?;
                side("stride", c.stride, 1)?;
                side("padding", c.padding, 0)?;
                side("pooling window", c.pool, 1)?;
                want(c.padding < c.kernel, format!("padding {} is no less than kernel {}", c.padding, c.kernel))?;
                let (height, width) = c.pooled();
                want(height > 0 && width > 0, format!("the image is too small: nothing is left of it by {c:?}"))?;
                let columns = c.channels as u64 * c.kernel as u64 * c.kernel as u64;
                want(
                    columns == layer.inputs as u64,
                    format!("a patch has {columns} values, the matrix has {} columns", layer.inputs),
                )?;
                let taken = c.channels as u64 * c.height as u64 * c.width as u64;
                let given = layer.outputs as u64 * c.size().0 as u64 * c.size().1 as u64;
                let limit = MAX_ACTIVATIONS as u64;
                want(taken.max(given) <= limit, format!("{} activations, expected at most {limit}", taken.max(given)))
            }
            Op::Lstm(l) => {
                side("number of cells", l.hidden, 1)?;
                side("number of time steps", l.steps, 1)?;
                want(
                    layer.outputs == 4 * l.hidden && layer.inputs > l.hidden,
                    format!(
                        "the matrix is {} by {}, expected {} rows and more than {} columns",
                        layer.outputs,
                        layer.inputs,
                        4 * l.hidden,
                        l.hidden
                    ),
                )?;
                let taken = l.steps as u64 * (layer.inputs - l.hidden) as u64;
                let limit = MAX_ACTIVATIONS as u64;
                want(taken <= limit, format!("{taken} activations, expected at most {limit}"))?;
                want(layer.activation == Activation::Identity, "gates have an activation function".into())?;
                let unit = crate::lstm::GATE_UNIT;
                want(layer.out_scale == unit, format!("gates have scale {}, expected {unit}", layer.out_scale))?;
                let largest = crate::lstm::hidden_unit(layer.in_scale);
                want(
                    (1..=i32::from(i16::MAX)).contains(&largest)
                        && layer.certificate.in_abs_max >= largest.unsigned_abs(),
                    format!(
                        "a hidden state of 1 is {largest} units, expected 1 to 32767 and within the certificate's {}",
                        layer.certificate.in_abs_max
                    ),
                )
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONV: Conv = Conv { channels: 2, height: 4, width: 5, kernel: 3, stride: 2, padding: 1, pool: 1 };

    #[test]
    fn patches_are_those_of_the_definition() {
        let image: Vec<i16> = (1..=40).collect();
        assert_eq!(CONV.size(), (2, 3));
        let mut patch = vec![99; 18];
        CONV.patch(&image, 0, 0, &mut patch);
        assert_eq!(patch, [0, 0, 0, 0, 1, 2, 0, 6, 7, 0, 0, 0, 0, 21, 22, 0, 26, 27]);
        CONV.patch(&image, 1, 2, &mut patch);
        assert_eq!(patch[..9], [9, 10, 0, 14, 15, 0, 19, 20, 0]);
    }

    #[test]
    fn sizes() {
        let lenet = Conv { channels: 20, height: 12, width: 12, kernel: 5, stride: 1, padding: 0, pool: 2 };
        assert_eq!((lenet.size(), lenet.pooled()), ((8, 8), (4, 4)));
        assert_eq!((Op::Conv(lenet).in_len(500), Op::Conv(lenet).out_len(50)), (2880, 800));
        let lstm = Op::Lstm(Lstm { hidden: 128, steps: 28 });
        assert_eq!((lstm.in_len(156), lstm.out_len(512), lstm.products()), (784, 128, 28));
        assert_eq!(Conv { height: 1, width: 1, padding: 0, ..CONV }.size(), (0, 0));
    }
}
