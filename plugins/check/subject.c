#include "subject.h"
#include "descriptor.h"
#include "stream.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- host services -------------------------------------------------------------------------- */

static cim_status host_fail(const cim_host *host, cim_status status, const char *why) {
    subject *s = host->context;
    snprintf(s->reason, sizeof s->reason, "%s", why ? why : "");
    return status;
}

static void host_log(const cim_host *host, int32_t level, const char *line) {
    subject *s = host->context;
    if (!line || level < CIM_LOG_DEBUG || level > CIM_LOG_WARNING)
        snprintf(s->misuse, sizeof s->misuse, "log: level %d, or no text", level);
}

static void *host_alloc(const cim_host *host, size_t count, size_t size) {
    enum { MOST = 1 << 30 };
    subject *s = host->context;
    int64_t number = s->n_allocs++;
    if (number == s->how.dry_at) s->ran_dry = true;
    if (number == s->how.dry_at || (size && count > MOST / size)) return NULL;
    s->live++;
    return check_lend(s->c, count * size);
}

static void host_release(const cim_host *host, void *memory) {
    subject *s = host->context;
    if (!memory) return;
    if (check_return(s->c, memory)) s->live--;
    else snprintf(s->misuse, sizeof s->misuse, "release: of memory that alloc() did not give");
}

static void host_stream(const cim_host *host, uint64_t number, cim_rng *rng) {
    const subject *s = host->context;
    stream_start(s->how.seed, s->plugin->id, number, rng);
}

static const void *host_extension(const cim_host *host, const char *id) {
    subject *s = host->context;
    if (!id) snprintf(s->misuse, sizeof s->misuse, "extension: no id");
    return NULL;
}

/* ---- structs of a newer host ---------------------------------------------------------------- */

enum { RUBBISH = 0xa5 };

void *subject_rows(const subject *s, const void *rows, uint32_t n, size_t size) {
    size_t row = size + s->how.pad;
    char *out = check_new(s->c, n, row);
    for (uint32_t i = 0; i < n; i++) {
        memcpy(out + i * row, (const char *)rows + i * size, size);
        memset(out + i * row + size, RUBBISH, s->how.pad);
    }
    return out;
}

void *subject_struct(const subject *s, const void *p, size_t size) {
    char *out = subject_rows(s, p, 1, size);
    uint32_t struct_size = (uint32_t)(size + s->how.pad);
    memcpy(out, &struct_size, sizeof struct_size);
    return out;
}

/* ---- calls ---------------------------------------------------------------------------------- */

void subject_enter(subject *s, const char *what) {
    s->reason[0] = '\0';
    snprintf(s->c->report->calling, CALLING_SIZE, "%s", what);
}

void subject_leave(subject *s) {
    check *c = s->c;
    const char *wrong = c->watch && !c->intrusion[0] ? c->watch(c) : NULL;
    if (wrong) snprintf(c->intrusion, sizeof c->intrusion, "%s: %s", c->report->calling, wrong);
    if (s->misuse[0]) check_fail(c, "%s: %s", c->report->calling, s->misuse);
    c->report->calling[0] = '\0';
}

const char *subject_reason(const subject *s, cim_status status) {
    if (s->reason[0]) return s->reason;
    switch (status) {
#define STATUS_TEXT(name, value, words) case name: return words;
        CIM_STATUS_LIST(STATUS_TEXT)
#undef STATUS_TEXT
    default: return "an unknown status";
    }
}

void subject_check_refusal(subject *s, const char *what, cim_status status) {
    if (status < CIM_E_INTERNAL || status >= CIM_OK)
        check_fail(s->c, "%s: status %d, which is no refusal of the interface", what, status);
    if (!s->reason[0])
        check_fail(s->c, "%s: refuses (%s) without a reason: call host->fail()", what,
                   subject_reason(s, status));
    s->told_dry |= s->ran_dry;
}

static cim_status call_create(subject *s, const cim_values *v) {
    const void *ops = s->plugin->ops;
    switch (s->plugin->kind) {
    case CIM_SEARCHER:
        return ((const cim_searcher_ops *)ops)->create(s->host, v, s->how.problem, &s->self);
    case CIM_WORKLOAD: return ((const cim_workload_ops *)ops)->create(s->host, v, &s->self);
    case CIM_HWMODEL: return ((const cim_hwmodel_ops *)ops)->create(s->host, v, &s->self);
    default: return ((const cim_accuracy_ops *)ops)->create(s->host, v, &s->self);
    }
}

/* Values belong to the host, which may overwrite them once create() is back: here it does. */
static cim_status create_and_forget(subject *s) {
    double *numbers = check_new(s->c, s->n_numbers, sizeof *numbers);
    char **texts = check_new(s->c, s->n_params, sizeof *texts);
    memcpy(numbers, s->base, s->n_numbers * sizeof *numbers);
    for (uint32_t i = 0; i < s->n_params; i++)
        if (s->texts[i]) {
            texts[i] = check_new(s->c, strlen(s->texts[i]) + 1, 1);
            strcpy(texts[i], s->texts[i]);
        }
    cim_values *values = subject_values(s, numbers, 1);
    values->texts = (const char *const *)texts;
    const cim_status status = call_create(s, values);
    for (uint32_t i = 0; i < s->n_numbers; i++) numbers[i] = NAN;
    for (uint32_t i = 0; i < s->n_params; i++)
        if (texts[i]) memset(texts[i], '?', strlen(texts[i]));
    return status;
}

static cim_status call_describe(subject *s, cim_description *out) {
    const void *ops = s->plugin->ops;
    cim_status (*describe)(void *, cim_description *) = NULL;
    if (s->plugin->kind == CIM_WORKLOAD) describe = ((const cim_workload_ops *)ops)->describe;
    if (s->plugin->kind == CIM_HWMODEL) describe = ((const cim_hwmodel_ops *)ops)->describe;
    if (s->plugin->kind == CIM_ACCURACY) describe = ((const cim_accuracy_ops *)ops)->describe;
    return describe ? describe(s->self, out) : CIM_OK;
}

static void call_destroy(subject *s) {
    const void *ops = s->plugin->ops;
    switch (s->plugin->kind) {
    case CIM_SEARCHER: ((const cim_searcher_ops *)ops)->destroy(s->self); break;
    case CIM_WORKLOAD: ((const cim_workload_ops *)ops)->destroy(s->self); break;
    case CIM_HWMODEL: ((const cim_hwmodel_ops *)ops)->destroy(s->self); break;
    default: ((const cim_accuracy_ops *)ops)->destroy(s->self);
    }
    s->self = NULL;
}

/* ---- life ----------------------------------------------------------------------------------- */

static void append(check *c, void **array, uint32_t *n, size_t size, const void *rows,
                   uint32_t more, uint32_t row_size) {
    char *all = check_new(c, *n + more, size);
    if (*n) memcpy(all, *array, *n * size);
    for (uint32_t i = 0; i < more; i++)
        memcpy(all + (*n + i) * size, (const char *)rows + (size_t)i * row_size, size);
    *array = all;
    *n += more;
}
#define APPEND(array, count, table) \
    append(s->c, (void **)&(array), &(count), sizeof *(array), (table).rows, (table).n, \
           (table).row_size)

static void describe(subject *s, const cim_description *is) {
    APPEND(s->params, s->n_params, is->params);
    APPEND(s->conditions, s->n_conditions, is->conditions);
    APPEND(s->metrics, s->n_metrics, is->metrics);
    APPEND(s->constraints, s->n_constraints, is->constraints);
    APPEND(s->index_sets, s->n_index_sets, is->index_sets);
}

static bool read_description(subject *s, cim_status *status) {
    cim_description is = {.struct_size = sizeof is};
    cim_description *out = subject_struct(s, &is, sizeof is);
    subject_enter(s, "describe");
    *status = call_describe(s, out);
    subject_leave(s);
    if (*status != CIM_OK) {
        subject_check_refusal(s, "describe", *status);
        return false;
    }
    failure f = {0};
    if (!description_check(out, s->plugin->kind, &f)) check_fail(s->c, "describe: %s", f.text);
    describe(s, out);
    const cim_description all = {
        .struct_size = sizeof all,
        .params = {s->params, s->n_params, sizeof *s->params},
        .metrics = {s->metrics, s->n_metrics, sizeof *s->metrics},
        .constraints = {s->constraints, s->n_constraints, sizeof *s->constraints},
        .index_sets = {s->index_sets, s->n_index_sets, sizeof *s->index_sets}};
    if (!description_check(&all, s->plugin->kind, &f)) check_fail(s->c, "describe: %s", f.text);
    return true;
}

static void check_all_back(subject *s, const char *after) {
    if (s->live)
        check_fail(s->c, "%zu block%s of host memory not back after %s", s->live,
                   s->live == 1 ? "" : "s", after);
}

bool subject_create(subject *s, check *c, subject_how how, cim_status *status) {
    *s = (subject){.c = c, .plugin = c->plugin, .how = how};
    cim_host host = {.struct_size = sizeof host, .abi_major = CIM_ABI_MAJOR,
                     .abi_minor = CIM_ABI_MINOR, .context = s, .fail = host_fail, .log = host_log,
                     .alloc = host_alloc, .release = host_release, .stream = host_stream,
                     .extension = host_extension};
    s->host = subject_struct(s, &host, sizeof host);
    describe(s, &s->plugin->is);
    subject_layout(s);
    subject_enter(s, "create");
    *status = create_and_forget(s);
    subject_leave(s);
    if (*status != CIM_OK) {
        subject_check_refusal(s, "create", *status);
        check_all_back(s, "a create() that fails");
        return false;
    }
    if (!s->self) check_fail(c, "create: CIM_OK, but *self is not set");
    if (!read_description(s, status)) {
        char reason[sizeof s->reason];
        memcpy(reason, s->reason, sizeof reason);
        subject_end(s);
        memcpy(s->reason, reason, sizeof reason);
        return false;
    }
    subject_layout(s);
    return true;
}

void subject_begin(subject *s, check *c, subject_how how) {
    cim_status status;
    if (!subject_create(s, c, how, &status))
        check_refused(c, "create: refused: %s", subject_reason(s, status));
}

void subject_end(subject *s) {
    subject_enter(s, "destroy");
    call_destroy(s);
    subject_leave(s);
    check_all_back(s, "destroy()");
}
