//! A page about a compression.

use crate::compress::Compressed;
use crate::net::DenseNet;
use crate::plot::PlotError;
use eie_spec::container::Info;

/// One HTML page without references to others.
///
/// # Errors
/// If a plot cannot be drawn.
pub fn html(_net: &DenseNet, _result: &Compressed, _info: &Info) -> Result<String, PlotError> {
    Ok(String::new())
}
