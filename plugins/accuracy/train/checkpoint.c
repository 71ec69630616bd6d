#include "checkpoint.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct head {
    char magic[8];
    uint32_t version, real_size;
    uint64_t fingerprint, step;
    uint32_t parameters, reserved;
} head;
typedef struct row_head { uint32_t slot, kind, shape[4]; } row_head;

static const char magic[8] = "cimtrain";

uint64_t checkpoint_sum(uint64_t sum, const void *bytes, size_t n) {
    const unsigned char *at = bytes;
    for (size_t i = 0; i < n; i++) sum = (sum ^ at[i]) * 0x100000001b3u;
    return sum;
}

/* A file that is written or read from its beginning to its end, summed on the way. */
typedef struct stream {
    FILE *file;
    const char *path;
    uint64_t sum, offset;
    char *why;
} stream;

static bool broken(const stream *s, const char *what) {
    snprintf(s->why, TRAIN_MAX_TEXT, "%s: at byte %llu: %s", s->path, (unsigned long long)s->offset,
             what);
    return false;
}

/* What the system said of the file as a whole. */
static bool refused(const stream *s, const char *what) {
    snprintf(s->why, TRAIN_MAX_TEXT, "%s: cannot be %s: %s", s->path, what, strerror(errno));
    return false;
}

static bool put(stream *s, const void *bytes, size_t n) {
    s->sum = checkpoint_sum(s->sum, bytes, n);
    if (fwrite(bytes, 1, n, s->file) != n) return refused(s, "written");
    s->offset += n;
    return true;
}

static bool get(stream *s, void *bytes, size_t n) {
    if (fread(bytes, 1, n, s->file) != n) return broken(s, "the file ends too early");
    s->sum = checkpoint_sum(s->sum, bytes, n);
    s->offset += n;
    return true;
}

static row_head row_head_of(const parameter *p) {
    row_head r = {.slot = p->slot, .kind = (uint32_t)p->kind};
    memcpy(r.shape, p->shape, sizeof r.shape);
    return r;
}

static bool put_all(stream *s, const trainer *t, uint64_t fingerprint) {
    head h = {.version = 1, .real_size = sizeof(real), .fingerprint = fingerprint, .step = t->step,
              .parameters = t->store.n};
    memcpy(h.magic, magic, sizeof magic);
    bool good = put(s, &h, sizeof h);
    for (uint32_t i = 0; good && i < t->store.n; i++) {
        const parameter *p = &t->store.rows[i];
        const row_head r = row_head_of(p);
        good = put(s, &r, sizeof r) && put(s, p->value, p->n * sizeof(real)) &&
               put(s, p->moment, p->n * sizeof(real)) &&
               put(s, p->second_moment, p->n * sizeof(real));
    }
    const uint64_t sum = s->sum;
    return good && put(s, &sum, sizeof sum);
}

bool checkpoint_write(const trainer *t, uint64_t fingerprint, const char *path, char *why) {
    const size_t size = strlen(path) + sizeof ".new";
    char *beside = malloc(size);
    stream s = {.path = path, .sum = CHECKPOINT_SUM, .why = why};
    if (!beside) return broken(&s, "not enough memory");
    snprintf(beside, size, "%s.new", path);
    s.file = fopen(beside, "wb");
    bool good = s.file ? put_all(&s, t, fingerprint) : refused(&s, "written");
    if (s.file && fclose(s.file) != 0 && good) good = refused(&s, "written");
    if (good && rename(beside, path) != 0) good = refused(&s, "replaced");
    if (!good) remove(beside);
    free(beside);
    return good;
}

static bool head_fits(const stream *s, const head *h, const trainer *t, uint64_t fingerprint) {
    if (memcmp(h->magic, magic, sizeof magic) != 0 || h->version != 1)
        return broken(s, "not a checkpoint of this version of cimdse train");
    if (h->real_size != sizeof(real) || h->fingerprint != fingerprint)
        return broken(s, "of another network, data set or other options: it can be continued only "
                         "as it was begun");
    if (h->parameters != t->store.n || h->step > trainer_steps(t))
        return broken(s, "its head contradicts the network");
    return true;
}

static bool start_fits(const stream *s, const head *h, const trainer *t) {
    if (memcmp(h->magic, magic, sizeof magic) != 0 || h->version != 1)
        return broken(s, "not a checkpoint of this version of cimdse train");
    return (h->real_size == sizeof(real) && h->parameters == t->store.n) ||
           broken(s, "of another network");
}

static bool get_row(stream *s, parameter *p) {
    row_head r;
    const row_head mine = row_head_of(p);
    if (!get(s, &r, sizeof r)) return false;
    if (memcmp(&r, &mine, sizeof r) != 0) return broken(s, "a tensor of another shape");
    return get(s, p->value, p->n * sizeof(real)) && get(s, p->moment, p->n * sizeof(real)) &&
           get(s, p->second_moment, p->n * sizeof(real));
}

/* Behind its sum. */
static bool is_whole(const stream *s, bool sum_agrees) {
    if (!sum_agrees) return broken(s, "damaged: its sum does not agree");
    return fgetc(s->file) == EOF || broken(s, "more bytes than a checkpoint has");
}

/* FINGERPRINT NULL: a checkpoint of any run of this network. */
static bool get_all(stream *s, trainer *t, const uint64_t *fingerprint) {
    head h;
    bool good = get(s, &h, sizeof h) &&
                (fingerprint ? head_fits(s, &h, t, *fingerprint) : start_fits(s, &h, t));
    for (uint32_t i = 0; good && i < t->store.n; i++) good = get_row(s, &t->store.rows[i]);
    const uint64_t sum = s->sum;
    uint64_t stored;
    good = good && get(s, &stored, sizeof stored) && is_whole(s, stored == sum);
    if (good) t->step = h.step;
    return good;
}

static bool read_file(trainer *t, const uint64_t *fingerprint, const char *path, char *why) {
    stream s = {.path = path, .sum = CHECKPOINT_SUM, .why = why, .file = fopen(path, "rb")};
    if (!s.file) return refused(&s, "opened");
    const bool good = get_all(&s, t, fingerprint);
    fclose(s.file);
    return good;
}

/* A tensor that the file has room for: what its head says is believed no further. */
static parameter *new_row(const stream *s, parameters *p, const row_head *r, uint64_t size) {
    uint64_t n = 1;
    for (int i = 0; i < 4; i++) {
        if (!r->shape[i] || r->shape[i] > size) return NULL;
        n *= r->shape[i];
        if (n > (size - s->offset) / (3 * sizeof(real))) return NULL;
    }
    if (r->kind > PARAMETER_VARIANCE || parameters_find(p, r->slot, (parameter_kind)r->kind))
        return NULL;
    return parameters_get(p, r->slot, (parameter_kind)r->kind, r->shape);
}

static bool get_store(stream *s, parameters *p, uint64_t size) {
    head h;
    if (!get(s, &h, sizeof h)) return false;
    if (memcmp(h.magic, magic, sizeof magic) != 0 || h.version != 1 || h.real_size != sizeof(real))
        return broken(s, "not a checkpoint of this version of cimdse train");
    for (uint32_t i = 0; i < h.parameters; i++) {
        row_head r;
        if (!get(s, &r, sizeof r)) return false;
        parameter *row = new_row(s, p, &r, size);
        if (!row) return broken(s, "a tensor that cannot be (or not enough memory)");
        if (!get(s, row->value, row->n * sizeof(real)) ||
            !get(s, row->moment, row->n * sizeof(real)) ||
            !get(s, row->second_moment, row->n * sizeof(real)))
            return false;
    }
    const uint64_t sum = s->sum;
    uint64_t stored;
    return get(s, &stored, sizeof stored) && is_whole(s, stored == sum);
}

bool checkpoint_read_store(parameters *p, const char *path, char *why) {
    stream s = {.path = path, .sum = CHECKPOINT_SUM, .why = why, .file = fopen(path, "rb")};
    if (!s.file) return refused(&s, "opened");
    const long size = fseek(s.file, 0, SEEK_END) == 0 ? ftell(s.file) : -1;
    const bool good = size >= 0 && fseek(s.file, 0, SEEK_SET) == 0
                          ? get_store(&s, p, (uint64_t)size) : refused(&s, "read");
    fclose(s.file);
    return good;
}

bool checkpoint_read(trainer *t, uint64_t fingerprint, const char *path, char *why) {
    return read_file(t, &fingerprint, path, why);
}

bool checkpoint_start(trainer *t, const char *path, char *why) {
    if (!read_file(t, NULL, path, why)) return false;
    t->step = 0;
    for (uint32_t i = 0; i < t->store.n; i++) {
        const parameter *p = &t->store.rows[i];
        memset(p->moment, 0, p->n * sizeof(real));
        memset(p->second_moment, 0, p->n * sizeof(real));
    }
    return true;
}
