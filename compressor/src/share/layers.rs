//! Several layers at once.

use super::{share_with, ShareConfig, Shared};
use std::cmp::Reverse;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A layer to share: the arguments of [`share_with`].
#[derive(Clone, Copy, Debug)]
pub struct LayerWeights<'a> {
    /// Row-major.
    pub weights: &'a [f32],
    /// Which of them are kept.
    pub mask: &'a [bool],
    /// How much each of them counts, if not all the same.
    pub importance: Option<&'a [f32]>,
    /// Layers may differ in their number of centroids.
    pub config: ShareConfig,
}

/// Shares each layer by itself as [`share_with`] does, on `threads` threads (0: one for each core). How many there
/// are changes nothing in the result; each needs 8 bytes for each kept weight of its layer.
///
/// # Panics
/// As [`share_with`].
pub fn share_layers(layers: &[LayerWeights], threads: usize) -> Vec<Shared> {
    let cores = || std::thread::available_parallelism().map_or(1, usize::from);
    let threads = if threads == 0 { cores() } else { threads }.min(layers.len());
    // The largest first, or the last thread would often begin with it when the others are through.
    let mut order: Vec<usize> = (0..layers.len()).collect();
    order.sort_by_key(|&k| Reverse(layers[k].weights.len()));
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        while let Some(&k) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
            let layer = &layers[k];
            done.push((k, share_with(layer.weights, layer.mask, layer.importance, &layer.config)));
        }
        done
    };
    let mut all = std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let results = running.into_iter().map(|t| t.join().unwrap_or_else(|e| std::panic::resume_unwind(e)));
        results.flatten().collect::<Vec<_>>()
    });
    all.sort_by_key(|&(k, _)| k);
    all.into_iter().map(|(_, shared)| shared).collect()
}
