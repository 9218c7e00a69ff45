//! What differs between families of FPGAs: their tools, and how those are called.

use crate::tools::{
    Tool, ECPPACK, GOWIN_PACK, ICEPACK, NEXTPNR_ECP5, NEXTPNR_GOWIN, NEXTPNR_ICE40, YOSYS, YOSYS_NEW,
};
use crate::{memories, read, readback, sites, synthesis, write, BuildError};
use eie_host::board::{Board, Build, Family};
use std::path::Path;

/// How much nextpnr's placer minds an ECP5's slow paths beside the length of all wires: ten times as much as it would by
/// itself, which gives a tenth more clock (docs/pnr.md).
const TIMING_WEIGHT: &str = "100";

/// What a family's bitstream is called, in its board's folder.
pub fn file_name(family: Family) -> &'static str {
    match family {
        Family::Ice40 => "board.bin",
        Family::Ecp5 => "board.bit",
        Family::Gowin => "board.fs",
    }
}

/// Its synthesiser. Gowin's place and route takes the netlists of a new one only.
pub fn yosys(family: Family) -> Tool {
    match family {
        Family::Ice40 | Family::Ecp5 => YOSYS,
        Family::Gowin => YOSYS_NEW,
    }
}

/// Its tools: synthesis, place and route, packing.
pub fn tools(family: Family) -> [(&'static str, Tool); 3] {
    let (nextpnr, pack) = match family {
        Family::Ice40 => (NEXTPNR_ICE40, ICEPACK),
        Family::Ecp5 => (NEXTPNR_ECP5, ECPPACK),
        Family::Gowin => (NEXTPNR_GOWIN, GOWIN_PACK),
    };
    [("yosys", yosys(family)), ("nextpnr", nextpnr), ("pack", pack)]
}

/// What yosys does: from `board.v` to `synth.json`. Where the device has memories with a single port, the Verilog names them.
pub fn script(board: &Board, how: &Build) -> String {
    match board.family {
        Family::Ice40 => {
            let multipliers = if how.use_multipliers { "-dsp " } else { "" };
            let single = if board.single_port_rams > 0 { "-DEIE_SPRAM " } else { "" };
            format!("read_verilog -DEIE_ICE40 {single}board.v; synth_ice40 {multipliers}-top board -json synth.json")
        }
        Family::Ecp5 => format!("read_verilog board.v; {} -json synth.json", synthesis::ecp5("board", how.sites)),
        Family::Gowin => "read_verilog board.v; synth_gowin -top board -json synth.json".into(),
    }
}

/// What place and route has to know besides the board.
pub struct Run {
    /// The clock.
    pub mhz: f64,
    /// The seed.
    pub seed: u32,
    /// File of constraints.
    pub pins: &'static str,
    /// The netlist has places for the large blocks ([`crate::sites`]).
    pub sited: bool,
}

/// How nextpnr is called: a board that was routed with other arguments is routed again.
pub fn arguments(family: Family, how: &Build, run: &Run) -> Vec<String> {
    let netlist = if run.sited { sites::SITED } else { "synth.json" };
    let (mhz, seed) = (format!("{:.3}", run.mhz), run.seed.to_string());
    let mut args: Vec<String> = Vec::new();
    let mut say = |words: &[&str]| args.extend(words.iter().map(|&word| word.to_owned()));
    say(&["--json", netlist, "--seed", &seed, "--freq", &mhz, "--report", "nextpnr.json", "--timing-allow-fail"]);
    if family != Family::Gowin {
        say(&[&format!("--{}", how.size), "--package", &how.package]);
    }
    if let Some(speed) = how.speed {
        say(&["--speed", &speed.to_string()]);
    }
    match family {
        Family::Ice40 => say(&["--pcf", run.pins, "--asc", "routed.asc"]),
        Family::Ecp5 => {
            say(&["--placer-heap-timingweight", TIMING_WEIGHT]);
            say(&["--lpf", run.pins, "--textcfg", "routed.config", "--write", "routed.json"]);
        }
        Family::Gowin => {
            let (of_family, pins) = (format!("family={}", how.size), format!("cst={}", run.pins));
            say(&["--device", &how.package, "--vopt", &of_family, "--vopt", &pins, "--write", "routed.json"]);
        }
    }
    args
}

/// From `synth.json`, or what it became with places, to a routed design, and the report `nextpnr.json`.
///
/// # Errors
/// The tool is missing or fails. Timing is judged from the report, with a margin and the path's name.
pub fn place_and_route(family: Family, how: &Build, run: &Run, folder: &Path) -> Result<(), BuildError> {
    let [_, (_, nextpnr), _] = tools(family);
    let args = arguments(family, how, run);
    nextpnr.run(folder, "nextpnr.log", &args.iter().map(String::as_str).collect::<Vec<_>>())
}

/// From the routed design to the bitstream. Of an ECP5, the bits are unpacked again: its memories must begin with zeros.
///
/// # Errors
/// The tool is missing or fails; the bits are not what was asked for.
pub fn pack(family: Family, how: &Build, folder: &Path) -> Result<(), BuildError> {
    let name = file_name(family);
    match family {
        Family::Ice40 => {
            // The tool's own output is kept beside what is packed.
            let text = read(&folder.join("routed.asc"))?;
            write(folder, "board.asc", &readback::with_falling_reads(&text, &how.size))?;
            ICEPACK.run(folder, "pack.log", &["board.asc", name])
        }
        Family::Ecp5 => {
            ECPPACK.run(folder, "pack.log", &["--compress", "routed.config", name])?;
            memories::check(folder, "routed.config", name).map(|_| ())
        }
        Family::Gowin => GOWIN_PACK.run(folder, "pack.log", &["-d", &how.size, "-o", name, "routed.json"]),
    }
}
