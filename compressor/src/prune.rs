//! Pruning by magnitude: weights below quality x standard deviation of their layer go (Han et al., NIPS 2015), or
//! all but so many; for the whole layer or for each PE by itself.

mod balance;
mod schedule;
mod sweep;
#[cfg(test)]
mod tests;

pub use balance::{balance, deal, interleave, prune_balanced, prune_balanced_by, Balance};
pub use schedule::{density_of_round, Schedule};
pub use sweep::{sweep, LayerMask, Swept};

use std::ops::Range;

/// Standard deviation of the weights not yet pruned.
fn deviation(weights: &[f32], mask: &[bool]) -> f64 {
    let kept = || weights.iter().zip(mask).filter(|(_, &m)| m).map(|(&w, _)| f64::from(w));
    let count = kept().count().max(1) as f64;
    let mean = kept().sum::<f64>() / count;
    (kept().map(|w| (w - mean).powi(2)).sum::<f64>() / count).sqrt()
}

/// Takes away from `mask` every weight whose magnitude is below `quality` x the layer's standard deviation.
pub fn prune(weights: &[f32], mask: &mut [bool], quality: f64) {
    let threshold = quality * deviation(weights, mask);
    for (m, w) in mask.iter_mut().zip(weights) {
        *m &= f64::from(w.abs()) >= threshold;
    }
}

/// The quality that leaves about this share of all the layer's weights.
pub fn quality_for(weights: &[f32], mask: &[bool], density: f64) -> f64 {
    let mut kept: Vec<f32> = weights.iter().zip(mask).filter(|(_, &m)| m).map(|(w, _)| w.abs()).collect();
    let last = count_of(density, weights.len()).saturating_sub(1);
    let deviation = deviation(weights, mask);
    if last >= kept.len() || deviation <= 0.0 {
        return 0.0;
    }
    let (_, &mut smallest, _) = kept.select_nth_unstable_by(last, |a, b| b.total_cmp(a));
    // A hair below, so that rounding does not prune the smallest one that is to stay.
    f64::from(smallest) / deviation * (1.0 - 1e-9)
}

/// Keeps exactly `density` of all the layer's weights, rounded to whole ones: the largest magnitudes; among equal
/// ones the first. What is pruned stays pruned, so fewer remain where `mask` has fewer.
///
/// # Panics
/// If there are not as many weights as entries of the mask.
pub fn prune_to(weights: &[f32], mask: &mut [bool], density: f64) {
    let all = 0..weights.len();
    keep_largest(weights, mask, &[all], count_of(density, weights.len()));
}

fn count_of(density: f64, of: usize) -> usize {
    (density * of as f64).round() as usize
}

/// Keeps the `count` largest ones of the weights in these ranges that `mask` has.
fn keep_largest(weights: &[f32], mask: &mut [bool], ranges: &[Range<usize>], count: usize) {
    assert_eq!(weights.len(), mask.len(), "one entry of the mask for each weight");
    // Bits of floats that are not negative are in their order. NaN is worth nothing.
    let magnitude = |w: f32| if w.is_nan() { 0 } else { w.abs().to_bits() };
    let places = || ranges.iter().cloned().flatten();
    // A layer may be large: a vector that grows would take up to three times the memory.
    let mut magnitudes = Vec::with_capacity(places().filter(|&i| mask[i]).count());
    magnitudes.extend(places().filter(|&i| mask[i]).map(|i| magnitude(weights[i])));
    if count >= magnitudes.len() {
        return;
    }
    // The largest that goes: of its equals, so many of the first stay as places are left.
    let (above, &mut limit, _) = magnitudes.select_nth_unstable_by(count, |a, b| b.cmp(a));
    let mut equals = count - above.iter().filter(|&&m| m > limit).count();
    for i in places() {
        let m = magnitude(weights[i]);
        if mask[i] && m == limit && equals > 0 {
            equals -= 1;
        } else {
            mask[i] &= m > limit;
        }
    }
}
