//! One interface to everything that can run a model: both golden models and every device.

use crate::bus::Bus;
use crate::device::{Counters, Device, DeviceError};
use eie_spec::golden::{Dense, InputError, Packed};
use eie_spec::model::Model;
use eie_spec::pack::Program;

/// Why an engine gave no result.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EngineError {
    /// The input does not fit the model.
    #[error(transparent)]
    Input(#[from] InputError),
    /// The device or its bus failed.
    #[error(transparent)]
    Device(#[from] DeviceError),
}

/// Runs inputs through a model.
pub trait Engine {
    /// What it is called on the command line.
    fn name(&self) -> &str;

    /// Outputs of every layer, first to last.
    fn run(&mut self, input: &[i16]) -> Result<Vec<Vec<i16>>, EngineError>;

    /// Counters since the engine was made; none where there are no cycles.
    fn counters(&mut self) -> Result<Option<Counters>, EngineError> {
        Ok(None)
    }
}

/// The packed golden model ([`eie_spec::golden::Packed`]).
pub struct PackedEngine<'a>(Packed<'a>);

impl<'a> PackedEngine<'a> {
    /// An engine with empty memories.
    pub fn new(program: &'a Program) -> Self {
        PackedEngine(Packed::new(program))
    }
}

impl Engine for PackedEngine<'_> {
    fn name(&self) -> &str {
        "golden"
    }
    fn run(&mut self, input: &[i16]) -> Result<Vec<Vec<i16>>, EngineError> {
        Ok(self.0.run(input)?.layers)
    }
}

/// The dense golden model ([`eie_spec::golden::Dense`]).
pub struct DenseEngine<'a>(Dense<'a>);

impl<'a> DenseEngine<'a> {
    /// Expands the model's weights.
    pub fn new(model: &'a Model, acc_bits: u32) -> Self {
        DenseEngine(Dense::new(model, acc_bits))
    }
}

impl Engine for DenseEngine<'_> {
    fn name(&self) -> &str {
        "dense"
    }
    fn run(&mut self, input: &[i16]) -> Result<Vec<Vec<i16>>, EngineError> {
        Ok(self.0.run(input)?.layers)
    }
}

/// A device behind a bus.
pub struct DeviceEngine<B> {
    name: String,
    /// The driver.
    pub device: Device<B>,
}

impl<B: Bus> DeviceEngine<B> {
    /// Opens the device and loads the first stage.
    pub fn open(name: &str, bus: B, program: Program) -> Result<Self, DeviceError> {
        let mut device = Device::open(bus, program)?;
        device.load(0)?;
        Ok(DeviceEngine { name: name.to_owned(), device })
    }
}

impl<B: Bus> Engine for DeviceEngine<B> {
    fn name(&self) -> &str {
        &self.name
    }
    fn run(&mut self, input: &[i16]) -> Result<Vec<Vec<i16>>, EngineError> {
        Ok(self.device.run(input)?)
    }
    fn counters(&mut self) -> Result<Option<Counters>, EngineError> {
        Ok(Some(self.device.counters()?))
    }
}
