//! Calls the `eie` program, from the repository's root.

use serde_json::Value;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Exit code, standard output, standard error.
pub fn eie(args: &[&str]) -> (i32, String, String) {
    eie_with(&[], args)
}

/// The same, with variables of the environment.
pub fn eie_with(variables: &[(&str, &OsStr)], args: &[&str]) -> (i32, String, String) {
    let out = Command::new(env!("CARGO_BIN_EXE_eie"))
        .args(args)
        .current_dir(root())
        .env_remove("EIE_DATA")
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (out.status.code().unwrap(), text(out.stdout), text(out.stderr))
}

/// What it prints with this exit code.
pub fn json(args: &[&str], code: i32) -> Value {
    let (status, out, err) = eie(args);
    assert_eq!(status, code, "eie {args:?}: {err}");
    serde_json::from_str(&out).unwrap_or_else(|e| panic!("eie {args:?} prints {out}: {e}"))
}

/// Exit code 2, one sentence, no panic.
pub fn refused(args: &[&str], says: &[&str]) {
    let (status, out, err) = eie(args);
    assert_eq!((status, out.as_str()), (2, ""), "eie {args:?}: {err}");
    assert!(!err.contains("panicked") && err.lines().count() == 1, "eie {args:?}: {err}");
    for part in says {
        assert!(err.contains(part), "eie {args:?} says {err:?}, not {part:?}");
    }
}
