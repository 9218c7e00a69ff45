//! iCE40: the finished bitstream becomes Verilog again, by IceStorm's tools, and that is what is simulated.
//!
//! What is loaded into the chip is checked, with all that synthesis, placement, routing and packing made of the
//! design. IceStorm's Verilog lacks multipliers, single-port RAMs and what a PLL's pin is: [`crate::hard`] puts them in.
//!
//! That check found a fault: nextpnr-ice40 puts the bit for a memory's falling read clock into the upper tile of a block
//! RAM. On the 1k devices the read clock enters there; on 8k and 5k devices (see IceStorm's database of tiles) it
//! enters the lower one, and what is inverted is the write clock. [`with_falling_reads`] puts the bit where it belongs.

use crate::pins::{LAMPS, NEEDED};
use crate::tools::{ICEBOX_VLOG, ICEUNPACK};
use crate::{hard, lut, read, BuildError};
use std::collections::HashMap;
use std::path::Path;

/// The memories' models.
const CELLS: &str = include_str!("../cells/ice40.v");

/// A routed design (IceStorm's text) whose memories read on the falling edge, where nextpnr would have them write on
/// it. No memory of ours writes on the falling edge, so a design that is right already stays as it is.
pub fn with_falling_reads(asc: &str, size: &str) -> String {
    if !["hx8k", "lp8k", "up5k"].contains(&size) {
        return asc.to_owned();
    }
    let mut lines: Vec<String> = asc.lines().map(str::to_owned).collect();
    // A tile's first row of bits begins with the bit in question.
    let mut rows: HashMap<(bool, u32, u32), usize> = HashMap::new();
    for (number, line) in lines.iter().enumerate() {
        let mut words = line.split(' ');
        let upper = match words.next() {
            Some(".ramt_tile") => true,
            Some(".ramb_tile") => false,
            _ => continue,
        };
        let mut place = || words.next().and_then(|w| w.parse::<u32>().ok());
        if let (Some(x), Some(y)) = (place(), place()) {
            rows.insert((upper, x, y), number + 1);
        }
    }
    for (&(upper, x, y), &row) in &rows {
        let below = y.checked_sub(1).and_then(|y| rows.get(&(false, x, y)));
        if let (true, Some(&below)) = (upper, below) {
            if lines.get(row).is_some_and(|l| l.starts_with('1')) {
                for (at, bit) in [(row, "0"), (below, "1")] {
                    if let Some(line) = lines.get_mut(at).filter(|l| !l.is_empty()) {
                        line.replace_range(..1, bit);
                    }
                }
            }
        }
    }
    lines.join("\n") + "\n"
}

/// The Verilog of the bits of `<folder>/<bitstream>`: module `top` with the ports of the accelerator's serial top.
/// `pins` is the file of constraints that the ports' names are in.
///
/// # Errors
/// A tool is missing or fails, or says something unexpected.
pub fn verilog(folder: &Path, bitstream: &str, pins: &str, size: &str) -> Result<String, BuildError> {
    ICEUNPACK.run(folder, "unpack.log", &[bitstream, "unpacked.asc"])?;
    let comments = if size == "up5k" { &[][..] } else { &["-s"][..] };
    ICEBOX_VLOG.run(folder, "readback.v", &[comments, &["-p", pins, "unpacked.asc"]].concat())?;
    let path = folder.join("readback.v");
    let mut text = read(&path)?;
    if size == "up5k" {
        text = hard::completed(&text, &read(&folder.join("unpacked.asc"))?)?;
    }
    let bad = |why: &str| BuildError::Output { path: path.display().to_string(), why: why.into() };
    // Ports are declared again as wires: that needs the old style of module heads.
    let begin = text.find("module chip (").ok_or_else(|| bad("it has no module chip"))?;
    let end = begin + text[begin..].find(");").ok_or_else(|| bad("its module has no end of ports"))?;
    let ports: Vec<&str> = text[begin + "module chip (".len()..end].split(',').map(str::trim).collect();
    let names: Vec<&str> = ports.iter().filter_map(|p| p.split(' ').next_back()).collect();
    for needed in NEEDED {
        if !names.contains(&needed) {
            return Err(bad(&format!("the bitstream has no port {needed}")));
        }
    }
    let head = format!("module chip ({});\n{};\n", names.join(", "), ports.join(";\n"));
    let mut body = lut::without_choices(&text[end + 2..]);
    // IceStorm names the clocks of a 5k's memories as a 1k's, though they enter as an 8k's do.
    if size == "up5k" {
        body = swap_clocks(&body);
    }
    let connect: Vec<String> = names.iter().map(|n| format!(".{n}({n})")).collect();
    let missing = LAMPS.into_iter().filter(|name| !names.contains(name));
    let dark: String = missing.map(|name| format!("    assign {name} = 0;\n")).collect();
    Ok(format!(
        "module top(input clock, input reset, input rx, output tx, output busy, output error);\n    \
         chip chip({});\n{dark}endmodule\n{head}{body}\n{CELLS}",
        connect.join(", "),
    ))
}

/// Bits that are one in the initial contents of the memories: of a design whose memories begin with zeros, none.
pub fn initial_ones(verilog: &str) -> u32 {
    let words = verilog.lines().filter(|l| l.trim_start().starts_with(".INIT_"));
    // 256'b.. or 256'h..
    let ones = |line: &str| {
        let digits = line.split_once('\'').map_or("", |(_, d)| d.get(1..).unwrap_or(""));
        digits.chars().filter_map(|c| c.to_digit(16)).map(u32::count_ones).sum::<u32>()
    };
    words.map(ones).sum()
}

/// Characters of a row of a tile's bits: 54 of these, and the line's end.
const ROW: usize = 55;

/// Where the bits of the tile whose line is here begin.
fn bits_of(asc: &str, tile: usize) -> Option<usize> {
    Some(tile + asc[tile..].find('\n')? + 1)
}

/// The same routed design with one bit of a memory's initial contents changed; none if it has no memory.
pub fn flip_memory(asc: &str) -> Option<String> {
    flip(asc, bits_of(asc, asc.find(".ram_data ")?)?)
}

/// The same routed design with one bit of a logic tile's routing cleared: the first one that is set of the tile which is
/// `part` of `parts` through those that have one.
pub fn flip_routing(asc: &str, part: usize, parts: usize) -> Option<String> {
    let mut places = Vec::new();
    for (at, _) in asc.match_indices(".logic_tile ") {
        let rows = bits_of(asc, at)?;
        // Sixteen rows; the LUTs' bits are in columns 36 to 45 (IceStorm's documentation of the tile).
        for row in 0..16 {
            let line = rows + row * ROW;
            let bits = asc.as_bytes().get(line..line + 36)?;
            if let Some(column) = bits.iter().position(|&b| b == b'1') {
                places.push(line + column);
                break;
            }
        }
    }
    flip(asc, *places.get(places.len() * part / parts.max(1))?)
}

/// The same routed design with this bit of the first tile whose line begins like this inverted.
pub fn flip_in(asc: &str, tile: &str, row: usize, column: usize) -> Option<String> {
    let rows = bits_of(asc, asc.find(tile)?)?;
    flip(asc, rows + row * ROW + column)
}

/// The same routed design with the first bit that is set of such a tile cleared, configuration bits aside.
pub fn flip_first(asc: &str, tile: &str) -> Option<String> {
    let rows = bits_of(asc, asc.find(tile)?)?;
    let set = |&(row, column): &(usize, usize)| asc.as_bytes().get(rows + row * ROW + column) == Some(&b'1');
    let (row, column) = (0..16).flat_map(|r| (8..54).map(move |c| (r, c))).find(set)?;
    flip(asc, rows + row * ROW + column)
}

/// The text with the bit at this place inverted.
fn flip(asc: &str, at: usize) -> Option<String> {
    let bit = asc.get(at..at + 1)?;
    // A digit of a memory's contents is hexadecimal.
    let other = format!("{:x}", bit.chars().next()?.to_digit(16)? ^ 1);
    Some(format!("{}{other}{}", &asc[..at], &asc[at + 1..]))
}

/// A memory that is said to write on the falling edge reads on it, and the other way round.
fn swap_clocks(body: &str) -> String {
    let mut out = String::with_capacity(body.len());
    let mut change: Option<bool> = None;
    for line in body.lines() {
        let line = if let Some(rest) = line.strip_prefix("SB_RAM40_4KNW ") {
            change = Some(true);
            format!("SB_RAM40_4KNR {rest}")
        } else if let Some(rest) = line.strip_prefix("SB_RAM40_4KNR ") {
            change = Some(false);
            format!("SB_RAM40_4KNW {rest}")
        } else if line.trim() == ");" {
            change = None;
            line.to_owned()
        } else {
            match change {
                Some(true) => line.replace(".WCLKN(", ".WCLK(").replace(".RCLK(", ".RCLKN("),
                Some(false) => line.replace(".RCLKN(", ".RCLK(").replace(".WCLK(", ".WCLKN("),
                None => line.to_owned(),
            }
        };
        out.push_str(&line);
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROUTED: &str =
        ".comment\n.ramb_tile 8 1\n00\n01\n.ramt_tile 8 2\n10\n00\n.ramb_tile 8 3\n00\n.ramt_tile 8 4\n00\n";

    #[test]
    fn only_a_falling_read_moves() {
        let want =
            ".comment\n.ramb_tile 8 1\n10\n01\n.ramt_tile 8 2\n00\n00\n.ramb_tile 8 3\n00\n.ramt_tile 8 4\n00\n";
        assert_eq!(with_falling_reads(ROUTED, "hx8k"), want);
        assert_eq!(with_falling_reads(want, "hx8k"), want, "what is right stays");
        assert_eq!(with_falling_reads(ROUTED, "hx1k"), ROUTED);
        // Damaged files do not panic.
        with_falling_reads(".ramt_tile 8 2\n", "hx8k");
        with_falling_reads(".ramb_tile 8 1\n\n.ramt_tile 8 2\n1", "hx8k");
        with_falling_reads(".ramb_tile x\n.ramt_tile", "up5k");
    }

    #[test]
    fn one_bit_is_flipped() {
        let tile = format!(".logic_tile 1 2\n{}", format!("{}\n", "0".repeat(54)).repeat(16));
        let used = tile.replacen("000", "010", 1);
        let two = format!("{used}.ram_data 8 1\n00f0\n");
        assert_eq!(flip_routing(&two, 1, 4), Some(format!("{tile}.ram_data 8 1\n00f0\n")));
        assert_eq!(flip_memory(&two), Some(format!("{used}.ram_data 8 1\n10f0\n")));
        assert_eq!((flip_routing(&tile, 1, 4), flip_memory(&tile)), (None, None));
        assert_eq!(initial_ones("  .INIT_0(256'h00f0),\n.INIT_1(256'b01)\n x(4'hf)"), 5);
    }

    #[test]
    fn clocks_of_a_5k_have_the_names_of_an_8k() {
        let text = "SB_RAM40_4KNW #(\n  .WCLKN(a),\n  .RCLK(b)\n);\nSB_RAM40_4K #(\n  .WCLK(a),\n  .RCLK(b)\n);\n";
        let want = "SB_RAM40_4KNR #(\n  .WCLK(a),\n  .RCLKN(b)\n);\nSB_RAM40_4K #(\n  .WCLK(a),\n  .RCLK(b)\n);\n";
        assert_eq!(swap_clocks(text), want);
    }
}
