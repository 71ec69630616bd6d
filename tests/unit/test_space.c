/* Points and designs: canonical points under conditions of every kind, coordinates and numbers, and
 * what conditions may not do. */
#include "core_fixture.h"

#define NUMBER(name)                                                                               \
    { .key = name, .unit = "", .help = "", .type = CIM_INTEGER, .default_value = 1, .max = 9 }
#define VECTOR(name, set)                                                                          \
    {                                                                                              \
        .key = name, .unit = "", .help = "", .type = CIM_INTEGER, .default_value = 1, .max = 9,    \
        .index_set = set                                                                           \
    }

static const cim_index_set stages[] = {{.name = "stage", .help = "", .size = 3}};
static const cim_param w_params[] = {NUMBER("mode"), NUMBER("a"), NUMBER("b"), NUMBER("c"),
                                     VECTOR("bits", "stage")};
static const char *const adcs[] = {"sar", "flash"};
static const cim_param h_params[] = {
    NUMBER("rows"),
    VECTOR("adc_bits", "stage"),
    {.key = "x", .unit = "", .help = "", .type = CIM_REAL, .default_value = 0.5, .max = 1},
    {.key = "adc", .unit = "", .help = "", .type = CIM_CATEGORY, .names = adcs, .n_levels = 2},
    {.key = "pair",
     .unit = "",
     .help = "",
     .type = CIM_INTEGER,
     .default_value = 1,
     .max = 9,
     .length = 2}};

static const double zero[] = {0}, one[] = {1}, two[] = {2}, upper[] = {2, 3}, only_three[] = {3},
                    all[] = {1, 2, 3};
#define WHEN(of, nth, decider, list)                                                               \
    {                                                                                              \
        .target = of, .element = nth, .on = decider, .values = list,                               \
        .n_values = sizeof(list) / sizeof *(list)                                                  \
    }
#define ALL CIM_ALL_ELEMENTS

static bool try_rig(rig *r, cim_condition_table of_workload, cim_condition_table of_hwmodel,
                    const char *workload, const char *hwmodel) {
    text source = {0};
    rig_start(r);
    r->workload.is.params = (cim_param_table)RIG_TABLE(w_params);
    r->workload.is.index_sets = (cim_index_set_table)RIG_TABLE(stages);
    r->workload.is.conditions = of_workload;
    r->hwmodel.is.params = (cim_param_table)RIG_TABLE(h_params);
    r->hwmodel.is.conditions = of_hwmodel;
    text_add(&source, "workload = { %s }; hwmodel = { %s };", workload, hwmodel);
    bool good = rig_open(r, text_of(&source));
    text_free(&source);
    return good;
}

static void open_rig(rig *r, cim_condition_table of_workload, cim_condition_table of_hwmodel,
                     const char *workload, const char *hwmodel) {
    bool good = try_rig(r, of_workload, of_hwmodel, workload, hwmodel);
    assert_good(good, &r->f);
}

#define TABLE(list) (cim_condition_table)RIG_TABLE(list)
#define NONE (cim_condition_table){0}

/* POINT becomes CANONICAL, with ACTIVE as a row of 0 and 1. */
static void assert_canonical(const rig *r, const double *point, const double *canonical,
                             const char *active) {
    double got[16];
    uint8_t flags[16];
    uint32_t n = r->s.space.n_dimensions;
    assert_int_equal(n, strlen(active));
    memcpy(got, point, n * sizeof *got);
    space_canonical(&r->s.space, got, flags);
    for (uint32_t d = 0; d < n; d++) {
        if (got[d] != canonical[d]) print_error("dimension %u: %g\n", d, got[d]);
        assert_true(got[d] == canonical[d]);
        assert_int_equal(flags[d], active[d] - '0');
    }
    space_canonical(&r->s.space, got, NULL); /* a canonical point stays as it is */
    assert_memory_equal(got, canonical, n * sizeof *got);
}

/* ---- coordinates and designs ---------------------------------------------------------------- */

static void coordinates_and_numbers_go_both_ways(void **state) {
    (void)state;
    rig r;
    open_rig(&r, NONE, NONE, "mode = [3, 5, 9]; a = { min = 2; max = 8; step = 3; };",
             "x = { min = 0.25; max = 0.75; }; adc = [\"flash\", \"sar\"];");
    for (uint32_t d = 0; d < r.s.space.n_dimensions; d++) {
        const dimension *is = &r.s.space.dimensions[d];
        double back = -1;
        for (uint64_t k = 0; k < is->is.n_levels; k++) {
            assert_true(space_holds(is, (double)k));
            assert_true(space_coordinate(is, space_number(is, (double)k), &back) &&
                        back == (double)k);
        }
        if (!is->is.n_levels) continue;
        assert_false(space_holds(is, (double)is->is.n_levels));
        assert_false(space_holds(is, -1));
        assert_false(space_holds(is, 0.5));
        assert_false(space_holds(is, NAN));
        assert_false(space_coordinate(is, 77, &back));
        assert_false(space_coordinate(is, NAN, &back));
        assert_false(space_coordinate(is, -1, &back));
    }
    double x;
    const dimension *a = rig_dimension(&r, "workload.a"), *real = rig_dimension(&r, "hwmodel.x");
    assert_true(space_number(a, 2) == 8 && space_coordinate(a, 5, &x) && x == 1);
    assert_false(space_coordinate(a, 6, &x));
    assert_true(space_coordinate(real, 0.3, &x) && x == 0.3 && space_number(real, 0.3) == 0.3);
    assert_true(space_holds(real, 0.25) && space_holds(real, 0.75) && !space_holds(real, 0.76));
    assert_false(space_coordinate(real, 0.2, &x));
    assert_false(space_holds(real, NAN));
    const dimension *adc = rig_dimension(&r, "hwmodel.adc"); /* levels in the order written */
    assert_true(space_number(adc, 0) == 1 && space_coordinate(adc, 0, &x) && x == 1);
    rig_close(&r);
}

static void a_point_becomes_a_design(void **state) {
    (void)state;
    rig r;
    open_rig(
        &r, NONE, NONE,
        "mode = [3, 5, 9]; a = 7; bits = { per = \"stage\"; choices = [4, 8];"
             " at = ( { i = 1; value = 2; } ); };",
        "rows = { min = 2; max = 5; }; pair = [6, 7]; x = { min = 0.0; max = 1.0; };");
    const double point[] = {2, 0, 1, 3, 0.125, 1};  /* mode, bits[0], bits[2], rows, x, pair */
    static const double expected[] = {9, 7, 1, 1, 4, 2, 8, 5, 1, 1, 1, 0.125, 0, 7, 7};
    double wide[sizeof expected / sizeof *expected + 1];
    assert_int_equal(r.s.space.n_dimensions, 6);
    assert_int_equal(r.s.space.n_numbers, sizeof expected / sizeof *expected);
    wide[sizeof expected / sizeof *expected] = -77;
    space_design(&r.s.space, point, wide);
    assert_memory_equal(wide, expected, sizeof expected);
    assert_true(wide[sizeof expected / sizeof *expected] == -77);
    double at_default[6];
    space_default(&r.s.space, at_default);
    study_default_design(&r.s, wide);
    assert_true(wide[0] == 3 && wide[7] == 2 &&
                wide[11] == 0.5); /* those nearest to the defaults */
    for (uint32_t d = 0; d < 6; d++)
        assert_true(space_holds(&r.s.space.dimensions[d], at_default[d]));
    rig_close(&r);
}

static void zero_has_one_sign(void **state) {
    (void)state;
    static const cim_condition conditions[] = {WHEN("x", ALL, "rows", one)};
    for (int with = 0; with < 2; with++) {
        rig r;
        open_rig(&r, NONE, with ? TABLE(conditions) : NONE, "",
                 "rows = [1, 2]; x = { min = 0.0; max = 1.0; };");
        double point[2] = {-0.0, -0.0};
        space_canonical(&r.s.space, point, NULL);
        assert_false(signbit(point[0]));
        assert_false(signbit(point[1]));
        rig_close(&r);
    }
}

/* ---- conditions ----------------------------------------------------------------------------- */

static void an_inactive_dimension_keeps_its_default(void **state) {
    (void)state;
    static const cim_condition conditions[] = {WHEN("a", ALL, "mode", upper)};
    rig r;
    open_rig(&r, TABLE(conditions), NONE, "mode = [0, 2, 3]; a = [0, 1, 5]; b = [0, 1];", "");
    assert_int_equal(r.s.space.n_activities, 1);
    assert_canonical(&r, (const double[]){0, 2, 0}, (const double[]){0, 1, 0}, "101");
    assert_canonical(&r, (const double[]){1, 2, 0}, (const double[]){1, 2, 0}, "111");
    assert_canonical(&r, (const double[]){2, 0, 1}, (const double[]){2, 0, 1}, "111");
    assert_canonical(&r, (const double[]){0, 777, 1}, (const double[]){0, 1, 1}, "101");
    rig_close(&r);
}

/* mode -> a -> b -> c, listed so that deciders come last: the order does not matter. */
static void chains_are_followed_to_their_end(void **state) {
    (void)state;
    static const cim_condition conditions[] = {WHEN("c", 0, "b", two), WHEN("b", 0, "a", two),
                                               WHEN("a", 0, "mode", two)};
    rig r;
    open_rig(&r, TABLE(conditions), NONE, "mode = [1, 2]; a = [1, 2]; b = [1, 2]; c = [1, 2];", "");
    assert_canonical(&r, (const double[]){1, 1, 1, 1}, (const double[]){1, 1, 1, 1}, "1111");
    assert_canonical(&r, (const double[]){1, 1, 0, 1}, (const double[]){1, 1, 0, 0}, "1110");
    assert_canonical(&r, (const double[]){1, 0, 1, 1}, (const double[]){1, 0, 0, 0}, "1100");
    assert_canonical(&r, (const double[]){0, 1, 1, 1}, (const double[]){0, 0, 0, 0}, "1000");
    rig_close(&r);
}

/* The default of an inactive decider may be a listed value: the condition still does not hold. */
static void a_condition_on_an_inactive_dimension_does_not_hold(void **state) {
    (void)state;
    static const cim_condition conditions[] = {WHEN("a", 0, "mode", two), WHEN("b", 0, "a", one)};
    rig r;
    open_rig(&r, TABLE(conditions), NONE, "mode = [1, 2]; a = [1, 2]; b = [1, 2];", "");
    assert_canonical(&r, (const double[]){0, 0, 1}, (const double[]){0, 0, 0}, "100");
    assert_canonical(&r, (const double[]){1, 0, 1}, (const double[]){1, 0, 1}, "111");
    rig_close(&r);
}

static void all_of_several_conditions_must_hold(void **state) {
    (void)state;
    static const cim_condition conditions[] = {WHEN("c", 0, "a", two), WHEN("c", 0, "b", two),
                                               WHEN("c", 0, "mode", upper)};
    rig r;
    open_rig(&r, TABLE(conditions), NONE, "mode = 3; a = [1, 2]; b = [1, 2]; c = [1, 2];", "");
    assert_int_equal(r.s.space.n_activities, 2); /* the fixed one holds */
    assert_canonical(&r, (const double[]){1, 1, 1}, (const double[]){1, 1, 1}, "111");
    assert_canonical(&r, (const double[]){0, 1, 1}, (const double[]){0, 1, 0}, "110");
    assert_canonical(&r, (const double[]){1, 0, 1}, (const double[]){1, 0, 0}, "110");
    rig_close(&r);
}

static void conditions_on_a_set_rule_vectors_of_both_plug_ins(void **state) {
    (void)state;
    static const cim_condition conditions[] = {WHEN("stage", 1, "mode", upper),
                                               WHEN("stage", 2, "mode", only_three)};
    rig r;
    open_rig(&r, TABLE(conditions), NONE,
             "mode = [1, 2, 3]; bits = { per = \"stage\"; choices = [1, 2]; };",
             "adc_bits = { per = \"stage\"; choices = [1, 2]; };");
    const double point[] = {0, 1, 1, 1, 1, 1, 1};
    assert_int_equal(r.s.space.n_activities, 4);
    assert_canonical(&r, point, (const double[]){0, 1, 0, 0, 1, 0, 0}, "1100100");
    assert_canonical(&r, (const double[]){1, 1, 1, 1, 1, 1, 1},
                     (const double[]){1, 1, 1, 0, 1, 1, 0}, "1110110");
    assert_canonical(&r, (const double[]){2, 1, 1, 1, 1, 1, 1},
                     (const double[]){2, 1, 1, 1, 1, 1, 1}, "1111111");
    double design[15];
    double canonical[] = {0, 1, 1, 1, 1, 1, 1};
    space_canonical(&r.s.space, canonical, NULL);
    space_design(&r.s.space, canonical, design);
    assert_true(design[4] == 2 && design[5] == 1 && design[6] == 1);
    assert_true(design[8] == 2 && design[9] == 1 && design[10] == 1);
    rig_close(&r);
}

static void a_decider_may_be_an_element_or_a_category(void **state) {
    (void)state;
    static const cim_condition conditions[] = {{.target = "rows",
                                                .element = ALL,
                                                .on = "pair",
                                                .on_element = 1,
                                                .values = two,
                                                .n_values = 1},
                                               WHEN("pair", 0, "adc", zero)};
    rig r;
    open_rig(&r, NONE, TABLE(conditions), "", "adc = [\"flash\", \"sar\"]; rows = [1, 2]; "
             "pair = { per = \"element\"; choices = [1, 2]; };"); /* rows, adc, pair[0], pair[1] */
    assert_canonical(&r, (const double[]){1, 1, 1, 1}, (const double[]){1, 1, 1, 1}, "1111");
    assert_canonical(&r, (const double[]){1, 0, 1, 0}, (const double[]){0, 0, 0, 0}, "0101");
    rig_close(&r);
}

/* One dimension for a whole vector is idle when none of its elements exists. */
static void a_shared_dimension_is_inactive_with_the_whole_vector(void **state) {
    (void)state;
    static const cim_condition conditions[] = {WHEN("pair", ALL, "rows", two)};
    rig r;
    open_rig(&r, NONE, TABLE(conditions), "", "rows = [1, 2]; pair = [1, 2];");
    assert_canonical(&r, (const double[]){1, 1}, (const double[]){1, 1}, "11");
    assert_canonical(&r, (const double[]){0, 1}, (const double[]){0, 0}, "10");
    rig_close(&r);
}

/* ---- never active --------------------------------------------------------------------------- */

static void what_is_never_active_is_no_dimension(void **state) {
    (void)state;
    static const cim_condition conditions[] = {WHEN("a", 0, "mode", two),
                                               WHEN("stage", 2, "mode", two)};
    rig r;
    open_rig(&r, TABLE(conditions), NONE,
             "mode = 3; a = [4, 5]; b = [1, 2]; bits = { per = \"stage\"; choices = [4, 8]; };",
             "adc_bits = { per = \"stage\"; choices = [1, 2]; };");
    assert_int_equal(r.s.space.n_dimensions, 1 + 2 + 2);
    assert_int_equal(r.s.space.n_activities, 0);
    double design[15], point[] = {1, 1, 1, 1, 1};
    space_design(&r.s.space, point, design);
    assert_true(design[1] == 4 && design[2] == 2);  /* a: the level nearest to its default, 1 */
    assert_true(design[4] == 8 && design[5] == 8 && design[6] == 4);
    assert_true(design[8] == 2 && design[9] == 2 && design[10] == 1);
    rig_close(&r);
}

/* a is never active, so b and c are not either, in whatever order the conditions are listed, and
 * although a's default is one of the values that b waits for. */
static void what_waits_for_what_is_never_active_is_no_dimension(void **state) {
    (void)state;
    static const cim_condition forth[] = {WHEN("a", 0, "mode", two), WHEN("b", 0, "a", one),
                                          WHEN("c", 0, "b", all)};
    static const cim_condition back[] = {WHEN("c", 0, "b", all), WHEN("b", 0, "a", one),
                                         WHEN("a", 0, "mode", two)};
    for (int k = 0; k < 2; k++) {
        rig r;
        open_rig(&r, k ? TABLE(back) : TABLE(forth), NONE,
                 "mode = 3; a = [1, 2]; b = [1, 2]; c = [1, 2];", "rows = [1, 2];");
        assert_int_equal(r.s.space.n_dimensions, 1);
        assert_int_equal(r.s.space.n_activities, 0);
        rig_close(&r);
    }
}

/* A fixed parameter can be inactive, too: c exists only where b does. */
static void a_fixed_decider_may_be_inactive(void **state) {
    (void)state;
    static const cim_condition conditions[] = {WHEN("b", 0, "mode", two), WHEN("c", 0, "b", two)};
    rig r;
    open_rig(&r, TABLE(conditions), NONE, "mode = [1, 2]; b = 2; c = [1, 2];", "");
    assert_canonical(&r, (const double[]){1, 1}, (const double[]){1, 1}, "11");
    assert_canonical(&r, (const double[]){0, 1}, (const double[]){0, 0}, "10");
    rig_close(&r);
    open_rig(&r, TABLE(conditions), NONE, "mode = 1; b = 2; c = [1, 2];", "rows = [1, 2];");
    assert_int_equal(r.s.space.n_dimensions, 1);
    rig_close(&r);
}

static void a_condition_without_a_level_never_holds(void **state) {
    (void)state;
    static const cim_condition conditions[] = {WHEN("a", 0, "mode", only_three)};
    rig r;
    open_rig(&r, TABLE(conditions), NONE, "mode = [1, 2]; a = [1, 2];", "");
    text raw = {0}, distinct = {0};
    uint32_t n_real;
    space_count(&r.s.space, &raw, &distinct, &n_real);
    assert_string_equal(text_of(&distinct), "2");
    text_free(&raw);
    text_free(&distinct);
    rig_close(&r);
}

/* ---- what is refused ------------------------------------------------------------------------ */

static void refuse(cim_condition c, const char *workload, const char *hwmodel, const char *piece) {
    rig r;
    cim_condition_table table = {&c, 1, sizeof c};
    bool good = try_rig(&r, NONE, table, workload, hwmodel);
    assert_refused(good, &r.f, piece);
    assert_contains(r.f.text, "hwmodel.made: ");
    rig_close(&r);
}

static void bad_conditions_are_refused(void **state) {
    (void)state;
    refuse((cim_condition)WHEN("rows", 0, "absent", one), "", "rows = [1, 2];",
           "a condition on absent[0], which does not exist");
    refuse((cim_condition)WHEN("absent", 0, "rows", one), "", "rows = [1, 2];",
           "neither a parameter nor an index set");
    refuse((cim_condition)WHEN("stage", 0, "rows", one), "", "rows = [1, 2];",
           "neither a parameter nor an index set");
    refuse((cim_condition)WHEN("pair", 2, "rows", one), "", "rows = [1, 2];",
           "a condition on pair[2], which does not exist");
    refuse((cim_condition)WHEN("rows", 0, "x", one), "",
           "rows = [1, 2]; x = { min = 0.0; max = 1.0; };", "a real dimension decides nothing");
    cim_condition c = WHEN("rows", 0, "pair", one);
    c.on_element = 2;
    refuse(c, "", "rows = [1, 2];", "a condition on pair[2], which does not exist");
}

static void circles_are_refused(void **state) {
    (void)state;
    static const cim_condition circle[] = {WHEN("a", 0, "b", one), WHEN("b", 0, "c", one),
                                           WHEN("c", 0, "a", one)};
    static const cim_condition itself[] = {WHEN("a", 0, "a", one)};
    rig r;
    bool good = try_rig(&r, TABLE(circle), NONE, "a = [1, 2]; b = [1, 2]; c = [1, 2];", "");
    assert_refused(good, &r.f, "decide on each other in a circle");
    rig_close(&r);
    good = try_rig(&r, TABLE(itself), NONE, "a = [1, 2];", "");
    assert_refused(good, &r.f, "in a circle");
    rig_close(&r);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(coordinates_and_numbers_go_both_ways),
        cmocka_unit_test(a_point_becomes_a_design),
        cmocka_unit_test(zero_has_one_sign),
        cmocka_unit_test(an_inactive_dimension_keeps_its_default),
        cmocka_unit_test(chains_are_followed_to_their_end),
        cmocka_unit_test(a_condition_on_an_inactive_dimension_does_not_hold),
        cmocka_unit_test(all_of_several_conditions_must_hold),
        cmocka_unit_test(conditions_on_a_set_rule_vectors_of_both_plug_ins),
        cmocka_unit_test(a_decider_may_be_an_element_or_a_category),
        cmocka_unit_test(a_shared_dimension_is_inactive_with_the_whole_vector),
        cmocka_unit_test(what_is_never_active_is_no_dimension),
        cmocka_unit_test(what_waits_for_what_is_never_active_is_no_dimension),
        cmocka_unit_test(a_fixed_decider_may_be_inactive),
        cmocka_unit_test(a_condition_without_a_level_never_holds),
        cmocka_unit_test(bad_conditions_are_refused),
        cmocka_unit_test(circles_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
