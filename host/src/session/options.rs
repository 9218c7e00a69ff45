//! How to open a session, where there is a choice.

use crate::engine::{Engine, HostEngine};
use crate::link::Settings;
use crate::transport::{self, Transport, TransportError};
use eie_spec::arith::MAX_ACC_BITS;
use eie_spec::config::Config;
use eie_spec::model::Model;
use std::sync::Arc;

/// Opens the pipe with an address. `eie-sim` has one for simulated devices, too.
pub type Opener = Arc<dyn Fn(&str) -> Result<Box<dyn Transport>, TransportError> + Send + Sync>;
/// Makes the engine for a chain of fully connected layers that no device runs.
pub type Fallback = Arc<dyn Fn(&Model) -> Result<Box<dyn Engine + Send>, String> + Send + Sync>;

/// How the work is divided between several devices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Split {
    /// Each has the whole model, and takes a part of a batch's rows.
    Rows,
    /// Each has some of the layers, and passes their results on.
    Layers,
}

/// How to open a session, where there is a choice.
#[derive(Clone)]
pub struct Options {
    /// Vectors that a device runs together, as far as they fit: 1 for the shortest answer, 8 for the most vectors a
    /// second. Calls with fewer rows take as long.
    pub vectors: usize,
    /// For several devices.
    pub split: Split,
    /// The link's patience.
    pub settings: Settings,
    /// The devices' configuration. None: what their addresses say, or the usual one with the hash that they report.
    pub config: Option<Config>,
    /// The devices' clock, for [`super::Timings::kernel`].
    pub clock_hz: Option<f64>,
    /// Whether to count the cycles of runs: 12 bytes a call.
    pub count_cycles: bool,
    /// Opens pipes.
    pub opener: Opener,
    /// Runs what no device can. By default plain loops on the host ([`HostEngine`]); `eie-cpu` has quick ones.
    pub fallback: Fallback,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            vectors: 1,
            split: Split::Rows,
            settings: Settings::default(),
            config: None,
            clock_hz: None,
            count_cycles: true,
            opener: Arc::new(transport::open),
            // Sums are as wide as any: the certificates allow no more.
            fallback: Arc::new(|part| Ok(Box::new(HostEngine::new(part, MAX_ACC_BITS)))),
        }
    }
}
