//! Non-zero detection of a cluster: scans the PEs' activation banks, a word of each a cycle, and offers the
//! activations that are not zero, one at a time (R6).
//!
//! Ports: `clock`; `clear`; `start` (a pulse) with `src_base[16]`, `groups[16]`, `first_column[16]`,
//! `stride[16]`; `gated`, `frontier[16]`; `act$0..7[16]` (the banks' words at `address[16]`, same cycle); `valid`,
//! `column[16]`, `value[16]`, `take`; `done`.
//! Latency: the first activation is offered three cycles after `start`; after that one a cycle, and a cycle for
//! each group of zeros. `done` falls in the cycle after `start` and rises in the cycle after the last `take`.
//! Back-pressure: an offer stays until `take`. While `gated`, the scan follows the drain that writes its words: it
//! waits at `frontier`, the first address not yet written.

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
    /// Number of groups.
    pub groups: Signal<In, Bits<16>>,
    /// Pointer address of lane 0 in the first group.
    pub first_column: Signal<In, Bits<16>>,
    /// Pointer addresses from group to group: the number of PEs.
    pub stride: Signal<In, Bits<16>>,
    /// The words from `frontier` on are not there yet.
    pub gated: Signal<In, Bit>,
    /// The first address that is not there yet.
    pub frontier: Signal<In, Bits<16>>,
    /// Address that the banks read.
    pub address: Signal<Out, Bits<16>>,
    /// The banks' words, zero for lanes that are not there.
    pub act: Vec<Signal<In, Bits<16>>>,
    /// An activation is offered.
    pub valid: Signal<Out, Bit>,
    /// Address of its column's pointer.
    pub column: Signal<Out, Bits<16>>,
    /// The activation.
    pub value: Signal<Out, Bits<16>>,
    /// The offer is taken.
    pub take: Signal<In, Bit>,
    /// Everything has been taken.
    pub done: Signal<Out, Bit>,
    group: DFF<Bits<16>>,
    left: DFF<Bits<16>>,
    next_column: DFF<Bits<16>>,
    base_column: DFF<Bits<16>>,
    held: Vec<DFF<Bits<16>>>,
    pending: DFF<Bits<8>>,
    valid_q: DFF<Bit>,
    column_q: DFF<Bits<16>>,
    value_q: DFF<Bits<16>>,
    flags: Vec<Signal<Local, Bits<8>>>,
    fresh: Signal<Local, Bits<8>>,
    complement: Signal<Local, Bits<8>>,
    lowest: Signal<Local, Bits<8>>,
    rest: Signal<Local, Bits<8>>,
    lane: Signal<Local, Bits<16>>,
    lane_value: Signal<Local, Bits<16>>,
    advance: Signal<Local, Bit>,
    load: Signal<Local, Bit>,
    lane_flag: Vec<Constant<Bits<8>>>,
    _lanes: usize,
}

impl NzDetect {
    /// A detector over eight lanes.
    pub fn new() -> Self {
        Self {
            clock: Default::default(),
            clear: Default::default(),
            start: Default::default(),
            src_base: Default::default(),
            groups: Default::default(),
            first_column: Default::default(),
            stride: Default::default(),
            gated: Default::default(),
            frontier: Default::default(),
            address: Default::default(),
            act: vec![Default::default(); CLUSTER],
            valid: Default::default(),
            column: Default::default(),
            value: Default::default(),
            take: Default::default(),
            done: Default::default(),
            group: Default::default(),
            left: Default::default(),
            next_column: Default::default(),
            base_column: Default::default(),
            held: (0..CLUSTER).map(|_| DFF::default()).collect(),
            pending: Default::default(),
            valid_q: Default::default(),
            column_q: Default::default(),
            value_q: Default::default(),
            flags: (0..CLUSTER).map(|_| Signal::default()).collect(),
            fresh: Default::default(),
            complement: Default::default(),
            lowest: Default::default(),
            rest: Default::default(),
            lane: Default::default(),
            lane_value: Default::default(),
            advance: Default::default(),
            load: Default::default(),
            lane_flag: (0..CLUSTER).map(|i| Constant::new((1u64 << i).into())).collect(),
            _lanes: CLUSTER,
        }
    }
}

impl Default for NzDetect {
    fn default() -> Self {
        Self::new()
    }
}

impl Logic for NzDetect {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, group, left, next_column, base_column, pending, valid_q, column_q, value_q);
        // The lowest lane still pending.
        self.complement.next = !self.pending.q.val() + 1;
        self.lowest.next = self.pending.q.val() & self.complement.val();
        self.lane.next = 0.into();
        self.lane_value.next = 0.into();
        for i in 0..self._lanes {
            if self.lowest.val().get_bit(i) {
                self.lane.next = i.to_bits();
                self.lane_value.next = self.held[i].q.val();
            }
        }
        // It moves to the offer when that is empty or taken.
        self.advance.next = self.take.val() | !self.valid_q.q.val();
        self.rest.next = self.pending.q.val();
        if self.advance.val() {
            self.rest.next = self.pending.q.val() ^ self.lowest.val();
            self.valid_q.d.next = self.pending.q.val().any();
            self.column_q.d.next = self.base_column.q.val() + self.lane.val();
            self.value_q.d.next = self.lane_value.val();
        }
        // With the last lane of a group gone, the next group comes in.
        self.load.next = !self.rest.val().any()
            & self.left.q.val().any()
            & !(self.gated.val() & (self.group.q.val() == self.frontier.val()));
        for i in 0..self._lanes {
            self.held[i].clock.next = self.clock.val();
            self.held[i].d.next = self.held[i].q.val();
            if self.load.val() {
                self.held[i].d.next = self.act[i].val();
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
        if self.load.val() {
            self.pending.d.next = self.fresh.val();
            self.base_column.d.next = self.next_column.q.val();
            self.next_column.d.next = self.next_column.q.val() + self.stride.val();
            self.group.d.next = self.group.q.val() + 1;
            self.left.d.next = self.left.q.val() - 1;
        }
        if self.start.val() {
            self.group.d.next = self.src_base.val();
            self.left.d.next = self.groups.val();
            self.next_column.d.next = self.first_column.val();
        }
        if self.clear.val() {
            self.left.d.next = 0.into();
            self.pending.d.next = 0.into();
            self.valid_q.d.next = false;
        }
        self.address.next = self.group.q.val();
        self.valid.next = self.valid_q.q.val();
        self.column.next = self.column_q.q.val();
        self.value.next = self.value_q.q.val();
        self.done.next = !self.left.q.val().any() & !self.pending.q.val().any() & !self.valid_q.q.val();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{connected, numbers, settle, tick};

    /// Scans banks of random words and returns what was offered, and in how many cycles.
    fn scan(banks: &[Vec<u64>], groups: usize, hesitant: bool) -> (Vec<(u64, u64)>, usize) {
        let mut uut = NzDetect::new();
        uut.act.iter_mut().for_each(|a| a.connect());
        let mut uut =
            connected!(uut, clock, clear, start, src_base, groups, first_column, stride, gated, frontier, take);
        uut.src_base.next = 1.into();
        uut.groups.next = (groups as u64).into();
        uut.first_column.next = 100.into();
        uut.stride.next = 16.into();
        uut.start.next = true;
        tick(&mut uut, |u| &mut u.clock);
        uut.start.next = false;
        let mut next = numbers(4);
        let mut offered = Vec::new();
        for cycle in 1..2000 {
            uut.take.next = false;
            // The words become there one after the other, every third cycle.
            uut.gated.next = hesitant && cycle / 3 < groups;
            uut.frontier.next = (1 + cycle as u64 / 3).into();
            settle(&mut uut);
            let group = uut.address.val().index();
            for (lane, bank) in banks.iter().enumerate() {
                uut.act[lane].next =
                    if hesitant && group > cycle / 3 { 0 } else { bank.get(group).copied().unwrap_or(0) }.into();
            }
            let take = uut.valid.val() && (!hesitant || next().is_multiple_of(3));
            uut.take.next = take;
            settle(&mut uut);
            if take {
                offered.push((uut.column.val().to_u64(), uut.value.val().to_u64()));
            }
            if uut.done.val() {
                return (offered, cycle);
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
            let (mut offered, cycles) = scan(&banks, groups, hesitant);
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
                assert!(cycles <= 8 * groups + 4, "{cycles} cycles for {} activations", 8 * groups);
            }
        }
    }
}
