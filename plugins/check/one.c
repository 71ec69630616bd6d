#include "one.h"
#include "clock.h"
#include "guard.h"
#include "param.h"
#include "stream.h"
#include "time_limit.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

void *shared_new(size_t size) {
    void *shared = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return shared == MAP_FAILED ? NULL : shared;
}

void shared_free(void *shared, size_t size) {
    if (shared) munmap(shared, size);
}

enum { MOST_VARIANTS = 16 };  /* of one parameter */

/* ---- processes ------------------------------------------------------------------------------ */

/* Of its own group, so that what a plug-in starts can be ended with it. */
static void become_child(int output, pid_t parent) {
    guard_remove();
    setpgid(0, 0);
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(0);
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    if (output < 0) return;
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
}

static uint32_t seconds_of(const check_options *o) { return o->seconds ? o->seconds : 60; }

/* Its wait status; *LATE: it was ended because its time was over, on any machine the same. */
static int wait_for(pid_t pid, const check_options *o, bool *late) {
    const int64_t started = clock_now_ns();
    struct timespec nap = {0, 100000};
    int status = 0;
    *late = false;
    for (;;) {
        pid_t done = waitpid(pid, &status, WNOHANG);
        if (done == pid || (done < 0 && errno != EINTR)) break;
        if (!*late && time_limit_of(pid, 1e9 * seconds_of(o), started, 0)) {
            *late = true;
            kill(pid, SIGKILL);
        }
        nanosleep(&nap, NULL);
        if (nap.tv_nsec < 2000000) nap.tv_nsec *= 2;
    }
    kill(-pid, SIGKILL);
    return status;
}

/* The first line of what the dead one wrote, a sanitizer's complaint before all others. */
static void last_words(int output, text *out) {
    char words[8192];
    ssize_t n = output < 0 ? 0 : pread(output, words, sizeof words - 1, 0);
    if (n <= 0) return;
    words[n] = '\0';
    char *at = strstr(words, "ERROR: ");
    if (!at) at = strstr(words, "runtime error: ");
    if (!at) at = words + strspn(words, "\n =");
    at[strcspn(at, "\n")] = '\0';
    if (*at) text_add(out, "; it wrote: %.200s", at);
}

static void explain_end(const check_options *o, int status, bool late, const char *calling,
                        int output, char *why) {
    text t = {0};
    if (late) text_add(&t, "no answer within %u s", seconds_of(o));
    else if (WIFSIGNALED(status))
        text_add(&t, "crashed with signal %d (%s)", WTERMSIG(status), strsignal(WTERMSIG(status)));
    else text_add(&t, "ended its process with status %d", WEXITSTATUS(status));
    if (calling[0]) text_add(&t, " in %s", calling);
    last_words(output, &t);
    snprintf(why, REASON_SIZE, "%s", text_of(&t));
    text_free(&t);
}

/* ---- what the file holds -------------------------------------------------------------------- */

/* Is KEY=VALUE good for the parameter of that key? *KNOWN: there is one, or may be. */
static void look_at_set(const cim_plugin *plugin, const char *set, bool *known, probe *p) {
    size_t n = strcspn(set, "=");
    double number;
    text rule = {0};
    for (uint32_t i = 0; i < plugin->is.params.n; i++) {
        const cim_param *is = CIM_ROW(cim_param, plugin->is.params, i);
        if (strncmp(is->key, set, n) != 0 || is->key[n]) continue;
        *known = true;
        if (is->type != CIM_TEXT && !param_from_text(is, set + n + 1, &number, &rule))
            snprintf(p->wrong_set, sizeof p->wrong_set, "--set %s: must be %s", set,
                     text_of(&rule));
    }
    text_free(&rule);
    /* describe() may add parameters, which only an instance has. */
    const void *ops = plugin->ops;
    *known |= (plugin->kind == CIM_WORKLOAD && ((const cim_workload_ops *)ops)->describe) ||
              (plugin->kind == CIM_HWMODEL && ((const cim_hwmodel_ops *)ops)->describe) ||
              (plugin->kind == CIM_ACCURACY && ((const cim_accuracy_ops *)ops)->describe);
}

static void look(const check_options *o, probe *p) {
    entry_function entry;
    const cim_plugin *const *plugins;
    failure f = {0};
    uint32_t n = 0;
    if (!file_load(o->file, &entry, &f) || !file_plugins(entry, &plugins, &n, &f)) {
        snprintf(p->why, sizeof p->why, "%.*s", REASON_SIZE - 1, f.text);
        return;
    }
    p->n = n;
    for (uint32_t i = 0; i < n; i++) {
        p->kinds[i] = plugins[i]->kind;
        snprintf(p->ids[i], sizeof p->ids[i], "%s", plugins[i]->id);
    }
    for (size_t k = 0; k < o->n_sets; k++) {
        bool known = false;
        for (uint32_t i = 0; i < n; i++) look_at_set(plugins[i], o->sets[k], &known, p);
        if (!known)
            snprintf(p->wrong_set, sizeof p->wrong_set, "--set %s: no such parameter", o->sets[k]);
    }
    p->why[0] = '\0';
}

void one_probe(const check_options *o, probe *p) {
    if (o->in_process) {
        look(o, p);
        return;
    }
    bool late;
    int output = memfd_create("output", MFD_CLOEXEC);
    pid_t parent = getpid();
    fflush(NULL);
    snprintf(p->why, sizeof p->why, "?");
    pid_t pid = fork();
    if (pid == 0) {
        become_child(output, parent);
        look(o, p);
        _exit(0);
    }
    int status = pid < 0 ? 0 : wait_for(pid, o, &late);
    if (pid < 0) snprintf(p->why, sizeof p->why, "cannot start a process: %s", strerror(errno));
    else if (strcmp(p->why, "?") == 0) explain_end(o, status, late, "its loading", output, p->why);
    close(output);
}

/* ---- one test ------------------------------------------------------------------------------- */

static void find_plugin(check *c, int index) {
    entry_function entry;
    const cim_plugin *const *plugins;
    failure f = {0};
    uint32_t n = 0;
    if (!file_load(c->file, &entry, &f) || !file_plugins(entry, &plugins, &n, &f) ||
        (uint32_t)index >= n)
        check_fail(c, "%s", f.status ? f.text : "cim_plugins: fewer plug-ins than before");
    c->plugin = plugins[index];
}

static void run_variant(check *c, int index, uint32_t number) {
    stream_start(c->options->seed, c->test->name, number, &c->rng);
    c->report->verdict = NO_VERDICT;
    c->intrusion[0] = '\0';
    c->watch = NULL;
    c->unwatch = NULL;
    if (setjmp(c->end) == 0) {
        if (index >= 0) find_plugin(c, index);
        c->test->run(c);
        if (!c->report->verdict) c->report->verdict = PASSED;
    }
    if (c->unwatch) c->unwatch(c);
    check_free(c);
}

/* Every variant is run until one fails. Of the others the worst counts: a warning, a success, and
 * only then a skip. */
static bool keep_worst(check *c, check_report *worst) {
    static const int ranks[N_VERDICTS] = {[SKIPPED] = 1, [PASSED] = 2, [WARNED] = 3, [FAILED] = 4};
    if (ranks[c->report->verdict] > ranks[worst->verdict]) *worst = *c->report;
    return worst->verdict != FAILED;
}

/* A fixed category or boolean says what kind of thing the plug-in is: which network, which
 * algorithm. Nothing of a searcher is searched, so all of its parameters are fixed. */
static bool makes_variants(const check *c, const cim_param *p) {
    if (p->type != CIM_CATEGORY && p->type != CIM_BOOLEAN) return false;
    size_t n = strlen(p->key);
    for (size_t i = 0; i < c->options->n_sets; i++)
        if (strncmp(c->options->sets[i], p->key, n) == 0 && c->options->sets[i][n] == '=')
            return false;
    return c->plugin->kind == CIM_SEARCHER || p->flags & CIM_PARAM_FIXED;
}

static bool run_variants_of(check *c, int index, const cim_param *p, check_report *worst) {
    uint32_t n = p->type == CIM_BOOLEAN ? 2 : p->n_levels;
    bool going_on = true;
    for (uint32_t k = 0; going_on && k < n && k < MOST_VARIANTS; k++) {
        text words = {0};
        if (k == p->default_value) continue;
        c->variant = p;
        c->variant_value = k;
        param_to_text(p, k, &words);
        snprintf(c->report->variant, CALLING_SIZE, "%s = %s", p->key, text_of(&words));
        text_free(&words);
        run_variant(c, index, k);
        going_on = keep_worst(c, worst);
    }
    return going_on;
}

static void run_here(check *c, int index) {
    check_report worst = {0};
    c->variant = NULL;
    run_variant(c, index, 0);
    bool going_on = keep_worst(c, &worst) && index >= 0;
    for (uint32_t i = 0; going_on && i < c->plugin->is.params.n; i++) {
        const cim_param *p = CIM_ROW(cim_param, c->plugin->is.params, i);
        if (makes_variants(c, p)) going_on = run_variants_of(c, index, p, &worst);
    }
    *c->report = worst;
}

void one_run(check *c, int index) {
    bool late;
    pid_t parent = getpid();
    *c->report = (check_report){0};
    c->output = memfd_create("output", MFD_CLOEXEC);
    if (c->options->in_process) {
        run_here(c, index);
        close(c->output);
        return;
    }
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        become_child(c->output, parent);
        run_here(c, index);
        _exit(0);
    }
    int status = pid < 0 ? 0 : wait_for(pid, c->options, &late);
    if (pid < 0)
        snprintf(c->report->reason, REASON_SIZE, "cannot start a process: %s", strerror(errno));
    else if (late || !c->report->verdict || !WIFEXITED(status) || WEXITSTATUS(status))
        explain_end(c->options, status, late, c->report->calling, c->output, c->report->reason);
    else {
        close(c->output);
        return;
    }
    c->report->verdict = FAILED;
    close(c->output);
}
