// Vectors of channels: activations and their gradients lie in memory as float16, arithmetic is float32. Sixteen channels
// where the processor has AVX-512, else eight (AVX2 and F16C).
#pragma once
#include <immintrin.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <vector>

using half = uint16_t;

#ifdef __AVX512F__
using vec = __m512;
constexpr int V = 16;  // floats in a vector; channel counts are padded to a multiple of it with zero weights
inline vec load(const half* p) { return _mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p))); }
inline void store(half* p, vec v) { _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), _mm512_cvtps_ph(v, 0)); }
inline vec load(const float* p) { return _mm512_loadu_ps(p); }
inline void store(float* p, vec v) { _mm512_storeu_ps(p, v); }
inline vec zero() { return _mm512_setzero_ps(); }
inline vec all(float value) { return _mm512_set1_ps(value); }
inline vec add(vec a, vec b) { return _mm512_add_ps(a, b); }
inline vec sub(vec a, vec b) { return _mm512_sub_ps(a, b); }
inline vec mul(vec a, vec b) { return _mm512_mul_ps(a, b); }
inline vec fma(vec a, vec b, vec c) { return _mm512_fmadd_ps(a, b, c); }
inline vec relu6(vec v) { return _mm512_min_ps(_mm512_max_ps(v, zero()), all(6)); }
inline vec where_open(vec y, vec g) {  // g where 0 < y < 6, else 0
    return _mm512_maskz_mov_ps(_mm512_cmp_ps_mask(y, zero(), _CMP_GT_OQ) & _mm512_cmp_ps_mask(y, all(6), _CMP_LT_OQ), g);
}
#else
using vec = __m256;
constexpr int V = 8;
inline vec load(const half* p) { return _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p))); }
inline void store(half* p, vec v) { _mm_storeu_si128(reinterpret_cast<__m128i*>(p), _mm256_cvtps_ph(v, 0)); }
inline vec load(const float* p) { return _mm256_loadu_ps(p); }
inline void store(float* p, vec v) { _mm256_storeu_ps(p, v); }
inline vec zero() { return _mm256_setzero_ps(); }
inline vec all(float value) { return _mm256_set1_ps(value); }
inline vec add(vec a, vec b) { return _mm256_add_ps(a, b); }
inline vec sub(vec a, vec b) { return _mm256_sub_ps(a, b); }
inline vec mul(vec a, vec b) { return _mm256_mul_ps(a, b); }
inline vec fma(vec a, vec b, vec c) { return _mm256_fmadd_ps(a, b, c); }
inline vec relu6(vec v) { return _mm256_min_ps(_mm256_max_ps(v, zero()), all(6)); }
inline vec where_open(vec y, vec g) {  // g where 0 < y < 6, else 0
    return _mm256_and_ps(_mm256_and_ps(_mm256_cmp_ps(y, zero(), _CMP_GT_OQ), _mm256_cmp_ps(y, all(6), _CMP_LT_OQ)), g);
}
#endif

inline int padded(int channels) { return (channels + V - 1) / V * V; }

inline void add_to(double* sums, vec v) {
    float lanes[V];
    store(lanes, v);
    for (int i = 0; i < V; i++) sums[i] += lanes[i];
}

// Zeroed memory on its own pages.
template <class T>
struct Buffer {
    T* data = nullptr;
    Buffer() = default;
    explicit Buffer(size_t count) {
        const size_t bytes = (count * sizeof(T) + 63) / 64 * 64 + 64;
        data = static_cast<T*>(aligned_alloc(64, bytes));
        memset(data, 0, bytes);
    }
    Buffer(Buffer&& other) noexcept : data(other.data) { other.data = nullptr; }
    Buffer& operator=(Buffer&& other) noexcept { std::swap(data, other.data); return *this; }
    ~Buffer() { free(data); }
    operator T*() const { return data; }
};
