/* compare_studies.c: what the studies ask of the hardware, from their stored configs. Figures of
 * another network, under other bounds or of another aggregate are no comparison of hardware. */
#include "compare_private.h"
#include "memory.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_LINES = 12 };

typedef struct entry { /* "workload.plugin" and "vgg8" */
    char *key, *value;
} entry;

typedef struct task {
    entry *entries;
    size_t n;
} task;

/* ---- a config as keys and values ------------------------------------------------------------- */

static void add_value(const node *n, text *out) {
    char number[NUMBER_SIZE];
    if (n->type == NODE_TEXT) text_add(out, "%s", n->text);
    else if (n->type == NODE_BOOLEAN) text_add(out, n->integer ? "true" : "false");
    else if (node_is_number(n)) { /* 4 is 4.0 */
        number_text(number, n->real);
        text_add(out, "%s", number);
    }
    for (size_t i = 0; i < n->n_children; i++) {
        text_add(out, "%s", i ? ", " : "");
        add_value(n->children[i], out);
    }
}

static void add_entry(task *t, const char *key, const char *value) {
    MEMORY_ROOM(t->entries, t->n);
    t->entries[t->n++] = (entry){.key = memory_text(key), .value = memory_text(value)};
}

/* Groups, and lists of them, key by key; vectors as a whole. */
static void take_node(task *t, const node *n, const char *path) {
    const bool groups = n->n_children && n->type == NODE_LIST && n->children[0]->type == NODE_GROUP;
    text below = {0};
    for (size_t i = 0; (groups || n->type == NODE_GROUP) && i < n->n_children; i++) {
        text_clear(&below);
        if (groups) text_add(&below, "%s[%zu]", path, i);
        else text_add(&below, "%s.%s", path, n->children[i]->key);
        take_node(t, n->children[i], text_of(&below));
    }
    text_clear(&below);
    add_value(n, &below);
    if (!groups && n->type != NODE_GROUP) add_entry(t, path, text_of(&below));
    text_free(&below);
}

static int by_text(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* A bound in one form, however it is written. */
static char *bound_text(char *written, const layout *l, failure *f) {
    const node n = {.type = NODE_TEXT, .text = written};
    char number[NUMBER_SIZE];
    text out = {0}, unit = {0};
    constraint x;
    if (constraint_read(&n, l->metrics, l->n_metrics, &x, f)) {
        number_text(number, x.bound);
        expression_name(&x.of, l->metrics, &out, &unit);
        text_add(&out, " %s %s", x.at_least ? ">=" : "<=", number);
    }
    text_free(&unit);
    return out.chars ? out.chars : memory_text("");
}

/* The config's bounds, in whatever order they are there; not the hardware models' own. */
static void take_constraints(task *t, const layout *l, failure *f) {
    char **all = memory_new(l->n_rules, sizeof *all);
    text joined = {0};
    size_t n = 0;
    for (uint32_t i = 0; i < l->n_rules; i++)
        if (strcmp(l->rule_sources[i], "config") == 0) all[n++] = bound_text(l->rules[i], l, f);
    qsort(all, n, sizeof *all, by_text);
    for (size_t i = 0; i < n; i++) {
        text_add(&joined, "%s%s", i ? ", " : "", all[i]);
        free(all[i]);
    }
    add_entry(t, "constraints", n ? text_of(&joined) : "none");
    text_free(&joined);
    free(all);
}

static bool read_task(task *t, const side *s, failure *f) {
    static const char *const groups[] = {"workload", "aggregate", "accuracy"};
    config c = {0};
    char *source = store_value_copy(s->st, "config", f);
    bool good = source && config_read_text(&c, source, s->name, ".", f);
    for (size_t i = 0; good && i < sizeof groups / sizeof *groups; i++) {
        const node *n = node_get(c.root, groups[i]);
        if (n) take_node(t, n, groups[i]);
    }
    if (good) take_constraints(t, &s->l, f);
    free(source);
    config_free(&c);
    return good && !f->status;
}

static void free_task(task *t) {
    for (size_t i = 0; i < t->n; i++) {
        free(t->entries[i].key);
        free(t->entries[i].value);
    }
    free(t->entries);
}

/* ---- differences ----------------------------------------------------------------------------- */

static const char *value_of(const task *t, const char *key) {
    for (size_t i = 0; i < t->n; i++)
        if (strcmp(t->entries[i].key, key) == 0) return t->entries[i].value;
    return "not set";
}

/* "  workload.plugin: vgg8 / lenet", in the order of the runs. */
static void print_key(const comparison *c, const task *tasks, const char *key, size_t *printed) {
    bool differ = false;
    for (size_t i = 1; i < c->n; i++)
        differ |= strcmp(value_of(&tasks[i], key), value_of(&tasks[0], key)) != 0;
    if (!differ) return;
    if (!*printed) fputs("These studies differ in more than the hardware:\n", c->out);
    if ((*printed)++ >= MOST_LINES) return;
    fprintf(c->out, "  %s: ", key);
    for (size_t i = 0; i < c->n; i++)
        fprintf(c->out, "%s%.200s", i ? " / " : "", value_of(&tasks[i], key));
    fputs("\n", c->out);
}

static bool is_known_before(const task *tasks, size_t run, const char *key) {
    for (size_t i = 0; i < run; i++)
        for (size_t k = 0; k < tasks[i].n; k++)
            if (strcmp(tasks[i].entries[k].key, key) == 0) return true;
    return false;
}

static void print_differences(const comparison *c, const task *tasks) {
    size_t n = 0;
    for (size_t run = 0; run < c->n; run++)
        for (size_t k = 0; k < tasks[run].n; k++) {
            const char *key = tasks[run].entries[k].key;
            if (!is_known_before(tasks, run, key)) print_key(c, tasks, key, &n);
        }
    if (n > MOST_LINES) fprintf(c->out, "  and %zu more\n", n - MOST_LINES);
    if (n) fputs("\n", c->out);
}

bool compare_studies(const comparison *c) {
    task tasks[COMPARE_MAX] = {{0}};
    bool good = true;
    for (size_t i = 0; good && i < c->n; i++) good = read_task(&tasks[i], &c->sides[i], c->f);
    if (good) print_differences(c, tasks);
    for (size_t i = 0; i < c->n; i++) free_task(&tasks[i]);
    return good;
}
