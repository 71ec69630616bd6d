/* Exact crossbar inference beside the same arithmetic in PyTorch (bench_accuracy.py), one thread
 * each: images per second of both, their ratio, whether they classify alike, and the rate of the
 * bit-sliced product's multiply-accumulates beside that of OpenBLAS's own sgemm.
 *
 * bench_accuracy [--alone] [--images N] [--row N]      --alone: without PyTorch */
#include "../unit/fashion_networks.h"

#include <cblas.h>
#include <time.h>

typedef struct row {
    const char *net, *label, *torch;      /* TORCH: arguments of the script                       */
    uint32_t images, adc_bits;
    double sd;                            /* of the cells, a share of the value                   */
} row;
static const row rows[] = {
    {"lenet5", "ideal converter", "0 0 sliced", 2000, 0, 0},
    {"lenet5", "ideal converter; PyTorch: one product", "0 0 whole", 2000, 0, 0},
    {"lenet5", "6 bits, calibrated", "6 0 sliced", 2000, 6, 0},
    {"lenet5", "6 bits, calibrated; cells spread by 10 %", "6 0.1 sliced", 2000, 6, 0.1},
    {"vgg8s", "ideal converter", "0 0 sliced", 500, 0, 0},
    {"vgg8s", "ideal converter; PyTorch: one product", "0 0 whole", 500, 0, 0},
    {"vgg8s", "6 bits, calibrated", "6 0 sliced", 500, 6, 0},
    {"vgg8s", "6 bits, calibrated; cells spread by 10 %", "6 0.1 sliced", 500, 6, 0.1},
};

static double now_s(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Multiply-accumulates a second of sgemm, 512 x 512 x 512. */
static double sgemm_rate(void) {
    enum { N = 512, TIMES = 20 };
    static float a[N * N], b[N * N], c[N * N];
    for (size_t i = 0; i < N * N; i++) a[i] = b[i] = (float)(i % 7);
    double from = 0;
    for (int i = -2; i < TIMES; i++) {
        if (i == 0) from = now_s();
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, N, N, N, 1, a, N, b, N, 0, c, N);
    }
    return TIMES * (double)N * N * N / (now_s() - from);
}

/* 8-bit weights in 2-bit cells of two arrays, 8-bit inputs bit by bit. */
static double sliced_macs(const cim_network *network) {
    double macs = 0;
    for (uint32_t i = 0; i < network->layers.n; i++) {
        const cim_layer *l = CIM_ROW(cim_layer, network->layers, i);
        macs += (double)cim_layer_weights(l) * l->out_height * l->out_width * (4 * 2 * 8);
    }
    return macs;
}

/* Chip 1 of ROW; S: seconds of making the chip and of all images. */
static void ours(scene *s, const row *r, uint32_t n, uint8_t *classes, double *seconds) {
    cim_nonideality table[MOST_LAYERS] = {{0}};
    for (uint32_t i = 0; i < s->p.network.layers.n; i++)
        if (cim_layer_weights(&s->p.layers[i]))
            table[i] = (cim_nonideality){
                .weight_mapping = CIM_MAPPING_DIFFERENTIAL, .weight_bits = 8, .input_bits = 8,
                .cell_bits = 2, .array_rows = 128, .rows_at_once = 128, .adc_bits = r->adc_bits,
                .adc_range = CIM_ADC_CALIBRATED, .device_spread_sd = r->sd,
                .device_spread = r->sd > 0 ? CIM_SPREAD_OF_VALUE : 0};
    evaluation e;
    if (evaluation_open(&e, &s->host.host, &s->p.network,
                        (cim_nonideality_table){table, s->p.network.layers.n, sizeof table[0]},
                        (net_source){.context = s->t, .find = find}, &s->training) != CIM_OK) {
        fprintf(stderr, "%s\n", s->host.message);
        exit(1);
    }
    e.predicted = classes;
    const double from = now_s();
    evaluation_run(&e, &s->test, n, (uint64_t)1 << 40);
    *seconds = now_s() - from;
    evaluation_close(&e);
}

/* What the script prints: "CLASSES SECONDS". */
static int theirs(const row *r, uint32_t n, char *classes, double *seconds) {
    char command[1024];
    snprintf(command, sizeof command,
             "OMP_NUM_THREADS=1 /usr/bin/python3 %s/tests/bench/bench_accuracy.py %s %u %s",
             SOURCE_DIR, r->net, n, r->torch);
    FILE *p = popen(command, "r");
    const int got = p ? fscanf(p, "%9999s %lf", classes, seconds) : 0;
    return p && !pclose(p) && got == 2;
}

static void compare(const row *r, uint32_t n, int is_alone, double blas) {
    static uint8_t own[10000];
    static char other[10001];
    double own_s = 0, other_s = 0;
    scene s;
    begin(&s, r->net, n);
    ours(&s, r, n, own, &own_s);
    const double rate = sliced_macs(&s.p.network) * n / own_s;
    printf("| %s | %s | %u | %.0f |", r->net, r->label, n, n / own_s);
    if (is_alone || !theirs(r, n, other, &other_s)) printf(" - | - | - |");
    else {
        uint32_t alike = 0;
        for (uint32_t i = 0; i < n; i++) alike += own[i] == other[i] - '0';
        printf(" %.1f | %.1f | %u of %u |", n / other_s, other_s / own_s, alike, n);
    }
    printf(" %.2f |\n", rate / blas);
    fflush(stdout);
    end(&s);
}

int main(int argc, char **argv) {
    int is_alone = 0;
    uint32_t images = 0, only = 0;
    for (int i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "--alone")) is_alone = 1;
        else if (!strcmp(argv[i], "--images") && i + 1 < argc) images = (uint32_t)atoi(argv[++i]);
        else if (!strcmp(argv[i], "--row") && i + 1 < argc) only = (uint32_t)atoi(argv[++i]);
        else return fprintf(stderr, "bench_accuracy [--alone] [--images N] [--row N]\n"), 2;
    }
    crossbar_single_thread();
    const double blas = sgemm_rate();
    printf("OpenBLAS sgemm: %.1f G multiply-accumulates a second\n\n", blas / 1e9);
    printf("| network | row | images | ours, images/s | PyTorch, images/s | ratio | classified "
           "alike | share of sgemm |\n"
           "|---|---|---|---|---|---|---|---|\n");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (!only || only == i + 1)
            compare(&rows[i], images && images <= 10000 ? images : rows[i].images, is_alone, blas);
    return 0;
}
