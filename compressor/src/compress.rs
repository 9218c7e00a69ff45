//! The whole of Deep Compression on one network: prune and retrain, share, fine-tune, quantise.

use crate::data::Dataset;
use crate::error::CompressError;
use crate::net::DenseNet;
use crate::prune::{density_of_round, prune, quality_for};
use crate::quantise::{error_pct, quantise};
use crate::share::{share, Shared};
use crate::train::{fine_tune, train, TrainConfig, Watcher};
use eie_spec::arith::CODES;
use eie_spec::model::Model;
use serde::Serialize;

/// How to compress. The same seed gives the same model on the same machine.
#[derive(Clone, Debug)]
pub struct CompressConfig {
    /// Of everything random in retraining.
    pub seed: u64,
    /// Rounds of pruning and retraining.
    pub rounds: usize,
    /// Epochs of retraining after each round.
    pub epochs: usize,
    /// Epochs of retraining after the last round.
    pub last_epochs: usize,
    /// Epochs of fine-tuning the centroids.
    pub tune_epochs: usize,
    /// Share of weights kept in each layer at the end; the last number serves for all further layers.
    pub densities: Vec<f64>,
    /// Codebook entries a layer.
    pub codes: usize,
    /// Images a step.
    pub batch: usize,
    /// L2 regularisation while retraining.
    pub weight_decay: f64,
    /// Dropout of the dense network's training; retraining takes it times sqrt(kept), as there are fewer
    /// connections to overfit with (Han et al. 2015, section 3.3). None by default: augmentation does its work.
    pub dropout: f64,
    /// Pixels by which images are moved at random in retraining ([`TrainConfig::augment`]): few weights that are
    /// trained for long overfit otherwise.
    pub augment: usize,
    /// Widest accumulators that the model may ask for.
    pub acc_bits: u32,
}

impl Default for CompressConfig {
    fn default() -> Self {
        CompressConfig {
            seed: 1,
            rounds: 5,
            epochs: 8,
            last_epochs: 25,
            tune_epochs: 6,
            densities: vec![0.04, 0.075, 0.3],
            codes: CODES,
            batch: 128,
            weight_decay: 0.02,
            dropout: TrainConfig::default().dropout,
            augment: 1,
            acc_bits: 40,
        }
    }
}

/// The state after a step of the way.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Stage {
    /// Which step.
    pub name: String,
    /// Error on the test set.
    pub error_pct: f64,
    /// Weights kept, of all layers.
    pub kept: usize,
    /// Pruning threshold of each layer over its standard deviation, where the step pruned.
    pub qualities: Vec<f64>,
}

/// A compressed network and how it came about.
#[derive(Clone, Debug)]
pub struct Compressed {
    /// What the hardware runs.
    pub model: Model,
    /// From the dense network to the integer model.
    pub stages: Vec<Stage>,
    /// Error of the dense network on the test set.
    pub dense_error_pct: f64,
    /// Error of the integer model on the test set.
    pub error_pct: f64,
}

/// Compresses a network.
pub fn compress(
    name: &str,
    net: &DenseNet,
    training: &Dataset,
    test: &Dataset,
    config: &CompressConfig,
    watch: Watcher,
) -> Result<Compressed, CompressError> {
    check(config)?;
    let dense_error_pct = net.error_pct(test)?;
    let mut masks: Vec<Vec<bool>> = net.layers.iter().map(|l| vec![true; l.weight.len()]).collect();
    let kept = |masks: &[Vec<bool>]| masks.iter().flatten().filter(|&&m| m).count();
    let stage = |name: &str, error_pct, kept, qualities| Stage { name: name.to_owned(), error_pct, kept, qualities };
    let mut stages = vec![stage("dense", dense_error_pct, kept(&masks), Vec::new())];
    let mut net = net.clone();
    let training_config = |epochs, learning_rate, dropout, step: usize| TrainConfig {
        seed: config.seed.wrapping_add(step as u64),
        epochs,
        batch: config.batch,
        learning_rate,
        weight_decay: config.weight_decay,
        dropout,
        augment: config.augment,
    };
    for round in 1..=config.rounds {
        let mut qualities = Vec::new();
        for (k, (layer, mask)) in net.layers.iter().zip(&mut masks).enumerate() {
            let last = config.densities[k.min(config.densities.len() - 1)];
            let quality = quality_for(&layer.weight, mask, density_of_round(round, config.rounds, last));
            prune(&layer.weight, mask, quality);
            qualities.push(quality);
        }
        let share_kept = kept(&masks) as f64 / masks.iter().map(Vec::len).sum::<usize>() as f64;
        let epochs = if round == config.rounds { config.last_epochs } else { config.epochs };
        let label = format!("prune {round}/{}", config.rounds);
        let c = training_config(epochs, 1e-3, config.dropout * share_kept.sqrt(), round);
        net = train(&net, Some(&masks), training, &c, &label, watch)?;
        stages.push(stage(&label, net.error_pct(test)?, kept(&masks), qualities));
    }
    let shared: Vec<Shared> = net.layers.iter().zip(&masks).map(|(l, m)| share(&l.weight, m, config.codes)).collect();
    for (layer, shared) in net.layers.iter_mut().zip(&shared) {
        layer.weight = shared.assignment.iter().map(|a| a.map_or(0.0, |a| shared.centroids[a as usize])).collect();
    }
    stages.push(stage("share", net.error_pct(test)?, kept(&masks), Vec::new()));
    let c = TrainConfig { weight_decay: 0.0, ..training_config(config.tune_epochs, 3e-4, 0.0, config.rounds + 1) };
    let (net, shared) = fine_tune(&net, &shared, training, &c, "fine-tune", watch)?;
    stages.push(stage("fine-tune", net.error_pct(test)?, kept(&masks), Vec::new()));
    let model = quantise(name, &net, &shared, training, config.acc_bits)?;
    let error_pct = error_pct(&model, test, config.acc_bits)?;
    stages.push(stage("quantise", error_pct, kept(&masks), Vec::new()));
    Ok(Compressed { model, stages, dense_error_pct, error_pct })
}

fn check(config: &CompressConfig) -> Result<(), CompressError> {
    let setting = |name, found: String, expected| Err(CompressError::Setting { name, found, expected });
    if config.rounds == 0 {
        return setting("rounds", "0".into(), "1 or more");
    }
    if !(1..=CODES).contains(&config.codes) {
        return setting("codes", config.codes.to_string(), "1 to 16");
    }
    match config.densities.iter().find(|d| !(0.0..=1.0).contains(*d)) {
        Some(d) => setting("density", d.to_string(), "0 to 1"),
        None if config.densities.is_empty() => setting("densities", "empty".into(), "at least one number"),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::{initialise, Shape};

    /// Two classes: the bright half tells.
    fn toy() -> Dataset {
        let (pixels, count) = (16, 200);
        let labels: Vec<u8> = (0..count).map(|i| (i * 7 / 3 % 2) as u8).collect();
        let pixel = |i: usize, p: usize| {
            let bright = (p < pixels / 2) == (labels[i] == 0);
            let noise = (i * 31 + p * 17) % 60;
            if bright {
                180 + noise as u8
            } else {
                noise as u8 / 3
            }
        };
        let images = (0..count).flat_map(|i| (0..pixels).map(move |p| (i, p))).map(|(i, p)| pixel(i, p)).collect();
        Dataset { images, labels, pixels }
    }

    fn small(seed: u64) -> Compressed {
        let data = toy();
        let config = TrainConfig { epochs: 8, batch: 20, learning_rate: 0.01, ..Default::default() };
        let net = train(&initialise(&Shape::Dense(vec![16, 12, 2]), 5), None, &data, &config, "train", &mut |_| ())
            .unwrap();
        let config = CompressConfig {
            seed,
            rounds: 3,
            epochs: 2,
            last_epochs: 4,
            tune_epochs: 2,
            densities: vec![0.3, 0.6],
            batch: 20,
            augment: 0,
            ..Default::default()
        };
        compress("toy", &net, &data, &data, &config, &mut |_| ()).unwrap()
    }

    #[test]
    fn a_small_network_goes_all_the_way() {
        let result = small(1);
        assert!(result.error_pct <= 5.0, "{:?}", result.stages);
        let kept: Vec<usize> = result.model.layers.iter().map(|l| l.kept()).collect();
        assert_eq!(kept, [(0.3 * 192.0f64).round() as usize, (0.6 * 24.0f64).round() as usize]);
        assert_eq!(result.stages.len(), 7);
    }

    #[test]
    fn a_seed_repeats() {
        assert_eq!(small(1).model, small(1).model);
        assert_ne!(small(1).model, small(2).model);
    }

    #[test]
    fn settings_are_checked() {
        let bad = CompressConfig { codes: 17, ..Default::default() };
        assert!(check(&bad).unwrap_err().to_string().contains("codes is 17, expected 1 to 16"));
        assert!(check(&CompressConfig { densities: vec![1.5], ..Default::default() }).is_err());
        assert!(check(&CompressConfig::default()).is_ok());
    }
}
