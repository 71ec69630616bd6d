/* options.h: what a config may say of searcher.evolutionary. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "proposal.h"

enum { OPTIONS = 7 };
extern const cim_param options_params[OPTIONS];

/* Fails with CIM_E_CONFIG where options do not go together, or with the number of goals. */
cim_status options_read(const cim_host *host, const cim_values *values, const cim_problem *problem,
                        settings *s);

#endif
