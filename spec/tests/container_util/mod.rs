//! Models to write and files to damage.
#![allow(dead_code)] // Each test binary uses its part.

use eie_spec::archive::{Archive, Dtype, Tensor, TensorData};
use eie_spec::arith::{Activation, MAX_BIAS, MAX_SHIFT};
use eie_spec::container::{decode_file, encode_archive, encode_with, inspect, Codec, ContainerError, File};
use eie_spec::model::{Certificate, Layer, Model};
use eie_spec::op::{Conv, Lstm, Op};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// What a random layer is like.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    pub inputs: usize,
    pub outputs: usize,
    pub density: f64,
    pub codes: usize,
    /// Trailing zero bits of the biases, and the bits above them.
    pub bias_exponent: u32,
    pub bias_bits: u32,
}

/// A valid layer.
pub fn layer(rng: &mut ChaCha8Rng, name: &str, shape: Shape) -> Layer {
    let Shape { inputs, outputs, density, codes, bias_exponent, bias_bits } = shape;
    let edges = [i16::MIN, -1, 0, 1, i16::MAX];
    let value = |rng: &mut ChaCha8Rng| match rng.random_bool(0.2) {
        true => edges[rng.random_range(0..edges.len())],
        false => rng.random(),
    };
    let codebook: Vec<i16> = (0..codes).map(|_| value(rng)).collect();
    let (mut col_ptr, mut rows, mut kept_codes) = (vec![0], Vec::new(), Vec::new());
    for _ in 0..inputs {
        for row in 0..outputs {
            if rng.random_bool(density) {
                rows.push(row as u32);
                // Uneven, as trained weights are.
                kept_codes.push(rng.random_range(0..codes).max(rng.random_range(0..codes)) as u8);
            }
        }
        col_ptr.push(rows.len() as u32);
    }
    let most = (1i64 << bias_bits) - 1;
    let bias = |_| {
        let b = rng.random_range(-most..=most) << bias_exponent;
        b.clamp(-i64::from(MAX_BIAS), i64::from(MAX_BIAS)) as i32
    };
    let bias = (0..outputs).map(bias).collect();
    let mut layer = Layer {
        name: name.into(),
        op: Op::Linear,
        inputs,
        outputs,
        codebook,
        col_ptr,
        rows,
        codes: kept_codes,
        bias,
        shift: rng.random_range(0..=MAX_SHIFT),
        activation: if rng.random() { Activation::Relu } else { Activation::Identity },
        in_scale: 0.5,
        out_scale: 0.5,
        certificate: Certificate { in_abs_max: 1, row_abs_sum: 0, acc_bits: 1 },
    };
    layer.certificate = layer.prove(32768);
    layer
}

/// A valid model: the outputs of each shape become the inputs of the next one.
pub fn model(seed: u64, shapes: &[Shape]) -> Model {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut layers: Vec<Layer> = Vec::new();
    for (i, &shape) in shapes.iter().enumerate() {
        let inputs = layers.last().map_or(shape.inputs, |before| before.outputs);
        layers.push(layer(&mut rng, &format!("fc{}", i + 1), Shape { inputs, ..shape }));
    }
    Model { name: "rändom".into(), layers }
}

/// A convolution, an LSTM and a fully connected layer that chain, with more codes than a device takes.
pub fn mixed(seed: u64, density: f64, codes: usize) -> Model {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let shape = |inputs, outputs| Shape { inputs, outputs, density, codes, bias_exponent: 2, bias_bits: 8 };
    let conv = Conv { channels: 2, height: 5, width: 6, kernel: 3, stride: 1, padding: 1, pool: 2 };
    // 3 planes of 2 by 3 are 18 values: three steps of six.
    let mut layers = vec![
        layer(&mut rng, "conv", shape(18, 3)),
        layer(&mut rng, "lstm", shape(6 + 4, 16)),
        layer(&mut rng, "fc", shape(4, 30)),
    ];
    layers[0].op = Op::Conv(conv);
    layers[1].op = Op::Lstm(Lstm { hidden: 4, steps: 3 });
    for l in &mut layers {
        l.activation = if l.op == Op::Linear { Activation::Relu } else { Activation::Identity };
        (l.in_scale, l.out_scale) = (1.0 / 4096.0, 1.0 / 4096.0);
    }
    layers[1].out_scale = eie_spec::lstm::GATE_UNIT;
    Model { name: "mixed".into(), layers }
}

/// A valid tensor with shared weights.
pub fn shared(rng: &mut ChaCha8Rng, name: &str, shape: &[usize], density: f64, size: usize) -> Tensor {
    let codebook = (0..size).map(|_| rng.random_range(-1.0..1.0)).collect();
    let elements: usize = shape.iter().product();
    let positions: Vec<u32> = (0..elements as u32).filter(|_| rng.random_bool(density)).collect();
    let codes = positions.iter().map(|_| rng.random_range(0..size) as u8).collect();
    let dtype = [Dtype::F32, Dtype::F16, Dtype::BF16][rng.random_range(0..3)];
    Tensor {
        name: name.into(),
        shape: shape.to_vec(),
        dtype,
        data: TensorData::Shared { codebook, positions, codes },
    }
}

/// A valid raw tensor.
pub fn raw(rng: &mut ChaCha8Rng, name: &str, shape: &[usize]) -> Tensor {
    let dtype = Dtype::ALL[rng.random_range(0..Dtype::ALL.len())];
    let bytes = (0..shape.iter().product::<usize>() * dtype.size()).map(|_| rng.random()).collect();
    Tensor { name: name.into(), shape: shape.to_vec(), dtype, data: TensorData::Raw(bytes) }
}

/// An archive of many kinds of tensors.
pub fn archive(seed: u64, density: f64, size: usize) -> Archive {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let tensors = vec![
        shared(&mut rng, "a.weight", &[6, 9], density, size),
        raw(&mut rng, "a.bias", &[6]),
        shared(&mut rng, "conv.weight", &[4, 2, 3, 3], density, size),
        raw(&mut rng, "", &[]),
        shared(&mut rng, "vector", &[40], density, size),
        shared(&mut rng, "nothing", &[3, 0, 2], density, size),
    ];
    Archive { name: "tensörs".into(), tensors }
}

/// The file again, with each section's codec; the first section's error, if a codec is not what was asked for.
pub fn again(file: &[u8]) -> Result<Vec<u8>, ContainerError> {
    let info = inspect(file)?;
    let codecs: Vec<Codec> = match decode_file(file)? {
        File::Model(_) => info.layers.iter().map(|l| l.codec).collect(),
        File::Archive(_) => info.tensors.iter().map(|t| t.codec.unwrap_or_default()).collect(),
    };
    // Both files have the same header; sections follow each other.
    let files = [Codec::Huffman, Codec::Adaptive].map(|codec| match decode_file(file) {
        Ok(File::Model(model)) => encode_with(&model, codec),
        Ok(File::Archive(archive)) => encode_archive(&archive, codec),
        Err(e) => Err(e),
    });
    let [huffman, adaptive] = files;
    let sources = [huffman?, adaptive?];
    let mut out = sources[0][..info.header_bytes].to_vec();
    let infos = [inspect(&sources[0])?, inspect(&sources[1])?];
    for (i, codec) in codecs.into_iter().enumerate() {
        let which = usize::from(codec == Codec::Adaptive);
        let (layers, tensors) = (&infos[which].layers, &infos[which].tensors);
        let (offset, bytes) = match layers.get(i) {
            Some(l) => (l.offset, l.file_bytes),
            None => (tensors[i].offset, tensors[i].file_bytes),
        };
        out.extend_from_slice(&sources[which][offset..offset + bytes]);
    }
    Ok(out)
}

/// A file of some hundred bytes with every field in use.
pub fn small() -> Model {
    let first = Shape { inputs: 20, outputs: 12, density: 0.2, codes: 16, bias_exponent: 5, bias_bits: 9 };
    model(1, &[first, Shape { outputs: 7, density: 0.5, codes: 3, bias_exponent: 0, ..first }])
}

/// LeNet-300-100 with weights kept at random and codes as unevenly distributed as a bell.
pub fn lenet(density: f64) -> Model {
    let at = |inputs, outputs| Shape { inputs, outputs, density, codes: 16, bias_exponent: 12, bias_bits: 9 };
    let mut m = model(7, &[at(784, 300), at(300, 100), at(100, 10)]);
    let mut rng = ChaCha8Rng::seed_from_u64(8);
    for l in &mut m.layers {
        l.codes.iter_mut().for_each(|c| *c = (0..5).map(|_| rng.random_range(0..=3u8)).sum());
        l.certificate = l.prove(32768);
    }
    m.name = "lenet-300-100".into();
    m
}

/// Makes all checksums right again, so that what is behind them is attacked too. Written from
/// `docs/container.md`, with its own CRC-32.
pub fn mend(file: &mut [u8]) {
    let Some(&name) = file.get(15) else { return };
    let mut start = 0;
    let mut at = 16 + usize::from(name);
    while at + 4 <= file.len() {
        let crc = crc32(&file[start..at]);
        file[at..at + 4].copy_from_slice(&crc.to_le_bytes());
        start = at + 4;
        let Some(length) = file.get(start..start + 4) else { return };
        let length = u32::from_le_bytes([length[0], length[1], length[2], length[3]]);
        at = (start + 4).saturating_add(length as usize);
        if at > file.len() {
            return;
        }
    }
}

fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32, b: &u8| (0..8).fold(crc ^ u32::from(*b), |c, _| (c >> 1) ^ (0xedb8_8320 * (c & 1)));
    !bytes.iter().fold(!0, step)
}

/// Small files of many kinds.
pub fn corpus() -> Vec<Vec<u8>> {
    let mut models = vec![small()];
    for (i, density) in [0.0, 0.03, 0.2, 0.6, 1.0].into_iter().enumerate() {
        for (inputs, outputs) in [(1, 1), (1, 30), (30, 1), (9, 13)] {
            let codes = [1, 2, 5, 16][(i + outputs) % 4];
            let shape = Shape { inputs, outputs, density, codes, bias_exponent: i as u32, bias_bits: 3 * i as u32 };
            models.push(model(i as u64, &[shape]));
        }
    }
    models.extend([mixed(1, 0.3, 40), mixed(2, 0.1, 256), mixed(3, 0.7, 1)]);
    let archives = [archive(1, 0.2, 16), archive(2, 0.6, 256), archive(3, 0.0, 2)];
    let both = [Codec::Huffman, Codec::Adaptive];
    let of_models = models.iter().flat_map(|m| both.map(|codec| encode_with(m, codec).unwrap()));
    let of_archives = archives.iter().flat_map(|a| both.map(|codec| encode_archive(a, codec).unwrap()));
    of_models.chain(of_archives).collect()
}
