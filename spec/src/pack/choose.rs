//! Splits and pieces for layers in a row, by the cycle model.
//!
//! Of a single layer the estimate of [`super::deal::cycles`] is good enough. In a row, what a split costs depends on
//! its neighbours: a layer waits for the drain of the one before, and a split lengthens the way through it. Models
//! that are small enough are therefore packed with other splits and pieces, a layer at a time, and run on sampled inputs.

use super::{Choice, Packer, Program};
use crate::cycles;
use crate::model::Model;

/// Weights of a model up to which trying is quick.
const MOST_WEIGHTS: usize = 200_000;
/// Inputs, at least, and as many as fill a batch.
const SAMPLES: usize = 4;

/// What is chosen for a layer depends on the others, so they are gone through so many times.
const PASSES: usize = 2;
/// Rows of a layer's second piece, as shares of all rows.
const TAILS: [usize; 9] = [16, 12, 10, 8, 6, 5, 4, 3, 2];

/// The program of the splits that are fastest for each layer; or, if its layers are not all on the device at once and could
/// be, the one of a common split with the fewest images to load: a column group has fewer pointers, and each of its PEs more
/// rows. Results may take the place of those that nobody needs any more.
pub(super) fn fewest_stages(packer: &mut Packer, vectors: usize) -> Program {
    let mut best = packer.program(vectors);
    let weights = packer.model.kept();
    if best.stages.len() == 1 || weights > packer.config.pes * packer.config.weight_depth {
        return best;
    }
    let splits = packer.splits.clone();
    // Only the results of a single vector can take each other's place.
    let places = if vectors == 1 { &[false, true][..] } else { &[false] };
    for (&from_ends, split) in places.iter().flat_map(|e| splits.clone().map(move |s| (e, s))) {
        packer.from_ends = from_ends;
        packer.splits = split..split + 1;
        let program = packer.program(vectors);
        if program.stages.len() < best.stages.len() {
            best = program;
        }
    }
    packer.splits = splits;
    packer.from_ends = false;
    best
}

/// A program with better splits and pieces than this one, if there is one. `tail`: one row in so many is in the second
/// piece.
pub(super) fn better(packer: &mut Packer, vectors: usize, tail: Option<usize>, first: Program) -> Program {
    let layers = packer.model.layers.len();
    let weights = packer.model.kept();
    if layers < 2 || weights > MOST_WEIGHTS || first.stages.len() > 1 {
        return first;
    }
    let steps = first.stages[0].image.steps.iter().step_by(vectors);
    let mut chosen: Vec<Choice> = steps.map(|s| Choice { split: s.split.into(), tail: 0, tail_split: 0 }).collect();
    let rows: Vec<usize> = packer.model.layers.iter().map(|l| l.outputs).collect();
    if let (1, Some(share @ 2..)) = (vectors, tail) {
        let choices = chosen.iter().zip(&rows).enumerate();
        let cut = |(layer, (choice, rows)): (usize, (&Choice, &usize))| match layer + 1 < layers {
            true => Choice { tail: rows / share, tail_split: choice.split, ..*choice },
            false => *choice,
        };
        packer.plan = choices.map(cut).collect();
        let program = packer.program(vectors);
        return if program.stages.len() == 1 { program } else { first };
    }
    // Real inputs are not the average ones, nor is what is not zero in them spread evenly: what is chosen must not be
    // worse for sparse inputs either.
    let inputs = [packer.activity, packer.activity / 2.0].map(|a| samples(packer.model, a, vectors.max(SAMPLES)));
    // A program that cannot be run is not better than one that can.
    let cycles = |program: &Program| {
        let mut model = cycles::Model::new(program);
        inputs.each_ref().map(|inputs| {
            let inputs: Vec<&[i16]> = inputs.iter().map(Vec::as_slice).collect();
            model.run(&inputs).map_or(u64::MAX, |c| c.cycles)
        })
    };
    let mut best = (cycles(&first), first);
    let splits = packer.splits.clone();
    // Whether it is better.
    let mut attempt = |layer: usize, choice: Choice, chosen: &mut Vec<Choice>| {
        if choice == chosen[layer] {
            return false;
        }
        packer.plan = chosen.clone();
        packer.plan[layer] = choice;
        let program = packer.program(vectors);
        if program.stages.len() > 1 {
            return false;
        }
        let found = cycles(&program);
        let better = found[0] < best.0[0] && found[1] <= best.0[1];
        if better {
            chosen[layer] = choice;
            best = (found, program);
        }
        better
    };
    for _ in 0..PASSES {
        let mut changed = false;
        for layer in (0..layers).rev() {
            for split in splits.clone() {
                changed |= attempt(layer, Choice { split, tail: 0, tail_split: 0 }, &mut chosen);
            }
        }
        // A batch has other vectors to compute meanwhile, and nobody waits for the last layer.
        for layer in (0..layers - 1).filter(|_| vectors == 1 && tail.is_none()) {
            for share in TAILS {
                for split in splits.clone() {
                    for tail_split in splits.clone() {
                        let tail = rows[layer] / share;
                        changed |= attempt(layer, Choice { split, tail, tail_split }, &mut chosen);
                    }
                }
            }
        }
        // Another pass would try the same again.
        if !changed {
            break;
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
