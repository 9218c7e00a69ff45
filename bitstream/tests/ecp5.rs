//! ECP5: the netlist of cells against the golden model, through its serial pins; what memories hold in the bits.

mod common;

use common::{differences, differences_over_usb, first_differences, in_turns};
use eie_bitstream::tools::{ECPPACK, ECPUNPACK, NEXTPNR_ECP5, YOSYS};
use eie_bitstream::{memories, netlist};
use eie_hdl::emit::{verilog_for, Target, Top};
use eie_sim::verilator;
use eie_spec::link::LinkParams;
use eie_tests::small;

const CLOCKS: u32 = 4;

#[test]
fn the_netlist_of_cells_computes_what_the_golden_model_says() {
    if YOSYS.find().is_err() || verilator::version().is_none() {
        println!(
            "SKIPPED the_netlist_of_cells_computes_what_the_golden_model_says: yosys or verilator is not installed"
        );
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let config = small(2, 40);
    let top = Top::Uart(LinkParams { slot_bits: 8, window_bits: 0, wait_bits: 20 }, CLOCKS);
    let cells = netlist::ecp5(&verilog_for(&config, top, Target::Ecp5), dir.path()).unwrap();
    for kind in ["DP16KD", "MULT18X18D", "CCU2C", "TRELLIS_FF", "TRELLIS_DPR16X4", "LUT4"] {
        let count = cells.lines().filter(|l| l.trim_start().starts_with(&format!("{kind} "))).count();
        assert!(count > 0, "no {kind} in the netlist");
    }
    let (compared, differ) = differences(&cells, CLOCKS, &config).unwrap();
    println!("{compared} outputs of ECP5's cells compared");
    assert!(compared > 60 && differ == 0, "{differ} of {compared}");
    let (compared, differ) = in_turns(&cells, CLOCKS, &config).unwrap();
    println!("two networks in turns on the same cells: {compared} outputs compared");
    assert!(compared > 10 && differ == 0, "{differ} of {compared}");
    // One input bit of the multipliers that is not connected.
    let at = cells.find("MULT18X18D #(").expect("a multiplier");
    let pin = at + cells[at..].find(".A2(").expect("its input");
    let end = pin + cells[pin..].find(')').unwrap();
    let wrong = format!("{}.A2(1'b0{}", &cells[..pin], &cells[end..]);
    let judged = first_differences(&wrong, CLOCKS, &config);
    assert!(!matches!(judged, Ok((_, 0))), "a multiplier without an input bit is not noticed");
}

#[test]
fn the_usb_device_in_cells_computes_what_the_golden_model_says() {
    if YOSYS.find().is_err() || verilator::version().is_none() {
        println!(
            "SKIPPED the_usb_device_in_cells_computes_what_the_golden_model_says: yosys or verilator is not installed"
        );
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let config = small(2, 40);
    let top = Top::Usb(LinkParams { slot_bits: 8, window_bits: 0, wait_bits: 20 }, CLOCKS);
    let cells = netlist::ecp5(&verilog_for(&config, top, Target::Ecp5), dir.path()).unwrap();
    let (compared, differ) = differences_over_usb(&cells, CLOCKS, &config).unwrap();
    println!("over USB: {compared} outputs of ECP5's cells compared");
    assert!(compared > 60 && differ == 0, "{differ} of {compared}");
    // Other bytes in the descriptors' lookup tables, and no host takes it.
    let at = cells.find(") \\usb.control.rom.data_TRELLIS_FF_Q_DI_LUT4_Z").expect("the ROM's tables");
    let init = cells[..at].rfind("16'h").unwrap() + 4;
    let old = u16::from_str_radix(&cells[init..init + 4], 16).unwrap();
    let wrong = format!("{}{:04x}{}", &cells[..init], !old, &cells[init + 4..]);
    let judged = differences_over_usb(&wrong, CLOCKS, &config);
    assert!(!matches!(judged, Ok((_, 0))), "a wrong lookup table is not noticed");
}

/// A design of one block RAM: enough for the way of its contents into the bits.
const MEMORY: &str = "module board(input clock, input [9:0] a, input [17:0] d, input w, output reg [17:0] q);
    (* ram_style = \"block\" *) reg [17:0] mem [0:1023];
    always @(posedge clock) begin
        q <= mem[a];
        if (w) mem[a] <= d;
    end
endmodule\n";

#[test]
fn memories_begin_with_zeros_in_the_bits() {
    if let Some(tool) = [YOSYS, NEXTPNR_ECP5, ECPPACK, ECPUNPACK].iter().find(|t| t.find().is_err()) {
        println!("SKIPPED memories_begin_with_zeros_in_the_bits: {} is not installed", tool.name);
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path();
    std::fs::write(folder.join("board.v"), MEMORY).unwrap();
    let script = "read_verilog board.v; synth_ecp5 -top board -json synth.json";
    YOSYS.run(folder, "yosys.log", &["-q", "-p", script]).unwrap();
    let args = ["--25k", "--package", "CABGA381", "--json", "synth.json", "--textcfg", "routed.config"];
    NEXTPNR_ECP5.run(folder, "nextpnr.log", &[&args[..], &["--lpf-allow-unconstrained"]].concat()).unwrap();
    ECPPACK.run(folder, "pack.log", &["routed.config", "board.bit"]).unwrap();
    assert_eq!(memories::check(folder, "routed.config", "board.bit").unwrap(), 1);
    // A bit that is one: in the bits alone, and in what was asked for as well.
    let text = std::fs::read_to_string(folder.join("routed.config")).unwrap();
    let at = text.find(".bram_init ").unwrap();
    let word = at + text[at..].find("\n000").unwrap() + 1;
    let other = format!("{}020{}", &text[..word], &text[word + 3..]);
    std::fs::write(folder.join("other.config"), other).unwrap();
    ECPPACK.run(folder, "pack.log", &["other.config", "other.bit"]).unwrap();
    let e = memories::check(folder, "routed.config", "other.bit").unwrap_err().to_string();
    assert!(e.contains("does not begin with"), "{e}");
    let e = memories::check(folder, "other.config", "other.bit").unwrap_err().to_string();
    assert!(e.contains("1 bits"), "{e}");
}
