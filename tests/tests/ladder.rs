//! The conformance ladder: dense = packed = rust-hdl simulation = Verilator, on every case. A rung whose tool
//! is missing says SKIPPED.

use eie_host::{DenseEngine, Device, DeviceEngine, Engine, PackedEngine};
use eie_sim::netlist;
use eie_sim::rtl::Rtl;
use eie_sim::verilator::{self, TraceKind, Verilated};
use eie_spec::config::Config;
use eie_spec::golden::Packed;
use eie_spec::image::Image;
use eie_spec::pack::{pack, pack_with, unpack, Options, Program};
use eie_tests::{configs, named_cases, near, random_case, small, Case};
use std::collections::HashMap;

/// Inputs of a case on one engine against the dense golden model. Returns how many outputs were compared.
fn compare(case: &Case, program: &Program, engine: &mut dyn Engine, inputs: u64) -> usize {
    let model = case.model();
    let mut dense = DenseEngine::new(&model, program.config.acc_bits);
    let mut compared = 0;
    for number in 0..inputs {
        let input = case.input(number);
        let want = dense.run(&input).unwrap();
        let got = engine.run(&input).unwrap();
        for (k, (want, got)) in want.iter().zip(&got).enumerate() {
            compared += want.len();
            let row = want.iter().zip(got).position(|(a, b)| a != b);
            assert!(
                row.is_none(),
                "{} input {number} on {} with {} PEs: layer {k} row {row:?} of {}",
                case.name,
                engine.name(),
                program.config.pes,
                want.len()
            );
        }
        assert_eq!(want, got);
    }
    compared
}

/// Whether an engine gives other outputs than the dense golden model, or none, for one of a case's inputs: what one that
/// is broken must do.
fn is_wrong(case: &Case, config: &Config, engine: &mut dyn Engine) -> bool {
    let model = case.model();
    let mut dense = DenseEngine::new(&model, config.acc_bits);
    (0..3).any(|k| {
        let input = case.input(k);
        engine.run(&input).map_or(true, |got| got != dense.run(&input).unwrap())
    })
}

/// The one with all its weights.
fn dense_case() -> Case {
    named_cases().into_iter().find(|case| case.name == "dense").expect("it is in cases.toml")
}

fn cases(random: u64) -> Vec<Case> {
    named_cases().into_iter().chain((0..random).map(random_case)).collect()
}

#[test]
fn packed_equals_dense() {
    let mut tiled = 0;
    let named = named_cases().len();
    let numbers = [1, 3, 4, 16, 64];
    for (number, case) in cases(200).into_iter().enumerate() {
        let model = case.model();
        model.check().unwrap();
        // A random case on two numbers of PEs, a named one on all.
        let taken = |at: usize| number < named || at == number % 5 || at == (number + 2) % 5;
        for pes in numbers.into_iter().enumerate().filter(|&(at, _)| taken(at)).map(|(_, pes)| pes) {
            for config in configs(pes, case.acc_bits(&model)) {
                let program = pack(&model, &config).unwrap();
                tiled += usize::from(program.stages.len() > 1);
                compare(&case, &program, &mut PackedEngine::new(program.clone()), 2);
            }
        }
    }
    assert!(tiled > 100, "only {tiled} programs were tiled: the cases no longer test tiling");
    // One bit of the steps or of the codebooks that is wrong is noticed.
    let case = dense_case();
    let program = pack(&case.model(), &small(4, 48)).unwrap();
    let wrong = |damage: fn(&mut Image)| {
        let mut damaged = program.clone();
        damaged.stages.iter_mut().for_each(|stage| damage(&mut stage.image));
        is_wrong(&case, &program.config, &mut PackedEngine::new(damaged))
    };
    assert!(!wrong(|_| ()));
    assert!(wrong(|image| image.steps.iter_mut().for_each(|step| step.shift ^= 1)), "a wrong shift is not noticed");
    assert!(wrong(|image| image.codebooks[0].iter_mut().for_each(|value| *value ^= 1)), "nor a wrong codebook");
}

#[test]
fn unpack_gives_back_every_weight() {
    for case in cases(60) {
        let model = case.model();
        for config in configs(16, case.acc_bits(&model)) {
            let program = pack(&model, &config).unwrap();
            for (layer, got) in model.layers.iter().zip(unpack(&program)) {
                let column = |j: usize| {
                    layer.column(j).map(move |(row, c)| (row as u32, j as u32, layer.codebook[c as usize]))
                };
                let mut want: Vec<_> = (0..layer.inputs).flat_map(column).collect();
                want.sort_unstable();
                assert_eq!(got, want, "{} {}", case.name, layer.name);
            }
        }
    }
}

#[test]
fn rtl_simulation_equals_dense() {
    let (mut compared, mut tiled) = (0, 0);
    for (number, case) in cases(12).into_iter().enumerate() {
        let model = case.model();
        let pes = [1, 4, 3, 16][number % 4];
        let config = &configs(pes, case.acc_bits(&model))[number % 2];
        let program = pack(&model, config).unwrap();
        if program.stages.len() > 12 || model.kept() > 20_000 {
            // Loading takes a cycle a word: too long for this engine. Verilator has them all.
            continue;
        }
        let mut engine = DeviceEngine::open("rtl", Rtl::new(config), program.clone()).unwrap();
        compare(&case, &program, &mut engine, 1);
        compared += 1;
        tiled += usize::from(program.stages.len() > 1);
    }
    println!("{compared} programs, {tiled} of them in stages");
    assert!(compared >= 15 && tiled >= 2);
}

/// Every case on every number of PEs; the Verilog of a configuration is made once.
fn on_verilator(pes: usize, random: u64) {
    on_verilator_as(pes, random, Config::clone, eie_hdl::emit::verilog);
}

/// The same of changed devices, with Verilog for a target.
fn on_verilator_as(pes: usize, random: u64, change: impl Fn(&Config) -> Config, emit: impl Fn(&Config) -> String) {
    if verilator::version().is_none() {
        println!("SKIPPED Verilator with {pes} PEs: verilator is not installed");
        return;
    }
    let mut verilog = HashMap::new();
    let mut compared = 0;
    for (number, case) in cases(random).into_iter().enumerate() {
        let model = case.model();
        // Two widths of accumulators, so that few simulations have to be built; one where that takes half a minute.
        let narrow = case.acc_bits(&model) <= 40;
        let bits = if narrow && pes < 64 { 40 } else { 48 };
        // Small memories always, the default ones now and then.
        let config = &change(&configs(pes, bits)[usize::from(narrow && number % 3 == 2)]);
        let program = pack(&model, config).unwrap();
        let text = verilog.entry(config.hash()).or_insert_with(|| emit(config));
        let sim = Verilated::new(text, TraceKind::None).unwrap();
        let mut engine = DeviceEngine::open("verilator", sim, program.clone()).unwrap();
        compared += compare(&case, &program, &mut engine, 2);
    }
    println!("{pes} PEs: {compared} outputs compared");
    assert!(compared > 0);
}

#[test]
fn verilator_4_equals_dense() {
    on_verilator(4, 200);
}

#[test]
fn verilator_16_equals_dense() {
    on_verilator(16, 200);
}

#[test]
fn verilator_16_of_short_wires_equals_dense() {
    on_verilator_as(16, 80, near, eie_hdl::emit::verilog);
}

#[test]
fn verilator_64_equals_dense() {
    on_verilator(64, 200);
}

/// With ECP5's cells in place of the generic text, as `hdl/verilog/cells` describes them: block RAMs of every shape
/// (one PE has the deepest memories), multipliers, adders that choose an addend.
#[test]
fn ecp5_cells_equal_dense() {
    use eie_hdl::emit::{verilog_for, Target, Top, ECP5_CELLS};
    let emit = |config: &Config| {
        let text = verilog_for(config, Top::Accelerator, Target::Ecp5);
        assert!(text.contains("DP16KD #(") && text.contains("MULT18X18D #(") && text.contains("CCU2C #("));
        format!("{text}\n{ECP5_CELLS}")
    };
    on_verilator_as(1, 20, Config::clone, emit);
    on_verilator_as(4, 20, Config::clone, emit);
    // Biases in the block RAMs of pointers, and codebooks in those of weights.
    on_verilator_as(16, 6, Config::clone, emit);
    on_verilator_as(32, 6, Config::clone, emit);
    if verilator::version().is_some() {
        // A multiplier that is unsigned, or a carry that is lost, is noticed.
        let case = &cases(1)[0];
        let model = case.model();
        let config = &configs(4, 48)[0];
        let program = pack(&model, config).unwrap();
        for (from, to) in [("a * b;", "a * b * 2;"), (".INIT0(16'h636C)", ".INIT0(16'h6366)")] {
            let broken = emit(config).replace(from, to);
            assert_ne!(broken, emit(config));
            let sim = Verilated::new(&broken, TraceKind::None).unwrap();
            let mut engine = DeviceEngine::open("broken", sim, program.clone()).unwrap();
            assert!(is_wrong(case, config, &mut engine), "{to} is not noticed");
        }
    }
}

#[test]
fn netlist_equals_dense() {
    if verilator::version().is_none() || !netlist::available() {
        println!("SKIPPED netlist_equals_dense: verilator or yosys is not installed");
        return;
    }
    let mut texts = HashMap::new();
    let mut compared = 0;
    for (number, case) in cases(60).into_iter().enumerate() {
        let model = case.model();
        let bits = if case.acc_bits(&model) > 40 { 48 } else { 40 };
        let config = small([4, 16][number % 2], bits);
        let program = pack(&model, &config).unwrap();
        let flat = || netlist::flatten(&eie_hdl::emit::verilog(&config)).unwrap();
        let text = texts.entry(config.hash()).or_insert_with(flat);
        let sim = Verilated::of_netlist(text, TraceKind::None).unwrap();
        let mut engine = DeviceEngine::open("netlist", sim, program.clone()).unwrap();
        compared += compare(&case, &program, &mut engine, 2);
    }
    println!("netlist: {compared} outputs compared");
    assert!(compared > 0);
    // A factor that is not signed in the netlist is noticed.
    let (case, config) = (dense_case(), small(4, 40));
    let whole = &texts[&config.hash()];
    let wrong = |text: &str| {
        let sim = Verilated::of_netlist(text, TraceKind::None).unwrap();
        let program = pack(&case.model(), &config).unwrap();
        is_wrong(&case, &config, &mut DeviceEngine::open("netlist", sim, program).unwrap())
    };
    let unsigned = whole.replace(") * $signed(", ") * (");
    assert_ne!(&unsigned, whole);
    assert!(!wrong(whole) && wrong(&unsigned), "a sign that is lost is not noticed");
}

/// Batches, and every number of column groups: whatever the packer would choose.
#[test]
fn batches_and_splits_equal_dense() {
    batches_and_splits(Config::clone);
}

#[test]
fn batches_and_splits_of_short_wires_equal_dense() {
    batches_and_splits(near);
}

fn batches_and_splits(change: impl Fn(&Config) -> Config) {
    let simulated = verilator::version().is_some();
    if !simulated {
        println!("SKIPPED the Verilator half of batches and splits: verilator is not installed");
    }
    let mut verilog = HashMap::new();
    let (mut split_steps, mut full_batches) = (0, 0);
    for (number, case) in cases(80).into_iter().enumerate() {
        let model = case.model();
        let bits = if case.acc_bits(&model) > 40 { 48 } else { 40 };
        let config = &change(&configs(16, bits)[usize::from(bits == 40 && number % 2 == 1)]);
        let vectors = [2, 3, 5, 1][number / 2 % 4];
        let tail = [Some(2), None, Some(5)][number % 3];
        let options = Options { vectors, split: Some(number as u32 % 3), tail, ..Options::default() };
        let program = pack_with(&model, config, &options).unwrap();
        split_steps += program.stages.iter().flat_map(|s| &s.image.steps).filter(|s| s.split > 0).count();
        full_batches += program.stages.iter().filter(|s| s.vectors.len() > 1).count();
        // One more than a batch, so that the second one is not full.
        let inputs: Vec<Vec<i16>> = (0..vectors as u64 + 1).map(|k| case.input(k)).collect();
        let inputs: Vec<&[i16]> = inputs.iter().map(Vec::as_slice).collect();
        let mut dense = DenseEngine::new(&model, config.acc_bits);
        let want: Vec<_> = inputs.iter().map(|x| dense.run(x).unwrap()).collect();
        let got = Packed::new(&program).run_batch(&inputs).unwrap();
        assert!(got.iter().map(|o| &o.layers).eq(&want), "{} packed, {options:?}", case.name);
        if simulated && program.stages.len() < 40 {
            let text = verilog.entry(config.hash()).or_insert_with(|| eie_hdl::emit::verilog(config));
            let mut device = Device::open(Verilated::new(text, TraceKind::None).unwrap(), program).unwrap();
            assert_eq!(device.run_batch(&inputs).unwrap(), want, "{} on Verilator, {options:?}", case.name);
        }
    }
    println!("{split_steps} steps with column groups, {full_batches} stages with several vectors");
    assert!(split_steps > 50 && full_batches > 30);
}
