#include "course.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool no_memory(const ds_course *course, ds_status *st)
{
    return ds_fail(st, DS_E_SYSTEM, "no memory for the values of %zu replicas of %zu points",
                   course->bound, course->plan->experiment.points);
}

/* Room for the values of a round. */
static bool reserve(ds_course *course, size_t bound, ds_status *st)
{
    for (size_t p = 0; p < course->plan->experiment.points; p++) {
        double *const more = realloc(course->values[p], bound * sizeof *more);
        if (!more)
            return no_memory(course, st);
        course->values[p] = more;
        for (size_t i = course->bound; i < bound; i++)
            more[i] = NAN;
    }
    course->bound = bound;
    return true;
}

static size_t step(const ds_course *course)
{
    return course->plan->experiment.batch_replicas;
}

bool ds_course_open(ds_course *course, const ds_plan *plan, ds_status *st)
{
    const ds_scenario *const s = plan->scenario;
    const size_t points = plan->experiment.points;
    *course = (ds_course){.plan = plan, .until = s->until, .bound = plan->experiment.replicas};
    if (!course->until)
        return true;
    course->values = calloc(points, sizeof *course->values);
    course->estimate = calloc(3 * points, sizeof *course->estimate);
    if (!course->values || !course->estimate)
        return no_memory(course, st);
    course->low = course->estimate + points;
    course->high = course->low + points;
    const bool probable = course->until->statistic == DS_STAT_PROBABILITY;
    const double threshold = course->until->threshold;
    course->stopping = (ds_stopping){.metric = s->until_metric,
                                     .statistic = s->until_statistic,
                                     .above = probable && !course->until->below ? threshold : NAN,
                                     .below = probable && course->until->below ? threshold : NAN,
                                     .confidence = course->until->confidence,
                                     .half_width = course->until->half_width,
                                     .relative = course->until->relative,
                                     .estimate = course->estimate,
                                     .low = course->low,
                                     .high = course->high};
    course->bound = 0;
    return reserve(course, ds_until_first(course->until, step(course)), st);
}

void ds_course_close(ds_course *course)
{
    for (size_t p = 0; course->values && p < course->plan->experiment.points; p++)
        free(course->values[p]);
    free(course->values);
    free(course->estimate);
}

bool ds_course_has_rule(const ds_course *course)
{
    return course->until != NULL;
}

size_t ds_course_first(const ds_course *course)
{
    return course->bound;
}

void ds_course_take(ds_course *course, const ds_batch *batch)
{
    if (!course->until)
        return;
    for (size_t p = 0; p < batch->points; p++)
        memcpy(course->values[batch->point + p] + batch->first, batch->watched + p * batch->count,
               batch->count * sizeof(double));
}

bool ds_course_next(ds_course *course, size_t *replicas, ds_status *st)
{
    size_t most = 0;
    *replicas = course->bound;
    if (!course->until)
        return true;
    for (size_t p = 0; p < course->plan->experiment.points; p++) {
        ds_estimate_now now;
        if (!ds_until_look(course->until, course->values[p], course->bound, &now, st))
            return false;
        const size_t next = ds_until_next(course->until, &now, course->bound, step(course));
        most = next > most ? next : most;
        course->doubtful = (p > 0 && course->doubtful) || now.doubtful;
        course->unvaried = (p > 0 && course->unvaried) || now.unvaried;
        course->estimate[p] = now.estimate;
        course->low[p] = now.low;
        course->high[p] = now.high;
        course->stopping.reached =
            (p == 0 || course->stopping.reached) && ds_until_reached(course->until, &now);
    }
    course->stopping.replicas = course->bound;
    if (most <= course->bound)
        return true;
    *replicas = most;
    return reserve(course, most, st);
}

bool ds_course_valueless(const ds_course *course)
{
    for (size_t p = 0; course->until && p < course->plan->experiment.points; p++)
        if (isnan(course->estimate[p]))
            return true;
    return false;
}

const ds_stopping *ds_course_stopping(const ds_course *course)
{
    return course->until ? &course->stopping : NULL;
}
