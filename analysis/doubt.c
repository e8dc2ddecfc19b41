#include "doubt.h"

#include "stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { HEAVY_LEAST = 50, EXCESSES_MOST = 4096 };

static const char *const text[DS_DOUBTS] = {
    "there are too few values for an interval",
    "the values are so skewed that this many replicas give an interval that covers less than it "
    "says",
    "the tail falls so slowly that the variance may be infinite, and an interval of the mean then "
    "means little",
    "so few replicas lie in the tail that a few of them make the figure",
    "the probability is so near to 0 or 1 that single replicas make the figure",
    "no two values differ, which does not show that none ever would",
    "replicas depend on one another within groups, which this interval takes no account of",
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

/* Shape of the upper tail, `sign` 1, or of the lower, -1. */
static double shape(const double *sorted, size_t count, size_t beyond, int sign)
{
    double excess[EXCESSES_MOST];
    const double threshold = sorted[sign > 0 ? count - 1 - beyond : beyond];
    size_t kept = 0;
    for (size_t i = 0; i < beyond; i++) {
        const double x = sorted[sign > 0 ? count - beyond + i : beyond - 1 - i];
        if ((double)sign * (x - threshold) > 0)
            excess[kept++] = (double)sign * (x - threshold);
    }
    return 2 * kept < beyond ? NAN : ds_tail_shape(excess, kept);
}

bool ds_tail_is_heavy(const double *sorted, size_t count)
{
    if (count < HEAVY_LEAST)
        return false;
    const double root = 3 * sqrt((double)count);
    const size_t fifth = count / 5, beyond = (double)fifth < root ? fifth : (size_t)root;
    const size_t used = beyond < EXCESSES_MOST ? beyond : EXCESSES_MOST;
    return shape(sorted, count, used, 1) > 0.5 || shape(sorted, count, used, -1) > 0.5;
}

static unsigned doubts_of_tails(const double *values, size_t count)
{
    double *const sorted = malloc(count * sizeof *sorted);
    if (!sorted)
        return 0;
    memcpy(sorted, values, count * sizeof *sorted);
    const size_t kept = ds_sort(sorted, count);
    const unsigned doubts = ds_tail_is_heavy(sorted, kept) ? DS_DOUBT_HEAVY : 0;
    free(sorted);
    return doubts;
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
