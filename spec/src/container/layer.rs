//! A layer's section: what it is, and its operation.

use super::biases::Format;
use super::cursor::Cursor;
use super::weights::{self, Grid, Weights};
use super::{Codec, ContainerError, LayerInfo, MAX_POSITIONS, MAX_TOTAL_DIM};
use crate::arith::Activation;
use crate::model::{Certificate, Layer, MAX_DIM};
use crate::op::{Conv, Lstm, Op};

/// Appends the fields.
pub(super) fn write(out: &mut Vec<u8>, layer: &Layer, codec: Codec) {
    out.push(layer.name.len() as u8);
    out.extend_from_slice(layer.name.as_bytes());
    write_op(out, &layer.op);
    out.extend_from_slice(&(layer.inputs as u32).to_le_bytes());
    out.extend_from_slice(&(layer.outputs as u32).to_le_bytes());
    out.push(u8::from(layer.activation == Activation::Relu));
    out.push(layer.shift);
    out.extend_from_slice(&layer.in_scale.to_le_bytes());
    out.extend_from_slice(&layer.out_scale.to_le_bytes());
    out.extend_from_slice(&layer.certificate.in_abs_max.to_le_bytes());
    out.extend_from_slice(&layer.certificate.row_abs_sum.to_le_bytes());
    out.push(layer.certificate.acc_bits as u8);
    out.push((layer.codebook.len() - 1) as u8);
    layer.codebook.iter().for_each(|w| out.extend_from_slice(&w.to_le_bytes()));
    let format = Format::of(&layer.bias);
    out.extend_from_slice(&[format.exponent as u8, format.width as u8]);
    out.extend(format.pack(&layer.bias));
    let grid = Grid::of_layer(layer.inputs, layer.outputs, layer.codebook.len());
    weights::write(out, &grid, &Weights::positions(layer), &layer.codes, codec);
}

fn write_op(out: &mut Vec<u8>, op: &Op) {
    match op {
        Op::Linear => out.push(0),
        Op::Conv(c) => {
            out.push(1);
            [c.channels, c.height, c.width].iter().for_each(|&n| out.extend_from_slice(&(n as u32).to_le_bytes()));
            [c.kernel, c.stride, c.padding, c.pool]
                .iter()
                .for_each(|&n| out.extend_from_slice(&(n as u16).to_le_bytes()));
        }
        Op::Lstm(l) => {
            out.push(2);
            [l.hidden, l.steps].iter().for_each(|&n| out.extend_from_slice(&(n as u32).to_le_bytes()));
        }
    }
}

fn read_op(r: &mut Cursor) -> Result<Op, ContainerError> {
    Ok(match r.small("operation", 0..=2)? {
        0 => Op::Linear,
        1 => Op::Conv(Conv {
            channels: r.word("channels")? as usize,
            height: r.word("image height")? as usize,
            width: r.word("image width")? as usize,
            kernel: r.half("kernel")?.into(),
            stride: r.half("stride")?.into(),
            padding: r.half("padding")?.into(),
            pool: r.half("pooling window")?.into(),
        }),
        _ => Op::Lstm(Lstm { hidden: r.word("cells")? as usize, steps: r.word("time steps")? as usize }),
    })
}

/// Reads a section behind its kind. Its sizes are added to `total_dim`.
pub(super) fn read(r: &mut Cursor, total_dim: &mut usize) -> Result<(Layer, LayerInfo), ContainerError> {
    let name = r.name("name")?;
    // Escaped: the name goes to terminals.
    r.place = format!("{} '{}'", r.place, name.escape_debug());
    let op = read_op(r)?;
    let (inputs, outputs) = dims(r, total_dim)?;
    let activation = match r.small("activation", 0..=1)? {
        0 => Activation::Identity,
        _ => Activation::Relu,
    };
    let shift = r.byte("shift")?;
    let in_scale = r.float("input scale")?;
    let out_scale = r.float("output scale")?;
    let certificate = Certificate {
        in_abs_max: r.word("certificate, largest input")?,
        row_abs_sum: u64::from_le_bytes(r.array("certificate, largest row")?),
        acc_bits: r.byte("certificate, accumulator bits")?.into(),
    };
    let codes = usize::from(r.byte("codebook size")?) + 1;
    let codebook: Vec<i16> =
        r.take(2 * codes, "codebook")?.chunks_exact(2).map(|b| i16::from_le_bytes([b[0], b[1]])).collect();
    let (bias, bias_bytes) = biases(r, outputs)?;
    let (weights, facts) = weights::read(r, &Grid::of_layer(inputs, outputs, codes))?;
    let info = LayerInfo {
        name: name.clone(),
        op: op.clone(),
        inputs,
        outputs,
        kept: facts.kept,
        kept_pct: facts.kept_pct,
        codes,
        activation,
        shift,
        in_scale,
        out_scale,
        certificate,
        codec: facts.codec,
        run_bits: facts.run_bits,
        fillers: facts.fillers,
        offset: 0,
        file_bytes: 0,
        header_bytes: 0,
        codebook_bytes: 2 * codes,
        bias_bytes,
        table_bytes: facts.table_bytes,
        run_bytes: facts.run_bytes,
        code_bytes: facts.code_bytes,
        bits_per_run: facts.bits_per_run,
        bits_per_code: facts.bits_per_code,
        entropy_bytes: facts.entropy_bytes,
    };
    let mut layer = Layer {
        name,
        op,
        inputs,
        outputs,
        codebook,
        col_ptr: Vec::new(),
        rows: Vec::new(),
        codes: Vec::new(),
        bias,
        shift,
        activation,
        in_scale,
        out_scale,
        certificate,
    };
    weights.into_layer(&mut layer);
    Ok((layer, info))
}

fn dims(r: &mut Cursor, total: &mut usize) -> Result<(usize, usize), ContainerError> {
    let at = r.at;
    let (inputs, outputs) = (r.word("inputs")? as usize, r.word("outputs")? as usize);
    for (at, field, n) in [(at, "inputs", inputs), (at + 4, "outputs", outputs)] {
        if !(1..=MAX_DIM).contains(&n) {
            return r.fail(at, field, n, format!("1 to {MAX_DIM}"));
        }
        *total += n;
        if *total > MAX_TOTAL_DIM {
            return r.fail(at, field, total, format!("at most {MAX_TOTAL_DIM} inputs and outputs in all layers"));
        }
    }
    let positions = inputs as u64 * outputs as u64;
    if positions > MAX_POSITIONS {
        return r.fail(at, "inputs times outputs", positions, format!("at most {MAX_POSITIONS}"));
    }
    Ok((inputs, outputs))
}

/// The biases and the bytes they take.
fn biases(r: &mut Cursor, outputs: usize) -> Result<(Vec<i32>, usize), ContainerError> {
    let exponent = r.small("bias exponent", 0..=31)?;
    let width = r.small("bias width", 0..=32 - exponent)?;
    let format = Format { exponent, width };
    let at = r.at;
    let packed = r.take(format.bytes(outputs), "biases")?;
    let bias = match format.unpack(packed, outputs) {
        Ok(bias) => bias,
        Err(why) => return r.fail(at, "biases", why, "zero padding"),
    };
    let best = Format::of(&bias);
    if format != best {
        let found = format!("exponent {exponent} and width {width}");
        let expected = format!("exponent {} and width {}, the smallest", best.exponent, best.width);
        return r.fail(at - 2, "bias exponent", found, expected);
    }
    Ok((bias, packed.len()))
}
