/* MNSIM's configuration file (SimConfig.ini). */
#ifndef MNSIM_INI_H
#define MNSIM_INI_H

#include <cim/host.h>

#include "parameters.h"

/* Puts what the file at PATH says over DEFAULTS; refuses by file and line. */
cim_status mnsim_ini_read(const cim_host *host, const char *path, mnsim_defaults *defaults);
#endif
