//! `eie train`.

use crate::common::{print_json, DataArgs, EpochBars, Verdict};
use anyhow::Result;
use eie_compressor::data::Split;
use eie_compressor::train::{initialise, train, TrainConfig};
use serde::Serialize;
use std::path::PathBuf;

/// Train LeNet-300-100 (or other sizes) on MNIST and write it as safetensors.
///
/// Example: eie train --data mnist --out models/lenet-300-100.safetensors
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Args {
    #[command(flatten)]
    data: DataArgs,
    /// File to write.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Outputs of the hidden layers.
    #[arg(long, value_delimiter = ',', default_value = "300,100")]
    hidden: Vec<usize>,
    /// Makes everything random about it.
    #[arg(long, default_value_t = TrainConfig::default().seed)]
    seed: u64,
    /// Passes over the training set.
    #[arg(long, default_value_t = TrainConfig::default().epochs)]
    epochs: usize,
    /// One JSON object on standard output.
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Output {
    file: String,
    parameters: usize,
    dense_bytes: usize,
    epochs: usize,
    seed: u64,
    error_pct: f64,
}

/// Runs the verb.
pub fn run(args: Args) -> Result<Verdict> {
    let (training, test) = (args.data.load(Split::Train)?, args.data.load(Split::Test)?);
    anyhow::ensure!(args.hidden.iter().all(|h| (1..=1 << 16).contains(h)), "--hidden takes sizes from 1 to 65536");
    let classes = training.labels.iter().max().map_or(1, |&l| l as usize + 1);
    let sizes: Vec<usize> = [training.pixels].into_iter().chain(args.hidden).chain([classes]).collect();
    let config = TrainConfig { seed: args.seed, epochs: args.epochs, ..TrainConfig::default() };
    let mut bars = EpochBars::new();
    let net = train(&initialise(&sizes, config.seed), None, &training, &config, "train", &mut |p| bars.show(p))?;
    net.save(&args.out)?;
    let output = Output {
        file: args.out.display().to_string(),
        parameters: net.parameters(),
        dense_bytes: 4 * net.parameters(),
        epochs: config.epochs,
        seed: config.seed,
        error_pct: net.error_pct(&test)?,
    };
    match args.json {
        true => print_json(&output)?,
        false => eprintln!("{}: {} parameters, test error {:.2} %", output.file, output.parameters, output.error_pct),
    }
    Ok(Verdict::Holds)
}
