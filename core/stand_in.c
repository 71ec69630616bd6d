#include "stand_in.h"
#include "memory.h"
#include "param.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char weight_layer[] = "weight_layer";

/* ---- what is carried over -------------------------------------------------------------------- */

/* Index of the set that P runs over, of those that IN's vectors have; -1: none. */
static int32_t find_set(const instance *in, const cim_param *p) {
    for (uint32_t i = 0; p->index_set && i < in->n_sets; i++)
        if (strcmp(in->sets[i].name, p->index_set) == 0) return (int32_t)i;
    return -1;
}

static bool same_bits(double a, double b) {
    return memcmp(&a, &b, sizeof a) == 0;
}

/* Are all elements equal in every design of the space? */
static bool is_uniform(const instance *in, uint32_t param) {
    bool same = true;
    for (uint32_t k = in->first[param], first = k; same && k < in->first[param + 1]; k++)
        same = in->dimension[k] == in->dimension[first] &&
               (in->dimension[k] >= 0 || same_bits(in->base[k], in->base[first]));
    return same;
}

/* Does the config leave all of it to the network? */
static bool is_left_open(const instance *in, uint32_t param) {
    bool open = true;
    for (uint32_t k = in->first[param]; open && k < in->first[param + 1]; k++)
        open = in->dimension[k] < 0 && isnan(in->base[k]);
    return open;
}

static const node *node_of(const instance *in, const char *key) {
    const node *n = node_get(in->group, key);
    return n ? n : in->group;
}

/* Parameter PARAM of IN, which the stand-in has TO elements of. */
static bool lengths_fit(const stand_in *s, const instance *in, uint32_t param, uint32_t to,
                        failure *f) {
    const cim_param *p = &in->params[param];
    const uint32_t from = instance_elements(in, param);
    return from == to || is_uniform(in, param) ||
           fail_at(
               f, node_of(in, p->key),
               "differs from layer to layer, of which the study's network has "
               "%u and %s, which accuracy is measured on (accuracy.on), %u: they must be as many, "
               "or the values equal",
               from, s->name, to);
}

/* Every value that the space has for PARAM of IN must be one that TO allows. */
static bool values_fit(const stand_in *s, const instance *in, uint32_t param, const cim_param *to,
                       const space *all, failure *f) {
    for (uint32_t k = in->first[param]; k < in->first[param + 1]; k++) {
        const dimension *d = in->dimension[k] < 0 ? NULL : &all->dimensions[in->dimension[k]];
        const uint64_t n = d && d->numbers ? d->is.n_levels : d ? 2 : 1;
        for (uint64_t i = 0; i < n; i++) {
            double v = !d ? in->base[k] : d->numbers ? d->numbers[i] : i ? d->is.max : d->is.min;
            if (isnan(v) || param_allows(to, v)) continue;
            text rule = {0};
            param_rule(to, &rule);
            fail_at(f, node_of(in, to->key),
                    "%s may be %g; in %s, which accuracy is measured on "
                    "(accuracy.on), it must be %s",
                    to->key, v, s->name, text_of(&rule));
            text_free(&rule);
            return false;
        }
    }
    return true;
}

static bool is_per_layer(const cim_param *p) {
    return p->index_set && strcmp(p->index_set, weight_layer) == 0;
}

/* The indices of categories mean what each plug-in likes. */
static bool is_counterpart(const cim_param *p, const cim_param *other) {
    return is_per_layer(other) && p->type == other->type && p->type != CIM_CATEGORY;
}

static bool carry_bits(stand_in *s, const instance *study, uint32_t param, const space *all,
                       failure *f) {
    const cim_param *p = &study->params[param];
    const int own = instance_find_param(&s->workload, p->key);
    if (own < 0 || !is_counterpart(p, &s->workload.params[own]))
        return fail_at(f, s->workload.group,
                       "%s has no %s for each %s, as the study's workload has: "
                       "accuracy would not see it",
                       s->name, p->key, weight_layer);
    node *n = node_get(s->workload.group, p->key);
    if (n && !is_left_open(study, param))
        return fail_at(f, n, "comes from the study's workload, design by design: drop it here");
    const carried c = {.to = &s->workload.params[own],
                       .set = find_set(study, p),
                       .from_first = study->first[param],
                       .n_from = instance_elements(study, param),
                       .to_first = s->workload.first[own],
                       .n_to = instance_elements(&s->workload, (uint32_t)own)};
    s->bits = memory_grow(s->bits, s->n_bits + 1u, sizeof *s->bits);
    s->bits[s->n_bits++] = c;
    return lengths_fit(s, study, param, c.n_to, f) && values_fit(s, study, param, c.to, all, f);
}

/* A parameter of the study's network that the stand-in does not share must not be searched. */
static bool nothing_unseen(const stand_in *s, const instance *study, uint32_t param, failure *f) {
    const cim_param *p = &study->params[param];
    for (uint32_t k = study->first[param]; k < study->first[param + 1]; k++)
        if (study->dimension[k] >= 0)
            return fail_at(
                f, node_of(study, p->key),
                "is searched, and accuracy is measured on %s "
                "(accuracy.on), which does not change with it: only what runs over %s is "
                "carried over",
                s->name, weight_layer);
    return true;
}

static bool carry_workload(stand_in *s, const instance *study, const space *all, failure *f) {
    bool good = true;
    for (uint32_t i = 0; good && i < study->n_params; i++)
        good = is_per_layer(&study->params[i]) ? carry_bits(s, study, i, all, f)
                                               : nothing_unseen(s, study, i, f);
    return good;
}

static bool carry_hwmodel(stand_in *s, const instance *study, const instance *hw, failure *f) {
    s->first = memory_new(hw->n_params + 1u, sizeof *s->first);
    s->arrays = memory_new(hw->n_params, sizeof *s->arrays);
    s->n_arrays = hw->n_params;
    for (uint32_t i = 0; i < hw->n_params; i++) {
        const cim_param *p = &hw->params[i];
        const int32_t set = find_set(&s->workload, p);
        const uint32_t n = instance_elements(hw, i), to = set < 0 ? n : s->workload.sets[set].size;
        if (p->index_set && set < 0)
            return fail_at(f, s->workload.group,
                           "hwmodel.%s runs over the index set \"%s\", which %s "
                           "does not have",
                           p->key, p->index_set, s->name);
        s->arrays[i] = (carried){.to = p, .set = find_set(study, p), .from_first = hw->first[i],
                                 .n_from = n, .to_first = s->first[i], .n_to = to};
        s->first[i + 1] = s->first[i] + to;
        if (!lengths_fit(s, hw, i, to, f)) return false;
    }
    s->n_hw_numbers = s->first[hw->n_params];
    return true;
}

/* ---- life ------------------------------------------------------------------------------------ */

/* vgg8s_fmnist of networks/vgg8s_fmnist.cfg; lenet of workload.lenet. */
static void find_name(const instance *in, char *out, size_t size) {
    const char *name = strchr(in->plugin->id, '.') + 1;
    bool is_file = false;
    for (uint32_t i = 0; i < in->n_params; i++)
        if (in->params[i].type == CIM_TEXT && in->params[i].flags & CIM_PARAM_PATH &&
            in->texts[i][0]) {
            const char *slash = strrchr(in->texts[i], '/');
            name = slash ? slash + 1 : in->texts[i];
            is_file = true;
            break;
        }
    const char *ending = strrchr(name, '.');
    const size_t n = is_file && ending && ending > name ? (size_t)(ending - name) : strlen(name);
    snprintf(out, size, "%.*s", (int)n, name);
}

bool stand_in_begin(stand_in *s, const instance *workload, const instance *hwmodel,
                    const space *all, failure *f) {
    s->hwmodel = hwmodel;
    find_name(&s->workload, s->name, sizeof s->name);
    snprintf(s->help, sizeof s->help, "share of right answers of %s, not of the study's network",
             s->name);
    if (!carry_workload(s, workload, all, f) || !carry_hwmodel(s, workload, hwmodel, f))
        return false;
    s->numbers = memory_new(s->workload.n_numbers, sizeof *s->numbers);
    s->built = memory_new(s->workload.n_numbers, sizeof *s->built);
    s->hw_numbers = memory_new(s->n_hw_numbers, sizeof *s->hw_numbers);
    return true;
}

void stand_in_free(stand_in *s) {
    if (s->workload.plugin) instance_destroy(&s->workload);
    free(s->bits);
    free(s->arrays);
    free(s->first);
    free(s->numbers);
    free(s->built);
    free(s->hw_numbers);
    *s = (stand_in){0};
}

/* ---- a design -------------------------------------------------------------------------------- */

/* Do all layers of the study's network have the same number of C? What is said of layers that this
 * design has not tells nothing. */
static bool find_common(const cim_network *study, const carried *c, const double *from,
                        double *common) {
    bool any = false;
    if (c->set < 0) return false;
    *common = from[0];
    for (uint32_t i = 0; i < study->layers.n; i++) {
        const int32_t e = CIM_ROW(cim_layer, study->layers, i)->elements[c->set];
        if (e < 0) continue;
        if (any && !same_bits(from[e], *common)) return false;
        *common = from[e];
        any = true;
    }
    return true;
}

/* Numbers of a baseline or of a table of points may be such that the config's could not be. A
 * number that is left to the network is left to the stand-in. */
static bool carry(const stand_in *s, const cim_network *study, const carried *c,
                  const double *from, double *to, char *why, size_t size) {
    double common;
    from += c->from_first;
    to += c->to_first;
    const bool equal = find_common(study, c, from, &common);
    if (!equal && c->n_from != c->n_to) {
        snprintf(why, size, "%s differs from layer to layer, and %s has %u of them, not %u",
                 c->to->key, s->name, c->n_to, c->n_from);
        return false;
    }
    for (uint32_t i = 0; i < c->n_to; i++) {
        const double v = equal ? common : from[i];
        if (!isnan(v)) to[i] = v;
        if (isnan(v) || param_allows(c->to, v)) continue;
        text rule = {0};
        param_rule(c->to, &rule);
        snprintf(why, size, "%s = %g: in %s it must be %s", c->to->key, v, s->name, text_of(&rule));
        text_free(&rule);
        return false;
    }
    return true;
}

static bool build(stand_in *s, char *why, size_t size) {
    instance *in = &s->workload;
    const size_t bytes = in->n_numbers * sizeof *s->numbers;
    if (s->network && memcmp(s->built, s->numbers, bytes) == 0) return true;
    s->network = NULL;
    const cim_network *network = instance_build(in, s->numbers, why, size);
    if (!network) return false;
    memcpy(s->built, s->numbers, bytes);
    s->network = network;
    return true;
}

bool stand_in_build(stand_in *s, const cim_network *study, const double *workload_numbers,
                    const double *hw_numbers, char *why, size_t size) {
    memcpy(s->numbers, s->workload.base, s->workload.n_numbers * sizeof *s->numbers);
    for (uint32_t i = 0; i < s->n_hw_numbers; i++) s->hw_numbers[i] = (double)NAN;
    for (uint32_t i = 0; i < s->n_bits; i++)
        if (!carry(s, study, &s->bits[i], workload_numbers, s->numbers, why, size)) return false;
    for (uint32_t i = 0; i < s->n_arrays; i++)
        if (!carry(s, study, &s->arrays[i], hw_numbers, s->hw_numbers, why, size)) return false;
    return build(s, why, size);
}

cim_values stand_in_values(const stand_in *s) {
    cim_values values = instance_values(s->hwmodel, s->hw_numbers, 1);
    values.first = s->first;
    values.n_numbers = s->n_hw_numbers;
    return values;
}
