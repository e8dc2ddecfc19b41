/* What the files of the report share among themselves. Nobody else includes this. */
#ifndef DS_ANALYSIS_REPORT_PARTS_H
#define DS_ANALYSIS_REPORT_PARTS_H

#include "band.h"
#include "page.h"
#include "sim/io/observations.h"

enum {
    DS_KEYS = 8,                      /* key metrics at most */
    DS_KEYS_SAID = 3,                 /* of these in the verdict */
    DS_KEYS_TABLED = 5,               /* and in the table of many cases */
    DS_CASES_TABLED = 500,            /* cases in a table, */
    DS_CASES_FULL = 12,               /* with a table of all their metrics, */
    DS_CASES_DRAWN = DS_PAGE_COLOURS, /* and in a chart, at most */
};

typedef struct ds_report {
    ds_page page;
    const ds_case *cases;
    size_t count;
    const ds_variable *key[DS_KEYS];
    size_t keys;
    ds_observations observed; /* count 0: none */
} ds_report;

/* report_tables.c */
DS_MUST_CHECK bool ds_report_cases(const ds_report *r, ds_status *st);
DS_MUST_CHECK bool ds_report_endings(const ds_report *r, ds_status *st);
DS_MUST_CHECK bool ds_report_outcomes(const ds_report *r, ds_status *st);
DS_MUST_CHECK bool ds_report_failures(const ds_report *r, ds_status *st);
void ds_report_glossary(const ds_report *r);

/* report_observed.c */
DS_MUST_CHECK bool ds_report_observed(const ds_report *r, ds_status *st);

/* report_charts.c: HTML only */
void ds_report_legend(const ds_report *r);
DS_MUST_CHECK bool ds_report_key_charts(const ds_report *r, ds_status *st);
DS_MUST_CHECK bool ds_report_other_charts(const ds_report *r, ds_status *st);

#endif
