/* How well the series of a run can be packed, by what a pilot of it observed: much better where
 * little happens than where prices move. */
#ifndef DS_RUN_PACKING_H
#define DS_RUN_PACKING_H

#include "sim/io/store.h"

typedef struct ds_packing {
    const ds_experiment *experiment;
    double *kept; /* [metrics][room] */
    size_t rows, room;
    double before, after; /* bytes of the series of all replicas that ended */
} ds_packing;

extern const double ds_packing_usual; /* of the economies that ship */

/* To be closed whatever happens. */
DS_MUST_CHECK bool ds_packing_open(ds_packing *packing, const ds_experiment *experiment,
                                   ds_status *st);
void ds_packing_close(ds_packing *packing);

/* Metrics at the next time of a replica; and that no more of it come. */
void ds_packing_add(ds_packing *packing, const double *row);
DS_MUST_CHECK bool ds_packing_end(ds_packing *packing, ds_status *st);

/* Stored bytes by those of as many floats; the usual where too little was seen. */
double ds_packing_share(const ds_packing *packing);

#endif
