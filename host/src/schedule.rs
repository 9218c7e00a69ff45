//! What a device has to do to run a stage of a program on a batch, and where its answers belong.

use crate::bus::{Op, Order};
use eie_spec::pack::Program;
use eie_spec::regs::{self, address, Region};
use std::ops::{Range, RangeInclusive};

/// Cycles that no run takes, whatever it works on: latencies.
const OVERHEAD_CYCLES: u64 = 10_000;
/// Bits of an activation.
const ACTIVATION_BITS: u32 = 16;

/// Positions to read in one go, and the steps whose results are there, each with its first position.
struct Reading {
    positions: Range<usize>,
    steps: Vec<(usize, usize)>,
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
        let s = &self.stages[stage];
        let maps = &s.steps;
        for reading in s.runs().into_iter().flat_map(|run| readings(self, stage, run, wanted)) {
            let words = words.next().unwrap_or_default();
            for (step, first) in reading.steps {
                for (k, row) in maps[step].rows.iter().enumerate() {
                    let Some(row) = row else { continue };
                    let word = words[first + k - reading.positions.start];
                    results[maps[step].vector][maps[step].layer][*row as usize] = word as u16 as i16;
                }
            }
        }
    }
}

/// What to read after a run. Results of steps that lie one behind the other are read together.
fn readings(program: &Program, stage: usize, run: RangeInclusive<usize>, wanted: &[bool]) -> Vec<Reading> {
    let s = &program.stages[stage];
    let mut all: Vec<Reading> = Vec::new();
    let mut before = None;
    for step in run.filter(|&k| wanted[s.steps[k].layer]) {
        let rows = &s.steps[step].rows;
        let base = usize::from(s.image.steps[step].dst_base) * program.config.pes;
        let used = |row: Option<usize>| row.map(|k| base + k);
        let first = used(rows.iter().position(Option::is_some));
        let (Some(first), Some(last)) = (first, used(rows.iter().rposition(Option::is_some))) else { continue };
        match all.last_mut() {
            Some(reading) if before == Some(base) => {
                reading.positions.end = last + 1;
                reading.steps.push((step, base));
            }
            _ => all.push(Reading { positions: first..last + 1, steps: vec![(step, base)] }),
        }
        before = Some(base + rows.len());
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
