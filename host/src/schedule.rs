//! What a device has to do to run a program, worked out once: what to load, what to send, what to read, and where the
//! answers belong.

use crate::transaction::Transaction;
use eie_spec::link::op::Order;
use eie_spec::pack::Program;
use eie_spec::regs::{self, address, Region};
use std::ops::{Range, RangeInclusive};
use std::sync::Arc;

/// Cycles that no run takes, whatever it works on: latencies.
const OVERHEAD_CYCLES: u64 = 10_000;
/// Bits of an activation.
const ACTIVATION_BITS: u32 = 16;
/// Unused words between two used ones that are read along rather than skipped: a read of its own takes eight bytes.
const LONGEST_GAP: usize = 4;
/// A position for which there is no input.
const NOTHING: u32 = u32::MAX;

/// Positions to read in one go.
#[derive(Debug)]
struct Reading {
    positions: Range<usize>,
    /// Of those that are used: place within the range, vector of the batch, place among what is kept of a vector.
    used: Vec<(u32, u32, u32)>,
}

/// Steps to run in one go, and what to read then.
#[derive(Debug)]
struct Run {
    first: u8,
    last: u8,
    readings: Vec<Reading>,
}

/// Which layers' outputs are fetched, and where they are kept: for each vector those of all layers that are kept, one
/// after the other.
#[derive(Debug)]
pub(crate) struct View {
    /// Where a layer's outputs begin; none if they are not kept.
    offsets: Vec<Option<usize>>,
    /// Activations kept of a vector.
    pub size: usize,
    /// Of each stage.
    runs: Vec<Vec<Run>>,
}

impl View {
    /// Of the layers that are wanted, and of those that a stage begins with: these come from the host.
    pub fn new(program: &Program, wanted: impl Fn(usize) -> bool) -> Self {
        let needed = |layer| program.stages.iter().any(|s| s.layer == layer + 1);
        let mut size = 0;
        let mut offsets = Vec::new();
        for (layer, &outputs) in program.outputs.iter().enumerate() {
            let kept = wanted(layer) || needed(layer);
            offsets.push(kept.then_some(size));
            size += if kept { outputs } else { 0 };
        }
        let mut runs = Vec::new();
        for stage in 0..program.stages.len() {
            let run = |steps: RangeInclusive<usize>| Run {
                first: *steps.start() as u8,
                last: *steps.end() as u8,
                readings: readings(program, stage, steps, &offsets),
            };
            runs.push(program.stages[stage].runs().into_iter().map(run).collect());
        }
        View { offsets, size, runs }
    }

    /// Where the last layer's outputs are among what is kept of a vector.
    pub fn last(&self) -> Range<usize> {
        self.offsets.last().copied().flatten().unwrap_or(0)..self.size
    }

    /// Where a layer's outputs are among what is kept of a vector.
    pub fn layer(&self, layer: usize, outputs: usize) -> Range<usize> {
        self.offsets[layer].map_or(0..0, |at| at..at + outputs)
    }
}

/// What to read after a run.
fn readings(program: &Program, stage: usize, run: RangeInclusive<usize>, offsets: &[Option<usize>]) -> Vec<Reading> {
    let s = &program.stages[stage];
    let mut all: Vec<Reading> = Vec::new();
    for step in run {
        let map = &s.steps[step];
        let Some(offset) = offsets[map.layer] else { continue };
        let base = usize::from(s.image.steps[step].dst_base) * program.config.pes;
        for (position, row) in map.rows.iter().enumerate().filter_map(|(k, row)| Some((base + k, (*row)?))) {
            let (vector, place) = (map.vector as u32, offset as u32 + row);
            match all.last_mut() {
                Some(r) if (r.positions.end..=r.positions.end + LONGEST_GAP).contains(&position) => {
                    r.used.push(((position - r.positions.start) as u32, vector, place));
                    r.positions.end = position + 1;
                }
                _ => all.push(Reading { positions: position..position + 1, used: vec![(0, vector, place)] }),
            }
        }
    }
    all
}

/// A program, and what the driver has to know to run it.
#[derive(Debug)]
pub(crate) struct Plan {
    pub program: Program,
    pub last: Arc<View>,
    /// Of all layers, when somebody asked for them.
    pub all: Option<Arc<View>>,
    /// See [`Program::units`].
    pub units: Vec<Range<usize>>,
    stages: Vec<StagePlan>,
}

#[derive(Debug)]
struct StagePlan {
    load: Transaction,
    /// The input for each position, or [`NOTHING`].
    gather: Vec<u32>,
    cycles: u64,
}

impl Plan {
    pub fn new(program: Program) -> Self {
        let mut stages = Vec::new();
        let units = program.units();
        for (number, stage) in program.stages.iter().enumerate() {
            let mut load = Transaction::new();
            load.write_blocks(&mut stage.image.words());
            let gather = stage.gather.iter().map(|from| from.unwrap_or(NOTHING)).collect();
            stages.push(StagePlan { load, gather, cycles: bound(&program, number) });
        }
        let count = program.outputs.len();
        let last = View::new(&program, |layer| layer + 1 == count).into();
        Plan { program, last, all: None, units, stages }
    }

    /// Adds the writes that load a stage.
    pub fn load(&self, stage: usize, transaction: &mut Transaction) {
        transaction.append(&self.stages[stage].load);
    }

    /// Adds the operations that run a loaded stage on a batch. `inputs` are of the batch's vectors, as many as there
    /// are: those that lack are zero. `kept` is what is known of each of them.
    pub fn run(&self, view: &View, stage: usize, inputs: &[i16], kept: &[i16], transaction: &mut Transaction) {
        let (s, plan) = (&self.program.stages[stage], &self.stages[stage]);
        let pes = self.program.config.pes;
        let order = Order::Position(pes as u32);
        let first = address(Region::Activation, 0, 0);
        let source = |v: usize| match s.layer.checked_sub(1) {
            None => inputs.chunks_exact(self.program.inputs).nth(v).unwrap_or(&[]),
            Some(layer) => &kept[v * view.size..][view.layer(layer, self.program.outputs[layer])],
        };
        transaction.write_with(first, order, |words| {
            for v in s.vectors.clone() {
                let x = source(v);
                words
                    .extend(plan.gather.iter().map(|&from| x.get(from as usize).map_or(0, |&x| u32::from(x as u16))));
            }
        });
        for run in &view.runs[stage] {
            transaction.run(run.first, run.last, plan.cycles);
            for r in &run.readings {
                let at = order.advance(first, r.positions.start as u32);
                transaction.read(at, order, r.positions.len(), ACTIVATION_BITS);
            }
        }
    }

    /// Puts the words that these operations read where they belong; the words that are left.
    pub fn sort<'a>(&self, view: &View, stage: usize, mut words: &'a [u32], kept: &mut [i16]) -> &'a [u32] {
        for reading in view.runs[stage].iter().flat_map(|run| &run.readings) {
            let (mine, rest) = words.split_at(reading.positions.len());
            for &(place, vector, at) in &reading.used {
                kept[vector as usize * view.size + at as usize] = mine[place as usize] as u16 as i16;
            }
            words = rest;
        }
        words
    }
}

/// Cycles that a stage's steps take at most: every input broadcast, and the fullest PE's entries. A status read takes
/// at least one, so twice that is patience enough.
fn bound(program: &Program, stage: usize) -> u64 {
    let s = &program.stages[stage];
    let entries = s.image.pes.iter().map(|p| p.entries.len()).max().unwrap_or(0);
    let step = |s: &regs::Step| s.groups as usize * program.config.pes + s.slots as usize;
    let cycles = entries * s.vectors.len() + s.image.steps.iter().map(step).sum::<usize>();
    2 * cycles as u64 + OVERHEAD_CYCLES
}
