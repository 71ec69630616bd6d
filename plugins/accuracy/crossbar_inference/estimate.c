#include "estimate.h"

#include <math.h>
#include <string.h>

static void free_codes(const cim_host *host, estimate_codes *c) {
    while (c) {
        estimate_codes *next = c->next;
        host->release(host, c->share);
        host->release(host, c);
        c = next;
    }
}

static void free_digits(const cim_host *host, estimate_digits *d) {
    while (d) {
        estimate_digits *next = d->next;
        host->release(host, d);
        d = next;
    }
}

void estimate_close(estimate *e) {
    const cim_host *host = e->host;
    if (!host) return;
    for (uint32_t i = 0; e->layers && i < e->n_layers; i++)
        host->release(host, e->layers[i].patches);
    host->release(host, e->layers);
    free_codes(host, e->codes);
    free_digits(host, e->digits);
    *e = (estimate){0};
}

static cim_status sum_loads(estimate *e, const net *n, cim_nonideality_table rows,
                            net_source source, double *load) {
    cim_status status = CIM_OK;
    *load = 0;
    for (uint32_t i = 0; status == CIM_OK && i < n->n_layers; i++) {
        const net_layer *l = &n->layers[i];
        cim_nonideality non = {0};
        double power = 0;
        if (!l->rows) continue;
        if (i < rows.n)
            memcpy(&non, CIM_ROW(cim_nonideality, rows, i),
                   rows.row_size < sizeof non ? rows.row_size : sizeof non);
        status = estimate_power(e, l, &non, source, &power);
        *load += power / e->layers[l->weighted].half;
    }
    return status;
}

cim_status estimate_accuracy(estimate *e, const cim_network *network, cim_nonideality_table rows,
                             net_source source, double *out) {
    net n;
    double load = 0;
    cim_status status = net_open(&n, e->host, network, source);
    if (status != CIM_OK) return status;
    status = sum_loads(e, &n, rows, source, &load);
    net_close(&n);
    *out = e->chance + (e->best - e->chance) / (1 + pow(load / e->middle, e->power));
    return status;
}
