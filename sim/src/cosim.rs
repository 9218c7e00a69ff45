//! Co-simulation: the RTL against both golden models, output by output, on all layers.

use crate::netlist;
use crate::rtl::Rtl;
use crate::verilator::{TraceKind, Verilated};
use crate::{SimError, Simulator};
use eie_host::inject::{fault_words, Fault};
use eie_host::{Bus, DeviceEngine, DeviceError, Engine, EngineError, PeCounters};
use eie_spec::config::{Config, ConfigError};
use eie_spec::cycles::CycleError;
use eie_spec::golden::{check_input, segment_inputs, Dense, InputError, Packed};
use eie_spec::model::{Model, Segment};
use eie_spec::op::Op;
use eie_spec::pack::{pack, PackError, Program};
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Which simulator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The rust-hdl simulation.
    Rtl,
    /// The emitted Verilog in Verilator.
    Verilator,
    /// The netlist that yosys makes of it, in Verilator.
    Netlist,
}

impl Kind {
    /// What it is called on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Rtl => "rtl",
            Kind::Verilator => "verilator",
            Kind::Netlist => "netlist",
        }
    }

    /// A simulated device.
    pub fn simulator(self, config: &Config, trace: TraceKind) -> Result<Box<dyn Simulator>, SimError> {
        match self {
            Kind::Rtl => Ok(Box::new(Rtl::new(config))),
            Kind::Verilator => Ok(Box::new(Verilated::new(&eie_hdl::emit::verilog(config), trace)?)),
            Kind::Netlist => {
                let netlist = netlist::flatten(&eie_hdl::emit::verilog(config))?;
                Ok(Box::new(Verilated::of_netlist(&netlist, trace)?))
            }
        }
    }
}

/// Why a co-simulation gave no report.
#[derive(Debug, thiserror::Error)]
pub enum CosimError {
    /// The simulator.
    #[error(transparent)]
    Sim(#[from] SimError),
    /// The simulated device.
    #[error(transparent)]
    Device(#[from] DeviceError),
    /// The engine over it.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The model does not fit any device of this configuration.
    #[error(transparent)]
    Pack(#[from] PackError),
    /// An input.
    #[error(transparent)]
    Input(#[from] InputError),
    /// A device that cannot be.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The cycle model.
    #[error(transparent)]
    Cycles(#[from] CycleError),
    /// A fault was asked for that this model has no place for.
    #[error("the model has no word in which to inject this fault: it has no weights")]
    NoFault,
}

/// What to simulate.
#[derive(Clone, Debug)]
pub struct Options {
    /// With which simulator.
    pub kind: Kind,
    /// A bit to flip in the device's memory.
    pub fault: Option<Fault>,
    /// Waveform of the whole run.
    pub trace: Option<PathBuf>,
    /// Waveform of the run of the first input that differs.
    pub difference_trace: PathBuf,
}

/// An output that is not what it should be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Number of the input.
    pub image: usize,
    /// Number of the layer.
    pub layer: usize,
    /// Its name.
    pub name: String,
    /// The output.
    pub row: usize,
    /// Golden model.
    pub expected: i16,
    /// Device.
    pub found: i16,
    /// Cycle of the waveform in which the row was drained.
    pub cycle: Option<u64>,
    /// Where the waveform is.
    pub waveform: Option<String>,
}

/// The outcome.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Simulator.
    pub engine: String,
    /// Number of PEs.
    pub pes: usize,
    /// Inputs run.
    pub images: usize,
    /// Outputs compared, of all layers.
    pub outputs_compared: u64,
    /// Of these, how many differ.
    pub differences: u64,
    /// Cycles from start to done, over all inputs.
    pub cycles: u64,
    /// `cycles / images`.
    pub cycles_per_image: f64,
    /// Cycles that were simulated to run the inputs, with those in which the host writes and reads.
    pub simulated_cycles: u64,
    /// Wall time that this took.
    #[serde(skip)]
    pub simulating: Duration,
    /// Simulated cycles a second of it: the simulator's speed.
    pub simulated_cycles_per_s: f64,
    /// Multiplications of a weight with an activation that is not zero.
    pub macs: u64,
    /// `macs / (pes * cycles)`: fillers, drain and waiting are not useful work.
    pub efficiency: f64,
    /// Images that one load holds the whole model for, or a tile of it.
    pub stages: usize,
    /// Counters of each PE.
    pub per_pe: Vec<PeCounters>,
    /// Layers that no device can hold, which are not simulated.
    pub host_layers: Vec<String>,
    /// The first output that differs.
    pub first_difference: Option<Difference>,
}

type Simulated = DeviceEngine<Box<dyn Simulator>>;

/// Inputs on which a fault is tried out.
const FAULT_INPUTS: usize = 20;

/// The first of the fault's words that the golden model shows in the results for these inputs: a damaged weight
/// whose row stays negative before ReLU, say, is no fault that anybody could see.
fn place_fault(program: &Program, fault: Fault, inputs: &[Vec<i16>]) -> Result<(u32, u32), CosimError> {
    let stage = &program.stages[0];
    let source = stage.gather.iter().map(|j| j.map_or(0, |j| j as usize));
    let active = |j: usize| inputs.iter().filter(|x| x[j] != 0).count() as u64;
    let activity: Vec<u64> = source.map(active).collect();
    let inputs = &inputs[..inputs.len().min(FAULT_INPUTS)];
    let outcomes = |program: &Program| {
        let mut packed = Packed::new(program);
        inputs.iter().map(|x| packed.run(x).map(|o| o.layers)).collect::<Result<Vec<_>, _>>()
    };
    let right = outcomes(program)?;
    let words = fault_words(&stage.image, &program.config, fault, &activity);
    for &(address, data) in &words {
        let mut damaged = program.clone();
        if damaged.stages[0].image.write(address, data) && outcomes(&damaged)? != right {
            return Ok((address, data));
        }
    }
    words.first().copied().ok_or(CosimError::NoFault)
}

fn open(
    program: &Program,
    options: &Options,
    fault: Option<(u32, u32)>,
    trace: Option<&Path>,
) -> Result<Simulated, CosimError> {
    let kind = trace.map_or(Ok(TraceKind::None), TraceKind::of)?;
    let simulator = options.kind.simulator(&program.config, kind)?;
    let mut engine = DeviceEngine::open(options.kind.name(), simulator, program.clone())?;
    if let Some((address, data)) = fault {
        engine.device.set_fault(address, data);
        engine.device.load(0)?;
    }
    if let Some(path) = trace {
        engine.device.bus_mut().start_trace(path)?;
    }
    Ok(engine)
}

/// Runs inputs on the simulated device and compares every output of every layer with both golden models.
/// `progress` is told how many are done.
///
/// Of a model that is not a chain of fully connected layers, each segment ([`Model::segments`]) is simulated on its
/// own with the products that the inputs give it; what the host does between them is one piece of code for all
/// engines. A fault and a waveform of the whole run are the first segment's.
///
/// # Errors
/// Those of the simulator, or inputs that do not fit the model.
pub fn cosim(
    model: &Model,
    config: &Config,
    inputs: &[Vec<i16>],
    options: &Options,
    progress: &mut dyn FnMut(usize),
) -> Result<Report, CosimError> {
    let segments = model.segments();
    if let [Segment { op: Op::Linear, model }] = &segments[..] {
        return chain(model, config, inputs, options, progress);
    }
    let mut vectors: Vec<Vec<Vec<i16>>> = vec![Vec::new(); segments.len()];
    for input in inputs {
        let parts = segment_inputs(model, input, config.acc_bits)?;
        vectors.iter_mut().zip(parts).for_each(|(all, more)| all.extend(more));
    }
    let mut options = options.clone();
    let mut total = Report::new(options.kind.name(), config.pes, inputs.len());
    let (mut layers, mut done) = (0, 0);
    let products: usize = vectors.iter().map(Vec::len).sum();
    for (segment, vectors) in segments.iter().zip(&vectors) {
        if segment.model.fits_device() {
            let mut told = |n: usize| progress((done + n) * inputs.len() / products);
            let report = chain(&segment.model, config, vectors, &options, &mut told)?;
            total.add(report, layers, vectors.len() / inputs.len());
        } else {
            total.host_layers.extend(segment.model.layers.iter().map(|l| l.name.clone()));
        }
        options = Options { fault: None, trace: None, ..options };
        layers += segment.model.layers.len();
        done += vectors.len();
    }
    total.finish();
    Ok(total)
}

impl Report {
    fn new(engine: &str, pes: usize, images: usize) -> Self {
        Report {
            engine: engine.to_owned(),
            pes,
            images,
            outputs_compared: 0,
            differences: 0,
            cycles: 0,
            cycles_per_image: 0.0,
            simulated_cycles: 0,
            simulating: Duration::ZERO,
            simulated_cycles_per_s: 0.0,
            macs: 0,
            efficiency: 0.0,
            stages: 0,
            per_pe: Vec::new(),
            host_layers: Vec::new(),
            first_difference: None,
        }
    }

    /// Adds a segment whose first layer is `layers`, with so many products an image.
    fn add(&mut self, part: Report, layers: usize, products: usize) {
        self.outputs_compared += part.outputs_compared;
        self.differences += part.differences;
        self.cycles += part.cycles;
        self.simulated_cycles += part.simulated_cycles;
        self.simulating += part.simulating;
        self.macs += part.macs;
        self.stages += part.stages;
        self.per_pe.resize(part.per_pe.len().max(self.per_pe.len()), PeCounters::default());
        for (sum, pe) in self.per_pe.iter_mut().zip(part.per_pe) {
            *sum += pe;
        }
        let here = |d: Difference| Difference { image: d.image / products.max(1), layer: d.layer + layers, ..d };
        self.first_difference = self.first_difference.take().or(part.first_difference.map(here));
    }

    fn finish(&mut self) {
        let seconds = self.simulating.as_secs_f64().max(f64::MIN_POSITIVE);
        self.simulated_cycles_per_s = self.simulated_cycles as f64 / seconds;
        self.cycles_per_image = self.cycles as f64 / self.images.max(1) as f64;
        self.efficiency = self.macs as f64 / (self.pes as f64 * self.cycles.max(1) as f64);
    }
}

/// [`cosim`] of a chain of fully connected layers.
fn chain(
    model: &Model,
    config: &Config,
    inputs: &[Vec<i16>],
    options: &Options,
    progress: &mut dyn FnMut(usize),
) -> Result<Report, CosimError> {
    let program = pack(model, config)?;
    let mut packed = Packed::new(&program);
    let dense = Dense::new(model, config.acc_bits);
    // Before anything is indexed by them.
    inputs.iter().try_for_each(|x| check_input(x, program.inputs, program.in_abs_max))?;
    let fault = options.fault.map(|f| place_fault(&program, f, inputs)).transpose()?;
    let mut engine = open(&program, options, fault, options.trace.as_deref())?;
    let mut report = Report::new(engine.name(), config.pes, inputs.len());
    report.stages = program.stages.len();
    for (image, input) in inputs.iter().enumerate() {
        let golden = packed.run(input)?;
        let want = dense.run(input)?;
        let (begin, cycle) = (Instant::now(), engine.device.bus_mut().cycle());
        let got = engine.run(input)?;
        report.simulating += begin.elapsed();
        report.simulated_cycles += engine.device.bus_mut().cycle() - cycle;
        report.macs += golden.work.macs;
        for (layer, found) in got.iter().enumerate() {
            for row in 0..found.len() {
                report.outputs_compared += 1;
                let (expected, golden) = (want.layers[layer][row], golden.layers[layer][row]);
                if found[row] == expected && golden == expected {
                    continue;
                }
                report.differences += 1;
                report.first_difference.get_or_insert_with(|| Difference {
                    image,
                    layer,
                    name: model.layers[layer].name.clone(),
                    row,
                    expected,
                    found: found[row],
                    cycle: None,
                    waveform: None,
                });
            }
        }
        progress(image + 1);
    }
    if let Some(counters) = engine.counters()? {
        report.cycles = counters.cycles;
        report.per_pe = counters.per_pe;
    }
    engine.device.bus_mut().stop_trace()?;
    report.finish();
    if let Some(difference) = &mut report.first_difference {
        locate(&program, options, fault, &inputs[difference.image], difference)?;
    }
    Ok(report)
}

/// Runs the input once more with a waveform, and notes when the row that differs was drained.
fn locate(
    program: &Program,
    options: &Options,
    fault: Option<(u32, u32)>,
    input: &[i16],
    difference: &mut Difference,
) -> Result<(), CosimError> {
    let mut engine = open(program, options, fault, Some(&options.difference_trace))?;
    if let Some((step, slot, skip)) = place_of(program, difference.layer, difference.row) {
        engine.device.bus_mut().watch(step as u8, slot as u16, skip);
    }
    engine.run(input)?;
    let bus = engine.device.bus_mut();
    difference.cycle = bus.watched();
    // Some cycles more, so that the end of the run can be seen.
    bus.read(eie_spec::regs::STATUS).map_err(DeviceError::from)?;
    bus.stop_trace()?;
    difference.waveform = Some(options.difference_trace.display().to_string());
    Ok(())
}

/// Step and slot of a layer's row, and in how many earlier stages the same step drains the same slot.
fn place_of(program: &Program, layer: usize, row: usize) -> Option<(usize, usize, u32)> {
    let mut places = program.stages.iter().enumerate().flat_map(|(n, stage)| {
        let maps = stage.steps.iter().enumerate().filter(move |(_, m)| m.layer == layer);
        maps.filter_map(move |(step, m)| {
            let position = m.rows.iter().position(|r| *r == Some(row as u32))?;
            let (config, split) = (&program.config, stage.image.steps[step].split);
            let group = config.lane_of(position % config.pes, split.into()).1;
            Some((n, step, ((position / config.pes) << split) + group))
        })
    });
    let (number, step, slot) = places.next()?;
    let same =
        |s: &&eie_spec::pack::Stage| s.image.steps.get(step).is_some_and(|s| s.drain && slot < s.slots as usize);
    Some((step, slot, program.stages[..number].iter().filter(same).count() as u32))
}
