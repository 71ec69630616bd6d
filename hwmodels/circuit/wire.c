/* Wires across arrays and across the chip. */
#include <cim_circuit/wire.h>
#include <math.h>

static const double global_width = 4;      /* a global wire is 4 x as wide and as high as metal 1:
                                              DNN+NeuroSim V1.4                         */
static const double relaxed_size = 0.5;    /* repeaters half as large as for the least delay ...  */
static const double relaxed_spacing = 1.5; /* ... and further apart: a third of their energy for a
                                              fifth of the speed (Banerjee and Mehrotra, "A power-
                                              optimal repeater insertion methodology", IEEE Trans.
                                              Electron Devices 2002, gives this trade-off)        */

cim_line cim_array_line(const cim_technology *t, double length_m, double load_f,
                        double driver_ohm) {
    const double wire_f = t->wire_f_per_m * length_m;
    cim_line line = {t->wire_ohm_per_m * length_m, wire_f + load_f, 0};
    /* Elmore: the driver sees all of the line, its own resistance is spread along it. Where it
     * turns its gates on, they have all of their channel, which a low supply's mean leaves out. */
    line.delay_s = (0.69 * driver_ohm + 0.38 * line.ohm) * (wire_f + load_f / t->gate_share);
    return line;
}

cim_cost cim_repeated_wire(const cim_technology *t, double toggle_rate) {
    const double r = t->wire_ohm_per_m / (global_width * global_width), c = t->wire_f_per_m;
    const double in_f = t->inverter_input_f, all_f = in_f + t->inverter_output_f;
    const double size = fmax(1, relaxed_size * sqrt(t->inverter_ohm * c / (r * in_f)));
    const double spacing_m = relaxed_spacing * sqrt(2 * t->inverter_ohm * all_f / (r * c));
    const double segment_f = c * spacing_m + size * all_f;
    const double delay_s = 0.69 * t->inverter_ohm / size * segment_f +
                           r * spacing_m * (0.38 * c * spacing_m + 0.69 * size * in_f);
    const double cells = fmax(1, size / t->cell_drive);   /* wide ones fill their cells */
    return (cim_cost){cells * t->inverter_area_m2 / spacing_m, delay_s / spacing_m,
                      0.5 * toggle_rate * segment_f / spacing_m * t->vdd_v * t->vdd_v,
                      size * t->inverter_leakage_w / spacing_m};
}
