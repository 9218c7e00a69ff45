//! The `.eie` container: a compressed model in one file. `docs/container.md` describes every field.
//!
//! ```text
//! header     magic (8), version (2), number of layers (2), name, CRC-32
//! layer      length (4), fields, codebook, biases, code lengths, runs, codes, CRC-32
//! layer      ...
//! ```
//!
//! Two properties carry the design. **Every byte is covered**: by a checksum first, by its meaning second, and the
//! certificate by a proof over the weights, so that damage is named and never computed with. **One model has one
//! file**: the reader refuses whatever [`encode`] would have written differently, so [`encode`] of what
//! [`decode`] gave is the same file, and a hash of the file identifies the model.

mod biases;
mod cursor;
mod info;
mod read;
mod runs;
mod write;

pub use info::{Info, LayerInfo};

use crate::model::{Model, ModelError};

/// First bytes of the file. A transfer that changes line ends or stops at control-Z damages them.
pub const MAGIC: [u8; 8] = *b"\x89EIE\r\n\x1a\n";
/// The version that this code reads and writes.
pub const VERSION: u16 = 1;
/// Widest run symbol, in bits.
pub const MAX_RUN_BITS: u32 = 8;
/// Longest name of a model or a layer, in bytes.
pub const MAX_NAME: usize = 255;
/// Inputs and outputs of all layers together: bounds what a small hostile file can make a reader allocate.
pub const MAX_TOTAL_DIM: usize = 1 << 22;
/// Largest `inputs * outputs` of a layer: bounds the fillers, and so the work, that a few weights can ask for.
pub const MAX_POSITIONS: u64 = 1 << 32;

/// Why a file is not a model, or a model cannot be a file.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ContainerError {
    /// A field is not what it should be.
    #[error("byte {offset} ({place}): found {found}, expected {expected}")]
    Field {
        /// Byte in the file.
        offset: usize,
        /// Layer and field.
        place: String,
        /// What is there.
        found: String,
        /// What should be.
        expected: String,
    },
    /// A layer's fields are well formed, but what they say together does not hold.
    #[error("byte {offset} (start of the layer): {error}")]
    Invalid {
        /// Where the layer starts in the file.
        offset: usize,
        /// What does not hold.
        error: ModelError,
    },
    /// The model to be written breaks an invariant.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The model to be written is valid, but larger than the format allows.
    #[error("{what} is {found}, an .eie file holds at most {limit}")]
    Limit {
        /// What is too large.
        what: String,
        /// How large it is.
        found: u64,
        /// How large it may be.
        limit: u64,
    },
}

/// The model as a file: the same bytes for the same model.
///
/// # Errors
/// A model that breaks its invariants, or that is beyond the format's limits.
pub fn encode(model: &Model) -> Result<Vec<u8>, ContainerError> {
    write::model(model)
}

/// Reads a file. Every byte of it is checked: by CRC-32, by its meaning, and the certificates against the
/// weights.
///
/// # Errors
/// The first thing that is not as it should be, with its offset. No input makes this panic, or allocate more
/// than a small multiple of the file's size and of the sizes of its layers, which [`MAX_TOTAL_DIM`] bounds.
pub fn decode(bytes: &[u8]) -> Result<Model, ContainerError> {
    Ok(read::model(bytes)?.0)
}

/// Reads a file's facts, from the file alone.
///
/// # Errors
/// As [`decode`]: the facts are given of sound files only.
pub fn inspect(bytes: &[u8]) -> Result<Info, ContainerError> {
    Ok(read::model(bytes)?.1)
}
