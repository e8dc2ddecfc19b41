#include "statistic.h"

#include "complain.h"
#include "quantity.h"

#include <math.h>
#include <string.h>

bool ds_statistic_number(ds_pool *pool, const char *key, const char *text, const ds_node *at,
                         const char *unit, double *value, ds_status *st)
{
    char why[200] = "must be a number";
    if (ds_quantity_read(text, unit, value, why, sizeof why) && isfinite(*value))
        return true;
    return ds_complain(st, at, "'%s' is '%s': %s", key, ds_quote(pool, text), why);
}

bool ds_statistic_read(ds_pool *pool, const char *text, const ds_node *at, ds_statistic *statistic,
                       double *level, ds_status *st)
{
    static const char quantile[] = "quantile ";
    *level = 0.5;
    if (strcmp(text, "mean") == 0)
        *statistic = DS_STAT_MEAN;
    else if (strcmp(text, "probability") == 0)
        *statistic = DS_STAT_PROBABILITY;
    else if (strcmp(text, "median") == 0)
        *statistic = DS_STAT_QUANTILE;
    else if (strncmp(text, quantile, sizeof quantile - 1) == 0) {
        *statistic = DS_STAT_QUANTILE;
        if (!ds_statistic_number(pool, "statistic", text + sizeof quantile - 1, at, "1", level, st))
            return false;
    } else
        return ds_complain(
            st, at, "'statistic' is '%s', must be mean, median, quantile P %% or probability",
            ds_quote(pool, text));
    return (*level > 0 && *level < 1) ||
           ds_complain(st, at,
                       "'statistic' is the quantile %g %%, must lie above 0 %% and below 100 %%",
                       100 * *level);
}
