// Registers of an accelerator, 32 bits each; a read of another address gives 0, a write to a read-only one does nothing.
//
//   00 ID             "BLNE"
//   04 VERSION        of the compiler: major, minor, patch in the upper three bytes; the lowest is this map's, 1
//   08 BUILD          hash over the generated RTL and weights
//   0c CONTROL        bit 0 ENABLE (0 after reset); writing 1: bit 1 RESET, bit 2 CLEAR (the counters); both read as 0
//   10 STATUS         bit 0 open, bit 1 busy, bit 2 frame error, bit 3 reset in progress
//   14 PACKET_FRAMES  frames per packet of both streams, 16 bits, 1 after reset; change it while idle
//   18 FRAMES_IN      frames whose last beat has come in
//   1c FRAMES_OUT     frames whose last beat has reached the output register
//   20 CYCLES         all clock cycles
//   24 BUSY           cycles in which a frame was inside
//   28 STARVED        busy cycles in which the accelerator would have taken a beat and none was offered
//   2c STALLED        cycles in which the output offered a beat and it was not taken
//
// The counters wrap at 2^32 (28 s at 150 MHz): take differences modulo 2^32.
`default_nettype none

module blnet_axi_registers #(
    parameter [31:0] VERSION = 0,
    parameter [31:0] BUILD = 0
) (
    input  wire        clk,
    input  wire        rst,

    input  wire        write_en,
    input  wire [3:0]  write_word,
    input  wire [31:0] write_data,
    input  wire [3:0]  write_strb,
    input  wire [3:0]  read_word,
    output reg  [31:0] read_data,

    // To and from the stream side.
    output reg         enable,
    output reg         reset,
    output reg  [15:0] packet_frames,
    input  wire        open,
    input  wire        busy,
    input  wire        frame_error,
    input  wire        resetting,
    input  wire        frame_in,
    input  wire        frame_out,
    input  wire        starved,
    input  wire        stalled
);
    localparam [31:0] ID = 32'h424c4e45;
    localparam COUNTERS = 6;
    localparam [3:0] CONTROL = 4'd3;
    localparam [3:0] PACKET_FRAMES = 4'd5;
    localparam [3:0] FIRST_COUNTER = 4'd6;

    reg clear_reg;
    wire write_control = write_en & (write_word == CONTROL) & write_strb[0];
    wire write_packet = write_en & (write_word == PACKET_FRAMES);
    wire [COUNTERS-1:0] events = {stalled, starved, busy, 1'b1, frame_out, frame_in};
    reg [31:0] counter_reg [0:COUNTERS-1];

    always @(posedge clk) begin
        if (rst) begin
            enable <= 1'b0;
            reset <= 1'b0;
            clear_reg <= 1'b0;
            packet_frames <= 16'd1;
        end else begin
            if (write_control) enable <= write_data[0];
            reset <= write_control & write_data[1];
            clear_reg <= write_control & write_data[2];
            if (write_packet & write_strb[0]) packet_frames[7:0] <= write_data[7:0];
            if (write_packet & write_strb[1]) packet_frames[15:8] <= write_data[15:8];
        end
    end

    genvar i;
    generate
        for (i = 0; i < COUNTERS; i = i + 1) begin : g_counter
            always @(posedge clk) begin
                if (rst | clear_reg) counter_reg[i] <= 32'd0;
                else if (events[i]) counter_reg[i] <= counter_reg[i] + 32'd1;
            end
        end
    endgenerate

    always @* begin
        case (read_word)
            4'd0: read_data = ID;
            4'd1: read_data = VERSION;
            4'd2: read_data = BUILD;
            CONTROL: read_data = {31'd0, enable};
            4'd4: read_data = {28'd0, resetting, frame_error, busy, open};
            PACKET_FRAMES: read_data = {16'd0, packet_frames};
            FIRST_COUNTER: read_data = counter_reg[0];
            4'd7: read_data = counter_reg[1];
            4'd8: read_data = counter_reg[2];
            4'd9: read_data = counter_reg[3];
            4'd10: read_data = counter_reg[4];
            4'd11: read_data = counter_reg[5];
            default: read_data = 32'd0;
        endcase
    end
endmodule

`default_nettype wire
