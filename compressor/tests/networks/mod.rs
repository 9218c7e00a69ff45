//! Networks in the plainest loops, and some to test with.

use eie_compressor::formats::{Chain, ImportedLayer, LayerKind};

/// What a network gives for an input.
pub fn run(chain: &Chain, x: &[f32], steps: usize) -> Vec<f32> {
    let mut value = x.to_vec();
    let mut image = chain.input.unwrap_or([0; 3]);
    for layer in &chain.layers {
        value = match &layer.kind {
            LayerKind::Linear { inputs, outputs, weight, bias } => {
                assert_eq!(value.len(), *inputs);
                let dot = |row: usize| (0..*inputs).map(|i| weight[row * inputs + i] * value[i]).sum::<f32>();
                (0..*outputs).map(|row| dot(row) + bias[row]).collect()
            }
            LayerKind::Conv { .. } => conv(&layer.kind, &value, &mut image),
            LayerKind::Lstm { .. } => lstm(&layer.kind, &value, steps),
        };
        if layer.relu {
            value.iter_mut().for_each(|v| *v = v.max(0.0));
        }
    }
    value
}

fn conv(kind: &LayerKind, x: &[f32], image: &mut [usize; 3]) -> Vec<f32> {
    let LayerKind::Conv { channels, outputs, kernel: k, weight, bias, stride, padding, pool } = kind else {
        panic!()
    };
    let [c, h, w] = *image;
    assert_eq!(c, *channels);
    let (rows, columns) = ((h + 2 * padding - k) / stride + 1, (w + 2 * padding - k) / stride + 1);
    let (rows, columns) = (rows / pool, columns / pool);
    let mut out = vec![f32::NEG_INFINITY; outputs * rows * columns];
    for (o, y, x0) in triples(*outputs, rows * pool, columns * pool) {
        let mut sum = bias[o];
        for (i, dy, dx) in triples(c, *k, *k) {
            let (py, px) = ((y * stride + dy).wrapping_sub(*padding), (x0 * stride + dx).wrapping_sub(*padding));
            if py < h && px < w {
                sum += weight[((o * c + i) * k + dy) * k + dx] * x[(i * h + py) * w + px];
            }
        }
        let at = &mut out[(o * rows + y / pool) * columns + x0 / pool];
        *at = at.max(sum);
    }
    *image = [*outputs, rows, columns];
    out
}

fn triples(a: usize, b: usize, c: usize) -> impl Iterator<Item = (usize, usize, usize)> {
    (0..a).flat_map(move |i| (0..b).flat_map(move |j| (0..c).map(move |k| (i, j, k))))
}

fn lstm(kind: &LayerKind, x: &[f32], steps: usize) -> Vec<f32> {
    let LayerKind::Lstm { inputs, hidden, weight, bias } = kind else { panic!() };
    let sigmoid = |v: f32| 1.0 / (1.0 + (-v).exp());
    let (mut h, mut c) = (vec![0.0f32; *hidden], vec![0.0f32; *hidden]);
    assert_eq!(x.len(), steps * inputs);
    for step in x.chunks_exact(*inputs) {
        let v: Vec<f32> = step.iter().chain(&h).copied().collect();
        let n = v.len();
        let row = |r: usize| bias[r] + (0..n).map(|i| weight[r * n + i] * v[i]).sum::<f32>();
        let gate: Vec<f32> = (0..4 * hidden).map(row).collect();
        for j in 0..*hidden {
            let (i, f, g, o) = (gate[j], gate[hidden + j], gate[2 * hidden + j], gate[3 * hidden + j]);
            c[j] = sigmoid(f) * c[j] + sigmoid(i) * g.tanh();
            h[j] = sigmoid(o) * c[j].tanh();
        }
    }
    h
}

/// Values without an obvious pattern, from -0.5 to 0.5.
pub fn ramp(n: usize) -> Vec<f32> {
    (0..n).map(|i| (i * 37 % 101) as f32 / 101.0 - 0.5).collect()
}

fn linear(name: &str, inputs: usize, outputs: usize, relu: bool) -> ImportedLayer {
    let (weight, bias) = (ramp(inputs * outputs), ramp(outputs));
    ImportedLayer { name: name.into(), kind: LayerKind::Linear { inputs, outputs, weight, bias }, relu }
}

fn conv_layer(
    name: &str,
    [channels, outputs, kernel]: [usize; 3],
    [stride, padding, pool]: [usize; 3],
) -> ImportedLayer {
    let (weight, bias) = (ramp(outputs * channels * kernel * kernel), ramp(outputs));
    let kind = LayerKind::Conv { channels, outputs, kernel, weight, bias, stride, padding, pool };
    ImportedLayer { name: name.into(), kind, relu: true }
}

fn lstm_layer(name: &str, inputs: usize, hidden: usize) -> ImportedLayer {
    let (weight, bias) = (ramp(4 * hidden * (inputs + hidden)), ramp(4 * hidden));
    ImportedLayer { name: name.into(), kind: LayerKind::Lstm { inputs, hidden, weight, bias }, relu: false }
}

/// Networks of every kind: a name, the network, the shape of some inputs, and how many they are.
pub fn samples() -> Vec<(&'static str, Chain, Vec<usize>, usize)> {
    let chain = |layers, input| Chain { layers, input, dropped: Vec::new() };
    // 13 x 11 pixels: 13 x 11, pooled 6 x 5; then 2 x 2. The names do not sort as the layers follow.
    let convs = vec![
        conv_layer("features.0", [2, 3, 3], [1, 1, 2]),
        conv_layer("features.3", [3, 4, 3], [2, 0, 1]),
        linear("classifier", 4 * 2 * 2, 6, true),
        linear("a last one", 6, 3, false),
    ];
    let dense = vec![linear("fc2", 12, 5, true), linear("fc10", 5, 2, true)];
    let recurrent = vec![lstm_layer("rnn", 5, 4), linear("head", 4, 3, false)];
    vec![
        ("conv", chain(convs, Some([2, 13, 11])), vec![3, 2, 13, 11], 3),
        ("lstm", chain(recurrent, None), vec![6, 2, 5], 2),
        ("lstm-alone", chain(vec![lstm_layer("rnn", 3, 2)], None), vec![4, 2, 3], 2),
        ("dense", chain(dense.clone(), None), vec![4, 12], 4),
        ("dense-of-images", chain(dense, Some([1, 3, 4])), vec![2, 1, 3, 4], 2),
    ]
}
