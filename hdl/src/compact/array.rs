//! The compact array: up to eight PEs, their scan, their common drain unit, the sequencer and the host's bus.
//!
//! Ports: those of [`crate::accelerator`].
//! Latency: a write is in its memory two cycles later, or three where it has two words (pointers, biases): after one of these, the
//! next write must not come in the next cycle. A read answers with `bus_rvalid` three cycles later. One read at a time.
//! Memories may be written while not busy only. Step descriptors' groups and flags of steps that follow others have no meaning
//! here: every step waits for the one before.

use super::counters::CompactCounters;
use super::pe::CompactPe;
use super::scan::Scan;
use super::steps::Steps;
use crate::drain::Drain;
use eie_spec::config::{Config, CLUSTER};
use eie_spec::regs::{self, Region};
use rust_hdl::prelude::*;

/// Cycles from a sum to its result.
const DRAIN: usize = 4;

/// See the module's documentation.
#[derive(LogicBlock)]
pub struct CompactArray {
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
    /// A row is drained: its first cycle.
    pub draining: Signal<Out, Bit>,
    /// Which.
    pub drain_row: Signal<Out, Bits<16>>,
    pes: Vec<CompactPe>,
    scan: Scan,
    steps: Steps,
    drain_unit: Drain,
    counters: CompactCounters,
    // The host's word.
    address: DFF<Bits<32>>,
    data: DFF<Bits<32>>,
    write1: DFF<Bit>,
    write2: DFF<Bit>,
    read1: DFF<Bit>,
    read2: DFF<Bit>,
    read3: DFF<Bit>,
    rdata: DFF<Bits<32>>,
    cycles: DFF<Bits<32>>,
    compute_cycles: DFF<Bits<32>>,
    // The drain: the lower half of a bias, and whose result comes when.
    clear_q: DFF<Bit>,
    bias_low: DFF<Bits<16>>,
    due1: Vec<DFF<Bit>>,
    due2: Vec<DFF<Bit>>,
    due3: Vec<DFF<Bit>>,
    due4: Vec<DFF<Bit>>,
    region: Signal<Local, Bits<4>>,
    offset: Signal<Local, Bits<16>>,
    register: Signal<Local, Bits<3>>,
    lane: Signal<Local, Bits<4>>,
    is_pointer: Signal<Local, Bit>,
    is_bias: Signal<Local, Bit>,
    is_weight: Signal<Local, Bit>,
    is_code: Signal<Local, Bit>,
    is_act: Signal<Local, Bit>,
    is_step: Signal<Local, Bit>,
    is_control: Signal<Local, Bit>,
    hits: Vec<Signal<Local, Bit>>,
    clears: Signal<Local, Bit>,
    clears_counters: Signal<Local, Bit>,
    single_write: Signal<Local, Bit>,
    single_address: Signal<Local, Bits<16>>,
    single_data: Signal<Local, Bits<16>>,
    second_word: Signal<Local, Bits<16>>,
    code_address: Signal<Local, Bits<16>>,
    code_data: Signal<Local, Bits<16>>,
    act_address: Signal<Local, Bits<16>>,
    act_write_address: Signal<Local, Bits<16>>,
    act_write_data: Signal<Local, Bits<16>>,
    pair: Signal<Local, Bits<4>>,
    turn: Vec<Signal<Local, Bit>>,
    due: Vec<Signal<Local, Bit>>,
    lane_sums: Vec<Signal<Local, Bits<48>>>,
    lane_words: Vec<Signal<Local, Bits<16>>>,
    lane_acts: Vec<Signal<Local, Bits<16>>>,
    sum: Signal<Local, Bits<48>>,
    bias_high: Signal<Local, Bits<16>>,
    act_word: Signal<Local, Bits<16>>,
    written: Signal<Local, Bit>,
    full: Signal<Local, Bit>,
    idle: Signal<Local, Bit>,
    busy_flags: Signal<Local, Bits<8>>,
    stalled_flags: Signal<Local, Bits<8>>,
    counter: Signal<Local, Bits<4>>,
    control: Signal<Local, Bits<32>>,
    region_pointer: Constant<Bits<4>>,
    region_weight: Constant<Bits<4>>,
    region_bias: Constant<Bits<4>>,
    region_act: Constant<Bits<4>>,
    region_code: Constant<Bits<4>>,
    region_step: Constant<Bits<4>>,
    region_control: Constant<Bits<4>>,
    reg_ident: Constant<Bits<3>>,
    reg_hash: Constant<Bits<3>>,
    reg_status: Constant<Bits<3>>,
    reg_cycles: Constant<Bits<3>>,
    reg_compute: Constant<Bits<3>>,
    reg_start: Constant<Bits<3>>,
    reg_reset: Constant<Bits<3>>,
    reg_clear: Constant<Bits<3>>,
    ident: Constant<Bits<32>>,
    hash: Constant<Bits<32>>,
    pointer_place: Constant<Bits<16>>,
    bias_place: Constant<Bits<16>>,
    lane_mask: Constant<Bits<4>>,
    second_counter: Constant<Bits<4>>,
    turn_pair: Vec<Constant<Bits<4>>>,
    lane_flags: Vec<Constant<Bits<8>>>,
    _lanes: usize,
    _missing: usize,
    _most: usize,
    _last: usize,
}

impl CompactArray {
    /// The array of a configuration that is compact.
    pub fn new(config: &Config) -> Self {
        assert!(config.compact && DRAIN == 4, "a configuration for another array");
        let lanes = config.pes;
        let region = |r: Region| Constant::new((r as u64).into());
        let register = |address: u32| Constant::new(u64::from(address & 7).into());
        let second = lanes.next_power_of_two() as u64;
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
            pes: (0..lanes).map(|_| CompactPe::new(config)).collect(),
            scan: Scan::new(config),
            steps: Steps::new(config),
            drain_unit: Drain::new(config),
            counters: CompactCounters::new(lanes),
            address: Default::default(),
            data: Default::default(),
            write1: Default::default(),
            write2: Default::default(),
            read1: Default::default(),
            read2: Default::default(),
            read3: Default::default(),
            rdata: Default::default(),
            cycles: Default::default(),
            compute_cycles: Default::default(),
            clear_q: Default::default(),
            bias_low: Default::default(),
            due1: (0..lanes).map(|_| DFF::default()).collect(),
            due2: (0..lanes).map(|_| DFF::default()).collect(),
            due3: (0..lanes).map(|_| DFF::default()).collect(),
            due4: (0..lanes).map(|_| DFF::default()).collect(),
            region: Default::default(),
            offset: Default::default(),
            register: Default::default(),
            lane: Default::default(),
            is_pointer: Default::default(),
            is_bias: Default::default(),
            is_weight: Default::default(),
            is_code: Default::default(),
            is_act: Default::default(),
            is_step: Default::default(),
            is_control: Default::default(),
            hits: (0..lanes).map(|_| Signal::default()).collect(),
            clears: Default::default(),
            clears_counters: Default::default(),
            single_write: Default::default(),
            single_address: Default::default(),
            single_data: Default::default(),
            second_word: Default::default(),
            code_address: Default::default(),
            code_data: Default::default(),
            act_address: Default::default(),
            act_write_address: Default::default(),
            act_write_data: Default::default(),
            pair: Default::default(),
            turn: (0..lanes).map(|_| Signal::default()).collect(),
            due: (0..lanes).map(|_| Signal::default()).collect(),
            lane_sums: (0..lanes).map(|_| Signal::default()).collect(),
            lane_words: (0..lanes).map(|_| Signal::default()).collect(),
            lane_acts: (0..lanes).map(|_| Signal::default()).collect(),
            sum: Default::default(),
            bias_high: Default::default(),
            act_word: Default::default(),
            written: Default::default(),
            full: Default::default(),
            idle: Default::default(),
            busy_flags: Default::default(),
            stalled_flags: Default::default(),
            counter: Default::default(),
            control: Default::default(),
            region_pointer: region(Region::Pointer),
            region_weight: region(Region::Weight),
            region_bias: region(Region::Bias),
            region_act: region(Region::Activation),
            region_code: region(Region::Codebook),
            region_step: region(Region::Step),
            region_control: region(Region::Control),
            reg_ident: register(regs::IDENT),
            reg_hash: register(regs::CONFIG_HASH),
            reg_status: register(regs::STATUS),
            reg_cycles: register(regs::CYCLES),
            reg_compute: register(regs::COMPUTE_CYCLES),
            reg_start: register(regs::START),
            reg_reset: register(regs::RESET),
            reg_clear: register(regs::CLEAR_COUNTERS),
            ident: Constant::new(u64::from(regs::IDENT_VALUE).into()),
            hash: Constant::new(u64::from(config.hash()).into()),
            pointer_place: Constant::new((config.pointer_place() as u64).into()),
            bias_place: Constant::new((config.bias_place() as u64).into()),
            lane_mask: Constant::new((second - 1).into()),
            second_counter: Constant::new(second.into()),
            turn_pair: (0..lanes).map(|i| Constant::new((i as u64 + 1).into())).collect(),
            lane_flags: (0..lanes).map(|i| Constant::new((1u64 << i).into())).collect(),
            _lanes: lanes,
            _missing: lanes,
            _most: CLUSTER,
            _last: lanes - 1,
        }
    }
}

impl Logic for CompactArray {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self,
            clock,
            address,
            data,
            write1,
            write2,
            read1,
            read2,
            read3,
            rdata,
            cycles,
            compute_cycles,
            clear_q,
            bias_low
        );
        clock!(self, clock, scan, steps, drain_unit, counters);
        // The host's word, held until the next one.
        if self.bus_write.val() | self.bus_read.val() {
            self.address.d.next = self.bus_address.val();
            self.data.d.next = self.bus_wdata.val();
        }
        self.region.next = self.address.q.val().get_bits::<4>(28);
        self.offset.next = self.address.q.val().get_bits::<16>(0);
        self.register.next = self.address.q.val().get_bits::<3>(0);
        self.lane.next = self.address.q.val().get_bits::<4>(16) & self.lane_mask.val();
        self.is_pointer.next = self.region.val() == self.region_pointer.val();
        self.is_weight.next = self.region.val() == self.region_weight.val();
        self.is_bias.next = self.region.val() == self.region_bias.val();
        self.is_act.next = self.region.val() == self.region_act.val();
        self.is_code.next = self.region.val() == self.region_code.val();
        self.is_step.next = self.region.val() == self.region_step.val();
        self.is_control.next = self.region.val() == self.region_control.val();
        self.write1.d.next = self.bus_write.val();
        self.write2.d.next = self.write1.q.val() & (self.is_pointer.val() | self.is_bias.val());
        self.read1.d.next = self.bus_read.val();
        self.read2.d.next = self.read1.q.val();
        self.read3.d.next = self.read2.q.val();
        // Registers.
        self.steps.start.next =
            self.write1.q.val() & self.is_control.val() & (self.register.val() == self.reg_start.val());
        self.steps.first_step.next = self.data.q.val().get_bits::<8>(0);
        self.steps.last_step.next = self.data.q.val().get_bits::<8>(8);
        self.clears.next =
            self.write1.q.val() & self.is_control.val() & (self.register.val() == self.reg_reset.val());
        self.clears_counters.next =
            self.write1.q.val() & self.is_control.val() & (self.register.val() == self.reg_clear.val());
        self.steps.reset.next = self.clears.val();
        self.clear_q.d.next = self.clears.val();
        self.steps.write.next = self.write1.q.val() & self.is_step.val();
        self.steps.write_address.next = self.offset.val();
        self.steps.write_data.next = self.data.q.val();
        // Memories with a single port: the host's words, or the row's biases.
        self.single_write.next = (self.write1.q.val()
            & (self.is_pointer.val() | self.is_weight.val() | self.is_bias.val()))
            | self.write2.q.val();
        self.second_word.next = 0.into();
        if self.write2.q.val() {
            self.second_word.next = 1.into();
        }
        self.single_address.next = self.offset.val();
        if self.is_pointer.val() {
            self.single_address.next = (self.offset.val() << 1) | self.pointer_place.val() | self.second_word.val();
        }
        if self.is_bias.val() {
            self.single_address.next = (self.offset.val() << 1) | self.bias_place.val() | self.second_word.val();
        }
        if self.steps.draining.val() {
            self.single_address.next = (self.steps.bias.val() << 1) | self.bias_place.val();
            if self.steps.upper.val() {
                self.single_address.next = (self.steps.bias.val() << 1) | self.bias_place.val() | 1;
            }
        }
        self.single_data.next = bit_cast::<16, 32>(self.data.q.val());
        if self.write2.q.val() {
            self.single_data.next = self.data.q.val().get_bits::<16>(16);
        }
        // Codebooks, and the queues behind them.
        self.code_address.next = self.offset.val();
        self.code_data.next = bit_cast::<16, 32>(self.data.q.val());
        if self.scan.write.val() {
            self.code_address.next = self.scan.place.val();
            self.code_data.next = self.scan.data.val();
        }
        // Activations.
        self.act_address.next = self.offset.val();
        if self.steps.reads.val() {
            self.act_address.next = self.scan.address.val();
        }
        self.act_write_address.next = self.offset.val();
        self.act_write_data.next = bit_cast::<16, 32>(self.data.q.val());
        if self.steps.busy.val() {
            self.act_write_address.next = self.steps.place.val();
            self.act_write_data.next = self.drain_unit.result.val();
        }
        // Scan and sequencer.
        self.scan.clear.next = self.clear_q.q.val();
        self.scan.takes_groups.next = self.steps.takes_groups.val();
        self.scan.source.next = self.steps.descriptor.val().get_bits::<16>(0);
        self.scan.groups.next = self.steps.descriptor.val().get_bits::<16>(16);
        self.scan.takes_column.next = self.steps.takes_column.val();
        self.scan.column_in.next = self.steps.descriptor.val().get_bits::<16>(0);
        self.scan.run.next = self.steps.scanning.val();
        self.steps.some.next = self.scan.some.val();
        self.steps.ends.next = self.scan.ends.val();
        // The PEs.
        for i in self._missing..self._most {
            self.scan.act[i].next = 0.into();
        }
        self.full.next = false;
        self.idle.next = true;
        self.sum.next = 0.into();
        self.bias_high.next = 0.into();
        self.act_word.next = 0.into();
        self.busy_flags.next = 0.into();
        self.stalled_flags.next = 0.into();
        self.pair.next = self.steps.phase.val().get_bits::<4>(1);
        for i in 0..self._lanes {
            self.pes[i].clock.next = self.clock.val();
            self.pes[i].clear.next = self.clear_q.q.val();
            self.pes[i].tail.next = self.scan.tail.val();
            self.pes[i].next_tail.next = self.scan.next_tail.val();
            self.hits[i].next = self.address.q.val().get_bit(27) | (self.lane.val() == i.to_bits());
            self.pes[i].code_write.next =
                self.scan.write.val() | (self.write1.q.val() & self.is_code.val() & self.hits[i].val());
            self.pes[i].code_address.next = self.code_address.val();
            self.pes[i].code_data.next = self.code_data.val();
            self.pes[i].codebook.next = self.steps.codebook.val();
            self.pes[i].outside.next = !self.steps.computes.val();
            self.pes[i].address.next = self.single_address.val();
            self.pes[i].write.next = self.single_write.val() & self.hits[i].val();
            self.pes[i].data.next = self.single_data.val();
            self.pes[i].draining.next = self.steps.draining.val();
            self.pes[i].drain_row.next = self.steps.row.val();
            self.pes[i].forget.next = self.steps.forget.val();
            self.pes[i].act_address.next = self.act_address.val();
            self.pes[i].act_write_address.next = self.act_write_address.val();
            self.pes[i].act_write_data.next = self.act_write_data.val();
            self.pes[i].act_write.next =
                self.due4[i].q.val() | (self.write1.q.val() & self.is_act.val() & self.hits[i].val());
            self.scan.act[i].next = self.pes[i].act.val();
            if self.pes[i].full.val() {
                self.full.next = true;
                self.stalled_flags.next = self.stalled_flags.val() | self.lane_flags[i].val();
            }
            if !self.pes[i].idle.val() {
                self.idle.next = false;
            }
            if self.pes[i].issuing.val() {
                self.busy_flags.next = self.busy_flags.val() | self.lane_flags[i].val();
            }
            // The drain takes one after the other.
            self.turn[i].next = self.pair.val() == self.turn_pair[i].val();
            self.due[i].next = self.steps.draining.val()
                & !self.steps.sweeping.val()
                & self.turn[i].val()
                & self.steps.phase.val().get_bit(0);
            self.due1[i].clock.next = self.clock.val();
            self.due2[i].clock.next = self.clock.val();
            self.due3[i].clock.next = self.clock.val();
            self.due4[i].clock.next = self.clock.val();
            self.due1[i].d.next = self.due[i].val();
            self.due2[i].d.next = self.due1[i].q.val();
            self.due3[i].d.next = self.due2[i].q.val();
            self.due4[i].d.next = self.due3[i].q.val();
            self.lane_sums[i].next = 0.into();
            self.lane_words[i].next = 0.into();
            self.lane_acts[i].next = 0.into();
            if self.turn[i].val() {
                self.lane_sums[i].next = self.pes[i].sum.val();
                self.lane_words[i].next = self.pes[i].word.val();
            }
            if self.lane.val() == i.to_bits() {
                self.lane_acts[i].next = self.pes[i].act.val();
            }
            self.sum.next = self.sum.val() | self.lane_sums[i].val();
            self.bias_high.next = self.bias_high.val() | self.lane_words[i].val();
            self.act_word.next = self.act_word.val() | self.lane_acts[i].val();
        }
        for i in self._last..self._lanes {
            self.written.next = self.due4[i].q.val();
        }
        self.scan.full.next = self.full.val();
        self.steps.idle.next = self.idle.val();
        self.steps.written.next = self.written.val();
        self.bias_low.d.next = self.bias_high.val();
        self.drain_unit.sum.next = self.sum.val();
        self.drain_unit.bias_word.next =
            bit_cast::<32, 16>(self.bias_low.q.val()) | (bit_cast::<32, 16>(self.bias_high.val()) << 16);
        self.drain_unit.first.next = true;
        self.drain_unit.partial_in.next = 0.into();
        self.drain_unit.keep.next = true;
        self.drain_unit.shift.next = self.steps.shift.val();
        self.drain_unit.relu.next = self.steps.relu.val();
        // Counters.
        if self.steps.running.val() {
            self.cycles.d.next = self.cycles.q.val() + 1;
        }
        if self.steps.computing.val() {
            self.compute_cycles.d.next = self.compute_cycles.q.val() + 1;
        }
        if self.clears_counters.val() {
            self.cycles.d.next = 0.into();
            self.compute_cycles.d.next = 0.into();
        }
        self.counters.clear.next = self.clears_counters.val();
        self.counters.busy.next = self.busy_flags.val();
        self.counters.stalled.next = self.stalled_flags.val();
        self.counter.next = self.lane.val();
        if self.offset.val().get_bit(0) {
            self.counter.next = self.lane.val() | self.second_counter.val();
        }
        self.counters.address.next = self.counter.val();
        // What the host reads.
        self.control.next = 0.into();
        if self.register.val() == self.reg_ident.val() {
            self.control.next = self.ident.val();
        }
        if self.register.val() == self.reg_hash.val() {
            self.control.next = self.hash.val();
        }
        if (self.register.val() == self.reg_status.val()) & self.steps.busy.val() {
            self.control.next = 1.into();
        }
        if self.register.val() == self.reg_cycles.val() {
            self.control.next = self.cycles.q.val();
        }
        if self.register.val() == self.reg_compute.val() {
            self.control.next = self.compute_cycles.q.val();
        }
        self.rdata.d.next = self.counters.word.val();
        if self.is_act.val() {
            self.rdata.d.next = bit_cast::<32, 16>(self.act_word.val());
        }
        if self.is_control.val() {
            self.rdata.d.next = self.control.val();
        }
        self.bus_rdata.next = self.rdata.q.val();
        self.bus_rvalid.next = self.read3.q.val();
        self.busy.next = self.steps.busy.val();
        self.step.next = self.steps.step.val();
        self.draining.next = self.steps.draining.val() & !self.steps.sweeping.val() & !self.steps.phase.val().any();
        self.drain_row.next = self.steps.row.val();
    }
}
