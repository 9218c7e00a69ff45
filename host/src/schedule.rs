//! What a device has to do to run a stage of a program on a batch, and where its answers belong.

use crate::bus::{Op, Order};
use eie_spec::pack::Program;
use eie_spec::regs::{self, address, Region};
use std::ops::{Range, RangeInclusive};

/// Cycles that no run takes, whatever it works on: latencies.
const OVERHEAD_CYCLES: u64 = 10_000;
/// Bits of an activation.
const ACTIVATION_BITS: u32 = 16;

/// Unused words between two used ones that are read along rather than skipped: a read of its own takes eight bytes.
const LONGEST_GAP: usize = 4;

/// Positions to read in one go.
struct Reading {
    positions: Range<usize>,
    /// Of those that are used: place within the range, vector, layer, row.
    used: Vec<(usize, usize, usize, u32)>,
}

/// What the driver adds to a program.
pub(crate) trait Schedule {
    /// The operations that run a stage on a batch, given the outputs so far.
    fn ops(&self, stage: usize, inputs: &[&[i16]], results: &[Vec<Vec<i16>>], wanted: &[bool]) -> Vec<Op>;
    /// Puts the words that these operations read where they belong.
    fn sort(
        &self,
        stage: usize,
        words: &mut dyn Iterator<Item = Vec<u32>>,
        results: &mut [Vec<Vec<i16>>],
        wanted: &[bool],
    );
}

impl Schedule for Program {
    fn ops(&self, stage: usize, inputs: &[&[i16]], results: &[Vec<Vec<i16>>], wanted: &[bool]) -> Vec<Op> {
        let order = Order::Position(self.config.pes as u32);
        let s = &self.stages[stage];
        // Vectors follow each other.
        let source = |v: usize| s.layer.checked_sub(1).map_or(inputs[v], |l| &results[v][l][..]);
        let word = |x: &[i16], from: &Option<u32>| from.map_or(0, |j| u32::from(x[j as usize] as u16));
        let words: Vec<u32> =
            s.vectors.clone().flat_map(|v| s.gather.iter().map(move |from| word(source(v), from))).collect();
        let mut ops = Vec::new();
        if !words.is_empty() {
            ops.push(Op::Write { address: address(Region::Activation, 0, 0), order, words });
        }
        let cycles = bound(self, stage);
        for run in s.runs() {
            ops.push(Op::Run { first: *run.start() as u8, last: *run.end() as u8, cycles });
            ops.extend(readings(self, stage, run, wanted).into_iter().map(|r| Op::Read {
                address: order.advance(address(Region::Activation, 0, 0), r.positions.start as u32),
                order,
                count: r.positions.len(),
                width: ACTIVATION_BITS,
            }));
        }
        ops
    }

    fn sort(
        &self,
        stage: usize,
        words: &mut dyn Iterator<Item = Vec<u32>>,
        results: &mut [Vec<Vec<i16>>],
        wanted: &[bool],
    ) {
        for reading in self.stages[stage].runs().into_iter().flat_map(|run| readings(self, stage, run, wanted)) {
            let words = words.next().unwrap_or_default();
            for (place, vector, layer, row) in reading.used {
                results[vector][layer][row as usize] = words[place] as u16 as i16;
            }
        }
    }
}

/// What to read after a run.
fn readings(program: &Program, stage: usize, run: RangeInclusive<usize>, wanted: &[bool]) -> Vec<Reading> {
    let s = &program.stages[stage];
    let mut all: Vec<Reading> = Vec::new();
    for step in run.filter(|&k| wanted[s.steps[k].layer]) {
        let map = &s.steps[step];
        let base = usize::from(s.image.steps[step].dst_base) * program.config.pes;
        for (position, row) in map.rows.iter().enumerate().filter_map(|(k, row)| Some((base + k, (*row)?))) {
            match all.last_mut() {
                Some(r) if (r.positions.end..=r.positions.end + LONGEST_GAP).contains(&position) => {
                    r.used.push((position - r.positions.start, map.vector, map.layer, row));
                    r.positions.end = position + 1;
                }
                _ => {
                    let used = vec![(0, map.vector, map.layer, row)];
                    all.push(Reading { positions: position..position + 1, used });
                }
            }
        }
    }
    all
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
