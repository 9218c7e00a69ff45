//! The emitted Verilog in Verilator: built into a shared library when first asked for, kept in a cache, and
//! called through a shim of C++.
//!
//! Building at run time rather than in a build script keeps `cargo build` free of Verilator, and lets one
//! program simulate any configuration.

use crate::{child, compiler, io_error, share, SimError, Simulator, READ_LIMIT};
use eie_host::{Bus, BusError};
use libloading::{Library, Symbol};
use sha2::{Digest, Sha256};
use std::ffi::{c_char, c_int, c_void, CString};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

const SHIM: &str = include_str!("shim.cpp");
/// 64 PEs take half a minute on an idle core.
const BUILD_LIMIT: Duration = Duration::from_secs(1800);
const ADVICE: &str = "install it (Debian: apt-get install verilator g++ make)";

/// Waveforms that a library can write: chosen when it is built, because they slow the simulation down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TraceKind {
    /// None: the fastest.
    None,
    /// Value change dump.
    Vcd,
    /// GTKWave's compact format; needs zlib's headers.
    Fst,
}

impl TraceKind {
    /// From a file name's extension.
    pub fn of(path: &Path) -> Result<Self, SimError> {
        match path.extension().and_then(|e| e.to_str()) {
            Some("vcd") => Ok(TraceKind::Vcd),
            Some("fst") => Ok(TraceKind::Fst),
            _ => Err(SimError::Trace {
                path: path.display().to_string(),
                why: "the name must end in .vcd or .fst".into(),
            }),
        }
    }

    fn flags(self) -> &'static [&'static str] {
        match self {
            TraceKind::None => &[],
            TraceKind::Vcd => &["--trace", "-CFLAGS", "-DEIE_VCD"],
            TraceKind::Fst => &["--trace-fst", "-CFLAGS", "-DEIE_FST"],
        }
    }
}

/// Flags for everything. Verilator's own choice of a C++ compiler's is -Os, behind all others; what runs once is not
/// worth the compiler's time.
#[rustfmt::skip]
const FLAGS: [&str; 25] = [
    "--cc", "--exe", "--build", "-j", "2", "-O3", "--x-assign", "fast", "--x-initial", "fast", "--noassert",
    "--top-module", "top", "--prefix", "Vtop", "-Mdir", "obj", "-CFLAGS", "-fPIC", "-LDFLAGS", "-shared",
    "--output-split", "20000", "-MAKEFLAGS", "OPT_FAST=-O2 OPT_GLOBAL=-O2 OPT_SLOW=-O0",
];
/// Flags for emitted Verilog.
pub(crate) const EMITTED: [&str; 2] = ["-Wno-WIDTH", "-Werror-UNOPTFLAT"];
/// Flags for Verilog that a tool wrote: one module of everything, for which a compiler takes four times as long if its
/// functions are not split.
pub(crate) const NETLIST: [&str; 5] = ["-Wno-fatal", "-Wno-lint", "-Wno-UNOPTFLAT", "--output-split-cfuncs", "2000"];

/// Emitted Verilog as Verilator gets it. What coverage is counted of stays as it is.
pub(crate) fn prepared(verilog: &str) -> String {
    if coverage_flags().is_empty() {
        share::annotate(verilog)
    } else {
        verilog.to_owned()
    }
}

/// Version of the installed Verilator, as (major, minor).
pub fn version() -> Option<(u32, u32)> {
    verilator::verilator_version()
}

/// An accelerator simulated by Verilator.
pub struct Verilated {
    handle: *mut c_void,
    library: Library,
}

// SAFETY: the handle is used by one `Verilated` only, and every call takes `&mut self` or only reads.
unsafe impl Send for Verilated {}

impl Verilated {
    /// Builds (or finds in the cache) the simulation of a Verilog text whose top is `top`.
    pub fn new(verilog: &str, trace: TraceKind) -> Result<Self, SimError> {
        Self::with_warnings(&prepared(verilog), trace, &EMITTED)
    }

    /// As [`Verilated::new`], for Verilog that a tool wrote: it joins and splits vectors such that Verilator sees
    /// loops where there are none bit by bit, which costs it speed but is right.
    pub fn of_netlist(verilog: &str, trace: TraceKind) -> Result<Self, SimError> {
        Self::with_warnings(verilog, trace, &NETLIST)
    }

    fn with_warnings(verilog: &str, trace: TraceKind, warnings: &[&str]) -> Result<Self, SimError> {
        let path = build(verilog, SHIM, trace, warnings)?;
        let fail = |why: libloading::Error| SimError::Load {
            path: path.display().to_string(),
            why: format!("{why}; remove the folder to build it again"),
        };
        // SAFETY: the library was built from our shim; its initialisers are Verilator's run-time only.
        let library = unsafe { Library::new(&path) }.map_err(fail)?;
        // SAFETY: the signature is the shim's.
        let handle = unsafe { library.get::<unsafe extern "C" fn() -> *mut c_void>(b"eie_new").map_err(fail)?() };
        Ok(Verilated { handle, library })
    }

    /// A function of the shim. `F` must be its signature there.
    unsafe fn function<F>(&self, name: &'static str) -> Symbol<'_, F> {
        // SAFETY: the caller gives the signature. The symbols are in the library because the shim, compiled
        // into its cache key, defines them.
        unsafe { self.library.get(name.as_bytes()) }.unwrap_or_else(|e| panic!("the shim has no {name}: {e}"))
    }

    fn write_pairs(&mut self, words: &[u32]) {
        type Write = unsafe extern "C" fn(*mut c_void, *const u32, usize);
        // SAFETY: the shim reads `words.len() / 2` pairs and keeps no reference.
        unsafe { self.function::<Write>("eie_write")(self.handle, words.as_ptr(), words.len() / 2) }
    }
}

impl Drop for Verilated {
    fn drop(&mut self) {
        // SAFETY: the handle is from `eie_new` and not used after this.
        unsafe { self.function::<unsafe extern "C" fn(*mut c_void)>("eie_free")(self.handle) }
    }
}

impl Bus for Verilated {
    fn write(&mut self, address: u32, data: u32) -> Result<(), BusError> {
        self.write_pairs(&[address, data]);
        Ok(())
    }

    fn read(&mut self, address: u32) -> Result<u32, BusError> {
        type Read = unsafe extern "C" fn(*mut c_void, u32, u64, *mut u32) -> c_int;
        let mut data = 0;
        // SAFETY: the shim writes one word to `data`.
        let status = unsafe { self.function::<Read>("eie_read")(self.handle, address, READ_LIMIT, &raw mut data) };
        match status {
            0 => Ok(data),
            _ => Err(BusError::NoAnswer { address, cycles: READ_LIMIT }),
        }
    }

    fn write_all(&mut self, words: &mut dyn Iterator<Item = (u32, u32)>) -> Result<(), BusError> {
        let words: Vec<u32> = words.flat_map(|(address, data)| [address, data]).collect();
        self.write_pairs(&words);
        Ok(())
    }
}

impl Simulator for Verilated {
    fn cycle(&self) -> u64 {
        // SAFETY: reads a number.
        unsafe { self.function::<unsafe extern "C" fn(*const c_void) -> u64>("eie_cycle")(self.handle) }
    }

    fn start_trace(&mut self, path: &Path) -> Result<(), SimError> {
        type Start = unsafe extern "C" fn(*mut c_void, *const c_char) -> c_int;
        let fail = |why: &str| SimError::Trace { path: path.display().to_string(), why: why.into() };
        let name = CString::new(path.as_os_str().as_encoded_bytes()).map_err(|_| fail("the name has a zero byte"))?;
        // SAFETY: the shim copies the name.
        let status = unsafe { self.function::<Start>("eie_start_trace")(self.handle, name.as_ptr()) };
        match status {
            0 => Ok(()),
            _ => Err(fail("the file cannot be opened, or this simulation was built without waveforms")),
        }
    }

    fn stop_trace(&mut self) -> Result<(), SimError> {
        // SAFETY: closes the file if one is open.
        unsafe { self.function::<unsafe extern "C" fn(*mut c_void)>("eie_stop_trace")(self.handle) };
        Ok(())
    }

    fn watch(&mut self, step: u8, row: u16, skip: u32) {
        let word = u32::from(step) << 16 | u32::from(row);
        // SAFETY: stores two numbers.
        unsafe { self.function::<unsafe extern "C" fn(*mut c_void, u32, u32)>("eie_watch")(self.handle, word, skip) }
    }

    fn watched(&self) -> Option<u64> {
        // SAFETY: reads a number.
        let cycle =
            unsafe { self.function::<unsafe extern "C" fn(*const c_void) -> u64>("eie_watched")(self.handle) };
        (cycle != u64::MAX).then_some(cycle)
    }
}

/// Where built simulations are kept: `EIE_CACHE`, or the user's cache folder.
pub fn cache_dir() -> PathBuf {
    let of = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    of("EIE_CACHE")
        .or_else(|| of("XDG_CACHE_HOME").map(|d| d.join("openeie")))
        .or_else(|| of("HOME").map(|d| d.join(".cache/openeie")))
        .unwrap_or_else(|| std::env::temp_dir().join("openeie"))
}

/// With the variable `EIE_COVERAGE` set to a folder, simulations note which lines and signals they reach in it
/// (`make coverage`).
fn coverage_flags() -> &'static [&'static str] {
    match std::env::var_os("EIE_COVERAGE") {
        Some(dir) if !dir.is_empty() => {
            &["--coverage-line", "--coverage-toggle", "-CFLAGS", "-DEIE_COVERAGE", "--output-split-cfuncs", "2000"]
        }
        _ => &[],
    }
}

/// Builds the shared library of a Verilog text and a shim, or finds it. The key is everything that goes in.
pub(crate) fn build(verilog: &str, shim: &str, trace: TraceKind, warnings: &[&str]) -> Result<PathBuf, SimError> {
    let (major, minor) = version().ok_or(SimError::MissingTool { tool: "verilator", advice: ADVICE })?;
    let mut hash = Sha256::new();
    let compiler = compiler::compiler()?;
    let cxx = compiler.map(|c| format!("CXX={}", c.program));
    let own_compiler = cxx.iter().flat_map(|cxx| ["-MAKEFLAGS", cxx]);
    let flags: Vec<&str> =
        [&FLAGS, trace.flags(), coverage_flags(), warnings].concat().into_iter().chain(own_compiler).collect();
    let about = compiler.map_or("", |c| &c.about);
    for part in [verilog, shim, &format!("{major}.{minor} {}{about}", flags.join(" "))] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    let key: String = hash.finalize().iter().take(12).map(|b| format!("{b:02x}")).collect();
    let dir = cache_dir().join(format!("verilator-{key}"));
    let library = dir.join("libeie.so");
    if library.exists() {
        return Ok(library);
    }
    // Built beside its place and moved there whole: two processes can build at once, and none sees a half.
    std::fs::create_dir_all(cache_dir()).map_err(io_error(&cache_dir()))?;
    let work = dir.with_extension(format!("{}-{:?}", std::process::id(), std::thread::current().id()));
    std::fs::create_dir_all(&work).map_err(io_error(&work))?;
    let result = compile(verilog, shim, &flags, &work).and_then(|()| {
        std::fs::create_dir_all(&dir).map_err(io_error(&dir))?;
        // Written anew in one go. As the linker leaves it, its pages are scattered over the memory that caches the
        // file, which costs a tenth of the speed until they are read from the disk again.
        let (linked, whole) = (work.join("obj/libeie.so"), work.join("libeie.so"));
        let bytes = std::fs::read(&linked).map_err(io_error(&linked))?;
        std::fs::write(&whole, bytes).map_err(io_error(&whole))?;
        std::fs::rename(&whole, &library).map_err(io_error(&library))
    });
    let _ = std::fs::remove_dir_all(&work);
    result.map(|()| library)
}

fn compile(verilog: &str, shim: &str, flags: &[&str], work: &Path) -> Result<(), SimError> {
    let write = |name: &str, text: &str| {
        let path = work.join(name);
        std::fs::write(&path, text).map_err(io_error(&path))
    };
    write("top.v", verilog)?;
    write("shim.cpp", shim)?;
    let log_path = work.join("log");
    let log = std::fs::File::create(&log_path).map_err(io_error(&log_path))?;
    let mut command = Command::new("verilator");
    command
        .args(flags)
        .args(["-o", "libeie.so", "top.v", "shim.cpp"])
        .current_dir(work)
        .envs(compiler::cache())
        .stdin(Stdio::null())
        .stdout(log.try_clone().map_err(io_error(&log_path))?)
        .stderr(log);
    let mut child = command.spawn().map_err(|_| SimError::MissingTool { tool: "verilator", advice: ADVICE })?;
    let status = child::wait(&mut child, BUILD_LIMIT).map_err(io_error(&log_path))?;
    if status.is_some_and(|s| s.success()) {
        return Ok(());
    }
    let status = status.map_or_else(|| format!("stopped after {} s", BUILD_LIMIT.as_secs()), |s| s.to_string());
    let text = std::fs::read_to_string(&log_path).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    let mut tail = lines[lines.len().saturating_sub(12)..].join("\n");
    if text.contains("zlib.h") {
        tail.push_str("\nFST waveforms need zlib's headers (Debian: zlib1g-dev); .vcd works without");
    }
    Err(SimError::Tool { tool: "verilator", status, tail })
}
