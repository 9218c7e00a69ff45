// Cells of ECP5 as nextpnr places them, for simulators: half a slice's LUT with its multiplexer and carry, a slice's way to
// its memory's write port, pins and clock buffers. Which pin is what is in yosys' simulation models of a slice
// (TRELLIS_SLICE). Registers, block RAMs and multipliers are as before placement. Inputs of which nothing is connected
// are one, as they are in the device; bitstream/src/routed.rs writes that.
`default_nettype none
module TRELLIS_COMB #(
    parameter MODE = "LOGIC", CCU2_INJECT1 = "NO", WREMUX = "WRE", WCKMUX = "WCK", parameter [15:0] INITVAL = 0,
    // Of what the multiplexer chooses: two LUTs here and beside it, or two such pairs.
    parameter JOINS = "LUTS"
) (
    input wire A, B, C, D, M, F1, FXA, FXB, FCI, DI0, DI1, WD, WAD0, WAD1, WAD2, WAD3, WRE, WCK,
    output wire F, FCO, OFX
);
    generate
        if (MODE == "DPRAM") begin : ram
            reg [15:0] mem = 0;
            wire enable = WREMUX == "INV" ? ~WRE : WRE;
            initial if (WCKMUX != "WCK" || (WREMUX != "WRE" && WREMUX != "INV")) begin
                $display("TRELLIS_COMB: a use that the model does not know");
                $finish;
            end
            always @(posedge WCK) if (enable) mem[{WAD3, WAD2, WAD1, WAD0}] <= WD;
            assign F = mem[{A, C, B, D}];
            assign FCO = 1'b0;
            assign OFX = 1'b0;
        end else if (MODE == "CCU2") begin : carry
            wire inject = CCU2_INJECT1 == "YES";
            wire propagate = INITVAL[{D, C, B, A}];
            assign F = propagate ^ (FCI & ~inject);
            assign FCO = propagate ? FCI : INITVAL[{2'b00, B, A}] & ~inject;
            assign OFX = 1'b0;
        end else begin : lut
            assign F = INITVAL[{D, C, B, A}];
            assign FCO = 1'b0;
            assign OFX = JOINS == "PAIRS" ? (M ? FXB : FXA) : (M ? F1 : F);
        end
    endgenerate
endmodule
module TRELLIS_RAMW (
    input wire A0, B0, C0, D0, A1, B1, C1, D1, output wire WDO0, WDO1, WDO2, WDO3, WADO0, WADO1, WADO2, WADO3
);
    assign {WDO3, WDO2, WDO1, WDO0} = {B1, D1, A1, C1};
    assign {WADO3, WADO2, WADO1, WADO0} = {A0, C0, B0, D0};
endmodule
module DCCA (input wire CLKI, CE, output wire CLKO);
    assign CLKO = CLKI;
endmodule
`default_nettype wire
