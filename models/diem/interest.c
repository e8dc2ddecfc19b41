#include "interest.h"

#include "sim/core/real.h"

#include <math.h>

double ds_interest_error(const ds_interest_config *c, double utilization)
{
    const double room = utilization > c->target ? 1 - c->target : c->target;
    return (utilization - c->target) / room;
}

double ds_interest_curve(const ds_interest_config *c, double level, double error)
{
    const double slope = error < 0 ? 1 - 1 / c->steepness : c->steepness - 1;
    return (slope * error + 1) * level;
}

static double moved(const ds_interest_config *c, double level, double by)
{
    return fmax(c->least, fmin(c->most, level * ds_exp(by)));
}

double ds_interest_adapt(const ds_interest_config *c, double *level, double error, double years)
{
    const double by = c->speed * error * years, start = *level;
    const double middle = moved(c, start, by / 2);
    *level = moved(c, start, by);
    return ds_interest_curve(c, (start + 2 * middle + *level) / 4, error);
}

double ds_interest_compounded(double rate, double years)
{
    const double x = rate * years;
    return x * (1 + x / 2 * (1 + x / 3));
}

double ds_liquidation_incentive(double lltv)
{
    return fmin(1.15, 1 / (1 - 0.3 * (1 - lltv)));
}
