#!/bin/sh
# Deepest logic between registers of each block, by Yosys: cells on the longest path of the flattened block mapped to
# 7-series, registers, DSPs and memories taken out, and how many of the cells are carry cells (four bits each).
# Usage: sh bench/logic-depth.sh > bench/results/logic-depth.txt
set -e
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Memories of the engines: any words will do, as long as they are not alike.
for file in w00 w01 w02 w03 requant; do
    awk -v n="$file" 'BEGIN { srand(length(n)); for (i = 0; i < 64; i++) printf "%04x%04x%04x%04x\n", rand()*65536, rand()*65536, rand()*65536, rand()*65536 }' >"$work/$file.mem"
done
cd "$work"
depth() {
    block=$1
    shift
    parameters=""
    for p in "$@"; do parameters="$parameters -set ${p%%=*} ${p#*=}"; done
    [ -z "$parameters" ] || parameters="chparam$parameters blnet_$block;"
    yosys -q -p "read_verilog -defer $root/hw/rtl/*.v; $parameters hierarchy -top blnet_$block; synth_xilinx -flatten -noiopad -top blnet_$block; delete t:FD* t:DSP* t:RAM* t:SRL*; tee -q -o path.txt ltp" >log.txt 2>&1 || { cat log.txt; exit 1; }
    cells=$(sed -n 's/.*length=\([0-9]*\).*/\1/p' path.txt)
    carry=$(grep -c 'carry4)' path.txt || true)
    # shellcheck disable=SC2086
    printf '%-16s %4s cells, %3s of them carry   %s\n' "$block" "$cells" "$carry" "$*"
}
depth accumulate TERMS=2 ACC_BITS=22
depth multiply
depth dot LANES=3 USE_DSP=0
depth dot_pair LANES=4
depth scale CYCLES=0
depth scale CYCLES=1
depth scale CYCLES=5
depth requant SCALE_CYCLES=0
depth requant SCALE_CYCLES=1
depth add LANES=1 M_A=80123 M_B=45678 SHIFT=17 SUM_BITS=28
depth global_avg_pool GROUPS=64 PIXELS=64 SCALE_CYCLES=1 MULTIPLIER=100861
depth window LANES=3 HEIGHT=16 WIDTH=16 GROUPS=24 OUT_HEIGHT=16 OUT_WIDTH=16 ROWS=3
depth pointwise LANES_IN=1 BEATS_IN=16 SIMD=4 FOLD_IN=4 PE=4 FOLD_OUT=8 BEATS_OUT=32 PE_DSP=4 PACK_SHIFT=17 CHAIN=4 'WEIGHT_FILE="w"' 'REQUANT_FILE="requant.mem"'
depth pointwise LANES_IN=1 BEATS_IN=16 SIMD=4 FOLD_IN=4 PE=4 FOLD_OUT=8 BEATS_OUT=32 PE_DSP=0 CHAIN=4 SCALE_CYCLES=1 'WEIGHT_FILE="w"' 'REQUANT_FILE="requant.mem"'
depth depthwise LANES=3 TAPS=3 FOLD_TAPS=3 GROUPS=8 BEATS_OUT=24 SCALE_CYCLES=1 'WEIGHT_FILE="w"' 'REQUANT_FILE="requant.mem"'
