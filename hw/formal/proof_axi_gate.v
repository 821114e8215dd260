// Proof of blnet_axi_gate, by induction, for any core: what it promises the core and the receiver, through soft resets.
// Assumed: the sender keeps its offer (AXI4-Stream), and packet_frames does not change.
`default_nettype none

module proof_axi_gate #(
    parameter IN_BEATS = 2,
    parameter OUT_BEATS = 3
) (
    input wire       clk,
    input wire       rst,
    input wire       enable,
    input wire       reset,
    input wire [1:0] s_axis_tkeep,
    input wire       s_axis_tvalid,
    input wire       s_axis_tlast,
    input wire       core_s_axis_tready,
    input wire [1:0] core_m_axis_tdata,
    input wire       core_m_axis_tvalid,
    input wire       m_axis_tready
);
    (* anyconst *) wire [1:0] frames;
    wire open, busy, frame_error, resetting, s_axis_tready, core_rst, core_s_axis_tvalid, core_s_axis_tlast;
    wire core_m_axis_tready, m_axis_tvalid, m_axis_tlast;
    wire [1:0] m_axis_tdata;

    blnet_axi_gate #(.IN_BEATS(IN_BEATS), .OUT_BEATS(OUT_BEATS), .IN_BYTES(2), .OUT_BITS(2)) dut (
        .clk(clk), .rst(rst),
        .enable(enable), .reset(reset), .packet_frames({14'd0, frames}),
        .open(open), .busy(busy), .frame_error(frame_error), .resetting(resetting),
        .frame_begins(), .frame_in(), .frame_out(), .starved(), .stalled(),
        .s_axis_tkeep(s_axis_tkeep), .s_axis_tvalid(s_axis_tvalid), .s_axis_tready(s_axis_tready),
        .s_axis_tlast(s_axis_tlast),
        .core_rst(core_rst), .core_s_axis_tvalid(core_s_axis_tvalid), .core_s_axis_tready(core_s_axis_tready),
        .core_s_axis_tlast(core_s_axis_tlast),
        .core_m_axis_tdata(core_m_axis_tdata), .core_m_axis_tvalid(core_m_axis_tvalid),
        .core_m_axis_tready(core_m_axis_tready),
        .m_axis_tdata(m_axis_tdata), .m_axis_tvalid(m_axis_tvalid), .m_axis_tready(m_axis_tready),
        .m_axis_tlast(m_axis_tlast)
    );

    // Beats of this frame that the core has taken since its reset; beats of this packet that have gone out.
    reg [3:0] taken, gone;
    wire [3:0] packet = frames * OUT_BEATS;
    wire take = core_s_axis_tvalid & core_s_axis_tready;
    wire go = m_axis_tvalid & m_axis_tready;
    (* hierconn *) wire        \dut.in_mid_reg ;
    (* hierconn *) wire        \dut.out.out_mid_reg ;
    (* hierconn *) wire [15:0] \dut.out.out_frame_reg ;
    (* hierconn *) wire [$clog2(IN_BEATS)-1:0]  \dut.in_marker.beat_reg ;
    (* hierconn *) wire [$clog2(OUT_BEATS)-1:0] \dut.out.out_marker.beat_reg ;
    (* hierconn *) wire [1:0]  \dut.out.fifo.count_reg ;
    (* hierconn *) wire [2:0]  \dut.out.fifo.head_reg ;
    (* hierconn *) wire [2:0]  \dut.out.fifo.tail_reg ;
    (* hierconn *) wire        \dut.out.owed ;
    wire [3:0] pushed = \dut.out.out_frame_reg * OUT_BEATS + \dut.out.out_marker.beat_reg ;
    wire [3:0] next = gone == packet - 1 ? 0 : gone + 1;
    reg past_reg = 1'b0;

    always @(posedge clk) begin
        past_reg <= 1'b1;
        if (core_rst) taken <= 0;
        else if (take) taken <= taken == IN_BEATS - 1 ? 0 : taken + 1'b1;
        if (rst) gone <= 0;
        else if (go) gone <= next;
        assume (frames != 0);
        if (!past_reg) assume (rst);
        else begin
            if (!$past(rst) && $past(s_axis_tvalid && !s_axis_tready)) begin
                assume (s_axis_tvalid && $stable(s_axis_tlast) && $stable(s_axis_tkeep));
            end
            if (!core_rst && !$past(core_rst) && $past(core_s_axis_tvalid && !core_s_axis_tready))
                core_valid_holds: assert (core_s_axis_tvalid);
            if (!core_rst && !open) whole_frames_in: assert (taken == 0);
            if (take && !core_rst) core_last: assert (core_s_axis_tlast == (taken == IN_BEATS - 1));
            if (!$past(rst) && $past(m_axis_tvalid && !m_axis_tready))
                out_holds: assert (m_axis_tvalid && $stable(m_axis_tdata) && $stable(m_axis_tlast));
            if (m_axis_tvalid) out_last: assert (m_axis_tlast == (gone == packet - 1));
            // When a reset ends, the output stands between packets, but for what is on offer already.
            if (!$past(rst) && $past(resetting) && !resetting) whole_packets: assert (pushed == 0 && !busy);
            // The invariants that lead the induction.
            if (!core_rst) inputs: assert (taken == \dut.in_marker.beat_reg && (taken != 0) == \dut.in_mid_reg );
            ranges: assert (taken < IN_BEATS && gone < packet && pushed < packet && \dut.out.out_frame_reg < frames
                && \dut.out.out_marker.beat_reg < OUT_BEATS && \dut.out.fifo.count_reg <= 2);
            outputs: assert (\dut.out.out_mid_reg == (\dut.out.out_marker.beat_reg != 0));
            stored: assert (pushed == (\dut.out.fifo.count_reg == 0 ? gone : \dut.out.fifo.count_reg == 1 ? next
                : next == packet - 1 ? 0 : next + 1));
            if (\dut.out.fifo.count_reg != 0) head: assert (\dut.out.fifo.head_reg [2] == (gone == packet - 1));
            if (\dut.out.fifo.count_reg == 2) tail: assert (\dut.out.fifo.tail_reg [2] == (next == packet - 1));
            came_out: cover (go && m_axis_tlast && frames == 1 && $past(resetting));
        end
    end
endmodule

`default_nettype wire
