/* Time of one design on every hardware model, VGG8 where it takes it: random points of a study's
 * space, evaluated one by one in this process, no parts. Median of all, and a ratio to the time of
 * a million dependent multiply-adds of the same run. */
#include "run.h"
#include "clock.h"
#include "memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DESIGNS = 1001, FLOPS = 1000000 };

typedef struct subject { const char *config, *sets[2]; } subject;
static const subject subjects[] = {
    {"configs/vgg8_rram.cfg", {NULL, NULL}},
    {"configs/vgg8_sram.cfg", {NULL, NULL}},
    {"configs/mobilenet_rram.cfg", {NULL, NULL}},
    {"configs/mobilenet_sram.cfg", {NULL, NULL}},
    {"configs/resnet50_rram.cfg", {NULL, NULL}},
    {"configs/resnet50_sram.cfg", {NULL, NULL}},
    {"configs/resnet50_rram.cfg", {"hwmodel.chip_tiles=16", "hwmodel.off_chip=\"lpddr4\""}},
    {"configs/validation/neurosim.cfg", {NULL, NULL}},
    {"configs/validation/mnsim.cfg", {NULL, NULL}},
    {"configs/validation/cimloop_rram.cfg", {"workload={plugin=\"vgg8\";}", NULL}},
    {"configs/validation/cimloop_sram.cfg", {"workload={plugin=\"vgg8\";}", NULL}},
};

static int ascending(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *all, size_t n) {
    qsort(all, n, sizeof *all, ascending);
    return all[n / 2];
}

static double multiply_adds_s(void) {
    double all[9];
    volatile double factor = 0.999999;
    for (int k = 0; k < 9; k++) {
        const int64_t began = clock_now_ns();
        double x = 1;
        for (int i = 0; i < FLOPS; i++) x = x * factor + 1e-9;
        factor = x > 0 ? factor : 0;
        all[k] = 1e-9 * (double)(clock_now_ns() - began);
    }
    return median(all, 9);
}

static uint64_t random_state = 1;
static double random_share(void) { /* splitmix64 */
    uint64_t z = random_state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

static void draw(const space *s, double *point, double *design) {
    for (uint32_t d = 0; d < s->n_dimensions; d++) {
        const cim_dimension *is = &s->dimensions[d].is;
        const double u = random_share();
        point[d] = is->n_levels ? (double)(uint64_t)(u * (double)is->n_levels)
                                : is->min + u * (is->max - is->min);
    }
    space_canonical(s, point, NULL);
    space_design(s, point, design);
}

static bool open_subject(study *s, const subject *x, failure *f) {
    text path = {0};
    text_add(&path, "%s/%s", SOURCE_DIR, x->config);
    bool good = config_read_path(&s->config, text_of(&path), f);
    for (int i = 0; good && i < 2 && x->sets[i]; i++) good = config_set(&s->config, x->sets[i], f);
    text_free(&path);
    return good && study_open(s, false, f);
}

static bool measure(const subject *x, double reference_s, failure *f) {
    study s = {0};
    if (!open_subject(&s, x, f)) return false;
    evaluator *e = &s.evaluator;
    volatile uint32_t running;
    e->running = &running;
    double *point = memory_new(s.space.n_dimensions, sizeof *point), times[DESIGNS];
    double *design = memory_new(s.space.n_numbers, sizeof *design);
    result *r = results_new(1, e->n_metrics, evaluator_slacks(e));
    const uint32_t fidelity = e->n_fidelities - 1;
    size_t failed = 0;
    for (int i = 0; i < DESIGNS; i++) {
        draw(&s.space, point, design);
        const int64_t began = clock_now_ns();
        evaluate_group(e, design, &fidelity, 1, false, r);
        times[i] = 1e-9 * (double)(clock_now_ns() - began);
        failed += r->outcome == CIM_FAILED;
    }
    const double s_each = median(times, DESIGNS);
    printf("| %s", x->config);
    for (int i = 0; i < 2 && x->sets[i]; i++) printf(" `%s`", x->sets[i]);
    printf(" | %s | %s | %.2f | %.4f | %zu |\n", s.workloads[0].plugin->id, s.hwmodel.plugin->id,
           1e6 * s_each, s_each / reference_s, failed);
    fflush(stdout);
    results_free(r, 1);
    free(point);
    free(design);
    study_close(&s);
    return true;
}

int main(void) {
    failure f = {0};
    setenv("CIMDSE_PLUGIN_PATH", BINARY_DIR "/plugins", 1);
    const double reference_s = multiply_adds_s();
    printf("%d multiply-adds, one behind the other: %.3f ms. %d random designs each:\n\n", FLOPS,
           1e3 * reference_s, DESIGNS);
    printf(
        "| config | workload | hardware model | median, us a design | / multiply-adds | failed |\n"
        "|---|---|---|---|---|---|\n");
    for (size_t i = 0; i < sizeof subjects / sizeof *subjects; i++)
        if (!measure(&subjects[i], reference_s, &f)) {
            fprintf(stderr, "bench_models: %s\n", f.text);
            return 1;
        }
    return 0;
}
