// What the drain promises: rule R5 of spec/src/arith.rs on every row, one a cycle, and that a chain of two adds up.
//
// PARTIAL_LATENCY, RESULT_LATENCY and sizes are in parameters.vh. There is no state but the pipeline, so induction
// over its length says everything.
`include "parameters.vh"

// R5: activation(sat16((sum + bias + half) >> shift)), the sum wrapped to ACC_BITS. A test compares it with arith.rs.
module rule_r5(
    input wire signed [`ACC_BITS-1:0] sum,
    // The sum of a second PE with this row; zero where there is none.
    input wire signed [`ACC_BITS-1:0] more,
    input wire signed [31:0] bias,
    input wire [4:0] shift,
    input wire relu,
    output wire signed [15:0] y
);
    wire signed [31:0] half = shift == 0 ? 0 : 1 << (shift - 1);
    wire signed [31:0] bias_word = bias + half;
    wire signed [`ACC_BITS-1:0] total = sum + bias_word + more;
    wire signed [`ACC_BITS-1:0] shifted = total >>> shift;
    wire signed [15:0] saturated = shifted > 32767 ? 16'sd32767 : shifted < -32768 ? -16'sd32768 : shifted[15:0];
    assign y = relu && saturated < 0 ? 16'sd0 : saturated;
endmodule

module harness(
    input wire clock,
    input wire [`ACC_BITS-1:0] sum,
    input wire [`ACC_BITS-1:0] sum_after,
    input wire signed [31:0] bias
);
    // Held still while rows are drained.
    (* anyconst *) reg [4:0] shift;
    (* anyconst *) reg relu;
    // The bias word has the rounding constant in it: half a unit of what the shift keeps.
    wire signed [31:0] rounding = shift == 0 ? 0 : 1 << (shift - 1);
    wire signed [31:0] bias_word = bias + rounding;
    always @(*) begin
        assume (shift <= 30);
        assume (bias >= -(1 <<< 30) && bias <= (1 <<< 30));
    end

    // Two units: the second adds its sum to what the first has added up.
    wire [47:0] partial;
    wire [47:0] partial_after;
    wire [15:0] result;
    wire [15:0] result_after;
    drain unit(
        .clock(clock), .sum({{(48 - `ACC_BITS){1'b0}}, sum}), .first(1'b1), .partial_in(48'b0), .partial(partial),
        .bias_word(bias_word), .shift(shift), .relu(relu), .keep(1'b1), .result(result)
    );
    // The row's sum of the second unit comes with the partial sum.
    reg [`PARTIAL_LATENCY*`ACC_BITS-1:0] sums_after = 0;
    always @(posedge clock) sums_after <= {sums_after, sum_after};
    drain after(
        .clock(clock), .sum({{(48 - `ACC_BITS){1'b0}}, sums_after[`PARTIAL_LATENCY*`ACC_BITS-1 -: `ACC_BITS]}), .first(1'b0),
        .partial_in(partial), .partial(partial_after), .bias_word(32'b0), .shift(shift), .relu(relu),
        .keep(1'b1), .result(result_after)
    );

    // What has to come, when it comes.
    localparam CHAIN = `RESULT_LATENCY + `PARTIAL_LATENCY;
    wire signed [15:0] y;
    wire signed [15:0] y_after;
    rule_r5 alone(.sum(sum), .more({`ACC_BITS{1'b0}}), .bias(bias), .shift(shift), .relu(relu), .y(y));
    rule_r5 both(.sum(sum), .more(sum_after), .bias(bias), .shift(shift), .relu(relu), .y(y_after));
    reg [`RESULT_LATENCY*16-1:0] want = 0;
    reg [CHAIN*16-1:0] want_after = 0;
    reg [CHAIN-1:0] there = 0;
    // What is held still is in the units' registers a cycle later.
    reg settled = 0;
    always @(posedge clock) begin
        settled <= 1'b1;
        there <= {there, settled};
        want <= {want, y};
        want_after <= {want_after, y_after};
    end
    always @(*) begin
        if (there[`RESULT_LATENCY-1]) alone_r5: assert (result == want[`RESULT_LATENCY*16-1 -: 16]);
        if (there[CHAIN-1]) chain_r5: assert (result_after == want_after[CHAIN*16-1 -: 16]);
    end

    always @(posedge clock) begin
        saturates_above: cover (there[CHAIN-1] && result == 16'h7fff && shift == 9);
        saturates_below: cover (there[CHAIN-1] && result_after == 16'h8000 && shift == 9);
        rectifies: cover (there[CHAIN-1] && relu && result == 0 && result_after == 5);
    end
endmodule
