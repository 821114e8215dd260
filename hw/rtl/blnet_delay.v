// Delay line with enable: what goes in comes out CYCLES enabled cycles later. Without reset, so that it becomes
// shift-register LUTs; CYCLES = 0 is a wire.
`default_nettype none

module blnet_delay #(
    // Bits of a word: 1 or more.
    parameter WIDTH = 8,
    // Enabled cycles: 0 or more.
    parameter CYCLES = 1
) (
    input  wire             clk,
    input  wire             ce,
    input  wire [WIDTH-1:0] in,
    output wire [WIDTH-1:0] out
);
    generate
        if (WIDTH < 1) begin : g_illegal_width blnet_error_width_must_be_1_or_more illegal (); end
        if (CYCLES < 0) begin : g_illegal_cycles blnet_error_cycles_must_be_0_or_more illegal (); end
    endgenerate

    generate
        if (CYCLES == 0) begin : g_wire
            assign out = in;
        end else if (CYCLES == 1) begin : g_register
            reg [WIDTH-1:0] data_reg;
            always @(posedge clk) if (ce) data_reg <= in;
            assign out = data_reg;
        end else begin : g_line
            reg [CYCLES*WIDTH-1:0] data_reg;
            always @(posedge clk) if (ce) data_reg <= {data_reg[(CYCLES-1)*WIDTH-1:0], in};
            assign out = data_reg[CYCLES*WIDTH-1 -: WIDTH];
        end
    endgenerate
endmodule

`default_nettype wire
