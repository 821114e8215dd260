// Nearest-neighbour x2: every row of WIDTH pixels (GROUPS beats each) leaves twice, every pixel twice in a row.
// One output beat a cycle; an input beat is read when its first copy is due. Meanwhile the next row collects in the
// channel in front.
#ifndef BLNET_UPSAMPLE_HPP
#define BLNET_UPSAMPLE_HPP

#include "blnet_common.hpp"

template <int LANES, int BITS, int HEIGHT, int WIDTH, int GROUPS>
void blnet_upsample(hls::stream<ap_uint<LANES * BITS> >& in, hls::stream<ap_uint<LANES * BITS> >& out) {
  ap_uint<LANES * BITS> row[WIDTH * GROUPS];
#pragma HLS BIND_STORAGE variable=row type=ram_s2p
  // Position in the output: second row of two, pixel of the input row, second copy of two, group.
  int second = 0;
  int x = 0;
  int repeat = 0;
  int group = 0;
  for (int i = 0; i < 4 * HEIGHT * WIDTH * GROUPS; i++) {
#pragma HLS PIPELINE II=1 style=frp
    ap_uint<LANES * BITS> word;
    if (second == 0 && repeat == 0) {
      word = in.read();
      row[x * GROUPS + group] = word;
    } else {
      word = row[x * GROUPS + group];
    }
    out.write(word);
    if (group < GROUPS - 1) {
      group++;
    } else {
      group = 0;
      if (repeat == 0) {
        repeat = 1;
      } else {
        repeat = 0;
        if (x < WIDTH - 1) {
          x++;
        } else {
          x = 0;
          second = 1 - second;
        }
      }
    }
  }
}

#endif
