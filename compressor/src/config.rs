//! How to compress.

use crate::error::CompressError;
use crate::net::{DenseLayer, DenseNet};
use crate::prune::Schedule;
use crate::share::{Init, MAX_CODES};
use crate::train::TrainConfig;
use eie_spec::arith::CODES;
use eie_spec::container::Codec;
use eie_spec::op::Op;

/// What the result must be; pruning goes on until it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Target {
    /// A file of at most so many bytes: the first one that is.
    MaxBytes(usize),
    /// At most so many points of error more than the dense network: the smallest file found.
    MaxErrorIncrease(f64),
}

/// How to compress. The same seed gives the same model on the same machine.
#[derive(Clone, Debug)]
pub struct CompressConfig {
    /// Of everything random.
    pub seed: u64,
    /// Rounds of pruning and retraining.
    pub rounds: usize,
    /// How the density falls from round to round.
    pub schedule: Schedule,
    /// Epochs of retraining after each round.
    pub epochs: usize,
    /// Epochs of retraining after the last round.
    pub last_epochs: usize,
    /// Epochs of fine-tuning the centroids.
    pub tune_epochs: usize,
    /// Share of weights kept in each layer at the end; the last number serves for all further layers.
    pub densities: Vec<f64>,
    /// Codebook entries of each layer, 1 to 256, up to 16 for a device; the last number serves for all further ones.
    pub codes: Vec<usize>,
    /// Where k-means starts.
    pub init: Init,
    /// Whether a weight counts in k-means by its squared gradients (SqueezeLLM) and not all the same.
    pub importance: bool,
    /// Prunes to the same number of weights for each of so many PEs (ESE), by rows dealt in turn.
    pub balance: Option<usize>,
    /// Images a step.
    pub batch: usize,
    /// Learning rate at the start of each retraining.
    pub learning_rate: f64,
    /// L2 regularisation while retraining.
    pub weight_decay: f64,
    /// Dropout of the dense network's training; retraining takes it times sqrt(kept), as there are fewer
    /// connections to overfit with (Han et al. 2015, section 3.3).
    pub dropout: f64,
    /// Pixels by which images are moved at random in retraining ([`TrainConfig::augment`]): few weights that are
    /// trained for long overfit otherwise.
    pub augment: usize,
    /// Widest accumulators that the model may ask for.
    pub acc_bits: u32,
    /// How the file is coded; its size is what a target compares.
    pub codec: Codec,
    /// Goes on pruning until this is met.
    pub target: Option<Target>,
}

impl Default for CompressConfig {
    fn default() -> Self {
        CompressConfig {
            seed: 1,
            rounds: 5,
            schedule: Schedule::Cubic,
            epochs: 8,
            last_epochs: 25,
            tune_epochs: 6,
            densities: vec![0.04, 0.075, 0.3],
            codes: vec![CODES],
            init: Init::Linear,
            importance: false,
            balance: None,
            batch: 128,
            learning_rate: 1e-3,
            weight_decay: 0.02,
            dropout: TrainConfig::default().dropout,
            augment: 1,
            acc_bits: 40,
            codec: Codec::Smallest,
            target: None,
        }
    }
}

/// The setting of layer (or tensor) `k`: the last one serves for all further layers; none if there are none.
pub(crate) fn of_layer<T: Copy>(settings: &[T], k: usize) -> Option<T> {
    settings.get(k).or(settings.last()).copied()
}

/// Densities are shares.
pub(crate) fn check_densities(densities: &[f64]) -> Result<(), CompressError> {
    match densities.iter().find(|d| !(0.0..=1.0).contains(*d)) {
        Some(d) => Err(CompressError::Setting { name: "density", found: d.to_string(), expected: "0 to 1" }),
        None => Ok(()),
    }
}

impl CompressConfig {
    /// The default for a network of this kind: some ten minutes on two idle cores.
    pub fn for_net(net: &DenseNet) -> Self {
        let default = Self::default();
        // An epoch takes several times as long as one of fully connected layers: fewer of them.
        let slow = CompressConfig {
            rounds: 4,
            epochs: 3,
            tune_epochs: 4,
            weight_decay: 0.01,
            dropout: 0.2,
            ..default.clone()
        };
        let has = |kind: fn(&Op) -> bool| net.layers.iter().any(|l| kind(&l.op));
        if has(|op| matches!(op, Op::Conv(_))) {
            let density = |l: &DenseLayer| match (&l.op, l.weight.len()) {
                (_, 0..=1000) => 0.5,
                (Op::Conv(_), _) => 0.1,
                (_, 1001..=20_000) => 0.15,
                _ => 0.02,
            };
            let densities = net.layers.iter().map(density).collect();
            return CompressConfig { densities, last_epochs: 20, ..slow };
        }
        if has(|op| matches!(op, Op::Lstm(_))) {
            return CompressConfig { densities: vec![0.09, 0.3], last_epochs: 15, ..slow };
        }
        default
    }

    pub(crate) fn check(&self) -> Result<(), CompressError> {
        let setting = |name, found: String, expected| Err(CompressError::Setting { name, found, expected });
        if self.rounds == 0 {
            return setting("rounds", "0".into(), "1 or more");
        }
        if let Some(codes) = self.codes.iter().find(|c| !(1..=MAX_CODES).contains(*c)) {
            return setting("codes", codes.to_string(), "1 to 256");
        }
        if self.codes.is_empty() {
            return setting("codes", "empty".into(), "at least one number");
        }
        if self.balance == Some(0) {
            return setting("balance", "0".into(), "the number of PEs");
        }
        if self.densities.is_empty() {
            return setting("densities", "empty".into(), "at least one number");
        }
        check_densities(&self.densities)
    }

    /// Retraining number `step` of a network of which this share is kept.
    pub(crate) fn training(&self, epochs: usize, share_kept: f64, step: usize) -> TrainConfig {
        TrainConfig {
            seed: self.seed.wrapping_add(step as u64),
            epochs,
            batch: self.batch,
            learning_rate: self.learning_rate,
            weight_decay: self.weight_decay,
            dropout: self.dropout * share_kept.sqrt(),
            augment: self.augment,
        }
    }
}
