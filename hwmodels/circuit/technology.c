/* What follows from one process at a temperature and a supply. */
#include <cim_circuit/technology.h>
#include <math.h>

static const double rounding = 1e-6;         /* of drawn widths to whole fins                    */
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

static const double oxide_share = 0.6;       /* of a gate's capacitance; the rest is overlap and
                                                fringe: 0.2 to 0.4 in planar processes; assumed  */
static const double built_in_v = 0.8;        /* of a drain junction: 0.7 to 0.9 V, usual          */
static const double latch_load = 2;          /* of a latch's node, over its own inverters': as much
                                                again for what resets and what reads it; assumed */

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

/* Slope of the current at a gate voltage, over the current at the node's supply, per volt. */
static double slope_share(const law *w, const cim_process *p, double gate_v) {
    const double rise = 1 / (1 + exp((w->threshold_v - gate_v) / w->scale_v));
    return velocity * pow(overdrive(w, gate_v), velocity - 1) * rise /
           pow(overdrive(w, p->vdd_v), velocity);
}

/* Currents at the technology's supply as shares of those at the node's. */
static double on_share(const law *w, const cim_process *p, double supply_v) {
    return pow(overdrive(w, supply_v) / overdrive(w, p->vdd_v), velocity);
}

/* Charge of a gate that rises to the supply, over supply and oxide capacitance: above threshold the
 * channel's, below it the depletion layer's behind the oxide (Tsividis, "Operation and modeling of
 * the MOS transistor", 1999, ch. 2 and 3). */
static double gate_share(const law *w, double supply_v, double slope) {
    const double channel_v = w->slope_v * log1p(exp((supply_v - w->threshold_v) / w->slope_v));
    return (slope - 1 + channel_v / supply_v) / slope;
}

static double off_share(const law *w, const cim_process *p, double supply_v) {
    return exp(w->dibl * (supply_v - p->vdd_v) / w->slope_v);
}

/* Charge of a junction that swings to the supply, over supply and capacitance without bias: an
 * abrupt one's depletion layer widens (ibid., ch. 1). */
static double junction_share(double supply_v) {
    return 2 * built_in_v / supply_v * (sqrt(1 + supply_v / built_in_v) - 1);
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
    const double slope = fin ? slope_fin : slope_planar;
    const double less = gate_share(&w, t->vdd_v, slope) / gate_share(&w, p->vdd_v, slope);
    t->gate_share = 1 - oxide_share * (1 - less);
    t->gate_f_per_m *= t->gate_share;
    t->overdrive_v = overdrive(&w, t->vdd_v);
    t->pmos_off_a_per_m = off_p;
    t->pmos_ohm_m = t->vdd_v / (on_current(p->on_p_a_per_m, kelvin) * on_share(&w, p, t->vdd_v));
    t->min_width_m = n_m;
    t->nmos_small_width_m = fin ? p->fin_effective_width_m : t->node_m;
    t->nmos_drain_f = t->drain_share * drain(p, t->node_m);
    t->nmos_ohm_m = t->vdd_v / on_n;
    t->nmos_off_a_per_m = off_n;
    t->inverter_input_f = t->gate_f_per_m * (n_m + p_m);
    t->inverter_output_f = t->drain_share *
                           (drain(p, drawn_m) + drain(p, drawn_m * p->pn_ratio));
    t->inverter_ohm = p->resistance_factor * t->vdd_v / (on_n * n_m);
    t->inverter_leakage_w = t->vdd_v * (n_m * off_n + p_m * off_p) / 2;
    t->inverter_area_m2 = 2 * t->poly_pitch_m * t->cell_height_m;
    t->nand2_area_m2 = 3 * t->poly_pitch_m * t->cell_height_m;
    t->nand2_leakage_w = nand2_off_share * 2 * p_m * off_p * t->vdd_v;
    t->cell_drive = p->cell_fins > 0 ? p->cell_fins : usable_height_f / (2 * (1 + p->pn_ratio));
    t->fo4_s = elmore * t->inverter_ohm * (4 * t->inverter_input_f + t->inverter_output_f);
    const double node_on_p = on_current(p->on_p_a_per_m, kelvin);
    const double latch_s_per_f = 1 / (slope_share(&w, p, t->vdd_v / 2) *
                                      (n_m * node_on_n + p_m * node_on_p));
    t->latch_s = latch_s_per_f * latch_load * (t->inverter_input_f + t->inverter_output_f);
}

int cim_technology_init(cim_technology *t, const cim_process *p, double kelvin) {
    return cim_technology_init_at(t, p, kelvin, 0);
}

int cim_technology_init_at(cim_technology *t, const cim_process *p, double kelvin,
                           double supply_v) {
    if (!p || !(kelvin >= CIM_TEMPERATURE_MIN_K && kelvin <= CIM_TEMPERATURE_MAX_K)) return 0;
    const double vdd_v = supply_v == 0 ? p->vdd_v : supply_v;
    if (!(vdd_v >= CIM_SUPPLY_LAW_MIN_SHARE * p->vdd_v &&
          vdd_v <= CIM_SUPPLY_LAW_MAX_SHARE * p->vdd_v))
        return 0;
    *t = (cim_technology){0};
    t->node_m = p->node_nm * 1e-9;
    t->vdd_v = vdd_v;
    t->nand2_folds = 1;
    t->fin_slack = rounding;
    t->process = *p;
    t->drain_share = junction_share(vdd_v) / junction_share(p->vdd_v);
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
