#include "design_view.h"
#include "memory.h"
#include "param.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The instance that NAME, "hwmodel.rows", begins with, its numbers, and the key behind the dot. */
static const instance *find_owner(const design_view *view, const char *name, const double **numbers,
                                  const char **key) {
    const char *dot = strchr(name, '.');
    const size_t n = dot ? (size_t)(dot - name) : 0;
    *key = dot ? dot + 1 : "";
    *numbers = view->hwmodel_numbers;
    if (n == strlen("hwmodel") && strncmp(name, "hwmodel", n) == 0) return view->hwmodel;
    *numbers = view->workload_numbers;
    if (n == strlen("workload") && strncmp(name, "workload", n) == 0) return view->workload;
    return NULL;
}

static cim_status value(const cim_host *host, const char *name, uint32_t element, double *number,
                        char *chars, size_t size) {
    const instance *in = host->context;
    const double *numbers;
    const char *key;
    const instance *owner = in->view ? find_owner(in->view, name, &numbers, &key) : NULL;
    const int i = owner ? instance_find_param(owner, key) : -1;
    if (i < 0 || !numbers || element >= instance_elements(owner, (uint32_t)i))
        return CIM_E_ARGUMENT;
    text out = {0};
    *number = numbers[owner->first[i] + element];
    param_to_text(&owner->params[i], *number, &out);
    snprintf(chars, size, "%s", text_of(&out));
    text_free(&out);
    return CIM_OK;
}

/* Of the parameters of OWNER, the one whose key is most like KEY, as "hwmodel.rows". */
static const char *nearest_to(const instance *owner, const char *section, const char *key) {
    static char name[256];
    const char **keys = memory_new(owner->n_params, sizeof *keys);
    uint32_t n = 0;
    for (uint32_t i = 0; i < owner->n_params; i++)
        if (instance_elements(owner, i)) keys[n++] = owner->params[i].key;
    const char *near = nearest_name(key, keys, n);
    if (near) snprintf(name, sizeof name, "%s.%s", section, near);
    free(keys);
    return near ? name : NULL;
}

static cim_status find(const cim_host *host, const char *name, uint32_t *n_elements,
                       const char **nearest) {
    static const char *const sections[] = {"workload", "hwmodel"};
    const instance *in = host->context;
    const double *numbers;
    const char *key;
    const instance *owner = in->view ? find_owner(in->view, name, &numbers, &key) : NULL;
    *n_elements = 0;
    *nearest = NULL;
    if (!owner) {
        char section[64];
        snprintf(section, sizeof section, "%.*s", (int)strcspn(name, "."), name);
        *nearest = in->view ? nearest_name(section, sections, 2) : NULL;
        return CIM_E_ARGUMENT;
    }
    const uint32_t n_owners = owner == in->view->workload ? in->view->n_workloads : 1;
    for (uint32_t o = 0; o < n_owners; o++) {
        const int i = instance_find_param(&owner[o], key);
        const uint32_t n = i < 0 ? 0 : instance_elements(&owner[o], (uint32_t)i);
        if (!n) *nearest = nearest_to(&owner[o], sections[owner == in->view->hwmodel], key);
        if (!n) return CIM_E_ARGUMENT;
        if (!o || n < *n_elements) *n_elements = n;
    }
    return CIM_OK;
}

const cim_design design_view_extension = {.struct_size = sizeof design_view_extension,
                                          .value = value, .find = find};
