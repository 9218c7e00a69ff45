//! `eie devices`.

use crate::common::{print_json, Verdict};
use anyhow::Result;
use eie_host::discover::{devices, identify, Found, Identity};
use serde::Serialize;
use std::path::PathBuf;

/// Show serial ports, USB FIFOs and PCIe cards, and what each answers to identify.
///
/// Only serial ports behind USB and cards are asked: to ask is to send bytes. --all asks every one.
///
/// Example: eie devices --json
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// Asks nobody.
    #[arg(long, conflicts_with = "all")]
    list_only: bool,
    /// Asks everybody, built-in serial ports and chips that their drivers have as well.
    #[arg(long)]
    all: bool,
    /// Where device files are.
    #[arg(long, default_value = "/dev", value_name = "DIR")]
    dev: PathBuf,
    /// One JSON object on standard output.
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Device {
    #[serde(flatten)]
    found: Found,
    identity: Option<Identity>,
    /// Why there is none.
    answer: Option<String>,
}

#[derive(Serialize)]
struct Output {
    devices: Vec<Device>,
}

/// Runs the verb.
pub fn run(args: Args) -> Result<Verdict> {
    let ask = |found: Found| {
        let asked = !args.list_only && (args.all || found.ask);
        let answer = asked.then(|| identify(&found.address));
        let (identity, answer) = match answer {
            None => (None, Some("not asked".to_owned())),
            Some(Ok(identity)) => (Some(identity), None),
            Some(Err(e)) => (None, Some(e.to_string())),
        };
        Device { found, identity, answer }
    };
    let output = Output { devices: devices(&args.dev).into_iter().map(ask).collect() };
    if args.json {
        print_json(&output)?;
        return Ok(Verdict::Holds);
    }
    if output.devices.is_empty() {
        eprintln!("nothing that may be a device; simulated ones are model:?pes=16 and sim:stream?pes=16");
    }
    for device in &output.devices {
        let pes = |i: &Identity| i.pes.map_or("unusual parameters".into(), |pes| format!("{pes} PEs"));
        let answer = match (&device.identity, &device.answer) {
            (Some(identity), _) => format!("configuration {}, {}", identity.config_hash, pes(identity)),
            (None, answer) => answer.clone().unwrap_or_default(),
        };
        eprintln!("{:32} {:28} {answer}", device.found.address, device.found.description);
    }
    Ok(Verdict::Holds)
}
