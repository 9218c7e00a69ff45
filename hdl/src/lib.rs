//! The OpenEIE accelerator in rust-hdl: one hardware block per file.
//!
//! An activation's way through it: [`nz_detect`] -> broadcast ([`accelerator`], [`cluster`]) -> [`ptr_read`] ->
//! [`act_queue`] -> [`spmat_read`] -> [`weight_decode`] -> [`mac`] -> [`drain`] -> activation bank ([`pe`]).
//! The [`sequencer`] runs layers in a row; the [`link`] brings packets. [`emit`] writes the Verilog. Small devices have another
//! array ([`compact`]).
//!
//! Rules for code in this dialect, each of them for a fault that was seen:
//! - Constants are `Constant<Bits<_>>` fields. A bare `const` is emitted as an undeclared name, a
//!   `Constant<Signed<_>>` is compared as unsigned by yosys and as signed by Verilator.
//! - An inner expression is as wide in Verilog as its widest operand, not as its Rust type: what must wrap or be
//!   cut is assigned to a sized `Local` first.
//! - `>>` is logical; there is no arithmetic shift of `Signed` to rely on.
//! - Sizes that a configuration gives are `usize` fields with an underscore: loops over them unroll.
// The blocks are written as hardware: one assignment after the other, nested conditions, wide constructors.
#![allow(clippy::collapsible_if, clippy::new_without_default)]

pub mod accelerator;
pub mod accumulators;
pub mod act_queue;
pub mod arbiter;
pub mod arith;
pub mod cluster;
pub mod compact;
pub mod drain;
pub(crate) mod ecp5;
pub mod emit;
pub(crate) mod join;
pub mod link;
pub mod mac;
pub mod nz_detect;
pub mod offer_queue;
pub mod pair_ram;
pub mod pe;
pub mod pe_counters;
pub mod ptr_read;
pub mod ram;
pub mod sequencer;
pub mod spmat_read;
#[cfg(test)]
pub(crate) mod testing;
pub mod usb;
pub mod weight_decode;
