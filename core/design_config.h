/* design_config.h: one design as a config of its own: the study's, with every searched parameter
 * fixed, and files by their whole path, so that it can be evaluated anywhere. */
#ifndef DESIGN_CONFIG_H
#define DESIGN_CONFIG_H
#include "study.h"

/* HEAD: a comment for the first line. */
bool design_config(const study *s, const double *design, const char *head, text *out, failure *f);
#endif
