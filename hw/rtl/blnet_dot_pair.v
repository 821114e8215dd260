// Two dot products with common inputs in one chain of DSPs: low = sum of x[i]*w0[i], high = sum of x[i]*w1[i].
// One multiplication x * ((w1 << SHIFT) + w0) makes both products; the two sums share the accumulator as fields.
// The memory holds w0 and w1 - (w0 < 0), so that (w1 << SHIFT) + w0 is a concatenation. The chain starts at
// 2^(SHIFT-1): with it the low field never borrows from the high one and its top bit is only inverted.
// Exact while every possible low sum fits SHIFT signed bits, which the compiler guarantees from the known weights.
// Timing as blnet_dot. SHIFT + W_BITS is at most the DSP's wide port: 25 on 7-series, 27 on UltraScale+.
`default_nettype none

module blnet_dot_pair #(
    // Products per sum: 1 or more.
    parameter LANES = 1,
    // Bits of an input: 2..16.
    parameter X_BITS = 8,
    // Whether inputs are signed: 0 or 1.
    parameter X_SIGNED = 1,
    // Bits of a signed weight: 2..16.
    parameter W_BITS = 8,
    // Bits between the two sums: 2..46, at least W_BITS.
    parameter SHIFT = 17,
    // Bits of the high sum: 2 or more, SHIFT + HIGH_BITS is at most 48.
    parameter HIGH_BITS = 20
) (
    input  wire                      clk,
    input  wire                      ce,
    input  wire [LANES*X_BITS-1:0]   x,
    // Per lane w0 in the low bits, then w1 - (w0 < 0).
    input  wire [2*LANES*W_BITS-1:0] w,
    output wire [SHIFT-1:0]          low,
    output wire [HIGH_BITS-1:0]      high
);
    generate
        if (LANES < 1) begin : g_illegal_lanes blnet_error_lanes_must_be_1_or_more illegal (); end
        if (X_BITS < 2 || X_BITS > 16) begin : g_illegal_x_bits blnet_error_x_bits_must_be_2_to_16 illegal (); end
        if (X_SIGNED != 0 && X_SIGNED != 1) begin : g_illegal_x_signed
            blnet_error_x_signed_must_be_0_or_1 illegal ();
        end
        if (W_BITS < 2 || W_BITS > 16) begin : g_illegal_w_bits blnet_error_w_bits_must_be_2_to_16 illegal (); end
        if (SHIFT < W_BITS) begin : g_illegal_shift blnet_error_shift_must_hold_a_weight illegal (); end
        if (HIGH_BITS < 2 || SHIFT + HIGH_BITS > 48) begin : g_illegal_high_bits
            blnet_error_high_bits_must_be_2_or_more_and_fit_48_with_shift illegal ();
        end
    endgenerate

    localparam XS_BITS = X_BITS + (X_SIGNED ? 0 : 1);
    localparam PAIR_BITS = SHIFT + W_BITS;
    localparam PRODUCT_BITS = PAIR_BITS + XS_BITS;
    localparam P_BITS = SHIFT + HIGH_BITS;
    localparam WIDE = P_BITS > PRODUCT_BITS ? P_BITS : PRODUCT_BITS;

    wire [P_BITS-1:0] partial [0:LANES];
    assign partial[0] = {{(P_BITS-1){1'b0}}, 1'b1} << (SHIFT - 1);

    genvar i;
    generate
        for (i = 0; i < LANES; i = i + 1) begin : g_lane
            wire [X_BITS-1:0] xi = x[i*X_BITS +: X_BITS];
            wire [W_BITS-1:0] w0 = w[2*i*W_BITS +: W_BITS];
            wire [W_BITS-1:0] w1 = w[(2*i+1)*W_BITS +: W_BITS];
            reg signed [XS_BITS-1:0]      x_reg;
            reg signed [PAIR_BITS-1:0]    pair_reg;
            reg signed [PRODUCT_BITS-1:0] product_reg;
            reg [P_BITS-1:0]              sum_reg;
            wire signed [WIDE-1:0]        wide = product_reg;

            if (X_SIGNED) begin : g_signed
                always @(posedge clk) if (ce) x_reg <= xi;
            end else begin : g_unsigned
                always @(posedge clk) if (ce) x_reg <= {1'b0, xi};
            end
            always @(posedge clk) if (ce) begin
                pair_reg <= {w1, {(SHIFT-W_BITS){w0[W_BITS-1]}}, w0};
                product_reg <= x_reg * pair_reg;
                sum_reg <= partial[i] + wide[P_BITS-1:0];
            end
            assign partial[i+1] = sum_reg;
        end
    endgenerate

    wire [P_BITS-1:0] fields = partial[LANES];
    assign low = {!fields[SHIFT-1], fields[SHIFT-2:0]};
    assign high = fields[P_BITS-1:SHIFT];
endmodule

`default_nettype wire
