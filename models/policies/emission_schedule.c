#include "emission_schedule.h"

#include <math.h>

const ds_param ds_schedule_step_table[] = {
    {DS_AT(ds_schedule_step, from), .kind = DS_DATE, .unit = "1", .required = true,
     .doc = "date from which the rate holds"},
    DS_P_NUMBER(ds_schedule_step, rate, "VVV/yr", 0, 0, 1e12, "VVV a year of 365 days", NULL),
    {0},
};

static const ds_param table[] = {DS_SCHEDULE_PARAMS, {0}};

bool ds_schedule_check(void *params, ds_status *st)
{
    const ds_schedule *const p = params;
    const ds_schedule_step *const s = p->steps.items;
    for (uint32_t i = 1; i < p->steps.count; i++)
        if (!(s[i].from > s[i - 1].from))
            return ds_fail(st, DS_E_DATA,
                           "'steps': the date of step %u is not after that of step %u, must rise",
                           i + 1, i);
    return true;
}

double ds_schedule_rate(const ds_schedule *p, double date)
{
    const ds_schedule_step *const s = p->steps.items;
    double rate = 0;
    for (uint32_t i = 0; i < p->steps.count && s[i].from <= date; i++)
        rate = s[i].rate;
    return rate;
}

double ds_schedule_changes(const void *params, const ds_view *now)
{
    const ds_schedule *const p = params;
    const ds_schedule_step *const s = p->steps.items;
    for (uint32_t i = 0; i < p->steps.count; i++)
        if (s[i].from > now->date)
            return s[i].from;
    return INFINITY;
}

static double emission(const void *params, const ds_view *now)
{
    return ds_schedule_rate(params, now->date);
}

const ds_policy ds_emission_schedule = {
    .as = {.name = "schedule",
           .doc = "Rates announced ahead, each from a date.",
           .source = "protocol announcements, 2025-01 to 2026-08",
           .params = table,
           .params_size = sizeof(ds_schedule),
           .check = ds_schedule_check},
    .emission = emission,
    .emission_changes = ds_schedule_changes,
};
