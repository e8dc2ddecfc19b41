#include "splitting.h"

#include "interval.h"
#include "real.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    STAGES_MOST = 1000,
    EFFORT_MOST = 1000000,
    PILOT_LEAST = 100,
    PILOT_MOST = 1000,
    PILOT_PART = 10,        /* of the effort */
    STATES_BYTES = 1 << 28, /* for the states that trials of a stage start from and leave */
    LEVELS_LENGTH = 120,    /* of a message's list */
    RAW_BYTES = 4096,       /* of the raw part, that a state is expected to use */
};

/* Share of trials that a stage of the pilot lets pass. The variance is flat around its best, about
 * exp(-2) (L'Ecuyer, Demers & Tuffin 2007). */
static const double pass_share = 0.2;

const ds_param ds_splitting_params[] = {
    {DS_AT(ds_splitting, metric), .kind = DS_TEXT, .unit = "1",
     .doc =
         "a metric of state, or of the queue a number: its value after every event is the level"},
    DS_P_NUMBER(ds_splitting, target, "1", NAN, -1e300, 1e300,
                "the rare event: the level is at or above this, in the metric's unit", NULL),
    DS_P_NUMBER(
        ds_splitting, stop, "1", NAN, -1e300, 1e300,
        "a path ends when the level comes back to this or below; by default only at the horizon",
        NULL),
    DS_P_SWITCH(ds_splitting, below, false,
                "the other way round: the rare event is a level at or below the target"),
    {DS_AT(ds_splitting, levels), .kind = DS_NUMBERS, .unit = "1", .min = -1e300, .max = 1e300,
     .doc = "thresholds on the way to the target, in its direction"},
    DS_P_INTEGER(ds_splitting, stages, "1", 0, 0, STAGES_MOST,
                 "in place of levels: so many steps of one size from the start to the target; 0: a "
                 "pilot run of every repetition finds thresholds that about 20 % of trials pass",
                 NULL),
    DS_P_INTEGER(ds_splitting, effort, "1", 1000, 2, EFFORT_MOST, "trials of a stage", NULL),
    DS_P_INTEGER(ds_splitting, states, "1", EFFORT_MOST, 1, EFFORT_MOST,
                 "states that a stage leaves to the next at most, fewer where they take much "
                 "memory; which ones is drawn",
                 NULL),
    {0},
};

const ds_metric ds_splitting_outcomes[] = {
    {"probability", "1", "estimate of the probability that the level reaches the target", DS_STATE,
     true},
    {"log10_probability", "1", "its decimal logarithm; undefined where the estimate is 0", DS_STATE,
     true},
    {"stages", "1", "thresholds, the target included", DS_STATE, true},
    {"stages_passed", "1", "thresholds that any trial passed", DS_STATE, true},
    {"least_share", "1", "least share of a stage's trials that passed", DS_STATE, true},
    {"trials", "1", "trials, without those of the pilot", DS_STATE, true},
    {"events", "1", "events of all trials, those of the pilot included", DS_STATE, true},
    {0},
};

enum { PROBABILITY, LOG10, STAGES, PASSED, LEAST, TRIALS, EVENTS };

/* ---- what a scenario says ---- */

/* As if the target were always above. */
static double risen(const ds_splitting *s, double level)
{
    return s->below ? -level : level;
}

static double least_level(const ds_splitting *s)
{
    return isnan(s->stop) ? -INFINITY : risen(s, s->stop);
}

bool ds_splitting_check(void *splitting, ds_status *st)
{
    const ds_splitting *const s = splitting;
    const char *const way = s->below ? "below" : "above";
    if (!s->metric || !*s->metric)
        return true; /* then nothing is split */
    if (isnan(s->target))
        return ds_fail(st, DS_E_DATA, "'target' is missing: the level that is rarely reached");
    if (!(least_level(s) < risen(s, s->target)))
        return ds_fail(st, DS_E_DATA, "'target' is %.10g, must be %s 'stop' = %.10g", s->target,
                       way, s->stop);
    if (s->levels.count && s->stages)
        return ds_fail(st, DS_E_DATA, "'stages' is %d beside 'levels': one of the two must go",
                       (int)s->stages);
    if (s->levels.count >= STAGES_MOST)
        return ds_fail(st, DS_E_DATA, "'levels' are %u, must be at most %d", s->levels.count,
                       STAGES_MOST - 1);
    double last = least_level(s);
    for (uint32_t i = 0; i < s->levels.count; i++) {
        const double level = risen(s, s->levels.value[i]);
        if (!(level > last && level < risen(s, s->target)))
            return ds_fail(st, DS_E_DATA,
                           "'levels': %.10g must be %s the one before it and 'stop', and not "
                           "reach 'target' = %.10g",
                           s->levels.value[i], way, s->target);
        last = level;
    }
    return true;
}

/* Names of what has a level: the first few. */
static void list_levels(const ds_model *model, char *text, size_t size)
{
    size_t length = 0, more = 0;
    text[0] = '\0';
    for (size_t i = 0; model->metrics[i].name; i++) {
        if (!model->has_level || !model->has_level(i))
            continue;
        if (length > LEVELS_LENGTH)
            more++;
        else
            length += (size_t)snprintf(text + length, size - length, "%s%s", length ? ", " : "",
                                       model->metrics[i].name);
    }
    if (more)
        snprintf(text + length, size - length, " and %zu more of kind state", more);
}

bool ds_splitting_aim(ds_splitting *s, const ds_model *model, ds_status *st)
{
    char all[400];
    const ds_metric *const metric = ds_metric_find(model->metrics, s->metric);
    if (metric)
        s->number = (size_t)(metric - model->metrics);
    if (metric && model->has_level && model->has_level(s->number))
        return true;
    list_levels(model, all, sizeof all);
    return ds_fail(st, DS_E_DATA,
                   "'metric' is '%.60s', which has no value after every event; these have: %s",
                   s->metric, all);
}

/* ---- states ---- */

/* States in which trials passed a threshold: all of them, or where they are too many, so many that
 * every subset of that size is as likely as any other (Vitter 1985, algorithm R). */
typedef struct pool {
    char **state;
    size_t *room; /* bytes of each */
    uint32_t kept, most;
    uint64_t seen;
} pool;

static bool pool_open(pool *p, uint32_t most, ds_status *st)
{
    *p = (pool){.state = calloc(most, sizeof *p->state),
                .room = calloc(most, sizeof *p->room),
                .most = most};
    return (p->state && p->room) || ds_fail(st, DS_E_SYSTEM, "no memory for %u states", most);
}

static void pool_close(pool *p)
{
    for (uint32_t i = 0; p->state && i < p->most; i++)
        free(p->state[i]);
    free(p->state);
    free(p->room);
}

/* A place for the next state; the number of places: it is not kept. */
static uint32_t pool_place(pool *p, uint64_t word)
{
    const uint64_t before = p->seen++;
    if (before < p->most) {
        p->kept++;
        return (uint32_t)before;
    }
    const double at = floor(ds_unit(word) * (double)p->seen);
    return at < p->most ? (uint32_t)at : p->most;
}

/* ---- a repetition ---- */

typedef struct work {
    ds_replica *replica;
    const ds_model *model;
    const ds_splitting *s;
    ds_engine *engine;
    uint32_t repetition, purpose, trials; /* of a stage */
    pool from, to;
    size_t bytes;                  /* of all states */
    double threshold[STAGES_MOST]; /* rising, the target last */
    uint32_t stages;
    uint64_t events;
    double share; /* of the work that is done, as far as known */
    /* the trial under way */
    double stop, aim, begun, highest;
    bool armed, passed;
} work;

static double level_now(const work *w)
{
    return risen(w->s, w->model->level(w->replica->world, w->s->number));
}

/* A path ends where it comes back to the stop, not where it starts there. */
static bool look(void *watcher)
{
    work *const w = watcher;
    const double level = level_now(w);
    if (level > w->highest)
        w->highest = level;
    w->passed = level >= w->aim;
    if (level > w->stop)
        w->armed = true;
    return w->passed || (w->armed && level <= w->stop);
}

/* Begins replicas that no other trial begins, as long as plain numbers can tell them apart; those
 * of the pilot count from the end. */
static bool begin_anew(work *w, uint32_t trial)
{
    const uint32_t number = (w->repetition * w->trials + trial) % DS_RNG_PLAIN;
    const bool pilot = w->purpose == DS_FOR_PILOT;
    return ds_replica_begin(w->replica, pilot ? DS_RNG_PLAIN - 1 - number : number);
}

static bool start(work *w, uint32_t stage, uint32_t trial, uint64_t seed, uint64_t shift)
{
    if (stage > 0) {
        ds_replica_load(w->replica, w->from.state[(trial + shift) % w->from.kept]);
        w->model->rekey(w->replica->world, seed);
        return true;
    }
    if (!begin_anew(w, trial))
        return false;
    w->model->rekey(w->replica->world, seed);
    return ds_engine_run(w->engine, w->replica->frame->warmup);
}

static void tell(const work *w)
{
    const ds_replica *const r = w->replica;
    if (r->passed)
        r->passed(r->listener, w->share * r->frame->horizon, w->events);
}

/* Two words of its own for every trial, whatever the order in which they run. */
static void words_of(const work *w, uint32_t stage, uint32_t trial, uint64_t word[2])
{
    ds_rng_block(w->replica->frame->seed, w->repetition, w->purpose, stage, trial, word);
}

/* Every state gives as many trials as any other, but for one: which ones give one more is drawn, so
 * that the expected number is the same (fixed assignment; L'Ecuyer, Demers & Tuffin 2007). */
static uint64_t shift_of(const work *w, uint32_t stage)
{
    uint64_t word[2];
    words_of(w, stage, UINT32_MAX, word);
    return w->from.kept ? (uint64_t)(ds_unit(word[0]) * w->from.kept) : 0;
}

static bool run_trial(work *w, uint32_t stage, uint32_t trial, double aim)
{
    uint64_t word[2];
    words_of(w, stage, trial, word);
    w->aim = aim;
    w->highest = -INFINITY;
    w->armed = w->passed = false;
    if (!start(w, stage, trial, word[0], shift_of(w, stage)))
        return false;
    const uint64_t before = stage > 0 ? w->engine->state->handled : 0;
    w->begun = level_now(w);
    const bool well = look(w) || ds_engine_watch(w->engine, w->replica->frame->horizon, look, w);
    w->events += w->engine->state->handled - before;
    tell(w);
    return well;
}

static bool make_room(work *w, uint32_t at, size_t size)
{
    pool *const p = &w->to;
    if (size <= p->room[at])
        return true;
    char *const more = realloc(p->state[at], size);
    if (more) {
        w->bytes += size - p->room[at];
        p->state[at] = more;
        p->room[at] = size;
    }
    if (more && w->bytes <= 2 * (size_t)STATES_BYTES)
        return true;
    return ds_fail(&w->replica->status, DS_E_SYSTEM,
                   "no memory for %u states of %zu bytes and more: lower 'splitting.effort'",
                   p->kept, size);
}

/* Behind a trial that has passed. */
static bool keep(work *w, uint32_t stage, uint32_t trial)
{
    uint64_t word[2];
    words_of(w, stage, trial, word);
    const uint32_t at = pool_place(&w->to, word[1]);
    if (at == w->to.most)
        return true;
    if (!make_room(w, at, ds_replica_state_size(w->replica)))
        return false;
    ds_replica_save(w->replica, w->to.state[at]);
    return true;
}

static void turn_pools(work *w)
{
    const pool left = w->from;
    w->from = w->to;
    w->to = left;
    w->to.kept = 0;
    w->to.seen = 0;
}

/* ---- thresholds ---- */

static int falling(const void *a, const void *b)
{
    return ds_ascending(b, a);
}

/* The next threshold above `floor`: one that the wanted share of pilot trials passes; where fewer
 * rise at all, the least that one rises to; where none does, the target. */
static double choose(double *highest, uint32_t count, double floor, double target)
{
    qsort(highest, count, sizeof *highest, falling);
    uint32_t at = (uint32_t)ceil(pass_share * count) - 1;
    while (at > 0 && !(highest[at] > floor))
        at--;
    return highest[at] > floor ? fmin(highest[at], target) : target;
}

/* Runs the stage to the end of its paths, chooses, and runs those that rise so far again, to keep
 * where they passed. */
static bool pilot_stage(work *w, double *floor, double target, double *highest)
{
    const uint32_t stage = w->stages, count = w->trials;
    double *const sorted = highest + count;
    for (uint32_t t = 0; t < count; t++) {
        if (!run_trial(w, stage, t, target))
            return false;
        *floor = stage == 0 && t == 0 ? w->begun : *floor;
        highest[t] = sorted[t] = w->highest;
    }
    const double next = stage + 1 < STAGES_MOST ? choose(sorted, count, *floor, target) : target;
    w->threshold[w->stages++] = *floor = next;
    for (uint32_t t = 0; next < target && t < count; t++)
        if (highest[t] >= next && !(run_trial(w, stage, t, next) && keep(w, stage, t)))
            return false;
    turn_pools(w);
    return true;
}

static bool pilot(work *w, double target)
{
    double *const highest = calloc(w->trials, 2 * sizeof *highest);
    double floor = -INFINITY;
    bool well = highest || ds_fail(&w->replica->status, DS_E_SYSTEM, "no memory for a pilot");
    while (well && floor < target)
        well = pilot_stage(w, &floor, target, highest);
    free(highest);
    return well;
}

static uint32_t pilot_trials(const ds_splitting *s)
{
    const int64_t part = s->effort / PILOT_PART;
    const int64_t wanted = part < PILOT_LEAST ? PILOT_LEAST : part;
    const int64_t most = s->effort < PILOT_MOST ? s->effort : PILOT_MOST;
    return (uint32_t)(wanted < most ? wanted : most);
}

/* A stage of a pilot runs its trials, and those that pass once more. */
double ds_splitting_trials(const ds_splitting *s)
{
    const bool has_pilot = s->stages == 0 && s->levels.count == 0;
    return (double)s->effort + (has_pilot ? (1 + pass_share) * pilot_trials(s) : 0);
}

/* From where a path of its own starts. */
static bool at_equal_distances(work *w, double target)
{
    if (!start(w, 0, 0, 0, 0))
        return false;
    const double from = fmin(level_now(w), target);
    w->stages = (uint32_t)w->s->stages;
    for (uint32_t i = 0; i < w->stages; i++)
        w->threshold[i] = from + (target - from) * (i + 1) / w->stages;
    w->threshold[w->stages - 1] = target;
    return true;
}

static bool set_thresholds(work *w)
{
    const ds_numbers *const levels = &w->s->levels;
    const double target = risen(w->s, w->s->target);
    w->purpose = DS_FOR_PILOT;
    w->trials = pilot_trials(w->s);
    if (w->s->stages)
        return at_equal_distances(w, target);
    if (!levels->count)
        return pilot(w, target);
    for (uint32_t i = 0; i < levels->count; i++)
        w->threshold[w->stages++] = risen(w->s, levels->value[i]);
    w->threshold[w->stages++] = target;
    return true;
}

/* ---- the estimate ---- */

static bool run_stage(work *w, uint32_t stage, uint32_t *passed)
{
    const bool last = stage + 1 == w->stages;
    *passed = 0;
    for (uint32_t t = 0; t < w->trials; t++) {
        w->share = (stage + (double)t / w->trials) / w->stages;
        if (!run_trial(w, stage, t, w->threshold[stage]))
            return false;
        *passed += w->passed;
        if (w->passed && !last && !keep(w, stage, t))
            return false;
    }
    turn_pools(w);
    return true;
}

static bool estimate(work *w, double *outcomes)
{
    double product = 1, log = 0, least = 1;
    uint32_t stage = 0, passed = 1;
    w->purpose = DS_FOR_SPLITTING;
    w->trials = (uint32_t)w->s->effort;
    w->from.kept = w->to.kept = 0;
    w->from.seen = w->to.seen = 0;
    for (; stage < w->stages && passed > 0; stage += passed > 0) {
        if (!run_stage(w, stage, &passed))
            return false;
        const double share = (double)passed / w->trials;
        product *= share;
        log += ds_log10(share);
        least = fmin(least, share);
        outcomes[TRIALS] += w->trials;
    }
    outcomes[PROBABILITY] = product;
    outcomes[LOG10] = passed ? log : NAN;
    outcomes[STAGES] = w->stages;
    outcomes[PASSED] = stage;
    outcomes[LEAST] = least;
    return true;
}

static uint32_t states_of(const ds_splitting *s, const ds_arena *arena, double *bytes)
{
    const size_t raw = arena->raw < RAW_BYTES ? arena->raw : RAW_BYTES;
    const double each = (double)(arena->used - arena->raw + raw);
    const double fit = fmax(2, floor(0.5 * STATES_BYTES / each));
    const double most = fmin(fmin((double)s->effort, (double)s->states), fit);
    *bytes = 2 * most * (each + sizeof(char *) + sizeof(size_t));
    return (uint32_t)most;
}

static bool run_all(work *w, double *outcomes)
{
    double bytes;
    ds_status *const st = &w->replica->status;
    const uint32_t most = states_of(w->s, &w->replica->arena, &bytes);
    return pool_open(&w->from, most, st) && pool_open(&w->to, most, st) && set_thresholds(w) &&
           estimate(w, outcomes);
}

bool ds_splitting_run(ds_replica *replica, const ds_splitting *s, uint32_t repetition,
                      double *outcomes, uint64_t *events)
{
    work *const w = calloc(1, sizeof *w);
    replica->status = (ds_status){0};
    for (size_t i = 0; i < ds_metric_count(ds_splitting_outcomes); i++)
        outcomes[i] = NAN;
    if (!w)
        return ds_fail(&replica->status, DS_E_SYSTEM, "no memory for splitting");
    *w = (work){.replica = replica,
                .model = replica->model,
                .s = s,
                .engine = replica->model->engine(replica->world),
                .repetition = repetition,
                .stop = least_level(s)};
    outcomes[TRIALS] = 0;
    const bool well = run_all(w, outcomes);
    *events = w->events;
    outcomes[EVENTS] = (double)w->events;
    pool_close(&w->from);
    pool_close(&w->to);
    free(w);
    return well;
}

bool ds_splitting_bytes(const ds_splitting *s, const ds_model *model, const void *config,
                        const ds_frame *frame, double *bytes, ds_status *st)
{
    ds_arena measure;
    if (!ds_replica_measure(model, config, frame, &measure, st))
        return false;
    (void)states_of(s, &measure, bytes);
    *bytes += sizeof(work);
    return true;
}
