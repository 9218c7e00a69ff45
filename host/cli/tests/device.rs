//! The verbs that use a device: `run --device`, `selftest`, `bench URI`.

mod program;

use program::{json, refused};
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
    let bad = json(&["selftest", "model:?pes=4", "--faults", "1000", "--seed", "5", "--json"], 0);
    let count = |key: &str| bad[key].as_u64().unwrap();
    assert!(count("faults") >= 1000 && count("typed_errors") > 0, "{bad}");
    assert_eq!(count("recovered") + count("typed_errors"), count("trials"));
    assert_eq!((count("wrong_answers"), count("hangs"), count("panics")), (0, 0, 0));
    // The same seed, the same faults.
    let again = json(&["selftest", "model:?pes=4", "--faults", "1000", "--seed", "5", "--json"], 0);
    assert_eq!(bad["errors"], again["errors"]);
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
