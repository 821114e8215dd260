// What all HLS functions share. Words are laid out as on the RTL streams: lane 0 in the low bits.
// Every function handles one frame a call and reads and writes its streams in a fixed order, so that values do not
// depend on timing. Loops that read a stream are flushable (style=frp): results in flight leave although the next
// input has not come, without which branches that meet again could deadlock.
#ifndef BLNET_COMMON_HPP
#define BLNET_COMMON_HPP

#include <ap_int.h>
#include <hls_stream.h>

// Element `lane` of a word; one bit wider than stored, so that signed and unsigned formats share one type.
template <int BITS, int SIGNED, int WIDTH>
ap_int<BITS + 1> blnet_lane(const ap_uint<WIDTH>& word, int lane) {
#pragma HLS INLINE
  const ap_uint<BITS> plain = word.range(lane * BITS + BITS - 1, lane * BITS);
  const ap_int<BITS> twos = plain.range(BITS - 1, 0);
  if (SIGNED) return twos;
  return plain;
}

// clamp((sum >> SHIFT) + ZERO_POINT, CLAMP_MIN, CLAMP_MAX) as the bits of an output element; >> is arithmetic.
template <int SUM_BITS, int SHIFT, int OUT_BITS, int ZERO_POINT, int CLAMP_MIN, int CLAMP_MAX>
ap_uint<OUT_BITS> blnet_clamp(const ap_int<SUM_BITS>& sum) {
#pragma HLS INLINE
  const int MOVED_BITS = (SUM_BITS > OUT_BITS + 1 ? SUM_BITS : OUT_BITS + 1) + 1;
  // Shifting by the whole width would be undefined; the sign alone is left in any case.
  const int STEPS = SHIFT < SUM_BITS ? SHIFT : SUM_BITS - 1;
  const ap_int<MOVED_BITS> moved = (sum >> STEPS) + ZERO_POINT;
  ap_int<OUT_BITS + 1> y;
  if (moved < CLAMP_MIN) y = CLAMP_MIN;
  else if (moved > CLAMP_MAX) y = CLAMP_MAX;
  else y = moved;
  return y.range(OUT_BITS - 1, 0);
}

// Requantizer: the clamp of acc * m + c; c holds bias, input zero point and the rounding constant. The product is made
// in a DSP, or in LUTs where SCALE_DSP is 0.
template <int ACC_BITS, int M_BITS, int C_BITS, int SHIFT, int OUT_BITS, int ZERO_POINT, int CLAMP_MIN, int CLAMP_MAX,
          int SCALE_DSP>
ap_uint<OUT_BITS> blnet_requantize(const ap_int<ACC_BITS>& acc, const ap_uint<M_BITS>& m, const ap_int<C_BITS>& c) {
#pragma HLS INLINE
  const int PRODUCT_BITS = ACC_BITS + M_BITS;
  const int SUM_BITS = (PRODUCT_BITS > C_BITS ? PRODUCT_BITS : C_BITS) + 1;
  ap_int<SUM_BITS> sum = c;
  if (SCALE_DSP) {
    const ap_int<PRODUCT_BITS> product = acc * m;
#pragma HLS BIND_OP variable=product op=mul impl=dsp
    sum += product;
  } else {
    const ap_int<PRODUCT_BITS> product = acc * m;
#pragma HLS BIND_OP variable=product op=mul impl=fabric
    sum += product;
  }
  return blnet_clamp<SUM_BITS, SHIFT, OUT_BITS, ZERO_POINT, CLAMP_MIN, CLAMP_MAX>(sum);
}

#endif
