//! Real images through the Verilated hardware: 1,000 of the test set, all layers, and what must be noticed.

use eie_compressor::data::{Dataset, Split};
use eie_compressor::quantise;
use eie_host::inject::Fault;
use eie_host::{Bus, BusError, Device, DeviceError};
use eie_sim::cosim::{cosim, Kind, Options, Report};
use eie_sim::rtl::Rtl;
use eie_sim::verilator;
use eie_spec::config::Config;
use eie_spec::container::decode;
use eie_spec::model::Model;
use eie_spec::pack::pack;
use eie_spec::regs;
use std::path::{Path, PathBuf};

fn models() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../models")
}

fn model() -> Model {
    named("lenet-300-100")
}

fn named(name: &str) -> Model {
    decode(&std::fs::read(models().join(name).with_extension("eie")).unwrap()).unwrap()
}

fn inputs(count: usize) -> Vec<Vec<i16>> {
    let data = Dataset::load(&models().join("mnist-test"), Split::Test).unwrap();
    (0..count).map(|i| quantise::input(data.image(i))).collect()
}

fn simulate(kind: Kind, pes: usize, images: usize, fault: Option<Fault>) -> Report {
    simulate_model(&model(), kind, pes, images, fault)
}

fn simulate_model(model: &Model, kind: Kind, pes: usize, images: usize, fault: Option<Fault>) -> Report {
    let dir = tempfile::tempdir().unwrap();
    let options = Options { kind, fault, trace: None, difference_trace: dir.path().join("difference.vcd") };
    cosim(model, &Config::for_pes(pes).unwrap(), &inputs(images), &options, &mut |_| ()).unwrap()
}

#[test]
fn a_thousand_images_on_16_and_64_pes() {
    if verilator::version().is_none() {
        println!("SKIPPED a_thousand_images_on_16_and_64_pes: verilator is not installed");
        return;
    }
    for pes in [16, 64] {
        let report = simulate(Kind::Verilator, pes, 1000, None);
        println!("{pes} PEs: {:.1} cycles an image, efficiency {:.3}", report.cycles_per_image, report.efficiency);
        assert_eq!((report.differences, report.outputs_compared), (0, 410_000), "{:?}", report.first_difference);
        assert_eq!(report.stages, 1, "all three layers run in a row");
    }
}

#[test]
fn convolutions_and_cells_on_16_pes() {
    if verilator::version().is_none() {
        println!("SKIPPED convolutions_and_cells_on_16_pes: verilator is not installed");
        return;
    }
    // Of LeNet-5: 24 x 24 patches of 20 channels, 8 x 8 of 50, 500, 10. Of the LSTM: 28 steps of 4 x 128 gates, 10.
    let cases = [("lenet-5", 5, 576 * 20 + 64 * 50 + 510), ("lstm-mnist", 5, 28 * 768 + 10)];
    for (name, images, outputs) in cases {
        let report = simulate_model(&named(name), Kind::Verilator, 16, images, None);
        println!("{name}: {:.1} cycles an image, efficiency {:.3}", report.cycles_per_image, report.efficiency);
        let want = (0, images as u64 * outputs);
        assert_eq!((report.differences, report.outputs_compared), want, "{:?}", report.first_difference);
        let report = simulate_model(&named(name), Kind::Verilator, 16, 1, Some(Fault::Codebook));
        assert!(report.differences > 0, "a damaged codebook makes no difference");
    }
}

#[test]
fn each_injected_bit_is_noticed() {
    if verilator::version().is_none() {
        println!("SKIPPED each_injected_bit_is_noticed: verilator is not installed");
        return;
    }
    for fault in [Fault::Weight, Fault::Pointer, Fault::Codebook, Fault::Shift] {
        let report = simulate(Kind::Verilator, 16, 5, Some(fault));
        let first = report.first_difference.unwrap_or_else(|| panic!("{fault:?} makes no difference"));
        assert!(first.cycle.is_some() && first.expected != first.found, "{fault:?}: {first:?}");
    }
}

#[test]
fn both_simulators_take_the_same_cycles() {
    let rtl = simulate(Kind::Rtl, 16, 2, None);
    assert_eq!(rtl.differences, 0);
    if verilator::version().is_none() {
        println!("SKIPPED the Verilator half of both_simulators_take_the_same_cycles: verilator is not installed");
        return;
    }
    let verilated = simulate(Kind::Verilator, 16, 2, None);
    assert_eq!((rtl.cycles, &rtl.per_pe), (verilated.cycles, &verilated.per_pe));
}

#[test]
fn a_device_is_identified_before_it_is_used() {
    let config = Config::for_pes(4).unwrap();
    let program = pack(&model(), &Config::for_pes(8).unwrap()).unwrap();
    match Device::open(Rtl::new(&config), program) {
        Err(DeviceError::Config { found, .. }) => assert_eq!(found, config.hash()),
        other => panic!("a program for another device opens: {:?}", other.err()),
    }
    struct LinkDown;
    impl Bus for LinkDown {
        fn write(&mut self, _: u32, _: u32) -> Result<(), BusError> {
            Ok(())
        }
        fn read(&mut self, _: u32) -> Result<u32, BusError> {
            Ok(u32::MAX)
        }
    }
    let program = || pack(&model(), &config).unwrap();
    assert!(matches!(Device::open(LinkDown, program()), Err(DeviceError::Ident { found: u32::MAX })));
    /// Identifies itself and then stays busy.
    struct Stuck(u32);
    impl Bus for Stuck {
        fn write(&mut self, _: u32, _: u32) -> Result<(), BusError> {
            Ok(())
        }
        fn read(&mut self, address: u32) -> Result<u32, BusError> {
            Ok(match address {
                regs::IDENT => regs::IDENT_VALUE,
                regs::CONFIG_HASH => self.0,
                _ => 1,
            })
        }
    }
    assert!(matches!(Device::open(Stuck(config.hash()), program()), Err(DeviceError::Bus(BusError::Hung { .. }))));
}

#[test]
fn a_reset_in_the_middle_of_a_run_leaves_a_clean_device() {
    let config = Config::for_pes(4).unwrap();
    let program = pack(&model(), &config).unwrap();
    let mut device = Device::open(Rtl::new(&config), program).unwrap();
    let inputs = inputs(2);
    let want = device.run(&inputs[0]).unwrap();
    // The start command again, and a reset at several points of the run.
    for reads in [0, 3, 20, 60] {
        let steps = device.program().stages[0].steps.len() as u32;
        device.bus_mut().write(regs::START, (steps - 1) << 8).unwrap();
        for _ in 0..reads {
            device.bus_mut().read(regs::STATUS).unwrap();
        }
        device.reset().unwrap();
        assert_eq!(device.run(&inputs[0]).unwrap(), want, "reset after {reads} status reads");
    }
    assert_ne!(device.run(&inputs[1]).unwrap(), want);
}
