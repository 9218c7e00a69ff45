//! [`Lanes`] with AVX-512: permutations take from a window's activations what each entry names, and from the codebook
//! its weight.
//!
//! The activations of a panel are first laid out in cache lines that overlap, one for each place where a window can begin.

use crate::lanes::{Lanes, Pass, Step, ALIGN, CODES, ENTRIES, GROUP, PANEL, WINDOW};
use std::arch::x86_64::*;

/// Steps whose sums of 16-bit numbers by halves of weights are within 32 bits: three products of 2^7 and 2^15 each.
const BURST: usize = 128;
/// Places where a window of a panel can begin.
const STARTS: usize = PANEL / ALIGN;
/// Numbers of a vector.
const FLOATS: usize = 16;
/// Vectors of a step's words.
const HALVES: usize = GROUP / FLOATS;
/// Lines from the first half of a window of `f32` to its second one.
const NEXT: usize = FLOATS / ALIGN;

/// So many numbers that begin with a cache line.
#[derive(Clone, Copy)]
#[repr(align(64))]
struct Line<T, const N: usize>([T; N]);

/// Sixteen numbers as a vector.
#[inline]
#[target_feature(enable = "avx512f")]
fn floats(numbers: &[f32; FLOATS]) -> __m512 {
    // SAFETY: as many numbers as the vector has.
    unsafe { _mm512_loadu_ps(numbers.as_ptr()) }
}

/// Thirty-two.
#[inline]
#[target_feature(enable = "avx512f")]
fn shorts(numbers: &[i16; WINDOW]) -> __m512i {
    // SAFETY: as many numbers as the vector has.
    unsafe { _mm512_loadu_si512(numbers.as_ptr().cast()) }
}

/// Eight.
#[inline]
#[target_feature(enable = "avx512f")]
fn longs(numbers: &[i64; 8]) -> __m512i {
    // SAFETY: as many numbers as the vector has.
    unsafe { _mm512_loadu_si512(numbers.as_ptr().cast()) }
}

/// A step's words.
#[inline]
#[target_feature(enable = "avx512f")]
fn words(step: &Step) -> [__m512i; HALVES] {
    // SAFETY: a step is two vectors that begin with a cache line.
    std::array::from_fn(|half| unsafe { _mm512_load_si512(step.0.as_ptr().add(half * FLOATS).cast()) })
}

/// Lays out the activations of a panel: line `k` begins with column `ALIGN k`. What is behind the last column is zero.
fn lay_out<T: Copy + Default, const N: usize>(x: &[T], panel: usize, lines: &mut [Line<T, N>]) {
    let x = &x[(panel * PANEL).min(x.len())..];
    let starts = x.len().div_ceil(ALIGN);
    for (k, line) in lines.iter_mut().enumerate().take(starts + NEXT) {
        let x = &x[(k * ALIGN).min(x.len())..];
        match x.first_chunk() {
            Some(x) => line.0 = *x,
            None => {
                line.0 = [T::default(); N];
                line.0[..x.len()].copy_from_slice(x);
            }
        }
    }
}

/// The line at which a window begins.
///
/// # Safety
/// The window must be one of [`Lanes`], and the lines as many as all windows need.
#[inline]
unsafe fn line<T, const N: usize>(lines: &[Line<T, N>], window: u16, further: usize) -> &[T; N] {
    debug_assert!(usize::from(window) + further < lines.len());
    // SAFETY: windows are less than `STARTS`; lines are `STARTS + NEXT`.
    unsafe { &lines.get_unchecked(usize::from(window) + further).0 }
}

/// In `f32`: [`super::lanes::lanes`], for activations that are all finite.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq")]
pub fn lanes_f32(lanes: &Lanes, codebook: &[f32; CODES], x: &[f32], sums: &mut [[f32; GROUP]]) {
    let codebook = codebook.as_chunks().0;
    let (low, high) = (floats(&codebook[0]), floats(&codebook[1]));
    let mut lines = [Line([0f32; FLOATS]); STARTS + NEXT];
    let mut laid_out = None;
    for Pass { panel, group, windows, steps } in lanes.passes() {
        if laid_out.replace(panel) != Some(panel) {
            lay_out(x, panel, &mut lines);
        }
        let mut sum = [[_mm512_setzero_ps(); ENTRIES]; HALVES];
        for (step, windows) in steps.iter().zip(windows) {
            let words = words(step);
            // The window, the half's places in it, and its codes; permutations look at their five lowest bits only.
            macro_rules! entry {
                ($k:literal, $place:expr, $code:literal) => {
                    // SAFETY: it is a window of these lanes.
                    let (a, b) = unsafe { (line(&lines, windows[$k], 0), line(&lines, windows[$k], NEXT)) };
                    let (a, b) = (floats(a), floats(b));
                    for (sum, word) in sum.iter_mut().zip(words) {
                        let x = _mm512_permutex2var_ps(a, $place(word), b);
                        let weight = _mm512_permutex2var_ps(low, _mm512_srli_epi32::<$code>(word), high);
                        sum[$k] = _mm512_fmadd_ps(x, weight, sum[$k]);
                    }
                };
            }
            entry!(0, |word| word, 6);
            entry!(1, |word| _mm512_srli_epi32::<16>(word), 22);
            entry!(2, |word| _mm512_srli_epi32::<11>(word), 27);
        }
        for (sums, [first, second, third]) in sums[group].as_chunks_mut().0.iter_mut().zip(sum) {
            let all = _mm512_add_ps(floats(sums), _mm512_add_ps(first, _mm512_add_ps(second, third)));
            // SAFETY: sixteen sums.
            unsafe { _mm512_storeu_ps(sums.as_mut_ptr(), all) };
        }
    }
}

/// Adds the products of pairs of 16-bit numbers to 32-bit sums.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn pairs(sum: __m512i, x: __m512i, weight: __m512i) -> __m512i {
    _mm512_add_epi32(sum, _mm512_madd_epi16(x, weight))
}

/// [`pairs`] by one instruction.
#[inline]
#[target_feature(enable = "avx512f,avx512vnni")]
fn pairs_vnni(sum: __m512i, x: __m512i, weight: __m512i) -> __m512i {
    _mm512_dpwssd_epi32(sum, x, weight)
}

/// Adds `256 high + low`, sixteen sums of 32 bits each, to sums of 64 bits.
#[inline]
#[target_feature(enable = "avx512f,avx512dq")]
fn add_wide(sums: &mut [i64], low: __m512i, high: __m512i) {
    let halves = |v| [_mm512_castsi512_si256(v), _mm512_extracti64x4_epi64::<1>(v)];
    let parts = halves(low).into_iter().zip(halves(high));
    for (sums, (low, high)) in sums.as_chunks_mut::<8>().0.iter_mut().zip(parts) {
        let high = _mm512_slli_epi64::<8>(_mm512_cvtepi32_epi64(high));
        let all = _mm512_add_epi64(longs(sums), _mm512_add_epi64(_mm512_cvtepi32_epi64(low), high));
        // SAFETY: eight sums.
        unsafe { _mm512_storeu_si512(sums.as_mut_ptr().cast(), all) };
    }
}

macro_rules! lanes_exact {
    ($name:ident, $features:literal, $pairs:ident) => {
        /// Exact, of 16-bit numbers: [`super::lanes::lanes_exact`]. Weights are taken apart, `256 high + low`, so that sums
        /// of 32 bits hold [`BURST`] steps.
        #[target_feature(enable = $features)]
        pub fn $name(lanes: &Lanes, codebook: &[i16; CODES], x: &[i16], sums: &mut [[i64; GROUP]]) {
            let high = codebook.map(|w| ((i32::from(w) + 128) >> 8) as i16);
            let low = std::array::from_fn(|k| (i32::from(codebook[k]) - 256 * i32::from(high[k])) as i16);
            let (low, high) = (shorts(&low), shorts(&high));
            let mut lines = [Line([0i16; WINDOW]); STARTS + NEXT];
            let mut laid_out = None;
            for Pass { panel, group, windows, steps } in lanes.passes() {
                if laid_out.replace(panel) != Some(panel) {
                    lay_out(x, panel, &mut lines);
                }
                for (steps, windows) in steps.chunks(BURST).zip(windows.chunks(BURST)) {
                    let none = [[_mm512_setzero_si512(); 2]; HALVES];
                    let (mut lows, mut highs) = (none, none);
                    for (step, windows) in steps.iter().zip(windows) {
                        // SAFETY: they are windows of these lanes.
                        let [a, b, c] = windows.map(|window| shorts(unsafe { line(&lines, window, 0) }));
                        for (half, word) in words(step).into_iter().enumerate() {
                            // Two entries in one go, each in its half of a word, with a bit that tells its window.
                            let both = _mm512_permutex2var_epi16(a, word, b);
                            let codes = _mm512_srli_epi16::<6>(word);
                            lows[half][0] = $pairs(lows[half][0], both, _mm512_permutexvar_epi16(codes, low));
                            highs[half][0] = $pairs(highs[half][0], both, _mm512_permutexvar_epi16(codes, high));
                            // The third is in the lower halves; the upper ones have no weight.
                            let third = _mm512_permutexvar_epi16(_mm512_srli_epi16::<11>(word), c);
                            let codes = _mm512_srli_epi32::<27>(word);
                            let weights = |book| _mm512_maskz_permutexvar_epi16(0x5555_5555, codes, book);
                            lows[half][1] = $pairs(lows[half][1], third, weights(low));
                            highs[half][1] = $pairs(highs[half][1], third, weights(high));
                        }
                    }
                    for (half, sums) in sums[group].chunks_exact_mut(FLOATS).enumerate() {
                        let [low, high] = [lows[half], highs[half]].map(|[a, b]| _mm512_add_epi32(a, b));
                        add_wide(sums, low, high);
                    }
                }
            }
        }
    };
}
lanes_exact!(lanes_exact_bw, "avx512f,avx512bw,avx512vl,avx512dq", pairs);
lanes_exact!(lanes_exact_vnni, "avx512f,avx512bw,avx512vl,avx512dq,avx512vnni", pairs_vnni);

/// Permutes vectors so many times: what a look-up costs where it waits for nothing. Returns something that depends on
/// all of them.
#[target_feature(enable = "avx512f")]
pub fn permutations(count: usize) -> i32 {
    // As many as hide each other's latency.
    const CHAINS: usize = 12;
    // Not known to the compiler, which would find something faster than a permutation.
    let other = std::hint::black_box(_mm512_set1_epi32(3));
    let mut chains: [__m512i; CHAINS] = std::array::from_fn(|k| _mm512_set1_epi32(k as i32));
    for _ in 0..count / CHAINS {
        for chain in &mut chains {
            *chain = _mm512_permutex2var_epi32(*chain, other, *chain);
        }
    }
    chains.into_iter().map(|chain| _mm512_reduce_add_epi32(chain)).fold(0, i32::wrapping_add)
}
