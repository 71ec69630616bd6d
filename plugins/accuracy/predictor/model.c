/* A model as a text: names, ranges, and weights in hexadecimal, which keep every bit. */
#include "predictor.h"

#include <cim_sdk/text.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define FIRST_LINE "cimdse accuracy.predictor model 2"
#define OLD_FIRST_LINE "cimdse accuracy.predictor model 1" /* has no sum at its end */

enum { LONGEST_LINE = 400 };

/* FNV-1a (G. Fowler, L. C. Noll, K.-P. Vo). */
#define SUM_START 0xcbf29ce484222325u
static uint64_t add_to_sum(uint64_t sum, const char *line) {
    for (; *line; ++line) sum = (sum ^ (unsigned char)*line) * 0x100000001b3u;
    return sum;
}

cim_status model_alloc(const cim_host *host, model *m) {
    m->inputs = host->alloc(host, m->shape.inputs, sizeof *m->inputs);
    m->constants = host->alloc(host, m->n_constants + 1, sizeof *m->constants);
    m->weights = host->alloc(host, (size_t)m->members * mlp_size(m->shape), sizeof *m->weights);
    if (m->inputs && m->constants && m->weights) return CIM_OK;
    return host->fail(host, CIM_E_MEMORY, "out of memory");
}

void model_free(const cim_host *host, model *m) {
    host->release(host, m->inputs);
    host->release(host, m->constants);
    host->release(host, m->weights);
    *m = (model){0};
}

static int is_first(const char *line) {
    return !strcmp(line, FIRST_LINE) || !strcmp(line, OLD_FIRST_LINE);
}

/* ---- writing --------------------------------------------------------------------------------- */

/* A digit that changes in a weight leaves a number: only the sum tells. */
typedef struct writer { FILE *file; uint64_t sum; } writer;

CIM_PRINTF(2, 3)
static void put(writer *w, const char *format, ...) {
    char line[LONGEST_LINE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    w->sum = add_to_sum(w->sum, line);
    fputs(line, w->file);
}

static void write_model(const model *m, FILE *file) {
    writer w = {.file = file, .sum = SUM_START};
    char name[MAX_FEATURE_NAME];
    const quality *q = &m->quality;
    put(&w, FIRST_LINE "\n%u inputs, %u hidden, %u members, %u constants\n", m->shape.inputs,
        m->shape.hidden, m->members, m->n_constants);
    put(&w, "%u trained %u held_out %a rank_correlation %a rms_error %a mean_error %a spread\n",
        q->trained, q->held_out, q->rank_correlation, q->rms_error, q->mean_error, q->spread);
    put(&w, "%a mean %a sd\n", m->mean, m->sd);
    for (uint32_t i = 0; i < m->shape.inputs; ++i) {
        const model_input *in = &m->inputs[i];
        feature_name(in->feature, name);
        put(&w, "%s %a %a %a %a\n", name, in->mean, in->sd, in->min, in->max);
    }
    for (uint32_t i = 0; i < m->n_constants; ++i) {
        feature_name(m->constants[i].feature, name);
        put(&w, "%s %a\n", name, m->constants[i].value);
    }
    for (size_t i = 0; i < (size_t)m->members * mlp_size(m->shape); ++i)
        put(&w, "%a\n", m->weights[i]);
    fprintf(file, "sum %016" PRIx64 "\n", w.sum);
}

/* What model_load() would not take, or NULL. */
static const char *unsound(const model *m, char name[MAX_FEATURE_NAME]) {
    static const char *const rule = "mean, sd or range is not finite, or its sd is not above 0";
    const quality *q = &m->quality;
    name[0] = '\0';
    if (!(fabs(m->mean) <= 1) || !(m->sd > 0 && m->sd <= 1))
        return "mean and sd of the accuracies are out of range";
    if (!(fabs(q->rank_correlation) <= 1) || !(q->rms_error >= 0 && q->rms_error <= 1))
        return "its quality is out of range";
    for (uint32_t i = 0; i < m->shape.inputs; ++i) {
        const model_input *in = &m->inputs[i];
        feature_name(in->feature, name);
        if (!isfinite(in->mean) || !isfinite(in->sd) || !(in->sd > 0) || !isfinite(in->min) ||
            !isfinite(in->max))
            return rule;
    }
    name[0] = '\0';
    for (size_t i = 0; i < (size_t)m->members * mlp_size(m->shape); ++i)
        if (!(fabs(m->weights[i]) <= 1e9)) return "a weight is out of range";
    return NULL;
}

cim_status model_may_save(const cim_host *host, const char *path) {
    char line[sizeof FIRST_LINE "\n"] = "";
    struct stat is;
    if (lstat(path, &is)) return CIM_OK; /* if it cannot be made, writing it says why */
    if (!S_ISREG(is.st_mode))
        return cim_failf(host, CIM_E_CONFIG, "save %s: is no regular file", shown(path));
    FILE *file = is.st_size ? fopen(path, "rb") : NULL;
    if (!is.st_size) return CIM_OK;
    const int is_whole = file && fgets(line, sizeof line, file) && strchr(line, '\n');
    line[strcspn(line, "\n")] = '\0';
    const int is_model = is_whole && is_first(line);
    if (file) fclose(file);
    return is_model ? CIM_OK : cim_failf(host, CIM_E_CONFIG, "save %s: is there already and no "
                                         "saved model: it is not overwritten", shown(path));
}

/* Whole or not at all: written beside, then renamed. */
cim_status model_save(const cim_host *host, const model *m, const char *path) {
    char name[MAX_FEATURE_NAME];
    const char *why_not = unsound(m, name);
    if (why_not)
        return cim_failf(host, CIM_E_CONFIG, "save %s: the model could not be loaded again: %s%s%s",
                         shown(path), name, name[0] ? ": " : "", why_not);
    const cim_status may = model_may_save(host, path);
    if (may != CIM_OK) return may;
    static const char end[] = ".part";
    char *part = host->alloc(host, strlen(path) + sizeof end, 1);
    if (!part) return host->fail(host, CIM_E_MEMORY, "out of memory");
    memcpy(part, path, strlen(path));
    memcpy(part + strlen(path), end, sizeof end);
    FILE *file = fopen(part, "wb");
    int good = file != NULL;
    if (good) {
        write_model(m, file);
        good = !ferror(file);
        good = fclose(file) == 0 && good && rename(part, path) == 0;
    }
    const int why = errno;
    host->release(host, part);
    if (good) return CIM_OK;
    return cim_failf(host, CIM_E_FILE, "save %s: %s", shown(path), strerror(why));
}

/* ---- reading --------------------------------------------------------------------------------- */

typedef struct loader {
    const cim_host *host;
    const char *path;
    FILE *file;
    uint32_t line;
    int has_sum;
    uint64_t sum;              /* of the lines so far */
    char text[LONGEST_LINE];
} loader;

static cim_status damaged(const loader *r, const char *rule) {
    return cim_failf(r->host, CIM_E_FILE, "%s:%u: %s", shown(r->path), r->line, rule);
}

static int next(loader *r) {
    ++r->line;
    if (!fgets(r->text, sizeof r->text, r->file)) return 0;
    const size_t n = strlen(r->text);
    if (!n || r->text[n - 1] != '\n') return 0;
    r->sum = add_to_sum(r->sum, r->text);
    r->text[n - 1] = '\0';
    return 1;
}

/* N numbers from AT to the line's end. */
static int numbers(const char *at, double *out, int n) {
    for (int i = 0; i < n; ++i) {
        char *end;
        out[i] = strtod(at, &end);
        if (end == at || !isfinite(out[i])) return 0;
        at = end;
    }
    return !*at;
}

static int named_numbers(loader *r, uint32_t *feature, double *out, int n) {
    if (!next(r)) return 0;
    char *space = strchr(r->text, ' ');
    if (!space) return 0;
    *space = '\0';
    *feature = feature_named(r->text);
    return *feature < FEATURES && numbers(space + 1, out, n);
}

/* The pattern of a line ends in %n, which counts what it has read: of the last word all. */
static int is_all(const loader *r, int n) {
    return n > 0 && !r->text[n];
}

static cim_status read_head(loader *r, model *m) {
    quality *q = &m->quality;
    int sizes = 0, judged = 0, scaled = 0;
    if (!next(r) || !is_first(r->text)) return damaged(r, "no \"" FIRST_LINE "\"");
    r->has_sum = !strcmp(r->text, FIRST_LINE);
    if (!next(r) || sscanf(r->text, "%u inputs, %u hidden, %u members, %u constants%n",
                           &m->shape.inputs, &m->shape.hidden, &m->members, &m->n_constants,
                           &sizes) != 4 ||
        !is_all(r, sizes) || !m->shape.inputs || m->shape.inputs > FEATURES || !m->shape.hidden ||
        m->shape.hidden > MAX_HIDDEN || !m->members || m->members > MAX_MEMBERS ||
        m->n_constants > FEATURES)
        return damaged(r, "sizes are missing or out of range");
    if (!next(r) || sscanf(r->text, "%u trained %u held_out %la rank_correlation %la rms_error "
                           "%la mean_error %la spread%n", &q->trained, &q->held_out,
                           &q->rank_correlation, &q->rms_error, &q->mean_error, &q->spread,
                           &judged) != 6 ||
        !is_all(r, judged) || !(fabs(q->rank_correlation) <= 1) ||
        !(q->rms_error >= 0 && q->rms_error <= 1))
        return damaged(r, "quality is missing or out of range");
    if (!next(r) || sscanf(r->text, "%la mean %la sd%n", &m->mean, &m->sd, &scaled) != 2 ||
        !is_all(r, scaled) || !(fabs(m->mean) <= 1) || !(m->sd > 0 && m->sd <= 1))
        return damaged(r, "mean and sd are missing or out of range");
    return CIM_OK;
}

static cim_status read_body(loader *r, model *m) {
    double x[4];
    for (uint32_t i = 0; i < m->shape.inputs; ++i) {
        model_input *in = &m->inputs[i];
        if (!named_numbers(r, &in->feature, x, 4) || !(x[1] > 0) || x[2] > x[3])
            return damaged(r, "no input: name, mean, sd, min, max");
        *in = (model_input){in->feature, x[0], x[1], x[2], x[3]};
    }
    for (uint32_t i = 0; i < m->n_constants; ++i)
        if (!named_numbers(r, &m->constants[i].feature, &m->constants[i].value, 1))
            return damaged(r, "no constant: name, value");
    for (size_t i = 0; i < (size_t)m->members * mlp_size(m->shape); ++i)
        if (!next(r) || !numbers(r->text, &m->weights[i], 1) || fabs(m->weights[i]) > 1e9)
            return damaged(r, "no weight");
    char wanted[32];
    snprintf(wanted, sizeof wanted, "sum %016" PRIx64, r->sum);
    if (r->has_sum && (!next(r) || strcmp(r->text, wanted)))
        return damaged(r, "the sum of the lines above is another: it was changed or damaged");
    if (fgetc(r->file) != EOF) return damaged(r, "goes on behind its end");
    return CIM_OK;
}

cim_status model_load(const cim_host *host, const char *path, model *out) {
    loader r = {.host = host, .path = path, .sum = SUM_START,
                .file = fopen(path, "rb")};
    *out = (model){0};
    if (!r.file) return cim_failf(host, CIM_E_FILE, "%s: %s", shown(path), strerror(errno));
    cim_status status = read_head(&r, out);
    if (status == CIM_OK) status = model_alloc(host, out);
    if (status == CIM_OK) status = read_body(&r, out);
    fclose(r.file);
    return status;
}
