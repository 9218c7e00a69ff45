//! NumPy arrays in and out, without copies.

use crate::raise;
use eie_offload::Runner;
use numpy::{Element, PyArray1, PyArrayDyn, PyArrayMethods, PyReadonlyArray, PyUntypedArrayMethods};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;

/// Runs an array of rows: `float32`, or `int16` in the model's units. The result is a new array that owns the results as
/// they came; the input is read where it is.
pub fn run<'py>(runner: &Runner, x: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    if let Ok(x) = x.cast::<PyArrayDyn<f32>>() {
        return on(runner, x, Runner::run);
    }
    if let Ok(x) = x.cast::<PyArrayDyn<i16>>() {
        return on(runner, x, Runner::run_units);
    }
    let what = match x.getattr("dtype") {
        Ok(dtype) => format!("an array of {dtype}"),
        Err(_) => format!("{}", x.get_type().name()?),
    };
    Err(PyTypeError::new_err(format!(
        "found {what}, expected a NumPy array of float32, or of int16 in the model's units"
    )))
}

/// An array's values, row by row. (`as_slice` alone takes arrays by columns, too.)
pub fn slice<'a, T: Element, D: numpy::ndarray::Dimension>(
    array: &'a PyReadonlyArray<'_, T, D>,
    what: &str,
) -> PyResult<&'a [T]> {
    let values = array.as_slice().ok().filter(|_| array.is_c_contiguous());
    values.ok_or_else(|| {
        PyValueError::new_err(format!("{what} is not contiguous: pass numpy.ascontiguousarray(x), which copies it"))
    })
}

fn on<'py, T: Element + Copy, E: std::fmt::Display + Send>(
    runner: &Runner,
    x: &Bound<'py, PyArrayDyn<T>>,
    call: impl Fn(&Runner, &[T], usize) -> Result<Vec<T>, E> + Send + Sync,
) -> PyResult<Bound<'py, PyAny>> {
    let (inputs, outputs) = (runner.model().inputs(), runner.model().outputs());
    let mut shape = x.shape().to_vec();
    match shape.last_mut() {
        Some(last) if *last == inputs => *last = outputs,
        _ => {
            let why = format!("the input has shape {:?}, expected rows of {inputs} values", x.shape());
            return Err(PyValueError::new_err(why));
        }
    }
    let rows = shape[..shape.len() - 1].iter().product();
    let values = x.readonly();
    let slice = slice(&values, "the input")?;
    let y = x.py().detach(|| call(runner, slice, rows)).map_err(raise)?;
    Ok(PyArray1::from_vec(x.py(), y).reshape(shape)?.into_any())
}
