#include "doubt.h"

#include "stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { HEAVY_LEAST = 50, EXCESSES_MOST = 4096 };

static const char *const text[DS_DOUBTS] = {
    "there are too few values for an interval",
    "so skewed are the values that so few replicas give an interval that covers too little",
    "so slowly does the tail fall that the variance may be infinite, and no interval hold",
    "so few replicas lie in the tail that a few of them make the figure",
    "the probability is so near to 0 or 1 that single replicas make the figure",
    "no two values differ, which does not show that none ever would",
    "replicas depend on one another in groups, of which this interval takes no account",
    "some values are infinite",
    "the method holds for large samples, and this one is small",
    "much of what is counted was not seen to its end",
};

const char *ds_doubt_text(ds_doubt doubt)
{
    for (unsigned i = 0; i < DS_DOUBTS; i++)
        if (doubt == (ds_doubt)(1U << i))
            return text[i];
    return "";
}

double ds_skewed_needs(double skewness)
{
    return 25 * skewness * skewness;
}

double ds_tail_heaviness(const double *sorted, size_t count, int sign)
{
    double excess[EXCESSES_MOST];
    const double root = 3 * sqrt((double)count), fifth = (double)count / 5;
    const size_t beyond = (size_t)fmin(fmin(fifth, root), EXCESSES_MOST);
    size_t kept = 0;
    if (count < HEAVY_LEAST)
        return NAN;
    const double threshold = sorted[sign > 0 ? count - 1 - beyond : beyond];
    for (size_t i = 0; i < beyond; i++) {
        const double x = sorted[sign > 0 ? count - beyond + i : beyond - 1 - i];
        if ((double)sign * (x - threshold) > 0)
            excess[kept++] = (double)sign * (x - threshold);
    }
    return 2 * kept < beyond ? NAN : ds_tail_shape(excess, kept);
}

static unsigned doubts_of_tails(const double *values, size_t count)
{
    double *const sorted = malloc(count * sizeof *sorted);
    if (!sorted)
        return 0;
    memcpy(sorted, values, count * sizeof *sorted);
    const size_t kept = ds_sort(sorted, count);
    const bool heavy = ds_tail_heaviness(sorted, kept, 1) > DS_HEAVINESS_INFINITE ||
                       ds_tail_heaviness(sorted, kept, -1) > DS_HEAVINESS_INFINITE;
    free(sorted);
    return heavy ? DS_DOUBT_HEAVY : 0;
}

unsigned ds_doubts_of_mean(const double *values, size_t count, size_t group)
{
    const ds_sample s = ds_sample_grouped(values, count, group);
    if (s.groups < 2)
        return DS_DOUBT_FEW;
    if (!isfinite(s.mean) || !isfinite(s.sd))
        return DS_DOUBT_INFINITE;
    if (!ds_sample_varies(&s))
        return DS_DOUBT_EQUAL;
    return ((double)s.groups < ds_skewed_needs(s.skewness) ? DS_DOUBT_SKEWED : 0) |
           doubts_of_tails(values, count);
}
