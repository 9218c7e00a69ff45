//! A board's top: clock, reset and pins around the accelerator behind its serial line or its USB.

use crate::pins::{Line, LAMPS};
use crate::pll::Clock;
use eie_host::board::Build;
use std::fmt::Write;

/// Logarithm of the cycles of reset after the configuration, or after the clock has settled.
const RESET_BITS: u32 = 8;

/// Pins that go both ways.
const USB_PINS: &str = "    wire d_p, d_n, drive;\n    assign usb_d_p = drive ? d_p : 1'bz;\n    \
                        assign usb_d_n = drive ? d_n : 1'bz;\n";

/// The Verilog of module `board`, around module `top` ([`eie_hdl::emit::Top::Uart`] or [`eie_hdl::emit::Top::Usb`]).
pub fn verilog(build: &Build, clock: &Clock, line: Line) -> String {
    let lamp = |name: &str| build.pins.contains_key(name);
    let own: &[&str] = match line {
        Line::Uart => &["input wire clock", "input wire rx", "output wire tx"],
        Line::Usb => &["input wire clock", "inout wire usb_d_p", "inout wire usb_d_n", "output wire usb_pullup"],
    };
    let mut ports: Vec<String> = own.iter().map(|&port| port.to_owned()).collect();
    ports.extend(LAMPS.into_iter().filter(|n| lamp(n)).map(|n| format!("output wire {n}")));
    ports.extend(build.high.iter().map(|n| format!("output wire {n}")));
    let mut text = format!("`default_nettype none\nmodule board(\n    {}\n);\n", ports.join(",\n    "));
    text.push_str(&pll(build, clock));
    // The PLL's lock comes at any time: two registers. Until then, and a while longer, reset.
    let _ = write!(
        text,
        "    reg locked1 = 0, locked2 = 0;\n    reg [{RESET_BITS}:0] up = 0;\n    \
         always @(posedge fast) begin\n        locked1 <= locked;\n        locked2 <= locked1;\n        \
         if (!locked2) up <= 0;\n        else if (!up[{RESET_BITS}]) up <= up + 1;\n    end\n    \
         wire works, wrong;\n{}    top eie(.clock(fast), .reset(!up[{RESET_BITS}]), {}, .busy(works), .error(wrong));\n",
        match line {
            Line::Uart => "",
            Line::Usb => USB_PINS,
        },
        match line {
            Line::Uart => ".rx(rx), .tx(tx)",
            Line::Usb => {
                ".usb_d_p_in(usb_d_p), .usb_d_n_in(usb_d_n), .usb_d_p_out(d_p), .usb_d_n_out(d_n), .usb_drive(drive), \
                 .usb_pull_up(usb_pullup)"
            }
        }
    );
    for (name, from) in LAMPS.into_iter().zip(["works", "wrong"]) {
        if lamp(name) {
            let not = if build.low.iter().any(|n| n == name) { "!" } else { "" };
            let _ = writeln!(text, "    assign {name} = {not}{from};");
        }
    }
    for name in &build.high {
        let _ = writeln!(text, "    assign {name} = 1'b1;");
    }
    text.push_str("endmodule\n`default_nettype wire\n");
    text
}

fn pll(build: &Build, clock: &Clock) -> String {
    match *clock {
        Clock::Oscillator { .. } => "    wire fast = clock;\n    wire locked = 1'b1;\n".into(),
        Clock::Ice40 { divr, divf, divq, filter, .. } => {
            // On the pin that is the PLL's own, the oscillator goes nowhere else.
            let (cell, pin) =
                if build.pll_on_pin { ("SB_PLL40_PAD", "PACKAGEPIN") } else { ("SB_PLL40_CORE", "REFERENCECLK") };
            format!(
                "    wire fast, locked;\n    {cell} #(.FEEDBACK_PATH(\"SIMPLE\"), .DIVR(4'd{divr}), .DIVF(7'd{divf}), \
                 .DIVQ(3'd{divq}), .FILTER_RANGE(3'd{filter}))\n        pll(.{pin}(clock), .PLLOUTGLOBAL(fast), \
                 .LOCK(locked), .RESETB(1'b1), .BYPASS(1'b0));\n"
            )
        }
        Clock::Gowin { oscillator, idiv, fbdiv, odiv, .. } => format!(
            "    wire fast, locked;\n    \
             rPLL #(.DEVICE(\"GW1NR-9C\"), .FCLKIN(\"{oscillator}\"), .IDIV_SEL({}), .FBDIV_SEL({}), .ODIV_SEL({odiv}), \
             .DYN_IDIV_SEL(\"false\"),\n        \
             .DYN_FBDIV_SEL(\"false\"), .DYN_ODIV_SEL(\"false\"), .CLKFB_SEL(\"internal\"), .DYN_DA_EN(\"false\"))\n        \
             pll(.CLKIN(clock), .CLKFB(1'b0), .RESET(1'b0), .RESET_P(1'b0), .FBDSEL(6'b0), .IDSEL(6'b0), .ODSEL(6'b0), \
             .PSDA(4'b0),\n        \
             .DUTYDA(4'b0), .FDLY(4'b0), .CLKOUT(fast), .LOCK(locked), .CLKOUTP(), .CLKOUTD(), .CLKOUTD3());\n",
            idiv - 1,
            fbdiv - 1
        ),
        Clock::Ecp5 { clki, clkfb, clkop, .. } => format!(
            "    wire fast, locked;\n    \
             (* ICP_CURRENT=\"12\" *) (* LPF_RESISTOR=\"8\" *) (* MFG_ENABLE_FILTEROPAMP=\"1\" *) \
             (* MFG_GMCREF_SEL=\"2\" *)\n    \
             EHXPLLL #(.PLLRST_ENA(\"DISABLED\"), .INTFB_WAKE(\"DISABLED\"), .STDBY_ENABLE(\"DISABLED\"), \
             .DPHASE_SOURCE(\"DISABLED\"),\n        \
             .OUTDIVIDER_MUXA(\"DIVA\"), .OUTDIVIDER_MUXB(\"DIVB\"), .OUTDIVIDER_MUXC(\"DIVC\"), \
             .OUTDIVIDER_MUXD(\"DIVD\"),\n        \
             .CLKI_DIV({clki}), .CLKOP_ENABLE(\"ENABLED\"), .CLKOP_DIV({clkop}), .CLKOP_CPHASE({}), \
             .CLKOP_FPHASE(0), .FEEDBK_PATH(\"CLKOP\"), .CLKFB_DIV({clkfb}))\n        \
             pll(.RST(1'b0), .STDBY(1'b0), .CLKI(clock), .CLKOP(fast), .CLKFB(fast), .CLKINTFB(), \
             .PHASESEL0(1'b0), .PHASESEL1(1'b0),\n        \
             .PHASEDIR(1'b1), .PHASESTEP(1'b1), .PHASELOADREG(1'b1), .PLLWAKESYNC(1'b0), .ENCLKOP(1'b0), \
             .LOCK(locked));\n",
            clkop / 2
        ),
    }
}
