//! Made layers and networks of published shapes. Everything random about them comes from a fixed seed.

use eie_host::numbers::Numbers;
use eie_spec::arith::{Activation, CODES};
use eie_spec::model::{Certificate, Layer, Model};
use eie_spec::op::Op;
use serde::Serialize;

/// Size and densities of a layer.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Shape {
    /// What it is called.
    pub name: &'static str,
    /// Columns.
    pub inputs: usize,
    /// Rows.
    pub outputs: usize,
    /// Share of weights kept.
    pub weights: f64,
    /// Share of activations that are not zero.
    pub activity: f64,
    /// Microseconds that EIE took for it, with 64 PEs at [`EIE_MHZ`] and batch 1, where that is known.
    #[serde(skip)]
    pub eie_us: Option<f64>,
}

impl Shape {
    /// Cycles that EIE took for it. Its times have one digit behind the point, so this is a multiple of 80.
    pub fn eie_cycles(&self) -> Option<f64> {
        self.eie_us.map(|us| (us * EIE_MHZ).round())
    }
}

/// EIE's clock.
pub const EIE_MHZ: f64 = 800.0;

/// A shape of which no time is known.
pub const fn shape(name: &'static str, inputs: usize, outputs: usize, weights: f64, activity: f64) -> Shape {
    Shape { name, inputs, outputs, weights, activity, eie_us: None }
}

const fn took(us: f64, shape: Shape) -> Shape {
    Shape { eie_us: Some(us), ..shape }
}

/// The nine layers of the EIE paper (Han et al., ISCA 2016): sizes and densities of its table III, times of table IV
/// (the row "actual time").
pub const EIE_LAYERS: [Shape; 9] = [
    took(30.3, shape("Alex-6", 9216, 4096, 0.09, 0.351)),
    took(12.2, shape("Alex-7", 4096, 4096, 0.09, 0.353)),
    took(9.9, shape("Alex-8", 4096, 1000, 0.25, 0.375)),
    took(34.4, shape("VGG-6", 25088, 4096, 0.04, 0.183)),
    took(8.7, shape("VGG-7", 4096, 4096, 0.04, 0.375)),
    took(8.4, shape("VGG-8", 4096, 1000, 0.23, 0.411)),
    took(8.0, shape("NT-We", 4096, 600, 0.10, 1.0)),
    took(13.9, shape("NT-Wd", 600, 8791, 0.11, 1.0)),
    took(7.5, shape("NT-LSTM", 1201, 2400, 0.10, 1.0)),
];

/// LeNet-300-100 at the densities of the Deep Compression paper (Han et al., ICLR 2016), table 2. Images of digits have
/// about 19 % of pixels that are not zero; activations of hidden layers come out of ReLU.
pub const LENET_300_100: [Shape; 3] =
    [shape("fc1", 784, 300, 0.08, 0.19), shape("fc2", 300, 100, 0.09, 0.5), shape("fc3", 100, 10, 0.26, 0.5)];

/// A layer of this shape with random weights.
pub fn layer(shape: &Shape, seed: u64) -> Layer {
    let mut next = Numbers(seed);
    // As many weights are positive as negative, so that ReLU leaves about half of a hidden layer's activations.
    let mut codebook: Vec<i16> = (0..CODES).map(|_| next.below(401) as i16 - 200).collect();
    let (low, high) = codebook.split_at_mut(CODES / 2);
    high.iter_mut().zip(low).for_each(|(high, low)| *high = -*low);
    let (mut col_ptr, mut rows, mut codes) = (vec![0], Vec::new(), Vec::new());
    for _ in 0..shape.inputs {
        for row in 0..shape.outputs {
            if next.chance(shape.weights) {
                rows.push(row as u32);
                codes.push(next.below(CODES) as u8);
            }
        }
        col_ptr.push(rows.len() as u32);
    }
    let bias = (0..shape.outputs).map(|_| next.below(20_001) as i32 - 10_000).collect();
    let mut layer = Layer {
        name: shape.name.to_owned(),
        op: Op::Linear,
        inputs: shape.inputs,
        outputs: shape.outputs,
        codebook,
        col_ptr,
        rows,
        codes,
        bias,
        shift: 11,
        activation: Activation::Relu,
        in_scale: 1.0,
        out_scale: 1.0,
        certificate: Certificate { in_abs_max: 0, row_abs_sum: 0, acc_bits: 0 },
    };
    layer.certificate = layer.prove(i16::MAX as u32);
    layer
}

/// An input of a share of activations that are not zero.
pub fn input(inputs: usize, activity: f64, seed: u64) -> Vec<i16> {
    let mut next = Numbers(seed);
    let value = |next: &mut Numbers| 1 + next.below(999) as i16;
    (0..inputs).map(|_| if next.chance(activity) { value(&mut next) } else { 0 }).collect()
}

/// The `number`th made layer, and inputs for it.
pub fn made(shape: &Shape, number: usize, inputs: usize) -> (Model, Vec<Vec<i16>>) {
    let model = Model { name: shape.name.to_owned(), layers: vec![layer(shape, number as u64 + 1)] };
    let seed = |v: usize| (1000 * (number + 1) + v) as u64;
    (model, (0..inputs).map(|v| input(shape.inputs, shape.activity, seed(v))).collect())
}

/// Layers of these shapes in a row, the first one made from `seed`, and inputs for them, made from `input_seed` on.
pub fn network(name: &str, shapes: &[Shape], seed: u64, inputs: usize, input_seed: u64) -> (Model, Vec<Vec<i16>>) {
    let layers = shapes.iter().zip(seed..).map(|(shape, seed)| layer(shape, seed)).collect();
    let first = &shapes[0];
    let input = |v: usize| input(first.inputs, first.activity, input_seed + v as u64);
    (Model { name: name.to_owned(), layers }, (0..inputs).map(input).collect())
}

/// The made LeNet-300-100, and inputs for it.
pub fn lenet_300_100(inputs: usize) -> (Model, Vec<Vec<i16>>) {
    network("LeNet-300-100", &LENET_300_100, 300, inputs, 100)
}
