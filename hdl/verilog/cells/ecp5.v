// Behaviour of the three ECP5 cells that the emitted Verilog names, for simulation: written from Lattice's "ECP5 and
// ECP5-5G Memory User Guide" and "sysDSP User Guide", as far as hdl/src/ecp5.rs uses them. Any other use stops the
// simulation.
/* verilator lint_off WIDTH */

// Block RAM of 18 Kbit: port A reads through its latch and its output register, port B writes, and where it does not it reads
// in the same way. Both have one shape, or port A has words of 9 bits and port B of 18: two of the others, the even one
// low. In that shape, address bits 0 and 1 of a write enable the two halves of a word.
module DP16KD (
    input wire CLKA, CEA, OCEA, WEA, RSTA, CSA0, CSA1, CSA2, CLKB, CEB, OCEB, WEB, RSTB, CSB0, CSB1, CSB2, ADA0, ADA1, ADA2, ADA3, ADA4, ADA5, ADA6, ADA7, ADA8, ADA9, ADA10, ADA11, ADA12, ADA13, ADB0, ADB1, ADB2, ADB3, ADB4, ADB5, ADB6, ADB7, ADB8, ADB9, ADB10, ADB11, ADB12, ADB13, DIB0, DIB1, DIB2, DIB3, DIB4, DIB5, DIB6, DIB7, DIB8, DIB9, DIB10, DIB11, DIB12, DIB13, DIB14, DIB15, DIB16, DIB17,
    output wire DOA0, DOA1, DOA2, DOA3, DOA4, DOA5, DOA6, DOA7, DOA8, DOA9, DOA10, DOA11, DOA12, DOA13, DOA14, DOA15, DOA16, DOA17,
    output wire DOB0, DOB1, DOB2, DOB3, DOB4, DOB5, DOB6, DOB7, DOB8, DOB9, DOB10, DOB11, DOB12, DOB13, DOB14, DOB15, DOB16, DOB17
);
    parameter DATA_WIDTH_A = 18, DATA_WIDTH_B = 18;
    parameter REGMODE_A = "NOREG", REGMODE_B = "NOREG", RESETMODE = "SYNC", GSR = "ENABLED";
    localparam LOW = DATA_WIDTH_A == 18 ? 4 : DATA_WIDTH_A == 9 ? 3 : DATA_WIDTH_A == 4 ? 2 : DATA_WIDTH_A == 2 ? 1 : 0;
    initial if ((DATA_WIDTH_A != DATA_WIDTH_B && (DATA_WIDTH_A != 9 || DATA_WIDTH_B != 18)) || REGMODE_A != "OUTREG"
        || REGMODE_B != "OUTREG" || GSR != "DISABLED") begin
        $display("DP16KD: a use that the model does not know");
        $finish;
    end
    wire [13:0] address_a = {ADA13, ADA12, ADA11, ADA10, ADA9, ADA8, ADA7, ADA6, ADA5, ADA4, ADA3, ADA2, ADA1, ADA0};
    wire [13:0] address_b = {ADB13, ADB12, ADB11, ADB10, ADB9, ADB8, ADB7, ADB6, ADB5, ADB4, ADB3, ADB2, ADB1, ADB0};
    wire [17:0] data = {DIB17, DIB16, DIB15, DIB14, DIB13, DIB12, DIB11, DIB10, DIB9, DIB8, DIB7, DIB6, DIB5, DIB4, DIB3, DIB2, DIB1, DIB0};
    reg [17:0] out_a = 0, out_b = 0;
    integer i;
    always @(posedge CLKA) if (WEA || RSTA || CSA0 || CSA1 || CSA2)
        $display("DP16KD: a write, reset or selection on port A");
    wire writes = CEB && WEB && !CSB0 && !CSB1 && !CSB2;
    generate
        if (DATA_WIDTH_B == 18) begin : halves
            reg [8:0] even [0:1023];
            reg [8:0] odd [0:1023];
            reg [17:0] latch_a = 0, latch_b = 0;
            initial for (i = 0; i < 1024; i = i + 1) begin
                even[i] = 0;
                odd[i] = 0;
            end
            wire [9:0] word_a = address_a[13:4];
            always @(posedge CLKA) begin
                if (OCEA) out_a <= latch_a;
                if (CEA) begin
                    if (DATA_WIDTH_A == 18) latch_a <= {odd[word_a], even[word_a]};
                    else latch_a <= {9'd0, address_a[3] ? odd[word_a] : even[word_a]};
                end
            end
            always @(posedge CLKB) begin
                if (OCEB) out_b <= latch_b;
                if (CEB && !WEB) latch_b <= {odd[address_b[13:4]], even[address_b[13:4]]};
                if (writes && ADB0) even[address_b[13:4]] <= data[8:0];
                if (writes && ADB1) odd[address_b[13:4]] <= data[17:9];
            end
        end else begin : words
            localparam [17:0] MASK = (19'd1 << DATA_WIDTH_A) - 1;
            reg [17:0] mem [0:(16384 >> LOW) - 1];
            reg [17:0] latch_a = 0;
            initial for (i = 0; i < 16384 >> LOW; i = i + 1) mem[i] = 0;
            always @(posedge CLKA) begin
                if (OCEA) out_a <= latch_a;
                if (CEA) latch_a <= mem[address_a >> LOW] & MASK;
            end
            always @(posedge CLKB) if (writes) mem[address_b >> LOW] <= data;
        end
    endgenerate
    assign {DOA17, DOA16, DOA15, DOA14, DOA13, DOA12, DOA11, DOA10, DOA9, DOA8, DOA7, DOA6, DOA5, DOA4, DOA3, DOA2, DOA1, DOA0} = out_a;
    assign {DOB17, DOB16, DOB15, DOB14, DOB13, DOB12, DOB11, DOB10, DOB9, DOB8, DOB7, DOB6, DOB5, DOB4, DOB3, DOB2, DOB1, DOB0} = out_b;
endmodule

// Signed multiplier of 18 x 18 bits with registers before, in and behind it.
module MULT18X18D (
    input wire A0, A1, A2, A3, A4, A5, A6, A7, A8, A9, A10, A11, A12, A13, A14, A15, A16, A17, B0, B1, B2, B3, B4, B5, B6, B7, B8, B9, B10, B11, B12, B13, B14, B15, B16, B17,
    input wire SIGNEDA, SIGNEDB, SOURCEA, SOURCEB, CLK0, CLK1, CLK2, CLK3, CE0, CE1, CE2, CE3, RST0, RST1, RST2, RST3,
    output wire P0, P1, P2, P3, P4, P5, P6, P7, P8, P9, P10, P11, P12, P13, P14, P15, P16, P17, P18, P19, P20, P21, P22, P23, P24, P25, P26, P27, P28, P29, P30, P31, P32, P33, P34, P35
);
    parameter REG_INPUTA_CLK = "NONE", REG_INPUTB_CLK = "NONE", REG_PIPELINE_CLK = "NONE", REG_OUTPUT_CLK = "NONE";
    parameter CLK0_DIV = "ENABLED", GSR = "ENABLED", SOURCEB_MODE = "B_SHIFT", RESETMODE = "SYNC";
    initial if (REG_INPUTA_CLK != "CLK0" || REG_INPUTB_CLK != "CLK0" || REG_PIPELINE_CLK != "CLK0"
        || REG_OUTPUT_CLK != "CLK0" || GSR != "DISABLED") begin
        $display("MULT18X18D: a use that the model does not know");
        $finish;
    end
    reg signed [17:0] a = 0, b = 0;
    reg signed [35:0] middle = 0, product = 0;
    always @(posedge CLK0) if (CE0) begin
        a <= {A17, A16, A15, A14, A13, A12, A11, A10, A9, A8, A7, A6, A5, A4, A3, A2, A1, A0};
        b <= {B17, B16, B15, B14, B13, B12, B11, B10, B9, B8, B7, B6, B5, B4, B3, B2, B1, B0};
        middle <= a * b;
        product <= middle;
        if (!SIGNEDA || !SIGNEDB || SOURCEA || SOURCEB || RST0) $display("MULT18X18D: unsigned, shifted or reset");
    end
    assign {P35, P34, P33, P32, P31, P30, P29, P28, P27, P26, P25, P24, P23, P22, P21, P20, P19, P18, P17, P16, P15, P14, P13, P12, P11, P10, P9, P8, P7, P6, P5, P4, P3, P2, P1, P0} = product;
endmodule

// Two bits of a carry chain, each with a LUT of four inputs before its sum; where the LUT gives zero, the two lowest
// inputs give the carry.
module CCU2C (
    input wire CIN, A0, B0, C0, D0, A1, B1, C1, D1,
    output wire S0, S1, COUT
);
    parameter [15:0] INIT0 = 0, INIT1 = 0;
    parameter INJECT1_0 = "YES", INJECT1_1 = "YES";
    initial if (INJECT1_0 != "NO" || INJECT1_1 != "NO") begin
        $display("CCU2C: a use that the model does not know");
        $finish;
    end
    wire propagate0 = INIT0[{D0, C0, B0, A0}];
    wire propagate1 = INIT1[{D1, C1, B1, A1}];
    wire carry0 = propagate0 ? CIN : INIT0[{2'b00, B0, A0}];
    assign S0 = propagate0 ^ CIN;
    assign S1 = propagate1 ^ carry0;
    assign COUT = propagate1 ? carry0 : INIT1[{2'b00, B1, A1}];
endmodule
