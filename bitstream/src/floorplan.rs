//! Where place and route put the cells, as a picture: a square for each tile of the device that is used, coloured by the
//! block that has most of its cells.

use crate::{io, BuildError};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::io::BufReader;
use std::path::Path;

/// Pixels of a tile.
const TILE: u32 = 6;
/// Cells of a tile that is full: four slices of two LUTs and two registers.
const FULL: usize = 16;
/// Degrees of the colour circle between a PE and the next: the golden angle, so that neighbours differ.
const TURN: f64 = 137.508;
/// Pixels of a line of the legend, and entries beside each other.
const LINE: usize = 16;
/// See [`LINE`].
const COLUMNS: usize = 5;

/// A cell that is placed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// The block that it belongs to.
    pub block: Block,
    /// Block RAM or multiplier.
    pub large: bool,
    /// Tile, from the left.
    pub x: u32,
    /// Tile, from above.
    pub y: u32,
}

/// A part of the design.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Block {
    /// A PE, by its cluster and its number there.
    Pe(u32, u32),
    /// What a cluster has besides its PEs.
    Cluster(u32),
    /// Packets.
    Link,
    /// The serial line, or USB.
    Line,
    /// Steps, and who broadcasts.
    Control,
    /// Pins, clocks, and what has no name.
    Other,
}

impl Block {
    /// From a cell's name.
    pub fn of(name: &str) -> Self {
        let number = |part: &str| {
            let rest = &name[name.find(part)? + part.len()..];
            rest[..rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len())].parse::<u32>().ok()
        };
        let name = name.strip_prefix("eie.").unwrap_or(name);
        match (number("clusters$"), number("pes$")) {
            (Some(cluster), Some(pe)) => Block::Pe(cluster, pe),
            (Some(cluster), None) => Block::Cluster(cluster),
            _ if name.starts_with("link") => Block::Link,
            _ if name.starts_with("uart") || name.starts_with("usb") => Block::Line,
            _ if name.starts_with("accelerator.") => Block::Control,
            _ => Block::Other,
        }
    }

    fn name(&self) -> String {
        match self {
            Block::Pe(cluster, pe) => format!("PE {cluster}.{pe}"),
            Block::Cluster(cluster) => format!("cluster {cluster}"),
            Block::Link => "link".into(),
            Block::Line => "line to the host".into(),
            Block::Control => "sequencer, arbiter".into(),
            Block::Other => "other".into(),
        }
    }
}

/// The places of all cells in what nextpnr's `--write` gave, whatever the module's name.
///
/// # Errors
/// A file that cannot be read, or is no such file.
pub fn read(path: &Path) -> Result<Vec<Placed>, BuildError> {
    let file = std::fs::File::open(path).map_err(io(path))?;
    let bad = |e: serde_json::Error| BuildError::Output { path: path.display().to_string(), why: e.to_string() };
    places(serde_json::from_reader(BufReader::new(file)).map_err(bad)?)
        .ok_or_else(|| BuildError::Output { path: path.display().to_string(), why: "no cell has a place".into() })
}

/// Only what is needed of a file of up to hundreds of megabytes.
#[derive(Deserialize)]
struct File {
    modules: BTreeMap<String, Module>,
}

#[derive(Deserialize)]
struct Module {
    cells: BTreeMap<String, Cell>,
}

#[derive(Deserialize)]
struct Cell {
    #[serde(rename = "type")]
    kind: String,
    attributes: Attributes,
}

#[derive(Deserialize)]
struct Attributes {
    #[serde(rename = "NEXTPNR_BEL")]
    bel: Option<String>,
}

fn places(file: File) -> Option<Vec<Placed>> {
    let cells = file.modules.into_values().flat_map(|m| m.cells);
    let place = |(name, cell): (String, Cell)| {
        let bel = cell.attributes.bel?;
        let (x, rest) = bel.strip_prefix('X')?.split_once("/Y")?;
        let y = rest.split('/').next()?;
        let large = matches!(cell.kind.as_str(), "DP16KD" | "MULT18X18D");
        Some(Placed { block: Block::of(&name), large, x: x.parse().ok()?, y: y.parse().ok()? })
    };
    let all: Vec<Placed> = cells.filter_map(place).collect();
    (!all.is_empty()).then_some(all)
}

/// The picture. Block RAMs and multipliers have an edge.
pub fn svg(cells: &[Placed]) -> String {
    let mut blocks: BTreeMap<&Block, usize> = BTreeMap::new();
    let mut tiles: BTreeMap<(u32, u32), BTreeMap<&Block, usize>> = BTreeMap::new();
    let mut large: BTreeMap<(u32, u32), bool> = BTreeMap::new();
    for cell in cells {
        *blocks.entry(&cell.block).or_default() += 1;
        *tiles.entry((cell.x, cell.y)).or_default().entry(&cell.block).or_default() += 1;
        *large.entry((cell.x, cell.y)).or_default() |= cell.large;
    }
    let color: BTreeMap<&Block, String> =
        blocks.keys().enumerate().map(|(number, &block)| (block, color(block, number))).collect();
    let (wide, high) = tiles.keys().fold((0, 0), |(x, y), tile| (x.max(tile.0 + 1), y.max(tile.1 + 1)));
    let legend = (blocks.len().div_ceil(COLUMNS) * LINE) as u32 + 8;
    let (width, height) = ((wide * TILE).max(640), high * TILE + legend);
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"100%\" font-family=\"sans-serif\" \
         font-size=\"10\" role=\"img\" aria-label=\"Where the cells are\">\n<rect width=\"{}\" height=\"{}\" fill=\"#f4f4f4\"/>\n",
        wide * TILE,
        high * TILE
    );
    for (tile, of) in &tiles {
        // Of two with as many cells, the first.
        let Some((block, _)) = of.iter().rev().max_by_key(|(_, count)| **count) else { continue };
        let count: usize = of.values().sum();
        let (opacity, edge) = match large[tile] {
            true => (1.0, " stroke=\"#000\" stroke-width=\".8\""),
            false => (0.3 + 0.7 * count.min(FULL) as f64 / FULL as f64, ""),
        };
        let (x, y) = (tile.0 * TILE, tile.1 * TILE);
        let _ = writeln!(
            text,
            "<rect x=\"{x}\" y=\"{y}\" width=\"{TILE}\" height=\"{TILE}\" fill=\"{}\" fill-opacity=\"{opacity:.2}\"{edge}/>",
            color[*block]
        );
    }
    for (number, (block, count)) in blocks.iter().enumerate() {
        let x = number % COLUMNS * (width as usize / COLUMNS);
        let y = high as usize * TILE as usize + 8 + number / COLUMNS * LINE;
        let _ = writeln!(
            text,
            "<rect x=\"{x}\" y=\"{y}\" width=\"10\" height=\"10\" fill=\"{}\"/><text x=\"{}\" y=\"{}\">{} ({count})</text>",
            color[*block],
            x + 13,
            y + 9,
            block.name()
        );
    }
    text.push_str("</svg>\n");
    text
}

/// PEs have strong colours, everything else dull ones.
fn color(block: &Block, number: usize) -> String {
    match block {
        Block::Pe(..) => format!("hsl({:.0} 70% 45%)", (number as f64 * TURN) % 360.0),
        Block::Cluster(cluster) => format!("hsl(30 25% {}%)", 35 + cluster % 4 * 8),
        Block::Link => "#222".into(),
        Block::Line => "#c9a227".into(),
        Block::Control => "#4a6a8a".into(),
        Block::Other => "#aaa".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROUTED: &str = r#"{"creator": "x", "modules": {"board": {"settings": {}, "cells": {
        "eie.accelerator.clusters$0.pes$3.mac.sum": {"type": "TRELLIS_FF", "attributes": {"NEXTPNR_BEL": "X4/Y7/SLICEA.FF0"}},
        "eie.accelerator.clusters$0.pes$3.act_bank.mem_cell0_0": {"type": "DP16KD", "attributes": {"NEXTPNR_BEL": "X9/Y2/EBR0"}},
        "eie.link.tx.a": {"type": "TRELLIS_COMB", "attributes": {"NEXTPNR_BEL": "X4/Y7/SLICEA.K0"}},
        "eie.link.tx.b": {"type": "TRELLIS_COMB", "attributes": {"NEXTPNR_BEL": "X4/Y7/SLICEA.K1"}},
        "loose": {"type": "X", "attributes": {}}}}}}"#;

    #[test]
    fn tiles_have_the_colour_of_most_of_their_cells() {
        let cells = places(serde_json::from_str(ROUTED).unwrap()).unwrap();
        assert_eq!(cells.len(), 4);
        let text = svg(&cells);
        let tile = |x: u32, y: u32| {
            let at = format!("<rect x=\"{}\" y=\"{}\" width=\"6\"", x * TILE, y * TILE);
            text.lines().find(|l| l.starts_with(&at)).unwrap().to_owned()
        };
        // Two of the link's, one of a PE's; a block RAM, with an edge.
        assert!(tile(4, 7).contains("#222") && !tile(4, 7).contains("stroke"));
        assert!(tile(9, 2).contains("hsl(0 70% 45%)") && tile(9, 2).contains("stroke"));
        assert!(text.contains("PE 0.3 (2)") && text.contains("link (2)") && !text.contains("other"));
    }

    #[test]
    fn names_tell_the_block() {
        assert_eq!(Block::of("eie.accelerator.clusters$12.pes$7.mac"), Block::Pe(12, 7));
        assert_eq!(Block::of("accelerator.clusters$1.offers"), Block::Cluster(1));
        assert_eq!(Block::of("eie.accelerator.sequencer.x"), Block::Control);
        assert_eq!(Block::of("$PACKER_GND"), Block::Other);
        let empty = r#"{"modules": {"a": {"cells": {"b": {"type": "c", "attributes": {}}}}}}"#;
        assert!(places(serde_json::from_str(empty).unwrap()).is_none());
    }
}
