//! `eie estimate`: what a model would take on a board, before any synthesis.
//!
//! Cycles are the cycle model's, which is exact; memories and multipliers are those of the configuration; the rest is
//! arithmetic, and says so. Logic (LUTs) is not estimated.

mod eie_layers;

use crate::boards;
use crate::common::{print_json, read_model, DataArgs, Verdict};
use crate::cosim::random_inputs;
use anyhow::Result;
use eie_compressor::data::Split;
use eie_compressor::quantise;
use eie_host::board::{Board, Use};
use eie_sim::bench::EIE_MHZ;
use eie_spec::config::{Config, Params};
use eie_spec::cycles::Model as CycleModel;
use eie_spec::golden::{segment_inputs, Sparse};
use eie_spec::model::{Model, Segment};
use eie_spec::op::Op;
use eie_spec::pack::{pack, Program, Stage};
use serde::Serialize;
use std::path::PathBuf;

/// Picojoules of an operation in 45 nm: table I of the EIE paper (after Horowitz).
const ADD_INT32: f64 = 0.1;
const MULTIPLY_INT32: f64 = 3.1;
const SRAM_32: f64 = 5.0;
const DRAM_32: f64 = 640.0;
/// Milliwatts of a PE of EIE at 800 MHz in 45 nm: table II.
const EIE_PE_MW: f64 = 9.157;
/// Bits on a serial line for each byte: start and stop with it.
const LINE_BITS: f64 = 10.0;

/// Estimate cycles, time, memory and energy of a model on a board, and what would be bound first.
///
/// It takes the array of the board's bitstream (`eie build`), where --pes or --largest asks for no other one. Exit code 1
/// if the array does not fit the block RAM and multipliers.
///
/// Example: eie estimate models/lenet-300-100.eie --board ulx3s-85f
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// The model.
    file: PathBuf,
    /// A board of `eie boards`, or a file like those in constraints/.
    #[arg(long, default_value = "ulx3s-85f")]
    board: String,
    /// Processing elements.
    #[arg(long)]
    pes: Option<usize>,
    /// The array that fits the board's block RAM and multipliers and needs the fewest loads for the model, whether or not
    /// its logic fits and can be routed. So it is for a board that has no bitstream.
    #[arg(long, conflicts_with = "pes")]
    largest: bool,
    /// Clock in MHz, in place of the board's.
    #[arg(long)]
    clock: Option<f64>,
    /// Number of test images to average over.
    #[arg(long, default_value_t = 20)]
    images: usize,
    #[command(flatten)]
    data: DataArgs,
    /// Random inputs from this seed in place of images.
    #[arg(long, value_name = "SEED")]
    random: Option<u64>,
    /// Also the nine layers of the EIE paper on 64 PEs, beside its figures.
    #[arg(long)]
    eie: bool,
    /// One JSON object on standard output.
    #[arg(long)]
    json: bool,
}

#[derive(Default)]
struct Counted {
    cycles: u64,
    busy: u64,
    macs: u64,
    stages: usize,
    /// Words loaded where the whole model is not on the device.
    loaded: u64,
    host_layers: Vec<String>,
    vectors: u64,
    /// Bytes of activations, there and back.
    bytes: u64,
}

/// Nanojoules of an input in 45 nm.
#[derive(Serialize)]
pub struct Energy {
    /// Multiplications, additions, and reads of weights and accumulators, by table I: a lower bound for an ASIC.
    pub operations_nj: f64,
    /// As many PE cycles as EIE's PE would spend them, by table II.
    pub eie_pe_cycles_nj: f64,
    /// Reading the dense matrices as 32-bit words from DRAM, by table I: what neither design does.
    pub dense_dram_nj: f64,
}

impl Energy {
    fn of(counted: &Counted, model: &Model, config: &Config, inputs: usize) -> Self {
        let each = |n: u64| n as f64 / inputs as f64;
        Self::spent(each(counted.cycles), each(counted.busy), each(counted.macs), model, config)
    }

    /// What these cycles, busy PE cycles and products of an input take.
    pub fn spent(cycles: f64, busy: f64, macs: f64, model: &Model, config: &Config) -> Self {
        let dense: u64 = model.layers.iter().map(|l| (l.inputs * l.outputs) as u64).sum();
        let operation = MULTIPLY_INT32 + ADD_INT32 + 2.0 * SRAM_32 * f64::from(config.acc_bits) / 32.0;
        let entry = SRAM_32 * f64::from(config.entry_bits()) / 32.0;
        Energy {
            operations_nj: (macs * operation + busy * entry) / 1e3,
            eie_pe_cycles_nj: cycles * config.pes as f64 * EIE_PE_MW / EIE_MHZ,
            dense_dram_nj: dense as f64 * DRAM_32 / 1e3,
        }
    }
}

/// Cycles, efficiency and energy of an input, on average, by the cycle model.
pub fn averages(model: &Model, config: &Config, inputs: &[Vec<i16>]) -> Result<(f64, f64, Energy)> {
    let counted = count(model, config, inputs)?;
    let efficiency = counted.macs as f64 / (config.pes as f64 * counted.cycles.max(1) as f64);
    let energy = Energy::of(&counted, model, config, inputs.len());
    Ok((counted.cycles as f64 / inputs.len() as f64, efficiency, energy))
}

/// Why an array was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Taken {
    /// It is the one of the board's bitstream.
    Bitstream,
    /// So many PEs were asked for.
    Asked,
    /// It is the largest one.
    Largest,
}

/// The array to estimate for, and why it is this one.
fn array(board: &Board, model: &Model, pes: Option<usize>, largest: bool) -> Result<(Config, Taken)> {
    Ok(match (pes, &board.build) {
        (Some(pes), _) => (Config::for_pes(pes)?, Taken::Asked),
        (None, Some(how)) if !largest => (how.array.config()?, Taken::Bitstream),
        _ => (choose(board, model)?, Taken::Largest),
    })
}

#[derive(Serialize)]
struct Output {
    model: String,
    board: Board,
    array: Taken,
    fits: bool,
    config: Params,
    usage: Use,
    clock_mhz: f64,
    images: usize,
    cycles_per_image: f64,
    compute_us: f64,
    efficiency: f64,
    stages: usize,
    host_layers: Vec<String>,
    link_bytes_per_image: f64,
    link_us: f64,
    images_per_second: f64,
    bound_by: &'static str,
    energy: Energy,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    eie_layers: Vec<eie_layers::Row>,
}

/// Counts one chain of layers over its inputs.
fn chain(program: &Program, model: &Model, inputs: &[Vec<i16>], counted: &mut Counted) -> Result<()> {
    let golden = Sparse::new(model, program.config.acc_bits);
    let mut cycles = CycleModel::new(program);
    for input in inputs {
        let counts = cycles.run(&[input])?;
        counted.cycles += counts.cycles;
        counted.busy += counts.per_pe.iter().map(|pe| pe.busy).sum::<u64>();
        counted.macs += golden.run(input)?.work.macs;
    }
    let positions: usize = program.stages.iter().map(|s| s.gather.len()).sum();
    // Of each stage's last layer, in whatever pieces.
    let last = |s: &Stage| {
        s.steps.last().map_or(0, |end| s.steps.iter().filter(|m| m.layer == end.layer).map(|m| m.rows.len()).sum())
    };
    let results: usize = program.stages.iter().map(last).sum();
    counted.bytes += 2 * (positions + results) as u64 * inputs.len() as u64;
    counted.stages += program.stages.len();
    // A model in more than one stage is loaded stage by stage, for each input again.
    if program.stages.len() > 1 {
        let words: usize = program.stages.iter().map(|s| s.image.words().count()).sum();
        counted.loaded += words as u64 * inputs.len() as u64;
    }
    counted.vectors += inputs.len() as u64;
    Ok(())
}

fn count(model: &Model, config: &Config, inputs: &[Vec<i16>]) -> Result<Counted> {
    let mut counted = Counted::default();
    let segments = model.segments();
    if let [Segment { op: Op::Linear, model }] = &segments[..] {
        chain(&pack(model, config)?, model, inputs, &mut counted)?;
        return Ok(counted);
    }
    let mut vectors: Vec<Vec<Vec<i16>>> = vec![Vec::new(); segments.len()];
    for input in inputs {
        let parts = segment_inputs(model, input, config.acc_bits)?;
        vectors.iter_mut().zip(parts).for_each(|(all, more)| all.extend(more));
    }
    for (segment, vectors) in segments.iter().zip(&vectors) {
        match segment.model.fits_device() {
            true => chain(&pack(&segment.model, config)?, &segment.model, vectors, &mut counted)?,
            false => counted.host_layers.extend(segment.model.layers.iter().map(|l| l.name.clone())),
        }
    }
    Ok(counted)
}

/// The array that needs the fewest loads for this model, and of these the one with the most PEs.
fn choose(board: &Board, model: &Model) -> Result<Config> {
    let mut best: Option<(usize, Config)> = None;
    for config in board.candidates() {
        let mut stages = 0;
        for segment in model.segments().iter().filter(|s| s.model.fits_device()) {
            stages = stages.max(pack(&segment.model, &config)?.stages.len());
        }
        if best.as_ref().is_none_or(|(fewest, _)| stages < *fewest) {
            best = Some((stages, config));
        }
        if stages <= 1 {
            break;
        }
    }
    match best {
        Some((_, config)) => Ok(config),
        None => anyhow::bail!("{} has not enough block RAM for one PE", board.name),
    }
}

/// What a larger or faster part would have to be for more speed.
fn bound(board: &Board, usage: &Use, fits: bool, link_us: f64, compute_us: f64) -> &'static str {
    let more = |used: usize, there: usize| used as f64 / there.max(1) as f64;
    match () {
        _ if !fits && usage.block_rams > board.block_rams => "block RAM (does not fit)",
        _ if !fits => "multipliers (do not fit)",
        _ if link_us > compute_us => "link",
        _ if more(usage.block_rams, board.block_rams) > 0.85 => "block RAM",
        _ if board.multipliers > 0 && more(usage.multipliers, board.multipliers) > 0.85 => "multipliers",
        _ => "clock",
    }
}

/// Runs the verb.
pub fn run(args: Args) -> Result<Verdict> {
    let model = read_model(&args.file)?;
    let board = boards::find(&args.board)?;
    anyhow::ensure!(args.images > 0, "--images is 0, expected at least 1");
    let clock = args.clock.unwrap_or(board.clock_mhz);
    anyhow::ensure!(clock > 0.0 && clock.is_finite(), "--clock is {clock}, expected a number of MHz above 0");
    let (config, array) = array(&board, &model, args.pes, args.largest)?;
    let inputs = match args.random {
        Some(seed) => random_inputs(&model, args.images, seed),
        None => {
            let data = args.data.load(Split::Test)?;
            (0..args.images.min(data.len())).map(|i| quantise::input(data.image(i))).collect()
        }
    };
    let counted = count(&model, &config, &inputs)?;
    let (usage, fits) = (board.usage(&config), board.holds(&config));
    let each = |n: u64| n as f64 / inputs.len() as f64;
    let compute_us = each(counted.cycles) / clock;
    // A loaded word goes with its address.
    let bytes = each(counted.bytes + 8 * counted.loaded);
    let link_us = bytes * LINE_BITS * 1e6 / f64::from(board.baud);
    let energy = Energy::of(&counted, &model, &config, inputs.len());
    let output = Output {
        model: model.name.clone(),
        array,
        fits,
        config: config.params(),
        usage,
        clock_mhz: clock,
        images: inputs.len(),
        cycles_per_image: each(counted.cycles),
        compute_us,
        efficiency: counted.macs as f64 / (config.pes as f64 * counted.cycles.max(1) as f64),
        stages: counted.stages,
        host_layers: counted.host_layers,
        link_bytes_per_image: bytes,
        link_us,
        images_per_second: 1e6 / link_us.max(compute_us),
        bound_by: bound(&board, &usage, fits, link_us, compute_us),
        energy,
        eie_layers: if args.eie { eie_layers::rows(clock)? } else { Vec::new() },
        board,
    };
    match args.json {
        true => print_json(&output)?,
        false => print(&output),
    }
    Ok(Verdict::of(fits))
}

fn print(o: &Output) {
    let of = |used: usize, there: usize| format!("{used} of {there}");
    let (c, b) = (&o.config, &o.board);
    let line = |what: &str, value: String| eprintln!("{what:34} {value}");
    line("board", format!("{} ({}) at {} MHz", b.name, b.device, o.clock_mhz));
    line(
        "PEs",
        format!("{}; {} weights, {} pointers, {} rows each", c.pes, c.weight_depth, c.ptr_depth, c.acc_depth),
    );
    let unbuilt = |what: &str| format!("{what}; whether its logic fits is not known before it is built");
    let why = match o.array {
        Taken::Bitstream => format!("of the bitstream: eie build --board {}", b.name),
        Taken::Asked => unbuilt("asked for"),
        Taken::Largest => unbuilt("the largest"),
    };
    line("array", why);
    line("block RAMs", of(o.usage.block_rams, b.block_rams));
    if b.single_port_rams > 0 {
        line("single-port RAMs", of(o.usage.single_port_rams, b.single_port_rams));
    }
    if b.multipliers > 0 {
        line("multipliers", of(o.usage.multipliers, b.multipliers));
    } else {
        line("multipliers", "made of LUTs, which are not estimated".into());
    }
    line("bits of memory in LUTs", o.usage.lut_ram_bits.to_string());
    line("stages (1: loaded once)", o.stages.to_string());
    line("cycles an image; efficiency", format!("{:.1}; {:.3}", o.cycles_per_image, o.efficiency));
    line(
        "time an image",
        format!("{:.1} us; link {:.1} us ({} at {} baud)", o.compute_us, o.link_us, b.link, b.baud),
    );
    line("images a second", format!("{:.0}", o.images_per_second));
    line("bound by", o.bound_by.into());
    let e = &o.energy;
    line("energy in 45 nm, operations", format!("{:.1} nJ an image", e.operations_nj));
    line("  as EIE's PEs for these cycles", format!("{:.1} nJ", e.eie_pe_cycles_nj));
    line("  dense from DRAM, for comparison", format!("{:.1} nJ", e.dense_dram_nj));
    if !o.host_layers.is_empty() {
        line("layers on the host", o.host_layers.join(", "));
    }
    eie_layers::print(&o.eie_layers);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_array_is_the_one_that_is_built() {
        let model = eie_sim::bench::lenet_300_100(0).0;
        for board in boards::all().unwrap() {
            let largest = array(&board, &model, None, true);
            assert!(board.candidates().is_empty() || matches!(largest, Ok((_, Taken::Largest))), "{}", board.name);
            let Some(how) = &board.build else {
                assert_eq!(array(&board, &model, None, false).ok(), largest.ok());
                continue;
            };
            let (config, why) = array(&board, &model, None, false).unwrap();
            assert_eq!((config.params(), why), (how.array.config().unwrap().params(), Taken::Bitstream));
            assert!(board.holds(&config), "{} does not hold its own array", board.name);
            assert_eq!(array(&board, &model, Some(2), false).unwrap(), (Config::for_pes(2).unwrap(), Taken::Asked));
        }
    }

    #[test]
    fn what_is_bound_first() {
        let board = boards::find("ulx3s-85f").unwrap();
        let config = Config::for_pes(64).unwrap();
        let usage = board.usage(&config);
        assert_eq!(bound(&board, &usage, true, 9.0, 1.0), "link");
        assert_eq!(bound(&board, &usage, true, 1.0, 9.0), "block RAM");
        let more = board.usage(&Config::for_pes(128).unwrap());
        assert!(bound(&board, &more, false, 1.0, 9.0).contains("does not fit"));
        assert_eq!(bound(&board, &board.usage(&Config::for_pes(4).unwrap()), true, 1.0, 9.0), "clock");
    }
}
