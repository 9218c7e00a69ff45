//! Every kernel, layout and number of threads gives what the golden model gives.

use eie_cpu::{CpuEngine, CpuError, FloatNetwork, Isa, Kernel, Matrix, Options};
use eie_host::Engine;
use eie_spec::arith::Activation;
use eie_spec::golden::{Dense, Sparse};
use eie_spec::model::{Certificate, Layer, Model};
use eie_spec::op::Op;
use proptest::prelude::*;

/// A layer in which about `share` of 256 positions have a weight.
fn layer(inputs: usize, outputs: usize, codes: usize, share: u8, seed: u64) -> Layer {
    let mut state = seed;
    let mut next = move || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 33) as u32
    };
    let codebook = (0..codes).map(|_| next() as i16).collect();
    let (mut col_ptr, mut rows, mut all) = (vec![0], Vec::new(), Vec::new());
    for _ in 0..inputs {
        for row in 0..outputs {
            if next() % 256 < u32::from(share) {
                rows.push(row as u32);
                all.push((next() as usize % codes) as u8);
            }
        }
        col_ptr.push(rows.len() as u32);
    }
    let mut layer = Layer {
        name: "fc".into(),
        op: Op::Linear,
        inputs,
        outputs,
        codebook,
        col_ptr,
        rows,
        codes: all,
        bias: (0..outputs).map(|_| next() as i32 % 100_000).collect(),
        shift: 17,
        activation: Activation::Identity,
        in_scale: 1.0,
        out_scale: 1.0,
        certificate: Certificate { in_abs_max: 0, row_abs_sum: 0, acc_bits: 0 },
    };
    layer.certificate = layer.prove(1 << 15);
    layer
}

fn vector(n: usize, zeros: u8, seed: u64) -> Vec<i16> {
    let mut state = seed ^ 0x5555;
    let mut next = move || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 33) as u32
    };
    (0..n).map(|_| if next() % 256 < u32::from(zeros) { 0 } else { next() as i16 }).collect()
}

/// The product as anyone would write it, in the order of the columns.
fn plain<T: Kernel>(layer: &Layer, codebook: &[T], x: &[T]) -> Vec<T> {
    let mut y = vec![T::default(); layer.outputs];
    for (j, &x) in x.iter().enumerate() {
        for (row, code) in layer.column(j) {
            y[row] = y[row].plus(codebook[usize::from(code)].times(x));
        }
    }
    y
}

fn all_options() -> Vec<Options> {
    let settings = [(1, 1, 1.0), (3, 1, 0.0), (3, 3, 1.0), (2, 16, 0.35), (2, 16, 0.0)];
    let each = |isa| settings.map(|(threads, batch, activity)| Options { threads, isa, batch, activity });
    Isa::available().into_iter().flat_map(each).collect()
}

/// Whether numbers are equal: `f32` but for the rounding of sums in another order.
trait Near: Kernel + std::fmt::Debug {
    fn near(self, other: Self, size: f64) -> bool;
}
impl Near for i64 {
    fn near(self, other: i64, _: f64) -> bool {
        self == other
    }
}
impl Near for i32 {
    fn near(self, other: i32, _: f64) -> bool {
        self == other
    }
}
impl Near for f32 {
    fn near(self, other: f32, size: f64) -> bool {
        f64::from((self - other).abs()) <= 1e-6 * size
    }
}

fn near<T: Near>(layer: &Layer, got: &[T], want: &[T]) -> bool {
    // More than any of its terms: a weight or two left out is far from it.
    let size = f64::from(1u32 << 30) * (layer.kept() as f64 / layer.outputs as f64).sqrt().max(1.0);
    got.len() == want.len() && got.iter().zip(want).all(|(&a, &b)| a.near(b, size))
}

fn check<T: Near>(layer: &Layer, xs: &[Vec<i16>], from: impl Fn(i16) -> T) {
    let codebook: Vec<T> = layer.codebook.iter().map(|&w| from(w)).collect();
    let inputs = xs;
    let xs: Vec<Vec<T>> = xs.iter().map(|x| x.iter().map(|&x| from(x)).collect()).collect();
    let want: Vec<Vec<T>> = xs.iter().map(|x| plain(layer, &codebook, x)).collect();
    for options in all_options() {
        let matrix = Matrix::new(layer, &options).unwrap();
        let mut y = vec![T::default(); layer.outputs];
        matrix.multiply(&codebook, &xs[0], &mut y);
        assert!(near(layer, &y, &want[0]), "{options:?}: {y:?}, want {:?}", want[0]);
        let mut y = vec![T::default(); layer.outputs * xs.len()];
        matrix.multiply_batch(&codebook, &xs.concat(), xs.len(), &mut y);
        assert!(near(layer, &y, &want.concat()), "{options:?} batch");
    }
    // Control: with one weight more the result is another one.
    if let Some(j) = (0..layer.inputs).find(|&j| xs[0][j] != T::default() && layer.column(j).count() > 0) {
        let mut other = layer.clone();
        let at = other.col_ptr[j] as usize;
        other.rows.remove(at);
        let code = other.codes.remove(at);
        other.col_ptr[j + 1..].iter_mut().for_each(|p| *p -= 1);
        if layer.codebook[usize::from(code)].unsigned_abs() > 2000 && inputs[0][j].unsigned_abs() > 2000 {
            let mut y = vec![T::default(); layer.outputs];
            Matrix::new(&other, &Options::default()).unwrap().multiply(&codebook, &xs[0], &mut y);
            assert!(!near(layer, &y, &want[0]));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    #[test]
    fn kernels_equal_the_plain_loop(
        inputs in 1usize..60, outputs in 1usize..700, codes in prop::sample::select(vec![1usize, 3, 16, 17, 256]),
        share in prop::sample::select(vec![0u8, 5, 30, 60, 255]), zeros in any::<u8>(), batch in 1usize..40,
        seed in any::<u64>(),
    ) {
        let layer = layer(inputs, outputs, codes, share, seed);
        let xs: Vec<_> = (0..batch).map(|b| vector(inputs, zeros, seed + b as u64)).collect();
        check(&layer, &xs, i64::from);
        check(&layer, &xs, i32::from);
        check(&layer, &xs, f32::from);
    }
}

#[test]
fn large_layers_on_several_threads() {
    for (share, activity) in [(20, 0.05), (20, 1.0), (70, 0.35)] {
        let layer = layer(700, 9000, 16, share, 3);
        let xs: Vec<_> = (0..17).map(|b| vector(700, 90, b)).collect();
        check(&layer, &xs, i64::from);
        check(&layer, &xs, f32::from);
        let options = Options { isa: Isa::best(), threads: 2, batch: 1, activity };
        let matrix = Matrix::new(&layer, &options).unwrap();
        let lanes = activity > 0.1 && Isa::best() >= Isa::Avx512;
        assert_eq!(matrix.layout(), if lanes { "lanes" } else { "columns" });
        assert_eq!(matrix.steps() > 0, lanes);
        assert!(matrix.bytes() < 4 * 700 * 9000 / 4);
    }
}

#[test]
fn columns_beyond_a_panel() {
    // More columns than a panel of lanes, some of them empty, and windows across its end.
    for (inputs, share) in [(8192, 9), (8193, 4), (20_000, 2)] {
        let mut layer = layer(inputs, 70, 16, share, 11);
        layer.codebook[3] = i16::MIN;
        let xs = [vector(inputs, 90, 1), vec![i16::MIN; inputs]];
        check(&layer, &xs, i64::from);
        check(&layer, &xs, f32::from);
    }
}

#[test]
fn exact_sums_are_exact_at_the_ends_of_the_range() {
    // Each product is 2^30, and each row has thousands of them.
    let mut layer = layer(9000, 20, 16, 128, 5);
    for (weight, x) in
        [(i16::MIN, i16::MIN), (i16::MAX, i16::MIN), (-128, i16::MAX), (127, i16::MIN), (128, i16::MIN)]
    {
        layer.codebook.fill(weight);
        let codebook: Vec<i64> = layer.codebook.iter().map(|&w| w.into()).collect();
        let want = plain(&layer, &codebook, &vec![i64::from(x); 9000]);
        for options in all_options() {
            let matrix = Matrix::new(&layer, &options).unwrap();
            let mut y = vec![0; 20];
            matrix.multiply_exact(&layer.codebook, &vec![x; 9000], &mut y);
            assert_eq!(y, want, "{options:?} {weight} {x}");
        }
        assert!(want.iter().all(|y| y.abs() > 3000 * i64::from(weight).abs() * i64::from(x).abs()));
    }
}

#[test]
fn networks_equal_the_golden_model() {
    let (mut narrow, mut wide) = (0, 0);
    for seed in 0..20 {
        let mut first = layer(200, 90, 16, 40, seed);
        let mut second = layer(90, 12, 16, 120, seed + 1);
        // Small weights stay within 32 bits, large ones do not.
        let small = seed % 2 == 0;
        for layer in [&mut first, &mut second] {
            layer.activation = Activation::Relu;
            if small {
                layer.codebook.iter_mut().for_each(|w| *w /= 256);
            }
            layer.certificate = layer.prove(1 << 15);
        }
        if first.certificate.row_abs_sum << 15 > i32::MAX as u64 {
            wide += 1
        } else {
            narrow += 1
        }
        let model = Model { name: "two".into(), layers: vec![first, second] };
        model.check().unwrap();
        let (dense, sparse) = (Dense::new(&model, 48), Sparse::new(&model, 48));
        for options in all_options() {
            let mut engine = CpuEngine::new(&model, &options).unwrap();
            let inputs: Vec<_> = (0..20).map(|b| vector(200, 100, seed * 100 + b)).collect();
            let mut last = Vec::new();
            for input in &inputs {
                let want = dense.run(input).unwrap().layers;
                assert_eq!(engine.run(input).unwrap(), want, "{options:?}");
                assert_eq!(sparse.run(input).unwrap().layers, want);
                last.extend(want[1].clone());
            }
            // Single vectors and many have layouts of their own.
            let many = CpuEngine::new(&model, &Options { batch: 20, ..options }).unwrap();
            assert_eq!(many.run_batch(&inputs.concat(), 20).unwrap(), last, "{options:?}");
            assert_eq!(engine.run_batch(&inputs.concat(), 20).unwrap(), last, "{options:?}");
            assert!(last.iter().any(|&y| y != 0));
            assert!(engine.run(&[0; 7]).is_err());
        }
    }
    assert!(narrow > 0 && wide > 0, "{narrow} {wide}");
}

#[test]
fn floats_equal_the_dense_product() {
    let mut layer = layer(150, 80, 16, 60, 9);
    (layer.in_scale, layer.out_scale) = (0.004, 0.03);
    let model = Model { name: "one".into(), layers: vec![layer.clone()] };
    let network = FloatNetwork::new(&model, &Options::default()).unwrap();
    let x: Vec<f32> = (0..3 * 150).map(|k| ((k * 37 % 101) as f32 - 50.0).max(0.0) / 60.0).collect();
    let got = network.run(&x, 3).unwrap();
    let sum = layer.out_scale / (1 << layer.shift) as f32;
    let dense = layer.dense();
    for (b, x) in x.chunks(150).enumerate() {
        for (row, weights) in dense.chunks(150).enumerate() {
            let exact: f64 = weights.iter().zip(x).map(|(&w, &x)| f64::from(w) * f64::from(x)).sum();
            let want = exact * f64::from(sum / layer.in_scale) + f64::from(layer.bias[row] as f32 * sum);
            let got = f64::from(got[b * 80 + row]);
            assert!((got - want).abs() <= 1e-5 * want.abs().max(1.0), "{got} {want}");
        }
    }
    assert!(got.iter().any(|y| y.abs() > 0.1));
    let error = network.run(&x, 2).unwrap_err();
    assert_eq!(error.to_string(), "450 activations, expected 300: 2 vectors of 150");
}

#[test]
fn instructions_that_are_not_there_are_refused() {
    let layer = layer(4, 4, 4, 100, 1);
    for isa in [Isa::Portable, Isa::Neon, Isa::Avx2, Isa::Avx512, Isa::Avx512Vnni] {
        let made = Matrix::new(&layer, &Options { isa, ..Options::default() });
        assert_eq!(made.is_ok(), Isa::available().contains(&isa));
        assert!(made.is_ok() || matches!(made, Err(CpuError::Isa { .. })));
    }
}
