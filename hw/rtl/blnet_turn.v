// Lets every FRAMES-th frame through and drops the others: what stands between a fork and one of several copies of a
// pipeline. The first frame that passes is number TURN, counted from 0 on. A beat goes straight to the output FIFO; beats of
// other frames are taken at the same rate, so that their copies get them, and wait while the output FIFO is full, too.
`default_nettype none

module blnet_turn #(
    // Bits of a beat: 1 or more.
    parameter DATA_BITS = 8,
    // Beats of a frame: 1 or more.
    parameter BEATS = 1,
    // Frames of a round: 2 or more.
    parameter FRAMES = 2,
    // Frame of each round that passes: 0..FRAMES-1.
    parameter TURN = 0
) (
    input  wire                 clk,
    input  wire                 rst,

    input  wire [DATA_BITS-1:0] s_axis_tdata,
    input  wire                 s_axis_tvalid,
    output wire                 s_axis_tready,

    output wire [DATA_BITS-1:0] m_axis_tdata,
    output wire                 m_axis_tvalid,
    input  wire                 m_axis_tready
);
    localparam BEAT_BITS = BEATS > 1 ? $clog2(BEATS) : 1;
    localparam FRAME_BITS = FRAMES > 1 ? $clog2(FRAMES) : 1;

    generate
        if (DATA_BITS < 1) begin : g_illegal_data_bits blnet_error_data_bits_must_be_1_or_more illegal (); end
        if (BEATS < 1) begin : g_illegal_beats blnet_error_beats_must_be_1_or_more illegal (); end
        if (FRAMES < 2) begin : g_illegal_frames blnet_error_frames_must_be_2_or_more illegal (); end
        if (TURN < 0 || TURN >= FRAMES) begin : g_illegal_turn blnet_error_turn_must_be_a_frame_of_the_round illegal (); end
    endgenerate

    reg [BEAT_BITS-1:0]  beat_reg;
    reg [FRAME_BITS-1:0] frame_reg;

    wire is_mine = frame_reg == TURN;
    wire take = s_axis_tvalid & s_axis_tready;
    wire is_last = beat_reg == BEATS - 1;

    always @(posedge clk) begin
        if (rst) begin
            beat_reg  <= 0;
            frame_reg <= 0;
        end else if (take) begin
            beat_reg <= is_last ? 0 : beat_reg + 1'b1;
            if (is_last) frame_reg <= frame_reg == FRAMES - 1 ? 0 : frame_reg + 1'b1;
        end
    end

    blnet_fifo2 #(
        .WIDTH(DATA_BITS)
    ) fifo (
        .clk(clk), .rst(rst),
        .in_data(s_axis_tdata), .in_valid(s_axis_tvalid & is_mine), .in_ready(s_axis_tready),
        .out_data(m_axis_tdata), .out_valid(m_axis_tvalid), .out_ready(m_axis_tready)
    );
endmodule

`default_nettype wire
