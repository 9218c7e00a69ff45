//! `eie explore`.

mod precision;

use crate::common::{bar, print_json, read_model, write, DataArgs, Verdict};
use anyhow::{Context, Result};
use eie_compressor::data::Split;
use eie_compressor::plot::{lines, Labels, Series};
use eie_sim::bench::{Shape, EIE_LAYERS};
use eie_sim::cosim::CosimError;
use eie_sim::explore::{self, Point};
use rayon::prelude::*;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Sweep what a device could be: queues, PEs, run width, width of the weight memory, width of numbers.
///
/// With the cycle model on the nine layers of the EIE paper, as its figures 8, 9 and 11 to 13. Queues in the first sweep are
/// idealised, since a device's are at least 16 deep. The width of numbers (figure 10) is varied on a model and its test
/// images.
///
/// Example: eie explore --sweep fifo,pes --layers Alex-7,NT-We --out plots --json
/// Example: eie explore --sweep precision --model models/lenet-300-100.eie --out plots
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// What to vary.
    #[arg(long, value_enum, value_delimiter = ',', default_value = "fifo,pes,runs,width")]
    sweep: Vec<Sweep>,
    /// Layers, by their names in the paper [default: all nine].
    #[arg(long, value_delimiter = ',')]
    layers: Vec<String>,
    /// For the width of numbers, a model of fully connected layers.
    #[arg(long, value_name = "FILE", default_value = "models/lenet-300-100.eie")]
    model: PathBuf,
    #[command(flatten)]
    data: DataArgs,
    /// Folder for the plots, as SVG.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// One JSON object on standard output.
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum, Serialize)]
#[serde(rename_all = "lowercase")]
enum Sweep {
    /// Depth of the queues, 1 to 256.
    Fifo,
    /// PEs, 1 to 256.
    Pes,
    /// Bits of a run, 2 to 8.
    Runs,
    /// Bits of a word of the weight memory, 32 to 512.
    Width,
    /// Bits of activations and codebook entries, 3 to 32: errors of --model, energy of a multiplication.
    Precision,
}

/// A sweep of cycles: over this many values, by this function.
type Of = fn(&Shape, usize, &[usize]) -> Result<Vec<Point>, CosimError>;

/// A plot: what it shows of a point, given the layer's first one.
struct Plot {
    file: &'static str,
    title: &'static str,
    y: &'static str,
    value: fn(&Point, &Point) -> f64,
}

const fn plot(file: &'static str, title: &'static str, y: &'static str, value: fn(&Point, &Point) -> f64) -> Plot {
    Plot { file, title, y, value }
}

impl Sweep {
    fn values(self) -> Vec<usize> {
        match self {
            Sweep::Fifo | Sweep::Pes => (0..9).map(|k| 1 << k).collect(),
            Sweep::Runs => (2..9).collect(),
            Sweep::Width => vec![32, 64, 128, 256, 512],
            Sweep::Precision => Vec::new(),
        }
    }

    /// How a layer's points come from the cycle model, if they do.
    fn of_cycles(self) -> Option<Of> {
        match self {
            Sweep::Fifo => Some(explore::fifo),
            Sweep::Pes => Some(explore::pes),
            Sweep::Runs => Some(explore::runs),
            Sweep::Width => Some(explore::widths),
            Sweep::Precision => None,
        }
    }

    fn axis(self) -> &'static str {
        match self {
            Sweep::Fifo => "queue depth",
            Sweep::Pes => "PEs",
            Sweep::Runs => "bits of a run",
            Sweep::Width => "bits of a memory word",
            Sweep::Precision => "bits",
        }
    }

    fn plots(self) -> Vec<Plot> {
        match self {
            Sweep::Fifo => {
                vec![plot("fifo-load", "Load by queue depth (EIE, figure 8)", "busy share", |p, _| p.load)]
            }
            Sweep::Pes => vec![
                plot("pes-work", "Entries that are no fillers (EIE, figure 11)", "share", |p, _| p.work),
                plot("pes-load", "Load by number of PEs (EIE, figure 12)", "busy share", |p, _| p.load),
                plot("pes-speedup", "Speed over one PE (EIE, figure 13)", "times", |p, first| {
                    first.cycles as f64 / p.cycles as f64
                }),
            ],
            Sweep::Runs => vec![
                plot("runs-work", "Entries that are no fillers", "share", |p, _| p.work),
                plot("runs-size", "Size of the weight entries", "bits", |p, _| p.weight_bits as f64),
                plot("runs-cycles", "Cycles by run width", "cycles", |p, _| p.cycles as f64),
            ],
            Sweep::Width => vec![
                plot("width-reads", "Reads of weight memories (EIE, figure 9)", "reads", |p, _| {
                    p.reads.map_or(f64::NAN, |r| r as f64)
                }),
                plot("width-energy", "Energy of these reads (EIE, figure 9)", "nJ", |p, _| {
                    p.read_nj.unwrap_or(f64::NAN)
                }),
            ],
            Sweep::Precision => Vec::new(),
        }
    }
}

#[derive(Serialize)]
struct Output {
    sweeps: BTreeMap<Sweep, Vec<Point>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    precision: Option<precision::Output>,
    plots: Vec<String>,
}

/// The layers asked for, with their numbers.
fn shapes(names: &[String]) -> Result<Vec<(usize, &'static Shape)>> {
    let all = || EIE_LAYERS.iter().enumerate();
    if names.is_empty() {
        return Ok(all().collect());
    }
    let known = || EIE_LAYERS.iter().map(|s| s.name).collect::<Vec<_>>().join(", ");
    let find = |name: &String| {
        all()
            .find(|(_, s)| s.name.eq_ignore_ascii_case(name))
            .with_context(|| format!("--layers {name} is not one of the EIE paper's layers: {}", known()))
    };
    names.iter().map(find).collect()
}

/// Runs the verb.
pub fn run(args: Args) -> Result<Verdict> {
    let shapes = shapes(&args.layers)?;
    let of_cycles = args.sweep.iter().filter_map(|&s| Some((s, s.of_cycles()?)));
    let work: Vec<_> = of_cycles.flat_map(|s| shapes.iter().map(move |&shape| (s, shape))).collect();
    let progress = bar(work.len() as u64, "sweeps");
    let one = |&((sweep, of), (number, shape)): &((Sweep, Of), (usize, &Shape))| {
        let points = of(shape, number, &sweep.values())?;
        progress.inc(1);
        Ok((sweep, points))
    };
    let done: Vec<(Sweep, Vec<Point>)> = work.par_iter().map(one).collect::<Result<_, CosimError>>()?;
    progress.finish_and_clear();
    let mut output = Output { sweeps: BTreeMap::new(), precision: None, plots: Vec::new() };
    if args.sweep.contains(&Sweep::Precision) {
        let found = precision::sweep(&read_model(&args.model)?, &args.data.load(Split::Test)?)?;
        found.print();
        output.precision = Some(found);
    }
    for (sweep, points) in done {
        for p in &points {
            eprintln!(
                "{:8} {:>3} {}: {} cycles, load {:.3}, {:.3} no fillers, efficiency {:.3}",
                p.layer,
                p.x,
                sweep.axis(),
                p.cycles,
                p.load,
                p.work,
                p.efficiency
            );
        }
        output.sweeps.entry(sweep).or_default().extend(points);
    }
    if let Some(dir) = &args.out {
        std::fs::create_dir_all(dir).with_context(|| dir.display().to_string())?;
        if let Some(found) = &output.precision {
            output.plots.extend(found.draw(dir)?.iter().map(|p| p.display().to_string()));
        }
        for (&sweep, points) in &output.sweeps {
            for plot in sweep.plots() {
                let path = dir.join(plot.file).with_extension("svg");
                let labels = Labels { title: plot.title, x: sweep.axis(), y: plot.y };
                let series: Vec<Series> = points
                    .chunk_by(|a, b| a.layer == b.layer)
                    .map(|of_layer| Series {
                        name: of_layer[0].layer.clone(),
                        points: of_layer.iter().map(|p| (p.x as f64, (plot.value)(p, &of_layer[0]))).collect(),
                    })
                    .collect();
                write(&path, lines(labels, &series, sweep != Sweep::Runs)?.as_bytes())?;
                output.plots.push(path.display().to_string());
            }
        }
    }
    if args.json {
        print_json(&output)?;
    }
    Ok(Verdict::Holds)
}
