//! Masks with AVX-512: sixteen rows a step. The codes of a group's kept weights lie side by side; `vpexpandb` moves
//! them to their rows, and a permutation of the column's sixteen products, which a register holds, looks them up. Rows without a weight get a zero added: a masked store would be slower.

use crate::block::{Masks, GROUP};
use std::arch::x86_64::*;

/// Codes of a group, each at its row; `at` moves on behind them.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi2,popcnt")]
fn spread(codes: &[u8], at: &mut usize, word: u16) -> __m128i {
    // SAFETY: the slice has sixteen bytes: the codes end with a padding of so many.
    let mut packed = unsafe { _mm_loadu_si128(codes[*at..*at + GROUP].as_ptr().cast()) };
    // Keeps the load apart: reading memory, `vpexpandb` is microcode on some processors, four times as slow.
    // SAFETY: no instruction at all.
    unsafe { std::arch::asm!("/* {0} */", inout(xmm_reg) packed, options(pure, nomem, nostack, preserves_flags)) };
    *at += word.count_ones() as usize;
    _mm_maskz_expand_epi8(word, packed)
}

/// Sixteen numbers as a vector.
macro_rules! load {
    ($load:ident, $slice:expr) => {
        // SAFETY: the slice has as many numbers as the vector.
        unsafe { $load($slice.as_ptr().cast()) }
    };
}

/// In `f32`.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi2,popcnt")]
pub fn masks_f32(m: &Masks, codebook: &[f32; 16], active: &[(u32, f32)], sums: &mut [f32]) {
    let codebook = load!(_mm512_loadu_ps, codebook);
    for &(column, x) in active {
        let products = _mm512_mul_ps(codebook, _mm512_set1_ps(x));
        let mut at = m.ptr[column as usize] as usize;
        let words = &m.masks[column as usize * m.groups..][..m.groups];
        for (&word, sums) in words.iter().zip(sums.chunks_exact_mut(GROUP)) {
            let codes = _mm512_cvtepu8_epi32(spread(&m.codes, &mut at, word));
            let old = load!(_mm512_loadu_ps, sums);
            let new = _mm512_add_ps(old, _mm512_maskz_permutexvar_ps(word, codes, products));
            // SAFETY: the slice has sixteen numbers.
            unsafe { _mm512_storeu_ps(sums.as_mut_ptr(), new) };
        }
    }
}

/// In `i32`.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi2,popcnt")]
pub fn masks_i32(m: &Masks, codebook: &[i32; 16], active: &[(u32, i32)], sums: &mut [i32]) {
    let codebook = load!(_mm512_loadu_si512, codebook);
    for &(column, x) in active {
        let products = _mm512_mullo_epi32(codebook, _mm512_set1_epi32(x));
        let mut at = m.ptr[column as usize] as usize;
        let words = &m.masks[column as usize * m.groups..][..m.groups];
        for (&word, sums) in words.iter().zip(sums.chunks_exact_mut(GROUP)) {
            let codes = _mm512_cvtepu8_epi32(spread(&m.codes, &mut at, word));
            let old = load!(_mm512_loadu_si512, sums);
            let new = _mm512_add_epi32(old, _mm512_maskz_permutexvar_epi32(word, codes, products));
            // SAFETY: the slice has sixteen numbers.
            unsafe { _mm512_storeu_si512(sums.as_mut_ptr().cast(), new) };
        }
    }
}

/// In `i64`: two vectors of eight rows.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi2,popcnt")]
pub fn masks_i64(m: &Masks, codebook: &[i64; 16], active: &[(u32, i64)], sums: &mut [i64]) {
    for &(column, x) in active {
        let products: [i64; 16] = codebook.map(|w| w * x);
        let (low, high) = (load!(_mm512_loadu_si512, products[..8]), load!(_mm512_loadu_si512, products[8..]));
        let mut at = m.ptr[column as usize] as usize;
        let words = &m.masks[column as usize * m.groups..][..m.groups];
        for (&word, sums) in words.iter().zip(sums.chunks_exact_mut(GROUP)) {
            let spread = spread(&m.codes, &mut at, word);
            let (first, second) = sums.split_at_mut(8);
            let halves = [(first, spread, word as u8), (second, _mm_srli_si128::<8>(spread), (word >> 8) as u8)];
            for (sums, codes, word) in halves {
                let codes = _mm512_cvtepu8_epi64(codes);
                let old = load!(_mm512_loadu_si512, sums);
                let new = _mm512_add_epi64(old, _mm512_maskz_permutex2var_epi64(word, low, codes, high));
                // SAFETY: the slice has eight numbers.
                unsafe { _mm512_storeu_si512(sums.as_mut_ptr().cast(), new) };
            }
        }
    }
}
