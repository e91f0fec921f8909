/* One winner-take-all circuit with synaptic sampling, event-driven, in plain C and floats: what a good programmer would
 * write for this one network. 784 Poisson inputs; ten patterns, each 157 inputs at 30 Hz for 200 ms; 0.2 spikes a tick.
 *
 * A synapse is brought up to date by the exact Ornstein-Uhlenbeck transition when its input spikes and when its neuron
 * does; at the latter it also takes the likelihood's kick. Between the two it stands still.
 *
 * gcc -O3 -march=native -ffast-math wta.c -lm     ./a.out [K] [seconds]     prints one JSON line
 */
#define _POSIX_C_SOURCE 200809L
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { INPUTS = 784, ON = 157, PATTERNS = 10, SHOW = 200, ROW = 800, WAITS = 1 << 16, NEURONS_MAX = 1024 };

static const float SPEED = 1e-4f, GAIN = 5e-2f, MEAN = 0.5f, OFFSET = 3, ALPHA = 0.1353353f;

/* Random words: a counter through a mixing function, so that a loop over them vectorises. */
static uint32_t counter = 1;
static inline uint32_t mixed(uint32_t x) {
    x = (x ^ x >> 16) * 0x7feb352du;
    x = (x ^ x >> 15) * 0x846ca68bu;
    return x ^ x >> 16;
}
static inline uint32_t word(void) { return mixed(counter += 0x9e3779b9u); }
static inline float uniform(uint32_t w) { return ((float)(w >> 8) + 0.5f) * 0x1p-24f; }
static inline float gauss(uint32_t a, uint32_t b) {
    return sqrtf(-2 * logf(uniform(a))) * cosf(6.2831853f * uniform(b));
}

static float decay[WAITS], noise[WAITS];
static int pattern[PATTERNS][ON];

static void tables(void) {
    for (int d = 0; d < WAITS; d++) {
        double left = exp(-(double)SPEED * d);
        decay[d] = (float)left;
        noise[d] = (float)sqrt(1 - left * left);
    }
    for (int p = 0; p < PATTERNS; p++) {
        int all[INPUTS];
        for (int i = 0; i < INPUTS; i++) all[i] = i;
        for (int i = 0; i < ON; i++) {
            int j = i + (int)(word() % (uint32_t)(INPUTS - i)), chosen = all[j];
            all[j] = all[i];
            all[i] = pattern[p][i] = chosen;
        }
    }
}

/* State: theta[k][i], the tick it stands for, and for each input its trace's two sums at the tick of its last spike. */
static float *theta;
static int *at;
static float fast[ROW], slow[ROW], fired_at[ROW];
static float u_fast[NEURONS_MAX], u_slow[NEURONS_MAX];

static void input_spike(int i, int now, int neurons) {
    float wait = fired_at[i] - (float)now;
    fast[i] = fast[i] * expf(wait / 20) + 1;
    slow[i] = slow[i] * expf(wait / 2) + 1;
    fired_at[i] = (float)now;
    for (int k = 0; k < neurons; k++) {
        int s = k * ROW + i, d = now - at[s];
        d = d < WAITS ? d : WAITS - 1;
        theta[s] = MEAN + (theta[s] - MEAN) * decay[d] + noise[d] * gauss(word(), word());
        at[s] = now;
        float w = theta[s] > 0 ? expf(theta[s] - OFFSET) : 0;
        u_fast[k] += w;
        u_slow[k] += w;
    }
}

static void neuron_spike(int k, int now) {
    float *restrict th = theta + k * ROW;
    int *restrict last = at + k * ROW;
    uint32_t base = word();
    for (int i = 0; i < INPUTS; i++) {
        uint32_t j = base + 2u * (uint32_t)i;
        int d = now - last[i];
        d = d < WAITS ? d : WAITS - 1;
        float moved = MEAN + (th[i] - MEAN) * decay[d] + noise[d] * gauss(mixed(j), mixed(j + 1));
        float grown = expf(moved - OFFSET), w = moved > 0 ? grown : 0, wait = fired_at[i] - (float)now;
        float y = fast[i] * expf(wait / 20) - slow[i] * expf(wait / 2);
        th[i] = moved + GAIN * w * (y - ALPHA * expf(w));
        last[i] = now;
    }
}

int main(int count, char **arguments) {
    int neurons = count > 1 ? atoi(arguments[1]) : 10;
    long ticks = lround((count > 2 ? atof(arguments[2]) : 10) * 1000), spikes = 0;
    if (neurons < 1 || neurons > NEURONS_MAX) return 2;
    tables();
    theta = calloc((size_t)neurons * ROW, sizeof *theta);
    at = calloc((size_t)neurons * ROW, sizeof *at);
    if (!theta || !at) return 1;
    for (int s = 0; s < neurons * ROW; s++) theta[s] = MEAN + gauss(word(), word());
    const float left_fast = expf(-1 / 20.f), left_slow = expf(-1 / 2.f), skip = 1 / logf(1 - 0.03f);
    struct timespec start, end;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
    for (long t = 0; t < ticks; t++) {
        for (int k = 0; k < neurons; k++) u_fast[k] *= left_fast, u_slow[k] *= left_slow;
        const int *on = pattern[t / SHOW % PATTERNS];
        for (int j = (int)(logf(uniform(word())) * skip); j < ON; j += 1 + (int)(logf(uniform(word())) * skip))
            input_spike(on[j], (int)t, neurons);
        float p[NEURONS_MAX], top = -1e30f, sum = 0;
        for (int k = 0; k < neurons; k++) top = fmaxf(top, p[k] = u_fast[k] - u_slow[k]);
        for (int k = 0; k < neurons; k++) sum += p[k] = expf(p[k] - top);
        for (int k = 0; k < neurons; k++)
            if (uniform(word()) * sum < 0.2f * p[k]) {
                neuron_spike(k, (int)t);
                spikes++;
            }
    }
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
    double ns = (double)(end.tv_sec - start.tv_sec) * 1e9 + (double)(end.tv_nsec - start.tv_nsec), mean = 0;
    for (int k = 0; k < neurons; k++)
        for (int i = 0; i < INPUTS; i++) mean += theta[k * ROW + i] / (neurons * (double)INPUTS);
    printf("{\"ns\": %.1f, \"rate_hz\": %.2f, \"theta_mean\": %.4f}\n", ns / (double)ticks,
           (double)spikes * 1000 / (double)ticks, mean);
    return 0;
}
