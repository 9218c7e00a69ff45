//! Compressed layers on a CPU, as they are: codes, positions and a codebook; nothing is expanded to dense weights,
//! and zero activations are skipped (R6), as on the accelerator.
//!
//! ```no_run
//! use eie_cpu::{CpuEngine, Options};
//! use eie_host::Engine;
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let model = eie_spec::container::decode(&std::fs::read("models/lenet-300-100.eie")?)?;
//! let mut engine = CpuEngine::network(&model, &Options::default())?;
//! let layers = engine.run(&vec![0; model.inputs()])?;
//! # Ok(()) }
//! ```
//!
//! - [`CpuEngine`]: exact, in integers: every output equals the golden model's.
//! - [`Matrix`]: one layer's product in `f32`, `i32` or `i64`, for one vector or many.
//!
//! Which instructions are used is found out at run time ([`Isa`]). Each kernel stands beside the plain loop that it
//! must equal.

mod block;
mod engine;
mod float;
mod isa;
mod kernel;
mod lanes;
mod matrix;
mod number;
mod rows;
mod threads;

pub use engine::CpuEngine;
pub use float::FloatNetwork;
pub use isa::Isa;
pub use kernel::{permutations, Kernel};
pub use matrix::{Matrix, Options};
pub use number::Number;

/// Why a network cannot be run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CpuError {
    /// The instructions are not there.
    #[error("this machine has no {wanted:?} instructions; it has {found:?}")]
    Isa {
        /// What was asked for.
        wanted: Isa,
        /// What there is.
        found: Vec<Isa>,
    },
    /// A layer that has no form in `f32`.
    #[error("layer {layer} is no fully connected one: run the network in integers, with CpuEngine")]
    Layer {
        /// The layer's name.
        layer: String,
    },
    /// Wrong length.
    #[error("{found} activations, expected {expected}: {batch} vectors of {inputs}")]
    Length {
        /// Number of activations.
        found: usize,
        /// How many there should be.
        expected: usize,
        /// Number of vectors.
        batch: usize,
        /// Length of one.
        inputs: usize,
    },
}
