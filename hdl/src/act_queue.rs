//! The activation queue of a PE: columns that have weights here, waiting for the walker.
//!
//! Ports: `clock`; `clear`; `push`, `pointer_in[32]`, `value_in[16]`, `short_in`, `marker_in`; `pop`, `empty`,
//! `pointer[32]`, `value[16]`, `short`, `marker`; `almost_full`.
//! Latency: an item pushed in one cycle can be popped two later. The oldest item is in a register in front of the
//! memory, which shows it whenever `empty` is low. Where wires are short ([`near`](eie_spec::config::Params::near)), an
//! item goes into that register at once if there is none before it, and can be popped one cycle later.
//! Back-pressure: `almost_full` comes from a register and leaves room for what is on its way
//! ([`queue_slack`](eie_spec::config::Config::queue_slack)). A push into a full queue or a pop from an empty one never happens.

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
    /// The walker needs one cycle for it.
    pub short_in: Signal<In, Bit>,
    /// It is a marker.
    pub marker_in: Signal<In, Bit>,
    /// Whether to drop the oldest item.
    pub pop: Signal<In, Bit>,
    /// Nothing to pop.
    pub empty: Signal<Out, Bit>,
    /// Column pointer of the oldest item.
    pub pointer: Signal<Out, Bits<32>>,
    /// Activation of the oldest item.
    pub value: Signal<Out, Bits<16>>,
    /// The walker needs one cycle for the oldest item.
    pub short: Signal<Out, Bit>,
    /// The oldest item is a marker.
    pub marker: Signal<Out, Bit>,
    /// Ask the broadcast to wait.
    pub almost_full: Signal<Out, Bit>,
    pointers: LutRam<32>,
    values: LutRam<18>,
    head: DFF<Bits<16>>,
    tail: DFF<Bits<16>>,
    count: DFF<Bits<10>>,
    up: DFF<Bit>,
    down: DFF<Bit>,
    head_next: DFF<Bits<16>>,
    begun: DFF<Bit>,
    some: DFF<Bit>,
    front_valid: DFF<Bit>,
    front_pointer: DFF<Bits<32>>,
    front: DFF<Bits<18>>,
    full: DFF<Bit>,
    refill: Signal<Local, Bit>,
    /// Where an item can go by the memory: whether it does.
    direct: Vec<Signal<Local, Bit>>,
    word: Signal<Local, Bits<18>>,
    head_then: Signal<Local, Bits<16>>,
    count_up: Signal<Local, Bits<10>>,
    count_down: Signal<Local, Bits<10>>,
    limit: Constant<Bits<10>>,
    below_limit: Constant<Bits<10>>,
    count_mask: Constant<Bits<10>>,
    place_mask: Constant<Bits<16>>,
    _near: usize,
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
            short_in: Default::default(),
            marker_in: Default::default(),
            pop: Default::default(),
            empty: Default::default(),
            pointer: Default::default(),
            value: Default::default(),
            short: Default::default(),
            marker: Default::default(),
            almost_full: Default::default(),
            pointers: LutRam::new(config.queue_depth, config.ptr_bits() as usize),
            values: LutRam::new(config.queue_depth, 18),
            head: Default::default(),
            tail: Default::default(),
            count: Default::default(),
            up: Default::default(),
            down: Default::default(),
            head_next: Default::default(),
            begun: Default::default(),
            some: Default::default(),
            front_valid: Default::default(),
            front_pointer: Default::default(),
            front: Default::default(),
            full: Default::default(),
            refill: Default::default(),
            direct: (0..config.saved()).map(|_| Signal::default()).collect(),
            _near: config.saved() as usize,
            word: Default::default(),
            head_then: Default::default(),
            count_up: Default::default(),
            count_down: Default::default(),
            limit: Constant::new((config.queue_limit() as u64).into()),
            below_limit: Constant::new((config.queue_limit() as u64 - 1).into()),
            count_mask: Constant::new((2 * config.queue_depth as u64 - 1).into()),
            place_mask: Constant::new((config.queue_depth as u64 - 1).into()),
        }
    }
}

impl Logic for ActQueue {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self,
            clock,
            head,
            head_next,
            begun,
            tail,
            count,
            up,
            down,
            some,
            front_valid,
            front_pointer,
            front,
            full
        );
        clock!(self, clock, pointers, values);
        self.word.next = bit_cast::<18, 16>(self.value_in.val())
            | (bit_cast::<18, 1>(self.short_in.val().into()) << 16)
            | (bit_cast::<18, 1>(self.marker_in.val().into()) << 17);
        self.pointers.write_address.next = self.tail.q.val();
        self.pointers.write_data.next = self.pointer_in.val();
        self.pointers.write_enable.next = self.push.val();
        self.values.write_address.next = self.tail.q.val();
        self.values.write_data.next = self.word.val();
        self.values.write_enable.next = self.push.val();
        self.pointers.read_address.next = self.head.q.val();
        self.values.read_address.next = self.head.q.val();
        // The front register takes the next item when it is empty, or emptied.
        self.refill.next = self.some.q.val() & (!self.front_valid.q.val() | self.pop.val());
        if self.push.val() {
            self.tail.d.next = (self.tail.q.val() + 1) & self.place_mask.val();
        }
        if self.pop.val() {
            self.front_valid.d.next = false;
        }
        self.head_then.next = self.head.q.val();
        if self.refill.val() {
            self.head_then.next = self.head_next.q.val();
            self.front_valid.d.next = true;
            self.front_pointer.d.next = self.pointers.read_data.val();
            self.front.d.next = self.values.read_data.val();
        }
        self.head.d.next = self.head_then.val();
        if self.refill.val() {
            self.head_next.d.next = (self.head_next.q.val() + 1) & self.place_mask.val();
        }
        // A register begins with zero.
        self.begun.d.next = true;
        if !self.begun.q.val() {
            self.head_next.d.next = 1.into();
        }
        // Whether anything is left in the memory, which is never full, as its last word is not needed.
        self.some.d.next = self.push.val()
            | (self.some.q.val() & !(self.refill.val() & (self.head_next.q.val() == self.tail.q.val())));
        for n in 0..self._near {
            self.direct[n].next = self.push.val() & !self.some.q.val() & (!self.front_valid.q.val() | self.pop.val());
            if !self.some.q.val() & (!self.front_valid.q.val() | self.pop.val()) {
                self.front_pointer.d.next = self.pointer_in.val();
                self.front.d.next = self.word.val();
            }
            if self.direct[n].val() {
                self.front_valid.d.next = true;
                self.tail.d.next = self.tail.q.val();
            }
            self.some.d.next = (self.push.val() & !self.direct[n].val())
                | (self.some.q.val() & !(self.refill.val() & (self.head_next.q.val() == self.tail.q.val())));
        }
        // What was in the queue a cycle ago, and how it has changed since, by one at a time: it is at its limit from the one
        // value on to the other.
        self.up.d.next = self.push.val() & !self.pop.val();
        self.down.d.next = !self.push.val() & self.pop.val();
        self.count_up.next = (self.count.q.val() + 1) & self.count_mask.val();
        self.count_down.next = (self.count.q.val() - 1) & self.count_mask.val();
        if self.up.q.val() {
            self.count.d.next = self.count_up.val();
        }
        if self.down.q.val() {
            self.count.d.next = self.count_down.val();
        }
        if self.up.q.val() & (self.count.q.val() == self.below_limit.val()) {
            self.full.d.next = true;
        }
        if self.down.q.val() & (self.count.q.val() == self.limit.val()) {
            self.full.d.next = false;
        }
        if self.clear.val() {
            self.head.d.next = 0.into();
            self.tail.d.next = 0.into();
            self.count.d.next = 0.into();
            self.head_next.d.next = 1.into();
            self.up.d.next = false;
            self.down.d.next = false;
            self.full.d.next = false;
            self.some.d.next = false;
            self.front_valid.d.next = false;
        }
        self.empty.next = !self.front_valid.q.val();
        self.pointer.next = self.front_pointer.q.val();
        self.value.next = self.front.q.val().get_bits::<16>(0);
        self.short.next = self.front.q.val().get_bit(16);
        self.marker.next = self.front.q.val().get_bit(17);
        self.almost_full.next = self.full.q.val();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{connected, numbers, settle, tick};
    use eie_spec::timing::Latencies;
    use std::collections::VecDeque;

    #[test]
    fn keeps_order_and_says_when_it_is_almost_full() {
        for near in [false, true] {
            keeps_order(near);
        }
    }

    fn keeps_order(near: bool) {
        let mut params = Config::for_pes(1).unwrap().params();
        params.near = near;
        let config = Config::new(params).unwrap();
        let latency = Latencies::of(&config).queue_write;
        let mut uut =
            connected!(ActQueue::new(&config), clock, clear, push, pointer_in, value_in, short_in, marker_in, pop);
        let mut next = numbers(3);
        let mut model = VecDeque::new();
        let (mut fullest, mut warned) = (0, 0);
        for round in 0..4000u64 {
            // The sender stops as many cycles after the warning as the hardware's does.
            let eager = (round / 500).is_multiple_of(2);
            let push = warned < config.queue_slack() as u64 - 1 && (eager || next().is_multiple_of(4));
            let shown = model.front().is_some_and(|&(_, pushed)| pushed + latency <= round);
            let pop = shown && (!eager || next().is_multiple_of(8));
            let item = (next() % (1 << config.ptr_bits()), next() % 65536);
            uut.push.next = push;
            uut.pop.next = pop;
            uut.pointer_in.next = item.0.into();
            uut.value_in.next = item.1.into();
            uut.short_in.next = item.1.is_multiple_of(3);
            uut.marker_in.next = item.1.is_multiple_of(5);
            settle(&mut uut);
            assert_eq!(uut.empty.val(), !shown);
            if let (Some(&((pointer, value), _)), true) = (model.front(), shown) {
                assert_eq!((uut.pointer.val(), uut.value.val()), (Bits::from(pointer), Bits::from(value)));
                assert_eq!((uut.short.val(), uut.marker.val()), (value % 3 == 0, value % 5 == 0));
            }
            warned = if uut.almost_full.val() { warned + 1 } else { 0 };
            if push {
                model.push_back((item, round));
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
