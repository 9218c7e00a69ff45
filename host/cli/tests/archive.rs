//! Files of weights without a known network, as a user compresses them and takes them back.

mod program;

use eie_compressor::formats::{write_safetensors, TensorFile};
use eie_spec::archive::Dtype;
use program::{eie, json, refused, root};
use serde_json::Value;
use std::path::Path;

const NETWORK: &str = "models/lenet-300-100.safetensors";
const ONNX: &str = "compressor/tests/data/small-view-old-dyn.onnx";

/// A folder, and names of files in it.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Folder(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().unwrap().to_owned()
    }

    /// Compresses a file.
    fn compressed(&self, model: &str, name: &str, more: &[&str]) -> (String, Value) {
        let out = self.path(name);
        let report =
            json(&[&["compress", "--no-retrain", "--json", "--model", model, "--out", &out], more].concat(), 0);
        (out, report)
    }
}

#[test]
fn a_file_is_compressed_without_data_and_shows_it() {
    let folder = Folder::new();
    let (out, report) = folder.compressed(NETWORK, "a.eie", &["--density", ".1,.2", "--bits", "4,3"]);
    for key in ["file", "dense_bytes", "source_bytes", "file_bytes", "ratio", "source_ratio", "kept", "kept_pct"] {
        assert!(!report[key].is_null(), "{key}");
    }
    assert!(report["entropy_bytes"].is_f64());
    let tensors = report["tensors"].as_array().unwrap();
    let kept: Vec<u64> = tensors.iter().map(|t| t["kept"].as_u64().unwrap()).collect();
    assert_eq!(kept, [23520, 6000, 200]);
    let codes: Vec<u64> = tensors.iter().map(|t| t["codes"].as_u64().unwrap()).collect();
    assert_eq!(codes, [16, 8, 8]);
    for key in ["name", "role", "shape", "elements", "kept_pct", "bytes", "dense_bytes", "entropy_bytes"] {
        assert!(tensors.iter().all(|t| !t[key].is_null()), "{key}");
    }
    let raw = report["passed_through"].as_array().unwrap();
    assert!(raw.len() == 3 && raw.iter().all(|t| t["reason"] == "role" && t["bytes"].is_u64()));
    // The file says the same, in a table too.
    assert_eq!(report["file_bytes"], std::fs::metadata(&out).unwrap().len());
    let info = json(&["inspect", &out, "--json"], 0);
    assert_eq!((&info["content"], &info["file_bytes"]), (&"archive".into(), &report["file_bytes"]));
    assert_eq!(info["tensors"].as_array().unwrap().len(), 6);
    let (code, _, table) = eie(&["inspect", &out]);
    assert!(
        code == 0 && table.contains("fc1.weight") && table.contains("300x784") && table.contains("raw"),
        "{table}"
    );
    // Codecs give files of their own, and "smallest" no larger one.
    let size =
        |codec: &str| folder.compressed(NETWORK, "b.eie", &["--codec", codec]).1["file_bytes"].as_u64().unwrap();
    let (huffman, adaptive, smallest) = (size("huffman"), size("adaptive"), size("smallest"));
    assert!(huffman != adaptive && smallest <= huffman.min(adaptive));
}

#[test]
fn what_was_decompressed_compresses_to_the_same_file() {
    let folder = Folder::new();
    let (first, _) = folder.compressed(NETWORK, "a.eie", &["--density", ".05"]);
    let dense = folder.path("a.safetensors");
    let report = json(&["decompress", &first, "--out", &dense, "--json"], 0);
    assert_eq!((&report["format"], &report["content"]), (&"safetensors".into(), &"archive".into()));
    assert_eq!(
        (&report["sections"], &report["file_bytes"]),
        (&6.into(), &std::fs::metadata(&dense).unwrap().len().into())
    );
    let name = folder.path("lenet-300-100.safetensors");
    std::fs::rename(&dense, &name).unwrap();
    let (second, _) = folder.compressed(&name, "b.eie", &["--density", ".05"]);
    assert!(std::fs::read(&first).unwrap() == std::fs::read(second).unwrap());
    // The file that it came from keeps what an archive does not have.
    json(&["decompress", &first, "--like", NETWORK, "--out", &dense, "--json"], 0);
    let (like, plain) = (TensorFile::open(Path::new(&dense)).unwrap(), TensorFile::open(Path::new(&name)).unwrap());
    assert!(like.tensors.iter().zip(&plain.tensors).all(|(a, b)| a.name == b.name && a.data == b.data));
    assert_eq!(like.file_bytes() as u64, std::fs::metadata(root().join(NETWORK)).unwrap().len());
}

#[test]
fn an_onnx_file_comes_back_with_its_graph() {
    let folder = Folder::new();
    for source in [ONNX, "compressor/tests/data/small-flatten-new-fix.onnx"] {
        let (archive, report) = folder.compressed(source, "a.eie", &["--density", ".2"]);
        assert_eq!(report["tensors"][0]["kept"], 90);
        let back = folder.path("b.onnx");
        json(&["decompress", &archive, "--like", source, "--out", &back, "--json"], 0);
        let before = TensorFile::open(&root().join(source)).unwrap();
        let after = TensorFile::open(Path::new(&back)).unwrap();
        let layers = |f: &TensorFile| f.chain().unwrap().layers.into_iter().map(|l| l.name).collect::<Vec<_>>();
        assert_eq!(layers(&before), layers(&after));
        for (a, b) in before.tensors.iter().zip(&after.tensors) {
            assert_eq!((&a.name, a.data == b.data), (&b.name, a.name != "fc1.weight"));
        }
        // And again.
        json(&["decompress", &archive, "--like", &back, "--out", &back, "--json"], 0);
        assert!(
            TensorFile::open(Path::new(&back)).unwrap().tensor("fc1.weight").unwrap().data
                == after.tensor("fc1.weight").unwrap().data
        );
    }
    // Control: another network is not this one.
    let (archive, _) = folder.compressed(ONNX, "a.eie", &[]);
    let (other, out) = ("compressor/tests/data/dense-old-fix.onnx", folder.path("c.onnx"));
    refused(&["decompress", &archive, "--like", other, "--out", &out], &["tensor ", "not in this file"]);
    refused(&["decompress", &archive, "--out", &out], &["--like"]);
    refused(&["decompress", &archive, "--like", NETWORK, "--out", &out], &["format"]);
    assert!(!Path::new(&out).exists());
}

#[test]
fn a_model_becomes_a_network() {
    let folder = Folder::new();
    let model = "models/lenet-300-100.eie";
    for name in ["n.safetensors", "n.onnx"] {
        let out = folder.path(name);
        let report = json(&["decompress", model, "--out", &out, "--json"], 0);
        assert_eq!((&report["content"], &report["sections"]), (&"model".into(), &3.into()));
        let layers = TensorFile::open(Path::new(&out)).unwrap().chain().unwrap().layers;
        assert_eq!(layers.iter().map(|l| l.relu).collect::<Vec<_>>(), [true, true, false]);
    }
    refused(&["decompress", model, "--like", NETWORK, "--out", "x"], &["holds a model"]);
}

#[test]
fn bad_input_is_refused_in_one_sentence() {
    let folder = Folder::new();
    let (archive, _) = folder.compressed(NETWORK, "a.eie", &[]);
    let out = folder.path("x");
    for verb in ["run", "cosim"] {
        refused(&[verb, &archive], &["an archive of tensors", "eie decompress", "eie compress"]);
    }
    let good = std::fs::read(&archive).unwrap();
    let bad = folder.path("bad.eie");
    let mut flipped = good.clone();
    flipped[5000] ^= 1;
    for bytes in [&flipped[..], &good[..5000]] {
        std::fs::write(&bad, bytes).unwrap();
        refused(&["decompress", &bad, "--out", &out], &["bad.eie", "byte ", "(tensor 0", "expected"]);
    }
    refused(&["decompress", NETWORK, "--out", &out], &["byte 0", "magic"]);
    // Weights that are no numbers, or fewer than there should be.
    let nan = folder.path("nan.safetensors");
    let data: Vec<u8> = [f32::INFINITY; 400].iter().flat_map(|x| x.to_le_bytes()).collect();
    let tensors = [("fc.weight", Dtype::F32, &[20, 20][..], &data[..])];
    write_safetensors(Path::new(&nan), &Default::default(), tensors).unwrap();
    let compress = |model: &str, more: &[&str], says: &[&str]| {
        refused(&[&["compress", "--no-retrain", "--model", model, "--out", &out], more].concat(), says);
        assert!(!Path::new(&out).exists() && !Path::new(&format!("{out}.part")).exists());
    };
    compress(&nan, &[], &["tensor fc.weight", "has inf at element 0"]);
    let bytes = std::fs::read(&nan).unwrap();
    std::fs::write(&nan, &bytes[..bytes.len() - 4]).unwrap();
    compress(&nan, &[], &["tensor fc.weight", "truncated"]);
    compress(NETWORK, &["--density", ".1,2"], &["density is 2", "0 to 1"]);
    compress("no-such-file", &[], &["no-such-file"]);
    // What there is no use for without data is not taken in silence.
    for flag in ["--rounds", "--epochs", "--tune-epochs", "--learning-rate", "--balance", "--max-bytes", "--report"] {
        let args = ["compress", "--no-retrain", "--model", NETWORK, "--out", &out, flag, "1"];
        let (status, _, err) = eie(&args);
        assert!(status == 2 && err.contains("cannot be used with"), "{flag}: {err}");
    }
}

#[test]
fn an_older_file_stays_when_there_is_an_error() {
    let folder = Folder::new();
    let (archive, _) = folder.compressed(NETWORK, "a.eie", &[]);
    let before = std::fs::read(&archive).unwrap();
    let bad = ["compress", "--no-retrain", "--model", NETWORK, "--out", &archive, "--density", "7"];
    refused(&bad, &["density"]);
    assert!(std::fs::read(&archive).unwrap() == before);
    // A device is written to, not replaced.
    json(&["compress", "--no-retrain", "--model", NETWORK, "--out", "/dev/null", "--json"], 0);
}

#[test]
fn made_networks_compress() {
    let folder = Folder::new();
    let net = folder.path("s.safetensors");
    let report = json(&["make-weights", "--net", "squeezenet", "--out", &net, "--json"], 0);
    assert_eq!(report["elements"], 1_248_424);
    let (_, report) = folder.compressed(&net, "s.eie", &[]);
    assert_eq!(report["tensors"].as_array().unwrap().len(), 26);
    assert!(report["tensors"].as_array().unwrap().iter().all(|t| t["role"] == "conv"));
    assert!(report["ratio"].as_f64().unwrap() > 13.0);
}
