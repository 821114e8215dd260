// The accelerator's streams as software sees them: a gate at the input, packets of frames, a reset that leaves no
// receiver waiting. Adds no cycle to the input and one to the output.
//
// The gate opens and closes between frames only. A packet is `packet_frames` frames with TLAST on its last beat; the
// core sees frames. A TLAST anywhere else, or none where one is due, or a null byte, sets frame_error until a reset;
// positions go on by count. `reset` empties the core at once, then completes with zeros every frame and packet that
// the output owes, so that a receiver gets its TLAST. The rest of a packet that is still on its way in counts as the
// beginning of a new one: reset when the sender is idle. An offered output beat is never taken back.
`default_nettype none

module blnet_axi_gate #(
    // Beats per frame.
    parameter IN_BEATS = 1,
    parameter OUT_BEATS = 1,
    // Bytes of an input beat, bits of an output beat.
    parameter IN_BYTES = 1,
    parameter OUT_BITS = 8
) (
    input  wire                clk,
    input  wire                rst,

    input  wire                enable,
    input  wire                reset,
    input  wire [15:0]         packet_frames,
    output wire                open,
    output wire                busy,
    output wire                frame_error,
    output wire                resetting,
    output wire                frame_in,
    output wire                frame_out,
    output wire                starved,
    output wire                stalled,

    // Outer input; data goes to the core directly.
    input  wire [IN_BYTES-1:0] s_axis_tkeep,
    input  wire                s_axis_tvalid,
    output wire                s_axis_tready,
    input  wire                s_axis_tlast,

    output wire                core_rst,
    output wire                core_s_axis_tvalid,
    input  wire                core_s_axis_tready,
    output wire                core_s_axis_tlast,
    input  wire [OUT_BITS-1:0] core_m_axis_tdata,
    input  wire                core_m_axis_tvalid,
    output wire                core_m_axis_tready,

    output wire [OUT_BITS-1:0] m_axis_tdata,
    output wire                m_axis_tvalid,
    input  wire                m_axis_tready,
    output wire                m_axis_tlast
);
    reg        gate_reg, flush_reg, error_reg;
    // Within a frame, at the two ends.
    reg        in_mid_reg, out_mid_reg;
    // Frames of this packet that have passed, at the two ends.
    reg [15:0] in_frame_reg, out_frame_reg;
    // Frames that have begun to come in and have not gone out.
    reg [15:0] inside_reg;

    wire in_fire = s_axis_tvalid & s_axis_tready;
    wire in_last, out_last;
    wire in_packet_last = in_last & (in_frame_reg + 16'd1 >= packet_frames);
    wire out_packet_last = out_last & (out_frame_reg + 16'd1 >= packet_frames);
    wire owed = (inside_reg != 16'd0) | out_mid_reg | (out_frame_reg != 16'd0);
    wire fifo_ready;
    wire push = (flush_reg ? owed : core_m_axis_tvalid) & fifo_ready;
    wire frame_begins = in_fire & !in_mid_reg;
    wire frame_ends = push & out_last;
    // A beat that the core has been offered may not be taken back.
    wire core_waits = core_s_axis_tvalid & !core_s_axis_tready;
    wire between_frames = in_fire ? in_last : !in_mid_reg;

    assign s_axis_tready = gate_reg & core_s_axis_tready;
    assign core_s_axis_tvalid = gate_reg & s_axis_tvalid;
    assign core_s_axis_tlast = in_last;
    assign core_m_axis_tready = fifo_ready & !flush_reg;
    assign core_rst = rst | flush_reg;
    assign open = gate_reg;
    assign busy = inside_reg != 16'd0;
    assign frame_error = error_reg;
    assign resetting = flush_reg;
    assign frame_in = in_fire & in_last;
    assign frame_out = frame_ends;
    assign starved = busy & gate_reg & core_s_axis_tready & !s_axis_tvalid;
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
        if (core_rst | reset) begin
            gate_reg <= 1'b0;
            error_reg <= 1'b0;
            in_mid_reg <= 1'b0;
            in_frame_reg <= 16'd0;
        end else begin
            gate_reg <= enable | (gate_reg & (!between_frames | core_waits));
            if (in_fire) begin
                in_mid_reg <= !in_last;
                if (in_last) in_frame_reg <= in_packet_last ? 16'd0 : in_frame_reg + 16'd1;
                if (s_axis_tlast != in_packet_last || s_axis_tkeep != {IN_BYTES{1'b1}}) error_reg <= 1'b1;
            end
        end
    end

    blnet_frame_marker #(
        .BEATS(IN_BEATS)
    ) in_marker (
        .clk(clk), .rst(core_rst | reset), .fire(in_fire), .tlast(in_last), .last(in_last), .error()
    );

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
