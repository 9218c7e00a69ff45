//! ECP5: what block RAMs hold when the device is configured, from the text of a configuration (`nextpnr --textcfg`,
//! `ecpunpack`).

use crate::tools::ECPUNPACK;
use crate::{read, BuildError};
use std::collections::BTreeMap;
use std::path::Path;

/// Words of nine bits of each block RAM that has contents, by its number.
pub type Contents = BTreeMap<u32, Vec<u16>>;

/// The contents in a configuration's text.
///
/// # Errors
/// What follows `.bram_init` is no number, or the words are none.
pub fn contents(text: &str, name: &str) -> Result<Contents, BuildError> {
    let bad = |line: usize, why: &str| BuildError::Output { path: name.into(), why: format!("line {line}: {why}") };
    let mut all = Contents::new();
    let mut current: Option<u32> = None;
    for (at, line) in text.lines().enumerate() {
        if let Some(number) = line.strip_prefix(".bram_init ") {
            let number = number.trim().parse().map_err(|_| bad(at + 1, "expected the number of a block RAM"))?;
            all.insert(number, Vec::new());
            current = Some(number);
        } else if line.starts_with('.') || line.trim().is_empty() {
            current = None;
        } else if let Some(words) = current.and_then(|n| all.get_mut(&n)) {
            for word in line.split_whitespace() {
                words.push(u16::from_str_radix(word, 16).map_err(|_| bad(at + 1, "expected words in hexadecimal"))?);
            }
        }
    }
    Ok(all)
}

/// Bits that are one.
pub fn ones(contents: &Contents) -> u32 {
    contents.values().flatten().map(|w| w.count_ones()).sum()
}

/// Unpacks a bitstream: the text of its configuration.
///
/// # Errors
/// The tool is missing or fails.
pub fn unpack(folder: &Path, bitstream: &str) -> Result<String, BuildError> {
    ECPUNPACK.run(folder, "unpack.log", &[bitstream, "unpacked.config"])?;
    read(&folder.join("unpacked.config"))
}

/// Compares what the bitstream has with what place and route asked for, and with what the design needs: memories that begin
/// with zeros. How many block RAMs there are.
///
/// # Errors
/// They differ, or a bit is one.
pub fn check(folder: &Path, routed: &str, bitstream: &str) -> Result<usize, BuildError> {
    let bad = |why: String| BuildError::Output { path: folder.join(bitstream).display().to_string(), why };
    let want = contents(&read(&folder.join(routed))?, routed)?;
    let found = contents(&unpack(folder, bitstream)?, bitstream)?;
    if let Some(number) = want.keys().chain(found.keys()).find(|n| want.get(n) != found.get(n)) {
        return Err(bad(format!("block RAM {number} does not begin with what place and route asked for")));
    }
    match ones(&found) {
        0 => Ok(found.len()),
        set => Err(bad(format!("{set} bits of the block RAMs' first contents are one, expected zeros only"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contents_are_read() {
        let text = ".device X\n\n.tile A\nenum: EBR0.MODE DP16KD\n\n.bram_init 3\n000 101\n003\n\n.tile B\nword: 12";
        let found = contents(text, "x").unwrap();
        assert_eq!(found, Contents::from([(3, vec![0, 0x101, 3])]));
        assert_eq!(ones(&found), 4);
        assert!(contents(".bram_init x\n", "x").is_err());
        assert!(contents(".bram_init 1\nzz\n", "x").unwrap_err().to_string().contains("line 2"));
    }
}
