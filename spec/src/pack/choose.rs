//! Splits for layers in a row, by the cycle model.
//!
//! Of a single layer the estimate of [`super::deal::cycles`] is good enough. In a row, what a split costs depends on
//! its neighbours: a layer waits for the drain of the one before, and a split lengthens the way through it. Models
//! that are small enough are therefore packed with other splits, a layer at a time, and run on sampled inputs.

use super::{Packer, Program};
use crate::cycles;
use crate::model::Model;

/// Weights of a model up to which trying is quick.
const MOST_WEIGHTS: usize = 200_000;
/// Inputs, at least, and as many as fill a batch.
const SAMPLES: usize = 4;

/// A program with better splits than this one, if there is one.
pub(super) fn better(packer: &mut Packer, vectors: usize, first: Program) -> Program {
    let layers = packer.model.layers.len();
    let weights: usize = packer.model.layers.iter().map(|l| l.rows.len()).sum();
    if layers < 2 || weights > MOST_WEIGHTS || first.stages.len() > 1 || packer.splits.len() < 2 {
        return first;
    }
    let inputs = samples(packer.model, packer.activity, vectors.max(SAMPLES));
    let inputs: Vec<&[i16]> = inputs.iter().map(Vec::as_slice).collect();
    // A program that cannot be run is not better than one that can.
    let cycles = |program: &Program| cycles::Model::new(program).run(&inputs).map_or(u64::MAX, |c| c.cycles);
    let mut chosen: Vec<u32> = first.stages[0].image.steps.iter().step_by(vectors).map(|s| s.split.into()).collect();
    let mut best = (cycles(&first), first);
    for layer in (0..layers).rev() {
        for split in packer.splits.clone() {
            if split == chosen[layer] {
                continue;
            }
            packer.plan = chosen.clone();
            packer.plan[layer] = split;
            let program = packer.program(vectors);
            let found = cycles(&program);
            if program.stages.len() == 1 && found < best.0 {
                chosen[layer] = split;
                best = (found, program);
            }
        }
    }
    best.1
}

/// Inputs of which a share is not zero, and positive as pixels and results of ReLU are. The same on every machine.
fn samples(model: &Model, activity: f64, count: usize) -> Vec<Vec<i16>> {
    let max = model.layers[0].certificate.in_abs_max.clamp(1, i16::MAX as u32) as u64;
    let threshold = (activity.clamp(0.0, 1.0) * 65536.0) as u64;
    let mut state = 0u64;
    let mut next = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb) >> 24
    };
    let mut value = || match next() & 0xffff < threshold {
        true => (1 + next() % max) as i16,
        false => 0,
    };
    (0..count).map(|_| (0..model.inputs()).map(|_| value()).collect()).collect()
}
