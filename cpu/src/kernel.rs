//! The inner loops. The plain ones are here; what an instruction set adds is in a file of its own and must give the
//! same, in integers bit for bit and in `f32` too, as each row's sum is in the order of the columns everywhere.

#[cfg(target_arch = "x86_64")]
mod avx512;
mod batch;
mod prefetch;

use crate::block::{Block, Body, Columns, Masks, GROUP, STEP};
use crate::isa::Isa;
use crate::number::Number;

pub use batch::{add_batch, LANES};

/// How many active columns before its turn a column is asked for: a few times what memory takes to answer.
const AHEAD: usize = 5;

/// What kernels need of a number type beyond arithmetic.
pub trait Kernel: Number {
    /// [`masks`] with these instructions, if there is such a kernel. Whether it was done.
    fn masks_with(isa: Isa, m: &Masks, codebook: &[Self; 16], active: &[(u32, Self)], sums: &mut [Self]) -> bool;
}

/// Adds a block's products to `sums`, one for each of its rows and padding up to [`padded`]. `active` has column and
/// activation of each activation that is not zero.
pub fn add<T: Kernel>(isa: Isa, block: &Block, codebook: &[T], active: &[(u32, T)], sums: &mut [T]) {
    match &block.body {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: the instructions are there, as `Isa` is made by looking for them only.
        Body::Columns(c) if isa >= Isa::Avx2 => unsafe { columns_avx2(c, codebook, active, sums) },
        Body::Columns(c) => any_columns(c, codebook, active, sums),
        Body::Masks(m) => {
            let table = table(codebook);
            if !T::masks_with(isa, m, &table, active, sums) {
                masks(m, &table, active, sums);
            }
        }
    }
}

/// Length of the sums of a block: a multiple of a vector, and for columns all rows that an entry can name, so that
/// no index needs a check.
pub fn padded(block: &Block, codes: usize) -> usize {
    match &block.body {
        Body::Columns(_) => crate::block::named_rows(codes),
        Body::Masks(m) => m.groups * GROUP,
    }
}

/// A codebook, and zeros.
pub fn table<T: Number, const N: usize>(codebook: &[T]) -> [T; N] {
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

/// The plain loop over masks, which the vector kernels must equal.
pub fn masks<T: Number>(m: &Masks, codebook: &[T; 16], active: &[(u32, T)], sums: &mut [T]) {
    for &(column, x) in active {
        let products = codebook.map(|w| w.times(x));
        let mut codes = m.codes[m.ptr[column as usize] as usize..].iter();
        let words = &m.masks[column as usize * m.groups..][..m.groups];
        for (&word, sums) in words.iter().zip(sums.chunks_exact_mut(GROUP)) {
            let mut left = word;
            while left != 0 {
                let row = left.trailing_zeros() as usize;
                let code = codes.next().map_or(0, |&c| usize::from(c) % 16);
                sums[row] = sums[row].plus(products[code]);
                left &= left - 1;
            }
        }
    }
}

macro_rules! kernel {
    ($number:ty, $with:ident) => {
        impl Kernel for $number {
            #[cfg(target_arch = "x86_64")]
            fn masks_with(isa: Isa, m: &Masks, book: &[Self; 16], active: &[(u32, Self)], sums: &mut [Self]) -> bool {
                if isa < Isa::Avx512 {
                    return false;
                }
                // SAFETY: the instructions are there, as `Isa` is made by looking for them only.
                unsafe { avx512::$with(m, book, active, sums) };
                true
            }
            #[cfg(not(target_arch = "x86_64"))]
            fn masks_with(_: Isa, _: &Masks, _: &[Self; 16], _: &[(u32, Self)], _: &mut [Self]) -> bool {
                false
            }
        }
    };
}
kernel!(f32, masks_f32);
kernel!(i32, masks_i32);
kernel!(i64, masks_i64);
