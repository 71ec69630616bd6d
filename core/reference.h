/* reference.h: the group `validation` of a config: tables of reference figures that the config's
 * hardware model is held against.
 *
 *     validation = ( {
 *         table      = "tables/chip.csv";             # relative to the config, or to --tables
 *         source     = "DNN+NeuroSim V1.4, measured";
 *         where      = [ "status = ok" ];             # rows that count; all without it
 *         label      = "id";                          # column that names a row
 *         parameters = [ "technode", "rows" ];        # columns that are hwmodel.technode, ...
 *         set        = [ "workload.file=networks/{network}.cfg" ];   # {column}: of the row
 *         figures    = ( { metric = "area_mm2"; is = "area_um2 * 1e-6";
 *                          within = 0.01; share = 0.95; worst = 0.05; rank = 0.98; },
 *                        { metric = "energy_j"; part = [ "adc" ]; is = "adc_pj * 1e-12";
 *                          mean = 0.15; } );
 *         note       = "calibrated at 0.85 V; 3 free parameters";
 *         list       = true;                          # every row, theirs, ours and the error
 *     } );
 *
 * A figure holds when at least SHARE of the rows lie within WITHIN (relative), none beyond WORST,
 * none is FACTOR times too large or too small (WORST cannot see more than 100 % too small), their
 * absolute errors average to MEAN at most, and the ranks of ours and theirs correlate (Spearman) by
 * RANK; each of the five may be absent. PART: only what these components contribute
 * to the metric. */
#ifndef REFERENCE_H
#define REFERENCE_H
#include "config.h"

typedef struct figure {
    const char *metric, *is;      /* our metric; a sum of products of columns and numbers */
    const char **parts;           /* components of it; none: the whole metric */
    size_t n_parts;
    double within, share, worst, factor, mean, rank;   /* NaN: not asked for */
    const node *at;               /* for messages */
} figure;

typedef struct reference_table {
    const char *table, *source, *label, *note;  /* owned by the config, as all texts here */
    bool list;
    const char **where, **parameters, **set;
    size_t n_where, n_parameters, n_set;
    figure *figures;
    size_t n_figures;
    const node *at;
} reference_table;

typedef struct reference {
    reference_table *tables;
    size_t n;
} reference;

/* Reads C's group, which must be there. */
bool reference_read(config *c, reference *out, failure *f);
void reference_free(reference *x);

#endif
