/* Keeps a text of the host's after create(), instead of a copy. */
#include "good_hwmodel.h"

#include <string.h>

static const cim_param own_params[] = {{.key = "cell", .unit = "", .help = "name of a cell",
                                        .type = CIM_TEXT, .default_text = "rram"}};

typedef struct model { const cim_host *host; const char *cell; } model;
static model kept;

static cim_status create(const cim_host *host, const cim_values *values, void **self) {
    kept = (model){host, values->texts[0]};
    *self = &kept;
    return CIM_OK;
}

static cim_status evaluate(void *self, const cim_request *r) {
    const model *m = self;
    if (strcmp(m->cell, "rram"))
        return cim_failf(m->host, CIM_E_CONFIG, "no cell has the name %s", m->cell);
    return r->fail(r->context, 0, "costs nothing at all"), CIM_OK;
}
#define PARAMS CIM_TABLE(own_params)
#define CREATE create
#define EVALUATE evaluate

#include "good_hwmodel_end.h"
