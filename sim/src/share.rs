//! Equal parts of a design as one piece of C++: comments for Verilator in the emitted Verilog.
//!
//! Left alone, Verilator puts each PE's inputs where the cluster computes them. So every PE's code names other
//! variables than its neighbour's, nothing can be merged, and 64 PEs are 64 copies of the same code, which a processor
//! has to fetch anew in each simulated cycle. A module that stays a module, and whose inputs are variables of its own
//! because somebody could look at them, is one function that is called for each instance: it stays in the
//! innermost cache.

use std::collections::HashMap;

/// Lines of Verilog, those of its parts included, from which on a module is worth a call for each instance.
const MIN_LINES: usize = 400;
/// Instances in one parent from which on there is something to share.
const MIN_INSTANCES: usize = 2;

const KEEP_MODULE: &str = " /* verilator no_inline_module */";
const KEEP_INPUT: &str = " /* verilator public_flat_rd */";

/// Where a module is in the text, and how often it has each other one.
struct Module<'a> {
    first: usize,
    last: usize,
    parts: HashMap<&'a str, usize>,
}

fn modules<'a>(lines: &[&'a str]) -> HashMap<&'a str, Module<'a>> {
    let mut all = HashMap::new();
    let name_of = |line: &'a str| Some(line.strip_prefix("module ")?.split('(').next()?.trim());
    let names: Vec<Option<&str>> = lines.iter().map(|l| name_of(l)).collect();
    for (first, name) in names.iter().enumerate().filter_map(|(at, name)| Some((at, (*name)?))) {
        let length = lines[first..].iter().position(|l| l.trim() == "endmodule").unwrap_or(lines.len() - 1 - first);
        all.insert(name, Module { first, last: first + length, parts: HashMap::new() });
    }
    // `kind name(`, with the ports on the lines that follow.
    let known: Vec<&str> = all.keys().copied().collect();
    for module in all.values_mut() {
        for line in &lines[module.first + 1..=module.last] {
            let Some(kind) = line.trim_end().strip_suffix('(').and_then(|l| l.split_whitespace().next()) else {
                continue;
            };
            if let Some(&part) = known.iter().find(|k| **k == kind) {
                *module.parts.entry(part).or_default() += 1;
            }
        }
    }
    all
}

/// Lines of a module and of all instances in it.
fn size(name: &str, all: &HashMap<&str, Module>) -> usize {
    let Some(module) = all.get(name) else { return 0 };
    module.last - module.first + module.parts.iter().map(|(part, count)| count * size(part, all)).sum::<usize>()
}

/// The same Verilog, with comments that make Verilator keep one function for modules that are large and there more than
/// once. No line moves.
pub(crate) fn annotate(verilog: &str) -> String {
    let lines: Vec<&str> = verilog.lines().collect();
    let all = modules(&lines);
    let often = |name: &&&str| all.values().any(|m| m.parts.get(**name).is_some_and(|n| *n >= MIN_INSTANCES));
    let mut more: HashMap<usize, &str> = HashMap::new();
    for name in all.keys().filter(often).filter(|name| size(name, &all) >= MIN_LINES) {
        let module = &all[name];
        more.insert(module.first, KEEP_MODULE);
        // Clocks stay what they are: Verilator orders everything by them.
        let input = |line: &str| line.trim_start().starts_with("input ") && !line.trim_end().ends_with(" clock;");
        more.extend((module.first..module.last).filter(|&at| input(lines[at])).map(|at| (at, KEEP_INPUT)));
    }
    let mut text = String::with_capacity(verilog.len() + 64 * more.len());
    for (at, line) in lines.iter().enumerate() {
        match (more.get(&at), line.trim_end().strip_suffix(';')) {
            (Some(comment), Some(before)) if *comment == KEEP_INPUT => {
                text.extend([before, comment, ";"]);
            }
            (Some(comment), _) => text.extend([line, *comment]),
            _ => text.push_str(line),
        }
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use eie_hdl::emit;
    use eie_spec::config::{Config, Params};

    fn emitted(pes: usize) -> String {
        emit::verilog(&Config::new(Params { pes, ..crate::bench::deep(pes) }).unwrap())
    }

    #[test]
    fn clusters_and_pes_are_shared_and_nothing_else_changes() {
        let verilog = emitted(64);
        let text = annotate(&verilog);
        assert_eq!(text.replace(KEEP_MODULE, "").replace(KEEP_INPUT, ""), verilog);
        let kept: Vec<&str> = text.lines().filter(|l| l.ends_with(KEEP_MODULE)).collect();
        assert_eq!(kept.len(), 2, "{kept:?}");
        assert!(text.matches(KEEP_INPUT).count() > 40);
        assert!(!text.lines().any(|l| l.contains(KEEP_INPUT) && l.contains(" clock")));
    }

    #[test]
    fn a_single_pe_is_left_alone() {
        let verilog = emitted(1);
        assert_eq!(annotate(&verilog), verilog);
    }
}
