//! New networks, before training.

use crate::net::{DenseLayer, DenseNet};
use eie_spec::op::{Conv, Lstm, Op};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// What a new network looks like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Fully connected layers: inputs, hidden..., outputs.
    Dense(Vec<usize>),
    /// Convolutions with their output channels, then fully connected layers: hidden..., outputs.
    Convolutional {
        /// First to last.
        convs: Vec<(Conv, usize)>,
        /// Sizes behind the convolutions.
        dense: Vec<usize>,
    },
    /// An LSTM, then fully connected layers.
    Recurrent {
        /// Its cells and time steps.
        lstm: Lstm,
        /// Of a time step.
        inputs: usize,
        /// Sizes behind the LSTM.
        dense: Vec<usize>,
    },
}

impl Shape {
    /// LeNet-300-100 (LeCun et al., 1998), or with other hidden layers.
    pub fn lenet(pixels: usize, hidden: &[usize], classes: usize) -> Self {
        Shape::Dense([pixels].iter().chain(hidden).copied().chain([classes]).collect())
    }

    /// LeNet-5 as Caffe has it: convolutions of 20 and 50 channels, 5 by 5, pooled by 2, then 500 and `classes`.
    pub fn lenet5(side: usize, classes: usize) -> Self {
        let first = Conv { channels: 1, height: side, width: side, kernel: 5, stride: 1, padding: 0, pool: 2 };
        let (height, width) = first.pooled();
        let second = Conv { channels: 20, height, width, ..first };
        Shape::Convolutional { convs: vec![(first, 20), (second, 50)], dense: vec![500, classes] }
    }

    /// An LSTM that reads an image row by row.
    pub fn rows(side: usize, hidden: usize, classes: usize) -> Self {
        Shape::Recurrent { lstm: Lstm { hidden, steps: side }, inputs: side, dense: vec![classes] }
    }

    /// Layers without weights: name, operation, columns, rows.
    fn layers(&self) -> Vec<(String, Op, usize, usize)> {
        let mut layers = Vec::new();
        let (mut width, dense) = match self {
            Shape::Dense(sizes) => (sizes[0], &sizes[1..]),
            Shape::Convolutional { convs, dense } => {
                let mut width = 0;
                for (k, &(conv, outputs)) in convs.iter().enumerate() {
                    let columns = conv.channels * conv.kernel * conv.kernel;
                    layers.push((format!("conv{}", k + 1), Op::Conv(conv), columns, outputs));
                    width = Op::Conv(conv).out_len(outputs);
                }
                (width, &dense[..])
            }
            Shape::Recurrent { lstm, inputs, dense } => {
                layers.push(("lstm1".into(), Op::Lstm(*lstm), inputs + lstm.hidden, 4 * lstm.hidden));
                (lstm.hidden, &dense[..])
            }
        };
        for (k, &outputs) in dense.iter().enumerate() {
            layers.push((format!("fc{}", k + 1), Op::Linear, width, outputs));
            width = outputs;
        }
        layers
    }
}

/// A new network, initialised after He et al. (2015); LSTMs after Glorot and Bengio (2010), with forget gates open.
pub fn initialise(shape: &Shape, seed: u64) -> DenseNet {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let layers = shape.layers();
    let count = layers.len();
    let mut layer = |(k, (name, op, inputs, outputs)): (usize, (String, Op, usize, usize))| {
        let mut bias = vec![0.0; outputs];
        let bound = match &op {
            Op::Lstm(lstm) => {
                bias[lstm.hidden..2 * lstm.hidden].fill(1.0);
                (1.0 / lstm.hidden as f32).sqrt()
            }
            _ => (6.0 / inputs as f32).sqrt(),
        };
        let relu = k + 1 < count && !matches!(op, Op::Lstm(_));
        let weight = (0..inputs * outputs).map(|_| rng.random_range(-bound..bound)).collect();
        DenseLayer { name, op, inputs, outputs, weight, bias, relu }
    };
    DenseNet { layers: layers.into_iter().enumerate().map(&mut layer).collect() }
}
