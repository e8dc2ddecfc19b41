/* Rates announced ahead, for the emissions that begin with a schedule. */
#ifndef DS_MODELS_EMISSION_SCHEDULE_H
#define DS_MODELS_EMISSION_SCHEDULE_H

#include "policy.h"

typedef struct ds_schedule_step {
    double from, rate;
} ds_schedule_step;

typedef struct ds_schedule {
    ds_list steps;
} ds_schedule;

extern const ds_param ds_schedule_step_table[];

#define DS_SCHEDULE_STEPS                  \
    "- {from: 2025-01-27, rate: 14.0e6}\n" \
    "- {from: 2025-08-20, rate: 10.0e6}\n" \
    "- {from: 2025-11-19, rate: 8.0e6}\n"  \
    "- {from: 2026-02-10, rate: 6.0e6}\n"  \
    "- {from: 2026-05-01, rate: 5.0e6}\n"  \
    "- {from: 2026-06-01, rate: 4.0e6}\n"  \
    "- {from: 2026-07-01, rate: 3.0e6}\n"  \
    "- {from: 2026-09-01, rate: 2.5e6}\n"  \
    "- {from: 2026-10-01, rate: 2.0e6}\n"

#define DS_SCHEDULE_PARAMS                                                                      \
    {                                                                                           \
        DS_AT(ds_schedule, steps),                                                              \
            .kind = DS_LIST, .unit = "1", .table = ds_schedule_step_table,                      \
            .size = sizeof(ds_schedule_step), .min = 1, .max = 1000, .text = DS_SCHEDULE_STEPS, \
            .doc = "rates and the dates from which they hold, in order "                        \
                   "of date",                                                                   \
            .source = "protocol announcements, 2025-01 to 2026-08", .kept = true                \
    }

/* `params` is a ds_schedule, or begins with one. */
bool ds_schedule_check(void *params, ds_status *st);
/* VVV a year on that date; nothing before the first. */
double ds_schedule_rate(const ds_schedule *schedule, double date);
/* The slot's function `emission_changes`: the next date of the schedule. */
double ds_schedule_changes(const void *params, const ds_view *now);

#endif
