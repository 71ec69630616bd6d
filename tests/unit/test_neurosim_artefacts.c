/* The parameter `without` of hwmodel.neurosim: without one of the reference's artefacts, the two
 * base points change by what the table in the model's README says. */
#include "neurosim_fixture.h"

#include <cim_sdk/rng.h>

#include "../../hwmodels/neurosim/artefacts.h"

#define TABLE SOURCE_DIR "/hwmodels/neurosim/README.md"

static const char *const figures[] = {"area_mm2", "cycle_s", "latency_s", "dynamic_energy_j",
                                      "leakage_energy_j"};
enum { FIGURES = sizeof figures / sizeof *figures, BASES = 2, SRAM = 0, RRAM = 1 };

/* Figures of the base points, S-F000 and R-F000, without the artefacts of that list. */
typedef struct bases { double is[BASES][FIGURES]; } bases;

static cim_status create(neurosim *m, const char *names) {
    const char *texts[MOST_NUMBERS];
    memcpy(texts, no_texts(), sizeof texts);
    texts[param_index(m, "without")] = names;
    const cim_values values = {.struct_size = sizeof values, .texts = texts};
    if (m->self) m->ops->destroy(m->self);
    m->self = NULL;
    return m->ops->create(&m->host.host, &values, &m->self);
}

static void evaluate_base(neurosim *m, int base) {
    design d = defaults(m);
    set(m, &d, "memcelltype", base == SRAM ? 1 : 2);
    evaluate(m, &d);
    if (m->failure[0]) fail_msg("%s", m->failure);
}

static bases evaluate_without(neurosim *m, const char *names) {
    bases r;
    if (create(m, names) != CIM_OK) fail_msg("%s: %s", names, m->host.message);
    for (int base = 0; base < BASES; ++base) {
        evaluate_base(m, base);
        for (int i = 0; i < FIGURES; ++i) r.is[base][i] = metric(m, figures[i]);
    }
    return r;
}

static void all_names(char *names) {
    names[0] = '\0';
#define APPEND(constant, name, help) strcat(names, " " name);
    NS_ARTEFACT_LIST(APPEND)
#undef APPEND
}

static void nothing_named(void **state) {
    neurosim *m = *state;
    const bases with = evaluate_without(m, ""), blank = evaluate_without(m, " \t ");
    assert_memory_equal(&with, &blank, sizeof with);
}

static void unknown_name(void **state) {
    neurosim *m = *state;
    assert_int_equal(create(m, "corners cornets"), CIM_E_CONFIG);
    assert_non_null(strstr(m->host.message, "\"cornets\""));
#define IS_LISTED(constant, name, help) assert_non_null(strstr(m->host.message, name));
    NS_ARTEFACT_LIST(IS_LISTED)
#undef IS_LISTED
    assert_int_equal(create(m, ""), CIM_OK);
}

/* The README's row of NAME: changes in per cent, "SRAM, RRAM" for each figure. */
static void read_row(const char *name, double percent[FIGURES][BASES]) {
    char line[1024], start[64];
    FILE *f = fopen(TABLE, "r");
    assert_non_null(f);
    snprintf(start, sizeof start, "| `%s` |", name);
    do
        if (!fgets(line, sizeof line, f)) fail_msg("README: no row of %s", name);
    while (strncmp(line, start, strlen(start)));
    fclose(f);
    const char *at = strchr(line + strlen(start), '|');
    for (int i = 0; i < FIGURES; ++i) {
        if (!at || sscanf(at, "| %lf, %lf", &percent[i][SRAM], &percent[i][RRAM]) != 2)
            fail_msg("README: %s: %s", name, line);
        at = strchr(at + 1, '|');
    }
}

static void check_row(neurosim *m, const bases *with, const char *names, const char *row) {
    double percent[FIGURES][BASES], most = 0;
    read_row(row, percent);
    const bases r = evaluate_without(m, names);
    for (int base = 0; base < BASES; ++base)
        for (int i = 0; i < FIGURES; ++i) {
            const double change = 100 * (r.is[base][i] / with->is[base][i] - 1);
            most = fmax(most, fabs(change));
            if (!(fabs(change - percent[i][base]) <= 0.0051))
                fail_msg("without %s: %s of %s: %+.2f %%, README: %+.2f %%", row, figures[i],
                         base == SRAM ? "S-F000" : "R-F000", change, percent[i][base]);
        }
    if (most < 0.05) fail_msg("without %s nothing changes", row);
}

static void readme(void **state) {
    neurosim *m = *state;
    char names[1024];
    const bases with = evaluate_without(m, "");
    all_names(names);
    check_row(m, &with, names, "all");
#define CHECK_ROW(constant, name, help) check_row(m, &with, name, name);
    NS_ARTEFACT_LIST(CHECK_ROW)
#undef CHECK_ROW
}

/* Without empty corners, a chip is as large as what is on it. */
static void no_corners(void **state) {
    static const char *const parts[] = {"area_array_mm2", "area_adc_mm2", "area_accum_mm2",
                                        "area_other_mm2", "area_ic_mm2"};
    neurosim *m = *state;
    assert_int_equal(create(m, "corners"), CIM_OK);
    for (int base = 0; base < BASES; ++base) {
        double sum = 0;
        evaluate_base(m, base);
        for (size_t i = 0; i < sizeof parts / sizeof *parts; ++i) sum += metric(m, parts[i]);
        assert_true(fabs(sum / metric(m, "area_mm2") - 1) < 1e-12);
    }
}

/* Our own flash, too, leaves the comparators off that a layer does not need. */
static void fewer_levels_of_our_flash(void **state) {
    neurosim *m = *state;
    assert_int_equal(create(m, "comparators"), CIM_OK);
    const uint32_t energy = metric_index(m, "dynamic_energy_j");
    design d = defaults(m);
    evaluate(m, &d);
    const double all_j = part_sum(m, layer_place(m, 1), "adc", energy);
    *element(m, &d, "levelOutput", 1) = 8;
    evaluate(m, &d);
    assert_true(part_sum(m, layer_place(m, 1), "adc", energy) < 0.5 * all_j);
}

/* Parts still add up to the chip. */
static void parts_sum(void **state) {
    static const char *const summed[] = {"area_mm2", "energy_j", "leakage_energy_j", "leakage_w",
                                         "latency_s"};
    neurosim *m = *state;
    char names[1024];
    all_names(names);
    assert_int_equal(create(m, names), CIM_OK);
    for (int base = 0; base < BASES; ++base) {
        evaluate_base(m, base);
        for (size_t i = 0; i < sizeof summed / sizeof *summed; ++i) {
            double sum = 0;
            for (uint32_t place = 0; place < MOST_PLACES; ++place)
                sum += part_sum(m, place, NULL, metric_index(m, summed[i]));
            assert_true(fabs(sum / metric(m, summed[i]) - 1) < 1e-9);
        }
    }
}

/* Whatever is left out, figures stay finite and positive. */
static void random_designs(void **state) {
    static const char *const searched[] = {
        "operationmode", "wb", "ab", "cellBit", "SARADC", "currentMode", "accesstype", "pipeline",
        "novelMapping", "globalBusType", "chipActivation", "validated"};
    neurosim *m = *state;
    cim_rng rng;
    uint32_t answered = 0;
    char names[1024];
    all_names(names);
    assert_int_equal(create(m, names), CIM_OK);
    fake_stream(&m->host.host, 1, &rng);
    for (uint32_t i = 0; i < 5000; ++i) {
        design d = defaults(m);
        set(m, &d, "memcelltype", 1 + (double)cim_rng_below(&rng, 2));
        set(m, &d, "rows", exp2(4 + (double)cim_rng_below(&rng, 6)));
        set(m, &d, "rowpar", exp2((double)cim_rng_below(&rng, 5)));
        set(m, &d, "numColMuxed", exp2((double)cim_rng_below(&rng, 5)));
        for (size_t k = 0; k < sizeof searched / sizeof *searched; ++k) {
            const cim_param *p =
                CIM_ROW(cim_param, m->plugin->is.params, param_index(m, searched[k]));
            const uint32_t n = (uint32_t)(p->max - p->min) + 1;
            set(m, &d, searched[k], p->min + (double)cim_rng_below(&rng, n));
        }
        evaluate(m, &d);
        if (m->failure[0]) continue;
        ++answered;
        for (uint32_t k = 0; k < m->plugin->is.metrics.n; ++k)
            if (!(m->metrics[k] >= 0 && isfinite(m->metrics[k])))
                fail_msg("design %u: %s = %g", i,
                         CIM_ROW(cim_metric, m->plugin->is.metrics, k)->name, m->metrics[k]);
    }
    assert_in_range(answered, 500, 5000);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_named), cmocka_unit_test(unknown_name), cmocka_unit_test(readme),
        cmocka_unit_test(no_corners), cmocka_unit_test(fewer_levels_of_our_flash),
        cmocka_unit_test(parts_sum), cmocka_unit_test(random_designs),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
