// Upsampling by whole factors: every row of WIDTH pixels (GROUPS beats each) is read ROWS times, every pixel COLUMNS times
// in a row. With FILL = 1 all copies of a pixel but its first hold ZERO, as a transposed convolution spreads its input.
// The buffer holds a row and a pixel; the last reading frees it. Three cycles from input to output.
`default_nettype none

module blnet_upsample #(
    // Channels per beat: 1 or more.
    parameter LANES = 1,
    // Bits of an element: 1 or more.
    parameter BITS = 8,
    // Pixels of an input row: 1 or more.
    parameter WIDTH = 1,
    // Beats per pixel: 1 or more.
    parameter GROUPS = 1,
    // Rows that a row becomes: 1 or more.
    parameter ROWS = 2,
    // Pixels that a pixel becomes in a row: 1 or more.
    parameter COLUMNS = 2,
    // Whether copies are zero: 0 or 1.
    parameter FILL = 0,
    // What they hold then: 0 or more, any that fits BITS.
    parameter ZERO = 0
) (
    input  wire                  clk,
    input  wire                  rst,

    input  wire [LANES*BITS-1:0] s_axis_tdata,
    input  wire                  s_axis_tvalid,
    output wire                  s_axis_tready,

    output wire [LANES*BITS-1:0] m_axis_tdata,
    output wire                  m_axis_tvalid,
    input  wire                  m_axis_tready
);
    generate
        if (LANES < 1) begin : g_illegal_lanes blnet_error_lanes_must_be_1_or_more illegal (); end
        if (BITS < 1) begin : g_illegal_bits blnet_error_bits_must_be_1_or_more illegal (); end
        if (WIDTH < 1) begin : g_illegal_width blnet_error_width_must_be_1_or_more illegal (); end
        if (GROUPS < 1) begin : g_illegal_groups blnet_error_groups_must_be_1_or_more illegal (); end
        if (ROWS < 1) begin : g_illegal_rows blnet_error_rows_must_be_1_or_more illegal (); end
        if (COLUMNS < 1) begin : g_illegal_columns blnet_error_columns_must_be_1_or_more illegal (); end
        if (FILL != 0 && FILL != 1) begin : g_illegal_fill blnet_error_fill_must_be_0_or_1 illegal (); end
        if (ZERO < 0 || (BITS < 31 && ZERO >= (1 << BITS))) begin : g_illegal_zero
            blnet_error_zero_must_fit_bits illegal ();
        end
    endgenerate

    localparam ROW = WIDTH * GROUPS;
    localparam DEPTH = ROW + GROUPS;
    localparam ADDR_BITS = $clog2(DEPTH);
    localparam LEVEL_BITS = $clog2(DEPTH + 1);
    localparam GROUP_BITS = GROUPS > 1 ? $clog2(GROUPS) : 1;
    localparam X_BITS = WIDTH > 1 ? $clog2(WIDTH) : 1;
    localparam COPY_BITS = COLUMNS > 1 ? $clog2(COLUMNS) : 1;
    localparam READING_BITS = ROWS > 1 ? $clog2(ROWS) : 1;

    wire ce;
    reg [LEVEL_BITS-1:0] level_reg;
    reg [LEVEL_BITS-1:0] offset_reg;
    reg [GROUP_BITS-1:0] group_reg;
    // Which copy of the pixel, and which reading of the row.
    reg [COPY_BITS-1:0]  copy_reg;
    reg [X_BITS-1:0]     x_reg;
    reg [READING_BITS-1:0] reading_reg;
    reg [ADDR_BITS-1:0]  write_addr_reg;
    reg [ADDR_BITS-1:0]  read_addr_reg;
    // Where the pixel and the row being read begin.
    reg [ADDR_BITS-1:0]  pixel_addr_reg;
    reg [ADDR_BITS-1:0]  row_addr_reg;
    reg                  valid_reg;

    wire [ADDR_BITS-1:0] next_addr = read_addr_reg == DEPTH - 1 ? 0 : read_addr_reg + 1'b1;
    wire [LANES*BITS-1:0] word;
    wire [LANES*BITS-1:0] filled;
    wire accept = s_axis_tvalid & s_axis_tready;
    wire last_copy = copy_reg == COLUMNS - 1;
    wire last_reading = reading_reg == ROWS - 1;
    // The offset counts what is kept in front of the beat that is read: nothing where all of it is freed.
    wire issue = ce & (level_reg > offset_reg);
    wire free = issue & last_reading & last_copy;
    wire last_group = group_reg == GROUPS - 1;
    wire last_x = x_reg == WIDTH - 1;

    assign s_axis_tready = level_reg < DEPTH;

    always @(posedge clk) begin
        if (rst) begin
            level_reg <= 0;
            offset_reg <= 0;
            group_reg <= 0;
            copy_reg <= 0;
            x_reg <= 0;
            reading_reg <= 0;
            write_addr_reg <= 0;
            read_addr_reg <= 0;
            pixel_addr_reg <= 0;
            row_addr_reg <= 0;
            valid_reg <= 1'b0;
        end else begin
            level_reg <= level_reg + accept - free;
            if (accept) write_addr_reg <= write_addr_reg == DEPTH - 1 ? 0 : write_addr_reg + 1'b1;
            if (ce) valid_reg <= issue;
            if (issue) begin
                group_reg <= last_group ? 0 : group_reg + 1'b1;
                read_addr_reg <= next_addr;
                if (!free) offset_reg <= offset_reg + 1'b1;
                if (last_group) begin
                    copy_reg <= last_copy ? 0 : copy_reg + 1'b1;
                    if (!last_copy) begin
                        read_addr_reg <= pixel_addr_reg;
                        offset_reg <= offset_reg - (GROUPS - 1);
                    end else begin
                        pixel_addr_reg <= next_addr;
                        x_reg <= last_x ? 0 : x_reg + 1'b1;
                        if (last_x) begin
                            reading_reg <= last_reading ? 0 : reading_reg + 1'b1;
                            offset_reg <= 0;
                            if (!last_reading) begin
                                read_addr_reg <= row_addr_reg;
                                pixel_addr_reg <= row_addr_reg;
                            end else row_addr_reg <= next_addr;
                        end
                    end
                end
            end
        end
    end

    blnet_ram #(
        .WIDTH(LANES*BITS), .DEPTH(DEPTH)
    ) ram (
        .clk(clk),
        .write_en(accept), .write_addr(write_addr_reg), .write_data(s_axis_tdata),
        .read_en(ce), .read_addr(read_addr_reg), .read_data(word)
    );

    generate
        if (FILL == 0) begin : g_repeat
            assign filled = word;
        end else begin : g_zeros
            localparam [BITS-1:0] NOTHING = ZERO;
            reg copied_reg;
            always @(posedge clk) if (ce) copied_reg <= copy_reg != 0 || reading_reg != 0;
            assign filled = copied_reg ? {LANES{NOTHING}} : word;
        end
    endgenerate

    blnet_fifo2 #(
        .WIDTH(LANES*BITS)
    ) fifo (
        .clk(clk), .rst(rst),
        .in_data(filled), .in_valid(valid_reg), .in_ready(ce),
        .out_data(m_axis_tdata), .out_valid(m_axis_tvalid), .out_ready(m_axis_tready)
    );
endmodule

`default_nettype wire
