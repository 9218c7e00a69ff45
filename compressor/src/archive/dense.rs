//! The way back: the tensors of an archive in a file of weights.

use crate::error::CompressError;
use crate::formats::values::encode;
use crate::formats::{stream_safetensors, wrong, TensorFile};
use eie_spec::archive::{Archive, Dtype, Tensor, TensorData};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::Write;
use std::path::Path;

/// Elements that are written at a time.
const CHUNK: u64 = 1 << 14;

/// Writes the tensors of an archive as safetensors, in their own types. Memory is that of the archive: an archive of a
/// few bytes can have billions of zeros.
///
/// # Errors
/// Names the tensor: a name or a value that the format cannot hold. The system's.
pub fn expand(archive: &Archive, path: &Path) -> Result<(), CompressError> {
    let heads: Vec<(&str, Dtype, &[usize])> =
        archive.tensors.iter().map(|t| (t.name.as_str(), t.dtype, t.shape.as_slice())).collect();
    // Before anything is written.
    let file = path.display().to_string();
    let entries = archive.tensors.iter().map(|t| entries(t).map_err(|why| wrong(&file, &t.name, why)));
    let entries = entries.collect::<Result<Vec<_>, _>>()?;
    stream_safetensors(path, &BTreeMap::new(), &heads, |k, out| put(&archive.tensors[k], &entries[k], out))
}

/// The codebook of a tensor, in its own type; empty if it has none.
fn entries(t: &Tensor) -> Result<Vec<u8>, String> {
    match &t.data {
        TensorData::Shared { codebook, .. } => encode(t.dtype, codebook),
        TensorData::Raw(_) => Ok(Vec::new()),
    }
}

/// Writes a tensor's elements.
fn put(t: &Tensor, entries: &[u8], out: &mut dyn Write) -> std::io::Result<()> {
    let (positions, codes) = match &t.data {
        TensorData::Raw(bytes) => return out.write_all(bytes),
        TensorData::Shared { positions, codes, .. } => (positions, codes),
    };
    let (elements, size, mut k) = (t.elements().unwrap_or(0), t.dtype.size(), 0);
    let mut chunk = Vec::new();
    for start in (0..elements).step_by(CHUNK as usize) {
        let end = elements.min(start + CHUNK);
        chunk.clear();
        chunk.resize((end - start) as usize * size, 0);
        while let Some(p) = positions.get(k).map(|&p| u64::from(p)).filter(|&p| p < end) {
            let entry = &entries[usize::from(codes[k]) * size..][..size];
            chunk[(p - start) as usize * size..][..size].copy_from_slice(entry);
            k += 1;
        }
        out.write_all(&chunk)?;
    }
    Ok(())
}

/// Writes the file that an archive came from, with the archive's values: everything that is no weight, a graph or
/// metadata, stays as it is there.
///
/// # Errors
/// Names the tensor: one that only one of the two has, of another shape or type, or that the archive has as it came
/// and the file has otherwise. The system's.
pub fn expand_like(archive: &Archive, original: &TensorFile, path: &Path) -> Result<(), CompressError> {
    let mut replaced = HashMap::new();
    for t in &archive.tensors {
        let bad = |why: String| Err(wrong(original.path(), &t.name, why));
        let Some(other) = original.tensor(&t.name) else {
            return bad("is in the archive, but not in this file".into());
        };
        if (t.dtype, &t.shape) != (other.dtype, &other.shape) {
            let (dtype, shape) = (other.dtype, &other.shape);
            return bad(format!(
                "is {dtype:?} of shape {shape:?}, in the archive {:?} of shape {:?}",
                t.dtype, t.shape
            ));
        }
        match &t.data {
            TensorData::Raw(bytes) if bytes[..] != other.data[..] => {
                return bad("has other values in the archive, where it is as it came: this is another file".into());
            }
            TensorData::Raw(_) => {}
            TensorData::Shared { .. } => {
                replaced.insert(t.name.clone(), t.dense().unwrap_or_default());
            }
        }
    }
    let known: HashSet<&str> = archive.tensors.iter().map(|t| t.name.as_str()).collect();
    if let Some(t) = original.tensors.iter().find(|t| !known.contains(t.name.as_str())) {
        return Err(wrong(original.path(), &t.name, "is in this file, but not in the archive".into()));
    }
    original.rewrite(&replaced, path)
}
