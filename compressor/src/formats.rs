//! Files of weights, read and written: safetensors and ONNX.
//!
//! [`TensorFile`] is any such file: its tensors, what each is for ([`Role`]), and the same file with other values in
//! some of them ([`TensorFile::rewrite`]). [`chain()`] is the network in a file, if it is a straight chain of layers.
//!
//! A file is read into memory once; tensors are slices of it. Every file is taken for a hostile one: what is wrong
//! is an error that names the tensor or node, nothing is trusted to be as long as it says, and what is kept of a
//! graph is a bounded multiple of the file's size.

mod chain;
mod export;
mod graph;
mod header;
mod module;
mod nodes;
mod onnx;
mod pb;
mod recurrent;
mod rewrite;
mod role;
mod safetensors;
#[cfg(test)]
mod tests;
pub(crate) mod values;
mod walk;
mod wire;

pub use chain::{chain, Chain, ImportedLayer, LayerKind};
pub use header::{stream_safetensors, write_safetensors};
pub use role::Role;

use crate::error::CompressError;
use bytes::Bytes;
use eie_spec::archive::Dtype;
use std::collections::{BTreeMap, HashSet};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

/// Format of a file of weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// <https://github.com/huggingface/safetensors>
    Safetensors,
    /// <https://onnx.ai>
    Onnx,
}

impl Format {
    /// The format in which a file of this name is written: ONNX if it ends so, else safetensors.
    pub fn of(path: &Path) -> Self {
        match path.extension().is_some_and(|e| e.eq_ignore_ascii_case("onnx")) {
            true => Format::Onnx,
            false => Format::Safetensors,
        }
    }
}

/// A file of weights, in memory.
#[derive(Clone, Debug)]
pub struct TensorFile {
    /// What the file is.
    pub format: Format,
    /// In the order of the file, no name twice. In ONNX, initialisers first, then the tensors of Constant nodes;
    /// those of subgraphs and sparse ones are part of the graph, and are not listed.
    pub tensors: Vec<NamedTensor>,
    path: Arc<str>,
    bytes: Bytes,
    content: Content,
}

/// What a file holds apart from tensors.
#[derive(Clone, Debug)]
enum Content {
    Safetensors(BTreeMap<String, String>),
    Onnx(onnx::Graph),
}

/// A tensor of a file.
#[derive(Clone, Debug)]
pub struct NamedTensor {
    /// Unique in the file.
    pub name: String,
    /// Row-major; empty for a scalar.
    pub shape: Vec<usize>,
    /// Type of the elements.
    pub dtype: Dtype,
    /// What the tensor is for.
    pub role: Role,
    /// Elements, little-endian: a slice of the file, unless an ONNX file has them as variable-length integers.
    pub data: Bytes,
    path: Arc<str>,
    place: Place,
}

/// Where a tensor's elements are in its file.
#[derive(Clone, Debug)]
enum Place {
    /// As they are in memory.
    Elements(Range<usize>),
    /// As variable-length integers: the last range, within the messages of the others, the outermost first.
    Varints(Vec<Range<usize>>),
}

/// A line of [`TensorFile::list`].
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    /// The tensor.
    pub name: String,
    /// What it is for.
    pub role: Role,
    /// Type of its elements.
    pub dtype: Dtype,
    /// Its dimensions.
    pub shape: Vec<usize>,
    /// Number of its elements.
    pub elements: usize,
}

impl TensorFile {
    /// Reads a file. Its format is that of its content; the extension decides where the content does not tell.
    ///
    /// # Errors
    /// Names the file, and the tensor that is wrong: truncated or overlapping data, shapes that do not fit it,
    /// two tensors of a name, element types that an archive cannot hold, data in another file.
    pub fn open(path: &Path) -> Result<Self, CompressError> {
        let bytes = std::fs::read(path).map_err(CompressError::io(path))?;
        Self::parse(path, bytes)
    }

    /// The same of a file's content that is in memory; `path` is for messages and for its extension.
    ///
    /// # Errors
    /// As [`TensorFile::open`].
    pub fn parse(path: &Path, bytes: Vec<u8>) -> Result<Self, CompressError> {
        let name: Arc<str> = path.display().to_string().into();
        let bytes = Bytes::from(bytes);
        let (format, tensors, content) = match sniff(path, &bytes).map_err(|why| whole(&name, why))? {
            Format::Safetensors => {
                let (tensors, metadata) = safetensors::read(&name, &bytes)?;
                (Format::Safetensors, tensors, Content::Safetensors(metadata))
            }
            Format::Onnx => {
                let (tensors, graph) = onnx::read(&name, &bytes)?;
                (Format::Onnx, tensors, Content::Onnx(graph))
            }
        };
        let most = eie_spec::archive::MAX_TENSORS;
        if tensors.len() > most {
            return Err(whole(&name, format!("has {} tensors, expected at most {most}", tensors.len())));
        }
        let mut names = HashSet::new();
        if let Some(twice) = tensors.iter().find(|t| !names.insert(t.name.as_str())) {
            return Err(wrong(&name, &twice.name, "is there twice".into()));
        }
        Ok(TensorFile { format, tensors, path: name, bytes, content })
    }

    /// Bytes of the file.
    pub fn file_bytes(&self) -> usize {
        self.bytes.len()
    }

    /// What the file is called in messages.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// The tensor of a name.
    pub fn tensor(&self, name: &str) -> Option<&NamedTensor> {
        self.tensors.iter().find(|t| t.name == name)
    }

    /// All tensors, without their elements.
    pub fn list(&self) -> Vec<Listed> {
        let line = |t: &NamedTensor| Listed {
            name: t.name.clone(),
            role: t.role,
            dtype: t.dtype,
            shape: t.shape.clone(),
            elements: t.elements(),
        };
        self.tensors.iter().map(line).collect()
    }
}

impl NamedTensor {
    /// Number of elements.
    pub fn elements(&self) -> usize {
        self.data.len() / self.dtype.size()
    }

    /// The elements of a floating-point tensor.
    ///
    /// # Errors
    /// Another type; the first element that is not finite in single precision.
    pub fn floats(&self) -> Result<Vec<f32>, CompressError> {
        values::floats(self.dtype, &self.data).map_err(|why| wrong(&self.path, &self.name, why))
    }
}

/// The format of a file's content. The text of an error begins with a verb.
fn sniff(path: &Path, bytes: &[u8]) -> Result<Format, String> {
    let is = |extension: &str| path.extension().is_some_and(|e| e.eq_ignore_ascii_case(extension));
    if bytes.is_empty() {
        return Err("is empty".into());
    }
    // Behind eight bytes of header size, safetensors have JSON: those of an ONNX file are no such size. This comes
    // first, as a header's size may begin as a pickle does.
    let size = bytes.first_chunk().map_or(u64::MAX, |size| u64::from_le_bytes(*size));
    let json = bytes.get(8) == Some(&b'{') && size < bytes.len() as u64;
    if !json && (bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(&[0x80, 2])) {
        return Err("is a Python pickle or another archive: save the network as safetensors or ONNX".into());
    }
    Ok(if json || is("safetensors") { Format::Safetensors } else { Format::Onnx })
}

/// Something is wrong with a whole file.
fn whole(path: &str, why: String) -> CompressError {
    CompressError::Network { path: path.to_owned(), why }
}

/// Something is wrong with a tensor.
pub(crate) fn wrong(path: &str, tensor: &str, why: String) -> CompressError {
    // A name is as long as its file wants.
    let tensor =
        if tensor.len() > 200 { tensor.chars().take(100).chain("...".chars()).collect() } else { tensor.to_owned() };
    CompressError::Tensor { path: path.to_owned(), tensor, why }
}

/// Number of elements of a shape that [`eie_spec::archive`] can hold. The text of an error begins with a verb.
fn count(shape: &[usize]) -> Result<usize, String> {
    use eie_spec::archive::{MAX_ELEMENTS, MAX_RANK};
    if shape.len() > MAX_RANK {
        return Err(format!("has {} dimensions, expected at most {MAX_RANK}", shape.len()));
    }
    let elements = shape.iter().try_fold(1u64, |n, &d| n.checked_mul(d as u64)).filter(|&n| n <= MAX_ELEMENTS);
    let elements = elements.and_then(|n| usize::try_from(n).ok());
    elements.ok_or_else(|| format!("has shape {shape:?}, expected at most {MAX_ELEMENTS} elements"))
}

/// [`Role`]s want a floating-point tensor.
fn is_float(dtype: Dtype) -> bool {
    matches!(dtype, Dtype::F64 | Dtype::F32 | Dtype::F16 | Dtype::BF16)
}
