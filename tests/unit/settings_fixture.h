/* A workload and a hardware model with a parameter of every kind. */
#ifndef SETTINGS_FIXTURE_H
#define SETTINGS_FIXTURE_H

#include "core_fixture.h"

static const double powers[] = {32, 64, 128, 256};
static const char *const adcs[] = {"sar", "flash", "ramp"};
static const char *const layers[] = {"conv1", "conv2", "fc"};
static const cim_index_set sets[] = {
    {.name = "layer", .help = "", .element_names = layers, .size = 3}};

static const cim_param workload_params[] = {
    {.key = "depth",
     .unit = "",
     .help = "",
     .type = CIM_INTEGER,
     .default_value = 3,
     .min = 1,
     .max = 9},
    {.key = "bits",
     .unit = "",
     .help = "",
     .type = CIM_INTEGER,
     .default_value = 8,
     .min = 1,
     .max = 16,
     .index_set = "layer"},
    {.key = "file",
     .unit = "",
     .help = "",
     .type = CIM_TEXT,
     .flags = CIM_PARAM_PATH | CIM_PARAM_FIXED,
     .default_text = "none"},
    {.key = "label", .unit = "", .help = "", .type = CIM_TEXT}};
enum { DEPTH, BITS, FILE_, LABEL };

static const cim_param hwmodel_params[] = {
    {.key = "rows",
     .unit = "",
     .help = "",
     .type = CIM_INTEGER,
     .default_value = 128,
     .min = 1,
     .max = 1024,
     .levels = powers,
     .n_levels = 4},
    {.key = "x_v",
     .unit = "V",
     .help = "",
     .type = CIM_REAL,
     .default_value = 0.5,
     .min = 0,
     .max = 10},
    {.key = "adc",
     .unit = "",
     .help = "",
     .type = CIM_CATEGORY,
     .names = adcs,
     .n_levels = 3,
     .default_value = 1},
    {.key = "gated", .unit = "", .help = "", .type = CIM_BOOLEAN, .default_value = 0},
    {.key = "node_nm",
     .unit = "nm",
     .help = "",
     .type = CIM_INTEGER,
     .flags = CIM_PARAM_FIXED,
     .default_value = 22,
     .min = 7,
     .max = 130},
    {.key = "need",
     .unit = "",
     .help = "",
     .type = CIM_REAL,
     .flags = CIM_PARAM_REQUIRED,
     .min = 0,
     .max = 1},
    {.key = "net_bits",
     .unit = "",
     .help = "",
     .type = CIM_INTEGER,
     .flags = CIM_PARAM_FROM_NETWORK,
     .min = 1,
     .max = 16,
     .index_set = "layer",
     .overrides = "bits"},
    {.key = "four",
     .unit = "",
     .help = "",
     .type = CIM_INTEGER,
     .default_value = 1,
     .min = 0,
     .max = 99,
     .length = 4},
    {.key = "wide",
     .unit = "",
     .help = "",
     .type = CIM_INTEGER,
     .default_value = 5,
     .min = -1e6,
     .max = 1e6}};
enum { ROWS, X_V, ADC, GATED, NODE_NM, NEED, NET_BITS, FOUR, WIDE };

static inline bool open_rig(rig *r, const char *workload, const char *hwmodel) {
    text source = {0};
    rig_start(r);
    r->workload.is.params = (cim_param_table)RIG_TABLE(workload_params);
    r->workload.is.index_sets = (cim_index_set_table)RIG_TABLE(sets);
    r->hwmodel.is.params = (cim_param_table)RIG_TABLE(hwmodel_params);
    text_add(&source, "workload = { plugin = \"w\"; %s };\nhwmodel = { plugin = \"h\"; %s };\n",
             workload, hwmodel);
    bool good = rig_open(r, text_of(&source));
    text_free(&source);
    return good;
}

static inline void open_good(rig *r, const char *workload, const char *hwmodel) {
    bool good = open_rig(r, workload, hwmodel);
    assert_good(good, &r->f);
}

static inline void refuse(const char *workload, const char *hwmodel, const char *piece) {
    rig r;
    bool good = open_rig(&r, workload, hwmodel);
    if (good) print_error("passed: %s %s\n", workload, hwmodel);
    assert_refused(good, &r.f, piece);
    rig_close(&r);
}

/* Of the hardware model, which needs NEED. */
static inline void refuse_hw(const char *hwmodel, const char *piece) {
    text all = {0};
    text_add(&all, "need = 1; %s", hwmodel);
    refuse("", text_of(&all), piece);
    text_free(&all);
}
#endif
