//! Files of weights without a known network: `eie compress --no-retrain`, and `eie decompress`.

use crate::common::Verdict;
use crate::compress;
use anyhow::Result;

/// `eie compress --no-retrain`.
pub fn compress(_args: &compress::Args) -> Result<Verdict> {
    anyhow::bail!("not yet")
}
