// Input buffer of a matrix-vector engine. Beats of LANES_IN inputs are joined to words of SIMD; two pixels of FOLD_IN words
// fit, so the next one arrives meanwhile. Every pixel is read FOLD_OUT times, a word for each `issue`, which comes a cycle
// later; the last pass frees what it reads. `addr` counts the words of all passes.
`default_nettype none

module blnet_pass_buffer #(
    // Inputs per beat: 1 or more, divides SIMD.
    parameter LANES_IN = 1,
    // Beats per pixel: 1 or more.
    parameter BEATS_IN = 1,
    // Inputs per word: 1..96.
    parameter SIMD = 1,
    // Words per pixel: 1 or more, BEATS_IN * LANES_IN / SIMD rounded up.
    parameter FOLD_IN = 1,
    // Passes over the words per pixel: 1 or more.
    parameter FOLD_OUT = 1,
    // Bits of an input: 2..16.
    parameter X_BITS = 8,
    // Bits of `addr`: 1 or more.
    parameter ADDR_BITS = 1
) (
    input  wire                       clk,
    input  wire                       rst,

    input  wire [LANES_IN*X_BITS-1:0] s_axis_tdata,
    input  wire                       s_axis_tvalid,
    output wire                       s_axis_tready,

    input  wire                       ce,
    output wire                       issue,
    // Of the word that is issued: whether it is its pixel's last one in this pass.
    output wire                       last_beat,
    output wire [ADDR_BITS-1:0]       addr,
    output wire [SIMD*X_BITS-1:0]     x_word
);
    generate
        if (LANES_IN < 1) begin : g_illegal_lanes_in blnet_error_lanes_in_must_be_1_or_more illegal (); end
        if (SIMD % (LANES_IN < 1 ? 1 : LANES_IN) != 0) begin : g_illegal_lanes_in_2
            blnet_error_lanes_in_must_divide_simd illegal ();
        end
        if (SIMD < 1 || SIMD > 96) begin : g_illegal_simd blnet_error_simd_must_be_1_to_96 illegal (); end
        if (FOLD_IN < 1 || (BEATS_IN * LANES_IN + SIMD - 1) / (SIMD < 1 ? 1 : SIMD) != FOLD_IN) begin : g_illegal_fold_in
            blnet_error_fold_in_must_be_the_words_of_beats_in illegal ();
        end
        if (BEATS_IN < 1) begin : g_illegal_beats_in blnet_error_beats_in_must_be_1_or_more illegal (); end
        if (FOLD_OUT < 1) begin : g_illegal_fold_out blnet_error_fold_out_must_be_1_or_more illegal (); end
        if (X_BITS < 2 || X_BITS > 16) begin : g_illegal_x_bits blnet_error_x_bits_must_be_2_to_16 illegal (); end
        if (ADDR_BITS < 1) begin : g_illegal_addr_bits blnet_error_addr_bits_must_be_1_or_more illegal (); end
    endgenerate

    localparam BEAT_BITS = FOLD_IN > 1 ? $clog2(FOLD_IN) : 1;
    localparam PASS_BITS = FOLD_OUT > 1 ? $clog2(FOLD_OUT) : 1;
    localparam LEVEL_BITS = $clog2(2*FOLD_IN + 1);
    localparam WORDS = FOLD_IN * FOLD_OUT;

    // Two halves of one pixel each.
    reg [LEVEL_BITS-1:0] level_reg;
    // Free places less one: only the sign is asked.
    reg [LEVEL_BITS:0]   room_reg;
    reg                  write_half_reg;
    reg [BEAT_BITS-1:0]  write_beat_reg;
    reg                  read_half_reg;
    reg [BEAT_BITS-1:0]  beat_reg;
    reg [PASS_BITS-1:0]  pass_reg;
    reg [ADDR_BITS-1:0]  addr_reg;

    wire last_pass = pass_reg == FOLD_OUT - 1;
    assign last_beat = beat_reg == FOLD_IN - 1;
    wire accept = s_axis_tvalid & s_axis_tready;
    assign issue = ce & (last_pass ? level_reg != 0 : level_reg > beat_reg);
    wire write;
    wire [SIMD*X_BITS-1:0] write_data;

    assign s_axis_tready = !room_reg[LEVEL_BITS];

    blnet_join #(
        .LANES(LANES_IN), .BITS(X_BITS), .RATIO(SIMD / (LANES_IN < 1 ? 1 : LANES_IN)), .BEATS(BEATS_IN)
    ) join_beats (
        .clk(clk), .rst(rst),
        .accept(accept), .data(s_axis_tdata), .write(write), .word(write_data)
    );

    always @(posedge clk) begin
        if (rst) begin
            level_reg <= 0;
            room_reg <= 2*FOLD_IN - 1;
            write_half_reg <= 1'b0;
            write_beat_reg <= 0;
            read_half_reg <= 1'b0;
            beat_reg <= 0;
            pass_reg <= 0;
            addr_reg <= 0;
        end else begin
            level_reg <= level_reg + write - (issue & last_pass);
            room_reg <= room_reg - write + (issue & last_pass);
            if (write) begin
                write_beat_reg <= write_beat_reg == FOLD_IN - 1 ? 0 : write_beat_reg + 1'b1;
                write_half_reg <= write_half_reg ^ (write_beat_reg == FOLD_IN - 1);
            end
            if (issue) begin
                addr_reg <= addr_reg == WORDS - 1 ? 0 : addr_reg + 1'b1;
                beat_reg <= last_beat ? 0 : beat_reg + 1'b1;
                if (last_beat) pass_reg <= last_pass ? 0 : pass_reg + 1'b1;
                read_half_reg <= read_half_reg ^ (last_beat & last_pass);
            end
        end
    end

    assign addr = addr_reg;

    blnet_ram #(
        .WIDTH(SIMD*X_BITS), .DEPTH(2 << BEAT_BITS)
    ) buffer (
        .clk(clk),
        .write_en(write), .write_addr({write_half_reg, write_beat_reg}), .write_data(write_data),
        .read_en(ce), .read_addr({read_half_reg, beat_reg}), .read_data(x_word)
    );
endmodule

`default_nettype wire
