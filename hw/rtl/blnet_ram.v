// Simple dual-port memory, synchronous read with enable; the tool picks LUT RAM or block RAM.
// Reading an address in the cycle in which it is written is undefined: no block does it.
`default_nettype none

module blnet_ram #(
    // Bits of a word: 1 or more.
    parameter WIDTH = 8,
    // Words of the memory: 1 or more.
    parameter DEPTH = 16,
    // Bits of an address: derived.
    parameter ADDR_BITS = DEPTH > 1 ? $clog2(DEPTH) : 1
) (
    input  wire                 clk,

    input  wire                 write_en,
    input  wire [ADDR_BITS-1:0] write_addr,
    input  wire [WIDTH-1:0]     write_data,

    input  wire                 read_en,
    input  wire [ADDR_BITS-1:0] read_addr,
    output reg  [WIDTH-1:0]     read_data
);
    generate
        if (WIDTH < 1) begin : g_illegal_width blnet_error_width_must_be_1_or_more illegal (); end
        if (DEPTH < 1) begin : g_illegal_depth blnet_error_depth_must_be_1_or_more illegal (); end
    endgenerate

    reg [WIDTH-1:0] words [0:DEPTH-1];

    always @(posedge clk) begin
        if (write_en) words[write_addr] <= write_data;
        if (read_en) read_data <= words[read_addr];
    end

`ifdef FORMAL
    // Any one word, for the proofs of the modules above (hw/formal).
    (* anyconst *) wire [ADDR_BITS-1:0] proof_addr;
    wire [WIDTH-1:0] proof_word = words[proof_addr];
`endif
endmodule

`default_nettype wire
