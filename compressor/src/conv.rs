//! Convolution and max-pooling for candle, on activations laid out as `[channels, images x height x width]`.
//!
//! candle's own convolution takes 400 s and more for an epoch of LeNet-5 on two cores. Here a convolution is
//! `weight x patches`, one matrix product, as it is for a device; what is own is only the gathering of patches
//! (im2col), its adjoint (col2im), and the choice of the largest value of a window. Gradients come from candle's tape.

use candle_core::{bail, CpuStorage, CustomOp1, CustomOp2, Layout, Result, Shape, Tensor};
use eie_spec::op::Conv;
use rayon::prelude::*;

/// A tensor's values, which are contiguous.
fn values<'a>(storage: &'a CpuStorage, layout: &Layout) -> Result<&'a [f32]> {
    let Some((from, to)) = layout.contiguous_offsets() else { bail!("activations are not contiguous") };
    Ok(&storage.as_slice::<f32>()?[from..to])
}

/// Images in a batch of so many values.
fn images(len: usize, conv: &Conv) -> usize {
    len / (conv.channels * conv.height * conv.width)
}

/// The places of one row of the result that are inside the image, and the pixel of the first one.
fn inside(conv: &Conv, kx: usize, columns: usize) -> (std::ops::Range<usize>, usize) {
    let first = conv.padding.saturating_sub(kx).div_ceil(conv.stride);
    let end = (conv.width + conv.padding).saturating_sub(kx).div_ceil(conv.stride).min(columns);
    (first..end.max(first), (first * conv.stride + kx).saturating_sub(conv.padding))
}

/// Calls `f` with each stretch of values that a kernel position shares with a plane: its range in a row of patches,
/// and its first pixel in the plane of the image.
fn stretches(conv: &Conv, ky: usize, kx: usize, mut f: impl FnMut(std::ops::Range<usize>, usize)) {
    let (rows, columns) = conv.size();
    let (range, x) = inside(conv, kx, columns);
    for row in 0..rows {
        let y = (row * conv.stride + ky).checked_sub(conv.padding).filter(|&y| y < conv.height);
        if let Some(y) = y.filter(|_| !range.is_empty()) {
            f(row * columns + range.start..row * columns + range.end, y * conv.width + x);
        }
    }
}

/// `[channels, images x height x width]` to `[channels x kernel x kernel, images x rows x columns]`.
#[derive(Clone, Copy)]
pub(crate) struct Patches(pub Conv);

impl CustomOp1 for Patches {
    fn name(&self) -> &'static str {
        "patches"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let (x, c) = (values(storage, layout)?, &self.0);
        let (count, plane, result) = (images(x.len(), c), c.height * c.width, c.size().0 * c.size().1);
        let mut out = vec![0.0f32; c.channels * c.kernel * c.kernel * count * result];
        out.par_chunks_mut(count * result).enumerate().for_each(|(k, out)| {
            let (channel, ky, kx) = (k / (c.kernel * c.kernel), k / c.kernel % c.kernel, k % c.kernel);
            for image in 0..count {
                let x = &x[(channel * count + image) * plane..][..plane];
                let out = &mut out[image * result..][..result];
                stretches(c, ky, kx, |range, from| {
                    let out = &mut out[range];
                    match c.stride {
                        1 => out.copy_from_slice(&x[from..from + out.len()]),
                        stride => out.iter_mut().zip(x[from..].iter().step_by(stride)).for_each(|(o, x)| *o = *x),
                    }
                });
            }
        });
        Ok((CpuStorage::F32(out), (c.channels * c.kernel * c.kernel, count * result).into()))
    }

    fn bwd(&self, _: &Tensor, _: &Tensor, gradient: &Tensor) -> Result<Option<Tensor>> {
        Ok(Some(gradient.contiguous()?.apply_op1_no_bwd(&Gathered(self.0))?))
    }
}

/// The adjoint of [`Patches`]: each pixel gets the sum of its copies.
struct Gathered(Conv);

impl CustomOp1 for Gathered {
    fn name(&self) -> &'static str {
        "gathered"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let (g, c) = (values(storage, layout)?, &self.0);
        let (plane, result) = (c.height * c.width, c.size().0 * c.size().1);
        let count = g.len() / (c.channels * c.kernel * c.kernel * result);
        let mut out = vec![0.0f32; c.channels * count * plane];
        out.par_chunks_mut(count * plane).enumerate().for_each(|(channel, out)| {
            for k in 0..c.kernel * c.kernel {
                let g = &g[(channel * c.kernel * c.kernel + k) * count * result..][..count * result];
                for image in 0..count {
                    let g = &g[image * result..][..result];
                    let out = &mut out[image * plane..][..plane];
                    stretches(c, k / c.kernel, k % c.kernel, |range, from| {
                        let g = &g[range];
                        match c.stride {
                            1 => out[from..from + g.len()].iter_mut().zip(g).for_each(|(o, g)| *o += g),
                            stride => out[from..].iter_mut().step_by(stride).zip(g).for_each(|(o, g)| *o += g),
                        }
                    });
                }
            }
        });
        Ok((CpuStorage::F32(out), (c.channels, count * plane).into()))
    }
}

/// Max-pooling of a convolution's result, `[outputs, images x rows x columns]`.
#[derive(Clone, Copy)]
pub(crate) struct Pool(pub Conv);

impl Pool {
    /// Calls `f` with each window's place in the pooled values and the place of its (first) largest value.
    fn windows(&self, plane: &[f32], mut f: impl FnMut(usize, usize)) {
        let ((_, width), (rows, columns), pool) = (self.0.size(), self.0.pooled(), self.0.pool);
        for y in 0..rows {
            for x in 0..columns {
                let first = y * pool * width + x * pool;
                let mut best = first;
                for dy in 0..pool {
                    for at in first + dy * width..first + dy * width + pool {
                        if plane[at] > plane[best] {
                            best = at;
                        }
                    }
                }
                f(y * columns + x, best);
            }
        }
    }

    fn sizes(&self) -> (usize, usize) {
        (self.0.size().0 * self.0.size().1, self.0.pooled().0 * self.0.pooled().1)
    }
}

impl CustomOp1 for Pool {
    fn name(&self) -> &'static str {
        "pool"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let x = values(storage, layout)?;
        let (plane, pooled) = self.sizes();
        let mut out = vec![0.0f32; x.len() / plane * pooled];
        let planes = out.par_chunks_mut(pooled).zip(x.par_chunks(plane));
        planes.for_each(|(out, x)| self.windows(x, |to, from| out[to] = x[from]));
        let rows = layout.dims()[0];
        Ok((CpuStorage::F32(out), (rows, x.len() / plane * pooled / rows).into()))
    }

    fn bwd(&self, x: &Tensor, _: &Tensor, gradient: &Tensor) -> Result<Option<Tensor>> {
        Ok(Some(x.apply_op2_no_bwd(&gradient.contiguous()?, &Unpool(*self))?))
    }
}

/// The adjoint of [`Pool`], of its input and the gradient: the largest value of a window gets all.
struct Unpool(Pool);

impl CustomOp2 for Unpool {
    fn name(&self) -> &'static str {
        "unpool"
    }

    fn cpu_fwd(&self, x: &CpuStorage, xl: &Layout, g: &CpuStorage, gl: &Layout) -> Result<(CpuStorage, Shape)> {
        let (x, g) = (values(x, xl)?, values(g, gl)?);
        let (plane, pooled) = self.0.sizes();
        let mut out = vec![0.0f32; x.len()];
        let planes = out.par_chunks_mut(plane).zip(x.par_chunks(plane)).zip(g.par_chunks(pooled));
        planes.for_each(|((out, x), g)| self.0.windows(x, |from, to| out[to] += g[from]));
        Ok((CpuStorage::F32(out), xl.shape().clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use candle_core::{Device, Var};

    const CASES: [Conv; 4] = [
        Conv { channels: 2, height: 6, width: 7, kernel: 3, stride: 1, padding: 0, pool: 2 },
        Conv { channels: 3, height: 5, width: 6, kernel: 3, stride: 2, padding: 1, pool: 1 },
        Conv { channels: 1, height: 9, width: 9, kernel: 5, stride: 1, padding: 2, pool: 3 },
        Conv { channels: 2, height: 4, width: 4, kernel: 2, stride: 3, padding: 1, pool: 1 },
    ];

    fn ramp(len: usize) -> Vec<f32> {
        (0..len).map(|i| ((i * 37 + 11) % 101) as f32 / 50.0 - 1.0).collect()
    }

    #[test]
    fn patches_equal_the_plain_ones() {
        for c in CASES {
            let plane = c.height * c.width;
            let x = ramp(2 * c.channels * plane);
            let tensor = Tensor::from_slice(&x, (c.channels, 2 * plane), &Device::Cpu).unwrap();
            let got: Vec<Vec<f32>> = tensor.apply_op1(Patches(c)).unwrap().to_vec2().unwrap();
            let (rows, columns) = c.size();
            for image in 0..2 {
                let of = |channel: usize| x[(channel * 2 + image) * plane..][..plane].to_vec();
                let whole: Vec<f32> = (0..c.channels).flat_map(of).collect();
                let mut patch = vec![0.0; c.channels * c.kernel * c.kernel];
                for place in 0..rows * columns {
                    c.patch(&whole, place / columns, place % columns, &mut patch);
                    let at = image * rows * columns + place;
                    assert_eq!(got.iter().map(|row| row[at]).collect::<Vec<_>>(), patch, "{c:?}");
                }
            }
        }
    }

    /// `f(x + h) - f(x - h)` over `2 h` in each direction, against the tape.
    fn check_gradient(x: &[f32], shape: (usize, usize), f: impl Fn(&Tensor) -> Result<Tensor>) {
        let loss = |x: &Tensor| {
            let y = f(x).unwrap();
            let weights = Tensor::from_vec(ramp(y.elem_count()), y.shape().clone(), &Device::Cpu).unwrap();
            (y * weights).unwrap().sum_all().unwrap()
        };
        let var = Var::from_slice(x, shape, &Device::Cpu).unwrap();
        let tape = loss(var.as_tensor()).backward().unwrap();
        let got: Vec<f32> = tape.get(&var).unwrap().flatten_all().unwrap().to_vec1().unwrap();
        for i in 0..x.len() {
            let at = |h: f32| {
                let mut x = x.to_vec();
                x[i] += h;
                loss(&Tensor::from_vec(x, shape, &Device::Cpu).unwrap()).to_scalar::<f32>().unwrap()
            };
            let want = (at(1e-3) - at(-1e-3)) / 2e-3;
            assert!((got[i] - want).abs() < 2e-2, "{i}: {} {want}", got[i]);
        }
    }

    #[test]
    fn gradients_are_those_of_differences() {
        for c in CASES {
            let x = ramp(2 * c.channels * c.height * c.width);
            check_gradient(&x, (c.channels, 2 * c.height * c.width), |x| x.apply_op1(Patches(c)));
            let result = c.size().0 * c.size().1;
            check_gradient(&ramp(3 * 2 * result), (3, 2 * result), |x| x.apply_op1(Pool(c)));
        }
    }
}
