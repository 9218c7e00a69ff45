// OpenEIE accelerator, config hash 731572de: Params { pes: 4, cluster: 4, act_depth: 512, ptr_depth: 2048, weight_depth: 8192, acc_depth: 256, bias_depth: 256, max_steps: 32, codebooks: 8, queue_depth: 32, run_bits: 5, acc_bits: 40 }
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
    localparam  all_pes = 12'hfff;
    localparam  lane_bits = 4'h2;
    localparam  first_lane$0 = 16'h0;
    localparam  first_lane$1 = 16'h4;
    localparam  first_lane$2 = 16'h8;
    localparam  first_lane$3 = 16'hc;
    localparam  first_lane$4 = 16'h10;
    localparam  first_lane$5 = 16'h14;
    localparam  first_lane$6 = 16'h18;
    localparam  first_lane$7 = 16'h1c;
    localparam  first_lane$8 = 16'h20;
    localparam  first_lane$9 = 16'h24;
    localparam  first_lane$10 = 16'h28;
    localparam  first_lane$11 = 16'h2c;
    localparam  first_lane$12 = 16'h30;
    localparam  first_lane$13 = 16'h34;
    localparam  first_lane$14 = 16'h38;
    localparam  first_lane$15 = 16'h3c;
    localparam  first_lane$16 = 16'h40;
    localparam  first_lane$17 = 16'h44;
    localparam  first_lane$18 = 16'h48;
    localparam  first_lane$19 = 16'h4c;
    localparam  first_lane$20 = 16'h50;
    localparam  first_lane$21 = 16'h54;
    localparam  first_lane$22 = 16'h58;
    localparam  first_lane$23 = 16'h5c;
    localparam  first_lane$24 = 16'h60;
    localparam  first_lane$25 = 16'h64;
    localparam  first_lane$26 = 16'h68;
    localparam  first_lane$27 = 16'h6c;
    localparam  first_lane$28 = 16'h70;
    localparam  first_lane$29 = 16'h74;
    localparam  first_lane$30 = 16'h78;
    localparam  first_lane$31 = 16'h7c;
    localparam  rank$0 = 8'h0;
    localparam  rank$1 = 8'h0;
    localparam  rank$2 = 8'h0;
    localparam  rank$3 = 8'h0;
    localparam  rank$4 = 8'h0;
    localparam  rank$5 = 8'h0;
    localparam  rank$6 = 8'h0;
    localparam  rank$7 = 8'h0;
    localparam  rank$8 = 8'h0;
    localparam  rank$9 = 8'h0;
    localparam  rank$10 = 8'h0;
    localparam  rank$11 = 8'h0;
    localparam  rank$12 = 8'h0;
    localparam  rank$13 = 8'h0;
    localparam  rank$14 = 8'h0;
    localparam  rank$15 = 8'h0;
    localparam  rank$16 = 8'h0;
    localparam  rank$17 = 8'h0;
    localparam  rank$18 = 8'h0;
    localparam  rank$19 = 8'h0;
    localparam  rank$20 = 8'h0;
    localparam  rank$21 = 8'h0;
    localparam  rank$22 = 8'h0;
    localparam  rank$23 = 8'h0;
    localparam  rank$24 = 8'h0;
    localparam  rank$25 = 8'h0;
    localparam  rank$26 = 8'h0;
    localparam  rank$27 = 8'h0;
    localparam  rank$28 = 8'h0;
    localparam  rank$29 = 8'h0;
    localparam  rank$30 = 8'h0;
    localparam  rank$31 = 8'h0;
    localparam  last_rank$0 = 8'h0;
    localparam  stride$0 = 16'h4;
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
    localparam  ident = 32'h45494502;
    localparam  config_hash = 32'h731572de;
    
    // Stub signals
    reg  clusters$0$clock;
    reg  clusters$0$clear;
    reg  clusters$0$clear_counters;
    reg  clusters$0$bcast_valid;
    reg  clusters$0$bcast_marker;
    reg  [15:0] clusters$0$bcast_column;
    reg  [15:0] clusters$0$bcast_value;
    reg  clusters$0$host_write;
    reg  clusters$0$host_read;
    reg  clusters$0$host_select;
    reg  clusters$0$host_all;
    reg  [31:0] clusters$0$host_address;
    reg  [31:0] clusters$0$host_data;
    wire  [31:0] clusters$0$read_data;
    reg  clusters$0$scan_start;
    reg  [15:0] clusters$0$src_base;
    reg  [15:0] clusters$0$groups;
    reg  [15:0] clusters$0$ptr_base;
    reg  [15:0] clusters$0$first_lane;
    reg  clusters$0$start_gated;
    reg  clusters$0$gated;
    reg  clusters$0$arrives;
    reg  [15:0] clusters$0$stride;
    wire  clusters$0$put;
    reg  clusters$0$grant;
    wire  [31:0] clusters$0$granted;
    wire  clusters$0$scan_done;
    wire  clusters$0$almost_full;
    wire  clusters$0$passed0;
    wire  clusters$0$passed1;
    reg  [4:0] clusters$0$shift;
    reg  clusters$0$relu;
    reg  clusters$0$drain;
    reg  clusters$0$drain_write;
    reg  [15:0] clusters$0$drain_row;
    reg  [15:0] clusters$0$bias_address;
    reg  [15:0] clusters$0$dst_address;
    reg  [7:0] clusters$0$drain_rank;
    reg  clusters$0$chain_idle;
    reg  clusters$0$chain_first;
    reg  clusters$0$chain_last;
    reg  [7:0] clusters$0$chain_rank;
    reg  [41:0] clusters$0$chain_in;
    reg  [383:0] clusters$0$chain_sums_in;
    wire  [41:0] clusters$0$chain_out;
    wire  [383:0] clusters$0$chain_sums_out;
    reg  [24:0] clusters$0$back_in;
    reg  [127:0] clusters$0$back_results_in;
    wire  [24:0] clusters$0$back_out;
    wire  [127:0] clusters$0$back_results_out;
    reg  sequencer$clock;
    reg  sequencer$start;
    reg  [7:0] sequencer$first_step;
    reg  [7:0] sequencer$last_step;
    reg  sequencer$reset;
    reg  sequencer$write;
    reg  [15:0] sequencer$write_address;
    reg  [31:0] sequencer$write_data;
    reg  sequencer$scan_done;
    reg  sequencer$full;
    reg  sequencer$passed0;
    reg  sequencer$passed1;
    wire  sequencer$marker;
    wire  [15:0] sequencer$marker_value;
    wire  sequencer$scan_start;
    wire  [15:0] sequencer$src_base;
    wire  [15:0] sequencer$groups;
    wire  [15:0] sequencer$ptr_base;
    wire  [7:0] sequencer$start_mask;
    wire  sequencer$start_gated;
    wire  [7:0] sequencer$scan_mask;
    wire  sequencer$gated;
    wire  sequencer$arrives;
    wire  [4:0] sequencer$shift;
    wire  sequencer$relu;
    wire  sequencer$drain_idle;
    wire  [7:0] sequencer$given_mask;
    wire  sequencer$drain;
    wire  sequencer$drain_write;
    wire  [15:0] sequencer$drain_row;
    wire  [15:0] sequencer$bias_address;
    wire  [15:0] sequencer$dst_address;
    wire  [7:0] sequencer$drain_rank;
    wire  sequencer$clear;
    wire  sequencer$busy;
    wire  sequencer$running;
    wire  sequencer$computing;
    wire  [7:0] sequencer$step;
    reg  arbiter$clock;
    reg  arbiter$clear;
    reg  [7:0] arbiter$mask;
    reg  arbiter$put$0;
    reg  arbiter$full$0;
    wire  arbiter$grant$0;
    reg  [31:0] arbiter$granted$0;
    reg  arbiter$marker;
    reg  [15:0] arbiter$marker_value;
    wire  arbiter$valid$0;
    wire  arbiter$is_marker;
    wire  [15:0] arbiter$column$0;
    wire  [15:0] arbiter$value$0;
    wire  arbiter$any_full;
    wire  arbiter$idle;
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
    reg  reading$4$d;
    wire  reading$4$q;
    reg  reading$4$clock;
    reg  reading$5$d;
    wire  reading$5$q;
    reg  reading$5$clock;
    reg  reading$6$d;
    wire  reading$6$q;
    reg  reading$6$clock;
    reg  reading$7$d;
    wire  reading$7$q;
    reg  reading$7$clock;
    reg  reading$8$d;
    wire  reading$8$q;
    reg  reading$8$clock;
    reg  write1$d;
    wire  write1$q;
    reg  write1$clock;
    reg  [31:0] address1$d;
    wire  [31:0] address1$q;
    reg  address1$clock;
    reg  select$0$d;
    wire  select$0$q;
    reg  select$0$clock;
    reg  to_all$d;
    wire  to_all$q;
    reg  to_all$clock;
    reg  [31:0] rdata_q$d;
    wire  [31:0] rdata_q$q;
    reg  rdata_q$clock;
    reg  done_q$d;
    wire  done_q$q;
    reg  done_q$clock;
    reg  step_write_q$d;
    wire  step_write_q$q;
    reg  step_write_q$clock;
    reg  start_q$d;
    wire  start_q$q;
    reg  start_q$clock;
    reg  reset_q$d;
    wire  reset_q$q;
    reg  reset_q$clock;
    reg  [15:0] address2$d;
    wire  [15:0] address2$q;
    reg  address2$clock;
    reg  [31:0] wdata2$d;
    wire  [31:0] wdata2$q;
    reg  wdata2$clock;
    reg  is_ident$d;
    wire  is_ident$q;
    reg  is_ident$clock;
    reg  is_hash$d;
    wire  is_hash$q;
    reg  is_hash$clock;
    reg  is_status$d;
    wire  is_status$q;
    reg  is_status$clock;
    reg  is_cycles$d;
    wire  is_cycles$q;
    reg  is_cycles$clock;
    reg  is_compute$d;
    wire  is_compute$q;
    reg  is_compute$clock;
    reg  [31:0] control_q$d;
    wire  [31:0] control_q$q;
    reg  control_q$clock;
    reg  from_control$d;
    wire  from_control$q;
    reg  from_control$clock;
    reg  [31:0] cycles$d;
    wire  [31:0] cycles$q;
    reg  cycles$clock;
    reg  [31:0] compute_cycles$d;
    wire  [31:0] compute_cycles$q;
    reg  compute_cycles$clock;
    reg  clear_counters$d;
    wire  clear_counters$q;
    reg  clear_counters$clock;
    reg  [31:0] fixed_q$d;
    wire  [31:0] fixed_q$q;
    reg  fixed_q$clock;
    reg  running_q$d;
    wire  running_q$q;
    reg  running_q$clock;
    reg  computing_q$d;
    wire  computing_q$q;
    reg  computing_q$clock;
    
    // Local signals
    reg  [11:0] pe_field;
    reg  [11:0] cluster_field;
    reg  all_done;
    reg  all_passed0;
    reg  all_passed1;
    reg  [3:0] region;
    reg  control_write;
    reg  [31:0] cycles_read;
    reg  [31:0] compute_read;
    reg  [31:0] cluster_read;
    
    // Sub module instances
    top$clusters$0 clusters$0(
        .clock(clusters$0$clock),
        .clear(clusters$0$clear),
        .clear_counters(clusters$0$clear_counters),
        .bcast_valid(clusters$0$bcast_valid),
        .bcast_marker(clusters$0$bcast_marker),
        .bcast_column(clusters$0$bcast_column),
        .bcast_value(clusters$0$bcast_value),
        .host_write(clusters$0$host_write),
        .host_read(clusters$0$host_read),
        .host_select(clusters$0$host_select),
        .host_all(clusters$0$host_all),
        .host_address(clusters$0$host_address),
        .host_data(clusters$0$host_data),
        .read_data(clusters$0$read_data),
        .scan_start(clusters$0$scan_start),
        .src_base(clusters$0$src_base),
        .groups(clusters$0$groups),
        .ptr_base(clusters$0$ptr_base),
        .first_lane(clusters$0$first_lane),
        .start_gated(clusters$0$start_gated),
        .gated(clusters$0$gated),
        .arrives(clusters$0$arrives),
        .stride(clusters$0$stride),
        .put(clusters$0$put),
        .grant(clusters$0$grant),
        .granted(clusters$0$granted),
        .scan_done(clusters$0$scan_done),
        .almost_full(clusters$0$almost_full),
        .passed0(clusters$0$passed0),
        .passed1(clusters$0$passed1),
        .shift(clusters$0$shift),
        .relu(clusters$0$relu),
        .drain(clusters$0$drain),
        .drain_write(clusters$0$drain_write),
        .drain_row(clusters$0$drain_row),
        .bias_address(clusters$0$bias_address),
        .dst_address(clusters$0$dst_address),
        .drain_rank(clusters$0$drain_rank),
        .chain_idle(clusters$0$chain_idle),
        .chain_first(clusters$0$chain_first),
        .chain_last(clusters$0$chain_last),
        .chain_rank(clusters$0$chain_rank),
        .chain_in(clusters$0$chain_in),
        .chain_sums_in(clusters$0$chain_sums_in),
        .chain_out(clusters$0$chain_out),
        .chain_sums_out(clusters$0$chain_sums_out),
        .back_in(clusters$0$back_in),
        .back_results_in(clusters$0$back_results_in),
        .back_out(clusters$0$back_out),
        .back_results_out(clusters$0$back_results_out)
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
        .full(sequencer$full),
        .passed0(sequencer$passed0),
        .passed1(sequencer$passed1),
        .marker(sequencer$marker),
        .marker_value(sequencer$marker_value),
        .scan_start(sequencer$scan_start),
        .src_base(sequencer$src_base),
        .groups(sequencer$groups),
        .ptr_base(sequencer$ptr_base),
        .start_mask(sequencer$start_mask),
        .start_gated(sequencer$start_gated),
        .scan_mask(sequencer$scan_mask),
        .gated(sequencer$gated),
        .arrives(sequencer$arrives),
        .shift(sequencer$shift),
        .relu(sequencer$relu),
        .drain_idle(sequencer$drain_idle),
        .given_mask(sequencer$given_mask),
        .drain(sequencer$drain),
        .drain_write(sequencer$drain_write),
        .drain_row(sequencer$drain_row),
        .bias_address(sequencer$bias_address),
        .dst_address(sequencer$dst_address),
        .drain_rank(sequencer$drain_rank),
        .clear(sequencer$clear),
        .busy(sequencer$busy),
        .running(sequencer$running),
        .computing(sequencer$computing),
        .step(sequencer$step)
    );
    top$arbiter arbiter(
        .clock(arbiter$clock),
        .clear(arbiter$clear),
        .mask(arbiter$mask),
        .put$0(arbiter$put$0),
        .full$0(arbiter$full$0),
        .grant$0(arbiter$grant$0),
        .granted$0(arbiter$granted$0),
        .marker(arbiter$marker),
        .marker_value(arbiter$marker_value),
        .valid$0(arbiter$valid$0),
        .is_marker(arbiter$is_marker),
        .column$0(arbiter$column$0),
        .value$0(arbiter$value$0),
        .any_full(arbiter$any_full),
        .idle(arbiter$idle)
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
    top$write_q reading$4(
        .d(reading$4$d),
        .q(reading$4$q),
        .clock(reading$4$clock)
    );
    top$write_q reading$5(
        .d(reading$5$d),
        .q(reading$5$q),
        .clock(reading$5$clock)
    );
    top$write_q reading$6(
        .d(reading$6$d),
        .q(reading$6$q),
        .clock(reading$6$clock)
    );
    top$write_q reading$7(
        .d(reading$7$d),
        .q(reading$7$q),
        .clock(reading$7$clock)
    );
    top$write_q reading$8(
        .d(reading$8$d),
        .q(reading$8$q),
        .clock(reading$8$clock)
    );
    top$write_q write1(
        .d(write1$d),
        .q(write1$q),
        .clock(write1$clock)
    );
    top$wdata_q address1(
        .d(address1$d),
        .q(address1$q),
        .clock(address1$clock)
    );
    top$write_q select$0(
        .d(select$0$d),
        .q(select$0$q),
        .clock(select$0$clock)
    );
    top$write_q to_all(
        .d(to_all$d),
        .q(to_all$q),
        .clock(to_all$clock)
    );
    top$wdata_q rdata_q(
        .d(rdata_q$d),
        .q(rdata_q$q),
        .clock(rdata_q$clock)
    );
    top$write_q done_q(
        .d(done_q$d),
        .q(done_q$q),
        .clock(done_q$clock)
    );
    top$write_q step_write_q(
        .d(step_write_q$d),
        .q(step_write_q$q),
        .clock(step_write_q$clock)
    );
    top$write_q start_q(
        .d(start_q$d),
        .q(start_q$q),
        .clock(start_q$clock)
    );
    top$write_q reset_q(
        .d(reset_q$d),
        .q(reset_q$q),
        .clock(reset_q$clock)
    );
    top$sequencer$rows_left address2(
        .d(address2$d),
        .q(address2$q),
        .clock(address2$clock)
    );
    top$wdata_q wdata2(
        .d(wdata2$d),
        .q(wdata2$q),
        .clock(wdata2$clock)
    );
    top$write_q is_ident(
        .d(is_ident$d),
        .q(is_ident$q),
        .clock(is_ident$clock)
    );
    top$write_q is_hash(
        .d(is_hash$d),
        .q(is_hash$q),
        .clock(is_hash$clock)
    );
    top$write_q is_status(
        .d(is_status$d),
        .q(is_status$q),
        .clock(is_status$clock)
    );
    top$write_q is_cycles(
        .d(is_cycles$d),
        .q(is_cycles$q),
        .clock(is_cycles$clock)
    );
    top$write_q is_compute(
        .d(is_compute$d),
        .q(is_compute$q),
        .clock(is_compute$clock)
    );
    top$wdata_q control_q(
        .d(control_q$d),
        .q(control_q$q),
        .clock(control_q$clock)
    );
    top$write_q from_control(
        .d(from_control$d),
        .q(from_control$q),
        .clock(from_control$clock)
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
    top$wdata_q fixed_q(
        .d(fixed_q$d),
        .q(fixed_q$q),
        .clock(fixed_q$clock)
    );
    top$write_q running_q(
        .d(running_q$d),
        .q(running_q$q),
        .clock(running_q$clock)
    );
    top$write_q computing_q(
        .d(computing_q$d),
        .q(computing_q$q),
        .clock(computing_q$clock)
    );
    
    // Update code
    always @(*) begin
        write_q$clock = clock;
        read_q$clock = clock;
        address_q$clock = clock;
        wdata_q$clock = clock;
        write1$clock = clock;
        address1$clock = clock;
        to_all$clock = clock;
        rdata_q$clock = clock;
        step_write_q$clock = clock;
        start_q$clock = clock;
        reset_q$clock = clock;
        address2$clock = clock;
        wdata2$clock = clock;
        is_ident$clock = clock;
        is_hash$clock = clock;
        is_status$clock = clock;
        is_cycles$clock = clock;
        is_compute$clock = clock;
        control_q$clock = clock;
        fixed_q$clock = clock;
        running_q$clock = clock;
        computing_q$clock = clock;
        from_control$clock = clock;
        done_q$clock = clock;
        cycles$clock = clock;
        compute_cycles$clock = clock;
        clear_counters$clock = clock;
        write_q$d = write_q$q;
        read_q$d = read_q$q;
        address_q$d = address_q$q;
        wdata_q$d = wdata_q$q;
        write1$d = write1$q;
        address1$d = address1$q;
        to_all$d = to_all$q;
        rdata_q$d = rdata_q$q;
        step_write_q$d = step_write_q$q;
        start_q$d = start_q$q;
        reset_q$d = reset_q$q;
        address2$d = address2$q;
        wdata2$d = wdata2$q;
        is_ident$d = is_ident$q;
        is_hash$d = is_hash$q;
        is_status$d = is_status$q;
        is_cycles$d = is_cycles$q;
        is_compute$d = is_compute$q;
        control_q$d = control_q$q;
        fixed_q$d = fixed_q$q;
        running_q$d = running_q$q;
        computing_q$d = computing_q$q;
        from_control$d = from_control$q;
        done_q$d = done_q$q;
        cycles$d = cycles$q;
        compute_cycles$d = compute_cycles$q;
        clear_counters$d = clear_counters$q;
        sequencer$clock = clock;
        arbiter$clock = clock;
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
        reading$4$clock = clock;
        reading$4$d = reading$3$q;
        reading$5$clock = clock;
        reading$5$d = reading$4$q;
        reading$6$clock = clock;
        reading$6$d = reading$5$q;
        reading$7$clock = clock;
        reading$7$d = reading$6$q;
        reading$8$clock = clock;
        reading$8$d = reading$7$q;
        write1$d = write_q$q;
        address1$d = address_q$q;
        pe_field = address_q$q[(32'h10)+:(12)];
        cluster_field = pe_field >> lane_bits;
        to_all$d = pe_field == all_pes;
        address2$d = address_q$q[(32'h0)+:(16)];
        wdata2$d = wdata_q$q;
        start_q$d = control_write & (address_q$q == reg_start);
        reset_q$d = control_write & (address_q$q == reg_reset);
        step_write_q$d = write_q$q & (region == region_step);
        clear_counters$d = control_write & (address_q$q == reg_clear_counters);
        sequencer$start = start_q$q;
        sequencer$first_step = wdata2$q[(32'h0)+:(8)];
        sequencer$last_step = wdata2$q[(32'h8)+:(8)];
        sequencer$reset = reset_q$q;
        sequencer$write = step_write_q$q;
        sequencer$write_address = address2$q;
        sequencer$write_data = wdata2$q;
        is_ident$d = address_q$q == reg_ident;
        is_hash$d = address_q$q == reg_config_hash;
        is_status$d = address_q$q == reg_status;
        is_cycles$d = address_q$q == reg_cycles;
        is_compute$d = address_q$q == reg_compute_cycles;
        fixed_q$d = 32'h0;
        if (is_ident$q) begin
            fixed_q$d = ident;
        end
        if (is_hash$q) begin
            fixed_q$d = config_hash;
        end
        if (is_status$q & sequencer$busy) begin
            fixed_q$d = 32'h1;
        end
        cycles_read = 32'h0;
        if (is_cycles$q) begin
            cycles_read = cycles$q;
        end
        compute_read = 32'h0;
        if (is_compute$q) begin
            compute_read = compute_cycles$q;
        end
        control_q$d = fixed_q$q | cycles_read | compute_read;
        running_q$d = sequencer$running;
        computing_q$d = sequencer$computing;
        if (running_q$q) begin
            cycles$d = cycles$q + 32'h1;
        end
        if (computing_q$q) begin
            compute_cycles$d = compute_cycles$q + 32'h1;
        end
        if (clear_counters$q) begin
            cycles$d = 32'h0;
            compute_cycles$d = 32'h0;
        end
        arbiter$clear = sequencer$clear;
        arbiter$mask = sequencer$scan_mask;
        arbiter$marker = sequencer$marker;
        arbiter$marker_value = sequencer$marker_value;
        all_done = arbiter$idle;
        all_passed0 = 1'b1;
        all_passed1 = 1'b1;
        arbiter$put$0 = clusters$0$put;
        arbiter$full$0 = clusters$0$almost_full;
        arbiter$granted$0 = clusters$0$granted;
        clusters$0$grant = arbiter$grant$0;
        clusters$0$bcast_valid = arbiter$valid$0;
        clusters$0$bcast_marker = arbiter$is_marker;
        clusters$0$bcast_column = arbiter$column$0;
        clusters$0$bcast_value = arbiter$value$0;
        if (~clusters$0$scan_done) begin
            all_done = 1'b0;
        end
        if (~clusters$0$passed0) begin
            all_passed0 = 1'b0;
        end
        if (~clusters$0$passed1) begin
            all_passed1 = 1'b0;
        end
        done_q$d = all_done;
        sequencer$scan_done = done_q$q;
        sequencer$full = arbiter$any_full;
        sequencer$passed0 = all_passed0;
        sequencer$passed1 = all_passed1;
        clusters$0$clock = clock;
        select$0$clock = clock;
        select$0$d = (cluster_field == 0) | (pe_field == all_pes);
        clusters$0$host_select = select$0$q;
        clusters$0$host_all = to_all$q;
        clusters$0$first_lane = first_lane$0;
        clusters$0$stride = stride$0;
        clusters$0$chain_rank = 32'h0;
        clusters$0$chain_first = 1'b1;
        clusters$0$chain_last = 1'b1;
        clusters$0$chain_idle = sequencer$drain_idle;
        clusters$0$start_gated = sequencer$start_gated;
        clusters$0$chain_in = 32'h0;
        clusters$0$chain_sums_in = 32'h0;
        clusters$0$back_in = 32'h0;
        clusters$0$back_results_in = 32'h0;
        clusters$0$gated = sequencer$gated;
        clusters$0$arrives = sequencer$arrives;
        clusters$0$clear = sequencer$clear;
        clusters$0$clear_counters = clear_counters$q;
        clusters$0$host_write = write1$q;
        clusters$0$host_read = reading$0$q;
        clusters$0$host_address = address1$q;
        clusters$0$host_data = wdata2$q;
        clusters$0$scan_start = sequencer$scan_start;
        clusters$0$src_base = sequencer$src_base;
        clusters$0$groups = sequencer$groups;
        clusters$0$ptr_base = sequencer$ptr_base;
        clusters$0$shift = sequencer$shift;
        clusters$0$relu = sequencer$relu;
        clusters$0$drain = sequencer$drain;
        clusters$0$drain_write = sequencer$drain_write;
        clusters$0$drain_row = sequencer$drain_row;
        clusters$0$bias_address = sequencer$bias_address;
        clusters$0$dst_address = sequencer$dst_address;
        clusters$0$drain_rank = sequencer$drain_rank;
        cluster_read = 32'h0;
        cluster_read = cluster_read | clusters$0$read_data;
        from_control$d = region == region_control;
        if (reading$7$q) begin
            rdata_q$d = cluster_read;
            if (from_control$q) begin
                rdata_q$d = control_q$q;
            end
        end
        bus_rvalid = reading$8$q;
        bus_rdata = rdata_q$q;
        busy = sequencer$busy;
        step = sequencer$step;
        draining = sequencer$drain;
        drain_row = sequencer$drain_row;
    end
    
endmodule

module top$arbiter(clock,clear,mask,put$0,full$0,grant$0,granted$0,marker,marker_value,valid$0,is_marker,column$0,value$0,any_full,idle);
    
    // Module arguments
    input wire  clock;
    input wire  clear;
    input wire  [7:0] mask;
    input wire  put$0;
    input wire  full$0;
    output reg  grant$0;
    input wire  [31:0] granted$0;
    input wire  marker;
    input wire  [15:0] marker_value;
    output reg  valid$0;
    output reg  is_marker;
    output reg  [15:0] column$0;
    output reg  [15:0] value$0;
    output reg  any_full;
    output reg  idle;
    
    // Constant declarations
    localparam  above$0 = 32'hfffffffe;
    localparam  group_set$0 = 32'h1;
    localparam  group_set$1 = 32'h1;
    localparam  group_set$2 = 32'h1;
    localparam  group_set$3 = 32'h1;
    localparam  group_set$4 = 32'h1;
    localparam  group_set$5 = 32'h1;
    localparam  group_set$6 = 32'h1;
    localparam  group_set$7 = 32'h1;
    localparam  group_set$8 = 32'h1;
    localparam  group_set$9 = 32'h1;
    localparam  group_set$10 = 32'h1;
    localparam  group_set$11 = 32'h1;
    localparam  group_set$12 = 32'h1;
    localparam  group_set$13 = 32'h1;
    localparam  group_set$14 = 32'h1;
    localparam  group_set$15 = 32'h1;
    localparam  group_set$16 = 32'h1;
    localparam  group_set$17 = 32'h1;
    localparam  group_set$18 = 32'h1;
    localparam  group_set$19 = 32'h1;
    localparam  group_set$20 = 32'h1;
    localparam  group_set$21 = 32'h1;
    localparam  group_set$22 = 32'h1;
    localparam  group_set$23 = 32'h1;
    localparam  group_set$24 = 32'h1;
    localparam  group_set$25 = 32'h1;
    localparam  group_set$26 = 32'h1;
    localparam  group_set$27 = 32'h1;
    localparam  group_set$28 = 32'h1;
    localparam  group_set$29 = 32'h1;
    localparam  group_set$30 = 32'h1;
    localparam  group_set$31 = 32'h1;
    
    // Stub signals
    reg  [4:0] count$0$d;
    wire  [4:0] count$0$q;
    reg  count$0$clock;
    reg  has$0$d;
    wire  has$0$q;
    reg  has$0$clock;
    reg  wait_q$0$d;
    wire  wait_q$0$q;
    reg  wait_q$0$clock;
    reg  grant_q$0$d;
    wire  grant_q$0$q;
    reg  grant_q$0$clock;
    reg  go1$0$d;
    wire  go1$0$q;
    reg  go1$0$clock;
    reg  go2$0$d;
    wire  go2$0$q;
    reg  go2$0$clock;
    reg  go3$0$d;
    wire  go3$0$q;
    reg  go3$0$clock;
    reg  [31:0] data$0$d;
    wire  [31:0] data$0$q;
    reg  data$0$clock;
    reg  [31:0] group$0$d;
    wire  [31:0] group$0$q;
    reg  group$0$clock;
    reg  marker1$d;
    wire  marker1$q;
    reg  marker1$clock;
    reg  marker2$d;
    wire  marker2$q;
    reg  marker2$clock;
    reg  marker3$d;
    wire  marker3$q;
    reg  marker3$clock;
    reg  [15:0] marker_value1$d;
    wire  [15:0] marker_value1$q;
    reg  marker_value1$clock;
    reg  [15:0] marker_value2$d;
    wire  [15:0] marker_value2$q;
    reg  marker_value2$clock;
    
    // Local signals
    reg  [31:0] sums$0;
    reg  [31:0] sums$1;
    reg  [31:0] sums$2;
    reg  [31:0] sums$3;
    reg  [31:0] sums$4;
    reg  [31:0] sums$5;
    reg  [31:0] sums$6;
    reg  [31:0] sums$7;
    reg  [31:0] sums$8;
    reg  [31:0] sums$9;
    reg  [31:0] sums$10;
    reg  [31:0] sums$11;
    reg  [31:0] sums$12;
    reg  [31:0] sums$13;
    reg  [31:0] sums$14;
    reg  [31:0] sums$15;
    reg  [31:0] sums$16;
    reg  [31:0] sums$17;
    reg  [31:0] sums$18;
    reg  [31:0] sums$19;
    reg  [31:0] sums$20;
    reg  [31:0] sums$21;
    reg  [31:0] sums$22;
    reg  [31:0] sums$23;
    reg  [31:0] sums$24;
    reg  [31:0] sums$25;
    reg  [31:0] sums$26;
    reg  [31:0] sums$27;
    reg  [31:0] sums$28;
    reg  [31:0] sums$29;
    reg  [31:0] sums$30;
    reg  [31:0] sums$31;
    reg  choose$0;
    reg  [31:0] rivals$0;
    reg  goes$0;
    reg  waits$0;
    reg  [4:0] count_next$0;
    reg  full_any;
    reg  has_any;
    
    // Sub module instances
    top$clusters$0$shift_q count$0(
        .d(count$0$d),
        .q(count$0$q),
        .clock(count$0$clock)
    );
    top$write_q has$0(
        .d(has$0$d),
        .q(has$0$q),
        .clock(has$0$clock)
    );
    top$write_q wait_q$0(
        .d(wait_q$0$d),
        .q(wait_q$0$q),
        .clock(wait_q$0$clock)
    );
    top$write_q grant_q$0(
        .d(grant_q$0$d),
        .q(grant_q$0$q),
        .clock(grant_q$0$clock)
    );
    top$write_q go1$0(
        .d(go1$0$d),
        .q(go1$0$q),
        .clock(go1$0$clock)
    );
    top$write_q go2$0(
        .d(go2$0$d),
        .q(go2$0$q),
        .clock(go2$0$clock)
    );
    top$write_q go3$0(
        .d(go3$0$d),
        .q(go3$0$q),
        .clock(go3$0$clock)
    );
    top$wdata_q data$0(
        .d(data$0$d),
        .q(data$0$q),
        .clock(data$0$clock)
    );
    top$wdata_q group$0(
        .d(group$0$d),
        .q(group$0$q),
        .clock(group$0$clock)
    );
    top$write_q marker1(
        .d(marker1$d),
        .q(marker1$q),
        .clock(marker1$clock)
    );
    top$write_q marker2(
        .d(marker2$d),
        .q(marker2$q),
        .clock(marker2$clock)
    );
    top$write_q marker3(
        .d(marker3$d),
        .q(marker3$q),
        .clock(marker3$clock)
    );
    top$sequencer$rows_left marker_value1(
        .d(marker_value1$d),
        .q(marker_value1$q),
        .clock(marker_value1$clock)
    );
    top$sequencer$rows_left marker_value2(
        .d(marker_value2$d),
        .q(marker_value2$q),
        .clock(marker_value2$clock)
    );
    
    // Update code
    always @(*) begin
        marker1$clock = clock;
        marker2$clock = clock;
        marker3$clock = clock;
        marker_value1$clock = clock;
        marker_value2$clock = clock;
        marker1$d = marker1$q;
        marker2$d = marker2$q;
        marker3$d = marker3$q;
        marker_value1$d = marker_value1$q;
        marker_value2$d = marker_value2$q;
        marker1$d = marker;
        marker2$d = marker1$q;
        marker3$d = marker2$q;
        marker_value1$d = marker_value;
        marker_value2$d = 32'h0;
        if (marker1$q) begin
            marker_value2$d = marker_value1$q;
        end
        is_marker = marker3$q;
        sums$0 = ((marker_value2$q) & 32'hffffffff);
        sums$1 = ((marker_value2$q) & 32'hffffffff);
        sums$2 = ((marker_value2$q) & 32'hffffffff);
        sums$3 = ((marker_value2$q) & 32'hffffffff);
        sums$4 = ((marker_value2$q) & 32'hffffffff);
        sums$5 = ((marker_value2$q) & 32'hffffffff);
        sums$6 = ((marker_value2$q) & 32'hffffffff);
        sums$7 = ((marker_value2$q) & 32'hffffffff);
        sums$8 = ((marker_value2$q) & 32'hffffffff);
        sums$9 = ((marker_value2$q) & 32'hffffffff);
        sums$10 = ((marker_value2$q) & 32'hffffffff);
        sums$11 = ((marker_value2$q) & 32'hffffffff);
        sums$12 = ((marker_value2$q) & 32'hffffffff);
        sums$13 = ((marker_value2$q) & 32'hffffffff);
        sums$14 = ((marker_value2$q) & 32'hffffffff);
        sums$15 = ((marker_value2$q) & 32'hffffffff);
        sums$16 = ((marker_value2$q) & 32'hffffffff);
        sums$17 = ((marker_value2$q) & 32'hffffffff);
        sums$18 = ((marker_value2$q) & 32'hffffffff);
        sums$19 = ((marker_value2$q) & 32'hffffffff);
        sums$20 = ((marker_value2$q) & 32'hffffffff);
        sums$21 = ((marker_value2$q) & 32'hffffffff);
        sums$22 = ((marker_value2$q) & 32'hffffffff);
        sums$23 = ((marker_value2$q) & 32'hffffffff);
        sums$24 = ((marker_value2$q) & 32'hffffffff);
        sums$25 = ((marker_value2$q) & 32'hffffffff);
        sums$26 = ((marker_value2$q) & 32'hffffffff);
        sums$27 = ((marker_value2$q) & 32'hffffffff);
        sums$28 = ((marker_value2$q) & 32'hffffffff);
        sums$29 = ((marker_value2$q) & 32'hffffffff);
        sums$30 = ((marker_value2$q) & 32'hffffffff);
        sums$31 = ((marker_value2$q) & 32'hffffffff);
        full_any = 1'b0;
        has_any = 1'b0;
        group$0$clock = clock;
        group$0$d = group_set$0;
        choose$0 = has$0$q & ~wait_q$0$q;
        rivals$0 = group$0$q & above$0;
        goes$0 = 1'b0;
        waits$0 = 1'b0;
        if (has$0$q & rivals$0[0]) begin
            choose$0 = 1'b0;
        end
        if (has$0$q & group$0$q[0]) begin
            goes$0 = 1'b1;
        end
        if (full$0 & group$0$q[0]) begin
            waits$0 = 1'b1;
        end
        wait_q$0$clock = clock;
        wait_q$0$d = waits$0;
        grant_q$0$clock = clock;
        grant_q$0$d = choose$0;
        grant$0 = grant_q$0$q;
        count_next$0 = count$0$q;
        if (put$0 & ~choose$0) begin
            count_next$0 = count$0$q + 32'h1;
        end
        if (~put$0 & choose$0) begin
            count_next$0 = count$0$q - 32'h1;
        end
        count$0$clock = clock;
        count$0$d = count_next$0;
        has$0$clock = clock;
        has$0$d = put$0 | (count$0$q > 32'h1) | (count$0$q[32'h0] & ~choose$0);
        if (clear) begin
            count$0$d = 32'h0;
            has$0$d = 1'b0;
        end
        if (has$0$q) begin
            has_any = 1'b1;
        end
        if (full$0) begin
            full_any = 1'b1;
        end
        go1$0$clock = clock;
        go1$0$d = goes$0 & ~wait_q$0$q;
        go2$0$clock = clock;
        go2$0$d = go1$0$q | marker1$q;
        go3$0$clock = clock;
        go3$0$d = go2$0$q;
        data$0$clock = clock;
        if (group_set$0[0]) begin
            sums$0 = sums$0 | granted$0;
        end
        data$0$d = sums$0;
        valid$0 = go3$0$q;
        value$0 = data$0$q[(32'h0)+:(16)];
        column$0 = data$0$q[(32'h10)+:(16)];
        any_full = full_any;
        idle = ~has_any;
    end
    
endmodule

module top$clusters$0(clock,clear,clear_counters,bcast_valid,bcast_marker,bcast_column,bcast_value,host_write,host_read,host_select,host_all,host_address,host_data,read_data,scan_start,src_base,groups,ptr_base,first_lane,start_gated,gated,arrives,stride,put,grant,granted,scan_done,almost_full,passed0,passed1,shift,relu,drain,drain_write,drain_row,bias_address,dst_address,drain_rank,chain_idle,chain_first,chain_last,chain_rank,chain_in,chain_sums_in,chain_out,chain_sums_out,back_in,back_results_in,back_out,back_results_out);
    
    // Module arguments
    input wire  clock;
    input wire  clear;
    input wire  clear_counters;
    input wire  bcast_valid;
    input wire  bcast_marker;
    input wire  [15:0] bcast_column;
    input wire  [15:0] bcast_value;
    input wire  host_write;
    input wire  host_read;
    input wire  host_select;
    input wire  host_all;
    input wire  [31:0] host_address;
    input wire  [31:0] host_data;
    output reg  [31:0] read_data;
    input wire  scan_start;
    input wire  [15:0] src_base;
    input wire  [15:0] groups;
    input wire  [15:0] ptr_base;
    input wire  [15:0] first_lane;
    input wire  start_gated;
    input wire  gated;
    input wire  arrives;
    input wire  [15:0] stride;
    output reg  put;
    input wire  grant;
    output reg  [31:0] granted;
    output reg  scan_done;
    output reg  almost_full;
    output reg  passed0;
    output reg  passed1;
    input wire  [4:0] shift;
    input wire  relu;
    input wire  drain;
    input wire  drain_write;
    input wire  [15:0] drain_row;
    input wire  [15:0] bias_address;
    input wire  [15:0] dst_address;
    input wire  [7:0] drain_rank;
    input wire  chain_idle;
    input wire  chain_first;
    input wire  chain_last;
    input wire  [7:0] chain_rank;
    input wire  [41:0] chain_in;
    input wire  [383:0] chain_sums_in;
    output reg  [41:0] chain_out;
    output reg  [383:0] chain_sums_out;
    input wire  [24:0] back_in;
    input wire  [127:0] back_results_in;
    output reg  [24:0] back_out;
    output reg  [127:0] back_results_out;
    
    // Constant declarations
    localparam  region_pointer = 4'h1;
    localparam  region_weight = 4'h2;
    localparam  region_activation = 4'h4;
    localparam  region_codebook = 4'h5;
    localparam  region_bias = 4'h3;
    localparam  counter_stalled = 16'h1;
    localparam  second_counter = 4'h4;
    localparam  lane_mask = 4'h3;
    localparam  code_place = 16'h380;
    localparam  bias_place = 16'h300;
    localparam  bias_halves = 6'b11011;
    localparam  low_half = 2'b1;
    localparam  high_half = 2'b10;
    localparam  both_halves = 2'b11;
    localparam  lane_flags$0 = 8'h1;
    localparam  lane_flags$1 = 8'h2;
    localparam  lane_flags$2 = 8'h4;
    localparam  lane_flags$3 = 8'h8;
    localparam  lane_flags$4 = 8'h10;
    localparam  lane_flags$5 = 8'h20;
    localparam  lane_flags$6 = 8'h40;
    localparam  lane_flags$7 = 8'h80;
    localparam  row_place = 6'b10;
    localparam  dst_place = 6'b10010;
    localparam  rank_place = 6'b100010;
    localparam  rank_mask = 8'h0;
    localparam  back_valid = 25'h1;
    localparam  back_address = 25'h1fffe;
    localparam  back_target = 25'h1ffff;
    localparam  back_arrives = 25'h1000000;
    
    // Stub signals
    reg  nz_detect$clock;
    reg  nz_detect$clear;
    reg  nz_detect$start;
    reg  [15:0] nz_detect$src_base;
    reg  [15:0] nz_detect$groups;
    reg  [15:0] nz_detect$first_column;
    reg  [15:0] nz_detect$stride;
    reg  nz_detect$start_gated;
    reg  nz_detect$gated;
    reg  nz_detect$arrives;
    wire  [15:0] nz_detect$address;
    wire  nz_detect$enable;
    reg  [15:0] nz_detect$act$0;
    reg  [15:0] nz_detect$act$1;
    reg  [15:0] nz_detect$act$2;
    reg  [15:0] nz_detect$act$3;
    reg  [15:0] nz_detect$act$4;
    reg  [15:0] nz_detect$act$5;
    reg  [15:0] nz_detect$act$6;
    reg  [15:0] nz_detect$act$7;
    reg  nz_detect$room;
    wire  nz_detect$soon;
    wire  nz_detect$valid;
    wire  [15:0] nz_detect$column;
    wire  [15:0] nz_detect$value;
    wire  nz_detect$done;
    reg  offers$clock;
    reg  offers$clear;
    reg  offers$push;
    reg  [31:0] offers$offer;
    wire  offers$room;
    reg  offers$pop;
    wire  [31:0] offers$granted;
    reg  pes$0$clock;
    reg  pes$0$clear;
    reg  pes$0$valid;
    reg  pes$0$marker;
    reg  [15:0] pes$0$column;
    reg  [15:0] pes$0$value;
    wire  pes$0$almost_full;
    wire  pes$0$parity;
    reg  pes$0$host_write;
    reg  [3:0] pes$0$host_kinds;
    reg  [15:0] pes$0$host_offset;
    reg  [31:0] pes$0$host_data;
    reg  [15:0] pes$0$wide_address;
    reg  [1:0] pes$0$wide_halves;
    reg  [26:0] pes$0$wide_data;
    wire  pes$0$issuing;
    reg  [15:0] pes$0$act_address;
    reg  pes$0$act_enable;
    wire  [15:0] pes$0$act_data;
    reg  [4:0] pes$0$shift;
    reg  pes$0$relu;
    reg  pes$0$drain;
    reg  [15:0] pes$0$drain_row;
    reg  [15:0] pes$0$bias_address;
    reg  pes$0$first;
    reg  pes$0$keep;
    reg  [47:0] pes$0$partial_in;
    wire  [47:0] pes$0$partial;
    wire  [15:0] pes$0$result;
    reg  pes$0$act_write;
    reg  [15:0] pes$0$act_write_address;
    reg  [15:0] pes$0$act_write_data;
    reg  pes$1$clock;
    reg  pes$1$clear;
    reg  pes$1$valid;
    reg  pes$1$marker;
    reg  [15:0] pes$1$column;
    reg  [15:0] pes$1$value;
    wire  pes$1$almost_full;
    wire  pes$1$parity;
    reg  pes$1$host_write;
    reg  [3:0] pes$1$host_kinds;
    reg  [15:0] pes$1$host_offset;
    reg  [31:0] pes$1$host_data;
    reg  [15:0] pes$1$wide_address;
    reg  [1:0] pes$1$wide_halves;
    reg  [26:0] pes$1$wide_data;
    wire  pes$1$issuing;
    reg  [15:0] pes$1$act_address;
    reg  pes$1$act_enable;
    wire  [15:0] pes$1$act_data;
    reg  [4:0] pes$1$shift;
    reg  pes$1$relu;
    reg  pes$1$drain;
    reg  [15:0] pes$1$drain_row;
    reg  [15:0] pes$1$bias_address;
    reg  pes$1$first;
    reg  pes$1$keep;
    reg  [47:0] pes$1$partial_in;
    wire  [47:0] pes$1$partial;
    wire  [15:0] pes$1$result;
    reg  pes$1$act_write;
    reg  [15:0] pes$1$act_write_address;
    reg  [15:0] pes$1$act_write_data;
    reg  pes$2$clock;
    reg  pes$2$clear;
    reg  pes$2$valid;
    reg  pes$2$marker;
    reg  [15:0] pes$2$column;
    reg  [15:0] pes$2$value;
    wire  pes$2$almost_full;
    wire  pes$2$parity;
    reg  pes$2$host_write;
    reg  [3:0] pes$2$host_kinds;
    reg  [15:0] pes$2$host_offset;
    reg  [31:0] pes$2$host_data;
    reg  [15:0] pes$2$wide_address;
    reg  [1:0] pes$2$wide_halves;
    reg  [26:0] pes$2$wide_data;
    wire  pes$2$issuing;
    reg  [15:0] pes$2$act_address;
    reg  pes$2$act_enable;
    wire  [15:0] pes$2$act_data;
    reg  [4:0] pes$2$shift;
    reg  pes$2$relu;
    reg  pes$2$drain;
    reg  [15:0] pes$2$drain_row;
    reg  [15:0] pes$2$bias_address;
    reg  pes$2$first;
    reg  pes$2$keep;
    reg  [47:0] pes$2$partial_in;
    wire  [47:0] pes$2$partial;
    wire  [15:0] pes$2$result;
    reg  pes$2$act_write;
    reg  [15:0] pes$2$act_write_address;
    reg  [15:0] pes$2$act_write_data;
    reg  pes$3$clock;
    reg  pes$3$clear;
    reg  pes$3$valid;
    reg  pes$3$marker;
    reg  [15:0] pes$3$column;
    reg  [15:0] pes$3$value;
    wire  pes$3$almost_full;
    wire  pes$3$parity;
    reg  pes$3$host_write;
    reg  [3:0] pes$3$host_kinds;
    reg  [15:0] pes$3$host_offset;
    reg  [31:0] pes$3$host_data;
    reg  [15:0] pes$3$wide_address;
    reg  [1:0] pes$3$wide_halves;
    reg  [26:0] pes$3$wide_data;
    wire  pes$3$issuing;
    reg  [15:0] pes$3$act_address;
    reg  pes$3$act_enable;
    wire  [15:0] pes$3$act_data;
    reg  [4:0] pes$3$shift;
    reg  pes$3$relu;
    reg  pes$3$drain;
    reg  [15:0] pes$3$drain_row;
    reg  [15:0] pes$3$bias_address;
    reg  pes$3$first;
    reg  pes$3$keep;
    reg  [47:0] pes$3$partial_in;
    wire  [47:0] pes$3$partial;
    wire  [15:0] pes$3$result;
    reg  pes$3$act_write;
    reg  [15:0] pes$3$act_write_address;
    reg  [15:0] pes$3$act_write_data;
    reg  start_q$d;
    wire  start_q$q;
    reg  start_q$clock;
    reg  [15:0] src_base_q$d;
    wire  [15:0] src_base_q$q;
    reg  src_base_q$clock;
    reg  [15:0] groups_q$d;
    wire  [15:0] groups_q$q;
    reg  groups_q$clock;
    reg  [15:0] first_column_q$d;
    wire  [15:0] first_column_q$q;
    reg  first_column_q$clock;
    reg  [15:0] stride_q$d;
    wire  [15:0] stride_q$q;
    reg  stride_q$clock;
    reg  gated_q$d;
    wire  gated_q$q;
    reg  gated_q$clock;
    reg  arrives_q$d;
    wire  arrives_q$q;
    reg  arrives_q$clock;
    reg  [4:0] shift_q$d;
    wire  [4:0] shift_q$q;
    reg  shift_q$clock;
    reg  relu_q$d;
    wire  relu_q$q;
    reg  relu_q$clock;
    reg  start_gated_q$d;
    wire  start_gated_q$q;
    reg  start_gated_q$clock;
    reg  chain_first1$d;
    wire  chain_first1$q;
    reg  chain_first1$clock;
    reg  chain_last1$d;
    wire  chain_last1$q;
    reg  chain_last1$clock;
    reg  [7:0] chain_rank1$d;
    wire  [7:0] chain_rank1$q;
    reg  chain_rank1$clock;
    reg  chain_first_q$d;
    wire  chain_first_q$q;
    reg  chain_first_q$clock;
    reg  chain_last_q$d;
    wire  chain_last_q$q;
    reg  chain_last_q$clock;
    reg  [7:0] chain_rank_q$d;
    wire  [7:0] chain_rank_q$q;
    reg  chain_rank_q$clock;
    reg  [15:0] bias_address1$d;
    wire  [15:0] bias_address1$q;
    reg  bias_address1$clock;
    reg  writes_q$d;
    wire  writes_q$q;
    reg  writes_q$clock;
    reg  [15:0] offset2$d;
    wire  [15:0] offset2$q;
    reg  offset2$clock;
    reg  [31:0] data2$d;
    wire  [31:0] data2$q;
    reg  data2$clock;
    reg  read2$d;
    wire  read2$q;
    reg  read2$clock;
    reg  read3$d;
    wire  read3$q;
    reg  read3$clock;
    reg  read4$d;
    wire  read4$q;
    reg  read4$clock;
    reg  reads_act3$d;
    wire  reads_act3$q;
    reg  reads_act3$clock;
    reg  reads_act4$d;
    wire  reads_act4$q;
    reg  reads_act4$clock;
    reg  [15:0] wide_address2$d;
    wire  [15:0] wide_address2$q;
    reg  wide_address2$clock;
    reg  [1:0] wide_halves2$d;
    wire  [1:0] wide_halves2$q;
    reg  wide_halves2$clock;
    reg  [26:0] wide_data2$d;
    wire  [26:0] wide_data2$q;
    reg  wide_data2$clock;
    reg  act2$d;
    wire  act2$q;
    reg  act2$clock;
    reg  [7:0] busy_q$d;
    wire  [7:0] busy_q$q;
    reg  busy_q$clock;
    reg  [7:0] stalled_q$d;
    wire  [7:0] stalled_q$q;
    reg  stalled_q$clock;
    reg  counters$clock;
    reg  counters$clear;
    reg  [7:0] counters$busy;
    reg  [7:0] counters$stalled;
    reg  [3:0] counters$address;
    wire  [31:0] counters$word;
    reg  [47:0] sums_join$words$0;
    reg  [47:0] sums_join$words$1;
    reg  [47:0] sums_join$words$2;
    reg  [47:0] sums_join$words$3;
    reg  [47:0] sums_join$words$4;
    reg  [47:0] sums_join$words$5;
    reg  [47:0] sums_join$words$6;
    reg  [47:0] sums_join$words$7;
    wire  [383:0] sums_join$joined;
    reg  [15:0] results_join$words$0;
    reg  [15:0] results_join$words$1;
    reg  [15:0] results_join$words$2;
    reg  [15:0] results_join$words$3;
    reg  [15:0] results_join$words$4;
    reg  [15:0] results_join$words$5;
    reg  [15:0] results_join$words$6;
    reg  [15:0] results_join$words$7;
    wire  [127:0] results_join$joined;
    reg  [15:0] host_join$words$0;
    reg  [15:0] host_join$words$1;
    reg  [15:0] host_join$words$2;
    reg  [15:0] host_join$words$3;
    reg  [15:0] host_join$words$4;
    reg  [15:0] host_join$words$5;
    reg  [15:0] host_join$words$6;
    reg  [15:0] host_join$words$7;
    wire  [127:0] host_join$joined;
    reg  hits$0$d;
    wire  hits$0$q;
    reg  hits$0$clock;
    reg  hits$1$d;
    wire  hits$1$q;
    reg  hits$1$clock;
    reg  hits$2$d;
    wire  hits$2$q;
    reg  hits$2$clock;
    reg  hits$3$d;
    wire  hits$3$q;
    reg  hits$3$clock;
    reg  chosen$0$d;
    wire  chosen$0$q;
    reg  chosen$0$clock;
    reg  chosen$1$d;
    wire  chosen$1$q;
    reg  chosen$1$clock;
    reg  chosen$2$d;
    wire  chosen$2$q;
    reg  chosen$2$clock;
    reg  chosen$3$d;
    wire  chosen$3$q;
    reg  chosen$3$clock;
    reg  bcast_valid_q$d;
    wire  bcast_valid_q$q;
    reg  bcast_valid_q$clock;
    reg  bcast_marker_q$d;
    wire  bcast_marker_q$q;
    reg  bcast_marker_q$clock;
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
    reg  [41:0] chain_q$d;
    wire  [41:0] chain_q$q;
    reg  chain_q$clock;
    reg  [15:0] bias_address_q$d;
    wire  [15:0] bias_address_q$q;
    reg  bias_address_q$clock;
    reg  [24:0] write_back$0$d;
    wire  [24:0] write_back$0$q;
    reg  write_back$0$clock;
    reg  [24:0] write_back$1$d;
    wire  [24:0] write_back$1$q;
    reg  write_back$1$clock;
    reg  [24:0] write_back$2$d;
    wire  [24:0] write_back$2$q;
    reg  write_back$2$clock;
    reg  [24:0] write_back$3$d;
    wire  [24:0] write_back$3$q;
    reg  write_back$3$clock;
    reg  [24:0] write_back$4$d;
    wire  [24:0] write_back$4$q;
    reg  write_back$4$clock;
    reg  [24:0] write_back$5$d;
    wire  [24:0] write_back$5$q;
    reg  write_back$5$clock;
    reg  [24:0] write_back$6$d;
    wire  [24:0] write_back$6$q;
    reg  write_back$6$clock;
    reg  [24:0] write_back$7$d;
    wire  [24:0] write_back$7$q;
    reg  write_back$7$clock;
    reg  takes_back$d;
    wire  takes_back$q;
    reg  takes_back$clock;
    reg  select_q$d;
    wire  select_q$q;
    reg  select_q$clock;
    reg  all_q$d;
    wire  all_q$q;
    reg  all_q$clock;
    reg  [3:0] kinds2$d;
    wire  [3:0] kinds2$q;
    reg  kinds2$clock;
    reg  [3:0] kinds_q$d;
    wire  [3:0] kinds_q$q;
    reg  kinds_q$clock;
    reg  act_q$d;
    wire  act_q$q;
    reg  act_q$clock;
    reg  [24:0] back_q$d;
    wire  [24:0] back_q$q;
    reg  back_q$clock;
    reg  [127:0] back_results_q$d;
    wire  [127:0] back_results_q$q;
    reg  back_results_q$clock;
    reg  full_q$d;
    wire  full_q$q;
    reg  full_q$clock;
    reg  passed0_q$d;
    wire  passed0_q$q;
    reg  passed0_q$clock;
    reg  passed1_q$d;
    wire  passed1_q$q;
    reg  passed1_q$clock;
    reg  [31:0] read_q$d;
    wire  [31:0] read_q$q;
    reg  read_q$clock;
    reg  [31:0] word_q$d;
    wire  [31:0] word_q$q;
    reg  word_q$clock;
    reg  read5$d;
    wire  read5$q;
    reg  read5$clock;
    reg  read6$d;
    wire  read6$q;
    reg  read6$clock;
    reg  reads_act5$d;
    wire  reads_act5$q;
    reg  reads_act5$clock;
    reg  [15:0] lane_words$0$d;
    wire  [15:0] lane_words$0$q;
    reg  lane_words$0$clock;
    reg  [15:0] lane_words$1$d;
    wire  [15:0] lane_words$1$q;
    reg  lane_words$1$clock;
    reg  [15:0] lane_words$2$d;
    wire  [15:0] lane_words$2$q;
    reg  lane_words$2$clock;
    reg  [15:0] lane_words$3$d;
    wire  [15:0] lane_words$3$q;
    reg  lane_words$3$clock;
    reg  [3:0] counter2$d;
    wire  [3:0] counter2$q;
    reg  counter2$clock;
    reg  is_codebook$d;
    wire  is_codebook$q;
    reg  is_codebook$clock;
    reg  is_bias$d;
    wire  is_bias$q;
    reg  is_bias$clock;
    reg  is_act$d;
    wire  is_act$q;
    reg  is_act$clock;
    reg  keep$d;
    wire  keep$q;
    reg  keep$clock;
    reg  own$d;
    wire  own$q;
    reg  own$clock;
    reg  reads_act$d;
    wire  reads_act$q;
    reg  reads_act$clock;
    
    // Local signals
    reg  [3:0] lane_field;
    reg  [3:0] region;
    reg  [15:0] act_address;
    reg  [15:0] offset;
    reg  [15:0] host_act;
    reg  [7:0] busy_flags;
    reg  [7:0] stalled_flags;
    reg  [15:0] act_write_address;
    reg  [3:0] counter_lane;
    reg  [3:0] counter_address;
    reg  [31:0] counter_word;
    reg  [15:0] act_word;
    reg  [41:0] control;
    reg  [24:0] written_back;
    reg  [24:0] back;
    reg  [127:0] back_results;
    reg  writes;
    reg  [7:0] way_back;
    reg  [7:0] way;
    reg  [7:0] way_left;
    
    // Sub module instances
    top$clusters$0$nz_detect nz_detect(
        .clock(nz_detect$clock),
        .clear(nz_detect$clear),
        .start(nz_detect$start),
        .src_base(nz_detect$src_base),
        .groups(nz_detect$groups),
        .first_column(nz_detect$first_column),
        .stride(nz_detect$stride),
        .start_gated(nz_detect$start_gated),
        .gated(nz_detect$gated),
        .arrives(nz_detect$arrives),
        .address(nz_detect$address),
        .enable(nz_detect$enable),
        .act$0(nz_detect$act$0),
        .act$1(nz_detect$act$1),
        .act$2(nz_detect$act$2),
        .act$3(nz_detect$act$3),
        .act$4(nz_detect$act$4),
        .act$5(nz_detect$act$5),
        .act$6(nz_detect$act$6),
        .act$7(nz_detect$act$7),
        .room(nz_detect$room),
        .soon(nz_detect$soon),
        .valid(nz_detect$valid),
        .column(nz_detect$column),
        .value(nz_detect$value),
        .done(nz_detect$done)
    );
    top$clusters$0$offers offers(
        .clock(offers$clock),
        .clear(offers$clear),
        .push(offers$push),
        .offer(offers$offer),
        .room(offers$room),
        .pop(offers$pop),
        .granted(offers$granted)
    );
    top$clusters$0$pes$3 pes$0(
        .clock(pes$0$clock),
        .clear(pes$0$clear),
        .valid(pes$0$valid),
        .marker(pes$0$marker),
        .column(pes$0$column),
        .value(pes$0$value),
        .almost_full(pes$0$almost_full),
        .parity(pes$0$parity),
        .host_write(pes$0$host_write),
        .host_kinds(pes$0$host_kinds),
        .host_offset(pes$0$host_offset),
        .host_data(pes$0$host_data),
        .wide_address(pes$0$wide_address),
        .wide_halves(pes$0$wide_halves),
        .wide_data(pes$0$wide_data),
        .issuing(pes$0$issuing),
        .act_address(pes$0$act_address),
        .act_enable(pes$0$act_enable),
        .act_data(pes$0$act_data),
        .shift(pes$0$shift),
        .relu(pes$0$relu),
        .drain(pes$0$drain),
        .drain_row(pes$0$drain_row),
        .bias_address(pes$0$bias_address),
        .first(pes$0$first),
        .keep(pes$0$keep),
        .partial_in(pes$0$partial_in),
        .partial(pes$0$partial),
        .result(pes$0$result),
        .act_write(pes$0$act_write),
        .act_write_address(pes$0$act_write_address),
        .act_write_data(pes$0$act_write_data)
    );
    top$clusters$0$pes$3 pes$1(
        .clock(pes$1$clock),
        .clear(pes$1$clear),
        .valid(pes$1$valid),
        .marker(pes$1$marker),
        .column(pes$1$column),
        .value(pes$1$value),
        .almost_full(pes$1$almost_full),
        .parity(pes$1$parity),
        .host_write(pes$1$host_write),
        .host_kinds(pes$1$host_kinds),
        .host_offset(pes$1$host_offset),
        .host_data(pes$1$host_data),
        .wide_address(pes$1$wide_address),
        .wide_halves(pes$1$wide_halves),
        .wide_data(pes$1$wide_data),
        .issuing(pes$1$issuing),
        .act_address(pes$1$act_address),
        .act_enable(pes$1$act_enable),
        .act_data(pes$1$act_data),
        .shift(pes$1$shift),
        .relu(pes$1$relu),
        .drain(pes$1$drain),
        .drain_row(pes$1$drain_row),
        .bias_address(pes$1$bias_address),
        .first(pes$1$first),
        .keep(pes$1$keep),
        .partial_in(pes$1$partial_in),
        .partial(pes$1$partial),
        .result(pes$1$result),
        .act_write(pes$1$act_write),
        .act_write_address(pes$1$act_write_address),
        .act_write_data(pes$1$act_write_data)
    );
    top$clusters$0$pes$3 pes$2(
        .clock(pes$2$clock),
        .clear(pes$2$clear),
        .valid(pes$2$valid),
        .marker(pes$2$marker),
        .column(pes$2$column),
        .value(pes$2$value),
        .almost_full(pes$2$almost_full),
        .parity(pes$2$parity),
        .host_write(pes$2$host_write),
        .host_kinds(pes$2$host_kinds),
        .host_offset(pes$2$host_offset),
        .host_data(pes$2$host_data),
        .wide_address(pes$2$wide_address),
        .wide_halves(pes$2$wide_halves),
        .wide_data(pes$2$wide_data),
        .issuing(pes$2$issuing),
        .act_address(pes$2$act_address),
        .act_enable(pes$2$act_enable),
        .act_data(pes$2$act_data),
        .shift(pes$2$shift),
        .relu(pes$2$relu),
        .drain(pes$2$drain),
        .drain_row(pes$2$drain_row),
        .bias_address(pes$2$bias_address),
        .first(pes$2$first),
        .keep(pes$2$keep),
        .partial_in(pes$2$partial_in),
        .partial(pes$2$partial),
        .result(pes$2$result),
        .act_write(pes$2$act_write),
        .act_write_address(pes$2$act_write_address),
        .act_write_data(pes$2$act_write_data)
    );
    top$clusters$0$pes$3 pes$3(
        .clock(pes$3$clock),
        .clear(pes$3$clear),
        .valid(pes$3$valid),
        .marker(pes$3$marker),
        .column(pes$3$column),
        .value(pes$3$value),
        .almost_full(pes$3$almost_full),
        .parity(pes$3$parity),
        .host_write(pes$3$host_write),
        .host_kinds(pes$3$host_kinds),
        .host_offset(pes$3$host_offset),
        .host_data(pes$3$host_data),
        .wide_address(pes$3$wide_address),
        .wide_halves(pes$3$wide_halves),
        .wide_data(pes$3$wide_data),
        .issuing(pes$3$issuing),
        .act_address(pes$3$act_address),
        .act_enable(pes$3$act_enable),
        .act_data(pes$3$act_data),
        .shift(pes$3$shift),
        .relu(pes$3$relu),
        .drain(pes$3$drain),
        .drain_row(pes$3$drain_row),
        .bias_address(pes$3$bias_address),
        .first(pes$3$first),
        .keep(pes$3$keep),
        .partial_in(pes$3$partial_in),
        .partial(pes$3$partial),
        .result(pes$3$result),
        .act_write(pes$3$act_write),
        .act_write_address(pes$3$act_write_address),
        .act_write_data(pes$3$act_write_data)
    );
    top$write_q start_q(
        .d(start_q$d),
        .q(start_q$q),
        .clock(start_q$clock)
    );
    top$sequencer$rows_left src_base_q(
        .d(src_base_q$d),
        .q(src_base_q$q),
        .clock(src_base_q$clock)
    );
    top$sequencer$rows_left groups_q(
        .d(groups_q$d),
        .q(groups_q$q),
        .clock(groups_q$clock)
    );
    top$sequencer$rows_left first_column_q(
        .d(first_column_q$d),
        .q(first_column_q$q),
        .clock(first_column_q$clock)
    );
    top$sequencer$rows_left stride_q(
        .d(stride_q$d),
        .q(stride_q$q),
        .clock(stride_q$clock)
    );
    top$write_q gated_q(
        .d(gated_q$d),
        .q(gated_q$q),
        .clock(gated_q$clock)
    );
    top$write_q arrives_q(
        .d(arrives_q$d),
        .q(arrives_q$q),
        .clock(arrives_q$clock)
    );
    top$clusters$0$shift_q shift_q(
        .d(shift_q$d),
        .q(shift_q$q),
        .clock(shift_q$clock)
    );
    top$write_q relu_q(
        .d(relu_q$d),
        .q(relu_q$q),
        .clock(relu_q$clock)
    );
    top$write_q start_gated_q(
        .d(start_gated_q$d),
        .q(start_gated_q$q),
        .clock(start_gated_q$clock)
    );
    top$write_q chain_first1(
        .d(chain_first1$d),
        .q(chain_first1$q),
        .clock(chain_first1$clock)
    );
    top$write_q chain_last1(
        .d(chain_last1$d),
        .q(chain_last1$q),
        .clock(chain_last1$clock)
    );
    top$sequencer$timer chain_rank1(
        .d(chain_rank1$d),
        .q(chain_rank1$q),
        .clock(chain_rank1$clock)
    );
    top$write_q chain_first_q(
        .d(chain_first_q$d),
        .q(chain_first_q$q),
        .clock(chain_first_q$clock)
    );
    top$write_q chain_last_q(
        .d(chain_last_q$d),
        .q(chain_last_q$q),
        .clock(chain_last_q$clock)
    );
    top$sequencer$timer chain_rank_q(
        .d(chain_rank_q$d),
        .q(chain_rank_q$q),
        .clock(chain_rank_q$clock)
    );
    top$sequencer$rows_left bias_address1(
        .d(bias_address1$d),
        .q(bias_address1$q),
        .clock(bias_address1$clock)
    );
    top$write_q writes_q(
        .d(writes_q$d),
        .q(writes_q$q),
        .clock(writes_q$clock)
    );
    top$sequencer$rows_left offset2(
        .d(offset2$d),
        .q(offset2$q),
        .clock(offset2$clock)
    );
    top$wdata_q data2(
        .d(data2$d),
        .q(data2$q),
        .clock(data2$clock)
    );
    top$write_q read2(
        .d(read2$d),
        .q(read2$q),
        .clock(read2$clock)
    );
    top$write_q read3(
        .d(read3$d),
        .q(read3$q),
        .clock(read3$clock)
    );
    top$write_q read4(
        .d(read4$d),
        .q(read4$q),
        .clock(read4$clock)
    );
    top$write_q reads_act3(
        .d(reads_act3$d),
        .q(reads_act3$q),
        .clock(reads_act3$clock)
    );
    top$write_q reads_act4(
        .d(reads_act4$d),
        .q(reads_act4$q),
        .clock(reads_act4$clock)
    );
    top$sequencer$rows_left wide_address2(
        .d(wide_address2$d),
        .q(wide_address2$q),
        .clock(wide_address2$clock)
    );
    top$clusters$0$wide_halves2 wide_halves2(
        .d(wide_halves2$d),
        .q(wide_halves2$q),
        .clock(wide_halves2$clock)
    );
    top$clusters$0$wide_data2 wide_data2(
        .d(wide_data2$d),
        .q(wide_data2$q),
        .clock(wide_data2$clock)
    );
    top$write_q act2(
        .d(act2$d),
        .q(act2$q),
        .clock(act2$clock)
    );
    top$sequencer$timer busy_q(
        .d(busy_q$d),
        .q(busy_q$q),
        .clock(busy_q$clock)
    );
    top$sequencer$timer stalled_q(
        .d(stalled_q$d),
        .q(stalled_q$q),
        .clock(stalled_q$clock)
    );
    top$clusters$0$counters counters(
        .clock(counters$clock),
        .clear(counters$clear),
        .busy(counters$busy),
        .stalled(counters$stalled),
        .address(counters$address),
        .word(counters$word)
    );
    top$clusters$0$sums_join sums_join(
        .words$0(sums_join$words$0),
        .words$1(sums_join$words$1),
        .words$2(sums_join$words$2),
        .words$3(sums_join$words$3),
        .words$4(sums_join$words$4),
        .words$5(sums_join$words$5),
        .words$6(sums_join$words$6),
        .words$7(sums_join$words$7),
        .joined(sums_join$joined)
    );
    top$clusters$0$results_join results_join(
        .words$0(results_join$words$0),
        .words$1(results_join$words$1),
        .words$2(results_join$words$2),
        .words$3(results_join$words$3),
        .words$4(results_join$words$4),
        .words$5(results_join$words$5),
        .words$6(results_join$words$6),
        .words$7(results_join$words$7),
        .joined(results_join$joined)
    );
    top$clusters$0$results_join host_join(
        .words$0(host_join$words$0),
        .words$1(host_join$words$1),
        .words$2(host_join$words$2),
        .words$3(host_join$words$3),
        .words$4(host_join$words$4),
        .words$5(host_join$words$5),
        .words$6(host_join$words$6),
        .words$7(host_join$words$7),
        .joined(host_join$joined)
    );
    top$write_q hits$0(
        .d(hits$0$d),
        .q(hits$0$q),
        .clock(hits$0$clock)
    );
    top$write_q hits$1(
        .d(hits$1$d),
        .q(hits$1$q),
        .clock(hits$1$clock)
    );
    top$write_q hits$2(
        .d(hits$2$d),
        .q(hits$2$q),
        .clock(hits$2$clock)
    );
    top$write_q hits$3(
        .d(hits$3$d),
        .q(hits$3$q),
        .clock(hits$3$clock)
    );
    top$write_q chosen$0(
        .d(chosen$0$d),
        .q(chosen$0$q),
        .clock(chosen$0$clock)
    );
    top$write_q chosen$1(
        .d(chosen$1$d),
        .q(chosen$1$q),
        .clock(chosen$1$clock)
    );
    top$write_q chosen$2(
        .d(chosen$2$d),
        .q(chosen$2$q),
        .clock(chosen$2$clock)
    );
    top$write_q chosen$3(
        .d(chosen$3$d),
        .q(chosen$3$q),
        .clock(chosen$3$clock)
    );
    top$write_q bcast_valid_q(
        .d(bcast_valid_q$d),
        .q(bcast_valid_q$q),
        .clock(bcast_valid_q$clock)
    );
    top$write_q bcast_marker_q(
        .d(bcast_marker_q$d),
        .q(bcast_marker_q$q),
        .clock(bcast_marker_q$clock)
    );
    top$sequencer$rows_left bcast_column_q(
        .d(bcast_column_q$d),
        .q(bcast_column_q$q),
        .clock(bcast_column_q$clock)
    );
    top$sequencer$rows_left bcast_value_q(
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
    top$clusters$0$chain_q chain_q(
        .d(chain_q$d),
        .q(chain_q$q),
        .clock(chain_q$clock)
    );
    top$sequencer$rows_left bias_address_q(
        .d(bias_address_q$d),
        .q(bias_address_q$q),
        .clock(bias_address_q$clock)
    );
    top$clusters$0$write_back$7 write_back$0(
        .d(write_back$0$d),
        .q(write_back$0$q),
        .clock(write_back$0$clock)
    );
    top$clusters$0$write_back$7 write_back$1(
        .d(write_back$1$d),
        .q(write_back$1$q),
        .clock(write_back$1$clock)
    );
    top$clusters$0$write_back$7 write_back$2(
        .d(write_back$2$d),
        .q(write_back$2$q),
        .clock(write_back$2$clock)
    );
    top$clusters$0$write_back$7 write_back$3(
        .d(write_back$3$d),
        .q(write_back$3$q),
        .clock(write_back$3$clock)
    );
    top$clusters$0$write_back$7 write_back$4(
        .d(write_back$4$d),
        .q(write_back$4$q),
        .clock(write_back$4$clock)
    );
    top$clusters$0$write_back$7 write_back$5(
        .d(write_back$5$d),
        .q(write_back$5$q),
        .clock(write_back$5$clock)
    );
    top$clusters$0$write_back$7 write_back$6(
        .d(write_back$6$d),
        .q(write_back$6$q),
        .clock(write_back$6$clock)
    );
    top$clusters$0$write_back$7 write_back$7(
        .d(write_back$7$d),
        .q(write_back$7$q),
        .clock(write_back$7$clock)
    );
    top$write_q takes_back(
        .d(takes_back$d),
        .q(takes_back$q),
        .clock(takes_back$clock)
    );
    top$write_q select_q(
        .d(select_q$d),
        .q(select_q$q),
        .clock(select_q$clock)
    );
    top$write_q all_q(
        .d(all_q$d),
        .q(all_q$q),
        .clock(all_q$clock)
    );
    top$clusters$0$kinds_q kinds2(
        .d(kinds2$d),
        .q(kinds2$q),
        .clock(kinds2$clock)
    );
    top$clusters$0$kinds_q kinds_q(
        .d(kinds_q$d),
        .q(kinds_q$q),
        .clock(kinds_q$clock)
    );
    top$write_q act_q(
        .d(act_q$d),
        .q(act_q$q),
        .clock(act_q$clock)
    );
    top$clusters$0$write_back$7 back_q(
        .d(back_q$d),
        .q(back_q$q),
        .clock(back_q$clock)
    );
    top$clusters$0$back_results_q back_results_q(
        .d(back_results_q$d),
        .q(back_results_q$q),
        .clock(back_results_q$clock)
    );
    top$write_q full_q(
        .d(full_q$d),
        .q(full_q$q),
        .clock(full_q$clock)
    );
    top$write_q passed0_q(
        .d(passed0_q$d),
        .q(passed0_q$q),
        .clock(passed0_q$clock)
    );
    top$write_q passed1_q(
        .d(passed1_q$d),
        .q(passed1_q$q),
        .clock(passed1_q$clock)
    );
    top$wdata_q read_q(
        .d(read_q$d),
        .q(read_q$q),
        .clock(read_q$clock)
    );
    top$wdata_q word_q(
        .d(word_q$d),
        .q(word_q$q),
        .clock(word_q$clock)
    );
    top$write_q read5(
        .d(read5$d),
        .q(read5$q),
        .clock(read5$clock)
    );
    top$write_q read6(
        .d(read6$d),
        .q(read6$q),
        .clock(read6$clock)
    );
    top$write_q reads_act5(
        .d(reads_act5$d),
        .q(reads_act5$q),
        .clock(reads_act5$clock)
    );
    top$sequencer$rows_left lane_words$0(
        .d(lane_words$0$d),
        .q(lane_words$0$q),
        .clock(lane_words$0$clock)
    );
    top$sequencer$rows_left lane_words$1(
        .d(lane_words$1$d),
        .q(lane_words$1$q),
        .clock(lane_words$1$clock)
    );
    top$sequencer$rows_left lane_words$2(
        .d(lane_words$2$d),
        .q(lane_words$2$q),
        .clock(lane_words$2$clock)
    );
    top$sequencer$rows_left lane_words$3(
        .d(lane_words$3$d),
        .q(lane_words$3$q),
        .clock(lane_words$3$clock)
    );
    top$clusters$0$kinds_q counter2(
        .d(counter2$d),
        .q(counter2$q),
        .clock(counter2$clock)
    );
    top$write_q is_codebook(
        .d(is_codebook$d),
        .q(is_codebook$q),
        .clock(is_codebook$clock)
    );
    top$write_q is_bias(
        .d(is_bias$d),
        .q(is_bias$q),
        .clock(is_bias$clock)
    );
    top$write_q is_act(
        .d(is_act$d),
        .q(is_act$q),
        .clock(is_act$clock)
    );
    top$write_q keep(
        .d(keep$d),
        .q(keep$q),
        .clock(keep$clock)
    );
    top$write_q own(
        .d(own$d),
        .q(own$q),
        .clock(own$clock)
    );
    top$write_q reads_act(
        .d(reads_act$d),
        .q(reads_act$q),
        .clock(reads_act$clock)
    );
    
    // Update code
    always @(*) begin
        bcast_valid_q$clock = clock;
        bcast_marker_q$clock = clock;
        bcast_column_q$clock = clock;
        bcast_value_q$clock = clock;
        host_write_q$clock = clock;
        host_read_q$clock = clock;
        host_address_q$clock = clock;
        host_data_q$clock = clock;
        clear_q$clock = clock;
        clear_counters_q$clock = clock;
        chain_q$clock = clock;
        bias_address_q$clock = clock;
        takes_back$clock = clock;
        select_q$clock = clock;
        all_q$clock = clock;
        kinds2$clock = clock;
        kinds_q$clock = clock;
        is_act$clock = clock;
        is_codebook$clock = clock;
        is_bias$clock = clock;
        act_q$clock = clock;
        back_q$clock = clock;
        keep$clock = clock;
        own$clock = clock;
        back_results_q$clock = clock;
        full_q$clock = clock;
        passed0_q$clock = clock;
        passed1_q$clock = clock;
        read_q$clock = clock;
        word_q$clock = clock;
        read5$clock = clock;
        read6$clock = clock;
        reads_act5$clock = clock;
        reads_act$clock = clock;
        counter2$clock = clock;
        start_q$clock = clock;
        src_base_q$clock = clock;
        groups_q$clock = clock;
        first_column_q$clock = clock;
        stride_q$clock = clock;
        gated_q$clock = clock;
        arrives_q$clock = clock;
        shift_q$clock = clock;
        relu_q$clock = clock;
        start_gated_q$clock = clock;
        chain_first1$clock = clock;
        chain_last1$clock = clock;
        chain_rank1$clock = clock;
        chain_first_q$clock = clock;
        chain_last_q$clock = clock;
        chain_rank_q$clock = clock;
        bias_address1$clock = clock;
        wide_address2$clock = clock;
        wide_halves2$clock = clock;
        wide_data2$clock = clock;
        act2$clock = clock;
        busy_q$clock = clock;
        stalled_q$clock = clock;
        writes_q$clock = clock;
        offset2$clock = clock;
        data2$clock = clock;
        read2$clock = clock;
        read3$clock = clock;
        read4$clock = clock;
        reads_act3$clock = clock;
        reads_act4$clock = clock;
        bcast_valid_q$d = bcast_valid_q$q;
        bcast_marker_q$d = bcast_marker_q$q;
        bcast_column_q$d = bcast_column_q$q;
        bcast_value_q$d = bcast_value_q$q;
        host_write_q$d = host_write_q$q;
        host_read_q$d = host_read_q$q;
        host_address_q$d = host_address_q$q;
        host_data_q$d = host_data_q$q;
        clear_q$d = clear_q$q;
        clear_counters_q$d = clear_counters_q$q;
        chain_q$d = chain_q$q;
        bias_address_q$d = bias_address_q$q;
        takes_back$d = takes_back$q;
        select_q$d = select_q$q;
        all_q$d = all_q$q;
        kinds2$d = kinds2$q;
        kinds_q$d = kinds_q$q;
        is_act$d = is_act$q;
        is_codebook$d = is_codebook$q;
        is_bias$d = is_bias$q;
        act_q$d = act_q$q;
        back_q$d = back_q$q;
        keep$d = keep$q;
        own$d = own$q;
        back_results_q$d = back_results_q$q;
        full_q$d = full_q$q;
        passed0_q$d = passed0_q$q;
        passed1_q$d = passed1_q$q;
        read_q$d = read_q$q;
        word_q$d = word_q$q;
        read5$d = read5$q;
        read6$d = read6$q;
        reads_act5$d = reads_act5$q;
        reads_act$d = reads_act$q;
        counter2$d = counter2$q;
        start_q$d = start_q$q;
        src_base_q$d = src_base_q$q;
        groups_q$d = groups_q$q;
        first_column_q$d = first_column_q$q;
        stride_q$d = stride_q$q;
        gated_q$d = gated_q$q;
        arrives_q$d = arrives_q$q;
        shift_q$d = shift_q$q;
        relu_q$d = relu_q$q;
        start_gated_q$d = start_gated_q$q;
        chain_first1$d = chain_first1$q;
        chain_last1$d = chain_last1$q;
        chain_rank1$d = chain_rank1$q;
        chain_first_q$d = chain_first_q$q;
        chain_last_q$d = chain_last_q$q;
        chain_rank_q$d = chain_rank_q$q;
        bias_address1$d = bias_address1$q;
        wide_address2$d = wide_address2$q;
        wide_halves2$d = wide_halves2$q;
        wide_data2$d = wide_data2$q;
        act2$d = act2$q;
        busy_q$d = busy_q$q;
        stalled_q$d = stalled_q$q;
        writes_q$d = writes_q$q;
        offset2$d = offset2$q;
        data2$d = data2$q;
        read2$d = read2$q;
        read3$d = read3$q;
        read4$d = read4$q;
        reads_act3$d = reads_act3$q;
        reads_act4$d = reads_act4$q;
        nz_detect$clock = clock;
        offers$clock = clock;
        counters$clock = clock;
        bcast_valid_q$d = bcast_valid;
        bcast_marker_q$d = bcast_marker;
        bcast_column_q$d = bcast_column;
        bcast_value_q$d = bcast_value;
        host_write_q$d = host_write;
        host_read_q$d = host_read;
        host_address_q$d = host_address;
        host_data_q$d = host_data;
        clear_q$d = clear;
        clear_counters_q$d = clear_counters;
        bias_address_q$d = bias_address;
        bias_address1$d = bias_address_q$q;
        shift_q$d = shift;
        relu_q$d = relu;
        chain_first1$d = chain_first;
        chain_last1$d = chain_last;
        chain_rank1$d = chain_rank;
        if (chain_idle) begin
            chain_first_q$d = chain_first1$q;
            chain_last_q$d = chain_last1$q;
            chain_rank_q$d = chain_rank1$q;
        end
        control = ((drain) & 42'h3ffffffffff) | (((drain_write) & 42'h3ffffffffff) << 32'h1) | (((drain_row) & 42'h3ffffffffff) << row_place) | (((dst_address) & 42'h3ffffffffff) << dst_place) | (((drain_rank) & 42'h3ffffffffff) << rank_place);
        if (~chain_first_q$q) begin
            control = chain_in;
        end
        chain_q$d = control;
        chain_out = chain_q$q;
        written_back = ((control >> dst_place) & 25'h1ffffff) << 32'h1;
        write_back$0$clock = clock;
        write_back$0$d = written_back;
        if (control[32'h0] & control[32'h1]) begin
            write_back$0$d = written_back | back_valid;
        end
        write_back$1$clock = clock;
        write_back$1$d = write_back$0$q;
        write_back$2$clock = clock;
        write_back$2$d = write_back$1$q;
        write_back$3$clock = clock;
        write_back$3$d = write_back$2$q;
        write_back$4$clock = clock;
        write_back$4$d = write_back$3$q;
        write_back$5$clock = clock;
        write_back$5$d = write_back$4$q;
        write_back$6$clock = clock;
        write_back$6$d = write_back$5$q;
        write_back$7$clock = clock;
        write_back$7$d = write_back$6$q;
        way_back = (write_back$6$q[(32'h11)+:(8)] ^ chain_rank_q$q) & rank_mask;
        write_back$7$d = (write_back$6$q & back_target) | (((way_back) & 25'h1ffffff) << 32'h11);
        own$d = write_back$6$q[32'h0] & ~|way_back;
        region = host_address[(32'h1c)+:(4)];
        select_q$d = host_select;
        all_q$d = host_all;
        lane_field = host_address_q$q[(32'h10)+:(4)] & lane_mask;
        offset = host_address_q$q[(32'h0)+:(16)];
        offset2$d = offset;
        data2$d = host_data_q$q;
        is_act$d = region == region_activation;
        is_codebook$d = host_write & (region == region_codebook);
        is_bias$d = host_write & (region == region_bias);
        kinds_q$d = 32'h0;
        if (region == region_pointer) begin
            kinds_q$d = 32'h1;
        end
        if (region == region_weight) begin
            kinds_q$d = 32'h2;
        end
        if (region == region_codebook) begin
            kinds_q$d = 32'h4;
        end
        if (region == region_bias) begin
            kinds_q$d = 32'h8;
        end
        kinds2$d = kinds_q$q;
        act_q$d = host_write & (region == region_activation);
        act2$d = act_q$q;
        host_act = 32'h0;
        if (act_q$q) begin
            host_act = ((host_data_q$q) & 16'hffff);
        end
        wide_address2$d = offset >> 32'h1;
        if (~host_write_q$q) begin
            wide_address2$d = bias_address_q$q | bias_place;
        end
        wide_halves2$d = low_half;
        if (offset[32'h0]) begin
            wide_halves2$d = high_half;
        end
        wide_data2$d = ((host_data_q$q) & 27'h7ffffff);
        if (is_codebook$q) begin
            wide_address2$d = offset | code_place;
            wide_data2$d = ((host_data_q$q >> 32'h9) & 27'h7ffffff);
        end
        if (is_bias$q) begin
            wide_address2$d = offset | bias_place;
            wide_data2$d = ((host_data_q$q >> bias_halves) & 27'h7ffffff);
        end
        if (is_codebook$q | is_bias$q) begin
            wide_halves2$d = both_halves;
        end
        read2$d = host_read_q$q;
        read3$d = read2$q;
        read4$d = read3$q;
        sums_join$words$0 = 32'h0;
        results_join$words$0 = 32'h0;
        sums_join$words$1 = 32'h0;
        results_join$words$1 = 32'h0;
        sums_join$words$2 = 32'h0;
        results_join$words$2 = 32'h0;
        sums_join$words$3 = 32'h0;
        results_join$words$3 = 32'h0;
        sums_join$words$4 = 32'h0;
        results_join$words$4 = 32'h0;
        sums_join$words$5 = 32'h0;
        results_join$words$5 = 32'h0;
        sums_join$words$6 = 32'h0;
        results_join$words$6 = 32'h0;
        sums_join$words$7 = 32'h0;
        results_join$words$7 = 32'h0;
        sums_join$words$0 = pes$0$partial;
        results_join$words$0 = pes$0$result;
        sums_join$words$1 = pes$1$partial;
        results_join$words$1 = pes$1$result;
        sums_join$words$2 = pes$2$partial;
        results_join$words$2 = pes$2$result;
        sums_join$words$3 = pes$3$partial;
        results_join$words$3 = pes$3$result;
        chain_sums_out = sums_join$joined;
        back = back_in;
        back_results = results_join$joined;
        keep$d = 1'b0;
        if (chain_last_q$q) begin
            back = write_back$7$q;
            keep$d = write_back$5$q[32'h0];
        end
        takes_back$d = ~chain_last_q$q & ~host_write;
        if (takes_back$q) begin
            back_results = results_join$joined | back_results_in;
        end
        host_join$words$0 = host_act;
        host_join$words$1 = host_act;
        host_join$words$2 = host_act;
        host_join$words$3 = host_act;
        host_join$words$4 = host_act;
        host_join$words$5 = host_act;
        host_join$words$6 = host_act;
        host_join$words$7 = host_act;
        back_results_q$d = back_results | host_join$joined;
        back_out = back_q$q;
        back_results_out = back_results_q$q;
        writes = back_in[32'h0] & back_in[32'h18];
        if (chain_last_q$q) begin
            writes = own$q;
        end
        writes_q$d = writes;
        way = back[(32'h11)+:(8)] & rank_mask;
        way_left = (way - 32'h1) & rank_mask;
        back_q$d = (back & back_target) | (((way_left) & 25'h1ffffff) << 32'h11);
        if (way == 32'h1) begin
            back_q$d = (back & back_target) | back_arrives;
        end
        if (writes) begin
            back_q$d = back & back_address;
        end
        start_q$d = scan_start;
        src_base_q$d = src_base;
        groups_q$d = groups;
        first_column_q$d = ptr_base + first_lane;
        stride_q$d = stride;
        gated_q$d = gated;
        arrives_q$d = arrives;
        nz_detect$clear = clear_q$q;
        nz_detect$start = start_q$q;
        nz_detect$src_base = src_base_q$q;
        nz_detect$groups = groups_q$q;
        nz_detect$first_column = first_column_q$q;
        start_gated_q$d = start_gated;
        nz_detect$start_gated = start_gated_q$q;
        nz_detect$gated = gated_q$q;
        nz_detect$arrives = arrives_q$q;
        nz_detect$stride = stride_q$q;
        nz_detect$room = offers$room;
        offers$clear = clear_q$q;
        offers$push = nz_detect$valid;
        offers$offer = ((nz_detect$value) & 32'hffffffff) | (((nz_detect$column) & 32'hffffffff) << 32'h10);
        offers$pop = grant;
        put = nz_detect$soon;
        granted = offers$granted;
        act_address = nz_detect$address;
        reads_act$d = host_read_q$q & is_act$q & nz_detect$done;
        reads_act3$d = reads_act$q;
        reads_act4$d = reads_act3$q;
        if (reads_act$q) begin
            act_address = offset2$q;
        end
        nz_detect$act$0 = 32'h0;
        nz_detect$act$1 = 32'h0;
        nz_detect$act$2 = 32'h0;
        nz_detect$act$3 = 32'h0;
        nz_detect$act$4 = 32'h0;
        nz_detect$act$5 = 32'h0;
        nz_detect$act$6 = 32'h0;
        nz_detect$act$7 = 32'h0;
        scan_done = nz_detect$done;
        act_write_address = back_q$q[(32'h1)+:(16)];
        if (act2$q) begin
            act_write_address = offset2$q;
        end
        counter_lane = lane_field;
        counter_address = counter_lane;
        if (offset == counter_stalled) begin
            counter_address = counter_lane | second_counter;
        end
        counter2$d = counter_address;
        counters$address = counter2$q;
        counters$clear = clear_counters_q$q;
        busy_flags = 32'h0;
        stalled_flags = 32'h0;
        if (pes$0$issuing) begin
            busy_flags = busy_flags | lane_flags$0;
        end
        if (pes$0$almost_full) begin
            stalled_flags = stalled_flags | lane_flags$0;
        end
        if (pes$1$issuing) begin
            busy_flags = busy_flags | lane_flags$1;
        end
        if (pes$1$almost_full) begin
            stalled_flags = stalled_flags | lane_flags$1;
        end
        if (pes$2$issuing) begin
            busy_flags = busy_flags | lane_flags$2;
        end
        if (pes$2$almost_full) begin
            stalled_flags = stalled_flags | lane_flags$2;
        end
        if (pes$3$issuing) begin
            busy_flags = busy_flags | lane_flags$3;
        end
        if (pes$3$almost_full) begin
            stalled_flags = stalled_flags | lane_flags$3;
        end
        busy_q$d = busy_flags;
        stalled_q$d = stalled_flags;
        counters$busy = busy_q$q;
        counters$stalled = stalled_q$q;
        full_q$d = 1'b0;
        passed0_q$d = 1'b1;
        passed1_q$d = 1'b1;
        read_q$d = 32'h0;
        counter_word = 32'h0;
        act_word = 32'h0;
        nz_detect$act$0 = pes$0$act_data;
        pes$0$clock = clock;
        pes$0$clear = clear_q$q;
        pes$0$valid = bcast_valid_q$q;
        pes$0$marker = bcast_marker_q$q;
        pes$0$column = bcast_column_q$q;
        pes$0$value = bcast_value_q$q;
        hits$0$clock = clock;
        hits$0$d = host_write_q$q & select_q$q & (all_q$q | (lane_field == 0));
        chosen$0$clock = clock;
        chosen$0$d = select_q$q & (lane_field == 0);
        pes$0$host_write = hits$0$q;
        pes$0$host_kinds = kinds2$q;
        pes$0$host_offset = offset2$q;
        pes$0$host_data = data2$q;
        pes$0$wide_address = wide_address2$q;
        pes$0$wide_halves = wide_halves2$q;
        pes$0$wide_data = wide_data2$q;
        pes$0$keep = keep$q;
        pes$0$act_address = act_address;
        pes$0$act_enable = nz_detect$enable;
        pes$0$shift = shift_q$q;
        pes$0$relu = relu_q$q;
        pes$0$drain = chain_q$q[32'h0];
        pes$0$drain_row = chain_q$q[(32'h2)+:(16)];
        pes$0$bias_address = bias_address1$q;
        pes$0$first = chain_first_q$q;
        pes$0$partial_in = chain_sums_in[(0 * 32'h30)+:(48)];
        pes$0$act_write = writes_q$q | (hits$0$q & act2$q);
        pes$0$act_write_address = act_write_address;
        pes$0$act_write_data = back_results_q$q[(0 * 32'h10)+:(16)];
        if (pes$0$almost_full) begin
            full_q$d = 1'b1;
        end
        if (pes$0$parity) begin
            passed0_q$d = 1'b0;
        end
        if (~pes$0$parity) begin
            passed1_q$d = 1'b0;
        end
        if (chosen$0$q) begin
            counter_word = counters$word;
        end
        lane_words$0$clock = clock;
        lane_words$0$d = 32'h0;
        if (chosen$0$q & reads_act4$q) begin
            lane_words$0$d = pes$0$act_data;
        end
        act_word = act_word | lane_words$0$q;
        nz_detect$act$1 = pes$1$act_data;
        pes$1$clock = clock;
        pes$1$clear = clear_q$q;
        pes$1$valid = bcast_valid_q$q;
        pes$1$marker = bcast_marker_q$q;
        pes$1$column = bcast_column_q$q;
        pes$1$value = bcast_value_q$q;
        hits$1$clock = clock;
        hits$1$d = host_write_q$q & select_q$q & (all_q$q | (lane_field == 1));
        chosen$1$clock = clock;
        chosen$1$d = select_q$q & (lane_field == 1);
        pes$1$host_write = hits$1$q;
        pes$1$host_kinds = kinds2$q;
        pes$1$host_offset = offset2$q;
        pes$1$host_data = data2$q;
        pes$1$wide_address = wide_address2$q;
        pes$1$wide_halves = wide_halves2$q;
        pes$1$wide_data = wide_data2$q;
        pes$1$keep = keep$q;
        pes$1$act_address = act_address;
        pes$1$act_enable = nz_detect$enable;
        pes$1$shift = shift_q$q;
        pes$1$relu = relu_q$q;
        pes$1$drain = chain_q$q[32'h0];
        pes$1$drain_row = chain_q$q[(32'h2)+:(16)];
        pes$1$bias_address = bias_address1$q;
        pes$1$first = chain_first_q$q;
        pes$1$partial_in = chain_sums_in[(1 * 32'h30)+:(48)];
        pes$1$act_write = writes_q$q | (hits$1$q & act2$q);
        pes$1$act_write_address = act_write_address;
        pes$1$act_write_data = back_results_q$q[(1 * 32'h10)+:(16)];
        if (pes$1$almost_full) begin
            full_q$d = 1'b1;
        end
        if (pes$1$parity) begin
            passed0_q$d = 1'b0;
        end
        if (~pes$1$parity) begin
            passed1_q$d = 1'b0;
        end
        if (chosen$1$q) begin
            counter_word = counters$word;
        end
        lane_words$1$clock = clock;
        lane_words$1$d = 32'h0;
        if (chosen$1$q & reads_act4$q) begin
            lane_words$1$d = pes$1$act_data;
        end
        act_word = act_word | lane_words$1$q;
        nz_detect$act$2 = pes$2$act_data;
        pes$2$clock = clock;
        pes$2$clear = clear_q$q;
        pes$2$valid = bcast_valid_q$q;
        pes$2$marker = bcast_marker_q$q;
        pes$2$column = bcast_column_q$q;
        pes$2$value = bcast_value_q$q;
        hits$2$clock = clock;
        hits$2$d = host_write_q$q & select_q$q & (all_q$q | (lane_field == 2));
        chosen$2$clock = clock;
        chosen$2$d = select_q$q & (lane_field == 2);
        pes$2$host_write = hits$2$q;
        pes$2$host_kinds = kinds2$q;
        pes$2$host_offset = offset2$q;
        pes$2$host_data = data2$q;
        pes$2$wide_address = wide_address2$q;
        pes$2$wide_halves = wide_halves2$q;
        pes$2$wide_data = wide_data2$q;
        pes$2$keep = keep$q;
        pes$2$act_address = act_address;
        pes$2$act_enable = nz_detect$enable;
        pes$2$shift = shift_q$q;
        pes$2$relu = relu_q$q;
        pes$2$drain = chain_q$q[32'h0];
        pes$2$drain_row = chain_q$q[(32'h2)+:(16)];
        pes$2$bias_address = bias_address1$q;
        pes$2$first = chain_first_q$q;
        pes$2$partial_in = chain_sums_in[(2 * 32'h30)+:(48)];
        pes$2$act_write = writes_q$q | (hits$2$q & act2$q);
        pes$2$act_write_address = act_write_address;
        pes$2$act_write_data = back_results_q$q[(2 * 32'h10)+:(16)];
        if (pes$2$almost_full) begin
            full_q$d = 1'b1;
        end
        if (pes$2$parity) begin
            passed0_q$d = 1'b0;
        end
        if (~pes$2$parity) begin
            passed1_q$d = 1'b0;
        end
        if (chosen$2$q) begin
            counter_word = counters$word;
        end
        lane_words$2$clock = clock;
        lane_words$2$d = 32'h0;
        if (chosen$2$q & reads_act4$q) begin
            lane_words$2$d = pes$2$act_data;
        end
        act_word = act_word | lane_words$2$q;
        nz_detect$act$3 = pes$3$act_data;
        pes$3$clock = clock;
        pes$3$clear = clear_q$q;
        pes$3$valid = bcast_valid_q$q;
        pes$3$marker = bcast_marker_q$q;
        pes$3$column = bcast_column_q$q;
        pes$3$value = bcast_value_q$q;
        hits$3$clock = clock;
        hits$3$d = host_write_q$q & select_q$q & (all_q$q | (lane_field == 3));
        chosen$3$clock = clock;
        chosen$3$d = select_q$q & (lane_field == 3);
        pes$3$host_write = hits$3$q;
        pes$3$host_kinds = kinds2$q;
        pes$3$host_offset = offset2$q;
        pes$3$host_data = data2$q;
        pes$3$wide_address = wide_address2$q;
        pes$3$wide_halves = wide_halves2$q;
        pes$3$wide_data = wide_data2$q;
        pes$3$keep = keep$q;
        pes$3$act_address = act_address;
        pes$3$act_enable = nz_detect$enable;
        pes$3$shift = shift_q$q;
        pes$3$relu = relu_q$q;
        pes$3$drain = chain_q$q[32'h0];
        pes$3$drain_row = chain_q$q[(32'h2)+:(16)];
        pes$3$bias_address = bias_address1$q;
        pes$3$first = chain_first_q$q;
        pes$3$partial_in = chain_sums_in[(3 * 32'h30)+:(48)];
        pes$3$act_write = writes_q$q | (hits$3$q & act2$q);
        pes$3$act_write_address = act_write_address;
        pes$3$act_write_data = back_results_q$q[(3 * 32'h10)+:(16)];
        if (pes$3$almost_full) begin
            full_q$d = 1'b1;
        end
        if (pes$3$parity) begin
            passed0_q$d = 1'b0;
        end
        if (~pes$3$parity) begin
            passed1_q$d = 1'b0;
        end
        if (chosen$3$q) begin
            counter_word = counters$word;
        end
        lane_words$3$clock = clock;
        lane_words$3$d = 32'h0;
        if (chosen$3$q & reads_act4$q) begin
            lane_words$3$d = pes$3$act_data;
        end
        act_word = act_word | lane_words$3$q;
        reads_act5$d = reads_act4$q;
        word_q$d = ((act_word) & 32'hffffffff);
        if (~reads_act5$q) begin
            word_q$d = counter_word;
        end
        read5$d = read4$q;
        read6$d = read5$q;
        if (read6$q) begin
            read_q$d = word_q$q;
        end
        almost_full = full_q$q;
        passed0 = passed0_q$q;
        passed1 = passed1_q$q;
        read_data = read_q$q;
    end
    
endmodule

module top$clusters$0$back_results_q(d,q,clock);
    
    // Module arguments
    input wire  [127:0] d;
    output reg  [127:0] q;
    input wire  clock;
    
    // Update code (custom)
    initial begin
       q = 128'h0;
    end
    
    always @(posedge clock) begin
       q <= d;
    end
          
endmodule

module top$clusters$0$chain_q(d,q,clock);
    
    // Module arguments
    input wire  [41:0] d;
    output reg  [41:0] q;
    input wire  clock;
    
    // Update code (custom)
    initial begin
       q = 42'h0;
    end
    
    always @(posedge clock) begin
       q <= d;
    end
          
endmodule

module top$clusters$0$counters(clock,clear,busy,stalled,address,word);
    
    // Module arguments
    input wire  clock;
    input wire  clear;
    input wire  [7:0] busy;
    input wire  [7:0] stalled;
    input wire  [3:0] address;
    output reg  [31:0] word;
    
    // Constant declarations
    localparam  one = 16'h1;
    localparam  all = 16'hffff;
    localparam  turn_mask = 4'h7;
    localparam  nobody = 4'h0;
    localparam  second = 4'h4;
    
    // Stub signals
    reg  words$clock;
    reg  [15:0] words$read_address;
    wire  [31:0] words$read_data;
    reg  [15:0] words$write_address;
    reg  [31:0] words$write_data;
    reg  words$write_enable;
    reg  copies$clock;
    reg  [15:0] copies$read_address;
    wire  [31:0] copies$read_data;
    reg  [15:0] copies$write_address;
    reg  [31:0] copies$write_data;
    reg  copies$write_enable;
    reg  [15:0] fresh$d;
    wire  [15:0] fresh$q;
    reg  fresh$clock;
    reg  [3:0] turn$d;
    wire  [3:0] turn$q;
    reg  turn$clock;
    reg  [3:0] turn1$d;
    wire  [3:0] turn1$q;
    reg  turn1$clock;
    reg  [4:0] some$0$d;
    wire  [4:0] some$0$q;
    reg  some$0$clock;
    reg  [4:0] some$1$d;
    wire  [4:0] some$1$q;
    reg  some$1$clock;
    reg  [4:0] some$2$d;
    wire  [4:0] some$2$q;
    reg  some$2$clock;
    reg  [4:0] some$3$d;
    wire  [4:0] some$3$q;
    reg  some$3$clock;
    reg  [4:0] some$4$d;
    wire  [4:0] some$4$q;
    reg  some$4$clock;
    reg  [4:0] some$5$d;
    wire  [4:0] some$5$q;
    reg  some$5$clock;
    reg  [4:0] some$6$d;
    wire  [4:0] some$6$q;
    reg  some$6$clock;
    reg  [4:0] some$7$d;
    wire  [4:0] some$7$q;
    reg  some$7$clock;
    reg  [4:0] some$8$d;
    wire  [4:0] some$8$q;
    reg  some$8$clock;
    reg  [4:0] some$9$d;
    wire  [4:0] some$9$q;
    reg  some$9$clock;
    reg  [4:0] some$10$d;
    wire  [4:0] some$10$q;
    reg  some$10$clock;
    reg  [4:0] some$11$d;
    wire  [4:0] some$11$q;
    reg  some$11$clock;
    reg  [4:0] some$12$d;
    wire  [4:0] some$12$q;
    reg  some$12$clock;
    reg  [4:0] some$13$d;
    wire  [4:0] some$13$q;
    reg  some$13$clock;
    reg  [4:0] some$14$d;
    wire  [4:0] some$14$q;
    reg  some$14$clock;
    reg  [4:0] some$15$d;
    wire  [4:0] some$15$q;
    reg  some$15$clock;
    reg  [4:0] taken$d;
    wire  [4:0] taken$q;
    reg  taken$clock;
    reg  [4:0] taken2$d;
    wire  [4:0] taken2$q;
    reg  taken2$clock;
    reg  [31:0] so_far$d;
    wire  [31:0] so_far$q;
    reg  so_far$clock;
    reg  [31:0] sum$d;
    wire  [31:0] sum$q;
    reg  sum$clock;
    reg  [3:0] turn2$d;
    wire  [3:0] turn2$q;
    reg  turn2$clock;
    reg  [3:0] turn3$d;
    wire  [3:0] turn3$q;
    reg  turn3$clock;
    reg  [31:0] word_q$d;
    wire  [31:0] word_q$q;
    reg  word_q$clock;
    reg  [15:0] turn_flag$d;
    wire  [15:0] turn_flag$q;
    reg  turn_flag$clock;
    reg  first$d;
    wire  first$q;
    reg  first$clock;
    
    // Local signals
    reg  [4:0] flips$0;
    reg  [4:0] flips$1;
    reg  [4:0] flips$2;
    reg  [4:0] flips$3;
    reg  [4:0] flips$4;
    reg  [4:0] flips$5;
    reg  [4:0] flips$6;
    reg  [4:0] flips$7;
    reg  [4:0] flips$8;
    reg  [4:0] flips$9;
    reg  [4:0] flips$10;
    reg  [4:0] flips$11;
    reg  [4:0] flips$12;
    reg  [4:0] flips$13;
    reg  [4:0] flips$14;
    reg  [4:0] flips$15;
    reg  [15:0] events;
    reg  [3:0] next_turn;
    reg  [15:0] turn1_flag;
    
    // Sub module instances
    top$clusters$0$counters$words words(
        .clock(words$clock),
        .read_address(words$read_address),
        .read_data(words$read_data),
        .write_address(words$write_address),
        .write_data(words$write_data),
        .write_enable(words$write_enable)
    );
    top$clusters$0$counters$words copies(
        .clock(copies$clock),
        .read_address(copies$read_address),
        .read_data(copies$read_data),
        .write_address(copies$write_address),
        .write_data(copies$write_data),
        .write_enable(copies$write_enable)
    );
    top$sequencer$rows_left fresh(
        .d(fresh$d),
        .q(fresh$q),
        .clock(fresh$clock)
    );
    top$clusters$0$kinds_q turn(
        .d(turn$d),
        .q(turn$q),
        .clock(turn$clock)
    );
    top$clusters$0$kinds_q turn1(
        .d(turn1$d),
        .q(turn1$q),
        .clock(turn1$clock)
    );
    top$clusters$0$shift_q some$0(
        .d(some$0$d),
        .q(some$0$q),
        .clock(some$0$clock)
    );
    top$clusters$0$shift_q some$1(
        .d(some$1$d),
        .q(some$1$q),
        .clock(some$1$clock)
    );
    top$clusters$0$shift_q some$2(
        .d(some$2$d),
        .q(some$2$q),
        .clock(some$2$clock)
    );
    top$clusters$0$shift_q some$3(
        .d(some$3$d),
        .q(some$3$q),
        .clock(some$3$clock)
    );
    top$clusters$0$shift_q some$4(
        .d(some$4$d),
        .q(some$4$q),
        .clock(some$4$clock)
    );
    top$clusters$0$shift_q some$5(
        .d(some$5$d),
        .q(some$5$q),
        .clock(some$5$clock)
    );
    top$clusters$0$shift_q some$6(
        .d(some$6$d),
        .q(some$6$q),
        .clock(some$6$clock)
    );
    top$clusters$0$shift_q some$7(
        .d(some$7$d),
        .q(some$7$q),
        .clock(some$7$clock)
    );
    top$clusters$0$shift_q some$8(
        .d(some$8$d),
        .q(some$8$q),
        .clock(some$8$clock)
    );
    top$clusters$0$shift_q some$9(
        .d(some$9$d),
        .q(some$9$q),
        .clock(some$9$clock)
    );
    top$clusters$0$shift_q some$10(
        .d(some$10$d),
        .q(some$10$q),
        .clock(some$10$clock)
    );
    top$clusters$0$shift_q some$11(
        .d(some$11$d),
        .q(some$11$q),
        .clock(some$11$clock)
    );
    top$clusters$0$shift_q some$12(
        .d(some$12$d),
        .q(some$12$q),
        .clock(some$12$clock)
    );
    top$clusters$0$shift_q some$13(
        .d(some$13$d),
        .q(some$13$q),
        .clock(some$13$clock)
    );
    top$clusters$0$shift_q some$14(
        .d(some$14$d),
        .q(some$14$q),
        .clock(some$14$clock)
    );
    top$clusters$0$shift_q some$15(
        .d(some$15$d),
        .q(some$15$q),
        .clock(some$15$clock)
    );
    top$clusters$0$shift_q taken(
        .d(taken$d),
        .q(taken$q),
        .clock(taken$clock)
    );
    top$clusters$0$shift_q taken2(
        .d(taken2$d),
        .q(taken2$q),
        .clock(taken2$clock)
    );
    top$wdata_q so_far(
        .d(so_far$d),
        .q(so_far$q),
        .clock(so_far$clock)
    );
    top$wdata_q sum(
        .d(sum$d),
        .q(sum$q),
        .clock(sum$clock)
    );
    top$clusters$0$kinds_q turn2(
        .d(turn2$d),
        .q(turn2$q),
        .clock(turn2$clock)
    );
    top$clusters$0$kinds_q turn3(
        .d(turn3$d),
        .q(turn3$q),
        .clock(turn3$clock)
    );
    top$wdata_q word_q(
        .d(word_q$d),
        .q(word_q$q),
        .clock(word_q$clock)
    );
    top$sequencer$rows_left turn_flag(
        .d(turn_flag$d),
        .q(turn_flag$q),
        .clock(turn_flag$clock)
    );
    top$write_q first(
        .d(first$d),
        .q(first$q),
        .clock(first$clock)
    );
    
    // Update code
    always @(*) begin
        fresh$clock = clock;
        first$clock = clock;
        turn_flag$clock = clock;
        turn$clock = clock;
        turn1$clock = clock;
        taken$clock = clock;
        taken2$clock = clock;
        so_far$clock = clock;
        sum$clock = clock;
        turn2$clock = clock;
        turn3$clock = clock;
        word_q$clock = clock;
        fresh$d = fresh$q;
        first$d = first$q;
        turn_flag$d = turn_flag$q;
        turn$d = turn$q;
        turn1$d = turn1$q;
        taken$d = taken$q;
        taken2$d = taken2$q;
        so_far$d = so_far$q;
        sum$d = sum$q;
        turn2$d = turn2$q;
        turn3$d = turn3$q;
        word_q$d = word_q$q;
        words$clock = clock;
        copies$clock = clock;
        events = ((busy) & 16'hffff) | (((stalled) & 16'hffff) << second);
        next_turn = (turn$q + 32'h1) & turn_mask;
        turn$d = next_turn;
        turn1$d = turn$q;
        turn2$d = turn1$q;
        turn3$d = turn2$q;
        turn_flag$d = one << next_turn;
        turn1_flag = one << turn1$q;
        taken$d = 32'h0;
        some$8$clock = clock;
        some$8$d = 32'h0;
        flips$8 = 32'h0;
        some$9$clock = clock;
        some$9$d = 32'h0;
        flips$9 = 32'h0;
        some$10$clock = clock;
        some$10$d = 32'h0;
        flips$10 = 32'h0;
        some$11$clock = clock;
        some$11$d = 32'h0;
        flips$11 = 32'h0;
        some$12$clock = clock;
        some$12$d = 32'h0;
        flips$12 = 32'h0;
        some$13$clock = clock;
        some$13$d = 32'h0;
        flips$13 = 32'h0;
        some$14$clock = clock;
        some$14$d = 32'h0;
        flips$14 = 32'h0;
        some$15$clock = clock;
        some$15$d = 32'h0;
        flips$15 = 32'h0;
        some$0$clock = clock;
        flips$0 = 32'h1;
        if (some$0$q[32'h0]) begin
            flips$0 = 32'h3;
            if (some$0$q[32'h1]) begin
                flips$0 = 32'h7;
                if (some$0$q[32'h2]) begin
                    flips$0 = 32'hf;
                    if (some$0$q[32'h3]) begin
                        flips$0 = 32'h1f;
                    end
                end
            end
        end
        some$0$d = some$0$q;
        if (events[0]) begin
            some$0$d = some$0$q ^ flips$0;
        end
        if (turn_flag$q[0]) begin
            some$0$d = 32'h0;
            if (events[0]) begin
                some$0$d = 32'h1;
            end
            taken$d = some$0$q;
        end
        if (clear) begin
            some$0$d = 32'h0;
        end
        some$1$clock = clock;
        flips$1 = 32'h1;
        if (some$1$q[32'h0]) begin
            flips$1 = 32'h3;
            if (some$1$q[32'h1]) begin
                flips$1 = 32'h7;
                if (some$1$q[32'h2]) begin
                    flips$1 = 32'hf;
                    if (some$1$q[32'h3]) begin
                        flips$1 = 32'h1f;
                    end
                end
            end
        end
        some$1$d = some$1$q;
        if (events[1]) begin
            some$1$d = some$1$q ^ flips$1;
        end
        if (turn_flag$q[1]) begin
            some$1$d = 32'h0;
            if (events[1]) begin
                some$1$d = 32'h1;
            end
            taken$d = some$1$q;
        end
        if (clear) begin
            some$1$d = 32'h0;
        end
        some$2$clock = clock;
        flips$2 = 32'h1;
        if (some$2$q[32'h0]) begin
            flips$2 = 32'h3;
            if (some$2$q[32'h1]) begin
                flips$2 = 32'h7;
                if (some$2$q[32'h2]) begin
                    flips$2 = 32'hf;
                    if (some$2$q[32'h3]) begin
                        flips$2 = 32'h1f;
                    end
                end
            end
        end
        some$2$d = some$2$q;
        if (events[2]) begin
            some$2$d = some$2$q ^ flips$2;
        end
        if (turn_flag$q[2]) begin
            some$2$d = 32'h0;
            if (events[2]) begin
                some$2$d = 32'h1;
            end
            taken$d = some$2$q;
        end
        if (clear) begin
            some$2$d = 32'h0;
        end
        some$3$clock = clock;
        flips$3 = 32'h1;
        if (some$3$q[32'h0]) begin
            flips$3 = 32'h3;
            if (some$3$q[32'h1]) begin
                flips$3 = 32'h7;
                if (some$3$q[32'h2]) begin
                    flips$3 = 32'hf;
                    if (some$3$q[32'h3]) begin
                        flips$3 = 32'h1f;
                    end
                end
            end
        end
        some$3$d = some$3$q;
        if (events[3]) begin
            some$3$d = some$3$q ^ flips$3;
        end
        if (turn_flag$q[3]) begin
            some$3$d = 32'h0;
            if (events[3]) begin
                some$3$d = 32'h1;
            end
            taken$d = some$3$q;
        end
        if (clear) begin
            some$3$d = 32'h0;
        end
        some$4$clock = clock;
        flips$4 = 32'h1;
        if (some$4$q[32'h0]) begin
            flips$4 = 32'h3;
            if (some$4$q[32'h1]) begin
                flips$4 = 32'h7;
                if (some$4$q[32'h2]) begin
                    flips$4 = 32'hf;
                    if (some$4$q[32'h3]) begin
                        flips$4 = 32'h1f;
                    end
                end
            end
        end
        some$4$d = some$4$q;
        if (events[4]) begin
            some$4$d = some$4$q ^ flips$4;
        end
        if (turn_flag$q[4]) begin
            some$4$d = 32'h0;
            if (events[4]) begin
                some$4$d = 32'h1;
            end
            taken$d = some$4$q;
        end
        if (clear) begin
            some$4$d = 32'h0;
        end
        some$5$clock = clock;
        flips$5 = 32'h1;
        if (some$5$q[32'h0]) begin
            flips$5 = 32'h3;
            if (some$5$q[32'h1]) begin
                flips$5 = 32'h7;
                if (some$5$q[32'h2]) begin
                    flips$5 = 32'hf;
                    if (some$5$q[32'h3]) begin
                        flips$5 = 32'h1f;
                    end
                end
            end
        end
        some$5$d = some$5$q;
        if (events[5]) begin
            some$5$d = some$5$q ^ flips$5;
        end
        if (turn_flag$q[5]) begin
            some$5$d = 32'h0;
            if (events[5]) begin
                some$5$d = 32'h1;
            end
            taken$d = some$5$q;
        end
        if (clear) begin
            some$5$d = 32'h0;
        end
        some$6$clock = clock;
        flips$6 = 32'h1;
        if (some$6$q[32'h0]) begin
            flips$6 = 32'h3;
            if (some$6$q[32'h1]) begin
                flips$6 = 32'h7;
                if (some$6$q[32'h2]) begin
                    flips$6 = 32'hf;
                    if (some$6$q[32'h3]) begin
                        flips$6 = 32'h1f;
                    end
                end
            end
        end
        some$6$d = some$6$q;
        if (events[6]) begin
            some$6$d = some$6$q ^ flips$6;
        end
        if (turn_flag$q[6]) begin
            some$6$d = 32'h0;
            if (events[6]) begin
                some$6$d = 32'h1;
            end
            taken$d = some$6$q;
        end
        if (clear) begin
            some$6$d = 32'h0;
        end
        some$7$clock = clock;
        flips$7 = 32'h1;
        if (some$7$q[32'h0]) begin
            flips$7 = 32'h3;
            if (some$7$q[32'h1]) begin
                flips$7 = 32'h7;
                if (some$7$q[32'h2]) begin
                    flips$7 = 32'hf;
                    if (some$7$q[32'h3]) begin
                        flips$7 = 32'h1f;
                    end
                end
            end
        end
        some$7$d = some$7$q;
        if (events[7]) begin
            some$7$d = some$7$q ^ flips$7;
        end
        if (turn_flag$q[7]) begin
            some$7$d = 32'h0;
            if (events[7]) begin
                some$7$d = 32'h1;
            end
            taken$d = some$7$q;
        end
        if (clear) begin
            some$7$d = 32'h0;
        end
        words$read_address = ((turn1$q) & 16'hffff);
        first$d = |(fresh$q & turn_flag$q);
        so_far$d = words$read_data;
        if (first$q) begin
            so_far$d = 32'h0;
        end
        taken2$d = taken$q;
        sum$d = so_far$q + ((taken2$q) & 32'hffffffff);
        fresh$d = fresh$q & ~turn1_flag;
        if (clear) begin
            taken$d = 32'h0;
            taken2$d = 32'h0;
            so_far$d = 32'h0;
            sum$d = 32'h0;
            fresh$d = all;
            first$d = 1'b1;
        end
        words$write_enable = ~|(turn3$q & nobody);
        words$write_address = ((turn3$q) & 16'hffff);
        words$write_data = sum$q;
        copies$write_enable = ~|(turn3$q & nobody);
        copies$write_address = ((turn3$q) & 16'hffff);
        copies$write_data = sum$q;
        copies$read_address = ((address) & 16'hffff);
        word_q$d = copies$read_data;
        word = word_q$q;
    end
    
endmodule

module top$clusters$0$counters$words(clock,read_address,read_data,write_address,write_data,write_enable);
    
    // Module arguments
    input wire  clock;
    input wire  [15:0] read_address;
    output reg  [31:0] read_data;
    input wire  [15:0] write_address;
    input wire  [31:0] write_data;
    input wire  write_enable;
    
    // Update code (custom)
    `ifdef EIE_ICE40
    (* ram_style = "block", no_rw_check *)
    `else
    (* ram_style = "distributed", no_rw_check *)
    `endif
    reg [31:0] mem [0:7];
    integer mem_i;
    initial for (mem_i = 0; mem_i < 8; mem_i = mem_i + 1) mem[mem_i] = 0;
    `ifdef EIE_ICE40
    always @(negedge clock) read_data <= mem[read_address[2:0]];
    `else
    always @(*) read_data = mem[read_address[2:0]];
    `endif
    always @(posedge clock) if (write_enable) mem[write_address[2:0]] <= write_data[31:0];
endmodule

module top$clusters$0$kinds_q(d,q,clock);
    
    // Module arguments
    input wire  [3:0] d;
    output reg  [3:0] q;
    input wire  clock;
    
    // Update code (custom)
    initial begin
       q = 4'h0;
    end
    
    always @(posedge clock) begin
       q <= d;
    end
          
endmodule

module top$clusters$0$nz_detect(clock,clear,start,src_base,groups,first_column,stride,start_gated,gated,arrives,address,enable,act$0,act$1,act$2,act$3,act$4,act$5,act$6,act$7,room,soon,valid,column,value,done);
    
    // Module arguments
    input wire  clock;
    input wire  clear;
    input wire  start;
    input wire  [15:0] src_base;
    input wire  [15:0] groups;
    input wire  [15:0] first_column;
    input wire  [15:0] stride;
    input wire  start_gated;
    input wire  gated;
    input wire  arrives;
    output reg  [15:0] address;
    output reg  enable;
    input wire  [15:0] act$0;
    input wire  [15:0] act$1;
    input wire  [15:0] act$2;
    input wire  [15:0] act$3;
    input wire  [15:0] act$4;
    input wire  [15:0] act$5;
    input wire  [15:0] act$6;
    input wire  [15:0] act$7;
    input wire  room;
    output reg  soon;
    output reg  valid;
    output reg  [15:0] column;
    output reg  [15:0] value;
    output reg  done;
    
    // Constant declarations
    localparam  count_bits = 16'h3ff;
    localparam  below$0 = 8'h0;
    localparam  below$1 = 8'h1;
    localparam  below$2 = 8'h3;
    localparam  below$3 = 8'h7;
    localparam  below$4 = 8'hf;
    localparam  below$5 = 8'h1f;
    localparam  below$6 = 8'h3f;
    localparam  below$7 = 8'h7f;
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
    reg  moved$d;
    wire  moved$q;
    reg  moved$clock;
    reg  last$d;
    wire  last$q;
    reg  last$clock;
    reg  any_groups$d;
    wire  any_groups$q;
    reg  any_groups$clock;
    reg  one_group$d;
    wire  one_group$q;
    reg  one_group$clock;
    reg  some_left$d;
    wire  some_left$q;
    reg  some_left$clock;
    reg  [15:0] unread$d;
    wire  [15:0] unread$q;
    reg  unread$clock;
    reg  none_unread$d;
    wire  none_unread$q;
    reg  none_unread$clock;
    reg  one_unread$d;
    wire  one_unread$q;
    reg  one_unread$clock;
    reg  blocked$d;
    wire  blocked$q;
    reg  blocked$clock;
    reg  read1$d;
    wire  read1$q;
    reg  read1$clock;
    reg  read2$d;
    wire  read2$q;
    reg  read2$clock;
    reg  read3$d;
    wire  read3$q;
    reg  read3$clock;
    reg  [15:0] staged$0$d;
    wire  [15:0] staged$0$q;
    reg  staged$0$clock;
    reg  [15:0] staged$1$d;
    wire  [15:0] staged$1$q;
    reg  staged$1$clock;
    reg  [15:0] staged$2$d;
    wire  [15:0] staged$2$q;
    reg  staged$2$clock;
    reg  [15:0] staged$3$d;
    wire  [15:0] staged$3$q;
    reg  staged$3$clock;
    reg  [15:0] staged$4$d;
    wire  [15:0] staged$4$q;
    reg  staged$4$clock;
    reg  [15:0] staged$5$d;
    wire  [15:0] staged$5$q;
    reg  staged$5$clock;
    reg  [15:0] staged$6$d;
    wire  [15:0] staged$6$q;
    reg  staged$6$clock;
    reg  [15:0] staged$7$d;
    wire  [15:0] staged$7$q;
    reg  staged$7$clock;
    reg  [7:0] staged_flags$d;
    wire  [7:0] staged_flags$q;
    reg  staged_flags$clock;
    reg  some$d;
    wire  some$q;
    reg  some$clock;
    reg  many$d;
    wire  many$q;
    reg  many$clock;
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
    reg  [15:0] base_q$d;
    wire  [15:0] base_q$q;
    reg  base_q$clock;
    reg  [2:0] lane_q$d;
    wire  [2:0] lane_q$q;
    reg  lane_q$clock;
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
    reg  preceded$0;
    reg  preceded$1;
    reg  preceded$2;
    reg  preceded$3;
    reg  preceded$4;
    reg  preceded$5;
    reg  preceded$6;
    reg  preceded$7;
    reg  lowest$0;
    reg  lowest$1;
    reg  lowest$2;
    reg  lowest$3;
    reg  lowest$4;
    reg  lowest$5;
    reg  lowest$6;
    reg  lowest$7;
    reg  [7:0] later$0;
    reg  [7:0] later$1;
    reg  [7:0] later$2;
    reg  [7:0] later$3;
    reg  [7:0] later$4;
    reg  [7:0] later$5;
    reg  [7:0] later$6;
    reg  [7:0] later$7;
    reg  [15:0] lane_word$0;
    reg  [15:0] lane_word$1;
    reg  [15:0] lane_word$2;
    reg  [15:0] lane_word$3;
    reg  [15:0] lane_word$4;
    reg  [15:0] lane_word$5;
    reg  [15:0] lane_word$6;
    reg  [15:0] lane_word$7;
    reg  [2:0] lane_number$0;
    reg  [2:0] lane_number$1;
    reg  [2:0] lane_number$2;
    reg  [2:0] lane_number$3;
    reg  [2:0] lane_number$4;
    reg  [2:0] lane_number$5;
    reg  [2:0] lane_number$6;
    reg  [2:0] lane_number$7;
    reg  rest_many;
    reg  fresh_many;
    reg  [3:0] halves$0;
    reg  [3:0] halves$1;
    reg  [3:0] halves$2;
    reg  [3:0] halves$3;
    reg  one$0;
    reg  one$1;
    reg  one$2;
    reg  one$3;
    reg  two$0;
    reg  two$1;
    reg  two$2;
    reg  two$3;
    reg  three$0;
    reg  three$1;
    reg  three$2;
    reg  three$3;
    reg  [7:0] rest;
    reg  [2:0] lane;
    reg  [15:0] lane_value;
    reg  load;
    reg  reads;
    reg  moves;
    reg  left_two;
    
    // Sub module instances
    top$sequencer$rows_left group(
        .d(group$d),
        .q(group$q),
        .clock(group$clock)
    );
    top$sequencer$rows_left left(
        .d(left$d),
        .q(left$q),
        .clock(left$clock)
    );
    top$write_q moved(
        .d(moved$d),
        .q(moved$q),
        .clock(moved$clock)
    );
    top$write_q last(
        .d(last$d),
        .q(last$q),
        .clock(last$clock)
    );
    top$write_q any_groups(
        .d(any_groups$d),
        .q(any_groups$q),
        .clock(any_groups$clock)
    );
    top$write_q one_group(
        .d(one_group$d),
        .q(one_group$q),
        .clock(one_group$clock)
    );
    top$write_q some_left(
        .d(some_left$d),
        .q(some_left$q),
        .clock(some_left$clock)
    );
    top$sequencer$rows_left unread(
        .d(unread$d),
        .q(unread$q),
        .clock(unread$clock)
    );
    top$write_q none_unread(
        .d(none_unread$d),
        .q(none_unread$q),
        .clock(none_unread$clock)
    );
    top$write_q one_unread(
        .d(one_unread$d),
        .q(one_unread$q),
        .clock(one_unread$clock)
    );
    top$write_q blocked(
        .d(blocked$d),
        .q(blocked$q),
        .clock(blocked$clock)
    );
    top$write_q read1(
        .d(read1$d),
        .q(read1$q),
        .clock(read1$clock)
    );
    top$write_q read2(
        .d(read2$d),
        .q(read2$q),
        .clock(read2$clock)
    );
    top$write_q read3(
        .d(read3$d),
        .q(read3$q),
        .clock(read3$clock)
    );
    top$sequencer$rows_left staged$0(
        .d(staged$0$d),
        .q(staged$0$q),
        .clock(staged$0$clock)
    );
    top$sequencer$rows_left staged$1(
        .d(staged$1$d),
        .q(staged$1$q),
        .clock(staged$1$clock)
    );
    top$sequencer$rows_left staged$2(
        .d(staged$2$d),
        .q(staged$2$q),
        .clock(staged$2$clock)
    );
    top$sequencer$rows_left staged$3(
        .d(staged$3$d),
        .q(staged$3$q),
        .clock(staged$3$clock)
    );
    top$sequencer$rows_left staged$4(
        .d(staged$4$d),
        .q(staged$4$q),
        .clock(staged$4$clock)
    );
    top$sequencer$rows_left staged$5(
        .d(staged$5$d),
        .q(staged$5$q),
        .clock(staged$5$clock)
    );
    top$sequencer$rows_left staged$6(
        .d(staged$6$d),
        .q(staged$6$q),
        .clock(staged$6$clock)
    );
    top$sequencer$rows_left staged$7(
        .d(staged$7$d),
        .q(staged$7$q),
        .clock(staged$7$clock)
    );
    top$sequencer$timer staged_flags(
        .d(staged_flags$d),
        .q(staged_flags$q),
        .clock(staged_flags$clock)
    );
    top$write_q some(
        .d(some$d),
        .q(some$q),
        .clock(some$clock)
    );
    top$write_q many(
        .d(many$d),
        .q(many$q),
        .clock(many$clock)
    );
    top$sequencer$rows_left next_column(
        .d(next_column$d),
        .q(next_column$q),
        .clock(next_column$clock)
    );
    top$sequencer$rows_left base_column(
        .d(base_column$d),
        .q(base_column$q),
        .clock(base_column$clock)
    );
    top$sequencer$rows_left held$0(
        .d(held$0$d),
        .q(held$0$q),
        .clock(held$0$clock)
    );
    top$sequencer$rows_left held$1(
        .d(held$1$d),
        .q(held$1$q),
        .clock(held$1$clock)
    );
    top$sequencer$rows_left held$2(
        .d(held$2$d),
        .q(held$2$q),
        .clock(held$2$clock)
    );
    top$sequencer$rows_left held$3(
        .d(held$3$d),
        .q(held$3$q),
        .clock(held$3$clock)
    );
    top$sequencer$rows_left held$4(
        .d(held$4$d),
        .q(held$4$q),
        .clock(held$4$clock)
    );
    top$sequencer$rows_left held$5(
        .d(held$5$d),
        .q(held$5$q),
        .clock(held$5$clock)
    );
    top$sequencer$rows_left held$6(
        .d(held$6$d),
        .q(held$6$q),
        .clock(held$6$clock)
    );
    top$sequencer$rows_left held$7(
        .d(held$7$d),
        .q(held$7$q),
        .clock(held$7$clock)
    );
    top$sequencer$timer pending(
        .d(pending$d),
        .q(pending$q),
        .clock(pending$clock)
    );
    top$write_q valid_q(
        .d(valid_q$d),
        .q(valid_q$q),
        .clock(valid_q$clock)
    );
    top$sequencer$rows_left base_q(
        .d(base_q$d),
        .q(base_q$q),
        .clock(base_q$clock)
    );
    top$clusters$0$nz_detect$lane_q lane_q(
        .d(lane_q$d),
        .q(lane_q$q),
        .clock(lane_q$clock)
    );
    top$sequencer$rows_left value_q(
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
        moved$clock = clock;
        last$clock = clock;
        any_groups$clock = clock;
        one_group$clock = clock;
        some_left$clock = clock;
        unread$clock = clock;
        none_unread$clock = clock;
        one_unread$clock = clock;
        blocked$clock = clock;
        read1$clock = clock;
        read2$clock = clock;
        read3$clock = clock;
        staged_flags$clock = clock;
        some$clock = clock;
        many$clock = clock;
        next_column$clock = clock;
        base_column$clock = clock;
        pending$clock = clock;
        valid_q$clock = clock;
        base_q$clock = clock;
        lane_q$clock = clock;
        value_q$clock = clock;
        done_q$clock = clock;
        group$d = group$q;
        left$d = left$q;
        moved$d = moved$q;
        last$d = last$q;
        any_groups$d = any_groups$q;
        one_group$d = one_group$q;
        some_left$d = some_left$q;
        unread$d = unread$q;
        none_unread$d = none_unread$q;
        one_unread$d = one_unread$q;
        blocked$d = blocked$q;
        read1$d = read1$q;
        read2$d = read2$q;
        read3$d = read3$q;
        staged_flags$d = staged_flags$q;
        some$d = some$q;
        many$d = many$q;
        next_column$d = next_column$q;
        base_column$d = base_column$q;
        pending$d = pending$q;
        valid_q$d = valid_q$q;
        base_q$d = base_q$q;
        lane_q$d = lane_q$q;
        value_q$d = value_q$q;
        done_q$d = done_q$q;
        lane = 32'h0;
        lane_value = 32'h0;
        preceded$0 = |(pending$q & below$0);
        lowest$0 = pending$q[0] & ~preceded$0;
        later$0 = 32'h0;
        if (preceded$0) begin
            later$0 = pending$q & lane_flag$0;
        end
        lane_word$0 = 32'h0;
        lane_number$0 = 32'h0;
        if (lowest$0) begin
            lane_word$0 = held$0$q;
            lane_number$0 = 0;
        end
        preceded$1 = |(pending$q & below$1);
        lowest$1 = pending$q[1] & ~preceded$1;
        later$1 = 32'h0;
        if (preceded$1) begin
            later$1 = pending$q & lane_flag$1;
        end
        lane_word$1 = 32'h0;
        lane_number$1 = 32'h0;
        if (lowest$1) begin
            lane_word$1 = held$1$q;
            lane_number$1 = 1;
        end
        preceded$2 = |(pending$q & below$2);
        lowest$2 = pending$q[2] & ~preceded$2;
        later$2 = 32'h0;
        if (preceded$2) begin
            later$2 = pending$q & lane_flag$2;
        end
        lane_word$2 = 32'h0;
        lane_number$2 = 32'h0;
        if (lowest$2) begin
            lane_word$2 = held$2$q;
            lane_number$2 = 2;
        end
        preceded$3 = |(pending$q & below$3);
        lowest$3 = pending$q[3] & ~preceded$3;
        later$3 = 32'h0;
        if (preceded$3) begin
            later$3 = pending$q & lane_flag$3;
        end
        lane_word$3 = 32'h0;
        lane_number$3 = 32'h0;
        if (lowest$3) begin
            lane_word$3 = held$3$q;
            lane_number$3 = 3;
        end
        preceded$4 = |(pending$q & below$4);
        lowest$4 = pending$q[4] & ~preceded$4;
        later$4 = 32'h0;
        if (preceded$4) begin
            later$4 = pending$q & lane_flag$4;
        end
        lane_word$4 = 32'h0;
        lane_number$4 = 32'h0;
        if (lowest$4) begin
            lane_word$4 = held$4$q;
            lane_number$4 = 4;
        end
        preceded$5 = |(pending$q & below$5);
        lowest$5 = pending$q[5] & ~preceded$5;
        later$5 = 32'h0;
        if (preceded$5) begin
            later$5 = pending$q & lane_flag$5;
        end
        lane_word$5 = 32'h0;
        lane_number$5 = 32'h0;
        if (lowest$5) begin
            lane_word$5 = held$5$q;
            lane_number$5 = 5;
        end
        preceded$6 = |(pending$q & below$6);
        lowest$6 = pending$q[6] & ~preceded$6;
        later$6 = 32'h0;
        if (preceded$6) begin
            later$6 = pending$q & lane_flag$6;
        end
        lane_word$6 = 32'h0;
        lane_number$6 = 32'h0;
        if (lowest$6) begin
            lane_word$6 = held$6$q;
            lane_number$6 = 6;
        end
        preceded$7 = |(pending$q & below$7);
        lowest$7 = pending$q[7] & ~preceded$7;
        later$7 = 32'h0;
        if (preceded$7) begin
            later$7 = pending$q & lane_flag$7;
        end
        lane_word$7 = 32'h0;
        lane_number$7 = 32'h0;
        if (lowest$7) begin
            lane_word$7 = held$7$q;
            lane_number$7 = 7;
        end
        rest = pending$q;
        if (room) begin
            rest = 32'h0;
        end
        lane = lane | lane_number$0;
        lane_value = lane_value | lane_word$0;
        if (room) begin
            rest = rest | later$0;
        end
        lane = lane | lane_number$1;
        lane_value = lane_value | lane_word$1;
        if (room) begin
            rest = rest | later$1;
        end
        lane = lane | lane_number$2;
        lane_value = lane_value | lane_word$2;
        if (room) begin
            rest = rest | later$2;
        end
        lane = lane | lane_number$3;
        lane_value = lane_value | lane_word$3;
        if (room) begin
            rest = rest | later$3;
        end
        lane = lane | lane_number$4;
        lane_value = lane_value | lane_word$4;
        if (room) begin
            rest = rest | later$4;
        end
        lane = lane | lane_number$5;
        lane_value = lane_value | lane_word$5;
        if (room) begin
            rest = rest | later$5;
        end
        lane = lane | lane_number$6;
        lane_value = lane_value | lane_word$6;
        if (room) begin
            rest = rest | later$6;
        end
        lane = lane | lane_number$7;
        lane_value = lane_value | lane_word$7;
        if (room) begin
            rest = rest | later$7;
        end
        soon = room & some$q;
        valid_q$d = room & some$q;
        base_q$d = base_column$q;
        lane_q$d = lane;
        value_q$d = lane_value;
        load = ~some$q | (room & ~many$q);
        halves$0 = pending$q[(32'h0)+:(4)];
        halves$1 = pending$q[(32'h4)+:(4)];
        halves$2 = staged_flags$q[(32'h0)+:(4)];
        halves$3 = staged_flags$q[(32'h4)+:(4)];
        one$0 = |halves$0;
        two$0 = (halves$0[32'h0] & halves$0[32'h1]) | (halves$0[32'h2] & halves$0[32'h3]) | ((halves$0[32'h0] | halves$0[32'h1]) & (halves$0[32'h2] | halves$0[32'h3]));
        three$0 = (halves$0[32'h0] & halves$0[32'h1] & (halves$0[32'h2] | halves$0[32'h3])) | (halves$0[32'h2] & halves$0[32'h3] & (halves$0[32'h0] | halves$0[32'h1]));
        one$1 = |halves$1;
        two$1 = (halves$1[32'h0] & halves$1[32'h1]) | (halves$1[32'h2] & halves$1[32'h3]) | ((halves$1[32'h0] | halves$1[32'h1]) & (halves$1[32'h2] | halves$1[32'h3]));
        three$1 = (halves$1[32'h0] & halves$1[32'h1] & (halves$1[32'h2] | halves$1[32'h3])) | (halves$1[32'h2] & halves$1[32'h3] & (halves$1[32'h0] | halves$1[32'h1]));
        one$2 = |halves$2;
        two$2 = (halves$2[32'h0] & halves$2[32'h1]) | (halves$2[32'h2] & halves$2[32'h3]) | ((halves$2[32'h0] | halves$2[32'h1]) & (halves$2[32'h2] | halves$2[32'h3]));
        three$2 = (halves$2[32'h0] & halves$2[32'h1] & (halves$2[32'h2] | halves$2[32'h3])) | (halves$2[32'h2] & halves$2[32'h3] & (halves$2[32'h0] | halves$2[32'h1]));
        one$3 = |halves$3;
        two$3 = (halves$3[32'h0] & halves$3[32'h1]) | (halves$3[32'h2] & halves$3[32'h3]) | ((halves$3[32'h0] | halves$3[32'h1]) & (halves$3[32'h2] | halves$3[32'h3]));
        three$3 = (halves$3[32'h0] & halves$3[32'h1] & (halves$3[32'h2] | halves$3[32'h3])) | (halves$3[32'h2] & halves$3[32'h3] & (halves$3[32'h0] | halves$3[32'h1]));
        rest_many = three$0 | three$1 | (two$0 & one$1) | (one$0 & two$1);
        fresh_many = two$2 | two$3 | (one$2 & one$3);
        if (room) begin
            many$d = rest_many;
        end
        reads = some_left$q & ~blocked$q;
        held$0$clock = clock;
        held$0$d = held$0$q;
        staged$0$clock = clock;
        staged$0$d = staged$0$q;
        if (load) begin
            held$0$d = staged$0$q;
            staged$0$d = act$0;
        end
        flags$0 = 32'h0;
        if (|act$0) begin
            flags$0 = lane_flag$0;
        end
        held$1$clock = clock;
        held$1$d = held$1$q;
        staged$1$clock = clock;
        staged$1$d = staged$1$q;
        if (load) begin
            held$1$d = staged$1$q;
            staged$1$d = act$1;
        end
        flags$1 = 32'h0;
        if (|act$1) begin
            flags$1 = lane_flag$1;
        end
        held$2$clock = clock;
        held$2$d = held$2$q;
        staged$2$clock = clock;
        staged$2$d = staged$2$q;
        if (load) begin
            held$2$d = staged$2$q;
            staged$2$d = act$2;
        end
        flags$2 = 32'h0;
        if (|act$2) begin
            flags$2 = lane_flag$2;
        end
        held$3$clock = clock;
        held$3$d = held$3$q;
        staged$3$clock = clock;
        staged$3$d = staged$3$q;
        if (load) begin
            held$3$d = staged$3$q;
            staged$3$d = act$3;
        end
        flags$3 = 32'h0;
        if (|act$3) begin
            flags$3 = lane_flag$3;
        end
        held$4$clock = clock;
        held$4$d = held$4$q;
        staged$4$clock = clock;
        staged$4$d = staged$4$q;
        if (load) begin
            held$4$d = staged$4$q;
            staged$4$d = act$4;
        end
        flags$4 = 32'h0;
        if (|act$4) begin
            flags$4 = lane_flag$4;
        end
        held$5$clock = clock;
        held$5$d = held$5$q;
        staged$5$clock = clock;
        staged$5$d = staged$5$q;
        if (load) begin
            held$5$d = staged$5$q;
            staged$5$d = act$5;
        end
        flags$5 = 32'h0;
        if (|act$5) begin
            flags$5 = lane_flag$5;
        end
        held$6$clock = clock;
        held$6$d = held$6$q;
        staged$6$clock = clock;
        staged$6$d = staged$6$q;
        if (load) begin
            held$6$d = staged$6$q;
            staged$6$d = act$6;
        end
        flags$6 = 32'h0;
        if (|act$6) begin
            flags$6 = lane_flag$6;
        end
        held$7$clock = clock;
        held$7$d = held$7$q;
        staged$7$clock = clock;
        staged$7$d = staged$7$q;
        if (load) begin
            held$7$d = staged$7$q;
            staged$7$d = act$7;
        end
        flags$7 = 32'h0;
        if (|act$7) begin
            flags$7 = lane_flag$7;
        end
        fresh = flags$0 | flags$1 | flags$2 | flags$3 | flags$4 | flags$5 | flags$6 | flags$7;
        pending$d = rest;
        moves = load & reads;
        if (arrives & ~moves) begin
            unread$d = (unread$q + 32'h1) & count_bits;
            none_unread$d = 1'b0;
            one_unread$d = none_unread$q;
        end
        if (moves & ~arrives) begin
            unread$d = (unread$q - 32'h1) & count_bits;
            none_unread$d = one_unread$q;
            one_unread$d = unread$q == 32'h2;
        end
        blocked$d = gated & none_unread$q;
        moved$d = moves;
        left_two = left$q == 32'h2;
        if (moved$q) begin
            left$d = (left$q - 32'h1) & count_bits;
            left_two = left$q == 32'h3;
        end
        if (load) begin
            some$d = 1'b0;
            many$d = 1'b0;
            if (read3$q) begin
                pending$d = staged_flags$q;
                some$d = |staged_flags$q;
                many$d = fresh_many;
                base_column$d = next_column$q;
                next_column$d = next_column$q + stride;
            end
            staged_flags$d = fresh;
            read3$d = read2$q;
            read2$d = read1$q;
            read1$d = reads;
            if (reads) begin
                group$d = group$q + 32'h1;
                blocked$d = gated & one_unread$q;
                last$d = left_two;
                some_left$d = ~last$q;
            end
        end
        any_groups$d = |groups;
        one_group$d = groups == 32'h1;
        if (start) begin
            group$d = src_base;
            left$d = groups & count_bits;
            moved$d = 1'b0;
            last$d = one_group$q;
            some_left$d = any_groups$q;
            blocked$d = start_gated;
            unread$d = 32'h0;
            none_unread$d = 1'b1;
            one_unread$d = 1'b0;
            next_column$d = first_column;
        end
        if (clear) begin
            some_left$d = 1'b0;
            read1$d = 1'b0;
            read2$d = 1'b0;
            read3$d = 1'b0;
            some$d = 1'b0;
            many$d = 1'b0;
            pending$d = 32'h0;
            valid_q$d = 1'b0;
        end
        done_q$d = ~some_left$q & ~read1$q & ~read2$q & ~read3$q & ~some$q & ~valid_q$q;
        address = group$q;
        enable = load;
        valid = valid_q$q;
        column = base_q$q + ((lane_q$q) & 16'hffff);
        value = value_q$q;
        done = done_q$q;
    end
    
endmodule

module top$clusters$0$nz_detect$lane_q(d,q,clock);
    
    // Module arguments
    input wire  [2:0] d;
    output reg  [2:0] q;
    input wire  clock;
    
    // Update code (custom)
    initial begin
       q = 3'h0;
    end
    
    always @(posedge clock) begin
       q <= d;
    end
          
endmodule

module top$clusters$0$offers(clock,clear,push,offer,room,pop,granted);
    
    // Module arguments
    input wire  clock;
    input wire  clear;
    input wire  push;
    input wire  [31:0] offer;
    output reg  room;
    input wire  pop;
    output reg  [31:0] granted;
    
    // Constant declarations
    localparam  limit = 5'b1100;
    
    // Stub signals
    reg  memory$clock;
    reg  [15:0] memory$read_address;
    wire  [31:0] memory$read_data;
    reg  [15:0] memory$write_address;
    reg  [31:0] memory$write_data;
    reg  memory$write_enable;
    reg  [15:0] head$d;
    wire  [15:0] head$q;
    reg  head$clock;
    reg  [15:0] tail$d;
    wire  [15:0] tail$q;
    reg  tail$clock;
    reg  [4:0] count$d;
    wire  [4:0] count$q;
    reg  count$clock;
    reg  room_q$d;
    wire  room_q$q;
    reg  room_q$clock;
    reg  [31:0] granted_q$d;
    wire  [31:0] granted_q$q;
    reg  granted_q$clock;
    
    // Sub module instances
    top$clusters$0$offers$memory memory(
        .clock(memory$clock),
        .read_address(memory$read_address),
        .read_data(memory$read_data),
        .write_address(memory$write_address),
        .write_data(memory$write_data),
        .write_enable(memory$write_enable)
    );
    top$sequencer$rows_left head(
        .d(head$d),
        .q(head$q),
        .clock(head$clock)
    );
    top$sequencer$rows_left tail(
        .d(tail$d),
        .q(tail$q),
        .clock(tail$clock)
    );
    top$clusters$0$shift_q count(
        .d(count$d),
        .q(count$q),
        .clock(count$clock)
    );
    top$write_q room_q(
        .d(room_q$d),
        .q(room_q$q),
        .clock(room_q$clock)
    );
    top$wdata_q granted_q(
        .d(granted_q$d),
        .q(granted_q$q),
        .clock(granted_q$clock)
    );
    
    // Update code
    always @(*) begin
        head$clock = clock;
        tail$clock = clock;
        count$clock = clock;
        room_q$clock = clock;
        granted_q$clock = clock;
        head$d = head$q;
        tail$d = tail$q;
        count$d = count$q;
        room_q$d = room_q$q;
        granted_q$d = granted_q$q;
        memory$clock = clock;
        memory$write_address = tail$q;
        memory$write_data = offer;
        memory$write_enable = push;
        memory$read_address = head$q;
        granted_q$d = 32'h0;
        if (push) begin
            tail$d = tail$q + 32'h1;
        end
        if (pop) begin
            head$d = head$q + 32'h1;
            granted_q$d = memory$read_data;
        end
        if (push & ~pop) begin
            count$d = count$q + 32'h1;
        end
        if (~push & pop) begin
            count$d = count$q - 32'h1;
        end
        room_q$d = count$q < limit;
        if (clear) begin
            head$d = 32'h0;
            tail$d = 32'h0;
            count$d = 32'h0;
        end
        room = room_q$q;
        granted = granted_q$q;
    end
    
endmodule

module top$clusters$0$offers$memory(clock,read_address,read_data,write_address,write_data,write_enable);
    
    // Module arguments
    input wire  clock;
    input wire  [15:0] read_address;
    output reg  [31:0] read_data;
    input wire  [15:0] write_address;
    input wire  [31:0] write_data;
    input wire  write_enable;
    
    // Update code (custom)
    `ifdef EIE_ICE40
    (* ram_style = "block", no_rw_check *)
    `else
    (* ram_style = "distributed", no_rw_check *)
    `endif
    reg [26:0] mem [0:15];
    integer mem_i;
    initial for (mem_i = 0; mem_i < 16; mem_i = mem_i + 1) mem[mem_i] = 0;
    `ifdef EIE_ICE40
    always @(negedge clock) read_data <= mem[read_address[3:0]];
    `else
    always @(*) read_data = mem[read_address[3:0]];
    `endif
    always @(posedge clock) if (write_enable) mem[write_address[3:0]] <= write_data[26:0];
endmodule

module top$clusters$0$pes$3(clock,clear,valid,marker,column,value,almost_full,parity,host_write,host_kinds,host_offset,host_data,wide_address,wide_halves,wide_data,issuing,act_address,act_enable,act_data,shift,relu,drain,drain_row,bias_address,first,keep,partial_in,partial,result,act_write,act_write_address,act_write_data);
    
    // Module arguments
    input wire  clock;
    input wire  clear;
    input wire  valid;
    input wire  marker;
    input wire  [15:0] column;
    input wire  [15:0] value;
    output reg  almost_full;
    output reg  parity;
    input wire  host_write;
    input wire  [3:0] host_kinds;
    input wire  [15:0] host_offset;
    input wire  [31:0] host_data;
    input wire  [15:0] wide_address;
    input wire  [1:0] wide_halves;
    input wire  [26:0] wide_data;
    output reg  issuing;
    input wire  [15:0] act_address;
    input wire  act_enable;
    output reg  [15:0] act_data;
    input wire  [4:0] shift;
    input wire  relu;
    input wire  drain;
    input wire  [15:0] drain_row;
    input wire  [15:0] bias_address;
    input wire  first;
    input wire  keep;
    input wire  [47:0] partial_in;
    output reg  [47:0] partial;
    output reg  [15:0] result;
    input wire  act_write;
    input wire  [15:0] act_write_address;
    input wire  [15:0] act_write_data;
    
    // Stub signals
    reg  ptr_read$clock;
    reg  ptr_read$valid;
    reg  ptr_read$marker;
    reg  [15:0] ptr_read$column;
    reg  [15:0] ptr_read$value_in;
    reg  ptr_read$write;
    reg  [15:0] ptr_read$write_address;
    reg  [31:0] ptr_read$write_data;
    reg  ptr_read$write_bias;
    reg  [15:0] ptr_read$wide_address;
    reg  [1:0] ptr_read$wide_halves;
    reg  [26:0] ptr_read$wide_data;
    reg  [15:0] ptr_read$bias_address;
    wire  [31:0] ptr_read$bias;
    wire  ptr_read$push;
    wire  [31:0] ptr_read$pointer;
    wire  [15:0] ptr_read$value;
    wire  ptr_read$short;
    wire  ptr_read$is_marker;
    reg  act_queue$clock;
    reg  act_queue$clear;
    reg  act_queue$push;
    reg  [31:0] act_queue$pointer_in;
    reg  [15:0] act_queue$value_in;
    reg  act_queue$short_in;
    reg  act_queue$marker_in;
    reg  act_queue$pop;
    wire  act_queue$empty;
    wire  [31:0] act_queue$pointer;
    wire  [15:0] act_queue$value;
    wire  act_queue$short;
    wire  act_queue$marker;
    wire  act_queue$almost_full;
    reg  spmat_read$clock;
    reg  spmat_read$clear;
    reg  spmat_read$empty;
    reg  [31:0] spmat_read$pointer;
    reg  [15:0] spmat_read$value_in;
    reg  spmat_read$short;
    reg  spmat_read$marker;
    wire  spmat_read$pop;
    reg  spmat_read$write;
    reg  [15:0] spmat_read$write_address;
    reg  [31:0] spmat_read$write_data;
    reg  spmat_read$write_code;
    reg  [15:0] spmat_read$wide_address;
    reg  [1:0] spmat_read$wide_halves;
    reg  [26:0] spmat_read$wide_data;
    reg  [15:0] spmat_read$code_address;
    wire  [15:0] spmat_read$weight;
    wire  spmat_read$valid;
    wire  spmat_read$first;
    wire  [15:0] spmat_read$entry;
    wire  [15:0] spmat_read$value;
    wire  [7:0] spmat_read$codebook;
    wire  spmat_read$bank;
    wire  spmat_read$parity;
    wire  spmat_read$issuing;
    reg  weight_decode$clock;
    reg  weight_decode$valid_in;
    reg  weight_decode$first;
    reg  [15:0] weight_decode$entry;
    reg  [15:0] weight_decode$value_in;
    reg  [7:0] weight_decode$codebook;
    wire  [15:0] weight_decode$code_address;
    wire  weight_decode$valid;
    wire  [15:0] weight_decode$row;
    wire  [15:0] weight_decode$value;
    reg  mac$clock;
    reg  mac$valid;
    reg  mac$bank;
    reg  [15:0] mac$row;
    reg  [15:0] mac$weight;
    reg  [15:0] mac$value;
    reg  mac$drain;
    reg  [15:0] mac$drain_row;
    reg  mac$sweep;
    wire  [47:0] mac$sum;
    reg  drain_unit$clock;
    reg  [47:0] drain_unit$sum;
    reg  drain_unit$first;
    reg  [47:0] drain_unit$partial_in;
    wire  [47:0] drain_unit$partial;
    reg  [31:0] drain_unit$bias_word;
    reg  [4:0] drain_unit$shift;
    reg  drain_unit$relu;
    reg  drain_unit$keep;
    wire  [15:0] drain_unit$result;
    reg  act_bank$clock;
    reg  act_bank$enable;
    reg  [15:0] act_bank$read_address;
    wire  [15:0] act_bank$read_data;
    reg  [15:0] act_bank$write_address;
    reg  [15:0] act_bank$write_data;
    reg  act_bank$write_enable;
    reg  bank3$d;
    wire  bank3$q;
    reg  bank3$clock;
    reg  bank4$d;
    wire  bank4$q;
    reg  bank4$clock;
    reg  bank5$d;
    wire  bank5$q;
    reg  bank5$clock;
    reg  parity_q$d;
    wire  parity_q$q;
    reg  parity_q$clock;
    
    // Sub module instances
    top$clusters$0$pes$3$ptr_read ptr_read(
        .clock(ptr_read$clock),
        .valid(ptr_read$valid),
        .marker(ptr_read$marker),
        .column(ptr_read$column),
        .value_in(ptr_read$value_in),
        .write(ptr_read$write),
        .write_address(ptr_read$write_address),
        .write_data(ptr_read$write_data),
        .write_bias(ptr_read$write_bias),
        .wide_address(ptr_read$wide_address),
        .wide_halves(ptr_read$wide_halves),
        .wide_data(ptr_read$wide_data),
        .bias_address(ptr_read$bias_address),
        .bias(ptr_read$bias),
        .push(ptr_read$push),
        .pointer(ptr_read$pointer),
        .value(ptr_read$value),
        .short(ptr_read$short),
        .is_marker(ptr_read$is_marker)
    );
    top$clusters$0$pes$3$act_queue act_queue(
        .clock(act_queue$clock),
        .clear(act_queue$clear),
        .push(act_queue$push),
        .pointer_in(act_queue$pointer_in),
        .value_in(act_queue$value_in),
        .short_in(act_queue$short_in),
        .marker_in(act_queue$marker_in),
        .pop(act_queue$pop),
        .empty(act_queue$empty),
        .pointer(act_queue$pointer),
        .value(act_queue$value),
        .short(act_queue$short),
        .marker(act_queue$marker),
        .almost_full(act_queue$almost_full)
    );
    top$clusters$0$pes$3$spmat_read spmat_read(
        .clock(spmat_read$clock),
        .clear(spmat_read$clear),
        .empty(spmat_read$empty),
        .pointer(spmat_read$pointer),
        .value_in(spmat_read$value_in),
        .short(spmat_read$short),
        .marker(spmat_read$marker),
        .pop(spmat_read$pop),
        .write(spmat_read$write),
        .write_address(spmat_read$write_address),
        .write_data(spmat_read$write_data),
        .write_code(spmat_read$write_code),
        .wide_address(spmat_read$wide_address),
        .wide_halves(spmat_read$wide_halves),
        .wide_data(spmat_read$wide_data),
        .code_address(spmat_read$code_address),
        .weight(spmat_read$weight),
        .valid(spmat_read$valid),
        .first(spmat_read$first),
        .entry(spmat_read$entry),
        .value(spmat_read$value),
        .codebook(spmat_read$codebook),
        .bank(spmat_read$bank),
        .parity(spmat_read$parity),
        .issuing(spmat_read$issuing)
    );
    top$clusters$0$pes$3$weight_decode weight_decode(
        .clock(weight_decode$clock),
        .valid_in(weight_decode$valid_in),
        .first(weight_decode$first),
        .entry(weight_decode$entry),
        .value_in(weight_decode$value_in),
        .codebook(weight_decode$codebook),
        .code_address(weight_decode$code_address),
        .valid(weight_decode$valid),
        .row(weight_decode$row),
        .value(weight_decode$value)
    );
    top$clusters$0$pes$3$mac mac(
        .clock(mac$clock),
        .valid(mac$valid),
        .bank(mac$bank),
        .row(mac$row),
        .weight(mac$weight),
        .value(mac$value),
        .drain(mac$drain),
        .drain_row(mac$drain_row),
        .sweep(mac$sweep),
        .sum(mac$sum)
    );
    top$clusters$0$pes$3$drain_unit drain_unit(
        .clock(drain_unit$clock),
        .sum(drain_unit$sum),
        .first(drain_unit$first),
        .partial_in(drain_unit$partial_in),
        .partial(drain_unit$partial),
        .bias_word(drain_unit$bias_word),
        .shift(drain_unit$shift),
        .relu(drain_unit$relu),
        .keep(drain_unit$keep),
        .result(drain_unit$result)
    );
    top$clusters$0$pes$3$act_bank act_bank(
        .clock(act_bank$clock),
        .enable(act_bank$enable),
        .read_address(act_bank$read_address),
        .read_data(act_bank$read_data),
        .write_address(act_bank$write_address),
        .write_data(act_bank$write_data),
        .write_enable(act_bank$write_enable)
    );
    top$write_q bank3(
        .d(bank3$d),
        .q(bank3$q),
        .clock(bank3$clock)
    );
    top$write_q bank4(
        .d(bank4$d),
        .q(bank4$q),
        .clock(bank4$clock)
    );
    top$write_q bank5(
        .d(bank5$d),
        .q(bank5$q),
        .clock(bank5$clock)
    );
    top$write_q parity_q(
        .d(parity_q$d),
        .q(parity_q$q),
        .clock(parity_q$clock)
    );
    
    // Update code
    always @(*) begin
        bank3$clock = clock;
        bank4$clock = clock;
        bank5$clock = clock;
        parity_q$clock = clock;
        bank3$d = bank3$q;
        bank4$d = bank4$q;
        bank5$d = bank5$q;
        parity_q$d = parity_q$q;
        ptr_read$clock = clock;
        act_queue$clock = clock;
        spmat_read$clock = clock;
        weight_decode$clock = clock;
        mac$clock = clock;
        drain_unit$clock = clock;
        act_bank$clock = clock;
        ptr_read$write = host_write & host_kinds[32'h0];
        ptr_read$write_address = host_offset;
        ptr_read$write_data = host_data;
        spmat_read$write = host_write & host_kinds[32'h1];
        spmat_read$write_address = host_offset;
        spmat_read$write_data = host_data;
        spmat_read$write_code = host_write & host_kinds[32'h2];
        ptr_read$write_bias = host_write & host_kinds[32'h3];
        spmat_read$wide_address = wide_address;
        spmat_read$wide_halves = wide_halves;
        spmat_read$wide_data = wide_data;
        ptr_read$wide_address = wide_address;
        ptr_read$wide_halves = wide_halves;
        ptr_read$wide_data = wide_data;
        ptr_read$valid = valid;
        ptr_read$marker = marker;
        ptr_read$column = column;
        ptr_read$value_in = value;
        act_queue$clear = clear;
        act_queue$push = ptr_read$push;
        act_queue$pointer_in = ptr_read$pointer;
        act_queue$value_in = ptr_read$value;
        act_queue$short_in = ptr_read$short;
        act_queue$marker_in = ptr_read$is_marker;
        almost_full = act_queue$almost_full;
        act_queue$pop = spmat_read$pop;
        spmat_read$clear = clear;
        spmat_read$empty = act_queue$empty;
        spmat_read$pointer = act_queue$pointer;
        spmat_read$value_in = act_queue$value;
        spmat_read$short = act_queue$short;
        spmat_read$marker = act_queue$marker;
        weight_decode$valid_in = spmat_read$valid;
        weight_decode$first = spmat_read$first;
        weight_decode$entry = spmat_read$entry;
        weight_decode$value_in = spmat_read$value;
        weight_decode$codebook = spmat_read$codebook;
        spmat_read$code_address = weight_decode$code_address;
        bank3$d = spmat_read$bank;
        bank4$d = bank3$q;
        bank5$d = bank4$q;
        parity_q$d = spmat_read$parity;
        parity = parity_q$q;
        mac$valid = weight_decode$valid;
        mac$bank = bank5$q;
        mac$row = weight_decode$row;
        mac$weight = spmat_read$weight;
        mac$value = weight_decode$value;
        mac$drain = drain;
        mac$drain_row = drain_row;
        mac$sweep = clear;
        ptr_read$bias_address = bias_address;
        drain_unit$sum = mac$sum;
        drain_unit$first = first;
        drain_unit$partial_in = partial_in;
        partial = drain_unit$partial;
        result = drain_unit$result;
        drain_unit$bias_word = ptr_read$bias;
        drain_unit$keep = keep;
        drain_unit$shift = shift;
        drain_unit$relu = relu;
        act_bank$read_address = act_address;
        act_bank$enable = act_enable;
        act_data = act_bank$read_data;
        act_bank$write_enable = act_write;
        act_bank$write_address = act_write_address;
        act_bank$write_data = act_write_data;
        issuing = spmat_read$issuing;
    end
    
endmodule

module top$clusters$0$pes$3$act_bank(clock,enable,read_address,read_data,write_address,write_data,write_enable);
    
    // Module arguments
    input wire  clock;
    input wire  enable;
    input wire  [15:0] read_address;
    output reg  [15:0] read_data;
    input wire  [15:0] write_address;
    input wire  [15:0] write_data;
    input wire  write_enable;
    
    // Update code (custom)
    `ifdef EIE_ECP5
    wire [15:0] mem_word;
    always @(*) read_data = mem_word;
    DP16KD #(.DATA_WIDTH_A(18), .DATA_WIDTH_B(18), .REGMODE_A("OUTREG"), .REGMODE_B("OUTREG"), .RESETMODE("SYNC"), .GSR("DISABLED")) mem_cell0_0 (
    .ADA0(1'b0), .ADA1(1'b0), .ADA10(read_address[6]), .ADA11(read_address[7]), .ADA12(read_address[8]), .ADA13(1'b0), .ADA2(1'b0), .ADA3(1'b0), .ADA4(read_address[0]), .ADA5(read_address[1]), .ADA6(read_address[2]), .ADA7(read_address[3]), .ADA8(read_address[4]), .ADA9(read_address[5]), .ADB0(1'b1), .ADB1(1'b1), .ADB10(write_address[6]), .ADB11(write_address[7]), .ADB12(write_address[8]), .ADB13(1'b0), .ADB2(1'b0), .ADB3(1'b0), .ADB4(write_address[0]), .ADB5(write_address[1]), .ADB6(write_address[2]), .ADB7(write_address[3]), .ADB8(write_address[4]), .ADB9(write_address[5]), .CEA(enable), .CEB(1'b1), .CLKA(clock), .CLKB(clock), .CSA0(1'b0), .CSA1(1'b0), .CSA2(1'b0), .CSB0(1'b0), .CSB1(1'b0), .CSB2(1'b0), .DIB0(write_data[0]), .DIB1(write_data[1]), .DIB10(write_data[10]), .DIB11(write_data[11]), .DIB12(write_data[12]), .DIB13(write_data[13]), .DIB14(write_data[14]), .DIB15(write_data[15]), .DIB16(1'b0), .DIB17(1'b0), .DIB2(write_data[2]), .DIB3(write_data[3]), .DIB4(write_data[4]), .DIB5(write_data[5]), .DIB6(write_data[6]), .DIB7(write_data[7]), .DIB8(write_data[8]), .DIB9(write_data[9]), .DOA0(mem_word[0]), .DOA1(mem_word[1]), .DOA10(mem_word[10]), .DOA11(mem_word[11]), .DOA12(mem_word[12]), .DOA13(mem_word[13]), .DOA14(mem_word[14]), .DOA15(mem_word[15]), .DOA16(), .DOA17(), .DOA2(mem_word[2]), .DOA3(mem_word[3]), .DOA4(mem_word[4]), .DOA5(mem_word[5]), .DOA6(mem_word[6]), .DOA7(mem_word[7]), .DOA8(mem_word[8]), .DOA9(mem_word[9]), .DOB0(), .DOB1(), .DOB10(), .DOB11(), .DOB12(), .DOB13(), .DOB14(), .DOB15(), .DOB16(), .DOB17(), .DOB2(), .DOB3(), .DOB4(), .DOB5(), .DOB6(), .DOB7(), .DOB8(), .DOB9(), .OCEA(enable), .OCEB(1'b1), .RSTA(1'b0), .RSTB(1'b0), .WEA(1'b0), .WEB(write_enable));
    `else
    (* ram_style = "block", no_rw_check *) reg [15:0] mem [0:511];
    `ifndef SYNTHESIS
    integer mem_i;
    initial for (mem_i = 0; mem_i < 512; mem_i = mem_i + 1) mem[mem_i] = 0;
    `endif
    reg [15:0] mem_stage;
    always @(posedge clock) begin
    if (enable) begin
    mem_stage <= mem[read_address[8:0]];
    read_data <= mem_stage;
    end
    if (write_enable) mem[write_address[8:0]] <= write_data[15:0];
    end
    `endif
endmodule

module top$clusters$0$pes$3$act_queue(clock,clear,push,pointer_in,value_in,short_in,marker_in,pop,empty,pointer,value,short,marker,almost_full);
    
    // Module arguments
    input wire  clock;
    input wire  clear;
    input wire  push;
    input wire  [31:0] pointer_in;
    input wire  [15:0] value_in;
    input wire  short_in;
    input wire  marker_in;
    input wire  pop;
    output reg  empty;
    output reg  [31:0] pointer;
    output reg  [15:0] value;
    output reg  short;
    output reg  marker;
    output reg  almost_full;
    
    // Constant declarations
    localparam  limit = 10'b10100;
    localparam  below_limit = 10'b10011;
    localparam  count_mask = 10'b111111;
    localparam  place_mask = 16'h1f;
    
    // Stub signals
    reg  pointers$clock;
    reg  [15:0] pointers$read_address;
    wire  [31:0] pointers$read_data;
    reg  [15:0] pointers$write_address;
    reg  [31:0] pointers$write_data;
    reg  pointers$write_enable;
    reg  values$clock;
    reg  [15:0] values$read_address;
    wire  [17:0] values$read_data;
    reg  [15:0] values$write_address;
    reg  [17:0] values$write_data;
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
    reg  up$d;
    wire  up$q;
    reg  up$clock;
    reg  down$d;
    wire  down$q;
    reg  down$clock;
    reg  [15:0] head_next$d;
    wire  [15:0] head_next$q;
    reg  head_next$clock;
    reg  begun$d;
    wire  begun$q;
    reg  begun$clock;
    reg  some$d;
    wire  some$q;
    reg  some$clock;
    reg  front_valid$d;
    wire  front_valid$q;
    reg  front_valid$clock;
    reg  [31:0] front_pointer$d;
    wire  [31:0] front_pointer$q;
    reg  front_pointer$clock;
    reg  [17:0] front$d;
    wire  [17:0] front$q;
    reg  front$clock;
    reg  full$d;
    wire  full$q;
    reg  full$clock;
    
    // Local signals
    reg  refill;
    reg  [17:0] word;
    reg  [15:0] head_then;
    reg  [9:0] count_up;
    reg  [9:0] count_down;
    
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
    top$sequencer$rows_left head(
        .d(head$d),
        .q(head$q),
        .clock(head$clock)
    );
    top$sequencer$rows_left tail(
        .d(tail$d),
        .q(tail$q),
        .clock(tail$clock)
    );
    top$clusters$0$pes$3$act_queue$count count(
        .d(count$d),
        .q(count$q),
        .clock(count$clock)
    );
    top$write_q up(
        .d(up$d),
        .q(up$q),
        .clock(up$clock)
    );
    top$write_q down(
        .d(down$d),
        .q(down$q),
        .clock(down$clock)
    );
    top$sequencer$rows_left head_next(
        .d(head_next$d),
        .q(head_next$q),
        .clock(head_next$clock)
    );
    top$write_q begun(
        .d(begun$d),
        .q(begun$q),
        .clock(begun$clock)
    );
    top$write_q some(
        .d(some$d),
        .q(some$q),
        .clock(some$clock)
    );
    top$write_q front_valid(
        .d(front_valid$d),
        .q(front_valid$q),
        .clock(front_valid$clock)
    );
    top$wdata_q front_pointer(
        .d(front_pointer$d),
        .q(front_pointer$q),
        .clock(front_pointer$clock)
    );
    top$clusters$0$pes$3$act_queue$front front(
        .d(front$d),
        .q(front$q),
        .clock(front$clock)
    );
    top$write_q full(
        .d(full$d),
        .q(full$q),
        .clock(full$clock)
    );
    
    // Update code
    always @(*) begin
        head$clock = clock;
        head_next$clock = clock;
        begun$clock = clock;
        tail$clock = clock;
        count$clock = clock;
        up$clock = clock;
        down$clock = clock;
        some$clock = clock;
        front_valid$clock = clock;
        front_pointer$clock = clock;
        front$clock = clock;
        full$clock = clock;
        head$d = head$q;
        head_next$d = head_next$q;
        begun$d = begun$q;
        tail$d = tail$q;
        count$d = count$q;
        up$d = up$q;
        down$d = down$q;
        some$d = some$q;
        front_valid$d = front_valid$q;
        front_pointer$d = front_pointer$q;
        front$d = front$q;
        full$d = full$q;
        pointers$clock = clock;
        values$clock = clock;
        word = ((value_in) & 18'h3ffff) | (((short_in) & 18'h3ffff) << 32'h10) | (((marker_in) & 18'h3ffff) << 32'h11);
        pointers$write_address = tail$q;
        pointers$write_data = pointer_in;
        pointers$write_enable = push;
        values$write_address = tail$q;
        values$write_data = word;
        values$write_enable = push;
        pointers$read_address = head$q;
        values$read_address = head$q;
        refill = some$q & (~front_valid$q | pop);
        if (push) begin
            tail$d = (tail$q + 32'h1) & place_mask;
        end
        if (pop) begin
            front_valid$d = 1'b0;
        end
        head_then = head$q;
        if (refill) begin
            head_then = head_next$q;
            front_valid$d = 1'b1;
            front_pointer$d = pointers$read_data;
            front$d = values$read_data;
        end
        head$d = head_then;
        if (refill) begin
            head_next$d = (head_next$q + 32'h1) & place_mask;
        end
        begun$d = 1'b1;
        if (~begun$q) begin
            head_next$d = 32'h1;
        end
        some$d = push | (some$q & ~(refill & (head_next$q == tail$q)));
        up$d = push & ~pop;
        down$d = ~push & pop;
        count_up = (count$q + 32'h1) & count_mask;
        count_down = (count$q - 32'h1) & count_mask;
        if (up$q) begin
            count$d = count_up;
        end
        if (down$q) begin
            count$d = count_down;
        end
        if (up$q & (count$q == below_limit)) begin
            full$d = 1'b1;
        end
        if (down$q & (count$q == limit)) begin
            full$d = 1'b0;
        end
        if (clear) begin
            head$d = 32'h0;
            tail$d = 32'h0;
            count$d = 32'h0;
            head_next$d = 32'h1;
            up$d = 1'b0;
            down$d = 1'b0;
            full$d = 1'b0;
            some$d = 1'b0;
            front_valid$d = 1'b0;
        end
        empty = ~front_valid$q;
        pointer = front_pointer$q;
        value = front$q[(32'h0)+:(16)];
        short = front$q[32'h10];
        marker = front$q[32'h11];
        almost_full = full$q;
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

module top$clusters$0$pes$3$act_queue$front(d,q,clock);
    
    // Module arguments
    input wire  [17:0] d;
    output reg  [17:0] q;
    input wire  clock;
    
    // Update code (custom)
    initial begin
       q = 18'h0;
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
    `ifdef EIE_ICE40
    (* ram_style = "block", no_rw_check *)
    `else
    (* ram_style = "distributed", no_rw_check *)
    `endif
    reg [21:0] mem [0:31];
    integer mem_i;
    initial for (mem_i = 0; mem_i < 32; mem_i = mem_i + 1) mem[mem_i] = 0;
    `ifdef EIE_ICE40
    always @(negedge clock) read_data <= mem[read_address[4:0]];
    `else
    always @(*) read_data = mem[read_address[4:0]];
    `endif
    always @(posedge clock) if (write_enable) mem[write_address[4:0]] <= write_data[21:0];
endmodule

module top$clusters$0$pes$3$act_queue$values(clock,read_address,read_data,write_address,write_data,write_enable);
    
    // Module arguments
    input wire  clock;
    input wire  [15:0] read_address;
    output reg  [17:0] read_data;
    input wire  [15:0] write_address;
    input wire  [17:0] write_data;
    input wire  write_enable;
    
    // Update code (custom)
    `ifdef EIE_ICE40
    (* ram_style = "block", no_rw_check *)
    `else
    (* ram_style = "distributed", no_rw_check *)
    `endif
    reg [17:0] mem [0:31];
    integer mem_i;
    initial for (mem_i = 0; mem_i < 32; mem_i = mem_i + 1) mem[mem_i] = 0;
    `ifdef EIE_ICE40
    always @(negedge clock) read_data <= mem[read_address[4:0]];
    `else
    always @(*) read_data = mem[read_address[4:0]];
    `endif
    always @(posedge clock) if (write_enable) mem[write_address[4:0]] <= write_data[17:0];
endmodule

module top$clusters$0$pes$3$drain_unit(clock,sum,first,partial_in,partial,bias_word,shift,relu,keep,result);
    
    // Module arguments
    input wire  clock;
    input wire  [47:0] sum;
    input wire  first;
    input wire  [47:0] partial_in;
    output reg  [47:0] partial;
    input wire  [31:0] bias_word;
    input wire  [4:0] shift;
    input wire  relu;
    input wire  keep;
    output reg  [15:0] result;
    
    // Constant declarations
    localparam  ones_above = 48'hff00000000;
    localparam  acc_sign = 48'h8000000000;
    localparam  beyond = 48'hff0000000000;
    localparam  width_mask = 48'hffffffffff;
    localparam  high0 = 48'h7f800000;
    localparam  high8 = 48'h7f80000000;
    localparam  high16 = 48'h7f8000000000;
    localparam  high24 = 48'h800000000000;
    localparam  ones_mask = 5'b111;
    localparam  coarse_mask = 24'h7fffff;
    localparam  saturating = 24'h7f8000;
    localparam  low_mask = 24'h7fff;
    localparam  largest = 16'h7fff;
    localparam  lowest = 16'h8000;
    
    // Stub signals
    reg  [47:0] biased$d;
    wire  [47:0] biased$q;
    reg  biased$clock;
    reg  [23:0] coarse$d;
    wire  [23:0] coarse$q;
    reg  coarse$clock;
    reg  [15:0] fine$d;
    wire  [15:0] fine$q;
    reg  fine$clock;
    reg  ones24$d;
    wire  ones24$q;
    reg  ones24$clock;
    reg  ones16$d;
    wire  ones16$q;
    reg  ones16$clock;
    reg  ones8$d;
    wire  ones8$q;
    reg  ones8$clock;
    reg  ones0$d;
    wire  ones0$q;
    reg  ones0$clock;
    reg  zeros24$d;
    wire  zeros24$q;
    reg  zeros24$clock;
    reg  zeros16$d;
    wire  zeros16$q;
    reg  zeros16$clock;
    reg  zeros8$d;
    wire  zeros8$q;
    reg  zeros8$clock;
    reg  zeros0$d;
    wire  zeros0$q;
    reg  zeros0$clock;
    reg  over3$d;
    wire  over3$q;
    reg  over3$clock;
    reg  negative2$d;
    wire  negative2$q;
    reg  negative2$clock;
    reg  negative3$d;
    wire  negative3$q;
    reg  negative3$clock;
    reg  first_q$d;
    wire  first_q$q;
    reg  first_q$clock;
    reg  [4:0] shift_q$d;
    wire  [4:0] shift_q$q;
    reg  shift_q$clock;
    reg  [23:0] cut$d;
    wire  [23:0] cut$q;
    reg  cut$clock;
    reg  zero3$d;
    wire  zero3$q;
    reg  zero3$clock;
    reg  [15:0] result4$d;
    wire  [15:0] result4$q;
    reg  result4$clock;
    reg  adder$choose;
    reg  [47:0] adder$a;
    reg  [47:0] adder$d;
    reg  [47:0] adder$b;
    wire  [47:0] adder$sum;
    
    // Local signals
    reg  [47:0] bias;
    reg  negative;
    reg  [47:0] extended;
    reg  [47:0] differs;
    reg  [23:0] differs2;
    reg  [47:0] by8;
    reg  [47:0] by16;
    reg  [47:0] by24;
    reg  [23:0] part;
    reg  high;
    reg  any24;
    reg  any16;
    reg  any8;
    reg  any0;
    reg  [1:0] eights;
    reg  [4:0] ones;
    reg  [23:0] above;
    reg  [23:0] shifted;
    reg  [15:0] low;
    
    // Sub module instances
    top$clusters$0$pes$3$mac$sum4 biased(
        .d(biased$d),
        .q(biased$q),
        .clock(biased$clock)
    );
    top$clusters$0$pes$3$drain_unit$cut coarse(
        .d(coarse$d),
        .q(coarse$q),
        .clock(coarse$clock)
    );
    top$sequencer$rows_left fine(
        .d(fine$d),
        .q(fine$q),
        .clock(fine$clock)
    );
    top$write_q ones24(
        .d(ones24$d),
        .q(ones24$q),
        .clock(ones24$clock)
    );
    top$write_q ones16(
        .d(ones16$d),
        .q(ones16$q),
        .clock(ones16$clock)
    );
    top$write_q ones8(
        .d(ones8$d),
        .q(ones8$q),
        .clock(ones8$clock)
    );
    top$write_q ones0(
        .d(ones0$d),
        .q(ones0$q),
        .clock(ones0$clock)
    );
    top$write_q zeros24(
        .d(zeros24$d),
        .q(zeros24$q),
        .clock(zeros24$clock)
    );
    top$write_q zeros16(
        .d(zeros16$d),
        .q(zeros16$q),
        .clock(zeros16$clock)
    );
    top$write_q zeros8(
        .d(zeros8$d),
        .q(zeros8$q),
        .clock(zeros8$clock)
    );
    top$write_q zeros0(
        .d(zeros0$d),
        .q(zeros0$q),
        .clock(zeros0$clock)
    );
    top$write_q over3(
        .d(over3$d),
        .q(over3$q),
        .clock(over3$clock)
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
    top$write_q first_q(
        .d(first_q$d),
        .q(first_q$q),
        .clock(first_q$clock)
    );
    top$clusters$0$shift_q shift_q(
        .d(shift_q$d),
        .q(shift_q$q),
        .clock(shift_q$clock)
    );
    top$clusters$0$pes$3$drain_unit$cut cut(
        .d(cut$d),
        .q(cut$q),
        .clock(cut$clock)
    );
    top$write_q zero3(
        .d(zero3$d),
        .q(zero3$q),
        .clock(zero3$clock)
    );
    top$sequencer$rows_left result4(
        .d(result4$d),
        .q(result4$q),
        .clock(result4$clock)
    );
    top$clusters$0$pes$3$mac$adder adder(
        .choose(adder$choose),
        .a(adder$a),
        .d(adder$d),
        .b(adder$b),
        .sum(adder$sum)
    );
    
    // Update code
    always @(*) begin
        biased$clock = clock;
        coarse$clock = clock;
        fine$clock = clock;
        ones24$clock = clock;
        ones16$clock = clock;
        ones8$clock = clock;
        ones0$clock = clock;
        zeros24$clock = clock;
        zeros16$clock = clock;
        zeros8$clock = clock;
        zeros0$clock = clock;
        over3$clock = clock;
        negative2$clock = clock;
        negative3$clock = clock;
        first_q$clock = clock;
        shift_q$clock = clock;
        cut$clock = clock;
        zero3$clock = clock;
        result4$clock = clock;
        biased$d = biased$q;
        coarse$d = coarse$q;
        fine$d = fine$q;
        ones24$d = ones24$q;
        ones16$d = ones16$q;
        ones8$d = ones8$q;
        ones0$d = ones0$q;
        zeros24$d = zeros24$q;
        zeros16$d = zeros16$q;
        zeros8$d = zeros8$q;
        zeros0$d = zeros0$q;
        over3$d = over3$q;
        negative2$d = negative2$q;
        negative3$d = negative3$q;
        first_q$d = first_q$q;
        shift_q$d = shift_q$q;
        cut$d = cut$q;
        zero3$d = zero3$q;
        result4$d = result4$q;
        bias = ((bias_word) & 48'hffffffffffff);
        if (bias_word[32'h1f]) begin
            bias = ((bias_word) & 48'hffffffffffff) | ones_above;
        end
        first_q$d = first;
        shift_q$d = shift;
        adder$choose = first_q$q;
        adder$a = bias;
        adder$d = partial_in;
        adder$b = sum;
        partial = biased$q;
        biased$d = adder$sum;
        negative = |(biased$q & acc_sign);
        extended = biased$q;
        if (negative) begin
            extended = biased$q | beyond;
        end
        eights = shift_q$q[(32'h3)+:(2)];
        by8 = extended >> 32'h8;
        by16 = extended >> 32'h10;
        by24 = extended >> 32'h18;
        part = ((extended) & 24'hffffff);
        ones24$d = |(biased$q & high24);
        ones16$d = |(biased$q & high16);
        ones8$d = |(biased$q & high8);
        ones0$d = |(biased$q & high0);
        differs = biased$q ^ width_mask;
        zeros24$d = |(differs & high24);
        zeros16$d = |(differs & high16);
        zeros8$d = |(differs & high8);
        zeros0$d = |(differs & high0);
        any24 = ones24$q;
        any16 = ones16$q;
        any8 = ones8$q;
        any0 = ones0$q;
        if (negative2$q) begin
            any24 = zeros24$q;
            any16 = zeros16$q;
            any8 = zeros8$q;
            any0 = zeros0$q;
        end
        high = any24 | (any16 & (eights != 32'h3)) | (any8 & ~eights[32'h1]) | (any0 & ~|eights);
        if (eights == 32'h1) begin
            part = ((by8) & 24'hffffff);
        end
        if (eights == 32'h2) begin
            part = ((by16) & 24'hffffff);
        end
        if (eights == 32'h3) begin
            part = ((by24) & 24'hffffff);
        end
        coarse$d = part & coarse_mask;
        negative2$d = negative;
        ones = shift_q$q & ones_mask;
        shifted = (coarse$q >> ones) & low_mask;
        fine$d = ((shifted) & 16'hffff);
        differs2 = coarse$q;
        if (negative2$q) begin
            differs2 = coarse$q ^ coarse_mask;
        end
        cut$d = saturating << ones;
        above = cut$q & differs2;
        over3$d = high | |above;
        negative3$d = negative2$q;
        low = fine$q;
        if (over3$q) begin
            low = 32'h0;
            if (~negative3$q) begin
                low = largest;
            end
        end
        result4$d = low;
        if (negative3$q) begin
            result4$d = low | lowest;
        end
        zero3$d = negative2$q & relu;
        if (~keep | zero3$q) begin
            result4$d = 32'h0;
        end
        result = result4$q;
    end
    
endmodule

module top$clusters$0$pes$3$drain_unit$cut(d,q,clock);
    
    // Module arguments
    input wire  [23:0] d;
    output reg  [23:0] q;
    input wire  clock;
    
    // Update code (custom)
    initial begin
       q = 24'h0;
    end
    
    always @(posedge clock) begin
       q <= d;
    end
          
endmodule

module top$clusters$0$pes$3$mac(clock,valid,bank,row,weight,value,drain,drain_row,sweep,sum);
    
    // Module arguments
    input wire  clock;
    input wire  valid;
    input wire  bank;
    input wire  [15:0] row;
    input wire  [15:0] weight;
    input wire  [15:0] value;
    input wire  drain;
    input wire  [15:0] drain_row;
    input wire  sweep;
    output reg  [47:0] sum;
    
    // Constant declarations
    localparam  row_mask = 16'hff;
    localparam  ones_above = 48'hff00000000;
    
    // Stub signals
    reg  accumulators$clock;
    reg  accumulators$bank;
    reg  [15:0] accumulators$row;
    wire  [47:0] accumulators$base;
    reg  accumulators$write_enable;
    reg  accumulators$write_bank;
    reg  [15:0] accumulators$write_row;
    reg  [47:0] accumulators$write_data;
    reg  accumulators$drain;
    reg  accumulators$sweep;
    reg  [15:0] accumulators$drain_row;
    wire  [47:0] accumulators$drained;
    reg  multiplier$clock;
    reg  [15:0] multiplier$a;
    reg  [15:0] multiplier$b;
    wire  [31:0] multiplier$product;
    reg  adder$choose;
    reg  [47:0] adder$a;
    reg  [47:0] adder$d;
    reg  [47:0] adder$b;
    wire  [47:0] adder$sum;
    reg  valid1$d;
    wire  valid1$q;
    reg  valid1$clock;
    reg  valid2$d;
    wire  valid2$q;
    reg  valid2$clock;
    reg  valid3$d;
    wire  valid3$q;
    reg  valid3$clock;
    reg  bank1$d;
    wire  bank1$q;
    reg  bank1$clock;
    reg  bank2$d;
    wire  bank2$q;
    reg  bank2$clock;
    reg  [15:0] row1$d;
    wire  [15:0] row1$q;
    reg  row1$clock;
    reg  [15:0] row2$d;
    wire  [15:0] row2$q;
    reg  row2$clock;
    reg  [15:0] row3$d;
    wire  [15:0] row3$q;
    reg  row3$clock;
    reg  bypass3$d;
    wire  bypass3$q;
    reg  bypass3$clock;
    reg  [31:0] product3$d;
    wire  [31:0] product3$q;
    reg  product3$clock;
    reg  [47:0] sum4$d;
    wire  [47:0] sum4$q;
    reg  sum4$clock;
    
    // Local signals
    reg  [15:0] here;
    reg  [47:0] wide;
    reg  [47:0] extended;
    
    // Sub module instances
    top$clusters$0$pes$3$mac$accumulators accumulators(
        .clock(accumulators$clock),
        .bank(accumulators$bank),
        .row(accumulators$row),
        .base(accumulators$base),
        .write_enable(accumulators$write_enable),
        .write_bank(accumulators$write_bank),
        .write_row(accumulators$write_row),
        .write_data(accumulators$write_data),
        .drain(accumulators$drain),
        .sweep(accumulators$sweep),
        .drain_row(accumulators$drain_row),
        .drained(accumulators$drained)
    );
    top$clusters$0$pes$3$mac$multiplier multiplier(
        .clock(multiplier$clock),
        .a(multiplier$a),
        .b(multiplier$b),
        .product(multiplier$product)
    );
    top$clusters$0$pes$3$mac$adder adder(
        .choose(adder$choose),
        .a(adder$a),
        .d(adder$d),
        .b(adder$b),
        .sum(adder$sum)
    );
    top$write_q valid1(
        .d(valid1$d),
        .q(valid1$q),
        .clock(valid1$clock)
    );
    top$write_q valid2(
        .d(valid2$d),
        .q(valid2$q),
        .clock(valid2$clock)
    );
    top$write_q valid3(
        .d(valid3$d),
        .q(valid3$q),
        .clock(valid3$clock)
    );
    top$write_q bank1(
        .d(bank1$d),
        .q(bank1$q),
        .clock(bank1$clock)
    );
    top$write_q bank2(
        .d(bank2$d),
        .q(bank2$q),
        .clock(bank2$clock)
    );
    top$sequencer$rows_left row1(
        .d(row1$d),
        .q(row1$q),
        .clock(row1$clock)
    );
    top$sequencer$rows_left row2(
        .d(row2$d),
        .q(row2$q),
        .clock(row2$clock)
    );
    top$sequencer$rows_left row3(
        .d(row3$d),
        .q(row3$q),
        .clock(row3$clock)
    );
    top$write_q bypass3(
        .d(bypass3$d),
        .q(bypass3$q),
        .clock(bypass3$clock)
    );
    top$wdata_q product3(
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
        valid1$clock = clock;
        valid2$clock = clock;
        valid3$clock = clock;
        bank1$clock = clock;
        bank2$clock = clock;
        row1$clock = clock;
        row2$clock = clock;
        row3$clock = clock;
        bypass3$clock = clock;
        product3$clock = clock;
        sum4$clock = clock;
        valid1$d = valid1$q;
        valid2$d = valid2$q;
        valid3$d = valid3$q;
        bank1$d = bank1$q;
        bank2$d = bank2$q;
        row1$d = row1$q;
        row2$d = row2$q;
        row3$d = row3$q;
        bypass3$d = bypass3$q;
        product3$d = product3$q;
        sum4$d = sum4$q;
        accumulators$clock = clock;
        multiplier$clock = clock;
        here = row & row_mask;
        accumulators$bank = bank;
        accumulators$row = here;
        accumulators$drain = drain;
        accumulators$drain_row = drain_row;
        accumulators$sweep = sweep;
        valid1$d = valid;
        valid2$d = valid1$q;
        valid3$d = valid2$q;
        bank1$d = bank;
        bank2$d = bank1$q;
        row1$d = here;
        row2$d = row1$q;
        row3$d = row2$q;
        multiplier$a = weight;
        multiplier$b = value;
        product3$d = multiplier$product;
        bypass3$d = valid3$q & (row2$q == row3$q);
        wide = ((product3$q) & 48'hffffffffffff);
        extended = wide;
        if (product3$q[32'h1f]) begin
            extended = wide | ones_above;
        end
        adder$choose = bypass3$q;
        adder$a = sum4$q;
        adder$d = accumulators$base;
        adder$b = extended;
        sum4$d = adder$sum;
        accumulators$write_enable = valid2$q;
        accumulators$write_bank = bank2$q;
        accumulators$write_row = row2$q;
        accumulators$write_data = adder$sum;
        sum = accumulators$drained;
    end
    
endmodule

module top$clusters$0$pes$3$mac$accumulators(clock,bank,row,base,write_enable,write_bank,write_row,write_data,drain,sweep,drain_row,drained);
    
    // Module arguments
    input wire  clock;
    input wire  bank;
    input wire  [15:0] row;
    output reg  [47:0] base;
    input wire  write_enable;
    input wire  write_bank;
    input wire  [15:0] write_row;
    input wire  [47:0] write_data;
    input wire  drain;
    input wire  sweep;
    input wire  [15:0] drain_row;
    output reg  [47:0] drained;
    
    // Update code (custom)
    reg drain1;
    reg sweep1;
    reg [7:0] there1;
    initial begin drain1 = 0; sweep1 = 0; end
    reg drain2;
    reg sweep2;
    reg [7:0] there2;
    initial begin drain2 = 0; sweep2 = 0; end
    reg drain3;
    reg sweep3;
    reg [7:0] there3;
    initial begin drain3 = 0; sweep3 = 0; end
    reg [7:0] write_row1;
    reg write_enable1;
    reg write_bank1;
    initial write_enable1 = 0;
    always @(posedge clock) begin
    drain1 <= drain;
    sweep1 <= sweep & drain;
    write_row1 <= write_row[7:0];
    write_enable1 <= write_enable;
    write_bank1 <= write_bank;
    there1 <= drain_row[7:0];
    drain2 <= drain1;
    sweep2 <= sweep1;
    there2 <= there1;
    drain3 <= drain2;
    sweep3 <= sweep2;
    there3 <= there2;
    end
    wire clears0 = write_bank1 | sweep3;
    wire clears1 = !write_bank1 | sweep3;
    reg bank1;
    reg [39:0] data1;
    reg [39:0] data2;
    reg [39:0] data3;
    reg [4:0] takes;
    reg [4:0] drains;
    always @(posedge clock) begin
    bank1 <= bank;
    data1 <= write_data[39:0];
    data2 <= data1;
    data3 <= data2;
    end
    wire [7:0] place0 = bank ? drain_row[7:0] : row[7:0];
    reg [7:0] place0_1;
    wire write0 = clears0 ? drain3 : write_enable1;
    wire [7:0] to0 = clears0 ? there3 : write_row1;
    reg write0_1;
    reg write0_2;
    reg zero0_1;
    reg zero0_2;
    reg [7:0] to0_1;
    reg [7:0] to0_2;
    initial begin write0_1 = 0; write0_2 = 0; end
    always @(posedge clock) begin
    place0_1 <= place0;
    write0_1 <= write0;
    write0_2 <= write0_1;
    to0_1 <= to0;
    to0_2 <= to0_1;
    zero0_1 <= clears0;
    zero0_2 <= zero0_1;
    end
    wire hit0_1 = write0 & (to0 == place0_1);
    wire hit0_2 = write0_1 & (to0_1 == place0_1);
    wire hit0_3 = write0_2 & (to0_2 == place0_1);
    wire [3:0] from0 = {!hit0_1 & !hit0_2 & !hit0_3, !hit0_1 & !hit0_2 & hit0_3 & !zero0_2, !hit0_1 & hit0_2 & !zero0_1, hit0_1 & !clears0};
    reg [39:0] out0;
    wire [39:0] in0 = zero0_1 ? 40'd0 : data1;
    `ifdef EIE_ECP5
    wire [39:0] mem0_word;
    always @(*) out0 = mem0_word;
    DP16KD #(.DATA_WIDTH_A(18), .DATA_WIDTH_B(18), .REGMODE_A("OUTREG"), .REGMODE_B("OUTREG"), .RESETMODE("SYNC"), .GSR("DISABLED")) mem0_cell0_0 (
    .ADA0(1'b0), .ADA1(1'b0), .ADA10(place0[6]), .ADA11(place0[7]), .ADA12(1'b0), .ADA13(1'b0), .ADA2(1'b0), .ADA3(1'b0), .ADA4(place0[0]), .ADA5(place0[1]), .ADA6(place0[2]), .ADA7(place0[3]), .ADA8(place0[4]), .ADA9(place0[5]), .ADB0(1'b1), .ADB1(1'b1), .ADB10(to0_1[6]), .ADB11(to0_1[7]), .ADB12(1'b0), .ADB13(1'b0), .ADB2(1'b0), .ADB3(1'b0), .ADB4(to0_1[0]), .ADB5(to0_1[1]), .ADB6(to0_1[2]), .ADB7(to0_1[3]), .ADB8(to0_1[4]), .ADB9(to0_1[5]), .CEA(1'b1), .CEB(1'b1), .CLKA(clock), .CLKB(clock), .CSA0(1'b0), .CSA1(1'b0), .CSA2(1'b0), .CSB0(1'b0), .CSB1(1'b0), .CSB2(1'b0), .DIB0(in0[0]), .DIB1(in0[1]), .DIB10(in0[10]), .DIB11(in0[11]), .DIB12(in0[12]), .DIB13(in0[13]), .DIB14(in0[14]), .DIB15(in0[15]), .DIB16(in0[16]), .DIB17(in0[17]), .DIB2(in0[2]), .DIB3(in0[3]), .DIB4(in0[4]), .DIB5(in0[5]), .DIB6(in0[6]), .DIB7(in0[7]), .DIB8(in0[8]), .DIB9(in0[9]), .DOA0(mem0_word[0]), .DOA1(mem0_word[1]), .DOA10(mem0_word[10]), .DOA11(mem0_word[11]), .DOA12(mem0_word[12]), .DOA13(mem0_word[13]), .DOA14(mem0_word[14]), .DOA15(mem0_word[15]), .DOA16(mem0_word[16]), .DOA17(mem0_word[17]), .DOA2(mem0_word[2]), .DOA3(mem0_word[3]), .DOA4(mem0_word[4]), .DOA5(mem0_word[5]), .DOA6(mem0_word[6]), .DOA7(mem0_word[7]), .DOA8(mem0_word[8]), .DOA9(mem0_word[9]), .DOB0(), .DOB1(), .DOB10(), .DOB11(), .DOB12(), .DOB13(), .DOB14(), .DOB15(), .DOB16(), .DOB17(), .DOB2(), .DOB3(), .DOB4(), .DOB5(), .DOB6(), .DOB7(), .DOB8(), .DOB9(), .OCEA(1'b1), .OCEB(1'b1), .RSTA(1'b0), .RSTB(1'b0), .WEA(1'b0), .WEB(write0_1));
    DP16KD #(.DATA_WIDTH_A(18), .DATA_WIDTH_B(18), .REGMODE_A("OUTREG"), .REGMODE_B("OUTREG"), .RESETMODE("SYNC"), .GSR("DISABLED")) mem0_cell0_1 (
    .ADA0(1'b0), .ADA1(1'b0), .ADA10(place0[6]), .ADA11(place0[7]), .ADA12(1'b0), .ADA13(1'b0), .ADA2(1'b0), .ADA3(1'b0), .ADA4(place0[0]), .ADA5(place0[1]), .ADA6(place0[2]), .ADA7(place0[3]), .ADA8(place0[4]), .ADA9(place0[5]), .ADB0(1'b1), .ADB1(1'b1), .ADB10(to0_1[6]), .ADB11(to0_1[7]), .ADB12(1'b0), .ADB13(1'b0), .ADB2(1'b0), .ADB3(1'b0), .ADB4(to0_1[0]), .ADB5(to0_1[1]), .ADB6(to0_1[2]), .ADB7(to0_1[3]), .ADB8(to0_1[4]), .ADB9(to0_1[5]), .CEA(1'b1), .CEB(1'b1), .CLKA(clock), .CLKB(clock), .CSA0(1'b0), .CSA1(1'b0), .CSA2(1'b0), .CSB0(1'b0), .CSB1(1'b0), .CSB2(1'b0), .DIB0(in0[18]), .DIB1(in0[19]), .DIB10(in0[28]), .DIB11(in0[29]), .DIB12(in0[30]), .DIB13(in0[31]), .DIB14(in0[32]), .DIB15(in0[33]), .DIB16(in0[34]), .DIB17(in0[35]), .DIB2(in0[20]), .DIB3(in0[21]), .DIB4(in0[22]), .DIB5(in0[23]), .DIB6(in0[24]), .DIB7(in0[25]), .DIB8(in0[26]), .DIB9(in0[27]), .DOA0(mem0_word[18]), .DOA1(mem0_word[19]), .DOA10(mem0_word[28]), .DOA11(mem0_word[29]), .DOA12(mem0_word[30]), .DOA13(mem0_word[31]), .DOA14(mem0_word[32]), .DOA15(mem0_word[33]), .DOA16(mem0_word[34]), .DOA17(mem0_word[35]), .DOA2(mem0_word[20]), .DOA3(mem0_word[21]), .DOA4(mem0_word[22]), .DOA5(mem0_word[23]), .DOA6(mem0_word[24]), .DOA7(mem0_word[25]), .DOA8(mem0_word[26]), .DOA9(mem0_word[27]), .DOB0(), .DOB1(), .DOB10(), .DOB11(), .DOB12(), .DOB13(), .DOB14(), .DOB15(), .DOB16(), .DOB17(), .DOB2(), .DOB3(), .DOB4(), .DOB5(), .DOB6(), .DOB7(), .DOB8(), .DOB9(), .OCEA(1'b1), .OCEB(1'b1), .RSTA(1'b0), .RSTB(1'b0), .WEA(1'b0), .WEB(write0_1));
    DP16KD #(.DATA_WIDTH_A(18), .DATA_WIDTH_B(18), .REGMODE_A("OUTREG"), .REGMODE_B("OUTREG"), .RESETMODE("SYNC"), .GSR("DISABLED")) mem0_cell0_2 (
    .ADA0(1'b0), .ADA1(1'b0), .ADA10(place0[6]), .ADA11(place0[7]), .ADA12(1'b0), .ADA13(1'b0), .ADA2(1'b0), .ADA3(1'b0), .ADA4(place0[0]), .ADA5(place0[1]), .ADA6(place0[2]), .ADA7(place0[3]), .ADA8(place0[4]), .ADA9(place0[5]), .ADB0(1'b1), .ADB1(1'b1), .ADB10(to0_1[6]), .ADB11(to0_1[7]), .ADB12(1'b0), .ADB13(1'b0), .ADB2(1'b0), .ADB3(1'b0), .ADB4(to0_1[0]), .ADB5(to0_1[1]), .ADB6(to0_1[2]), .ADB7(to0_1[3]), .ADB8(to0_1[4]), .ADB9(to0_1[5]), .CEA(1'b1), .CEB(1'b1), .CLKA(clock), .CLKB(clock), .CSA0(1'b0), .CSA1(1'b0), .CSA2(1'b0), .CSB0(1'b0), .CSB1(1'b0), .CSB2(1'b0), .DIB0(in0[36]), .DIB1(in0[37]), .DIB10(1'b0), .DIB11(1'b0), .DIB12(1'b0), .DIB13(1'b0), .DIB14(1'b0), .DIB15(1'b0), .DIB16(1'b0), .DIB17(1'b0), .DIB2(in0[38]), .DIB3(in0[39]), .DIB4(1'b0), .DIB5(1'b0), .DIB6(1'b0), .DIB7(1'b0), .DIB8(1'b0), .DIB9(1'b0), .DOA0(mem0_word[36]), .DOA1(mem0_word[37]), .DOA10(), .DOA11(), .DOA12(), .DOA13(), .DOA14(), .DOA15(), .DOA16(), .DOA17(), .DOA2(mem0_word[38]), .DOA3(mem0_word[39]), .DOA4(), .DOA5(), .DOA6(), .DOA7(), .DOA8(), .DOA9(), .DOB0(), .DOB1(), .DOB10(), .DOB11(), .DOB12(), .DOB13(), .DOB14(), .DOB15(), .DOB16(), .DOB17(), .DOB2(), .DOB3(), .DOB4(), .DOB5(), .DOB6(), .DOB7(), .DOB8(), .DOB9(), .OCEA(1'b1), .OCEB(1'b1), .RSTA(1'b0), .RSTB(1'b0), .WEA(1'b0), .WEB(write0_1));
    `else
    (* ram_style = "block", no_rw_check *) reg [39:0] mem0 [0:255];
    `ifndef SYNTHESIS
    integer mem0_i;
    initial for (mem0_i = 0; mem0_i < 256; mem0_i = mem0_i + 1) mem0[mem0_i] = 0;
    `endif
    reg [39:0] mem0_stage;
    always @(posedge clock) begin
    if (1'b1) begin
    mem0_stage <= mem0[place0[7:0]];
    out0 <= mem0_stage;
    end
    if (write0_1) mem0[to0_1[7:0]] <= in0[39:0];
    end
    `endif
    wire [7:0] place1 = bank ? row[7:0] : drain_row[7:0];
    reg [7:0] place1_1;
    wire write1 = clears1 ? drain3 : write_enable1;
    wire [7:0] to1 = clears1 ? there3 : write_row1;
    reg write1_1;
    reg write1_2;
    reg zero1_1;
    reg zero1_2;
    reg [7:0] to1_1;
    reg [7:0] to1_2;
    initial begin write1_1 = 0; write1_2 = 0; end
    always @(posedge clock) begin
    place1_1 <= place1;
    write1_1 <= write1;
    write1_2 <= write1_1;
    to1_1 <= to1;
    to1_2 <= to1_1;
    zero1_1 <= clears1;
    zero1_2 <= zero1_1;
    end
    wire hit1_1 = write1 & (to1 == place1_1);
    wire hit1_2 = write1_1 & (to1_1 == place1_1);
    wire hit1_3 = write1_2 & (to1_2 == place1_1);
    wire [3:0] from1 = {!hit1_1 & !hit1_2 & !hit1_3, !hit1_1 & !hit1_2 & hit1_3 & !zero1_2, !hit1_1 & hit1_2 & !zero1_1, hit1_1 & !clears1};
    reg [39:0] out1;
    wire [39:0] in1 = zero1_1 ? 40'd0 : data1;
    `ifdef EIE_ECP5
    wire [39:0] mem1_word;
    always @(*) out1 = mem1_word;
    DP16KD #(.DATA_WIDTH_A(18), .DATA_WIDTH_B(18), .REGMODE_A("OUTREG"), .REGMODE_B("OUTREG"), .RESETMODE("SYNC"), .GSR("DISABLED")) mem1_cell0_0 (
    .ADA0(1'b0), .ADA1(1'b0), .ADA10(place1[6]), .ADA11(place1[7]), .ADA12(1'b0), .ADA13(1'b0), .ADA2(1'b0), .ADA3(1'b0), .ADA4(place1[0]), .ADA5(place1[1]), .ADA6(place1[2]), .ADA7(place1[3]), .ADA8(place1[4]), .ADA9(place1[5]), .ADB0(1'b1), .ADB1(1'b1), .ADB10(to1_1[6]), .ADB11(to1_1[7]), .ADB12(1'b0), .ADB13(1'b0), .ADB2(1'b0), .ADB3(1'b0), .ADB4(to1_1[0]), .ADB5(to1_1[1]), .ADB6(to1_1[2]), .ADB7(to1_1[3]), .ADB8(to1_1[4]), .ADB9(to1_1[5]), .CEA(1'b1), .CEB(1'b1), .CLKA(clock), .CLKB(clock), .CSA0(1'b0), .CSA1(1'b0), .CSA2(1'b0), .CSB0(1'b0), .CSB1(1'b0), .CSB2(1'b0), .DIB0(in1[0]), .DIB1(in1[1]), .DIB10(in1[10]), .DIB11(in1[11]), .DIB12(in1[12]), .DIB13(in1[13]), .DIB14(in1[14]), .DIB15(in1[15]), .DIB16(in1[16]), .DIB17(in1[17]), .DIB2(in1[2]), .DIB3(in1[3]), .DIB4(in1[4]), .DIB5(in1[5]), .DIB6(in1[6]), .DIB7(in1[7]), .DIB8(in1[8]), .DIB9(in1[9]), .DOA0(mem1_word[0]), .DOA1(mem1_word[1]), .DOA10(mem1_word[10]), .DOA11(mem1_word[11]), .DOA12(mem1_word[12]), .DOA13(mem1_word[13]), .DOA14(mem1_word[14]), .DOA15(mem1_word[15]), .DOA16(mem1_word[16]), .DOA17(mem1_word[17]), .DOA2(mem1_word[2]), .DOA3(mem1_word[3]), .DOA4(mem1_word[4]), .DOA5(mem1_word[5]), .DOA6(mem1_word[6]), .DOA7(mem1_word[7]), .DOA8(mem1_word[8]), .DOA9(mem1_word[9]), .DOB0(), .DOB1(), .DOB10(), .DOB11(), .DOB12(), .DOB13(), .DOB14(), .DOB15(), .DOB16(), .DOB17(), .DOB2(), .DOB3(), .DOB4(), .DOB5(), .DOB6(), .DOB7(), .DOB8(), .DOB9(), .OCEA(1'b1), .OCEB(1'b1), .RSTA(1'b0), .RSTB(1'b0), .WEA(1'b0), .WEB(write1_1));
    DP16KD #(.DATA_WIDTH_A(18), .DATA_WIDTH_B(18), .REGMODE_A("OUTREG"), .REGMODE_B("OUTREG"), .RESETMODE("SYNC"), .GSR("DISABLED")) mem1_cell0_1 (
    .ADA0(1'b0), .ADA1(1'b0), .ADA10(place1[6]), .ADA11(place1[7]), .ADA12(1'b0), .ADA13(1'b0), .ADA2(1'b0), .ADA3(1'b0), .ADA4(place1[0]), .ADA5(place1[1]), .ADA6(place1[2]), .ADA7(place1[3]), .ADA8(place1[4]), .ADA9(place1[5]), .ADB0(1'b1), .ADB1(1'b1), .ADB10(to1_1[6]), .ADB11(to1_1[7]), .ADB12(1'b0), .ADB13(1'b0), .ADB2(1'b0), .ADB3(1'b0), .ADB4(to1_1[0]), .ADB5(to1_1[1]), .ADB6(to1_1[2]), .ADB7(to1_1[3]), .ADB8(to1_1[4]), .ADB9(to1_1[5]), .CEA(1'b1), .CEB(1'b1), .CLKA(clock), .CLKB(clock), .CSA0(1'b0), .CSA1(1'b0), .CSA2(1'b0), .CSB0(1'b0), .CSB1(1'b0), .CSB2(1'b0), .DIB0(in1[18]), .DIB1(in1[19]), .DIB10(in1[28]), .DIB11(in1[29]), .DIB12(in1[30]), .DIB13(in1[31]), .DIB14(in1[32]), .DIB15(in1[33]), .DIB16(in1[34]), .DIB17(in1[35]), .DIB2(in1[20]), .DIB3(in1[21]), .DIB4(in1[22]), .DIB5(in1[23]), .DIB6(in1[24]), .DIB7(in1[25]), .DIB8(in1[26]), .DIB9(in1[27]), .DOA0(mem1_word[18]), .DOA1(mem1_word[19]), .DOA10(mem1_word[28]), .DOA11(mem1_word[29]), .DOA12(mem1_word[30]), .DOA13(mem1_word[31]), .DOA14(mem1_word[32]), .DOA15(mem1_word[33]), .DOA16(mem1_word[34]), .DOA17(mem1_word[35]), .DOA2(mem1_word[20]), .DOA3(mem1_word[21]), .DOA4(mem1_word[22]), .DOA5(mem1_word[23]), .DOA6(mem1_word[24]), .DOA7(mem1_word[25]), .DOA8(mem1_word[26]), .DOA9(mem1_word[27]), .DOB0(), .DOB1(), .DOB10(), .DOB11(), .DOB12(), .DOB13(), .DOB14(), .DOB15(), .DOB16(), .DOB17(), .DOB2(), .DOB3(), .DOB4(), .DOB5(), .DOB6(), .DOB7(), .DOB8(), .DOB9(), .OCEA(1'b1), .OCEB(1'b1), .RSTA(1'b0), .RSTB(1'b0), .WEA(1'b0), .WEB(write1_1));
    DP16KD #(.DATA_WIDTH_A(18), .DATA_WIDTH_B(18), .REGMODE_A("OUTREG"), .REGMODE_B("OUTREG"), .RESETMODE("SYNC"), .GSR("DISABLED")) mem1_cell0_2 (
    .ADA0(1'b0), .ADA1(1'b0), .ADA10(place1[6]), .ADA11(place1[7]), .ADA12(1'b0), .ADA13(1'b0), .ADA2(1'b0), .ADA3(1'b0), .ADA4(place1[0]), .ADA5(place1[1]), .ADA6(place1[2]), .ADA7(place1[3]), .ADA8(place1[4]), .ADA9(place1[5]), .ADB0(1'b1), .ADB1(1'b1), .ADB10(to1_1[6]), .ADB11(to1_1[7]), .ADB12(1'b0), .ADB13(1'b0), .ADB2(1'b0), .ADB3(1'b0), .ADB4(to1_1[0]), .ADB5(to1_1[1]), .ADB6(to1_1[2]), .ADB7(to1_1[3]), .ADB8(to1_1[4]), .ADB9(to1_1[5]), .CEA(1'b1), .CEB(1'b1), .CLKA(clock), .CLKB(clock), .CSA0(1'b0), .CSA1(1'b0), .CSA2(1'b0), .CSB0(1'b0), .CSB1(1'b0), .CSB2(1'b0), .DIB0(in1[36]), .DIB1(in1[37]), .DIB10(1'b0), .DIB11(1'b0), .DIB12(1'b0), .DIB13(1'b0), .DIB14(1'b0), .DIB15(1'b0), .DIB16(1'b0), .DIB17(1'b0), .DIB2(in1[38]), .DIB3(in1[39]), .DIB4(1'b0), .DIB5(1'b0), .DIB6(1'b0), .DIB7(1'b0), .DIB8(1'b0), .DIB9(1'b0), .DOA0(mem1_word[36]), .DOA1(mem1_word[37]), .DOA10(), .DOA11(), .DOA12(), .DOA13(), .DOA14(), .DOA15(), .DOA16(), .DOA17(), .DOA2(mem1_word[38]), .DOA3(mem1_word[39]), .DOA4(), .DOA5(), .DOA6(), .DOA7(), .DOA8(), .DOA9(), .DOB0(), .DOB1(), .DOB10(), .DOB11(), .DOB12(), .DOB13(), .DOB14(), .DOB15(), .DOB16(), .DOB17(), .DOB2(), .DOB3(), .DOB4(), .DOB5(), .DOB6(), .DOB7(), .DOB8(), .DOB9(), .OCEA(1'b1), .OCEB(1'b1), .RSTA(1'b0), .RSTB(1'b0), .WEA(1'b0), .WEB(write1_1));
    `else
    (* ram_style = "block", no_rw_check *) reg [39:0] mem1 [0:255];
    `ifndef SYNTHESIS
    integer mem1_i;
    initial for (mem1_i = 0; mem1_i < 256; mem1_i = mem1_i + 1) mem1[mem1_i] = 0;
    `endif
    reg [39:0] mem1_stage;
    always @(posedge clock) begin
    if (1'b1) begin
    mem1_stage <= mem1[place1[7:0]];
    out1 <= mem1_stage;
    end
    if (write1_1) mem1[to1_1[7:0]] <= in1[39:0];
    end
    `endif
    always @(posedge clock) begin
    takes <= {bank1 & from1[3], !bank1 & from0[3], bank1 ? from1[2:0] : from0[2:0]};
    drains <= {!bank1 & from1[3], bank1 & from0[3], bank1 ? from0[2:0] : from1[2:0]};
    base <= ({40{takes[0]}} & data1) | ({40{takes[1]}} & data2) | ({40{takes[2]}} & data3) | ({40{takes[3]}} & out0) | ({40{takes[4]}} & out1);
    drained <= ({40{drains[0]}} & data1) | ({40{drains[1]}} & data2) | ({40{drains[2]}} & data3) | ({40{drains[3]}} & out0) | ({40{drains[4]}} & out1);
    end
endmodule

module top$clusters$0$pes$3$mac$adder(choose,a,d,b,sum);
    
    // Module arguments
    input wire  choose;
    input wire  [47:0] a;
    input wire  [47:0] d;
    input wire  [47:0] b;
    output reg  [47:0] sum;
    
    // Update code (custom)
    `ifdef EIE_ECP5
    wire [39:0] total;
    wire [20:0] carry;
    assign carry[0] = 1'b0;
    always @(*) sum = total;
    CCU2C #(.INIT0(16'h636C), .INIT1(16'h636C), .INJECT1_0("NO"), .INJECT1_1("NO")) pair0 (.CIN(carry[0]), .COUT(carry[1]), .A0(a[0]), .B0(b[0]), .C0(choose), .D0(d[0]), .S0(total[0]), .A1(a[1]), .B1(b[1]), .C1(choose), .D1(d[1]), .S1(total[1]));
    CCU2C #(.INIT0(16'h636C), .INIT1(16'h636C), .INJECT1_0("NO"), .INJECT1_1("NO")) pair1 (.CIN(carry[1]), .COUT(carry[2]), .A0(a[2]), .B0(b[2]), .C0(choose), .D0(d[2]), .S0(total[2]), .A1(a[3]), .B1(b[3]), .C1(choose), .D1(d[3]), .S1(total[3]));
    CCU2C #(.INIT0(16'h636C), .INIT1(16'h636C), .INJECT1_0("NO"), .INJECT1_1("NO")) pair2 (.CIN(carry[2]), .COUT(carry[3]), .A0(a[4]), .B0(b[4]), .C0(choose), .D0(d[4]), .S0(total[4]), .A1(a[5]), .B1(b[5]), .C1(choose), .D1(d[5]), .S1(total[5]));
    CCU2C #(.INIT0(16'h636C), .INIT1(16'h636C), .INJECT1_0("NO"), .INJECT1_1("NO")) pair3 (.CIN(carry[3]), .COUT(carry[4]), .A0(a[6]), .B0(b[6]), .C0(choose), .D0(d[6]), .S0(total[6]), .A1(a[7]), .B1(b[7]), .C1(choose), .D1(d[7]), .S1(total[7]));
    CCU2C #(.INIT0(16'h636C), .INIT1(16'h636C), .INJECT1_0("NO"), .INJECT1_1("NO")) pair4 (.CIN(carry[4]), .COUT(carry[5]), .A0(a[8]), .B0(b[8]), .C0(choose), .D0(d[8]), .S0(total[8]), .A1(a[9]), .B1(b[9]), .C1(choose), .D1(d[9]), .S1(total[9]));
    CCU2C #(.INIT0(16'h636C), .INIT1(16'h636C), .INJECT1_0("NO"), .INJECT1_1("NO")) pair5 (.CIN(carry[5]), .COUT(carry[6]), .A0(a[10]), .B0(b[10]), .C0(choose), .D0(d[10]), .S0(total[10]), .A1(a[11]), .B1(b[11]), .C1(choose), .D1(d[11]), .S1(total[11]));
    CCU2C #(.INIT0(16'h636C), .INIT1(16'h636C), .INJECT1_0("NO"), .INJECT1_1("NO")) pair6 (.CIN(carry[6]), .COUT(carry[7]), .A0(a[12]), .B0(b[12]), .C0(choose), .D0(d[12]), .S0(total[12]), .A1(a[13]), .B1(b[13]), .C1(choose), .D1(d[13]), .S1(total[13]));
    CCU2C #(.INIT0(16'h636C), .INIT1(16'h636C), .INJECT1_0("NO"), .INJECT1_1("NO")) pair7 (.CIN(carry[7]), .COUT(carry[8]), .A0(a[14]), .B0(b[14]), .C0(choose), .D0(d[14]), .S0(total[14]), .A1(a[15]), .B1(b[15]), .C1(choose), .D1(d[15]), .S1(total[15]));
    CCU2C #(.INIT0(16'h636C), .INIT1(16'h636C), .INJECT1_0("NO"), .INJECT1_1("NO")) pair8 (.CIN(carry[8]), .COUT(carry[9]), .A0(a[16]), .B0(b[16]), .C0(choose), .D0(d[16]), .S0(total[16]), .A1(a[17]), .B1(b[17]), .C1(choose), .D1(d[17]), .S1(total[17]));
    CCU2C #(.INIT0(16'h636C), .INIT1(16'h636C), .INJECT1_0("NO"), .INJECT1_1("NO")) pair9 (.CIN(carry[9]), .COUT(carry[10]), .A0(a[18]), .B0(b[18]), .C0(choose), .D0(d[18]), .S0(total[18]), .A1(a[19]), .B1(b[19]), .C1(choose), .D1(d[19]), .S1(total[19]));
    CCU2C #(.INIT0(16'h636C), .INIT1(16'h636C), .INJECT1_0("NO"), .INJECT1_1("NO")) pair10 (.CIN(carry[10]), .COUT(carry[11]), .A0(a[20]), .B0(b[20]), .C0(choose), .D0(d[20]), .S0(total[20]), .A1(a[21]), .B1(b[21]), .C1(choose), .D1(d[21]), .S1(total[21]));
    CCU2C #(.INIT0(16'h636C), .INIT1(16'h636C), .INJECT1_0("NO"), .INJECT1_1("NO")) pair11 (.CIN(carry[11]), .COUT(carry[12]), .A0(a[22]), .B0(b[22]), .C0(choose), .D0(d[22]), .S0(total[22]), .A1(a[23]), .B1(b[23]), .C1(choose), .D1(d[23]), .S1(total[23]));
    CCU2C #(.INIT0(16'h636C), .INIT1(16'h636C), .INJECT1_0("NO"), .INJECT1_1("NO")) pair12 (.CIN(carry[12]), .COUT(carry[13]), .A0(a[24]), .B0(b[24]), .C0(choose), .D0(d[24]), .S0(total[24]), .A1(a[25]), .B1(b[25]), .C1(choose), .D1(d[25]), .S1(total[25]));
    CCU2C #(.INIT0(16'h636C), .INIT1(16'h636C), .INJECT1_0("NO"), .INJECT1_1("NO")) pair13 (.CIN(carry[13]), .COUT(carry[14]), .A0(a[26]), .B0(b[26]), .C0(choose), .D0(d[26]), .S0(total[26]), .A1(a[27]), .B1(b[27]), .C1(choose), .D1(d[27]), .S1(total[27]));
    CCU2C #(.INIT0(16'h636C), .INIT1(16'h636C), .INJECT1_0("NO"), .INJECT1_1("NO")) pair14 (.CIN(carry[14]), .COUT(carry[15]), .A0(a[28]), .B0(b[28]), .C0(choose), .D0(d[28]), .S0(total[28]), .A1(a[29]), .B1(b[29]), .C1(choose), .D1(d[29]), .S1(total[29]));
    CCU2C #(.INIT0(16'h636C), .INIT1(16'h636C), .INJECT1_0("NO"), .INJECT1_1("NO")) pair15 (.CIN(carry[15]), .COUT(carry[16]), .A0(a[30]), .B0(b[30]), .C0(choose), .D0(d[30]), .S0(total[30]), .A1(a[31]), .B1(b[31]), .C1(choose), .D1(d[31]), .S1(total[31]));
    CCU2C #(.INIT0(16'h636C), .INIT1(16'h636C), .INJECT1_0("NO"), .INJECT1_1("NO")) pair16 (.CIN(carry[16]), .COUT(carry[17]), .A0(a[32]), .B0(b[32]), .C0(choose), .D0(d[32]), .S0(total[32]), .A1(a[33]), .B1(b[33]), .C1(choose), .D1(d[33]), .S1(total[33]));
    CCU2C #(.INIT0(16'h636C), .INIT1(16'h636C), .INJECT1_0("NO"), .INJECT1_1("NO")) pair17 (.CIN(carry[17]), .COUT(carry[18]), .A0(a[34]), .B0(b[34]), .C0(choose), .D0(d[34]), .S0(total[34]), .A1(a[35]), .B1(b[35]), .C1(choose), .D1(d[35]), .S1(total[35]));
    CCU2C #(.INIT0(16'h636C), .INIT1(16'h636C), .INJECT1_0("NO"), .INJECT1_1("NO")) pair18 (.CIN(carry[18]), .COUT(carry[19]), .A0(a[36]), .B0(b[36]), .C0(choose), .D0(d[36]), .S0(total[36]), .A1(a[37]), .B1(b[37]), .C1(choose), .D1(d[37]), .S1(total[37]));
    CCU2C #(.INIT0(16'h636C), .INIT1(16'h636C), .INJECT1_0("NO"), .INJECT1_1("NO")) pair19 (.CIN(carry[19]), .COUT(carry[20]), .A0(a[38]), .B0(b[38]), .C0(choose), .D0(d[38]), .S0(total[38]), .A1(a[39]), .B1(b[39]), .C1(choose), .D1(d[39]), .S1(total[39]));
    `else
    wire [39:0] total = (choose ? a[39:0] : d[39:0]) + b[39:0];
    always @(*) sum = total;
    `endif
endmodule

module top$clusters$0$pes$3$mac$multiplier(clock,a,b,product);
    
    // Module arguments
    input wire  clock;
    input wire  [15:0] a;
    input wire  [15:0] b;
    output reg  [31:0] product;
    
    // Update code (custom)
    `ifdef EIE_ECP5
    wire [31:0] cell_product;
    always @(*) product = cell_product;
    MULT18X18D #(.REG_INPUTA_CLK("CLK0"), .REG_INPUTB_CLK("CLK0"), .REG_PIPELINE_CLK("CLK0"), .REG_OUTPUT_CLK("CLK0"), .CLK0_DIV("ENABLED"), .GSR("DISABLED"), .SOURCEB_MODE("B_SHIFT"), .RESETMODE("SYNC")) multiplier (
    .SIGNEDA(1'b1), .SIGNEDB(1'b1), .SOURCEA(1'b0), .SOURCEB(1'b0), .CLK0(clock), .CLK1(1'b0), .CLK2(1'b0), .CLK3(1'b0), .CE0(1'b1), .CE1(1'b1), .CE2(1'b1), .CE3(1'b1), .RST0(1'b0), .RST1(1'b0), .RST2(1'b0), .RST3(1'b0), .A0(a[0]), .B0(b[0]), .A1(a[1]), .B1(b[1]), .A2(a[2]), .B2(b[2]), .A3(a[3]), .B3(b[3]), .A4(a[4]), .B4(b[4]), .A5(a[5]), .B5(b[5]), .A6(a[6]), .B6(b[6]), .A7(a[7]), .B7(b[7]), .A8(a[8]), .B8(b[8]), .A9(a[9]), .B9(b[9]), .A10(a[10]), .B10(b[10]), .A11(a[11]), .B11(b[11]), .A12(a[12]), .B12(b[12]), .A13(a[13]), .B13(b[13]), .A14(a[14]), .B14(b[14]), .A15(a[15]), .B15(b[15]), .A16(a[15]), .B16(b[15]), .A17(a[15]), .B17(b[15]), .P0(cell_product[0]), .P1(cell_product[1]), .P2(cell_product[2]), .P3(cell_product[3]), .P4(cell_product[4]), .P5(cell_product[5]), .P6(cell_product[6]), .P7(cell_product[7]), .P8(cell_product[8]), .P9(cell_product[9]), .P10(cell_product[10]), .P11(cell_product[11]), .P12(cell_product[12]), .P13(cell_product[13]), .P14(cell_product[14]), .P15(cell_product[15]), .P16(cell_product[16]), .P17(cell_product[17]), .P18(cell_product[18]), .P19(cell_product[19]), .P20(cell_product[20]), .P21(cell_product[21]), .P22(cell_product[22]), .P23(cell_product[23]), .P24(cell_product[24]), .P25(cell_product[25]), .P26(cell_product[26]), .P27(cell_product[27]), .P28(cell_product[28]), .P29(cell_product[29]), .P30(cell_product[30]), .P31(cell_product[31]), .P32(), .P33(), .P34(), .P35());
    `else
    reg signed [15:0] factor_a;
    reg signed [15:0] factor_b;
    reg signed [31:0] middle;
    initial begin factor_a = 0; factor_b = 0; middle = 0; product = 0; end
    always @(posedge clock) begin
    factor_a <= a;
    factor_b <= b;
    middle <= factor_a * factor_b;
    product <= middle;
    end
    `endif
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

module top$clusters$0$pes$3$ptr_read(clock,valid,marker,column,value_in,write,write_address,write_data,write_bias,wide_address,wide_halves,wide_data,bias_address,bias,push,pointer,value,short,is_marker);
    
    // Module arguments
    input wire  clock;
    input wire  valid;
    input wire  marker;
    input wire  [15:0] column;
    input wire  [15:0] value_in;
    input wire  write;
    input wire  [15:0] write_address;
    input wire  [31:0] write_data;
    input wire  write_bias;
    input wire  [15:0] wide_address;
    input wire  [1:0] wide_halves;
    input wire  [26:0] wide_data;
    input wire  [15:0] bias_address;
    output reg  [31:0] bias;
    output reg  push;
    output reg  [31:0] pointer;
    output reg  [15:0] value;
    output reg  short;
    output reg  is_marker;
    
    // Constant declarations
    localparam  more_mask = 32'h3fc000;
    localparam  length_mask = 32'h3fe000;
    
    // Stub signals
    reg  memory$clock;
    reg  [15:0] memory$read_address0;
    wire  [31:0] memory$read_data0;
    reg  [15:0] memory$read_address1;
    wire  [31:0] memory$read_data1;
    reg  memory$write0;
    reg  memory$write1;
    reg  [15:0] memory$write_address;
    reg  [31:0] memory$write_data;
    reg  [15:0] memory$wide_address;
    reg  [1:0] memory$wide_halves;
    reg  [26:0] memory$wide_data;
    reg  [31:0] bias_q$d;
    wire  [31:0] bias_q$q;
    reg  bias_q$clock;
    reg  valid1$d;
    wire  valid1$q;
    reg  valid1$clock;
    reg  marker1$d;
    wire  marker1$q;
    reg  marker1$clock;
    reg  [15:0] value1$d;
    wire  [15:0] value1$q;
    reg  value1$clock;
    reg  valid2$d;
    wire  valid2$q;
    reg  valid2$clock;
    reg  marker2$d;
    wire  marker2$q;
    reg  marker2$clock;
    reg  [15:0] value2$d;
    wire  [15:0] value2$q;
    reg  value2$clock;
    reg  valid3$d;
    wire  valid3$q;
    reg  valid3$clock;
    reg  marker3$d;
    wire  marker3$q;
    reg  marker3$clock;
    reg  short3$d;
    wire  short3$q;
    reg  short3$clock;
    reg  [15:0] value3$d;
    wire  [15:0] value3$q;
    reg  value3$clock;
    reg  [31:0] pointer3$d;
    wire  [31:0] pointer3$q;
    reg  pointer3$clock;
    
    // Local signals
    reg  [31:0] length;
    reg  [31:0] beyond_one;
    
    // Sub module instances
    top$clusters$0$pes$3$ptr_read$memory memory(
        .clock(memory$clock),
        .read_address0(memory$read_address0),
        .read_data0(memory$read_data0),
        .read_address1(memory$read_address1),
        .read_data1(memory$read_data1),
        .write0(memory$write0),
        .write1(memory$write1),
        .write_address(memory$write_address),
        .write_data(memory$write_data),
        .wide_address(memory$wide_address),
        .wide_halves(memory$wide_halves),
        .wide_data(memory$wide_data)
    );
    top$wdata_q bias_q(
        .d(bias_q$d),
        .q(bias_q$q),
        .clock(bias_q$clock)
    );
    top$write_q valid1(
        .d(valid1$d),
        .q(valid1$q),
        .clock(valid1$clock)
    );
    top$write_q marker1(
        .d(marker1$d),
        .q(marker1$q),
        .clock(marker1$clock)
    );
    top$sequencer$rows_left value1(
        .d(value1$d),
        .q(value1$q),
        .clock(value1$clock)
    );
    top$write_q valid2(
        .d(valid2$d),
        .q(valid2$q),
        .clock(valid2$clock)
    );
    top$write_q marker2(
        .d(marker2$d),
        .q(marker2$q),
        .clock(marker2$clock)
    );
    top$sequencer$rows_left value2(
        .d(value2$d),
        .q(value2$q),
        .clock(value2$clock)
    );
    top$write_q valid3(
        .d(valid3$d),
        .q(valid3$q),
        .clock(valid3$clock)
    );
    top$write_q marker3(
        .d(marker3$d),
        .q(marker3$q),
        .clock(marker3$clock)
    );
    top$write_q short3(
        .d(short3$d),
        .q(short3$q),
        .clock(short3$clock)
    );
    top$sequencer$rows_left value3(
        .d(value3$d),
        .q(value3$q),
        .clock(value3$clock)
    );
    top$wdata_q pointer3(
        .d(pointer3$d),
        .q(pointer3$q),
        .clock(pointer3$clock)
    );
    
    // Update code
    always @(*) begin
        bias_q$clock = clock;
        valid1$clock = clock;
        marker1$clock = clock;
        value1$clock = clock;
        valid2$clock = clock;
        marker2$clock = clock;
        value2$clock = clock;
        valid3$clock = clock;
        marker3$clock = clock;
        short3$clock = clock;
        value3$clock = clock;
        pointer3$clock = clock;
        bias_q$d = bias_q$q;
        valid1$d = valid1$q;
        marker1$d = marker1$q;
        value1$d = value1$q;
        valid2$d = valid2$q;
        marker2$d = marker2$q;
        value2$d = value2$q;
        valid3$d = valid3$q;
        marker3$d = marker3$q;
        short3$d = short3$q;
        value3$d = value3$q;
        pointer3$d = pointer3$q;
        memory$clock = clock;
        memory$write0 = write;
        memory$write1 = write_bias;
        memory$write_address = write_address;
        memory$write_data = write_data;
        memory$wide_address = wide_address;
        memory$wide_halves = wide_halves;
        memory$wide_data = wide_data;
        memory$read_address0 = column;
        memory$read_address1 = bias_address;
        bias_q$d = memory$read_data1;
        bias = bias_q$q;
        valid1$d = valid;
        marker1$d = marker;
        value1$d = value_in;
        valid2$d = valid1$q;
        marker2$d = marker1$q;
        value2$d = value1$q;
        length = memory$read_data0 & length_mask;
        beyond_one = memory$read_data0 & more_mask;
        valid3$d = valid2$q & (marker2$q | |length);
        marker3$d = marker2$q;
        short3$d = marker2$q | ~|beyond_one;
        value3$d = value2$q;
        pointer3$d = memory$read_data0;
        push = valid3$q;
        pointer = pointer3$q;
        value = value3$q;
        short = short3$q;
        is_marker = marker3$q;
    end
    
endmodule

module top$clusters$0$pes$3$ptr_read$memory(clock,read_address0,read_data0,read_address1,read_data1,write0,write1,write_address,write_data,wide_address,wide_halves,wide_data);
    
    // Module arguments
    input wire  clock;
    input wire  [15:0] read_address0;
    output reg  [31:0] read_data0;
    input wire  [15:0] read_address1;
    output reg  [31:0] read_data1;
    input wire  write0;
    input wire  write1;
    input wire  [15:0] write_address;
    input wire  [31:0] write_data;
    input wire  [15:0] wide_address;
    input wire  [1:0] wide_halves;
    input wire  [26:0] wide_data;
    
    // Update code (custom)
    `ifdef EIE_ECP5
    wire [21:0] first;
    wire [31:0] second;
    always @(*) begin
    read_data0 = first;
    read_data1 = second;
    end
    wire writes = write0 | write1;
    wire [9:0] place = wide_address[9:0];
    DP16KD #(.DATA_WIDTH_A(9), .DATA_WIDTH_B(18), .REGMODE_A("OUTREG"), .REGMODE_B("OUTREG"), .RESETMODE("SYNC"), .GSR("DISABLED")) cell0 (
    .ADA0(1'b0), .ADA1(1'b0), .ADA10(read_address0[7]), .ADA11(read_address0[8]), .ADA12(read_address0[9]), .ADA13(read_address0[10]), .ADA2(1'b0), .ADA3(read_address0[0]), .ADA4(read_address0[1]), .ADA5(read_address0[2]), .ADA6(read_address0[3]), .ADA7(read_address0[4]), .ADA8(read_address0[5]), .ADA9(read_address0[6]), .ADB0(wide_halves[0]), .ADB1(wide_halves[1]), .ADB10(place[6]), .ADB11(place[7]), .ADB12(place[8]), .ADB13(place[9]), .ADB2(1'b0), .ADB3(1'b0), .ADB4(place[0]), .ADB5(place[1]), .ADB6(place[2]), .ADB7(place[3]), .ADB8(place[4]), .ADB9(place[5]), .CEA(1'b1), .CEB(1'b1), .CLKA(clock), .CLKB(clock), .CSA0(1'b0), .CSA1(1'b0), .CSA2(1'b0), .CSB0(1'b0), .CSB1(1'b0), .CSB2(1'b0), .DIB0(write_data[0]), .DIB1(write_data[1]), .DIB10(wide_data[1]), .DIB11(wide_data[2]), .DIB12(wide_data[3]), .DIB13(wide_data[4]), .DIB14(wide_data[5]), .DIB15(wide_data[6]), .DIB16(wide_data[7]), .DIB17(wide_data[8]), .DIB2(write_data[2]), .DIB3(write_data[3]), .DIB4(write_data[4]), .DIB5(write_data[5]), .DIB6(write_data[6]), .DIB7(write_data[7]), .DIB8(write_data[8]), .DIB9(wide_data[0]), .DOA0(first[0]), .DOA1(first[1]), .DOA10(), .DOA11(), .DOA12(), .DOA13(), .DOA14(), .DOA15(), .DOA16(), .DOA17(), .DOA2(first[2]), .DOA3(first[3]), .DOA4(first[4]), .DOA5(first[5]), .DOA6(first[6]), .DOA7(first[7]), .DOA8(first[8]), .DOA9(), .DOB0(second[0]), .DOB1(second[1]), .DOB10(second[28]), .DOB11(second[29]), .DOB12(second[30]), .DOB13(second[31]), .DOB14(), .DOB15(), .DOB16(), .DOB17(), .DOB2(second[2]), .DOB3(second[3]), .DOB4(second[4]), .DOB5(second[5]), .DOB6(second[6]), .DOB7(second[7]), .DOB8(second[8]), .DOB9(second[27]), .OCEA(1'b1), .OCEB(1'b1), .RSTA(1'b0), .RSTB(1'b0), .WEA(1'b0), .WEB(writes));
    DP16KD #(.DATA_WIDTH_A(9), .DATA_WIDTH_B(18), .REGMODE_A("OUTREG"), .REGMODE_B("OUTREG"), .RESETMODE("SYNC"), .GSR("DISABLED")) cell1 (
    .ADA0(1'b0), .ADA1(1'b0), .ADA10(read_address0[7]), .ADA11(read_address0[8]), .ADA12(read_address0[9]), .ADA13(read_address0[10]), .ADA2(1'b0), .ADA3(read_address0[0]), .ADA4(read_address0[1]), .ADA5(read_address0[2]), .ADA6(read_address0[3]), .ADA7(read_address0[4]), .ADA8(read_address0[5]), .ADA9(read_address0[6]), .ADB0(wide_halves[0]), .ADB1(wide_halves[1]), .ADB10(place[6]), .ADB11(place[7]), .ADB12(place[8]), .ADB13(place[9]), .ADB2(1'b0), .ADB3(1'b0), .ADB4(place[0]), .ADB5(place[1]), .ADB6(place[2]), .ADB7(place[3]), .ADB8(place[4]), .ADB9(place[5]), .CEA(1'b1), .CEB(1'b1), .CLKA(clock), .CLKB(clock), .CSA0(1'b0), .CSA1(1'b0), .CSA2(1'b0), .CSB0(1'b0), .CSB1(1'b0), .CSB2(1'b0), .DIB0(write_data[9]), .DIB1(write_data[10]), .DIB10(wide_data[10]), .DIB11(wide_data[11]), .DIB12(wide_data[12]), .DIB13(wide_data[13]), .DIB14(wide_data[14]), .DIB15(wide_data[15]), .DIB16(wide_data[16]), .DIB17(wide_data[17]), .DIB2(write_data[11]), .DIB3(write_data[12]), .DIB4(write_data[13]), .DIB5(write_data[14]), .DIB6(write_data[15]), .DIB7(write_data[16]), .DIB8(write_data[17]), .DIB9(wide_data[9]), .DOA0(first[9]), .DOA1(first[10]), .DOA10(), .DOA11(), .DOA12(), .DOA13(), .DOA14(), .DOA15(), .DOA16(), .DOA17(), .DOA2(first[11]), .DOA3(first[12]), .DOA4(first[13]), .DOA5(first[14]), .DOA6(first[15]), .DOA7(first[16]), .DOA8(first[17]), .DOA9(), .DOB0(second[9]), .DOB1(second[10]), .DOB10(), .DOB11(), .DOB12(), .DOB13(), .DOB14(), .DOB15(), .DOB16(), .DOB17(), .DOB2(second[11]), .DOB3(second[12]), .DOB4(second[13]), .DOB5(second[14]), .DOB6(second[15]), .DOB7(second[16]), .DOB8(second[17]), .DOB9(), .OCEA(1'b1), .OCEB(1'b1), .RSTA(1'b0), .RSTB(1'b0), .WEA(1'b0), .WEB(writes));
    DP16KD #(.DATA_WIDTH_A(9), .DATA_WIDTH_B(18), .REGMODE_A("OUTREG"), .REGMODE_B("OUTREG"), .RESETMODE("SYNC"), .GSR("DISABLED")) cell2 (
    .ADA0(1'b0), .ADA1(1'b0), .ADA10(read_address0[7]), .ADA11(read_address0[8]), .ADA12(read_address0[9]), .ADA13(read_address0[10]), .ADA2(1'b0), .ADA3(read_address0[0]), .ADA4(read_address0[1]), .ADA5(read_address0[2]), .ADA6(read_address0[3]), .ADA7(read_address0[4]), .ADA8(read_address0[5]), .ADA9(read_address0[6]), .ADB0(wide_halves[0]), .ADB1(wide_halves[1]), .ADB10(place[6]), .ADB11(place[7]), .ADB12(place[8]), .ADB13(place[9]), .ADB2(1'b0), .ADB3(1'b0), .ADB4(place[0]), .ADB5(place[1]), .ADB6(place[2]), .ADB7(place[3]), .ADB8(place[4]), .ADB9(place[5]), .CEA(1'b1), .CEB(1'b1), .CLKA(clock), .CLKB(clock), .CSA0(1'b0), .CSA1(1'b0), .CSA2(1'b0), .CSB0(1'b0), .CSB1(1'b0), .CSB2(1'b0), .DIB0(write_data[18]), .DIB1(write_data[19]), .DIB10(wide_data[19]), .DIB11(wide_data[20]), .DIB12(wide_data[21]), .DIB13(wide_data[22]), .DIB14(wide_data[23]), .DIB15(wide_data[24]), .DIB16(wide_data[25]), .DIB17(wide_data[26]), .DIB2(write_data[20]), .DIB3(write_data[21]), .DIB4(write_data[22]), .DIB5(write_data[23]), .DIB6(write_data[24]), .DIB7(write_data[25]), .DIB8(write_data[26]), .DIB9(wide_data[18]), .DOA0(first[18]), .DOA1(first[19]), .DOA10(), .DOA11(), .DOA12(), .DOA13(), .DOA14(), .DOA15(), .DOA16(), .DOA17(), .DOA2(first[20]), .DOA3(first[21]), .DOA4(), .DOA5(), .DOA6(), .DOA7(), .DOA8(), .DOA9(), .DOB0(second[18]), .DOB1(second[19]), .DOB10(), .DOB11(), .DOB12(), .DOB13(), .DOB14(), .DOB15(), .DOB16(), .DOB17(), .DOB2(second[20]), .DOB3(second[21]), .DOB4(second[22]), .DOB5(second[23]), .DOB6(second[24]), .DOB7(second[25]), .DOB8(second[26]), .DOB9(), .OCEA(1'b1), .OCEB(1'b1), .RSTA(1'b0), .RSTB(1'b0), .WEA(1'b0), .WEB(writes));
    `else
    (* ram_style = "block", no_rw_check *) reg [21:0] mem0 [0:2047];
    `ifndef SYNTHESIS
    integer mem0_i;
    initial for (mem0_i = 0; mem0_i < 2048; mem0_i = mem0_i + 1) mem0[mem0_i] = 0;
    `endif
    reg [21:0] mem0_stage;
    always @(posedge clock) begin
    if (1'b1) begin
    mem0_stage <= mem0[read_address0[10:0]];
    read_data0 <= mem0_stage;
    end
    if (write0) mem0[write_address[10:0]] <= write_data[21:0];
    end
    (* ram_style = "block", no_rw_check *) reg [31:0] mem1 [0:255];
    `ifndef SYNTHESIS
    integer mem1_i;
    initial for (mem1_i = 0; mem1_i < 256; mem1_i = mem1_i + 1) mem1[mem1_i] = 0;
    `endif
    reg [31:0] mem1_stage;
    always @(posedge clock) begin
    if (1'b1) begin
    mem1_stage <= mem1[read_address1[7:0]];
    read_data1 <= mem1_stage;
    end
    if (write1) mem1[write_address[7:0]] <= write_data[31:0];
    end
    `endif
endmodule

module top$clusters$0$pes$3$spmat_read(clock,clear,empty,pointer,value_in,short,marker,pop,write,write_address,write_data,write_code,wide_address,wide_halves,wide_data,code_address,weight,valid,first,entry,value,codebook,bank,parity,issuing);
    
    // Module arguments
    input wire  clock;
    input wire  clear;
    input wire  empty;
    input wire  [31:0] pointer;
    input wire  [15:0] value_in;
    input wire  short;
    input wire  marker;
    output reg  pop;
    input wire  write;
    input wire  [15:0] write_address;
    input wire  [31:0] write_data;
    input wire  write_code;
    input wire  [15:0] wide_address;
    input wire  [1:0] wide_halves;
    input wire  [26:0] wide_data;
    input wire  [15:0] code_address;
    output reg  [15:0] weight;
    output reg  valid;
    output reg  first;
    output reg  [15:0] entry;
    output reg  [15:0] value;
    output reg  [7:0] codebook;
    output reg  bank;
    output reg  parity;
    output reg  issuing;
    
    // Constant declarations
    localparam  start_mask = 32'h1fff;
    localparam  start_bits = 6'b1101;
    localparam  bank_bit = 4'h8;
    localparam  left_mask = 16'h1ff;
    
    // Stub signals
    reg  memory$clock;
    reg  [15:0] memory$read_address0;
    wire  [31:0] memory$read_data0;
    reg  [15:0] memory$read_address1;
    wire  [31:0] memory$read_data1;
    reg  memory$write0;
    reg  memory$write1;
    reg  [15:0] memory$write_address;
    reg  [31:0] memory$write_data;
    reg  [15:0] memory$wide_address;
    reg  [1:0] memory$wide_halves;
    reg  [26:0] memory$wide_data;
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
    reg  more$d;
    wire  more$q;
    reg  more$clock;
    reg  valid1$d;
    wire  valid1$q;
    reg  valid1$clock;
    reg  valid2$d;
    wire  valid2$q;
    reg  valid2$clock;
    reg  first1$d;
    wire  first1$q;
    reg  first1$clock;
    reg  first2$d;
    wire  first2$q;
    reg  first2$clock;
    reg  [15:0] value1$d;
    wire  [15:0] value1$q;
    reg  value1$clock;
    reg  [15:0] value2$d;
    wire  [15:0] value2$q;
    reg  value2$clock;
    reg  [7:0] codebook0$d;
    wire  [7:0] codebook0$q;
    reg  codebook0$clock;
    reg  [7:0] codebook1$d;
    wire  [7:0] codebook1$q;
    reg  codebook1$clock;
    reg  [7:0] codebook2$d;
    wire  [7:0] codebook2$q;
    reg  codebook2$clock;
    reg  bank0$d;
    wire  bank0$q;
    reg  bank0$clock;
    reg  bank1$d;
    wire  bank1$q;
    reg  bank1$clock;
    reg  bank2$d;
    wire  bank2$q;
    reg  bank2$clock;
    reg  parity0$d;
    wire  parity0$q;
    reg  parity0$clock;
    
    // Local signals
    reg  take;
    reg  [31:0] length;
    reg  [15:0] bank_field;
    
    // Sub module instances
    top$clusters$0$pes$3$spmat_read$memory memory(
        .clock(memory$clock),
        .read_address0(memory$read_address0),
        .read_data0(memory$read_data0),
        .read_address1(memory$read_address1),
        .read_data1(memory$read_data1),
        .write0(memory$write0),
        .write1(memory$write1),
        .write_address(memory$write_address),
        .write_data(memory$write_data),
        .wide_address(memory$wide_address),
        .wide_halves(memory$wide_halves),
        .wide_data(memory$wide_data)
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
    top$sequencer$rows_left address(
        .d(address$d),
        .q(address$q),
        .clock(address$clock)
    );
    top$sequencer$rows_left left(
        .d(left$d),
        .q(left$q),
        .clock(left$clock)
    );
    top$sequencer$rows_left value0(
        .d(value0$d),
        .q(value0$q),
        .clock(value0$clock)
    );
    top$write_q more(
        .d(more$d),
        .q(more$q),
        .clock(more$clock)
    );
    top$write_q valid1(
        .d(valid1$d),
        .q(valid1$q),
        .clock(valid1$clock)
    );
    top$write_q valid2(
        .d(valid2$d),
        .q(valid2$q),
        .clock(valid2$clock)
    );
    top$write_q first1(
        .d(first1$d),
        .q(first1$q),
        .clock(first1$clock)
    );
    top$write_q first2(
        .d(first2$d),
        .q(first2$q),
        .clock(first2$clock)
    );
    top$sequencer$rows_left value1(
        .d(value1$d),
        .q(value1$q),
        .clock(value1$clock)
    );
    top$sequencer$rows_left value2(
        .d(value2$d),
        .q(value2$q),
        .clock(value2$clock)
    );
    top$sequencer$timer codebook0(
        .d(codebook0$d),
        .q(codebook0$q),
        .clock(codebook0$clock)
    );
    top$sequencer$timer codebook1(
        .d(codebook1$d),
        .q(codebook1$q),
        .clock(codebook1$clock)
    );
    top$sequencer$timer codebook2(
        .d(codebook2$d),
        .q(codebook2$q),
        .clock(codebook2$clock)
    );
    top$write_q bank0(
        .d(bank0$d),
        .q(bank0$q),
        .clock(bank0$clock)
    );
    top$write_q bank1(
        .d(bank1$d),
        .q(bank1$q),
        .clock(bank1$clock)
    );
    top$write_q bank2(
        .d(bank2$d),
        .q(bank2$q),
        .clock(bank2$clock)
    );
    top$write_q parity0(
        .d(parity0$d),
        .q(parity0$q),
        .clock(parity0$clock)
    );
    
    // Update code
    always @(*) begin
        active$clock = clock;
        start$clock = clock;
        address$clock = clock;
        left$clock = clock;
        value0$clock = clock;
        more$clock = clock;
        valid1$clock = clock;
        valid2$clock = clock;
        first1$clock = clock;
        first2$clock = clock;
        value1$clock = clock;
        value2$clock = clock;
        codebook0$clock = clock;
        codebook1$clock = clock;
        codebook2$clock = clock;
        bank0$clock = clock;
        bank1$clock = clock;
        bank2$clock = clock;
        parity0$clock = clock;
        active$d = active$q;
        start$d = start$q;
        address$d = address$q;
        left$d = left$q;
        value0$d = value0$q;
        more$d = more$q;
        valid1$d = valid1$q;
        valid2$d = valid2$q;
        first1$d = first1$q;
        first2$d = first2$q;
        value1$d = value1$q;
        value2$d = value2$q;
        codebook0$d = codebook0$q;
        codebook1$d = codebook1$q;
        codebook2$d = codebook2$q;
        bank0$d = bank0$q;
        bank1$d = bank1$q;
        bank2$d = bank2$q;
        parity0$d = parity0$q;
        memory$clock = clock;
        memory$write0 = write;
        memory$write1 = write_code;
        memory$write_address = write_address;
        memory$write_data = write_data;
        memory$wide_address = wide_address;
        memory$wide_halves = wide_halves;
        memory$wide_data = wide_data;
        memory$read_address0 = address$q;
        memory$read_address1 = code_address;
        weight = ((memory$read_data1) & 16'hffff);
        take = ~empty & ~more$q;
        pop = take;
        length = pointer >> start_bits;
        bank_field = value_in >> bank_bit;
        start$d = take;
        address$d = address$q + 32'h1;
        left$d = (left$q - 32'h1) & left_mask;
        active$d = active$q & more$q;
        more$d = more$q & (left$q != 32'h2);
        if (take) begin
            active$d = ~marker;
            more$d = ~short;
            address$d = ((pointer & start_mask) & 16'hffff);
            left$d = ((length) & 16'hffff) & left_mask;
            value0$d = value_in;
            if (marker) begin
                codebook0$d = value_in[(32'h0)+:(8)];
                bank0$d = bank_field[32'h0];
                parity0$d = ~parity0$q;
            end
        end
        if (clear) begin
            active$d = 1'b0;
            more$d = 1'b0;
            bank0$d = 1'b0;
            parity0$d = 1'b0;
        end
        codebook1$d = codebook0$q;
        codebook2$d = codebook1$q;
        bank1$d = bank0$q;
        bank2$d = bank1$q;
        codebook = codebook2$q;
        bank = bank2$q;
        parity = parity0$q;
        valid1$d = active$q;
        valid2$d = valid1$q;
        first1$d = start$q;
        first2$d = first1$q;
        value1$d = value0$q;
        value2$d = value1$q;
        valid = valid2$q;
        first = first2$q;
        entry = ((memory$read_data0) & 16'hffff);
        value = value2$q;
        issuing = active$q;
    end
    
endmodule

module top$clusters$0$pes$3$spmat_read$memory(clock,read_address0,read_data0,read_address1,read_data1,write0,write1,write_address,write_data,wide_address,wide_halves,wide_data);
    
    // Module arguments
    input wire  clock;
    input wire  [15:0] read_address0;
    output reg  [31:0] read_data0;
    input wire  [15:0] read_address1;
    output reg  [31:0] read_data1;
    input wire  write0;
    input wire  write1;
    input wire  [15:0] write_address;
    input wire  [31:0] write_data;
    input wire  [15:0] wide_address;
    input wire  [1:0] wide_halves;
    input wire  [26:0] wide_data;
    
    // Update code (custom)
    `ifdef EIE_ECP5
    wire [8:0] mem0_word;
    always @(*) read_data0 = mem0_word;
    DP16KD #(.DATA_WIDTH_A(2), .DATA_WIDTH_B(2), .REGMODE_A("OUTREG"), .REGMODE_B("OUTREG"), .RESETMODE("SYNC"), .GSR("DISABLED")) mem0_cell0_0 (
    .ADA0(1'b0), .ADA1(read_address0[0]), .ADA10(read_address0[9]), .ADA11(read_address0[10]), .ADA12(read_address0[11]), .ADA13(read_address0[12]), .ADA2(read_address0[1]), .ADA3(read_address0[2]), .ADA4(read_address0[3]), .ADA5(read_address0[4]), .ADA6(read_address0[5]), .ADA7(read_address0[6]), .ADA8(read_address0[7]), .ADA9(read_address0[8]), .ADB0(1'b0), .ADB1(write_address[0]), .ADB10(write_address[9]), .ADB11(write_address[10]), .ADB12(write_address[11]), .ADB13(write_address[12]), .ADB2(write_address[1]), .ADB3(write_address[2]), .ADB4(write_address[3]), .ADB5(write_address[4]), .ADB6(write_address[5]), .ADB7(write_address[6]), .ADB8(write_address[7]), .ADB9(write_address[8]), .CEA(1'b1), .CEB(1'b1), .CLKA(clock), .CLKB(clock), .CSA0(1'b0), .CSA1(1'b0), .CSA2(1'b0), .CSB0(1'b0), .CSB1(1'b0), .CSB2(1'b0), .DIB0(write_data[0]), .DIB1(write_data[1]), .DIB10(1'b0), .DIB11(1'b0), .DIB12(1'b0), .DIB13(1'b0), .DIB14(1'b0), .DIB15(1'b0), .DIB16(1'b0), .DIB17(1'b0), .DIB2(1'b0), .DIB3(1'b0), .DIB4(1'b0), .DIB5(1'b0), .DIB6(1'b0), .DIB7(1'b0), .DIB8(1'b0), .DIB9(1'b0), .DOA0(mem0_word[0]), .DOA1(mem0_word[1]), .DOA10(), .DOA11(), .DOA12(), .DOA13(), .DOA14(), .DOA15(), .DOA16(), .DOA17(), .DOA2(), .DOA3(), .DOA4(), .DOA5(), .DOA6(), .DOA7(), .DOA8(), .DOA9(), .DOB0(), .DOB1(), .DOB10(), .DOB11(), .DOB12(), .DOB13(), .DOB14(), .DOB15(), .DOB16(), .DOB17(), .DOB2(), .DOB3(), .DOB4(), .DOB5(), .DOB6(), .DOB7(), .DOB8(), .DOB9(), .OCEA(1'b1), .OCEB(1'b1), .RSTA(1'b0), .RSTB(1'b0), .WEA(1'b0), .WEB(write0));
    DP16KD #(.DATA_WIDTH_A(2), .DATA_WIDTH_B(2), .REGMODE_A("OUTREG"), .REGMODE_B("OUTREG"), .RESETMODE("SYNC"), .GSR("DISABLED")) mem0_cell0_1 (
    .ADA0(1'b0), .ADA1(read_address0[0]), .ADA10(read_address0[9]), .ADA11(read_address0[10]), .ADA12(read_address0[11]), .ADA13(read_address0[12]), .ADA2(read_address0[1]), .ADA3(read_address0[2]), .ADA4(read_address0[3]), .ADA5(read_address0[4]), .ADA6(read_address0[5]), .ADA7(read_address0[6]), .ADA8(read_address0[7]), .ADA9(read_address0[8]), .ADB0(1'b0), .ADB1(write_address[0]), .ADB10(write_address[9]), .ADB11(write_address[10]), .ADB12(write_address[11]), .ADB13(write_address[12]), .ADB2(write_address[1]), .ADB3(write_address[2]), .ADB4(write_address[3]), .ADB5(write_address[4]), .ADB6(write_address[5]), .ADB7(write_address[6]), .ADB8(write_address[7]), .ADB9(write_address[8]), .CEA(1'b1), .CEB(1'b1), .CLKA(clock), .CLKB(clock), .CSA0(1'b0), .CSA1(1'b0), .CSA2(1'b0), .CSB0(1'b0), .CSB1(1'b0), .CSB2(1'b0), .DIB0(write_data[2]), .DIB1(write_data[3]), .DIB10(1'b0), .DIB11(1'b0), .DIB12(1'b0), .DIB13(1'b0), .DIB14(1'b0), .DIB15(1'b0), .DIB16(1'b0), .DIB17(1'b0), .DIB2(1'b0), .DIB3(1'b0), .DIB4(1'b0), .DIB5(1'b0), .DIB6(1'b0), .DIB7(1'b0), .DIB8(1'b0), .DIB9(1'b0), .DOA0(mem0_word[2]), .DOA1(mem0_word[3]), .DOA10(), .DOA11(), .DOA12(), .DOA13(), .DOA14(), .DOA15(), .DOA16(), .DOA17(), .DOA2(), .DOA3(), .DOA4(), .DOA5(), .DOA6(), .DOA7(), .DOA8(), .DOA9(), .DOB0(), .DOB1(), .DOB10(), .DOB11(), .DOB12(), .DOB13(), .DOB14(), .DOB15(), .DOB16(), .DOB17(), .DOB2(), .DOB3(), .DOB4(), .DOB5(), .DOB6(), .DOB7(), .DOB8(), .DOB9(), .OCEA(1'b1), .OCEB(1'b1), .RSTA(1'b0), .RSTB(1'b0), .WEA(1'b0), .WEB(write0));
    DP16KD #(.DATA_WIDTH_A(2), .DATA_WIDTH_B(2), .REGMODE_A("OUTREG"), .REGMODE_B("OUTREG"), .RESETMODE("SYNC"), .GSR("DISABLED")) mem0_cell0_2 (
    .ADA0(1'b0), .ADA1(read_address0[0]), .ADA10(read_address0[9]), .ADA11(read_address0[10]), .ADA12(read_address0[11]), .ADA13(read_address0[12]), .ADA2(read_address0[1]), .ADA3(read_address0[2]), .ADA4(read_address0[3]), .ADA5(read_address0[4]), .ADA6(read_address0[5]), .ADA7(read_address0[6]), .ADA8(read_address0[7]), .ADA9(read_address0[8]), .ADB0(1'b0), .ADB1(write_address[0]), .ADB10(write_address[9]), .ADB11(write_address[10]), .ADB12(write_address[11]), .ADB13(write_address[12]), .ADB2(write_address[1]), .ADB3(write_address[2]), .ADB4(write_address[3]), .ADB5(write_address[4]), .ADB6(write_address[5]), .ADB7(write_address[6]), .ADB8(write_address[7]), .ADB9(write_address[8]), .CEA(1'b1), .CEB(1'b1), .CLKA(clock), .CLKB(clock), .CSA0(1'b0), .CSA1(1'b0), .CSA2(1'b0), .CSB0(1'b0), .CSB1(1'b0), .CSB2(1'b0), .DIB0(write_data[4]), .DIB1(write_data[5]), .DIB10(1'b0), .DIB11(1'b0), .DIB12(1'b0), .DIB13(1'b0), .DIB14(1'b0), .DIB15(1'b0), .DIB16(1'b0), .DIB17(1'b0), .DIB2(1'b0), .DIB3(1'b0), .DIB4(1'b0), .DIB5(1'b0), .DIB6(1'b0), .DIB7(1'b0), .DIB8(1'b0), .DIB9(1'b0), .DOA0(mem0_word[4]), .DOA1(mem0_word[5]), .DOA10(), .DOA11(), .DOA12(), .DOA13(), .DOA14(), .DOA15(), .DOA16(), .DOA17(), .DOA2(), .DOA3(), .DOA4(), .DOA5(), .DOA6(), .DOA7(), .DOA8(), .DOA9(), .DOB0(), .DOB1(), .DOB10(), .DOB11(), .DOB12(), .DOB13(), .DOB14(), .DOB15(), .DOB16(), .DOB17(), .DOB2(), .DOB3(), .DOB4(), .DOB5(), .DOB6(), .DOB7(), .DOB8(), .DOB9(), .OCEA(1'b1), .OCEB(1'b1), .RSTA(1'b0), .RSTB(1'b0), .WEA(1'b0), .WEB(write0));
    DP16KD #(.DATA_WIDTH_A(2), .DATA_WIDTH_B(2), .REGMODE_A("OUTREG"), .REGMODE_B("OUTREG"), .RESETMODE("SYNC"), .GSR("DISABLED")) mem0_cell0_3 (
    .ADA0(1'b0), .ADA1(read_address0[0]), .ADA10(read_address0[9]), .ADA11(read_address0[10]), .ADA12(read_address0[11]), .ADA13(read_address0[12]), .ADA2(read_address0[1]), .ADA3(read_address0[2]), .ADA4(read_address0[3]), .ADA5(read_address0[4]), .ADA6(read_address0[5]), .ADA7(read_address0[6]), .ADA8(read_address0[7]), .ADA9(read_address0[8]), .ADB0(1'b0), .ADB1(write_address[0]), .ADB10(write_address[9]), .ADB11(write_address[10]), .ADB12(write_address[11]), .ADB13(write_address[12]), .ADB2(write_address[1]), .ADB3(write_address[2]), .ADB4(write_address[3]), .ADB5(write_address[4]), .ADB6(write_address[5]), .ADB7(write_address[6]), .ADB8(write_address[7]), .ADB9(write_address[8]), .CEA(1'b1), .CEB(1'b1), .CLKA(clock), .CLKB(clock), .CSA0(1'b0), .CSA1(1'b0), .CSA2(1'b0), .CSB0(1'b0), .CSB1(1'b0), .CSB2(1'b0), .DIB0(write_data[6]), .DIB1(write_data[7]), .DIB10(1'b0), .DIB11(1'b0), .DIB12(1'b0), .DIB13(1'b0), .DIB14(1'b0), .DIB15(1'b0), .DIB16(1'b0), .DIB17(1'b0), .DIB2(1'b0), .DIB3(1'b0), .DIB4(1'b0), .DIB5(1'b0), .DIB6(1'b0), .DIB7(1'b0), .DIB8(1'b0), .DIB9(1'b0), .DOA0(mem0_word[6]), .DOA1(mem0_word[7]), .DOA10(), .DOA11(), .DOA12(), .DOA13(), .DOA14(), .DOA15(), .DOA16(), .DOA17(), .DOA2(), .DOA3(), .DOA4(), .DOA5(), .DOA6(), .DOA7(), .DOA8(), .DOA9(), .DOB0(), .DOB1(), .DOB10(), .DOB11(), .DOB12(), .DOB13(), .DOB14(), .DOB15(), .DOB16(), .DOB17(), .DOB2(), .DOB3(), .DOB4(), .DOB5(), .DOB6(), .DOB7(), .DOB8(), .DOB9(), .OCEA(1'b1), .OCEB(1'b1), .RSTA(1'b0), .RSTB(1'b0), .WEA(1'b0), .WEB(write0));
    DP16KD #(.DATA_WIDTH_A(2), .DATA_WIDTH_B(2), .REGMODE_A("OUTREG"), .REGMODE_B("OUTREG"), .RESETMODE("SYNC"), .GSR("DISABLED")) mem0_cell0_4 (
    .ADA0(1'b0), .ADA1(read_address0[0]), .ADA10(read_address0[9]), .ADA11(read_address0[10]), .ADA12(read_address0[11]), .ADA13(read_address0[12]), .ADA2(read_address0[1]), .ADA3(read_address0[2]), .ADA4(read_address0[3]), .ADA5(read_address0[4]), .ADA6(read_address0[5]), .ADA7(read_address0[6]), .ADA8(read_address0[7]), .ADA9(read_address0[8]), .ADB0(1'b0), .ADB1(write_address[0]), .ADB10(write_address[9]), .ADB11(write_address[10]), .ADB12(write_address[11]), .ADB13(write_address[12]), .ADB2(write_address[1]), .ADB3(write_address[2]), .ADB4(write_address[3]), .ADB5(write_address[4]), .ADB6(write_address[5]), .ADB7(write_address[6]), .ADB8(write_address[7]), .ADB9(write_address[8]), .CEA(1'b1), .CEB(1'b1), .CLKA(clock), .CLKB(clock), .CSA0(1'b0), .CSA1(1'b0), .CSA2(1'b0), .CSB0(1'b0), .CSB1(1'b0), .CSB2(1'b0), .DIB0(write_data[8]), .DIB1(1'b0), .DIB10(1'b0), .DIB11(1'b0), .DIB12(1'b0), .DIB13(1'b0), .DIB14(1'b0), .DIB15(1'b0), .DIB16(1'b0), .DIB17(1'b0), .DIB2(1'b0), .DIB3(1'b0), .DIB4(1'b0), .DIB5(1'b0), .DIB6(1'b0), .DIB7(1'b0), .DIB8(1'b0), .DIB9(1'b0), .DOA0(mem0_word[8]), .DOA1(), .DOA10(), .DOA11(), .DOA12(), .DOA13(), .DOA14(), .DOA15(), .DOA16(), .DOA17(), .DOA2(), .DOA3(), .DOA4(), .DOA5(), .DOA6(), .DOA7(), .DOA8(), .DOA9(), .DOB0(), .DOB1(), .DOB10(), .DOB11(), .DOB12(), .DOB13(), .DOB14(), .DOB15(), .DOB16(), .DOB17(), .DOB2(), .DOB3(), .DOB4(), .DOB5(), .DOB6(), .DOB7(), .DOB8(), .DOB9(), .OCEA(1'b1), .OCEB(1'b1), .RSTA(1'b0), .RSTB(1'b0), .WEA(1'b0), .WEB(write0));
    `else
    (* ram_style = "block", no_rw_check *) reg [8:0] mem0 [0:8191];
    `ifndef SYNTHESIS
    integer mem0_i;
    initial for (mem0_i = 0; mem0_i < 8192; mem0_i = mem0_i + 1) mem0[mem0_i] = 0;
    `endif
    reg [8:0] mem0_stage;
    always @(posedge clock) begin
    if (1'b1) begin
    mem0_stage <= mem0[read_address0[12:0]];
    read_data0 <= mem0_stage;
    end
    if (write0) mem0[write_address[12:0]] <= write_data[8:0];
    end
    `endif
    `ifdef EIE_ECP5
    wire [15:0] mem1_word;
    always @(*) read_data1 = mem1_word;
    DP16KD #(.DATA_WIDTH_A(18), .DATA_WIDTH_B(18), .REGMODE_A("OUTREG"), .REGMODE_B("OUTREG"), .RESETMODE("SYNC"), .GSR("DISABLED")) mem1_cell0_0 (
    .ADA0(1'b0), .ADA1(1'b0), .ADA10(read_address1[6]), .ADA11(1'b0), .ADA12(1'b0), .ADA13(1'b0), .ADA2(1'b0), .ADA3(1'b0), .ADA4(read_address1[0]), .ADA5(read_address1[1]), .ADA6(read_address1[2]), .ADA7(read_address1[3]), .ADA8(read_address1[4]), .ADA9(read_address1[5]), .ADB0(1'b1), .ADB1(1'b1), .ADB10(write_address[6]), .ADB11(1'b0), .ADB12(1'b0), .ADB13(1'b0), .ADB2(1'b0), .ADB3(1'b0), .ADB4(write_address[0]), .ADB5(write_address[1]), .ADB6(write_address[2]), .ADB7(write_address[3]), .ADB8(write_address[4]), .ADB9(write_address[5]), .CEA(1'b1), .CEB(1'b1), .CLKA(clock), .CLKB(clock), .CSA0(1'b0), .CSA1(1'b0), .CSA2(1'b0), .CSB0(1'b0), .CSB1(1'b0), .CSB2(1'b0), .DIB0(write_data[0]), .DIB1(write_data[1]), .DIB10(write_data[10]), .DIB11(write_data[11]), .DIB12(write_data[12]), .DIB13(write_data[13]), .DIB14(write_data[14]), .DIB15(write_data[15]), .DIB16(1'b0), .DIB17(1'b0), .DIB2(write_data[2]), .DIB3(write_data[3]), .DIB4(write_data[4]), .DIB5(write_data[5]), .DIB6(write_data[6]), .DIB7(write_data[7]), .DIB8(write_data[8]), .DIB9(write_data[9]), .DOA0(mem1_word[0]), .DOA1(mem1_word[1]), .DOA10(mem1_word[10]), .DOA11(mem1_word[11]), .DOA12(mem1_word[12]), .DOA13(mem1_word[13]), .DOA14(mem1_word[14]), .DOA15(mem1_word[15]), .DOA16(), .DOA17(), .DOA2(mem1_word[2]), .DOA3(mem1_word[3]), .DOA4(mem1_word[4]), .DOA5(mem1_word[5]), .DOA6(mem1_word[6]), .DOA7(mem1_word[7]), .DOA8(mem1_word[8]), .DOA9(mem1_word[9]), .DOB0(), .DOB1(), .DOB10(), .DOB11(), .DOB12(), .DOB13(), .DOB14(), .DOB15(), .DOB16(), .DOB17(), .DOB2(), .DOB3(), .DOB4(), .DOB5(), .DOB6(), .DOB7(), .DOB8(), .DOB9(), .OCEA(1'b1), .OCEB(1'b1), .RSTA(1'b0), .RSTB(1'b0), .WEA(1'b0), .WEB(write1));
    `else
    (* ram_style = "block", no_rw_check *) reg [15:0] mem1 [0:127];
    `ifndef SYNTHESIS
    integer mem1_i;
    initial for (mem1_i = 0; mem1_i < 128; mem1_i = mem1_i + 1) mem1[mem1_i] = 0;
    `endif
    reg [15:0] mem1_stage;
    always @(posedge clock) begin
    if (1'b1) begin
    mem1_stage <= mem1[read_address1[6:0]];
    read_data1 <= mem1_stage;
    end
    if (write1) mem1[write_address[6:0]] <= write_data[15:0];
    end
    `endif
endmodule

module top$clusters$0$pes$3$weight_decode(clock,valid_in,first,entry,value_in,codebook,code_address,valid,row,value);
    
    // Module arguments
    input wire  clock;
    input wire  valid_in;
    input wire  first;
    input wire  [15:0] entry;
    input wire  [15:0] value_in;
    input wire  [7:0] codebook;
    output reg  [15:0] code_address;
    output reg  valid;
    output reg  [15:0] row;
    output reg  [15:0] value;
    
    // Constant declarations
    localparam  before_first = 16'hffff;
    localparam  run_symbol = 16'h1f;
    localparam  code_mask = 16'hf;
    localparam  code_bits = 4'h4;
    
    // Stub signals
    reg  valid1$d;
    wire  valid1$q;
    reg  valid1$clock;
    reg  first1$d;
    wire  first1$q;
    reg  first1$clock;
    reg  [15:0] run1$d;
    wire  [15:0] run1$q;
    reg  run1$clock;
    reg  counts1$d;
    wire  counts1$q;
    reg  counts1$clock;
    reg  [15:0] value1$d;
    wire  [15:0] value1$q;
    reg  value1$clock;
    reg  [15:0] value2$d;
    wire  [15:0] value2$q;
    reg  value2$clock;
    reg  [15:0] row2$d;
    wire  [15:0] row2$q;
    reg  row2$clock;
    reg  valid2$d;
    wire  valid2$q;
    reg  valid2$clock;
    reg  [15:0] row3$d;
    wire  [15:0] row3$q;
    reg  row3$clock;
    reg  valid3$d;
    wire  valid3$q;
    reg  valid3$clock;
    
    // Local signals
    reg  [15:0] run;
    reg  [15:0] base;
    reg  filler;
    reg  [15:0] step;
    
    // Sub module instances
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
    top$sequencer$rows_left run1(
        .d(run1$d),
        .q(run1$q),
        .clock(run1$clock)
    );
    top$write_q counts1(
        .d(counts1$d),
        .q(counts1$q),
        .clock(counts1$clock)
    );
    top$sequencer$rows_left value1(
        .d(value1$d),
        .q(value1$q),
        .clock(value1$clock)
    );
    top$sequencer$rows_left value2(
        .d(value2$d),
        .q(value2$q),
        .clock(value2$clock)
    );
    top$sequencer$rows_left row2(
        .d(row2$d),
        .q(row2$q),
        .clock(row2$clock)
    );
    top$write_q valid2(
        .d(valid2$d),
        .q(valid2$q),
        .clock(valid2$clock)
    );
    top$sequencer$rows_left row3(
        .d(row3$d),
        .q(row3$q),
        .clock(row3$clock)
    );
    top$write_q valid3(
        .d(valid3$d),
        .q(valid3$q),
        .clock(valid3$clock)
    );
    
    // Update code
    always @(*) begin
        valid1$clock = clock;
        first1$clock = clock;
        run1$clock = clock;
        counts1$clock = clock;
        value1$clock = clock;
        value2$clock = clock;
        row2$clock = clock;
        valid2$clock = clock;
        row3$clock = clock;
        valid3$clock = clock;
        valid1$d = valid1$q;
        first1$d = first1$q;
        run1$d = run1$q;
        counts1$d = counts1$q;
        value1$d = value1$q;
        value2$d = value2$q;
        row2$d = row2$q;
        valid2$d = valid2$q;
        row3$d = row3$q;
        valid3$d = valid3$q;
        code_address = (((codebook) & 16'hffff) << code_bits) | (entry & code_mask);
        run = entry >> code_bits;
        filler = run == run_symbol;
        valid1$d = valid_in;
        first1$d = first;
        run1$d = run;
        counts1$d = ~filler;
        value1$d = value_in;
        value2$d = value1$q;
        base = row2$q;
        if (first1$q) begin
            base = before_first;
        end
        step = 32'h0;
        if (counts1$q) begin
            step = 32'h1;
        end
        if (valid1$q) begin
            row2$d = base + run1$q + step;
        end
        valid2$d = valid1$q & counts1$q;
        row3$d = row2$q;
        valid3$d = valid2$q;
        valid = valid3$q;
        row = row3$q;
        value = value2$q;
    end
    
endmodule

module top$clusters$0$results_join(words$0,words$1,words$2,words$3,words$4,words$5,words$6,words$7,joined);
    
    // Module arguments
    input wire  [15:0] words$0;
    input wire  [15:0] words$1;
    input wire  [15:0] words$2;
    input wire  [15:0] words$3;
    input wire  [15:0] words$4;
    input wire  [15:0] words$5;
    input wire  [15:0] words$6;
    input wire  [15:0] words$7;
    output reg  [127:0] joined;
    
    // Update code (custom)
    always @(*) joined = {words$7, words$6, words$5, words$4, words$3, words$2, words$1, words$0};
endmodule

module top$clusters$0$shift_q(d,q,clock);
    
    // Module arguments
    input wire  [4:0] d;
    output reg  [4:0] q;
    input wire  clock;
    
    // Update code (custom)
    initial begin
       q = 5'h0;
    end
    
    always @(posedge clock) begin
       q <= d;
    end
          
endmodule

module top$clusters$0$sums_join(words$0,words$1,words$2,words$3,words$4,words$5,words$6,words$7,joined);
    
    // Module arguments
    input wire  [47:0] words$0;
    input wire  [47:0] words$1;
    input wire  [47:0] words$2;
    input wire  [47:0] words$3;
    input wire  [47:0] words$4;
    input wire  [47:0] words$5;
    input wire  [47:0] words$6;
    input wire  [47:0] words$7;
    output reg  [383:0] joined;
    
    // Update code (custom)
    always @(*) joined = {words$7, words$6, words$5, words$4, words$3, words$2, words$1, words$0};
endmodule

module top$clusters$0$wide_data2(d,q,clock);
    
    // Module arguments
    input wire  [26:0] d;
    output reg  [26:0] q;
    input wire  clock;
    
    // Update code (custom)
    initial begin
       q = 27'h0;
    end
    
    always @(posedge clock) begin
       q <= d;
    end
          
endmodule

module top$clusters$0$wide_halves2(d,q,clock);
    
    // Module arguments
    input wire  [1:0] d;
    output reg  [1:0] q;
    input wire  clock;
    
    // Update code (custom)
    initial begin
       q = 2'h0;
    end
    
    always @(posedge clock) begin
       q <= d;
    end
          
endmodule

module top$clusters$0$write_back$7(d,q,clock);
    
    // Module arguments
    input wire  [24:0] d;
    output reg  [24:0] q;
    input wire  clock;
    
    // Update code (custom)
    initial begin
       q = 25'h0;
    end
    
    always @(posedge clock) begin
       q <= d;
    end
          
endmodule

module top$sequencer(clock,start,first_step,last_step,reset,write,write_address,write_data,scan_done,full,passed0,passed1,marker,marker_value,scan_start,src_base,groups,ptr_base,start_mask,start_gated,scan_mask,gated,arrives,shift,relu,drain_idle,given_mask,drain,drain_write,drain_row,bias_address,dst_address,drain_rank,clear,busy,running,computing,step);
    
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
    input wire  full;
    input wire  passed0;
    input wire  passed1;
    output reg  marker;
    output reg  [15:0] marker_value;
    output reg  scan_start;
    output reg  [15:0] src_base;
    output reg  [15:0] groups;
    output reg  [15:0] ptr_base;
    output reg  [7:0] start_mask;
    output reg  start_gated;
    output reg  [7:0] scan_mask;
    output reg  gated;
    output reg  arrives;
    output reg  [4:0] shift;
    output reg  relu;
    output reg  drain_idle;
    output reg  [7:0] given_mask;
    output reg  drain;
    output reg  drain_write;
    output reg  [15:0] drain_row;
    output reg  [15:0] bias_address;
    output reg  [15:0] dst_address;
    output reg  [7:0] drain_rank;
    output reg  clear;
    output reg  busy;
    output reg  running;
    output reg  computing;
    output reg  [7:0] step;
    
    // Constant declarations
    localparam  hold = 8'h12;
    localparam  fetch = 8'h2;
    localparam  start_delay = 8'h3;
    localparam  last_acc = 16'hff;
    localparam  shift_bit = 6'b1000;
    localparam  relu_bit = 6'b10000;
    localparam  drain_bit = 6'b10001;
    localparam  follows_bit = 6'b10010;
    localparam  after_bit = 6'b10110;
    localparam  split_bit = 6'b10011;
    localparam  marker_bank = 16'h100;
    localparam  mask_bits$0 = 8'h0;
    localparam  lead_base = 8'h7;
    
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
    reg  in_first$d;
    wire  in_first$q;
    reg  in_first$clock;
    reg  in_scan$d;
    wire  in_scan$q;
    reg  in_scan$clock;
    reg  in_finish$d;
    wire  in_finish$q;
    reg  in_finish$clock;
    reg  in_hold$d;
    wire  in_hold$q;
    reg  in_hold$clock;
    reg  in_sweep$d;
    wire  in_sweep$q;
    reg  in_sweep$clock;
    reg  busy_q$d;
    wire  busy_q$q;
    reg  busy_q$clock;
    reg  draining$d;
    wire  draining$q;
    reg  draining$clock;
    reg  rows$d;
    wire  rows$q;
    reg  rows$clock;
    reg  flush$d;
    wire  flush$q;
    reg  flush$clock;
    reg  [7:0] next_step$d;
    wire  [7:0] next_step$q;
    reg  next_step$clock;
    reg  [7:0] last_q$d;
    wire  [7:0] last_q$q;
    reg  last_q$clock;
    reg  at_last$d;
    wire  at_last$q;
    reg  at_last$clock;
    reg  [7:0] timer$d;
    wire  [7:0] timer$q;
    reg  timer$clock;
    reg  timed$d;
    wire  timed$q;
    reg  timed$clock;
    reg  parity$d;
    wire  parity$q;
    reg  parity$clock;
    reg  bank$d;
    wire  bank$q;
    reg  bank$clock;
    reg  [31:0] next0$d;
    wire  [31:0] next0$q;
    reg  next0$clock;
    reg  [31:0] next1$d;
    wire  [31:0] next1$q;
    reg  next1$clock;
    reg  [31:0] next2$d;
    wire  [31:0] next2$q;
    reg  next2$clock;
    reg  [31:0] next3$d;
    wire  [31:0] next3$q;
    reg  next3$clock;
    reg  [7:0] next_mask$d;
    wire  [7:0] next_mask$q;
    reg  next_mask$clock;
    reg  [31:0] word1$d;
    wire  [31:0] word1$q;
    reg  word1$clock;
    reg  [31:0] word2$d;
    wire  [31:0] word2$q;
    reg  word2$clock;
    reg  [31:0] word3$d;
    wire  [31:0] word3$q;
    reg  word3$clock;
    reg  [7:0] mask$d;
    wire  [7:0] mask$q;
    reg  mask$clock;
    reg  overlaps$d;
    wire  overlaps$q;
    reg  overlaps$clock;
    reg  gated_q$d;
    wire  gated_q$q;
    reg  gated_q$clock;
    reg  given$d;
    wire  given$q;
    reg  given$clock;
    reg  [15:0] given_slots$d;
    wire  [15:0] given_slots$q;
    reg  given_slots$clock;
    reg  [31:0] given_bases$d;
    wire  [31:0] given_bases$q;
    reg  given_bases$clock;
    reg  [31:0] given_control$d;
    wire  [31:0] given_control$q;
    reg  given_control$clock;
    reg  [7:0] given_step$d;
    wire  [7:0] given_step$q;
    reg  given_step$clock;
    reg  [7:0] given_mask_q$d;
    wire  [7:0] given_mask_q$q;
    reg  given_mask_q$clock;
    reg  given_one$d;
    wire  given_one$q;
    reg  given_one$clock;
    reg  [15:0] given_groups$d;
    wire  [15:0] given_groups$q;
    reg  given_groups$clock;
    reg  given_group_one$d;
    wire  given_group_one$q;
    reg  given_group_one$clock;
    reg  given_group_none$d;
    wire  given_group_none$q;
    reg  given_group_none$clock;
    reg  [7:0] given_lead$d;
    wire  [7:0] given_lead$q;
    reg  given_lead$clock;
    reg  [15:0] row$d;
    wire  [15:0] row$q;
    reg  row$clock;
    reg  [15:0] bias_at$d;
    wire  [15:0] bias_at$q;
    reg  bias_at$clock;
    reg  [15:0] dst_at$d;
    wire  [15:0] dst_at$q;
    reg  dst_at$clock;
    reg  [7:0] rank$d;
    wire  [7:0] rank$q;
    reg  rank$clock;
    reg  rank_last$d;
    wire  rank_last$q;
    reg  rank_last$clock;
    reg  [15:0] rows_left$d;
    wire  [15:0] rows_left$q;
    reg  rows_left$clock;
    reg  row_last$d;
    wire  row_last$q;
    reg  row_last$clock;
    reg  [7:0] lead$d;
    wire  [7:0] lead$q;
    reg  lead$clock;
    reg  lead_over$d;
    wire  lead_over$q;
    reg  lead_over$clock;
    reg  landing$d;
    wire  landing$q;
    reg  landing$clock;
    reg  [7:0] landed$d;
    wire  [7:0] landed$q;
    reg  landed$clock;
    reg  land_last$d;
    wire  land_last$q;
    reg  land_last$clock;
    reg  lands$d;
    wire  lands$q;
    reg  lands$clock;
    reg  [15:0] groups_left$d;
    wire  [15:0] groups_left$q;
    reg  groups_left$clock;
    reg  group_last$d;
    wire  group_last$q;
    reg  group_last$clock;
    reg  group_none$d;
    wire  group_none$q;
    reg  group_none$clock;
    reg  [7:0] drain_mask$d;
    wire  [7:0] drain_mask$q;
    reg  drain_mask$clock;
    reg  [31:0] drain_control$d;
    wire  [31:0] drain_control$q;
    reg  drain_control$clock;
    reg  sweep_over$d;
    wire  sweep_over$q;
    reg  sweep_over$clock;
    reg  [7:0] drain_step$d;
    wire  [7:0] drain_step$q;
    reg  drain_step$clock;
    reg  drain_q$d;
    wire  drain_q$q;
    reg  drain_q$clock;
    reg  drain_write_q$d;
    wire  drain_write_q$q;
    reg  drain_write_q$clock;
    reg  [15:0] drain_row_q$d;
    wire  [15:0] drain_row_q$q;
    reg  drain_row_q$clock;
    reg  marked$d;
    wire  marked$q;
    reg  marked$clock;
    reg  [7:0] scanned$d;
    wire  [7:0] scanned$q;
    reg  scanned$clock;
    reg  [7:0] mask1$d;
    wire  [7:0] mask1$q;
    reg  mask1$clock;
    reg  [15:0] dst_q$d;
    wire  [15:0] dst_q$q;
    reg  dst_q$clock;
    reg  [7:0] rank_q$d;
    wire  [7:0] rank_q$q;
    reg  rank_q$clock;
    reg  clear_q$d;
    wire  clear_q$q;
    reg  clear_q$clock;
    reg  free$d;
    wire  free$q;
    reg  free$clock;
    reg  passed_q$d;
    wire  passed_q$q;
    reg  passed_q$clock;
    
    // Local signals
    reg  [1:0] field;
    reg  [15:0] place;
    reg  [31:0] read_control;
    reg  [31:0] read_split_field;
    reg  [2:0] read_split;
    reg  [7:0] read_mask;
    reg  [31:0] scan_drains;
    reg  [31:0] next_follows;
    reg  [31:0] next_after;
    reg  [31:0] shift_field;
    reg  [31:0] relu_field;
    reg  [15:0] bank_field;
    reg  [15:0] groups_of$0;
    reg  [7:0] next_rank;
    reg  [7:0] next_landed;
    reg  one_cluster;
    reg  passed;
    reg  passed_d;
    reg  ready;
    reg  due;
    reg  ends;
    reg  closes;
    reg  new_bank;
    reg  mark;
    reg  drained_all;
    
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
    top$write_q in_first(
        .d(in_first$d),
        .q(in_first$q),
        .clock(in_first$clock)
    );
    top$write_q in_scan(
        .d(in_scan$d),
        .q(in_scan$q),
        .clock(in_scan$clock)
    );
    top$write_q in_finish(
        .d(in_finish$d),
        .q(in_finish$q),
        .clock(in_finish$clock)
    );
    top$write_q in_hold(
        .d(in_hold$d),
        .q(in_hold$q),
        .clock(in_hold$clock)
    );
    top$write_q in_sweep(
        .d(in_sweep$d),
        .q(in_sweep$q),
        .clock(in_sweep$clock)
    );
    top$write_q busy_q(
        .d(busy_q$d),
        .q(busy_q$q),
        .clock(busy_q$clock)
    );
    top$write_q draining(
        .d(draining$d),
        .q(draining$q),
        .clock(draining$clock)
    );
    top$write_q rows(
        .d(rows$d),
        .q(rows$q),
        .clock(rows$clock)
    );
    top$write_q flush(
        .d(flush$d),
        .q(flush$q),
        .clock(flush$clock)
    );
    top$sequencer$timer next_step(
        .d(next_step$d),
        .q(next_step$q),
        .clock(next_step$clock)
    );
    top$sequencer$timer last_q(
        .d(last_q$d),
        .q(last_q$q),
        .clock(last_q$clock)
    );
    top$write_q at_last(
        .d(at_last$d),
        .q(at_last$q),
        .clock(at_last$clock)
    );
    top$sequencer$timer timer(
        .d(timer$d),
        .q(timer$q),
        .clock(timer$clock)
    );
    top$write_q timed(
        .d(timed$d),
        .q(timed$q),
        .clock(timed$clock)
    );
    top$write_q parity(
        .d(parity$d),
        .q(parity$q),
        .clock(parity$clock)
    );
    top$write_q bank(
        .d(bank$d),
        .q(bank$q),
        .clock(bank$clock)
    );
    top$wdata_q next0(
        .d(next0$d),
        .q(next0$q),
        .clock(next0$clock)
    );
    top$wdata_q next1(
        .d(next1$d),
        .q(next1$q),
        .clock(next1$clock)
    );
    top$wdata_q next2(
        .d(next2$d),
        .q(next2$q),
        .clock(next2$clock)
    );
    top$wdata_q next3(
        .d(next3$d),
        .q(next3$q),
        .clock(next3$clock)
    );
    top$sequencer$timer next_mask(
        .d(next_mask$d),
        .q(next_mask$q),
        .clock(next_mask$clock)
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
    top$sequencer$timer mask(
        .d(mask$d),
        .q(mask$q),
        .clock(mask$clock)
    );
    top$write_q overlaps(
        .d(overlaps$d),
        .q(overlaps$q),
        .clock(overlaps$clock)
    );
    top$write_q gated_q(
        .d(gated_q$d),
        .q(gated_q$q),
        .clock(gated_q$clock)
    );
    top$write_q given(
        .d(given$d),
        .q(given$q),
        .clock(given$clock)
    );
    top$sequencer$rows_left given_slots(
        .d(given_slots$d),
        .q(given_slots$q),
        .clock(given_slots$clock)
    );
    top$wdata_q given_bases(
        .d(given_bases$d),
        .q(given_bases$q),
        .clock(given_bases$clock)
    );
    top$wdata_q given_control(
        .d(given_control$d),
        .q(given_control$q),
        .clock(given_control$clock)
    );
    top$sequencer$timer given_step(
        .d(given_step$d),
        .q(given_step$q),
        .clock(given_step$clock)
    );
    top$sequencer$timer given_mask_q(
        .d(given_mask_q$d),
        .q(given_mask_q$q),
        .clock(given_mask_q$clock)
    );
    top$write_q given_one(
        .d(given_one$d),
        .q(given_one$q),
        .clock(given_one$clock)
    );
    top$sequencer$rows_left given_groups(
        .d(given_groups$d),
        .q(given_groups$q),
        .clock(given_groups$clock)
    );
    top$write_q given_group_one(
        .d(given_group_one$d),
        .q(given_group_one$q),
        .clock(given_group_one$clock)
    );
    top$write_q given_group_none(
        .d(given_group_none$d),
        .q(given_group_none$q),
        .clock(given_group_none$clock)
    );
    top$sequencer$timer given_lead(
        .d(given_lead$d),
        .q(given_lead$q),
        .clock(given_lead$clock)
    );
    top$sequencer$rows_left row(
        .d(row$d),
        .q(row$q),
        .clock(row$clock)
    );
    top$sequencer$rows_left bias_at(
        .d(bias_at$d),
        .q(bias_at$q),
        .clock(bias_at$clock)
    );
    top$sequencer$rows_left dst_at(
        .d(dst_at$d),
        .q(dst_at$q),
        .clock(dst_at$clock)
    );
    top$sequencer$timer rank(
        .d(rank$d),
        .q(rank$q),
        .clock(rank$clock)
    );
    top$write_q rank_last(
        .d(rank_last$d),
        .q(rank_last$q),
        .clock(rank_last$clock)
    );
    top$sequencer$rows_left rows_left(
        .d(rows_left$d),
        .q(rows_left$q),
        .clock(rows_left$clock)
    );
    top$write_q row_last(
        .d(row_last$d),
        .q(row_last$q),
        .clock(row_last$clock)
    );
    top$sequencer$timer lead(
        .d(lead$d),
        .q(lead$q),
        .clock(lead$clock)
    );
    top$write_q lead_over(
        .d(lead_over$d),
        .q(lead_over$q),
        .clock(lead_over$clock)
    );
    top$write_q landing(
        .d(landing$d),
        .q(landing$q),
        .clock(landing$clock)
    );
    top$sequencer$timer landed(
        .d(landed$d),
        .q(landed$q),
        .clock(landed$clock)
    );
    top$write_q land_last(
        .d(land_last$d),
        .q(land_last$q),
        .clock(land_last$clock)
    );
    top$write_q lands(
        .d(lands$d),
        .q(lands$q),
        .clock(lands$clock)
    );
    top$sequencer$rows_left groups_left(
        .d(groups_left$d),
        .q(groups_left$q),
        .clock(groups_left$clock)
    );
    top$write_q group_last(
        .d(group_last$d),
        .q(group_last$q),
        .clock(group_last$clock)
    );
    top$write_q group_none(
        .d(group_none$d),
        .q(group_none$q),
        .clock(group_none$clock)
    );
    top$sequencer$timer drain_mask(
        .d(drain_mask$d),
        .q(drain_mask$q),
        .clock(drain_mask$clock)
    );
    top$wdata_q drain_control(
        .d(drain_control$d),
        .q(drain_control$q),
        .clock(drain_control$clock)
    );
    top$write_q sweep_over(
        .d(sweep_over$d),
        .q(sweep_over$q),
        .clock(sweep_over$clock)
    );
    top$sequencer$timer drain_step(
        .d(drain_step$d),
        .q(drain_step$q),
        .clock(drain_step$clock)
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
    top$sequencer$rows_left drain_row_q(
        .d(drain_row_q$d),
        .q(drain_row_q$q),
        .clock(drain_row_q$clock)
    );
    top$write_q marked(
        .d(marked$d),
        .q(marked$q),
        .clock(marked$clock)
    );
    top$sequencer$timer scanned(
        .d(scanned$d),
        .q(scanned$q),
        .clock(scanned$clock)
    );
    top$sequencer$timer mask1(
        .d(mask1$d),
        .q(mask1$q),
        .clock(mask1$clock)
    );
    top$sequencer$rows_left dst_q(
        .d(dst_q$d),
        .q(dst_q$q),
        .clock(dst_q$clock)
    );
    top$sequencer$timer rank_q(
        .d(rank_q$d),
        .q(rank_q$q),
        .clock(rank_q$clock)
    );
    top$write_q clear_q(
        .d(clear_q$d),
        .q(clear_q$q),
        .clock(clear_q$clock)
    );
    top$write_q free(
        .d(free$d),
        .q(free$q),
        .clock(free$clock)
    );
    top$write_q passed_q(
        .d(passed_q$d),
        .q(passed_q$q),
        .clock(passed_q$clock)
    );
    
    // Update code
    always @(*) begin
        in_first$clock = clock;
        in_scan$clock = clock;
        in_finish$clock = clock;
        in_hold$clock = clock;
        in_sweep$clock = clock;
        busy_q$clock = clock;
        free$clock = clock;
        passed_q$clock = clock;
        draining$clock = clock;
        rows$clock = clock;
        flush$clock = clock;
        next_step$clock = clock;
        last_q$clock = clock;
        at_last$clock = clock;
        timer$clock = clock;
        timed$clock = clock;
        parity$clock = clock;
        bank$clock = clock;
        next0$clock = clock;
        next1$clock = clock;
        next2$clock = clock;
        next3$clock = clock;
        next_mask$clock = clock;
        word1$clock = clock;
        word2$clock = clock;
        word3$clock = clock;
        mask$clock = clock;
        overlaps$clock = clock;
        gated_q$clock = clock;
        given$clock = clock;
        given_slots$clock = clock;
        given_bases$clock = clock;
        given_control$clock = clock;
        given_step$clock = clock;
        given_mask_q$clock = clock;
        given_one$clock = clock;
        given_groups$clock = clock;
        given_group_one$clock = clock;
        given_group_none$clock = clock;
        given_lead$clock = clock;
        row$clock = clock;
        bias_at$clock = clock;
        marked$clock = clock;
        scanned$clock = clock;
        mask1$clock = clock;
        dst_at$clock = clock;
        rank$clock = clock;
        rank_last$clock = clock;
        rows_left$clock = clock;
        row_last$clock = clock;
        lead$clock = clock;
        lead_over$clock = clock;
        landing$clock = clock;
        landed$clock = clock;
        land_last$clock = clock;
        lands$clock = clock;
        groups_left$clock = clock;
        group_last$clock = clock;
        group_none$clock = clock;
        drain_mask$clock = clock;
        drain_control$clock = clock;
        sweep_over$clock = clock;
        drain_step$clock = clock;
        drain_q$clock = clock;
        drain_write_q$clock = clock;
        drain_row_q$clock = clock;
        dst_q$clock = clock;
        rank_q$clock = clock;
        clear_q$clock = clock;
        in_first$d = in_first$q;
        in_scan$d = in_scan$q;
        in_finish$d = in_finish$q;
        in_hold$d = in_hold$q;
        in_sweep$d = in_sweep$q;
        busy_q$d = busy_q$q;
        free$d = free$q;
        passed_q$d = passed_q$q;
        draining$d = draining$q;
        rows$d = rows$q;
        flush$d = flush$q;
        next_step$d = next_step$q;
        last_q$d = last_q$q;
        at_last$d = at_last$q;
        timer$d = timer$q;
        timed$d = timed$q;
        parity$d = parity$q;
        bank$d = bank$q;
        next0$d = next0$q;
        next1$d = next1$q;
        next2$d = next2$q;
        next3$d = next3$q;
        next_mask$d = next_mask$q;
        word1$d = word1$q;
        word2$d = word2$q;
        word3$d = word3$q;
        mask$d = mask$q;
        overlaps$d = overlaps$q;
        gated_q$d = gated_q$q;
        given$d = given$q;
        given_slots$d = given_slots$q;
        given_bases$d = given_bases$q;
        given_control$d = given_control$q;
        given_step$d = given_step$q;
        given_mask_q$d = given_mask_q$q;
        given_one$d = given_one$q;
        given_groups$d = given_groups$q;
        given_group_one$d = given_group_one$q;
        given_group_none$d = given_group_none$q;
        given_lead$d = given_lead$q;
        row$d = row$q;
        bias_at$d = bias_at$q;
        marked$d = marked$q;
        scanned$d = scanned$q;
        mask1$d = mask1$q;
        dst_at$d = dst_at$q;
        rank$d = rank$q;
        rank_last$d = rank_last$q;
        rows_left$d = rows_left$q;
        row_last$d = row_last$q;
        lead$d = lead$q;
        lead_over$d = lead_over$q;
        landing$d = landing$q;
        landed$d = landed$q;
        land_last$d = land_last$q;
        lands$d = lands$q;
        groups_left$d = groups_left$q;
        group_last$d = group_last$q;
        group_none$d = group_none$q;
        drain_mask$d = drain_mask$q;
        drain_control$d = drain_control$q;
        sweep_over$d = sweep_over$q;
        drain_step$d = drain_step$q;
        drain_q$d = drain_q$q;
        drain_write_q$d = drain_write_q$q;
        drain_row_q$d = drain_row_q$q;
        dst_q$d = dst_q$q;
        rank_q$d = rank_q$q;
        clear_q$d = clear_q$q;
        words0$clock = clock;
        words1$clock = clock;
        words2$clock = clock;
        words3$clock = clock;
        field = write_address[(32'h0)+:(2)];
        place = write_address >> 32'h2;
        words0$write_address = place;
        words0$write_data = write_data;
        words0$write_enable = write & (field == 32'h0);
        words0$read_address = ((next_step$q) & 16'hffff);
        words1$write_address = place;
        words1$write_data = write_data;
        words1$write_enable = write & (field == 32'h1);
        words1$read_address = ((next_step$q) & 16'hffff);
        words2$write_address = place;
        words2$write_data = write_data;
        words2$write_enable = write & (field == 32'h2);
        words2$read_address = ((next_step$q) & 16'hffff);
        words3$write_address = place;
        words3$write_data = write_data;
        words3$write_enable = write & (field == 32'h3);
        words3$read_address = ((next_step$q) & 16'hffff);
        next0$d = words0$read_data;
        next1$d = words1$read_data;
        next2$d = words2$read_data;
        next3$d = words3$read_data;
        read_control = words3$read_data;
        read_split_field = read_control >> split_bit;
        read_split = read_split_field[(32'h0)+:(3)];
        read_mask = 32'h0;
        next_mask$d = read_mask;
        src_base = next0$q[(32'h0)+:(16)];
        groups = next0$q[(32'h10)+:(16)];
        ptr_base = next1$q[(32'h0)+:(16)];
        start_mask = next_mask$q;
        scan_mask = mask$q;
        scan_drains = word3$q >> drain_bit;
        next_follows = next3$q >> follows_bit;
        next_after = next3$q >> after_bit;
        shift_field = drain_control$q >> shift_bit;
        shift = shift_field[(32'h0)+:(5)];
        relu_field = drain_control$q >> relu_bit;
        relu = relu_field[32'h0];
        given_mask = given_mask_q$q;
        drain_idle = ~draining$q;
        given_one$d = given_slots$q == 32'h1;
        groups_of$0 = given_slots$q;
        given_groups$d = groups_of$0;
        given_group_one$d = given_groups$q == 32'h1;
        given_group_none$d = ~|given_groups$q;
        given_lead$d = (given_mask_q$q << 32'h1) + lead_base;
        passed_d = passed0;
        if (parity$q) begin
            passed_d = passed1;
        end
        passed = passed_q$q;
        overlaps$d = ~drain_mask$q[32'h2] & ~next_follows[32'h0] & ~next_after[32'h0];
        ready = ~given$q & (~draining$q | (flush$q & overlaps$q));
        due = ~timed$q & ((in_scan$q & scan_done) | in_first$q);
        mark = free$q & ready & due;
        passed_q$d = passed_d & ~mark;
        free$d = passed_d & ~full & ~mark;
        ends = in_scan$q & scan_drains[32'h0];
        at_last$d = next_step$q == last_q$q;
        closes = in_scan$q & at_last$q;
        new_bank = bank$q ^ ends;
        bank_field = 32'h0;
        if (new_bank) begin
            bank_field = marker_bank;
        end
        marker = mark;
        marker_value = ((next3$q[(32'h0)+:(8)]) & 16'hffff) | bank_field;
        scan_start = free$q & ready & due & ~closes;
        start_gated = ends & next_follows[32'h0];
        running = in_first$q | in_scan$q | in_finish$q;
        computing = in_first$q | in_scan$q | (in_finish$q & ~passed);
        clear_q$d = in_hold$q | in_sweep$q;
        if (timed$q) begin
            timer$d = timer$q - 32'h1;
            timed$d = timer$q != 32'h1;
        end
        else begin
            timer$d = start_delay;
        end
        if (start & ~busy_q$q) begin
            next_step$d = first_step;
            last_q$d = last_step + 32'h1;
            timer$d = fetch;
            timed$d = 1'b1;
            in_first$d = 1'b1;
            busy_q$d = 1'b1;
        end
        drained_all = in_finish$q & passed & ~given$q & ~draining$q;
        if (drained_all) begin
            in_finish$d = 1'b0;
            busy_q$d = 1'b0;
        end
        next_rank = (rank$q + 32'h1) & drain_mask$q;
        next_landed = (landed$q + 32'h1) & drain_mask$q;
        one_cluster = ~|given_mask_q$q;
        drain_q$d = rows$q | in_sweep$q;
        drain_write_q$d = rows$q;
        drain_row_q$d = row$q;
        dst_q$d = dst_at$q;
        rank_q$d = rank$q;
        row$d = row$q + 32'h1;
        if (draining$q) begin
            bias_at$d = bias_at$q + 32'h1;
            rank$d = next_rank;
            rank_last$d = next_rank == drain_mask$q;
            if (rank_last$q) begin
                dst_at$d = dst_at$q + 32'h1;
            end
            rows_left$d = rows_left$q - 32'h1;
            row_last$d = rows_left$q == 32'h2;
            if (rows$q & row_last$q) begin
                rows$d = 1'b0;
                flush$d = 1'b1;
            end
            lead$d = lead$q - 32'h1;
            lead_over$d = lead$q == 32'h1;
            if (lead_over$q) begin
                landing$d = 1'b1;
            end
            lands$d = (lead_over$q & ~landing$q) | (landing$q & land_last$q);
            if (landing$q) begin
                landed$d = next_landed;
                land_last$d = next_landed == drain_mask$q;
            end
            if (lands$q) begin
                groups_left$d = groups_left$q - 32'h1;
                group_last$d = groups_left$q == 32'h2;
            end
            if (flush$q & (group_none$q | (lands$q & group_last$q))) begin
                gated_q$d = 1'b0;
                flush$d = 1'b0;
                draining$d = 1'b0;
                lands$d = 1'b0;
            end
        end
        else begin
            row$d = 32'h0;
            bias_at$d = given_bases$q[(32'h10)+:(16)];
            dst_at$d = given_bases$q[(32'h0)+:(16)];
            rank$d = 32'h0;
            rank_last$d = one_cluster;
            rows_left$d = given_slots$q;
            row_last$d = given_one$q;
            lead$d = given_lead$q;
            lead_over$d = 1'b0;
            landing$d = 1'b0;
            landed$d = 32'h0;
            land_last$d = one_cluster;
            groups_left$d = given_groups$q;
            group_last$d = given_group_one$q;
            group_none$d = given_group_none$q;
            drain_mask$d = given_mask_q$q;
            drain_control$d = given_control$q;
            drain_step$d = given_step$q;
            if (given$q & passed) begin
                given$d = 1'b0;
                draining$d = 1'b1;
                rows$d = 1'b1;
            end
        end
        if (mark) begin
            parity$d = ~parity$q;
            bank$d = new_bank;
            given$d = ends;
            mask$d = next_mask$q;
            gated_q$d = start_gated;
            in_first$d = 1'b0;
            in_scan$d = ~closes;
            in_finish$d = closes;
            timed$d = 1'b1;
            if (~closes) begin
                next_step$d = next_step$q + 32'h1;
            end
        end
        marked$d = mark;
        scanned$d = next_step$q - 32'h1;
        mask1$d = mask$q;
        if (marked$q) begin
            given_slots$d = word1$q[(32'h10)+:(16)];
            given_bases$d = word2$q;
            given_control$d = word3$q;
            given_mask_q$d = mask1$q;
            given_step$d = scanned$q;
            word1$d = next1$q;
            word2$d = next2$q;
            word3$d = next3$q;
        end
        if (in_hold$q) begin
            row$d = 32'h0;
            if (~timed$q) begin
                in_hold$d = 1'b0;
                in_sweep$d = 1'b1;
            end
        end
        if (in_sweep$q) begin
            row$d = row$q + 32'h1;
            sweep_over$d = row$q == last_acc;
            if (sweep_over$q) begin
                in_sweep$d = 1'b0;
                busy_q$d = 1'b0;
            end
        end
        if (reset) begin
            timer$d = hold;
            timed$d = 1'b1;
            parity$d = 1'b0;
            bank$d = 1'b0;
            gated_q$d = 1'b0;
            given$d = 1'b0;
            given_mask_q$d = 32'h0;
            draining$d = 1'b0;
            rows$d = 1'b0;
            flush$d = 1'b0;
            lands$d = 1'b0;
            in_first$d = 1'b0;
            in_scan$d = 1'b0;
            in_finish$d = 1'b0;
            in_sweep$d = 1'b0;
            sweep_over$d = 1'b0;
            in_hold$d = 1'b1;
            busy_q$d = 1'b1;
        end
        busy = busy_q$q;
        gated = gated_q$q;
        arrives = lands$q;
        drain = drain_q$q;
        drain_write = drain_write_q$q;
        drain_row = drain_row_q$q;
        bias_address = bias_at$q;
        dst_address = dst_q$q;
        drain_rank = rank_q$q;
        clear = clear_q$q;
        step = drain_step$q;
    end
    
endmodule

module top$sequencer$rows_left(d,q,clock);
    
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

module top$sequencer$timer(d,q,clock);
    
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

module top$sequencer$words3(clock,read_address,read_data,write_address,write_data,write_enable);
    
    // Module arguments
    input wire  clock;
    input wire  [15:0] read_address;
    output reg  [31:0] read_data;
    input wire  [15:0] write_address;
    input wire  [31:0] write_data;
    input wire  write_enable;
    
    // Update code (custom)
    `ifdef EIE_ICE40
    (* ram_style = "block", no_rw_check *)
    `else
    (* ram_style = "distributed", no_rw_check *)
    `endif
    reg [31:0] mem [0:31];
    integer mem_i;
    initial for (mem_i = 0; mem_i < 32; mem_i = mem_i + 1) mem[mem_i] = 0;
    `ifdef EIE_ICE40
    always @(negedge clock) read_data <= mem[read_address[4:0]];
    `else
    always @(*) read_data = mem[read_address[4:0]];
    `endif
    always @(posedge clock) if (write_enable) mem[write_address[4:0]] <= write_data[31:0];
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
