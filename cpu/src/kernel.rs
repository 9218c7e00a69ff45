//! The inner loops. The plain ones are here; what an instruction set adds is in a file of its own and must give the
//! same: in integers bit for bit; in `f32` bit for bit by lanes, and but for the rounding of products by rows. Layouts differ in
//! the order of their sums.

#[cfg(target_arch = "x86_64")]
mod avx512;
mod batch;
mod lanes;
mod prefetch;
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
mod rows_vector;
#[cfg(test)]
mod tests;

use crate::block::{named_rows, Columns, STEP};
use crate::isa::Isa;
use crate::lanes::{Lanes, CODES, GROUP};
use crate::number::Number;
use crate::rows::Rows;

pub use batch::{add_columns_batch, add_rows_batch, Batch, Line, LANES};

/// How many active columns before its turn a column is asked for: a few times what memory takes to answer.
const AHEAD: usize = 5;

/// What kernels need of a number type beyond arithmetic.
pub trait Kernel: Number {
    /// [`lanes::lanes`] with these instructions, if there is such a kernel. Whether it was done.
    fn lanes_with(isa: Isa, rows: &Lanes, book: &[Self; CODES], x: &[Self], sums: &mut [[Self; GROUP]]) -> bool;
    /// [`batch::rows`], likewise.
    fn rows_with(isa: Isa, of: &Rows, batch: &Batch<Self>, sums: &mut [Line<Self>]) -> bool;
}

/// Adds products to `sums`, which are as many as [`padded`] says. `active` has column and activation of each activation that is
/// not zero.
pub fn add_columns<T: Number>(isa: Isa, c: &Columns, codebook: &[T], active: &[(u32, T)], sums: &mut [T]) {
    match isa {
        Isa::Portable => any_columns(c, codebook, active, sums),
        #[cfg(target_arch = "x86_64")]
        // SAFETY: the instructions are there, as `Isa` is made by looking for them only.
        _ => unsafe { columns_avx2(c, codebook, active, sums) },
        #[cfg(not(target_arch = "x86_64"))]
        _ => any_columns(c, codebook, active, sums),
    }
}

/// Length of the sums of columns: all rows that an entry can name, so that no index needs a check.
pub fn padded(codes: usize) -> usize {
    named_rows(codes)
}

/// A codebook, and zeros.
pub fn table<T: Copy + Default, const N: usize>(codebook: &[T]) -> [T; N] {
    std::array::from_fn(|i| codebook.get(i).copied().unwrap_or_default())
}

/// [`any_columns`], compiled for these instructions.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma,bmi1,bmi2")]
fn columns_avx2<T: Number>(c: &Columns, codebook: &[T], active: &[(u32, T)], sums: &mut [T]) {
    any_columns(c, codebook, active, sums);
}

/// [`columns`], for any codebook.
#[inline(always)]
fn any_columns<T: Number>(c: &Columns, codebook: &[T], active: &[(u32, T)], sums: &mut [T]) {
    match codebook.len() {
        0..=16 => columns::<T, 4096, 16>(c, codebook, active, sums),
        _ => columns::<T, 256, 256>(c, codebook, active, sums),
    }
}

/// The plain loop over entries.
#[inline(always)]
fn columns<T: Number, const ROWS: usize, const CODES: usize>(
    c: &Columns,
    codebook: &[T],
    active: &[(u32, T)],
    sums: &mut [T],
) {
    let codebook: [T; CODES] = table(codebook);
    let Some(sums) = sums.first_chunk_mut::<ROWS>() else { return };
    let range = |column: u32| c.ptr[column as usize] as usize..c.ptr[column as usize + 1] as usize;
    for (k, &(column, x)) in active.iter().enumerate() {
        // Columns between this one and the next active one are skipped, which no hardware prefetcher foresees.
        if let Some(&(later, _)) = active.get(k + AHEAD) {
            prefetch::read(&c.entries[range(later)]);
        }
        // Sixteen products once, not one an entry. A large codebook would cost more than it saves.
        let products: [T; CODES] = if CODES <= 16 { codebook.map(|w| w.times(x)) } else { codebook };
        let mut add = |entry: u16| {
            let (row, code) = (usize::from(entry) / CODES, usize::from(entry) % CODES);
            let product = if CODES <= 16 { products[code] } else { products[code].times(x) };
            sums[row] = sums[row].plus(product);
        };
        let (steps, rest) = c.entries[range(column)].as_chunks::<STEP>();
        for step in steps {
            step.iter().for_each(|&entry| add(entry));
        }
        rest.iter().for_each(|&entry| add(entry));
    }
}

/// A number and its kernels, each with the least instructions that it needs, the best one first.
macro_rules! kernel {
    ($number:ty, lanes: [$($lanes:ident)?], x86_64: [$(($least:ident, $rows:ident)),*], aarch64: [$($neon:ident)?]) => {
        impl Kernel for $number {
            #[allow(unused_variables)]
            fn lanes_with(isa: Isa, rows: &Lanes, book: &[Self; CODES], x: &[Self], sums: &mut [[Self; GROUP]]) -> bool {
                $(
                    #[cfg(target_arch = "x86_64")]
                    if isa >= Isa::Avx512 {
                        // SAFETY: the instructions are there, as `Isa` is made by looking for them only.
                        unsafe { avx512::$lanes(rows, book, x, sums) };
                        return true;
                    }
                )?
                false
            }

            #[allow(unused_variables)]
            fn rows_with(isa: Isa, of: &Rows, batch: &Batch<Self>, sums: &mut [Line<Self>]) -> bool {
                $(
                    #[cfg(target_arch = "x86_64")]
                    if isa >= Isa::$least {
                        // SAFETY: as above.
                        unsafe { rows_vector::$rows(of, batch, sums) };
                        return true;
                    }
                )*
                $(
                    #[cfg(target_arch = "aarch64")]
                    if isa == Isa::Neon {
                        // SAFETY: as above.
                        unsafe { rows_vector::$neon(of, batch, sums) };
                        return true;
                    }
                )?
                false
            }
        }
    };
}
kernel!(f32, lanes: [lanes_f32], x86_64: [(Avx512, rows_f32_avx512), (Avx2, rows_f32_avx2)], aarch64: [rows_f32_neon]);
kernel!(i32, lanes: [], x86_64: [(Avx512, rows_i32_avx512), (Avx2, rows_i32_avx2)], aarch64: [rows_i32_neon]);
kernel!(i64, lanes: [], x86_64: [(Avx512, rows_i64_avx512)], aarch64: []);

/// Adds the products of some rows to `sums`: see [`lanes::lanes`].
///
/// # Panics
/// If there are not as many activations as columns.
pub fn add_lanes<T: Kernel>(isa: Isa, rows: &Lanes, codebook: &[T; CODES], x: &[T], sums: &mut [[T; GROUP]]) {
    assert_eq!(x.len(), rows.inputs(), "activations");
    // Padding is a weight of zero, and zero times infinity is no zero.
    if !x.iter().all(|x| x.is_finite()) || !T::lanes_with(isa, rows, codebook, x, sums) {
        lanes::lanes(rows, codebook, x, sums);
    }
}

/// The same for 16-bit numbers, exact whatever their size: see [`lanes::lanes_exact`].
///
/// # Panics
/// If there are not as many activations as columns.
pub fn add_lanes_exact(isa: Isa, rows: &Lanes, codebook: &[i16; CODES], x: &[i16], sums: &mut [[i64; GROUP]]) {
    assert_eq!(x.len(), rows.inputs(), "activations");
    match isa {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: the instructions are there, as `Isa` is made by looking for them only.
        Isa::Avx512Vnni => unsafe { avx512::lanes_exact_vnni(rows, codebook, x, sums) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: as above.
        Isa::Avx512 => unsafe { avx512::lanes_exact_bw(rows, codebook, x, sums) },
        _ => lanes::lanes_exact(rows, codebook, x, sums),
    }
}

/// Permutes vectors of sixteen numbers so many times, each of them independent of the one before: what a product in lanes
/// looks up weights and activations with, to measure how fast this machine does it. None without AVX-512.
pub fn permutations(count: usize) -> Option<i32> {
    #[cfg(target_arch = "x86_64")]
    if Isa::best() >= Isa::Avx512 {
        // SAFETY: the instructions are there.
        return Some(unsafe { avx512::permutations(count) });
    }
    let _ = count;
    None
}
