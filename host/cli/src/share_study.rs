//! `eie share-study`.

use crate::common::{print_json, write, DataArgs, EpochBars, Verdict};
use anyhow::Result;
use eie_compressor::config::CompressConfig;
use eie_compressor::data::Split;
use eie_compressor::net::DenseNet;
use eie_compressor::study::{plot, study, Study, StudyConfig};
use std::path::PathBuf;

/// Compare the initialisations of weight sharing: prune and retrain once, then share and fine-tune in every way.
///
/// Example: eie share-study --model models/lenet-300-100.safetensors --data mnist --out inits.svg
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// The dense network, as safetensors or ONNX.
    #[arg(long, value_name = "FILE")]
    model: PathBuf,
    #[command(flatten)]
    data: DataArgs,
    /// Bits of a weight's code to try, 1 to 8.
    #[arg(long, value_delimiter = ',', value_name = "B,B,...", default_value = "2,3,4,5,6")]
    bits: Vec<u32>,
    /// Share of weights to keep in each layer; the last number serves for all further layers.
    #[arg(long, value_delimiter = ',', value_name = "D,D,...")]
    density: Option<Vec<f64>>,
    /// Epochs of retraining the pruned network.
    #[arg(long, default_value_t = StudyConfig::default().epochs)]
    epochs: usize,
    /// Epochs of fine-tuning the centroids, each time.
    #[arg(long, default_value_t = StudyConfig::default().tune_epochs)]
    tune_epochs: usize,
    /// Makes everything random about it.
    #[arg(long, default_value_t = StudyConfig::default().seed)]
    seed: u64,
    /// Leave out centroids that no weight is nearest to instead of using them elsewhere.
    #[arg(long)]
    no_refill: bool,
    /// Draw error against bits, as SVG.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// One JSON object on standard output.
    #[arg(long)]
    json: bool,
}

/// Runs the verb.
pub fn run(args: Args) -> Result<Verdict> {
    let (training, test) = (args.data.load(Split::Train)?, args.data.load(Split::Test)?);
    let net = DenseNet::load(&args.model, training.pixels)?;
    let config = StudyConfig {
        seed: args.seed,
        densities: args.density.unwrap_or_else(|| CompressConfig::for_net(&net).densities),
        epochs: args.epochs,
        tune_epochs: args.tune_epochs,
        bits: args.bits,
        refill: !args.no_refill,
        ..StudyConfig::default()
    };
    let mut bars = EpochBars::new();
    let result = study(&net, &training, &test, &config, &mut |p| bars.show(p))?;
    if let Some(path) = &args.out {
        write(path, plot(&result)?.as_bytes())?;
    }
    match args.json {
        true => print_json(&result)?,
        false => table(&result),
    }
    Ok(Verdict::Holds)
}

fn table(study: &Study) {
    eprintln!("bits  init     centroids  sum of squares  error  fine-tuned");
    for r in &study.rows {
        let name = r.init.name();
        let (centroids, sum, error, tuned) = (r.centroids, r.sum_of_squares, r.error_pct, r.tuned_error_pct);
        eprintln!("{:4}  {name:8} {centroids:9}  {sum:14.4}  {error:5.2}  {tuned:10.2}", r.bits);
    }
    let (kept, pruned, dense) = (study.kept, study.pruned_error_pct, study.dense_error_pct);
    eprintln!("errors in %; pruned to {kept} weights: {pruned:.2} %; dense: {dense:.2} %");
}
