/* hwmodel.mnsim against MNSIM 2.0 itself (commit ca39ccb of thu-nics/MNSIM-2.0, run unchanged):
 * samples of its totals and breakdowns, and of its layers, in tests/golden/mnsim_*.csv. */
#include "mnsim_fixture.h"

#include "csv.h"

#ifndef GOLDEN
#define GOLDEN SOURCE_DIR "/tests/golden/mnsim_"
#endif

static const double within = 1e-9;   /* required: 1e-6 */

/* ---- tables ---------------------------------------------------------------------------------- */

typedef struct sheet {
    csv_row *rows;                   /* the header first */
    size_t n;
} sheet;

static sheet read_sheet(const char *file) {
    csv_reader reader = {.file = fopen(file, "rb")};
    if (!reader.file) fail_msg("%s: cannot be read", file);
    sheet s = {0};
    for (size_t room = 0;; ++s.n) {
        if (s.n == room) {
            room = room ? 2 * room : 64;
            s.rows = realloc(s.rows, room * sizeof *s.rows);
            assert_non_null(s.rows);
        }
        s.rows[s.n] = (csv_row){0};
        if (!csv_read(&reader, &s.rows[s.n])) break;
        assert_int_equal(s.rows[s.n].n, s.rows[0].n);
    }
    fclose(reader.file);
    assert_true(s.n > 1);
    return s;
}

static void free_sheet(sheet *s) {
    for (size_t i = 0; i <= s->n; ++i) csv_row_free(&s->rows[i]);
    free(s->rows);
}

static const char *cell(const sheet *s, size_t row, const char *column) {
    for (size_t i = 0; i < s->rows[0].n; ++i)
        if (!strcmp(csv_cell(&s->rows[0], i), column)) return csv_cell(&s->rows[row], i);
    fail_msg("no column %s", column);
    return NULL;
}

static double number(const sheet *s, size_t row, const char *column) {
    const char *chars = cell(s, row, column);
    return *chars ? strtod(chars, NULL) : 0;
}

/* Configuration ID on NETWORK: a column for each parameter, under its own name. */
static point point_of(const mnsim *m, const sheet *points, const char *id, const char *network) {
    point p = unset();
    for (size_t row = 1; row < points->n; ++row) {
        if (strcmp(cell(points, row, "config_id"), id)) continue;
        if (strcmp(cell(points, row, "network"), network)) continue;
        for (uint32_t i = 0; i < m->plugin->is.params.n; ++i) {
            const char *key = param(m, i)->key;
            if (strcmp(key, "ini") && strcmp(key, "global_accumulator_energy"))
                set(m, &p, key, cell(points, row, key));
        }
        return p;
    }
    fail_msg("no configuration %s", id);
    return p;
}

/* ---- MNSIM's columns and our metrics --------------------------------------------------------- */

static const struct { const char *column, *metric; double scale; } named[] = {
    {"latency_ns", "latency_s", 1e-9},       {"area_um2", "area_mm2", 1e-6},
    {"power_W", "power_w", 1},               {"energy_nJ", "energy_j", 1e-9},
    {"total_xbar_num", "total_xbar_num", 1}, {"used_tile_num", "used_tile_num", 1},
    {"max_inbuf_KB", "max_inbuf_kb", 1},     {"max_outbuf_KB", "max_outbuf_kb", 1},
    {"global_buf_KB", "global_buf_kb", 1},   {"global_adder_num", "global_adder_num", 1},
    {"global_adder_bitwidth", "global_adder_bitwidth", 1},
    {"tile_area_um2", "tile_area_mm2", 1e-6}, {"PE_group_ADC_num", "PE_group_ADC_num", 1},
    {"PE_group_DAC_num", "PE_group_DAC_num", 1}, {"output_mux", "output_mux", 1},
    {"input_demux", "input_demux", 1},       {"subarray_num", "subarray_num", 1},
    {"tile_jointmodule_num", "tile_jointmodule_num", 1},
};
static const struct { const char *prefix, *unit, *ours; double scale; } families[] = {
    {"area_", "_um2", "_mm2", 1e-6}, {"latsum_", "_ns", "_s", 1e-9},
    {"power_", "_W", "_w", 1},       {"energy_", "_nJ", "_j", 1e-9},
};

/* "area_xbar_um2" -> "xbar"; 0 if COLUMN is none of family F. */
static int split(const char *column, size_t f, char *part) {
    const size_t n = strlen(column), a = strlen(families[f].prefix), z = strlen(families[f].unit);
    if (n <= a + z || strncmp(column, families[f].prefix, a)) return 0;
    if (strcmp(column + n - z, families[f].unit)) return 0;
    snprintf(part, 32, "%.*s", (int)(n - a - z), column + a);
    return 1;
}

static int translate(const char *column, char *name, double *scale) {
    char part[32];
    for (size_t i = 0; i < sizeof named / sizeof named[0]; ++i) {
        if (strcmp(column, named[i].column)) continue;
        snprintf(name, 64, "%s", named[i].metric);
        *scale = named[i].scale;
        return 1;
    }
    for (size_t f = 0; f < sizeof families / sizeof families[0]; ++f) {
        if (!split(column, f, part)) continue;
        snprintf(name, 64, "%s%s%s", families[f].prefix, part, families[f].ours);
        *scale = families[f].scale;
        return 1;
    }
    return 0;
}

/* ---- tests ----------------------------------------------------------------------------------- */

static void compare_row(const mnsim *m, const sheet *s, size_t row, const char *where) {
    size_t compared = 0;
    for (size_t i = 0; i < s->rows[0].n; ++i) {
        const char *column = csv_cell(&s->rows[0], i);
        char name[64], what[160];
        double scale;
        if (!translate(column, name, &scale)) continue;
        ++compared;
        snprintf(what, sizeof what, "%s: %s", where, column);
        near(what, metric(m, name), number(s, row, column) * scale, within);
    }
    assert_int_equal(compared, 81); /* all that MNSIM reports */
}

/* What MNSIM says as it stops, and the key that our reason names. */
static void compare_refusal(const mnsim *m, const char *status, const char *where) {
    static const struct { const char *says, *key; } reasons[] = {
        {"KeyError: ", "Pooling_unit_num"},
        {"AssertionError: Error: No available", "Buffer_Bitwidth"},
        {"IndexError: ", "Tile_Connection"},
        {"FileNotFoundError: ", "NoC_enable"},
    };
    if (strstr(status, "Tile number is not enough")) {
        if (m->failure[0] || !(m->slack > 0) || !isnan(metric(m, "latency_s")))
            fail_msg("%s: is not infeasible: %s", where, m->failure);
        return;
    }
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; ++i)
        if (!strncmp(status, reasons[i].says, strlen(reasons[i].says))) {
            if (!strstr(m->failure, reasons[i].key)) fail_msg("%s: %s", where, m->failure);
            return;
        }
    fail_msg("%s: %s: expected by nobody", where, status);
}

static void totals_and_breakdowns(void **state) {
    mnsim *m = *state;
    sheet points = read_sheet(GOLDEN "points.csv");
    for (size_t row = 1; row < points.n; ++row) {
        const char *id = cell(&points, row, "config_id"), *network = cell(&points, row, "network");
        const char *status = cell(&points, row, "status");
        char where[64];
        snprintf(where, sizeof where, "%.16s %.16s", id, network);
        use_network(m, network);
        const point p = point_of(m, &points, id, network);
        assert_int_equal(evaluate(m, &p, 0), CIM_OK);
        if (strcmp(status, "ok")) compare_refusal(m, status, where);
        else if (m->failure[0] || !(m->slack <= 0)) fail_msg("%s: %s", where, m->failure);
        else compare_row(m, &points, row, where);
    }
    free_sheet(&points);
}

/* A layer's column of family F as our part, and "" where it is a sum of others. */
static const char *component_of(size_t f, const char *part) {
    static const char *const sums[] = {"buffer", "computing", "digital", "inter_tile"};
    if (f && !strcmp(part, "buf")) return "";
    if (!strcmp(part, "buffer_r")) return "buf_r";
    if (!strcmp(part, "buffer_w")) return "buf_w";
    for (size_t i = 0; i < sizeof sums / sizeof sums[0]; ++i)
        if (!strcmp(part, sums[i])) return "";
    return part;
}

static void compare_layer(const mnsim *m, const sheet *s, size_t row, const char *where) {
    static const char *const totals[] = {"area_mm2", "latsum_s", "power_w", "energy_j"};
    const uint32_t at = (uint32_t)number(s, row, "layer");
    near(where, part_of(m, at, "finish_sum_s", "finish"),
         number(s, row, "finish_max_ns") * 1e-9, within);
    near(where, part_of(m, at, "used_tile_num", "tile"), number(s, row, "tilenum"), 0);
    if (strcmp(cell(s, row, "type"), "pooling"))
        near(where, part_of(m, at, "total_xbar_num", "PE"), number(s, row, "PEnum"), 0);
    for (size_t i = 0; i < s->rows[0].n; ++i) {
        const char *column = csv_cell(&s->rows[0], i);
        char part[32], what[160];
        for (size_t f = 0; f < sizeof families / sizeof families[0]; ++f) {
            if (!split(column, f, part) || !*component_of(f, part)) continue;
            if (f == 3 && !strcmp(part, "adder")) continue;   /* computed, and left out */
            snprintf(what, sizeof what, "%s: %s", where, column);
            near(what, part_of(m, at, totals[f], component_of(f, part)),
                 number(s, row, column) * families[f].scale, within);
        }
    }
}

static void layers(void **state) {
    mnsim *m = *state;
    sheet points = read_sheet(GOLDEN "points.csv"), rows = read_sheet(GOLDEN "layers.csv");
    char now[64] = "";
    for (size_t row = 1; row < rows.n; ++row) {
        const char *id = cell(&rows, row, "config_id"), *network = cell(&rows, row, "network");
        char where[64], name[64];
        snprintf(name, sizeof name, "%.16s %.16s", id, network);
        if (strcmp(now, name)) {
            use_network(m, network);
            const point p = point_of(m, &points, id, network);
            evaluate_well(m, &p);
            snprintf(now, sizeof now, "%s", name);
        }
        snprintf(where, sizeof where, "%.40s layer %.4s", name, cell(&rows, row, "layer"));
        compare_layer(m, &rows, row, where);
    }
    free_sheet(&rows);
    free_sheet(&points);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(totals_and_breakdowns, start, stop),
        cmocka_unit_test_setup_teardown(layers, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
