//! Which initialisation of k-means is best (Deep Compression, figure 9): one pruned network shared in every way with
//! every number of bits, and its error before and after the centroids are fine-tuned.

use crate::config::{check_densities, of_layer, CompressConfig};
use crate::data::Dataset;
use crate::error::CompressError;
use crate::net::DenseNet;
use crate::plot::{lines, Labels, PlotError, Series};
use crate::prune::prune_to;
use crate::share::{share_layers, Init, LayerWeights, ShareConfig, Shared};
use crate::train::{fine_tune, train, TrainConfig, Watcher};
use serde::Serialize;

/// What to measure. The same seed gives the same figures on the same machine.
#[derive(Clone, Debug, PartialEq)]
pub struct StudyConfig {
    /// Of everything random.
    pub seed: u64,
    /// Share of weights kept in each layer; the last number serves for all further layers.
    pub densities: Vec<f64>,
    /// Epochs of retraining after pruning.
    pub epochs: usize,
    /// Epochs of fine-tuning the centroids, each time.
    pub tune_epochs: usize,
    /// Bits of a weight's code, the same in all layers: 1 to 8.
    pub bits: Vec<u32>,
    /// The initialisations to compare.
    pub inits: Vec<Init>,
    /// [`ShareConfig::refill`], which [`crate::compress`] does. Without it, linear initialisation loses the
    /// centroids in the gap that pruning leaves around zero.
    pub refill: bool,
    /// Images a step.
    pub batch: usize,
    /// Learning rate at the start of retraining; that of fine-tuning is 0.3 of it, as in [`crate::compress`].
    pub learning_rate: f64,
}

impl Default for StudyConfig {
    fn default() -> Self {
        let base = CompressConfig::default();
        StudyConfig {
            seed: 1,
            densities: base.densities,
            epochs: 3,
            tune_epochs: 1,
            bits: vec![2, 3, 4, 5, 6],
            inits: Init::ALL.to_vec(),
            refill: true,
            batch: base.batch,
            learning_rate: base.learning_rate,
        }
    }
}

/// The network shared in one way.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Row {
    /// Where k-means started.
    pub init: Init,
    /// Bits of a weight's code.
    pub bits: u32,
    /// Centroids of all layers.
    pub centroids: usize,
    /// Squared differences between weights and centroids, summed over layers, before fine-tuning.
    pub sum_of_squares: f64,
    /// Error on the test set before fine-tuning.
    pub error_pct: f64,
    /// And after it.
    pub tuned_error_pct: f64,
}

/// All figures of a study.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Study {
    /// Error of the dense network.
    pub dense_error_pct: f64,
    /// Error of the pruned and retrained one, which all rows begin with.
    pub pruned_error_pct: f64,
    /// Its weights.
    pub kept: usize,
    /// By bits, then in the order of the initialisations.
    pub rows: Vec<Row>,
}

fn check(config: &StudyConfig) -> Result<(), CompressError> {
    let setting = |name, found: String, expected| Err(CompressError::Setting { name, found, expected });
    check_densities(&config.densities)?;
    if let Some(bits) = config.bits.iter().find(|b| !(1..=8).contains(*b)) {
        return setting("bits", bits.to_string(), "1 to 8");
    }
    let lengths = [("densities", config.densities.len()), ("bits", config.bits.len()), ("inits", config.inits.len())];
    match lengths.iter().find(|(_, length)| *length == 0) {
        Some((name, _)) => setting(name, "empty".into(), "at least one"),
        None => Ok(()),
    }
}

/// Prunes and retrains once, then shares and fine-tunes in every way.
///
/// # Errors
/// Settings out of range, and data that does not fit the network.
pub fn study(
    net: &DenseNet,
    training: &Dataset,
    test: &Dataset,
    config: &StudyConfig,
    watch: Watcher,
) -> Result<Study, CompressError> {
    check(config)?;
    let dense_error_pct = net.error_pct(test)?;
    let (mut net, mut masks) = (net.clone(), Vec::new());
    for (k, layer) in net.layers.iter_mut().enumerate() {
        let mut mask = vec![true; layer.weight.len()];
        prune_to(&layer.weight, &mut mask, of_layer(&config.densities, k).unwrap_or(1.0));
        // Training does so at its first step, which without epochs never comes.
        layer.weight.iter_mut().zip(&mask).filter(|(_, &kept)| !kept).for_each(|(w, _)| *w = 0.0);
        masks.push(mask);
    }
    // No dropout and no decay: both would move the few weights that are left, and only once for all rows.
    let training_config = TrainConfig {
        seed: config.seed,
        epochs: config.epochs,
        batch: config.batch,
        learning_rate: config.learning_rate,
        weight_decay: 0.0,
        dropout: 0.0,
        augment: 0,
    };
    let pruned = train(&net, Some(&masks), training, &training_config, "retrain", watch)?;
    let tuning = TrainConfig {
        seed: config.seed.wrapping_add(1),
        epochs: config.tune_epochs,
        learning_rate: 0.3 * config.learning_rate,
        ..training_config
    };
    let mut rows = Vec::new();
    for &bits in &config.bits {
        for &init in &config.inits {
            let shared = share(&pruned, &masks, init, bits, config);
            let mut net = pruned.clone();
            net.layers.iter_mut().zip(&shared).for_each(|(l, s)| l.weight = s.weights());
            let error_pct = net.error_pct(test)?;
            let stage = format!("{bits} bits, {}", init.name());
            let (tuned, _) = fine_tune(&net, &shared, training, &tuning, &stage, watch)?;
            rows.push(Row {
                init,
                bits,
                centroids: shared.iter().map(|s| s.centroids.len()).sum(),
                sum_of_squares: pruned.layers.iter().zip(&shared).map(|(l, s)| s.error(&l.weight, None)).sum(),
                error_pct,
                tuned_error_pct: tuned.error_pct(test)?,
            });
        }
    }
    let kept = masks.iter().flatten().filter(|&&m| m).count();
    Ok(Study { dense_error_pct, pruned_error_pct: pruned.error_pct(test)?, kept, rows })
}

fn share(net: &DenseNet, masks: &[Vec<bool>], init: Init, bits: u32, config: &StudyConfig) -> Vec<Shared> {
    let of_layer = |(k, (layer, mask))| {
        let seed = config.seed.wrapping_add(k as u64);
        let config = ShareConfig { codes: 1 << bits, init, seed, refill: config.refill, ..ShareConfig::default() };
        let (layer, mask): (&crate::net::DenseLayer, &Vec<bool>) = (layer, mask);
        LayerWeights { weights: &layer.weight, mask, importance: None, config }
    };
    share_layers(&net.layers.iter().zip(masks).enumerate().map(of_layer).collect::<Vec<_>>(), 0)
}

/// Error after fine-tuning against bits, as an SVG: a line for each initialisation, and one for the pruned network.
///
/// # Errors
/// If the plot library fails.
pub fn plot(study: &Study) -> Result<String, PlotError> {
    let mut series: Vec<Series> = Vec::new();
    for row in &study.rows {
        let point = (f64::from(row.bits), row.tuned_error_pct);
        match series.iter_mut().find(|s| s.name == row.init.name()) {
            Some(s) => s.points.push(point),
            None => series.push(Series { name: row.init.name().to_owned(), points: vec![point] }),
        }
    }
    let bits = study.rows.iter().map(|r| f64::from(r.bits));
    let ends = [bits.clone().fold(f64::INFINITY, f64::min), bits.fold(0.0, f64::max)];
    series.push(Series { name: "not shared".into(), points: ends.map(|b| (b, study.pruned_error_pct)).to_vec() });
    let labels = Labels { title: "Initialisation of shared weights", x: "bits of a weight", y: "error, %" };
    lines(labels, &series, false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::{initialise, Shape};

    #[test]
    fn every_way_is_measured() {
        let net = initialise(&Shape::Dense(vec![16, 12, 2]), 3);
        let images: Vec<u8> = (0..80 * 16u32).map(|i| (i * i % 251) as u8).collect();
        let data = Dataset { labels: (0..80).map(|i| images[16 * i] / 128).collect(), images, pixels: 16 };
        let config =
            StudyConfig { densities: vec![0.5], bits: vec![1, 3], epochs: 1, batch: 20, ..StudyConfig::default() };
        let got = study(&net, &data, &data, &config, &mut |_| ()).unwrap();
        assert_eq!((got.rows.len(), got.kept), (8, 96 + 12));
        let optimal = |bits| {
            let of = |r: &&Row| r.bits == bits && r.init == Init::Optimal;
            got.rows.iter().find(of).unwrap().sum_of_squares
        };
        assert!(optimal(3) < optimal(1));
        assert!(got.rows.iter().all(|r| r.sum_of_squares >= optimal(r.bits) - 1e-9), "{:?}", got.rows);
        let svg = plot(&got).unwrap();
        assert!(Init::ALL.iter().all(|i| svg.contains(i.name())) && svg.contains("not shared"));
        // Pruning shows without retraining too, and as many centroids as weights change nothing.
        let bare = StudyConfig { epochs: 0, tune_epochs: 0, bits: vec![8], densities: vec![0.02], ..config.clone() };
        let got = study(&net, &data, &data, &bare, &mut |_| ()).unwrap();
        assert!(got.rows.iter().all(|r| r.error_pct == got.pruned_error_pct && r.sum_of_squares == 0.0), "{got:?}");
        let bad = StudyConfig { bits: vec![9], ..config };
        let error = study(&net, &data, &data, &bad, &mut |_| ()).unwrap_err().to_string();
        assert!(error.contains("bits is 9, expected 1 to 8"), "{error}");
    }
}
