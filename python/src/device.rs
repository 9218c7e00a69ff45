//! Devices by their addresses.

use crate::model::Model;
use crate::{arrays, raise};
use eie_host::session::Options;
use eie_host::transport::Address;
use eie_offload::Runner;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use std::time::Duration;

/// A device's address, and how long it may take.
#[pyclass(frozen, module = "openeie")]
pub struct Device {
    uri: String,
    options: Options,
}

#[pymethods]
impl Device {
    #[new]
    #[pyo3(signature = (uri, *, timeout = None, vectors = 8))]
    fn new(uri: String, timeout: Option<f64>, vectors: usize) -> PyResult<Self> {
        Address::parse(&uri).map_err(|e| PyValueError::new_err(e.to_string()))?;
        let mut options = Options { vectors: vectors.clamp(1, 64), ..Options::default() };
        if let Some(seconds) = timeout {
            let wrong = || PyValueError::new_err(format!("timeout is {seconds}, expected seconds above 0"));
            let time = Duration::try_from_secs_f64(seconds).ok().filter(|t| !t.is_zero());
            options.settings.timeout = time.ok_or_else(wrong)?;
        }
        Ok(Device { uri, options })
    }

    /// The address.
    #[getter]
    fn uri(&self) -> String {
        Address::without_token(&self.uri)
    }

    /// Opens the device and loads a model on it.
    fn load(&self, py: Python<'_>, model: &Model) -> PyResult<Session> {
        let model = model.0.model().clone();
        let runner = py.detach(|| Runner::open_with(model, &self.uri, &self.options)).map_err(raise)?;
        Ok(Session(runner))
    }

    fn __repr__(&self) -> String {
        format!("Device({:?})", self.uri())
    }
}

/// A model on a device.
#[pyclass(frozen, module = "openeie")]
pub struct Session(Runner);

#[pymethods]
impl Session {
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

    /// Layers and who runs them.
    #[getter]
    fn placement(&self) -> Vec<(String, String)> {
        self.0.session().map(|s| s.placement()).unwrap_or_default()
    }

    /// Runs rows.
    fn run<'py>(&self, x: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        arrays::run(&self.0, x)
    }

    /// What the session did: calls, errors, vectors, retries, bytes_up, bytes_down, host_s, link_s, kernel_cycles.
    fn stats<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let s = self.0.session().map(|s| s.stats()).unwrap_or_default();
        let t = s.timings;
        let facts = serde_json::json!({
            "calls": s.calls, "errors": s.errors, "vectors": t.vectors, "retries": t.retries,
            "bytes_up": t.bytes_up, "bytes_down": t.bytes_down, "kernel_cycles": t.kernel_cycles,
            "host_s": t.host.as_secs_f64(), "link_s": t.link.as_secs_f64(),
        });
        crate::facts(py, &facts)
    }

    fn __repr__(&self) -> String {
        format!("Session({:?} on {:?})", self.0.model().name, Address::without_token(self.0.target()))
    }
}
