// Requantizer: y = clamp(((acc * m + c) >> SHIFT) + ZERO_POINT, CLAMP_MIN, CLAMP_MAX), LANES at once.
// c holds bias, input zero point and the rounding constant 2^(SHIFT-1); >> is arithmetic.
// Four stages, all moved by ce: operands, product, sum, clamp; then a two-entry FIFO. ce is its "not full".
// `operands` must come one enabled cycle after the accumulators they belong to (a ROM's output register):
// LANES multipliers in the low bits, then LANES offsets.
`default_nettype none

module blnet_requant #(
    // Values per beat.
    parameter LANES = 1,
    // Signed accumulator.
    parameter ACC_BITS = 24,
    // Unsigned multiplier, 1..17.
    parameter M_BITS = 17,
    // Signed offset, up to 48.
    parameter C_BITS = 42,
    // Right shift, 1..47.
    parameter SHIFT = 16,
    // Bits of a result.
    parameter OUT_BITS = 8,
    parameter ZERO_POINT = 0,
    parameter CLAMP_MIN = -128,
    parameter CLAMP_MAX = 127
) (
    input  wire                             clk,
    input  wire                             rst,

    output wire                             ce,
    input  wire                             in_valid,
    input  wire [LANES*ACC_BITS-1:0]        in_acc,
    input  wire [LANES*(M_BITS+C_BITS)-1:0] operands,

    output wire [LANES*OUT_BITS-1:0]        m_axis_tdata,
    output wire                             m_axis_tvalid,
    input  wire                             m_axis_tready
);
    localparam PRODUCT_BITS = ACC_BITS + M_BITS + 1;
    localparam SUM_BITS = (PRODUCT_BITS > C_BITS ? PRODUCT_BITS : C_BITS) + 1;
    localparam WIDE = SUM_BITS + 10;
    localparam signed [WIDE-1:0] ZERO = ZERO_POINT;
    localparam signed [WIDE-1:0] LOW = CLAMP_MIN;
    localparam signed [WIDE-1:0] HIGH = CLAMP_MAX;

    reg [3:0] valid_reg;
    wire [LANES*OUT_BITS-1:0] result;

    always @(posedge clk) begin
        if (rst) valid_reg <= 4'd0;
        else if (ce) valid_reg <= {valid_reg[2:0], in_valid};
    end

    genvar l;
    generate
        for (l = 0; l < LANES; l = l + 1) begin : g_lane
            reg signed [ACC_BITS-1:0]     acc_reg;
            reg signed [PRODUCT_BITS-1:0] product_reg;
            reg signed [C_BITS-1:0]       offset_reg;
            reg signed [SUM_BITS-1:0]     sum_reg;
            reg [OUT_BITS-1:0]            result_reg;

            wire signed [M_BITS:0] multiplier = {1'b0, operands[l*M_BITS +: M_BITS]};
            wire signed [WIDE-1:0] wide_sum = sum_reg;
            wire signed [WIDE-1:0] moved = (wide_sum >>> SHIFT) + ZERO;

            always @(posedge clk) if (ce) begin
                acc_reg     <= in_acc[l*ACC_BITS +: ACC_BITS];
                product_reg <= acc_reg * multiplier;
                offset_reg  <= operands[LANES*M_BITS + l*C_BITS +: C_BITS];
                sum_reg     <= product_reg + offset_reg;
                result_reg  <= moved < LOW ? LOW[OUT_BITS-1:0] : moved > HIGH ? HIGH[OUT_BITS-1:0] : moved[OUT_BITS-1:0];
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
