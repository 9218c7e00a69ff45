//! `eie bench`: each of its verbs is a file.

mod cpu;
mod device;
mod layers;

use crate::common::Verdict;
use anyhow::Result;
use std::ffi::OsString;

/// Measure the accelerator on made layers, the CPU engine beside libraries, or a device by its address.
///
/// Example: eie bench layers --batch 1,8 --json
/// Example: eie bench model:?pes=16 --json
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
    Device(device::Args),
}

/// `eie bench URI` is short for `eie bench device URI`: no verb has a colon in its name.
pub fn complete(mut arguments: Vec<OsString>) -> Vec<OsString> {
    let text = |k: usize| arguments.get(k).and_then(|a| a.to_str()).unwrap_or("");
    if text(1) == "bench" && text(2).contains(':') {
        arguments.insert(2, "device".into());
    }
    arguments
}

/// Runs the verb.
pub fn run(args: Args) -> Result<Verdict> {
    match args.what {
        What::Layers(args) => layers::run(args),
        What::Cpu(args) => cpu::run(args),
        What::Device(args) => device::run(args),
    }
}
