//! From rust-hdl to one Verilog file: emission, checks, and one module for all instances that are alike.

use crate::accelerator::Accelerator;
use eie_spec::config::Config;
use rust_hdl::prelude::*;
use std::collections::HashMap;

/// Name of the top module.
pub const TOP: &str = "top";

/// The accelerator, connected and ready to simulate.
pub fn elaborate(config: &Config) -> Box<Accelerator> {
    let mut uut = Box::new(Accelerator::new(config));
    // Driven from outside.
    uut.clock.connect();
    uut.bus_write.connect();
    uut.bus_read.connect();
    uut.bus_address.connect();
    uut.bus_wdata.connect();
    uut.connect_all();
    uut
}

/// The Verilog of a configuration's accelerator. The same text for the same configuration.
pub fn verilog(config: &Config) -> String {
    let uut = elaborate(config);
    let p = config.params();
    format!(
        "// OpenEIE accelerator, config hash {:08x}: {p:?}\n// Written by `eie emit`; do not edit.\n\
         `default_nettype none\n{}\n`default_nettype wire\n",
        config.hash(),
        share_modules(&generate_verilog(&*uut))
    )
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
