// Nearest-neighbour x2: every row of WIDTH pixels (GROUPS beats each) is read twice, every pixel twice in a row.
// The buffer holds a row and a pixel; the second reading frees it. Three cycles from input to output.
`default_nettype none

module blnet_upsample #(
    // Channels per beat: 1 or more.
    parameter LANES = 1,
    // Bits of an element: 1 or more.
    parameter BITS = 8,
    // Pixels of an input row: 1 or more.
    parameter WIDTH = 1,
    // Beats per pixel: 1 or more.
    parameter GROUPS = 1
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
    endgenerate

    localparam ROW = WIDTH * GROUPS;
    localparam DEPTH = ROW + GROUPS;
    localparam ADDR_BITS = $clog2(DEPTH);
    localparam LEVEL_BITS = $clog2(DEPTH + 1);
    localparam GROUP_BITS = GROUPS > 1 ? $clog2(GROUPS) : 1;
    localparam X_BITS = WIDTH > 1 ? $clog2(WIDTH) : 1;

    wire ce;
    reg [LEVEL_BITS-1:0] level_reg;
    reg [LEVEL_BITS-1:0] offset_reg;
    reg [GROUP_BITS-1:0] group_reg;
    reg                  repeat_reg;
    reg [X_BITS-1:0]     x_reg;
    reg                  second_reg;
    reg [ADDR_BITS-1:0]  write_addr_reg;
    reg [ADDR_BITS-1:0]  read_addr_reg;
    // Where the pixel and the row being read begin.
    reg [ADDR_BITS-1:0]  pixel_addr_reg;
    reg [ADDR_BITS-1:0]  row_addr_reg;
    reg                  valid_reg;

    wire [ADDR_BITS-1:0] next_addr = read_addr_reg == DEPTH - 1 ? 0 : read_addr_reg + 1'b1;
    wire [LANES*BITS-1:0] word;
    wire accept = s_axis_tvalid & s_axis_tready;
    // In the first reading nothing is freed; in the second the whole row is there.
    wire issue = ce & (second_reg | (level_reg > offset_reg));
    wire free = issue & second_reg & repeat_reg;
    wire last_group = group_reg == GROUPS - 1;
    wire last_x = x_reg == WIDTH - 1;

    assign s_axis_tready = level_reg < DEPTH;

    always @(posedge clk) begin
        if (rst) begin
            level_reg <= 0;
            offset_reg <= 0;
            group_reg <= 0;
            repeat_reg <= 1'b0;
            x_reg <= 0;
            second_reg <= 1'b0;
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
                offset_reg <= offset_reg + 1'b1;
                if (last_group) begin
                    repeat_reg <= !repeat_reg;
                    if (!repeat_reg) begin
                        read_addr_reg <= pixel_addr_reg;
                        offset_reg <= offset_reg - (GROUPS - 1);
                    end else begin
                        pixel_addr_reg <= next_addr;
                        x_reg <= last_x ? 0 : x_reg + 1'b1;
                        if (last_x) begin
                            second_reg <= !second_reg;
                            offset_reg <= 0;
                            if (!second_reg) begin
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

    blnet_fifo2 #(
        .WIDTH(LANES*BITS)
    ) fifo (
        .clk(clk), .rst(rst),
        .in_data(word), .in_valid(valid_reg), .in_ready(ce),
        .out_data(m_axis_tdata), .out_valid(m_axis_tvalid), .out_ready(m_axis_tready)
    );
endmodule

`default_nettype wire
