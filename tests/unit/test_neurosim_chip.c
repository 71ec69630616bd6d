/* hwmodel.neurosim against the reference's own figures: chips and their layers; what the reference
 * cannot answer; sums of parts; random designs. CIMDSE_LONG=1 tries a million of those. */
#include "neurosim_fixture.h"

#include "csv.h"

#define CHIPS SOURCE_DIR "/tests/golden/neurosim_chip.csv"
#define LAYERS SOURCE_DIR "/tests/golden/neurosim_layers.csv"
#define MOST_CELLS 64u

typedef struct figure { const char *column, *metric; double scale, within; } figure;

/* Energies of converters follow a trace's random weights; the model has their mean. */
static const figure chip_figures[] = {
    {"area_um2", "area_mm2", 1e-6, 0.01},
    {"area_array_um2", "area_array_mm2", 1e-6, 1e-3},
    {"area_adc_um2", "area_adc_mm2", 1e-6, 1e-3},
    {"area_accum_um2", "area_accum_mm2", 1e-6, 1e-3},
    {"area_other_um2", "area_other_mm2", 1e-6, 0.01},
    {"area_ic_um2", "area_ic_mm2", 1e-6, 0.01},
    {"clk_ns", "cycle_s", 1e-9, 0.01},
    {"latency_ns", "latency_s", 1e-9, 0.01},
    {"dyn_energy_pJ", "dynamic_energy_j", 1e-12, 0.015},
    {"leak_energy_pJ", "leakage_energy_j", 1e-12, 0.01},
    {"leak_power_uW", "leakage_w", 1e-6, 0.01},
    {"buffer_latency_ns", "buffer_latency_s", 1e-9, 0.01},
    {"buffer_energy_pJ", "buffer_energy_j", 1e-12, 1e-3},
    {"ic_latency_ns", "ic_latency_s", 1e-9, 0.01},
    {"ic_energy_pJ", "ic_energy_j", 1e-12, 0.01},
    {"lat_adc_ns", "adc_latency_s", 1e-9, 0.01},
    {"e_adc_pJ", "adc_energy_j", 1e-12, 0.015},
    {"e_accum_pJ", "accum_energy_j", 1e-12, 0.01},
    {"e_other_pJ", "other_energy_j", 1e-12, 0.05},
    {"TOPS_per_W", "tops_per_w", 1, 0.02},
};

typedef struct table { csv_reader reader; csv_row head, row; } table;

static void open_table(table *t, const char *path) {
    memset(t, 0, sizeof *t);
    t->reader.file = fopen(path, "r");
    if (!t->reader.file) fail_msg("%s", path);
    assert_true(csv_read(&t->reader, &t->head));
}

static void close_table(table *t) {
    csv_row_free(&t->head);
    csv_row_free(&t->row);
    fclose(t->reader.file);
}

static const char *cell(const table *t, const char *column) {
    for (size_t i = 0; i < t->head.n; ++i)
        if (!strcmp(csv_cell(&t->head, i), column)) return csv_cell(&t->row, i);
    fail_msg("no column %s", column);
    return "";
}

static design read_design(const neurosim *m, const table *t) {
    design d = defaults(m);
    uint32_t known = 0;
    for (size_t i = 0; i < t->head.n; ++i)
        known += (uint32_t)set(m, &d, csv_cell(&t->head, i), atof(csv_cell(&t->row, i)));
    assert_int_equal(known + 3, m->plugin->is.params.n); /* three are texts */
    return d;
}

/* ---- the tables ------------------------------------------------------------------------------ */

static void chips(void **state) {
    neurosim *m = *state;
    table t;
    uint32_t compared = 0, undefined = 0;
    open_table(&t, CHIPS);
    while (csv_read(&t.reader, &t.row)) {
        const design d = read_design(m, &t);
        evaluate(m, &d);
        if (strcmp(cell(&t, "status"), "ok")) {
            assert_true(strchr(m->failure, '=') != NULL);   /* names the parameter */
            ++undefined;
            continue;
        }
        if (m->failure[0]) fail_msg("%s: %s", cell(&t, "id"), m->failure);
        for (size_t i = 0; i < sizeof chip_figures / sizeof *chip_figures; ++i) {
            const figure *f = &chip_figures[i];
            const char *reference = cell(&t, f->column);
            if (!*reference) {   /* asynchronous chips have no clock */
                assert_string_equal(f->column, "clk_ns");
                assert_true(atof(cell(&t, "synchronous")) == 0);
                continue;
            }
            compare(cell(&t, "id"), f->column, metric(m, f->metric), atof(reference) * f->scale,
                    f->within);
            ++compared;
        }
    }
    close_table(&t);
    assert_true(compared > 40 * sizeof chip_figures / sizeof *chip_figures && undefined >= 3);
}

/* The design of ID, or its evaluation has failed the test. */
static void evaluate_row(neurosim *m, const char *id) {
    table t;
    open_table(&t, CHIPS);
    while (csv_read(&t.reader, &t.row) && strcmp(cell(&t, "id"), id)) continue;
    assert_string_equal(cell(&t, "id"), id);
    const design d = read_design(m, &t);
    evaluate(m, &d);
    close_table(&t);
}

/* How many figures were compared, and lay off by more than 2 %. None may by more than 10 %. */
typedef struct score { uint32_t compared, far; } score;

static void judge(score *s, const table *t, const char *column, double ours) {
    const double theirs = atof(cell(t, column));
    const double off = fabs(ours - theirs) / theirs;
    if (theirs == 0) {
        assert_true(ours == 0);
        return;
    }
    if (!(off <= 0.1))
        fail_msg("%s, layer %s: %s: %g is not %g", cell(t, "id"), cell(t, "layer"), column, ours,
                 theirs);
    ++s->compared;
    s->far += off > 0.02;
}

/* A layer's parts against its row. Its latency is told where it decides the chip's. */
static void compare_layer(const neurosim *m, const table *t, score *s) {
    static const struct { const char *column, *component; } energies[] = {
        {"e_adc_pJ", "adc"}, {"e_accum_pJ", "accumulation"}, {"ic_energy_pJ", "interconnect"},
        {"buffer_energy_pJ", "buffer"}, {"dyn_energy_pJ", NULL}};
    const uint32_t place = layer_place(m, (uint32_t)atof(cell(t, "layer")) - 1);
    const uint32_t dynamic = metric_index(m, "dynamic_energy_j");
    for (size_t i = 0; i < sizeof energies / sizeof *energies; ++i)
        judge(s, t, energies[i].column,
              part_sum(m, place, energies[i].component, dynamic) * 1e12);
    judge(s, t, "leak_power_uW", part_sum(m, place, NULL, metric_index(m, "leakage_w")) * 1e6);
    const double latency_s = part_sum(m, place, NULL, metric_index(m, "latency_s"));
    if (latency_s > 0) judge(s, t, "latency_ns", latency_s * 1e9);
}

static void layers(void **state) {
    neurosim *m = *state;
    char id[32] = "";
    uint32_t n = 0;
    score s = {0};
    table t;
    open_table(&t, LAYERS);
    for (; csv_read(&t.reader, &t.row); ++n) {
        if (strcmp(id, cell(&t, "id"))) {
            snprintf(id, sizeof id, "%s", cell(&t, "id"));
            evaluate_row(m, id);
        }
        compare_layer(m, &t, &s);
    }
    close_table(&t);
    assert_int_equal(n % N_VECTOR, 0);
    assert_true(n >= 40 * N_VECTOR && s.compared > 5 * n);
    if (s.far > s.compared / 20) fail_msg("%u of %u off by more than 2 %%", s.far, s.compared);
}

/* ---- what must hold everywhere --------------------------------------------------------------- */

static void parts_sum(neurosim *m, const char *name) {
    const uint32_t k = metric_index(m, name);
    double sum = 0;
    for (uint32_t place = 0; place < MOST_PLACES; ++place) sum += part_sum(m, place, NULL, k);
    compare("parts", name, sum, m->metrics[k], 1e-9);
}

static void random_designs(void **state) {
    neurosim *m = *state;
    cim_rng rng;
    const uint32_t n = getenv("CIMDSE_LONG") ? 1000000 : 100000;
    uint32_t answered = 0;
    fake_stream(&m->host.host, 1, &rng);
    for (uint32_t i = 0; i < n; ++i) {
        const design d = random_design(m, &rng);
        evaluate(m, &d);
        if (m->failure[0]) continue;
        ++answered;
        for (uint32_t k = 0; k < m->plugin->is.metrics.n; ++k)
            if (!(m->metrics[k] >= 0 && isfinite(m->metrics[k])))
                fail_msg("design %u: %s = %g", i,
                         CIM_ROW(cim_metric, m->plugin->is.metrics, k)->name, m->metrics[k]);
        if (i % 64) continue;
        parts_sum(m, "area_mm2");
        parts_sum(m, "energy_j");
        parts_sum(m, "dynamic_energy_j");
        parts_sum(m, "leakage_energy_j");
        parts_sum(m, "leakage_w");
        parts_sum(m, "latency_s");
    }
    assert_in_range(answered, n / 10, n);
}

/* The same design gives the same bits, whatever came before. */
static void same_bits(void **state) {
    neurosim *m = *state;
    double before[MOST_METRICS];
    const design base = defaults(m);
    design other = base;
    evaluate(m, &base);
    memcpy(before, m->metrics, sizeof before);
    set(m, &other, "memcelltype", 1);
    set(m, &other, "wb", 4);
    evaluate(m, &other);
    assert_true(m->metrics[0] != before[0]);
    evaluate(m, &base);
    assert_memory_equal(m->metrics, before, m->plugin->is.metrics.n * sizeof *before);
}

/* Bits of single layers: fewer of the first layer's cost less, the others' stay. */
static void bits_per_layer(void **state) {
    neurosim *m = *state;
    const uint32_t energy = metric_index(m, "dynamic_energy_j");
    design d = defaults(m);
    evaluate(m, &d);
    const double first_j = part_sum(m, 0, "adc", energy), second_j = part_sum(m, 1, "adc", energy);
    d.numbers[m->first[param_index(m, "ab")]] = 4;
    evaluate(m, &d);
    compare("ab[0]", "adc", part_sum(m, 0, "adc", energy), first_j / 2, 1e-12);
    compare("ab[0]", "adc", part_sum(m, 1, "adc", energy), second_j, 1e-12);
}

static void refused(void **state) {
    neurosim *m = *state;
    const design d = defaults(m);
    fixture_network f;
    fixture_start(&f, 3, 32);
    fixture_add(&f, "conv", CIM_OP_CONV, 32, 3, 1);
    fixture_add(&f, "sum", CIM_OP_ADD, 32, 1, 1);
    assert_int_equal(evaluate_on(m, &f.network, &d), CIM_E_UNSUPPORTED);
    assert_non_null(strstr(m->host.message, "\"sum\""));
    assert_non_null(strstr(m->host.message, "\"add\""));
}

/* What an accuracy evaluator is told of parallel and of row-by-row reading. */
static void nonideality_rows(void **state) {
    neurosim *m = *state;
    design d = defaults(m);
    assert_true(set(m, &d, "memcelltype", 2) && set(m, &d, "operationmode", 2));
    assert_true(set(m, &d, "levelOutput", 32) && set(m, &d, "cellBit", 2));
    *element(m, &d, "levelOutput", 0) = 128;
    *element(m, &d, "levelOutput", 2) = 127;
    assert_true(set(m, &d, "onoff", 20) && set(m, &d, "resistanceOn", 1e5));
    for (int sequential = 0; sequential < 2; ++sequential) {
        if (sequential) set(m, &d, "operationmode", 1);
        const cim_values v = {.struct_size = sizeof v, .n_points = 1,
                              .n_params = m->plugin->is.params.n,
                              .n_numbers = m->first[m->plugin->is.params.n], .first = m->first,
                              .numbers = d.numbers, .texts = no_texts()};
        cim_nonideality rows[MOST_PLACES] = {{0}};
        const cim_nonideality_rows out = {rows, MOST_PLACES, sizeof rows[0]};
        assert_int_equal(m->ops->nonidealities(m->self, &m->vgg8.network, &v, out), CIM_OK);
        const cim_nonideality *n = &rows[layer_place(m, 1)];
        assert_true(n->weight_mapping == CIM_MAPPING_OFFSET && n->weight_bits == 8);
        assert_true(n->cell_bits == 2 && n->input_bits == 8 && n->dac_bits == 1);
        assert_int_equal(n->rows_at_once, sequential ? 1 : 128);
        assert_int_equal(n->adc_bits, sequential ? 0 : 5);
        assert_int_equal(rows[layer_place(m, 0)].adc_bits, sequential ? 0 : 7);
        assert_int_equal(rows[layer_place(m, 2)].adc_bits, sequential ? 0 : 6);
        assert_true(fabs(n->on_conductance_s / n->off_conductance_s - 20) < 1e-9);
        assert_true(n->device_spread == 0 && n->adc_noise_sd == 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chips), cmocka_unit_test(layers), cmocka_unit_test(random_designs),
        cmocka_unit_test(same_bits), cmocka_unit_test(bits_per_layer), cmocka_unit_test(refused),
        cmocka_unit_test(nonideality_rows),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
