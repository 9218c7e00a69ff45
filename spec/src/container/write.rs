//! Writing a file: header, sections, checksums. A model is written at once, an archive tensor by tensor.

use super::tensor::LAYER;
use super::{layer, tensor, weights, Codec, ContainerError, Content};
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

/// A tensor's section of a file, encoded. It needs no writer, so several threads can encode tensors of one archive.
pub struct EncodedTensor {
    name: String,
    section: Vec<u8>,
    entropy_bytes: f64,
}

impl EncodedTensor {
    /// Encodes a tensor.
    ///
    /// # Errors
    /// A tensor that breaks its invariants, or is beyond the format's limits.
    pub fn new(tensor: &Tensor, codec: Codec) -> Result<Self, ContainerError> {
        tensor.check().map_err(|why| ContainerError::Archive(format!("tensor {} {why}", tensor.name)))?;
        check_name(&tensor.name, MAX_TENSOR_NAME)?;
        let of = |what: &str| format!("the {what} of tensor {}", tensor.name);
        for &d in &tensor.shape {
            limit(&of("largest dimension"), d as u64, u32::MAX.into())?;
        }
        let mut entropy_bytes = 0.0;
        if let TensorData::Shared { positions, codes, codebook } = &tensor.data {
            limit(&of("number of weights"), positions.len() as u64, u32::MAX.into())?;
            entropy_bytes = weights::entropy_bytes(positions, codes, codebook.len());
        }
        let mut out = Vec::new();
        section(&mut out, &format!("tensor {}", tensor.name), |out| tensor::write(out, tensor, codec))?;
        Ok(EncodedTensor { name: tensor.name.clone(), section: out, entropy_bytes })
    }

    /// Bytes that it takes in the file.
    pub fn file_bytes(&self) -> usize {
        self.section.len()
    }

    /// Bytes that the entropies of run symbols and codes ask for, as [`super::TensorInfo`] has them; 0 of a raw one.
    pub fn entropy_bytes(&self) -> f64 {
        self.entropy_bytes
    }
}

/// Writes an archive tensor by tensor, so that only one of them need be in memory.
///
/// The bytes are those of [`super::encode_archive`]. A file that was not [finished](ArchiveWriter::finish) is not
/// whole, and a reader refuses it.
pub struct ArchiveWriter<W: Write> {
    write: W,
    count: usize,
    names: HashSet<String>,
    bytes: u64,
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
        let header = header(Content::Archive, count, name);
        write.write_all(&header)?;
        Ok(ArchiveWriter { write, count, names: HashSet::new(), bytes: header.len() as u64 })
    }

    /// Writes the next tensor.
    ///
    /// # Errors
    /// Those of [`EncodedTensor::new`] and of [`ArchiveWriter::encoded`].
    pub fn tensor(&mut self, tensor: &Tensor, codec: Codec) -> Result<(), ContainerError> {
        self.encoded(&EncodedTensor::new(tensor, codec)?)
    }

    /// Writes the next tensor, which is encoded.
    ///
    /// # Errors
    /// A tensor that has the name of another one, or is more than were announced; or what the writer gives.
    pub fn encoded(&mut self, tensor: &EncodedTensor) -> Result<(), ContainerError> {
        if self.names.len() == self.count {
            return Err(ContainerError::Archive(format!("the archive has {} tensors, this is one more", self.count)));
        }
        if !self.names.insert(tensor.name.clone()) {
            return Err(ContainerError::Archive(format!("there are two tensors named {}", tensor.name)));
        }
        self.write.write_all(&tensor.section)?;
        self.bytes += tensor.section.len() as u64;
        Ok(())
    }

    /// Bytes written so far: after the last tensor, the size of the file.
    pub fn file_bytes(&self) -> u64 {
        self.bytes
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
