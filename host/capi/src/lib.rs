//! The driver for C: open a device, load a model's file, run, close.
//!
//! Every function gives a status. Null pointers, texts that are no UTF-8, and wrong sizes are errors, and a defect of
//! the driver is one, too: nothing unwinds into C. What went wrong is a sentence, [`eie_last_error`], for each thread.
//! A session may be used by several threads at the same time, but is closed by one when no other uses it.
//!
//! `include/eie.h` is made from this file, which a test checks.

use eie_host::session::{Element, Options, Session};
use ndarray::{ArrayView2, ArrayViewMut2};
use std::cell::RefCell;
use std::ffi::{c_char, CStr, CString};
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::{PoisonError, RwLock};

/// How a call ended.
#[repr(i32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EieStatus {
    /// It is done.
    Ok = 0,
    /// A pointer is null, or not aligned.
    Pointer = 1,
    /// A text is not UTF-8.
    Text = 2,
    /// A length is not that of whole rows, or there is not room for exactly the results.
    Size = 3,
    /// The file cannot be read, or is not a model.
    File = 4,
    /// The device cannot be opened, or the model not be run on it.
    Open = 5,
    /// No model is loaded.
    NoModel = 6,
    /// The run failed; the session can be used again.
    Run = 7,
    /// A defect of the driver.
    Defect = 8,
}

/// A device, and a model when one is loaded.
pub struct EieSession {
    address: String,
    session: RwLock<Option<Session>>,
}

/// A status, and what to say about it.
type Outcome = Result<(), (EieStatus, String)>;

thread_local! {
    static LAST: RefCell<CString> = RefCell::default();
}

fn fail<T>(status: EieStatus, why: impl ToString) -> Result<T, (EieStatus, String)> {
    Err((status, why.to_string()))
}

/// Runs a call, and keeps what it says.
fn call(work: impl FnOnce() -> Outcome) -> EieStatus {
    let outcome = catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|_| fail(EieStatus::Defect, "the driver panicked: this is a defect of it"));
    let (status, why) = outcome.err().unwrap_or((EieStatus::Ok, String::new()));
    let text = CString::new(why.replace('\0', " ")).unwrap_or_default();
    LAST.with(|last| *last.borrow_mut() = text);
    status
}

/// # Safety
/// Null, or a text that ends with a zero.
unsafe fn text<'a>(pointer: *const c_char, what: &str) -> Result<&'a str, (EieStatus, String)> {
    if pointer.is_null() {
        return fail(EieStatus::Pointer, format!("{what} is null"));
    }
    // SAFETY: the caller says so.
    let text = unsafe { CStr::from_ptr(pointer) };
    text.to_str().or_else(|e| fail(EieStatus::Text, format!("{what}: {e}")))
}

/// # Safety
/// Null, or a session that is not closed.
unsafe fn session<'a>(pointer: *const EieSession) -> Result<&'a EieSession, (EieStatus, String)> {
    // SAFETY: the caller says so.
    unsafe { pointer.as_ref() }.map_or_else(|| fail(EieStatus::Pointer, "the session is null"), Ok)
}

/// Whether `count` values can be behind a pointer.
fn check<T>(pointer: *const T, count: usize, what: &str) -> Outcome {
    if pointer.is_null() || !pointer.is_aligned() {
        return fail(EieStatus::Pointer, format!("{what} is null, or not aligned"));
    }
    match count.checked_mul(size_of::<T>()) {
        Some(bytes) if bytes <= isize::MAX as usize => Ok(()),
        _ => fail(EieStatus::Size, format!("{what} has {count} values, more than there can be")),
    }
}

/// Opens a device by its address, for instance `model:?pes=16` or `uart:/dev/ttyUSB0?baud=3000000`. `*out` is the
/// session, or null after an error.
///
/// # Safety
/// `address` is null or a text that ends with a zero; `out` is null or points to a pointer.
#[no_mangle]
pub unsafe extern "C" fn eie_open(address: *const c_char, out: *mut *mut EieSession) -> EieStatus {
    call(|| {
        check(out, 1, "the place for the session")?;
        // SAFETY: it is not null, and the caller says that it points to a pointer.
        unsafe { out.write(std::ptr::null_mut()) };
        // SAFETY: the caller says so.
        let address = unsafe { text(address, "the address") }?;
        // What is there is found out now; it is opened with a model.
        eie_host::discover::identify(address).or_else(|e| fail(EieStatus::Open, e))?;
        let session = EieSession { address: address.to_owned(), session: RwLock::new(None) };
        // SAFETY: as above.
        unsafe { out.write(Box::into_raw(Box::new(session))) };
        Ok(())
    })
}

/// Loads a model from an `.eie` file, in place of the one before.
///
/// # Safety
/// `session` is null or an open session; `path` is null or a text that ends with a zero.
#[no_mangle]
pub unsafe extern "C" fn eie_load(session: *const EieSession, path: *const c_char) -> EieStatus {
    call(|| {
        // SAFETY: the caller says so.
        let (this, path) = unsafe { (self::session(session)?, text(path, "the path")?) };
        let bytes = std::fs::read(path).or_else(|e| fail(EieStatus::File, format!("{path}: {e}")))?;
        let model = eie_spec::container::decode(&bytes).or_else(|e| fail(EieStatus::File, format!("{path}: {e}")))?;
        let mut place = this.session.write().unwrap_or_else(PoisonError::into_inner);
        // A device has one user, the session before included.
        *place = None;
        let opened = Session::open_with(&[&this.address], &model, &Options::default());
        *place = Some(opened.or_else(|e| fail(EieStatus::Open, e))?);
        Ok(())
    })
}

/// Values of a row of the input; 0 if no model is loaded.
///
/// # Safety
/// `session` is null or an open session.
#[no_mangle]
pub unsafe extern "C" fn eie_inputs(session: *const EieSession) -> usize {
    // SAFETY: the caller says so.
    unsafe { size(session, Session::inputs) }
}

/// Values of a row of the output; 0 if no model is loaded.
///
/// # Safety
/// `session` is null or an open session.
#[no_mangle]
pub unsafe extern "C" fn eie_outputs(session: *const EieSession) -> usize {
    // SAFETY: the caller says so.
    unsafe { size(session, Session::outputs) }
}

/// # Safety
/// `session` is null or an open session.
unsafe fn size(session: *const EieSession, of: impl Fn(&Session) -> usize) -> usize {
    let mut size = 0;
    call(|| {
        // SAFETY: the caller says so.
        let this = unsafe { self::session(session) }?;
        let session = this.session.read().unwrap_or_else(PoisonError::into_inner);
        size = session.as_ref().map_or(0, of);
        Ok(())
    });
    size
}

/// Runs rows of real numbers, one after the other in `x`; their results are put into `y` in the same order. `x_len` is
/// a multiple of `eie_inputs`, `y_len` as many times `eie_outputs`.
///
/// # Safety
/// `session` is null or an open session; `x` and `y` are null or have as many values as their lengths say, and do not
/// overlap.
#[no_mangle]
pub unsafe extern "C" fn eie_run_f32(
    session: *const EieSession,
    x: *const f32,
    x_len: usize,
    y: *mut f32,
    y_len: usize,
) -> EieStatus {
    // SAFETY: the caller says so.
    unsafe { run(session, x, x_len, y, y_len) }
}

/// Runs rows of activations in units of the model's scales. Otherwise as `eie_run_f32`.
///
/// # Safety
/// As `eie_run_f32`.
#[no_mangle]
pub unsafe extern "C" fn eie_run_i16(
    session: *const EieSession,
    x: *const i16,
    x_len: usize,
    y: *mut i16,
    y_len: usize,
) -> EieStatus {
    // SAFETY: the caller says so.
    unsafe { run(session, x, x_len, y, y_len) }
}

/// # Safety
/// As `eie_run_f32`.
unsafe fn run<T: Element>(
    session: *const EieSession,
    x: *const T,
    x_len: usize,
    y: *mut T,
    y_len: usize,
) -> EieStatus {
    call(|| {
        // SAFETY: the caller says so.
        let this = unsafe { self::session(session) }?;
        // A clone, so that others can run and load meanwhile.
        let session = this.session.read().unwrap_or_else(PoisonError::into_inner).clone();
        let Some(session) = session else { return fail(EieStatus::NoModel, "no model is loaded: eie_load") };
        check(x, x_len, "the input")?;
        check(y, y_len, "the place for the results")?;
        let (inputs, outputs) = (session.inputs(), session.outputs());
        let rows = x_len / inputs;
        if x_len == 0 || x_len != rows * inputs || Some(y_len) != rows.checked_mul(outputs) {
            let why = format!(
                "the input has {x_len} values, the place for the results {y_len}; a row has {inputs} and {outputs}"
            );
            return fail(EieStatus::Size, why);
        }
        // SAFETY: neither is null, they are aligned, and the caller says how many values are behind them and that they
        // do not overlap.
        let (x, y) = unsafe { (std::slice::from_raw_parts(x, x_len), std::slice::from_raw_parts_mut(y, y_len)) };
        let x = ArrayView2::from_shape((rows, inputs), x).or_else(|e| fail(EieStatus::Defect, e))?;
        let y = ArrayViewMut2::from_shape((rows, outputs), y).or_else(|e| fail(EieStatus::Defect, e))?;
        session.run_into(x, y).or_else(|e| fail(EieStatus::Run, e))?;
        Ok(())
    })
}

/// What was wrong with this thread's last call: a sentence, empty if nothing was. It holds until the next call.
#[no_mangle]
pub extern "C" fn eie_last_error() -> *const c_char {
    LAST.with(|last| last.borrow().as_ptr())
}

/// Closes a session, and sets the pointer to it to null; nothing if that is null already.
///
/// # Safety
/// `session` is null, or points to null or to an open session that nobody else uses.
#[no_mangle]
pub unsafe extern "C" fn eie_close(session: *mut *mut EieSession) -> EieStatus {
    call(|| {
        check(session, 1, "the place of the session")?;
        // SAFETY: it is not null, and the caller says what it points to.
        let closed = unsafe { session.replace(std::ptr::null_mut()) };
        if !closed.is_null() {
            // SAFETY: it came from `Box::into_raw` in `eie_open`, and its place has forgotten it.
            drop(unsafe { Box::from_raw(closed) });
        }
        Ok(())
    })
}
