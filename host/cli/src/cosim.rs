//! `eie cosim`.

use crate::common::{bar, print_json, read_model, ConfigArgs, DataArgs, Verdict};
use crate::recorded::Recorded;
use anyhow::Result;
use eie_compressor::data::Split;
use eie_compressor::quantise;
use eie_host::inject::Fault;
use eie_sim::cosim::{cosim, Kind, Options};
use eie_spec::model::Model;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::path::PathBuf;

/// Simulate the hardware on real inputs and compare every output of every layer with the golden models.
///
/// Exit code 1 if any output differs.
///
/// Example: eie cosim models/lenet-300-100.eie --engine verilator --pes 16 --images 100 --json
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// The model.
    file: PathBuf,
    /// What simulates: the rust-hdl simulation, Verilator, or Verilator on the netlist that yosys reads.
    #[arg(long, value_enum, default_value_t = EngineName::Rtl)]
    engine: EngineName,
    #[command(flatten)]
    config: ConfigArgs,
    /// Number of test images.
    #[arg(long, default_value_t = 10)]
    images: usize,
    #[command(flatten)]
    data: DataArgs,
    /// Random inputs from this seed in place of images, for models of any size.
    #[arg(long, value_name = "SEED")]
    random: Option<u64>,
    /// Flip one bit in the device's memory: the differences that follow show that the comparison works.
    #[arg(long, value_enum)]
    inject: Option<FaultName>,
    /// Record a waveform of the whole run (.vcd, with verilator also .fst).
    #[arg(long, value_name = "FILE")]
    trace: Option<PathBuf>,
    /// Where the waveform of the first input that differs goes.
    #[arg(long, value_name = "FILE", default_value = "eie-difference.vcd")]
    difference_trace: PathBuf,
    /// Draw what each PE did when (SVG), from the exact cycle model of the same runs.
    #[arg(long, value_name = "FILE", conflicts_with = "inject")]
    heatmap: Option<PathBuf>,
    /// One JSON object on standard output.
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum EngineName {
    Rtl,
    Verilator,
    Netlist,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum FaultName {
    Weight,
    Pointer,
    Codebook,
    Shift,
}

/// Half of the activations zero, the rest anywhere in the certified range.
pub fn random_inputs(model: &Model, count: usize, seed: u64) -> Vec<Vec<i16>> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let max = model.layers[0].certificate.in_abs_max.min(i16::MAX as u32) as i16;
    let mut value = || if rng.random_bool(0.5) { 0 } else { rng.random_range(-max..=max) };
    (0..count).map(|_| (0..model.inputs()).map(|_| value()).collect()).collect()
}

/// Runs the verb.
pub fn run(args: Args) -> Result<Verdict> {
    let model = read_model(&args.file)?;
    let config = args.config.config()?;
    anyhow::ensure!(args.images > 0, "--images is 0, expected at least 1");
    let inputs = match args.random {
        Some(seed) => random_inputs(&model, args.images, seed),
        None => {
            let data = args.data.load(Split::Test)?;
            (0..args.images.min(data.len())).map(|i| quantise::input(data.image(i))).collect()
        }
    };
    let options = Options {
        kind: match args.engine {
            EngineName::Rtl => Kind::Rtl,
            EngineName::Verilator => Kind::Verilator,
            EngineName::Netlist => Kind::Netlist,
        },
        fault: args.inject.map(|f| match f {
            FaultName::Weight => Fault::Weight,
            FaultName::Pointer => Fault::Pointer,
            FaultName::Codebook => Fault::Codebook,
            FaultName::Shift => Fault::Shift,
        }),
        trace: args.trace,
        difference_trace: args.difference_trace,
    };
    let progress = bar(inputs.len() as u64, options.kind.name());
    let report = cosim(&model, &config, &inputs, &options, &mut |done| progress.set_position(done as u64))?;
    progress.finish_and_clear();
    if let Some(d) = &report.first_difference {
        let cycle = d.cycle.map_or_else(|| "unknown".into(), |c| c.to_string());
        eprintln!(
            "first difference: image {}, layer {} ({}), row {}: expected {}, found {}, drained in cycle {cycle} of {}",
            d.image,
            d.layer,
            d.name,
            d.row,
            d.expected,
            d.found,
            d.waveform.as_deref().unwrap_or("no waveform")
        );
    }
    let mut holds = report.differences == 0;
    if let Some(path) = &args.heatmap {
        let (map, counts) = Recorded::new(&model, &config)?.record(&inputs)?;
        map.draw(path)?;
        if counts.cycles != report.cycles {
            eprintln!("the cycle model says {} cycles, the device {}", counts.cycles, report.cycles);
            holds = false;
        }
    }
    if args.json {
        print_json(&report)?;
    } else {
        eprintln!(
            "{} with {} PEs: {} images, {} outputs compared, {} differences; {:.1} cycles an image, efficiency {:.3}",
            report.engine,
            report.pes,
            report.images,
            report.outputs_compared,
            report.differences,
            report.cycles_per_image,
            report.efficiency
        );
    }
    Ok(Verdict::of(holds))
}
