//! What compressing a file came to.

use crate::formats::{NamedTensor, Role, TensorFile};
use eie_spec::archive::Dtype;
use eie_spec::container::EncodedTensor;
use serde::Serialize;

/// Figures of a whole file.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Summary {
    /// Elements of all tensors.
    pub elements: usize,
    /// Size of all tensors in float32, whatever types they have: four bytes an element.
    pub dense_bytes: u64,
    /// Size of the file that was compressed.
    pub source_bytes: u64,
    /// Size of the archive.
    pub file_bytes: u64,
    /// `dense_bytes / file_bytes`: against float32.
    pub ratio: f64,
    /// `source_bytes / file_bytes`: against the file that was compressed.
    pub source_ratio: f64,
    /// Elements kept of the tensors that are compressed.
    pub kept: usize,
    /// Of all elements of these tensors, in percent.
    pub kept_pct: f64,
    /// Bytes that the entropies of run symbols and codes of these tensors ask for.
    pub entropy_bytes: f64,
    /// Tensors that are compressed, in the order of the file.
    pub tensors: Vec<TensorSummary>,
    /// Tensors that are in the archive as they came.
    pub passed_through: Vec<PassedThrough>,
}

/// Figures of a tensor that is compressed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TensorSummary {
    /// Its name.
    pub name: String,
    /// What it is for: linear, conv or lstm.
    pub role: &'static str,
    /// Type of its elements when dense.
    pub dtype: Dtype,
    /// Its dimensions.
    pub shape: Vec<usize>,
    /// Number of its elements.
    pub elements: usize,
    /// How many of them are kept.
    pub kept: usize,
    /// Of all its elements, in percent.
    pub kept_pct: f64,
    /// Codebook entries.
    pub codes: usize,
    /// Bytes that it takes in the archive.
    pub bytes: usize,
    /// Bytes of its elements when dense, in its own type.
    pub dense_bytes: usize,
    /// Bytes that the entropies of its run symbols and codes ask for: no fixed code for single symbols takes fewer.
    pub entropy_bytes: f64,
}

/// A tensor that is in the archive as it came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PassedThrough {
    /// Its name.
    pub name: String,
    /// Type of its elements.
    pub dtype: Dtype,
    /// Its dimensions.
    pub shape: Vec<usize>,
    /// Bytes that it takes in the archive.
    pub bytes: usize,
    /// Why it is not compressed.
    pub reason: Reason,
}

/// Why a tensor passes through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Reason {
    /// It is not the weights of a fully connected, convolutional or recurrent layer.
    Role,
    /// Its elements are neither F32 nor F16 nor BF16.
    Type,
    /// It has fewer than 256 elements.
    Small,
    /// Compressed, it would be larger.
    Larger,
}

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str(match self {
            Reason::Role => "no weights of a layer",
            Reason::Type => "of a type that is not shared",
            Reason::Small => "fewer than 256 elements",
            Reason::Larger => "compressed, it would be larger",
        })
    }
}

fn percent(part: usize, of: usize) -> f64 {
    100.0 * part as f64 / of.max(1) as f64
}

impl Summary {
    /// Of a file of which no tensor is written yet.
    pub(super) fn of(file: &TensorFile) -> Self {
        let elements = file.tensors.iter().map(NamedTensor::elements).sum();
        Summary {
            elements,
            dense_bytes: 4 * elements as u64,
            source_bytes: file.file_bytes() as u64,
            file_bytes: 0,
            ratio: 0.0,
            source_ratio: 0.0,
            kept: 0,
            kept_pct: 0.0,
            entropy_bytes: 0.0,
            tensors: Vec::new(),
            passed_through: Vec::new(),
        }
    }

    pub(super) fn add_compressed(&mut self, t: &NamedTensor, encoded: &EncodedTensor, kept: usize, codes: usize) {
        self.kept += kept;
        self.entropy_bytes += encoded.entropy_bytes();
        self.tensors.push(TensorSummary {
            name: t.name.clone(),
            role: match t.role {
                Role::Linear { .. } => "linear",
                Role::Conv { .. } => "conv",
                Role::Lstm { .. } => "lstm",
                Role::Other => "other",
            },
            dtype: t.dtype,
            shape: t.shape.clone(),
            elements: t.elements(),
            kept,
            kept_pct: percent(kept, t.elements()),
            codes,
            bytes: encoded.file_bytes(),
            dense_bytes: t.data.len(),
            entropy_bytes: encoded.entropy_bytes(),
        });
    }

    pub(super) fn add_raw(&mut self, t: &NamedTensor, encoded: &EncodedTensor, reason: Reason) {
        self.passed_through.push(PassedThrough {
            name: t.name.clone(),
            dtype: t.dtype,
            shape: t.shape.clone(),
            bytes: encoded.file_bytes(),
            reason,
        });
    }

    /// The figures that need the whole file.
    pub(super) fn finish(&mut self, file_bytes: u64) {
        self.file_bytes = file_bytes;
        self.ratio = self.dense_bytes as f64 / file_bytes as f64;
        self.source_ratio = self.source_bytes as f64 / file_bytes as f64;
        self.kept_pct = percent(self.kept, self.tensors.iter().map(|t| t.elements).sum());
    }
}
