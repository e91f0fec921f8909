/* A million parameters under a Gaussian prior, one Euler-Maruyama step a tick, in plain C and floats.
 *
 * theta += b (mu - theta) + sqrt(2 b) N(0, 1),   b = 1e-3, mu = 0.5. The noise is Box and Muller's, sixteen lanes of
 * xorshift generators at a time, written so that a compiler vectorises it.
 *
 * gcc -O3 -march=native -ffast-math ou.c -lm     ./a.out [ticks]     prints one JSON line
 */
#define _POSIX_C_SOURCE 200809L
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { COUNT = 1 << 20, LANES = 16 };

static uint32_t state[2][LANES];

static inline uint32_t next(uint32_t *s) {
    uint32_t x = *s;
    x ^= x << 13, x ^= x >> 17, x ^= x << 5;
    return *s = x;
}
/* ln x for x in (0, 1]: exponent apart, a series in (m - 1)/(m + 1) for the mantissa. */
static inline float ln(float x) {
    uint32_t bits;
    memcpy(&bits, &x, 4);
    int32_t e = (int32_t)(bits - 0x3f3504f3u) >> 23;
    bits -= (uint32_t)e << 23;
    float m;
    memcpy(&m, &bits, 4);
    float r = (m - 1) / (m + 1), q = r * r;
    return 0.69314718f * (float)e + 2 * r * (1 + q * (1 / 3.f + q * (1 / 5.f + q * (1 / 7.f + q / 9))));
}
/* sin(pi x / 2) and cos(pi x / 2) for x in [-1, 1]. */
static inline float sine(float x) {
    float q = x * x;
    return x * (1.57079633f + q * (-0.64596410f + q * (0.07969262f + q * (-0.00468175f + q * 0.00016044f))));
}
static inline float cosine(float x) {
    float q = x * x;
    return 1 + q * (-1.23370055f + q * (0.25366951f + q * (-0.02086348f + q * (0.00091926f - q * 0.0000252f))));
}

int main(int count, char **arguments) {
    int ticks = count > 1 ? atoi(arguments[1]) : 100;
    const float b = 1e-3f, mean = 0.5f, sigma = sqrtf(2 * b);
    float *theta = malloc(COUNT * sizeof *theta);
    if (!theta) return 1;
    for (int i = 0; i < COUNT; i++) theta[i] = mean;
    for (uint32_t i = 0; i < 2 * LANES; i++) state[i / LANES][i % LANES] = (i + 1) * 0x9e3779b9u;
    struct timespec start, end;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
    for (int t = 0; t < ticks; t++)
        for (int i = 0; i < COUNT; i += 2 * LANES) {
            float *restrict a = theta + i, *restrict c = a + LANES;
            for (int l = 0; l < LANES; l++) {
                uint32_t v = next(&state[0][l]), w = next(&state[1][l]);
                float radius = sigma * sqrtf(-2 * ln(((float)(int32_t)(v >> 8) + 0.5f) * 0x1p-24f));
                float quarter = (float)(int32_t)(w << 2) * 0x1p-31f, flip = w >> 31 ? -radius : radius;
                float s = radius * sine(quarter), k = flip * cosine(quarter);
                a[l] += b * (mean - a[l]) + (w >> 30 & 1 ? s : k);
                c[l] += b * (mean - c[l]) + (w >> 30 & 1 ? k : s);
            }
        }
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
    double ns = (double)(end.tv_sec - start.tv_sec) * 1e9 + (double)(end.tv_nsec - start.tv_nsec), m = 0, v = 0;
    for (int i = 0; i < COUNT; i++) m += theta[i] / COUNT;
    for (int i = 0; i < COUNT; i++) v += (theta[i] - m) * (theta[i] - m) / COUNT;
    printf("{\"ns\": %.4f, \"mean\": %.5f, \"variance\": %.6f, \"variance_exact\": %.6f}\n",
           ns / ((double)COUNT * ticks), m, v, (1 - pow(1 - b, 2. * ticks)) * 2 * b / (1 - (1 - b) * (1 - b)));
    return 0;
}
