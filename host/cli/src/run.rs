//! `eie run`.

use crate::common::{bar, print_json, read_model, ConfigArgs, DataArgs, Verdict};
use crate::device::{options, LinkArgs};
use anyhow::Result;
use eie_compressor::data::{Dataset, Split};
use eie_compressor::net::argmax;
use eie_compressor::quantise::input;
use eie_cpu::{CpuEngine, Options};
use eie_host::transport::Address;
use eie_host::{DenseEngine, Engine, SegmentedEngine, Session};
use eie_spec::model::Model;
use ndarray::Array2;
use rayon::prelude::*;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::path::PathBuf;

/// Run labelled images through a model and count the errors.
///
/// Example: eie run models/lenet-300-100.eie --engine golden --json
/// Example: eie run models/lenet-300-100.eie --device sim:stream?pes=16 --images 100
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// The model.
    file: PathBuf,
    /// What computes: the packed golden model, dense matrix products, or the kernels for this CPU.
    #[arg(long, value_enum, default_value_t = EngineName::Golden)]
    engine: EngineName,
    /// Runs on a device instead, or on several that share the images. Its address says which.
    #[arg(long, value_name = "URI", conflicts_with = "engine")]
    device: Vec<String>,
    /// With several devices: what each has.
    #[arg(long, value_enum, default_value_t = SplitName::Rows, requires = "device")]
    split: SplitName,
    /// Vectors that a device runs together.
    #[arg(long, default_value_t = 8, requires = "device")]
    vectors: usize,
    #[command(flatten)]
    link: LinkArgs,
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

/// How devices share the work.
#[derive(Clone, Copy, clap::ValueEnum)]
enum SplitName {
    /// The whole model, and a part of the images.
    Rows,
    /// Some of the layers.
    Layers,
}

#[derive(Serialize)]
struct Output {
    engine: String,
    images: usize,
    errors: usize,
    error_pct: f64,
    outputs_sha256: String,
    #[serde(flatten)]
    device: Option<DeviceOutput>,
}

/// What is known of a run on devices besides.
#[derive(Serialize)]
struct DeviceOutput {
    /// Layers, and who ran them.
    placement: Vec<(String, String)>,
    vectors_per_s: f64,
    host_us: f64,
    link_us: f64,
    kernel_cycles: f64,
    bytes_up: u64,
    bytes_down: u64,
    retries: u64,
}

/// Runs the verb.
pub fn run(args: Args) -> Result<Verdict> {
    let model = read_model(&args.file)?;
    let data = args.data.load(Split::Test)?;
    let images = args.images.unwrap_or(data.len()).min(data.len());
    let (name, parts, device) = match args.device.is_empty() {
        true => on_engine(&args, &model, &data, images)?,
        false => on_devices(&args, &model, &data, images)?,
    };
    let (mut hash, mut errors) = (Sha256::new(), 0);
    for (scores, &label) in parts.iter().flatten().zip(&data.labels) {
        scores.iter().for_each(|y| hash.update(y.to_le_bytes()));
        errors += usize::from(argmax(scores) != label as usize);
    }
    let output = Output {
        engine: name,
        images,
        errors,
        error_pct: 100.0 * errors as f64 / images.max(1) as f64,
        outputs_sha256: hash.finalize().iter().map(|b| format!("{b:02x}")).collect(),
        device,
    };
    match args.json {
        true => print_json(&output)?,
        false => {
            eprintln!("{}: {} images, error {:.2} %", output.engine, output.images, output.error_pct);
            if let Some(d) = &output.device {
                eprintln!(
                    "{:.1} vectors/s; host {:.1} us, link {:.1} us a vector",
                    d.vectors_per_s, d.host_us, d.link_us
                );
            }
        }
    }
    Ok(Verdict::Holds)
}

/// Name, outputs of parts of the images, and what is known of a device.
type Done = (String, Vec<Vec<Vec<i16>>>, Option<DeviceOutput>);

fn on_engine(args: &Args, model: &Model, data: &Dataset, images: usize) -> Result<Done> {
    let config = args.config.config()?;
    let engine = || -> Result<Box<dyn Engine>> {
        Ok(match args.engine {
            EngineName::Golden => Box::new(SegmentedEngine::golden(model, &config)?),
            EngineName::Dense => Box::new(DenseEngine::new(model, config.acc_bits)),
            // Images are what all cores share.
            EngineName::Cpu => Box::new(CpuEngine::network(model, &Options { threads: 1, ..Options::default() })?),
        })
    };
    let name = engine()?.name().to_owned();
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
    let parts = all.par_chunks(PART).map(part).collect::<Result<_>>()?;
    progress.finish_and_clear();
    Ok((name, parts, None))
}

fn on_devices(args: &Args, model: &Model, data: &Dataset, images: usize) -> Result<Done> {
    let addresses: Vec<&str> = args.device.iter().map(String::as_str).collect();
    let split = match args.split {
        SplitName::Rows => eie_host::session::Split::Rows,
        SplitName::Layers => eie_host::session::Split::Layers,
    };
    let options = options(args.link.settings_for(addresses[0]), args.vectors, split);
    let session = Session::open_with(&addresses, model, &options)?;
    let progress = bar(images as u64, "device");
    let mut parts = Vec::new();
    let begin = std::time::Instant::now();
    for first in (0..images).step_by(PART) {
        let rows = PART.min(images - first);
        let flat: Vec<i16> = (first..first + rows).flat_map(|i| input(data.image(i))).collect();
        let x = Array2::from_shape_vec((rows, data.image(0).len()), flat)?;
        let y = session.run(x.view())?;
        parts.push(y.rows().into_iter().map(|row| row.to_vec()).collect());
        progress.inc(rows as u64);
    }
    progress.finish_and_clear();
    let (t, took) = (session.stats().timings, begin.elapsed().as_secs_f64());
    let each = |all: f64| all / images.max(1) as f64;
    let device = DeviceOutput {
        placement: session.placement(),
        vectors_per_s: images as f64 / took,
        host_us: each(t.host.as_secs_f64() * 1e6),
        link_us: each(t.link.as_secs_f64() * 1e6),
        kernel_cycles: each(t.kernel_cycles as f64),
        bytes_up: t.bytes_up,
        bytes_down: t.bytes_down,
        retries: t.retries,
    };
    let names: Vec<String> = args.device.iter().map(|a| Address::without_token(a)).collect();
    Ok((names.join(" + "), parts, Some(device)))
}
