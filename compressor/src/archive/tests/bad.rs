//! What is wrong is told, with the tensor that is.

use super::*;
use std::path::Path;

#[test]
fn bad_input_is_told_with_its_tensor() {
    let usual = ArchiveConfig::default();
    let mut values = weights(1200, 1);
    let part = |values: &[f32], name| (name, Dtype::F32, &[30, 40][..], bytes(values, Dtype::F32));
    let good = part(&values, "a.weight");
    values[700] = f32::NAN;
    let (b, c) = (part(&values, "b.weight"), part(&values, "c.weight"));
    let one = || file(std::slice::from_ref(&good));
    // The first of the file, whatever thread is the first; what passes through may have any bits.
    for threads in [1, 2, 8] {
        let config = ArchiveConfig { threads, ..usual.clone() };
        let error = fails(&file(&[good.clone(), b.clone(), c.clone()]), &config);
        assert!(error.contains("tensor b.weight: has NaN at element 700"), "{error}");
    }
    compressed(&file(&[good.clone(), part(&values, "b.scale")]), &usual);
    let error = fails(&file(&[]), &usual);
    assert!(error.contains("has 0 tensors"), "{error}");
    let long = "x".repeat(5000);
    let error = fails(&file(&[part(&weights(1200, 1), &long)]), &usual);
    assert!(error.contains("length of the name"), "{error}");
    for (density, want) in [(-0.1, "density is -0.1"), (1.5, "density is 1.5"), (f64::NAN, "density is NaN")] {
        let error = fails(&one(), &ArchiveConfig { densities: vec![0.1, density], ..usual.clone() });
        assert!(error.contains(want), "{error}");
    }
    let error = fails(&one(), &ArchiveConfig { codes: vec![0], ..usual });
    assert!(error.contains("number of codes is 0"), "{error}");
}

/// A writer that takes a number of bytes.
struct Full(usize);

impl Write for Full {
    fn write(&mut self, buffer: &[u8]) -> std::io::Result<usize> {
        let taken = buffer.len().min(self.0);
        self.0 -= taken;
        Ok(taken)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_full_disk_is_told() {
    for space in [0, 100, 3000] {
        let error = compress_file(&mixed(), "n", &ArchiveConfig::default(), Full(space), &mut |_| {}).unwrap_err();
        assert!(error.to_string().contains("writing the file"), "{error}");
    }
}

#[test]
fn an_archive_goes_back_into_its_file_only() {
    let source = mixed();
    let (first, _) = compressed(&source, &ArchiveConfig::default());
    let archive = decode_archive(&first).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("n.safetensors");
    expand_like(&archive, &source, &path).unwrap();
    let (like, dense) = (TensorFile::open(&path).unwrap(), expanded(&archive));
    assert!(like.tensors.iter().zip(&dense.tensors).all(|(a, b)| a.name == b.name && a.data == b.data));
    let refuses = |change: &dyn Fn(&mut Archive), want: &str| {
        let mut archive = archive.clone();
        change(&mut archive);
        let error = expand_like(&archive, &source, Path::new("/nowhere/x")).unwrap_err().to_string();
        assert!(error.contains(want), "{error}");
    };
    refuses(&|a| a.tensors[0].name = "z".into(), "tensor z: is in the archive, but not in this file");
    refuses(&|a| a.tensors.truncate(10), "tensor d.weight: is in this file, but not in the archive");
    refuses(&|a| a.tensors[0].shape = vec![50, 40], "tensor a.weight: is F32 of shape [40, 50], in the archive F32");
    refuses(&|a| a.tensors[4].dtype = Dtype::BF16, "tensor l.weight_ih_l0: is F16 of shape");
    refuses(&|a| a.tensors[1].data = TensorData::Raw(vec![0; 1600]), "tensor a.bias: has other values");
    refuses(&|_| {}, "/nowhere/x");
    // A value that the type cannot hold.
    let mut large = archive.clone();
    if let TensorData::Shared { codebook, .. } = &mut large.tensors[4].data {
        codebook[0] = 1e30;
    }
    let error = expand(&large, &path).unwrap_err().to_string();
    assert!(error.contains("tensor l.weight_ih_l0: is to have") && error.contains("65504"), "{error}");
}
