// Joins RATIO beats to a word inside a block: `write` comes with the last beat of a word and `word` then holds all
// of it, the first beat in the low bits. A pixel has BEATS beats; its last word may be short, and what its unused
// lanes hold is then left over from earlier words: the user must not depend on it.
`default_nettype none

module blnet_join #(
    // Elements per beat: 1 or more.
    parameter LANES = 1,
    // Bits of an element: 1 or more.
    parameter BITS = 8,
    // Beats per word: 1 or more.
    parameter RATIO = 1,
    // Beats per pixel: 1 or more.
    parameter BEATS = 1
) (
    input  wire                        clk,
    input  wire                        rst,

    input  wire                        accept,
    input  wire [LANES*BITS-1:0]       data,

    output wire                        write,
    output wire [RATIO*LANES*BITS-1:0] word
);
    generate
        if (LANES < 1) begin : g_illegal_lanes blnet_error_lanes_must_be_1_or_more illegal (); end
        if (BITS < 1) begin : g_illegal_bits blnet_error_bits_must_be_1_or_more illegal (); end
        if (RATIO < 1) begin : g_illegal_ratio blnet_error_ratio_must_be_1_or_more illegal (); end
        if (BEATS < 1) begin : g_illegal_beats blnet_error_beats_must_be_1_or_more illegal (); end
    endgenerate

    localparam BEAT_BITS = LANES * BITS;
    // Place of the last beat of a pixel in its word.
    localparam END = (BEATS - 1) % RATIO;
    localparam SLOT_BITS = RATIO > 1 ? $clog2(RATIO) : 1;
    localparam COUNT_BITS = BEATS > 1 ? $clog2(BEATS) : 1;

    generate
        if (RATIO == 1) begin : g_wire
            assign write = accept;
            assign word = data;
        end else begin : g_join
            reg [SLOT_BITS-1:0]  slot_reg;
            reg [COUNT_BITS-1:0] count_reg;
            wire pixel_ends = count_reg == BEATS - 1;
            wire word_ends = slot_reg == RATIO - 1 || pixel_ends;

            always @(posedge clk) begin
                if (rst) begin
                    slot_reg <= 0;
                    count_reg <= 0;
                end else if (accept) begin
                    slot_reg <= word_ends ? 0 : slot_reg + 1'b1;
                    count_reg <= pixel_ends ? 0 : count_reg + 1'b1;
                end
            end
            assign write = accept & word_ends;

            genvar i;
            for (i = 0; i < RATIO; i = i + 1) begin : g_slot
                if (i == RATIO - 1) begin : g_last
                    assign word[i*BEAT_BITS +: BEAT_BITS] = data;
                end else begin : g_kept
                    // Zero at first, so that simulators see numbers in unused lanes.
                    reg [BEAT_BITS-1:0] data_reg = {BEAT_BITS{1'b0}};
                    always @(posedge clk) if (accept && slot_reg == i) data_reg <= data;
                    assign word[i*BEAT_BITS +: BEAT_BITS] = i == END && pixel_ends ? data : data_reg;
                end
            end
        end
    endgenerate
endmodule

`default_nettype wire
