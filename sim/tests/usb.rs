//! The Verilated top with a USB device, through its pins.

use eie_sim::transport::open;
use eie_sim::verilator;
use eie_tests::contract::{check, small};

fn simulated() -> bool {
    let found = verilator::version().is_some();
    if !found {
        println!("SKIPPED USB in Verilator: verilator is not installed");
    }
    found
}

#[test]
fn networks_run_over_usb() {
    if simulated() {
        let (program, inputs) = small(4);
        for clocks in [4, 8] {
            check(open(&format!("sim:usb?pes=4&clocks={clocks}")).unwrap(), &program, &inputs);
        }
    }
}
