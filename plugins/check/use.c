#include "use.h"

#include <stdio.h>
#include <string.h>

/* Two networks that the model costs with its defaults, or the same one twice. */
static void find_networks(check *c) {
    const char *why = "";
    uint32_t n = 0;
    subject s;
    subject_begin(&s, c, model_how(c));
    for (network_kind k = 0; k < N_NETWORKS && n < 2; k++)
        if (model_network(&s, k, &why)) c->standard[n++] = k;
    if (!n) check_refused(c, "costs none of the suite's networks: %s", why);
    if (n == 1) c->standard[1] = c->standard[0];
    subject_end(&s);
}

static void find_accuracy_network(check *c) {
    subject s;
    subject_begin(&s, c, model_how(c));
    c->standard[0] = accuracy_network(&s);
    subject_end(&s);
}

search_how use_how(check *c) {
    search_how how = SEARCH_HOW;
    if (c->plugin->kind == CIM_HWMODEL || c->plugin->kind == CIM_ACCURACY)
        how.subject = model_how(c);
    if (c->plugin->kind == CIM_SEARCHER) how.kind = search_standard(c);
    else if (c->plugin->kind == CIM_HWMODEL) find_networks(c);
    else if (c->plugin->kind == CIM_ACCURACY) find_accuracy_network(c);
    return how;
}

bool use_create(use *u, check *c, search_how how, cim_status *status) {
    *u = (use){.digest = DIGEST_START, .s = &u->other};
    if (c->plugin->kind == CIM_SEARCHER) {
        u->s = &u->search.s;
        return search_create(&u->search, c, how, status);
    }
    return subject_create(u->s, c, how.subject, status);
}

/* Its own values must give figures; any others, figures or a reason. */
static bool step_model(use *u, uint32_t i, cim_status *status) {
    subject *s = u->s;
    const char *why;
    const cim_network *n =
        networks_make(s, (network_kind)s->c->standard[i % 2], (network_bits){8, 8});
    double *numbers = check_new(s->c, s->n_numbers, sizeof *numbers);
    subject_point(s, (pick){.mode = PICK_RANDOM, .seed = i, .only = -1}, numbers);
    answer a = model_evaluate(s, n, numbers, 1, false),
           b = model_evaluate(s, n, s->base, 1, i == 1);
    const uint64_t both[] = {answer_digest(&a, 0), answer_digest(&b, 0)};
    answer_check(&a);
    answer_check(&b);
    u->digest = digest_bytes(u->digest, both, sizeof both);
    *status = b.status;
    if (answer_has_figures(&b, 0, &why)) return true;
    snprintf(s->reason, sizeof s->reason, "%s", why);
    if (*status == CIM_OK) *status = CIM_E_CONFIG;
    return false;
}

static bool step_workload(use *u, uint32_t i, cim_status *status) {
    subject *s = u->s;
    double *numbers = check_new(s->c, s->n_numbers, sizeof *numbers);
    memcpy(numbers, s->base, s->n_numbers * sizeof *numbers);
    if (i % 2) subject_point(s, (pick){.mode = PICK_RANDOM, .seed = i, .only = -1}, numbers);
    const cim_network *n = workload_build(s, numbers, status);
    uint64_t d = n ? network_digest(n) : 0;
    u->digest = digest_bytes(u->digest, &d, sizeof d);
    return n || i % 2;
}

static bool step_accuracy(use *u, uint32_t i, cim_status *status) {
    subject *s = u->s;
    cim_accuracy_request r;
    const cim_network *n = networks_make(s, (network_kind)s->c->standard[0],
                                         (network_bits){8 - i, 8});
    *status = accuracy_evaluate(s, n, accuracy_mild(s, n), s->base, i % accuracy_fidelities(s),
                                i + 1, &r);
    const double numbers[] = {r.mean, r.sd, r.n_draws};
    if (*status == CIM_OK) u->digest = digest_numbers(u->digest, numbers, 3);
    return *status == CIM_OK;
}

bool use_step(use *u, uint32_t i, cim_status *status) {
    switch (u->s->plugin->kind) {
    case CIM_SEARCHER:
        if (!search_step(&u->search, 1 + 2 * i, status)) return false;
        u->digest = digest_numbers(DIGEST_START, u->search.points,
                                   u->search.n_points * u->search.problem->dimensions.n);
        return true;
    case CIM_WORKLOAD: return step_workload(u, i, status);
    case CIM_HWMODEL: return step_model(u, i, status);
    default: return step_accuracy(u, i, status);
    }
}

void use_end(use *u) { subject_end(u->s); }

cim_status use_run(use *u, check *c, search_how how, const char **why) {
    cim_status status;
    if (!use_create(u, c, how, &status)) {
        *why = check_text(c, "create: %s", subject_reason(u->s, status));
        return status;
    }
    bool good = true;
    for (uint32_t i = 0; good && i < USE_STEPS; i++) good = use_step(u, i, &status);
    if (!good) *why = check_text(c, "%s", subject_reason(u->s, status));
    use_end(u);
    return good ? CIM_OK : status;
}

uint64_t use_digest(check *c, search_how how) {
    use *u = check_new(c, 1, sizeof *u);
    const char *why = "";
    if (use_run(u, c, how, &why) != CIM_OK) check_refused(c, "%s", why);
    return u->digest;
}
