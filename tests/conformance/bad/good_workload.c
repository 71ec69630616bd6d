/* Nothing is wrong with this one. */
#include "good_workload.h"

#include "good_workload_end.h"
