//! `eie report`: a model on one page.

pub mod data;
pub mod page;
pub mod shown;

use crate::common::{print_json, read, read_model, ConfigArgs, DataArgs, Verdict};
use anyhow::Result;
use data::Page;
use eie_compressor::data::Split;
use serde::Serialize;
use std::path::PathBuf;

/// Write a page about a model: images flowing through it layer by layer, what each PE does when, where the weights are,
/// size and energy.
///
/// One HTML file without anything from elsewhere. If the model is a chain of fully connected layers, the page computes
/// it itself, in the same integers, and takes drawn digits and image files, too.
///
/// Example: eie report models/lenet-300-100.eie --out page.html
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// The model.
    file: PathBuf,
    /// The page to write.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Images of the test set to show: the first of each label, then wrong ones.
    #[arg(long, default_value_t = 14, value_parser = clap::value_parser!(u32).range(1..=100))]
    images: u32,
    #[command(flatten)]
    data: DataArgs,
    #[command(flatten)]
    config: ConfigArgs,
    /// One JSON object on standard output.
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Output {
    file: String,
    bytes: usize,
    images: usize,
    /// Whether the page runs the network itself.
    live: bool,
    error_pct: f64,
    cycles_per_image: f64,
}

/// Runs the verb.
pub fn run(args: Args) -> Result<Verdict> {
    let model = read_model(&args.file)?;
    let info = eie_spec::container::inspect(&read(&args.file)?)?;
    let images = args.data.load(Split::Test)?;
    let config = args.config.config()?;
    let page = Page::of(&model, &images, &config, args.images as usize)?;
    let html = page::html(&info, &page, &config)?;
    crate::common::write(&args.out, html.as_bytes())?;
    let output = Output {
        file: args.out.display().to_string(),
        bytes: html.len(),
        images: page.samples.len(),
        live: page.live,
        error_pct: page.error_pct,
        cycles_per_image: page.cycles,
    };
    match args.json {
        true => print_json(&output)?,
        false => eprintln!("{}: {} bytes, {} images", output.file, output.bytes, output.images),
    }
    Ok(Verdict::Holds)
}
