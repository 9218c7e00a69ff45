//! What the tests of USB share.
#![allow(dead_code)]

use eie_host::transport::{Transport, TransportError};
use eie_sim::usb::lines::Lines;
use eie_sim::usb::pipe::UsbPipe;
use eie_sim::usb::wire::Quality;
use eie_sim::verilator;
use eie_spec::config::Config;
use eie_spec::link::LinkParams;
use std::sync::{Arc, Mutex};
use std::time::Duration;

pub const PES: usize = 4;
/// Of a token.
pub const OUT: u8 = 0xe1;

pub fn simulated() -> bool {
    let found = verilator::version().is_some();
    if !found {
        println!("SKIPPED USB in Verilator: verilator is not installed");
    }
    found
}

/// A device that was just plugged in, and its port.
pub fn plugged(clocks: u32, quality: Quality) -> UsbPipe {
    let lines = Lines::new(&Config::for_pes(PES).unwrap(), LinkParams::default(), clocks).unwrap();
    UsbPipe::open(lines, clocks, quality).unwrap_or_else(|e| panic!("{clocks} cycles a bit, {quality:?}: {e}"))
}

/// A pipe that is looked at after its use.
#[derive(Clone)]
pub struct Shared(Arc<Mutex<UsbPipe>>);

impl Shared {
    pub fn of(pipe: UsbPipe) -> Self {
        Shared(Arc::new(Mutex::new(pipe)))
    }

    pub fn with<T>(&self, what: impl FnOnce(&mut UsbPipe) -> T) -> T {
        what(&mut self.0.lock().unwrap())
    }
}

impl Transport for Shared {
    fn name(&self) -> String {
        self.with(|p| p.name())
    }
    fn send(&mut self, bytes: &[u8], timeout: Duration) -> Result<(), TransportError> {
        self.with(|p| p.send(bytes, timeout))
    }
    fn receive(&mut self, buffer: &mut [u8], timeout: Duration) -> Result<usize, TransportError> {
        self.with(|p| p.receive(buffer, timeout))
    }
    fn byte_time(&self) -> Duration {
        self.with(|p| p.byte_time())
    }
    fn now(&self) -> Duration {
        self.with(|p| p.now())
    }
}
