//! `eie studio`: the page about a model with a server behind it.

mod api;
mod http;
mod picture;

use crate::common::{read, read_model, ConfigArgs, DataArgs, Verdict};
use crate::report::data::{Page, Studio};
use crate::report::page;
use anyhow::{Context, Result};
use api::Api;
use eie_compressor::data::Split;
use eie_spec::config::Config;
use std::io::Write;
use std::net::{TcpListener, ToSocketAddrs};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;

/// Numbers of PEs to choose from on the page.
const CHOICES: [usize; 5] = [1, 4, 16, 64, 256];

/// Serve a page about a model: drop an image on it, draw a digit, or take one of the test set, and see activations flow
/// layer by layer, and what each PE and its queue do in each cycle.
///
/// Results are computed here, by the CPU engine, and compared with the golden model's for each image; cycles are those
/// of the cycle model, on as many PEs as the page asks for. Also for models of convolutions, and for LSTMs, if they take
/// images. The page is for this machine only, unless another address to listen at is given: it has no password, and
/// nothing is encrypted. Ctrl-C ends it.
///
/// Example: eie studio models/lenet-300-100.eie --listen 127.0.0.1:8050
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// The model.
    file: PathBuf,
    /// Where to listen; port 0 is any free one.
    #[arg(long, default_value = "127.0.0.1:8050", value_name = "ADDRESS:PORT")]
    listen: String,
    /// An image file to begin with.
    #[arg(long, value_name = "FILE")]
    image: Option<PathBuf>,
    /// Images of the test set to choose from by their pictures; all others have their numbers.
    #[arg(long, default_value_t = 14, value_parser = clap::value_parser!(u32).range(1..=100))]
    images: u32,
    #[command(flatten)]
    data: DataArgs,
    #[command(flatten)]
    config: ConfigArgs,
    /// One JSON object on standard output, as soon as it listens.
    #[arg(long)]
    json: bool,
}

/// Runs the verb.
pub fn run(args: Args) -> Result<Verdict> {
    let model = read_model(&args.file)?;
    let info = eie_spec::container::inspect(&read(&args.file)?)?;
    let images = args.data.load(Split::Test)?;
    let config = args.config.config()?;
    // What is wrong is told before anything is computed.
    let to: Vec<_> = args.listen.to_socket_addrs().with_context(|| args.listen.clone())?.collect();
    let listener = TcpListener::bind(&to[..])
        .with_context(|| format!("{}: cannot listen there (port 0 is any free one)", args.listen))?;
    let at = listener.local_addr()?;
    let mut page = Page::of(&model, &images, &config, args.images as usize)?;
    let first = args.image.as_ref().map(|path| -> Result<Vec<u8>> {
        picture::pixels(&read(path)?, page.side).with_context(|| path.display().to_string())
    });
    let first = first.transpose()?;
    if let Some(s) = page.samples.iter().find(|s| !s.same) {
        eprintln!(
            "image {} of the test set: the CPU engine's results are not the golden model's",
            s.number.unwrap_or(0)
        );
        return Ok(Verdict::DoesNotHold);
    }
    let mut choices: Vec<usize> = CHOICES.into_iter().chain([config.pes]).collect();
    choices.sort_unstable();
    choices.dedup();
    choices.retain(|&pes| pes == config.pes || Config::for_pes(pes).is_ok());
    page.studio = Some(Studio { choices: choices.clone(), pes: config.pes, images: images.len() });
    let api = Api::new(&model, images, config.clone(), choices, page.side, first)?;
    page.begin = api.begin()?;
    let html = page::html(&info, &page, &config)?;
    let stop = Arc::new(AtomicBool::new(false));
    let asked = stop.clone();
    ctrlc::set_handler(move || asked.store(true, Ordering::SeqCst)).context("Ctrl-C")?;
    let address = format!("http://{at}/");
    if args.json {
        let report = serde_json::json!({ "model": info.name, "listening": at.to_string(), "address": address });
        let mut out = std::io::stdout();
        writeln!(out, "{report}").and_then(|()| out.flush()).context("standard output")?;
    }
    eprintln!("{}: {address} (Ctrl-C ends it)", args.file.display());
    if !at.ip().is_loopback() {
        eprintln!("others can reach it, without a password");
    }
    http::serve(&listener, &|request| api.answer(request, html.as_bytes()), &stop).context("the port")?;
    eprintln!("ended");
    Ok(Verdict::Holds)
}
