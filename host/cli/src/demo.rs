//! `eie demo`.

use crate::common::{bar, print_json, read, read_model, ConfigArgs, DataArgs, Verdict};
use anyhow::Result;
use eie_compressor::data::Split;
use eie_compressor::net::{argmax, DenseNet};
use eie_compressor::quantise::input;
use eie_host::{DenseEngine, Engine, PackedEngine};
use eie_sim::cosim::{cosim, Kind, Options, Report};
use eie_sim::{netlist, verilator};
use eie_spec::container::inspect;
use eie_spec::pack::pack;
use serde::Serialize;
use std::path::PathBuf;

/// The whole path on the test images: dense network, compressed file, golden models, RTL; one table.
///
/// Exit code 1 if the compressed network is worse than the dense one, or any output differs.
///
/// Example: eie demo
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// The dense network.
    #[arg(long, value_name = "FILE", default_value = "models/lenet-300-100.safetensors")]
    dense: PathBuf,
    /// The compressed one.
    #[arg(long, value_name = "FILE", default_value = "models/lenet-300-100.eie")]
    model: PathBuf,
    #[command(flatten)]
    data: DataArgs,
    #[command(flatten)]
    config: ConfigArgs,
    /// Images for the rust-hdl simulation.
    #[arg(long, default_value_t = 20)]
    rtl_images: usize,
    /// Images for Verilator.
    #[arg(long, default_value_t = 1000)]
    verilator_images: usize,
    /// Images for Verilator on yosys' netlist.
    #[arg(long, default_value_t = 100)]
    netlist_images: usize,
    /// One JSON object on standard output.
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Output {
    dense_error_pct: f64,
    error_pct: f64,
    dense_bytes: u64,
    file_bytes: usize,
    ratio: f64,
    kept_pct: f64,
    images: usize,
    golden_differences: usize,
    rungs: Vec<Rung>,
}

#[derive(Serialize)]
struct Rung {
    engine: &'static str,
    skipped: Option<String>,
    report: Option<Report>,
}

fn missing(kind: Kind) -> Option<String> {
    match kind {
        Kind::Rtl => None,
        Kind::Verilator | Kind::Netlist if verilator::version().is_none() => {
            Some("verilator is not installed".into())
        }
        Kind::Netlist if !netlist::available() => Some("yosys is not installed".into()),
        _ => None,
    }
}

/// Runs the verb.
pub fn run(args: Args) -> Result<Verdict> {
    let data = args.data.load(Split::Test)?;
    let net = DenseNet::load(&args.dense, data.pixels)?;
    let model = read_model(&args.model)?;
    let info = inspect(&read(&args.model)?)?;
    let config = args.config.config()?;
    let (mut packed, mut dense) =
        (PackedEngine::new(pack(&model, &config)?), DenseEngine::new(&model, config.acc_bits));
    let progress = bar(data.len() as u64, "golden models");
    let (mut errors, mut golden_differences) = (0, 0);
    let inputs: Vec<Vec<i16>> = (0..data.len()).map(|i| input(data.image(i))).collect();
    for (x, &label) in inputs.iter().zip(&data.labels) {
        let (a, b) = (packed.run(x)?, dense.run(x)?);
        golden_differences += a.iter().flatten().zip(b.iter().flatten()).filter(|(a, b)| a != b).count();
        errors += usize::from(a.last().map_or(0, |y| argmax(y)) != label as usize);
        progress.inc(1);
    }
    progress.finish_and_clear();
    let counts = [
        (Kind::Rtl, args.rtl_images),
        (Kind::Verilator, args.verilator_images),
        (Kind::Netlist, args.netlist_images),
    ];
    let mut rungs = Vec::new();
    for (kind, count) in counts {
        let skipped = missing(kind);
        let inputs = &inputs[..count.min(inputs.len())];
        let mut report = None;
        if skipped.is_none() {
            let progress = bar(inputs.len() as u64, kind.name());
            let difference_trace = PathBuf::from("eie-difference.vcd");
            let options = Options { kind, fault: None, trace: None, difference_trace };
            report = Some(cosim(&model, &config, inputs, &options, &mut |n| progress.set_position(n as u64))?);
            progress.finish_and_clear();
        }
        rungs.push(Rung { engine: kind.name(), skipped, report });
    }
    let output = Output {
        dense_error_pct: net.error_pct(&data)?,
        error_pct: 100.0 * errors as f64 / data.len() as f64,
        dense_bytes: info.dense_bytes,
        file_bytes: info.file_bytes,
        ratio: info.ratio,
        kept_pct: 100.0 * info.kept() as f64 / info.weights() as f64,
        images: data.len(),
        golden_differences,
        rungs,
    };
    match args.json {
        true => print_json(&output)?,
        false => table(&output),
    }
    let rtl_differences: u64 = output.rungs.iter().filter_map(|r| r.report.as_ref()).map(|r| r.differences).sum();
    let holds = golden_differences == 0 && rtl_differences == 0 && output.error_pct <= output.dense_error_pct;
    Ok(Verdict::of(holds))
}

fn table(o: &Output) {
    let line = |what: &str, value: String| eprintln!("{what:44} {value}");
    line("test error of the dense network", format!("{:.2} % of {} images", o.dense_error_pct, o.images));
    line("test error compressed, in integers", format!("{:.2} %", o.error_pct));
    line("bytes, float32 -> .eie", format!("{} -> {} ({:.1}x smaller)", o.dense_bytes, o.file_bytes, o.ratio));
    line("weights kept", format!("{:.2} %", o.kept_pct));
    line("packed golden against dense golden", format!("{} images, {} differences", o.images, o.golden_differences));
    for rung in &o.rungs {
        match (&rung.skipped, &rung.report) {
            (None, Some(r)) => {
                let what = format!("{} against golden, {} PEs", rung.engine, r.pes);
                let compared = format!("{} images, {} outputs", r.images, r.outputs_compared);
                line(&what, format!("{compared}, {} differences", r.differences));
                let cycles = format!("{:.1}; {:.3}", r.cycles_per_image, r.efficiency);
                line("  cycles an image; useful MACs/(PEs x cycles)", cycles);
            }
            (why, _) => line(rung.engine, format!("SKIPPED: {}", why.as_deref().unwrap_or("no report"))),
        }
    }
}
