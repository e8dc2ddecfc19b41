#include "emission_schedule.h"

#include <math.h>

typedef struct split_params {
    ds_schedule schedule;
    double low, high;
} split_params;

#define SOURCE "protocol documentation, utilization split before 2025-08: 20 % to 80 %"
static const ds_param table[] = {
    DS_SCHEDULE_PARAMS,
    DS_P_NUMBER(split_params, low, "1", 0.20, 0, 1, "the protocol's part on an idle network",
                SOURCE),
    DS_P_NUMBER(split_params, high, "1", 0.80, 0, 1,
                "the same with every slot busy; below low, the part falls with use", SOURCE),
    {0},
};

static double emission(const void *params, const ds_view *now)
{
    return ds_schedule_rate(params, now->date);
}

static double protocol_part(const void *params, const ds_view *now)
{
    const split_params *const p = params;
    const double used = fmin(1, fmax(0, now->utilization));
    return fmin(1, fmax(0, p->low + (p->high - p->low) * used));
}

const ds_policy ds_emission_utilization_split = {
    .as = {.name = "utilization_split",
           .doc = "The schedule, of which the protocol takes a part that rises with use: stakers "
                  "have 80 % of it on an idle network, and 20 % when every slot is busy serving "
                  "them.",
           .source = "protocol documentation, utilization split before 2025-08",
           .params = table,
           .params_size = sizeof(split_params),
           .check = ds_schedule_check},
    .emission = emission,
    .emission_changes = ds_schedule_changes,
    .protocol_part = protocol_part,
};
