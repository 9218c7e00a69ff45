//! The tensors of a safetensors file.

use super::header::{Header, MAX_HEADER};
use super::{is_float, role, whole, wrong, NamedTensor, Place};
use crate::error::CompressError;
use ::safetensors::SafeTensors;
use bytes::Bytes;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Tensors in the order of the header, and the metadata.
pub(super) fn read(
    path: &Arc<str>,
    bytes: &Bytes,
) -> Result<(Vec<NamedTensor>, BTreeMap<String, String>), CompressError> {
    let bad = |why: String| whole(path, format!("not a safetensors file: {why}"));
    let size = bytes.first_chunk().map(|size| u64::from_le_bytes(*size));
    let size = size.ok_or_else(|| bad(format!("it has {} bytes, expected at least 8", bytes.len())))?;
    if size > MAX_HEADER {
        return Err(bad(format!("its header is to have {size} bytes, expected at most {MAX_HEADER}")));
    }
    let data = 8 + size as usize..bytes.len();
    let json = bytes.get(8..data.start);
    let json = json.ok_or_else(|| bad(format!("its header ends at byte {} of {}", data.start, data.end)))?;
    let header: Header = serde_json::from_slice(json).map_err(|e| bad(e.to_string()))?;
    let mut tensors = Vec::with_capacity(header.tensors.len());
    for (name, info) in header.tensors {
        let (dtype, range) = info.place(&data).map_err(|why| wrong(path, &name, why))?;
        let data = bytes.slice(range.clone());
        let (path, place) = (path.clone(), Place::Elements(range));
        tensors.push(NamedTensor { name, shape: info.shape, dtype, role: role::Role::Other, data, path, place });
    }
    overlaps(&tensors).map_err(|(name, why)| wrong(path, &name, why))?;
    SafeTensors::deserialize(bytes).map_err(|e| bad(e.to_string()))?;
    let shapes: BTreeMap<String, Vec<usize>> = tensors.iter().map(|t| (t.name.clone(), t.shape.clone())).collect();
    for t in tensors.iter_mut().filter(|t| is_float(t.dtype)) {
        t.role = role::of_name(&t.name, &t.shape, |name| shapes.get(name).map(Vec::as_slice));
    }
    Ok((tensors, header.metadata))
}

/// Whether each byte of the data belongs to one tensor, or which one is the first that does not begin where another
/// one ends.
fn overlaps(tensors: &[NamedTensor]) -> Result<(), (String, String)> {
    let place = |t: &NamedTensor| match &t.place {
        Place::Elements(range) => range.clone(),
        Place::Varints(_) => 0..0,
    };
    let mut sorted: Vec<&NamedTensor> = tensors.iter().collect();
    sorted.sort_by_key(|t| (place(t).start, place(t).end));
    match sorted.windows(2).find(|w| place(w[0]).end != place(w[1]).start) {
        Some(w) => {
            let (end, start) = (place(w[0]).end, place(w[1]).start);
            Err((w[1].name.clone(), format!("begins at byte {start} of the file, {} ends at {end}", w[0].name)))
        }
        None => Ok(()),
    }
}
