/* What the files of the comparison share among themselves. Nobody else includes this. */
#ifndef DS_ANALYSIS_COMPARE_PARTS_H
#define DS_ANALYSIS_COMPARE_PARTS_H

#include "compare.h"

/* What is known of every variant for every question. */
typedef struct ds_compare_values {
    size_t variants, replicas; /* the most that a variant has */
    double *value;             /* [questions][variants][replicas], NAN: none */
    ds_known_mean *known;      /* [questions][variants], where there are no values */
} ds_compare_values;

static inline double *ds_values_of(const ds_compare_values *v, size_t question, size_t variant)
{
    return v->value + (question * v->variants + variant) * v->replicas;
}

/* compare_choose.c: variants and questions */
DS_MUST_CHECK bool ds_compare_choose(ds_comparison *c, const ds_compare_request *request,
                                     ds_status *st);

/* compare_values.c */
DS_MUST_CHECK bool ds_compare_read(ds_compare_values *values, ds_comparison *c, ds_status *st);
void ds_compare_values_free(ds_compare_values *values);

/* compare_judge.c: one row at one level, and what it says of the verdict */
DS_MUST_CHECK bool ds_compare_ask(ds_compared *row, const ds_comparison *c,
                                  const ds_compare_values *values, double level, ds_status *st);
/* The interval at the level of the family; what is wanted of the verdict. */
DS_MUST_CHECK bool ds_compare_conclude(ds_compared *row, const ds_comparison *c,
                                       const ds_compare_values *values, double level,
                                       ds_status *st);

/* compare_words.c */
void ds_difference_words(char text[DS_EFFECT_ROOM], const ds_question *question,
                         const ds_compared *row);

/* compare_notes.c */
void ds_compare_note(ds_comparison *c);

#endif
