/* catalog.h: the plug-ins that can be found: which file, which descriptor; and the files that were
 * refused, with the reason. Nothing is created here: descriptors are inert data.
 *
 * Search path: CIMDSE_PLUGIN_PATH (folders separated by ':'), then the folder "plugins" beside the
 * program, then "../lib/cimdse/plugins" from it. The same id from two files is an error. */
#ifndef CATALOG_H
#define CATALOG_H
#include "failure.h"

#include <cim/abi.h>
#include <stddef.h>

typedef struct catalog_entry {
    const cim_plugin *plugin; /* in memory until the program ends */
    char *file;
} catalog_entry;

typedef struct catalog {
    catalog_entry *entries;
    size_t n_entries;
    char **refusals;          /* "<file>: <why>" */
    size_t n_refusals;
    char **folders;           /* that were searched */
    size_t n_folders;
} catalog;

/* Fails only for two files with the same id. */
bool catalog_scan(catalog *c, failure *f);
void catalog_free(catalog *c);

/* A file outside the search path. The refusal becomes the failure, with status 2. */
bool catalog_add_file(catalog *c, const char *file, failure *f);

/* "searcher", "hwmodel", "workload", "accuracy". */
const char *kind_name(uint32_t kind);
#endif
