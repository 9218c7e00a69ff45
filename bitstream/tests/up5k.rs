//! The iCEBreaker's bitstream, built and read back: its LUTs, registers, block RAMs, single-port RAMs and multipliers as the bits
//! set and connect them, with LeNet-300-100 in its memories.

mod common;

use common::{board, differences, first_differences, in_turns, options, patience};
use eie_bitstream::flow::build;
use eie_bitstream::readback;
use eie_bitstream::tools::{ICEBOX_VLOG, ICEPACK, NEXTPNR_ICE40, YOSYS};
use eie_compressor::data::{Dataset, Split};
use eie_compressor::quantise;
use eie_host::link::Link;
use eie_host::Device;
use eie_sim::bench::lenet_300_100;
use eie_sim::transport::SimTransport;
use eie_sim::verilator;
use eie_spec::config::Config;
use eie_spec::container::decode;
use eie_spec::golden::Sparse;
use eie_spec::model::Model;
use eie_spec::pack::pack;
use std::path::Path;

/// Images of MNIST's test set.
const IMAGES: usize = 10;
/// The largest input that an image has.
const INPUT_MAX: i32 = 32640;

/// The repository's LeNet-300-100.
fn lenet() -> Model {
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("../models");
    decode(&std::fs::read(models.join("lenet-300-100.eie")).unwrap()).unwrap()
}

/// A resident network on images, over the serial line of these bits: outputs compared, and how many differ.
fn on_images(verilog: &str, clocks: u32, config: &Config, model: &Model) -> Result<(usize, usize), String> {
    let text = |e: &dyn std::fmt::Display| e.to_string();
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("../models");
    let data = Dataset::load(&models.join("mnist-test"), Split::Test).unwrap();
    let program = pack(model, config).unwrap();
    assert_eq!(program.stages.len(), 1, "it is resident");
    let golden = Sparse::new(model, config.acc_bits);
    let pipe = SimTransport::of_netlist(verilog, clocks).map_err(|e| text(&e))?;
    let link = Link::open(pipe, patience()).map_err(|e| text(&e))?;
    let mut device = Device::open(link, program).map_err(|e| text(&e))?;
    let (mut compared, mut differ) = (0, 0);
    // The made network takes smaller inputs than the other one.
    let most = model.layers[0].certificate.in_abs_max as i32;
    let scaled = |a: i16| (i32::from(a) * most.min(INPUT_MAX) / INPUT_MAX) as i16;
    for image in 0..IMAGES {
        let input: Vec<i16> = quantise::input(data.image(image)).into_iter().map(scaled).collect();
        let want = golden.run(&input).unwrap().layers;
        let got = device.run(&input).map_err(|e| text(&e))?;
        compared += want.iter().map(Vec::len).sum::<usize>();
        differ += want.iter().flatten().zip(got.iter().flatten()).filter(|(a, b)| a != b).count();
    }
    println!("{:?}", device.counters().map_err(|e| text(&e))?);
    Ok((compared, differ))
}

#[test]
fn lenet_is_resident_and_the_bits_compute_it() {
    let missing =
        [YOSYS, NEXTPNR_ICE40, ICEPACK, ICEBOX_VLOG].iter().find(|t| t.find().is_err()).map(|t| t.programs[0]);
    if let Some(tool) = missing.or(verilator::version().is_none().then_some("verilator")) {
        println!("SKIPPED lenet_is_resident_and_the_bits_compute_it: {tool} is not installed");
        return;
    }
    let board = board("icebreaker");
    let how = board.build.clone().unwrap();
    let config = how.array.config().unwrap();
    let report = build(&board, &options(), &mut |_| ()).unwrap();
    println!("{}", serde_json::to_string(&report).unwrap());
    let used = |kind: &str| report.utilisation[kind].used;
    assert_eq!((report.pes, used("ICESTORM_DSP"), used("ICESTORM_SPRAM")), (4, 4, 4));
    assert!(report.clock_mhz >= 24.0 && report.fmax_mhz > report.clock_mhz);
    // The estimate is what yosys infers, but for the link's two block RAMs.
    let usage = board.usage(&config);
    assert_eq!((usage.block_rams + 2, usage.single_port_rams), (used("ICESTORM_RAM") as usize, 4));
    let folder = report.bitstream.parent().unwrap();
    let read = |name: &str| readback::verilog(folder, name, "board.pcf", &how.size);
    let verilog = read("board.bin").unwrap();
    assert_eq!(verilog.matches("\neie_spram ").count(), 4);
    assert_eq!(verilog.matches("\neie_mac16 ").count(), 4);
    assert_eq!(readback::initial_ones(&verilog), 0);
    // 64 times the oscillator, through 32.
    assert!(verilog.contains(".DIVR(4'b0000)") && verilog.contains(".DIVF(7'b0111111)"));
    assert!(verilog.contains(".DIVQ(3'b101)") && verilog.contains(".PACKAGEPIN(clock)"));
    let (compared, differ) = differences(&verilog, report.clocks_per_bit, &config).unwrap();
    println!("icebreaker: {differ} of {compared} outputs of small networks differ");
    assert!(compared > 100 && differ == 0);
    let (compared, differ) = in_turns(&verilog, report.clocks_per_bit, &config).unwrap();
    println!("icebreaker: two networks in turns: {differ} of {compared} outputs differ");
    assert!(compared > 10 && differ == 0);
    // One with 4 % of its weights, and one with as many as Deep Compression's.
    for model in [lenet(), lenet_300_100(0).0] {
        let weights = model.kept();
        let (compared, differ) = on_images(&verilog, report.clocks_per_bit, &config, &model).unwrap();
        println!(
            "icebreaker: LeNet-300-100, {weights} weights, {IMAGES} images: {differ} of {compared} outputs differ"
        );
        assert_eq!((compared, differ), (410 * IMAGES, 0));
    }
    // What must be noticed: a multiplier whose factor is not signed, and a bit of the routing into a single-port RAM.
    let asc = std::fs::read_to_string(folder.join("board.asc")).unwrap();
    let flips = [(".dsp2_tile 0 ", 6, 7), (".ipcon_tile 0 2\n", 0, 0)];
    for (number, (tile, row, column)) in flips.into_iter().enumerate() {
        let wrong = match column {
            7 => readback::flip_in(&asc, tile, row, column),
            _ => readback::flip_first(&asc, tile),
        }
        .expect("such a tile");
        let name = format!("hard{number}");
        std::fs::write(folder.join(format!("{name}.asc")), wrong).unwrap();
        ICEPACK.run(folder, "flip.log", &[&format!("{name}.asc"), &format!("{name}.bin")]).unwrap();
        let wrong = read(&format!("{name}.bin")).unwrap();
        assert_ne!(wrong, verilog);
        let judged = first_differences(&wrong, report.clocks_per_bit, &config);
        println!("icebreaker: a bit of {tile:?} changed: {judged:?}");
        assert!(!matches!(judged, Ok((_, 0))), "{tile} is not noticed");
    }
}
