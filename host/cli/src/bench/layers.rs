//! `eie bench layers`.

use crate::common::{print_json, Verdict};
use anyhow::Result;
use eie_sim::bench::{self, Engine, Measure};
use eie_sim::cosim::Kind;
use eie_sim::verilator;
use eie_spec::config::Config;
use serde::Serialize;

/// The nine layers of the EIE paper, and LeNet-300-100 at the densities of Deep Compression.
///
/// Beside the cycles are those that EIE took, on 64 PEs with batch 1: its table IV at 800 MHz. Exit code 1 if an output
/// differs from the golden model's, or a count from the cycle model's.
///
/// Example: eie bench layers --batch 1,8 --json
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// PEs [default: 64, and 16 for LeNet-300-100].
    #[arg(long)]
    pes: Option<usize>,
    /// Vectors on the device at a time.
    #[arg(long, value_delimiter = ',', default_value = "1,8")]
    batch: Vec<usize>,
    /// What counts the cycles: the Verilog in Verilator, or the cycle model, which needs no tools.
    #[arg(long, value_enum, default_value_t = EngineName::Verilator)]
    engine: EngineName,
    /// LeNet-300-100 on the usual array, not on one for small layers (`eie emit --near --queue-depth 64`).
    #[arg(long)]
    usual: bool,
    /// One JSON object on standard output.
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, clap::ValueEnum, Serialize)]
#[serde(rename_all = "lowercase")]
enum EngineName {
    Verilator,
    Model,
}

#[derive(Serialize)]
struct Output {
    engine: EngineName,
    layers: Vec<Line>,
}

#[derive(Serialize)]
struct Line {
    #[serde(flatten)]
    measure: Measure,
    /// What EIE took, where that can be compared.
    eie_cycles: Option<f64>,
}

/// PEs of EIE, and of the bench unless others are asked for.
const EIE_PES: usize = 64;
/// PEs that LeNet-300-100 is measured on.
const LENET_PES: usize = 16;

/// Runs the verb.
pub fn run(args: Args) -> Result<Verdict> {
    anyhow::ensure!(!args.batch.contains(&0), "--batch is 0, expected at least 1");
    let name = match args.engine {
        EngineName::Verilator if verilator::version().is_none() => {
            eprintln!("eie: verilator was not found: these are the cycle model's cycles");
            EngineName::Model
        }
        name => name,
    };
    let engine = match name {
        EngineName::Verilator => Engine::Simulator(Kind::Verilator),
        EngineName::Model => Engine::Model,
    };
    let pes = args.pes.unwrap_or(EIE_PES);
    // Also says what is wrong with a number of PEs that there cannot be.
    Config::for_pes(pes)?;
    let config = Config::new(bench::deep(pes))?;
    let mut layers = Vec::new();
    for &batch in &args.batch {
        let shapes = &bench::EIE_LAYERS;
        for (measure, shape) in bench::layers(shapes, &config, batch, 1, engine)?.into_iter().zip(shapes) {
            let comparable = pes == EIE_PES && batch == 1;
            layers.push(Line { measure, eie_cycles: shape.eie_cycles().filter(|_| comparable) });
        }
        let measure = bench::lenet(args.pes.unwrap_or(LENET_PES), args.usual, batch, engine)?;
        layers.push(Line { measure, eie_cycles: None });
    }
    for line in &layers {
        let m = &line.measure;
        let eie = line.eie_cycles.map_or_else(String::new, |c| format!(", EIE {c:.0}"));
        eprintln!(
            "{:14} {:3} PEs, batch {:2}: {:8.0} cycles{eie}, model {:.0}; efficiency {:.3}, {} differences",
            m.name, m.pes, m.batch, m.cycles, m.model_cycles, m.efficiency, m.differences
        );
    }
    let holds = layers.iter().all(|l| l.measure.differences == 0 && l.measure.counters == l.measure.model_counters);
    if args.json {
        print_json(&Output { engine: name, layers })?;
    }
    Ok(Verdict::of(holds))
}
