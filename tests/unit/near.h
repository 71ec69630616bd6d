/* near.h: equal within a share of what is wanted. After cmocka.h. */
#ifndef NEAR_H
#define NEAR_H

#include <math.h>

static inline void near(double value, double wanted, double relative) {
    if (!(fabs(value - wanted) <= relative * fabs(wanted)))
        fail_msg("%.17g is not %.17g within %g", value, wanted, relative);
}

#endif
