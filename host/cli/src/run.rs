//! `eie run`.

use crate::common::{bar, print_json, read_model, ConfigArgs, DataArgs, Verdict};
use anyhow::Result;
use eie_compressor::data::Split;
use eie_compressor::net::argmax;
use eie_compressor::quantise::input;
use eie_cpu::{CpuEngine, Options};
use eie_host::{DenseEngine, Engine, SegmentedEngine};
use rayon::prelude::*;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::path::PathBuf;

/// Run labelled images through a model and count the errors.
///
/// Example: eie run models/lenet-300-100.eie --engine golden --json
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// The model.
    file: PathBuf,
    /// What computes: the packed golden model, dense matrix products, or the kernels for this CPU.
    #[arg(long, value_enum, default_value_t = EngineName::Golden)]
    engine: EngineName,
    #[command(flatten)]
    data: DataArgs,
    #[command(flatten)]
    config: ConfigArgs,
    /// Only the first images.
    #[arg(long)]
    images: Option<usize>,
    /// One JSON object on standard output.
    #[arg(long)]
    json: bool,
}

/// Images that one engine runs.
const PART: usize = 500;

/// Engines that need no simulator.
#[derive(Clone, Copy, clap::ValueEnum)]
enum EngineName {
    Golden,
    Dense,
    Cpu,
}

#[derive(Serialize)]
struct Output {
    engine: String,
    images: usize,
    errors: usize,
    error_pct: f64,
    outputs_sha256: String,
}

/// Runs the verb.
pub fn run(args: Args) -> Result<Verdict> {
    let model = read_model(&args.file)?;
    let data = args.data.load(Split::Test)?;
    let config = args.config.config()?;
    let engine = || -> Result<Box<dyn Engine>> {
        Ok(match args.engine {
            EngineName::Golden => Box::new(SegmentedEngine::golden(&model, &config)?),
            EngineName::Dense => Box::new(DenseEngine::new(&model, config.acc_bits)),
            // Images are what all cores share.
            EngineName::Cpu => Box::new(CpuEngine::network(&model, &Options { threads: 1, ..Options::default() })?),
        })
    };
    let name = engine()?.name().to_owned();
    let images = args.images.unwrap_or(data.len()).min(data.len());
    let progress = bar(images as u64, &name);
    // An engine for each part of the images, so that all cores have work.
    let part = |images: &[usize]| {
        let mut engine = engine()?;
        let one = |&i: &usize| {
            progress.inc(1);
            Ok(engine.run(&input(data.image(i)))?.pop().unwrap_or_default())
        };
        images.iter().map(one).collect::<Result<Vec<Vec<i16>>>>()
    };
    let all: Vec<usize> = (0..images).collect();
    let parts: Vec<Vec<Vec<i16>>> = all.par_chunks(PART).map(part).collect::<Result<_>>()?;
    let (mut hash, mut errors) = (Sha256::new(), 0);
    for (scores, &label) in parts.iter().flatten().zip(&data.labels) {
        scores.iter().for_each(|y| hash.update(y.to_le_bytes()));
        errors += usize::from(argmax(scores) != label as usize);
    }
    progress.finish_and_clear();
    let output = Output {
        engine: name,
        images,
        errors,
        error_pct: 100.0 * errors as f64 / images.max(1) as f64,
        outputs_sha256: hash.finalize().iter().map(|b| format!("{b:02x}")).collect(),
    };
    match args.json {
        true => print_json(&output)?,
        false => eprintln!("{}: {} images, error {:.2} %", output.engine, output.images, output.error_pct),
    }
    Ok(Verdict::Holds)
}
