//! One interface to everything that can run a model: both golden models and every device.

use crate::bus::Bus;
use crate::device::{Counters, Device, DeviceError};
use eie_spec::config::Config;
use eie_spec::golden::{check_input, sparse_product, Dense, InputError, Packed};
use eie_spec::model::{Layer, Model};
use eie_spec::pack::{pack, PackError, Program};

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
pub struct PackedEngine(Packed<Program>);

impl PackedEngine {
    /// An engine with empty memories.
    pub fn new(program: Program) -> Self {
        PackedEngine(Packed::new(program))
    }
}

impl Engine for PackedEngine {
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

/// Layers whose codebook no device holds: they run on the host.
pub struct HostEngine {
    layers: Vec<Layer>,
    acc_bits: u32,
}

impl HostEngine {
    /// For a chain of fully connected layers. `acc_bits` is the accumulators' width (R3).
    pub fn new(model: &Model, acc_bits: u32) -> Self {
        HostEngine { layers: model.layers.clone(), acc_bits }
    }
}

impl Engine for HostEngine {
    fn name(&self) -> &str {
        "host"
    }
    fn run(&mut self, input: &[i16]) -> Result<Vec<Vec<i16>>, EngineError> {
        let first = &self.layers[0];
        check_input(input, first.inputs, first.certificate.in_abs_max)?;
        let mut results: Vec<Vec<i16>> = Vec::new();
        for layer in &self.layers {
            let x = results.last().map_or(input, Vec::as_slice);
            results.push(sparse_product(layer, x, self.acc_bits));
        }
        Ok(results)
    }
}

/// A model of any layers: each segment ([`Model::segments`]) on an engine of its own, the rest on the host.
pub struct SegmentedEngine<'a> {
    name: String,
    parts: Vec<(Option<Layer>, Box<dyn Engine + 'a>)>,
}

impl<'a> SegmentedEngine<'a> {
    /// With the engine that `engine` makes for each segment's chain of fully connected layers.
    ///
    /// # Errors
    /// Those of `engine`.
    pub fn new<E>(
        model: &Model,
        mut engine: impl FnMut(&Model) -> Result<Box<dyn Engine + 'a>, E>,
    ) -> Result<Self, E> {
        let mut parts = Vec::new();
        for segment in model.segments() {
            parts.push((segment.layer(), engine(&segment.model)?));
        }
        let name = parts.first().map_or(String::new(), |(_, e)| e.name().to_owned());
        Ok(SegmentedEngine { name, parts })
    }
}

impl SegmentedEngine<'static> {
    /// With the packed golden model for each segment that a device of this configuration can run.
    ///
    /// # Errors
    /// A segment that cannot be packed.
    pub fn golden(model: &Model, config: &Config) -> Result<Self, PackError> {
        Self::new(model, |part| -> Result<Box<dyn Engine>, PackError> {
            Ok(match part.fits_device() {
                true => Box::new(PackedEngine::new(pack(part, config)?)),
                false => Box::new(HostEngine::new(part, config.acc_bits)),
            })
        })
    }
}

impl Engine for SegmentedEngine<'_> {
    fn name(&self) -> &str {
        &self.name
    }

    fn run(&mut self, input: &[i16]) -> Result<Vec<Vec<i16>>, EngineError> {
        let mut results: Vec<Vec<i16>> = Vec::new();
        for (layer, engine) in &mut self.parts {
            let x = results.last().map_or(input, Vec::as_slice);
            match layer {
                None => {
                    let more = engine.run(x)?;
                    results.extend(more);
                }
                Some(layer) => {
                    check_input(x, layer.in_len(), layer.certificate.in_abs_max)?;
                    let y = layer.apply(x, |x| engine.run(x).map(|mut all| all.pop().unwrap_or_default()))?;
                    results.push(y);
                }
            }
        }
        Ok(results)
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
