//! A cluster: up to eight PEs behind one set of broadcast, host and drain registers, with their non-zero
//! detector and their share of the read multiplexer.
//!
//! Ports: the broadcast of its column group (`bcast_*`), everything of the accelerator's that all clusters share
//! (`host_*`, `scan_*`, `drain_*`, the steps' parameters), `host_select`, `host_all`, `first_lane[16]`, and towards the
//! accelerator `put`, `grant` and `granted[32]` (its offers), `almost_full`, `passed0`/`passed1`, `scan_done`,
//! `read_data[32]`.
//! Latency: one register on everything that comes in but `grant`, two on the host's words, one on everything that goes
//! out. A drained row is written back nine cycles after it reached the PEs.
//!
//! Where a step's columns are split over groups of clusters, the clusters with the same rows form a chain for the
//! drain: the first one is started by the sequencer and gives its sums and the row's control on to the next
//! (`chain_*`), a cycle later each. The last one has the results, which go back along the chain (`back_*`), a
//! cycle each, until the cluster that the row's rank names has written them. A chain of one is the usual case.

use crate::ecp5::pair_base;
use crate::join::Join;
use crate::nz_detect::NzDetect;
use crate::offer_queue::OfferQueue;
use crate::pe::Pe;
use crate::pe_counters::PeCounters;
use eie_spec::arith::CODES;
use eie_spec::config::{Config, CLUSTER};
use eie_spec::regs::{Region, COUNTER_STALLED};
use eie_spec::timing;
use rust_hdl::prelude::*;

/// Cycles from a PE's `drain` to its `result`.
const DRAIN_LATENCY: usize = timing::DRAIN_LATENCY as usize;

/// See the module's documentation.
#[derive(LogicBlock)]
pub struct Cluster {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Drops all work.
    pub clear: Signal<In, Bit>,
    /// Clears the counters.
    pub clear_counters: Signal<In, Bit>,
    /// An activation is broadcast.
    pub bcast_valid: Signal<In, Bit>,
    /// What is broadcast is a marker.
    pub bcast_marker: Signal<In, Bit>,
    /// Address of its column's pointer.
    pub bcast_column: Signal<In, Bits<16>>,
    /// The activation.
    pub bcast_value: Signal<In, Bits<16>>,
    /// Host writes.
    pub host_write: Signal<In, Bit>,
    /// Host reads.
    pub host_read: Signal<In, Bit>,
    /// The host's word is one of this cluster's.
    pub host_select: Signal<In, Bit>,
    /// It is one of all PEs.
    pub host_all: Signal<In, Bit>,
    /// Address of the host's word.
    pub host_address: Signal<In, Bits<32>>,
    /// Word to write.
    pub host_data: Signal<In, Bits<32>>,
    /// The word read, zero if it is not this cluster's. Five cycles after `host_read`.
    pub read_data: Signal<Out, Bits<32>>,
    /// Begins a scan.
    pub scan_start: Signal<In, Bit>,
    /// First group of the scan.
    pub src_base: Signal<In, Bits<16>>,
    /// Number of groups.
    pub groups: Signal<In, Bits<16>>,
    /// First pointer of the layer.
    pub ptr_base: Signal<In, Bits<16>>,
    /// Number of the first PE within its column group.
    pub first_lane: Signal<In, Bits<16>>,
    /// The scan that begins waits for words to arrive.
    pub start_gated: Signal<In, Bit>,
    /// The scan's words are there only as they arrive.
    pub gated: Signal<In, Bit>,
    /// One more of them is there.
    pub arrives: Signal<In, Bit>,
    /// Number of PEs of a column group.
    pub stride: Signal<In, Bits<16>>,
    /// An activation has been put into the queue of offers.
    pub put: Signal<Out, Bit>,
    /// The oldest offer is taken.
    pub grant: Signal<In, Bit>,
    /// Which was it: value, then column; zero if none was taken a cycle before.
    pub granted: Signal<Out, Bits<32>>,
    /// All activations have been put.
    pub scan_done: Signal<Out, Bit>,
    /// A queue is almost full.
    pub almost_full: Signal<Out, Bit>,
    /// All PEs have taken an even number of markers.
    pub passed0: Signal<Out, Bit>,
    /// All PEs have taken an odd number of markers.
    pub passed1: Signal<Out, Bit>,
    /// Requantising shift.
    pub shift: Signal<In, Bits<5>>,
    /// ReLU or identity.
    pub relu: Signal<In, Bit>,
    /// Reads and clears a row of every PE.
    pub drain: Signal<In, Bit>,
    /// Whether the result is written back.
    pub drain_write: Signal<In, Bit>,
    /// The row.
    pub drain_row: Signal<In, Bits<16>>,
    /// Address of its bias words.
    pub bias_address: Signal<In, Bits<16>>,
    /// Where its results go.
    pub dst_address: Signal<In, Bits<16>>,
    /// Which cluster of the chain writes them.
    pub drain_rank: Signal<In, Bits<8>>,
    /// The place in the chain may change: it is that of the next drain from then on.
    pub chain_idle: Signal<In, Bit>,
    /// This cluster is the first of its chain.
    pub chain_first: Signal<In, Bit>,
    /// This cluster is the last of its chain.
    pub chain_last: Signal<In, Bit>,
    /// Its place in the chain.
    pub chain_rank: Signal<In, Bits<8>>,
    /// The row's control from the cluster before: drain, write back, row, destination, rank.
    pub chain_in: Signal<In, Bits<42>>,
    /// The PEs' partial sums from the cluster before.
    pub chain_sums_in: Signal<In, Bits<384>>,
    /// The row's control for the cluster after.
    pub chain_out: Signal<Out, Bits<42>>,
    /// The PEs' partial sums for the cluster after.
    pub chain_sums_out: Signal<Out, Bits<384>>,
    /// A result's control from the cluster after: valid, destination, how many clusters it passes on its way to its own,
    /// whether that is none.
    pub back_in: Signal<In, Bits<25>>,
    /// The PEs' results from the cluster after.
    pub back_results_in: Signal<In, Bits<128>>,
    /// A result's control for the cluster before.
    pub back_out: Signal<Out, Bits<25>>,
    /// The PEs' results for the cluster before.
    pub back_results_out: Signal<Out, Bits<128>>,
    nz_detect: NzDetect,
    offers: OfferQueue,
    pes: Vec<Pe>,
    start_q: DFF<Bit>,
    src_base_q: DFF<Bits<16>>,
    groups_q: DFF<Bits<16>>,
    first_column_q: DFF<Bits<16>>,
    stride_q: DFF<Bits<16>>,
    gated_q: DFF<Bit>,
    arrives_q: DFF<Bit>,
    shift_q: DFF<Bits<5>>,
    relu_q: DFF<Bit>,
    start_gated_q: DFF<Bit>,
    chain_first1: DFF<Bit>,
    chain_last1: DFF<Bit>,
    chain_rank1: DFF<Bits<8>>,
    chain_first_q: DFF<Bit>,
    chain_last_q: DFF<Bit>,
    chain_rank_q: DFF<Bits<8>>,
    bias_address1: DFF<Bits<16>>,
    writes_q: DFF<Bit>,
    offset2: DFF<Bits<16>>,
    data2: DFF<Bits<32>>,
    read2: DFF<Bit>,
    read3: DFF<Bit>,
    read4: DFF<Bit>,
    reads_act3: DFF<Bit>,
    reads_act4: DFF<Bit>,
    wide_address2: DFF<Bits<16>>,
    wide_halves2: DFF<Bits<2>>,
    wide_data2: DFF<Bits<27>>,
    act2: DFF<Bit>,
    busy_q: DFF<Bits<8>>,
    stalled_q: DFF<Bits<8>>,
    counters: PeCounters,
    sums_join: Join<48, 384>,
    results_join: Join<16, 128>,
    host_join: Join<16, 128>,
    hits: Vec<DFF<Bit>>,
    chosen: Vec<DFF<Bit>>,
    bcast_valid_q: DFF<Bit>,
    bcast_marker_q: DFF<Bit>,
    bcast_column_q: DFF<Bits<16>>,
    bcast_value_q: DFF<Bits<16>>,
    host_write_q: DFF<Bit>,
    host_read_q: DFF<Bit>,
    host_address_q: DFF<Bits<32>>,
    host_data_q: DFF<Bits<32>>,
    clear_q: DFF<Bit>,
    clear_counters_q: DFF<Bit>,
    chain_q: DFF<Bits<42>>,
    bias_address_q: DFF<Bits<16>>,
    write_back: Vec<DFF<Bits<25>>>,
    takes_back: DFF<Bit>,
    select_q: DFF<Bit>,
    all_q: DFF<Bit>,
    kinds2: DFF<Bits<4>>,
    kinds_q: DFF<Bits<4>>,
    act_q: DFF<Bit>,
    back_q: DFF<Bits<25>>,
    back_results_q: DFF<Bits<128>>,
    full_q: DFF<Bit>,
    passed0_q: DFF<Bit>,
    passed1_q: DFF<Bit>,
    read_q: DFF<Bits<32>>,
    word_q: DFF<Bits<32>>,
    read5: DFF<Bit>,
    read6: DFF<Bit>,
    reads_act5: DFF<Bit>,
    lane_words: Vec<DFF<Bits<16>>>,
    lane_field: Signal<Local, Bits<4>>,
    region: Signal<Local, Bits<4>>,
    act_address: Signal<Local, Bits<16>>,
    offset: Signal<Local, Bits<16>>,
    host_act: Signal<Local, Bits<16>>,
    busy_flags: Signal<Local, Bits<8>>,
    stalled_flags: Signal<Local, Bits<8>>,
    act_write_address: Signal<Local, Bits<16>>,
    counter_lane: Signal<Local, Bits<4>>,
    counter_address: Signal<Local, Bits<4>>,
    counter2: DFF<Bits<4>>,
    counter_word: Signal<Local, Bits<32>>,
    is_codebook: DFF<Bit>,
    is_bias: DFF<Bit>,
    is_act: DFF<Bit>,
    keep: DFF<Bit>,
    own: DFF<Bit>,
    act_word: Signal<Local, Bits<16>>,
    reads_act: DFF<Bit>,
    region_pointer: Constant<Bits<4>>,
    region_weight: Constant<Bits<4>>,
    region_activation: Constant<Bits<4>>,
    region_codebook: Constant<Bits<4>>,
    region_bias: Constant<Bits<4>>,
    counter_stalled: Constant<Bits<16>>,
    second_counter: Constant<Bits<4>>,
    lane_mask: Constant<Bits<4>>,
    code_place: Constant<Bits<16>>,
    bias_place: Constant<Bits<16>>,
    bias_halves: Constant<Bits<6>>,
    low_half: Constant<Bits<2>>,
    high_half: Constant<Bits<2>>,
    both_halves: Constant<Bits<2>>,
    lane_flags: Vec<Constant<Bits<8>>>,
    control: Signal<Local, Bits<42>>,
    written_back: Signal<Local, Bits<25>>,
    back: Signal<Local, Bits<25>>,
    back_results: Signal<Local, Bits<128>>,
    /// Where wires are short, what is written into the activation banks, the host's part of it, and `chain_idle` a cycle
    /// later: there the last row is said to be written while it has the drain's last stage before it.
    arriving: Vec<Signal<Local, Bits<128>>>,
    host_act1: Vec<DFF<Bits<16>>>,
    idle1: Vec<DFF<Bit>>,
    writes: Signal<Local, Bit>,
    way_back: Signal<Local, Bits<8>>,
    way: Signal<Local, Bits<8>>,
    way_left: Signal<Local, Bits<8>>,
    row_place: Constant<Bits<6>>,
    dst_place: Constant<Bits<6>>,
    rank_place: Constant<Bits<6>>,
    rank_mask: Constant<Bits<8>>,
    back_valid: Constant<Bits<25>>,
    back_address: Constant<Bits<25>>,
    back_target: Constant<Bits<25>>,
    back_arrives: Constant<Bits<25>>,
    _lanes: usize,
    _missing: usize,
    _delay: usize,
    _after: usize,
    _near: usize,
}

impl Cluster {
    /// As many PEs as the configuration has in a cluster.
    pub fn new(config: &Config) -> Self {
        Self {
            clock: Default::default(),
            clear: Default::default(),
            clear_counters: Default::default(),
            bcast_valid: Default::default(),
            bcast_marker: Default::default(),
            bcast_column: Default::default(),
            bcast_value: Default::default(),
            host_write: Default::default(),
            host_read: Default::default(),
            host_address: Default::default(),
            host_data: Default::default(),
            read_data: Default::default(),
            scan_start: Default::default(),
            src_base: Default::default(),
            groups: Default::default(),
            ptr_base: Default::default(),
            first_lane: Default::default(),
            gated: Default::default(),
            arrives: Default::default(),
            stride: Default::default(),
            put: Default::default(),
            grant: Default::default(),
            granted: Default::default(),
            scan_done: Default::default(),
            almost_full: Default::default(),
            passed0: Default::default(),
            passed1: Default::default(),
            shift: Default::default(),
            relu: Default::default(),
            drain: Default::default(),
            drain_write: Default::default(),
            drain_row: Default::default(),
            bias_address: Default::default(),
            dst_address: Default::default(),
            drain_rank: Default::default(),
            chain_idle: Default::default(),
            start_gated: Default::default(),
            start_gated_q: Default::default(),
            chain_first1: Default::default(),
            chain_last1: Default::default(),
            chain_rank1: Default::default(),
            chain_first: Default::default(),
            chain_last: Default::default(),
            chain_rank: Default::default(),
            chain_in: Default::default(),
            chain_sums_in: Default::default(),
            chain_out: Default::default(),
            chain_sums_out: Default::default(),
            back_in: Default::default(),
            back_results_in: Default::default(),
            back_out: Default::default(),
            back_results_out: Default::default(),
            nz_detect: NzDetect::new(config.act_depth, config.saved() as usize),
            offers: OfferQueue::new(16 + config.ptr_depth.ilog2() as usize),
            start_q: Default::default(),
            src_base_q: Default::default(),
            groups_q: Default::default(),
            first_column_q: Default::default(),
            stride_q: Default::default(),
            gated_q: Default::default(),
            arrives_q: Default::default(),
            shift_q: Default::default(),
            relu_q: Default::default(),
            chain_first_q: Default::default(),
            chain_last_q: Default::default(),
            chain_rank_q: Default::default(),
            bias_address1: Default::default(),
            writes_q: Default::default(),
            offset2: Default::default(),
            data2: Default::default(),
            read2: Default::default(),
            read3: Default::default(),
            read4: Default::default(),
            reads_act3: Default::default(),
            reads_act4: Default::default(),
            wide_address2: Default::default(),
            wide_halves2: Default::default(),
            wide_data2: Default::default(),
            act2: Default::default(),
            busy_q: Default::default(),
            stalled_q: Default::default(),
            counters: PeCounters::new(config.lanes(), config.relay() as usize),
            sums_join: Join::new(),
            results_join: Join::new(),
            host_join: Join::new(),
            hits: (0..config.lanes()).map(|_| DFF::default()).collect(),
            chosen: (0..config.lanes()).map(|_| DFF::default()).collect(),
            pes: (0..config.lanes()).map(|_| Pe::new(config)).collect(),
            bcast_valid_q: Default::default(),
            bcast_marker_q: Default::default(),
            bcast_column_q: Default::default(),
            bcast_value_q: Default::default(),
            host_write_q: Default::default(),
            host_read_q: Default::default(),
            host_address_q: Default::default(),
            host_data_q: Default::default(),
            clear_q: Default::default(),
            clear_counters_q: Default::default(),
            chain_q: Default::default(),
            bias_address_q: Default::default(),
            write_back: (0..=DRAIN_LATENCY).map(|_| DFF::default()).collect(),
            takes_back: Default::default(),
            select_q: Default::default(),
            all_q: Default::default(),
            kinds2: Default::default(),
            kinds_q: Default::default(),
            act_q: Default::default(),
            host_select: Default::default(),
            host_all: Default::default(),
            back_q: Default::default(),
            back_results_q: Default::default(),
            full_q: Default::default(),
            passed0_q: Default::default(),
            passed1_q: Default::default(),
            read_q: Default::default(),
            word_q: Default::default(),
            read5: Default::default(),
            read6: Default::default(),
            reads_act5: Default::default(),
            lane_words: (0..config.lanes()).map(|_| DFF::default()).collect(),
            lane_field: Default::default(),
            region: Default::default(),
            act_address: Default::default(),
            offset: Default::default(),
            host_act: Default::default(),
            busy_flags: Default::default(),
            stalled_flags: Default::default(),
            act_write_address: Default::default(),
            counter_lane: Default::default(),
            counter_address: Default::default(),
            counter2: Default::default(),
            counter_word: Default::default(),
            is_codebook: Default::default(),
            is_bias: Default::default(),
            is_act: Default::default(),
            keep: Default::default(),
            own: Default::default(),
            act_word: Default::default(),
            reads_act: Default::default(),
            region_pointer: Constant::new((Region::Pointer as u64).into()),
            region_weight: Constant::new((Region::Weight as u64).into()),
            region_activation: Constant::new((Region::Activation as u64).into()),
            region_codebook: Constant::new((Region::Codebook as u64).into()),
            region_bias: Constant::new((Region::Bias as u64).into()),
            counter_stalled: Constant::new(u64::from(COUNTER_STALLED).into()),
            second_counter: Constant::new((config.lanes().next_power_of_two() as u64).into()),
            lane_mask: Constant::new((config.lanes().next_power_of_two() as u64 - 1).into()),
            code_place: Constant::new(pair_base(config.codebooks * CODES).into()),
            bias_place: Constant::new(pair_base(config.bias_depth).into()),
            // Where the upper half of a word begins.
            bias_halves: Constant::new((9 * config.pointer_blocks().min(3) as u64).into()),
            low_half: Constant::new(1.into()),
            high_half: Constant::new(2.into()),
            both_halves: Constant::new(3.into()),
            lane_flags: (0..CLUSTER).map(|i| Constant::new((1u64 << i).into())).collect(),
            control: Default::default(),
            written_back: Default::default(),
            back: Default::default(),
            back_results: Default::default(),
            arriving: (0..config.saved()).map(|_| Signal::default()).collect(),
            host_act1: (0..config.saved()).map(|_| DFF::default()).collect(),
            idle1: (0..config.saved()).map(|_| DFF::default()).collect(),
            writes: Default::default(),
            way_back: Default::default(),
            way: Default::default(),
            way_left: Default::default(),
            row_place: Constant::new(2.into()),
            dst_place: Constant::new(18.into()),
            rank_place: Constant::new(34.into()),
            rank_mask: Constant::new((config.clusters().next_power_of_two() as u64 - 1).into()),
            back_valid: Constant::new(1.into()),
            back_address: Constant::new(0x1_fffeu64.into()),
            back_target: Constant::new(0x1_ffffu64.into()),
            back_arrives: Constant::new((1u64 << 24).into()),
            _lanes: config.lanes(),
            _missing: CLUSTER,
            _delay: DRAIN_LATENCY,
            _after: DRAIN_LATENCY + 1,
            _near: config.saved() as usize,
        }
    }
}

impl Logic for Cluster {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self,
            clock,
            bcast_valid_q,
            bcast_marker_q,
            bcast_column_q,
            bcast_value_q,
            host_write_q,
            host_read_q,
            host_address_q,
            host_data_q,
            clear_q,
            clear_counters_q,
            chain_q,
            bias_address_q,
            takes_back,
            select_q,
            all_q,
            kinds2,
            kinds_q,
            is_act,
            is_codebook,
            is_bias,
            act_q,
            back_q,
            keep,
            own,
            back_results_q,
            full_q,
            passed0_q,
            passed1_q,
            read_q,
            word_q,
            read5,
            read6,
            reads_act5,
            reads_act,
            counter2,
            start_q,
            src_base_q,
            groups_q,
            first_column_q,
            stride_q,
            gated_q,
            arrives_q,
            shift_q,
            relu_q,
            start_gated_q,
            chain_first1,
            chain_last1,
            chain_rank1,
            chain_first_q,
            chain_last_q,
            chain_rank_q,
            bias_address1,
            wide_address2,
            wide_halves2,
            wide_data2,
            act2,
            busy_q,
            stalled_q,
            writes_q,
            offset2,
            data2,
            read2,
            read3,
            read4,
            reads_act3,
            reads_act4
        );
        clock!(self, clock, nz_detect, offers, counters);
        self.bcast_valid_q.d.next = self.bcast_valid.val();
        self.bcast_marker_q.d.next = self.bcast_marker.val();
        self.bcast_column_q.d.next = self.bcast_column.val();
        self.bcast_value_q.d.next = self.bcast_value.val();
        self.host_write_q.d.next = self.host_write.val();
        self.host_read_q.d.next = self.host_read.val();
        self.host_address_q.d.next = self.host_address.val();
        self.host_data_q.d.next = self.host_data.val();
        self.clear_q.d.next = self.clear.val();
        self.clear_counters_q.d.next = self.clear_counters.val();
        // The bias is needed when the sum is there. While the host does not write, its words' address is the bias's.
        self.bias_address_q.d.next = self.bias_address.val();
        self.bias_address1.d.next = self.bias_address_q.q.val();
        self.shift_q.d.next = self.shift.val();
        self.relu_q.d.next = self.relu.val();
        self.chain_first1.d.next = self.chain_first.val();
        self.chain_last1.d.next = self.chain_last.val();
        self.chain_rank1.d.next = self.chain_rank.val();
        if self.chain_idle.val() {
            self.chain_first_q.d.next = self.chain_first1.q.val();
            self.chain_last_q.d.next = self.chain_last1.q.val();
            self.chain_rank_q.d.next = self.chain_rank1.q.val();
        }
        for n in 0..self._near {
            self.idle1[n].clock.next = self.clock.val();
            self.idle1[n].d.next = self.chain_idle.val();
            self.chain_first_q.d.next = self.chain_first_q.q.val();
            self.chain_last_q.d.next = self.chain_last_q.q.val();
            self.chain_rank_q.d.next = self.chain_rank_q.q.val();
            if self.idle1[n].q.val() {
                self.chain_first_q.d.next = self.chain_first1.q.val();
                self.chain_last_q.d.next = self.chain_last1.q.val();
                self.chain_rank_q.d.next = self.chain_rank1.q.val();
            }
        }
        // A row's control: from the sequencer, or from the cluster before.
        self.control.next = bit_cast::<42, 1>(self.drain.val().into())
            | (bit_cast::<42, 1>(self.drain_write.val().into()) << 1)
            | (bit_cast::<42, 16>(self.drain_row.val()) << self.row_place.val())
            | (bit_cast::<42, 16>(self.dst_address.val()) << self.dst_place.val())
            | (bit_cast::<42, 8>(self.drain_rank.val()) << self.rank_place.val());
        if !self.chain_first_q.q.val() {
            self.control.next = self.chain_in.val();
        }
        self.chain_q.d.next = self.control.val();
        self.chain_out.next = self.chain_q.q.val();
        // The write-back follows the row through the drain units: valid, destination, rank.
        self.written_back.next = bit_cast::<25, 42>(self.control.val() >> self.dst_place.val()) << 1;
        self.write_back[0].clock.next = self.clock.val();
        self.write_back[0].d.next = self.written_back.val();
        if self.control.val().get_bit(0) & self.control.val().get_bit(1) {
            self.write_back[0].d.next = self.written_back.val() | self.back_valid.val();
        }
        for i in 0..self._delay {
            self.write_back[i + 1].clock.next = self.clock.val();
            self.write_back[i + 1].d.next = self.write_back[i].q.val();
        }
        // Of the last cluster of a chain: as many clusters are between it and the result's. Both ranks are less than a power
        // of two, and its own has all bits set.
        for i in self._delay..self._after {
            self.way_back.next =
                (self.write_back[i - 1].q.val().get_bits::<8>(17) ^ self.chain_rank_q.q.val()) & self.rank_mask.val();
            self.write_back[i].d.next = (self.write_back[i - 1].q.val() & self.back_target.val())
                | (bit_cast::<25, 8>(self.way_back.val()) << 17);
            self.own.d.next = self.write_back[i - 1].q.val().get_bit(0) & !self.way_back.val().any();
        }
        // The host's words, decoded in two steps.
        self.region.next = self.host_address.val().get_bits::<4>(28);
        self.select_q.d.next = self.host_select.val();
        self.all_q.d.next = self.host_all.val();
        self.lane_field.next = self.host_address_q.q.val().get_bits::<4>(16) & self.lane_mask.val();
        self.offset.next = self.host_address_q.q.val().get_bits::<16>(0);
        self.offset2.d.next = self.offset.val();
        self.data2.d.next = self.host_data_q.q.val();
        self.is_act.d.next = self.region.val() == self.region_activation.val();
        self.is_codebook.d.next = self.host_write.val() & (self.region.val() == self.region_codebook.val());
        self.is_bias.d.next = self.host_write.val() & (self.region.val() == self.region_bias.val());
        self.kinds_q.d.next = 0.into();
        if self.region.val() == self.region_pointer.val() {
            self.kinds_q.d.next = 1.into();
        }
        if self.region.val() == self.region_weight.val() {
            self.kinds_q.d.next = 2.into();
        }
        if self.region.val() == self.region_codebook.val() {
            self.kinds_q.d.next = 4.into();
        }
        if self.region.val() == self.region_bias.val() {
            self.kinds_q.d.next = 8.into();
        }
        self.kinds2.d.next = self.kinds_q.q.val();
        self.act_q.d.next = self.host_write.val() & (self.region.val() == self.region_activation.val());
        self.act2.d.next = self.act_q.q.val();
        self.host_act.next = 0.into();
        if self.act_q.q.val() {
            self.host_act.next = bit_cast::<16, 32>(self.host_data_q.q.val());
        }
        for n in 0..self._near {
            // Results have a register less before them.
            self.host_act1[n].clock.next = self.clock.val();
            self.host_act1[n].d.next = 0.into();
            if self.act_q.q.val() {
                self.host_act1[n].d.next = bit_cast::<16, 32>(self.host_data_q.q.val());
            }
            self.host_act.next = self.host_act1[n].q.val();
        }
        // The same for block RAMs with words of two halves, in which codebooks and biases are whole words and come last.
        self.wide_address2.d.next = self.offset.val() >> 1;
        if !self.host_write_q.q.val() {
            self.wide_address2.d.next = self.bias_address_q.q.val() | self.bias_place.val();
        }
        self.wide_halves2.d.next = self.low_half.val();
        if self.offset.val().get_bit(0) {
            self.wide_halves2.d.next = self.high_half.val();
        }
        self.wide_data2.d.next = bit_cast::<27, 32>(self.host_data_q.q.val());
        if self.is_codebook.q.val() {
            self.wide_address2.d.next = self.offset.val() | self.code_place.val();
            self.wide_data2.d.next = bit_cast::<27, 32>(self.host_data_q.q.val() >> 9);
        }
        if self.is_bias.q.val() {
            self.wide_address2.d.next = self.offset.val() | self.bias_place.val();
            self.wide_data2.d.next = bit_cast::<27, 32>(self.host_data_q.q.val() >> self.bias_halves.val());
        }
        if self.is_codebook.q.val() | self.is_bias.q.val() {
            self.wide_halves2.d.next = self.both_halves.val();
        }
        self.read2.d.next = self.host_read_q.q.val();
        self.read3.d.next = self.read2.q.val();
        self.read4.d.next = self.read3.q.val();
        // What the PEs give, lane by lane.
        for i in 0..self._missing {
            self.sums_join.words[i].next = 0.into();
            self.results_join.words[i].next = 0.into();
        }
        for i in 0..self._lanes {
            self.sums_join.words[i].next = self.pes[i].partial.val();
            self.results_join.words[i].next = self.pes[i].result.val();
        }
        self.chain_sums_out.next = self.sums_join.joined.val();
        // The last cluster of a chain has the results, the others get them from the cluster after. Each of the three words,
        // with the host's, is zero where it is not meant.
        self.back.next = self.back_in.val();
        self.back_results.next = self.results_join.joined.val();
        self.keep.d.next = false;
        if self.chain_last_q.q.val() {
            for i in self._delay..self._after {
                self.back.next = self.write_back[i].q.val();
                self.keep.d.next = self.write_back[i - 2].q.val().get_bit(0);
            }
        }
        // While the host writes, its words are on the way that results take.
        self.takes_back.d.next = !self.chain_last_q.q.val() & !self.host_write.val();
        if self.takes_back.q.val() {
            self.back_results.next = self.results_join.joined.val() | self.back_results_in.val();
        }
        for i in 0..self._missing {
            self.host_join.words[i].next = self.host_act.val();
        }
        self.back_results_q.d.next = self.back_results.val() | self.host_join.joined.val();
        for n in 0..self._near {
            self.takes_back.d.next = !self.chain_last_q.q.val() & !self.host_write_q.q.val();
            self.arriving[n].next = self.back_results.val() | self.host_join.joined.val();
        }
        self.back_out.next = self.back_q.q.val();
        self.back_results_out.next = self.back_results_q.q.val();
        // Whether a result is for a cluster is said with it.
        self.writes.next = self.back_in.val().get_bit(0) & self.back_in.val().get_bit(24);
        if self.chain_last_q.q.val() {
            self.writes.next = self.own.q.val();
        }
        self.writes_q.d.next = self.writes.val();
        self.way.next = self.back.val().get_bits::<8>(17) & self.rank_mask.val();
        self.way_left.next = (self.way.val() - 1) & self.rank_mask.val();
        self.back_q.d.next =
            (self.back.val() & self.back_target.val()) | (bit_cast::<25, 8>(self.way_left.val()) << 17);
        if self.way.val() == 1 {
            self.back_q.d.next = (self.back.val() & self.back_target.val()) | self.back_arrives.val();
        }
        if self.writes.val() {
            // It has arrived: no cluster of another chain takes it for its own when chains change.
            self.back_q.d.next = self.back.val() & self.back_address.val();
        }
        // Non-zero detection. The host reads activations through the same port, while nothing is scanned.
        self.start_q.d.next = self.scan_start.val();
        self.src_base_q.d.next = self.src_base.val();
        self.groups_q.d.next = self.groups.val();
        self.first_column_q.d.next = self.ptr_base.val() + self.first_lane.val();
        self.stride_q.d.next = self.stride.val();
        self.gated_q.d.next = self.gated.val();
        self.arrives_q.d.next = self.arrives.val();
        self.nz_detect.clear.next = self.clear_q.q.val();
        self.nz_detect.start.next = self.start_q.q.val();
        self.nz_detect.src_base.next = self.src_base_q.q.val();
        self.nz_detect.groups.next = self.groups_q.q.val();
        self.nz_detect.first_column.next = self.first_column_q.q.val();
        self.start_gated_q.d.next = self.start_gated.val();
        self.nz_detect.start_gated.next = self.start_gated_q.q.val();
        self.nz_detect.gated.next = self.gated_q.q.val();
        self.nz_detect.arrives.next = self.arrives_q.q.val();
        self.nz_detect.stride.next = self.stride_q.q.val();
        self.nz_detect.room.next = self.offers.room.val();
        self.offers.clear.next = self.clear_q.q.val();
        self.offers.push.next = self.nz_detect.valid.val();
        self.offers.offer.next =
            bit_cast::<32, 16>(self.nz_detect.value.val()) | (bit_cast::<32, 16>(self.nz_detect.column.val()) << 16);
        self.offers.pop.next = self.grant.val();
        self.put.next = self.nz_detect.soon.val();
        self.granted.next = self.offers.granted.val();
        self.act_address.next = self.nz_detect.address.val();
        self.reads_act.d.next = self.host_read_q.q.val() & self.is_act.q.val() & self.nz_detect.done.val();
        self.reads_act3.d.next = self.reads_act.q.val();
        self.reads_act4.d.next = self.reads_act3.q.val();
        if self.reads_act.q.val() {
            self.act_address.next = self.offset2.q.val();
        }
        for i in 0..self._missing {
            self.nz_detect.act[i].next = 0.into();
        }
        self.scan_done.next = self.nz_detect.done.val();
        // The PEs, and what they count.
        self.act_write_address.next = self.back_q.q.val().get_bits::<16>(1);
        for _n in 0..self._near {
            self.act_write_address.next = self.back.val().get_bits::<16>(1);
        }
        if self.act2.q.val() {
            self.act_write_address.next = self.offset2.q.val();
        }
        self.counter_lane.next = self.lane_field.val();
        self.counter_address.next = self.counter_lane.val();
        if self.offset.val() == self.counter_stalled.val() {
            self.counter_address.next = self.counter_lane.val() | self.second_counter.val();
        }
        self.counter2.d.next = self.counter_address.val();
        self.counters.address.next = self.counter2.q.val();
        self.counters.clear.next = self.clear_counters_q.q.val();
        self.busy_flags.next = 0.into();
        self.stalled_flags.next = 0.into();
        for i in 0..self._lanes {
            if self.pes[i].issuing.val() {
                self.busy_flags.next = self.busy_flags.val() | self.lane_flags[i].val();
            }
            if self.pes[i].almost_full.val() {
                self.stalled_flags.next = self.stalled_flags.val() | self.lane_flags[i].val();
            }
        }
        self.busy_q.d.next = self.busy_flags.val();
        self.stalled_q.d.next = self.stalled_flags.val();
        self.counters.busy.next = self.busy_q.q.val();
        self.counters.stalled.next = self.stalled_q.q.val();
        self.full_q.d.next = false;
        self.passed0_q.d.next = true;
        self.passed1_q.d.next = true;
        self.read_q.d.next = 0.into();
        self.counter_word.next = 0.into();
        self.act_word.next = 0.into();
        for i in 0..self._lanes {
            self.nz_detect.act[i].next = self.pes[i].act_data.val();
            self.pes[i].clock.next = self.clock.val();
            self.pes[i].clear.next = self.clear_q.q.val();
            self.pes[i].valid.next = self.bcast_valid_q.q.val();
            self.pes[i].marker.next = self.bcast_marker_q.q.val();
            self.pes[i].column.next = self.bcast_column_q.q.val();
            self.pes[i].value.next = self.bcast_value_q.q.val();
            self.hits[i].clock.next = self.clock.val();
            self.hits[i].d.next = self.host_write_q.q.val()
                & self.select_q.q.val()
                & (self.all_q.q.val() | (self.lane_field.val() == i.to_bits()));
            self.chosen[i].clock.next = self.clock.val();
            self.chosen[i].d.next = self.select_q.q.val() & (self.lane_field.val() == i.to_bits());
            self.pes[i].host_write.next = self.hits[i].q.val();
            self.pes[i].host_kinds.next = self.kinds2.q.val();
            self.pes[i].host_offset.next = self.offset2.q.val();
            self.pes[i].host_data.next = self.data2.q.val();
            self.pes[i].wide_address.next = self.wide_address2.q.val();
            self.pes[i].wide_halves.next = self.wide_halves2.q.val();
            self.pes[i].wide_data.next = self.wide_data2.q.val();
            self.pes[i].keep.next = self.keep.q.val();
            self.pes[i].act_address.next = self.act_address.val();
            self.pes[i].act_enable.next = self.nz_detect.enable.val();
            self.pes[i].shift.next = self.shift_q.q.val();
            self.pes[i].relu.next = self.relu_q.q.val();
            self.pes[i].drain.next = self.chain_q.q.val().get_bit(0);
            self.pes[i].drain_row.next = self.chain_q.q.val().get_bits::<16>(2);
            self.pes[i].bias_address.next = self.bias_address1.q.val();
            self.pes[i].first.next = self.chain_first_q.q.val();
            self.pes[i].partial_in.next = self.chain_sums_in.val().get_bits::<48>(i * 48);
            self.pes[i].act_write.next = self.writes_q.q.val() | (self.hits[i].q.val() & self.act2.q.val());
            self.pes[i].act_write_address.next = self.act_write_address.val();
            self.pes[i].act_write_data.next = self.back_results_q.q.val().get_bits::<16>(i * 16);
            for n in 0..self._near {
                self.pes[i].valid.next = self.bcast_valid.val();
                self.pes[i].marker.next = self.bcast_marker.val();
                self.pes[i].column.next = self.bcast_column.val();
                self.pes[i].value.next = self.bcast_value.val();
                self.pes[i].act_write.next = self.writes.val() | (self.hits[i].q.val() & self.act2.q.val());
                self.pes[i].act_write_data.next = self.arriving[n].val().get_bits::<16>(i * 16);
            }
            if self.pes[i].almost_full.val() {
                self.full_q.d.next = true;
            }
            if self.pes[i].parity.val() {
                self.passed0_q.d.next = false;
            }
            if !self.pes[i].parity.val() {
                self.passed1_q.d.next = false;
            }
            if self.chosen[i].q.val() {
                self.counter_word.next = self.counters.word.val();
            }
            self.lane_words[i].clock.next = self.clock.val();
            self.lane_words[i].d.next = 0.into();
            if self.chosen[i].q.val() & self.reads_act4.q.val() {
                self.lane_words[i].d.next = self.pes[i].act_data.val();
            }
            self.act_word.next = self.act_word.val() | self.lane_words[i].q.val();
        }
        self.reads_act5.d.next = self.reads_act4.q.val();
        self.word_q.d.next = bit_cast::<32, 16>(self.act_word.val());
        if !self.reads_act5.q.val() {
            self.word_q.d.next = self.counter_word.val();
        }
        self.read5.d.next = self.read4.q.val();
        self.read6.d.next = self.read5.q.val();
        if self.read6.q.val() {
            self.read_q.d.next = self.word_q.q.val();
        }
        self.almost_full.next = self.full_q.q.val();
        self.passed0.next = self.passed0_q.q.val();
        self.passed1.next = self.passed1_q.q.val();
        self.read_data.next = self.read_q.q.val();
    }
}
