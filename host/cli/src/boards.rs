//! `eie boards`, and the boards that the program knows.

use crate::common::{print_json, read, Verdict};
use anyhow::{Context, Result};
use eie_host::Board;
use std::path::Path;

/// The repository's, so that the program is one file.
const BOARDS: [&str; 16] = [
    include_str!("../boards/ulx3s-12f/board.toml"),
    include_str!("../boards/ulx3s-25f/board.toml"),
    include_str!("../boards/ulx3s-45f/board.toml"),
    include_str!("../boards/ulx3s-85f/board.toml"),
    include_str!("../boards/ulx3s-85f-large/board.toml"),
    include_str!("../boards/ulx3s-85f-wide/board.toml"),
    include_str!("../boards/colorlight-i5/board.toml"),
    include_str!("../boards/colorlight-i9/board.toml"),
    include_str!("../boards/orangecrab-25f/board.toml"),
    include_str!("../boards/orangecrab-85f/board.toml"),
    include_str!("../boards/ecpix5-45f/board.toml"),
    include_str!("../boards/ecpix5-85f/board.toml"),
    include_str!("../boards/icebreaker/board.toml"),
    include_str!("../boards/ice40-hx8k/board.toml"),
    include_str!("../boards/icestick/board.toml"),
    include_str!("../boards/tang-nano-9k/board.toml"),
];

/// List the boards that the program knows.
///
/// Example: eie boards
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// One JSON object on standard output.
    #[arg(long)]
    json: bool,
}

/// All boards.
pub fn all() -> Result<Vec<Board>> {
    BOARDS.iter().map(|text| Ok(toml::from_str(text)?)).collect()
}

/// A board by its name, or of a file.
pub fn find(name: &str) -> Result<Board> {
    let boards = all()?;
    if let Some(board) = boards.iter().find(|b| b.name == name) {
        return Ok(board.clone());
    }
    let path = Path::new(name);
    if !path.exists() {
        let names: Vec<&str> = boards.iter().map(|b| b.name.as_str()).collect();
        anyhow::bail!("no board and no file is called {name}; boards are {}", names.join(", "));
    }
    let text = String::from_utf8(read(path)?).with_context(|| name.to_owned())?;
    toml::from_str(&text).with_context(|| name.to_owned())
}

/// Runs the verb.
pub fn run(args: Args) -> Result<Verdict> {
    let boards = all()?;
    if args.json {
        print_json(&serde_json::json!({ "boards": boards }))?;
        return Ok(Verdict::Holds);
    }
    eprintln!(
        "{:14} {:12} {:>6} {:>10} {:>11} {:>9}  link",
        "board", "device", "LUTs", "block RAMs", "multipliers", "MHz"
    );
    for b in boards {
        eprintln!(
            "{:14} {:12} {:>6} {:>10} {:>11} {:>9}  {} at {} baud",
            b.name, b.device, b.luts, b.block_rams, b.multipliers, b.clock_mhz, b.link, b.baud
        );
    }
    Ok(Verdict::Holds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_board_reads_and_is_named_as_its_folder() {
        let boards = all().unwrap();
        assert_eq!(boards.len(), BOARDS.len());
        for b in &boards {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../constraints").join(&b.name);
            assert!(path.join("board.toml").exists(), "{}", b.name);
        }
        let text = BOARDS[0].replace("luts =", "lots =");
        assert!(toml::from_str::<Board>(&text).unwrap_err().to_string().contains("lots"));
    }
}
