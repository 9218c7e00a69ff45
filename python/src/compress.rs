//! Compression, with progress as calls of a Python function.

use crate::arrays::slice;
use crate::model::{codec, write, Model};
use crate::raise;
use eie_compressor::archive::{self, ArchiveConfig};
use eie_compressor::direct::{compress_direct, DirectConfig};
use eie_compressor::formats::{Chain, TensorFile};
use eie_compressor::net::DenseLayer;
use numpy::{PyReadonlyArray2, PyReadonlyArrayDyn, PyUntypedArrayMethods};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use safetensors::tensor::{Dtype, TensorView};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// Calls `progress(what, done, of)`. The first exception, Ctrl-C's too, is kept, and raised when the work is done.
struct Progress {
    call: Option<Py<PyAny>>,
    failed: Option<PyErr>,
}

impl Progress {
    fn new(call: Option<Py<PyAny>>) -> Self {
        Progress { call, failed: None }
    }

    fn tell(&mut self, what: &str, done: usize, of: usize) {
        if self.failed.is_none() {
            let told = Python::attach(|py| {
                py.check_signals()?;
                self.call.as_ref().map(|call| call.call1(py, (what, done, of))).transpose()
            });
            self.failed = told.err();
        }
    }

    fn end(self) -> PyResult<()> {
        self.failed.map_or(Ok(()), Err)
    }
}

fn bits(bits: &[u32]) -> PyResult<Vec<usize>> {
    match bits.iter().find(|b| !(1..=8).contains(*b)) {
        Some(b) => Err(PyValueError::new_err(format!("bits is {b}, expected 1 to 8"))),
        None => Ok(bits.iter().map(|b| 1 << b).collect()),
    }
}

/// A chain of fully connected layers, compressed.
fn network(
    py: Python<'_>,
    name: &str,
    chain: Chain,
    config: &DirectConfig,
    samples: Option<PyReadonlyArray2<'_, f32>>,
    progress: Option<Py<PyAny>>,
) -> PyResult<Model> {
    let linear = |layer| {
        DenseLayer::linear(layer).map_err(|name| {
            raise(format!("layer {name} is not fully connected: compress the network with its data (eie compress)"))
        })
    };
    let layers = chain.layers.into_iter().map(linear).collect::<PyResult<Vec<_>>>()?;
    if let Some(columns) = samples.as_ref().map(|s| s.shape()[1]).filter(|&c| c != layers[0].inputs) {
        let why = format!("samples have {columns} values a row, the network takes {}", layers[0].inputs);
        return Err(PyValueError::new_err(why));
    }
    let samples = samples.as_ref().map(|s| slice(s, "the array of samples")).transpose()?;
    let mut told = Progress::new(progress);
    let model = py.detach(|| {
        let of = layers.len();
        compress_direct(name, &layers, config, samples, &mut |k| told.tell(&layers[k].name, k + 1, of))
    });
    told.end()?;
    Model::new(model.map_err(raise)?)
}

/// The tensors of a state dict, in its order.
#[pyfunction]
#[pyo3(signature = (tensors, name, density, bits, samples, progress))]
pub fn compress_tensors(
    py: Python<'_>,
    tensors: Vec<(String, PyReadonlyArrayDyn<'_, f32>)>,
    name: &str,
    density: Vec<f64>,
    bits: Vec<u32>,
    samples: Option<PyReadonlyArray2<'_, f32>>,
    progress: Option<Py<PyAny>>,
) -> PyResult<Model> {
    if tensors.is_empty() {
        return Err(PyValueError::new_err("the state dict has no tensor"));
    }
    let config = DirectConfig { densities: density, codes: self::bits(&bits)?, ..DirectConfig::default() };
    let mut views = Vec::new();
    let layers: Vec<&str> = tensors.iter().filter_map(|(name, _)| name.strip_suffix(".weight")).collect();
    // What decides over the order, and where ReLU is.
    let hint = |(k, layer): (usize, &&str)| {
        (format!("eie.{layer}"), format!("{{\"order\":{k},\"relu\":{}}}", k + 1 < layers.len()))
    };
    let hints: HashMap<String, String> = layers.iter().enumerate().map(hint).collect();
    let mut data: Vec<Vec<u8>> = Vec::new();
    for (name, array) in &tensors {
        let array =
            array.as_slice().map_err(|_| PyValueError::new_err(format!("tensor {name} is not contiguous")))?;
        data.push(array.iter().flat_map(|x| x.to_le_bytes()).collect());
    }
    for ((name, array), bytes) in tensors.iter().zip(&data) {
        views.push((name.as_str(), TensorView::new(Dtype::F32, array.shape().to_vec(), bytes).map_err(raise)?));
    }
    let file = safetensors::serialize(views, Some(hints)).map_err(raise)?;
    drop(data);
    let chain = TensorFile::parse(Path::new("state dict"), file).and_then(|file| file.chain()).map_err(raise)?;
    network(py, name, chain, &config, samples, progress)
}

/// The network in a file.
#[pyfunction]
#[pyo3(signature = (path, density, bits, samples, progress))]
pub fn compress_network(
    py: Python<'_>,
    path: PathBuf,
    density: Vec<f64>,
    bits: Vec<u32>,
    samples: Option<PyReadonlyArray2<'_, f32>>,
    progress: Option<Py<PyAny>>,
) -> PyResult<Model> {
    let config = DirectConfig { densities: density, codes: self::bits(&bits)?, ..DirectConfig::default() };
    let chain = py.detach(|| eie_compressor::formats::chain(&path)).map_err(raise)?;
    let name = path.file_stem().map_or_else(String::new, |s| s.to_string_lossy().into_owned());
    network(py, &name, chain, &config, samples, progress)
}

/// Any file of weights, tensor by tensor. What became of them.
#[pyfunction]
#[pyo3(signature = (path, out, density, bits, codec_name, progress))]
pub fn compress_file<'py>(
    py: Python<'py>,
    path: PathBuf,
    out: PathBuf,
    density: Vec<f64>,
    bits: Vec<u32>,
    codec_name: &str,
    progress: Option<Py<PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    let config = ArchiveConfig {
        densities: density,
        codes: self::bits(&bits)?,
        codec: codec(codec_name)?,
        ..ArchiveConfig::default()
    };
    let name = path.file_stem().map_or_else(String::new, |s| s.to_string_lossy().into_owned());
    let mut told = Progress::new(progress);
    let mut bytes = Vec::new();
    let summary = py.detach(|| {
        let file = TensorFile::open(&path)?;
        archive::compress_file(&file, &name, &config, &mut bytes, &mut |w| told.tell(w.tensor, w.elements, w.of))
    });
    told.end()?;
    let summary = summary.map_err(raise)?;
    write(&out, &bytes).map_err(|e| raise(format!("{}: {e}", out.display())))?;
    crate::facts(py, &summary)
}
