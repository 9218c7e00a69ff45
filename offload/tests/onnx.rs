//! Networks of PyTorch's, with their fully connected layers here and the rest by tract.
#![cfg(feature = "onnx")]

use eie_compressor::formats::TensorFile;
use eie_host::session::Options;
use eie_offload::onnx::{Network, Open, Settings};
use eie_offload::DirectConfig;
use std::path::{Path, PathBuf};

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../compressor/tests/data").join(name)
}

fn settings<'a>(density: f64, codes: usize, targets: &[&str], samples: &'a [Vec<f32>]) -> Settings<'a> {
    Settings {
        config: DirectConfig { densities: vec![density], codes: vec![codes], ..Default::default() },
        targets: targets.iter().map(|t| (*t).to_owned()).collect(),
        options: Options::default(),
        min_weights: 1,
        open: Open::Batch(1),
        samples,
    }
}

/// Inputs and outputs that onnxruntime gave.
fn numbers(name: &str) -> (Vec<Vec<f32>>, Vec<Vec<f32>>) {
    let file = TensorFile::open(&data(&format!("{name}.numbers.safetensors"))).unwrap();
    let rows = |tensor: &str| {
        let t = file.tensor(tensor).unwrap();
        let values = t.floats().unwrap();
        values.chunks_exact(values.len() / t.shape[0]).map(<[f32]>::to_vec).collect::<Vec<_>>()
    };
    (rows("x"), rows("y"))
}

/// So many rows of the network's at a time.
fn joined(name: &str, rows: &[Vec<f32>]) -> Vec<Vec<f32>> {
    let batch = Network::input_shape(&data(&format!("{name}.onnx")), &Open::Batch(1)).unwrap()[0];
    rows.chunks_exact(batch).map(<[_]>::concat).collect()
}

fn far(a: &[f32], b: impl IntoIterator<Item = f32>) -> f32 {
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

#[test]
fn uncompressed_they_give_what_onnxruntime_gives() {
    for name in ["dense-new-dyn", "small-view-old-dyn", "small-flatten-new-fix", "lstm-bf-h-old-dyn"] {
        let (x, y) = numbers(name);
        let (x, y) = (joined(name, &x), joined(name, &y));
        let network = Network::open(&data(&format!("{name}.onnx")), &settings(0.3, 16, &["cpu"], &x)).unwrap();
        assert!(!network.chains().is_empty() && !x.is_empty(), "{name}");
        for (x, y) in x.iter().zip(&y) {
            let found = network.run_original(x).unwrap();
            let difference = far(y, found[0].iter().copied());
            assert!(difference < 1e-4, "{name}: {difference}");
        }
    }
}

#[test]
fn offloaded_layers_are_the_decompressed_ones() {
    for (target, limit) in [("cpu", 1e-4), ("model:?pes=4", 2e-3)] {
        for name in ["dense-new-dyn", "small-view-old-dyn", "small-flatten-new-fix"] {
            let x = joined(name, &numbers(name).0);
            let network = Network::open(&data(&format!("{name}.onnx")), &settings(0.3, 16, &[target], &x)).unwrap();
            assert_eq!(network.chains()[0].runner.target(), target);
            let (mut same, mut other) = (0.0f32, 0.0f32);
            for x in &x {
                let (run, expanded) = (network.run(x).unwrap(), network.run_expanded(x).unwrap());
                let original = network.run_original(x).unwrap();
                same = same.max(far(run[0].as_slice().unwrap(), expanded[0].iter().copied()));
                other = other.max(far(run[0].as_slice().unwrap(), original[0].iter().copied()));
            }
            assert!(same < limit, "{name} on {target}: {same}");
            // The comparison sees that weights are missing.
            assert!(other > limit, "{name} on {target}: {other}");
        }
    }
}

#[test]
fn what_is_wrong_is_said() {
    let open = |path: &Path, settings: &Settings| match Network::open(path, settings) {
        Ok(_) => panic!("{} was opened", path.display()),
        Err(e) => e.to_string(),
    };
    let usual = settings(0.3, 16, &["cpu"], &[]);
    assert!(open(&data("none.onnx"), &usual).contains("none.onnx"));
    assert!(open(&data("typed.numbers.safetensors"), &usual).contains("typed"));
    let large = Settings { min_weights: 1 << 30, ..settings(0.3, 16, &["cpu"], &[]) };
    assert!(open(&data("dense-new-dyn.onnx"), &large).contains("nothing to offload"));
    assert!(open(&data("dense-new-dyn.onnx"), &settings(0.3, 16, &["nowhere:x"], &[])).contains("nowhere"));
    assert!(
        open(&data("dense-new-dyn.onnx"), &settings(0.3, 16, &["cpu"], &[vec![0.0; 5]])).contains("sample 0 has 5")
    );
    let network = Network::open(&data("dense-new-dyn.onnx"), &usual).unwrap();
    assert!(network.run(&[0.0; 3]).unwrap_err().to_string().contains("found 3"));
}
