//! `eie compress`.

use crate::common::{print_json, write, CodecName, DataArgs, EpochBars, InitName, Verdict};
use anyhow::Result;
use eie_compressor::compress::{compress, Compressed, Stage};
use eie_compressor::config::{CompressConfig, Target};
use eie_compressor::data::Split;
use eie_compressor::formats::chain;
use eie_compressor::net::DenseNet;
use eie_compressor::prune::{Balance, Schedule};
use eie_compressor::report;
use eie_spec::container::{inspect, LayerInfo};
use serde::Serialize;
use std::path::PathBuf;

/// Prune, share weights, fine-tune, quantise and code a network into one .eie file.
///
/// With --no-retrain, without data: any safetensors or ONNX file, pruned by magnitude; what is not a weight of a
/// fully connected, convolutional or recurrent layer passes through.
///
/// Exit code 1 if the compressed network has more errors than the dense one, or misses its target.
///
/// Example: eie compress --model models/lenet-300-100.safetensors --data mnist --out m.eie
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// The dense network, as safetensors or ONNX.
    #[arg(long, value_name = "FILE")]
    pub model: PathBuf,
    #[command(flatten)]
    data: DataArgs,
    /// File to write.
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Makes everything random about it.
    #[arg(long, default_value_t = CompressConfig::default().seed)]
    pub seed: u64,
    /// Share of weights to keep in each layer; the last number serves for all further layers.
    #[arg(long, value_delimiter = ',', value_name = "D,D,...")]
    pub density: Option<Vec<f64>>,
    /// Bits of a weight's code in each layer, 1 to 8; the last number serves for all further layers. A device takes
    /// up to 4.
    #[arg(long, value_delimiter = ',', value_name = "B,B,...", value_parser = clap::value_parser!(u32).range(1..=8))]
    pub bits: Option<Vec<u32>>,
    /// Where k-means starts.
    #[arg(long, value_enum, default_value_t = InitName::Linear)]
    pub init: InitName,
    /// How the streams are coded.
    #[arg(long, value_enum, default_value_t = CodecName::Smallest)]
    pub codec: CodecName,
    /// Without data: prune by magnitude and share, and write an archive of tensors. What is about retraining is
    /// refused; --data is not read.
    #[arg(long, conflicts_with_all = [
        "rounds", "schedule", "epochs", "last_epochs", "tune_epochs", "learning_rate", "weight_decay", "dropout",
        "augment", "importance", "balance", "max_bytes", "max_error_increase", "report",
    ])]
    no_retrain: bool,
    /// Rounds of pruning and retraining.
    #[arg(long)]
    rounds: Option<usize>,
    /// How the density falls from round to round.
    #[arg(long, value_enum, default_value_t = ScheduleName::Cubic)]
    schedule: ScheduleName,
    /// Epochs of retraining after each round but the last.
    #[arg(long)]
    epochs: Option<usize>,
    /// Epochs of retraining after the last round.
    #[arg(long)]
    last_epochs: Option<usize>,
    /// Epochs of fine-tuning the centroids.
    #[arg(long)]
    tune_epochs: Option<usize>,
    /// Learning rate at the start of each retraining.
    #[arg(long)]
    learning_rate: Option<f64>,
    /// L2 regularisation while retraining.
    #[arg(long)]
    weight_decay: Option<f64>,
    /// Dropout of the dense network, rescaled by the square root of what is kept.
    #[arg(long)]
    dropout: Option<f64>,
    /// Pixels by which images are moved at random in retraining.
    #[arg(long)]
    augment: Option<usize>,
    /// Let a weight count in k-means by its squared gradients.
    #[arg(long)]
    importance: bool,
    /// Prune to equal work for each of so many PEs.
    #[arg(long, value_name = "PES", value_parser = clap::value_parser!(u32).range(1..=256))]
    balance: Option<u32>,
    /// Go on pruning until the file is this small.
    #[arg(long, value_name = "BYTES", conflicts_with = "max_error_increase")]
    max_bytes: Option<usize>,
    /// Go on pruning as long as the error is at most so many points above the dense network's.
    #[arg(long, value_name = "POINTS")]
    max_error_increase: Option<f64>,
    /// Write a page about it: tables, error at each stage, histograms.
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// One JSON object on standard output.
    #[arg(long)]
    pub json: bool,
}

/// [`Schedule`] on the command line.
#[derive(Clone, Copy, clap::ValueEnum)]
enum ScheduleName {
    /// Much at first, little at the end.
    Cubic,
    /// The same number of weights each round.
    Linear,
    /// The same share of what is left each round.
    Geometric,
    /// All in the first round.
    OneShot,
}

impl From<ScheduleName> for Schedule {
    fn from(name: ScheduleName) -> Self {
        match name {
            ScheduleName::Cubic => Schedule::Cubic,
            ScheduleName::Linear => Schedule::Linear,
            ScheduleName::Geometric => Schedule::Geometric,
            ScheduleName::OneShot => Schedule::OneShot,
        }
    }
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
    target_met: Option<bool>,
    layers: Vec<LayerInfo>,
    balance: Vec<Balance>,
    stages: Vec<Stage>,
}

impl Args {
    fn target(&self) -> Option<Target> {
        self.max_bytes.map(Target::MaxBytes).or(self.max_error_increase.map(Target::MaxErrorIncrease))
    }

    fn config(&self, net: &DenseNet) -> CompressConfig {
        let default = CompressConfig::for_net(net);
        CompressConfig {
            seed: self.seed,
            rounds: self.rounds.unwrap_or(default.rounds),
            schedule: self.schedule.into(),
            epochs: self.epochs.unwrap_or(default.epochs),
            last_epochs: self.last_epochs.unwrap_or(default.last_epochs),
            tune_epochs: self.tune_epochs.unwrap_or(default.tune_epochs),
            densities: self.density.clone().unwrap_or(default.densities),
            codes: self.bits.as_ref().map_or(default.codes, |bits| bits.iter().map(|b| 1 << b).collect()),
            init: self.init.into(),
            importance: self.importance,
            balance: self.balance.map(|pes| pes as usize),
            learning_rate: self.learning_rate.unwrap_or(default.learning_rate),
            weight_decay: self.weight_decay.unwrap_or(default.weight_decay),
            dropout: self.dropout.unwrap_or(default.dropout),
            augment: self.augment.unwrap_or(default.augment),
            codec: self.codec.into(),
            target: self.target(),
            ..default
        }
    }
}

/// Runs the verb.
pub fn run(args: Args) -> Result<Verdict> {
    if args.no_retrain {
        return crate::archive::compress(&args);
    }
    // What is wrong with the network is told first: the data may be missing, and take longer to load.
    chain(&args.model)?;
    let (training, test) = (args.data.load(Split::Train)?, args.data.load(Split::Test)?);
    let net = DenseNet::load(&args.model, training.pixels)?;
    let config = args.config(&net);
    let name = args.model.file_stem().map_or_else(String::new, |s| s.to_string_lossy().into_owned());
    let mut bars = EpochBars::new();
    let result = compress(&name, &net, &training, &test, &config, &mut |p| bars.show(p))?;
    write(&args.out, &result.file)?;
    let info = inspect(&result.file)?;
    if let Some(path) = &args.report {
        write(path, report::html(&net, &result, &info)?.as_bytes())?;
    }
    let target_met = config.target.map(|t| result.meets(t));
    let Compressed { balance, stages, dense_error_pct, error_pct, .. } = result;
    let output = Output {
        file: args.out.display().to_string(),
        dense_bytes: info.dense_bytes,
        file_bytes: info.file_bytes,
        ratio: info.ratio,
        dense_error_pct,
        error_pct,
        kept: info.kept(),
        kept_pct: 100.0 * info.kept() as f64 / info.weights() as f64,
        target_met,
        layers: info.layers,
        balance,
        stages,
    };
    match args.json {
        true => print_json(&output)?,
        false => table(&output),
    }
    Ok(Verdict::of(target_met.unwrap_or(output.error_pct <= output.dense_error_pct)))
}

fn table(output: &Output) {
    for s in &output.stages {
        eprintln!("{:12} {:8} weights {:9} bytes  error {:.2} %", s.name, s.kept, s.bytes, s.error_pct);
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
    if output.target_met == Some(false) {
        eprintln!("the target was not reached: start from other densities (--density)");
    }
}
