//! A Verilated device at the end of a pipe: its whole top, the link's hardware included.
//!
//! | address | what is simulated |
//! |---|---|
//! | `sim:stream?pes=16` | the top with streams of bytes |
//! | `sim:uart?pes=4&clocks=8` | the top on a serial line, through its pins, `clocks` cycles a bit |
//! | `sim:usb?pes=4&clocks=8` | the top with a USB device, through its two pins, `clocks` cycles a bit ([`crate::usb`]) |
//!
//! Options besides: those of a configuration (`act_depth`, ...); `wait_bits`, the logarithm of the cycles that it waits for its
//! accelerator. Its clock is that of the simulation, at 50 MHz.

use crate::usb::lines::Lines;
use crate::usb::pipe::UsbPipe;
use crate::usb::wire::Quality;
use crate::verilator::{build, prepared, TraceKind, EMITTED, NETLIST};
use eie_hdl::emit::{verilog_of, Top};
use eie_host::transport::{self, Address, Transport, TransportError};
use eie_spec::config::Config;
use eie_spec::link::LinkParams;
use libloading::{Library, Symbol};
use std::collections::VecDeque;
use std::ffi::c_void;
use std::time::Duration;

const SHIM: &str = include_str!("shim_link.cpp");
/// Of the simulated clock.
const CYCLE: Duration = Duration::from_nanos(20);
/// Cycles that the link takes for a byte of data at most: it goes through them bit by bit.
const BYTE_CYCLES: u32 = 12;
/// Logarithm of the cycles that a device waits, where none is given: a second of simulation.
const WAIT_BITS: u32 = 20;
/// Bytes that are fetched at once.
const CHUNK: usize = 4096;

/// See the module's documentation.
pub struct SimTransport {
    handle: *mut c_void,
    library: Library,
    name: String,
    byte_cycles: u32,
    arrived: VecDeque<u8>,
}

// SAFETY: the handle is used by one `SimTransport` only, and every call takes `&mut self` or only reads.
unsafe impl Send for SimTransport {}

impl SimTransport {
    /// A device with this top, which must have a link.
    ///
    /// # Errors
    /// Verilator is missing or fails.
    pub fn new(config: &Config, top: Top) -> Result<Self, crate::SimError> {
        let clocks = match top {
            Top::Uart(_, clocks) => Some(clocks),
            _ => None,
        };
        Self::of_verilog(&prepared(&verilog_of(config, top)), clocks, &EMITTED)
    }

    /// The device that a netlist is, whose module `top` has the ports of [`Top::Uart`]'s, with so many cycles a bit.
    ///
    /// # Errors
    /// Verilator is missing or fails.
    pub fn of_netlist(verilog: &str, clocks: u32) -> Result<Self, crate::SimError> {
        Self::of_verilog(verilog, Some(clocks), &NETLIST)
    }

    fn of_verilog(text: &str, clocks: Option<u32>, warnings: &[&str]) -> Result<Self, crate::SimError> {
        let kind = if clocks.is_some() { "uart" } else { "stream" };
        let define = clocks.map(|c| format!("-DEIE_UART={c}"));
        let mut flags = warnings.to_vec();
        if let Some(define) = &define {
            flags.extend(["-CFLAGS", define]);
        }
        let path = build(text, SHIM, TraceKind::None, &flags)?;
        let fail = |why: libloading::Error| crate::SimError::Load {
            path: path.display().to_string(),
            why: format!("{why}; remove the folder to build it again"),
        };
        // SAFETY: the library was built from our shim; its initialisers are Verilator's run-time only.
        let library = unsafe { Library::new(&path) }.map_err(fail)?;
        // SAFETY: the signature is the shim's.
        let handle = unsafe { library.get::<unsafe extern "C" fn() -> *mut c_void>(b"eie_new").map_err(fail)?() };
        let byte_cycles = clocks.map_or(BYTE_CYCLES, |c| 10 * c + BYTE_CYCLES);
        Ok(SimTransport { handle, library, name: format!("sim:{kind}"), byte_cycles, arrived: VecDeque::new() })
    }

    /// From an address.
    ///
    /// # Errors
    /// Options that make no sense, or a simulation that cannot be built.
    pub fn open(address: &Address) -> Result<Self, TransportError> {
        let (config, params, clocks) = settings(address)?;
        let top = match address.path.as_str() {
            "stream" => Top::Stream(params),
            "uart" => Top::Uart(params, clocks),
            _ => return Err(address.error("there are sim:stream, sim:uart and sim:usb")),
        };
        Self::new(&config, top).map_err(|e| address.not_opened(e))
    }

    /// Cycles simulated so far.
    pub fn cycles(&self) -> u64 {
        // SAFETY: the signature is the shim's; it reads a number.
        unsafe { self.function::<unsafe extern "C" fn(*const c_void) -> u64>("eie_cycle")(self.handle) }
    }

    /// A function of the shim. `F` must be its signature there.
    unsafe fn function<F>(&self, name: &'static str) -> Symbol<'_, F> {
        // SAFETY: the caller gives the signature. The symbols are in the library because the shim, compiled
        // into its cache key, defines them.
        unsafe { self.library.get(name.as_bytes()) }.unwrap_or_else(|e| panic!("the shim has no {name}: {e}"))
    }

    /// Runs until all bytes are taken, or if there are none until one has come: how many were taken.
    fn run(&mut self, bytes: &[u8], cycles: u64) -> usize {
        type Run = unsafe extern "C" fn(*mut c_void, *const u8, usize, *mut u8, usize, *mut usize, u64) -> usize;
        let mut out = [0; CHUNK];
        let mut got = 0;
        // SAFETY: the shim reads `bytes`, writes up to `CHUNK` bytes to `out`, and keeps no reference.
        let taken = unsafe {
            let run = self.function::<Run>("eie_run");
            run(self.handle, bytes.as_ptr(), bytes.len(), out.as_mut_ptr(), CHUNK, &raw mut got, cycles)
        };
        self.arrived.extend(&out[..got]);
        taken
    }
}

impl Drop for SimTransport {
    fn drop(&mut self) {
        // SAFETY: the handle is from `eie_new` and not used after this.
        unsafe { self.function::<unsafe extern "C" fn(*mut c_void)>("eie_free")(self.handle) }
    }
}

/// The array, the link, and cycles a bit.
fn settings(address: &Address) -> Result<(Config, LinkParams, u32), TransportError> {
    address.check_options(&["wait_bits", "clocks"])?;
    let config = address.config()?;
    let wait_bits = address.option("wait_bits", WAIT_BITS)?;
    let params = LinkParams { wait_bits, ..LinkParams::default() };
    let clocks: u32 = address.option("clocks", 8)?;
    if !params.is_valid() || !(4..=65536).contains(&clocks) {
        return Err(address.error("wait_bits is 8 to 31, clocks is 4 to 65536"));
    }
    Ok((config, params, clocks))
}

fn cycles(time: Duration) -> u64 {
    (time.as_nanos() / CYCLE.as_nanos()).max(1) as u64
}

impl Transport for SimTransport {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn send(&mut self, bytes: &[u8], timeout: Duration) -> Result<(), TransportError> {
        let end = self.cycles() + cycles(timeout);
        let mut rest = bytes;
        while !rest.is_empty() {
            let Some(left) = end.checked_sub(self.cycles()).filter(|&n| n > 0) else {
                return Err(TransportError::SendTimeout { pipe: self.name(), left: rest.len(), timeout });
            };
            let taken = self.run(rest, left);
            rest = &rest[taken..];
        }
        Ok(())
    }

    fn receive(&mut self, buffer: &mut [u8], timeout: Duration) -> Result<usize, TransportError> {
        if self.arrived.is_empty() {
            self.run(&[], cycles(timeout));
        }
        let count = buffer.len().min(self.arrived.len());
        for (place, byte) in buffer.iter_mut().zip(self.arrived.drain(..count)) {
            *place = byte;
        }
        Ok(count)
    }

    fn byte_time(&self) -> Duration {
        CYCLE * self.byte_cycles
    }

    fn now(&self) -> Duration {
        Duration::from_nanos(self.cycles() * CYCLE.as_nanos() as u64)
    }
}

/// A device on USB, with a host that enumerates it.
fn open_usb(address: &Address) -> Result<UsbPipe, TransportError> {
    let (config, params, clocks) = settings(address)?;
    if clocks > 16 {
        return Err(address.error("clocks is 4 to 16"));
    }
    let lines = Lines::new(&config, params, clocks).map_err(|e| address.not_opened(e))?;
    UsbPipe::open(lines, clocks, Quality::default()).map_err(|e| address.not_opened(e))
}

/// Opens the pipe with this address: a simulated one, or any that [`transport::open`] knows.
///
/// # Errors
/// An address that makes no sense, or leads nowhere.
pub fn open(address: &str) -> Result<Box<dyn Transport>, TransportError> {
    let parsed = Address::parse(address)?;
    match parsed.scheme.as_str() {
        "sim" if parsed.path == "usb" => Ok(Box::new(open_usb(&parsed)?)),
        "sim" => Ok(Box::new(SimTransport::open(&parsed)?)),
        _ => transport::open(address),
    }
}
