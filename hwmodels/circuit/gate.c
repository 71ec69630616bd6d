/* Transistors and static gates of standard cells; equations and sources: README.md. */
#include <cim_circuit/gate.h>
#include <math.h>

/* Layout of a standard cell, in nodes: DNN+NeuroSim V1.4 (measured on it). */
static const double gap_f = 3.5;            /* between the diffusions of NMOS and PMOS           */
static const double rail_f = 1.8;           /* supply rail and half of the gap to the next cell  */
static const double drain_f = 2.8;          /* contacted drain between two gates                 */
static const double fin_share_f = 2;        /* drawn width of one fin                            */
static const double rounding = 1e-6;        /* widths that come out a hair above a whole number  */
/* Off current of n-input gates with the stack effect, in single transistors: ibid. */
static const double nand2_off = 0.48, nand_off = 0.31, nor2_off = 0.95, nor_off = 0.62;

static int has_fins(const cim_technology *t) { return t->process.fin_effective_width_m > 0; }

static double fins(const cim_technology *t, double drawn_m) {
    return ceil(drawn_m / (fin_share_f * t->node_m) - t->fin_slack);
}

static double electrical_m(const cim_technology *t, double drawn_m) {
    return has_fins(t) ? fins(t, drawn_m) * t->process.fin_effective_width_m : drawn_m;
}

double cim_transistor_gate_f(const cim_technology *t, double drawn_m) {
    return t->gate_f_per_m * electrical_m(t, drawn_m);
}

double cim_pass_ohm(const cim_technology *t, cim_channel channel, double drawn_m) {
    return (channel == CIM_NMOS ? t->nmos_ohm_m : t->pmos_ohm_m) / electrical_m(t, drawn_m);
}

double cim_switching_ohm(const cim_technology *t, cim_channel channel, double drawn_m) {
    return t->process.resistance_factor * cim_pass_ohm(t, channel, drawn_m);
}

cim_widths cim_min_widths(const cim_technology *t, double n, double p) {
    const double drawn_m = 2 * t->node_m;
    return (cim_widths){n * drawn_m, p * drawn_m * t->process.pn_ratio};
}

/* Height for diffusion in a cell of height_m that holds one or both kinds of transistor. */
static double diffusion_m(const cim_technology *t, double height_m, int both) {
    return height_m - (2 * rail_f + (both ? gap_f : 0)) * t->node_m;
}

cim_widths cim_filled_widths(const cim_technology *t, cim_widths w) {
    if (has_fins(t)) {   /* whole multiples; wider NMOS than PMOS does not fit twice */
        const double n = fins(t, w.n_m), p = fins(t, w.p_m);
        const double times = n > p ? 1 : fmax(1, floor(t->process.cell_fins / p));
        return (cim_widths){w.n_m * times, w.p_m * times};
    }
    const double scale = diffusion_m(t, t->cell_height_m, 1) / (w.n_m + w.p_m);
    return scale > 1 ? (cim_widths){w.n_m * scale, w.p_m * scale} : w;
}

/* Drain regions of a transistor: their number, the widths of their open sides and of their gates,
 * in transistor widths. */
typedef struct regions { double number, sides, gates; } regions;

static double drain_regions_f(const cim_technology *t, double width_m, regions r) {
    const cim_process *p = &t->process;
    if (has_fins(t)) {
        const double length_m = t->poly_pitch_m - p->gate_length_m;
        return t->drain_share * p->junction_f_per_m2 * r.number * length_m * fins(t, width_m) *
               p->fin_thickness_m;
    }
    const double length_m = r.number * drain_f * t->node_m;
    return t->drain_share * (p->junction_f_per_m2 * length_m * width_m +
                             p->sidewall_f_per_m * (2 * length_m + r.sides * width_m) +
                             p->channel_sidewall_f_per_m * r.gates * width_m);
}

/* Gates side by side that share drains: every second region is one. */
static regions fingers(double n) {
    const double odd = fmod(n, 2);
    return n <= 1 ? (regions){1, 1, 1} : (regions){ceil((n + 1) / 2), 2 - odd, n};
}

/* n transistors in parallel on one output. */
static regions parallel(double n, double folds) {
    if (folds > 1) {
        regions r = fingers(folds);
        return (regions){n * r.number, n * r.sides, r.gates};
    }
    return (regions){floor((n + 1) / 2), fmod(n, 2), 1};
}

/* n transistors in series, counted with the nodes between them. */
static regions series(double n, double folds) {
    if (n <= 1) return fingers(folds);
    return folds > 1 ? (regions){n + folds - 1, n + folds - 1, 1} : (regions){n, 1, 1};
}

/* Widest finger where diffusion has room_m. */
static double finger_limit_m(const cim_technology *t, double room_m) {
    return has_fins(t) ? t->process.cell_fins * fin_share_f * t->node_m : room_m;
}

/* Fingers that a transistor needs. */
static double folds_of(const cim_technology *t, double width_m, double room_m) {
    if (width_m <= 0) return 1;
    const double folds = width_m / finger_limit_m(t, room_m);
    if (has_fins(t) && t->fins_left_over) return fmax(1, floor(folds + rounding));
    return fmax(1, ceil(folds - rounding));
}

static double leakage_w(const cim_technology *t, cim_gate_kind kind, double n, cim_widths w) {
    const double n_a = electrical_m(t, w.n_m) * t->nmos_off_a_per_m;
    const double p_a = electrical_m(t, w.p_m) * t->pmos_off_a_per_m;
    switch (n > 1 ? kind : CIM_INV) {
    case CIM_NAND: return t->vdd_v * n * (n == 2 ? nand2_off : nand_off) * p_a;
    case CIM_NOR: return t->vdd_v * n * (n == 2 ? nor2_off : nor_off) * n_a;
    default: return t->vdd_v * (n_a + p_a) / 2;
    }
}

cim_gate cim_gate_make(const cim_technology *t, cim_gate_kind kind, uint32_t inputs, cim_widths w,
                       double height_m) {
    const double n = kind == CIM_INV ? 1 : inputs;
    cim_gate g = {.widths = w, .height_m = height_m > 0 ? height_m : t->cell_height_m};
    const double room_m = diffusion_m(t, g.height_m, w.n_m > 0 && w.p_m > 0);
    const double both_m = w.n_m + w.p_m;
    double folds = fmax(folds_of(t, w.n_m, room_m * w.n_m / both_m),
                        folds_of(t, w.p_m, room_m * w.p_m / both_m));
    const int full = both_m > room_m * (1 - rounding);
    if (kind == CIM_NAND && n == 2 && full) folds = fmax(folds, t->nand2_folds);
    g.width_m = (folds > 1 ? n * (folds + 1) : n + 1) * t->poly_pitch_m;
    g.area_m2 = g.width_m * g.height_m;
    const double finger_n_m = fmin(w.n_m, finger_limit_m(t, room_m * w.n_m / both_m));
    const double finger_p_m = fmin(w.p_m, finger_limit_m(t, room_m * w.p_m / both_m));
    const regions rn = kind == CIM_NAND ? series(n, folds) : parallel(n, folds);
    const regions rp = kind == CIM_NOR ? series(n, folds) : parallel(n, folds);
    if (w.n_m > 0) g.output_f += drain_regions_f(t, finger_n_m, rn);
    if (w.p_m > 0) g.output_f += drain_regions_f(t, finger_p_m, rp);
    g.input_f = cim_transistor_gate_f(t, w.n_m) + cim_transistor_gate_f(t, w.p_m);
    g.n_ohm = w.n_m > 0 ? cim_switching_ohm(t, CIM_NMOS, w.n_m) : 0;
    g.p_ohm = w.p_m > 0 ? cim_switching_ohm(t, CIM_PMOS, w.p_m) : 0;
    g.leakage_w = leakage_w(t, kind, n, w);
    return g;
}

cim_gate cim_min_inverter(const cim_technology *t) {
    return cim_gate_make(t, CIM_INV, 1, cim_min_widths(t, 1, 1), 0);
}

cim_gate cim_logic_nand2(const cim_technology *t) {
    return cim_gate_make(t, CIM_NAND, 2, cim_filled_widths(t, cim_min_widths(t, 2, 1)), 0);
}

double cim_stage_delay(double tau_s, double slope_in, double *slope_out) {
    /* Horowitz, "Timing models for MOS circuits", Stanford 1983, switching at half the supply. */
    static const double threshold = 0.6931471805599453;   /* ln 2                                */
    static const double slope_share = 0.5;
    const double step_s = threshold * tau_s;
    const double delay_s = sqrt(step_s * step_s + slope_share * tau_s / slope_in);
    if (slope_out) *slope_out = slope_share / delay_s;
    return delay_s;
}
