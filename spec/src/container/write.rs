//! Writing a model.

use super::biases::Format;
use super::runs::{gaps, symbols, Histogram};
use super::{ContainerError, MAGIC, MAX_NAME, MAX_POSITIONS, MAX_TOTAL_DIM, VERSION};
use crate::arith::Activation;
use crate::bits::BitWriter;
use crate::huffman::{code_lengths, Encoder};
use crate::model::{Layer, Model};

pub(super) fn model(model: &Model) -> Result<Vec<u8>, ContainerError> {
    model.check()?;
    check_limits(model)?;
    let mut out = MAGIC.to_vec();
    out.extend_from_slice(&VERSION.to_le_bytes());
    out.extend_from_slice(&(model.layers.len() as u16).to_le_bytes());
    name(&mut out, &model.name);
    checksum(&mut out, 0);
    for l in &model.layers {
        let start = out.len();
        out.extend_from_slice(&[0; 4]);
        layer(&mut out, l);
        let length = out.len() - start - 4;
        limit(&format!("the length of layer {}", l.name), length as u64, u32::MAX.into())?;
        out[start..start + 4].copy_from_slice(&(length as u32).to_le_bytes());
        checksum(&mut out, start);
    }
    Ok(out)
}

fn limit(what: &str, found: u64, limit: u64) -> Result<(), ContainerError> {
    match found <= limit {
        true => Ok(()),
        false => Err(ContainerError::Limit { what: what.into(), found, limit }),
    }
}

fn check_limits(model: &Model) -> Result<(), ContainerError> {
    for name in std::iter::once(&model.name).chain(model.layers.iter().map(|l| &l.name)) {
        limit(&format!("the length of the name {name:?} in bytes"), name.len() as u64, MAX_NAME as u64)?;
    }
    let total: u64 = model.layers.iter().map(|l| l.inputs as u64 + l.outputs as u64).sum();
    limit("the number of inputs and outputs of all layers", total, MAX_TOTAL_DIM as u64)?;
    model.layers.iter().try_for_each(|l| {
        let positions = l.inputs as u64 * l.outputs as u64;
        limit(&format!("the number of positions of layer {}", l.name), positions, MAX_POSITIONS)
    })
}

/// Appends the CRC-32 of all bytes from `start` on.
fn checksum(out: &mut Vec<u8>, start: usize) {
    let crc = crc32fast::hash(&out[start..]);
    out.extend_from_slice(&crc.to_le_bytes());
}

fn name(out: &mut Vec<u8>, name: &str) {
    out.push(name.len() as u8);
    out.extend_from_slice(name.as_bytes());
}

fn pack_lengths(lengths: &[u8]) -> Vec<u8> {
    let mut out = BitWriter::default();
    lengths.iter().for_each(|&l| out.push(l.into(), 4));
    out.finish()
}

fn layer(out: &mut Vec<u8>, layer: &Layer) {
    name(out, &layer.name);
    out.extend_from_slice(&(layer.inputs as u32).to_le_bytes());
    out.extend_from_slice(&(layer.outputs as u32).to_le_bytes());
    out.push(u8::from(layer.activation == Activation::Relu));
    out.push(layer.shift);
    out.extend_from_slice(&layer.in_scale.to_le_bytes());
    out.extend_from_slice(&layer.out_scale.to_le_bytes());
    out.extend_from_slice(&layer.certificate.in_abs_max.to_le_bytes());
    out.extend_from_slice(&layer.certificate.row_abs_sum.to_le_bytes());
    out.push(layer.certificate.acc_bits as u8);
    out.push(layer.codebook.len() as u8);
    layer.codebook.iter().for_each(|w| out.extend_from_slice(&w.to_le_bytes()));
    let format = Format::of(&layer.bias);
    out.extend_from_slice(&[format.exponent as u8, format.width as u8]);
    out.extend(format.pack(&layer.bias));
    weights(out, layer);
}

fn weights(out: &mut Vec<u8>, layer: &Layer) {
    let (run_bits, run_lengths) = Histogram::of(layer).best();
    let mut counts = vec![0; layer.codebook.len()];
    layer.codes.iter().for_each(|&c| counts[usize::from(c)] += 1);
    let weight_lengths = code_lengths(&counts);

    let mut runs = BitWriter::default();
    let encoder = Encoder::new(&run_lengths);
    gaps(layer).flat_map(|gap| symbols(gap, run_bits)).for_each(|s| encoder.write(s, &mut runs));
    let mut codes = BitWriter::default();
    let encoder = Encoder::new(&weight_lengths);
    layer.codes.iter().for_each(|&c| encoder.write(c.into(), &mut codes));

    out.extend_from_slice(&(layer.kept() as u32).to_le_bytes());
    out.push(run_bits as u8);
    out.extend(pack_lengths(&run_lengths));
    out.extend(pack_lengths(&weight_lengths));
    for stream in [runs.finish(), codes.finish()] {
        // Too long a stream makes the layer too long, which the caller refuses.
        out.extend_from_slice(&(stream.len() as u32).to_le_bytes());
        out.extend(stream);
    }
}
