// Joins RATIO narrow beats to a wide one, the first in the low bits. The last wide beat of a pixel leaves as soon as
// the pixel's GROUPS_IN narrow beats are in; its unused part is zero.
`default_nettype none

module blnet_width_up #(
    // Bits of a narrow beat: 1 or more.
    parameter IN_BITS = 8,
    // Narrow beats per wide beat: 2 or more.
    parameter RATIO = 2,
    // Narrow beats per pixel: 1 or more.
    parameter GROUPS_IN = 2
) (
    input  wire                     clk,
    input  wire                     rst,

    input  wire [IN_BITS-1:0]       s_axis_tdata,
    input  wire                     s_axis_tvalid,
    output wire                     s_axis_tready,

    output wire [RATIO*IN_BITS-1:0] m_axis_tdata,
    output wire                     m_axis_tvalid,
    input  wire                     m_axis_tready
);
    generate
        if (IN_BITS < 1) begin : g_illegal_in_bits blnet_error_in_bits_must_be_1_or_more illegal (); end
        if (RATIO < 2) begin : g_illegal_ratio blnet_error_ratio_must_be_2_or_more illegal (); end
        if (GROUPS_IN < 1) begin : g_illegal_groups_in blnet_error_groups_in_must_be_1_or_more illegal (); end
    endgenerate

    localparam SLOT_BITS = $clog2(RATIO);
    localparam GROUP_BITS = GROUPS_IN > 1 ? $clog2(GROUPS_IN) : 1;

    wire ce;
    reg [SLOT_BITS-1:0]           slot_reg;
    reg [GROUP_BITS-1:0]          group_reg;
    reg [(RATIO-1)*IN_BITS-1:0]   held_reg;
    wire [RATIO*IN_BITS-1:0]      wide;
    wire pixel_ends = group_reg == GROUPS_IN - 1;
    wire full = pixel_ends | (slot_reg == RATIO - 1);
    wire accept = s_axis_tvalid & ce;

    assign s_axis_tready = ce;

    always @(posedge clk) begin
        if (rst) begin
            slot_reg <= 0;
            group_reg <= 0;
        end else if (accept) begin
            slot_reg <= full ? 0 : slot_reg + 1'b1;
            group_reg <= pixel_ends ? 0 : group_reg + 1'b1;
        end
    end

    genvar i;
    generate
        for (i = 0; i < RATIO; i = i + 1) begin : g_slot
            if (i < RATIO - 1) begin : g_held
                always @(posedge clk) if (accept && slot_reg == i) held_reg[i*IN_BITS +: IN_BITS] <= s_axis_tdata;
                assign wide[i*IN_BITS +: IN_BITS] = slot_reg > i ? held_reg[i*IN_BITS +: IN_BITS]
                    : slot_reg == i ? s_axis_tdata : {IN_BITS{1'b0}};
            end else begin : g_last
                assign wide[i*IN_BITS +: IN_BITS] = slot_reg == i ? s_axis_tdata : {IN_BITS{1'b0}};
            end
        end
    endgenerate

    blnet_fifo2 #(
        .WIDTH(RATIO*IN_BITS)
    ) fifo (
        .clk(clk), .rst(rst),
        .in_data(wide), .in_valid(s_axis_tvalid & full), .in_ready(ce),
        .out_data(m_axis_tdata), .out_valid(m_axis_tvalid), .out_ready(m_axis_tready)
    );
endmodule

`default_nettype wire
