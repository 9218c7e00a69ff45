//! The emitted Verilog: deterministic, clean in Verilator's lint, and mapped by yosys as it is meant.

use eie_hdl::emit::{verilog, verilog_for, verilog_of, Target, Top};
use eie_spec::config::Config;
use eie_spec::link::LinkParams;
use eie_spec::memory::{Kind, Memories};
use std::path::Path;
use std::process::Command;

fn config(pes: usize) -> Config {
    Config::for_pes(pes).unwrap()
}

/// Output of a tool, standard error included; none if it is not installed.
fn tool(name: &str, args: &[&str], dir: &Path) -> Option<(bool, String)> {
    match Command::new(name).args(args).current_dir(dir).output() {
        Ok(out) => {
            Some((out.status.success(), String::from_utf8_lossy(&[out.stdout, out.stderr].concat()).into_owned()))
        }
        Err(_) => {
            println!("SKIPPED: {name} is not installed");
            None
        }
    }
}

#[test]
fn the_verilog_in_the_repository_is_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("verilog/accelerator_4.v");
    let stored = std::fs::read_to_string(&path).unwrap();
    assert!(stored == verilog(&config(4)), "{} is stale: run `make verilog`", path.display());
    assert!(stored != verilog(&config(8)), "another configuration gives another text");
}

#[test]
fn emission_is_deterministic_and_shares_modules() {
    let (four, sixty_four) = (verilog(&config(4)), verilog(&config(64)));
    assert_eq!(four, verilog(&config(4)));
    let modules = |v: &str| v.lines().filter(|l| l.starts_with("module ")).count();
    assert!(modules(&sixty_four) < 2 * modules(&four), "every PE has modules of its own");
}

#[test]
fn verilator_lints_without_errors_or_loops() {
    let dir = tempfile::tempdir().unwrap();
    let small = LinkParams { slot_bits: 9, window_bits: 0, wait_bits: 20 };
    let axis = [8, 32, 64, 128].map(|bits| Top::Axis(LinkParams::default(), bits));
    let tops = [
        Top::Stream(LinkParams::default()),
        Top::Uart(LinkParams::default(), 100),
        Top::Uart(small, 4),
        Top::Usb(LinkParams::default(), 8),
        Top::Usb(small, 4),
    ];
    let texts = [1, 3, 4, 16, 64]
        .map(|pes| (pes, Top::Accelerator))
        .into_iter()
        .chain(tops.into_iter().chain(axis).map(|top| (4, top)));
    for (pes, top) in texts {
        let text = verilog_of(&config(pes), top);
        std::fs::write(dir.path().join("top.v"), &text).unwrap();
        let args = ["--lint-only", "-Wall", "-Wno-fatal", "--top-module", "top", "top.v"];
        let Some((ok, output)) = tool("verilator", &args, dir.path()) else { return };
        assert!(ok, "{pes} PEs: {output}");
        for kind in ["%Error", "UNOPTFLAT", "LATCH", "MULTIDRIVEN", "UNDRIVEN", "IMPLICIT", "COMBDLY", "PINMISSING"] {
            assert!(!output.contains(kind), "{pes} PEs: {kind}: {output}");
        }
    }
    // The check above sees what it looks for.
    let looped = "module top(input wire a, output wire y); wire b; assign b = y & a; assign y = ~b; endmodule\n";
    std::fs::write(dir.path().join("top.v"), looped).unwrap();
    let (_, output) = tool("verilator", &["--lint-only", "-Wall", "-Wno-fatal", "top.v"], dir.path()).unwrap();
    assert!(output.contains("UNOPTFLAT"), "{output}");
}

/// Block RAMs for a memory on ECP5: 1024 words of 18 bits each, 2048 of 9, and so on.
fn block_rams(depth: usize, width: usize) -> usize {
    let shapes = [(1024, 18), (2048, 9), (4096, 4), (8192, 2), (16384, 1)];
    let (deep, wide) = shapes.into_iter().find(|s| s.0 >= depth).unwrap_or(shapes[4]);
    width.div_ceil(wide) * depth.div_ceil(deep)
}

#[test]
fn yosys_maps_block_ram_and_multipliers() {
    let dir = tempfile::tempdir().unwrap();
    for (pes, target) in [(4, Target::Ecp5), (16, Target::Ecp5), (32, Target::Ecp5), (4, Target::Generic)] {
        let config = config(pes);
        let text = verilog_for(&config, Top::Accelerator, target);
        assert!(text.contains("`default_nettype none"));
        std::fs::write(dir.path().join("top.v"), &text).unwrap();
        let script =
            "read_verilog -lib +/ecp5/cells_sim.v +/ecp5/cells_bb.v; read_verilog top.v; hierarchy -check -top top; synth_ecp5 -top top -noflatten -run begin:map_luts; \
                      check -assert; stat";
        let Some((ok, output)) = tool("yosys", &["-p", script], dir.path()) else { return };
        assert!(ok, "{}", &output[output.len().saturating_sub(3000)..]);
        assert!(!output.contains("implicitly declared"), "{pes} PEs: an undeclared name");
        assert!(!output.contains("Latch inferred"), "{pes} PEs: a latch");
        let stat = &output[output.rfind("Printing statistics").unwrap()..];
        let cells = |kind: &str| -> usize {
            let line = stat.lines().rev().find(|l| l.trim_start().starts_with(kind));
            line.and_then(|l| l.split_whitespace().last()).map_or(0, |n| n.parse().unwrap())
        };
        let kind = if target == Target::Ecp5 { Kind::TwoPorts } else { Kind::Luts };
        let want = pes * Memories::of_pe(&config, kind).block.iter().map(|&(d, w)| block_rams(d, w)).sum::<usize>();
        match target {
            Target::Ecp5 => assert_eq!(cells("DP16KD"), want, "{pes} PEs: block RAMs\n{stat}"),
            // yosys knows one shape more.
            Target::Generic => assert!((1..=want).contains(&(cells("DP16KD") + cells("PDPW16KD"))), "{stat}"),
        }
        assert_eq!(cells("MULT18X18D"), pes, "{pes} PEs: multipliers\n{stat}");
        assert!(cells("TRELLIS_DPR16X4") > 10 * pes, "{pes} PEs: small memories are not in LUTs\n{stat}");
        // No memory fell apart into flip-flops: those alone would be thousands a PE.
        let flip_flops = stat.lines().filter(|l| l.contains("_DFF") || l.contains("TRELLIS_FF"));
        let flip_flops: usize = flip_flops.filter_map(|l| l.split_whitespace().last()?.parse::<usize>().ok()).sum();
        println!("{pes} PEs, {target:?}: {flip_flops} flip-flops, {} block RAMs", cells("DP16KD"));
        assert!(flip_flops > 0 && flip_flops < 1500 * pes + 3000, "{flip_flops} flip-flops\n{stat}");
    }
}

/// The broadcast tree's registers, one set in each cluster, survive synthesis for ECP5; without the kept hierarchy
/// yosys merges those that are equal.
#[test]
fn every_cluster_has_broadcast_registers_of_its_own() {
    let dir = tempfile::tempdir().unwrap();
    let config = config(8);
    let mut found = Vec::new();
    for target in [Target::Ecp5, Target::Generic] {
        std::fs::write(dir.path().join("top.v"), verilog_for(&config, Top::Accelerator, target)).unwrap();
        let count = |name: &str| format!("select -count w:*{name}.q %ci1 t:$*ff* %i;");
        let script = format!(
            "read_verilog -lib +/ecp5/cells_sim.v +/ecp5/cells_bb.v; read_verilog top.v; hierarchy -check -top top; \
             proc; flatten; opt -full; opt_merge; setattr -mod -unset keep_hierarchy *; flatten; {} {} {}",
            count("bcast_valid_q"),
            count("bcast_value_q"),
            count("bcast_marker_q")
        );
        let Some((ok, output)) = tool("yosys", &["-p", &script], dir.path()) else { return };
        assert!(ok, "{}", &output[output.len().saturating_sub(3000)..]);
        let counts = output.lines().filter_map(|l| l.strip_suffix(" objects.")?.trim().parse::<usize>().ok());
        found.push(counts.collect::<Vec<_>>());
    }
    println!("broadcast registers of {} clusters: {found:?}", config.clusters());
    assert_eq!(found[0], vec![config.clusters(); 3], "merged");
    assert_eq!(found[1].last(), Some(&1), "the check does not see what is merged: {found:?}");
}

#[test]
fn the_link_is_small() {
    let dir = tempfile::tempdir().unwrap();
    let top = Top::Stream(LinkParams::default());
    std::fs::write(dir.path().join("top.v"), verilog_for(&config(1), top, Target::Ecp5)).unwrap();
    // The link alone, without the accelerator that is in the same file.
    let script = "read_verilog -lib +/ecp5/cells_sim.v +/ecp5/cells_bb.v; read_verilog top.v; hierarchy -check -top top$link; synth_ecp5 -top top$link; check -assert; stat";
    let Some((ok, output)) = tool("yosys", &["-p", script], dir.path()) else { return };
    assert!(ok, "{}", &output[output.len().saturating_sub(3000)..]);
    assert!(!output.contains("implicitly declared") && !output.contains("Latch inferred"));
    let stat = &output[output.rfind("Printing statistics").unwrap()..];
    let cells = |kind: &str| -> usize {
        let of_kind = stat.lines().filter(|l| l.trim_start().starts_with(kind));
        of_kind.filter_map(|l| l.split_whitespace().last()?.parse::<usize>().ok()).sum()
    };
    // A carry cell is two LUTs, a word of distributed RAM's four bits two more.
    let luts = cells("LUT4") + 2 * cells("CCU2C") + 4 * cells("TRELLIS_DPR16X4");
    println!("the link: {luts} LUTs, {} flip-flops, {} block RAMs", cells("TRELLIS_FF"), cells("DP16KD"));
    assert!(luts < 1800 && cells("TRELLIS_FF") < 1000 && cells("DP16KD") == 8, "{stat}");
}
