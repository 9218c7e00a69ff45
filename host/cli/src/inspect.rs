//! `eie inspect`.

use crate::common::{print_json, read, Verdict};
use anyhow::{Context, Result};
use eie_spec::container::inspect;
use std::path::PathBuf;

/// Show what an .eie file holds, layer by layer, from the file alone.
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
    eprintln!("{} (version {}): {} bytes, {:.1}x smaller", info.name, info.version, info.file_bytes, info.ratio);
    eprintln!(
        "{:16} {:>7} {:>7} {:>9} {:>7} {:>6} {:>9} {:>9}",
        "layer", "in", "out", "kept", "%", "codes", "bytes", "acc bits"
    );
    for l in &info.layers {
        eprintln!(
            "{:16} {:7} {:7} {:9} {:7.2} {:6} {:9} {:9}",
            l.name, l.inputs, l.outputs, l.kept, l.kept_pct, l.codes, l.file_bytes, l.certificate.acc_bits
        );
    }
    Ok(Verdict::Holds)
}
