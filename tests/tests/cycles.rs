//! The cycle model counts what the Verilog counts: cycles, compute cycles, and every PE's busy, stalled and starved
//! cycles. The nine EIE layers and LeNet-300-100 are compared in `efficiency.rs`.

use eie_host::Device;
use eie_sim::verilator::{self, TraceKind, Verilated};
use eie_spec::config::Config;
use eie_spec::cycles::{Counts, Model, Queue};
use eie_spec::golden::Packed;
use eie_spec::pack::{pack_with, Options, Program};
use eie_spec::timing::{self, Latencies};
use eie_tests::{configs, named_cases, random_case, small, Case, LayerCase};

/// What the Verilog counts for these inputs, with the results that it should give.
fn verilog(text: &str, program: &Program, inputs: &[&[i16]]) -> Counts {
    let mut device = Device::open(Verilated::new(text, TraceKind::None).unwrap(), program.clone()).unwrap();
    let want: Vec<_> =
        Packed::new(program).run_batch(inputs).unwrap().into_iter().map(|outcome| outcome.layers).collect();
    assert!(device.run_batch(inputs).unwrap() == want, "results of {} PEs differ", program.config.pes);
    device.counters().unwrap()
}

fn changed(base: &Config, change: impl FnOnce(&mut eie_spec::config::Params)) -> Config {
    let mut p = base.params();
    change(&mut p);
    Config::new(p).unwrap()
}

/// Few configurations, as each is a simulation to build: all sizes of arrays, clusters and queues.
fn devices() -> Vec<Config> {
    let [small16, whole16] = configs(16, 48);
    vec![
        changed(&small(1, 48), |p| p.run_bits = 2),
        changed(&Config::for_pes(8).unwrap(), |p| (p.cluster, p.queue_depth, p.acc_bits) = (2, 256, 48)),
        small16,
        whole16,
        changed(&Config::for_pes(32).unwrap(), |p| (p.cluster, p.queue_depth, p.acc_bits) = (8, 64, 48)),
        changed(&small(64, 48), |p| (p.cluster, p.act_depth) = (4, 64)),
        changed(&Config::for_pes(32).unwrap(), |p| (p.cluster, p.relays) = (4, true)),
        changed(&Config::for_pes(16).unwrap(), |p| (p.near, p.queue_depth) = (true, 64)),
        changed(&small(8, 48), |p| (p.near, p.cluster) = (true, 2)),
    ]
}

fn inputs(case: &Case, count: u64) -> Vec<Vec<i16>> {
    (0..count).map(|k| case.input(k)).collect()
}

/// Every program for a device: (what it is, program, inputs).
fn programs(config: &Config, number: usize, random: u64) -> Vec<(String, Program, Vec<Vec<i16>>)> {
    let cases = named_cases().into_iter().chain((0..random).map(|k| random_case(1000 * number as u64 + k)));
    let mut all = Vec::new();
    for (k, case) in cases.enumerate() {
        let vectors = [1, 1, 2, 3, 5][k % 5];
        let split = [None, Some(0), Some(1), Some(2), None, Some(5)][k % 6];
        let tail = [Some(2), None, Some(4), Some(k / 4 % 2)][k % 4];
        let program =
            pack_with(&case.model(), config, &Options { vectors, split, tail, ..Options::default() }).unwrap();
        // A word takes a cycle to load.
        if program.stages.len() < 60 {
            all.push((format!("{} {vectors} {split:?}", case.name), program, inputs(&case, vectors as u64 + 1)));
        }
    }
    all
}

#[test]
fn model_counts_what_the_verilog_counts() {
    if verilator::version().is_none() {
        println!("SKIPPED model_counts_what_the_verilog_counts: verilator is not installed");
        return;
    }
    let (mut compared, mut stalled, mut tiled, mut split, mut pieces) = (0, 0, 0, 0, 0);
    for (number, config) in devices().iter().enumerate() {
        let text = eie_hdl::emit::verilog(config);
        for (name, program, inputs) in programs(config, number, 60) {
            let inputs: Vec<&[i16]> = inputs.iter().map(Vec::as_slice).collect();
            let want = verilog(&text, &program, &inputs);
            let got = Model::new(&program).run(&inputs).unwrap();
            assert_eq!(got, want, "{name} on {} PEs in clusters of {}", config.pes, config.cluster);
            compared += 1;
            stalled += usize::from(want.per_pe.iter().any(|pe| pe.stalled > 0));
            tiled += usize::from(program.stages.len() > 1);
            split += usize::from(program.stages.iter().flat_map(|s| &s.image.steps).any(|s| s.split > 0));
            // A step that does not drain before one that does, in the same stage.
            pieces += usize::from(
                program.stages.iter().any(|s| s.steps.len() > 1 && s.image.steps.iter().any(|s| !s.drain)),
            );
        }
    }
    println!("{compared} programs, {stalled} with full queues, {tiled} in stages, {split} with column groups, {pieces} in pieces");
    assert!(compared > 300 && stalled > 40 && tiled > 50 && split > 100 && pieces > 10);
}

/// A latency, and what takes it back to another device's.
type Back = (&'static str, fn(&mut Latencies, &Latencies));
/// Those in which a device can be another than the usual one.
const BACK: [Back; 9] = [
    ("send", |l, usual| l.send = usual.send),
    ("queue_write", |l, usual| l.queue_write = usual.queue_write),
    ("full_flag", |l, usual| l.full_flag = usual.full_flag),
    ("passed_flag", |l, usual| l.passed_flag = usual.passed_flag),
    ("offer", |l, usual| l.offer = usual.offer),
    ("found", |l, usual| l.found = usual.found),
    ("fetch", |l, usual| l.fetch = usual.fetch),
    ("run_end", |l, usual| l.run_end = usual.run_end),
    ("written", |l, usual| l.written = usual.written),
];
/// Devices that are: what they are called, which they are, and in what.
type Kind = (&'static str, fn(&Config) -> bool, &'static [&'static str]);
const KINDS: [Kind; 2] = [
    ("relays", |d| d.relays, &["send", "full_flag", "passed_flag", "offer"]),
    ("short wires", |d| d.near, &["send", "queue_write", "found", "fetch", "run_end", "written"]),
];

/// Every latency matters: with one off by one, the counts are others.
#[test]
fn another_latency_is_noticed() {
    let mut all: Vec<(&str, Latencies)> = Vec::new();
    let mut with = |name, change: &dyn Fn(&mut Latencies)| {
        let mut l = timing::DEVICE;
        change(&mut l);
        all.push((name, l));
    };
    with("send", &|l| l.send += 1);
    with("send", &|l| l.send -= 1);
    with("queue_write", &|l| l.queue_write += 1);
    with("full_flag", &|l| l.full_flag += 1);
    with("full_flag", &|l| l.full_flag -= 1);
    with("passed_flag", &|l| l.passed_flag += 1);
    with("passed_flag", &|l| l.passed_flag -= 1);
    with("scan_start", &|l| l.scan_start += 1);
    with("done_flag", &|l| l.done_flag += 1);
    with("written", &|l| l.written += 1);
    with("written", &|l| l.written -= 1);
    with("chain_link", &|l| l.chain_link += 1);
    with("chain_link", &|l| l.chain_link -= 1);
    with("short_chain", &|l| l.short_chain += 1);
    with("short_chain", &|l| l.short_chain -= 1);
    let devices = devices();
    let made: Vec<_> = [2, 5].iter().flat_map(|&k| programs(&devices[k], k, 60)).collect();
    let counts = |programs: &[(String, Program, Vec<Vec<i16>>)], latencies: Latencies| -> Vec<Counts> {
        let run = |(_, program, inputs): &(String, Program, Vec<Vec<i16>>)| {
            let inputs: Vec<&[i16]> = inputs.iter().map(Vec::as_slice).collect();
            Model::with(program, Queue::Device, latencies).run(&inputs).unwrap()
        };
        programs.iter().map(run).collect()
    };
    let right = counts(&made, timing::DEVICE);
    for (name, latencies) in all {
        assert_ne!(counts(&made, latencies), right, "{name}: {latencies:?}");
    }
    // Each relay of a device that has them, and each cycle that a device of short wires saves.
    for (kind, is_one, others) in KINDS {
        let number = devices.iter().position(is_one).unwrap();
        let programs = programs(&devices[number], number, 60);
        let own = Latencies::of(&devices[number]);
        let right = counts(&programs, own);
        let mut noticed = Vec::new();
        for (name, back) in BACK {
            let mut latencies = own;
            back(&mut latencies, &timing::DEVICE);
            if latencies != own {
                assert_ne!(counts(&programs, latencies), right, "{kind}, {name}: {latencies:?}");
                noticed.push(name);
            }
        }
        assert_eq!(noticed, others, "{kind}");
    }
}

/// A layer in which every column has an entry in every PE keeps all PEs busy from the first entry to the last one,
/// whether columns have one entry or several.
#[test]
fn no_bubbles_in_dense_layers() {
    let device = configs(16, 40)[1].clone();
    for slots in [1, 2, 5] {
        let case = Case {
            name: "dense".into(),
            seed: 1,
            inputs: 200,
            layers: vec![LayerCase {
                outputs: 16 * slots,
                density: 1.0,
                empty: 0.0,
                extreme: false,
                last_rows: false,
            }],
            activity: 1.0,
        };
        let program = pack_with(&case.model(), &device, &Options { split: Some(0), ..Options::default() }).unwrap();
        let input = case.input(0);
        let active = input.iter().filter(|&&x| x != 0).count() as u64;
        let counts = Model::new(&program).run(&[&input]).unwrap();
        // From the start command: the step's words, marker, scan, broadcast, pointer, queue; and back: the passed flag.
        let ways = timing::FETCH
            + timing::SCAN_START
            + timing::DETECT
            + timing::BROADCAST
            + timing::POINTER_READ
            + timing::QUEUE_WRITE;
        let idle = ways + timing::POP_TO_ISSUE + timing::PASSED_FLAG;
        for pe in &counts.per_pe {
            assert_eq!(pe.busy, active * slots as u64);
            assert!(pe.starved <= idle, "{} cycles without an entry, {idle} are the ways there and back", pe.starved);
        }
        if verilator::version().is_none() {
            println!("SKIPPED the Verilog half of no_bubbles_in_dense_layers: verilator is not installed");
        } else {
            assert_eq!(verilog(&eie_hdl::emit::verilog(&device), &program, &[&input]), counts);
        }
    }
}
