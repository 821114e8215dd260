// Frames of two streams in turn: A_FRAMES frames of a, then one of b, and so on. What several copies of a pipeline make
// is put in order by a chain of these. A beat goes straight to the output FIFO; the input whose turn it is not waits.
`default_nettype none

module blnet_merge #(
    // Bits of a beat, the same on all streams: 1 or more.
    parameter DATA_BITS = 8,
    // Beats of a frame: 1 or more.
    parameter BEATS = 1,
    // Frames of a in each round: 1 or more.
    parameter A_FRAMES = 1
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
    generate
        if (DATA_BITS < 1) begin : g_illegal_data_bits blnet_error_data_bits_must_be_1_or_more illegal (); end
        if (BEATS < 1) begin : g_illegal_beats blnet_error_beats_must_be_1_or_more illegal (); end
        if (A_FRAMES < 1) begin : g_illegal_a_frames blnet_error_a_frames_must_be_1_or_more illegal (); end
    endgenerate

    // A round is a pixel whose channels are frames.
    blnet_concat #(
        .DATA_BITS(DATA_BITS),
        .A_BEATS(A_FRAMES * BEATS),
        .B_BEATS(BEATS)
    ) turns (
        .clk(clk), .rst(rst),
        .a_axis_tdata(a_axis_tdata), .a_axis_tvalid(a_axis_tvalid), .a_axis_tready(a_axis_tready),
        .b_axis_tdata(b_axis_tdata), .b_axis_tvalid(b_axis_tvalid), .b_axis_tready(b_axis_tready),
        .m_axis_tdata(m_axis_tdata), .m_axis_tvalid(m_axis_tvalid), .m_axis_tready(m_axis_tready)
    );
endmodule

`default_nettype wire
