/*
 * A few replicas of one setting, simulated in memory: of each, which thresholds hold. For searches
 * that look at many settings and keep no series of any.
 */
#ifndef DS_RUN_PROBE_H
#define DS_RUN_PROBE_H

#include "sim/core/threshold.h"
#include "sim/io/scenario.h"

#define DS_PROBE_FINISHED (UINT64_C(1) << 63) /* else the replica failed */

typedef struct ds_probe {
    ds_scenario *scenario; /* of one point, without a splitting */
    const ds_threshold *thresholds;
    size_t count; /* of thresholds, at most 63; their metrics are recorded */
    unsigned threads;
    bool quiet;
    char cause[256]; /* of the first failure that was seen; set by ds_probe_run */
} ds_probe;

/* held[count]: bit i of a replica's is set where threshold i holds. DS_E_STOPPED: a signal came,
 * and nothing is known. Signals are to be caught by who calls (signals.h). */
DS_MUST_CHECK bool ds_probe_run(ds_probe *probe, size_t first, size_t count, uint64_t *held,
                                ds_status *st);

#endif
