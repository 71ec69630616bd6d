/* Processes and cells from files: every refusal names file, line, key and rule. */
#include "data_file_fixture.h"

typedef const char *(*writer)(const char *key, const char *value);

static cim_status read_any(writer with, const char *text) {
    cim_process p;
    cim_cell c;
    return with == process_with ? read_process(text, &p) : read_cell(text, &c);
}

/* Line 0 is that of the key. */
static void each_key(writer with, const entry *entries, size_t n) {
    for (size_t i = 0; i < n; ++i) {
        const char *key = entries[i].key;
        const uint32_t line = (uint32_t)i + 1;
        const int is_text = entries[i].value[0] == '"', is_group = entries[i].value[0] == '{';
        char several[64];
        if (entries[i].needed) {
            assert_int_equal(read_any(with, with(key, NULL)), CIM_E_CONFIG);
            said(0, key);
        }
        assert_int_equal(read_any(with, with(key, is_text ? "5" : "\"five\"")), CIM_E_CONFIG);
        said(line, key);
        if (is_text || is_group) continue;
        const int is_array = entries[i].value[0] == '[';
        for (int k = 0; k < 2; ++k) {
            const char *value = k ? "-1.0" : "1e30";
            snprintf(several, sizeof several, is_array ? "[%s, %s, %s]" : "%s", value, value,
                     value);
            assert_int_equal(read_any(with, with(key, several)), CIM_E_CONFIG);
            said(line, k ? " = -1: must be a number" : " = 1e+30: must be a number");
            said(line, key);
        }
        assert_int_equal(read_any(with, with(key, is_array ? "[1.0, 1.0]" : "[1.0]")),
                         CIM_E_CONFIG);
        said(line, is_array ? "must be 3 numbers" : "must be a number");
        assert_int_equal(read_any(with, with(key, "1e999")), CIM_E_CONFIG);   /* infinity */
        assert_int_equal(read_any(with, with(key, "nan")), CIM_E_CONFIG);
        said(line, "syntax error");
    }
}

static void refused_keys(void **state) {
    (void)state;
    each_key(process_with, process_entries, COUNT(process_entries));
    each_key(cell_with, cell_entries, COUNT(cell_entries));
}

typedef struct mistake {
    writer with;
    const char *key, *value;
    uint32_t line;
    const char *says;
} mistake;

static void refused_values(void **state) {
    (void)state;
    static const char fit[] = "sar_bit_w = 0; sar_base_w = 0; sar_scale_w = 0; sar_decay = 0; "
        "time_load_f = 0; time_excess_s = 0; time_knee_ohm = 0; power_scale_w = 0; "
        "power_decay = 0; ";
    static char groups[5][512];
    static const char *const ends[5] = {
        "time_s = ( [1e-8, 0.0, 0.0] ); power_w = ( ); }",
        "time_s = ( [1e-8, 0.0, 0.0], [1e-8, 0.0, 0.0] ); power_w = ( [1.0, 0.0, 0.0] ); }",
        "time_s = ( [1.0, 0.0, 0.0, 9.0], [1.0, 0.0, 0.0, 8.0], [1.0, 0.0, 0.0] ); }",
        "time_s = ( [1.0, 0.0, 0.0] ); power_w = ( (1.0, \"x\", 0.0) ); }",
        "times = 3; }"};
    for (int i = 0; i < 5; ++i) snprintf(groups[i], sizeof groups[i], "{ %s%s", fit, ends[i]);
    const mistake rows[] = {
        {process_with, "vdd_v", "1.0; vdd = 1.0", 4, "vdd: no such key of a process"},
        {process_with, "vdd_v", "1.0; vdd_v = 1.0", 4, "duplicate setting name"},
        {process_with, "vdd_v", "true", 4, "vdd_v: must be a number"},
        {process_with, "source", "\" \"", 1, "source"},
        {process_with, "roadmap", "\"hp\"", 2, "\"low_standby_power\", \"high_performance\""},
        {process_with, "off_p_a_per_m", "[2e-4, 2e-3, 2e-2]; on_p_a_per_w = 1", 14,
         "on_p_a_per_w: no such key of a process"},
        {process_with, "on_p_a_per_m", "[400, 300, 1]", 0, NULL},
        {process_with, "node_nm", "9999999999", 3, "write it as a real number"},
        {process_with, "node_nm", "0x1C", 3, "write it as a real number"},
        {process_with, "node_nm", "28;\n@include \"other.cfg\"", 4, "no file may be included"},
        {process_with, "node_nm", "28;\n/* a\nb */ c", 5, "syntax error"},
        {process_with, "fin_thickness_m", NULL, 0, "all three (fins), or none"},
        {process_with, "cell_fins", NULL, 0, "all three (fins), or none"},
        {process_with, "converter", "{ }", 0, "time_load_f: missing"},
        {process_with, "converter", groups[0], 36, "power_w: must be a list of 1 to 3 pieces"},
        {process_with, "converter", groups[1], 36, "time_s: a piece is"},
        {process_with, "converter", groups[2], 36, "time_s: below must rise"},
        {process_with, "converter", groups[3], 36, "power_w: must be a number"},
        {process_with, "converter", groups[4], 36, "times: no such key of a process's converter"},
        {cell_with, "access", "\"2T2R\"", 2, "\"1T1R\", \"1T\", \"cross_point\""},
        {cell_with, "max_bits", "1.5", 10, "max_bits = 1.5: must be a whole number"},
        {cell_with, "cell_height_f", NULL, 0, "needs height and width, or the area"},
        {cell_with, "cell_height_f", "6; cell_area_f2 = 48", 0, "needs height and width, or the"},
        {cell_with, "on_off_ratio", "50; node_nm = 28", 4, "node_nm: no such key of a cell"},
    };
    for (size_t i = 0; i < COUNT(rows); ++i) {
        const cim_status status = read_any(rows[i].with, rows[i].with(rows[i].key, rows[i].value));
        if (!rows[i].says) {   /* fine, and next to the one below */
            assert_int_equal(status, CIM_OK);
            continue;
        }
        if (status != CIM_E_CONFIG) fail_msg("%s = %s passed", rows[i].key, rows[i].value);
        said(rows[i].line, rows[i].says);
    }
    char text[MAX_TEXT];
    cim_process p;
    snprintf(text, sizeof text, "%s", process_with("on_p_a_per_m", "[400, 300, 1]"));
    char *off = strstr(text, "2e-2");
    memcpy(off, "2e+0", 4);
    assert_int_equal(read_process(text, &p), CIM_E_CONFIG);
    said(13, "must be below the on currents");
}

/* What is refused leaves *out as it was. */
static void untouched(void **state) {
    (void)state;
    cim_process p = {.node_nm = 7};
    cim_cell c = {.on_off_ratio = 7};
    assert_int_equal(read_process(process_with("cell_fins", NULL), &p), CIM_E_CONFIG);
    assert_int_equal(read_cell(cell_with("cell_width_f", NULL), &c), CIM_E_CONFIG);
    assert_true(p.node_nm == 7 && p.vdd_v == 0 && c.on_off_ratio == 7 && c.on_resistance_ohm == 0);
}

static void files(void **state) {
    (void)state;
    static char large[(1 << 16) + 1];
    cim_cell c;
    assert_int_equal(cim_cell_read(&host.host, "/no/such/file.cfg", &c), CIM_E_FILE);
    assert_string_equal(host.message, "/no/such/file.cfg: No such file or directory");
    assert_int_equal(cim_cell_read(&host.host, folder, &c), CIM_E_FILE);
    assert_non_null(strstr(host.message, "cannot be read"));
    memset(large, '\n', sizeof large);
    put(large, sizeof large);
    assert_int_equal(cim_cell_read(&host.host, path, &c), CIM_E_FILE);
    said(0, "at most 64 KiB");
    put("access = \"1T\";\0", 15);
    assert_int_equal(cim_cell_read(&host.host, path, &c), CIM_E_FILE);
    said(0, "is no text");
    assert_int_equal(read_cell("", &c), CIM_E_CONFIG);
    said(0, "source: missing");
    assert_int_equal(read_cell("/* \"no end", &c), CIM_E_CONFIG);
    assert_int_equal(read_cell("\nsource = \"no end;\n\n", &c), CIM_E_CONFIG);
    said(2, "a text without its closing quotes");
    assert_int_equal(read_cell("source = \"no end\\\"", &c), CIM_E_CONFIG);
    said(1, "a text without its closing quotes");
    assert_int_equal(read_cell("n = 12345678901", &c), CIM_E_CONFIG);
    said(1, "12345678901: write it as a real number");
    fake_host poor;
    fake_host_start(&poor);
    poor.fail_at = 0;
    put("", 0);
    assert_int_equal(cim_cell_read(&poor.host, path, &c), CIM_E_MEMORY);
    assert_int_equal(poor.live, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refused_keys),
        cmocka_unit_test(refused_values),
        cmocka_unit_test(untouched),
        cmocka_unit_test(files),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
