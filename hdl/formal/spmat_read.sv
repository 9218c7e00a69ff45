// What the walker promises, whatever columns and markers the queue gives it.
//
// Rule (assumed): the queue keeps showing an item until it is taken. Promised (asserted): each weight entry of each
// column leaves once, in order, with its column's activation and the codebook and bank of the last marker; a column
// is taken with the last entry of the one before, so there is no gap; a marker is taken when all entries before it
// have been issued, and the bank never changes with a valid entry.
// ISSUE_TO_VALID (cycles from reading an entry's address to the entry) and sizes are in parameters.vh.
`include "parameters.vh"

module harness(
    input wire clock,
    input wire clear,
    input wire empty,
    input wire [31:0] pointer,
    input wire [15:0] value_in,
    input wire short,
    input wire marker,
    input wire write,
    input wire [15:0] write_address,
    input wire [15:0] write_data,
    input wire write_code,
    input wire [15:0] code_address
);
    localparam START_BITS = $clog2(`WEIGHTS);
    wire pop, valid, first, bank, parity, issuing;
    wire [15:0] entry, value;
    wire [7:0] codebook;
    spmat_read uut(
        .clock(clock), .clear(clear), .empty(empty), .pointer(pointer), .value_in(value_in), .short(short),
        .marker(marker), .pop(pop),
        .write(write), .write_address(write_address), 
        .write_data({16'b0, write_data}), .write_code(write_code), .wide_address(16'b0), .wide_halves(2'b0),
        .wide_data(18'b0), .code_address(code_address), .weight(), .valid(valid), .first(first),
        .entry(entry), .value(value), .codebook(codebook), .bank(bank), .parity(parity), .issuing(issuing)
    );

    // The column being walked.
    reg [`LENGTH_BITS-1:0] left = 0;
    reg [START_BITS-1:0] at = 0;
    reg fresh = 0;
    reg [15:0] its_value = 0;
    // The step, as the last marker had it; after a clear there is none until the next marker.
    reg step_known = 0;
    reg [7:0] step_codebook = 0;
    reg step_bank = 0;
    reg markers = 0;
    // One weight memory word, any.
    (* anyconst *) reg [START_BITS-1:0] place;
    reg [`ENTRY_BITS-1:0] word = 0;

    wire [`LENGTH_BITS-1:0] length = pointer >> START_BITS;
    wire marked_now = pop && marker;
    reg past = 0, held = 0, old_bank = 0;
    reg [31:0] old_pointer = 0;
    reg [15:0] old_value = 0;
    reg was_marker = 0;
    always @(posedge clock) begin
        past <= 1;
        held <= !empty && !pop && !clear;
        old_pointer <= pointer;
        old_value <= value_in;
        was_marker <= marker;
        old_bank <= bank;
    end
    always @(*) begin
        assume (pointer >> (START_BITS + `LENGTH_BITS) == 0);
        if (held) assume (!empty && pointer == old_pointer && value_in == old_value && marker == was_marker);
        // What the pointer read says of the column.
        assume (marker || length != 0);
        assume (short == (marker || length == 1));
        // The host writes weights between runs.
        assume (write_address < `WEIGHTS);
        if (write) assume (left == 0 && !(pop && !marker));
        // A run begins with a marker.
        if (!empty && !step_known) assume (marker);
    end

    always @(posedge clock) begin
        if (left != 0) begin
            left <= left - 1;
            at <= at + 1;
            fresh <= 0;
        end
        if (pop && !marker) begin
            left <= length;
            at <= pointer[START_BITS-1:0];
            fresh <= 1;
            its_value <= value_in;
        end
        if (marked_now) begin
            step_known <= 1;
            step_codebook <= value_in[7:0];
            step_bank <= value_in[8];
            markers <= !markers;
        end
        if (clear) begin
            left <= 0;
            step_known <= 0;
            step_bank <= 0;
            markers <= 0;
        end
        if (write && write_address[START_BITS-1:0] == place) word <= write_data[`ENTRY_BITS-1:0];
    end

    // What has been issued is on its way: what it has to be when it leaves.
    localparam RECORD = 28 + `ENTRY_BITS;
    wire [RECORD-1:0] record = {left != 0, fresh, its_value, step_codebook, step_bank, at == place, word};
    reg [`ISSUE_TO_VALID*RECORD-1:0] way = 0;
    always @(posedge clock) way <= {way, record};
    wire want_valid, want_first, want_bank, want_known;
    wire [15:0] want_value;
    wire [7:0] want_codebook;
    wire [`ENTRY_BITS-1:0] want_word;
    assign {want_valid, want_first, want_value, want_codebook, want_bank, want_known, want_word} =
        way[`ISSUE_TO_VALID*RECORD-1 -: RECORD];

    always @(*) begin
        none_lost_or_invented: assert (valid == want_valid);
        if (valid) begin
            begins: assert (first == want_first);
            its_activation: assert (value == want_value);
            its_codebook: assert (codebook == want_codebook);
            its_bank: assert (bank == want_bank);
            if (want_known) its_entry: assert (entry == want_word);
            if (past) bank_is_quiet: assert (bank == old_bank);
        end
        no_gap: assert (pop == (!empty && left <= 1));
        counted: assert (issuing == (left != 0));
        marked: assert (parity == markers);
    end

`ifndef REFUTE
    // What induction needs to know of the inside: the column in work.
    (* hierconn *) wire \uut.active$q ;
    (* hierconn *) wire \uut.more$q ;
    (* hierconn *) wire \uut.start$q ;
    (* hierconn *) wire [15:0] \uut.left$q ;
    (* hierconn *) wire [15:0] \uut.address$q ;
    (* hierconn *) wire [15:0] \uut.value0$q ;
    (* hierconn *) wire [7:0] \uut.codebook0$q ;
    (* hierconn *) wire \uut.bank0$q ;
    (* hierconn *) wire [15:0] \uut.memory.mem0_watch_address = place;
    (* hierconn *) wire [`ENTRY_BITS-1:0] \uut.memory.mem0_watch_word ;
    always @(*) begin
        inside_more: assert (\uut.more$q == (left > 1));
        inside_active: assert (\uut.active$q == (left != 0));
        inside_bank: assert (\uut.bank0$q == step_bank);
        inside_word: assert (\uut.memory.mem0_watch_word == word);
        if (left != 0) begin
            inside_step: assert (step_known);
            inside_start: assert (\uut.start$q == fresh);
            inside_left: assert (\uut.left$q == left);
            inside_address: assert (\uut.address$q [START_BITS-1:0] == at);
            inside_value: assert (\uut.value0$q == its_value);
        end
        if (step_known) inside_codebook: assert (\uut.codebook0$q == step_codebook);
    end
`endif

    reg [2:0] ran = 0;
    always @(posedge clock) ran <= {ran, valid && first};
    always @(posedge clock) begin
        three_columns_in_a_row: cover (ran == 3'b111 && value == 16'h1234);
        a_long_column: cover (valid && !first && want_known && entry == 16'h15 && ran == 3'b100);
        a_step_follows: cover (valid && bank && codebook == 8'h5 && ran[1]);
    end
endmodule
