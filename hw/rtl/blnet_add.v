// Join: takes a beat of both inputs in the same cycle;
// y = clamp(((a * M_A + b * M_B + OFFSET) >> SHIFT) + ZERO_POINT, CLAMP_MIN, CLAMP_MAX) in every lane.
// Stages: operands, products, sum, clamp. Each tready depends on the other input's tvalid.
`default_nettype none

module blnet_add #(
    parameter LANES = 1,
    parameter A_BITS = 8,
    parameter A_SIGNED = 1,
    parameter B_BITS = 8,
    parameter B_SIGNED = 1,
    // Unsigned multipliers of M_BITS bits, at most 17.
    parameter M_A = 1,
    parameter M_B = 1,
    parameter M_BITS = 17,
    // Zero points and the rounding constant.
    parameter signed [47:0] OFFSET = 0,
    parameter SHIFT = 1,
    parameter OUT_BITS = 8,
    parameter ZERO_POINT = 0,
    parameter CLAMP_MIN = -128,
    parameter CLAMP_MAX = 127
) (
    input  wire                      clk,
    input  wire                      rst,

    input  wire [LANES*A_BITS-1:0]   a_axis_tdata,
    input  wire                      a_axis_tvalid,
    output wire                      a_axis_tready,

    input  wire [LANES*B_BITS-1:0]   b_axis_tdata,
    input  wire                      b_axis_tvalid,
    output wire                      b_axis_tready,

    output wire [LANES*OUT_BITS-1:0] m_axis_tdata,
    output wire                      m_axis_tvalid,
    input  wire                      m_axis_tready
);
    localparam WIDE = 50;
    localparam signed [M_BITS:0] MULTIPLIER_A = M_A;
    localparam signed [M_BITS:0] MULTIPLIER_B = M_B;
    localparam A_PRODUCT_BITS = A_BITS + M_BITS + 2;
    localparam B_PRODUCT_BITS = B_BITS + M_BITS + 2;
    localparam signed [WIDE-1:0] ZERO = ZERO_POINT;
    localparam signed [WIDE-1:0] LOW = CLAMP_MIN;
    localparam signed [WIDE-1:0] HIGH = CLAMP_MAX;

    wire ce;
    reg [3:0] valid_reg;
    wire [LANES*OUT_BITS-1:0] result;

    assign a_axis_tready = ce & b_axis_tvalid;
    assign b_axis_tready = ce & a_axis_tvalid;

    always @(posedge clk) begin
        if (rst) valid_reg <= 4'd0;
        else if (ce) valid_reg <= {valid_reg[2:0], a_axis_tvalid & b_axis_tvalid};
    end

    genvar l;
    generate
        for (l = 0; l < LANES; l = l + 1) begin : g_lane
            reg signed [A_BITS:0]           a_reg;
            reg signed [B_BITS:0]           b_reg;
            reg signed [A_PRODUCT_BITS-1:0] product_a_reg;
            reg signed [B_PRODUCT_BITS-1:0] product_b_reg;
            reg signed [WIDE-1:0]           sum_reg;
            reg [OUT_BITS-1:0]              result_reg;
            wire signed [WIDE-1:0]          moved = (sum_reg >>> SHIFT) + ZERO;

            always @(posedge clk) if (ce) begin
                a_reg <= {A_SIGNED ? a_axis_tdata[l*A_BITS + A_BITS-1] : 1'b0, a_axis_tdata[l*A_BITS +: A_BITS]};
                b_reg <= {B_SIGNED ? b_axis_tdata[l*B_BITS + B_BITS-1] : 1'b0, b_axis_tdata[l*B_BITS +: B_BITS]};
                product_a_reg <= a_reg * MULTIPLIER_A;
                product_b_reg <= b_reg * MULTIPLIER_B;
                sum_reg <= product_a_reg + product_b_reg + OFFSET;
                result_reg <= moved < LOW ? LOW[OUT_BITS-1:0] : moved > HIGH ? HIGH[OUT_BITS-1:0] : moved[OUT_BITS-1:0];
            end
            assign result[l*OUT_BITS +: OUT_BITS] = result_reg;
        end
    endgenerate

    blnet_fifo2 #(
        .WIDTH(LANES*OUT_BITS)
    ) fifo (
        .clk(clk), .rst(rst),
        .in_data(result), .in_valid(valid_reg[3]), .in_ready(ce),
        .out_data(m_axis_tdata), .out_valid(m_axis_tvalid), .out_ready(m_axis_tready)
    );
endmodule

`default_nettype wire
