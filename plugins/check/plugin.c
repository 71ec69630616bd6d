/* Tests of every kind of plug-in. */
#include "use.h"
#include "watch.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- what it says of itself ----------------------------------------------------------------- */

static bool is_line(const char *chars) {
    if (!chars[0] || isspace((unsigned char)chars[0])) return false;
    for (; *chars; chars++)
        if ((unsigned char)*chars < ' ') return false;
    return true;
}

static void check_help(check *c, const char *what, const char *name, const char *help) {
    if (help[0] && !is_line(help)) check_fail(c, "%s %s: help must be one line", what, name);
    if (!help[0]) check_warn(c, "%s %s: no help", what, name);
}

static void check_names(check *c, const cim_param *p) {
    for (uint32_t i = 0; p->type == CIM_CATEGORY && i < p->n_levels; i++)
        for (uint32_t k = 0; k < i; k++)
            if (strcmp(p->names[i], p->names[k]) == 0)
                check_fail(c, "parameter %s: name \"%s\" twice", p->key, p->names[i]);
}

static void has_words(check *c) {
    const cim_plugin *p = c->plugin;
    if (!is_line(p->summary)) check_fail(c, "summary: must be one line");
    if (!is_line(p->version)) check_fail(c, "version: must be one line");
    if (!p->license[0] || p->license[strspn(p->license, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "abcdefghijklmnopqrstuvwxyz0123456789.+-() ")])
        check_fail(c, "license: must be an SPDX expression, like MIT");
    for (uint32_t i = 0; i < p->is.params.n; i++) {
        const cim_param *is = CIM_ROW(cim_param, p->is.params, i);
        check_help(c, "parameter", is->key, is->help);
        check_names(c, is);
    }
    for (uint32_t i = 0; i < p->is.metrics.n; i++) {
        const cim_metric *m = CIM_ROW(cim_metric, p->is.metrics, i);
        check_help(c, "metric", m->name, m->help);
        if (m->better < -1 || m->better > 1)
            check_fail(c, "metric %s: better = %d: must be -1, 0 or 1", m->name, m->better);
        if (!(m->relative_error >= 0) || !isfinite(m->relative_error))
            check_fail(c, "metric %s: relative_error must be 0 or more", m->name);
    }
    for (uint32_t i = 0; i < p->is.constraints.n; i++) {
        const cim_constraint *k = CIM_ROW(cim_constraint, p->is.constraints, i);
        check_help(c, "constraint", k->name, k->help);
    }
}

/* ---- conditions ----------------------------------------------------------------------------- */

static use *begin(check *c, search_how how) {
    use *u = check_new(c, 1, sizeof *u);
    cim_status status;
    if (!use_create(u, c, how, &status))
        check_refused(c, "create: %s", subject_reason(u->s, status));
    return u;
}

static bool is_own_set(const subject *s, const char *name) {
    for (uint32_t i = 0; i < s->n_index_sets; i++)
        if (strcmp(s->index_sets[i].name, name) == 0) return true;
    return false;
}

/* A value that a decider never has may be meant: what hangs on it alone is never active. */
static bool can_be(const cim_param *p, double value) {
    if (p->type == CIM_BOOLEAN) return value == 0 || value == 1;
    if (p->type == CIM_CATEGORY) return value >= 0 && value < p->n_levels && value == floor(value);
    return value >= p->min && value <= p->max;
}

static void conditions_refer(check *c) {
    use *u = begin(c, use_how(c));
    const subject *s = u->s;
    if (!s->n_conditions) check_skip(c, "it has no conditions");
    for (uint32_t i = 0; i < s->n_conditions; i++) {
        const cim_condition *k = &s->conditions[i];
        int on = subject_find(s, k->on), target = subject_find(s, k->target);
        if (target < 0 && !is_own_set(s, k->target))
            check_fail(c, "condition on %s, which is no parameter or index set", k->target);
        if (on < 0 || k->on_element >= s->first[on + 1] - s->first[on])
            check_fail(c, "condition on %s: %s[%u] decides, which does not exist", k->target, k->on,
                       k->on_element);
        if (target >= 0 && k->element != CIM_ALL_ELEMENTS &&
            k->element >= s->first[target + 1] - s->first[target])
            check_fail(c, "condition on %s[%u], which does not exist", k->target, k->element);
        for (uint32_t v = 0; v < k->n_values; v++)
            if (!can_be(&s->params[on], k->values[v]))
                check_warn(c, "condition on %s: %s is never %g", k->target, k->on, k->values[v]);
    }
    use_end(u);
}

/* ---- work ----------------------------------------------------------------------------------- */

static void works_with_defaults(check *c) { use_digest(c, use_how(c)); }

/* Before the second run, a third instance does a little. */
static void repeats_itself(check *c) {
    search_how how = use_how(c);
    uint64_t first = use_digest(c, how);
    use *u = begin(c, how);
    cim_status status;
    if (!use_step(u, 0, &status))
        check_fail(c, "refuses what it did before: %s", subject_reason(u->s, status));
    use_end(u);
    if (use_digest(c, how) != first)
        check_fail(c, "a second instance gives other bits for the same input");
}

static bool names_a_key(const subject *s, const char *why) {
    for (uint32_t i = 0; i < s->n_params; i++)
        if (strstr(why, s->params[i].key)) return true;
    return false;
}

static const char *mode_name(pick_mode m) {
    return m == PICK_LOWEST ? "its lowest value" : m == PICK_HIGHEST ? "its highest value"
                                                                     : "an allowed value";
}

/* An allowed value may still be refused, where it does not go with others: in words that say so. */
static void try_values(check *c, search_how how, const char *key) {
    use *u = check_new(c, 1, sizeof *u);
    const char *why = "";
    cim_status status = use_run(u, c, how, &why);
    if (status == CIM_OK) return;
    const char *mode = mode_name(how.subject.pick.mode);
    if (status != CIM_E_CONFIG && status != CIM_E_UNSUPPORTED)
        check_fail(c, "%s at %s: status %d: %s", key, mode, status, why);
    if (!names_a_key(u->s, why))
        check_fail(c, "%s at %s: refused without naming a key: %s", key, mode, why);
    check_warn(c, "%s at %s: refused: %s", key, mode, why);
}

static void takes_every_allowed_value(check *c) {
    static const pick_mode modes[] = {PICK_LOWEST, PICK_HIGHEST, PICK_RANDOM, PICK_RANDOM};
    search_how how = use_how(c);
    use *u = begin(c, how);
    const subject *s = u->s;
    use_end(u);
    if (!s->n_params) check_skip(c, "it has no parameters");
    for (uint32_t i = 0; i < s->n_params; i++)
        for (size_t m = 0; s->params[i].type != CIM_TEXT && m < sizeof modes / sizeof *modes; m++) {
            how.subject.pick = (pick){.mode = modes[m], .only = (int32_t)i,
                                      .seed = check_below(c, UINT32_MAX)};
            try_values(c, how, s->params[i].key);
        }
    for (uint32_t i = 0; i < 4; i++) {
        how.subject.pick =
            (pick){.mode = PICK_RANDOM, .only = -1, .seed = check_below(c, UINT32_MAX)};
        try_values(c, how, "all parameters");
    }
}

/* B has other values and another seed than A, and works between A's steps. */
static void two_at_once(check *c) {
    search_how how = use_how(c), other = how;
    uint64_t alone = use_digest(c, how), other_alone;
    const char *why = "";
    other.subject.seed = 99;
    other.subject.pick = (pick){.mode = PICK_RANDOM, .only = -1, .seed = 7};
    use *a = check_new(c, 1, sizeof *a), *b = check_new(c, 1, sizeof *b);
    if (use_run(b, c, other, &why) == CIM_OK) other_alone = b->digest;
    else {
        other.subject.pick = PICK_DEFAULTS;
        other_alone = use_digest(c, other);
    }
    cim_status status;
    if (!use_create(a, c, how, &status) || !use_create(b, c, other, &status))
        check_fail(c, "create: refuses while there is another instance");
    for (uint32_t i = 0; i < USE_STEPS; i++)
        if (!use_step(a, i, &status) || !use_step(b, i, &status))
            check_fail(c, "refuses work while there is another instance");
    use_end(a);
    if (a->digest != alone || b->digest != other_alone)
        check_fail(c, "gives other bits while there is another instance");
    use_end(b);
}

static void leaks_nothing(check *c) {
    search_how how = use_how(c);
    use *u = check_new(c, 1, sizeof *u);
    for (uint32_t i = 0; i < 100; i++) {
        cim_status status;
        if (!use_create(u, c, how, &status)) check_fail(c, "create: refuses, the %u. time", i + 1);
        if (i % 10 == 0 && !use_step(u, 0, &status)) check_fail(c, "refuses work");
        use_end(u); /* fails when memory is not back */
    }
}

/* With the n-th allocation failing: says so, or does without and answers the same. */
static bool run_dry(check *c, search_how how, int64_t n, uint64_t expected) {
    use *u = check_new(c, 1, sizeof *u);
    cim_status status = CIM_OK;
    how.subject.dry_at = n;
    if (!use_create(u, c, how, &status)) {
        if (!u->s->ran_dry) check_fail(c, "create: refuses, with memory to spare");
        if (status != CIM_E_MEMORY)
            check_warn(c, "allocation %d fails: create: status %d instead of CIM_E_MEMORY", (int)n,
                       status);
        return true;
    }
    bool good = true;
    for (uint32_t i = 0; good && i < USE_STEPS; i++) good = use_step(u, i, &status);
    bool ran_dry = u->s->ran_dry;
    if (good && !u->s->told_dry && u->digest != expected)
        check_fail(c, "allocation %d fails, and nobody is told: other results, status CIM_OK",
                   (int)n);
    use_end(u);
    return ran_dry;
}

static void survives_without_memory(check *c) {
    enum { IN_ORDER = 200, AT_RANDOM = 50 };
    search_how how = use_how(c);
    uint64_t expected = use_digest(c, how);
    int64_t n = 0;
    while (n < IN_ORDER && run_dry(c, how, n, expected)) n++;
    for (uint32_t i = 0; n == IN_ORDER && i < AT_RANDOM; i++)
        run_dry(c, how, IN_ORDER + (int64_t)check_below(c, 10000), expected);
    if (!n) check_skip(c, "it takes no memory from the host");
}

static void works_under_a_newer_host(check *c) {
    search_how how = use_how(c);
    uint64_t expected = use_digest(c, how);
    how.subject.pad = 48;
    if (use_digest(c, how) != expected)
        check_fail(c, "gives other bits when the host's structs and rows are longer: step through "
                   "tables with CIM_ROW");
}

/* ---- what it may not touch ------------------------------------------------------------------ */

static void watched(check *c, const watch *w) {
    search_how how = use_how(c);
    c->watched = w->begin(c);
    c->watch = w->look;
    c->unwatch = w->end;
    const char *why = "";
    cim_status status = use_run(check_new(c, 1, sizeof(use)), c, how, &why);
    c->watch = NULL;
    if (c->intrusion[0]) check_fail(c, "%s", c->intrusion);
    if (status != CIM_OK) check_fail(c, "%s", why);
}

static void keeps_locale(check *c) { watched(c, &watch_locale); }
static void keeps_floating_point(check *c) { watched(c, &watch_floating_point); }
static void starts_no_thread(check *c) { watched(c, &watch_threads); }
static void writes_nothing(check *c) { watched(c, &watch_output); }
static void keeps_process(check *c) { watched(c, &watch_process); }

const check_test plugin_tests[] = {
    {"plugin.has_words", "summary, version, licence and help are there", has_words},
    {"plugin.conditions_refer", "conditions speak of what exists", conditions_refer},
    {"plugin.works_with_defaults", "is created, works and is destroyed with its defaults",
     works_with_defaults},
    {"plugin.takes_every_allowed_value", "takes each parameter's lowest, highest and random values",
     takes_every_allowed_value},
    {"plugin.repeats_itself", "same input, same bits, in another instance", repeats_itself},
    {"plugin.two_at_once", "instances side by side do not disturb each other", two_at_once},
    {"plugin.leaks_nothing", "gives all memory back, 100 times over", leaks_nothing},
    {"plugin.survives_without_memory", "says so when any one allocation fails",
     survives_without_memory},
    {"plugin.works_under_a_newer_host", "takes structs and rows that are longer than it knows",
     works_under_a_newer_host},
    {"plugin.keeps_locale", "leaves the locale alone", keeps_locale},
    {"plugin.keeps_floating_point", "leaves rounding and traps alone", keeps_floating_point},
    {"plugin.starts_no_thread", "runs in the host's one thread", starts_no_thread},
    {"plugin.writes_nothing", "writes nothing to standard output or error", writes_nothing},
    {"plugin.keeps_process", "leaves folder, signals, file mask and environment alone",
     keeps_process},
    {0}};
