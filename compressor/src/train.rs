//! Training with candle's autograd: dense, with pruned weights held at zero, or with shared weights, whose
//! centroids are then what is trained.

use crate::data::Dataset;
use crate::error::CompressError;
use crate::net::{DenseLayer, DenseNet};
use crate::share::Shared;
use candle_core::{DType, Device, Tensor, Var};
use candle_nn::optim::{AdamW, Optimizer, ParamsAdamW};
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// How to train. The same seed gives the same network on the same machine.
#[derive(Clone, Debug)]
pub struct TrainConfig {
    /// Of initial weights, order of images and dropout.
    pub seed: u64,
    /// Passes over the training set.
    pub epochs: usize,
    /// Images a step.
    pub batch: usize,
    /// Learning rate at the start; falls to zero along a cosine.
    pub learning_rate: f64,
    /// L2 regularisation (decoupled, as AdamW's).
    pub weight_decay: f64,
    /// Share of hidden activations dropped.
    pub dropout: f64,
    /// Pixels by which (square) images are moved at random, up to so many in each direction; 0 for none.
    pub augment: usize,
}

impl Default for TrainConfig {
    fn default() -> Self {
        TrainConfig {
            seed: 1,
            epochs: 25,
            batch: 128,
            learning_rate: 1.5e-3,
            weight_decay: 0.02,
            dropout: 0.3,
            augment: 0,
        }
    }
}

/// How far a training is. Called after every batch.
#[derive(Clone, Debug)]
pub struct Progress {
    /// What is being trained.
    pub stage: String,
    /// From 0.
    pub epoch: usize,
    /// Of so many.
    pub epochs: usize,
    /// Batches done in this epoch.
    pub batch: usize,
    /// Of so many.
    pub batches: usize,
    /// Mean loss of the epoch so far.
    pub loss: f64,
}

/// Takes notice of progress.
pub type Watcher<'a> = &'a mut dyn FnMut(&Progress);

/// Where a layer's weights come from.
enum Source {
    /// A matrix and the mask of what is not pruned.
    Masked { weight: Var, mask: Tensor },
    /// Centroids and each weight's one; the number after the last stands for pruned.
    Shared { centroids: Var, assignment: Tensor },
}

struct Trained {
    source: Source,
    bias: Var,
    shape: (usize, usize),
    relu: bool,
}

impl Trained {
    fn weight(&self) -> candle_core::Result<Tensor> {
        match &self.source {
            Source::Masked { weight, mask } => weight.as_tensor() * mask,
            Source::Shared { centroids, assignment } => {
                let zero = Tensor::zeros(1, DType::F32, &Device::Cpu)?;
                Tensor::cat(&[centroids.as_tensor(), &zero], 0)?.index_select(assignment, 0)?.reshape(self.shape)
            }
        }
    }

    fn vars(&self) -> [Var; 2] {
        let weights = match &self.source {
            Source::Masked { weight, .. } => weight,
            Source::Shared { centroids, .. } => centroids,
        };
        [weights.clone(), self.bias.clone()]
    }
}

/// A new network with these sizes (inputs, hidden..., outputs), initialised after He et al. (2015).
pub fn initialise(sizes: &[usize], seed: u64) -> DenseNet {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut layer = |(k, pair): (usize, &[usize])| {
        let (inputs, outputs) = (pair[0], pair[1]);
        let bound = (6.0 / inputs as f32).sqrt();
        DenseLayer {
            name: format!("fc{}", k + 1),
            inputs,
            outputs,
            weight: (0..inputs * outputs).map(|_| rng.random_range(-bound..bound)).collect(),
            bias: vec![0.0; outputs],
            relu: k + 2 < sizes.len(),
        }
    };
    DenseNet { layers: sizes.windows(2).enumerate().map(&mut layer).collect() }
}

/// Trains a network, with weights whose `mask` is false held at zero.
pub fn train(
    net: &DenseNet,
    masks: Option<&[Vec<bool>]>,
    data: &Dataset,
    config: &TrainConfig,
    stage: &str,
    watch: Watcher,
) -> Result<DenseNet, CompressError> {
    let mut layers = Vec::new();
    for (k, layer) in net.layers.iter().enumerate() {
        let shape = (layer.outputs, layer.inputs);
        let mask: Vec<f32> = match masks {
            Some(masks) => masks[k].iter().map(|&m| f32::from(u8::from(m))).collect(),
            None => vec![1.0; layer.weight.len()],
        };
        layers.push(Trained {
            source: Source::Masked {
                weight: Var::from_tensor(&Tensor::from_slice(&layer.weight, shape, &Device::Cpu)?)?,
                mask: Tensor::from_vec(mask, shape, &Device::Cpu)?,
            },
            bias: Var::from_tensor(&Tensor::from_slice(&layer.bias, layer.outputs, &Device::Cpu)?)?,
            shape,
            relu: layer.relu,
        });
    }
    fit(&layers, net, data, config, stage, watch)
}

/// Fine-tunes centroids and biases, the assignments fixed (Deep Compression, section 3.2): a centroid's gradient
/// is the sum of its weights' gradients. Returns the centroids with the network that they make.
pub fn fine_tune(
    net: &DenseNet,
    shared: &[Shared],
    data: &Dataset,
    config: &TrainConfig,
    stage: &str,
    watch: Watcher,
) -> Result<(DenseNet, Vec<Shared>), CompressError> {
    let mut layers = Vec::new();
    for (layer, shared) in net.layers.iter().zip(shared) {
        let pruned = shared.centroids.len() as u32;
        let assignment: Vec<u32> = shared.assignment.iter().map(|a| a.map_or(pruned, u32::from)).collect();
        let centroids = Tensor::from_slice(&shared.centroids, shared.centroids.len(), &Device::Cpu)?;
        let count = assignment.len();
        layers.push(Trained {
            source: Source::Shared {
                centroids: Var::from_tensor(&centroids)?,
                assignment: Tensor::from_vec(assignment, count, &Device::Cpu)?,
            },
            bias: Var::from_tensor(&Tensor::from_slice(&layer.bias, layer.outputs, &Device::Cpu)?)?,
            shape: (layer.outputs, layer.inputs),
            relu: layer.relu,
        });
    }
    let tuned = fit(&layers, net, data, config, stage, watch)?;
    let mut result = shared.to_vec();
    for (shared, layer) in result.iter_mut().zip(&layers) {
        shared.centroids = layer.vars()[0].as_tensor().to_vec1()?;
    }
    Ok((tuned, result))
}

fn fit(
    layers: &[Trained],
    net: &DenseNet,
    data: &Dataset,
    config: &TrainConfig,
    stage: &str,
    watch: Watcher,
) -> Result<DenseNet, CompressError> {
    net.check_data(data)?;
    let setting = |name, found: String, expected| Err(CompressError::Setting { name, found, expected });
    if config.batch == 0 || config.batch > data.len() {
        return setting("batch", config.batch.to_string(), "1 to the number of images");
    }
    if !(0.0..1.0).contains(&config.dropout) {
        return setting("dropout", config.dropout.to_string(), "0 or more, below 1");
    }
    let side = data.pixels.isqrt();
    if config.augment > 0 && (side * side != data.pixels || config.augment >= side) {
        return setting("augment", config.augment.to_string(), "0, or less than the side of a square image");
    }
    let vars = layers.iter().flat_map(Trained::vars).collect();
    let params = ParamsAdamW { lr: config.learning_rate, weight_decay: config.weight_decay, ..Default::default() };
    let mut optimiser = AdamW::new(vars, params)?;
    let mut rng = ChaCha8Rng::seed_from_u64(config.seed ^ 0x7261_696e);
    let mut order: Vec<usize> = (0..data.len()).collect();
    let batches = data.len() / config.batch;
    for epoch in 0..config.epochs {
        order.shuffle(&mut rng);
        let mut total = 0.0;
        for (batch, images) in order.chunks_exact(config.batch).enumerate() {
            let done = (epoch * batches + batch) as f64 / (config.epochs * batches) as f64;
            optimiser.set_learning_rate(config.learning_rate * 0.5 * (1.0 + (std::f64::consts::PI * done).cos()));
            let loss = loss(layers, data, images, config, &mut rng)?;
            optimiser.backward_step(&loss)?;
            total += f64::from(loss.to_scalar::<f32>()?);
            watch(&Progress {
                stage: stage.to_owned(),
                epoch,
                epochs: config.epochs,
                batch: batch + 1,
                batches,
                loss: total / (batch + 1) as f64,
            });
        }
    }
    let mut result = net.clone();
    for (layer, trained) in result.layers.iter_mut().zip(layers) {
        layer.weight = trained.weight()?.flatten_all()?.to_vec1()?;
        layer.bias = trained.bias.as_tensor().to_vec1()?;
    }
    Ok(result)
}

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

/// Cross-entropy of some images.
fn loss(
    layers: &[Trained],
    data: &Dataset,
    images: &[usize],
    config: &TrainConfig,
    rng: &mut ChaCha8Rng,
) -> Result<Tensor, CompressError> {
    let dropout = config.dropout;
    let mut values = Vec::with_capacity(images.len() * data.pixels);
    for &i in images {
        push_image(&mut values, data.image(i), config.augment, rng);
    }
    let labels: Vec<u32> = images.iter().map(|&i| data.labels[i].into()).collect();
    let mut x = Tensor::from_vec(values, (images.len(), data.pixels), &Device::Cpu)?;
    for layer in layers {
        x = x.matmul(&layer.weight()?.t()?)?.broadcast_add(layer.bias.as_tensor())?;
        if layer.relu {
            x = x.relu()?;
            if dropout > 0.0 {
                // candle's own dropout takes no seed.
                let keep = 1.0 / (1.0 - dropout as f32);
                let count = x.elem_count();
                let mask: Vec<f32> = (0..count).map(|_| if rng.random_bool(dropout) { 0.0 } else { keep }).collect();
                x = (&x * Tensor::from_vec(mask, x.shape(), &Device::Cpu)?)?;
            }
        }
    }
    let labels = Tensor::from_vec(labels, images.len(), &Device::Cpu)?;
    Ok(candle_nn::loss::cross_entropy(&x, &labels)?)
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
