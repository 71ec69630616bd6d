#include "ready.h"
#include "guard.h"
#include "memory.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST_LEVELS = 64 }; /* of a parameter: what has more of them chooses no files */

/* What the process that asks says to the one that waits: of the first workload of which no network
 * is ready. */
typedef struct answer {
    uint32_t lacks, workload;
    char network[64], reason[sizeof((instance *)0)->reason];
} answer;

/* The designs that are tried. */
typedef struct tries {
    study *s;
    const double *designs;
    size_t n;
    bool vary;          /* then those that differ from the default design in one parameter */
    bool rows;          /* of a table, each of which fails by itself                       */
    uint32_t w;         /* the workload at hand, whose numbers begin at FIRST of a design  */
    uint32_t first;
    answer *out;        /* why the first that was tried is not ready */
} tries;

/* ---- one network ----------------------------------------------------------------------------- */

static void ignore_log(const cim_host *host, int32_t level, const char *line) {
    (void)host, (void)level, (void)line;
}

/* What is said here is said again by the evaluations. */
static void silence(study *s) {
    for (uint32_t w = 0; w < s->n_workloads; w++) s->workloads[w].host.log = ignore_log;
    if (s->stand_in.workload.plugin) s->stand_in.workload.host.log = ignore_log;
    s->hwmodel.host.log = s->accuracy.host.log = ignore_log;
}

/* The network that accuracy is measured on, or NULL. */
static const cim_network *network_of(const tries *t, const double *design) {
    study *s = t->s;
    const evaluator *e = &s->evaluator;
    char why[256];
    const cim_network *network =
        instance_build(&s->workloads[t->w], design + t->first, why, sizeof why);
    if (!network || !e->stand_in) return network;
    const double *hw = design + s->workloads[0].n_numbers; /* a stand-in is for one workload */
    return stand_in_build(e->stand_in, network, design, hw, why, sizeof why)
               ? e->stand_in->network : NULL;
}

/* No other network than that of the first design will be evaluated. A stand-in differs in bits
 * alone. */
static bool is_only(const tries *t) {
    const space *sp = &t->s->space;
    if (t->rows) return false;
    for (uint32_t d = 0; t->vary && !t->s->evaluator.stand_in && d < sp->n_dimensions; d++)
        if (sp->dimensions[d].owner == &t->s->workloads[t->w]) return false;
    return true;
}

/* Of DESIGN, nothing is lacking that the evaluator knows of. */
static bool is_ready(const tries *t, const double *design) {
    instance *in = &t->s->accuracy;
    const accuracy_levels *l = &t->s->levels;
    const cim_values own = instance_values(in, in->base, 1);
    const cim_network *network = network_of(t, design);
    if (!network) return true;
    const cim_ready_request q = {.struct_size = sizeof q, .network = network, .values = &own,
                                 .fidelity = l->of[l->climbs ? 0 : l->n - 1],
                                 .is_only = is_only(t)};
    in->reason[0] = '\0';
    const cim_status status = in->ready->ready(in->self, &q);
    if (status != CIM_E_CONFIG && status != CIM_E_FILE && status != CIM_E_UNSUPPORTED) return true;
    if (t->out->lacks) return false;
    *t->out = (answer){.lacks = 1, .workload = t->w};
    snprintf(t->out->network, sizeof t->out->network, "%s", network->name ? network->name : "");
    snprintf(t->out->reason, sizeof t->out->reason, "%s", instance_reason(in, status));
    return false;
}

/* ---- all of them ----------------------------------------------------------------------------- */

static bool any_level_ready(const tries *t, uint32_t d, double *point, double *design) {
    const space *sp = &t->s->space;
    const dimension *is = &sp->dimensions[d];
    const uint64_t n = is->is.n_levels < MOST_LEVELS ? is->is.n_levels : MOST_LEVELS;
    for (uint64_t i = 0; is->is.kind != CIM_REAL_RANGE && i < n; i++) {
        space_default(sp, point);
        point[d] = (double)i;
        space_canonical(sp, point, NULL);
        space_design(sp, point, design);
        if (is_ready(t, design)) return true;
    }
    return false;
}

static bool any_variant_ready(const tries *t) {
    const space *sp = &t->s->space;
    double *point = memory_new(sp->n_dimensions, sizeof *point);
    double *design = memory_new(sp->n_numbers, sizeof *design);
    bool found = false;
    for (uint32_t d = 0; !found && d < sp->n_dimensions; d++)
        found = sp->dimensions[d].owner == &t->s->workloads[t->w] &&
                any_level_ready(t, d, point, design);
    free(point);
    free(design);
    return found;
}

/* Has the workload at hand a network that is ready? */
static bool any_ready(const tries *t) {
    for (size_t i = 0; i < t->n; i++)
        if (is_ready(t, t->designs + i * t->s->space.n_numbers)) return true;
    return t->vary && any_variant_ready(t);
}

static answer ask(tries *t) {
    answer a = {0};
    for (t->w = t->first = 0; t->w < t->s->n_workloads; t->w++) {
        t->out = &a;
        if (!any_ready(t)) return a;
        a = (answer){0};
        t->first += t->s->workloads[t->w].n_numbers;
    }
    return a;
}

/* ---- the process ----------------------------------------------------------------------------- */

static _Noreturn void become_asker(tries *t, int to, pid_t host) {
    guard_remove();
    signal(SIGINT, SIG_IGN); /* the host ends, and we with it */
    signal(SIGALRM, SIG_DFL);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != host) _exit(0);
    setpgid(0, 0); /* whom a plug-in starts ends with us */
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    dup2(STDERR_FILENO, STDOUT_FILENO);
    alarm((unsigned)fmin(ceil(t->s->time_limit_s), 1e9));
    silence(t->s);
    const answer a = ask(t);
    const ssize_t n = write(to, &a, sizeof a);
    _exit(n == (ssize_t)sizeof a ? 0 : 1);
}

/* What PID says, which then ends; no lack unless it says so. */
static answer hear(pid_t pid, int from) {
    answer a = {0};
    size_t got = 0;
    for (ssize_t n = 1; n != 0 && got < sizeof a; got += n > 0 ? (size_t)n : 0) {
        n = read(from, (char *)&a + got, sizeof a - got);
        if (n < 0 && errno != EINTR) break;
    }
    kill(-pid, SIGKILL);
    kill(pid, SIGKILL);
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {}
    return got == sizeof a ? a : (answer){0};
}

static answer ask_apart(tries *t) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return (answer){0};
    fflush(NULL);
    const pid_t host = getpid(), pid = fork();
    if (pid == 0) {
        close(ends[0]);
        become_asker(t, ends[1], host);
    }
    close(ends[1]);
    answer a = {0};
    if (pid > 0) {
        setpgid(pid, pid); /* whoever is first */
        a = hear(pid, ends[0]);
    }
    close(ends[0]);
    return a;
}

static bool check(tries *t, failure *f) {
    study *s = t->s;
    if (!s->has_accuracy || !s->accuracy.ready || !t->n) return true;
    const answer a = ask_apart(t);
    if (!a.lacks) return true;
    memcpy(s->accuracy.reason, a.reason, sizeof a.reason);
    const node *place = instance_place(&s->accuracy);
    if (!place) place = s->accuracy.group;
    return fail_at(f, place, "%s: network %s%s%s%s: %s", s->accuracy.plugin->id, a.network,
                   s->n_workloads > 1 ? " (" : "",
                   s->n_workloads > 1 ? s->workloads[a.workload].section : "",
                   s->n_workloads > 1 ? ")" : "", a.reason);
}

bool ready_design(study *s, const double *design, failure *f) {
    return check(&(tries){.s = s, .designs = design, .n = 1}, f);
}

bool ready_rows(study *s, const double *designs, size_t n, failure *f) {
    return check(&(tries){.s = s, .designs = designs, .n = n, .rows = true}, f);
}

bool ready_study(study *s, failure *f) {
    double *design = memory_new(s->space.n_numbers, sizeof *design);
    study_default_design(s, design);
    const bool good = check(&(tries){.s = s, .designs = design, .n = 1, .vary = true}, f);
    free(design);
    return good;
}
