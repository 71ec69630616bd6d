#include "config.h"
#include "config_traps.h"
#include "memory.h"

#include <ctype.h>
#include <errno.h>
#include <libconfig.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* ---- from libconfig's tree to ours ---------------------------------------------------------- */

static const char *keep_file_name(config *c, const char *name) {
    for (size_t i = 0; i < c->n_files; i++)
        if (strcmp(c->files[i], name) == 0) return c->files[i];
    MEMORY_ROOM(c->files, c->n_files);
    return c->files[c->n_files++] = memory_text(name);
}

static void add_child(node *parent, node *child) {
    MEMORY_ROOM(parent->children, parent->n_children);
    parent->children[parent->n_children++] = child;
    child->parent = parent;
}

/* NAME: for what libconfig has no file of. FILE: for all, with LINE. */
static node *copy_setting(config *c, const config_setting_t *from, const char *name,
                          const char *file, unsigned line) {
    node *n = memory_new(1, sizeof *n);
    if (from->name) n->key = memory_text(from->name);
    n->file = keep_file_name(c, file ? file : from->file ? from->file : name);
    n->line = file ? line : from->line;
    switch (from->type) {
    case CONFIG_TYPE_GROUP: n->type = NODE_GROUP; break;
    case CONFIG_TYPE_LIST: n->type = NODE_LIST; break;
    case CONFIG_TYPE_ARRAY: n->type = NODE_ARRAY; break;
    case CONFIG_TYPE_FLOAT: n->type = NODE_REAL; n->real = from->value.fval; break;
    case CONFIG_TYPE_STRING:
        n->type = NODE_TEXT;
        n->text = memory_text(from->value.sval ? from->value.sval : "");
        break;
    case CONFIG_TYPE_BOOL: n->type = NODE_BOOLEAN; n->integer = from->value.ival != 0; break;
    default:
        n->type = NODE_INTEGER;
        n->integer = from->type == CONFIG_TYPE_INT64 ? from->value.llval : from->value.ival;
        n->real = (double)n->integer;
    }
    if (config_setting_is_aggregate(from))
        for (int i = 0; i < config_setting_length(from); i++)
            add_child(
                n, copy_setting(c, config_setting_get_elem(from, (unsigned)i), name, file, line));
    return n;
}

static void node_free(node *n) {
    if (!n) return;
    for (size_t i = 0; i < n->n_children; i++) node_free(n->children[i]);
    free(n->children);
    free(n->known);
    free(n->key);
    free(n->text);
    free(n);
}

void config_free_nodes(node **nodes, size_t n) {
    for (size_t i = 0; i < n; i++) node_free(nodes[i]);
    free(nodes);
}

void config_free(config *c) {
    node_free(c->root);
    for (size_t i = 0; i < c->n_files; i++) free(c->files[i]);
    free(c->files);
    free(c->folder);
    *c = (config){0};
}

static char *folder_of(const char *path) {
    const char *slash = strrchr(path, '/');
    if (!slash) return memory_text(".");
    char *folder = memory_text(path);
    folder[slash == path ? 1 : slash - path] = '\0';
    return folder;
}

static bool parse_failure(const config_t *parsed, const char *name, failure *f) {
    const char *file = config_error_file(parsed);
    return fail(f, STATUS_WRONG, "%s:%d: %s", file ? file : name, config_error_line(parsed),
                config_error_text(parsed));
}

/* Looked at before it is opened: what is behind a pipe would wait, or be gone the second time. */
static bool readable_file(const char *path, failure *f) {
    struct stat info;
    if (stat(path, &info) == 0 && S_ISDIR(info.st_mode))
        return fail(f, STATUS_WRONG, "%s: is a folder, not a config file", path);
    if (stat(path, &info) == 0 && !S_ISREG(info.st_mode))
        return fail(f, STATUS_WRONG, "%s: is a pipe or a device: a config is a file, which is read "
                    "several times, and whose folder is that of the paths in it", path);
    FILE *file = fopen(path, "rb");
    if (!file)
        return fail(f, STATUS_WRONG, "%s: cannot read the config: %s", path, strerror(errno));
    fclose(file);
    return true;
}

static bool take_tree(config *c, config_t *parsed, bool read, const char *name, failure *f) {
    if (read) {
        c->root = copy_setting(c, config_root_setting(parsed), name, NULL, 0);
        c->root->text = memory_text(c->folder); /* settings.c resolves paths against it */
    } else parse_failure(parsed, name, f);
    config_destroy(parsed);
    return read;
}

bool config_read_path(config *c, const char *path, failure *f) {
    *c = (config){.folder = folder_of(path)};
    if (!readable_file(path, f) || !config_traps(path, c->folder, f)) return false;
    config_t parsed;
    config_init(&parsed);
    config_set_include_dir(&parsed, c->folder);
    return take_tree(c, &parsed, config_read_file(&parsed, path) == CONFIG_TRUE, path, f);
}

bool config_read_text(config *c, const char *source, const char *name, const char *folder,
                      failure *f) {
    *c = (config){.folder = memory_text(folder)};
    config_t parsed;
    config_init(&parsed);
    bool read = config_read_string(&parsed, source) == CONFIG_TRUE;
    return take_tree(c, &parsed, read, name, f);
}

/* ---- --set ---------------------------------------------------------------------------------- */

static node *child_named(const node *group, const char *key) {
    for (size_t i = 0; i < group->n_children; i++)
        if (group->children[i]->key && strcmp(group->children[i]->key, key) == 0)
            return group->children[i];
    return NULL;
}

/* Puts NEW in the place of the child with its key, or behind the others. */
static void put_child(node *group, node *new) {
    for (size_t i = 0; i < group->n_children; i++)
        if (strcmp(group->children[i]->key, new->key) == 0) {
            node_free(group->children[i]);
            group->children[i] = new;
            new->parent = group;
            return;
        }
    add_child(group, new);
}

static bool good_key(const char *key) {
    if (!isalpha((unsigned char)*key) && *key != '*') return false;
    while (isalnum((unsigned char)*key) || (*key && strchr("-_*", *key))) key++;
    return !*key;
}

static bool parse_value(config *c, const char *key, const char *value, const char *name,
                        node **out) {
    text line = {0};
    config_t parsed;
    config_init(&parsed);
    text_add(&line, "%s = %s;", key, value);
    bool good = config_read_string(&parsed, text_of(&line)) == CONFIG_TRUE &&
                config_setting_length(config_root_setting(&parsed)) == 1;
    if (!good && !strpbrk(value, "\"\\{}()[];")) { /* a bare word */
        text_clear(&line);
        text_add(&line, "%s = \"%s\";", key, value);
        good = config_read_string(&parsed, text_of(&line)) == CONFIG_TRUE;
    }
    if (good)
        *out = copy_setting(c, config_setting_get_elem(config_root_setting(&parsed), 0), name, name,
                            0);
    config_destroy(&parsed);
    text_free(&line);
    return good;
}

/* KEY[I], with *BRACKET at its "[": group I of the list. */
static node *enter_list(node *group, char *key, char *bracket, const char *name, failure *f) {
    char rest[2] = "";
    unsigned i = 0;
    const bool read = sscanf(bracket, "[%5u%1[]]", &i, rest) == 2 &&
                      !bracket[strcspn(bracket, "]") + 1];
    *bracket = '\0';
    const node *list = child_named(group, key);
    if (!read || !good_key(key))
        fail(f, STATUS_WRONG, "%s: must be group[i].key=value in a list of groups", name);
    else if (!list || list->type != NODE_LIST || !list->n_children)
        fail(f, STATUS_WRONG, "%s: %s is no list of groups: leave out the index", name, key);
    else if (i >= list->n_children)
        fail(f, STATUS_WRONG, "%s: the index must be 0..%zu: %s has %zu groups", name,
             list->n_children - 1, key, list->n_children);
    return f->status ? NULL : list->children[i];
}

/* The group that KEY, or KEY[I] of a list, names in GROUP; made where there is none. */
static node *enter(config *c, node *group, char *key, const char *name, failure *f) {
    char *bracket = strchr(key, '[');
    if (!bracket && !good_key(key)) {
        fail(f, STATUS_WRONG, "%s: \"%s\" is no key: must be group.key=value", name, key);
        return NULL;
    }
    node *next = bracket ? enter_list(group, key, bracket, name, f) : child_named(group, key);
    if (!next && !bracket) {
        next = memory_new(1, sizeof *next);
        *next = (node){.key = memory_text(key), .type = NODE_GROUP,
                       .file = keep_file_name(c, name)};
        add_child(group, next);
    }
    if (!next || next->type == NODE_GROUP) return next;
    if (next->type == NODE_LIST && next->n_children && next->children[0]->type == NODE_GROUP)
        fail(f, STATUS_WRONG, "%s: %s is a list of %zu groups: say which, %s[i] with i in 0..%zu",
             name, key, next->n_children, key, next->n_children - 1);
    else fail(f, STATUS_WRONG, "%s: %s is no group", name, key);
    return NULL;
}

/* KEY of GROUP, the last of the path, gets VALUE. */
static bool set_key(config *c, node *group, const char *key, const char *value, const char *name,
                    failure *f) {
    node *new = NULL;
    if (!good_key(key))
        return fail(f, STATUS_WRONG, "%s: \"%s\" is no key: must be group.key=value", name, key);
    if (!config_traps_text(name, key, value, f)) return false;
    if (!parse_value(c, key, value, name, &new))
        return fail(f, STATUS_WRONG, "%s: \"%s\" is no value as in a config: a number, a word, a "
                    "\"text\", true, [ of, one, type ], { min = 1; max = 9; }", name, value);
    put_child(group, new);
    return true;
}

bool config_set(config *c, const char *assignment, failure *f) {
    const char *equals = strchr(assignment, '=');
    text name = {0};
    text_add(&name, "--set %s", assignment);
    char *path = memory_text(assignment), *key = path;
    node *group = c->root;
    if (!equals || equals == assignment)
        fail(f, STATUS_WRONG, "%s: must be group.key=value", text_of(&name));
    else path[equals - assignment] = '\0';
    for (char *dot; !f->status && (dot = strchr(key, '.')); key = dot + 1) {
        *dot = '\0';
        group = enter(c, group, key, text_of(&name), f);
    }
    const bool good = !f->status && set_key(c, group, key, equals + 1, text_of(&name), f);
    free(path);
    text_free(&name);
    return good;
}

bool config_replace(config *c, node *n, const char *value) {
    node *new = NULL, *group = n->parent;
    if (!parse_value(c, n->key, value, n->file, &new)) return false;
    put_child(group, new);
    return true;
}

/* ---- printing ------------------------------------------------------------------------------- */

static void print_text(const char *s, text *out) {
    text_add_bytes(out, "\"", 1);
    for (; *s; s++) {
        if (*s == '"' || *s == '\\') text_add(out, "\\%c", *s);
        else if ((unsigned char)*s < ' ') text_add(out, "\\x%02x", (unsigned)(unsigned char)*s);
        else text_add_bytes(out, s, 1);
    }
    text_add_bytes(out, "\"", 1);
}

/* An array has one type: a wide integer makes its neighbours wide. */
static bool is_wide(const node *n) {
    if (n->parent && n->parent->type == NODE_ARRAY)
        for (size_t i = 0; i < n->parent->n_children; i++) {
            int64_t value = n->parent->children[i]->integer;
            if (value > INT32_MAX || value < INT32_MIN) return true;
        }
    return n->integer > INT32_MAX || n->integer < INT32_MIN;
}

static void print_scalar(const node *n, text *out) {
    char number[NUMBER_SIZE];
    switch (n->type) {
    case NODE_TEXT: print_text(n->text, out); break;
    case NODE_BOOLEAN: text_add(out, n->integer ? "true" : "false"); break;
    case NODE_INTEGER:
        text_add(out, "%lld%s", (long long)n->integer, is_wide(n) ? "L" : "");
        break;
    default:
        number_text(number, n->real);
        text_add(out, "%s%s", number, strpbrk(number, ".e") ? "" : ".0");
    }
}

static void print_node(const node *n, text *out) {
    if (n->type > NODE_ARRAY) {
        print_scalar(n, out);
        return;
    }
    const char *brackets = n->type == NODE_GROUP ? "{}" : n->type == NODE_LIST ? "()" : "[]";
    text_add(out, "%c ", brackets[0]);
    for (size_t i = 0; i < n->n_children; i++) {
        if (n->type != NODE_GROUP && i > 0) text_add(out, ", ");
        if (n->children[i]->key) text_add(out, "%s = ", n->children[i]->key);
        print_node(n->children[i], out);
        if (n->type == NODE_GROUP) text_add(out, "; ");
    }
    text_add(out, n->type == NODE_GROUP || !n->n_children ? "%c" : " %c", brackets[1]);
}

void config_print(const config *c, text *out) {
    for (size_t i = 0; i < c->root->n_children; i++) {
        const node *top = c->root->children[i];
        if (top->type != NODE_GROUP) {
            text_add(out, "%s = ", top->key);
            print_node(top, out);
            text_add(out, ";\n");
            continue;
        }
        text_add(out, "%s = {\n", top->key);
        for (size_t j = 0; j < top->n_children; j++) {
            text_add(out, "    %s = ", top->children[j]->key);
            print_node(top->children[j], out);
            text_add(out, ";\n");
        }
        text_add(out, "};\n");
    }
}
