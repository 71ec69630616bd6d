/* Comma-separated values against RFC 4180, and reader against writer. */
#include "core_fixture.h"
#include "csv.h"

static csv_reader open_text(const char *chars, size_t n) {
    FILE *file = tmpfile();
    assert_non_null(file);
    assert_int_equal(fwrite(chars, 1, n, file), n);
    rewind(file);
    return (csv_reader){.file = file};
}

/* Cells of a row, joined by '|'. */
static void assert_row(csv_reader *r, uint64_t line, const char *expected) {
    csv_row row = {0};
    text joined = {0};
    assert_true(csv_read(r, &row));
    for (size_t i = 0; i < row.n; i++) text_add(&joined, "%s%s", i ? "|" : "", csv_cell(&row, i));
    assert_string_equal(text_of(&joined), expected);
    assert_true(row.line == line);
    assert_string_equal(csv_cell(&row, row.n), "");
    assert_string_equal(csv_cell(&row, row.n + 99), "");
    csv_row_free(&row);
    text_free(&joined);
}

static void assert_end(csv_reader *r) {
    csv_row row = {0};
    assert_false(csv_read(r, &row));
    assert_false(csv_read(r, &row));
    csv_row_free(&row);
    fclose(r->file);
}

static void plain_rows(void **state) {
    (void)state;
    const char *source = "a,b,c\n1,2,3\n,,\nx,\n,y\n last , kept ";
    csv_reader r = open_text(source, strlen(source));
    assert_row(&r, 1, "a|b|c");
    assert_row(&r, 2, "1|2|3");
    assert_row(&r, 3, "||");
    assert_row(&r, 4, "x|");
    assert_row(&r, 5, "|y");
    assert_row(&r, 6, " last | kept ");
    assert_end(&r);
}

static void line_ends_of_windows_and_blank_lines(void **state) {
    (void)state;
    const char *source = "\r\n\na,b\r\n\r\n1,\"2\"\r\n\n3,4\r";
    csv_reader r = open_text(source, strlen(source));
    assert_row(&r, 3, "a|b");
    assert_row(&r, 5, "1|2");
    assert_row(&r, 7, "3|4");
    assert_end(&r);
}

static void quotes_hold_commas_quotes_and_lines(void **state) {
    (void)state;
    const char *source =
        "\"a,b\",\"say \"\"hi\"\"\",\"\"\n\"two\nlines\",\"dos\r\nlines\",\"\"\"\"\nend,\",\"\n";
    csv_reader r = open_text(source, strlen(source));
    assert_row(&r, 1, "a,b|say \"hi\"|");
    assert_row(&r, 2, "two\nlines|dos\r\nlines|\"");
    assert_row(&r, 5, "end|,");
    assert_end(&r);
}

static void a_byte_order_mark_is_no_part_of_a_cell(void **state) {
    (void)state;
    const char *source = "\xef\xbb\xbf" "id,\xef\xbb\xbf" "b\n\xef\xbb\xbf" "1,2\n";
    csv_reader r = open_text(source, strlen(source));
    assert_row(&r, 1, "id|\xef\xbb\xbf" "b");
    assert_row(&r, 2, "\xef\xbb\xbf" "1|2");
    assert_end(&r);
    source = "\xef\xbb\xbf\"a,b\",c\n";
    r = open_text(source, strlen(source));
    assert_row(&r, 1, "a,b|c");
    assert_end(&r);
    text out = {0};
    csv_add(&out, "\xef\xbb\xbf" "x", true); /* what is a cell's own is there again */
    csv_add(&out, "y", false);
    r = open_text(out.chars, out.length);
    assert_row(&r, 1, "\xef\xbb\xbf" "x|y");
    assert_end(&r);
    text_free(&out);
    source = "\xef\xbb\xbf\r\n\r\na,b";
    r = open_text(source, strlen(source));
    assert_row(&r, 3, "a|b");
    assert_end(&r);
    source = "\xef\xbc\xa1,b\n"; /* a letter that begins with the same byte */
    r = open_text(source, strlen(source));
    assert_row(&r, 1, "\xef\xbc\xa1|b");
    assert_end(&r);
    failure f = {0};
    csv_row row = {0};
    r = open_text("\xef\xbb\xbf", 3);
    assert_refused(csv_read_first(&r, &row, "a.csv", &f), &f, "a.csv: is empty");
    csv_row_free(&row);
    fclose(r.file);
}

static void what_rfc_4180_does_not_allow_ends_all_the_same(void **state) {
    (void)state;
    const char *source = "a\"b,\"c\"d\n";
    csv_reader r = open_text(source, strlen(source));
    assert_row(&r, 1, "a\"b|cd");
    assert_end(&r);
    failure f = {0};
    assert_true(csv_is_whole(&r, "a.csv", &f));
    r = open_text("", 0);
    assert_end(&r);
    r = open_text("\n\r\n\n", 4);
    assert_end(&r);
}

static void assert_damaged(const char *chars, size_t n, const char *says) {
    failure f = {0};
    csv_reader r = open_text(chars, n);
    assert_row(&r, 1, "a|b");
    assert_end(&r);
    assert_false(csv_is_whole(&r, "a.csv", &f));
    assert_string_equal(f.text, says);
}

static void damage_is_no_end(void **state) {
    (void)state;
    const char zero[] = "a,b\n1\0,2\n";
    assert_damaged("a,b\n3,\"4\n5,6\n", 14, "a.csv:2: a quote that is never closed");
    assert_damaged(zero, sizeof zero - 1, "a.csv:2: a byte that is 0");
    assert_damaged("a,b\n\"1\0\",2\n", 11, "a.csv:2: a byte that is 0");
}

static void the_writer_quotes_where_it_must(void **state) {
    (void)state;
    text out = {0};
    csv_add(&out, "plain", true);
    csv_add(&out, "a,b", false);
    csv_add(&out, "say \"hi\"", false);
    csv_add(&out, "two\nlines", false);
    csv_add(&out, "", false);
    csv_add(&out, "cr\r", false);
    assert_string_equal(text_of(&out), "plain,\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\",,\"cr\r\"");
    text_clear(&out);
    csv_add_number(&out, 0.5, true);
    csv_add_number(&out, NAN, false);
    csv_add_number(&out, 128, false);
    csv_add_number(&out, -1e-30, false);
    assert_string_equal(text_of(&out), "0.5,,128,-1e-30");
    text_clear(&out);
    csv_add_number(&out, NAN, true);
    assert_string_equal(text_of(&out), "");
    text_free(&out);
}

enum { MAX_CELLS = 6, MAX_CHARS = 8, N_ROWS = 4000 };

static size_t random_row(cim_rng *rng, char cells[MAX_CELLS][MAX_CHARS + 1]) {
    static const char letters[] = {'a', 'b', ',', '"', '\n', '\r', ' ', '\t', ';', '0'};
    size_t n = 2 + cim_rng_below(rng, MAX_CELLS - 1); /* one empty cell alone is a blank line */
    for (size_t i = 0; i < n; i++) {
        size_t length = cim_rng_below(rng, MAX_CHARS + 1);
        for (size_t k = 0; k < length; k++)
            cells[i][k] = letters[cim_rng_below(rng, sizeof letters)];
        cells[i][length] = '\0';
    }
    return n;
}

static void what_is_written_reads_back(void **state) {
    (void)state;
    static char cells[N_ROWS][MAX_CELLS][MAX_CHARS + 1];
    static size_t n[N_ROWS];
    cim_rng rng = {{11, 12, 13, 14}};
    text out = {0};
    for (size_t i = 0; i < N_ROWS; i++) {
        n[i] = random_row(&rng, cells[i]);
        for (size_t k = 0; k < n[i]; k++) csv_add(&out, cells[i][k], k == 0);
        text_add(&out, i % 3 ? "\n" : "\r\n");
    }
    csv_reader r = open_text(out.chars, out.length);
    csv_row row = {0};
    uint64_t line = 1;
    for (size_t i = 0; i < N_ROWS; i++) {
        assert_true(csv_read(&r, &row));
        assert_int_equal(row.n, n[i]);
        assert_true(row.line == line++);
        for (size_t k = 0; k < n[i]; k++) {
            assert_string_equal(csv_cell(&row, k), cells[i][k]);
            for (const char *c = cells[i][k]; *c; c++) line += *c == '\n';
        }
    }
    assert_end(&r);
    csv_row_free(&row);
    text_free(&out);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_rows),
        cmocka_unit_test(line_ends_of_windows_and_blank_lines),
        cmocka_unit_test(quotes_hold_commas_quotes_and_lines),
        cmocka_unit_test(a_byte_order_mark_is_no_part_of_a_cell),
        cmocka_unit_test(what_rfc_4180_does_not_allow_ends_all_the_same),
        cmocka_unit_test(damage_is_no_end),
        cmocka_unit_test(the_writer_quotes_where_it_must),
        cmocka_unit_test(what_is_written_reads_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
