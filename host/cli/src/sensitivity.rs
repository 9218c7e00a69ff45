//! `eie sensitivity`.

use crate::common::{bar, print_json, write, DataArgs, Verdict};
use anyhow::Result;
use eie_compressor::data::Split;
use eie_compressor::net::DenseNet;
use eie_compressor::sensitivity::{plot, scan, Curve};
use serde::Serialize;
use std::path::PathBuf;

/// Measure how much pruning each layer bears: error on the test set, one layer pruned at a time, without retraining.
///
/// Example: eie sensitivity --model models/lenet-300-100.safetensors --out curves.svg
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// The dense network, as safetensors or ONNX.
    #[arg(long, value_name = "FILE")]
    model: PathBuf,
    #[command(flatten)]
    data: DataArgs,
    /// Shares of a layer's weights to keep.
    #[arg(long, value_delimiter = ',', value_name = "D,D,...", default_value = "0.01,0.02,0.05,0.1,0.2,0.5,1")]
    density: Vec<f64>,
    /// Only the first so many test images.
    #[arg(long, value_name = "N")]
    images: Option<usize>,
    /// Draw the curves, as SVG.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// One JSON object on standard output.
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Output {
    model: String,
    images: usize,
    dense_error_pct: f64,
    layers: Vec<Curve>,
}

/// Runs the verb.
pub fn run(args: Args) -> Result<Verdict> {
    anyhow::ensure!(args.images != Some(0), "--images takes a number from 1");
    let test = args.data.load(Split::Test)?;
    let test = test.first(args.images.unwrap_or(usize::MAX));
    let net = DenseNet::load(&args.model, test.pixels)?;
    let dense_error_pct = net.error_pct(&test)?;
    let progress = bar((net.layers.len() * args.density.len()) as u64, "prune");
    let layers = scan(&net, &test, &args.density, || progress.inc(1))?;
    progress.finish_and_clear();
    if let Some(path) = &args.out {
        write(path, plot(&layers)?.as_bytes())?;
    }
    let output = Output { model: args.model.display().to_string(), images: test.len(), dense_error_pct, layers };
    match args.json {
        true => print_json(&output)?,
        false => table(&output, &args.density),
    }
    Ok(Verdict::Holds)
}

fn table(output: &Output, densities: &[f64]) {
    let cells = |texts: Vec<String>| texts.iter().map(|t| format!("{t:>8}")).collect::<String>();
    eprintln!("error in % by the share of a layer's weights kept; {} images", output.images);
    eprintln!("{:16}{}", "layer", cells(densities.iter().map(|d| format!("{} %", short(100.0 * d))).collect()));
    for layer in &output.layers {
        eprintln!("{:16}{}", layer.name, cells(layer.points.iter().map(|p| format!("{:.2}", p.error_pct)).collect()));
    }
    eprintln!("dense: {:.2} %", output.dense_error_pct);
}

/// Without the digits that arithmetic on floats adds.
fn short(v: f64) -> f64 {
    (v * 1e4).round() / 1e4
}
