//! The sequencer: runs the steps of a start command, one layer (or tile) after the other, without the host.
//!
//! Ports: `clock`; `start` with `first_step[8]`, `last_step[8]`; `reset`; `write`, `write_address[16]`,
//! `write_data[32]` (step descriptors); `scan_done`, `full`, `passed0`, `passed1`, `written` (registered, of all
//! clusters); `marker`, `marker_value[16]`; `scan_start` and the parameters of the scan; `gated`, `frontier[16]`;
//! `drain`, `drain_write`, `drain_row[16]`, `bias_address[16]`, `dst_address[16]`, `drain_rank[8]` and the
//! parameters of the drain; `clear`; `busy`, `running`, `computing`, `step[8]` (that is drained).
//!
//! Two machines in one block: a step's scan runs while the step before is drained.
//! - The scan side broadcasts a marker, which tells each PE the codebook and the accumulators of the step, and then
//!   has the activations scanned. When all of them are on their way it goes on to the next step at once, so the
//!   queues do not run empty. Another marker ends the run.
//! - The drain side waits until all PEs have taken the marker after a step, and so have its sums, then drains a row
//!   a cycle and waits until the last one is written.
//!
//! Never: sends a marker before all PEs have taken the one before and the rows of the accumulators that it names are
//! on their way out. So at most two steps are in work, one in each bank of accumulators, and one bit tells a PE's
//! progress. A step that follows (whose inputs are being drained) is scanned up to `frontier`, the first word not yet
//! written; one that comes after (whose inputs the step before that gave) waits for the last of them.

use crate::ram::LutRam;
use eie_spec::config::Config;
use eie_spec::regs::{
    MARKER_BANK_BIT, STEP_AFTER_BIT, STEP_DRAIN_BIT, STEP_FOLLOWS_BIT, STEP_RELU_BIT, STEP_SHIFT_BIT, STEP_SPLIT_BIT,
};
use eie_spec::timing::{FETCH, SHORT_CHAIN, START_DELAY};
use rust_hdl::prelude::*;

/// Until everything that was on its way when a reset came has reached an emptied queue or the accumulators; a
/// drained row goes through all clusters and back besides.
const HOLD: u64 = 16;

// The derive macro for enums does not pass documentation through.
#[allow(missing_docs)]
mod phase {
    use rust_hdl::prelude::*;

    /// The scan side.
    #[derive(Copy, Clone, PartialEq, Debug, LogicState)]
    pub enum Phase {
        Idle,
        First,
        Scan,
        Finish,
        Hold,
        Sweep,
    }

    /// The drain side.
    #[derive(Copy, Clone, PartialEq, Debug, LogicState)]
    pub enum Drained {
        Nothing,
        Rows,
        Flush,
    }
}
use phase::{Drained, Phase};

/// See the module's documentation.
#[derive(LogicBlock)]
pub struct Sequencer {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Runs `first_step` to `last_step`.
    pub start: Signal<In, Bit>,
    /// First step of the run.
    pub first_step: Signal<In, Bits<8>>,
    /// Last step of the run.
    pub last_step: Signal<In, Bits<8>>,
    /// Stops, and clears queues and accumulators.
    pub reset: Signal<In, Bit>,
    /// Host writes a descriptor word.
    pub write: Signal<In, Bit>,
    /// Which.
    pub write_address: Signal<In, Bits<16>>,
    /// What.
    pub write_data: Signal<In, Bits<32>>,
    /// All activations of the scan have been taken.
    pub scan_done: Signal<In, Bit>,
    /// A queue is almost full.
    pub full: Signal<In, Bit>,
    /// All PEs have taken an even number of markers.
    pub passed0: Signal<In, Bit>,
    /// All PEs have taken an odd number of markers.
    pub passed1: Signal<In, Bit>,
    /// A drained row has been written.
    pub written: Signal<In, Bit>,
    /// Broadcasts a marker.
    pub marker: Signal<Out, Bit>,
    /// Codebook and accumulators' bank of what follows it.
    pub marker_value: Signal<Out, Bits<16>>,
    /// Begins a scan.
    pub scan_start: Signal<Out, Bit>,
    /// First group of the scan.
    pub src_base: Signal<Out, Bits<16>>,
    /// Number of groups.
    pub groups: Signal<Out, Bits<16>>,
    /// First pointer of the layer.
    pub ptr_base: Signal<Out, Bits<16>>,
    /// Logarithm of the number of column groups of the scan.
    pub scan_split: Signal<Out, Bits<3>>,
    /// The scan's words from `frontier` on are not there yet.
    pub gated: Signal<Out, Bit>,
    /// First word of the scan that is not there yet.
    pub frontier: Signal<Out, Bits<16>>,
    /// Requantising shift of the drain.
    pub shift: Signal<Out, Bits<5>>,
    /// ReLU or identity.
    pub relu: Signal<Out, Bit>,
    /// Logarithm of the number of column groups that the drain adds up.
    pub drain_split: Signal<Out, Bits<3>>,
    /// Reads and clears a row.
    pub drain: Signal<Out, Bit>,
    /// Whether its result is written back.
    pub drain_write: Signal<Out, Bit>,
    /// The row.
    pub drain_row: Signal<Out, Bits<16>>,
    /// Address of its bias words.
    pub bias_address: Signal<Out, Bits<16>>,
    /// Where its results go.
    pub dst_address: Signal<Out, Bits<16>>,
    /// Which cluster of each chain writes them.
    pub drain_rank: Signal<Out, Bits<8>>,
    /// Empties queues, walkers and detectors.
    pub clear: Signal<Out, Bit>,
    /// Not ready for host writes or a start.
    pub busy: Signal<Out, Bit>,
    /// A run is going on.
    pub running: Signal<Out, Bit>,
    /// PEs can have work.
    pub computing: Signal<Out, Bit>,
    /// The step that is drained.
    pub step: Signal<Out, Bits<8>>,
    words0: LutRam<32>,
    words1: LutRam<32>,
    words2: LutRam<32>,
    words3: LutRam<32>,
    phase: DFF<Phase>,
    drained: DFF<Drained>,
    next_step: DFF<Bits<8>>,
    last_q: DFF<Bits<8>>,
    timer: DFF<Bits<16>>,
    parity: DFF<Bit>,
    bank: DFF<Bit>,
    next0: DFF<Bits<32>>,
    next1: DFF<Bits<32>>,
    next2: DFF<Bits<32>>,
    next3: DFF<Bits<32>>,
    word0: DFF<Bits<32>>,
    word1: DFF<Bits<32>>,
    word2: DFF<Bits<32>>,
    word3: DFF<Bits<32>>,
    scan_start_q: DFF<Bit>,
    gated_q: DFF<Bit>,
    frontier_q: DFF<Bits<16>>,
    row: DFF<Bits<16>>,
    groups_left: DFF<Bits<16>>,
    given: DFF<Bit>,
    given_slots: DFF<Bits<16>>,
    given_bases: DFF<Bits<32>>,
    given_control: DFF<Bits<32>>,
    given_step: DFF<Bits<8>>,
    drain_last: DFF<Bits<16>>,
    drain_bases: DFF<Bits<32>>,
    drain_control: DFF<Bits<32>>,
    drain_step: DFF<Bits<8>>,
    drain_q: DFF<Bit>,
    drain_write_q: DFF<Bit>,
    drain_row_q: DFF<Bits<16>>,
    bias_q: DFF<Bits<16>>,
    dst_q: DFF<Bits<16>>,
    rank_q: DFF<Bits<8>>,
    clear_q: DFF<Bit>,
    field: Signal<Local, Bits<2>>,
    place: Signal<Local, Bits<16>>,
    next_row: Signal<Local, Bits<16>>,
    next_control: Signal<Local, Bits<32>>,
    control: Signal<Local, Bits<32>>,
    scan_drains: Signal<Local, Bits<32>>,
    scan_splits: Signal<Local, Bits<32>>,
    next_follows: Signal<Local, Bits<32>>,
    next_after: Signal<Local, Bits<32>>,
    given_split: Signal<Local, Bits<32>>,
    drains_out: Signal<Local, Bit>,
    shift_field: Signal<Local, Bits<32>>,
    relu_field: Signal<Local, Bits<32>>,
    split_field: Signal<Local, Bits<32>>,
    bank_field: Signal<Local, Bits<16>>,
    group_row: Signal<Local, Bits<16>>,
    rank_mask: Signal<Local, Bits<8>>,
    rank_end: Signal<Local, Bits<8>>,
    passed: Signal<Local, Bit>,
    can_mark: Signal<Local, Bit>,
    scanned: Signal<Local, Bit>,
    ends: Signal<Local, Bit>,
    at_last: Signal<Local, Bit>,
    new_bank: Signal<Local, Bit>,
    mark: Signal<Local, Bit>,
    first: Signal<Local, Bit>,
    hold: Constant<Bits<16>>,
    fetch: Constant<Bits<16>>,
    start_delay: Constant<Bits<16>>,
    last_acc: Constant<Bits<16>>,
    shift_bit: Constant<Bits<6>>,
    relu_bit: Constant<Bits<6>>,
    drain_bit: Constant<Bits<6>>,
    follows_bit: Constant<Bits<6>>,
    after_bit: Constant<Bits<6>>,
    short_chain: Constant<Bits<3>>,
    split_bit: Constant<Bits<6>>,
    marker_bank: Constant<Bits<16>>,
    one: Constant<Bits<8>>,
}

impl Sequencer {
    /// Descriptors for as many steps as the configuration has.
    pub fn new(config: &Config) -> Self {
        let memory = || LutRam::new(config.max_steps.max(2), 32);
        Self {
            clock: Default::default(),
            start: Default::default(),
            first_step: Default::default(),
            last_step: Default::default(),
            reset: Default::default(),
            write: Default::default(),
            write_address: Default::default(),
            write_data: Default::default(),
            scan_done: Default::default(),
            full: Default::default(),
            passed0: Default::default(),
            passed1: Default::default(),
            written: Default::default(),
            marker: Default::default(),
            marker_value: Default::default(),
            scan_start: Default::default(),
            src_base: Default::default(),
            groups: Default::default(),
            ptr_base: Default::default(),
            scan_split: Default::default(),
            gated: Default::default(),
            frontier: Default::default(),
            shift: Default::default(),
            relu: Default::default(),
            drain_split: Default::default(),
            drain: Default::default(),
            drain_write: Default::default(),
            drain_row: Default::default(),
            bias_address: Default::default(),
            dst_address: Default::default(),
            drain_rank: Default::default(),
            clear: Default::default(),
            busy: Default::default(),
            running: Default::default(),
            computing: Default::default(),
            step: Default::default(),
            words0: memory(),
            words1: memory(),
            words2: memory(),
            words3: memory(),
            phase: Default::default(),
            drained: Default::default(),
            next_step: Default::default(),
            last_q: Default::default(),
            timer: Default::default(),
            parity: Default::default(),
            bank: Default::default(),
            next0: Default::default(),
            next1: Default::default(),
            next2: Default::default(),
            next3: Default::default(),
            word0: Default::default(),
            word1: Default::default(),
            word2: Default::default(),
            word3: Default::default(),
            scan_start_q: Default::default(),
            gated_q: Default::default(),
            frontier_q: Default::default(),
            row: Default::default(),
            groups_left: Default::default(),
            given: Default::default(),
            given_slots: Default::default(),
            given_bases: Default::default(),
            given_control: Default::default(),
            given_step: Default::default(),
            drain_last: Default::default(),
            drain_bases: Default::default(),
            drain_control: Default::default(),
            drain_step: Default::default(),
            drain_q: Default::default(),
            drain_write_q: Default::default(),
            drain_row_q: Default::default(),
            bias_q: Default::default(),
            dst_q: Default::default(),
            rank_q: Default::default(),
            clear_q: Default::default(),
            field: Default::default(),
            place: Default::default(),
            next_row: Default::default(),
            next_control: Default::default(),
            control: Default::default(),
            scan_drains: Default::default(),
            scan_splits: Default::default(),
            next_follows: Default::default(),
            next_after: Default::default(),
            given_split: Default::default(),
            drains_out: Default::default(),
            shift_field: Default::default(),
            relu_field: Default::default(),
            split_field: Default::default(),
            bank_field: Default::default(),
            group_row: Default::default(),
            rank_mask: Default::default(),
            rank_end: Default::default(),
            passed: Default::default(),
            can_mark: Default::default(),
            scanned: Default::default(),
            ends: Default::default(),
            at_last: Default::default(),
            new_bank: Default::default(),
            mark: Default::default(),
            first: Default::default(),
            fetch: Constant::new(FETCH.into()),
            hold: Constant::new((HOLD + 2 * config.clusters() as u64).into()),
            start_delay: Constant::new(START_DELAY.into()),
            last_acc: Constant::new((config.acc_depth as u64 - 1).into()),
            shift_bit: Constant::new(u64::from(STEP_SHIFT_BIT).into()),
            relu_bit: Constant::new(u64::from(STEP_RELU_BIT).into()),
            drain_bit: Constant::new(u64::from(STEP_DRAIN_BIT).into()),
            follows_bit: Constant::new(u64::from(STEP_FOLLOWS_BIT).into()),
            after_bit: Constant::new(u64::from(STEP_AFTER_BIT).into()),
            short_chain: Constant::new(u64::from(SHORT_CHAIN).into()),
            split_bit: Constant::new(u64::from(STEP_SPLIT_BIT).into()),
            marker_bank: Constant::new((1u64 << MARKER_BANK_BIT).into()),
            one: Constant::new(1.into()),
        }
    }
}

impl Logic for Sequencer {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self,
            clock,
            phase,
            drained,
            next_step,
            last_q,
            timer,
            parity,
            bank,
            next0,
            next1,
            next2,
            next3,
            word0,
            word1,
            word2,
            word3,
            scan_start_q,
            gated_q,
            frontier_q,
            row,
            groups_left,
            given,
            given_slots,
            given_bases,
            given_control,
            given_step,
            drain_last,
            drain_bases,
            drain_control,
            drain_step,
            drain_q,
            drain_write_q,
            drain_row_q,
            bias_q,
            dst_q,
            rank_q,
            clear_q
        );
        clock!(self, clock, words0, words1, words2, words3);
        // Descriptors: four memories side by side, read as one. Their register shows the step after the one that is scanned.
        self.field.next = self.write_address.val().get_bits::<2>(0);
        self.place.next = self.write_address.val() >> 2;
        self.words0.write_address.next = self.place.val();
        self.words0.write_data.next = self.write_data.val();
        self.words0.write_enable.next = self.write.val() & (self.field.val() == 0);
        self.words0.read_address.next = bit_cast::<16, 8>(self.next_step.q.val());
        self.words1.write_address.next = self.place.val();
        self.words1.write_data.next = self.write_data.val();
        self.words1.write_enable.next = self.write.val() & (self.field.val() == 1);
        self.words1.read_address.next = bit_cast::<16, 8>(self.next_step.q.val());
        self.words2.write_address.next = self.place.val();
        self.words2.write_data.next = self.write_data.val();
        self.words2.write_enable.next = self.write.val() & (self.field.val() == 2);
        self.words2.read_address.next = bit_cast::<16, 8>(self.next_step.q.val());
        self.words3.write_address.next = self.place.val();
        self.words3.write_data.next = self.write_data.val();
        self.words3.write_enable.next = self.write.val() & (self.field.val() == 3);
        self.words3.read_address.next = bit_cast::<16, 8>(self.next_step.q.val());
        self.next0.d.next = self.words0.read_data.val();
        self.next1.d.next = self.words1.read_data.val();
        self.next2.d.next = self.words2.read_data.val();
        self.next3.d.next = self.words3.read_data.val();
        // The scan's parameters.
        self.src_base.next = self.word0.q.val().get_bits::<16>(0);
        self.groups.next = self.word0.q.val().get_bits::<16>(16);
        self.ptr_base.next = self.word1.q.val().get_bits::<16>(0);
        self.control.next = self.word3.q.val();
        self.scan_drains.next = self.control.val() >> self.drain_bit.val();
        self.scan_splits.next = self.control.val() >> self.split_bit.val();
        self.scan_split.next = self.scan_splits.val().get_bits::<3>(0);
        self.next_control.next = self.next3.q.val();
        self.next_follows.next = self.next_control.val() >> self.follows_bit.val();
        self.next_after.next = self.next_control.val() >> self.after_bit.val();
        self.given_split.next = self.given_control.q.val() >> self.split_bit.val();
        // The drain's.
        self.shift_field.next = self.drain_control.q.val() >> self.shift_bit.val();
        self.shift.next = self.shift_field.val().get_bits::<5>(0);
        self.relu_field.next = self.drain_control.q.val() >> self.relu_bit.val();
        self.relu.next = self.relu_field.val().get_bit(0);
        self.split_field.next = self.drain_control.q.val() >> self.split_bit.val();
        self.drain_split.next = self.split_field.val().get_bits::<3>(0);
        // Row `r` is written by cluster `r % groups` of its chain, at place `r / groups`.
        self.rank_end.next = self.one.val() << self.split_field.val().get_bits::<3>(0);
        self.rank_mask.next = self.rank_end.val() - 1;
        self.group_row.next = self.row.q.val() >> self.split_field.val().get_bits::<3>(0);
        self.drain_row_q.d.next = self.row.q.val();
        self.bias_q.d.next = self.drain_bases.q.val().get_bits::<16>(16) + self.row.q.val();
        self.dst_q.d.next = self.drain_bases.q.val().get_bits::<16>(0) + self.group_row.val();
        self.rank_q.d.next = self.row.q.val().get_bits::<8>(0) & self.rank_mask.val();
        self.next_row.next = self.row.q.val() + 1;
        // When a marker may be sent.
        self.passed.next = self.passed0.val();
        if self.parity.q.val() {
            self.passed.next = self.passed1.val();
        }
        // The last rows of a drain are read, and on their way: nobody needs its accumulators any more.
        self.drains_out.next = (self.drained.q.val() == Drained::Flush)
            & (self.split_field.val().get_bits::<3>(0) <= self.short_chain.val())
            & !self.next_follows.val().get_bit(0)
            & !self.next_after.val().get_bit(0);
        self.can_mark.next = self.passed.val()
            & !self.full.val()
            & !self.given.q.val()
            & ((self.drained.q.val() == Drained::Nothing) | self.drains_out.val());
        self.scanned.next = (self.phase.q.val() == Phase::Scan) & !self.timer.q.val().any() & self.scan_done.val();
        self.first.next = (self.phase.q.val() == Phase::First) & !self.timer.q.val().any();
        self.mark.next = self.can_mark.val() & (self.scanned.val() | self.first.val());
        // The step in work gives its accumulators to the drain; what comes next takes the other ones.
        self.ends.next = self.scanned.val() & self.scan_drains.val().get_bit(0);
        self.at_last.next = self.scanned.val() & (self.next_step.q.val() == self.last_q.q.val());
        self.new_bank.next = self.bank.q.val();
        if self.ends.val() {
            self.new_bank.next = !self.bank.q.val();
        }
        self.bank_field.next = 0.into();
        if self.new_bank.val() {
            self.bank_field.next = self.marker_bank.val();
        }
        self.marker.next = self.mark.val();
        self.marker_value.next = bit_cast::<16, 8>(self.next_control.val().get_bits::<8>(0)) | self.bank_field.val();
        // The scan side.
        self.scan_start_q.d.next = false;
        self.running.next = true;
        self.computing.next = false;
        self.clear_q.d.next = false;
        if self.timer.q.val().any() {
            self.timer.d.next = self.timer.q.val() - 1;
        }
        self.drain_q.d.next = false;
        self.drain_write_q.d.next = false;
        match self.phase.q.val() {
            Phase::Idle => {
                self.running.next = false;
                if self.start.val() {
                    self.next_step.d.next = self.first_step.val();
                    self.last_q.d.next = self.last_step.val() + 1;
                    self.timer.d.next = self.fetch.val();
                    self.phase.d.next = Phase::First;
                }
            }
            Phase::First => {
                self.computing.next = true;
            }
            Phase::Scan => {
                self.computing.next = true;
            }
            Phase::Finish => {
                self.computing.next = !self.passed.val();
                if self.passed.val() & !self.given.q.val() & (self.drained.q.val() == Drained::Nothing) {
                    self.phase.d.next = Phase::Idle;
                }
            }
            Phase::Hold => {
                self.running.next = false;
                self.clear_q.d.next = true;
                if !self.timer.q.val().any() {
                    self.phase.d.next = Phase::Sweep;
                }
            }
            Phase::Sweep => {
                self.running.next = false;
                self.clear_q.d.next = true;
                self.drain_q.d.next = true;
                self.row.d.next = self.next_row.val();
                if self.row.q.val() == self.last_acc.val() {
                    self.phase.d.next = Phase::Idle;
                }
            }
            _ => {
                self.phase.d.next = Phase::Idle;
            }
        }
        // The drain side.
        if self.written.val() {
            self.frontier_q.d.next = self.frontier_q.q.val() + 1;
            self.groups_left.d.next = self.groups_left.q.val() - 1;
        }
        match self.drained.q.val() {
            Drained::Nothing => {
                self.drain_last.d.next = self.given_slots.q.val() - 1;
                self.drain_bases.d.next = self.given_bases.q.val();
                self.drain_control.d.next = self.given_control.q.val();
                self.drain_step.d.next = self.given_step.q.val();
                self.groups_left.d.next = self.given_slots.q.val() >> self.given_split.val().get_bits::<3>(0);
                if self.given.q.val() & self.passed.val() {
                    self.row.d.next = 0.into();
                    self.given.d.next = false;
                    self.drained.d.next = Drained::Rows;
                }
            }
            Drained::Rows => {
                self.drain_q.d.next = true;
                self.drain_write_q.d.next = true;
                self.row.d.next = self.next_row.val();
                if self.row.q.val() == self.drain_last.q.val() {
                    self.drained.d.next = Drained::Flush;
                }
            }
            Drained::Flush => {
                if !self.groups_left.q.val().any() {
                    self.gated_q.d.next = false;
                    self.drained.d.next = Drained::Nothing;
                }
            }
            _ => {
                self.drained.d.next = Drained::Nothing;
            }
        }
        // From one step to the next.
        if self.mark.val() {
            self.parity.d.next = !self.parity.q.val();
            self.bank.d.next = self.new_bank.val();
            if self.ends.val() {
                self.given.d.next = true;
                self.given_slots.d.next = self.word1.q.val().get_bits::<16>(16);
                self.given_bases.d.next = self.word2.q.val();
                self.given_control.d.next = self.word3.q.val();
                self.given_step.d.next = self.next_step.q.val() - 1;
            }
            if self.at_last.val() {
                self.phase.d.next = Phase::Finish;
            } else {
                self.word0.d.next = self.next0.q.val();
                self.word1.d.next = self.next1.q.val();
                self.word2.d.next = self.next2.q.val();
                self.word3.d.next = self.next3.q.val();
                self.next_step.d.next = self.next_step.q.val() + 1;
                self.frontier_q.d.next = self.next0.q.val().get_bits::<16>(0);
                self.gated_q.d.next = self.ends.val() & self.next_follows.val().get_bit(0);
                self.scan_start_q.d.next = true;
                self.timer.d.next = self.start_delay.val();
                self.phase.d.next = Phase::Scan;
            }
        }
        if self.reset.val() {
            self.timer.d.next = self.hold.val();
            self.row.d.next = 0.into();
            self.parity.d.next = false;
            self.bank.d.next = false;
            self.gated_q.d.next = false;
            self.given.d.next = false;
            self.given_control.d.next = 0.into();
            self.drain_control.d.next = 0.into();
            self.drained.d.next = Drained::Nothing;
            self.phase.d.next = Phase::Hold;
        }
        self.busy.next = self.phase.q.val() != Phase::Idle;
        self.scan_start.next = self.scan_start_q.q.val();
        self.gated.next = self.gated_q.q.val();
        self.frontier.next = self.frontier_q.q.val();
        self.drain.next = self.drain_q.q.val();
        self.drain_write.next = self.drain_write_q.q.val();
        self.drain_row.next = self.drain_row_q.q.val();
        self.bias_address.next = self.bias_q.q.val();
        self.dst_address.next = self.dst_q.q.val();
        self.drain_rank.next = self.rank_q.q.val();
        self.clear.next = self.clear_q.q.val();
        self.step.next = self.drain_step.q.val();
    }
}
