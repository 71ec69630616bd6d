/* The structs that cross the interface have the layout that was released: a field that is added,
 * moved, widened or dropped by accident fails here. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <cim/accuracy.h>
#include <cim/design.h>
#include <cim/files.h>
#include <cim/ready.h>
#include <cim/searcher.h>

typedef struct row {
    const char *type, *field;  /* field: NULL for the struct itself, "" for a hole */
    size_t offset, size;       /* as compiled; of a hole: 0, and as stored */
    size_t stored_offset, stored_size;
} row;

static const row rows[] = {
#define STRUCT(type, size) {#type, NULL, 0, sizeof(type), 0, size},
#define FIELD(type, field, offset, size) \
    {#type, #field, offsetof(type, field), sizeof(((type *)0)->field), offset, size},
#include "abi_layout_0_1.h"
#undef STRUCT
#undef FIELD
};
#define N_ROWS (sizeof rows / sizeof rows[0])

static void the_version_is_the_one_that_is_stored(void **state) {
    (void)state;
    assert_int_equal(CIM_ABI_MAJOR, 0);
    assert_int_equal(CIM_ABI_MINOR, 1);
}

static void every_struct_and_field_is_where_it_was(void **state) {
    (void)state;
    if (sizeof(void *) != 8) skip();
    for (size_t i = 0; i < N_ROWS; ++i) {
        const row *r = &rows[i];
        if (r->offset != r->stored_offset || r->size != r->stored_size)
            fail_msg("%s %s: at %zu, %zu bytes; stored: at %zu, %zu bytes", r->type,
                     r->field ? r->field : "", r->offset, r->size, r->stored_offset,
                     r->stored_size);
    }
}

/* The rows of a struct must leave no byte out, or a new field could hide in padding. */
static void the_stored_fields_fill_their_structs(void **state) {
    (void)state;
    if (sizeof(void *) != 8) skip();
    size_t end = 0, size = 0;
    for (size_t i = 0; i < N_ROWS; ++i) {
        const row *r = &rows[i];
        if (!r->field) {
            if (end != size)
                fail_msg("before %s: %zu of %zu bytes have a name", r->type, end, size);
            size = r->stored_size;
            end = 0;
            continue;
        }
        if (*r->field && r->stored_offset != end)
            fail_msg("%s.%s is at %zu, not at %zu", r->type, r->field, r->stored_offset, end);
        end += r->stored_size;
    }
    assert_int_equal(end, size);
}

/* Numbers that plug-ins have compiled in. */
static void constants_are_what_they_were(void **state) {
    (void)state;
    const int64_t actual[] = {CIM_OK, CIM_DONE, CIM_E_ARGUMENT, CIM_E_MEMORY, CIM_E_CONFIG,
                              CIM_E_UNSUPPORTED, CIM_E_FILE, CIM_E_INTERNAL,
                              CIM_FEASIBLE, CIM_INFEASIBLE, CIM_FAILED,
                              CIM_INTEGER, CIM_REAL, CIM_CATEGORY, CIM_BOOLEAN, CIM_TEXT,
                              CIM_PARAM_FIXED, CIM_PARAM_REQUIRED, CIM_PARAM_FROM_NETWORK,
                              CIM_PARAM_PATH, CIM_PARAM_WRITTEN,
                              CIM_SEARCHER, CIM_HWMODEL, CIM_WORKLOAD, CIM_ACCURACY,
                              CIM_LOG_DEBUG, CIM_LOG_INFO, CIM_LOG_WARNING,
                              CIM_OP_CONV, CIM_OP_LINEAR, CIM_OP_MATMUL, CIM_OP_ADD,
                              CIM_OP_MULTIPLY, CIM_OP_CONCAT, CIM_OP_MAX_POOL,
                              CIM_OP_AVERAGE_POOL, CIM_OP_SOFTMAX, CIM_OP_NORM, CIM_OP_ACTIVATION,
                              CIM_ACT_NONE, CIM_ACT_RELU, CIM_ACT_RELU6, CIM_ACT_HSWISH,
                              CIM_ACT_SIGMOID, CIM_ACT_HSIGMOID, CIM_ACT_GELU, CIM_ACT_TANH,
                              CIM_ORDINAL, CIM_INTEGER_RANGE, CIM_REAL_RANGE, CIM_CATEGORICAL,
                              CIM_MAPPING_OFFSET, CIM_MAPPING_DIFFERENTIAL, CIM_MAPPING_DIGITAL,
                              CIM_SPREAD_OF_VALUE, CIM_SPREAD_OF_RANGE, CIM_SPREAD_LOG_NORMAL,
                              CIM_ADC_FULL_SCALE, CIM_ADC_CALIBRATED,
                              CIM_FROM_INPUT, CIM_WHOLE_CHIP, CIM_ALL_ELEMENTS};
    const int64_t stored[] = {0, 1, -1, -2, -3, -4, -5, -6,   1, 2, 3,   1, 2, 3, 4, 5,
                              1, 2, 4, 8, 16,   1, 2, 3, 4,   0, 1, 2,
                              1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,   0, 1, 2, 3, 4, 5, 6, 7,
                              1, 2, 3, 4,   1, 2, 3,   1, 2, 3,   1, 2,
                              4294967295, 4294967295, 4294967295};
    assert_int_equal(sizeof actual, sizeof stored);
    for (size_t i = 0; i < sizeof actual / sizeof actual[0]; ++i)
        if (actual[i] != stored[i])
            fail_msg("constant %zu is %jd, not %jd", i, (intmax_t)actual[i], (intmax_t)stored[i]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_version_is_the_one_that_is_stored),
        cmocka_unit_test(every_struct_and_field_is_where_it_was),
        cmocka_unit_test(the_stored_fields_fill_their_structs),
        cmocka_unit_test(constants_are_what_they_were),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
