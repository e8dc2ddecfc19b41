#include "emission_schedule.h"

#include <math.h>

typedef struct net_params {
    ds_schedule schedule;
    double cap, days;
} net_params;

/* What it remembers. */
enum { SMOOTHED };

static const ds_param table[] = {
    DS_SCHEDULE_PARAMS,
    DS_P_NUMBER(net_params, cap, "VVV/d", 600000.0 / 365, 0, 1e12,
                "of what is burned, issued again at most; what is burned beyond is gone",
                "Helium, HIP 20: 1,643.8356 HNT a day, 600,000 a year"),
    DS_P_NUMBER(net_params, days, "d", 7, 1, 3650,
                "what is burned is smoothed over: a day counts 1/days, the past the rest",
                "Helium's program on Solana: 6/7 of the past and 1/7 of the day"),
    {0},
};

static void begin(const void *params, const ds_view *now, double *memory)
{
    (void)params;
    memory[SMOOTHED] = now->vvv_burned;
}

static void epoch(const void *params, const ds_view *now, double *memory)
{
    const net_params *const p = params;
    memory[SMOOTHED] = (p->days - 1) / p->days * memory[SMOOTHED] + now->vvv_burned / p->days;
}

static double emission(const void *params, const ds_view *now)
{
    const net_params *const p = params;
    const double again = 365 * fmin(p->cap, fmax(0, now->memory[SMOOTHED]));
    return fmin(ds_schedule_rate(&p->schedule, now->date) + again, 1e12);
}

const ds_policy ds_emission_net_emissions = {
    .as = {.name = "net_emissions",
           .doc = "The schedule, and what has been burned once more, smoothed over a week and up "
                  "to a daily cap. Burning below the cap does not lower the supply in the end, "
                  "burning beyond it does.",
           .source = "Helium, HIP 20: HNT Max Supply (2020)",
           .params = table,
           .params_size = sizeof(net_params),
           .check = ds_schedule_check},
    .begin = begin,
    .epoch = epoch,
    .emission = emission,
    .emission_changes = ds_schedule_changes,
};
