/* accuracy.imagenet_estimate on the networks of workload.resnet50. */
#define WORKLOAD "resnet50"
#include <math.h>

#include "workload_fixture.h"
#include <cim/accuracy.h>

enum { V1, V1_5, OFA, OFA_LARGEST };
enum { AUTO, PLAIN };

static double estimate(const cim_network *n, double recipe) {
    static const uint32_t firsts[] = {0, 1, 2};
    const double numbers[] = {recipe, 1};
    const cim_values values = {sizeof values, 1, 2, 2, firsts, numbers, NULL};
    fake_host fake;
    void *self = NULL;
    fake_host_start(&fake);
    const cim_accuracy_ops *ops =
        load_plugin(BINARY_DIR "/plugins/accuracy.imagenet_estimate.so",
                    "accuracy.imagenet_estimate", CIM_ACCURACY)->ops;
    assert_int_equal(ops->create(&fake.host, &values, &self), CIM_OK);
    cim_accuracy_request r = {.struct_size = sizeof r, .network = n, .values = &values};
    if (ops->evaluate(self, &r) != CIM_OK) fail_msg("%s", fake.message);
    ops->destroy(self);
    assert_int_equal(fake.live, 0);
    return r.mean;
}

static void the_networks_are_near_the_published(void **state) {
    OPEN(*state, V1_5);
    assert_true(fabs(estimate(build(*state), AUTO) - 0.7613) < 0.005);
    OPEN(*state, OFA_LARGEST); /* no member reaches more than the largest published one's law */
    const double a = estimate(build(*state), AUTO);
    assert_true(fabs(a - 0.798) < 0.003);
    assert_true(a > estimate(build(*state), PLAIN) + 0.02); /* without its training */
}

static void more_of_any_dimension_is_never_worse(void **state) {
    static const struct { const char *key; double levels[3]; } dimensions[] = {
        {"depth", {0, 1, 2}},       {"width", {0.65, 0.8, 1.0}}, {"expansion", {0.2, 0.25, 0.35}},
        {"weight_bits", {2, 4, 8}}, {"input_bits", {2, 4, 8}}};
    fixture *f = *state;
    for (size_t d = 0; d < sizeof dimensions / sizeof *dimensions; ++d) {
        OPEN(f, OFA);
        set_all(f, "depth", 0);
        set_all(f, "width", 0.65);
        set_all(f, "expansion", 0.2);
        double before = 0;
        for (int i = 0; i < 3; ++i) {
            set_all(f, dimensions[d].key, dimensions[d].levels[i]);
            const double a = estimate(build(f), AUTO);
            if (!(a > before)) fail_msg("%s = %g: %.6f after %.6f", dimensions[d].key,
                                        dimensions[d].levels[i], a, before);
            before = a;
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(the_networks_are_near_the_published),
        TEST(more_of_any_dimension_is_never_worse),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
