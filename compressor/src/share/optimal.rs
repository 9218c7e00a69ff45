//! The best start: clusters in one dimension are ranges, so dynamic programming finds the best of all.

use super::kmeans::Points;
use std::ops::Range;

/// Bins between which borders are looked for.
const BINS: usize = 4096;

/// Mass, first and second moment of all bins before one.
#[derive(Clone, Copy, Default)]
struct Sums(f64, f64, f64);

/// The means of the clusters whose sum of squares is least among those whose borders are between bins.
pub(super) fn start(points: &Points, codes: usize) -> Vec<f32> {
    let starts = bins(points);
    let bins = starts.len() - 1;
    let sums = sums(points, &starts);
    let cost = |i: usize, j: usize| {
        let (a, b) = (sums[i], sums[j]);
        let mass = b.0 - a.0;
        let moment = b.1 - a.1;
        let left = b.2 - a.2 - if mass > 0.0 { moment * moment / mass } else { 0.0 };
        left.max(0.0)
    };
    let codes = codes.min(bins);
    // best[j]: the least cost of the first j bins in so many clusters; last[k][j]: where the last one begins.
    let mut best: Vec<f64> = (0..=bins).map(|j| cost(0, j)).collect();
    let mut last: Vec<Vec<u32>> = Vec::new();
    for k in 1..codes {
        let mut row = Row { best: vec![f64::INFINITY; bins + 1], from: vec![0; bins + 1] };
        row.fill(k + 1..bins + 1, k..bins, &|i, j| best[i] + cost(i, j));
        best = row.best;
        last.push(row.from);
    }
    let mut centroids = Vec::with_capacity(codes);
    let mut end = bins;
    for k in (0..codes).rev() {
        let begin = if k == 0 { 0 } else { last[k - 1][end] as usize };
        let range = starts[begin]..starts[end];
        centroids.push(points.mean(range.clone()).unwrap_or_else(|| points.value(range.start)));
        end = begin;
    }
    centroids.reverse();
    centroids
}

/// The table's row for one more cluster.
struct Row {
    best: Vec<f64>,
    from: Vec<u32>,
}

impl Row {
    /// The best beginning never moves down when the end moves up, so the middle's one halves what is left to try
    /// for both sides: O(n log n) instead of O(n^2).
    fn fill(&mut self, ends: Range<usize>, begins: Range<usize>, cost: &dyn Fn(usize, usize) -> f64) {
        if ends.is_empty() {
            return;
        }
        let middle = ends.start + ends.len() / 2;
        let mut found = begins.start;
        for i in begins.start..begins.end.min(middle) {
            let sum = cost(i, middle);
            if sum < self.best[middle] {
                (self.best[middle], found) = (sum, i);
            }
        }
        self.from[middle] = found as u32;
        self.fill(ends.start..middle, begins.start..found + 1, cost);
        self.fill(middle + 1..ends.end, found..begins.end, cost);
    }
}

/// Where bins begin, and the end of the last one. Equal weights are never in different bins.
///
/// One for each value if these are few. Otherwise steps of equal size in the mean of mass and value, both from 0
/// to 1: by mass alone the few large weights, that matter to the sum of squares, would be in a few wide bins; by
/// value alone, the many small ones would.
fn bins(points: &Points) -> Vec<usize> {
    let few = points.few_values(BINS).is_some();
    let (low, high) = (f64::from(points.value(0)), f64::from(points.value(points.len() - 1)));
    let (by_mass, by_value) = (BINS as f64 / 2.0 / points.total().mass, BINS as f64 / 2.0 / (high - low));
    let mut starts = Vec::new();
    let (mut mass, mut before, mut bin) = (0.0, f64::NAN, usize::MAX);
    for i in 0..points.len() {
        let value = f64::from(points.value(i));
        let place = (mass * by_mass + (value - low) * by_value) as usize;
        if value != before && (few || place != bin) {
            starts.push(i);
            bin = place;
        }
        before = value;
        mass += points.mass(i);
    }
    starts.push(points.len());
    starts
}

/// Sums before each bin. Values are taken from the mean: far from zero, the squares would swallow the differences.
fn sums(points: &Points, starts: &[usize]) -> Vec<Sums> {
    let centre = f64::from(points.mean(0..points.len()).unwrap_or(0.0));
    let mut all = vec![Sums::default()];
    let mut sums = Sums::default();
    for range in starts.windows(2) {
        for i in range[0]..range[1] {
            let (mass, value) = (points.mass(i), f64::from(points.value(i)) - centre);
            sums.0 += mass;
            sums.1 += mass * value;
            sums.2 += mass * value * value;
        }
        all.push(sums);
    }
    all
}
