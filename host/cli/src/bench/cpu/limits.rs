//! What this machine can do at best: the yardstick beside which the kernels' times are to be read.

use super::rivals::times;
use serde::Serialize;
use std::hint::black_box;

/// Rows that the additions go to: as many as fit into a first-level cache.
const ROWS: usize = 4096;

/// Best of several measurements.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Limits {
    /// Additions of a number to one of [`ROWS`] sums named by a list of 16-bit words, a thread: the least that any
    /// product by columns does for a weight.
    pub additions_per_ns: f64,
    /// Reads from a memory larger than the caches, all threads together.
    pub read_gb_per_s: f64,
}

impl Limits {
    /// Measures for about a second.
    pub fn measure(threads: usize) -> Self {
        let list: Vec<u16> = (0..1u32 << 15).map(|k| (k.wrapping_mul(0x9e37_79b1) >> 20) as u16).collect();
        let mut sums = [0f32; ROWS];
        let additions = times(200, || {
            let value = black_box(1.0);
            for &row in black_box(&list) {
                sums[usize::from(row) % ROWS] += value;
            }
            black_box(&mut sums);
        });
        let memory = vec![1u64; 1 << 25];
        let part = memory.len().div_ceil(threads);
        let reads = times(5, || {
            std::thread::scope(|scope| {
                for part in memory.chunks(part) {
                    scope.spawn(move || black_box(part.iter().fold(0u64, |a, &b| a ^ b)));
                }
            });
        });
        let best = |times: Vec<f64>| times.into_iter().fold(f64::INFINITY, f64::min);
        Limits {
            additions_per_ns: list.len() as f64 / best(additions) / 1000.0,
            read_gb_per_s: 8.0 * memory.len() as f64 / best(reads) / 1000.0,
        }
    }
}
