//! Training: dense, with pruned weights held at zero, or with shared weights, whose
//! centroids are then what is trained.

use crate::adam::{Adam, Step};
use crate::backprop::{gradients, Gradient};
use crate::data::Dataset;
use crate::error::CompressError;
use crate::net::{DenseLayer, DenseNet};
use crate::share::Shared;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

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
enum Source<'a> {
    /// The weights themselves, and which are not pruned.
    Masked(Option<&'a [bool]>),
    /// Centroids, and each weight's one.
    Shared { centroids: Vec<f32>, assignment: &'a [Option<u8>] },
}

/// A layer and the optimiser's state of it.
struct Trained<'a> {
    layer: DenseLayer,
    source: Source<'a>,
    weight_moments: Adam,
    bias_moments: Adam,
}

impl<'a> Trained<'a> {
    fn new(layer: &DenseLayer, source: Source<'a>) -> Self {
        let trained = match &source {
            Source::Masked(_) => layer.weight.len(),
            Source::Shared { centroids, .. } => centroids.len(),
        };
        let (weight_moments, bias_moments) = (Adam::new(trained), Adam::new(layer.bias.len()));
        Trained { layer: layer.clone(), source, weight_moments, bias_moments }
    }

    fn update(&mut self, weight: &[f32], bias: &[f32], step: Step) {
        self.bias_moments.update(&mut self.layer.bias, bias, None, step);
        match &mut self.source {
            Source::Masked(kept) => self.weight_moments.update(&mut self.layer.weight, weight, *kept, step),
            Source::Shared { centroids, assignment } => {
                let mut sums = vec![0.0f32; centroids.len()];
                for (code, gradient) in assignment.iter().zip(weight) {
                    if let Some(code) = code {
                        sums[*code as usize] += gradient;
                    }
                }
                self.weight_moments.update(centroids, &sums, None, step);
                for (weight, code) in self.layer.weight.iter_mut().zip(*assignment) {
                    *weight = code.map_or(0.0, |code| centroids[code as usize]);
                }
            }
        }
    }
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
    let fits = |masks: &[Vec<bool>]| {
        masks.len() == net.layers.len() && masks.iter().zip(&net.layers).all(|(m, l)| m.len() == l.weight.len())
    };
    if !masks.is_none_or(fits) {
        let found = format!("{:?} long", masks.unwrap_or_default().iter().map(Vec::len).collect::<Vec<_>>());
        return Err(CompressError::Setting { name: "masks", found, expected: "one entry for each weight" });
    }
    let mut layers: Vec<Trained> = Vec::new();
    for (k, layer) in net.layers.iter().enumerate() {
        layers.push(Trained::new(layer, Source::Masked(masks.map(|masks| masks[k].as_slice()))));
    }
    let mut trained = fit(&mut layers, net, data, config, stage, watch)?;
    // Every update leaves pruned weights at zero; without epochs there was none.
    for (layer, mask) in trained.layers.iter_mut().zip(masks.unwrap_or_default()) {
        layer.weight.iter_mut().zip(mask).filter(|(_, &kept)| !kept).for_each(|(w, _)| *w = 0.0);
    }
    Ok(trained)
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
    let mut layers: Vec<Trained> = Vec::new();
    for (layer, shared) in net.layers.iter().zip(shared) {
        let source = Source::Shared { centroids: shared.centroids.clone(), assignment: &shared.assignment };
        layers.push(Trained::new(layer, source));
    }
    let tuned = fit(&mut layers, net, data, config, stage, watch)?;
    let mut result = shared.to_vec();
    for (shared, layer) in result.iter_mut().zip(layers) {
        if let Source::Shared { centroids, .. } = layer.source {
            shared.centroids = centroids;
        }
    }
    Ok((tuned, result))
}

fn fit(
    layers: &mut [Trained],
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
    let mut rng = ChaCha8Rng::seed_from_u64(config.seed ^ 0x7261_696e);
    let mut order: Vec<usize> = (0..data.len()).collect();
    let batches = data.len() / config.batch;
    for epoch in 0..config.epochs {
        order.shuffle(&mut rng);
        let mut total = 0.0;
        for (batch, images) in order.chunks_exact(config.batch).enumerate() {
            let done = (epoch * batches + batch) as f64 / (config.epochs * batches) as f64;
            let rate = config.learning_rate * 0.5 * (1.0 + (std::f64::consts::PI * done).cos());
            let (loss, gradients) = sharded(layers, data, images, config, &mut rng)?;
            let step = Step { rate, decay: config.weight_decay, number: epoch * batches + batch + 1 };
            for (layer, (weight, bias)) in layers.iter_mut().zip(&gradients) {
                layer.update(weight, bias, step);
            }
            total += loss;
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
    Ok(DenseNet { layers: layers.iter().map(|trained| trained.layer.clone()).collect() })
}

/// How much the loss depends on each weight: squared gradients, summed over `steps` batches (SqueezeLLM, Kim et al.
/// 2024, takes the same for the diagonal of the Fisher information).
///
/// # Errors
/// Data that does not fit the network.
pub fn importance(
    net: &DenseNet,
    data: &Dataset,
    batch: usize,
    steps: usize,
    seed: u64,
) -> Result<Vec<Vec<f32>>, CompressError> {
    net.check_data(data)?;
    let mut order: Vec<usize> = (0..data.len()).collect();
    order.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
    let config = TrainConfig { dropout: 0.0, augment: 0, ..Default::default() };
    let batches: Vec<&[usize]> = order.chunks(batch.max(1)).take(steps).collect();
    let one =
        |images: &&[usize]| gradients(net.layers.iter(), data, images, &config, &mut ChaCha8Rng::seed_from_u64(seed));
    let mut sums: Vec<Vec<f32>> = net.layers.iter().map(|l| vec![0.0; l.weight.len()]).collect();
    for result in batches.par_iter().map(one).collect::<Vec<_>>() {
        for (sum, (gradient, _)) in sums.iter_mut().zip(result?.1) {
            sum.iter_mut().zip(gradient).for_each(|(sum, g)| *sum += g * g);
        }
    }
    Ok(sums)
}

/// Parts that a batch is split into, each with its own tape on its own thread: candle's way, several threads for
/// each tensor, costs more in waiting than it brings. The number is fixed, so that sums do not depend on the machine.
const SHARDS: usize = 2;

/// Loss and gradients of a batch: the mean over its shards.
fn sharded(
    layers: &[Trained],
    data: &Dataset,
    images: &[usize],
    config: &TrainConfig,
    rng: &mut ChaCha8Rng,
) -> Result<(f64, Vec<Gradient>), CompressError> {
    let shards = SHARDS.min(images.len());
    let bounds = |k: usize| images.len() * k / shards;
    let parts: Vec<(&[usize], u64)> =
        (0..shards).map(|k| (&images[bounds(k)..bounds(k + 1)], rng.random())).collect();
    let one = |&(images, seed): &(&[usize], u64)| {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        gradients(layers.iter().map(|t| &t.layer), data, images, config, &mut rng)
    };
    let results: Vec<_> = parts.par_iter().map(one).collect();
    let mut total = (0.0, Vec::<Gradient>::new());
    for (result, (part, _)) in results.into_iter().zip(&parts) {
        let (loss, mut gradients) = result?;
        let share = part.len() as f32 / images.len() as f32;
        gradients.iter_mut().flat_map(|(w, b)| w.iter_mut().chain(b)).for_each(|x| *x *= share);
        total.0 += loss * f64::from(share);
        if total.1.is_empty() {
            total.1 = gradients;
            continue;
        }
        for ((w, b), (more_w, more_b)) in total.1.iter_mut().zip(gradients) {
            w.iter_mut().zip(more_w).chain(b.iter_mut().zip(more_b)).for_each(|(x, more)| *x += more);
        }
    }
    Ok(total)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::{initialise, Shape};

    fn data() -> Dataset {
        let images: Vec<u8> = (0..40 * 9u32).map(|i| (i * i * 31 % 251) as u8).collect();
        Dataset { labels: (0..40).map(|i| images[i * 9] / 128).collect(), images, pixels: 9 }
    }

    #[test]
    fn pruned_weights_stay_zero_and_a_seed_repeats() {
        let net = initialise(&Shape::Dense(vec![9, 6, 2]), 1);
        let masks: Vec<Vec<bool>> =
            net.layers.iter().map(|l| (0..l.weight.len()).map(|i| i % 3 == 0).collect()).collect();
        let config = TrainConfig { epochs: 3, batch: 8, augment: 1, ..Default::default() };
        let run = || train(&net, Some(&masks), &data(), &config, "train", &mut |_| ()).unwrap();
        let got = run();
        for (layer, mask) in got.layers.iter().zip(&masks) {
            assert!(layer.weight.iter().zip(mask).all(|(&w, &m)| m == (w != 0.0)));
        }
        assert_eq!(got, run());
        let none = TrainConfig { epochs: 0, ..config.clone() };
        let got = train(&net, Some(&masks), &data(), &none, "train", &mut |_| ()).unwrap();
        let zero = |(&w, &kept): (&f32, &bool)| kept || w == 0.0;
        assert!(got.layers.iter().zip(&masks).all(|(l, m)| l.weight.iter().zip(m).all(zero)));
        let error = train(&net, Some(&masks[..1]), &data(), &config, "train", &mut |_| ()).unwrap_err().to_string();
        assert!(error.contains("masks is [54] long"), "{error}");
    }

    #[test]
    fn fine_tuning_keeps_the_sharing() {
        let net = initialise(&Shape::Dense(vec![9, 6, 2]), 1);
        let all = |l: &DenseLayer| crate::share::share(&l.weight, &vec![true; l.weight.len()], 4);
        let shared: Vec<Shared> = net.layers.iter().map(all).collect();
        let config = TrainConfig { epochs: 2, batch: 8, ..Default::default() };
        let (tuned, after) = fine_tune(&net, &shared, &data(), &config, "fine-tune", &mut |_| ()).unwrap();
        for ((layer, before), after) in tuned.layers.iter().zip(&shared).zip(&after) {
            assert_eq!(before.assignment, after.assignment);
            assert_ne!(before.centroids, after.centroids);
            let want = |a: &Option<u8>| a.map_or(0.0, |a| after.centroids[a as usize]);
            assert!(layer.weight.iter().zip(&after.assignment).all(|(&w, a)| w == want(a)));
        }
    }
}
