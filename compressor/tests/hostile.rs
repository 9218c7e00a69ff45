//! Damaged and hostile files of weights: an error that says what is wrong, and never a panic.

mod networks;

use eie_compressor::formats::{write_safetensors, Format, TensorFile};
use eie_spec::archive::Dtype;
use proptest::prelude::*;
use rand::{Rng, SeedableRng};
use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::LazyLock;

/// Valid files: a name, and the content.
static FILES: LazyLock<Vec<(String, Vec<u8>)>> = LazyLock::new(|| {
    let dir = tempfile::tempdir().unwrap();
    for (name, network, ..) in networks::samples() {
        network.write(Format::Safetensors, &dir.path().join(format!("{name}.safetensors"))).unwrap();
        network.write(Format::Onnx, &dir.path().join(format!("{name}.onnx"))).unwrap();
    }
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    let paths = [dir.path(), &data].into_iter().flat_map(|dir| std::fs::read_dir(dir).unwrap());
    let mut paths: Vec<_> = paths.map(|f| f.unwrap().path()).collect();
    paths.sort_by_key(|p| p.file_name().map(ToOwned::to_owned));
    let file =
        |p: &std::path::PathBuf| (p.file_name().unwrap().to_str().unwrap().to_owned(), std::fs::read(p).unwrap());
    paths.iter().map(file).collect()
});

/// Does with a file's content all that can be done with it. Whether it is a chain.
fn use_file(name: &str, content: Vec<u8>) -> Result<bool, String> {
    let size = content.len();
    let file = TensorFile::parse(Path::new(name), content).map_err(|e| e.to_string())?;
    let bytes: usize = file.tensors.iter().map(|t| t.data.len()).sum();
    assert!(bytes <= 8 * size, "{name}: {bytes} bytes of tensors in {size}");
    let mut replaced = HashMap::new();
    for t in &file.tensors {
        assert_eq!(t.data.len(), t.shape.iter().product::<usize>() * t.dtype.size(), "{name}: {}", t.name);
        if let Ok(values) = t.floats() {
            replaced.insert(t.name.clone(), values);
        }
    }
    assert_eq!(file.list().len(), file.tensors.len());
    let chain = file.chain();
    if let Ok(chain) = &chain {
        chain.check().unwrap();
    }
    // Half-precision NaN may not come back as it was, but those have no floats.
    let same = file.rewritten(&replaced).map_err(|e| e.to_string())?;
    let again = TensorFile::parse(Path::new(name), same).map_err(|e| format!("rewritten: {e}")).unwrap();
    assert_eq!(again.list(), file.list(), "{name}");
    Ok(chain.is_ok())
}

/// A valid file with a few bytes changed, lost or doubled.
fn mutant(rng: &mut impl Rng, original: &[u8]) -> Vec<u8> {
    let mut bytes = original.to_vec();
    // Headers and graphs are where damage matters: half of it goes to the first part of a file.
    let end = if rng.random() { bytes.len() } else { bytes.len().min(400) };
    for _ in 0..rng.random_range(1..=4) {
        let at = rng.random_range(0..end.min(bytes.len()).max(1));
        match rng.random_range(0..6) {
            _ if bytes.is_empty() => {}
            0 => bytes.truncate(at),
            1 => bytes[at] ^= 1 << rng.random_range(0..8),
            2 => bytes[at] = rng.random(),
            3 => bytes[at] = [0, 0x7f, 0x80, 0xff, b'9', b'-'][rng.random_range(0..6)],
            4 => {
                let to = bytes.len().min(at + rng.random_range(1..20));
                bytes.drain(at..to);
            }
            _ => {
                let to = bytes.len().min(at + rng.random_range(1..60));
                let copy = bytes[at..to].to_vec();
                bytes.splice(at..at, copy);
            }
        }
    }
    bytes
}

#[test]
fn mutants_give_errors_and_no_panic() {
    let cases = std::env::var("EIE_FUZZ_CASES").map_or(100_000, |n| n.parse().unwrap());
    let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(1);
    let (mut valid, mut refused) = (0, 0);
    for case in 0..cases {
        let (name, original) = &FILES[case % FILES.len()];
        match use_file(name, mutant(&mut rng, original)) {
            Ok(_) => valid += 1,
            Err(why) => {
                assert!(why.starts_with(name.as_str()) && why.len() > name.len() + 8, "{why}");
                refused += 1;
            }
        }
    }
    // Neither everything nor nothing is refused.
    assert!(valid > cases / 20 && refused > cases / 20, "{valid} valid, {refused} refused");
}

/// The negative control: a reader that believes what a file says does panic at some of these mutants.
#[test]
fn mutants_break_a_trusting_reader() {
    let trusting = |name: &str, bytes: &[u8]| {
        if name.ends_with(".safetensors") {
            let size = u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
            return bytes[8..8 + size].len();
        }
        // Fields of the model: a key, a length or number of one byte or more.
        let number = |at: &mut usize| {
            let mut value = 0usize;
            for shift in (0..).step_by(7) {
                let byte = bytes[*at];
                *at += 1;
                value |= usize::from(byte & 0x7f) << shift.min(63);
                if byte < 0x80 {
                    break;
                }
            }
            value
        };
        let (mut at, mut sum) = (0, 0);
        while at < bytes.len() {
            let (key, value) = (number(&mut at), number(&mut at));
            if key & 7 == 2 {
                sum += bytes[at..at + value].len();
                at += value;
            }
        }
        sum
    };
    let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(1);
    for kind in [".onnx", ".safetensors"] {
        let files: Vec<_> = FILES.iter().filter(|(name, _)| name.ends_with(kind)).collect();
        files.iter().for_each(|(name, content)| assert!(trusting(name, content) <= content.len()));
        let breaks = |case: usize| {
            let (name, content) = files[case % files.len()];
            let bytes = mutant(&mut rng, content);
            std::panic::catch_unwind(|| trusting(name, &bytes)).is_err()
        };
        assert!((0..300).map(breaks).filter(|&broken| broken).count() > 30, "{kind}");
    }
}

#[test]
fn every_truncation_is_refused() {
    for (name, content) in FILES.iter() {
        assert!(use_file(name, content.clone()).is_ok(), "{name}");
        // An ONNX file may end between two fields of the model.
        let from = content.len().saturating_sub(3000);
        for end in (0..500.min(content.len())).chain(from..content.len()) {
            let result = use_file(name, content[..end].to_vec());
            if name.ends_with(".safetensors") || end < content.len() / 2 {
                assert!(result.is_err(), "{name}, {end} bytes of {}", content.len());
            }
        }
    }
}

/// Damage to weights alone is no damage to the file: it shows in what the network gives, or where it is no number.
#[test]
fn a_changed_weight_changes_the_network() {
    let (name, content) = FILES.iter().find(|(name, _)| name == "dense.safetensors").unwrap();
    let chain = |bytes: Vec<u8>| TensorFile::parse(Path::new(name), bytes).unwrap().chain();
    let before = chain(content.clone()).unwrap();
    let mut bytes = content.clone();
    let last = bytes.len() - 1;
    bytes[last] ^= 0x80;
    let after = chain(bytes.clone()).unwrap();
    let x = networks::ramp(12);
    assert_ne!(networks::run(&after, &x, 0), networks::run(&before, &x, 0));
    bytes[last - 3..].copy_from_slice(&f32::NAN.to_le_bytes());
    let error = chain(bytes).unwrap_err().to_string();
    assert!(error.contains("dense.safetensors: tensor fc10.bias: has NaN at element 1"), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

    #[test]
    fn any_bytes_are_no_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), onnx in any::<bool>()) {
        let _ = use_file(if onnx { "any.onnx" } else { "any.safetensors" }, bytes);
    }

    #[test]
    fn any_header_is_no_panic(
        dtype in prop::sample::select(vec!["F32", "F16", "BF16", "I64", "BOOL", "F8_E4M3", "x", ""]),
        shape in prop::collection::vec(prop::sample::select(vec![0u64, 1, 2, 3, 1 << 31, 1 << 32, u64::MAX]), 0..10),
        offsets in (0u64..40, 0u64..40),
        data in 0usize..40,
    ) {
        let json = format!("{{\"t.weight\":{{\"dtype\":{dtype:?},\"shape\":{shape:?},\"data_offsets\":[{},{}]}}}}", offsets.0, offsets.1);
        let mut bytes = (json.len() as u64).to_le_bytes().to_vec();
        bytes.extend(json.as_bytes());
        bytes.resize(bytes.len() + data, 0);
        let _ = use_file("any.safetensors", bytes);
    }
}

/// A safetensors file with a header.
fn with_header(json: &str, data: usize) -> Vec<u8> {
    let mut bytes = (json.len() as u64).to_le_bytes().to_vec();
    bytes.extend(json.as_bytes());
    bytes.resize(bytes.len() + data, 0);
    bytes
}

#[test]
fn bad_headers_are_told() {
    let entry = |name: &str, shape: &str, from: usize, to: usize| {
        format!("\"{name}\":{{\"dtype\":\"F32\",\"shape\":{shape},\"data_offsets\":[{from},{to}]}}")
    };
    let file = |entries: &[String], data| with_header(&format!("{{{}}}", entries.join(",")), data);
    let cases = [
        (Vec::new(), "is empty"),
        (vec![0; 5], "it has 5 bytes, expected at least 8"),
        ((1u64 << 60).to_le_bytes().to_vec(), "its header is to have 1152921504606846976 bytes"),
        ((100u64).to_le_bytes().to_vec(), "its header ends at byte 108 of 8"),
        (file(&[entry("a", "[2]", 0, 8), entry("b", "[2]", 4, 12)], 12), "tensor b: begins at byte"),
        (file(&[entry("a", "[2]", 0, 8), entry("b", "[2]", 12, 20)], 20), "tensor b: begins at byte"),
        (file(&[entry("a", "[2]", 0, 8), entry("a", "[2]", 8, 16)], 16), "tensor a is there twice"),
        (file(&[entry("a", "[4294967296,4294967296]", 0, 8)], 8), "tensor a: has shape [4294967296, 4294967296]"),
        (file(&[entry("a", "[-1]", 0, 8)], 8), "tensor a: invalid value: integer `-1`"),
        (file(&[entry("a", "[3]", 0, 8)], 8), "tensor a: has bytes 0 to 8, its shape [3] of F32 takes 12"),
        (file(&[entry("a", "[2]", 8, 0)], 8), "tensor a: has bytes 8 to 0"),
        (file(&[entry("a", "[4]", 0, 16)], 8), "tensor a: ends at byte 16 of 8: truncated"),
        (file(&[entry("a", "[2]", 0, 8)], 9), "not a safetensors file"),
        (file(&[entry("a", "[1,1,1,1,1,1,1,1,1]", 0, 4)], 4), "tensor a: has 9 dimensions"),
        (with_header("{\"a\":{\"dtype\":\"F8_E5M2\",\"shape\":[1],\"data_offsets\":[0,1]}}", 1), "has type F8_E5M2"),
    ];
    for (bytes, want) in cases {
        let error = use_file("x.safetensors", bytes).unwrap_err();
        assert!(error.starts_with("x.safetensors: ") && error.contains(want), "{error}; expected {want}");
    }
}

/// Names and shapes.
type Tensors = &'static [(&'static str, &'static [usize])];
/// Keys and values.
type Metadata = &'static [(&'static str, &'static str)];

#[test]
fn networks_that_are_no_chain_are_told() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("n.safetensors");
    let message = |tensors: Tensors, metadata: Metadata| {
        let data = vec![0u8; 4096];
        let metadata = metadata.iter().map(|&(k, v)| (k.to_owned(), v.to_owned())).collect::<BTreeMap<_, _>>();
        let size = |shape: &[usize]| 4 * shape.iter().product::<usize>();
        let tensors = tensors.iter().map(|&(name, shape)| (name, Dtype::F32, shape, &data[..size(shape)]));
        write_safetensors(&path, &metadata, tensors).unwrap();
        TensorFile::open(&path).unwrap().chain().unwrap_err().to_string()
    };
    let cases: [(Tensors, Metadata, &str); 9] = [
        (&[("c.weight", &[2, 1, 3, 3])], &[], "tensor c.weight: is a convolution, and safetensors have no strides"),
        (&[("c.weight", &[2, 1, 3, 2])], &[("eie.c", "{}")], "has kernels of 3 x 2"),
        (&[("c.weight", &[2, 1, 3, 3])], &[("eie.c", "{\"stride\":0}")], "layer c has kernel 3, stride 0"),
        (
            &[("c.weight", &[2, 1, 3, 3])],
            &[("eie.c", "{}"), ("eie.input", "1x28")],
            "metadata eie.input are \"1x28\"",
        ),
        (&[("c.weight", &[2, 1, 3, 3])], &[("eie.c", "{}"), ("eie.input", "1x2x2")], "gives an image of 2 x 0 x 0"),
        (&[("a.weight", &[2, 3]), ("b.weight", &[2, 3])], &[], "layer b takes 3 inputs, what is before it gives 2"),
        (&[("a.weight", &[2, 3]), ("bn.weight", &[2])], &[], "tensor bn.weight: is no part of"),
        (&[("a.weight", &[2, 3]), ("a.bias", &[3])], &[], "tensor a.bias: has shape [3], expected [2]"),
        (
            &[
                ("l.weight_ih_l0", &[8, 3]),
                ("l.weight_ih_l1", &[8, 2]),
                ("l.weight_hh_l0", &[8, 2]),
                ("l.weight_hh_l1", &[8, 2]),
            ],
            &[],
            "has l.weight_ih_l1 beside it",
        ),
    ];
    for (tensors, metadata, want) in cases {
        let error = message(tensors, metadata);
        assert!(error.contains(want), "{error}; expected {want}");
    }
}
