//! `eie train`.

use crate::common::{print_json, DataArgs, EpochBars, Verdict};
use anyhow::Result;
use eie_compressor::data::{Dataset, Split};
use eie_compressor::formats::Format;
use eie_compressor::shape::{initialise, Shape};
use eie_compressor::train::{train, TrainConfig};
use serde::Serialize;
use std::path::PathBuf;

/// Train a network on MNIST, or a set of the same format, and write it as safetensors.
///
/// Example: eie train --net lenet-5 --data mnist --out lenet-5.safetensors
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Args {
    #[command(flatten)]
    data: DataArgs,
    /// File to write.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Which network.
    #[arg(long, value_enum, default_value_t = Net::Lenet300)]
    net: Net,
    /// Outputs of the hidden layers of a fully connected network; cells of an LSTM.
    #[arg(long, value_delimiter = ',', value_name = "N,N,...")]
    hidden: Option<Vec<usize>>,
    /// Makes everything random about it.
    #[arg(long, default_value_t = TrainConfig::default().seed)]
    seed: u64,
    /// Passes over the training set.
    #[arg(long)]
    epochs: Option<usize>,
    /// Learning rate at the start.
    #[arg(long)]
    learning_rate: Option<f64>,
    /// Share of hidden activations dropped.
    #[arg(long)]
    dropout: Option<f64>,
    /// Pixels by which images are moved at random.
    #[arg(long, default_value_t = 0)]
    augment: usize,
    /// One JSON object on standard output.
    #[arg(long)]
    json: bool,
}

/// Networks that can be made.
#[derive(Clone, Copy, clap::ValueEnum)]
enum Net {
    /// Fully connected, 300 and 100 hidden.
    #[value(name = "lenet-300-100")]
    Lenet300,
    /// Two convolutions of 20 and 50 channels, then 500 and the classes.
    #[value(name = "lenet-5")]
    Lenet5,
    /// An LSTM of 128 cells that reads an image row by row.
    Lstm,
}

impl Net {
    fn shape(self, hidden: Option<Vec<usize>>, training: &Dataset) -> Result<Shape> {
        let classes = training.labels.iter().max().map_or(1, |&l| l as usize + 1);
        let side = training.pixels.isqrt();
        let square = || {
            anyhow::ensure!(side * side == training.pixels, "images are not square: this network takes only those");
            Ok(side)
        };
        Ok(match self {
            Net::Lenet300 => Shape::lenet(training.pixels, &hidden.unwrap_or(vec![300, 100]), classes),
            Net::Lenet5 => {
                anyhow::ensure!(hidden.is_none(), "--hidden does not go with lenet-5, whose sizes are fixed");
                anyhow::ensure!(square()? >= 16, "images of {side} by {side} are too small for lenet-5");
                Shape::lenet5(side, classes)
            }
            Net::Lstm => {
                let hidden = hidden.unwrap_or(vec![128]);
                let [cells] = hidden[..] else { anyhow::bail!("--hidden takes one number of cells for an LSTM") };
                Shape::rows(square()?, cells, classes)
            }
        })
    }

    /// What makes a good parent in a few minutes.
    fn config(self) -> TrainConfig {
        let default = TrainConfig::default();
        match self {
            Net::Lenet300 => default,
            Net::Lenet5 => TrainConfig { epochs: 12, learning_rate: 1e-3, dropout: 0.4, ..default },
            Net::Lstm => TrainConfig { epochs: 12, learning_rate: 2e-3, dropout: 0.2, ..default },
        }
    }
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
    let sizes = args.hidden.iter().flatten();
    anyhow::ensure!(sizes.clone().all(|h| (1..=1 << 16).contains(h)), "--hidden takes sizes from 1 to 65536");
    let shape = args.net.shape(args.hidden, &training)?;
    let default = args.net.config();
    let config = TrainConfig {
        seed: args.seed,
        epochs: args.epochs.unwrap_or(default.epochs),
        learning_rate: args.learning_rate.unwrap_or(default.learning_rate),
        dropout: args.dropout.unwrap_or(default.dropout),
        augment: args.augment,
        ..default
    };
    let mut bars = EpochBars::new();
    let net = train(&initialise(&shape, config.seed), None, &training, &config, "train", &mut |p| bars.show(p))?;
    net.save(&args.out, Format::of(&args.out))?;
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
