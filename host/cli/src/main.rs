//! `eie`: the command line of OpenEIE. Each verb is a file; this is their list.
#![deny(unsafe_code)]

mod archive;
mod bench;
mod boards;
mod build;
mod common;
mod compress;
mod cosim;
mod data;
mod decompress;
mod demo;
mod device;
mod devices;
mod doctor;
mod emit;
mod estimate;
mod explore;
mod heatmap;
mod inspect;
mod make_weights;
mod man;
#[cfg(feature = "onnx")]
mod offload;
mod recorded;
mod report;
mod run;
mod selftest;
mod sensitivity;
mod serve;
mod share_study;
mod studio;
mod train;

use clap::{CommandFactory, Parser, Subcommand};
use common::Verdict;
use std::process::ExitCode;

/// The open Efficient Inference Engine: compress networks, and run the compressed form as it is, in hardware.
///
/// Exit codes: 0 done, 1 the checked thing does not hold, 2 wrong use or bad input.
#[derive(Parser)]
#[command(name = "eie", version, propagate_version = true)]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    Train(train::Args),
    Compress(compress::Args),
    Sensitivity(sensitivity::Args),
    ShareStudy(share_study::Args),
    Decompress(decompress::Args),
    Inspect(inspect::Args),
    Run(run::Args),
    Report(report::Args),
    Studio(studio::Args),
    Cosim(cosim::Args),
    Emit(emit::Args),
    Bench(bench::Args),
    Selftest(selftest::Args),
    Devices(devices::Args),
    Serve(serve::Args),
    Explore(explore::Args),
    Estimate(estimate::Args),
    Boards(boards::Args),
    Build(build::Args),
    Flash(build::FlashArgs),
    Data(data::Args),
    Demo(demo::Args),
    Doctor(doctor::Args),
    #[command(hide = true)]
    MakeWeights(make_weights::Args),
    Completions(Completions),
    Man(man::Args),
    #[cfg(feature = "onnx")]
    Offload(offload::Args),
}

/// Print a shell's completion script.
///
/// Example: eie completions bash > ~/.local/share/bash-completion/completions/eie
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
struct Completions {
    /// The shell.
    shell: clap_complete::Shell,
}

/// Training makes and drops tensors of megabytes at every step: with the C library's allocator a third of its time
/// goes into giving their pages back to the system and getting them again.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Threads are for whole shards of a batch, layers or images. candle's own, for each operation on a tensor, would
/// compete with these; it asks this variable.
fn settle_threads() {
    let threads = std::thread::available_parallelism().map_or(1, |n| n.get());
    if rayon::ThreadPoolBuilder::new().num_threads(threads).build_global().is_ok() {
        std::env::set_var("RAYON_NUM_THREADS", "1");
    }
}

fn main() -> ExitCode {
    if std::env::var_os("RAYON_NUM_THREADS").is_none() {
        settle_threads();
    }
    let result = match Cli::parse_from(bench::complete(std::env::args_os().collect())).verb {
        Verb::Train(args) => train::run(args),
        Verb::Compress(args) => compress::run(args),
        Verb::Sensitivity(args) => sensitivity::run(args),
        Verb::ShareStudy(args) => share_study::run(args),
        Verb::Decompress(args) => decompress::run(args),
        Verb::Inspect(args) => inspect::run(args),
        Verb::Run(args) => run::run(args),
        Verb::Report(args) => report::run(args),
        Verb::Studio(args) => studio::run(args),
        Verb::Cosim(args) => cosim::run(args),
        Verb::Emit(args) => emit::run(args),
        Verb::Bench(args) => bench::run(args),
        Verb::Selftest(args) => selftest::run(args),
        Verb::Devices(args) => devices::run(args),
        Verb::Serve(args) => serve::run(args),
        Verb::Explore(args) => explore::run(args),
        Verb::Estimate(args) => estimate::run(args),
        Verb::Boards(args) => boards::run(args),
        Verb::Build(args) => build::run(args),
        Verb::Flash(args) => build::flash(args),
        Verb::Data(args) => data::run(args),
        Verb::Demo(args) => demo::run(args),
        Verb::Doctor(args) => doctor::run(args),
        Verb::MakeWeights(args) => make_weights::run(args),
        Verb::Completions(args) => {
            clap_complete::generate(args.shell, &mut Cli::command(), "eie", &mut std::io::stdout());
            Ok(Verdict::Holds)
        }
        Verb::Man(args) => man::run(args, Cli::command()),
        #[cfg(feature = "onnx")]
        Verb::Offload(args) => offload::run(args),
    };
    match result {
        Ok(Verdict::Holds) => ExitCode::SUCCESS,
        Ok(Verdict::DoesNotHold) => ExitCode::from(1),
        Err(e) => {
            eprintln!("eie: {e:#}");
            ExitCode::from(2)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_verb_has_an_example() {
        for verb in Cli::command().get_subcommands_mut() {
            let help = verb.render_long_help().to_string();
            assert!(help.contains("Example: eie "), "{}", verb.get_name());
        }
    }
}
