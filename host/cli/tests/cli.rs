//! The `eie` program as a user calls it: keys, exit codes, and what it says of bad input.

mod program;

use eie_sim::compiler::PREFERRED;
use program::{eie, eie_with, json, refused, root};
use std::path::Path;
use std::process::Command;

const MODEL: &str = "models/lenet-300-100.eie";

#[test]
fn inspect_agrees_with_the_file() {
    let info = json(&["inspect", MODEL, "--json"], 0);
    let bytes = std::fs::metadata(root().join(MODEL)).unwrap().len();
    assert_eq!(info["file_bytes"], bytes);
    assert!(info["ratio"].as_f64().unwrap() >= 40.0);
    let layers = info["layers"].as_array().unwrap();
    assert_eq!(layers.len(), 3);
    for key in ["name", "in", "out", "kept", "kept_pct", "codes", "file_bytes"] {
        assert!(layers.iter().all(|l| !l[key].is_null()), "{key}");
    }
    assert_eq!((&layers[0]["in"], &layers[2]["out"]), (&784.into(), &10.into()));
}

#[test]
fn both_golden_models_give_the_same_outputs_and_the_error_asked_for() {
    let golden = json(&["run", MODEL, "--engine", "golden", "--json"], 0);
    let dense = json(&["run", MODEL, "--engine", "dense", "--json"], 0);
    assert_eq!(golden["images"], 10_000);
    assert_eq!(golden["outputs_sha256"], dense["outputs_sha256"]);
    assert!(golden["error_pct"].as_f64().unwrap() <= 1.6);
    let fewer = json(&["run", MODEL, "--images", "9999", "--json"], 0);
    assert_ne!(golden["outputs_sha256"], fewer["outputs_sha256"]);
    // The packing does not show in the outputs.
    let packed = json(&["run", MODEL, "--pes", "3", "--acc-depth", "16", "--json"], 0);
    assert_eq!(golden["outputs_sha256"], packed["outputs_sha256"]);
}

#[test]
fn cosim_finds_no_difference_and_every_injected_one() {
    let dir = tempfile::tempdir().unwrap();
    let wave = dir.path().join("d.vcd");
    let wave = wave.to_str().unwrap();
    let run = |engine: &str, extra: &[&str], code| {
        let all =
            ["cosim", MODEL, "--engine", engine, "--pes", "4", "--images", "3", "--json", "--difference-trace", wave];
        json(&[&all[..], extra].concat(), code)
    };
    let report = run("rtl", &[], 0);
    assert_eq!((&report["differences"], &report["outputs_compared"]), (&0.into(), &1230.into()));
    assert_eq!(report["per_pe"].as_array().unwrap().len(), 4);
    for key in ["busy", "stalled", "starved"] {
        assert!(report["per_pe"][0][key].is_u64(), "{key}");
    }
    let busy: u64 = report["per_pe"].as_array().unwrap().iter().map(|p| p["busy"].as_u64().unwrap()).sum();
    assert!(busy >= report["macs"].as_u64().unwrap(), "every multiplication is a busy cycle");
    assert!(!Path::new(wave).exists());
    // rust-hdl's simulator takes half a minute to load the model.
    let other = if eie_sim::verilator::version().is_some() { "verilator" } else { "rtl" };
    for (engine, fault) in [("rtl", "weight"), (other, "pointer"), (other, "codebook"), (other, "shift")] {
        let report = run(engine, &["--inject", fault], 1);
        assert!(report["differences"].as_u64().unwrap() > 0, "{fault}");
        let first = &report["first_difference"];
        assert!(first["cycle"].is_u64() && first["expected"] != first["found"], "{first}");
        let vcd = std::fs::read_to_string(wave).unwrap();
        assert!(vcd.contains("$enddefinitions") && vcd.len() > 10_000);
        std::fs::remove_file(wave).unwrap();
    }
}

#[test]
fn every_compiler_builds_the_same_simulation() {
    if eie_sim::verilator::version().is_none() {
        eprintln!("SKIPPED: verilator is not installed");
        return;
    }
    let cache = tempfile::tempdir().unwrap();
    let cosim = |compiler: &str, images: &str| {
        let args = ["cosim", MODEL, "--engine", "verilator", "--pes", "2", "--images", images, "--json"];
        let variables = [("EIE_CXX", compiler.as_ref()), ("EIE_CACHE", cache.path().as_os_str())];
        eie_with(&variables, &args)
    };
    let libraries = || {
        let names = std::fs::read_dir(cache.path()).unwrap().map(|entry| entry.unwrap().file_name());
        names.filter(|name| name.to_string_lossy().starts_with("verilator-")).count()
    };
    let counts = |compiler: &str, images: &str| {
        let (status, out, err) = cosim(compiler, images);
        assert_eq!(status, 0, "{compiler}: {err}");
        let report: serde_json::Value = serde_json::from_str(&out).unwrap();
        ["differences", "outputs_compared", "cycles", "macs"].map(|key| report[key].as_u64().unwrap())
    };
    let (found, missing): (Vec<&str>, Vec<&str>) =
        ["g++", PREFERRED[0]].into_iter().partition(|c| Command::new(c).arg("--version").output().is_ok());
    missing.iter().for_each(|compiler| eprintln!("SKIPPED: {compiler} is not installed"));
    let chosen = counts("", "2");
    assert_eq!(chosen[..2], [0, 820]);
    assert_ne!(chosen, counts("", "3"));
    for compiler in &found {
        assert_eq!(counts(compiler, "2"), chosen, "{compiler}");
    }
    // One of them is what eie chooses, unless Verilator's own is yet another.
    assert!(libraries() >= found.len(), "one library serves two compilers");
    let (status, _, err) = cosim("a-compiler-that-nobody-has", "2");
    assert!(status == 2 && err.contains("EIE_CXX") && err.lines().count() == 1, "{err}");
}

#[test]
fn emit_writes_verilog() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out.v");
    let report = json(&["emit", "--pes", "16", "--out", out.to_str().unwrap(), "--json"], 0);
    let text = std::fs::read_to_string(&out).unwrap();
    assert_eq!(report["bytes"], text.len());
    assert!(text.contains("module top(") && text.contains(report["config_hash"].as_str().unwrap()));
}

#[test]
fn bad_input_is_refused_in_one_sentence() {
    let dir = tempfile::tempdir().unwrap();
    let file = |name: &str, bytes: &[u8]| {
        let path = dir.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let good = std::fs::read(root().join(MODEL)).unwrap();
    let cut = file("cut.eie", &good[..good.len() / 2]);
    let mut flipped = good.clone();
    flipped[5000] ^= 4;
    let flipped = file("flipped.eie", &flipped);
    let made_up = file("made-up.eie", b"this is no model at all");
    for verb in ["inspect", "run", "cosim"] {
        refused(&[verb, &cut], &["byte ", "expected"]);
        refused(&[verb, &flipped], &["byte ", "CRC-32", "expected"]);
        refused(&[verb, &made_up], &["byte 0", "magic", "expected"]);
        refused(&[verb, "no-such-file.eie"], &["no-such-file.eie"]);
    }
    let here = dir.path().to_str().unwrap();
    refused(&["run", MODEL, "--data", here], &["t10k-images-idx3-ubyte", "--data"]);
    let net = "models/lenet-300-100.safetensors";
    refused(&["compress", "--model", net, "--data", here, "--out", "x"], &["train-images-idx3-ubyte"]);
    refused(&["compress", "--model", net, "--out", "x"], &["--data DIR"]);
    refused(&["compress", "--model", &made_up, "--data", here, "--out", "x"], &["made-up.eie", "not an ONNX"]);
    // A weight that is not a number.
    let mut bytes = std::fs::read(root().join(net)).unwrap();
    let end = bytes.len();
    bytes[end - 4..].copy_from_slice(&f32::NAN.to_le_bytes());
    let nan = file("nan.safetensors", &bytes);
    refused(&["compress", "--model", &nan, "--data", here, "--out", "x"], &["tensor fc3.bias", "NaN"]);
    refused(&["emit", "--pes", "9", "--out", "x"], &["pes is 9", "multiple of 8"]);
    refused(&["cosim", MODEL, "--acc-bits", "32", "--images", "1"], &["accumulator bits"]);
    refused(&["cosim", MODEL, "--images", "1", "--pes", "1", "--trace", "/nowhere/x.vcd"], &["/nowhere/x.vcd"]);
    let (status, _, err) = eie(&["cosim", MODEL, "--engine", "magic"]);
    assert!(status == 2 && err.contains("possible values"), "{err}");
}

#[test]
fn data_is_checked_against_its_checksums() {
    let dir = tempfile::tempdir().unwrap();
    let here = dir.path().to_str().unwrap();
    for name in ["train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"] {
        std::fs::copy(root().join("models/mnist-test/t10k-labels-idx1-ubyte.gz"), dir.path().join(name)).unwrap();
    }
    refused(&["data", "mnist", "--out", here, "--check"], &["train-images-idx3-ubyte.gz", "SHA-256"]);
    // Nothing listens there.
    let none = dir.path().join("new");
    refused(&["data", "mnist", "--out", none.to_str().unwrap(), "--url", "http://127.0.0.1:9"], &["fetching"]);
}

#[test]
fn estimates_a_board_and_refuses_an_unknown_one() {
    let model = "models/lenet-300-100.eie";
    let estimate =
        |code: i32, more: &[&str]| json(&[&["estimate", model, "--images", "2", "--json"], more].concat(), code);
    let one = estimate(0, &["--board", "ulx3s-85f"]);
    assert_eq!((&one["fits"], &one["stages"]), (&true.into(), &1.into()));
    // The array that `eie build` makes, if no other one is asked for: the largest may have more logic than there is.
    assert_eq!((&one["array"], &one["config"]["pes"]), (&"bitstream".into(), &one["board"]["build"]["array"]["pes"]));
    let largest = estimate(0, &["--board", "ulx3s-85f", "--largest"]);
    assert_eq!(largest["array"], "largest");
    assert!(largest["config"]["pes"].as_u64() > one["config"]["pes"].as_u64());
    let four = estimate(0, &["--board", "constraints/ulx3s-85f/board.toml", "--pes", "4"]);
    let picture = tempfile::tempdir().unwrap();
    let path = picture.path().join("run.svg");
    let path = path.to_str().unwrap();
    // Exit code 0: the simulated device took the cycles that the picture is made of.
    let cosim = json(&["cosim", model, "--pes", "4", "--images", "2", "--heatmap", path, "--json"], 0);
    assert_eq!(four["cycles_per_image"], cosim["cycles_per_image"], "the estimate is the simulation's");
    assert_ne!(one["cycles_per_image"], four["cycles_per_image"]);
    assert!(std::fs::read_to_string(path).unwrap().matches("<rect").count() > 100);
    assert_eq!(estimate(1, &["--board", "icestick", "--pes", "64"])["fits"], false);
    refused(&["estimate", model, "--board", "none"], &["none", "ulx3s-85f"]);
}
