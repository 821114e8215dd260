// Signed product without DSPs: radix-4 Booth in two pipeline stages, digits shared evenly between them.
// product = x * w two enabled cycles after its operands, which are not registered on the way in.
`default_nettype none

module blnet_multiply #(
    // Bits of the signed multiplicand: 2 or more.
    parameter X_BITS = 8,
    // Bits of the signed multiplier: 2 or more.
    parameter W_BITS = 8
) (
    input  wire                     clk,
    input  wire                     ce,
    input  wire [X_BITS-1:0]        x,
    input  wire [W_BITS-1:0]        w,
    output wire [X_BITS+W_BITS-1:0] product
);
    generate
        if (X_BITS < 2) begin : g_illegal_x_bits blnet_error_x_bits_must_be_2_or_more illegal (); end
        if (W_BITS < 2) begin : g_illegal_w_bits blnet_error_w_bits_must_be_2_or_more illegal (); end
    endgenerate

    localparam DIGITS = (W_BITS + 1) / 2;
    localparam FIRST = (DIGITS + 1) / 2;
    localparam REST = DIGITS - FIRST;
    localparam STEP_BITS = X_BITS + 2;
    localparam WIDE = 2 * DIGITS;

    // Sign-extended to whole digits, a zero below bit 0.
    wire [WIDE:0] codes = {{(WIDE-W_BITS+1){w[W_BITS-1]}}, w} << 1;

    wire [STEP_BITS-1:0] head [0:FIRST];
    wire [2*FIRST-1:0]   head_low;
    reg  [STEP_BITS-1:0] middle_reg;
    reg  [2*FIRST-1:0]   low_reg;

    assign head[0] = {STEP_BITS{1'b0}};

    genvar d;
    generate
        for (d = 0; d < FIRST; d = d + 1) begin : g_head
            wire [STEP_BITS-1:0] y;
            blnet_booth #(
                .X_BITS(X_BITS), .P_BITS(STEP_BITS)
            ) step (
                .p(head[d]), .x(x), .code(codes[2*d +: 3]), .y(y)
            );
            assign head[d+1] = {{2{y[STEP_BITS-1]}}, y[STEP_BITS-1:2]};
            assign head_low[2*d +: 2] = y[1:0];
        end
    endgenerate

    always @(posedge clk) if (ce) begin
        middle_reg <= head[FIRST];
        low_reg <= head_low;
    end

    generate
        if (REST == 0) begin : g_short
            reg [X_BITS+W_BITS-1:0] product_reg;
            wire [STEP_BITS+2*FIRST-1:0] full = {middle_reg, low_reg};
            always @(posedge clk) if (ce) product_reg <= full[X_BITS+W_BITS-1:0];
            assign product = product_reg;
        end else begin : g_tail
            reg [X_BITS-1:0]      x_reg;
            reg [2*REST:0]        codes_reg;
            wire [STEP_BITS-1:0]  tail [0:REST];
            wire [2*REST-1:0]     tail_low;
            reg [X_BITS+W_BITS-1:0] product_reg;
            wire [STEP_BITS+2*DIGITS-1:0] full = {tail[REST], tail_low, low_reg};

            assign tail[0] = middle_reg;
            for (d = 0; d < REST; d = d + 1) begin : g_step
                wire [STEP_BITS-1:0] y;
                blnet_booth #(
                    .X_BITS(X_BITS), .P_BITS(STEP_BITS)
                ) step (
                    .p(tail[d]), .x(x_reg), .code(codes_reg[2*d +: 3]), .y(y)
                );
                assign tail[d+1] = {{2{y[STEP_BITS-1]}}, y[STEP_BITS-1:2]};
                assign tail_low[2*d +: 2] = y[1:0];
            end
            always @(posedge clk) if (ce) begin
                x_reg <= x;
                codes_reg <= codes[WIDE:2*FIRST];
                product_reg <= full[X_BITS+W_BITS-1:0];
            end
            assign product = product_reg;
        end
    endgenerate
endmodule

`default_nettype wire
