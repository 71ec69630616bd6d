/* Tables for people: alignment, one prefix a unit, columns that do not fit. */
#include "core_fixture.h"
#include "table.h"

static char *printed(const table *t, int indent, size_t width, size_t *hidden) {
    char *chars = NULL;
    size_t n = 0;
    FILE *out = open_memstream(&chars, &n);
    assert_non_null(out);
    *hidden = table_print(t, out, indent, width);
    assert_int_equal(table_hidden(t, indent, width), *hidden);
    fclose(out);
    return chars;
}

static void assert_printed(const table *t, int indent, size_t width, size_t hidden,
                           const char *expected) {
    size_t left_out;
    char *chars = printed(t, indent, width, &left_out);
    assert_string_equal(chars, expected);
    assert_int_equal(left_out, hidden);
    free(chars);
}

static table *sample(void) {
    table *t = table_new();
    table_column(t, "name", "", false);
    table_column(t, "energy_j", "J", true);
    table_column(t, "rows", "", true);
    table_column(t, "note", "", false);
    table_text(t, "a");
    table_number(t, 2.5e-6);
    table_number(t, 128);
    table_text(t, "first");
    table_text(t, "longer name");
    table_number(t, 1.25e-8);
    table_number(t, NAN);
    table_text(t, "");
    return t;
}

static void numbers_stand_right_and_texts_left(void **state) {
    (void)state;
    table *t = sample();
    assert_printed(t, 0, 0, 0,
                   "name         energy_j  rows  note\n"
                   "                   uJ\n"
                   "a                 2.5   128  first\n"
                   "longer name    0.0125\n");
    assert_printed(t, 3, 0, 0,
                   "   name         energy_j  rows  note\n"
                   "                      uJ\n"
                   "   a                 2.5   128  first\n"
                   "   longer name    0.0125\n");
    table_free(t);
}

/* The values of dimensions are texts. */
static void texts_take_no_prefix(void **state) {
    (void)state;
    table *t = table_new();
    table_column(t, "latency_s", "s", true);
    table_column(t, "cycle_s", "s", true);
    table_number(t, 2.5e-6);
    table_text(t, "1e-09");
    assert_printed(t, 0, 0, 0,
                   "latency_s  cycle_s\n"
                   "       us        s\n"
                   "      2.5    1e-09\n");
    table_free(t);
}

static void columns_that_do_not_fit_are_left_out_from_the_right(void **state) {
    (void)state;
    table *t = sample();
    assert_printed(t, 0, 34, 0,   /* 11 + 2 + 8 + 2 + 4 + 2 + 5 */
                   "name         energy_j  rows  note\n"
                   "                   uJ\n"
                   "a                 2.5   128  first\n"
                   "longer name    0.0125\n");
    assert_printed(t, 0, 33, 1,
                   "name         energy_j  rows\n"
                   "                   uJ\n"
                   "a                 2.5   128\n"
                   "longer name    0.0125\n");
    assert_printed(t, 0, 26, 2,
                   "name         energy_j\n"
                   "                   uJ\n"
                   "a                 2.5\n"
                   "longer name    0.0125\n");
    assert_printed(t, 6, 26, 3, "      name\n      a\n      longer name\n");
    table_free(t);
}

static void the_first_column_is_always_there(void **state) {
    (void)state;
    table *t = table_new();
    table_column(t, "number", "", true);
    table_column(t, "text", "", false);
    table_number(t, 1);
    table_text(t, "x");
    assert_printed(t, 0, 1, 1, "number\n     1\n");
    assert_printed(t, 0, 12, 0, "number  text\n     1  x\n");
    table_free(t);
}

/* Energies side by side are compared at a glance: one prefix for all columns of a unit. */
static void one_prefix_a_unit(void **state) {
    (void)state;
    table *t = table_new();
    table_column(t, "a", "J", true);
    table_column(t, "b", "J", true);
    table_column(t, "c", "s", true);
    table_column(t, "d", "mm2", true);
    table_column(t, "e", "", true);
    for (int i = 0; i < 5; i++)
        table_number(t, (const double[]){3e-12, 4e-9, 0.002, 1500, 0.25}[i]);
    assert_printed(t, 0, 0, 0,
                   "    a   b   c     d     e\n"
                   "   nJ  nJ  ms   mm2\n"
                   "0.003   4   2  1500  0.25\n");
    table_free(t);
}

static void cells_show_four_digits(void **state) {
    (void)state;
    static const struct { double value; const char *chars;
    } cases[] = {{0, "0"},
                 {12345678, "12345678"},
                 {1234.56, "1235"},
                 {123456.7, "123457"},
                 {0.000123456, "0.0001235"},
                 {1.23456e-7, "1.235e-07"},
                 {12.3456, "12.35"},
                 {1234567.5, "1.235e+06"},
                 {-2.5, "-2.5"},
                 {1e12, "1e+12"},
                 {INFINITY, "inf"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        table *t = table_new();
        text expected = {0};
        table_column(t, "x", "", true);
        table_number(t, cases[i].value);
        text_add(&expected, "%*s\n%s\n", (int)strlen(cases[i].chars), "x", cases[i].chars);
        assert_printed(t, 0, 0, 0, text_of(&expected));
        text_free(&expected);
        table_free(t);
    }
}

static void a_table_without_rows_has_its_heads(void **state) {
    (void)state;
    table *t = table_new();
    table_column(t, "energy_j", "J", true);
    table_column(t, "note", "", false);
    assert_printed(t, 0, 0, 0, "energy_j  note\n       J\n");
    table_free(t);
}

static void print_without_columns(void) {
    table *t = table_new();
    FILE *out = fopen("/dev/null", "w");
    if (!out || table_print(t, out, 0, 0) != 0) abort();
    fclose(out);
    table_free(t);
}

static void a_table_without_columns_ends(void **state) {
    (void)state;
    assert_true(comes_back(print_without_columns, 5));
}

static void a_file_has_no_width(void **state) {
    (void)state;
    FILE *out = tmpfile();
    assert_non_null(out);
    assert_int_equal(table_terminal_width(out), 0);
    fclose(out);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_stand_right_and_texts_left),
        cmocka_unit_test(texts_take_no_prefix),
        cmocka_unit_test(columns_that_do_not_fit_are_left_out_from_the_right),
        cmocka_unit_test(the_first_column_is_always_there),
        cmocka_unit_test(one_prefix_a_unit),
        cmocka_unit_test(cells_show_four_digits),
        cmocka_unit_test(a_table_without_rows_has_its_heads),
        cmocka_unit_test(a_table_without_columns_ends),
        cmocka_unit_test(a_file_has_no_width),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
