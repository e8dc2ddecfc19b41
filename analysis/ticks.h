/* Where an axis is marked: round numbers, or the beginnings of days, months and years. */
#ifndef DS_ANALYSIS_TICKS_H
#define DS_ANALYSIS_TICKS_H

#include <stddef.h>

enum { DS_TICKS = 12 };

typedef struct ds_tick {
    double at;
    char label[32];
} ds_tick;

/* At most `most` (up to DS_TICKS) marks in [low, high]; returns how many. */
size_t ds_ticks_number(double low, double high, size_t most, ds_tick ticks[DS_TICKS]);
/* The same for days since 1970-01-01 UTC. */
size_t ds_ticks_date(double low, double high, size_t most, ds_tick ticks[DS_TICKS]);

#endif
