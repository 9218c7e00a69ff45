//! The accelerator as a part of somebody else's system: LiteX elaborates one with it, FuseSoC lints it.

use std::path::{Path, PathBuf};
use std::process::Command;

const EIE: &str = env!("CARGO_BIN_EXE_eie");

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// A program of `.venv`, or of the path.
fn program(name: &str) -> PathBuf {
    let here = root().join(".venv/bin").join(name);
    if here.is_file() {
        here
    } else {
        name.into()
    }
}

/// Whether it ended well, and what it printed; none if it is not there.
fn output(command: &mut Command) -> Option<(bool, String, String)> {
    let output = command.output().ok()?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Some((output.status.success(), text(&output.stdout), text(&output.stderr)))
}

fn have(python: &Path, module: &str) -> bool {
    output(Command::new(python).args(["-c", &format!("import {module}")])).is_some_and(|o| o.0)
}

#[test]
fn litex_elaborates_a_system_with_it() {
    let python = program(if root().join(".venv/bin/python").is_file() { "python" } else { "python3" });
    if !have(&python, "litex") || output(Command::new("iverilog").arg("-V")).is_none() {
        println!("SKIPPED litex_elaborates_a_system_with_it: LiteX or iverilog is not installed: make tools");
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let mut command = Command::new(&python);
    command.arg(root().join("hdl/litex/example_soc.py")).arg("--folder").arg(dir.path()).args(["--eie", EIE]);
    let (good, files, errors) = output(&mut command).unwrap();
    assert!(good, "{errors}");
    let files: Vec<&str> = files.lines().filter(|l| l.ends_with(".v")).collect();
    assert_eq!(files.len(), 2, "{files:?}");
    let elaborate = |files: &[&str]| {
        let mut command = Command::new("iverilog");
        command.args(["-g2005", "-Wall", "-Wno-timescale", "-t", "null", "-s", "example_soc"]).args(files);
        output(command.current_dir(dir.path())).unwrap()
    };
    let (good, _, errors) = elaborate(&files);
    assert!(good, "{errors}");
    // Every port of the accelerator is there and as wide as what is connected to it.
    for wrong in ["Port", "port", "Unknown"] {
        let ours = |l: &&str| l.contains("openeie") && l.contains(wrong);
        assert!(!errors.lines().any(|l| ours(&l)), "{errors}");
    }
    // Without the accelerator's Verilog, or with a port less, the check must fail.
    assert!(elaborate(&files[..1]).2.contains("openeie"));
    let text = std::fs::read_to_string(files[1]).unwrap();
    let other = dir.path().join("other.v");
    std::fs::write(&other, text.replace("s_axis_tkeep", "s_axis_other")).unwrap();
    assert!(!elaborate(&[files[0], other.to_str().unwrap()]).0);
    // What cannot be emitted is refused in its own words.
    let mut command = Command::new(&python);
    command
        .arg(root().join("hdl/litex/example_soc.py"))
        .arg("--folder")
        .arg(dir.path())
        .args(["--eie", EIE, "--pes", "9"]);
    let (good, _, errors) = output(&mut command).unwrap();
    assert!(!good && errors.contains("pes is 9"), "{errors}");
}

#[test]
fn fusesoc_lints_it() {
    let fusesoc = program("fusesoc");
    if output(Command::new(&fusesoc).arg("--version")).is_none()
        || output(Command::new("verilator").arg("--version")).is_none()
    {
        println!("SKIPPED fusesoc_lints_it: FuseSoC or Verilator is not installed: make tools");
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let mut command = Command::new(&fusesoc);
    command
        .arg("--cores-root")
        .arg(root())
        .args(["run", "--target=lint", "--work-root"])
        .arg(dir.path().join("work"));
    command.arg("openeie:openeie:accelerator").current_dir(dir.path()).env("EIE", EIE);
    command.env("XDG_CACHE_HOME", dir.path()).env("HOME", dir.path());
    let (good, out, errors) = output(&mut command).unwrap();
    assert!(good, "{out}{errors}");
    let emitted = dir.path().join("work/src");
    let found = std::fs::read_dir(&emitted).unwrap().flatten().any(|d| d.path().join("openeie.v").is_file());
    assert!(found, "no Verilog in {}", emitted.display());
    // A program that emits nothing makes it fail.
    let mut broken = Command::new(&fusesoc);
    broken
        .arg("--cores-root")
        .arg(root())
        .args(["run", "--target=lint", "--work-root"])
        .arg(dir.path().join("broken"));
    broken.arg("openeie:openeie:accelerator").current_dir(dir.path()).env("EIE", "false");
    broken.env("XDG_CACHE_HOME", dir.path().join("other")).env("HOME", dir.path());
    assert!(!output(&mut broken).unwrap().0);
}
