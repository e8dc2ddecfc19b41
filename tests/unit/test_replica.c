/* A replica of the least model there is: counts ticks, in every way a replica can be run. */
#include "run.h"

#include "sim/core/replica.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- one tick at every whole time; what is common to configs, what is not, and a raw part ---- */

typedef struct config {
    double fail_at;   /* a tick from then on fails; 0: none does */
    double conclude;  /* concluding fails */
    double apart;     /* from when on configs differ */
    size_t own;       /* numbers of the config's own */
    size_t raw, used; /* bytes of the raw part, and those in use */
    size_t common;    /* numbers that all configs should have */
    bool shares;
} config;

typedef struct counter {
    ds_engine engine;
    double *count, *own;
    char *raw;
    const config *config;
    uint32_t resumed;
} counter;

static bool tick(void *world)
{
    counter *const c = world;
    const double now = ds_now(&c->engine);
    if (c->config->fail_at > 0 && now >= c->config->fail_at)
        return ds_fail(c->engine.status, DS_E_POLICY, "told to");
    c->count[0]++;
    ds_engine_set(&c->engine, 0, now + 1);
    return true;
}

static const ds_source sources[] = {{"tick", tick}};

static void place(void *world, const void *config_, const ds_frame *frame, ds_arena *arena)
{
    counter *const c = world;
    (void)frame;
    c->config = config_;
    c->count = DS_TAKE(arena, c->config->common, double);
    ds_engine_place(&c->engine, sources, 1, arena);
    c->own = DS_TAKE(arena, c->config->own, double);
    c->raw = ds_arena_take_raw(arena, c->config->raw, 1);
}

static ds_engine *engine(void *world)
{
    return &((counter *)world)->engine;
}

static bool begin(void *world, uint32_t replica)
{
    counter *const c = world;
    ds_engine_reset(&c->engine);
    c->count[1] = replica;
    ds_engine_set(&c->engine, 0, 1);
    return true;
}

static void observe(void *world, double *row, bool first)
{
    const counter *const c = world;
    row[0] = c->count[0];
    row[1] = first;
    row[2] = c->count[1];
}

static void conclude(void *world, double *outcomes)
{
    const counter *const c = world;
    outcomes[0] = c->count[0];
    if (c->config->conclude > 0)
        (void)ds_fail(c->engine.status, DS_E_BUG, "not conserved");
}

static void resume(void *world)
{
    ((counter *)world)->resumed++;
}

static size_t raw_used(const void *world)
{
    return ((const counter *)world)->config->used;
}

static bool shares_past(const void *a, const void *b, double at)
{
    const config *const c = b;
    (void)a;
    return c->shares && at <= c->apart;
}

static size_t past(const void *world, double at)
{
    const counter *const c = world;
    (void)at;
    return (size_t)((const char *)c->own - (const char *)c->count);
}

static const ds_metric metrics[] = {{.name = "count"}, {.name = "first"}, {.name = "number"}, {0}};
static const ds_metric outcomes[] = {{.name = "count"}, {0}};
static const ds_model model = {.name = "counter",
                               .metrics = metrics,
                               .outcomes = outcomes,
                               .world_size = sizeof(counter),
                               .place = place,
                               .engine = engine,
                               .begin = begin,
                               .observe = observe,
                               .conclude = conclude,
                               .resume = resume,
                               .raw_used = raw_used,
                               .shares_past = shares_past,
                               .past = past};
static const config plain = {
    .own = 2, .common = 4, .raw = 1000, .used = 300, .apart = 9, .shares = true};
/* Grid: 2, 4, 6, 8, 9. */
static const ds_frame frame = {
    .start = NAN, .warmup = 2, .horizon = 9, .observe = 2, .replicas = 5};
enum { TIMES = 5, METRICS = 3 };

static void open_replica(ds_replica *r, const config *c)
{
    ds_status st = {0};
    ck_assert(ds_replica_open(r, &model, c, &frame, &st));
}

static counter *world_of(const ds_replica *r)
{
    return r->world;
}

/* ---- runs ---- */

static const double whole[TIMES][METRICS] = {{2, 1, 3}, {4, 0, 3}, {6, 0, 3}, {8, 0, 3}, {9, 0, 3}};

START_TEST(a_run_has_a_row_a_time_and_its_outcomes)
{
    ds_replica r;
    double rows[TIMES][METRICS], outcome;
    open_replica(&r, &plain);
    for (int again = 0; again < 2; again++) {
        ck_assert(ds_replica_run(&r, 3, rows[0], &outcome));
        ck_assert_mem_eq(rows, whole, sizeof whole);
        ck_assert_double_eq(outcome, 9);
    }
    ds_replica_close(&r);
}
END_TEST

/* At any time, on the grid, between, before it and after it. */
START_TEST(a_past_and_a_future_make_the_run)
{
    static const double at[] = {0, 0.5, 2, 3, 4, 8.5, 9, 12};
    for (size_t i = 0; i < sizeof at / sizeof at[0]; i++) {
        ds_replica r;
        double rows[TIMES][METRICS], outcome = 5;
        open_replica(&r, &plain);
        ck_assert(ds_replica_past(&r, 3, at[i], rows[0]));
        for (size_t k = 0; k < TIMES; k++)
            for (size_t m = 0; m < METRICS; m++)
                if (ds_frame_time(&frame, k) < at[i])
                    ck_assert_double_eq(rows[k][m], whole[k][m]);
                else
                    ck_assert(isnan(rows[k][m]));
        /* what happens at `at` has not happened */
        ck_assert_double_eq(world_of(&r)->count[0], fmin(fmax(ceil(at[i]) - 1, 0), 9));
        ck_assert_double_le(ds_now(&world_of(&r)->engine), at[i]);
        ck_assert(ds_replica_future(&r, at[i], rows[0], &outcome));
        ck_assert_mem_eq(rows, whole, sizeof whole);
        ck_assert_double_eq(outcome, 9);
        ds_replica_close(&r);
    }
}
END_TEST

START_TEST(a_replica_that_fails_keeps_what_it_saw)
{
    config c = plain;
    ds_replica r;
    double rows[TIMES][METRICS], outcome;
    c.fail_at = 5;
    open_replica(&r, &c);
    ck_assert(!ds_replica_run(&r, 3, rows[0], &outcome));
    ck_assert_int_eq(r.status.code, DS_E_POLICY);
    ck_assert_mem_eq(rows, whole, 2 * sizeof whole[0]);
    for (size_t k = 2; k < TIMES; k++)
        ck_assert(isnan(rows[k][0]) && isnan(rows[k][1]) && isnan(rows[k][2]));
    ck_assert(isnan(outcome));
    c.fail_at = 0; /* the same memory serves the next */
    ck_assert(ds_replica_run(&r, 3, rows[0], &outcome));
    ck_assert_int_eq(r.status.code, DS_OK);
    c.conclude = 1;
    ck_assert(!ds_replica_run(&r, 3, rows[0], &outcome));
    ck_assert_int_eq(r.status.code, DS_E_BUG);
    ds_replica_close(&r);
}
END_TEST

typedef struct heard {
    double time[20];
    uint64_t events[20];
    int count;
} heard;

static void listen(void *listener, double time, uint64_t events)
{
    heard *const h = listener;
    h->time[h->count] = time;
    h->events[h->count++] = events;
}

START_TEST(a_listener_hears_every_stride_and_the_end)
{
    static const double times[] = {2.5, 5, 7.5, 8};
    ds_replica r;
    heard h = {0};
    open_replica(&r, &plain);
    r.passed = listen;
    r.listener = &h;
    r.stride = 2.5;
    ck_assert(ds_replica_begin(&r, 0) && ds_replica_until(&r, 8));
    ck_assert_int_eq(h.count, 4);
    for (int i = 0; i < 4; i++) {
        ck_assert_double_eq(h.time[i], times[i]);
        ck_assert_uint_eq(h.events[i], (uint64_t)times[i]);
    }
    ck_assert(ds_replica_until(&r, 10.5)); /* one stride: told once */
    ck_assert_int_eq(h.count, 5);
    config c = plain;
    c.fail_at = 2;
    ds_status st = {0};
    ck_assert(ds_replica_turn(&r, &c, &st));
    h.count = 0;
    ck_assert(ds_replica_begin(&r, 0) && !ds_replica_until(&r, 2));
    ck_assert_int_eq(h.count, 0);
    ck_assert(ds_replica_begin(&r, 0) && !ds_replica_until(&r, 8));
    ck_assert_int_eq(h.count, 0);
    ds_replica_close(&r);
}
END_TEST

/* ---- memory ---- */

START_TEST(a_replica_takes_what_its_layout_takes)
{
    size_t bytes = 0;
    ds_status st = {0};
    /* lines of 64 bytes: numbers, the engine's state, its tree, own numbers, 1000 raw bytes */
    ck_assert(ds_replica_size(&model, &plain, &frame, &bytes, &st));
    ck_assert_uint_eq(bytes, 64 + 64 + 64 + 64 + 1024);
    config huge = plain;
    huge.own = SIZE_MAX / 4;
    ck_assert(!ds_replica_size(&model, &huge, &frame, &bytes, &st));
    ck_assert_int_eq(st.code, DS_E_SYSTEM);
    ck_assert_str_eq(st.text, "one replica of this scenario does not fit in memory");
    ds_replica r;
    ck_assert(!ds_replica_open(&r, &model, &huge, &frame, &(ds_status){0}));
}
END_TEST

START_TEST(a_state_is_what_is_in_use)
{
    ds_replica r;
    char bytes[4096];
    open_replica(&r, &plain);
    ck_assert_uint_eq(ds_replica_state_size(&r), 256 + 300);
    ck_assert(ds_replica_begin(&r, 4) && ds_replica_until(&r, 5));
    memset(world_of(&r)->raw, 7, 1000);
    memset(bytes, 0x55, sizeof bytes);
    ds_replica_save(&r, bytes);
    ck_assert_int_eq(bytes[255 + 300], 7);
    ck_assert_int_eq(bytes[256 + 300], 0x55);
    ck_assert(ds_replica_until(&r, 8));
    memset(world_of(&r)->raw, 9, 1000);
    r.status.code = DS_E_BUG; /* of what went on */
    ds_replica_load(&r, bytes);
    ck_assert_int_eq(r.status.code, DS_OK);
    ck_assert_uint_eq(world_of(&r)->resumed, 1);
    ck_assert_double_eq(world_of(&r)->count[0], 5);
    ck_assert_double_eq(ds_now(&world_of(&r)->engine), 5);
    ck_assert_int_eq(world_of(&r)->raw[299], 7);
    ck_assert_int_eq(world_of(&r)->raw[300], 9);
    ds_replica_close(&r);
}
END_TEST

START_TEST(a_replica_turns_to_another_point_in_its_memory_or_a_wider_one)
{
    ds_replica r;
    ds_status st = {0};
    double rows[TIMES][METRICS], outcome;
    config wide = plain, narrow = plain;
    wide.own = 1000;
    narrow.own = 1;
    open_replica(&r, &plain);
    const size_t size = r.arena.size;
    ck_assert(ds_replica_run(&r, 1, rows[0], &outcome));
    ck_assert(ds_replica_turn(&r, &narrow, &st));
    ck_assert_uint_eq(r.arena.size, size);
    ck_assert_ptr_eq(world_of(&r)->config, &narrow);
    ck_assert_ptr_eq(world_of(&r)->engine.world, r.world);
    ck_assert_ptr_eq(world_of(&r)->engine.status, &r.status);
    for (size_t i = 0; i < size; i++)
        ck_assert_int_eq(r.arena.base[i], 0);
    ck_assert(ds_replica_shuffle_ties(&r, 5, &st));
    ck_assert_uint_eq(world_of(&r)->engine.pending.ties, 5);
    ck_assert(ds_replica_turn(&r, &wide, &st));
    ck_assert_uint_ge(r.arena.size, size + 7000);
    ck_assert_uint_eq(world_of(&r)->engine.pending.ties, 5);
    const char *const base = r.arena.base;
    ck_assert(ds_replica_widen(&r, r.arena.size, &st)); /* wide enough: nothing moves */
    ck_assert_ptr_eq(r.arena.base, base);
    ck_assert(ds_replica_run(&r, 3, rows[0], &outcome));
    ck_assert_mem_eq(rows, whole, sizeof whole);
    ds_replica_close(&r);
    ck_assert_ptr_null(r.world);
}
END_TEST

/* ---- futures ---- */

START_TEST(a_fork_goes_on_where_configs_part)
{
    ds_replica r;
    ds_status st = {0};
    char bytes[4096];
    double rows[TIMES][METRICS], outcome;
    config other = plain;
    other.own = 4;
    other.apart = 6;
    open_replica(&r, &plain);
    ck_assert(ds_replica_widen(&r, 8192, &st));
    ck_assert(ds_replica_past(&r, 3, 6, rows[0]));
    ds_replica_save(&r, bytes);
    ck_assert(ds_replica_until(&r, 8));
    ck_assert(ds_replica_fork(&r, &other, bytes, 6, &st));
    ck_assert_ptr_eq(world_of(&r)->config, &other);
    ck_assert_double_eq(world_of(&r)->count[0], 5);
    ck_assert_uint_eq(world_of(&r)->resumed, 1);
    ck_assert(ds_replica_future(&r, 6, rows[0], &outcome));
    ck_assert_mem_eq(rows, whole, sizeof whole);
    ds_replica_close(&r);
}
END_TEST

START_TEST(what_cannot_fork_is_refused_and_stays)
{
    ds_replica r;
    ds_status st = {0};
    char bytes[4096];
    config apart = plain, wide = plain, odd = plain;
    apart.apart = 5;
    wide.own = 1000;
    odd.common = 40;
    open_replica(&r, &plain);
    ck_assert(ds_replica_begin(&r, 3) && ds_replica_until(&r, 5.5));
    ds_replica_save(&r, bytes);
    ck_assert(!ds_replica_fork(&r, &apart, bytes, 6, &st));
    ck_assert_int_eq(st.code, DS_E_DATA);
    ck_assert_str_eq(st.text, "the two do not share what happens before 6");
    st = (ds_status){0};
    ck_assert(!ds_replica_fork(&r, &wide, bytes, 6, &st));
    ck_assert_int_eq(st.code, DS_E_SYSTEM);
    ck_assert_ptr_eq(world_of(&r)->config, &plain);
    ck_assert_double_eq(world_of(&r)->count[0], 5);
    st = (ds_status){0};
    ck_assert(ds_replica_widen(&r, 8192, &st));
    ck_assert(!ds_replica_fork(&r, &odd, bytes, 6, &st));
    ck_assert_int_eq(st.code, DS_E_BUG);
    ds_replica_close(&r);
    ds_model lonely = model;
    lonely.shares_past = NULL;
    st = (ds_status){0};
    ck_assert(ds_replica_open(&r, &lonely, &plain, &frame, &st));
    ck_assert(!ds_replica_fork(&r, &plain, bytes, 6, &st));
    ds_replica_close(&r);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {{a_run_has_a_row_a_time_and_its_outcomes, 0},
                             {a_past_and_a_future_make_the_run, 0},
                             {a_replica_that_fails_keeps_what_it_saw, 0},
                             {a_listener_hears_every_stride_and_the_end, 0},
                             {a_replica_takes_what_its_layout_takes, 0},
                             {a_state_is_what_is_in_use, 0},
                             {a_replica_turns_to_another_point_in_its_memory_or_a_wider_one, 0},
                             {a_fork_goes_on_where_configs_part, 0},
                             {what_cannot_fork_is_refused_and_stays, 0},
                             {0}};
    return ds_run_tests("replica", tests, 60);
}
