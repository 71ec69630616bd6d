/* published_tables.h: what bench_published prints. */
#ifndef PUBLISHED_TABLES_H
#define PUBLISHED_TABLES_H
#include "published_result.h"

typedef struct stored_results {
    stored_result *rows;
    size_t n;
} stored_results;

/* The runs of one study by one searcher, SEEDS of them, source by source; rows of published.csv are
 * added to the file STORE where it is not NULL. */
bool published_tables_print(const run_result *r, unsigned seeds, const stored_results *stored,
                            const char *store, failure *f);
/* Searchers of one study, R being searcher after searcher: hypervolume, and p against the first. */
void searchers_table_print(const run_result *r, unsigned searchers, unsigned seeds);
#endif
