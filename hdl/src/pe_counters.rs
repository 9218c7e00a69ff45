//! The counters of a cluster's PEs: how many cycles each was busy, and how many its queue was almost full.
//!
//! Ports: `clock`, `clear`; `busy[8]`, `stalled[8]` (a bit for each PE); `address[4]` (the PE, and above it
//! whether the stalled cycles are meant) -> `word[32]`, a cycle later.
//! Latency: a cycle is in its word at most twenty cycles later. A device is done with its last row that much later than
//! with its last entry.
//!
//! Sixteen counters of 32 bits a cluster would be more than a PE's share of the device: each has five bits of its own, which
//! a visitor adds to its word in distributed RAM, one after the other.

use crate::ram::LutRam;
use eie_spec::config::CLUSTER;
use rust_hdl::prelude::*;

/// Counters in a cluster.
const COUNTERS: usize = 2 * CLUSTER;

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
    sum: DFF<Bits<32>>,
    turn2: DFF<Bits<4>>,
    word_q: DFF<Bits<32>>,
    flips: Vec<Signal<Local, Bits<5>>>,
    events: Signal<Local, Bits<16>>,
    turn_flag: Signal<Local, Bits<16>>,
    turn1_flag: Signal<Local, Bits<16>>,
    one: Constant<Bits<16>>,
    all: Constant<Bits<16>>,
    _counters: usize,
}

impl PeCounters {
    /// Of eight PEs.
    pub fn new() -> Self {
        Self {
            clock: Default::default(),
            clear: Default::default(),
            busy: Default::default(),
            stalled: Default::default(),
            address: Default::default(),
            word: Default::default(),
            words: LutRam::new(COUNTERS, 32),
            copies: LutRam::new(COUNTERS, 32),
            fresh: Default::default(),
            turn: Default::default(),
            turn1: Default::default(),
            some: (0..COUNTERS).map(|_| DFF::default()).collect(),
            taken: Default::default(),
            sum: Default::default(),
            turn2: Default::default(),
            word_q: Default::default(),
            flips: (0..COUNTERS).map(|_| Signal::default()).collect(),
            events: Default::default(),
            turn_flag: Default::default(),
            turn1_flag: Default::default(),
            one: Constant::new(1.into()),
            all: Constant::new(0xffff.into()),
            _counters: COUNTERS,
        }
    }
}

impl Logic for PeCounters {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, fresh, turn, turn1, taken, sum, turn2, word_q);
        clock!(self, clock, words, copies);
        self.events.next = bit_cast::<16, 8>(self.busy.val()) | (bit_cast::<16, 8>(self.stalled.val()) << 8);
        self.turn.d.next = self.turn.q.val() + 1;
        self.turn1.d.next = self.turn.q.val();
        self.turn2.d.next = self.turn1.q.val();
        self.turn_flag.next = self.one.val() << self.turn.q.val();
        self.turn1_flag.next = self.one.val() << self.turn1.q.val();
        // The visitor takes what there is, adds it, and writes the sum.
        self.taken.d.next = 0.into();
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
            self.some[i].d.next = self.some[i].q.val();
            if self.events.val().get_bit(i) {
                // One more, without a carry chain, which is two bits wide at least.
                self.some[i].d.next = self.some[i].q.val() ^ self.flips[i].val();
            }
            if self.turn_flag.val().get_bit(i) {
                self.some[i].d.next = 0.into();
                if self.events.val().get_bit(i) {
                    self.some[i].d.next = 1.into();
                }
                self.taken.d.next = self.some[i].q.val();
            }
            if self.clear.val() {
                self.some[i].d.next = 0.into();
            }
        }
        self.words.read_address.next = bit_cast::<16, 4>(self.turn1.q.val());
        self.sum.d.next = self.words.read_data.val() + bit_cast::<32, 5>(self.taken.q.val());
        if (self.fresh.q.val() & self.turn1_flag.val()).any() {
            self.sum.d.next = bit_cast::<32, 5>(self.taken.q.val());
        }
        self.fresh.d.next = self.fresh.q.val() & !self.turn1_flag.val();
        // What was on its way when they were cleared is none of theirs.
        if self.clear.val() {
            self.taken.d.next = 0.into();
            self.sum.d.next = 0.into();
            self.fresh.d.next = self.all.val();
        }
        self.words.write_enable.next = true;
        self.words.write_address.next = bit_cast::<16, 4>(self.turn2.q.val());
        self.words.write_data.next = self.sum.q.val();
        self.copies.write_enable.next = true;
        self.copies.write_address.next = bit_cast::<16, 4>(self.turn2.q.val());
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
        let mut uut = connected!(PeCounters::new(), clock, clear, busy, stalled, address);
        let mut next = numbers(6);
        for _ in 0..3 {
            // Nothing of the time before is left.
            uut.clear.next = true;
            tick(&mut uut, |u| &mut u.clock);
            uut.clear.next = false;
            let mut want = [0u64; COUNTERS];
            for round in 0..500 {
                // At times all of them count.
                let events = if round % 100 < 50 { 0xffff } else { next() & 0xffff };
                want.iter_mut().enumerate().for_each(|(i, w)| *w += events >> i & 1);
                uut.busy.next = (events & 0xff).into();
                uut.stalled.next = (events >> 8).into();
                tick(&mut uut, |u| &mut u.clock);
            }
            uut.busy.next = 0.into();
            uut.stalled.next = 0.into();
            (0..20).for_each(|_| tick(&mut uut, |u| &mut u.clock));
            for (i, &w) in want.iter().enumerate() {
                uut.address.next = (i as u64).into();
                tick(&mut uut, |u| &mut u.clock);
                assert_eq!(uut.word.val().to_u64(), w, "counter {i}");
            }
            assert!(want.iter().all(|&w| w > 250));
        }
    }
}
