#include "instance.h"
#include "descriptor.h"
#include "design_view.h"
#include "file_sum.h"
#include "guard.h"
#include "memory.h"
#include "network.h"
#include "stream.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- host services -------------------------------------------------------------------------- */

static cim_status host_fail(const cim_host *host, cim_status status, const char *why) {
    instance *in = host->context;
    snprintf(in->reason, sizeof in->reason, "%s", why ? why : "");
    for (char *c = in->reason; *c; c++)
        if ((unsigned char)*c < ' ') *c = ' ';
    return status;
}

static void host_log(const cim_host *host, int32_t level, const char *line) {
    const instance *in = host->context;
    if (level >= CIM_LOG_INFO)
        fprintf(stderr, "%s: %s%s\n", in->plugin->id, level >= CIM_LOG_WARNING ? "warning: " : "",
                line);
}

static void *host_alloc(const cim_host *host, size_t count, size_t size) {
    instance *in = host->context;
    void *memory = calloc(count ? count : 1, size ? size : 1);
    if (memory) in->live++;
    return memory;
}

static void host_release(const cim_host *host, void *memory) {
    instance *in = host->context;
    if (memory) in->live--;
    free(memory);
}

static void host_stream(const cim_host *host, uint64_t number, cim_rng *rng) {
    const instance *in = host->context;
    stream_start(in->seed, in->plugin->id, number, rng);
}

static void host_offer_training(const cim_host *host, const cim_train_ops *ops) {
    instance *in = host->context;
    if (ops && ops->struct_size >= sizeof *ops && ops->train) in->training = ops;
}

static void host_offer_ready(const cim_host *host, const cim_ready_ops *ops) {
    instance *in = host->context;
    if (ops && ops->struct_size >= sizeof *ops && ops->ready) in->ready = ops;
}

/* What a parameter names is known by the parameter, wherever the file lies. */
static void host_used(const cim_host *host, const char *path) {
    instance *in = host->context;
    if (!path || !*path) return;
    for (uint32_t i = 0; i < in->n_params; i++) {
        const char *named = instance_file(in, i);
        if (named && strcmp(named, path) == 0) return;
    }
    file_list_add(&in->files, path);
}

static const void *host_extension(const cim_host *host, const char *id) {
    static const cim_train_host training = {.struct_size = sizeof training,
                                            .offer = host_offer_training};
    static const cim_ready_host ready = {.struct_size = sizeof ready, .offer = host_offer_ready};
    static const cim_files files = {.struct_size = sizeof files, .used = host_used};
    const instance *in = host->context;
    if (id && strcmp(id, CIM_FILES) == 0) return &files;
    if (!id || in->plugin->kind != CIM_ACCURACY) return NULL;
    if (strcmp(id, CIM_DESIGN) == 0) return &design_view_extension;
    if (strcmp(id, CIM_READY) == 0) return &ready;
    return strcmp(id, CIM_TRAIN) == 0 ? &training : NULL;
}

/* ---- description ---------------------------------------------------------------------------- */

/* Appends the rows of a table, cut or kept to the size this host knows. */
static void append(void **array, uint32_t *n, size_t size, const void *rows, uint32_t more,
                   uint32_t row_size) {
    *array = memory_grow(*array, *n + more, size);
    for (uint32_t i = 0; i < more; i++)
        memcpy((char *)*array + (*n + i) * size, (const char *)rows + (size_t)i * row_size, size);
    *n += more;
}
#define APPEND(array, count, table) \
    append((void **)&(array), &(count), sizeof *(array), (table).rows, (table).n, (table).row_size)

void instance_describe(instance *in, const cim_description *is) {
    APPEND(in->params, in->n_params, is->params);
    APPEND(in->conditions, in->n_conditions, is->conditions);
    APPEND(in->metrics, in->n_metrics, is->metrics);
    APPEND(in->constraints, in->n_constraints, is->constraints);
    APPEND(in->index_sets, in->n_index_sets, is->index_sets);
}

static bool find_elements(const instance *in, const cim_param *p, bool all_known, uint32_t *n,
                          failure *f) {
    *n = p->type == CIM_TEXT ? 0 : p->length ? p->length : 1;
    if (!p->index_set) return true;
    for (uint32_t i = 0; i < in->n_sets; i++)
        if (strcmp(in->sets[i].name, p->index_set) == 0) {
            *n = in->sets[i].size;
            return true;
        }
    *n = 0;
    return !all_known || fail_at(f, in->group, "%s runs over the index set \"%s\", which the "
                                 "workload does not have", p->key, p->index_set);
}

bool instance_layout(instance *in, bool all_known, failure *f) {
    in->first = memory_grow(in->first, in->n_params + 1u, sizeof *in->first);
    in->texts = memory_grow(in->texts, in->n_params, sizeof *in->texts);
    in->first[0] = 0;
    for (uint32_t i = 0; i < in->n_params; i++) {
        uint32_t n;
        if (!find_elements(in, &in->params[i], all_known, &n, f)) return false;
        in->first[i + 1] = in->first[i] + n;
    }
    in->n_numbers = in->first[in->n_params];
    in->base = memory_grow(in->base, in->n_numbers, sizeof *in->base);
    in->dimension = memory_grow(in->dimension, in->n_numbers, sizeof *in->dimension);
    for (uint32_t i = 0; i < in->n_params; i++) {
        const cim_param *p = &in->params[i];
        bool from_network = p->flags & CIM_PARAM_FROM_NETWORK;
        in->texts[i] = p->type != CIM_TEXT ? NULL : p->default_text ? p->default_text : "";
        for (uint32_t k = in->first[i]; k < in->first[i + 1]; k++) {
            in->base[k] = from_network ? (double)NAN : p->default_value;
            in->dimension[k] = -1;
        }
    }
    return true;
}

uint32_t instance_elements(const instance *in, uint32_t param) {
    return in->first[param + 1] - in->first[param];
}

int instance_find_param(const instance *in, const char *key) {
    for (uint32_t i = 0; i < in->n_params; i++)
        if (strcmp(in->params[i].key, key) == 0) return (int)i;
    return -1;
}

const char *instance_file(const instance *in, uint32_t i) {
    const bool is_path = in->params[i].type == CIM_TEXT && in->params[i].flags & CIM_PARAM_PATH;
    return is_path && in->texts[i] && in->texts[i][0] ? in->texts[i] : NULL;
}

const node *instance_place(const instance *in) {
    for (uint32_t i = 0; i < in->n_params; i++)
        if (instance_file(in, i) && strstr(in->reason, instance_file(in, i)))
            return node_get(in->group, in->params[i].key);
    return NULL;
}

/* ---- life ----------------------------------------------------------------------------------- */

void instance_begin(instance *in, const catalog_entry *entry, const char *section, node *group,
                    uint64_t seed) {
    *in = (instance){.plugin = entry->plugin, .file = entry->file, .section = section,
                     .group = group, .seed = seed};
    in->host = (cim_host){.struct_size = sizeof in->host, .abi_major = CIM_ABI_MAJOR,
                          .abi_minor = CIM_ABI_MINOR, .context = in, .fail = host_fail,
                          .log = host_log, .alloc = host_alloc, .release = host_release,
                          .stream = host_stream, .extension = host_extension};
    instance_describe(in, &in->plugin->is);
}

cim_values instance_values(const instance *in, const double *numbers, uint32_t n_points) {
    return (cim_values){.struct_size = sizeof(cim_values), .n_points = n_points,
                        .n_params = in->n_params, .n_numbers = in->n_numbers, .first = in->first,
                        .numbers = numbers, .texts = in->texts};
}

const char *instance_reason(const instance *in, cim_status status) {
    if (in->reason[0]) return in->reason;
    switch (status) {
#define STATUS_TEXT(name, value, words) case name: return words;
        CIM_STATUS_LIST(STATUS_TEXT)
    default: return "an unknown status";
    }
}

static cim_status call_create(instance *in, const cim_values *v, const cim_problem *problem) {
    const void *ops = in->plugin->ops;
    switch (in->plugin->kind) {
    case CIM_SEARCHER:
        return ((const cim_searcher_ops *)ops)->create(&in->host, v, problem, &in->self);
    case CIM_WORKLOAD: return ((const cim_workload_ops *)ops)->create(&in->host, v, &in->self);
    case CIM_HWMODEL: return ((const cim_hwmodel_ops *)ops)->create(&in->host, v, &in->self);
    default: return ((const cim_accuracy_ops *)ops)->create(&in->host, v, &in->self);
    }
}

static cim_status call_describe(instance *in, cim_description *out) {
    const void *ops = in->plugin->ops;
    cim_status (*describe)(void *, cim_description *) = NULL;
    switch (in->plugin->kind) {
    case CIM_WORKLOAD: describe = ((const cim_workload_ops *)ops)->describe; break;
    case CIM_HWMODEL: describe = ((const cim_hwmodel_ops *)ops)->describe; break;
    case CIM_ACCURACY: describe = ((const cim_accuracy_ops *)ops)->describe; break;
    default: break;
    }
    return describe ? describe(in->self, out) : CIM_OK;
}

static bool check_status(const instance *in, cim_status status, const char *call, failure *f) {
    if (status == CIM_OK) return true;
    if (status == CIM_E_INTERNAL || status == CIM_E_MEMORY)
        return fail(f, STATUS_FAILED, "%s: %s: %s", in->plugin->id, call,
                    instance_reason(in, status));
    const node *place = status == CIM_E_FILE ? instance_place(in) : NULL;
    return fail_at(f, place ? place : in->group, "%s: %s", in->plugin->id,
                   instance_reason(in, status));
}

/* What the instance adds must not repeat the names of its descriptor: both as one description. */
static bool check_whole(const instance *in, failure *f) {
    const cim_description all = {
        .struct_size = sizeof all,
        .params = {in->params, in->n_params, sizeof *in->params},
        .conditions = {in->conditions, in->n_conditions, sizeof *in->conditions},
        .metrics = {in->metrics, in->n_metrics, sizeof *in->metrics},
        .constraints = {in->constraints, in->n_constraints, sizeof *in->constraints},
        .index_sets = {in->index_sets, in->n_index_sets, sizeof *in->index_sets}};
    failure inner = {0};
    return description_check(&all, in->plugin->kind, &inner) ||
           fail(f, STATUS_WRONG, "%s: describe: %s", in->plugin->id, inner.text);
}

bool instance_create(instance *in, const cim_problem *problem, failure *f) {
    cim_values values = instance_values(in, in->base, 1);
    guard_enter(in->plugin->id, "create");
    cim_status status = call_create(in, &values, problem);
    guard_leave();
    if (!check_status(in, status, "create", f)) {
        in->self = NULL;
        return false;
    }
    if (!in->self)
        return fail(f, STATUS_WRONG, "%s: create: CIM_OK, but *self is not set", in->plugin->id);
    cim_description is = {.struct_size = sizeof is};
    guard_enter(in->plugin->id, "describe");
    status = call_describe(in, &is);
    guard_leave();
    if (!check_status(in, status, "describe", f)) return false;
    failure inner = {0};
    if (!description_check(&is, in->plugin->kind, &inner))
        return fail(f, STATUS_WRONG, "%s: describe: %s", in->plugin->id, inner.text);
    instance_describe(in, &is);
    return check_whole(in, f);
}

const cim_network *instance_build(instance *in, const double *numbers, char *why, size_t size) {
    const cim_network *network = NULL;
    const cim_values values = instance_values(in, numbers, 1);
    in->reason[0] = why[0] = '\0';
    const cim_status status =
        ((const cim_workload_ops *)in->plugin->ops)->build(in->self, &values, &network);
    if (status != CIM_OK) snprintf(why, size, "%s", instance_reason(in, status));
    else if (!network) snprintf(why, size, "build gave no network");
    else network_check(network, in->n_index_sets, why, size);
    return why[0] ? NULL : network;
}

static void call_destroy(instance *in) {
    const void *ops = in->plugin->ops;
    switch (in->plugin->kind) {
    case CIM_SEARCHER: ((const cim_searcher_ops *)ops)->destroy(in->self); break;
    case CIM_WORKLOAD: ((const cim_workload_ops *)ops)->destroy(in->self); break;
    case CIM_HWMODEL: ((const cim_hwmodel_ops *)ops)->destroy(in->self); break;
    default: ((const cim_accuracy_ops *)ops)->destroy(in->self);
    }
}

void instance_destroy(instance *in) {
    if (in->self) {
        guard_enter(in->plugin->id, "destroy");
        call_destroy(in);
        guard_leave();
        if (in->live)
            fprintf(stderr, "cimdse: warning: %s leaked %zu block%s of memory\n",
                    in->plugin->id, in->live, in->live == 1 ? "" : "s");
    }
    for (size_t i = 0; i < in->n_paths; i++) free(in->paths[i]);
    free(in->paths);
    free(in->params);
    free(in->conditions);
    free(in->metrics);
    free(in->constraints);
    free(in->index_sets);
    free(in->first);
    free(in->base);
    free(in->dimension);
    free(in->texts);
    text_free(&in->files);
    *in = (instance){0};
}
