//! The Python module `openeie._openeie`: `openeie/__init__.py` is what users see.
#![deny(unsafe_code)]

mod arrays;
mod compress;
mod device;
mod model;

use pyo3::prelude::*;

pyo3::create_exception!(openeie, EieError, pyo3::exceptions::PyException, "What OpenEIE says went wrong.");

/// An error as a Python exception: the sentence it is.
fn raise(error: impl std::fmt::Display) -> PyErr {
    EieError::new_err(error.to_string())
}

/// Facts as dictionaries and lists.
fn facts<'py>(py: Python<'py>, facts: &impl serde::Serialize) -> PyResult<Bound<'py, PyAny>> {
    let text = serde_json::to_string(facts).map_err(raise)?;
    py.import("json")?.call_method1("loads", (text,))
}

#[pymodule]
fn _openeie(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add("__version__", env!("CARGO_PKG_VERSION"))?;
    m.add("EieError", m.py().get_type::<EieError>())?;
    m.add_class::<model::Model>()?;
    m.add_class::<device::Device>()?;
    m.add_class::<device::Session>()?;
    m.add_function(wrap_pyfunction!(compress::compress_tensors, m)?)?;
    m.add_function(wrap_pyfunction!(compress::compress_network, m)?)?;
    m.add_function(wrap_pyfunction!(compress::compress_file, m)?)?;
    m.add_function(wrap_pyfunction!(model::load, m)?)?;
    Ok(())
}
