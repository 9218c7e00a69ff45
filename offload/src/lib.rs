//! Compressed fully connected layers within other frameworks, on the CPU engine or on any device.
//!
//! - [`Runner`]: rows of real numbers through a model, wherever it runs.
//! - [`Linear`]: a candle module.
//! - `onnx` (with the feature of this name): the fully connected layers of an ONNX network here, the rest by tract.
//!
//! ```
//! use candle_core::{Device, Module, Tensor};
//! use eie_offload::{DirectConfig, Linear};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let weight = Tensor::randn(0f32, 0.02, (30, 40), &Device::Cpu)?;
//! let sparse = Linear::compress("fc", &weight, None, &DirectConfig::default(), None, "cpu")?;
//! let y = sparse.forward(&Tensor::randn(0f32, 1.0, (8, 40), &Device::Cpu)?)?; // 8 x 30
//! # assert_eq!(y.dims(), [8, 30]);
//! # Ok(()) }
//! ```
#![forbid(unsafe_code)]

mod exact;
mod linear;
#[cfg(feature = "onnx")]
pub mod onnx;
mod runner;

pub use eie_compressor::direct::DirectConfig;
pub use linear::Linear;
pub use runner::Runner;

/// Why a layer cannot be offloaded, or gave no result.
#[derive(Debug, thiserror::Error)]
pub enum OffloadError {
    /// The weights cannot be compressed.
    #[error(transparent)]
    Compress(#[from] eie_compressor::CompressError),
    /// The CPU engine.
    #[error(transparent)]
    Cpu(#[from] eie_cpu::CpuError),
    /// The device.
    #[error("{target}: {source}")]
    Device {
        /// Its address.
        target: String,
        /// What it says.
        source: Box<eie_host::session::SessionError>,
    },
    /// The engine of a network that is not fully connected.
    #[error(transparent)]
    Engine(#[from] eie_host::EngineError),
    /// The model is not a valid one.
    #[error(transparent)]
    Model(#[from] eie_spec::model::ModelError),
    /// An input of another shape.
    #[error("the input has {found} values, expected {rows} rows of {inputs}")]
    Length {
        /// Number of values.
        found: usize,
        /// Number of rows.
        rows: usize,
        /// Length of one.
        inputs: usize,
    },
    /// Inputs that are not numbers.
    #[error("value {index} is not a number")]
    NotANumber {
        /// Its place, row by row.
        index: usize,
    },
    /// A tensor of candle's is not what it should be.
    #[error("{0}")]
    Candle(#[from] candle_core::Error),
    /// A network in ONNX.
    #[cfg(feature = "onnx")]
    #[error("{path}: {why}")]
    Onnx {
        /// The file.
        path: String,
        /// What is wrong, and the way out.
        why: String,
    },
}
