//! Weights by lanes: thirty-two rows beside each other, each in a lane of two vectors, and their weights in steps of three a
//! lane.
//!
//! Each of the three has a *window* of [`WINDOW`] columns, the same for all lanes, and an entry in it: which column of the
//! window, and a code. So the activations of a window stand in registers, from which a permutation takes what each entry
//! wants: no weight costs a read or a write of memory beyond its own bits. Rows go through their columns as fast as their
//! lane lets them: a window begins at the first column that any of the rows still needs.
//!
//! Activations that are zero are multiplied like others. That is the better choice where there are many that are not
//! zero: see [`Options::activity`](crate::Options::activity).

use eie_spec::model::Layer;
use std::ops::Range;

/// Rows that are computed side by side.
pub const GROUP: usize = 32;
/// Entries of a row in a step.
pub const ENTRIES: usize = 3;
/// Columns that an entry can name.
pub const WINDOW: usize = 32;
/// Windows begin at multiples of so many columns.
pub const ALIGN: usize = 8;
/// Columns whose activations a first-level cache keeps while all rows pass through them.
pub const PANEL: usize = 4096;
/// Codes that there is room for, and one that stands for a weight of zero.
pub const CODES: usize = 32;
/// The code of a weight of zero.
pub const NONE: usize = CODES - 1;

/// Where an entry's column and code are in its word: bits `(column, code)`, five each. The first two begin a half of the
/// word each, so that instructions for 16 bits find them as well: bits 5 and 21 tell them whose window is meant, that
/// of the first or of the second.
pub const PLACES: [(u32, u32); ENTRIES] = [(0, 6), (16, 22), (11, 27)];
/// The bit that is set in each word: the second entry is in the second window.
const SECOND: u32 = 1 << 21;

/// A step's words, one a lane: two cache lines.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub struct Step(pub [u32; GROUP]);

/// Some rows of a matrix.
#[derive(Clone, Debug)]
pub struct Lanes {
    inputs: usize,
    /// Which row each lane has, group by group: those with most weights first, so that the rows of a group have about
    /// as many.
    rows: Vec<u32>,
    /// Where the steps of each group end, panel by panel.
    ends: Vec<u32>,
    /// Where the windows of each step begin in their panel, in [`ALIGN`] columns. Less than `PANEL / ALIGN`.
    windows: Vec<[u16; ENTRIES]>,
    steps: Vec<Step>,
}

/// The steps of a group of rows in a panel of columns.
#[derive(Clone, Copy, Debug)]
pub struct Pass<'a> {
    /// Which panel.
    pub panel: usize,
    /// Which group.
    pub group: usize,
    /// Windows of its steps.
    pub windows: &'a [[u16; ENTRIES]],
    /// Its steps, as many.
    pub steps: &'a [Step],
}

/// Puts an entry into a word.
fn put(word: u32, k: usize, column: usize, code: usize) -> u32 {
    let (at, code_at) = PLACES[k];
    word & !(31 << at | 31 << code_at) | (column as u32) << at | (code as u32) << code_at
}

/// Column and code of an entry of a word.
pub fn entry(word: u32, k: usize) -> (usize, usize) {
    let (column, code) = PLACES[k];
    ((word >> column) as usize % WINDOW, (word >> code) as usize % CODES)
}

impl Default for Step {
    /// Weights of zero.
    fn default() -> Self {
        Step([(0..ENTRIES).fold(SECOND, |word, k| put(word, k, 0, NONE)); GROUP])
    }
}

impl Lanes {
    /// Lays out these rows of a layer with less than [`CODES`] codes.
    pub fn new(layer: &Layer, rows: Range<usize>) -> Lanes {
        let mut weights: Vec<Vec<(u32, u8)>> = vec![Vec::new(); rows.len()];
        for j in 0..layer.inputs {
            for (row, code) in layer.column(j).filter(|(row, _)| rows.contains(row)) {
                weights[row - rows.start].push((j as u32, code));
            }
        }
        let mut order: Vec<u32> = (0..rows.len() as u32).collect();
        order.sort_by_key(|&row| std::cmp::Reverse(weights[row as usize].len()));
        let (ends, windows, steps) = (Vec::new(), Vec::new(), Vec::new());
        let mut lanes = Lanes { inputs: layer.inputs, rows: order, ends, windows, steps };
        let mut left: Vec<Vec<&[(u32, u8)]>> = lanes
            .rows
            .chunks(GROUP)
            .map(|group| group.iter().map(|&row| weights[row as usize].as_slice()).collect())
            .collect();
        for from in (0..layer.inputs).step_by(PANEL) {
            for group in &mut left {
                lanes.group(group, from);
            }
        }
        lanes
    }

    /// Appends the steps of a group for the columns of a panel, and takes their weights from `left`.
    fn group(&mut self, left: &mut [&[(u32, u8)]], panel: usize) {
        let first = |row: &&[(u32, u8)]| row.first().map(|w| w.0 as usize).filter(|&column| column < panel + PANEL);
        while left.iter().any(|row| first(row).is_some()) {
            let (mut step, mut windows) = (Step::default(), [0; ENTRIES]);
            for k in 0..ENTRIES {
                let Some(column) = left.iter().filter_map(first).min() else {
                    windows[k] = windows[k - 1];
                    continue;
                };
                let from = column / ALIGN * ALIGN;
                windows[k] = ((from - panel) / ALIGN) as u16;
                for (lane, row) in left.iter_mut().enumerate() {
                    if first(row).is_some_and(|column| column < from + WINDOW) {
                        let (column, code) = row[0];
                        step.0[lane] = put(step.0[lane], k, column as usize - from, code.into());
                        *row = &row[1..];
                    }
                }
            }
            self.windows.push(windows);
            self.steps.push(step);
        }
        self.ends.push(self.steps.len() as u32);
    }

    /// Bytes in memory.
    pub fn bytes(&self) -> usize {
        4 * (self.rows.len() + self.ends.len()) + (6 + size_of::<Step>()) * self.steps.len()
    }

    /// Columns.
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// Groups of rows.
    pub fn groups(&self) -> usize {
        self.rows.len().div_ceil(GROUP)
    }

    /// Steps of all groups.
    pub fn steps(&self) -> usize {
        self.steps.len()
    }

    /// Everything there is to do, panel by panel.
    pub fn passes(&self) -> impl Iterator<Item = Pass<'_>> {
        let mut from = 0;
        let groups = self.groups().max(1);
        self.ends.iter().enumerate().map(move |(k, &end)| {
            let range = std::mem::replace(&mut from, end as usize)..end as usize;
            let (windows, steps) = (&self.windows[range.clone()], &self.steps[range]);
            Pass { panel: k / groups, group: k % groups, windows, steps }
        })
    }

    /// Puts the sums of all lanes where their rows are.
    pub fn place<T: Copy>(&self, sums: &[[T; GROUP]], y: &mut [T]) {
        for (&row, &sum) in self.rows.iter().zip(sums.as_flattened()) {
            y[row as usize] = sum;
        }
    }

    /// Makes another code of a weight in the first window, to see who notices. Which row and column it has.
    #[cfg(test)]
    pub fn spoil(&mut self) -> Option<(usize, usize)> {
        let words = self.steps.first_mut()?.0.iter_mut().enumerate();
        let (lane, word, column, code) = words
            .map(|(lane, word)| (lane, entry(*word, 0), word))
            .find_map(|(lane, (column, code), word)| (code != NONE).then_some((lane, word, column, code)))?;
        *word = put(*word, 0, column, code ^ 1);
        Some((self.rows[lane] as usize, usize::from(self.windows[0][0]) * ALIGN + column))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_give_back_their_entries() {
        let entries = [(5, 15), (31, 0), (19, 30)];
        let none = Step::default().0[7];
        let word = entries.iter().enumerate().fold(none, |word, (k, &(column, code))| put(word, k, column, code));
        assert_eq!([0, 1, 2].map(|k| entry(word, k)), entries);
        assert_eq!([0, 1, 2].map(|k| entry(none, k)), [(0, NONE); 3]);
        // No bit is of two of them, and those that tell the windows stay.
        let ones = PLACES.map(|(column, code)| 31 << column | 31 << code);
        assert_eq!(ones.iter().fold(0u32, |all, one| all ^ one), !(1 << 5 | SECOND));
        assert_eq!(word & (1 << 5 | SECOND), SECOND);
    }
}
