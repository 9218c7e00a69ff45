//! The driver: identify, load, run, read back.
//!
//! A program of several stages is run stage by stage, each on all vectors, so that an image is loaded once for all of
//! them. Stages that do not depend on each other's results, the tiles of a layer, are one transaction: over a link
//! the next tile's image is on its way, in the device's buffers, while this one runs. The device executes in order, so
//! no memory is written that is in use.

mod run;

use crate::bus::{Bus, BusError, Transaction};
use crate::schedule::Plan;
use eie_spec::config::Config;
use eie_spec::golden::InputError;
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
