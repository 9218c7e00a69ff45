//! Loss and gradients of a batch, by candle's autograd.

use crate::data::Dataset;
use crate::error::CompressError;
use crate::forward;
use crate::net::DenseLayer;
use crate::train::TrainConfig;
use candle_core::{Device, Tensor, Var};
use eie_spec::op::Op;
use rand::{Rng, RngCore};
use rand_chacha::ChaCha8Rng;

/// A layer's gradients: by its weights, row-major as they are, and by its biases.
pub(crate) type Gradient = (Vec<f32>, Vec<f32>);

/// Appends an image's grey values, 0 to 1, moved by up to `reach` pixels; what comes in at the edge is black.
fn push_image(values: &mut Vec<f32>, image: &[u8], reach: usize, rng: &mut ChaCha8Rng) {
    if reach == 0 {
        values.extend(image.iter().map(|&p| f32::from(p) / 255.0));
        return;
    }
    let side = image.len().isqrt();
    let mut offset = || rng.random_range(0..=2 * reach);
    let (down, right) = (offset(), offset());
    // Where a pixel comes from, or none outside of the image.
    let source = |at: usize, by: usize| (at + reach).checked_sub(by).filter(|&s| s < side);
    for y in 0..side {
        for x in 0..side {
            let pixel = source(y, down).zip(source(x, right)).map_or(0, |(y, x)| image[y * side + x]);
            values.push(f32::from(pixel) / 255.0);
        }
    }
}

/// Cross-entropy of some images, and its gradients by each layer's weights and biases.
///
/// Activations are `[features, images]`: so candle gets a weight's gradient in the weight's own order, and not as
/// a transposed tensor that would have to be copied. Its tape begins after the first product, as it would else
/// compute the gradient by the images too, a third of all the arithmetic.
pub(crate) fn gradients<'a>(
    layers: impl Iterator<Item = &'a DenseLayer>,
    data: &Dataset,
    images: &[usize],
    config: &TrainConfig,
    rng: &mut ChaCha8Rng,
) -> Result<(f64, Vec<Gradient>), CompressError> {
    let mut values = Vec::with_capacity(images.len() * data.pixels);
    for &i in images {
        push_image(&mut values, data.image(i), config.augment, rng);
    }
    let pixels = Tensor::from_vec(values, (images.len(), data.pixels), &Device::Cpu)?;
    let mut vars: Vec<(Var, Var)> = Vec::new();
    // Of the first layer, if it is one product: what it is applied to.
    let mut first = None;
    let mut x = pixels.t()?;
    for (k, layer) in layers.enumerate() {
        let weight = Tensor::from_slice(&layer.weight, (layer.outputs, layer.inputs), &Device::Cpu)?;
        let bias = Var::from_slice(&layer.bias, (layer.outputs, 1), &Device::Cpu)?;
        let entered = forward::enter(layer, &x, images.len())?;
        if k == 0 && !matches!(layer.op, Op::Lstm(_)) {
            // The product takes the weights' place.
            let product = Var::from_tensor(&weight.matmul(&entered)?)?;
            x = forward::leave(layer, product.broadcast_add(&bias)?)?;
            first = Some(entered);
            vars.push((product, bias));
        } else {
            let weight = Var::from_tensor(&weight)?;
            x = forward::apply(layer, &weight, &bias, &entered)?;
            vars.push((weight, bias));
        }
        let dropped = match layer.op {
            Op::Linear => layer.relu,
            Op::Lstm(_) => true,
            Op::Conv(_) => false,
        };
        if dropped && config.dropout > 0.0 {
            x = (&x * dropout_mask(x.dims2()?, config.dropout, rng)?)?;
        }
    }
    let labels: Vec<u32> = images.iter().map(|&i| data.labels[i].into()).collect();
    let labels = Tensor::from_vec(labels, images.len(), &Device::Cpu)?;
    let loss = candle_nn::loss::cross_entropy(&x.t()?.contiguous()?, &labels)?;
    let tape = loss.backward()?;
    let mut gradients = Vec::new();
    for (weight, bias) in &vars {
        let of = |var: &Var| tape.get(var).cloned().map_or_else(|| var.zeros_like(), Ok);
        let weight = match first.take() {
            Some(entered) => of(weight)?.matmul(&entered.t()?)?,
            None => of(weight)?,
        };
        gradients.push((weight.flatten_all()?.to_vec1()?, of(bias)?.flatten_all()?.to_vec1()?));
    }
    Ok((f64::from(loss.to_scalar::<f32>()?), gradients))
}

/// Zeros and, for what is left to have the same mean, `1 / (1 - dropout)`. candle's own dropout takes no seed.
fn dropout_mask(shape: (usize, usize), dropout: f64, rng: &mut ChaCha8Rng) -> Result<Tensor, CompressError> {
    let scale = 1.0 / (1.0 - dropout as f32);
    let threshold = (dropout * 65536.0) as u16;
    let mut random = vec![0u8; 2 * shape.0 * shape.1];
    rng.fill_bytes(&mut random);
    let dropped = |pair: &[u8]| u16::from_le_bytes([pair[0], pair[1]]) < threshold;
    let mask: Vec<f32> = random.chunks_exact(2).map(|pair| if dropped(pair) { 0.0 } else { scale }).collect();
    Ok(Tensor::from_vec(mask, shape, &Device::Cpu)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::DenseNet;
    use crate::shape::{initialise, Shape};
    use eie_spec::op::{Conv, Lstm};
    use rand::SeedableRng;

    #[test]
    fn moved_images_keep_their_content() {
        let mut image = vec![0u8; 25];
        image[12] = 255;
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let mut places = std::collections::BTreeSet::new();
        for _ in 0..200 {
            let mut values = Vec::new();
            push_image(&mut values, &image, 1, &mut rng);
            assert_eq!((values.len(), values.iter().sum::<f32>()), (25, 1.0));
            places.insert(values.iter().position(|&v| v == 1.0));
        }
        let want = [6, 7, 8, 11, 12, 13, 16, 17, 18].map(Some);
        assert_eq!(places.into_iter().collect::<Vec<_>>(), want);
    }

    fn check_slopes(net: &DenseNet) {
        let pixels = net.layers[0].in_len();
        let images: Vec<u8> = (0..6 * pixels as u32).map(|i| (i * 37 % 256) as u8).collect();
        let data = Dataset { images, labels: vec![0, 1, 2, 2, 1, 0], pixels };
        let config = TrainConfig { dropout: 0.0, ..Default::default() };
        let order: Vec<usize> = (0..6).collect();
        let run = |net: &DenseNet| {
            let mut rng = ChaCha8Rng::seed_from_u64(0);
            gradients(net.layers.iter(), &data, &order, &config, &mut rng).unwrap()
        };
        let (_, exact) = run(net);
        for k in 0..net.layers.len() {
            for bias in [false, true] {
                for i in 0..3 {
                    let moved = |by: f32| {
                        let mut net = net.clone();
                        let layer = &mut net.layers[k];
                        let values = if bias { &mut layer.bias } else { &mut layer.weight };
                        let at = i * 7 % values.len();
                        values[at] += by;
                        run(&net).0
                    };
                    let slope = (moved(2e-3) - moved(-2e-3)) / 4e-3;
                    let values = if bias { &exact[k].1 } else { &exact[k].0 };
                    let got = f64::from(values[i * 7 % values.len()]);
                    assert!((got - slope).abs() < 3e-3, "layer {k} bias {bias} {i}: {got}, slope {slope}");
                }
            }
        }
    }

    #[test]
    fn gradients_are_slopes() {
        check_slopes(&initialise(&Shape::Dense(vec![9, 5, 4, 3]), 2));
    }

    #[test]
    fn gradients_of_convolutions_and_cells_are_slopes() {
        let conv = Conv { channels: 1, height: 8, width: 8, kernel: 3, stride: 1, padding: 0, pool: 2 };
        let second = Conv { channels: 4, height: 3, width: 3, kernel: 2, padding: 1, ..conv };
        check_slopes(&initialise(
            &Shape::Convolutional { convs: vec![(conv, 4), (second, 5)], dense: vec![6, 3] },
            2,
        ));
        check_slopes(&initialise(
            &Shape::Recurrent { lstm: Lstm { hidden: 5, steps: 4 }, inputs: 6, dense: vec![3] },
            2,
        ));
    }
}
