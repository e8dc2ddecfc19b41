#include "breaking.h"

#include "sim/core/real.h"

#include <math.h>

/* Gaps below this part of the range are not halved any more. */
static const double finest = 1.0 / 256;

static size_t looks_of(const ds_breaking *b)
{
    size_t looks = 1;
    for (size_t n = b->first; n < b->most; n *= 2)
        looks++;
    return looks;
}

double ds_breaking_risk(const ds_breaking *b)
{
    return (1 - b->confidence) / (double)(b->depths * looks_of(b));
}

size_t ds_breaking_needs(const ds_breaking *b)
{
    double most = 0;
    for (size_t i = 0; i < b->properties; i++)
        most = fmax(most, b->required[i]);
    return (size_t)ceil(ds_log(ds_breaking_risk(b)) / ds_log(most) * (1 + 1e-12));
}

/* ---- one depth ---- */

ds_interval ds_breaking_bounds(const ds_depth_count *count, size_t property, double risk)
{
    const size_t all = count->finished + count->failed, held = count->held[property];
    const double level = 1 - 2 * risk;
    return (ds_interval){.low = ds_clopper_pearson(held, all, level).low,
                         .high = ds_clopper_pearson(held + count->failed, all, level).high};
}

static void decide(const ds_breaking *b, ds_depth_look *look)
{
    const double risk = ds_breaking_risk(b), shared = risk / (double)b->properties;
    double least = INFINITY;
    look->fate = DS_DEPTH_HOLDS;
    for (size_t i = 0; i < b->properties; i++) {
        const double lower = ds_breaking_bounds(&look->count, i, risk).low - b->required[i];
        if (ds_breaking_bounds(&look->count, i, shared).high < b->required[i]) {
            look->fate = DS_DEPTH_BREAKS;
            look->property = i;
            return;
        }
        if (lower < 0)
            look->fate = DS_DEPTH_OPEN;
        if (lower < least) {
            least = lower;
            look->property = i;
        }
    }
}

static bool visit(const ds_breaking *b, double part, ds_bracket *bracket, ds_depth_fate *fate,
                  ds_status *st)
{
    ds_depth_look *const look = &bracket->look[bracket->looks];
    *look = (ds_depth_look){.depth = b->mild + part * (b->deep - b->mild)};
    size_t done = 0;
    for (size_t next = b->first; done < b->most && look->fate == DS_DEPTH_OPEN; next *= 2) {
        next = next < b->most ? next : b->most;
        if (!b->simulate(b->owner, look->depth, done, next - done, &look->count, st))
            return false;
        done = next;
        if (look->count.finished > 0)
            decide(b, look);
    }
    bracket->looks++;
    *fate = look->fate;
    return true;
}

/* ---- the search ---- */

/* Parts of the way from the mild end to the deep one. */
typedef struct range {
    double holds, breaks; /* so far; breaks above 1: no depth surely does */
    double open[2];       /* depths between these are open; above 1: none is */
} range;

/* The middle of the larger gap between what is known; NAN: they are as small as they get. */
static double next_part(const range *r)
{
    const double left = fmin(fmin(r->open[0], r->breaks), 1);
    const double below = left - r->holds;
    const double above = r->open[0] <= 1 && r->breaks <= 1 ? r->breaks - r->open[1] : 0;
    if (fmax(below, above) <= finest)
        return NAN;
    return below >= above ? (r->holds + left) / 2 : (r->open[1] + r->breaks) / 2;
}

static void learn(range *r, double part, ds_depth_fate fate)
{
    if (fate == DS_DEPTH_HOLDS)
        r->holds = part;
    if (fate == DS_DEPTH_BREAKS)
        r->breaks = part;
    const bool beyond = fate == DS_DEPTH_HOLDS ? part > r->open[0] : part < r->open[0];
    if (fate != DS_DEPTH_OPEN && beyond) /* what was open does not lie between any more */
        r->open[0] = r->open[1] = 2;
    if (fate != DS_DEPTH_OPEN)
        return;
    const bool first = r->open[0] > 1;
    r->open[0] = first ? part : fmin(r->open[0], part);
    r->open[1] = first ? part : fmax(r->open[1], part);
}

bool ds_breaking_search(const ds_breaking *b, ds_bracket *bracket, ds_status *st)
{
    range r = {.holds = 0, .breaks = 2, .open = {2, 2}};
    ds_depth_fate fate;
    *bracket = (ds_bracket){.holds = NAN, .breaks = NAN};
    if (!visit(b, 0, bracket, &fate, st))
        return false;
    if (fate != DS_DEPTH_HOLDS) {
        bracket->breaks = fate == DS_DEPTH_BREAKS ? b->mild : NAN;
        return true;
    }
    double part = 1;
    while (!isnan(part) && bracket->looks < b->depths) {
        if (!visit(b, part, bracket, &fate, st))
            return false;
        learn(&r, part, fate);
        part = r.holds < 1 ? next_part(&r) : NAN;
    }
    bracket->holds = b->mild + r.holds * (b->deep - b->mild);
    bracket->breaks = r.breaks <= 1 ? b->mild + r.breaks * (b->deep - b->mild) : NAN;
    return true;
}
