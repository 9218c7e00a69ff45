//! The driver: identify, load, run, read back.
//!
//! A program of several stages is run stage by stage, each on all vectors, so that an image is loaded once for all of
//! them. Stages that do not depend on each other's results, the tiles of a layer, are one transaction: over a link
//! the next tile's image is on its way, in the device's buffers, while this one runs. The device executes in order, so
//! no memory is written that is in use.

use crate::bus::{Bus, BusError, Transaction};
use crate::schedule::{Plan, View};
use eie_spec::config::Config;
use eie_spec::golden::{check_input, InputError};
use eie_spec::link::op::Order;
use eie_spec::pack::Program;
use eie_spec::regs::{self, address, Region};

pub use eie_spec::cycles::{Counts as Counters, PeCounts as PeCounters};

/// Cycles that no command takes, whatever it works on: latencies, and a reset's pause.
const OVERHEAD_CYCLES: u64 = 10_000;

/// What can go wrong between host and device.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DeviceError {
    /// The bus failed.
    #[error(transparent)]
    Bus(#[from] BusError),
    /// The input does not fit the model.
    #[error(transparent)]
    Input(#[from] InputError),
    /// What answers is not a device of this kind.
    #[error(
        "the device identifies itself as {found:#010x}, expected {:#010x}: not an OpenEIE device, or one of \
         another version, or the link is down",
        regs::IDENT_VALUE
    )]
    Ident {
        /// What the identification register reads.
        found: u32,
    },
    /// A device of another configuration.
    #[error(
        "the device has configuration {found:08x}, the program is for {expected:08x}: pack it again for this device"
    )]
    Config {
        /// The device's hash.
        found: u32,
        /// The program's.
        expected: u32,
    },
}

/// Words of a transaction after which the next one begins.
const MOST_WORDS: usize = 1 << 20;

/// A device with programs.
pub struct Device<B> {
    bus: B,
    config: Config,
    plans: Vec<Plan>,
    /// Program and stage.
    loaded: Option<(usize, usize)>,
    fault: Option<(u32, u32)>,
    /// Something went wrong since the last reset.
    confused: bool,
    /// Whether to read the cycle counter with each transaction, what it was, and what it went up by so far.
    counting: bool,
    counter: u32,
    cycles: u64,
    /// Words of a transaction after which the next one begins.
    most_words: usize,
    work: Work,
}

/// Memory that is used again.
#[derive(Default)]
struct Work {
    transaction: Transaction,
    /// What is known of each vector ([`View`]).
    kept: Vec<i16>,
    /// Stages that are in the transaction, and the first vector of the batch that each runs.
    asked: Vec<(usize, usize)>,
}

/// Patience, in cycles, with what takes so many: a status read takes at least one.
fn patience(cycles: u64) -> u64 {
    2 * cycles + OVERHEAD_CYCLES
}

impl<B: Bus> Device<B> {
    /// Checks that the bus leads to a device of this configuration, and resets it.
    ///
    /// # Errors
    /// No device, or one of another configuration.
    pub fn connect(bus: B, config: &Config) -> Result<Self, DeviceError> {
        let mut device = Device {
            bus,
            config: config.clone(),
            plans: Vec::new(),
            loaded: None,
            fault: None,
            confused: false,
            counting: false,
            counter: 0,
            cycles: 0,
            most_words: MOST_WORDS,
            work: Work::default(),
        };
        device.begin()?;
        Ok(device)
    }

    /// [`Device::connect`] for a program.
    ///
    /// # Errors
    /// No device, or one of another configuration.
    pub fn open(bus: B, program: Program) -> Result<Self, DeviceError> {
        let mut device = Self::connect(bus, &program.config)?;
        device.add(program)?;
        Ok(device)
    }

    /// The device at the end of another bus, which may be the same one that was away. Programs stay.
    ///
    /// # Errors
    /// No device, or one of another configuration.
    pub fn reconnect(&mut self, bus: B) -> Result<(), DeviceError> {
        self.bus = bus;
        self.loaded = None;
        self.confused = true;
        self.begin()
    }

    fn begin(&mut self) -> Result<(), DeviceError> {
        let found = self.bus.read(regs::IDENT)?;
        if found != regs::IDENT_VALUE {
            return Err(DeviceError::Ident { found });
        }
        let (found, expected) = (self.bus.read(regs::CONFIG_HASH)?, self.config.hash());
        if found != expected {
            return Err(DeviceError::Config { found, expected });
        }
        self.reset()
    }

    /// Adds a program: its number. The first one has number 0.
    ///
    /// # Errors
    /// A program for another configuration.
    pub fn add(&mut self, program: Program) -> Result<usize, DeviceError> {
        let (found, expected) = (self.config.hash(), program.config.hash());
        if found != expected {
            return Err(DeviceError::Config { found, expected });
        }
        self.plans.push(Plan::new(program));
        Ok(self.plans.len() - 1)
    }

    /// Images of all programs: if there is more than one, they are loaded in turns.
    pub fn stages(&self) -> usize {
        self.plans.iter().map(|p| p.program.stages.len()).sum()
    }

    /// The first program.
    ///
    /// # Panics
    /// There is none.
    pub fn program(&self) -> &Program {
        &self.plans[0].program
    }

    /// The configuration.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The bus, for what is not the driver's business (faults, traces).
    pub fn bus_mut(&mut self) -> &mut B {
        &mut self.bus
    }

    /// Stops whatever runs, clears queues, accumulators and counters. What is loaded stays.
    ///
    /// # Errors
    /// Those of the bus.
    pub fn reset(&mut self) -> Result<(), DeviceError> {
        let mut transaction = Transaction::new();
        transaction.write_word(regs::RESET, 0);
        transaction.wait(patience(self.config.acc_depth as u64));
        transaction.write_word(regs::CLEAR_COUNTERS, 0);
        self.transact(&mut transaction)?;
        self.counter = 0;
        self.confused = false;
        Ok(())
    }

    /// After an error nobody knows what was done: what is loaded is loaded again, after a reset. The same if the bus
    /// panics.
    fn transact(&mut self, transaction: &mut Transaction) -> Result<(), DeviceError> {
        let (loaded, confused) = (self.loaded.take(), std::mem::replace(&mut self.confused, true));
        self.bus.transact(transaction)?;
        (self.loaded, self.confused) = (loaded, confused);
        Ok(())
    }

    /// From now on the cycles of each run are counted ([`Device::cycles`]). It takes a read more in each transaction.
    pub fn count_cycles(&mut self) {
        self.counting = true;
    }

    /// Cycles that all runs took since they are counted.
    pub fn cycles(&self) -> u64 {
        self.cycles
    }

    /// Limits the words of a transaction. None makes a transaction of each stage: to measure what it brings that the
    /// next tile's image is on its way while one runs.
    pub fn limit_words(&mut self, words: usize) {
        self.most_words = words;
    }

    /// Damages the device: this word is written after every load of the first stage ([`crate::inject`]).
    pub fn set_fault(&mut self, address: u32, data: u32) {
        self.fault = Some((address, data));
        self.loaded = None;
    }

    /// Loads a stage of the first program, unless it is the one loaded.
    ///
    /// # Errors
    /// Those of the bus.
    pub fn load(&mut self, stage: usize) -> Result<(), DeviceError> {
        let mut work = std::mem::take(&mut self.work);
        let result = self.settle().and_then(|()| {
            work.transaction.clear();
            self.add_load(0, stage, &mut work.transaction);
            self.transact(&mut work.transaction)
        });
        self.work = work;
        result
    }

    /// After an error, a reset.
    fn settle(&mut self) -> Result<(), DeviceError> {
        match self.confused {
            true => self.reset(),
            false => Ok(()),
        }
    }

    /// Adds what loads a stage, unless it will be loaded by then.
    fn add_load(&mut self, program: usize, stage: usize, transaction: &mut Transaction) {
        if self.loaded != Some((program, stage)) {
            self.plans[program].load(stage, transaction);
            if let ((0, 0), Some((address, data))) = ((program, stage), self.fault) {
                transaction.write_word(address, data);
            }
            self.loaded = Some((program, stage));
        }
    }

    /// Runs one input through all layers; the outputs of every layer, first to last.
    ///
    /// # Errors
    /// An input that does not fit the model; the bus.
    pub fn run(&mut self, input: &[i16]) -> Result<Vec<Vec<i16>>, DeviceError> {
        Ok(self.run_batch(&[input])?.swap_remove(0))
    }

    /// Runs inputs through all layers, as many together as the program takes: for each input, the outputs of every
    /// layer, first to last.
    ///
    /// # Errors
    /// An input that does not fit the model; the bus.
    pub fn run_batch(&mut self, inputs: &[&[i16]]) -> Result<Vec<Vec<Vec<i16>>>, DeviceError> {
        let Plan { program, all, .. } = &mut self.plans[0];
        let view = all.get_or_insert_with(|| View::new(program, |_| true).into()).clone();
        let flat = self.flat(inputs)?;
        self.execute(0, &view, &flat, |program, kept| {
            let layers = |kept: &[i16]| -> Vec<Vec<i16>> {
                let of_layer = |(l, &n): (usize, &usize)| kept[view.layer(l, n)].to_vec();
                program.outputs.iter().enumerate().map(of_layer).collect()
            };
            kept.chunks_exact(view.size).map(layers).collect()
        })
    }

    /// Runs inputs through all layers of the first program: for each input, the outputs of the last layer. Nothing
    /// else is fetched.
    ///
    /// # Errors
    /// An input that does not fit the model; the bus.
    pub fn infer_batch(&mut self, inputs: &[&[i16]]) -> Result<Vec<Vec<i16>>, DeviceError> {
        let flat = self.flat(inputs)?;
        let size = self.program().outputs.last().copied().unwrap_or(1);
        let mut out = vec![0; inputs.len() * size];
        self.infer(0, &flat, &mut out)?;
        Ok(out.chunks_exact(size).map(<[i16]>::to_vec).collect())
    }

    fn flat(&self, inputs: &[&[i16]]) -> Result<Vec<i16>, DeviceError> {
        let program = self.program();
        inputs.iter().try_for_each(|x| check_input(x, program.inputs, program.in_abs_max))?;
        Ok(inputs.concat())
    }

    /// Runs inputs, one after the other, through all layers of a program: `out` gets the outputs of the last layer in
    /// the same order. Allocates nothing once it has run as many.
    ///
    /// # Errors
    /// Inputs of another length, or outside the certified range; the bus.
    ///
    /// # Panics
    /// There is no such program, or `out` has not the length of as many outputs.
    pub fn infer(&mut self, program: usize, inputs: &[i16], out: &mut [i16]) -> Result<(), DeviceError> {
        let p = &self.plans[program].program;
        let (batch, outputs) = (inputs.len().div_ceil(p.inputs), p.outputs.last().copied().unwrap_or(0));
        check_input(inputs, batch * p.inputs, p.in_abs_max)?;
        assert_eq!(out.len(), batch * outputs, "results of {batch} inputs");
        let view = self.plans[program].last.clone();
        let last = view.last();
        self.execute(program, &view, inputs, |_, kept| {
            for (out, kept) in out.chunks_exact_mut(outputs).zip(kept.chunks_exact(view.size)) {
                out.copy_from_slice(&kept[last.clone()]);
            }
        })
    }

    /// Runs inputs, and shows what is kept of each.
    fn execute<R>(
        &mut self,
        program: usize,
        view: &View,
        inputs: &[i16],
        show: impl FnOnce(&Program, &[i16]) -> R,
    ) -> Result<R, DeviceError> {
        let mut work = std::mem::take(&mut self.work);
        let p = &self.plans[program].program;
        let batch = inputs.len() / p.inputs;
        // A batch that is not full is filled up with zeros.
        work.kept.clear();
        work.kept.resize(batch.next_multiple_of(p.vectors) * view.size, 0);
        let result = self.settle().and_then(|()| self.run_units(program, view, inputs, &mut work));
        let shown = result.map(|()| show(&self.plans[program].program, &work.kept[..batch * view.size]));
        self.work = work;
        shown
    }

    fn run_units(&mut self, program: usize, view: &View, inputs: &[i16], work: &mut Work) -> Result<(), DeviceError> {
        let size = self.plans[program].program.inputs;
        let together = self.plans[program].program.vectors;
        let batch = inputs.len() / size;
        let mut layer = 0;
        work.transaction.clear();
        work.asked.clear();
        for unit in 0..self.plans[program].units.len() {
            let stages = self.plans[program].units[unit].clone();
            let begins = self.plans[program].program.stages[stages.start].layer;
            if begins != layer {
                // Its inputs are results that are not there yet.
                self.flush(program, view, work)?;
                layer = begins;
            }
            for first in (0..batch).step_by(together) {
                for stage in stages.clone() {
                    if work.transaction.words() > self.most_words {
                        self.flush(program, view, work)?;
                    }
                    self.add_load(program, stage, &mut work.transaction);
                    let inputs = &inputs[first * size..batch.min(first + together) * size];
                    let kept = &work.kept[first * view.size..(first + together) * view.size];
                    self.plans[program].run(view, stage, inputs, kept, &mut work.transaction);
                    work.asked.push((stage, first));
                }
            }
        }
        self.flush(program, view, work)
    }

    /// Carries out what was planned.
    fn flush(&mut self, program: usize, view: &View, work: &mut Work) -> Result<(), DeviceError> {
        if work.transaction.is_empty() {
            return Ok(());
        }
        let counter = self.counting.then(|| work.transaction.read(regs::CYCLES, Order::Offset, 1, 32));
        self.transact(&mut work.transaction)?;
        let mut words = work.transaction.results();
        for &(stage, first) in &work.asked {
            let kept = &mut work.kept[first * view.size..];
            words = self.plans[program].sort(view, stage, words, kept);
        }
        if let (Some(_), Some(&now)) = (counter, words.first()) {
            self.cycles += u64::from(now.wrapping_sub(self.counter));
            self.counter = now;
        }
        work.transaction.clear();
        work.asked.clear();
        Ok(())
    }

    /// Reads the counters since they were cleared.
    ///
    /// # Errors
    /// Those of the bus.
    pub fn counters(&mut self) -> Result<Counters, DeviceError> {
        let cycles = self.bus.read(regs::CYCLES)?.into();
        let compute_cycles = u64::from(self.bus.read(regs::COMPUTE_CYCLES)?);
        let mut per_pe = Vec::new();
        for pe in 0..self.config.pes as u32 {
            let busy = u64::from(self.bus.read(address(Region::Counter, pe, regs::COUNTER_BUSY))?);
            let stalled = self.bus.read(address(Region::Counter, pe, regs::COUNTER_STALLED))?.into();
            per_pe.push(PeCounters { busy, stalled, starved: compute_cycles.saturating_sub(busy) });
        }
        Ok(Counters { cycles, compute_cycles, per_pe })
    }
}
