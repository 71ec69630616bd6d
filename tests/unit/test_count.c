/* Exact sizes of spaces: against enumeration of small conditional spaces, and against the published
 * size of a large one. */
#include "core_fixture.h"

static void count(const rig *r, text *raw, text *distinct) {
    uint32_t n_real;
    text_clear(raw);
    text_clear(distinct);
    space_count(&r->s.space, raw, distinct, &n_real);
}

/* ---- random small spaces -------------------------------------------------------------------- */

enum { MOST = 8, LEVELS = 4, MAX_CONDITIONS = 9 };

typedef struct sample {
    cim_param params[MOST];
    char keys[MOST][8];
    uint32_t n, n_conditions;
    double values[MAX_CONDITIONS][LEVELS], fixed[MOST]; /* fixed: negative where it is searched */
    uint32_t target[MAX_CONDITIONS], on[MAX_CONDITIONS];
    cim_condition conditions[MAX_CONDITIONS];
    text source;
} sample;

static void random_condition(sample *s, cim_rng *rng, const uint32_t *order) {
    uint32_t k = s->n_conditions++, a = (uint32_t)cim_rng_below(rng, s->n);
    uint32_t b = (uint32_t)cim_rng_below(rng, s->n - 1);
    b += b >= a;
    s->on[k] = order[a < b ? a : b];   /* deciders come first in a random order: no circles */
    s->target[k] = order[a < b ? b : a];
    uint32_t n = 0;
    for (uint32_t v = 0; v < LEVELS; v++)
        if (cim_rng_below(rng, 2)) s->values[k][n++] = v;
    if (!n) s->values[k][n++] = (double)cim_rng_below(rng, LEVELS);
    s->conditions[k] = (cim_condition){.target = s->keys[s->target[k]],
                                       .element = CIM_ALL_ELEMENTS,
                                       .on = s->keys[s->on[k]],
                                       .values = s->values[k],
                                       .n_values = n};
}

static void random_sample(sample *s, cim_rng *rng, bool with_fixed) {
    uint32_t order[MOST];
    *s = (sample){.n = 2 + (uint32_t)cim_rng_below(rng, MOST - 1)};
    text_add(&s->source, "workload = {");
    for (uint32_t i = 0; i < s->n; i++) {
        uint32_t levels = 2 + (uint32_t)cim_rng_below(rng, LEVELS - 1),
                 j = (uint32_t)cim_rng_below(rng, i + 1);
        order[i] = order[j];
        order[j] = i;
        snprintf(s->keys[i], sizeof s->keys[i], "p%u", i % 1000);
        s->params[i] = (cim_param){.key = s->keys[i],
                                   .unit = "",
                                   .help = "",
                                   .type = CIM_INTEGER,
                                   .max = LEVELS,
                                   .default_value = (double)cim_rng_below(rng, LEVELS)};
        s->fixed[i] =
            with_fixed && cim_rng_below(rng, 3) == 0 ? (double)cim_rng_below(rng, LEVELS) : -1;
        if (s->fixed[i] >= 0) text_add(&s->source, " p%u = %g;", i, s->fixed[i]);
        else if (cim_rng_below(rng, 2))
            text_add(&s->source, " p%u = { min = 0; max = %u; };", i, levels - 1);
        else
            text_add(&s->source, " p%u = [%s];", i,
                     levels == 2   ? "1, 3"
                     : levels == 3 ? "0, 2, 3"
                                   : "3, 2, 1, 0");
    }
    uint32_t most = (uint32_t)cim_rng_below(rng, MAX_CONDITIONS + 1);
    while (s->n_conditions < most) random_condition(s, rng, order);
    text_add(&s->source, " }; hwmodel = {};");
}

static void open_sample(rig *r, const sample *s) {
    rig_start(r);
    r->workload.is.params = (cim_param_table){s->params, s->n, sizeof *s->params};
    r->workload.is.conditions =
        (cim_condition_table){s->conditions, s->n_conditions, sizeof *s->conditions};
    bool good = rig_open(r, text_of(&s->source));
    assert_good(good, &r->f);
}

/* The next of all combinations of levels; false after the last. */
static bool next_point(const space *s, double *point) {
    for (uint32_t d = 0; d < s->n_dimensions; d++) {
        if (++point[d] < (double)s->dimensions[d].is.n_levels) return true;
        point[d] = 0;
    }
    return false;
}

typedef uint32_t (*key_of)(const rig *r, const sample *s, const double *point);

/* The point that the host makes canonical. */
static uint32_t key_by_host(const rig *r, const sample *s, const double *point) {
    double copy[MOST];
    uint32_t key = 0;
    (void)s;
    memcpy(copy, point, r->s.space.n_dimensions * sizeof *copy);
    space_canonical(&r->s.space, copy, NULL);
    for (uint32_t d = 0; d < r->s.space.n_dimensions; d++) key = key * LEVELS + (uint32_t)copy[d];
    return key;
}

static bool holds(const sample *s, uint32_t k, double value) {
    for (uint32_t v = 0; v < s->conditions[k].n_values; v++)
        if (s->conditions[k].values[v] == value) return true;
    return false;
}

/* The rules of cim/abi.h, read naively: what is active, starting from "everything" until nothing
 * changes; then one digit a parameter, a fifth value standing for "inactive". */
static uint32_t key_by_rules(const rig *r, const sample *s, const double *point) {
    double numbers[MOST];
    bool active[MOST], changed = true;
    uint32_t key = 0;
    for (uint32_t i = 0; i < s->n; i++) {
        active[i] = true;
        numbers[i] = s->fixed[i];
        for (uint32_t d = 0; d < r->s.space.n_dimensions; d++)
            if (r->s.space.dimensions[d].param == i)
                numbers[i] = space_number(&r->s.space.dimensions[d], point[d]);
    }
    while (changed) {
        changed = false;
        for (uint32_t k = 0; k < s->n_conditions; k++)
            if (active[s->target[k]] && (!active[s->on[k]] || !holds(s, k, numbers[s->on[k]])))
                active[s->target[k]] = false, changed = true;
    }
    for (uint32_t i = 0; i < s->n; i++)
        key = key * (LEVELS + 1) +
              (active[i] && s->fixed[i] < 0 ? (uint32_t)(numbers[i] < 0 ? 0 : numbers[i]) : LEVELS);
    return key;
}

static uint32_t enumerate(const rig *r, const sample *s, key_of key, uint64_t *all) {
    static uint8_t seen[390625]; /* 5^8 */
    double point[MOST] = {0};
    uint32_t n = 0;
    memset(seen, 0, sizeof seen);
    *all = 0;
    do {
        uint32_t k = key(r, s, point);
        assert_true(k < sizeof seen);
        n += !seen[k];
        seen[k] = 1;
        ++*all;
    } while (next_point(&r->s.space, point));
    return n;
}

static void check_samples(bool with_fixed, key_of key, int n_samples) {
    cim_rng rng = {{21, 22, 23, 24}};
    text raw = {0}, distinct = {0}, expected = {0};
    for (int i = 0; i < n_samples; i++) {
        sample s;
        rig r;
        uint64_t all;
        random_sample(&s, &rng, with_fixed);
        open_sample(&r, &s);
        count(&r, &raw, &distinct);
        uint32_t n = enumerate(&r, &s, key, &all);
        text_clear(&expected);
        text_add(&expected, "%u of %llu", n, (unsigned long long)all);
        text_add(&distinct, " of %s", text_of(&raw));
        if (strcmp(text_of(&distinct), text_of(&expected)) != 0) {
            print_error("sample %d: %s\n", i, text_of(&s.source));
            for (uint32_t k = 0; k < s.n_conditions; k++)
                print_error("  p%u when p%u, %u values from %g\n", s.target[k], s.on[k],
                            s.conditions[k].n_values, s.values[k][0]);
        }
        assert_string_equal(text_of(&distinct), text_of(&expected));
        rig_close(&r);
        text_free(&s.source);
    }
    text_free(&raw);
    text_free(&distinct);
    text_free(&expected);
}

static void counts_are_those_of_canonical_points(void **state) {
    (void)state;
    check_samples(false, key_by_host, 300);
    check_samples(true, key_by_host, 200);
}

static void counts_are_those_of_the_rules(void **state) {
    (void)state;
    check_samples(false, key_by_rules, 300);
}

static void counts_with_fixed_parameters_are_those_of_the_rules(void **state) {
    (void)state;
    check_samples(true, key_by_rules, 300);
}

/* ---- large spaces --------------------------------------------------------------------------- */

#define CHOICE(name, size, set)                                                                    \
    {                                                                                              \
        .key = name, .unit = "", .help = "", .type = CIM_INTEGER, .max = 1e6, .length = size,      \
        .index_set = set                                                                           \
    }

static const cim_index_set blocks[] = {{.name = "block", .help = "", .size = 21}};
static const cim_param cimnas[] = {CHOICE("depth", 6, NULL),
                                   CHOICE("kernel", 0, "block"),
                                   CHOICE("pw_weight", 0, "block"),
                                   CHOICE("pw_activation", 0, "block"),
                                   CHOICE("dw_weight", 0, "block"),
                                   CHOICE("dw_activation", 0, "block"),
                                   CHOICE("expansion", 0, "block")};

/* The network space of CIMNAS: 6 depths, 21 blocks of 5 choices among 3 and an expansion. */
static void add_cimnas(text *source) {
    static const int expansions[] = {5, 7, 11, 21, 25, 49};
    text_add(source, "workload = { depth = { per = \"element\"; choices = [2, 3, 4]; };");
    for (size_t i = 1; i < 6; i++)
        text_add(source, " %s = { per = \"block\"; choices = [4, 6, 8]; };", cimnas[i].key);
    text_add(source, " expansion = { per = \"block\"; value = 0; at = (");
    for (int block = 0; block < 21; block++)
        text_add(source, "%s { i = %d; min = 0; max = %d; }", block ? "," : "", block,
                 expansions[(block + 3) / 4] - 1);
    text_add(source, " ); }; }; hwmodel = {};");
}

static void the_space_of_cimnas_has_its_published_size(void **state) {
    (void)state;
    rig r;
    text source = {0}, raw = {0}, distinct = {0};
    rig_start(&r);
    r.workload.is.params = (cim_param_table)RIG_TABLE(cimnas);
    r.workload.is.index_sets = (cim_index_set_table)RIG_TABLE(blocks);
    add_cimnas(&source);
    bool good = rig_open(&r, text_of(&source));
    assert_good(good, &r.f);
    assert_int_equal(r.s.space.n_dimensions, 6 + 105 + 21);
    count(&r, &raw, &distinct);
    /* 3^(6+21+84) * 5 * (7*11*21*25*49)^4, with the arbitrary integers of Python */
    const char *expected =
        "7027708069673299651643358193117491968400238493822057969505368317936321458984375";
    assert_string_equal(text_of(&raw), expected);
    assert_string_equal(text_of(&distinct), expected);
    rig_close(&r);
    text_free(&source);
    text_free(&raw);
    text_free(&distinct);
}

/* The same with blocks that exist only where their stage is deep enough: each of 5 stages has
 * b^2 + b^3 + b^4 variants, where b = 3^5 * expansions of a block. */
static void blocks_that_do_not_exist_do_not_count(void **state) {
    (void)state;
    static const double deep[] = {3, 4}, deepest[] = {4};
    cim_condition conditions[10];
    for (uint32_t stage = 0; stage < 5; stage++)
        for (uint32_t k = 0; k < 2; k++)
            conditions[2 * stage + k] = (cim_condition){.target = "block",
                                                        .element = 1 + 4 * stage + 2 + k,
                                                        .on = "depth",
                                                        .on_element = stage,
                                                        .values = k ? deepest : deep,
                                                        .n_values = k ? 1 : 2};
    rig r;
    text source = {0}, raw = {0}, distinct = {0};
    rig_start(&r);
    r.workload.is.params = (cim_param_table)RIG_TABLE(cimnas);
    r.workload.is.index_sets = (cim_index_set_table)RIG_TABLE(blocks);
    r.workload.is.conditions = (cim_condition_table)RIG_TABLE(conditions);
    add_cimnas(&source);
    bool good = rig_open(&r, text_of(&source));
    assert_good(good, &r.f);
    count(&r, &raw, &distinct);
    assert_string_equal(
        text_of(&raw),
        "7027708069673299651643358193117491968400238493822057969505368317936321458984375");
    assert_string_equal(
        text_of(&distinct),
        "28961324535450000870400121032920171957688466445135140074902222778100623940625");
    rig_close(&r);
    text_free(&source);
    text_free(&raw);
    text_free(&distinct);
}

/* ---- ranges --------------------------------------------------------------------------------- */

static const double ones[] = {1, 5};
static const cim_param ranged[] = {
    {.key = "big", .unit = "", .help = "", .type = CIM_INTEGER, .max = 0x1p52},
    {.key = "real", .unit = "", .help = "", .type = CIM_REAL, .max = 1},
    {.key = "small", .unit = "", .help = "", .type = CIM_INTEGER, .max = 9}};
static const cim_condition on_big[] = {
    {.target = "small", .element = CIM_ALL_ELEMENTS, .on = "big", .values = ones, .n_values = 2},
    {.target = "real", .element = CIM_ALL_ELEMENTS, .on = "big", .values = ones, .n_values = 1}};

static void open_ranged(rig *r, const char *big, bool with_conditions) {
    text source = {0};
    rig_start(r);
    r->workload.is.params = (cim_param_table)RIG_TABLE(ranged);
    if (with_conditions) r->workload.is.conditions = (cim_condition_table)RIG_TABLE(on_big);
    text_add(&source, "workload = { big = { min = 0; max = %s; }; real = { min = 0.0; max = 1.0; };"
                      " small = [1, 2, 3]; }; hwmodel = {};", big);
    if (!rig_open(r, text_of(&source))) abort();
    text_free(&source);
}

static void real_dimensions_are_named_and_not_counted(void **state) {
    (void)state;
    for (int with = 0; with < 2; with++) {
        rig r;
        text raw = {0}, distinct = {0};
        uint32_t n_real = 99;
        open_ranged(&r, "999", with);
        space_count(&r.s.space, &raw, &distinct, &n_real);
        assert_int_equal(n_real, 1);
        assert_string_equal(text_of(&raw), "3000");
        assert_string_equal(text_of(&distinct), with ? "1004" : "3000"); /* 998 + 2 * 3 */
        rig_close(&r);
        text_free(&raw);
        text_free(&distinct);
    }
}

static void nothing_searched_is_one_design(void **state) {
    (void)state;
    rig r;
    text raw = {0}, distinct = {0};
    rig_start(&r);
    bool good = rig_open(&r, "workload = {}; hwmodel = {};");
    assert_good(good, &r.f);
    count(&r, &raw, &distinct);
    assert_string_equal(text_of(&raw), "1");
    assert_string_equal(text_of(&distinct), "1");
    rig_close(&r);
    text_free(&raw);
    text_free(&distinct);
}

/* A decider with more levels than memory has bytes: only those that are listed differ. */
static void count_a_wide_decider(void) {
    rig r;
    text raw = {0}, distinct = {0};
    open_ranged(&r, "4503599627370495L", true);
    count(&r, &raw, &distinct);
    if (strcmp(text_of(&raw), "13510798882111488") != 0 ||
        strcmp(text_of(&distinct), "4503599627370500") != 0)
        abort();
    rig_close(&r);
    text_free(&raw);
    text_free(&distinct);
}

static void a_decider_may_have_any_number_of_levels(void **state) {
    (void)state;
    assert_true(comes_back(count_a_wide_decider, 3));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_are_those_of_canonical_points),
        cmocka_unit_test(counts_are_those_of_the_rules),
        cmocka_unit_test(counts_with_fixed_parameters_are_those_of_the_rules),
        cmocka_unit_test(the_space_of_cimnas_has_its_published_size),
        cmocka_unit_test(blocks_that_do_not_exist_do_not_count),
        cmocka_unit_test(real_dimensions_are_named_and_not_counted),
        cmocka_unit_test(nothing_searched_is_one_design),
        cmocka_unit_test(a_decider_may_have_any_number_of_levels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
