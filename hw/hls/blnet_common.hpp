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

// Requantizer: p = (acc + bias) * m; the clamp of p + 2^(s-1) + r * 2^CORRECTION_UNIT, s = SHIFT + spread. `rounding`
// holds the spread in its low SPREAD_BITS, then r for p >= 0, then r for p < 0. The product is made in a DSP, or in LUTs
// where SCALE_DSP is 0.
template <int ACC_BITS, int M_BITS, int BIAS_BITS, int SUM_BITS, int SHIFT, int SPREAD_BITS, int CORRECTION_BITS,
          int CORRECTION_UNIT, int OUT_BITS, int ZERO_POINT, int CLAMP_MIN, int CLAMP_MAX, int SCALE_DSP, int R_BITS>
ap_uint<OUT_BITS> blnet_requantize(const ap_int<ACC_BITS>& acc, const ap_uint<M_BITS>& m, const ap_int<BIAS_BITS>& bias,
                                   const ap_uint<R_BITS>& rounding) {
#pragma HLS INLINE
  const int PRODUCT_BITS = SUM_BITS + M_BITS;
  const int CORRECTED_BITS =
      (PRODUCT_BITS > CORRECTION_BITS + CORRECTION_UNIT ? PRODUCT_BITS : CORRECTION_BITS + CORRECTION_UNIT) + 1;
  // No type has a width of 0.
  const int C_BITS = CORRECTION_BITS > 0 ? CORRECTION_BITS : 1;
  const int S_BITS = SPREAD_BITS > 0 ? SPREAD_BITS : 1;
  const ap_int<SUM_BITS> sum = acc + bias;
  ap_int<CORRECTED_BITS> corrected;
  if (SCALE_DSP) {
    const ap_int<PRODUCT_BITS> product = sum * m;
#pragma HLS BIND_OP variable=product op=mul impl=dsp
    corrected = product;
  } else {
    const ap_int<PRODUCT_BITS> product = sum * m;
#pragma HLS BIND_OP variable=product op=mul impl=fabric
    corrected = product;
  }
  if (CORRECTION_BITS > 0) {
    const ap_uint<R_BITS> both = rounding >> SPREAD_BITS;
    ap_uint<R_BITS> chosen = both;
    if (corrected < 0) chosen = both >> CORRECTION_BITS;
    const ap_int<C_BITS> correction = chosen.range(C_BITS - 1, 0);
    ap_int<CORRECTED_BITS> wide = correction;
    corrected += wide << CORRECTION_UNIT;
  }
  // Shifting by the whole width would be undefined; the sign alone is left in any case.
  const int STEPS = SHIFT - 1 < CORRECTED_BITS ? SHIFT - 1 : CORRECTED_BITS - 1;
  ap_int<CORRECTED_BITS> kept = corrected >> STEPS;
  if (SPREAD_BITS > 0) {
    const ap_uint<S_BITS> spread = rounding.range(S_BITS - 1, 0);
    for (int b = 0; b < S_BITS; b++) {
#pragma HLS UNROLL
      const int BY = (1 << b) < CORRECTED_BITS ? 1 << b : CORRECTED_BITS - 1;
      const ap_uint<1> isSet = spread.range(b, b);
      if (isSet != 0) kept = kept >> BY;
    }
  }
  const ap_int<CORRECTED_BITS + 1> rounded = kept + 1;
  return blnet_clamp<CORRECTED_BITS + 1, 1, OUT_BITS, ZERO_POINT, CLAMP_MIN, CLAMP_MAX>(rounded);
}

#endif
