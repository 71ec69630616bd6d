/* DNN+NeuroSim's NetWork.csv: one row a layer, "H,W,Cin,Kh,Kw,Cout,pool,stride", no edges. How it
 * becomes a graph is in README.md. */
#include <ctype.h>
#include <string.h>

#include "table.h"

enum { HEIGHT, WIDTH, IN, KERNEL_HEIGHT, KERNEL_WIDTH, OUT, POOL, STRIDE, COLUMNS };
enum { MAX_WORDS = COLUMNS + 1 };

static const struct {
    const char *name;
    uint32_t min, max;
} columns[COLUMNS] = {
    {"H", 1, MAX_SIZE},  {"W", 1, MAX_SIZE},  {"Cin", 1, MAX_CHANNELS}, {"Kh", 1, MAX_SIZE},
    {"Kw", 1, MAX_SIZE}, {"Cout", 1, MAX_CHANNELS}, {"pool", 0, 1},     {"stride", 1, MAX_SIZE},
};

typedef struct line {
    uint32_t number;               /* in the file                                            */
    const char *name;              /* NULL: none                                             */
    uint32_t value[COLUMNS];
} line;

/* What one row of the file makes: which rows of the table, and their output. */
typedef struct output {
    uint32_t row;                  /* the last one: the pool, if there is one                */
    cim_shape shape;
} output;

typedef struct reader {
    table *t;
    output *outputs;
    uint32_t n;
} reader;

/* ---- words and numbers ----------------------------------------------------------------------- */

static char *trim(char *word) {
    while (isspace((unsigned char)*word)) ++word;
    size_t n = strlen(word);
    while (n && isspace((unsigned char)word[n - 1])) word[--n] = '\0';
    return word;
}

static int is_number(const char *word) {
    return *word && !word[strspn(word, "0123456789")];
}

/* Cuts TEXT at its commas; MAX_WORDS + 1 when there are more. */
static uint32_t cut(char *text, char *words[MAX_WORDS]) {
    uint32_t n = 0;
    for (char *next = text; next; ++n) {
        if (n == MAX_WORDS) return n + 1;
        char *comma = strchr(next, ',');
        if (comma) *comma++ = '\0';
        words[n] = trim(next);
        next = comma;
    }
    return n;
}

static cim_status read_value(const table *t, line *l, uint32_t column, const char *word) {
    uint64_t value = 0;
    for (size_t i = 0; is_number(word) && word[i] && value <= UINT32_MAX; ++i)
        value = 10 * value + (uint64_t)(word[i] - '0');
    if (!is_number(word) || value < columns[column].min || value > columns[column].max)
        return table_refuse(t, l->number, "%s = %.40s: must be a whole number %u..%u",
                            columns[column].name, *word ? word : "nothing", columns[column].min,
                            columns[column].max);
    l->value[column] = (uint32_t)value;
    return CIM_OK;
}

/* The words of one line; L->value[OUT] stays 0 when it is a header. */
static cim_status read_line(const reader *r, char *text, line *l) {
    char *words[MAX_WORDS];
    uint32_t n = cut(text, words), first = 0, numbers = 0;
    for (uint32_t i = 0; i < n && n <= MAX_WORDS; ++i) numbers += (uint32_t)is_number(words[i]);
    if (!numbers && !r->n && n <= MAX_WORDS) return CIM_OK;
    if (n <= MAX_WORDS && isalpha((unsigned char)words[0][0])) l->name = words[first++];
    if (n > MAX_WORDS || n - first < COLUMNS - 1 || n - first > COLUMNS)
        return table_refuse(r->t, l->number, "%s%u values: a row is H,W,Cin,Kh,Kw,Cout,pool,stride"
                            ", with or without a name before and the stride",
                            n > MAX_WORDS ? "at least " : "", n - first);
    l->value[STRIDE] = 1;
    for (uint32_t i = first; i < n; ++i) {
        const cim_status status = read_value(r->t, l, i - first, words[i]);
        if (status != CIM_OK) return status;
    }
    return CIM_OK;
}

/* ---- rows -> layers -------------------------------------------------------------------------- */

static int is_linear(const line *l) {
    return l->value[HEIGHT] == 1 && l->value[WIDTH] == 1 && l->value[KERNEL_HEIGHT] == 1 &&
           l->value[KERNEL_WIDTH] == 1;
}

/* Appends a layer that reads FROM. */
static cim_status add(table *t, const line *l, row_op op, const char *kind, uint32_t from,
                      row **out) {
    char name[MAX_NAME];
    snprintf(name, sizeof name, "%s%u", kind, t->n_weight_layers + (op <= ROW_LINEAR));
    const cim_status status = table_add(t, l->number, op <= ROW_LINEAR && l->name ? l->name : name,
                                        op, out);
    if (status != CIM_OK) return status;
    (*out)->inputs[0] = from;
    (*out)->n_inputs = 1;
    (*out)->is.weight_bits = (*out)->is.input_bits = DEFAULT_BITS;
    return CIM_OK;
}

/* Does line L read something of shape S: as it is, flattened, or (GLOBAL) averaged over its map? */
static int reads(const line *l, cim_shape s, int *global) {
    const uint32_t in = l->value[IN];
    const int flat = is_linear(l) && (uint64_t)s.channels * s.height * s.width == in;
    *global = is_linear(l) && !flat && s.channels == in;
    return flat || *global ||
           (s.channels == in && s.height == l->value[HEIGHT] && s.width == l->value[WIDTH]);
}

/* The nearest row above whose output line L can read. */
static cim_status find_input(const reader *r, const line *l, uint32_t *from, int *global) {
    const cim_network *head = &r->t->head;
    for (uint32_t i = r->n; i-- > 0;)
        if (reads(l, r->outputs[i].shape, global)) {
            *from = r->outputs[i].row;
            return CIM_OK;
        }
    *from = CIM_FROM_INPUT;
    if (reads(l, (cim_shape){head->in_channels, head->in_height, head->in_width}, global))
        return CIM_OK;
    const cim_shape s = r->outputs[r->n - 1].shape;
    return table_refuse(r->t, l->number, "Cin x H x W = %u x %u x %u: no row above gives that; "
                        "the last gives %u x %u x %u (padding is half the kernel, pooling 2 x 2)",
                        l->value[IN], l->value[HEIGHT], l->value[WIDTH], s.channels, s.height,
                        s.width);
}

static uint32_t positions(uint32_t in, uint32_t kernel, uint32_t stride) {
    return (in + 2 * (kernel / 2) - kernel) / stride + 1;
}

static cim_status add_weights(const reader *r, const line *l, uint32_t from, output *out) {
    row *w;
    const uint32_t *v = l->value;
    cim_status status = add(r->t, l, is_linear(l) ? ROW_LINEAR : ROW_CONV, "layer", from, &w);
    if (status != CIM_OK) return status;
    w->is.out_channels = v[OUT];
    w->is.activation = CIM_ACT_RELU;
    w->is.flatten = (uint32_t)is_linear(l);
    if (!is_linear(l)) {
        w->is.kernel = v[KERNEL_HEIGHT];
        w->is.kernel_width = v[KERNEL_WIDTH];
        w->is.stride = v[STRIDE];
        w->has_sides = 1;
        w->sides[0] = w->sides[1] = v[KERNEL_HEIGHT] / 2;
        w->sides[2] = w->sides[3] = v[KERNEL_WIDTH] / 2;
    }
    out->row = r->t->n_rows - 1;
    out->shape = (cim_shape){v[OUT], positions(v[HEIGHT], v[KERNEL_HEIGHT], v[STRIDE]),
                             positions(v[WIDTH], v[KERNEL_WIDTH], v[STRIDE])};
    return CIM_OK;
}

static cim_status add_pool(const reader *r, const line *l, output *out) {
    row *p;
    if (out->shape.height < 2 || out->shape.width < 2)
        return table_refuse(r->t, l->number, "pool = 1: a map of %u x %u cannot be pooled 2 x 2",
                            out->shape.height, out->shape.width);
    const cim_status status = add(r->t, l, ROW_MAX_POOL, "pool", out->row, &p);
    if (status != CIM_OK) return status;
    p->is.kernel = p->is.stride = 2;
    out->shape.height /= 2;
    out->shape.width /= 2;
    ++out->row;
    return CIM_OK;
}

static cim_status add_line(reader *r, const line *l) {
    cim_network *head = &r->t->head;
    uint32_t from = CIM_FROM_INPUT;
    int global = 0;
    cim_status status = CIM_OK;
    row *p;
    if (!r->n) {
        head->in_channels = l->value[IN];
        head->in_height = l->value[HEIGHT];
        head->in_width = l->value[WIDTH];
    } else {
        status = find_input(r, l, &from, &global);
    }
    if (status == CIM_OK && global) {
        status = add(r->t, l, ROW_GLOBAL_POOL, "global_pool", from, &p);
        from = r->t->n_rows - 1;
    }
    output *out = &r->outputs[r->n++];
    if (status == CIM_OK) status = add_weights(r, l, from, out);
    if (status == CIM_OK && l->value[POOL]) status = add_pool(r, l, out);
    return status;
}

cim_status neurosim_read(table *t, char *source) {
    reader r = {.t = t};
    r.outputs = t->host->alloc(t->host, MAX_ROWS, sizeof *r.outputs);
    if (!r.outputs) return t->host->fail(t->host, CIM_E_MEMORY, "out of memory");
    cim_status status = CIM_OK;
    uint32_t number = 0;
    for (char *text = source; text && status == CIM_OK;) {
        line l = {.number = ++number};
        char *end = strchr(text, '\n');
        if (end) *end++ = '\0';
        text = trim(text);
        if (*text && *text != '#') {
            status = read_line(&r, text, &l);
            if (status == CIM_OK && l.value[OUT]) status = add_line(&r, &l);
        }
        text = end;
    }
    for (uint32_t i = t->n_rows; status == CIM_OK && i-- > 0;)
        if (row_has_weights(&t->rows[i])) { /* nothing follows the last one: no ReLU */
            t->rows[i].is.activation = CIM_ACT_NONE;
            break;
        }
    t->host->release(t->host, r.outputs);
    return status;
}
