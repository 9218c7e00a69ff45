//! The netlist that yosys makes of the emitted Verilog, as Verilog again.
//!
//! What yosys understands is what is built. It differs from what simulators understand where signs and widths
//! are concerned, so this is a rung of its own.

use crate::{io_error, SimError};
use std::process::Command;

const SCRIPT: &str = "read_verilog top.v; hierarchy -check -top top; proc; opt -full; flatten; \
                      opt_clean; memory -nomap; opt_clean; write_verilog -noattr netlist.v";

/// Reads, optimises and flattens the Verilog with yosys. Each kind of module is optimised once, not each instance.
pub fn flatten(verilog: &str) -> Result<String, SimError> {
    let dir = tempfile::tempdir().map_err(io_error(std::path::Path::new("temporary folder")))?;
    let path = dir.path().join("top.v");
    std::fs::write(&path, verilog).map_err(io_error(&path))?;
    let output =
        Command::new("yosys").args(["-q", "-p", SCRIPT]).current_dir(dir.path()).output().map_err(|_| {
            SimError::MissingTool { tool: "yosys", advice: "install it (Debian: apt-get install yosys)" }
        })?;
    if !output.status.success() {
        let text = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        let lines: Vec<&str> = text.lines().collect();
        let tail = lines[lines.len().saturating_sub(12)..].join("\n");
        return Err(SimError::Tool { tool: "yosys", status: output.status.to_string(), tail });
    }
    let path = dir.path().join("netlist.v");
    std::fs::read_to_string(&path).map_err(io_error(&path))
}

/// Whether yosys is installed.
pub fn available() -> bool {
    Command::new("yosys").arg("-V").output().is_ok_and(|out| out.status.success())
}
