//! The `.eie` container: a compressed network in one file, either as a [`Model`] that runs or as an [`Archive`] of
//! tensors. `docs/container.md` describes every field.
//!
//! ```text
//! header     magic (8), version (2), content (1), number of sections (4), name, CRC-32
//! section    length (4), kind (1), fields, codebook, biases, runs, codes, CRC-32
//! section    ...
//! ```
//!
//! Two properties carry the design. **Every byte is covered**: by a checksum first, by its meaning second, and the
//! certificate by a proof over the weights, so that damage is named and never computed with. **One content and
//! codec have one file**: the reader refuses whatever [`encode_with`] would have written differently, so encoding what
//! was decoded, with the same codec for each section, gives the same file, and a hash of the file identifies it.

mod adaptive;
mod biases;
mod cursor;
mod huffman;
mod info;
mod layer;
mod read;
mod runs;
mod tensor;
mod weights;
mod write;

pub use info::{Info, LayerInfo, TensorInfo};
pub use write::{ArchiveWriter, EncodedTensor};

use crate::archive::Archive;
use crate::model::{Model, ModelError};
use serde::Serialize;

/// First bytes of the file. A transfer that changes line ends or stops at control-Z damages them.
pub const MAGIC: [u8; 8] = *b"\x89EIE\r\n\x1a\n";
/// The version that this code reads and writes.
pub const VERSION: u16 = 2;
/// Widest run symbol, in bits.
pub const MAX_RUN_BITS: u32 = 8;
/// Longest name of a model, an archive or a layer, in bytes.
pub const MAX_NAME: usize = 255;
/// Longest name of a tensor, in bytes.
pub const MAX_TENSOR_NAME: usize = 4096;
/// Inputs and outputs of all layers together: bounds what a small hostile file can make a reader allocate.
pub const MAX_TOTAL_DIM: usize = 1 << 22;
/// Largest `inputs * outputs` of a layer: bounds the fillers, and so the work, that a few weights can ask for.
pub const MAX_POSITIONS: u64 = 1 << 32;

/// How the places and codes of kept weights are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Codec {
    /// Runs and codes, each with a Huffman code of its own: quick to read.
    #[default]
    Huffman,
    /// A range coder with probabilities that adapt to rows, columns and neighbours: small. Weights that are too
    /// sparse or too predictable for the format's limits are written as by [`Codec::Huffman`].
    Adaptive,
    /// In each section whichever is smaller, [`Codec::Huffman`] on a tie. No section of a file has this one.
    Smallest,
}

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Content {
    /// Layers that run.
    Model = 0,
    /// Tensors of a network that is not known.
    Archive = 1,
}

impl std::fmt::Display for Content {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str(match self {
            Content::Model => "a model",
            Content::Archive => "an archive of tensors",
        })
    }
}

/// A file's content.
#[derive(Clone, Debug, PartialEq)]
pub enum File {
    /// Layers that run.
    Model(Model),
    /// Tensors of a network that is not known.
    Archive(Archive),
}

/// Why a file is not sound, or a model or an archive cannot be a file.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ContainerError {
    /// A field is not what it should be.
    #[error("byte {offset} ({place}): found {found}, expected {expected}")]
    Field {
        /// Byte in the file.
        offset: usize,
        /// Section and field.
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
    /// A tensor's fields are well formed, but what they say together does not hold.
    #[error("byte {offset} (start of the tensor): it {why}")]
    InvalidTensor {
        /// Where the tensor starts in the file.
        offset: usize,
        /// What does not hold.
        why: String,
    },
    /// The model to be written breaks an invariant.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The archive to be written breaks an invariant.
    #[error("{0}")]
    Archive(String),
    /// A file could not be written to.
    #[error("writing the file: {message}")]
    Write {
        /// What kind of error it was.
        kind: std::io::ErrorKind,
        /// What the system says.
        message: String,
    },
    /// What is to be written is valid, but larger than the format allows.
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

impl From<std::io::Error> for ContainerError {
    fn from(error: std::io::Error) -> Self {
        ContainerError::Write { kind: error.kind(), message: error.to_string() }
    }
}

/// The model as a file by [`Codec::Huffman`]: the same bytes for the same model.
///
/// # Errors
/// A model that breaks its invariants, or that is beyond the format's limits.
pub fn encode(model: &Model) -> Result<Vec<u8>, ContainerError> {
    encode_with(model, Codec::Huffman)
}

/// The model as a file: the same bytes for the same model and codec.
///
/// # Errors
/// As [`encode`].
pub fn encode_with(model: &Model, codec: Codec) -> Result<Vec<u8>, ContainerError> {
    write::model(model, codec)
}

/// The archive as a file: the same bytes for the same archive and codec. [`ArchiveWriter`] writes tensor by tensor.
///
/// # Errors
/// An archive that breaks its invariants, or that is beyond the format's limits.
pub fn encode_archive(archive: &Archive, codec: Codec) -> Result<Vec<u8>, ContainerError> {
    let mut writer = ArchiveWriter::new(Vec::new(), &archive.name, archive.tensors.len())?;
    archive.tensors.iter().try_for_each(|tensor| writer.tensor(tensor, codec))?;
    writer.finish()
}

/// Reads a file. Every byte of it is checked: by CRC-32, by its meaning, and the certificates against the
/// weights.
///
/// # Errors
/// The first thing that is not as it should be, with its offset. No input makes this panic, or allocate more
/// than a bounded multiple of the file's size and of the sizes of its layers, which [`MAX_TOTAL_DIM`] bounds.
pub fn decode_file(bytes: &[u8]) -> Result<File, ContainerError> {
    Ok(read::file(bytes, None)?.0)
}

/// Reads a file that holds a model.
///
/// # Errors
/// As [`decode_file`], and an archive.
pub fn decode(bytes: &[u8]) -> Result<Model, ContainerError> {
    match read::file(bytes, Some(Content::Model))?.0 {
        File::Model(model) => Ok(model),
        File::Archive(_) => wrong(Content::Archive, Content::Model),
    }
}

/// Reads a file that holds an archive.
///
/// # Errors
/// As [`decode_file`], and a model.
pub fn decode_archive(bytes: &[u8]) -> Result<Archive, ContainerError> {
    match read::file(bytes, Some(Content::Archive))?.0 {
        File::Archive(archive) => Ok(archive),
        File::Model(_) => wrong(Content::Model, Content::Archive),
    }
}

fn wrong<T>(found: Content, expected: Content) -> Result<T, ContainerError> {
    let place = "header, content".into();
    Err(ContainerError::Field { offset: 10, place, found: found.to_string(), expected: expected.to_string() })
}

/// Reads a file's facts, from the file alone.
///
/// # Errors
/// As [`decode_file`]: the facts are given of sound files only.
pub fn inspect(bytes: &[u8]) -> Result<Info, ContainerError> {
    Ok(read::file(bytes, None)?.1)
}
