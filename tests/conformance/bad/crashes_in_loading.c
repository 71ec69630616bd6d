/* Does not survive its own loading. */
#include <stdlib.h>
#include "good_searcher.h"

__attribute__((constructor)) static void crash(void) { abort(); }

#include "good_searcher_end.h"
