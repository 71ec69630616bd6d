/* The statistical level of accuracy.crossbar_inference beside the exact one, one thread: accuracy
 * of random designs on LeNet-5, and the time of a narrow VGG8.
 *
 * bench_accuracy_levels [designs, 100 [images, 1000 [images of VGG8, 1000 [first design, 0]]]] */
#include "../unit/fashion_networks.h"
#include "rank_test.h"

#include <math.h>
#include <time.h>

static double now_s(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

typedef struct answer { double accuracy, open_s, run_s; } answer;

/* OPEN_S: weights and converters, which a search has once for many designs; RUN_S: a chip. */
static answer evaluate(scene *s, const cim_nonideality *non, int is_statistical, uint32_t images) {
    cim_nonideality rows[MOST_LAYERS] = {{0}};
    for (uint32_t i = 0; i < s->p.network.layers.n; i++)
        if (cim_layer_weights(&s->p.layers[i])) rows[i] = *non;
    const cim_nonideality_table table = {rows, s->p.network.layers.n, sizeof rows[0]};
    const net_source source = {.context = s->t, .find = find};
    answer a = {0};
    evaluation e;
    const double began = now_s();
    if (evaluation_open(&e, &s->host.host, &s->p.network, table, source, &s->training) != CIM_OK)
        fail_msg("%s", s->host.message);
    a.open_s = now_s() - began;
    e.is_statistical = is_statistical;
    if (evaluation_run(&e, &s->test, images, (uint64_t)1 << 40) != CIM_OK)
        fail_msg("%s", s->host.message);
    a.run_s = now_s() - began - a.open_s;
    a.accuracy = (double)e.right / e.n_images;
    evaluation_close(&e);
    return a;
}

/* ---- designs --------------------------------------------------------------------------------- */

static uint64_t state = 1;
static uint32_t below(uint32_t n) { return (uint32_t)((cells_bits(state++) >> 32) * n >> 32); }

static cim_nonideality random_design(void) {
    static const uint32_t bits[] = {4, 6, 8, 8}, rows[] = {64, 128, 256}, cell[] = {1, 2, 2, 4};
    static const double sigma[] = {0, 0, 0.05, 0.1, 0.15, 0.2}, off[] = {0, 0, 0.1, 0.02};
    cim_nonideality x = {.weight_bits = bits[below(4)], .input_bits = bits[below(4)],
                         .cell_bits = cell[below(4)], .dac_bits = 1, .rows_at_once = rows[below(3)],
                         .adc_bits = below(8) ? 4 + below(6) : 0, .on_conductance_s = 1e-4};
    x.weight_mapping = below(3) ? CIM_MAPPING_DIFFERENTIAL : CIM_MAPPING_OFFSET;
    x.adc_range = below(3) ? CIM_ADC_CALIBRATED : CIM_ADC_FULL_SCALE;
    x.device_spread_sd = sigma[below(6)];
    x.off_conductance_s = x.on_conductance_s * off[below(4)];
    const uint32_t kind = below(3);
    if (x.device_spread_sd > 0)
        x.device_spread = kind == 0 ? CIM_SPREAD_OF_VALUE : kind == 1 ? CIM_SPREAD_OF_RANGE
                                                                      : CIM_SPREAD_LOG_NORMAL;
    if (x.device_spread == CIM_SPREAD_OF_RANGE) x.device_spread_sd /= 5; /* harsher: 1 % to 4 %   */
    x.array_rows = x.array_columns = x.rows_at_once;
    x.read_noise_sd = below(4) ? 0 : 0.02 * (1 + below(3));
    return x;
}

static void print_design(const cim_nonideality *x) {
    static const char *const kinds[] = {"-", "value", "range", "log"};
    char adc[12] = "ideal";
    if (x->adc_bits) snprintf(adc, sizeof adc, "%u", x->adc_bits);
    printf("| %u | %u | %u | %u | %s | %s | %s | %g %s | %g | %g ", x->weight_bits, x->input_bits,
           x->cell_bits, x->rows_at_once,
           x->weight_mapping == CIM_MAPPING_OFFSET ? "offset" : "diff", adc,
           x->adc_range == CIM_ADC_CALIBRATED ? "calib" : "full", x->device_spread_sd,
           kinds[x->device_spread], x->off_conductance_s / x->on_conductance_s, x->read_noise_sd);
}

enum { MOST_DESIGNS = 1000 };

static void compare_accuracy(uint32_t n, uint32_t images) {
    static double exact[MOST_DESIGNS], quick[MOST_DESIGNS];
    static cim_nonideality design[MOST_DESIGNS];
    scene s;
    begin(&s, "lenet5", images);
    printf("LeNet-5, %u images, chip 1\n\n| w | a | cell | rows | mapping | adc | range | sd | "
           "off/on | "
           "read | exact | statistical | error |\n|%s\n",
           images,
           "---|---|---|---|---|---|---|---|---|"
           "---|---|---|---|");
    double worst = 0, squares = 0, within = 0, close = 0;
    for (uint32_t i = 0; i < n; i++) {
        design[i] = random_design();
        const cim_nonideality bits = {.weight_mapping = CIM_MAPPING_DIGITAL, .cell_bits = 1,
                                      .weight_bits = design[i].weight_bits,
                                      .input_bits = design[i].input_bits};
        const double best = evaluate(&s, &bits, 0, images).accuracy;
        exact[i] = evaluate(&s, &design[i], 0, images).accuracy;
        quick[i] = evaluate(&s, &design[i], 1, images).accuracy;
        const double error = quick[i] - exact[i];
        print_design(&design[i]);
        printf("| %.1f | %.1f | %+.1f |\n", 100 * exact[i], 100 * quick[i], 100 * error);
        fflush(stdout);
        if (best - exact[i] >= 0.05) continue;
        close++;
        squares += error * error;
        within += fabs(error) <= 0.005;
        worst = fmax(worst, fabs(error));
    }
    printf(
        "\nrank correlation %.4f. Designs that lose less than 5 points: %.0f, of which %.0f within "
        "0.5 points; rms error %.2f, largest %.2f points\n\n",
        rank_correlation(exact, quick, n), close, within, 100 * sqrt(squares / fmax(close, 1)),
        100 * worst);
    end(&s);
}

/* ---- time ------------------------------------------------------------------------------------ */

static void time_row(scene *s, const char *label, const cim_nonideality *x, uint32_t images) {
    const answer a = evaluate(s, x, 0, images), b = evaluate(s, x, 1, images);
    printf("| %s | %.2f | %.2f | %.2f | %.1f |\n", label, b.open_s, a.run_s, b.run_s,
           a.run_s / b.run_s);
    fflush(stdout);
}

static void compare_time(const char *name, uint32_t images) {
    scene s;
    begin(&s, name, images);
    printf("%s, %u images, 8-bit weights in 1-bit cells, seconds of one core\n\n| | weights, "
           "converters | exact | statistical | ratio |\n|---|---|---|---|---|\n", name, images);
    cim_nonideality x = {.weight_mapping = CIM_MAPPING_DIFFERENTIAL, .weight_bits = 8,
                         .input_bits = 8, .cell_bits = 1, .dac_bits = 1, .array_rows = 128,
                         .array_columns = 128, .rows_at_once = 128, .adc_bits = 6,
                         .adc_range = CIM_ADC_CALIBRATED, .on_conductance_s = 1e-4};
    time_row(&s, "6-bit converters", &x, images);
    x.device_spread = CIM_SPREAD_OF_VALUE;
    x.device_spread_sd = 0.1;
    time_row(&s, "and cells that spread by 10 %", &x, images);
    x.read_noise_sd = 0.02;
    time_row(&s, "and read noise of 2 %", &x, images);
    printf("\n");
    end(&s);
}

int main(int argc, char **argv) {
    const uint32_t n = argc > 1 ? (uint32_t)atoi(argv[1]) : 100;
    const uint32_t images = argc > 2 ? (uint32_t)atoi(argv[2]) : 1000;
    const uint32_t large = argc > 3 ? (uint32_t)atoi(argv[3]) : 1000;
    if (argc > 4) state = 1 + 1000 * (uint64_t)atoi(argv[4]);
    if (n > 0) compare_accuracy(n < MOST_DESIGNS ? n : MOST_DESIGNS, images);
    compare_time("lenet5", images);
    compare_time("vgg8s", large);
    return 0;
}
