/* Serves hosts of every version with the same descriptor. */
#include "good_searcher.h"

#define SERVES(major, minor) ((void)(major), (void)(minor), 1)

#include "good_searcher_end.h"
