#include "config_traps.h"
#include "memory.h"
#include "text.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_DEPTH = 64, MAX_INCLUDES = 10, MAX_TOKEN = 65536 };

typedef struct level {
    char opener, first_kind; /* first_kind: 'i'nteger or 'r'eal, of an array's first element */
    char key[128];
} level;

/* A key of a group that is open. */
typedef struct seen {
    char name[128];
    int depth;
    unsigned line;
} seen;

typedef struct scan {
    const char *path, *folder, *at;
    unsigned line;
    int depth, includes;
    level levels[MAX_DEPTH]; /* the outer ones, where there are more */
    char key[128]; /* the last name before '=' or ':' */
    seen *keys;
    size_t n_keys;
    failure *f;
} scan;

static bool scan_file(const char *path, const char *folder, int includes, failure *f);

static void key_path(const scan *s, text *out) {
    for (int i = 0; i < s->depth && i < MAX_DEPTH; i++)
        if (s->levels[i].key[0]) text_add(out, "%s.", s->levels[i].key);
    if (s->key[0]) text_add(out, "%s", s->key);
    else if (out->length) out->chars[--out->length] = '\0';
}

static bool trap(scan *s, const char *token, const char *rule) {
    text key = {0};
    key_path(s, &key);
    fail(s->f, STATUS_WRONG, "%s:%u: %s: %s: %s", s->path, s->line, text_of(&key), token, rule);
    text_free(&key);
    return false;
}

static void skip_comment(scan *s) {
    if (s->at[0] == '/' && s->at[1] == '*') {
        const char *end = strstr(s->at + 2, "*/");
        for (; *s->at && s->at != end; s->at++) s->line += *s->at == '\n';
        if (*s->at) s->at += 2;
    } else {
        while (*s->at && *s->at != '\n') s->at++;
    }
}

static void skip_string(scan *s) {
    for (s->at++; *s->at && *s->at != '"'; s->at++) {
        s->line += *s->at == '\n';
        if (*s->at == '\\' && s->at[1]) s->at++;
    }
    if (*s->at) s->at++;
}

static bool scan_included(scan *s, const char *path) {
    struct stat st;
    if (access(path, R_OK) != 0) /* libconfig says so, and not of which file */
        return fail(s->f, STATUS_WRONG, "%s:%u: @include: %s: %s", s->path, s->line, path,
                    strerror(errno));
    if (stat(path, &st) == 0 && S_ISDIR(st.st_mode)) /* libconfig would end the program */
        return fail(s->f, STATUS_WRONG, "%s:%u: @include: %s: Is a directory", s->path, s->line,
                    path);
    if (stat(path, &st) == 0 && !S_ISREG(st.st_mode)) /* it is read more than once */
        return fail(s->f, STATUS_WRONG, "%s:%u: @include: %s: is a pipe or a device, not a file",
                    s->path, s->line, path);
    if (s->includes >= MAX_INCLUDES)
        return fail(s->f, STATUS_WRONG, "%s:%u: files include each other more than %d deep",
                    s->path, s->line, MAX_INCLUDES);
    return scan_file(path, s->folder, s->includes + 1, s->f);
}

static bool scan_include(scan *s) {
    const char *start = strchr(s->at, '"'), *end = start ? strchr(start + 1, '"') : NULL;
    const char *line_end = s->at + strcspn(s->at, "\n");
    if (!end || end > line_end)
        return fail(s->f, STATUS_WRONG, "%s:%u: @include needs the name of a file in quotes",
                    s->path, s->line);
    text path = {0};
    if (start[1] != '/') text_add(&path, "%s/", s->folder);
    text_add_bytes(&path, start + 1, (size_t)(end - start - 1));
    const bool good = scan_included(s, text_of(&path));
    text_free(&path);
    s->at = end + 1;
    return good;
}

/* The token is a plain integer: does it fit the type that libconfig gives it? */
static bool check_integer(scan *s, const char *token) {
    char *end;
    int base = token[0] == '0' && (token[1] == 'x' || token[1] == 'X') ? 16 : 10;
    errno = 0;
    long long value = strtoll(token, &end, base);
    bool wide = *end == 'L';
    if (errno == ERANGE) return trap(s, token, "does not fit in 64 bits");
    if (!wide && (value < INT32_MIN || value > INT32_MAX))
        return trap(s, token, "does not fit in 32 bits; an L behind it makes it a 64-bit integer");
    return true;
}

static bool check_array_element(scan *s, const char *token, char kind) {
    level *array = &s->levels[s->depth - 1];
    if (!array->first_kind) array->first_kind = kind;
    if (array->first_kind == kind) return true;
    char rule[160];
    if (strchr("iw", kind) && strchr("iw", array->first_kind))
        snprintf(rule, sizeof rule,
                 "all elements of an array have one type: write an L behind each, as in %s%s",
                 token, kind == 'i' ? "L" : "");
    else if (kind != 'r')
        snprintf(rule, sizeof rule, "all elements of an array have one type: write %s.0", token);
    else
        snprintf(rule, sizeof rule, "all elements of an array have one type, and the first is an "
                                    "integer: write that with .0");
    return trap(s, token, rule);
}

static bool scan_number(scan *s) {
    char token[64];
    size_t n = 0;
    while (isalnum((unsigned char)*s->at) || *s->at == '.' ||
           ((*s->at == '+' || *s->at == '-') &&
            (n == 0 || tolower((unsigned char)s->at[-1]) == 'e'))) {
        if (n + 1 < sizeof token) token[n++] = *s->at;
        s->at++;
    }
    token[n] = '\0';
    bool hexadecimal = n > 1 && token[0] == '0' && (token[1] == 'x' || token[1] == 'X');
    char kind = !hexadecimal && strpbrk(token, ".eE") ? 'r' : 'i';
    if (kind == 'i' && !check_integer(s, token)) return false;
    if (kind == 'r' && !isfinite(strtod(token, NULL)))
        return trap(s, token, "does not fit a real number");
    if (kind == 'i' && n && token[n - 1] == 'L') kind = 'w'; /* 64 bits */
    if (s->depth > 0 && s->depth <= MAX_DEPTH && s->levels[s->depth - 1].opener == '[')
        return check_array_element(s, token, kind);
    return true;
}

/* libconfig says that a key is there twice, but not which. */
static bool note_key(scan *s) {
    for (size_t i = s->n_keys; i > 0 && s->keys[i - 1].depth == s->depth; i--) {
        text key = {0};
        if (strcmp(s->keys[i - 1].name, s->key) != 0) continue;
        key_path(s, &key);
        fail(s->f, STATUS_WRONG, "%s:%u: %s: is there twice, the first time on line %u", s->path,
             s->line, text_of(&key), s->keys[i - 1].line);
        text_free(&key);
        return false;
    }
    MEMORY_ROOM(s->keys, s->n_keys);
    seen *key = &s->keys[s->n_keys++];
    *key = (seen){.depth = s->depth, .line = s->line};
    memcpy(key->name, s->key, sizeof key->name);
    return true;
}

static bool scan_name(scan *s) {
    size_t n = 0;
    char name[sizeof s->key];
    while (isalnum((unsigned char)*s->at) || strchr("_-*", *s->at)) {
        if (!*s->at) break;
        if (n + 1 < sizeof name) name[n++] = *s->at;
        s->at++;
    }
    name[n] = '\0';
    const char *next = s->at + strspn(s->at, " \t\r\n");
    if (*next != '=' && *next != ':') return true;
    memcpy(s->key, name, n + 1);
    return note_key(s);
}

static void open_or_close(scan *s, char c) {
    if (strchr("{([", c)) {
        if (s->depth++ >= MAX_DEPTH) return;
        level *l = &s->levels[s->depth - 1];
        l->opener = c;
        l->first_kind = 0;
        memcpy(l->key, s->key, sizeof l->key);
        s->key[0] = '\0';
    } else if (s->depth > 0) {
        while (s->n_keys && s->keys[s->n_keys - 1].depth == s->depth) s->n_keys--;
        if (--s->depth < MAX_DEPTH) memcpy(s->key, s->levels[s->depth].key, sizeof s->key);
    }
}

/* libconfig's scanner begins a token anew with each few kilobytes that it reads of it: of ten
 * megabytes it would take a minute. (Long comments between slash and star are none.) */
static bool check_token(const scan *s, const char *token, unsigned line) {
    const size_t n = (size_t)(s->at - token);
    if (n <= MAX_TOKEN || strncmp(token, "/*", 2) == 0) return true;
    return fail(s->f, STATUS_WRONG, "%s:%u: %.20s...: %zu bytes in one: a text, name, number, "
                "comment or row of blanks must be at most %d", s->path, line, token, n, MAX_TOKEN);
}

static bool scan_text(scan *s) {
    while (*s->at) {
        const char *const token = s->at;
        const unsigned line = s->line;
        char c = *s->at;
        bool good = true;
        if (c == '#' || (c == '/' && (s->at[1] == '/' || s->at[1] == '*'))) skip_comment(s);
        else if (c == '"') skip_string(s);
        else if (c == '@' && strncmp(s->at, "@include", 8) == 0) good = scan_include(s);
        else if (isdigit((unsigned char)c) ||
                 (strchr("+-.", c) && (isdigit((unsigned char)s->at[1]) || s->at[1] == '.')))
            good = scan_number(s);
        else if (isalpha((unsigned char)c) || c == '*') good = scan_name(s);
        else if (strchr(" \t\f", c)) s->at += strspn(s->at, " \t\f");
        else {
            if (strchr("{([])}", c)) open_or_close(s, c);
            s->line += c == '\n';
            s->at++;
        }
        if (!good || !check_token(s, token, line)) return false;
    }
    return true;
}

static char *read_whole(const char *path, size_t *size, int *error) {
    FILE *file = fopen(path, "rb");
    if (!file) return NULL;
    text all = {0};
    char buffer[4096];
    size_t n;
    while ((n = fread(buffer, 1, sizeof buffer, file)) > 0) text_add_bytes(&all, buffer, n);
    *error = ferror(file) ? errno : 0;
    fclose(file);
    *size = all.length;
    return all.chars ? all.chars : memory_text("");
}

static bool scan_file(const char *path, const char *folder, int includes, failure *f) {
    size_t size;
    int error;
    char *source = read_whole(path, &size, &error);
    if (!source) return true; /* libconfig reports it */
    if (error) { /* which libconfig would end the program at, too */
        free(source);
        return fail(f, STATUS_WRONG, "%s: %s", path, strerror(error));
    }
    if (strlen(source) < size) {
        free(source);
        return fail(f, STATUS_WRONG, "%s: holds a zero byte: is it a text?", path);
    }
    if (strncmp(source, "\xef\xbb\xbf", 3) == 0) { /* as some editors for Windows save it */
        free(source);
        return fail(f, STATUS_WRONG, "%s:1: begins with a byte order mark, which no config may "
                    "have: save it as UTF-8 without one", path);
    }
    scan s = {
        .path = path, .folder = folder, .at = source, .line = 1, .includes = includes, .f = f};
    bool good = scan_text(&s);
    free(s.keys);
    free(source);
    return good;
}

bool config_traps(const char *path, const char *folder, failure *f) {
    return scan_file(path, folder, 0, f);
}

bool config_traps_text(const char *name, const char *key, const char *value, failure *f) {
    scan s = {
        .path = name, .folder = ".", .at = value, .line = 1, .includes = MAX_INCLUDES, .f = f};
    snprintf(s.key, sizeof s.key, "%s", key);
    const bool good = scan_text(&s);
    free(s.keys);
    return good;
}
