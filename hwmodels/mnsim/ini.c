/* [Section], Key = Value or Key = Value, Value; # and ; begin a line that is a comment. */
#include "ini.h"

#include <cim_sdk/text.h>
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_CHARS = 4096, MOST_SHOWN = 200, MOST_LINES = 100000 };

typedef struct reader {
    const cim_host *host;
    mnsim_defaults *defaults;
    const char *file;
    uint32_t line;
    const char *section;             /* one of those of the parameters; NULL: none yet */
    uint32_t set_in[MNSIM_N_PARAMS]; /* line that set it; 0: none */
} reader;

CIM_PRINTF(2, 3)
static cim_status refuse(const reader *r, const char *format, ...) {
    char why[CIM_MAX_TEXT / 2];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(why, sizeof why, format, arguments);
    va_end(arguments);
    return cim_failf(r->host, CIM_E_CONFIG, "%s:%u: %s", r->file, r->line, why);
}

/* Takes the white space off both ends. */
static char *trim(char *text) {
    while (isspace((unsigned char)*text)) ++text;
    char *end = text + strlen(text);
    while (end > text && isspace((unsigned char)end[-1])) --end;
    *end = '\0';
    return text;
}

static cim_status read_section(reader *r, char *text) {
    char *end = strchr(text, ']');
    if (!end || end[1]) return refuse(r, "%.80s: a section is a line [name]", text);
    *end = '\0';
    for (uint32_t id = 0; id < MNSIM_N_PARAMS; ++id) {
        const char *section = mnsim_section(id);
        if (!section || strcmp(section, text + 1)) continue;
        r->section = section;
        return CIM_OK;
    }
    return refuse(r, "[%.80s]: MNSIM has no such section", text + 1);
}

/* Four keys of the section before stand in this one, too, and MNSIM reads only those. */
static int is_unused_twin(const char *section, const char *key) {
    static const char *const twins[] = {"Tile_outBuf_Size", "Tile_outBuf_Area", "DFU_Buf_Size",
                                        "DFU_Buf_Area"};
    if (strcmp(section, MNSIM_TILE)) return 0;
    for (uint32_t i = 0; i < sizeof twins / sizeof twins[0]; ++i)
        if (!strcmp(twins[i], key)) return 1;
    return 0;
}

static uint32_t find(const reader *r, const char *key) {
    for (uint32_t id = 0; id < MNSIM_N_PARAMS; ++id) {
        const char *section = mnsim_section(id);
        if (section && !strcmp(section, r->section) && !strcmp(mnsim_params[id].key, key))
            return id;
    }
    return MNSIM_N_PARAMS;
}

static cim_status read_name(const reader *r, uint32_t id, const char *word, double *out) {
    const cim_param *p = &mnsim_params[id];
    for (uint32_t i = 0; i < p->n_levels; ++i)
        if (!strcmp(p->names[i], word)) {
            *out = i;
            return CIM_OK;
        }
    return refuse(r, "%s = %.80s: must be %s or %s", p->key, word, p->names[0], p->names[1]);
}

static cim_status read_number(const reader *r, uint32_t id, const char *word, double *out) {
    const cim_param *p = &mnsim_params[id];
    char *end;
    if (p->type == CIM_CATEGORY) return read_name(r, id, word, out);
    const double value = strtod(word, &end);
    if (end == word || *end || !isfinite(value) || strpbrk(word, "xX"))
        return refuse(r, "%s = %.80s: must be a number", p->key, word);
    if (p->type == CIM_INTEGER && value != floor(value))
        return refuse(r, "%s = %.80s: must be a whole number", p->key, word);
    int allowed = value >= p->min && value <= p->max;
    if (p->levels) {
        allowed = 0;
        for (uint32_t i = 0; i < p->n_levels; ++i) allowed = allowed || p->levels[i] == value;
    }
    if (!allowed)
        return refuse(r, "%s = %.80s: outside of %g..%g, or not of MNSIM's table", p->key, word,
                      p->min, p->max);
    *out = value;
    return CIM_OK;
}

/* Values between commas. */
static cim_status read_values(const reader *r, uint32_t id, char *text) {
    const uint32_t most = mnsim_length(id);
    double numbers[MNSIM_LONGEST];
    uint32_t n = 0;
    for (char *next; text; text = next) {
        next = strchr(text, ',');
        if (next) *next++ = '\0';
        if (n == most)
            return refuse(r, "%s: more than %u values", mnsim_params[id].key, most);
        const cim_status status = read_number(r, id, trim(text), &numbers[n++]);
        if (status != CIM_OK) return status;
    }
    if (n < most && !mnsim_is_open_list(id))
        return refuse(r, "%s: needs %u values", mnsim_params[id].key, most);
    for (uint32_t e = 0; e < most; ++e)
        r->defaults->at[id][e] = e < n ? numbers[e] : (double)NAN;
    return CIM_OK;
}

static cim_status read_value(reader *r, char *text) {
    char *value = strpbrk(text, "=:");
    if (!value) return refuse(r, "%.80s: must be [section], key = value or # comment", text);
    *value++ = '\0';
    const char *key = trim(text);
    if (!r->section) return refuse(r, "%.80s: stands before the first [section]", key);
    const uint32_t id = find(r, key);
    if (id == MNSIM_N_PARAMS) {
        if (is_unused_twin(r->section, key)) return CIM_OK;
        return refuse(r, "%.80s: MNSIM has no such key in [%s]", key, r->section);
    }
    if (r->set_in[id]) return refuse(r, "%s: line %u has it already", key, r->set_in[id]);
    r->set_in[id] = r->line;
    return read_values(r, id, trim(value));
}

static cim_status read_line(reader *r, char *line) {
    if (r->line == 1 && !strncmp(line, "\xef\xbb\xbf", 3)) line += 3; /* a byte order mark */
    char *text = trim(line);
    if (!*text || *text == '#' || *text == ';') return CIM_OK;
    return *text == '[' ? read_section(r, text) : read_value(r, text);
}

cim_status mnsim_ini_read(const cim_host *host, const char *path, mnsim_defaults *defaults) {
    const size_t n = strlen(path);
    reader r = {.host = host, .defaults = defaults,
                .file = n < MOST_SHOWN ? path : path + n - MOST_SHOWN};
    FILE *file = fopen(path, "rb");
    if (!file) return cim_failf(host, CIM_E_FILE, "%s: %s", r.file, strerror(errno));
    char line[MOST_CHARS];
    cim_status status = CIM_OK;
    while (status == CIM_OK && fgets(line, sizeof line, file)) {
        ++r.line;
        if (r.line > MOST_LINES) status = refuse(&r, "too long for a configuration");
        else if (strlen(line) == sizeof line - 1) status = refuse(&r, "the line is too long");
        else status = read_line(&r, line);
    }
    if (status == CIM_OK && ferror(file))
        status = cim_failf(host, CIM_E_FILE, "%s: cannot be read", r.file);
    fclose(file);
    return status;
}
