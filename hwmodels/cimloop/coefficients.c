/* Least squares of the relative error over the evaluated designs (areas, energies) of the joint
 * study's repository that were at hand, four fifths of them; networks ResNet-18, VGG-16, AlexNet and
 * MobileNetV3 together. Energies of RRAM: with the networks' own inputs
 * (configs/networks/cimloop_*.cfg). */
#include "coefficients.h"

const cimloop_coefficients cimloop_rram = {
    .cell_mm2 = 4.9255e-8,     /* 48.1 F2 at 32 nm: the cell's 48 F2                              */
    .column_mm2 = 8.0596e-4,
    .narrow_saving = 0.018074,
    .row_mm2 = 5.3493e-6,
    .macro_mm2 = 1.7913e-4,
    .tile_mm2 = 4.1194e-6,
    .cell_j = 3.1077e-13,
    .cell_level_j = 6.9282e-13,
    .conversion_j = 1.7285e-13,   /* these two kept from an earlier fit, as the exponent of 8-bit */
    .column_j = 1.2821e-15,       /* ADCs goes with them; 5-bit rows hardly tell them apart       */
    .row_j = 3.0807e-13,
    .row_v2_j = 5.2877e-13,
    .row_column_v2_j = 8.4942e-14,
    .partial_sum_j = 1.005e-11,
    .tile_access_j = 1.067e-13,
};

const cimloop_coefficients cimloop_sram = {
    .cell_mm2 = 2.8450e-7,     /* 278 F2 at 32 nm: the cell's 280 F2                              */
    .column_mm2 = 8.6302e-4,
    .row_mm2 = 8.1239e-6,
    .weak_row_mm2 = 1.6389e-4,
    .tile_mm2 = 3.2425e-6,
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
    0.86368, 2.887, 4.7159, 10.74, 17.511, 38.147, 70.23, 130.09, 239.55};
/* RRAM chips up to 32 MB, SRAM chips beyond. */
const double cimloop_glb_access_j[GLB_SIZES] = {
    1.166e-12, 2.511e-12, 4.083e-12, 7.367e-12, 9.654e-12, 2.05e-11, 2.998e-11, 4.3e-11,
    6.0e-11};
