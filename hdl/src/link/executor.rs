//! Executes the operations of a request's body ([`eie_spec::link::op`]) on the accelerator's bus.
//!
//! Ports: `clock`; `go` (level), `slot[16]`, `length[16]`, `abort`; `done` for one cycle with `status[4]`,
//! `reply_length[16]`; the requests' buffer `request_address[16]` -> `request_data[8]` two cycles later; the replies'
//! `reply_write`, `reply_address[16]`, `reply_data[8]`; the link's registers `register[3]` -> `value[32]` in the same
//! cycle; the accelerator's bus (`bus_write`, `bus_read`, `bus_address[32]`, `bus_wdata[32]`, `bus_rdata[32]`,
//! `bus_rvalid`, `busy`).
//! Latency: a byte of an operation every four cycles, a bit of data every cycle and one more for each word.
//! Every wait ends: after 2^`wait_bits` cycles, or with `abort`.

use eie_spec::link::op;
use eie_spec::link::{LinkParams, Status, LINK_REGION};
use eie_spec::regs;
use rust_hdl::prelude::*;

/// Logarithm of the cycles from a bus write until `busy` tells whether it started something, with some to spare.
const SETTLE_BITS: u64 = 5;

// The derive macro for enums does not pass documentation through.
#[allow(missing_docs)]
mod state {
    use rust_hdl::prelude::*;

    #[derive(Copy, Clone, PartialEq, Debug, LogicState)]
    pub enum Execute {
        Idle,
        Code,
        Arguments,
        Check,
        Bits,
        Store,
        Zeros,
        Read,
        Answer,
        Emit,
        Flush,
        Wait,
        Done,
    }
}
use state::Execute;

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
    state: DFF<Execute>,
    /// The next byte of the body, and whether it is there: in two cycles, in the next one, now.
    at: DFF<Bits<16>>,
    soon: DFF<Bit>,
    near: DFF<Bit>,
    shown: DFF<Bit>,
    /// That byte; as a code, whether it is of a wait, and whether it is of no operation.
    shown_byte: DFF<Bits<8>>,
    is_wait: DFF<Bit>,
    is_unknown: DFF<Bit>,
    operation: DFF<Bits<8>>,
    argument: DFF<Bits<4>>,
    address: DFF<Bits<32>>,
    count: DFF<Bits<16>>,
    width: DFF<Bits<8>>,
    gap: DFF<Bits<8>>,
    /// Bits of data, and how many of them are there.
    bits: DFF<Bits<8>>,
    bits_left: DFF<Bits<4>>,
    /// The word in work, how many bits it still needs or has, and whether those so far are all ones.
    word: DFF<Bits<32>>,
    word_left: DFF<Bits<6>>,
    ones: DFF<Bit>,
    begins: DFF<Bit>,
    in_gap: DFF<Bit>,
    /// The byte of the reply in work.
    out: DFF<Bits<8>>,
    out_bits: DFF<Bits<3>>,
    out_at: DFF<Bits<16>>,
    timer: DFF<Bits<32>>,
    settled: DFF<Bit>,
    status_q: DFF<Bits<4>>,
    reply_write_q: DFF<Bit>,
    reply_address_q: DFF<Bits<16>>,
    reply_data_q: DFF<Bits<8>>,
    code: Signal<Local, Bits<3>>,
    at_end: DFF<Bit>,
    next_bit: Signal<Local, Bit>,
    next_word: Signal<Local, Bits<32>>,
    last_argument: Signal<Local, Bits<4>>,
    next_address: Signal<Local, Bits<32>>,
    offset: Signal<Local, Bits<16>>,
    pe: Signal<Local, Bits<12>>,
    next_pe: Signal<Local, Bits<12>>,
    next_offset: Signal<Local, Bits<16>>,
    by_position: Signal<Local, Bit>,
    last: Signal<Local, Bit>,
    emitting: Signal<Local, Bit>,
    emitted: Signal<Local, Bit>,
    moved: Signal<Local, Bits<32>>,
    out_next: Signal<Local, Bits<8>>,
    widths_good: Signal<Local, Bit>,
    waited: Signal<Local, Bit>,
    waited_long: Signal<Local, Bits<32>>,
    settle_time: Signal<Local, Bits<32>>,
    linked: Signal<Local, Bit>,
    below: Signal<Local, Bits<8>>,
    op_write: Constant<Bits<3>>,
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
            state: Default::default(),
            at: Default::default(),
            soon: Default::default(),
            near: Default::default(),
            shown: Default::default(),
            shown_byte: Default::default(),
            is_wait: Default::default(),
            is_unknown: Default::default(),
            operation: Default::default(),
            argument: Default::default(),
            address: Default::default(),
            count: Default::default(),
            width: Default::default(),
            gap: Default::default(),
            bits: Default::default(),
            bits_left: Default::default(),
            word: Default::default(),
            word_left: Default::default(),
            ones: Default::default(),
            begins: Default::default(),
            in_gap: Default::default(),
            out: Default::default(),
            out_bits: Default::default(),
            out_at: Default::default(),
            timer: Default::default(),
            settled: Default::default(),
            status_q: Default::default(),
            reply_write_q: Default::default(),
            reply_address_q: Default::default(),
            reply_data_q: Default::default(),
            code: Default::default(),
            at_end: Default::default(),
            next_bit: Default::default(),
            next_word: Default::default(),
            last_argument: Default::default(),
            next_address: Default::default(),
            offset: Default::default(),
            pe: Default::default(),
            next_pe: Default::default(),
            next_offset: Default::default(),
            by_position: Default::default(),
            last: Default::default(),
            emitting: Default::default(),
            emitted: Default::default(),
            moved: Default::default(),
            out_next: Default::default(),
            widths_good: Default::default(),
            waited: Default::default(),
            waited_long: Default::default(),
            settle_time: Default::default(),
            linked: Default::default(),
            below: Default::default(),
            op_write: code(op::WRITE),
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
            state,
            at,
            at_end,
            soon,
            near,
            shown,
            shown_byte,
            is_wait,
            is_unknown,
            operation,
            argument,
            address,
            count,
            width,
            gap,
            bits,
            bits_left,
            word,
            word_left,
            ones,
            begins,
            in_gap,
            out,
            out_bits,
            out_at,
            timer,
            settled,
            status_q,
            reply_write_q,
            reply_address_q,
            reply_data_q
        );
        // The body.
        self.request_address.next = (self.slot.val() << self.slot_bits.val()) | self.at.q.val();
        self.soon.d.next = true;
        self.near.d.next = self.soon.q.val();
        self.shown.d.next = self.near.q.val();
        self.shown_byte.d.next = self.request_data.val();
        self.is_wait.d.next = self.request_data.val().get_bits::<3>(0) == self.op_wait.val();
        self.is_unknown.d.next = (self.request_data.val() & self.unknown.val()).any()
            | !self.request_data.val().get_bits::<3>(0).any()
            | (self.request_data.val().get_bits::<3>(0) > self.op_wait.val());
        // It is known when `soon` is.
        self.at_end.d.next = self.at.q.val() == self.length.val();
        self.code.next = self.operation.q.val().get_bits::<3>(0);
        self.by_position.next = self.operation.q.val().get_bit(3);
        self.last_argument.next = 6.into();
        if self.code.val() == self.op_sparse.val() {
            self.last_argument.next = 7.into();
        }
        if self.code.val() == self.op_run.val() {
            self.last_argument.next = 1.into();
        }
        self.below.next = self.width.q.val() - 1;
        self.widths_good.next = self.width.q.val().any()
            & (self.width.q.val() <= self.most_bits.val())
            & self.gap.q.val().any()
            & (self.gap.q.val() <= self.most_gap.val());
        // Where the next word goes.
        self.offset.next = self.address.q.val().get_bits::<16>(0);
        self.pe.next = self.address.q.val().get_bits::<12>(16);
        self.next_pe.next = self.pe.val();
        self.next_offset.next = self.offset.val() + 1;
        if self.by_position.val() {
            self.next_pe.next = 0.into();
            if self.pe.val() != self.last_pe.val() {
                self.next_pe.next = self.pe.val() + 1;
                self.next_offset.next = self.offset.val();
            }
        }
        self.next_address.next = bit_cast::<32, 16>(self.next_offset.val())
            | (bit_cast::<32, 12>(self.next_pe.val()) << 16)
            | (bit_cast::<32, 4>(self.address.q.val().get_bits::<4>(28)) << 28);
        self.last.next = self.count.q.val() == 1;
        self.linked.next = self.address.q.val().get_bits::<4>(28) == self.link_region.val();
        self.register.next = self.address.q.val().get_bits::<3>(0);
        // Data that come.
        self.next_bit.next = self.bits.q.val().get_bit(7);
        self.next_word.next = self.word.q.val() << 1;
        if self.next_bit.val() {
            self.next_word.next = (self.word.q.val() << 1) | 1;
        }
        if self.begins.q.val() {
            self.next_word.next = 0.into();
            if self.next_bit.val() {
                self.next_word.next = 1.into();
                if self.operation.q.val().get_bit(4) & !self.in_gap.q.val() {
                    self.next_word.next = self.all.val();
                }
            }
        }
        // Data that go: the bits of a word, or zeros that fill the last byte.
        self.emitting.next = (self.state.q.val() == Execute::Emit) | (self.state.q.val() == Execute::Flush);
        self.moved.next = self.word.q.val() >> self.word_left.q.val();
        self.out_next.next = self.out.q.val() << 1;
        if (self.state.q.val() == Execute::Emit) & self.moved.val().get_bit(0) {
            self.out_next.next = (self.out.q.val() << 1) | 1;
        }
        self.emitted.next = self.emitting.val() & (self.out_bits.q.val() == 7);
        self.reply_write_q.d.next = self.emitted.val() & (self.out_at.q.val() != self.longest.val());
        self.reply_write.next = self.reply_write_q.q.val();
        self.reply_address.next = self.reply_address_q.q.val();
        self.reply_data.next = self.reply_data_q.q.val();
        self.reply_address_q.d.next = (self.slot.val() << self.slot_bits.val()) | self.out_at.q.val();
        self.reply_data_q.d.next = self.out_next.val();
        // The bus.
        self.bus_write.next = false;
        self.bus_read.next = false;
        self.bus_address.next = self.address.q.val();
        self.bus_wdata.next = self.word.q.val();
        self.waited_long.next = self.timer.q.val() >> self.limit.val();
        self.waited.next = self.waited_long.val().get_bit(0);
        self.settle_time.next = self.timer.q.val() >> self.settle.val();
        self.timer.d.next = self.timer.q.val() + 1;
        self.done.next = false;
        match self.state.q.val() {
            Execute::Idle => {
                self.at.d.next = 0.into();
                self.soon.d.next = false;
                self.near.d.next = false;
                self.shown.d.next = false;
                self.out_at.d.next = 0.into();
                self.out_bits.d.next = 0.into();
                if self.go.val() {
                    self.state.d.next = Execute::Code;
                }
            }
            Execute::Code => {
                self.argument.d.next = 0.into();
                self.gap.d.next = 1.into();
                self.timer.d.next = 0.into();
                self.settled.d.next = false;
                if self.soon.q.val() & self.at_end.q.val() {
                    self.status_q.d.next = self.done_status.val();
                    self.state.d.next = Execute::Done;
                } else {
                    if self.shown.q.val() {
                        self.operation.d.next = self.shown_byte.q.val();
                        self.at.d.next = self.at.q.val() + 1;
                        self.soon.d.next = false;
                        self.near.d.next = false;
                        self.shown.d.next = false;
                        self.state.d.next = Execute::Arguments;
                        if self.is_wait.q.val() {
                            self.state.d.next = Execute::Wait;
                        }
                        if self.is_unknown.q.val() {
                            self.status_q.d.next = self.bad_operation.val();
                            self.state.d.next = Execute::Done;
                        }
                    }
                }
            }
            Execute::Arguments => {
                if self.soon.q.val() & self.at_end.q.val() {
                    self.status_q.d.next = self.truncated.val();
                    self.state.d.next = Execute::Done;
                } else {
                    if self.shown.q.val() {
                        self.at.d.next = self.at.q.val() + 1;
                        self.soon.d.next = false;
                        self.near.d.next = false;
                        self.shown.d.next = false;
                        self.argument.d.next = self.argument.q.val() + 1;
                        if !self.argument.q.val().get_bit(2) {
                            // The low byte comes first and moves down.
                            self.address.d.next =
                                (self.address.q.val() >> 8) | (bit_cast::<32, 8>(self.shown_byte.q.val()) << 24);
                        }
                        if (self.argument.q.val() == 4) | (self.argument.q.val() == 5) {
                            self.count.d.next =
                                (self.count.q.val() >> 8) | (bit_cast::<16, 8>(self.shown_byte.q.val()) << 8);
                        }
                        if self.argument.q.val() == 6 {
                            self.width.d.next = self.shown_byte.q.val();
                        }
                        if self.argument.q.val() == 7 {
                            self.gap.d.next = self.shown_byte.q.val();
                        }
                        if self.argument.q.val() == self.last_argument.val() {
                            self.state.d.next = Execute::Check;
                        }
                    }
                }
            }
            Execute::Check => {
                self.timer.d.next = 0.into();
                self.bits_left.d.next = 0.into();
                self.begins.d.next = true;
                self.ones.d.next = true;
                self.word_left.d.next = self.width.q.val().get_bits::<6>(0);
                self.in_gap.d.next = false;
                self.state.d.next = Execute::Bits;
                if self.code.val() == self.op_read.val() {
                    self.state.d.next = Execute::Read;
                }
                if self.code.val() == self.op_sparse.val() {
                    self.word_left.d.next = self.gap.q.val().get_bits::<6>(0);
                    self.in_gap.d.next = true;
                }
                if !self.count.q.val().any() {
                    self.state.d.next = Execute::Code;
                }
                if !self.widths_good.val() {
                    self.status_q.d.next = self.bad_operation.val();
                    self.state.d.next = Execute::Done;
                }
                if self.code.val() == self.op_run.val() {
                    // Its two arguments are in the upper half.
                    self.bus_write.next = true;
                    self.bus_address.next = self.reg_start.val();
                    self.bus_wdata.next = self.address.q.val() >> 16;
                    self.state.d.next = Execute::Wait;
                }
            }
            Execute::Bits => {
                if !self.bits_left.q.val().any() {
                    if self.soon.q.val() & self.at_end.q.val() {
                        self.status_q.d.next = self.truncated.val();
                        self.state.d.next = Execute::Done;
                    } else {
                        if self.shown.q.val() {
                            self.bits.d.next = self.shown_byte.q.val();
                            self.bits_left.d.next = 8.into();
                            self.at.d.next = self.at.q.val() + 1;
                            self.soon.d.next = false;
                            self.near.d.next = false;
                            self.shown.d.next = false;
                        }
                    }
                } else {
                    self.bits.d.next = self.bits.q.val() << 1;
                    self.bits_left.d.next = self.bits_left.q.val() - 1;
                    self.word.d.next = self.next_word.val();
                    self.word_left.d.next = self.word_left.q.val() - 1;
                    self.begins.d.next = false;
                    self.ones.d.next = self.ones.q.val() & self.next_bit.val();
                    if self.word_left.q.val() == 1 {
                        self.state.d.next = Execute::Store;
                        if self.in_gap.q.val() {
                            self.state.d.next = Execute::Zeros;
                        }
                    }
                }
            }
            Execute::Store => {
                self.bus_write.next = !self.linked.val();
                self.address.d.next = self.next_address.val();
                self.count.d.next = self.count.q.val() - 1;
                self.begins.d.next = true;
                self.ones.d.next = true;
                self.word_left.d.next = self.width.q.val().get_bits::<6>(0);
                self.state.d.next = Execute::Bits;
                if self.code.val() == self.op_sparse.val() {
                    self.word_left.d.next = self.gap.q.val().get_bits::<6>(0);
                    self.in_gap.d.next = true;
                }
                if self.last.val() {
                    self.state.d.next = Execute::Code;
                }
            }
            Execute::Zeros => {
                self.begins.d.next = true;
                self.bus_wdata.next = 0.into();
                if self.word.q.val().any() {
                    self.bus_write.next = !self.linked.val();
                    self.address.d.next = self.next_address.val();
                    self.count.d.next = self.count.q.val() - 1;
                    self.word.d.next = self.word.q.val() - 1;
                    if self.last.val() {
                        self.state.d.next = Execute::Code;
                    }
                } else {
                    // A code of all ones has no word.
                    self.ones.d.next = true;
                    self.in_gap.d.next = self.ones.q.val();
                    self.word_left.d.next = self.width.q.val().get_bits::<6>(0);
                    if self.ones.q.val() {
                        self.word_left.d.next = self.gap.q.val().get_bits::<6>(0);
                    }
                    self.state.d.next = Execute::Bits;
                }
            }
            Execute::Read => {
                self.bus_read.next = !self.linked.val();
                self.timer.d.next = 0.into();
                self.state.d.next = Execute::Answer;
            }
            Execute::Answer => {
                self.word_left.d.next = self.below.val().get_bits::<6>(0);
                if self.bus_rvalid.val() {
                    self.word.d.next = self.bus_rdata.val();
                    self.state.d.next = Execute::Emit;
                }
                if self.linked.val() {
                    self.word.d.next = self.value.val();
                    self.state.d.next = Execute::Emit;
                }
                if self.waited.val() {
                    self.status_q.d.next = self.timed_out.val();
                    self.state.d.next = Execute::Done;
                }
            }
            Execute::Emit => {
                self.word_left.d.next = self.word_left.q.val() - 1;
                if !self.word_left.q.val().any() {
                    self.address.d.next = self.next_address.val();
                    self.count.d.next = self.count.q.val() - 1;
                    self.state.d.next = Execute::Read;
                    if self.last.val() {
                        self.state.d.next = Execute::Flush;
                        if self.out_bits.q.val() == 7 {
                            self.state.d.next = Execute::Code;
                        }
                    }
                }
            }
            Execute::Flush => {
                if self.out_bits.q.val() == 7 {
                    self.state.d.next = Execute::Code;
                }
            }
            Execute::Wait => {
                if self.settle_time.val().get_bit(0) {
                    self.settled.d.next = true;
                }
                if self.settled.q.val() & !self.busy.val() {
                    self.state.d.next = Execute::Code;
                }
                if self.waited.val() {
                    self.status_q.d.next = self.timed_out.val();
                    self.state.d.next = Execute::Done;
                }
            }
            Execute::Done => {
                self.done.next = true;
                self.state.d.next = Execute::Idle;
            }
            _ => {
                self.state.d.next = Execute::Idle;
            }
        }
        if self.emitting.val() {
            self.out.d.next = self.out_next.val();
            self.out_bits.d.next = self.out_bits.q.val() + 1;
        }
        if self.emitted.val() {
            self.out_at.d.next = self.out_at.q.val() + 1;
            if self.out_at.q.val() == self.longest.val() {
                self.out_at.d.next = self.longest.val();
                self.status_q.d.next = self.overflow.val();
                self.state.d.next = Execute::Done;
            }
        }
        if self.abort.val() {
            self.state.d.next = Execute::Idle;
        }
        self.status.next = self.status_q.q.val();
        self.reply_length.next = self.out_at.q.val();
    }
}
