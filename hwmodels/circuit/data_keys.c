/* Keys of a libconfig file that fill a struct. */
#include "data_keys.h"

#include <errno.h>
#include <string.h>

enum { MAX_BYTES = 1 << 16, MAX_SHOWN = 200 };

cim_status data_refuse(const data_file *f, uint32_t line, const char *format, ...) {
    char why[CIM_MAX_TEXT / 2];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(why, sizeof why, format, arguments);
    va_end(arguments);
    if (!line) return cim_failf(f->host, CIM_E_CONFIG, "%s: %s", f->name, why);
    return cim_failf(f->host, CIM_E_CONFIG, "%s:%u: %s", f->name, line, why);
}

uint32_t data_line(const config_setting_t *s) { return config_setting_source_line(s); }

const config_setting_t *data_member(const data_file *f, const char *name) {
    return config_setting_get_member(f->group, name);
}

/* ---- the text -------------------------------------------------------------------------------- */

/* Past a comment or a text in quotes at s, or s; NULL: the text has no end. */
static const char *skip(const char *s, uint32_t *line) {
    const char *end = s;
    if (*s == '#' || (*s == '/' && s[1] == '/')) return s + strcspn(s, "\n");
    if (*s == '/' && s[1] == '*') {
        end = strstr(s + 2, "*/");
        end = end ? end + 2 : s + strlen(s);
    } else if (*s == '"') {
        for (++end; *end && *end != '"'; ++end)
            if (*end == '\\' && end[1]) ++end;
        if (!*end++) return NULL;
    }
    for (; s < end; ++s) *line += *s == '\n';
    return end;
}

/* What libconfig would do without a word: cut an integer to 32 bits, include another file, leak a
 * text without an end. */
static cim_status check_text(const data_file *f, const char *s) {
    for (uint32_t line = 1; *s;) {
        const char *next = skip(s, &line);
        if (!next) return data_refuse(f, line, "a text without its closing quotes");
        const size_t digits = strspn(s, "0123456789");
        if (next == s && *s == '@') return data_refuse(f, line, "@: no file may be included here");
        const char end = s[digits];
        const int is_real = end == '.' || end == 'e' || end == 'E';
        if (digits && (end == 'x' || end == 'X' || (digits > 9 && !is_real)))
            return data_refuse(f, line, "%.*s: write it as a real number, 1.0e10",
                               digits < 40 ? (int)digits : 40, s);
        if (next == s && (digits || *s == '.')) next += strspn(s, "0123456789.eE+-xXL");
        else if (next == s) next += strspn(s, "abcdefghijklmnopqrstuvwxyz_0123456789"
                                              "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
        if (next == s) line += *next++ == '\n';
        s = next;
    }
    return CIM_OK;
}

static cim_status read_text(const data_file *f, const char *path, char *text) {
    FILE *file = fopen(path, "rb");
    if (!file) return cim_failf(f->host, CIM_E_FILE, "%s: %s", f->name, strerror(errno));
    const size_t n = fread(text, 1, MAX_BYTES, file);
    const int failed = ferror(file);
    fclose(file);
    text[n < MAX_BYTES ? n : MAX_BYTES - 1] = '\0';
    if (failed) return cim_failf(f->host, CIM_E_FILE, "%s: cannot be read", f->name);
    if (n == MAX_BYTES || strlen(text) < n)
        return cim_failf(f->host, CIM_E_FILE, "%s: is no text of at most 64 KiB", f->name);
    return check_text(f, text);
}

/* ---- values ---------------------------------------------------------------------------------- */

cim_status data_number(const data_file *f, const config_setting_t *s, const char *name, double min,
                       double max, double *out) {
    const int type = config_setting_type(s);
    if (!config_setting_is_number(s))
        return data_refuse(f, data_line(s), "%s: must be a number %g..%g", name, min, max);
    *out = type == CONFIG_TYPE_FLOAT ? config_setting_get_float(s)
         : type == CONFIG_TYPE_INT   ? (double)config_setting_get_int(s)
                                     : (double)config_setting_get_int64(s);
    if (*out >= min && *out <= max) return CIM_OK;
    return data_refuse(f, data_line(s), "%s = %g: must be a number %g..%g", name, *out, min, max);
}

static cim_status one_key(const data_file *f, const data_key *k, char *into) {
    const config_setting_t *s = data_member(f, k->name);
    if (!s && k->needed == DATA_NEEDED)
        return data_refuse(f, 0, "%s: missing: a %s needs it, %g..%g", k->name, f->what, k->min,
                           k->max);
    if (!s) return CIM_OK;
    const int several = config_setting_is_array(s) || config_setting_is_list(s);
    if (k->n > 1 && (!several || config_setting_length(s) != (int)k->n))
        return data_refuse(f, data_line(s), "%s: must be %u numbers, [ ... ]", k->name, k->n);
    for (uint32_t i = 0; i < k->n; ++i) {
        const config_setting_t *e = k->n > 1 ? config_setting_get_elem(s, i) : s;
        double value = 0;
        const cim_status status = data_number(f, e, k->name, k->min, k->max, &value);
        if (status != CIM_OK) return status;
        memcpy(into + k->at + i * k->step, &value, sizeof value);
    }
    return CIM_OK;
}

cim_status data_numbers(const data_file *f, const data_key *keys, uint32_t n, void *into) {
    cim_status status = CIM_OK;
    for (uint32_t i = 0; i < n && status == CIM_OK; ++i) status = one_key(f, &keys[i], into);
    return status;
}

void data_borrow(const data_file *f, const data_key *keys, uint32_t n, const void *from,
                 void *into) {
    for (uint32_t i = 0; i < n; ++i) {
        const data_key *k = &keys[i];
        if (k->needed != DATA_BORROWED || data_member(f, k->name)) continue;
        for (uint32_t e = 0; e < k->n; ++e)
            memcpy((char *)into + k->at + e * k->step, (const char *)from + k->at + e * k->step,
                   sizeof(double));
    }
}

cim_status data_word(const data_file *f, const char *name, const char *const *words, uint32_t n,
                     uint32_t *out) {
    const config_setting_t *s = data_member(f, name);
    const char *text = s ? config_setting_get_string(s) : NULL;
    char list[80] = "";
    for (*out = 0; *out < n; ++*out) {
        if (text && !strcmp(text, words[*out])) return CIM_OK;
        const size_t used = strlen(list);
        snprintf(list + used, sizeof list - used, "%s\"%s\"", *out ? ", " : "", words[*out]);
    }
    if (!s) return data_refuse(f, 0, "%s: missing: one of %s", name, list);
    return data_refuse(f, data_line(s), "%s: must be one of %s", name, list);
}

cim_status data_source(const data_file *f) {
    const config_setting_t *s = data_member(f, "source");
    const char *text = s ? config_setting_get_string(s) : NULL;
    if (text && text[strspn(text, " \t\n")]) return CIM_OK;
    return data_refuse(f, s ? data_line(s) : 0, "source: %s: a text that says where the figures "
                       "are from", s ? "must be given" : "missing");
}

cim_status data_known(const data_file *f, const data_key *keys, uint32_t n,
                      const char *const *others, uint32_t n_others) {
    for (int i = 0; i < config_setting_length(f->group); ++i) {
        const config_setting_t *s = config_setting_get_elem(f->group, (unsigned)i);
        const char *name = config_setting_name(s);
        uint32_t k = 0, o = 0;
        while (k < n && strcmp(name, keys[k].name)) ++k;
        while (o < n_others && strcmp(name, others[o])) ++o;
        if (k == n && o == n_others)
            return data_refuse(f, data_line(s), "%.80s: no such key of a %s", name, f->what);
    }
    return CIM_OK;
}

/* ---- the file -------------------------------------------------------------------------------- */

static cim_status parse(data_file *f, const char *text,
                        cim_status (*take)(const data_file *f, void *into), void *into) {
    cim_status status;
    config_init(&f->config);
    if (config_read_string(&f->config, text)) {
        f->group = config_root_setting(&f->config);
        status = take(f, into);
    } else {
        const int line = config_error_line(&f->config);
        status = data_refuse(f, line > 0 ? (uint32_t)line : 1, "%s", config_error_text(&f->config));
    }
    config_destroy(&f->config);
    return status;
}

cim_status data_read(const cim_host *host, const char *path, const char *what,
                     cim_status (*take)(const data_file *f, void *into), void *into) {
    const size_t n = strlen(path);
    data_file f = {.host = host, .what = what,
                   .name = n < MAX_SHOWN ? path : path + n - MAX_SHOWN};
    char *text = host->alloc(host, MAX_BYTES, 1);
    if (!text) return host->fail(host, CIM_E_MEMORY, "out of memory");
    cim_status status = read_text(&f, path, text);
    if (status == CIM_OK) status = parse(&f, text, take, into);
    host->release(host, text);
    return status;
}
