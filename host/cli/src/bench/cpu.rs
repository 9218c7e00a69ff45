//! `eie bench cpu`.

mod limits;
mod rivals;

use crate::common::{print_json, Verdict};
use anyhow::Result;
use eie_cpu::{Isa, Matrix, Options};
use eie_sim::bench::{self, Shape, EIE_LAYERS};
use limits::Limits;
use rivals::{times, Python, Rivals, Times};
use serde::Serialize;
use std::path::PathBuf;

/// Time the CPU engine against dense and sparse libraries, in one run and turn by turn, on EIE's nine layers.
///
/// Dense: gemm (which candle uses) and OpenBLAS. Sparse: sprs, SciPy and MKL. OpenBLAS, SciPy and MKL come from a
/// Python with numpy, scipy, and mkl with sparse_dot_mkl; what it does not have is left away.
///
/// Example: eie bench cpu --python .venv/bin/python --json
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// Vectors at a time.
    #[arg(long, default_value = "1,16", value_delimiter = ',')]
    batch: Vec<usize>,
    /// Threads of each library.
    #[arg(long)]
    threads: Option<usize>,
    /// Only these layers.
    #[arg(long, value_delimiter = ',')]
    layers: Vec<String>,
    /// A Python with NumPy.
    #[arg(long, default_value = "python3")]
    python: PathBuf,
    /// Turns.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// One JSON object on standard output.
    #[arg(long)]
    json: bool,
}

/// One layer and batch.
#[derive(Serialize)]
struct Row {
    name: &'static str,
    batch: usize,
    layout: &'static str,
    ours_us: f64,
    dense_us: f64,
    dense_by: String,
    sparse_us: f64,
    sparse_by: String,
    ratio_dense: f64,
    ratio_sparse: f64,
    bytes_ours: usize,
    bytes_dense: usize,
    /// Entries of active columns, of all vectors, in a nanosecond and thread.
    entries_per_ns: f64,
    /// Medians of every library.
    all_us: std::collections::BTreeMap<String, f64>,
}

#[derive(Serialize)]
struct Output {
    isa: Isa,
    threads: usize,
    limits: Limits,
    layers: Vec<Row>,
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Times one layer, libraries taking turns.
fn row(shape: &Shape, batch: usize, options: &Options, rounds: usize, python: &mut Option<Python>) -> Result<Row> {
    let layer = bench::layer(shape, 1);
    let x: Vec<f32> = (0..batch)
        .flat_map(|v| bench::input(shape.inputs, shape.activity, 7 + v as u64))
        .map(|x| f32::from(x) / 1000.0)
        .collect();
    let codebook: Vec<f32> = layer.codebook.iter().map(|&w| w.into()).collect();
    let matrix = Matrix::new(&layer, &Options { batch, ..*options })?;
    let rivals = Rivals::new(&layer, options.threads);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(options.threads).build()?;
    let (mut y, mut z) = (vec![0.0; batch * shape.outputs], vec![0.0; batch * shape.outputs]);
    let mut all = Times::new();
    let reps = if batch == 1 { 9 } else { 5 };
    for _ in 0..rounds {
        let mut add = |name: &str, more: Vec<f64>| all.entry(name.to_owned()).or_default().extend(more);
        add("ours", times(reps, || matrix.multiply_batch(&codebook, &x, batch, &mut y)));
        add("gemm", times(reps, || rivals.dense(&x, batch, &mut z)));
        let far = y.iter().zip(&z).map(|(a, b)| (a - b).abs() / a.abs().max(1000.0)).fold(0.0, f32::max);
        anyhow::ensure!(far < 1e-3, "{}: results differ from the dense product by {far}", shape.name);
        if batch == 1 {
            add("sprs", times(reps, || rivals.sparse(&pool, &x, &mut z)));
        }
        if let Some(python) = python {
            python.times(shape, batch, reps)?.into_iter().for_each(|(name, more)| add(&name, more));
        }
    }
    let medians: std::collections::BTreeMap<String, f64> = all.iter().map(|(n, t)| (n.clone(), median(t))).collect();
    let best = |names: &[&str]| {
        let found = names.iter().filter_map(|&n| medians.get(n).map(|&us| (n.to_owned(), us)));
        found.min_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or((String::new(), f64::NAN))
    };
    let ours_us = medians["ours"];
    let (dense_by, dense_us) = best(&["gemm", "openblas"]);
    let (sparse_by, sparse_us) = best(&["sprs", "scipy", "mkl"]);
    let entries: usize = x
        .iter()
        .enumerate()
        .filter(|(_, &x)| x != 0.0)
        .map(|(k, _)| (layer.col_ptr[k % shape.inputs + 1] - layer.col_ptr[k % shape.inputs]) as usize)
        .sum();
    Ok(Row {
        name: shape.name,
        batch,
        layout: matrix.layout(),
        ours_us,
        ratio_dense: dense_us / ours_us,
        ratio_sparse: sparse_us / ours_us,
        dense_us,
        dense_by,
        sparse_us,
        sparse_by,
        bytes_ours: matrix.bytes(),
        bytes_dense: 4 * shape.inputs * shape.outputs,
        entries_per_ns: entries as f64 / ours_us / 1000.0 / options.threads as f64,
        all_us: medians,
    })
}

/// Runs the verb.
pub fn run(args: Args) -> Result<Verdict> {
    let wanted = |s: &&Shape| args.layers.is_empty() || args.layers.iter().any(|n| n.eq_ignore_ascii_case(s.name));
    let shapes: Vec<&Shape> = EIE_LAYERS.iter().filter(wanted).collect();
    anyhow::ensure!(!shapes.is_empty(), "no layer is called {}", args.layers.join(" or "));
    anyhow::ensure!(args.batch.iter().all(|b| (1..=1024).contains(b)), "--batch takes 1 to 1024");
    anyhow::ensure!(args.rounds > 0, "--rounds is 0, expected 1 at least");
    let mut options = Options::default();
    options.threads = args.threads.unwrap_or(options.threads).clamp(1, 64);
    let mut python = match Python::start(&args.python, options.threads) {
        Ok(python) => Some(python),
        Err(e) => {
            eprintln!("without OpenBLAS, SciPy and MKL: {e:#}");
            None
        }
    };
    let limits = Limits::measure(options.threads);
    eprintln!(
        "limits: {:.2} additions/ns and thread in cache, {:.1} GB/s from memory",
        limits.additions_per_ns, limits.read_gb_per_s
    );
    eprintln!("{:8} {:>5} {:>9} {:>18} {:>18} {:>8}", "layer", "batch", "ours us", "dense", "sparse", "smaller");
    let mut layers = Vec::new();
    for &batch in &args.batch {
        for shape in &shapes {
            let row = row(shape, batch, &options, args.rounds, &mut python)?;
            let against = |ratio: f64, by: &str| format!("{ratio:.2}x {by}");
            eprintln!(
                "{:8} {:>5} {:>9.1} {:>18} {:>18} {:>7.1}x",
                row.name,
                batch,
                row.ours_us,
                against(row.ratio_dense, &row.dense_by),
                against(row.ratio_sparse, &row.sparse_by),
                row.bytes_dense as f64 / row.bytes_ours as f64
            );
            layers.push(row);
        }
    }
    if args.json {
        print_json(&Output { isa: options.isa, threads: options.threads, limits, layers })?;
    }
    Ok(Verdict::Holds)
}
