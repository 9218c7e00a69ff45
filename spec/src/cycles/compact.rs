//! The compact array, a cycle at a time: one step after the other, each with its scan, walkers and drain
//! (`hdl/src/compact`).

use super::machine::Columns;
use super::{Counts, Stuck, Trace};
use crate::config::Config;
use crate::regs::Step;
use crate::timing::{COMPACT_FETCH, COMPACT_FLUSH};

/// Cycles without any progress after which nothing comes any more.
const PATIENCE: u64 = 1 << 20;

/// Registers of a PE that have to do with time.
#[derive(Clone, Default)]
struct Pe {
    /// Columns taken from the queue.
    head: usize,
    column_known: bool,
    column_read: bool,
    lower: bool,
    begins: bool,
    active: bool,
    left: u16,
    /// An entry was issued one, two, three cycles ago.
    valid: [bool; 3],
}

impl Pe {
    fn idle(&self, tail: usize) -> bool {
        let works = self.lower || self.begins || self.active || self.valid != [false; 3];
        self.head == tail && !works
    }

    /// One cycle. `length` is that of the column before the queue's head. Whether an entry is issued, and whether the
    /// queue's oldest column leaves it.
    fn tick(&mut self, tail: usize, length: impl Fn(usize) -> u16) -> (bool, bool) {
        let fetch = self.head != tail && !self.valid[0] && !self.lower && !self.column_known && !self.column_read;
        let takes = self.column_known && !self.lower && !self.begins && !self.active;
        let (issue, left, active) = match self.begins {
            true => {
                let length = length(self.head - 1);
                (length > 0, length, length > 1)
            }
            false => (self.active, self.left.wrapping_sub(1), self.active && self.left != 2),
        };
        let leaves = self.lower;
        self.column_known = (self.column_known || self.column_read) && !takes;
        self.column_read = fetch;
        self.begins = self.lower;
        self.head += usize::from(self.lower);
        self.lower = takes;
        (self.left, self.active) = (left, active);
        self.valid = [issue, self.valid[0], self.valid[1]];
        (issue, leaves)
    }
}

/// State of a device from run to run.
pub(super) struct Machine {
    /// Steps in the device's memory.
    pub(super) steps: Vec<Step>,
    pes: Vec<Pe>,
    queue: usize,
    now: u64,
}

impl Machine {
    pub(super) fn new(config: &Config) -> Self {
        Machine {
            steps: vec![Step::decode(&[0; 4]); config.max_steps],
            pes: vec![Pe::default(); config.pes],
            queue: config.queue_depth,
            now: 1,
        }
    }

    /// A start command. `flags` says for each step which of its activations are not zero, a bit for each PE.
    pub(super) fn run(
        &mut self,
        columns: &Columns,
        steps: std::ops::RangeInclusive<usize>,
        flags: &[Vec<u8>],
        counts: &mut Counts,
        trace: &mut impl Trace,
    ) -> Result<(), Stuck> {
        let begun = self.now;
        let mut computing = 0;
        let mut busy = vec![0; self.pes.len()];
        for number in steps.clone() {
            let step = self.steps[number];
            let empty = Vec::new();
            let from = self.now;
            self.now += COMPACT_FETCH;
            self.compute(columns, &step, flags.get(number).unwrap_or(&empty), &mut busy, counts, trace)?;
            let mut until = self.now;
            if step.drain && step.slots > 0 {
                self.now += u64::from(step.slots) * (2 * self.pes.len() as u64 + 2) + COMPACT_FLUSH;
            }
            if number != *steps.end() {
                until = self.now;
            }
            trace.computing(from..until);
            computing += until - from;
        }
        counts.cycles += self.now - begun;
        counts.compute_cycles += computing;
        for (sum, busy) in counts.per_pe.iter_mut().zip(busy) {
            sum.busy += busy;
            sum.starved += computing - busy;
        }
        Ok(())
    }

    /// The scan of a step, until no PE has work.
    fn compute(
        &mut self,
        columns: &Columns,
        step: &Step,
        flags: &[u8],
        busy: &mut [u64],
        counts: &mut Counts,
        trace: &mut impl Trace,
    ) -> Result<(), Stuck> {
        let lanes = self.pes.len();
        self.pes.iter_mut().for_each(|pe| *pe = Pe::default());
        // Columns that were put into the queues, and when.
        let mut queued: Vec<(u32, u64)> = Vec::new();
        let (mut group, mut taken, mut second) = (0, 0u8, false);
        let begun = self.now;
        loop {
            let tail = queued.len();
            let scanning = group < usize::from(step.groups);
            let done = !scanning && self.pes.iter().all(|pe| pe.idle(tail));
            let mut full = false;
            for (number, pe) in self.pes.iter_mut().enumerate() {
                if tail - pe.head == self.queue - 1 {
                    full = true;
                    counts.per_pe[number].stalled += 1;
                    trace.stalled(number, self.now..self.now + 1);
                }
                let oldest = pe.head;
                let (issue, leaves) = pe.tick(tail, |k| {
                    queued
                        .get(k)
                        .and_then(|&(column, _)| columns.of_pes(column, number, 1).first().copied())
                        .unwrap_or(0)
                });
                if issue {
                    busy[number] += 1;
                    trace.busy(number, self.now..self.now + 1);
                }
                if leaves {
                    trace.queued(number, queued[oldest].1..self.now);
                }
            }
            if scanning {
                let mine = flags.get(group).copied().unwrap_or(0) & !taken;
                let mut goes_on = mine == 0;
                if second {
                    second = false;
                    let lane = mine.trailing_zeros();
                    queued.push((u32::from(step.ptr_base) + (group * lanes) as u32 + lane, self.now));
                    taken |= 1 << lane;
                    goes_on = mine.count_ones() == 1;
                } else if mine != 0 && !full {
                    second = true;
                }
                if goes_on {
                    group += 1;
                    taken = 0;
                }
            }
            self.now += 1;
            if done {
                return Ok(());
            }
            if self.now - begun > PATIENCE * (1 + u64::from(step.groups)) {
                return Err(Stuck { cycle: self.now - begun });
            }
        }
    }
}
