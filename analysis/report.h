/*
 * Results as one document for people: what was run and what came out in plain words, fan charts
 * (HTML) or sparklines (Markdown) of the key metrics, then everything else, provenance, and a
 * glossary from the file's own descriptions. Several results, or the points of one, stand side by
 * side.
 */
#ifndef DS_ANALYSIS_REPORT_H
#define DS_ANALYSIS_REPORT_H

#include "sim/io/observations.h"
#include "sim/io/store.h"

#include <stdio.h>

typedef struct ds_report_request {
    ds_result *const *results;
    size_t count;
    /* Metrics to show first, by name, those that the first result has; ends with NULL. Where it has
     * none of them, the first of every unit. */
    const char *const *key;
    ds_observations observed; /* to hold the first results against; count 0: none */
    bool html;                /* else Markdown */
} ds_report_request;

DS_MUST_CHECK bool ds_report_write(FILE *out, const ds_report_request *request, ds_status *st);

#endif
