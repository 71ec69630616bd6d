/* config.h: the config file as a tree of nodes. libconfig is used in config.c and nowhere else.
 *
 * Every node knows where it came from and whether anyone has read it: after all readers have had
 * their turn, config_all_read() turns a key that nobody read into an error with the nearest known
 * name. Looking a key up makes it known. */
#ifndef CONFIG_H
#define CONFIG_H
#include "failure.h"
#include "text.h"

#include <stdint.h>

typedef enum {
    NODE_GROUP, NODE_LIST, NODE_ARRAY, NODE_INTEGER, NODE_REAL, NODE_BOOLEAN, NODE_TEXT
} node_type;

typedef struct node {
    char *key;               /* NULL for the root and for elements of lists and arrays   */
    node_type type;
    const char *file;        /* owned by the config                                      */
    unsigned line;           /* 0: from the command line                                 */
    bool read;
    int64_t integer;         /* NODE_INTEGER, NODE_BOOLEAN                               */
    double real;             /* NODE_REAL, and NODE_INTEGER as a real                    */
    char *text;              /* NODE_TEXT                                                */
    struct node *parent, **children;
    size_t n_children;
    const char **known;      /* keys that were looked up in this group (static texts or
                                plug-ins' own, which outlive the config)                 */
    size_t n_known;
} node;

typedef struct config {
    node *root;
    char *folder;            /* what paths in it are relative to                         */
    char **files;            /* names that nodes point to                                */
    size_t n_files;
} config;

bool config_read_path(config *c, const char *path, failure *f);
/* A text that config_print() made; NAME is used in messages. */
bool config_read_text(config *c, const char *source, const char *name, const char *folder,
                      failure *f);
/* "group.key=value", where value is anything a config may hold there; a bare word is a text. Of a
 * list of groups, as of several targets, "group[i].key=value". */
bool config_set(config *c, const char *assignment, failure *f);
/* Gives N the value that VALUE is in config syntax; false, and N stays, where it is none. */
bool config_replace(config *c, node *n, const char *value);
bool config_all_read(config *c, failure *f);
void config_free(config *c);
void config_free_nodes(node **nodes, size_t n);   /* and the array */

/* The whole tree as a config file, in one canonical form. */
void config_print(const config *c, text *out);

/* Child KEY of GROUP, marked as read; NULL when absent. */
node *node_get(node *group, const char *key);
/* The same; a child of another type is an error. *out = NULL when absent. */
bool node_get_group(node *group, const char *key, node **out, failure *f);
bool node_get_text(node *group, const char *key, const char **out, failure *f);
bool node_get_natural(node *group, const char *key, uint64_t min, uint64_t max, uint64_t *out,
                      failure *f);
bool node_get_real(node *group, const char *key, double min, double max, double *out, failure *f);
bool node_get_boolean(node *group, const char *key, bool *out, failure *f);

bool node_is_number(const node *n);
/* An error names the first key at N or below that nobody has read. */
bool node_all_read(const node *n, failure *f);
/* Marks a node and everything below it as read. */
void node_mark(node *n);
/* "study.cfg:3: hwmodel.rows = 17: " followed by FORMAT; STATUS_WRONG. Returns false. */
bool fail_at(failure *f, const node *n, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
#endif
