//! [`eie_host::selftest::trials`] on a test's lines.

use crate::contract::small;
use eie_host::selftest::{self, FaultSettings, Tally};
use eie_host::transport::Transport;
use std::time::Duration;

/// A number from the environment.
pub fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().unwrap())
}

/// Runs batches over a line with faults until there were so many.
pub fn trials<T: Transport>(
    open: impl Fn() -> T,
    pes: usize,
    timeout: Duration,
    faults: u64,
    limit: Duration,
) -> Tally {
    let (program, inputs) = small(pes);
    let settings = FaultSettings { faults, seed: pes as u64, timeout, limit };
    selftest::trials(|| Ok(open()), &program, &inputs, &settings).unwrap()
}

/// Nothing wrong, and the kinds of outcomes that must occur did.
pub fn judge(line: &str, tally: &Tally) {
    println!("{{\"line\":\"{line}\"}} {tally:?}");
    assert!(tally.holds(), "{line}: {tally:?}");
    // Most are recovered from, and those that cannot be are errors.
    assert!(tally.recovered > tally.trials * 3 / 4 && tally.typed_errors > 0, "{line}");
}
