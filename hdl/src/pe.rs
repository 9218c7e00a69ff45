//! A processing element: pointer read -> queue -> walker -> decode -> multiply-accumulate -> drain, with the
//! memories of its share of the rows and its bank of activations.
//!
//! Ports: the cluster's broadcast (`valid`, `marker`, `column[16]`, `value[16]`), its host bus (`host_write`,
//! `host_kinds[4]`, `host_offset[16]`, `host_data[32]`, `wide_*`), the activation bank's read port (`act_address[16]` ->
//! `act_data[16]`, two cycles later, standing still without `act_enable`) and write port (`act_write`,
//! `act_write_address[16]`, `act_write_data[16]`), the drain's parameters (held still while it works), its timing, its chain
//! (`first`, `partial_in[48]`, `partial[48]`) and its `result[16]`.
//! Latency: fifteen cycles from `valid` to the first product in its accumulator. From `drain` to `partial`, four; to
//! `result`, seven, and `keep` comes a cycle before it. `bias_address` comes with `drain`.
//! Back-pressure: `almost_full`. `parity` says that the PE has taken up the next step: its sums of the last one can be
//! drained six cycles later.

use crate::act_queue::ActQueue;
use crate::drain::Drain;
use crate::mac::Mac;
use crate::ptr_read::PtrRead;
use crate::ram::PipedRam;
use crate::spmat_read::SpmatRead;
use crate::weight_decode::WeightDecode;
use eie_spec::config::Config;
use rust_hdl::prelude::*;

/// See the module's documentation.
#[derive(LogicBlock)]
pub struct Pe {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Drops all work.
    pub clear: Signal<In, Bit>,
    /// An activation is broadcast.
    pub valid: Signal<In, Bit>,
    /// A marker is broadcast.
    pub marker: Signal<In, Bit>,
    /// Address of its column's pointer.
    pub column: Signal<In, Bits<16>>,
    /// The activation.
    pub value: Signal<In, Bits<16>>,
    /// Ask the broadcast to wait.
    pub almost_full: Signal<Out, Bit>,
    /// Markers taken, modulo 2.
    pub parity: Signal<Out, Bit>,
    /// Host writes a word of this PE.
    pub host_write: Signal<In, Bit>,
    /// Of which memory: pointers, weights, codebooks, biases.
    pub host_kinds: Signal<In, Bits<4>>,
    /// Where.
    pub host_offset: Signal<In, Bits<16>>,
    /// What.
    pub host_data: Signal<In, Bits<32>>,
    /// The host's word for [`crate::pair_ram`].
    pub wide_address: Signal<In, Bits<16>>,
    /// Its halves.
    pub wide_halves: Signal<In, Bits<2>>,
    /// Its upper half.
    pub wide_data: Signal<In, Bits<27>>,
    /// An entry is issued: what the busy counter counts. `almost_full` is what the other one counts.
    pub issuing: Signal<Out, Bit>,
    /// Activation to read.
    pub act_address: Signal<In, Bits<16>>,
    /// Reads of activations go on.
    pub act_enable: Signal<In, Bit>,
    /// The activation read.
    pub act_data: Signal<Out, Bits<16>>,
    /// Requantising shift.
    pub shift: Signal<In, Bits<5>>,
    /// ReLU or identity.
    pub relu: Signal<In, Bit>,
    /// Reads and clears an accumulator.
    pub drain: Signal<In, Bit>,
    /// Which one.
    pub drain_row: Signal<In, Bits<16>>,
    /// Its bias word.
    pub bias_address: Signal<In, Bits<16>>,
    /// This PE is the first of its chain: it adds the bias.
    pub first: Signal<In, Bit>,
    /// A row's result is due: else there is none, but zero.
    pub keep: Signal<In, Bit>,
    /// What the PE before it in the chain has added up.
    pub partial_in: Signal<In, Bits<48>>,
    /// What has been added up.
    pub partial: Signal<Out, Bits<48>>,
    /// The drained row.
    pub result: Signal<Out, Bits<16>>,
    /// Writes an activation.
    pub act_write: Signal<In, Bit>,
    /// Where.
    pub act_write_address: Signal<In, Bits<16>>,
    /// What.
    pub act_write_data: Signal<In, Bits<16>>,
    ptr_read: PtrRead,
    act_queue: ActQueue,
    spmat_read: SpmatRead,
    weight_decode: WeightDecode,
    mac: Mac,
    drain_unit: Drain,
    act_bank: PipedRam<16>,
    bank3: DFF<Bit>,
    bank4: DFF<Bit>,
    bank5: DFF<Bit>,
    parity_q: DFF<Bit>,
}

impl Pe {
    /// A PE with memories of the configuration's depths.
    pub fn new(config: &Config) -> Self {
        Self {
            clock: Default::default(),
            clear: Default::default(),
            valid: Default::default(),
            marker: Default::default(),
            column: Default::default(),
            value: Default::default(),
            almost_full: Default::default(),
            parity: Default::default(),
            host_write: Default::default(),
            host_kinds: Default::default(),
            host_offset: Default::default(),
            host_data: Default::default(),
            wide_address: Default::default(),
            wide_halves: Default::default(),
            wide_data: Default::default(),
            issuing: Default::default(),
            act_address: Default::default(),
            act_enable: Default::default(),
            act_data: Default::default(),
            shift: Default::default(),
            relu: Default::default(),
            drain: Default::default(),
            drain_row: Default::default(),
            bias_address: Default::default(),
            first: Default::default(),
            keep: Default::default(),
            partial_in: Default::default(),
            partial: Default::default(),
            result: Default::default(),
            act_write: Default::default(),
            act_write_address: Default::default(),
            act_write_data: Default::default(),
            ptr_read: PtrRead::new(config),
            act_queue: ActQueue::new(config),
            spmat_read: SpmatRead::new(config),
            weight_decode: WeightDecode::new(config),
            mac: Mac::new(config),
            drain_unit: Drain::new(config),
            act_bank: PipedRam::new(config.act_depth, 16),
            bank3: Default::default(),
            bank4: Default::default(),
            bank5: Default::default(),
            parity_q: Default::default(),
        }
    }
}

impl Logic for Pe {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, bank3, bank4, bank5, parity_q);
        clock!(self, clock, ptr_read, act_queue, spmat_read, weight_decode, mac, drain_unit, act_bank);
        // Host writes.
        self.ptr_read.write.next = self.host_write.val() & self.host_kinds.val().get_bit(0);
        self.ptr_read.write_address.next = self.host_offset.val();
        self.ptr_read.write_data.next = self.host_data.val();
        self.spmat_read.write.next = self.host_write.val() & self.host_kinds.val().get_bit(1);
        self.spmat_read.write_address.next = self.host_offset.val();
        self.spmat_read.write_data.next = self.host_data.val();
        self.spmat_read.write_code.next = self.host_write.val() & self.host_kinds.val().get_bit(2);
        self.ptr_read.write_bias.next = self.host_write.val() & self.host_kinds.val().get_bit(3);
        self.spmat_read.wide_address.next = self.wide_address.val();
        self.spmat_read.wide_halves.next = self.wide_halves.val();
        self.spmat_read.wide_data.next = self.wide_data.val();
        self.ptr_read.wide_address.next = self.wide_address.val();
        self.ptr_read.wide_halves.next = self.wide_halves.val();
        self.ptr_read.wide_data.next = self.wide_data.val();
        // Broadcast to queue.
        self.ptr_read.valid.next = self.valid.val();
        self.ptr_read.marker.next = self.marker.val();
        self.ptr_read.column.next = self.column.val();
        self.ptr_read.value_in.next = self.value.val();
        self.act_queue.clear.next = self.clear.val();
        self.act_queue.push.next = self.ptr_read.push.val();
        self.act_queue.pointer_in.next = self.ptr_read.pointer.val();
        self.act_queue.value_in.next = self.ptr_read.value.val();
        self.act_queue.short_in.next = self.ptr_read.short.val();
        self.act_queue.marker_in.next = self.ptr_read.is_marker.val();
        self.almost_full.next = self.act_queue.almost_full.val();
        // Queue to accumulators.
        self.act_queue.pop.next = self.spmat_read.pop.val();
        self.spmat_read.clear.next = self.clear.val();
        self.spmat_read.empty.next = self.act_queue.empty.val();
        self.spmat_read.pointer.next = self.act_queue.pointer.val();
        self.spmat_read.value_in.next = self.act_queue.value.val();
        self.spmat_read.short.next = self.act_queue.short.val();
        self.spmat_read.marker.next = self.act_queue.marker.val();
        self.weight_decode.valid_in.next = self.spmat_read.valid.val();
        self.weight_decode.first.next = self.spmat_read.first.val();
        self.weight_decode.entry.next = self.spmat_read.entry.val();
        self.weight_decode.value_in.next = self.spmat_read.value.val();
        self.weight_decode.codebook.next = self.spmat_read.codebook.val();
        self.spmat_read.code_address.next = self.weight_decode.code_address.val();
        self.bank3.d.next = self.spmat_read.bank.val();
        self.bank4.d.next = self.bank3.q.val();
        self.bank5.d.next = self.bank4.q.val();
        self.parity_q.d.next = self.spmat_read.parity.val();
        self.parity.next = self.parity_q.q.val();
        self.mac.valid.next = self.weight_decode.valid.val();
        self.mac.bank.next = self.bank5.q.val();
        self.mac.row.next = self.weight_decode.row.val();
        self.mac.weight.next = self.spmat_read.weight.val();
        self.mac.value.next = self.weight_decode.value.val();
        // Drain.
        self.mac.drain.next = self.drain.val();
        self.mac.drain_row.next = self.drain_row.val();
        self.mac.sweep.next = self.clear.val();
        self.ptr_read.bias_address.next = self.bias_address.val();
        self.drain_unit.sum.next = self.mac.sum.val();
        self.drain_unit.first.next = self.first.val();
        self.drain_unit.partial_in.next = self.partial_in.val();
        self.partial.next = self.drain_unit.partial.val();
        self.result.next = self.drain_unit.result.val();
        self.drain_unit.bias_word.next = self.ptr_read.bias.val();
        self.drain_unit.keep.next = self.keep.val();
        self.drain_unit.shift.next = self.shift.val();
        self.drain_unit.relu.next = self.relu.val();
        // Activation bank.
        self.act_bank.read_address.next = self.act_address.val();
        self.act_bank.enable.next = self.act_enable.val();
        self.act_data.next = self.act_bank.read_data.val();
        self.act_bank.write_enable.next = self.act_write.val();
        self.act_bank.write_address.next = self.act_write_address.val();
        self.act_bank.write_data.next = self.act_write_data.val();
        self.issuing.next = self.spmat_read.issuing.val();
    }
}
