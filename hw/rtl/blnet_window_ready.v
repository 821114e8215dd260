// Whether the pixels of a line buffer's (blnet_window's) next window are there: a counter of how many pixels more than
// needed are stored, whose sign is all that is asked, and whose next step is known a window ahead.
`default_nettype none

module blnet_window_ready #(
    // Rows of the image: 1 or more.
    parameter HEIGHT = 8,
    // Columns of the image: 1 or more.
    parameter WIDTH = 8,
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
    // Rows of storage: 1 or more, at least KERNEL; KERNEL + STRIDE - 1 take in while a row of windows is read.
    parameter ROWS = 3
) (
    input  wire clk,
    input  wire rst,

    // A pixel has been written, a window has been read.
    input  wire written,
    input  wire read,
    output wire readable
);
    generate
        if (HEIGHT < 1) begin : g_illegal_height blnet_error_height_must_be_1_or_more illegal (); end
        if (WIDTH < 1) begin : g_illegal_width blnet_error_width_must_be_1_or_more illegal (); end
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
        if (ROWS < KERNEL) begin : g_illegal_rows blnet_error_rows_must_hold_the_kernel illegal (); end
    endgenerate

    // Divisors; illegal sets are refused above, in words, and not for a division by zero.
    localparam STEP = STRIDE < 1 ? 1 : STRIDE;
    localparam OY_BITS = OUT_HEIGHT > 1 ? $clog2(OUT_HEIGHT) : 1;
    localparam OX_BITS = OUT_WIDTH > 1 ? $clog2(OUT_WIDTH) : 1;

    // The reader waits for `needed` pixels of the frame: those up to the window's bottom right tap that is no padding.
    // Window ox ends at column min(ox * STRIDE + KERNEL - 1 - PAD_LEFT, WIDTH - 1). Up to window FREE_X the image's edge
    // is not met, the next one moves on by PART_X, all further ones by nothing. Rows alike.
    localparam SLACK_X = WIDTH - KERNEL + PAD_LEFT;
    localparam SLACK_Y = HEIGHT - KERNEL + PAD_TOP;
    localparam FREE_X = SLACK_X < 0 ? -1 : SLACK_X / STEP < OUT_WIDTH ? SLACK_X / STEP : OUT_WIDTH;
    localparam FREE_Y = SLACK_Y < 0 ? -1 : SLACK_Y / STEP < OUT_HEIGHT ? SLACK_Y / STEP : OUT_HEIGHT;
    localparam PART_X = SLACK_X < 0 ? 0 : SLACK_X - FREE_X * STRIDE;
    localparam PART_Y = SLACK_Y < 0 ? 0 : SLACK_Y - FREE_Y * STRIDE;
    localparam FIRST_X = SLACK_X < 0 ? WIDTH - 1 : KERNEL - 1 - PAD_LEFT;
    localparam FIRST_Y = SLACK_Y < 0 ? HEIGHT - 1 : KERNEL - 1 - PAD_TOP;
    localparam END_X = OUT_WIDTH - 1 <= FREE_X ? FIRST_X + (OUT_WIDTH - 1) * STRIDE : WIDTH - 1;
    localparam END_Y = OUT_HEIGHT - 1 <= FREE_Y ? FIRST_Y + (OUT_HEIGHT - 1) * STRIDE : HEIGHT - 1;
    localparam NEEDED = FIRST_Y * WIDTH + FIRST_X + 1;
    // Pixels more from the last window of a row to the first of the next, and of a frame.
    localparam ROW_FREE = STRIDE * WIDTH + FIRST_X - END_X;
    localparam ROW_PART = PART_Y * WIDTH + FIRST_X - END_X;
    localparam ROW_EDGE = FIRST_X - END_X;
    localparam FRAME_END = HEIGHT * WIDTH + NEEDED - (END_Y * WIDTH + END_X + 1);
    localparam MOST_NEEDED = (STRIDE + 1) * WIDTH > FRAME_END ? (STRIDE + 1) * WIDTH : FRAME_END;
    localparam STORED_BITS = $clog2((ROWS + 1) * WIDTH + (MOST_NEEDED > NEEDED ? MOST_NEEDED : NEEDED)) + 2;
    localparam FIRST_READY_STEP = OUT_WIDTH > 1 ? (0 < FREE_X ? STRIDE : 0 == FREE_X ? PART_X : 0)
        : OUT_HEIGHT == 1 ? FRAME_END : 0 < FREE_Y ? ROW_FREE : 0 == FREE_Y ? ROW_PART : ROW_EDGE;

    reg signed [STORED_BITS-1:0] ready_reg;
    reg signed [STORED_BITS-1:0] ready_step_reg;
    reg [OY_BITS-1:0]           next_oy_reg;
    reg [OX_BITS-1:0]           next_ox_reg;

    // How much more the window after this one needs, from the position of that window: known a window ahead.
    localparam signed [OX_BITS:0] EDGE_X = FREE_X;
    localparam signed [OY_BITS:0] EDGE_Y = FREE_Y;
    wire next_last_ox = next_ox_reg == OUT_WIDTH - 1;
    wire next_last_oy = next_oy_reg == OUT_HEIGHT - 1;
    wire signed [OX_BITS:0] next_ox = {1'b0, next_ox_reg};
    wire signed [OY_BITS:0] next_oy = {1'b0, next_oy_reg};
    wire signed [STORED_BITS-1:0] column_step = next_ox < EDGE_X ? STRIDE : next_ox == EDGE_X ? PART_X : 0;
    wire signed [STORED_BITS-1:0] row_step = next_last_oy ? FRAME_END
        : next_oy < EDGE_Y ? ROW_FREE : next_oy == EDGE_Y ? ROW_PART : ROW_EDGE;

    assign readable = !ready_reg[STORED_BITS-1];

    always @(posedge clk) begin
        if (rst) begin
            ready_reg <= -NEEDED;
            ready_step_reg <= FIRST_READY_STEP;
            next_ox_reg <= OUT_WIDTH > 1 ? 1 : 0;
            next_oy_reg <= OUT_WIDTH > 1 || OUT_HEIGHT == 1 ? 0 : 1;
        end else begin
            ready_reg <= ready_reg + (written ? 1 : 0) - (read ? ready_step_reg : 0);
            if (read) begin
                ready_step_reg <= next_last_ox ? row_step : column_step;
                next_ox_reg <= next_last_ox ? 0 : next_ox_reg + 1'b1;
                if (next_last_ox) next_oy_reg <= next_last_oy ? 0 : next_oy_reg + 1'b1;
            end
        end
    end
endmodule

`default_nettype wire
