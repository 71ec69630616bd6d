/* The cell: size, conductances over temperature, noise. */
#include "rram_parts.h"
#include <math.h>

static const double access_share = 0.25;   /* of the on-resistance: access transistor
                                              (DNN+NeuroSim V1.4, measured)                       */
static const double cell_f2 = 48;          /* smallest 1T1R cell, 4 F x 12 F: ibid., section 1    */
static const double cell_height_f = 4;
/* The filament conducts like a metal; the off state is thermally activated, the more the less it
 * conducts (Ielmini, "Resistive switching memories based on metal oxides", Semicond. Sci. Technol.
 * 2016, has both). Figures assumed, of the usual order: 0.05 % a kelvin, and an activation energy
 * that is proportional to the logarithm of the ratio: 0.06 eV for a ratio of 17. */
static const double on_per_k = -5e-4;
static const double ratio_per_k = -2e-3;

/* Defaults of DNN+NeuroSim V1.4 for RRAM (measured). */
const cim_cell rram_own_cell = {.access = CIM_ACCESS_1T1R, .on_resistance_ohm = 1e5,
                                .on_off_ratio = 17, .read_voltage_v = 0.5};

/* Room for a transistor: 3 (W/F + 1) F^2 (Dong et al., NVSim, IEEE TCAD 2012). */
static double room_f2(double drawn_f) { return 3 * (drawn_f + 1); }
static double fitting_f(double area_f2) { return fmax(1, area_f2 / 3 - 1); }

/* Width of the transistor in or of a cell; 0: it has none. */
static double transistor(const rram_circuit *c, const cim_cell *cell) {
    const cim_technology *t = c->design.technology;
    const double small_m = t->nmos_small_width_m, on_ohm = c->design.on_resistance_ohm;
    if (cell->access == CIM_ACCESS_CROSS_POINT) return 0;
    if (cell->access == CIM_ACCESS_1T) return small_m;
    /* Wide enough to matter little, as far as a cell of a stated size has room for it. */
    const double wanted_m = fmax(small_m, t->nmos_ohm_m / (access_share * on_ohm));
    if (!(cell->height_f > 0)) return wanted_m;
    return fmin(wanted_m, small_m * fitting_f(cell->height_f * cell->width_f));
}

static void set_size(rram_circuit *c, const cim_cell *cell, double access_width_m) {
    const cim_technology *t = c->design.technology;
    const int stated = cell->height_f > 0;
    const double area_f2 = stated ? cell->height_f * cell->width_f
                                  : fmax(cell_f2, room_f2(access_width_m / t->nmos_small_width_m));
    c->cell_m2 = area_f2 * t->node_m * t->node_m;
    c->cell_height_m = (stated ? cell->height_f : cell_height_f) * t->node_m;
    c->cell_width_m = c->cell_m2 / c->cell_height_m;
}

double rram_set_cell(rram_circuit *c, const cim_cell *cell) {
    const cim_technology *t = c->design.technology;
    const double warmer_k = t->temperature_k - 300;
    const double width_m = transistor(c, cell);
    c->cell_on_s = (1 + on_per_k * warmer_k) / c->design.on_resistance_ohm;
    c->cell_off_s = c->cell_on_s / pow(c->design.on_off_ratio, 1 + ratio_per_k * warmer_k);
    c->access_ohm = cell->access == CIM_ACCESS_1T1R ? t->nmos_ohm_m / width_m : 0;
    c->on_s = 1 / (1 / c->cell_on_s + c->access_ohm);
    c->off_s = 1 / (1 / c->cell_off_s + c->access_ohm);
    c->read_noise_sd = cell->read_noise_sd > 0 ? cell->read_noise_sd : RRAM_READ_NOISE;
    c->device_spread_sd = cell->device_spread_sd > 0 ? cell->device_spread_sd : RRAM_DEVICE_SPREAD;
    set_size(c, cell, width_m);
    return width_m;
}
