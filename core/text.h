/* text.h: growing texts, numbers as text, and the nearest of several names. */
#ifndef TEXT_H
#define TEXT_H
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct text {
    char *chars; /* zero-terminated once something was added; NULL before */
    size_t length, room;
} text;

void text_add(text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_add_bytes(text *t, const char *bytes, size_t n);
void text_clear(text *t);                 /* keeps the room */
void text_free(text *t);
const char *text_of(const text *t);       /* "" when empty */

/* Bytes that are no UTF-8 become '?'. */
void text_make_utf8(char *chars);

enum { NUMBER_SIZE = 32 };
/* The shortest of %.15g and %.17g that reads back to the same bits; returns the length. */
int number_text(char out[NUMBER_SIZE], double value);
/* To four digits, and whole where that says all, or is long enough: 0.3697, 290080. */
void text_add_figure(text *t, double value);
/* All of CHARS is one finite number. */
bool number_read(const char *chars, double *value);
/* All of CHARS is one decimal integer 0 .. 2^64-1. */
bool natural_read(const char *chars, uint64_t *value);

/* Chooses the SI prefix that suits VALUE: its factor, and "n", "u", "m", "", "k" ... */
double prefix_for(double value, const char **prefix);
/* People write "uJ" and "ns", but not "kmm2" or "k1/s". */
bool unit_takes_prefix(const char *unit);
/* As prefix_for() where UNIT takes one, else 1 and "". */
double unit_prefix(const char *unit, double value, const char **prefix);
/* CHARS is UNIT, or UNIT with a prefix where it takes one: "uJ" is 10^-6 of "J". */
bool unit_read(const char *chars, const char *unit, int *exponent);

/* Can a study or target of that name have a folder of it? Not a hidden one. */
bool names_folder(const char *name);

/* Of the N names, the one most like NAME, or that it begins; NULL when none is near. */
const char *nearest_name(const char *name, const char *const *names, size_t n);
#endif
