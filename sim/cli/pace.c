#include "pace.h"

#include "sim/core/replica.h"
#include "sim/run/progress.h"

#include <math.h>
#include <stdio.h>

static const double measured_seconds = 0.3, pieces = 1000;

bool ds_pace_measure(const ds_scenario *s, const ds_plan *plan, double *speed, ds_status *st)
{
    ds_replica replica;
    *speed = NAN;
    if (!ds_replica_open(&replica, s->model, plan->config[0], &s->frame, st))
        return false;
    bool ok = ds_replica_begin(&replica, 0);
    const double begun = ds_seconds();
    for (int i = 1; ok && i <= (int)pieces && ds_seconds() - begun < measured_seconds; i++)
        ok = ds_replica_until(&replica, s->frame.horizon * i / pieces);
    const double events = (double)s->model->engine(replica.world)->state->handled;
    if (events >= 100)
        *speed = events / (ds_seconds() - begun);
    if (!ok)
        ds_fail(st, replica.status.code, "replica 0 failed: %s", replica.status.text);
    ds_replica_close(&replica);
    return ok;
}

const char *ds_pace_words(char text[DS_PACE_ROOM], double seconds)
{
    if (isnan(seconds) || seconds < 1)
        snprintf(text, DS_PACE_ROOM, "under a second");
    else if (seconds < 120)
        snprintf(text, DS_PACE_ROOM, "about %.0f s", seconds);
    else if (seconds < 7200)
        snprintf(text, DS_PACE_ROOM, "about %.0f min", seconds / 60);
    else
        snprintf(text, DS_PACE_ROOM, "about %.1f h", seconds / 3600);
    return text;
}
