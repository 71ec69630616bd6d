/* real.h: the number that training computes in. Float; the gradient checks compile the same sources
 * once more in double (TRAIN_DOUBLE), where a wrong gradient cannot hide behind rounding. */
#ifndef TRAIN_REAL_H
#define TRAIN_REAL_H

#include <cblas.h>

#ifdef TRAIN_DOUBLE
typedef double real;
#define real_gemm cblas_dgemm
#else
typedef float real;
#define real_gemm cblas_sgemm
#endif

/* A loop over many numbers, compiled once more for processors with 32-byte registers. The same bits:
 * the order of sums is written out (sums.h), and products are not fused into them. */
#if defined __x86_64__ && defined __GNUC__ && !defined __SANITIZE_ADDRESS__
#define WIDE __attribute__((target_clones("avx2", "default")))
#else
#define WIDE
#endif
#endif
