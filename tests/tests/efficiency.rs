//! How much of the PEs' time is useful work, measured in the Verilated array.

use eie_compressor::data::{Dataset, Split};
use eie_compressor::quantise;
use eie_sim::bench::{self, Engine, Measure};
use eie_sim::cosim::Kind;
use eie_sim::verilator;
use eie_spec::config::Config;
use eie_spec::container::decode;
use std::path::Path;

const VERILATOR: Engine = Engine::Simulator(Kind::Verilator);

/// Shows figures; no output may differ, nor a count from the cycle model's.
fn check(measures: &[Measure]) {
    for m in measures {
        println!("{}", serde_json::to_string(m).unwrap());
        assert_eq!((m.differences, m.stages), (0, 1), "{}", m.name);
        assert_eq!(m.counters, m.model_counters, "{}", m.name);
    }
}

#[test]
fn eie_layers_on_64_pes() {
    if verilator::version().is_none() {
        println!("SKIPPED eie_layers_on_64_pes: verilator is not installed");
        return;
    }
    let config = Config::new(bench::deep(64)).unwrap();
    for batch in [1, 8] {
        // Eight vectors of the large layers take minutes to simulate: `eie bench layers --batch 8`.
        let shapes = if batch == 1 { &bench::EIE_LAYERS[..] } else { &bench::EIE_LAYERS[6..] };
        let measures = bench::layers(shapes, &config, batch, 1, VERILATOR).unwrap();
        check(&measures);
        for m in measures {
            assert!(m.efficiency >= if batch == 1 { 0.95 } else { 0.965 }, "{} {batch}: {}", m.name, m.efficiency);
        }
    }
}

#[test]
fn made_lenet_300_100() {
    if verilator::version().is_none() {
        println!("SKIPPED made_lenet_300_100: verilator is not installed");
        return;
    }
    for (usual, batch, least) in [(false, 1, 0.75), (false, 8, 0.9), (true, 1, 0.7), (true, 8, 0.88)] {
        let measure = bench::lenet(16, usual, batch, VERILATOR).unwrap();
        check(std::slice::from_ref(&measure));
        assert!(measure.efficiency >= least, "usual {usual}, batch {batch}: {}", measure.efficiency);
    }
}

#[test]
fn lenet_300_100() {
    if verilator::version().is_none() {
        println!("SKIPPED lenet_300_100: verilator is not installed");
        return;
    }
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("../models");
    let model = decode(&std::fs::read(models.join("lenet-300-100.eie")).unwrap()).unwrap();
    let data = Dataset::load(&models.join("mnist-test"), Split::Test).unwrap();
    let inputs: Vec<_> = (0..200).map(|i| quantise::input(data.image(i))).collect();
    for pes in [16, 64] {
        let mut p = Config::for_pes(pes).unwrap().params();
        // Room for a batch.
        p.act_depth = 1024;
        let config = Config::new(p).unwrap();
        for batch in [1, 2, 8] {
            let measure = bench::measure(&model, &config, &inputs, batch, VERILATOR).unwrap();
            check(std::slice::from_ref(&measure));
            assert!(pes > 16 || measure.efficiency >= if batch == 1 { 0.46 } else { 0.6 });
        }
    }
}
