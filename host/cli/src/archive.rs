//! `eie compress --no-retrain`: files of weights without a known network.

use crate::common::{bar, print_json, write_whole, Verdict};
use crate::compress;
use anyhow::Result;
use eie_compressor::archive::{compress_file, ArchiveConfig, Summary};
use eie_compressor::formats::TensorFile;
use serde::Serialize;

/// What is printed: the summary, and where the file is.
#[derive(Serialize)]
struct Output {
    file: String,
    #[serde(flatten)]
    summary: Summary,
}

/// `eie compress --no-retrain`.
pub fn compress(args: &compress::Args) -> Result<Verdict> {
    let config = ArchiveConfig {
        densities: args.density.clone().unwrap_or_default(),
        codes: args.bits.iter().flatten().map(|b| 1 << b).collect(),
        init: args.init.into(),
        seed: args.seed,
        codec: args.codec.into(),
        ..ArchiveConfig::default()
    };
    let file = TensorFile::open(&args.model)?;
    let name = args.model.file_stem().map_or_else(String::new, |s| s.to_string_lossy().into_owned());
    let progress = bar(0, "");
    let summary = write_whole(&args.out, |out| {
        let summary = compress_file(&file, &name, &config, out, &mut |written| {
            progress.set_length(written.of as u64);
            progress.set_position(written.elements as u64);
            progress.set_message(written.tensor.to_owned());
        });
        Ok(summary?)
    })?;
    progress.finish_and_clear();
    let output = Output { file: args.out.display().to_string(), summary };
    match args.json {
        true => print_json(&output)?,
        false => table(&output),
    }
    Ok(Verdict::Holds)
}

fn table(output: &Output) {
    let s = &output.summary;
    eprintln!(
        "{:36} {:6} {:18} {:>9} {:>7} {:>5} {:>10} {:>10}",
        "tensor", "role", "shape", "kept", "%", "codes", "bytes", "entropy"
    );
    for t in &s.tensors {
        let shape = shape(&t.shape);
        eprintln!(
            "{:36} {:6} {:18} {:9} {:7.2} {:5} {:10} {:10.0}",
            t.name, t.role, shape, t.kept, t.kept_pct, t.codes, t.bytes, t.entropy_bytes
        );
    }
    for t in &s.passed_through {
        eprintln!("{:36} passes through, {} bytes: {}", t.name, t.bytes, t.reason);
    }
    eprintln!(
        "{}: {} bytes; {:.1}x smaller than in float32, {:.1}x smaller than the file; {:.2} % of the weights",
        output.file, s.file_bytes, s.ratio, s.source_ratio, s.kept_pct
    );
}

/// Dimensions as `4096x9216`.
pub fn shape(dims: &[usize]) -> String {
    dims.iter().map(usize::to_string).collect::<Vec<_>>().join("x")
}
