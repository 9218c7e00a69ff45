// What the activation queue promises, whatever the sender and the walker do within their rules.
//
// Rules (assumed): a push is an answer to an `almost_full` that was low ROUND_TRIP cycles ago; a pop takes what is
// shown. Promised (asserted): nothing is lost, repeated or swapped, nothing is pushed into a full queue, what is in
// the queue is shown, and an empty queue does not ask the sender to wait.
// DEPTH, ROUND_TRIP and LATENCY are in parameters.vh.
`include "parameters.vh"

module harness(
    input wire clock,
    input wire clear,
    input wire push,
    input wire [31:0] pointer_in,
    input wire [15:0] value_in,
    input wire short_in,
    input wire marker_in,
    input wire pop,
    // Which item is watched: any, at any time.
    input wire watch
);
    wire empty, almost_full, short, marker;
    wire [31:0] pointer;
    wire [15:0] value;
    act_queue uut(
        .clock(clock), .clear(clear), .push(push), .pointer_in(pointer_in), .value_in(value_in),
        .short_in(short_in), .marker_in(marker_in), .pop(pop), .empty(empty), .pointer(pointer), .value(value),
        .short(short), .marker(marker), .almost_full(almost_full)
    );

    // The environment.
    reg [`ROUND_TRIP-1:0] was_full = 0;
    always @(posedge clock) was_full <= {was_full, almost_full};
    always @(*) begin
        if (was_full[`ROUND_TRIP-1]) assume (!push);
        if (empty) assume (!pop);
        if (clear) assume (!push && !pop);
        assume (pointer_in >> `POINTER_BITS == 0);
`ifdef REFUTE
        // A counterexample needs no clear, and is found sooner without.
        assume (!clear);
`endif
    end

    // Items in the queue, and the watched one: how many are before it, and what it is.
    reg [9:0] items = 0;
    reg watching = 0;
    reg [9:0] ahead = 0;
    reg [`POINTER_BITS-1:0] its_pointer = 0;
    reg [17:0] its_value = 0;
    always @(posedge clock) begin
        items <= clear ? 0 : items + push - pop;
        if (pop && watching) begin
            ahead <= ahead - 1;
            if (ahead == 0) watching <= 0;
        end
        if (push && watch && !watching) begin
            watching <= 1;
            ahead <= items - pop;
            its_pointer <= pointer_in;
            its_value <= {marker_in, short_in, value_in};
        end
        if (clear) watching <= 0;
    end

    // Items that are too new to be shown.
    reg [`LATENCY-1:0] pushes = 0;
    wire [9:0] new_items;
    assign new_items = $countones(pushes & ((1 << `LATENCY - 1) - 1));
    reg [`LATENCY-1:0] had_none = 0;
    always @(posedge clock) begin
        pushes <= clear ? 0 : {pushes, push};
        had_none <= {had_none, items + push - pop == 0};
    end

    always @(*) begin
        no_overflow: assert (items <= `DEPTH);
        no_underflow: assert (empty || items != 0);
        if (watching && ahead == 0 && !empty) begin
            same_pointer: assert (pointer == its_pointer);
            same_value: assert ({marker, short, value} == its_value);
        end
        if (items > new_items) shown: assert (!empty);
        if (&had_none && items == 0) not_stuck: assert (!almost_full);
    end

`ifndef REFUTE
    // What induction needs to know of the inside: where the items are.
    (* hierconn *) wire [9:0] \uut.count$q ;
    (* hierconn *) wire \uut.up$q ;
    (* hierconn *) wire \uut.down$q ;
    (* hierconn *) wire [15:0] \uut.head$q ;
    (* hierconn *) wire [15:0] \uut.tail$q ;
    (* hierconn *) wire [15:0] \uut.head_next$q ;
    (* hierconn *) wire \uut.full$q ;
    wire [9:0] stored = items - \uut.front_valid$q ;
    reg begun = 0;
    always @(posedge clock) begun <= 1;
    (* hierconn *) wire \uut.some$q ;
    (* hierconn *) wire \uut.front_valid$q ;
    (* hierconn *) wire [31:0] \uut.front_pointer$q ;
    (* hierconn *) wire [17:0] \uut.front$q ;
    wire [15:0] place = \uut.head$q + ahead - \uut.front_valid$q ;
    (* hierconn *) wire [15:0] \uut.pointers.mem_watch_address = place & (`DEPTH - 1);
    (* hierconn *) wire [15:0] \uut.values.mem_watch_address = place & (`DEPTH - 1);
    (* hierconn *) wire [`POINTER_BITS-1:0] \uut.pointers.mem_watch_word ;
    (* hierconn *) wire [17:0] \uut.values.mem_watch_word ;
    always @(*) begin
        inside_count: assert (\uut.count$q + \uut.up$q == items + \uut.down$q );
        inside_change: assert (!(\uut.up$q && \uut.down$q ));
        inside_front: assert (items >= \uut.front_valid$q );
        inside_some: assert (\uut.some$q == (stored != 0));
        inside_stored: assert (stored < `DEPTH);
        inside_places: assert ((\uut.tail$q - \uut.head$q & `DEPTH - 1) == stored);
        inside_range: assert (\uut.tail$q < `DEPTH && \uut.head$q < `DEPTH);
        if (begun) inside_next: assert (\uut.head_next$q == (\uut.head$q + 1 & `DEPTH - 1));
        if (!begun) inside_begin: assert (items == 0 && \uut.head$q == 0);
        inside_new: assert (new_items <= stored);
        inside_full: assert (\uut.full$q == (\uut.count$q >= `LIMIT));
        if (watching) begin
            inside_ahead: assert (ahead < items);
            if (\uut.front_valid$q && ahead == 0) begin
                front_pointer: assert (\uut.front_pointer$q == its_pointer);
                front_value: assert (\uut.front$q == its_value);
            end else begin
                inside_pointer: assert (\uut.pointers.mem_watch_word == its_pointer);
                inside_value: assert (\uut.values.mem_watch_word == its_value);
            end
        end
    end
`endif

    always @(posedge clock) begin
        is_filled: cover (items == `DEPTH - 1);
        is_emptied: cover (was_full[0] && items == 0 && !clear);
        is_watched: cover (watching && ahead == 0 && pop && its_value == 18'h11234 && $past(items) > 3);
    end
endmodule
