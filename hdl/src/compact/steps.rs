//! The sequencer of the compact array: one step after the other, each fetched, scanned, computed and drained.
//!
//! Ports: `clock`; `start` with `first_step[8]`, `last_step[8]`; `reset`; `write`, `write_address[16]`, `write_data[32]` (step
//! descriptors); from the scan `some`, `ends`, to it `takes_groups`, `takes_column` with `descriptor[32]`, and `scanning`; `idle` (no PE
//! has work); `computes` (scanned or computed), `codebook[8]`; the drain: `draining`, `row[16]`, `phase[5]`, `bias[16]` (its bias), `upper`
//! (the bias' upper word comes next), `forget`, `sweeping` (rows are cleared only), `shift[5]`, `relu`, and `written` (its last result)
//! with `place[16]`, where that goes; `busy`, `running`, `computing`, `step[8]`.
//!
//! A step's words are fetched in five cycles. The drain takes `2 * pes + 2` cycles a row, in which the PEs' sums and biases go
//! through one drain unit: in cycle `2 * i + 1` of a row the address of PE `i`'s bias is out, in the next one that of its upper
//! word, and in the one after that its sum and bias are there. In the last cycle the row is cleared.

use super::memory::SyncRam;
use eie_spec::config::Config;
use eie_spec::regs::{STEP_DRAIN_BIT, STEP_RELU_BIT, STEP_SHIFT_BIT};
use rust_hdl::prelude::*;

/// Cycles of a row's drain.
pub(super) fn row_cycles(pes: usize) -> usize {
    2 * pes + 2
}

/// See the module's documentation.
#[derive(LogicBlock)]
pub struct Steps {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Runs `first_step` to `last_step`.
    pub start: Signal<In, Bit>,
    /// First step of the run.
    pub first_step: Signal<In, Bits<8>>,
    /// Last step of the run.
    pub last_step: Signal<In, Bits<8>>,
    /// Stops, and clears the accumulators.
    pub reset: Signal<In, Bit>,
    /// Host writes a descriptor word.
    pub write: Signal<In, Bit>,
    /// Which.
    pub write_address: Signal<In, Bits<16>>,
    /// What.
    pub write_data: Signal<In, Bits<32>>,
    /// The scan has groups.
    pub some: Signal<In, Bit>,
    /// The scan ends.
    pub ends: Signal<In, Bit>,
    /// No PE has work.
    pub idle: Signal<In, Bit>,
    /// A row's last result is written in this cycle.
    pub written: Signal<In, Bit>,
    /// The descriptor's word that was read.
    pub descriptor: Signal<Out, Bits<32>>,
    /// It has the scan's groups.
    pub takes_groups: Signal<Out, Bit>,
    /// It has the scan's first column.
    pub takes_column: Signal<Out, Bit>,
    /// A step is scanned.
    pub scanning: Signal<Out, Bit>,
    /// A step is scanned or computed.
    pub computes: Signal<Out, Bit>,
    /// The activation banks are the array's.
    pub reads: Signal<Out, Bit>,
    /// The step's codebook.
    pub codebook: Signal<Out, Bits<8>>,
    /// Rows are drained, or cleared.
    pub draining: Signal<Out, Bit>,
    /// They are cleared only.
    pub sweeping: Signal<Out, Bit>,
    /// The row.
    pub row: Signal<Out, Bits<16>>,
    /// Cycle of the row's drain.
    pub phase: Signal<Out, Bits<5>>,
    /// The row's bias.
    pub bias: Signal<Out, Bits<16>>,
    /// Its upper word.
    pub upper: Signal<Out, Bit>,
    /// The row is cleared.
    pub forget: Signal<Out, Bit>,
    /// Requantising shift.
    pub shift: Signal<Out, Bits<5>>,
    /// ReLU or identity.
    pub relu: Signal<Out, Bit>,
    /// Where a row's results go.
    pub place: Signal<Out, Bits<16>>,
    /// Not ready for host writes or a start.
    pub busy: Signal<Out, Bit>,
    /// A run is going on.
    pub running: Signal<Out, Bit>,
    /// PEs can have work.
    pub computing: Signal<Out, Bit>,
    /// The step in work.
    pub step: Signal<Out, Bits<8>>,
    words: SyncRam<32>,
    in_fetch: DFF<Bit>,
    in_scan: DFF<Bit>,
    in_wait: DFF<Bit>,
    in_drain: DFF<Bit>,
    in_flush: DFF<Bit>,
    sweep: DFF<Bit>,
    busy_q: DFF<Bit>,
    at: DFF<Bits<3>>,
    step_q: DFF<Bits<8>>,
    last: DFF<Bits<8>>,
    phase_q: DFF<Bits<5>>,
    row_q: DFF<Bits<16>>,
    rows_left: DFF<Bits<16>>,
    place_q: DFF<Bits<16>>,
    bias_q: DFF<Bits<16>>,
    codebook_q: DFF<Bits<8>>,
    shift_q: DFF<Bits<5>>,
    relu_q: DFF<Bit>,
    drains: DFF<Bit>,
    at_last: Signal<Local, Bit>,
    row_ends: Signal<Local, Bit>,
    goes_on: Signal<Local, Bit>,
    shift_field: Signal<Local, Bits<32>>,
    relu_field: Signal<Local, Bits<32>>,
    drain_field: Signal<Local, Bits<32>>,
    shift_bit: Constant<Bits<6>>,
    relu_bit: Constant<Bits<6>>,
    drain_bit: Constant<Bits<6>>,
    last_phase: Constant<Bits<5>>,
    all_rows: Constant<Bits<16>>,
}

impl Steps {
    /// Descriptors for as many steps as the configuration has.
    pub fn new(config: &Config) -> Self {
        Self {
            clock: Default::default(),
            start: Default::default(),
            first_step: Default::default(),
            last_step: Default::default(),
            reset: Default::default(),
            write: Default::default(),
            write_address: Default::default(),
            write_data: Default::default(),
            some: Default::default(),
            ends: Default::default(),
            idle: Default::default(),
            written: Default::default(),
            descriptor: Default::default(),
            takes_groups: Default::default(),
            takes_column: Default::default(),
            scanning: Default::default(),
            computes: Default::default(),
            reads: Default::default(),
            codebook: Default::default(),
            draining: Default::default(),
            sweeping: Default::default(),
            row: Default::default(),
            phase: Default::default(),
            bias: Default::default(),
            upper: Default::default(),
            forget: Default::default(),
            shift: Default::default(),
            relu: Default::default(),
            place: Default::default(),
            busy: Default::default(),
            running: Default::default(),
            computing: Default::default(),
            step: Default::default(),
            words: SyncRam::new(4 * config.max_steps, 32),
            in_fetch: Default::default(),
            in_scan: Default::default(),
            in_wait: Default::default(),
            in_drain: Default::default(),
            in_flush: Default::default(),
            sweep: Default::default(),
            busy_q: Default::default(),
            at: Default::default(),
            step_q: Default::default(),
            last: Default::default(),
            phase_q: Default::default(),
            row_q: Default::default(),
            rows_left: Default::default(),
            place_q: Default::default(),
            bias_q: Default::default(),
            codebook_q: Default::default(),
            shift_q: Default::default(),
            relu_q: Default::default(),
            drains: Default::default(),
            at_last: Default::default(),
            row_ends: Default::default(),
            goes_on: Default::default(),
            shift_field: Default::default(),
            relu_field: Default::default(),
            drain_field: Default::default(),
            shift_bit: Constant::new(u64::from(STEP_SHIFT_BIT).into()),
            relu_bit: Constant::new(u64::from(STEP_RELU_BIT).into()),
            drain_bit: Constant::new(u64::from(STEP_DRAIN_BIT).into()),
            last_phase: Constant::new((row_cycles(config.pes) as u64 - 1).into()),
            all_rows: Constant::new((config.acc_depth as u64).into()),
        }
    }
}

impl Logic for Steps {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self, clock, in_fetch, in_scan, in_wait, in_drain, in_flush, sweep, busy_q, at, step_q, last, phase_q,
            row_q, rows_left, place_q, bias_q, codebook_q, shift_q, relu_q, drains
        );
        clock!(self, clock, words);
        self.words.write_enable.next = self.write.val();
        self.words.write_address.next = self.write_address.val();
        self.words.write_data.next = self.write_data.val();
        self.words.read_address.next =
            (bit_cast::<16, 8>(self.step_q.q.val()) << 2) | bit_cast::<16, 2>(self.at.q.val().get_bits::<2>(0));
        self.descriptor.next = self.words.read_data.val();
        // The descriptor's words, as they come.
        self.at.d.next = 0.into();
        if self.in_fetch.q.val() {
            self.at.d.next = self.at.q.val() + 1;
        }
        self.takes_groups.next = self.in_fetch.q.val() & (self.at.q.val() == 1);
        self.takes_column.next = self.in_fetch.q.val() & (self.at.q.val() == 2);
        self.shift_field.next = self.words.read_data.val() >> self.shift_bit.val();
        self.relu_field.next = self.words.read_data.val() >> self.relu_bit.val();
        self.drain_field.next = self.words.read_data.val() >> self.drain_bit.val();
        if self.at.q.val() == 2 {
            self.rows_left.d.next = self.words.read_data.val().get_bits::<16>(16);
        }
        if self.at.q.val() == 3 {
            self.place_q.d.next = self.words.read_data.val().get_bits::<16>(0);
            self.bias_q.d.next = self.words.read_data.val().get_bits::<16>(16);
        }
        if self.at.q.val() == 4 {
            self.codebook_q.d.next = self.words.read_data.val().get_bits::<8>(0);
            self.shift_q.d.next = self.shift_field.val().get_bits::<5>(0);
            self.relu_q.d.next = self.relu_field.val().get_bit(0);
            self.drains.d.next = self.drain_field.val().get_bit(0);
            self.in_fetch.d.next = false;
            self.in_scan.d.next = self.some.val();
            self.in_wait.d.next = !self.some.val();
        }
        // Scanned, then computed, then drained.
        if self.in_scan.q.val() & self.ends.val() {
            self.in_scan.d.next = false;
            self.in_wait.d.next = true;
        }
        self.row_ends.next = self.in_drain.q.val() & (self.phase_q.q.val() == self.last_phase.val());
        self.goes_on.next = self.in_flush.q.val() & self.written.val();
        if self.in_wait.q.val() & self.idle.val() {
            self.in_wait.d.next = false;
            if self.drains.q.val() & self.rows_left.q.val().any() {
                self.in_drain.d.next = true;
            } else {
                self.goes_on.next = true;
            }
        }
        self.phase_q.d.next = 0.into();
        if self.in_drain.q.val() {
            self.phase_q.d.next = self.phase_q.q.val() + 1;
        } else {
            self.row_q.d.next = 0.into();
        }
        if self.row_ends.val() {
            self.phase_q.d.next = 0.into();
            self.row_q.d.next = self.row_q.q.val() + 1;
            self.bias_q.d.next = self.bias_q.q.val() + 1;
            self.rows_left.d.next = self.rows_left.q.val() - 1;
            if self.rows_left.q.val() == 1 {
                self.in_drain.d.next = false;
                self.in_flush.d.next = !self.sweep.q.val();
                self.busy_q.d.next = !self.sweep.q.val();
                self.sweep.d.next = false;
            }
        }
        if self.written.val() {
            self.place_q.d.next = self.place_q.q.val() + 1;
        }
        self.at_last.next = self.step_q.q.val() == self.last.q.val();
        if self.goes_on.val() {
            self.in_flush.d.next = false;
            self.in_fetch.d.next = !self.at_last.val();
            self.busy_q.d.next = !self.at_last.val();
            self.step_q.d.next = self.step_q.q.val() + 1;
        }
        if self.start.val() & !self.busy_q.q.val() {
            self.in_fetch.d.next = true;
            self.busy_q.d.next = true;
            self.step_q.d.next = self.first_step.val();
            self.last.d.next = self.last_step.val();
        }
        if self.reset.val() {
            self.in_fetch.d.next = false;
            self.in_scan.d.next = false;
            self.in_wait.d.next = false;
            self.in_flush.d.next = false;
            self.in_drain.d.next = true;
            self.sweep.d.next = true;
            self.busy_q.d.next = true;
            self.at.d.next = 0.into();
            self.phase_q.d.next = 0.into();
            self.row_q.d.next = 0.into();
            self.rows_left.d.next = self.all_rows.val();
        }
        self.scanning.next = self.in_scan.q.val();
        self.computes.next = self.in_scan.q.val() | self.in_wait.q.val();
        self.reads.next = self.in_fetch.q.val() | self.in_scan.q.val();
        self.codebook.next = self.codebook_q.q.val();
        self.draining.next = self.in_drain.q.val();
        self.sweeping.next = self.sweep.q.val();
        self.row.next = self.row_q.q.val();
        self.phase.next = self.phase_q.q.val();
        self.bias.next = self.bias_q.q.val();
        self.upper.next = !self.phase_q.q.val().get_bit(0);
        self.forget.next = self.in_drain.q.val() & (self.phase_q.q.val() == self.last_phase.val());
        self.shift.next = self.shift_q.q.val();
        self.relu.next = self.relu_q.q.val();
        self.place.next = self.place_q.q.val();
        // What leaves the block is made of its registers alone, each on its own.
        self.busy.next = self.busy_q.q.val();
        self.running.next = self.busy_q.q.val() & !self.sweep.q.val();
        self.computing.next = self.in_fetch.q.val()
            | self.in_scan.q.val()
            | self.in_wait.q.val()
            | (self.busy_q.q.val() & !self.sweep.q.val() & (self.step_q.q.val() != self.last.q.val()));
        self.step.next = self.step_q.q.val();
    }
}
