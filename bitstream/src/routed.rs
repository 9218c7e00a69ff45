//! A routed design of an ECP5, as nextpnr's `--write` tells it, as Verilog.
//!
//! What is simulated is the netlist after packing and placing, with the cells that nextpnr made of LUTs, carries and small
//! memories, constants folded and inputs swapped; not the wires between, which `--textcfg` has.

use crate::BuildError;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// Models of the cells, those that are the same before placement among them.
const CELLS: [&str; 3] =
    [include_str!("../cells/ecp5.v"), eie_hdl::emit::ECP5_CELLS, include_str!("../cells/ecp5_routed.v")];

/// A routed design.
#[derive(Debug)]
pub struct Routed {
    ports: BTreeMap<String, Port>,
    cells: BTreeMap<String, Cell>,
}

#[derive(Deserialize)]
struct File {
    modules: BTreeMap<String, Module>,
}

#[derive(Deserialize)]
struct Module {
    ports: BTreeMap<String, Port>,
    cells: BTreeMap<String, Cell>,
}

#[derive(Debug, Deserialize)]
struct Port {
    direction: String,
    bits: Vec<u32>,
}

#[derive(Debug, Deserialize)]
struct Cell {
    #[serde(rename = "type")]
    kind: String,
    parameters: BTreeMap<String, String>,
    port_directions: BTreeMap<String, String>,
    connections: BTreeMap<String, Vec<u32>>,
}

fn bad(why: String) -> BuildError {
    BuildError::Output { path: "the routed design".into(), why }
}

impl Cell {
    /// A parameter's text. nextpnr writes a space behind text that could be a number.
    fn text(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).map(|v| v.trim())
    }

    fn zero(&self, parameter: impl Fn(&str) -> bool) -> bool {
        self.parameters.iter().filter(|(name, _)| parameter(name)).all(|(_, v)| v.trim().bytes().all(|b| b == b'0'))
    }

    /// What is at an input: a net, a constant in the configuration, or the one that an open input is.
    fn input(&self, port: &str, bits: &[u32]) -> String {
        let here = match bits {
            [net] => format!("n{net}"),
            // A register's reset that is not used is not routed to it either.
            _ if self.kind == "TRELLIS_FF" && port == "LSR" => "1'b0".into(),
            _ => "1'b1".into(),
        };
        match (self.kind.as_str(), self.text(&format!("{port}MUX"))) {
            ("DP16KD", Some("INV")) => format!("~{here}"),
            ("DP16KD", Some(constant @ ("0" | "1"))) => format!("1'b{constant}"),
            _ => here,
        }
    }

    /// Parameters as the models have them.
    fn parameters(&self) -> Result<Vec<String>, BuildError> {
        let kept = |name: &str| match self.kind.as_str() {
            "DP16KD" => !name.contains("INITVAL") && !name.ends_with("MUX") && name != "WID",
            "TRELLIS_IO" => false,
            _ => true,
        };
        let mut all: Vec<String> = Vec::new();
        for (name, value) in self.parameters.iter().filter(|(name, _)| kept(name)) {
            let value = value.trim();
            let number = value.len() > 1 && value.bytes().all(|b| b == b'0' || b == b'1');
            all.push(match number {
                true => format!(".{name}({}'b{value})", value.len()),
                false => format!(".{name}(\"{value}\")"),
            });
        }
        let begins = match (self.kind.as_str(), self.text("MODE")) {
            ("TRELLIS_COMB", Some("DPRAM")) => self.zero(|name| name == "INITVAL"),
            ("DP16KD", _) => self.zero(|name| name.contains("INITVAL")),
            _ => true,
        };
        if !begins {
            return Err(bad("a memory does not begin with zeros, which the models do not know".into()));
        }
        if self.kind == "TRELLIS_COMB" && self.connections.get("FXA").is_some_and(|bits| !bits.is_empty()) {
            all.push(".JOINS(\"PAIRS\")".into());
        }
        Ok(all)
    }
}

impl Routed {
    /// From the text that nextpnr writes, of the module with this name.
    ///
    /// # Errors
    /// Text that is no such file.
    pub fn read(json: &str, top: &str) -> Result<Self, BuildError> {
        let mut file: File = serde_json::from_str(json).map_err(|e| bad(e.to_string()))?;
        let module = file.modules.remove(top).ok_or_else(|| bad(format!("it has no module {top}")))?;
        Ok(Routed { ports: module.ports, cells: module.cells })
    }

    /// The design as Verilog, module `top`, with a model of each cell.
    ///
    /// # Errors
    /// A cell without a model.
    pub fn verilog(&self) -> Result<String, BuildError> {
        let names: Vec<&str> = self.ports.keys().map(String::as_str).collect();
        let mut text = format!("module top({});\n", names.join(", "));
        let nets = self.cells.values().flat_map(|c| c.connections.values()).flatten();
        let nets: BTreeSet<u32> = nets.chain(self.ports.values().flat_map(|p| &p.bits)).copied().collect();
        for net in nets {
            let _ = writeln!(text, "wire n{net};");
        }
        for (name, port) in &self.ports {
            let [net] = port.bits[..] else { return Err(bad(format!("port {name} has not one bit"))) };
            let _ = match port.direction.as_str() {
                "input" => writeln!(text, "input wire {name};\nassign n{net} = {name};"),
                _ => writeln!(text, "output wire {name};\nassign {name} = n{net};"),
            };
        }
        for (number, (name, cell)) in self.cells.iter().enumerate() {
            match cell.kind.as_str() {
                // A pin is a wire.
                "TRELLIS_IO" => {
                    let of = |port: &str| {
                        cell.connections.get(port).and_then(|bits| bits.first()).map(|net| format!("n{net}"))
                    };
                    let ends = match cell.text("DIR") {
                        Some("INPUT") => (of("O"), of("B")),
                        Some("OUTPUT") => (of("B"), of("I")),
                        _ => {
                            return Err(bad(format!(
                                "{name} is a pin of both directions, which the models do not know"
                            )))
                        }
                    };
                    if let (Some(to), Some(from)) = ends {
                        let _ = writeln!(text, "assign {to} = {from};");
                    }
                }
                "TRELLIS_COMB" | "TRELLIS_FF" | "TRELLIS_RAMW" | "DP16KD" | "MULT18X18D" | "DCCA" => {
                    let _ = writeln!(
                        text,
                        "{} #({}) c{number} ({});",
                        cell.kind,
                        cell.parameters()?.join(", "),
                        self.pins(cell)
                    );
                }
                other => return Err(bad(format!("{name} is a {other}, of which there is no model"))),
            }
        }
        text.push_str("endmodule\n");
        Ok(text.replace(" #()", "") + &CELLS.join("\n"))
    }

    fn pins(&self, cell: &Cell) -> String {
        let open = |port: &str| match cell.kind.as_str() {
            // Inputs that no model has, as nothing uses them.
            "MULT18X18D" => true,
            "DP16KD" => port.starts_with("DIA"),
            _ => false,
        };
        let pins = cell.connections.iter().filter(|(port, bits)| !bits.is_empty() || !open(port)).filter_map(
            |(port, bits)| match cell.port_directions[port].as_str() {
                "input" => Some(format!(".{port}({})", cell.input(port, bits))),
                _ => bits.first().map(|net| format!(".{port}(n{net})")),
            },
        );
        pins.collect::<Vec<_>>().join(", ")
    }
}
