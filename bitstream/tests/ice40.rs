//! A bitstream for an iCE40, built and read back: what is simulated is what would be loaded.

mod common;

use common::{board, differences, first_differences, in_turns, options};
use eie_bitstream::flow::{build, Options, Report};
use eie_bitstream::tools::{ICEBOX_VLOG, ICEPACK, NEXTPNR_ICE40, YOSYS};
use eie_bitstream::{readback, BuildError};
use eie_host::board::Board;
use eie_sim::verilator;

fn missing() -> Option<&'static str> {
    [YOSYS, NEXTPNR_ICE40, ICEPACK, ICEBOX_VLOG].iter().find(|t| t.find().is_err()).map(|t| t.programs[0])
}

/// Builds a board's bitstream, reads it back, and compares what it computes.
fn check(name: &str) -> (Board, Report, String) {
    let board = board(name);
    let how = board.build.clone().unwrap();
    let report = build(&board, &options(), &mut |_| ()).unwrap();
    println!("{}", serde_json::to_string(&report).unwrap());
    let folder = report.bitstream.parent().unwrap();
    let verilog = readback::verilog(folder, "board.bin", "board.pcf", &how.size).unwrap();
    let (compared, differ) = differences(&verilog, report.clocks_per_bit, &how.array.config().unwrap()).unwrap();
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
    match first_differences(&wrong, report.clocks_per_bit, &config) {
        Ok((_, differ)) => assert!(differ > 0, "wrong clocks of memories are not noticed"),
        Err(why) => println!("wrong bits: {why}"),
    }
    // New weights, no new bitstream.
    let (compared, differ) = in_turns(&verilog, report.clocks_per_bit, &config).unwrap();
    println!("ice40-hx8k: two networks in turns on the same bits: {compared} outputs compared");
    assert!(compared > 10 && differ == 0, "{differ} of {compared}");
    // Memories begin with zeros, and one bit that does not is seen.
    assert_eq!(readback::initial_ones(&verilog), 0);
    let asc = std::fs::read_to_string(folder.join("board.asc")).unwrap();
    let flipped = |asc: &str, name: &str| {
        std::fs::write(folder.join(format!("{name}.asc")), asc).unwrap();
        ICEPACK.run(folder, "flip.log", &[&format!("{name}.asc"), &format!("{name}.bin")]).unwrap();
        readback::verilog(folder, &format!("{name}.bin"), "board.pcf", &how.size).unwrap()
    };
    let memory = readback::flip_memory(&asc).expect("a block RAM with contents");
    assert_eq!(readback::initial_ones(&flipped(&memory, "memory")), 1);
    // One bit of the routing, at a few places: a place can be one that nothing depends on.
    let mut seen = 0;
    for (part, of) in [(3, 4), (1, 4), (2, 4), (1, 8), (3, 8), (5, 8), (7, 8)] {
        let routing = readback::flip_routing(&asc, part, of).expect("a logic tile that is used");
        let wrong = flipped(&routing, "routing");
        if wrong == verilog {
            println!("a routing bit, {part} of {of} through the device: of a wire that goes nowhere");
            continue;
        }
        let judged = first_differences(&wrong, report.clocks_per_bit, &config);
        println!("a routing bit, {part} of {of} through the device: {judged:?}");
        if !matches!(judged, Ok((_, 0))) {
            seen += 1;
            break;
        }
    }
    assert!(seen > 0, "flipped routing bits are not noticed");
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
    assert!(
        matches!(&e, BuildError::Tool { tail, .. } if tail.contains("Z99") && tail.contains("board.pcf line")),
        "{e}"
    );
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
