//! `eie offload`.

use crate::common::{print_json, DataArgs, Verdict};
use crate::device::{options, LinkArgs};
use anyhow::{Context, Result};
use eie_compressor::data::Split as Half;
use eie_compressor::formats::TensorFile;
use eie_compressor::net::argmax;
use eie_host::session::Split;
use eie_offload::onnx::{Network, Open, Settings};
use eie_offload::DirectConfig;
use ndarray::ArrayD;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::Serialize;
use std::path::PathBuf;
use std::time::Instant;

/// Run an ONNX network with its fully connected layers, compressed, on a device or the CPU engine, and the rest by tract.
///
/// Outputs are compared with dense products of the decompressed weights, which they must equal within --tolerance of the
/// largest one (exit code 1 if not), and with the network as it was in the file: what compression without retraining
/// costs. All three are timed, turn by turn.
///
/// Example: eie offload net.onnx --device model:?pes=16 --density 0.1
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// The network.
    file: PathBuf,
    /// Where chains of layers run, the one with the most weights first: a device's address, or cpu.
    #[arg(long, value_name = "URI", default_value = "cpu")]
    device: Vec<String>,
    /// Share of weights to keep, of each layer; the last one serves for all further ones. 1 keeps all that are not zero.
    #[arg(long, default_value = "0.1", value_delimiter = ',')]
    density: Vec<f64>,
    /// Bits of a code of each layer, 1 to 8; a device takes up to 4.
    #[arg(long, default_value = "4", value_delimiter = ',', value_parser = clap::value_parser!(u32).range(1..=8))]
    bits: Vec<u32>,
    /// Layers with fewer weights stay with tract.
    #[arg(long, default_value_t = 1000)]
    min_weights: usize,
    /// Rows at a time, where the network leaves that open.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1024))]
    batch: u32,
    /// The input's shape, where the network leaves more open than the rows at a time.
    #[arg(long, value_delimiter = ',', value_name = "N,N,...", conflicts_with = "batch")]
    shape: Vec<usize>,
    /// Inputs: all tensors of a safetensors file, or, without it, --images or made ones.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["inputs", "images"])]
    input: Option<PathBuf>,
    /// Made inputs (standard normal), or images of the data set with --images.
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..))]
    inputs: u32,
    /// Takes this many test images as inputs, with grey values from 0 to 1, and counts the wrong ones.
    #[arg(long, conflicts_with = "inputs")]
    images: Option<usize>,
    /// Largest difference from the decompressed weights, of the largest output.
    #[arg(long, default_value_t = 0.02)]
    tolerance: f32,
    /// Vectors that a device runs together.
    #[arg(long, default_value_t = 8)]
    vectors: usize,
    #[command(flatten)]
    link: LinkArgs,
    #[command(flatten)]
    data: DataArgs,
    /// One JSON object on standard output.
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct ChainOutput {
    layers: Vec<String>,
    target: String,
    inputs: usize,
    outputs: usize,
    dense_macs: usize,
    kept: usize,
    dense_bytes: u64,
    file_bytes: usize,
    /// Median of its time in a call, of that of the call.
    time_pct: f64,
}

#[derive(Serialize)]
struct Output {
    file: String,
    shape: Vec<usize>,
    chains: Vec<ChainOutput>,
    inputs: usize,
    /// Largest difference from the decompressed weights, of the largest output.
    difference: f32,
    /// The same from the network in the file.
    difference_from_original: f32,
    /// Of the rows of the first output, those whose largest value is at the same place.
    same_choice_pct: f64,
    /// Wrong images of all, offloaded and as in the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    errors: Option<[usize; 2]>,
    /// Medians of a call.
    offloaded_us: f64,
    original_us: f64,
}

/// Inputs of the network's shape, and labels if they are images.
fn inputs(args: &Args, shape: &[usize]) -> Result<(Vec<Vec<f32>>, Vec<u8>)> {
    let values: usize = shape.iter().product();
    if let Some(path) = &args.input {
        let file = TensorFile::open(path)?;
        let mut rows = Vec::new();
        for name in file.list().into_iter().map(|listed| listed.name) {
            let Some(tensor) = file.tensor(&name) else { continue };
            let all = tensor.floats().with_context(|| format!("{}: {name}", path.display()))?;
            anyhow::ensure!(
                all.len() % values == 0,
                "{}: {name} has {} values, expected a multiple of {values}",
                path.display(),
                all.len()
            );
            rows.extend(all.chunks_exact(values).map(<[f32]>::to_vec));
        }
        anyhow::ensure!(!rows.is_empty(), "{}: has no values", path.display());
        return Ok((rows, Vec::new()));
    }
    let Some(count) = args.images else {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let mut normal = || (0..12).map(|_| rng.random::<f32>()).sum::<f32>() - 6.0;
        return Ok(((0..args.inputs).map(|_| (0..values).map(|_| normal()).collect()).collect(), Vec::new()));
    };
    let images = args.data.load(Half::Test)?;
    let rows = shape.first().copied().unwrap_or(1);
    anyhow::ensure!(
        values == rows * images.pixels,
        "the network takes {shape:?}, an image of the data set has {} pixels",
        images.pixels
    );
    let count = count.min(images.len()) / rows;
    anyhow::ensure!(count > 0, "--images is less than one input of {rows} rows");
    let one = |k: usize| {
        (k * rows..(k + 1) * rows).flat_map(|i| images.image(i).iter().map(|&p| f32::from(p) / 255.0)).collect()
    };
    Ok(((0..count).map(one).collect(), images.labels[..count * rows].to_vec()))
}

/// Largest difference and largest magnitude.
fn far(a: &[ArrayD<f32>], b: &[ArrayD<f32>]) -> (f32, f32) {
    let pairs = a.iter().zip(b).flat_map(|(a, b)| a.iter().zip(b.iter()));
    pairs.fold((0.0, 0.0), |(far, most), (a, b)| (far.max((a - b).abs()), most.max(b.abs())))
}

fn wrong(outputs: &[ArrayD<f32>], labels: &[u8]) -> usize {
    let Some(first) = outputs.first() else { return labels.len() };
    let scores: Vec<f32> = first.iter().copied().collect();
    let classes = scores.len() / labels.len().max(1);
    scores.chunks(classes.max(1)).zip(labels).filter(|(y, &l)| argmax(y) != usize::from(l)).count()
}

/// Rows of the first output whose largest value is at the same place, and all rows.
fn choices(a: &[ArrayD<f32>], b: &[ArrayD<f32>]) -> (usize, usize) {
    let (Some(a), Some(b)) = (a.first(), b.first()) else { return (0, 0) };
    let last = a.shape().last().copied().unwrap_or(1).max(1);
    let (a, b): (Vec<f32>, Vec<f32>) = (a.iter().copied().collect(), b.iter().copied().collect());
    let same = a.chunks(last).zip(b.chunks(last)).filter(|(a, b)| argmax(a) == argmax(b)).count();
    (same, a.len() / last)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Runs the verb.
pub fn run(args: Args) -> Result<Verdict> {
    anyhow::ensure!(args.tolerance > 0.0, "--tolerance is {}, expected a number above 0", args.tolerance);
    let open = match args.shape.is_empty() {
        true => Open::Batch(args.batch as usize),
        false => Open::Shape(args.shape.clone()),
    };
    let settings = |samples| Settings {
        config: DirectConfig {
            densities: args.density.clone(),
            codes: args.bits.iter().map(|b| 1 << b).collect(),
            ..DirectConfig::default()
        },
        targets: args.device.clone(),
        options: options(args.link.settings_for(&args.device[0]), args.vectors, Split::Rows),
        min_weights: args.min_weights,
        open: open.clone(),
        samples,
    };
    let shape = Network::input_shape(&args.file, &open)?;
    let (inputs, labels) = inputs(&args, &shape)?;
    let rows = shape.first().copied().unwrap_or(1);
    // Some inputs tell a device's units.
    let network = Network::open(&args.file, &settings(&inputs[..inputs.len().min(64)]))?;
    let (mut same, mut original, mut errors) = ((0.0f32, 0.0f32), (0.0f32, 0.0f32), [0, 0]);
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    let mut chosen = (0, 0);
    let most = |a: (f32, f32), b: (f32, f32)| (a.0.max(b.0), a.1.max(b.1));
    let mut within = vec![Vec::new(); network.chains().len()];
    for (k, x) in inputs.iter().enumerate() {
        let before: Vec<_> = network.chains().iter().map(|c| c.spent()).collect();
        let begin = Instant::now();
        let run = network.run(x)?;
        let middle = Instant::now();
        for ((all, c), before) in within.iter_mut().zip(network.chains()).zip(before) {
            all.push((c.spent() - before).as_secs_f64() * 1e6);
        }
        let dense = network.run_original(x)?;
        theirs.push(middle.elapsed().as_secs_f64() * 1e6);
        ours.push((middle - begin).as_secs_f64() * 1e6);
        same = most(same, far(&run, &network.run_expanded(x)?));
        original = most(original, far(&run, &dense));
        let (same, all) = choices(&run, &dense);
        chosen = (chosen.0 + same, chosen.1 + all);
        if let Some(labels) = labels.get(k * rows..(k + 1) * rows) {
            errors[0] += wrong(&run, labels);
            errors[1] += wrong(&dense, labels);
        }
    }
    let offloaded_us = median(ours);
    let chain = |(c, within): (&eie_offload::onnx::Offloaded, Vec<f64>)| -> Result<ChainOutput> {
        let model = c.runner.model();
        Ok(ChainOutput {
            layers: c.layers.clone(),
            target: eie_host::transport::Address::without_token(c.runner.target()),
            inputs: model.inputs(),
            outputs: model.outputs(),
            dense_macs: c.dense_macs,
            kept: model.kept(),
            dense_bytes: model.dense_bytes(),
            file_bytes: eie_spec::container::encode(model).context("the chain's file")?.len(),
            time_pct: 100.0 * median(within) / offloaded_us,
        })
    };
    let share = |(far, most): (f32, f32)| if most > 0.0 { far / most } else { far };
    let output = Output {
        file: args.file.display().to_string(),
        shape,
        chains: network.chains().iter().zip(within).map(chain).collect::<Result<_>>()?,
        inputs: inputs.len(),
        difference: share(same),
        difference_from_original: share(original),
        same_choice_pct: 100.0 * chosen.0 as f64 / chosen.1.max(1) as f64,
        errors: (!labels.is_empty()).then_some(errors),
        offloaded_us,
        original_us: median(theirs),
    };
    match args.json {
        true => print_json(&output)?,
        false => print(&output),
    }
    Ok(Verdict::of(output.difference <= args.tolerance))
}

fn print(o: &Output) {
    for c in &o.chains {
        eprintln!(
            "{}: {} -> {} on {}, {} of {} weights, {} bytes of {}, {:.1} % of the time",
            c.layers.join(", "),
            c.inputs,
            c.outputs,
            c.target,
            c.kept,
            c.dense_macs,
            c.file_bytes,
            c.dense_bytes,
            c.time_pct
        );
    }
    eprintln!(
        "{} inputs of {:?}: {:.1} us offloaded, {:.1} us by tract alone",
        o.inputs, o.shape, o.offloaded_us, o.original_us
    );
    eprintln!(
        "from the decompressed weights {:.5}, from the network in the file {:.3} of the largest output; {:.1} % of the rows \
         have their largest value at the same place",
        o.difference, o.difference_from_original, o.same_choice_pct
    );
    if let Some([run, original]) = o.errors {
        eprintln!("wrong images: {run}, with the network in the file {original}");
    }
}
