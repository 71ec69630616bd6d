/* Damaged tables of trials and damaged models: each is read, or refused with a message that names
 * the file; what is read can be used. */
#include "plugins/accuracy/predictor/encode.c"
#include "plugins/accuracy/predictor/fit.c"
#include "plugins/accuracy/predictor/mlp.c"
#include "plugins/accuracy/predictor/model.c"
#include "plugins/accuracy/predictor/trials.c"

#include "counting_host.h"
#include "fuzz.h"

static const char *const seeds[] = {
    "log2_weights,log2_macs,accuracy\n20,28,0.6\n21.5,29,0.7\r\n22,3e1,1\n\n18,24,0\n",
    "place0.weight_bits,accuracy,place31.noise\n8,0.5,0\n4,0.25,1e-3\n",
    OLD_FIRST_LINE "\n2 inputs, 1 hidden, 1 members, 1 constants\n"
               "30 trained 8 held_out 0x1p-1 rank_correlation 0x1p-6 rms_error 0x1p-7 mean_error "
               "0x1p-4 spread\n"
               "0x1p-1 mean 0x1p-3 sd\nlog2_weights 0x1p+4 0x1p+0 0x1p+3 0x1p+5\n"
               "log2_macs 0x1p+4 0x1p+0 0x1p+3 0x1p+5\nnoise 0x0p+0\n"
               "0x1p-1\n-0x1p-1\n0x1p-2\n0x1p+0\n0x1p-3\n0x1p+0\n0x1p-9\n"};
static const char *const tokens[] = {"accuracy",
                                     "log2_macs",
                                     "place0.noise",
                                     "place32.noise",
                                     ",",
                                     "\n",
                                     " ",
                                     "0",
                                     "1",
                                     "-1",
                                     "nan",
                                     "inf",
                                     "1e308",
                                     "0x1p+1000",
                                     "4294967295",
                                     "99999999999999999999",
                                     "inputs",
                                     "hidden",
                                     "members",
                                     "constants",
                                     "\r",
                                     "\"",
                                     "%n",
                                     "0.5,"};
static const fuzz_words words = {seeds, sizeof seeds / sizeof *seeds, tokens,
                                 sizeof tokens / sizeof *tokens};

enum { MAX_MEMORY = 256 << 20 };
static char path[600];

/* ---- one input ------------------------------------------------------------------------------- */

static void check_refusal(cim_status status) {
    FUZZ_HOLDS(status == CIM_OK || status == CIM_E_MEMORY || strstr(message, path), message);
}

static void try_trials(void) {
    trials t;
    const cim_status status = trials_read(&host, path, &t);
    check_refusal(status);
    for (uint32_t i = 0; status == CIM_OK && i < t.n; i++) {
        const double accuracy = t.rows[(size_t)i * (t.n_columns + 1) + t.n_columns];
        FUZZ_HOLDS(accuracy >= 0 && accuracy <= 1, "accuracy");
        for (uint32_t c = 0; c < t.n_columns; c++) FUZZ_HOLDS(isfinite(cell(&t, i, c)), "cell");
    }
    trials_free(&host, &t);
}

static void try_model(void) {
    static double work[FEATURES + 4 * MAX_HIDDEN];
    const double features[FEATURES] = {0};
    model m;
    uint32_t outside;
    const cim_status status = model_load(&host, path, &m);
    check_refusal(status);
    if (status == CIM_OK) {
        const double x = model_predict(&m, features, work, &outside);
        FUZZ_HOLDS(x >= 0 && x <= 1, "prediction");
    }
    model_free(&host, &m);
}

static void one(cim_rng *rng) {
    text input = {0};
    fuzz_input(&words, rng, &input);
    FILE *file = fopen(path, "wb");
    FUZZ_HOLDS(file, path);
    fputs(text_of(&input), file);
    fclose(file);
    text_free(&input);
    host_start(MAX_MEMORY);
    try_trials();
    try_model();
    FUZZ_HOLDS(live == 0, "memory is not given back");
}

int main(int argc, char **argv) {
    snprintf(path, sizeof path, "%s/input", fuzz_folder());
    return fuzz_run(argc, argv, one);
}
