//! [`Rows`] with AVX2, AVX-512 and NEON: a row's sums, of sixteen inputs in four chains, in registers.

use super::batch::{Batch, Line, LANES};
use super::table;
use crate::lanes::CODES;
use crate::rows::{entry, Rows, CHAINS, PANEL};

/// A kernel: its number, its vector and how many of it a line has, its instructions.
macro_rules! rows {
    ($name:ident, $features:literal, $number:ty, $vectors:literal, $load:ident, $store:ident, $all:ident,
     |$weight:ident, $x:ident, $sum:ident| $product:expr, $add:ident) => {
        /// The loop of `rows` in `batch.rs`.
        #[target_feature(enable = $features)]
        pub fn $name(of: &Rows, batch: &Batch<$number>, sums: &mut [Line<$number>]) {
            const EACH: usize = LANES / $vectors;
            let codebook: [$number; CODES] = table(batch.codebook);
            let mut panel = [[<$number>::default(); LANES]; PANEL + 1];
            for (rows, x) in of.panels().zip(batch.x.chunks(PANEL)) {
                // A copy, so that no column needs a check, and padding finds its zeros.
                panel[..x.len()].copy_from_slice(x);
                for (entries, sums) in rows.zip(sums.iter_mut()) {
                    let mut chains = [[$all(<$number>::default()); $vectors]; CHAINS];
                    for chunk in entries {
                        for (chain, &e) in chains.iter_mut().zip(chunk) {
                            let (column, code) = entry(e);
                            let $weight = $all(codebook[code]);
                            for (part, sum) in chain.iter_mut().enumerate() {
                                // SAFETY: a line has as many vectors.
                                let $x = unsafe { $load(panel[column].as_ptr().add(part * EACH).cast()) };
                                let $sum = *sum;
                                *sum = $product;
                            }
                        }
                    }
                    for part in 0..$vectors {
                        let [a, b, c, d] = chains.map(|chain| chain[part]);
                        let all = $add($add(a, b), $add(c, d));
                        let at = sums[part * EACH..].as_mut_ptr();
                        // SAFETY: as above.
                        unsafe { $store(at.cast(), $add($load(at.cast_const().cast()), all)) };
                    }
                }
            }
        }
    };
}
/// For x86-64.
#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::*;
    use std::arch::x86_64::*;

    rows!(
        rows_f32_avx512,
        "avx512f,avx512bw,avx512vl,avx512dq",
        f32,
        1,
        _mm512_loadu_ps,
        _mm512_storeu_ps,
        _mm512_set1_ps,
        |w, x, sum| _mm512_fmadd_ps(w, x, sum),
        _mm512_add_ps
    );
    rows!(
        rows_i32_avx512,
        "avx512f,avx512bw,avx512vl,avx512dq",
        i32,
        1,
        _mm512_loadu_epi32,
        _mm512_storeu_epi32,
        _mm512_set1_epi32,
        |w, x, sum| _mm512_add_epi32(_mm512_mullo_epi32(w, x), sum),
        _mm512_add_epi32
    );
    rows!(
        rows_i64_avx512,
        "avx512f,avx512bw,avx512vl,avx512dq",
        i64,
        2,
        _mm512_loadu_epi64,
        _mm512_storeu_epi64,
        _mm512_set1_epi64,
        |w, x, sum| _mm512_add_epi64(_mm512_mullo_epi64(w, x), sum),
        _mm512_add_epi64
    );
    rows!(
        rows_f32_avx2,
        "avx2,fma",
        f32,
        2,
        _mm256_loadu_ps,
        _mm256_storeu_ps,
        _mm256_set1_ps,
        |w, x, sum| _mm256_fmadd_ps(w, x, sum),
        _mm256_add_ps
    );
    rows!(
        rows_i32_avx2,
        "avx2,fma",
        i32,
        2,
        _mm256_loadu_si256,
        _mm256_storeu_si256,
        _mm256_set1_epi32,
        |w, x, sum| _mm256_add_epi32(_mm256_mullo_epi32(w, x), sum),
        _mm256_add_epi32
    );
}
#[cfg(target_arch = "x86_64")]
pub use x86::*;

/// For AArch64.
#[cfg(target_arch = "aarch64")]
mod neon {
    use super::*;
    use std::arch::aarch64::*;

    rows!(
        rows_f32_neon,
        "neon",
        f32,
        4,
        vld1q_f32,
        vst1q_f32,
        vdupq_n_f32,
        |w, x, sum| vfmaq_f32(sum, w, x),
        vaddq_f32
    );
    rows!(
        rows_i32_neon,
        "neon",
        i32,
        4,
        vld1q_s32,
        vst1q_s32,
        vdupq_n_s32,
        |w, x, sum| vmlaq_s32(sum, w, x),
        vaddq_s32
    );
}
#[cfg(target_arch = "aarch64")]
pub use neon::*;
