//! The sequencer: runs the steps of a start command, one layer (or tile) after the other, without the host.
//!
//! Ports: `clock`; `start` with `first_step[8]` (where wires are short, [`near`](eie_spec::config::Params::near), a cycle before
//! it), `last_step[8]`; `reset`; `write`, `write_address[16]`,
//! `write_data[32]` (step descriptors); `scan_done`, `full`, `passed0`, `passed1` (of all clusters: what they are here is looked at a cycle later, but `scan_done`); `marker`,
//! `marker_value[16]`; `scan_start` with the parameters of the scan that begins; `scan_mask[8]`, `gated`, `arrives`
//! of the one that goes on; `drain`, `drain_write`, `drain_row[16]`, `bias_address[16]`, `dst_address[16]`,
//! `drain_rank[8]` and the parameters of the drain; `drain_idle` while they may change, with `given_mask[8]`, that of the
//! next drain; `clear`; `busy`, `running`, `computing`, `step[8]` (that is drained).
//! A mask is a number of column groups less one: as many ones as its logarithm.
//!
//! Two machines in one block: a step's scan runs while the step before is drained.
//! - The scan side broadcasts a marker, which tells each PE the codebook and the accumulators of the step, and then
//!   has the activations scanned. When all of them are on their way it goes on to the next step at once, so the
//!   queues do not run empty. Another marker ends the run.
//! - The drain side waits until all PEs have taken the marker after a step, and so have its sums, then drains a row
//!   a cycle and waits until the last one is written. When that is, it knows: a row is on its way for as many cycles
//!   as the chain is long. So it says that a row is there when it will be, before anybody can read it.
//!
//! All comparisons that a marker or a row waits for have been made a cycle before: their results are registers.
//!
//! Never: sends a marker before all PEs have taken the one before and the rows of the accumulators that it names are
//! on their way out. So at most two steps are in work, one in each bank of accumulators, and one bit tells a PE's
//! progress. A step that follows (whose inputs are being drained) is scanned as they arrive; one that comes after (whose inputs the step before that gave) waits for the last of them.

use crate::ram::LutRam;
use eie_spec::config::Config;
use eie_spec::regs::{
    MARKER_BANK_BIT, STEP_AFTER_BIT, STEP_DRAIN_BIT, STEP_FOLLOWS_BIT, STEP_RELU_BIT, STEP_SHIFT_BIT, STEP_SPLIT_BIT,
};
use eie_spec::timing::{Latencies, CHAIN_LINK, SHORT_CHAIN, START_DELAY};
use rust_hdl::prelude::*;

/// Until everything that was on its way when a reset came has reached an emptied queue or the accumulators; a
/// drained row goes through all clusters and back besides.
const HOLD: u64 = 16;
// The logic below has both as literals.
const _: () = assert!(CHAIN_LINK == 2 && SHORT_CHAIN == 2);

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
    /// Broadcasts a marker.
    pub marker: Signal<Out, Bit>,
    /// Codebook and accumulators' bank of what follows it.
    pub marker_value: Signal<Out, Bits<16>>,
    /// Begins a scan, of these parameters:
    pub scan_start: Signal<Out, Bit>,
    /// First group.
    pub src_base: Signal<Out, Bits<16>>,
    /// Number of groups.
    pub groups: Signal<Out, Bits<16>>,
    /// First pointer of the layer.
    pub ptr_base: Signal<Out, Bits<16>>,
    /// Its mask.
    pub start_mask: Signal<Out, Bits<8>>,
    /// Its words are not there yet but for those before its first group.
    pub start_gated: Signal<Out, Bit>,
    /// The mask of the scan that goes on.
    pub scan_mask: Signal<Out, Bits<8>>,
    /// Its words are there only as they arrive.
    pub gated: Signal<Out, Bit>,
    /// One more of them is there.
    pub arrives: Signal<Out, Bit>,
    /// Requantising shift of the drain.
    pub shift: Signal<Out, Bits<5>>,
    /// ReLU or identity.
    pub relu: Signal<Out, Bit>,
    /// No row is on its way: the mask of the drain may change.
    pub drain_idle: Signal<Out, Bit>,
    /// The mask of the next drain.
    pub given_mask: Signal<Out, Bits<8>>,
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
    /// The scan side's phase; none of them while there is no run.
    in_first: DFF<Bit>,
    in_scan: DFF<Bit>,
    in_finish: DFF<Bit>,
    in_hold: DFF<Bit>,
    in_sweep: DFF<Bit>,
    busy_q: DFF<Bit>,
    /// The drain side's: rows are sent, or the last ones are on their way.
    draining: DFF<Bit>,
    rows: DFF<Bit>,
    flush: DFF<Bit>,
    next_step: DFF<Bits<8>>,
    last_q: DFF<Bits<8>>,
    at_last: DFF<Bit>,
    timer: DFF<Bits<8>>,
    timed: DFF<Bit>,
    parity: DFF<Bit>,
    bank: DFF<Bit>,
    next0: DFF<Bits<32>>,
    next1: DFF<Bits<32>>,
    next2: DFF<Bits<32>>,
    next3: DFF<Bits<32>>,
    next_mask: DFF<Bits<8>>,
    word1: DFF<Bits<32>>,
    word2: DFF<Bits<32>>,
    word3: DFF<Bits<32>>,
    mask: DFF<Bits<8>>,
    overlaps: DFF<Bit>,
    gated_q: DFF<Bit>,
    given: DFF<Bit>,
    given_slots: DFF<Bits<16>>,
    given_bases: DFF<Bits<32>>,
    given_control: DFF<Bits<32>>,
    given_step: DFF<Bits<8>>,
    given_mask_q: DFF<Bits<8>>,
    given_one: DFF<Bit>,
    given_groups: DFF<Bits<16>>,
    given_group_one: DFF<Bit>,
    given_group_none: DFF<Bit>,
    given_lead: DFF<Bits<8>>,
    /// Rows: the next one, where it goes and whether that is the end of its chain, how many are left, and whether that is
    /// one.
    row: DFF<Bits<16>>,
    bias_at: DFF<Bits<16>>,
    dst_at: DFF<Bits<16>>,
    rank: DFF<Bits<8>>,
    rank_last: DFF<Bit>,
    rows_left: DFF<Bits<16>>,
    row_last: DFF<Bit>,
    /// Rows that are written: cycles until the first one is, the place in its group of the one that is now, whether it is
    /// the group's first one (all others are written then), how many groups are left, and whether that is one or none.
    lead: DFF<Bits<8>>,
    lead_over: DFF<Bit>,
    landing: DFF<Bit>,
    landed: DFF<Bits<8>>,
    land_last: DFF<Bit>,
    lands: DFF<Bit>,
    groups_left: DFF<Bits<16>>,
    group_last: DFF<Bit>,
    group_none: DFF<Bit>,
    drain_mask: DFF<Bits<8>>,
    drain_control: DFF<Bits<32>>,
    sweep_over: DFF<Bit>,
    drain_step: DFF<Bits<8>>,
    drain_q: DFF<Bit>,
    drain_write_q: DFF<Bit>,
    drain_row_q: DFF<Bits<16>>,
    marked: DFF<Bit>,
    scanned: DFF<Bits<8>>,
    mask1: DFF<Bits<8>>,
    dst_q: DFF<Bits<16>>,
    rank_q: DFF<Bits<8>>,
    clear_q: DFF<Bit>,
    field: Signal<Local, Bits<2>>,
    place: Signal<Local, Bits<16>>,
    read_control: Signal<Local, Bits<32>>,
    read_split_field: Signal<Local, Bits<32>>,
    read_split: Signal<Local, Bits<3>>,
    read_mask: Signal<Local, Bits<8>>,
    scan_drains: Signal<Local, Bits<32>>,
    next_follows: Signal<Local, Bits<32>>,
    next_after: Signal<Local, Bits<32>>,
    shift_field: Signal<Local, Bits<32>>,
    relu_field: Signal<Local, Bits<32>>,
    bank_field: Signal<Local, Bits<16>>,
    groups_of: Vec<Signal<Local, Bits<16>>>,
    next_rank: Signal<Local, Bits<8>>,
    next_landed: Signal<Local, Bits<8>>,
    one_cluster: Signal<Local, Bit>,
    passed: Signal<Local, Bit>,
    free: DFF<Bit>,
    passed_q: DFF<Bit>,
    passed_d: Signal<Local, Bit>,
    ready: Signal<Local, Bit>,
    due: Signal<Local, Bit>,
    ends: Signal<Local, Bit>,
    closes: Signal<Local, Bit>,
    new_bank: Signal<Local, Bit>,
    mark: Signal<Local, Bit>,
    drained_all: Signal<Local, Bit>,
    hold: Constant<Bits<8>>,
    fetch: Constant<Bits<8>>,
    start_delay: Constant<Bits<8>>,
    last_acc: Constant<Bits<16>>,
    shift_bit: Constant<Bits<6>>,
    relu_bit: Constant<Bits<6>>,
    drain_bit: Constant<Bits<6>>,
    follows_bit: Constant<Bits<6>>,
    after_bit: Constant<Bits<6>>,
    split_bit: Constant<Bits<6>>,
    marker_bank: Constant<Bits<16>>,
    mask_bits: Vec<Constant<Bits<8>>>,
    lead_base: Constant<Bits<8>>,
    _splits: usize,
    _near: usize,
}

impl Sequencer {
    /// Descriptors for as many steps as the configuration has.
    pub fn new(config: &Config) -> Self {
        let memory = || LutRam::new(config.max_steps.max(2), 32);
        let splits = config.max_split() as usize + 1;
        let latencies = Latencies::of(config);
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
            marker: Default::default(),
            marker_value: Default::default(),
            scan_start: Default::default(),
            src_base: Default::default(),
            groups: Default::default(),
            ptr_base: Default::default(),
            start_mask: Default::default(),
            start_gated: Default::default(),
            scan_mask: Default::default(),
            gated: Default::default(),
            arrives: Default::default(),
            shift: Default::default(),
            relu: Default::default(),
            drain_idle: Default::default(),
            given_mask: Default::default(),
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
            in_first: Default::default(),
            in_scan: Default::default(),
            in_finish: Default::default(),
            in_hold: Default::default(),
            in_sweep: Default::default(),
            busy_q: Default::default(),
            draining: Default::default(),
            rows: Default::default(),
            flush: Default::default(),
            next_step: Default::default(),
            last_q: Default::default(),
            at_last: Default::default(),
            timer: Default::default(),
            timed: Default::default(),
            parity: Default::default(),
            bank: Default::default(),
            next0: Default::default(),
            next1: Default::default(),
            next2: Default::default(),
            next3: Default::default(),
            next_mask: Default::default(),
            word1: Default::default(),
            word2: Default::default(),
            word3: Default::default(),
            mask: Default::default(),
            overlaps: Default::default(),
            gated_q: Default::default(),
            given: Default::default(),
            given_slots: Default::default(),
            given_bases: Default::default(),
            given_control: Default::default(),
            given_step: Default::default(),
            given_mask_q: Default::default(),
            given_one: Default::default(),
            given_groups: Default::default(),
            given_group_one: Default::default(),
            given_group_none: Default::default(),
            given_lead: Default::default(),
            row: Default::default(),
            bias_at: Default::default(),
            dst_at: Default::default(),
            rank: Default::default(),
            rank_last: Default::default(),
            rows_left: Default::default(),
            row_last: Default::default(),
            lead: Default::default(),
            lead_over: Default::default(),
            landing: Default::default(),
            landed: Default::default(),
            land_last: Default::default(),
            lands: Default::default(),
            groups_left: Default::default(),
            group_last: Default::default(),
            group_none: Default::default(),
            drain_mask: Default::default(),
            drain_control: Default::default(),
            sweep_over: Default::default(),
            drain_step: Default::default(),
            drain_q: Default::default(),
            drain_write_q: Default::default(),
            drain_row_q: Default::default(),
            marked: Default::default(),
            scanned: Default::default(),
            mask1: Default::default(),
            dst_q: Default::default(),
            rank_q: Default::default(),
            clear_q: Default::default(),
            field: Default::default(),
            place: Default::default(),
            read_control: Default::default(),
            read_split_field: Default::default(),
            read_split: Default::default(),
            read_mask: Default::default(),
            scan_drains: Default::default(),
            next_follows: Default::default(),
            next_after: Default::default(),
            shift_field: Default::default(),
            relu_field: Default::default(),
            bank_field: Default::default(),
            next_rank: Default::default(),
            next_landed: Default::default(),
            one_cluster: Default::default(),
            passed: Default::default(),
            free: Default::default(),
            passed_q: Default::default(),
            passed_d: Default::default(),
            ready: Default::default(),
            due: Default::default(),
            ends: Default::default(),
            closes: Default::default(),
            new_bank: Default::default(),
            mark: Default::default(),
            drained_all: Default::default(),
            words0: memory(),
            words1: memory(),
            words2: memory(),
            words3: memory(),
            groups_of: (0..splits).map(|_| Signal::default()).collect(),
            fetch: Constant::new(latencies.fetch.into()),
            hold: Constant::new((HOLD + 2 * (config.clusters() as u64 + config.relay())).into()),
            start_delay: Constant::new(START_DELAY.into()),
            last_acc: Constant::new((config.acc_depth as u64 - 1).into()),
            shift_bit: Constant::new(u64::from(STEP_SHIFT_BIT).into()),
            relu_bit: Constant::new(u64::from(STEP_RELU_BIT).into()),
            drain_bit: Constant::new(u64::from(STEP_DRAIN_BIT).into()),
            follows_bit: Constant::new(u64::from(STEP_FOLLOWS_BIT).into()),
            after_bit: Constant::new(u64::from(STEP_AFTER_BIT).into()),
            split_bit: Constant::new(u64::from(STEP_SPLIT_BIT).into()),
            marker_bank: Constant::new((1u64 << MARKER_BANK_BIT).into()),
            mask_bits: (0..splits).map(|s| Constant::new(((1u64 << s) - 1).into())).collect(),
            lead_base: Constant::new((latencies.written - 1).into()),
            _splits: splits,
            _near: config.saved() as usize,
        }
    }
}

impl Logic for Sequencer {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self,
            clock,
            in_first,
            in_scan,
            in_finish,
            in_hold,
            in_sweep,
            busy_q,
            free,
            passed_q,
            draining,
            rows,
            flush,
            next_step,
            last_q,
            at_last,
            timer,
            timed,
            parity,
            bank,
            next0,
            next1,
            next2,
            next3,
            next_mask,
            word1,
            word2,
            word3,
            mask,
            overlaps,
            gated_q,
            given,
            given_slots,
            given_bases,
            given_control,
            given_step,
            given_mask_q,
            given_one,
            given_groups,
            given_group_one,
            given_group_none,
            given_lead,
            row,
            bias_at,
            marked,
            scanned,
            mask1,
            dst_at,
            rank,
            rank_last,
            rows_left,
            row_last,
            lead,
            lead_over,
            landing,
            landed,
            land_last,
            lands,
            groups_left,
            group_last,
            group_none,
            drain_mask,
            drain_control,
            sweep_over,
            drain_step,
            drain_q,
            drain_write_q,
            drain_row_q,
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
        self.read_control.next = self.words3.read_data.val();
        self.read_split_field.next = self.read_control.val() >> self.split_bit.val();
        self.read_split.next = self.read_split_field.val().get_bits::<3>(0);
        self.read_mask.next = 0.into();
        for i in 1..self._splits {
            if self.read_split.val() >= i.to_bits() {
                self.read_mask.next = self.mask_bits[i].val();
            }
        }
        self.next_mask.d.next = self.read_mask.val();
        // The scan's parameters.
        self.src_base.next = self.next0.q.val().get_bits::<16>(0);
        self.groups.next = self.next0.q.val().get_bits::<16>(16);
        self.ptr_base.next = self.next1.q.val().get_bits::<16>(0);
        self.start_mask.next = self.next_mask.q.val();
        self.scan_mask.next = self.mask.q.val();
        self.scan_drains.next = self.word3.q.val() >> self.drain_bit.val();
        self.next_follows.next = self.next3.q.val() >> self.follows_bit.val();
        self.next_after.next = self.next3.q.val() >> self.after_bit.val();
        // The drain's.
        self.shift_field.next = self.drain_control.q.val() >> self.shift_bit.val();
        self.shift.next = self.shift_field.val().get_bits::<5>(0);
        self.relu_field.next = self.drain_control.q.val() >> self.relu_bit.val();
        self.relu.next = self.relu_field.val().get_bit(0);
        self.given_mask.next = self.given_mask_q.q.val();
        self.drain_idle.next = !self.draining.q.val();
        // What the next drain needs, made while it waits.
        self.given_one.d.next = self.given_slots.q.val() == 1;
        self.groups_of[0].next = self.given_slots.q.val();
        for i in 1..self._splits {
            self.groups_of[i].next = self.groups_of[i - 1].val();
            if self.given_mask_q.q.val().get_bit(i - 1) {
                self.groups_of[i].next = self.groups_of[i - 1].val() >> 1;
            }
        }
        for i in (self._splits - 1)..self._splits {
            self.given_groups.d.next = self.groups_of[i].val();
        }
        self.given_group_one.d.next = self.given_groups.q.val() == 1;
        self.given_group_none.d.next = !self.given_groups.q.val().any();
        self.given_lead.d.next = (self.given_mask_q.q.val() << 1) + self.lead_base.val();
        // When a marker may be sent: the last rows of a drain are read, and on their way, so nobody needs its accumulators
        // any more. In the cycle after a marker nobody has taken it.
        self.passed_d.next = self.passed0.val();
        if self.parity.q.val() {
            self.passed_d.next = self.passed1.val();
        }
        self.passed.next = self.passed_q.q.val();
        self.overlaps.d.next = !self.drain_mask.q.val().get_bit(2)
            & !self.next_follows.val().get_bit(0)
            & !self.next_after.val().get_bit(0);
        self.ready.next =
            !self.given.q.val() & (!self.draining.q.val() | (self.flush.q.val() & self.overlaps.q.val()));
        self.due.next = !self.timed.q.val() & ((self.in_scan.q.val() & self.scan_done.val()) | self.in_first.q.val());
        self.mark.next = self.free.q.val() & self.ready.val() & self.due.val();
        self.passed_q.d.next = self.passed_d.val() & !self.mark.val();
        self.free.d.next = self.passed_d.val() & !self.full.val() & !self.mark.val();
        // The step in work gives its accumulators to the drain; what comes next takes the other ones.
        self.ends.next = self.in_scan.q.val() & self.scan_drains.val().get_bit(0);
        self.at_last.d.next = self.next_step.q.val() == self.last_q.q.val();
        self.closes.next = self.in_scan.q.val() & self.at_last.q.val();
        self.new_bank.next = self.bank.q.val() ^ self.ends.val();
        self.bank_field.next = 0.into();
        if self.new_bank.val() {
            self.bank_field.next = self.marker_bank.val();
        }
        self.marker.next = self.mark.val();
        self.marker_value.next = bit_cast::<16, 8>(self.next3.q.val().get_bits::<8>(0)) | self.bank_field.val();
        self.scan_start.next = self.free.q.val() & self.ready.val() & self.due.val() & !self.closes.val();
        self.start_gated.next = self.ends.val() & self.next_follows.val().get_bit(0);
        // The scan side.
        self.running.next = self.in_first.q.val() | self.in_scan.q.val() | self.in_finish.q.val();
        self.computing.next =
            self.in_first.q.val() | self.in_scan.q.val() | (self.in_finish.q.val() & !self.passed.val());
        self.clear_q.d.next = self.in_hold.q.val() | self.in_sweep.q.val();
        if self.timed.q.val() {
            self.timer.d.next = self.timer.q.val() - 1;
            self.timed.d.next = self.timer.q.val() != 1;
        } else {
            // It waits with what it counts after a marker.
            self.timer.d.next = self.start_delay.val();
        }
        if self.start.val() & !self.busy_q.q.val() {
            self.next_step.d.next = self.first_step.val();
            self.last_q.d.next = self.last_step.val() + 1;
            self.timer.d.next = self.fetch.val();
            self.timed.d.next = true;
            self.in_first.d.next = true;
            self.busy_q.d.next = true;
        }
        self.drained_all.next =
            self.in_finish.q.val() & self.passed.val() & !self.given.q.val() & !self.draining.q.val();
        for _n in 0..self._near {
            // The first step's words are read while its start is decoded, and the last row ends the run at once.
            if !self.busy_q.q.val() {
                self.next_step.d.next = self.first_step.val();
            }
            if self.start.val() {
                self.next_step.d.next = self.next_step.q.val();
            }
            self.drained_all.next = self.in_finish.q.val()
                & self.passed.val()
                & !self.given.q.val()
                & (!self.draining.q.val()
                    | (self.flush.q.val()
                        & (self.group_none.q.val() | (self.lands.q.val() & self.group_last.q.val()))));
        }
        if self.drained_all.val() {
            self.in_finish.d.next = false;
            self.busy_q.d.next = false;
        }
        // The drain side.
        // Whether a rank is a chain's last one is known before it is there.
        self.next_rank.next = (self.rank.q.val() + 1) & self.drain_mask.q.val();
        self.next_landed.next = (self.landed.q.val() + 1) & self.drain_mask.q.val();
        self.one_cluster.next = !self.given_mask_q.q.val().any();
        self.drain_q.d.next = self.rows.q.val() | self.in_sweep.q.val();
        self.drain_write_q.d.next = self.rows.q.val();
        self.drain_row_q.d.next = self.row.q.val();
        self.dst_q.d.next = self.dst_at.q.val();
        self.rank_q.d.next = self.rank.q.val();
        self.row.d.next = self.row.q.val() + 1;
        if self.draining.q.val() {
            // Row `r` is written by cluster `r % groups` of its chain, at place `r / groups`.
            self.bias_at.d.next = self.bias_at.q.val() + 1;
            self.rank.d.next = self.next_rank.val();
            self.rank_last.d.next = self.next_rank.val() == self.drain_mask.q.val();
            if self.rank_last.q.val() {
                self.dst_at.d.next = self.dst_at.q.val() + 1;
            }
            self.rows_left.d.next = self.rows_left.q.val() - 1;
            self.row_last.d.next = self.rows_left.q.val() == 2;
            if self.rows.q.val() & self.row_last.q.val() {
                self.rows.d.next = false;
                self.flush.d.next = true;
            }
            // The first row is there so many cycles later, and then one a cycle.
            self.lead.d.next = self.lead.q.val() - 1;
            self.lead_over.d.next = self.lead.q.val() == 1;
            if self.lead_over.q.val() {
                self.landing.d.next = true;
            }
            self.lands.d.next =
                (self.lead_over.q.val() & !self.landing.q.val()) | (self.landing.q.val() & self.land_last.q.val());
            if self.landing.q.val() {
                self.landed.d.next = self.next_landed.val();
                self.land_last.d.next = self.next_landed.val() == self.drain_mask.q.val();
            }
            if self.lands.q.val() {
                self.groups_left.d.next = self.groups_left.q.val() - 1;
                self.group_last.d.next = self.groups_left.q.val() == 2;
            }
            if self.flush.q.val() & (self.group_none.q.val() | (self.lands.q.val() & self.group_last.q.val())) {
                self.gated_q.d.next = false;
                self.flush.d.next = false;
                self.draining.d.next = false;
                self.lands.d.next = false;
            }
        } else {
            self.row.d.next = 0.into();
            self.bias_at.d.next = self.given_bases.q.val().get_bits::<16>(16);
            self.dst_at.d.next = self.given_bases.q.val().get_bits::<16>(0);
            self.rank.d.next = 0.into();
            self.rank_last.d.next = self.one_cluster.val();
            self.rows_left.d.next = self.given_slots.q.val();
            self.row_last.d.next = self.given_one.q.val();
            self.lead.d.next = self.given_lead.q.val();
            self.lead_over.d.next = false;
            self.landing.d.next = false;
            self.landed.d.next = 0.into();
            self.land_last.d.next = self.one_cluster.val();
            self.groups_left.d.next = self.given_groups.q.val();
            self.group_last.d.next = self.given_group_one.q.val();
            self.group_none.d.next = self.given_group_none.q.val();
            self.drain_mask.d.next = self.given_mask_q.q.val();
            self.drain_control.d.next = self.given_control.q.val();
            self.drain_step.d.next = self.given_step.q.val();
            if self.given.q.val() & self.passed.val() {
                self.given.d.next = false;
                self.draining.d.next = true;
                self.rows.d.next = true;
            }
        }
        // From one step to the next.
        if self.mark.val() {
            self.parity.d.next = !self.parity.q.val();
            self.bank.d.next = self.new_bank.val();
            self.given.d.next = self.ends.val();
            self.mask.d.next = self.next_mask.q.val();
            self.gated_q.d.next = self.start_gated.val();
            self.in_first.d.next = false;
            self.in_scan.d.next = !self.closes.val();
            self.in_finish.d.next = self.closes.val();
            self.timed.d.next = true;
            if !self.closes.val() {
                self.next_step.d.next = self.next_step.q.val() + 1;
            }
        }
        // A cycle later: nobody needs these before the marker has been through the queues.
        self.marked.d.next = self.mark.val();
        self.scanned.d.next = self.next_step.q.val() - 1;
        self.mask1.d.next = self.mask.q.val();
        if self.marked.q.val() {
            self.given_slots.d.next = self.word1.q.val().get_bits::<16>(16);
            self.given_bases.d.next = self.word2.q.val();
            self.given_control.d.next = self.word3.q.val();
            self.given_mask_q.d.next = self.mask1.q.val();
            self.given_step.d.next = self.scanned.q.val();
            self.word1.d.next = self.next1.q.val();
            self.word2.d.next = self.next2.q.val();
            self.word3.d.next = self.next3.q.val();
        }
        // The rows are swept once more than there are.
        if self.in_hold.q.val() {
            self.row.d.next = 0.into();
            if !self.timed.q.val() {
                self.in_hold.d.next = false;
                self.in_sweep.d.next = true;
            }
        }
        if self.in_sweep.q.val() {
            self.row.d.next = self.row.q.val() + 1;
            self.sweep_over.d.next = self.row.q.val() == self.last_acc.val();
            if self.sweep_over.q.val() {
                self.in_sweep.d.next = false;
                self.busy_q.d.next = false;
            }
        }
        if self.reset.val() {
            self.timer.d.next = self.hold.val();
            self.timed.d.next = true;
            self.parity.d.next = false;
            self.bank.d.next = false;
            self.gated_q.d.next = false;
            self.given.d.next = false;
            self.given_mask_q.d.next = 0.into();
            self.draining.d.next = false;
            self.rows.d.next = false;
            self.flush.d.next = false;
            self.lands.d.next = false;
            self.in_first.d.next = false;
            self.in_scan.d.next = false;
            self.in_finish.d.next = false;
            self.in_sweep.d.next = false;
            self.sweep_over.d.next = false;
            self.in_hold.d.next = true;
            self.busy_q.d.next = true;
        }
        self.busy.next = self.busy_q.q.val();
        self.gated.next = self.gated_q.q.val();
        self.arrives.next = self.lands.q.val();
        self.drain.next = self.drain_q.q.val();
        self.drain_write.next = self.drain_write_q.q.val();
        self.drain_row.next = self.drain_row_q.q.val();
        self.bias_address.next = self.bias_at.q.val();
        self.dst_address.next = self.dst_q.q.val();
        self.drain_rank.next = self.rank_q.q.val();
        self.clear.next = self.clear_q.q.val();
        self.step.next = self.drain_step.q.val();
    }
}
