//! Models to write and files to damage.
#![allow(dead_code)] // Each test binary uses its part.

use eie_spec::arith::{Activation, MAX_BIAS, MAX_SHIFT};
use eie_spec::container::encode;
use eie_spec::model::{Certificate, Layer, Model};
use eie_spec::op::Op;
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
    let Some(&name) = file.get(12) else { return };
    let mut start = 0;
    let mut at = 13 + usize::from(name);
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
    models.iter().map(|m| encode(m).unwrap()).collect()
}
