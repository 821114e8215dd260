# Out-of-context synthesis of small. Run it in the build folder: the memory files are named from there.
read_verilog rtl/blnet_rom.v
read_verilog rtl/small.v
synth_design -top small -part xc7z020clg400-1 -mode out_of_context -flatten_hierarchy rebuilt
create_clock -name clk -period 6.667 [get_ports clk]
report_utilization -hierarchical -file synth/vivado/utilization.rpt
report_timing_summary -file synth/vivado/timing.rpt
