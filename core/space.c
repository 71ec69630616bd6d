#include "space.h"
#include "memory.h"

#include <cim_sdk/designs.h>

#include <stdlib.h>
#include <string.h>

static void dimension_free(dimension *d) {
    free((char *)(uintptr_t)d->is.name);
    free((char **)(uintptr_t)d->is.names);
    free(d->numbers);
}

bool space_add(space *s, dimension d, const node *where, failure *f) {
    if (s->n_dimensions == SPACE_MAX_DIMENSIONS) {
        dimension_free(&d);
        return fail_at(f, where, "more than %d dimensions", SPACE_MAX_DIMENSIONS);
    }
    MEMORY_ROOM(s->dimensions, s->n_dimensions);
    s->dimensions[s->n_dimensions++] = d;
    return true;
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
    return cim_dimension_holds(&d->is, x);
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
        if (space_coordinate(decider, c->values[i], &coordinate))
            levels[n++] = (uint64_t)coordinate;
    }
    MEMORY_ROOM(s->activities, s->n_activities);
    s->activities[s->n_activities++] =
        (cim_activity){.target = target, .on = on, .n_levels = n, .levels = levels};
}

/* One condition on one number; numbers are counted through all owners, as in a design. */
typedef struct rule {
    const cim_condition *c;
    uint32_t target, on;
} rule;

typedef struct rules {
    rule *list;
    size_t n;
    uint8_t *never; /* of a number: 0 not looked at, 1 may be active, 2 never, 3 being looked at */
} rules;

/* The owner of a number, which becomes its place among the owner's. */
static instance *owner_of(const space *s, uint32_t *number) {
    uint32_t o = 0;
    for (; *number >= s->owners[o]->n_numbers; o++) *number -= s->owners[o]->n_numbers;
    return s->owners[o];
}

/* The first number of an owner. */
static uint32_t first_of(const space *s, const instance *owner) {
    uint32_t first = 0;
    for (uint32_t o = 0; s->owners[o] != owner; o++) first += s->owners[o]->n_numbers;
    return first;
}

static int32_t dimension_of(const space *s, uint32_t number) {
    const instance *in = owner_of(s, &number);
    return in->dimension[number];
}

static bool base_is_listed(const space *s, const rule *r) {
    uint32_t number = r->on;
    const instance *in = owner_of(s, &number);
    for (uint32_t i = 0; i < r->c->n_values; i++)
        if (in->base[number] == r->c->values[i]) return true;
    return false;
}

/* The number that condition C of OWNER looks at. */
static bool find_decider(const space *s, const instance *owner, const cim_condition *c,
                         uint32_t *out, failure *f) {
    int on = instance_find_param(owner, c->on);
    if (on < 0 || c->on_element >= instance_elements(owner, (uint32_t)on))
        return fail(f, STATUS_WRONG, "%s: a condition on %s[%u], which does not exist",
                    owner->plugin->id, c->on, c->on_element);
    *out = owner->first[on] + c->on_element;
    int32_t d = owner->dimension[*out];
    if (d >= 0 && s->dimensions[d].is.kind == CIM_REAL_RANGE)
        return fail(f, STATUS_WRONG, "%s: a condition on %s: a real dimension decides nothing",
                    owner->plugin->id, c->on);
    *out += first_of(s, owner);
    return true;
}

/* Condition C of OWNER on the elements of parameter PARAM of IN that it is about. */
static bool add_rules(space *s, rules *all, const instance *owner, const instance *in,
                      uint32_t param, const cim_condition *c, failure *f) {
    uint32_t n = instance_elements(in, param), on = 0;
    uint32_t first = in->first[param] + first_of(s, in);
    if (c->element != CIM_ALL_ELEMENTS && c->element >= n)
        return fail(f, STATUS_WRONG, "%s: a condition on %s[%u], which does not exist",
                    owner->plugin->id, c->target, c->element);
    if (!find_decider(s, owner, c, &on, f)) return false;
    for (uint32_t e = 0; e < n; e++) {
        if (c->element != CIM_ALL_ELEMENTS && c->element != e) continue;
        MEMORY_ROOM(all->list, all->n);
        all->list[all->n++] = (rule){.c = c, .target = first + e, .on = on};
    }
    return true;
}

/* Do the vectors of IN run over OWNER's index sets? The hardware model's do, unless it serves
 * several networks: what one of them lacks, another may have. */
static bool follows(const space *s, const instance *in, const instance *owner) {
    return in == owner || (in == s->owners[1] && in->plugin->kind == CIM_HWMODEL);
}

static bool add_set_rules(space *s, rules *all, const instance *owner, const instance *in,
                          const cim_condition *c, failure *f) {
    for (uint32_t p = 0; p < in->n_params; p++) {
        const char *set = in->params[p].index_set;
        if (set && strcmp(set, c->target) == 0 && !add_rules(s, all, owner, in, p, c, f))
            return false;
    }
    return true;
}

static bool find_rules(space *s, rules *all, instance *owner, failure *f) {
    for (uint32_t i = 0; i < owner->n_conditions; i++) {
        const cim_condition *c = &owner->conditions[i];
        int param = instance_find_param(owner, c->target);
        bool found = param >= 0;
        if (found && !add_rules(s, all, owner, owner, (uint32_t)param, c, f)) return false;
        for (uint32_t k = 0; !found && k < owner->n_index_sets; k++)
            found = strcmp(owner->index_sets[k].name, c->target) == 0;
        if (!found)
            return fail(f, STATUS_WRONG,
                        "%s: a condition on %s, which is neither a parameter nor an "
                        "index set",
                        owner->plugin->id, c->target);
        for (uint32_t o = 0; param < 0 && o < s->n_owners; o++)
            if (follows(s, s->owners[o], owner) &&
                !add_set_rules(s, all, owner, s->owners[o], c, f))
                return false;
    }
    return true;
}

/* A condition on a fixed number that has another value never holds, nor does one on a number that
 * is never active itself. */
static bool is_never(const space *s, rules *all, uint32_t number) {
    if (all->never[number]) return all->never[number] == 2;
    all->never[number] = 3;
    bool never = false;
    for (size_t i = 0; i < all->n && !never; i++) {
        const rule *r = &all->list[i];
        if (r->target != number) continue;
        never = (dimension_of(s, r->on) < 0 && !base_is_listed(s, r)) || is_never(s, all, r->on);
    }
    all->never[number] = never ? 2 : 1;
    return never;
}

/* Never active: no dimension at all. */
static void fix_never(space *s, const rules *all) {
    for (uint32_t k = 0; k < s->n_numbers; k++) {
        uint32_t number = k;
        instance *in = owner_of(s, &number);
        int32_t d = in->dimension[number];
        if (d < 0 || all->never[k] != 2) continue;
        in->base[number] = space_number(&s->dimensions[d], s->dimensions[d].is.default_coordinate);
        in->dimension[number] = -1;
    }
}

/* Dimension TARGET waits for R, and, where R looks at a fixed number that may be inactive, for what
 * that waits for. */
static void follow(space *s, const rules *all, uint32_t target, const rule *r, int depth) {
    int32_t on = dimension_of(s, r->on);
    if (on >= 0) add_activity(s, target, (uint32_t)on, r->c);
    for (size_t i = 0; on < 0 && depth < 64 && i < all->n; i++)
        if (all->list[i].target == r->on) follow(s, all, target, &all->list[i], depth + 1);
}

/* Does R hold for every number that dimension D rules? */
static bool for_all(const space *s, const rules *all, uint32_t d, const rule *r) {
    for (uint32_t k = 0; k < s->n_numbers; k++) {
        if (dimension_of(s, k) != (int32_t)d) continue;
        bool found = false;
        for (size_t i = 0; i < all->n && !found; i++)
            found = all->list[i].target == k && all->list[i].c == r->c;
        if (!found) return false;
    }
    return true;
}

static bool is_first_of(const space *s, uint32_t d, uint32_t number) {
    for (uint32_t k = 0; k < number; k++)
        if (dimension_of(s, k) == (int32_t)d) return false;
    return true;
}

static bool add_conditions(space *s, failure *f) {
    rules all = {.never = memory_new(s->n_numbers, 1)};
    bool good = true;
    for (uint32_t o = 0; good && o < s->n_owners; o++) good = find_rules(s, &all, s->owners[o], f);
    for (uint32_t k = 0; good && k < s->n_numbers; k++) is_never(s, &all, k);
    if (good) fix_never(s, &all);
    for (size_t i = 0; good && i < all.n; i++) {
        const rule *r = &all.list[i];
        int32_t d = dimension_of(s, r->target);
        if (d < 0) continue;
        bool shared = s->dimensions[d].element == CIM_ALL_ELEMENTS;
        if (!shared || (is_first_of(s, (uint32_t)d, r->target) && for_all(s, &all, (uint32_t)d, r)))
            follow(s, &all, (uint32_t)d, r, 0);
    }
    free(all.list);
    free(all.never);
    return good;
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
    if (!add_conditions(s, f)) return false;
    drop_idle(s);
    s->table = memory_new(s->n_dimensions, sizeof *s->table);
    for (uint32_t d = 0; d < s->n_dimensions; d++) s->table[d] = s->dimensions[d].is;
    return find_order(s, f);
}
