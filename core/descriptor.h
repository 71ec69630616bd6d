/* descriptor.h: is what a plug-in says of itself within the interface's rules? Every count, name
 * and pointer is looked at before anyone relies on it. */
#ifndef DESCRIPTOR_H
#define DESCRIPTOR_H
#include "failure.h"

#include <cim/abi.h>

/* Status 2 and the reason, without the name of the file. */
bool descriptor_check(const cim_plugin *plugin, failure *f);
/* Of an instance (describe), which comes after the descriptor's own parameters. */
bool description_check(const cim_description *is, uint32_t kind, failure *f);
#endif
