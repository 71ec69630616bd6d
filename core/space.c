#include "space.h"
#include "memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

bool space_add(space *s, dimension d, const node *where, failure *f) {
    if (s->n_dimensions == SPACE_MAX_DIMENSIONS)
        return fail_at(f, where, "more than %d dimensions", SPACE_MAX_DIMENSIONS);
    MEMORY_ROOM(s->dimensions, s->n_dimensions);
    s->dimensions[s->n_dimensions++] = d;
    return true;
}

static void dimension_free(dimension *d) {
    free((char *)(uintptr_t)d->is.name);
    free((char **)(uintptr_t)d->is.names);
    free(d->numbers);
}

void space_free(space *s) {
    for (uint32_t i = 0; i < s->n_dimensions; i++) dimension_free(&s->dimensions[i]);
    for (uint32_t i = 0; i < s->n_activities; i++)
        free((uint64_t *)(uintptr_t)s->activities[i].levels);
    free(s->dimensions);
    free(s->activities);
    free(s->table);
    free(s->order);
    *s = (space){0};
}

double space_number(const dimension *d, double coordinate) {
    if (d->is.kind == CIM_REAL_RANGE) return coordinate;
    if (d->is.kind == CIM_INTEGER_RANGE) return d->is.min + coordinate * d->is.step;
    return d->numbers[(uint64_t)coordinate];
}

bool space_holds(const dimension *d, double x) {
    if (d->is.kind == CIM_REAL_RANGE) return x >= d->is.min && x <= d->is.max;
    return x >= 0 && x < (double)d->is.n_levels && x == floor(x);
}

bool space_coordinate(const dimension *d, double number, double *coordinate) {
    if (d->is.kind == CIM_REAL_RANGE) *coordinate = number;
    else if (d->is.kind == CIM_INTEGER_RANGE) *coordinate = (number - d->is.min) / d->is.step;
    else {
        uint64_t i = 0;
        while (i < d->is.n_levels && d->numbers[i] != number) i++;
        *coordinate = (double)i;
    }
    return space_holds(d, *coordinate);
}

void space_print(const dimension *d, double coordinate, text *out) {
    char number[NUMBER_SIZE];
    if (d->is.kind == CIM_CATEGORICAL) {
        text_add(out, "%s", d->is.names[(uint64_t)coordinate]);
        return;
    }
    number_text(number, space_number(d, coordinate));
    text_add(out, "%s", number);
}

/* ---- conditions ----------------------------------------------------------------------------- */

/* Is dimension D active? Those that decide on it have been looked at before. */
static bool is_active(const space *s, uint32_t d, const double *point, const uint8_t *active) {
    for (uint32_t i = 0; i < s->n_activities; i++) {
        const cim_activity *a = &s->activities[i];
        if (a->target != d) continue;
        bool listed = false;
        for (uint32_t k = 0; k < a->n_levels; k++) listed |= point[a->on] == (double)a->levels[k];
        if (!active[a->on] || !listed) return false;
    }
    return true;
}

void space_canonical(const space *s, double *point, uint8_t *active) {
    if (!s->n_activities) {
        if (active) memset(active, 1, s->n_dimensions);
        for (uint32_t d = 0; d < s->n_dimensions; d++) point[d] += 0.0; /* -0 and 0: same bits */
        return;
    }
    uint8_t flags[SPACE_MAX_DIMENSIONS];
    for (uint32_t k = 0; k < s->n_dimensions; k++) {
        uint32_t d = s->order[k];
        flags[d] = is_active(s, d, point, flags);
        point[d] = flags[d] ? point[d] + 0.0 : s->dimensions[d].is.default_coordinate;
    }
    if (active) memcpy(active, flags, s->n_dimensions);
}

void space_default(const space *s, double *point) {
    for (uint32_t d = 0; d < s->n_dimensions; d++)
        point[d] = s->dimensions[d].is.default_coordinate;
    space_canonical(s, point, NULL);
}

void space_design(const space *s, const double *point, double *design) {
    for (uint32_t o = 0; o < s->n_owners; o++) {
        const instance *in = s->owners[o];
        for (uint32_t k = 0; k < in->n_numbers; k++) {
            int32_t d = in->dimension[k];
            *design++ = d < 0 ? in->base[k] : space_number(&s->dimensions[d], point[d]);
        }
    }
}

static void add_activity(space *s, uint32_t target, uint32_t on, const cim_condition *c) {
    const dimension *decider = &s->dimensions[on];
    uint64_t *levels = memory_new(c->n_values, sizeof *levels);
    uint32_t n = 0;
    for (uint32_t i = 0; i < c->n_values; i++) {
        double coordinate;
        if (space_coordinate(decider, c->values[i], &coordinate)) levels[n++] = (uint64_t)coordinate;
    }
    MEMORY_ROOM(s->activities, s->n_activities);
    s->activities[s->n_activities++] =
        (cim_activity){.target = target, .on = on, .n_levels = n, .levels = levels};
}

/* Condition C of OWNER on number K of instance IN, which dimension `target` may rule alone. */
static bool condition_on_number(space *s, instance *owner, instance *in, uint32_t k,
                                const cim_condition *c, failure *f) {
    int32_t target = in->dimension[k];
    if (target < 0 || s->dimensions[target].element == CIM_ALL_ELEMENTS) return true;
    int param = instance_find_param(owner, c->on);
    if (param < 0 || c->on_element >= instance_elements(owner, (uint32_t)param))
        return fail(f, STATUS_WRONG, "%s: a condition on %s[%u], which does not exist",
                    owner->plugin->id, c->on, c->on_element);
    uint32_t decider = owner->first[param] + c->on_element;
    int32_t on = owner->dimension[decider];
    if (on >= 0) {
        if (s->dimensions[on].is.kind == CIM_REAL_RANGE)
            return fail(f, STATUS_WRONG, "%s: a condition on %s: a real dimension decides nothing",
                        owner->plugin->id, c->on);
        add_activity(s, (uint32_t)target, (uint32_t)on, c);
        return true;
    }
    for (uint32_t i = 0; i < c->n_values; i++)
        if (owner->base[decider] == c->values[i]) return true;
    /* Never active: no dimension at all. */
    in->base[k] = space_number(&s->dimensions[target], s->dimensions[target].is.default_coordinate);
    in->dimension[k] = -1;
    return true;
}

static bool condition_on_vector(space *s, instance *owner, instance *in, uint32_t param,
                                const cim_condition *c, failure *f) {
    uint32_t n = instance_elements(in, param);
    if (c->element != CIM_ALL_ELEMENTS && c->element >= n)
        return fail(f, STATUS_WRONG, "%s: a condition on %s[%u], which does not exist",
                    owner->plugin->id, c->target, c->element);
    for (uint32_t e = 0; e < n; e++)
        if (c->element == CIM_ALL_ELEMENTS || c->element == e)
            if (!condition_on_number(s, owner, in, in->first[param] + e, c, f)) return false;
    return true;
}

/* Do the vectors of IN run over OWNER's index sets? The hardware model's do, unless it serves several
 * networks: what one of them lacks, another may have. */
static bool follows(const space *s, const instance *in, const instance *owner) {
    return in == owner || (in == s->owners[s->n_owners - 1] && s->n_owners == 2);
}

static bool condition_on_set(space *s, instance *owner, instance *in, const cim_condition *c,
                             failure *f) {
    for (uint32_t p = 0; p < in->n_params; p++) {
        const char *set = in->params[p].index_set;
        if (set && strcmp(set, c->target) == 0 && !condition_on_vector(s, owner, in, p, c, f))
            return false;
    }
    return true;
}

static bool add_conditions(space *s, instance *owner, failure *f) {
    for (uint32_t i = 0; i < owner->n_conditions; i++) {
        const cim_condition *c = &owner->conditions[i];
        int param = instance_find_param(owner, c->target);
        bool found = param >= 0;
        if (found && !condition_on_vector(s, owner, owner, (uint32_t)param, c, f)) return false;
        for (uint32_t k = 0; !found && k < owner->n_index_sets; k++)
            found = strcmp(owner->index_sets[k].name, c->target) == 0;
        if (!found)
            return fail(f, STATUS_WRONG, "%s: a condition on %s, which is neither a parameter nor an "
                        "index set", owner->plugin->id, c->target);
        for (uint32_t o = 0; param < 0 && o < s->n_owners; o++)
            if (follows(s, s->owners[o], owner) &&
                !condition_on_set(s, owner, s->owners[o], c, f))
                return false;
    }
    return true;
}

/* Takes out dimensions that no longer rule a number. */
static void drop_idle(space *s) {
    uint32_t *renamed = memory_new(s->n_dimensions, sizeof *renamed), n = 0;
    uint8_t *used = memory_new(s->n_dimensions, 1);
    for (uint32_t o = 0; o < s->n_owners; o++)
        for (uint32_t k = 0; k < s->owners[o]->n_numbers; k++)
            if (s->owners[o]->dimension[k] >= 0) used[s->owners[o]->dimension[k]] = 1;
    for (uint32_t d = 0; d < s->n_dimensions; d++) {
        renamed[d] = n;
        if (used[d]) s->dimensions[n++] = s->dimensions[d];
        else dimension_free(&s->dimensions[d]);
    }
    s->n_dimensions = n;
    for (uint32_t o = 0; o < s->n_owners; o++)
        for (uint32_t k = 0; k < s->owners[o]->n_numbers; k++) {
            int32_t *d = &s->owners[o]->dimension[k];
            if (*d >= 0) *d = (int32_t)renamed[*d];
        }
    uint32_t kept = 0;
    for (uint32_t i = 0; i < s->n_activities; i++) {
        cim_activity a = s->activities[i];
        if (used[a.target]) {
            a.target = renamed[a.target];
            a.on = renamed[a.on];
            s->activities[kept++] = a;
        } else free((uint64_t *)(uintptr_t)a.levels);
    }
    s->n_activities = kept;
    free(renamed);
    free(used);
}

static bool find_order(space *s, failure *f) {
    s->order = memory_new(s->n_dimensions, sizeof *s->order);
    uint8_t *placed = memory_new(s->n_dimensions, 1);
    uint32_t n = 0, before;
    do {
        before = n;
        for (uint32_t d = 0; d < s->n_dimensions; d++) {
            bool ready = !placed[d];
            for (uint32_t i = 0; ready && i < s->n_activities; i++)
                if (s->activities[i].target == d) ready = placed[s->activities[i].on];
            if (ready) {
                placed[d] = 1;
                s->order[n++] = d;
            }
        }
    } while (n > before);
    free(placed);
    if (n == s->n_dimensions) return true;
    return fail(f, STATUS_WRONG, "the plug-ins' conditions decide on each other in a circle");
}

bool space_finish(space *s, instance *const *owners, uint32_t n, failure *f) {
    s->n_owners = n;
    for (uint32_t o = 0; o < n; o++) {
        s->owners[o] = owners[o];
        s->n_numbers += owners[o]->n_numbers;
    }
    for (uint32_t o = 0; o < n; o++)
        if (!add_conditions(s, owners[o], f)) return false;
    drop_idle(s);
    s->table = memory_new(s->n_dimensions, sizeof *s->table);
    for (uint32_t d = 0; d < s->n_dimensions; d++) s->table[d] = s->dimensions[d].is;
    return find_order(s, f);
}
