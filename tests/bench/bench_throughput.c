/* Speed of the program on VGG8 on rram_crossbar, beside a reference of the same run (reference.h):
 *
 *     bench_throughput [--rows N] [--trials N]        100,000 rows and 1,000,000 trials
 *
 * Designs from a CSV file on one core: against reading and writing the numbers of that output only,
 * which is what no evaluation of a file can do without.
 * A random study of different designs on two cores: against inserting the rows of its store into
 * another one, and its report against reading them: what no run and no report can do without.
 * Ratios are of processor time, so that other work on the machine counts less. */
#include "process.h"
#include "reference.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CONFIG SOURCE_DIR "/configs/vgg8_rram.cfg"

static bool command(unsigned n_cores, const char *out, const char *const *arguments,
                    process_usage *usage) {
    process p;
    return process_start(&p, n_cores, out, arguments) && process_end(&p, usage);
}

/* Voltage is a real number: hardly two designs are the same. */
static bool run_study(unsigned long trials, const char *folder, process_usage *usage) {
    char count[32];
    snprintf(count, sizeof count, "%lu", trials);
    const char *const arguments[] = {
        "run", CONFIG, "--out", folder, "--trials", count, "--workers", "2",
        "--set", "study.batch=1024", "--set", "searcher={plugin=\"random\";}",
        "--set", "hwmodel.read_voltage_v={min=0.2;max=0.8;}", NULL};
    return command(2, NULL, arguments, usage);
}

static double megabytes(const char *file) {
    struct stat info;
    return stat(file, &info) == 0 ? 1e-6 * (double)info.st_size : 0.0;
}

static bool bench_eval(unsigned long rows) {
    process_usage usage, eval;
    double reference_s;
    const char *const export[] = {"export", "rows", "--as", "points", NULL};
    const char *const evaluate[] = {"eval", CONFIG, "--points", "designs.csv", "--workers", "1",
                                    NULL};
    if (!run_study(rows, "rows", &usage) || !command(0, "designs.csv", export, &usage) ||
        !command(1, "results.csv", evaluate, &eval) ||
        !reference_csv("results.csv", "again.csv", &reference_s))
        return false;
    printf("| `eval --points`, %lu rows, one core | %.2f s, %.0f designs a second | %.2f s | "
           "parse and print its output | %.2f s | %.2f |\n",
           rows, eval.elapsed_s, (double)rows / eval.elapsed_s, eval.processor_s, reference_s,
           eval.processor_s / reference_s);
    fflush(stdout);
    return true;
}

static bool bench_run(unsigned long trials) {
    process_usage run, report;
    double insert_s, select_s;
    const char *const arguments[] = {"report", "run", NULL};
    if (!run_study(trials, "run", &run) || !command(0, "report.txt", arguments, &report) ||
        !reference_insert("run/study.db", "again.db", &insert_s) ||
        !reference_select("run/study.db", &select_s))
        return false;
    const double stored = megabytes("run/study.db"), peak = 1e-6 * run.peak_bytes;
    const double trials_s = run.processor_s - report.processor_s;   /* a run ends with its report */
    printf("| `run`, %lu trials, two cores, without its report | %.2f s, %.0f trials a second | "
           "%.2f s | "
           "copy its rows | %.2f s | %.2f |\n"
           "| its largest process | %.0f MB | - | its `study.db` | %.0f MB | %.2f |\n"
           "| `report` on that run | %.2f s | %.2f s | read its rows | %.2f s | %.2f |\n",
           trials, run.trials_s, (double)trials / run.trials_s, trials_s, insert_s,
           trials_s / insert_s, peak, stored, peak / stored, report.elapsed_s, report.processor_s,
           select_s, report.processor_s / select_s);
    return true;
}

static unsigned long number(const char *text) {
    char *end;
    errno = 0;
    const unsigned long n = strtoul(text, &end, 10);
    return *end || errno ? 0 : n;
}

int main(int argc, char **argv) {
    static const struct option known[] = {{"rows", required_argument, NULL, 'r'},
                                          {"trials", required_argument, NULL, 't'},
                                          {0}};
    unsigned long rows = 100000, trials = 1000000;
    for (int c; (c = getopt_long(argc, argv, "", known, NULL)) != -1;)
        if (c == 'r') rows = number(optarg);
        else if (c == 't') trials = number(optarg);
        else rows = 0;
    if (rows == 0 || trials == 0 || optind < argc) {
        fputs("bench_throughput [--rows N] [--trials N]\n", stderr);
        return 2;
    }
    char folder[512];
    if (!folder_make(folder, sizeof folder) || chdir(folder) != 0) return 1;
    puts("| command | figure | processor | reference | its processor | ratio |\n"
         "|---|---|---|---|---|---|");
    const bool good = bench_eval(rows) && bench_run(trials);
    folder_remove(folder);
    return good ? 0 : 1;
}
