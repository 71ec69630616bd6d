#include "suite.h"

#include <cim_sdk/rng.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- verdicts ------------------------------------------------------------------------------- */

static void say(check *c, verdict v, const char *format, va_list arguments) {
    vsnprintf(c->report->reason, sizeof c->report->reason, format, arguments);
    for (char *at = c->report->reason; *at; at++)
        if ((unsigned char)*at < ' ') *at = ' ';
    c->report->verdict = (int32_t)v;
}

_Noreturn void check_fail(check *c, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    say(c, FAILED, format, arguments);
    va_end(arguments);
    longjmp(c->end, 1);
}

_Noreturn void check_skip(check *c, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    say(c, SKIPPED, format, arguments);
    va_end(arguments);
    longjmp(c->end, 1);
}

_Noreturn void check_refused(check *c, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    say(c, c->variant ? SKIPPED : FAILED, format, arguments);
    va_end(arguments);
    longjmp(c->end, 1);
}

void check_warn(check *c, const char *format, ...) {
    if (c->report->verdict == WARNED) return;
    va_list arguments;
    va_start(arguments, format);
    say(c, WARNED, format, arguments);
    va_end(arguments);
}

/* ---- memory --------------------------------------------------------------------------------- */

/* Before every block, in a ring without a head: a block given back is taken out in one step. */
typedef struct check_block {
    struct check_block *before, *after;
    uint64_t mark;
    uint64_t reserved;  /* keeps what follows aligned for any type */
} check_block;

static const uint64_t lent_mark = 0x6c656e742d6f7574u, own_mark = 0x6f776e2d626c6f63u;

static void *new_block(check *c, size_t size, uint64_t mark) {
    check_block *b = memory_new(1, sizeof *b + size);
    b->mark = mark;
    b->after = c->memory;
    if (c->memory) c->memory->before = b;
    c->memory = b;
    return b + 1;
}

void *check_new(check *c, size_t count, size_t size) {
    return new_block(c, count * size, own_mark);
}

void *check_lend(check *c, size_t size) { return new_block(c, size, lent_mark); }

bool check_return(check *c, void *memory) {
    check_block *b = (check_block *)memory - 1;
    if (b->mark != lent_mark) return false;
    if (b->before) b->before->after = b->after;
    else c->memory = b->after;
    if (b->after) b->after->before = b->before;
    b->mark = 0;
    free(b);
    return true;
}

void check_free(check *c) {
    for (check_block *b = c->memory; b;) {
        check_block *after = b->after;
        free(b);
        b = after;
    }
    c->memory = NULL;
}

const char *check_text(check *c, const char *format, ...) {
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int n = vsnprintf(NULL, 0, format, arguments);
    char *chars = check_new(c, (size_t)n + 1, 1);
    vsnprintf(chars, (size_t)n + 1, format, again);
    va_end(again);
    va_end(arguments);
    return chars;
}

/* ---- numbers -------------------------------------------------------------------------------- */

uint64_t check_below(check *c, uint64_t n) { return cim_rng_below(&c->rng, n); }
double check_uniform(check *c) { return cim_rng_uniform(&c->rng); }

uint64_t digest_bytes(uint64_t digest, const void *bytes, size_t n) {
    const unsigned char *at = bytes;
    uint64_t x = digest ^ 0xcbf29ce484222325u; /* FNV-1a, 64 bits */
    for (size_t i = 0; i < n; i++) x = (x ^ at[i]) * 0x100000001b3u;
    return x;
}

uint64_t digest_numbers(uint64_t digest, const double *numbers, size_t n) {
    for (size_t i = 0; i < n; i++) {
        double x = isnan(numbers[i]) ? (double)NAN : numbers[i];
        digest = digest_bytes(digest, &x, sizeof x);
    }
    return digest;
}

bool same_number(double a, double b) {
    return (isnan(a) && isnan(b)) || memcmp(&a, &b, sizeof a) == 0;
}
