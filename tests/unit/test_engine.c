/* A replica is one arena: snapshot, restore and move by one copy; the engine's order and its end.
 */
#include "run.h"

#include "sim/core/clock.h"
#include "sim/core/replica.h"
#include "sim/core/series.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- a toy: births by a clock, deaths by timers ---- */

enum { PLACES = 500 };

typedef struct toy_state {
    ds_clock births;
    ds_rng rng;
    ds_level alive;
    double born;
} toy_state;

typedef struct toy {
    ds_engine engine;
    ds_timers deaths;
    toy_state *state;
    const ds_frame *frame;
} toy;

static bool birth(void *world)
{
    toy *const w = world;
    const double now = ds_now(&w->engine);
    ds_clock_again(&w->engine, 1, &w->state->births, &w->state->rng);
    const uint32_t place = ds_rng_below(&w->state->rng, PLACES);
    if (isfinite(ds_timers_get(&w->deaths, place)))
        return true;
    ds_engine_timer(&w->engine, 0, &w->deaths, place, now + 3 * ds_rng_exponential(&w->state->rng));
    ds_level_add(&w->state->alive, 1, now);
    w->state->born++;
    return true;
}

static bool death(void *world)
{
    toy *const w = world;
    ds_engine_timer(&w->engine, 0, &w->deaths, ds_timers_first(&w->deaths), INFINITY);
    ds_level_add(&w->state->alive, -1, ds_now(&w->engine));
    return true;
}

static const ds_source toy_sources[] = {{"death", death}, {"birth", birth}};

static void toy_place(void *world, const void *config, const ds_frame *frame, ds_arena *arena)
{
    toy *const w = world;
    (void)config;
    w->frame = frame;
    w->state = DS_TAKE(arena, 1, toy_state);
    ds_timers_place(&w->deaths, PLACES, arena);
    ds_engine_place(&w->engine, toy_sources, 2, arena);
}

static ds_engine *toy_engine(void *world)
{
    return &((toy *)world)->engine;
}

static bool toy_begin(void *world, uint32_t replica)
{
    toy *const w = world;
    ds_engine_reset(&w->engine);
    ds_timers_reset(&w->deaths);
    w->state->rng = ds_rng_stream(w->frame->seed, replica, 0, 0);
    ds_clock_start(&w->engine, 1, &w->state->births, &w->state->rng, 20);
    return true;
}

static void toy_observe(void *world, double *row, bool first)
{
    toy *const w = world;
    row[0] = w->state->alive.value;
    row[1] = first ? NAN : ds_level_take(&w->state->alive, ds_now(&w->engine));
}

static void toy_conclude(void *world, double *outcomes)
{
    outcomes[0] = ((toy *)world)->state->born;
}

static const ds_metric toy_metrics[] = {{"alive", "1", "alive", DS_STATE, true},
                                        {"alive_mean", "1", "mean alive", DS_AVERAGE, true},
                                        {0}};
static const ds_metric toy_outcomes[] = {{"born", "1", "born", DS_STATE, true}, {0}};
static const ds_model toy_model = {.name = "toy",
                                   .metrics = toy_metrics,
                                   .outcomes = toy_outcomes,
                                   .world_size = sizeof(toy),
                                   .place = toy_place,
                                   .engine = toy_engine,
                                   .begin = toy_begin,
                                   .observe = toy_observe,
                                   .conclude = toy_conclude};
static const ds_frame frame = {
    .start = NAN, .warmup = 5, .horizon = 50, .observe = 1, .seed = 9, .replicas = 3};

static void open_toy(ds_replica *r)
{
    ds_status st = {0};
    ck_assert(ds_replica_open(r, &toy_model, NULL, &frame, &st));
}

START_TEST(a_restored_replica_runs_on_to_the_same_bits)
{
    ds_replica r;
    open_toy(&r);
    char *const snapshot = malloc(r.arena.size), *const end = malloc(r.arena.size);
    ck_assert(ds_replica_begin(&r, 1) && ds_replica_until(&r, 20));
    memcpy(snapshot, r.arena.base, r.arena.size);
    ck_assert(ds_replica_until(&r, 40));
    memcpy(end, r.arena.base, r.arena.size);
    memcpy(r.arena.base, snapshot, r.arena.size);
    ck_assert(ds_replica_until(&r, 40));
    ck_assert_mem_eq(r.arena.base, end, r.arena.size);
    free(snapshot);
    free(end);
    ds_replica_close(&r);
}
END_TEST

START_TEST(a_replica_moved_to_another_arena_runs_on_to_the_same_bits)
{
    ds_replica a, b;
    open_toy(&a);
    open_toy(&b);
    ck_assert(a.arena.base != b.arena.base);
    ck_assert(ds_replica_begin(&a, 1) && ds_replica_until(&a, 20));
    memcpy(b.arena.base, a.arena.base, a.arena.size);
    ck_assert(ds_replica_until(&a, 40) && ds_replica_until(&b, 40));
    ck_assert_mem_eq(a.arena.base, b.arena.base, a.arena.size);
    ds_replica_close(&a);
    ds_replica_close(&b);
}
END_TEST

START_TEST(a_reused_arena_gives_the_bits_of_a_new_one)
{
    enum { VALUES = 46 * 2 };
    ds_replica r, fresh;
    open_toy(&r);
    open_toy(&fresh);
    double a[VALUES], b[VALUES], other[VALUES], born[3];
    ck_assert_uint_eq(ds_frame_times(&frame), VALUES / 2);
    ck_assert(ds_replica_run(&fresh, 2, a, &born[0]));
    ck_assert(ds_replica_run(&r, 0, other, &born[1]) && ds_replica_run(&r, 2, b, &born[2]));
    ck_assert_mem_eq(a, b, sizeof a);
    ck_assert_double_eq(born[0], born[2]);
    ck_assert(memcmp(a, other, sizeof a) != 0);
    ds_replica_close(&r);
    ds_replica_close(&fresh);
}
END_TEST

/* Births meet deaths at one instant with probability 0, so no order of theirs can matter; that of
 * deaths among each other does not either. */
START_TEST(the_order_of_ties_is_nothing_to_a_model_without_ties)
{
    enum { VALUES = 46 * 2 };
    ds_replica r;
    open_toy(&r);
    ds_status st = {0};
    double a[VALUES], b[VALUES], born[2];
    ck_assert(ds_replica_run(&r, 2, a, &born[0]));
    ck_assert(ds_replica_shuffle_ties(&r, UINT32_MAX, &st));
    ck_assert_uint_eq(((const toy *)r.world)->deaths.ties, UINT32_MAX);
    ck_assert(ds_replica_run(&r, 2, b, &born[1]));
    ck_assert_mem_eq(a, b, sizeof a);
    ds_replica_close(&r);
}
END_TEST

/* Two sources that always tie: the last to fire leaves its name. */
typedef struct rivals {
    ds_engine engine;
    uint32_t *last;
} rivals;

static bool rival(rivals *w, uint32_t source)
{
    *w->last = source;
    ds_engine_set(&w->engine, source, ds_now(&w->engine) + 1);
    return true;
}

static bool rival_one(void *world)
{
    return rival(world, 0);
}

static bool rival_two(void *world)
{
    return rival(world, 1);
}

static const ds_source rival_sources[] = {{"one", rival_one}, {"two", rival_two}};

START_TEST(ties_of_sources_fire_in_order_of_priority_and_in_reverse_when_shuffled)
{
    static const uint32_t ties[] = {0, 1}, last[] = {1, 0};
    ds_status st = {0};
    ds_arena arena;
    rivals w = {.engine.world = &w, .engine.status = &st};
    ck_assert(ds_arena_open(&arena, 4096, &st));
    arena.ties = ties[_i];
    w.last = DS_TAKE(&arena, 1, uint32_t);
    ds_engine_place(&w.engine, rival_sources, 2, &arena);
    ds_engine_reset(&w.engine);
    ds_engine_set(&w.engine, 0, 1);
    ds_engine_set(&w.engine, 1, 1);
    ck_assert(ds_engine_run(&w.engine, 4) && ds_engine_run(&w.engine, 10));
    ck_assert_uint_eq(w.engine.state->handled, 20);
    ck_assert_double_eq(ds_now(&w.engine), 10);
    ck_assert_uint_eq(*w.last, last[_i]);
    ds_arena_close(&arena);
}
END_TEST

/* ---- failure and trace ---- */

static bool fails_at_three(void *world)
{
    rivals *const w = world;
    if (ds_now(&w->engine) >= 3)
        return ds_fail(w->engine.status, DS_E_DATA, "three is enough");
    return rival(w, 0);
}

static void count_trace(void *sink, double time, const char *event, uint32_t subject)
{
    (void)subject;
    ck_assert_str_eq(event, "fails");
    *(double *)sink += time;
}

START_TEST(a_handler_that_fails_stops_the_engine_where_it_is)
{
    static const ds_source sources[] = {{"fails", fails_at_three}};
    ds_status st = {0};
    ds_arena arena;
    double traced = 0;
    rivals w = {.engine = {.world = &w, .status = &st, .trace = count_trace, .sink = &traced}};
    ck_assert(ds_arena_open(&arena, 4096, &st));
    w.last = DS_TAKE(&arena, 1, uint32_t);
    ds_engine_place(&w.engine, sources, 1, &arena);
    ds_engine_reset(&w.engine);
    ds_engine_set(&w.engine, 0, 1);
    ck_assert(!ds_engine_run(&w.engine, 10));
    ck_assert_int_eq(st.code, DS_E_DATA);
    ck_assert_double_eq(ds_now(&w.engine), 3);
    ck_assert_uint_eq(w.engine.state->handled, 2);
    ck_assert_double_eq(traced, 1 + 2);
    ds_arena_close(&arena);
}
END_TEST

START_TEST(the_last_interval_ends_at_the_horizon)
{
    const ds_frame f = {.warmup = 1, .horizon = 4.5, .observe = 1},
                   even = {.horizon = 0.3, .observe = 0.1};
    ck_assert_uint_eq(ds_frame_times(&f), 5);
    ck_assert_double_eq(ds_frame_time(&f, 0), 1);
    ck_assert_double_eq(ds_frame_time(&f, 4), 4.5);
    ck_assert_uint_eq(ds_frame_times(&even), 4);
}
END_TEST

/* ---- the engine, event by event ---- */

/* Two sources that fire at whole times, and owners' timers. */
typedef struct ticker {
    ds_engine engine;
    ds_timers owners;
    ds_arena arena;
    char log[64];
    size_t length;
    uint32_t looks, stop_after;
    bool fails;
} ticker;

static bool tick(ticker *t, uint32_t source, char name)
{
    t->log[t->length++] = name;
    t->engine.subject = (uint32_t)t->length;
    ds_engine_set(&t->engine, source, ds_now(&t->engine) + 1);
    return !t->fails;
}

static bool tick_a(void *world)
{
    return tick(world, 0, 'a');
}

static bool tick_b(void *world)
{
    return tick(world, 1, 'b');
}

static bool tick_owner(void *world)
{
    ticker *const t = world;
    const uint32_t owner = ds_timers_first(&t->owners);
    t->log[t->length++] = (char)('0' + owner);
    ds_engine_timer(&t->engine, 2, &t->owners, owner, INFINITY);
    return true;
}

static const ds_source tick_sources[] = {{"a", tick_a}, {"b", tick_b}, {"owner", tick_owner}};

static void open_ticker(ticker *t)
{
    ds_status st = {0};
    *t = (ticker){0};
    ck_assert(ds_arena_open(&t->arena, 1 << 16, &st));
    ds_timers_place(&t->owners, 5, &t->arena);
    ds_engine_place(&t->engine, tick_sources, 3, &t->arena);
    t->engine.world = t;
    ds_engine_reset(&t->engine);
    ds_timers_reset(&t->owners);
    ds_engine_set(&t->engine, 0, 1);
    ds_engine_set(&t->engine, 1, 1);
}

static bool look(void *watcher)
{
    ticker *const t = watcher;
    return ++t->looks == t->stop_after;
}

static void trace(void *sink, double time, const char *event, uint32_t subject)
{
    char *const text = sink;
    const size_t length = strlen(text);
    snprintf(text + length, 200 - length, "%g%s%u ", time, event, subject);
}

START_TEST(events_fire_up_to_the_end_and_at_it)
{
    ticker t;
    char traced[200] = "";
    open_ticker(&t);
    t.engine.trace = trace;
    t.engine.sink = traced;
    ck_assert(_i ? ds_engine_watch(&t.engine, 2, look, &t) : ds_engine_run(&t.engine, 2));
    ck_assert_str_eq(t.log, "abab");
    ck_assert_str_eq(traced, "1a1 1b2 2a3 2b4 ");
    ck_assert_uint_eq(t.engine.state->handled, 4);
    ck_assert(_i ? ds_engine_watch(&t.engine, 2.5, look, &t) : ds_engine_run(&t.engine, 2.5));
    ck_assert_double_eq(ds_now(&t.engine), 2.5);
    ck_assert_uint_eq(t.looks, _i ? 4 : 0);
    t.engine.trace = NULL;
    ck_assert(_i ? ds_engine_watch(&t.engine, 3, look, &t) : ds_engine_run(&t.engine, 3));
    ck_assert_uint_eq(strlen(traced), 16);
    ck_assert_uint_eq(t.engine.state->handled, 6);
    ds_arena_close(&t.arena);
}
END_TEST

/* An event that says nothing of itself has nothing of the one before. */
START_TEST(who_acts_is_said_by_the_event_alone)
{
    ticker t;
    char traced[200] = "";
    open_ticker(&t);
    t.engine.trace = trace;
    t.engine.sink = traced;
    t.engine.thinned = true;
    ds_engine_timer(&t.engine, 2, &t.owners, 3, 1.5);
    ck_assert(_i ? ds_engine_watch(&t.engine, 1.5, look, &t) : ds_engine_run(&t.engine, 1.5));
    ck_assert_str_eq(traced, "1a1 1b2 1.5owner4294967295 ");
    ck_assert(!t.engine.thinned);
    ds_arena_close(&t.arena);
}
END_TEST

/* With what else happens at that time still to come. */
START_TEST(a_watcher_stops_the_engine_at_an_event)
{
    ticker t;
    open_ticker(&t);
    t.stop_after = 3;
    ck_assert(ds_engine_watch(&t.engine, 10, look, &t));
    ck_assert_str_eq(t.log, "aba");
    ck_assert_double_eq(ds_now(&t.engine), 2);
    ck_assert_uint_eq(t.engine.state->handled, 3);
    ds_arena_close(&t.arena);
}
END_TEST

START_TEST(an_event_that_fails_ends_the_run_and_is_not_counted)
{
    ticker t;
    char traced[200] = "";
    open_ticker(&t);
    ck_assert(ds_engine_run(&t.engine, 1));
    t.fails = true;
    t.engine.trace = trace;
    t.engine.sink = traced;
    ck_assert(!(_i ? ds_engine_watch(&t.engine, 9, look, &t) : ds_engine_run(&t.engine, 9)));
    ck_assert_str_eq(t.log, "aba");
    ck_assert_str_eq(traced, "");
    ck_assert_double_eq(ds_now(&t.engine), 2);
    ck_assert_uint_eq(t.engine.state->handled, 2);
    ck_assert_uint_eq(t.looks, 0);
    ds_arena_close(&t.arena);
}
END_TEST

START_TEST(the_earliest_owner_is_the_time_of_the_source)
{
    ticker t;
    open_ticker(&t);
    ds_engine_timer(&t.engine, 2, &t.owners, 3, 1.5);
    ck_assert_double_eq(ds_engine_get(&t.engine, 2), 1.5);
    ds_engine_timer(&t.engine, 2, &t.owners, 1, 1.25);
    ck_assert_double_eq(ds_engine_get(&t.engine, 2), 1.25);
    ds_engine_timer(&t.engine, 2, &t.owners, 4, 1.75);
    ck_assert_double_eq(ds_engine_get(&t.engine, 2), 1.25);
    ck_assert(ds_engine_run(&t.engine, 2));
    ck_assert_str_eq(t.log, "ab134ab");
    ck_assert(isinf(ds_engine_get(&t.engine, 2)));
    ds_arena_close(&t.arena);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {
        {a_restored_replica_runs_on_to_the_same_bits, 0},
        {a_replica_moved_to_another_arena_runs_on_to_the_same_bits, 0},
        {a_reused_arena_gives_the_bits_of_a_new_one, 0},
        {the_order_of_ties_is_nothing_to_a_model_without_ties, 0},
        {ties_of_sources_fire_in_order_of_priority_and_in_reverse_when_shuffled, 2},
        {a_handler_that_fails_stops_the_engine_where_it_is, 0},
        {the_last_interval_ends_at_the_horizon, 0},
        {events_fire_up_to_the_end_and_at_it, 2},
        {who_acts_is_said_by_the_event_alone, 2},
        {a_watcher_stops_the_engine_at_an_event, 0},
        {an_event_that_fails_ends_the_run_and_is_not_counted, 2},
        {the_earliest_owner_is_the_time_of_the_source, 0},
        {0}};
    return ds_run_tests("engine", tests, 120);
}
