//! What the tests of bitstreams share.
#![allow(dead_code)]

use eie_bitstream::flow::Options;
use eie_host::board::Board;
use eie_host::link::{Link, Settings};
use eie_host::transport::Transport;
use eie_host::Device;
use eie_sim::transport::SimTransport;
use eie_sim::usb::lines::Lines;
use eie_sim::usb::pipe::UsbPipe;
use eie_sim::usb::wire::Quality;
use eie_spec::config::Config;
use eie_spec::golden::Sparse;
use eie_spec::pack::pack;
use eie_tests::{named_cases, Case};
use std::path::{Path, PathBuf};
use std::time::Duration;

pub fn board(name: &str) -> Board {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../constraints").join(name).join("board.toml");
    toml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

pub fn options() -> Options {
    let out = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("boards");
    Options { array: None, clock_mhz: None, seed: 1, out }
}

/// How long a device is waited for: far longer than its longest run takes, and a device of broken bits that never
/// answers costs seconds of simulation and not an hour.
pub fn patience() -> Settings {
    Settings { timeout: Duration::from_millis(10), ..Settings::default() }
}

/// Small networks with everything in them, that take seconds and not minutes on a serial line in a simulated netlist.
pub fn cases(config: &Config) -> Vec<Case> {
    let quick = |case: &Case| {
        let model = case.model();
        model.kept() < 1500 && pack(&model, config).is_ok_and(|program| program.stages.len() <= 3)
    };
    named_cases().into_iter().filter(quick).take(8).collect()
}

/// How many outputs differ of how many, over the serial line of this netlist.
pub fn differences(verilog: &str, clocks: u32, config: &Config) -> Result<(usize, usize), String> {
    differences_over(config, true, || SimTransport::of_netlist(verilog, clocks).map_err(|e| e.to_string()))
}

/// The same of a netlist that is wrong, up to the first network whose outputs differ.
pub fn first_differences(verilog: &str, clocks: u32, config: &Config) -> Result<(usize, usize), String> {
    differences_over(config, false, || SimTransport::of_netlist(verilog, clocks).map_err(|e| e.to_string()))
}

/// The same over the USB of this netlist.
pub fn differences_over_usb(verilog: &str, clocks: u32, config: &Config) -> Result<(usize, usize), String> {
    differences_over(config, true, || {
        let lines = Lines::of_netlist(verilog).map_err(|e| e.to_string())?;
        UsbPipe::open(lines, clocks, Quality::default()).map_err(|e| e.to_string())
    })
}

fn differences_over<T: Transport>(
    config: &Config,
    whole: bool,
    open: impl Fn() -> Result<T, String>,
) -> Result<(usize, usize), String> {
    let text = |e: &dyn std::fmt::Display| e.to_string();
    let (mut compared, mut differ) = (0, 0);
    for case in cases(config) {
        if differ > 0 && !whole {
            break;
        }
        let model = case.model();
        let program = pack(&model, config).unwrap();
        let link = Link::open(open()?, patience()).map_err(|e| text(&e))?;
        assert_eq!(link.config_hash(), config.hash());
        let mut device = Device::open(link, program).map_err(|e| text(&e))?;
        let golden = Sparse::new(&model, config.acc_bits);
        for number in 0..2 {
            let input = case.input(number);
            let want = golden.run(&input).unwrap().layers;
            let got = device.run(&input).map_err(|e| text(&e))?;
            compared += want.iter().map(Vec::len).sum::<usize>();
            differ += want.iter().flatten().zip(got.iter().flatten()).filter(|(a, b)| a != b).count();
        }
    }
    Ok((compared, differ))
}

/// Two networks in turns on one device that is never configured again: new weights are memory writes. How many outputs
/// differ of how many.
pub fn in_turns(verilog: &str, clocks: u32, config: &Config) -> Result<(usize, usize), String> {
    let text = |e: &dyn std::fmt::Display| e.to_string();
    let cases = cases(config);
    let pair: Vec<&Case> = cases.iter().filter(|c| c.layers.len() > 1).chain(&cases).take(2).collect();
    let models: Vec<_> = pair.iter().map(|c| c.model()).collect();
    let pipe = SimTransport::of_netlist(verilog, clocks).map_err(|e| text(&e))?;
    let link = Link::open(pipe, patience()).map_err(|e| text(&e))?;
    let mut device = Device::open(link, pack(&models[0], config).unwrap()).map_err(|e| text(&e))?;
    device.add(pack(&models[1], config).unwrap()).map_err(|e| text(&e))?;
    let (mut compared, mut differ) = (0, 0);
    for turn in 0..4 {
        let which = turn % 2;
        let input = pair[which].input(turn as u64);
        let want = Sparse::new(&models[which], config.acc_bits).run(&input).unwrap().layers.pop().unwrap();
        let mut got = vec![0; want.len()];
        device.infer(which, &input, &mut got).map_err(|e| text(&e))?;
        compared += want.len();
        differ += want.iter().zip(&got).filter(|(a, b)| a != b).count();
    }
    Ok((compared, differ))
}
