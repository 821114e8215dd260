// Receiver of a UART: 8 data bits, no parity, one stop bit. `valid` or `error` for one cycle at the middle of the stop bit.
`default_nettype none

module blnet_uart_rx #(
    // Clock cycles of a bit: 4 or more.
    parameter DIVISOR = 100
) (
    input  wire       clk,
    input  wire       rst,

    // Asynchronous.
    input  wire       rx,

    output reg  [7:0] data,
    output reg        valid,
    // The stop bit was low.
    output reg        error
);
    generate
        if (DIVISOR < 4) begin : g_illegal_divisor blnet_error_divisor_must_be_4_or_more illegal (); end
    endgenerate

    localparam COUNT_BITS = $clog2(DIVISOR);

    reg [2:0]            line_reg;
    reg                  busy_reg;
    reg [COUNT_BITS-1:0] count_reg;
    // Start, 8 data, stop.
    reg [3:0]            bit_reg;
    wire line = line_reg[2];
    wire sample = busy_reg & (count_reg == 0);

    always @(posedge clk) begin
        line_reg <= {line_reg[1:0], rx};
        valid <= 1'b0;
        error <= 1'b0;
        if (rst) begin
            line_reg <= 3'b111;
            busy_reg <= 1'b0;
            count_reg <= 0;
            bit_reg <= 4'd0;
        end else if (!busy_reg) begin
            busy_reg <= !line;
            count_reg <= DIVISOR / 2 - 1;
            bit_reg <= 4'd0;
        end else if (!sample) begin
            count_reg <= count_reg - 1'b1;
        end else begin
            count_reg <= DIVISOR - 1;
            bit_reg <= bit_reg + 1'b1;
            if (bit_reg == 4'd0) begin
                // A glitch is no start bit.
                busy_reg <= !line;
            end else if (bit_reg == 4'd9) begin
                busy_reg <= 1'b0;
                valid <= line;
                error <= !line;
            end else begin
                data <= {line, data[7:1]};
            end
        end
    end
endmodule

`default_nettype wire
