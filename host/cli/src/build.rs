//! `eie build` and `eie flash`.

use crate::boards;
use crate::common::{print_json, Verdict};
use anyhow::{ensure, Context, Result};
use eie_bitstream::family::file_name;
use eie_bitstream::flow::{build, Options};
use eie_bitstream::tools::LOADER;
use eie_host::board::Array;
use std::path::PathBuf;
use std::process::Command;

/// Build a board's bitstream with yosys and nextpnr.
///
/// Fails if the clock is not met with a margin. The folder has the Verilog, the tools' logs and report.json; what has been
/// built from the same inputs is not built again.
///
/// Example: eie build --board ice40-hx8k
/// Example: eie build --board ulx3s-85f --pes 8 --clock-mhz 50 --seed 2
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// A board of `eie boards`, or the file of one.
    #[arg(long, value_name = "NAME")]
    board: String,
    /// Processing elements, with the usual memories, instead of the board's own array.
    #[arg(long)]
    pes: Option<usize>,
    /// Instead of the board's own clock.
    #[arg(long, value_name = "MHZ")]
    clock_mhz: Option<f64>,
    /// Of place and route. Several, with commas, are tried in turn until the clock is met.
    #[arg(long, value_delimiter = ',', default_value = "1")]
    seed: Vec<u32>,
    /// Folder for all boards.
    #[arg(long, default_value = "build")]
    out: PathBuf,
    /// One JSON object on standard output.
    #[arg(long)]
    json: bool,
}

/// Runs the verb.
pub fn run(args: Args) -> Result<Verdict> {
    let board = boards::find(&args.board)?;
    let array = args.pes.map(|pes| Array { pes, ..Array::default() });
    ensure!(!args.seed.is_empty(), "--seed is empty, expected at least one number");
    for seed in args.seed {
        let options = Options { array: array.clone(), clock_mhz: args.clock_mhz, seed, out: args.out.clone() };
        match build(&board, &options, &mut |stage| eprintln!("{} seed {seed}: {stage}", board.name)) {
            Ok(report) => {
                if args.json {
                    print_json(&report)?;
                    return Ok(Verdict::Holds);
                }
                eprintln!(
                    "{}: {} PEs, {:.1} MHz reached for {:.1} MHz, {} bytes{}",
                    report.bitstream.display(),
                    report.pes,
                    report.fmax_mhz,
                    report.clock_mhz,
                    report.bytes,
                    if report.cached { " (built before)" } else { "" }
                );
                for (kind, share) in &report.utilisation {
                    eprintln!("{kind:>16} {:>7} of {:>7}", share.used, share.available);
                }
                eprintln!("slowest path: {}", report.critical_path.join(" -> "));
                return Ok(Verdict::Holds);
            }
            // Another seed can meet the clock; nothing else changes by itself.
            Err(e @ eie_bitstream::BuildError::Timing { .. }) => {
                eprintln!("seed {seed}: {e}");
            }
            Err(e) => return Err(e.into()),
        }
    }
    Ok(Verdict::of(false))
}

/// Load a built bitstream into a board with openFPGALoader.
///
/// Example: eie flash --board ulx3s-85f --dry-run
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub struct FlashArgs {
    /// A board of `eie boards`, or the file of one.
    #[arg(long, value_name = "NAME")]
    board: String,
    /// Folder for all boards, as in `eie build`.
    #[arg(long, default_value = "build")]
    out: PathBuf,
    /// Into the board's flash memory, so that it is there after a power cycle.
    #[arg(long)]
    permanent: bool,
    /// Only show the command.
    #[arg(long)]
    dry_run: bool,
    /// One JSON object on standard output.
    #[arg(long)]
    json: bool,
}

#[derive(serde::Serialize)]
struct Flashed {
    command: Vec<String>,
    run: bool,
}

/// Runs the verb.
pub fn flash(args: FlashArgs) -> Result<Verdict> {
    let board = boards::find(&args.board)?;
    let how = board.build.as_ref().with_context(|| format!("there is no flow for {}", board.name))?;
    let file = args.out.join(&board.name).join(file_name(board.family));
    let mut command = vec!["openFPGALoader".to_owned(), "-b".into(), how.loader.clone()];
    command.extend(args.permanent.then(|| "-f".to_owned()));
    command.push(file.display().to_string());
    let mut holds = true;
    if !args.dry_run {
        ensure!(file.is_file(), "{} is not there: eie build --board {}", file.display(), board.name);
        let program = LOADER.find()?;
        let status = Command::new(program).args(&command[1..]).stdout(std::io::stderr()).status()?;
        holds = status.success();
    }
    if args.json {
        print_json(&Flashed { command, run: !args.dry_run })?;
    } else {
        eprintln!("{}", command.join(" "));
    }
    Ok(Verdict::of(holds))
}
