//! The container: round trips, sizes, limits, and the page that describes it.

mod container_util;

use container_util::{lenet, model, small, Shape};
use eie_spec::container::{decode, encode, inspect, ContainerError, MAX_POSITIONS};
use eie_spec::model::{Layer, Model};
use proptest::prelude::*;

fn shape() -> impl Strategy<Value = Shape> {
    let density = prop_oneof![Just(0.0), Just(1.0), 0.0..0.1, 0.0..1.0];
    let dim = || prop_oneof![Just(1usize), 1usize..70];
    (dim(), dim(), density, 1usize..=16, 0u32..20, 0u32..=30).prop_map(
        |(inputs, outputs, density, codes, bias_exponent, bias_bits)| Shape {
            inputs,
            outputs,
            density,
            codes,
            bias_exponent,
            bias_bits,
        },
    )
}

proptest! {
    #[test]
    fn models_round_trip(seed in any::<u64>(), shapes in prop::collection::vec(shape(), 1..4)) {
        let m = model(seed, &shapes);
        let file = encode(&m).unwrap();
        prop_assert_eq!(&decode(&file).unwrap(), &m);

        let info = inspect(&file).unwrap();
        let layers: usize = info.layers.iter().map(|l| l.file_bytes).sum();
        prop_assert_eq!((info.header_bytes + layers, info.file_bytes), (file.len(), file.len()));
        for (facts, l) in info.layers.iter().zip(&m.layers) {
            let parts = facts.header_bytes + facts.codebook_bytes + facts.bias_bytes + facts.table_bytes;
            prop_assert_eq!(parts + facts.run_bytes + facts.code_bytes, facts.file_bytes);
            prop_assert_eq!((facts.kept, facts.inputs, facts.outputs), (l.kept(), l.inputs, l.outputs));
            prop_assert_eq!(facts.codes, l.codebook.len());
            prop_assert_eq!((facts.shift, facts.activation, facts.certificate), (l.shift, l.activation, l.certificate));
            for (mean, bytes) in [(facts.bits_per_run, facts.run_bytes), (facts.bits_per_code, facts.code_bytes)] {
                prop_assert_eq!((mean * l.kept() as f64 / 8.0 - 1e-6).ceil() as usize, bytes);
            }
            prop_assert!((facts.run_bytes + facts.code_bytes) as f64 + 1e-6 >= facts.entropy_bytes);
        }
    }

    /// The comparison above can fail, and no two models share a file.
    #[test]
    fn another_model_is_another_file(seed in any::<u64>(), shape in shape(), place in any::<prop::sample::Index>()) {
        let m = model(seed, &[shape]);
        let mut other = m.clone();
        let bias = &mut other.layers[0].bias;
        let row = place.index(bias.len());
        bias[row] = if bias[row] > 0 { bias[row] - 1 } else { bias[row] + 1 };
        other.layers[0].certificate = other.layers[0].prove(32768);
        prop_assert_ne!(encode(&m).unwrap(), encode(&other).unwrap());
    }
}

#[test]
fn the_corners_round_trip() {
    let corner = |inputs, outputs, density, codes| {
        let m = model(3, &[Shape { inputs, outputs, density, codes, bias_exponent: 0, bias_bits: 0 }]);
        let file = encode(&m).unwrap();
        assert_eq!(decode(&file).unwrap(), m);
        let info = inspect(&file).unwrap().layers.remove(0);
        (info.run_bytes, info.code_bytes, info.bias_bytes)
    };
    assert_eq!(corner(50, 40, 0.0, 16), (0, 0, 0), "no weights");
    // All runs are 0 and all codes are 0: one bit each.
    assert_eq!(corner(8, 10, 1.0, 1), (10, 10, 0), "one symbol");
    corner(1, 300, 0.01, 2);
    corner(300, 1, 0.01, 2);
    corner(1, 1, 1.0, 1);
    let mut m = small();
    m.layers.truncate(1);
    for l in &mut m.layers {
        let extremes: Vec<i16> = (0..16).map(|i| if i % 2 == 0 { i16::MIN } else { i16::MAX }).collect();
        l.codebook = extremes;
        l.certificate = l.prove(1);
        l.name = String::new();
    }
    m.name = "x".repeat(255);
    assert_eq!(decode(&encode(&m).unwrap()).unwrap(), m);
}

fn empty(inputs: usize, outputs: usize) -> Layer {
    let shape = Shape { inputs, outputs, density: 0.0, codes: 1, bias_exponent: 0, bias_bits: 0 };
    let mut l = model(1, &[Shape { inputs: 1, outputs: 1, ..shape }]).layers.remove(0);
    (l.inputs, l.outputs, l.col_ptr, l.bias) = (inputs, outputs, vec![0; inputs + 1], vec![0; outputs]);
    l
}

#[test]
fn the_longest_gap_is_linear_in_fillers_only() {
    let mut l = empty(1 << 16, 1 << 16);
    (l.rows, l.codes) = (vec![(1 << 16) - 1], vec![0]);
    l.col_ptr[1 << 16] = 1;
    l.certificate = l.prove(1);
    let m = Model { name: String::new(), layers: vec![l] };
    let file = encode(&m).unwrap();
    // One bit for each filler of 255 positions.
    assert!(file.len() as u64 > MAX_POSITIONS / 255 / 8 && (file.len() as u64) < MAX_POSITIONS / 255 / 8 + 300);
    assert_eq!(decode(&file).unwrap(), m);
}

#[test]
fn models_beyond_the_format_are_refused() {
    let message = |layers| encode(&Model { name: String::new(), layers }).unwrap_err().to_string();
    let wide = message(vec![empty((1 << 16) + 1, 1 << 16)]);
    assert!(wide.contains("positions of layer fc1 is 4295032832"), "{wide}");
    let many = message(vec![empty(1, 1 << 20), empty(1 << 20, 1), empty(1, 1 << 20), empty(1 << 20, 1)]);
    assert!(many.contains("inputs and outputs of all layers is 4194308"), "{many}");
    let mut m = small();
    m.name = "x".repeat(256);
    assert!(matches!(encode(&m), Err(ContainerError::Limit { found: 256, limit: 255, .. })));
    let mut m = small();
    m.layers[0].certificate.row_abs_sum -= 1;
    assert!(encode(&m).unwrap_err().to_string().contains("certificate"));
}

#[test]
fn sizes_are_near_the_entropy() {
    for (density, most) in [(0.04, 13_700), (0.08, 25_000), (0.25, 62_000)] {
        let m = lenet(density);
        let file = encode(&m).unwrap();
        assert_eq!(decode(&file).unwrap(), m);
        let info = inspect(&file).unwrap();
        println!("{density}: {} bytes, {:.1}x", file.len(), info.ratio);
        for l in &info.layers {
            let overhead = l.header_bytes + l.table_bytes;
            println!(
                "  {}: {overhead} bytes of fields and tables, run width {}, {:.3} + {:.3} bits a weight, streams \
                 {} bytes, entropy {:.0}",
                l.name,
                l.run_bits,
                l.bits_per_run,
                l.bits_per_code,
                l.run_bytes + l.code_bytes,
                l.entropy_bytes
            );
            assert!(overhead <= 60 + 40, "{overhead} bytes of fields and tables");
            assert!(((l.run_bytes + l.code_bytes) as f64) < 1.02 * l.entropy_bytes + 8.0);
        }
        assert!(file.len() <= most, "{} bytes", file.len());
    }
}

/// The bytes of the page's example are those that `encode` writes.
#[test]
fn the_page_shows_a_real_file() {
    let page = include_str!("../../docs/container.md");
    let start = page.find("```hex\n").expect("the page has an example") + 7;
    let block = &page[start..start + page[start..].find("```").unwrap()];
    let hex = block.lines().flat_map(|line| line.split(';').next().unwrap_or("").split_whitespace());
    let bytes: Vec<u8> = hex.map(|b| u8::from_str_radix(b, 16).unwrap()).collect();
    let mut l = empty(3, 2);
    (l.name, l.codebook, l.shift, l.activation) = ("a".into(), vec![-3, 5], 4, eie_spec::arith::Activation::Relu);
    (l.col_ptr, l.rows, l.codes) = (vec![0, 1, 1, 3], vec![1, 0, 1], vec![1, 0, 1]);
    (l.in_scale, l.out_scale, l.bias) = (0.5, 2.0, vec![16, -32]);
    l.certificate = l.prove(255);
    let m = Model { name: "tiny".into(), layers: vec![l] };
    let file = encode(&m).unwrap();
    let shown: Vec<String> = file.iter().map(|b| format!("{b:02x}")).collect();
    assert_eq!(bytes, file, "the file is {}", shown.join(" "));
    assert_eq!(decode(&bytes).unwrap(), m);
}

/// `cargo test --release -p eie-spec --test container -- --ignored --nocapture`
#[test]
#[ignore = "a measurement, not a check"]
fn decode_speed() {
    let shape = Shape { inputs: 4096, outputs: 4096, density: 0.1, codes: 16, bias_exponent: 8, bias_bits: 10 };
    let m = model(5, &[shape]);
    let file = encode(&m).unwrap();
    let kept = m.layers[0].kept();
    let best = |f: &mut dyn FnMut()| {
        let time = |f: &mut dyn FnMut()| {
            let start = std::time::Instant::now();
            f();
            start.elapsed().as_secs_f64()
        };
        (0..10).map(|_| time(f)).fold(f64::INFINITY, f64::min)
    };
    let read = best(&mut || drop(decode(&file).unwrap()));
    let write = best(&mut || drop(encode(&m).unwrap()));
    println!("{kept} weights, {} bytes of file, {} bytes of rows and codes", file.len(), 5 * kept);
    for (what, s) in [("decode", read), ("encode", write)] {
        let per = |n: usize| n as f64 / s / 1e6;
        println!(
            "{what}: {:.1} ms, {:.0} M weights/s, {:.0} MB/s of file, {:.0} MB/s of rows and codes",
            1e3 * s,
            per(kept),
            per(file.len()),
            per(5 * kept)
        );
    }
}
