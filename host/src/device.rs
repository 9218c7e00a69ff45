//! The driver: identify, load, run, read back.

use crate::bus::{Bus, BusError};
use eie_spec::config::Config;
use eie_spec::golden::{check_input, InputError};
use eie_spec::pack::{Program, Stage};
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
    /// The device does not become ready.
    #[error("the device is still busy after {polls} status reads while {doing}: reset it")]
    Hung {
        /// What the driver waited for.
        doing: &'static str,
        /// How often it asked.
        polls: u64,
    },
}

/// A device with a program.
pub struct Device<B> {
    bus: B,
    program: Program,
    loaded: Option<usize>,
    fault: Option<(u32, u32)>,
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
        let mut device = Device { bus, program, loaded: None, fault: None };
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
        self.bus.write(regs::RESET, 0)?;
        let cycles = self.program.config.acc_depth as u64;
        self.wait("resetting", cycles)?;
        self.bus.write(regs::CLEAR_COUNTERS, 0)?;
        Ok(())
    }

    /// Asks until the device is ready. A read takes at least a cycle, so twice the cycles that the work can
    /// take is patience enough.
    fn wait(&mut self, doing: &'static str, cycles: u64) -> Result<(), DeviceError> {
        let polls = 2 * cycles + OVERHEAD_CYCLES;
        for _ in 0..polls {
            if self.bus.read(regs::STATUS)? & 1 == 0 {
                return Ok(());
            }
        }
        Err(DeviceError::Hung { doing, polls })
    }

    /// Cycles that a stage's steps take at most: every input broadcast, and the fullest PE's entries.
    fn bound(&self, stage: usize) -> u64 {
        let image = &self.program.stages[stage].image;
        let entries = image.pes.iter().map(|p| p.entries.len()).max().unwrap_or(0);
        let step = |s: &regs::Step| s.groups as usize * self.program.config.pes + s.slots as usize;
        let vectors = self.program.stages[stage].vectors.len();
        (entries * vectors + image.steps.iter().map(step).sum::<usize>()) as u64
    }

    /// Damages the device: this word is written after every load of the first stage ([`crate::inject`]).
    pub fn set_fault(&mut self, address: u32, data: u32) {
        self.fault = Some((address, data));
        self.loaded = None;
    }

    /// Loads a stage's image, unless it is the one loaded.
    pub fn load(&mut self, stage: usize) -> Result<(), DeviceError> {
        if self.loaded != Some(stage) {
            self.loaded = None;
            self.bus.write_all(&mut self.program.stages[stage].image.words())?;
            if let (0, Some((address, data))) = (stage, self.fault) {
                self.bus.write(address, data)?;
            }
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
        inputs.iter().try_for_each(|x| check_input(x, self.program.inputs, self.program.in_abs_max))?;
        // A batch that is not full is filled up with zeros.
        let zeros = vec![0; self.program.inputs];
        let nothing: Vec<Vec<i16>> = self.program.outputs.iter().map(|&n| vec![0; n]).collect();
        let mut all = Vec::new();
        for inputs in inputs.chunks(self.program.vectors) {
            let mut results = vec![nothing.clone(); self.program.vectors];
            for number in 0..self.program.stages.len() {
                self.load(number)?;
                let Stage { layer, vectors, .. } = &self.program.stages[number];
                let (layer, vectors) = (*layer, vectors.clone());
                for (place, v) in vectors.enumerate() {
                    let input = *inputs.get(v).unwrap_or(&&zeros[..]);
                    let source = layer.checked_sub(1).map_or(input, |l| &results[v][l]);
                    self.send(number, place, source)?;
                }
                self.run_stage(number, &mut results)?;
            }
            results.truncate(inputs.len());
            all.append(&mut results);
        }
        Ok(all)
    }

    /// Writes the inputs of a stage's vector number `place` to their positions.
    fn send(&mut self, stage: usize, place: usize, source: &[i16]) -> Result<(), DeviceError> {
        let pes = self.program.config.pes;
        let gather = &self.program.stages[stage].gather;
        let first = place * gather.len();
        let word = |(position, from): (usize, &Option<u32>)| {
            let value = from.map_or(0, |j| source[j as usize]);
            let (slot, pe) = (((first + position) / pes) as u32, (position % pes) as u32);
            (address(Region::Activation, pe, slot), u32::from(value as u16))
        };
        self.bus.write_all(&mut gather.iter().enumerate().map(word))?;
        Ok(())
    }

    /// In one go if all results are still there at the end, else step by step.
    fn run_stage(&mut self, number: usize, results: &mut [Vec<Vec<i16>>]) -> Result<(), DeviceError> {
        for steps in self.program.stages[number].runs() {
            self.bus.write(regs::START, (steps.start() | steps.end() << 8) as u32)?;
            self.wait("running a layer", self.bound(number))?;
            for step in steps {
                self.receive(number, step, results)?;
            }
        }
        Ok(())
    }

    /// Reads a step's results from their positions.
    fn receive(&mut self, stage: usize, step: usize, results: &mut [Vec<Vec<i16>>]) -> Result<(), DeviceError> {
        let pes = self.program.config.pes;
        let Stage { image, steps, .. } = &self.program.stages[stage];
        let base = u32::from(image.steps[step].dst_base);
        for (position, row) in steps[step].rows.iter().enumerate() {
            let Some(row) = row else { continue };
            let (slot, pe) = ((position / pes) as u32, (position % pes) as u32);
            let word = self.bus.read(address(Region::Activation, pe, base + slot))?;
            results[steps[step].vector][steps[step].layer][*row as usize] = word as u16 as i16;
        }
        Ok(())
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
