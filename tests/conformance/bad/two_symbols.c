/* Offers a second symbol. */
#include "good_searcher.h"

CIM_EXPORT int suspect_helper(void);
CIM_EXPORT int suspect_helper(void) { return 1; }

#include "good_searcher_end.h"
