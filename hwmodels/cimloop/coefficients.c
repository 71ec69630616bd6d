/* Least squares of the relative error over the evaluated designs (areas, energies) of the joint
 * study's repository, networks ResNet-18, VGG-16, AlexNet and MobileNetV3 together; one fifth of
 * its configurations was not seen. */
#include "coefficients.h"

const cimloop_coefficients cimloop_rram = {
    .cell_mm2 = 5.2412e-8,     /* 51 F2 at 32 nm: the cell's 48 F2 and a little                   */
    .column_mm2 = 8.0687e-4,
    .row_mm2 = 5.0927e-6,
    .macro_mm2 = 2.2493e-4,
    .cell_j = 3.1022e-13,
    .cell_level_j = 6.6645e-13,
    .conversion_j = 1.7285e-13,
    .column_j = 1.2821e-15,
    .row_j = 2.7636e-13,
    .row_v2_j = 6.0103e-13,
    .row_column_v2_j = 8.7825e-14,
    .partial_sum_j = 1.4877e-11,
};

const cimloop_coefficients cimloop_sram = {
    .cell_mm2 = 2.8448e-7,     /* 278 F2 at 32 nm: the cell's 280 F2                              */
    .column_mm2 = 8.6305e-4,
    .row_mm2 = 8.0948e-6,
    .macro_mm2 = 1.3069e-4,
    .weak_row_mm2 = 1.6474e-4,
    .conversion_j = 8.7172e-14,
    .row_j = 1.0803e-12,
    .row_column_v2_j = 3.9807e-14,
    .weak_j = 1.7303e-11,
    .weak_row_j = 1.1821e-14,
    .partial_sum_j = 6.8005e-12,
    .write_v2_j = 4.7167e-11,
    .write_column_v2_j = 1.4461e-12,
    .write_weak_j = 1.7131e-11,
    .fetched_bit_j = 8e-12,    /* LPDDR4, CiMLoop's own figure; a free fit gives 7.9e-12          */
};

/* 0.5, 1, 2 ... 128 MB; RRAM and SRAM chips fitted together. */
const double cimloop_glb_mm2[GLB_SIZES] = {
    0.85, 2.8811, 4.7091, 10.738, 17.511, 38.143, 70.239, 130.09, 239.58};
/* RRAM chips up to 32 MB, SRAM chips beyond. */
const double cimloop_glb_access_j[GLB_SIZES] = {
    6.654e-13, 2.0203e-12, 3.5741e-12, 6.9517e-12, 9.2213e-12, 2.0055e-11, 2.9742e-11, 4.3e-11,
    6.0e-11};
