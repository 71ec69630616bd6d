/* cim_circuit/cost.h: what every component of the circuit library returns.
 *
 * Plain data, SI units, no ownership. Energy is that of one operation of the component (the
 * component's own comment says which); leakage is drawn all the time. */
#ifndef CIM_CIRCUIT_COST_H
#define CIM_CIRCUIT_COST_H

typedef struct cim_cost {
    double area_m2;    /* silicon area                          */
    double delay_s;    /* from input to settled output          */
    double energy_j;   /* of one operation, leakage not counted */
    double leakage_w;  /* static power                          */
} cim_cost;

/* N copies side by side, all of them operating at once. */
static inline cim_cost cim_cost_times(cim_cost c, double n) {
    const cim_cost r = {c.area_m2 * n, c.delay_s, c.energy_j * n, c.leakage_w * n};
    return r;
}

/* A and B operating at the same time: the slower one decides. */
static inline cim_cost cim_cost_beside(cim_cost a, cim_cost b) {
    const cim_cost r = {a.area_m2 + b.area_m2, a.delay_s > b.delay_s ? a.delay_s : b.delay_s,
                        a.energy_j + b.energy_j, a.leakage_w + b.leakage_w};
    return r;
}

/* B behind A: delays add. */
static inline cim_cost cim_cost_after(cim_cost a, cim_cost b) {
    const cim_cost r = {a.area_m2 + b.area_m2, a.delay_s + b.delay_s, a.energy_j + b.energy_j,
                        a.leakage_w + b.leakage_w};
    return r;
}
#endif
