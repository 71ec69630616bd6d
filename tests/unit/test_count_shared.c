/* Sizes of spaces in which many deciders have targets in common: as exact as others, and as
 * fast. */
#include "core_fixture.h"

#define CHOICE(name, size)                                                                         \
    {                                                                                              \
        .key = name, .unit = "", .help = "", .type = CIM_INTEGER, .max = 2, .length = size         \
    }

enum { RUNGS = 30 };

/* RUNGS deciders of 2 levels; target i, of 3 levels, exists while deciders i and i + 1 are both
 * 1. */
static void count_a_ladder(void) {
    static const cim_param ladder[] = {CHOICE("decider", RUNGS), CHOICE("target", RUNGS - 1)};
    static const double one[] = {1};
    static cim_condition conditions[2 * (RUNGS - 1)];
    for (uint32_t i = 0; i < 2 * (RUNGS - 1); i++)
        conditions[i] = (cim_condition){.target = "target", .element = i / 2, .on = "decider",
                                        .on_element = i / 2 + i % 2, .values = one, .n_values = 1};
    rig r;
    uint32_t n_real;
    text raw = {0}, distinct = {0}, expected = {0};
    rig_start(&r);
    r.workload.is.params = (cim_param_table)RIG_TABLE(ladder);
    r.workload.is.conditions = (cim_condition_table)RIG_TABLE(conditions);
    if (!rig_open(&r, "workload = { decider = { per = \"element\"; choices = [0, 1]; };"
                      " target = { per = \"element\"; choices = [0, 1, 2]; }; }; hwmodel = {};"))
        abort();
    space_count(&r.s.space, &raw, &distinct, &n_real);
    /* Designs whose last decider is 0, or 1: from one decider to the next. */
    uint64_t off = 1, on = 1;
    for (int i = 1; i < RUNGS; i++) {
        const uint64_t both = off + on;
        on = off + 3 * on;
        off = both;
    }
    text_add(&expected, "%llu", (unsigned long long)(off + on));
    if (strcmp(text_of(&distinct), text_of(&expected)) != 0) abort();
    rig_close(&r);
    text_free(&raw);
    text_free(&distinct);
    text_free(&expected);
}

/* Each decider doubles the branches; one after the other they are 2^30. */
static void deciders_with_common_targets_are_counted_once(void **state) {
    (void)state;
    assert_true(comes_back(count_a_ladder, 20));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(deciders_with_common_targets_are_counted_once)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
