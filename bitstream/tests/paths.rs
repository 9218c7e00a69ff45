//! Between a block RAM and the next register, memory or multiplier there is what is planned and no more: in particular no
//! multiplexer that chooses between memories.

use eie_bitstream::netlist::ecp5_json;
use eie_bitstream::paths::{from_memories, without_output_register, Way};
use eie_bitstream::tools::YOSYS;
use eie_hdl::emit::{verilog_for, Target, Top};
use eie_spec::config::{Config, Params};
use eie_spec::link::LinkParams;
use std::collections::BTreeSet;
use std::path::Path;

/// From a memory to where its data go, through these cells at most: LUTs one after the other, and of the multiplexers
/// that join LUTs to larger ones.
struct Plan {
    /// Ends of names; with a point at its end, a part of them.
    from: &'static str,
    to: &'static str,
    luts: usize,
    joins: usize,
    carry: bool,
    /// What is computed there.
    what: &'static str,
}

macro_rules! plan {
    ($from:literal => $to:literal, $luts:literal, $joins:literal, $carry:literal, $what:literal) => {
        Plan { from: $from, to: $to, luts: $luts, joins: $joins, carry: $carry, what: $what }
    };
}

const PLANNED: [Plan; 20] = [
    plan!("act_bank.mem" => "nz_detect.staged.q", 0, 0, false, "a word of activations"),
    plan!("act_bank.mem" => "nz_detect.staged_flags.q", 2, 0, false, "which are not zero"),
    plan!("act_bank.mem" => "clusters.lane_words.q", 0, 0, false, "what the host reads"),
    plan!("accumulators.mem0" => "accumulators.base", 3, 1, false, "the bank of sums, zero where there is none yet"),
    plan!("accumulators.mem1" => "accumulators.base", 3, 1, false, "the other bank"),
    plan!("accumulators.mem0" => "accumulators.drained", 3, 1, false, "the bank that is drained"),
    plan!("accumulators.mem1" => "accumulators.drained", 3, 1, false, "the other bank"),
    plan!("ptr_read.memory.mem0" => "ptr_read.pointer3.q", 0, 0, false, "a pointer"),
    plan!("ptr_read.memory.mem0" => "ptr_read.valid3.q", 4, 0, false, "whether its column has entries"),
    plan!("ptr_read.memory.mem0" => "ptr_read.short3.q", 4, 0, false, "whether it has one"),
    plan!("ptr_read.memory.mem1" => "ptr_read.bias_q.q", 0, 0, false, "a bias"),
    plan!("ptr_read.memory" => "ptr_read.pointer3.q", 0, 0, false, "a pointer, of a pair of memories"),
    plan!("ptr_read.memory" => "ptr_read.valid3.q", 3, 1, false, "whether its column has entries"),
    plan!("ptr_read.memory" => "ptr_read.short3.q", 3, 1, false, "whether it has one"),
    plan!("ptr_read.memory" => "ptr_read.bias_q.q", 0, 0, false, "a bias, of a pair of memories"),
    plan!("spmat_read.memory" => "weight_decode.run1.q", 0, 0, false, "a run"),
    plan!("spmat_read.memory" => "weight_decode.counts1.q", 2, 1, false, "whether it is a filler's"),
    plan!("spmat_read.memory" => "spmat_read.memory", 1, 0, false, "a code, or the host's address"),
    plan!("spmat_read.memory" => "mac.multiplier.multiplier", 0, 0, false, "a weight"),
    plan!("link.requests.mem" => "link.executor.shown_byte.q", 0, 0, false, "a byte of a request"),
];
/// The link's clock is the array's.
const LINK: [Plan; 2] = [
    plan!("link.requests.mem" => "link.executor.", 3, 0, false, "what the byte would be as a code"),
    plan!("link.replies.mem" => "link.tx.current_q.q", 2, 2, false, "a byte of a reply, of checks or of a head"),
];

fn all() -> impl Iterator<Item = &'static Plan> {
    PLANNED.iter().chain(&LINK)
}

impl Plan {
    /// A memory's plan is that of the pair that it is part of, if it has none of its own.
    fn is_of(&self, way: &Way) -> bool {
        let memory = |m: &str| m.ends_with(self.from);
        let pair = way.memory.trim_end_matches(['0', '1']).trim_end_matches(".mem");
        let end = |name: &String| match self.to.ends_with('.') {
            true => name.contains(self.to),
            false => name.replace('$', ".").ends_with(self.to),
        };
        let number =
            || way.names.iter().any(|n| end(&n.trim_end_matches(['0', '1']).trim_end_matches(".mem").into()));
        (memory(&way.memory) || memory(pair)) && (way.names.iter().any(end) || number())
    }

    fn allows(&self, way: &Way) -> bool {
        let count = |kinds: &[&str]| way.cells.iter().filter(|c| kinds.contains(&c.as_str())).count();
        count(&["LUT4"]) <= self.luts
            && count(&["PFUMX", "L6MUX21"]) <= self.joins
            && count(&["CCU2C"]) <= usize::from(self.carry)
            && count(&["TRELLIS_DPR16X4"]) == 0
    }
}

/// Ways that no plan allows, and the plans that were needed.
fn judge(ways: &[Way], used: &mut BTreeSet<(&str, &str)>) -> Vec<String> {
    let mut wrong = Vec::new();
    for way in ways {
        let name = way.names.iter().find(|n| n.ends_with(".q")).or(way.names.first());
        let text = format!("{} -> {} ({}): {}", way.memory, name.unwrap(), way.end, way.cells.join(" "));
        match all().find(|p| p.is_of(way) && p.allows(way)) {
            Some(plan) => {
                used.insert((plan.from, plan.to));
                println!("{text}: {}", plan.what);
            }
            None => wrong.push(text),
        }
    }
    wrong
}

fn ways(verilog: &str, dir: &Path) -> (Vec<Way>, BTreeSet<String>) {
    let json = ecp5_json(verilog, dir).unwrap();
    (from_memories(&json, "top").unwrap(), without_output_register(&json, "top").unwrap())
}

#[test]
fn memories_reach_registers_through_what_is_planned() {
    if YOSYS.find().is_err() {
        println!("SKIPPED memories_reach_registers_through_what_is_planned: yosys is not installed");
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let mut used = BTreeSet::new();
    // Two PEs of a small array, and two as large arrays have them: with pairs of memories in block RAMs, and sums in LUTs.
    let small = Config::for_pes(2).unwrap();
    let large = Config::new(Params { pes: 2, ..Config::for_pes(32).unwrap().params() }).unwrap();
    let link = Top::Uart(LinkParams::default(), 8);
    for (config, top) in [(&small, Top::Accelerator), (&large, link)] {
        let (ways, bare) = ways(&verilog_for(config, top, Target::Ecp5), dir.path());
        let wrong = judge(&ways, &mut used);
        assert!(wrong.is_empty(), "not planned:\n{}", wrong.join("\n"));
        assert!(bare.is_empty(), "read without their output registers: {bare:?}");
    }
    let unused: Vec<_> = all().map(|p| (p.from, p.to)).filter(|p| !used.contains(p)).collect();
    assert!(unused.is_empty(), "planned, but not there: {unused:?}");
}

/// What must not pass: a multiplexer behind a memory, and a memory without its output register.
#[test]
fn a_multiplexer_behind_a_memory_is_seen() {
    if YOSYS.find().is_err() {
        println!("SKIPPED a_multiplexer_behind_a_memory_is_seen: yosys is not installed");
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let large = Config::new(Params { pes: 2, ..Config::for_pes(32).unwrap().params() }).unwrap();
    let verilog = verilog_for(&large, Top::Accelerator, Target::Ecp5);
    let broken = |from: &str, to: &str| {
        let text = verilog.replace(from, to);
        assert_ne!(text, verilog, "the text has no {from}");
        ways(&text, dir.path())
    };
    let (chosen, bare) = broken("read_data0 = first;", "read_data0 = write0 ? first >> 1 : first;");
    let wrong = judge(&chosen, &mut BTreeSet::new());
    println!("with a multiplexer, not planned:\n{}", wrong.join("\n"));
    assert!(wrong.iter().any(|w| w.contains("run1.q")) && wrong.iter().any(|w| w.contains("pointer3.q")));
    assert!(bare.is_empty());
    let (_, bare) = broken(".REGMODE_A(\"OUTREG\")", ".REGMODE_A(\"NOREG\")");
    println!("without the register: {bare:?}");
    assert!(bare.iter().any(|m| m.ends_with("spmat_read.memory")), "{bare:?}");
}
