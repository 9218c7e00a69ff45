//! From rust-hdl to one Verilog file: emission, checks, and one module for all instances that are alike.

use crate::accelerator::Accelerator;
use crate::act_queue::ActQueue;
use crate::compact::array::CompactArray;
use crate::drain::Drain;
use crate::link::top_axis::TopAxis;
use crate::link::top_stream::{CompactStream, TopStream};
use crate::link::top_uart::{CompactUart, TopUart};
use crate::mac::Mac;
use crate::spmat_read::SpmatRead;
use crate::usb::top_usb::TopUsb;
use eie_spec::config::Config;
use eie_spec::link::axi::STREAM_BITS;
use eie_spec::link::LinkParams;
use rust_hdl::prelude::*;
use std::collections::HashMap;

/// Connects a block whose inputs are driven from outside.
macro_rules! connected {
    ($block:expr, $($input:ident),+) => {{
        let mut uut = $block;
        $(uut.$input.connect();)+
        uut.connect_all();
        uut
    }};
}
#[cfg(test)]
pub(crate) use connected;

/// Name of the top module.
pub const TOP: &str = "top";

/// Behavioural Verilog of the ECP5 cells that [`Target::Ecp5`] names, for simulators.
pub const ECP5_CELLS: &str = include_str!("../verilog/cells/ecp5.v");

/// The accelerator, connected and ready to simulate.
pub fn elaborate(config: &Config) -> Box<Accelerator> {
    connected!(Box::new(Accelerator::new(config)), clock, bus_write, bus_read, bus_address, bus_wdata)
}

/// What is to be the top module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Top {
    /// The accelerator with its bus.
    Accelerator,
    /// The accelerator behind a link on a serial line, of so many cycles a bit.
    Uart(LinkParams, u32),
    /// The accelerator behind a link of bytes.
    Stream(LinkParams),
    /// The accelerator behind a link on AXI4-Stream of so many bits ([`eie_spec::link::axi::STREAM_BITS`]), with
    /// registers on AXI4-Lite.
    Axis(LinkParams, usize),
    /// The accelerator behind a link on a USB device of its own, of so many cycles of the clock a bit: a multiple of 12 MHz.
    Usb(LinkParams, u32),
}

/// Whose primitives the Verilog names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// Nobody's: what any simulator and synthesiser understands.
    Generic,
    /// Lattice ECP5's block RAM, multiplier and carry cells where they have registers that no synthesiser infers. The
    /// hierarchy of clusters and PEs is kept: so yosys maps one of each and not all, and does not merge the registers
    /// of the broadcast tree that are equal in all clusters.
    Ecp5,
}

impl Target {
    /// The Verilog for it, of that for all.
    fn apply(self, text: String) -> String {
        match self {
            Target::Generic => text,
            Target::Ecp5 => {
                let kept = |line: &str| {
                    let name =
                        line.strip_prefix("module ").and_then(|l| l.split_once('(')).map_or("", |(name, _)| name);
                    let mut parts = name.rsplit('$');
                    let numbered = parts.next().is_some_and(|n| n.parse::<usize>().is_ok());
                    numbered && parts.next().is_some_and(|kind| ["clusters", "pes", "loads"].contains(&kind))
                };
                let line = |line| if kept(line) { format!("(* keep_hierarchy *)\n{line}") } else { line.to_owned() };
                format!("`define EIE_ECP5\n{}\n", text.lines().map(line).collect::<Vec<_>>().join("\n"))
            }
        }
    }
}

/// The accelerator behind a link of bytes, connected and ready to simulate.
pub fn elaborate_stream(config: &Config, params: LinkParams) -> Box<TopStream> {
    connected!(Box::new(TopStream::new(config, params)), clock, reset, rx_data, rx_valid, tx_ready)
}

/// The accelerator behind a link on a serial line, connected and ready to simulate.
pub fn elaborate_uart(config: &Config, params: LinkParams, clocks: u32) -> Box<TopUart> {
    connected!(Box::new(TopUart::new(config, params, clocks)), clock, reset, rx)
}

/// The accelerator behind a link on USB, connected and ready to simulate.
pub fn elaborate_usb(config: &Config, params: LinkParams, clocks: u32) -> Box<TopUsb> {
    connected!(Box::new(TopUsb::new(config, params, clocks)), clock, reset, usb_d_p_in, usb_d_n_in)
}

/// The compact array, connected and ready to simulate.
pub fn elaborate_compact(config: &Config) -> Box<CompactArray> {
    connected!(Box::new(CompactArray::new(config)), clock, bus_write, bus_read, bus_address, bus_wdata)
}

/// The Verilog of the accelerator with this top.
fn usual(config: &Config, top: Top) -> String {
    match top {
        Top::Accelerator => generate_verilog(&*elaborate(config)),
        Top::Stream(params) => generate_verilog(&*elaborate_stream(config, params)),
        Top::Axis(params, 8) => axis::<8, 1>(config, params),
        Top::Axis(params, 32) => axis::<32, 4>(config, params),
        Top::Axis(params, 64) => axis::<64, 8>(config, params),
        Top::Axis(params, 128) => axis::<128, 16>(config, params),
        Top::Axis(_, other) => panic!("an AXI stream of {other} bits: {STREAM_BITS:?} are known"),
        Top::Uart(params, clocks) => generate_verilog(&*elaborate_uart(config, params, clocks)),
        Top::Usb(params, clocks) => generate_verilog(&*elaborate_usb(config, params, clocks)),
    }
}

/// The Verilog of a compact array with this top.
fn compact(config: &Config, top: Top) -> String {
    match top {
        Top::Accelerator => generate_verilog(&*elaborate_compact(config)),
        Top::Stream(params) => generate_verilog(&*connected!(
            Box::new(CompactStream::new(config, params)),
            clock,
            reset,
            rx_data,
            rx_valid,
            tx_ready
        )),
        Top::Uart(params, clocks) => {
            generate_verilog(&*connected!(Box::new(CompactUart::new(config, params, clocks)), clock, reset, rx))
        }
        Top::Axis(..) | Top::Usb(..) => panic!("a compact array has a serial line or a stream of bytes"),
    }
}

/// The Verilog behind AXI streams of `D` bits.
fn axis<const D: usize, const K: usize>(config: &Config, params: LinkParams) -> String {
    generate_verilog(&*connected!(
        Box::new(TopAxis::<D, K>::new(config, params)),
        aclk,
        aresetn,
        s_axis_tdata,
        s_axis_tkeep,
        s_axis_tvalid,
        m_axis_tready,
        s_axil_awaddr,
        s_axil_awvalid,
        s_axil_wdata,
        s_axil_wstrb,
        s_axil_wvalid,
        s_axil_bready,
        s_axil_araddr,
        s_axil_arvalid,
        s_axil_rready
    ))
}

/// The Verilog of a configuration's accelerator. The same text for the same configuration.
pub fn verilog(config: &Config) -> String {
    verilog_of(config, Top::Accelerator)
}

/// The Verilog of a configuration with this top, for a device.
pub fn verilog_for(config: &Config, top: Top, target: Target) -> String {
    target.apply(verilog_of(config, top))
}

/// The Verilog of a configuration with this top.
pub fn verilog_of(config: &Config, top: Top) -> String {
    let link = match top {
        Top::Accelerator => String::new(),
        Top::Stream(params) => format!("// Bytes: {params:?}\n"),
        Top::Axis(params, bits) => format!("// AXI4-Stream of {bits} bits, AXI4-Lite: {params:?}\n"),
        Top::Uart(params, clocks) => format!("// Serial line, {clocks} cycles a bit: {params:?}\n"),
        Top::Usb(params, clocks) => format!("// USB, {clocks} cycles a bit: {params:?}\n"),
    };
    let text = if config.compact { compact(config, top) } else { usual(config, top) };
    format!(
        "// OpenEIE accelerator, config hash {:08x}: {}\n{link}// Written by `eie emit`; do not edit.\n\
         `default_nettype none\n{}\n`default_nettype wire\n",
        config.hash(),
        config.text(),
        share_modules(&text)
    )
}

/// The Verilog with another name for its top module and for what belongs to it, so that it can be a part of a larger
/// design that has a module `top` as well.
pub fn renamed(text: &str, name: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(TOP) {
        let (before, after) = (&rest[..at], &rest[at + TOP.len()..]);
        out.push_str(before);
        let word = |c: char| c.is_alphanumeric() || "_$".contains(c);
        let whole =
            !out.ends_with(word) && (after.starts_with('$') || (out.ends_with("module ") && after.starts_with('(')));
        out.push_str(if whole { name } else { TOP });
        rest = after;
    }
    out + rest
}

/// The blocks that can be emitted alone, for proofs about them (`hdl/formal`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// [`ActQueue`].
    ActQueue,
    /// [`SpmatRead`].
    SpmatRead,
    /// [`Mac`].
    Mac,
    /// [`Drain`].
    Drain,
}

impl Part {
    /// All of them.
    pub const ALL: [Part; 4] = [Part::ActQueue, Part::SpmatRead, Part::Mac, Part::Drain];

    /// Name of its module and of its files.
    pub fn name(self) -> &'static str {
        match self {
            Part::ActQueue => "act_queue",
            Part::SpmatRead => "spmat_read",
            Part::Mac => "mac",
            Part::Drain => "drain",
        }
    }
}

/// The Verilog of one block, as it is in the accelerator of that configuration.
pub fn part(part: Part, config: &Config) -> String {
    /// Inputs are driven from outside.
    macro_rules! text {
        ($block:expr, $($input:ident),+) => {{
            let mut uut = $block;
            $(uut.$input.connect();)+
            uut.connect_all();
            generate_verilog(&uut)
        }};
    }
    let text = match part {
        Part::ActQueue => {
            text!(ActQueue::new(config), clock, clear, push, pointer_in, value_in, short_in, marker_in, pop)
        }
        Part::SpmatRead => {
            text!(
                SpmatRead::new(config),
                clock,
                clear,
                empty,
                pointer,
                value_in,
                short,
                marker,
                write,
                write_address,
                write_data,
                write_code,
                wide_address,
                wide_halves,
                wide_data,
                code_address
            )
        }
        Part::Mac => text!(Mac::new(config), clock, valid, bank, row, weight, value, drain, drain_row, sweep),
        Part::Drain => text!(Drain::new(config), clock, sum, first, partial_in, bias_word, shift, relu, keep),
    };
    // rust-hdl calls every outermost module by the same name.
    let name = part.name();
    let text =
        share_modules(&text).replace("module top(", &format!("module {name}(")).replace("top$", &format!("{name}$"));
    format!("`default_nettype none\n{}\n`default_nettype wire\n", watchable(&text))
}

/// Lets a proof look at any word of each memory `mem`: `mem_watch_word` is the one at `mem_watch_address`.
fn watchable(text: &str) -> String {
    let array = |line: &str| -> Option<String> {
        let (word, rest) = line.split_once("reg [")?.1.split_once("] ")?;
        let (name, depth) = rest.split_once(" [0:")?;
        depth.ends_with("];").then(|| {
            format!(
                "{line}\n    wire [15:0] {name}_watch_address;\n    \
                 wire [{word}] {name}_watch_word = {name}[{name}_watch_address];"
            )
        })
    };
    let line = |line: &str| array(line).unwrap_or_else(|| line.to_owned());
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// rust-hdl gives every instance a module of its own. This keeps one of each kind: modules whose text is the
/// same but for their name, children first.
fn share_modules(verilog: &str) -> String {
    let modules: Vec<&str> = verilog.split_inclusive("endmodule").filter(|m| m.contains("module ")).collect();
    let mut kept: HashMap<String, String> = HashMap::new();
    let mut renamed: HashMap<String, String> = HashMap::new();
    let mut out: Vec<String> = Vec::new();
    // rust-hdl writes parents before children, so children come first in reverse.
    for text in modules.iter().rev() {
        let (head, body) = split_module(text);
        let body = rename_instances(body, &renamed);
        match kept.get(&body) {
            Some(first) => {
                renamed.insert(head.to_owned(), first.clone());
            }
            None => {
                kept.insert(body.clone(), head.to_owned());
                out.push(format!("module {head}{body}\n"));
            }
        }
    }
    out.reverse();
    out.join("\n")
}

/// A module's name, and its text from the port list on.
fn split_module(text: &str) -> (&str, &str) {
    let after = text.find("module ").map_or("", |at| &text[at + "module ".len()..]);
    after.split_at(after.find('(').unwrap_or(after.len()))
}

/// Instances stand alone on a line, as `kind name(`.
fn rename_instances(body: &str, renamed: &HashMap<String, String>) -> String {
    let line = |line: &str| {
        let text = line.trim_start();
        let indent = &line[..line.len() - text.len()];
        match text.split_once(' ').and_then(|(kind, rest)| Some((renamed.get(kind)?, rest))) {
            Some((kind, rest)) => format!("{indent}{kind} {rest}"),
            None => line.to_owned(),
        }
    };
    body.lines().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_top_module_and_its_parts_get_another_name() {
        let text =
            "module top(a);\n top$link link(.stop$d(top), .x(stop));\nmodule top$link(a);\nlocalparam top = 1;\n";
        let want =
            "module eie(a);\n eie$link link(.stop$d(top), .x(stop));\nmodule eie$link(a);\nlocalparam top = 1;\n";
        assert_eq!(renamed(text, "eie"), want);
        assert_eq!(renamed(text, TOP), text);
    }
}
