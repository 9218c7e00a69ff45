//! `eie decompress`.

use crate::common::{print_json, read, Verdict};
use anyhow::{bail, ensure, Context, Result};
use eie_compressor::archive::{expand, expand_like};
use eie_compressor::formats::{Format, TensorFile};
use eie_compressor::net::DenseNet;
use eie_spec::container::{decode_file, Content, File};
use serde::Serialize;
use std::path::PathBuf;

/// Write the dense weights of an .eie file as safetensors or ONNX.
///
/// A model becomes a network in float32, in either format. The tensors of an archive become safetensors, in the types
/// that they came in; with --like, the file that they came from, with the archive's values in it.
///
/// Example: eie decompress models/lenet-300-100.eie --out dense.onnx
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// The file.
    file: PathBuf,
    /// File to write: ONNX if its name ends so, else safetensors.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// The file that an archive was made from. ONNX needs it: an archive has no graph.
    #[arg(long, value_name = "FILE")]
    like: Option<PathBuf>,
    /// One JSON object on standard output.
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Output {
    file: String,
    format: &'static str,
    content: Content,
    /// Tensors of an archive, or layers of a model.
    sections: usize,
    compressed_bytes: usize,
    file_bytes: u64,
}

/// Runs the verb.
pub fn run(args: Args) -> Result<Verdict> {
    let bytes = read(&args.file)?;
    let file = decode_file(&bytes).with_context(|| args.file.display().to_string())?;
    let format = Format::of(&args.out);
    let (content, sections) = match (&file, &args.like) {
        (File::Model(_), Some(_)) => bail!("{} holds a model: --like is for archives", args.file.display()),
        (File::Model(model), None) => {
            DenseNet::of_model(model).save(&args.out, format)?;
            (Content::Model, model.layers.len())
        }
        (File::Archive(archive), Some(like)) => {
            let original = TensorFile::open(like)?;
            ensure!(original.format == format, "--like {} and --out differ in their format", like.display());
            expand_like(archive, &original, &args.out)?;
            (Content::Archive, archive.tensors.len())
        }
        (File::Archive(archive), None) => {
            let known = format == Format::Safetensors;
            ensure!(known, "an archive has no graph: give the ONNX file that it was made from with --like");
            expand(archive, &args.out)?;
            (Content::Archive, archive.tensors.len())
        }
    };
    let output = Output {
        file: args.out.display().to_string(),
        format: match format {
            Format::Safetensors => "safetensors",
            Format::Onnx => "onnx",
        },
        content,
        sections,
        compressed_bytes: bytes.len(),
        file_bytes: std::fs::metadata(&args.out).map_or(0, |m| m.len()),
    };
    match args.json {
        true => print_json(&output)?,
        false => eprintln!("{}: {} bytes of {}", output.file, output.file_bytes, output.compressed_bytes),
    }
    Ok(Verdict::Holds)
}
