//! The arbiter: for each column group, a cycle's broadcast from the group's highest-numbered cluster that has an offer
//! to all of the group's clusters, unless a queue of the group is almost full.
//!
//! Ports: `clock`; `clear`; `mask[8]` (number of groups less one; clusters take turns in being of a group);
//! `put$i` (cluster `i` has put an offer into its queue), `full$i`; `grant$i`; `granted$i[32]` (what the cluster's
//! queue gives a cycle after its grant, zero otherwise: value, then column); `marker`, `marker_value[16]`;
//! `valid$i`, `is_marker`, `column$i[16]`, `value$i[16]` (the broadcast for cluster `i`); `any_full`, `idle`.
//! Latency: an offer that is put in one cycle can be chosen in the next, whose cluster sees the grant a cycle later;
//! the broadcast leaves three cycles after the choice, as it does after `marker`; with
//! [relays](eie_spec::config::Params::relays), which `granted$i` comes through, four.
//!
//! It counts each cluster's offers itself, so that a choice waits for no answer. No marker comes while there are any.

use eie_spec::config::{Config, MAX_CLUSTERS};
use rust_hdl::prelude::*;

/// The distance of tables below, from one number of groups to the next: the logic has it as a literal.
const MOST: usize = MAX_CLUSTERS;

/// See the module's documentation.
#[derive(LogicBlock)]
pub struct Arbiter {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Forgets all offers.
    pub clear: Signal<In, Bit>,
    /// Number of column groups, less one.
    pub mask: Signal<In, Bits<8>>,
    /// A cluster has put an offer into its queue.
    pub put: Vec<Signal<In, Bit>>,
    /// A queue of a cluster is almost full.
    pub full: Vec<Signal<In, Bit>>,
    /// A cluster gives its oldest offer.
    pub grant: Vec<Signal<Out, Bit>>,
    /// Which is it.
    pub granted: Vec<Signal<In, Bits<32>>>,
    /// Broadcasts a marker to all.
    pub marker: Signal<In, Bit>,
    /// Its value.
    pub marker_value: Signal<In, Bits<16>>,
    /// Something is broadcast to a cluster.
    pub valid: Vec<Signal<Out, Bit>>,
    /// It is a marker.
    pub is_marker: Signal<Out, Bit>,
    /// Address of its column's pointer.
    pub column: Vec<Signal<Out, Bits<16>>>,
    /// The activation.
    pub value: Vec<Signal<Out, Bits<16>>>,
    /// A queue of any cluster is almost full.
    pub any_full: Signal<Out, Bit>,
    /// There are no offers.
    pub idle: Signal<Out, Bit>,
    count: Vec<DFF<Bits<5>>>,
    has: Vec<DFF<Bit>>,
    wait_q: Vec<DFF<Bit>>,
    grant_q: Vec<DFF<Bit>>,
    go1: Vec<DFF<Bit>>,
    go2: Vec<DFF<Bit>>,
    go3: Vec<DFF<Bit>>,
    data: Vec<DFF<Bits<32>>>,
    group: Vec<DFF<Bits<32>>>,
    marker1: DFF<Bit>,
    marker2: DFF<Bit>,
    marker3: DFF<Bit>,
    marker_value1: DFF<Bits<16>>,
    marker_value2: DFF<Bits<16>>,
    /// A cycle later, where there are relays; else none.
    go4: Vec<DFF<Bit>>,
    marker4: Vec<DFF<Bit>>,
    marker_value3: Vec<DFF<Bits<32>>>,
    /// Of the choice whose words come in: the next scan's mask can be there already.
    mask3: Vec<DFF<Bits<8>>>,
    /// What the clusters of a group give together: for each number of groups, and each cluster.
    sums: Vec<Signal<Local, Bits<32>>>,
    choose: Vec<Signal<Local, Bit>>,
    rivals: Vec<Signal<Local, Bits<32>>>,
    goes: Vec<Signal<Local, Bit>>,
    waits: Vec<Signal<Local, Bit>>,
    count_next: Vec<Signal<Local, Bits<5>>>,
    full_any: Signal<Local, Bit>,
    has_any: Signal<Local, Bit>,
    above: Vec<Constant<Bits<32>>>,
    group_set: Vec<Constant<Bits<32>>>,
    _clusters: usize,
    _splits: usize,
    _sums: usize,
    _relayed: usize,
    _relays: usize,
}

impl Arbiter {
    /// For all clusters of a configuration.
    pub fn new(config: &Config) -> Self {
        let clusters = config.clusters();
        let splits = config.max_split() as usize + 1;
        let relays = config.relay() as usize;
        let same_group = |i: usize, split: usize| {
            let mask = (1 << split) - 1;
            (0..clusters).filter(|j| j & mask == i & mask).fold(0u64, |set, j| set | 1 << j)
        };
        // As long for every split as for the largest device, so that an index is split * MOST + cluster.
        let table = (0..splits).flat_map(|split| (0..MOST).map(move |i| (i, split)));
        Self {
            clock: Default::default(),
            clear: Default::default(),
            mask: Default::default(),
            put: vec![Default::default(); clusters],
            full: vec![Default::default(); clusters],
            grant: vec![Default::default(); clusters],
            granted: vec![Default::default(); clusters],
            marker: Default::default(),
            marker_value: Default::default(),
            valid: vec![Default::default(); clusters],
            is_marker: Default::default(),
            column: vec![Default::default(); clusters],
            value: vec![Default::default(); clusters],
            any_full: Default::default(),
            idle: Default::default(),
            count: (0..clusters).map(|_| DFF::default()).collect(),
            has: (0..clusters).map(|_| DFF::default()).collect(),
            wait_q: (0..clusters).map(|_| DFF::default()).collect(),
            grant_q: (0..clusters).map(|_| DFF::default()).collect(),
            go1: (0..clusters).map(|_| DFF::default()).collect(),
            go2: (0..clusters).map(|_| DFF::default()).collect(),
            go3: (0..clusters).map(|_| DFF::default()).collect(),
            data: (0..clusters).map(|_| DFF::default()).collect(),
            group: (0..clusters).map(|_| DFF::default()).collect(),
            marker1: Default::default(),
            marker2: Default::default(),
            marker3: Default::default(),
            marker_value1: Default::default(),
            marker_value2: Default::default(),
            sums: (0..splits * MOST).map(|_| Signal::default()).collect(),
            choose: (0..clusters).map(|_| Signal::default()).collect(),
            rivals: (0..clusters).map(|_| Signal::default()).collect(),
            goes: (0..clusters).map(|_| Signal::default()).collect(),
            waits: (0..clusters).map(|_| Signal::default()).collect(),
            count_next: (0..clusters).map(|_| Signal::default()).collect(),
            full_any: Default::default(),
            has_any: Default::default(),
            above: (0..clusters).map(|i| Constant::new((0xffff_ffffu64 << (i + 1) & 0xffff_ffff).into())).collect(),
            group_set: table.map(|(i, s)| Constant::new(same_group(i, s).into())).collect(),
            _clusters: clusters,
            _splits: splits,
            _sums: splits * MOST,
            go4: (0..clusters * relays).map(|_| DFF::default()).collect(),
            marker4: (0..relays).map(|_| DFF::default()).collect(),
            marker_value3: (0..relays).map(|_| DFF::default()).collect(),
            mask3: (0..relays).map(|_| DFF::default()).collect(),
            _relayed: clusters * relays,
            _relays: relays,
        }
    }
}

impl Logic for Arbiter {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, marker1, marker2, marker3, marker_value1, marker_value2);
        self.marker1.d.next = self.marker.val();
        self.marker2.d.next = self.marker1.q.val();
        self.marker3.d.next = self.marker2.q.val();
        self.marker_value1.d.next = self.marker_value.val();
        self.marker_value2.d.next = 0.into();
        if self.marker1.q.val() {
            self.marker_value2.d.next = self.marker_value1.q.val();
        }
        self.is_marker.next = self.marker3.q.val();
        for k in 0..self._sums {
            self.sums[k].next = bit_cast::<32, 16>(self.marker_value2.q.val());
        }
        for r in 0..self._relays {
            self.marker4[r].clock.next = self.clock.val();
            self.marker4[r].d.next = self.marker3.q.val();
            self.is_marker.next = self.marker4[r].q.val();
            self.marker_value3[r].clock.next = self.clock.val();
            self.marker_value3[r].d.next = bit_cast::<32, 16>(self.marker_value2.q.val());
            for k in 0..self._sums {
                self.sums[k].next = self.marker_value3[r].q.val();
            }
            self.mask3[r].clock.next = self.clock.val();
            self.mask3[r].d.next = self.mask.val();
        }
        self.full_any.next = false;
        self.has_any.next = false;
        for i in 0..self._clusters {
            // The clusters of its group: it does not change while anything is offered.
            self.group[i].clock.next = self.clock.val();
            self.group[i].d.next = self.group_set[i].val();
            for s in 1..self._splits {
                if self.mask.val().get_bit(s - 1) {
                    self.group[i].d.next = self.group_set[s * 32 + i].val();
                }
            }
            // The choice.
            self.choose[i].next = self.has[i].q.val() & !self.wait_q[i].q.val();
            self.rivals[i].next = self.group[i].q.val() & self.above[i].val();
            self.goes[i].next = false;
            self.waits[i].next = false;
            for j in 0..self._clusters {
                if self.has[j].q.val() & self.rivals[i].val().get_bit(j) {
                    self.choose[i].next = false;
                }
                if self.has[j].q.val() & self.group[i].q.val().get_bit(j) {
                    self.goes[i].next = true;
                }
                if self.full[j].val() & self.group[i].q.val().get_bit(j) {
                    self.waits[i].next = true;
                }
            }
            self.wait_q[i].clock.next = self.clock.val();
            self.wait_q[i].d.next = self.waits[i].val();
            self.grant_q[i].clock.next = self.clock.val();
            self.grant_q[i].d.next = self.choose[i].val();
            self.grant[i].next = self.grant_q[i].q.val();
            // Its offers.
            self.count_next[i].next = self.count[i].q.val();
            if self.put[i].val() & !self.choose[i].val() {
                self.count_next[i].next = self.count[i].q.val() + 1;
            }
            if !self.put[i].val() & self.choose[i].val() {
                self.count_next[i].next = self.count[i].q.val() - 1;
            }
            self.count[i].clock.next = self.clock.val();
            self.count[i].d.next = self.count_next[i].val();
            self.has[i].clock.next = self.clock.val();
            self.has[i].d.next = self.put[i].val()
                | (self.count[i].q.val() > 1)
                | (self.count[i].q.val().get_bit(0) & !self.choose[i].val());
            if self.clear.val() {
                self.count[i].d.next = 0.into();
                self.has[i].d.next = false;
            }
            if self.has[i].q.val() {
                self.has_any.next = true;
            }
            if self.full[i].val() {
                self.full_any.next = true;
            }
            // The broadcast.
            self.go1[i].clock.next = self.clock.val();
            self.go1[i].d.next = self.goes[i].val() & !self.wait_q[i].q.val();
            self.go2[i].clock.next = self.clock.val();
            self.go2[i].d.next = self.go1[i].q.val() | self.marker1.q.val();
            self.go3[i].clock.next = self.clock.val();
            self.go3[i].d.next = self.go2[i].q.val();
            self.data[i].clock.next = self.clock.val();
            for s in 0..self._splits {
                for j in 0..self._clusters {
                    if self.group_set[s * 32 + i].val().get_bit(j) {
                        self.sums[s * 32 + i].next = self.sums[s * 32 + i].val() | self.granted[j].val();
                    }
                }
            }
            self.data[i].d.next = self.sums[i].val();
            for s in 1..self._splits {
                if self.mask.val().get_bit(s - 1) {
                    self.data[i].d.next = self.sums[s * 32 + i].val();
                }
            }
            self.valid[i].next = self.go3[i].q.val();
            self.value[i].next = self.data[i].q.val().get_bits::<16>(0);
            self.column[i].next = self.data[i].q.val().get_bits::<16>(16);
        }
        for i in 0..self._relayed {
            self.go4[i].clock.next = self.clock.val();
            self.go4[i].d.next = self.go3[i].q.val();
            self.valid[i].next = self.go4[i].q.val();
            self.data[i].d.next = self.sums[i].val();
            for s in 1..self._splits {
                for r in 0..self._relays {
                    if self.mask3[r].q.val().get_bit(s - 1) {
                        self.data[i].d.next = self.sums[s * 32 + i].val();
                    }
                }
            }
        }
        self.any_full.next = self.full_any.val();
        self.idle.next = !self.has_any.val();
    }
}
