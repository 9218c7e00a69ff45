//! Emit, synthesise, place and route, pack: a folder with a bitstream and a report, or an error that says why not.

use crate::pins::Line;
use crate::pll::Clock;
use crate::synthesis::synthesise;
use crate::{family, floorplan, io, pins, read, sites, top, write, BuildError};
use eie_hdl::emit::{verilog_for, Target, Top};
use eie_hdl::usb::LINE_HZ;
use eie_host::board::{Array, Board, Build, Family};
use eie_spec::config::Config;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Deviation of a serial line's rate, in percent, that both ends bear.
const LINE_TOLERANCE: f64 = 2.0;
/// The same of USB, whose device must be within 0.25 %, its oscillator included.
const USB_TOLERANCE: f64 = 0.05;
/// Part of the clock by which the slowest path must be faster, in percent.
const MARGIN: f64 = 3.0;

/// What to build.
#[derive(Clone, Debug)]
pub struct Options {
    /// Instead of the board's own array.
    pub array: Option<Array>,
    /// Instead of the board's own clock.
    pub clock_mhz: Option<f64>,
    /// Of place and route.
    pub seed: u32,
    /// The folder for all boards: `<out>/<board>` is this one's.
    pub out: PathBuf,
}

/// Used and available.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// By the design.
    pub used: u64,
    /// On the device.
    pub available: u64,
}

/// What came out: also `report.json` in the board's folder, and `report.html` for people.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// The board.
    pub board: String,
    /// Its FPGA.
    pub device: String,
    /// Number of PEs.
    pub pes: usize,
    /// What the device will say its configuration is.
    pub config_hash: String,
    /// The clock, as the PLL makes it.
    pub clock_mhz: f64,
    /// What place and route reaches.
    pub fmax_mhz: f64,
    /// Cycles a bit of the serial line, or of USB.
    pub clocks_per_bit: u32,
    /// Its rate.
    pub baud: u32,
    /// Cells by kind, as nextpnr counts them.
    pub utilisation: BTreeMap<String, Share>,
    /// Cells along the slowest path, without repetitions.
    pub critical_path: Vec<String>,
    /// Seed of place and route.
    pub seed: u32,
    /// Tools and their versions.
    pub tools: BTreeMap<String, String>,
    /// What failed on the way and what was done instead.
    #[serde(default)]
    pub workarounds: Vec<String>,
    /// Seconds of each stage.
    pub seconds: BTreeMap<String, f64>,
    /// The bitstream.
    pub bitstream: PathBuf,
    /// Its size.
    pub bytes: u64,
    /// SHA-256 of everything that went in.
    pub key: String,
    /// It was there already.
    #[serde(default)]
    pub cached: bool,
}

/// A design for a board, ready for the tools.
struct Design {
    config: Config,
    clock: Clock,
    clocks_per_bit: u32,
    verilog: String,
    pins: (&'static str, String),
}

fn design(board: &Board, build: &Build, options: &Options) -> Result<Design, BuildError> {
    let fail = |why: String| BuildError::Board { board: board.name.clone(), why };
    let array = options.array.as_ref().unwrap_or(&build.array);
    let config = array.config().map_err(|e| fail(e.to_string()))?;
    let link = array.link();
    if !link.is_valid() {
        return Err(fail(format!("slot_bits is {}, window_bits {}: out of range", link.slot_bits, link.window_bits)));
    }
    let asked = options.clock_mhz.unwrap_or(board.clock_mhz);
    if !(1.0..=1000.0).contains(&asked) {
        return Err(fail(format!("the clock is {asked} MHz, expected 1 to 1000")));
    }
    let clock = Clock::nearest(board.family, build.oscillator_mhz, asked)?;
    let exact = clock.mhz() * 1e6 / f64::from(board.baud.max(1));
    let clocks_per_bit = exact.round() as u32;
    let off = (exact / f64::from(clocks_per_bit.max(1)) - 1.0).abs() * 100.0;
    let line = Line::of(board)?;
    let (most, tolerance) = match line {
        Line::Uart => (65536, LINE_TOLERANCE),
        Line::Usb => (16, USB_TOLERANCE),
    };
    if line == Line::Usb && config.compact {
        return Err(fail("a compact array has no USB: link must be \"uart\"".to_owned()));
    }
    if line == Line::Usb && board.baud != LINE_HZ {
        return Err(fail(format!("baud is {}, and USB's full speed is {LINE_HZ}", board.baud)));
    }
    if !(4..=most).contains(&clocks_per_bit) || off > tolerance {
        return Err(fail(format!(
            "{} baud are {exact:.2} cycles of {:.3} MHz a bit, expected a whole number, 4 to {most}, within \
             {tolerance} %: choose another clock",
            board.baud,
            clock.mhz()
        )));
    }
    let target = if board.family == Family::Ecp5 { Target::Ecp5 } else { Target::Generic };
    let around = match line {
        Line::Uart => Top::Uart(link, clocks_per_bit),
        Line::Usb => Top::Usb(link, clocks_per_bit),
    };
    let accelerator = verilog_for(&config, around, target);
    let verilog = format!("{}{accelerator}", top::verilog(build, &clock, line));
    Ok(Design { config, clock, clocks_per_bit, verilog, pins: pins::constraints(board, build)? })
}

/// Builds a bitstream, unless the one of the same inputs is there. `progress` is told of each stage as it begins.
///
/// # Errors
/// A board without a flow, a missing or failing tool, or a clock that is not met.
pub fn build(board: &Board, options: &Options, progress: &mut dyn FnMut(&str)) -> Result<Report, BuildError> {
    let fail = |why: &str| BuildError::Board { board: board.name.clone(), why: why.into() };
    let how = board.build.as_ref().ok_or_else(|| fail("its file has no [build]: there is no flow for it"))?;
    if how.sites && !sites::knows(&how.size) {
        return Err(fail("sites = true, but of this device's size no block has a known place"));
    }
    let mut seconds = BTreeMap::new();
    let mut begin = Instant::now();
    let mut done = |stage: &str, begin: &mut Instant| {
        seconds.insert(stage.to_owned(), begin.elapsed().as_secs_f64());
        *begin = Instant::now();
    };
    progress("emit");
    let design = design(board, how, options)?;
    done("emit", &mut begin);
    let mut versions = BTreeMap::new();
    for (name, tool) in family::tools(board.family) {
        tool.find()?;
        // The packers have no version of their own.
        if name != "pack" {
            versions.insert(name.to_owned(), tool.version().unwrap_or_default());
        }
    }
    let folder = options.out.join(&board.name);
    std::fs::create_dir_all(&folder).map_err(io(&folder))?;
    let run = family::Run { mhz: design.clock.mhz(), seed: options.seed, pins: design.pins.0, sited: how.sites };
    let key = key(board, how, &run, &design, &versions);
    let name = family::file_name(board.family);
    let bitstream = folder.join(name);
    if let Some(report) = cached(&folder, &key, &bitstream) {
        return Ok(report);
    }
    // What is there belongs to other inputs.
    let _ = std::fs::remove_file(folder.join("report.json"));
    write(&folder, "board.v", &design.verilog)?;
    write(&folder, design.pins.0, &design.pins.1)?;

    progress("yosys");
    let script = family::script(board, how);
    let workarounds = synthesise(&family::yosys(board.family), &script, &folder, progress)?.workarounds;
    done("yosys", &mut begin);
    if how.sites {
        progress("sites");
        sites::assign(&how.size, "board", &folder)?
            .ok_or_else(|| fail("sites = true, but its rows of block RAMs do not hold those of the array's PEs"))?;
        done("sites", &mut begin);
    }
    progress("nextpnr");
    family::place_and_route(board.family, how, &run, &folder)
        .map_err(|e| pins::with_line(e, how, (design.pins.0, &design.pins.1)))?;
    done("nextpnr", &mut begin);
    let timing = Timing::read(&folder.join("nextpnr.json"))?;
    timing.check(design.clock.mhz())?;
    progress("pack");
    family::pack(board.family, how, &folder)?;
    done("pack", &mut begin);
    let report = Report {
        board: board.name.clone(),
        device: board.device.clone(),
        pes: design.config.pes,
        config_hash: format!("{:08x}", design.config.hash()),
        clock_mhz: design.clock.mhz(),
        fmax_mhz: timing.fmax,
        clocks_per_bit: design.clocks_per_bit,
        baud: board.baud,
        utilisation: timing.utilisation,
        critical_path: timing.path,
        seed: options.seed,
        tools: versions,
        workarounds,
        seconds,
        bytes: std::fs::metadata(&bitstream).map_err(io(&bitstream))?.len(),
        bitstream,
        key,
        cached: false,
    };
    let text = serde_json::to_string_pretty(&report)
        .map_err(|e| BuildError::Output { path: "report.json".into(), why: e.to_string() })?;
    let plan = drawn(board.family, &folder)?;
    write(&folder, "report.html", &crate::page::page(&report, plan.as_deref()))?;
    write(&folder, "report.json", &text)?;
    Ok(report)
}

/// The plan of an ECP5's cells, as a picture: also `floorplan.svg`.
fn drawn(family: Family, folder: &Path) -> Result<Option<String>, BuildError> {
    if family != Family::Ecp5 {
        return Ok(None);
    }
    let routed = folder.join("routed.json");
    let svg = floorplan::svg(&floorplan::read(&routed)?);
    write(folder, "floorplan.svg", &svg)?;
    // Tens of megabytes, which nothing reads again.
    std::fs::remove_file(&routed).map_err(io(&routed))?;
    Ok(Some(svg))
}

/// Of everything that a build depends on. Another version of this crate may place large blocks elsewhere.
fn key(
    board: &Board,
    how: &Build,
    run: &family::Run,
    design: &Design,
    versions: &BTreeMap<String, String>,
) -> String {
    let mut hash = Sha256::new();
    let (script, clock) = (family::script(board, how), format!("{:?}", design.clock));
    let arguments = family::arguments(board.family, how, run);
    let (board, versions) = (format!("{board:?}"), format!("{versions:?}"));
    let parts = [&board, &design.verilog, &design.pins.1, &clock, &versions, &script].map(String::as_str);
    for part in parts.into_iter().chain(arguments.iter().map(String::as_str)).chain([env!("CARGO_PKG_VERSION")]) {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().iter().map(|b| format!("{b:02x}")).collect()
}

/// The report of the last build, if it had the same inputs and its bitstream is there.
fn cached(folder: &Path, key: &str, bitstream: &Path) -> Option<Report> {
    let text = std::fs::read_to_string(folder.join("report.json")).ok()?;
    let report: Report = serde_json::from_str(&text).ok()?;
    let size = std::fs::metadata(bitstream).ok()?.len();
    (report.key == key && report.bytes == size).then_some(Report { cached: true, ..report })
}

/// nextpnr's report.
struct Timing {
    fmax: f64,
    path: Vec<String>,
    utilisation: BTreeMap<String, Share>,
}

impl Timing {
    fn read(path: &Path) -> Result<Self, BuildError> {
        #[derive(Deserialize)]
        struct Fmax {
            achieved: f64,
        }
        #[derive(Deserialize)]
        struct End {
            cell: String,
        }
        #[derive(Deserialize)]
        struct Hop {
            from: End,
            to: End,
        }
        #[derive(Deserialize)]
        struct Critical {
            from: String,
            to: String,
            path: Vec<Hop>,
        }
        #[derive(Deserialize)]
        struct File {
            fmax: BTreeMap<String, Fmax>,
            critical_paths: Vec<Critical>,
            utilization: BTreeMap<String, Share>,
        }
        let bad = |why: String| BuildError::Output { path: path.display().to_string(), why };
        let file: File = serde_json::from_str(&read(path)?).map_err(|e| bad(e.to_string()))?;
        let slowest = file.fmax.iter().min_by(|a, b| a.1.achieved.total_cmp(&b.1.achieved));
        let (clock, fmax) = slowest.ok_or_else(|| bad("no clock was found in the design".into()))?;
        // Of the paths within that clock; both of its edges count.
        let within = |p: &&Critical| p.from.ends_with(clock.as_str()) && p.to.ends_with(clock.as_str());
        let hops = file.critical_paths.iter().find(within).map_or(&[][..], |p| &p.path[..]);
        let mut cells: Vec<String> = Vec::new();
        for cell in hops.iter().flat_map(|h| [&h.from.cell, &h.to.cell]) {
            let block = block(cell);
            if cells.last() != Some(&block) {
                cells.push(block);
            }
        }
        let utilisation = file.utilization.into_iter().filter(|(_, share)| share.used > 0).collect();
        Ok(Timing { fmax: fmax.achieved, path: cells, utilisation })
    }

    fn check(&self, clock: f64) -> Result<(), BuildError> {
        if self.fmax >= clock * (1.0 + MARGIN / 100.0) {
            return Ok(());
        }
        let end = |cell: Option<&String>| cell.cloned().unwrap_or_else(|| "?".into());
        Err(BuildError::Timing {
            fmax: self.fmax,
            clock,
            margin: format!(" and {MARGIN} % must be left"),
            from: end(self.path.first()),
            to: end(self.path.last()),
        })
    }
}

/// A cell's name without what synthesis appended to it.
fn block(cell: &str) -> String {
    let end = ["_SB_", "_LUT4", "_TRELLIS", "_PFUMX", "_L6MUX", "_CCU2C", "_DPR16", "$"]
        .iter()
        .filter_map(|m| cell.find(m));
    // rust-hdl numbers the parts of arrays with a dollar sign.
    let numbered =
        |at: &usize| !cell[at + 1..].starts_with(|c: char| c.is_ascii_digit()) || !cell[*at..].starts_with('$');
    cell[..end.filter(numbered).min().unwrap_or(cell.len())].trim_start_matches("eie.").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_have_the_names_of_blocks() {
        assert_eq!(block("eie.link.session.q_SB_LUT4_I0_O_LC"), "link.session.q");
        assert_eq!(
            block("eie.accelerator.clusters$0.pes$3.mac.sum4_TRELLIS_FF_Q"),
            "accelerator.clusters$0.pes$3.mac.sum4"
        );
        assert_eq!(block("plain"), "plain");
    }

    #[test]
    fn a_clock_that_is_not_met_names_the_path() {
        let timing = Timing { fmax: 102.0, path: vec!["a.b".into(), "c.d".into()], utilisation: BTreeMap::new() };
        assert!(timing.check(99.0).is_ok());
        let text = timing.check(100.0).unwrap_err().to_string();
        assert!(text.contains("102.0 MHz") && text.contains("from a.b to c.d"), "{text}");
    }
}
