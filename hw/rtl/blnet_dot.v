// Dot product as a systolic chain: sum = x[0]*w[0] + ... + x[LANES-1]*w[LANES-1]. The operands of lane i must come
// i enabled cycles after those of lane 0; the sum stands LANES + 2 enabled cycles after the operands of lane 0.
// With USE_DSP a lane is one DSP (operand, product and sum registers absorbed, the chain is its cascade);
// without, it is a Booth multiplier and an adder.
`default_nettype none

module blnet_dot #(
    // Products per sum: 1 or more.
    parameter LANES = 1,
    // Bits of an input: 2..16.
    parameter X_BITS = 8,
    // Whether inputs are signed: 0 or 1.
    parameter X_SIGNED = 1,
    // Bits of a signed weight: 2..16.
    parameter W_BITS = 8,
    // Bits of the sum and of every part of it: 2..48.
    parameter SUM_BITS = 20,
    // Products in DSPs rather than LUTs: 0 or 1.
    parameter USE_DSP = 1
) (
    input  wire                    clk,
    input  wire                    ce,
    input  wire [LANES*X_BITS-1:0] x,
    input  wire [LANES*W_BITS-1:0] w,
    output wire [SUM_BITS-1:0]     sum
);
    generate
        if (LANES < 1) begin : g_illegal_lanes blnet_error_lanes_must_be_1_or_more illegal (); end
        if (X_BITS < 2 || X_BITS > 16) begin : g_illegal_x_bits blnet_error_x_bits_must_be_2_to_16 illegal (); end
        if (X_SIGNED != 0 && X_SIGNED != 1) begin : g_illegal_x_signed
            blnet_error_x_signed_must_be_0_or_1 illegal ();
        end
        if (W_BITS < 2 || W_BITS > 16) begin : g_illegal_w_bits blnet_error_w_bits_must_be_2_to_16 illegal (); end
        if (SUM_BITS < 2 || SUM_BITS > 48) begin : g_illegal_sum_bits
            blnet_error_sum_bits_must_be_2_to_48 illegal ();
        end
        if (USE_DSP != 0 && USE_DSP != 1) begin : g_illegal_use_dsp blnet_error_use_dsp_must_be_0_or_1 illegal (); end
    endgenerate

    // One more bit turns an unsigned input into a signed number.
    localparam XS_BITS = X_BITS + (X_SIGNED ? 0 : 1);
    localparam PRODUCT_BITS = XS_BITS + W_BITS;
    localparam WIDE = SUM_BITS > PRODUCT_BITS ? SUM_BITS : PRODUCT_BITS;

    wire [SUM_BITS-1:0] partial [0:LANES];
    assign partial[0] = {SUM_BITS{1'b0}};
    assign sum = partial[LANES];

    genvar i;
    generate
        for (i = 0; i < LANES; i = i + 1) begin : g_lane
            wire [X_BITS-1:0] xi = x[i*X_BITS +: X_BITS];
            wire signed [XS_BITS-1:0] xs;
            wire signed [W_BITS-1:0] ws = w[i*W_BITS +: W_BITS];
            wire signed [PRODUCT_BITS-1:0] product;
            reg  [SUM_BITS-1:0] sum_reg;

            if (X_SIGNED) begin : g_signed
                assign xs = xi;
            end else begin : g_unsigned
                assign xs = {1'b0, xi};
            end
            if (USE_DSP) begin : g_dsp
                reg signed [XS_BITS-1:0]      x_reg;
                reg signed [W_BITS-1:0]       w_reg;
                reg signed [PRODUCT_BITS-1:0] product_reg;
                always @(posedge clk) if (ce) begin
                    x_reg <= xs;
                    w_reg <= ws;
                    product_reg <= x_reg * w_reg;
                end
                assign product = product_reg;
            end else begin : g_lut
                blnet_multiply #(
                    .X_BITS(XS_BITS), .W_BITS(W_BITS)
                ) multiply (
                    .clk(clk), .ce(ce), .x(xs), .w(ws), .product(product)
                );
            end

            wire signed [WIDE-1:0] wide = product;
            wire [SUM_BITS-1:0] term = wide[SUM_BITS-1:0];
            if (i == 0) begin : g_first
                always @(posedge clk) if (ce) sum_reg <= term;
            end else begin : g_next
                always @(posedge clk) if (ce) sum_reg <= partial[i] + term;
            end
            assign partial[i+1] = sum_reg;
        end
    endgenerate
endmodule

`default_nettype wire
