//! A clock for the blocks' own tests.

pub(crate) use crate::emit::connected;
use rust_hdl::prelude::*;

/// One cycle: inputs set before are taken over at its end.
pub(crate) fn tick<B: Block>(uut: &mut B, clock: impl Fn(&mut B) -> &mut Signal<In, Clock>) {
    for level in [false, true] {
        clock(uut).next = level.into();
        assert!(simulate(uut, 100), "the block does not settle");
    }
}

/// Lets what a test has set reach the outputs of the same cycle.
pub(crate) fn settle<B: Block>(uut: &mut B) {
    assert!(simulate(uut, 100), "the block does not settle");
}

/// A sequence of numbers that is the same every time.
pub(crate) fn numbers(seed: u64) -> impl FnMut() -> u64 {
    let mut x = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    move || {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        x
    }
}
