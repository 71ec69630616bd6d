/* A network as a list of layers in a libconfig file (README.md). */
#include <string.h>

#include "listing.h"

/* ---- values ---------------------------------------------------------------------------------- */

config_setting_t *listing_get(const group *g, const char *key) {
    return config_setting_get_member(g->is, key);
}

uint32_t listing_line(const config_setting_t *s) {
    return config_setting_source_line(s);
}

cim_status listing_refuse(const group *g, const char *key, const char *format, ...) {
    char text[CIM_MAX_TEXT];
    const config_setting_t *s = listing_get(g, key);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return table_refuse(g->t, listing_line(s ? s : g->is), "%s%s%s", g->label, key, text);
}

static int is_integer(const config_setting_t *s) {
    const int type = config_setting_type(s);
    return type == CONFIG_TYPE_INT || type == CONFIG_TYPE_INT64;
}

static int64_t integer(const config_setting_t *s) {
    return config_setting_type(s) == CONFIG_TYPE_INT ? config_setting_get_int(s)
                                                     : config_setting_get_int64(s);
}

/* S, or an element of S, which is KEY. */
static cim_status take_integer(const group *g, const char *key, const config_setting_t *s,
                               int64_t min, int64_t max, int64_t *out) {
    if (!is_integer(s))
        return listing_refuse(g, key, ": must be a whole number %lld..%lld", (long long)min,
                              (long long)max);
    *out = integer(s);
    if (*out >= min && *out <= max) return CIM_OK;
    return listing_refuse(g, key, " = %lld: must be a whole number %lld..%lld", (long long)*out,
                          (long long)min, (long long)max);
}

cim_status listing_integer(const group *g, const char *key, int64_t min, int64_t max,
                           int64_t *out) {
    const config_setting_t *s = listing_get(g, key);
    return s ? take_integer(g, key, s, min, max, out) : CIM_OK;
}

cim_status listing_count(const group *g, const char *key, uint32_t min, uint32_t max,
                         uint32_t *out) {
    int64_t value = *out;
    const cim_status status = listing_integer(g, key, min, max, &value);
    *out = (uint32_t)value;
    return status;
}

cim_status listing_counts(const group *g, const char *key, uint32_t min, uint32_t max, uint32_t n,
                          uint32_t *out) {
    const config_setting_t *s = listing_get(g, key);
    if (!s) return CIM_OK;
    const int several = config_setting_is_array(s) || config_setting_is_list(s);
    if (several && config_setting_length(s) != (int)n)
        return listing_refuse(g, key, ": %d values: must be %u, or one for all",
                              config_setting_length(s), n);
    for (uint32_t i = 0; i < n; ++i) {
        int64_t value = 0;
        const config_setting_t *e = several ? config_setting_get_elem(s, i) : s;
        const cim_status status = take_integer(g, key, e, min, max, &value);
        if (status != CIM_OK) return status;
        out[i] = (uint32_t)value;
    }
    return CIM_OK;
}

cim_status listing_real(const group *g, const char *key, double min, double max, double *out) {
    const config_setting_t *s = listing_get(g, key);
    if (!s) return CIM_OK;
    if (!config_setting_is_number(s))
        return listing_refuse(g, key, ": must be a number %g..%g", min, max);
    *out = is_integer(s) ? (double)integer(s) : config_setting_get_float(s);
    if (*out >= min && *out <= max) return CIM_OK;
    return listing_refuse(g, key, " = %g: must be a number %g..%g", *out, min, max);
}

cim_status listing_flag(const group *g, const char *key, uint32_t *out) {
    const config_setting_t *s = listing_get(g, key);
    if (!s) return CIM_OK;
    if (config_setting_type(s) != CONFIG_TYPE_BOOL)
        return listing_refuse(g, key, ": must be true or false");
    *out = config_setting_get_bool(s) != 0;
    return CIM_OK;
}

cim_status listing_text(const group *g, const char *key, const char **out) {
    const config_setting_t *s = listing_get(g, key);
    if (!s) return CIM_OK;
    *out = config_setting_get_string(s);
    return *out ? CIM_OK : listing_refuse(g, key, ": must be a text in quotes");
}

/* ---- the top --------------------------------------------------------------------------------- */

static const char *const keys[] = {"name",        "input",      "dataset",        "trained",
                                   "weight_bits", "input_bits", "stated_weights", "stated_macs",
                                   "layers"};

static cim_status check_keys(const group *g) {
    for (int i = 0; i < config_setting_length(g->is); ++i) {
        const config_setting_t *s = config_setting_get_elem(g->is, (unsigned)i);
        uint32_t k = 0;
        while (k < sizeof keys / sizeof keys[0] && strcmp(config_setting_name(s), keys[k])) ++k;
        if (k == sizeof keys / sizeof keys[0])
            return table_refuse(g->t, listing_line(s),
                                "%.80s: unknown; there are name, input, dataset, trained, "
                                "weight_bits, input_bits, stated_weights, stated_macs, layers",
                                config_setting_name(s));
    }
    return CIM_OK;
}

static cim_status read_name(const group *g, const char *key, char *to) {
    const char *name = NULL;
    cim_status status = listing_text(g, key, &name);
    if (status == CIM_OK && name) {
        const uint32_t line = listing_line(listing_get(g, key));
        status = table_name(g->t, line, key, name, to, MAX_NAME);
    }
    return status;
}

static cim_status read_input(const group *g) {
    uint32_t shape[3] = {0, 0, 0};
    const config_setting_t *s = listing_get(g, "input");
    if (!s || !config_setting_is_aggregate(s))
        return listing_refuse(g, "input", ": must be [ channels, height, width ]");
    const cim_status status = listing_counts(g, "input", 1, MAX_SIZE, 3, shape);
    g->t->head.in_channels = shape[0];
    g->t->head.in_height = shape[1];
    g->t->head.in_width = shape[2];
    return status;
}

static cim_status read_total(const group *g, const char *key, uint64_t *out) {
    int64_t value = 0;
    const cim_status status = listing_integer(g, key, 1, INT64_C(1) << 53, &value);
    *out = (uint64_t)value;
    if (value) g->t->totals_line = listing_line(listing_get(g, key));
    return status;
}

/* What nobody reads would be paid for in silence. */
static cim_status check_readers(const table *t) {
    for (uint32_t i = 0; i < t->n_rows; ++i)
        for (uint32_t k = 0; k < t->rows[i].n_inputs; ++k)
            if (t->rows[i].inputs[k] != CIM_FROM_INPUT) ++t->rows[t->rows[i].inputs[k]].n_readers;
    for (uint32_t i = 0; i + 1 < t->n_rows; ++i)
        if (!t->rows[i].n_readers)
            return table_refuse(t, t->rows[i].line, "layer %s: no layer reads it, by from or as "
                                "the next one: only the last layer's output may be the network's",
                                t->rows[i].name);
    return CIM_OK;
}

static cim_status read_layers(const group *g) {
    uint32_t bits[2] = {DEFAULT_BITS, DEFAULT_BITS};
    const config_setting_t *layers = listing_get(g, "layers");
    cim_status status = listing_count(g, "weight_bits", 1, MAX_BITS, &bits[0]);
    if (status == CIM_OK) status = listing_count(g, "input_bits", 1, MAX_BITS, &bits[1]);
    if (status == CIM_OK && (!layers || !config_setting_is_list(layers)))
        return listing_refuse(g, "layers", ": must be a list ( { name = ...; op = ...; }, ... )");
    const int n = layers ? config_setting_length(layers) : 0;
    for (int i = 0; status == CIM_OK && i < n; ++i)
        status = listing_layer(g->t, config_setting_get_elem(layers, (unsigned)i), (uint32_t)i,
                               bits);
    return status == CIM_OK ? check_readers(g->t) : status;
}

static cim_status read_top(table *t, const config_t *config) {
    const group g = {.t = t, .is = config_root_setting(config)};
    cim_status status = check_keys(&g);
    if (status == CIM_OK) status = read_name(&g, "name", t->name);
    if (status == CIM_OK) status = read_name(&g, "dataset", t->dataset);
    if (status == CIM_OK) status = read_name(&g, "trained", t->trained);
    if (status == CIM_OK) status = read_input(&g);
    if (status == CIM_OK) status = read_total(&g, "stated_weights", &t->head.stated_weights);
    if (status == CIM_OK) status = read_total(&g, "stated_macs", &t->head.stated_macs);
    return status == CIM_OK ? read_layers(&g) : status;
}

cim_status listing_read(table *t, const char *source) {
    cim_status status = scan_listing(t, source);
    if (status != CIM_OK) return status;
    config_t config;
    config_init(&config);
    if (config_read_string(&config, source)) {
        status = read_top(t, &config);
    } else {
        const int line = config_error_line(&config);
        status = table_refuse(t, line > 0 ? (uint32_t)line : 1, "%s", config_error_text(&config));
    }
    config_destroy(&config);
    return status;
}
