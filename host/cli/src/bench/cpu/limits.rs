//! What this machine can do at best: the yardstick beside which the kernels' times are to be read.

use super::rivals::times;
use serde::Serialize;
use std::hint::black_box;

/// Rows that the additions go to: as many as fit into a first-level cache.
const ROWS: usize = 4096;
/// Look-ups that a step of lanes cannot do without: a weight and an activation for each of three entries, in either half
/// of its rows.
const LOOK_UPS: f64 = 12.0;

/// Best of several measurements.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Limits {
    /// Additions of a number to one of [`ROWS`] sums named by a list of 16-bit words, a thread: the least that any
    /// product by columns does for a weight.
    pub additions_per_ns: f64,
    /// Permutations of two vectors of sixteen numbers, a thread: what lanes look up weights and activations with. None
    /// without AVX-512.
    pub permutations_per_ns: Option<f64>,
    /// Reads from a memory larger than the caches, all threads together.
    pub read_gb_per_s: f64,
}

/// What a product cannot be faster than.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Floor {
    /// Of the instructions it cannot do without, microseconds.
    pub instructions_us: f64,
    /// Of reading the weights from where they are: the cache that has room for them, or memory; microseconds.
    pub reading_us: f64,
}

impl Floor {
    /// The larger one.
    pub fn us(&self) -> f64 {
        self.instructions_us.max(self.reading_us)
    }
}

fn best(times: Vec<f64>) -> f64 {
    times.into_iter().fold(f64::INFINITY, f64::min)
}

/// Reads of so many bytes over and over, a part a thread, together: gigabytes a second.
pub fn read_gb_per_s(bytes: usize, threads: usize) -> f64 {
    let memory = vec![1u64; (bytes / 8).max(64)];
    let part = memory.len().div_ceil(threads);
    // Long enough that starting threads is nothing beside it.
    let passes = (1usize << 30).div_ceil(bytes.max(1)).clamp(1, 20_000);
    let reads = times(3, || {
        std::thread::scope(|scope| {
            for part in memory.chunks(part) {
                scope.spawn(move || {
                    for _ in 0..passes {
                        black_box(black_box(part).iter().fold(0u64, |a, &b| a ^ b));
                    }
                });
            }
        });
    });
    8.0 * (memory.len() * passes) as f64 / best(reads) / 1000.0
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
        const COUNT: usize = 1 << 16;
        let permutations = eie_cpu::permutations(1).is_some().then(|| {
            COUNT as f64
                / best(times(50, || {
                    black_box(eie_cpu::permutations(COUNT));
                }))
                / 1000.0
        });
        Limits {
            additions_per_ns: list.len() as f64 / best(additions) / 1000.0,
            permutations_per_ns: permutations,
            read_gb_per_s: read_gb_per_s(1 << 28, threads),
        }
    }

    /// For a product of one vector: with the steps of lanes, or the weights of active columns, and the bytes that are read.
    pub fn floor(&self, steps: usize, entries: usize, bytes: usize, threads: usize) -> Floor {
        let instructions = match self.permutations_per_ns {
            Some(per_ns) if steps > 0 => LOOK_UPS * steps as f64 / per_ns,
            _ => entries as f64 / self.additions_per_ns,
        };
        Floor {
            instructions_us: instructions / 1000.0 / threads as f64,
            reading_us: bytes as f64 / read_gb_per_s(bytes, threads) / 1000.0,
        }
    }
}
