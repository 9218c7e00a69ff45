//! Weight sharing (Deep Compression, section 3): one-dimensional k-means over the weights of a layer.

/// Rounds of Lloyd's algorithm at most; it ends when no weight changes its cluster.
const MAX_ROUNDS: usize = 200;

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
}

/// Shares the weights of a layer that `mask` keeps among at most `codes` (up to 256) values. Linear
/// initialisation: centroids evenly from the smallest to the largest weight (section 3.1 says why).
///
/// Lloyd's algorithm on sorted weights with prefix sums: O(n log n) once, O(codes log n) a round.
pub fn share(weights: &[f32], mask: &[bool], codes: usize) -> Shared {
    let mut sorted: Vec<f32> = weights.iter().zip(mask).filter(|(_, &m)| m).map(|(&w, _)| w).collect();
    sorted.sort_unstable_by(f32::total_cmp);
    let centroids = lloyd(&sorted, codes.clamp(1, 256));
    let borders: Vec<f32> = centroids.windows(2).map(|c| border(c[0], c[1])).collect();
    let nearest = |w: f32| borders.partition_point(|&b| b < w) as u8;
    let assignment = weights.iter().zip(mask).map(|(&w, &m)| m.then(|| nearest(w))).collect();
    Shared { centroids, assignment }
}

fn border(a: f32, b: f32) -> f32 {
    ((f64::from(a) + f64::from(b)) / 2.0) as f32
}

/// Ascending centroids of clusters that are not empty.
fn lloyd(sorted: &[f32], codes: usize) -> Vec<f32> {
    let (Some(&low), Some(&high)) = (sorted.first(), sorted.last()) else { return vec![0.0] };
    let step = (f64::from(high) - f64::from(low)) / (codes.max(2) - 1) as f64;
    let mut centroids: Vec<f32> = (0..codes).map(|k| (f64::from(low) + step * k as f64) as f32).collect();
    let mut prefix = vec![0.0f64];
    for &w in sorted {
        prefix.push(prefix[prefix.len() - 1] + f64::from(w));
    }
    let mut cuts = Vec::new();
    for _ in 0..MAX_ROUNDS {
        let mut next = vec![0];
        next.extend(centroids.windows(2).map(|c| sorted.partition_point(|&w| w <= border(c[0], c[1]))));
        next.push(sorted.len());
        if next == cuts {
            break;
        }
        cuts = next;
        for (k, c) in centroids.iter_mut().enumerate() {
            if cuts[k] < cuts[k + 1] {
                *c = ((prefix[cuts[k + 1]] - prefix[cuts[k]]) / (cuts[k + 1] - cuts[k]) as f64) as f32;
            }
        }
    }
    let used = |(k, _): &(usize, &f32)| cuts[*k] < cuts[k + 1];
    let mut kept: Vec<f32> = centroids.iter().enumerate().filter(used).map(|(_, &c)| c).collect();
    kept.dedup();
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The textbook loop.
    fn plain(weights: &[f32], codes: usize) -> Vec<f32> {
        let low = weights.iter().copied().fold(f32::MAX, f32::min);
        let high = weights.iter().copied().fold(f32::MIN, f32::max);
        let mut c: Vec<f32> = (0..codes).map(|k| low + (high - low) * k as f32 / (codes.max(2) - 1) as f32).collect();
        for _ in 0..MAX_ROUNDS {
            let mut sums = vec![(0.0f64, 0usize); codes];
            for &w in weights {
                let near = (0..codes).min_by(|&a, &b| (w - c[a]).abs().total_cmp(&(w - c[b]).abs())).unwrap();
                sums[near].0 += f64::from(w);
                sums[near].1 += 1;
            }
            for (c, (sum, count)) in c.iter_mut().zip(sums) {
                if count > 0 {
                    *c = (sum / count as f64) as f32;
                }
            }
        }
        c
    }

    #[test]
    fn equals_the_plain_loop() {
        let weights: Vec<f32> = (0..500).map(|i| ((i * i) as f32 * 0.173).sin() + 0.3 * (i as f32).cos()).collect();
        for codes in [1, 2, 4, 16] {
            let got = share(&weights, &[true; 500], codes).centroids;
            let want = plain(&weights, codes);
            assert_eq!(got.len(), codes);
            for (a, b) in got.iter().zip(&want) {
                assert!((a - b).abs() < 1e-5, "{got:?} {want:?}");
            }
        }
        assert_ne!(share(&weights, &[true; 500], 2).centroids, plain(&weights, 4)[..2]);
    }

    #[test]
    fn few_values_and_none() {
        let shared = share(&[1.0, 0.0, 2.0, 1.0], &[true, false, true, true], 16);
        assert_eq!(shared.centroids, [1.0, 2.0]);
        assert_eq!(shared.assignment, [Some(0), None, Some(1), Some(0)]);
        let none = share(&[1.0], &[false], 16);
        assert_eq!((none.kept(), none.centroids.len()), (0, 1));
    }
}
