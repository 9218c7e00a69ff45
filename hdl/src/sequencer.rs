//! The sequencer: runs the steps of a start command, one layer (or tile) after the other, without the host.
//!
//! Ports: `clock`; `start` with `first_step[8]`, `last_step[8]`; `reset`; `write`, `write_address[16]`,
//! `write_data[32]` (step descriptors); `scan_done`, `idle` (registered, of all clusters); `scan_start`, the
//! parameters of the step, `drain`, `drain_write`, `drain_row[16]`, `bias_address[16]`, `dst_address[16]`,
//! `clear`; `busy`, `running`, `computing`.
//! A step: fetch (1 cycle), start (1), scan until all activations are broadcast and all PEs idle, drain (a
//! cycle a slot), flush (until the last result is written back).
//! Never: starts a scan before the last result of the step before is in its bank.

use crate::ram::LutRam;
use eie_spec::config::Config;
use eie_spec::regs::{STEP_DRAIN_BIT, STEP_RELU_BIT, STEP_SHIFT_BIT};
use rust_hdl::prelude::*;

/// From a taken offer to the idle flag that shows its work, less the way of the done flag.
const SETTLE: u64 = 6;
/// From the last drained row to its result in the activation bank.
const FLUSH: u64 = 9;
/// Until everything that was on its way when a reset came has reached an emptied queue or the accumulators.
const HOLD: u64 = 16;
/// From the start pulse to the done flag that it takes away.
const START_DELAY: u64 = 4;

// The derive macro for enums does not pass documentation through.
#[allow(missing_docs)]
mod phase {
    use rust_hdl::prelude::*;

    #[derive(Copy, Clone, PartialEq, Debug, LogicState)]
    pub enum Phase {
        Idle,
        Fetch,
        Start,
        Scan,
        Settle,
        Drain,
        Flush,
        Hold,
        Sweep,
    }
}
use phase::Phase;

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
    /// All PEs are idle.
    pub idle: Signal<In, Bit>,
    /// Begins a scan.
    pub scan_start: Signal<Out, Bit>,
    /// First group of the scan.
    pub src_base: Signal<Out, Bits<16>>,
    /// Number of groups.
    pub groups: Signal<Out, Bits<16>>,
    /// First pointer of the layer.
    pub ptr_base: Signal<Out, Bits<16>>,
    /// Which codebook.
    pub codebook: Signal<Out, Bits<8>>,
    /// Requantising shift.
    pub shift: Signal<Out, Bits<5>>,
    /// ReLU or identity.
    pub relu: Signal<Out, Bit>,
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
    /// Empties queues, walkers and detectors.
    pub clear: Signal<Out, Bit>,
    /// Not ready for host writes or a start.
    pub busy: Signal<Out, Bit>,
    /// A run is going on.
    pub running: Signal<Out, Bit>,
    /// PEs can have work.
    pub computing: Signal<Out, Bit>,
    /// The step in work.
    pub step: Signal<Out, Bits<8>>,
    words0: LutRam<32>,
    words1: LutRam<32>,
    words2: LutRam<32>,
    words3: LutRam<32>,
    phase: DFF<Phase>,
    step_q: DFF<Bits<8>>,
    last_q: DFF<Bits<8>>,
    timer: DFF<Bits<16>>,
    row: DFF<Bits<16>>,
    word0: DFF<Bits<32>>,
    word1: DFF<Bits<32>>,
    word2: DFF<Bits<32>>,
    word3: DFF<Bits<32>>,
    scan_start_q: DFF<Bit>,
    drain_q: DFF<Bit>,
    drain_write_q: DFF<Bit>,
    drain_row_q: DFF<Bits<16>>,
    bias_q: DFF<Bits<16>>,
    dst_q: DFF<Bits<16>>,
    field: Signal<Local, Bits<2>>,
    place: Signal<Local, Bits<16>>,
    slots: Signal<Local, Bits<16>>,
    next_row: Signal<Local, Bits<16>>,
    step_ended: Signal<Local, Bit>,
    settle: Constant<Bits<16>>,
    flush: Constant<Bits<16>>,
    hold: Constant<Bits<16>>,
    start_delay: Constant<Bits<16>>,
    acc_depth: Constant<Bits<16>>,
    shift_bit: Constant<Bits<6>>,
    relu_bit: Constant<Bits<6>>,
    drain_bit: Constant<Bits<6>>,
    control: Signal<Local, Bits<32>>,
    relu_field: Signal<Local, Bits<32>>,
    drain_field: Signal<Local, Bits<32>>,
    shift_field: Signal<Local, Bits<32>>,
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
            idle: Default::default(),
            scan_start: Default::default(),
            src_base: Default::default(),
            groups: Default::default(),
            ptr_base: Default::default(),
            codebook: Default::default(),
            shift: Default::default(),
            relu: Default::default(),
            drain: Default::default(),
            drain_write: Default::default(),
            drain_row: Default::default(),
            bias_address: Default::default(),
            dst_address: Default::default(),
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
            step_q: Default::default(),
            last_q: Default::default(),
            timer: Default::default(),
            row: Default::default(),
            word0: Default::default(),
            word1: Default::default(),
            word2: Default::default(),
            word3: Default::default(),
            scan_start_q: Default::default(),
            drain_q: Default::default(),
            drain_write_q: Default::default(),
            drain_row_q: Default::default(),
            bias_q: Default::default(),
            dst_q: Default::default(),
            field: Default::default(),
            place: Default::default(),
            slots: Default::default(),
            next_row: Default::default(),
            step_ended: Default::default(),
            settle: Constant::new(SETTLE.into()),
            flush: Constant::new(FLUSH.into()),
            hold: Constant::new(HOLD.into()),
            start_delay: Constant::new(START_DELAY.into()),
            acc_depth: Constant::new((config.acc_depth as u64).into()),
            shift_bit: Constant::new(u64::from(STEP_SHIFT_BIT).into()),
            relu_bit: Constant::new(u64::from(STEP_RELU_BIT).into()),
            drain_bit: Constant::new(u64::from(STEP_DRAIN_BIT).into()),
            control: Default::default(),
            relu_field: Default::default(),
            drain_field: Default::default(),
            shift_field: Default::default(),
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
            step_q,
            last_q,
            timer,
            row,
            word0,
            word1,
            word2,
            word3,
            scan_start_q,
            drain_q,
            drain_write_q,
            drain_row_q,
            bias_q,
            dst_q
        );
        clock!(self, clock, words0, words1, words2, words3);
        // Descriptors: four memories side by side, read as one.
        self.field.next = self.write_address.val().get_bits::<2>(0);
        self.place.next = self.write_address.val() >> 2;
        self.words0.write_address.next = self.place.val();
        self.words1.write_address.next = self.place.val();
        self.words2.write_address.next = self.place.val();
        self.words3.write_address.next = self.place.val();
        self.words0.write_data.next = self.write_data.val();
        self.words1.write_data.next = self.write_data.val();
        self.words2.write_data.next = self.write_data.val();
        self.words3.write_data.next = self.write_data.val();
        self.words0.write_enable.next = self.write.val() & (self.field.val() == 0);
        self.words1.write_enable.next = self.write.val() & (self.field.val() == 1);
        self.words2.write_enable.next = self.write.val() & (self.field.val() == 2);
        self.words3.write_enable.next = self.write.val() & (self.field.val() == 3);
        self.words0.read_address.next = bit_cast::<16, 8>(self.step_q.q.val());
        self.words1.read_address.next = bit_cast::<16, 8>(self.step_q.q.val());
        self.words2.read_address.next = bit_cast::<16, 8>(self.step_q.q.val());
        self.words3.read_address.next = bit_cast::<16, 8>(self.step_q.q.val());
        // The step's parameters.
        self.src_base.next = self.word0.q.val().get_bits::<16>(0);
        self.groups.next = self.word0.q.val().get_bits::<16>(16);
        self.ptr_base.next = self.word1.q.val().get_bits::<16>(0);
        self.slots.next = self.word1.q.val().get_bits::<16>(16);
        self.control.next = self.word3.q.val();
        self.codebook.next = bit_cast::<8, 32>(self.control.val());
        self.shift_field.next = self.control.val() >> self.shift_bit.val();
        self.shift.next = bit_cast::<5, 32>(self.shift_field.val());
        self.relu_field.next = self.control.val() >> self.relu_bit.val();
        self.relu.next = self.relu_field.val().get_bit(0);
        self.drain_field.next = self.control.val() >> self.drain_bit.val();
        // The phases.
        self.scan_start_q.d.next = false;
        self.drain_q.d.next = false;
        self.drain_write_q.d.next = false;
        self.drain_row_q.d.next = self.row.q.val();
        self.bias_q.d.next = self.word2.q.val().get_bits::<16>(16) + self.row.q.val();
        self.dst_q.d.next = self.word2.q.val().get_bits::<16>(0) + self.row.q.val();
        self.next_row.next = self.row.q.val() + 1;
        self.clear.next = false;
        self.running.next = true;
        self.computing.next = false;
        self.step_ended.next = false;
        if self.timer.q.val().any() {
            self.timer.d.next = self.timer.q.val() - 1;
        }
        match self.phase.q.val() {
            Phase::Idle => {
                self.running.next = false;
                if self.start.val() {
                    self.step_q.d.next = self.first_step.val();
                    self.last_q.d.next = self.last_step.val();
                    self.phase.d.next = Phase::Fetch;
                }
            }
            Phase::Fetch => {
                self.word0.d.next = self.words0.read_data.val();
                self.word1.d.next = self.words1.read_data.val();
                self.word2.d.next = self.words2.read_data.val();
                self.word3.d.next = self.words3.read_data.val();
                self.scan_start_q.d.next = true;
                self.phase.d.next = Phase::Start;
            }
            Phase::Start => {
                self.timer.d.next = self.start_delay.val();
                self.phase.d.next = Phase::Scan;
            }
            Phase::Scan => {
                self.computing.next = true;
                if !self.timer.q.val().any() & self.scan_done.val() {
                    self.timer.d.next = self.settle.val();
                    self.phase.d.next = Phase::Settle;
                }
            }
            Phase::Settle => {
                self.computing.next = true;
                self.row.d.next = 0.into();
                if !self.timer.q.val().any() & self.idle.val() {
                    self.phase.d.next = Phase::Drain;
                    if !self.drain_field.val().get_bit(0) {
                        self.step_ended.next = true;
                    }
                }
            }
            Phase::Drain => {
                self.drain_q.d.next = true;
                self.drain_write_q.d.next = true;
                self.row.d.next = self.next_row.val();
                if self.next_row.val() == self.slots.val() {
                    self.timer.d.next = self.flush.val();
                    self.phase.d.next = Phase::Flush;
                }
            }
            Phase::Flush => {
                if !self.timer.q.val().any() {
                    self.step_ended.next = true;
                }
            }
            Phase::Hold => {
                self.running.next = false;
                self.clear.next = true;
                self.row.d.next = 0.into();
                if !self.timer.q.val().any() {
                    self.phase.d.next = Phase::Sweep;
                }
            }
            Phase::Sweep => {
                self.running.next = false;
                self.clear.next = true;
                self.drain_q.d.next = true;
                self.row.d.next = self.next_row.val();
                if self.next_row.val() == self.acc_depth.val() {
                    self.phase.d.next = Phase::Idle;
                }
            }
            _ => {
                self.phase.d.next = Phase::Idle;
            }
        }
        if self.step_ended.val() {
            self.step_q.d.next = self.step_q.q.val() + 1;
            self.phase.d.next = Phase::Fetch;
            if self.step_q.q.val() == self.last_q.q.val() {
                self.phase.d.next = Phase::Idle;
            }
        }
        if self.reset.val() {
            self.timer.d.next = self.hold.val();
            self.phase.d.next = Phase::Hold;
        }
        self.busy.next = self.phase.q.val() != Phase::Idle;
        self.scan_start.next = self.scan_start_q.q.val();
        self.drain.next = self.drain_q.q.val();
        self.drain_write.next = self.drain_write_q.q.val();
        self.drain_row.next = self.drain_row_q.q.val();
        self.bias_address.next = self.bias_q.q.val();
        self.dst_address.next = self.dst_q.q.val();
        self.step.next = self.step_q.q.val();
    }
}
