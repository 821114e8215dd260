// Two-entry FIFO of registers: the end of every block. What is pushed in one cycle is offered in the next.
// in_ready and out_valid depend on registers only, so no path runs through it in either direction.
// Full throughput: one beat a cycle with the consumer always ready. Not for storage: see blnet_fifo.
`default_nettype none

module blnet_fifo2 #(
    // Bits of a beat: 1 or more.
    parameter WIDTH = 8
) (
    input  wire             clk,
    input  wire             rst,

    input  wire [WIDTH-1:0] in_data,
    input  wire             in_valid,
    output wire             in_ready,

    output wire [WIDTH-1:0] out_data,
    output wire             out_valid,
    input  wire             out_ready
);
    generate
        if (WIDTH < 1) begin : g_illegal_width blnet_error_width_must_be_1_or_more illegal (); end
    endgenerate

    reg [1:0]       count_reg;
    reg [WIDTH-1:0] head_reg;
    reg [WIDTH-1:0] tail_reg;

    wire push = in_valid & in_ready;
    wire pop  = out_valid & out_ready;

    assign in_ready  = !count_reg[1];
    assign out_valid = count_reg != 2'd0;
    assign out_data  = head_reg;

    always @(posedge clk) begin
        if (rst) count_reg <= 2'd0;
        else count_reg <= count_reg + {1'b0, push} - {1'b0, pop};
        if (pop || count_reg == 2'd0) head_reg <= count_reg[1] ? tail_reg : in_data;
        if (push) tail_reg <= in_data;
    end

`ifndef SYNTHESIS
    // A simulation stops on a beat that is lost or made up.
    always @(posedge clk) if (!rst) begin
        if (push && count_reg >= 2'd2) begin
            $display("%m: overflow, a beat comes while %0d are stored", count_reg);
            $stop;
        end
        if (pop && count_reg == 2'd0) begin
            $display("%m: underflow, a beat leaves while none is stored");
            $stop;
        end
    end
`endif
endmodule

`default_nettype wire
