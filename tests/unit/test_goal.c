/* Goals and constraints: how they are read, their units, values and slacks. */
#include "core_fixture.h"

static const metric metrics[] = {
    {.name = "energy_j", .unit = "J"}, {.name = "latency_s", .unit = "s"},
    {.name = "area_mm2", .unit = "mm2"}, {.name = "accuracy", .unit = ""},
    {.name = "macs", .unit = ""}};
enum { N = sizeof metrics / sizeof *metrics };
static const double values[N] = {8, 4, 2, 0.5, 100};

typedef struct bench {
    goal goal;
    constraint rule;
    node node;
    failure f;
} bench;

static bool read_goal(bench *b, const char *written) {
    *b = (bench){.node = {.key = (char[]){"goals"}, .type = NODE_TEXT, .file = "a.cfg", .line = 7}};
    b->node.text = (char *)(uintptr_t)written;
    return goal_read(&b->node, metrics, N, &b->goal, &b->f);
}

static bool read_rule(bench *b, const char *written) {
    *b = (bench){
        .node = {.key = (char[]){"constraints"}, .type = NODE_TEXT, .file = "a.cfg", .line = 8}};
    b->node.text = (char *)(uintptr_t)written;
    return constraint_read(&b->node, metrics, N, &b->rule, &b->f);
}

static void assert_goal(const char *written, const char *name, const char *unit, double value) {
    bench b;
    assert_good(read_goal(&b, written), &b.f);
    assert_string_equal(b.goal.name, name);
    assert_string_equal(b.goal.unit, unit);
    assert_ptr_equal(b.goal.written, written);
    assert_true(goal_value(&b.goal, values) == value);
    assert_int_equal(b.goal.maximise,
                     strstr(written, "max ") != NULL || strstr(written, "max\t") != NULL);
    assert_true(goal_minimised(&b.goal, values) == (b.goal.maximise ? -value : value));
}

static void goals_have_a_name_a_unit_and_a_value(void **state) {
    (void)state;
    assert_goal("min energy_j", "energy_j", "J", 8);
    assert_goal("max accuracy", "accuracy", "", 0.5);
    assert_goal("  max\t accuracy ", "accuracy", "", 0.5);
    assert_goal("min energy_j*latency_s", "energy_j*latency_s", "J*s", 32);
    assert_goal("min energy_j * latency_s*area_mm2 / accuracy",
                "energy_j*latency_s*area_mm2/accuracy", "J*s*mm2", 128);
    assert_goal("max accuracy/latency_s", "accuracy/latency_s", "1/s", 0.125);
    assert_goal("max macs/energy_j/area_mm2", "macs/energy_j/area_mm2", "1/J/mm2", 6.25);
    assert_goal("min accuracy*energy_j/latency_s", "accuracy*energy_j/latency_s", "J/s", 1);
    assert_goal("min energy_j/latency_s*area_mm2", "energy_j/latency_s*area_mm2", "J/s*mm2", 4);
    assert_goal("min energy_j*energy_j", "energy_j*energy_j", "J*J", 64);
}

static void products_have_up_to_eight_factors(void **state) {
    (void)state;
    bench b;
    assert_good(read_goal(&b, "min macs*macs*macs*macs*macs*macs*macs*macs"), &b.f);
    assert_int_equal(b.goal.of.n, EXPRESSION_MAX);
    assert_true(goal_value(&b.goal, values) == 1e16);
    assert_refused(read_goal(&b, "min macs*macs*macs*macs*macs*macs*macs*macs*macs"), &b.f,
                   "at most 8 metrics in one product");
}

static void unknown_values_make_unknown_goals(void **state) {
    (void)state;
    bench b;
    const double unknown[N] = {8, NAN, 0, 0.5, 100};
    assert_good(read_goal(&b, "max energy_j/latency_s"), &b.f);
    assert_true(isnan(goal_value(&b.goal, unknown)) && isnan(goal_minimised(&b.goal, unknown)));
    assert_good(read_goal(&b, "min energy_j/area_mm2"), &b.f);
    assert_true(isinf(goal_value(&b.goal, unknown)));
    assert_good(read_rule(&b, "latency_s <= 3"), &b.f);
    assert_true(isnan(constraint_slack(&b.rule, unknown)));
}

/* In any order; as often; above the line or below it. */
static void goals_of_the_same_factors(void **state) {
    (void)state;
    static const struct { const char *a, *b; bool same; } pairs[] = {
        {"min energy_j*latency_s", "min latency_s*energy_j", true},
        {"min energy_j*latency_s/accuracy", "min latency_s/accuracy*energy_j", true},
        {"min energy_j*energy_j*latency_s", "min energy_j*latency_s*latency_s", false},
        {"min energy_j*energy_j", "min energy_j", false},
        {"min energy_j/latency_s", "min energy_j*latency_s", false}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        bench a, b;
        assert_good(read_goal(&a, pairs[i].a), &a.f);
        assert_good(read_goal(&b, pairs[i].b), &b.f);
        assert_int_equal(expression_same(&a.goal.of, &b.goal.of), pairs[i].same);
        assert_int_equal(expression_same(&b.goal.of, &a.goal.of), pairs[i].same);
    }
}

static void assert_bad_goal(const char *written, const char *piece) {
    bench b;
    assert_refused(read_goal(&b, written), &b.f, piece);
    assert_contains(b.f.text, "a.cfg:7:");
    assert_contains(b.f.text, written);
}

static void bad_goals_say_what_is_wrong(void **state) {
    (void)state;
    assert_bad_goal("min energy_j/energy_j", "divides energy_j by itself");
    assert_bad_goal("max accuracy/latency_s*area_mm2*latency_s", "divides latency_s by itself");
    assert_bad_goal("energy_j", "must begin with \"min \" or \"max \"");
    assert_bad_goal("minenergy_j", "must begin with");
    assert_bad_goal("minimise energy_j", "must begin with");
    assert_bad_goal("Min energy_j", "must begin with");
    assert_bad_goal("", "must begin with");
    assert_bad_goal("mi", "must begin with");
    assert_bad_goal("min", "must begin with");
    assert_bad_goal("min ", "expected the name of a metric");
    assert_bad_goal("min *energy_j", "expected the name of a metric at \"*energy_j\"");
    assert_bad_goal("min energy_j*", "expected the name of a metric");
    assert_bad_goal("min energy_j**latency_s", "expected the name of a metric at \"*latency_s\"");
    assert_bad_goal("min energy_j latency_s", "cannot read \"latency_s\"");
    assert_bad_goal("min energy_j+latency_s", "cannot read \"+latency_s\"");
    assert_bad_goal("min energy_j^2", "cannot read \"^2\"");
    assert_bad_goal("min 2*energy_j", "no plug-in reports a metric \"2\"");
    assert_bad_goal("min energy", "did you mean \"energy_j\"?");
    assert_bad_goal("min tops", "there are energy_j, latency_s, area_mm2, accuracy, macs");
    bench b = {.node = {.type = NODE_INTEGER, .integer = 3, .file = "a.cfg", .line = 9}};
    assert_refused(goal_read(&b.node, metrics, N, &b.goal, &b.f), &b.f, "must be a text like");
}

static void assert_slack(const char *written, double slack) {
    bench b;
    assert_good(read_rule(&b, written), &b.f);
    assert_ptr_equal(b.rule.written, written);
    if (constraint_slack(&b.rule, values) != slack)
        print_error("%s: %g\n", written, constraint_slack(&b.rule, values));
    assert_true(constraint_slack(&b.rule, values) == slack);
}

static void slack_is_negative_where_there_is_room(void **state) {
    (void)state;
    assert_slack("area_mm2 <= 100", -98);
    assert_slack("area_mm2<=2", 0);
    assert_slack("area_mm2 <= 1.5", 0.5);
    assert_slack(" accuracy >= 0.25 ", -0.25);
    assert_slack("accuracy >= 0.75", 0.25);
    assert_slack("accuracy>=5e-1", 0);
    assert_slack("energy_j*latency_s/area_mm2 <= 20", -4);
    assert_slack("energy_j/latency_s >= -1", -3);
}

static void assert_bound(const char *written, double bound) {
    bench b;
    assert_good(read_rule(&b, written), &b.f);
    if (b.rule.bound != bound) print_error("%s: %.17g\n", written, b.rule.bound);
    assert_true(b.rule.bound == bound);
}

static void bounds_may_have_a_unit(void **state) {
    (void)state;
    assert_bound("energy_j <= 200 uJ", 200e-6);
    assert_bound("energy_j <= 200uJ ", 200e-6);
    assert_bound("energy_j <= 0.7 mJ", 0.7e-3);
    assert_bound("energy_j <= 3 J", 3);
    assert_bound("energy_j <= 3 kJ", 3000);
    assert_bound("latency_s >= 5e1 ns", 50e-9);
    assert_bound("latency_s <= 7 as", 7e-18);
    assert_bound("area_mm2 <= 100 mm2", 100);
    assert_bound("energy_j*latency_s <= 2 J*s", 2);
    assert_bound("macs/latency_s >= 2 1/s", 2);
}

/* What is written with a prefix is the number written with its exponent, to the last bit. */
static void a_bound_with_a_unit_is_rounded_once(void **state) {
    (void)state;
    assert_bound("energy_j >= 0.8 uJ", 0.8e-6);
    assert_bound("energy_j >= 1.1 uJ", 1.1e-6);
    assert_bound("energy_j >= 1e2 uJ", 100e-6);
    assert_bound("energy_j >= +.7E-1 mJ", .7e-4);
    assert_bound("energy_j >= -1.3 uJ", -1.3e-6);
    assert_bound("energy_j >= 1.1 PJ", 1.1e15);
    assert_bound("energy_j >= 1e-99999999999999999999 aJ", 0);
    for (int i = 1; i < 10000; i++) {
        char written[64], plain[64];
        snprintf(written, sizeof written, "energy_j >= %d.%d uJ", i / 10, i % 10);
        snprintf(plain, sizeof plain, "%d.%de-6", i / 10, i % 10);
        assert_bound(written, strtod(plain, NULL));
    }
}

static void assert_bad_rule(const char *written, const char *piece) {
    bench b;
    assert_refused(read_rule(&b, written), &b.f, piece);
    assert_contains(b.f.text, "a.cfg:8:");
}

static void bad_constraints_say_what_is_wrong(void **state) {
    (void)state;
    assert_bad_rule("area_mm2 < 100", "expected <= or >= at \"< 100\"");
    assert_bad_rule("area_mm2 = 100", "expected <= or >=");
    assert_bad_rule("area_mm2 == 100", "expected <= or >=");
    assert_bad_rule("area_mm2", "expected <= or >=");
    assert_bad_rule("area_mm2 <= ", "expected a number behind <=");
    assert_bad_rule("area_mm2 >= x", "expected a number behind >=");
    assert_bad_rule("area_mm2 <= 1 cm2", "cannot read \"cm2\": the unit of area_mm2 is mm2");
    assert_bad_rule("area_mm2 <= 1 kmm2", "the unit of area_mm2 is mm2");
    assert_bad_rule("energy_j <= 9 us",
                    "cannot read \"us\": the unit of energy_j is J, or that with an SI prefix");
    assert_bad_rule("energy_j <= 1e308 PJ", "is beyond all numbers");
    assert_bad_rule("energy_j <= 0x1p3 uJ",
                    "cannot read \"0x1p3 uJ\": before a unit, a number is decimal");
    assert_bad_rule("energy_j <= inf uJ", "expected a number behind <=");
    assert_bad_rule("energy_j <= 9 u", "the unit of energy_j is J, or");
    assert_bad_rule("energy_j <= 9 xJ", "the unit of energy_j is J, or");
    assert_bad_rule("energy_j <= 9 uJ 3", "cannot read \"uJ 3\"");
    assert_bad_rule("energy_j*latency_s <= 2 uJ*s", "the unit of energy_j*latency_s is J*s");
    assert_bad_rule("accuracy >= 90 %", "cannot read \"%\": accuracy has no unit, so its bound is");
    assert_bad_rule("area_mm2 <= inf", "expected a number behind <=");
    assert_bad_rule("area_mm2 <= nan", "expected a number behind <=");
    assert_bad_rule("area_mm2 <= 1e999", "expected a number behind <=");
    assert_bad_rule("100 >= area_mm2", "no plug-in reports a metric \"100\"");
    assert_bad_rule("area <= 100", "no plug-in reports a metric \"area\"");
    assert_bad_rule("min area_mm2 <= 100", "no plug-in reports a metric \"min\"");
    bench b = {.node = {.type = NODE_BOOLEAN, .file = "a.cfg"}};
    assert_refused(constraint_read(&b.node, metrics, N, &b.rule, &b.f), &b.f,
                   "must be a text like");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(goals_have_a_name_a_unit_and_a_value),
        cmocka_unit_test(products_have_up_to_eight_factors),
        cmocka_unit_test(unknown_values_make_unknown_goals),
        cmocka_unit_test(goals_of_the_same_factors),
        cmocka_unit_test(bad_goals_say_what_is_wrong),
        cmocka_unit_test(slack_is_negative_where_there_is_room),
        cmocka_unit_test(bounds_may_have_a_unit),
        cmocka_unit_test(a_bound_with_a_unit_is_rounded_once),
        cmocka_unit_test(bad_constraints_say_what_is_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
