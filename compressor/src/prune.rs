//! Magnitude pruning (Han et al., NIPS 2015): weights below quality x standard deviation of their layer go.

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
    kept.sort_unstable_by(|a, b| b.total_cmp(a));
    let count = (density * weights.len() as f64).round() as usize;
    let deviation = deviation(weights, mask);
    match kept.get(count.saturating_sub(1)) {
        // A hair below, so that rounding does not prune the smallest one that is to stay.
        Some(&smallest) if deviation > 0.0 => f64::from(smallest) / deviation * (1.0 - 1e-9),
        _ => 0.0,
    }
}

/// The density of round `round` of `rounds` (from 1) on the way from 1 to `last`: the cubic schedule of Zhu and
/// Gupta (2017), which prunes much while much is redundant and little at the end.
pub fn density_of_round(round: usize, rounds: usize, last: f64) -> f64 {
    let left = 1.0 - round as f64 / rounds as f64;
    last + (1.0 - last) * left.powi(3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quality_and_density_agree() {
        let weights: Vec<f32> = (0..1000).map(|i| (i as f32 * 0.37).sin() * (i % 17) as f32).collect();
        let mut mask = vec![true; 1000];
        for density in [0.5, 0.2, 0.05] {
            let quality = quality_for(&weights, &mask, density);
            prune(&weights, &mut mask, quality);
            let kept = mask.iter().filter(|&&m| m).count() as f64;
            assert!((kept - 1000.0 * density).abs() <= 20.0, "{kept} kept at density {density}");
            // What is gone is no larger than what is left.
            let of = |want| weights.iter().zip(&mask).filter(move |(_, &m)| m == want).map(|(w, _)| w.abs());
            assert!(of(false).fold(0.0, f32::max) <= of(true).fold(f32::MAX, f32::min));
        }
        prune(&weights, &mut mask, 1e9);
        assert!(mask.iter().all(|&m| !m));
    }

    #[test]
    fn schedule_ends_at_the_target() {
        assert_eq!(density_of_round(4, 4, 0.05), 0.05);
        assert!(density_of_round(1, 4, 0.05) > density_of_round(2, 4, 0.05));
    }
}
