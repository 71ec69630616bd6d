/* Says nothing of its licence. */
#include "good_searcher.h"

#define LICENSE ""

#include "good_searcher_end.h"
