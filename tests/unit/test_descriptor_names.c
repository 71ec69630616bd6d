/* Names of a plug-in that would collide in the store: its columns do not differ by case, and the
 * host has some of its own. */
#include "core_fixture.h"
#include "descriptor.h"

static void check_names(const char *key, const char *figure, const char *rule,
                        const char *refusal) {
    const cim_param params[] = {
        {.key = "rows", .unit = "", .help = "", .type = CIM_INTEGER, .max = 8},
        {.key = key, .unit = "", .help = "", .type = CIM_BOOLEAN}};
    const cim_metric metrics[] = {{.name = "energy_j", .unit = "", .help = ""},
                                  {.name = figure, .unit = "", .help = ""}};
    const cim_constraint rules[] = {{"capacity", "", ""}, {rule, "", ""}};
    const cim_description is = {.struct_size = sizeof is, .params = RIG_TABLE(params),
                                .metrics = RIG_TABLE(metrics), .constraints = RIG_TABLE(rules)};
    failure f = {0};
    const bool good = description_check(&is, CIM_HWMODEL, &f);
    if (refusal) assert_refused(good, &f, refusal);
    else assert_good(good, &f);
}

static void case_makes_no_difference(void **state) {
    (void)state;
    check_names("columns", "area", "margin", NULL);
    check_names("Rows", "area", "margin", "parameter Rows: there is rows already");
    check_names("columns", "ENERGY_j", "margin", "metric ENERGY_j: there is energy_j already");
    check_names("columns", "area", "Capacity", "constraint Capacity: there is capacity already");
    check_names("energy_j", "area", "rows", NULL); /* columns hwmodel.energy_j, slack.rows */
}

static void the_hosts_own_names_are_taken(void **state) {
    (void)state;
    static const char *const taken[] = {
        "macs", "Weights", "id", "trial", "outcome", "reason", "Fidelity", "duplicate_of"};
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++) {
        text why = {0};
        text_add(&why, "metric %s: the name is taken", taken[i]);
        check_names("columns", taken[i], "margin", text_of(&why));
        text_free(&why);
    }
    check_names("trial", "macs_per_s", "weights", NULL);
    check_names("trial", "accuracy", "weights", NULL); /* where no evaluator tells one */
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(case_makes_no_difference),
                                       cmocka_unit_test(the_hosts_own_names_are_taken)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
