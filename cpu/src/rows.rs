//! Weights row by row, for many vectors at a time: a row's sums stay in registers while its weights come past.
//!
//! Columns are in panels, so that the activations of one, a vector of all inputs for each column, stay in a first-level
//! cache.

use crate::lanes::CODES;
use eie_spec::model::Layer;
use std::ops::Range;

/// Columns of a panel. An entry can name one more: it has activations of zero, for padding.
pub const PANEL: usize = 511;
/// Entries that a kernel takes at a time: sums that do not wait for each other.
pub const CHAINS: usize = 4;
/// Bits of a code in an entry; the column in its panel is above it.
const CODE_BITS: u32 = CODES.trailing_zeros();

/// Some rows of a matrix, with less than [`CODES`] codes.
#[derive(Clone, Debug)]
pub struct Rows {
    count: usize,
    /// Chunks of entries of each row, panel by panel.
    chunks: Vec<u8>,
    /// [`CHAINS`] entries each; what is not needed has an activation of zero.
    entries: Vec<[u16; CHAINS]>,
}

/// What is not needed.
const PAD: u16 = (PANEL << CODE_BITS) as u16;

/// Column in its panel, and code.
#[inline(always)]
pub fn entry(entry: u16) -> (usize, usize) {
    (usize::from(entry >> CODE_BITS) % (PANEL + 1), usize::from(entry) % CODES)
}

impl Rows {
    /// Lays out these rows of a layer.
    pub fn new(layer: &Layer, rows: Range<usize>) -> Rows {
        let (mut chunks, mut entries) = (Vec::new(), Vec::new());
        for from in (0..layer.inputs).step_by(PANEL) {
            let mut panel = vec![Vec::new(); rows.len()];
            for j in from..layer.inputs.min(from + PANEL) {
                for (row, code) in layer.column(j).filter(|(row, _)| rows.contains(row)) {
                    panel[row - rows.start].push(((j - from) << CODE_BITS) as u16 | u16::from(code));
                }
            }
            for row in panel {
                chunks.push(row.len().div_ceil(CHAINS) as u8);
                let at = |chunk: &[u16]| std::array::from_fn(|k| chunk.get(k).copied().unwrap_or(PAD));
                entries.extend(row.chunks(CHAINS).map(at));
            }
        }
        Rows { count: rows.len(), chunks, entries }
    }

    /// Each panel: for each row its entries.
    pub fn panels(&self) -> impl Iterator<Item = impl Iterator<Item = &[[u16; CHAINS]]>> {
        let mut left = self.entries.as_slice();
        self.chunks.chunks(self.count.max(1)).map(move |chunks| {
            let all = chunks.iter().map(|&n| usize::from(n)).sum();
            let mut mine;
            (mine, left) = left.split_at(all);
            chunks.iter().map(move |&n| {
                let row;
                (row, mine) = mine.split_at(n.into());
                row
            })
        })
    }

    /// Bytes in memory.
    pub fn bytes(&self) -> usize {
        self.chunks.len() + size_of::<[u16; CHAINS]>() * self.entries.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_hold_any_column_and_code() {
        for (column, code) in [(0, 0), (510, 30), (300, 31)] {
            assert_eq!(entry((column << CODE_BITS | code) as u16), (column, code));
        }
        assert_eq!(entry(PAD).0, PANEL);
        // A whole row of a panel can be counted.
        assert!(PANEL.div_ceil(CHAINS) <= u8::MAX as usize);
    }
}
