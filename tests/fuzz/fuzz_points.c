/* Damaged CSV through `cimdse eval --points`, and any bytes through the CSV reader: each row that
 * goes in comes out, with an outcome, or there is a message. */
#include "fuzz.h"

#include "csv.h"
#include "points.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const seeds[] = {
    ("label,hwmodel.rows,hwmodel.adc_bits,workload.weight_bits[0]\n"
     "first,64,5,8\n\"a, b\",128,,4\r\n\"two\nlines\",256,9,2\n"),
    "workload.weight_bits\n8\n4\n2\n",
    "hwmodel.rows\n1e2\n0x40\n-1\n",
    "note\nx\n",
    "\xef\xbb\xbfhwmodel.rows,n\n64,1\n",
    ""};
static const char *const tokens[] = {"hwmodel.",
                                     "workload.",
                                     "rows",
                                     "adc_bits",
                                     "weight_bits",
                                     "[",
                                     "]",
                                     "[0]",
                                     "[99999999999999999999]",
                                     "[-1]",
                                     "[ 1]",
                                     ",",
                                     "\"",
                                     "\"\"",
                                     "\n",
                                     "\r\n",
                                     "\r",
                                     "64",
                                     "128",
                                     "0",
                                     "-0",
                                     "1e400",
                                     "nan",
                                     "inf",
                                     "9007199254740993",
                                     ".5",
                                     ".",
                                     "true",
                                     "label",
                                     ",,",
                                     "\xef\xbb\xbf",
                                     "\xff",
                                     " 64",
                                     "64 ",
                                     "hwmodel.plugin",
                                     "searcher.x",
                                     "hwmodel.rows",
                                     "\t7"};
static const fuzz_words words = {seeds, sizeof seeds / sizeof *seeds, tokens,
                                 sizeof tokens / sizeof *tokens};

static const char *const source =
    "workload = { plugin = \"vgg8\"; }; hwmodel = { plugin = \"rram_crossbar\";"
    " rows = [64, 128]; };"
    " constraints = [ \"area_mm2 <= 100\" ];";

static study s;
static pool *workers;
static double *base;

static void begin(void) {
    failure f = {0};
    fuzz_folder();
    if (!config_read_text(&s.config, source, "points", ".", &f) || !study_open(&s, false, &f) ||
        !(workers = pool_start(&s.evaluator, 1, 60, &f)))
        fuzz_broken("the study opens", f.text);
    base = calloc(s.space.n_numbers, sizeof *base);
    if (!base) fuzz_broken("there is memory", "");
    study_default_design(&s, base);
}

static size_t count_rows(FILE *file) {
    csv_reader r = {.file = file};
    csv_row row = {0};
    size_t n = 0;
    rewind(file);
    while (csv_read(&r, &row)) n++;
    csv_row_free(&row);
    return n;
}

/* Every row has as many cells as the head; the outcome is one. */
static size_t check_output(FILE *file, const text *input) {
    csv_reader r = {.file = file};
    csv_row row = {0};
    size_t n = 0, cells = 0, outcome = 0;
    rewind(file);
    for (; csv_read(&r, &row); n++) {
        if (n == 0) {
            cells = row.n;
            outcome = cells - 2 - s.evaluator.n_metrics;
            FUZZ_HOLDS(strcmp(csv_cell(&row, outcome), "outcome") == 0, text_of(input));
            continue;
        }
        const char *word = csv_cell(&row, outcome), *reason = csv_cell(&row, outcome + 1);
        FUZZ_HOLDS(row.n == cells, text_of(input));
        FUZZ_HOLDS(strcmp(word, "feasible") == 0 || strcmp(word, "infeasible") == 0 ||
                       strcmp(word, "failed") == 0,
                   word);
        FUZZ_HOLDS(!strstr(reason, ": crashed") && !strstr(reason, ": ended its process"), reason);
        FUZZ_HOLDS((strcmp(word, "feasible") == 0) == (reason[0] == '\0'), text_of(input));
    }
    csv_row_free(&row);
    return n;
}

static void evaluate(const text *input, points_form form, bool breakdown) {
    failure f = {0};
    text path = {0};
    text_add(&path, "%s/points.csv", fuzz_folder());
    FILE *in = fopen(text_of(&path), "w+b"), *out = tmpfile();
    FUZZ_HOLDS(in && out && fwrite(text_of(input), 1, input->length, in) == input->length,
               text_of(&path));
    fflush(in);
    const bool good = points_evaluate(&s, workers, base, text_of(&path), breakdown, form, out, &f);
    FUZZ_HOLDS(good || f.text[0], text_of(input));
    /* Where every row failed, the rows are printed nevertheless. */
    if (!good && f.status == STATUS_FAILED)
        FUZZ_HOLDS(strstr(f.text, " rows failed; the first: "), f.text);
    else
        FUZZ_HOLDS(good || f.status == STATUS_WRONG, f.text);
    if ((good || f.status == STATUS_FAILED) && form == POINTS_CSV && !breakdown)
        FUZZ_HOLDS(count_rows(in) == check_output(out, input), text_of(input));
    fclose(in);
    fclose(out);
    text_free(&path);
}

/* What was read, written, is read as the same. */
static void check_reader(const text *input) {
    FILE *in = tmpfile(), *again = tmpfile();
    FUZZ_HOLDS(in && again && fwrite(text_of(input), 1, input->length, in) == input->length,
               "a file can be written");
    rewind(in);
    csv_reader r = {.file = in}, second = {.file = again};
    csv_row row = {0}, back = {0};
    while (csv_read(&r, &row)) {
        text line = {0};
        for (size_t i = 0; i < row.n; i++) csv_add(&line, csv_cell(&row, i), i == 0);
        text_add_bytes(&line, "\n", 1);
        bool blank = row.n == 1 && !csv_cell(&row, 0)[0];
        rewind(again);
        FUZZ_HOLDS(fwrite(line.chars, 1, line.length, again) == line.length &&
                       ftruncate(fileno(again), (off_t)line.length) == 0,
                   "");
        rewind(again);
        FUZZ_HOLDS(csv_read(&second, &back) == !blank, text_of(input));
        FUZZ_HOLDS(blank || back.n == row.n, text_of(input));
        for (size_t i = 0; !blank && i < row.n; i++)
            FUZZ_HOLDS(strcmp(csv_cell(&row, i), csv_cell(&back, i)) == 0, text_of(input));
        text_free(&line);
    }
    csv_row_free(&row);
    csv_row_free(&back);
    fclose(in);
    fclose(again);
}

static void one(cim_rng *rng) {
    text input = {0};
    fuzz_input(&words, rng, &input);
    check_reader(&input);
    const uint64_t form = cim_rng_below(rng, 8);
    evaluate(&input, form == 0 ? POINTS_JSONL : form == 1 ? POINTS_TABLE : POINTS_CSV, form == 2);
    text_free(&input);
}

int main(int argc, char **argv) {
    begin();
    int status = fuzz_run(argc, argv, one);
    pool_stop(workers);
    study_close(&s);
    free(base);
    return status;
}
