/* From a plug-in's group of the config to numbers and dimensions: every form of DESIGN.md 4, and
 * what each rule says when it is broken. */
#include "settings_fixture.h"

static double base(const instance *in, uint32_t param, uint32_t element) {
    assert_int_equal(in->dimension[in->first[param] + element], -1);
    return in->base[in->first[param] + element];
}

/* ---- values --------------------------------------------------------------------------------- */

static void what_is_not_given_has_its_default(void **state) {
    (void)state;
    rig r;
    open_good(&r, "", "need = 0.25;");
    const instance *w = &r.s.workloads[0], *h = &r.s.hwmodel;
    assert_int_equal(w->n_numbers, 4);   /* a text has no number */
    assert_int_equal(h->n_numbers, 6 + 3 + 4 + 1);
    assert_true(base(w, DEPTH, 0) == 3 && base(w, BITS, 0) == 8 && base(w, BITS, 2) == 8);
    assert_true(base(h, ROWS, 0) == 128 && base(h, ADC, 0) == 1 && base(h, NEED, 0) == 0.25);
    assert_true(isnan(base(h, NET_BITS, 0)) && isnan(base(h, NET_BITS, 2)));
    assert_string_equal(w->texts[FILE_], "none");
    assert_string_equal(w->texts[LABEL], "");
    assert_null(w->texts[DEPTH]);
    assert_int_equal(r.s.space.n_dimensions, 0);
    rig_close(&r);
}

static void scalars_fix_every_element(void **state) {
    (void)state;
    rig r;
    open_good(&r, "depth = 5; bits = 4; label = \"x\"; file = \"data/a.bin\";",
              "need = 1; rows = 64; x_v = 2; adc = \"ramp\"; gated = true; four = { value = 7; };"
              "net_bits = { value = [1, 2, 3]; }; wide = [-3];");
    const instance *w = &r.s.workloads[0], *h = &r.s.hwmodel;
    assert_true(base(w, DEPTH, 0) == 5);
    for (uint32_t e = 0; e < 3; e++) assert_true(base(w, BITS, e) == 4);
    for (uint32_t e = 0; e < 3; e++) assert_true(base(h, NET_BITS, e) == e + 1);
    for (uint32_t e = 0; e < 4; e++) assert_true(base(h, FOUR, e) == 7);
    assert_true(base(h, ROWS, 0) == 64 && base(h, X_V, 0) == 2 && base(h, ADC, 0) == 2);
    assert_true(base(h, GATED, 0) == 1 && base(h, WIDE, 0) == -3);
    assert_string_equal(w->texts[LABEL], "x");
    assert_string_equal(w->texts[FILE_], "/made/data/a.bin");
    assert_int_equal(r.s.space.n_dimensions, 0);
    rig_close(&r);
    open_good(&r, "file = \"/else/b.bin\";", "need = 1; four = { value = (9, 8, 7, 6); };");
    assert_string_equal(r.s.workloads[0].texts[FILE_], "/else/b.bin");
    for (uint32_t e = 0; e < 4; e++) assert_true(base(&r.s.hwmodel, FOUR, e) == 9 - e);
    rig_close(&r);
}

/* ---- dimensions ----------------------------------------------------------------------------- */

static void assert_levels(const rig *r, const char *name, uint32_t kind, const char *levels,
                          const char *at_default) {
    const dimension *d = rig_dimension(r, name);
    text listed = {0};
    assert_int_equal(d->is.kind, kind);
    for (uint64_t i = 0; i < d->is.n_levels; i++) {
        text_add(&listed, "%s", i ? " " : "");
        space_print(d, (double)i, &listed);
    }
    assert_string_equal(text_of(&listed), levels);
    text_clear(&listed);
    space_print(d, d->is.default_coordinate, &listed);
    assert_string_equal(text_of(&listed), at_default);
    text_free(&listed);
}

static void choices_make_ordinals_and_categories(void **state) {
    (void)state;
    rig r;
    open_good(&r, "depth = [7, 1, 4];",
              "need = 1; rows = (256, 64); x_v = { choices = [2.5, 0.5, 1.0]; };"
              "adc = [\"ramp\", \"flash\"]; gated = [false, true];");
    assert_levels(&r, "workload.depth", CIM_ORDINAL, "1 4 7", "4");
    assert_levels(&r, "hwmodel.rows", CIM_ORDINAL, "64 256", "64");  /* 128 is as near to 64 */
    assert_levels(&r, "hwmodel.x_v", CIM_ORDINAL, "0.5 1 2.5", "0.5");
    assert_levels(&r, "hwmodel.adc", CIM_CATEGORICAL, "ramp flash", "flash");
    assert_levels(&r, "hwmodel.gated", CIM_CATEGORICAL, "false true", "false");
    const dimension *d = rig_dimension(&r, "hwmodel.x_v");
    assert_true(d->is.min == 0.5 && d->is.max == 2.5 && d->is.levels[1] == 1 && !d->is.log_scale);
    assert_string_equal(d->is.unit, "V");
    assert_true(rig_dimension(&r, "hwmodel.adc")->is.max == 1);
    assert_int_equal(r.s.space.n_dimensions, 5);
    rig_close(&r);
}

static void ranges_have_steps_and_scales(void **state) {
    (void)state;
    rig r;
    open_good(
        &r, "depth = { min = 2; max = 5; };",
        "need = { min = 0.25; max = 1; log = true; }; x_v = { min = 0; max = 1.0; step = 0.25; };"
        "rows = { min = 40; max = 300; }; wide = { min = -10; max = 10; step = 7; };");
    assert_levels(&r, "workload.depth", CIM_INTEGER_RANGE, "2 3 4 5", "3");
    assert_levels(&r, "hwmodel.x_v", CIM_ORDINAL, "0 0.25 0.5 0.75 1", "0.5");
    assert_levels(&r, "hwmodel.rows", CIM_ORDINAL, "64 128 256", "128");
    assert_levels(&r, "hwmodel.wide", CIM_INTEGER_RANGE, "-10 -3 4", "4");
    assert_true(rig_dimension(&r, "hwmodel.wide")->is.max == 4);
    const dimension *d = rig_dimension(&r, "hwmodel.need");
    assert_true(d->is.kind == CIM_REAL_RANGE && d->is.min == 0.25 && d->is.max == 1 &&
                d->is.log_scale);
    assert_true(d->is.n_levels == 0 &&
                d->is.default_coordinate == 0.625); /* required: the middle */
    rig_close(&r);
    open_good(&r, "",
              "need = 1; wide = { min = 1; max = 1000; log = true; }; x_v = { min = 2; max = 3; };"
              "rows = { min = 200; max = 300; };");
    d = rig_dimension(&r, "hwmodel.wide");
    assert_true(d->is.kind == CIM_INTEGER_RANGE && d->is.n_levels == 1000 && d->is.log_scale);
    assert_true(rig_dimension(&r, "hwmodel.x_v")->is.default_coordinate == 2); /* 0.5, clamped */
    assert_true(base(&r.s.hwmodel, ROWS, 0) == 256);    /* one level is a value */
    rig_close(&r);
}

static void a_step_gives_the_decimals_that_a_person_means(void **state) {
    (void)state;
    rig r;
    open_good(&r, "", "need = 1; x_v = { min = 0.1; max = 1.0; step = 0.1; };");
    assert_levels(&r, "hwmodel.x_v", CIM_ORDINAL, "0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 0.9 1", "0.5");
    rig_close(&r);
}

static void one_dimension_an_element_with_exceptions(void **state) {
    (void)state;
    rig r;
    open_good(&r, "bits = { per = \"layer\"; choices = [2, 4, 8]; at = ( { i = 0; value = 8; },"
                  " { i = \"fc\"; min = 3; max = 6; } ); };",
              "need = 1; four = { per = \"element\"; min = 0; max = 1; };");
    assert_true(base(&r.s.workloads[0], BITS, 0) == 8);
    assert_levels(&r, "workload.bits[1]", CIM_ORDINAL, "2 4 8", "8");
    assert_levels(&r, "workload.bits[2]", CIM_INTEGER_RANGE, "3 4 5 6", "6");
    for (uint32_t e = 0; e < 4; e++) {
        int32_t d = r.s.hwmodel.dimension[r.s.hwmodel.first[FOUR] + e];
        assert_true(d >= 0 && r.s.space.dimensions[d].element == e);
    }
    assert_int_equal(r.s.space.n_dimensions, 6);
    rig_close(&r);
    open_good(&r, "bits = { choices = [2, 4]; at = ( { i = 1; choices = [1, 3]; } ); };",
              "need = 1; four = { at = ( { i = 3; value = 9; } ); };");
    const instance *w = &r.s.workloads[0]; /* the rest shares one dimension */
    assert_int_equal(r.s.space.n_dimensions, 2);
    assert_int_equal(w->dimension[w->first[BITS]], w->dimension[w->first[BITS] + 2]);
    assert_int_equal(rig_dimension(&r, "workload.bits")->element, CIM_ALL_ELEMENTS);
    assert_levels(&r, "workload.bits[1]", CIM_ORDINAL, "1 3", "3");
    assert_true(base(&r.s.hwmodel, FOUR, 3) == 9 && base(&r.s.hwmodel, FOUR, 0) == 1);
    rig_close(&r);
}

/* ---- a baseline ----------------------------------------------------------------------------- */

static void fix(rig *r, uint32_t param, const char *value, const char *refusal) {
    config c;
    failure f = {0};
    text source = {0};
    double numbers[32];
    memcpy(numbers, r->s.hwmodel.base, r->s.hwmodel.n_numbers * sizeof *numbers);
    text_add(&source, "x = %s;", value);
    assert_good(config_read_text(&c, text_of(&source), "b", ".", &f), &f);
    bool good = settings_fix(&r->s.hwmodel, param, node_get(c.root, "x"), numbers, &f);
    if (refusal) assert_refused(good, &f, refusal);
    else {
        assert_good(good, &f);
        const uint32_t first = r->s.hwmodel.first[param],
                       n = instance_elements(&r->s.hwmodel, param);
        for (uint32_t k = 0; k < n; k++) assert_true(numbers[first + k] == (n > 1 ? k + 5 : 64));
    }
    config_free(&c);
    text_free(&source);
}

static void a_baseline_fixes_values_only(void **state) {
    (void)state;
    rig r;
    open_good(&r, "", "need = 1; rows = [64, 128];");
    fix(&r, ROWS, "64", NULL);
    fix(&r, FOUR, "[5, 6, 7, 8]", NULL);
    fix(&r, FOUR, "{ value = [5, 6, 7, 8]; }", NULL);
    fix(&r, FOUR, "[5, 6]", "2 values, and four has 4 elements");
    fix(&r, ROWS, "65", "must be one of 32");
    fix(&r, ROWS, "[64, 128]", "must be one of 32");
    fix(&r, NODE_NM, "22", "is fixed for the whole study");
    rig_close(&r);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_given_has_its_default),
        cmocka_unit_test(scalars_fix_every_element),
        cmocka_unit_test(choices_make_ordinals_and_categories),
        cmocka_unit_test(ranges_have_steps_and_scales),
        cmocka_unit_test(a_step_gives_the_decimals_that_a_person_means),
        cmocka_unit_test(one_dimension_an_element_with_exceptions),
        cmocka_unit_test(a_baseline_fixes_values_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
