//! The rust-hdl simulation of the accelerator: needs no tool, runs a few thousand cycles a second.

use crate::{io_error, SimError, Simulator, READ_LIMIT};
use eie_hdl::accelerator::Accelerator;
use eie_hdl::compact::array::CompactArray;
use eie_hdl::emit;
use eie_host::{Bus, BusError};
use eie_spec::config::Config;
use eie_spec::regs::{Region, REGION_SHIFT};
use rust_hdl::prelude::*;
use rust_hdl_core::vcd_probe::VCDProbe;
use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

/// Delta cycles after which the circuit must have settled. It takes about ten.
const SETTLE_LIMIT: usize = 100;
/// Picoseconds of half a clock period in waveforms.
const HALF_PERIOD: u64 = 5_000;

/// The array: both have the same ports.
enum Array {
    Clusters(Box<Accelerator>),
    Compact(Box<CompactArray>),
}

/// The same with either.
macro_rules! with {
    ($array:expr, $uut:ident => $what:expr) => {
        match $array {
            Array::Clusters($uut) => $what,
            Array::Compact($uut) => $what,
        }
    };
}

/// An accelerator simulated by rust-hdl.
pub struct Rtl {
    uut: Array,
    cycle: u64,
    trace: Option<VCDProbe<BufWriter<File>>>,
    watch: (u8, u16),
    skip: u32,
    watched: Option<u64>,
}

impl Rtl {
    /// Elaborates the accelerator of a configuration.
    pub fn new(config: &Config) -> Self {
        let uut = match config.compact {
            true => Array::Compact(emit::elaborate_compact(config)),
            false => Array::Clusters(emit::elaborate(config)),
        };
        Rtl { uut, cycle: 0, trace: None, watch: (0, 0), skip: 0, watched: None }
    }

    fn half(&mut self, level: bool) -> Result<(), BusError> {
        let settles = with!(&mut self.uut, uut => {
            uut.clock.next = level.into();
            simulate(&mut **uut, SETTLE_LIMIT)
        });
        if !settles {
            return Err(BusError::Failed(format!("the simulation does not settle in cycle {}", self.cycle)));
        }
        if let Some(mut vcd) = self.trace.take() {
            vcd.timestamp((2 * self.cycle + u64::from(level)) * HALF_PERIOD)
                .map_err(|e| BusError::Failed(format!("writing the waveform: {e}")))?;
            self.trace = Some(with!(&self.uut, uut => write_vcd_change(vcd, &**uut)));
        }
        Ok(())
    }

    fn tick(&mut self) -> Result<(), BusError> {
        self.half(false)?;
        let (step, row) = (u64::from(self.watch.0).into(), u64::from(self.watch.1).into());
        let here =
            with!(&self.uut, uut => uut.draining.val() && (uut.step.val(), uut.drain_row.val()) == (step, row));
        if here {
            match self.skip.checked_sub(1) {
                Some(skip) => self.skip = skip,
                None => self.watched = self.watched.or(Some(self.cycle)),
            }
        }
        self.half(true)?;
        self.cycle += 1;
        Ok(())
    }
}

impl Bus for Rtl {
    fn write(&mut self, address: u32, data: u32) -> Result<(), BusError> {
        with!(&mut self.uut, uut => {
            uut.bus_write.next = true;
            uut.bus_address.next = u64::from(address).into();
            uut.bus_wdata.next = u64::from(data).into();
        });
        self.tick()?;
        with!(&mut self.uut, uut => uut.bus_write.next = false);
        // Two words take two cycles.
        match (&self.uut, address >> REGION_SHIFT) {
            (Array::Compact(_), region) if region == Region::Pointer as u32 || region == Region::Bias as u32 => {
                self.tick()
            }
            _ => Ok(()),
        }
    }

    fn read(&mut self, address: u32) -> Result<u32, BusError> {
        with!(&mut self.uut, uut => {
            uut.bus_read.next = true;
            uut.bus_address.next = u64::from(address).into();
        });
        self.tick()?;
        with!(&mut self.uut, uut => uut.bus_read.next = false);
        for _ in 0..READ_LIMIT {
            self.tick()?;
            if let (true, data) = with!(&self.uut, uut => (uut.bus_rvalid.val(), uut.bus_rdata.val())) {
                return Ok(data.to_u32());
            }
        }
        Err(BusError::NoAnswer { address, cycles: READ_LIMIT })
    }
}

impl Simulator for Rtl {
    fn cycle(&self) -> u64 {
        self.cycle
    }

    fn start_trace(&mut self, path: &Path) -> Result<(), SimError> {
        if path.extension().is_some_and(|e| e != "vcd") {
            return Err(SimError::Trace {
                path: path.display().to_string(),
                why: "the rust-hdl simulation writes .vcd only; the verilator engine writes .fst too".into(),
            });
        }
        let file = File::create(path).map_err(io_error(path))?;
        let file = BufWriter::new(file);
        let vcd = with!(&self.uut, uut => write_vcd_dump(write_vcd_header(file, &**uut), &**uut));
        self.trace = Some(vcd);
        Ok(())
    }

    fn stop_trace(&mut self) -> Result<(), SimError> {
        // Dropping the writer flushes it.
        self.trace = None;
        Ok(())
    }

    fn watch(&mut self, step: u8, row: u16, skip: u32) {
        self.watch = (step, row);
        self.skip = skip;
        self.watched = None;
    }

    fn watched(&self) -> Option<u64> {
        self.watched
    }
}
