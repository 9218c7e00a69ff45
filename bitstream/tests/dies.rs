//! A synthesiser that dies: its last lines are shown, and the next way is tried.
#![cfg(unix)]

use eie_bitstream::synthesis::synthesise_with;
use eie_bitstream::tools::YOSYS;
use eie_bitstream::BuildError;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

const DESIGN: &str =
    "module board(input clock, input [3:0] a, output reg [3:0] q); always @(posedge clock) q <= q + a; endmodule\n";
const SCRIPT: &str = "read_verilog board.v; synth_ecp5 -top board -json synth.json";

fn fake(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path
}

/// Says a few lines and dies.
const DIES: &str = "for i in 1 2 3; do echo \"pass $i of abc9\"; done; kill -SEGV $$";

#[test]
fn a_tool_that_dies_is_shown_and_another_one_tried() {
    let Ok(real) = YOSYS.find() else {
        println!("SKIPPED a_tool_that_dies_is_shown_and_another_one_tried: yosys is not installed");
        return;
    };
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path();
    std::fs::write(folder.join("board.v"), DESIGN).unwrap();
    let dies = fake(folder, "dies", DIES);
    let mut told = Vec::new();
    let found =
        synthesise_with(&[dies.clone(), real.clone()], SCRIPT, folder, &mut |t| told.push(t.to_owned())).unwrap();
    println!("{}", told.join("\n"));
    assert_eq!((found.program.as_path(), found.workarounds.len()), (real.as_path(), 1));
    assert_eq!(told, found.workarounds);
    for part in ["dies failed", "signal: 11", "pass 3 of abc9", "trying yosys"] {
        assert!(told[0].contains(part), "{part}: {told:?}");
    }
    let netlist = std::fs::read_to_string(folder.join("synth.json")).unwrap();
    assert!(netlist.contains("TRELLIS_FF"));
    // One that dies in abc9 only: the same program does it without.
    std::fs::remove_file(folder.join("synth.json")).unwrap();
    let only = format!("case \"$*\" in *map_luts*) exec {} \"$@\";; esac; {DIES}", real.display());
    let found = synthesise_with(&[fake(folder, "only", &only)], SCRIPT, folder, &mut |_| ()).unwrap();
    assert_eq!(found.workarounds.len(), 1);
    assert!(found.workarounds[0].contains("trying only without abc9"), "{found:?}");
    let netlist = std::fs::read_to_string(folder.join("synth.json")).unwrap();
    assert!(netlist.contains("TRELLIS_FF") && netlist.contains("CCU2C"));
    // All die: the first one's lines, then the others'.
    let says = fake(folder, "says", "echo no room left; exit 3");
    let e = synthesise_with(&[dies, says], SCRIPT, folder, &mut |_| ()).unwrap_err().to_string();
    println!("{e}");
    for part in ["dies failed", "pass 3 of abc9", "says failed (exit status: 3)", "no room left", "without abc9"] {
        assert!(e.contains(part), "{part}: {e}");
    }
}

#[test]
fn what_is_wrong_with_the_design_is_not_tried_again() {
    let Ok(real) = YOSYS.find() else {
        println!("SKIPPED what_is_wrong_with_the_design_is_not_tried_again: yosys is not installed");
        return;
    };
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("board.v"), "module board(input a, output b; endmodule\n").unwrap();
    let mut tries = 0;
    let e = synthesise_with(&[real.clone(), real], SCRIPT, dir.path(), &mut |_| tries += 1).unwrap_err();
    assert!(matches!(&e, BuildError::Tool { tail, .. } if tail.contains("board.v:1")), "{e}");
    assert_eq!(tries, 0);
}
