#include "stopping.h"
#include <math.h>
bool ds_until_interval(const ds_until *until, const double *values, size_t count,
                       ds_interval *interval, ds_status *st)
{
    double sum = 0, squares = 0;
    (void)st, (void)until;
    for (size_t i = 0; i < count; i++) {
        sum += values[i];
        squares += values[i] * values[i];
    }
    const double n = (double)count, mean = sum / n, error = sqrt((squares / n - mean * mean) / n);
    *interval = (ds_interval){mean, mean - 2 * error, mean + 2 * error, 2 * error, count};
    return true;
}
bool ds_until_reached(const ds_until *until, const ds_interval *now)
{
    return now->half_width <= until->half_width;
}
size_t ds_until_next(const ds_until *until, const ds_interval *now, size_t count, size_t step)
{
    (void)step;
    const size_t next = 2 * count < until->max_replicas ? 2 * count : until->max_replicas;
    return ds_until_reached(until, now) || next == count ? 0 : next;
}
size_t ds_until_first(const ds_until *until, size_t step)
{
    const size_t n = (until->min_replicas + step - 1) / step * step;
    return n < until->max_replicas ? n : until->max_replicas;
}
