/* What libconfig 1.5 gets wrong in a list of layers, or takes very long for, found in the text
 * before it reads it: integers that it would cut silently, files that include others, groups of so
 * many keys or depths that reading them takes minutes or the stack. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "table.h"

enum { MAX_DEPTH = 8, MAX_KEYS = 64, MAX_VALUES = 64 * MAX_ROWS };

typedef struct scan {
    const table *t;
    const char *at;
    uint32_t line, depth, values;
    uint32_t keys[MAX_DEPTH + 1];    /* in the group at each depth */
} scan;

static void skip_comment(scan *s) {
    if (s->at[1] == '*' && *s->at == '/') {
        for (s->at += 2; *s->at && !(s->at[0] == '*' && s->at[1] == '/'); ++s->at)
            s->line += *s->at == '\n';
        if (*s->at) s->at += 2;
    } else {
        while (*s->at && *s->at != '\n') ++s->at;
    }
}

static void skip_string(scan *s) {
    for (++s->at; *s->at && *s->at != '"'; ++s->at) {
        s->line += *s->at == '\n';
        if (*s->at == '\\' && s->at[1]) s->line += *++s->at == '\n';
    }
    if (*s->at) ++s->at;
}

static int goes_on(const char *at) {
    if (isalnum((unsigned char)*at) || *at == '.') return 1;
    return (*at == '+' || *at == '-') && tolower((unsigned char)at[-1]) == 'e';
}

/* A number as libconfig writes it; only integers can be cut. */
static cim_status check_number(scan *s) {
    char token[40];
    size_t n = 0;
    do {
        if (n + 1 < sizeof token) token[n++] = *s->at;
    } while (goes_on(++s->at));
    token[n] = '\0';
    const char *const digits = token + (*token == '+' || *token == '-');
    const size_t n_digits = strspn(digits, "0123456789");
    const char end = (char)toupper((unsigned char)digits[n_digits]);
    if (n_digits == 1 && end == 'X')
        return table_refuse(s->t, s->line, "%s: write it in decimal", token);
    if (end && end != 'L') return CIM_OK; /* a real */
    if (n_digits > 18) return table_refuse(s->t, s->line, "%s: does not fit in 64 bits", token);
    if (!end && strtoll(digits, NULL, 10) > INT32_MAX)
        return table_refuse(s->t, s->line, "%s: does not fit in 32 bits; an L behind it makes it "
                            "a 64-bit integer", token);
    return CIM_OK;
}

static cim_status check_mark(scan *s) {
    const char c = *s->at++;
    if (c == '\n') ++s->line;
    if (c == '@') return table_refuse(s->t, s->line, "@: no file may be included here");
    if (strchr("{([", c)) {
        if (++s->depth > MAX_DEPTH)
            return table_refuse(s->t, s->line, "nested more than %d deep", MAX_DEPTH);
        s->keys[s->depth] = 0;
    }
    if (strchr("})]", c) && s->depth) --s->depth;
    if ((c == '=' || c == ':') && ++s->keys[s->depth] > MAX_KEYS)
        return table_refuse(s->t, s->line, "more than %d keys in one group", MAX_KEYS);
    if (strchr("=:,{([", c) && ++s->values > MAX_VALUES)
        return table_refuse(s->t, s->line, "more than %d values: a network has at most %d layers",
                            MAX_VALUES, MAX_ROWS);
    return CIM_OK;
}

cim_status scan_listing(const table *t, const char *source) {
    scan s = {.t = t, .at = source, .line = 1};
    cim_status status = CIM_OK;
    while (*s.at && status == CIM_OK) {
        const unsigned char c = (unsigned char)*s.at, next = (unsigned char)s.at[1];
        if (c == '#' || (c == '/' && (next == '/' || next == '*'))) skip_comment(&s);
        else if (c == '"') skip_string(&s);
        else if (isdigit(c) || (strchr("+-.", c) && isdigit(next))) status = check_number(&s);
        else if (isalpha(c) || c == '*')
            while (*s.at && (isalnum((unsigned char)*s.at) || strchr("_*-", *s.at))) ++s.at;
        else status = check_mark(&s);
    }
    return status;
}
