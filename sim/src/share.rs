//! Equal parts of a design as one piece of C++: comments for Verilator in the emitted Verilog.
//!
//! Left alone, Verilator puts each PE's inputs where the cluster computes them. So every PE's code names other
//! variables than its neighbour's, nothing can be merged, and 64 PEs are 64 copies of the same code, which a processor
//! has to fetch anew in each simulated cycle. A module that stays a module, and whose inputs are variables of its own
//! because somebody could look at them, is one function that is called for each instance: it stays in the
//! innermost cache.

use std::collections::{HashMap, HashSet};

/// Lines of Verilog, those of its parts included, from which on a module is worth a call for each instance.
const MIN_LINES: usize = 400;
/// Instances in one parent from which on there is something to share.
const MIN_INSTANCES: usize = 2;

const KEEP_MODULE: &str = " /* verilator no_inline_module */";
const KEEP_INPUT: &str = " /* verilator public_flat_rd */";

/// Where a module is in the text, and its parts: the name of each instance, and what it is an instance of.
struct Module<'a> {
    first: usize,
    last: usize,
    parts: HashMap<&'a str, &'a str>,
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
            let mut words = line.trim_end().strip_suffix('(').unwrap_or_default().split_whitespace();
            let (Some(kind), Some(instance)) = (words.next(), words.next()) else {
                continue;
            };
            if let Some(&part) = known.iter().find(|k| **k == kind) {
                module.parts.insert(instance, part);
            }
        }
    }
    all
}

/// Lines of a module and of all instances in it.
fn size(name: &str, all: &HashMap<&str, Module>) -> usize {
    let Some(module) = all.get(name) else { return 0 };
    module.last - module.first + module.parts.values().map(|part| size(part, all)).sum::<usize>()
}

/// The name of an input, if a line declares one. Clocks stay what they are: Verilator orders everything by them.
fn input(line: &str) -> Option<&str> {
    let name = line.trim().strip_prefix("input ")?.strip_suffix(';')?.split_whitespace().last()?;
    (name != "clock").then_some(name)
}

/// Whether a line has a name in it, and not as part of another one or as a part's port.
fn mentions(line: &str, name: &str) -> bool {
    let of_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
    let whole = |at: usize| {
        !line[..at].ends_with(|c| of_name(c) || c == '.') && !line[at + name.len()..].starts_with(of_name)
    };
    line.match_indices(name).any(|(at, _)| whole(at))
}

/// A module's lines that Verilator sees: it has none of the names that vendors' parts are asked for with.
fn seen<'a>(module: &Module, lines: &'a [&'a str]) -> Vec<&'a str> {
    let mut taken = Vec::new();
    let mut seen = Vec::new();
    for line in &lines[module.first + 1..=module.last] {
        match line.split_whitespace().next() {
            Some("`ifdef") => taken.push(false),
            Some("`ifndef") => taken.push(true),
            Some("`else") => taken.iter_mut().last().into_iter().for_each(|t| *t = !*t),
            Some("`endif") => drop(taken.pop()),
            _ if taken.iter().all(|t| *t) => seen.push(*line),
            _ => {}
        }
    }
    seen
}

/// Inputs that a module does not read, but for handing them on to parts that do not either. As variables of their own they
/// would be written in every cycle for nobody.
fn unread<'a>(name: &str, all: &HashMap<&'a str, Module<'a>>, lines: &'a [&'a str]) -> HashSet<&'a str> {
    let Some(module) = all.get(name) else { return HashSet::new() };
    let seen = seen(module, lines);
    let kinds: HashSet<&str> = module.parts.values().copied().collect();
    let of_parts: HashMap<&str, HashSet<&str>> = kinds.into_iter().map(|k| (k, unread(k, all, lines))).collect();
    let handed_on = |line: &str, name: &str| {
        let port = line.trim().strip_suffix(&format!(" = {name};")).and_then(|target| target.rsplit_once('$'));
        port.is_some_and(|(part, port)| module.parts.get(part).is_some_and(|kind| of_parts[kind].contains(port)))
    };
    let reads = |line: &&str, name: &str| mentions(line, name) && input(line) != Some(name) && !handed_on(line, name);
    seen.iter().filter_map(|l| input(l)).filter(|name| !seen.iter().any(|line| reads(line, name))).collect()
}

/// The same Verilog, with comments that make Verilator keep one function for modules that are large and there more than
/// once. No line moves.
pub(crate) fn annotate(verilog: &str) -> String {
    let lines: Vec<&str> = verilog.lines().collect();
    let all = modules(&lines);
    let instances = |of: &str, m: &Module| m.parts.values().filter(|kind| **kind == of).count();
    let often = |name: &&&str| all.values().any(|m| instances(name, m) >= MIN_INSTANCES);
    let mut more: HashMap<usize, &str> = HashMap::new();
    for name in all.keys().filter(often).filter(|name| size(name, &all) >= MIN_LINES) {
        let module = &all[name];
        more.insert(module.first, KEEP_MODULE);
        let unread = unread(name, &all, &lines);
        let read = |line: &str| input(line).is_some_and(|name| !unread.contains(name));
        more.extend((module.first..module.last).filter(|&at| read(lines[at])).map(|at| (at, KEEP_INPUT)));
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
    fn what_only_a_vendors_parts_read_is_not_kept() {
        let text = annotate(&emitted(64));
        let lines: Vec<&str> = text.lines().collect();
        let kept = |name: &str| lines.iter().any(|l| l.contains(KEEP_INPUT) && mentions(l, name));
        for name in ["wide_address", "wide_halves", "wide_data"] {
            assert!(mentions(&text, name) && !kept(name), "{name}");
        }
        for name in ["host_data", "column", "value", "act_enable", "chain_in"] {
            assert!(kept(name), "{name}");
        }
    }

    #[test]
    fn names_are_found_whole() {
        assert!(mentions("a = wide;", "wide") && mentions("wide", "wide") && mentions("x(wide[3])", "wide"));
        assert!(
            !mentions("a = wide_data;", "wide") && !mentions("a$wide = 1;", "wide") && !mentions(".wide(w)", "wide")
        );
    }

    #[test]
    fn a_single_pe_is_left_alone() {
        let verilog = emitted(1);
        assert_eq!(annotate(&verilog), verilog);
    }
}
