#include "queue.h"

/* What a random stream is for. Append only: the number is part of every result. */
typedef enum purpose { ARRIVALS, SERVICE, PATIENCE, FAILURES, REPAIRS } purpose;
_Static_assert(REPAIRS + 1 == DS_QUEUE_PURPOSES, "all purposes are counted");

/* ---- bookkeeping ---- */

static double now(const ds_queue *q)
{
    return ds_now(&q->engine);
}

/* Every handler that moves customers or servers begins here. */
void ds_queue_record(ds_queue *q)
{
    ds_queue_state *const s = q->state;
    const double span = now(q) - s->since;
    s->since = now(q);
    s->busy_area += s->busy * span;
    s->waiting_area += s->waiting * span;
    s->up_area += s->up * span;
}

static uint32_t take_place(ds_queue *q)
{
    ds_queue_state *const s = q->state;
    const uint32_t id = s->free;
    if (id == DS_QUEUE_NONE)
        return s->fresh++;
    s->free = q->customer[id].next;
    return id;
}

/* Out of the system; what it waited counts, zero or not. */
static void leave(ds_queue *q, uint32_t id)
{
    ds_queue_state *const s = q->state;
    ds_customer *const c = &q->customer[id];
    ds_tally_add(&s->wait, c->waited);
    s->sojourn += now(q) - c->since;
    s->delayed += c->waited > 0;
    c->next = s->free;
    s->free = id;
}

/* ---- the waiting list ---- */

static void wait_last(ds_queue *q, uint32_t id)
{
    ds_queue_state *const s = q->state;
    ds_customer *const c = &q->customer[id];
    c->waited -= now(q);
    c->next = DS_QUEUE_NONE;
    c->prev = s->tail;
    *(s->waiting++ ? &q->customer[s->tail].next : &s->head) = id;
    s->tail = id;
}

static void wait_first(ds_queue *q, uint32_t id)
{
    ds_queue_state *const s = q->state;
    ds_customer *const c = &q->customer[id];
    c->waited -= now(q);
    c->prev = DS_QUEUE_NONE;
    c->next = s->head;
    *(s->waiting++ ? &q->customer[s->head].prev : &s->tail) = id;
    s->head = id;
}

static void wait_no_more(ds_queue *q, uint32_t id)
{
    ds_queue_state *const s = q->state;
    ds_customer *const c = &q->customer[id];
    c->waited += now(q);
    s->waiting--;
    *(c->prev == DS_QUEUE_NONE ? &s->head : &q->customer[c->prev].next) = c->next;
    *(c->next == DS_QUEUE_NONE ? &s->tail : &q->customer[c->next].prev) = c->prev;
}

static void set_patience(ds_queue *q, uint32_t id, double time)
{
    if (q->config->patience.as)
        ds_engine_timer(&q->engine, DS_QUEUE_PATIENCE, &q->patience_ends, id, time);
}

/* ---- servers ---- */

static inline void set_completion(ds_queue *q, uint32_t server, double time)
{
    ds_engine_timer(&q->engine, DS_QUEUE_COMPLETION, &q->completions, server, time);
}

static void move_server(ds_queue *q, uint32_t server, uint32_t to)
{
    const uint32_t from = q->place[server], other = q->order[to];
    q->order[from] = other;
    q->place[other] = from;
    q->order[to] = server;
    q->place[server] = to;
}

static inline void serve(ds_queue *q, uint32_t server, uint32_t id)
{
    q->serves[server] = id;
    set_completion(q, server, now(q) + q->customer[id].work);
}

static inline void serve_next(ds_queue *q, uint32_t server)
{
    const uint32_t id = q->state->head;
    wait_no_more(q, id);
    set_patience(q, id, INFINITY);
    serve(q, server, id);
}

/* ---- handlers ---- */

static bool overflow(ds_queue *q)
{
    return ds_fail(q->engine.status, DS_E_DATA,
                   "%u customers are in the system at time %g: the queue is unstable, give it a "
                   "'capacity', more 'servers' or fewer 'arrivals'",
                   q->places, now(q));
}

static bool admit(ds_queue *q)
{
    ds_queue_state *const s = q->state;
    const double work = ds_dist_draw(&q->service, &s->service_rng);
    const double patience =
        q->config->patience.as ? ds_dist_draw(&q->patience, &s->patience_rng) : INFINITY;
    ds_queue_record(q);
    s->arrived++;
    if (DS_UNLIKELY(s->busy + s->waiting == q->places)) {
        s->blocked++;
        return q->places == q->config->capacity || overflow(q);
    }
    const uint32_t id = take_place(q);
    q->engine.subject = id;
    q->customer[id] = (ds_customer){.since = now(q), .work = work};
    if (s->busy < s->up) {
        serve(q, q->order[s->busy++], id);
    } else {
        wait_last(q, id);
        set_patience(q, id, now(q) + patience);
    }
    return true;
}

static bool arrive(void *world)
{
    ds_queue *const q = world;
    return !ds_arrivals_fire(&q->arrivals) || admit(q);
}

static bool complete(void *world)
{
    ds_queue *const q = world;
    ds_queue_state *const s = q->state;
    const uint32_t server = ds_timers_first(&q->completions);
    q->engine.subject = q->serves[server];
    ds_queue_record(q);
    leave(q, q->serves[server]);
    if (s->waiting) {
        serve_next(q, server);
    } else {
        move_server(q, server, --s->busy);
        set_completion(q, server, INFINITY);
    }
    return true;
}

static bool change_phase(void *world)
{
    ds_arrivals_switch(&((ds_queue *)world)->arrivals);
    return true;
}

static bool abandon(void *world)
{
    ds_queue *const q = world;
    const uint32_t id = ds_timers_first(&q->patience_ends);
    q->engine.subject = id;
    ds_queue_record(q);
    set_patience(q, id, INFINITY);
    wait_no_more(q, id);
    leave(q, id);
    q->state->abandoned++;
    return true;
}

static void interrupt(ds_queue *q, uint32_t server)
{
    const uint32_t id = q->serves[server];
    q->customer[id].work = ds_timers_get(&q->completions, server) - now(q);
    set_completion(q, server, INFINITY);
    wait_first(q, id);
    move_server(q, server, --q->state->busy);
}

static void set_rates(ds_queue *q)
{
    ds_queue_state *const s = q->state;
    const ds_queue_failures *const f = &q->config->failures;
    ds_clock_set_rate(&q->engine, DS_QUEUE_FAILURE, &s->failure, s->up / f->mttf);
    ds_clock_set_rate(&q->engine, DS_QUEUE_REPAIR, &s->repair, s->repairing / f->mttr);
}

/* Failures are one clock for all servers that are up; which one fails is an equal pick. */
static bool fail_server(void *world)
{
    ds_queue *const q = world;
    ds_queue_state *const s = q->state;
    const uint32_t server = q->order[ds_rng_below(&s->failure_rng, s->up)];
    q->engine.subject = server;
    ds_queue_record(q);
    if (q->place[server] < s->busy)
        interrupt(q, server);
    move_server(q, server, --s->up);
    if (s->waiting && s->busy < s->up)
        serve_next(q, q->order[s->busy++]);
    if (s->repairing < q->config->failures.repairmen) {
        s->repairing++;
        ds_tally_add(&s->repair_wait, 0);
    } else {
        q->broken_since[(s->broken_first + s->broken++) % q->servers] = now(q);
    }
    ds_clock_again(&q->engine, DS_QUEUE_FAILURE, &s->failure, &s->failure_rng);
    set_rates(q);
    return true;
}

/* Failed servers are alike, so it does not matter which one of those under repair comes back. */
static bool repair_server(void *world)
{
    ds_queue *const q = world;
    ds_queue_state *const s = q->state;
    q->engine.subject = q->order[s->up];
    ds_queue_record(q);
    s->up++;
    s->repaired++;
    if (s->broken) {
        ds_tally_add(&s->repair_wait, now(q) - q->broken_since[s->broken_first]);
        s->broken_first = (s->broken_first + 1) % q->servers;
        s->broken--;
    } else {
        s->repairing--;
    }
    if (s->waiting)
        serve_next(q, q->order[s->busy++]);
    ds_clock_again(&q->engine, DS_QUEUE_REPAIR, &s->repair, &s->repair_rng);
    set_rates(q);
    return true;
}

static const ds_source sources[DS_QUEUE_SOURCES] = {
    [DS_QUEUE_COMPLETION] = {"completion", complete},
    [DS_QUEUE_ARRIVAL] = {"arrival", arrive},
    [DS_QUEUE_PHASE] = {"phase", change_phase},
    [DS_QUEUE_PATIENCE] = {"abandonment", abandon},
    [DS_QUEUE_REPAIR] = {"repair", repair_server},
    [DS_QUEUE_FAILURE] = {"failure", fail_server},
};

/* ---- one replica ---- */

static bool may_fail(const ds_queue_config *c)
{
    return c->failures.mttf < INFINITY;
}

/* A shorter tree is a faster one. */
static uint32_t sources_of(const ds_queue_config *c)
{
    if (may_fail(c))
        return DS_QUEUE_SOURCES;
    if (c->patience.as)
        return DS_QUEUE_PATIENCE + 1;
    return strcmp(c->arrivals.as->name, "mmpp") == 0 ? DS_QUEUE_PHASE + 1 : DS_QUEUE_ARRIVAL + 1;
}

/* Room for customers where the capacity does not say: many times the arrivals to expect, so that
 * short runs are small, but never more than a stable queue can need. */
static uint32_t places_of(const ds_queue_config *c, const ds_frame *frame)
{
    const double expected = ds_arrivals_mean_rate(&c->arrivals) * frame->horizon;
    const double room = fmin((1 << 14) + 8 * expected, 1 << 20);
    return (uint32_t)fmin(c->capacity, room + (double)c->servers + (double)c->initial);
}

void ds_queue_place(void *world, const void *config, const ds_frame *frame, ds_arena *arena)
{
    ds_queue *const q = world;
    const ds_queue_config *const c = config;
    q->config = c;
    q->frame = frame;
    q->service = ds_dist_of(&c->service);
    if (c->patience.as)
        q->patience = ds_dist_of(&c->patience);
    q->servers = (uint32_t)c->servers;
    q->places = places_of(c, frame);
    q->state = DS_TAKE(arena, 1, ds_queue_state);
    ds_engine_place(&q->engine, sources, sources_of(c), arena);
    ds_arrivals_place(&q->arrivals, &c->arrivals, &q->engine, DS_QUEUE_ARRIVAL, DS_QUEUE_PHASE,
                      arena);
    ds_timers_place(&q->completions, q->servers, arena);
    ds_timers_place(&q->patience_ends, c->patience.as ? q->places : 1, arena);
    q->order = DS_TAKE(arena, q->servers, uint32_t);
    q->place = DS_TAKE(arena, q->servers, uint32_t);
    q->serves = DS_TAKE(arena, q->servers, uint32_t);
    q->broken_since = DS_TAKE(arena, may_fail(c) ? q->servers : 0, double);
    q->customer = ds_arena_take_raw(arena, q->places, sizeof(ds_customer));
}

/* Customers who have been in the system; all places beyond were never written. */
size_t ds_queue_raw_used(const void *world)
{
    const ds_queue *const q = world;
    return q->state->fresh * sizeof *q->customer;
}

static void begin_failures(ds_queue *q)
{
    ds_queue_state *const s = q->state;
    ds_clock_start(&q->engine, DS_QUEUE_FAILURE, &s->failure, &s->failure_rng,
                   s->up / q->config->failures.mttf);
    ds_clock_start(&q->engine, DS_QUEUE_REPAIR, &s->repair, &s->repair_rng, 0);
}

bool ds_queue_begin(void *world, uint32_t replica)
{
    ds_queue *const q = world;
    ds_queue_state *const s = q->state;
    const uint64_t seed = q->frame->seed;
    ds_engine_reset(&q->engine);
    ds_timers_reset(&q->completions);
    ds_timers_reset(&q->patience_ends);
    s->head = s->tail = s->free = DS_QUEUE_NONE;
    for (uint32_t i = 0; i < q->servers; i++)
        q->order[i] = q->place[i] = i;
    s->up = q->servers;
    s->service_rng = ds_rng_stream(seed, replica, SERVICE, 0);
    s->patience_rng = ds_rng_stream(seed, replica, PATIENCE, 0);
    s->failure_rng = ds_rng_stream(seed, replica, FAILURES, 0);
    s->repair_rng = ds_rng_stream(seed, replica, REPAIRS, 0);
    ds_arrivals_begin(&q->arrivals, seed, replica, ARRIVALS, 0, 1);
    if (may_fail(q->config))
        begin_failures(q);
    for (int64_t i = 0; i < q->config->initial; i++)
        if (!admit(q))
            return false;
    return true;
}

/* Of an exponential service what is left, of any other that of customers whose service has not
 * begun. With failures it may have begun. */
static void redraw_services(ds_queue *q)
{
    ds_queue_state *const s = q->state;
    const bool memoryless = q->service.kind == DS_DIST_EXPONENTIAL;
    for (uint32_t i = 0; memoryless && i < s->busy; i++)
        set_completion(q, q->order[i], now(q) + ds_dist_draw(&q->service, &s->service_rng));
    if (!memoryless && may_fail(q->config))
        return;
    uint32_t id = s->head;
    for (uint32_t i = 0; i < s->waiting; i++, id = q->customer[id].next)
        q->customer[id].work = ds_dist_draw(&q->service, &s->service_rng);
}

void ds_queue_rekey(void *world, uint64_t seed)
{
    ds_queue *const q = world;
    ds_queue_state *const s = q->state;
    ds_rng *const streams[] = {&s->service_rng, &s->patience_rng, &s->failure_rng, &s->repair_rng};
    for (size_t i = 0; i < sizeof streams / sizeof streams[0]; i++)
        ds_rng_rekey(streams[i], seed);
    ds_arrivals_rekey(&q->arrivals, seed);
    redraw_services(q);
    if (may_fail(q->config)) {
        ds_clock_redraw(&q->engine, DS_QUEUE_FAILURE, &s->failure, &s->failure_rng);
        ds_clock_redraw(&q->engine, DS_QUEUE_REPAIR, &s->repair, &s->repair_rng);
    }
}
