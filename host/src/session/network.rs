//! A model cut into parts, and who runs each: a device, or the host.

use super::accelerator::{Accelerator, Usage};
use super::{Fallback, Options, SessionError, Split, Timings};
use crate::engine::Engine;
use crate::transport::Address;
use eie_spec::arith::CODES;
use eie_spec::config::Config;
use eie_spec::golden::check_input;
use eie_spec::model::{Layer, Model};
use eie_spec::op::Op;
use eie_spec::pack::{pack_with, Program};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Rows of a call that are run in one go where nothing has to be loaded for them. A run can be cancelled in between.
const ROWS: usize = 256;
/// Activations, patches included, of the rows that are run in one go where something has to be loaded.
const MOST_ACTIVATIONS: usize = 1 << 23;

/// Layers that one device, or the host, runs without the other.
pub(super) struct Part {
    /// The layer, if it is not a chain of fully connected ones.
    layer: Option<Layer>,
    /// Its products.
    chain: Model,
    in_len: usize,
    out_len: usize,
    /// Number of the device; none if it runs on the host.
    device: Option<usize>,
}

/// Who runs a part.
enum Runner {
    Device { device: usize, program: usize },
    Host(Mutex<Box<dyn Engine + Send>>),
}

/// A way through all parts.
struct Route(Vec<Runner>);

/// A model on devices.
pub(super) struct Network {
    devices: Vec<Mutex<Accelerator>>,
    parts: Vec<Part>,
    routes: Vec<Route>,
    /// Whether images must be loaded again and again.
    reloads: bool,
    vectors: usize,
    in_abs_max: u32,
}

/// Activations between parts: memory that is used again.
#[derive(Default)]
pub(super) struct Between {
    now: Vec<i16>,
    next: Vec<i16>,
}

/// A lock that a panic elsewhere does not take away: the driver notices what was not finished.
pub(super) fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether a device can run a layer's products.
fn fits(layer: &Layer, config: &Config) -> bool {
    layer.codebook.len() <= CODES && layer.certificate.acc_bits <= config.acc_bits
}

/// Cuts a model where the one who runs it changes. `device` says which device has a layer, if it can run it.
fn cut(model: &Model, device: impl Fn(usize, &Layer) -> Option<usize>) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for (index, layer) in model.layers.iter().enumerate() {
        let device = device(index, layer);
        let product = Layer { op: Op::Linear, ..layer.clone() };
        let linear = layer.op == Op::Linear;
        match parts.last_mut().filter(|p| linear && p.layer.is_none() && p.device == device) {
            Some(part) => {
                part.chain.layers.push(product);
                part.out_len = layer.out_len();
            }
            None => parts.push(Part {
                layer: (!linear).then(|| layer.clone()),
                chain: Model { name: model.name.clone(), layers: vec![product] },
                in_len: layer.in_len(),
                out_len: layer.out_len(),
                device,
            }),
        }
    }
    parts
}

/// The device of each layer where layers are dealt to `count` devices: as even as whole layers allow, in order.
fn deal(model: &Model, count: usize) -> Vec<usize> {
    let work: Vec<u64> = model.layers.iter().map(|l| (l.kept() * l.op.products()).max(1) as u64).collect();
    let total: u64 = work.iter().sum();
    let mut before = 0;
    let middle = |work: &u64| {
        before += work;
        // Twice the work up to the layer's middle.
        ((2 * before - work) * count as u64 / (2 * total)) as usize
    };
    work.iter().map(middle).collect()
}

impl Network {
    pub fn new(model: &Model, mut devices: Vec<Accelerator>, options: &Options) -> Result<Self, SessionError> {
        model.check()?;
        let dealt = deal(model, devices.len());
        let place = |index: usize| if options.split == Split::Layers { dealt[index] } else { 0 };
        let runs = |index: usize, layer: &Layer| match options.split {
            // Each device has all layers: one that does not fit on all of them runs on the host.
            Split::Rows => devices.iter().all(|d| fits(layer, d.config())),
            Split::Layers => fits(layer, devices[place(index)].config()),
        };
        let parts = cut(model, |index, layer| runs(index, layer).then(|| place(index)));
        let routes = match options.split {
            Split::Rows => (0..devices.len()).map(|d| Self::route(&parts, &mut devices, Some(d), options)).collect(),
            // As many rows can be on their way as there are devices.
            Split::Layers => {
                let first = Self::route(&parts, &mut devices, None, options)?;
                let copies = (1..devices.len()).map(|_| first.again(&parts, &options.fallback));
                let copies: Result<Vec<Route>, SessionError> = copies.collect();
                copies.map(|rest| std::iter::once(first).chain(rest).collect())
            }
        };
        let routes: Vec<Route> = routes?;
        let stages = |device: &mut Accelerator| device.device_mut().stages();
        let reloads = devices.iter_mut().any(|d| stages(d) > 1);
        let in_abs_max = model.layers[0].certificate.in_abs_max;
        let devices = devices.into_iter().map(Mutex::new).collect();
        Ok(Network { devices, parts, routes, reloads, vectors: options.vectors.max(1), in_abs_max })
    }

    /// Packs each part for its device, or for this one.
    fn route(
        parts: &[Part],
        devices: &mut [Accelerator],
        device: Option<usize>,
        options: &Options,
    ) -> Result<Route, SessionError> {
        let mut runners = Vec::new();
        for part in parts {
            runners.push(match part.device {
                None => on_host(part, &options.fallback)?,
                Some(own) => {
                    let device = device.unwrap_or(own);
                    let program = packed(&part.chain, devices[device].config(), options.vectors)?;
                    Runner::Device { device, program: devices[device].add(program)? }
                }
            });
        }
        Ok(Route(runners))
    }

    /// Ways through the network that can be gone at the same time.
    pub fn routes(&self) -> usize {
        self.routes.len()
    }

    pub fn devices(&self) -> &[Mutex<Accelerator>] {
        &self.devices
    }

    /// Rows that are run in one go.
    pub fn rows(&self, batch: usize) -> usize {
        let most = match self.reloads {
            false => ROWS,
            true => {
                let size = |p: &Part| p.in_len.max(p.out_len).max(p.chain.inputs());
                MOST_ACTIVATIONS / self.parts.iter().map(size).max().unwrap_or(1)
            }
        };
        // Several pieces for each route, so that a slow device does not hold up the others; unless all pieces have to
        // load images for themselves.
        let pieces = self.routes.len() * if self.routes.len() > 1 && !self.reloads { 4 } else { 1 };
        batch.div_ceil(pieces).next_multiple_of(self.vectors).min(most.max(1)).max(1)
    }

    /// Names of the layers of each part, and who runs it.
    pub fn describe(&self) -> Vec<(String, String)> {
        let who = |part: &Part, runner: &Runner| match (part.device, runner) {
            (Some(_), Runner::Device { device, .. }) => {
                Address::without_token(lock(&self.devices[*device]).address())
            }
            (_, Runner::Host(engine)) => lock(engine).name().to_owned(),
            (None, Runner::Device { .. }) => String::new(),
        };
        let runners = self.routes.first().into_iter().flat_map(|r| &r.0);
        self.parts.iter().zip(runners).map(|(part, runner)| (part.names(), who(part, runner))).collect()
    }

    /// Runs rows, one after the other in `x`, along a route.
    pub fn run(
        &self,
        route: usize,
        x: &[i16],
        y: &mut [i16],
        between: &mut Between,
        timings: &mut Timings,
    ) -> Result<(), SessionError> {
        let batch = x.len() / self.parts[0].in_len;
        check_input(x, batch * self.parts[0].in_len, self.in_abs_max)?;
        let Between { now, next } = between;
        let last = self.parts.len() - 1;
        for (k, (part, runner)) in self.parts.iter().zip(&self.routes[route].0).enumerate() {
            let from = if k == 0 { x } else { &now[..] };
            let to = if k == last {
                &mut y[..]
            } else {
                next.clear();
                next.resize(batch * part.out_len, 0);
                &mut next[..]
            };
            self.run_part(part, runner, from, to, timings)?;
            std::mem::swap(now, next);
        }
        Ok(())
    }

    fn run_part(
        &self,
        part: &Part,
        runner: &Runner,
        x: &[i16],
        y: &mut [i16],
        timings: &mut Timings,
    ) -> Result<(), SessionError> {
        let asked = Instant::now();
        match runner {
            Runner::Device { device, program } => {
                let mut device = lock(&self.devices[*device]);
                timings.queued += asked.elapsed();
                let mut usage = Usage::default();
                let result = match &part.layer {
                    None => device.infer(*program, x, y, &mut usage),
                    Some(layer) => layer.apply_batch(x, y, |x, y| device.infer(*program, x, y, &mut usage)),
                };
                timings.add(&usage);
                result
            }
            Runner::Host(engine) => {
                let mut engine = lock(engine);
                timings.queued += asked.elapsed();
                let (columns, rows) = (part.chain.inputs(), part.chain.outputs());
                let mut products = |x: &[i16], y: &mut [i16]| -> Result<(), SessionError> {
                    for (x, y) in x.chunks_exact(columns).zip(y.chunks_exact_mut(rows)) {
                        let layers = engine.run(x)?;
                        y.copy_from_slice(layers.last().map_or(&[], |last| &last[..]));
                    }
                    Ok(())
                };
                match &part.layer {
                    None => products(x, y),
                    Some(layer) => layer.apply_batch(x, y, products),
                }
            }
        }
    }
}

impl Part {
    fn names(&self) -> String {
        let names: Vec<&str> = self.chain.layers.iter().map(|l| l.name.as_str()).collect();
        names.join(", ")
    }
}

impl Route {
    /// The same way once more, with engines of its own.
    fn again(&self, parts: &[Part], fallback: &Fallback) -> Result<Route, SessionError> {
        let runner = |(part, runner): (&Part, &Runner)| match runner {
            Runner::Device { device, program } => Ok(Runner::Device { device: *device, program: *program }),
            Runner::Host(_) => on_host(part, fallback),
        };
        Ok(Route(parts.iter().zip(&self.0).map(runner).collect::<Result<_, _>>()?))
    }
}

fn on_host(part: &Part, fallback: &Fallback) -> Result<Runner, SessionError> {
    let engine = fallback(&part.chain).map_err(|why| SessionError::Host { layers: part.names(), why })?;
    Ok(Runner::Host(Mutex::new(engine)))
}

/// A program for several vectors together if all of it is loaded at once, else for one: tiles take one at a time.
fn packed(chain: &Model, config: &Config, vectors: usize) -> Result<Program, SessionError> {
    let pack = |vectors| pack_with(chain, config, &eie_spec::pack::Options { vectors, ..Default::default() });
    let program = pack(vectors.max(1))?;
    match program.stages.len() > 1 && vectors > 1 {
        true => Ok(pack(1)?),
        false => Ok(program),
    }
}

/// What is left of a time.
pub(super) fn rest(total: Duration, parts: [Duration; 2]) -> Duration {
    parts.into_iter().fold(total, Duration::saturating_sub)
}

#[cfg(test)]
mod tests {
    use super::*;
    use eie_spec::arith::Activation;
    use eie_spec::model::Certificate;

    fn layer(kept: usize) -> Layer {
        let mut layer = Layer {
            name: format!("of {kept}"),
            op: Op::Linear,
            inputs: kept,
            outputs: 1,
            codebook: vec![1],
            col_ptr: (0..=kept as u32).collect(),
            rows: vec![0; kept],
            codes: vec![0; kept],
            bias: vec![0],
            shift: 0,
            activation: Activation::Identity,
            in_scale: 1.0,
            out_scale: 1.0,
            certificate: Certificate { in_abs_max: 1, row_abs_sum: 0, acc_bits: 0 },
        };
        layer.certificate = layer.prove(1);
        layer
    }

    #[test]
    fn layers_are_dealt_evenly_and_in_order() {
        let model = Model { name: String::new(), layers: [10, 10, 10, 10].map(layer).to_vec() };
        assert_eq!(deal(&model, 2), [0, 0, 1, 1]);
        assert_eq!(deal(&model, 4), [0, 1, 2, 3]);
        assert_eq!(deal(&model, 1), [0; 4]);
        let model = Model { name: String::new(), layers: [100, 1, 1].map(layer).to_vec() };
        assert_eq!(deal(&model, 2), [0, 1, 1]);
    }

    #[test]
    fn a_layer_that_does_not_fit_is_cut_out_of_its_chain() {
        let mut wide = layer(5);
        wide.codebook = vec![0; 17];
        let model = Model { name: String::new(), layers: vec![layer(5), wide, layer(5), layer(5)] };
        let config = Config::for_pes(4).unwrap();
        let parts = cut(&model, |_, layer| fits(layer, &config).then_some(0));
        let shape: Vec<_> = parts.iter().map(|p| (p.device, p.chain.layers.len())).collect();
        assert_eq!(shape, [(Some(0), 1), (None, 1), (Some(0), 2)]);
    }
}
