//! Small networks from a seed: dense and sparse, with empty rows and columns and values at the ends of their ranges.

use crate::numbers::Numbers;
use eie_spec::arith::{Activation, CODES, MAX_ACTIVATION, MAX_BIAS, MAX_SHIFT};
use eie_spec::model::{Certificate, Layer, Model};
use eie_spec::op::Op;

/// Rows and columns of a layer at most.
const LARGEST: usize = 96;

/// What a layer's numbers are like.
#[derive(Clone, Copy)]
enum Kind {
    Tiny,
    Usual,
    Extreme,
}

/// A network of one to three layers whose sums fit accumulators of so many bits.
pub fn made_model(seed: u64, acc_bits: u32) -> Model {
    let mut numbers = Numbers(seed ^ 0x6d61_6465);
    let count = 1 + numbers.below(3);
    let mut inputs = 1 + numbers.below(LARGEST);
    let mut layers = Vec::new();
    for k in 0..count {
        let layer = made_layer(&mut numbers, format!("layer{k}"), inputs, k + 1 == count, acc_bits);
        inputs = layer.outputs;
        layers.push(layer);
    }
    Model { name: format!("made {seed}"), layers }
}

fn made_layer(numbers: &mut Numbers, name: String, inputs: usize, last: bool, acc_bits: u32) -> Layer {
    let outputs = 1 + numbers.below(LARGEST);
    let codes = 1 + numbers.below(CODES);
    let kind = [Kind::Usual, Kind::Usual, Kind::Extreme, Kind::Tiny][numbers.below(4)];
    let value = |numbers: &mut Numbers| match (kind, numbers.below(4)) {
        (Kind::Extreme, 0) => i16::MIN,
        (Kind::Extreme, 1) => i16::MAX,
        (Kind::Extreme, _) => numbers.draw() as i16,
        (Kind::Usual, _) => numbers.draw() as i16 >> 4,
        (Kind::Tiny, _) => numbers.draw() as i16 >> 13,
    };
    let codebook: Vec<i16> = (0..codes).map(|_| value(numbers)).collect();
    // Per mille of the weights that are kept.
    let density = [50, 200, 500, 1000][numbers.below(4)];
    let (mut col_ptr, mut rows, mut code_list) = (vec![0], Vec::new(), Vec::new());
    for _ in 0..inputs {
        // A column in eight is empty.
        if numbers.below(8) > 0 {
            for row in 0..outputs {
                if numbers.below(1000) < density {
                    rows.push(row as u32);
                    code_list.push(numbers.below(codes) as u8);
                }
            }
        }
        col_ptr.push(rows.len() as u32);
    }
    let reach = [1 << 10, 1 << 20, i64::from(MAX_BIAS)][kind as usize];
    let bias = (0..outputs).map(|_| (numbers.draw() as i64 % reach) as i32).collect();
    let identity = last || numbers.below(4) == 0;
    let mut layer = Layer {
        name,
        op: Op::Linear,
        inputs,
        outputs,
        codebook,
        col_ptr,
        rows,
        codes: code_list,
        bias,
        shift: 0,
        activation: if identity { Activation::Identity } else { Activation::Relu },
        in_scale: 1.0,
        out_scale: 1.0,
        certificate: Certificate { in_abs_max: MAX_ACTIVATION, row_abs_sum: 0, acc_bits: 0 },
    };
    layer.certificate = layer.prove(MAX_ACTIVATION);
    // Smaller weights until no sum is too wide.
    while layer.certificate.acc_bits > acc_bits - 1 {
        layer.codebook.iter_mut().for_each(|w| *w /= 2);
        layer.bias.iter_mut().for_each(|b| *b /= 2);
        layer.certificate = layer.prove(MAX_ACTIVATION);
    }
    layer.shift = match kind {
        // Every bit of a sum is seen, as long as its inputs are small.
        Kind::Tiny => 0,
        // Results as large as they can be, or larger: the largest sums saturate.
        _ => {
            let sum = 64 - (layer.certificate.row_abs_sum * u64::from(MAX_ACTIVATION)).leading_zeros();
            (sum.saturating_sub(15 + numbers.below(5) as u32)).min(MAX_SHIFT.into()) as u8
        }
    };
    layer.certificate = layer.prove(MAX_ACTIVATION);
    layer
}

/// Inputs for it: from one with few values that are not zero to one without zeros, large ones and small ones.
pub fn made_inputs(model: &Model, count: usize, seed: u64) -> Vec<Vec<i16>> {
    let mut numbers = Numbers(seed ^ 0x696e_7075);
    let input = |k: usize| {
        let shift = numbers.below(15);
        let value = |_| if numbers.below(count) <= k { numbers.draw() as i16 >> shift } else { 0 };
        (0..model.inputs()).map(value).collect()
    };
    (0..count).map(input).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn made_networks_are_valid_and_differ() {
        for seed in 0..200 {
            for acc_bits in [32, 40] {
                let model = made_model(seed, acc_bits);
                model.check().unwrap();
                assert!(model.layers.iter().all(|l| l.certificate.acc_bits <= acc_bits), "{seed}");
            }
        }
        assert_ne!(made_model(1, 40), made_model(2, 40));
        assert_eq!(made_model(1, 40), made_model(1, 40));
    }
}
