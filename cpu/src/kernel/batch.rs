//! Several vectors at a time: an entry's weight times a vector of activations, one of each input.

use super::{table, Kernel};
use crate::block::Columns;
use crate::isa::Isa;
use crate::lanes::CODES;
use crate::number::Number;
use crate::rows::{entry, Rows, CHAINS, PANEL};

/// Inputs that a kernel takes at a time.
pub const LANES: usize = 16;

/// A number of each input.
pub type Line<T> = [T; LANES];

/// What a batch of products needs.
pub struct Batch<'a, T> {
    /// Values of the codes.
    pub codebook: &'a [T],
    /// Columns in which any input is not zero.
    pub active: &'a [u32],
    /// A line for each column.
    pub x: &'a [Line<T>],
}

/// Adds the products of columns to `sums`, a line for each row.
pub fn add_columns_batch<T: Number>(isa: Isa, columns: &Columns, batch: &Batch<T>, sums: &mut [Line<T>]) {
    match isa {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: the instructions are there, as `Isa` is made by looking for them only.
        Isa::Avx512 | Isa::Avx512Vnni => unsafe { columns_avx512(columns, batch, sums) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: as above.
        Isa::Avx2 => unsafe { columns_avx2(columns, batch, sums) },
        _ => any_columns(columns, batch, sums),
    }
}

/// The same for rows.
pub fn add_rows_batch<T: Kernel>(isa: Isa, of: &Rows, batch: &Batch<T>, sums: &mut [Line<T>]) {
    if !T::rows_with(isa, of, batch, sums) {
        rows(of, batch, sums);
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq")]
fn columns_avx512<T: Number>(c: &Columns, batch: &Batch<T>, sums: &mut [Line<T>]) {
    any_columns(c, batch, sums);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn columns_avx2<T: Number>(c: &Columns, batch: &Batch<T>, sums: &mut [Line<T>]) {
    any_columns(c, batch, sums);
}

#[inline(always)]
fn any_columns<T: Number>(c: &Columns, batch: &Batch<T>, sums: &mut [Line<T>]) {
    match batch.codebook.len() {
        0..=16 => columns::<T, 16>(c, batch, sums),
        _ => columns::<T, 256>(c, batch, sums),
    }
}

/// The plain loop over columns.
#[inline(always)]
fn columns<T: Number, const CODES: usize>(c: &Columns, batch: &Batch<T>, sums: &mut [Line<T>]) {
    let codebook: [T; CODES] = table(batch.codebook);
    for &column in batch.active {
        let x = batch.x[column as usize];
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

/// The plain loop over rows, which the vector kernels must equal but for the rounding of products.
pub fn rows<T: Number>(of: &Rows, batch: &Batch<T>, sums: &mut [Line<T>]) {
    let codebook: [T; CODES] = table(batch.codebook);
    let mut panel = [[T::default(); LANES]; PANEL + 1];
    for (rows, x) in of.panels().zip(batch.x.chunks(PANEL)) {
        // A copy, so that no column needs a check.
        panel[..x.len()].copy_from_slice(x);
        for (entries, sums) in rows.zip(sums.iter_mut()) {
            let mut chains = [[T::default(); LANES]; CHAINS];
            for chunk in entries {
                for (chain, &e) in chains.iter_mut().zip(chunk) {
                    let (column, code) = entry(e);
                    line(chain, codebook[code], &panel[column]);
                }
            }
            for (lane, sum) in sums.iter_mut().enumerate() {
                let [a, b, c, d] = chains.map(|chain| chain[lane]);
                *sum = sum.plus(a.plus(b).plus(c.plus(d)));
            }
        }
    }
}

#[inline(always)]
fn line<T: Number>(sums: &mut Line<T>, weight: T, x: &Line<T>) {
    for (sum, &x) in sums.iter_mut().zip(x) {
        *sum = sum.plus(weight.times(x));
    }
}
