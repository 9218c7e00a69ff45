//! Files of weights: networks of other programs give here what they give there.
//!
//! `tests/data` has networks that PyTorch and the `onnx` package wrote, with inputs and what onnxruntime gave for
//! them: `scripts/make_onnx_tests.py` makes them. `EIE_FORMATS_DIR` names a folder of more of them.

mod networks;

use eie_compressor::formats::{chain, write_safetensors, Chain, Format, LayerKind, Role, TensorFile};
use eie_spec::archive::Dtype;
use networks::{ramp, run, samples};
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

/// Runs a chain on the inputs of another program, which are beside its file, and compares with its outputs.
fn compare(name: &str, chain: &Chain, numbers: &Path) {
    let file = TensorFile::open(numbers).unwrap();
    let (x, y) = (file.tensor("x").unwrap(), file.tensor("y").unwrap());
    let (shape, batch) = (&x.shape, y.shape[0]);
    let (x, y) = (x.floats().unwrap(), y.floats().unwrap());
    let sequence = matches!(chain.layers[0].kind, LayerKind::Lstm { .. });
    let (item, width) = (x.len() / batch, if sequence { shape[2] } else { 0 });
    for n in 0..batch {
        let input: Vec<f32> = match sequence && !name.contains("-bf-") {
            true => x.chunks_exact(width).skip(n).step_by(batch).flatten().copied().collect(),
            false => x[n * item..][..item].to_vec(),
        };
        let mut found = run(chain, &input, if sequence { item / width } else { 0 });
        for dropped in &chain.dropped {
            let sum: f32 = found.iter().map(|v| v.exp()).sum();
            found.iter_mut().for_each(|v| *v = v.exp() / sum);
            if dropped.starts_with("LogSoftmax") {
                found.iter_mut().for_each(|v| *v = v.ln());
            }
        }
        let want = &y[n * found.len()..][..found.len()];
        let close = found.iter().zip(want).all(|(a, b)| (a - b).abs() < 1e-5);
        assert!(close, "{name}, input {n}: {found:?}, onnxruntime gives {want:?}");
    }
}

fn networks() -> Vec<PathBuf> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    let folders = std::iter::once(data).chain(std::env::var_os("EIE_FORMATS_DIR").map(PathBuf::from));
    let mut files: Vec<PathBuf> =
        folders.flat_map(|dir| std::fs::read_dir(dir).unwrap()).map(|f| f.unwrap().path()).collect();
    files.retain(|f| f.extension().is_some_and(|e| e == "onnx"));
    files.sort();
    files
}

#[test]
fn networks_of_other_programs_give_the_same() {
    let dir = tempfile::tempdir().unwrap();
    let mut read = 0;
    for path in networks() {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let numbers = path.with_extension("numbers.safetensors");
        if !numbers.exists() {
            continue;
        }
        let network = chain(&path).unwrap_or_else(|e| panic!("{e}"));
        compare(&name, &network, &numbers);
        // Through both formats and back.
        for (format, file) in [(Format::Safetensors, "n.safetensors"), (Format::Onnx, "n.onnx")] {
            let path = dir.path().join(file);
            network.write(format, &path).unwrap();
            let again = chain(&path).unwrap_or_else(|e| panic!("{name}: {e}"));
            assert_eq!(again, Chain { dropped: Vec::new(), ..network.clone() }, "{name} as {file}");
        }
        read += 1;
    }
    assert!(read >= 8, "{read} networks");
}

/// Also writes networks and what they give for `scripts/check_onnx.py`, to the folder of `EIE_ONNX_OUT`.
#[test]
fn exports_are_read_again() {
    let temporary = tempfile::tempdir().unwrap();
    let dir = std::env::var_os("EIE_ONNX_OUT").map_or(temporary.path().to_owned(), PathBuf::from);
    for (name, network, shape, batch) in samples() {
        let path = dir.join(format!("{name}.onnx"));
        network.write(Format::Onnx, &path).unwrap();
        assert_eq!(chain(&path).unwrap(), network);
        let module = temporary.path().join("n.safetensors");
        network.write(Format::Safetensors, &module).unwrap();
        assert_eq!(chain(&module).unwrap(), network);
        let x = ramp(shape.iter().product());
        let one = |n: usize| match &network.layers[0].kind {
            LayerKind::Lstm { inputs, .. } => {
                let steps = x.chunks_exact(*inputs).skip(n).step_by(batch);
                run(&network, &steps.flatten().copied().collect::<Vec<_>>(), shape[0])
            }
            _ => run(&network, x.chunks_exact(x.len() / batch).nth(n).unwrap(), 0),
        };
        let y: Vec<f32> = (0..batch).flat_map(one).collect();
        let bytes = |v: &[f32]| v.iter().flat_map(|x| x.to_le_bytes()).collect::<Vec<u8>>();
        let (x, y, y_shape) = (bytes(&x), bytes(&y), [batch, y.len() / batch]);
        let tensors = [("x", Dtype::F32, &shape[..], &x[..]), ("y", Dtype::F32, &y_shape, &y)];
        let numbers = dir.join(format!("{name}.numbers.safetensors"));
        write_safetensors(&numbers, &BTreeMap::new(), tensors).unwrap();
    }
}

#[test]
fn a_rewritten_file_differs_in_what_was_replaced() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    let mut paths = networks();
    for (name, network, ..) in samples() {
        paths.push(dir.path().join(format!("{name}.safetensors")));
        network.write(Format::Safetensors, &paths[paths.len() - 1]).unwrap();
    }
    for path in paths {
        let same = || assert_eq!(std::fs::read(&path).unwrap(), std::fs::read(&out).unwrap(), "{}", path.display());
        let file = TensorFile::open(&path).unwrap();
        file.rewrite(&HashMap::new(), &out).unwrap();
        same();
        // Other values, and back.
        let values = |factor: f32| -> HashMap<String, Vec<f32>> {
            let weights = file.tensors.iter().filter(|t| t.role != Role::Other);
            let times = |v: Vec<f32>| v.into_iter().map(|v| v * factor).collect();
            weights.map(|t| (t.name.clone(), times(t.floats().unwrap()))).collect()
        };
        assert!(!values(1.0).is_empty(), "{}", path.display());
        let zeros = values(0.0);
        file.rewrite(&zeros, &out).unwrap();
        let changed = TensorFile::open(&out).unwrap();
        assert_eq!(file.list(), changed.list());
        for (before, after) in file.tensors.iter().zip(&changed.tensors) {
            match zeros.get(&before.name) {
                Some(v) => assert_eq!(after.floats().unwrap(), *v, "{}", before.name),
                None => assert_eq!(before.data, after.data),
            }
        }
        changed.rewrite(&values(1.0), &out).unwrap();
        same();
    }
}
