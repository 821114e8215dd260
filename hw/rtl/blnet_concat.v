// Channels of two streams one behind the other: A_BEATS beats of a, then B_BEATS beats of b, for every pixel.
// A beat goes straight to the output FIFO; the input whose turn it is not waits.
`default_nettype none

module blnet_concat #(
    // Bits of a beat, the same on all streams: 1 or more.
    parameter DATA_BITS = 8,
    // Beats per pixel of input a: 1 or more.
    parameter A_BEATS = 1,
    // Beats per pixel of input b: 1 or more.
    parameter B_BEATS = 1
) (
    input  wire                 clk,
    input  wire                 rst,

    input  wire [DATA_BITS-1:0] a_axis_tdata,
    input  wire                 a_axis_tvalid,
    output wire                 a_axis_tready,

    input  wire [DATA_BITS-1:0] b_axis_tdata,
    input  wire                 b_axis_tvalid,
    output wire                 b_axis_tready,

    output wire [DATA_BITS-1:0] m_axis_tdata,
    output wire                 m_axis_tvalid,
    input  wire                 m_axis_tready
);
    localparam BEATS = A_BEATS + B_BEATS;
    localparam COUNT_BITS = $clog2(BEATS);

    generate
        if (DATA_BITS < 1) begin : g_illegal_data_bits blnet_error_data_bits_must_be_1_or_more illegal (); end
        if (A_BEATS < 1) begin : g_illegal_a_beats blnet_error_a_beats_must_be_1_or_more illegal (); end
        if (B_BEATS < 1) begin : g_illegal_b_beats blnet_error_b_beats_must_be_1_or_more illegal (); end
    endgenerate

    wire ce;
    reg  [COUNT_BITS-1:0] beat_reg;
    wire is_b = beat_reg >= A_BEATS;
    wire valid = is_b ? b_axis_tvalid : a_axis_tvalid;

    assign a_axis_tready = ce & !is_b;
    assign b_axis_tready = ce & is_b;

    always @(posedge clk) begin
        if (rst) beat_reg <= 0;
        else if (valid & ce) beat_reg <= beat_reg == BEATS - 1 ? 0 : beat_reg + 1'b1;
    end

    blnet_fifo2 #(
        .WIDTH(DATA_BITS)
    ) fifo (
        .clk(clk), .rst(rst),
        .in_data(is_b ? b_axis_tdata : a_axis_tdata), .in_valid(valid), .in_ready(ce),
        .out_data(m_axis_tdata), .out_valid(m_axis_tvalid), .out_ready(m_axis_tready)
    );
endmodule

`default_nettype wire
