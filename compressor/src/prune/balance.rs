//! Equal work for all PEs: each has the rows dealt to it, and the slowest one is waited for.

use super::{count_of, keep_largest};
use eie_spec::pack::deal_rows;
use std::ops::Range;

/// How even the work is.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Balance {
    /// Mean over PEs of their weights, by the most that one has: the share of time that PEs work if each goes through
    /// its weights without waiting for others. 1 is balanced.
    pub efficiency: f64,
    /// Sum over columns of the most weights that a PE has in the column, times PEs, by all weights: so many times
    /// as long it takes if all PEs finish a column before the next one begins. 1 is balanced, and few columns of a
    /// sparse layer can be. Queues of activations bring the time down to between this and 1 / `efficiency`.
    pub column_slowdown: f64,
}

/// Measures how even the work of a layer is. `mask` is row-major; `pe_of_row` says for each row which of `pes` PEs
/// has it.
///
/// # Panics
/// If there are not `inputs` entries of the mask for each row, or a row is dealt to a PE that is not there.
pub fn balance(mask: &[bool], inputs: usize, pe_of_row: &[usize], pes: usize) -> Balance {
    check(mask.len(), inputs, pe_of_row, pes);
    let mut work = vec![0u64; pes];
    let mut of_column = vec![0u32; pes * inputs];
    for (row, &pe) in pe_of_row.iter().enumerate() {
        let counts = &mut of_column[pe * inputs..][..inputs];
        for (count, &m) in counts.iter_mut().zip(&mask[row * inputs..][..inputs]) {
            *count += u32::from(m);
        }
    }
    let mut most = vec![0u32; inputs];
    for (pe, work) in work.iter_mut().enumerate() {
        for (most, &count) in most.iter_mut().zip(&of_column[pe * inputs..][..inputs]) {
            *work += u64::from(count);
            *most = (*most).max(count);
        }
    }
    let total: u64 = work.iter().sum();
    if total == 0 {
        return Balance { efficiency: 1.0, column_slowdown: 1.0 };
    }
    let slowest = work.iter().max().copied().unwrap_or(0) as f64 * pes as f64;
    let columns = most.iter().map(|&m| u64::from(m)).sum::<u64>() as f64 * pes as f64;
    Balance { efficiency: total as f64 / slowest, column_slowdown: columns / total as f64 }
}

/// Rows dealt in turn: EIE's way, row mod PEs.
pub fn interleave(outputs: usize, pes: usize) -> Vec<usize> {
    (0..outputs).map(|row| row % pes).collect()
}

/// Rows dealt as [`eie_spec::pack`] does a layer that is not cut into tiles.
///
/// # Panics
/// If there are not `outputs` x `inputs` entries of the mask, or no PEs.
pub fn deal(mask: &[bool], outputs: usize, inputs: usize, pes: usize) -> Vec<usize> {
    assert_eq!(mask.len(), outputs * inputs, "one entry of the mask for each weight");
    let columns = |row: &[bool]| (0..inputs as u32).filter(|&j| row[j as usize]).collect();
    let rows = (0..outputs).map(|row| columns(&mask[row * inputs..][..inputs]));
    deal_rows(rows.collect(), inputs, pes)
}

/// Load-balance-aware pruning (ESE, Han et al., FPGA 2017), rows dealt in turn: see [`prune_balanced_by`].
///
/// # Panics
/// As [`prune_balanced_by`].
pub fn prune_balanced(weights: &[f32], mask: &mut [bool], outputs: usize, inputs: usize, pes: usize, density: f64) {
    prune_balanced_by(weights, mask, inputs, &interleave(outputs, pes), pes, density);
}

/// Load-balance-aware pruning (ESE, Han et al., FPGA 2017): keeps `density` of the layer's weights in all, each of
/// `pes` PEs the largest ones of its rows and all of them the same number, but for one where it does not come out
/// even. A PE that has not as many left keeps all it has, and the others share the rest. What is pruned stays
/// pruned.
///
/// [`eie_spec::pack`] deals rows anew by their weights, so PEs stay about as even then, with other rows. This
/// balances no single column: see [`Balance::column_slowdown`].
///
/// # Panics
/// If there are not `inputs` weights and entries of the mask for each row, or a row is dealt to a PE that is not there.
pub fn prune_balanced_by(
    weights: &[f32],
    mask: &mut [bool],
    inputs: usize,
    pe_of_row: &[usize],
    pes: usize,
    density: f64,
) {
    check(mask.len(), inputs, pe_of_row, pes);
    let mut ranges: Vec<Vec<Range<usize>>> = vec![Vec::new(); pes];
    for (row, &pe) in pe_of_row.iter().enumerate() {
        ranges[pe].push(row * inputs..(row + 1) * inputs);
    }
    let kept = |ranges: &Vec<Range<usize>>| ranges.iter().cloned().flatten().filter(|&i| mask[i]).count();
    let available: Vec<usize> = ranges.iter().map(kept).collect();
    let counts = level(&available, count_of(density, weights.len()));
    for (ranges, count) in ranges.iter().zip(counts) {
        keep_largest(weights, mask, ranges, count);
    }
}

/// Shares `total` out as evenly as what is available of each allows.
fn level(available: &[usize], total: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..available.len()).collect();
    order.sort_by_key(|&k| available[k]);
    let mut shares = vec![0; available.len()];
    let mut left = total;
    for (done, &k) in order.iter().enumerate() {
        // Those with the least first: what they cannot take goes to the others.
        shares[k] = available[k].min(left / (order.len() - done));
        left -= shares[k];
    }
    shares
}

fn check(entries: usize, inputs: usize, pe_of_row: &[usize], pes: usize) {
    assert_eq!(entries, pe_of_row.len() * inputs, "one entry of the mask for each weight");
    assert!(pe_of_row.iter().all(|&pe| pe < pes), "rows are dealt to PEs 0 to {pes} - 1");
}
