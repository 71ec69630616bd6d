/* What tests of the host share: temporary files, and a study made by hand: two plug-ins that exist
 * in the test alone, read against a config without any shared object. */
#ifndef CORE_FIXTURE_H
#define CORE_FIXTURE_H

#include <cim_sdk/rng.h> /* before the host's own names */

#include "settings.h"
#include "study.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#undef fail /* cmocka's would hide the host's and the plug-ins' */

/* ---- messages ------------------------------------------------------------------------------- */

static inline void assert_contains(const char *chars, const char *piece) {
    if (!strstr(chars, piece)) print_error("expected \"%s\" in \"%s\"\n", piece, chars);
    assert_non_null(strstr(chars, piece));
}

static inline void assert_good(bool good, const failure *f) {
    if (!good) print_error("failed: %s\n", f->text);
    assert_true(good);
    assert_int_equal(f->status, 0);
}

static inline void assert_refused(bool good, const failure *f, const char *piece) {
    assert_false(good);
    assert_int_equal(f->status, STATUS_WRONG);
    assert_contains(f->text, piece);
}

/* ---- files ---------------------------------------------------------------------------------- */

static inline char *make_temp_folder(void) {
    const char *base = getenv("TMPDIR");
    text path = {0};
    text_add(&path, "%s/cimdse-test-XXXXXX", base && *base ? base : "/tmp");
    if (!mkdtemp(path.chars)) abort();
    return path.chars;
}

static inline void write_bytes(const char *path, const char *bytes, size_t n) {
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(bytes, 1, n, file) != n || fclose(file) != 0) abort();
}

/* A file of FOLDER; the path is the caller's. */
static inline char *write_file(const char *folder, const char *name, const char *chars) {
    text path = {0};
    text_add(&path, "%s/%s", folder, name);
    write_bytes(path.chars, chars, strlen(chars));
    return path.chars;
}

static inline void remove_folder(char *folder) {
    pid_t pid = fork();
    if (pid == 0) {
        execlp("rm", "rm", "-rf", "--", folder, (char *)NULL);
        _exit(127);
    }
    waitpid(pid, NULL, 0);
    free(folder);
}

/* Runs ACT in a child with a limit in seconds; true when it came back in time. */
static inline bool comes_back(void (*act)(void), unsigned seconds) {
    int status = 0;
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        alarm(seconds);
        act();
        _exit(0);
    }
    waitpid(pid, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* ---- a study by hand ------------------------------------------------------------------------ */

typedef struct rig {
    study s;
    cim_plugin workload, hwmodel;  /* filled in by the test before rig_open() */
    catalog_entry entries[2];
    failure f;
} rig;

static inline void rig_start(rig *r) {
    *r = (rig){.workload = {.struct_size = sizeof(cim_plugin), .abi_minor = CIM_ABI_MINOR,
                            .kind = CIM_WORKLOAD, .id = "workload.made", .version = "1",
                            .summary = "", .license = "MIT"}};
    r->workload.is.struct_size = sizeof(cim_description);
    r->hwmodel = r->workload;
    r->hwmodel.kind = CIM_HWMODEL;
    r->hwmodel.id = "hwmodel.made";
}

static inline bool rig_instance(rig *r, int which) {
    static const char *const sections[] = {"workload", "hwmodel"};
    static char no_file[] = "";
    const instance *owner = &r->s.workloads[0];
    instance *in = which ? &r->s.hwmodel : &r->s.workloads[0];
    r->entries[which] =
        (catalog_entry){.plugin = which ? &r->hwmodel : &r->workload, .file = no_file};
    node *group = node_get(r->s.config.root, sections[which]);
    r->s.n_workloads = 1;
    assert_non_null(group);
    instance_begin(in, &r->entries[which], sections[which], group, 1);
    in->sets = owner->index_sets;
    in->n_sets = owner->n_index_sets;
    return instance_layout(in, true, &r->f) && settings_read(in, &r->s.space, &r->f);
}

/* SOURCE: a config with the groups workload and hwmodel. */
static inline bool rig_open(rig *r, const char *source) {
    r->s.name = "made";
    r->s.seed = 1;
    return config_read_text(&r->s.config, source, "made.cfg", "/made", &r->f) &&
           rig_instance(r, 0) && rig_instance(r, 1) &&
           settings_check_overrides(&r->s.hwmodel, &r->s.workloads[0], &r->f) &&
           space_finish(&r->s.space, (instance *const[]){&r->s.workloads[0], &r->s.hwmodel}, 2,
                        &r->f) &&
           config_all_read(&r->s.config, &r->f);
}

static inline void rig_close(rig *r) { study_close(&r->s); }

/* Names, not numbers: the dimension NAME, which must be there. */
static inline const dimension *rig_dimension(const rig *r, const char *name) {
    for (uint32_t d = 0; d < r->s.space.n_dimensions; d++)
        if (strcmp(r->s.space.dimensions[d].is.name, name) == 0) return &r->s.space.dimensions[d];
    print_error("no dimension %s\n", name);
    assert_true(false);
    return NULL;
}

#define RIG_TABLE(array)                                                                           \
    { (array), (uint32_t)(sizeof(array) / sizeof *(array)), (uint32_t)sizeof *(array) }
#endif
