// Stands in for the vendor's ap_int.h when the HLS code is compiled by an ordinary C++ compiler (C++14 or later).
// Only what the generated code and hw/hls use, with the widths and signs that the vendor documents for results.
// Stricter than the original on purpose, so that mistakes show before synthesis:
//   - a value that does not fit its target stops the program, where hardware would wrap silently
//     (BLNET_HLS_WRAP restores wrapping); reading bits with range() reinterprets and never stops;
//   - a variable without an initial value holds a pattern, not zero;
//   - no implicit conversion to built-in integers; arithmetic up to 64 bits, wider words only hold fields.
#ifndef BLNET_SIM_AP_INT_H
#define BLNET_SIM_AP_INT_H

#include <type_traits>

#include "ap_bits.h"

namespace blnet_sim {
template <class T, class R> using IfInteger = typename std::enable_if<std::is_integral<T>::value, R>::type;
}

// Up to 64 bits: one machine word, kept sign- or zero-extended.
template <int W, bool S> struct ap_int_base<W, S, true> {
  static_assert(W >= 1, "ap_int needs at least one bit");
  static const int WORDS = 1;
  uint64_t v;

  ap_int_base() : v(blnet_sim::wrapped(blnet_sim::POISON, W, S)) {}
  template <class T, class = blnet_sim::IfInteger<T, void>>
  constexpr ap_int_base(T x) : v(blnet_sim::fitted(blnet_sim::int128(x), W, S)) {}
  template <int W2, bool S2>
  constexpr ap_int_base(const ap_int_base<W2, S2, true>& x) : v(blnet_sim::fitted(x.value(), W, S)) {}
  template <int W2, bool S2>
  ap_int_base(const ap_int_base<W2, S2, false>& x) : v(x.range(W2 - 1, 0).narrow(W, S)) {}
  ap_int_base(const ap_range_ref& r) : v(r.narrow(W, S)) {}

  constexpr blnet_sim::int128 value() const {
    return S ? blnet_sim::int128(int64_t(v)) : blnet_sim::int128(v);
  }
  const uint64_t* data() const { return &v; }
  uint64_t fill() const { return S && int64_t(v) < 0 ? ~uint64_t(0) : 0; }
  ap_range_ref range(int hi, int lo) const { return ap_range_ref(const_cast<uint64_t*>(&v), W, S, hi, lo); }

  int to_int() const { return int(v); }
  int64_t to_int64() const { return int64_t(v); }
  uint64_t to_uint64() const { return v; }
  bool to_bool() const { return v != 0; }

  ap_int_base operator>>(int n) const {
    blnet_sim::checkShift(n, W);
    return raw(S ? uint64_t(int64_t(v) >> n) : v >> n);
  }
  // As in hardware: bits shifted out at the top are lost.
  ap_int_base operator<<(int n) const {
    blnet_sim::checkShift(n, W);
    return raw(v << n);
  }
  ap_int_base operator~() const { return raw(~v); }
  template <class X> ap_int_base& operator+=(const X& x) { return *this = ap_int_base(*this + x); }
  template <class X> ap_int_base& operator-=(const X& x) { return *this = ap_int_base(*this - x); }

  static ap_int_base raw(uint64_t x) {
    ap_int_base r;
    r.v = blnet_sim::wrapped(x, W, S);
    return r;
  }
};

// More than 64 bits: a word of fields, unsigned.
template <int W, bool S> struct ap_int_base<W, S, false> {
  static_assert(!S, "signed values of more than 64 bits are not modelled");
  static const int WORDS = (W + 63) / 64;
  uint64_t words[WORDS];

  ap_int_base() {
    for (int i = 0; i < WORDS; i++) words[i] = blnet_sim::POISON;
    trim();
  }
  template <class T, class = blnet_sim::IfInteger<T, void>> ap_int_base(T x) {
    clear();
    words[0] = blnet_sim::fitted(blnet_sim::int128(x), 64, false);
  }
  template <int W2, bool S2> ap_int_base(const ap_int_base<W2, S2, true>& x) {
    clear();
    words[0] = blnet_sim::fitted(x.value(), 64, false);
  }
  template <int W2, bool S2> ap_int_base(const ap_int_base<W2, S2, false>& x) { take(x.range(W2 - 1, 0)); }
  ap_int_base(const ap_range_ref& r) { take(r); }

  const uint64_t* data() const { return words; }
  uint64_t fill() const { return 0; }
  ap_range_ref range(int hi, int lo) const { return ap_range_ref(const_cast<uint64_t*>(words), W, false, hi, lo); }

  ap_int_base operator>>(int n) const {
    blnet_sim::checkShift(n, W);
    ap_int_base r(0);
    blnet_sim::copyBits(r.words, 0, words, WORDS, n, W - n, 0);
    return r;
  }
  ap_int_base operator~() const {
    ap_int_base r;
    for (int i = 0; i < WORDS; i++) r.words[i] = ~words[i];
    r.trim();
    return r;
  }

 private:
  void clear() {
    for (int i = 0; i < WORDS; i++) words[i] = 0;
  }
  void trim() { words[WORDS - 1] &= blnet_sim::maskOf(W - 64 * (WORDS - 1)); }
  void take(const ap_range_ref& r) {
    clear();
    const int n = r.length() < W ? r.length() : W;
    blnet_sim::copyBits(words, 0, r.words, r.count(), r.lo, n, 0);
    if (r.length() > W) blnet_sim::checkZero(r.words, r.count(), r.lo + W, r.length() - W, W, false);
  }
};

template <int W> struct ap_int : ap_int_base<W, true> {
  ap_int() {}
  template <class T> constexpr ap_int(const T& x) : ap_int_base<W, true>(x) {}
};

template <int W> struct ap_uint : ap_int_base<W, false> {
  ap_uint() {}
  template <class T> constexpr ap_uint(const T& x) : ap_int_base<W, false>(x) {}
};

#include "ap_int_operators.h"

#endif
