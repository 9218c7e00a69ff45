// What multiply-accumulate promises: after any order of rows, each accumulator is the sum of its row's products, and
// a drain reads it and leaves zero (R3).
//
// Rules (assumed): the bank does not change with a valid weight (the walker's proof has that), a row is drained when
// its products' valid was two cycles before or more, and not again in the cycles after; a sweep is alone. Promised (asserted): the
// memory word of any row, in both banks, and every drained sum.
// WRITE_LATENCY (cycles to the accumulator), READ_LATENCY (drain to sum) and sizes are in parameters.vh.
`include "parameters.vh"

module harness(
    input wire clock,
    input wire valid,
    input wire bank,
    input wire [15:0] row,
    input wire [15:0] weight,
    input wire [15:0] value,
    input wire drain,
    input wire [15:0] drain_row,
    input wire sweep
);
    localparam ROW_BITS = $clog2(`ROWS);
    localparam PENDING = `WRITE_LATENCY - 1;
    localparam CLEARING = `CLEAR_LATENCY - 1;
    wire [47:0] sum;
    mac uut(
        .clock(clock), .valid(valid), .bank(bank), .row(row), .weight(weight), .value(value), .drain(drain),
        .drain_row(drain_row), .sweep(sweep), .sum(sum)
    );

    // Any one row.
    (* anyconst *) reg [ROW_BITS-1:0] watched;
    wire here = row[ROW_BITS-1:0] == watched;
    wire drained_here = drain && drain_row[ROW_BITS-1:0] == watched;
    // The factors come a cycle before.
    reg [31:0] product = 0;
    always @(posedge clock) product <= $signed(weight) * $signed(value);
    wire [`ACC_BITS-1:0] extended = {{(`ACC_BITS - 31){product[31]}}, product[30:0]};

    // Its accumulators in memory, and what is on its way to them: adds to bank 0, to bank 1, clears of them.
    reg [`ACC_BITS-1:0] sum0 = 0, sum1 = 0;
    localparam OP = `ACC_BITS + 2;
    reg [PENDING*OP-1:0] ops = 0;
    reg [CLEARING*2-1:0] clears = 0;
    wire [`ACC_BITS-1:0] addend;
    wire clear1, clear0, add1, add0;
    assign {addend, add1, add0} = ops[PENDING*OP-1 -: OP];
    assign {clear1, clear0} = clears[CLEARING*2-1 -: 2];
    wire op_clear0 = drained_here && (bank || sweep);
    wire op_clear1 = drained_here && (!bank || sweep);
    always @(posedge clock) begin
        ops <= {ops, extended, valid && here && bank, valid && here && !bank};
        clears <= {clears, op_clear1, op_clear0};
        if (add0) sum0 <= sum0 + addend;
        if (add1) sum1 <= sum1 + addend;
        if (clear0) sum0 <= 0;
        if (clear1) sum1 <= 0;
    end
    reg [1:0] pending;
    reg [1:0] clearing;
    integer i;
    always @(*) begin
        pending = 0;
        for (i = 0; i < PENDING; i = i + 1) pending = pending | ops[i*OP +: 2];
        clearing = 0;
        for (i = 0; i < CLEARING; i = i + 1) clearing = clearing | clears[i*2 +: 2];
    end

    reg old_bank = 0;
    reg [CLEARING-1:0] sweeps = 0;
    always @(posedge clock) begin
        old_bank <= bank;
        sweeps <= {sweeps, sweep};
    end
    wire swept = |sweeps;
    always @(*) begin
        assume (drain_row < `ROWS);
        if (valid) assume (bank == old_bank && !sweep);
        if (drained_here) assume (clearing == 0 && !ops[!bank]);
        // A bank's next products come long after its drain.
        if (valid && here) assume (!clearing[bank]);
        // A sweep is alone: it is part of a reset, cycles away from any work.
        if (sweep) assume (pending == 0);
        if (swept) assume (!valid);
    end

    // A drained sum, until it shows: the row is read a cycle before that.
    reg [`READ_LATENCY-2:0] drains = 0, banks = 0;
    reg shows = 0;
    reg [`ACC_BITS-1:0] want = 0;
    always @(posedge clock) begin
        drains <= {drains, drained_here};
        banks <= {banks, bank};
        shows <= drains[`READ_LATENCY-2];
        want <= banks[`READ_LATENCY-2] ? sum0 : sum1;
    end
    always @(*) if (shows) drained_sum: assert (sum == want);

`ifndef REFUTE
    // The memories. It is what induction needs, too.
    (* hierconn *) wire [15:0] \uut.accumulators.mem0_watch_address = watched;
    (* hierconn *) wire [`ACC_BITS-1:0] \uut.accumulators.mem0_watch_word ;
    (* hierconn *) wire [15:0] \uut.accumulators.some0_watch_address = watched;
    (* hierconn *) wire [0:0] \uut.accumulators.some0_watch_word ;
    (* hierconn *) wire [15:0] \uut.accumulators.mem1_watch_address = watched;
    (* hierconn *) wire [`ACC_BITS-1:0] \uut.accumulators.mem1_watch_word ;
    (* hierconn *) wire [15:0] \uut.accumulators.some1_watch_address = watched;
    (* hierconn *) wire [0:0] \uut.accumulators.some1_watch_word ;
    always @(*) begin
        accumulated0: assert ((\uut.accumulators.some0_watch_word ? \uut.accumulators.mem0_watch_word : 0) == sum0);
        accumulated1: assert ((\uut.accumulators.some1_watch_word ? \uut.accumulators.mem1_watch_word : 0) == sum1);
    end
`endif

    reg [2:0] same = 0;
    always @(posedge clock) same <= {same, valid && here};
    always @(posedge clock) begin
        same_row_thrice: cover (same == 3'b111 && sum0 == 7);
        other_between: cover (same == 3'b101 && sum1 > 100);
        drained_while_other_fills: cover (shows && sum == {`ACC_BITS{1'b1}} && add1);
    end
endmodule
