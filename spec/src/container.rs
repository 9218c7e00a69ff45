//! The `.eie` container: a compressed model in one file. `docs/container.md` describes every field.

use crate::arith::{Activation, CODES};
use crate::bits::{BitReader, BitWriter};
use crate::huffman::{code_lengths, Decoder, Encoder};
use crate::model::{Certificate, Layer, Model, ModelError, MAX_DIM, MAX_LAYERS};
use serde::Serialize;

/// First bytes of the file. A transfer that changes line ends or stops at control-Z damages them.
pub const MAGIC: [u8; 8] = *b"\x89EIE\r\n\x1a\n";
/// The version that this code reads and writes.
pub const VERSION: u16 = 1;
/// Widest run symbol.
const MAX_RUN_BITS: u32 = 8;
/// Inputs and outputs of all layers together: bounds what a small hostile file can make a reader allocate.
const MAX_TOTAL_DIM: usize = 1 << 22;

/// Why a file is not a model, or a model cannot be a file.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ContainerError {
    /// A field is not what it should be.
    #[error("byte {offset} ({place}): found {found}, expected {expected}")]
    Field {
        /// Byte in the file.
        offset: usize,
        /// Layer and field.
        place: String,
        /// What is there.
        found: String,
        /// What should be.
        expected: String,
    },
    /// The fields are well formed, the model that they make is not.
    #[error(transparent)]
    Model(#[from] ModelError),
}

/// Facts of a file, read from the file alone.
#[derive(Clone, Debug, Serialize)]
pub struct Info {
    /// The model's name.
    pub name: String,
    /// Format version.
    pub version: u16,
    /// Size of the file.
    pub file_bytes: usize,
    /// Size of the network in float32, biases included.
    pub dense_bytes: u64,
    /// `dense_bytes / file_bytes`.
    pub ratio: f64,
    /// Bytes before the first layer.
    pub header_bytes: usize,
    /// First to last.
    pub layers: Vec<LayerInfo>,
}

/// Facts of a layer.
#[derive(Clone, Debug, Serialize)]
pub struct LayerInfo {
    /// Its name.
    pub name: String,
    /// Columns.
    #[serde(rename = "in")]
    pub inputs: usize,
    /// Rows.
    #[serde(rename = "out")]
    pub outputs: usize,
    /// Weights kept.
    pub kept: usize,
    /// Of all its weights, in percent.
    pub kept_pct: f64,
    /// Codebook entries.
    pub codes: usize,
    /// What follows the shift.
    pub activation: Activation,
    /// Requantising shift.
    pub shift: u8,
    /// Real value of one unit of an input.
    pub in_scale: f32,
    /// Real value of one unit of an output.
    pub out_scale: f32,
    /// Proof that no accumulator overflows.
    pub certificate: Certificate,
    /// Bits of a run symbol before Huffman coding.
    pub run_bits: u32,
    /// Bytes of the layer in the file, all of the following included.
    pub file_bytes: usize,
    /// Of these, the runs.
    pub run_bytes: usize,
    /// The codes.
    pub code_bytes: usize,
    /// The biases.
    pub bias_bytes: usize,
    /// Bytes that the entropies of runs and codes ask for.
    pub entropy_bytes: f64,
}

// ---- writing ----

/// Zero runs of a layer's weights in column-major order, as symbols of `run_bits` bits. The all-ones symbol
/// skips that many positions and has no weight.
fn run_symbols(layer: &Layer, run_bits: u32) -> impl Iterator<Item = usize> + '_ {
    let filler = (1u64 << run_bits) - 1;
    let places =
        (0..layer.inputs).flat_map(move |j| layer.column(j).map(move |(row, _)| (j * layer.outputs + row) as u64));
    let mut next = 0;
    places.flat_map(move |place| {
        let run = place - next;
        next = place + 1;
        let fillers = run / filler;
        std::iter::repeat_n(filler as usize, fillers as usize).chain([(run % filler) as usize])
    })
}

fn count(symbols: impl Iterator<Item = usize>, size: usize) -> Vec<u64> {
    let mut counts = vec![0; size];
    symbols.for_each(|s| counts[s] += 1);
    counts
}

fn stream_bits(counts: &[u64], lengths: &[u8]) -> u64 {
    counts.iter().zip(lengths).map(|(&c, &l)| c * u64::from(l)).sum()
}

fn entropy_bits(counts: &[u64]) -> f64 {
    let total = counts.iter().sum::<u64>() as f64;
    let of = |c: u64| if c == 0 { 0.0 } else { c as f64 * (total / c as f64).log2() };
    counts.iter().map(|&c| of(c)).sum()
}

/// The run width with the smallest stream and table, and its code lengths.
fn best_run_code(layer: &Layer) -> (u32, Vec<u8>) {
    let candidate = |run_bits: u32| {
        let counts = count(run_symbols(layer, run_bits), 1 << run_bits);
        let lengths = code_lengths(&counts);
        (stream_bits(&counts, &lengths) + 4 * lengths.len() as u64, run_bits, lengths)
    };
    let best = (1..=MAX_RUN_BITS).map(candidate).min_by_key(|(bits, width, _)| (*bits, *width));
    best.map_or((1, vec![0; 2]), |(_, width, lengths)| (width, lengths))
}

/// Trailing zero bits that all biases have, and the bits that the rest of each needs.
fn bias_format(bias: &[i32]) -> (u32, u32) {
    let all = bias.iter().fold(0, |all, b| all | b);
    let lsb = if all == 0 { 0 } else { all.trailing_zeros() };
    let width = |b: i32| if b == 0 { 0 } else { 33 - (if b < 0 { !b } else { b }).leading_zeros() };
    (lsb, bias.iter().map(|b| width(b >> lsb)).max().unwrap_or(0))
}

fn pack_lengths(lengths: &[u8]) -> Vec<u8> {
    let mut out = BitWriter::default();
    lengths.iter().for_each(|&l| out.push(l.into(), 4));
    out.finish()
}

fn encode_layer(layer: &Layer) -> Vec<u8> {
    let mut out = Vec::new();
    let name = layer.name.as_bytes();
    out.push(name.len() as u8);
    out.extend_from_slice(name);
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
    let (lsb, width) = bias_format(&layer.bias);
    out.push(lsb as u8);
    out.push(width as u8);
    let mut bits = BitWriter::default();
    layer.bias.iter().for_each(|b| bits.push((b >> lsb) as u32, width));
    out.extend(bits.finish());
    out.extend_from_slice(&(layer.kept() as u32).to_le_bytes());
    let (run_bits, run_lengths) = best_run_code(layer);
    out.push(run_bits as u8);
    let code_table = code_lengths(&count(layer.codes.iter().map(|&c| c.into()), layer.codebook.len()));
    out.extend(pack_lengths(&run_lengths));
    out.extend(pack_lengths(&code_table));
    let mut runs = BitWriter::default();
    let encoder = Encoder::new(&run_lengths);
    run_symbols(layer, run_bits).for_each(|s| encoder.write(s, &mut runs));
    let mut codes = BitWriter::default();
    let encoder = Encoder::new(&code_table);
    layer.codes.iter().for_each(|&c| encoder.write(c.into(), &mut codes));
    for stream in [runs.finish(), codes.finish()] {
        out.extend_from_slice(&(stream.len() as u32).to_le_bytes());
        out.extend(stream);
    }
    out
}

/// The model as a file. The same bytes for the same model.
///
/// # Errors
/// A model that breaks its invariants, or whose names have more than 255 bytes.
pub fn encode(model: &Model) -> Result<Vec<u8>, ContainerError> {
    model.check()?;
    let names = std::iter::once(&model.name).chain(model.layers.iter().map(|l| &l.name));
    for name in names {
        if name.len() > 255 {
            let text = format!("the name {name:?} has {} bytes, expected at most 255", name.len());
            return Err(ModelError::Model(text).into());
        }
    }
    let mut out = MAGIC.to_vec();
    out.extend_from_slice(&VERSION.to_le_bytes());
    out.extend_from_slice(&(model.layers.len() as u16).to_le_bytes());
    out.push(model.name.len() as u8);
    out.extend_from_slice(model.name.as_bytes());
    let crc = crc32fast::hash(&out);
    out.extend_from_slice(&crc.to_le_bytes());
    for layer in &model.layers {
        let start = out.len();
        let body = encode_layer(layer);
        out.extend_from_slice(&(body.len() as u32).to_le_bytes());
        out.extend(body);
        let crc = crc32fast::hash(&out[start..]);
        out.extend_from_slice(&crc.to_le_bytes());
    }
    Ok(out)
}

// ---- reading ----

/// A place in the file.
struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    /// End of the section.
    end: usize,
    place: String,
}

impl<'a> Reader<'a> {
    fn fail<T>(&self, offset: usize, field: &str, found: String, expected: String) -> Result<T, ContainerError> {
        let place = format!("{}{field}", self.place);
        Err(ContainerError::Field { offset, place, found, expected })
    }

    fn take(&mut self, count: usize, field: &str) -> Result<&'a [u8], ContainerError> {
        let left = self.end - self.at;
        if left < count {
            return self.fail(self.at, field, format!("{left} bytes left"), format!("{count} bytes"));
        }
        self.at += count;
        Ok(&self.bytes[self.at - count..self.at])
    }

    fn array<const N: usize>(&mut self, field: &str) -> Result<[u8; N], ContainerError> {
        let mut out = [0; N];
        out.copy_from_slice(self.take(N, field)?);
        Ok(out)
    }

    fn byte(&mut self, field: &str) -> Result<u8, ContainerError> {
        Ok(self.array::<1>(field)?[0])
    }

    fn word(&mut self, field: &str) -> Result<u32, ContainerError> {
        Ok(u32::from_le_bytes(self.array(field)?))
    }

    /// A byte in a range.
    fn small(&mut self, field: &str, range: std::ops::RangeInclusive<u32>) -> Result<u32, ContainerError> {
        let at = self.at;
        let value = self.byte(field)?.into();
        match range.contains(&value) {
            true => Ok(value),
            false => self.fail(at, field, value.to_string(), format!("{} to {}", range.start(), range.end())),
        }
    }

    fn name(&mut self, field: &str) -> Result<String, ContainerError> {
        let count = self.byte(field)?.into();
        let at = self.at;
        let bytes = self.take(count, field)?;
        match std::str::from_utf8(bytes) {
            Ok(text) => Ok(text.to_owned()),
            Err(e) => self.fail(at + e.valid_up_to(), field, "a byte that is not text".into(), "UTF-8".into()),
        }
    }

    /// The CRC-32 of everything since `start`.
    fn checksum(&mut self, start: usize, end: usize) -> Result<(), ContainerError> {
        let computed = crc32fast::hash(&self.bytes[start..end]);
        let stored = &self.bytes[end..end + 4];
        let stored = u32::from_le_bytes([stored[0], stored[1], stored[2], stored[3]]);
        match computed == stored {
            true => Ok(()),
            false => self.fail(
                end,
                "CRC-32",
                format!("{stored:#010x} for bytes whose sum is {computed:#010x}"),
                "equal sums: the file is damaged, make or fetch it again".into(),
            ),
        }
    }

    fn lengths(&mut self, count: usize, field: &str) -> Result<(Vec<u8>, Decoder), ContainerError> {
        let at = self.at;
        let mut bits = BitReader::new(self.take((4 * count).div_ceil(8), field)?);
        let lengths: Vec<u8> = (0..count).map(|_| bits.read(4) as u8).collect();
        let decoder = bits.finish().and_then(|()| Decoder::new(&lengths));
        match decoder {
            Ok(decoder) => Ok((lengths, decoder)),
            Err(why) => self.fail(at, field, why.into(), "code lengths of a complete prefix code".into()),
        }
    }

    fn stream(&mut self, field: &str) -> Result<(usize, &'a [u8]), ContainerError> {
        let count = self.word(field)? as usize;
        let at = self.at;
        Ok((at, self.take(count, field)?))
    }
}

fn header(bytes: &[u8]) -> Result<(Reader<'_>, String, usize), ContainerError> {
    let mut r = Reader { bytes, at: 0, end: bytes.len(), place: "header, ".into() };
    let magic: [u8; 8] = r.array("magic")?;
    if magic != MAGIC {
        return r.fail(0, "magic", format!("{magic:02x?}"), format!("{MAGIC:02x?}, an .eie file"));
    }
    let version = u16::from_le_bytes(r.array("version")?);
    if version != VERSION {
        return r.fail(8, "version", version.to_string(), format!("{VERSION}: this program reads no other"));
    }
    let count = u16::from_le_bytes(r.array("number of layers")?).into();
    if !(1..=MAX_LAYERS).contains(&count) {
        return r.fail(10, "number of layers", count.to_string(), format!("1 to {MAX_LAYERS}"));
    }
    let name = r.name("model name")?;
    let end = r.at;
    r.take(4, "CRC-32")?;
    r.checksum(0, end)?;
    Ok((r, name, count))
}

fn decode_layer(r: &mut Reader, total_dim: &mut usize) -> Result<(Layer, LayerInfo), ContainerError> {
    let start = r.at;
    let length = r.word("length")? as usize;
    let body = r.at;
    r.take(length, "body")?;
    r.take(4, "CRC-32")?;
    r.checksum(start, body + length)?;
    let after = r.at;
    (r.at, r.end) = (body, body + length);
    let name = r.name("name")?;
    r.place = format!("{} '{name}', ", r.place.trim_end_matches(", "));
    let mut dim = |r: &mut Reader, field: &str| {
        let at = r.at;
        let n = r.word(field)? as usize;
        *total_dim = total_dim.saturating_add(n);
        if !(1..=MAX_DIM).contains(&n) {
            return r.fail(at, field, n.to_string(), format!("1 to {MAX_DIM}"));
        }
        if *total_dim > MAX_TOTAL_DIM {
            let expected = format!("at most {MAX_TOTAL_DIM} inputs and outputs in all layers");
            return r.fail(at, field, total_dim.to_string(), expected);
        }
        Ok(n)
    };
    let inputs = dim(r, "inputs")?;
    let outputs = dim(r, "outputs")?;
    let activation = match r.small("activation", 0..=1)? {
        0 => Activation::Identity,
        _ => Activation::Relu,
    };
    let shift = r.byte("shift")?;
    let in_scale = f32::from_le_bytes(r.array("input scale")?);
    let out_scale = f32::from_le_bytes(r.array("output scale")?);
    let certificate = Certificate {
        in_abs_max: r.word("certificate")?,
        row_abs_sum: u64::from_le_bytes(r.array("certificate")?),
        acc_bits: r.byte("certificate")?.into(),
    };
    let codebook_size = r.small("codebook size", 1..=CODES as u32)? as usize;
    let codebook: Vec<i16> =
        r.take(2 * codebook_size, "codebook")?.chunks_exact(2).map(|b| i16::from_le_bytes([b[0], b[1]])).collect();
    let lsb = r.small("bias exponent", 0..=31)?;
    let width = r.small("bias width", 0..=32 - lsb)?;
    let bias_at = r.at;
    let packed = r.take((outputs * width as usize).div_ceil(8), "biases")?;
    let mut bits = BitReader::new(packed);
    let unused = 32 - width;
    let read = |_| if width == 0 { 0 } else { ((bits.read(width) << unused) as i32 >> unused) << lsb };
    let bias: Vec<i32> = (0..outputs).map(read).collect();
    if let Err(why) = bits.finish() {
        return r.fail(bias_at, "biases", why.into(), "zero padding".into());
    }
    if bias_format(&bias) != (lsb, width) {
        let expected = "the smallest exponent and width that hold them".into();
        return r.fail(bias_at, "biases", format!("exponent {lsb} and width {width}"), expected);
    }
    let kept_at = r.at;
    let kept = r.word("number of weights")? as usize;
    let run_bits = r.small("run width", 1..=MAX_RUN_BITS)?;
    let (_, run_code) = r.lengths(1 << run_bits, "run code lengths")?;
    let (_, weight_code) = r.lengths(codebook_size, "code lengths")?;
    let (runs_at, runs) = r.stream("runs")?;
    let (codes_at, codes) = r.stream("codes")?;
    if r.at != r.end {
        return r.fail(r.at, "end", format!("{} more bytes", r.end - r.at), "the layer's end".into());
    }
    // A symbol has at least a bit, so this bounds the allocation by the file's size.
    if kept > 8 * runs.len() || kept > 8 * codes.len() {
        let found = format!("{kept} for {} and {} bytes of runs and codes", runs.len(), codes.len());
        return r.fail(kept_at, "number of weights", found, "at most one a bit".into());
    }
    let mut layer = Layer {
        name,
        inputs,
        outputs,
        codebook,
        col_ptr: Vec::with_capacity(inputs + 1),
        rows: Vec::with_capacity(kept),
        codes: Vec::with_capacity(kept),
        bias,
        shift,
        activation,
        in_scale,
        out_scale,
        certificate,
    };
    decode_weights(r, &mut layer, kept, run_bits, (runs_at, runs, &run_code), (codes_at, codes, &weight_code))?;
    let run_counts = count(run_symbols(&layer, run_bits), 1 << run_bits);
    let code_counts = count(layer.codes.iter().map(|&c| c.into()), codebook_size);
    let info = LayerInfo {
        name: layer.name.clone(),
        inputs,
        outputs,
        kept,
        kept_pct: 100.0 * kept as f64 / (inputs as f64 * outputs as f64),
        codes: codebook_size,
        activation,
        shift,
        in_scale,
        out_scale,
        certificate,
        run_bits,
        file_bytes: after - start,
        run_bytes: runs.len(),
        code_bytes: codes.len(),
        bias_bytes: packed.len(),
        entropy_bytes: (entropy_bits(&run_counts) + entropy_bits(&code_counts)) / 8.0,
    };
    (r.at, r.end) = (after, r.bytes.len());
    Ok((layer, info))
}

fn decode_weights(
    r: &Reader,
    layer: &mut Layer,
    kept: usize,
    run_bits: u32,
    (runs_at, runs, run_code): (usize, &[u8], &Decoder),
    (codes_at, codes, weight_code): (usize, &[u8], &Decoder),
) -> Result<(), ContainerError> {
    let filler = (1usize << run_bits) - 1;
    let end = layer.inputs as u64 * layer.outputs as u64;
    let mut bits = BitReader::new(runs);
    let (mut column, mut row) = (0usize, 0usize);
    layer.col_ptr.push(0);
    while layer.rows.len() < kept {
        let symbol = match run_code.read(&mut bits) {
            Some(symbol) if !bits.overrun() => symbol,
            _ => {
                let found = format!("the end after {} weights", layer.rows.len());
                return r.fail(runs_at + runs.len(), "runs", found, format!("{kept} weights"));
            }
        };
        row += symbol;
        while row >= layer.outputs {
            row -= layer.outputs;
            column += 1;
            if column == layer.inputs {
                let found = format!("weight {} behind the matrix's end", layer.rows.len());
                return r.fail(runs_at, "runs", found, format!("{end} positions"));
            }
            layer.col_ptr.push(layer.rows.len() as u32);
        }
        if symbol != filler {
            layer.rows.push(row as u32);
            row += 1;
        }
    }
    layer.col_ptr.resize(layer.inputs + 1, kept as u32);
    if let Err(why) = bits.finish() {
        return r.fail(runs_at, "runs", why.into(), format!("{kept} weights and zero padding"));
    }
    let mut bits = BitReader::new(codes);
    for k in 0..kept {
        match weight_code.read(&mut bits) {
            Some(code) if !bits.overrun() => layer.codes.push(code as u8),
            _ => {
                return r.fail(codes_at + codes.len(), "codes", format!("the end after {k}"), format!("{kept} codes"))
            }
        }
    }
    match bits.finish() {
        Ok(()) => Ok(()),
        Err(why) => r.fail(codes_at, "codes", why.into(), format!("{kept} codes and zero padding")),
    }
}

fn read(bytes: &[u8]) -> Result<(Model, Info), ContainerError> {
    let (mut r, name, count) = header(bytes)?;
    let header_bytes = r.at;
    let mut total_dim = 0;
    let (mut layers, mut infos) = (Vec::new(), Vec::new());
    for index in 0..count {
        r.place = format!("layer {index}, ");
        let (layer, info) = decode_layer(&mut r, &mut total_dim)?;
        layers.push(layer);
        infos.push(info);
    }
    if r.at != bytes.len() {
        r.place = "end, ".into();
        return r.fail(r.at, "file", format!("{} more bytes", bytes.len() - r.at), "the file's end".into());
    }
    let model = Model { name: name.clone(), layers };
    model.check()?;
    let dense_bytes = model.dense_bytes();
    let info = Info {
        name,
        version: VERSION,
        file_bytes: bytes.len(),
        dense_bytes,
        ratio: dense_bytes as f64 / bytes.len() as f64,
        header_bytes,
        layers: infos,
    };
    Ok((model, info))
}

/// Reads a file. Every byte of it is checked: by CRC-32, by its meaning, and the certificates against the weights.
///
/// # Errors
/// The first thing that is not as it should be, with its offset.
pub fn decode(bytes: &[u8]) -> Result<Model, ContainerError> {
    Ok(read(bytes)?.0)
}

/// Reads a file's facts.
///
/// # Errors
/// As [`decode`].
pub fn inspect(bytes: &[u8]) -> Result<Info, ContainerError> {
    Ok(read(bytes)?.1)
}
