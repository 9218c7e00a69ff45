// LUTs, registers and small memories of ECP5, as yosys' netlists use them, for simulators: from Lattice's FPGA libraries
// reference guide. Block RAM, multiplier and carry cells are in hdl/verilog/cells/ecp5.v.
`default_nettype none
module LUT4 #(parameter [15:0] INIT = 0) (input wire A, B, C, D, output wire Z);
    assign Z = INIT[{D, C, B, A}];
endmodule
module PFUMX (input wire ALUT, BLUT, C0, output wire Z);
    assign Z = C0 ? ALUT : BLUT;
endmodule
module L6MUX21 (input wire D0, D1, SD, output wire Z);
    assign Z = SD ? D1 : D0;
endmodule
module TRELLIS_FF #(
    parameter GSR = "ENABLED", CEMUX = "1", CLKMUX = "CLK", LSRMUX = "LSR", SRMODE = "LSR_OVER_CE", REGSET = "RESET",
    // What place and route adds: the input that the register takes.
    parameter LSRMODE = "LSR", SD = "1"
) (input wire CLK, LSR, CE, DI, M, output reg Q);
    localparam VALUE = REGSET == "SET";
    initial Q = VALUE;
    initial if (CLKMUX != "CLK" || SRMODE != "LSR_OVER_CE" || LSRMODE != "LSR") begin
        $display("TRELLIS_FF: a use that the model does not know");
        $finish;
    end
    wire enable = CEMUX == "1" ? 1'b1 : CEMUX == "0" ? 1'b0 : CEMUX == "INV" ? ~CE : CE;
    wire clear = LSRMUX == "INV" ? ~LSR : LSR;
    always @(posedge CLK)
        if (clear) Q <= VALUE;
        else if (enable) Q <= SD == "0" ? M : DI;
endmodule
module TRELLIS_DPR16X4 #(
    parameter WCKMUX = "WCK", WREMUX = "WRE", parameter [63:0] INITVAL = 0
) (input wire [3:0] DI, WAD, RAD, input wire WRE, WCK, output wire [3:0] DO);
    reg [3:0] mem [0:15];
    integer i;
    initial for (i = 0; i < 16; i = i + 1) mem[i] = INITVAL[4 * i +: 4];
    initial if (WCKMUX != "WCK") begin
        $display("TRELLIS_DPR16X4: a use that the model does not know");
        $finish;
    end
    wire enable = WREMUX == "1" ? 1'b1 : WREMUX == "0" ? 1'b0 : WREMUX == "INV" ? ~WRE : WRE;
    always @(posedge WCK) if (enable) mem[WAD] <= DI;
    assign DO = mem[RAD];
endmodule
`default_nettype wire
