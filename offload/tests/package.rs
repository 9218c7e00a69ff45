//! A network as others publish it: the recogniser of text lines in the wheel rapidocr-onnxruntime (convolutions, two
//! transformer blocks, a layer with 6,625 classes), with its nine fully connected layers here. `scripts/offload_net.py`
//! installs it; nothing of it is in the repository.
#![cfg(feature = "onnx")]

use eie_compressor::formats::TensorFile;
use eie_host::session::Options;
use eie_offload::onnx::{Network, Open, Settings};
use eie_offload::DirectConfig;
use ndarray::ArrayD;
use std::path::{Path, PathBuf};
use std::process::Command;

const SHAPE: [usize; 4] = [1, 3, 48, 320];

/// The network and text lines; none, and a line that says so, where the package cannot be had.
fn network() -> Option<(PathBuf, Vec<Vec<f32>>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let home = root.join("target/nets");
    let net = home.join("rapidocr/rapidocr_onnxruntime/models/ch_PP-OCRv4_rec_infer.onnx");
    let lines = home.join("lines.safetensors");
    if !(net.exists() && lines.exists()) {
        let done = Command::new("python3").arg(root.join("scripts/offload_net.py")).output();
        if !done.is_ok_and(|done| done.status.success()) || !net.exists() {
            println!("SKIPPED: a network from a package, as rapidocr-onnxruntime could not be installed");
            return None;
        }
    }
    let file = TensorFile::open(&lines).unwrap();
    let rows = file.tensor("x").unwrap().floats().unwrap();
    Some((net, rows.chunks_exact(SHAPE.iter().product()).map(<[f32]>::to_vec).collect()))
}

fn settings<'a>(density: f64, bits: u32, target: &str, samples: &'a [Vec<f32>]) -> Settings<'a> {
    Settings {
        config: DirectConfig { densities: vec![density], codes: vec![1 << bits], ..DirectConfig::default() },
        targets: vec![target.to_owned()],
        options: Options::default(),
        min_weights: 1000,
        open: Open::Shape(SHAPE.to_vec()),
        samples,
    }
}

/// Largest difference of the probabilities, and positions of a line at which the likeliest character is the same.
fn beside(a: &[ArrayD<f32>], b: &[ArrayD<f32>]) -> (f32, usize, usize) {
    let far = a[0].iter().zip(b[0].iter()).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    let classes = *a[0].shape().last().unwrap();
    let best = |y: &ArrayD<f32>| -> Vec<usize> {
        let all: Vec<f32> = y.iter().copied().collect();
        let largest = |row: &[f32]| (0..row.len()).max_by(|&i, &j| row[i].total_cmp(&row[j])).unwrap();
        all.chunks(classes).map(largest).collect()
    };
    let (a, b) = (best(&a[0]), best(&b[0]));
    (far, a.iter().zip(&b).filter(|(a, b)| a == b).count(), a.len())
}

#[test]
fn a_published_network_runs_with_its_layers_offloaded() {
    let Some((path, lines)) = network() else { return };
    for (target, limit) in [("cpu", 1e-4), ("model:?pes=16", 0.02)] {
        let network = Network::open(&path, &settings(0.5, 4, target, &lines)).unwrap();
        // The layer with the most weights is where it was told to be.
        assert_eq!(network.chains().len(), 9);
        let largest = network.chains().iter().max_by_key(|c| c.dense_macs).unwrap();
        assert_eq!((largest.dense_macs, largest.runner.target()), (120 * 6625, target));
        let (mut same, mut all) = (0, 0);
        for x in &lines[..2] {
            let run = network.run(x).unwrap();
            let (far, ..) = beside(&run, &network.run_expanded(x).unwrap());
            assert!(far < limit, "{target}: {far} from the decompressed weights");
            // The comparison sees what compression without retraining costs.
            let (far, equal, of) = beside(&run, &network.run_original(x).unwrap());
            assert!(far > limit, "{target}: {far} from the network as it was");
            (same, all) = (same + equal, all + of);
        }
        assert!(same * 10 >= all * 9, "{target}: {same} of {all} characters");
        assert!(largest.spent().as_nanos() > 0);
    }
}

#[test]
fn with_all_weights_and_256_values_each_character_is_the_same() {
    let Some((path, lines)) = network() else { return };
    let network = Network::open(&path, &settings(1.0, 8, "cpu", &lines)).unwrap();
    for x in &lines[..2] {
        let (far, equal, of) = beside(&network.run(x).unwrap(), &network.run_original(x).unwrap());
        assert!(equal == of && far < 0.1, "{equal} of {of}, {far}");
    }
}

#[test]
fn open_dimensions_are_asked_for() {
    let Some((path, _)) = network() else { return };
    let why = |open: Open| match Network::input_shape(&path, &open) {
        Ok(shape) => panic!("{shape:?}"),
        Err(e) => e.to_string(),
    };
    assert!(why(Open::Batch(1)).contains("open: give its whole shape"));
    assert!(why(Open::Shape(vec![1, 3, 48])).contains("4 dimensions, not 3"));
    assert!(why(Open::Shape(vec![1, 4, 48, 320])).contains("has 3 in dimension 1"));
}
