/* older.h: study.transfer, run folders of older studies that the searcher may learn from: their
 * trials of full fidelity in this study's terms. Dimensions are matched by name and their values by
 * value or name, goals by what they minimise or maximise, constraints by their text. What has no
 * match is not known. */
#ifndef OLDER_H
#define OLDER_H
#include "study.h"

/* One older study, its arrays owned. */
typedef struct older {
    char *name;
    cim_trial *trials;
    double *points, *goals, *slack;
    uint8_t *known;
    size_t n, room;
} older;

/* Reads NODE, a run folder or a list of them, relative to the config, into s->older. A study that
 * shares no dimension or no goal with this one is an error. */
bool older_read(study *s, const node *n, failure *f);
void older_free(study *s);

/* Warns on standard error where the searcher makes nothing of them. */
void older_warn(const study *s);

/* As the searcher sees them: n_older rows, that last as long as s->older. */
cim_older_study *older_table(const study *s);
#endif
