//! How much of the PEs' time is useful work, measured in the Verilated array.

use eie_compressor::data::{Dataset, Split};
use eie_compressor::quantise;
use eie_sim::bench::{self, Measure};
use eie_sim::cosim::Kind;
use eie_sim::verilator;
use eie_spec::config::Config;
use eie_spec::container::decode;
use std::path::Path;

fn show(measures: &[Measure]) {
    for m in measures {
        println!("{}", serde_json::to_string(m).unwrap());
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
        let measures = bench::layers(&bench::EIE_LAYERS, &config, batch, 1).unwrap();
        show(&measures);
        assert!(measures.iter().all(|m| m.differences == 0 && m.stages == 1));
        // VGG-7 alone is below .95 with a single vector: nothing hides its drain.
        let least = if batch == 1 { 0.935 } else { 0.96 };
        assert!(measures.iter().all(|m| m.efficiency >= least), "a layer is below {least}");
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
            let measure = bench::measure(&model, &config, &inputs, batch, Kind::Verilator).unwrap();
            show(std::slice::from_ref(&measure));
            assert_eq!((measure.differences, measure.stages), (0, 1));
            assert!(pes > 16 || measure.efficiency >= if batch == 1 { 0.51 } else { 0.66 });
        }
    }
}
