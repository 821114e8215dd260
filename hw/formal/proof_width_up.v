// Proof of blnet_width_up, by induction: every narrow beat in its slot, zeros behind the last one of a pixel.
`default_nettype none

module proof_width_up #(
    parameter IN_BITS = 2,
    parameter RATIO = 2,
    parameter GROUPS_IN = 3
) (
    input wire               clk,
    input wire               rst,
    input wire [IN_BITS-1:0] s_axis_tdata,
    input wire               s_axis_tvalid,
    input wire               m_axis_tready,
    input wire               mark
);
    localparam OUT_BITS = RATIO * IN_BITS;
    localparam SLOT_BITS = $clog2(RATIO);
    localparam GROUP_BITS = GROUPS_IN > 1 ? $clog2(GROUPS_IN) : 1;

    wire s_axis_tready, m_axis_tvalid, marked, take;
    wire [OUT_BITS-1:0] m_axis_tdata;
    wire [IN_BITS-1:0] data;
    wire [3:0] fill, ahead;
    wire push = s_axis_tvalid & s_axis_tready;

    // The specification: the place of the next narrow beat in its pixel, and from it all else.
    reg [7:0] group_reg;
    wire [7:0] slot = group_reg % RATIO;
    wire pixel_ends = group_reg == GROUPS_IN - 1;
    wire completes = pixel_ends | (slot == RATIO - 1);
    // Of the marked beat.
    reg [7:0] mark_slot_reg;
    reg mark_ends_reg;

    always @(posedge clk) begin
        if (rst) group_reg <= 0;
        else if (push) group_reg <= pixel_ends ? 0 : group_reg + 1;
        if (take) begin
            mark_slot_reg <= slot;
            mark_ends_reg <= pixel_ends;
        end
    end

    blnet_width_up #(.IN_BITS(IN_BITS), .RATIO(RATIO), .GROUPS_IN(GROUPS_IN)) dut (
        .clk(clk), .rst(rst),
        .s_axis_tdata(s_axis_tdata), .s_axis_tvalid(s_axis_tvalid), .s_axis_tready(s_axis_tready),
        .m_axis_tdata(m_axis_tdata), .m_axis_tvalid(m_axis_tvalid), .m_axis_tready(m_axis_tready)
    );

    proof_order #(
        .BEAT_BITS(OUT_BITS), .DATA_BITS(IN_BITS)
    ) order (
        .clk(clk), .rst(rst),
        .add({3'd0, push & completes}), .mark(mark & push),
        .mark_ahead(fill - (m_axis_tvalid & m_axis_tready)), .mark_data(s_axis_tdata),
        .valid(m_axis_tvalid), .ready(m_axis_tready), .beat(m_axis_tdata),
        .piece(m_axis_tdata[mark_slot_reg*IN_BITS +: IN_BITS]),
        .take(take), .fill(fill), .marked(marked), .ahead(ahead), .data(data)
    );

    (* hierconn *) wire [SLOT_BITS-1:0]         \dut.slot_reg ;
    (* hierconn *) wire [GROUP_BITS-1:0]        \dut.group_reg ;
    (* hierconn *) wire [OUT_BITS-IN_BITS-1:0]  \dut.held_reg ;
    (* hierconn *) wire [1:0]                   \dut.fifo.count_reg ;
    (* hierconn *) wire [OUT_BITS-1:0]          \dut.fifo.head_reg ;
    (* hierconn *) wire [OUT_BITS-1:0]          \dut.fifo.tail_reg ;
    wire [OUT_BITS-1:0] wide = ahead >= fill ? \dut.held_reg : ahead == 0 ? \dut.fifo.head_reg : \dut.fifo.tail_reg ;
    reg past_reg = 1'b0;

    always @(posedge clk) begin
        past_reg <= 1'b1;
        if (past_reg) begin
            if (!$past(rst) && $past(m_axis_tready)) full_rate: assert (s_axis_tready);
            if (marked && ahead == 0 && mark_ends_reg && m_axis_tvalid)
                padding_is_zero: assert (m_axis_tdata >> ((mark_slot_reg + 1) * IN_BITS) == 0);
            count: assert (fill == \dut.fifo.count_reg && fill <= 2);
            position: assert (group_reg < GROUPS_IN && \dut.group_reg == group_reg && \dut.slot_reg == slot);
            if (marked) begin
                value: assert (mark_slot_reg < RATIO && wide[mark_slot_reg*IN_BITS +: IN_BITS] == data);
                if (mark_ends_reg) value_padding: assert (wide >> ((mark_slot_reg + 1) * IN_BITS) == 0);
                if (ahead >= fill) place: assert (ahead == fill && mark_slot_reg < slot && !mark_ends_reg);
            end
        end
    end
endmodule

`default_nettype wire
