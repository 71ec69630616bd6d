/* Nothing is wrong with this one. */
#include "good_searcher.h"

#include "good_searcher_end.h"
