//! The counters of a cluster's PEs: how many cycles each was busy, and how many its queue was almost full.
//!
//! Ports: `clock`, `clear`; `busy[8]`, `stalled[8]` (a bit for each PE); `address[4]` (the PE, and in the bit above the last
//! PE's number whether the stalled cycles are meant) -> `word[32]`, a cycle later.
//! Latency: a cycle is in its word at most twenty-one cycles later. A device is done with its last row that much later than
//! with its last entry.
//!
//! Sixteen counters of 32 bits a cluster would be more than a PE's share of the device: each has five bits of its own, which
//! a visitor adds to its word in distributed RAM, one after the other.

use crate::ram::LutRam;
use eie_spec::config::CLUSTER;
use rust_hdl::prelude::*;

/// Counters in the largest cluster.
const MOST: usize = 2 * CLUSTER;
/// Turns in the smallest: a read, a sum and a write take as many cycles.
const LEAST: usize = 4;

/// See the module's documentation.
#[derive(LogicBlock)]
pub struct PeCounters {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Begins anew.
    pub clear: Signal<In, Bit>,
    /// PEs that issue an entry.
    pub busy: Signal<In, Bits<8>>,
    /// PEs whose queue is almost full.
    pub stalled: Signal<In, Bits<8>>,
    /// Which counter to read.
    pub address: Signal<In, Bits<4>>,
    /// What it says.
    pub word: Signal<Out, Bits<32>>,
    words: LutRam<32>,
    copies: LutRam<32>,
    fresh: DFF<Bits<16>>,
    turn: DFF<Bits<4>>,
    turn1: DFF<Bits<4>>,
    some: Vec<DFF<Bits<5>>>,
    taken: DFF<Bits<5>>,
    taken2: DFF<Bits<5>>,
    so_far: DFF<Bits<32>>,
    sum: DFF<Bits<32>>,
    turn2: DFF<Bits<4>>,
    turn3: DFF<Bits<4>>,
    word_q: DFF<Bits<32>>,
    flips: Vec<Signal<Local, Bits<5>>>,
    visited: Vec<Signal<Local, Bits<5>>>,
    events: Signal<Local, Bits<16>>,
    turn_flag: DFF<Bits<16>>,
    first: DFF<Bit>,
    next_turn: Signal<Local, Bits<4>>,
    turn1_flag: Signal<Local, Bits<16>>,
    one: Constant<Bits<16>>,
    all: Constant<Bits<16>>,
    turn_mask: Constant<Bits<4>>,
    nobody: Constant<Bits<4>>,
    second: Constant<Bits<4>>,
    _counters: usize,
    _most: usize,
    _summed: usize,
    _relays: usize,
    _choices: usize,
}

impl PeCounters {
    /// Of so many PEs, up to eight; with or without what an array needs that is as large as a device
    /// ([relays](eie_spec::config::Params::relays): one or none).
    pub fn new(lanes: usize, relays: usize) -> Self {
        let second = lanes.next_power_of_two();
        let counters = 2 * second;
        // A counter's next turn comes when its sum has been written: of two counters there are turns that nobody has.
        let turns = counters.max(LEAST);
        Self {
            clock: Default::default(),
            clear: Default::default(),
            busy: Default::default(),
            stalled: Default::default(),
            address: Default::default(),
            word: Default::default(),
            words: LutRam::new(counters, 32),
            copies: LutRam::new(counters, 32),
            fresh: Default::default(),
            turn: Default::default(),
            turn1: Default::default(),
            some: (0..MOST).map(|_| DFF::default()).collect(),
            taken: Default::default(),
            taken2: Default::default(),
            so_far: Default::default(),
            sum: Default::default(),
            turn2: Default::default(),
            turn3: Default::default(),
            word_q: Default::default(),
            flips: (0..MOST).map(|_| Signal::default()).collect(),
            visited: (0..MOST * relays).map(|_| Signal::default()).collect(),
            events: Default::default(),
            turn_flag: Default::default(),
            first: Default::default(),
            next_turn: Default::default(),
            turn1_flag: Default::default(),
            one: Constant::new(1.into()),
            all: Constant::new(0xffff.into()),
            turn_mask: Constant::new((turns as u64 - 1).into()),
            nobody: Constant::new(((turns - counters) as u64).into()),
            second: Constant::new((second as u64).into()),
            _counters: counters,
            _most: MOST,
            _summed: MOST * relays,
            _relays: relays,
            _choices: 1 - relays,
        }
    }
}

impl Logic for PeCounters {
    // A loop that runs once or never is what there is for a choice by a constant.
    #[allow(unused_variables)]
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self, clock, fresh, first, turn_flag, turn, turn1, taken, taken2, so_far, sum, turn2, turn3, word_q
        );
        clock!(self, clock, words, copies);
        self.events.next =
            bit_cast::<16, 8>(self.busy.val()) | (bit_cast::<16, 8>(self.stalled.val()) << self.second.val());
        self.next_turn.next = (self.turn.q.val() + 1) & self.turn_mask.val();
        self.turn.d.next = self.next_turn.val();
        self.turn1.d.next = self.turn.q.val();
        self.turn2.d.next = self.turn1.q.val();
        self.turn3.d.next = self.turn2.q.val();
        self.turn_flag.d.next = self.one.val() << self.next_turn.val();
        self.turn1_flag.next = self.one.val() << self.turn1.q.val();
        // The visitor takes what there is, adds it, and writes the sum. The choice of one counter over the next is as many
        // levels deep as there are counters; where there are relays, it is a sum of products.
        for k in 0..self._choices {
            self.taken.d.next = 0.into();
        }
        for i in self._counters..self._most {
            self.some[i].clock.next = self.clock.val();
            self.some[i].d.next = 0.into();
            self.flips[i].next = 0.into();
        }
        for i in self._counters..self._summed {
            self.visited[i].next = 0.into();
        }
        for i in 0..self._counters {
            self.some[i].clock.next = self.clock.val();
            self.flips[i].next = 1.into();
            if self.some[i].q.val().get_bit(0) {
                self.flips[i].next = 3.into();
                if self.some[i].q.val().get_bit(1) {
                    self.flips[i].next = 7.into();
                    if self.some[i].q.val().get_bit(2) {
                        self.flips[i].next = 15.into();
                        if self.some[i].q.val().get_bit(3) {
                            self.flips[i].next = 31.into();
                        }
                    }
                }
            }
            for k in 0..self._relays {
                self.visited[i].next = 0.into();
            }
            self.some[i].d.next = self.some[i].q.val();
            if self.events.val().get_bit(i) {
                // One more, without a carry chain, which is two bits wide at least.
                self.some[i].d.next = self.some[i].q.val() ^ self.flips[i].val();
            }
            if self.turn_flag.q.val().get_bit(i) {
                self.some[i].d.next = 0.into();
                if self.events.val().get_bit(i) {
                    self.some[i].d.next = 1.into();
                }
                for k in 0..self._choices {
                    self.taken.d.next = self.some[i].q.val();
                }
                for k in 0..self._relays {
                    self.visited[i].next = self.some[i].q.val();
                }
            }
            if self.clear.val() {
                self.some[i].d.next = 0.into();
            }
        }
        for k in 0..self._relays {
            self.taken.d.next = self.visited[k].val()
                | self.visited[k + 1].val()
                | self.visited[k + 2].val()
                | self.visited[k + 3].val()
                | self.visited[k + 4].val()
                | self.visited[k + 5].val()
                | self.visited[k + 6].val()
                | self.visited[k + 7].val()
                | self.visited[k + 8].val()
                | self.visited[k + 9].val()
                | self.visited[k + 10].val()
                | self.visited[k + 11].val()
                | self.visited[k + 12].val()
                | self.visited[k + 13].val()
                | self.visited[k + 14].val()
                | self.visited[k + 15].val();
        }
        self.words.read_address.next = bit_cast::<16, 4>(self.turn1.q.val());
        self.first.d.next = (self.fresh.q.val() & self.turn_flag.q.val()).any();
        self.so_far.d.next = self.words.read_data.val();
        if self.first.q.val() {
            self.so_far.d.next = 0.into();
        }
        self.taken2.d.next = self.taken.q.val();
        self.sum.d.next = self.so_far.q.val() + bit_cast::<32, 5>(self.taken2.q.val());
        self.fresh.d.next = self.fresh.q.val() & !self.turn1_flag.val();
        // What was on its way when they were cleared is none of theirs.
        if self.clear.val() {
            self.taken.d.next = 0.into();
            self.taken2.d.next = 0.into();
            self.so_far.d.next = 0.into();
            self.sum.d.next = 0.into();
            self.fresh.d.next = self.all.val();
            self.first.d.next = true;
        }
        self.words.write_enable.next = !(self.turn3.q.val() & self.nobody.val()).any();
        self.words.write_address.next = bit_cast::<16, 4>(self.turn3.q.val());
        self.words.write_data.next = self.sum.q.val();
        self.copies.write_enable.next = !(self.turn3.q.val() & self.nobody.val()).any();
        self.copies.write_address.next = bit_cast::<16, 4>(self.turn3.q.val());
        self.copies.write_data.next = self.sum.q.val();
        self.copies.read_address.next = bit_cast::<16, 4>(self.address.val());
        self.word_q.d.next = self.copies.read_data.val();
        self.word.next = self.word_q.q.val();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{connected, numbers, tick};

    #[test]
    fn counts_every_cycle_once() {
        for (lanes, relays) in [(1, 0), (3, 0), (4, 0), (8, 0), (2, 1), (8, 1)] {
            let mut uut = connected!(PeCounters::new(lanes, relays), clock, clear, busy, stalled, address);
            let mut next = numbers(6);
            let second = lanes.next_power_of_two();
            for _ in 0..3 {
                // Nothing of the time before is left.
                uut.clear.next = true;
                tick(&mut uut, |u| &mut u.clock);
                uut.clear.next = false;
                let mut want = [0u64; MOST];
                for round in 0..300 {
                    // At times all of them count.
                    let mut flags = || if round % 100 < 50 { 0xff } else { next() } & ((1 << lanes) - 1);
                    let (busy, stalled) = (flags(), flags());
                    for lane in 0..lanes {
                        want[lane] += busy >> lane & 1;
                        want[second + lane] += stalled >> lane & 1;
                    }
                    uut.busy.next = busy.into();
                    uut.stalled.next = stalled.into();
                    tick(&mut uut, |u| &mut u.clock);
                }
                uut.busy.next = 0.into();
                uut.stalled.next = 0.into();
                (0..21).for_each(|_| tick(&mut uut, |u| &mut u.clock));
                for (i, &w) in want.iter().enumerate().take(2 * second) {
                    uut.address.next = (i as u64).into();
                    tick(&mut uut, |u| &mut u.clock);
                    assert_eq!(uut.word.val().to_u64(), w, "{lanes} PEs, counter {i}");
                }
                assert!(want[0] > 150 && want[second + lanes - 1] > 150);
            }
        }
    }
}
