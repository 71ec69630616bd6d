/* hwmodel.exec: any program that reads and writes lines of JSON, as a hardware model
 * (README.md). */
#include "exchange.h"
#include "program.h"

#include <cim_sdk/export.h>
#include <cim_sdk/text.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { PROGRAM, INTERPRETER, ARGUMENTS };
static const cim_param params[OWN_PARAMETERS] = {
    {.key = "program",
     .unit = "",
     .help = "the program or script to run",
     .type = CIM_TEXT,
     .flags = CIM_PARAM_FIXED | CIM_PARAM_REQUIRED | CIM_PARAM_PATH},
    {.key = "interpreter",
     .unit = "",
     .help = "what runs it, as in python3; nothing: it runs by itself",
     .type = CIM_TEXT,
     .flags = CIM_PARAM_FIXED},
    {.key = "arguments",
     .unit = "",
     .help = "words that follow it on the command line, separated by blanks",
     .type = CIM_TEXT,
     .flags = CIM_PARAM_FIXED},
};

typedef struct model {
    const cim_host *host;
    program program;
    json_t *description;     /* the program's answer; owns the texts of DECLARED */
    declared declared;
    json_t *network;         /* of the last request */
    int network_sent;        /* to the program, as it runs now */
} model;

static void destroy(void *self) {
    model *m = self;
    const cim_host *host = m->host;
    program_stop(&m->program);
    declared_free(&m->declared);
    json_decref(m->description);
    json_decref(m->network);
    host->release(host, m->program.interpreter);
    host->release(host, m->program.path);
    host->release(host, m->program.arguments);
    host->release(host, m);
}

static cim_status ask_description(model *m) {
    char why[CIM_MAX_TEXT];
    json_t *q = json_pack("{s:s}", "ask", "describe");
    m->description = program_ask(&m->program, q, why);
    json_decref(q);
    if (!m->description) return cim_failf(m->host, CIM_E_CONFIG, "%s", why);
    program_stop(&m->program); /* evaluations are for workers, and each starts its own */
    return declared_read(&m->declared, m->host, m->description);
}

/* A missing script would be the interpreter's to explain, on standard error. */
static cim_status check_path(const model *m) {
    const char *path = m->program.path;
    if (!path[0]) return cim_failf(m->host, CIM_E_CONFIG, "program: must not be empty");
    if (access(path, F_OK) == 0) return CIM_OK;
    return cim_failf(m->host, CIM_E_CONFIG, "%s: %s", path, strerror(errno));
}

static cim_status create(const cim_host *host, const cim_values *values, void **self) {
    model *m = host->alloc(host, 1, sizeof *m);
    if (!m) return cim_failf(host, CIM_E_MEMORY, "no memory");
    m->host = host;
    m->program = (program){.socket = -1, .path = cim_text_copy(host, values->texts[PROGRAM]),
                           .interpreter = cim_text_copy(host, values->texts[INTERPRETER]),
                           .arguments = cim_text_copy(host, values->texts[ARGUMENTS])};
    cim_status s = m->program.path && m->program.interpreter && m->program.arguments
                       ? check_path(m) : cim_failf(host, CIM_E_MEMORY, "no memory");
    if (s == CIM_OK) s = ask_description(m);
    if (s != CIM_OK) destroy(m);
    else *self = m;
    return s;
}

static cim_status describe(void *self, cim_description *out) {
    const declared *d = &((const model *)self)->declared;
    out->params = (cim_param_table){d->params, d->n_params, sizeof *d->params};
    out->metrics = (cim_metric_table){d->metrics, d->n_metrics, sizeof *d->metrics};
    out->constraints =
        (cim_constraint_table){d->constraints, d->n_constraints, sizeof *d->constraints};
    return CIM_OK;
}

/* The network goes along unless the program, as it runs, has it already. */
static json_t *ask_once(model *m, const cim_request *r, uint32_t point, int ready, char *why) {
    json_t *q = json_pack("{s:s, s:o, s:b}", "ask", "evaluate", "point",
                          json_of_point(&m->declared, r->values, point), "parts", r->part != NULL);
    if (!ready || !m->network_sent) json_object_set(q, "network", m->network);
    json_t *answer = program_ask(&m->program, q, why);
    json_decref(q);
    m->network_sent = answer != NULL;
    return answer;
}

/* A program that fails after other designs is asked once more, started anew: what becomes of a
 * design must not depend on what was evaluated before it. */
static json_t *ask_point(model *m, const cim_request *r, uint32_t point, char *why) {
    const int ready = program_ready(&m->program);
    json_t *answer = ask_once(m, r, point, ready, why);
    return answer || !ready ? answer : ask_once(m, r, point, 0, why);
}

static cim_status evaluate(void *self, const cim_request *r) {
    model *m = self;
    json_t *network = json_of_network(r->network);
    if (!network)
        return cim_failf(m->host, CIM_E_UNSUPPORTED, "the network has a name that is no UTF-8");
    if (!m->network || !json_equal(network, m->network)) {
        json_decref(m->network);
        m->network = json_incref(network);
        m->network_sent = 0;
    }
    json_decref(network);
    for (uint32_t point = 0; point < r->values->n_points; point++) {
        char why[CIM_MAX_TEXT];
        json_t *answer = ask_point(m, r, point, why);
        if (answer) take_answer(&m->declared, r, point, answer);
        else r->fail(r->context, point, why);
        json_decref(answer);
    }
    return CIM_OK;
}

static const cim_hwmodel_ops ops = {.struct_size = sizeof ops,
                                    .create = create,
                                    .describe = describe,
                                    .evaluate = evaluate,
                                    .destroy = destroy};

static const cim_plugin plugin = {
    .struct_size = sizeof plugin, .abi_major = CIM_ABI_MAJOR, .abi_minor = CIM_ABI_MINOR,
    .kind = CIM_HWMODEL, .id = "hwmodel.exec", .version = "0.1.0", .license = "MIT",
    .summary = "any program that answers lines of JSON: your own simulator as a hardware model",
    .ops = &ops, .is = {.struct_size = sizeof plugin.is, .params = CIM_TABLE(params)},
};

CIM_EXPORT_PLUGIN(plugin)
