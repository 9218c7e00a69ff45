//! The contract of OpenEIE: what a compressed model is, how it is computed, and how a device sees it.
//!
//! Everything that two parts of the project must agree on lives here and nowhere else: the arithmetic
//! rules ([`arith`]), the model ([`model`]) and how it applies its matrices ([`op`], [`lstm`]), tensors of
//! networks that are not known ([`archive`]), the `.eie` container ([`container`]), the parameters of a
//! device ([`config`]), its memory map ([`regs`]) and latencies ([`timing`]), the image it loads ([`image`],
//! [`pack`]), the golden model ([`golden`]) and the model of its cycles ([`cycles`]). The crate does no I/O.
#![forbid(unsafe_code)]

pub mod archive;
pub mod arith;
pub mod bits;
pub mod config;
pub mod container;
pub mod cycles;
pub mod golden;
pub mod huffman;
pub mod image;
pub mod link;
pub mod lstm;
pub mod memory;
pub mod model;
pub mod op;
pub mod pack;
pub mod regs;
pub mod timing;
