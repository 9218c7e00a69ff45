//! Non-zero detection of a cluster, a cycle at a time: which columns it finds when, and which of them wait for the
//! arbiter.

use crate::config::CLUSTER;
use crate::timing::{Latencies, GROUP_READ, OFFERS_LIMIT};
use std::collections::VecDeque;

/// What all detectors do in a cycle.
pub(super) struct Scan<'a> {
    /// For each group of the step, and each cluster, which lanes' activations are not zero.
    pub(super) flags: &'a [u8],
    /// Clusters.
    pub(super) clusters: usize,
    /// Pointers from group to group.
    pub(super) stride: u32,
    /// The first group that is not there yet.
    pub(super) frontier: u32,
}

/// The detector of one cluster, its queue of offers, and the arbiter's count of them. Groups are counted from the
/// step's first one.
#[derive(Clone, Default)]
pub(super) struct Detector {
    group: u32,
    left: u32,
    blocked: bool,
    /// Groups whose words are being read, the one that comes in next last.
    reads: [Option<u32>; GROUP_READ as usize],
    next_column: u32,
    base_column: u32,
    pending: u8,
    /// An offer is on its way into the queue.
    found: bool,
    done: bool,
    /// Offers come to the arbiter a cycle later.
    relays: bool,
    /// One that is on its way into the queue is still the detector's.
    keeps_found: bool,
    /// The one that does in this cycle.
    coming: Option<u32>,
    /// Offers that the arbiter knows and has not granted.
    offers: VecDeque<u32>,
    /// Those and the ones that are on their way into the queue and out of it.
    queued: u64,
    room: bool,
    granted: bool,
}

const _: () = assert!(CLUSTER <= u8::BITS as usize);

impl Detector {
    /// With nothing to do.
    pub(super) fn new(latencies: &Latencies) -> Self {
        Detector { relays: latencies.offer > 0, keeps_found: latencies.found > 0, ..Detector::default() }
    }

    /// The pointer of the column that the arbiter can choose.
    pub(super) fn offer(&self) -> Option<u32> {
        self.offers.front().copied()
    }

    /// The register of [`Detector::idle`], as the accelerator sees it.
    pub(super) fn done(&self) -> bool {
        self.done
    }

    fn idle(&self) -> bool {
        self.left == 0
            && self.reads.iter().all(Option::is_none)
            && self.pending == 0
            && !(self.found && self.keeps_found)
    }

    /// Begins a scan at the end of a cycle: nothing is left of the one before.
    pub(super) fn start(&mut self, groups: u32, first_column: u32, gated: bool) {
        self.group = 0;
        self.left = groups;
        self.next_column = first_column;
        self.blocked = gated;
    }

    /// A cycle, in which the oldest offer was taken or not. Says whether anything changed.
    #[inline]
    pub(super) fn tick(&mut self, cluster: usize, take: bool, scan: &Scan) -> bool {
        let mut changed = take || self.granted || self.found;
        let idle = self.idle();
        changed |= self.done != idle;
        self.done = idle;
        // The queue of offers.
        if take {
            self.offers.pop_front();
        }
        changed |= self.coming.is_some();
        self.offers.extend(self.coming.take());
        let room = self.queued < OFFERS_LIMIT;
        changed |= self.room != room;
        let had_room = std::mem::replace(&mut self.room, room);
        self.queued = self.queued + u64::from(self.found) - u64::from(self.granted);
        self.granted = take;
        self.found = false;
        // The lowest lane pending is offered, if there is room. The arbiter is told at once.
        if had_room && self.pending != 0 {
            changed = true;
            self.found = true;
            let column = self.base_column + self.pending.trailing_zeros();
            match self.relays {
                true => self.coming = Some(column),
                false => self.offers.push_back(column),
            }
            self.pending &= self.pending.wrapping_sub(1);
        }
        // With the last lane of a group gone, the next group comes in, and the reads behind it go on.
        if self.pending == 0 {
            let reads = (self.left != 0 && !self.blocked).then_some(self.group);
            changed |= reads.is_some() || self.reads.iter().any(Option::is_some);
            let last = self.reads.len() - 1;
            if let Some(group) = self.reads[last] {
                self.pending = scan.flags[group as usize * scan.clusters + cluster];
                self.base_column = self.next_column;
                self.next_column += scan.stride;
            }
            self.reads.copy_within(..last, 1);
            self.reads[0] = reads;
            if reads.is_some() {
                self.group += 1;
                self.left -= 1;
            }
        }
        let blocked = self.group == scan.frontier;
        changed |= self.blocked != blocked;
        self.blocked = blocked;
        changed
    }
}
