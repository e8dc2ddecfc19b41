/*
 * What lies side by side in a table or a chart: cases (a point of a result), and of each the band
 * that its replicas span over time.
 */
#ifndef DS_ANALYSIS_BAND_H
#define DS_ANALYSIS_BAND_H

#include "sim/io/store.h"

typedef struct ds_case {
    ds_result *result;
    const ds_result_info *about;
    size_t point;
    size_t done;   /* replicas that finished */
    size_t groups; /* of replicas that all did: what is independent */
    const char *label;
    double origin; /* days since 1970-01-01 UTC at time 0; NAN: not dated */
} ds_case;

DS_MUST_CHECK bool ds_case_of(ds_case *c, ds_result *result, size_t point, ds_status *st);
/* The variable of that name, or NULL. */
const ds_variable *ds_case_variable(const ds_case *c, const char *name);
/* Whether an outcome says yes or no: its meaning begins with '1 when'. A count that is
 * 0 or 1 in every replica of a short run does not. */
bool ds_outcome_is_event(const ds_variable *outcome);
/* What tells apart variants of a result, or the futures of a branch; NULL: nothing does. */
const ds_coordinate *ds_case_variants(const ds_result_info *about);
/* Among the cases the one of the same result that is this variant (NULL: the result's first), and
 * as `c` otherwise; NULL: there is none. */
const ds_case *ds_case_like(const ds_case *cases, size_t count, const ds_case *c,
                            const char *variant);
/* Whether its replicas are estimates of the probability of something rare, by splitting. */
bool ds_case_is_rare(const ds_case *c);
/* Whether it is, and no trial reached the target: then the estimate, 0 ± 0, bounds nothing. */
DS_MUST_CHECK bool ds_case_bounds_nothing(const ds_case *c, bool *nothing, ds_status *st);
/* The date of a grid time, or its plain number. */
void ds_case_when(const ds_case *c, double time, char *text, size_t room);

enum { DS_BAND_QUANTILES = 5 }; /* at 0.05, 0.25, 0.5, 0.75, 0.95 */

/* A variable over time, over replicas. */
typedef struct ds_band {
    const char *variable;
    size_t times;
    const double *time; /* the result's */
    double *mean, *error, *quantile[DS_BAND_QUANTILES];
    double *memory;
} ds_band;

DS_MUST_CHECK bool ds_band_read(ds_band *band, const ds_case *c, const char *variable,
                                ds_status *st);
void ds_band_free(ds_band *band);

/* What is said of one number a replica. */
typedef struct ds_spread {
    size_t count;      /* replicas that have it */
    double mean, half; /* half the width of the 95 % interval of the mean */
    double quantile[DS_BAND_QUANTILES];
} ds_spread;

/* At the last grid time, without what only the replicas themselves tell: count 0, half NAN. */
ds_spread ds_band_end(const ds_band *band);
/* All of it: how many have a value there, and so how sure the mean's error is. Reads their series;
 * where the result has summaries only, every replica that finished is taken to have one. */
DS_MUST_CHECK bool ds_band_ending(ds_spread *spread, const ds_band *band, const ds_case *c,
                                  ds_status *st);
DS_MUST_CHECK bool ds_outcome_spread(ds_spread *spread, const ds_case *c, const char *outcome,
                                     ds_status *st);

#endif
