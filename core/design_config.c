#include "design_config.h"
#include "memory.h"
#include "param.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void add_number(const cim_param *p, double number, text *out) {
    text value = {0};
    param_to_text(p, number, &value);
    bool whole = !strpbrk(text_of(&value), ".en");
    const bool is_word = p->type == CIM_CATEGORY || strcmp(text_of(&value), "inf") == 0;
    if (is_word) text_add(out, "\"%s\"", text_of(&value));
    else if (p->type == CIM_REAL) text_add(out, "%s%s", text_of(&value), whole ? ".0" : "");
    else if (p->type == CIM_INTEGER && fabs(number) > INT32_MAX) text_add(out, "%.0fL", number);
    else text_add(out, "%s", text_of(&value));
    text_free(&value);
}

/* Elements that hold "as the network says" cannot be written: the others are, one by one. */
static void add_vector(const instance *in, uint32_t param, const double *numbers, text *out) {
    uint32_t n = instance_elements(in, param);
    bool all = true, any = false, same = true;
    for (uint32_t i = 0; i < n; i++) {
        all = all && !isnan(numbers[i]);
        same = same && numbers[i] == numbers[0];
    }
    if (same) {
        add_number(&in->params[param], numbers[0], out);
        return;
    }
    text_add(out, all ? "{ value = (" : "{ at = (");
    for (uint32_t i = 0; i < n; i++) {
        if (isnan(numbers[i])) continue;
        text_add(out, any ? ", " : " ");
        if (!all) text_add(out, "{ i = %u; value = ", i);
        add_number(&in->params[param], numbers[i], out);
        if (!all) text_add(out, "; }");
        any = true;
    }
    text_add(out, " ); }");
}

static bool is_searched(const instance *in, uint32_t param) {
    for (uint32_t k = in->first[param]; k < in->first[param + 1]; k++)
        if (in->dimension[k] >= 0) return true;
    return false;
}

static node *member(const node *group, const char *key) {
    for (size_t i = 0; group && i < group->n_children; i++)
        if (group->children[i]->key && strcmp(group->children[i]->key, key) == 0)
            return group->children[i];
    return NULL;
}

static void set_text(node *n, const char *value) {
    free(n->text);
    n->text = memory_text(value);
}

/* A plug-in or file named relative to the config's folder. */
static void make_absolute(const instance *in) {
    node *plugin = member(in->group, "plugin");
    if (plugin && plugin->type == NODE_TEXT && strchr(plugin->text, '/')) {
        char *whole = realpath(in->file, NULL);
        if (whole) set_text(plugin, whole);
        free(whole);
    }
    for (uint32_t i = 0; i < in->n_params; i++) {
        node *n =
            in->params[i].flags & CIM_PARAM_PATH ? member(in->group, in->params[i].key) : NULL;
        char *whole = n && in->texts[i][0] ? realpath(in->texts[i], NULL) : NULL;
        if (whole) set_text(n, whole);
        free(whole);
    }
}

/* The searched parameters of one owner, in its group of the tree. One that stayed as it is would
 * still be searched, in what is called one design. */
static bool fix_owner(const instance *in, const double *numbers, config *c, failure *f) {
    make_absolute(in);
    for (uint32_t i = 0; i < in->n_params; i++) {
        node *n = member(in->group, in->params[i].key);
        if (!n || !is_searched(in, i)) continue;
        text value = {0};
        if (in->params[i].length || in->params[i].index_set)
            add_vector(in, i, numbers + in->first[i], &value);
        else add_number(&in->params[i], numbers[in->first[i]], &value);
        if (!config_replace(c, n, text_of(&value)))
            fail_at(f, n, "this design has %s, which no config can say", text_of(&value));
        text_free(&value);
    }
    return !f->status;
}

bool design_config(const study *s, const double *design, const char *head, text *out, failure *f) {
    config copy = s->config; /* the tree itself is changed: the study is not searched any more */
    for (uint32_t o = 0; o < s->space.n_owners; o++) {
        if (!fix_owner(s->space.owners[o], design, &copy, f)) return false;
        design += s->space.owners[o]->n_numbers;
    }
    if (s->has_accuracy) make_absolute(&s->accuracy);
    if (s->stand_in.workload.plugin) make_absolute(&s->stand_in.workload);
    text_add(out, "# %s\n", head);
    config_print(&copy, out);
    return true;
}
