//! The PEs: queue and walker. With the push of a column everything about it is known: the walker pops it when it is
//! through with the one before, whatever comes after. So there is work for a push only, not for every cycle.

use super::{PeCounts, Trace};
use crate::config::Config;
use crate::timing::{Latencies, POP_TO_ISSUE};

/// How queues hold the broadcast.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Queue {
    /// As in the device: at [`Config::queue_limit`], through registers.
    Device,
    /// Of any depth, one included, with a flag that costs no cycle: the queue that EIE's figures assume. What is on
    /// its way to the queue counts as being in it.
    Ideal(usize),
}

/// All PEs' queues and walkers.
pub(super) struct Queues {
    /// Items at which a queue holds the broadcast.
    limit: u32,
    /// Cycles from its fill to the arbiter. Negative: it knows before.
    flag: i64,
    latencies: Latencies,
    /// When each PE's last items were popped: a ring for each.
    pops: Vec<u64>,
    ring: u32,
    pes: Vec<Pe>,
}

#[derive(Clone, Default)]
struct Pe {
    /// Items pushed.
    pushed: u32,
    /// First cycle in which the walker can pop.
    free: u64,
    /// When the last item was pushed.
    last_push: u64,
    /// Until when the queue is at its limit, if nothing else is pushed.
    full_until: u64,
    busy: u64,
    stalled: u64,
}

/// The cycles in which a broadcast waits because of an item: from the first one to the last one.
#[derive(Clone, Copy)]
pub(super) struct Hold {
    pub(super) from: u64,
    pub(super) to: u64,
}

impl Queues {
    pub(super) fn new(config: &Config, queue: Queue, latencies: Latencies) -> Self {
        let (limit, flag) = match queue {
            Queue::Device => (config.queue_limit(), latencies.full_flag as i64),
            Queue::Ideal(depth) => (depth.max(1), -(latencies.send as i64)),
        };
        let ring = limit.next_power_of_two();
        Queues {
            limit: limit as u32,
            flag,
            latencies,
            pops: vec![0; ring * config.pes],
            ring: ring as u32,
            pes: vec![Pe::default(); config.pes],
        }
    }

    /// The first cycle in which the arbiter can see what a broadcast does.
    pub(super) fn seen(&self, broadcast: u64) -> u64 {
        (broadcast + self.latencies.send + self.latencies.queue_count).saturating_add_signed(self.flag)
    }

    /// Broadcasts a column of `lens` entries to PEs from `first` on: when they hold further ones.
    #[inline]
    pub(super) fn column(&mut self, first: usize, lens: &[u16], broadcast: u64, trace: &mut impl Trace) -> Hold {
        let mut until = 0;
        for (lane, &len) in lens.iter().enumerate() {
            if len > 0 {
                until = until.max(self.push(first + lane, u64::from(len), broadcast, trace).1);
            }
        }
        Hold { from: self.seen(broadcast), to: until.saturating_add_signed(self.flag) }
    }

    /// Broadcasts a marker to PEs from `first` on: when they hold, and when the last of them takes it.
    pub(super) fn marker(
        &mut self,
        first: usize,
        lanes: usize,
        broadcast: u64,
        trace: &mut impl Trace,
    ) -> (Hold, u64) {
        let (mut until, mut popped) = (0, 0);
        for pe in first..first + lanes {
            let (pop, full_until) = self.push(pe, 0, broadcast, trace);
            popped = popped.max(pop);
            until = until.max(full_until);
        }
        (Hold { from: self.seen(broadcast), to: until.saturating_add_signed(self.flag) }, popped)
    }

    /// Pushes an item of `len` entries, a marker if there are none. When it is popped, and until when the queue is at
    /// its limit.
    #[inline]
    fn push(&mut self, pe: usize, len: u64, broadcast: u64, trace: &mut impl Trace) -> (u64, u64) {
        let mask = self.ring - 1;
        let ring = &mut self.pops[pe * self.ring as usize..][..self.ring as usize];
        let p = &mut self.pes[pe];
        let push = broadcast + self.latencies.send;
        let pop = p.free.max(push + self.latencies.queue_write);
        // A marker is gone in the cycle after.
        p.free = pop + len.max(1);
        p.busy += len;
        if len > 0 {
            let issue = pop + POP_TO_ISSUE;
            trace.busy(pe, issue..issue + len);
        }
        trace.queued(pe, push + 1..pop + 1);
        p.count_stalled(pe, push, trace);
        ring[(p.pushed & mask) as usize] = pop;
        p.pushed = p.pushed.wrapping_add(1);
        // With this item, the queue is at its limit until the one that is as far before is popped. Places of the
        // ring that were never written are zero: there is no such item yet.
        p.full_until = ring[(p.pushed.wrapping_sub(self.limit) & mask) as usize];
        p.last_push = push;
        (pop, p.full_until)
    }

    /// Cycles since the last call, of each PE. `starved` is left to the caller.
    pub(super) fn take_counts(&mut self, trace: &mut impl Trace) -> Vec<PeCounts> {
        let take = |(pe, p): (usize, &mut Pe)| {
            p.count_stalled(pe, u64::MAX, trace);
            PeCounts { busy: std::mem::take(&mut p.busy), stalled: std::mem::take(&mut p.stalled), starved: 0 }
        };
        self.pes.iter_mut().enumerate().map(take).collect()
    }
}

impl Pe {
    /// Counts the cycles in which the queue was at its limit between the last push and this one.
    #[inline]
    fn count_stalled(&mut self, pe: usize, push: u64, trace: &mut impl Trace) {
        let until = self.full_until.min(push);
        if until > self.last_push {
            self.stalled += until - self.last_push;
            trace.stalled(pe, self.last_push + 1..until + 1);
            self.last_push = until;
        }
    }
}
