/* fuzz.h: what the fuzzers share: mutation, the loop, and what is said when something breaks. */
#ifndef FUZZ_H
#define FUZZ_H
#include <cim_sdk/rng.h>

#include "text.h"

typedef struct fuzz_words {
    const char *const *seeds;    /* inputs to begin with */
    size_t n_seeds;
    const char *const *tokens;   /* pieces that inputs are made of */
    size_t n_tokens;
} fuzz_words;

/* A seed with a few changes. */
void fuzz_input(const fuzz_words *words, cim_rng *rng, text *out);

/* Says what must hold and does not, with the iteration that shows it, and ends the program. */
_Noreturn void fuzz_broken(const char *rule, const char *detail);
#define FUZZ_HOLDS(condition, detail) \
    do { \
        if (!(condition)) fuzz_broken(#condition, detail); \
    } while (0)

/* A folder that holds links to the three plug-ins that the fuzzers use; it becomes the search path.
 * Everything in it goes at the end. */
const char *fuzz_folder(void);

/* Runs ONE for each iteration: `program SEED ITERATIONS [SECONDS [FIRST]]`. An iteration that takes
 * longer than 20 s counts as hanging. */
int fuzz_run(int argc, char **argv, void (*one)(cim_rng *rng));
#endif
