/* param.h: one parameter's values: from config and table to number, and back to text. */
#ifndef PARAM_H
#define PARAM_H
#include "config.h"

#include <cim/abi.h>

/* The number that node N means for P; an error names the key, the value and the rule. */
bool param_from_node(const cim_param *p, const node *n, double *number, failure *f);
/* The same from a word of a table or command line. RULE receives what is allowed. */
bool param_from_text(const cim_param *p, const char *chars, double *number, text *rule);
/* A number as a person writes it: 128, 0.5, flash, true; "" for NaN. */
void param_to_text(const cim_param *p, double number, text *out);
/* What P allows: "an integer 1..16", "one of sar, flash". */
void param_rule(const cim_param *p, text *out);
bool param_allows(const cim_param *p, double number);
/* May P of a plug-in of KIND have several values in a study? Only what a workload or a hardware
 * model is told makes up the space. */
bool param_may_be_searched(const cim_param *p, uint32_t kind);
#endif
