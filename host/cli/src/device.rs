//! What verbs that use a device share: its address, sessions, inputs.

use eie_compressor::data::{Dataset, Split as Half};
use eie_compressor::quantise::input;
use eie_cpu::{CpuEngine, Options as CpuOptions};
use eie_host::link::Settings;
use eie_host::selftest::made_inputs;
use eie_host::session::{Options, Split};
use eie_host::transport::Address;
use eie_spec::model::Model;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// How to use a device.
#[derive(clap::Args)]
pub struct LinkArgs {
    /// Milliseconds that an answer may take, by the device's clock (a simulated device has a simulated one). By
    /// default what is usual for the kind of address.
    #[arg(long)]
    timeout_ms: Option<f64>,
    /// How often a packet is sent before it is given up.
    #[arg(long, default_value_t = Settings::default().attempts)]
    attempts: u32,
}

impl LinkArgs {
    /// For a device at an address, or for the default one.
    pub fn settings(&self, default: Duration) -> Settings {
        let timeout = self.timeout_ms.and_then(|ms| Duration::try_from_secs_f64(ms / 1e3).ok());
        Settings { timeout: timeout.unwrap_or(default), attempts: self.attempts.max(1), session: None }
    }

    /// For a device at an address: with how many bytes are on their way, a simulation answers in microseconds of its
    /// own time.
    pub fn settings_for(&self, address: &str) -> Settings {
        let default = Settings::default().timeout;
        let scheme = Address::parse(address).map(|a| a.scheme).unwrap_or_default();
        self.settings(if scheme == "sim" { Duration::from_millis(50) } else { default })
    }
}

/// Options of a session: simulated devices as well, and this crate's kernels for what no device runs.
pub fn options(settings: Settings, vectors: usize, split: Split) -> Options {
    Options {
        vectors,
        split,
        settings,
        opener: Arc::new(eie_sim::transport::open),
        fallback: Arc::new(|part| {
            let engine = CpuEngine::new(part, &CpuOptions { threads: 1, ..CpuOptions::default() });
            engine.map(|engine| Box::new(engine) as _).map_err(|e| e.to_string())
        }),
        ..Options::default()
    }
}

/// Inputs for a model: images of the test set where they fit, else made ones.
pub fn inputs(model: &Model, count: usize) -> Vec<Vec<i16>> {
    let images = Dataset::load(Path::new("models/mnist-test"), Half::Test);
    match images {
        Ok(images) if images.image(0).len() == model.inputs() => {
            (0..count).map(|k| input(images.image(k % images.len()))).collect()
        }
        _ => {
            let max = model.layers[0].certificate.in_abs_max.min(i16::MAX as u32) as i16;
            let mut all = made_inputs(model, count, 1);
            all.iter_mut().flatten().for_each(|x| *x = (*x).clamp(-max, max));
            all
        }
    }
}
