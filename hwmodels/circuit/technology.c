/* The built-in process table and what follows from one process at a temperature. */
#include <cim_circuit/technology.h>
#include <math.h>
#include <stddef.h>

/* Columns as in cim_process; sources in technology.h. Gate capacitance is the sum of its ideal,
 * overlap and fringe parts. Wires: DNN+NeuroSim V1.4 (metal 1). A_VT: 1 mV um per nm of gate oxide
 * and a floor (Pelgrom, Tuinhout and Vertregt, IEDM 1998), rounded; below 22 nm fins without
 * channel doping match better. SRAM cells: DNN+NeuroSim V1.4. */
static const cim_process table[] = {
    {130, CIM_HP, 0, 1.3, 1.338989e-09, 0.000639602, 1.8614e-10, 3.72281e-11,
     2.16279, 1.54, {930, 830, 740}, {430, 320, 240}, {0.1, 0.2243, 0.4138},
     {0.1002, 0.1758, 0.2712},
     0, 0, 7.5e-08, 3.8, 28, 1.75e-07, 1.6, 2.01e-08, 4e-09, 280, 0},
    {90, CIM_HP, 0, 1.2, 1.24856e-09, 0.000654654, 1.8902e-10, 3.7804e-11,
     1.98148, 1.54, {1070, 970, 860}, {540, 390, 290}, {0.1008, 0.2274, 0.4254},
     {0.1, 0.1793, 0.2813},
     0, 0, 5.5e-08, 3.8, 28, 1.1e-07, 1.6, 2.2e-08, 3.5e-09, 280, 0},
    {65, CIM_HP, 0, 1.1, 1.111232e-09, 0.00067082, 1.92088e-10, 3.84176e-11,
     1.6, 1.54, {1120, 1020, 910}, {700, 520, 390}, {0.1, 0.2248, 0.4212}, {0.1001, 0.1874, 0.3036},
     0, 0, 3.5e-08, 3.8, 28, 1.05e-07, 1.7, 2.21e-08, 3e-09, 280, 0},
    {45, CIM_HP, 0, 1, 9.867501e-10, 0.000688247, 1.95367e-10, 3.90734e-11,
     1.17593, 1.54, {1270, 1130, 1000}, {1080, 880, 720}, {0.1, 0.2323, 0.4448},
     {0.1002, 0.2139, 0.3838},
     0, 0, 3e-08, 3.8, 28, 8e-08, 1.7, 2.37e-08, 2.5e-09, 280, 0},
    {32, CIM_HP, 0, 0.9, 9.235024e-10, 0.000707107, 1.98884e-10, 3.97768e-11,
     1.15574, 1.54, {1410, 1250, 1080}, {1220, 980, 780}, {0.1003, 0.2284, 0.4339},
     {0.1001, 0.2167, 0.3928}, 0, 0, 2.8e-08, 3.8, 28, 5.6e-08, 1.8, 2.63e-08, 2.1e-09, 280, 0},
    {22, CIM_HP, 0, 0.85, 8.4764e-10, 0.000717137, 2.00742e-10, 4.01483e-11,
     1.13636, 1.54, {1500, 1310, 1130}, {1320, 1020, 800}, {0.1002, 0.2312, 0.4466},
     {0.1002, 0.2195, 0.4015}, 0, 0, 2.6e-08, 3.8, 28, 4e-08, 1.9, 2.97e-08, 1.8e-09, 280, 0},
    {130, CIM_LSTP, 0, 1.3, 3.181944e-09, 0.000639602, 1.8614e-10, 3.72281e-11,
     1.99536, 1.54, {300.7, 193.5, 134.6}, {150.7, 94.88, 65.44}, {0.0001002, 0.0003919, 0.001111},
     {0.0001002, 0.0003504, 0.0009038},
     0, 0, 7.5e-08, 3.8, 28, 1.75e-07, 1.6, 2.01e-08, 4e-09, 280, 0},
    {90, CIM_LSTP, 0, 1.2, 2.809693e-09, 0.000654654, 1.8902e-10, 3.7804e-11,
     1.72891, 1.77, {346.3, 222.3, 155}, {200.3, 122.6, 83.62}, {0.0001, 0.0003946, 0.001141},
     {0.0001003, 0.0003576, 0.0009464},
     0, 0, 5.5e-08, 3.8, 28, 1.1e-07, 1.6, 2.2e-08, 3.5e-09, 280, 0},
    {65, CIM_LSTP, 0, 1.1, 2.393268e-09, 0.00067082, 1.92088e-10, 3.84176e-11,
     1.67574, 1.77, {400, 258.9, 182.1}, {238.7, 152, 106.1}, {0.0001002, 0.0004193, 0.001273},
     {0.0001002, 0.0003843, 0.001073},
     0, 0, 3.5e-08, 3.8, 28, 1.05e-07, 1.7, 2.21e-08, 3e-09, 280, 0},
    {45, CIM_LSTP, 0, 1, 1.956675e-09, 0.000688247, 1.95367e-10, 3.90734e-11,
     1.66733, 1.77, {500.2, 344.5, 251.5}, {300, 202.8, 146.7}, {0.0001, 0.0004625, 0.001511},
     {0.0001002, 0.0004241, 0.001275}, 0, 0, 3e-08, 3.8, 28, 8e-08, 1.7, 2.37e-08, 2.5e-09, 280, 0},
    {32, CIM_LSTP, 0, 0.9, 1.690702e-09, 0.000707107, 1.98884e-10, 3.97768e-11,
     1.5005, 1.77, {600.2, 439.7, 333.3}, {400, 272.8, 198.4}, {0.0001001, 0.0005075, 0.001774},
     {0.0001001, 0.0004577, 0.001457},
     0, 0, 2.8e-08, 3.8, 28, 5.6e-08, 1.8, 2.63e-08, 2.1e-09, 280, 0},
    {22, CIM_LSTP, 0, 0.85, 1.4298e-09, 0.000717137, 2.00742e-10, 4.01483e-11,
     1.31939, 1.77, {791.9, 628.3, 501.7}, {600.2, 434.3, 324.8}, {0.0001, 0.0005658, 0.002139},
     {0.0001, 0.0005658, 0.002139}, 0, 0, 2.6e-08, 3.8, 28, 4e-08, 1.9, 2.97e-08, 1.8e-09, 280, 0},
    {14, CIM_LSTP, 0, 0.8, 1.12843e-09, 0.012, 2.02671e-10, 4.05342e-11,
     1, 2.09, {595.045, 708, 565}, {595.045, 593, 443}, {0.0001, 0.0015425, 0.0124327},
     {0.000102333, 0.0022192, 0.0237959}, 9.2e-08, 8e-09, 2.6e-08, 5.571, 41.142,
     3.9e-08, 2.0, 3.25e-08, 1.4e-09, 326.5, 4},
    {10, CIM_LSTP, 0, 0.75, 9.95398e-10, 0.0134, 2.04678e-10, 4.09355e-11,
     1, 2.09, {599.237, 684, 546}, {599.237, 561, 419}, {0.000127, 0.0015484, 0.012525},
     {0.000100584, 0.0021932, 0.0236007}, 9.8e-08, 8e-09, 2.2e-08, 6.4, 33,
     3.2e-08, 2.0, 3.25e-08, 1.3e-09, 400, 3},
    {7, CIM_LSTP, 0, 0.7, 9.39224e-10, 0.0137, 2.06767e-10, 4.13533e-11,
     1, 2.05, {562.048, 653, 521}, {562.048, 533, 398}, {0.000147, 0.0015695, 0.0128025},
     {0.000100954, 0.0022207, 0.0240633}, 1.07e-07, 7e-09, 2.2e-08, 8.1428, 34.285,
     2.85e-08, 2.0, 3.95e-08, 1.2e-09, 550.9, 2},
};

static const double boltzmann_j_per_k = 1.380649e-23;   /* SI, exact                             */
static const double wire_f_per_m = 2e-10;    /* 0.2 fF/um, about constant over nodes: Ho, Mai and
                                                Horowitz, "The future of wires", Proc. IEEE 2001  */
static const double copper_per_k = 3.9e-3;   /* temperature coefficient of copper at 300 K (CRC
                                                Handbook of Chemistry and Physics)               */
static const double elmore = 0.69;           /* ln 2: 50 % delay of one time constant             */
static const double slope_planar = 1.5, slope_fin = 1.2; /* subthreshold slope over k T / q: 89 and
                                                71 mV a decade at 300 K, usual for bulk and fins  */
static const double velocity = 1.3;          /* alpha of Sakurai and Newton, IEEE JSSC 1990: 1
                                                (saturated) to 2; usual for short channels        */
static const double dibl_planar = 0.1, dibl_fin = 0.04; /* V of threshold per V of drain; assumed,
                                                usual for bulk and fins                           */
static const double charge_c = 1.602176634e-19;         /* SI, exact                              */
static const double nand2_off_share = 0.48;  /* stack effect, two inputs: DNN+NeuroSim V1.4      */
static const double usable_height_f = 20.9;  /* of a 28 F planar cell, NMOS and PMOS: ibid.       */
static const double drain_length_f = 2.8;    /* contacted drain, planar, in nodes: ibid.          */

const cim_process *cim_process_find(double node_nm, uint32_t roadmap) {
    for (size_t i = 0; i < sizeof table / sizeof table[0]; ++i)
        if (table[i].node_nm == node_nm && table[i].roadmap == roadmap) return &table[i];
    return NULL;
}

/* On currents between the tabulated temperatures: straight lines. */
static double on_current(const double at[3], double kelvin) {
    const double x = (kelvin - 300) / 50;
    return x <= 1 ? at[0] + (at[1] - at[0]) * x : at[1] + (at[2] - at[1]) * (x - 1);
}

/* Off currents grow exponentially: straight lines of their logarithm. */
static double off_current(const double at[3], double kelvin) {
    const double x = (kelvin - 300) / 50;
    return x <= 1 ? at[0] * pow(at[1] / at[0], x) : at[1] * pow(at[2] / at[1], x - 1);
}

/* Drain capacitance of one unfolded transistor, drawn width_m wide (planar) or of one fin. */
static double drain(const cim_process *p, double width_m) {
    const double node_m = p->node_nm * 1e-9;
    if (p->fin_thickness_m > 0) {
        const double length_m = p->poly_pitch_f * node_m - p->gate_length_m;
        return p->junction_f_per_m2 * length_m * p->fin_thickness_m;
    }
    const double length_m = drain_length_f * node_m;
    return p->junction_f_per_m2 * length_m * width_m +
           p->sidewall_f_per_m * (2 * length_m + width_m) + p->channel_sidewall_f_per_m * width_m;
}

/* Current over gate voltage: [ln(1 + e^((V - Vth) / (a n kT/q)))]^a, exponential below threshold
 * and the alpha-power law above it. */
typedef struct law { double threshold_v, scale_v, slope_v, dibl; } law;

static double overdrive(const law *w, double gate_v) {
    return w->scale_v * log1p(exp((gate_v - w->threshold_v) / w->scale_v));
}

/* The threshold at which the law has the process's own ratio of on and off current. */
static law law_of(const cim_process *p, double kelvin, double on, double off) {
    const int fin = p->fin_effective_width_m > 0;
    law w = {.dibl = fin ? dibl_fin : dibl_planar};
    w.slope_v = (fin ? slope_fin : slope_planar) * boltzmann_j_per_k * kelvin / charge_c;
    w.scale_v = velocity * w.slope_v;
    const double ratio = pow(on / off, 1 / velocity);
    double low_v = 0, high_v = p->vdd_v;
    for (int i = 0; i < 40; ++i) {   /* to 1e-12 of the supply */
        w.threshold_v = (low_v + high_v) / 2;
        if (overdrive(&w, p->vdd_v) > ratio * overdrive(&w, 0)) high_v = w.threshold_v;
        else low_v = w.threshold_v;
    }
    return w;
}

/* Currents at the technology's supply as shares of those at the node's. */
static double on_share(const law *w, const cim_process *p, double supply_v) {
    return pow(overdrive(w, supply_v) / overdrive(w, p->vdd_v), velocity);
}

static double off_share(const law *w, const cim_process *p, double supply_v) {
    return exp(w->dibl * (supply_v - p->vdd_v) / w->slope_v);
}

static void set_gates(cim_technology *t, const cim_process *p, double kelvin) {
    const int fin = p->fin_effective_width_m > 0;
    const double drawn_m = 2 * t->node_m;
    const double n_m = fin ? p->fin_effective_width_m : drawn_m, p_m = n_m * p->pn_ratio;
    const double node_on_n = on_current(p->on_n_a_per_m, kelvin);
    const double node_off_n = off_current(p->off_n_a_per_m, kelvin);
    const law w = law_of(p, kelvin, node_on_n, node_off_n);
    const double off_change = off_share(&w, p, t->vdd_v);
    const double on_n = node_on_n * on_share(&w, p, t->vdd_v);
    const double off_n = node_off_n * off_change;
    const double off_p = off_current(p->off_p_a_per_m, kelvin) * off_change;
    t->overdrive_v = overdrive(&w, t->vdd_v);
    t->pmos_off_a_per_m = off_p;
    t->min_width_m = n_m;
    t->nmos_small_width_m = fin ? p->fin_effective_width_m : t->node_m;
    t->nmos_drain_f = drain(p, t->node_m);
    t->nmos_ohm_m = t->vdd_v / on_n;
    t->nmos_off_a_per_m = off_n;
    t->inverter_input_f = p->gate_f_per_m * (n_m + p_m);
    t->inverter_output_f = drain(p, drawn_m) + drain(p, drawn_m * p->pn_ratio);
    t->inverter_ohm = p->resistance_factor * t->vdd_v / (on_n * n_m);
    t->inverter_leakage_w = t->vdd_v * (n_m * off_n + p_m * off_p) / 2;
    t->inverter_area_m2 = 2 * t->poly_pitch_m * t->cell_height_m;
    t->nand2_area_m2 = 3 * t->poly_pitch_m * t->cell_height_m;
    t->nand2_leakage_w = nand2_off_share * 2 * p_m * off_p * t->vdd_v;
    t->cell_drive = p->cell_fins > 0 ? p->cell_fins : usable_height_f / (2 * (1 + p->pn_ratio));
    t->fo4_s = elmore * t->inverter_ohm * (4 * t->inverter_input_f + t->inverter_output_f);
}

int cim_technology_init(cim_technology *t, const cim_process *p, double kelvin) {
    return cim_technology_init_at(t, p, kelvin, 0);
}

int cim_technology_init_at(cim_technology *t, const cim_process *p, double kelvin,
                           double supply_v) {
    if (!p || !(kelvin >= CIM_TEMPERATURE_MIN_K && kelvin <= CIM_TEMPERATURE_MAX_K)) return 0;
    const double vdd_v = supply_v == 0 ? p->vdd_v : supply_v;
    if (!(vdd_v >= CIM_SUPPLY_MIN_SHARE * p->vdd_v && vdd_v <= CIM_SUPPLY_MAX_SHARE * p->vdd_v))
        return 0;
    *t = (cim_technology){0};
    t->node_m = p->node_nm * 1e-9;
    t->vdd_v = vdd_v;
    t->gate_length_m = p->gate_length_m;
    t->temperature_k = kelvin;
    t->gate_f_per_m = p->gate_f_per_m;
    t->poly_pitch_m = p->poly_pitch_f * t->node_m;
    t->cell_height_m = p->cell_height_f * t->node_m;
    t->mismatch_v_m = p->mismatch_v_m;
    t->sram_cell_m2 = p->sram_cell_f2 * t->node_m * t->node_m;
    t->thermal_energy_j = boltzmann_j_per_k * kelvin;
    t->wire_f_per_m = wire_f_per_m;
    t->wire_ohm_per_m = p->wire_ohm_m * (1 + copper_per_k * (kelvin - 300)) /
                        (p->wire_width_m * p->wire_width_m * p->wire_aspect);
    set_gates(t, p, kelvin);
    return 1;
}
