// Requests of the serial protocol: bytes of the line to frames of the accelerator.
//
// A request is 0xB5, type, sequence number, three bytes of length (low one first), so many bytes, and the CRC-32 of all
// behind 0xB5 (low byte first). Types: 1 is a frame, as beats of the input stream, each padded to whole bytes; 2 asks who
// is there and has no bytes. A frame is stored first and enters the accelerator only when its checksum is right, so
// nothing that the line does can leave half a frame inside.
//
// After a fault the line has to be silent for QUIET_CYCLES before it is answered. One request at a time: what comes
// before the reply has left is lost.
`default_nettype none

module blnet_serial_request #(
    // Beats of a frame, bytes of a beat.
    parameter BEATS = 1,
    parameter BEAT_BYTES = 1,
    // Longest time between two bytes of a request.
    parameter TIMEOUT_CYCLES = 25000000,
    // Silence that ends a request after a fault.
    parameter QUIET_CYCLES = 500000
) (
    input  wire                    clk,
    input  wire                    rst,

    input  wire [7:0]              rx_data,
    input  wire                    rx_valid,
    input  wire                    rx_error,

    // Within a request or its reply.
    output wire                    busy,
    // A reply is due; holds until `reply_done`. Status: see blnet_serial_reply.v.
    output wire                    reply,
    output reg  [7:0]              reply_status,
    output reg  [7:0]              reply_sequence,
    output reg                     reply_is_frame,
    input  wire                    reply_done,

    output reg  [8*BEAT_BYTES-1:0] m_axis_tdata,
    output reg                     m_axis_tvalid,
    input  wire                    m_axis_tready,
    output wire                    m_axis_tlast
);
    localparam FRAME_BYTES = BEATS * BEAT_BYTES;
    generate
        if (BEATS < 1) begin : g_illegal_beats blnet_error_beats_must_be_1_or_more illegal (); end
        if (BEAT_BYTES < 1) begin : g_illegal_beat_bytes blnet_error_beat_bytes_must_be_1_or_more illegal (); end
        if (FRAME_BYTES >= 16777216) begin : g_illegal_frame blnet_error_frame_must_be_below_16_MiB illegal (); end
    endgenerate

    localparam ADDR_BITS = FRAME_BYTES > 1 ? $clog2(FRAME_BYTES) : 1;
    localparam WAIT_BITS = $clog2(TIMEOUT_CYCLES > QUIET_CYCLES ? TIMEOUT_CYCLES + 1 : QUIET_CYCLES + 1);
    localparam [2:0] IDLE = 3'd0, HEADER = 3'd1, PAYLOAD = 3'd2, CHECK = 3'd3, DRAIN = 3'd4, REPLY = 3'd5;
    localparam [7:0] OK = 8'd0, BAD_CHECKSUM = 8'd1, BAD_LENGTH = 8'd2, MISSING = 8'd3, BAD_TYPE = 8'd4,
        BAD_BYTE = 8'd5;

    reg [2:0]           state_reg;
    reg [WAIT_BITS-1:0] wait_reg;
    // Bytes of this part of the request so far.
    reg [23:0]          at_reg;
    reg [7:0]           type_reg;
    reg [15:0]          length_reg;
    reg [23:0]          sum_reg;
    wire [31:0] crc;
    wire [23:0] length = {rx_data, length_reg};
    wire in_request = state_reg == HEADER | state_reg == PAYLOAD | state_reg == CHECK;
    wire take = rx_valid & (state_reg == HEADER | state_reg == PAYLOAD);
    // Of the request's last byte.
    wire sound = crc == {rx_data, sum_reg};

    assign busy = state_reg != IDLE;
    assign reply = state_reg == REPLY;

    blnet_crc32 checksum (
        .clk(clk), .clear(state_reg == IDLE), .take(take), .data(rx_data), .crc(crc)
    );

    always @(posedge clk) begin
        wait_reg <= rx_valid | rx_error ? 0 : wait_reg + 1'b1;
        if (rst) begin
            state_reg <= IDLE;
            wait_reg <= 0;
        end else case (state_reg)
            IDLE: begin
                at_reg <= 24'd0;
                wait_reg <= 0;
                reply_is_frame <= 1'b0;
                if (rx_valid && rx_data == 8'hb5) state_reg <= HEADER;
            end
            HEADER: if (rx_valid) begin
                at_reg <= at_reg + 1'b1;
                if (at_reg == 24'd0) type_reg <= rx_data;
                if (at_reg == 24'd1) reply_sequence <= rx_data;
                if (at_reg == 24'd2) length_reg[7:0] <= rx_data;
                if (at_reg == 24'd3) length_reg[15:8] <= rx_data;
                if (at_reg == 24'd4) begin
                    at_reg <= 24'd0;
                    if (type_reg != 8'd1 && type_reg != 8'd2) begin
                        state_reg <= DRAIN;
                        reply_status <= BAD_TYPE;
                    end else if (length != (type_reg == 8'd1 ? FRAME_BYTES : 0)) begin
                        state_reg <= DRAIN;
                        reply_status <= BAD_LENGTH;
                    end else begin
                        state_reg <= type_reg == 8'd1 ? PAYLOAD : CHECK;
                    end
                end
            end
            PAYLOAD: if (rx_valid) begin
                at_reg <= at_reg + 1'b1;
                if (at_reg == FRAME_BYTES - 1) begin
                    at_reg <= 24'd0;
                    state_reg <= CHECK;
                end
            end
            CHECK: if (rx_valid) begin
                at_reg <= at_reg + 1'b1;
                sum_reg <= {rx_data, sum_reg[23:8]};
                if (at_reg == 24'd3) begin
                    state_reg <= sound ? REPLY : DRAIN;
                    reply_status <= sound ? OK : BAD_CHECKSUM;
                    reply_is_frame <= sound & type_reg == 8'd1;
                end
            end
            DRAIN: if (wait_reg >= QUIET_CYCLES) state_reg <= REPLY;
            default: if (reply_done) state_reg <= IDLE;
        endcase
        if (!rst && in_request && (rx_error || wait_reg >= TIMEOUT_CYCLES)) begin
            state_reg <= DRAIN;
            reply_status <= rx_error ? BAD_BYTE : MISSING;
        end
    end

    // The stored frame, a byte every other cycle, joined to beats.
    localparam SLOT_BITS = BEAT_BYTES > 1 ? $clog2(BEAT_BYTES) : 1;
    reg                  play_reg, fetched_reg;
    reg [ADDR_BITS-1:0]  read_addr_reg;
    reg [SLOT_BITS-1:0]  slot_reg;
    reg                  last_reg;
    wire [7:0] stored;
    wire begins = state_reg == CHECK & rx_valid & at_reg == 24'd3 & sound & type_reg == 8'd1;
    wire beat_free = !m_axis_tvalid | m_axis_tready;
    wire fetch = play_reg & !fetched_reg & beat_free;
    wire beat_ends = slot_reg == BEAT_BYTES - 1;

    assign m_axis_tlast = last_reg;

    blnet_ram #(
        .WIDTH(8), .DEPTH(FRAME_BYTES)
    ) frame (
        .clk(clk),
        .write_en(rx_valid & state_reg == PAYLOAD), .write_addr(at_reg[ADDR_BITS-1:0]), .write_data(rx_data),
        .read_en(fetch), .read_addr(read_addr_reg), .read_data(stored)
    );

    wire [8*BEAT_BYTES+7:0] joined = {stored, m_axis_tdata};

    always @(posedge clk) begin
        fetched_reg <= fetch;
        if (m_axis_tready) m_axis_tvalid <= 1'b0;
        if (begins) play_reg <= 1'b1;
        if (fetched_reg) begin
            m_axis_tdata <= joined[8*BEAT_BYTES+7:8];
            m_axis_tvalid <= beat_ends;
            slot_reg <= beat_ends ? 0 : slot_reg + 1'b1;
            last_reg <= read_addr_reg == FRAME_BYTES - 1;
            read_addr_reg <= read_addr_reg == FRAME_BYTES - 1 ? 0 : read_addr_reg + 1'b1;
            if (read_addr_reg == FRAME_BYTES - 1) play_reg <= 1'b0;
        end
        if (rst) begin
            play_reg <= 1'b0;
            fetched_reg <= 1'b0;
            m_axis_tvalid <= 1'b0;
            read_addr_reg <= 0;
            slot_reg <= 0;
            last_reg <= 1'b0;
        end
    end
endmodule

`default_nettype wire
