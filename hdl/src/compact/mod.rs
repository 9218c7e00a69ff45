//! The array for small devices: the same memory map and the same results as [`crate::accelerator`], in less than half of the
//! logic and of the block RAM, for clocks of some 25 MHz.
//!
//! What makes it small:
//! - Steps do not overlap: a step is scanned, computed and drained before the next one begins. So there are no markers, one
//!   bank of accumulators, and every port of a memory has one user at a time.
//! - A PE's weights, pointers and biases are words of one memory with a single port ([`memory::SingleRam`]). The walker reads
//!   a column's pointer, two words, between two columns.
//! - A column's entries have rows that rise, and between two columns are the pointer's cycles: no sum is needed before it is
//!   written, so nothing is passed by.
//! - Every PE's queue gets every activation: they have one tail, and their words are written once. A queue is in the half of
//!   the codebooks' block RAM that these leave free: codes are not read while pointers are.
//! - One drain unit for all PEs, which it serves one after the other.
//! - No registers for far away clusters: there is one.

pub mod array;
pub mod counters;
pub mod memory;
pub mod pe;
pub mod scan;
pub mod steps;
