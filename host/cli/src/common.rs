//! What several verbs share: files, configurations, progress bars, JSON.

use anyhow::{Context, Result};
use eie_compressor::data::{Dataset, Split};
use eie_compressor::share::Init;
use eie_compressor::train::Progress;
use eie_spec::config::Config;
use eie_spec::container::{self, ContainerError, Content};
use eie_spec::model::Model;
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// The test images that the repository has.
const BUNDLED_TEST_SET: &str = "models/mnist-test";

/// Whether what a verb checks is so.
pub enum Verdict {
    /// Exit code 0.
    Holds,
    /// Exit code 1.
    DoesNotHold,
}

impl Verdict {
    /// From a comparison.
    pub fn of(holds: bool) -> Self {
        if holds {
            Verdict::Holds
        } else {
            Verdict::DoesNotHold
        }
    }
}

/// Where labelled images are.
#[derive(clap::Args)]
pub struct DataArgs {
    /// Folder of the MNIST files (IDX, gzipped or not).
    #[arg(long, env = "EIE_DATA", value_name = "DIR")]
    data: Option<PathBuf>,
}

impl DataArgs {
    /// Half of the set. The test half is in the repository too.
    pub fn load(&self, split: Split) -> Result<Dataset> {
        let dir = match (&self.data, split) {
            (Some(dir), _) => dir.clone(),
            (None, Split::Test) => PathBuf::from(BUNDLED_TEST_SET),
            (None, Split::Train) => {
                anyhow::bail!("training needs the data set's folder: give --data DIR or EIE_DATA")
            }
        };
        Ok(Dataset::load(&dir, split)?)
    }
}

/// How the streams of a file are coded.
#[derive(Clone, Copy, clap::ValueEnum)]
pub enum CodecName {
    /// Quick to read.
    Huffman,
    /// Small: an adaptive range coder.
    Adaptive,
    /// Whichever is smaller, for each layer.
    Smallest,
}

impl From<CodecName> for container::Codec {
    fn from(name: CodecName) -> Self {
        match name {
            CodecName::Huffman => container::Codec::Huffman,
            CodecName::Adaptive => container::Codec::Adaptive,
            CodecName::Smallest => container::Codec::Smallest,
        }
    }
}

/// [`Init`] on the command line.
#[derive(Clone, Copy, clap::ValueEnum)]
pub enum InitName {
    /// Evenly from the smallest to the largest weight.
    Linear,
    /// Weights chosen at random (Forgy).
    Random,
    /// Evenly along the weights' distribution.
    Density,
    /// By dynamic programming.
    Optimal,
}

impl From<InitName> for Init {
    fn from(name: InitName) -> Self {
        match name {
            InitName::Linear => Init::Linear,
            InitName::Random => Init::Random,
            InitName::Density => Init::Density,
            InitName::Optimal => Init::Optimal,
        }
    }
}

/// The parameters of a device: those of its number of PEs, with changes.
#[derive(clap::Args)]
pub struct ConfigArgs {
    /// Processing elements: 1 to 8, or a multiple of 8 up to 256.
    #[arg(long, default_value_t = 16)]
    pub pes: usize,
    /// Activations in each PE.
    #[arg(long)]
    act_depth: Option<usize>,
    /// Column pointers in each PE.
    #[arg(long)]
    ptr_depth: Option<usize>,
    /// Weight entries in each PE.
    #[arg(long)]
    weight_depth: Option<usize>,
    /// Accumulators in each PE.
    #[arg(long)]
    acc_depth: Option<usize>,
    /// Biases in each PE.
    #[arg(long)]
    bias_depth: Option<usize>,
    /// Layers that run in a row without the host.
    #[arg(long)]
    max_steps: Option<usize>,
    /// PEs of a cluster: 2, 4 or 8.
    #[arg(long)]
    cluster: Option<usize>,
    /// Codebooks of each PE.
    #[arg(long)]
    codebooks: Option<usize>,
    /// Entries of each activation queue.
    #[arg(long)]
    queue_depth: Option<usize>,
    /// Bits of a weight entry's run.
    #[arg(long)]
    run_bits: Option<u32>,
    /// Bits of an accumulator.
    #[arg(long)]
    acc_bits: Option<u32>,
    /// The array for small devices: up to 8 PEs, one step after the other.
    #[arg(long)]
    compact: bool,
    /// Accumulators in LUTs, however deep, where there are memories of LUTs.
    #[arg(long)]
    acc_in_luts: bool,
    /// A register more between clusters and arbiter: for an array that is as large as a device.
    #[arg(long)]
    relays: bool,
    /// Fewer registers between clusters and arbiter: for a small array that is to be soon through with small layers.
    #[arg(long)]
    near: bool,
}

impl ConfigArgs {
    /// The configuration.
    pub fn config(&self) -> Result<Config> {
        let mut p = Config::for_pes(self.pes)?.params();
        let sizes = [
            (&mut p.act_depth, self.act_depth),
            (&mut p.ptr_depth, self.ptr_depth),
            (&mut p.weight_depth, self.weight_depth),
            (&mut p.acc_depth, self.acc_depth),
            (&mut p.bias_depth, self.bias_depth),
            (&mut p.max_steps, self.max_steps),
            (&mut p.queue_depth, self.queue_depth),
            (&mut p.cluster, self.cluster),
            (&mut p.codebooks, self.codebooks),
        ];
        for (size, given) in sizes {
            *size = given.unwrap_or(*size);
        }
        p.run_bits = self.run_bits.unwrap_or(p.run_bits);
        p.acc_bits = self.acc_bits.unwrap_or(p.acc_bits);
        p.compact = self.compact;
        p.acc_in_luts = self.acc_in_luts;
        p.relays = self.relays;
        p.near = self.near;
        Ok(Config::new(p)?)
    }
}

/// A file's bytes.
pub fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).with_context(|| path.display().to_string())
}

/// A model from an `.eie` file.
pub fn read_model(path: &Path) -> Result<Model> {
    let (bytes, file) = (read(path)?, path.display());
    match container::decode(&bytes) {
        // The content, which is at this place, is that of an archive.
        Err(ContainerError::Field { offset: 10, found, .. }) if found == Content::Archive.to_string() => {
            anyhow::bail!(
                "{file} holds an archive of tensors, which no engine runs: take its dense tensors with \
                 `eie decompress {file} --out dense.safetensors`, or make a model of the network with \
                 `eie compress` and --data"
            )
        }
        model => model.with_context(|| file.to_string()),
    }
}

/// Writes a file.
pub fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    std::fs::write(path, bytes).with_context(|| path.display().to_string())
}

/// Writes a file piece by piece. It is there when it is whole: what fails leaves an older one as it was.
pub fn write_whole<T>(path: &Path, fill: impl FnOnce(&mut BufWriter<File>) -> Result<T>) -> Result<T> {
    let context = || path.display().to_string();
    let mut part = path.as_os_str().to_owned();
    // A pipe or a device cannot be replaced.
    let special = std::fs::metadata(path).is_ok_and(|m| !m.is_file());
    if !special {
        part.push(".part");
    }
    let part = PathBuf::from(part);
    let mut out = BufWriter::new(File::create(&part).with_context(context)?);
    let done = fill(&mut out).and_then(|done| {
        out.flush().with_context(context)?;
        if !special {
            std::fs::rename(&part, path).with_context(context)?;
        }
        Ok(done)
    });
    if done.is_err() && !special {
        // The error that led here is the one to tell.
        let _ = std::fs::remove_file(&part);
    }
    done
}

/// One object on standard output.
pub fn print_json(value: &impl Serialize) -> Result<()> {
    // Who reads may have left: an error, not a panic.
    writeln!(std::io::stdout(), "{}", serde_json::to_string_pretty(value)?).context("standard output")?;
    Ok(())
}

/// A bar on standard error, if that is a terminal.
pub fn bar(length: u64, what: &str) -> ProgressBar {
    let style = ProgressStyle::with_template("{msg:24} {bar:30} {pos}/{len} {eta}");
    ProgressBar::new(length)
        .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        .with_message(what.to_owned())
}

/// A bar for each epoch; its last state stays as a line.
pub struct EpochBars {
    bar: ProgressBar,
}

impl EpochBars {
    /// None shown yet.
    pub fn new() -> Self {
        EpochBars { bar: ProgressBar::hidden() }
    }

    /// Draws the progress of a training.
    pub fn show(&mut self, p: &Progress) {
        if p.batch == 1 {
            self.bar = bar(p.batches as u64, "");
        }
        self.bar.set_position(p.batch as u64);
        self.bar.set_message(format!("{} {}/{} loss {:.4}", p.stage, p.epoch + 1, p.epochs, p.loss));
        if p.batch == p.batches {
            self.bar.abandon();
        }
    }
}
