//! The examples do what they say. `cargo test` builds them beside the tests.

use std::path::PathBuf;
use std::process::Command;

/// What an example prints.
fn run(name: &str, args: &[&str]) -> String {
    let deps = std::env::current_exe().unwrap();
    let path: PathBuf = deps.parent().unwrap().join("../examples").join(name);
    let out = Command::new(&path).args(args).output().unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    assert!(out.status.success(), "{name}: {}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).unwrap()
}

#[test]
fn a_convolutional_network() {
    let text = run("lenet5", &["model:?pes=16", "100"]);
    let right: usize = text.split(' ').next().unwrap().parse().unwrap();
    assert!(right >= 98 && text.contains(" of 100 right"), "{text}");
}

#[test]
fn a_recurrent_network() {
    let text = run("lstm", &["model:?pes=16", "4"]);
    assert!(text.contains("lstm1: model:?pes=16") && text.contains("4 sequences in"), "{text}");
}
