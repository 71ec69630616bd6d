/* A layer on crossbars (plugins/accuracy/crossbar_inference): every way to compute a product gives
 * what the integer product gives where nothing deviates, and all agree where converters round. */
#include "fake_host.h"

#include <math.h>

#include "crossbar.h"

enum { CHANNELS = 6, HEIGHT = 9, WIDTH = 13, OUTS = 4, IMAGES = 3, ROWS = CHANNELS * 9,
       AREA = 5 * 5 };

/* 3 x 3, strides 2 and 3, padded by 1. */
static net_layer layer(float *weights, float *bias, uint32_t groups) {
    net_layer l = {.rows = ROWS / groups, .weights = weights, .bias = bias, .values = OUTS * AREA};
    l.is = (cim_layer){.name = "c", .op = CIM_OP_CONV, .in_channels = CHANNELS, .in_height = HEIGHT,
                       .in_width = WIDTH, .out_channels = OUTS, .out_height = 5, .out_width = 5,
                       .kernel_height = 3, .kernel_width = 3, .stride_height = 2, .stride_width = 3,
                       .dilation_height = 1, .dilation_width = 1, .pad_top = 1, .pad_bottom = 1,
                       .pad_left = 1, .pad_right = 1, .groups = groups, .weight_bits = 8,
                       .input_bits = 8};
    return l;
}

typedef struct scene {
    fake_host host;
    float weights[OUTS * ROWS], bias[OUTS];
    double in[IMAGES * CHANNELS * HEIGHT * WIDTH];
    net_layer l;
} scene;

static void begin(scene *s, uint32_t groups) {
    fake_host_start(&s->host);
    for (size_t i = 0; i < OUTS * ROWS; i++) s->weights[i] = (float)cells_normal(i);
    for (size_t i = 0; i < OUTS; i++) s->bias[i] = (float)cells_normal(9000 + i);
    for (size_t i = 0; i < sizeof s->in / sizeof *s->in; i++) s->in[i] = cells_uniform(50000 + i);
    s->l = layer(s->weights, s->bias, groups);
}

typedef struct answer { double y[IMAGES * OUTS * AREA]; } answer;

/* FORCE: the way to go; negative: the array's own. */
static answer product(scene *s, const cim_nonideality *non, net_range range, int force) {
    crossbar a;
    answer out = {{0}};
    assert_int_equal(crossbar_open(&a, &s->host.host, &s->l, non, range), CIM_OK);
    if (force >= 0) a.way = (crossbar_way)force;
    assert_int_equal(crossbar_make_chip(&a, (uint64_t)1 << 40), CIM_OK);
    assert_int_equal(crossbar_product(&a, s->in, 0, IMAGES, out.y, NULL), CIM_OK);
    crossbar_close(&a);
    assert_int_equal(s->host.live, 0);
    return out;
}

static void same(const answer *a, const answer *b) {
    for (size_t i = 0; i < IMAGES * OUTS * AREA; i++)
        if (a->y[i] != b->y[i]) fail_msg("output %zu: %.17g, not %.17g", i, a->y[i], b->y[i]);
}

/* Written down as it is defined, for one group. */
static answer plain_integer_product(const scene *s, net_range r) {
    answer out = {{0}};
    const uint32_t groups = s->l.is.groups, per = CHANNELS / groups;
    for (int image = 0; image < IMAGES; image++)
        for (uint32_t o = 0; o < OUTS; o++) {
            const float *w = s->weights + o * s->l.rows;
            const double scale = net_weight_scale(w, s->l.rows, 8);
            for (int p = 0; p < AREA; p++) {
                double sum = 0;
                for (uint32_t k = 0; k < s->l.rows; k++) {
                    const uint32_t c = o / (OUTS / groups) * per + k / 9;
                    const int y = p / 5 * 2 + (int)(k % 9) / 3 - 1, x = p % 5 * 3 + (int)k % 3 - 1;
                    if (y < 0 || x < 0 || y >= HEIGHT || x >= WIDTH) continue;
                    const double v = s->in[((image * CHANNELS + (int)c) * HEIGHT + y) * WIDTH + x];
                    sum += (net_code(r, v) - r.zero) * net_weight_code(w[k], scale, 8);
                }
                out.y[(image * OUTS + (int)o) * AREA + p] =
                    sum * (r.scale * scale) + (double)s->bias[o];
            }
        }
    return out;
}

static const cim_nonideality eight_bits = {.weight_bits = 8, .input_bits = 8, .array_rows = 16,
                                           .rows_at_once = 16};

static void digital_is_the_integer_product(void **state) {
    (void)state;
    for (uint32_t groups = 1; groups <= 2; groups++) {
        scene s;
        begin(&s, groups);
        cim_nonideality non = eight_bits;
        for (int has_negatives = 0; has_negatives < 2; has_negatives++) {
            const net_range r = net_range_of(has_negatives ? -0.3 : 0, 1, 8);
            const answer want = plain_integer_product(&s, r);
            non.weight_mapping = CIM_MAPPING_DIGITAL;
            answer got = product(&s, &non, r, -1);
            same(&got, &want);
            non.weight_mapping = 0;
            got = product(&s, &non, r, -1);
            same(&got, &want);
        }
    }
}

/* A converter that neither rounds nor clips: whatever cells, rows, mapping and inputs. */
static void wide_converters_change_nothing(void **state) {
    (void)state;
    scene s;
    begin(&s, 2);
    const net_range r = net_range_of(-0.2, 1, 8);
    const answer want = plain_integer_product(&s, r);
    for (uint32_t mapping = CIM_MAPPING_OFFSET; mapping <= CIM_MAPPING_DIFFERENTIAL; mapping++)
        for (uint32_t cell = 1; cell <= 6; cell++)
            for (uint32_t dac = 1; dac <= 3; dac++)
                for (int way = CROSSBAR_WHOLE; way <= CROSSBAR_READS; way++) {
                    cim_nonideality non = eight_bits;
                    non.weight_mapping = mapping;
                    non.cell_bits = cell;
                    non.dac_bits = dac;
                    non.adc_bits = 14;
                    const answer got = product(&s, &non, r, way);
                    same(&got, &want);
                }
}

static void round_both_ways(uint32_t mapping, uint32_t adc_bits, uint32_t input_bits) {
    scene s;
    begin(&s, 1);
    const net_range r = net_range_of(0, 1, input_bits);
    const answer exact = plain_integer_product(&s, r);
    cim_nonideality non = eight_bits;
    non.weight_mapping = mapping;
    non.cell_bits = 2;
    non.adc_bits = adc_bits;
    non.input_bits = input_bits;
    const answer tables = product(&s, &non, r, -1);
    const answer reads = product(&s, &non, r, CROSSBAR_READS);
    double worst = 0, off = 0;
    for (size_t i = 0; i < IMAGES * OUTS * AREA; i++) {
        worst = fmax(worst, fabs(tables.y[i] - reads.y[i]));
        off = fmax(off, fabs(tables.y[i] - exact.y[i]));
    }
    assert_true(worst < 1e-9);
    assert_true(off > 1e-3);              /* it does round */
}

/* 14-bit inputs: codes of all their bits do not fit a word. */
static void both_ways_to_round_agree(void **state) {
    (void)state;
    for (uint32_t mapping = CIM_MAPPING_OFFSET; mapping <= CIM_MAPPING_DIFFERENTIAL; mapping++)
        for (uint32_t bits = 2; bits <= 5; bits++) {
            round_both_ways(mapping, bits, 8);
            round_both_ways(mapping, bits, 14);
        }
}

/* The two ways to compute deviating cells give the same where converters are exact. */
static void deviating_cells_agree(void **state) {
    (void)state;
    scene s;
    begin(&s, 1);
    const net_range r = net_range_of(0, 1, 8);
    const answer exact = plain_integer_product(&s, r);
    for (uint32_t mode = CIM_SPREAD_OF_VALUE; mode <= CIM_SPREAD_LOG_NORMAL; mode++) {
        cim_nonideality non = eight_bits;
        non.weight_mapping = CIM_MAPPING_OFFSET;
        non.cell_bits = 2;
        non.device_spread = mode;
        non.device_spread_sd = 0.1;
        non.on_conductance_s = 1e-4;
        non.off_conductance_s = 1e-5;
        const answer linear = product(&s, &non, r, -1),
                     reads = product(&s, &non, r, CROSSBAR_READS);
        double worst = 0, off = 0;
        for (size_t i = 0; i < IMAGES * OUTS * AREA; i++) {
            worst = fmax(worst, fabs(linear.y[i] - reads.y[i]));
            off = fmax(off, fabs(linear.y[i] - exact.y[i]));
        }
        assert_true(worst < 1e-3);        /* float sums of up to 2^16 */
        assert_true(off > 0.05);
    }
}

/* Reads by lines of 16 columns (sums_real.h) against reads by matrix products, which is how they go
 * where something disturbs them: a code may differ where sums lie on a boundary, save for
 * rounding. */
static void lines_are_the_products(void **state) {
    (void)state;
    scene s;
    begin(&s, 2);
    const net_range r = net_range_of(-0.2, 1, 8);
    uint32_t unequal = 0, all = 0;
    for (uint32_t dac = 1; dac <= 3; dac++)
        for (uint32_t rows = 5; rows <= 27; rows += 11) {
            cim_nonideality non = eight_bits;
            non.weight_mapping = CIM_MAPPING_DIFFERENTIAL;
            non.cell_bits = 2, non.dac_bits = dac, non.adc_bits = 6, non.rows_at_once = rows;
            non.device_spread = CIM_SPREAD_OF_RANGE, non.device_spread_sd = 0.1;
            const answer lines = product(&s, &non, r, -1);
            crossbar a;
            answer products = {{0}};
            assert_int_equal(crossbar_open(&a, &s.host.host, &s.l, &non, r), CIM_OK);
            assert_int_equal(a.way, CROSSBAR_READS);
            assert_false(a.disturbs);
            a.disturbs = 1;
            assert_int_equal(crossbar_make_chip(&a, (uint64_t)1 << 40), CIM_OK);
            assert_int_equal(crossbar_product(&a, s.in, 0, IMAGES, products.y, NULL), CIM_OK);
            crossbar_close(&a);
            for (size_t i = 0; i < IMAGES * OUTS * AREA; i++, all++)
                unequal += fabs(lines.y[i] - products.y[i]) > 1e-9;
        }
    assert_true(unequal * 100 <= all);
}

/* Lists of lines from none to as many as there are tables, in blocks of up to 512 tables: a whole
 * tile, whose lists fill their room where FULL, then one of three positions, whose lists end where
 * longer ones were. Converters of their own for each slice. */
enum { LONG_ROWS = 2048, WIDE = 131 };
static void compare_lists(uint32_t rows, int full) {
    static float weights[LONG_ROWS];
    static double in[LONG_ROWS * WIDE];
    fake_host host;
    fake_host_start(&host);
    net_layer l = {.rows = rows, .weights = weights, .values = WIDE};
    l.is = (cim_layer){.name = "l", .op = CIM_OP_CONV, .in_channels = rows, .in_height = 1,
                       .in_width = WIDE, .out_channels = 1, .out_height = 1, .out_width = WIDE,
                       .kernel_height = 1, .kernel_width = 1, .stride_height = 1, .stride_width = 1,
                       .dilation_height = 1, .dilation_width = 1, .groups = 1, .weight_bits = 8,
                       .input_bits = 8};
    for (uint32_t k = 0; k < rows; k++) {
        weights[k] = (float)cells_normal(k);
        for (uint32_t i = 0; i < WIDE; i++)
            in[k * WIDE + i] = full || k < i * 37 % WIDE * rows / (WIDE - 1) ? 1 : 0;
    }
    cim_nonideality non = {.weight_bits = 8, .input_bits = 8, .array_rows = LONG_ROWS,
                           .rows_at_once = LONG_ROWS, .cell_bits = 2, .adc_bits = 8,
                           .weight_mapping = CIM_MAPPING_DIFFERENTIAL,
                           .device_spread = CIM_SPREAD_OF_RANGE, .device_spread_sd = 0.1};
    crossbar a;
    double lines[WIDE], products[WIDE], most = 0;
    assert_int_equal(crossbar_open(&a, &host.host, &l, &non, net_range_of(0, 1, 8)), CIM_OK);
    const uint32_t full_scale[CROSSBAR_MOST_SLICES] = {rows, rows / 2, rows / 3, rows / 4};
    crossbar_set_converters(&a, full_scale);
    assert_int_equal(crossbar_make_chip(&a, (uint64_t)1 << 40), CIM_OK);
    assert_int_equal(a.way, CROSSBAR_READS);
    assert_int_equal(crossbar_product(&a, in, 0, 1, lines, NULL), CIM_OK);
    a.disturbs = 1;
    assert_int_equal(crossbar_product(&a, in, 0, 1, products, NULL), CIM_OK);
    crossbar_close(&a);
    assert_int_equal(host.live, 0);
    for (uint32_t i = 0; i < WIDE; i++) most = fmax(most, fabs(products[i]));
    for (uint32_t i = 0; i < WIDE; i++)      /* a few codes on boundaries */
        if (fabs(lines[i] - products[i]) > 0.01 * most)
            fail_msg("%u rows, position %u: %g, not %g", rows, i, lines[i], products[i]);
}

static void lists_of_every_length(void **state) {
    (void)state;
    for (int full = 0; full < 2; full++) {
        static const uint32_t rows[] = {1, 4, 61, 2032, 2036, 2041, 2044, 2048};
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) compare_lists(rows[i], full);
    }
}

/* Values that the arithmetic's description gives. */
static void generator_is_the_documented_one(void **state) {
    (void)state;
    static const double one[] = {1.50998356, 0.42100074, 1.32662585, -0.46825332};
    for (uint64_t i = 0; i < 4; i++)
        assert_true(fabs(cells_normal(((uint64_t)1 << 40) + i) - one[i]) < 1e-8);
    const uint64_t other = ((uint64_t)2 << 40) + ((uint64_t)3 << 32);
    assert_true(fabs(cells_normal(other) - 1.28153685) < 1e-8);
    assert_true(fabs(cells_normal(other + 1) + 1.41020037) < 1e-8);
}

static void converter_follows_its_rule(void **state) {
    (void)state;
    uint32_t narrow = 0;
    for (uint32_t bits = 1; bits <= 10; bits++)
        for (uint32_t fs = 1; fs <= 400; fs += 7) {
            const converter a = converter_of(bits, fs, 400);
            narrow += a.fast.is_narrow != 0;
            const int64_t top = (1 << bits) - 1;
            for (int64_t sum = 0; sum <= 400; sum++) {
                const int64_t code = fs > top ? (2 * sum * top + fs) / (2 * (int64_t)fs) : sum;
                assert_int_equal(converter_code(&a, (double)sum), code < top ? code : top);
                if (a.fast.is_narrow)
                    assert_int_equal(sums_word_code(a.fast.narrow, (uint16_t)sum),
                                     code < top ? code : top);
            }
            assert_int_equal(converter_code(&a, -0.7), 0);
        }
    assert_true(narrow > 9 * 58);         /* of 10 bits x 58 full scales */
}

static void effects_move_cells(void **state) {
    (void)state;
    const cim_nonideality plain = {.cell_bits = 2, .on_conductance_s = 1e-4, .rows_at_once = 64,
                                   .array_columns = 64};
    const cells_place at = {.row = 10, .column = 10};
    cells_rules r = cells_rules_of(&plain, CELLS_NOTHING);
    assert_true(cells_conductance(&r, 3, at) == 3);
    cim_nonideality x = plain;
    x.stuck_off_share = 1;
    r = cells_rules_of(&x, CELLS_NOTHING);
    assert_true(cells_conductance(&r, 3, at) == 0);
    x = plain;
    x.stuck_on_share = 1;
    r = cells_rules_of(&x, CELLS_NOTHING);
    assert_true(cells_conductance(&r, 0, at) == 3);
    x = plain;
    x.drift_exponent = 0.1, x.drift_time_s = 1e5, x.drift_reference_s = 1;
    r = cells_rules_of(&x, CELLS_NOTHING);
    assert_true(fabs((double)cells_conductance(&r, 3, at) - 3 * pow(1e5, -0.1)) < 1e-6);
    x = plain;
    x.row_wire_ohm = 1;
    r = cells_rules_of(&x, CELLS_NOTHING);
    cells_place far = at;
    far.column = 60;
    assert_true(cells_conductance(&r, 3, at) < 3);
    assert_true(cells_conductance(&r, 3, far) < cells_conductance(&r, 3, at));
    const double all = 3.0 / (double)cells_conductance(&r, 3, at) - 1;
    x.columns_at_once = 8;   /* an eighth of the current, an eighth of the loss */
    r = cells_rules_of(&x, CELLS_NOTHING);
    assert_true(fabs((3.0 / (double)cells_conductance(&r, 3, at) - 1) / all - 0.125) < 1e-4);
}

/* What lines and access devices take on the average is set right: of a column, the mean over its
 * rows; of the levels, the highest and, by a column of off cells, the lowest. */
static void chips_set_losses_right(void **state) {
    (void)state;
    const cim_nonideality x = {
        .weight_mapping = CIM_MAPPING_OFFSET, .cell_bits = 2, .rows_at_once = 64,
        .array_columns = 64, .on_conductance_s = 1e-4, .off_conductance_s = 1e-5,
        .driver_ohm = 50, .row_wire_ohm = 1, .column_wire_ohm = 1, .access_ohm = 2500};
    const cells_rules plain = cells_rules_of(&x, CELLS_NOTHING);
    const cells_rules trimmed = cells_rules_of(&x, CELLS_WIRES);
    for (uint32_t column = 0; column < 64; column += 21) {
        double sum = 0, least = 9, most = 0;
        for (uint32_t row = 0; row < 64; row++) {
            const cells_place at = {.row = row, .column = column};
            const double g = (double)cells_conductance(&trimmed, 3, at);
            assert_true((double)cells_conductance(&plain, 3, at) < 0.75 * g);
            sum += g, least = fmin(least, g), most = fmax(most, g);
        }
        assert_true(fabs(sum / 64 - 3) < 0.02 && least < 2.97 && most > 3.03);
    }
    cim_nonideality drifts = {.cell_bits = 1, .on_conductance_s = 1e-4, .drift_exponent = 0.1,
                              .drift_time_s = 1e5, .drift_reference_s = 1};
    int is_random;
    cells_rules r = cells_rules_of(&drifts, CELLS_WIRES);
    assert_true(cells_deviate(&r, &is_random) && !is_random);
    r = cells_rules_of(&drifts, CELLS_DRIFT);
    assert_false(cells_deviate(&r, &is_random));
}


/* Read noise: reads of one chip differ with the stated deviation; the same request, the same
 * bits. */
static void reads_differ_as_stated(void **state) {
    (void)state;
    scene s;
    begin(&s, 1);
    const net_range r = net_range_of(0, 1, 8);
    const answer exact = plain_integer_product(&s, r);
    cim_nonideality non = eight_bits;
    non.weight_mapping = CIM_MAPPING_DIFFERENTIAL;
    non.cell_bits = 7;                    /* one cell a weight and polarity                       */
    non.dac_bits = 8;                     /* one read                                             */
    non.read_noise_sd = 0.02;
    const answer got = product(&s, &non, r, -1), again = product(&s, &non, r, -1);
    same(&got, &again);
    double seen = 0, stated = 0;
    for (int o = 0; o < OUTS; o++)
        for (int image = 0; image < IMAGES; image++)
            for (int p = 0; p < AREA; p++) {
                const int i = (image * OUTS + o) * AREA + p;
                const double scale = r.scale * net_weight_scale(s.weights + o * ROWS, ROWS, 8);
                double squares = 0;
                for (int k = 0; k < ROWS; k++) {
                    const int y = p / 5 * 2 + k % 9 / 3 - 1, x = p % 5 * 3 + k % 3 - 1;
                    if (y < 0 || x < 0 || y >= HEIGHT || x >= WIDTH) continue;
                    const double v = s.in[((image * CHANNELS + k / 9) * HEIGHT + y) * WIDTH + x];
                    const double w = net_weight_code(s.weights[o * ROWS + k], scale / r.scale, 8);
                    squares += pow(net_code(r, v) * w, 2);
                }
                seen += pow((got.y[i] - exact.y[i]) / scale, 2);
                stated += squares * 0.02 * 0.02;
            }
    assert_true(seen > 0.75 * stated && seen < 1.25 * stated);   /* 300 numbers: +- 8 % */
}

/* Converters with an offset of their own round otherwise; noise moves codes. */
static void converters_deviate(void **state) {
    (void)state;
    scene s;
    begin(&s, 1);
    const net_range r = net_range_of(0, 1, 8);
    cim_nonideality non = eight_bits;
    non.weight_mapping = CIM_MAPPING_DIFFERENTIAL;
    non.cell_bits = 2;
    non.adc_bits = 4;
    const answer plain = product(&s, &non, r, -1);
    double *const own[] = {&non.adc_offset_sd, &non.adc_gain_sd, &non.adc_noise_sd,
                           &non.adc_nonlinearity};
    for (size_t k = 0; k < 4; k++) {
        *own[k] = 0.5;
        const answer got = product(&s, &non, r, -1);
        double off = 0;
        for (size_t i = 0; i < IMAGES * OUTS * AREA; i++)
            off = fmax(off, fabs(got.y[i] - plain.y[i]));
        assert_true(off > 1e-3);
        *own[k] = 0;
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digital_is_the_integer_product),
        cmocka_unit_test(wide_converters_change_nothing),
        cmocka_unit_test(both_ways_to_round_agree),
        cmocka_unit_test(deviating_cells_agree),
        cmocka_unit_test(lines_are_the_products),
        cmocka_unit_test(lists_of_every_length),
        cmocka_unit_test(generator_is_the_documented_one),
        cmocka_unit_test(converter_follows_its_rule),
        cmocka_unit_test(effects_move_cells),
        cmocka_unit_test(chips_set_losses_right),
        cmocka_unit_test(reads_differ_as_stated),
        cmocka_unit_test(converters_deviate),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
