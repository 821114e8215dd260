// Product of a narrow number and a constant, plus a constant, without DSPs: two tables of half the bits each and one
// adder. product = x * MULTIPLIER + OFFSET; no register. The offset is part of the upper table and costs nothing.
// About two LUTs per bit of the product.
`default_nettype none

module blnet_scale_const #(
    // Bits of the variable factor: 2..8.
    parameter X_BITS = 8,
    // Whether it is signed: 0 or 1.
    parameter X_SIGNED = 1,
    // Constant factor: 0 or more.
    parameter MULTIPLIER = 1,
    // Constant term: any that fits PRODUCT_BITS.
    parameter signed [47:0] OFFSET = 0,
    // Bits of the product, the offset and their sum: 2..48.
    parameter PRODUCT_BITS = 28
) (
    input  wire [X_BITS-1:0]       x,
    output wire [PRODUCT_BITS-1:0] product
);
    generate
        if (X_BITS < 2 || X_BITS > 8) begin : g_illegal_x_bits blnet_error_x_bits_must_be_2_to_8 illegal (); end
        if (X_SIGNED != 0 && X_SIGNED != 1) begin : g_illegal_x_signed
            blnet_error_x_signed_must_be_0_or_1 illegal ();
        end
        if (MULTIPLIER < 0) begin : g_illegal_multiplier blnet_error_multiplier_must_be_0_or_more illegal (); end
        if ((OFFSET >>> (PRODUCT_BITS - 1)) != 0 && (OFFSET >>> (PRODUCT_BITS - 1)) != -1) begin : g_illegal_offset
            blnet_error_offset_must_fit_product_bits illegal ();
        end
        if (PRODUCT_BITS < 2 || PRODUCT_BITS > 48) begin : g_illegal_product_bits
            blnet_error_product_bits_must_be_2_to_48 illegal ();
        end
    endgenerate

    localparam LOW_BITS = X_BITS / 2;
    localparam HIGH_BITS = X_BITS - LOW_BITS;
    localparam [PRODUCT_BITS-1:0] M = MULTIPLIER;

    // Products of every value of either half; synthesis makes each bit one LUT. Yosys needs to be told.
`ifdef YOSYS
    (* logic_block *)
`endif
    reg [PRODUCT_BITS-1:0] low_table [0:(1<<LOW_BITS)-1];
`ifdef YOSYS
    (* logic_block *)
`endif
    reg [PRODUCT_BITS-1:0] high_table [0:(1<<HIGH_BITS)-1];
    integer i;

    initial begin
        for (i = 0; i < (1 << LOW_BITS); i = i + 1) low_table[i] = M * i;
        for (i = 0; i < (1 << HIGH_BITS); i = i + 1)
            high_table[i] = OFFSET[PRODUCT_BITS-1:0]
                + ((M * i - (X_SIGNED && i >= (1 << (HIGH_BITS - 1)) ? M << HIGH_BITS : 0)) << LOW_BITS);
    end

    assign product = low_table[x[LOW_BITS-1:0]] + high_table[x[X_BITS-1:LOW_BITS]];
endmodule

`default_nettype wire
