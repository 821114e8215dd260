// An output of an accelerator as software sees it: packets of frames with TLAST on their last beat, and a reset that
// leaves its receiver nothing to wait for. blnet_axi_gate has one for the first output, the wrapper one for each other.
//
// It counts the frames that come in (`frame_begins`, from the gate) and those that it has sent. `reset` completes with
// zeros every frame and packet that this output owes; `resetting` stays high meanwhile and must hold the reset of the gate,
// and so of the core, since the frames of all outputs are the same ones. An offered beat is never taken back. One cycle.
`default_nettype none

module blnet_axi_output #(
    // Beats per frame.
    parameter OUT_BEATS = 1,
    // Bits of a beat.
    parameter OUT_BITS = 8
) (
    input  wire                clk,
    input  wire                rst,

    input  wire                reset,
    // The core is held in reset, by this block's wish or another's.
    input  wire                core_rst,
    input  wire [15:0]         packet_frames,
    // The core takes the first beat of a frame.
    input  wire                frame_begins,
    output wire                frame_ends,
    output wire                busy,
    output wire                resetting,
    output wire                stalled,

    input  wire [OUT_BITS-1:0] core_m_axis_tdata,
    input  wire                core_m_axis_tvalid,
    output wire                core_m_axis_tready,

    output wire [OUT_BITS-1:0] m_axis_tdata,
    output wire                m_axis_tvalid,
    input  wire                m_axis_tready,
    output wire                m_axis_tlast
);
    reg        flush_reg;
    // Within a frame.
    reg        out_mid_reg;
    // Frames of this packet that have passed.
    reg [15:0] out_frame_reg;
    // Frames that have begun to come in and have not gone out here.
    reg [15:0] inside_reg;

    wire out_last;
    wire out_packet_last = out_last & (out_frame_reg + 16'd1 >= packet_frames);
    wire owed = (inside_reg != 16'd0) | out_mid_reg | (out_frame_reg != 16'd0);
    wire fifo_ready;
    wire push = (flush_reg ? owed : core_m_axis_tvalid & !core_rst) & fifo_ready;

    assign core_m_axis_tready = fifo_ready & !flush_reg & !core_rst;
    assign frame_ends = push & out_last;
    assign busy = inside_reg != 16'd0;
    assign resetting = flush_reg;
    assign stalled = m_axis_tvalid & !m_axis_tready;

    always @(posedge clk) begin
        if (rst) begin
            flush_reg <= 1'b0;
            out_mid_reg <= 1'b0;
            out_frame_reg <= 16'd0;
            inside_reg <= 16'd0;
        end else begin
            flush_reg <= reset | (flush_reg & owed);
            if (push) begin
                out_mid_reg <= !out_last;
                if (out_last) out_frame_reg <= out_packet_last ? 16'd0 : out_frame_reg + 16'd1;
            end
            // A flush that completes a packet may end more frames than have begun.
            if (frame_begins & !frame_ends) inside_reg <= inside_reg + 16'd1;
            else if (frame_ends & !frame_begins & busy) inside_reg <= inside_reg - 16'd1;
        end
    end

    blnet_frame_marker #(
        .BEATS(OUT_BEATS)
    ) out_marker (
        .clk(clk), .rst(rst), .fire(push), .tlast(out_last), .last(out_last), .error()
    );

    blnet_fifo2 #(
        .WIDTH(OUT_BITS + 1)
    ) fifo (
        .clk(clk), .rst(rst),
        .in_data({out_packet_last, flush_reg ? {OUT_BITS{1'b0}} : core_m_axis_tdata}),
        .in_valid(push), .in_ready(fifo_ready),
        .out_data({m_axis_tlast, m_axis_tdata}), .out_valid(m_axis_tvalid), .out_ready(m_axis_tready)
    );
endmodule

`default_nettype wire
