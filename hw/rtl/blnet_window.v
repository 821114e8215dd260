// Line buffer. Raster pixels of GROUPS beats come in; for every output pixel and group the taps of its window leave,
// TAPS a beat: single taps (TAPS = 1) or whole columns, top row in the low bits (TAPS = KERNEL). Order: output row,
// output column, group, window column, window row. Padded taps hold PAD_VALUE.
//
// ROWS banks hold a row each (bank = row of the stream modulo ROWS). Writer and reader move independently, so frames
// follow each other without a gap and the last rows leave by themselves. Each waits for the other by the sign of a counter
// (blnet_window_room, blnet_window_ready): no comparison stands between two registers and the decision to move. Four
// cycles from a tap's arrival to its output.
`default_nettype none

module blnet_window #(
    // Channels per beat: 1 or more.
    parameter LANES = 1,
    // Bits of an element: 1..16.
    parameter BITS = 8,
    // Rows of the image: 1 or more.
    parameter HEIGHT = 8,
    // Columns of the image: 1 or more.
    parameter WIDTH = 8,
    // Beats per pixel: 1 or more.
    parameter GROUPS = 1,
    // Rows and columns of the window: 1 or more.
    parameter KERNEL = 3,
    // Rows and columns from window to window: 1 or more.
    parameter STRIDE = 1,
    // Rows above the image (those below follow from OUT_HEIGHT): 0 or more, below KERNEL.
    parameter PAD_TOP = 1,
    // Columns left of the image (those right follow from OUT_WIDTH): 0 or more, below KERNEL.
    parameter PAD_LEFT = 1,
    // Rows of windows: 1 or more.
    parameter OUT_HEIGHT = 8,
    // Columns of windows: 1 or more.
    parameter OUT_WIDTH = 8,
    // Taps per beat: 1 or KERNEL.
    parameter TAPS = 3,
    // Rows of storage: 1 or more, at least KERNEL; KERNEL + STRIDE - 1 take in while a row of windows is read.
    parameter ROWS = 3,
    // Bits of a padded element, unsigned: 0 or more, below 2^BITS.
    parameter PAD_VALUE = 0
) (
    input  wire                       clk,
    input  wire                       rst,

    input  wire [LANES*BITS-1:0]      s_axis_tdata,
    input  wire                       s_axis_tvalid,
    output wire                       s_axis_tready,

    output wire [TAPS*LANES*BITS-1:0] m_axis_tdata,
    output wire                       m_axis_tvalid,
    input  wire                       m_axis_tready
);
    generate
        if (LANES < 1) begin : g_illegal_lanes blnet_error_lanes_must_be_1_or_more illegal (); end
        if (BITS < 1 || BITS > 16) begin : g_illegal_bits blnet_error_bits_must_be_1_to_16 illegal (); end
        if (HEIGHT < 1) begin : g_illegal_height blnet_error_height_must_be_1_or_more illegal (); end
        if (WIDTH < 1) begin : g_illegal_width blnet_error_width_must_be_1_or_more illegal (); end
        if (GROUPS < 1) begin : g_illegal_groups blnet_error_groups_must_be_1_or_more illegal (); end
        if (KERNEL < 1) begin : g_illegal_kernel blnet_error_kernel_must_be_1_or_more illegal (); end
        if (STRIDE < 1) begin : g_illegal_stride blnet_error_stride_must_be_1_or_more illegal (); end
        if (PAD_TOP < 0 || PAD_TOP >= KERNEL) begin : g_illegal_pad_top
            blnet_error_pad_top_must_be_0_or_more_and_below_kernel illegal ();
        end
        if (PAD_LEFT < 0 || PAD_LEFT >= KERNEL) begin : g_illegal_pad_left
            blnet_error_pad_left_must_be_0_or_more_and_below_kernel illegal ();
        end
        if (OUT_HEIGHT < 1) begin : g_illegal_out_height blnet_error_out_height_must_be_1_or_more illegal (); end
        if (OUT_WIDTH < 1) begin : g_illegal_out_width blnet_error_out_width_must_be_1_or_more illegal (); end
        if (TAPS != 1 && TAPS != KERNEL) begin : g_illegal_taps blnet_error_taps_must_be_1_or_kernel illegal (); end
        if (ROWS < KERNEL) begin : g_illegal_rows blnet_error_rows_must_hold_the_kernel illegal (); end
        if (PAD_VALUE < 0 || PAD_VALUE >= (1 << BITS)) begin : g_illegal_pad_value
            blnet_error_pad_value_must_fit_bits illegal ();
        end
    endgenerate

    localparam BEAT_BITS = LANES * BITS;
    localparam ROW_BEATS = WIDTH * GROUPS;
    localparam ADDR_BITS = ROW_BEATS > 1 ? $clog2(ROW_BEATS) : 1;
    localparam BANK_BITS = ROWS > 1 ? $clog2(ROWS) : 1;
    localparam KERNEL_BITS = KERNEL > 1 ? $clog2(KERNEL) : 1;
    localparam GROUP_BITS = GROUPS > 1 ? $clog2(GROUPS) : 1;
    localparam OY_BITS = OUT_HEIGHT > 1 ? $clog2(OUT_HEIGHT) : 1;
    localparam OX_BITS = OUT_WIDTH > 1 ? $clog2(OUT_WIDTH) : 1;
    // Rows that the window moves on behind the last output row of a frame.
    localparam LAST_STEP = HEIGHT - (OUT_HEIGHT - 1) * STRIDE;
    // In banks; paddings wider than half a window make LAST_STEP negative.
    localparam LAST_STEP_BANKS = (LAST_STEP % ROWS + ROWS) % ROWS;

    localparam ISSUES = GROUPS * KERNEL * KERNEL / (TAPS < 1 ? 1 : TAPS);
    localparam ISSUE_BITS = ISSUES > 1 ? $clog2(ISSUES) : 1;
    // Signed counters.
    localparam X_BITS = $clog2(WIDTH + KERNEL + STRIDE) + 2;
    localparam Y_BITS = $clog2(HEIGHT + KERNEL + STRIDE) + 2;
    localparam LINE_BITS = ADDR_BITS + $clog2(KERNEL + STRIDE + 1) + 2;
    localparam [BITS-1:0] PAD = PAD_VALUE;
    localparam [BANK_BITS-1:0] FIRST_BANK = (ROWS - PAD_TOP) % ROWS;

    wire ce;

    // Writer.
    wire                        writable;
    reg [GROUP_BITS-1:0]        write_group_reg;
    reg [ADDR_BITS-1:0]         write_addr_reg;
    reg [BANK_BITS-1:0]         write_bank_reg;

    // Reader.
    wire                        readable;
    // Issues that the pixel still has behind this one, and whether there are none.
    reg [ISSUE_BITS-1:0]        issues_reg;
    reg                         last_issue_reg;
    // Output row and column, the window's left column, the rows from its top row to the last of the image.
    reg [OY_BITS-1:0]           oy_reg;
    reg [OX_BITS-1:0]           ox_reg;
    reg [GROUP_BITS-1:0]        group_reg;
    reg [KERNEL_BITS-1:0]       kx_reg;
    reg [KERNEL_BITS-1:0]       ky_reg;
    reg signed [X_BITS-1:0]     left_reg;
    reg signed [Y_BITS-1:0]     below_reg;
    reg [BANK_BITS-1:0]         bank_reg;
    // Address of the window's left column, of its column kx relative to that.
    reg signed [LINE_BITS-1:0]  left_addr_reg;
    reg signed [LINE_BITS-1:0]  column_addr_reg;

    wire last_oy = oy_reg == OUT_HEIGHT - 1;
    wire last_ox = ox_reg == OUT_WIDTH - 1;
    wire last_group = group_reg == GROUPS - 1;
    wire last_kx = kx_reg == KERNEL - 1;
    wire last_ky = TAPS != 1 || ky_reg == KERNEL - 1;
    wire accept = s_axis_tvalid & s_axis_tready;
    wire issue = ce & readable;
    wire window_ends = issue & last_kx & last_ky;
    wire pixel_ends = issue & last_issue_reg;
    wire row_ends = pixel_ends & last_ox;
    wire write_pixel_ends = accept & (write_group_reg == GROUPS - 1);
    wire write_row_ends = accept & (write_addr_reg == ROW_BEATS - 1);

    assign s_axis_tready = writable;

    // (bank + n) modulo ROWS, n below ROWS.
    function [BANK_BITS-1:0] bank_after;
        input [BANK_BITS-1:0] bank;
        input integer n;
        integer sum;
        begin
            sum = {{(32-BANK_BITS){1'b0}}, bank} + n;
            if (sum >= ROWS) sum = sum - ROWS;
            bank_after = sum[BANK_BITS-1:0];
        end
    endfunction

    blnet_window_room #(
        .HEIGHT(HEIGHT), .WIDTH(WIDTH), .KERNEL(KERNEL), .STRIDE(STRIDE), .PAD_TOP(PAD_TOP), .PAD_LEFT(PAD_LEFT),
        .OUT_HEIGHT(OUT_HEIGHT), .OUT_WIDTH(OUT_WIDTH), .ROWS(ROWS)
    ) room (
        .clk(clk), .rst(rst), .written(write_pixel_ends), .read(pixel_ends), .writable(writable)
    );

    blnet_window_ready #(
        .HEIGHT(HEIGHT), .WIDTH(WIDTH), .KERNEL(KERNEL), .STRIDE(STRIDE), .PAD_TOP(PAD_TOP), .PAD_LEFT(PAD_LEFT),
        .OUT_HEIGHT(OUT_HEIGHT), .OUT_WIDTH(OUT_WIDTH), .ROWS(ROWS)
    ) ready (
        .clk(clk), .rst(rst), .written(write_pixel_ends), .read(pixel_ends), .readable(readable)
    );

    always @(posedge clk) begin
        if (rst) begin
            write_group_reg <= 0;
            write_addr_reg <= 0;
            write_bank_reg <= 0;
        end else if (accept) begin
            write_addr_reg <= write_row_ends ? 0 : write_addr_reg + 1'b1;
            write_group_reg <= write_pixel_ends ? 0 : write_group_reg + 1'b1;
            if (write_row_ends) write_bank_reg <= bank_after(write_bank_reg, 1);
        end
    end

    always @(posedge clk) begin
        if (rst) begin
            issues_reg <= ISSUES - 1;
            last_issue_reg <= ISSUES == 1;
        end else if (issue) begin
            issues_reg <= last_issue_reg ? ISSUES - 1 : issues_reg - 1'b1;
            last_issue_reg <= ISSUES == 1 || issues_reg == 1;
        end
    end

    always @(posedge clk) begin
        if (rst) begin
            oy_reg <= 0;
            ox_reg <= 0;
            group_reg <= 0;
            kx_reg <= 0;
            ky_reg <= 0;
            left_reg <= -PAD_LEFT;
            below_reg <= HEIGHT - 1 + PAD_TOP;
            bank_reg <= FIRST_BANK;
            left_addr_reg <= -PAD_LEFT * GROUPS;
            column_addr_reg <= 0;
        end else if (issue) begin
            ky_reg <= last_ky ? 0 : ky_reg + 1'b1;
            if (last_ky) begin
                kx_reg <= last_kx ? 0 : kx_reg + 1'b1;
                column_addr_reg <= last_kx ? 0 : column_addr_reg + GROUPS;
            end
            if (window_ends) begin
                group_reg <= last_group ? 0 : group_reg + 1'b1;
                if (last_group) begin
                    ox_reg <= last_ox ? 0 : ox_reg + 1'b1;
                    left_reg <= last_ox ? -PAD_LEFT : left_reg + STRIDE;
                    left_addr_reg <= last_ox ? -PAD_LEFT * GROUPS : left_addr_reg + STRIDE * GROUPS;
                end
            end
            if (row_ends) begin
                oy_reg <= last_oy ? 0 : oy_reg + 1'b1;
                below_reg <= last_oy ? HEIGHT - 1 + PAD_TOP : below_reg - STRIDE;
                bank_reg <= last_oy ? bank_after(bank_reg, LAST_STEP_BANKS) : bank_after(bank_reg, STRIDE % ROWS);
            end
        end
    end

    // Stage 1: all banks are read at one address; which bank holds which tap, and which taps are padding.
    wire signed [X_BITS-1:0] column = left_reg + $signed({1'b0, kx_reg});
    wire signed [LINE_BITS-1:0] line_addr = left_addr_reg + column_addr_reg + $signed({1'b0, group_reg});
    wire [ROWS*BEAT_BITS-1:0] words;
    reg [ROWS*BEAT_BITS-1:0]  words_reg;
    reg [2:1]                 valid_reg;
    reg                       column_real_reg;

    always @(posedge clk) begin
        if (rst) valid_reg <= 2'b00;
        else if (ce) valid_reg <= {valid_reg[1], issue};
        // Nothing but a register behind the memories: theirs, where they have one.
        if (ce) begin
            words_reg <= words;
            column_real_reg <= column >= 0 && column < $signed(WIDTH);
        end
    end

    genvar b, t;
    generate
        for (b = 0; b < ROWS; b = b + 1) begin : g_bank
            blnet_ram #(
                .WIDTH(BEAT_BITS), .DEPTH(ROW_BEATS)
            ) ram (
                .clk(clk),
                .write_en(accept && write_bank_reg == b), .write_addr(write_addr_reg), .write_data(s_axis_tdata),
                .read_en(ce), .read_addr(line_addr[ADDR_BITS-1:0]), .read_data(words[b*BEAT_BITS +: BEAT_BITS])
            );
        end
    endgenerate

    // Stages 2 and 3: rotate the banks into place, put in the padding.
    wire [TAPS*BEAT_BITS-1:0] taps;

    generate
        for (t = 0; t < TAPS; t = t + 1) begin : g_tap
            wire [KERNEL_BITS-1:0] ky = TAPS == 1 ? ky_reg : t;
            wire signed [Y_BITS-1:0] row = {{(Y_BITS-KERNEL_BITS){1'b0}}, ky};
            reg [BANK_BITS-1:0] from_reg;
            reg [BANK_BITS-1:0] bank_of_tap_reg;
            reg                 above_end_reg;
            reg                 below_start_reg;
            reg                 real_reg;
            reg [BEAT_BITS-1:0] word;
            integer i;

            always @(posedge clk) if (ce) begin
                bank_of_tap_reg <= bank_after(bank_reg, {{(32-KERNEL_BITS){1'b0}}, ky});
                above_end_reg <= row <= below_reg;
                below_start_reg <= below_reg <= row + $signed(HEIGHT - 1);
                from_reg <= bank_of_tap_reg;
                real_reg <= column_real_reg && above_end_reg && below_start_reg;
            end
            always @* begin
                word = {LANES{PAD}};
                for (i = 0; i < ROWS; i = i + 1)
                    if (real_reg && from_reg == i) word = words_reg[i*BEAT_BITS +: BEAT_BITS];
            end
            assign taps[t*BEAT_BITS +: BEAT_BITS] = word;
        end
    endgenerate

    blnet_fifo2 #(
        .WIDTH(TAPS*BEAT_BITS)
    ) fifo (
        .clk(clk), .rst(rst),
        .in_data(taps), .in_valid(valid_reg[2]), .in_ready(ce),
        .out_data(m_axis_tdata), .out_valid(m_axis_tvalid), .out_ready(m_axis_tready)
    );
endmodule

`default_nettype wire
