//! The verbs that measure networks before they are compressed, as a user calls them.

mod program;

use program::{eie, json, refused};
use std::path::Path;

const NET: &str = "models/lenet-300-100.safetensors";

/// A data set of the network's size to train on: the repository has the test half only.
fn training_set(dir: &Path) {
    let count = 256u32;
    let header =
        |magic: u32, sizes: &[u32]| [magic].iter().chain(sizes).flat_map(|n| n.to_be_bytes()).collect::<Vec<u8>>();
    let labels: Vec<u8> = (0..count).map(|i| (i % 10) as u8).collect();
    // A bright row for each digit.
    let pixel = |i: u32, p: u32| if p / 28 == 2 * (i % 10) + 4 { 200 + (i % 50) as u8 } else { 0 };
    let images: Vec<u8> = (0..count).flat_map(|i| (0..784).map(move |p| pixel(i, p))).collect();
    for half in ["train", "t10k"] {
        let write = |name: &str, bytes: [Vec<u8>; 2]| {
            std::fs::write(dir.join(format!("{half}-{name}-ubyte")), bytes.concat()).unwrap();
        };
        write("images-idx3", [header(0x0803, &[count, 28, 28]), images.clone()]);
        write("labels-idx1", [header(0x0801, &[count]), labels.clone()]);
    }
}

#[test]
fn sensitivity_tells_error_by_layer_and_density() {
    let dir = tempfile::tempdir().unwrap();
    let plot = dir.path().join("curves.svg");
    let got = json(
        &[
            "sensitivity",
            "--model",
            NET,
            "--images",
            "500",
            "--density",
            "0.01,1",
            "--out",
            plot.to_str().unwrap(),
            "--json",
        ],
        0,
    );
    assert_eq!((&got["images"], &got["model"]), (&500.into(), &NET.into()));
    let layers = got["layers"].as_array().unwrap();
    assert_eq!(layers.len(), 3);
    for layer in layers {
        let points = layer["points"].as_array().unwrap();
        assert_eq!(points.len(), 2, "{layer}");
        assert_eq!(points[1]["error_pct"], got["dense_error_pct"], "nothing pruned changes nothing");
        assert!(points[0]["error_pct"].as_f64() > points[1]["error_pct"].as_f64(), "{layer}");
        assert!(points[0]["kept"].as_u64() < points[1]["kept"].as_u64() && points[0]["density"] == 0.01);
    }
    let svg = std::fs::read_to_string(plot).unwrap();
    assert!(svg.starts_with("<svg") && layers.iter().all(|l| svg.contains(l["name"].as_str().unwrap())));
    let (status, out, err) = eie(&["sensitivity", "--model", NET, "--images", "100", "--density", "0.5"]);
    assert_eq!((status, out.as_str()), (0, ""));
    assert!(err.contains("50 %") && err.contains("dense: "), "{err}");
}

#[test]
fn a_share_study_has_a_row_for_each_way() {
    let dir = tempfile::tempdir().unwrap();
    training_set(dir.path());
    let (here, plot) = (dir.path().to_str().unwrap(), dir.path().join("inits.svg"));
    let base = ["share-study", "--model", NET, "--data", here, "--bits", "2,3", "--epochs", "1"];
    let got = json(&[&base[..], &["--out", plot.to_str().unwrap(), "--json"]].concat(), 0);
    let rows = got["rows"].as_array().unwrap();
    let ways: Vec<(u64, &str)> =
        rows.iter().map(|r| (r["bits"].as_u64().unwrap(), r["init"].as_str().unwrap())).collect();
    let inits = ["linear", "random", "density", "optimal"];
    assert_eq!(ways, [2, 3].map(|b| inits.map(|i| (b, i))).concat());
    for key in ["sum_of_squares", "error_pct", "tuned_error_pct", "centroids"] {
        assert!(rows.iter().all(|r| r[key].is_number()), "{key}");
    }
    for key in ["dense_error_pct", "pruned_error_pct", "kept"] {
        assert!(got[key].is_number(), "{key}");
    }
    assert!(std::fs::read_to_string(plot).unwrap().contains("optimal"));
    let (status, out, err) = eie(&[&base[..], &["--tune-epochs", "0"]].concat());
    assert_eq!((status, out.as_str()), (0, ""));
    assert!(err.contains("sum of squares") && err.contains("density"), "{err}");
}

#[test]
fn bad_input_is_refused_in_one_sentence() {
    let dir = tempfile::tempdir().unwrap();
    let here = dir.path().to_str().unwrap();
    for verb in ["sensitivity", "share-study"] {
        refused(&[verb, "--model", NET, "--data", here], &["idx3-ubyte", "--data"]);
    }
    refused(&["share-study", "--model", NET], &["--data DIR"]);
    refused(&["sensitivity", "--model", "no-such-file.safetensors"], &["no-such-file.safetensors"]);
    refused(&["sensitivity", "--model", NET, "--images", "9", "--density", "2"], &["density is 2", "0 to 1"]);
    refused(&["sensitivity", "--model", NET, "--images", "0"], &["--images"]);
    let out = "/nowhere/x.svg";
    refused(&["sensitivity", "--model", NET, "--images", "9", "--density", "1", "--out", out], &[out]);
    training_set(dir.path());
    refused(&["share-study", "--model", NET, "--data", here, "--bits", "9"], &["bits is 9", "1 to 8"]);
    refused(&["share-study", "--model", NET, "--data", here, "--density", "nan"], &["density is NaN", "0 to 1"]);
    let (status, _, err) = eie(&["sensitivity", "--model", NET, "--density", "many"]);
    assert!(status == 2 && err.contains("invalid value"), "{err}");
}
