// A convolution with batch norm and, perhaps, ReLU6: forward and backward over a batch.
//
// Only the raw outputs of convolutions are stored. Whoever reads them applies normalisation and ReLU6 on the way, so
// each tensor is written once and read once forward, and batch statistics cost no pass of their own.
#pragma once
#include <cmath>

#include "matrix.hpp"

struct Layer {
    int inputs, out, kernel, stride, height, width;  // of the input
    bool depthwise, act;
    long batch;
    int weight_at, scale_at, statistic_at;  // offsets into parameters and running statistics

    int cin, cout, depth, out_height, out_width;  // channels padded; depth: rows of the weight matrix
    long rows;                                    // pixels of the output, whole batch
    Buffer<half> raw;
    Buffer<float> forward_weights, backward_weights, weight_gradient;
    Buffer<float> a, b, mean, inverse, shift, k0, k1;  // y = a*x + b; dx = a*g + k1*x + k0
    std::vector<double> s, q;                          // forward: sum and square sum of x - shift; backward: of g, g*(x - mean)

    void prepare() {
        cin = padded(inputs), cout = padded(out);
        depth = depthwise ? 9 : kernel == 1 ? cin : (inputs * 9 + 3) / 4 * 4;
        out_height = (height + stride - 1) / stride, out_width = (width + stride - 1) / stride;
        rows = batch * out_height * out_width;
        raw = Buffer<half>(rows * cout);
        forward_weights = Buffer<float>(size_t(depth) * cout);
        backward_weights = Buffer<float>(size_t(depth) * cout);
        weight_gradient = Buffer<float>(size_t(depth) * cout);
        for (auto* p : {&a, &b, &mean, &inverse, &shift, &k0, &k1}) *p = Buffer<float>(cout);
        s.assign(cout, 0), q.assign(cout, 0);
    }
    int weights() const { return out * (depthwise ? 9 : inputs * kernel * kernel); }

    void begin(const float* parameters, const float* statistics) {
        const float* w = parameters + weight_at;
        if (depthwise) {
            for (int k = 0; k < 9; k++)
                for (int c = 0; c < out; c++) forward_weights[k * cout + c] = w[c * 9 + k];
        } else if (kernel == 1) {
            pack(w, 1, inputs, inputs, out, depth, forward_weights);
            pack(w, inputs, 1, out, inputs, cout, backward_weights);
        } else {  // rows in the order tap, channel
            std::vector<float> matrix(size_t(depth) * out, 0.0f);
            for (int o = 0; o < out; o++)
                for (int c = 0; c < inputs; c++)
                    for (int k = 0; k < 9; k++) matrix[size_t(k * inputs + c) * out + o] = w[(o * inputs + c) * 9 + k];
            pack(matrix.data(), out, 1, depth, out, depth, forward_weights);
        }
        for (int c = 0; c < out; c++) shift[c] = statistics[statistic_at + c];
        memset(weight_gradient, 0, sizeof(float) * depth * cout);
        s.assign(cout, 0), q.assign(cout, 0);
    }

    // After the forward pass: the batch's statistics; then s, q are free for the backward pass.
    void normalise(const float* parameters, float* statistics, float momentum, float eps) {
        const float *gamma = parameters + scale_at, *beta = gamma + out;
        float *running_mean = statistics + statistic_at, *running_var = running_mean + out;
        for (int c = 0; c < out; c++) {
            const double d = s[c] / rows, var = std::fmax(0.0, q[c] / rows - d * d);
            mean[c] = shift[c] + d;
            inverse[c] = 1 / std::sqrt(var + eps);
            a[c] = gamma[c] * inverse[c];
            b[c] = beta[c] - mean[c] * a[c];
            running_mean[c] += momentum * (mean[c] - running_mean[c]);
            running_var[c] += momentum * (var * rows / (rows - 1) - running_var[c]);
        }
        s.assign(cout, 0), q.assign(cout, 0);
    }

    // From the sums of the gradient: the constants of dx, and the gradients of scale and shift.
    void begin_backward(float* gradients, float unit) {
        for (int c = 0; c < out; c++) {
            gradients[scale_at + c] = q[c] * inverse[c] * unit;
            gradients[scale_at + out + c] = s[c] * unit;
            k1[c] = -a[c] * inverse[c] * inverse[c] * q[c] / rows;
            k0[c] = -a[c] * s[c] / rows - mean[c] * k1[c];
        }
    }

    void finish_backward(float* gradients, float unit) const {
        float* g = gradients + weight_at;
        for (int o = 0; o < out; o++) {
            if (depthwise)
                for (int k = 0; k < 9; k++) g[o * 9 + k] = weight_gradient[k * cout + o] * unit;
            else if (kernel == 1)
                for (int c = 0; c < inputs; c++) g[o * inputs + c] = weight_gradient[c * cout + o] * unit;
            else
                for (int c = 0; c < inputs; c++)
                    for (int k = 0; k < 9; k++) g[(o * inputs + c) * 9 + k] = weight_gradient[(k * inputs + c) * cout + o] * unit;
        }
    }
};

// What a layer reads: a finished tensor, or a layer's raw output that is normalised and clamped on the way.
struct Source {
    const half* data;
    Layer* norm;  // null: the data is finished
};

// Where a gradient goes: to the layer behind the source (masked by its ReLU6, summed for its norm), or to a tensor.
enum class Into { layer, write, add };

inline vec read(const Source& x, const half* p, int c) {
    const vec v = load(p);
    return x.norm ? relu6(fma(load(x.norm->a + c), v, load(x.norm->b + c))) : v;
}

struct Scratch {
    Buffer<float> a{ROWS * 1024}, d{ROWS * 1024}, o{ROWS * 1024};  // blocks of rows
    Buffer<float> plane_a, plane_d;                                // one image, one vector of channels, with a border
};

inline void unpack(const Source& x, long first, int rows, int channels, float* to) {
    for (int r = 0; r < rows; r++)
        for (int c = 0; c < channels; c += V) store(to + r * channels + c, read(x, x.data + (first + r) * channels + c, c));
}

inline int rounded(float* block, int rows, int width) {  // zeroes rows up to a multiple of 12
    const int whole = (rows + 11) / 12 * 12;
    memset(block + rows * width, 0, sizeof(float) * (whole - rows) * width);
    return whole;
}

// Stores a block of raw outputs and adds to the layer's statistics.
inline void emit(Layer& l, long first, int rows, const float* block) {
    for (int c = 0; c < l.cout; c += V) {
        const vec k = load(l.shift + c);
        vec s = zero(), q = zero();
        for (int r = 0; r < rows; r++) {
            const vec v = load(block + r * l.cout + c), d = sub(v, k);
            store(l.raw + (first + r) * l.cout + c, v);
            s = add(s, d), q = fma(d, d, q);
        }
        add_to(&l.s[c], s), add_to(&l.q[c], q);
    }
}

// dx of the raw output from g, the gradient behind norm and (already masked) ReLU6.
inline void raw_gradient(const Layer& l, const half* g, long first, int rows, float* d) {
    for (int r = 0; r < rows; r++) {
        const long at = (first + r) * l.cout;
        for (int c = 0; c < l.cout; c += V) {
            const vec x = fma(load(l.k1 + c), load(l.raw + at + c), load(l.k0 + c));
            store(d + r * l.cout + c, fma(load(l.a + c), load(g + at + c), x));
        }
    }
}

inline void pointwise_forward(Layer& l, const Source& x, Scratch& t) {
    for (long first = 0; first < l.rows; first += ROWS) {
        const int rows = l.rows - first < ROWS ? l.rows - first : ROWS;
        unpack(x, first, rows, l.cin, t.a);
        product(t.a, rounded(t.a, rows, l.cin), l.cin, l.forward_weights, t.o, l.cout);
        emit(l, first, rows, t.o);
    }
}

inline void pointwise_backward(Layer& l, const half* g, const Source& x, Into into, half* gx, Scratch& t) {
    for (long first = 0; first < l.rows; first += ROWS) {
        const int rows = l.rows - first < ROWS ? l.rows - first : ROWS;
        unpack(x, first, rows, l.cin, t.a);
        raw_gradient(l, g, first, rows, t.d);
        add_outer(t.a, l.cin, t.d, l.cout, rows, l.weight_gradient);
        product(t.d, rounded(t.d, rows, l.cout), l.cout, l.backward_weights, t.o, l.cin);
        for (int c = 0; c < l.cin; c += V) {
            vec s = zero(), q = zero();
            const vec mean = x.norm ? load(x.norm->mean + c) : zero();
            for (int r = 0; r < rows; r++) {
                const long at = (first + r) * l.cin + c;
                vec v = load(t.o + r * l.cin + c);
                if (into == Into::layer) {
                    v = where_open(load(t.a + r * l.cin + c), v);
                    s = add(s, v), q = fma(v, sub(load(x.data + at), mean), q);
                } else if (into == Into::add) {
                    v = add(v, load(gx + at));
                }
                store(gx + at, v);
            }
            if (into == Into::layer) add_to(&x.norm->s[c], s), add_to(&x.norm->q[c], q);
        }
    }
}
