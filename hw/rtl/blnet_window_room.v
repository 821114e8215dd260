// Whether a line buffer (blnet_window) has room for a pixel: a counter of how many windows more than needed have been
// read, whose sign is all that is asked, and whose next step is known a pixel ahead.
`default_nettype none

module blnet_window_room #(
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
    output wire writable
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
    localparam IMAGE_ROWS = HEIGHT < 1 ? 1 : HEIGHT;

    // The writer waits until `freed` windows have been read: all that begin at row y - ROWS or above it (of the last
    // output row at most), up to column x. Row y - ROWS is counted modulo HEIGHT, it may lie in a frame before.
    localparam FREE_ROWS = (HEIGHT - 1) / STEP < OUT_HEIGHT - 1 ? (HEIGHT - 1) / STEP : OUT_HEIGHT - 1;
    localparam FREE_COLUMN = (PAD_LEFT + STRIDE) / STEP < OUT_WIDTH ? (PAD_LEFT + STRIDE) / STEP : OUT_WIDTH;
    localparam LAST_COLUMN = (WIDTH + PAD_LEFT + STRIDE - 1) / STEP < OUT_WIDTH
        ? (WIDTH + PAD_LEFT + STRIDE - 1) / STEP : OUT_WIDTH;
    // Frames before, and the row in it, that the first row waits for.
    localparam FRAMES_BACK = (ROWS - PAD_TOP + HEIGHT - 1) / IMAGE_ROWS;
    localparam FIRST_ABOVE = FRAMES_BACK * HEIGHT - (ROWS - PAD_TOP);
    localparam FIRST_FREE = FIRST_ABOVE / STEP < OUT_HEIGHT - 1 ? FIRST_ABOVE / STEP : OUT_HEIGHT - 1;
    localparam FREED = FRAMES_BACK * OUT_HEIGHT * OUT_WIDTH - FIRST_FREE * OUT_WIDTH - FREE_COLUMN;
    // Windows more from the end of a row to the beginning of the next.
    localparam SAME_ROW = FREE_COLUMN - LAST_COLUMN;
    localparam NEXT_ROW = OUT_WIDTH + SAME_ROW;
    localparam NEXT_FRAME = (OUT_HEIGHT - FREE_ROWS) * OUT_WIDTH + SAME_ROW;
    localparam FREED_BITS = $clog2((ROWS + KERNEL + 3) * OUT_WIDTH
        + (FRAMES_BACK + 2) * (OUT_HEIGHT - FREE_ROWS) * OUT_WIDTH) + 2;
    localparam HEIGHT_BITS = HEIGHT > 1 ? $clog2(HEIGHT) : 1;
    localparam WIDTH_BITS = WIDTH > 1 ? $clog2(WIDTH) : 1;
    localparam PHASE_BITS = STRIDE > 1 ? $clog2(STRIDE) : 1;

    reg signed [FREED_BITS-1:0] room_reg;
    reg signed [FREED_BITS-1:0] room_step_reg;
    // Of the next pixel: its column, that column and the row to be freed modulo STRIDE, and that row.
    reg [WIDTH_BITS-1:0]        next_x_reg;
    reg [PHASE_BITS-1:0]        next_x_phase_reg;
    reg [HEIGHT_BITS-1:0]       above_reg;
    reg [PHASE_BITS-1:0]        above_phase_reg;

    // A column or a row is freed where a window begins.
    localparam LAST_FREE_X = (OUT_WIDTH - 1) * STRIDE - PAD_LEFT - 1;
    wire next_last_x = next_x_reg == WIDTH - 1;
    wire last_above = above_reg == HEIGHT - 1;
    wire frees_column = next_x_phase_reg == STRIDE - 1 && $signed({1'b0, next_x_reg}) <= $signed(LAST_FREE_X);
    wire frees_row = above_phase_reg == STRIDE - 1 && $signed({1'b0, above_reg}) < $signed((OUT_HEIGHT - 1) * STRIDE);
    wire signed [FREED_BITS-1:0] freed_row = last_above ? NEXT_FRAME : frees_row ? NEXT_ROW : SAME_ROW;

    // Step of the first pixel, and what comes after it.
    localparam FIRST_FREES = (PAD_LEFT + 1) % STRIDE == 0 && LAST_FREE_X >= 0;
    localparam FIRST_ROW_FREES = (FIRST_ABOVE + 1) % STRIDE == 0 && FIRST_ABOVE < (OUT_HEIGHT - 1) * STRIDE;
    localparam FIRST_ROOM_STEP = WIDTH > 1 ? (FIRST_FREES ? 1 : 0)
        : FIRST_ABOVE == HEIGHT - 1 ? NEXT_FRAME : FIRST_ROW_FREES ? NEXT_ROW : SAME_ROW;
    localparam SECOND_ABOVE = WIDTH > 1 ? FIRST_ABOVE : (FIRST_ABOVE + 1) % HEIGHT;
    localparam [HEIGHT_BITS-1:0] ABOVE = SECOND_ABOVE;
    localparam [PHASE_BITS-1:0] ABOVE_PHASE = SECOND_ABOVE % STRIDE;
    localparam [PHASE_BITS-1:0] X_PHASE = PAD_LEFT % STRIDE;
    localparam [PHASE_BITS-1:0] SECOND_X_PHASE = (WIDTH > 1 ? PAD_LEFT + 1 : PAD_LEFT) % STRIDE;

    assign writable = !room_reg[FREED_BITS-1];

    always @(posedge clk) begin
        if (rst) begin
            room_reg <= FREED;
            room_step_reg <= FIRST_ROOM_STEP;
            next_x_reg <= WIDTH > 1 ? 1 : 0;
            next_x_phase_reg <= SECOND_X_PHASE;
            above_reg <= ABOVE;
            above_phase_reg <= ABOVE_PHASE;
        end else begin
            room_reg <= room_reg + (read ? 1 : 0) - (written ? room_step_reg : 0);
            if (written) begin
                room_step_reg <= next_last_x ? freed_row : frees_column ? 1 : 0;
                next_x_reg <= next_last_x ? 0 : next_x_reg + 1'b1;
                next_x_phase_reg <= next_last_x ? X_PHASE
                    : next_x_phase_reg == STRIDE - 1 ? 0 : next_x_phase_reg + 1'b1;
                if (next_last_x) begin
                    above_reg <= last_above ? 0 : above_reg + 1'b1;
                    above_phase_reg <= last_above || above_phase_reg == STRIDE - 1 ? 0 : above_phase_reg + 1'b1;
                end
            end
        end
    end
endmodule

`default_nettype wire
