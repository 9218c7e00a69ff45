//! A cluster's queue of offers: activations that its detector has found and the arbiter has not granted yet.
//!
//! Ports: `clock`; `clear`; `push`, `offer[32]`; `room`; `pop` -> `granted[32]`, a cycle later and zero otherwise.
//! Back-pressure: `room` comes from a register; two pushes can follow after it falls. A pop of an empty queue never
//! happens: the arbiter counts pushes and grants itself.

use crate::ram::LutRam;
use eie_spec::timing::{OFFERS, OFFERS_LIMIT};
use rust_hdl::prelude::*;

/// See the module's documentation.
#[derive(LogicBlock)]
pub struct OfferQueue {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Empties the queue.
    pub clear: Signal<In, Bit>,
    /// Takes an offer.
    pub push: Signal<In, Bit>,
    /// The offer.
    pub offer: Signal<In, Bits<32>>,
    /// There is room for more.
    pub room: Signal<Out, Bit>,
    /// Gives the oldest one.
    pub pop: Signal<In, Bit>,
    /// What was granted, else zero.
    pub granted: Signal<Out, Bits<32>>,
    memory: LutRam<32>,
    head: DFF<Bits<16>>,
    tail: DFF<Bits<16>>,
    count: DFF<Bits<5>>,
    room_q: DFF<Bit>,
    granted_q: DFF<Bits<32>>,
    limit: Constant<Bits<5>>,
}

impl OfferQueue {
    /// For offers of so many bits.
    pub fn new(width: usize) -> Self {
        Self {
            clock: Default::default(),
            clear: Default::default(),
            push: Default::default(),
            offer: Default::default(),
            room: Default::default(),
            pop: Default::default(),
            granted: Default::default(),
            memory: LutRam::new(OFFERS as usize, width),
            head: Default::default(),
            tail: Default::default(),
            count: Default::default(),
            room_q: Default::default(),
            granted_q: Default::default(),
            limit: Constant::new(OFFERS_LIMIT.into()),
        }
    }
}

impl Logic for OfferQueue {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, head, tail, count, room_q, granted_q);
        clock!(self, clock, memory);
        self.memory.write_address.next = self.tail.q.val();
        self.memory.write_data.next = self.offer.val();
        self.memory.write_enable.next = self.push.val();
        self.memory.read_address.next = self.head.q.val();
        self.granted_q.d.next = 0.into();
        if self.push.val() {
            self.tail.d.next = self.tail.q.val() + 1;
        }
        if self.pop.val() {
            self.head.d.next = self.head.q.val() + 1;
            self.granted_q.d.next = self.memory.read_data.val();
        }
        if self.push.val() & !self.pop.val() {
            self.count.d.next = self.count.q.val() + 1;
        }
        if !self.push.val() & self.pop.val() {
            self.count.d.next = self.count.q.val() - 1;
        }
        self.room_q.d.next = self.count.q.val() < self.limit.val();
        if self.clear.val() {
            self.head.d.next = 0.into();
            self.tail.d.next = 0.into();
            self.count.d.next = 0.into();
        }
        self.room.next = self.room_q.q.val();
        self.granted.next = self.granted_q.q.val();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{connected, numbers, settle, tick};
    use std::collections::VecDeque;

    #[test]
    fn gives_what_it_took_in_order_and_never_runs_over() {
        let mut uut = connected!(OfferQueue::new(32), clock, clear, push, offer, pop);
        let mut next = numbers(6);
        let mut model = VecDeque::new();
        let (mut want, mut room, mut most) = (0, false, 0);
        for round in 0..3000u64 {
            settle(&mut uut);
            assert_eq!(uut.granted.val().to_u64(), want, "round {round}");
            // The detector offers a cycle after it saw room.
            let push = room && (round % 700 < 500 || next().is_multiple_of(3));
            room = uut.room.val();
            let pop = !model.is_empty() && (round % 700 >= 500 || next().is_multiple_of(3));
            let offer = next() & 0xffff_ffff;
            uut.push.next = push;
            uut.offer.next = offer.into();
            uut.pop.next = pop;
            if push {
                model.push_back(offer);
            }
            want = if pop { model.pop_front().unwrap() } else { 0 };
            most = most.max(model.len());
            tick(&mut uut, |u| &mut u.clock);
        }
        assert!(most > OFFERS_LIMIT as usize && most <= OFFERS as usize, "{most} offers at most");
    }
}
