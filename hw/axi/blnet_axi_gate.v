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
    // The core takes the first beat of a frame, the last one; the first output sends its last one.
    output wire                frame_begins,
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
    reg        gate_reg, error_reg;
    // Within a frame.
    reg        in_mid_reg;
    // Frames of this packet that have passed.
    reg [15:0] in_frame_reg;

    wire in_fire = s_axis_tvalid & s_axis_tready;
    wire in_last;
    wire in_packet_last = in_last & (in_frame_reg + 16'd1 >= packet_frames);
    // A beat that the core has been offered may not be taken back.
    wire core_waits = core_s_axis_tvalid & !core_s_axis_tready;
    wire between_frames = in_fire ? in_last : !in_mid_reg;

    assign s_axis_tready = gate_reg & core_s_axis_tready;
    assign core_s_axis_tvalid = gate_reg & s_axis_tvalid;
    assign core_s_axis_tlast = in_last;
    assign core_rst = rst | resetting;
    assign open = gate_reg;
    assign frame_error = error_reg;
    assign frame_begins = in_fire & !in_mid_reg;
    assign frame_in = in_fire & in_last;
    assign starved = busy & gate_reg & core_s_axis_tready & !s_axis_tvalid;

    always @(posedge clk) begin
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

    blnet_axi_output #(
        .OUT_BEATS(OUT_BEATS), .OUT_BITS(OUT_BITS)
    ) out (
        .clk(clk), .rst(rst),
        .reset(reset), .core_rst(core_rst), .packet_frames(packet_frames),
        .frame_begins(frame_begins), .frame_ends(frame_out),
        .busy(busy), .resetting(resetting), .stalled(stalled),
        .core_m_axis_tdata(core_m_axis_tdata), .core_m_axis_tvalid(core_m_axis_tvalid),
        .core_m_axis_tready(core_m_axis_tready),
        .m_axis_tdata(m_axis_tdata), .m_axis_tvalid(m_axis_tvalid), .m_axis_tready(m_axis_tready),
        .m_axis_tlast(m_axis_tlast)
    );
endmodule

`default_nettype wire
