//! How a range of rows is laid out in memory: made once, when a matrix is loaded.
//!
//! All forms keep weights as codes:
//!
//! - [`Columns`]: a word of 16 bits for each kept weight, row and code, column by column, so that a zero activation costs
//!   nothing (R6). A product table of the codebook turns each into an addition.
//! - [`Lanes`]: rows side by side, for AVX-512. A weight costs a tenth of what it does in columns, and a zero
//!   activation as much as any.
//! - [`Rows`]: row by row, for many vectors at a time.

use crate::lanes::{Lanes, CODES, ENTRIES, GROUP};
use crate::rows::Rows;
use eie_spec::model::Layer;
use std::ops::Range;

/// Words of [`Columns`] that a kernel takes at a time.
pub const STEP: usize = 8;
/// What a step of [`Lanes`] costs in weights of [`Columns`]: measured, in cache.
const STEP_COST: f64 = 6.0;
/// Weights from which lanes are worth their padding: fewer take no time either way.
const ENOUGH: usize = 4096;
/// Places of lanes for each weight at most.
const MOST_PADDED: usize = 4;

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

/// One of the three forms.
#[derive(Clone, Debug)]
pub enum Body {
    /// Few active columns, many codes, or a plain machine.
    Columns(Columns),
    /// Single vectors with many activations that are not zero, and AVX-512.
    Lanes(Lanes),
    /// Many vectors.
    Rows(Rows),
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

/// Whether a layer can have lanes, and has enough weights for their padding.
pub fn may_have_lanes(layer: &Layer) -> bool {
    has_few_codes(layer) && layer.kept() >= ENOUGH
}

/// Whether a layer's codes are few enough for lanes and rows.
pub fn has_few_codes(layer: &Layer) -> bool {
    layer.codebook.len() < CODES
}

/// Whether these lanes are faster than columns, with such a share of activations that are not zero, and not much larger.
pub fn lanes_pay_off(blocks: &[Block], kept: usize, activity: f64) -> bool {
    let steps: usize = blocks.iter().map(Block::steps).sum();
    steps as f64 * STEP_COST <= activity * kept as f64 && steps * GROUP * ENTRIES <= MOST_PADDED * kept
}

impl Columns {
    fn new(layer: &Layer, rows: &Range<usize>, many: bool) -> Columns {
        let bits = code_bits(layer.codebook.len());
        let (mut ptr, mut entries) = (vec![0], Vec::new());
        for j in 0..layer.inputs {
            let inside = layer.column(j).filter(|(row, _)| rows.contains(row));
            entries.extend(inside.map(|(row, code)| ((row - rows.start) << bits) as u16 | u16::from(code)));
            let pads = if many { 0 } else { entries.len().next_multiple_of(STEP) - entries.len() };
            let rows = most_rows(layer.codebook.len());
            entries.extend((0..pads).map(|pad| ((rows + pad) << bits) as u16));
            ptr.push(entries.len() as u32);
        }
        Columns { ptr, entries }
    }
}

impl Block {
    /// These rows of a layer by columns, for single vectors or for many at a time.
    pub fn columns(layer: &Layer, rows: Range<usize>, many: bool) -> Block {
        Block { body: Body::Columns(Columns::new(layer, &rows, many)), rows }
    }

    /// These rows side by side.
    pub fn lanes(layer: &Layer, rows: Range<usize>) -> Block {
        Block { body: Body::Lanes(Lanes::new(layer, rows.clone())), rows }
    }

    /// These rows row by row.
    pub fn rows(layer: &Layer, rows: Range<usize>) -> Block {
        Block { body: Body::Rows(Rows::new(layer, rows.clone())), rows }
    }

    /// Steps of lanes, padding included; none in other forms.
    pub fn steps(&self) -> usize {
        match &self.body {
            Body::Lanes(lanes) => lanes.steps(),
            _ => 0,
        }
    }

    /// Bytes in memory.
    pub fn bytes(&self) -> usize {
        match &self.body {
            Body::Columns(c) => 4 * c.ptr.len() + 2 * c.entries.len(),
            Body::Lanes(lanes) => lanes.bytes(),
            Body::Rows(rows) => rows.bytes(),
        }
    }
}
