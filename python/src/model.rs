//! A compressed network.

use crate::{arrays, raise};
use eie_offload::Runner;
use eie_spec::container::{decode, encode_with, inspect, Codec};
use numpy::{PyArray1, PyArray2, PyArrayMethods};
use pyo3::exceptions::{PyIndexError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use std::path::PathBuf;
use std::sync::Arc;

/// The codec of a name.
pub fn codec(name: &str) -> PyResult<Codec> {
    match name {
        "smallest" => Ok(Codec::Smallest),
        "huffman" => Ok(Codec::Huffman),
        "adaptive" => Ok(Codec::Adaptive),
        other => Err(PyValueError::new_err(format!(
            "codec is {other:?}, expected \"smallest\", \"huffman\" or \"adaptive\""
        ))),
    }
}

/// Writes a file: it is there when it is whole.
pub fn write(path: &std::path::Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut part = path.as_os_str().to_owned();
    part.push(".part");
    std::fs::write(&part, bytes)?;
    std::fs::rename(&part, path).inspect_err(|_| {
        // The error of the renaming is the one to tell.
        let _ = std::fs::remove_file(&part);
    })
}

/// A compressed network, ready to run on this machine's CPU.
#[pyclass(frozen, module = "openeie")]
pub struct Model(pub Arc<Runner>);

impl Model {
    /// For the CPU.
    pub fn new(model: eie_spec::model::Model) -> PyResult<Self> {
        Ok(Model(Arc::new(Runner::open(Arc::new(model), "cpu").map_err(raise)?)))
    }

    fn encoded(&self, py: Python<'_>, codec_name: &str) -> PyResult<Vec<u8>> {
        let codec = codec(codec_name)?;
        py.detach(|| encode_with(self.0.model(), codec)).map_err(raise)
    }

    fn layer(&self, index: usize) -> PyResult<&eie_spec::model::Layer> {
        let layers = &self.0.model().layers;
        layers.get(index).ok_or_else(|| {
            PyIndexError::new_err(format!("layer {index} of {}: they are numbered from 0", layers.len()))
        })
    }
}

/// Reads a model from a file's content.
#[pyfunction]
pub fn load(py: Python<'_>, bytes: &[u8]) -> PyResult<Model> {
    Model::new(py.detach(|| decode(bytes)).map_err(raise)?)
}

#[pymethods]
impl Model {
    /// Name of the network.
    #[getter]
    fn name(&self) -> &str {
        &self.0.model().name
    }

    /// Values of a row of the input.
    #[getter]
    fn inputs(&self) -> usize {
        self.0.model().inputs()
    }

    /// Values of a row of the output.
    #[getter]
    fn outputs(&self) -> usize {
        self.0.model().outputs()
    }

    /// Real values of a unit of an input and of an output: what `int16` arrays are in.
    #[getter]
    fn scales(&self) -> (f32, f32) {
        let layers = &self.0.model().layers;
        (layers[0].in_scale, layers[layers.len() - 1].result_scale())
    }

    /// Bytes of the weights in memory, as laid out by the calls so far.
    #[getter]
    fn nbytes(&self) -> usize {
        self.0.bytes()
    }

    /// Bytes of the same network in float32.
    #[getter]
    fn dense_nbytes(&self) -> u64 {
        self.0.model().dense_bytes()
    }

    /// What there is to know of the file: layer by layer, bytes and bits.
    fn info<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let info = inspect(&self.encoded(py, "smallest")?).map_err(raise)?;
        crate::facts(py, &info)
    }

    /// Dense weights of a layer, `outputs x inputs`, as float32.
    fn weight<'py>(&self, py: Python<'py>, layer: usize) -> PyResult<Bound<'py, PyArray2<f32>>> {
        let layer = self.layer(layer)?;
        let unit = layer.weight_scale();
        let dense = py.detach(|| layer.dense().iter().map(|&w| f32::from(w) * unit).collect());
        PyArray1::from_vec(py, dense).reshape([layer.outputs, layer.inputs])
    }

    /// Biases of a layer as float32.
    fn bias<'py>(&self, py: Python<'py>, layer: usize) -> PyResult<Bound<'py, PyArray1<f32>>> {
        let layer = self.layer(layer)?;
        let unit = layer.sum_scale();
        Ok(PyArray1::from_vec(py, layer.bias.iter().map(|&b| b as f32 * unit).collect()))
    }

    /// Runs rows.
    fn run<'py>(&self, x: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        arrays::run(&self.0, x)
    }

    /// The file's content.
    #[pyo3(signature = (codec = "smallest"))]
    fn to_bytes<'py>(&self, py: Python<'py>, codec: &str) -> PyResult<Bound<'py, PyBytes>> {
        Ok(PyBytes::new(py, &self.encoded(py, codec)?))
    }

    /// Writes the file. Its size.
    #[pyo3(signature = (path, codec = "smallest"))]
    fn save(&self, py: Python<'_>, path: PathBuf, codec: &str) -> PyResult<usize> {
        let bytes = self.encoded(py, codec)?;
        py.detach(|| write(&path, &bytes)).map_err(|e| raise(format!("{}: {e}", path.display())))?;
        Ok(bytes.len())
    }

    fn __len__(&self) -> usize {
        self.0.model().layers.len()
    }

    fn __repr__(&self) -> String {
        let m = self.0.model();
        let kept = m.kept();
        format!("Model({:?}, {} -> {}, {} layers, {kept} weights)", m.name, m.inputs(), m.outputs(), m.layers.len())
    }
}
