//! The header of a safetensors file. The `safetensors` crate has the last word on it; what is read here as well is
//! what it does not tell: the order of the file, names that are there twice, and which tensor is wrong.

use super::{count, wrong};
use crate::error::CompressError;
use eie_spec::archive::Dtype;
use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::collections::{BTreeMap, HashSet};
use std::io::Write;
use std::ops::Range;
use std::path::Path;

/// Largest header: 65,536 tensors with names of 100 characters.
pub(super) const MAX_HEADER: u64 = 1 << 24;

/// What a header says, in its order.
#[derive(Default)]
pub(super) struct Header {
    pub metadata: BTreeMap<String, String>,
    pub tensors: Vec<(String, Info)>,
}

/// What a header says of a tensor.
#[derive(Deserialize)]
pub(super) struct Info {
    pub dtype: String,
    pub shape: Vec<usize>,
    pub data_offsets: (usize, usize),
}

impl<'de> Deserialize<'de> for Header {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;
        impl<'de> Visitor<'de> for Entries {
            type Value = Header;

            fn expecting(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
                f.write_str("an object of tensors")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Header, A::Error> {
                let (mut header, mut names) = (Header::default(), HashSet::new());
                while let Some(name) = map.next_key::<String>()? {
                    if !names.insert(name.clone()) {
                        return Err(A::Error::custom(format!("tensor {name} is there twice")));
                    }
                    if name == "__metadata__" {
                        header.metadata = map.next_value()?;
                    } else {
                        let info = map.next_value::<Info>();
                        let info = info.map_err(|e| A::Error::custom(format!("tensor {name}: {e}")))?;
                        header.tensors.push((name, info));
                    }
                }
                Ok(header)
            }
        }
        deserializer.deserialize_map(Entries)
    }
}

impl Info {
    /// Type and place of a tensor in a file whose data is at `data`. The text of an error begins with a verb.
    pub fn place(&self, data: &Range<usize>) -> Result<(Dtype, Range<usize>), String> {
        let known = Dtype::ALL.into_iter().find(|d| name(*d) == self.dtype);
        let dtype = known.ok_or_else(|| format!("has type {}, which an archive cannot hold", self.dtype))?;
        let size = count(&self.shape)?.checked_mul(dtype.size());
        let (from, to) = self.data_offsets;
        if size.is_none() || to.checked_sub(from) != size {
            let (shape, size) = (&self.shape, size.unwrap_or(usize::MAX));
            return Err(format!("has bytes {from} to {to}, its shape {shape:?} of {dtype:?} takes {size}"));
        }
        match to <= data.len() {
            true => Ok((dtype, data.start + from..data.start + to)),
            false => Err(format!("ends at byte {to} of {}: truncated", data.len())),
        }
    }
}

/// A type's name in a header.
fn name(dtype: Dtype) -> &'static str {
    match dtype {
        Dtype::F64 => "F64",
        Dtype::F32 => "F32",
        Dtype::F16 => "F16",
        Dtype::BF16 => "BF16",
        Dtype::I64 => "I64",
        Dtype::I32 => "I32",
        Dtype::I16 => "I16",
        Dtype::I8 => "I8",
        Dtype::U64 => "U64",
        Dtype::U32 => "U32",
        Dtype::U16 => "U16",
        Dtype::U8 => "U8",
        Dtype::Bool => "BOOL",
    }
}

/// Writes a safetensors file: tensors as (name, type, shape, little-endian elements), in this order.
///
/// Equal arguments give equal files, which `safetensors::serialize` does not promise: its metadata are in the
/// order of a hash table.
///
/// # Errors
/// The system's; a tensor that is there twice, or whose data does not fit its shape.
pub fn write_safetensors<'a>(
    path: &Path,
    metadata: &BTreeMap<String, String>,
    tensors: impl IntoIterator<Item = (&'a str, Dtype, &'a [usize], &'a [u8])>,
) -> Result<(), CompressError> {
    let (mut heads, mut data) = (Vec::new(), Vec::new());
    for (name, dtype, shape, bytes) in tensors {
        heads.push((name, dtype, shape));
        data.push(bytes);
    }
    for (&(name, dtype, shape), bytes) in heads.iter().zip(&data) {
        if size(dtype, shape).is_ok_and(|size| size != bytes.len()) {
            let why = format!("has {} bytes, its shape is {shape:?} of {dtype:?}", bytes.len());
            return Err(wrong(&path.display().to_string(), name, why));
        }
    }
    stream_safetensors(path, metadata, &heads, |k, out| out.write_all(data[k]))
}

/// The same of tensors as (name, type, shape) whose elements need not all be in memory: `fill` writes those of the
/// tensor of an index when its turn comes.
///
/// # Errors
/// The system's and those of `fill`; a tensor that is there twice, or for which `fill` writes too much or too little.
pub fn stream_safetensors(
    path: &Path,
    metadata: &BTreeMap<String, String>,
    tensors: &[(&str, Dtype, &[usize])],
    mut fill: impl FnMut(usize, &mut dyn Write) -> std::io::Result<()>,
) -> Result<(), CompressError> {
    let file = path.display().to_string();
    let (mut entries, mut ends, mut at, mut names) = (Vec::new(), Vec::new(), 0u64, HashSet::new());
    if !metadata.is_empty() {
        entries.push(format!("\"__metadata__\":{}", serde_json::json!(metadata)));
    }
    for &(tensor, dtype, shape) in tensors {
        if tensor == "__metadata__" || !names.insert(tensor) {
            return Err(wrong(&file, tensor, "is there twice, or is no name for a tensor".into()));
        }
        let end = at + size(dtype, shape).map_err(|why| wrong(&file, tensor, why))? as u64;
        let (key, dtype, shape) = (serde_json::json!(tensor), name(dtype), serde_json::json!(shape));
        entries.push(format!("{key}:{{\"dtype\":\"{dtype}\",\"shape\":{shape},\"data_offsets\":[{at},{end}]}}"));
        ends.push(end);
        at = end;
    }
    let mut header = format!("{{{}}}", entries.join(","));
    // Data is aligned to eight bytes.
    header.push_str(&" ".repeat(header.len().next_multiple_of(8) - header.len()));
    let open = || {
        let mut out = std::io::BufWriter::with_capacity(1 << 16, std::fs::File::create(path)?);
        out.write_all(&(header.len() as u64).to_le_bytes())?;
        out.write_all(header.as_bytes())?;
        Ok(Counted { out, bytes: 0 })
    };
    let mut out = open().map_err(CompressError::io(path))?;
    for (k, &end) in ends.iter().enumerate() {
        fill(k, &mut out).map_err(CompressError::io(path))?;
        if out.bytes != end {
            let why = format!("was to end at byte {end} of the data, ends at {}", out.bytes);
            return Err(wrong(&file, tensors[k].0, why));
        }
    }
    out.flush().map_err(CompressError::io(path))
}

/// Bytes of a tensor. The text of an error begins with a verb.
fn size(dtype: Dtype, shape: &[usize]) -> Result<usize, String> {
    let size = count(shape)?.checked_mul(dtype.size());
    size.ok_or_else(|| format!("has shape {shape:?} of {dtype:?}, which is beyond this machine's memory"))
}

/// Counts what is written.
struct Counted<W> {
    out: W,
    bytes: u64,
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, buffer: &[u8]) -> std::io::Result<usize> {
        let written = self.out.write(buffer)?;
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.out.flush()
    }
}
