//! Several vectors at a time: an entry's weight times a vector of activations, one of each input.

use crate::block::{Block, Body, Columns, Masks, GROUP};
use crate::isa::Isa;
use crate::number::Number;

/// Inputs that a kernel takes at a time.
pub const LANES: usize = 16;

/// Adds a block's products for [`LANES`] inputs to `sums`, a row of lanes for each row of the block. `active` names
/// the columns in which any input is not zero, `x` has a row of lanes for each column.
pub fn add_batch<T: Number>(
    isa: Isa,
    block: &Block,
    codebook: &[T],
    active: &[u32],
    x: &[[T; LANES]],
    sums: &mut [[T; LANES]],
) {
    match isa {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: the instructions are there, as `Isa` is made by looking for them only.
        Isa::Avx512 => unsafe { avx512(block, codebook, active, x, sums) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: as above.
        Isa::Avx2 => unsafe { avx2(block, codebook, active, x, sums) },
        _ => portable(block, codebook, active, x, sums),
    }
}

/// The loop below, compiled for these instructions.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq")]
fn avx512<T: Number>(block: &Block, book: &[T], active: &[u32], x: &[[T; LANES]], sums: &mut [[T; LANES]]) {
    portable(block, book, active, x, sums);
}

/// The loop below, compiled for these instructions.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn avx2<T: Number>(block: &Block, book: &[T], active: &[u32], x: &[[T; LANES]], sums: &mut [[T; LANES]]) {
    portable(block, book, active, x, sums);
}

#[inline(always)]
fn portable<T: Number>(block: &Block, book: &[T], active: &[u32], x: &[[T; LANES]], sums: &mut [[T; LANES]]) {
    match &block.body {
        Body::Columns(c) if book.len() <= 16 => columns::<T, 16>(c, book, active, x, sums),
        Body::Columns(c) => columns::<T, 256>(c, book, active, x, sums),
        Body::Masks(m) => masks(m, book, active, x, sums),
    }
}

#[inline(always)]
fn columns<T: Number, const CODES: usize>(
    c: &Columns,
    codebook: &[T],
    active: &[u32],
    x: &[[T; LANES]],
    sums: &mut [[T; LANES]],
) {
    let codebook: [T; CODES] = super::table(codebook);
    for &column in active {
        let x = x[column as usize];
        let (from, to) = (c.ptr[column as usize] as usize, c.ptr[column as usize + 1] as usize);
        for &entry in &c.entries[from..to] {
            let (row, code) = (usize::from(entry) / CODES, usize::from(entry) % CODES);
            // Padding has no sum.
            if let Some(sums) = sums.get_mut(row) {
                line(sums, codebook[code], &x);
            }
        }
    }
}

#[inline(always)]
fn masks<T: Number>(m: &Masks, codebook: &[T], active: &[u32], x: &[[T; LANES]], sums: &mut [[T; LANES]]) {
    let codebook: [T; 16] = super::table(codebook);
    for &column in active {
        let x = x[column as usize];
        let mut codes = m.codes[m.ptr[column as usize] as usize..].iter();
        let words = &m.masks[column as usize * m.groups..][..m.groups];
        for (&word, sums) in words.iter().zip(sums.chunks_exact_mut(GROUP)) {
            let mut left = word;
            while left != 0 {
                let code = codes.next().map_or(0, |&c| usize::from(c) % 16);
                line(&mut sums[left.trailing_zeros() as usize], codebook[code], &x);
                left &= left - 1;
            }
        }
    }
}

#[inline(always)]
fn line<T: Number>(sums: &mut [T; LANES], weight: T, x: &[T; LANES]) {
    for (sum, &x) in sums.iter_mut().zip(x) {
        *sum = sum.plus(weight.times(x));
    }
}
