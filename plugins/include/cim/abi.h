/* cim/abi.h: what every cimdse plug-in shares. Interface version 0.1.
 *
 * A plug-in is a shared object that exports one function, cim_plugins(), and describes itself as
 * data: the host lists, checks and documents it without running it.
 *
 * A plug-in MUST
 *   - return the same bits for the same input, whatever was called before;
 *   - keep everything it hands out alive as long as the comment beside the pointer says;
 *   - copy what it wants to keep of anything it is given;
 *   - report failure by a cim_status and a text (cim_host.fail), never by a number.
 * A plug-in MAY
 *   - be loaded several times in one process, and create several instances at once;
 *   - leak or crash in an evaluation: it runs in a worker process and loses only its own trial.
 * A plug-in MUST NOT
 *   - start threads, change the locale, folder, signals or floating-point mode, call exit(), read
 *     the clock or the environment, write to standard output, or use rand().
 *
 * Compatibility. While the major version is 0, major and minor of both sides must match. Every
 * struct that crosses begins with struct_size, or is a row of a table that states its row_size;
 * structs grow at the end only. Test for a later field with CIM_HAS.
 *
 * History: 0.1 first version. */
#ifndef CIM_ABI_H
#define CIM_ABI_H

#include <stddef.h>
#include <stdint.h>

#define CIM_ABI_MAJOR 0u
#define CIM_ABI_MINOR 1u

#if defined(__GNUC__)
#define CIM_EXPORT __attribute__((visibility("default")))
#else
#define CIM_EXPORT
#endif

/* True when the struct *p, made by the other side, is long enough to hold FIELD. */
#define CIM_HAS(p, type, field) \
    ((p)->struct_size >= offsetof(type, field) + sizeof(((type *)0)->field))

/* A table: n rows of row_size bytes. Fill one from an array with CIM_TABLE, read it with CIM_ROW,
 * which steps by the maker's row size and so stays right when rows grow. */
#define CIM_TABLE(array) \
    { (array), (uint32_t)(sizeof(array) / sizeof((array)[0])), (uint32_t)sizeof((array)[0]) }
#define CIM_ROW(type, table, i) \
    ((const type *)(const void *)((const char *)(table).rows + (size_t)(i) * (table).row_size))
/* True when the table's rows, made by the other side, are long enough to hold FIELD. */
#define CIM_ROW_HAS(type, table, field) \
    ((table).row_size >= offsetof(type, field) + sizeof(((type *)0)->field))

/* Did the call work? (Whether a design is any good is another question: cim_outcome.) */
typedef int32_t cim_status;
#define CIM_STATUS_LIST(X)                                                   \
    X(CIM_OK, 0, "done")                                                     \
    X(CIM_DONE, 1, "nothing left to propose")                                \
    X(CIM_E_ARGUMENT, -1, "an argument breaks the interface's rules")        \
    X(CIM_E_MEMORY, -2, "out of memory")                                     \
    X(CIM_E_CONFIG, -3, "a parameter value cannot be used")                  \
    X(CIM_E_UNSUPPORTED, -4, "not supported by this plug-in")                \
    X(CIM_E_FILE, -5, "a file cannot be read or written")                    \
    X(CIM_E_INTERNAL, -6, "the plug-in found itself in an impossible state")
enum {
#define CIM_STATUS_ENUM(name, value, text) name = value,
    CIM_STATUS_LIST(CIM_STATUS_ENUM)
#undef CIM_STATUS_ENUM
    CIM_STATUS_END = 2
};

/* What is true of the design? */
typedef int32_t cim_outcome;
enum { CIM_FEASIBLE = 1, CIM_INFEASIBLE = 2, CIM_FAILED = 3 };

/* ---- parameters: the keys a plug-in reads from its group of the config ---------------------- */

enum {
    CIM_INTEGER = 1, /* whole number, at most 2^53 in magnitude                                   */
    CIM_REAL = 2,    /* finite number                                                            */
    CIM_CATEGORY = 3,/* one of names[]; its value is the index                                   */
    CIM_BOOLEAN = 4, /* false or true; its value is 0 or 1                                       */
    CIM_TEXT = 5     /* a text; never searched, and has no number                                */
};
enum {
    CIM_PARAM_FIXED = 1u << 0,       /* may not be searched: known, and final, at create          */
    CIM_PARAM_REQUIRED = 1u << 1,    /* has no default                                           */
    CIM_PARAM_FROM_NETWORK = 1u << 2,/* unset means "as the network says": its value is then NaN  */
    CIM_PARAM_PATH = 1u << 3,        /* a text that names a file; the host makes it absolute      */
    CIM_PARAM_WRITTEN = 1u << 4      /* a path that the plug-in writes: no study depends on what is
                                        there                                                    */
};
#define CIM_MAX_PARAMS 1024u      /* of one plug-in; also its metrics, constraints and index sets */
#define CIM_MAX_ELEMENTS 4096u    /* of one vector parameter or index set                         */
#define CIM_MAX_LAYERS 65536u     /* of one network                                               */

typedef struct cim_param {
    const char *key;           /* [A-Za-z][A-Za-z0-9_]*, with its unit where it has one: "rows",
                                  "read_voltage_v". Forever: results are stored under it          */
    const char *unit;          /* SI or as the key says; "" when it has none                      */
    const char *help;          /* one line; "" is allowed, NULL is not                           */
    uint32_t type, flags;      /* CIM_INTEGER ... ; CIM_PARAM_*                                   */
    double default_value;      /* of every element. Ignored for CIM_TEXT, REQUIRED, FROM_NETWORK  */
    double min, max;           /* allowed range, both included; numbers only, checked by the host */
    const double *levels;      /* if not NULL: only these n_levels values are allowed, ascending  */
    const char *const *names;  /* n_levels names of a CIM_CATEGORY                                */
    uint32_t n_levels;
    uint32_t length;           /* a vector of this many elements; 0: a scalar or per index set    */
    const char *index_set;     /* a vector with one element for each of this index set; or NULL   */
    const char *default_text;  /* of a CIM_TEXT; NULL means ""                                    */
    const char *overrides;     /* FROM_NETWORK: the workload's parameter that this one overrides  */
} cim_param;
typedef struct cim_param_table { const cim_param *rows; uint32_t n, row_size; } cim_param_table;

/* An element of a vector, or of an index set, that exists only for some values of another
 * parameter of the same plug-in. Several conditions on one element must all hold. An inactive
 * element keeps its default; a condition on an inactive element does not hold. */
#define CIM_ALL_ELEMENTS 0xffffffffu
typedef struct cim_condition {
    const char *target;       /* a parameter's key, or the name of an own index set: then every
                                 vector over that set, of any plug-in, is inactive there too      */
    uint32_t element;         /* of the target, or CIM_ALL_ELEMENTS                               */
    uint32_t on_element;      /* of the parameter ON; 0 for a scalar                              */
    const char *on;           /* key of the parameter that decides                                */
    const double *values;     /* active while ON has one of these n_values values                 */
    uint32_t n_values, reserved;
} cim_condition;
typedef struct cim_condition_table {
    const cim_condition *rows; uint32_t n, row_size;
} cim_condition_table;

/* Values of all parameters of an instance, for n_points points, in the order of its parameters:
 * the descriptor's, then those that describe() added. A vector takes one number an element, a
 * text none. Host-owned, valid during the call. Read it with cim_number(). */
typedef struct cim_values {
    uint32_t struct_size, n_points, n_params, n_numbers;
    const uint32_t *first;     /* n_params + 1: numbers of parameter i are first[i]..first[i+1]-1 */
    const double *numbers;     /* n_points x n_numbers, point after point                         */
    const char *const *texts;  /* n_params; NULL but for CIM_TEXT                                 */
} cim_values;
static inline double cim_number(const cim_values *v, uint32_t point, uint32_t param,
                                uint32_t element) {
    return v->numbers[(size_t)point * v->n_numbers + v->first[param] + element];
}
/* Of an integer, boolean or category that is no vector, and not below 0. */
static inline uint32_t cim_whole_number(const cim_values *v, uint32_t point, uint32_t param) {
    return (uint32_t)cim_number(v, point, param, 0);
}

/* ---- what a plug-in reports ----------------------------------------------------------------- */

typedef struct cim_metric {
    const char *name;          /* as in cim_param.key: "energy_j", "area_mm2"                     */
    const char *unit, *help;   /* the unit the name states, in which it is stored; one line       */
    int32_t better;            /* -1 lower, +1 higher, 0 neither                                  */
    uint32_t reserved;
    double relative_error;     /* typical error against what the model was validated with; 0: not
                                  known                                                          */
    const char *validity;      /* what that error is against (it stands behind "typical error 30 %
                                  against"), where it was found and where not to trust it: "silicon,
                                  macros at 22 nm; not below 0.6 V"; or NULL                      */
} cim_metric;
typedef struct cim_metric_table { const cim_metric *rows; uint32_t n, row_size; } cim_metric_table;

/* A named rule of the model itself (capacity, sense margin). Its slack is <= 0 where it is met,
 * and otherwise says how far off the design is, in `unit`. */
typedef struct cim_constraint { const char *name, *unit, *help; } cim_constraint;
typedef struct cim_constraint_table {
    const cim_constraint *rows; uint32_t n, row_size;
} cim_constraint_table;

/* A named set of places in a workload's network (weight_layer, block, stage), at its largest. */
typedef struct cim_index_set {
    const char *name, *help;
    const char *const *element_names; /* size names, or NULL: they are numbered                   */
    uint32_t size, reserved;
} cim_index_set;
typedef struct cim_index_set_table {
    const cim_index_set *rows; uint32_t n, row_size;
} cim_index_set_table;

/* The part of a plug-in that is data. In the descriptor: what always holds. From an instance's
 * describe(): what depends on its fixed parameters, to stand after the descriptor's. */
typedef struct cim_description {
    uint32_t struct_size, reserved;
    cim_param_table params;
    cim_condition_table conditions;
    cim_metric_table metrics;          /* hardware models                                        */
    cim_constraint_table constraints;  /* hardware models                                        */
    cim_index_set_table index_sets;    /* workloads                                              */
} cim_description;

enum { CIM_SEARCHER = 1, CIM_HWMODEL = 2, CIM_WORKLOAD = 3, CIM_ACCURACY = 4 };

/* Static in the plug-in, like everything it points to, and never freed. */
typedef struct cim_plugin {
    uint32_t struct_size, abi_major, abi_minor; /* these three never move                         */
    uint32_t kind;                      /* CIM_SEARCHER ...                                       */
    const char *id;                     /* "<kind>.<name>": "hwmodel.rram_crossbar". Forever      */
    const char *version;                /* of the plug-in; changes when its numbers do            */
    const char *summary, *license;      /* one line; an SPDX identifier                           */
    const void *ops;                    /* cim_<kind>_ops                                         */
    cim_description is;
} cim_plugin;

#ifdef __cplusplus
extern "C" {
#endif
/* The one symbol a plug-in exports: an array of *count pointers, static in the plug-in. NULL when
 * it cannot serve a host of this version. At most 256. */
CIM_EXPORT const cim_plugin *const *cim_plugins(uint32_t host_major, uint32_t host_minor,
                                                uint32_t *count);
#ifdef __cplusplus
}
#endif
#define CIM_MAX_PLUGINS 256u
#endif
