//! A Verilated device with its two lines: what the host drives goes in, what is on the lines comes out, a sample a
//! cycle.

use crate::verilator::{build, prepared, TraceKind, EMITTED, NETLIST};
use crate::SimError;
use eie_hdl::emit::{verilog_of, Top};
use eie_spec::config::Config;
use eie_spec::link::LinkParams;
use libloading::{Library, Symbol};
use std::ffi::c_void;
use std::fmt::Write;

const SHIM: &str = include_str!("../shim_usb.cpp");

/// D+ of a sample.
pub const D_P: u8 = 1;
/// D- of a sample.
pub const D_N: u8 = 2;
/// Of a sample to the device: the host drives. Of one on the lines: the device does.
pub const DRIVES: u8 = 4;
/// Of a sample to the device: it is reset. Of one on the lines: both drive.
pub const RESET: u8 = 8;
/// Of a sample on the lines: the device pulls D+ up.
pub const PULLED: u8 = 16;

/// See the module's documentation.
pub struct Lines {
    handle: *mut c_void,
    library: Library,
    cycle: u64,
    /// Changes of the lines: when, and to what.
    changes: Vec<(u64, u8)>,
}

// SAFETY: the handle is used by one `Lines` only, and every call takes `&mut self`.
unsafe impl Send for Lines {}

impl Lines {
    /// The top of a configuration with USB, so many cycles a bit.
    ///
    /// # Errors
    /// Verilator is missing or fails.
    pub fn new(config: &Config, params: LinkParams, clocks: u32) -> Result<Self, SimError> {
        Self::of_verilog(&prepared(&verilog_of(config, Top::Usb(params, clocks))), &EMITTED)
    }

    /// Any Verilog whose module `top` has the ports of [`Top::Usb`]'s: a netlist, or one with a fault in it.
    ///
    /// # Errors
    /// Verilator is missing or fails.
    pub fn of_netlist(verilog: &str) -> Result<Self, SimError> {
        Self::of_verilog(verilog, &NETLIST)
    }

    fn of_verilog(text: &str, warnings: &[&str]) -> Result<Self, SimError> {
        let path = build(text, SHIM, TraceKind::None, warnings)?;
        let fail = |why: libloading::Error| SimError::Load {
            path: path.display().to_string(),
            why: format!("{why}; remove the folder to build it again"),
        };
        // SAFETY: the library was built from our shim; its initialisers are Verilator's run-time only.
        let library = unsafe { Library::new(&path) }.map_err(fail)?;
        // SAFETY: the signature is the shim's.
        let handle = unsafe { library.get::<unsafe extern "C" fn() -> *mut c_void>(b"eie_new").map_err(fail)?() };
        Ok(Lines { handle, library, cycle: 0, changes: Vec::new() })
    }

    /// A function of the shim. `F` must be its signature there.
    unsafe fn function<F>(&self, name: &'static str) -> Symbol<'_, F> {
        // SAFETY: the caller gives the signature. The symbols are in the library because the shim, compiled
        // into its cache key, defines them.
        unsafe { self.library.get(name.as_bytes()) }.unwrap_or_else(|e| panic!("the shim has no {name}: {e}"))
    }

    /// As many cycles as there are samples: what is on the lines.
    pub fn run(&mut self, samples: &[u8]) -> Vec<u8> {
        type Run = unsafe extern "C" fn(*mut c_void, *const u8, *mut u8, usize);
        let mut out = vec![0; samples.len()];
        // SAFETY: the shim reads and writes as many bytes as it is told, and keeps no reference.
        unsafe { self.function::<Run>("eie_lines")(self.handle, samples.as_ptr(), out.as_mut_ptr(), samples.len()) }
        for (k, sample) in out.iter().enumerate() {
            let pair = sample & (D_P | D_N);
            if self.changes.last().is_none_or(|&(_, last)| last != pair) {
                self.changes.push((self.cycle + k as u64, pair));
            }
        }
        self.cycle += samples.len() as u64;
        out
    }

    /// Cycles so far.
    pub fn cycle(&self) -> u64 {
        self.cycle
    }

    /// All that was on the lines, as a value change dump with signals `dp` and `dn` in nanoseconds, of so many cycles a bit.
    pub fn dump(&self, clocks: u32) -> String {
        let mut text = "$timescale 1 ns $end\n$scope module usb $end\n$var wire 1 p dp $end\n$var wire 1 n dn $end\n\
                        $upscope $end\n$enddefinitions $end\n"
            .to_owned();
        let time = |cycle: u64| cycle * 1000 / (12 * u64::from(clocks));
        for &(cycle, pair) in &self.changes {
            let _ = writeln!(text, "#{}\n{}p\n{}n", time(cycle), pair & 1, pair >> 1);
        }
        let _ = writeln!(text, "#{}", time(self.cycle));
        text
    }
}

impl Drop for Lines {
    fn drop(&mut self) {
        // SAFETY: the handle is from `eie_new` and not used after this.
        unsafe { self.function::<unsafe extern "C" fn(*mut c_void)>("eie_free")(self.handle) }
    }
}
