//! Lloyd's algorithm in one dimension, where clusters are ranges of the sorted weights.

use super::Init;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeSet;
use std::ops::Range;

/// Points whose sums are added up when asked for: prefix sums of all points would need twice the memory of the
/// points themselves.
const BLOCK: usize = 64;
/// Tries for each different weight that [`Init::Random`] looks for. Few values with nearly all of the weights
/// could make it look for ever.
const TRIES: usize = 64;
/// Rounds of splitting clusters at most.
const REFILLS: usize = 16;

/// Half-way between two centroids, in a type where it always is strictly between different ones.
pub(super) fn border(a: f32, b: f32) -> f64 {
    (f64::from(a) + f64::from(b)) / 2.0
}

/// The importance that counts.
pub(super) fn mass(importance: f32) -> f32 {
    // Not clamp, which would keep NaN.
    if importance > 0.0 {
        importance.min(f32::MAX)
    } else {
        0.0
    }
}

/// Bits whose order as integers is that of the floats.
fn key(w: f32) -> u32 {
    // One zero only: the two are the same value.
    let bits = (w + 0.0).to_bits();
    if bits >> 31 == 1 {
        !bits
    } else {
        bits | 1 << 31
    }
}

fn value(key: u32) -> f32 {
    f32::from_bits(if key >> 31 == 1 { key ^ 1 << 31 } else { !key })
}

/// The value of a point.
fn of(point: u64) -> f32 {
    value((point >> 32) as u32)
}

/// Sums over the points before some place.
#[derive(Clone, Copy, Default)]
pub(super) struct Sums {
    pub(super) mass: f64,
    moment: f64,
}

/// The kept weights in ascending order.
pub(super) struct Points {
    /// The weight's [`key`] above the bits of its importance. So the order, and with it every rounding of the sums,
    /// is the same whatever the order of the weights was.
    sorted: Vec<u64>,
    /// Sums before every [`BLOCK`]th point.
    blocks: Vec<Sums>,
}

impl Points {
    pub(super) fn new(weights: &[f32], mask: &[bool], importance: Option<&[f32]>) -> Self {
        let kept = || (0..weights.len()).filter(|&i| mask[i] && weights[i].is_finite());
        let important = importance.filter(|m| kept().any(|i| mass(m[i]) > 0.0));
        let mass = |i: usize| important.map_or(1.0, |m| mass(m[i]));
        let mut sorted = Vec::with_capacity(kept().count());
        sorted.extend(kept().map(|i| u64::from(key(weights[i])) << 32 | u64::from(mass(i).to_bits())));
        sorted.sort_unstable();
        let mut points = Points { sorted, blocks: Vec::new() };
        let mut sums = Sums::default();
        for block in points.sorted.chunks(BLOCK) {
            points.blocks.push(sums);
            sums = add(sums, block);
        }
        points.blocks.push(sums);
        points
    }

    pub(super) fn len(&self) -> usize {
        self.sorted.len()
    }

    pub(super) fn value(&self, i: usize) -> f32 {
        of(self.sorted[i])
    }

    pub(super) fn mass(&self, i: usize) -> f64 {
        f64::from(f32::from_bits(self.sorted[i] as u32))
    }

    /// Sums over the first `i` points.
    fn before(&self, i: usize) -> Sums {
        let block = i / BLOCK;
        add(self.blocks[block], &self.sorted[block * BLOCK..i])
    }

    pub(super) fn total(&self) -> Sums {
        self.before(self.len())
    }

    /// All different values, ascending, if there are at most so many; 0 if there is no value at all.
    pub(super) fn few_values(&self, most: usize) -> Option<Vec<f32>> {
        let mut values = Vec::new();
        for (i, &point) in self.sorted.iter().enumerate() {
            if i == 0 || point >> 32 != self.sorted[i - 1] >> 32 {
                if values.len() == most {
                    return None;
                }
                values.push(of(point));
            }
        }
        Some(if values.is_empty() { vec![0.0] } else { values })
    }

    /// The mean of some points by mass; none if they have no mass.
    pub(super) fn mean(&self, range: Range<usize>) -> Option<f32> {
        let (from, to) = (self.before(range.start), self.before(range.end));
        let mass = to.mass - from.mass;
        // Differences of large sums may be off: a mean is never outside of what it is the mean of.
        let mean = ((to.moment - from.moment) / mass) as f32;
        (mass > 0.0).then(|| mean.clamp(self.value(range.start), self.value(range.end - 1)))
    }

    /// Initial centroids, ascending. There must be more than `codes` different values.
    pub(super) fn start(&self, codes: usize, init: Init, seed: u64) -> Vec<f32> {
        match init {
            Init::Linear => {
                let (low, high) = (f64::from(self.value(0)), f64::from(self.value(self.len() - 1)));
                let step = (high - low) / (codes.max(2) - 1) as f64;
                (0..codes).map(|k| (low + step * k as f64) as f32).collect()
            }
            Init::Random => {
                let mut rng = ChaCha8Rng::seed_from_u64(seed);
                let mut keys = BTreeSet::new();
                let mut tries = TRIES * codes;
                while keys.len() < codes && tries > 0 {
                    keys.insert((self.sorted[rng.random_range(0..self.len())] >> 32) as u32);
                    tries -= 1;
                }
                keys.into_iter().map(value).collect()
            }
            Init::Density => {
                let share = self.total().mass / codes as f64;
                let mut start: Vec<f32> = (0..codes).map(|k| self.quantile(share * (k as f64 + 0.5))).collect();
                start.dedup();
                start
            }
            Init::Optimal => super::optimal::start(self, codes),
        }
    }

    /// The value of the point at which the mass of all points up to it exceeds `mass`.
    fn quantile(&self, mass: f64) -> f32 {
        let block = self.blocks.partition_point(|b| b.mass <= mass).saturating_sub(1);
        let mut sum = self.blocks[block].mass;
        let mut i = block * BLOCK;
        while i + 1 < self.len() {
            sum += self.mass(i);
            if sum > mass {
                break;
            }
            i += 1;
        }
        self.value(i)
    }

    /// Where the clusters of ascending centroids begin, and the end of the last one.
    fn cuts(&self, centroids: &[f32]) -> Vec<usize> {
        let mut cuts = vec![0];
        cuts.extend(centroids.windows(2).map(|c| {
            let border = border(c[0], c[1]);
            self.sorted.partition_point(|&p| f64::from(of(p)) <= border)
        }));
        cuts.push(self.len());
        cuts
    }

    /// Ascending centroids of clusters that are not empty.
    pub(super) fn lloyd(&self, mut centroids: Vec<f32>, max_rounds: usize) -> Vec<f32> {
        let mut cuts = self.cuts(&centroids);
        for _ in 0..max_rounds {
            for (c, cut) in centroids.iter_mut().zip(cuts.windows(2)) {
                // A cluster without weights, or without important ones, stays where it is.
                if let Some(mean) = (cut[0] < cut[1]).then(|| self.mean(cut[0]..cut[1])).flatten() {
                    *c = mean;
                }
            }
            let next = self.cuts(&centroids);
            if next == cuts {
                break;
            }
            cuts = next;
        }
        let used = |(c, cut): (f32, &[usize])| (cut[0] < cut[1]).then_some(c);
        centroids.into_iter().zip(cuts.windows(2)).filter_map(used).collect()
    }

    /// Splits clusters, those of the largest error first, until there are `codes` of them. There must be more
    /// than that many different values.
    pub(super) fn refill(&self, mut centroids: Vec<f32>, codes: usize, max_rounds: usize) -> Vec<f32> {
        // k-means may lose some of the new ones, though rarely.
        for _ in 0..REFILLS {
            let missing = codes.saturating_sub(centroids.len());
            if missing == 0 {
                break;
            }
            let cuts = self.cuts(&centroids);
            let mut errors: Vec<(f64, usize)> = (0..centroids.len())
                .map(|k| ((cuts[k]..cuts[k + 1]).map(|i| self.error(i, centroids[k])).sum(), k))
                .filter(|&(error, _)| error > 0.0)
                .collect();
            errors.sort_by(|a, b| b.0.total_cmp(&a.0));
            for &(_, k) in errors.iter().take(missing) {
                let Some(mean) = self.mean(cuts[k]..cuts[k + 1]) else { continue };
                let above = cuts[k] + self.sorted[cuts[k]..cuts[k + 1]].partition_point(|&p| of(p) <= mean);
                if above < cuts[k + 1] {
                    centroids[k] = self.mean(cuts[k]..above).unwrap_or(mean);
                    centroids.push(self.mean(above..cuts[k + 1]).unwrap_or(self.value(above)));
                }
            }
            centroids.sort_unstable_by(f32::total_cmp);
            centroids.dedup();
            centroids = self.lloyd(centroids, max_rounds);
        }
        centroids
    }

    /// What a point adds to the sum of squares.
    fn error(&self, i: usize, centroid: f32) -> f64 {
        self.mass(i) * (f64::from(self.value(i)) - f64::from(centroid)).powi(2)
    }
}

fn add(mut sums: Sums, points: &[u64]) -> Sums {
    for &point in points {
        let mass = f64::from(f32::from_bits(point as u32));
        sums.mass += mass;
        sums.moment += mass * f64::from(of(point));
    }
    sums
}
