//! Bitstreams: a board's top around the emitted accelerator, through yosys and nextpnr, and back from the bits.
//!
//! Boards are data (`constraints/<board>/board.toml`, [`eie_host::Board`]).
#![forbid(unsafe_code)]

pub mod family;
pub mod floorplan;
pub mod flow;
pub mod hard;
mod lut;
pub mod memories;
pub mod netlist;
pub mod page;
pub mod paths;
pub mod pins;
pub mod pll;
pub mod readback;
pub mod routed;
pub mod sites;
pub mod synthesis;
pub mod tools;
pub mod top;

use std::path::{Path, PathBuf};

/// Why there is no bitstream.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The board's file does not say how.
    #[error("board {board}: {why}")]
    Board {
        /// Its name.
        board: String,
        /// What is missing or wrong.
        why: String,
    },
    /// No clock near enough can be made.
    #[error(transparent)]
    Pll(#[from] pll::PllError),
    /// A tool is not installed.
    #[error("{tool} is not installed: {advice}")]
    Missing {
        /// The program.
        tool: String,
        /// How to get it.
        advice: &'static str,
    },
    /// A tool failed.
    #[error("{tool} failed ({status}); its last lines:\n{tail}")]
    Tool {
        /// The program.
        tool: String,
        /// How it ended.
        status: String,
        /// The end of its output.
        tail: String,
    },
    /// What a tool wrote is not understood.
    #[error("{path}: {why}")]
    Output {
        /// The file.
        path: String,
        /// What is wrong with it.
        why: String,
    },
    /// The design is too slow for its clock.
    #[error(
        "timing is not met: {fmax:.1} MHz, but the clock is {clock:.1} MHz{margin}; the slowest path goes from {from} \
         to {to}: ask for a lower clock (--clock-mhz) or try another seed (--seed)"
    )]
    Timing {
        /// What the tools reach.
        fmax: f64,
        /// What was asked for.
        clock: f64,
        /// What must be left, in words.
        margin: String,
        /// Begin of the slowest path.
        from: String,
        /// Its end.
        to: String,
    },
    /// A file cannot be read or written.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
}

pub(crate) fn io(path: &Path) -> impl FnOnce(std::io::Error) -> BuildError + '_ {
    move |source| BuildError::Io { path: path.display().to_string(), source }
}

pub(crate) fn read(path: &Path) -> Result<String, BuildError> {
    std::fs::read_to_string(path).map_err(io(path))
}

pub(crate) fn write(folder: &Path, name: &str, text: &str) -> Result<PathBuf, BuildError> {
    let path = folder.join(name);
    std::fs::write(&path, text).map_err(io(&path))?;
    Ok(path)
}
