//! A bitstream for an iCE40, built and read back: what is simulated is what would be loaded.

use eie_bitstream::flow::{build, Options, Report};
use eie_bitstream::tools::{ICEBOX_VLOG, ICEPACK, NEXTPNR_ICE40, YOSYS};
use eie_bitstream::{readback, BuildError};
use eie_host::board::Board;
use eie_host::link::{Link, Settings};
use eie_host::Device;
use eie_sim::transport::SimTransport;
use eie_sim::verilator;
use eie_spec::config::Config;
use eie_spec::golden::Sparse;
use eie_spec::pack::pack;
use eie_tests::{named_cases, Case};
use std::path::{Path, PathBuf};

fn board(name: &str) -> Board {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../constraints").join(name).join("board.toml");
    toml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn options() -> Options {
    let out = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("boards");
    Options { array: None, clock_mhz: None, seed: 1, out }
}

fn missing() -> Option<&'static str> {
    [YOSYS, NEXTPNR_ICE40, ICEPACK, ICEBOX_VLOG].iter().find(|t| t.find().is_err()).map(|t| t.programs[0])
}

/// Small networks with everything in them, that take seconds and not minutes on a serial line in a simulated netlist.
fn cases(config: &Config) -> Vec<Case> {
    let quick = |case: &Case| {
        let model = case.model();
        model.layers.iter().map(|l| l.rows.len()).sum::<usize>() < 1500
            && pack(&model, config).is_ok_and(|program| program.stages.len() <= 3)
    };
    named_cases().into_iter().filter(quick).take(8).collect()
}

/// How many outputs differ of how many, over the serial line of this netlist.
fn differences(verilog: &str, report: &Report, config: &Config) -> Result<(usize, usize), String> {
    let text = |e: &dyn std::fmt::Display| e.to_string();
    let (mut compared, mut differ) = (0, 0);
    for case in cases(config) {
        let model = case.model();
        let program = pack(&model, config).unwrap();
        let pipe = SimTransport::of_netlist(verilog, report.clocks_per_bit).map_err(|e| text(&e))?;
        let link = Link::open(pipe, Settings::default()).map_err(|e| text(&e))?;
        assert_eq!(format!("{:08x}", link.config_hash()), report.config_hash);
        let mut device = Device::open(link, program).map_err(|e| text(&e))?;
        let golden = Sparse::new(&model, config.acc_bits);
        for number in 0..2 {
            let input = case.input(number);
            let want = golden.run(&input).unwrap().layers;
            let got = device.run(&input).map_err(|e| text(&e))?;
            compared += want.iter().map(Vec::len).sum::<usize>();
            differ += want.iter().flatten().zip(got.iter().flatten()).filter(|(a, b)| a != b).count();
        }
    }
    Ok((compared, differ))
}

/// Builds a board's bitstream, reads it back, and compares what it computes.
fn check(name: &str) -> (Board, Report, String) {
    let board = board(name);
    let how = board.build.clone().unwrap();
    let report = build(&board, &options(), &mut |_| ()).unwrap();
    println!("{}", serde_json::to_string(&report).unwrap());
    let folder = report.bitstream.parent().unwrap();
    let verilog = readback::verilog(folder, "board.bin", "board.pcf", &how.size).unwrap();
    let (compared, differ) = differences(&verilog, &report, &how.array.config().unwrap()).unwrap();
    println!("{name}: {compared} outputs compared with those of the bitstream");
    assert!(compared > 100);
    assert_eq!(differ, 0, "{name}");
    (board, report, verilog)
}

#[test]
fn the_bits_compute_what_the_golden_model_says() {
    if let Some(tool) = missing().or(verilator::version().is_none().then_some("verilator")) {
        println!("SKIPPED the_bits_compute_what_the_golden_model_says: {tool} is not installed");
        return;
    }
    let (board, report, verilog) = check("ice40-hx8k");
    let how = board.build.clone().unwrap();
    let folder = report.bitstream.parent().unwrap();
    let config = how.array.config().unwrap();
    // The same build again takes nothing, and a changed one is another.
    assert!(build(&board, &options(), &mut |_| ()).unwrap().cached);
    // What place and route wrote, without its one bit a memory put right: the check must fail.
    ICEPACK.run(folder, "wrong.log", &["routed.asc", "wrong.bin"]).unwrap();
    let wrong = readback::verilog(folder, "wrong.bin", "board.pcf", &how.size).unwrap();
    assert_ne!(wrong, verilog);
    match differences(&wrong, &report, &config) {
        Ok((_, differ)) => assert!(differ > 0, "wrong clocks of memories are not noticed"),
        Err(why) => println!("wrong bits: {why}"),
    }
}

#[test]
fn what_cannot_be_built_is_refused() {
    if let Some(tool) = missing() {
        println!("SKIPPED what_cannot_be_built_is_refused: {tool} is not installed");
        return;
    }
    let good = board("ice40-hx8k");
    let out = tempfile::tempdir().unwrap();
    let options = Options { out: out.path().into(), ..options() };
    let fails = |board: &Board, options: &Options| match build(board, options, &mut |_| ()) {
        Ok(_) => panic!("built"),
        Err(e) => e,
    };
    // A pin that the package does not have: the tool's words, with port and pin.
    let mut other = good.clone();
    other.build.as_mut().unwrap().pins.insert("tx".into(), "Z99".into());
    let e = fails(&other, &options);
    assert!(matches!(&e, BuildError::Tool { tail, .. } if tail.contains("Z99")), "{e}");
    // Two ports on one pin, a missing one, one that nobody has.
    let mut other = good.clone();
    other.build.as_mut().unwrap().pins.insert("tx".into(), "B10".into());
    assert!(fails(&other, &options).to_string().contains("pin B10 to rx and to tx"));
    let mut other = good.clone();
    other.build.as_mut().unwrap().pins.remove("rx");
    assert!(fails(&other, &options).to_string().contains("no pin for rx"));
    let mut other = good.clone();
    other.build.as_mut().unwrap().pins.insert("lamp".into(), "B5".into());
    assert!(fails(&other, &options).to_string().contains("lamp"));
    // Clocks that cannot be made, or that no whole number of cycles a bit fits.
    assert!(fails(&good, &Options { clock_mhz: Some(900.0), ..options.clone() }).to_string().contains("900 MHz"));
    let slow = Board { baud: 9_000_000, ..good.clone() };
    assert!(fails(&slow, &options).to_string().contains("9000000 baud"));
    assert!(fails(&Board { build: None, ..good.clone() }, &options).to_string().contains("no [build]"));
}

/// A board whose multipliers are used: built, but not read back.
#[test]
fn a_small_board_is_built() {
    if let Some(tool) = missing() {
        println!("SKIPPED a_small_board_is_built: {tool} is not installed");
        return;
    }
    let report = build(&board("icebreaker"), &options(), &mut |_| ()).unwrap();
    println!("{}", serde_json::to_string(&report).unwrap());
    assert_eq!(report.utilisation["ICESTORM_DSP"].used, 1);
    assert!(report.fmax_mhz > report.clock_mhz && report.bytes > 100_000);
}

/// A clock that place and route cannot reach: an error with the path's ends, and no bitstream.
#[test]
fn a_clock_that_is_too_fast_fails() {
    if let Some(tool) = missing() {
        println!("SKIPPED a_clock_that_is_too_fast_fails: {tool} is not installed");
        return;
    }
    let out = tempfile::tempdir().unwrap();
    let options = Options { clock_mhz: Some(150.0), out: out.path().into(), ..options() };
    let e = build(&board("ice40-hx8k"), &options, &mut |_| ()).unwrap_err();
    assert!(matches!(&e, BuildError::Timing { clock, from, .. } if *clock == 150.0 && from.contains('.')), "{e}");
    assert!(!out.path().join("ice40-hx8k/board.bin").exists());
    println!("{e}");
}
