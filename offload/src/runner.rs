//! Rows of real numbers through a model, wherever it runs.

use crate::exact::Exact;
use crate::OffloadError;
use eie_cpu::{CpuError, FloatNetwork, Options as CpuOptions};
use eie_host::session::{Element, Options, Session};
use eie_spec::model::Model;
use eie_spec::op::Op;
use ndarray::ArrayView2;
use std::sync::{Arc, OnceLock};

/// The name of the CPU engine among the devices' addresses.
const CPU: &str = "cpu";
/// Rows from which the layout for many of them is quicker.
const MANY: usize = 4;

/// A model that is ready to run.
pub struct Runner {
    target: String,
    model: Arc<Model>,
    place: Place,
}

enum Place {
    /// The CPU engine. Layouts are made when they are first needed.
    Cpu { single: OnceLock<FloatNetwork>, many: OnceLock<FloatNetwork>, exact: OnceLock<Exact> },
    /// A device.
    Device(Box<Session>),
}

/// What is there, or is made now. If another thread is quicker, its own is as good.
fn once<T>(place: &OnceLock<T>, make: impl FnOnce() -> Result<T, CpuError>) -> Result<&T, CpuError> {
    match place.get() {
        Some(made) => Ok(made),
        None => {
            let made = make()?;
            Ok(place.get_or_init(|| made))
        }
    }
}

impl Runner {
    /// Loads a model on `target`: `cpu`, or a device's address. Simulated devices need [`Runner::open_with`].
    ///
    /// # Errors
    /// A model that is not valid; a device that cannot be opened, or a model that it cannot take.
    pub fn open(model: Arc<Model>, target: &str) -> Result<Self, OffloadError> {
        Self::open_with(model, target, &Options::default())
    }

    /// The same with options for the device. The CPU engine has none of them.
    ///
    /// # Errors
    /// As [`Runner::open`].
    pub fn open_with(model: Arc<Model>, target: &str, options: &Options) -> Result<Self, OffloadError> {
        model.check()?;
        let place = match target {
            CPU => Place::Cpu { single: OnceLock::new(), many: OnceLock::new(), exact: OnceLock::new() },
            _ => Place::Device(Box::new(Session::open_with(&[target], &model, options).map_err(device(target))?)),
        };
        Ok(Runner { target: target.to_owned(), model, place })
    }

    /// The model.
    pub fn model(&self) -> &Arc<Model> {
        &self.model
    }

    /// Where it runs: `cpu`, or a device's address.
    pub fn target(&self) -> &str {
        &self.target
    }

    /// The device's session, if it is one.
    pub fn session(&self) -> Option<&Session> {
        match &self.place {
            Place::Device(session) => Some(session),
            Place::Cpu { .. } => None,
        }
    }

    /// Bytes of the weights in memory as they are laid out by now; 0 for a device.
    pub fn bytes(&self) -> usize {
        match &self.place {
            Place::Cpu { single, many, exact } => {
                let floats = [single, many].into_iter().filter_map(OnceLock::get).map(FloatNetwork::bytes);
                floats.sum::<usize>() + exact.get().map_or(0, Exact::bytes)
            }
            Place::Device(_) => 0,
        }
    }

    /// `rows` vectors, one after the other: as many results. On the CPU nothing is rounded to units where all layers are
    /// fully connected; devices, and other networks, take inputs and give results in the model's units.
    ///
    /// # Errors
    /// A wrong number of values, or one that is no number; the device.
    pub fn run(&self, x: &[f32], rows: usize) -> Result<Vec<f32>, OffloadError> {
        self.check(x, rows)?;
        if let Some(index) = x.iter().position(|x| x.is_nan()) {
            return Err(OffloadError::NotANumber { index });
        }
        let linear = self.model.layers.iter().all(|l| l.op == Op::Linear);
        match &self.place {
            Place::Device(session) => self.on_device(session, x, rows),
            Place::Cpu { single, many, .. } if linear => {
                let (place, batch) = if rows < MANY { (single, 1) } else { (many, rows) };
                let options = CpuOptions { batch, ..CpuOptions::default() };
                Ok(once(place, || FloatNetwork::new(&self.model, &options))?.run(x, rows)?)
            }
            Place::Cpu { .. } => {
                // As a device's session does it.
                let (first, last) = (&self.model.layers[0], &self.model.layers[self.model.layers.len() - 1]);
                let mut units = Vec::with_capacity(x.len());
                f32::to_units(self.rows(x, rows)?, first.in_scale, first.certificate.in_abs_max, &mut units)
                    .map_err(|index| OffloadError::NotANumber { index })?;
                let scale = last.result_scale();
                Ok(self.run_units(&units, rows)?.into_iter().map(|y| f32::from_unit(y, scale)).collect())
            }
        }
    }

    /// Rows in the model's units, bit for bit as on every other engine.
    ///
    /// # Errors
    /// A wrong number of values; values outside the certified range; the device.
    pub fn run_units(&self, x: &[i16], rows: usize) -> Result<Vec<i16>, OffloadError> {
        self.check(x, rows)?;
        match &self.place {
            Place::Device(session) => self.on_device(session, x, rows),
            Place::Cpu { exact, .. } => {
                let exact = once(exact, || Exact::new(&self.model))?;
                let mut y = Vec::with_capacity(rows * self.model.outputs());
                for row in x.chunks_exact(self.model.inputs()) {
                    y.extend(exact.run(row)?);
                }
                Ok(y)
            }
        }
    }

    fn on_device<T: Element>(&self, session: &Session, x: &[T], rows: usize) -> Result<Vec<T>, OffloadError> {
        Ok(session.run(self.rows(x, rows)?).map_err(device(&self.target))?.into_raw_vec_and_offset().0)
    }

    fn check<T>(&self, x: &[T], rows: usize) -> Result<(), OffloadError> {
        let inputs = self.model.inputs();
        match rows.checked_mul(inputs) == Some(x.len()) {
            true => Ok(()),
            false => Err(OffloadError::Length { found: x.len(), rows, inputs }),
        }
    }

    fn rows<'a, T>(&self, x: &'a [T], rows: usize) -> Result<ArrayView2<'a, T>, OffloadError> {
        let inputs = self.model.inputs();
        let wrong = |_| OffloadError::Length { found: x.len(), rows, inputs };
        ArrayView2::from_shape((rows, inputs), x).map_err(wrong)
    }
}

fn device(target: &str) -> impl FnOnce(eie_host::session::SessionError) -> OffloadError + '_ {
    move |source| OffloadError::Device { target: target.to_owned(), source: Box::new(source) }
}
