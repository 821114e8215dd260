// Join: takes a beat of both inputs in the same cycle;
// y = clamp((a * M_A + b * M_B + OFFSET) >> SHIFT, CLAMP_MIN, CLAMP_MAX) in every lane; OFFSET holds zero points and
// the rounding constant. Constant multipliers are tables (blnet_scale_const), so it takes no DSP.
// Stages: operands, products, sum, clamp. Each tready depends on the other input's tvalid.
`default_nettype none

module blnet_add #(
    // Channels per beat: 1 or more.
    parameter LANES = 1,
    // Bits of an element of a: 2..8.
    parameter A_BITS = 8,
    // Whether a is signed: 0 or 1.
    parameter A_SIGNED = 1,
    // Bits of an element of b: 2..8.
    parameter B_BITS = 8,
    // Whether b is signed: 0 or 1.
    parameter B_SIGNED = 1,
    // Multiplier of a: 0 or more, below 2^M_BITS.
    parameter M_A = 1,
    // Multiplier of b: 0 or more, below 2^M_BITS.
    parameter M_B = 1,
    // Bits of the unsigned multipliers: 1..26.
    parameter M_BITS = 17,
    // Zero points of all three tensors and the rounding constant: any that fits SUM_BITS.
    parameter signed [47:0] OFFSET = 0,
    // Bits of the sum with its offset: 2..48.
    parameter SUM_BITS = 28,
    // Bits of the right shift: 0..47, below SUM_BITS.
    parameter SHIFT = 1,
    // Bits of a result: 2..16.
    parameter OUT_BITS = 8,
    // Smallest result: -32768..65535, fits OUT_BITS, at most CLAMP_MAX.
    parameter CLAMP_MIN = -128,
    // Largest result: -32768..65535, fits OUT_BITS.
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
    generate
        if (LANES < 1) begin : g_illegal_lanes blnet_error_lanes_must_be_1_or_more illegal (); end
        if (A_BITS < 2 || A_BITS > 8) begin : g_illegal_a_bits blnet_error_a_bits_must_be_2_to_8 illegal (); end
        if (A_SIGNED != 0 && A_SIGNED != 1) begin : g_illegal_a_signed
            blnet_error_a_signed_must_be_0_or_1 illegal ();
        end
        if (B_BITS < 2 || B_BITS > 8) begin : g_illegal_b_bits blnet_error_b_bits_must_be_2_to_8 illegal (); end
        if (B_SIGNED != 0 && B_SIGNED != 1) begin : g_illegal_b_signed
            blnet_error_b_signed_must_be_0_or_1 illegal ();
        end
        if (M_A < 0 || M_A >= (1 << M_BITS)) begin : g_illegal_m_a blnet_error_m_a_must_fit_m_bits illegal (); end
        if (M_B < 0 || M_B >= (1 << M_BITS)) begin : g_illegal_m_b blnet_error_m_b_must_fit_m_bits illegal (); end
        if (M_BITS < 1 || M_BITS > 26) begin : g_illegal_m_bits blnet_error_m_bits_must_be_1_to_26 illegal (); end
        if ((OFFSET >>> (SUM_BITS - 1)) != 0 && (OFFSET >>> (SUM_BITS - 1)) != -1) begin : g_illegal_offset
            blnet_error_offset_must_fit_sum_bits illegal ();
        end
        if (SUM_BITS < 2 || SUM_BITS > 48) begin : g_illegal_sum_bits
            blnet_error_sum_bits_must_be_2_to_48 illegal ();
        end
        if (SHIFT < 0 || SHIFT >= SUM_BITS) begin : g_illegal_shift
            blnet_error_shift_must_be_0_or_more_and_below_sum_bits illegal ();
        end
        if (OUT_BITS < 2 || OUT_BITS > 16) begin : g_illegal_out_bits
            blnet_error_out_bits_must_be_2_to_16 illegal ();
        end
        if (CLAMP_MIN < -(1 << (OUT_BITS - 1)) || CLAMP_MIN > CLAMP_MAX) begin : g_illegal_clamp_min
            blnet_error_clamp_min_must_fit_out_bits_and_be_at_most_clamp_max illegal ();
        end
        if (CLAMP_MAX >= (1 << OUT_BITS)) begin : g_illegal_clamp_max
            blnet_error_clamp_max_must_fit_out_bits illegal ();
        end
    endgenerate

    localparam B_NATURAL = B_BITS + M_BITS + 1;
    localparam B_PRODUCT_BITS = B_NATURAL < SUM_BITS ? B_NATURAL : SUM_BITS;
    // Before the clamp, at least two bits more than the result.
    localparam KEPT_BITS = SUM_BITS - SHIFT;
    localparam NEAR_BITS = OUT_BITS + 2;
    localparam VALUE_BITS = KEPT_BITS > NEAR_BITS ? KEPT_BITS : NEAR_BITS;
    localparam signed [NEAR_BITS-1:0] LOW = CLAMP_MIN;
    localparam signed [NEAR_BITS-1:0] HIGH = CLAMP_MAX;

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
            reg [A_BITS-1:0]                a_reg;
            reg [B_BITS-1:0]                b_reg;
            reg [SUM_BITS-1:0]              product_a_reg;
            reg signed [B_PRODUCT_BITS-1:0] product_b_reg;
            reg signed [SUM_BITS-1:0]       sum_reg;
            reg [OUT_BITS-1:0]              result_reg;
            wire [SUM_BITS-1:0]             product_a;
            wire [B_PRODUCT_BITS-1:0]       product_b;
            wire signed [SUM_BITS-1:0]      wide_b = product_b_reg;
            wire signed [KEPT_BITS-1:0]     kept = sum_reg[SUM_BITS-1:SHIFT];
            wire signed [VALUE_BITS-1:0]    value = kept;
            // The bits above say whether the value left the range that NEAR_BITS hold.
            wire far = value[VALUE_BITS-1:NEAR_BITS-1] != {(VALUE_BITS-NEAR_BITS+1){value[VALUE_BITS-1]}};
            wire signed [NEAR_BITS-1:0] near = value[NEAR_BITS-1:0];
            wire too_low = far ? value[VALUE_BITS-1] : near < LOW;
            wire too_high = far ? !value[VALUE_BITS-1] : near > HIGH;

            blnet_scale_const #(
                .X_BITS(A_BITS), .X_SIGNED(A_SIGNED), .MULTIPLIER(M_A), .OFFSET(OFFSET), .PRODUCT_BITS(SUM_BITS)
            ) scale_a (
                .x(a_reg), .product(product_a)
            );
            blnet_scale_const #(
                .X_BITS(B_BITS), .X_SIGNED(B_SIGNED), .MULTIPLIER(M_B), .OFFSET(0), .PRODUCT_BITS(B_PRODUCT_BITS)
            ) scale_b (
                .x(b_reg), .product(product_b)
            );

            always @(posedge clk) if (ce) begin
                a_reg <= a_axis_tdata[l*A_BITS +: A_BITS];
                b_reg <= b_axis_tdata[l*B_BITS +: B_BITS];
                product_a_reg <= product_a;
                product_b_reg <= product_b;
                sum_reg <= product_a_reg + wide_b;
                result_reg <= too_low ? LOW[OUT_BITS-1:0] : too_high ? HIGH[OUT_BITS-1:0] : near[OUT_BITS-1:0];
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
