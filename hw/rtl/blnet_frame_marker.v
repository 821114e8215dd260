// Counts the beats of a stream that passes by. `last` marks the last beat of every frame of BEATS beats;
// `error` stays set once the source's own mark (tlast) was missing or early. Adds no cycle to the stream.
`default_nettype none

module blnet_frame_marker #(
    // Beats per frame: 1 or more.
    parameter BEATS = 1
) (
    input  wire clk,
    input  wire rst,

    input  wire fire,
    input  wire tlast,

    output wire last,
    output reg  error
);
    generate
        if (BEATS < 1) begin : g_illegal_beats blnet_error_beats_must_be_1_or_more illegal (); end
    endgenerate

    localparam BITS = BEATS > 1 ? $clog2(BEATS) : 1;

    reg [BITS-1:0] beat_reg;

    assign last = beat_reg == BEATS - 1;

    always @(posedge clk) begin
        if (rst) begin
            beat_reg <= 0;
            error <= 1'b0;
        end else if (fire) begin
            beat_reg <= last ? 0 : beat_reg + 1'b1;
            if (tlast != last) error <= 1'b1;
        end
    end
endmodule

`default_nettype wire
