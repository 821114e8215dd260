// Splits a wide beat into up to RATIO narrow ones, the low bits first. A pixel has GROUPS_OUT narrow beats: the last
// wide beat gives only what is left of them.
`default_nettype none

module blnet_width_down #(
    // Bits of a narrow beat: 1 or more.
    parameter OUT_BITS = 8,
    // Narrow beats per wide beat: 2 or more.
    parameter RATIO = 2,
    // Narrow beats per pixel: 1 or more.
    parameter GROUPS_OUT = 2
) (
    input  wire                      clk,
    input  wire                      rst,

    input  wire [RATIO*OUT_BITS-1:0] s_axis_tdata,
    input  wire                      s_axis_tvalid,
    output wire                      s_axis_tready,

    output wire [OUT_BITS-1:0]       m_axis_tdata,
    output wire                      m_axis_tvalid,
    input  wire                      m_axis_tready
);
    generate
        if (OUT_BITS < 1) begin : g_illegal_out_bits blnet_error_out_bits_must_be_1_or_more illegal (); end
        if (RATIO < 2) begin : g_illegal_ratio blnet_error_ratio_must_be_2_or_more illegal (); end
        if (GROUPS_OUT < 1) begin : g_illegal_groups_out blnet_error_groups_out_must_be_1_or_more illegal (); end
    endgenerate

    localparam HELD_BITS = $clog2(RATIO + 1);
    localparam WIDE_BEATS = (GROUPS_OUT + RATIO - 1) / RATIO;
    localparam WIDE_BITS = WIDE_BEATS > 1 ? $clog2(WIDE_BEATS) : 1;
    // Narrow beats in a wide one, and in the last of a pixel.
    localparam [HELD_BITS-1:0] ALL = RATIO;
    localparam [HELD_BITS-1:0] REST = GROUPS_OUT - (WIDE_BEATS - 1) * RATIO;

    wire ce;
    reg [RATIO*OUT_BITS-1:0] hold_reg;
    reg [HELD_BITS-1:0]      held_reg;
    reg [WIDE_BITS-1:0]      wide_reg;
    wire push = held_reg != 0;
    wire accept = s_axis_tvalid & s_axis_tready;
    wire last_wide = wide_reg == WIDE_BEATS - 1;

    assign s_axis_tready = (held_reg == 0) | ((held_reg == 1) & ce);

    always @(posedge clk) begin
        if (rst) begin
            held_reg <= 0;
            wide_reg <= 0;
        end else if (accept) begin
            held_reg <= last_wide ? REST : ALL;
            wide_reg <= last_wide ? 0 : wide_reg + 1'b1;
        end else if (push & ce) held_reg <= held_reg - 1'b1;
        if (accept) hold_reg <= s_axis_tdata;
        else if (push & ce) hold_reg <= hold_reg >> OUT_BITS;
    end

    blnet_fifo2 #(
        .WIDTH(OUT_BITS)
    ) fifo (
        .clk(clk), .rst(rst),
        .in_data(hold_reg[OUT_BITS-1:0]), .in_valid(push), .in_ready(ce),
        .out_data(m_axis_tdata), .out_valid(m_axis_tvalid), .out_ready(m_axis_tready)
    );
endmodule

`default_nettype wire
