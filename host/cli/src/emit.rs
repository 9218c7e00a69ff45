//! `eie emit`.

use crate::common::{print_json, write, ConfigArgs, Verdict};
use anyhow::{ensure, Result};
use clap::ValueEnum;
use eie_hdl::emit::{renamed, verilog_for, Target, Top, TOP};
use eie_spec::link::axi::STREAM_BITS;
use eie_spec::link::LinkParams;
use serde::Serialize;
use std::path::PathBuf;

/// Write the accelerator's Verilog, alone or behind a link.
///
/// Example: eie emit --pes 16 --out out.v
/// Example: eie emit --pes 16 --top uart --clocks-per-bit 20 --target ecp5 --out out.v
/// Example: eie emit --pes 16 --top axis --axis-bits 64 --out out.v
/// Example: eie emit --pes 4 --top usb --clocks-per-bit 8 --target ecp5 --out out.v
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Args {
    #[command(flatten)]
    config: ConfigArgs,
    /// What the top module is: the accelerator with its bus, or behind a link on a serial line, of bytes, on
    /// AXI4-Stream with registers on AXI4-Lite, or on a USB device of its own.
    #[arg(long, value_enum, default_value = "accelerator")]
    top: TopKind,
    /// Whose primitives it names: nobody's, or ECP5's block RAMs and multipliers with all their registers.
    #[arg(long, value_enum, default_value = "generic")]
    target: TargetKind,
    /// Name of the top module, and the beginning of the names of all others.
    #[arg(long, default_value = TOP, value_name = "NAME")]
    module: String,
    /// Of a serial line, clock cycles a bit: clock frequency over baud rate. Of USB over 12 MHz, 4 to 16.
    #[arg(long, default_value_t = 16, value_name = "N")]
    clocks_per_bit: u32,
    /// Of AXI streams, bits of TDATA: 8, 32, 64 or 128.
    #[arg(long, default_value_t = 64, value_name = "N")]
    axis_bits: usize,
    /// Of a link, logarithm of the bytes of a packet's body (8 to 11).
    #[arg(long, default_value_t = LinkParams::default().slot_bits, value_name = "N")]
    slot_bits: u32,
    /// Of a link, logarithm of the packets that can be on their way at once (0 to 3).
    #[arg(long, default_value_t = LinkParams::default().window_bits, value_name = "N")]
    window_bits: u32,
    /// File to write.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// One JSON object on standard output.
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum TopKind {
    Accelerator,
    Uart,
    Stream,
    Axis,
    Usb,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum TargetKind {
    Generic,
    Ecp5,
}

#[derive(Serialize)]
struct Output<'a> {
    file: String,
    top: &'a str,
    bytes: usize,
    modules: usize,
    config_hash: String,
    config: &'a eie_spec::config::Params,
}

/// Runs the verb.
pub fn run(args: Args) -> Result<Verdict> {
    let config = args.config.config()?;
    let link = LinkParams { slot_bits: args.slot_bits, window_bits: args.window_bits, ..LinkParams::default() };
    ensure!(link.is_valid(), "--slot-bits is 8 to 11, --window-bits 0 to 3");
    let starts = args.module.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let name = starts && args.module.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    ensure!(name, "--module {:?} is no name of a module: letters, digits and underscores", args.module);
    ensure!(STREAM_BITS.contains(&args.axis_bits), "--axis-bits is one of {STREAM_BITS:?}");
    let large = matches!(args.top, TopKind::Axis | TopKind::Usb);
    ensure!(
        !(config.compact && large),
        "a compact array has no such top: take --top uart or stream, or leave --compact out"
    );
    ensure!((4..=65536).contains(&args.clocks_per_bit), "--clocks-per-bit is 4 to 65536");
    let usb = args.top == TopKind::Usb;
    ensure!(!usb || args.clocks_per_bit <= 16, "--clocks-per-bit is 4 to 16 with --top usb");
    let text = verilog_for(
        &config,
        match args.top {
            TopKind::Accelerator => Top::Accelerator,
            TopKind::Uart => Top::Uart(link, args.clocks_per_bit),
            TopKind::Stream => Top::Stream(link),
            TopKind::Axis => Top::Axis(link, args.axis_bits),
            TopKind::Usb => Top::Usb(link, args.clocks_per_bit),
        },
        match args.target {
            TargetKind::Generic => Target::Generic,
            TargetKind::Ecp5 => Target::Ecp5,
        },
    );
    let text = renamed(&text, &args.module);
    write(&args.out, text.as_bytes())?;
    let output = Output {
        file: args.out.display().to_string(),
        top: &args.module,
        bytes: text.len(),
        modules: text.lines().filter(|l| l.starts_with("module ")).count(),
        config_hash: format!("{:08x}", config.hash()),
        config: &config,
    };
    match args.json {
        true => print_json(&output)?,
        false => eprintln!("{}: {} modules, config {}", output.file, output.modules, output.config_hash),
    }
    Ok(Verdict::Holds)
}
