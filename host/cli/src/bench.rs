//! `eie bench`: each of its verbs is a file.

mod cpu;
mod layers;

use crate::common::Verdict;
use anyhow::Result;

/// Measure the accelerator on made layers, or the CPU engine beside libraries.
///
/// Example: eie bench layers --batch 1,8 --json
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    Layers(layers::Args),
    Cpu(cpu::Args),
}

/// Runs the verb.
pub fn run(args: Args) -> Result<Verdict> {
    match args.what {
        What::Layers(args) => layers::run(args),
        What::Cpu(args) => cpu::run(args),
    }
}
