// One radix-4 Booth step without a register: y = p + x * d, where the digit d = -2*code[2] + code[1] + code[0]
// (three overlapping bits of the multiplier). The selection of 0, x, 2x, -x, -2x needs five bits, so with the bit
// of p each result bit is one LUT6 and its carry: the whole step costs P_BITS + 1 LUTs and no DSP.
// The caller makes P_BITS wide enough for the result.
`default_nettype none

module blnet_booth #(
    // Bits of the signed multiplicand: 1 or more.
    parameter X_BITS = 8,
    // Bits of the signed sum: 3 or more, at least X_BITS + 2.
    parameter P_BITS = 10
) (
    input  wire [P_BITS-1:0] p,
    input  wire [X_BITS-1:0] x,
    input  wire [2:0]        code,
    output wire [P_BITS-1:0] y
);
    generate
        if (X_BITS < 1) begin : g_illegal_x_bits blnet_error_x_bits_must_be_1_or_more illegal (); end
        if (P_BITS < X_BITS + 2) begin : g_illegal_p_bits
            blnet_error_p_bits_must_be_at_least_x_bits_plus_2 illegal ();
        end
    endgenerate

    wire one = code[1] ^ code[0];
    wire two = code[2] ? !(code[1] | code[0]) : code[1] & code[0];
    wire [X_BITS:0] single = {x[X_BITS-1], x};
    wire [X_BITS:0] double = {x, 1'b0};
    wire [X_BITS:0] chosen = (({(X_BITS+1){one}} & single) | ({(X_BITS+1){two}} & double)) ^ {(X_BITS+1){code[2]}};
    // -v = ~v + 1: that one enters as the carry out of bit 0. A sum would be the same, but there Yosys may feed the
    // carry chain with the selection, which then costs a second LUT per bit; of a difference it always takes p.
    wire [P_BITS:0] left = {p, code[2]};
    wire [P_BITS:0] right = {{(P_BITS-X_BITS-1){chosen[X_BITS]}}, chosen, 1'b0};
    wire [P_BITS:0] sum = left - ~right;
    assign y = sum[P_BITS:1];
endmodule

`default_nettype wire
