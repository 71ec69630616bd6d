/* real.h: the number that training computes in. Float; the gradient checks compile the same sources
 * once more in double (TRAIN_DOUBLE), where a wrong gradient cannot hide behind rounding. */
#ifndef TRAIN_REAL_H
#define TRAIN_REAL_H

#include <cblas.h>

#include "wide.h"

#ifdef TRAIN_DOUBLE
typedef double real;
#define real_gemm cblas_dgemm
#else
typedef float real;
#define real_gemm cblas_sgemm
#endif
#endif
