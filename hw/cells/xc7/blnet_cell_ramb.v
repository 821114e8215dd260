// Block RAM of Xilinx 7 series, for which Yosys has no simulation model, as far as blnet's netlists use it: one port
// reads, one writes, whichever. What it does not do instantiates a module that does not exist. After Xilinx UG473.
//
// Bits are addressed alike at every width: bytes with a parity bit each, 8 bits of the narrower ports in a byte.
`default_nettype none

module blnet_cell_ramb #(
    parameter ADDR_BITS = 14,
    parameter READ_WIDTH = 9,
    parameter WRITE_WIDTH = 9,
    parameter [(1<<ADDR_BITS)-1:0] INIT = 0,
    parameter [(1<<ADDR_BITS)/8-1:0] INITP = 0,
    parameter BYTES = ADDR_BITS == 14 ? 4 : 8
) (
    input  wire                 read_clk, read_en, reset,
    input  wire [ADDR_BITS-1:0] read_addr,
    output wire [8*BYTES-1:0]   read_data,
    output wire [BYTES-1:0]     read_parity,
    input  wire                 write_clk, write_en,
    input  wire [BYTES-1:0]     write_enables,
    input  wire [ADDR_BITS-1:0] write_addr,
    input  wire [8*BYTES-1:0]   write_data,
    input  wire [BYTES-1:0]     write_parity
);
    localparam UNITS = 1 << (ADDR_BITS - 3);
    reg [8:0] units [0:UNITS-1];
    // In variables: a simulator may build a constant anew for every part of it that is read.
    reg [8*UNITS-1:0] data_init;
    reg [UNITS-1:0]   parity_init;
    integer i;
    initial begin
        data_init = INIT;
        parity_init = INITP;
        for (i = 0; i < UNITS; i = i + 1) units[i] = {parity_init[i], data_init[8*i +: 8]};
    end

    reg [8*BYTES-1:0] data_reg;
    reg [BYTES-1:0]   parity_reg;
    assign read_data = data_reg;
    assign read_parity = parity_reg;

    generate
        if (READ_WIDTH > 0 && READ_WIDTH < 9) begin : g_narrow_read
            wire [7:0] unit = units[read_addr[ADDR_BITS-1:3]][7:0];
            wire [7:0] moved = unit >> (read_addr[2:0] & ~(READ_WIDTH - 1));
            always @(posedge read_clk) if (read_en) data_reg <= reset ? 0 : {{(8*BYTES-8){1'b0}}, moved};
        end else if (READ_WIDTH > 0) begin : g_wide_read
            localparam COUNT = READ_WIDTH / 9;
            integer r;
            always @(posedge read_clk) if (read_en)
                for (r = 0; r < COUNT; r = r + 1)
                    {parity_reg[r], data_reg[8*r +: 8]} <= reset ? 9'd0 : units[(read_addr[ADDR_BITS-1:3] / COUNT) * COUNT + r];
        end
        if (WRITE_WIDTH > 0 && WRITE_WIDTH < 9) begin : g_narrow_write
            integer w;
            always @(posedge write_clk) if (write_en && write_enables[0])
                for (w = 0; w < 8; w = w + 1)
                    if (w / WRITE_WIDTH == write_addr[2:0] / WRITE_WIDTH)
                        units[write_addr[ADDR_BITS-1:3]][w] <= write_data[w % WRITE_WIDTH];
        end else if (WRITE_WIDTH > 0) begin : g_wide_write
            localparam COUNT = WRITE_WIDTH / 9;
            integer w;
            always @(posedge write_clk) if (write_en)
                for (w = 0; w < COUNT; w = w + 1)
                    if (write_enables[w])
                        units[(write_addr[ADDR_BITS-1:3] / COUNT) * COUNT + w] <= {write_parity[w], write_data[8*w +: 8]};
        end
    endgenerate
endmodule

`default_nettype wire
