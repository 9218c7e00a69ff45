//! The kept weights of a layer or a tensor: where they are and which codes they have, by either codec.

use super::adaptive;
use super::cursor::Cursor;
use super::huffman;
use super::runs::{gaps, Histogram};
use super::{Codec, ContainerError};
use crate::huffman::entropy_bits;
use crate::model::Layer;

/// The positions that weights are at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Grid {
    /// All of them.
    pub total: u64,
    /// Positions of a column of a layer, or of what the first dimension of a tensor counts; at least 1.
    pub line: u64,
    /// Distance from an input to the next one.
    pub neighbour: u64,
    /// Size of the codebook.
    pub codes: usize,
}

/// What kept weights are: positions, ascending, and their codes.
#[derive(Debug, PartialEq)]
pub(super) struct Weights {
    pub positions: Vec<u32>,
    pub codes: Vec<u8>,
}

/// What a file says about its weights.
#[derive(Default)]
pub(super) struct Facts {
    pub codec: Codec,
    pub kept: usize,
    pub kept_pct: f64,
    pub run_bits: u32,
    pub fillers: u64,
    pub table_bytes: usize,
    pub run_bytes: usize,
    pub code_bytes: usize,
    pub bits_per_run: f64,
    pub bits_per_code: f64,
    pub entropy_bytes: f64,
}

impl Grid {
    /// Of a layer: column after column.
    pub fn of_layer(inputs: usize, outputs: usize, codes: usize) -> Self {
        let line = outputs as u64;
        Grid { total: inputs as u64 * line, line, neighbour: line, codes }
    }

    /// Of a tensor: row-major.
    pub fn of_tensor(shape: &[usize], codes: usize) -> Self {
        let size = |dims: &[usize]| dims.iter().map(|&d| d as u64).product();
        let line: u64 = size(shape.get(1..).unwrap_or(&[]));
        // One dimension is one line.
        let line = if shape.len() < 2 { size(shape) } else { line };
        Grid { total: size(shape), line: line.max(1), neighbour: 1, codes }
    }
}

impl Weights {
    /// The positions of a layer.
    pub fn positions(layer: &Layer) -> Vec<u32> {
        let column =
            |j: usize| layer.column(j).map(move |(row, _)| (j as u64 * layer.outputs as u64 + row as u64) as u32);
        let mut positions = Vec::with_capacity(layer.kept());
        (0..layer.inputs).for_each(|j| positions.extend(column(j)));
        positions
    }

    /// Gives them to a layer whose sizes are known.
    pub fn into_layer(self, layer: &mut Layer) {
        let Weights { mut positions, codes } = self;
        layer.col_ptr.reserve_exact(layer.inputs + 1);
        layer.col_ptr.push(0);
        let (mut start, outputs) = (0u64, layer.outputs as u64);
        for (k, position) in positions.iter_mut().enumerate() {
            while u64::from(*position) >= start + outputs {
                start += outputs;
                layer.col_ptr.push(k as u32);
            }
            *position = (u64::from(*position) - start) as u32;
        }
        layer.col_ptr.resize(layer.inputs + 1, positions.len() as u32);
        (layer.rows, layer.codes) = (positions, codes);
    }
}

/// Appends the weights. Streams that are too long make the section too long, which the caller refuses.
pub(super) fn write(out: &mut Vec<u8>, grid: &Grid, positions: &[u32], codes: &[u8], codec: Codec) {
    out.extend_from_slice(&(positions.len() as u32).to_le_bytes());
    let start = out.len();
    let adaptive = match codec {
        Codec::Huffman => None,
        Codec::Adaptive | Codec::Smallest => adaptive::encode(grid, positions, codes),
    };
    if codec != Codec::Adaptive || adaptive.is_none() {
        out.push(0);
        huffman::write(out, grid, positions, codes);
    }
    if let Some(streams) = adaptive {
        let bytes = 2 + 8 + streams.runs.len() + streams.codes.len();
        // A tie is Huffman's.
        if codec == Codec::Adaptive || bytes < out.len() - start {
            out.truncate(start);
            out.extend_from_slice(&[1, streams.period as u8]);
            stream(out, &streams.runs);
            stream(out, &streams.codes);
        }
    }
}

/// Appends bytes behind their number.
pub(super) fn stream(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend_from_slice(&(bytes.len() as u32).to_le_bytes());
    out.extend_from_slice(bytes);
}

/// Reads the weights, up to the end of the section.
pub(super) fn read(r: &mut Cursor, grid: &Grid) -> Result<(Weights, Facts), ContainerError> {
    let kept_at = r.at;
    let kept = r.word("number of weights")? as usize;
    let (weights, mut facts) = match r.small("codec", 0..=1)? {
        0 => huffman::read(r, grid, kept, kept_at)?,
        _ => read_adaptive(r, grid, kept, kept_at)?,
    };
    facts.kept = kept;
    facts.kept_pct = if grid.total == 0 { 0.0 } else { 100.0 * kept as f64 / grid.total as f64 };
    Ok((weights, facts))
}

fn read_adaptive(
    r: &mut Cursor,
    grid: &Grid,
    kept: usize,
    kept_at: usize,
) -> Result<(Weights, Facts), ContainerError> {
    let period_at = r.at;
    let period = r.small("period", adaptive::PERIODS)?;
    let runs = r.stream("runs")?;
    let values = r.stream("codes")?;
    r.finish("section")?;
    if let Err((what, found, most)) = adaptive::limits(grid, kept as u64, runs.bytes.len(), values.bytes.len()) {
        return r.fail(kept_at, what, found, format!("at most {most} for streams of this size"));
    }
    let positions = match adaptive::decode_positions(grid, kept, period, runs.bytes) {
        Ok(positions) => positions,
        Err(why) => return r.fail(runs.at, "runs", why, format!("{kept} weights at {} positions", grid.total)),
    };
    let best = adaptive::period(grid, &positions);
    if period != best {
        return r.fail(period_at, "period", period, format!("{best}, at which most weights have a neighbour"));
    }
    let codes = match adaptive::decode_codes(grid, period, &positions, values.bytes) {
        Ok(codes) => codes,
        Err(why) => return r.fail(values.at, "codes", why, format!("{kept} codes")),
    };
    let a_weight = |bytes: usize| if kept == 0 { 0.0 } else { 8.0 * bytes as f64 / kept as f64 };
    let facts = Facts {
        codec: Codec::Adaptive,
        run_bytes: runs.bytes.len(),
        code_bytes: values.bytes.len(),
        bits_per_run: a_weight(runs.bytes.len()),
        bits_per_code: a_weight(values.bytes.len()),
        entropy_bytes: entropy_bytes(&positions, &codes, grid.codes),
        ..Facts::default()
    };
    Ok((Weights { positions, codes }, facts))
}

/// Bytes that the entropies of run symbols, of the width that takes the fewest bits, and of codes ask for.
pub(super) fn entropy_bytes(positions: &[u32], codes: &[u8], size: usize) -> f64 {
    let histogram = Histogram::of(gaps(positions));
    let (run_bits, _) = histogram.best();
    (entropy_bits(&histogram.counts(run_bits)) + entropy_bits(&code_counts(codes, size))) / 8.0
}

/// How often each code occurs.
pub(super) fn code_counts(codes: &[u8], size: usize) -> Vec<u64> {
    let mut counts = vec![0; size];
    codes.iter().for_each(|&c| counts[usize::from(c)] += 1);
    counts
}
