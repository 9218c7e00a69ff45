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
mod element;
mod error;
mod network;
mod pending;
mod queue;
mod timings;

pub(crate) use accelerator::usual;
pub use accelerator::Accelerator;
pub use element::{Element, Rows};
pub use error::SessionError;
pub use pending::Pending;
pub use timings::{Stats, Timings};

use crate::device::Counters;
use crate::engine::{Engine, HostEngine};
use crate::link::Settings;
use crate::transport::{self, Transport, TransportError};
use eie_spec::arith::MAX_ACC_BITS;
use eie_spec::config::Config;
use eie_spec::model::Model;
use ndarray::{Array, ArrayView, ArrayView2, ArrayViewMut};
use network::{lock, rest, Between, Network};
use queue::{Job, Queue};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

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
    /// The devices' clock, for [`Timings::kernel`].
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

/// What all clones of a session, and its threads, share.
struct Core {
    network: Network,
    inputs: usize,
    outputs: usize,
    in_scale: f32,
    out_scale: f32,
    in_abs_max: u32,
    clock_hz: Option<f64>,
    memory: Mutex<Vec<Memory>>,
    stats: Mutex<Stats>,
    /// Calls that are on each route.
    busy: Vec<AtomicUsize>,
}

/// Memory of a call, used again by the next one.
#[derive(Default)]
struct Memory {
    x: Vec<i16>,
    y: Vec<i16>,
    between: Between,
}

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

impl Core {
    /// The input in units.
    fn units<T: Element>(&self, x: ArrayView2<'_, T>, units: &mut Vec<i16>) -> Result<(), SessionError> {
        if x.ncols() != self.inputs {
            return Err(SessionError::Columns { found: x.ncols(), expected: self.inputs });
        }
        units.clear();
        T::to_units(x, self.in_scale, self.in_abs_max, units).map_err(|index| SessionError::NotANumber { index })
    }

    /// Runs rows on all routes. Of the timings, `host` and `total` are left.
    fn run(
        &self,
        x: &[i16],
        y: &mut [i16],
        between: &mut Between,
        cancelled: &(dyn Fn() -> bool + Sync),
    ) -> Result<Timings, SessionError> {
        let batch = x.len() / self.inputs;
        let rows = self.network.rows(batch);
        let mut timings = Timings { vectors: batch as u64, ..Timings::default() };
        if self.busy.len() == 1 || batch <= rows {
            let route = self.freest();
            self.busy[route].fetch_add(1, Ordering::Relaxed);
            let pieces = x.chunks(rows * self.inputs).zip(y.chunks_mut(rows * self.outputs));
            let result = self.run_pieces(route, &mut pieces.into_iter(), between, cancelled, &mut timings);
            self.busy[route].fetch_sub(1, Ordering::Relaxed);
            result?;
            return Ok(timings);
        }
        // Whoever is free takes the next piece. After an error nobody does.
        let failed = AtomicBool::new(false);
        let stop = || failed.load(Ordering::Relaxed) || cancelled();
        let pieces = Mutex::new(x.chunks(rows * self.inputs).zip(y.chunks_mut(rows * self.outputs)));
        let outcomes: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..self.busy.len())
                .map(|route| {
                    let (pieces, stop, failed) = (&pieces, &stop, &failed);
                    // Each has one, however late its thread begins.
                    let first = lock(pieces).next();
                    scope.spawn(move || {
                        self.busy[route].fetch_add(1, Ordering::Relaxed);
                        let mut timings = Timings::default();
                        let begin = Instant::now();
                        let mut next = first.into_iter().chain(std::iter::from_fn(|| lock(pieces).next()));
                        let result = self.run_pieces(route, &mut next, &mut Between::default(), stop, &mut timings);
                        failed.fetch_or(result.is_err(), Ordering::Relaxed);
                        self.busy[route].fetch_sub(1, Ordering::Relaxed);
                        timings.host = rest(begin.elapsed(), [timings.link, timings.queued]);
                        (result, timings)
                    })
                })
                .collect();
            threads.into_iter().map(|t| t.join().unwrap_or((Err(SessionError::Lost), Timings::default()))).collect()
        });
        let mut error = None;
        for (result, part) in outcomes {
            timings += part;
            // Those that stopped because of another one's error did so later.
            if let (Err(e), None | Some(SessionError::Cancelled)) = (result, &error) {
                error = Some(e);
            }
        }
        error.map_or(Ok(timings), Err)
    }

    fn run_pieces<'a>(
        &self,
        route: usize,
        pieces: &mut dyn Iterator<Item = (&'a [i16], &'a mut [i16])>,
        between: &mut Between,
        stop: &dyn Fn() -> bool,
        timings: &mut Timings,
    ) -> Result<(), SessionError> {
        for (x, y) in pieces {
            if stop() {
                return Err(SessionError::Cancelled);
            }
            self.network.run(route, x, y, between, timings)?;
        }
        Ok(())
    }

    /// The route with the fewest calls on it.
    fn freest(&self) -> usize {
        let calls = |&route: &usize| self.busy[route].load(Ordering::Relaxed);
        (0..self.busy.len()).min_by_key(calls).unwrap_or(0)
    }

    /// What of the total was neither link nor waiting, unless several devices worked at once, which know it themselves.
    fn settle_host(&self, timings: &mut Timings) {
        if timings.host.is_zero() {
            timings.host = rest(timings.total, [timings.link, timings.queued]);
        }
        timings.set_clock(self.clock_hz);
    }

    fn note(&self, result: &Result<Timings, SessionError>) {
        let mut stats = lock(&self.stats);
        match result {
            Ok(timings) => {
                stats.calls += 1;
                stats.timings += *timings;
            }
            Err(_) => stats.errors += 1,
        }
    }
}
