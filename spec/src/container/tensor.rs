//! A tensor's section: shared, or raw.

use super::cursor::Cursor;
use super::weights::{self, Facts, Grid, Weights};
use super::{Codec, ContainerError, TensorInfo};
use crate::archive::{Dtype, Tensor, TensorData, MAX_ELEMENTS, MAX_RANK};

/// Kinds of sections.
pub(super) const LAYER: u8 = 0;
pub(super) const SHARED: u8 = 1;
pub(super) const RAW: u8 = 2;

/// Appends kind and fields of a tensor that is checked.
pub(super) fn write(out: &mut Vec<u8>, tensor: &Tensor, codec: Codec) {
    out.push(if matches!(tensor.data, TensorData::Raw(_)) { RAW } else { SHARED });
    out.extend_from_slice(&(tensor.name.len() as u16).to_le_bytes());
    out.extend_from_slice(tensor.name.as_bytes());
    let dtype = Dtype::ALL.iter().position(|&d| d == tensor.dtype).unwrap_or(0);
    out.extend_from_slice(&[dtype as u8, tensor.shape.len() as u8]);
    tensor.shape.iter().for_each(|&d| out.extend_from_slice(&(d as u32).to_le_bytes()));
    match &tensor.data {
        TensorData::Raw(bytes) => out.extend_from_slice(bytes),
        TensorData::Shared { codebook, positions, codes } => {
            out.push((codebook.len() - 1) as u8);
            codebook.iter().for_each(|c| out.extend_from_slice(&c.to_le_bytes()));
            let grid = Grid::of_tensor(&tensor.shape, codebook.len());
            weights::write(out, &grid, positions, codes, codec);
        }
    }
}

/// Reads a section behind its kind, [`SHARED`] or [`RAW`].
pub(super) fn read(r: &mut Cursor, kind: u8) -> Result<(Tensor, TensorInfo), ContainerError> {
    let name = r.long_name("name")?;
    // Escaped: the name goes to terminals.
    r.place = format!("{} '{}'", r.place, name.escape_debug());
    let dtype = Dtype::ALL[r.small("type", 0..=Dtype::ALL.len() as u32 - 1)? as usize];
    let rank = r.small("rank", 0..=MAX_RANK as u32)? as usize;
    let at = r.at;
    let mut shape = Vec::with_capacity(rank);
    for _ in 0..rank {
        shape.push(r.word("shape")? as usize);
    }
    let elements = shape.iter().try_fold(1u64, |n, &d| n.checked_mul(d as u64)).filter(|&n| n <= MAX_ELEMENTS);
    let Some(elements) = elements else {
        return r.fail(at, "shape", format!("{shape:?}"), format!("at most {MAX_ELEMENTS} elements"));
    };
    let (data, facts, codes) = match kind {
        RAW => (raw(r, elements * dtype.size() as u64)?, None, 0),
        _ => {
            let (data, facts, codes) = shared(r, &shape)?;
            (data, Some(facts), codes)
        }
    };
    let info = info(&name, dtype, &shape, &data, facts, codes);
    Ok((Tensor { name, shape, dtype, data }, info))
}

fn raw(r: &mut Cursor, size: u64) -> Result<TensorData, ContainerError> {
    let left = r.end - r.at;
    if left as u64 != size {
        return r.fail(r.at, "elements", format!("{left} bytes"), format!("{size} bytes"));
    }
    Ok(TensorData::Raw(r.take(left, "elements")?.to_vec()))
}

fn shared(r: &mut Cursor, shape: &[usize]) -> Result<(TensorData, Facts, usize), ContainerError> {
    let size = usize::from(r.byte("codebook size")?) + 1;
    let entries = r.take(4 * size, "codebook")?.chunks_exact(4);
    let codebook = entries.map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();
    let (Weights { positions, codes }, facts) = weights::read(r, &Grid::of_tensor(shape, size))?;
    Ok((TensorData::Shared { codebook, positions, codes }, facts, size))
}

fn info(
    name: &str,
    dtype: Dtype,
    shape: &[usize],
    data: &TensorData,
    facts: Option<Facts>,
    codes: usize,
) -> TensorInfo {
    let codec = facts.as_ref().map(|f| f.codec);
    let facts = facts.unwrap_or_default();
    TensorInfo {
        name: name.to_owned(),
        dtype,
        shape: shape.to_vec(),
        codec,
        kept: facts.kept,
        kept_pct: facts.kept_pct,
        codes,
        run_bits: facts.run_bits,
        fillers: facts.fillers,
        offset: 0,
        file_bytes: 0,
        header_bytes: 0,
        raw_bytes: if let TensorData::Raw(bytes) = data { bytes.len() } else { 0 },
        codebook_bytes: 4 * codes,
        table_bytes: facts.table_bytes,
        run_bytes: facts.run_bytes,
        code_bytes: facts.code_bytes,
        bits_per_run: facts.bits_per_run,
        bits_per_code: facts.bits_per_code,
        entropy_bytes: facts.entropy_bytes,
    }
}
