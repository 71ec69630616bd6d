#include "linear.h"

#include <cblas.h>

extern void dpotrf_(const char *uplo, const int *n, double *a, const int *lda, int *info);
extern void dpotri_(const char *uplo, const int *n, double *a, const int *lda, int *info);

void linear_single_thread(void) { openblas_set_num_threads(1); }

int linear_factor(size_t n, double *a, size_t room) {
    const int order = (int)n, lda = (int)room;
    int info = 0;
    if (n > 0) dpotrf_("L", &order, a, &lda, &info);
    return info == 0;
}

int linear_inverse(size_t n, double *factor, size_t room) {
    const int order = (int)n, lda = (int)room;
    int info = 0;
    if (n > 0) dpotri_("L", &order, factor, &lda, &info);
    return info == 0;
}

void linear_forward(size_t n, const double *factor, size_t room, double *x) {
    if (n == 0) return;
    cblas_dtrsv(CblasColMajor, CblasLower, CblasNoTrans, CblasNonUnit, (int)n, factor, (int)room, x,
                1);
}

void linear_backward(size_t n, const double *factor, size_t room, double *x) {
    if (n == 0) return;
    cblas_dtrsv(CblasColMajor, CblasLower, CblasTrans, CblasNonUnit, (int)n, factor, (int)room, x,
                1);
}

void linear_forward_many(size_t n, const double *factor, size_t room, double *x, size_t q) {
    if (n == 0) return;
    cblas_dtrsm(CblasColMajor, CblasLeft, CblasLower, CblasNoTrans, CblasNonUnit, (int)n, (int)q,
                1.0, factor, (int)room, x, (int)n);
}

void linear_products(size_t n, size_t q, size_t k, double alpha, const double *a, const double *b,
                     double beta, double *c, size_t room) {
    if (n == 0 || q == 0) return;
    cblas_dgemm(CblasColMajor, CblasTrans, CblasNoTrans, (int)n, (int)q, (int)k, alpha, a, (int)k,
                b, (int)k, beta, c, (int)room);
}

void linear_symmetric(size_t n, size_t k, const double *s, size_t room, const double *b,
                      double *c) {
    if (n == 0 || k == 0) return;
    cblas_dsymm(CblasColMajor, CblasRight, CblasLower, (int)k, (int)n, 1.0, s, (int)room, b, (int)k,
                0.0, c, (int)k);
}

void linear_transposed(size_t n, size_t q, const double *a, size_t room, const double *x,
                       double *y) {
    for (size_t i = 0; i < q; i++) y[i] = 0.0;
    if (n == 0) return;
    cblas_dgemv(CblasColMajor, CblasTrans, (int)n, (int)q, 1.0, a, (int)room, x, 1, 0.0, y, 1);
}

void linear_combined(size_t n, size_t k, const double *a, const double *x, double *y) {
    for (size_t i = 0; i < k; i++) y[i] = 0.0;
    if (n == 0) return;
    cblas_dgemv(CblasColMajor, CblasNoTrans, (int)k, (int)n, 1.0, a, (int)k, x, 1, 0.0, y, 1);
}
