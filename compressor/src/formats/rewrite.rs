//! The same file with other values in some of its tensors.
//!
//! Every other byte stays: header, metadata and order of safetensors; nodes, names, operator sets, subgraphs,
//! documentation and fields unknown here of ONNX. Only elements are replaced, in their own type, and where
//! an ONNX file has them as variable-length integers, the lengths of the messages around them.

use super::wire::{length_start, put_varint};
use super::{values, whole, wrong, Place, TensorFile};
use crate::error::CompressError;
use eie_spec::archive::Dtype;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::Write;
use std::ops::Range;
use std::path::Path;

/// Bytes in the place of others.
type Edit = (Range<usize>, Vec<u8>);

impl TensorFile {
    /// Writes the file with the values of `replaced`, by tensor name, rounded to the tensors' types.
    ///
    /// # Errors
    /// Names the tensor: not in the file, not floating-point, another number of elements, a value that its type
    /// cannot hold. The system's.
    pub fn rewrite(&self, replaced: &HashMap<String, Vec<f32>>, path: &Path) -> Result<(), CompressError> {
        let edits = self.edits(replaced)?;
        let write = || {
            let mut out = std::io::BufWriter::new(std::fs::File::create(path)?);
            self.put(&edits, &mut out)?;
            out.flush()
        };
        write().map_err(CompressError::io(path))
    }

    /// The same in memory.
    ///
    /// # Errors
    /// As [`TensorFile::rewrite`].
    pub fn rewritten(&self, replaced: &HashMap<String, Vec<f32>>) -> Result<Vec<u8>, CompressError> {
        let edits = self.edits(replaced)?;
        let mut out = Vec::with_capacity(self.bytes.len());
        self.put(&edits, &mut out).map_err(CompressError::io(Path::new(&*self.path)))?;
        Ok(out)
    }

    /// Writes the file, edited.
    fn put(&self, edits: &[Edit], out: &mut impl Write) -> std::io::Result<()> {
        let mut at = 0;
        for (range, bytes) in edits {
            out.write_all(&self.bytes[at..range.start])?;
            out.write_all(bytes)?;
            at = range.end;
        }
        out.write_all(&self.bytes[at..])
    }

    /// What changes, in the order of the file.
    fn edits(&self, replaced: &HashMap<String, Vec<f32>>) -> Result<Vec<Edit>, CompressError> {
        let known: HashSet<&String> = self.tensors.iter().map(|t| &t.name).collect();
        if let Some(name) = replaced.keys().filter(|name| !known.contains(name)).min() {
            return Err(wrong(&self.path, name, "is to have other values, but is not in the file".into()));
        }
        let mut edits = Vec::new();
        let mut messages = Messages::default();
        for t in &self.tensors {
            let Some(values) = replaced.get(&t.name) else { continue };
            let bad = |why: String| wrong(&self.path, &t.name, why);
            if values.len() != t.elements() {
                return Err(bad(format!("has {} elements, is to have {} values", t.elements(), values.len())));
            }
            let elements = values::encode(t.dtype, values).map_err(bad)?;
            match &t.place {
                Place::Elements(range) => edits.push((range.clone(), elements)),
                Place::Varints(places) => {
                    let bytes = varints(t.dtype, &elements);
                    messages.replace(places, bytes.len());
                    if let Some(field) = places.last() {
                        edits.push((field.clone(), bytes));
                    }
                }
            }
        }
        edits.extend(messages.lengths(&self.bytes));
        edits.sort_by_key(|(range, _)| (range.start, range.end));
        match edits.windows(2).any(|w| w[0].0.end > w[1].0.start) {
            true => Err(whole(&self.path, "has tensors that share their data: they cannot be replaced".into())),
            false => Ok(edits),
        }
    }
}

/// Half-precision elements as the variable-length integers of `int32_data`.
fn varints(dtype: Dtype, elements: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(elements.len() * 2);
    for element in elements.chunks_exact(dtype.size()) {
        let mut bytes = [0; 8];
        bytes[..element.len()].copy_from_slice(element);
        put_varint(&mut out, u64::from_le_bytes(bytes));
    }
    out
}

/// Messages, by where they begin, whose length changes: their place, the message around them, and by how much.
#[derive(Default)]
struct Messages(BTreeMap<usize, (Range<usize>, Option<usize>, i64)>);

impl Messages {
    /// The last one of `places`, each in the one before it, gets another length.
    fn replace(&mut self, places: &[Range<usize>], length: usize) {
        let mut around = None;
        for place in places {
            self.0.entry(place.start).or_insert((place.clone(), around, 0));
            around = Some(place.start);
        }
        if let Some((place, _, change)) = around.and_then(|start| self.0.get_mut(&start)) {
            *change = length as i64 - place.len() as i64;
        }
    }

    /// Their new lengths. A message begins before what is in it: from last to first, a change is known when its
    /// message's turn comes.
    fn lengths(mut self, file: &[u8]) -> Vec<Edit> {
        let mut edits = Vec::new();
        while let Some((start, (place, around, change))) = self.0.pop_last() {
            let old = length_start(file, start)..start;
            let mut new = Vec::new();
            put_varint(&mut new, (place.len() as i64 + change) as u64);
            if let Some((_, _, sum)) = around.and_then(|start| self.0.get_mut(&start)) {
                *sum += change + new.len() as i64 - old.len() as i64;
            }
            edits.push((old, new));
        }
        edits
    }
}
