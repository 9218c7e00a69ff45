//! A PE of the compact array: queue -> pointer -> walker -> decode -> multiply-accumulate, and its bank of activations.
//!
//! Ports: the queues' common tail (`tail[16]`, `next_tail[16]`) and the words behind it, which come with the host's codes
//! (`code_write`, `code_address[16]`, `code_data[16]`); `codebook[8]`; while `outside`, the single-port memory's port (`address[16]`,
//! `write`, `data[16]` -> `word[16]`, a cycle later); `draining` with `drain_row[16]` -> `sum[48]`, two cycles later, and `forget`,
//! which clears that row; the activation bank (`act_address[16]` -> `act[16]`, a cycle later; `act_write`, `act_write_address[16]`,
//! `act_write_data[16]`); `full` (there is no room for another activation), `idle` (nothing is in work), `issuing`.
//! Latency: a column of `n` entries takes `n + 2` cycles, four at least; an entry's product is in its accumulator four
//! cycles after it is issued.
//!
//! A column's cycles: in the first one its pointer's upper word is read, in the second one the lower word, and from the queue the
//! activation; from the third one on an entry in each. In the third one, nothing of the codebooks is read yet: the
//! next column's number is, or later if the queue was empty.

use super::memory::{Product, SingleRam, SyncRam};
use eie_spec::arith::{self, CODES, CODE_BITS};
use eie_spec::config::Config;
use rust_hdl::prelude::*;

/// See the module's documentation.
#[derive(LogicBlock)]
pub struct CompactPe {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Drops all work.
    pub clear: Signal<In, Bit>,
    /// Where the next activation is put into the queues.
    pub tail: Signal<In, Bits<16>>,
    /// The place behind it.
    pub next_tail: Signal<In, Bits<16>>,
    /// Writes a word of codes, or of the queue.
    pub code_write: Signal<In, Bit>,
    /// Where.
    pub code_address: Signal<In, Bits<16>>,
    /// What.
    pub code_data: Signal<In, Bits<16>>,
    /// The step's codebook.
    pub codebook: Signal<In, Bits<8>>,
    /// The single-port memory is not the walker's.
    pub outside: Signal<In, Bit>,
    /// Its word.
    pub address: Signal<In, Bits<16>>,
    /// Writes it.
    pub write: Signal<In, Bit>,
    /// What.
    pub data: Signal<In, Bits<16>>,
    /// The word read.
    pub word: Signal<Out, Bits<16>>,
    /// Rows are drained.
    pub draining: Signal<In, Bit>,
    /// Which one.
    pub drain_row: Signal<In, Bits<16>>,
    /// Clears it.
    pub forget: Signal<In, Bit>,
    /// Its sum; `acc_bits` wide, not sign-extended.
    pub sum: Signal<Out, Bits<48>>,
    /// Activation to read.
    pub act_address: Signal<In, Bits<16>>,
    /// The activation read.
    pub act: Signal<Out, Bits<16>>,
    /// Writes an activation.
    pub act_write: Signal<In, Bit>,
    /// Where.
    pub act_write_address: Signal<In, Bits<16>>,
    /// What.
    pub act_write_data: Signal<In, Bits<16>>,
    /// The queue takes no more.
    pub full: Signal<Out, Bit>,
    /// Nothing is in the queue, nor on its way to an accumulator.
    pub idle: Signal<Out, Bit>,
    /// An entry's address is being read in this cycle.
    pub issuing: Signal<Out, Bit>,
    memory: SingleRam,
    codes: SyncRam<16>,
    acc: SyncRam<48>,
    acts: SyncRam<16>,
    multiplier: Product,
    head: DFF<Bits<16>>,
    column: DFF<Bits<16>>,
    column_known: DFF<Bit>,
    column_read: DFF<Bit>,
    lower: DFF<Bit>,
    begins: DFF<Bit>,
    active: DFF<Bit>,
    upper: DFF<Bits<16>>,
    value: DFF<Bits<16>>,
    entry: DFF<Bits<16>>,
    left: DFF<Bits<16>>,
    valid1: DFF<Bit>,
    first1: DFF<Bit>,
    valid2: DFF<Bit>,
    valid3: DFF<Bit>,
    row: DFF<Bits<16>>,
    row3: DFF<Bits<16>>,
    item: Signal<Local, Bit>,
    fetch: Signal<Local, Bit>,
    takes: Signal<Local, Bit>,
    issue: Signal<Local, Bit>,
    pointer: Signal<Local, Bits<32>>,
    length: Signal<Local, Bits<32>>,
    count: Signal<Local, Bits<16>>,
    start: Signal<Local, Bits<16>>,
    here: Signal<Local, Bits<16>>,
    code_place: Signal<Local, Bits<16>>,
    run: Signal<Local, Bits<16>>,
    filler: Signal<Local, Bit>,
    base: Signal<Local, Bits<16>>,
    step: Signal<Local, Bits<16>>,
    wide: Signal<Local, Bits<48>>,
    total: Signal<Local, Bits<48>>,
    place_mask: Constant<Bits<16>>,
    queue_place: Constant<Bits<16>>,
    pointer_place: Constant<Bits<16>>,
    column_mask: Constant<Bits<16>>,
    upper_mask: Constant<Bits<16>>,
    start_mask: Constant<Bits<16>>,
    start_bits: Constant<Bits<6>>,
    length_mask: Constant<Bits<16>>,
    entry_mask: Constant<Bits<16>>,
    row_mask: Constant<Bits<16>>,
    run_symbol: Constant<Bits<16>>,
    code_mask: Constant<Bits<16>>,
    code_bits: Constant<Bits<4>>,
    ones: Constant<Bits<16>>,
    ones_above: Constant<Bits<48>>,
}

impl CompactPe {
    /// With memories of the configuration's depths.
    pub fn new(config: &Config) -> Self {
        let half = config.code_words();
        let bits = config.acc_bits as usize;
        let mask = |n: u32| Constant::new(((1u64 << n) - 1).into());
        Self {
            clock: Default::default(),
            clear: Default::default(),
            tail: Default::default(),
            next_tail: Default::default(),
            code_write: Default::default(),
            code_address: Default::default(),
            code_data: Default::default(),
            codebook: Default::default(),
            outside: Default::default(),
            address: Default::default(),
            write: Default::default(),
            data: Default::default(),
            word: Default::default(),
            draining: Default::default(),
            drain_row: Default::default(),
            forget: Default::default(),
            sum: Default::default(),
            act_address: Default::default(),
            act: Default::default(),
            act_write: Default::default(),
            act_write_address: Default::default(),
            act_write_data: Default::default(),
            full: Default::default(),
            idle: Default::default(),
            issuing: Default::default(),
            memory: SingleRam::new(config.single_depth()),
            codes: SyncRam::new(2 * half, 16),
            acc: SyncRam::new(config.acc_depth, bits),
            acts: SyncRam::new(config.act_depth, 16),
            multiplier: Product::new(),
            head: Default::default(),
            column: Default::default(),
            column_known: Default::default(),
            column_read: Default::default(),
            lower: Default::default(),
            begins: Default::default(),
            active: Default::default(),
            upper: Default::default(),
            value: Default::default(),
            entry: Default::default(),
            left: Default::default(),
            valid1: Default::default(),
            first1: Default::default(),
            valid2: Default::default(),
            valid3: Default::default(),
            row: Default::default(),
            row3: Default::default(),
            item: Default::default(),
            fetch: Default::default(),
            takes: Default::default(),
            issue: Default::default(),
            pointer: Default::default(),
            length: Default::default(),
            count: Default::default(),
            start: Default::default(),
            here: Default::default(),
            code_place: Default::default(),
            run: Default::default(),
            filler: Default::default(),
            base: Default::default(),
            step: Default::default(),
            wide: Default::default(),
            total: Default::default(),
            place_mask: Constant::new((config.queue_depth as u64 - 1).into()),
            queue_place: Constant::new((half as u64).into()),
            pointer_place: Constant::new((config.pointer_place() as u64).into()),
            column_mask: Constant::new((config.ptr_depth as u64 - 1).into()),
            upper_mask: mask(config.ptr_bits().saturating_sub(16)),
            start_mask: mask(config.start_bits()),
            start_bits: Constant::new(u64::from(config.start_bits()).into()),
            length_mask: mask(config.len_bits()),
            entry_mask: mask(config.entry_bits()),
            row_mask: Constant::new((config.acc_depth as u64 - 1).into()),
            run_symbol: Constant::new(u64::from(arith::run_symbol(config.run_bits)).into()),
            code_mask: Constant::new((CODES as u64 - 1).into()),
            code_bits: Constant::new(u64::from(CODE_BITS).into()),
            ones: Constant::new(0xffff.into()),
            ones_above: Constant::new((((1u64 << bits) - 1) & !0xffff_ffff).into()),
        }
    }
}

impl Logic for CompactPe {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self,
            clock,
            head,
            column,
            column_known,
            column_read,
            lower,
            begins,
            active,
            upper,
            value,
            entry,
            left,
            valid1,
            first1,
            valid2,
            valid3,
            row,
            row3
        );
        clock!(self, clock, memory, codes, acc, acts, multiplier);
        // The queue, and the codes in the other half of its memory.
        self.item.next = self.head.q.val() != self.tail.val();
        self.full.next = self.head.q.val() == self.next_tail.val();
        self.fetch.next = self.item.val()
            & !self.valid1.q.val()
            & !self.lower.q.val()
            & !self.column_known.q.val()
            & !self.column_read.q.val();
        self.column_read.d.next = self.fetch.val();
        self.code_place.next = (self.head.q.val() << 1) | self.queue_place.val();
        if !self.lower.q.val() {
            self.code_place.next = (self.head.q.val() << 1) | self.queue_place.val() | 1;
        }
        if self.valid1.q.val() {
            self.code_place.next = (bit_cast::<16, 8>(self.codebook.val()) << self.code_bits.val())
                | (self.memory.read_data.val() & self.code_mask.val());
        }
        self.codes.read_address.next = self.code_place.val();
        self.codes.write_enable.next = self.code_write.val();
        self.codes.write_address.next = self.code_address.val();
        self.codes.write_data.next = self.code_data.val();
        if self.column_read.q.val() {
            self.column.d.next = self.codes.read_data.val() & self.column_mask.val();
            self.column_known.d.next = true;
        }
        // A column's pointer.
        self.takes.next =
            self.column_known.q.val() & !self.lower.q.val() & !self.begins.q.val() & !self.active.q.val();
        self.lower.d.next = self.takes.val();
        self.begins.d.next = self.lower.q.val();
        if self.takes.val() {
            self.column_known.d.next = false;
        }
        if self.lower.q.val() {
            self.head.d.next = (self.head.q.val() + 1) & self.place_mask.val();
            self.upper.d.next = self.memory.read_data.val() & self.upper_mask.val();
        }
        self.pointer.next =
            bit_cast::<32, 16>(self.memory.read_data.val()) | (bit_cast::<32, 16>(self.upper.q.val()) << 16);
        self.length.next = self.pointer.val() >> self.start_bits.val();
        self.count.next = bit_cast::<16, 32>(self.length.val()) & self.length_mask.val();
        self.start.next = self.memory.read_data.val() & self.start_mask.val();
        // The walker.
        self.issue.next = self.active.q.val();
        self.here.next = self.entry.q.val();
        self.left.d.next = self.left.q.val() - 1;
        self.active.d.next = self.active.q.val() & (self.left.q.val() != 2);
        if self.begins.q.val() {
            self.value.d.next = self.codes.read_data.val();
            self.issue.next = self.count.val().any();
            self.here.next = self.start.val();
            self.left.d.next = self.count.val();
            self.active.d.next = self.count.val() > 1;
        }
        self.entry.d.next = (self.here.val() + 1) & self.start_mask.val();
        self.issuing.next = self.issue.val();
        self.memory.address.next = self.here.val();
        if !self.begins.q.val() & !self.active.q.val() {
            self.memory.address.next = (self.column.q.val() << 1) | self.pointer_place.val();
            if !self.lower.q.val() {
                self.memory.address.next = (self.column.q.val() << 1) | self.pointer_place.val() | 1;
            }
        }
        if self.outside.val() {
            self.memory.address.next = self.address.val();
        }
        self.memory.write.next = self.write.val();
        self.memory.write_data.next = self.data.val();
        self.word.next = self.memory.read_data.val();
        // An entry's row.
        self.valid1.d.next = self.issue.val();
        self.first1.d.next = self.begins.q.val();
        self.run.next = (self.memory.read_data.val() & self.entry_mask.val()) >> self.code_bits.val();
        self.filler.next = self.run.val() == self.run_symbol.val();
        self.base.next = self.row.q.val();
        if self.first1.q.val() {
            self.base.next = self.ones.val();
        }
        self.step.next = 1.into();
        if self.filler.val() {
            self.step.next = 0.into();
        }
        if self.valid1.q.val() {
            self.row.d.next = (self.base.val() + self.run.val() + self.step.val()) & self.row_mask.val();
        }
        if self.draining.val() {
            self.row.d.next = self.drain_row.val() & self.row_mask.val();
        }
        self.valid2.d.next = self.valid1.q.val() & !self.filler.val();
        // Its product.
        self.multiplier.a.next = self.codes.read_data.val();
        self.multiplier.b.next = self.value.q.val();
        self.acc.read_address.next = self.row.q.val();
        self.valid3.d.next = self.valid2.q.val();
        self.row3.d.next = self.row.q.val();
        // Its sum. Of a row that is forgotten, zero.
        self.wide.next = bit_cast::<48, 32>(self.multiplier.product.val());
        if self.multiplier.product.val().get_bit(31) {
            self.wide.next = bit_cast::<48, 32>(self.multiplier.product.val()) | self.ones_above.val();
        }
        self.total.next = self.acc.read_data.val() + self.wide.val();
        if self.forget.val() {
            self.total.next = 0.into();
        }
        self.acc.write_enable.next = self.valid3.q.val() | self.forget.val();
        self.acc.write_address.next = self.row3.q.val();
        self.acc.write_data.next = self.total.val();
        self.sum.next = self.acc.read_data.val();
        // The activations.
        self.acts.read_address.next = self.act_address.val();
        self.act.next = self.acts.read_data.val();
        self.acts.write_enable.next = self.act_write.val();
        self.acts.write_address.next = self.act_write_address.val();
        self.acts.write_data.next = self.act_write_data.val();
        self.idle.next = !(self.item.val()
            | self.lower.q.val()
            | self.begins.q.val()
            | self.active.q.val()
            | self.valid1.q.val()
            | self.valid2.q.val()
            | self.valid3.q.val());
        if self.clear.val() {
            self.head.d.next = 0.into();
            self.column_known.d.next = false;
            self.column_read.d.next = false;
            self.lower.d.next = false;
            self.begins.d.next = false;
            self.active.d.next = false;
            self.valid1.d.next = false;
            self.valid2.d.next = false;
            self.valid3.d.next = false;
        }
    }
}
