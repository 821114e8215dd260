// Proof of blnet_width_down, by induction: the narrow beats of every wide one, the low bits first, without padding.
`default_nettype none

module proof_width_down #(
    parameter OUT_BITS = 2,
    parameter RATIO = 2,
    parameter GROUPS_OUT = 3
) (
    input wire                      clk,
    input wire                      rst,
    input wire [RATIO*OUT_BITS-1:0] s_axis_tdata,
    input wire                      s_axis_tvalid,
    input wire                      m_axis_tready,
    input wire                      mark,
    // Which narrow beat of the wide one is marked.
    input wire [3:0]                pick
);
    localparam IN_BITS = RATIO * OUT_BITS;
    localparam HELD_BITS = $clog2(RATIO + 1);
    localparam WIDE_BEATS = (GROUPS_OUT + RATIO - 1) / RATIO;
    localparam WIDE_BITS = WIDE_BEATS > 1 ? $clog2(WIDE_BEATS) : 1;

    wire s_axis_tready, m_axis_tvalid, marked;
    wire [OUT_BITS-1:0] m_axis_tdata, data;
    wire [5:0] fill, ahead;
    wire push = s_axis_tvalid & s_axis_tready;

    // The specification: narrow beats of this pixel that are still to come in.
    reg [7:0] left_reg;
    wire [5:0] pieces = left_reg < RATIO ? left_reg : RATIO;

    always @(posedge clk) begin
        if (rst) left_reg <= GROUPS_OUT;
        else if (push) left_reg <= left_reg <= RATIO ? GROUPS_OUT : left_reg - RATIO;
    end

    blnet_width_down #(.OUT_BITS(OUT_BITS), .RATIO(RATIO), .GROUPS_OUT(GROUPS_OUT)) dut (
        .clk(clk), .rst(rst),
        .s_axis_tdata(s_axis_tdata), .s_axis_tvalid(s_axis_tvalid), .s_axis_tready(s_axis_tready),
        .m_axis_tdata(m_axis_tdata), .m_axis_tvalid(m_axis_tvalid), .m_axis_tready(m_axis_tready)
    );

    proof_order #(
        .BEAT_BITS(OUT_BITS), .DATA_BITS(OUT_BITS), .COUNT_BITS(6), .PATIENCE(2)
    ) order (
        .clk(clk), .rst(rst),
        .add(push ? pieces : 6'd0), .mark(mark & push & (pick < pieces)),
        .mark_ahead(fill - (m_axis_tvalid & m_axis_tready) + pick), .mark_data(s_axis_tdata[pick*OUT_BITS +: OUT_BITS]),
        .valid(m_axis_tvalid), .ready(m_axis_tready), .beat(m_axis_tdata), .piece(m_axis_tdata),
        .take(), .fill(fill), .marked(marked), .ahead(ahead), .data(data)
    );

    (* hierconn *) wire [HELD_BITS-1:0] \dut.held_reg ;
    (* hierconn *) wire [IN_BITS-1:0]   \dut.hold_reg ;
    (* hierconn *) wire [WIDE_BITS-1:0] \dut.wide_reg ;
    (* hierconn *) wire [1:0]           \dut.fifo.count_reg ;
    (* hierconn *) wire [OUT_BITS-1:0]  \dut.fifo.head_reg ;
    (* hierconn *) wire [OUT_BITS-1:0]  \dut.fifo.tail_reg ;
    wire [5:0] count = \dut.fifo.count_reg ;
    wire [5:0] held = \dut.held_reg ;
    wire [5:0] step = ahead - count;
    reg past_reg = 1'b0;
    // Cycles in a row with input offered and output taken: after three of them a narrow beat leaves in each.
    reg [1:0] flowing_reg;

    always @(posedge clk) begin
        past_reg <= 1'b1;
        if (rst | !s_axis_tvalid | !m_axis_tready) flowing_reg <= 0;
        else if (flowing_reg != 3) flowing_reg <= flowing_reg + 1'b1;
        if (past_reg) begin
            if (flowing_reg == 3) full_rate: assert (m_axis_tvalid);
            levels: assert (fill == held + count && count <= 2 && held <= RATIO);
            position: assert (left_reg != 0 && left_reg + \dut.wide_reg * RATIO == GROUPS_OUT);
            if (marked) begin
                place: assert (ahead < fill);
                value: assert (data == (ahead >= count ? \dut.hold_reg [step*OUT_BITS +: OUT_BITS]
                    : ahead == 0 ? \dut.fifo.head_reg : \dut.fifo.tail_reg ));
            end
        end
    end
endmodule

`default_nettype wire
