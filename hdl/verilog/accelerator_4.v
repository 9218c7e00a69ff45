// OpenEIE accelerator, config hash 84ef916b: Params { pes: 4, act_depth: 512, ptr_depth: 2048, weight_depth: 8192, acc_depth: 128, bias_depth: 256, max_steps: 8, queue_depth: 32, run_bits: 5, acc_bits: 40 }
// Written by `eie emit`; do not edit.
`default_nettype none
module top(clock,bus_write,bus_read,bus_address,bus_wdata,bus_rdata,bus_rvalid,busy,step,draining,drain_row);
    
    // Module arguments
    input wire  clock;
    input wire  bus_write;
    input wire  bus_read;
    input wire  [31:0] bus_address;
    input wire  [31:0] bus_wdata;
    output reg  [31:0] bus_rdata;
    output reg  bus_rvalid;
    output reg  busy;
    output reg  [7:0] step;
    output reg  draining;
    output reg  [15:0] drain_row;
    
    // Constant declarations
    localparam  first_pe$0 = 16'h0;
    localparam  number$0 = 8'h0;
    localparam  stride = 16'h4;
    localparam  region_control = 4'h0;
    localparam  region_step = 4'h6;
    localparam  reg_ident = 32'h0;
    localparam  reg_config_hash = 32'h1;
    localparam  reg_status = 32'h2;
    localparam  reg_cycles = 32'h3;
    localparam  reg_compute_cycles = 32'h4;
    localparam  reg_start = 32'h5;
    localparam  reg_reset = 32'h6;
    localparam  reg_clear_counters = 32'h7;
    localparam  ident = 32'h45494501;
    localparam  config_hash = 32'h84ef916b;
    
    // Stub signals
    reg  clusters$0$clock;
    reg  [15:0] clusters$0$first_pe;
    reg  clusters$0$clear;
    reg  clusters$0$clear_counters;
    reg  clusters$0$bcast_valid;
    reg  [15:0] clusters$0$bcast_column;
    reg  [15:0] clusters$0$bcast_value;
    reg  clusters$0$host_write;
    reg  clusters$0$host_read;
    reg  [31:0] clusters$0$host_address;
    reg  [31:0] clusters$0$host_data;
    wire  [31:0] clusters$0$read_data;
    reg  clusters$0$scan_start;
    reg  [15:0] clusters$0$src_base;
    reg  [15:0] clusters$0$groups;
    reg  [15:0] clusters$0$ptr_base;
    reg  [15:0] clusters$0$stride;
    wire  clusters$0$head_valid;
    wire  [15:0] clusters$0$head_column;
    wire  [15:0] clusters$0$head_value;
    reg  clusters$0$take;
    wire  clusters$0$scan_done;
    wire  clusters$0$almost_full;
    wire  clusters$0$idle;
    reg  [7:0] clusters$0$codebook;
    reg  [4:0] clusters$0$shift;
    reg  clusters$0$relu;
    reg  clusters$0$drain;
    reg  clusters$0$drain_write;
    reg  [15:0] clusters$0$drain_row;
    reg  [15:0] clusters$0$bias_address;
    reg  [15:0] clusters$0$dst_address;
    reg  sequencer$clock;
    reg  sequencer$start;
    reg  [7:0] sequencer$first_step;
    reg  [7:0] sequencer$last_step;
    reg  sequencer$reset;
    reg  sequencer$write;
    reg  [15:0] sequencer$write_address;
    reg  [31:0] sequencer$write_data;
    reg  sequencer$scan_done;
    reg  sequencer$idle;
    wire  sequencer$scan_start;
    wire  [15:0] sequencer$src_base;
    wire  [15:0] sequencer$groups;
    wire  [15:0] sequencer$ptr_base;
    wire  [7:0] sequencer$codebook;
    wire  [4:0] sequencer$shift;
    wire  sequencer$relu;
    wire  sequencer$drain;
    wire  sequencer$drain_write;
    wire  [15:0] sequencer$drain_row;
    wire  [15:0] sequencer$bias_address;
    wire  [15:0] sequencer$dst_address;
    wire  sequencer$clear;
    wire  sequencer$busy;
    wire  sequencer$running;
    wire  sequencer$computing;
    wire  [7:0] sequencer$step;
    reg  write_q$d;
    wire  write_q$q;
    reg  write_q$clock;
    reg  read_q$d;
    wire  read_q$q;
    reg  read_q$clock;
    reg  [31:0] address_q$d;
    wire  [31:0] address_q$q;
    reg  address_q$clock;
    reg  [31:0] wdata_q$d;
    wire  [31:0] wdata_q$q;
    reg  wdata_q$clock;
    reg  reading$0$d;
    wire  reading$0$q;
    reg  reading$0$clock;
    reg  reading$1$d;
    wire  reading$1$q;
    reg  reading$1$clock;
    reg  reading$2$d;
    wire  reading$2$q;
    reg  reading$2$clock;
    reg  reading$3$d;
    wire  reading$3$q;
    reg  reading$3$clock;
    reg  [31:0] rdata_q$d;
    wire  [31:0] rdata_q$q;
    reg  rdata_q$clock;
    reg  bcast_valid$d;
    wire  bcast_valid$q;
    reg  bcast_valid$clock;
    reg  [15:0] bcast_column$d;
    wire  [15:0] bcast_column$q;
    reg  bcast_column$clock;
    reg  [15:0] bcast_value$d;
    wire  [15:0] bcast_value$q;
    reg  bcast_value$clock;
    reg  full_q$d;
    wire  full_q$q;
    reg  full_q$clock;
    reg  done_q$d;
    wire  done_q$q;
    reg  done_q$clock;
    reg  idle_q$d;
    wire  idle_q$q;
    reg  idle_q$clock;
    reg  [31:0] cycles$d;
    wire  [31:0] cycles$q;
    reg  cycles$clock;
    reg  [31:0] compute_cycles$d;
    wire  [31:0] compute_cycles$q;
    reg  compute_cycles$clock;
    reg  clear_counters$d;
    wire  clear_counters$q;
    reg  clear_counters$clock;
    
    // Local signals
    reg  offer;
    reg  [7:0] pick;
    reg  go;
    reg  any_full;
    reg  all_done;
    reg  all_idle;
    reg  [3:0] region;
    reg  control_write;
    reg  [31:0] control_read;
    reg  [31:0] cluster_read;
    
    // Sub module instances
    top$clusters$0 clusters$0(
        .clock(clusters$0$clock),
        .first_pe(clusters$0$first_pe),
        .clear(clusters$0$clear),
        .clear_counters(clusters$0$clear_counters),
        .bcast_valid(clusters$0$bcast_valid),
        .bcast_column(clusters$0$bcast_column),
        .bcast_value(clusters$0$bcast_value),
        .host_write(clusters$0$host_write),
        .host_read(clusters$0$host_read),
        .host_address(clusters$0$host_address),
        .host_data(clusters$0$host_data),
        .read_data(clusters$0$read_data),
        .scan_start(clusters$0$scan_start),
        .src_base(clusters$0$src_base),
        .groups(clusters$0$groups),
        .ptr_base(clusters$0$ptr_base),
        .stride(clusters$0$stride),
        .head_valid(clusters$0$head_valid),
        .head_column(clusters$0$head_column),
        .head_value(clusters$0$head_value),
        .take(clusters$0$take),
        .scan_done(clusters$0$scan_done),
        .almost_full(clusters$0$almost_full),
        .idle(clusters$0$idle),
        .codebook(clusters$0$codebook),
        .shift(clusters$0$shift),
        .relu(clusters$0$relu),
        .drain(clusters$0$drain),
        .drain_write(clusters$0$drain_write),
        .drain_row(clusters$0$drain_row),
        .bias_address(clusters$0$bias_address),
        .dst_address(clusters$0$dst_address)
    );
    top$sequencer sequencer(
        .clock(sequencer$clock),
        .start(sequencer$start),
        .first_step(sequencer$first_step),
        .last_step(sequencer$last_step),
        .reset(sequencer$reset),
        .write(sequencer$write),
        .write_address(sequencer$write_address),
        .write_data(sequencer$write_data),
        .scan_done(sequencer$scan_done),
        .idle(sequencer$idle),
        .scan_start(sequencer$scan_start),
        .src_base(sequencer$src_base),
        .groups(sequencer$groups),
        .ptr_base(sequencer$ptr_base),
        .codebook(sequencer$codebook),
        .shift(sequencer$shift),
        .relu(sequencer$relu),
        .drain(sequencer$drain),
        .drain_write(sequencer$drain_write),
        .drain_row(sequencer$drain_row),
        .bias_address(sequencer$bias_address),
        .dst_address(sequencer$dst_address),
        .clear(sequencer$clear),
        .busy(sequencer$busy),
        .running(sequencer$running),
        .computing(sequencer$computing),
        .step(sequencer$step)
    );
    top$write_q write_q(
        .d(write_q$d),
        .q(write_q$q),
        .clock(write_q$clock)
    );
    top$write_q read_q(
        .d(read_q$d),
        .q(read_q$q),
        .clock(read_q$clock)
    );
    top$wdata_q address_q(
        .d(address_q$d),
        .q(address_q$q),
        .clock(address_q$clock)
    );
    top$wdata_q wdata_q(
        .d(wdata_q$d),
        .q(wdata_q$q),
        .clock(wdata_q$clock)
    );
    top$write_q reading$0(
        .d(reading$0$d),
        .q(reading$0$q),
        .clock(reading$0$clock)
    );
    top$write_q reading$1(
        .d(reading$1$d),
        .q(reading$1$q),
        .clock(reading$1$clock)
    );
    top$write_q reading$2(
        .d(reading$2$d),
        .q(reading$2$q),
        .clock(reading$2$clock)
    );
    top$write_q reading$3(
        .d(reading$3$d),
        .q(reading$3$q),
        .clock(reading$3$clock)
    );
    top$wdata_q rdata_q(
        .d(rdata_q$d),
        .q(rdata_q$q),
        .clock(rdata_q$clock)
    );
    top$write_q bcast_valid(
        .d(bcast_valid$d),
        .q(bcast_valid$q),
        .clock(bcast_valid$clock)
    );
    top$sequencer$timer bcast_column(
        .d(bcast_column$d),
        .q(bcast_column$q),
        .clock(bcast_column$clock)
    );
    top$sequencer$timer bcast_value(
        .d(bcast_value$d),
        .q(bcast_value$q),
        .clock(bcast_value$clock)
    );
    top$write_q full_q(
        .d(full_q$d),
        .q(full_q$q),
        .clock(full_q$clock)
    );
    top$write_q done_q(
        .d(done_q$d),
        .q(done_q$q),
        .clock(done_q$clock)
    );
    top$write_q idle_q(
        .d(idle_q$d),
        .q(idle_q$q),
        .clock(idle_q$clock)
    );
    top$wdata_q cycles(
        .d(cycles$d),
        .q(cycles$q),
        .clock(cycles$clock)
    );
    top$wdata_q compute_cycles(
        .d(compute_cycles$d),
        .q(compute_cycles$q),
        .clock(compute_cycles$clock)
    );
    top$write_q clear_counters(
        .d(clear_counters$d),
        .q(clear_counters$q),
        .clock(clear_counters$clock)
    );
    
    // Update code
    always @(*) begin
        write_q$clock = clock;
        read_q$clock = clock;
        address_q$clock = clock;
        wdata_q$clock = clock;
        rdata_q$clock = clock;
        bcast_valid$clock = clock;
        bcast_column$clock = clock;
        bcast_value$clock = clock;
        full_q$clock = clock;
        done_q$clock = clock;
        idle_q$clock = clock;
        cycles$clock = clock;
        compute_cycles$clock = clock;
        clear_counters$clock = clock;
        write_q$d = write_q$q;
        read_q$d = read_q$q;
        address_q$d = address_q$q;
        wdata_q$d = wdata_q$q;
        rdata_q$d = rdata_q$q;
        bcast_valid$d = bcast_valid$q;
        bcast_column$d = bcast_column$q;
        bcast_value$d = bcast_value$q;
        full_q$d = full_q$q;
        done_q$d = done_q$q;
        idle_q$d = idle_q$q;
        cycles$d = cycles$q;
        compute_cycles$d = compute_cycles$q;
        clear_counters$d = clear_counters$q;
        sequencer$clock = clock;
        write_q$d = bus_write;
        read_q$d = bus_read;
        if (bus_write | bus_read) begin
            address_q$d = bus_address;
        end
        wdata_q$d = bus_wdata;
        region = address_q$q[(32'h1c)+:(4)];
        control_write = write_q$q & (region == region_control);
        reading$0$clock = clock;
        reading$0$d = read_q$q;
        reading$1$clock = clock;
        reading$1$d = reading$0$q;
        reading$2$clock = clock;
        reading$2$d = reading$1$q;
        reading$3$clock = clock;
        reading$3$d = reading$2$q;
        sequencer$start = control_write & (address_q$q == reg_start);
        sequencer$first_step = wdata_q$q[(32'h0)+:(8)];
        sequencer$last_step = wdata_q$q[(32'h8)+:(8)];
        sequencer$reset = control_write & (address_q$q == reg_reset);
        sequencer$write = write_q$q & (region == region_step);
        sequencer$write_address = address_q$q[(32'h0)+:(16)];
        sequencer$write_data = wdata_q$q;
        clear_counters$d = control_write & (address_q$q == reg_clear_counters);
        control_read = 32'h0;
        if (address_q$q == reg_ident) begin
            control_read = ident;
        end
        if (address_q$q == reg_config_hash) begin
            control_read = config_hash;
        end
        if (address_q$q == reg_status) begin
            if (sequencer$busy) begin
                control_read = 32'h1;
            end
        end
        if (address_q$q == reg_cycles) begin
            control_read = cycles$q;
        end
        if (address_q$q == reg_compute_cycles) begin
            control_read = compute_cycles$q;
        end
        if (sequencer$running) begin
            cycles$d = cycles$q + 32'h1;
        end
        if (sequencer$computing) begin
            compute_cycles$d = compute_cycles$q + 32'h1;
        end
        if (clear_counters$q) begin
            cycles$d = 32'h0;
            compute_cycles$d = 32'h0;
        end
        offer = 1'b0;
        pick = 32'h0;
        if (clusters$0$head_valid) begin
            offer = 1'b1;
            pick = number$0;
        end
        go = offer & ~full_q$q;
        bcast_valid$d = go;
        any_full = 1'b0;
        all_done = 1'b1;
        all_idle = 1'b1;
        clusters$0$take = go & (pick == number$0);
        if (pick == number$0) begin
            bcast_column$d = clusters$0$head_column;
            bcast_value$d = clusters$0$head_value;
        end
        if (clusters$0$almost_full) begin
            any_full = 1'b1;
        end
        if (~clusters$0$scan_done) begin
            all_done = 1'b0;
        end
        if (~clusters$0$idle) begin
            all_idle = 1'b0;
        end
        full_q$d = any_full;
        done_q$d = all_done;
        idle_q$d = all_idle & ~bcast_valid$q;
        sequencer$scan_done = done_q$q;
        sequencer$idle = idle_q$q;
        clusters$0$clock = clock;
        clusters$0$first_pe = first_pe$0;
        clusters$0$stride = stride;
        clusters$0$clear = sequencer$clear;
        clusters$0$clear_counters = clear_counters$q;
        clusters$0$bcast_valid = bcast_valid$q;
        clusters$0$bcast_column = bcast_column$q;
        clusters$0$bcast_value = bcast_value$q;
        clusters$0$host_write = write_q$q;
        clusters$0$host_read = read_q$q;
        clusters$0$host_address = address_q$q;
        clusters$0$host_data = wdata_q$q;
        clusters$0$scan_start = sequencer$scan_start;
        clusters$0$src_base = sequencer$src_base;
        clusters$0$groups = sequencer$groups;
        clusters$0$ptr_base = sequencer$ptr_base;
        clusters$0$codebook = sequencer$codebook;
        clusters$0$shift = sequencer$shift;
        clusters$0$relu = sequencer$relu;
        clusters$0$drain = sequencer$drain;
        clusters$0$drain_write = sequencer$drain_write;
        clusters$0$drain_row = sequencer$drain_row;
        clusters$0$bias_address = sequencer$bias_address;
        clusters$0$dst_address = sequencer$dst_address;
        cluster_read = 32'h0;
        if (|clusters$0$read_data) begin
            cluster_read = clusters$0$read_data;
        end
        if (reading$1$q) begin
            rdata_q$d = cluster_read;
            if (region == region_control) begin
                rdata_q$d = control_read;
            end
        end
        bus_rdata = rdata_q$q;
        bus_rvalid = reading$2$q;
        busy = sequencer$busy;
        step = sequencer$step;
        draining = sequencer$drain;
        drain_row = sequencer$drain_row;
    end
    
endmodule

module top$clusters$0(clock,first_pe,clear,clear_counters,bcast_valid,bcast_column,bcast_value,host_write,host_read,host_address,host_data,read_data,scan_start,src_base,groups,ptr_base,stride,head_valid,head_column,head_value,take,scan_done,almost_full,idle,codebook,shift,relu,drain,drain_write,drain_row,bias_address,dst_address);
    
    // Module arguments
    input wire  clock;
    input wire  [15:0] first_pe;
    input wire  clear;
    input wire  clear_counters;
    input wire  bcast_valid;
    input wire  [15:0] bcast_column;
    input wire  [15:0] bcast_value;
    input wire  host_write;
    input wire  host_read;
    input wire  [31:0] host_address;
    input wire  [31:0] host_data;
    output reg  [31:0] read_data;
    input wire  scan_start;
    input wire  [15:0] src_base;
    input wire  [15:0] groups;
    input wire  [15:0] ptr_base;
    input wire  [15:0] stride;
    output reg  head_valid;
    output reg  [15:0] head_column;
    output reg  [15:0] head_value;
    input wire  take;
    output reg  scan_done;
    output reg  almost_full;
    output reg  idle;
    input wire  [7:0] codebook;
    input wire  [4:0] shift;
    input wire  relu;
    input wire  drain;
    input wire  drain_write;
    input wire  [15:0] drain_row;
    input wire  [15:0] bias_address;
    input wire  [15:0] dst_address;
    
    // Constant declarations
    localparam  pe_mask = 16'hfff;
    localparam  region_activation = 4'h4;
    
    // Stub signals
    reg  nz_detect$clock;
    reg  nz_detect$clear;
    reg  nz_detect$start;
    reg  [15:0] nz_detect$src_base;
    reg  [15:0] nz_detect$groups;
    reg  [15:0] nz_detect$first_column;
    reg  [15:0] nz_detect$stride;
    wire  [15:0] nz_detect$address;
    reg  [15:0] nz_detect$act$0;
    reg  [15:0] nz_detect$act$1;
    reg  [15:0] nz_detect$act$2;
    reg  [15:0] nz_detect$act$3;
    reg  [15:0] nz_detect$act$4;
    reg  [15:0] nz_detect$act$5;
    reg  [15:0] nz_detect$act$6;
    reg  [15:0] nz_detect$act$7;
    wire  nz_detect$valid;
    wire  [15:0] nz_detect$column;
    wire  [15:0] nz_detect$value;
    reg  nz_detect$take;
    wire  nz_detect$done;
    reg  pes$0$clock;
    reg  pes$0$clear;
    reg  pes$0$clear_counters;
    reg  pes$0$valid;
    reg  [15:0] pes$0$column;
    reg  [15:0] pes$0$value;
    wire  pes$0$almost_full;
    wire  pes$0$idle;
    reg  pes$0$host_write;
    reg  [3:0] pes$0$host_region;
    reg  [15:0] pes$0$host_offset;
    reg  [31:0] pes$0$host_data;
    wire  [31:0] pes$0$counter;
    reg  [15:0] pes$0$act_address;
    wire  [15:0] pes$0$act_data;
    reg  [7:0] pes$0$codebook;
    reg  [4:0] pes$0$shift;
    reg  pes$0$relu;
    reg  pes$0$drain;
    reg  [15:0] pes$0$drain_row;
    reg  [15:0] pes$0$bias_address;
    reg  pes$0$act_write;
    reg  [15:0] pes$0$act_write_address;
    reg  pes$1$clock;
    reg  pes$1$clear;
    reg  pes$1$clear_counters;
    reg  pes$1$valid;
    reg  [15:0] pes$1$column;
    reg  [15:0] pes$1$value;
    wire  pes$1$almost_full;
    wire  pes$1$idle;
    reg  pes$1$host_write;
    reg  [3:0] pes$1$host_region;
    reg  [15:0] pes$1$host_offset;
    reg  [31:0] pes$1$host_data;
    wire  [31:0] pes$1$counter;
    reg  [15:0] pes$1$act_address;
    wire  [15:0] pes$1$act_data;
    reg  [7:0] pes$1$codebook;
    reg  [4:0] pes$1$shift;
    reg  pes$1$relu;
    reg  pes$1$drain;
    reg  [15:0] pes$1$drain_row;
    reg  [15:0] pes$1$bias_address;
    reg  pes$1$act_write;
    reg  [15:0] pes$1$act_write_address;
    reg  pes$2$clock;
    reg  pes$2$clear;
    reg  pes$2$clear_counters;
    reg  pes$2$valid;
    reg  [15:0] pes$2$column;
    reg  [15:0] pes$2$value;
    wire  pes$2$almost_full;
    wire  pes$2$idle;
    reg  pes$2$host_write;
    reg  [3:0] pes$2$host_region;
    reg  [15:0] pes$2$host_offset;
    reg  [31:0] pes$2$host_data;
    wire  [31:0] pes$2$counter;
    reg  [15:0] pes$2$act_address;
    wire  [15:0] pes$2$act_data;
    reg  [7:0] pes$2$codebook;
    reg  [4:0] pes$2$shift;
    reg  pes$2$relu;
    reg  pes$2$drain;
    reg  [15:0] pes$2$drain_row;
    reg  [15:0] pes$2$bias_address;
    reg  pes$2$act_write;
    reg  [15:0] pes$2$act_write_address;
    reg  pes$3$clock;
    reg  pes$3$clear;
    reg  pes$3$clear_counters;
    reg  pes$3$valid;
    reg  [15:0] pes$3$column;
    reg  [15:0] pes$3$value;
    wire  pes$3$almost_full;
    wire  pes$3$idle;
    reg  pes$3$host_write;
    reg  [3:0] pes$3$host_region;
    reg  [15:0] pes$3$host_offset;
    reg  [31:0] pes$3$host_data;
    wire  [31:0] pes$3$counter;
    reg  [15:0] pes$3$act_address;
    wire  [15:0] pes$3$act_data;
    reg  [7:0] pes$3$codebook;
    reg  [4:0] pes$3$shift;
    reg  pes$3$relu;
    reg  pes$3$drain;
    reg  [15:0] pes$3$drain_row;
    reg  [15:0] pes$3$bias_address;
    reg  pes$3$act_write;
    reg  [15:0] pes$3$act_write_address;
    reg  bcast_valid_q$d;
    wire  bcast_valid_q$q;
    reg  bcast_valid_q$clock;
    reg  [15:0] bcast_column_q$d;
    wire  [15:0] bcast_column_q$q;
    reg  bcast_column_q$clock;
    reg  [15:0] bcast_value_q$d;
    wire  [15:0] bcast_value_q$q;
    reg  bcast_value_q$clock;
    reg  host_write_q$d;
    wire  host_write_q$q;
    reg  host_write_q$clock;
    reg  host_read_q$d;
    wire  host_read_q$q;
    reg  host_read_q$clock;
    reg  [31:0] host_address_q$d;
    wire  [31:0] host_address_q$q;
    reg  host_address_q$clock;
    reg  [31:0] host_data_q$d;
    wire  [31:0] host_data_q$q;
    reg  host_data_q$clock;
    reg  clear_q$d;
    wire  clear_q$q;
    reg  clear_q$clock;
    reg  clear_counters_q$d;
    wire  clear_counters_q$q;
    reg  clear_counters_q$clock;
    reg  drain_q$d;
    wire  drain_q$q;
    reg  drain_q$clock;
    reg  [15:0] drain_row_q$d;
    wire  [15:0] drain_row_q$q;
    reg  drain_row_q$clock;
    reg  [15:0] bias_address_q$d;
    wire  [15:0] bias_address_q$q;
    reg  bias_address_q$clock;
    reg  write_back$0$d;
    wire  write_back$0$q;
    reg  write_back$0$clock;
    reg  write_back$1$d;
    wire  write_back$1$q;
    reg  write_back$1$clock;
    reg  write_back$2$d;
    wire  write_back$2$q;
    reg  write_back$2$clock;
    reg  write_back$3$d;
    wire  write_back$3$q;
    reg  write_back$3$clock;
    reg  write_back$4$d;
    wire  write_back$4$q;
    reg  write_back$4$clock;
    reg  write_back$5$d;
    wire  write_back$5$q;
    reg  write_back$5$clock;
    reg  [15:0] write_address$0$d;
    wire  [15:0] write_address$0$q;
    reg  write_address$0$clock;
    reg  [15:0] write_address$1$d;
    wire  [15:0] write_address$1$q;
    reg  write_address$1$clock;
    reg  [15:0] write_address$2$d;
    wire  [15:0] write_address$2$q;
    reg  write_address$2$clock;
    reg  [15:0] write_address$3$d;
    wire  [15:0] write_address$3$q;
    reg  write_address$3$clock;
    reg  [15:0] write_address$4$d;
    wire  [15:0] write_address$4$q;
    reg  write_address$4$clock;
    reg  [15:0] write_address$5$d;
    wire  [15:0] write_address$5$q;
    reg  write_address$5$clock;
    reg  full_q$d;
    wire  full_q$q;
    reg  full_q$clock;
    reg  idle_q$d;
    wire  idle_q$q;
    reg  idle_q$clock;
    reg  [31:0] read_q$d;
    wire  [31:0] read_q$q;
    reg  read_q$clock;
    reg  reads_act$d;
    wire  reads_act$q;
    reg  reads_act$clock;
    
    // Local signals
    reg  [15:0] pe_field;
    reg  [15:0] relative;
    reg  to_all;
    reg  [3:0] region;
    reg  [15:0] act_address;
    reg  [31:0] counter_word;
    reg  [15:0] act_word;
    
    // Sub module instances
    top$clusters$0$nz_detect nz_detect(
        .clock(nz_detect$clock),
        .clear(nz_detect$clear),
        .start(nz_detect$start),
        .src_base(nz_detect$src_base),
        .groups(nz_detect$groups),
        .first_column(nz_detect$first_column),
        .stride(nz_detect$stride),
        .address(nz_detect$address),
        .act$0(nz_detect$act$0),
        .act$1(nz_detect$act$1),
        .act$2(nz_detect$act$2),
        .act$3(nz_detect$act$3),
        .act$4(nz_detect$act$4),
        .act$5(nz_detect$act$5),
        .act$6(nz_detect$act$6),
        .act$7(nz_detect$act$7),
        .valid(nz_detect$valid),
        .column(nz_detect$column),
        .value(nz_detect$value),
        .take(nz_detect$take),
        .done(nz_detect$done)
    );
    top$clusters$0$pes$3 pes$0(
        .clock(pes$0$clock),
        .clear(pes$0$clear),
        .clear_counters(pes$0$clear_counters),
        .valid(pes$0$valid),
        .column(pes$0$column),
        .value(pes$0$value),
        .almost_full(pes$0$almost_full),
        .idle(pes$0$idle),
        .host_write(pes$0$host_write),
        .host_region(pes$0$host_region),
        .host_offset(pes$0$host_offset),
        .host_data(pes$0$host_data),
        .counter(pes$0$counter),
        .act_address(pes$0$act_address),
        .act_data(pes$0$act_data),
        .codebook(pes$0$codebook),
        .shift(pes$0$shift),
        .relu(pes$0$relu),
        .drain(pes$0$drain),
        .drain_row(pes$0$drain_row),
        .bias_address(pes$0$bias_address),
        .act_write(pes$0$act_write),
        .act_write_address(pes$0$act_write_address)
    );
    top$clusters$0$pes$3 pes$1(
        .clock(pes$1$clock),
        .clear(pes$1$clear),
        .clear_counters(pes$1$clear_counters),
        .valid(pes$1$valid),
        .column(pes$1$column),
        .value(pes$1$value),
        .almost_full(pes$1$almost_full),
        .idle(pes$1$idle),
        .host_write(pes$1$host_write),
        .host_region(pes$1$host_region),
        .host_offset(pes$1$host_offset),
        .host_data(pes$1$host_data),
        .counter(pes$1$counter),
        .act_address(pes$1$act_address),
        .act_data(pes$1$act_data),
        .codebook(pes$1$codebook),
        .shift(pes$1$shift),
        .relu(pes$1$relu),
        .drain(pes$1$drain),
        .drain_row(pes$1$drain_row),
        .bias_address(pes$1$bias_address),
        .act_write(pes$1$act_write),
        .act_write_address(pes$1$act_write_address)
    );
    top$clusters$0$pes$3 pes$2(
        .clock(pes$2$clock),
        .clear(pes$2$clear),
        .clear_counters(pes$2$clear_counters),
        .valid(pes$2$valid),
        .column(pes$2$column),
        .value(pes$2$value),
        .almost_full(pes$2$almost_full),
        .idle(pes$2$idle),
        .host_write(pes$2$host_write),
        .host_region(pes$2$host_region),
        .host_offset(pes$2$host_offset),
        .host_data(pes$2$host_data),
        .counter(pes$2$counter),
        .act_address(pes$2$act_address),
        .act_data(pes$2$act_data),
        .codebook(pes$2$codebook),
        .shift(pes$2$shift),
        .relu(pes$2$relu),
        .drain(pes$2$drain),
        .drain_row(pes$2$drain_row),
        .bias_address(pes$2$bias_address),
        .act_write(pes$2$act_write),
        .act_write_address(pes$2$act_write_address)
    );
    top$clusters$0$pes$3 pes$3(
        .clock(pes$3$clock),
        .clear(pes$3$clear),
        .clear_counters(pes$3$clear_counters),
        .valid(pes$3$valid),
        .column(pes$3$column),
        .value(pes$3$value),
        .almost_full(pes$3$almost_full),
        .idle(pes$3$idle),
        .host_write(pes$3$host_write),
        .host_region(pes$3$host_region),
        .host_offset(pes$3$host_offset),
        .host_data(pes$3$host_data),
        .counter(pes$3$counter),
        .act_address(pes$3$act_address),
        .act_data(pes$3$act_data),
        .codebook(pes$3$codebook),
        .shift(pes$3$shift),
        .relu(pes$3$relu),
        .drain(pes$3$drain),
        .drain_row(pes$3$drain_row),
        .bias_address(pes$3$bias_address),
        .act_write(pes$3$act_write),
        .act_write_address(pes$3$act_write_address)
    );
    top$write_q bcast_valid_q(
        .d(bcast_valid_q$d),
        .q(bcast_valid_q$q),
        .clock(bcast_valid_q$clock)
    );
    top$sequencer$timer bcast_column_q(
        .d(bcast_column_q$d),
        .q(bcast_column_q$q),
        .clock(bcast_column_q$clock)
    );
    top$sequencer$timer bcast_value_q(
        .d(bcast_value_q$d),
        .q(bcast_value_q$q),
        .clock(bcast_value_q$clock)
    );
    top$write_q host_write_q(
        .d(host_write_q$d),
        .q(host_write_q$q),
        .clock(host_write_q$clock)
    );
    top$write_q host_read_q(
        .d(host_read_q$d),
        .q(host_read_q$q),
        .clock(host_read_q$clock)
    );
    top$wdata_q host_address_q(
        .d(host_address_q$d),
        .q(host_address_q$q),
        .clock(host_address_q$clock)
    );
    top$wdata_q host_data_q(
        .d(host_data_q$d),
        .q(host_data_q$q),
        .clock(host_data_q$clock)
    );
    top$write_q clear_q(
        .d(clear_q$d),
        .q(clear_q$q),
        .clock(clear_q$clock)
    );
    top$write_q clear_counters_q(
        .d(clear_counters_q$d),
        .q(clear_counters_q$q),
        .clock(clear_counters_q$clock)
    );
    top$write_q drain_q(
        .d(drain_q$d),
        .q(drain_q$q),
        .clock(drain_q$clock)
    );
    top$sequencer$timer drain_row_q(
        .d(drain_row_q$d),
        .q(drain_row_q$q),
        .clock(drain_row_q$clock)
    );
    top$sequencer$timer bias_address_q(
        .d(bias_address_q$d),
        .q(bias_address_q$q),
        .clock(bias_address_q$clock)
    );
    top$write_q write_back$0(
        .d(write_back$0$d),
        .q(write_back$0$q),
        .clock(write_back$0$clock)
    );
    top$write_q write_back$1(
        .d(write_back$1$d),
        .q(write_back$1$q),
        .clock(write_back$1$clock)
    );
    top$write_q write_back$2(
        .d(write_back$2$d),
        .q(write_back$2$q),
        .clock(write_back$2$clock)
    );
    top$write_q write_back$3(
        .d(write_back$3$d),
        .q(write_back$3$q),
        .clock(write_back$3$clock)
    );
    top$write_q write_back$4(
        .d(write_back$4$d),
        .q(write_back$4$q),
        .clock(write_back$4$clock)
    );
    top$write_q write_back$5(
        .d(write_back$5$d),
        .q(write_back$5$q),
        .clock(write_back$5$clock)
    );
    top$sequencer$timer write_address$0(
        .d(write_address$0$d),
        .q(write_address$0$q),
        .clock(write_address$0$clock)
    );
    top$sequencer$timer write_address$1(
        .d(write_address$1$d),
        .q(write_address$1$q),
        .clock(write_address$1$clock)
    );
    top$sequencer$timer write_address$2(
        .d(write_address$2$d),
        .q(write_address$2$q),
        .clock(write_address$2$clock)
    );
    top$sequencer$timer write_address$3(
        .d(write_address$3$d),
        .q(write_address$3$q),
        .clock(write_address$3$clock)
    );
    top$sequencer$timer write_address$4(
        .d(write_address$4$d),
        .q(write_address$4$q),
        .clock(write_address$4$clock)
    );
    top$sequencer$timer write_address$5(
        .d(write_address$5$d),
        .q(write_address$5$q),
        .clock(write_address$5$clock)
    );
    top$write_q full_q(
        .d(full_q$d),
        .q(full_q$q),
        .clock(full_q$clock)
    );
    top$write_q idle_q(
        .d(idle_q$d),
        .q(idle_q$q),
        .clock(idle_q$clock)
    );
    top$wdata_q read_q(
        .d(read_q$d),
        .q(read_q$q),
        .clock(read_q$clock)
    );
    top$write_q reads_act(
        .d(reads_act$d),
        .q(reads_act$q),
        .clock(reads_act$clock)
    );
    
    // Update code
    always @(*) begin
        bcast_valid_q$clock = clock;
        bcast_column_q$clock = clock;
        bcast_value_q$clock = clock;
        host_write_q$clock = clock;
        host_read_q$clock = clock;
        host_address_q$clock = clock;
        host_data_q$clock = clock;
        clear_q$clock = clock;
        clear_counters_q$clock = clock;
        drain_q$clock = clock;
        drain_row_q$clock = clock;
        bias_address_q$clock = clock;
        full_q$clock = clock;
        idle_q$clock = clock;
        read_q$clock = clock;
        reads_act$clock = clock;
        bcast_valid_q$d = bcast_valid_q$q;
        bcast_column_q$d = bcast_column_q$q;
        bcast_value_q$d = bcast_value_q$q;
        host_write_q$d = host_write_q$q;
        host_read_q$d = host_read_q$q;
        host_address_q$d = host_address_q$q;
        host_data_q$d = host_data_q$q;
        clear_q$d = clear_q$q;
        clear_counters_q$d = clear_counters_q$q;
        drain_q$d = drain_q$q;
        drain_row_q$d = drain_row_q$q;
        bias_address_q$d = bias_address_q$q;
        full_q$d = full_q$q;
        idle_q$d = idle_q$q;
        read_q$d = read_q$q;
        reads_act$d = reads_act$q;
        nz_detect$clock = clock;
        bcast_valid_q$d = bcast_valid;
        bcast_column_q$d = bcast_column;
        bcast_value_q$d = bcast_value;
        host_write_q$d = host_write;
        host_read_q$d = host_read;
        host_address_q$d = host_address;
        host_data_q$d = host_data;
        clear_q$d = clear;
        clear_counters_q$d = clear_counters;
        drain_q$d = drain;
        drain_row_q$d = drain_row;
        bias_address_q$d = bias_address;
        write_back$1$clock = clock;
        write_back$1$d = write_back$0$q;
        write_address$1$clock = clock;
        write_address$1$d = write_address$0$q;
        write_back$2$clock = clock;
        write_back$2$d = write_back$1$q;
        write_address$2$clock = clock;
        write_address$2$d = write_address$1$q;
        write_back$3$clock = clock;
        write_back$3$d = write_back$2$q;
        write_address$3$clock = clock;
        write_address$3$d = write_address$2$q;
        write_back$4$clock = clock;
        write_back$4$d = write_back$3$q;
        write_address$4$clock = clock;
        write_address$4$d = write_address$3$q;
        write_back$5$clock = clock;
        write_back$5$d = write_back$4$q;
        write_address$5$clock = clock;
        write_address$5$d = write_address$4$q;
        write_back$0$clock = clock;
        write_back$0$d = drain & drain_write;
        write_address$0$clock = clock;
        write_address$0$d = dst_address;
        region = host_address_q$q[(32'h1c)+:(4)];
        pe_field = host_address_q$q[(32'h10)+:(16)] & pe_mask;
        relative = pe_field - first_pe;
        to_all = pe_field == pe_mask;
        nz_detect$clear = clear_q$q;
        nz_detect$start = scan_start;
        nz_detect$src_base = src_base;
        nz_detect$groups = groups;
        nz_detect$first_column = ptr_base + first_pe;
        nz_detect$stride = stride;
        nz_detect$take = take;
        act_address = nz_detect$address;
        reads_act$d = host_read & (host_address[(32'h1c)+:(4)] == region_activation) & nz_detect$done;
        if (reads_act$q) begin
            act_address = host_address_q$q[(32'h0)+:(16)];
        end
        nz_detect$act$0 = 32'h0;
        nz_detect$act$1 = 32'h0;
        nz_detect$act$2 = 32'h0;
        nz_detect$act$3 = 32'h0;
        nz_detect$act$4 = 32'h0;
        nz_detect$act$5 = 32'h0;
        nz_detect$act$6 = 32'h0;
        nz_detect$act$7 = 32'h0;
        head_valid = nz_detect$valid;
        head_column = nz_detect$column;
        head_value = nz_detect$value;
        scan_done = nz_detect$done;
        full_q$d = 1'b0;
        idle_q$d = ~bcast_valid_q$q;
        read_q$d = 32'h0;
        counter_word = 32'h0;
        act_word = 32'h0;
        nz_detect$act$0 = pes$0$act_data;
        pes$0$clock = clock;
        pes$0$clear = clear_q$q;
        pes$0$clear_counters = clear_counters_q$q;
        pes$0$valid = bcast_valid_q$q;
        pes$0$column = bcast_column_q$q;
        pes$0$value = bcast_value_q$q;
        pes$0$host_write = host_write_q$q & (to_all | (relative == 0));
        pes$0$host_region = region;
        pes$0$host_offset = host_address_q$q[(32'h0)+:(16)];
        pes$0$host_data = host_data_q$q;
        pes$0$act_address = act_address;
        pes$0$codebook = codebook;
        pes$0$shift = shift;
        pes$0$relu = relu;
        pes$0$drain = drain_q$q;
        pes$0$drain_row = drain_row_q$q;
        pes$0$bias_address = bias_address_q$q;
        pes$0$act_write = write_back$5$q;
        pes$0$act_write_address = write_address$5$q;
        if (pes$0$almost_full) begin
            full_q$d = 1'b1;
        end
        if (~pes$0$idle) begin
            idle_q$d = 1'b0;
        end
        if (relative == 0) begin
            counter_word = pes$0$counter;
            act_word = pes$0$act_data;
        end
        nz_detect$act$1 = pes$1$act_data;
        pes$1$clock = clock;
        pes$1$clear = clear_q$q;
        pes$1$clear_counters = clear_counters_q$q;
        pes$1$valid = bcast_valid_q$q;
        pes$1$column = bcast_column_q$q;
        pes$1$value = bcast_value_q$q;
        pes$1$host_write = host_write_q$q & (to_all | (relative == 1));
        pes$1$host_region = region;
        pes$1$host_offset = host_address_q$q[(32'h0)+:(16)];
        pes$1$host_data = host_data_q$q;
        pes$1$act_address = act_address;
        pes$1$codebook = codebook;
        pes$1$shift = shift;
        pes$1$relu = relu;
        pes$1$drain = drain_q$q;
        pes$1$drain_row = drain_row_q$q;
        pes$1$bias_address = bias_address_q$q;
        pes$1$act_write = write_back$5$q;
        pes$1$act_write_address = write_address$5$q;
        if (pes$1$almost_full) begin
            full_q$d = 1'b1;
        end
        if (~pes$1$idle) begin
            idle_q$d = 1'b0;
        end
        if (relative == 1) begin
            counter_word = pes$1$counter;
            act_word = pes$1$act_data;
        end
        nz_detect$act$2 = pes$2$act_data;
        pes$2$clock = clock;
        pes$2$clear = clear_q$q;
        pes$2$clear_counters = clear_counters_q$q;
        pes$2$valid = bcast_valid_q$q;
        pes$2$column = bcast_column_q$q;
        pes$2$value = bcast_value_q$q;
        pes$2$host_write = host_write_q$q & (to_all | (relative == 2));
        pes$2$host_region = region;
        pes$2$host_offset = host_address_q$q[(32'h0)+:(16)];
        pes$2$host_data = host_data_q$q;
        pes$2$act_address = act_address;
        pes$2$codebook = codebook;
        pes$2$shift = shift;
        pes$2$relu = relu;
        pes$2$drain = drain_q$q;
        pes$2$drain_row = drain_row_q$q;
        pes$2$bias_address = bias_address_q$q;
        pes$2$act_write = write_back$5$q;
        pes$2$act_write_address = write_address$5$q;
        if (pes$2$almost_full) begin
            full_q$d = 1'b1;
        end
        if (~pes$2$idle) begin
            idle_q$d = 1'b0;
        end
        if (relative == 2) begin
            counter_word = pes$2$counter;
            act_word = pes$2$act_data;
        end
        nz_detect$act$3 = pes$3$act_data;
        pes$3$clock = clock;
        pes$3$clear = clear_q$q;
        pes$3$clear_counters = clear_counters_q$q;
        pes$3$valid = bcast_valid_q$q;
        pes$3$column = bcast_column_q$q;
        pes$3$value = bcast_value_q$q;
        pes$3$host_write = host_write_q$q & (to_all | (relative == 3));
        pes$3$host_region = region;
        pes$3$host_offset = host_address_q$q[(32'h0)+:(16)];
        pes$3$host_data = host_data_q$q;
        pes$3$act_address = act_address;
        pes$3$codebook = codebook;
        pes$3$shift = shift;
        pes$3$relu = relu;
        pes$3$drain = drain_q$q;
        pes$3$drain_row = drain_row_q$q;
        pes$3$bias_address = bias_address_q$q;
        pes$3$act_write = write_back$5$q;
        pes$3$act_write_address = write_address$5$q;
        if (pes$3$almost_full) begin
            full_q$d = 1'b1;
        end
        if (~pes$3$idle) begin
            idle_q$d = 1'b0;
        end
        if (relative == 3) begin
            counter_word = pes$3$counter;
            act_word = pes$3$act_data;
        end
        if (host_read_q$q) begin
            read_q$d = counter_word;
            if (reads_act$q) begin
                read_q$d = ((act_word) & 32'hffffffff);
            end
        end
        almost_full = full_q$q;
        idle = idle_q$q;
        read_data = read_q$q;
    end
    
endmodule

module top$clusters$0$nz_detect(clock,clear,start,src_base,groups,first_column,stride,address,act$0,act$1,act$2,act$3,act$4,act$5,act$6,act$7,valid,column,value,take,done);
    
    // Module arguments
    input wire  clock;
    input wire  clear;
    input wire  start;
    input wire  [15:0] src_base;
    input wire  [15:0] groups;
    input wire  [15:0] first_column;
    input wire  [15:0] stride;
    output reg  [15:0] address;
    input wire  [15:0] act$0;
    input wire  [15:0] act$1;
    input wire  [15:0] act$2;
    input wire  [15:0] act$3;
    input wire  [15:0] act$4;
    input wire  [15:0] act$5;
    input wire  [15:0] act$6;
    input wire  [15:0] act$7;
    output reg  valid;
    output reg  [15:0] column;
    output reg  [15:0] value;
    input wire  take;
    output reg  done;
    
    // Constant declarations
    localparam  lane_flag$0 = 8'h1;
    localparam  lane_flag$1 = 8'h2;
    localparam  lane_flag$2 = 8'h4;
    localparam  lane_flag$3 = 8'h8;
    localparam  lane_flag$4 = 8'h10;
    localparam  lane_flag$5 = 8'h20;
    localparam  lane_flag$6 = 8'h40;
    localparam  lane_flag$7 = 8'h80;
    
    // Stub signals
    reg  [15:0] group$d;
    wire  [15:0] group$q;
    reg  group$clock;
    reg  [15:0] left$d;
    wire  [15:0] left$q;
    reg  left$clock;
    reg  [15:0] next_column$d;
    wire  [15:0] next_column$q;
    reg  next_column$clock;
    reg  [15:0] base_column$d;
    wire  [15:0] base_column$q;
    reg  base_column$clock;
    reg  [15:0] held$0$d;
    wire  [15:0] held$0$q;
    reg  held$0$clock;
    reg  [15:0] held$1$d;
    wire  [15:0] held$1$q;
    reg  held$1$clock;
    reg  [15:0] held$2$d;
    wire  [15:0] held$2$q;
    reg  held$2$clock;
    reg  [15:0] held$3$d;
    wire  [15:0] held$3$q;
    reg  held$3$clock;
    reg  [15:0] held$4$d;
    wire  [15:0] held$4$q;
    reg  held$4$clock;
    reg  [15:0] held$5$d;
    wire  [15:0] held$5$q;
    reg  held$5$clock;
    reg  [15:0] held$6$d;
    wire  [15:0] held$6$q;
    reg  held$6$clock;
    reg  [15:0] held$7$d;
    wire  [15:0] held$7$q;
    reg  held$7$clock;
    reg  [7:0] pending$d;
    wire  [7:0] pending$q;
    reg  pending$clock;
    reg  valid_q$d;
    wire  valid_q$q;
    reg  valid_q$clock;
    reg  [15:0] column_q$d;
    wire  [15:0] column_q$q;
    reg  column_q$clock;
    reg  [15:0] value_q$d;
    wire  [15:0] value_q$q;
    reg  value_q$clock;
    reg  done_q$d;
    wire  done_q$q;
    reg  done_q$clock;
    
    // Local signals
    reg  [7:0] flags$0;
    reg  [7:0] flags$1;
    reg  [7:0] flags$2;
    reg  [7:0] flags$3;
    reg  [7:0] flags$4;
    reg  [7:0] flags$5;
    reg  [7:0] flags$6;
    reg  [7:0] flags$7;
    reg  [7:0] fresh;
    reg  [7:0] complement;
    reg  [7:0] lowest;
    reg  [7:0] rest;
    reg  [15:0] lane;
    reg  [15:0] lane_value;
    reg  advance;
    reg  load;
    
    // Sub module instances
    top$sequencer$timer group(
        .d(group$d),
        .q(group$q),
        .clock(group$clock)
    );
    top$sequencer$timer left(
        .d(left$d),
        .q(left$q),
        .clock(left$clock)
    );
    top$sequencer$timer next_column(
        .d(next_column$d),
        .q(next_column$q),
        .clock(next_column$clock)
    );
    top$sequencer$timer base_column(
        .d(base_column$d),
        .q(base_column$q),
        .clock(base_column$clock)
    );
    top$sequencer$timer held$0(
        .d(held$0$d),
        .q(held$0$q),
        .clock(held$0$clock)
    );
    top$sequencer$timer held$1(
        .d(held$1$d),
        .q(held$1$q),
        .clock(held$1$clock)
    );
    top$sequencer$timer held$2(
        .d(held$2$d),
        .q(held$2$q),
        .clock(held$2$clock)
    );
    top$sequencer$timer held$3(
        .d(held$3$d),
        .q(held$3$q),
        .clock(held$3$clock)
    );
    top$sequencer$timer held$4(
        .d(held$4$d),
        .q(held$4$q),
        .clock(held$4$clock)
    );
    top$sequencer$timer held$5(
        .d(held$5$d),
        .q(held$5$q),
        .clock(held$5$clock)
    );
    top$sequencer$timer held$6(
        .d(held$6$d),
        .q(held$6$q),
        .clock(held$6$clock)
    );
    top$sequencer$timer held$7(
        .d(held$7$d),
        .q(held$7$q),
        .clock(held$7$clock)
    );
    top$sequencer$step_q pending(
        .d(pending$d),
        .q(pending$q),
        .clock(pending$clock)
    );
    top$write_q valid_q(
        .d(valid_q$d),
        .q(valid_q$q),
        .clock(valid_q$clock)
    );
    top$sequencer$timer column_q(
        .d(column_q$d),
        .q(column_q$q),
        .clock(column_q$clock)
    );
    top$sequencer$timer value_q(
        .d(value_q$d),
        .q(value_q$q),
        .clock(value_q$clock)
    );
    top$write_q done_q(
        .d(done_q$d),
        .q(done_q$q),
        .clock(done_q$clock)
    );
    
    // Update code
    always @(*) begin
        group$clock = clock;
        left$clock = clock;
        next_column$clock = clock;
        base_column$clock = clock;
        pending$clock = clock;
        valid_q$clock = clock;
        column_q$clock = clock;
        value_q$clock = clock;
        done_q$clock = clock;
        group$d = group$q;
        left$d = left$q;
        next_column$d = next_column$q;
        base_column$d = base_column$q;
        pending$d = pending$q;
        valid_q$d = valid_q$q;
        column_q$d = column_q$q;
        value_q$d = value_q$q;
        done_q$d = done_q$q;
        complement = ~pending$q + 32'h1;
        lowest = pending$q & complement;
        lane = 32'h0;
        lane_value = 32'h0;
        if (lowest[0]) begin
            lane = 0;
            lane_value = held$0$q;
        end
        if (lowest[1]) begin
            lane = 1;
            lane_value = held$1$q;
        end
        if (lowest[2]) begin
            lane = 2;
            lane_value = held$2$q;
        end
        if (lowest[3]) begin
            lane = 3;
            lane_value = held$3$q;
        end
        if (lowest[4]) begin
            lane = 4;
            lane_value = held$4$q;
        end
        if (lowest[5]) begin
            lane = 5;
            lane_value = held$5$q;
        end
        if (lowest[6]) begin
            lane = 6;
            lane_value = held$6$q;
        end
        if (lowest[7]) begin
            lane = 7;
            lane_value = held$7$q;
        end
        advance = take | ~valid_q$q;
        rest = pending$q;
        if (advance) begin
            rest = pending$q ^ lowest;
            valid_q$d = |pending$q;
            column_q$d = base_column$q + lane;
            value_q$d = lane_value;
        end
        load = ~|rest & |left$q;
        held$0$clock = clock;
        held$0$d = held$0$q;
        if (load) begin
            held$0$d = act$0;
        end
        flags$0 = 32'h0;
        if (|act$0) begin
            flags$0 = lane_flag$0;
        end
        held$1$clock = clock;
        held$1$d = held$1$q;
        if (load) begin
            held$1$d = act$1;
        end
        flags$1 = 32'h0;
        if (|act$1) begin
            flags$1 = lane_flag$1;
        end
        held$2$clock = clock;
        held$2$d = held$2$q;
        if (load) begin
            held$2$d = act$2;
        end
        flags$2 = 32'h0;
        if (|act$2) begin
            flags$2 = lane_flag$2;
        end
        held$3$clock = clock;
        held$3$d = held$3$q;
        if (load) begin
            held$3$d = act$3;
        end
        flags$3 = 32'h0;
        if (|act$3) begin
            flags$3 = lane_flag$3;
        end
        held$4$clock = clock;
        held$4$d = held$4$q;
        if (load) begin
            held$4$d = act$4;
        end
        flags$4 = 32'h0;
        if (|act$4) begin
            flags$4 = lane_flag$4;
        end
        held$5$clock = clock;
        held$5$d = held$5$q;
        if (load) begin
            held$5$d = act$5;
        end
        flags$5 = 32'h0;
        if (|act$5) begin
            flags$5 = lane_flag$5;
        end
        held$6$clock = clock;
        held$6$d = held$6$q;
        if (load) begin
            held$6$d = act$6;
        end
        flags$6 = 32'h0;
        if (|act$6) begin
            flags$6 = lane_flag$6;
        end
        held$7$clock = clock;
        held$7$d = held$7$q;
        if (load) begin
            held$7$d = act$7;
        end
        flags$7 = 32'h0;
        if (|act$7) begin
            flags$7 = lane_flag$7;
        end
        fresh = flags$0 | flags$1 | flags$2 | flags$3 | flags$4 | flags$5 | flags$6 | flags$7;
        pending$d = rest;
        if (load) begin
            pending$d = fresh;
            base_column$d = next_column$q;
            next_column$d = next_column$q + stride;
            group$d = group$q + 32'h1;
            left$d = left$q - 32'h1;
        end
        done_q$d = ~|left$q & ~|pending$q & ~valid_q$q;
        if (start) begin
            group$d = src_base;
            left$d = groups;
            next_column$d = first_column;
            done_q$d = 1'b0;
        end
        if (clear) begin
            left$d = 32'h0;
            pending$d = 32'h0;
            valid_q$d = 1'b0;
        end
        address = group$q;
        valid = valid_q$q;
        column = column_q$q;
        value = value_q$q;
        done = done_q$q;
    end
    
endmodule

module top$clusters$0$pes$3(clock,clear,clear_counters,valid,column,value,almost_full,idle,host_write,host_region,host_offset,host_data,counter,act_address,act_data,codebook,shift,relu,drain,drain_row,bias_address,act_write,act_write_address);
    
    // Module arguments
    input wire  clock;
    input wire  clear;
    input wire  clear_counters;
    input wire  valid;
    input wire  [15:0] column;
    input wire  [15:0] value;
    output reg  almost_full;
    output reg  idle;
    input wire  host_write;
    input wire  [3:0] host_region;
    input wire  [15:0] host_offset;
    input wire  [31:0] host_data;
    output reg  [31:0] counter;
    input wire  [15:0] act_address;
    output reg  [15:0] act_data;
    input wire  [7:0] codebook;
    input wire  [4:0] shift;
    input wire  relu;
    input wire  drain;
    input wire  [15:0] drain_row;
    input wire  [15:0] bias_address;
    input wire  act_write;
    input wire  [15:0] act_write_address;
    
    // Constant declarations
    localparam  region_pointer = 4'h1;
    localparam  region_weight = 4'h2;
    localparam  region_bias = 4'h3;
    localparam  region_activation = 4'h4;
    localparam  region_codebook = 4'h5;
    localparam  counter_stalled = 16'h1;
    
    // Stub signals
    reg  ptr_read$clock;
    reg  ptr_read$valid;
    reg  [15:0] ptr_read$column;
    reg  [15:0] ptr_read$value_in;
    reg  ptr_read$write;
    reg  [15:0] ptr_read$write_address;
    reg  [31:0] ptr_read$write_data;
    wire  ptr_read$push;
    wire  [31:0] ptr_read$pointer;
    wire  [15:0] ptr_read$value;
    wire  ptr_read$occupied;
    reg  act_queue$clock;
    reg  act_queue$clear;
    reg  act_queue$push;
    reg  [31:0] act_queue$pointer_in;
    reg  [15:0] act_queue$value_in;
    reg  act_queue$pop;
    wire  act_queue$empty;
    wire  [31:0] act_queue$pointer;
    wire  [15:0] act_queue$value;
    wire  act_queue$almost_full;
    reg  spmat_read$clock;
    reg  spmat_read$clear;
    reg  spmat_read$empty;
    reg  [31:0] spmat_read$pointer;
    reg  [15:0] spmat_read$value_in;
    wire  spmat_read$pop;
    reg  spmat_read$write;
    reg  [15:0] spmat_read$write_address;
    reg  [15:0] spmat_read$write_data;
    wire  spmat_read$valid;
    wire  spmat_read$first;
    wire  [15:0] spmat_read$entry;
    wire  [15:0] spmat_read$value;
    wire  spmat_read$issuing;
    reg  weight_decode$clock;
    reg  weight_decode$valid_in;
    reg  weight_decode$first;
    reg  [15:0] weight_decode$entry;
    reg  [15:0] weight_decode$value_in;
    reg  [7:0] weight_decode$codebook;
    reg  weight_decode$write;
    reg  [15:0] weight_decode$write_address;
    reg  [15:0] weight_decode$write_data;
    wire  weight_decode$valid;
    wire  [15:0] weight_decode$row;
    wire  [15:0] weight_decode$weight;
    wire  [15:0] weight_decode$value;
    reg  mac$clock;
    reg  mac$valid;
    reg  [15:0] mac$row;
    reg  [15:0] mac$weight;
    reg  [15:0] mac$value;
    reg  mac$drain;
    reg  [15:0] mac$drain_row;
    wire  [47:0] mac$sum;
    wire  mac$occupied;
    reg  drain_unit$clock;
    reg  [47:0] drain_unit$sum;
    reg  [31:0] drain_unit$bias_word;
    reg  [4:0] drain_unit$shift;
    reg  drain_unit$relu;
    wire  [15:0] drain_unit$result;
    reg  act_bank$clock;
    reg  [15:0] act_bank$read_address;
    wire  [15:0] act_bank$read_data;
    reg  [15:0] act_bank$write_address;
    reg  [15:0] act_bank$write_data;
    reg  act_bank$write_enable;
    reg  bias_bank$clock;
    reg  [15:0] bias_bank$read_address;
    wire  [31:0] bias_bank$read_data;
    reg  [15:0] bias_bank$write_address;
    reg  [31:0] bias_bank$write_data;
    reg  bias_bank$write_enable;
    reg  [31:0] bias$d;
    wire  [31:0] bias$q;
    reg  bias$clock;
    reg  [31:0] busy$d;
    wire  [31:0] busy$q;
    reg  busy$clock;
    reg  [31:0] stalled$d;
    wire  [31:0] stalled$q;
    reg  stalled$clock;
    
    // Sub module instances
    top$clusters$0$pes$3$ptr_read ptr_read(
        .clock(ptr_read$clock),
        .valid(ptr_read$valid),
        .column(ptr_read$column),
        .value_in(ptr_read$value_in),
        .write(ptr_read$write),
        .write_address(ptr_read$write_address),
        .write_data(ptr_read$write_data),
        .push(ptr_read$push),
        .pointer(ptr_read$pointer),
        .value(ptr_read$value),
        .occupied(ptr_read$occupied)
    );
    top$clusters$0$pes$3$act_queue act_queue(
        .clock(act_queue$clock),
        .clear(act_queue$clear),
        .push(act_queue$push),
        .pointer_in(act_queue$pointer_in),
        .value_in(act_queue$value_in),
        .pop(act_queue$pop),
        .empty(act_queue$empty),
        .pointer(act_queue$pointer),
        .value(act_queue$value),
        .almost_full(act_queue$almost_full)
    );
    top$clusters$0$pes$3$spmat_read spmat_read(
        .clock(spmat_read$clock),
        .clear(spmat_read$clear),
        .empty(spmat_read$empty),
        .pointer(spmat_read$pointer),
        .value_in(spmat_read$value_in),
        .pop(spmat_read$pop),
        .write(spmat_read$write),
        .write_address(spmat_read$write_address),
        .write_data(spmat_read$write_data),
        .valid(spmat_read$valid),
        .first(spmat_read$first),
        .entry(spmat_read$entry),
        .value(spmat_read$value),
        .issuing(spmat_read$issuing)
    );
    top$clusters$0$pes$3$weight_decode weight_decode(
        .clock(weight_decode$clock),
        .valid_in(weight_decode$valid_in),
        .first(weight_decode$first),
        .entry(weight_decode$entry),
        .value_in(weight_decode$value_in),
        .codebook(weight_decode$codebook),
        .write(weight_decode$write),
        .write_address(weight_decode$write_address),
        .write_data(weight_decode$write_data),
        .valid(weight_decode$valid),
        .row(weight_decode$row),
        .weight(weight_decode$weight),
        .value(weight_decode$value)
    );
    top$clusters$0$pes$3$mac mac(
        .clock(mac$clock),
        .valid(mac$valid),
        .row(mac$row),
        .weight(mac$weight),
        .value(mac$value),
        .drain(mac$drain),
        .drain_row(mac$drain_row),
        .sum(mac$sum),
        .occupied(mac$occupied)
    );
    top$clusters$0$pes$3$drain_unit drain_unit(
        .clock(drain_unit$clock),
        .sum(drain_unit$sum),
        .bias_word(drain_unit$bias_word),
        .shift(drain_unit$shift),
        .relu(drain_unit$relu),
        .result(drain_unit$result)
    );
    top$clusters$0$pes$3$act_bank act_bank(
        .clock(act_bank$clock),
        .read_address(act_bank$read_address),
        .read_data(act_bank$read_data),
        .write_address(act_bank$write_address),
        .write_data(act_bank$write_data),
        .write_enable(act_bank$write_enable)
    );
    top$clusters$0$pes$3$bias_bank bias_bank(
        .clock(bias_bank$clock),
        .read_address(bias_bank$read_address),
        .read_data(bias_bank$read_data),
        .write_address(bias_bank$write_address),
        .write_data(bias_bank$write_data),
        .write_enable(bias_bank$write_enable)
    );
    top$wdata_q bias(
        .d(bias$d),
        .q(bias$q),
        .clock(bias$clock)
    );
    top$wdata_q busy(
        .d(busy$d),
        .q(busy$q),
        .clock(busy$clock)
    );
    top$wdata_q stalled(
        .d(stalled$d),
        .q(stalled$q),
        .clock(stalled$clock)
    );
    
    // Update code
    always @(*) begin
        bias$clock = clock;
        busy$clock = clock;
        stalled$clock = clock;
        bias$d = bias$q;
        busy$d = busy$q;
        stalled$d = stalled$q;
        ptr_read$clock = clock;
        act_queue$clock = clock;
        spmat_read$clock = clock;
        weight_decode$clock = clock;
        mac$clock = clock;
        drain_unit$clock = clock;
        act_bank$clock = clock;
        bias_bank$clock = clock;
        ptr_read$write = host_write & (host_region == region_pointer);
        ptr_read$write_address = host_offset;
        ptr_read$write_data = host_data;
        spmat_read$write = host_write & (host_region == region_weight);
        spmat_read$write_address = host_offset;
        spmat_read$write_data = ((host_data) & 16'hffff);
        weight_decode$write = host_write & (host_region == region_codebook);
        weight_decode$write_address = host_offset;
        weight_decode$write_data = ((host_data) & 16'hffff);
        bias_bank$write_enable = host_write & (host_region == region_bias);
        bias_bank$write_address = host_offset;
        bias_bank$write_data = host_data;
        ptr_read$valid = valid;
        ptr_read$column = column;
        ptr_read$value_in = value;
        act_queue$clear = clear;
        act_queue$push = ptr_read$push;
        act_queue$pointer_in = ptr_read$pointer;
        act_queue$value_in = ptr_read$value;
        almost_full = act_queue$almost_full;
        act_queue$pop = spmat_read$pop;
        spmat_read$clear = clear;
        spmat_read$empty = act_queue$empty;
        spmat_read$pointer = act_queue$pointer;
        spmat_read$value_in = act_queue$value;
        weight_decode$valid_in = spmat_read$valid;
        weight_decode$first = spmat_read$first;
        weight_decode$entry = spmat_read$entry;
        weight_decode$value_in = spmat_read$value;
        weight_decode$codebook = codebook;
        mac$valid = weight_decode$valid;
        mac$row = weight_decode$row;
        mac$weight = weight_decode$weight;
        mac$value = weight_decode$value;
        idle = act_queue$empty & ~ptr_read$occupied & ~spmat_read$issuing & ~spmat_read$valid & ~mac$occupied;
        mac$drain = drain;
        mac$drain_row = drain_row;
        bias_bank$read_address = bias_address;
        bias$d = bias_bank$read_data;
        drain_unit$sum = mac$sum;
        drain_unit$bias_word = bias$q;
        drain_unit$shift = shift;
        drain_unit$relu = relu;
        act_bank$read_address = act_address;
        act_data = act_bank$read_data;
        act_bank$write_enable = act_write;
        act_bank$write_address = act_write_address;
        act_bank$write_data = drain_unit$result;
        if (host_write & (host_region == region_activation)) begin
            act_bank$write_enable = 1'b1;
            act_bank$write_address = host_offset;
            act_bank$write_data = ((host_data) & 16'hffff);
        end
        if (spmat_read$issuing) begin
            busy$d = busy$q + 32'h1;
        end
        if (act_queue$almost_full) begin
            stalled$d = stalled$q + 32'h1;
        end
        if (clear_counters) begin
            busy$d = 32'h0;
            stalled$d = 32'h0;
        end
        counter = busy$q;
        if (host_offset == counter_stalled) begin
            counter = stalled$q;
        end
    end
    
endmodule

module top$clusters$0$pes$3$act_bank(clock,read_address,read_data,write_address,write_data,write_enable);
    
    // Module arguments
    input wire  clock;
    input wire  [15:0] read_address;
    output reg  [15:0] read_data;
    input wire  [15:0] write_address;
    input wire  [15:0] write_data;
    input wire  write_enable;
    
    // Update code (custom)
    (* ram_style = "distributed", no_rw_check *) reg [15:0] mem [0:511];
    integer i;
    initial for (i = 0; i < 512; i = i + 1) mem[i] = 0;
    always @(*) read_data = mem[read_address[8:0]];
    always @(posedge clock) if (write_enable) mem[write_address[8:0]] <= write_data[15:0];
endmodule

module top$clusters$0$pes$3$act_queue(clock,clear,push,pointer_in,value_in,pop,empty,pointer,value,almost_full);
    
    // Module arguments
    input wire  clock;
    input wire  clear;
    input wire  push;
    input wire  [31:0] pointer_in;
    input wire  [15:0] value_in;
    input wire  pop;
    output reg  empty;
    output reg  [31:0] pointer;
    output reg  [15:0] value;
    output reg  almost_full;
    
    // Constant declarations
    localparam  limit = 10'b10111;
    
    // Stub signals
    reg  pointers$clock;
    reg  [15:0] pointers$read_address;
    wire  [31:0] pointers$read_data;
    reg  [15:0] pointers$write_address;
    reg  [31:0] pointers$write_data;
    reg  pointers$write_enable;
    reg  values$clock;
    reg  [15:0] values$read_address;
    wire  [15:0] values$read_data;
    reg  [15:0] values$write_address;
    reg  [15:0] values$write_data;
    reg  values$write_enable;
    reg  [15:0] head$d;
    wire  [15:0] head$q;
    reg  head$clock;
    reg  [15:0] tail$d;
    wire  [15:0] tail$q;
    reg  tail$clock;
    reg  [9:0] count$d;
    wire  [9:0] count$q;
    reg  count$clock;
    reg  full$d;
    wire  full$q;
    reg  full$clock;
    
    // Sub module instances
    top$clusters$0$pes$3$act_queue$pointers pointers(
        .clock(pointers$clock),
        .read_address(pointers$read_address),
        .read_data(pointers$read_data),
        .write_address(pointers$write_address),
        .write_data(pointers$write_data),
        .write_enable(pointers$write_enable)
    );
    top$clusters$0$pes$3$act_queue$values values(
        .clock(values$clock),
        .read_address(values$read_address),
        .read_data(values$read_data),
        .write_address(values$write_address),
        .write_data(values$write_data),
        .write_enable(values$write_enable)
    );
    top$sequencer$timer head(
        .d(head$d),
        .q(head$q),
        .clock(head$clock)
    );
    top$sequencer$timer tail(
        .d(tail$d),
        .q(tail$q),
        .clock(tail$clock)
    );
    top$clusters$0$pes$3$act_queue$count count(
        .d(count$d),
        .q(count$q),
        .clock(count$clock)
    );
    top$write_q full(
        .d(full$d),
        .q(full$q),
        .clock(full$clock)
    );
    
    // Update code
    always @(*) begin
        head$clock = clock;
        tail$clock = clock;
        count$clock = clock;
        full$clock = clock;
        head$d = head$q;
        tail$d = tail$q;
        count$d = count$q;
        full$d = full$q;
        pointers$clock = clock;
        values$clock = clock;
        pointers$write_address = tail$q;
        pointers$write_data = pointer_in;
        pointers$write_enable = push;
        values$write_address = tail$q;
        values$write_data = value_in;
        values$write_enable = push;
        pointers$read_address = head$q;
        values$read_address = head$q;
        pointer = pointers$read_data;
        value = values$read_data;
        empty = ~|count$q;
        if (push) begin
            tail$d = tail$q + 32'h1;
        end
        if (pop) begin
            head$d = head$q + 32'h1;
        end
        if (push & ~pop) begin
            count$d = count$q + 32'h1;
        end
        if (~push & pop) begin
            count$d = count$q - 32'h1;
        end
        full$d = count$q >= limit;
        almost_full = full$q;
        if (clear) begin
            head$d = 32'h0;
            tail$d = 32'h0;
            count$d = 32'h0;
        end
    end
    
endmodule

module top$clusters$0$pes$3$act_queue$count(d,q,clock);
    
    // Module arguments
    input wire  [9:0] d;
    output reg  [9:0] q;
    input wire  clock;
    
    // Update code (custom)
    initial begin
       q = 10'h0;
    end
    
    always @(posedge clock) begin
       q <= d;
    end
          
endmodule

module top$clusters$0$pes$3$act_queue$pointers(clock,read_address,read_data,write_address,write_data,write_enable);
    
    // Module arguments
    input wire  clock;
    input wire  [15:0] read_address;
    output reg  [31:0] read_data;
    input wire  [15:0] write_address;
    input wire  [31:0] write_data;
    input wire  write_enable;
    
    // Update code (custom)
    (* ram_style = "distributed", no_rw_check *) reg [20:0] mem [0:31];
    integer i;
    initial for (i = 0; i < 32; i = i + 1) mem[i] = 0;
    always @(*) read_data = mem[read_address[4:0]];
    always @(posedge clock) if (write_enable) mem[write_address[4:0]] <= write_data[20:0];
endmodule

module top$clusters$0$pes$3$act_queue$values(clock,read_address,read_data,write_address,write_data,write_enable);
    
    // Module arguments
    input wire  clock;
    input wire  [15:0] read_address;
    output reg  [15:0] read_data;
    input wire  [15:0] write_address;
    input wire  [15:0] write_data;
    input wire  write_enable;
    
    // Update code (custom)
    (* ram_style = "distributed", no_rw_check *) reg [15:0] mem [0:31];
    integer i;
    initial for (i = 0; i < 32; i = i + 1) mem[i] = 0;
    always @(*) read_data = mem[read_address[4:0]];
    always @(posedge clock) if (write_enable) mem[write_address[4:0]] <= write_data[15:0];
endmodule

module top$clusters$0$pes$3$bias_bank(clock,read_address,read_data,write_address,write_data,write_enable);
    
    // Module arguments
    input wire  clock;
    input wire  [15:0] read_address;
    output reg  [31:0] read_data;
    input wire  [15:0] write_address;
    input wire  [31:0] write_data;
    input wire  write_enable;
    
    // Update code (custom)
    (* ram_style = "distributed", no_rw_check *) reg [31:0] mem [0:255];
    integer i;
    initial for (i = 0; i < 256; i = i + 1) mem[i] = 0;
    always @(*) read_data = mem[read_address[7:0]];
    always @(posedge clock) if (write_enable) mem[write_address[7:0]] <= write_data[31:0];
endmodule

module top$clusters$0$pes$3$drain_unit(clock,sum,bias_word,shift,relu,result);
    
    // Module arguments
    input wire  clock;
    input wire  [47:0] sum;
    input wire  [31:0] bias_word;
    input wire  [4:0] shift;
    input wire  relu;
    output reg  [15:0] result;
    
    // Constant declarations
    localparam  bias_sign = 48'h80000000;
    localparam  acc_mask = 48'hffffffffff;
    localparam  acc_sign = 48'h8000000000;
    localparam  eights_mask = 5'b11000;
    localparam  ones_mask = 5'b111;
    localparam  above_mask = 48'hffffff8000;
    localparam  largest = 16'h7fff;
    
    // Stub signals
    reg  [47:0] biased$d;
    wire  [47:0] biased$q;
    reg  biased$clock;
    reg  [47:0] coarse$d;
    wire  [47:0] coarse$q;
    reg  coarse$clock;
    reg  [47:0] fine$d;
    wire  [47:0] fine$q;
    reg  fine$clock;
    reg  negative2$d;
    wire  negative2$q;
    reg  negative2$clock;
    reg  negative3$d;
    wire  negative3$q;
    reg  negative3$clock;
    reg  [15:0] result4$d;
    wire  [15:0] result4$q;
    reg  result4$clock;
    
    // Local signals
    reg  [47:0] bias;
    reg  [47:0] total;
    reg  negative;
    reg  [47:0] magnitude;
    reg  [4:0] eights;
    reg  [4:0] ones;
    reg  [47:0] above;
    reg  [15:0] low;
    reg  [15:0] flipped;
    
    // Sub module instances
    top$clusters$0$pes$3$mac$sum4 biased(
        .d(biased$d),
        .q(biased$q),
        .clock(biased$clock)
    );
    top$clusters$0$pes$3$mac$sum4 coarse(
        .d(coarse$d),
        .q(coarse$q),
        .clock(coarse$clock)
    );
    top$clusters$0$pes$3$mac$sum4 fine(
        .d(fine$d),
        .q(fine$q),
        .clock(fine$clock)
    );
    top$write_q negative2(
        .d(negative2$d),
        .q(negative2$q),
        .clock(negative2$clock)
    );
    top$write_q negative3(
        .d(negative3$d),
        .q(negative3$q),
        .clock(negative3$clock)
    );
    top$sequencer$timer result4(
        .d(result4$d),
        .q(result4$q),
        .clock(result4$clock)
    );
    
    // Update code
    always @(*) begin
        biased$clock = clock;
        coarse$clock = clock;
        fine$clock = clock;
        negative2$clock = clock;
        negative3$clock = clock;
        result4$clock = clock;
        biased$d = biased$q;
        coarse$d = coarse$q;
        fine$d = fine$q;
        negative2$d = negative2$q;
        negative3$d = negative3$q;
        result4$d = result4$q;
        bias = (((bias_word) & 48'hffffffffffff) ^ bias_sign) - bias_sign;
        total = sum + bias;
        biased$d = total & acc_mask;
        negative = |(biased$q & acc_sign);
        magnitude = biased$q;
        if (negative) begin
            magnitude = biased$q ^ acc_mask;
        end
        eights = shift & eights_mask;
        ones = shift & ones_mask;
        coarse$d = magnitude >> eights;
        negative2$d = negative;
        fine$d = coarse$q >> ones;
        negative3$d = negative2$q;
        above = fine$q & above_mask;
        low = ((fine$q) & 16'hffff) & largest;
        if (|above) begin
            low = largest;
        end
        flipped = ~low;
        result4$d = low;
        if (negative3$q) begin
            result4$d = flipped;
            if (relu) begin
                result4$d = 32'h0;
            end
        end
        result = result4$q;
    end
    
endmodule

module top$clusters$0$pes$3$mac(clock,valid,row,weight,value,drain,drain_row,sum,occupied);
    
    // Module arguments
    input wire  clock;
    input wire  valid;
    input wire  [15:0] row;
    input wire  [15:0] weight;
    input wire  [15:0] value;
    input wire  drain;
    input wire  [15:0] drain_row;
    output reg  [47:0] sum;
    output reg  occupied;
    
    // Constant declarations
    localparam  row_mask = 16'h7f;
    localparam  product_sign = 48'h80000000;
    localparam  acc_mask = 48'hffffffffff;
    
    // Stub signals
    reg  memory$clock;
    reg  [15:0] memory$read_address;
    wire  [47:0] memory$read_data;
    reg  [15:0] memory$write_address;
    reg  [47:0] memory$write_data;
    reg  memory$write_enable;
    reg  valid3$d;
    wire  valid3$q;
    reg  valid3$clock;
    reg  clear3$d;
    wire  clear3$q;
    reg  clear3$clock;
    reg  bypass3$d;
    wire  bypass3$q;
    reg  bypass3$clock;
    reg  [15:0] row3$d;
    wire  [15:0] row3$q;
    reg  row3$clock;
    reg  [47:0] base3$d;
    wire  [47:0] base3$q;
    reg  base3$clock;
    reg signed [31:0] product3$d;
    wire signed [31:0] product3$q;
    reg  product3$clock;
    reg  [47:0] sum4$d;
    wire  [47:0] sum4$q;
    reg  sum4$clock;
    
    // Local signals
    reg  [15:0] target;
    reg  [47:0] base;
    reg  [47:0] wide;
    reg  [47:0] extended;
    reg  [47:0] total;
    
    // Sub module instances
    top$clusters$0$pes$3$mac$memory memory(
        .clock(memory$clock),
        .read_address(memory$read_address),
        .read_data(memory$read_data),
        .write_address(memory$write_address),
        .write_data(memory$write_data),
        .write_enable(memory$write_enable)
    );
    top$write_q valid3(
        .d(valid3$d),
        .q(valid3$q),
        .clock(valid3$clock)
    );
    top$write_q clear3(
        .d(clear3$d),
        .q(clear3$q),
        .clock(clear3$clock)
    );
    top$write_q bypass3(
        .d(bypass3$d),
        .q(bypass3$q),
        .clock(bypass3$clock)
    );
    top$sequencer$timer row3(
        .d(row3$d),
        .q(row3$q),
        .clock(row3$clock)
    );
    top$clusters$0$pes$3$mac$sum4 base3(
        .d(base3$d),
        .q(base3$q),
        .clock(base3$clock)
    );
    top$clusters$0$pes$3$mac$product3 product3(
        .d(product3$d),
        .q(product3$q),
        .clock(product3$clock)
    );
    top$clusters$0$pes$3$mac$sum4 sum4(
        .d(sum4$d),
        .q(sum4$q),
        .clock(sum4$clock)
    );
    
    // Update code
    always @(*) begin
        valid3$clock = clock;
        clear3$clock = clock;
        bypass3$clock = clock;
        row3$clock = clock;
        base3$clock = clock;
        product3$clock = clock;
        sum4$clock = clock;
        valid3$d = valid3$q;
        clear3$d = clear3$q;
        bypass3$d = bypass3$q;
        row3$d = row3$q;
        base3$d = base3$q;
        product3$d = product3$q;
        sum4$d = sum4$q;
        memory$clock = clock;
        target = row & row_mask;
        if (drain) begin
            target = drain_row & row_mask;
        end
        memory$read_address = target;
        valid3$d = valid;
        clear3$d = drain;
        row3$d = target;
        base3$d = memory$read_data;
        product3$d = $signed(weight) * $signed(value);
        bypass3$d = valid3$q & (target == row3$q);
        base = base3$q;
        if (bypass3$q) begin
            base = sum4$q;
        end
        wide = (($unsigned(product3$q)) & 48'hffffffffffff);
        extended = (wide ^ product_sign) - product_sign;
        total = base + extended;
        sum4$d = total & acc_mask;
        memory$write_address = row3$q;
        memory$write_data = total & acc_mask;
        memory$write_enable = valid3$q | clear3$q;
        if (clear3$q) begin
            memory$write_data = 32'h0;
        end
        sum = base3$q;
        occupied = valid | valid3$q;
    end
    
endmodule

module top$clusters$0$pes$3$mac$memory(clock,read_address,read_data,write_address,write_data,write_enable);
    
    // Module arguments
    input wire  clock;
    input wire  [15:0] read_address;
    output reg  [47:0] read_data;
    input wire  [15:0] write_address;
    input wire  [47:0] write_data;
    input wire  write_enable;
    
    // Update code (custom)
    (* ram_style = "distributed", no_rw_check *) reg [39:0] mem [0:127];
    integer i;
    initial for (i = 0; i < 128; i = i + 1) mem[i] = 0;
    always @(*) read_data = mem[read_address[6:0]];
    always @(posedge clock) if (write_enable) mem[write_address[6:0]] <= write_data[39:0];
endmodule

module top$clusters$0$pes$3$mac$product3(d,q,clock);
    
    // Module arguments
    input wire signed [31:0] d;
    output reg signed [31:0] q;
    input wire  clock;
    
    // Update code (custom)
    initial begin
       q = 32'h0;
    end
    
    always @(posedge clock) begin
       q <= d;
    end
          
endmodule

module top$clusters$0$pes$3$mac$sum4(d,q,clock);
    
    // Module arguments
    input wire  [47:0] d;
    output reg  [47:0] q;
    input wire  clock;
    
    // Update code (custom)
    initial begin
       q = 48'h0;
    end
    
    always @(posedge clock) begin
       q <= d;
    end
          
endmodule

module top$clusters$0$pes$3$ptr_read(clock,valid,column,value_in,write,write_address,write_data,push,pointer,value,occupied);
    
    // Module arguments
    input wire  clock;
    input wire  valid;
    input wire  [15:0] column;
    input wire  [15:0] value_in;
    input wire  write;
    input wire  [15:0] write_address;
    input wire  [31:0] write_data;
    output reg  push;
    output reg  [31:0] pointer;
    output reg  [15:0] value;
    output reg  occupied;
    
    // Constant declarations
    localparam  length_mask = 32'h1fe000;
    
    // Stub signals
    reg  memory$clock;
    reg  [15:0] memory$read_address;
    wire  [31:0] memory$read_data;
    reg  [15:0] memory$write_address;
    reg  [31:0] memory$write_data;
    reg  memory$write_enable;
    reg  valid1$d;
    wire  valid1$q;
    reg  valid1$clock;
    reg  [15:0] value1$d;
    wire  [15:0] value1$q;
    reg  value1$clock;
    reg  valid2$d;
    wire  valid2$q;
    reg  valid2$clock;
    reg  [15:0] value2$d;
    wire  [15:0] value2$q;
    reg  value2$clock;
    reg  [31:0] pointer2$d;
    wire  [31:0] pointer2$q;
    reg  pointer2$clock;
    
    // Local signals
    reg  [31:0] length;
    
    // Sub module instances
    top$clusters$0$pes$3$ptr_read$memory memory(
        .clock(memory$clock),
        .read_address(memory$read_address),
        .read_data(memory$read_data),
        .write_address(memory$write_address),
        .write_data(memory$write_data),
        .write_enable(memory$write_enable)
    );
    top$write_q valid1(
        .d(valid1$d),
        .q(valid1$q),
        .clock(valid1$clock)
    );
    top$sequencer$timer value1(
        .d(value1$d),
        .q(value1$q),
        .clock(value1$clock)
    );
    top$write_q valid2(
        .d(valid2$d),
        .q(valid2$q),
        .clock(valid2$clock)
    );
    top$sequencer$timer value2(
        .d(value2$d),
        .q(value2$q),
        .clock(value2$clock)
    );
    top$wdata_q pointer2(
        .d(pointer2$d),
        .q(pointer2$q),
        .clock(pointer2$clock)
    );
    
    // Update code
    always @(*) begin
        valid1$clock = clock;
        value1$clock = clock;
        valid2$clock = clock;
        value2$clock = clock;
        pointer2$clock = clock;
        valid1$d = valid1$q;
        value1$d = value1$q;
        valid2$d = valid2$q;
        value2$d = value2$q;
        pointer2$d = pointer2$q;
        memory$clock = clock;
        memory$write_enable = write;
        memory$write_address = write_address;
        memory$write_data = write_data;
        memory$read_address = column;
        valid1$d = valid;
        value1$d = value_in;
        length = memory$read_data & length_mask;
        valid2$d = valid1$q & |length;
        value2$d = value1$q;
        pointer2$d = memory$read_data;
        push = valid2$q;
        pointer = pointer2$q;
        value = value2$q;
        occupied = valid | valid1$q | valid2$q;
    end
    
endmodule

module top$clusters$0$pes$3$ptr_read$memory(clock,read_address,read_data,write_address,write_data,write_enable);
    
    // Module arguments
    input wire  clock;
    input wire  [15:0] read_address;
    output reg  [31:0] read_data;
    input wire  [15:0] write_address;
    input wire  [31:0] write_data;
    input wire  write_enable;
    
    // Update code (custom)
    (* ram_style = "block", no_rw_check *) reg [20:0] mem [0:2047];
    integer i;
    initial for (i = 0; i < 2048; i = i + 1) mem[i] = 0;
    always @(posedge clock) read_data <= mem[read_address[10:0]];
    always @(posedge clock) if (write_enable) mem[write_address[10:0]] <= write_data[20:0];
endmodule

module top$clusters$0$pes$3$spmat_read(clock,clear,empty,pointer,value_in,pop,write,write_address,write_data,valid,first,entry,value,issuing);
    
    // Module arguments
    input wire  clock;
    input wire  clear;
    input wire  empty;
    input wire  [31:0] pointer;
    input wire  [15:0] value_in;
    output reg  pop;
    input wire  write;
    input wire  [15:0] write_address;
    input wire  [15:0] write_data;
    output reg  valid;
    output reg  first;
    output reg  [15:0] entry;
    output reg  [15:0] value;
    output reg  issuing;
    
    // Constant declarations
    localparam  start_mask = 32'h1fff;
    localparam  start_bits = 6'b1101;
    
    // Stub signals
    reg  memory$clock;
    reg  [15:0] memory$read_address;
    wire  [15:0] memory$read_data;
    reg  [15:0] memory$write_address;
    reg  [15:0] memory$write_data;
    reg  memory$write_enable;
    reg  active$d;
    wire  active$q;
    reg  active$clock;
    reg  start$d;
    wire  start$q;
    reg  start$clock;
    reg  [15:0] address$d;
    wire  [15:0] address$q;
    reg  address$clock;
    reg  [15:0] left$d;
    wire  [15:0] left$q;
    reg  left$clock;
    reg  [15:0] value0$d;
    wire  [15:0] value0$q;
    reg  value0$clock;
    reg  valid1$d;
    wire  valid1$q;
    reg  valid1$clock;
    reg  first1$d;
    wire  first1$q;
    reg  first1$clock;
    reg  [15:0] value1$d;
    wire  [15:0] value1$q;
    reg  value1$clock;
    
    // Local signals
    reg  last;
    reg  take;
    reg  [31:0] length;
    
    // Sub module instances
    top$clusters$0$pes$3$spmat_read$memory memory(
        .clock(memory$clock),
        .read_address(memory$read_address),
        .read_data(memory$read_data),
        .write_address(memory$write_address),
        .write_data(memory$write_data),
        .write_enable(memory$write_enable)
    );
    top$write_q active(
        .d(active$d),
        .q(active$q),
        .clock(active$clock)
    );
    top$write_q start(
        .d(start$d),
        .q(start$q),
        .clock(start$clock)
    );
    top$sequencer$timer address(
        .d(address$d),
        .q(address$q),
        .clock(address$clock)
    );
    top$sequencer$timer left(
        .d(left$d),
        .q(left$q),
        .clock(left$clock)
    );
    top$sequencer$timer value0(
        .d(value0$d),
        .q(value0$q),
        .clock(value0$clock)
    );
    top$write_q valid1(
        .d(valid1$d),
        .q(valid1$q),
        .clock(valid1$clock)
    );
    top$write_q first1(
        .d(first1$d),
        .q(first1$q),
        .clock(first1$clock)
    );
    top$sequencer$timer value1(
        .d(value1$d),
        .q(value1$q),
        .clock(value1$clock)
    );
    
    // Update code
    always @(*) begin
        active$clock = clock;
        start$clock = clock;
        address$clock = clock;
        left$clock = clock;
        value0$clock = clock;
        valid1$clock = clock;
        first1$clock = clock;
        value1$clock = clock;
        active$d = active$q;
        start$d = start$q;
        address$d = address$q;
        left$d = left$q;
        value0$d = value0$q;
        valid1$d = valid1$q;
        first1$d = first1$q;
        value1$d = value1$q;
        memory$clock = clock;
        memory$write_enable = write;
        memory$write_address = write_address;
        memory$write_data = write_data;
        memory$read_address = address$q;
        last = left$q == 32'h1;
        take = ~empty & (~active$q | last);
        pop = take;
        length = pointer >> start_bits;
        start$d = 1'b0;
        if (active$q) begin
            address$d = address$q + 32'h1;
            left$d = left$q - 32'h1;
            active$d = ~last;
        end
        if (take) begin
            active$d = 1'b1;
            start$d = 1'b1;
            address$d = ((pointer & start_mask) & 16'hffff);
            left$d = ((length) & 16'hffff);
            value0$d = value_in;
        end
        if (clear) begin
            active$d = 1'b0;
        end
        valid1$d = active$q;
        first1$d = start$q;
        value1$d = value0$q;
        valid = valid1$q;
        first = first1$q;
        entry = memory$read_data;
        value = value1$q;
        issuing = active$q;
    end
    
endmodule

module top$clusters$0$pes$3$spmat_read$memory(clock,read_address,read_data,write_address,write_data,write_enable);
    
    // Module arguments
    input wire  clock;
    input wire  [15:0] read_address;
    output reg  [15:0] read_data;
    input wire  [15:0] write_address;
    input wire  [15:0] write_data;
    input wire  write_enable;
    
    // Update code (custom)
    (* ram_style = "block", no_rw_check *) reg [8:0] mem [0:8191];
    integer i;
    initial for (i = 0; i < 8192; i = i + 1) mem[i] = 0;
    always @(posedge clock) read_data <= mem[read_address[12:0]];
    always @(posedge clock) if (write_enable) mem[write_address[12:0]] <= write_data[8:0];
endmodule

module top$clusters$0$pes$3$weight_decode(clock,valid_in,first,entry,value_in,codebook,write,write_address,write_data,valid,row,weight,value);
    
    // Module arguments
    input wire  clock;
    input wire  valid_in;
    input wire  first;
    input wire  [15:0] entry;
    input wire  [15:0] value_in;
    input wire  [7:0] codebook;
    input wire  write;
    input wire  [15:0] write_address;
    input wire  [15:0] write_data;
    output reg  valid;
    output reg  [15:0] row;
    output reg  [15:0] weight;
    output reg  [15:0] value;
    
    // Constant declarations
    localparam  run_symbol = 16'h1f;
    localparam  code_mask = 16'hf;
    localparam  code_bits = 4'h4;
    
    // Stub signals
    reg  codebooks$clock;
    reg  [15:0] codebooks$read_address;
    wire  [15:0] codebooks$read_data;
    reg  [15:0] codebooks$write_address;
    reg  [15:0] codebooks$write_data;
    reg  codebooks$write_enable;
    reg  [15:0] next_row$d;
    wire  [15:0] next_row$q;
    reg  next_row$clock;
    reg  valid2$d;
    wire  valid2$q;
    reg  valid2$clock;
    reg  [15:0] row2$d;
    wire  [15:0] row2$q;
    reg  row2$clock;
    reg  [15:0] weight2$d;
    wire  [15:0] weight2$q;
    reg  weight2$clock;
    reg  [15:0] value2$d;
    wire  [15:0] value2$q;
    reg  value2$clock;
    
    // Local signals
    reg  [15:0] run;
    reg  [15:0] base;
    reg  [15:0] here;
    reg  filler;
    
    // Sub module instances
    top$clusters$0$pes$3$weight_decode$codebooks codebooks(
        .clock(codebooks$clock),
        .read_address(codebooks$read_address),
        .read_data(codebooks$read_data),
        .write_address(codebooks$write_address),
        .write_data(codebooks$write_data),
        .write_enable(codebooks$write_enable)
    );
    top$sequencer$timer next_row(
        .d(next_row$d),
        .q(next_row$q),
        .clock(next_row$clock)
    );
    top$write_q valid2(
        .d(valid2$d),
        .q(valid2$q),
        .clock(valid2$clock)
    );
    top$sequencer$timer row2(
        .d(row2$d),
        .q(row2$q),
        .clock(row2$clock)
    );
    top$sequencer$timer weight2(
        .d(weight2$d),
        .q(weight2$q),
        .clock(weight2$clock)
    );
    top$sequencer$timer value2(
        .d(value2$d),
        .q(value2$q),
        .clock(value2$clock)
    );
    
    // Update code
    always @(*) begin
        next_row$clock = clock;
        valid2$clock = clock;
        row2$clock = clock;
        weight2$clock = clock;
        value2$clock = clock;
        next_row$d = next_row$q;
        valid2$d = valid2$q;
        row2$d = row2$q;
        weight2$d = weight2$q;
        value2$d = value2$q;
        codebooks$clock = clock;
        codebooks$write_enable = write;
        codebooks$write_address = write_address;
        codebooks$write_data = write_data;
        codebooks$read_address = (((codebook) & 16'hffff) << code_bits) | (entry & code_mask);
        run = entry >> code_bits;
        filler = run == run_symbol;
        base = next_row$q;
        if (first) begin
            base = 32'h0;
        end
        here = base + run;
        if (valid_in) begin
            next_row$d = here + 32'h1;
            if (filler) begin
                next_row$d = here;
            end
        end
        valid2$d = valid_in & ~filler;
        row2$d = here;
        weight2$d = codebooks$read_data;
        value2$d = value_in;
        valid = valid2$q;
        row = row2$q;
        weight = weight2$q;
        value = value2$q;
    end
    
endmodule

module top$clusters$0$pes$3$weight_decode$codebooks(clock,read_address,read_data,write_address,write_data,write_enable);
    
    // Module arguments
    input wire  clock;
    input wire  [15:0] read_address;
    output reg  [15:0] read_data;
    input wire  [15:0] write_address;
    input wire  [15:0] write_data;
    input wire  write_enable;
    
    // Update code (custom)
    (* ram_style = "distributed", no_rw_check *) reg [15:0] mem [0:127];
    integer i;
    initial for (i = 0; i < 128; i = i + 1) mem[i] = 0;
    always @(*) read_data = mem[read_address[6:0]];
    always @(posedge clock) if (write_enable) mem[write_address[6:0]] <= write_data[15:0];
endmodule

module top$sequencer(clock,start,first_step,last_step,reset,write,write_address,write_data,scan_done,idle,scan_start,src_base,groups,ptr_base,codebook,shift,relu,drain,drain_write,drain_row,bias_address,dst_address,clear,busy,running,computing,step);
    
    // Module arguments
    input wire  clock;
    input wire  start;
    input wire  [7:0] first_step;
    input wire  [7:0] last_step;
    input wire  reset;
    input wire  write;
    input wire  [15:0] write_address;
    input wire  [31:0] write_data;
    input wire  scan_done;
    input wire  idle;
    output reg  scan_start;
    output reg  [15:0] src_base;
    output reg  [15:0] groups;
    output reg  [15:0] ptr_base;
    output reg  [7:0] codebook;
    output reg  [4:0] shift;
    output reg  relu;
    output reg  drain;
    output reg  drain_write;
    output reg  [15:0] drain_row;
    output reg  [15:0] bias_address;
    output reg  [15:0] dst_address;
    output reg  clear;
    output reg  busy;
    output reg  running;
    output reg  computing;
    output reg  [7:0] step;
    
    // Constant declarations
    localparam  settle = 16'h6;
    localparam  flush = 16'h9;
    localparam  hold = 16'h10;
    localparam  start_delay = 16'h4;
    localparam  acc_depth = 16'h80;
    localparam  shift_bit = 6'b1000;
    localparam  relu_bit = 6'b10000;
    localparam  drain_bit = 6'b10001;
    
    // Enums
    localparam Phase$Idle = 0;
    localparam Phase$Fetch = 1;
    localparam Phase$Start = 2;
    localparam Phase$Scan = 3;
    localparam Phase$Settle = 4;
    localparam Phase$Drain = 5;
    localparam Phase$Flush = 6;
    localparam Phase$Hold = 7;
    localparam Phase$Sweep = 8;
    
    // Stub signals
    reg  words0$clock;
    reg  [15:0] words0$read_address;
    wire  [31:0] words0$read_data;
    reg  [15:0] words0$write_address;
    reg  [31:0] words0$write_data;
    reg  words0$write_enable;
    reg  words1$clock;
    reg  [15:0] words1$read_address;
    wire  [31:0] words1$read_data;
    reg  [15:0] words1$write_address;
    reg  [31:0] words1$write_data;
    reg  words1$write_enable;
    reg  words2$clock;
    reg  [15:0] words2$read_address;
    wire  [31:0] words2$read_data;
    reg  [15:0] words2$write_address;
    reg  [31:0] words2$write_data;
    reg  words2$write_enable;
    reg  words3$clock;
    reg  [15:0] words3$read_address;
    wire  [31:0] words3$read_data;
    reg  [15:0] words3$write_address;
    reg  [31:0] words3$write_data;
    reg  words3$write_enable;
    reg  [3:0] phase$d;
    wire  [3:0] phase$q;
    reg  phase$clock;
    reg  [7:0] step_q$d;
    wire  [7:0] step_q$q;
    reg  step_q$clock;
    reg  [7:0] last_q$d;
    wire  [7:0] last_q$q;
    reg  last_q$clock;
    reg  [15:0] timer$d;
    wire  [15:0] timer$q;
    reg  timer$clock;
    reg  [15:0] row$d;
    wire  [15:0] row$q;
    reg  row$clock;
    reg  [31:0] word0$d;
    wire  [31:0] word0$q;
    reg  word0$clock;
    reg  [31:0] word1$d;
    wire  [31:0] word1$q;
    reg  word1$clock;
    reg  [31:0] word2$d;
    wire  [31:0] word2$q;
    reg  word2$clock;
    reg  [31:0] word3$d;
    wire  [31:0] word3$q;
    reg  word3$clock;
    reg  scan_start_q$d;
    wire  scan_start_q$q;
    reg  scan_start_q$clock;
    reg  drain_q$d;
    wire  drain_q$q;
    reg  drain_q$clock;
    reg  drain_write_q$d;
    wire  drain_write_q$q;
    reg  drain_write_q$clock;
    reg  [15:0] drain_row_q$d;
    wire  [15:0] drain_row_q$q;
    reg  drain_row_q$clock;
    reg  [15:0] bias_q$d;
    wire  [15:0] bias_q$q;
    reg  bias_q$clock;
    reg  [15:0] dst_q$d;
    wire  [15:0] dst_q$q;
    reg  dst_q$clock;
    
    // Local signals
    reg  [1:0] field;
    reg  [15:0] place;
    reg  [15:0] slots;
    reg  [15:0] next_row;
    reg  step_ended;
    reg  [31:0] control;
    reg  [31:0] relu_field;
    reg  [31:0] drain_field;
    reg  [31:0] shift_field;
    
    // Sub module instances
    top$sequencer$words3 words0(
        .clock(words0$clock),
        .read_address(words0$read_address),
        .read_data(words0$read_data),
        .write_address(words0$write_address),
        .write_data(words0$write_data),
        .write_enable(words0$write_enable)
    );
    top$sequencer$words3 words1(
        .clock(words1$clock),
        .read_address(words1$read_address),
        .read_data(words1$read_data),
        .write_address(words1$write_address),
        .write_data(words1$write_data),
        .write_enable(words1$write_enable)
    );
    top$sequencer$words3 words2(
        .clock(words2$clock),
        .read_address(words2$read_address),
        .read_data(words2$read_data),
        .write_address(words2$write_address),
        .write_data(words2$write_data),
        .write_enable(words2$write_enable)
    );
    top$sequencer$words3 words3(
        .clock(words3$clock),
        .read_address(words3$read_address),
        .read_data(words3$read_data),
        .write_address(words3$write_address),
        .write_data(words3$write_data),
        .write_enable(words3$write_enable)
    );
    top$sequencer$phase phase(
        .d(phase$d),
        .q(phase$q),
        .clock(phase$clock)
    );
    top$sequencer$step_q step_q(
        .d(step_q$d),
        .q(step_q$q),
        .clock(step_q$clock)
    );
    top$sequencer$step_q last_q(
        .d(last_q$d),
        .q(last_q$q),
        .clock(last_q$clock)
    );
    top$sequencer$timer timer(
        .d(timer$d),
        .q(timer$q),
        .clock(timer$clock)
    );
    top$sequencer$timer row(
        .d(row$d),
        .q(row$q),
        .clock(row$clock)
    );
    top$wdata_q word0(
        .d(word0$d),
        .q(word0$q),
        .clock(word0$clock)
    );
    top$wdata_q word1(
        .d(word1$d),
        .q(word1$q),
        .clock(word1$clock)
    );
    top$wdata_q word2(
        .d(word2$d),
        .q(word2$q),
        .clock(word2$clock)
    );
    top$wdata_q word3(
        .d(word3$d),
        .q(word3$q),
        .clock(word3$clock)
    );
    top$write_q scan_start_q(
        .d(scan_start_q$d),
        .q(scan_start_q$q),
        .clock(scan_start_q$clock)
    );
    top$write_q drain_q(
        .d(drain_q$d),
        .q(drain_q$q),
        .clock(drain_q$clock)
    );
    top$write_q drain_write_q(
        .d(drain_write_q$d),
        .q(drain_write_q$q),
        .clock(drain_write_q$clock)
    );
    top$sequencer$timer drain_row_q(
        .d(drain_row_q$d),
        .q(drain_row_q$q),
        .clock(drain_row_q$clock)
    );
    top$sequencer$timer bias_q(
        .d(bias_q$d),
        .q(bias_q$q),
        .clock(bias_q$clock)
    );
    top$sequencer$timer dst_q(
        .d(dst_q$d),
        .q(dst_q$q),
        .clock(dst_q$clock)
    );
    
    // Update code
    always @(*) begin
        phase$clock = clock;
        step_q$clock = clock;
        last_q$clock = clock;
        timer$clock = clock;
        row$clock = clock;
        word0$clock = clock;
        word1$clock = clock;
        word2$clock = clock;
        word3$clock = clock;
        scan_start_q$clock = clock;
        drain_q$clock = clock;
        drain_write_q$clock = clock;
        drain_row_q$clock = clock;
        bias_q$clock = clock;
        dst_q$clock = clock;
        phase$d = phase$q;
        step_q$d = step_q$q;
        last_q$d = last_q$q;
        timer$d = timer$q;
        row$d = row$q;
        word0$d = word0$q;
        word1$d = word1$q;
        word2$d = word2$q;
        word3$d = word3$q;
        scan_start_q$d = scan_start_q$q;
        drain_q$d = drain_q$q;
        drain_write_q$d = drain_write_q$q;
        drain_row_q$d = drain_row_q$q;
        bias_q$d = bias_q$q;
        dst_q$d = dst_q$q;
        words0$clock = clock;
        words1$clock = clock;
        words2$clock = clock;
        words3$clock = clock;
        field = write_address[(32'h0)+:(2)];
        place = write_address >> 32'h2;
        words0$write_address = place;
        words1$write_address = place;
        words2$write_address = place;
        words3$write_address = place;
        words0$write_data = write_data;
        words1$write_data = write_data;
        words2$write_data = write_data;
        words3$write_data = write_data;
        words0$write_enable = write & (field == 32'h0);
        words1$write_enable = write & (field == 32'h1);
        words2$write_enable = write & (field == 32'h2);
        words3$write_enable = write & (field == 32'h3);
        words0$read_address = ((step_q$q) & 16'hffff);
        words1$read_address = ((step_q$q) & 16'hffff);
        words2$read_address = ((step_q$q) & 16'hffff);
        words3$read_address = ((step_q$q) & 16'hffff);
        src_base = word0$q[(32'h0)+:(16)];
        groups = word0$q[(32'h10)+:(16)];
        ptr_base = word1$q[(32'h0)+:(16)];
        slots = word1$q[(32'h10)+:(16)];
        control = word3$q;
        codebook = ((control) & 8'hff);
        shift_field = control >> shift_bit;
        shift = ((shift_field) & 5'h1f);
        relu_field = control >> relu_bit;
        relu = relu_field[32'h0];
        drain_field = control >> drain_bit;
        scan_start_q$d = 1'b0;
        drain_q$d = 1'b0;
        drain_write_q$d = 1'b0;
        drain_row_q$d = row$q;
        bias_q$d = word2$q[(32'h10)+:(16)] + row$q;
        dst_q$d = word2$q[(32'h0)+:(16)] + row$q;
        next_row = row$q + 32'h1;
        clear = 1'b0;
        running = 1'b1;
        computing = 1'b0;
        step_ended = 1'b0;
        if (|timer$q) begin
            timer$d = timer$q - 32'h1;
        end
        case (phase$q)
            Phase$Idle:
                begin
                    running = 1'b0;
                    if (start) begin
                        step_q$d = first_step;
                        last_q$d = last_step;
                        phase$d = Phase$Fetch;
                    end
                end
            Phase$Fetch:
                begin
                    word0$d = words0$read_data;
                    word1$d = words1$read_data;
                    word2$d = words2$read_data;
                    word3$d = words3$read_data;
                    scan_start_q$d = 1'b1;
                    phase$d = Phase$Start;
                end
            Phase$Start:
                begin
                    timer$d = start_delay;
                    phase$d = Phase$Scan;
                end
            Phase$Scan:
                begin
                    computing = 1'b1;
                    if (~|timer$q & scan_done) begin
                        timer$d = settle;
                        phase$d = Phase$Settle;
                    end
                end
            Phase$Settle:
                begin
                    computing = 1'b1;
                    row$d = 32'h0;
                    if (~|timer$q & idle) begin
                        phase$d = Phase$Drain;
                        if (~drain_field[32'h0]) begin
                            step_ended = 1'b1;
                        end
                    end
                end
            Phase$Drain:
                begin
                    drain_q$d = 1'b1;
                    drain_write_q$d = 1'b1;
                    row$d = next_row;
                    if (next_row == slots) begin
                        timer$d = flush;
                        phase$d = Phase$Flush;
                    end
                end
            Phase$Flush:
                begin
                    if (~|timer$q) begin
                        step_ended = 1'b1;
                    end
                end
            Phase$Hold:
                begin
                    running = 1'b0;
                    clear = 1'b1;
                    row$d = 32'h0;
                    if (~|timer$q) begin
                        phase$d = Phase$Sweep;
                    end
                end
            Phase$Sweep:
                begin
                    running = 1'b0;
                    clear = 1'b1;
                    drain_q$d = 1'b1;
                    row$d = next_row;
                    if (next_row == acc_depth) begin
                        phase$d = Phase$Idle;
                    end
                end
            default:
                begin
                    phase$d = Phase$Idle;
                end
        endcase
        if (step_ended) begin
            step_q$d = step_q$q + 32'h1;
            phase$d = Phase$Fetch;
            if (step_q$q == last_q$q) begin
                phase$d = Phase$Idle;
            end
        end
        if (reset) begin
            timer$d = hold;
            phase$d = Phase$Hold;
        end
        busy = phase$q != Phase$Idle;
        scan_start = scan_start_q$q;
        drain = drain_q$q;
        drain_write = drain_write_q$q;
        drain_row = drain_row_q$q;
        bias_address = bias_q$q;
        dst_address = dst_q$q;
        step = step_q$q;
    end
    
endmodule

module top$sequencer$phase(d,q,clock);
    
    // Module arguments
    input wire  [3:0] d;
    output reg  [3:0] q;
    input wire  clock;
    
    // Enums
    localparam Phase$Idle = 0;
    localparam Phase$Fetch = 1;
    localparam Phase$Start = 2;
    localparam Phase$Scan = 3;
    localparam Phase$Settle = 4;
    localparam Phase$Drain = 5;
    localparam Phase$Flush = 6;
    localparam Phase$Hold = 7;
    localparam Phase$Sweep = 8;
    
    // Update code (custom)
    initial begin
       q = 64'h0;
    end
    
    always @(posedge clock) begin
       q <= d;
    end
          
endmodule

module top$sequencer$step_q(d,q,clock);
    
    // Module arguments
    input wire  [7:0] d;
    output reg  [7:0] q;
    input wire  clock;
    
    // Update code (custom)
    initial begin
       q = 8'h0;
    end
    
    always @(posedge clock) begin
       q <= d;
    end
          
endmodule

module top$sequencer$timer(d,q,clock);
    
    // Module arguments
    input wire  [15:0] d;
    output reg  [15:0] q;
    input wire  clock;
    
    // Update code (custom)
    initial begin
       q = 16'h0;
    end
    
    always @(posedge clock) begin
       q <= d;
    end
          
endmodule

module top$sequencer$words3(clock,read_address,read_data,write_address,write_data,write_enable);
    
    // Module arguments
    input wire  clock;
    input wire  [15:0] read_address;
    output reg  [31:0] read_data;
    input wire  [15:0] write_address;
    input wire  [31:0] write_data;
    input wire  write_enable;
    
    // Update code (custom)
    (* ram_style = "distributed", no_rw_check *) reg [31:0] mem [0:7];
    integer i;
    initial for (i = 0; i < 8; i = i + 1) mem[i] = 0;
    always @(*) read_data = mem[read_address[2:0]];
    always @(posedge clock) if (write_enable) mem[write_address[2:0]] <= write_data[31:0];
endmodule

module top$wdata_q(d,q,clock);
    
    // Module arguments
    input wire  [31:0] d;
    output reg  [31:0] q;
    input wire  clock;
    
    // Update code (custom)
    initial begin
       q = 32'h0;
    end
    
    always @(posedge clock) begin
       q <= d;
    end
          
endmodule

module top$write_q(d,q,clock);
    
    // Module arguments
    input wire  d;
    output reg  q;
    input wire  clock;
    
    // Update code (custom)
    initial begin
       q = 1'h0;
    end
    
    always @(posedge clock) begin
       q <= d;
    end
          
endmodule

`default_nettype wire
