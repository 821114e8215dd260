// Adds TERMS partial sums and accumulates them over a result's beats. Terms 0 and 1 come together, every further one
// an enabled cycle later than the one before; acc stands TERMS enabled cycles after term 0. `first` starts a new
// sum and `valid` lets acc move; both belong to the last adder, TERMS - 1 enabled cycles behind term 0.
`default_nettype none

module blnet_accumulate #(
    // Partial sums: 1 or more.
    parameter TERMS = 1,
    // Bits of a signed term: 1 or more.
    parameter IN_BITS = 18,
    // Bits of the sum and of every part of it: 2..48.
    parameter ACC_BITS = 24
) (
    input  wire                     clk,
    input  wire                     ce,
    input  wire [TERMS*IN_BITS-1:0] terms,
    input  wire                     first,
    input  wire                     valid,
    output wire [ACC_BITS-1:0]      acc
);
    generate
        if (TERMS < 1) begin : g_illegal_terms blnet_error_terms_must_be_1_or_more illegal (); end
        if (IN_BITS < 1) begin : g_illegal_in_bits blnet_error_in_bits_must_be_1_or_more illegal (); end
        if (ACC_BITS < 2 || ACC_BITS > 48) begin : g_illegal_acc_bits
            blnet_error_acc_bits_must_be_2_to_48 illegal ();
        end
    endgenerate

    localparam WIDE = IN_BITS > ACC_BITS ? IN_BITS : ACC_BITS;
    // Sum of the terms, not yet accumulated; grows with them.
    localparam GROWN = IN_BITS + $clog2(TERMS);
    localparam SUM_BITS = GROWN < ACC_BITS ? GROWN : ACC_BITS;
    localparam SUM_WIDE = IN_BITS > SUM_BITS ? IN_BITS : SUM_BITS;

    wire [SUM_BITS-1:0] sum [0:TERMS-1];
    wire signed [SUM_WIDE-1:0] start = $signed(terms[IN_BITS-1:0]);
    assign sum[0] = start[SUM_BITS-1:0];

    genvar t;
    generate
        for (t = 1; t < TERMS; t = t + 1) begin : g_term
            reg [SUM_BITS-1:0] sum_reg;
            wire signed [SUM_WIDE-1:0] wide = $signed(terms[t*IN_BITS +: IN_BITS]);
            always @(posedge clk) if (ce) sum_reg <= sum[t-1] + wide[SUM_BITS-1:0];
            assign sum[t] = sum_reg;
        end
    endgenerate

    reg signed [ACC_BITS-1:0] acc_reg;
    wire signed [WIDE-1:0]     wide_sum = $signed(sum[TERMS < 1 ? 0 : TERMS - 1]);
    wire signed [ACC_BITS-1:0] next = wide_sum[ACC_BITS-1:0];
    // The term is the left operand, and everything is signed: only then does Yosys put the mask into the adder's LUTs.
    wire signed [ACC_BITS-1:0] base = first ? 0 : acc_reg;
    wire signed [ACC_BITS-1:0] total = next + base;
    always @(posedge clk) if (ce && valid) acc_reg <= total;
    assign acc = acc_reg;
endmodule

`default_nettype wire
