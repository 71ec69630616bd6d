/* data_file_fixture.h: files of a process and of a cell with every key, one a line, and the last
 * message that they were refused with. */
#ifndef DATA_FILE_FIXTURE_H
#define DATA_FILE_FIXTURE_H

#include "fake_host.h"

#include <cim_circuit/data_file.h>
#include <math.h>
#include <unistd.h>

enum { MAX_TEXT = 8192 };
static fake_host host;
static char folder[] = "/tmp/cimdse_data_XXXXXX", path[64];

static inline int start(void **state) {
    (void)state;
    fake_host_start(&host);
    if (!mkdtemp(folder)) return 1;
    snprintf(path, sizeof path, "%s/x.cfg", folder);
    return 0;
}

static inline int stop(void **state) {
    (void)state;
    unlink(path);
    return rmdir(folder) || host.live != 0;
}

static inline void put(const char *text, size_t n) {
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, n, file), n);
    assert_int_equal(fclose(file), 0);
}

static inline cim_status read_process(const char *text, cim_process *p) {
    put(text, strlen(text));
    return cim_process_read(&host.host, path, p);
}

static inline cim_status read_cell(const char *text, cim_cell *c) {
    put(text, strlen(text));
    return cim_cell_read(&host.host, path, c);
}

/* ---- the keys, and a file of them ------------------------------------------------------------ */

typedef struct entry { const char *key, *value; int needed; } entry;

/* A process of round numbers. */
static const entry process_entries[] = {
    {"source", "\"a test\"", 1}, {"roadmap", "\"high_performance\"", 1},
    {"node_nm", "28", 1}, {"vdd_v", "1.0", 1}, {"gate_f_per_m", "1e-9", 1},
    {"junction_f_per_m2", "7e-4", 1}, {"sidewall_f_per_m", "2e-10", 1},
    {"channel_sidewall_f_per_m", "4e-11", 1}, {"pn_ratio", "1.5", 1},
    {"resistance_factor", "1.25", 1}, {"on_n_a_per_m", "[700, 600, 500]", 1},
    {"on_p_a_per_m", "[400, 300, 200]", 1}, {"off_n_a_per_m", "[1e-4, 1e-3, 1e-2]", 1},
    {"off_p_a_per_m", "[2e-4, 2e-3, 2e-2]", 1}, {"gate_length_m", "3e-8", 1},
    {"poly_pitch_f", "4", 1}, {"cell_height_f", "25", 1}, {"wire_width_m", "5e-8", 1},
    {"wire_aspect", "1.75", 1}, {"wire_ohm_m", "3e-8", 1}, {"mismatch_v_m", "2e-9", 1},
    {"sram_cell_f2", "150", 1}, {"fin_effective_width_m", "1e-7", 0},
    {"fin_thickness_m", "8e-9", 0}, {"cell_fins", "3", 0},
    {"metal_width_m", "[6e-8, 7e-8, 8e-8]", 0}, {"metal_aspect", "[2.0, 2.5, 3.0]", 0},
    {"metal_ohm_m", "[3e-8, 2e-8, 1e-8]", 0}, {"sram_height_f", "10", 0},
    {"sram_width_f", "15", 0}, {"read_voltage_v", "0.5", 0}, {"mux_size", "7", 0},
    {"row_switch_size", "8", 0}, {"row_switch_share", "0.125", 0},
    {"drain_total_f_per_m", "5e-10", 0},
    {"converter", "{ time_load_f = 1e-15; time_excess_s = 1e-9; time_knee_ohm = 5e6; "
                  "power_scale_w = 2.0; power_decay = 3; sar_bit_w = 1e-6; sar_base_w = 2e-6; "
                  "sar_scale_w = 0.25; sar_decay = 2.5; "
                  "time_s = ( [1e-8, 2e-13, 0.0, 1e4], [3e-8, 0.0, -1e-9] ); "
                  "power_w = ( [4e-6, 0.0, 0.0] ); }", 0},
};
static const entry cell_entries[] = {
    {"source", "\"a test\"", 1}, {"access", "\"1T\"", 1}, {"on_resistance_ohm", "20000", 1},
    {"on_off_ratio", "50", 1}, {"read_voltage_v", "0.25", 1}, {"cell_height_f", "6", 1},
    {"cell_width_f", "8", 1}, {"write_voltage_v", "3", 0}, {"write_pulse_s", "1e-7", 0},
    {"max_bits", "2", 0}, {"read_noise_sd", "0.02", 0}, {"device_spread_sd", "0.04", 0},
};
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* One key a line, from line 1; that of CHANGED has VALUE, or is a comment where VALUE is NULL. */
static inline const char *file_of(const entry *entries, size_t n, const char *changed,
                                  const char *value) {
    static char text[MAX_TEXT];
    size_t used = 0;
    for (size_t i = 0; i < n; ++i) {
        const int is_it = changed && !strcmp(entries[i].key, changed);
        if (is_it && !value) used += (size_t)snprintf(text + used, sizeof text - used, "#\n");
        else used += (size_t)snprintf(text + used, sizeof text - used, "%s = %s;\n", entries[i].key,
                                      is_it ? value : entries[i].value);
        assert_true(used < sizeof text);
    }
    return text;
}

static inline const char *process_with(const char *key, const char *value) {
    return file_of(process_entries, COUNT(process_entries), key, value);
}

static inline const char *cell_with(const char *key, const char *value) {
    return file_of(cell_entries, COUNT(cell_entries), key, value);
}

/* The last message is "PATH:LINE: ..." (line 0: "PATH: ...") and holds PIECE. */
static inline void said(uint32_t line, const char *piece) {
    char begin[96];
    snprintf(begin, sizeof begin, line ? "%s:%u: " : "%s: ", path, line);
    if (strncmp(host.message, begin, strlen(begin)) || !strstr(host.message, piece))
        fail_msg("\"%s\" does not begin with \"%s\" and hold \"%s\"", host.message, begin, piece);
}
#endif
