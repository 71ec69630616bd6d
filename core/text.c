#include "text.h"
#include "memory.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void make_room(text *t, size_t more) {
    if (t->length + more + 1 <= t->room) return;
    t->room = 2 * (t->length + more + 1);
    t->chars = memory_grow(t->chars, t->room, 1);
}

void text_add(text *t, const char *format, ...) {
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int n = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (n > 0) {
        make_room(t, (size_t)n);
        vsnprintf(t->chars + t->length, (size_t)n + 1, format, again);
        t->length += (size_t)n;
    }
    va_end(again);
}

void text_add_bytes(text *t, const char *bytes, size_t n) {
    make_room(t, n);
    if (n) memcpy(t->chars + t->length, bytes, n);
    t->length += n;
    t->chars[t->length] = '\0';
}

void text_clear(text *t) {
    t->length = 0;
    if (t->chars) t->chars[0] = '\0';
}

void text_free(text *t) {
    free(t->chars);
    *t = (text){0};
}

const char *text_of(const text *t) { return t->chars ? t->chars : ""; }

/* Bytes of the letter that begins at C; 0: none does. */
static size_t letter_size(const unsigned char *c) {
    if (*c < 0x80) return 1;
    const size_t n = *c < 0xc2 || *c > 0xf4 ? 0 : *c < 0xe0 ? 2 : *c < 0xf0 ? 3 : 4;
    for (size_t i = 1; i < n; i++)
        if ((c[i] & 0xc0) != 0x80) return 0;
    const bool too_long = (*c == 0xe0 && c[1] < 0xa0) || (*c == 0xf0 && c[1] < 0x90);
    const bool no_letter = (*c == 0xed && c[1] > 0x9f) || (*c == 0xf4 && c[1] > 0x8f);
    return too_long || no_letter ? 0 : n;
}

void text_make_utf8(char *chars) {
    while (*chars) {
        const size_t n = letter_size((const unsigned char *)chars);
        if (!n) *chars = '?';
        chars += n ? n : 1;
    }
}

static int small_integer(char out[NUMBER_SIZE], int64_t value) {
    char digits[NUMBER_SIZE];
    int n = 0, length = 0;
    uint64_t rest = value < 0 ? (uint64_t)-value : (uint64_t)value;
    do digits[n++] = (char)('0' + rest % 10);
    while ((rest /= 10) > 0);
    if (value < 0) out[length++] = '-';
    while (n > 0) out[length++] = digits[--n];
    out[length] = '\0';
    return length;
}

int number_text(char out[NUMBER_SIZE], double value) {
    if (value > -1e15 && value < 1e15 && value == (double)(int64_t)value &&
        !(value == 0 && signbit(value)))
        return small_integer(out, (int64_t)value);
    int length = snprintf(out, NUMBER_SIZE, "%.15g", value);
    if (strtod(out, NULL) != value) length = snprintf(out, NUMBER_SIZE, "%.17g", value);
    return length;
}

void text_add_figure(text *t, double value) {
    const double size = fabs(value);
    const bool whole = (value == floor(value) && size < 1e9) || (size >= 1e3 && size < 1e6);
    text_add(t, whole ? "%.0f" : "%.4g", value);
}

bool number_read(const char *chars, double *value) {
    char *end;
    if (!*chars || isspace((unsigned char)*chars)) return false;
    *value = strtod(chars, &end);
    return *end == '\0' && isfinite(*value);
}

bool natural_read(const char *chars, uint64_t *value) {
    char *end;
    if (*chars < '0' || *chars > '9') return false;
    errno = 0;
    *value = strtoull(chars, &end, 10);
    return *end == '\0' && errno == 0;
}

static const char *const prefixes[] = {"a", "f", "p", "n", "u", "m", "", "k", "M", "G", "T", "P"};
enum { N_PREFIXES = sizeof prefixes / sizeof *prefixes, NO_PREFIX = 6 };

double prefix_for(double value, const char **prefix) {
    static const double factors[] = {1e-18, 1e-15, 1e-12, 1e-9, 1e-6, 1e-3,
                                     1,     1e3,   1e6,   1e9,  1e12, 1e15};
    size_t i = 0;
    if (value == 0 || !isfinite(value)) i = NO_PREFIX;
    else
        while (i + 1 < N_PREFIXES && fabs(value) >= factors[i + 1]) i++;
    *prefix = prefixes[i];
    return factors[i];
}

bool unit_takes_prefix(const char *unit) {
    static const char *const units[] = {"J", "s", "W", "F", "ohm", "V", "A", "S", "Hz"};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strcmp(unit, units[i]) == 0) return true;
    return false;
}

double unit_prefix(const char *unit, double value, const char **prefix) {
    *prefix = "";
    return unit_takes_prefix(unit) ? prefix_for(value, prefix) : 1;
}

bool unit_read(const char *chars, const char *unit, int *exponent) {
    *exponent = 0;
    if (strcmp(chars, unit) == 0) return true;
    if (!unit_takes_prefix(unit) || !*chars || strcmp(chars + 1, unit) != 0) return false;
    for (int i = 0; i < N_PREFIXES; i++)
        if (prefixes[i][0] == chars[0]) {
            *exponent = 3 * (i - NO_PREFIX);
            return true;
        }
    return false;
}

/* Levenshtein distance, for names of at most 63 characters. */
static size_t distance(const char *a, const char *b) {
    size_t row[64], n = strlen(a), m = strlen(b);
    if (n > 63 || m > 63) return SIZE_MAX;
    for (size_t j = 0; j <= m; j++) row[j] = j;
    for (size_t i = 1; i <= n; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= m; j++) {
            size_t up = row[j], best = diagonal + (a[i - 1] != b[j - 1]);
            if (up + 1 < best) best = up + 1;
            if (row[j - 1] + 1 < best) best = row[j - 1] + 1;
            row[j] = best;
            diagonal = up;
        }
    }
    return row[m];
}

/* The shortest of the names that begin with NAME, which says something from three letters on. */
static const char *longer_name(const char *name, const char *const *names, size_t n) {
    const char *best = NULL;
    const size_t length = strlen(name);
    for (size_t i = 0; length > 2 && i < n; i++)
        if (strncmp(name, names[i], length) == 0 && (!best || strlen(names[i]) < strlen(best)))
            best = names[i];
    return best;
}

bool names_folder(const char *name) {
    for (const char *c = name; *c; c++)
        if ((unsigned char)*c < ' ' || *c == 127 || *c == '/') return false;
    return name[0] && name[0] != '.';
}

const char *nearest_name(const char *name, const char *const *names, size_t n) {
    const char *best = NULL;
    size_t least = strlen(name) / 3 + 2; /* more changes than this: not the same word */
    for (size_t i = 0; i < n; i++) {
        size_t d = distance(name, names[i]);
        if (d < least) {
            least = d;
            best = names[i];
        }
    }
    return best ? best : longer_name(name, names, n);
}
