//! The accelerator: clusters of PEs, the arbiter that broadcasts their activations, the sequencer, and the host
//! bus with its registers.
//!
//! Ports: `clock`; `bus_write`, `bus_read`, `bus_address[32]`, `bus_wdata[32]`; `bus_rdata[32]`, `bus_rvalid`;
//! `busy`; and for a look inside, `step[8]`, `draining`, `drain_row[16]`.
//! Latency: a write is in its memory five cycles later; a read answers with `bus_rvalid` eleven cycles later, twelve with
//! [relays](eie_spec::config::Params::relays), which are here.
//! One read at a time. Memories may be written while not busy only.
//! Broadcast: one activation a cycle for each column group ([`crate::arbiter`]). Usually there is one group. Where
//! a step splits the columns over more, clusters take turns in being of a group, and those next to each other have
//! the same rows: they form the chains of the drain ([`crate::cluster`]).

use crate::arbiter::Arbiter;
use crate::cluster::Cluster;
use crate::sequencer::Sequencer;
use eie_spec::config::{Config, MAX_CLUSTERS};
use eie_spec::regs::{self, Region};
use rust_hdl::prelude::*;

/// Cycles from the address register to the clusters' answer.
const READ_DELAY: usize = 9;
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
    arbiter: Arbiter,
    write_q: DFF<Bit>,
    read_q: DFF<Bit>,
    address_q: DFF<Bits<32>>,
    wdata_q: DFF<Bits<32>>,
    reading: Vec<DFF<Bit>>,
    write1: DFF<Bit>,
    address1: DFF<Bits<32>>,
    select: Vec<DFF<Bit>>,
    to_all: DFF<Bit>,
    pe_field: Signal<Local, Bits<12>>,
    cluster_field: Signal<Local, Bits<12>>,
    all_pes: Constant<Bits<12>>,
    lane_bits: Constant<Bits<4>>,
    rdata_q: DFF<Bits<32>>,
    done_q: DFF<Bit>,
    step_write_q: DFF<Bit>,
    start_q: DFF<Bit>,
    reset_q: DFF<Bit>,
    address2: DFF<Bits<16>>,
    wdata2: DFF<Bits<32>>,
    is_ident: DFF<Bit>,
    is_hash: DFF<Bit>,
    is_status: DFF<Bit>,
    is_cycles: DFF<Bit>,
    is_compute: DFF<Bit>,
    control_q: DFF<Bits<32>>,
    from_control: DFF<Bit>,
    cycles: DFF<Bits<32>>,
    compute_cycles: DFF<Bits<32>>,
    clear_counters: DFF<Bit>,
    all_done: Signal<Local, Bit>,
    all_passed0: Signal<Local, Bit>,
    all_passed1: Signal<Local, Bit>,
    region: Signal<Local, Bits<4>>,
    control_write: Signal<Local, Bit>,
    fixed_q: DFF<Bits<32>>,
    running_q: DFF<Bit>,
    computing_q: DFF<Bit>,
    cycles_read: Signal<Local, Bits<32>>,
    compute_read: Signal<Local, Bits<32>>,
    cluster_read: Signal<Local, Bits<32>>,
    // For each number of groups, and each cluster in it:
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
    /// Where there are relays, what comes from the clusters, a cycle later; else none.
    put_relay: Vec<DFF<Bit>>,
    full_relay: Vec<DFF<Bit>>,
    granted_relay: Vec<DFF<Bits<32>>>,
    passed0_relay: Vec<DFF<Bit>>,
    passed1_relay: Vec<DFF<Bit>>,
    read_relay: Vec<DFF<Bits<32>>>,
    _relayed: usize,
    _near: usize,
    _answer: usize,
}

impl Accelerator {
    /// The whole array of a configuration.
    pub fn new(config: &Config) -> Self {
        let word = |x: u32| Constant::new(u64::from(x).into());
        let clusters = config.clusters();
        let splits = 0..=config.max_split();
        let relays = config.relay() as usize;
        let relayed = clusters * relays;
        let table = |f: &dyn Fn(usize, u32) -> u64| -> Vec<u64> {
            // As long for every split as for the largest device, so that an index is split * MOST + cluster.
            splits.clone().flat_map(|split| (0..MOST).map(move |i| (i, split))).map(|(i, s)| f(i, s)).collect()
        };
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
            arbiter: Arbiter::new(config),
            write_q: Default::default(),
            read_q: Default::default(),
            address_q: Default::default(),
            wdata_q: Default::default(),
            reading: (0..READ_DELAY + relays).map(|_| DFF::default()).collect(),
            write1: Default::default(),
            address1: Default::default(),
            select: (0..clusters).map(|_| DFF::default()).collect(),
            to_all: Default::default(),
            pe_field: Default::default(),
            cluster_field: Default::default(),
            all_pes: Constant::new(u64::from(regs::ALL_PES).into()),
            lane_bits: Constant::new(u64::from(config.lanes().next_power_of_two().ilog2()).into()),
            rdata_q: Default::default(),
            done_q: Default::default(),
            step_write_q: Default::default(),
            start_q: Default::default(),
            reset_q: Default::default(),
            address2: Default::default(),
            wdata2: Default::default(),
            is_ident: Default::default(),
            is_hash: Default::default(),
            is_status: Default::default(),
            is_cycles: Default::default(),
            is_compute: Default::default(),
            control_q: Default::default(),
            from_control: Default::default(),
            cycles: Default::default(),
            compute_cycles: Default::default(),
            clear_counters: Default::default(),
            all_done: Default::default(),
            all_passed0: Default::default(),
            all_passed1: Default::default(),
            region: Default::default(),
            control_write: Default::default(),
            fixed_q: Default::default(),
            running_q: Default::default(),
            computing_q: Default::default(),
            cycles_read: Default::default(),
            compute_read: Default::default(),
            cluster_read: Default::default(),
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
            _read_delay: READ_DELAY + relays,
            put_relay: (0..relayed).map(|_| DFF::default()).collect(),
            full_relay: (0..relayed).map(|_| DFF::default()).collect(),
            granted_relay: (0..relayed).map(|_| DFF::default()).collect(),
            passed0_relay: (0..relayed).map(|_| DFF::default()).collect(),
            passed1_relay: (0..relayed).map(|_| DFF::default()).collect(),
            read_relay: (0..relayed).map(|_| DFF::default()).collect(),
            _relayed: relayed,
            _near: config.saved() as usize,
            _answer: READ_DELAY + relays - 2,
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
            write1,
            address1,
            to_all,
            rdata_q,
            step_write_q,
            start_q,
            reset_q,
            address2,
            wdata2,
            is_ident,
            is_hash,
            is_status,
            is_cycles,
            is_compute,
            control_q,
            fixed_q,
            running_q,
            computing_q,
            from_control,
            done_q,
            cycles,
            compute_cycles,
            clear_counters
        );
        clock!(self, clock, sequencer, arbiter);
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
        // For the clusters: which of them.
        self.write1.d.next = self.write_q.q.val();
        self.address1.d.next = self.address_q.q.val();
        self.pe_field.next = self.address_q.q.val().get_bits::<12>(16);
        self.cluster_field.next = self.pe_field.val() >> self.lane_bits.val();
        self.to_all.d.next = self.pe_field.val() == self.all_pes.val();
        // Control registers, decoded in two steps.
        self.address2.d.next = self.address_q.q.val().get_bits::<16>(0);
        self.wdata2.d.next = self.wdata_q.q.val();
        self.start_q.d.next = self.control_write.val() & (self.address_q.q.val() == self.reg_start.val());
        self.reset_q.d.next = self.control_write.val() & (self.address_q.q.val() == self.reg_reset.val());
        self.step_write_q.d.next = self.write_q.q.val() & (self.region.val() == self.region_step.val());
        self.clear_counters.d.next =
            self.control_write.val() & (self.address_q.q.val() == self.reg_clear_counters.val());
        self.sequencer.start.next = self.start_q.q.val();
        self.sequencer.first_step.next = self.wdata2.q.val().get_bits::<8>(0);
        for _n in 0..self._near {
            self.sequencer.first_step.next = self.wdata_q.q.val().get_bits::<8>(0);
        }
        self.sequencer.last_step.next = self.wdata2.q.val().get_bits::<8>(8);
        self.sequencer.reset.next = self.reset_q.q.val();
        self.sequencer.write.next = self.step_write_q.q.val();
        self.sequencer.write_address.next = self.address2.q.val();
        self.sequencer.write_data.next = self.wdata2.q.val();
        self.is_ident.d.next = self.address_q.q.val() == self.reg_ident.val();
        self.is_hash.d.next = self.address_q.q.val() == self.reg_config_hash.val();
        self.is_status.d.next = self.address_q.q.val() == self.reg_status.val();
        self.is_cycles.d.next = self.address_q.q.val() == self.reg_cycles.val();
        self.is_compute.d.next = self.address_q.q.val() == self.reg_compute_cycles.val();
        self.fixed_q.d.next = 0.into();
        if self.is_ident.q.val() {
            self.fixed_q.d.next = self.ident.val();
        }
        if self.is_hash.q.val() {
            self.fixed_q.d.next = self.config_hash.val();
        }
        if self.is_status.q.val() & self.sequencer.busy.val() {
            self.fixed_q.d.next = 1.into();
        }
        self.cycles_read.next = 0.into();
        if self.is_cycles.q.val() {
            self.cycles_read.next = self.cycles.q.val();
        }
        self.compute_read.next = 0.into();
        if self.is_compute.q.val() {
            self.compute_read.next = self.compute_cycles.q.val();
        }
        self.control_q.d.next = self.fixed_q.q.val() | self.cycles_read.val() | self.compute_read.val();
        // Counters.
        self.running_q.d.next = self.sequencer.running.val();
        self.computing_q.d.next = self.sequencer.computing.val();
        if self.running_q.q.val() {
            self.cycles.d.next = self.cycles.q.val() + 1;
        }
        if self.computing_q.q.val() {
            self.compute_cycles.d.next = self.compute_cycles.q.val() + 1;
        }
        if self.clear_counters.q.val() {
            self.cycles.d.next = 0.into();
            self.compute_cycles.d.next = 0.into();
        }
        // Arbiter and broadcast.
        self.arbiter.clear.next = self.sequencer.clear.val();
        self.arbiter.mask.next = self.sequencer.scan_mask.val();
        self.arbiter.marker.next = self.sequencer.marker.val();
        self.arbiter.marker_value.next = self.sequencer.marker_value.val();
        self.all_done.next = self.arbiter.idle.val();
        self.all_passed0.next = true;
        self.all_passed1.next = true;
        for i in 0..self._clusters {
            self.arbiter.put[i].next = self.clusters[i].put.val();
            self.arbiter.full[i].next = self.clusters[i].almost_full.val();
            self.arbiter.granted[i].next = self.clusters[i].granted.val();
            self.clusters[i].grant.next = self.arbiter.grant[i].val();
            self.clusters[i].bcast_valid.next = self.arbiter.valid[i].val();
            self.clusters[i].bcast_marker.next = self.arbiter.is_marker.val();
            self.clusters[i].bcast_column.next = self.arbiter.column[i].val();
            self.clusters[i].bcast_value.next = self.arbiter.value[i].val();
            if !self.clusters[i].scan_done.val() {
                self.all_done.next = false;
            }
        }
        for i in self._relayed..self._clusters {
            if !self.clusters[i].passed0.val() {
                self.all_passed0.next = false;
            }
            if !self.clusters[i].passed1.val() {
                self.all_passed1.next = false;
            }
        }
        for i in 0..self._relayed {
            self.put_relay[i].clock.next = self.clock.val();
            self.put_relay[i].d.next = self.clusters[i].put.val();
            self.arbiter.put[i].next = self.put_relay[i].q.val();
            self.full_relay[i].clock.next = self.clock.val();
            self.full_relay[i].d.next = self.clusters[i].almost_full.val();
            self.arbiter.full[i].next = self.full_relay[i].q.val();
            self.granted_relay[i].clock.next = self.clock.val();
            self.granted_relay[i].d.next = self.clusters[i].granted.val();
            self.arbiter.granted[i].next = self.granted_relay[i].q.val();
            self.passed0_relay[i].clock.next = self.clock.val();
            self.passed0_relay[i].d.next = self.clusters[i].passed0.val();
            self.passed1_relay[i].clock.next = self.clock.val();
            self.passed1_relay[i].d.next = self.clusters[i].passed1.val();
            if !self.passed0_relay[i].q.val() {
                self.all_passed0.next = false;
            }
            if !self.passed1_relay[i].q.val() {
                self.all_passed1.next = false;
            }
        }
        self.done_q.d.next = self.all_done.val();
        self.sequencer.scan_done.next = self.done_q.q.val();
        self.sequencer.full.next = self.arbiter.any_full.val();
        self.sequencer.passed0.next = self.all_passed0.val();
        self.sequencer.passed1.next = self.all_passed1.val();
        // The clusters.
        for i in 0..self._clusters {
            self.clusters[i].clock.next = self.clock.val();
            self.select[i].clock.next = self.clock.val();
            self.select[i].d.next =
                (self.cluster_field.val() == i.to_bits()) | (self.pe_field.val() == self.all_pes.val());
            self.clusters[i].host_select.next = self.select[i].q.val();
            self.clusters[i].host_all.next = self.to_all.q.val();
            // What depends on the number of groups: of more than one, the mask has as many ones as its logarithm.
            self.clusters[i].first_lane.next = self.first_lane[i].val();
            self.clusters[i].stride.next = self.stride[0].val();
            self.clusters[i].chain_rank.next = 0.into();
            self.clusters[i].chain_first.next = true;
            self.clusters[i].chain_last.next = true;
            for s in 1..self._splits {
                if self.sequencer.start_mask.val().get_bit(s - 1) {
                    self.clusters[i].first_lane.next = self.first_lane[s * 32 + i].val();
                }
                if self.sequencer.scan_mask.val().get_bit(s - 1) {
                    self.clusters[i].stride.next = self.stride[s].val();
                }
                if self.sequencer.given_mask.val().get_bit(s - 1) {
                    self.clusters[i].chain_rank.next = self.rank[s * 32 + i].val();
                    self.clusters[i].chain_first.next = !self.rank[s * 32 + i].val().any();
                    self.clusters[i].chain_last.next = self.rank[s * 32 + i].val() == self.last_rank[s].val();
                }
            }
            self.clusters[i].chain_idle.next = self.sequencer.drain_idle.val();
            self.clusters[i].start_gated.next = self.sequencer.start_gated.val();
            self.clusters[i].chain_in.next = 0.into();
            self.clusters[i].chain_sums_in.next = 0.into();
            self.clusters[i].back_in.next = 0.into();
            self.clusters[i].back_results_in.next = 0.into();
            self.clusters[i].gated.next = self.sequencer.gated.val();
            self.clusters[i].arrives.next = self.sequencer.arrives.val();
            self.clusters[i].clear.next = self.sequencer.clear.val();
            self.clusters[i].clear_counters.next = self.clear_counters.q.val();
            self.clusters[i].host_write.next = self.write1.q.val();
            self.clusters[i].host_read.next = self.reading[0].q.val();
            self.clusters[i].host_address.next = self.address1.q.val();
            self.clusters[i].host_data.next = self.wdata2.q.val();
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
        // Read data: of the clusters, those that the word is not of answer zero.
        self.cluster_read.next = 0.into();
        for i in self._relayed..self._clusters {
            self.cluster_read.next = self.cluster_read.val() | self.clusters[i].read_data.val();
        }
        for i in 0..self._relayed {
            self.read_relay[i].clock.next = self.clock.val();
            self.read_relay[i].d.next = self.clusters[i].read_data.val();
            self.cluster_read.next = self.cluster_read.val() | self.read_relay[i].q.val();
        }
        self.from_control.d.next = self.region.val() == self.region_control.val();
        for i in self._answer..(self._read_delay - 1) {
            if self.reading[i].q.val() {
                self.rdata_q.d.next = self.cluster_read.val();
                if self.from_control.q.val() {
                    self.rdata_q.d.next = self.control_q.q.val();
                }
            }
            self.bus_rvalid.next = self.reading[i + 1].q.val();
        }
        self.bus_rdata.next = self.rdata_q.q.val();
        self.busy.next = self.sequencer.busy.val();
        self.step.next = self.sequencer.step.val();
        self.draining.next = self.sequencer.drain.val();
        self.drain_row.next = self.sequencer.drain_row.val();
    }
}
