#include "path.h"

#include "real.h"

/* Days, a millisecond: a start and hours from it add up to a date that is off by less, and a step
 * must not come an hour late for that. Rows are whole seconds. */
static const double hair = 1e-8;

/* Row at or before the date; the date lies inside the path. */
static uint32_t row_before(const ds_path *path, double date)
{
    uint32_t low = 0, high = path->count - 1;
    while (high - low > 1) {
        const uint32_t middle = low + (high - low) / 2;
        if (path->time[middle] <= date)
            low = middle;
        else
            high = middle;
    }
    return low;
}

double ds_path_at(const ds_path *path, double date)
{
    if (date <= path->time[0])
        return path->value[0];
    if (date >= path->time[path->count - 1])
        return path->value[path->count - 1];
    const uint32_t i = row_before(path, date);
    const double share = (date - path->time[i]) / (path->time[i + 1] - path->time[i]);
    const double from = path->value[i], to = path->value[i + 1];
    switch (path->between) {
    case DS_STEP:
        return date + hair >= path->time[i + 1] ? to : from;
    case DS_LINEAR:
        return from + share * (to - from);
    case DS_LOG_LINEAR:
    default:
        return from * ds_pow(to / from, share);
    }
}
