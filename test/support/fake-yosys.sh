#!/bin/sh
# Stands in for Yosys in tests of what surrounds it: two LUTs and a flip-flop for every module of a batch.
# FAKE_LOG: file that notes each run's start, end and process. FAKE_FAIL, FAKE_HANG: modules at which it fails or never ends.
if [ "$1" = -V ]; then echo 'Yosys 0.0 (stand-in)'; exit 0; fi
grep -o 'blnet_[a-z_0-9]* #' batch.v | tr -d ' #' | tr '\n' ' ' >used
echo "start $(cat used)" >>"$FAKE_LOG"
if [ -n "$FAKE_FAIL" ] && grep -q "$FAKE_FAIL" used; then
  echo 'a line before'; echo "ERROR: cannot do $FAKE_FAIL"; exit 1
fi
if [ -n "$FAKE_HANG" ] && grep -q "$FAKE_HANG" used; then
  sleep 100 &
  echo "process $$" >>"$FAKE_LOG"; echo "process $!" >>"$FAKE_LOG"
  wait
fi
sleep 0.2
n=$(grep -c '^module unit_' batch.v)
{
  printf '{"modules": {"batch_top": {"num_cells": 0}'
  i=0
  while [ "$i" -lt "$n" ]; do
    printf ', "\\\\unit_%s": {"num_cells": 3, "num_cells_by_type": {"LUT6": 2, "FDRE": 1}}' "$i"
    i=$((i + 1))
  done
  printf '}}'
} >stat.json
echo end >>"$FAKE_LOG"
