/* What the settings of a config may not say, and what is said then: key, value and rule. */
#include "settings_fixture.h"

static void values_out_of_range_name_key_value_and_rule(void **state) {
    (void)state;
    refuse("depth = 10;", "need = 1;", ":1: workload.depth = 10: must be an integer 1..9");
    refuse("depth = 2.0;", "need = 1;", "workload.depth = 2.0: must be an integer 1..9");
    refuse("depth = \"3\";", "need = 1;", "workload.depth = \"3\": must be an integer 1..9");
    refuse("depth = true;", "need = 1;", "must be an integer 1..9");
    refuse_hw("x_v = 10.5;", "hwmodel.x_v = 10.5: must be a number 0..10 V");
    refuse_hw("x_v = \"1\";", "must be a number 0..10 V");
    refuse_hw("rows = 100;", "hwmodel.rows = 100: must be one of 32, 64, 128, 256");
    refuse_hw("rows = [64, 100];", "hwmodel.rows[1] = 100: must be one of 32, 64, 128, 256");
    refuse_hw("adc = \"flsh\";",
              "must be one of \"sar\", \"flash\", \"ramp\"; did you mean \"flash\"?");
    refuse_hw("adc = 1;", "hwmodel.adc = 1: must be one of");
    refuse_hw("gated = 1;", "hwmodel.gated = 1: must be true or false");
    refuse("label = 3;", "need = 1;", "workload.label = 3: must be a text in quotes");
    refuse("label = [\"a\"];", "need = 1;", "workload.label: must be a text in quotes");
    refuse("", "", "hwmodel: need has no default: it must be given");
    refuse("dept = 3;", "need = 1;", "workload.dept = 3: no such key; did you mean \"depth\"?");
}

static void bad_choices_are_refused(void **state) {
    (void)state;
    refuse_hw("rows = [];", "hwmodel.rows: an empty list of choices");
    refuse_hw("rows = ();", "an empty list of choices");
    refuse_hw("rows = [64, 128, 64];", "hwmodel.rows[2] = 64: is in the list twice");
    refuse_hw("x_v = (1, 1.0);", "is in the list twice");
    refuse_hw("rows = ([64, 128]);", "hwmodel.rows[0]: must be one of");
    refuse_hw("rows = { choices = 64; };", "hwmodel.rows.choices = 64: choices must be an array");
    refuse_hw("rows = { choices = [64, 128]; min = 3; };",
              "needs one of choices, value, or min and max");
    refuse_hw("rows = { choices = [64, 128]; value = 64; };",
              "needs one of choices, value, or min and max");
    refuse_hw("rows = { choices = [64, 128]; step = 2; };", "hwmodel.rows.step = 2: no such key");
    refuse_hw("rows = {};", "needs one of value, choices, or min and max");
    refuse_hw("rows = { value = [64, 128]; };",
              "must be one value: an array of values is for a whole vector");
    refuse_hw("node_nm = [22, 45];",
              "hwmodel.node_nm: is fixed for the whole study: give one value");
    refuse_hw("node_nm = { min = 22; max = 45; };", "is fixed for the whole study");
}

static void bad_ranges_are_refused(void **state) {
    (void)state;
    refuse_hw("x_v = { min = 1; };", "hwmodel.x_v: needs both min and max");
    refuse_hw("x_v = { max = 1; };", "needs both min and max");
    refuse_hw("x_v = { step = 1; };", "needs one of value, choices, or min and max");
    refuse_hw("x_v = { min = 2; max = 1; };", "hwmodel.x_v.max = 1: max must be above min");
    refuse_hw("x_v = { min = 2; max = 2.0; };", "max must be above min");
    refuse_hw("x_v = { min = -1; max = 2; };", "hwmodel.x_v.min = -1: must be a number 0..10 V");
    refuse_hw("x_v = { min = 1; max = 11; };", "hwmodel.x_v.max = 11: must be a number 0..10 V");
    refuse_hw("x_v = { min = 0; max = 1; log = true; };", "min must be above 0 where log = true");
    refuse_hw("x_v = { min = 1; max = 2; log = true; step = 0.5; };",
              "a step or a log scale, not both");
    refuse_hw("x_v = { min = 1; max = 2; log = 1; };",
              "hwmodel.x_v.log = 1: must be true or false");
    refuse_hw("x_v = { min = 1; max = 2; step = 0; };",
              "hwmodel.x_v.step = 0: must be a number above 0");
    refuse_hw("x_v = { min = 1; max = 2; step = -1; };", "must be a number above 0");
    refuse_hw("x_v = { min = 1; max = 2; step = \"1\"; };", "must be a number above 0");
    refuse_hw("x_v = { min = 0; max = 10; step = 1e-6; };", "at most 100000 are allowed");
    refuse_hw("x_v = { min = 0; max = 1; step = 2; };",
              "step = 2 leaves one value"); /* as of integers */
    refuse_hw("wide = { min = 0; max = 10; step = 0.5; };",
              "hwmodel.wide.step = 0.5: must be an integer");
    refuse_hw("wide = { min = 0; max = 10; step = 11; };", "step = 11 leaves one value");
    refuse_hw("wide = { min = 0.5; max = 10; };", "hwmodel.wide.min = 0.5: must be an integer");
    refuse_hw("rows = { min = 65; max = 100; };", "no allowed value lies in min..max");
    refuse_hw("rows = { min = 32; max = 256; step = 32; };",
              "only certain values are allowed: no step, no log");
    refuse_hw("adc = { min = 0; max = 1; };", "min and max are for numbers: use choices");
    refuse_hw("gated = { min = 0; max = 1; };", "min and max are for numbers: use choices");
}

static void bad_vectors_are_refused(void **state) {
    (void)state;
    refuse("bits = { per = \"block\"; choices = [2, 4]; };", "need = 1;",
           "bits runs over \"layer\"");
    refuse("bits = { per = 3; choices = [2, 4]; };", "need = 1;", "must be a text in quotes");
    refuse("depth = { per = \"layer\"; choices = [2, 4]; };", "need = 1;",
           "is for vectors, and depth is a scalar");
    refuse("depth = { value = 3; at = (); };", "need = 1;",
           "is for vectors, and depth is a scalar");
    refuse("bits = { value = [1, 2]; };", "need = 1;",
           "workload.bits.value: 2 values, and bits has 3 elements");
    refuse("bits = { value = [1, 2, 99]; };", "need = 1;",
           "workload.bits.value[2] = 99: must be an integer 1..16");
    refuse("bits = { value = [1, 2, 3]; at = (); };", "need = 1;", "nothing may stand beside it");
    refuse("bits = { value = 1; at = { i = 0; }; };", "need = 1;",
           "must be a list ( { i = ...; } )");
    refuse("bits = { value = 1; at = ( 3 ); };", "need = 1;",
           "must be a group { i = ...; value = ...; }");
    refuse("bits = { value = 1; at = ( { value = 3; } ); };", "need = 1;", "needs i, the element");
    refuse("bits = { value = 1; at = ( { i = 3; value = 3; } ); };", "need = 1;",
           "workload.bits.at[0].i = 3: must be an element 0..2 of layer");
    refuse("bits = { value = 1; at = ( { i = -1; value = 3; } ); };", "need = 1;",
           "must be an element 0..2");
    refuse("bits = { value = 1; at = ( { i = \"conv3\"; value = 3; } ); };", "need = 1;",
           "no element of layer has that name; did you mean \"conv1\"?");
    refuse("bits = { value = 1; at = ( { i = 1; value = 3; }, { i = \"conv2\"; value = 4; } ); };",
           "need = 1;", "has two exceptions");
    refuse("bits = { value = 1; at = ( { i = 1; } ); };", "need = 1;",
           "needs one of value, choices");
    refuse("bits = { per = \"layer\"; };", "need = 1;",
           "needs one of value, choices, or min and max");
    refuse_hw("four = { value = 1; at = ( { i = \"a\"; value = 3; } ); };",
              "must be an element 0..3 of element");
    refuse("bits = [2, 4];", "need = 1; net_bits = 4;",
           "hwmodel.net_bits = 4: would override workload.bits, which is searched");
}

static void a_space_has_at_most_1500_dimensions(void **state) {
    (void)state;
    static const cim_param long_param[] = {{.key = "v", .unit = "", .help = "", .type = CIM_INTEGER,
                                            .max = 3, .length = 1501}};
    rig r;
    rig_start(&r);
    r.workload.is.params = (cim_param_table)RIG_TABLE(long_param);
    bool good =
        rig_open(&r,
                 "workload = { v = { per = \"element\"; choices = [0, 1, 2]; }; }; hwmodel = {};");
    assert_refused(good, &r.f, "more than 1500 dimensions");
    rig_close(&r);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_out_of_range_name_key_value_and_rule),
        cmocka_unit_test(bad_choices_are_refused),
        cmocka_unit_test(bad_ranges_are_refused),
        cmocka_unit_test(bad_vectors_are_refused),
        cmocka_unit_test(a_space_has_at_most_1500_dimensions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
