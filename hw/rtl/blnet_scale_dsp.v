// Product of a signed value and an unsigned multiplier in a DSP: product = value * multiplier two enabled cycles after
// its operands, which the caller registers. A family whose DSPs are narrower has a body of its own in hw/leaves.
`default_nettype none

module blnet_scale_dsp #(
    // Bits of the signed value: 2 or more.
    parameter VALUE_BITS = 24,
    // Bits of the unsigned multiplier: 1..26.
    parameter M_BITS = 17
) (
    input  wire                         clk,
    input  wire                         ce,
    input  wire [VALUE_BITS-1:0]        value,
    input  wire [M_BITS-1:0]            multiplier,
    output wire [VALUE_BITS+M_BITS-1:0] product
);
    generate
        if (VALUE_BITS < 2) begin : g_illegal_value_bits blnet_error_value_bits_must_be_2_or_more illegal (); end
        if (M_BITS < 1 || M_BITS > 26) begin : g_illegal_m_bits blnet_error_m_bits_must_be_1_to_26 illegal (); end
    endgenerate

    reg signed [VALUE_BITS+M_BITS:0] product_reg;
    reg signed [VALUE_BITS+M_BITS:0] output_reg;
    wire signed [VALUE_BITS-1:0] v = value;
    wire signed [M_BITS:0]       m = {1'b0, multiplier};

    always @(posedge clk) if (ce) begin
        product_reg <= v * m;
        output_reg <= product_reg;
    end
    assign product = output_reg[VALUE_BITS+M_BITS-1:0];
endmodule

`default_nettype wire
