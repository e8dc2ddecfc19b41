/*
 * A result as tables in the terminal: each metric's mean and quantiles over replicas at the end,
 * and its mean over time as a line of blocks; then the outcomes.
 */
#ifndef DS_ANALYSIS_INFO_H
#define DS_ANALYSIS_INFO_H

#include "sim/io/store.h"

#include <stdio.h>

typedef struct ds_info_request {
    ds_result *result;
    size_t first, count; /* points to show */
    size_t columns;      /* of the terminal */
    bool colour;
} ds_info_request;

/* The same figures as CSV: the tables `metrics` and `outcomes`, with a row for each point. */
DS_MUST_CHECK bool ds_info_csv(FILE *out, const ds_info_request *request, ds_status *st);

DS_MUST_CHECK bool ds_info_print(FILE *out, const ds_info_request *request, ds_status *st);

#endif
