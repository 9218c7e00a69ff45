// Cells of iCE40 UltraPlus, for simulators: the single-port RAM (Lattice, "iCE40 SPRAM Usage Guide"), the multiplier with the
// registers of its 16 by 16 mode ("DSP Function Usage Guide for iCE40 Devices"), and a PLL that gives the clock that it gets:
// what is simulated is not the time between two edges. Outputs are connected bit by bit.
`default_nettype none
`define EIE_BITS16(NAME) output wire NAME``_0, NAME``_1, NAME``_2, NAME``_3, NAME``_4, NAME``_5, NAME``_6, NAME``_7, \
    NAME``_8, NAME``_9, NAME``_10, NAME``_11, NAME``_12, NAME``_13, NAME``_14, NAME``_15
module eie_spram (
    input wire [13:0] ADDRESS, input wire [15:0] DATAIN, input wire [3:0] MASKWREN, input wire WREN,
    input wire CHIPSELECT, input wire CLOCK, input wire STANDBY, input wire SLEEP, input wire POWEROFF,
    `EIE_BITS16(DATAOUT)
);
    reg [15:0] mem [0:16383];
    reg [15:0] word = 0;
    // Without power there is no memory: it is off while POWEROFF is low.
    wire works = CHIPSELECT & POWEROFF & !STANDBY & !SLEEP;
    always @(posedge CLOCK)
        if (works) begin
            if (WREN) begin
                if (MASKWREN[0]) mem[ADDRESS][3:0] <= DATAIN[3:0];
                if (MASKWREN[1]) mem[ADDRESS][7:4] <= DATAIN[7:4];
                if (MASKWREN[2]) mem[ADDRESS][11:8] <= DATAIN[11:8];
                if (MASKWREN[3]) mem[ADDRESS][15:12] <= DATAIN[15:12];
            end else word <= mem[ADDRESS];
        end
    assign {DATAOUT_15, DATAOUT_14, DATAOUT_13, DATAOUT_12, DATAOUT_11, DATAOUT_10, DATAOUT_9, DATAOUT_8, DATAOUT_7,
            DATAOUT_6, DATAOUT_5, DATAOUT_4, DATAOUT_3, DATAOUT_2, DATAOUT_1, DATAOUT_0} = word;
endmodule

module eie_mac16 #(
    parameter A_REG = 0, parameter B_REG = 0, parameter MIDDLE_REG = 0, parameter PRODUCT_REG = 0,
    parameter A_SIGNED = 0, parameter B_SIGNED = 0
) (
    input wire CLK, input wire CE, input wire IRSTTOP, input wire IRSTBOT, input wire AHOLD, input wire BHOLD,
    input wire [15:0] A, input wire [15:0] B, `EIE_BITS16(O),
    output wire O_16, O_17, O_18, O_19, O_20, O_21, O_22, O_23, O_24, O_25, O_26, O_27, O_28, O_29, O_30, O_31
);
    reg [15:0] a_q = 0, b_q = 0;
    always @(posedge CLK, posedge IRSTTOP)
        if (IRSTTOP) a_q <= 0;
        else if (CE & !AHOLD) a_q <= A;
    always @(posedge CLK, posedge IRSTBOT)
        if (IRSTBOT) b_q <= 0;
        else if (CE & !BHOLD) b_q <= B;
    wire [15:0] a = A_REG ? a_q : A;
    wire [15:0] b = B_REG ? b_q : B;
    wire signed [16:0] wide_a = {A_SIGNED ? a[15] : 1'b0, a};
    wire signed [16:0] wide_b = {B_SIGNED ? b[15] : 1'b0, b};
    wire signed [33:0] product = wide_a * wide_b;
    // The registers of the partial products, as if these were summed up before them.
    reg [31:0] middle_q = 0, product_q = 0;
    always @(posedge CLK) if (CE) middle_q <= product[31:0];
    wire [31:0] middle = MIDDLE_REG ? middle_q : product[31:0];
    always @(posedge CLK) if (CE) product_q <= middle;
    assign {O_31, O_30, O_29, O_28, O_27, O_26, O_25, O_24, O_23, O_22, O_21, O_20, O_19, O_18, O_17, O_16, O_15, O_14, O_13,
            O_12, O_11, O_10, O_9, O_8, O_7, O_6, O_5, O_4, O_3, O_2, O_1, O_0} = PRODUCT_REG ? product_q : middle;
endmodule
`undef EIE_BITS16

module SB_PLL40_PAD #(
    parameter FEEDBACK_PATH = "SIMPLE", parameter DELAY_ADJUSTMENT_MODE_FEEDBACK = "FIXED",
    parameter DELAY_ADJUSTMENT_MODE_RELATIVE = "FIXED", parameter PLLOUT_SELECT = "GENCLK",
    parameter SHIFTREG_DIV_MODE = 0, parameter FDA_FEEDBACK = 0, parameter FDA_RELATIVE = 0, parameter DIVR = 0,
    parameter DIVF = 0, parameter DIVQ = 0, parameter FILTER_RANGE = 0, parameter ENABLE_ICEGATE = 0,
    parameter TEST_MODE = 0
) (
    input wire PACKAGEPIN, output wire PLLOUTCORE, output wire PLLOUTGLOBAL, input wire EXTFEEDBACK,
    input wire [7:0] DYNAMICDELAY, output wire LOCK, input wire BYPASS, input wire RESETB, input wire LATCHINPUTVALUE,
    output wire SDO, input wire SDI, input wire SCLK
);
    assign PLLOUTCORE = PACKAGEPIN;
    assign PLLOUTGLOBAL = PACKAGEPIN;
    assign LOCK = RESETB & !BYPASS;
    assign SDO = 1'b0;
endmodule
`default_nettype wire
