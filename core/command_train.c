#include "command.h"
#include "clock.h"
#include "interrupt.h"
#include "memory.h"
#include "ready.h"
#include "stream.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TERMINAL_NS 500000000
#define PLAIN_NS 10000000000

/* What the progress lines need to remember. */
typedef struct watch {
    bool terminal;
    int64_t started_ns, next_ns;
    uint64_t images, since;               /* images: of this session; since: the last line */
    double loss, right;                   /* sums over the images since the last line       */
} watch;

/* What a request's context points to. */
typedef struct session {
    watch progress;
    study *s;
    double *point, *design;
    failure *f;
} session;

static void print_line(watch *w, const cim_train_progress *p, int64_t now_ns) {
    const double seconds = (double)(now_ns - w->started_ns) * 1e-9;
    const double left = seconds / (double)(p->step - p->first_step) * (double)(p->steps - p->step);
    const double epoch = (double)p->step / (double)p->steps * p->epochs;
    fprintf(stderr, "%sstep %llu/%llu  epoch %.2f/%u  loss %.4f  accuracy %.4f  rate %.4g  "
            "%.0f images/s  %.0f s left%s", w->terminal ? "\r" : "", (unsigned long long)p->step,
            (unsigned long long)p->steps, epoch, p->epochs, w->loss / (double)w->since,
            w->right / (double)w->since, p->rate, (double)w->images / seconds, left,
            w->terminal ? "\x1b[K" : "\n");
    w->since = 0;
    w->loss = w->right = 0;
}

static int32_t on_progress(void *context, const cim_train_progress *p) {
    watch *w = &((session *)context)->progress;
    const int64_t now = clock_now_ns();
    w->images += p->images;
    w->since += p->images;
    w->loss += p->loss * (double)p->images;
    w->right += p->accuracy * (double)p->images;
    if (w->since && (now >= w->next_ns || p->step == p->steps)) {
        print_line(w, p, now);
        if (w->terminal && p->step == p->steps) fputc('\n', stderr);
        w->next_ns = now + (w->terminal ? TERMINAL_NS : PLAIN_NS);
    }
    return interrupt_wanted ? 1 : 0;
}

static const cim_network *build(instance *in, const double *design, failure *f) {
    char why[256];
    const cim_network *network = instance_build(in, design, why, sizeof why);
    if (!network) fail(f, STATUS_FAILED, "%s: %s", in->plugin->id, why);
    return network;
}

/* ---- networks that share weights ------------------------------------------------------------- */

static cim_status draw(void *context, uint64_t number, const cim_network **out) {
    session *x = context;
    const space *sp = &x->s->space;
    for (uint32_t i = 0; i < sp->n_dimensions; i++) {
        const dimension *d = &sp->dimensions[i];
        cim_rng rng;
        stream_start(x->s->seed, "train.networks", number * sp->n_dimensions + i, &rng);
        if (d->owner == &x->s->workloads[0] && d->numbers)
            x->point[i] = (double)(rng.s[0] % d->is.n_levels);
    }
    space_canonical(sp, x->point, NULL);
    space_design(sp, x->point, x->design);
    *out = build(&x->s->workloads[0], x->design, x->f);
    return *out ? CIM_OK : CIM_E_CONFIG;
}

static bool has_choices(const study *s) {
    for (uint32_t i = 0; i < s->space.n_dimensions; i++)
        if (s->space.dimensions[i].owner == &s->workloads[0]) return true;
    return false;
}

/* ---- files ----------------------------------------------------------------------------------- */

static bool is_same(const struct stat *a, const char *path) {
    struct stat is;
    return stat(path, &is) == 0 && is.st_dev == a->st_dev && is.st_ino == a->st_ino;
}

/* PATH is a config, or a run's folder that holds it. */
static bool is_config(const struct stat *a, const char *path) {
    text database = {0};
    text_add(&database, "%s/study.db", path);
    const bool is = is_same(a, path) || is_same(a, text_of(&database));
    text_free(&database);
    return is;
}

/* The weights replace what is there: never what they are made from. */
static bool is_no_input(const study *s, const char *out, const struct stat *is, failure *f) {
    const instance *all[] = {&s->workloads[0], &s->hwmodel, &s->accuracy};
    for (size_t i = 0; i < s->config.n_files; i++)
        if (is_config(is, s->config.files[i]))
            return fail(f, STATUS_WRONG, "--out %s: is the config itself, or a file that it "
                        "includes", out);
    for (size_t k = 0; k < sizeof all / sizeof *all; k++)
        for (uint32_t i = 0; i < all[k]->n_params; i++)
            if (instance_file(all[k], i) && is_same(is, instance_file(all[k], i)))
                return fail(f, STATUS_WRONG, "--out %s: is the file of %s.%s", out,
                            all[k]->section, all[k]->params[i].key);
    return true;
}

static bool has_folder(const char *out, failure *f) {
    const char *end = strrchr(out, '/');
    struct stat is;
    text folder = {0};
    if (!end || end == out) return true;
    text_add(&folder, "%.*s", (int)(end - out), out);
    bool good = stat(text_of(&folder), &is) == 0 ||
                fail(f, STATUS_WRONG, "--out %s: %s: %s", out, text_of(&folder), strerror(errno));
    if (good && !S_ISDIR(is.st_mode))
        good = fail(f, STATUS_WRONG, "--out %s: %s: is no folder", out, text_of(&folder));
    text_free(&folder);
    return good;
}

/* A run that was stopped is not begun anew by mistake, nor one whose end has nowhere to go. */
static bool may_begin(const study *s, const char *out, const char *checkpoint, bool resume,
                      failure *f) {
    struct stat is;
    const bool there = *out && lstat(out, &is) == 0;
    if (!*out || (there && !S_ISREG(is.st_mode)))
        return fail(f, STATUS_WRONG, "--out %s: must be the name of a file: %s", out,
                    !*out ? "it is empty" : S_ISDIR(is.st_mode) ? "it is a folder"
                                                                : "it is no regular file");
    if (!(there ? is_no_input(s, out, &is, f) : has_folder(out, f))) return false;
    if (lstat(checkpoint, &is) != 0)
        return !resume || fail(f, STATUS_WRONG, "--resume: %s: cannot be opened: %s", checkpoint,
                               strerror(errno));
    if (!S_ISREG(is.st_mode))
        return fail(f, STATUS_WRONG, "%s: is no regular file: give another one with --out",
                    checkpoint);
    return resume || fail(f, STATUS_WRONG,
                          "%s: is there already: continue it with --resume, or give another file "
                          "with --out", checkpoint);
}

/* Where the file is named that IN says it cannot read, or NULL. What begins with the name of the
 * weights is of what is written: those and their checkpoint. */
static const node *place_of(const instance *in, const cim_train_request *q) {
    if (strncmp(in->reason, q->weights, strlen(q->weights)) == 0) return NULL;
    return instance_place(in);
}

/* ---- the run --------------------------------------------------------------------------------- */

static bool train(study *s, const cim_network *network, const double *design,
                  cim_train_request *q, failure *f) {
    instance *hw = &s->hwmodel, *in = &s->accuracy;
    const uint32_t n = network->layers.n;
    cim_nonideality *rows = memory_new(n, sizeof *rows);
    const cim_values model = instance_values(hw, design, 1), own = instance_values(in, in->base, 1);
    instance *speaker = hw;
    hw->reason[0] = in->reason[0] = '\0';
    cim_status status =
        ((const cim_hwmodel_ops *)hw->plugin->ops)
            ->nonidealities(hw->self, network, &model,
                            (cim_nonideality_rows){.rows = rows, .n = n, .row_size = sizeof *rows});
    q->nonidealities = (cim_nonideality_table){.rows = rows, .n = n, .row_size = sizeof *rows};
    q->network = network;
    q->values = &own;
    if (status == CIM_OK) {
        speaker = in;
        status = in->training->train(in->self, q);
    }
    free(rows);
    const node *place = status == CIM_E_FILE ? place_of(speaker, q) : NULL;
    if (place)
        return fail_at(f, place, "%s: %s", speaker->plugin->id, instance_reason(speaker, status));
    return status == CIM_OK ||
           fail(f, status == CIM_E_CONFIG ? STATUS_WRONG : STATUS_FAILED, "%s: %s",
                speaker->plugin->id, instance_reason(speaker, status));
}

static int train_study(study *s, const options *o, failure *f) {
    const char *out = o->out ? o->out : "weights.safetensors";
    text checkpoint = {0};
    text_add(&checkpoint, "%s.checkpoint", out);
    double *design = memory_new(s->space.n_numbers, sizeof *design);
    study_default_design(s, design);
    const cim_network *network = may_begin(s, out, text_of(&checkpoint), o->resume, f)
                                     ? build(&s->workloads[0], design, f) : NULL;
    session x = {.progress = {.terminal = isatty(STDERR_FILENO), .started_ns = clock_now_ns()},
                 .s = s, .f = f, .point = memory_new(s->space.n_dimensions, sizeof *x.point),
                 .design = memory_new(s->space.n_numbers, sizeof *x.design)};
    space_default(&s->space, x.point);
    cim_train_request q = {.struct_size = sizeof q, .resume = o->resume, .weights = out,
                           .checkpoint = text_of(&checkpoint), .context = &x,
                           .draw = has_choices(s) ? draw : NULL,
                           .progress = on_progress, .accuracy = NAN};
    interrupt_catch();
    int status = STATUS_DONE;
    if (network && train(s, network, design + s->workloads[0].n_numbers, &q, f)) {
        if (isfinite(q.accuracy)) printf("%s: accuracy %.4f on the test images\n", out, q.accuracy);
        else status = STATUS_STOPPED;
    }
    interrupt_release();
    if (status == STATUS_STOPPED)
        fail(f, status, "stopped; the same command with --resume goes on from %s",
             text_of(&checkpoint));
    text_free(&checkpoint);
    free(x.point);
    free(x.design);
    free(design);
    return f->status;
}

/* As of a study; what is gone on with has what it began with. */
static bool check_ready(study *s, failure *f) {
    double *design = memory_new(s->space.n_numbers, sizeof *design);
    study_default_design(s, design);
    const bool good = ready_design(s, design, f);
    free(design);
    return good;
}

int command_train(int argc, char **argv, failure *f) {
    options o;
    study s = {0};
    bool is_run = false;
    bool good = options_read(&o, argc, argv, "out resume seed set target", f);
    if (good && o.n_arguments != 1)
        good = fail(f, STATUS_WRONG, "cimdse train CONFIG: one of them");
    good = good && command_one_run(&o, f) &&
           command_one_target(&s.config, o.arguments[0], &o, &is_run, f) &&
           study_open(&s, STUDY_DESIGNS, f);
    if (good && s.n_workloads != 1)
        good = fail(f, STATUS_WRONG, "%s: has %u workloads: training takes one", o.arguments[0],
                    s.n_workloads);
    if (good && !s.has_accuracy)
        good = fail(f, STATUS_WRONG, "%s: needs accuracy = { plugin = \"training\"; }",
                    o.arguments[0]);
    if (good && s.stand_in.workload.plugin)
        good = fail_at(f, s.stand_in.workload.group, "is for a study: training takes the workload");
    if (good && !s.accuracy.training)
        good = fail(f, STATUS_WRONG, "%s: %s cannot train", o.arguments[0], s.accuracy.plugin->id);
    if (good && (o.resume || check_ready(&s, f))) train_study(&s, &o, f);
    study_close(&s);
    options_free(&o);
    return f->status;
}
