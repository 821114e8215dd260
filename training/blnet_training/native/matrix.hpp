// Small matrix products, all operands in the caches: the inner loops of 1x1 convolutions.
#pragma once
#include "half.hpp"

constexpr int ROWS = 48;  // pixels that are worked on at a time; a multiple of every tile's height

// Columns are worked on in panels of two vectors, the last one of three where one would remain: few sums leave the
// multipliers idle.
inline int panel_width(int columns_left) { return columns_left == 3 * V ? 3 * V : columns_left < 2 * V ? V : 2 * V; }

// Columns of a (depth, columns) matrix in panels; that of columns c.. starts at c * padded_depth.
inline void pack(const float* from, int row_stride, int column_stride, int depth, int columns, int padded_depth, float* to) {
    const int width = padded(columns);
    memset(to, 0, sizeof(float) * padded_depth * width);
    for (int first = 0, lanes; first < width; first += lanes) {
        lanes = panel_width(width - first);
        for (int k = 0; k < depth; k++)
            for (int c = first; c < first + lanes && c < columns; c++)
                to[first * padded_depth + k * lanes + c - first] = from[k * row_stride + c * column_stride];
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
            const vec x = all(a[i * depth + k]);
            for (int j = 0; j < WIDTH; j++) sum[i][j] = fma(x, b[j], sum[i][j]);
        }
    }
    for (int i = 0; i < HEIGHT; i++)
        for (int j = 0; j < WIDTH; j++) store(out + i * columns + j * V, sum[i][j]);
}

// out (rows, columns) = a (rows, depth) * packed (depth, columns); rows a multiple of 12, columns of V.
inline void product(const float* a, int rows, int depth, const float* packed, float* out, int columns) {
    for (int c = 0, lanes; c < columns; c += lanes) {
        lanes = panel_width(columns - c);
        const float* panel = packed + c * depth;
        float* to = out + c;
        if (lanes == 3 * V)
            for (int r = 0; r < rows; r += 3) tile<3, 3>(a + r * depth, depth, panel, to + r * columns, columns);
        else if (lanes == 2 * V)
            for (int r = 0; r < rows; r += 6) tile<6, 2>(a + r * depth, depth, panel, to + r * columns, columns);
        else
            for (int r = 0; r < rows; r += 12) tile<12, 1>(a + r * depth, depth, panel, to + r * columns, columns);
    }
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
            const vec x = all(a[r * a_stride + i]);
            for (int j = 0; j < WIDTH; j++) sum[i][j] = fma(x, y[j], sum[i][j]);
        }
    }
    for (int i = 0; i < HEIGHT; i++)
        for (int j = 0; j < WIDTH; j++) store(out + i * b_stride + j * V, sum[i][j]);
}

// out (m, n) += a^T b with a (rows, m) and b (rows, n); m a multiple of 4, n of V.
inline void add_outer(const float* a, int m, const float* b, int n, int rows, float* out) {
    for (int i = 0; i < m; i += 4) {
        for (int j = 0, lanes; j < n; j += lanes) {
            lanes = panel_width(n - j);
            float* to = out + i * n + j;
            if (lanes == 3 * V) outer_tile<4, 3>(a + i, m, b + j, n, rows, to);
            else if (lanes == 2 * V) outer_tile<4, 2>(a + i, m, b + j, n, rows, to);
            else outer_tile<4, 1>(a + i, m, b + j, n, rows, to);
        }
    }
}
