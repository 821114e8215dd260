// One training step of a whole network on one core: loss and gradients of a batch, for networks of the spec's stages.
// Optimiser, schedule, averaging and evaluation stay in PyTorch. Called by ../native.py, which describes the program.
#include "network.hpp"

// The first convolution, 3x3 over the image.
struct Stem : Stage {
    Layer* l;
    Tensor* y;
    void window(Network& net, long first, int rows, float* to) {
        const int c = l->inputs, stride = (net.image_width + 2) * c;
        for (int r = 0; r < rows; r++, to += l->depth) {
            const long p = first + r, x = p % l->out_width, row = p / l->out_width;
            const long n = row / l->out_height, top = row % l->out_height * l->stride;
            const float* from = net.image + n * (net.image_height + 2) * stride + top * stride + x * l->stride * c;
            for (int k = 0; k < 3; k++) memcpy(to + k * 3 * c, from + k * stride, sizeof(float) * 3 * c);
            for (int k = 9 * c; k < l->depth; k++) to[k] = 0;
        }
    }
    void forward(Network& net) override {
        for (long first = 0; first < l->rows; first += ROWS) {
            const int rows = std::min<long>(ROWS, l->rows - first);
            window(net, first, rows, net.scratch.a);
            product(net.scratch.a, rounded(net.scratch.a, rows, l->depth), l->depth, l->forward_weights, net.scratch.o, l->cout);
            emit(*l, first, rows, net.scratch.o);
        }
        net.normalise(*l);
        finish(*l, nullptr, *y);
    }
    void backward(Network& net) override {
        sum_gradient(*l, *y);
        l->begin_backward(net.grads, net.unit());
        for (long first = 0; first < l->rows; first += ROWS) {
            const int rows = std::min<long>(ROWS, l->rows - first);
            window(net, first, rows, net.scratch.a);
            raw_gradient(*l, y->gradient, first, rows, net.scratch.d);
            add_outer(net.scratch.a, l->depth, net.scratch.d, l->cout, rows, l->weight_gradient);
        }
        l->finish_backward(net.grads, net.unit());
    }
};

struct Block : Stage {
    Layer *expand, *depthwise, *project;  // expand may be null
    Tensor *x, *y;
    bool residual;
    void forward(Network& net) override {
        const Source finished{x->data, nullptr};
        if (expand) pointwise_forward(*expand, finished, net.scratch), net.normalise(*expand);
        depthwise_forward(*depthwise, expand ? Source{expand->raw, expand} : finished, net.scratch);
        net.normalise(*depthwise);
        pointwise_forward(*project, {depthwise->raw, depthwise}, net.scratch), net.normalise(*project);
        finish(*project, residual ? x : nullptr, *y);
    }
    void backward(Network& net) override {
        const Source finished{x->data, nullptr};
        half *one = net.gradients[0], *two = net.gradients[1];
        sum_gradient(*project, *y);
        project->begin_backward(net.grads, net.unit());
        pointwise_backward(*project, y->gradient, {depthwise->raw, depthwise}, Into::layer, one, net.scratch);
        project->finish_backward(net.grads, net.unit());
        if (residual) add_gradient(*x, y->gradient, project->rows * project->cout);
        depthwise->begin_backward(net.grads, net.unit());
        if (expand) {
            depthwise_backward(*depthwise, one, {expand->raw, expand}, Into::layer, two, net.scratch);
            expand->begin_backward(net.grads, net.unit());
            pointwise_backward(*expand, two, finished, x->into(), x->gradient, net.scratch);
            expand->finish_backward(net.grads, net.unit());
        } else {
            depthwise_backward(*depthwise, one, finished, x->into(), x->gradient, net.scratch);
        }
        depthwise->finish_backward(net.grads, net.unit());
    }
};

// y = nearest-neighbour x2 of big + little.
struct Merge : Stage {
    Tensor *big, *little, *y;
    template <class Do>
    void pixels(long batch, Do each) {
        for (long row = 0; row < batch * y->height; row++) {
            const long image = row / y->height, line = image * big->height + row % y->height / 2;
            for (long x = 0; x < y->width; x++) {
                for (int c = 0; c < y->wide; c += V) each((row * y->width + x) * y->wide + c, (line * big->width + x / 2) * y->wide + c, row, x);
            }
        }
    }
    void forward(Network& net) override {
        pixels(net.batch, [&](long at, long from, long, long) {
            store(y->data + at, add(load(big->data + from), load(little->data + at)));
        });
    }
    void backward(Network& net) override {
        pixels(net.batch, [&](long at, long from, long row, long x) {  // heights are even: row parity is the image's
            const vec g = load(y->gradient + at);
            store(big->gradient + from, row % 2 || x % 2 ? add(g, load(big->gradient + from)) : g);
        });
        big->written = true;
        add_gradient(*little, y->gradient, net.batch * y->height * y->width * y->wide);
    }
};

// 1x1 convolution as a stage of its own.
struct Pointwise : Stage {
    Layer* l;
    Tensor *x, *y;
    void forward(Network& net) override {
        pointwise_forward(*l, {x->data, nullptr}, net.scratch), net.normalise(*l);
        finish(*l, nullptr, *y);
    }
    void backward(Network& net) override {
        sum_gradient(*l, *y);
        l->begin_backward(net.grads, net.unit());
        pointwise_backward(*l, y->gradient, {x->data, nullptr}, x->into(), x->gradient, net.scratch);
        l->finish_backward(net.grads, net.unit());
    }
};

// Global average pool, linear layer, cross-entropy against a distribution over the classes.
struct Classifier : Stage {
    Tensor* x;
    int classes, weight_at;
    std::vector<float> pooled, slope;  // (batch, channels); d loss / d logits times SCALE (batch, classes)
    void forward(Network& net) override {
        const int pixels = x->height * x->width;
        const float *w = net.parameters + weight_at, *bias = w + classes * x->channels;
        double total = 0;
        std::vector<double> z(classes);
        for (long n = 0; n < net.batch; n++) {
            float* p = &pooled[n * x->wide];
            for (int c = 0; c < x->wide; c += V) {
                vec s = zero();
                for (int i = 0; i < pixels; i++) s = add(s, load(x->data + (n * pixels + i) * x->wide + c));
                store(p + c, mul(s, all(1.0f / pixels)));
            }
            double high = -1e30, sum = 0;
            for (int k = 0; k < classes; k++) {
                z[k] = bias[k];
                for (int c = 0; c < x->channels; c++) z[k] += double(w[k * x->channels + c]) * p[c];
                high = std::max(high, z[k]);
            }
            for (int k = 0; k < classes; k++) sum += std::exp(z[k] - high);
            const float* target = net.targets + n * classes;
            for (int k = 0; k < classes; k++) {
                total += target[k] * (high + std::log(sum) - z[k]);
                slope[n * classes + k] = (std::exp(z[k] - high) / sum - target[k]) * SCALE;
            }
        }
        net.loss = total / net.batch;
    }
    void backward(Network& net) override {
        const int pixels = x->height * x->width;
        const float* w = net.parameters + weight_at;
        float *gw = net.grads + weight_at, *gb = gw + classes * x->channels;
        std::fill(gw, gb + classes, 0.0f);
        std::vector<float> g(x->wide);
        x->written = true;
        for (long n = 0; n < net.batch; n++) {
            std::fill(g.begin(), g.end(), 0.0f);
            for (int k = 0; k < classes; k++) {
                const float d = slope[n * classes + k];
                gb[k] += d * net.unit();
                for (int c = 0; c < x->channels; c++) {
                    gw[k * x->channels + c] += d * net.unit() * pooled[n * x->wide + c];
                    g[c] += d * w[k * x->channels + c] / pixels;
                }
            }
            for (int i = 0; i < pixels; i++)
                for (int c = 0; c < x->wide; c += V) store(x->gradient + (n * pixels + i) * x->wide + c, load(&g[c]));
        }
    }
};

static Tensor* add_block(Network& net, Tensor* x, const int*& p) {
    const int expand = *p++, out = *p++, stride = *p++, residual = *p++;
    auto b = std::make_unique<Block>();
    const int hidden = expand ? expand : x->channels, h = (x->height + stride - 1) / stride, w = (x->width + stride - 1) / stride;
    b->x = x, b->residual = residual;
    b->expand = expand ? net.layer(x->channels, hidden, 1, 1, x->height, x->width, false, true) : nullptr;
    b->depthwise = net.layer(hidden, hidden, 3, stride, x->height, x->width, true, true);
    b->project = net.layer(hidden, out, 1, 1, h, w, false, false);
    Tensor* y = b->y = net.tensor(h, w, out);
    net.stages.push_back(std::move(b));
    return y;
}

// program: image channels, height, width; then stages: 0 stem out stride | 1 block (expand out stride residual) |
// 2 big-little, counts of big and little, their blocks | 3 pointwise out | 4 classifier classes.
extern "C" Network* network_create(const int* program, int length, long batch) {
    auto* net = new Network;
    const int *p = program, *end = program + length;
    net->batch = batch;
    net->image_channels = *p++, net->image_height = *p++, net->image_width = *p++;
    net->image = Buffer<float>(batch * (net->image_height + 2) * (net->image_width + 2) * net->image_channels);
    Tensor* x = nullptr;
    while (p < end) {
        const int kind = *p++;
        if (kind == 0) {
            auto s = std::make_unique<Stem>();
            const int out = *p++, stride = *p++;
            s->l = net->layer(net->image_channels, out, 3, stride, net->image_height, net->image_width, false, true);
            x = s->y = net->tensor(s->l->out_height, s->l->out_width, out);
            net->stages.push_back(std::move(s));
        } else if (kind == 1) {
            x = add_block(*net, x, p);
        } else if (kind == 2) {
            const int bigs = *p++, littles = *p++;
            Tensor *big = x, *little = x;
            for (int i = 0; i < bigs; i++) big = add_block(*net, big, p);
            for (int i = 0; i < littles; i++) little = add_block(*net, little, p);
            auto m = std::make_unique<Merge>();
            m->big = big, m->little = little;
            x = m->y = net->tensor(little->height, little->width, little->channels);
            net->stages.push_back(std::move(m));
        } else if (kind == 3) {
            auto s = std::make_unique<Pointwise>();
            s->x = x, s->l = net->layer(x->channels, *p++, 1, 1, x->height, x->width, false, true);
            x = s->y = net->tensor(x->height, x->width, s->l->out);
            net->stages.push_back(std::move(s));
        } else {
            auto s = std::make_unique<Classifier>();
            s->x = x, s->classes = *p++, s->weight_at = net->parameter_count;
            net->parameter_count += s->classes * (x->channels + 1);
            s->pooled.resize(batch * x->wide), s->slope.resize(batch * s->classes);
            net->stages.push_back(std::move(s));
        }
    }
    for (auto& g : net->gradients) g = Buffer<half>(net->largest);
    net->scratch.plane_a = Buffer<float>(net->plane), net->scratch.plane_d = Buffer<float>(net->plane);
    return net;
}

extern "C" void network_free(Network* net) { delete net; }
extern "C" int network_parameters(const Network* net) { return net->parameter_count; }
extern "C" int network_statistics(const Network* net) { return net->statistic_count; }

// images uint8 (batch, channels, height, width), targets (batch, classes), each row a distribution. Writes gradients,
// updates the running statistics, returns the mean loss.
extern "C" float network_step(Network* net, const uint8_t* images, const float* targets, float pixel_mean, float pixel_std,
                              const float* parameters, float* statistics, float* gradients) {
    net->parameters = parameters, net->statistics = statistics, net->grads = gradients;
    net->targets = targets;
    const int c = net->image_channels, h = net->image_height, w = net->image_width;
    for (long n = 0; n < net->batch; n++)
        for (int k = 0; k < c; k++)
            for (int y = 0; y < h; y++)
                for (int x = 0; x < w; x++)
                    net->image[((n * (h + 2) + y + 1) * (w + 2) + x + 1) * c + k] =
                        (images[((n * c + k) * h + y) * w + x] - pixel_mean) / pixel_std;
    for (auto& l : net->layers) l->begin(parameters, statistics);
    for (auto& t : net->tensors) t->written = false;
    for (auto& s : net->stages) s->forward(*net);
    for (auto s = net->stages.rbegin(); s != net->stages.rend(); ++s) (*s)->backward(*net);
    return net->loss;
}
