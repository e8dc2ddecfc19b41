#include "growth.h"

#include "consumers.h"
#include "holders.h"
#include "sim/core/path.h"
#include "sim/core/real.h"

typedef struct logistic_params {
    double limit, rate, midpoint;
} logistic_params;

typedef struct path_params {
    ds_path counts;
} path_params;

#define P DS_P_NUMBER
static const ds_param none_table[] = {{0}};
static const ds_param logistic_table[] = {
    P(logistic_params, limit, "1", 2, 1, 1000, "number at saturation over the number at the start",
      NULL),
    P(logistic_params, rate, "1/yr", 1, 0, 1e3,
      "speed of the growth while it is far from its limit", NULL),
    P(logistic_params, midpoint, "d", 0, 0, 36500,
      "days from the start to half the limit, in place of `rate`; 0: as `rate` says", NULL),
    {0},
};
static const ds_param path_table[] = {
    {DS_AT(path_params, counts), .kind = DS_PATH, .unit = "1", .fallback = DS_LINEAR, .min = 1e-9,
     .max = 1e15, .required = true,
     .doc = "dated counts, a CSV file; only their ratio to the count at the start matters"},
    {0},
};
#undef P

static bool check_logistic(void *params, ds_status *st)
{
    const logistic_params *const p = params;
    if (p->midpoint == 0)
        return true;
    if (p->rate != ds_param_find(logistic_table, "rate")->fallback)
        return ds_fail(st, DS_E_DATA,
                       "'rate' is %g 1/yr beside a 'midpoint', which takes its place: one of the "
                       "two must go",
                       p->rate);
    return p->limit > 2 ||
           ds_fail(st, DS_E_DATA,
                   "'limit' is %g, must be above 2 with a 'midpoint': half of it is then still to "
                   "come at the start",
                   p->limit);
}

static bool check_path(void *params, ds_status *st)
{
    const path_params *const p = params;
    return p->counts.count > 0 ||
           ds_fail(st, DS_E_DATA, "'counts' names no file, must be a CSV file");
}

static const ds_alternative none = {
    .name = "none", .doc = "Nobody comes.", .params = none_table, .params_size = 1};
static const ds_alternative logistic = {.name = "logistic",
                                        .doc = "Logistic, up to a limit.",
                                        .source = "Verhulst 1838",
                                        .params = logistic_table,
                                        .params_size = sizeof(logistic_params),
                                        .check = check_logistic};
static const ds_alternative path = {.name = "path",
                                    .doc = "As a dated series of counts; behind its last row "
                                           "nobody comes.",
                                    .params = path_table,
                                    .params_size = sizeof(path_params),
                                    .check = check_path};

const ds_alternative *const ds_growth_curves[] = {&none, &logistic, &path, NULL};

/* ---- curves ---- */

/* Of the n(t) = n(0) K / (1 + (K - 1) exp(-g t)) that passes K n(0) / 2 at the midpoint, or has the
 * rate g. */
static double logistic_level(const logistic_params *p, double days)
{
    const double k = p->limit;
    const double speed = p->midpoint > 0 ? ds_log(k - 1) / p->midpoint : p->rate / 365;
    return k / (1 + (k - 1) * ds_exp(-speed * days));
}

double ds_growth_level(const ds_choice *curve, double start, double days)
{
    if (curve->as == &logistic)
        return logistic_level(curve->params, days);
    if (curve->as != &path)
        return 1;
    const ds_path *const counts = &((const path_params *)curve->params)->counts;
    return ds_path_at(counts, start + days) / ds_path_at(counts, start);
}

/* Largest level up to a time. */
static double highest(const ds_choice *curve, double start, double days)
{
    double most = fmax(1, ds_growth_level(curve, start, days));
    if (curve->as != &path)
        return most;
    const ds_path *const counts = &((const path_params *)curve->params)->counts;
    for (uint32_t i = 0; i < counts->count; i++)
        if (counts->time[i] > start && counts->time[i] < start + days)
            most = fmax(most, counts->value[i] / ds_path_at(counts, start));
    return most;
}

bool ds_growth_brings(const ds_choice *curve)
{
    return curve->as != &none;
}

/* ---- who grows ---- */

ds_growing ds_growing_of(const ds_diem_config *c, ds_crowd_kind kind)
{
    if (kind == DS_HOLDERS)
        return (ds_growing){&c->holders.cohorts,
                            sizeof(ds_holder_cohort),
                            offsetof(ds_holder_cohort, count),
                            offsetof(ds_holder_cohort, growth),
                            c->holders.scale,
                            &c->holders.growth};
    return (ds_growing){&c->consumers.cohorts,
                        sizeof(ds_consumer_cohort),
                        offsetof(ds_consumer_cohort, count),
                        offsetof(ds_consumer_cohort, growth),
                        c->consumers.scale,
                        &c->consumers.growth};
}

static const char *cohort_at(const ds_growing *g, uint32_t k)
{
    return (const char *)g->cohorts->items + k * g->size;
}

const ds_choice *ds_growth_curve(const ds_growing *g, uint32_t k)
{
    const ds_choice *const own = (const void *)(cohort_at(g, k) + g->growth);
    return own->as ? own : g->common;
}

double ds_growth_start(const ds_growing *g, uint32_t k)
{
    const int64_t *const count = (const void *)(cohort_at(g, k) + g->count);
    return fmax(1, floor((double)*count * g->scale + 0.5));
}

/* A Poisson number passes its mean by six standard deviations and ten once in 1e9 cohorts; who
 * would come then does not. */
static double rows_for(double arrivals)
{
    return arrivals > 0 ? ceil(arrivals + 6 * sqrt(arrivals) + 10) : 0;
}

static uint32_t saturated(double count)
{
    return (uint32_t)fmin(count, 4e9);
}

ds_growth_room ds_growth_room_of(const ds_growing *g, const ds_frame *frame)
{
    ds_growth_room room = {0};
    double start = 0, late = 0;
    for (uint32_t k = 0; k < g->cohorts->count; k++) {
        const double count = ds_growth_start(g, k);
        const double level = highest(ds_growth_curve(g, k), frame->start, frame->horizon);
        const double more = rows_for(count * (level - 1));
        start += count;
        late += more;
        room.first[k + 1] = saturated(start);
        room.most[k] = saturated(count + more);
    }
    room.rows = saturated(start + late);
    return room;
}

double ds_growth_most(const ds_growing *g, const ds_frame *frame)
{
    double most = 1;
    for (uint32_t k = 0; k < g->cohorts->count; k++)
        most = fmax(most, highest(ds_growth_curve(g, k), frame->start, frame->horizon));
    return most;
}

/* ---- arrivals ---- */

static const struct {
    uint32_t source, purpose;
} arrival[DS_CROWDS] = {[DS_HOLDERS] = {DS_AT_HOLDER_ARRIVAL, DS_FOR_NEW_HOLDERS},
                        [DS_CONSUMERS] = {DS_AT_CONSUMER_ARRIVAL, DS_FOR_NEW_CONSUMERS}};

static void place_crowd(ds_world *w, ds_crowd_kind kind)
{
    const ds_growing g = ds_growing_of(w->config, kind);
    const ds_growth_room room = ds_growth_room_of(&g, w->frame);
    const bool holders = kind == DS_HOLDERS;
    memcpy(holders ? w->holder_first : w->consumer_first, room.first, sizeof room.first);
    memcpy(w->most[kind], room.most, sizeof room.most);
    *(holders ? &w->holders : &w->consumers) = room.rows;
    w->grows[kind] = false;
    for (uint32_t k = 0; k < g.cohorts->count; k++) {
        const bool brings = ds_growth_brings(ds_growth_curve(&g, k));
        w->grows[kind] = w->grows[kind] || brings;
        if (!holders)
            w->brings[k] = brings;
    }
}

void ds_growth_place(ds_world *w, ds_arena *arena)
{
    const uint32_t cohorts = w->config->consumers.cohorts.count;
    for (int kind = 0; kind < DS_CROWDS; kind++) {
        place_crowd(w, (ds_crowd_kind)kind);
        w->arrival_clock[kind] = DS_TAKE(arena, 1, ds_clock);
    }
    w->late_place = DS_TAKE(arena, w->consumers - w->consumer_first[cohorts], uint32_t);
    for (uint32_t k = 0; k < cohorts; k++) {
        const uint32_t start = w->consumer_first[k + 1] - w->consumer_first[k];
        w->late_row[k] = DS_TAKE(arena, w->most[DS_CONSUMERS][k] - start, uint32_t);
    }
}

void ds_growth_open(ds_world *w)
{
    for (int kind = 0; kind < DS_CROWDS; kind++) {
        const uint32_t *const first = kind == DS_HOLDERS ? w->holder_first : w->consumer_first;
        ds_crowd *const crowd = &w->eco->crowd[kind];
        const ds_growing g = ds_growing_of(w->config, (ds_crowd_kind)kind);
        for (uint32_t k = 0; k < g.cohorts->count; k++) {
            crowd->present[k] = first[k + 1] - first[k];
            crowd->level[k] = 1;
        }
        crowd->all = first[g.cohorts->count];
    }
}

/* A cohort's expected arrivals a day from now to `until`: how far its curve rises above the highest
 * it has been. */
static double rate_of(ds_world *w, const ds_growing *g, ds_crowd *crowd, uint32_t k, double days)
{
    const double until = ds_now(&w->engine) + days;
    const double level = ds_growth_level(ds_growth_curve(g, k), w->frame->start, until);
    const double rise = fmax(0, level - crowd->level[k]);
    crowd->level[k] += rise;
    return rise * ds_growth_start(g, k) / days;
}

static void set_rates(ds_world *w, ds_crowd_kind kind, double days)
{
    const ds_growing g = ds_growing_of(w->config, kind);
    ds_crowd *const crowd = &w->eco->crowd[kind];
    double sum = 0;
    for (uint32_t k = 0; k < g.cohorts->count; k++)
        sum += crowd->rate[k] = rate_of(w, &g, crowd, k, days);
    ds_clock_set_rate(&w->engine, arrival[kind].source, w->arrival_clock[kind], sum);
}

void ds_growth_hour(ds_world *w, double until)
{
    const double days = until - ds_now(&w->engine);
    for (int kind = 0; kind < DS_CROWDS; kind++)
        if (w->grows[kind] && days > 0)
            set_rates(w, (ds_crowd_kind)kind, days);
}

void ds_growth_begin(ds_world *w)
{
    for (int kind = 0; kind < DS_CROWDS; kind++)
        ds_clock_start(&w->engine, arrival[kind].source, w->arrival_clock[kind],
                       &w->rng[arrival[kind].purpose], 0);
    ds_growth_hour(w, ds_engine_get(&w->engine, DS_AT_HOUR));
}

/* The cohort of who comes now, in proportion to the rates; false where it has no room left. */
static bool somebody_comes(ds_world *w, ds_crowd_kind kind, uint32_t *cohort)
{
    ds_crowd *const crowd = &w->eco->crowd[kind];
    ds_rng *const rng = &w->rng[arrival[kind].purpose];
    ds_clock_again(&w->engine, arrival[kind].source, w->arrival_clock[kind], rng);
    double left = ds_rng_uniform(rng) * w->arrival_clock[kind]->rate;
    uint32_t k = 0;
    while (k + 1 < ds_growing_of(w->config, kind).cohorts->count && left >= crowd->rate[k])
        left -= crowd->rate[k++];
    *cohort = k;
    w->engine.subject = crowd->all;
    if (crowd->present[k] == w->most[kind][k])
        return false;
    crowd->present[k]++;
    crowd->all++;
    return true;
}

bool ds_holder_arrives(void *world)
{
    ds_world *const w = world;
    const uint32_t who = w->eco->crowd[DS_HOLDERS].all;
    uint32_t k;
    return !somebody_comes(w, DS_HOLDERS, &k) || ds_holder_joins(w, who, k);
}

bool ds_consumer_arrives(void *world)
{
    ds_world *const w = world;
    const ds_crowd *const crowd = &w->eco->crowd[DS_CONSUMERS];
    const uint32_t who = crowd->all;
    uint32_t k;
    if (!somebody_comes(w, DS_CONSUMERS, &k))
        return true;
    const uint32_t place = crowd->present[k] - 1;
    w->late_place[who - w->consumer_first[w->config->consumers.cohorts.count]] = place;
    w->late_row[k][place - w->spending[k].members] = who;
    return ds_consumer_joins(w, who, k);
}
