//! Which row goes to which PE, which input to which place, and what that costs.

use super::balance::{self, Rows};
use crate::config::Config;
use crate::model::Layer;
use std::ops::Range;

/// Which rows each PE has, where the columns are split over `1 << split` groups of PEs: a row belongs to a lane, which
/// is a PE in each group.
#[derive(Clone)]
pub(super) struct Deal {
    pub(super) split: u32,
    /// Rows of each lane, filled up to a multiple of the number of groups.
    pub(super) slots: usize,
    /// By position of the result: `position = place * pes + pe`.
    pub(super) rows: Vec<Option<u32>>,
    /// (lane, slot) of each row, counted from the first one.
    place: Vec<(u32, u32)>,
    first_row: usize,
}

impl Deal {
    /// Deals the rows of `range` such that PEs have as much to do ([`balance`]), with inputs at the positions of
    /// `columns`, beside the weights that PEs have to do with already (none, or so many for each PE); rows keep their
    /// order within a lane. The same on every machine.
    pub(super) fn new(
        layer: &Layer,
        range: Range<usize>,
        columns: &[Option<u32>],
        config: &Config,
        split: u32,
        loads: &[u32],
    ) -> Self {
        let (lanes, groups) = (config.row_lanes(split), 1 << split);
        let count = range.len();
        let most = count.div_ceil(lanes);
        let slots = most.next_multiple_of(groups);
        let all = (0..lanes).flat_map(|lane| (0..groups).map(move |group| config.pe_of(lane, group, split)));
        let mut weights = Rows {
            columns: vec![Vec::new(); count],
            sums: vec![0; count * groups],
            groups,
            width: columns.len(),
            loads: if loads.is_empty() { Vec::new() } else { all.map(|pe| loads[pe]).collect() },
        };
        for (position, column) in columns.iter().enumerate() {
            let group = config.lane_of(position % config.pes, split).1;
            for (row, _) in column.iter().flat_map(|&j| layer.column(j as usize)) {
                if let Some(row) = row.checked_sub(range.start).filter(|&r| r < count) {
                    weights.columns[row].push(position as u32);
                    weights.sums[row * groups + group] += 1;
                }
            }
        }
        let mut of_lane = balance::deal(&weights, lanes, most);
        let mut rows = vec![None; slots / groups * config.pes];
        let mut place = vec![(0, 0); count];
        for (lane, mine) in of_lane.iter_mut().enumerate() {
            mine.sort_unstable();
            for (slot, &row) in mine.iter().enumerate() {
                let pe = config.pe_of(lane, slot % groups, split);
                rows[slot / groups * config.pes + pe] = Some((range.start + row) as u32);
                place[row] = (lane as u32, slot as u32);
            }
        }
        Deal { split, slots, rows, place, first_row: range.start }
    }

    pub(super) fn place(&self, row: usize) -> Option<(usize, usize)> {
        let &(lane, slot) = self.place.get(row.checked_sub(self.first_row)?)?;
        Some((lane as usize, slot as usize))
    }
}

/// Positions for the inputs that have weights in these rows, in their order, filled up to whole groups.
pub(super) fn gather_inputs(layer: &Layer, rows: &Range<usize>, pes: usize) -> Vec<Option<u32>> {
    let used = |&j: &usize| layer.column(j).any(|(row, _)| rows.contains(&row));
    let mut positions: Vec<_> = (0..layer.inputs).filter(used).map(|j| Some(j as u32)).collect();
    positions.resize(positions.len().div_ceil(pes) * pes, None);
    positions
}

/// Samples of which activations are not zero.
const SAMPLES: u64 = 4;

/// Cycles of a layer of whose activations so many are not zero, from the number of entries that each PE has of each
/// column: the slowest group's, with its queues filling and holding the broadcast. What matters is how these compare
/// from one dealing to another. Which activations are not zero is sampled, since that is what puts groups, and PEs of
/// a group, out of balance.
pub(super) fn cycles(config: &Config, lens: &[Vec<u32>], split: u32, activity: f64) -> u64 {
    let samples = if activity < 1.0 { SAMPLES } else { 1 };
    let threshold = (activity.clamp(0.0, 1.0) * 65536.0) as u64;
    let slowest = |sample: u64| {
        let active = |column: usize, group: usize| {
            // A fixed hash: the same choice on every machine.
            let number = ((column << split | group) as u64) << 8 | sample;
            (number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 24 & 0xffff) < threshold
        };
        let group = |group| group_cycles(config, lens, split, group, &|column| active(column, group));
        (0..1 << split).map(group).max().unwrap_or(0)
    };
    (0..samples).map(slowest).sum::<u64>() / samples
}

fn group_cycles(config: &Config, lens: &[Vec<u32>], split: u32, group: usize, active: &dyn Fn(usize) -> bool) -> u64 {
    let depth = config.queue_limit();
    let pes: Vec<usize> = (0..config.row_lanes(split)).map(|lane| config.pe_of(lane, group, split)).collect();
    // When each PE is through with what it was sent, and when it began with each of its last items.
    let mut free = vec![0u64; pes.len()];
    let mut begun = vec![(0usize, vec![0u64; depth]); pes.len()];
    let mut sent = 0;
    for column in (0..lens[pes[0]].len()).filter(|&c| active(c)) {
        let room = |(items, times): &(usize, Vec<u64>)| times[items % depth];
        sent = begun.iter().map(room).fold(sent + 1, u64::max);
        for ((&pe, free), (items, times)) in pes.iter().zip(&mut free).zip(&mut begun) {
            if lens[pe][column] > 0 {
                let begin = sent.max(*free);
                times[*items % depth] = begin;
                *items += 1;
                *free = begin + u64::from(lens[pe][column]);
            }
        }
    }
    free.into_iter().max().unwrap_or(0).max(sent)
}
