//! Engines over the RTL: the rust-hdl simulation, and the emitted Verilog in Verilator.
//!
//! Both are a [`eie_host::Bus`], so the same driver runs them as runs a board. `unsafe` is in [`verilator`],
//! [`transport`] and [`usb::lines`] only, around the calls into the shared library that Verilator builds.

use eie_host::Bus;
use std::path::Path;

pub mod bench;
pub mod child;
pub mod compiler;
pub mod cosim;
pub mod explore;
pub mod netlist;
pub mod precision;
pub mod rtl;
mod share;
pub mod transport;
pub mod usb;
pub mod verilator;

/// Cycles after which a read without an answer is an error. The hardware answers in five.
const READ_LIMIT: u64 = 64;

/// Why a simulator cannot be made or used.
#[derive(Debug, thiserror::Error)]
pub enum SimError {
    /// A tool is not installed.
    #[error("{tool} was not found: {advice}")]
    MissingTool {
        /// The program.
        tool: &'static str,
        /// How to get it.
        advice: &'static str,
    },
    /// A tool failed.
    #[error("{tool} failed ({status}); its last lines:\n{tail}")]
    Tool {
        /// The program.
        tool: &'static str,
        /// Its exit status.
        status: String,
        /// The end of its output.
        tail: String,
    },
    /// A file could not be written or read.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: String,
        /// The system's reason.
        source: std::io::Error,
    },
    /// A waveform format that this engine does not write.
    #[error("cannot write the waveform {path}: {why}")]
    Trace {
        /// The file asked for.
        path: String,
        /// The reason and the way out.
        why: String,
    },
    /// The shared library that Verilator built cannot be loaded.
    #[error("loading {path}: {why}")]
    Load {
        /// The library.
        path: String,
        /// The loader's reason.
        why: String,
    },
}

/// A simulated accelerator.
pub trait Simulator: Bus {
    /// Clock cycles since it was made.
    fn cycle(&self) -> u64;

    /// Records a waveform from now on.
    fn start_trace(&mut self, path: &Path) -> Result<(), SimError>;

    /// Ends the recording and closes the file.
    fn stop_trace(&mut self) -> Result<(), SimError>;

    /// Notes the cycle in which this row of this step is drained, the next time or after `skip` other times.
    fn watch(&mut self, step: u8, row: u16, skip: u32);

    /// The cycle noted since [`Simulator::watch`].
    fn watched(&self) -> Option<u64>;
}

impl<S: Simulator + ?Sized> Simulator for Box<S> {
    fn cycle(&self) -> u64 {
        (**self).cycle()
    }
    fn start_trace(&mut self, path: &Path) -> Result<(), SimError> {
        (**self).start_trace(path)
    }
    fn stop_trace(&mut self) -> Result<(), SimError> {
        (**self).stop_trace()
    }
    fn watch(&mut self, step: u8, row: u16, skip: u32) {
        (**self).watch(step, row, skip);
    }
    fn watched(&self) -> Option<u64> {
        (**self).watched()
    }
}

fn io_error(path: &Path) -> impl FnOnce(std::io::Error) -> SimError + '_ {
    move |source| SimError::Io { path: path.display().to_string(), source }
}
