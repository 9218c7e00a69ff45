//! Executes the operations of a request's body ([`eie_spec::link::op`]) on the accelerator's bus.
//!
//! Ports: `clock`; `go` (level), `slot[16]`, `length[16]`, `abort`; `done` for one cycle with `status[4]`,
//! `reply_length[16]`; the requests' buffer `request_address[16]` -> `request_data[8]` two cycles later; the replies'
//! `reply_write`, `reply_address[16]`, `reply_data[8]`; the link's registers `register[3]` -> `value[32]` in the same
//! cycle; the accelerator's bus (`bus_write`, `bus_read`, `bus_address[32]`, `bus_wdata[32]`, `bus_rdata[32]`,
//! `bus_rvalid`, `busy`).
//! Latency: a byte of an operation every four cycles, a bit of data every cycle and two more for each word, a zero of a
//! run every two cycles.
//! Every wait ends: after 2^`wait_bits` cycles, or with `abort`.
//!
//! A state is a flag of its own, and what decides where it goes on has been looked at a cycle before: `last`, `widths_good`
//! and their like are registers of what holds since at least two cycles. So no path is longer than a few gates.

use eie_spec::link::op;
use eie_spec::link::{LinkParams, Status, LINK_REGION};
use eie_spec::regs;
use rust_hdl::prelude::*;

/// Logarithm of the cycles from a bus write until `busy` tells whether it started something, with some to spare.
const SETTLE_BITS: u64 = 5;

/// See the module's documentation.
#[derive(LogicBlock)]
pub struct Executor {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// There is a request.
    pub go: Signal<In, Bit>,
    /// Its slot.
    pub slot: Signal<In, Bits<16>>,
    /// Bytes of its body.
    pub length: Signal<In, Bits<16>>,
    /// Stops at once, without a reply.
    pub abort: Signal<In, Bit>,
    /// The request is executed.
    pub done: Signal<Out, Bit>,
    /// How it ended.
    pub status: Signal<Out, Bits<4>>,
    /// Bytes of the reply's body.
    pub reply_length: Signal<Out, Bits<16>>,
    /// Byte of a request.
    pub request_address: Signal<Out, Bits<16>>,
    /// What it is.
    pub request_data: Signal<In, Bits<8>>,
    /// Writes a byte of a reply.
    pub reply_write: Signal<Out, Bit>,
    /// Where.
    pub reply_address: Signal<Out, Bits<16>>,
    /// What.
    pub reply_data: Signal<Out, Bits<8>>,
    /// Register of the link.
    pub register: Signal<Out, Bits<3>>,
    /// What it holds.
    pub value: Signal<In, Bits<32>>,
    /// The accelerator's.
    pub bus_write: Signal<Out, Bit>,
    /// The accelerator's.
    pub bus_read: Signal<Out, Bit>,
    /// The accelerator's.
    pub bus_address: Signal<Out, Bits<32>>,
    /// The accelerator's.
    pub bus_wdata: Signal<Out, Bits<32>>,
    /// The accelerator's.
    pub bus_rdata: Signal<In, Bits<32>>,
    /// The accelerator's.
    pub bus_rvalid: Signal<In, Bit>,
    /// The accelerator's.
    pub busy: Signal<In, Bit>,
    /// The state; none of them while there is nothing to do.
    working: DFF<Bit>,
    in_code: DFF<Bit>,
    in_arguments: DFF<Bit>,
    in_weigh: DFF<Bit>,
    in_check: DFF<Bit>,
    in_fill: DFF<Bit>,
    in_bits: DFF<Bit>,
    in_store: DFF<Bit>,
    in_gap_end: DFF<Bit>,
    in_zeros: DFF<Bit>,
    in_pause: DFF<Bit>,
    in_read: DFF<Bit>,
    in_answer: DFF<Bit>,
    in_take: DFF<Bit>,
    in_ready: DFF<Bit>,
    in_emit: DFF<Bit>,
    octets: DFF<Bits<4>>,
    octet: DFF<Bits<2>>,
    picked: Signal<Local, Bits<4>>,
    in_flush: DFF<Bit>,
    in_wait: DFF<Bit>,
    in_done: DFF<Bit>,
    /// The next byte of the body, and whether it is there: in two cycles, in the next one, now.
    at: DFF<Bits<16>>,
    soon: DFF<Bit>,
    near: DFF<Bit>,
    shown: DFF<Bit>,
    /// There is none.
    ended: DFF<Bit>,
    /// That byte; as a code, whether it is of a wait, of no operation, or of one with arguments.
    shown_byte: DFF<Bits<8>>,
    is_wait: DFF<Bit>,
    is_unknown: DFF<Bit>,
    is_plain: DFF<Bit>,
    operation: DFF<Bits<8>>,
    argument: DFF<Bits<4>>,
    address: DFF<Bits<32>>,
    count: DFF<Bits<16>>,
    width: DFF<Bits<8>>,
    gap: DFF<Bits<8>>,
    /// What is known of the operation: of its code, its arguments, and the word that is next.
    is_sparse: DFF<Bit>,
    is_read: DFF<Bit>,
    is_run: DFF<Bit>,
    is_last_argument: DFF<Bit>,
    width_good: DFF<Bit>,
    gap_good: DFF<Bit>,
    width_one: DFF<Bit>,
    gap_one: DFF<Bit>,
    some: DFF<Bit>,
    last: DFF<Bit>,
    at_last_pe: DFF<Bit>,
    linked: DFF<Bit>,
    /// The link's register is there: a cycle later than its address.
    link_answers: DFF<Bit>,
    /// Bits of data, how many of them are there, whether that is one, and whether it is none.
    bits: DFF<Bits<8>>,
    bits_left: DFF<Bits<4>>,
    bits_last: DFF<Bit>,
    bits_none: DFF<Bit>,
    /// The word in work, how many bits it still needs or has, and whether those so far are all ones.
    word: DFF<Bits<32>>,
    word_left: DFF<Bits<6>>,
    word_last: DFF<Bit>,
    pick: DFF<Bits<6>>,
    width_below: DFF<Bits<6>>,
    ones: DFF<Bit>,
    begins: DFF<Bit>,
    in_gap: DFF<Bit>,
    /// Zeros of a run that are still to be written, and whether there are none.
    zeros: DFF<Bits<16>>,
    zeros_none: DFF<Bit>,
    /// The word that was read.
    answer: DFF<Bits<32>>,
    /// The byte of the reply in work, and the bit that it takes next.
    out: DFF<Bits<8>>,
    out_bits: DFF<Bits<3>>,
    out_bit: DFF<Bit>,
    out_push: DFF<Bit>,
    out_ends: DFF<Bit>,
    out_at: DFF<Bits<16>>,
    out_full: DFF<Bit>,
    timer: DFF<Bits<32>>,
    settled: DFF<Bit>,
    is_free: DFF<Bit>,
    waited: DFF<Bit>,
    status_q: DFF<Bits<4>>,
    reply_write_q: DFF<Bit>,
    reply_address_q: DFF<Bits<16>>,
    reply_data_q: DFF<Bits<8>>,
    code: Signal<Local, Bits<3>>,
    at_end: DFF<Bit>,
    take: Signal<Local, Bit>,
    none_left: Signal<Local, Bit>,
    next_bit: Signal<Local, Bit>,
    fill: Signal<Local, Bit>,
    next_word: Signal<Local, Bits<32>>,
    last_argument: Signal<Local, Bits<4>>,
    next_address: Signal<Local, Bits<32>>,
    offset: Signal<Local, Bits<16>>,
    pe: Signal<Local, Bits<12>>,
    next_pe: Signal<Local, Bits<12>>,
    next_offset: Signal<Local, Bits<16>>,
    by_position: Signal<Local, Bit>,
    good: Signal<Local, Bit>,
    goes_on: Signal<Local, Bit>,
    writes_zero: Signal<Local, Bit>,
    emit_ends: Signal<Local, Bit>,
    byte_ends: Signal<Local, Bit>,
    steps: Signal<Local, Bit>,
    loads_width: Signal<Local, Bit>,
    loads_gap: Signal<Local, Bit>,
    moved: Signal<Local, Bits<32>>,
    out_next: Signal<Local, Bits<8>>,
    overflows: Signal<Local, Bit>,
    fails: Signal<Local, Bit>,
    waited_long: Signal<Local, Bits<32>>,
    settle_time: Signal<Local, Bits<32>>,
    op_sparse: Constant<Bits<3>>,
    op_read: Constant<Bits<3>>,
    op_run: Constant<Bits<3>>,
    op_wait: Constant<Bits<3>>,
    unknown: Constant<Bits<8>>,
    reg_start: Constant<Bits<32>>,
    link_region: Constant<Bits<4>>,
    last_pe: Constant<Bits<12>>,
    most_bits: Constant<Bits<8>>,
    most_gap: Constant<Bits<8>>,
    all: Constant<Bits<32>>,
    zeros_mask: Constant<Bits<16>>,
    longest: Constant<Bits<16>>,
    slot_bits: Constant<Bits<4>>,
    done_status: Constant<Bits<4>>,
    bad_operation: Constant<Bits<4>>,
    truncated: Constant<Bits<4>>,
    timed_out: Constant<Bits<4>>,
    overflow: Constant<Bits<4>>,
    settle: Constant<Bits<5>>,
    limit: Constant<Bits<5>>,
}

impl Executor {
    /// For an accelerator of so many PEs, and a link of these sizes.
    pub fn new(pes: usize, params: LinkParams) -> Self {
        let status = |s: Status| Constant::new((s as u64).into());
        let code = |c: u8| Constant::new(u64::from(c).into());
        Self {
            clock: Default::default(),
            go: Default::default(),
            slot: Default::default(),
            length: Default::default(),
            abort: Default::default(),
            done: Default::default(),
            status: Default::default(),
            reply_length: Default::default(),
            request_address: Default::default(),
            request_data: Default::default(),
            reply_write: Default::default(),
            reply_address: Default::default(),
            reply_data: Default::default(),
            register: Default::default(),
            value: Default::default(),
            bus_write: Default::default(),
            bus_read: Default::default(),
            bus_address: Default::default(),
            bus_wdata: Default::default(),
            bus_rdata: Default::default(),
            bus_rvalid: Default::default(),
            busy: Default::default(),
            working: Default::default(),
            in_code: Default::default(),
            in_arguments: Default::default(),
            in_weigh: Default::default(),
            in_check: Default::default(),
            in_fill: Default::default(),
            in_bits: Default::default(),
            in_store: Default::default(),
            in_gap_end: Default::default(),
            in_zeros: Default::default(),
            in_pause: Default::default(),
            in_read: Default::default(),
            in_answer: Default::default(),
            in_take: Default::default(),
            in_ready: Default::default(),
            in_emit: Default::default(),
            octets: Default::default(),
            octet: Default::default(),
            picked: Default::default(),
            in_flush: Default::default(),
            in_wait: Default::default(),
            in_done: Default::default(),
            at: Default::default(),
            soon: Default::default(),
            near: Default::default(),
            shown: Default::default(),
            ended: Default::default(),
            shown_byte: Default::default(),
            is_wait: Default::default(),
            is_unknown: Default::default(),
            is_plain: Default::default(),
            operation: Default::default(),
            argument: Default::default(),
            address: Default::default(),
            count: Default::default(),
            width: Default::default(),
            gap: Default::default(),
            is_sparse: Default::default(),
            is_read: Default::default(),
            is_run: Default::default(),
            is_last_argument: Default::default(),
            width_good: Default::default(),
            gap_good: Default::default(),
            width_one: Default::default(),
            gap_one: Default::default(),
            some: Default::default(),
            last: Default::default(),
            at_last_pe: Default::default(),
            linked: Default::default(),
            link_answers: Default::default(),
            bits: Default::default(),
            bits_left: Default::default(),
            bits_last: Default::default(),
            bits_none: Default::default(),
            word: Default::default(),
            word_left: Default::default(),
            word_last: Default::default(),
            pick: Default::default(),
            width_below: Default::default(),
            ones: Default::default(),
            begins: Default::default(),
            in_gap: Default::default(),
            zeros: Default::default(),
            zeros_none: Default::default(),
            answer: Default::default(),
            out: Default::default(),
            out_bits: Default::default(),
            out_bit: Default::default(),
            out_push: Default::default(),
            out_ends: Default::default(),
            out_at: Default::default(),
            out_full: Default::default(),
            timer: Default::default(),
            settled: Default::default(),
            is_free: Default::default(),
            waited: Default::default(),
            status_q: Default::default(),
            reply_write_q: Default::default(),
            reply_address_q: Default::default(),
            reply_data_q: Default::default(),
            code: Default::default(),
            at_end: Default::default(),
            take: Default::default(),
            none_left: Default::default(),
            next_bit: Default::default(),
            fill: Default::default(),
            next_word: Default::default(),
            last_argument: Default::default(),
            next_address: Default::default(),
            offset: Default::default(),
            pe: Default::default(),
            next_pe: Default::default(),
            next_offset: Default::default(),
            by_position: Default::default(),
            good: Default::default(),
            goes_on: Default::default(),
            writes_zero: Default::default(),
            emit_ends: Default::default(),
            byte_ends: Default::default(),
            steps: Default::default(),
            loads_width: Default::default(),
            loads_gap: Default::default(),
            moved: Default::default(),
            out_next: Default::default(),
            overflows: Default::default(),
            fails: Default::default(),
            waited_long: Default::default(),
            settle_time: Default::default(),
            op_sparse: code(op::SPARSE),
            op_read: code(op::READ),
            op_run: code(op::RUN),
            op_wait: code(op::WAIT),
            unknown: Constant::new(u64::from(!op::KNOWN_BITS).into()),
            reg_start: Constant::new(u64::from(regs::START).into()),
            link_region: Constant::new(u64::from(LINK_REGION).into()),
            last_pe: Constant::new((pes as u64 - 1).into()),
            most_bits: Constant::new(32u64.into()),
            most_gap: Constant::new(u64::from(op::MAX_GAP).into()),
            all: Constant::new(0xffff_ffffu64.into()),
            zeros_mask: Constant::new(((1u64 << op::MAX_GAP) - 1).into()),
            longest: Constant::new((params.slot() as u64).into()),
            slot_bits: Constant::new(u64::from(params.slot_bits).into()),
            done_status: status(Status::Done),
            bad_operation: status(Status::BadOperation),
            truncated: status(Status::Truncated),
            timed_out: status(Status::TimedOut),
            overflow: status(Status::Overflow),
            settle: Constant::new(SETTLE_BITS.into()),
            limit: Constant::new(u64::from(params.wait_bits).into()),
        }
    }
}

impl Logic for Executor {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self,
            clock,
            working,
            in_code,
            in_arguments,
            in_weigh,
            in_check,
            in_fill,
            in_bits,
            in_store,
            in_gap_end,
            in_zeros,
            in_pause,
            in_read,
            in_answer,
            in_take,
            in_ready,
            in_emit,
            octets,
            octet,
            in_flush,
            in_wait,
            in_done,
            at,
            soon,
            near,
            shown,
            ended,
            shown_byte,
            is_wait,
            is_unknown,
            is_plain,
            operation,
            argument,
            address,
            count,
            width,
            gap,
            is_sparse,
            is_read,
            is_run,
            is_last_argument,
            width_good,
            gap_good,
            width_one,
            gap_one,
            some,
            last,
            at_last_pe,
            linked,
            link_answers,
            bits,
            bits_left,
            bits_last,
            bits_none,
            word,
            word_left,
            word_last,
            pick,
            width_below,
            ones,
            begins,
            in_gap,
            zeros,
            zeros_none,
            answer,
            out,
            out_bits,
            out_bit,
            out_push,
            out_ends,
            out_at,
            out_full,
            timer,
            settled,
            is_free,
            waited,
            status_q,
            reply_write_q,
            reply_address_q,
            reply_data_q,
            at_end
        );
        // The body. Its end is known a cycle before a byte would be there.
        self.request_address.next = (self.slot.val() << self.slot_bits.val()) | self.at.q.val();
        self.soon.d.next = self.working.q.val();
        self.near.d.next = self.soon.q.val();
        self.shown.d.next = self.near.q.val();
        self.shown_byte.d.next = self.request_data.val();
        self.is_wait.d.next = (self.request_data.val().get_bits::<3>(0) == self.op_wait.val())
            & !(self.request_data.val() & self.unknown.val()).any();
        self.is_unknown.d.next = (self.request_data.val() & self.unknown.val()).any()
            | !self.request_data.val().get_bits::<3>(0).any()
            | (self.request_data.val().get_bits::<3>(0) > self.op_wait.val());
        self.is_plain.d.next = self.request_data.val().get_bits::<3>(0).any()
            & (self.request_data.val().get_bits::<3>(0) < self.op_wait.val())
            & !(self.request_data.val() & self.unknown.val()).any();
        self.at_end.d.next = self.at.q.val() == self.length.val();
        self.ended.d.next = self.soon.q.val() & self.at_end.q.val();
        self.take.next =
            self.shown.q.val() & (self.in_code.q.val() | self.in_arguments.q.val() | self.in_fill.q.val());
        self.none_left.next =
            self.ended.q.val() & (self.in_code.q.val() | self.in_arguments.q.val() | self.in_fill.q.val());
        if self.take.val() {
            self.at.d.next = self.at.q.val() + 1;
        }
        if self.take.val() | !self.working.q.val() {
            self.soon.d.next = false;
            self.near.d.next = false;
            self.shown.d.next = false;
        }
        // What is known of the operation.
        self.code.next = self.operation.q.val().get_bits::<3>(0);
        self.by_position.next = self.operation.q.val().get_bit(3);
        self.is_sparse.d.next = self.code.val() == self.op_sparse.val();
        self.is_read.d.next = self.code.val() == self.op_read.val();
        self.is_run.d.next = self.code.val() == self.op_run.val();
        self.last_argument.next = 6.into();
        if self.is_sparse.q.val() {
            self.last_argument.next = 7.into();
        }
        if self.is_run.q.val() {
            self.last_argument.next = 1.into();
        }
        self.is_last_argument.d.next = self.argument.q.val() == self.last_argument.val();
        self.width_good.d.next = self.width.q.val().any() & (self.width.q.val() <= self.most_bits.val());
        self.gap_good.d.next = self.gap.q.val().any() & (self.gap.q.val() <= self.most_gap.val());
        self.good.next = self.width_good.q.val() & self.gap_good.q.val();
        self.width_one.d.next = self.width.q.val() == 1;
        self.gap_one.d.next = self.gap.q.val() == 1;
        self.some.d.next = self.count.q.val().any();
        self.last.d.next = self.count.q.val() == 1;
        self.linked.d.next = self.address.q.val().get_bits::<4>(28) == self.link_region.val();
        self.register.next = self.address.q.val().get_bits::<3>(0);
        // Where the next word goes.
        self.offset.next = self.address.q.val().get_bits::<16>(0);
        self.pe.next = self.address.q.val().get_bits::<12>(16);
        self.at_last_pe.d.next = self.pe.val() == self.last_pe.val();
        self.next_pe.next = self.pe.val();
        self.next_offset.next = self.offset.val() + 1;
        if self.by_position.val() {
            self.next_pe.next = 0.into();
            if !self.at_last_pe.q.val() {
                self.next_pe.next = self.pe.val() + 1;
                self.next_offset.next = self.offset.val();
            }
        }
        self.next_address.next = bit_cast::<32, 16>(self.next_offset.val())
            | (bit_cast::<32, 12>(self.next_pe.val()) << 16)
            | (bit_cast::<32, 4>(self.address.q.val().get_bits::<4>(28)) << 28);
        // Data that come.
        self.next_bit.next = self.bits.q.val().get_bit(7);
        self.fill.next = self.next_bit.val() & self.operation.q.val().get_bit(4) & !self.in_gap.q.val();
        self.next_word.next = self.word.q.val() << 1;
        if self.begins.q.val() {
            self.next_word.next = 0.into();
            if self.fill.val() {
                self.next_word.next = self.all.val();
            }
        }
        if self.next_bit.val() {
            self.next_word.next = self.next_word.val() | 1;
        }
        // Data that go: the bits of a word, or zeros that fill the last byte. They are picked in two cycles before the byte
        // takes them.
        self.width_below.d.next = self.width.q.val().get_bits::<6>(0) - 1;
        self.moved.next = self.word.q.val() >> bit_cast::<6, 3>(self.pick.q.val().get_bits::<3>(0));
        self.octets.d.next = bit_cast::<4, 1>(self.moved.val().get_bits::<1>(0))
            | (bit_cast::<4, 1>(self.moved.val().get_bits::<1>(8)) << 1)
            | (bit_cast::<4, 1>(self.moved.val().get_bits::<1>(16)) << 2)
            | (bit_cast::<4, 1>(self.moved.val().get_bits::<1>(24)) << 3);
        self.octet.d.next = self.pick.q.val().get_bits::<2>(3);
        self.picked.next = self.octets.q.val() >> self.octet.q.val();
        self.byte_ends.next = self.out_bits.q.val() == 7;
        self.out_bit.d.next = self.in_emit.q.val() & self.picked.val().get_bit(0);
        self.out_push.d.next = self.in_emit.q.val() | self.in_flush.q.val();
        self.out_ends.d.next = (self.in_emit.q.val() | self.in_flush.q.val()) & self.byte_ends.val();
        if self.in_emit.q.val() | self.in_flush.q.val() {
            self.out_bits.d.next = self.out_bits.q.val() + 1;
        }
        self.out_next.next = self.out.q.val() << 1;
        if self.out_bit.q.val() {
            self.out_next.next = (self.out.q.val() << 1) | 1;
        }
        if self.out_push.q.val() {
            self.out.d.next = self.out_next.val();
        }
        self.out_full.d.next = self.out_at.q.val() == self.longest.val();
        self.overflows.next = self.out_ends.q.val() & self.out_full.q.val();
        self.reply_write_q.d.next = self.out_ends.q.val() & !self.out_full.q.val();
        if self.out_ends.q.val() & !self.out_full.q.val() {
            self.out_at.d.next = self.out_at.q.val() + 1;
        }
        self.reply_write.next = self.reply_write_q.q.val();
        self.reply_address.next = self.reply_address_q.q.val();
        self.reply_data.next = self.reply_data_q.q.val();
        self.reply_address_q.d.next = (self.slot.val() << self.slot_bits.val()) | self.out_at.q.val();
        self.reply_data_q.d.next = self.out_next.val();
        // The bus.
        self.writes_zero.next = self.in_zeros.q.val() & !self.zeros_none.q.val();
        self.bus_write.next = ((self.in_store.q.val() | self.writes_zero.val()) & !self.linked.q.val())
            | (self.in_check.q.val() & self.is_run.q.val());
        self.bus_read.next = self.in_read.q.val() & !self.linked.q.val();
        self.bus_address.next = self.address.q.val();
        self.bus_wdata.next = self.word.q.val();
        if self.in_zeros.q.val() {
            self.bus_wdata.next = 0.into();
        }
        if self.in_check.q.val() {
            // A run's two arguments are in the upper half.
            self.bus_address.next = self.reg_start.val();
            self.bus_wdata.next = self.address.q.val() >> 16;
        }
        self.answer.d.next = self.bus_rdata.val();
        if self.linked.q.val() {
            self.answer.d.next = self.value.val();
        }
        // How long.
        self.waited_long.next = self.timer.q.val() >> self.limit.val();
        self.waited.d.next = self.waited_long.val().get_bit(0) & (self.in_answer.q.val() | self.in_wait.q.val());
        self.settle_time.next = self.timer.q.val() >> self.settle.val();
        self.timer.d.next = self.timer.q.val() + 1;
        if self.in_code.q.val() | self.in_check.q.val() | self.in_read.q.val() {
            self.timer.d.next = 0.into();
        }
        if self.settle_time.val().get_bit(0) {
            self.settled.d.next = true;
        }
        if self.in_code.q.val() | self.in_check.q.val() {
            self.settled.d.next = false;
        }
        self.is_free.d.next = self.settled.q.val() & !self.busy.val() & self.in_wait.q.val();
        // The arguments.
        if self.in_code.q.val() {
            self.argument.d.next = 0.into();
            self.gap.d.next = 1.into();
            if self.take.val() {
                self.operation.d.next = self.shown_byte.q.val();
            }
        }
        self.emit_ends.next = self.in_emit.q.val() & self.word_last.q.val();
        self.steps.next = self.in_store.q.val() | self.writes_zero.val() | self.emit_ends.val();
        if self.in_arguments.q.val() & self.shown.q.val() {
            self.argument.d.next = self.argument.q.val() + 1;
            if !self.argument.q.val().get_bit(2) {
                // The low byte comes first and moves down.
                self.address.d.next =
                    (self.address.q.val() >> 8) | (bit_cast::<32, 8>(self.shown_byte.q.val()) << 24);
            }
            if self.argument.q.val().get_bit(2) & !self.argument.q.val().get_bit(1) {
                self.count.d.next = (self.count.q.val() >> 8) | (bit_cast::<16, 8>(self.shown_byte.q.val()) << 8);
            }
            if self.argument.q.val() == 6 {
                self.width.d.next = self.shown_byte.q.val();
            }
            if self.argument.q.val() == 7 {
                self.gap.d.next = self.shown_byte.q.val();
            }
        }
        if self.steps.val() {
            self.address.d.next = self.next_address.val();
            self.count.d.next = self.count.q.val() - 1;
        }
        // Bits of data, and of words.
        if self.in_fill.q.val() {
            self.bits.d.next = self.shown_byte.q.val();
            self.bits_left.d.next = 8.into();
            self.bits_last.d.next = false;
            self.bits_none.d.next = false;
        }
        if self.in_bits.q.val() {
            self.bits.d.next = self.bits.q.val() << 1;
            self.bits_left.d.next = self.bits_left.q.val() - 1;
            self.bits_last.d.next = self.bits_left.q.val() == 2;
            self.bits_none.d.next = self.bits_last.q.val();
            self.word.d.next = self.next_word.val();
            self.ones.d.next = self.ones.q.val() & self.next_bit.val();
            self.begins.d.next = false;
        }
        if self.in_take.q.val() {
            self.word.d.next = self.answer.q.val();
            self.pick.d.next = self.width_below.q.val();
        }
        if self.in_ready.q.val() | self.in_emit.q.val() {
            self.pick.d.next = self.pick.q.val() - 1;
        }
        if self.in_bits.q.val() | self.in_emit.q.val() {
            self.word_left.d.next = self.word_left.q.val() - 1;
            self.word_last.d.next = self.word_left.q.val() == 2;
        }
        self.loads_gap.next = (self.in_check.q.val() & self.is_sparse.q.val())
            | (self.in_store.q.val() & self.is_sparse.q.val())
            | (self.in_zeros.q.val() & self.zeros_none.q.val() & self.ones.q.val());
        self.loads_width.next = (self.in_check.q.val() & !self.is_sparse.q.val())
            | (self.in_store.q.val() & !self.is_sparse.q.val())
            | (self.in_zeros.q.val() & self.zeros_none.q.val() & !self.ones.q.val())
            | self.in_take.q.val();
        if self.loads_gap.val() {
            self.word_left.d.next = self.gap.q.val().get_bits::<6>(0);
            self.word_last.d.next = self.gap_one.q.val();
            self.in_gap.d.next = true;
        }
        if self.loads_width.val() {
            self.word_left.d.next = self.width.q.val().get_bits::<6>(0);
            self.word_last.d.next = self.width_one.q.val();
            self.in_gap.d.next = false;
        }
        if self.loads_gap.val() | self.loads_width.val() {
            self.begins.d.next = true;
            self.ones.d.next = true;
        }
        if self.in_check.q.val() {
            self.bits_none.d.next = true;
        }
        // A run of zeros.
        if self.in_gap_end.q.val() {
            self.zeros.d.next = self.word.q.val().get_bits::<16>(0) & self.zeros_mask.val();
        }
        if self.writes_zero.val() {
            self.zeros.d.next = self.zeros.q.val() - 1;
        }
        self.zeros_none.d.next = !self.zeros.q.val().any();
        // Where it goes on.
        self.goes_on.next = self.in_check.q.val() & !self.is_run.q.val() & self.good.val() & self.some.q.val();
        self.in_code.d.next = (self.in_code.q.val() & !self.take.val() & !self.none_left.val())
            | (!self.working.q.val() & self.go.val())
            | (self.in_check.q.val() & !self.is_run.q.val() & self.good.val() & !self.some.q.val())
            | ((self.in_store.q.val() | self.writes_zero.val()) & self.last.q.val())
            | (self.emit_ends.val() & self.last.q.val() & self.byte_ends.val())
            | (self.in_flush.q.val() & self.byte_ends.val())
            | (self.in_wait.q.val() & self.is_free.q.val() & !self.waited.q.val());
        self.in_arguments.d.next = (self.in_code.q.val() & self.take.val() & self.is_plain.q.val())
            | (self.in_arguments.q.val()
                & !self.none_left.val()
                & !(self.take.val() & self.is_last_argument.q.val()));
        self.in_weigh.d.next = self.in_arguments.q.val() & self.take.val() & self.is_last_argument.q.val();
        self.in_check.d.next = self.in_weigh.q.val();
        self.in_fill.d.next = (self.goes_on.val() & !self.is_read.q.val())
            | (self.in_fill.q.val() & !self.take.val() & !self.none_left.val())
            | (self.in_bits.q.val() & !self.word_last.q.val() & self.bits_last.q.val())
            | (self.in_store.q.val() & !self.last.q.val() & self.bits_none.q.val())
            | (self.in_zeros.q.val() & self.zeros_none.q.val() & self.bits_none.q.val());
        self.in_bits.d.next = (self.in_fill.q.val() & self.take.val())
            | (self.in_bits.q.val() & !self.word_last.q.val() & !self.bits_last.q.val())
            | (self.in_store.q.val() & !self.last.q.val() & !self.bits_none.q.val())
            | (self.in_zeros.q.val() & self.zeros_none.q.val() & !self.bits_none.q.val());
        self.in_store.d.next = self.in_bits.q.val() & self.word_last.q.val() & !self.in_gap.q.val();
        self.in_gap_end.d.next = self.in_bits.q.val() & self.word_last.q.val() & self.in_gap.q.val();
        // Between two zeros, and before the first one, what is known of them is made anew.
        self.in_pause.d.next = self.in_gap_end.q.val() | (self.writes_zero.val() & !self.last.q.val());
        self.in_zeros.d.next = self.in_pause.q.val();
        self.in_read.d.next =
            (self.goes_on.val() & self.is_read.q.val()) | (self.emit_ends.val() & !self.last.q.val());
        self.in_answer.d.next = self.in_read.q.val()
            | (self.in_answer.q.val() & !self.bus_rvalid.val() & !self.link_answers.q.val() & !self.waited.q.val());
        self.in_take.d.next =
            self.in_answer.q.val() & (self.bus_rvalid.val() | self.link_answers.q.val()) & !self.waited.q.val();
        self.link_answers.d.next = self.in_answer.q.val() & self.linked.q.val();
        self.in_ready.d.next = self.in_take.q.val();
        self.in_emit.d.next = self.in_ready.q.val() | (self.in_emit.q.val() & !self.word_last.q.val());
        self.in_flush.d.next = (self.emit_ends.val() & self.last.q.val() & !self.byte_ends.val())
            | (self.in_flush.q.val() & !self.byte_ends.val());
        self.in_wait.d.next = (self.in_code.q.val() & self.take.val() & self.is_wait.q.val())
            | (self.in_check.q.val() & self.is_run.q.val())
            | (self.in_wait.q.val() & !self.is_free.q.val() & !self.waited.q.val());
        self.fails.next = self.none_left.val()
            | (self.in_code.q.val() & self.take.val() & self.is_unknown.q.val())
            | (self.in_check.q.val() & !self.is_run.q.val() & !self.good.val())
            | (self.waited.q.val() & (self.in_answer.q.val() | self.in_wait.q.val()));
        self.in_done.d.next = self.fails.val();
        // Looked at when it is done only, so it is made anew each cycle and waits for no choice.
        self.status_q.d.next = self.bad_operation.val();
        if self.none_left.val() {
            self.status_q.d.next = self.truncated.val();
            if self.in_code.q.val() {
                self.status_q.d.next = self.done_status.val();
            }
        }
        if self.waited.q.val() {
            self.status_q.d.next = self.timed_out.val();
        }
        self.done.next = self.in_done.q.val();
        if self.go.val() {
            self.working.d.next = true;
        }
        if !self.working.q.val() {
            self.at.d.next = 0.into();
            self.out_at.d.next = 0.into();
            self.out_bits.d.next = 0.into();
        }
        if self.overflows.val() {
            // Whatever else was about to begin.
            self.status_q.d.next = self.overflow.val();
            self.in_done.d.next = true;
            self.in_code.d.next = false;
            self.in_arguments.d.next = false;
            self.in_wait.d.next = false;
            self.in_read.d.next = false;
            self.in_answer.d.next = false;
            self.in_ready.d.next = false;
            self.in_emit.d.next = false;
            self.in_flush.d.next = false;
        }
        if self.in_done.q.val() {
            self.working.d.next = false;
        }
        if self.abort.val() | self.in_done.q.val() {
            self.in_code.d.next = false;
            self.in_arguments.d.next = false;
            self.in_weigh.d.next = false;
            self.in_check.d.next = false;
            self.in_fill.d.next = false;
            self.in_bits.d.next = false;
            self.in_store.d.next = false;
            self.in_gap_end.d.next = false;
            self.in_zeros.d.next = false;
            self.in_pause.d.next = false;
            self.in_read.d.next = false;
            self.in_answer.d.next = false;
            self.in_take.d.next = false;
            self.in_ready.d.next = false;
            self.in_emit.d.next = false;
            self.in_flush.d.next = false;
            self.in_wait.d.next = false;
            self.in_done.d.next = false;
            self.out_push.d.next = false;
            self.out_ends.d.next = false;
        }
        if self.abort.val() {
            self.working.d.next = false;
        }
        self.status.next = self.status_q.q.val();
        self.reply_length.next = self.out_at.q.val();
    }
}
