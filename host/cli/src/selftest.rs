//! `eie selftest`.

use crate::common::{print_json, Verdict};
use crate::device::LinkArgs;
use anyhow::{Context, Result};
use eie_host::link::Link;
use eie_host::selftest::{arithmetic, made_inputs, made_model, memory, trials, Check, FaultSettings, Tally};
use eie_host::session::Accelerator;
use eie_host::transport::Address;
use eie_spec::pack::pack;
use serde::Serialize;
use std::sync::Arc;
use std::time::Duration;

/// Check a device by what it answers: memory, made networks beside the golden model, and a line with faults.
///
/// `trials` are batches; each is `recovered` (right in spite of faults) or ends in one of `typed_errors`, and there must
/// be no `wrong_answers`, `hangs` or `panics`. Without --faults there are none, and all batches must be right.
///
/// Example: eie selftest model:?pes=16 --faults 1000 --seed 1 --json
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// The device's address.
    #[arg(value_name = "URI")]
    address: String,
    /// Packets to lose, damage, repeat, reorder, delay, ...
    #[arg(long, default_value_t = 0)]
    faults: u64,
    /// Makes everything random about it.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Made networks to run.
    #[arg(long, default_value_t = 20)]
    networks: u64,
    #[command(flatten)]
    link: LinkArgs,
    /// One JSON object on standard output.
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Output {
    device: String,
    config_hash: String,
    pes: usize,
    checks: Vec<Check>,
    #[serde(flatten)]
    tally: Tally,
}

/// Runs the verb.
pub fn run(args: Args) -> Result<Verdict> {
    let opener = Arc::new(eie_sim::transport::open);
    let settings = args.link.settings_for(&args.address);
    let mut device = Accelerator::open(&args.address, None, opener, settings).context("identify")?;
    let config = device.config().clone();
    let mut checks = vec![memory(device.device_mut(), args.seed).context("memory")?];
    checks.push(arithmetic(device.device_mut(), args.networks, args.seed).context("arithmetic")?);
    // The line is opened again, as it may be used by one only.
    drop(device);
    let tally = match args.faults {
        0 => good_line(&args, settings)?,
        faults => {
            let model = made_model(args.seed, config.acc_bits);
            let inputs = made_inputs(&model, 6, args.seed);
            let faults = FaultSettings { faults, seed: args.seed, timeout: patience(&args), limit: HANGS };
            let open = || eie_sim::transport::open(&args.address);
            trials(open, &pack(&model, &config)?, &inputs, &faults).context("faults")?
        }
    };
    let holds = tally.holds() && checks.iter().all(|c| c.wrong == 0);
    let hash = format!("{:08x}", config.hash());
    let output =
        Output { device: Address::without_token(&args.address), config_hash: hash, pes: config.pes, checks, tally };
    match args.json {
        true => print_json(&output)?,
        false => show(&output, holds),
    }
    Ok(Verdict::of(holds))
}

/// Time by the device's clock after which a batch hangs.
const HANGS: Duration = Duration::from_secs(60);

/// A lost packet costs so much time: less where the device answers at once.
fn patience(args: &Args) -> Duration {
    let scheme = Address::parse(&args.address).map(|a| a.scheme).unwrap_or_default();
    let usual = match scheme.as_str() {
        "sim" => Duration::from_micros(200),
        _ => Duration::from_millis(20),
    };
    args.link.settings(usual).timeout
}

/// Without faults: batches of another network, all of which must be right.
fn good_line(args: &Args, settings: eie_host::link::Settings) -> Result<Tally> {
    let mut tally = Tally::default();
    let opener = Arc::new(eie_sim::transport::open);
    let mut device = Accelerator::open(&args.address, None, opener, settings)?;
    for _ in 0..8 {
        let check = arithmetic(device.device_mut(), 1, args.seed.wrapping_add(1_000_003 * (tally.trials + 1)))?;
        tally.trials += 1;
        *(if check.wrong == 0 { &mut tally.recovered } else { &mut tally.wrong_answers }) += 1;
    }
    // What the line did besides.
    let stats = device.link_stats();
    tally.faults = stats.retries;
    drop(device);
    // Closing leaves it ready for the next one.
    Link::open(eie_sim::transport::open(&args.address)?, settings)?;
    Ok(tally)
}

fn show(output: &Output, holds: bool) {
    eprintln!("{}: {} PEs, configuration {}", output.device, output.pes, output.config_hash);
    for check in &output.checks {
        eprintln!("  {:32} {:8} compared, {} wrong", check.name, check.compared, check.wrong);
        if let Some(first) = &check.first {
            eprintln!("    {first}");
        }
    }
    let t = &output.tally;
    eprintln!(
        "  {} trials, {} faults: {} recovered, {} typed errors, {} wrong answers, {} hangs, {} panics",
        t.trials, t.faults, t.recovered, t.typed_errors, t.wrong_answers, t.hangs, t.panics
    );
    for (kind, count) in &t.errors {
        eprintln!("    {kind}: {count}");
    }
    eprintln!("{}", if holds { "passed" } else { "FAILED" });
}
