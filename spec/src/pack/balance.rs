//! Deals rows to lanes such that all PEs have about the same to do, whichever activations are not zero.
//!
//! If an activation is not zero with probability `p`, what a PE has to do is expected to differ from the mean by
//! `p^2 (S - mean S)^2 + p (1 - p) sum over columns of (n - mean n)^2` squared, with `n` weights in a column and `S` in
//! all of them. So it is not enough that PEs have as many weights: they should be as many in each column, too.
//!
//! First rows are dealt, the heaviest first, each to the lane whose rows have the fewest weights in the row's columns.
//! That is for the second term, and roughly for the first. Then few rows are exchanged until the sums are even.
//! Exchanging more of them for the second term was tried: it gains 0.3 % of the cycles at most, and takes seconds.

use std::cmp::Reverse;

/// The weights of some rows, and what a lane's rows add up to in each column group.
pub(super) struct Rows {
    /// The columns of each row's weights.
    pub(super) columns: Vec<Vec<u32>>,
    /// Each row's weights in each group, `groups` a row.
    pub(super) sums: Vec<u32>,
    pub(super) groups: usize,
    /// Number of columns.
    pub(super) width: usize,
    /// What each lane has to do besides in each group, `groups` a lane; empty for nothing.
    pub(super) loads: Vec<u32>,
}

/// Which of `pes` PEs gets each row of a layer that is neither cut into tiles nor split over column groups: `columns`
/// names the columns, below `width`, of each row's weights. So a compressor can tell what a packer will do.
///
/// # Panics
/// If there are no PEs, or a column is not below `width`.
pub fn deal_rows(columns: Vec<Vec<u32>>, width: usize, pes: usize) -> Vec<usize> {
    let count = columns.len();
    let sums = columns.iter().map(|c| c.len() as u32).collect();
    let dealt = deal(&Rows { columns, sums, groups: 1, width, loads: Vec::new() }, pes, count.div_ceil(pes));
    let mut pe_of_row = vec![0; count];
    for (pe, rows) in dealt.into_iter().enumerate() {
        rows.into_iter().for_each(|row| pe_of_row[row] = pe);
    }
    pe_of_row
}

/// Lanes that rows are dealt to.
struct Lanes<'a> {
    rows: &'a Rows,
    of_lane: Vec<Vec<usize>>,
    /// Weights of each lane in each group.
    sums: Vec<i64>,
    /// Rows of a lane at most.
    most: usize,
}

/// Rows for each lane, `most` of them at most.
pub(super) fn deal(rows: &Rows, lanes: usize, most: usize) -> Vec<Vec<usize>> {
    let mut sums: Vec<i64> = rows.loads.iter().map(|&n| n.into()).collect();
    sums.resize(lanes * rows.groups, 0);
    let mut all = Lanes { rows, of_lane: vec![Vec::new(); lanes], sums, most };
    all.spread();
    all.even_out();
    all.of_lane
}

impl Lanes<'_> {
    fn add(&mut self, lane: usize, row: usize) {
        self.of_lane[lane].push(row);
        for group in 0..self.rows.groups {
            self.sums[lane * self.rows.groups + group] += i64::from(self.rows.sums[row * self.rows.groups + group]);
        }
    }

    /// Each row to the lane with the fewest weights in its columns.
    fn spread(&mut self) {
        let lanes = self.of_lane.len();
        let mut order: Vec<usize> = (0..self.rows.columns.len()).collect();
        order.sort_by_key(|&r| (Reverse(self.rows.columns[r].len()), r));
        // Weights of each lane in each column.
        let mut counts = vec![0u16; self.rows.width * lanes];
        let mut common = vec![0u32; lanes];
        for row in order {
            common.fill(0);
            for &column in &self.rows.columns[row] {
                let counts = &counts[column as usize * lanes..][..lanes];
                common.iter_mut().zip(counts).for_each(|(sum, &n)| *sum += u32::from(n));
            }
            let free = (0..lanes).filter(|&lane| self.of_lane[lane].len() < self.most);
            // Of lanes that are as good, the one with the fewest rows.
            let Some(lane) = free.min_by_key(|&lane| (common[lane], self.of_lane[lane].len(), lane)) else { break };
            for &column in &self.rows.columns[row] {
                counts[column as usize * lanes + lane] += 1;
            }
            self.add(lane, row);
        }
    }

    /// Exchanges rows of the PE with the most weights for others', as long as that makes the sums more even.
    fn even_out(&mut self) {
        let groups = self.rows.groups;
        let mean = self.sums.iter().sum::<i64>() / self.sums.len() as i64;
        let mut others: Vec<usize> = (0..self.of_lane.len()).collect();
        let pairs = self.most * self.most;
        let looked_at = (PAIRS / pairs).max(OTHERS);
        let step = (OTHERS * pairs / PAIRS).max(1);
        for _ in 0..ROUNDS * self.of_lane.len() {
            let Some(most) = (0..self.sums.len()).max_by_key(|&pe| (self.sums[pe], Reverse(pe))) else { return };
            if self.sums[most] - mean <= mean / TOLERANCE {
                return;
            }
            let (from, group) = (most / groups, most % groups);
            others.sort_unstable_by_key(|&lane| (self.sums[lane * groups + group], lane));
            let mut best = (0, None);
            for &to in others.iter().take(looked_at).filter(|&&to| to != from) {
                for a in (0..self.of_lane[from].len()).step_by(step) {
                    for b in 0..self.of_lane[to].len() {
                        let gain = self.gain(from, to, self.of_lane[from][a], Some(self.of_lane[to][b]));
                        if gain < best.0 {
                            best = (gain, Some((to, a, Some(b))));
                        }
                    }
                    if self.of_lane[to].len() < self.most {
                        let gain = self.gain(from, to, self.of_lane[from][a], None);
                        if gain < best.0 {
                            best = (gain, Some((to, a, None)));
                        }
                    }
                }
            }
            let Some((to, a, b)) = best.1 else { return };
            let row = self.take(from, a);
            if let Some(b) = b {
                let other = self.take(to, b);
                self.add(from, other);
            }
            self.add(to, row);
        }
    }

    fn take(&mut self, lane: usize, place: usize) -> usize {
        let row = self.of_lane[lane].swap_remove(place);
        for group in 0..self.rows.groups {
            self.sums[lane * self.rows.groups + group] -= i64::from(self.rows.sums[row * self.rows.groups + group]);
        }
        row
    }

    /// What an exchange adds to the sum of the squares of all sums.
    #[inline]
    fn gain(&self, from: usize, to: usize, a: usize, b: Option<usize>) -> i64 {
        let groups = self.rows.groups;
        let weights = |row: usize, group: usize| i64::from(self.rows.sums[row * groups + group]);
        let of_group = |group: usize| {
            let moved = weights(a, group) - b.map_or(0, |b| weights(b, group));
            2 * moved * (moved - self.sums[from * groups + group] + self.sums[to * groups + group])
        };
        (0..groups).map(of_group).sum()
    }
}

/// Exchanges for each lane at most.
const ROUNDS: usize = 16;
/// Pairs of rows to look at for an exchange, about.
const PAIRS: usize = 1 << 15;
/// Lanes with few weights among which the other row is looked for, at least.
const OTHERS: usize = 4;
/// Sums are even enough when none is above the mean by more than the mean over this.
const TOLERANCE: i64 = 2000;
