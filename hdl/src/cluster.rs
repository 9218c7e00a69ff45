//! A cluster: up to eight PEs behind one set of broadcast, host and drain registers, with their non-zero
//! detector and their share of the read multiplexer.
//!
//! Ports: everything of the accelerator's that all clusters share (`bcast_*`, `host_*`, `scan_*`, `drain_*`,
//! the layer's parameters), `first_pe[16]`, and towards the accelerator `head_*`/`take` (one activation),
//! `almost_full`, `idle`, `scan_done`, `read_data[32]`.
//! Latency: one register on everything that comes in but `scan_start`, one on everything that goes out but the
//! head. A drained row is written back six cycles after it reached the PEs.

use crate::nz_detect::NzDetect;
use crate::pe::Pe;
use eie_spec::config::{Config, CLUSTER};
use eie_spec::regs::{Region, ALL_PES};
use rust_hdl::prelude::*;

/// Cycles from a PE's `drain` to its `result`.
const DRAIN_LATENCY: usize = 5;

/// See the module's documentation.
#[derive(LogicBlock)]
pub struct Cluster {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Number of the first PE.
    pub first_pe: Signal<In, Bits<16>>,
    /// Drops all work.
    pub clear: Signal<In, Bit>,
    /// Clears the counters.
    pub clear_counters: Signal<In, Bit>,
    /// An activation is broadcast.
    pub bcast_valid: Signal<In, Bit>,
    /// Address of its column's pointer.
    pub bcast_column: Signal<In, Bits<16>>,
    /// The activation.
    pub bcast_value: Signal<In, Bits<16>>,
    /// Host writes.
    pub host_write: Signal<In, Bit>,
    /// Host reads.
    pub host_read: Signal<In, Bit>,
    /// Address of the host's word.
    pub host_address: Signal<In, Bits<32>>,
    /// Word to write.
    pub host_data: Signal<In, Bits<32>>,
    /// The word read, zero if it is not this cluster's. Two cycles after `host_read`.
    pub read_data: Signal<Out, Bits<32>>,
    /// Begins a scan.
    pub scan_start: Signal<In, Bit>,
    /// First group of the scan.
    pub src_base: Signal<In, Bits<16>>,
    /// Number of groups.
    pub groups: Signal<In, Bits<16>>,
    /// First pointer of the layer.
    pub ptr_base: Signal<In, Bits<16>>,
    /// Number of PEs.
    pub stride: Signal<In, Bits<16>>,
    /// An activation is offered.
    pub head_valid: Signal<Out, Bit>,
    /// Address of its column's pointer.
    pub head_column: Signal<Out, Bits<16>>,
    /// The activation.
    pub head_value: Signal<Out, Bits<16>>,
    /// It is taken.
    pub take: Signal<In, Bit>,
    /// All activations have been taken.
    pub scan_done: Signal<Out, Bit>,
    /// A queue is almost full.
    pub almost_full: Signal<Out, Bit>,
    /// All PEs are idle.
    pub idle: Signal<Out, Bit>,
    /// Which codebook.
    pub codebook: Signal<In, Bits<8>>,
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
    nz_detect: NzDetect,
    pes: Vec<Pe>,
    bcast_valid_q: DFF<Bit>,
    bcast_column_q: DFF<Bits<16>>,
    bcast_value_q: DFF<Bits<16>>,
    host_write_q: DFF<Bit>,
    host_read_q: DFF<Bit>,
    host_address_q: DFF<Bits<32>>,
    host_data_q: DFF<Bits<32>>,
    clear_q: DFF<Bit>,
    clear_counters_q: DFF<Bit>,
    drain_q: DFF<Bit>,
    drain_row_q: DFF<Bits<16>>,
    bias_address_q: DFF<Bits<16>>,
    write_back: Vec<DFF<Bit>>,
    write_address: Vec<DFF<Bits<16>>>,
    full_q: DFF<Bit>,
    idle_q: DFF<Bit>,
    read_q: DFF<Bits<32>>,
    pe_field: Signal<Local, Bits<16>>,
    relative: Signal<Local, Bits<16>>,
    to_all: Signal<Local, Bit>,
    region: Signal<Local, Bits<4>>,
    act_address: Signal<Local, Bits<16>>,
    counter_word: Signal<Local, Bits<32>>,
    act_word: Signal<Local, Bits<16>>,
    reads_act: DFF<Bit>,
    pe_mask: Constant<Bits<16>>,
    region_activation: Constant<Bits<4>>,
    _lanes: usize,
    _missing: usize,
    _delay: usize,
}

impl Cluster {
    /// As many PEs as the configuration has in a cluster.
    pub fn new(config: &Config) -> Self {
        Self {
            clock: Default::default(),
            first_pe: Default::default(),
            clear: Default::default(),
            clear_counters: Default::default(),
            bcast_valid: Default::default(),
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
            stride: Default::default(),
            head_valid: Default::default(),
            head_column: Default::default(),
            head_value: Default::default(),
            take: Default::default(),
            scan_done: Default::default(),
            almost_full: Default::default(),
            idle: Default::default(),
            codebook: Default::default(),
            shift: Default::default(),
            relu: Default::default(),
            drain: Default::default(),
            drain_write: Default::default(),
            drain_row: Default::default(),
            bias_address: Default::default(),
            dst_address: Default::default(),
            nz_detect: NzDetect::new(),
            pes: (0..config.lanes()).map(|_| Pe::new(config)).collect(),
            bcast_valid_q: Default::default(),
            bcast_column_q: Default::default(),
            bcast_value_q: Default::default(),
            host_write_q: Default::default(),
            host_read_q: Default::default(),
            host_address_q: Default::default(),
            host_data_q: Default::default(),
            clear_q: Default::default(),
            clear_counters_q: Default::default(),
            drain_q: Default::default(),
            drain_row_q: Default::default(),
            bias_address_q: Default::default(),
            write_back: (0..=DRAIN_LATENCY).map(|_| DFF::default()).collect(),
            write_address: (0..=DRAIN_LATENCY).map(|_| DFF::default()).collect(),
            full_q: Default::default(),
            idle_q: Default::default(),
            read_q: Default::default(),
            pe_field: Default::default(),
            relative: Default::default(),
            to_all: Default::default(),
            region: Default::default(),
            act_address: Default::default(),
            counter_word: Default::default(),
            act_word: Default::default(),
            reads_act: Default::default(),
            pe_mask: Constant::new(u64::from(ALL_PES).into()),
            region_activation: Constant::new((Region::Activation as u64).into()),
            _lanes: config.lanes(),
            _missing: CLUSTER,
            _delay: DRAIN_LATENCY,
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
            bcast_column_q,
            bcast_value_q,
            host_write_q,
            host_read_q,
            host_address_q,
            host_data_q,
            clear_q,
            clear_counters_q,
            drain_q,
            drain_row_q,
            bias_address_q,
            full_q,
            idle_q,
            read_q,
            reads_act
        );
        clock!(self, clock, nz_detect);
        self.bcast_valid_q.d.next = self.bcast_valid.val();
        self.bcast_column_q.d.next = self.bcast_column.val();
        self.bcast_value_q.d.next = self.bcast_value.val();
        self.host_write_q.d.next = self.host_write.val();
        self.host_read_q.d.next = self.host_read.val();
        self.host_address_q.d.next = self.host_address.val();
        self.host_data_q.d.next = self.host_data.val();
        self.clear_q.d.next = self.clear.val();
        self.clear_counters_q.d.next = self.clear_counters.val();
        self.drain_q.d.next = self.drain.val();
        self.drain_row_q.d.next = self.drain_row.val();
        self.bias_address_q.d.next = self.bias_address.val();
        // The write-back follows the row through the drain units.
        for i in 0..self._delay {
            self.write_back[i + 1].clock.next = self.clock.val();
            self.write_back[i + 1].d.next = self.write_back[i].q.val();
            self.write_address[i + 1].clock.next = self.clock.val();
            self.write_address[i + 1].d.next = self.write_address[i].q.val();
        }
        self.write_back[0].clock.next = self.clock.val();
        self.write_back[0].d.next = self.drain.val() & self.drain_write.val();
        self.write_address[0].clock.next = self.clock.val();
        self.write_address[0].d.next = self.dst_address.val();
        // Host address.
        self.region.next = self.host_address_q.q.val().get_bits::<4>(28);
        self.pe_field.next = self.host_address_q.q.val().get_bits::<16>(16) & self.pe_mask.val();
        self.relative.next = self.pe_field.val() - self.first_pe.val();
        self.to_all.next = self.pe_field.val() == self.pe_mask.val();
        // Non-zero detection. The host reads activations through the same port, while nothing is scanned.
        self.nz_detect.clear.next = self.clear_q.q.val();
        self.nz_detect.start.next = self.scan_start.val();
        self.nz_detect.src_base.next = self.src_base.val();
        self.nz_detect.groups.next = self.groups.val();
        self.nz_detect.first_column.next = self.ptr_base.val() + self.first_pe.val();
        self.nz_detect.stride.next = self.stride.val();
        self.nz_detect.take.next = self.take.val();
        self.act_address.next = self.nz_detect.address.val();
        self.reads_act.d.next = self.host_read.val()
            & (self.host_address.val().get_bits::<4>(28) == self.region_activation.val())
            & self.nz_detect.done.val();
        if self.reads_act.q.val() {
            self.act_address.next = self.host_address_q.q.val().get_bits::<16>(0);
        }
        for i in 0..self._missing {
            self.nz_detect.act[i].next = 0.into();
        }
        self.head_valid.next = self.nz_detect.valid.val();
        self.head_column.next = self.nz_detect.column.val();
        self.head_value.next = self.nz_detect.value.val();
        self.scan_done.next = self.nz_detect.done.val();
        // The PEs.
        self.full_q.d.next = false;
        self.idle_q.d.next = !self.bcast_valid_q.q.val();
        self.read_q.d.next = 0.into();
        self.counter_word.next = 0.into();
        self.act_word.next = 0.into();
        for i in 0..self._lanes {
            self.nz_detect.act[i].next = self.pes[i].act_data.val();
            self.pes[i].clock.next = self.clock.val();
            self.pes[i].clear.next = self.clear_q.q.val();
            self.pes[i].clear_counters.next = self.clear_counters_q.q.val();
            self.pes[i].valid.next = self.bcast_valid_q.q.val();
            self.pes[i].column.next = self.bcast_column_q.q.val();
            self.pes[i].value.next = self.bcast_value_q.q.val();
            self.pes[i].host_write.next =
                self.host_write_q.q.val() & (self.to_all.val() | (self.relative.val() == i.to_bits()));
            self.pes[i].host_region.next = self.region.val();
            self.pes[i].host_offset.next = self.host_address_q.q.val().get_bits::<16>(0);
            self.pes[i].host_data.next = self.host_data_q.q.val();
            self.pes[i].act_address.next = self.act_address.val();
            self.pes[i].codebook.next = self.codebook.val();
            self.pes[i].shift.next = self.shift.val();
            self.pes[i].relu.next = self.relu.val();
            self.pes[i].drain.next = self.drain_q.q.val();
            self.pes[i].drain_row.next = self.drain_row_q.q.val();
            self.pes[i].bias_address.next = self.bias_address_q.q.val();
            self.pes[i].act_write.next = self.write_back[5].q.val();
            self.pes[i].act_write_address.next = self.write_address[5].q.val();
            if self.pes[i].almost_full.val() {
                self.full_q.d.next = true;
            }
            if !self.pes[i].idle.val() {
                self.idle_q.d.next = false;
            }
            if self.relative.val() == i.to_bits() {
                self.counter_word.next = self.pes[i].counter.val();
                self.act_word.next = self.pes[i].act_data.val();
            }
        }
        if self.host_read_q.q.val() {
            self.read_q.d.next = self.counter_word.val();
            if self.reads_act.q.val() {
                self.read_q.d.next = bit_cast::<32, 16>(self.act_word.val());
            }
        }
        self.almost_full.next = self.full_q.q.val();
        self.idle.next = self.idle_q.q.val();
        self.read_data.next = self.read_q.q.val();
    }
}
