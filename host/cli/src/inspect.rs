//! `eie inspect`.

use crate::archive::shape;
use crate::common::{print_json, read, Verdict};
use anyhow::{Context, Result};
use eie_spec::container::{inspect, Codec, Content, LayerInfo, TensorInfo};
use eie_spec::op::Op;
use std::path::PathBuf;

/// Show what an .eie file holds, layer by layer or tensor by tensor, from the file alone.
///
/// Example: eie inspect models/lenet-300-100.eie --json
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// The file.
    file: PathBuf,
    /// One JSON object on standard output.
    #[arg(long)]
    json: bool,
}

/// Runs the verb.
pub fn run(args: Args) -> Result<Verdict> {
    let info = inspect(&read(&args.file)?).with_context(|| args.file.display().to_string())?;
    if args.json {
        print_json(&info)?;
        return Ok(Verdict::Holds);
    }
    let what = if info.content == Content::Archive { "dense tensors" } else { "float32" };
    eprintln!(
        "{} (version {}): {}, {} bytes, {:.1}x smaller than {what}",
        info.name, info.version, info.content, info.file_bytes, info.ratio
    );
    match info.content {
        Content::Model => layers(&info.layers),
        Content::Archive => tensors(&info.tensors),
    }
    Ok(Verdict::Holds)
}

fn layers(layers: &[LayerInfo]) {
    eprintln!(
        "{:16} {:6} {:>7} {:>7} {:>9} {:>7} {:>6} {:>8} {:>9} {:>9} {:>9}",
        "layer", "op", "in", "out", "kept", "%", "codes", "codec", "bytes", "entropy", "acc bits"
    );
    for l in layers {
        eprintln!(
            "{:16} {:6} {:7} {:7} {:9} {:7.2} {:6} {:>8} {:9} {:9.0} {:9}",
            l.name,
            op(&l.op),
            l.inputs,
            l.outputs,
            l.kept,
            l.kept_pct,
            l.codes,
            codec(Some(l.codec)),
            l.file_bytes,
            l.entropy_bytes,
            l.certificate.acc_bits
        );
    }
}

/// Bits of a run and of a code are those before coding and those that they take in the file.
fn tensors(tensors: &[TensorInfo]) {
    eprintln!(
        "{:36} {:5} {:18} {:>9} {:>7} {:>5} {:>8} {:>11} {:>11} {:>10} {:>10}",
        "tensor", "type", "shape", "kept", "%", "codes", "codec", "bits a run", "bits a code", "bytes", "entropy"
    );
    for t in tensors {
        let dtype = format!("{:?}", t.dtype);
        let start = format!("{:36} {:5} {:18}", t.name, dtype, shape(&t.shape));
        if t.codec.is_none() {
            eprintln!("{start} {:>9} {:7} {:5} {:>8} {:11} {:11} {:10}", "all", "", "", "raw", "", "", t.file_bytes);
            continue;
        }
        // The adaptive codec has no run symbols.
        let run_bits = if t.run_bits == 0 { "-".into() } else { t.run_bits.to_string() };
        let runs = format!("{run_bits} {:.2}", t.bits_per_run);
        let code_bits = t.codes.next_power_of_two().ilog2();
        let codes = format!("{code_bits} {:.2}", t.bits_per_code);
        eprintln!(
            "{start} {:9} {:7.2} {:5} {:>8} {runs:>11} {codes:>11} {:10} {:10.0}",
            t.kept,
            t.kept_pct,
            t.codes,
            codec(t.codec),
            t.file_bytes,
            t.entropy_bytes
        );
    }
}

fn op(op: &Op) -> &'static str {
    match op {
        Op::Linear => "linear",
        Op::Conv(_) => "conv",
        Op::Lstm(_) => "lstm",
    }
}

fn codec(codec: Option<Codec>) -> &'static str {
    match codec {
        None => "raw",
        Some(Codec::Huffman) => "huffman",
        Some(Codec::Adaptive) => "adaptive",
        Some(Codec::Smallest) => "smallest",
    }
}
