//! The accelerator: clusters of PEs, the arbiter that broadcasts their activations, the sequencer, and the host
//! bus with its registers.
//!
//! Ports: `clock`; `bus_write`, `bus_read`, `bus_address[32]`, `bus_wdata[32]`; `bus_rdata[32]`, `bus_rvalid`;
//! `busy`; and for a look inside, `step[8]`, `draining`, `drain_row[16]`.
//! Latency: a write is in its memory three cycles later; a read answers with `bus_rvalid` five cycles later.
//! One read at a time. Memories may be written while not busy only.
//! Broadcast: one activation a cycle for each column group, from the group's highest-numbered cluster that offers
//! one to all of the group's clusters, unless a queue of the group is almost full. Usually there is one group. Where
//! a step splits the columns over more, clusters take turns in being of a group, and those next to each other have
//! the same rows: they form the chains of the drain ([`crate::cluster`]).

use crate::cluster::Cluster;
use crate::sequencer::Sequencer;
use eie_spec::config::{Config, MAX_CLUSTERS};
use eie_spec::regs::{self, Region};
use rust_hdl::prelude::*;

/// Cycles from the address register to the clusters' answer.
const READ_DELAY: usize = 3;
/// The distance of tables below, from one number of groups to the next: the logic has it as a literal.
const MOST: usize = MAX_CLUSTERS;

/// See the module's documentation.
#[derive(LogicBlock)]
pub struct Accelerator {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Writes `bus_wdata` to `bus_address`.
    pub bus_write: Signal<In, Bit>,
    /// Reads `bus_address`.
    pub bus_read: Signal<In, Bit>,
    /// Address ([`eie_spec::regs`]).
    pub bus_address: Signal<In, Bits<32>>,
    /// Word to write.
    pub bus_wdata: Signal<In, Bits<32>>,
    /// Word read.
    pub bus_rdata: Signal<Out, Bits<32>>,
    /// `bus_rdata` answers the last read.
    pub bus_rvalid: Signal<Out, Bit>,
    /// A run or a reset is going on.
    pub busy: Signal<Out, Bit>,
    /// The step in work.
    pub step: Signal<Out, Bits<8>>,
    /// A row is drained in this cycle.
    pub draining: Signal<Out, Bit>,
    /// Which.
    pub drain_row: Signal<Out, Bits<16>>,
    clusters: Vec<Cluster>,
    sequencer: Sequencer,
    write_q: DFF<Bit>,
    read_q: DFF<Bit>,
    address_q: DFF<Bits<32>>,
    wdata_q: DFF<Bits<32>>,
    reading: Vec<DFF<Bit>>,
    rdata_q: DFF<Bits<32>>,
    bcast_valid: Vec<DFF<Bit>>,
    bcast_column: Vec<DFF<Bits<16>>>,
    bcast_value: Vec<DFF<Bits<16>>>,
    bcast_marker: DFF<Bit>,
    full_q: Vec<DFF<Bit>>,
    done_q: DFF<Bit>,
    passed0_q: DFF<Bit>,
    passed1_q: DFF<Bit>,
    cycles: DFF<Bits<32>>,
    compute_cycles: DFF<Bits<32>>,
    clear_counters: DFF<Bit>,
    offer: Vec<Signal<Local, Bit>>,
    pick: Vec<Signal<Local, Bits<8>>>,
    wait: Vec<Signal<Local, Bit>>,
    go: Vec<Signal<Local, Bit>>,
    group: Vec<Signal<Local, Bits<32>>>,
    any_full: Signal<Local, Bit>,
    all_done: Signal<Local, Bit>,
    all_passed0: Signal<Local, Bit>,
    all_passed1: Signal<Local, Bit>,
    region: Signal<Local, Bits<4>>,
    control_write: Signal<Local, Bit>,
    control_read: Signal<Local, Bits<32>>,
    cluster_read: Signal<Local, Bits<32>>,
    first_pe: Vec<Constant<Bits<16>>>,
    number: Vec<Constant<Bits<8>>>,
    // For each number of groups, and each cluster in it:
    group_set: Vec<Constant<Bits<32>>>,
    first_lane: Vec<Constant<Bits<16>>>,
    rank: Vec<Constant<Bits<8>>>,
    last_rank: Vec<Constant<Bits<8>>>,
    stride: Vec<Constant<Bits<16>>>,
    region_control: Constant<Bits<4>>,
    region_step: Constant<Bits<4>>,
    reg_ident: Constant<Bits<32>>,
    reg_config_hash: Constant<Bits<32>>,
    reg_status: Constant<Bits<32>>,
    reg_cycles: Constant<Bits<32>>,
    reg_compute_cycles: Constant<Bits<32>>,
    reg_start: Constant<Bits<32>>,
    reg_reset: Constant<Bits<32>>,
    reg_clear_counters: Constant<Bits<32>>,
    ident: Constant<Bits<32>>,
    config_hash: Constant<Bits<32>>,
    _clusters: usize,
    _splits: usize,
    _read_delay: usize,
}

impl Accelerator {
    /// The whole array of a configuration.
    pub fn new(config: &Config) -> Self {
        let word = |x: u32| Constant::new(u64::from(x).into());
        let clusters = config.clusters();
        let splits = 0..=config.max_split();
        let table = |f: &dyn Fn(usize, u32) -> u64| -> Vec<u64> {
            // As long for every split as for the largest device, so that an index is split * MOST + cluster.
            splits.clone().flat_map(|split| (0..MOST).map(move |i| (i, split))).map(|(i, s)| f(i, s)).collect()
        };
        let same_group = |i: usize, split: u32| {
            let mask = (1 << split) - 1;
            (0..clusters).filter(|j| j & mask == i & mask).fold(0u64, |set, j| set | 1 << j)
        };
        let first_pe = |i: usize| Constant::new(((i * config.lanes()) as u64).into());
        Self {
            clock: Default::default(),
            bus_write: Default::default(),
            bus_read: Default::default(),
            bus_address: Default::default(),
            bus_wdata: Default::default(),
            bus_rdata: Default::default(),
            bus_rvalid: Default::default(),
            busy: Default::default(),
            step: Default::default(),
            draining: Default::default(),
            drain_row: Default::default(),
            clusters: (0..config.clusters()).map(|_| Cluster::new(config)).collect(),
            sequencer: Sequencer::new(config),
            write_q: Default::default(),
            read_q: Default::default(),
            address_q: Default::default(),
            wdata_q: Default::default(),
            reading: (0..READ_DELAY).map(|_| DFF::default()).collect(),
            rdata_q: Default::default(),
            bcast_valid: (0..clusters).map(|_| DFF::default()).collect(),
            bcast_column: (0..clusters).map(|_| DFF::default()).collect(),
            bcast_value: (0..clusters).map(|_| DFF::default()).collect(),
            bcast_marker: Default::default(),
            full_q: (0..clusters).map(|_| DFF::default()).collect(),
            done_q: Default::default(),
            passed0_q: Default::default(),
            passed1_q: Default::default(),
            cycles: Default::default(),
            compute_cycles: Default::default(),
            clear_counters: Default::default(),
            offer: (0..clusters).map(|_| Signal::default()).collect(),
            pick: (0..clusters).map(|_| Signal::default()).collect(),
            wait: (0..clusters).map(|_| Signal::default()).collect(),
            go: (0..clusters).map(|_| Signal::default()).collect(),
            group: (0..clusters).map(|_| Signal::default()).collect(),
            any_full: Default::default(),
            all_done: Default::default(),
            all_passed0: Default::default(),
            all_passed1: Default::default(),
            region: Default::default(),
            control_write: Default::default(),
            control_read: Default::default(),
            cluster_read: Default::default(),
            first_pe: (0..config.clusters()).map(first_pe).collect(),
            number: (0..config.clusters()).map(|i| Constant::new((i as u64).into())).collect(),
            group_set: table(&same_group).into_iter().map(|x| Constant::new(x.into())).collect(),
            first_lane: table(&|i, s| ((i >> s) * config.lanes()) as u64)
                .into_iter()
                .map(|x| Constant::new(x.into()))
                .collect(),
            rank: table(&|i, s| i as u64 & ((1 << s) - 1)).into_iter().map(|x| Constant::new(x.into())).collect(),
            last_rank: splits.clone().map(|s| Constant::new(((1u64 << s) - 1).into())).collect(),
            stride: splits.clone().map(|s| Constant::new((config.row_lanes(s) as u64).into())).collect(),
            region_control: Constant::new((Region::Control as u64).into()),
            region_step: Constant::new((Region::Step as u64).into()),
            reg_ident: word(regs::IDENT),
            reg_config_hash: word(regs::CONFIG_HASH),
            reg_status: word(regs::STATUS),
            reg_cycles: word(regs::CYCLES),
            reg_compute_cycles: word(regs::COMPUTE_CYCLES),
            reg_start: word(regs::START),
            reg_reset: word(regs::RESET),
            reg_clear_counters: word(regs::CLEAR_COUNTERS),
            ident: word(regs::IDENT_VALUE),
            config_hash: word(config.hash()),
            _clusters: clusters,
            _splits: config.max_split() as usize + 1,
            _read_delay: READ_DELAY,
        }
    }
}

impl Logic for Accelerator {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self,
            clock,
            write_q,
            read_q,
            address_q,
            wdata_q,
            rdata_q,
            bcast_marker,
            done_q,
            passed0_q,
            passed1_q,
            cycles,
            compute_cycles,
            clear_counters
        );
        clock!(self, clock, sequencer);
        // Host bus.
        self.write_q.d.next = self.bus_write.val();
        self.read_q.d.next = self.bus_read.val();
        if self.bus_write.val() | self.bus_read.val() {
            self.address_q.d.next = self.bus_address.val();
        }
        self.wdata_q.d.next = self.bus_wdata.val();
        self.region.next = self.address_q.q.val().get_bits::<4>(28);
        self.control_write.next = self.write_q.q.val() & (self.region.val() == self.region_control.val());
        self.reading[0].clock.next = self.clock.val();
        self.reading[0].d.next = self.read_q.q.val();
        for i in 1..self._read_delay {
            self.reading[i].clock.next = self.clock.val();
            self.reading[i].d.next = self.reading[i - 1].q.val();
        }
        // Control registers.
        self.sequencer.start.next = self.control_write.val() & (self.address_q.q.val() == self.reg_start.val());
        self.sequencer.first_step.next = self.wdata_q.q.val().get_bits::<8>(0);
        self.sequencer.last_step.next = self.wdata_q.q.val().get_bits::<8>(8);
        self.sequencer.reset.next = self.control_write.val() & (self.address_q.q.val() == self.reg_reset.val());
        self.sequencer.write.next = self.write_q.q.val() & (self.region.val() == self.region_step.val());
        self.sequencer.write_address.next = self.address_q.q.val().get_bits::<16>(0);
        self.sequencer.write_data.next = self.wdata_q.q.val();
        self.clear_counters.d.next =
            self.control_write.val() & (self.address_q.q.val() == self.reg_clear_counters.val());
        self.control_read.next = 0.into();
        if self.address_q.q.val() == self.reg_ident.val() {
            self.control_read.next = self.ident.val();
        }
        if self.address_q.q.val() == self.reg_config_hash.val() {
            self.control_read.next = self.config_hash.val();
        }
        if self.address_q.q.val() == self.reg_status.val() {
            if self.sequencer.busy.val() {
                self.control_read.next = 1.into();
            }
        }
        if self.address_q.q.val() == self.reg_cycles.val() {
            self.control_read.next = self.cycles.q.val();
        }
        if self.address_q.q.val() == self.reg_compute_cycles.val() {
            self.control_read.next = self.compute_cycles.q.val();
        }
        // Counters.
        if self.sequencer.running.val() {
            self.cycles.d.next = self.cycles.q.val() + 1;
        }
        if self.sequencer.computing.val() {
            self.compute_cycles.d.next = self.compute_cycles.q.val() + 1;
        }
        if self.clear_counters.q.val() {
            self.cycles.d.next = 0.into();
            self.compute_cycles.d.next = 0.into();
        }
        // Arbiter and broadcast, for each cluster those of its group.
        self.any_full.next = false;
        self.all_done.next = true;
        self.all_passed0.next = true;
        self.all_passed1.next = true;
        for i in 0..self._clusters {
            self.group[i].next = 0.into();
            for s in 0..self._splits {
                if self.sequencer.scan_split.val() == s.to_bits() {
                    self.group[i].next = self.group_set[s * 32 + i].val();
                }
            }
            self.offer[i].next = false;
            self.pick[i].next = 0.into();
            self.wait[i].next = false;
            for j in 0..self._clusters {
                if self.clusters[j].head_valid.val() & self.group[i].val().get_bit(j) {
                    self.offer[i].next = true;
                    self.pick[i].next = self.number[j].val();
                }
                if self.full_q[j].q.val() & self.group[i].val().get_bit(j) {
                    self.wait[i].next = true;
                }
            }
            self.go[i].next = self.offer[i].val() & !self.wait[i].val();
            self.clusters[i].take.next = self.go[i].val() & (self.pick[i].val() == self.number[i].val());
            self.bcast_valid[i].clock.next = self.clock.val();
            self.bcast_valid[i].d.next = self.go[i].val() | self.sequencer.marker.val();
            self.bcast_column[i].clock.next = self.clock.val();
            self.bcast_column[i].d.next = self.bcast_column[i].q.val();
            self.bcast_value[i].clock.next = self.clock.val();
            self.bcast_value[i].d.next = self.bcast_value[i].q.val();
            for j in 0..self._clusters {
                if self.pick[i].val() == self.number[j].val() {
                    self.bcast_column[i].d.next = self.clusters[j].head_column.val();
                    self.bcast_value[i].d.next = self.clusters[j].head_value.val();
                }
            }
            if self.sequencer.marker.val() {
                self.bcast_value[i].d.next = self.sequencer.marker_value.val();
            }
            self.full_q[i].clock.next = self.clock.val();
            self.full_q[i].d.next = self.clusters[i].almost_full.val();
            if self.full_q[i].q.val() {
                self.any_full.next = true;
            }
            if !self.clusters[i].scan_done.val() {
                self.all_done.next = false;
            }
            if !self.clusters[i].passed0.val() {
                self.all_passed0.next = false;
            }
            if !self.clusters[i].passed1.val() {
                self.all_passed1.next = false;
            }
        }
        self.bcast_marker.d.next = self.sequencer.marker.val();
        self.done_q.d.next = self.all_done.val();
        self.passed0_q.d.next = self.all_passed0.val();
        self.passed1_q.d.next = self.all_passed1.val();
        self.sequencer.scan_done.next = self.done_q.q.val();
        self.sequencer.full.next = self.any_full.val();
        self.sequencer.passed0.next = self.passed0_q.q.val();
        self.sequencer.passed1.next = self.passed1_q.q.val();
        self.sequencer.written.next = self.clusters[0].written.val();
        // The clusters.
        for i in 0..self._clusters {
            self.clusters[i].clock.next = self.clock.val();
            self.clusters[i].first_pe.next = self.first_pe[i].val();
            self.clusters[i].first_lane.next = 0.into();
            self.clusters[i].stride.next = 0.into();
            self.clusters[i].chain_rank.next = 0.into();
            self.clusters[i].chain_first.next = true;
            self.clusters[i].chain_last.next = true;
            for s in 0..self._splits {
                if self.sequencer.scan_split.val() == s.to_bits() {
                    self.clusters[i].first_lane.next = self.first_lane[s * 32 + i].val();
                    self.clusters[i].stride.next = self.stride[s].val();
                }
                if self.sequencer.drain_split.val() == s.to_bits() {
                    self.clusters[i].chain_rank.next = self.rank[s * 32 + i].val();
                    self.clusters[i].chain_first.next = !self.rank[s * 32 + i].val().any();
                    self.clusters[i].chain_last.next = self.rank[s * 32 + i].val() == self.last_rank[s].val();
                }
            }
            self.clusters[i].chain_in.next = 0.into();
            self.clusters[i].chain_sums_in.next = 0.into();
            self.clusters[i].back_in.next = 0.into();
            self.clusters[i].back_results_in.next = 0.into();
            self.clusters[i].gated.next = self.sequencer.gated.val();
            self.clusters[i].frontier.next = self.sequencer.frontier.val();
            self.clusters[i].bcast_marker.next = self.bcast_marker.q.val();
            self.clusters[i].clear.next = self.sequencer.clear.val();
            self.clusters[i].clear_counters.next = self.clear_counters.q.val();
            self.clusters[i].bcast_valid.next = self.bcast_valid[i].q.val();
            self.clusters[i].bcast_column.next = self.bcast_column[i].q.val();
            self.clusters[i].bcast_value.next = self.bcast_value[i].q.val();
            self.clusters[i].host_write.next = self.write_q.q.val();
            self.clusters[i].host_read.next = self.read_q.q.val();
            self.clusters[i].host_address.next = self.address_q.q.val();
            self.clusters[i].host_data.next = self.wdata_q.q.val();
            self.clusters[i].scan_start.next = self.sequencer.scan_start.val();
            self.clusters[i].src_base.next = self.sequencer.src_base.val();
            self.clusters[i].groups.next = self.sequencer.groups.val();
            self.clusters[i].ptr_base.next = self.sequencer.ptr_base.val();
            self.clusters[i].shift.next = self.sequencer.shift.val();
            self.clusters[i].relu.next = self.sequencer.relu.val();
            self.clusters[i].drain.next = self.sequencer.drain.val();
            self.clusters[i].drain_write.next = self.sequencer.drain_write.val();
            self.clusters[i].drain_row.next = self.sequencer.drain_row.val();
            self.clusters[i].bias_address.next = self.sequencer.bias_address.val();
            self.clusters[i].dst_address.next = self.sequencer.dst_address.val();
            self.clusters[i].drain_rank.next = self.sequencer.drain_rank.val();
        }
        for i in 1..self._clusters {
            self.clusters[i].chain_in.next = self.clusters[i - 1].chain_out.val();
            self.clusters[i].chain_sums_in.next = self.clusters[i - 1].chain_sums_out.val();
            self.clusters[i - 1].back_in.next = self.clusters[i].back_out.val();
            self.clusters[i - 1].back_results_in.next = self.clusters[i].back_results_out.val();
        }
        // Read data: the clusters' answer is there two cycles after read_q, and held until the next read.
        self.cluster_read.next = 0.into();
        for i in 0..self._clusters {
            if self.clusters[i].read_data.val().any() {
                self.cluster_read.next = self.clusters[i].read_data.val();
            }
        }
        if self.reading[1].q.val() {
            self.rdata_q.d.next = self.cluster_read.val();
            if self.region.val() == self.region_control.val() {
                self.rdata_q.d.next = self.control_read.val();
            }
        }
        self.bus_rdata.next = self.rdata_q.q.val();
        self.bus_rvalid.next = self.reading[2].q.val();
        self.busy.next = self.sequencer.busy.val();
        self.step.next = self.sequencer.step.val();
        self.draining.next = self.sequencer.drain.val();
        self.drain_row.next = self.sequencer.drain_row.val();
    }
}
