/* cim/files.h: extension "cim.files/1": which files a plug-in reads.
 *
 *     cim_files_used(host, path);
 *
 * A study that is resumed is refused where a file that it rests on has changed: its trials would be
 * of two different things. The host sees by itself to the files that parameters name
 * (CIM_PARAM_PATH); it must be told of those that such a file names in turn, that a folder holds,
 * or that are found where a package puts them. Not of what the plug-in itself writes. */
#ifndef CIM_FILES_H
#define CIM_FILES_H

#include <cim/host.h>

#define CIM_FILES "cim.files/1"

typedef struct cim_files {
    uint32_t struct_size, reserved;
    /* PATH was read for what is now created or evaluated: said each time, for the host compares
     * what it holds with what it held before. Copied. A searcher says it in create() only. */
    void (*used)(const cim_host *host, const char *path);
} cim_files;

/* Nothing where the host does not ask. */
static inline void cim_files_used(const cim_host *host, const char *path) {
    const cim_files *files = (const cim_files *)host->extension(host, CIM_FILES);
    if (files) files->used(host, path);
}
#endif
