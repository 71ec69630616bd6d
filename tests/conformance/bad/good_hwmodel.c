/* Nothing is wrong with this one. */
#include "good_hwmodel.h"

#include "good_hwmodel_end.h"
