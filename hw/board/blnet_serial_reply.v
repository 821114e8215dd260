// Replies of the serial protocol: frames of the accelerator to bytes of the line.
//
// A reply is 0xB6, status, the request's sequence number, three bytes of length (low one first), so many bytes, and the
// CRC-32 of all behind 0xB6 (low byte first). Status: 0 is success, 1 a wrong checksum, 2 a length that does not go with
// the type, 3 a byte that did not come in time, 4 an unknown type, 5 a byte without a stop bit, 6 a frame of the
// accelerator that is out of step. Only success has bytes behind it: for a frame the beats of the output stream, each
// padded to whole bytes, and the cycles from the first beat in to the first beat out (four bytes, low one first); to the
// question who is there BUILD, bytes of a frame in and out, kilohertz of the clock, four bytes each.
`default_nettype none

module blnet_serial_reply #(
    // Beats of a frame, bytes of a beat.
    parameter BEATS = 1,
    parameter BEAT_BYTES = 1,
    parameter [31:0] BUILD = 32'd0,
    parameter [31:0] IN_FRAME_BYTES = 32'd1,
    parameter [31:0] KILOHERTZ = 32'd0
) (
    input  wire                    clk,
    input  wire                    rst,

    input  wire                    reply,
    input  wire [7:0]              reply_status,
    input  wire [7:0]              reply_sequence,
    input  wire                    reply_is_frame,
    // In the cycle in which the reply's last byte is handed over.
    output wire                    reply_done,

    // The accelerator takes a beat; it has seen TLAST where none was due, or none where one was.
    input  wire                    in_fire,
    input  wire                    frame_error,

    input  wire [8*BEAT_BYTES-1:0] s_axis_tdata,
    input  wire                    s_axis_tvalid,
    output wire                    s_axis_tready,

    output reg  [7:0]              tx_data,
    output reg                     tx_valid,
    input  wire                    tx_ready
);
    localparam [31:0] FRAME_BYTES = BEATS * BEAT_BYTES;
    generate
        if (BEATS < 1) begin : g_illegal_beats blnet_error_beats_must_be_1_or_more illegal (); end
        if (BEAT_BYTES < 1) begin : g_illegal_beat_bytes blnet_error_beat_bytes_must_be_1_or_more illegal (); end
        if (BEATS * BEAT_BYTES >= 16777212) begin : g_illegal_frame blnet_error_frame_must_be_below_16_MiB illegal (); end
    endgenerate

    localparam SLOT_BITS = BEAT_BYTES > 1 ? $clog2(BEAT_BYTES) : 1;
    localparam [2:0] HEADER = 3'd0, BEAT = 3'd1, CYCLES = 3'd2, WHO = 3'd3, CHECK = 3'd4;

    reg [2:0]            state_reg;
    reg [23:0]           at_reg;
    reg [SLOT_BITS-1:0]  slot_reg;
    reg [31:0]           cycles_reg;
    reg                  counts_reg, counted_reg;
    // As the reply began: it may not change its mind.
    reg                  out_of_step_reg;
    wire [31:0] crc;
    wire [7:0] status = reply_status == 8'd0 & out_of_step_reg ? 8'd6 : reply_status;
    wire success = status == 8'd0;
    wire [31:0] length = !success ? 32'd0 : reply_is_frame ? FRAME_BYTES + 32'd4 : 32'd16;
    wire [47:0] header = {length[23:0], reply_sequence, status, 8'hb6};
    wire [127:0] who = {KILOHERTZ, FRAME_BYTES, IN_FRAME_BYTES, BUILD};
    // A byte goes to the sender every other cycle at most.
    wire free = !tx_valid;
    wire has_byte = state_reg == BEAT ? s_axis_tvalid : reply;
    wire give = reply & free & has_byte;
    wire [7:0] value = state_reg == HEADER ? header[8*at_reg[2:0] +: 8]
        : state_reg == BEAT ? s_axis_tdata[8*slot_reg +: 8]
        : state_reg == CYCLES ? cycles_reg[8*at_reg[1:0] +: 8]
        : state_reg == WHO ? who[8*at_reg[3:0] +: 8]
        : crc[8*at_reg[1:0] +: 8];
    wire beat_ends = slot_reg == BEAT_BYTES - 1;

    assign s_axis_tready = give & state_reg == BEAT & beat_ends;
    assign reply_done = give & state_reg == CHECK & at_reg == 24'd3;

    blnet_crc32 checksum (
        .clk(clk), .clear(!reply), .take(give & state_reg != CHECK & !(state_reg == HEADER & at_reg == 24'd0)),
        .data(value), .crc(crc)
    );

    always @(posedge clk) begin
        if (!reply) out_of_step_reg <= frame_error;
        if (tx_ready) tx_valid <= 1'b0;
        if (give) begin
            tx_data <= value;
            tx_valid <= 1'b1;
            at_reg <= at_reg + 1'b1;
            case (state_reg)
                HEADER: if (at_reg == 24'd5) begin
                    at_reg <= 24'd0;
                    state_reg <= !success ? CHECK : reply_is_frame ? BEAT : WHO;
                end
                BEAT: begin
                    slot_reg <= beat_ends ? 0 : slot_reg + 1'b1;
                    if (at_reg == FRAME_BYTES - 1) begin
                        at_reg <= 24'd0;
                        state_reg <= CYCLES;
                    end
                end
                CYCLES: if (at_reg == 24'd3) begin
                    at_reg <= 24'd0;
                    state_reg <= CHECK;
                end
                WHO: if (at_reg == 24'd15) begin
                    at_reg <= 24'd0;
                    state_reg <= CHECK;
                end
                default: if (at_reg == 24'd3) begin
                    at_reg <= 24'd0;
                    state_reg <= HEADER;
                end
            endcase
        end
        // A frame's latency.
        if (in_fire & !counts_reg & !counted_reg) begin
            cycles_reg <= 32'd1;
            counts_reg <= 1'b1;
        end else if (counts_reg) begin
            if (s_axis_tvalid) begin
                counts_reg <= 1'b0;
                counted_reg <= 1'b1;
            end else cycles_reg <= cycles_reg + 1'b1;
        end
        if (reply_done) counted_reg <= 1'b0;
        if (rst) begin
            state_reg <= HEADER;
            at_reg <= 24'd0;
            slot_reg <= 0;
            tx_valid <= 1'b0;
            counts_reg <= 1'b0;
            counted_reg <= 1'b0;
        end
    end
endmodule

`default_nettype wire
