//! `eie bench` and `eie explore`, with the cycle model: no tools are needed.

mod program;

use program::{json, refused};

#[test]
fn bench_gives_every_layer_with_its_figures() {
    let out = json(&["bench", "layers", "--engine", "model", "--batch", "1", "--json"], 0);
    assert_eq!(out["engine"], "model");
    let layers = out["layers"].as_array().unwrap();
    assert_eq!(layers.len(), 10);
    for l in layers {
        let number = |key: &str| l[key].as_f64().unwrap_or_else(|| panic!("{key} of {l}"));
        assert_eq!((number("batch"), number("differences")), (1.0, 0.0));
        assert_eq!(number("cycles"), number("model_cycles"));
        let efficiency = number("macs") / (number("pes") * number("cycles"));
        assert!((efficiency - number("efficiency")).abs() < 1e-9);
        // EIE's own cycles are there for its layers, and ours are fewer.
        match l["name"].as_str().unwrap() {
            "LeNet-300-100" => assert!(l["eie_cycles"].is_null() && number("pes") == 16.0),
            _ => assert!(number("eie_cycles") > number("cycles") && number("pes") == 64.0),
        }
    }
    refused(&["bench", "layers", "--pes", "9", "--engine", "model"], &["pes is 9"]);
    refused(&["bench", "layers", "--batch", "0", "--engine", "model"], &["--batch is 0"]);
}

#[test]
fn explore_sweeps_and_draws() {
    let dir = tempfile::tempdir().unwrap();
    let plots = dir.path().join("plots");
    let sweep =
        ["explore", "--sweep", "fifo,runs,width", "--layers", "nt-we", "--out", plots.to_str().unwrap(), "--json"];
    let out = json(&sweep, 0);
    let of = |sweep: &str, key: &str| -> Vec<f64> {
        out["sweeps"][sweep].as_array().unwrap().iter().map(|p| p[key].as_f64().unwrap()).collect()
    };
    // Deeper queues cost no cycles, and the first ones save many.
    let load = of("fifo", "load");
    assert!(load.windows(2).all(|w| w[0] <= w[1]) && load[0] < 0.8 && load[8] > 0.95, "{load:?}");
    // Wider runs need fewer fillers, and then every entry is larger for nothing.
    let (work, bits) = (of("runs", "work"), of("runs", "weight_bits"));
    assert!(work.windows(2).all(|w| w[0] <= w[1]) && work[6] == 1.0, "{work:?}");
    assert!(bits[6] > bits[4], "{bits:?}");
    let reads = of("width", "reads");
    assert!(reads.windows(2).all(|w| w[0] >= w[1]) && reads[0] > reads[4], "{reads:?}");
    let files = out["plots"].as_array().unwrap();
    assert_eq!(files.len(), 6);
    for file in files {
        assert!(std::fs::read_to_string(file.as_str().unwrap()).unwrap().starts_with("<svg"));
    }
    refused(&["explore", "--layers", "VGG-9"], &["VGG-9", "VGG-8"]);
}

#[test]
fn bench_cpu_compares_with_libraries() {
    let dir = tempfile::tempdir().unwrap();
    let plots = dir.path().join("plots");
    let common = ["bench", "cpu", "--layers", "nt-we", "--rounds", "1", "--python", "no-such-python", "--json"];
    let out = json(&[&common[..], &["--plots", plots.to_str().unwrap()]].concat(), 0);
    let layers = out["layers"].as_array().unwrap();
    assert_eq!(layers.iter().map(|l| l["batch"].as_u64().unwrap()).collect::<Vec<_>>(), [1, 16]);
    for l in layers {
        let number = |key: &str| l[key].as_f64().unwrap_or_else(|| panic!("{key} of {l}"));
        let all = l["all_us"].as_object().unwrap();
        // The ratio is the one to the fastest library, whichever that is; results were compared by the program.
        let dense = ["gemm", "candle", "faer", "matrixmultiply"].map(|name| all[name].as_f64().unwrap());
        assert_eq!(number("dense_us"), dense.iter().copied().fold(f64::INFINITY, f64::min));
        assert!((number("ratio_dense") * number("ours_us") / number("dense_us") - 1.0).abs() < 1e-9);
        assert!(number("bytes_dense") > 10.0 * number("bytes_ours"), "{l}");
        assert!(!all.contains_key("openblas"));
    }
    assert!(layers[0]["sparse_us"].as_f64().unwrap() > 0.0 && layers[0]["of_limit"].as_f64().unwrap() > 0.0);
    assert!(layers[1]["sparse_us"].is_null() && layers[1]["of_limit"].is_null());
    let files = out["plots"].as_array().unwrap();
    assert!(files.len() >= 3, "{files:?}");
    for file in files {
        assert!(std::fs::read_to_string(file.as_str().unwrap()).unwrap().starts_with("<svg"));
    }
    refused(&["bench", "cpu", "--layers", "VGG-9"], &["VGG-9"]);
    refused(&["bench", "cpu", "--isa", "mmx"], &["--isa is mmx, this machine has portable"]);
    refused(&["bench", "cpu", "--rounds", "0"], &["--rounds is 0"]);
}

#[test]
fn explore_shows_errors_by_width_beside_energy() {
    let dir = tempfile::tempdir().unwrap();
    let model = "models/lenet-300-100.eie";
    let sweep =
        ["explore", "--sweep", "precision", "--model", model, "--out", dir.path().to_str().unwrap(), "--json"];
    let out = json(&sweep, 0);
    let found = &out["precision"];
    assert_eq!(found["images"], 10_000);
    let points = found["points"].as_array().unwrap();
    let at = |narrow: &str, bits: u64, key: &str| -> f64 {
        points.iter().find(|p| p["narrow"] == narrow && p["bits"] == bits).unwrap()[key].as_f64().unwrap()
    };
    // With the device's widths it is what the golden model gets.
    let golden = json(&["run", model, "--engine", "golden", "--json"], 0);
    for narrow in ["both", "activations", "codebook"] {
        assert_eq!(at(narrow, 16, "error_pct"), golden["error_pct"].as_f64().unwrap());
        // What is too narrow for the network shows.
        assert!(at(narrow, 8, "error_pct") < at(narrow, 3, "error_pct"), "{narrow}");
        assert!(at(narrow, 8, "multiply_pj") > at(narrow, 4, "multiply_pj"));
    }
    assert!(at("both", 3, "error_pct") > 10.0);
    assert!((found["float_error_pct"].as_f64().unwrap() - at("both", 32, "error_pct")).abs() < 0.05);
    assert_eq!(out["plots"].as_array().unwrap().len(), 3);
    refused(&["explore", "--sweep", "precision", "--model", "models/lenet-5.eie"], &["not fully connected"]);
}
