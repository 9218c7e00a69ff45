//! The Verilated tops do what every device must do, on good lines and on bad ones. `EIE_SIM_FAULTS` is the number of
//! faults on each (`make faults`).

use eie_sim::transport::open;
use eie_sim::verilator;
use eie_tests::contract::{check, lenet, packed, picture, small};
use eie_tests::faults::{judge, number, trials};
use std::time::Duration;

fn simulated() -> bool {
    let found = verilator::version().is_some();
    if !found {
        println!("SKIPPED link in Verilator: verilator is not installed");
    }
    found
}

#[test]
fn verilated_stream() {
    if simulated() {
        let (program, inputs) = small(4);
        check(open("sim:stream?pes=4").unwrap(), &program, &inputs);
        let inputs: Vec<Vec<i16>> = (0..5).map(picture).collect();
        check(open("sim:stream?pes=16").unwrap(), &packed(&lenet(), 16, 2), &inputs);
    }
}

#[test]
fn verilated_uart() {
    if simulated() {
        let (program, inputs) = small(4);
        check(open("sim:uart?pes=4&clocks=8").unwrap(), &program, &inputs);
    }
}

#[test]
fn faults_on_verilated_lines() {
    if !simulated() {
        return;
    }
    let faults = number("EIE_SIM_FAULTS", 60);
    let timeout = Duration::from_micros(200);
    for address in ["sim:stream?pes=4", "sim:uart?pes=4&clocks=8"] {
        let tally = trials(|| open(address).unwrap(), 4, timeout, faults, Duration::from_secs(1));
        judge(address, &tally);
    }
}
