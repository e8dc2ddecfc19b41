#include "crew.h"

#include "sim/core/arithmetic.h"
#include "sim/io/apart.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#ifdef _OPENMP
#include <omp.h>
#endif

/* Events between two signs of life of a long replica: a tenth of a second or so; where others wait
 * for this process to look up, a hundredth. */
static const double events_a_stride = 1e6, events_a_poll = 1e5, strides_most = 1e5;
/* Events that are worth coming back for: tiny replicas are taken several at a time. */
static const double events_a_turn = 2e4;

typedef enum slot_use { FREE, OPEN, FULL } slot_use;

/* A batch in work. Items before `next` have been taken, or need not be run. An item is a replica of
 * a point, or, of a branch, a replica of all its futures. */
typedef struct slot {
    ds_batch batch;
    slot_use use;
    size_t next;
    unsigned running;
    bool spoiled; /* something was kept of it by half: it is not handed over */
} slot;

/* Items [from, to) of a slot, all of one point. */
typedef struct turn {
    slot *slot;
    size_t from, to;
} turn;

typedef struct work {
    const ds_crew *crew;
    slot *slots;
    size_t slot_count, counter;
    size_t next;           /* batch to open next, */
    bool claimed;          /* once it is known */
    pthread_mutex_t lock;  /* of everything here */
    pthread_mutex_t store; /* of fetch and put; taken while `lock` is held, never before it */
    pthread_cond_t freed, filled;
    bool closing;     /* the threads have left */
    ds_status status; /* why the crew gave up */
} work;

/* What one thread keeps. */
typedef struct hand {
    ds_replica replica;
    bool open;
    double *rows; /* [times][metrics] */
    double *past; /* the same, of the past of a branch */
    void *state;  /* a replica where the futures part */
    ds_progress *progress;
    void (*poll)(void);
    double rate, time; /* expected events a unit of time; time and events told so far */
    uint64_t handled;
} hand;

/* ---- batches ---- */

static bool earlier(const slot *a, const slot *b)
{
    return !b || a->batch.number < b->batch.number;
}

static bool has_branch(const ds_plan *plan)
{
    return plan->scenario->branches > 1;
}

static bool has_work(const work *w, const slot *s)
{
    return s->next < s->batch.count * (has_branch(w->crew->plan) ? 1 : s->batch.points);
}

static slot *find_slot(work *w, slot_use use)
{
    slot *first = NULL;
    for (slot *s = w->slots; s < w->slots + w->slot_count; s++)
        if (s->use == use && (use != OPEN || has_work(w, s)) && earlier(s, first))
            first = s;
    return first;
}

static bool is_wanted(const work *w, const ds_batch *batch, size_t item)
{
    const size_t limit = w->crew->limit;
    const size_t points = has_branch(w->crew->plan) ? batch->points : 1;
    bool missing = false;
    for (size_t p = 0; p < points; p++)
        missing = missing || batch->state[item + p * batch->count] == DS_REPLICA_MISSING;
    return missing && (limit == 0 || batch->first + item % batch->count < limit);
}

/* Goes on to the next replica that is to be run. */
static void skip(const work *w, slot *s)
{
    while (has_work(w, s) && !is_wanted(w, &s->batch, s->next))
        s->next++;
}

/* Finds the next batch that needs work; false: there is none left. */
static bool seek(work *w)
{
    const ds_crew *const crew = w->crew;
    while (!w->claimed || (w->next < crew->plan->batches && crew->due[w->next] == DS_DUE_NONE)) {
        w->next = crew->claim ? crew->claim() : w->counter++;
        w->claimed = true;
    }
    return w->next < crew->plan->batches;
}

/* That batch, in a free slot; false: it cannot be fetched. */
static bool open_next(work *w, slot *s)
{
    const ds_crew *const crew = w->crew;
    const size_t number = w->next;
    bool ok = true;
    w->claimed = false;
    ds_batch_blank(&s->batch, &crew->plan->experiment, number);
    if (crew->due[number] == DS_DUE_REST) {
        pthread_mutex_lock(&w->store);
        ok = crew->fetch(crew->owner, &s->batch, &w->status);
        pthread_mutex_unlock(&w->store);
    }
    s->use = ok ? OPEN : FREE;
    s->next = 0;
    skip(w, s);
    if (ok && !has_work(w, s)) /* nothing in it is wanted */
        s->use = FREE;
    return ok;
}

static size_t turn_length(const ds_plan *plan, size_t point)
{
    const double fit = events_a_turn / fmax(plan->events[point], 1);
    return fit < 1 ? 1 : fit > DS_STORE_ROWS ? DS_STORE_ROWS : (size_t)fit;
}

/* Marks the next replicas of an open slot as taken. */
static turn take_from(work *w, slot *s)
{
    const ds_batch *const batch = &s->batch;
    const size_t point = s->next / batch->count, end = (point + 1) * batch->count;
    const size_t most = s->next + turn_length(w->crew->plan, batch->point + point);
    turn t = {s, s->next, s->next + 1};
    while (t.to < most && t.to < end && is_wanted(w, batch, t.to))
        t.to++;
    s->next = t.to;
    s->running++;
    skip(w, s);
    return t;
}

/* The replicas to run next; false: the work is over for this thread. */
static bool take(work *w, turn *taken)
{
    slot *s = NULL;
    pthread_mutex_lock(&w->lock);
    while (!s && w->status.code == DS_OK && !(w->crew->stopped && w->crew->stopped())) {
        slot *const unused = find_slot(w, FREE);
        if ((s = find_slot(w, OPEN)) || !seek(w))
            break;
        if (!unused)
            pthread_cond_wait(&w->freed, &w->lock);
        else if (open_next(w, unused) && unused->use == OPEN)
            s = unused;
    }
    if (s)
        *taken = take_from(w, s);
    pthread_mutex_unlock(&w->lock);
    return s != NULL;
}

static void leave(work *w, slot *s, const ds_status *trouble)
{
    pthread_mutex_lock(&w->lock);
    if (trouble && w->status.code == DS_OK)
        w->status = *trouble;
    s->spoiled = s->spoiled || trouble;
    s->running--;
    if (!has_work(w, s) && s->running == 0) {
        s->use = s->spoiled ? FREE : FULL;
        pthread_cond_signal(&w->filled);
    }
    pthread_mutex_unlock(&w->lock);
}

/* ---- replicas ---- */

static void tell(void *self, double time, uint64_t handled)
{
    hand *const h = self;
    atomic_fetch_add(&h->progress->events, handled - h->handled);
    atomic_fetch_add(&h->progress->expected, (uint64_t)((time - h->time) * h->rate));
    h->handled = handled;
    h->time = time;
    if (h->poll)
        h->poll();
}

/* The thread's arena, for replicas of that point. */
static bool ready(hand *h, const ds_plan *plan, size_t point, ds_status *st)
{
    const ds_scenario *const s = plan->scenario;
    const void *const config = plan->config[point];
    const double strides = ceil(plan->events[point] / (h->poll ? events_a_poll : events_a_stride));
    if (h->open && h->replica.config != config && !ds_replica_turn(&h->replica, config, st))
        return false;
    if (!h->open && !ds_replica_open(&h->replica, s->model, config, &s->frame, st))
        return false;
    h->open = true;
    h->rate = plan->events[point] / s->frame.horizon;
    h->replica.listener = h;
    h->replica.passed = tell;
    h->replica.stride = s->frame.horizon / fmin(fmax(strides, 1), strides_most);
    return true;
}

/* The number by which the run is stopped: of an outcome, or of a metric at the horizon. */
static double watched(const ds_plan *plan, const double *rows, const double *outcomes)
{
    const ds_experiment *const x = &plan->experiment;
    const size_t metrics = ds_metric_count(x->metrics), number = plan->scenario->until_number;
    return plan->scenario->until_outcome ? outcomes[number]
                                         : rows[(x->times - 1) * metrics + number];
}

static bool keep(hand *h, const ds_plan *plan, ds_batch *batch, size_t index, bool done,
                 ds_status *st)
{
    ds_replica *const replica = &h->replica;
    const double *const outcomes =
        batch->outcomes + index * ds_metric_count(plan->experiment.outcomes);
    if (!done)
        ds_fail(&replica->status, DS_E_BUG, "the model '%s' failed without a cause",
                replica->model->name);
    batch->events[index] = h->handled;
    batch->code[index] = done ? 0 : (int32_t)replica->status.code;
    batch->state[index] = done ? DS_REPLICA_DONE : DS_REPLICA_FAILED;
    if (!done && !(batch->cause[index] = strdup(replica->status.text)))
        return ds_fail(st, DS_E_SYSTEM, "no memory for a cause");
    if (batch->watched && done)
        batch->watched[index] = watched(plan, h->rows, outcomes);
    return ds_batch_put(batch, &plan->experiment, index, h->rows, st);
}

/* A replica, or in its place a repetition of a splitting, which has no series. */
static bool run_replica(hand *h, const ds_plan *plan, uint32_t number, double *outcomes,
                        uint64_t *events)
{
    const ds_experiment *const x = &plan->experiment;
    ds_replica *const replica = &h->replica;
    if (!plan->scenario->splitting) {
        const bool done = ds_replica_run(replica, number, h->rows, outcomes);
        *events = replica->model->engine(replica->world)->state->handled;
        return done;
    }
    for (size_t i = 0; i < x->times * ds_metric_count(x->metrics); i++)
        h->rows[i] = NAN;
    return ds_splitting_run(replica, plan->scenario->splitting, number, outcomes, events);
}

/* By which a replica of a batch is drawn. */
static uint32_t number_of(const ds_plan *plan, const ds_batch *batch, size_t index)
{
    const size_t point = batch->point + index / batch->count;
    return (uint32_t)(plan->number_from + batch->first + index % batch->count +
                      point * plan->number_step);
}

static bool run_one(hand *h, const ds_plan *plan, ds_batch *batch, size_t index, ds_status *st)
{
    const size_t outcomes = ds_metric_count(plan->experiment.outcomes);
    uint64_t events;
    if (!ready(h, plan, batch->point + index / batch->count, st))
        return false;
    h->handled = 0;
    h->time = 0;
    const bool done = run_replica(h, plan, number_of(plan, batch, index),
                                  batch->outcomes + index * outcomes, &events);
    tell(h, plan->scenario->frame.horizon, events);
    atomic_fetch_add(&h->progress->replicas, 1);
    return keep(h, plan, batch, index, done, st);
}

/* ---- futures ---- */

static bool open_branch(hand *h, const ds_plan *plan, ds_status *st)
{
    const size_t values = plan->experiment.times * ds_metric_count(plan->experiment.metrics) + 1;
    if (!h->past)
        h->past = malloc(values * sizeof *h->past);
    if (!h->state)
        h->state = malloc(plan->replica_bytes);
    return (h->past && h->state) || ds_fail(st, DS_E_SYSTEM, "no memory for the past of a branch");
}

/* One future, from where they part; from the start, if it does not share the past after all. */
static bool run_future(hand *h, const ds_plan *plan, ds_batch *batch, size_t index, uint64_t before,
                       ds_status *st)
{
    const ds_experiment *const x = &plan->experiment;
    const double at = plan->scenario->branch_at;
    ds_replica *const replica = &h->replica;
    ds_status alone = {0};
    if (!ds_replica_fork(replica, plan->config[batch->point + index / batch->count], h->state, at,
                         &alone))
        return run_one(h, plan, batch, index, st);
    memcpy(h->rows, h->past, x->times * ds_metric_count(x->metrics) * sizeof *h->rows);
    h->handled = before;
    h->time = at;
    const bool done = ds_replica_future(replica, at, h->rows,
                                        batch->outcomes + index * ds_metric_count(x->outcomes));
    tell(h, plan->scenario->frame.horizon, replica->model->engine(replica->world)->state->handled);
    atomic_fetch_add(&h->progress->replicas, 1);
    return keep(h, plan, batch, index, done, st);
}

/* A replica of all futures: the past once, if they have one in common. */
static bool run_branch(hand *h, const ds_plan *plan, ds_batch *batch, size_t item, ds_status *st)
{
    const ds_experiment *const x = &plan->experiment;
    ds_replica *const replica = &h->replica;
    bool ok = ready(h, plan, batch->point, st) && open_branch(h, plan, st) &&
              ds_replica_widen(replica, plan->replica_bytes, st);
    h->handled = 0;
    h->time = 0;
    const bool shared = ok && ds_replica_past(replica, (uint32_t)(batch->first + item),
                                              plan->scenario->branch_at, h->rows);
    const uint64_t before = h->handled;
    if (shared) {
        ds_replica_save(replica, h->state);
        memcpy(h->past, h->rows, x->times * ds_metric_count(x->metrics) * sizeof *h->rows);
    }
    for (size_t p = 0; ok && p < batch->points; p++) {
        const size_t index = p * batch->count + item;
        if (batch->state[index] != DS_REPLICA_MISSING)
            continue;
        ok = shared ? run_future(h, plan, batch, index, before, st)
                    : run_one(h, plan, batch, index, st);
    }
    return ok;
}

static bool run_turn(hand *h, const ds_plan *plan, const turn *t, ds_status *st)
{
    const ds_experiment *const x = &plan->experiment;
    if (!h->rows)
        h->rows = malloc((x->times * ds_metric_count(x->metrics) + 1) * sizeof *h->rows);
    if (!h->rows)
        return ds_fail(st, DS_E_SYSTEM, "no memory for the series of a replica");
    const bool branch = has_branch(plan);
    for (size_t i = t->from; i < t->to; i++)
        if (!(branch ? run_branch(h, plan, &t->slot->batch, i, st)
                     : run_one(h, plan, &t->slot->batch, i, st)))
            return false;
    return true;
}

static void serve(work *w)
{
    hand h = {.progress = w->crew->progress, .poll = w->crew->poll};
    turn t;
    ds_arithmetic_reset();
    while (take(w, &t)) {
        ds_status trouble = {0};
        const bool ok = run_turn(&h, w->crew->plan, &t, &trouble);
        leave(w, t.slot, ok ? NULL : &trouble);
    }
    if (h.open)
        ds_replica_close(&h.replica);
    free(h.rows);
    free(h.past);
    free(h.state);
}

/* ---- whoever takes finished batches ---- */

static bool knows_any(const ds_batch *batch)
{
    for (size_t i = 0; i < batch->points * batch->count; i++)
        if (batch->state[i] != DS_REPLICA_MISSING)
            return true;
    return false;
}

/* The threads have left: what they began counts as finished. */
static void close_open(work *w)
{
    for (slot *s = w->slots; s < w->slots + w->slot_count; s++)
        if (s->use == OPEN)
            s->use = !s->spoiled && knows_any(&s->batch) ? FULL : FREE;
}

/* Called and returns with the lock held. */
static void hand_over(work *w, slot *s)
{
    ds_status st = {0};
    pthread_mutex_unlock(&w->lock);
    pthread_mutex_lock(&w->store);
    const bool ok = w->crew->put(w->crew->owner, &s->batch, &st);
    pthread_mutex_unlock(&w->store);
    pthread_mutex_lock(&w->lock);
    if (!ok && w->status.code == DS_OK)
        w->status = st;
    s->use = FREE;
    pthread_cond_broadcast(&w->freed);
}

static void *hand_over_all(void *self)
{
    work *const w = self;
    pthread_mutex_lock(&w->lock);
    for (;;) {
        slot *const s = find_slot(w, FULL);
        if (s)
            hand_over(w, s);
        else if (w->closing)
            break;
        else
            pthread_cond_wait(&w->filled, &w->lock);
    }
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

/* ---- the crew ---- */

static bool begin(work *w, ds_status *st)
{
    w->slot_count = ds_plan_slots(w->crew->plan, w->crew->threads);
    w->slots = calloc(w->slot_count, sizeof *w->slots);
    if (!w->slots)
        return ds_fail(st, DS_E_SYSTEM, "no memory for %zu batches", w->slot_count);
    for (size_t i = 0; i < w->slot_count; i++)
        if (!ds_batch_open(&w->slots[i].batch, &w->crew->plan->experiment, st))
            return false;
    return true;
}

static void end(work *w)
{
    for (size_t i = 0; w->slots && i < w->slot_count; i++)
        ds_batch_close(&w->slots[i].batch, &w->crew->plan->experiment);
    free(w->slots);
    pthread_cond_destroy(&w->filled);
    pthread_cond_destroy(&w->freed);
    pthread_mutex_destroy(&w->store);
    pthread_mutex_destroy(&w->lock);
}

#ifdef _OPENMP
static void *wait_for(void *gate)
{
    pthread_mutex_lock(gate);
    pthread_mutex_unlock(gate);
    return NULL;
}

/* Threads that can be had at a time, up to those that are asked for: where one fails to start,
 * OpenMP ends the program. */
static unsigned available(unsigned asked)
{
    pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
    pthread_t *const threads = malloc(asked * sizeof *threads);
    unsigned count = 0;
    pthread_mutex_lock(&gate);
    while (threads && count + 1 < asked &&
           pthread_create(&threads[count], NULL, wait_for, &gate) == 0)
        count++;
    pthread_mutex_unlock(&gate);
    for (unsigned i = 0; i < count; i++)
        pthread_join(threads[i], NULL);
    pthread_mutex_destroy(&gate);
    free(threads);
    return count + 1;
}
#endif

static bool run(work *w, ds_status *st)
{
    pthread_t clerk;
    if (pthread_create(&clerk, NULL, hand_over_all, w) != 0)
        return ds_fail(st, DS_E_SYSTEM, "cannot start a thread that stores results");
#ifdef _OPENMP
#pragma omp parallel num_threads((int)available(w->crew->threads))
#endif
    serve(w);
    pthread_mutex_lock(&w->lock);
    close_open(w);
    w->closing = true;
    pthread_cond_signal(&w->filled);
    pthread_mutex_unlock(&w->lock);
    pthread_join(clerk, NULL);
    if (w->status.code == DS_OK)
        return true;
    *st = st->code == DS_OK ? w->status : *st;
    return false;
}

bool ds_crew_run(const ds_crew *crew, ds_status *st)
{
    work w = {.crew = crew,
              .lock = PTHREAD_MUTEX_INITIALIZER,
              .store = PTHREAD_MUTEX_INITIALIZER,
              .freed = PTHREAD_COND_INITIALIZER,
              .filled = PTHREAD_COND_INITIALIZER};
    ds_apart_forbid();
    const bool ok = begin(&w, st) && run(&w, st);
    ds_apart_allow();
    end(&w);
    return ok;
}

static unsigned default_threads(void)
{
#ifdef _OPENMP
    const char *const slurm = getenv("SLURM_CPUS_PER_TASK");
    const long given = slurm ? strtol(slurm, NULL, 10) : 0;
    if (!getenv("OMP_NUM_THREADS") && given > 0 && given < 4096)
        return (unsigned)given;
    return (unsigned)omp_get_max_threads();
#else
    return 1;
#endif
}

unsigned ds_crew_threads(const ds_plan *plan, unsigned asked)
{
    const size_t replicas = plan->experiment.points * plan->experiment.replicas;
    const unsigned wanted = asked ? asked : default_threads();
    return wanted < replicas ? wanted : (unsigned)replicas;
}
