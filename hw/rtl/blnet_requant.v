// Requantizer: y = clamp((((acc + bias) * m + 2^(SHIFT-1)) >> SHIFT) + ZERO_POINT, CLAMP_MIN, CLAMP_MAX),
// LANES at once, a set every max(1, SCALE_CYCLES) cycles; >> is arithmetic. Because
// (v + 2^(s-1)) >> s = ((v >> (s-1)) + 1) >> 1, rounding and zero point need one short adder behind the product.
// Stages, all moved by ce: biased sum, product (blnet_scale), rounded, clamped; then a two-entry FIFO. ce is its
// "not full". `operands` hold LANES multipliers in the low bits, then LANES biases; they come with the accumulators.
`default_nettype none

module blnet_requant #(
    // Values per beat.
    parameter LANES = 1,
    // Signed accumulator.
    parameter ACC_BITS = 24,
    // Unsigned multiplier, 1..17.
    parameter M_BITS = 17,
    // Signed bias.
    parameter BIAS_BITS = 24,
    // Holds acc + bias.
    parameter SUM_BITS = 25,
    // Right shift, 1..47.
    parameter SHIFT = 16,
    // Bits of a result.
    parameter OUT_BITS = 8,
    parameter ZERO_POINT = 0,
    parameter CLAMP_MIN = -128,
    parameter CLAMP_MAX = 127,
    // 0: multiply in a DSP, 1: in LUTs, more: serially in LUTs. See blnet_scale.
    parameter SCALE_CYCLES = 0
) (
    input  wire                                clk,
    input  wire                                rst,

    output wire                                ce,
    input  wire                                in_valid,
    input  wire [LANES*ACC_BITS-1:0]           in_acc,
    input  wire [LANES*(M_BITS+BIAS_BITS)-1:0] operands,

    output wire [LANES*OUT_BITS-1:0]           m_axis_tdata,
    output wire                                m_axis_tvalid,
    input  wire                                m_axis_tready
);
    localparam DIGITS = M_BITS / 2 + 1;
    localparam UNITS = SCALE_CYCLES > 1 ? (DIGITS + SCALE_CYCLES - 1) / SCALE_CYCLES : 1;
    localparam SCALE_STAGES = SCALE_CYCLES == 0 ? 2 : SCALE_CYCLES == 1 ? (DIGITS + 1) / 2 : SCALE_CYCLES + UNITS;
    localparam STAGES = SCALE_STAGES + 3;
    localparam PRODUCT_BITS = SUM_BITS + M_BITS;
    // Bits of the product from SHIFT - 1 up, at least a sign.
    localparam KEPT_BITS = PRODUCT_BITS > SHIFT ? PRODUCT_BITS - SHIFT + 1 : 1;
    localparam LOWEST = PRODUCT_BITS - KEPT_BITS;
    localparam ROUND_BITS = (KEPT_BITS > OUT_BITS + 2 ? KEPT_BITS : OUT_BITS + 2) + 2;
    // A result before the clamp needs no more bits than these to be told apart from its bounds.
    localparam NEAR_BITS = OUT_BITS + 2;
    localparam signed [ROUND_BITS-1:0] ROUND_CONSTANT = 2 * ZERO_POINT + 1;
    localparam signed [NEAR_BITS-1:0] LOW = CLAMP_MIN;
    localparam signed [NEAR_BITS-1:0] HIGH = CLAMP_MAX;

    reg [STAGES-1:0] valid_reg;
    wire [LANES*OUT_BITS-1:0] result;

    always @(posedge clk) begin
        if (rst) valid_reg <= {STAGES{1'b0}};
        else if (ce) valid_reg <= {valid_reg[STAGES-2:0], in_valid};
    end

    genvar l;
    generate
        for (l = 0; l < LANES; l = l + 1) begin : g_lane
            reg  signed [SUM_BITS-1:0]   sum_reg;
            reg  [M_BITS-1:0]            multiplier_reg;
            reg  signed [ROUND_BITS-1:0] rounded_reg;
            reg  [OUT_BITS-1:0]          result_reg;

            wire signed [ACC_BITS-1:0]   acc = in_acc[l*ACC_BITS +: ACC_BITS];
            wire signed [BIAS_BITS-1:0]  bias = operands[LANES*M_BITS + l*BIAS_BITS +: BIAS_BITS];
            wire [PRODUCT_BITS-1:0]      product;
            wire signed [KEPT_BITS-1:0]  kept = product[PRODUCT_BITS-1:LOWEST];
            wire signed [ROUND_BITS-1:0] value = rounded_reg >>> 1;
            // The bits above say whether the value left the range that NEAR_BITS hold.
            wire far = value[ROUND_BITS-1:NEAR_BITS-1] != {(ROUND_BITS-NEAR_BITS+1){value[ROUND_BITS-1]}};
            wire signed [NEAR_BITS-1:0]  near = value[NEAR_BITS-1:0];
            wire too_low = far ? value[ROUND_BITS-1] : near < LOW;
            wire too_high = far ? !value[ROUND_BITS-1] : near > HIGH;

            blnet_scale #(
                .VALUE_BITS(SUM_BITS), .M_BITS(M_BITS), .CYCLES(SCALE_CYCLES)
            ) scale (
                .clk(clk), .rst(rst), .ce(ce),
                .start(valid_reg[0]), .value(sum_reg), .multiplier(multiplier_reg), .product(product)
            );

            always @(posedge clk) if (ce) begin
                if (in_valid) begin
                    sum_reg <= acc + bias;
                    multiplier_reg <= operands[l*M_BITS +: M_BITS];
                end
                rounded_reg <= kept + ROUND_CONSTANT;
                result_reg <= too_low ? LOW[OUT_BITS-1:0] : too_high ? HIGH[OUT_BITS-1:0] : near[OUT_BITS-1:0];
            end
            assign result[l*OUT_BITS +: OUT_BITS] = result_reg;
        end
    endgenerate

    blnet_fifo2 #(
        .WIDTH(LANES*OUT_BITS)
    ) fifo (
        .clk(clk), .rst(rst),
        .in_data(result), .in_valid(valid_reg[STAGES-1]), .in_ready(ce),
        .out_data(m_axis_tdata), .out_valid(m_axis_tvalid), .out_ready(m_axis_tready)
    );
endmodule

`default_nettype wire
