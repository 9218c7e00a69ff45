//! `eie man`.

use crate::common::{print_json, Verdict};
use anyhow::{Context, Result};
use serde::Serialize;
use std::path::PathBuf;

/// Write man pages: of the program, and of each verb.
///
/// Example: eie man --out ~/.local/share/man/man1
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// Folder to write to. It is made if it is not there.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// One JSON object on standard output.
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Output {
    folder: String,
    pages: usize,
}

/// Runs the verb.
pub fn run(args: Args, command: clap::Command) -> Result<Verdict> {
    let folder = args.out.display().to_string();
    std::fs::create_dir_all(&args.out).with_context(|| folder.clone())?;
    clap_mangen::generate_to(command, &args.out).with_context(|| folder.clone())?;
    let pages = std::fs::read_dir(&args.out).with_context(|| folder.clone())?.filter_map(Result::ok);
    let pages = pages.filter(|p| p.path().extension().is_some_and(|e| e == "1")).count();
    match args.json {
        true => print_json(&Output { folder, pages })?,
        false => eprintln!("{folder}: {pages} pages"),
    }
    Ok(Verdict::Holds)
}
