/* What a calibration found, as tables: parameters, how it fits, how it went. */
#ifndef DS_ANALYSIS_FIT_H
#define DS_ANALYSIS_FIT_H

#include "abc.h"
#include "moments.h"
#include "sim/io/vary.h"
#include "table.h"
#include "target.h"

/* A parameter, as its axis has it. */
typedef struct ds_fitted {
    double unit;           /* coordinate of the estimate: a posterior's median, or the best fit */
    ds_interval interval;  /* of the parameter; of names none */
    double error;          /* standard error of a best fit; NAN */
    double narrowing;      /* of a posterior: deviation over that of the prior; NAN */
    double share;          /* of names: posterior probability of the one that is likeliest; NAN */
    bool unknown, at_edge; /* the data say next to nothing of it; the range ends too early */
    bool chosen;           /* a best fit's name: how surely it is that one is not known */
} ds_fitted;

#define DS_FIT_UNKNOWN                                                        \
    0.8 /* narrowing from which a parameter is called not identified, or less \
           where few particles would give it by chance */

DS_MUST_CHECK bool ds_fit_posterior(const ds_vary *vary, const ds_abc_result *result, double level,
                                    ds_fitted *fitted, ds_status *st);
void ds_fit_moments(const ds_vary *vary, const ds_moments_result *result, double level,
                    ds_fitted *fitted);

/* How a statistic fits: what was observed, and what replicas of the fitted model give. */
typedef struct ds_fit_row {
    const char *name;
    double observed, middle; /* median of the replicas */
    ds_interval band;        /* that holds nine in ten of them */
    size_t count;
} ds_fit_row;

/* values[count][statistics] of one replica each. row[statistics]. */
DS_MUST_CHECK bool ds_fit_rows(const ds_target *target, const double *values, size_t count,
                               ds_fit_row *row, ds_status *st);

void ds_fit_parameters(ds_table *table, const ds_vary *vary, const ds_fitted *fitted,
                       bool posterior);
void ds_fit_statistics(ds_table *table, const ds_fit_row *row, size_t count);
void ds_fit_course(ds_table *table, const ds_abc_result *result);

#endif
