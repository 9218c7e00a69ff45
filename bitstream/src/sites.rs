//! Where an ECP5's block RAMs and multipliers go, decided before place and route.
//!
//! nextpnr's placer begins with all cells in the device's middle and pushes them apart. In that it finds no good order of
//! dozens of PEs: 64 of them have 711,000 tiles of wire, and 561,000 if their large blocks have places (docs/pnr.md). So each
//! PE's block RAMs are put beside each other here, its multiplier in a row near them, and PE beside PE in the order of their
//! clusters, there in two rows of block RAMs at a time and back in the next two, so that a cluster is about as high as it
//! is wide, and PEs of a chain are near each other. Look-up tables and registers gather around them.

use crate::floorplan::Block;
use crate::netlist::FLATTEN;
use crate::paths::BLOCK_RAM;
use crate::tools::YOSYS;
use crate::{read, write, BuildError};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

/// The netlist that [`assign`] makes of `synth.json`.
pub const SITED: &str = "sited.json";
/// The netlist of a synthesis.
const NETLIST: &str = "synth.json";

const MULTIPLIER: &str = "MULT18X18D";

/// The large blocks of a die stand in rows, in groups of nine columns with four block RAMs or four multipliers each.
struct Die {
    /// What sizes end with.
    sizes: &'static [&'static str],
    ram_rows: &'static [u32],
    multiplier_rows: &'static [u32],
    /// First column of each group.
    groups: &'static [u32],
}

/// Project Trellis' database, as nextpnr has it.
const DIES: [Die; 3] = [
    Die { sizes: &["12k", "25k"], ram_rows: &[25, 37], multiplier_rows: &[13], groups: &[4, 13, 22, 33, 42, 51, 60] },
    Die {
        sizes: &["45k"],
        ram_rows: &[10, 34, 58],
        multiplier_rows: &[22, 46],
        groups: &[4, 13, 22, 31, 42, 51, 60, 69, 78],
    },
    Die {
        sizes: &["85k"],
        ram_rows: &[22, 46, 70, 82],
        multiplier_rows: &[10, 34, 58],
        groups: &[4, 13, 22, 31, 40, 49, 58, 69, 78, 87, 96, 105, 114],
    },
];

/// Columns of a group's block RAMs, from its first one, and their numbers in nextpnr's names.
const RAMS: [(u32, u32); 4] = [(0, 0), (2, 1), (4, 2), (6, 3)];
/// The same of its multipliers.
const MULTIPLIERS: [(u32, u32); 4] = [(0, 0), (1, 1), (4, 4), (5, 5)];

#[derive(Clone, Debug, PartialEq, Eq)]
struct Site {
    x: u32,
    y: u32,
    /// As nextpnr calls it.
    bel: String,
}

impl Die {
    fn of(size: &str) -> Option<&'static Die> {
        DIES.iter().find(|d| d.sizes.iter().any(|s| size.ends_with(s)))
    }

    fn row(&self, y: u32, kind: &str, places: [(u32, u32); 4]) -> Vec<Site> {
        let site = |x: u32, number: u32| Site { x, y, bel: format!("X{x}/Y{y}/{kind}{number}") };
        self.groups.iter().flat_map(|first| places.map(|(x, number)| site(first + x, number))).collect()
    }

    fn rams(&self) -> Vec<Vec<Site>> {
        self.ram_rows.iter().map(|&y| self.row(y, "EBR", RAMS)).collect()
    }

    fn multipliers(&self) -> Vec<Site> {
        self.multiplier_rows.iter().flat_map(|&y| self.row(y, "MULT18_", MULTIPLIERS)).collect()
    }
}

/// Names of a PE's large cells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Large {
    rams: Vec<String>,
    multipliers: Vec<String>,
}

/// Whether the places of the large blocks of devices of this size are known.
pub fn knows(size: &str) -> bool {
    Die::of(size).is_some()
}

/// A site for each cell of these PEs, and for block RAMs of the rest in the first columns of the two middle rows, as far as PEs
/// leave them; if the die is known and has enough of them.
fn places(size: &str, pes: &[Large], rest: &[String]) -> Option<Vec<(String, String)>> {
    let die = Die::of(size)?;
    let rows = die.rams();
    let width = rows.first()?.len();
    let band = if rows.len().is_multiple_of(2) { 2 } else { 1 };
    let per_row = pes.len().div_ceil(rows.len()).max(1);
    let most = pes.iter().map(|p| p.rams.len()).max()?;
    if most * per_row > width {
        return None;
    }
    let kept = rest.len().div_ceil(2).min(width - most * per_row);
    let middle_rows = [(rows.len() - 1) / 2, (rows.len() - 1) / 2 + 1];
    let mut free = die.multipliers();
    let middle = middle_rows.iter().filter_map(|&row| rows.get(row)).flat_map(|row| &row[..kept]);
    let mut placed: Vec<_> = rest.iter().cloned().zip(middle.map(|site| site.bel.clone())).collect();
    for (number, pe) in pes.iter().enumerate() {
        let (of, column) = (number / (per_row * band), number / band % per_row);
        let along = if of % 2 == 1 { per_row - 1 - column } else { column };
        let below = if column % 2 == 1 { band - 1 - number % band } else { number % band };
        let row = of * band + below;
        let first = if middle_rows.contains(&row) { kept } else { 0 };
        let sites = &rows[row][first + along * (width - first) / per_row..];
        placed.extend(pe.rams.iter().zip(sites).map(|(cell, site)| (cell.clone(), site.bel.clone())));
        // Multipliers of a band are in one row, the nearest to its middle, that the next PE of a chain is not a row further away.
        let (upper, lower) = (&rows[of * band][0], &rows[(of + 1) * band - 1][0]);
        let (x, y) = (sites[most / 2].x, (upper.y + lower.y) / 2);
        for cell in &pe.multipliers {
            let far = |s: &Site| s.x.abs_diff(x) + s.y.abs_diff(y);
            let nearest = (0..free.len()).min_by_key(|&k| far(&free[k]))?;
            placed.push((cell.clone(), free.remove(nearest).bel));
        }
    }
    Some(placed)
}

#[derive(Deserialize)]
struct File {
    modules: BTreeMap<String, Module>,
}

#[derive(Deserialize)]
struct Module {
    #[serde(default)]
    cells: BTreeMap<String, Cell>,
}

#[derive(Deserialize)]
struct Cell {
    #[serde(rename = "type")]
    kind: String,
}

/// The large cells of each PE, in the order of clusters and PEs, and the block RAMs of none; their names as yosys has them
/// without modules.
fn large(file: &File, top: &str) -> (Vec<Large>, Vec<String>) {
    let mut pes: BTreeMap<(u32, u32), Large> = BTreeMap::new();
    let mut rest = Vec::new();
    let mut open = vec![(String::new(), top)];
    while let Some((path, module)) = open.pop() {
        let Some(module) = file.modules.get(module) else { continue };
        for (name, cell) in &module.cells {
            let name = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            // A module within itself would not end.
            if file.modules.contains_key(&cell.kind) && name.len() < 1000 {
                open.push((name.clone(), cell.kind.as_str()));
            }
            let Block::Pe(cluster, pe) = Block::of(&name) else {
                if cell.kind == BLOCK_RAM {
                    rest.push(name);
                }
                continue;
            };
            let large = pes.entry((cluster, pe)).or_default();
            match cell.kind.as_str() {
                BLOCK_RAM => large.rams.push(name),
                MULTIPLIER => large.multipliers.push(name),
                _ => (),
            }
        }
    }
    let mut pes: Vec<Large> = pes.into_values().collect();
    pes.iter_mut().for_each(|pe| pe.rams.sort());
    rest.sort();
    (pes, rest)
}

/// Makes [`SITED`] of a folder's `synth.json`, whose top module is `top`: one module, in which the large cells of each PE have
/// places. None where the die's rows are not known or too short.
///
/// # Errors
/// The netlist cannot be read; yosys is missing or fails.
pub fn assign(size: &str, top: &str, folder: &Path) -> Result<Option<()>, BuildError> {
    let path = folder.join(NETLIST);
    let bad = |e: serde_json::Error| BuildError::Output { path: path.display().to_string(), why: e.to_string() };
    let file: File = serde_json::from_str(&read(&path)?).map_err(bad)?;
    let (pes, rest) = large(&file, top);
    let Some(placed) = places(size, &pes, &rest) else { return Ok(None) };
    let places: String = placed.iter().map(|(cell, bel)| format!("setattr -set BEL \"{bel}\" c:{cell}\n")).collect();
    let script = format!(
        "read_json {NETLIST}\nhierarchy -top {top}\n{FLATTEN}\n{places}\
         write_json {SITED}\n"
    );
    write(folder, "sites.ys", &script)?;
    YOSYS.run(folder, "sites.log", &["-q", "-s", "sites.ys"])?;
    Ok(Some(()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn pes(count: usize, rams: usize) -> Vec<Large> {
        let named = |pe: usize| Large {
            rams: (0..rams).map(|k| format!("pe{pe}.ram{k}")).collect(),
            multipliers: vec![format!("pe{pe}.multiplier")],
        };
        (0..count).map(named).collect()
    }

    fn at(bel: &str) -> (u32, u32) {
        let (x, rest) = bel[1..].split_once("/Y").unwrap();
        (x.parse().unwrap(), rest.split('/').next().unwrap().parse().unwrap())
    }

    #[test]
    fn a_die_has_as_many_sites_as_its_data_sheet_says() {
        for (size, rams, multipliers) in [("25k", 56, 28), ("um5g-45k", 108, 72), ("85k", 208, 156)] {
            let die = Die::of(size).unwrap();
            assert_eq!((die.rams().concat().len(), die.multipliers().len()), (rams, multipliers), "{size}");
        }
        assert!(knows("12k") && !knows("hx8k") && !knows("up5k") && !knows("GW1N-9C"));
    }

    #[test]
    fn each_cell_has_a_site_of_its_own_and_a_pe_is_in_one_place() {
        for (count, rams) in [(64, 3), (32, 3), (16, 12), (1, 2)] {
            let rest: Vec<String> = (0..8).map(|k| format!("link.ram{k}")).collect();
            let placed = places("85k", &pes(count, rams), &rest).unwrap();
            assert_eq!(placed.len(), rest.len() + count * (rams + 1));
            // The link's are beside each other.
            let (link, placed) = placed.split_at(rest.len());
            assert!(link.iter().all(|(_, bel)| at(bel).0 <= 10 && (46..=70).contains(&at(bel).1)), "{link:?}");
            let all: BTreeSet<&String> = link.iter().chain(placed).map(|(_, bel)| bel).collect();
            assert_eq!(all.len(), link.len() + placed.len());
            let sites: BTreeSet<&String> = placed.iter().map(|(_, bel)| bel).collect();
            assert_eq!(sites.len(), placed.len());
            // Multipliers are in the two rows that are nearest to the middles of two rows of block RAMs.
            assert!(placed.chunks(rams + 1).all(|pe| [34, 58].contains(&at(&pe[rams].1).1)));
            for pe in placed.chunks(rams + 1) {
                let (first, last) = (at(&pe[0].1), at(&pe[rams - 1].1));
                assert!(first.1 == last.1 && last.0 - first.0 <= 3 * rams as u32, "{pe:?}");
                let multiplier = at(&pe[rams].1);
                assert!(multiplier.0.abs_diff(first.0) <= 30 && multiplier.1.abs_diff(first.1) <= 24, "{pe:?}");
            }
        }
        // Too many memories for its rows.
        assert!(places("85k", &pes(64, 4), &[]).is_none());
        assert!(places("25k", &pes(16, 5), &[]).is_none());
    }

    #[test]
    fn cells_are_found_through_the_modules_around_them() {
        let text = r#"{"modules": {
            "top": {"cells": {"eie.clusters$1": {"type": "cluster"}, "eie.link.ram": {"type": "DP16KD"}}},
            "cluster": {"cells": {"pes$0": {"type": "pe"}, "pes$1": {"type": "pe"}}},
            "pe": {"cells": {"mac.m": {"type": "MULT18X18D"}, "b": {"type": "DP16KD"}, "a": {"type": "DP16KD"}}},
            "loop": {"cells": {"x": {"type": "loop"}}}}}"#;
        let file: File = serde_json::from_str(text).unwrap();
        let (found, rest) = large(&file, "top");
        assert_eq!(rest, ["eie.link.ram"]);
        assert_eq!(found.len(), 2);
        assert_eq!(found[1].rams, ["eie.clusters$1.pes$1.a", "eie.clusters$1.pes$1.b"]);
        assert_eq!(found[1].multipliers, ["eie.clusters$1.pes$1.mac.m"]);
        assert!(large(&file, "loop").0.is_empty());
        assert!(large(&file, "nothing").0.is_empty());
    }
}
