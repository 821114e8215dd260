// Depthwise 3x3, stride 1 or 2, the channels of one vector and one image at a time: a plane of them stays in the first cache.
#pragma once
#include "layers.hpp"

// The plane (height, width, V) of image n, channels c.., inside a border of zeros that is already there.
inline void read_plane(const Source& x, long n, int c, int height, int width, int channels, float* plane) {
    const half* p = x.data + n * height * width * channels + c;
    const vec a = x.norm ? load(x.norm->a + c) : zero(), b = x.norm ? load(x.norm->b + c) : zero();
    for (int y = 0; y < height; y++) {
        float* row = plane + ((y + 1) * (width + 2) + 1) * V;
        for (int i = 0; i < width; i++, p += channels) {
            const vec v = load(p);
            store(row + i * V, x.norm ? relu6(fma(a, v, b)) : v);
        }
    }
}

inline void depthwise_forward(Layer& l, const Source& x, Scratch& t) {
    const int h = l.height, w = l.width, stride = (w + 2) * V;
    memset(t.plane_a, 0, sizeof(float) * (h + 2) * stride);
    for (long n = 0; n < l.batch; n++) {
        for (int c = 0; c < l.cout; c += V) {
            read_plane(x, n, c, h, w, l.cin, t.plane_a);
            vec k[9], s = zero(), q = zero();
            for (int i = 0; i < 9; i++) k[i] = load(l.forward_weights + i * l.cout + c);
            const vec shift = load(l.shift + c);
            half* out = l.raw + n * l.out_height * l.out_width * l.cout + c;
            for (int y = 0; y < l.out_height; y++) {
                const float* row = t.plane_a + y * l.stride * stride;
                for (int i = 0; i < l.out_width; i++, row += l.stride * V, out += l.cout) {
                    vec u = mul(k[0], load(row)), v = mul(k[1], load(row + V));
                    vec z = mul(k[2], load(row + 2 * V));
                    u = fma(k[3], load(row + stride), u), v = fma(k[4], load(row + stride + V), v);
                    z = fma(k[5], load(row + stride + 2 * V), z);
                    u = fma(k[6], load(row + 2 * stride), u), v = fma(k[7], load(row + 2 * stride + V), v);
                    z = fma(k[8], load(row + 2 * stride + 2 * V), z);
                    u = add(add(u, v), z);
                    store(out, u);
                    u = sub(u, shift);
                    s = add(s, u), q = fma(u, u, q);
                }
            }
            add_to(&l.s[c], s), add_to(&l.q[c], q);
        }
    }
}

// Gradient of the plane's pixel (y, x), from the bordered plane of raw gradients.
inline vec gather1(const vec* k, const float* d, int stride) {  // d at (y, x): taps reach (y..y+2, x..x+2), mirrored
    vec u = mul(k[8], load(d)), v = mul(k[7], load(d + V)), z = mul(k[6], load(d + 2 * V));
    d += stride;
    u = fma(k[5], load(d), u), v = fma(k[4], load(d + V), v), z = fma(k[3], load(d + 2 * V), z);
    d += stride;
    u = fma(k[2], load(d), u), v = fma(k[1], load(d + V), v), z = fma(k[0], load(d + 2 * V), z);
    return add(add(u, v), z);
}
// Stride 2: y even meets tap row 1 of output row y/2; y odd meets row 2 of (y-1)/2 and row 0 of (y+1)/2. Likewise x.
template <bool Y_ODD, bool X_ODD>
inline vec gather2(const vec* k, const float* p, int stride) {  // p: the output pixel (y/2, x/2)
    if (!Y_ODD) {
        if (!X_ODD) return mul(k[4], load(p));
        return fma(k[5], load(p), mul(k[3], load(p + V)));
    }
    if (!X_ODD) return fma(k[7], load(p), mul(k[1], load(p + stride)));
    const vec upper = fma(k[8], load(p), mul(k[6], load(p + V)));
    return add(upper, fma(k[2], load(p + stride), mul(k[0], load(p + stride + V))));
}

// Stores one pixel's gradient the way INTO says.
template <Into INTO>
struct Sink {
    half* to;
    const half* x;  // raw values behind the source
    vec mean, s = zero(), q = zero();
    void put(long at, vec v, const float* value) {
        if (INTO == Into::layer) {
            v = where_open(load(value), v);
            s = add(s, v), q = fma(v, sub(load(x + at), mean), q);
        } else if (INTO == Into::add) {
            v = add(v, load(to + at));
        }
        store(to + at, v);
    }
};

template <Into INTO, bool Y_ODD>
inline void backward_row2(Sink<INTO>& sink, const vec* k, const float* d, int d_stride, const float* values, long at, int width, int channels) {
    for (int x = 0; x < width; x += 2, d += V, values += 2 * V, at += 2 * channels) {
        sink.put(at, gather2<Y_ODD, false>(k, d, d_stride), values);
        sink.put(at + channels, gather2<Y_ODD, true>(k, d, d_stride), values + V);
    }
}

template <Into INTO>
inline void depthwise_backward_as(Layer& l, const half* g, const Source& x, half* gx, Scratch& t) {
    const int h = l.height, w = l.width, stride = (w + 2) * V, d_stride = (l.out_width + 2) * V;
    memset(t.plane_a, 0, sizeof(float) * (h + 2) * stride);
    memset(t.plane_d, 0, sizeof(float) * (l.out_height + 2) * d_stride);
    for (long n = 0; n < l.batch; n++) {
        for (int c = 0; c < l.cout; c += V) {
            read_plane(x, n, c, h, w, l.cin, t.plane_a);
            vec k[9], dw[9];
            for (int i = 0; i < 9; i++) k[i] = load(l.forward_weights + i * l.cout + c), dw[i] = zero();
            const vec a = load(l.a + c), k0 = load(l.k0 + c), k1 = load(l.k1 + c);
            long at = n * l.out_height * l.out_width * l.cout + c;
            for (int y = 0; y < l.out_height; y++) {
                const float* row = t.plane_a + y * l.stride * stride;
                float* d_row = t.plane_d + (y + 1) * d_stride + V;
                for (int i = 0; i < l.out_width; i++, row += l.stride * V, at += l.cout) {
                    const vec d = fma(a, load(g + at), fma(k1, load(l.raw + at), k0));
                    store(d_row + i * V, d);
                    for (int j = 0; j < 9; j++) dw[j] = fma(d, load(row + j / 3 * stride + j % 3 * V), dw[j]);
                }
            }
            for (int i = 0; i < 9; i++) {
                float* sum = l.weight_gradient + i * l.cout + c;
                store(sum, add(load(sum), dw[i]));
            }
            Sink<INTO> sink{gx, x.data, x.norm ? load(x.norm->mean + c) : zero()};
            at = n * h * w * l.cin + c;
            for (int y = 0; y < h; y++, at += w * l.cin) {
                const float* values = t.plane_a + (y + 1) * stride + V;
                const float* d = t.plane_d + (y / l.stride + l.stride - 1) * d_stride + (l.stride - 1) * V;
                if (l.stride == 1) {
                    for (int i = 0; i < w; i++) sink.put(at + i * l.cin, gather1(k, d + i * V, d_stride), values + i * V);
                } else if (y % 2) {
                    backward_row2<INTO, true>(sink, k, d, d_stride, values, at, w, l.cin);
                } else {
                    backward_row2<INTO, false>(sink, k, d, d_stride, values, at, w, l.cin);
                }
            }
            if (INTO == Into::layer) add_to(&x.norm->s[c], sink.s), add_to(&x.norm->q[c], sink.q);
        }
    }
}

inline void depthwise_backward(Layer& l, const half* g, const Source& x, Into into, half* gx, Scratch& t) {
    if (into == Into::layer) depthwise_backward_as<Into::layer>(l, g, x, gx, t);
    else if (into == Into::add) depthwise_backward_as<Into::add>(l, g, x, gx, t);
    else depthwise_backward_as<Into::write>(l, g, x, gx, t);
}
