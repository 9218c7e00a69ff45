//! `eie bench cpu`.

mod limits;
mod plots;
mod python;
mod rivals;

use crate::common::{print_json, Verdict};
use anyhow::{Context, Result};
use eie_cpu::{Isa, Matrix, Options};
use eie_sim::bench::{self, Shape, EIE_LAYERS};
use limits::{Floor, Limits};
use python::Python;
use rivals::{check, settled, Rivals, Times};
use serde::Serialize;
use std::path::PathBuf;

/// Time the CPU engine against dense and sparse libraries, in one run and turn by turn, on EIE's nine layers.
///
/// Dense: gemm, candle, faer, matrixmultiply and OpenBLAS. Sparse: sprs, faer, SciPy and MKL. OpenBLAS, SciPy and MKL
/// come from a Python with numpy, scipy, and mkl with sparse_dot_mkl; what it does not have is left away.
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
    /// Instructions, if not the best that there are.
    #[arg(long)]
    isa: Option<String>,
    /// Only these layers.
    #[arg(long, value_delimiter = ',')]
    layers: Vec<String>,
    /// A Python with NumPy.
    #[arg(long, default_value = "python3")]
    python: PathBuf,
    /// Turns.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// A folder for plots: times beside the libraries', and beside what the machine could do.
    #[arg(long, value_name = "DIR")]
    plots: Option<PathBuf>,
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
    /// In 16-bit integers, with the bits of the golden model; single vectors only.
    exact_us: Option<f64>,
    dense_us: f64,
    dense_by: String,
    sparse_us: f64,
    sparse_by: String,
    ratio_dense: f64,
    ratio_sparse: f64,
    bytes_ours: usize,
    bytes_dense: usize,
    /// Weights of active columns, of all vectors, in a nanosecond and thread.
    entries_per_ns: f64,
    /// What the machine could not be faster than; single vectors only.
    floor: Option<Floor>,
    /// That time, as a share of ours.
    of_limit: Option<f64>,
    /// Medians of every library.
    all_us: std::collections::BTreeMap<String, f64>,
}

#[derive(Serialize)]
struct Output {
    isa: Isa,
    threads: usize,
    limits: Limits,
    layers: Vec<Row>,
    plots: Vec<PathBuf>,
}

fn isa(name: &str) -> Result<Isa> {
    let found = Isa::available();
    let named = |isa: &Isa| serde_json::to_value(isa).is_ok_and(|value| value == name.to_ascii_lowercase());
    found.iter().copied().find(named).with_context(|| {
        let names: Vec<String> = found.iter().map(|isa| format!("{isa:?}").to_ascii_lowercase()).collect();
        format!("--isa is {name}, this machine has {}", names.join(", "))
    })
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

/// What all layers share.
struct Bench {
    options: Options,
    rounds: usize,
    python: Option<Python>,
    limits: Limits,
}

impl Bench {
    /// Times one layer, libraries taking turns.
    fn row(&mut self, shape: &Shape, batch: usize) -> Result<Row> {
        let layer = bench::layer(shape, 1);
        let units: Vec<i16> =
            (0..batch).flat_map(|v| bench::input(shape.inputs, shape.activity, 7 + v as u64)).collect();
        let x: Vec<f32> = units.iter().map(|&x| f32::from(x) / 1000.0).collect();
        let codebook: Vec<f32> = layer.codebook.iter().map(|&w| w.into()).collect();
        let threads = self.options.threads;
        let matrix = Matrix::new(&layer, &Options { batch, activity: shape.activity, ..self.options })?;
        let rivals = Rivals::new(&layer, threads)?;
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build()?;
        let (mut y, mut z) = (vec![0.0; batch * shape.outputs], vec![0.0; batch * shape.outputs]);
        let mut exact = vec![0i64; shape.outputs];
        let mut all = Times::new();
        let reps = if batch == 1 { 25 } else { 7 };
        for _ in 0..self.rounds {
            let mut add = |more: Times| more.into_iter().for_each(|(n, t)| all.entry(n).or_default().extend(t));
            let ours = settled(reps, || matrix.multiply_batch(&codebook, &x, batch, &mut y));
            add(Times::from([("ours".to_owned(), ours)]));
            add(rivals.dense(&x, batch, reps, &mut z)?);
            check(shape.name, &y, &z)?;
            if batch == 1 {
                let ours = settled(reps, || matrix.multiply_exact(&layer.codebook, &units, &mut exact));
                add(Times::from([("ours-exact".to_owned(), ours)]));
                let real: Vec<f32> = exact.iter().map(|&y| y as f32 / 1000.0).collect();
                check(shape.name, &real, &z)?;
                add(rivals.sparse(&pool, &x, reps, &z)?);
            }
            if let Some(python) = &mut self.python {
                add(python.times(shape, batch, reps)?);
            }
        }
        let medians: std::collections::BTreeMap<String, f64> =
            all.iter().map(|(n, t)| (n.clone(), median(t))).collect();
        let best = |names: &[&str]| {
            let found = names.iter().filter_map(|&n| medians.get(n).map(|&us| (n.to_owned(), us)));
            found.min_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or((String::new(), f64::NAN))
        };
        let ours_us = medians["ours"];
        let (dense_by, dense_us) = best(&Rivals::DENSE);
        let (sparse_by, sparse_us) = best(&Rivals::SPARSE);
        let entries: usize = x
            .iter()
            .enumerate()
            .filter(|(_, &x)| x != 0.0)
            .map(|(k, _)| (layer.col_ptr[k % shape.inputs + 1] - layer.col_ptr[k % shape.inputs]) as usize)
            .sum();
        // By columns, those of zero activations are not read.
        let read = match matrix.steps() {
            0 => matrix.bytes() * entries / (layer.kept() * batch).max(1),
            _ => matrix.bytes(),
        };
        let floor = (batch == 1).then(|| self.limits.floor(matrix.steps(), entries, read, matrix.threads()));
        Ok(Row {
            name: shape.name,
            batch,
            layout: matrix.layout(),
            ours_us,
            exact_us: medians.get("ours-exact").copied(),
            ratio_dense: dense_us / ours_us,
            ratio_sparse: sparse_us / ours_us,
            dense_us,
            dense_by,
            sparse_us,
            sparse_by,
            bytes_ours: matrix.bytes(),
            bytes_dense: 4 * shape.inputs * shape.outputs,
            entries_per_ns: entries as f64 / ours_us / 1000.0 / threads as f64,
            floor,
            of_limit: floor.map(|floor| floor.us() / ours_us),
            all_us: medians,
        })
    }
}

/// Runs the verb.
pub fn run(args: Args) -> Result<Verdict> {
    let wanted = |s: &&Shape| args.layers.is_empty() || args.layers.iter().any(|n| n.eq_ignore_ascii_case(s.name));
    let shapes: Vec<&Shape> = EIE_LAYERS.iter().filter(wanted).collect();
    anyhow::ensure!(!shapes.is_empty(), "no layer is called {}", args.layers.join(" or "));
    anyhow::ensure!(args.batch.iter().all(|b| (1..=1024).contains(b)), "--batch takes 1 to 1024");
    anyhow::ensure!(args.rounds > 0, "--rounds is 0, expected 1 at least");
    let mut options = Options::default();
    if let Some(name) = &args.isa {
        options.isa = isa(name)?;
    }
    options.threads = args.threads.unwrap_or(options.threads).clamp(1, 64);
    let python = match Python::start(&args.python, options.threads) {
        Ok(python) => Some(python),
        Err(e) => {
            eprintln!("without OpenBLAS, SciPy and MKL: {e:#}");
            None
        }
    };
    let limits = Limits::measure(options.threads);
    eprintln!(
        "limits: {:.2} additions/ns and thread in cache, {} permutations/ns, {:.1} GB/s from memory",
        limits.additions_per_ns,
        limits.permutations_per_ns.map_or("no".into(), |n| format!("{n:.2}")),
        limits.read_gb_per_s
    );
    eprintln!(
        "{:8} {:>5} {:>8} {:>9} {:>9} {:>21} {:>18} {:>8} {:>9}",
        "layer", "batch", "layout", "ours us", "exact us", "dense", "sparse", "smaller", "of limit"
    );
    let mut bench = Bench { options, rounds: args.rounds, python, limits };
    let mut layers = Vec::new();
    for &batch in &args.batch {
        for shape in &shapes {
            let row = bench.row(shape, batch)?;
            let against = |ratio: f64, by: &str| match by {
                "" => "-".to_owned(),
                _ => format!("{ratio:.2}x {by}"),
            };
            let or_none = |value: Option<f64>| value.map_or("-".to_owned(), |v| format!("{v:.1}"));
            eprintln!(
                "{:8} {:>5} {:>8} {:>9.1} {:>9} {:>21} {:>18} {:>7.1}x {:>9}",
                row.name,
                batch,
                row.layout,
                row.ours_us,
                or_none(row.exact_us),
                against(row.ratio_dense, &row.dense_by),
                against(row.ratio_sparse, &row.sparse_by),
                row.bytes_dense as f64 / row.bytes_ours as f64,
                row.of_limit.map_or("-".to_owned(), |v| format!("{v:.2}")),
            );
            layers.push(row);
        }
    }
    let plots = match &args.plots {
        Some(dir) => plots::write(dir, &layers)?,
        None => Vec::new(),
    };
    if args.json {
        print_json(&Output { isa: options.isa, threads: options.threads, limits, layers, plots })?;
    }
    Ok(Verdict::Holds)
}
