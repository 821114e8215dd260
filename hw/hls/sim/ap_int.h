// Stands in for the vendor's ap_int.h when the HLS code is compiled by an ordinary C++ compiler (C++14 or later).
// Only what the generated code and hw/hls use, with the widths and signs that the vendor documents for results.
// Stricter than the original on purpose, so that mistakes show before synthesis:
//   - a value that does not fit its target stops the program, where hardware would wrap silently
//     (BLNET_HLS_WRAP restores wrapping); reading bits with range() reinterprets and never stops;
//   - a variable without an initial value holds a pattern, not zero;
//   - no implicit conversion to built-in integers; arithmetic up to 64 bits, wider words only hold fields.
#ifndef BLNET_SIM_AP_INT_H
#define BLNET_SIM_AP_INT_H

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <type_traits>

namespace blnet_sim {
__extension__ typedef __int128 int128;

const uint64_t POISON = 0xa5c3a5c3a5c3a5c3ull;

inline void overflow(int128 value, int bits, bool isSigned) {
#ifndef BLNET_HLS_WRAP
  fprintf(stderr, "ap_%sint<%d>: %lld does not fit\n", isSigned ? "" : "u", bits, (long long)value);
  exit(4);
#else
  (void)value, (void)bits, (void)isSigned;
#endif
}

constexpr int larger(int a, int b) { return a > b ? a : b; }

// Bits of a built-in integer as an operand.
template <class T> struct Builtin {
  static const int BITS = std::is_same<T, bool>::value ? 1 : int(sizeof(T) * 8);
  static const bool SIGNED = std::is_signed<T>::value;
};
template <class T, class R> using IfInteger = typename std::enable_if<std::is_integral<T>::value, R>::type;
}  // namespace blnet_sim

template <int W, bool S, bool NARROW = (W <= 64)> struct ap_int_base;

// Bits hi..lo of a value; assigning changes them.
template <class VALUE> struct ap_range_ref {
  VALUE& value;
  int hi, lo;

  ap_range_ref(VALUE& v, int high, int low) : value(v), hi(high), lo(low) {
    if (low < 0 || high < low || high >= VALUE::width) {
      fprintf(stderr, "range(%d, %d) of %d bits\n", high, low, int(VALUE::width));
      exit(4);
    }
  }
  ap_range_ref(const ap_range_ref&) = default;

  template <int W2, bool S2> ap_range_ref& operator=(const ap_int_base<W2, S2, true>& x) { return put(x); }
  template <int W2, bool S2> ap_range_ref& operator=(const ap_int_base<W2, S2, false>& x) { return put(x); }
  template <class V2> ap_range_ref& operator=(const ap_range_ref<V2>& x) {
    return put(ap_int_base<V2::width, false>(x));
  }
  ap_range_ref& operator=(const ap_range_ref& x) { return put(ap_int_base<VALUE::width, false>(x)); }
  template <class T> blnet_sim::IfInteger<T, ap_range_ref&> operator=(T x) {
    return put(ap_int_base<64, std::is_signed<T>::value>(x));
  }

 private:
  template <class X> ap_range_ref& put(const X& x) {
    for (int at = lo; at <= hi; at += 64) {
      const int n = hi - at + 1 < 64 ? hi - at + 1 : 64;
      value.set(at, n, x.get(at - lo, n));
    }
    return *this;
  }
};

// Up to 64 bits: one machine word, kept sign- or zero-extended.
template <int W, bool S> struct ap_int_base<W, S, true> {
  static_assert(W >= 1, "ap_int needs at least one bit");
  static const int width = W;
  typedef typename std::conditional<S, int64_t, uint64_t>::type word;
  word v;

  ap_int_base() : v(wrap(blnet_sim::POISON)) {}
  template <class T, class = blnet_sim::IfInteger<T, void>> constexpr ap_int_base(T x) : v(fit(x)) {}
  template <int W2, bool S2> constexpr ap_int_base(const ap_int_base<W2, S2, true>& x) : v(fit(x.v)) {}
  template <int W2, bool S2> ap_int_base(const ap_int_base<W2, S2, false>& x) : v(bits(x, 0, W2)) {}
  template <class V> ap_int_base(const ap_range_ref<V>& r) : v(bits(r.value, r.lo, r.hi - r.lo + 1)) {}

  static constexpr word wrap(uint64_t x) {
    return S ? word(int64_t(x << (64 - W)) >> (64 - W)) : word((x << (64 - W)) >> (64 - W));
  }
  static constexpr word fit(blnet_sim::int128 x) {
    return blnet_sim::int128(wrap(uint64_t(x))) == x ? word(x) : (blnet_sim::overflow(x, W, S), wrap(uint64_t(x)));
  }
  // n bits from lo on, as they are; more than W of them must be zero above.
  template <class V> static word bits(const V& x, int lo, int n) {
    for (int at = W; at < n; at += 64) {
      const uint64_t above = x.get(lo + at, n - at < 64 ? n - at : 64);
      if (above != 0) blnet_sim::overflow(blnet_sim::int128(above), W, S);
    }
    return wrap(x.get(lo, n < W ? n : W));
  }

  // Beyond W bits the sign repeats, so that any range can take the value.
  uint64_t get(int lo, int n) const {
    const uint64_t x = lo < 64 ? uint64_t(v >> lo) : S && v < 0 ? ~uint64_t(0) : 0;
    return n < 64 ? x & ((uint64_t(1) << n) - 1) : x;
  }
  void set(int lo, int n, uint64_t x) {
    const uint64_t mask = (n < 64 ? (uint64_t(1) << n) - 1 : ~uint64_t(0)) << lo;
    v = wrap((uint64_t(v) & ~mask) | ((x << lo) & mask));
  }
  ap_range_ref<ap_int_base> range(int hi, int lo) { return ap_range_ref<ap_int_base>(*this, hi, lo); }
  ap_range_ref<ap_int_base> range(int hi, int lo) const {
    return ap_range_ref<ap_int_base>(const_cast<ap_int_base&>(*this), hi, lo);
  }

  int to_int() const { return int(v); }
  int64_t to_int64() const { return int64_t(v); }
  uint64_t to_uint64() const { return uint64_t(v); }
  bool to_bool() const { return v != 0; }

  ap_int_base operator>>(int n) const { return raw(uint64_t(n < W ? v >> n : S && v < 0 ? word(-1) : word(0))); }
  ap_int_base operator~() const { return raw(~uint64_t(v)); }
  template <class X> ap_int_base& operator+=(const X& x) { return *this = ap_int_base(*this + x); }
  template <class X> ap_int_base& operator-=(const X& x) { return *this = ap_int_base(*this - x); }

  static ap_int_base raw(uint64_t x) {
    ap_int_base r;
    r.v = wrap(x);
    return r;
  }
};

// More than 64 bits: a word of fields, unsigned.
template <int W, bool S> struct ap_int_base<W, S, false> {
  static_assert(!S, "signed values of more than 64 bits are not modelled");
  static const int width = W;
  static const int WORDS = (W + 63) / 64;
  uint64_t words[WORDS];

  ap_int_base() {
    for (int i = 0; i < WORDS; i++) words[i] = blnet_sim::POISON;
    trim();
  }
  template <class T, class = blnet_sim::IfInteger<T, void>> ap_int_base(T x) { copy(ap_int_base<64, false>(x), 0, 64); }
  template <int W2, bool S2> ap_int_base(const ap_int_base<W2, S2, true>& x) {
    copy(ap_int_base<64, false>(x), 0, 64);
  }
  template <int W2, bool S2> ap_int_base(const ap_int_base<W2, S2, false>& x) { copy(x, 0, W2); }
  template <class V> ap_int_base(const ap_range_ref<V>& r) { copy(r.value, r.lo, r.hi - r.lo + 1); }

  uint64_t get(int lo, int n) const {
    const int i = lo / 64, off = lo % 64;
    uint64_t x = i < WORDS ? words[i] >> off : 0;
    if (off > 0 && i + 1 < WORDS) x |= words[i + 1] << (64 - off);
    return n < 64 ? x & ((uint64_t(1) << n) - 1) : x;
  }
  void set(int lo, int n, uint64_t x) {
    const int i = lo / 64, off = lo % 64;
    const uint64_t mask = n < 64 ? (uint64_t(1) << n) - 1 : ~uint64_t(0);
    words[i] = (words[i] & ~(mask << off)) | ((x & mask) << off);
    if (off + n > 64) words[i + 1] = (words[i + 1] & ~(mask >> (64 - off))) | ((x & mask) >> (64 - off));
  }
  ap_range_ref<ap_int_base> range(int hi, int lo) { return ap_range_ref<ap_int_base>(*this, hi, lo); }
  ap_range_ref<ap_int_base> range(int hi, int lo) const {
    return ap_range_ref<ap_int_base>(const_cast<ap_int_base&>(*this), hi, lo);
  }
  ap_int_base operator>>(int n) const {
    ap_int_base r(0);
    for (int at = 0; at + n < W; at += 64) r.words[at / 64] = get(at + n, 64);
    return r;
  }
  ap_int_base operator~() const {
    ap_int_base r;
    for (int i = 0; i < WORDS; i++) r.words[i] = ~words[i];
    r.trim();
    return r;
  }

 private:
  template <class V> void copy(const V& x, int lo, int n) {
    for (int i = 0; i < WORDS; i++) words[i] = 0;
    for (int at = 0; at < n && at < W; at += 64) {
      words[at / 64] = x.get(lo + at, n - at < 64 ? n - at : 64);
    }
    trim();
    for (int at = W; at < n; at += 64) {
      const uint64_t above = x.get(lo + at, n - at < 64 ? n - at : 64);
      if (above != 0) blnet_sim::overflow(blnet_sim::int128(above), W, false);
    }
  }
  void trim() {
    if (W % 64 != 0) words[WORDS - 1] &= (uint64_t(1) << (W % 64)) - 1;
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
