// Proof of blnet_axi_output, by induction, for any core: what it promises its receiver, through resets of its own and of
// others that hold the core. Assumed: no frame begins while the core is held, and packet_frames does not change.
`default_nettype none

module proof_axi_output #(
    parameter OUT_BEATS = 3
) (
    input wire       clk,
    input wire       rst,
    input wire       reset,
    // Others that hold the core.
    input wire       held,
    input wire       frame_begins,
    input wire [1:0] core_m_axis_tdata,
    input wire       core_m_axis_tvalid,
    input wire       m_axis_tready
);
    (* anyconst *) wire [1:0] frames;
    wire busy, resetting, core_m_axis_tready, m_axis_tvalid, m_axis_tlast;
    wire [1:0] m_axis_tdata;
    wire core_rst = rst | resetting | held;

    blnet_axi_output #(.OUT_BEATS(OUT_BEATS), .OUT_BITS(2)) dut (
        .clk(clk), .rst(rst),
        .reset(reset), .core_rst(core_rst), .packet_frames({14'd0, frames}), .frame_begins(frame_begins), .frame_ends(),
        .busy(busy), .resetting(resetting), .stalled(),
        .core_m_axis_tdata(core_m_axis_tdata), .core_m_axis_tvalid(core_m_axis_tvalid),
        .core_m_axis_tready(core_m_axis_tready),
        .m_axis_tdata(m_axis_tdata), .m_axis_tvalid(m_axis_tvalid), .m_axis_tready(m_axis_tready),
        .m_axis_tlast(m_axis_tlast)
    );

    // Beats of this packet that have gone out.
    reg [3:0] gone;
    wire [3:0] packet = frames * OUT_BEATS;
    wire go = m_axis_tvalid & m_axis_tready;
    (* hierconn *) wire        \dut.out_mid_reg ;
    (* hierconn *) wire [15:0] \dut.out_frame_reg ;
    (* hierconn *) wire [$clog2(OUT_BEATS)-1:0] \dut.out_marker.beat_reg ;
    (* hierconn *) wire [1:0]  \dut.fifo.count_reg ;
    (* hierconn *) wire [2:0]  \dut.fifo.head_reg ;
    (* hierconn *) wire [2:0]  \dut.fifo.tail_reg ;
    wire [3:0] pushed = \dut.out_frame_reg * OUT_BEATS + \dut.out_marker.beat_reg ;
    wire [3:0] next = gone == packet - 1 ? 0 : gone + 1;
    reg past_reg = 1'b0;

    always @(posedge clk) begin
        past_reg <= 1'b1;
        if (rst) gone <= 0;
        else if (go) gone <= next;
        assume (frames != 0);
        assume (!(frame_begins && core_rst));
        if (!past_reg) assume (rst);
        else begin
            if (core_rst) core_waits: assert (!core_m_axis_tready);
            if (!$past(rst) && $past(m_axis_tvalid && !m_axis_tready))
                out_holds: assert (m_axis_tvalid && $stable(m_axis_tdata) && $stable(m_axis_tlast));
            if (m_axis_tvalid) out_last: assert (m_axis_tlast == (gone == packet - 1));
            // When a reset ends, the output stands between packets, but for what is on offer already.
            if (!$past(rst) && $past(resetting) && !resetting) whole_packets: assert (pushed == 0 && !busy);
            // The invariants that lead the induction.
            ranges: assert (gone < packet && pushed < packet && \dut.out_frame_reg < frames
                && \dut.out_marker.beat_reg < OUT_BEATS && \dut.fifo.count_reg <= 2);
            outputs: assert (\dut.out_mid_reg == (\dut.out_marker.beat_reg != 0));
            stored: assert (pushed == (\dut.fifo.count_reg == 0 ? gone : \dut.fifo.count_reg == 1 ? next
                : next == packet - 1 ? 0 : next + 1));
            if (\dut.fifo.count_reg != 0) head: assert (\dut.fifo.head_reg [2] == (gone == packet - 1));
            if (\dut.fifo.count_reg == 2) tail: assert (\dut.fifo.tail_reg [2] == (next == packet - 1));
            came_out: cover (go && m_axis_tlast && frames == 1 && $past(resetting));
        end
    end
endmodule

`default_nettype wire
