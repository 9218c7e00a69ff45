//! The contract of all pipes ([`eie_tests::suite`]) with the Verilated top at their ends: in this process, and behind
//! the files of a PCIe card.

use eie_sim::transport::open;
use eie_sim::verilator;
use eie_tests::rig::{self, Rig, Served};
use eie_tests::suite::{run, Pace};
use std::sync::Arc;
use std::time::Duration;

fn verilated(rig: impl Fn(Arc<Served>) -> Rig, pace: Pace) {
    if verilator::version().is_none() {
        println!("SKIPPED contract of Verilated tops: verilator is not installed");
        return;
    }
    run(&rig(Served::new(|| open("sim:stream?pes=4").unwrap())), pace);
}

/// Its clock is that of the simulation.
#[test]
fn the_verilated_stream() {
    verilated(rig::direct, Pace { timeout: Duration::from_micros(200), faults: 60 });
}

/// Its clock is the wall's, and the simulation's cycles take their time.
#[cfg(target_os = "linux")]
#[test]
fn a_card_with_the_verilated_stream() {
    verilated(rig::xdma_sockets, Pace { timeout: Duration::from_millis(500), faults: 45 });
}
