//! [`Lanes`] in plain Rust: what the kernels for AVX-512 must equal, in the order of their sums as well.

use crate::lanes::{entry, Lanes, Pass, ALIGN, CODES, ENTRIES, GROUP, NONE, PANEL};
use crate::number::Number;

/// Each weight of a pass: lane, place among the step's entries, code and column.
fn weights<'a>(pass: Pass<'a>) -> impl Iterator<Item = (usize, usize, usize, usize)> + 'a {
    let of_word = move |windows: [u16; ENTRIES], lane: usize, word: u32| {
        (0..ENTRIES).filter_map(move |k| {
            let (place, code) = entry(word, k);
            let column = pass.panel * PANEL + usize::from(windows[k]) * ALIGN + place;
            (code != NONE).then_some((lane, k, code, column))
        })
    };
    let of_step = move |(step, &windows): (&'a crate::lanes::Step, &[u16; ENTRIES])| {
        step.0.iter().enumerate().flat_map(move |(lane, &word)| of_word(windows, lane, word))
    };
    pass.steps.iter().zip(pass.windows).flat_map(of_step)
}

/// Adds the products of some rows to `sums`, a number for each lane of each group.
pub fn lanes<T: Number>(lanes: &Lanes, codebook: &[T; CODES], x: &[T], sums: &mut [[T; GROUP]]) {
    for pass in lanes.passes() {
        let mut partial = [[T::default(); GROUP]; ENTRIES];
        for (lane, k, code, column) in weights(pass) {
            partial[k][lane] = codebook[code].times_plus(x[column], partial[k][lane]);
        }
        for (lane, sum) in sums[pass.group].iter_mut().enumerate() {
            let [first, second, third] = partial.map(|p| p[lane]);
            *sum = sum.plus(first.plus(second.plus(third)));
        }
    }
}

/// The exact product of 16-bit numbers. See [`lanes`].
pub fn lanes_exact(lanes: &Lanes, codebook: &[i16; CODES], x: &[i16], sums: &mut [[i64; GROUP]]) {
    for pass in lanes.passes() {
        for (lane, _, code, column) in weights(pass) {
            sums[pass.group][lane] += i64::from(i32::from(codebook[code]) * i32::from(x[column]));
        }
    }
}
