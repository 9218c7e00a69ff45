//! `eie emit`.

use crate::common::{print_json, write, ConfigArgs, Verdict};
use anyhow::Result;
use eie_hdl::emit::{verilog, TOP};
use serde::Serialize;
use std::path::PathBuf;

/// Write the accelerator's Verilog.
///
/// Example: eie emit --pes 16 --out out.v
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Args {
    #[command(flatten)]
    config: ConfigArgs,
    /// File to write.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// One JSON object on standard output.
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Output<'a> {
    file: String,
    top: &'static str,
    bytes: usize,
    modules: usize,
    config_hash: String,
    config: &'a eie_spec::config::Params,
}

/// Runs the verb.
pub fn run(args: Args) -> Result<Verdict> {
    let config = args.config.config()?;
    let text = verilog(&config);
    write(&args.out, text.as_bytes())?;
    let output = Output {
        file: args.out.display().to_string(),
        top: TOP,
        bytes: text.len(),
        modules: text.lines().filter(|l| l.starts_with("module ")).count(),
        config_hash: format!("{:08x}", config.hash()),
        config: &config,
    };
    match args.json {
        true => print_json(&output)?,
        false => eprintln!("{}: {} modules, config {}", output.file, output.modules, output.config_hash),
    }
    Ok(Verdict::Holds)
}
