//! `eie data`.

use crate::common::{print_json, read, write, Verdict};
use anyhow::{Context, Result};
use eie_compressor::data::{verify, FASHION_FILES, MNIST_FILES};
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A public mirror of the files as their authors packed them.
const MNIST_URL: &str = "https://ossci-datasets.s3.amazonaws.com/mnist/";
/// Where Fashion-MNIST's authors have theirs. Debian's package dataset-fashion-mnist has the same files.
const FASHION_URL: &str = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/";
/// The largest of the files has ten million bytes.
const LARGEST: u64 = 1 << 25;
const PATIENCE: Duration = Duration::from_secs(120);

/// Fetch a data set, or check the one that is there.
///
/// Example: eie data mnist --out mnist
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// Which one.
    #[arg(value_enum)]
    set: SetName,
    /// Folder of the files.
    #[arg(long, value_name = "DIR", env = "EIE_DATA")]
    out: PathBuf,
    /// Fetch nothing: only compare what is there with the checksums.
    #[arg(long)]
    check: bool,
    /// Where to fetch from.
    #[arg(long)]
    url: Option<String>,
    /// One JSON object on standard output.
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum SetName {
    Mnist,
    FashionMnist,
}

impl SetName {
    fn files(self) -> [(&'static str, &'static str); 4] {
        match self {
            SetName::Mnist => MNIST_FILES,
            SetName::FashionMnist => FASHION_FILES,
        }
    }

    fn url(self) -> &'static str {
        match self {
            SetName::Mnist => MNIST_URL,
            SetName::FashionMnist => FASHION_URL,
        }
    }
}

#[derive(Serialize)]
struct Output {
    dir: String,
    files: Vec<FileOutput>,
}

#[derive(Serialize)]
struct FileOutput {
    name: &'static str,
    bytes: usize,
    fetched: bool,
}

fn fetch(url: &str) -> Result<Vec<u8>> {
    let agent: ureq::Agent = ureq::Agent::config_builder().timeout_global(Some(PATIENCE)).build().into();
    let mut answer = agent.get(url).call().with_context(|| format!("fetching {url}"))?;
    answer.body_mut().with_config().limit(LARGEST).read_to_vec().with_context(|| format!("fetching {url}"))
}

fn one(args: &Args, path: &Path, name: &'static str, sum: &str) -> Result<FileOutput> {
    if args.check || path.exists() {
        let bytes = read(path)?;
        verify(path, &bytes, sum)?;
        return Ok(FileOutput { name, bytes: bytes.len(), fetched: false });
    }
    let bytes = fetch(&format!("{}/{name}", args.url.as_deref().unwrap_or(args.set.url()).trim_end_matches('/')))?;
    // Checked before it is written: a file that is there is a right one.
    verify(path, &bytes, sum)?;
    write(path, &bytes)?;
    Ok(FileOutput { name, bytes: bytes.len(), fetched: true })
}

/// Runs the verb.
pub fn run(args: Args) -> Result<Verdict> {
    if !args.check {
        std::fs::create_dir_all(&args.out).with_context(|| args.out.display().to_string())?;
    }
    let files: Result<Vec<_>> =
        args.set.files().iter().map(|&(name, sum)| one(&args, &args.out.join(name), name, sum)).collect();
    let output = Output { dir: args.out.display().to_string(), files: files? };
    match args.json {
        true => print_json(&output)?,
        false => {
            for f in &output.files {
                eprintln!("{}: {}", f.name, if f.fetched { "fetched" } else { "there and right" });
            }
        }
    }
    Ok(Verdict::Holds)
}
