//! `eie make-weights`.

use crate::common::{print_json, Verdict};
use anyhow::Result;
use eie_compressor::made::{Distribution, Published};
use serde::Serialize;
use std::path::PathBuf;

/// Write a network of a published shape with made weights, to measure with.
///
/// Example: eie make-weights --net alexnet-fc --seed 1 --out f.safetensors
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// The network.
    #[arg(long, value_enum)]
    net: NetName,
    /// How weights are distributed.
    #[arg(long, value_enum, default_value_t = DistributionName::Laplace)]
    distribution: DistributionName,
    /// Makes the weights.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// File to write, as safetensors.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// One JSON object on standard output.
    #[arg(long)]
    json: bool,
}

/// [`Published`] on the command line.
#[derive(Clone, Copy, clap::ValueEnum)]
enum NetName {
    /// The fully connected layers of AlexNet.
    AlexnetFc,
    /// The fully connected layers of VGG-16.
    Vgg16Fc,
    /// All of SqueezeNet 1.0.
    Squeezenet,
}

/// [`Distribution`] on the command line.
#[derive(Clone, Copy, clap::ValueEnum)]
enum DistributionName {
    /// Long tails, as trained weights have.
    Laplace,
    /// The normal one.
    Gaussian,
}

#[derive(Serialize)]
struct Output {
    file: String,
    tensors: usize,
    elements: usize,
}

/// Runs the verb.
pub fn run(args: Args) -> Result<Verdict> {
    let net = match args.net {
        NetName::AlexnetFc => Published::AlexnetFc,
        NetName::Vgg16Fc => Published::Vgg16Fc,
        NetName::Squeezenet => Published::Squeezenet,
    };
    let distribution = match args.distribution {
        DistributionName::Laplace => Distribution::Laplace,
        DistributionName::Gaussian => Distribution::Gaussian,
    };
    net.write(&args.out, distribution, args.seed)?;
    let tensors = net.tensors();
    let output = Output {
        file: args.out.display().to_string(),
        tensors: tensors.len(),
        elements: tensors.iter().map(|(_, shape)| shape.iter().product::<usize>()).sum(),
    };
    match args.json {
        true => print_json(&output)?,
        false => eprintln!("{}: {} weights in {} tensors", output.file, output.elements, output.tensors),
    }
    Ok(Verdict::Holds)
}
