/* accuracy.crossbar_inference against another program's predictions (PyTorch 1.13.1), image by
 * image: tests/golden/accuracy. */
#include "fashion_networks.h"

enum { MOST_IMAGES = 200 };

/* "ptq_w8a8_pc" (a step for each channel; pt: one for the tensor),
 * "cim_w8a8_c2_r128_diff_adc6_calib" */
static cim_nonideality parse(const char *name) {
    cim_nonideality x = {.weight_mapping = CIM_MAPPING_DIGITAL};
    char mapping[8], range[8];
    char scale;
    if (sscanf(name, "ptq_w%ua%u_p%c", &x.weight_bits, &x.input_bits, &scale) == 3) {
        x.weight_scale = scale == 't' ? CIM_SCALE_PER_TENSOR : CIM_SCALE_PER_CHANNEL;
        return x;
    }
    if (sscanf(name, "cim_w%ua%u_c%u_r%u_%7[a-z]_adc%u_%7s", &x.weight_bits, &x.input_bits,
               &x.cell_bits, &x.rows_at_once, mapping, &x.adc_bits, range) != 7)
        fail_msg("what is %s?", name);
    x.array_rows = x.rows_at_once;
    x.weight_mapping = strcmp(mapping, "diff") ? CIM_MAPPING_OFFSET : CIM_MAPPING_DIFFERENTIAL;
    x.adc_range = strcmp(range, "calib") ? CIM_ADC_FULL_SCALE : CIM_ADC_CALIBRATED;
    return x;
}

static void predict(scene *s, const cim_nonideality *non, uint32_t n, uint8_t *classes) {
    cim_nonideality rows[MOST_LAYERS];
    evaluation e;
    open_evaluation(&e, s, arrays_of(s, non, rows), weights_of(s));
    e.predicted = classes;
    assert_int_equal(evaluation_run(&e, &s->test, n, 0), CIM_OK);
    evaluation_close(&e);
}

static cim_status keep_class(void *context, const double *scores, uint32_t first, uint32_t n) {
    uint8_t *classes = context;
    for (uint32_t i = 0; i < n; i++, scores += 10)
        for (uint8_t c = 0; c < 10; c++)
            if (scores[c] > scores[classes[first + i]]) classes[first + i] = c;
    return CIM_OK;
}

typedef struct both { net n; uint8_t *classes; } both;
static cim_status of_net(void *context, uint32_t layer, const double *in, uint32_t first,
                         uint32_t n, double *out) {
    both *b = context;
    return net_float_product(&b->n, layer, in, first, n, out);
}
static cim_status of_classes(void *context, const double *scores, uint32_t first, uint32_t n) {
    both *b = context;
    return keep_class(b->classes, scores, first, n);
}

static void predict_float(scene *s, uint32_t n, uint8_t *classes) {
    both b = {.classes = classes};
    assert_int_equal(net_open(&b.n, &s->host.host, &s->p.network,
                              (net_source){.context = s->t, .find = find}), CIM_OK);
    assert_int_equal(net_run(&b.n, s->test.pixels, n, of_net, of_classes, &b), CIM_OK);
    net_close(&b.n);
}

static void check_rows(const char *net_name) {
    scene s;
    char path[512], name[80], want[MOST_IMAGES + 1];
    begin(&s, net_name, MOST_IMAGES);
    snprintf(path, sizeof path, SOURCE_DIR "/tests/golden/accuracy/%s_predictions.txt", net_name);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    uint32_t n = 0, rows = 0;
    while (fscanf(file, "#%*[^\n]\n") != EOF &&
           fscanf(file, "%79s %u %200s\n", name, &n, want) == 3) {
        uint8_t classes[MOST_IMAGES] = {0};
        assert_in_range(n, 1, MOST_IMAGES);
        if (!strcmp(name, "float32")) predict_float(&s, n, classes);
        else {
            const cim_nonideality non = parse(name);
            predict(&s, &non, n, classes);
        }
        for (uint32_t i = 0; i < n; i++)
            if (classes[i] != want[i] - '0')
                fail_msg("%s, image %u: %u, not %c", name, i, classes[i], want[i]);
        rows++;
    }
    fclose(file);
    assert_in_range(rows, 18, 100);
    end(&s);
}

static void lenet5_predicts_the_same(void **state) { (void)state; check_rows("lenet5"); }
static void vgg8s_predicts_the_same(void **state) { (void)state; check_rows("vgg8s"); }

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(lenet5_predicts_the_same),
                                       cmocka_unit_test(vgg8s_predicts_the_same)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
