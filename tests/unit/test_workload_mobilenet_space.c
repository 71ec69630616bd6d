/* workload.mobilenet as a super-network: slots that stay while the depth changes, parameters of
 * absent blocks that change nothing while all others change something, ratios that give no whole
 * number of channels, and the size of the space that CIMNAS searches (arXiv 2509.25862). */
#define WORKLOAD "mobilenet"
#include "workload_fixture.h"
#include <gmp.h>
#include <math.h>

enum { PROXYLESS = 3 }; /* of the versions */

static uint32_t below(uint64_t *random, uint32_t n) {
    *random = *random * 6364136223846793005u + 1442695040888963407u; /* Knuth's MMIX */
    return (uint32_t)(*random >> 33) % n;
}

/* A random sub-network; ratios that every block can have. */
static void choose_any(fixture *f, uint64_t *random) {
    for (uint32_t p = 1; p < f->n_params; ++p)
        for (uint32_t k = f->first[p]; k < f->first[p + 1]; ++k) {
            const char *key = param(f, p)->key;
            if (!strcmp(key, "depth")) f->numbers[k] = 2 + below(random, 3);
            else if (!strcmp(key, "kernel")) f->numbers[k] = 3 + 2 * below(random, 3);
            else if (!strcmp(key, "expansion")) f->numbers[k] = 4 + below(random, 3);
            else f->numbers[k] = 4 + 2 * below(random, 3);
        }
}

static uint64_t mix(uint64_t hash, const void *bytes, size_t n) {
    for (size_t i = 0; i < n; ++i) /* FNV-1a */
        hash = (hash ^ ((const unsigned char *)bytes)[i]) * 0x100000001b3u;
    return hash;
}

/* Of everything that the network of the present values says but its texts. */
static uint64_t fingerprint(fixture *f) {
    const cim_network *n = build(f);
    uint64_t hash = mix(0xcbf29ce484222325u, &n->input_bits, sizeof n->input_bits);
    for (uint32_t i = 0; i < n->layers.n; ++i) {
        const cim_layer *l = layer(n, i);
        hash = mix(hash, &l->op, offsetof(cim_layer, inputs) - offsetof(cim_layer, op));
        hash = mix(hash, l->inputs, l->n_inputs * sizeof *l->inputs);
        hash = mix(hash, l->elements, n->index_sets.n * sizeof *l->elements);
    }
    return hash;
}

static void slots_stay_while_the_depth_changes(void **state) {
    fixture *f = *state;
    char names[140][32] = {""};
    OPEN(f, PROXYLESS);
    const cim_network *n = build(f);
    assert_true(n->layers.n > 68 + 15);
    for (uint32_t i = 0; i < n->layers.n; ++i) {
        assert_true(layer(n, i)->slot < 140);
        assert_string_equal(names[layer(n, i)->slot], ""); /* each slot once */
        snprintf(names[layer(n, i)->slot], sizeof names[0], "%s", layer(n, i)->name);
    }
    const uint32_t largest = n->layers.n;
    uint64_t random = 0;
    for (uint32_t round = 0; round < 100; ++round) {
        choose_any(f, &random);
        n = build(f);
        uint32_t expected = largest;
        for (uint32_t s = 0; s < 5; ++s) expected -= 4 * (4 - (uint32_t)*at(f, "depth", s));
        assert_int_equal(n->layers.n, expected); /* three convolutions and an addition a block */
        for (uint32_t i = 0; i < n->layers.n; ++i)
            assert_string_equal(names[layer(n, i)->slot], layer(n, i)->name);
    }
}

/* Does element E of P exist, by the conditions that the plug-in describes? */
static int is_active(fixture *f, const cim_param *p, uint32_t e) {
    int active = 1;
    for (uint32_t i = 0; i < f->is.conditions.n; ++i) {
        const cim_condition *c = CIM_ROW(cim_condition, f->is.conditions, i);
        const int own = !strcmp(c->target, p->key);
        const int by_set = p->index_set && !strcmp(c->target, p->index_set);
        if ((!own && !by_set) || (c->element != CIM_ALL_ELEMENTS && c->element != e)) continue;
        int listed = 0;
        for (uint32_t k = 0; k < c->n_values; ++k)
            listed |= *at(f, c->on, c->on_element) == c->values[k];
        active &= listed;
    }
    return active;
}

static double another_value(const cim_param *p, double value) {
    if (!strcmp(p->key, "kernel")) return value == 3 ? 7 : value - 2;
    if (!strcmp(p->key, "expansion")) return value == 4 ? 6 : value - 1;
    if (!strcmp(p->key, "depth")) return value == 2 ? 4 : value - 1;
    return value == 16 ? 1 : value + 1;
}

static void just_the_active_parameters_change_the_network(void **state) {
    fixture *f = *state;
    uint32_t n_active = 0, n_inactive = 0;
    OPEN(f, PROXYLESS);
    uint64_t random = 0;
    for (uint32_t round = 0; round < 20; ++round) {
        choose_any(f, &random);
        const uint64_t before = fingerprint(f);
        for (uint32_t p = 1; p < f->n_params; ++p)
            for (uint32_t e = 0; e < f->first[p + 1] - f->first[p]; ++e) {
                double *value = &f->numbers[f->first[p] + e], old = *value;
                const int active = is_active(f, param(f, p), e);
                if (active) n_active++;
                else n_inactive++;
                *value = another_value(param(f, p), old);
                if ((fingerprint(f) != before) != active)
                    fail_msg("%s[%u] = %g -> %g: active: %d", param(f, p)->key, e, old, *value,
                             active);
                *value = old;
            }
    }
    assert_int_equal(n_active + n_inactive, 20 * (132 + 2));
    assert_true(n_inactive > 20 * 6);
}

/* What a hardware model's vector over weight_layer sees must fit to what is built. */
static void weight_layers_come_and_go_with_their_blocks(void **state) {
    static const cim_param model = {.key = "model's own", .index_set = "weight_layer"};
    fixture *f = *state;
    OPEN(f, PROXYLESS);
    uint64_t random = 0;
    for (uint32_t round = 0; round < 50; ++round) {
        int there[68] = {0};
        choose_any(f, &random);
        const cim_network *n = build(f);
        for (uint32_t i = 0; i < n->layers.n; ++i)
            if (layer(n, i)->elements[0] >= 0) there[layer(n, i)->elements[0]] = 1;
        for (uint32_t e = 0; e < 68; ++e) assert_int_equal(is_active(f, &model, e), there[e]);
    }
}

static cim_status try_to_build(fixture *f) {
    const cim_values v = values_of(f);
    const cim_network *n = NULL;
    return f->ops->build(f->self, &v, &n);
}

static void ratios_must_give_a_multiple_of_8_channels(void **state) {
    fixture *f = *state;
    OPEN(f, PROXYLESS);
    static const uint32_t inputs[] = {16, 24, 40, 80, 96, 192}, blocks[] = {0, 1, 5, 9, 13, 17};
    for (uint32_t i = 0; i < 6; ++i) {
        double *ratio = at(f, "expansion", blocks[i]);
        char name[24];
        snprintf(name, sizeof name, "block%u.expand", blocks[i]);
        for (uint32_t channels = 4 * inputs[i]; channels <= 6 * inputs[i]; channels += 4) {
            *ratio = floor(1000.0 * channels / inputs[i] + 0.5) / 1000; /* as written by hand */
            assert_int_equal(try_to_build(f), channels % 8 ? CIM_E_CONFIG : CIM_OK);
            if (channels % 8 == 0) assert_int_equal(named(build(f), name)->out_channels, channels);
        }
        *ratio = 6;
    }
    *at(f, "expansion", 9) = 4.25;
    assert_int_equal(try_to_build(f), CIM_E_CONFIG);
    assert_string_equal(f->fake.message,
                        "expansion[9] = 4.25: block9 has 80 input channels, and 340 is no multiple "
                        "of 8: the ratio must be 4 to 6 in steps of 8/80");
    *at(f, "expansion", 9) = 4;
    assert_int_equal(try_to_build(f), CIM_OK);
    *at(f, "expansion", 3) = 4.25; /* of a block that is not there: nobody asks */
    *at(f, "depth", 0) = 3;
    assert_int_equal(try_to_build(f), CIM_OK);
}

/* ---- the space of CIMNAS --------------------------------------------------------------------- */

/* As its code states the genes: 3^(6+21+84) * 5 * (7 * 11 * 21 * 25 * 49)^4. */
static void raw_size(mpz_t n) {
    static const unsigned long ratios[] = {7, 11, 21, 25, 49};
    mpz_ui_pow_ui(n, 3, 6 + 21 + 84);
    mpz_mul_ui(n, n, 5);
    for (int i = 0; i < 20; ++i) mpz_mul_ui(n, n, ratios[i % 5]);
}

/* Block b has v[b] = 3^5 * ratios values where it is there. A stage of depth 2, 3 or 4 has
 * v0 v1 (1 + v2 + v2 v3) designs, the last one v; its depth makes none. */
static void distinct_size(mpz_t n) {
    static const unsigned long ratios[] = {5, 7, 7, 7, 7, 11, 11, 11, 11, 21, 21, 21, 21,
                                           25, 25, 25, 25, 49, 49, 49, 49};
    mpz_set_ui(n, 243 * ratios[20]);
    for (uint32_t s = 0; s < 5; ++s) {
        const unsigned long *v = ratios + 4 * s;
        mpz_mul_ui(n, n, 243 * v[0]);
        mpz_mul_ui(n, n, 243 * v[1]);
        mpz_mul_ui(n, n, 1 + 243 * v[2] + 243 * v[2] * 243 * v[3]);
    }
}

static void the_space_of_cimnas_has_its_size(void **state) {
    (void)state;
    mpz_t raw, distinct;
    mpz_inits(raw, distinct, NULL);
    raw_size(raw);
    distinct_size(distinct);
    char expected[3][160], line[4096] = "";
    snprintf(expected[0], sizeof expected[0], "132 dimensions\n");
    gmp_snprintf(expected[1], sizeof expected[1], "raw configurations: %Zd (", raw);
    gmp_snprintf(expected[2], sizeof expected[2], "distinct designs: %Zd (", distinct);
    mpz_clears(raw, distinct, NULL);
    assert_memory_equal(strchr(expected[1], ':') + 2, "70277", 5); /* 7.028e78 */
    FILE *p = popen(BINARY_DIR "/cimdse space " SOURCE_DIR "/tests/golden/cimnas_network_space.cfg",
                    "r");
    assert_non_null(p);
    uint32_t found = 0;
    while (fgets(line, sizeof line, p))
        if (found < 3 && !strncmp(line, expected[found], strlen(expected[found]))) ++found;
    assert_int_equal(pclose(p), 0);
    if (found < 3) fail_msg("expected %s", expected[found]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(slots_stay_while_the_depth_changes),
        TEST(just_the_active_parameters_change_the_network),
        TEST(weight_layers_come_and_go_with_their_blocks),
        TEST(ratios_must_give_a_multiple_of_8_channels),
        cmocka_unit_test(the_space_of_cimnas_has_its_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
