//! How a range of rows is laid out in memory: made once, when a matrix is loaded.
//!
//! Both forms are by columns, so that a zero activation costs nothing (R6), and both keep weights as codes:
//!
//! - [`Columns`]: a word of 16 bits for each kept weight, row and code. A product table of the codebook turns each
//!   into an addition.
//! - [`Masks`]: a bit for each position, and a byte for each code. Sixteen rows at a time with AVX-512; better where
//!   the weights are many.

use eie_spec::model::Layer;
use std::ops::Range;

/// Rows whose masks are one word.
pub const GROUP: usize = 16;
/// Words of [`Columns`] that a kernel takes at a time.
pub const STEP: usize = 8;
/// Share of kept weights from which masks are faster than columns.
const MASKS_FROM: f64 = 0.13;

/// Weights as words of row and code, column by column.
#[derive(Clone, Debug)]
pub struct Columns {
    /// Where each column starts, and the end.
    pub ptr: Vec<u32>,
    /// `row << code_bits | code`. Made for single vectors, columns are padded to whole [`STEP`]s, so that their loops end
    /// where a processor expects it: with words of rows that no block has, of as many as there can be pads, or each of
    /// their sums would wait for the one before.
    pub entries: Vec<u16>,
}

/// Weights as masks of positions, and codes, column by column.
#[derive(Clone, Debug)]
pub struct Masks {
    /// Words of each column.
    pub groups: usize,
    /// Where each column's codes start, and the end.
    pub ptr: Vec<u32>,
    /// `groups` words for each column: bit `i` of word `g` is row `16 g + i`.
    pub masks: Vec<u16>,
    /// The codes, and padding of a vector, so that a read of 16 never leaves.
    pub codes: Vec<u8>,
}

/// One of the two forms.
#[derive(Clone, Debug)]
pub enum Body {
    /// Few weights, or a plain machine.
    Columns(Columns),
    /// Many weights, and AVX-512.
    Masks(Masks),
}

/// Some rows of a matrix.
#[derive(Clone, Debug)]
pub struct Block {
    /// Which rows.
    pub rows: Range<usize>,
    /// Their weights.
    pub body: Body,
}

/// Bits of a code in [`Columns`]: the rest of the word is the row.
pub fn code_bits(codes: usize) -> u32 {
    if codes <= 16 {
        4
    } else {
        8
    }
}

/// Rows that a word of [`Columns`] can name.
pub fn named_rows(codes: usize) -> usize {
    1 << (16 - code_bits(codes))
}

/// Rows of a block at most: the last [`STEP`] that a word can name are for padding.
pub fn most_rows(codes: usize) -> usize {
    named_rows(codes) - STEP
}

impl Block {
    /// Lays out these rows of a layer for single vectors or for many at a time, as masks if those are to be had and pay
    /// off.
    pub fn new(layer: &Layer, rows: Range<usize>, many: bool, masks: bool) -> Block {
        let inside =
            |j: usize| layer.column(j).filter(|(row, _)| rows.contains(row)).map(|(r, c)| (r - rows.start, c));
        let kept: usize = (0..layer.inputs).map(|j| inside(j).count()).sum();
        let dense = kept as f64 >= MASKS_FROM * (rows.len() * layer.inputs) as f64;
        let mut ptr = Vec::with_capacity(layer.inputs + 1);
        ptr.push(0);
        let body = if masks && !many && dense && layer.codebook.len() <= 16 {
            let groups = rows.len().div_ceil(GROUP);
            let mut all = vec![0u16; groups * layer.inputs];
            let mut codes = Vec::with_capacity(kept + GROUP);
            for (j, words) in all.chunks_exact_mut(groups.max(1)).enumerate() {
                for (row, code) in inside(j) {
                    words[row / GROUP] |= 1 << (row % GROUP);
                    codes.push(code);
                }
                ptr.push(codes.len() as u32);
            }
            codes.extend([0; GROUP]);
            Body::Masks(Masks { groups, ptr, masks: all, codes })
        } else {
            let bits = code_bits(layer.codebook.len());
            let mut entries = Vec::with_capacity(kept);
            for j in 0..layer.inputs {
                entries.extend(inside(j).map(|(row, code)| (row << bits) as u16 | u16::from(code)));
                let pads = if many { 0 } else { entries.len().next_multiple_of(STEP) - entries.len() };
                let rows = most_rows(layer.codebook.len());
                entries.extend((0..pads).map(|pad| ((rows + pad) << bits) as u16));
                ptr.push(entries.len() as u32);
            }
            Body::Columns(Columns { ptr, entries })
        };
        Block { rows, body }
    }

    /// Bytes in memory.
    pub fn bytes(&self) -> usize {
        match &self.body {
            Body::Columns(c) => 4 * c.ptr.len() + 2 * c.entries.len(),
            Body::Masks(m) => 4 * m.ptr.len() + 2 * m.masks.len() + m.codes.len(),
        }
    }
}
