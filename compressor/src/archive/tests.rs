//! Files of weights to archives and back.

mod bad;

use super::*;
use crate::formats::write_safetensors;
use eie_spec::archive::{Archive, Dtype};
use eie_spec::container::{decode_archive, inspect};
use half::{bf16, f16};

type Part<'a> = (&'a str, Dtype, &'a [usize], Vec<u8>);

fn bytes(values: &[f32], dtype: Dtype) -> Vec<u8> {
    let bytes = |&x: &f32| match dtype {
        Dtype::F16 => f16::from_f32(x).to_le_bytes().to_vec(),
        Dtype::BF16 => bf16::from_f32(x).to_le_bytes().to_vec(),
        _ => x.to_le_bytes().to_vec(),
    };
    values.iter().flat_map(bytes).collect()
}

/// Weights with long tails, of both signs.
fn weights(count: usize, seed: u64) -> Vec<f32> {
    (0..count as u64)
        .map(|i| {
            let x = ((i + seed) * 2_654_435_761 % 1_000_003) as f32 / 1_000_003.0 - 0.5;
            x * x * x
        })
        .collect()
}

fn file(parts: &[Part]) -> TensorFile {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("n.safetensors");
    let parts = parts.iter().map(|(name, dtype, shape, data)| (*name, *dtype, *shape, &data[..]));
    write_safetensors(&path, &Default::default(), parts).unwrap();
    TensorFile::open(&path).unwrap()
}

fn compressed(file: &TensorFile, config: &ArchiveConfig) -> (Vec<u8>, Summary) {
    let mut out = Vec::new();
    let summary = compress_file(file, "n", config, &mut out, &mut |_| {}).unwrap();
    (out, summary)
}

fn fails(file: &TensorFile, config: &ArchiveConfig) -> String {
    compress_file(file, "n", config, Vec::new(), &mut |_| {}).unwrap_err().to_string()
}

fn expanded(archive: &Archive) -> TensorFile {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("n.safetensors");
    expand(archive, &path).unwrap();
    TensorFile::open(&path).unwrap()
}

/// One tensor of each kind.
fn mixed() -> TensorFile {
    let f32s = |count, seed| bytes(&weights(count, seed), Dtype::F32);
    file(&[
        ("a.weight", Dtype::F32, &[40, 50], f32s(2000, 1)),
        ("a.bias", Dtype::F32, &[400], f32s(400, 2)),
        ("b.weight", Dtype::F32, &[12, 3, 5, 5], f32s(900, 3)),
        ("c.weight", Dtype::BF16, &[30, 30], bytes(&weights(900, 4), Dtype::BF16)),
        ("l.weight_ih_l0", Dtype::F16, &[64, 20], bytes(&weights(1280, 5), Dtype::F16)),
        ("l.weight_hh_l0", Dtype::F16, &[64, 16], bytes(&weights(1024, 6), Dtype::F16)),
        ("small.weight", Dtype::F32, &[15, 17], f32s(255, 7)),
        ("wide.weight", Dtype::F64, &[20, 20], vec![1; 3200]),
        ("n.steps", Dtype::I64, &[], vec![7; 8]),
        ("none.weight", Dtype::F32, &[0, 5], Vec::new()),
        ("d.weight", Dtype::F32, &[100, 30], f32s(3000, 8)),
    ])
}

#[test]
fn weights_are_compressed_and_the_rest_passes_through() {
    let source = mixed();
    let (file, summary) = compressed(&source, &ArchiveConfig::default());
    let archive = decode_archive(&file).unwrap();
    let raw: Vec<(&str, Reason)> = summary.passed_through.iter().map(|t| (t.name.as_str(), t.reason)).collect();
    let want = [
        ("a.bias", Reason::Role),
        ("small.weight", Reason::Small),
        ("wide.weight", Reason::Type),
        ("n.steps", Reason::Type),
        ("none.weight", Reason::Role),
    ];
    assert_eq!(raw, want);
    let kept: Vec<(&str, &str, usize)> = summary.tensors.iter().map(|t| (t.name.as_str(), t.role, t.kept)).collect();
    let want = [
        ("a.weight", "linear", 200),
        ("b.weight", "conv", 315),
        ("c.weight", "linear", 90),
        ("l.weight_ih_l0", "lstm", 128),
        ("l.weight_hh_l0", "lstm", 102),
        ("d.weight", "linear", 300),
    ];
    assert_eq!(kept, want);
    // The file says the same.
    let info = inspect(&file).unwrap();
    assert_eq!((summary.file_bytes, info.file_bytes), (file.len() as u64, file.len()));
    for t in &summary.tensors {
        let i = info.tensors.iter().find(|i| i.name == t.name).unwrap();
        assert_eq!((t.kept, t.bytes, t.codes, &t.shape), (i.kept, i.file_bytes, i.codes, &i.shape));
        assert!(t.kept_pct == i.kept_pct && t.entropy_bytes == i.entropy_bytes, "{}", t.name);
    }
    assert_eq!(
        (summary.dense_bytes, summary.source_bytes),
        (4 * summary.elements as u64, source.file_bytes() as u64)
    );
    assert!(summary.ratio > summary.source_ratio && summary.source_ratio > 1.0);
    // What passes through is as it was; what is kept is near.
    let dense = expanded(&archive);
    for (t, d) in source.tensors.iter().zip(&dense.tensors) {
        assert_eq!((&t.name, &t.shape, t.dtype), (&d.name, &d.shape, d.dtype));
        match summary.tensors.iter().find(|s| s.name == t.name) {
            None => assert_eq!(t.data, d.data),
            Some(s) => {
                let (w, v) = (t.floats().unwrap(), d.floats().unwrap());
                assert_eq!(v.iter().filter(|&&x| x != 0.0).count(), s.kept);
                assert!(w.iter().zip(&v).all(|(w, v)| *v == 0.0 || (w - v).abs() < 0.01), "{}", t.name);
            }
        }
    }
}

#[test]
fn compressing_again_changes_nothing() {
    let source = mixed();
    let lists = [(Vec::new(), Vec::new()), (vec![1.0, 0.5, 0.02], vec![256, 3, 1])];
    for codec in [Codec::Huffman, Codec::Adaptive, Codec::Smallest] {
        for (init, (densities, codes)) in Init::ALL.into_iter().zip(lists.iter().cycle()) {
            let (densities, codes) = (densities.clone(), codes.clone());
            let config = ArchiveConfig { densities, codes, init, codec, ..ArchiveConfig::default() };
            let (first, _) = compressed(&source, &config);
            let dense = expanded(&decode_archive(&first).unwrap());
            assert!(compressed(&dense, &config).0 == first, "{config:?}");
        }
    }
}

#[test]
fn threads_do_not_show() {
    let source = mixed();
    let with = |threads| compressed(&source, &ArchiveConfig { threads, ..ArchiveConfig::default() });
    let one = with(1);
    for threads in [0, 2, 3, 100] {
        assert_eq!(with(threads), one);
    }
    // Control: other settings do.
    assert_ne!(compressed(&source, &ArchiveConfig { densities: vec![0.2], ..ArchiveConfig::default() }), one);
}

#[test]
fn weights_that_half_precision_rounds_together_share_a_code() {
    for dtype in [Dtype::F16, Dtype::BF16] {
        let least = if dtype == Dtype::F16 { f16::from_bits(1).to_f32() } else { bf16::from_bits(1).to_f32() };
        // The smallest numbers: many means lie between two of them, and some at zero.
        let values: Vec<f32> = (0..600).map(|i| least * (i % 40 - 20) as f32).collect();
        let source = file(&[("a.weight", dtype, &[20, 30], bytes(&values, dtype))]);
        for codes in [1, 2, 16] {
            let config = ArchiveConfig { densities: vec![1.0], codes: vec![codes], ..ArchiveConfig::default() };
            let (first, summary) = compressed(&source, &config);
            let archive = decode_archive(&first).unwrap();
            assert!(summary.tensors[0].codes <= codes);
            assert!(compressed(&expanded(&archive), &config).0 == first, "{dtype:?} {codes}");
        }
    }
}

#[test]
fn extreme_weights_stay_numbers() {
    let mut values = vec![0.0f32; 1000];
    let part = |values: &[f32]| file(&[("a.weight", Dtype::F32, &[1000, 1], bytes(values, Dtype::F32))]);
    let (bytes, summary) = compressed(&part(&values), &ArchiveConfig::default());
    assert_eq!((summary.kept, decode_archive(&bytes).unwrap().tensors[0].dense()), (0, Some(values.clone())));
    for i in 0..1000 {
        values[i] = [f32::MAX, -f32::MAX, f32::MIN_POSITIVE, -1e-45, 1e30, 0.0][i % 6];
    }
    let config = |codes| ArchiveConfig { densities: vec![1.0], codes: vec![codes], ..ArchiveConfig::default() };
    let (exact, _) = compressed(&part(&values), &config(5));
    assert_eq!(decode_archive(&exact).unwrap().tensors[0].dense(), Some(values.clone()));
    let (few, _) = compressed(&part(&values), &config(3));
    assert!(decode_archive(&few).unwrap().tensors[0].dense().unwrap().iter().all(|x| x.is_finite()));
    // All the same weight.
    let (one, summary) = compressed(&part(&[0.25; 1000]), &config(16));
    assert_eq!((summary.tensors[0].codes, summary.kept), (1, 1000));
    assert_eq!(decode_archive(&one).unwrap().tensors[0].dense(), Some(vec![0.25; 1000]));
}

#[test]
fn what_would_grow_passes_through() {
    let values = weights(256, 1);
    let source = file(&[("a.weight", Dtype::F16, &[16, 16], bytes(&values, Dtype::F16))]);
    let config = ArchiveConfig { densities: vec![1.0], codes: vec![256], ..ArchiveConfig::default() };
    let (first, summary) = compressed(&source, &config);
    assert_eq!((summary.passed_through[0].reason, summary.tensors.len()), (Reason::Larger, 0));
    let archive = decode_archive(&first).unwrap();
    assert!(expanded(&archive).tensors[0].data == source.tensors[0].data);
    assert!(compressed(&expanded(&archive), &config).0 == first);
}
