/* Damaged configs through the whole reader: the traps, libconfig, the tree, the canonical form,
 * --set, and the settings of three plug-ins. Whatever comes in, there is a study or a message. */
#include "fuzz.h"

#include "memory.h"
#include "study.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const seeds[] = {
    ("study = { name = \"s\"; seed = 1; trials = 40; batch = 4;"
     " max_seconds = 9.5; time_limit_s = 2; };\n"
     "workload = { plugin = \"vgg8\";"
     " weight_bits = { per = \"weight_layer\"; choices = [2, 4, 8];\n"
     "  at = ( { i = 0; value = 8; }, { i = 2; choices = [4, 6]; } ); }; };\n"
     "hwmodel = { plugin = \"rram_crossbar\"; technology_nm = 22; rows = [64, 128, 256];\n"
     "  adc_bits = { min = 3; max = 8; };"
     " read_voltage_v = { min = 0.1; max = 0.5; step = 0.1; }; };\n"
     "searcher = { plugin = \"random\"; sequence = \"sobol\"; };\n"
     "goals = [ \"min energy_j*latency_s\", \"min area_mm2\" ];"
     " constraints = [ \"area_mm2 <= 100\" ];\n"
     "baseline = { hwmodel = { rows = 128; adc_bits = 8; }; workload = { weight_bits = 8; }; };\n"),
    ("workload : { plugin = \"vgg8\" }\n"
     "hwmodel : { plugin = \"rram_crossbar\", rows = { value = 64 },\n"
     "  cell_bits = [1, 2], columns_per_adc = ( 4, 8 ),"
     " clock_mhz = { min = 1.0; max = 9.0; log = true } }\n"
     "goals = ( \"min energy_j\" ) # a comment\n"
     "searcher = { plugin = \"random\" } // another\n/* and more */"),
    ("a = 1; b = -2.5e3; c = 0x1F; d = 5000000000L; e = true;"
     " f = \"t\\\"\\\\\\x41\"; g = [1, 2]; h = [0.5, 1.0];\n"
     "i = (1, \"x\", { k = (); }, [], ([true])); @include \"other.cfg\"\n"
     "j = { k = { l = { m = 0; }; }; };\n"),
    ""};
static const char *const tokens[] = {"workload",
                                     "hwmodel",
                                     "searcher",
                                     "study",
                                     "baseline",
                                     "goals",
                                     "constraints",
                                     "plugin",
                                     "per",
                                     "choices",
                                     "value",
                                     "min",
                                     "max",
                                     "step",
                                     "log",
                                     "at",
                                     "i",
                                     "rows",
                                     "adc_bits",
                                     "weight_bits",
                                     "weight_layer",
                                     "seed",
                                     " = ",
                                     ";",
                                     "{ ",
                                     " };",
                                     "[",
                                     "]",
                                     "(",
                                     ")",
                                     ",",
                                     "\"",
                                     "\\",
                                     "\\x",
                                     "# ",
                                     "//",
                                     "/*",
                                     "*/",
                                     "\n",
                                     "true",
                                     "false",
                                     "0",
                                     "1",
                                     "-1",
                                     "2147483648",
                                     "4294967424",
                                     "9223372036854775807L",
                                     "99999999999999999999L",
                                     "0x",
                                     "0xFFFFFFFF",
                                     "1e400",
                                     "1e-400",
                                     "0.5",
                                     "1.",
                                     ".5",
                                     "[0.5, 1]",
                                     "[1, 5000000000L]",
                                     "1e5",
                                     "L",
                                     "nan",
                                     "inf",
                                     "@include \"other.cfg\"\n",
                                     "@include \"",
                                     "\n@include \"a.cfg\"\n",
                                     "vgg8",
                                     "rram_crossbar",
                                     "min energy_j",
                                     "area_mm2 <= ",
                                     "*",
                                     "/",
                                     "x = 1;",
                                     "rows = [64, 64];",
                                     "{ value = [1, 2]; }",
                                     "{ i = 0; value = 8; }",
                                     "\xff"};
static const fuzz_words words = {seeds, sizeof seeds / sizeof *seeds, tokens,
                                 sizeof tokens / sizeof *tokens};

static void write_input(const char *path, const text *input) {
    FILE *file = fopen(path, "wb");
    FUZZ_HOLDS(file && fwrite(text_of(input), 1, input->length, file) == input->length &&
                   fclose(file) == 0,
               path);
}

static void check_failure(const failure *f, const text *input) {
    FUZZ_HOLDS(f->status == STATUS_WRONG || f->status == STATUS_FAILED, text_of(input));
    FUZZ_HOLDS(f->text[0] && !strchr(f->text, '\n'), f->text);
}

/* The canonical form reads back as itself. */
static void check_canonical(const config *c, const text *input) {
    config again;
    failure f = {0};
    text first = {0}, second = {0};
    config_print(c, &first);
    bool good = config_read_text(&again, text_of(&first), "printed", ".", &f);
    if (!good) fprintf(stderr, "%s\n", f.text);
    FUZZ_HOLDS(good, text_of(input));
    config_print(&again, &second);
    FUZZ_HOLDS(strcmp(text_of(&first), text_of(&second)) == 0, text_of(input));
    config_free(&again);
    text_free(&first);
    text_free(&second);
}

static void set_something(config *c, cim_rng *rng, const text *input) {
    failure f = {0};
    text assignment = {0};
    static const char *const groups[] = {"hwmodel", "workload", "study", "goals", "x.y", ""};
    text_add(&assignment, "%s.%s=", groups[cim_rng_below(rng, 6)],
             tokens[cim_rng_below(rng, words.n_tokens)]);
    for (uint64_t n = 1 + cim_rng_below(rng, 3); n > 0; n--)
        text_add(&assignment, "%s", tokens[cim_rng_below(rng, words.n_tokens)]);
    if (!config_set(c, text_of(&assignment), &f))
        FUZZ_HOLDS(f.status == STATUS_WRONG && f.text[0], text_of(input));
    text_free(&assignment);
}

static void check_study(study *s, const text *input) {
    double *design = memory_new(s->space.n_numbers, sizeof *design);
    double *point = memory_new(s->space.n_dimensions, sizeof *point);
    text raw = {0}, distinct = {0};
    uint32_t n_real;
    space_default(&s->space, point);
    for (uint32_t d = 0; d < s->space.n_dimensions; d++)
        FUZZ_HOLDS(space_holds(&s->space.dimensions[d], point[d]), text_of(input));
    space_design(&s->space, point, design);
    space_count(&s->space, &raw, &distinct, &n_real);
    FUZZ_HOLDS(distinct.length > 0 && distinct.length <= raw.length, text_of(input));
    text_free(&raw);
    text_free(&distinct);
    free(design);
    free(point);
}

static void one(cim_rng *rng) {
    text input = {0}, path = {0}, other = {0};
    study s = {0};
    failure f = {0};
    text_add(&path, "%s/a.cfg", fuzz_folder());
    text_add(&other, "%s/other.cfg", fuzz_folder());
    fuzz_input(&words, rng, &input);
    write_input(text_of(&other), &input);
    fuzz_input(&words, rng, &input);
    write_input(text_of(&path), &input);
    const bool search = cim_rng_below(rng, 2);
    if (!config_read_path(&s.config, text_of(&path), &f)) check_failure(&f, &input);
    else {
        check_canonical(&s.config, &input);
        if (cim_rng_below(rng, 4) == 0) set_something(&s.config, rng, &input);
        if (study_open(&s, search, &f)) check_study(&s, &input);
        else check_failure(&f, &input);
    }
    study_close(&s);
    text_free(&input);
    text_free(&path);
    text_free(&other);
}

int main(int argc, char **argv) { return fuzz_run(argc, argv, one); }
