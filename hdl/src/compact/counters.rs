//! The counters of the compact array's PEs: how many cycles each was busy, and how many its queue was full.
//!
//! Ports: `clock`, `clear`; `busy[8]`, `stalled[8]` (a bit for each PE); `address[4]` (the PE, and in the bit above the last PE's number
//! whether the stalled cycles are meant) -> `word[32]`, a cycle later.
//!
//! Registers, as logic is there and block RAM is not.

use eie_spec::config::CLUSTER;
use rust_hdl::prelude::*;

/// See the module's documentation.
#[derive(LogicBlock)]
pub struct CompactCounters {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Begins anew.
    pub clear: Signal<In, Bit>,
    /// PEs that issue an entry.
    pub busy: Signal<In, Bits<8>>,
    /// PEs whose queue is full.
    pub stalled: Signal<In, Bits<8>>,
    /// Which counter to read.
    pub address: Signal<In, Bits<4>>,
    /// What it says.
    pub word: Signal<Out, Bits<32>>,
    place: DFF<Bits<4>>,
    counts: Vec<DFF<Bits<32>>>,
    words: Vec<Signal<Local, Bits<32>>>,
    events: Signal<Local, Bits<16>>,
    total: Signal<Local, Bits<32>>,
    places: Vec<Constant<Bits<4>>>,
    second: Constant<Bits<4>>,
    _counters: usize,
}

impl CompactCounters {
    /// Of so many PEs, up to eight.
    pub fn new(lanes: usize) -> Self {
        assert!(lanes <= CLUSTER, "{lanes} PEs in one cluster");
        let second = lanes.next_power_of_two();
        let counters = 2 * second;
        Self {
            clock: Default::default(),
            clear: Default::default(),
            busy: Default::default(),
            stalled: Default::default(),
            address: Default::default(),
            word: Default::default(),
            place: Default::default(),
            counts: (0..counters).map(|_| DFF::default()).collect(),
            words: (0..counters).map(|_| Signal::default()).collect(),
            events: Default::default(),
            total: Default::default(),
            places: (0..counters).map(|i| Constant::new((i as u64).into())).collect(),
            second: Constant::new((second as u64).into()),
            _counters: counters,
        }
    }
}

impl Logic for CompactCounters {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, place);
        self.place.d.next = self.address.val();
        self.events.next =
            bit_cast::<16, 8>(self.busy.val()) | (bit_cast::<16, 8>(self.stalled.val()) << self.second.val());
        self.total.next = 0.into();
        for i in 0..self._counters {
            self.counts[i].clock.next = self.clock.val();
            self.counts[i].d.next = self.counts[i].q.val();
            if self.events.val().get_bit(i) {
                self.counts[i].d.next = self.counts[i].q.val() + 1;
            }
            if self.clear.val() {
                self.counts[i].d.next = 0.into();
            }
            self.words[i].next = 0.into();
            if self.place.q.val() == self.places[i].val() {
                self.words[i].next = self.counts[i].q.val();
            }
            self.total.next = self.total.val() | self.words[i].val();
        }
        self.word.next = self.total.val();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{connected, numbers, tick};

    #[test]
    fn counts_every_cycle_once() {
        for lanes in [1, 3, 4, 8] {
            let mut uut = connected!(CompactCounters::new(lanes), clock, clear, busy, stalled, address);
            let mut next = numbers(6);
            let second = lanes.next_power_of_two();
            let mut want = [0u64; 2 * CLUSTER];
            for _ in 0..300 {
                let mut flags = || next() & ((1 << lanes) - 1);
                let (busy, stalled) = (flags(), flags());
                for lane in 0..lanes {
                    want[lane] += busy >> lane & 1;
                    want[second + lane] += stalled >> lane & 1;
                }
                uut.busy.next = busy.into();
                uut.stalled.next = stalled.into();
                tick(&mut uut, |u| &mut u.clock);
            }
            for (i, &w) in want.iter().enumerate().take(2 * second) {
                uut.address.next = (i as u64).into();
                uut.busy.next = 0.into();
                uut.stalled.next = 0.into();
                tick(&mut uut, |u| &mut u.clock);
                assert_eq!(uut.word.val().to_u64(), w, "{lanes} PEs, counter {i}");
            }
            assert!(want[0] > 50 && want[second + lanes - 1] > 50);
            uut.clear.next = true;
            tick(&mut uut, |u| &mut u.clock);
            assert_eq!(uut.word.val().to_u64(), 0);
        }
    }
}
