#include "model.h"

size_t ds_frame_times(const ds_frame *frame)
{
    /* A hair of slack: 0.3 / 0.1 must count three intervals, not four. */
    const double intervals = (frame->horizon - frame->warmup) / frame->observe;
    return (size_t)ceil(intervals * (1 - 1e-12)) + 1;
}

/* Milliseconds, where a day is the unit. */
static const double parts = 86400000;

/* Whether a time is a whole number of parts, or rather the double that is next to it. */
static bool is_whole(double time, double *count)
{
    *count = floor(time * parts + 0.5);
    return *count / parts == time;
}

/* Events of the seventh hour are at 7/24, and seven times the double next to 1/24 is before that:
 * the hour would be missed, and the next observation have two. So whole parts are counted. */
double ds_frame_time(const ds_frame *frame, size_t index)
{
    double begin, step;
    if (index + 1 == ds_frame_times(frame))
        return frame->horizon;
    if (is_whole(frame->warmup, &begin) && is_whole(frame->observe, &step))
        return (begin + (double)index * step) / parts;
    return frame->warmup + (double)index * frame->observe;
}

double ds_time_whole(double time)
{
    return floor(time * parts + 0.5) / parts;
}

double ds_time_after(double time, double by)
{
    double a, b;
    return is_whole(time, &a) && is_whole(by, &b) ? (a + b) / parts : time + by;
}

double ds_last_weight(const double *time, size_t times)
{
    if (times < 3)
        return 1;
    const double last = time[times - 1] - time[times - 2], whole = time[1] - time[0];
    return last < whole * (1 - 1e-9) ? last / whole : 1;
}

const char *const ds_sampling_words[] = {"independent", "antithetic", "sobol", NULL};

size_t ds_frame_group(const ds_frame *frame)
{
    switch (frame->sampling) {
    case DS_SAMPLING_ANTITHETIC:
        return 2;
    case DS_SAMPLING_SOBOL:
        return frame->replicas > DS_RNG_SCRAMBLES ? frame->replicas / DS_RNG_SCRAMBLES : 1;
    case DS_SAMPLING_INDEPENDENT:
    default:
        return 1;
    }
}

uint32_t ds_replica_number(const ds_model *model, const ds_frame *frame, uint32_t index)
{
    const uint32_t group = (uint32_t)ds_frame_group(frame);
    const uint32_t which = index / group, member = index % group;
    switch (frame->sampling) {
    case DS_SAMPLING_ANTITHETIC:
        return which | (member ? DS_RNG_MIRROR : 0);
    case DS_SAMPLING_SOBOL:
        return DS_RNG_POINT | (model->plain_last ? DS_RNG_LAST : 0) | which << DS_RNG_SCRAMBLE |
               member;
    case DS_SAMPLING_INDEPENDENT:
    default:
        return index;
    }
}

size_t ds_metric_count(const ds_metric *table)
{
    size_t count = 0;
    while (table && table[count].name)
        count++;
    return count;
}

const ds_metric *ds_metric_find(const ds_metric *table, const char *name)
{
    for (const ds_metric *m = table; m && m->name; m++)
        if (strcmp(m->name, name) == 0)
            return m;
    return NULL;
}

const char *ds_metric_kind_name(ds_metric_kind kind)
{
    static const char *const names[] = {"state", "average", "flow"};
    return names[kind];
}
