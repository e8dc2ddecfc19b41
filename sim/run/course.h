/*
 * The course of a run: how many replicas every point is to have, round after round. Without a rule
 * one round has them all. With one (`until`), the values of a round decide how many the next one
 * has, so that the run ends at the same replica whoever computed them.
 */
#ifndef DS_RUN_COURSE_H
#define DS_RUN_COURSE_H

#include "plan.h"
#include "stopping.h"

typedef struct ds_course {
    const ds_plan *plan;
    const ds_until *until;         /* NULL: no rule */
    size_t bound;                  /* replicas of a point, this round included */
    double **values;               /* [points][bound] */
    double *estimate, *low, *high; /* [points] */
    bool doubtful, unvaried;       /* an interval may cover less than it says, or anything */
    ds_stopping stopping;
} ds_course;

DS_MUST_CHECK bool ds_course_open(ds_course *course, const ds_plan *plan, ds_status *st);
void ds_course_close(ds_course *course);

bool ds_course_has_rule(const ds_course *course);
/* Replicas of a point in the first round. */
size_t ds_course_first(const ds_course *course);
/* What is known of a batch of the round. */
void ds_course_take(ds_course *course, const ds_batch *batch);
/* Replicas of a point with the next round; as many as now: the run is over. */
DS_MUST_CHECK bool ds_course_next(ds_course *course, size_t *replicas, ds_status *st);
/* Whether there is a rule and at some point no replica has a value of its metric. */
bool ds_course_valueless(const ds_course *course);
/* How a rule ended the run; NULL: there is none. */
const ds_stopping *ds_course_stopping(const ds_course *course);

#endif
