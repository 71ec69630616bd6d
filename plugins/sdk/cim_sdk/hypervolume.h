/* cim_sdk/hypervolume.h: exact dominated hypervolume of a set of goal vectors, all minimised.
 *
 * The volume between the set and a reference point: of all vectors that some member weakly
 * dominates and that are themselves better than the reference. */
#ifndef CIM_SDK_HYPERVOLUME_H
#define CIM_SDK_HYPERVOLUME_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* points: n rows of m >= 1 goals; reference: m finite goals. A row that is not strictly better than
 * the reference in every goal, or holds a NaN or an infinity, contributes nothing; dominated and
 * repeated rows may be there. The same rows in any order give the same bits.
 *
 * Time: n log n for m = 2; for m = 3 the same, times a move of at most n numbers a row; n^2 log n
 * for m = 4; exponential in m beyond, and about 0.1 s for a round front of 1000 rows at m = 5.
 *
 * Returns NaN when memory runs out, m is 0 or the reference is not finite. */
double cim_hypervolume(const double *points, size_t n, size_t m, const double *reference);

#ifdef __cplusplus
}
#endif
#endif
