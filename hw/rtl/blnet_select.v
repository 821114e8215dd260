// Some channels of every pixel, in any order: beats of a pixel collect in a memory of two pixels, and leave as the table
// says while the next pixel arrives. With WHOLE = 1 beats stay as they are, and the table has the place of one a line;
// else every lane has a memory of its own, and the table has place and lane for each of them.
// Stages: memory. A pixel leaves when all of it has come.
`default_nettype none

module blnet_select #(
    // Channels per beat: 1 or more.
    parameter LANES = 1,
    // Bits of an element: 1 or more.
    parameter BITS = 8,
    // Beats per pixel that come: 1 or more.
    parameter GROUPS_IN = 1,
    // Beats per pixel that leave: 1 or more.
    parameter GROUPS_OUT = 1,
    // Whether beats stay whole: 0 or 1.
    parameter WHOLE = 1,
    // A line for each beat that leaves: by lane the beat of the pixel, below it the lane of that: a path.
    parameter PLACE_FILE = ""
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
        if (GROUPS_IN < 1) begin : g_illegal_groups_in blnet_error_groups_in_must_be_1_or_more illegal (); end
        if (GROUPS_OUT < 1) begin : g_illegal_groups_out blnet_error_groups_out_must_be_1_or_more illegal (); end
        if (WHOLE != 0 && WHOLE != 1) begin : g_illegal_whole blnet_error_whole_must_be_0_or_1 illegal (); end
    endgenerate

    localparam DEPTH = 2 * GROUPS_IN;
    localparam ADDR_BITS = $clog2(DEPTH);
    localparam LEVEL_BITS = $clog2(DEPTH + 1);
    localparam PLACE_BITS = GROUPS_IN > 1 ? $clog2(GROUPS_IN) : 1;
    localparam LANE_BITS = LANES > 1 ? $clog2(LANES) : 1;
    localparam FIELD_BITS = WHOLE ? PLACE_BITS : PLACE_BITS + LANE_BITS;
    localparam FIELDS = WHOLE ? 1 : LANES;
    localparam GROUP_BITS = GROUPS_OUT > 1 ? $clog2(GROUPS_OUT) : 1;

    wire ce;
    reg [LEVEL_BITS-1:0] level_reg;
    reg [ADDR_BITS-1:0]  write_reg;
    // Which of the two pixels leaves, and the beat of it.
    reg                  half_reg;
    reg [GROUP_BITS-1:0] group_reg;
    reg                  valid_reg;
    wire [FIELDS*FIELD_BITS-1:0] places;
    wire [LANES*BITS-1:0] result;

    wire accept = s_axis_tvalid & s_axis_tready;
    wire issue = ce & (level_reg >= GROUPS_IN);
    wire last_group = group_reg == GROUPS_OUT - 1;
    wire [GROUP_BITS-1:0] next_group = last_group ? 0 : group_reg + 1'b1;
    wire [LEVEL_BITS-1:0] freed = issue & last_group ? GROUPS_IN : 0;

    assign s_axis_tready = level_reg < DEPTH;

    always @(posedge clk) begin
        if (rst) begin
            level_reg <= 0;
            write_reg <= 0;
            half_reg <= 1'b0;
            group_reg <= 0;
            valid_reg <= 1'b0;
        end else begin
            level_reg <= level_reg + accept - freed;
            if (accept) write_reg <= write_reg == DEPTH - 1 ? 0 : write_reg + 1'b1;
            if (ce) valid_reg <= issue;
            if (issue) begin
                group_reg <= next_group;
                if (last_group) half_reg <= !half_reg;
            end
        end
    end

    // Read ahead, so that the place of a beat is there in the cycle of its issue.
    blnet_rom #(
        .WIDTH(FIELDS*FIELD_BITS), .DEPTH(GROUPS_OUT), .FILE(PLACE_FILE)
    ) rom (
        .clk(clk), .read_en(1'b1), .read_addr(issue ? next_group : group_reg), .read_data(places)
    );

    genvar l;
    generate
        if (WHOLE) begin : g_whole
            wire [ADDR_BITS-1:0] read_addr = (half_reg ? GROUPS_IN : 0) + places[PLACE_BITS-1:0];
            blnet_ram #(
                .WIDTH(LANES*BITS), .DEPTH(DEPTH)
            ) ram (
                .clk(clk),
                .write_en(accept), .write_addr(write_reg), .write_data(s_axis_tdata),
                .read_en(ce), .read_addr(read_addr), .read_data(result)
            );
        end else begin : g_lanes
            for (l = 0; l < LANES; l = l + 1) begin : g_lane
                wire [FIELD_BITS-1:0] field = places[l*FIELD_BITS +: FIELD_BITS];
                wire [ADDR_BITS-1:0]  read_addr = (half_reg ? GROUPS_IN : 0) + field[FIELD_BITS-1:LANE_BITS];
                wire [LANES*BITS-1:0] word;
                reg  [LANE_BITS-1:0]  lane_reg;
                always @(posedge clk) if (ce) lane_reg <= field[LANE_BITS-1:0];
                blnet_ram #(
                    .WIDTH(LANES*BITS), .DEPTH(DEPTH)
                ) ram (
                    .clk(clk),
                    .write_en(accept), .write_addr(write_reg), .write_data(s_axis_tdata),
                    .read_en(ce), .read_addr(read_addr), .read_data(word)
                );
                assign result[l*BITS +: BITS] = word[lane_reg*BITS +: BITS];
            end
        end
    endgenerate

    blnet_fifo2 #(
        .WIDTH(LANES*BITS)
    ) fifo (
        .clk(clk), .rst(rst),
        .in_data(result), .in_valid(valid_reg), .in_ready(ce),
        .out_data(m_axis_tdata), .out_valid(m_axis_tvalid), .out_ready(m_axis_tready)
    );
endmodule

`default_nettype wire
