// blnet_scale_dsp for multipliers of 18 x 18 bits: the value's low 17 bits and the rest each have one, and their products
// are registered before they are added. Left to itself Yosys adds them behind two multipliers in one cycle.
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
    localparam PIECE = 17;
    localparam PRODUCT_BITS = VALUE_BITS + M_BITS;
    wire signed [M_BITS:0] m = {1'b0, multiplier};

    generate
        if (VALUE_BITS <= PIECE + 1) begin : g_one
            wire signed [VALUE_BITS-1:0] v = value;
            reg signed [PRODUCT_BITS:0]  product_reg;
            reg signed [PRODUCT_BITS:0]  output_reg;
            always @(posedge clk) if (ce) begin
                product_reg <= v * m;
                output_reg <= product_reg;
            end
            assign product = output_reg[PRODUCT_BITS-1:0];
        end else begin : g_two
            localparam HIGH_BITS = VALUE_BITS - PIECE;
            wire signed [PIECE:0]             low = {1'b0, value[PIECE-1:0]};
            wire signed [HIGH_BITS-1:0]       high = value[VALUE_BITS-1:PIECE];
            reg signed [PIECE+M_BITS+1:0]     low_reg;
            reg signed [HIGH_BITS+M_BITS:0]   high_reg;
            reg [PRODUCT_BITS-1:0]            output_reg;
            wire signed [HIGH_BITS+M_BITS:0]  carried = low_reg >>> PIECE;
            wire signed [HIGH_BITS+M_BITS:0]  sum = high_reg + carried;
            always @(posedge clk) if (ce) begin
                low_reg <= low * m;
                high_reg <= high * m;
                output_reg <= {sum[HIGH_BITS+M_BITS-1:0], low_reg[PIECE-1:0]};
            end
            assign product = output_reg;
        end
    endgenerate
endmodule

`default_nettype wire
