#include "design_view.h"
#include "param.h"

#include <stdio.h>
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
    if (i < 0 || element >= instance_elements(owner, (uint32_t)i)) return CIM_E_ARGUMENT;
    text out = {0};
    *number = numbers[owner->first[i] + element];
    param_to_text(&owner->params[i], *number, &out);
    snprintf(chars, size, "%s", text_of(&out));
    text_free(&out);
    return CIM_OK;
}

const cim_design design_view_extension = {.struct_size = sizeof design_view_extension,
                                          .value = value};
