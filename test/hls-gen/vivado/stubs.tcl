# A stand-in for Vivado: every command that the generated scripts may use, with the options and the number of plain
# arguments that UG835 (ipx:: commands: UG1118) gives it. Anything else is an error. Block designs are kept as cells and
# pins, so that a wrong pin, property or IP name is an error too. Calls go to stdout, one a line.
#   tclsh stubs.tcl SCRIPT [ARGS...]

# command -> {options with an argument} {options without} least most (plain arguments; most -1: any number)
set COMMANDS {
    create_project {-part} {-force -in_memory} 0 2
    close_project {} {-delete} 0 0
    current_project {} {} 0 1
    current_fileset {} {-simset -constrset -srcset -blockset} 0 1
    add_files {-fileset -of_objects -scan_for_includes} {-norecurse -copy_to} 0 -1
    get_files {-of_objects -filter} {-regexp -nocase -all -quiet} 0 -1
    get_runs {-filter} {-regexp -nocase -quiet} 0 -1
    set_property {-name -value -objects} {-dict} 2 -1
    get_property {} {-min -max} 2 2
    update_compile_order {-fileset} {-force_gui} 0 0
    read_xdc {-cells -ref -mode} {-quiet_diff -unmanaged -no_add} 1 -1
    create_clock {-period -name -waveform} {-add} 0 -1
    get_ports {-filter -of_objects} {-regexp -nocase -quiet} 0 -1
    synth_design {-name -part -constrset -top -include_dirs -generic -verilog_define -flatten_hierarchy -directive -mode
        -max_dsp -max_bram -max_uram} {-rtl -retiming -assert -no_lc -quiet -verbose} 0 0
    opt_design {-directive} {-retarget -propconst -sweep -remap} 0 0
    place_design {-directive} {-no_timing_driven} 0 0
    phys_opt_design {-directive} {} 0 0
    route_design {-directive} {-unroute -preserve -no_timing_driven} 0 0
    report_utilization {-file -cells -pblocks -name -format -hierarchical_depth -hierarchical_min_primitive_count}
        {-append -hierarchical -hierarchical_percentages -return_string -packthru -slr} 0 0
    report_timing_summary {-delay_type -max_paths -nworst -path_type -slack_lesser_than -significant_digits -file -name
        -cells -rpx} {-check_timing_verbose -no_detailed_paths -setup -hold -unique_pins -input_pins -routable_nets
        -report_unconstrained -no_header -append -return_string -warn_on_violation -datasheet} 0 0
    write_checkpoint {-cell} {-force -incremental_synth} 1 1
    update_ip_catalog {-repo_path -add_ip -delete_ip -delete_mult_ip -disable_ip -enable_ip} {-rebuild -update_module_ref} 0 0
    get_ipdefs {-filter -of_objects} {-regexp -nocase -all} 0 -1
    get_board_parts {-filter -of_objects} {-regexp -nocase -latest_file_version -latest_hw_revision -quiet} 0 -1
    create_bd_design {-cell -srcset} {} 1 1
    create_bd_cell {-vlnv -type -reference} {-combine} 1 1
    apply_bd_automation {-rule -config -dict} {-opts} 1 -1
    get_bd_cells {-filter -of_objects} {-regexp -hierarchical -nocase -quiet} 0 -1
    get_bd_pins {-filter -of_objects} {-regexp -hierarchical -nocase -quiet} 0 -1
    get_bd_intf_pins {-filter -of_objects} {-regexp -hierarchical -nocase -quiet} 0 -1
    connect_bd_net {-net} {} 2 -1
    connect_bd_intf_net {-intf_net -boundary_type -auto_create_port} {} 2 2
    assign_bd_address {-target_address_space -offset -range -dict} {-force -external -boundary} 0 -1
    validate_bd_design {-design} {-force -include_pfm} 0 0
    save_bd_design {} {} 0 1
    make_wrapper {-fileset} {-top -testbench -inst_template -import -force -quiet} 0 -1
    launch_runs {-jobs -scripts_only -to_step -host -dir -pre_launch_script} {-lsf -next_step -force} 1 -1
    wait_on_run {-timeout} {} 1 1
    open_run {-name -pr_config} {} 1 1
    ipx::package_project {-root_dir -vendor -library -taxonomy -version -name -module}
        {-import_files -force -set_current -force_update_compile_order} 0 -1
    ipx::current_core {} {} 0 1
    ipx::associate_bus_interfaces {-busif -clock -reset} {-clear -remove} 1 1
    ipx::create_xgui_files {-logo_file} {} 0 1
    ipx::update_checksums {} {} 0 1
    ipx::check_integrity {} {-kernel -xrt} 0 1
    ipx::save_core {} {} 0 1
}

# name -> {interface pins} {pins} {properties}; the accelerator's own is added by the test.
set IP {
    processing_system7 {M_AXI_GP0 S_AXI_HP0 DDR FIXED_IO}
        {FCLK_CLK0 FCLK_RESET0_N M_AXI_GP0_ACLK S_AXI_HP0_ACLK}
        {PCW_USE_M_AXI_GP0 PCW_USE_S_AXI_HP0 PCW_FPGA0_PERIPHERAL_FREQMHZ}
    zynq_ultra_ps_e {M_AXI_HPM0_FPD S_AXI_HP0_FPD} {pl_clk0 pl_resetn0 maxihpm0_fpd_aclk saxihp0_fpd_aclk}
        {PSU__USE__M_AXI_GP0 PSU__USE__M_AXI_GP1 PSU__USE__M_AXI_GP2 PSU__USE__S_AXI_GP2
         PSU__CRL_APB__PL0_REF_CTRL__FREQMHZ}
    proc_sys_reset {} {slowest_sync_clk ext_reset_in aux_reset_in dcm_locked mb_debug_sys_rst peripheral_aresetn
        interconnect_aresetn peripheral_reset} {}
    axi_dma {S_AXI_LITE M_AXIS_MM2S S_AXIS_S2MM M_AXI_MM2S M_AXI_S2MM}
        {s_axi_lite_aclk m_axi_mm2s_aclk m_axi_s2mm_aclk axi_resetn mm2s_introut s2mm_introut}
        {c_include_sg c_sg_include_stscntrl_strm c_sg_length_width c_addr_width c_m_axis_mm2s_tdata_width
         c_m_axi_mm2s_data_width c_s_axis_s2mm_tdata_width c_m_axi_s2mm_data_width c_include_mm2s}
    smartconnect {S00_AXI S01_AXI S02_AXI S03_AXI M00_AXI M01_AXI M02_AXI M03_AXI} {aclk aresetn} {NUM_SI NUM_MI}
}
# Clock inputs and stream ends that a complete design has connected.
set MUST_CONNECT {
    processing_system7 {M_AXI_GP0 S_AXI_HP0 M_AXI_GP0_ACLK S_AXI_HP0_ACLK}
    zynq_ultra_ps_e {M_AXI_HPM0_FPD S_AXI_HP0_FPD maxihpm0_fpd_aclk saxihp0_fpd_aclk}
    proc_sys_reset {slowest_sync_clk ext_reset_in}
    axi_dma {S_AXI_LITE M_AXIS_MM2S S_AXIS_S2MM M_AXI_MM2S M_AXI_S2MM s_axi_lite_aclk m_axi_mm2s_aclk m_axi_s2mm_aclk
        axi_resetn}
    smartconnect {S00_AXI M00_AXI aclk aresetn}
}
set PROPERTIES {top board_part ip_repo_paths name version display_name description PROGRESS}
set cells {}
set receivers {}
set connected {}

proc fail {text} { error "stub: $text" }

# Splits a call into {option value ...} and plain arguments, and checks both.
proc check {command arguments} {
    global COMMANDS
    lassign [dict get $COMMANDS $command] valued flags least most
    set options {}
    set plain {}
    for {set i 0} {$i < [llength $arguments]} {incr i} {
        set a [lindex $arguments $i]
        if {![string match {-[a-z]*} $a]} { lappend plain $a; continue }
        if {$a in $flags || $a in {-quiet -verbose}} { dict set options $a 1; continue }
        if {$a ni $valued} { fail "$command has no option $a" }
        if {[incr i] >= [llength $arguments]} { fail "$command $a lacks its argument" }
        dict set options $a [lindex $arguments $i]
    }
    set n [llength $plain]
    if {$n < $least || ($most >= 0 && $n > $most)} { fail "$command has $n plain arguments, not $least to $most" }
    puts "$command $arguments"
    return [list $options $plain]
}

# Effects and results of the commands that have any.
proc effect {command options plain} {
    global cells connected IP MUST_CONNECT PROPERTIES
    switch -- $command {
        get_ipdefs {
            if {![regexp {^NAME == (\w+)$} [dict get $options -filter] -> name]} { fail "filter of get_ipdefs" }
            return [expr {[dict exists $IP $name] ? "vendor:ip:$name:1.0" : ""}]
        }
        get_board_parts { return [lindex $plain 0] }
        current_project - current_fileset - ipx::current_core { return object }
        get_runs - get_files - get_ports { return [lindex $plain 0] }
        get_property { return 100% }
        add_files - read_xdc {
            foreach f [concat {*}$plain] { if {![file exists $f]} { fail "$command: no file $f" } }
            # Constraints are Tcl too.
            if {$command eq "read_xdc"} { source [lindex $plain 0] }
        }
        create_bd_cell {
            dict set cells [lindex $plain 0] [lindex [split [dict get $options -vlnv] :] 2]
        }
        get_bd_cells {
            foreach c $plain { if {![dict exists $cells $c]} { fail "no cell $c" } }
            return [lindex $plain 0]
        }
        get_bd_pins - get_bd_intf_pins {
            lassign [split [lindex $plain 0] /] cell pin
            if {![dict exists $cells $cell]} { fail "no cell $cell" }
            set kind [dict get $cells $cell]
            if {$pin ni [lindex [dict get $IP $kind] [expr {$command eq "get_bd_pins"}]]} { fail "$kind has no pin $pin" }
            return $cell/$pin
        }
        connect_bd_net - connect_bd_intf_net { foreach p $plain { dict set connected $p 1 } }
        set_property {
            if {[dict exists $options -dict]} {
                lassign $plain pairs object
                set known [lindex [dict get $IP [dict get $cells $object]] 2]
                foreach {name value} $pairs {
                    # An engine that only receives has no sending half to connect.
                    if {$name eq {CONFIG.c_include_mm2s} && $value == 0} { dict set ::receivers $object 1 }
                    if {[string map {CONFIG. {}} $name] ni $known} { fail "[dict get $cells $object] has no property $name" }
                }
            } elseif {[lindex $plain 0] ni $PROPERTIES} { fail "no property [lindex $plain 0]" }
        }
        validate_bd_design {
            dict for {cell kind} $cells {
                foreach pin [dict get $MUST_CONNECT $kind] {
                    if {[dict exists $::receivers $cell] && [string match -nocase *mm2s* $pin]} { continue }
                    if {![dict exists $connected $cell/$pin]} { fail "$cell/$pin is not connected" }
                }
            }
        }
        report_utilization - report_timing_summary { close [open [dict get $options -file] w] }
        write_checkpoint { close [open [lindex $plain 0] w] }
        ipx::save_core { close [open [file join $::ip_dir component.xml] w] }
        launch_runs {
            set runs [file join $::project_dir $::board.runs impl_1]
            set handoff [file join $::project_dir $::board.gen sources_1 bd system hw_handoff]
            file mkdir $runs $handoff
            close [open [file join $runs system_wrapper.bit] w]
            close [open [file join $handoff system.hwh] w]
        }
    }
    return ""
}

# As a pure list: command, then its four fields.
set table {}
foreach {name valued flags least most} $COMMANDS { dict set table $name [list $valued $flags $least $most] }
set COMMANDS $table
dict set COMMANDS make_wrapper [list {-fileset -files} {-top -testbench -inst_template -import -force} 0 0]
set table {}
foreach {name interfaces pins properties} $IP { dict set table $name [list $interfaces $pins $properties] }
set IP $table
namespace eval ipx {}
foreach name [dict keys $COMMANDS] {
    proc ::$name {args} "lassign \[check $name \$args\] options plain; return \[effect $name \$options \$plain\]"
}
proc unknown {name args} { fail "Vivado has no command $name" }

set script [lindex $argv 0]
set argv [lrange $argv 1 end]
set argc [llength $argv]
# The accelerator's core, once it is packaged: its ports follow from the wrapper that the caller names.
if {[info exists ::env(ACCELERATOR)]} {
    set outputs [expr {[info exists ::env(OUTPUTS)] ? $::env(OUTPUTS) : {m_axis}}]
    dict set IP $::env(ACCELERATOR) [list [list s_axi s_axis {*}$outputs] {aclk aresetn} {}]
    dict set MUST_CONNECT $::env(ACCELERATOR) [list s_axi s_axis {*}$outputs aclk aresetn]
}
info script $script
source $script
