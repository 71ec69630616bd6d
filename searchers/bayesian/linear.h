/* linear.h: the few routines of BLAS and LAPACK used here (OpenBLAS), matrices column by column,
 * of which the lower triangle counts. */
#ifndef LINEAR_H
#define LINEAR_H

#include <stddef.h>

/* One thread: the host's workers are the parallelism, and sums keep their order. */
void linear_single_thread(void);

/* A = L L', in place, leading dimension ROOM. Returns 0 when A is not positive definite. */
int linear_factor(size_t n, double *a, size_t room);
/* (L L')^-1 in place of L. */
int linear_inverse(size_t n, double *factor, size_t room);

/* x <- L^-1 x or L'^-1 x. */
void linear_forward(size_t n, const double *factor, size_t room, double *x);
void linear_backward(size_t n, const double *factor, size_t room, double *x);
/* The Q columns of X, n rows each: X <- L^-1 X. */
void linear_forward_many(size_t n, const double *factor, size_t room, double *x, size_t q);

/* C (n x q, columns) <- beta C + alpha A B', A of n rows of k numbers, B of q rows of k. */
void linear_products(size_t n, size_t q, size_t k, double alpha, const double *a, const double *b,
                     double beta, double *c, size_t room);
/* C (n rows of k) <- S B: S symmetric, lower triangle; B n rows of k. */
void linear_symmetric(size_t n, size_t k, const double *s, size_t room, const double *b, double *c);
/* y <- A' x: A of q columns of n. */
void linear_transposed(size_t n, size_t q, const double *a, size_t room, const double *x,
                       double *y);
/* y <- A' x: A of n rows of k numbers; y has k. */
void linear_combined(size_t n, size_t k, const double *a, const double *x, double *y);

#endif
