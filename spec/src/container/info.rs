//! What a file says about itself.

use super::{Codec, Content};
use crate::archive::Dtype;
use crate::arith::Activation;
use crate::model::Certificate;
use crate::op::Op;
use serde::Serialize;

/// Facts of a file, read from the file alone. `header_bytes` and the sections' `file_bytes` add up to `file_bytes`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Info {
    /// The name of the model or the archive.
    pub name: String,
    /// Format version.
    pub version: u16,
    /// What it holds.
    pub content: Content,
    /// Size of the file.
    pub file_bytes: usize,
    /// Size of a model in float32, biases included, or of an archive's tensors, dense.
    pub dense_bytes: u64,
    /// `dense_bytes / file_bytes`.
    pub ratio: f64,
    /// Bytes before the first section.
    pub header_bytes: usize,
    /// Of a model, first to last.
    pub layers: Vec<LayerInfo>,
    /// Of an archive, first to last.
    pub tensors: Vec<TensorInfo>,
}

impl Info {
    /// Weights of all layers of a model, dense.
    pub fn weights(&self) -> usize {
        self.layers.iter().map(|l| l.inputs * l.outputs).sum()
    }

    /// Of these, the kept ones.
    pub fn kept(&self) -> usize {
        self.layers.iter().map(|l| l.kept).sum()
    }
}

/// Facts of a layer. `header_bytes`, `codebook_bytes`, `bias_bytes`, `table_bytes`, `run_bytes` and `code_bytes`
/// add up to `file_bytes`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LayerInfo {
    /// Its name.
    pub name: String,
    /// How its matrix is applied.
    #[serde(flatten)]
    pub op: Op,
    /// Columns.
    #[serde(rename = "in")]
    pub inputs: usize,
    /// Rows.
    #[serde(rename = "out")]
    pub outputs: usize,
    /// Weights kept.
    pub kept: usize,
    /// Of all its weights, in percent.
    pub kept_pct: f64,
    /// Codebook entries.
    pub codes: usize,
    /// What follows the shift.
    pub activation: Activation,
    /// Requantising shift.
    pub shift: u8,
    /// Real value of one unit of an input.
    pub in_scale: f32,
    /// Real value of one unit of an output.
    pub out_scale: f32,
    /// Proof that no accumulator overflows.
    pub certificate: Certificate,
    /// How runs and codes are written.
    pub codec: Codec,
    /// Bits of a run symbol before Huffman coding; 0 by the adaptive codec.
    pub run_bits: u32,
    /// Run symbols that are fillers: they skip positions and have no weight; 0 by the adaptive codec.
    pub fillers: u64,
    /// Where the layer starts in the file.
    pub offset: usize,
    /// Bytes of the layer in the file, all of the following included.
    pub file_bytes: usize,
    /// Of these, all fields of fixed size, the name, and the checksum.
    pub header_bytes: usize,
    /// The codebook.
    pub codebook_bytes: usize,
    /// The biases.
    pub bias_bytes: usize,
    /// The code lengths of both Huffman codes; 0 by the adaptive codec.
    pub table_bytes: usize,
    /// The runs.
    pub run_bytes: usize,
    /// The codes.
    pub code_bytes: usize,
    /// Mean bits that a kept weight takes in the runs, fillers included; 0 without weights.
    pub bits_per_run: f64,
    /// Mean bits that a kept weight takes in the codes; 0 without weights.
    pub bits_per_code: f64,
    /// Bytes that the entropies of run symbols and codes ask for: no fixed code for single symbols takes fewer. The
    /// adaptive codec may.
    pub entropy_bytes: f64,
}

/// Facts of a tensor. `header_bytes`, `raw_bytes`, `codebook_bytes`, `table_bytes`, `run_bytes` and `code_bytes` add
/// up to `file_bytes`. What a raw tensor does not have is 0.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TensorInfo {
    /// Its name.
    pub name: String,
    /// Type of its elements when dense.
    pub dtype: Dtype,
    /// Its dimensions.
    pub shape: Vec<usize>,
    /// How runs and codes are written; none of a raw tensor.
    pub codec: Option<Codec>,
    /// Elements kept.
    pub kept: usize,
    /// Of all its elements, in percent.
    pub kept_pct: f64,
    /// Codebook entries.
    pub codes: usize,
    /// Bits of a run symbol before Huffman coding; 0 by the adaptive codec.
    pub run_bits: u32,
    /// Run symbols that are fillers: they skip positions and have no weight; 0 by the adaptive codec.
    pub fillers: u64,
    /// Where the tensor starts in the file.
    pub offset: usize,
    /// Bytes of the tensor in the file, all of the following included.
    pub file_bytes: usize,
    /// Of these, all fields of fixed size, the name, and the checksum.
    pub header_bytes: usize,
    /// The elements of a raw tensor.
    pub raw_bytes: usize,
    /// The codebook.
    pub codebook_bytes: usize,
    /// The code lengths of both Huffman codes; 0 by the adaptive codec.
    pub table_bytes: usize,
    /// The runs.
    pub run_bytes: usize,
    /// The codes.
    pub code_bytes: usize,
    /// Mean bits that a kept weight takes in the runs, fillers included; 0 without weights.
    pub bits_per_run: f64,
    /// Mean bits that a kept weight takes in the codes; 0 without weights.
    pub bits_per_code: f64,
    /// Bytes that the entropies of run symbols and codes ask for: no fixed code for single symbols takes fewer. The
    /// adaptive codec may.
    pub entropy_bytes: f64,
}
