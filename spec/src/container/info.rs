//! What a file says about itself.

use crate::arith::Activation;
use crate::model::Certificate;
use serde::Serialize;

/// Facts of a file, read from the file alone. `header_bytes` and the layers' `file_bytes` add up to `file_bytes`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Info {
    /// The model's name.
    pub name: String,
    /// Format version.
    pub version: u16,
    /// Size of the file.
    pub file_bytes: usize,
    /// Size of the network in float32, biases included.
    pub dense_bytes: u64,
    /// `dense_bytes / file_bytes`.
    pub ratio: f64,
    /// Bytes before the first layer.
    pub header_bytes: usize,
    /// First to last.
    pub layers: Vec<LayerInfo>,
}

/// Facts of a layer. `header_bytes`, `codebook_bytes`, `bias_bytes`, `table_bytes`, `run_bytes` and `code_bytes`
/// add up to `file_bytes`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LayerInfo {
    /// Its name.
    pub name: String,
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
    /// Bits of a run symbol before Huffman coding.
    pub run_bits: u32,
    /// Run symbols that are fillers: they skip positions and have no weight.
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
    /// The code lengths of both Huffman codes.
    pub table_bytes: usize,
    /// The runs.
    pub run_bytes: usize,
    /// The codes.
    pub code_bytes: usize,
    /// Mean bits that a kept weight takes in the runs, fillers included; 0 without weights.
    pub bits_per_run: f64,
    /// Mean bits that a kept weight takes in the codes; 0 without weights.
    pub bits_per_code: f64,
    /// Bytes that the entropies of run symbols and codes ask for: no code for single symbols takes fewer.
    pub entropy_bytes: f64,
}
