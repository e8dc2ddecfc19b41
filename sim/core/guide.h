/*
 * What the author of a model tells those who read its results: which metrics to look at first,
 * which outcomes are bad, which way of a figure is bad, and by which signs trouble shows. Tables of
 * data; a name that a result does not have is passed over.
 */
#ifndef DS_CORE_GUIDE_H
#define DS_CORE_GUIDE_H

#include <stdbool.h>

/* An outcome that reaches a value: what nobody wants to happen. */
typedef struct ds_mishap {
    const char *name, *doc;
    const char *outcome;
    double at_least;    /* 1: of outcomes that are 0 or 1 */
    const char *time;   /* the outcome that tells when, NAN where never; NULL: none does */
    const char *source; /* of the value; NULL: an assumption */
} ds_mishap;

/* A figure of a replica whose worst values are looked at. */
typedef enum ds_loss_form {
    DS_LOSS_VALUE,  /* an outcome, or a metric at the end */
    DS_LOSS_CHANGE, /* a metric at the end less its first value */
    DS_LOSS_GROWTH, /* that change over the first value */
} ds_loss_form;

typedef struct ds_loss {
    const char *of;
    ds_loss_form form;
    bool low_is_bad;
} ds_loss;

/*
 * A sign of trouble: clues that all hold together, for some days in a row. A clue is about a metric
 * as its mean over the last `smooth` days: its value; what it changed by in `days`, as it is or as
 * a share of what it was; or its fall below its highest so far, as a share of that. It holds where
 * that lies in [low, high].
 */
typedef enum ds_clue_form {
    DS_CLUE_VALUE,
    DS_CLUE_CHANGE,
    DS_CLUE_GROWTH,
    DS_CLUE_FALL
} ds_clue_form;

typedef struct ds_clue {
    const char *metric;
    ds_clue_form form;
    double days;
    double low, high;
} ds_clue;

enum { DS_CLUES = 4 };

typedef struct ds_signature {
    const char *name, *doc;
    const char *source; /* of the thresholds; NULL: assumptions */
    double smooth, lasting;
    ds_clue clue[DS_CLUES]; /* those that name a metric */
} ds_signature;

typedef struct ds_guide {
    const char *const *key;   /* metrics, ends with NULL */
    const char *const *given; /* metrics that say what was done to the model and so warn of nothing;
                                 ends with NULL. NULL: none */
    /* Tables that end with a NULL name; NULL: none. */
    const ds_mishap *mishaps;
    const ds_loss *losses;
    const ds_signature *signatures;
} ds_guide;

#endif
