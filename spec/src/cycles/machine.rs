//! The device: sequencer, detectors, arbiter and PEs together, from cycle to cycle. Where nothing can change before
//! some PE is through with something, time goes on to that cycle at once.

use super::detector::{Detector, Scan};
use super::queues::{Hold, Queue, Queues};
use super::sequencer::{Flags, Sequencer};
use super::{Counts, Stuck, Trace};
use crate::config::Config;
use crate::image::{Image, Pointer};
use crate::timing::{Latencies, FRONTIER};
use std::collections::VecDeque;

/// Lengths of all columns in all PEs: what the pointer memories say.
pub(super) struct Columns {
    /// `pes` for each pointer.
    lens: Vec<u16>,
    pes: usize,
}

impl Columns {
    pub(super) fn of(image: &Image, config: &Config) -> Self {
        let pes = config.pes;
        let pointers = image.pes.iter().map(|p| p.pointers.len()).max().unwrap_or(0);
        let mut lens = vec![0; pointers * pes];
        for (pe, memory) in image.pes.iter().enumerate() {
            for (place, &word) in memory.pointers.iter().enumerate() {
                lens[place * pes + pe] = Pointer::decode(word, config).len as u16;
            }
        }
        Columns { lens, pes }
    }

    /// Of PEs from `first` on. No pointer is no column.
    pub(super) fn of_pes(&self, pointer: u32, first: usize, lanes: usize) -> &[u16] {
        self.lens.get(pointer as usize * self.pes + first..).and_then(|l| l.get(..lanes)).unwrap_or(&[])
    }
}

/// When the PEs of a cluster hold the broadcast.
#[derive(Default)]
struct Full {
    until: u64,
    coming: VecDeque<Hold>,
}

impl Full {
    fn add(&mut self, hold: Hold) {
        if hold.to >= hold.from {
            self.coming.push_back(hold);
        }
    }

    /// Whether they do in this cycle. Cycles are asked for in their order.
    fn at(&mut self, cycle: u64) -> bool {
        while self.coming.front().is_some_and(|h| h.from <= cycle) {
            self.until = self.until.max(self.coming.pop_front().map_or(0, |h| h.to));
        }
        self.until >= cycle
    }

    /// The next cycle in which that may be different.
    fn next(&self, cycle: u64) -> u64 {
        let ends = if self.until >= cycle { self.until + 1 } else { u64::MAX };
        self.coming.front().map_or(ends, |h| ends.min(h.from))
    }
}

/// What will be on and off in each of the next cycles.
#[derive(Clone, Copy, Default)]
struct Line(u64);

impl Line {
    /// Says that it will be on in so many cycles.
    fn set(&mut self, cycles: u64) {
        self.0 |= 1 << cycles;
    }

    fn now(self) -> bool {
        self.0 & 1 == 1
    }

    fn tick(&mut self) {
        self.0 >>= 1;
    }
}

/// State of a device from run to run.
pub(super) struct Machine {
    clusters: usize,
    lanes: usize,
    pes: usize,
    pub(super) sequencer: Sequencer,
    detectors: Vec<Detector>,
    queues: Queues,
    full: Vec<Full>,
    /// The cycle from which on the sequencer knows that all PEs have taken the last marker.
    passed_from: u64,
    start: Line,
    done: Line,
    /// The sequencer's frontier, if the scan is gated, as the detectors see it: the oldest first.
    frontiers: [Option<u16>; FRONTIER as usize - 1],
    now: u64,
    latencies: Latencies,
}

impl Machine {
    pub(super) fn new(config: &Config, queue: Queue, latencies: Latencies) -> Self {
        let clusters = config.clusters();
        Machine {
            clusters,
            lanes: config.lanes(),
            pes: config.pes,
            sequencer: Sequencer::new(config.max_steps, latencies),
            detectors: vec![Detector::new(&latencies); clusters],
            queues: Queues::new(config, queue, latencies),
            full: (0..clusters).map(|_| Full::default()).collect(),
            passed_from: 0,
            start: Line::default(),
            done: Line::default(),
            frontiers: [None; FRONTIER as usize - 1],
            now: 1,
            latencies,
        }
    }

    /// A start command. `flags` says for each step which of its activations are not zero ([`Scan::flags`]).
    pub(super) fn run(
        &mut self,
        columns: &Columns,
        steps: std::ops::RangeInclusive<usize>,
        flags: &[Vec<u8>],
        counts: &mut Counts,
        trace: &mut impl Trace,
    ) -> Result<(), Stuck> {
        self.sequencer.start(*steps.start(), *steps.end());
        let begun = self.now;
        let mut computing = 0;
        while self.sequencer.running() {
            let (computes, quiet) = self.cycle(columns, flags, trace);
            let next = if quiet { self.next_event().ok_or(Stuck { cycle: self.now - begun })? } else { self.now + 1 };
            if computes {
                trace.computing(self.now..next);
                computing += next - self.now;
            }
            self.now = next;
        }
        counts.cycles += self.now - begun;
        counts.compute_cycles += computing;
        for (sum, pe) in counts.per_pe.iter_mut().zip(self.queues.take_counts(trace)) {
            sum.busy += pe.busy;
            sum.stalled += pe.stalled;
            sum.starved += computing - pe.busy;
        }
        Ok(())
    }

    /// One cycle. Whether PEs could have work in it, and whether all of the next ones are the same until some PE is
    /// through with something.
    fn cycle(&mut self, columns: &Columns, flags: &[Vec<u8>], trace: &mut impl Trace) -> (bool, bool) {
        let now = self.now;
        let step = self.sequencer.current;
        let split = u32::from(step.split);
        let mut changed = self.start.0 != 0;
        // Arbiter: of each group the highest cluster that offers something, unless one of the group is full.
        let mut full = [false; crate::config::MAX_CLUSTERS];
        let mut any_full = false;
        for (cluster, f) in self.full.iter_mut().enumerate() {
            full[cluster] = f.at(now);
            any_full |= full[cluster];
        }
        // The detectors' own register is the first of the flag's.
        let all_done = self.detectors.iter().all(|d| d.done() && d.offer().is_none());
        let mut taken = 0u32;
        let groups = 1 << split;
        for group in 0..groups {
            let members = (group..self.clusters).step_by(groups);
            if any_full && members.clone().any(|c| full[c]) {
                continue;
            }
            let offer = |&c: &usize| self.detectors[c].offer().is_some();
            let Some(from) = members.clone().rev().find(offer) else { continue };
            let Some(column) = self.detectors[from].offer() else { continue };
            taken |= 1 << from;
            for cluster in members {
                let first = cluster * self.lanes;
                let lens = columns.of_pes(column, first, self.lanes);
                self.full[cluster].add(self.queues.column(first, lens, now, trace));
            }
        }
        // The sequencer.
        let frontier = self.frontiers[0];
        self.frontiers.rotate_left(1);
        let newest = self.sequencer.gated.then_some(self.sequencer.frontier);
        changed |= self.frontiers.last() != Some(&newest);
        self.frontiers[FRONTIER as usize - 2] = newest;
        let scanned = self.sequencer.scanned_step();
        let action = self.sequencer.tick(&Flags {
            passed: now >= self.passed_from,
            full: any_full,
            scan_done: self.done.now(),
        });
        changed |= action.changed;
        if action.mark {
            let mut popped = 0;
            for cluster in 0..self.clusters {
                let (hold, last) = self.queues.marker(cluster * self.lanes, self.lanes, now, trace);
                self.full[cluster].add(hold);
                popped = popped.max(last);
            }
            self.passed_from = popped + self.latencies.passed_flag;
        }
        if action.scan {
            self.start.set(self.latencies.scan_start);
        }
        // The detectors.
        let begins = self.start.now();
        let empty = Vec::new();
        let scan = Scan {
            flags: flags.get(scanned).unwrap_or(&empty),
            clusters: self.clusters,
            stride: (self.pes >> split) as u32,
            frontier: frontier.map_or(u32::MAX, |f| u32::from(f.wrapping_sub(step.src_base))),
        };
        for (cluster, detector) in self.detectors.iter_mut().enumerate() {
            changed |= detector.tick(cluster, taken >> cluster & 1 == 1, &scan);
            if begins {
                let lane = (cluster >> split) * self.lanes;
                let first = u32::from(step.ptr_base) + lane as u32;
                detector.start(u32::from(step.groups), first, newest.is_some());
            }
        }
        // What is seen later.
        let delay = self.latencies.done_flag - 1;
        changed |= self.done.0 != if all_done { (1 << delay) - 1 } else { 0 };
        if all_done {
            self.done.set(delay);
        }
        self.start.tick();
        self.done.tick();
        (action.computing, !changed)
    }

    /// The next cycle in which a flag may change.
    fn next_event(&self) -> Option<u64> {
        let passed = if self.passed_from > self.now { self.passed_from } else { u64::MAX };
        let next = self.full.iter().map(|f| f.next(self.now)).fold(passed, u64::min);
        (next < u64::MAX).then(|| next.max(self.now + 1))
    }
}
