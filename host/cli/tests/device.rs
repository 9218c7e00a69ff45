//! The verbs that use a device: `run --device`, `selftest`, `bench URI`.

mod program;

use program::{json, refused, root};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const MODEL: &str = "models/lenet-300-100.eie";

#[test]
fn a_device_gives_the_outputs_of_the_golden_model() {
    let golden = json(&["run", MODEL, "--engine", "golden", "--images", "1000", "--json"], 0);
    let args = ["run", MODEL, "--images", "1000", "--json", "--device", "model:?pes=16"];
    let device = json(&args, 0);
    for key in ["outputs_sha256", "errors", "images"] {
        assert_eq!(device[key], golden[key], "{key}");
    }
    assert_eq!(device["engine"], "model:?pes=16");
    assert!(device["bytes_up"].as_u64().unwrap() > 100_000);
    for split in ["rows", "layers"] {
        let two = [&args[..], &["--device", "model:?pes=64", "--split", split]].concat();
        assert_eq!(json(&two, 0)["outputs_sha256"], golden["outputs_sha256"], "{split}");
    }
    // Another number of images is another hash.
    let fewer = json(&["run", MODEL, "--images", "999", "--json", "--device", "model:?pes=16"], 0);
    assert_ne!(fewer["outputs_sha256"], golden["outputs_sha256"]);
    refused(&["run", MODEL, "--device", "modem:"], &["modem:", "no such kind of pipe"]);
    refused(&["run", MODEL, "--device", "uart:/dev/not-there"], &["/dev/not-there"]);
    refused(&["run", "models/mnist-test", "--device", "model:?pes=16"], &["models/mnist-test"]);
}

#[test]
fn selftest_of_the_model_with_and_without_faults() {
    let good = json(&["selftest", "model:?pes=16", "--json"], 0);
    assert_eq!((&good["wrong_answers"], &good["faults"]), (&0.into(), &0.into()));
    assert_eq!(good["trials"], good["recovered"]);
    assert!(good["checks"][1]["compared"].as_u64().unwrap() > 1000);
    let seeded = |seed: &str| json(&["selftest", "model:?pes=4", "--faults", "1000", "--seed", seed, "--json"], 0);
    let bad = seeded("5");
    let count = |key: &str| bad[key].as_u64().unwrap();
    assert!(count("faults") >= 1000 && count("typed_errors") > 0, "{bad}");
    assert_eq!(count("recovered") + count("typed_errors"), count("trials"));
    assert_eq!((count("wrong_answers"), count("hangs"), count("panics")), (0, 0, 0));
    // The same seed, the same faults, and the same that follows from them.
    assert_eq!(bad, seeded("5"));
    assert_ne!(bad["errors"], seeded("6")["errors"]);
}

#[test]
fn bench_of_the_model() {
    let begin = Instant::now();
    let report = json(&["bench", "model:?pes=16", "--seconds", "0.3", "--json"], 0);
    assert!(begin.elapsed() < Duration::from_secs(60));
    for key in ["vectors_per_s", "host_us", "link_us", "kernel_cycles", "bytes_up", "bytes_down", "link_efficiency"] {
        assert!(report[key].as_f64().unwrap() > 0.0, "{key}");
    }
    let latency = |key: &str| report["latency_us"][key].as_f64().unwrap();
    assert!(latency("p50") > 0.0 && latency("p50") <= latency("p99"));
    assert!(report["link_efficiency"].as_f64().unwrap() <= 1.0);
    let same = json(&["bench", "device", "model:?pes=16", "--seconds", "0.1", "--json"], 0);
    assert_eq!(same["bytes_up"], report["bytes_up"]);
    refused(&["bench", "uart:/dev/not-there"], &["/dev/not-there"]);
}

#[test]
fn devices_are_listed() {
    let dir = tempfile::tempdir().unwrap();
    for name in ["xdma3_h2c_0", "xdma3_c2h_0"] {
        std::fs::write(dir.path().join(name), "").unwrap();
    }
    let report = json(&["devices", "--list-only", "--dev", dir.path().to_str().unwrap(), "--json"], 0);
    let devices = report["devices"].as_array().unwrap();
    let card = devices.iter().find(|d| d["kind"] == "xdma").unwrap();
    assert_eq!(card["address"], format!("xdma:{}", dir.path().join("xdma3").display()));
    assert_eq!(card["answer"], "not asked");
}

/// A server that is ended with its test.
struct Server(std::process::Child);
impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_device_is_served_to_one_host_that_knows_the_token() {
    let serve = |extra: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_eie"));
        command.args(["serve", "model:?pes=16", "--listen", "127.0.0.1:0", "--json"]).args(extra);
        command.current_dir(root()).env_remove("EIE_TOKEN").stdout(Stdio::piped()).stderr(Stdio::null());
        let mut server = Server(command.spawn().unwrap());
        let mut line = String::new();
        BufReader::new(server.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let report: serde_json::Value = serde_json::from_str(&line).unwrap();
        (server, format!("tcp:{}", report["listening"].as_str().unwrap()))
    };
    let (_server, address) = serve(&["--token", "secret"]);
    let run = |address: &str| ["run", MODEL, "--images", "50", "--json", "--device", address].map(str::to_owned);
    let golden = json(&["run", MODEL, "--images", "50", "--json"], 0);
    let with = format!("{address}?token=secret");
    let args = run(&with);
    let device = json(&args.each_ref().map(String::as_str), 0);
    assert_eq!(device["outputs_sha256"], golden["outputs_sha256"]);
    for without in [address.clone(), format!("{address}?token=guess")] {
        let args = run(&without);
        refused(&args.each_ref().map(String::as_str), &["refused", "token"]);
    }
    refused(&["serve", "model:?pes=16", "--listen", "0.0.0.0:0"], &["--token"]);
    refused(&["serve", "uart:/dev/not-there", "--listen", "127.0.0.1:0"], &["/dev/not-there"]);
}
