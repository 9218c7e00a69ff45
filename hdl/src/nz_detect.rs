//! Non-zero detection of a cluster: scans the PEs' activation banks, a word of each a cycle, and offers the
//! activations that are not zero, one at a time (R6).
//!
//! Ports: `clock`; `clear`; `start` (a pulse) with `src_base[16]`, `groups[16]` (a cycle before as well), `first_column[16]`,
//! `stride[16]`, `start_gated`; `gated`, `arrives`; `act$0..7[16]` (the banks' words at `address[16]`, two cycles later, which
//! stand still while `enable` is low); `valid`, `column[16]`, `value[16]`, `room`; `done`.
//! Latency: the first activation is offered six cycles after `start`; after that one a cycle, and a cycle for
//! each group of zeros. `done` falls two cycles after `start` and rises two cycles after the last offer; where wires are
//! short ([`near`](eie_spec::config::Params::near)), one.
//! Back-pressure: an offer is there for one cycle and has to be taken; without `room` there is none in the next
//! cycle. While `gated`, the scan follows the drain that writes its words: with `arrives` it knows of one more, and it waits
//! where it has read all that it knew of a cycle before. From its start on it counts them.

use eie_spec::config::CLUSTER;
use rust_hdl::prelude::*;

/// See the module's documentation.
#[derive(LogicBlock)]
pub struct NzDetect {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Drops all work.
    pub clear: Signal<In, Bit>,
    /// Begins a scan.
    pub start: Signal<In, Bit>,
    /// Address of the first group.
    pub src_base: Signal<In, Bits<16>>,
    /// Number of groups, from the cycle before `start` on.
    pub groups: Signal<In, Bits<16>>,
    /// Pointer address of lane 0 in the first group.
    pub first_column: Signal<In, Bits<16>>,
    /// Pointer addresses from group to group: the number of PEs.
    pub stride: Signal<In, Bits<16>>,
    /// The scan that begins has no words yet.
    pub start_gated: Signal<In, Bit>,
    /// The words are there only as they arrive.
    pub gated: Signal<In, Bit>,
    /// One more of them is there.
    pub arrives: Signal<In, Bit>,
    /// Address that the banks read.
    pub address: Signal<Out, Bits<16>>,
    /// The banks' reads go on.
    pub enable: Signal<Out, Bit>,
    /// The banks' words, zero for lanes that are not there.
    pub act: Vec<Signal<In, Bits<16>>>,
    /// There is room for what is offered in the next cycle.
    pub room: Signal<In, Bit>,
    /// An activation is offered in the next cycle.
    pub soon: Signal<Out, Bit>,
    /// An activation is offered.
    pub valid: Signal<Out, Bit>,
    /// Address of its column's pointer.
    pub column: Signal<Out, Bits<16>>,
    /// The activation.
    pub value: Signal<Out, Bits<16>>,
    /// Everything has been offered.
    pub done: Signal<Out, Bit>,
    group: DFF<Bits<16>>,
    /// Groups that were still to be read a cycle ago; whether one has been since; whether one is left.
    left: DFF<Bits<16>>,
    moved: DFF<Bit>,
    last: DFF<Bit>,
    any_groups: DFF<Bit>,
    one_group: DFF<Bit>,
    some_left: DFF<Bit>,
    /// Words that have arrived and are not read; whether there is none, or one.
    unread: DFF<Bits<16>>,
    none_unread: DFF<Bit>,
    one_unread: DFF<Bit>,
    blocked: DFF<Bit>,
    read1: DFF<Bit>,
    read2: DFF<Bit>,
    read3: DFF<Bit>,
    staged: Vec<DFF<Bits<16>>>,
    staged_flags: DFF<Bits<8>>,
    some: DFF<Bit>,
    many: DFF<Bit>,
    next_column: DFF<Bits<16>>,
    base_column: DFF<Bits<16>>,
    held: Vec<DFF<Bits<16>>>,
    pending: DFF<Bits<8>>,
    valid_q: DFF<Bit>,
    base_q: DFF<Bits<16>>,
    lane_q: DFF<Bits<3>>,
    value_q: DFF<Bits<16>>,
    done_q: DFF<Bit>,
    flags: Vec<Signal<Local, Bits<8>>>,
    fresh: Signal<Local, Bits<8>>,
    preceded: Vec<Signal<Local, Bit>>,
    lowest: Vec<Signal<Local, Bit>>,
    later: Vec<Signal<Local, Bits<8>>>,
    lane_word: Vec<Signal<Local, Bits<16>>>,
    lane_number: Vec<Signal<Local, Bits<3>>>,
    rest_many: Signal<Local, Bit>,
    fresh_many: Signal<Local, Bit>,
    halves: Vec<Signal<Local, Bits<4>>>,
    one: Vec<Signal<Local, Bit>>,
    two: Vec<Signal<Local, Bit>>,
    three: Vec<Signal<Local, Bit>>,
    rest: Signal<Local, Bits<8>>,
    lane: Signal<Local, Bits<3>>,
    lane_value: Signal<Local, Bits<16>>,
    load: Signal<Local, Bit>,
    reads: Signal<Local, Bit>,
    moves: Signal<Local, Bit>,
    left_two: Signal<Local, Bit>,
    /// Of a number of words.
    count_bits: Constant<Bits<16>>,
    below: Vec<Constant<Bits<8>>>,
    lane_flag: Vec<Constant<Bits<8>>>,
    _lanes: usize,
    _halves: usize,
    _near: usize,
    /// Where wires are short, `load` for the words in registers and for the banks.
    loads: Vec<Load>,
}

/// Whether the next group comes in, once more and in a module that is kept: as part of the detector it would be one LUT for
/// everything that waits for it, over the whole cluster.
#[derive(LogicBlock, Default)]
struct Load {
    some: Signal<In, Bit>,
    many: Signal<In, Bit>,
    room: Signal<In, Bit>,
    load: Signal<Out, Bit>,
}

impl Logic for Load {
    #[hdl_gen]
    fn update(&mut self) {
        self.load.next = !self.some.val() | (self.room.val() & !self.many.val());
    }
}

impl NzDetect {
    /// A detector over eight lanes of so many words (a power of two); `near`: one where wires are short, else none.
    pub fn new(depth: usize, near: usize) -> Self {
        Self {
            clock: Default::default(),
            clear: Default::default(),
            start: Default::default(),
            src_base: Default::default(),
            groups: Default::default(),
            first_column: Default::default(),
            stride: Default::default(),
            start_gated: Default::default(),
            gated: Default::default(),
            arrives: Default::default(),
            address: Default::default(),
            enable: Default::default(),
            act: vec![Default::default(); CLUSTER],
            room: Default::default(),
            soon: Default::default(),
            valid: Default::default(),
            column: Default::default(),
            value: Default::default(),
            done: Default::default(),
            group: Default::default(),
            left: Default::default(),
            moved: Default::default(),
            last: Default::default(),
            any_groups: Default::default(),
            one_group: Default::default(),
            some_left: Default::default(),
            unread: Default::default(),
            none_unread: Default::default(),
            one_unread: Default::default(),
            blocked: Default::default(),
            read1: Default::default(),
            read2: Default::default(),
            read3: Default::default(),
            staged: (0..CLUSTER).map(|_| DFF::default()).collect(),
            staged_flags: Default::default(),
            some: Default::default(),
            many: Default::default(),
            next_column: Default::default(),
            base_column: Default::default(),
            held: (0..CLUSTER).map(|_| DFF::default()).collect(),
            pending: Default::default(),
            valid_q: Default::default(),
            base_q: Default::default(),
            lane_q: Default::default(),
            value_q: Default::default(),
            done_q: Default::default(),
            flags: (0..CLUSTER).map(|_| Signal::default()).collect(),
            fresh: Default::default(),
            preceded: (0..CLUSTER).map(|_| Signal::default()).collect(),
            lowest: (0..CLUSTER).map(|_| Signal::default()).collect(),
            later: (0..CLUSTER).map(|_| Signal::default()).collect(),
            lane_word: (0..CLUSTER).map(|_| Signal::default()).collect(),
            lane_number: (0..CLUSTER).map(|_| Signal::default()).collect(),
            rest_many: Default::default(),
            fresh_many: Default::default(),
            halves: (0..4).map(|_| Signal::default()).collect(),
            one: (0..4).map(|_| Signal::default()).collect(),
            two: (0..4).map(|_| Signal::default()).collect(),
            three: (0..4).map(|_| Signal::default()).collect(),
            rest: Default::default(),
            lane: Default::default(),
            lane_value: Default::default(),
            load: Default::default(),
            reads: Default::default(),
            moves: Default::default(),
            left_two: Default::default(),
            count_bits: Constant::new((2 * depth as u64 - 1).into()),
            below: (0..CLUSTER).map(|i| Constant::new(((1u64 << i) - 1).into())).collect(),
            lane_flag: (0..CLUSTER).map(|i| Constant::new((1u64 << i).into())).collect(),
            _lanes: CLUSTER,
            _halves: 4,
            _near: near,
            loads: (0..2 * near).map(|_| Load::default()).collect(),
        }
    }
}

impl Logic for NzDetect {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self,
            clock,
            group,
            left,
            moved,
            last,
            any_groups,
            one_group,
            some_left,
            unread,
            none_unread,
            one_unread,
            blocked,
            read1,
            read2,
            read3,
            staged_flags,
            some,
            many,
            next_column,
            base_column,
            pending,
            valid_q,
            base_q,
            lane_q,
            value_q,
            done_q
        );
        // The lowest lane still pending is offered, if there is room.
        self.lane.next = 0.into();
        self.lane_value.next = 0.into();
        for i in 0..self._lanes {
            self.preceded[i].next = (self.pending.q.val() & self.below[i].val()).any();
            self.lowest[i].next = self.pending.q.val().get_bit(i) & !self.preceded[i].val();
            self.later[i].next = 0.into();
            if self.preceded[i].val() {
                self.later[i].next = self.pending.q.val() & self.lane_flag[i].val();
            }
            self.lane_word[i].next = 0.into();
            self.lane_number[i].next = 0.into();
            if self.lowest[i].val() {
                self.lane_word[i].next = self.held[i].q.val();
                self.lane_number[i].next = i.to_bits();
            }
        }
        self.rest.next = self.pending.q.val();
        if self.room.val() {
            self.rest.next = 0.into();
        }
        for i in 0..self._lanes {
            self.lane.next = self.lane.val() | self.lane_number[i].val();
            self.lane_value.next = self.lane_value.val() | self.lane_word[i].val();
            if self.room.val() {
                self.rest.next = self.rest.val() | self.later[i].val();
            }
        }
        self.soon.next = self.room.val() & self.some.q.val();
        self.valid_q.d.next = self.room.val() & self.some.q.val();
        self.base_q.d.next = self.base_column.q.val();
        self.lane_q.d.next = self.lane.val();
        self.value_q.d.next = self.lane_value.val();
        // With the last lane of a group gone, the next group comes in, and the reads behind it go on. Everything waits for
        // that, so whether any lane is pending, and whether more than one is, are registers.
        self.load.next = !self.some.q.val() | (self.room.val() & !self.many.q.val());
        // Counted by halves, a LUT each: more than one flag behind these, and more than one behind the lowest of those.
        self.halves[0].next = self.pending.q.val().get_bits::<4>(0);
        self.halves[1].next = self.pending.q.val().get_bits::<4>(4);
        self.halves[2].next = self.staged_flags.q.val().get_bits::<4>(0);
        self.halves[3].next = self.staged_flags.q.val().get_bits::<4>(4);
        for i in 0..self._halves {
            self.one[i].next = self.halves[i].val().any();
            self.two[i].next = (self.halves[i].val().get_bit(0) & self.halves[i].val().get_bit(1))
                | (self.halves[i].val().get_bit(2) & self.halves[i].val().get_bit(3))
                | ((self.halves[i].val().get_bit(0) | self.halves[i].val().get_bit(1))
                    & (self.halves[i].val().get_bit(2) | self.halves[i].val().get_bit(3)));
            self.three[i].next = (self.halves[i].val().get_bit(0)
                & self.halves[i].val().get_bit(1)
                & (self.halves[i].val().get_bit(2) | self.halves[i].val().get_bit(3)))
                | (self.halves[i].val().get_bit(2)
                    & self.halves[i].val().get_bit(3)
                    & (self.halves[i].val().get_bit(0) | self.halves[i].val().get_bit(1)));
        }
        self.rest_many.next = self.three[0].val()
            | self.three[1].val()
            | (self.two[0].val() & self.one[1].val())
            | (self.one[0].val() & self.two[1].val());
        self.fresh_many.next = self.two[2].val() | self.two[3].val() | (self.one[2].val() & self.one[3].val());
        if self.room.val() {
            self.many.d.next = self.rest_many.val();
        }
        self.reads.next = self.some_left.q.val() & !self.blocked.q.val();
        for i in 0..self._lanes {
            self.held[i].clock.next = self.clock.val();
            self.held[i].d.next = self.held[i].q.val();
            self.staged[i].clock.next = self.clock.val();
            self.staged[i].d.next = self.staged[i].q.val();
            if self.load.val() {
                self.held[i].d.next = self.staged[i].q.val();
                self.staged[i].d.next = self.act[i].val();
            }
            self.flags[i].next = 0.into();
            if self.act[i].val().any() {
                self.flags[i].next = self.lane_flag[i].val();
            }
        }
        self.fresh.next = self.flags[0].val()
            | self.flags[1].val()
            | self.flags[2].val()
            | self.flags[3].val()
            | self.flags[4].val()
            | self.flags[5].val()
            | self.flags[6].val()
            | self.flags[7].val();
        self.pending.d.next = self.rest.val();
        self.moves.next = self.load.val() & self.reads.val();
        if self.arrives.val() & !self.moves.val() {
            self.unread.d.next = (self.unread.q.val() + 1) & self.count_bits.val();
            self.none_unread.d.next = false;
            self.one_unread.d.next = self.none_unread.q.val();
        }
        if self.moves.val() & !self.arrives.val() {
            self.unread.d.next = (self.unread.q.val() - 1) & self.count_bits.val();
            self.none_unread.d.next = self.one_unread.q.val();
            self.one_unread.d.next = self.unread.q.val() == 2;
        }
        self.blocked.d.next = self.gated.val() & self.none_unread.q.val();
        // Groups are counted a cycle after they have been read: less hangs on what everything waits for.
        self.moved.d.next = self.moves.val();
        self.left_two.next = self.left.q.val() == 2;
        if self.moved.q.val() {
            self.left.d.next = (self.left.q.val() - 1) & self.count_bits.val();
            self.left_two.next = self.left.q.val() == 3;
        }
        if self.load.val() {
            self.some.d.next = false;
            self.many.d.next = false;
            if self.read3.q.val() {
                self.pending.d.next = self.staged_flags.q.val();
                self.some.d.next = self.staged_flags.q.val().any();
                self.many.d.next = self.fresh_many.val();
                self.base_column.d.next = self.next_column.q.val();
                self.next_column.d.next = self.next_column.q.val() + self.stride.val();
            }
            self.staged_flags.d.next = self.fresh.val();
            self.read3.d.next = self.read2.q.val();
            self.read2.d.next = self.read1.q.val();
            self.read1.d.next = self.reads.val();
            if self.reads.val() {
                self.group.d.next = self.group.q.val() + 1;
                self.blocked.d.next = self.gated.val() & self.one_unread.q.val();
                self.last.d.next = self.left_two.val();
                self.some_left.d.next = !self.last.q.val();
            }
        }
        self.any_groups.d.next = self.groups.val().any();
        self.one_group.d.next = self.groups.val() == 1;
        if self.start.val() {
            self.group.d.next = self.src_base.val();
            self.left.d.next = self.groups.val() & self.count_bits.val();
            self.moved.d.next = false;
            self.last.d.next = self.one_group.q.val();
            self.some_left.d.next = self.any_groups.q.val();
            self.blocked.d.next = self.start_gated.val();
            self.unread.d.next = 0.into();
            self.none_unread.d.next = true;
            self.one_unread.d.next = false;
            self.next_column.d.next = self.first_column.val();
        }
        if self.clear.val() {
            self.some_left.d.next = false;
            self.read1.d.next = false;
            self.read2.d.next = false;
            self.read3.d.next = false;
            self.some.d.next = false;
            self.many.d.next = false;
            self.pending.d.next = 0.into();
            self.valid_q.d.next = false;
        }
        self.done_q.d.next = !self.some_left.q.val()
            & !self.read1.q.val()
            & !self.read2.q.val()
            & !self.read3.q.val()
            & !self.some.q.val()
            & !self.valid_q.q.val();
        for k in 0..(2 * self._near) {
            self.loads[k].some.next = self.some.q.val();
            self.loads[k].many.next = self.many.q.val();
            self.loads[k].room.next = self.room.val();
        }
        for _n in 0..self._near {
            for i in 0..self._lanes {
                self.held[i].d.next = self.held[i].q.val();
                self.staged[i].d.next = self.staged[i].q.val();
                if self.loads[0].load.val() {
                    self.held[i].d.next = self.staged[i].q.val();
                    self.staged[i].d.next = self.act[i].val();
                }
            }
            // The arbiter knows of what is offered.
            self.done_q.d.next = !self.some_left.q.val()
                & !self.read1.q.val()
                & !self.read2.q.val()
                & !self.read3.q.val()
                & !self.some.q.val();
        }
        self.address.next = self.group.q.val();
        self.enable.next = self.load.val();
        for _n in 0..self._near {
            self.enable.next = self.loads[1].load.val();
        }
        self.valid.next = self.valid_q.q.val();
        self.column.next = self.base_q.q.val() + bit_cast::<16, 3>(self.lane_q.q.val());
        self.value.next = self.value_q.q.val();
        self.done.next = self.done_q.q.val();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{connected, numbers, settle, tick};

    /// Scans banks of random words and returns what was offered, and in how many cycles.
    fn scan(banks: &[Vec<u64>], groups: usize, hesitant: bool, near: usize) -> (Vec<(u64, u64)>, usize) {
        let mut uut = NzDetect::new(32, near);
        uut.act.iter_mut().for_each(|a| a.connect());
        let mut uut = connected!(
            uut,
            clock,
            clear,
            start,
            src_base,
            groups,
            first_column,
            stride,
            start_gated,
            gated,
            arrives,
            room
        );
        uut.src_base.next = 1.into();
        uut.groups.next = (groups as u64).into();
        uut.first_column.next = 100.into();
        uut.stride.next = 16.into();
        uut.start_gated.next = hesitant;
        uut.gated.next = hesitant;
        uut.room.next = true;
        tick(&mut uut, |u| &mut u.clock);
        uut.start.next = true;
        tick(&mut uut, |u| &mut u.clock);
        uut.start.next = false;
        let mut next = numbers(4);
        let mut offered = Vec::new();
        // The banks' words on their way.
        let (mut latch, mut shown) = ([0; CLUSTER], [0; CLUSTER]);
        let (mut had_room, mut done_for) = (true, 0);
        for cycle in 1..2000 {
            // The words become there one after the other, every third cycle.
            uut.gated.next = hesitant && cycle / 3 < groups;
            uut.arrives.next = hesitant && cycle % 3 == 2;
            uut.room.next = !hesitant || next().is_multiple_of(3);
            uut.act.iter_mut().zip(shown).for_each(|(act, word)| act.next = word.into());
            settle(&mut uut);
            if uut.valid.val() {
                assert!(had_room, "an offer without room");
                offered.push((uut.column.val().to_u64(), uut.value.val().to_u64()));
            }
            had_room = uut.room.val();
            if uut.enable.val() {
                let group = uut.address.val().index();
                shown = latch;
                latch = [0; CLUSTER];
                for (word, bank) in latch.iter_mut().zip(banks) {
                    let there = !hesitant || group <= cycle / 3;
                    *word = if there { bank.get(group).copied().unwrap_or(0) } else { 0xdead };
                }
            }
            done_for = if uut.done.val() && cycle > 1 { done_for + 1 } else { 0 };
            if done_for == 3 {
                return (offered, cycle - 2);
            }
            tick(&mut uut, |u| &mut u.clock);
        }
        panic!("the scan does not end");
    }

    #[test]
    fn offers_every_activation_that_is_not_zero_once() {
        let mut next = numbers(5);
        for (density, hesitant) in [(0, false), (1, true), (4, false), (8, true), (8, false)] {
            let word = |next: &mut dyn FnMut() -> u64| if next() % 8 < density { 1 + next() % 65535 } else { 0 };
            let banks: Vec<Vec<u64>> = (0..8).map(|_| (0..12).map(|_| word(&mut next)).collect()).collect();
            let groups = 10;
            let (mut offered, cycles) = scan(&banks, groups, hesitant, 0);
            let (of_near, fewer) = scan(&banks, groups, hesitant, 1);
            assert_eq!(of_near, offered);
            // Of a scan that offers something of its last group, a cycle.
            let offers_last = banks.iter().any(|bank| bank[groups] != 0);
            assert_eq!(cycles - fewer, usize::from(offers_last), "density {density}");
            let mut want = Vec::new();
            for (lane, bank) in banks.iter().enumerate() {
                for g in 0..groups {
                    // The scan begins at src_base 1.
                    let value = bank[1 + g];
                    if value != 0 {
                        want.push((100 + 16 * g as u64 + lane as u64, value));
                    }
                }
            }
            offered.sort_unstable();
            want.sort_unstable();
            assert_eq!(offered, want);
            if !hesitant && density == 8 {
                assert!(cycles <= 8 * groups + 8, "{cycles} cycles for {} activations", 8 * groups);
            }
        }
    }
}
