#include "process.h"

#include <ftw.h>
#include <math.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

unsigned allowed_cores(void) {
    cpu_set_t allowed;
    return sched_getaffinity(0, sizeof allowed, &allowed) == 0 ? (unsigned)CPU_COUNT(&allowed) : 1;
}

bool use_cores(unsigned n_cores) {
    cpu_set_t allowed;
    if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return false;
    unsigned kept = 0;
    for (unsigned i = 0; n_cores > 0 && i < CPU_SETSIZE; i++)
        if (CPU_ISSET(i, &allowed) && ++kept > n_cores) CPU_CLR(i, &allowed);
    return sched_setaffinity(0, sizeof allowed, &allowed) == 0;
}

bool process_start(process *p, unsigned n_cores, const char *out, const char *const *arguments) {
    char *all[ARGUMENTS_MAX + 2] = {BINARY_DIR "/cimdse"};
    for (size_t i = 0; arguments[i]; i++) {
        if (i == ARGUMENTS_MAX) return false;
        all[i + 1] = (char *)arguments[i];   /* execv() takes them so, and leaves them alone */
    }
    *p = (process){.said = tmpfile(), .started_s = seconds()};
    if (!p->said) return false;
    fflush(stdout);
    p->pid = fork();
    if (p->pid == 0) {
        dup2(fileno(p->said), STDERR_FILENO);
        if (out ? !freopen(out, "w", stdout) : dup2(fileno(p->said), STDOUT_FILENO) < 0) _exit(126);
        if (use_cores(n_cores)) execv(all[0], all);
        _exit(127);
    }
    if (p->pid < 0) fclose(p->said);
    return p->pid > 0;
}

/* What it said is passed on if SHOW. */
static double read_trials_s(FILE *said, bool show) {
    double trials_s = 0.0, found;
    char line[4096];
    rewind(said);
    while (fgets(line, sizeof line, said)) {
        if (sscanf(line, "%*u trials evaluated in %lf s", &found) == 1) trials_s = found;
        if (show) fputs(line, stderr);
    }
    return trials_s;
}

static double span(struct timeval t) {
    return (double)t.tv_sec + 1e-6 * (double)t.tv_usec;
}

bool process_end(process *p, process_usage *usage) {
    struct rusage used = {0};
    int status = -1;
    const bool good = wait4(p->pid, &status, 0, &used) == p->pid && WIFEXITED(status) &&
                      WEXITSTATUS(status) == 0;
    *usage = (process_usage){.elapsed_s = seconds() - p->started_s,
                             .processor_s = span(used.ru_utime) + span(used.ru_stime),
                             .peak_bytes = 1024.0 * (double)used.ru_maxrss};   /* it is in KiB */
    usage->trials_s = read_trials_s(p->said, !good);
    fclose(p->said);
    return good;
}

double process_add_seconds(const char *file, const process_usage *usage) {
    char line[64] = "0";
    FILE *f = fopen(file, "r");
    if (f && !fgets(line, sizeof line, f)) strcpy(line, "nan");
    if (f) fclose(f);
    const double sum = strtod(line, NULL) + (usage->trials_s > 0 ? usage->processor_s : 0);
    if (!(f = fopen(file, "w"))) return NAN;
    fprintf(f, "%.3f\n", sum);
    return fclose(f) == 0 ? sum : (double)NAN;
}

bool folder_make(char *path, size_t room) {
    const char *base = getenv("TMPDIR");
    const int length = snprintf(path, room, "%s/cimdse_bench_XXXXXX", base ? base : "/tmp");
    return length > 0 && (size_t)length < room && mkdtemp(path) != NULL;
}

static int remove_one(const char *path, const struct stat *info, int type, struct FTW *at) {
    (void)info, (void)type, (void)at;
    return remove(path);
}

void folder_remove(const char *path) {
    nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}
