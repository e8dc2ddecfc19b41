#include "policy.h"

#include <math.h>

typedef struct schedule_step {
    double from, rate;
} schedule_step;

typedef struct schedule_params {
    ds_list steps;
} schedule_params;

#define DEFAULT_STEPS                      \
    "- {from: 2025-01-27, rate: 14.0e6}\n" \
    "- {from: 2025-08-20, rate: 10.0e6}\n" \
    "- {from: 2025-11-19, rate: 8.0e6}\n"  \
    "- {from: 2026-02-10, rate: 6.0e6}\n"  \
    "- {from: 2026-05-01, rate: 5.0e6}\n"  \
    "- {from: 2026-06-01, rate: 4.0e6}\n"  \
    "- {from: 2026-07-01, rate: 3.0e6}\n"  \
    "- {from: 2026-09-01, rate: 2.5e6}\n"  \
    "- {from: 2026-10-01, rate: 2.0e6}\n"

static const ds_param step_table[] = {
    {DS_AT(schedule_step, from), .kind = DS_DATE, .unit = "1", .required = true,
     .doc = "date from which the rate holds"},
    DS_P_NUMBER(schedule_step, rate, "VVV/yr", 0, 0, 1e12, "VVV a year of 365 days", NULL),
    {0},
};

static const ds_param table[] = {
    {DS_AT(schedule_params, steps), .kind = DS_LIST, .unit = "1", .table = step_table,
     .size = sizeof(schedule_step), .min = 1, .max = 1000, .text = DEFAULT_STEPS,
     .doc = "rates and the dates from which they hold, in order of date",
     .source = "protocol announcements, 2025-01 to 2026-08"},
    {0},
};

static bool check(void *params, ds_status *st)
{
    const schedule_params *const p = params;
    const schedule_step *const s = p->steps.items;
    for (uint32_t i = 1; i < p->steps.count; i++)
        if (!(s[i].from > s[i - 1].from))
            return ds_fail(st, DS_E_DATA,
                           "'steps': the date of step %u is not after that of step %u, must rise",
                           i + 1, i);
    return true;
}

static double emission(const void *params, const ds_view *now)
{
    const schedule_params *const p = params;
    const schedule_step *const s = p->steps.items;
    double rate = 0; /* before the first date */
    for (uint32_t i = 0; i < p->steps.count && s[i].from <= now->date; i++)
        rate = s[i].rate;
    return rate;
}

static double changes(const void *params, const ds_view *now)
{
    const schedule_params *const p = params;
    const schedule_step *const s = p->steps.items;
    for (uint32_t i = 0; i < p->steps.count; i++)
        if (s[i].from > now->date)
            return s[i].from;
    return INFINITY;
}

const ds_policy ds_emission_schedule = {
    .as = {.name = "schedule",
           .doc = "Rates announced ahead, each from a date.",
           .source = "protocol announcements, 2025-01 to 2026-08",
           .params = table,
           .params_size = sizeof(schedule_params),
           .check = check},
    .emission = emission,
    .emission_changes = changes,
};
