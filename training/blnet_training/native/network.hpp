// A network as layers, tensors and stages, and what all stages share: norms, sums of gradients.
#pragma once
#include <cmath>
#include <algorithm>
#include <memory>

#include "depthwise.hpp"

static const float MOMENTUM = 0.1f, EPS = 1e-5f;
// Gradients are stored as float16: scaled so that they sit in the middle of its range.
static const float SCALE = 256.0f;

struct Tensor {  // finished activations and their gradient
    int height, width, channels, wide;
    Buffer<half> data, gradient;
    bool written = false;  // whether this step's gradient has a first part
    Tensor(long batch, int h, int w, int c) : height(h), width(w), channels(c), wide(padded(c)) {
        data = Buffer<half>(batch * h * w * wide);
        gradient = Buffer<half>(batch * h * w * wide);
    }
    Into into() { const Into mode = written ? Into::add : Into::write; written = true; return mode; }
};

struct Network;
struct Stage {
    virtual ~Stage() = default;
    virtual void forward(Network& net) = 0;
    virtual void backward(Network& net) = 0;
};

struct Network {
    long batch;
    std::vector<std::unique_ptr<Layer>> layers;
    std::vector<std::unique_ptr<Tensor>> tensors;
    std::vector<std::unique_ptr<Stage>> stages;
    Scratch scratch;
    Buffer<half> gradients[2];  // behind hidden layers; each lives for one layer
    Buffer<float> image;        // normalised, bordered: (batch, H+2, W+2, channels)
    int image_channels, image_height, image_width;
    size_t largest = 0, plane = 0;
    int parameter_count = 0, statistic_count = 0;
    const float* parameters;
    float *statistics, *grads;
    const float* targets;
    float loss;
    float unit() const { return 1.0f / (SCALE * batch); }

    Layer* layer(int inputs, int out, int kernel, int stride, int height, int width, bool depthwise, bool act) {
        auto l = std::make_unique<Layer>();
        l->inputs = inputs, l->out = out, l->kernel = kernel, l->stride = stride, l->height = height, l->width = width;
        l->depthwise = depthwise, l->act = act, l->batch = batch;
        l->weight_at = parameter_count, l->scale_at = parameter_count + l->weights();
        parameter_count = l->scale_at + 2 * out;
        l->statistic_at = statistic_count, statistic_count += 2 * out;
        l->prepare();
        largest = std::max(largest, size_t(l->rows) * l->cout);
        plane = std::max(plane, size_t(height + 2) * (width + 2) * V);
        layers.push_back(std::move(l));
        return layers.back().get();
    }
    Tensor* tensor(int h, int w, int c) {
        tensors.push_back(std::make_unique<Tensor>(batch, h, w, c));
        return tensors.back().get();
    }
    void normalise(Layer& l) { l.normalise(parameters, statistics, MOMENTUM, EPS); }
};

// y = norm(raw) [then ReLU6] [+ residual], finished.
static void finish(const Layer& l, const Tensor* residual, Tensor& y) {
    for (long at = 0, end = l.rows * l.cout; at < end; at += l.cout) {
        for (int c = 0; c < l.cout; c += V) {
            vec v = fma(load(l.a + c), load(l.raw + at + c), load(l.b + c));
            if (l.act) v = relu6(v);
            if (residual) v = add(v, load(residual->data + at + c));
            store(y.data + at + c, v);
        }
    }
}

// Sums of a finished tensor's gradient for the norm of `l`; masked in place where l has a ReLU6.
static void sum_gradient(Layer& l, Tensor& y) {
    for (long first = 0; first < l.rows; first += 256) {
        const long end = std::min(l.rows, first + 256);
        for (int c = 0; c < l.cout; c += V) {
            vec s = zero(), q = zero();
            const vec mean = load(l.mean + c);
            for (long at = first * l.cout + c; at < end * l.cout; at += l.cout) {
                vec g = load(y.gradient + at);
                if (l.act) g = where_open(load(y.data + at), g), store(y.gradient + at, g);
                s = add(s, g), q = fma(g, sub(load(l.raw + at), mean), q);
            }
            add_to(&l.s[c], s), add_to(&l.q[c], q);
        }
    }
}

static void add_gradient(Tensor& to, const half* g, long count) {
    const bool more = to.into() == Into::add;
    for (long i = 0; i < count; i += V) {
        store(to.gradient + i, more ? add(load(to.gradient + i), load(g + i)) : load(g + i));
    }
}
