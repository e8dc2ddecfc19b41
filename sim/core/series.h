/*
 * Accumulators between two observations: exact time averages of what is constant between events,
 * and sums of what happens at events. All lie in the arena; nothing allocates.
 */
#ifndef DS_CORE_SERIES_H
#define DS_CORE_SERIES_H

/* A piecewise constant quantity and its integral since the interval began. */
typedef struct ds_level {
    double value, area, since;
} ds_level;

static inline void ds_level_set(ds_level *level, double value, double now)
{
    level->area += level->value * (now - level->since);
    level->since = now;
    level->value = value;
}

static inline void ds_level_add(ds_level *level, double change, double now)
{
    ds_level_set(level, level->value + change, now);
}

/* The integral up to now; the interval begins anew. */
static inline double ds_level_take(ds_level *level, double now)
{
    ds_level_set(level, level->value, now);
    const double area = level->area;
    level->area = 0;
    return area;
}

/* A sum of observations and their number. */
typedef struct ds_tally {
    double sum;
    double count;
} ds_tally;

static inline void ds_tally_add(ds_tally *tally, double value)
{
    tally->sum += value;
    tally->count += 1;
}

/* The sum; the interval begins anew. */
static inline double ds_tally_take(ds_tally *tally)
{
    const double sum = tally->sum;
    *tally = (ds_tally){0};
    return sum;
}

#endif
