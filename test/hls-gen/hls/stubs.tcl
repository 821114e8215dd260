# A stand-in for Vitis HLS: the Tcl commands of UG1399 that the generated script may use, with their options and the
# number of plain arguments. Anything else is an error, and so is a command before the one that it needs.
#   tclsh stubs.tcl SCRIPT

# command -> {options with an argument} {options without} least most (plain arguments)
set COMMANDS {
    open_project {} {-reset} 1 1
    set_top {} {} 1 1
    add_files {-cflags -csimflags -blackbox} {-tb} 1 1
    open_solution {-flow_target} {-reset} 1 1
    set_part {} {} 1 1
    create_clock {-period -name} {} 0 1
    csim_design {-argv -ldflags -mflags} {-O -clean -compiler -profile -setup} 0 0
    csynth_design {} {-dump_cfg -dump_post_cfg -synthesis_check} 0 0
    export_design {-description -display_name -flow -format -ipname -library -output -rtl -taxonomy -vendor -version} {}
        0 0
}
set NEEDS {
    set_top open_project
    add_files open_project
    open_solution open_project
    set_part open_solution
    create_clock open_solution
    csim_design set_part
    csynth_design create_clock
    export_design csynth_design
}
set VALUES {
    -flow_target {vivado vitis}
    -format {ip_catalog syn_dcp sysgen xo}
}
set seen {}

proc call {name arguments} {
    global COMMANDS NEEDS VALUES seen
    set at [lsearch -exact $COMMANDS $name]
    lassign [lrange $COMMANDS $at+1 $at+4] valued flags least most
    set plain {}
    for {set i 0} {$i < [llength $arguments]} {incr i} {
        set word [lindex $arguments $i]
        if {$word in $valued} {
            set value [lindex $arguments [incr i]]
            if {[dict exists $VALUES $word] && $value ni [dict get $VALUES $word]} { error "$name $word $value" }
        } elseif {[string match -* $word]} {
            if {$word ni $flags} { error "$name has no option $word" }
        } else { lappend plain $word }
    }
    set n [llength $plain]
    if {$n < $least || $n > $most} { error "$name with $n arguments" }
    if {[dict exists $NEEDS $name] && [dict get $NEEDS $name] ni $seen} {
        error "$name before [dict get $NEEDS $name]"
    }
    if {$name eq "add_files" && ![file isfile [lindex $plain 0]]} { error "no file [lindex $plain 0]" }
    lappend seen $name
    puts "$name $arguments"
}

foreach {name valued flags least most} $COMMANDS {
    proc $name args "call $name \$args"
}
proc unknown {name args} { error "unknown command $name" }

source [lindex $argv 0]
