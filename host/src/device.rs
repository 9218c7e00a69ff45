//! The driver: identify, load, run, read back.

use crate::bus::{Bus, BusError, Op, Order};
use crate::link::blocks;
use crate::schedule::Schedule;
use eie_spec::config::Config;
use eie_spec::golden::{check_input, InputError};
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

/// A device with a program.
pub struct Device<B> {
    bus: B,
    program: Program,
    loaded: Option<usize>,
    fault: Option<(u32, u32)>,
    /// Something went wrong since the last reset.
    confused: bool,
}

/// Patience, in cycles, with what takes so many: a status read takes at least one.
fn patience(cycles: u64) -> u64 {
    2 * cycles + OVERHEAD_CYCLES
}

fn write_word(address: u32, word: u32) -> Op {
    Op::Write { address, order: Order::Offset, words: vec![word] }
}

impl<B: Bus> Device<B> {
    /// Checks that the bus leads to a device of the program's configuration, and resets it.
    pub fn open(mut bus: B, program: Program) -> Result<Self, DeviceError> {
        let found = bus.read(regs::IDENT)?;
        if found != regs::IDENT_VALUE {
            return Err(DeviceError::Ident { found });
        }
        let (found, expected) = (bus.read(regs::CONFIG_HASH)?, program.config.hash());
        if found != expected {
            return Err(DeviceError::Config { found, expected });
        }
        let mut device = Device { bus, program, loaded: None, fault: None, confused: false };
        device.reset()?;
        Ok(device)
    }

    /// The program.
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// The configuration.
    pub fn config(&self) -> &Config {
        &self.program.config
    }

    /// The bus, for what is not the driver's business (faults, traces).
    pub fn bus_mut(&mut self) -> &mut B {
        &mut self.bus
    }

    /// Stops whatever runs, clears queues, accumulators and counters. What is loaded stays.
    pub fn reset(&mut self) -> Result<(), DeviceError> {
        let cycles = patience(self.program.config.acc_depth as u64);
        self.transact(&[write_word(regs::RESET, 0), Op::Wait { cycles }, write_word(regs::CLEAR_COUNTERS, 0)])?;
        Ok(())
    }

    /// After an error nobody knows what was done: what is loaded is loaded again, after a reset.
    fn transact(&mut self, ops: &[Op]) -> Result<Vec<Vec<u32>>, DeviceError> {
        let result = self.bus.transact(ops);
        if result.is_err() {
            self.loaded = None;
            self.confused = true;
        }
        Ok(result?)
    }

    /// Damages the device: this word is written after every load of the first stage ([`crate::inject`]).
    pub fn set_fault(&mut self, address: u32, data: u32) {
        self.fault = Some((address, data));
        self.loaded = None;
    }

    /// Loads a stage's image, unless it is the one loaded.
    pub fn load(&mut self, stage: usize) -> Result<(), DeviceError> {
        if self.confused {
            self.reset()?;
            self.confused = false;
        }
        if self.loaded != Some(stage) {
            self.loaded = None;
            let mut ops = blocks(&mut self.program.stages[stage].image.words());
            if let (0, Some((address, data))) = (stage, self.fault) {
                ops.push(write_word(address, data));
            }
            self.transact(&ops)?;
            self.loaded = Some(stage);
        }
        Ok(())
    }

    /// Runs one input through all layers; the outputs of every layer, first to last.
    pub fn run(&mut self, input: &[i16]) -> Result<Vec<Vec<i16>>, DeviceError> {
        Ok(self.run_batch(&[input])?.swap_remove(0))
    }

    /// Runs inputs through all layers, as many together as the program takes: for each input, the outputs of every
    /// layer, first to last.
    pub fn run_batch(&mut self, inputs: &[&[i16]]) -> Result<Vec<Vec<Vec<i16>>>, DeviceError> {
        let all = vec![true; self.program.outputs.len()];
        self.run_layers(inputs, &all)
    }

    /// Runs inputs through all layers: for each input, the outputs of the last layer. Nothing else is fetched.
    pub fn infer_batch(&mut self, inputs: &[&[i16]]) -> Result<Vec<Vec<i16>>, DeviceError> {
        // What a stage begins with comes from the host.
        let needed = |layer| self.program.stages.iter().any(|s| s.layer == layer + 1);
        let count = self.program.outputs.len();
        let wanted: Vec<bool> = (0..count).map(|layer| layer + 1 == count || needed(layer)).collect();
        let results = self.run_layers(inputs, &wanted)?;
        Ok(results.into_iter().filter_map(|mut layers| layers.pop()).collect())
    }

    /// Outputs of the layers that are wanted; of the others zeros.
    fn run_layers(&mut self, inputs: &[&[i16]], wanted: &[bool]) -> Result<Vec<Vec<Vec<i16>>>, DeviceError> {
        inputs.iter().try_for_each(|x| check_input(x, self.program.inputs, self.program.in_abs_max))?;
        // A batch that is not full is filled up with zeros.
        let zeros = vec![0; self.program.inputs];
        let together = self.program.vectors;
        let padded: Vec<&[i16]> =
            (0..inputs.len().next_multiple_of(together)).map(|v| *inputs.get(v).unwrap_or(&&zeros[..])).collect();
        let nothing: Vec<Vec<i16>> = self.program.outputs.iter().map(|&n| vec![0; n]).collect();
        let mut results = vec![nothing; padded.len()];
        // As long as nothing else is to be loaded, batches follow each other without a pause.
        let at_once = if self.program.stages.len() == 1 { padded.len() } else { together };
        for (inputs, results) in padded.chunks(at_once.max(1)).zip(results.chunks_mut(at_once.max(1))) {
            for stage in 0..self.program.stages.len() {
                self.load(stage)?;
                let batches = inputs.chunks(together).zip(results.chunks(together));
                let ops: Vec<Op> = batches.flat_map(|(x, r)| self.program.ops(stage, x, r, wanted)).collect();
                let mut words = self.transact(&ops)?.into_iter();
                for results in results.chunks_mut(together) {
                    self.program.sort(stage, &mut words, results, wanted);
                }
            }
        }
        results.truncate(inputs.len());
        Ok(results)
    }

    /// Reads the counters since they were cleared.
    pub fn counters(&mut self) -> Result<Counters, DeviceError> {
        let cycles = self.bus.read(regs::CYCLES)?.into();
        let compute_cycles = u64::from(self.bus.read(regs::COMPUTE_CYCLES)?);
        let mut per_pe = Vec::new();
        for pe in 0..self.program.config.pes as u32 {
            let busy = u64::from(self.bus.read(address(Region::Counter, pe, regs::COUNTER_BUSY))?);
            let stalled = self.bus.read(address(Region::Counter, pe, regs::COUNTER_STALLED))?.into();
            per_pe.push(PeCounters { busy, stalled, starved: compute_cycles.saturating_sub(busy) });
        }
        Ok(Counters { cycles, compute_cycles, per_pe })
    }
}
