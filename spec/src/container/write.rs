//! Writing a file: header, sections, checksums. A model is written at once, an archive tensor by tensor.

use super::tensor::LAYER;
use super::{layer, tensor, Codec, ContainerError, Content};
use super::{MAGIC, MAX_NAME, MAX_POSITIONS, MAX_TENSOR_NAME, MAX_TOTAL_DIM, VERSION};
use crate::archive::{Tensor, TensorData, MAX_TENSORS};
use crate::model::Model;
use crate::op::Op;
use std::collections::HashSet;
use std::io::Write;

pub(super) fn model(model: &Model, codec: Codec) -> Result<Vec<u8>, ContainerError> {
    model.check()?;
    check_limits(model)?;
    let mut out = header(Content::Model, model.layers.len(), &model.name);
    for l in &model.layers {
        section(&mut out, &format!("layer {}", l.name), |out| {
            out.push(LAYER);
            layer::write(out, l, codec);
        })?;
    }
    Ok(out)
}

fn limit(what: &str, found: u64, limit: u64) -> Result<(), ContainerError> {
    match found <= limit {
        true => Ok(()),
        false => Err(ContainerError::Limit { what: what.into(), found, limit }),
    }
}

fn check_name(name: &str, most: usize) -> Result<(), ContainerError> {
    limit(&format!("the length of the name {name:?} in bytes"), name.len() as u64, most as u64)
}

fn check_limits(model: &Model) -> Result<(), ContainerError> {
    check_name(&model.name, MAX_NAME)?;
    let total: u64 = model.layers.iter().map(|l| l.inputs as u64 + l.outputs as u64).sum();
    limit("the number of inputs and outputs of all layers", total, MAX_TOTAL_DIM as u64)?;
    model.layers.iter().try_for_each(|l| {
        check_name(&l.name, MAX_NAME)?;
        if let Op::Conv(c) = &l.op {
            for (what, n) in [("kernel", c.kernel), ("stride", c.stride), ("pooling window", c.pool)] {
                limit(&format!("the {what} of layer {}", l.name), n as u64, u16::MAX.into())?;
            }
        }
        let positions = l.inputs as u64 * l.outputs as u64;
        limit(&format!("the number of positions of layer {}", l.name), positions, MAX_POSITIONS)
    })
}

/// A header of sizes that are checked.
fn header(content: Content, count: usize, name: &str) -> Vec<u8> {
    let mut out = MAGIC.to_vec();
    out.extend_from_slice(&VERSION.to_le_bytes());
    out.push(content as u8);
    out.extend_from_slice(&(count as u32).to_le_bytes());
    out.push(name.len() as u8);
    out.extend_from_slice(name.as_bytes());
    checksum(&mut out, 0);
    out
}

/// Appends a section: its length, what `fill` appends, and the CRC-32 of both.
fn section(out: &mut Vec<u8>, what: &str, fill: impl FnOnce(&mut Vec<u8>)) -> Result<(), ContainerError> {
    let start = out.len();
    out.extend_from_slice(&[0; 4]);
    fill(out);
    let length = out.len() - start - 4;
    limit(&format!("the length of {what}"), length as u64, u32::MAX.into())?;
    out[start..start + 4].copy_from_slice(&(length as u32).to_le_bytes());
    checksum(out, start);
    Ok(())
}

/// Appends the CRC-32 of all bytes from `start` on.
fn checksum(out: &mut Vec<u8>, start: usize) {
    let crc = crc32fast::hash(&out[start..]);
    out.extend_from_slice(&crc.to_le_bytes());
}

/// Writes an archive tensor by tensor, so that only one of them need be in memory.
///
/// The bytes are those of [`super::encode_archive`]. A file that was not [finished](ArchiveWriter::finish) is not
/// whole, and a reader refuses it.
pub struct ArchiveWriter<W: Write> {
    write: W,
    count: usize,
    names: HashSet<String>,
    section: Vec<u8>,
}

impl<W: Write> ArchiveWriter<W> {
    /// Writes the header of an archive that will have `count` tensors.
    ///
    /// # Errors
    /// A name that is too long, a number of tensors that an archive does not have, or what `write` gives.
    pub fn new(mut write: W, name: &str, count: usize) -> Result<Self, ContainerError> {
        check_name(name, MAX_NAME)?;
        if !(1..=MAX_TENSORS).contains(&count) {
            let why = format!("the archive has {count} tensors, expected 1 to {MAX_TENSORS}");
            return Err(ContainerError::Archive(why));
        }
        write.write_all(&header(Content::Archive, count, name))?;
        Ok(ArchiveWriter { write, count, names: HashSet::new(), section: Vec::new() })
    }

    /// Writes the next tensor.
    ///
    /// # Errors
    /// A tensor that breaks its invariants, is beyond the format's limits, has the name of another one, or is more
    /// than were announced; or what the writer gives.
    pub fn tensor(&mut self, tensor: &Tensor, codec: Codec) -> Result<(), ContainerError> {
        tensor.check().map_err(|why| ContainerError::Archive(format!("tensor {} {why}", tensor.name)))?;
        check_name(&tensor.name, MAX_TENSOR_NAME)?;
        let of = |what: &str| format!("the {what} of tensor {}", tensor.name);
        for &d in &tensor.shape {
            limit(&of("largest dimension"), d as u64, u32::MAX.into())?;
        }
        if let TensorData::Shared { positions, .. } = &tensor.data {
            limit(&of("number of weights"), positions.len() as u64, u32::MAX.into())?;
        }
        if self.names.len() == self.count {
            return Err(ContainerError::Archive(format!("the archive has {} tensors, this is one more", self.count)));
        }
        if !self.names.insert(tensor.name.clone()) {
            return Err(ContainerError::Archive(format!("there are two tensors named {}", tensor.name)));
        }
        self.section.clear();
        section(&mut self.section, &format!("tensor {}", tensor.name), |out| tensor::write(out, tensor, codec))?;
        self.write.write_all(&self.section)?;
        Ok(())
    }

    /// Checks that all tensors are written, flushes, and gives the writer back.
    ///
    /// # Errors
    /// A number of tensors that was announced and not written, or what the writer gives.
    pub fn finish(mut self) -> Result<W, ContainerError> {
        let written = self.names.len();
        if written != self.count {
            return Err(ContainerError::Archive(format!("{written} of {} tensors are written", self.count)));
        }
        self.write.flush()?;
        Ok(self.write)
    }
}
