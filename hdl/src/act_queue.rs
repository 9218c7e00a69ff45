//! The activation queue of a PE: columns that have weights here, waiting for the walker.
//!
//! Ports: `clock`; `clear`; `push`, `pointer_in[32]`, `value_in[16]`; `pop`, `empty`, `pointer[32]`,
//! `value[16]`; `almost_full`.
//! Latency: an item pushed in one cycle can be popped in the next. `pointer` and `value` show the oldest item
//! whenever `empty` is low.
//! Back-pressure: `almost_full` comes from a register and leaves room for what is on its way
//! ([`eie_spec::config::QUEUE_SLACK`]). A push into a full queue or a pop from an empty one never happens.

use crate::ram::LutRam;
use eie_spec::config::Config;
use rust_hdl::prelude::*;

/// See the module's documentation.
#[derive(LogicBlock)]
pub struct ActQueue {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Empties the queue.
    pub clear: Signal<In, Bit>,
    /// Whether to push.
    pub push: Signal<In, Bit>,
    /// Column pointer to push.
    pub pointer_in: Signal<In, Bits<32>>,
    /// Activation to push.
    pub value_in: Signal<In, Bits<16>>,
    /// Whether to drop the oldest item.
    pub pop: Signal<In, Bit>,
    /// Nothing to pop.
    pub empty: Signal<Out, Bit>,
    /// Column pointer of the oldest item.
    pub pointer: Signal<Out, Bits<32>>,
    /// Activation of the oldest item.
    pub value: Signal<Out, Bits<16>>,
    /// Ask the broadcast to wait.
    pub almost_full: Signal<Out, Bit>,
    pointers: LutRam<32>,
    values: LutRam<16>,
    head: DFF<Bits<16>>,
    tail: DFF<Bits<16>>,
    count: DFF<Bits<10>>,
    full: DFF<Bit>,
    limit: Constant<Bits<10>>,
}

impl ActQueue {
    /// A queue of the configuration's depth.
    pub fn new(config: &Config) -> Self {
        Self {
            clock: Default::default(),
            clear: Default::default(),
            push: Default::default(),
            pointer_in: Default::default(),
            value_in: Default::default(),
            pop: Default::default(),
            empty: Default::default(),
            pointer: Default::default(),
            value: Default::default(),
            almost_full: Default::default(),
            pointers: LutRam::new(config.queue_depth, config.ptr_bits() as usize),
            values: LutRam::new(config.queue_depth, 16),
            head: Default::default(),
            tail: Default::default(),
            count: Default::default(),
            full: Default::default(),
            limit: Constant::new((config.queue_limit() as u64).into()),
        }
    }
}

impl Logic for ActQueue {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, head, tail, count, full);
        clock!(self, clock, pointers, values);
        self.pointers.write_address.next = self.tail.q.val();
        self.pointers.write_data.next = self.pointer_in.val();
        self.pointers.write_enable.next = self.push.val();
        self.values.write_address.next = self.tail.q.val();
        self.values.write_data.next = self.value_in.val();
        self.values.write_enable.next = self.push.val();
        self.pointers.read_address.next = self.head.q.val();
        self.values.read_address.next = self.head.q.val();
        self.pointer.next = self.pointers.read_data.val();
        self.value.next = self.values.read_data.val();
        self.empty.next = !self.count.q.val().any();
        if self.push.val() {
            self.tail.d.next = self.tail.q.val() + 1;
        }
        if self.pop.val() {
            self.head.d.next = self.head.q.val() + 1;
        }
        if self.push.val() & !self.pop.val() {
            self.count.d.next = self.count.q.val() + 1;
        }
        if !self.push.val() & self.pop.val() {
            self.count.d.next = self.count.q.val() - 1;
        }
        self.full.d.next = self.count.q.val() >= self.limit.val();
        self.almost_full.next = self.full.q.val();
        if self.clear.val() {
            self.head.d.next = 0.into();
            self.tail.d.next = 0.into();
            self.count.d.next = 0.into();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{connected, numbers, settle, tick};
    use std::collections::VecDeque;

    #[test]
    fn keeps_order_and_says_when_it_is_almost_full() {
        let config = Config::for_pes(1).unwrap();
        let mut uut = connected!(ActQueue::new(&config), clock, clear, push, pointer_in, value_in, pop);
        let mut next = numbers(3);
        let mut model = VecDeque::new();
        let (mut fullest, mut warned) = (0, 0);
        for round in 0..4000u64 {
            // The sender stops as many cycles after the warning as the hardware's does.
            let eager = (round / 500).is_multiple_of(2);
            let push = warned < eie_spec::config::QUEUE_SLACK as u64 - 1 && (eager || next().is_multiple_of(4));
            let pop = !model.is_empty() && (!eager || next().is_multiple_of(8));
            let item = (next() % (1 << config.ptr_bits()), next() % 65536);
            uut.push.next = push;
            uut.pop.next = pop;
            uut.pointer_in.next = item.0.into();
            uut.value_in.next = item.1.into();
            settle(&mut uut);
            assert_eq!(uut.empty.val(), model.is_empty());
            if let Some(&(pointer, value)) = model.front() {
                assert_eq!((uut.pointer.val(), uut.value.val()), (Bits::from(pointer), Bits::from(value)));
            }
            warned = if uut.almost_full.val() { warned + 1 } else { 0 };
            if push {
                model.push_back(item);
            }
            if pop {
                model.pop_front();
            }
            fullest = fullest.max(model.len());
            tick(&mut uut, |u| &mut u.clock);
        }
        assert!(fullest <= config.queue_depth && fullest > config.queue_limit(), "{fullest} items at most");
        uut.clear.next = true;
        uut.push.next = false;
        uut.pop.next = false;
        tick(&mut uut, |u| &mut u.clock);
        assert!(uut.empty.val());
    }
}
