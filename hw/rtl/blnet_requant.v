// Requantizer: p = (acc + bias) * m;
// y = clamp(((p + 2^(s-1) + r * 2^CORRECTION_UNIT) >> s) + ZERO_POINT, CLAMP_MIN, CLAMP_MAX), s = SHIFT + spread,
// LANES at once, a set every max(1, SCALE_CYCLES) cycles; >> is arithmetic. r is one of two corrections, by the sign of
// p. Because (v + 2^(s-1)) >> s = ((v >> (s-1)) + 1) >> 1, rounding and zero point need one short adder.
// Stages, all moved by ce: biased sum, product (blnet_scale), corrected where CORRECTION_BITS is not 0, shifted where
// SPREAD_BITS is not 0, rounded, clamped; then a two-entry FIFO. ce is its "not full". `operands` come with the
// accumulators: LANES multipliers in the low bits, then LANES biases, then for each lane its spread, its correction for
// p >= 0 and its correction for p < 0.
`default_nettype none

module blnet_requant #(
    // Values per beat: 1 or more.
    parameter LANES = 1,
    // Bits of a signed accumulator: 2..48.
    parameter ACC_BITS = 24,
    // Bits of an unsigned multiplier: 1..26.
    parameter M_BITS = 17,
    // Bits of a signed bias: 1..48.
    parameter BIAS_BITS = 24,
    // Bits of accumulator plus bias: 2..49, at least ACC_BITS.
    parameter SUM_BITS = 25,
    // Bits of the smallest right shift: 1..47.
    parameter SHIFT = 16,
    // Bits of what a lane's shift has beyond it: 0..6.
    parameter SPREAD_BITS = 0,
    // Bits of a signed correction: 0..20.
    parameter CORRECTION_BITS = 0,
    // A correction counts in units of 2 to this: 0 or more, below SHIFT.
    parameter CORRECTION_UNIT = 0,
    // Bits of a result: 2..16.
    parameter OUT_BITS = 8,
    // Added to the shifted value: -32768..65535.
    parameter ZERO_POINT = 0,
    // Smallest result: -32768..65535, fits OUT_BITS, at most CLAMP_MAX.
    parameter CLAMP_MIN = -128,
    // Largest result: -32768..65535, fits OUT_BITS.
    parameter CLAMP_MAX = 127,
    // Multiplies in a DSP (0), in LUTs (1), or in so many cycles in LUTs: 0 or more.
    parameter SCALE_CYCLES = 0
) (
    input  wire                      clk,
    input  wire                      rst,

    output wire                      ce,
    input  wire                      in_valid,
    input  wire [LANES*ACC_BITS-1:0] in_acc,
    input  wire [LANES*(M_BITS+BIAS_BITS+SPREAD_BITS+2*CORRECTION_BITS)-1:0] operands,

    output wire [LANES*OUT_BITS-1:0] m_axis_tdata,
    output wire                      m_axis_tvalid,
    input  wire                      m_axis_tready
);
    generate
        if (LANES < 1) begin : g_illegal_lanes blnet_error_lanes_must_be_1_or_more illegal (); end
        if (ACC_BITS < 2 || ACC_BITS > 48) begin : g_illegal_acc_bits
            blnet_error_acc_bits_must_be_2_to_48 illegal ();
        end
        if (M_BITS < 1 || M_BITS > 26) begin : g_illegal_m_bits blnet_error_m_bits_must_be_1_to_26 illegal (); end
        if (BIAS_BITS < 1 || BIAS_BITS > 48) begin : g_illegal_bias_bits
            blnet_error_bias_bits_must_be_1_to_48 illegal ();
        end
        if (SUM_BITS < 2 || SUM_BITS > 49 || SUM_BITS < ACC_BITS) begin : g_illegal_sum_bits
            blnet_error_sum_bits_must_be_2_to_49_and_at_least_acc_bits illegal ();
        end
        if (SHIFT < 1 || SHIFT > 47) begin : g_illegal_shift blnet_error_shift_must_be_1_to_47 illegal (); end
        if (SPREAD_BITS < 0 || SPREAD_BITS > 6) begin : g_illegal_spread_bits
            blnet_error_spread_bits_must_be_0_to_6 illegal ();
        end
        if (CORRECTION_BITS < 0 || CORRECTION_BITS > 20) begin : g_illegal_correction_bits
            blnet_error_correction_bits_must_be_0_to_20 illegal ();
        end
        if (CORRECTION_UNIT < 0 || CORRECTION_UNIT >= SHIFT) begin : g_illegal_correction_unit
            blnet_error_correction_unit_must_be_0_or_more_and_below_shift illegal ();
        end
        if (OUT_BITS < 2 || OUT_BITS > 16) begin : g_illegal_out_bits
            blnet_error_out_bits_must_be_2_to_16 illegal ();
        end
        if (ZERO_POINT < -32768 || ZERO_POINT > 65535) begin : g_illegal_zero_point
            blnet_error_zero_point_must_be_minus_32768_to_65535 illegal ();
        end
        if (CLAMP_MIN < -(1 << (OUT_BITS - 1)) || CLAMP_MIN > CLAMP_MAX) begin : g_illegal_clamp_min
            blnet_error_clamp_min_must_fit_out_bits_and_be_at_most_clamp_max illegal ();
        end
        if (CLAMP_MAX >= (1 << OUT_BITS)) begin : g_illegal_clamp_max
            blnet_error_clamp_max_must_fit_out_bits illegal ();
        end
        if (SCALE_CYCLES < 0) begin : g_illegal_scale_cycles blnet_error_scale_cycles_must_be_0_or_more illegal (); end
    endgenerate

    localparam DIGITS = M_BITS / 2 + 1;
    localparam UNITS = SCALE_CYCLES > 1 ? (DIGITS + SCALE_CYCLES - 1) / SCALE_CYCLES : 1;
    localparam SCALE_STAGES = SCALE_CYCLES == 0 ? 2 : SCALE_CYCLES == 1 ? (DIGITS + 1) / 2 : SCALE_CYCLES + UNITS;
    localparam STAGES = SCALE_STAGES + 3 + (CORRECTION_BITS > 0 ? 1 : 0) + (SPREAD_BITS > 0 ? 1 : 0);
    localparam PRODUCT_BITS = SUM_BITS + M_BITS;
    localparam ROUNDING_BITS = SPREAD_BITS + 2*CORRECTION_BITS;
    // What is rounded: all of the product, or what is left of it behind the correction.
    localparam UNIT = CORRECTION_BITS > 0 ? CORRECTION_UNIT : 0;
    localparam COARSE_BITS = PRODUCT_BITS > UNIT ? PRODUCT_BITS - UNIT : 1;
    localparam CORRECTED_BITS = CORRECTION_BITS > 0
        ? (COARSE_BITS > CORRECTION_BITS ? COARSE_BITS : CORRECTION_BITS) + 1 : PRODUCT_BITS;
    localparam DROPPED = SHIFT - 1 - UNIT;
    // Bits from SHIFT - 1 up, at least a sign.
    localparam KEPT_BITS = CORRECTED_BITS > DROPPED ? CORRECTED_BITS - DROPPED : 1;
    localparam LOWEST = CORRECTED_BITS - KEPT_BITS;
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
            wire [CORRECTED_BITS-1:0]    corrected;
            wire signed [KEPT_BITS-1:0]  kept;
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

            if (CORRECTION_BITS == 0) begin : g_plain
                assign corrected = product;
            end else begin : g_corrected
                localparam FROM = LANES*(M_BITS+BIAS_BITS) + l*ROUNDING_BITS + SPREAD_BITS;
                reg signed [CORRECTED_BITS-1:0]  corrected_reg;
                wire signed [COARSE_BITS-1:0]    coarse = product[PRODUCT_BITS-1:PRODUCT_BITS-COARSE_BITS];
                wire [2*CORRECTION_BITS-1:0]     either;
                wire signed [CORRECTION_BITS-1:0] correction =
                    product[PRODUCT_BITS-1] ? either[2*CORRECTION_BITS-1:CORRECTION_BITS] : either[CORRECTION_BITS-1:0];

                blnet_delay #(
                    .WIDTH(2*CORRECTION_BITS), .CYCLES(SCALE_STAGES + 1)
                ) correction_delay (
                    .clk(clk), .ce(ce), .in(operands[FROM +: 2*CORRECTION_BITS]), .out(either)
                );
                always @(posedge clk) if (ce) corrected_reg <= coarse + correction;
                assign corrected = corrected_reg;
            end

            if (SPREAD_BITS == 0) begin : g_alike
                assign kept = corrected[CORRECTED_BITS-1:LOWEST];
            end else begin : g_spread
                reg signed [KEPT_BITS-1:0]  shifted_reg;
                wire signed [KEPT_BITS-1:0] whole = corrected[CORRECTED_BITS-1:LOWEST];
                wire [SPREAD_BITS-1:0]      spread;

                blnet_delay #(
                    .WIDTH(SPREAD_BITS), .CYCLES(SCALE_STAGES + 1 + (CORRECTION_BITS > 0 ? 1 : 0))
                ) spread_delay (
                    .clk(clk), .ce(ce),
                    .in(operands[LANES*(M_BITS+BIAS_BITS) + l*ROUNDING_BITS +: SPREAD_BITS]), .out(spread)
                );
                always @(posedge clk) if (ce) shifted_reg <= whole >>> spread;
                assign kept = shifted_reg;
            end

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
