// Block RAM of iCE40, as Lattice's memory usage guide describes it: 256 words of 16 bits, of which the narrower modes
// see every second, fourth or eighth bit. For simulators; synthesis has its own.
`default_nettype none
module eie_ram40 #(
    parameter READ_MODE = 0, parameter WRITE_MODE = 0,
    parameter [4095:0] INIT = 4096'd0
) (
    output wire [15:0] RDATA, input wire read_clock, input wire RCLKE, input wire RE, input wire [10:0] RADDR,
    input wire write_clock, input wire WCLKE, input wire WE, input wire [10:0] WADDR, input wire [15:0] MASK,
    input wire [15:0] WDATA
);
    reg [15:0] mem [0:255];
    integer i;
    initial for (i = 0; i < 256; i = i + 1) mem[i] = INIT[16 * i +: 16];

    // The bits of a word that an address of a mode means.
    function [15:0] lanes(input [1:0] mode, input [2:0] high);
        case (mode)
            0: lanes = 16'hffff;
            1: lanes = 16'h5555 << high[0];
            2: lanes = 16'h1111 << high[1:0];
            3: lanes = 16'h0101 << high;
        endcase
    endfunction

    wire [15:0] written = WRITE_MODE == 0 ? ~MASK : lanes(WRITE_MODE, WADDR[10:8]);
    wire [15:0] data =
        WRITE_MODE == 0 ? WDATA :
        WRITE_MODE == 1 ? {{2{WDATA[14]}}, {2{WDATA[12]}}, {2{WDATA[10]}}, {2{WDATA[8]}},
                           {2{WDATA[6]}}, {2{WDATA[4]}}, {2{WDATA[2]}}, {2{WDATA[0]}}} :
        WRITE_MODE == 2 ? {{4{WDATA[13]}}, {4{WDATA[9]}}, {4{WDATA[5]}}, {4{WDATA[1]}}} :
                          {{8{WDATA[11]}}, {8{WDATA[3]}}};
    always @(posedge write_clock)
        if (WE && WCLKE) mem[WADDR[7:0]] <= mem[WADDR[7:0]] & ~written | data & written;

    reg [15:0] word = 0;
    always @(posedge read_clock) if (RE && RCLKE) word <= mem[RADDR[7:0]] & lanes(READ_MODE, RADDR[10:8]);
    assign RDATA =
        READ_MODE == 0 ? word :
        READ_MODE == 1 ? {1'b0, |word[15:14], 1'b0, |word[13:12], 1'b0, |word[11:10], 1'b0, |word[9:8],
                          1'b0, |word[7:6], 1'b0, |word[5:4], 1'b0, |word[3:2], 1'b0, |word[1:0]} :
        READ_MODE == 2 ? {2'b0, |word[15:12], 3'b0, |word[11:8], 3'b0, |word[7:4], 3'b0, |word[3:0], 1'b0} :
                         {4'b0, |word[15:8], 7'b0, |word[7:0], 3'b0};
endmodule
// The kinds of it: the clock that works on the falling edge has an N at its end.
`define EIE_RAM40(NAME, READ_CLOCK, READ_EDGE, WRITE_CLOCK, WRITE_EDGE) module NAME #( \
    parameter READ_MODE = 0, parameter WRITE_MODE = 0, \
    parameter [255:0] INIT_0 = 256'd0, parameter [255:0] INIT_1 = 256'd0, \
    parameter [255:0] INIT_2 = 256'd0, parameter [255:0] INIT_3 = 256'd0, \
    parameter [255:0] INIT_4 = 256'd0, parameter [255:0] INIT_5 = 256'd0, \
    parameter [255:0] INIT_6 = 256'd0, parameter [255:0] INIT_7 = 256'd0, \
    parameter [255:0] INIT_8 = 256'd0, parameter [255:0] INIT_9 = 256'd0, \
    parameter [255:0] INIT_A = 256'd0, parameter [255:0] INIT_B = 256'd0, \
    parameter [255:0] INIT_C = 256'd0, parameter [255:0] INIT_D = 256'd0, \
    parameter [255:0] INIT_E = 256'd0, parameter [255:0] INIT_F = 256'd0 \
) ( \
    output wire [15:0] RDATA, input wire READ_CLOCK, input wire RCLKE, input wire RE, input wire [10:0] RADDR, \
    input wire WRITE_CLOCK, input wire WCLKE, input wire WE, input wire [10:0] WADDR, input wire [15:0] MASK, \
    input wire [15:0] WDATA \
); \
    eie_ram40 #(.READ_MODE(READ_MODE), .WRITE_MODE(WRITE_MODE), .INIT({ \
        INIT_F, INIT_E, INIT_D, INIT_C, INIT_B, INIT_A, INIT_9, INIT_8, \
        INIT_7, INIT_6, INIT_5, INIT_4, INIT_3, INIT_2, INIT_1, INIT_0})) \
        ram (.RDATA(RDATA), .read_clock(READ_EDGE), .RCLKE(RCLKE), .RE(RE), .RADDR(RADDR), \
             .write_clock(WRITE_EDGE), .WCLKE(WCLKE), .WE(WE), .WADDR(WADDR), .MASK(MASK), .WDATA(WDATA)); \
endmodule
`EIE_RAM40(SB_RAM40_4K, RCLK, RCLK, WCLK, WCLK)
`EIE_RAM40(SB_RAM40_4KNR, RCLKN, ~RCLKN, WCLK, WCLK)
`EIE_RAM40(SB_RAM40_4KNW, RCLK, RCLK, WCLKN, ~WCLKN)
`EIE_RAM40(SB_RAM40_4KNRNW, RCLKN, ~RCLKN, WCLKN, ~WCLKN)
`undef EIE_RAM40
`default_nettype wire
