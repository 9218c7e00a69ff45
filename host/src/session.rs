//! What a program calls: open a device by its address, load a model, run arrays through it.
//!
//! ```
//! use eie_host::session::Session;
//! use ndarray::Array2;
//! use std::time::Duration;
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../models/lenet-300-100.eie");
//! let model = eie_spec::container::decode(&std::fs::read(file)?)?;
//! let session = Session::open("model:?pes=16", &model)?;
//! let x = Array2::<f32>::zeros((8, session.inputs()));
//! let y = session.run(x.view())?; // 8 rows of real numbers
//! let mut later = session.submit(x.row(0))?; // in the background
//! assert_eq!(later.wait(Duration::from_secs(5))?, y.row(0));
//! # Ok(()) }
//! ```
//!
//! A session is a handle: clones share devices and model, from any thread. Layers that a device cannot run (codebooks
//! of more than 16 entries, sums wider than its accumulators) run on the host, by [`Options::fallback`].
//!
//! Every call ends: a device that does not answer is given up after [`Settings::timeout`] and so many attempts. After
//! an error the session can be used again; a device that was unplugged is opened again by the next call.

mod accelerator;
mod core;
mod element;
mod error;
mod network;
mod options;
mod pending;
mod queue;
mod timings;

pub(crate) use accelerator::usual;
pub use accelerator::Accelerator;
pub use element::{Element, Rows};
pub use error::SessionError;
pub use options::{Fallback, Opener, Options, Split};
pub use pending::Pending;
pub use timings::{Stats, Timings};

use self::core::Core;
use crate::device::Counters;
#[cfg(doc)]
use crate::{engine::HostEngine, link::Settings};
use eie_spec::model::Model;
use ndarray::{Array, ArrayView, ArrayViewMut};
use network::{lock, Network};
use queue::{Job, Queue};
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex};
use std::time::Instant;

/// See the module's documentation.
#[derive(Clone)]
pub struct Session {
    core: Arc<Core>,
    queue: Arc<Queue>,
}

impl Session {
    /// Opens a device and loads a model, with the default options.
    ///
    /// # Errors
    /// The device cannot be opened, or the model not be packed for it.
    pub fn open(address: &str, model: &Model) -> Result<Self, SessionError> {
        Self::open_with(&[address], model, &Options::default())
    }

    /// Opens devices and loads a model.
    ///
    /// # Errors
    /// A device cannot be opened, or the model not be packed for it.
    pub fn open_with(addresses: &[&str], model: &Model, options: &Options) -> Result<Self, SessionError> {
        let mut devices = Vec::new();
        for address in addresses {
            let config = options.config.as_ref();
            let mut device = Accelerator::open(address, config, options.opener.clone(), options.settings)?;
            if options.count_cycles {
                device.device_mut().count_cycles();
            }
            devices.push(device);
        }
        if devices.is_empty() {
            return Err(SessionError::NoDevice);
        }
        let network = Network::new(model, devices, options)?;
        let (first, last) = (&model.layers[0], &model.layers[model.layers.len() - 1]);
        let core = Core {
            inputs: model.inputs(),
            outputs: model.outputs(),
            in_scale: first.in_scale,
            out_scale: last.result_scale(),
            in_abs_max: first.certificate.in_abs_max,
            clock_hz: options.clock_hz,
            memory: Mutex::default(),
            stats: Mutex::default(),
            busy: (0..network.routes()).map(|_| AtomicUsize::new(0)).collect(),
            network,
        };
        Ok(Session { core: Arc::new(core), queue: Arc::new(Queue::default()) })
    }

    /// Values of a row of the input.
    pub fn inputs(&self) -> usize {
        self.core.inputs
    }

    /// Values of a row of the output.
    pub fn outputs(&self) -> usize {
        self.core.outputs
    }

    /// Real values of a unit of an input and of an output.
    pub fn scales(&self) -> (f32, f32) {
        (self.core.in_scale, self.core.out_scale)
    }

    /// Layers and who runs them: names of layers that run together, and a device's address or an engine's name.
    pub fn placement(&self) -> Vec<(String, String)> {
        self.core.network.describe()
    }

    /// Runs one row (`ArrayView1`) or many (`ArrayView2`) of activations: in units (`i16`) or as real numbers
    /// (`f32`, see [`Element`]).
    ///
    /// # Errors
    /// An input of another shape or outside the certified range; the devices.
    pub fn run<T: Element, D: Rows>(&self, x: ArrayView<'_, T, D>) -> Result<Array<T, D>, SessionError> {
        self.run_timed(x).map(|(y, _)| y)
    }

    /// [`Session::run`], and what it took.
    ///
    /// # Errors
    /// Those of [`Session::run`].
    pub fn run_timed<T: Element, D: Rows>(
        &self,
        x: ArrayView<'_, T, D>,
    ) -> Result<(Array<T, D>, Timings), SessionError> {
        let rows = D::rows(x.view()).nrows();
        let mut y = Array::from_elem(D::shape(rows, self.core.outputs), T::default());
        let timings = self.run_into(x, y.view_mut())?;
        Ok((y, timings))
    }

    /// [`Session::run`] into an array that there is. Once it has run as many rows it allocates nothing, if the model is
    /// a chain of fully connected layers on one device.
    ///
    /// # Errors
    /// Those of [`Session::run`], or an array of another shape.
    pub fn run_into<T: Element, D: Rows>(
        &self,
        x: ArrayView<'_, T, D>,
        y: ArrayViewMut<'_, T, D>,
    ) -> Result<Timings, SessionError> {
        let begin = Instant::now();
        let core = &self.core;
        let (x, mut y) = (D::rows(x), D::rows_mut(y));
        let found = [y.nrows(), y.ncols()];
        if found != [x.nrows(), core.outputs] {
            return Err(SessionError::Room { rows: x.nrows(), columns: core.outputs, found });
        }
        let mut memory = lock(&core.memory).pop().unwrap_or_default();
        let result = core.units(x, &mut memory.x).and_then(|()| {
            memory.y.clear();
            memory.y.resize(found[0] * core.outputs, 0);
            core.run(&memory.x, &mut memory.y, &mut memory.between, &|| false)
        });
        let result = result.map(|mut timings| {
            let values = memory.y.iter().map(|&unit| T::from_unit(unit, core.out_scale));
            y.iter_mut().zip(values).for_each(|(place, value)| *place = value);
            timings.total = begin.elapsed();
            core.settle_host(&mut timings);
            timings
        });
        lock(&core.memory).push(memory);
        core.note(&result);
        result
    }

    /// Runs in the background: a handle to wait for, to cancel, or to await.
    ///
    /// # Errors
    /// An input of another shape, or with values that are no numbers.
    pub fn submit<T: Element, D: Rows>(&self, x: ArrayView<'_, T, D>) -> Result<Pending<T, D>, SessionError> {
        let x = D::rows(x);
        let rows = x.nrows();
        let mut units = Vec::new();
        self.core.units(x, &mut units)?;
        let (job, handle) = Job::new(units, rows, self.core.outputs, self.core.out_scale);
        self.queue.push(job, &self.core);
        Ok(handle)
    }

    /// What the session did since it was opened.
    pub fn stats(&self) -> Stats {
        *lock(&self.core.stats)
    }

    /// Each device's counters since its last reset.
    ///
    /// # Errors
    /// Those of the links.
    pub fn counters(&self) -> Result<Vec<Counters>, SessionError> {
        self.core.network.devices().iter().map(|device| lock(device).counters()).collect()
    }

    /// Number of devices.
    pub fn devices(&self) -> usize {
        self.core.network.devices().len()
    }

    /// A device, while nobody else uses it: for tests and tools.
    pub fn with_device<R>(&self, number: usize, f: impl FnOnce(&mut Accelerator) -> R) -> R {
        f(&mut lock(&self.core.network.devices()[number]))
    }
}
