//! What stands between a block RAM and the next register, in yosys' netlist of ECP5's cells.
//!
//! A block RAM's output comes late in its cycle, so little may follow it. [`from_memories`] lists, for each memory and each
//! register, memory or multiplier that its data reach in one cycle, the longest chain of cells on the way. Timing
//! after place and route shows the slowest such path only, and only where it is the slowest of all.

use crate::BuildError;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Cells through which data pass within a cycle. A small memory is one from its read address on.
const THROUGH: [&str; 5] = ["LUT4", "PFUMX", "L6MUX21", "CCU2C", "TRELLIS_DPR16X4"];
/// A carry chain is one step, however long it is.
const CARRY: &str = "CCU2C";
/// The block RAM.
pub const BLOCK_RAM: &str = "DP16KD";

/// A way from a memory to where its data are kept or multiplied next. Instances that differ in their numbers are one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// The memory.
    pub memory: String,
    /// Kind of the cell at the end, and its input.
    pub end: String,
    /// What the cell at the end is called: of a register all names of its output.
    pub names: BTreeSet<String>,
    /// The longest chain of cells in between.
    pub cells: Vec<String>,
}

#[derive(Deserialize)]
struct File {
    modules: BTreeMap<String, Module>,
}

#[derive(Deserialize)]
struct Module {
    cells: BTreeMap<String, Cell>,
    netnames: BTreeMap<String, Net>,
}

#[derive(Deserialize)]
struct Cell {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    parameters: BTreeMap<String, serde_json::Value>,
    port_directions: BTreeMap<String, String>,
    connections: BTreeMap<String, Vec<Bit>>,
}

#[derive(Deserialize)]
struct Net {
    #[serde(default)]
    hide_name: u8,
    bits: Vec<Bit>,
}

/// A net's number, or a constant.
#[derive(Clone, Copy, Deserialize)]
#[serde(untagged)]
enum Bit {
    Net(u32),
    Constant(#[allow(dead_code, reason = "its form tells it apart")] char),
}

impl Cell {
    fn nets<'a>(&'a self, direction: &'a str) -> impl Iterator<Item = (&'a str, u32)> + 'a {
        let ports = self.connections.iter().filter(move |(port, _)| self.port_directions[*port] == direction);
        ports.flat_map(|(port, bits)| {
            bits.iter().filter_map(move |bit| match bit {
                Bit::Net(net) => Some((port.as_str(), *net)),
                Bit::Constant(_) => None,
            })
        })
    }
}

/// A name without the numbers of arrays' parts, which rust-hdl writes behind a dollar sign.
fn plain(name: &str) -> String {
    let mut parts = name.split('$');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part.trim_start_matches(|c: char| c.is_ascii_digit());
        if rest.len() == part.len() {
            text.push('$');
        }
        text.push_str(rest);
    }
    text
}

/// A memory's name without which of its block RAMs it is.
fn memory_name(cell: &str) -> String {
    let name = plain(cell);
    match name.rfind("_cell").or_else(|| name.rfind(".cell")) {
        Some(at) => name[..at].to_owned(),
        None => name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.').to_owned(),
    }
}

/// A cell's input without its bit.
fn input_name(port: &str) -> &str {
    port.trim_end_matches(|c: char| c.is_ascii_digit())
}

/// Ends with the longest chain before each: kind and input of the last cell, its name.
type Ends = BTreeMap<(String, String), Vec<String>>;

struct Netlist<'a> {
    cells: &'a BTreeMap<String, Cell>,
    readers: HashMap<u32, Vec<(&'a str, &'a str)>>,
    names: HashMap<u32, BTreeSet<String>>,
    known: HashMap<u32, Ends>,
}

impl<'a> Netlist<'a> {
    fn new(module: &'a Module) -> Self {
        let mut readers: HashMap<u32, Vec<_>> = HashMap::new();
        for (name, cell) in &module.cells {
            for (port, net) in cell.nets("input") {
                readers.entry(net).or_default().push((name.as_str(), port));
            }
        }
        let mut names: HashMap<u32, BTreeSet<String>> = HashMap::new();
        for (name, net) in module.netnames.iter().filter(|(_, n)| n.hide_name == 0) {
            for bit in &net.bits {
                if let Bit::Net(number) = bit {
                    names.entry(*number).or_default().insert(plain(name));
                }
            }
        }
        Netlist { cells: &module.cells, readers, names, known: HashMap::new() }
    }

    /// What a net reaches. Netlists of synchronous designs have no loops; one would end where it began.
    fn ends(&mut self, net: u32) -> Ends {
        if let Some(ends) = self.known.get(&net) {
            return ends.clone();
        }
        self.known.insert(net, Ends::new());
        let mut all = Ends::new();
        let mut keep = |end: (String, String), chain: Vec<String>| {
            let longest = all.entry(end).or_default();
            if chain.len() > longest.len() {
                *longest = chain;
            }
        };
        for (name, port) in self.readers.get(&net).cloned().unwrap_or_default() {
            let cell = &self.cells[name];
            let kind = cell.kind.as_str();
            if !THROUGH.contains(&kind) || (kind == "TRELLIS_DPR16X4" && port != "RAD") {
                keep((format!("{kind}.{}", input_name(port)), name.to_owned()), Vec::new());
                continue;
            }
            for (_, output) in cell.nets("output").collect::<Vec<_>>() {
                for (end, mut chain) in self.ends(output) {
                    if kind != CARRY || chain.first().is_none_or(|first| first != CARRY) {
                        chain.insert(0, kind.to_owned());
                    }
                    keep(end, chain);
                }
            }
        }
        self.known.insert(net, all.clone());
        all
    }

    /// All names of the cell at the end.
    fn names_of(&self, cell: &str) -> BTreeSet<String> {
        let mut outputs = self.cells[cell].nets("output").filter(|(port, _)| *port == "Q");
        match outputs.next().and_then(|(_, net)| self.names.get(&net)) {
            Some(names) => names.clone(),
            None => [memory_name(cell)].into(),
        }
    }
}

/// The ways from all block RAMs' data of a flat netlist, as yosys' `write_json` writes it.
///
/// # Errors
/// Text that is no such netlist, or one without block RAMs.
pub fn from_memories(json: &str, top: &str) -> Result<Vec<Way>, BuildError> {
    let bad = |why: String| BuildError::Output { path: "the netlist".into(), why };
    let file: File = serde_json::from_str(json).map_err(|e| bad(e.to_string()))?;
    let module = file.modules.get(top).ok_or_else(|| bad(format!("it has no module {top}")))?;
    let mut netlist = Netlist::new(module);
    let mut ways: Vec<Way> = Vec::new();
    let memories: Vec<_> = module.cells.iter().filter(|(_, c)| c.kind == BLOCK_RAM).collect();
    if memories.is_empty() {
        return Err(bad(format!("module {top} has no {BLOCK_RAM}")));
    }
    for (name, cell) in memories {
        let memory = memory_name(name);
        for (_, net) in cell.nets("output").collect::<Vec<_>>() {
            for ((end, last), cells) in netlist.ends(net) {
                let names = netlist.names_of(&last);
                match ways.iter_mut().find(|w| w.memory == memory && w.end == end && !w.names.is_disjoint(&names)) {
                    Some(way) => {
                        way.names.extend(names);
                        if cells.len() > way.cells.len() {
                            way.cells = cells;
                        }
                    }
                    None => ways.push(Way { memory: memory.clone(), end, names, cells }),
                }
            }
        }
    }
    Ok(ways)
}

/// Memories whose data do not go through the block RAM's output register, though they are read: those that
/// synthesis inferred, or that a design names without it.
///
/// # Errors
/// As [`from_memories`].
pub fn without_output_register(json: &str, top: &str) -> Result<BTreeSet<String>, BuildError> {
    let bad = |why: String| BuildError::Output { path: "the netlist".into(), why };
    let file: File = serde_json::from_str(json).map_err(|e| bad(e.to_string()))?;
    let module = file.modules.get(top).ok_or_else(|| bad(format!("it has no module {top}")))?;
    let read: BTreeSet<u32> = module.cells.values().flat_map(|c| c.nets("input")).map(|(_, net)| net).collect();
    let bare = |cell: &Cell| {
        cell.nets("output").any(|(port, net)| {
            let mode = cell.parameters.get(if port.starts_with("DOA") { "REGMODE_A" } else { "REGMODE_B" });
            read.contains(&net) && mode.and_then(|m| m.as_str()) != Some("OUTREG")
        })
    };
    let memories = module.cells.iter().filter(|(_, c)| c.kind == BLOCK_RAM && bare(c));
    Ok(memories.map(|(name, _)| memory_name(name)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_their_numbers() {
        assert_eq!(plain("clusters$0.pes$12.mac$sum"), "clusters.pes.mac$sum");
        assert_eq!(memory_name("clusters$0.pes$1.act_bank.mem_cell0_1"), "clusters.pes.act_bank.mem");
        assert_eq!(memory_name("clusters$0.pes$1.ptr_read.memory.cell1"), "clusters.pes.ptr_read.memory");
        assert_eq!(memory_name("link.replies.mem.0.0"), "link.replies.mem");
    }

    /// A memory whose data bits go straight to a register, through two LUTs to another, and through carries.
    const NETLIST: &str = r#"{"modules": {"top": {"cells": {
        "m.mem_cell0_0": {"type": "DP16KD", "parameters": {"REGMODE_A": "OUTREG"},
            "port_directions": {"DOA0": "output", "DOB0": "output"}, "connections": {"DOA0": [2], "DOB0": [9]}},
        "l1": {"type": "LUT4", "port_directions": {"A": "input", "Z": "output"}, "connections": {"A": [2], "Z": [3]}},
        "l2": {"type": "LUT4", "port_directions": {"A": "input", "Z": "output"}, "connections": {"A": [3], "Z": [4]}},
        "c1": {"type": "CCU2C", "port_directions": {"A0": "input", "COUT": "output"}, "connections": {"A0": [2], "COUT": [5]}},
        "c2": {"type": "CCU2C", "port_directions": {"CIN": "input", "S0": "output"}, "connections": {"CIN": [5], "S0": [6]}},
        "f1": {"type": "TRELLIS_FF", "port_directions": {"DI": "input", "Q": "output"}, "connections": {"DI": [2], "Q": [10]}},
        "f2": {"type": "TRELLIS_FF", "port_directions": {"DI": "input", "Q": "output"}, "connections": {"DI": [4], "Q": [11]}},
        "f3": {"type": "TRELLIS_FF", "port_directions": {"DI": "input", "Q": "output"}, "connections": {"DI": [6], "Q": [12]}}},
        "netnames": {"p$1.a.q": {"bits": [10]}, "p$1.b.q": {"bits": [11]}, "p$2.c.q": {"bits": [12, "0"]}}}}}"#;

    #[test]
    fn the_longest_chains_are_found() {
        let ways = from_memories(NETLIST, "top").unwrap();
        let of = |name: &str| ways.iter().find(|w| w.names.contains(name)).unwrap().cells.clone();
        assert_eq!(ways.len(), 3);
        assert!(ways.iter().all(|w| w.memory == "m.mem" && w.end == "TRELLIS_FF.DI"));
        assert_eq!(of("p.a.q"), [""; 0]);
        assert_eq!(of("p.b.q"), ["LUT4", "LUT4"]);
        assert_eq!(of("p.c.q"), ["CCU2C"]);
        assert!(without_output_register(NETLIST, "top").unwrap().is_empty());
        let bare = NETLIST.replace("OUTREG", "NOREG");
        assert_eq!(without_output_register(&bare, "top").unwrap(), ["m.mem".to_owned()].into());
        assert!(from_memories(NETLIST, "other").is_err() && from_memories("{}", "top").is_err());
    }
}
