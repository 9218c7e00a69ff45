//! The scan of the compact array: reads the activation banks, a word of each PE at a time, and puts what is not zero into all
//! PEs' queues, a word of the activation and one of its column.
//!
//! Ports: `clock`, `clear`; `takes_groups` with `source[16]` and `groups[16]`; `takes_column` with `column_in[16]`; `run` (level),
//! `full` (some queue takes no more); `act$0..7[16]`, the banks' words at `address[16]`, a cycle later -> `write`, `place[16]`,
//! `data[16]`, the queues' words, with `tail[16]` and `next_tail[16]`; `some` (there are groups), `ends` (the last one is through).
//! Latency: two cycles for each activation, one for a group of zeros. The first group is read two cycles before `run`.

use eie_spec::config::{Config, CLUSTER};
use rust_hdl::prelude::*;

/// See the module's documentation.
#[derive(LogicBlock)]
pub struct Scan {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Empties the queues.
    pub clear: Signal<In, Bit>,
    /// Takes the first group and their number.
    pub takes_groups: Signal<In, Bit>,
    /// First group.
    pub source: Signal<In, Bits<16>>,
    /// Number of groups.
    pub groups: Signal<In, Bits<16>>,
    /// Takes the first group's column.
    pub takes_column: Signal<In, Bit>,
    /// Of its first PE.
    pub column_in: Signal<In, Bits<16>>,
    /// Scans.
    pub run: Signal<In, Bit>,
    /// A queue is full.
    pub full: Signal<In, Bit>,
    /// The banks' words, zero for PEs that are not there.
    pub act: Vec<Signal<In, Bits<16>>>,
    /// The word that the banks read.
    pub address: Signal<Out, Bits<16>>,
    /// Writes a word of the queues.
    pub write: Signal<Out, Bit>,
    /// Which.
    pub place: Signal<Out, Bits<16>>,
    /// What.
    pub data: Signal<Out, Bits<16>>,
    /// Where the next activation is put.
    pub tail: Signal<Out, Bits<16>>,
    /// The place behind it.
    pub next_tail: Signal<Out, Bits<16>>,
    /// Groups are left.
    pub some: Signal<Out, Bit>,
    /// The last group's last activation is in the queues.
    pub ends: Signal<Out, Bit>,
    group: DFF<Bits<16>>,
    left: DFF<Bits<16>>,
    column: DFF<Bits<16>>,
    taken: DFF<Bits<8>>,
    second: DFF<Bit>,
    tail_q: DFF<Bits<16>>,
    any: Signal<Local, Bit>,
    many: Signal<Local, Bit>,
    goes_on: Signal<Local, Bit>,
    value: Signal<Local, Bits<16>>,
    lane: Signal<Local, Bits<16>>,
    after: Signal<Local, Bits<16>>,
    mine: Vec<Signal<Local, Bit>>,
    before: Vec<Signal<Local, Bit>>,
    lowest: Vec<Signal<Local, Bit>>,
    word: Vec<Signal<Local, Bits<16>>>,
    number: Vec<Signal<Local, Bits<16>>>,
    flag: Vec<Signal<Local, Bits<8>>>,
    lane_flag: Vec<Constant<Bits<8>>>,
    pes: Constant<Bits<16>>,
    place_mask: Constant<Bits<16>>,
    queue_place: Constant<Bits<16>>,
    _lanes: usize,
    _after: usize,
}

impl Scan {
    /// Over the configuration's PEs.
    pub fn new(config: &Config) -> Self {
        let lanes = config.pes;
        Self {
            clock: Default::default(),
            clear: Default::default(),
            takes_groups: Default::default(),
            source: Default::default(),
            groups: Default::default(),
            takes_column: Default::default(),
            column_in: Default::default(),
            run: Default::default(),
            full: Default::default(),
            act: vec![Default::default(); CLUSTER],
            address: Default::default(),
            write: Default::default(),
            place: Default::default(),
            data: Default::default(),
            tail: Default::default(),
            next_tail: Default::default(),
            some: Default::default(),
            ends: Default::default(),
            group: Default::default(),
            left: Default::default(),
            column: Default::default(),
            taken: Default::default(),
            second: Default::default(),
            tail_q: Default::default(),
            any: Default::default(),
            many: Default::default(),
            goes_on: Default::default(),
            value: Default::default(),
            lane: Default::default(),
            after: Default::default(),
            mine: (0..lanes).map(|_| Signal::default()).collect(),
            before: (0..=lanes).map(|_| Signal::default()).collect(),
            lowest: (0..lanes).map(|_| Signal::default()).collect(),
            word: (0..lanes).map(|_| Signal::default()).collect(),
            number: (0..lanes).map(|_| Signal::default()).collect(),
            flag: (0..lanes).map(|_| Signal::default()).collect(),
            lane_flag: (0..lanes).map(|i| Constant::new((1u64 << i).into())).collect(),
            pes: Constant::new((lanes as u64).into()),
            place_mask: Constant::new((config.queue_depth as u64 - 1).into()),
            queue_place: Constant::new((config.code_words() as u64).into()),
            _lanes: lanes,
            _after: lanes + 1,
        }
    }
}

impl Logic for Scan {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, group, left, column, taken, second, tail_q);
        // The lowest PE whose word is not zero and has not been taken yet, and whether there are others behind it.
        self.before[0].next = false;
        self.many.next = false;
        self.value.next = 0.into();
        self.lane.next = 0.into();
        for i in 0..self._lanes {
            self.mine[i].next = self.act[i].val().any() & !self.taken.q.val().get_bit(i);
            self.lowest[i].next = self.mine[i].val() & !self.before[i].val();
            self.before[i + 1].next = self.mine[i].val() | self.before[i].val();
            if self.mine[i].val() & self.before[i].val() {
                self.many.next = true;
            }
            self.word[i].next = 0.into();
            self.number[i].next = 0.into();
            self.flag[i].next = 0.into();
            if self.lowest[i].val() {
                self.word[i].next = self.act[i].val();
                self.number[i].next = i.to_bits();
                self.flag[i].next = self.lane_flag[i].val();
            }
            self.value.next = self.value.val() | self.word[i].val();
            self.lane.next = self.lane.val() | self.number[i].val();
        }
        for i in self._lanes..self._after {
            self.any.next = self.before[i].val();
        }
        // Its two words.
        self.tail.next = self.tail_q.q.val();
        self.after.next = (self.tail_q.q.val() + 1) & self.place_mask.val();
        self.next_tail.next = (self.tail_q.q.val() + 1) & self.place_mask.val();
        self.write.next = self.run.val() & self.any.val();
        self.place.next = (self.tail_q.q.val() << 1) | self.queue_place.val();
        self.data.next = self.value.val();
        self.goes_on.next = self.run.val() & !self.second.q.val() & !self.any.val();
        if self.run.val() & !self.second.q.val() & self.any.val() & !self.full.val() {
            self.second.d.next = true;
        }
        if self.second.q.val() {
            self.second.d.next = false;
            self.place.next = (self.tail_q.q.val() << 1) | self.queue_place.val() | 1;
            self.data.next = self.column.q.val() + self.lane.val();
            self.tail_q.d.next = self.after.val();
            self.goes_on.next = !self.many.val();
            for i in 0..self._lanes {
                if self.lowest[i].val() {
                    self.taken.d.next = self.taken.q.val() | self.flag[i].val();
                }
            }
        }
        // Group by group.
        self.address.next = self.group.q.val();
        if self.goes_on.val() {
            self.address.next = self.group.q.val() + 1;
            self.group.d.next = self.group.q.val() + 1;
            self.column.d.next = self.column.q.val() + self.pes.val();
            self.left.d.next = self.left.q.val() - 1;
            self.taken.d.next = 0.into();
        }
        self.some.next = self.left.q.val().any();
        self.ends.next = self.goes_on.val() & (self.left.q.val() == 1);
        if self.takes_groups.val() {
            self.group.d.next = self.source.val();
            self.left.d.next = self.groups.val();
        }
        if self.takes_column.val() {
            self.column.d.next = self.column_in.val();
        }
        if self.clear.val() {
            self.second.d.next = false;
            self.taken.d.next = 0.into();
            self.tail_q.d.next = 0.into();
        }
    }
}
