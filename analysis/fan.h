/*
 * A fan chart as SVG inside a page: the median of one variable over time, and the bands that hold
 * half and nine tenths of the replicas; one colour a case; and points that were observed. Colours
 * are written out, so that the drawing also stands alone.
 */
#ifndef DS_ANALYSIS_FAN_H
#define DS_ANALYSIS_FAN_H

#include "band.h"
#include "sim/io/observations.h"

#include <stdio.h>

typedef struct ds_fan {
    const ds_band *bands; /* one a case */
    const ds_case *cases;
    size_t count;
    const ds_observations *observed; /* those of `metric` are marked */
    const char *metric;
    const char *label; /* read out to those who cannot see it */
    bool small;
} ds_fan;

/* Whether there is a line to draw. */
bool ds_fan_worth(const ds_fan *fan);
DS_MUST_CHECK bool ds_fan_draw(FILE *out, const ds_fan *fan, ds_status *st);

#endif
