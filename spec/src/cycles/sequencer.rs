//! The sequencer, a cycle at a time: when it sends markers, and drains rows.

use crate::regs::Step;
use crate::timing::Latencies;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Idle,
    First,
    Scan,
    Finish,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Drained {
    Nothing,
    Rows,
    Flush,
}

/// What the sequencer sees in a cycle.
pub(super) struct Flags {
    pub(super) passed: bool,
    pub(super) full: bool,
    pub(super) scan_done: bool,
}

/// What it does.
pub(super) struct Action {
    /// Broadcasts a marker.
    pub(super) mark: bool,
    /// Behind the marker begins a scan.
    pub(super) scan: bool,
    /// PEs can have work.
    pub(super) computing: bool,
    /// Its registers are not what they were.
    pub(super) changed: bool,
}

/// Registers of the sequencer that have to do with time. Its words show `steps`, which it keeps as the device does:
/// what is behind the last step of a run is looked at, too.
pub(super) struct Sequencer {
    /// Steps in the device's memory; a power of two.
    pub(super) steps: Vec<Step>,
    phase: Phase,
    drained: Drained,
    next_step: usize,
    last: usize,
    timer: u64,
    /// The step that is scanned.
    pub(super) current: Step,
    pub(super) gated: bool,
    pub(super) frontier: u16,
    row: u16,
    /// Cycles since the drain's first row.
    since: u64,
    groups_left: u16,
    given: Option<Step>,
    draining: Step,
    latencies: Latencies,
}

impl Sequencer {
    pub(super) fn new(max_steps: usize, latencies: Latencies) -> Self {
        let nothing = Step::decode(&[0; 4]);
        Sequencer {
            steps: vec![nothing; max_steps.max(2)],
            phase: Phase::Idle,
            drained: Drained::Nothing,
            next_step: 0,
            last: 0,
            timer: 0,
            current: nothing,
            gated: false,
            frontier: 0,
            row: 0,
            since: 0,
            groups_left: 0,
            given: None,
            draining: nothing,
            latencies,
        }
    }

    /// Begins a run: its first cycle is the next one.
    pub(super) fn start(&mut self, first: usize, last: usize) {
        self.next_step = first;
        self.last = last + 1;
        self.phase = Phase::First;
        self.timer = self.latencies.fetch;
    }

    pub(super) fn running(&self) -> bool {
        self.phase != Phase::Idle
    }

    /// Number of the step that is scanned.
    pub(super) fn scanned_step(&self) -> usize {
        self.next_step.saturating_sub(1)
    }

    pub(super) fn tick(&mut self, flags: &Flags) -> Action {
        let next = self.steps[self.next_step & (self.steps.len() - 1)];
        // The last rows of a drain are on their way: nobody needs its accumulators any more.
        let drains_out = self.drained == Drained::Flush
            && u32::from(self.draining.split) <= self.latencies.short_chain
            && !next.follows
            && !next.after;
        let can_mark =
            flags.passed && !flags.full && self.given.is_none() && (self.drained == Drained::Nothing || drains_out);
        let scanned = self.phase == Phase::Scan && self.timer == 0 && flags.scan_done;
        let mark = can_mark && (scanned || (self.phase == Phase::First && self.timer == 0));
        let ends = scanned && self.current.drain;
        let at_last = scanned && self.next_step == self.last;
        let computing = match self.phase {
            Phase::Idle => false,
            Phase::First | Phase::Scan => true,
            Phase::Finish => !flags.passed,
        };
        let mut action = Action {
            mark,
            scan: mark && !at_last,
            computing,
            changed: mark || self.timer > 0 || self.drained != Drained::Nothing,
        };
        let lasts = self.drained == Drained::Flush
            && (self.groups_left == 0 || (self.groups_left == 1 && self.writes()))
            && self.latencies.run_end == 1;
        let idle = self.given.is_none() && (self.drained == Drained::Nothing || lasts);
        if self.phase == Phase::Finish && flags.passed && idle {
            self.phase = Phase::Idle;
            action.changed = true;
        }
        self.timer = self.timer.saturating_sub(1);
        let groups_left = self.groups_left;
        let written = self.drained != Drained::Nothing && self.writes();
        self.since += 1;
        if written {
            self.frontier = self.frontier.wrapping_add(1);
            self.groups_left = groups_left.wrapping_sub(1);
        }
        match self.drained {
            Drained::Nothing => {
                if let (Some(step), true) = (self.given, flags.passed) {
                    self.draining = step;
                    self.groups_left = step.slots >> step.split;
                    self.row = 0;
                    self.since = 0;
                    self.given = None;
                    self.drained = Drained::Rows;
                    action.changed = true;
                }
            }
            Drained::Rows => {
                self.row = self.row.wrapping_add(1);
                if self.row == self.draining.slots {
                    self.drained = Drained::Flush;
                }
            }
            Drained::Flush => {
                if groups_left == 0 || (written && groups_left == 1) {
                    self.gated = false;
                    self.drained = Drained::Nothing;
                }
            }
        }
        if mark {
            if ends {
                self.given = Some(self.current);
            }
            if at_last {
                self.phase = Phase::Finish;
            } else {
                self.current = next;
                self.next_step += 1;
                self.frontier = next.src_base;
                self.gated = ends && next.follows;
                self.timer = self.latencies.scan_start + self.latencies.done_flag;
                self.phase = Phase::Scan;
            }
        }
        action
    }

    /// Whether the rows of a group are counted as written in this cycle: one for each cluster of a chain, all at the same
    /// time, as what comes later has the shorter way back.
    fn writes(&self) -> bool {
        let groups = 1u64 << self.draining.split;
        let first = self.latencies.written + self.latencies.chain_link * (groups - 1);
        self.since.checked_sub(first).is_some_and(|cycles| cycles & (groups - 1) == 0)
    }
}
