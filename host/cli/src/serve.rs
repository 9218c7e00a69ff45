//! `eie serve`.

use crate::common::Verdict;
use anyhow::{Context, Result};
use eie_host::transport::serve::{serve, ServeSettings};
use std::io::Write;
use std::net::TcpListener;
use std::net::ToSocketAddrs;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

/// Put a device behind a TCP port, for one host at a time: others are told that it is locked.
///
/// Only this machine can reach it, unless an address to listen at and a token are given; hosts then open
/// tcp:host:port?token=TOKEN. Nothing is encrypted: over a network that others use, go through a tunnel.
///
/// Example: eie serve uart:/dev/ttyUSB0?baud=3000000 --listen 127.0.0.1:7000
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// The device's address.
    #[arg(value_name = "URI")]
    address: String,
    /// Where to listen; port 0 is any free one.
    #[arg(long, default_value = "127.0.0.1:7000", value_name = "ADDRESS:PORT")]
    listen: String,
    /// What hosts must know.
    #[arg(long, env = "EIE_TOKEN", hide_env_values = true)]
    token: Option<String>,
    /// Seconds after which a host that says nothing is sent away.
    #[arg(long, default_value_t = 600)]
    idle: u64,
    /// Ends after so many hosts.
    #[arg(long)]
    hosts: Option<usize>,
    /// One JSON object on standard output, as soon as it listens.
    #[arg(long)]
    json: bool,
}

/// Runs the verb.
pub fn run(args: Args) -> Result<Verdict> {
    let token = args.token.filter(|token| !token.is_empty());
    let to: Vec<_> = args.listen.to_socket_addrs().with_context(|| args.listen.clone())?.collect();
    anyhow::ensure!(
        token.is_some() || to.iter().all(|to| to.ip().is_loopback()),
        "{} can be reached from other machines: give a --token that hosts must know, or listen at 127.0.0.1",
        args.listen
    );
    // So that an address that leads nowhere is told at once.
    drop(eie_sim::transport::open(&args.address)?);
    let listener = TcpListener::bind(&to[..]).with_context(|| args.listen.clone())?;
    let at = listener.local_addr()?;
    if args.json {
        let report = serde_json::json!({ "device": args.address, "listening": at.to_string() });
        let mut out = std::io::stdout();
        writeln!(out, "{report}").and_then(|()| out.flush()).context("standard output")?;
    }
    eprintln!("{} at tcp:{at}{}", args.address, if token.is_some() { "?token=..." } else { "" });
    let settings = ServeSettings { token, idle: Some(Duration::from_secs(args.idle)), hosts: args.hosts };
    let open = || eie_sim::transport::open(&args.address);
    // Until it is interrupted, which gives the device back.
    serve(&listener, &open, &settings, &AtomicBool::new(false))?;
    Ok(Verdict::Holds)
}
