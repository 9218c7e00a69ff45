//! Non-zero detection of a cluster, a cycle at a time: which column it offers when.

use crate::config::CLUSTER;

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

/// The detector of one cluster. Groups are counted from the step's first one.
#[derive(Clone, Default)]
pub(super) struct Detector {
    group: u32,
    left: u32,
    next_column: u32,
    base_column: u32,
    pending: u8,
    offer: Option<u32>,
}

const _: () = assert!(CLUSTER <= u8::BITS as usize);

impl Detector {
    /// The pointer of the column that is offered.
    pub(super) fn offer(&self) -> Option<u32> {
        self.offer
    }

    pub(super) fn done(&self) -> bool {
        self.left == 0 && self.pending == 0 && self.offer.is_none()
    }

    /// Begins a scan, in place of a tick: nothing is left of the one before.
    pub(super) fn start(&mut self, groups: u32, first_column: u32) {
        *self = Detector { left: groups, next_column: first_column, ..Detector::default() };
    }

    /// A cycle, in which the offer was taken or not. Says whether anything changed.
    #[inline]
    pub(super) fn tick(&mut self, cluster: usize, take: bool, scan: &Scan) -> bool {
        let mut changed = false;
        // The lowest lane pending moves to the offer when that is empty or taken.
        if take || self.offer.is_none() {
            changed = take || self.pending != 0;
            self.offer = (self.pending != 0).then(|| self.base_column + self.pending.trailing_zeros());
            self.pending &= self.pending.wrapping_sub(1);
        }
        // With the last lane of a group gone, the next group comes in.
        if self.pending == 0 && self.left != 0 && self.group != scan.frontier {
            self.pending = scan.flags[self.group as usize * scan.clusters + cluster];
            self.base_column = self.next_column;
            self.next_column += scan.stride;
            self.group += 1;
            self.left -= 1;
            changed = true;
        }
        changed
    }
}
