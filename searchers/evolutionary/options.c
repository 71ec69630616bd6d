#include "differential.h"
#include "options.h"

enum { PARAM_POPULATION, PARAM_CROSSOVER, PARAM_RATE, PARAM_STEP, PARAM_RESET, PARAM_ALGORITHM,
       PARAM_PRESET };

static const char *const algorithms[] = {"auto", "nsga2", "nsga3", "sms_emoa", "ga",
                                         "differential_evolution"};
static const char *const presets[] = {"none", "phased"};

const cim_param options_params[OPTIONS] = {
    [PARAM_POPULATION] = {.key = "population",
                          .unit = "",
                          .help =
                              "designs kept as parents; also the size of the initial sample; 0: "
                              "24, preset phased: 70",
                          .type = CIM_INTEGER,
                          .flags = CIM_PARAM_FIXED,
                          .default_value = 0,
                          .min = 0,
                          .max = 1000},
    [PARAM_CROSSOVER] = {.key = "crossover",
                         .unit = "",
                         .help = "probability that a child has two parents and not one",
                         .type = CIM_REAL,
                         .flags = CIM_PARAM_FIXED,
                         .default_value = 0.9,
                         .min = 0,
                         .max = 1},
    [PARAM_RATE] = {.key = "mutation_rate",
                    .unit = "",
                    .help = "dimensions changed by a mutation, on average, to start from; adapts",
                    .type = CIM_REAL,
                    .flags = CIM_PARAM_FIXED,
                    .default_value = 1,
                    .min = 0.5,
                    .max = 100},
    [PARAM_STEP] = {.key = "mutation_step",
                    .unit = "",
                    .help = "typical step of a mutation as a share of the range, to start from; "
                            "adapts",
                    .type = CIM_REAL,
                    .flags = CIM_PARAM_FIXED,
                    .default_value = 0.15,
                    .min = 0.001,
                    .max = 0.5},
    [PARAM_RESET] = {.key = "reset",
                     .unit = "",
                     .help = "probability that a mutated dimension takes any value, not a step",
                     .type = CIM_REAL,
                     .flags = CIM_PARAM_FIXED,
                     .default_value = 0.1,
                     .min = 0,
                     .max = 1},
    [PARAM_ALGORITHM] = {.key = "algorithm",
                         .unit = "",
                         .help = "auto: sms_emoa for several goals, ga for one",
                         .type = CIM_CATEGORY,
                         .flags = CIM_PARAM_FIXED,
                         .max = DIFFERENTIAL + 1,
                         .names = algorithms,
                         .n_levels = DIFFERENTIAL + 2},
    [PARAM_PRESET] = {.key = "preset",
                      .unit = "",
                      .help = "phased: distant designs first, then four phases of ten generations",
                      .type = CIM_CATEGORY,
                      .flags = CIM_PARAM_FIXED,
                      .max = 1,
                      .names = presets,
                      .n_levels = 2},
};

enum { POPULATION = 24, PHASED_POPULATION = 70, PHASED_INITIAL = 500, LARGEST_INITIAL = 1000 };

static cim_status choose_algorithm(const cim_host *host, uint32_t option, uint32_t n_goals,
                                   settings *s) {
    s->algorithm = option ? option - 1 : n_goals > 1 ? SMS_EMOA : GENETIC;
    if (s->algorithm >= GENETIC && n_goals > 1)
        return host->fail(host, CIM_E_CONFIG, "algorithm: ga and differential_evolution are for "
                                                "one goal; take nsga2, nsga3 or sms_emoa");
    if (s->algorithm < GENETIC && n_goals == 1) s->algorithm = GENETIC; /* what they come to */
    if (s->is_phased && s->algorithm == DIFFERENTIAL)
        return host->fail(host, CIM_E_CONFIG, "preset: phased is a genetic algorithm; it does "
                                                "not go with differential_evolution");
    return CIM_OK;
}

cim_status options_read(const cim_host *host, const cim_values *values, const cim_problem *problem,
                        settings *s) {
    *s = (settings){.is_phased = cim_number(values, 0, PARAM_PRESET, 0) != 0.0,
                    .population = (uint32_t)cim_number(values, 0, PARAM_POPULATION, 0),
                    .crossover = cim_number(values, 0, PARAM_CROSSOVER, 0),
                    .rate = cim_number(values, 0, PARAM_RATE, 0),
                    .step = cim_number(values, 0, PARAM_STEP, 0),
                    .reset = cim_number(values, 0, PARAM_RESET, 0)};
    if (s->population == 1)
        return host->fail(host, CIM_E_CONFIG, "population: at least 2, or 0 for the default");
    if (s->population == 0) s->population = s->is_phased ? PHASED_POPULATION : POPULATION;
    s->initial = s->population;
    if (s->is_phased) s->initial = s->population * PHASED_INITIAL / PHASED_POPULATION;
    if (s->initial > LARGEST_INITIAL) s->initial = LARGEST_INITIAL;
    const uint32_t option = (uint32_t)cim_number(values, 0, PARAM_ALGORITHM, 0);
    const cim_status status = choose_algorithm(host, option, problem->goals.n, s);
    if (s->algorithm == DIFFERENTIAL) {
        s->rate = DIFFERENTIAL_RATE;
        s->step = DIFFERENTIAL_FACTOR;
    }
    return status;
}
