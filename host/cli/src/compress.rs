//! `eie compress`.

use crate::common::{print_json, write, DataArgs, EpochBars, Verdict};
use anyhow::Result;
use eie_compressor::compress::{compress, CompressConfig, Stage};
use eie_compressor::data::Split;
use eie_compressor::net::DenseNet;
use eie_spec::container::{encode, inspect, LayerInfo};
use serde::Serialize;
use std::path::PathBuf;

/// Prune, share weights, fine-tune, quantise and Huffman-code a network into one .eie file.
///
/// Exit code 1 if the compressed network has more errors than the dense one.
///
/// Example: eie compress --model models/lenet-300-100.safetensors --data mnist --out m.eie
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// The dense network, as safetensors.
    #[arg(long, value_name = "FILE")]
    model: PathBuf,
    #[command(flatten)]
    data: DataArgs,
    /// File to write.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Makes everything random about it.
    #[arg(long, default_value_t = CompressConfig::default().seed)]
    seed: u64,
    /// Share of weights to keep in each layer; the last number serves for all further layers.
    #[arg(long, value_delimiter = ',', value_name = "D,D,...")]
    density: Option<Vec<f64>>,
    /// Rounds of pruning and retraining.
    #[arg(long, default_value_t = CompressConfig::default().rounds)]
    rounds: usize,
    /// Epochs of retraining after each round but the last.
    #[arg(long, default_value_t = CompressConfig::default().epochs)]
    epochs: usize,
    /// Epochs of retraining after the last round.
    #[arg(long, default_value_t = CompressConfig::default().last_epochs)]
    last_epochs: usize,
    /// Epochs of fine-tuning the centroids.
    #[arg(long, default_value_t = CompressConfig::default().tune_epochs)]
    tune_epochs: usize,
    /// Pixels by which images are moved at random in retraining.
    #[arg(long, default_value_t = CompressConfig::default().augment)]
    augment: usize,
    /// Codebook entries a layer, up to 16.
    #[arg(long, default_value_t = CompressConfig::default().codes)]
    codes: usize,
    /// One JSON object on standard output.
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Output {
    file: String,
    dense_bytes: u64,
    file_bytes: usize,
    ratio: f64,
    dense_error_pct: f64,
    error_pct: f64,
    kept: usize,
    kept_pct: f64,
    layers: Vec<LayerInfo>,
    stages: Vec<Stage>,
}

/// Runs the verb.
pub fn run(args: Args) -> Result<Verdict> {
    let (training, test) = (args.data.load(Split::Train)?, args.data.load(Split::Test)?);
    let net = DenseNet::load(&args.model, training.pixels)?;
    let defaults = CompressConfig::default();
    let config = CompressConfig {
        seed: args.seed,
        rounds: args.rounds,
        epochs: args.epochs,
        last_epochs: args.last_epochs,
        tune_epochs: args.tune_epochs,
        densities: args.density.unwrap_or(defaults.densities),
        codes: args.codes,
        augment: args.augment,
        ..defaults
    };
    let name = args.model.file_stem().map_or_else(String::new, |s| s.to_string_lossy().into_owned());
    let mut bars = EpochBars::new();
    let result = compress(&name, &net, &training, &test, &config, &mut |p| bars.show(p))?;
    let file = encode(&result.model)?;
    write(&args.out, &file)?;
    let info = inspect(&file)?;
    let weights: usize = info.layers.iter().map(|l| l.inputs * l.outputs).sum();
    let kept: usize = info.layers.iter().map(|l| l.kept).sum();
    let output = Output {
        file: args.out.display().to_string(),
        dense_bytes: info.dense_bytes,
        file_bytes: info.file_bytes,
        ratio: info.ratio,
        dense_error_pct: result.dense_error_pct,
        error_pct: result.error_pct,
        kept,
        kept_pct: 100.0 * kept as f64 / weights as f64,
        layers: info.layers,
        stages: result.stages,
    };
    if args.json {
        print_json(&output)?;
    } else {
        for s in &output.stages {
            eprintln!("{:12} {:7} weights  error {:.2} %", s.name, s.kept, s.error_pct);
        }
        eprintln!(
            "{}: {} bytes of {} ({:.1}x), {:.2} % of the weights, error {:.2} % (dense: {:.2} %)",
            output.file,
            output.file_bytes,
            output.dense_bytes,
            output.ratio,
            output.kept_pct,
            output.error_pct,
            output.dense_error_pct
        );
    }
    Ok(Verdict::of(output.error_pct <= output.dense_error_pct))
}
