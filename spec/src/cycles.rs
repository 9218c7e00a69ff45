//! The cycle model: what the device's counters say after a run, without hardware or simulator.
//!
//! Exact: the same cycles, compute cycles, and busy, stalled and starved cycles of each PE as the Verilog
//! (`tests/tests/cycles.rs`). It follows the sequencer, the detectors and the arbiter from cycle to cycle, and a PE
//! from column to column, since all of a column's times are known when it is pushed. Latencies are those of
//! [`crate::timing`]. Which activations are not zero comes from the golden model of the same program.
//!
//! [`Queue::Ideal`] is for what a device cannot have, to compare with EIE's figures.

mod compact;
mod detector;
mod machine;
mod queues;
mod sequencer;

use crate::golden::{InputError, Packed};
use crate::pack::Program;
use crate::regs::Step;
use crate::timing::Latencies;
use machine::{Columns, Machine};
use serde::Serialize;
use std::ops::{Range, RangeInclusive};

pub use queues::Queue;

/// Counters of one PE.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PeCounts {
    /// Cycles in which it issued a weight entry, fillers included.
    pub busy: u64,
    /// Cycles in which its queue was almost full and held the broadcast: it may be busy as well.
    pub stalled: u64,
    /// Compute cycles in which it issued nothing: compute cycles less busy ones, as it is busy in no others.
    pub starved: u64,
}

impl std::ops::AddAssign for PeCounts {
    fn add_assign(&mut self, other: Self) {
        self.busy += other.busy;
        self.stalled += other.stalled;
        self.starved += other.starved;
    }
}

/// A device's counters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Cycles from start to done, over all runs.
    pub cycles: u64,
    /// Those in which PEs could have work.
    pub compute_cycles: u64,
    /// One per PE.
    pub per_pe: Vec<PeCounts>,
}

/// Is told of everything that happens, in cycles since the model was made; for each PE in their order.
pub trait Trace {
    /// A PE issues an entry in each of these cycles.
    fn busy(&mut self, _pe: usize, _cycles: Range<u64>) {}
    /// A column or a marker waits in a PE's queue. In as many cycles as the queue's limit or more do, it is stalled.
    fn queued(&mut self, _pe: usize, _cycles: Range<u64>) {}
    /// A PE's queue is almost full.
    fn stalled(&mut self, _pe: usize, _cycles: Range<u64>) {}
    /// PEs can have work: where one is not busy then, it is starved.
    fn computing(&mut self, _cycles: Range<u64>) {}
}

/// Listens to nothing.
impl Trace for () {}

/// The device would never be done: its program is damaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stuck {
    /// Cycles after the start.
    pub cycle: u64,
}

/// Why there are no counts.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CycleError {
    /// The inputs do not fit the program.
    #[error(transparent)]
    Input(#[from] InputError),
    /// The device would wait for ever.
    #[error(
        "stage {stage} stands still for ever from cycle {cycle} on: its steps are damaged, pack the model again"
    )]
    Stuck {
        /// Of the program.
        stage: usize,
        /// After the start.
        cycle: u64,
    },
}

/// The array of a device.
enum Array {
    /// Whose steps overlap.
    Clusters(Box<Machine>),
    /// See [`Config::compact`](crate::config::Params::compact).
    Compact(compact::Machine),
}

impl Array {
    fn steps(&mut self) -> &mut [Step] {
        match self {
            Array::Clusters(machine) => &mut machine.sequencer.steps,
            Array::Compact(machine) => &mut machine.steps,
        }
    }

    fn run(
        &mut self,
        columns: &Columns,
        steps: RangeInclusive<usize>,
        flags: &[Vec<u8>],
        counts: &mut Counts,
        trace: &mut impl Trace,
    ) -> Result<(), Stuck> {
        match self {
            Array::Clusters(machine) => machine.run(columns, steps, flags, counts, trace),
            Array::Compact(machine) => machine.run(columns, steps, flags, counts, trace),
        }
    }
}

/// A device with a program, of which only the counters are of interest.
pub struct Model<'a> {
    program: &'a Program,
    golden: Packed<&'a Program>,
    machine: Array,
    loaded: Option<(usize, Columns)>,
}

impl<'a> Model<'a> {
    /// A device as it is built.
    pub fn new(program: &'a Program) -> Self {
        Self::with(program, Queue::Device, Latencies::of(&program.config))
    }

    /// A device with other queues or latencies; a compact one has its own.
    pub fn with(program: &'a Program, queue: Queue, latencies: Latencies) -> Self {
        let machine = match program.config.compact {
            true => Array::Compact(compact::Machine::new(&program.config)),
            false => Array::Clusters(Box::new(Machine::new(&program.config, queue, latencies))),
        };
        Model { program, golden: Packed::new(program), machine, loaded: None }
    }

    /// Counts for these inputs, run as the driver runs them: as many together as the program takes.
    ///
    /// # Errors
    /// Inputs that do not fit, or a damaged program.
    pub fn run(&mut self, inputs: &[&[i16]]) -> Result<Counts, CycleError> {
        self.run_traced(inputs, &mut ())
    }

    /// As [`Model::run`], and tells `trace` what happens when.
    ///
    /// # Errors
    /// Those of [`Model::run`].
    pub fn run_traced(&mut self, inputs: &[&[i16]], trace: &mut impl Trace) -> Result<Counts, CycleError> {
        let Model { program, golden, machine, loaded } = self;
        let config = &program.config;
        let mut counts = Counts { per_pe: vec![PeCounts::default(); config.pes], ..Counts::default() };
        let mut stuck = None;
        // The flags of each step that the stage in work has run.
        let mut flags: Vec<Vec<u8>> = Vec::new();
        golden.watch(inputs, &mut |number, step, sources| {
            let lanes =
                |words: &[i16]| words.iter().enumerate().fold(0, |set, (lane, &a)| set | u8::from(a != 0) << lane);
            flags.push(sources.chunks(config.lanes()).map(lanes).collect());
            let stage = &program.stages[number];
            if step + 1 < stage.steps.len() || stuck.is_some() {
                return;
            }
            let columns = match loaded.take() {
                Some((n, columns)) if n == number => columns,
                _ => {
                    machine.steps()[..stage.steps.len()].copy_from_slice(&stage.image.steps);
                    Columns::of(&stage.image, config)
                }
            };
            for run in stage.runs() {
                if let Err(Stuck { cycle }) = machine.run(&columns, run, &flags, &mut counts, trace) {
                    stuck = Some(CycleError::Stuck { stage: number, cycle });
                    break;
                }
            }
            *loaded = Some((number, columns));
            flags.clear();
        })?;
        stuck.map_or(Ok(counts), Err)
    }
}
