/*
 * The keys `optimise` and `calibrate`: what a search may change, how long it searches, and what
 * models are held against. They say nothing of what is simulated, and `run` looks at neither.
 */
#ifndef DS_IO_SEARCH_H
#define DS_IO_SEARCH_H

#include "observations.h"
#include "vary.h"

typedef struct ds_optimise {
    ds_vary vary;
    int64_t evaluations; /* candidates that are simulated, at most */
    int64_t check;       /* fresh replicas of what is proposed; 0: four times the replicas */
} ds_optimise;

typedef enum ds_calibration_method { DS_CALIBRATE_ABC, DS_CALIBRATE_MOMENTS } ds_calibration_method;
extern const char *const ds_calibration_methods[]; /* "abc", "moments" */

typedef struct ds_calibrate {
    ds_vary vary;
    const char *observed; /* the file that the scenario names; NULL: none */
    ds_observations data; /* of it */
    int method;           /* ds_calibration_method */
    int64_t particles, simulations, evaluations;
} ds_calibrate;

/* ---- for the loader ---- */

/* Of ds_search_said, for the common table. */
typedef struct ds_search_said {
    ds_optimise optimise;
    ds_calibrate calibrate;
} ds_search_said;
extern const ds_param ds_search_table[];

/* Reads what the root says of both; NULL members of the scenario: it says nothing. */
DS_MUST_CHECK bool ds_search_read(ds_scenario *s, const ds_node *root, ds_search_said *said,
                                  ds_status *st);
/* Once the scenario is resolved. */
DS_MUST_CHECK bool ds_search_now(ds_scenario *s, ds_status *st);

#endif
