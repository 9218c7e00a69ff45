//! Weight sharing (Deep Compression, section 3): one-dimensional k-means over the weights of a layer, each with
//! its importance if wanted (SqueezeLLM, Kim et al. 2024: a weight counts as much as the loss depends on it).

mod kmeans;
mod layers;
mod optimal;
#[cfg(test)]
mod tests;

pub use layers::{share_layers, LayerWeights};

use kmeans::{border, Points};

/// Most centroids that a layer can have: an index is a byte.
pub const MAX_CODES: usize = 256;

/// Where k-means starts (Deep Compression, section 3.1), which decides where it ends.
///
/// The paper finds linear initialisation best, but after fine-tuning and by accuracy: few weights are large and
/// these matter most, so it pays to have centroids near them although the sum of squares would be smaller with
/// more centroids near zero. By [`Shared::error`], [`Init::Optimal`] is best.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Init {
    /// Evenly from the smallest to the largest weight.
    #[default]
    Linear,
    /// Forgy's: as many different weights, chosen at random with the seed.
    Random,
    /// Evenly along the cumulative distribution of the weights (by importance, if there is one): each centroid
    /// begins with the same share. Fewer centroids come out where a single value has more than that share.
    Density,
    /// The partition whose sum of squares is least, by dynamic programming. Exact for up to 4096 different
    /// weights. With more of them, borders are at first only looked for between 4096 bins, that get narrower
    /// where weights are many; k-means from there moves them to single weights. The result is then not proven to
    /// be the least.
    Optimal,
}

impl Init {
    /// All of them, to compare.
    pub const ALL: [Init; 4] = [Init::Linear, Init::Random, Init::Density, Init::Optimal];

    /// In a word.
    pub fn name(self) -> &'static str {
        match self {
            Init::Linear => "linear",
            Init::Random => "random",
            Init::Density => "density",
            Init::Optimal => "optimal",
        }
    }
}

/// How to share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShareConfig {
    /// Centroids at most, 1 to [`MAX_CODES`]; what is outside counts as the nearest of these.
    pub codes: usize,
    /// Where k-means starts.
    pub init: Init,
    /// Of [`Init::Random`].
    pub seed: u64,
    /// Rounds of Lloyd's algorithm at most; it ends when no weight changes its cluster. None at all leave the
    /// initial centroids.
    pub max_rounds: usize,
    /// Whether centroids that no weight is nearest to are put to use: the clusters of the largest error are split
    /// in two, and k-means goes on. Pruned weights leave a gap around zero, in which linear initialisation puts
    /// centroids that are lost otherwise.
    pub refill: bool,
}

impl Default for ShareConfig {
    fn default() -> Self {
        ShareConfig { codes: 16, init: Init::Linear, seed: 1, max_rounds: 200, refill: false }
    }
}

/// A layer's shared weights.
#[derive(Clone, Debug, PartialEq)]
pub struct Shared {
    /// Ascending at first; fine-tuning may move them.
    pub centroids: Vec<f32>,
    /// The centroid of each weight, row-major as the weights; none where it is pruned.
    pub assignment: Vec<Option<u8>>,
}

impl Shared {
    /// Number of weights that are not pruned.
    pub fn kept(&self) -> usize {
        self.assignment.iter().flatten().count()
    }

    /// Each weight's centroid, 0 where it is pruned.
    pub fn weights(&self) -> Vec<f32> {
        self.assignment.iter().map(|a| a.map_or(0.0, |a| self.centroids[usize::from(a)])).collect()
    }

    /// The sum of squared differences between the kept ones of `weights` and their centroids, each times its
    /// importance if given: what k-means makes small.
    ///
    /// # Panics
    /// If there are not as many weights, or importances, as assignments.
    pub fn error(&self, weights: &[f32], importance: Option<&[f32]>) -> f64 {
        assert_eq!(weights.len(), self.assignment.len(), "one weight for each assignment");
        assert!(importance.is_none_or(|i| i.len() == weights.len()), "one importance for each weight");
        let mut sum = 0.0;
        for (i, (&w, code)) in weights.iter().zip(&self.assignment).enumerate() {
            if let Some(code) = code {
                let difference = f64::from(w) - f64::from(self.centroids[usize::from(*code)]);
                sum += difference * difference * importance.map_or(1.0, |m| f64::from(kmeans::mass(m[i])));
            }
        }
        sum
    }
}

/// Shares the weights of a layer that `mask` keeps among at most `codes` (up to 256) values, with linear
/// initialisation: see [`share_with`].
pub fn share(weights: &[f32], mask: &[bool], codes: usize) -> Shared {
    share_with(weights, mask, None, &ShareConfig { codes, ..Default::default() })
}

/// Shares the weights of a layer that `mask` keeps: k-means, with each weight counted `importance` times (squared
/// gradients, say; negative ones and NaN count as 0, and if all are 0, all weights count the same).
///
/// Weights of no more than `config.codes` different values keep them exactly, so sharing shared weights changes
/// nothing. Centroids that no weight is nearest to are left out in the end. Weights that are not finite have no influence.
/// The result does not depend on the order of the weights.
///
/// Lloyd's algorithm on sorted weights with prefix sums: O(n log n) once, O(codes log n) a round.
///
/// # Panics
/// If there are not as many weights as there are entries of the mask or importances.
pub fn share_with(weights: &[f32], mask: &[bool], importance: Option<&[f32]>, config: &ShareConfig) -> Shared {
    assert_eq!(weights.len(), mask.len(), "one entry of the mask for each weight");
    assert!(importance.is_none_or(|i| i.len() == weights.len()), "one importance for each weight");
    let codes = config.codes.clamp(1, MAX_CODES);
    let centroids = {
        let points = Points::new(weights, mask, importance);
        points.few_values(codes).unwrap_or_else(|| {
            let start = points.start(codes, config.init, config.seed);
            let centroids = points.lloyd(start, config.max_rounds);
            if config.refill {
                points.refill(centroids, codes, config.max_rounds)
            } else {
                centroids
            }
        })
    };
    let borders: Vec<f64> = centroids.windows(2).map(|c| border(c[0], c[1])).collect();
    let nearest = |w: f32| borders.partition_point(|&b| b < f64::from(w)) as u8;
    let assignment = weights.iter().zip(mask).map(|(&w, &m)| m.then(|| nearest(w))).collect();
    Shared { centroids, assignment }
}
