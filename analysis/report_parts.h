/* What the files of the report share among themselves. Nobody else includes this. */
#ifndef DS_ANALYSIS_REPORT_PARTS_H
#define DS_ANALYSIS_REPORT_PARTS_H

#include "band.h"
#include "compare.h"
#include "page.h"
#include "report.h"
#include "sim/io/node.h"

enum {
    DS_KEYS = 8,           /* key metrics at most */
    DS_KEYS_SAID = 3,      /* of these in the verdict */
    DS_KEYS_TABLED = 5,    /* and in the table of many cases */
    DS_CASES_TABLED = 500, /* cases in a table, */
    DS_CASES_OPEN = 12,    /* folded away if there are more, */
    DS_CASES_FULL = 12,    /* with a table of all their metrics, */
    DS_CASES_DRAWN = 6,    /* in a chart over time, */
    DS_CASES_BANDED = 3,   /* with bands, at most */
};

enum { DS_TABLES_TOLD = 16 };

typedef struct ds_report_told {
    const char *name[DS_TABLES_TOLD];
    size_t count;
} ds_report_told;

typedef struct ds_report {
    ds_page page;
    const ds_report_request *request;
    const ds_case *cases;
    size_t count;
    const ds_variable *key[DS_KEYS];
    size_t keys;
    ds_observations observed;  /* count 0: none */
    const char *const *called; /* [request->count]: results where there are several */
    ds_pool *pool;
    const ds_model *model;     /* that made the first result; NULL: it is not known here */
    ds_node **resolved;        /* [request->count]: the scenarios with every default filled in */
    ds_comparison *comparison; /* NULL: there is none, */
    const char *not_compared;  /* and why, where there could be one */
    const char *not_judged;    /* objectives of what the result does not hold; NULL: none */
    ds_report_told *told;      /* of which tables the columns are explained */
} ds_report;

/* report_first.c: what is read in a minute */
DS_MUST_CHECK bool ds_report_first(const ds_report *r, ds_status *st);

/* report_tables.c */
DS_MUST_CHECK bool ds_report_cases(const ds_report *r, ds_status *st);
DS_MUST_CHECK bool ds_report_endings(const ds_report *r, ds_status *st);
DS_MUST_CHECK bool ds_report_outcomes(const ds_report *r, ds_status *st);
DS_MUST_CHECK bool ds_report_failures(const ds_report *r, ds_status *st);
void ds_report_glossary(const ds_report *r);

/* report_observed.c */
DS_MUST_CHECK bool ds_report_observed(const ds_report *r, ds_status *st);

/* report_charts.c */
/* A label as a picture has room for it: where labels are long, of paths the last words that tell
 * them apart. */
const char *ds_report_short(const ds_report *r, const char *label);
void ds_report_legend(const ds_report *r);
DS_MUST_CHECK bool ds_report_chart(const ds_report *r, const ds_variable *v, ds_status *st);
DS_MUST_CHECK bool ds_report_other_charts(const ds_report *r, ds_status *st);
/* The one parameter, a number, that varies over the cases; NULL: there is no such. */
const ds_coordinate *ds_report_along(const ds_report *r);
DS_MUST_CHECK bool ds_report_along_chart(const ds_report *r, const ds_coordinate *along,
                                         const ds_variable *v, ds_status *st);

/* report_compare.c: the cases against the first */
DS_MUST_CHECK bool ds_report_compare(ds_report *r, ds_status *st);
/* Where there is a comparison. */
void ds_report_say_compared(const ds_report *r);
/* False: there is nothing to put. */
bool ds_report_tiles(const ds_report *r);
DS_MUST_CHECK bool ds_report_compared(const ds_report *r, ds_status *st);
/* Variants by what two goals look at: what one costs of the other. */
bool ds_report_has_front(const ds_report *r);
DS_MUST_CHECK bool ds_report_front(const ds_report *r, ds_status *st);
/* Prints a table as the document has them, and frees it. */
DS_MUST_CHECK bool ds_report_table(const ds_report *r, ds_table *table, ds_status *st);
void ds_report_doubts(const ds_report *r, unsigned doubts);

/* report_stress.c: thresholds, over points, and over two parameters */
DS_MUST_CHECK bool ds_report_say_thresholds(const ds_report *r, ds_status *st);
DS_MUST_CHECK bool ds_report_stress(const ds_report *r, ds_status *st);

/* report_worst.c: which metrics warn first, and how the worst replicas differ */
DS_MUST_CHECK bool ds_report_worst(const ds_report *r, ds_status *st);

/* report_risk.c, report_sensitivity.c */
/* Of the first case: the bad outcomes that replicas had most often. */
DS_MUST_CHECK bool ds_report_say_risks(const ds_report *r, ds_status *st);
DS_MUST_CHECK bool ds_report_risk(const ds_report *r, ds_status *st);
DS_MUST_CHECK bool ds_report_sensitivity(const ds_report *r, ds_status *st);

/* report_changes.c: what differs between the cases */
DS_MUST_CHECK bool ds_report_resolve(ds_report *r, ds_status *st);
/* A scalar as it is written; anything else as JSON, cut. */
const char *ds_report_value(const ds_report *r, const ds_node *node);
/* What a case says at a dotted path; NULL: nothing. */
const ds_node *ds_report_said(const ds_report *r, const ds_case *c, const char *path);
void ds_report_changes(const ds_report *r);
/* Whether some case has other rules later than at its start. */
bool ds_report_rules_change(const ds_report *r);

/* report_rules.c: the rules and the assumptions, from the model's tables */
/* The parameter that a dotted path means in a case; NULL: none of the model's. */
const ds_param *ds_report_param(const ds_report *r, const ds_case *c, const char *path);
/* "" where there is none. */
const char *ds_report_default(const ds_report *r, const ds_param *p);
const char *ds_report_unit(const ds_param *p);
void ds_report_rules(const ds_report *r);
void ds_report_assumptions(const ds_report *r);

/* report_source.c */
void ds_report_source(const ds_report *r);

/* How a metric reads in plain words: a rate a year is said in percent. */
typedef struct ds_saying {
    double factor;
    const char *unit; /* "" where there is none */
} ds_saying;
ds_saying ds_report_saying(const ds_variable *v);

const char *ds_report_title(const ds_result_info *about);

#endif
