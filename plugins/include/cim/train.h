/* cim/train.h: an ability that an accuracy evaluator may have: to train the network it is given.
 *
 * An extension of the host, asked for by id. In create(), the plug-in says what it can do:
 *     const cim_train_host *t = host->extension(host, CIM_TRAIN);
 *     if (t) t->offer(host, &train_ops);
 * `cimdse train` then calls train() on the instance. */
#ifndef CIM_TRAIN_H
#define CIM_TRAIN_H

#include <cim/accuracy.h>

#define CIM_TRAIN "cim.train/1"

typedef struct cim_train_progress {
    uint32_t struct_size, epochs;
    uint64_t first_step, step, steps; /* where this session began; steps done; of how many        */
    uint64_t images;               /* seen since the last report                                  */
    double loss, accuracy;         /* means over those                                            */
    double rate;                   /* the learning rate of the last step                          */
} cim_train_progress;

typedef struct cim_train_request {
    uint32_t struct_size;
    uint32_t resume;               /* 1: go on from the checkpoint, which must be there           */
    const cim_network *network;
    cim_nonideality_table nonidealities;   /* one a layer; n = 0: exact arithmetic                */
    const cim_values *values;      /* the evaluator's own parameters, one point                   */
    const char *weights;           /* the file to write                                           */
    const char *checkpoint;        /* the file that a stopped run goes on from                    */
    void *context;
    /* Called after every few steps. Other than 0: write the checkpoint and return. */
    int32_t (*progress)(void *context, const cim_train_progress *p);
    double accuracy;               /* out: share of right answers on the test images; NaN, as on
                                      entry, when stopped                                         */
    /* For super-networks; NULL where there is none to draw. *OUT: one of the networks that the
     * workload's parameters allow, the same for the same NUMBER, until the next call (which also
     * ends `network`: build what is needed of that first). `network` is that of the parameters'
     * defaults. */
    cim_status (*draw)(void *context, uint64_t number, const cim_network **out);
} cim_train_request;

typedef struct cim_train_ops {
    uint32_t struct_size, reserved;
    /* Same request, same bits in the weights, stopped and continued or not. */
    cim_status (*train)(void *self, cim_train_request *request);
} cim_train_ops;

/* The host's side. OPS must live as long as the plug-in. */
typedef struct cim_train_host {
    uint32_t struct_size, reserved;
    void (*offer)(const cim_host *host, const cim_train_ops *ops);
} cim_train_host;
#endif
