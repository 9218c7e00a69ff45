//! The routed design of an ECP5, through its pins, against the golden model.

mod common;

use common::{differences, first_differences, in_turns};
use eie_bitstream::floorplan;
use eie_bitstream::routed::Routed;
use eie_bitstream::sites;
use eie_bitstream::synthesis;
use eie_bitstream::tools::{NEXTPNR_ECP5, YOSYS};
use eie_bitstream::BuildError;
use eie_hdl::emit::{verilog_for, Target, Top};
use eie_sim::verilator;
use eie_spec::config::Config;
use eie_spec::link::LinkParams;
use eie_tests::small;
use std::collections::BTreeMap;
use std::path::Path;

const CLOCKS: u32 = 4;
const TOP: Top = Top::Uart(LinkParams { slot_bits: 8, window_bits: 0, wait_bits: 20 }, CLOCKS);

/// Cells and their places, as the script for yosys has them.
fn sites_asked(script: &str) -> BTreeMap<String, String> {
    let lines = script.lines().filter_map(|l| l.strip_prefix("setattr -set BEL \""));
    lines.map(|l| l.split_once("\" c:").unwrap()).map(|(bel, cell)| (cell.into(), bel.into())).collect()
}

/// The same, as nextpnr wrote them.
fn sites_given(routed: &str) -> BTreeMap<String, String> {
    let file: serde_json::Value = serde_json::from_str(routed).unwrap();
    let cells = file["modules"]["top"]["cells"].as_object().unwrap().iter();
    cells.filter_map(|(name, c)| Some((name.clone(), c["attributes"]["NEXTPNR_BEL"].as_str()?.to_owned()))).collect()
}

/// What a test has to skip for, if anything.
fn missing() -> Option<&'static str> {
    let tool = [YOSYS, NEXTPNR_ECP5].into_iter().find(|t| t.find().is_err()).map(|t| t.name);
    tool.or(verilator::version().is_none().then_some("verilator"))
}

/// `synth.json` of two PEs behind their serial line, as of a design that fills the device or not.
fn synthesised(folder: &Path, full: bool) -> Config {
    let config = small(2, 40);
    std::fs::write(folder.join("top.v"), verilog_for(&config, TOP, Target::Ecp5)).unwrap();
    let script = format!("read_verilog top.v; {} -json synth.json", synthesis::ecp5("top", full));
    YOSYS.run(folder, "yosys.log", &["-q", "-p", &script]).unwrap();
    config
}

/// From a netlist to `routed.json`.
fn place(folder: &Path, netlist: &str, more: &[&str]) -> Result<(), BuildError> {
    let args = ["--25k", "--package", "CABGA381", "--json", netlist, "--write", "routed.json"];
    let free = ["--lpf-allow-unconstrained", "--freq", "50"];
    NEXTPNR_ECP5.run(folder, "nextpnr.log", &[&args[..], &free, more].concat())
}

#[test]
fn large_blocks_are_where_they_were_asked_for() {
    if let Some(tool) = missing() {
        println!("SKIPPED large_blocks_are_where_they_were_asked_for: {tool} is not installed");
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path();
    let config = synthesised(folder, true);
    sites::assign("25k", "top", folder).unwrap().expect("sites for two PEs");
    // A place that the device does not have is not passed over.
    let sited = std::fs::read_to_string(folder.join(sites::SITED)).unwrap();
    let nowhere = sited.replacen("\"BEL\": \"X4/Y25/EBR0\"", "\"BEL\": \"X5/Y25/EBR0\"", 1);
    assert_ne!(nowhere, sited);
    std::fs::write(folder.join("nowhere.json"), nowhere).unwrap();
    assert!(place(folder, "nowhere.json", &["--no-route"]).is_err());
    place(folder, sites::SITED, &["--no-route"]).unwrap();
    let placed = std::fs::read_to_string(folder.join("routed.json")).unwrap();
    let asked = sites_asked(&std::fs::read_to_string(folder.join("sites.ys")).unwrap());
    let given = sites_given(&placed);
    println!("{} block RAMs and multipliers have their places", asked.len());
    assert!(asked.len() >= 6 && asked.iter().all(|(cell, bel)| given.get(cell) == Some(bel)), "{asked:?} {given:?}");
    let verilog = Routed::read(&placed, "top").unwrap().verilog().unwrap();
    let (compared, differ) = differences(&verilog, CLOCKS, &config).unwrap();
    println!("{compared} outputs of the placed design compared");
    assert!(compared > 60 && differ == 0, "{differ} of {compared}");
}

#[test]
fn the_routed_design_computes_what_the_golden_model_says() {
    if let Some(tool) = missing() {
        println!("SKIPPED the_routed_design_computes_what_the_golden_model_says: {tool} is not installed");
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path();
    let config = synthesised(folder, false);
    place(folder, "synth.json", &["--textcfg", "routed.config"]).unwrap();
    let routed = Routed::read(&std::fs::read_to_string(folder.join("routed.json")).unwrap(), "top").unwrap();
    let plan = floorplan::read(&folder.join("routed.json")).unwrap();
    println!("{} cells placed", plan.len());
    assert!(plan.len() > 5000);
    assert!(floorplan::svg(&plan).contains("PE 0.1"));
    let verilog = routed.verilog().unwrap();
    for kind in ["TRELLIS_COMB", "TRELLIS_FF", "TRELLIS_RAMW", "DP16KD", "MULT18X18D"] {
        assert!(
            verilog.lines().any(|l| l.starts_with(&format!("{kind} #(")) || l.starts_with(&format!("{kind} c"))),
            "{kind}"
        );
    }
    let (compared, differ) = differences(&verilog, CLOCKS, &config).unwrap();
    println!("{compared} outputs of the routed design compared");
    assert!(compared > 60 && differ == 0, "{differ} of {compared}");
    let (compared, differ) = in_turns(&verilog, CLOCKS, &config).unwrap();
    println!("two networks in turns: {compared} outputs compared");
    assert!(compared > 10 && differ == 0, "{differ} of {compared}");
    // A multiplier's input that got a constant on the way.
    let at = verilog.find("MULT18X18D #(").expect("a multiplier");
    let pin = at + verilog[at..].find(".A2(").expect("its input");
    let end = pin + verilog[pin..].find(')').unwrap();
    let wrong = format!("{}.A2(1'b0{}", &verilog[..pin], &verilog[end..]);
    let judged = first_differences(&wrong, CLOCKS, &config);
    println!("with a constant in a multiplier's input: {judged:?}");
    assert!(!matches!(judged, Ok((_, 0))), "a multiplier without an input bit is not noticed");
}
