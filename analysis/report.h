/*
 * Results as one document for people. First what is read in a minute: the question, what was run,
 * what is proposed, the verdict, the numbers that matter with their intervals, one picture. Then
 * what an expert asks for: every key metric over time, comparison, risks, what drives them, the
 * rules, assumptions and their sources, a glossary, and how to make it all again. Several results,
 * or the points of one, stand side by side; the first is what holds today.
 */
#ifndef DS_ANALYSIS_REPORT_H
#define DS_ANALYSIS_REPORT_H

#include "page.h"
#include "sim/core/model.h"
#include "sim/io/observations.h"
#include "sim/io/store.h"

typedef struct ds_report_request {
    ds_result *const *results;
    size_t count;
    const char *const *names; /* of their files, and */
    const char *output;       /* of the report; NULL: not known */
    /* Metrics to show first, by name, those that the first result has; ends with NULL. Where it has
     * none of them, the first of every unit. */
    const char *const *key;
    const char *const *metrics;    /* in their place, and each must be there; NULL: not said */
    const char *title, *question;  /* NULL: the first result's title, its scenario's description */
    const ds_model *const *models; /* for the texts of parameters and rules; ends with NULL */
    const char *observed_name;     /* of the file of */
    ds_observations observed;      /* to hold the first results against; count 0: none */
    bool html;                     /* else Markdown */
    ds_pictures *pictures;         /* of Markdown; NULL: none */
} ds_report_request;

DS_MUST_CHECK bool ds_report_write(FILE *out, const ds_report_request *request, ds_status *st);

#endif
