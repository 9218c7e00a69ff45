//! ECP5: the netlist of cells that synthesis makes of the design, as Verilog with a model of each cell.
//!
//! Place and route gets this netlist. Where the design names vendor cells itself, this is where they are simulated as they
//! are connected; LUTs, registers and carry chains are what yosys chose.

use crate::tools::YOSYS;
use crate::{read, write, BuildError};
use std::path::Path;

/// Models of the cells, those that the emitted Verilog names among them.
const CELLS: [&str; 2] = [include_str!("../cells/ecp5.v"), include_str!("../cells/ecp5_blocks.v")];

/// What yosys does to put all modules of a netlist into one.
pub(crate) const FLATTEN: &str = "setattr -mod -unset keep_hierarchy *; flatten; opt_clean";

/// The netlist of a design, for ECP5, whose top module is `top`; `folder` gets the tool's files.
///
/// # Errors
/// yosys is missing or fails.
pub fn ecp5(verilog: &str, folder: &Path) -> Result<String, BuildError> {
    write(folder, "top.v", verilog)?;
    let script = "read_verilog top.v; synth_ecp5 -top top; write_verilog -noattr netlist.v";
    YOSYS.run(folder, "netlist.log", &["-q", "-p", script])?;
    Ok(format!("{}\n{}", read(&folder.join("netlist.v"))?, CELLS.join("\n")))
}

/// The same netlist as data, with all modules in one, for [`crate::paths`].
///
/// # Errors
/// yosys is missing or fails.
pub fn ecp5_json(verilog: &str, folder: &Path) -> Result<String, BuildError> {
    write(folder, "top.v", verilog)?;
    let script = format!("read_verilog top.v; synth_ecp5 -top top; {FLATTEN}; write_json netlist.json");
    YOSYS.run(folder, "netlist.log", &["-q", "-p", &script])?;
    read(&folder.join("netlist.json"))
}
