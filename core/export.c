#include "export.h"
#include "csv.h"
#include "front.h"
#include "json_text.h"
#include "memory.h"

#include <math.h>
#include <stdlib.h>

typedef struct exporter {
    layout l;
    export_form form;
    FILE *out;
    text line, why;
} exporter;

static void add_heads(exporter *e) {
    const layout *l = &e->l;
    text name = {0};
    csv_add(&e->line, "trial", true);
    if (e->form == EXPORT_CSV) {
        csv_add(&e->line, "outcome", false);
        csv_add(&e->line, "reason", false);
        csv_add(&e->line, "fidelity", false);
        csv_add(&e->line, "duplicate_of", false);
    }
    for (uint32_t d = 0; d < l->n_dimensions; d++) csv_add(&e->line, l->dimensions[d], false);
    for (uint32_t i = 0; e->form == EXPORT_CSV && i < l->n_metrics; i++)
        csv_add(&e->line, l->metrics[i].name, false);
    for (uint32_t i = 0; e->form == EXPORT_CSV && i < l->n_rules; i++) {
        text_clear(&name);
        text_add(&name, "slack.%s", l->rules[i]);
        csv_add(&e->line, text_of(&name), false);
    }
    text_add_bytes(&e->line, "\n", 1);
    text_free(&name);
}

/* The reason, and of an infeasible trial what it breaks and by how much, as eval says it. */
static const char *explain(exporter *e, const row *r) {
    text_clear(&e->why);
    text_add(&e->why, "%s", r->reason);
    for (uint32_t i = 0; r->outcome == CIM_INFEASIBLE && i < e->l.n_rules; i++)
        if (r->slack[i] > 0)
            text_add(&e->why, "%s%s: slack %.4g", e->why.length ? "; " : "", e->l.rules[i],
                     r->slack[i]);
    if (e->why.length) text_make_utf8(e->why.chars); /* of a plug-in's, stored by an older cimdse */
    return text_of(&e->why);
}

static void add_cells(exporter *e, const row *r) {
    const layout *l = &e->l;
    csv_add_number(&e->line, (double)r->id, true);
    if (e->form == EXPORT_CSV) {
        csv_add(&e->line, outcome_name(r->outcome), false);
        csv_add(&e->line, explain(e, r), false);
        csv_add_number(&e->line, r->fidelity, false);
        csv_add_number(&e->line, r->duplicate_of < 0 ? (double)NAN : (double)r->duplicate_of,
                       false);
    }
    for (uint32_t d = 0; d < l->n_dimensions; d++)
        if (r->dimensions[d].name) csv_add(&e->line, r->dimensions[d].name, false);
        else csv_add_number(&e->line, r->dimensions[d].number, false);
    for (uint32_t i = 0; e->form == EXPORT_CSV && i < l->n_metrics; i++)
        csv_add_number(&e->line, r->metrics[i], false);
    for (uint32_t i = 0; e->form == EXPORT_CSV && i < l->n_rules; i++)
        csv_add_number(&e->line, r->slack[i], false);
    text_add_bytes(&e->line, "\n", 1);
}

static void add_json(exporter *e, const row *r) {
    const layout *l = &e->l;
    json_t *point = json_object(), *metrics = json_object(), *slack = json_object();
    for (uint32_t d = 0; d < l->n_dimensions; d++)
        json_object_set_new(point, l->dimensions[d],
                            json_value(r->dimensions[d].name, r->dimensions[d].number));
    for (uint32_t i = 0; i < l->n_metrics; i++)
        json_object_set_new(metrics, l->metrics[i].name, json_number(r->metrics[i]));
    for (uint32_t i = 0; i < l->n_rules; i++)
        json_object_set_new(slack, l->rules[i], json_number(r->slack[i]));
    json_t *all = json_pack(
        "{s:I, s:s, s:o, s:i, s:o, s:o, s:o, s:o}", "trial", (json_int_t)r->id, "outcome",
        outcome_name(r->outcome), "reason", json_text(explain(e, r)), "fidelity", (int)r->fidelity,
        "duplicate_of", json_number(r->duplicate_of < 0 ? (double)NAN : (double)r->duplicate_of),
        "point", point, "metrics", metrics, "slack", slack);
    char *chars = json_dumps(all, JSON_COMPACT | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(17));
    text_add(&e->line, "%s\n", chars ? chars : "");
    free(chars);
    json_decref(all);
}

static bool export_row(void *context, const row *r) {
    exporter *e = context;
    if (e->form == EXPORT_JSONL) add_json(e, r);
    else add_cells(e, r);
    fwrite(e->line.chars, 1, e->line.length, e->out);
    text_clear(&e->line);
    return true;
}

static bool export_front(exporter *e, store *st, failure *f) {
    front members = {0};
    bool good = front_read(st, &e->l, &members, f);
    int64_t *ids = memory_new(members.n, sizeof *ids);
    for (size_t i = 0; i < members.n; i++) ids[i] = members.members[i].id;
    good = good && store_rows_listed(st, &e->l, ids, members.n, export_row, e, f);
    free(ids);
    front_free(&members, &e->l);
    return good;
}

bool export_print(store *st, export_form form, bool front_only, FILE *out, failure *f) {
    exporter e = {.form = form, .out = out};
    bool good = layout_read(st, &e.l, f);
    if (good) {
        if (form != EXPORT_JSONL) add_heads(&e);
        good = front_only ? export_front(&e, st, f)
                          : store_rows(st, &e.l, 0, INT64_MAX, export_row, &e, f);
        fwrite(text_of(&e.line), 1, e.line.length, out); /* the heads, where there is no row */
    }
    if (good && (fflush(out) != 0 || ferror(out)))
        good = fail(f, STATUS_FAILED, "cannot write the export");
    layout_free(&e.l);
    text_free(&e.line);
    text_free(&e.why);
    return good;
}
