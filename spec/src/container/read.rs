//! Reading a file. Nothing is believed: see [`super::decode`].

use super::biases::Format;
use super::cursor::{Code, Cursor, Stream};
use super::runs::Histogram;
use super::{ContainerError, Info, LayerInfo, MAGIC, MAX_POSITIONS, MAX_RUN_BITS, MAX_TOTAL_DIM, VERSION};
use crate::arith::{run_symbol, Activation, CODES};
use crate::bits::BitReader;
use crate::huffman::{code_lengths, entropy_bits, stream_bits};
use crate::model::{Certificate, Layer, Model, ModelError, MAX_DIM, MAX_LAYERS};
use crate::op::Op;

pub(super) fn model(bytes: &[u8]) -> Result<(Model, Info), ContainerError> {
    let mut file = Cursor::new(bytes);
    let (name, count) = header(&mut file)?;
    let header_bytes = file.at;
    let mut total_dim = 0;
    let (mut layers, mut infos) = (Vec::new(), Vec::<LayerInfo>::new());
    for index in 0..count {
        let offset = file.at;
        let mut section = file.section(format!("layer {index}"))?;
        let (layer, mut info) = layer(&mut section, &mut total_dim)?;
        info.offset = offset;
        info.file_bytes = file.at - offset;
        let rest = info.codebook_bytes + info.bias_bytes + info.table_bytes + info.run_bytes + info.code_bytes;
        info.header_bytes = info.file_bytes - rest;
        layers.push(layer);
        infos.push(info);
    }
    file.place = "file".into();
    file.finish("file")?;
    let model = Model { name: name.clone(), layers };
    model.check().map_err(|error| {
        let offset = match &error {
            ModelError::Layer { index, .. } => infos[*index].offset,
            ModelError::Model(_) => header_bytes,
        };
        ContainerError::Invalid { offset, error }
    })?;
    let dense_bytes = model.dense_bytes();
    let ratio = dense_bytes as f64 / bytes.len() as f64;
    let info =
        Info { name, version: VERSION, file_bytes: bytes.len(), dense_bytes, ratio, header_bytes, layers: infos };
    Ok((model, info))
}

/// The model's name and the number of layers.
fn header(r: &mut Cursor) -> Result<(String, usize), ContainerError> {
    let magic: [u8; 8] = r.array("magic")?;
    if magic != MAGIC {
        let why = match magic.starts_with(&MAGIC[..4]) {
            true => "the transfer changed line ends: fetch the file again, as binary",
            false => "an .eie file",
        };
        return r.fail(0, "magic", format!("{magic:02x?}"), format!("{MAGIC:02x?}, {why}"));
    }
    // Before the checksum: another version may have it elsewhere.
    let version = u16::from_le_bytes(r.array("version")?);
    if version != VERSION {
        return r.fail(8, "version", version, format!("{VERSION}: this program reads no other"));
    }
    let at = r.at;
    let count = u16::from_le_bytes(r.array("number of layers")?).into();
    let name = r.name("model name")?;
    r.checksum(0)?;
    if !(1..=MAX_LAYERS).contains(&count) {
        return r.fail(at, "number of layers", count, format!("1 to {MAX_LAYERS}"));
    }
    Ok((name, count))
}

fn layer(r: &mut Cursor, total_dim: &mut usize) -> Result<(Layer, LayerInfo), ContainerError> {
    let name = r.name("name")?;
    // Escaped: the name goes to terminals.
    r.place = format!("{} '{}'", r.place, name.escape_debug());
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
    let codes = r.small("codebook size", 1..=CODES as u32)? as usize;
    let codebook: Vec<i16> =
        r.take(2 * codes, "codebook")?.chunks_exact(2).map(|b| i16::from_le_bytes([b[0], b[1]])).collect();
    let (bias, bias_bytes) = biases(r, outputs)?;
    let mut layer = Layer {
        name: name.clone(),
        op: Op::Linear,
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
    let mut info = LayerInfo {
        name,
        inputs,
        outputs,
        kept: 0,
        kept_pct: 0.0,
        codes,
        activation,
        shift,
        in_scale,
        out_scale,
        certificate,
        run_bits: 0,
        fillers: 0,
        offset: 0,
        file_bytes: 0,
        header_bytes: 0,
        codebook_bytes: 2 * codes,
        bias_bytes,
        table_bytes: 0,
        run_bytes: 0,
        code_bytes: 0,
        bits_per_run: 0.0,
        bits_per_code: 0.0,
        entropy_bytes: 0.0,
    };
    weights(r, &mut layer, &mut info)?;
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

/// Both Huffman codes and both streams, up to the end of the layer.
fn weights(r: &mut Cursor, layer: &mut Layer, info: &mut LayerInfo) -> Result<(), ContainerError> {
    let kept_at = r.at;
    let kept = r.word("number of weights")? as usize;
    let run_bits = r.small("run width", 1..=MAX_RUN_BITS)?;
    let run_code = r.code(1 << run_bits, "run code lengths")?;
    let weight_code = r.code(layer.codebook.len(), "weight code lengths")?;
    info.table_bytes = r.at - kept_at - 5;
    let runs = r.stream("runs")?;
    let codes = r.stream("codes")?;
    r.finish("layer")?;
    // A symbol has at least a bit, so this bounds the allocation by the file's size.
    let most = 8 * runs.bytes.len().min(codes.bytes.len());
    if kept > most {
        return r.fail(kept_at, "number of weights", kept, format!("at most {most}, one a bit of runs and codes"));
    }
    let histogram = run_stream(r, layer, kept, run_bits, &run_code, &runs)?;
    let code_counts = code_stream(r, layer, kept, &weight_code, &codes)?;

    // One model has one file: what encode() would have chosen is what must be here.
    let (best, lengths) = histogram.best();
    if run_bits != best {
        return r.fail(kept_at + 4, "run width", run_bits, format!("{best}, the width of the shortest stream"));
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
    info.kept = kept;
    info.kept_pct = 100.0 * kept as f64 / (layer.inputs as f64 * layer.outputs as f64);
    info.run_bits = run_bits;
    info.fillers = run_counts[run_symbol(run_bits) as usize];
    info.run_bytes = runs.bytes.len();
    info.code_bytes = codes.bytes.len();
    info.bits_per_run = a_weight(stream_bits(&run_counts, &run_code.lengths));
    info.bits_per_code = a_weight(stream_bits(&code_counts, &weight_code.lengths));
    info.entropy_bytes = (entropy_bits(&run_counts) + entropy_bits(&code_counts)) / 8.0;
    Ok(())
}

/// Rows and column pointers. Gives the gaps between the weights.
fn run_stream(
    r: &Cursor,
    layer: &mut Layer,
    kept: usize,
    run_bits: u32,
    code: &Code,
    stream: &Stream,
) -> Result<Histogram, ContainerError> {
    let filler = run_symbol(run_bits) as usize;
    let mut bits = BitReader::new(stream.bytes);
    let mut histogram = Histogram::new();
    layer.rows.reserve_exact(kept);
    layer.col_ptr.reserve_exact(layer.inputs + 1);
    layer.col_ptr.push(0);
    let (mut row, mut gap) = (0, 0);
    while layer.rows.len() < kept {
        let place = stream.at + (bits.position() / 8) as usize;
        let symbol = match code.decoder.read(&mut bits) {
            Some(symbol) if !bits.overrun() => symbol,
            Some(_) => {
                let found = format!("the end after {} weights", layer.rows.len());
                return r.fail(stream.at + stream.bytes.len(), "runs", found, format!("{kept} weights"));
            }
            None => return r.fail(place, "runs", "bits of no code", "a run"),
        };
        row += symbol;
        gap += symbol as u64;
        while row >= layer.outputs {
            if layer.col_ptr.len() == layer.inputs {
                let found = format!("weight {} behind the matrix's last position", layer.rows.len());
                let expected = format!("{kept} weights in {} by {}", layer.inputs, layer.outputs);
                return r.fail(place, "runs", found, expected);
            }
            row -= layer.outputs;
            layer.col_ptr.push(layer.rows.len() as u32);
        }
        if symbol != filler {
            histogram.add(gap);
            layer.rows.push(row as u32);
            row += 1;
            gap = 0;
        }
    }
    layer.col_ptr.resize(layer.inputs + 1, kept as u32);
    match bits.finish() {
        Ok(()) => Ok(histogram),
        Err(why) => r.fail(stream.at, "runs", why, format!("{kept} weights and zero padding")),
    }
}

/// Codes. Gives how often each occurs.
fn code_stream(
    r: &Cursor,
    layer: &mut Layer,
    kept: usize,
    code: &Code,
    stream: &Stream,
) -> Result<Vec<u64>, ContainerError> {
    let mut bits = BitReader::new(stream.bytes);
    let mut counts = vec![0; layer.codebook.len()];
    layer.codes.reserve_exact(kept);
    for k in 0..kept {
        match code.decoder.read(&mut bits) {
            Some(symbol) if !bits.overrun() => {
                counts[symbol] += 1;
                layer.codes.push(symbol as u8);
            }
            Some(_) => {
                let at = stream.at + stream.bytes.len();
                return r.fail(at, "codes", format!("the end after {k} codes"), format!("{kept} codes"));
            }
            None => return r.fail(stream.at, "codes", format!("bits of no code after {k} codes"), "a code"),
        }
    }
    match bits.finish() {
        Ok(()) => Ok(counts),
        Err(why) => r.fail(stream.at, "codes", why, format!("{kept} codes and zero padding")),
    }
}
