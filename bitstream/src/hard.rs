//! iCE40 UltraPlus: the multipliers, the single-port RAMs and the PLL, which IceStorm's Verilog of a bitstream lacks or leaves
//! open, are put in from the bits: which of them are on and how they are set from the tiles' configuration bits, what they
//! are connected to from the nets' segments, which `icebox_vlog` writes as comments.
//!
//! Places and bits are those of IceStorm's database (`icebox.py`: `spram_db`, `get_dsp_nets_db`, `dsp_config_db`).

use crate::BuildError;
use std::collections::HashMap;
use std::fmt::Write;

/// Models of the cells.
const CELLS: &str = include_str!("../cells/ice40_up5k.v");

/// Tiles (x, y of the lowest one) of the multipliers.
const MULTIPLIERS: [(u32, u32); 8] = [(0, 5), (0, 10), (0, 15), (0, 23), (25, 5), (25, 10), (25, 15), (25, 23)];
/// Of the single-port RAMs: the column, and which of the two that are there.
const SINGLES: [(u32, usize); 4] = [(0, 0), (0, 1), (25, 0), (25, 1)];
/// Rows of a tile's configuration bits that are set with a cell, in their order; all are in column 7.
const CONFIG_ROWS: [usize; 8] = [1, 0, 3, 2, 5, 4, 7, 6];
/// A multiplier's settings: name, tile above the lowest one, and number of the bit there.
const SETTINGS: [(&str, u32, usize); 25] = [
    ("C_REG", 0, 0),
    ("A_REG", 0, 1),
    ("B_REG", 0, 2),
    ("D_REG", 0, 3),
    ("TOP_8x8_MULT_REG", 0, 4),
    ("BOT_8x8_MULT_REG", 0, 5),
    ("PIPELINE_16x16_MULT_REG1", 0, 6),
    ("PIPELINE_16x16_MULT_REG2", 0, 7),
    ("TOPOUTPUT_SELECT_0", 1, 0),
    ("TOPOUTPUT_SELECT_1", 1, 1),
    ("TOPADDSUB_LOWERINPUT_0", 1, 2),
    ("TOPADDSUB_LOWERINPUT_1", 1, 3),
    ("TOPADDSUB_UPPERINPUT", 1, 4),
    ("TOPADDSUB_CARRYSELECT_0", 1, 5),
    ("TOPADDSUB_CARRYSELECT_1", 1, 6),
    ("BOTOUTPUT_SELECT_0", 1, 7),
    ("BOTOUTPUT_SELECT_1", 2, 0),
    ("BOTADDSUB_LOWERINPUT_0", 2, 1),
    ("BOTADDSUB_LOWERINPUT_1", 2, 2),
    ("BOTADDSUB_UPPERINPUT", 2, 3),
    ("BOTADDSUB_CARRYSELECT_0", 2, 4),
    ("BOTADDSUB_CARRYSELECT_1", 2, 5),
    ("MODE_8x8", 2, 6),
    ("A_SIGNED", 2, 7),
    ("B_SIGNED", 3, 0),
];
/// Those of the third multiplier that are elsewhere.
const ELSEWHERE: [(&str, u32, usize); 5] = [
    ("TOPOUTPUT_SELECT_1", 4, 3),
    ("TOPADDSUB_LOWERINPUT_0", 4, 4),
    ("TOPADDSUB_LOWERINPUT_1", 4, 5),
    ("TOPADDSUB_UPPERINPUT", 4, 6),
    ("TOPADDSUB_CARRYSELECT_0", 4, 7),
];

/// Where a port enters: tile above the lowest one, and the segment's name.
type Pin = (u32, String);

fn lut(tile: u32, number: usize, input: usize) -> Pin {
    (tile, format!("lutff_{number}/in_{input}"))
}

/// A row of pins of a tile: the first ones from this number on.
fn run(tile: u32, from: usize, input: usize) -> impl Iterator<Item = Pin> {
    (from..8).map(move |n| lut(tile, n, input))
}

fn op(tile: u32) -> impl Iterator<Item = Pin> {
    (0..8).map(move |n| (tile, format!("slf_op_{n}")))
}

/// Ports of a single-port RAM, the first or the second of its column, each with its pins from bit 0 on.
fn single_pins(second: bool) -> Vec<(&'static str, Vec<Pin>)> {
    let one = |name, tile, number, input| (name, vec![lut(tile, number, input)]);
    let clock = |tile| ("CLOCK", vec![(tile, "clk".to_owned())]);
    match second {
        false => vec![
            ("ADDRESS", run(2, 0, 1).chain(run(2, 0, 0).take(6)).collect()),
            ("DATAIN", run(1, 0, 3).chain(run(1, 0, 1)).collect()),
            ("DATAOUT", op(1).chain(op(2)).collect()),
            ("MASKWREN", run(3, 0, 0).take(4).collect()),
            clock(1),
            one("CHIPSELECT", 3, 6, 1),
            one("WREN", 3, 4, 1),
            one("STANDBY", 4, 0, 3),
            one("SLEEP", 4, 2, 3),
            one("POWEROFF", 4, 4, 3),
        ],
        true => vec![
            ("ADDRESS", run(2, 6, 0).chain(run(3, 0, 3)).chain(run(3, 0, 1).take(4)).collect()),
            ("DATAIN", run(1, 0, 0).chain(run(2, 0, 3)).collect()),
            ("DATAOUT", op(3).chain(op(4)).collect()),
            ("MASKWREN", run(3, 4, 0).collect()),
            clock(2),
            one("CHIPSELECT", 3, 7, 1),
            one("WREN", 3, 5, 1),
            one("STANDBY", 4, 1, 3),
            one("SLEEP", 4, 3, 3),
            one("POWEROFF", 4, 5, 3),
        ],
    }
}

/// Ports of a multiplier.
fn multiplier_pins() -> Vec<(&'static str, Vec<Pin>)> {
    let word = |name, tile| (name, run(tile, 0, 3).chain(run(tile, 0, 1)).collect());
    let one = |name, tile, number| (name, vec![lut(tile, number, 0)]);
    let global = |name, tile, net: &str| (name, vec![(tile, format!("lutff_global/{net}"))]);
    vec![
        word("A", 2),
        word("B", 1),
        word("C", 3),
        word("D", 0),
        ("O", (0..32u32).map(|bit| (bit / 8, format!("mult/O_{bit}"))).collect()),
        global("CLK", 2, "clk"),
        global("CE", 2, "cen"),
        global("IRSTTOP", 1, "s_r"),
        global("IRSTBOT", 0, "s_r"),
        one("AHOLD", 2, 0),
        one("BHOLD", 1, 0),
    ]
}

fn bad(why: String) -> BuildError {
    BuildError::Output { path: "the bitstream's Verilog".into(), why }
}

/// The configuration bits of tiles, as IceStorm's text has them.
struct Tiles<'a>(HashMap<(u32, u32), Vec<&'a str>>);

impl<'a> Tiles<'a> {
    fn of(asc: &'a str) -> Self {
        let mut tiles: HashMap<(u32, u32), Vec<&str>> = HashMap::new();
        let mut here = None;
        for line in asc.lines() {
            if line.starts_with('.') {
                let mut words = line.split(' ');
                let hard = words.next().is_some_and(|w| w.starts_with(".dsp") || w == ".ipcon_tile");
                let mut place = || words.next().and_then(|w| w.parse().ok());
                here = if hard { place().zip(place()) } else { None };
            } else if let Some(place) = here {
                tiles.entry(place).or_default().push(line);
            }
        }
        Tiles(tiles)
    }

    fn bit(&self, x: u32, y: u32, number: usize) -> bool {
        let row = self.0.get(&(x, y)).and_then(|rows| rows.get(CONFIG_ROWS[number]));
        row.and_then(|r| r.as_bytes().get(7)).is_some_and(|&b| b == b'1')
    }
}

/// Names of the nets by their segments, of the tiles in question.
fn nets(verilog: &str) -> HashMap<(u32, u32, &str), &str> {
    let mut all = HashMap::new();
    let mut net = "";
    for line in verilog.lines() {
        if let Some(rest) = line.strip_prefix("wire ").or_else(|| line.strip_prefix("reg ")) {
            net = rest.split([' ', ';']).next().unwrap_or("");
        } else if let Some(rest) = line.strip_prefix("// (").and_then(|l| l.strip_suffix("')")) {
            let mut parts = rest.splitn(3, ", ");
            let mut number = || parts.next().and_then(|p| p.parse::<u32>().ok());
            if let (Some(x), Some(y)) = (number(), number()) {
                if let Some(name) = parts.next().and_then(|p| p.strip_prefix('\'')) {
                    all.insert((x, y, name), net);
                }
            }
        }
    }
    all
}

/// The Verilog that IceStorm makes of the bits of `asc`, with its comments, completed: multipliers and single-port RAMs with
/// their models, the PLL as one that gives the clock it gets.
///
/// # Errors
/// A multiplier that is set in a way that its model does not know.
pub fn completed(verilog: &str, asc: &str) -> Result<String, BuildError> {
    let (tiles, nets) = (Tiles::of(asc), nets(verilog));
    let mut cells = String::new();
    let connect = |x: u32, y: u32, ports: &[(&str, Vec<Pin>)]| {
        let wire = |port: &str, (tile, name): &Pin| match nets.get(&(x, y + tile, name.as_str())) {
            Some(net) => (*net).to_owned(),
            // What is open is zero, but the clock's enable.
            None if port == "CE" => "1'b1".into(),
            None => "1'b0".into(),
        };
        let port = |(port, pins): &(&str, Vec<Pin>)| {
            let output = *port == "O" || *port == "DATAOUT";
            let open = |pin: &Pin| if output { String::new() } else { wire(port, pin) };
            // An output that goes nowhere has no net: its bits are connected one by one.
            match pins.len() {
                1 => format!(".{port}({})", wire(port, &pins[0])),
                _ if output => {
                    let bits: Vec<String> = pins
                        .iter()
                        .enumerate()
                        .filter_map(|(bit, (tile, name))| {
                            let net = nets.get(&(x, y + tile, name.as_str()))?;
                            Some(format!(".{port}_{bit}({net})"))
                        })
                        .collect();
                    bits.join(", ")
                }
                _ => format!(".{port}({{{}}})", pins.iter().rev().map(open).collect::<Vec<_>>().join(", ")),
            }
        };
        ports.iter().map(port).filter(|p| !p.is_empty()).collect::<Vec<_>>().join(", ")
    };
    for (x, second) in SINGLES {
        if tiles.bit(x, 1, second) {
            let pins = connect(x, 0, &single_pins(second == 1));
            let _ = writeln!(cells, "eie_spram spram_{x}_{second} ({pins});");
        }
    }
    for (x, y) in MULTIPLIERS {
        let setting = |name: &str| {
            let usual = SETTINGS.iter().find(|s| s.0 == name);
            let other = ELSEWHERE.iter().find(|s| s.0 == name && (x, y) == (0, 15));
            other.or(usual).is_some_and(|&(_, tile, bit)| tiles.bit(x, y + tile, bit))
        };
        if !SETTINGS.iter().any(|s| setting(s.0)) {
            continue;
        }
        let product =
            ["TOPOUTPUT_SELECT_0", "TOPOUTPUT_SELECT_1", "BOTOUTPUT_SELECT_0", "BOTOUTPUT_SELECT_1"].map(setting);
        if product != [true; 4] || setting("MODE_8x8") {
            return Err(bad(format!("the multiplier at {x}, {y} gives no product of 16 by 16 bits")));
        }
        let registers = ["TOP_8x8_MULT_REG", "BOT_8x8_MULT_REG", "PIPELINE_16x16_MULT_REG1"].map(setting);
        if registers != [registers[0]; 3] {
            return Err(bad(format!("some partial products of the multiplier at {x}, {y} have registers")));
        }
        let parameter = |model: &str, name: &str| format!(".{model}(1'b{})", u32::from(setting(name)));
        let parameters = [
            parameter("A_REG", "A_REG"),
            parameter("B_REG", "B_REG"),
            parameter("MIDDLE_REG", "PIPELINE_16x16_MULT_REG1"),
            parameter("PRODUCT_REG", "PIPELINE_16x16_MULT_REG2"),
            parameter("A_SIGNED", "A_SIGNED"),
            parameter("B_SIGNED", "B_SIGNED"),
        ];
        let pins =
            connect(x, y, &multiplier_pins().into_iter().filter(|p| !["C", "D"].contains(&p.0)).collect::<Vec<_>>());
        let _ = writeln!(cells, "eie_mac16 #({}) mac16_{x}_{y} ({pins});", parameters.join(", "));
    }
    // What the tool writes of these tiles itself are wires that nobody reads, and comments.
    let kept =
        verilog.lines().filter(|l| !l.starts_with("//") && !l.starts_with("/* DSP") && !l.starts_with("/* IPCON"));
    let mut text = kept.collect::<Vec<_>>().join("\n");
    // The pin that is a PLL's own has no pad beside it.
    let unmatched = verilog.split("// Warning: unmatched port '").nth(1).and_then(|rest| rest.split('\'').next());
    if let (Some(port), Some(at)) = (unmatched, text.find(".PACKAGEPIN(")) {
        let begin = at + ".PACKAGEPIN(".len();
        let end = begin + text[begin..].find(')').ok_or_else(|| bad("a PLL without an end".into()))?;
        text.replace_range(begin..end, port);
    }
    let end = text.rfind("endmodule").ok_or_else(|| bad("it has no module".into()))?;
    text.insert_str(end, &cells);
    Ok(format!("{text}\n{CELLS}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tile(kind: &str, x: u32, y: u32, ones: &[usize]) -> String {
        let rows = (0..16).map(|row| {
            let one = ones.iter().any(|&n| CONFIG_ROWS[n] == row);
            format!("{}{}{}\n", "0".repeat(7), u32::from(one), "0".repeat(46))
        });
        format!(".{kind}_tile {x} {y}\n{}", rows.collect::<String>())
    }

    #[test]
    fn cells_are_where_the_bits_are_and_connected_by_segments() {
        let verilog = "module chip (input clock);\nwire n1;\n// (0, 1, 'clk')\nwire n7;\n// (0, 2, 'lutff_3/in_1')\n\
                       // (0, 2, 'slf_op_7')\nreg n8 = 0;\n// (0, 7, 'lutff_0/in_3')\n// (0, 6, 'mult/O_9')\n\
                       .PACKAGEPIN(n9),\n// Warning: unmatched port 'clock'\nendmodule\n";
        let on = [tile("dsp1", 0, 6, &[0, 1, 7]), tile("dsp2", 0, 7, &[0, 7])].concat();
        let asc = [tile("ipcon", 0, 1, &[0]), tile("dsp0", 0, 5, &[4, 5, 6]), on].concat();
        let text = completed(verilog, &asc).unwrap();
        assert!(text.contains("eie_spram spram_0_0 (.ADDRESS({1'b0, 1'b0, 1'b0, 1'b0, 1'b0, 1'b0, 1'b0, 1'b0, 1'b0, 1'b0, n7, 1'b0, 1'b0, 1'b0})"), "{text}");
        assert!(text.contains(".DATAOUT_15(n7)") && text.contains(".CLOCK(n1)") && !text.contains("spram_0_1"));
        assert!(text.contains(".PACKAGEPIN(clock)"));
        assert!(text.contains(".MIDDLE_REG(1'b1)") && text.contains("1'b0, n8})") && text.contains(".O_9(n8)"));
        // One bit less, and it is another cell.
        let other = completed(verilog, &tile("ipcon", 0, 1, &[])).unwrap();
        assert!(!other.contains("eie_spram spram") && !other.contains("eie_mac16 #(.A"));
        assert!(completed(verilog, &tile("dsp0", 0, 5, &[4])).is_err());
    }
}
