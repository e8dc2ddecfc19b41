/*
 * Variants side by side: by what each differs from a baseline, how surely, and whether it is
 * better. Variants are the points of one result, or of several of one model. Replicas of one seed
 * met the same random numbers and are compared pair by pair; else as independent samples.
 *
 * Every variant is asked every question, and all answers together are one family: p is adjusted for
 * it, and so is the interval `together`, which holds 0 exactly where no difference is shown.
 */
#ifndef DS_ANALYSIS_COMPARE_H
#define DS_ANALYSIS_COMPARE_H

#include "band.h"
#include "estimate.h"
#include "sim/io/objective.h"
#include "sim/io/pool.h"
#include "table.h"

/*
 * How p and intervals account for the number of questions. HOLM (1979): any false alarm at all;
 * intervals are Bonferroni's, cut at 0 where a difference is shown (Guilbaud 2008), and hold
 * together with their level. BH (Benjamini & Hochberg 1995): the share of false alarms among the
 * differences shown; intervals miss in that share of them at most (Benjamini & Yekutieli 2005).
 * NONE: each question as if it were the only one.
 */
typedef enum ds_adjustment { DS_ADJUST_HOLM, DS_ADJUST_BH, DS_ADJUST_NONE } ds_adjustment;
extern const char *const ds_adjustment_words[]; /* ends with NULL */

typedef struct ds_compare_request {
    ds_result *const *results;
    const char *const *names; /* of the results, for labels where there are several */
    size_t count;
    const char *const *metrics; /* metrics and outcomes, by name; ends with NULL. NULL: */
    const char *const *key;     /* those of these that all results have, and all outcomes */
    bool over_time;             /* metrics by their mean over time, else at the end */
    const char *baseline;       /* label of a variant, or a pattern for one; NULL: the first */
    const char *variants;       /* labels or patterns with commas between them; NULL: all */
    const ds_goal *goal;        /* to judge by; asked besides the metrics */
    size_t goals;
    double level;   /* of intervals; 0: 0.95 */
    double matters; /* the difference to look for, a share of the baseline's figure; of
                       probabilities in their own unit; 0: 0.01 */
    ds_adjustment adjust;
} ds_compare_request;

typedef struct ds_compare_variant {
    ds_case of;        /* its label is this one's, unless there are several results */
    const char *label; /* as the user calls it */
    size_t failed;     /* replicas */
    bool paired;       /* with the baseline's */
} ds_compare_variant;

/* What is asked: the figure of `what` (a goal's members from `of` on). */
typedef struct ds_question {
    ds_goal what;
    bool goal;       /* what.name and what.maximise mean something, */
    size_t place;    /* and so does this: which of the goals it is */
    bool listed;     /* among the metrics: it is no goal only */
    bool yes_or_no;  /* values are 0 and 1, figures are probabilities */
    bool no_values;  /* only summaries are kept: replicas cannot be paired */
    const char *doc; /* of the metric or outcome */
} ds_question;

typedef enum ds_verdict {
    DS_VERDICT_HIGHER, /* shown */
    DS_VERDICT_LOWER,
    DS_VERDICT_NOT_SHOWN, /* though one that matters would have been, four times in five */
    DS_VERDICT_MORE,      /* not shown, and too few replicas to show one that matters */
    DS_VERDICT_SAME,      /* in every replica */
    DS_VERDICT_UNKNOWN    /* there is no value, or no interval */
} ds_verdict;

/* An answer. Differences are the variant's figure less the baseline's. */
typedef struct ds_compared {
    size_t variant, question;
    bool paired;
    size_t pairs;            /* that have both values; not paired: the fewer values of the two, */
    size_t pairs_less;       /* and how many have none though no replica failed */
    double baseline, figure; /* over pairs, or over all values */
    ds_estimate difference;  /* with the interval of one question alone */
    ds_interval together;    /* of the difference, with all others */
    ds_estimate relative;    /* over the baseline's figure; NAN where that has no meaning */
    ds_interval relative_together;
    ds_estimate higher; /* probability that a replica is above the baseline's, ties half */
    double p, adjusted; /* two-sided, alone and in the family */
    bool same;          /* every pair is of equals */
    double sd;          /* of the difference, of one pair: its error is sd / sqrt(pairs) */
    double needed;      /* pairs that show a difference that matters, four times in five */
    ds_verdict verdict;
} ds_compared;

typedef struct ds_comparison {
    ds_compare_variant *variant; /* the baseline is not left out */
    size_t variants, baseline;
    ds_question *question;
    size_t questions, goals;
    ds_compared *row; /* [variants but the baseline][questions] */
    size_t rows;
    size_t family; /* questions that have a p and whose answer could differ */
    double level, matters;
    ds_adjustment adjust;
    const char **note; /* sentences on pairing, failures, intervals, doubts */
    size_t notes;
    ds_pool pool; /* of all this */
} ds_comparison;

DS_MUST_CHECK bool ds_compare(ds_comparison *comparison, const ds_compare_request *request,
                              ds_status *st);
void ds_comparison_free(ds_comparison *comparison);

/* "maximise apr_staked", "minimise probability ruined", "maximise quantile 5 % treasury over time"
 * as a goal of such results; the pool keeps what it points to. */
DS_MUST_CHECK bool ds_compare_goal(ds_pool *pool, const ds_result_info *about, const char *text,
                                   ds_goal *goal, ds_status *st);

/* ---- in words ---- */

enum { DS_EFFECT_ROOM = 160 };

/* "raises by 3.1 ± 0.4 %", "no difference shown", "the same in every replica". */
const char *ds_effect_words(char text[DS_EFFECT_ROOM], const ds_comparison *c,
                            const ds_compared *row);
/* Of a goal: "better", "worse", "no difference shown", "needs 240 more replicas". */
const char *ds_verdict_words(char text[DS_EFFECT_ROOM], const ds_comparison *c,
                             const ds_compared *row);

/* ---- as tables ---- */

enum ds_compare_view {
    DS_COMPARE_ALL,         /* every row with every column, for CSV */
    DS_COMPARE_OF_VARIANT,  /* the rows of variant `which` */
    DS_COMPARE_OF_QUESTION, /* of question `which` */
};

/* Title and cells point into the comparison. */
void ds_compare_table(ds_table *table, ds_comparison *c, enum ds_compare_view view, size_t which);
/* A row for each goal and variant. */
void ds_compare_verdicts(ds_table *table, ds_comparison *c);

#endif
