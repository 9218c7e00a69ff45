//! The Huffman codec: runs of skipped positions and codes, each with a canonical code of its own.

use super::cursor::{Code, Cursor, Stream};
use super::runs::{gaps, write_gap, Histogram};
use super::weights::{code_counts, stream, Facts, Grid, Weights};
use super::{Codec, ContainerError, MAX_RUN_BITS};
use crate::arith::run_symbol;
use crate::bits::{BitReader, BitWriter};
use crate::huffman::{code_lengths, entropy_bits, stream_bits, Encoder};

fn pack_lengths(lengths: &[u8]) -> Vec<u8> {
    let mut out = BitWriter::default();
    lengths.iter().for_each(|&l| out.push(l.into(), 4));
    out.finish()
}

/// Appends both Huffman codes and both streams.
pub(super) fn write(out: &mut Vec<u8>, grid: &Grid, positions: &[u32], codes: &[u8]) {
    let (run_bits, run_lengths) = Histogram::of(gaps(positions)).best();
    let weight_lengths = code_lengths(&code_counts(codes, grid.codes));
    out.push(run_bits as u8);
    out.extend(pack_lengths(&run_lengths));
    out.extend(pack_lengths(&weight_lengths));

    let mut runs = BitWriter::default();
    let encoder = Encoder::new(&run_lengths);
    gaps(positions).for_each(|gap| write_gap(gap, run_bits, &encoder, &mut runs));
    stream(out, &runs.finish());
    let mut values = BitWriter::default();
    let encoder = Encoder::new(&weight_lengths);
    codes.iter().for_each(|&c| encoder.write(c.into(), &mut values));
    stream(out, &values.finish());
}

/// Both Huffman codes and both streams, up to the end of the section.
pub(super) fn read(
    r: &mut Cursor,
    grid: &Grid,
    kept: usize,
    kept_at: usize,
) -> Result<(Weights, Facts), ContainerError> {
    let run_bits_at = r.at;
    let run_bits = r.small("run width", 1..=MAX_RUN_BITS)?;
    let run_code = r.code(1 << run_bits, "run code lengths")?;
    let weight_code = r.code(grid.codes, "weight code lengths")?;
    let table_bytes = r.at - run_bits_at - 1;
    let runs = r.stream("runs")?;
    let values = r.stream("codes")?;
    r.finish("section")?;
    // A symbol has at least a bit, so this bounds the allocation by the file's size.
    let most = 8 * runs.bytes.len().min(values.bytes.len());
    if kept > most {
        return r.fail(kept_at, "number of weights", kept, format!("at most {most}, one a bit of runs and codes"));
    }
    let (positions, histogram) = run_stream(r, grid, kept, run_bits, &run_code, &runs)?;
    let codes = code_stream(r, kept, &weight_code, &values)?;
    let code_counts = code_counts(&codes, grid.codes);

    // One model has one file: what encode() would have chosen is what must be here.
    let (best, lengths) = histogram.best();
    if run_bits != best {
        return r.fail(run_bits_at, "run width", run_bits, format!("{best}, the width of the shortest stream"));
    }
    for (field, code, lengths) in
        [("run code lengths", &run_code, lengths), ("weight code lengths", &weight_code, code_lengths(&code_counts))]
    {
        if code.lengths != lengths {
            return r.fail(code.at, field, format!("{:?}", code.lengths), format!("{lengths:?}, Huffman's"));
        }
    }
    let run_counts = histogram.counts(run_bits);
    let a_weight = |bits: u64| if kept == 0 { 0.0 } else { bits as f64 / kept as f64 };
    let facts = Facts {
        codec: Codec::Huffman,
        run_bits,
        fillers: run_counts[run_symbol(run_bits) as usize],
        table_bytes,
        run_bytes: runs.bytes.len(),
        code_bytes: values.bytes.len(),
        bits_per_run: a_weight(stream_bits(&run_counts, &run_code.lengths)),
        bits_per_code: a_weight(stream_bits(&code_counts, &weight_code.lengths)),
        entropy_bytes: (entropy_bits(&run_counts) + entropy_bits(&code_counts)) / 8.0,
        ..Facts::default()
    };
    Ok((Weights { positions, codes }, facts))
}

/// Positions, and the gaps between them.
fn run_stream(
    r: &Cursor,
    grid: &Grid,
    kept: usize,
    run_bits: u32,
    code: &Code,
    stream: &Stream,
) -> Result<(Vec<u32>, Histogram), ContainerError> {
    let filler = run_symbol(run_bits) as usize;
    let mut bits = BitReader::new(stream.bytes);
    let mut histogram = Histogram::new();
    let mut positions = Vec::with_capacity(kept);
    let (mut position, mut gap) = (0, 0);
    while positions.len() < kept {
        let symbol = match code.decoder.read(&mut bits) {
            Some(symbol) if !bits.overrun() => symbol,
            Some(_) => {
                let found = format!("the end after {} weights", positions.len());
                return r.fail(stream.at + stream.bytes.len(), "runs", found, format!("{kept} weights"));
            }
            None => {
                let place = stream.at + (bits.position() / 8) as usize;
                return r.fail(place, "runs", "bits of no code", "a run");
            }
        };
        position += symbol as u64;
        gap += symbol as u64;
        if position >= grid.total {
            let place = stream.at + (bits.position() / 8) as usize;
            let found = format!("weight {} behind the last position", positions.len());
            return r.fail(place, "runs", found, format!("{kept} weights at {} positions", grid.total));
        }
        if symbol != filler {
            histogram.add(gap);
            positions.push(position as u32);
            position += 1;
            gap = 0;
        }
    }
    match bits.finish() {
        Ok(()) => Ok((positions, histogram)),
        Err(why) => r.fail(stream.at, "runs", why, format!("{kept} weights and zero padding")),
    }
}

fn code_stream(r: &Cursor, kept: usize, code: &Code, stream: &Stream) -> Result<Vec<u8>, ContainerError> {
    let mut bits = BitReader::new(stream.bytes);
    let mut codes = Vec::with_capacity(kept);
    for k in 0..kept {
        match code.decoder.read(&mut bits) {
            Some(symbol) if !bits.overrun() => codes.push(symbol as u8),
            Some(_) => {
                let at = stream.at + stream.bytes.len();
                return r.fail(at, "codes", format!("the end after {k} codes"), format!("{kept} codes"));
            }
            None => return r.fail(stream.at, "codes", format!("bits of no code after {k} codes"), "a code"),
        }
    }
    match bits.finish() {
        Ok(()) => Ok(codes),
        Err(why) => r.fail(stream.at, "codes", why, format!("{kept} codes and zero padding")),
    }
}
