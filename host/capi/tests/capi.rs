//! The C interface: its header, a C program that uses it, and one that does not use it well.

use eie::{
    eie_close, eie_inputs, eie_last_error, eie_load, eie_open, eie_outputs, eie_run_f32, eie_run_i16, EieStatus,
};
use eie_host::Session;
use ndarray::Array2;
use std::ffi::{CStr, CString};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::ptr::{null, null_mut};

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn lenet() -> PathBuf {
    here("../../models/lenet-300-100.eie")
}

/// `EIE_BLESS=1` writes it.
#[test]
fn the_header_is_made_from_the_source() {
    let config = cbindgen::Config::from_file(here("cbindgen.toml")).unwrap();
    let made = cbindgen::Builder::new().with_config(config).with_src(here("src/lib.rs")).generate().unwrap();
    let mut text = Vec::new();
    made.write(&mut text);
    let path = here("include/eie.h");
    if std::env::var_os("EIE_BLESS").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let found = std::fs::read(&path).unwrap_or_default();
    assert!(found == text, "include/eie.h is not what src/lib.rs says: EIE_BLESS=1 cargo test -p eie-capi");
    let text = String::from_utf8(text).unwrap();
    for name in ["eie_open", "eie_load", "eie_run_f32", "eie_run_i16", "eie_last_error", "eie_close"] {
        assert!(text.contains(&format!("{name}(")), "{name}");
    }
}

/// The static library that was built with this test.
fn library() -> PathBuf {
    let deps = std::env::current_exe().unwrap().parent().unwrap().to_owned();
    let is_ours = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        name.ends_with(".a") && (name == "libeie.a" || name.starts_with("libeie-"))
    };
    let files = std::fs::read_dir(deps).unwrap().filter_map(|e| Some(e.ok()?.path())).filter(is_ours);
    files.max_by_key(|p| std::fs::metadata(p).unwrap().modified().unwrap()).expect("a static library beside the test")
}

/// Compiles a C program with the library.
fn compiled(source: &Path, out: &Path) -> bool {
    let Ok(found) = Command::new("cc").arg("--version").output() else {
        println!("SKIPPED C programs: there is no cc");
        return false;
    };
    assert!(found.status.success());
    let cc = Command::new("cc")
        .args(["-std=c11", "-Wall", "-Wextra", "-Werror", "-I"])
        .args([&here("include"), source, &library()])
        .args(["-lpthread", "-ldl", "-lm", "-o"])
        .arg(out)
        .output()
        .unwrap();
    assert!(cc.status.success(), "{}", String::from_utf8_lossy(&cc.stderr));
    true
}

#[test]
fn the_c_program_gives_what_a_session_gives() {
    let dir = tempfile::tempdir().unwrap();
    let program = dir.path().join("run");
    if !compiled(&here("examples/run.c"), &program) {
        return;
    }
    let run = |uri: &str, file: &Path| {
        let out = Command::new(&program).arg(uri).arg(file).arg("3").output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (out.status.code(), text(out.stdout), text(out.stderr))
    };
    let (code, found, err) = run("model:?pes=16", &lenet());
    assert_eq!(code, Some(0), "{err}");
    let model = eie_spec::container::decode(&std::fs::read(lenet()).unwrap()).unwrap();
    let session = Session::open("model:?pes=16", &model).unwrap();
    let value = |k: usize| if k.is_multiple_of(5) { (k * 7 % 255) as f32 / 255.0 } else { 0.0 };
    let x = Array2::from_shape_vec((3, 784), (0..3 * 784).map(value).collect()).unwrap();
    let best = |row: ndarray::ArrayView1<f32>| {
        let best = (1..row.len()).fold(0, |best, k| if row[k] > row[best] { k } else { best });
        format!("{best} {:.6}\n", row[best])
    };
    let want: String = session.run(x.view()).unwrap().rows().into_iter().map(best).collect();
    assert_eq!(found, want);
    let (code, found, err) = run("model:?pes=9", &lenet());
    assert_eq!((code, found.as_str()), (Some(1), ""));
    assert!(err.starts_with("open: model:?pes=9: pes is 9"), "{err}");
    let (code, _, err) = run("model:?pes=16", &here("Cargo.toml"));
    assert!(code == Some(1) && err.starts_with("load: "), "{err}");
}

fn said() -> String {
    // SAFETY: a text of the library's.
    unsafe { CStr::from_ptr(eie_last_error()) }.to_string_lossy().into_owned()
}

#[test]
fn whatever_is_wrong_is_a_status() {
    let address = CString::new("model:?pes=16").unwrap();
    let file = CString::new(lenet().to_str().unwrap()).unwrap();
    let wrong = CString::new(b"model:\xff".to_vec()).unwrap();
    let mut session = null_mut();
    let mut y = [0i16; 20];
    let x = [0i16; 1568];
    // SAFETY: pointers are null, or lead to what they should; lengths are those of the arrays, or refused.
    unsafe {
        assert_eq!(eie_open(null(), &mut session), EieStatus::Pointer);
        assert_eq!(eie_open(address.as_ptr(), null_mut()), EieStatus::Pointer);
        assert_eq!(eie_open(wrong.as_ptr(), &mut session), EieStatus::Text);
        assert_eq!(eie_open(c"modem:".as_ptr(), &mut session), EieStatus::Open);
        assert!(session.is_null() && said().contains("no such kind of pipe"), "{}", said());
        assert_eq!((eie_inputs(null()), eie_outputs(session)), (0, 0));
        assert_eq!(eie_load(session, file.as_ptr()), EieStatus::Pointer);
        assert_eq!(eie_run_i16(null(), x.as_ptr(), 784, y.as_mut_ptr(), 10), EieStatus::Pointer);

        assert_eq!(eie_open(address.as_ptr(), &mut session), EieStatus::Ok);
        assert_eq!(said(), "");
        assert_eq!(eie_run_i16(session, x.as_ptr(), 784, y.as_mut_ptr(), 10), EieStatus::NoModel);
        assert_eq!(eie_load(session, null()), EieStatus::Pointer);
        assert_eq!(eie_load(session, c"not-there.eie".as_ptr()), EieStatus::File);
        assert!(said().starts_with("not-there.eie: "));
        assert_eq!(eie_load(session, file.as_ptr()), EieStatus::Ok);
        assert_eq!(eie_load(session, file.as_ptr()), EieStatus::Ok, "again");
        assert_eq!((eie_inputs(session), eie_outputs(session)), (784, 10));
        for (x_len, y_len) in [(0, 0), (783, 10), (784, 9), (784, 20), (1568, 10), (785, 10)] {
            let status = eie_run_i16(session, x.as_ptr(), x_len, y.as_mut_ptr(), y_len);
            assert_eq!(status, EieStatus::Size, "{x_len} {y_len}");
        }
        assert_eq!(eie_run_i16(session, x.as_ptr(), usize::MAX, y.as_mut_ptr(), 10), EieStatus::Size);
        assert_eq!(eie_run_i16(session, null(), 784, y.as_mut_ptr(), 10), EieStatus::Pointer);
        assert_eq!(eie_run_i16(session, x.as_ptr(), 784, null_mut(), 10), EieStatus::Pointer);
        let odd = x.as_ptr().cast::<u8>().add(1).cast::<f32>();
        let mut real = [0f32; 10];
        assert_eq!(eie_run_f32(session, odd, 784, real.as_mut_ptr(), 10), EieStatus::Pointer);
        let nan = [f32::NAN; 784];
        assert_eq!(eie_run_f32(session, nan.as_ptr(), 784, real.as_mut_ptr(), 10), EieStatus::Run);
        assert_eq!(said(), "value 0 is not a number");
        assert_eq!(eie_run_i16(session, x.as_ptr(), 1568, y.as_mut_ptr(), 20), EieStatus::Ok);
        assert!(y[..10] == y[10..] && y.iter().any(|&y| y != 0), "biases alone: {y:?}");
        assert_eq!(eie_close(null_mut()), EieStatus::Pointer);
        assert_eq!(eie_close(&mut session), EieStatus::Ok);
        assert!(session.is_null());
        assert_eq!(eie_close(&mut session), EieStatus::Ok, "twice");
    }
}
