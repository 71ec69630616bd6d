/* cim/ready.h: an ability that an accuracy evaluator may have: to say, before anything is
 * evaluated, that a network lacks what every evaluation of it would need.
 *
 * An extension of the host, asked for by id. In create(), the plug-in says that it can:
 *     const cim_ready_host *r = host->extension(host, CIM_READY);
 *     if (r) r->offer(host, &ready_ops);
 * The host then asks for networks of the study, and where none of them is ready, the config is
 * wrong: no trial needs to fail to show it. */
#ifndef CIM_READY_H
#define CIM_READY_H

#include <cim/accuracy.h>

#define CIM_READY "cim.ready/1"

typedef struct cim_ready_request {
    uint32_t struct_size;
    uint32_t fidelity;             /* at which a design is evaluated first                        */
    const cim_network *network;
    const cim_values *values;      /* the evaluator's own parameters, one point                   */
    uint32_t is_only;              /* 1: all designs have a network of these layers, and the answer
                                      may rest on them                                            */
    uint32_t reserved;
} cim_ready_request;

typedef struct cim_ready_ops {
    uint32_t struct_size, reserved;
    /* Is there what the network names (weights, data set), and can it be read? Unless the network
     * is the only one, no answer may rest on what else distinguishes networks: the host tries some
     * of those that the workload's parameters allow, one parameter changed at a time. Works in a
     * process of its own, whose memory is gone afterwards. */
    cim_status (*ready)(void *self, const cim_ready_request *request);
} cim_ready_ops;

/* The host's side. OPS must live as long as the plug-in. */
typedef struct cim_ready_host {
    uint32_t struct_size, reserved;
    void (*offer)(const cim_host *host, const cim_ready_ops *ops);
} cim_ready_host;
#endif
