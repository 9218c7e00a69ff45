//! The whole of Deep Compression on one network: prune and retrain, share, fine-tune, quantise; and again with fewer
//! weights, until a target is met.

use crate::config::{of_layer, CompressConfig, Target};
use crate::data::Dataset;
use crate::error::CompressError;
use crate::net::{DenseLayer, DenseNet};
use crate::prune::{balance, deal, prune_balanced, prune_to, quality_for, sweep, Balance, LayerMask};
use crate::quantise::{error_pct, quantise};
use crate::share::{share_layers, LayerWeights, ShareConfig, Shared};
use crate::train::{fine_tune, importance, train, TrainConfig, Watcher};
use eie_spec::arith::CODES;
use eie_spec::container::encode_with;
use eie_spec::model::Model;
use eie_spec::op::Op;
use serde::Serialize;

/// The state after a step of the way.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Stage {
    /// Which step.
    pub name: String,
    /// Error on the test set.
    pub error_pct: f64,
    /// Weights kept, of all layers.
    pub kept: usize,
    /// Bytes of the network after it. Dense: float32. Pruned: float32 and a byte of run for each weight kept.
    /// Shared: the fewest whole bits that name a codebook's entries, and a byte of run. At the end, the file's.
    pub bytes: usize,
    /// Pruning threshold of each layer over its standard deviation, where the step pruned.
    pub qualities: Vec<f64>,
}

/// A compressed network and how it came about.
#[derive(Clone, Debug)]
pub struct Compressed {
    /// What the hardware runs.
    pub model: Model,
    /// The file.
    pub file: Vec<u8>,
    /// From the dense network to the integer model.
    pub stages: Vec<Stage>,
    /// Error of the dense network on the test set.
    pub dense_error_pct: f64,
    /// Error of the integer model on the test set.
    pub error_pct: f64,
    /// The network as pruned and retrained, before sharing.
    pub pruned: DenseNet,
    /// Its shared weights after fine-tuning.
    pub shared: Vec<Shared>,
    /// How evenly each layer's work is spread over the PEs of [`CompressConfig::balance`], or 64.
    pub balance: Vec<Balance>,
}

impl Compressed {
    /// Whether the result is what was asked for.
    pub fn meets(&self, target: Target) -> bool {
        match target {
            Target::MaxBytes(bytes) => self.file.len() <= bytes,
            // Errors are whole images; a hair for their percentage's rounding.
            Target::MaxErrorIncrease(points) => self.error_pct <= self.dense_error_pct + points + 1e-9,
        }
    }
}

/// PEs for which the balance is reported if none are asked for: EIE's number.
const EIE_PES: usize = 64;
/// Times that pruning goes on for a target.
const MAX_SQUEEZES: usize = 12;
/// Share of the weights that stays each time that pruning goes on for a target of error.
const SQUEEZE: f64 = 0.88;
/// Images a step, and steps, from which importances are taken.
const IMPORTANCE: (usize, usize) = (32, 100);

/// A network on its way.
struct Way<'a> {
    config: &'a CompressConfig,
    training: &'a Dataset,
    test: &'a Dataset,
    /// Inputs of the network that are ever other than zero.
    used: Vec<bool>,
    net: DenseNet,
    masks: Vec<Vec<bool>>,
    stages: Vec<Stage>,
    /// Trainings so far: each has a seed of its own.
    step: usize,
}

/// Compresses a network.
///
/// # Errors
/// Settings out of range, data that does not fit the network, and sums too wide for the accumulators.
pub fn compress(
    name: &str,
    net: &DenseNet,
    training: &Dataset,
    test: &Dataset,
    config: &CompressConfig,
    watch: Watcher,
) -> Result<Compressed, CompressError> {
    config.check()?;
    let dense_error_pct = net.error_pct(test)?;
    let masks = net.layers.iter().map(|l| vec![true; l.weight.len()]).collect();
    let used = (0..training.pixels).map(|p| (0..training.len()).any(|i| training.image(i)[p] != 0)).collect();
    let mut way = Way { config, training, test, used, net: net.clone(), masks, stages: Vec::new(), step: 0 };
    way.note("dense", dense_error_pct, 4 * net.parameters(), Vec::new());
    for round in 1..=config.rounds {
        let densities: Vec<f64> =
            way.densities().iter().map(|&last| config.schedule.density(round, config.rounds, last)).collect();
        let epochs = if round == config.rounds { config.last_epochs } else { config.epochs };
        way.prune_round(&format!("prune {round}/{}", config.rounds), &densities, epochs, watch)?;
    }
    let mut best = way.finish(name, dense_error_pct, watch)?;
    let Some(target) = config.target else { return Ok(best) };
    let mut scale = 1.0;
    for squeeze in 1..=MAX_SQUEEZES {
        scale *= match target {
            Target::MaxBytes(_) if best.meets(target) => break,
            Target::MaxBytes(bytes) => (0.97 * bytes as f64 / best.file.len() as f64).clamp(0.5, 0.97),
            Target::MaxErrorIncrease(_) if best.meets(target) => SQUEEZE,
            Target::MaxErrorIncrease(_) => break,
        };
        let densities: Vec<f64> = way.densities().iter().map(|d| d * scale).collect();
        way.prune_round(&format!("squeeze {squeeze}"), &densities, config.last_epochs, watch)?;
        let next = way.finish(name, dense_error_pct, watch)?;
        let better = matches!(target, Target::MaxBytes(_)) || next.meets(target);
        if !better {
            break;
        }
        best = next;
    }
    Ok(best)
}

impl Way<'_> {
    /// The last density of each layer.
    fn densities(&self) -> Vec<f64> {
        // Settings were checked: there is one.
        (0..self.net.layers.len()).map(|k| of_layer(&self.config.densities, k).unwrap_or(1.0)).collect()
    }

    fn kept(&self) -> usize {
        self.masks.iter().flatten().filter(|&&m| m).count()
    }

    fn note(&mut self, name: &str, error_pct: f64, bytes: usize, qualities: Vec<f64>) {
        let kept = self.kept();
        self.stages.push(Stage { name: name.to_owned(), error_pct, kept, bytes, qualities });
    }

    /// Bytes of biases in float32.
    fn bias_bytes(&self) -> usize {
        self.net.layers.iter().map(|l| 4 * l.bias.len()).sum()
    }

    /// Weights that do nothing go first: pixels that are always black, units that nothing follows.
    fn sweep(&mut self) {
        let mut from = 0;
        while from < self.net.layers.len() {
            let linear = |k: usize| self.net.layers.get(k).is_some_and(|l| l.op == Op::Linear);
            let to = (from..).find(|&k| !linear(k)).unwrap_or(from);
            let used = if from == 0 { self.used.clone() } else { vec![true; self.net.layers[from].inputs] };
            let layers = self.net.layers[from..to].iter().zip(&mut self.masks[from..to]);
            let mut layers: Vec<LayerMask> =
                layers.map(|(l, mask)| LayerMask { mask, outputs: l.outputs, inputs: l.inputs }).collect();
            if !layers.is_empty() {
                sweep(&mut layers, &used);
            }
            from = to + 1;
        }
    }

    fn prune_round(
        &mut self,
        label: &str,
        densities: &[f64],
        epochs: usize,
        watch: Watcher,
    ) -> Result<(), CompressError> {
        self.sweep();
        let mut qualities = Vec::new();
        for ((layer, mask), &density) in self.net.layers.iter().zip(&mut self.masks).zip(densities) {
            qualities.push(quality_for(&layer.weight, mask, density));
            match self.config.balance {
                Some(pes) => prune_balanced(&layer.weight, mask, layer.outputs, layer.inputs, pes, density),
                None => prune_to(&layer.weight, mask, density),
            }
        }
        self.sweep();
        self.step += 1;
        let share_kept = self.kept() as f64 / self.masks.iter().map(Vec::len).sum::<usize>() as f64;
        let config = self.config.training(epochs, share_kept, self.step);
        self.net = train(&self.net, Some(&self.masks), self.training, &config, label, watch)?;
        let bytes = 5 * self.kept() + self.bias_bytes();
        self.note(label, self.net.error_pct(self.test)?, bytes, qualities);
        Ok(())
    }

    fn share(&mut self) -> Result<Vec<Shared>, CompressError> {
        let config = self.config;
        let importances = match config.importance {
            true => Some(importance(&self.net, self.training, IMPORTANCE.0, IMPORTANCE.1, config.seed)?),
            false => None,
        };
        let weights = |(k, (layer, mask)): (usize, (&DenseLayer, &Vec<bool>))| {
            let codes = of_layer(&config.codes, k).unwrap_or(CODES);
            let (init, seed) = (config.init, config.seed.wrapping_add(k as u64));
            (
                layer.weight.clone(),
                mask.clone(),
                k,
                ShareConfig { codes, init, seed, refill: true, ..Default::default() },
            )
        };
        let all: Vec<_> = self.net.layers.iter().zip(&self.masks).enumerate().map(weights).collect();
        let layers: Vec<LayerWeights> = all
            .iter()
            .map(|(weights, mask, k, config)| LayerWeights {
                weights,
                mask,
                importance: importances.as_ref().map(|i| i[*k].as_slice()),
                config: *config,
            })
            .collect();
        Ok(share_layers(&layers, 0))
    }

    /// Shares, fine-tunes and quantises what is there. The network on its way stays as it is.
    fn finish(&mut self, name: &str, dense_error_pct: f64, watch: Watcher) -> Result<Compressed, CompressError> {
        let (config, pruned, before) = (self.config, self.net.clone(), self.stages.clone());
        let shared = self.share()?;
        let mut net = pruned.clone();
        for (layer, shared) in net.layers.iter_mut().zip(&shared) {
            layer.weight = shared.weights();
        }
        let bits = |codes: usize| codes.next_power_of_two().trailing_zeros() as usize;
        let bytes = self.bias_bytes()
            + shared
                .iter()
                .map(|s| s.kept() * (8 + bits(s.centroids.len())) / 8 + 4 * s.centroids.len())
                .sum::<usize>();
        self.note("share", net.error_pct(self.test)?, bytes, Vec::new());
        self.step += 1;
        let training = TrainConfig {
            weight_decay: 0.0,
            learning_rate: 0.3 * config.learning_rate,
            dropout: 0.0,
            ..config.training(config.tune_epochs, 1.0, self.step)
        };
        let (net, shared) = fine_tune(&net, &shared, self.training, &training, "fine-tune", watch)?;
        self.note("fine-tune", net.error_pct(self.test)?, bytes, Vec::new());
        let model = quantise(name, &net, &shared, self.training, config.acc_bits)?;
        let error_pct = error_pct(&model, self.test, config.acc_bits)?;
        let file = encode_with(&model, config.codec)?;
        self.note("file", error_pct, file.len(), Vec::new());
        let pes = config.balance.unwrap_or(EIE_PES);
        let layers = self.net.layers.iter().zip(&self.masks);
        let balance = layers.map(|(l, m)| balance(m, l.inputs, &deal(m, l.outputs, l.inputs, pes), pes)).collect();
        let stages = std::mem::replace(&mut self.stages, before);
        Ok(Compressed { model, file, stages, dense_error_pct, error_pct, pruned, shared, balance })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::{initialise, Shape};

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
        // Units that nothing follows are swept away in addition.
        let most = [(0.3 * 192.0f64).round() as usize, (0.6 * 24.0f64).round() as usize];
        assert!(kept.iter().zip(most).all(|(&kept, most)| kept <= most && 5 * kept > 4 * most), "{kept:?} {most:?}");
        assert_eq!(result.stages.len(), 7);
    }

    #[test]
    fn targets_are_met() {
        let data = toy();
        let config = TrainConfig { epochs: 8, batch: 20, learning_rate: 0.01, ..Default::default() };
        let net =
            train(&initialise(&Shape::Dense(vec![16, 12, 2]), 5), None, &data, &config, "t", &mut |_| ()).unwrap();
        let base = CompressConfig {
            rounds: 1,
            epochs: 2,
            last_epochs: 2,
            tune_epochs: 1,
            densities: vec![0.9],
            batch: 20,
            augment: 0,
            balance: Some(4),
            importance: true,
            ..Default::default()
        };
        let run = |target| compress("t", &net, &data, &data, &CompressConfig { target, ..base.clone() }, &mut |_| ());
        let plain = run(None).unwrap();
        // The last layer has fewer rows than there are PEs.
        assert!(plain.balance[0].efficiency > 0.9, "{:?}", plain.balance);
        let limit = plain.file.len() - 30;
        assert!(run(Some(Target::MaxBytes(limit))).unwrap().file.len() <= limit);
        let small = run(Some(Target::MaxErrorIncrease(3.0))).unwrap();
        assert!(small.file.len() < plain.file.len() && small.error_pct <= small.dense_error_pct + 3.0);
    }

    #[test]
    fn a_seed_repeats() {
        assert_eq!(small(1).model, small(1).model);
        assert_ne!(small(1).model, small(2).model);
    }

    #[test]
    fn settings_are_checked() {
        let bad = CompressConfig { codes: vec![300], ..Default::default() };
        assert!(bad.check().unwrap_err().to_string().contains("codes is 300, expected 1 to 256"));
        assert!(CompressConfig { densities: vec![1.5], ..Default::default() }.check().is_err());
        assert!(CompressConfig::default().check().is_ok());
    }
}
