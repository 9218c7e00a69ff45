//! The compact array gives what the golden model gives, with every case of the ladder, and its counters say what the cycle
//! model says.

use eie_host::{Device, DeviceEngine, Engine};
use eie_sim::rtl::Rtl;
use eie_sim::verilator::{self, TraceKind, Verilated};
use eie_spec::config::Config;
use eie_spec::cycles::Model;
use eie_spec::golden::Sparse;
use eie_spec::pack::{pack, pack_with, Options};
use eie_tests::{named_cases, random_case, small, Case};

/// Compact arrays: with memories so small that everything is tiled and every queue is full at times, and with others.
fn devices() -> Vec<Config> {
    let compact = |base: Config, change: &dyn Fn(&mut eie_spec::config::Params)| {
        let mut p = base.params();
        p.compact = true;
        change(&mut p);
        Config::new(p).unwrap()
    };
    vec![
        compact(small(1, 48), &|p| p.run_bits = 2),
        compact(small(2, 48), &|_| ()),
        compact(small(3, 48), &|p| p.act_depth = 64),
        compact(small(4, 48), &|p| (p.codebooks, p.queue_depth) = (2, 64)),
        compact(small(8, 48), &|p| p.cluster = 8),
        compact(Config::for_pes(4).unwrap(), &|p| (p.acc_bits, p.queue_depth) = (48, 64)),
    ]
}

fn cases(random: u64) -> Vec<Case> {
    named_cases().into_iter().chain((0..random).map(|k| random_case(500 + k))).collect()
}

#[test]
fn the_compact_array_equals_dense() {
    if verilator::version().is_none() {
        println!("SKIPPED the_compact_array_equals_dense: verilator is not installed");
        return;
    }
    let (mut compared, mut ones, mut counted, mut stalled, mut noticed) = (0, 0, 0, 0, 0);
    for config in devices() {
        let text = eie_hdl::emit::verilog(&config);
        for (k, case) in cases(30).into_iter().enumerate() {
            let model = case.model();
            let options = Options { vectors: 1 + k % 3, ..Options::default() };
            let program = match k % 2 {
                0 => pack(&model, &config).unwrap(),
                _ => pack_with(&model, &config, &options).unwrap(),
            };
            if program.stages.len() > 60 {
                continue;
            }
            let mut counts = Model::new(&program);
            let inputs: Vec<Vec<i16>> = (0..2).map(|number| case.input(number)).collect();
            let inputs: Vec<&[i16]> = inputs.iter().map(Vec::as_slice).collect();
            let counts = counts.run(&inputs).unwrap();
            // A batch runs as the model runs it; the engine runs one after the other.
            let mut device = Device::open(Verilated::new(&text, TraceKind::None).unwrap(), program.clone()).unwrap();
            device.run_batch(&inputs).unwrap();
            let found = device.counters().unwrap();
            drop(device);
            assert_eq!(found, counts, "{} on {} PEs", case.name, config.pes);
            counted += 1;
            // Another queue is another device: what the model says of it is not what this one counts.
            if config.queue_depth > 16 {
                let mut p = config.params();
                p.queue_depth = 16;
                let program = pack_with(&model, &Config::new(p).unwrap(), &options).unwrap();
                noticed += usize::from(Model::new(&program).run(&inputs).unwrap() != counts);
            }
            stalled += counts.per_pe.iter().map(|pe| pe.stalled).sum::<u64>();
            let golden = Sparse::new(&model, config.acc_bits);
            let mut engine =
                DeviceEngine::open("compact", Verilated::new(&text, TraceKind::None).unwrap(), program.clone())
                    .unwrap();
            for number in 0..2 {
                let input = case.input(number);
                let want = golden.run(&input).unwrap().layers;
                let got = engine.run(&input).unwrap();
                assert!(
                    want == got,
                    "{} on {} PEs, input {number}:\nwant {want:?}\ngot  {got:?}",
                    case.name,
                    config.pes
                );
                compared += want.iter().map(Vec::len).sum::<usize>();
                ones += want.iter().flatten().filter(|&&v| v != 0).count();
            }
        }
    }
    println!("{compared} outputs and {counted} programs' counters compared, {ones} of them not zero");
    assert!(noticed > 10, "another queue is noticed {noticed} times");
    assert!(counted > 100 && stalled > 1000, "{counted} programs, {stalled} cycles with a full queue");
    assert!(compared > 10_000 && ones > 2_000, "{compared} {ones}");
}

#[test]
fn a_wrong_block_is_noticed() {
    if verilator::version().is_none() {
        println!("SKIPPED a_wrong_block_is_noticed: verilator is not installed");
        return;
    }
    let config = &devices()[3];
    let text = eie_hdl::emit::verilog(config);
    for (right, wrong) in [
        ("factor_a * factor_b;", "factor_a * (factor_b | 16'sd1024);"),
        // The second word of a pointer or a bias.
        ("else shown <= mem", "else shown <= 16'hfffe & mem"),
    ] {
        assert!(text.contains(right));
        let broken = text.replace(right, wrong);
        let mut differ = 0;
        for case in named_cases().into_iter().take(12) {
            let model = case.model();
            let program = pack(&model, config).unwrap();
            if program.stages.len() > 20 {
                continue;
            }
            let mut engine =
                DeviceEngine::open("broken", Verilated::new(&broken, TraceKind::None).unwrap(), program).unwrap();
            let input = case.input(0);
            let want = Sparse::new(&model, config.acc_bits).run(&input).unwrap().layers;
            // One that does not end is noticed, too.
            differ += usize::from(engine.run(&input).map_or(true, |got| got != want));
        }
        println!("{wrong} {differ} cases differ");
        assert!(differ > 3, "{wrong} is noticed {differ} times");
    }
}

/// Without Verilator: the rust-hdl simulation.
#[test]
fn the_rust_hdl_simulation_equals_dense() {
    let config = &devices()[1];
    let mut compared = 0;
    for case in cases(30).into_iter().filter(|c| c.layers.iter().map(|l| l.outputs).sum::<usize>() < 60).take(20) {
        let model = case.model();
        let program = pack(&model, config).unwrap();
        if program.stages.len() > 3 {
            continue;
        }
        let mut engine = DeviceEngine::open("rust-hdl", Rtl::new(config), program).unwrap();
        let input = case.input(0);
        let want = Sparse::new(&model, config.acc_bits).run(&input).unwrap().layers;
        assert_eq!(engine.run(&input).unwrap(), want, "{}", case.name);
        compared += want.iter().map(Vec::len).sum::<usize>();
    }
    assert!(compared > 100, "{compared}");
}

#[test]
fn what_is_not_compact_is_refused_and_keeps_its_hash() {
    let base = Config::for_pes(4).unwrap();
    let compact = |change: &dyn Fn(&mut eie_spec::config::Params)| {
        let mut p = base.params();
        p.compact = true;
        change(&mut p);
        Config::new(p)
    };
    assert_ne!(compact(&|_| ()).unwrap().hash(), base.hash());
    assert_eq!(compact(&|p| p.weight_depth = 16384).unwrap_err().name, "weight_depth");
    assert_eq!(compact(&|p| (p.pes, p.cluster) = (8, 4)).unwrap_err().name, "pes");
}
