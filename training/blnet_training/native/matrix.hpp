// Small matrix products, all operands in the caches: the inner loops of 1x1 convolutions.
#pragma once
#include "half.hpp"

constexpr int ROWS = 48;  // pixels that are worked on at a time; a multiple of every tile's height
constexpr int PANEL = 16;

// Columns of a (depth, columns) matrix in panels of 16, the last one perhaps of 8: panel j starts at j*16*depth.
inline void pack(const float* from, int row_stride, int column_stride, int depth, int columns, int padded_depth, float* to) {
    const int width = padded(columns);
    memset(to, 0, sizeof(float) * padded_depth * width);
    for (int c = 0; c < columns; c++) {
        const int first = c / PANEL * PANEL, lanes = width - first < PANEL ? V : PANEL;
        for (int k = 0; k < depth; k++) {
            to[first * padded_depth + k * lanes + c - first] = from[k * row_stride + c * column_stride];
        }
    }
}

template <int HEIGHT, int WIDTH>
inline void tile(const float* a, int depth, const float* panel, float* out, int columns) {
    vec sum[HEIGHT][WIDTH];
    for (int i = 0; i < HEIGHT; i++)
        for (int j = 0; j < WIDTH; j++) sum[i][j] = zero();
    for (int k = 0; k < depth; k++) {
        vec b[WIDTH];
        for (int j = 0; j < WIDTH; j++) b[j] = load(panel + (k * WIDTH + j) * V);
        for (int i = 0; i < HEIGHT; i++) {
            const vec x = _mm256_broadcast_ss(a + i * depth + k);
            for (int j = 0; j < WIDTH; j++) sum[i][j] = fma(x, b[j], sum[i][j]);
        }
    }
    for (int i = 0; i < HEIGHT; i++)
        for (int j = 0; j < WIDTH; j++) store(out + i * columns + j * V, sum[i][j]);
}

// out (rows, columns) = a (rows, depth) * packed (depth, columns); rows a multiple of 12, columns of 8.
inline void product(const float* a, int rows, int depth, const float* packed, float* out, int columns) {
    int c = 0;
    for (; c + PANEL <= columns; c += PANEL)
        for (int r = 0; r < rows; r += 6) tile<6, 2>(a + r * depth, depth, packed + c * depth, out + r * columns + c, columns);
    if (c < columns)
        for (int r = 0; r < rows; r += 12) tile<12, 1>(a + r * depth, depth, packed + c * depth, out + r * columns + c, columns);
}

template <int HEIGHT, int WIDTH>
inline void outer_tile(const float* a, int a_stride, const float* b, int b_stride, int rows, float* out) {
    vec sum[HEIGHT][WIDTH];
    for (int i = 0; i < HEIGHT; i++)
        for (int j = 0; j < WIDTH; j++) sum[i][j] = load(out + i * b_stride + j * V);
    for (int r = 0; r < rows; r++) {
        vec y[WIDTH];
        for (int j = 0; j < WIDTH; j++) y[j] = load(b + r * b_stride + j * V);
        for (int i = 0; i < HEIGHT; i++) {
            const vec x = _mm256_broadcast_ss(a + r * a_stride + i);
            for (int j = 0; j < WIDTH; j++) sum[i][j] = fma(x, y[j], sum[i][j]);
        }
    }
    for (int i = 0; i < HEIGHT; i++)
        for (int j = 0; j < WIDTH; j++) store(out + i * b_stride + j * V, sum[i][j]);
}

// out (m, n) += a^T b with a (rows, m) and b (rows, n); m a multiple of 4, n of 8.
inline void add_outer(const float* a, int m, const float* b, int n, int rows, float* out) {
    for (int i = 0; i < m; i += 4) {
        int j = 0;
        for (; j + 24 <= n; j += 24) outer_tile<4, 3>(a + i, m, b + j, n, rows, out + i * n + j);
        for (; j + 16 <= n; j += 16) outer_tile<4, 2>(a + i, m, b + j, n, rows, out + i * n + j);
        for (; j < n; j += V) outer_tile<4, 1>(a + i, m, b + j, n, rows, out + i * n + j);
    }
}
