//! Synthesis with ways round a synthesiser that dies: another yosys, then a mapping to LUTs that leaves abc9 out, in which
//! most of its deaths are.

use crate::tools::{run_program, Tool};
use crate::BuildError;
use std::path::{Path, PathBuf};

/// How a synthesis came about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Synthesis {
    /// The program that gave the netlist.
    pub program: PathBuf,
    /// What failed before, each with its last lines, and what was done about it.
    pub workarounds: Vec<String>,
}

/// A clock enable or a synchronous reset of fewer registers is made of logic in a full device.
const LEAST_CONTROLLED: u32 = 4;

/// What yosys does to a design that has been read, whose top module is `top`, for an ECP5.
///
/// Registers of a tile share two wires for resets and a few for enables, and a placer that finds no tile with its own nearby
/// puts a register far from what it belongs to. So of a design that fills the device (`full`) wires of few registers become
/// logic, and the inverter that synth_ecp5 gives each register, where a reset is low, becomes one for all.
pub fn ecp5(top: &str, full: bool) -> String {
    let synth = format!("synth_ecp5 -top {top}");
    if !full {
        return synth;
    }
    // As synth_ecp5 has them, without the limits.
    let kinds =
        ["$_DFF_?_ 01", "$_DFFE_??_ 01", "$_DFF_?P?_ r", "$_SDFF_?P?_ r", "$_DFFE_?P??_ r", "$_SDFFE_?P??_ r"];
    let cells = kinds.map(|kind| format!("-cell {kind}")).join(" ");
    let limits = format!("-mince {LEAST_CONTROLLED} -minsrst {LEAST_CONTROLLED}");
    format!("{synth} -run begin:map_ffs; dfflegalize {cells} {limits}; opt_merge; opt_clean; {synth} -run map_ffs:")
}

/// The same script with other means than abc9: without the option that asks for it, or, where it is what a synthesiser
/// does by itself, with the older mapper (ECP5, Gowin) or none (iCE40) in its place. None for scripts that are not
/// understood.
pub fn without_abc9(script: &str) -> Option<String> {
    if script.contains(" -abc9") {
        return Some(script.replace(" -abc9", ""));
    }
    if script.contains("synth_ice40 ") {
        return Some(script.replace("synth_ice40 ", "synth_ice40 -noabc "));
    }
    let command = script.rsplit("; ").find(|c| c.starts_with("synth_ecp5 ") || c.starts_with("synth_gowin "))?;
    // The netlist is written by the last part.
    let json = command.find(" -json ").map_or("", |at| &command[at..]);
    let all = command.replacen(json, "", 1);
    // What it begins with, if others have done what comes before.
    let (synth, begin) = match all.split_once(" -run ") {
        Some((synth, stages)) => (synth, stages.strip_suffix(':')?),
        None => (all.as_str(), "begin"),
    };
    let other = format!("{synth} -run {begin}:map_luts; abc -lut 4:7; clean; {synth} -run map_cells:{json}");
    Some(script.replacen(command, &other, 1))
}

/// Runs a script with the first of a tool's programs that does it. `told` gets what failed, and what is tried next.
///
/// # Errors
/// None is installed, or all fail: the first one's words, and what became of the others.
pub fn synthesise(
    tool: &Tool,
    script: &str,
    folder: &Path,
    told: &mut dyn FnMut(&str),
) -> Result<Synthesis, BuildError> {
    tool.find()?;
    synthesise_with(&tool.find_all(), script, folder, told)
}

/// As [`synthesise`], with these programs.
///
/// # Errors
/// As [`synthesise`].
pub fn synthesise_with(
    programs: &[PathBuf],
    script: &str,
    folder: &Path,
    told: &mut dyn FnMut(&str),
) -> Result<Synthesis, BuildError> {
    let other = without_abc9(script);
    let ways = programs.iter().map(|p| (p, script, "")).collect::<Vec<_>>().into_iter();
    let ways =
        ways.chain(other.iter().flat_map(|other| programs.iter().map(move |p| (p, other.as_str(), " without abc9"))));
    let mut workarounds: Vec<String> = Vec::new();
    let mut first: Option<BuildError> = None;
    for (program, script, how) in ways {
        let name = format!("{}{how}", program.file_name().unwrap_or_default().to_string_lossy());
        if let Some(last) = workarounds.last_mut() {
            let text = format!("{last}\ntrying {name}");
            told(&text);
            *last = text;
        }
        match run_program(program, folder, "yosys.log", &["-q", "-p", script]) {
            Ok(()) => return Ok(Synthesis { program: program.clone(), workarounds }),
            Err(e) => {
                // What is wrong with the design is so for every synthesiser.
                if is_of_the_design(&e) {
                    return Err(e);
                }
                workarounds.push(e.to_string());
                first.get_or_insert(e);
            }
        }
    }
    let missing = BuildError::Missing { tool: "yosys".into(), advice: "no program was given" };
    Err(match first.unwrap_or(missing) {
        BuildError::Tool { tool, status, tail } if workarounds.len() > 1 => {
            let tail = format!("{tail}\nand then:\n{}", workarounds[1..].join("\n"));
            BuildError::Tool { tool, status, tail }
        }
        e => e,
    })
}

/// Whether a failure is about the Verilog: file and line, then the error.
fn is_of_the_design(e: &BuildError) -> bool {
    match e {
        BuildError::Tool { tail, .. } => {
            tail.lines().any(|l| l.contains(".v:") && l.contains("ERROR") || l.starts_with("ERROR: Module "))
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn abc9_is_left_out() {
        let of = |script: &str| without_abc9(script).unwrap();
        assert_eq!(of("read_verilog a.v; synth_ecp5 -abc9 -top t"), "read_verilog a.v; synth_ecp5 -top t");
        assert_eq!(of("synth_ice40 -dsp -top t -json a.json"), "synth_ice40 -noabc -dsp -top t -json a.json");
        assert_eq!(
            of("read_verilog a.v; synth_ecp5 -top t -json a.json"),
            "read_verilog a.v; synth_ecp5 -top t -run begin:map_luts; abc -lut 4:7; clean; \
             synth_ecp5 -top t -run map_cells: -json a.json"
        );
        let other = of(&format!("read_verilog a.v; {} -json a.json", ecp5("t", true)));
        let begin = "read_verilog a.v; synth_ecp5 -top t -run begin:map_ffs; dfflegalize ";
        let end = "opt_clean; synth_ecp5 -top t -run map_ffs:map_luts; abc -lut 4:7; clean; \
                   synth_ecp5 -top t -run map_cells: -json a.json";
        assert!(other.starts_with(begin) && other.ends_with(end), "{other}");
        assert!(without_abc9("stat").is_none());
    }
}
