//! `eie bench device URI`, or `eie bench URI`.

use crate::common::{print_json, read_model, Verdict};
use crate::device::{inputs, options, LinkArgs};
use anyhow::Result;
use eie_host::session::{Session, Split, Timings};
use eie_host::transport::Address;
use eie_spec::config::Config;
use eie_spec::cycles;
use eie_spec::link::op::Coding;
use eie_spec::model::Model;
use eie_spec::pack::Program;
use ndarray::{Array2, Axis};
use serde::Serialize;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Measure a device with a model: latency of single vectors, then vectors a second in batches.
///
/// Figures are per vector, those of the link in the batches. `link_efficiency` is the payload (each vector in the
/// shortest coding, 16 bits a result) over all bytes.
///
/// Example: eie bench device sim:stream?pes=16 --model models/lenet-300-100.eie --json
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// The device's address.
    #[arg(value_name = "URI")]
    address: String,
    /// What to run.
    #[arg(long, default_value = "models/lenet-300-100.eie")]
    model: PathBuf,
    /// Rows of a batch.
    #[arg(long, default_value_t = 64)]
    batch: usize,
    /// Vectors that the device runs together.
    #[arg(long, default_value_t = 1)]
    vectors: usize,
    /// Single vectors to time.
    #[arg(long, default_value_t = 200)]
    singles: usize,
    /// Seconds of batches.
    #[arg(long, default_value_t = 2.0)]
    seconds: f64,
    /// The device's clock, for kernel_us.
    #[arg(long)]
    clock_mhz: Option<f64>,
    #[command(flatten)]
    link: LinkArgs,
    /// One JSON object on standard output.
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Percentiles {
    p50: f64,
    p99: f64,
}

#[derive(Serialize)]
struct Output {
    device: String,
    model: String,
    config_hash: String,
    batch: usize,
    vectors: usize,
    vectors_per_s: f64,
    latency_us: Percentiles,
    host_us: f64,
    link_us: f64,
    kernel_cycles: f64,
    /// Who counted them: the device, or the cycle model where the device counts none.
    kernel_cycles_by: &'static str,
    kernel_us: Option<f64>,
    bytes_up: f64,
    bytes_down: f64,
    retries: u64,
    /// None where several images take turns.
    link_efficiency: Option<f64>,
}

/// Runs the verb.
pub fn run(args: Args) -> Result<Verdict> {
    let model = read_model(&args.model)?;
    let mut options = options(args.link.settings_for(&args.address), args.vectors, Split::Rows);
    options.clock_hz = args.clock_mhz.map(|mhz| mhz * 1e6);
    let session = Session::open_with(&[&args.address], &model, &options)?;
    let (config, program) = session.with_device(0, |d| {
        let (config, images) = (d.config().clone(), d.device_mut().stages());
        // The same image for all.
        (config, (images == 1).then(|| d.device_mut().program().clone()))
    });
    let program = program.filter(|p| p.outputs.len() == model.layers.len());
    let rows = inputs(&model, args.batch.max(1));
    let mut x = Array2::zeros((rows.len(), model.inputs()));
    x.axis_iter_mut(Axis(0)).zip(&rows).for_each(|(mut place, row)| place.assign(&ndarray::aview1(row)));
    let mut y = Array2::<i16>::zeros((rows.len(), model.outputs()));
    // Loads the model, and fills memories.
    session.run_into(x.view(), y.view_mut())?;
    let mut latencies = Vec::new();
    for k in 0..args.singles.max(1) {
        let row = k % rows.len();
        latencies.push(session.run_into(x.row(row), y.row_mut(row))?.total);
    }
    latencies.sort();
    let mut sum = Timings::default();
    let begin = Instant::now();
    while sum.vectors == 0 || begin.elapsed() < Duration::try_from_secs_f64(args.seconds).unwrap_or_default() {
        sum += session.run_into(x.view(), y.view_mut())?;
    }
    let took = begin.elapsed().as_secs_f64();
    let each = |all: f64| all / sum.vectors as f64;
    let us = |time: Duration| each(time.as_secs_f64() * 1e6);
    let at = |share: f64| latencies[((latencies.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e6;
    let counted = (sum.kernel_cycles > 0).then(|| each(sum.kernel_cycles as f64));
    let modelled = || program.as_ref().map_or(Ok(0.0), |p| modelled(p, &rows));
    let bytes = each((sum.bytes_up + sum.bytes_down) as f64);
    let output = Output {
        device: Address::without_token(&args.address),
        model: args.model.display().to_string(),
        config_hash: format!("{:08x}", config.hash()),
        batch: args.batch,
        vectors: args.vectors,
        vectors_per_s: sum.vectors as f64 / took,
        latency_us: Percentiles { p50: at(0.5), p99: at(0.99) },
        host_us: us(sum.host),
        link_us: us(sum.link),
        kernel_cycles: counted.map_or_else(modelled, Ok)?,
        kernel_cycles_by: if counted.is_some() { "device" } else { "cycle model" },
        kernel_us: sum.kernel.filter(|_| counted.is_some()).map(us),
        bytes_up: each(sum.bytes_up as f64),
        bytes_down: each(sum.bytes_down as f64),
        retries: sum.retries,
        link_efficiency: program.as_ref().map(|p| payload(p, &model, &config, &rows) / bytes),
    };
    match args.json {
        true => print_json(&output)?,
        false => show(&output),
    }
    Ok(Verdict::Holds)
}

/// Cycles of a vector by the cycle model.
fn modelled(program: &Program, rows: &[Vec<i16>]) -> Result<f64> {
    let rows: Vec<&[i16]> = rows.iter().map(Vec::as_slice).collect();
    Ok(cycles::Model::new(program).run(&rows)?.cycles as f64 / rows.len() as f64)
}

/// Bytes of a vector that no encoding of the protocol's can do without.
fn payload(program: &Program, model: &Model, config: &Config, rows: &[Vec<i16>]) -> f64 {
    debug_assert_eq!(&program.config, config);
    let gather = &program.stages[0].gather;
    let bits = |row: &Vec<i16>| {
        let words: Vec<u32> = gather.iter().flatten().map(|&j| u32::from(row[j as usize] as u16)).collect();
        (Coding::shortest(&words).bits + 16 * model.outputs()) as f64
    };
    rows.iter().map(bits).sum::<f64>() / 8.0 / rows.len() as f64
}

fn show(o: &Output) {
    eprintln!("{} with {}: batches of {}", o.device, o.model, o.batch);
    eprintln!("  vectors/s   {:12.1}", o.vectors_per_s);
    eprintln!("  latency     {:12.1} us (median), {:.1} us (99 %)", o.latency_us.p50, o.latency_us.p99);
    eprintln!("  host        {:12.2} us", o.host_us);
    eprintln!("  link        {:12.2} us", o.link_us);
    eprintln!("  kernel      {:12.1} cycles, by the {}", o.kernel_cycles, o.kernel_cycles_by);
    eprintln!("  bytes       {:12.1} up, {:.1} down, {} packets sent again", o.bytes_up, o.bytes_down, o.retries);
    if let Some(efficiency) = o.link_efficiency {
        eprintln!("  link        {efficiency:12.3} payload / bytes");
    }
}
