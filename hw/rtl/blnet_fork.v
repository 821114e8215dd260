// Copies every beat to two consumers; takes one when both output FIFOs have room.
`default_nettype none

module blnet_fork #(
    // Bits of a beat: 1 or more.
    parameter DATA_BITS = 8
) (
    input  wire                 clk,
    input  wire                 rst,

    input  wire [DATA_BITS-1:0] s_axis_tdata,
    input  wire                 s_axis_tvalid,
    output wire                 s_axis_tready,

    output wire [DATA_BITS-1:0] m0_axis_tdata,
    output wire                 m0_axis_tvalid,
    input  wire                 m0_axis_tready,

    output wire [DATA_BITS-1:0] m1_axis_tdata,
    output wire                 m1_axis_tvalid,
    input  wire                 m1_axis_tready
);
    generate
        if (DATA_BITS < 1) begin : g_illegal_data_bits blnet_error_data_bits_must_be_1_or_more illegal (); end
    endgenerate

    wire ready0;
    wire ready1;
    wire push = s_axis_tvalid & s_axis_tready;

    assign s_axis_tready = ready0 & ready1;

    blnet_fifo2 #(
        .WIDTH(DATA_BITS)
    ) fifo0 (
        .clk(clk), .rst(rst),
        .in_data(s_axis_tdata), .in_valid(push), .in_ready(ready0),
        .out_data(m0_axis_tdata), .out_valid(m0_axis_tvalid), .out_ready(m0_axis_tready)
    );

    blnet_fifo2 #(
        .WIDTH(DATA_BITS)
    ) fifo1 (
        .clk(clk), .rst(rst),
        .in_data(s_axis_tdata), .in_valid(push), .in_ready(ready1),
        .out_data(m1_axis_tdata), .out_valid(m1_axis_tvalid), .out_ready(m1_axis_tready)
    );
endmodule

`default_nettype wire
