/* Rows of the models: M/M/1 by hand and through the engine, the economy at two sizes and by
 * threads. */
#include "bench.h"

#include "models/models.h"
#include "sim/core/clock.h"
#include "sim/core/replica.h"
#include "sim/core/series.h"
#include "sim/io/scenario.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static volatile double sink;

/* ---- M/M/1 by hand ---- */

/* xoshiro256++ (Blackman & Vigna 2019): the fastest generator of the trade, so that the floor is
 * one. */
typedef struct xoshiro {
    uint64_t s[4];
} xoshiro;

static inline uint64_t rotate(uint64_t x, int k)
{
    return x << k | x >> (64 - k);
}

static inline uint64_t xoshiro_next(xoshiro *x)
{
    const uint64_t result = rotate(x->s[0] + x->s[3], 23) + x->s[0], t = x->s[1] << 17;
    x->s[2] ^= x->s[0];
    x->s[3] ^= x->s[1];
    x->s[1] ^= x->s[2];
    x->s[0] ^= x->s[3];
    x->s[2] ^= t;
    x->s[3] = rotate(x->s[3], 45);
    return result;
}

static inline double xoshiro_exponential(xoshiro *x, ds_rng *rare)
{
    const uint64_t word = xoshiro_next(x);
    if (DS_LIKELY(word >> 11 < ds_ziggurat_edge[word & 255]))
        return (double)(word >> 11) * ds_ziggurat_width[word & 255];
    return ds_ziggurat_rare(rare, word >> 11, word & 255);
}

static const double mm1_rate = 0.9, mm1_horizon = 3e6;

static ds_work mm1_by_hand(double size)
{
    xoshiro x = {{1, 2, 3, 4}};
    ds_rng rare = ds_rng_stream(1, 0, 0, 0);
    double now = 0, area = 0, events = 0;
    (void)size;
    const double begun = ds_cpu_seconds();
    double arrival = xoshiro_exponential(&x, &rare) / mm1_rate, departure = INFINITY;
    for (uint32_t n = 0; now < mm1_horizon; events++) {
        const bool arrives = arrival < departure;
        const double next = arrives ? arrival : departure;
        area += n * (next - now);
        now = next;
        if (arrives) {
            if (n++ == 0)
                departure = now + xoshiro_exponential(&x, &rare);
            arrival = now + xoshiro_exponential(&x, &rare) * (1 / mm1_rate);
        } else {
            departure = --n ? now + xoshiro_exponential(&x, &rare) : INFINITY;
        }
    }
    sink = area;
    return (ds_work){ds_cpu_seconds() - begun, events};
}

/* ---- M/M/1 by two clocks of the engine, and nothing else ---- */

typedef struct bare {
    ds_engine engine;
    ds_clock arrival, service;
    ds_rng arrival_rng, service_rng;
    ds_level number;
} bare;

enum { BARE_DEPARTURE, BARE_ARRIVAL, BARE_SOURCES };

static bool bare_departs(void *world)
{
    bare *const w = world;
    ds_level_add(&w->number, -1, ds_now(&w->engine));
    if (w->number.value > 0)
        ds_clock_again(&w->engine, BARE_DEPARTURE, &w->service, &w->service_rng);
    else
        ds_engine_set(&w->engine, BARE_DEPARTURE, INFINITY);
    return true;
}

static bool bare_arrives(void *world)
{
    bare *const w = world;
    ds_clock_again(&w->engine, BARE_ARRIVAL, &w->arrival, &w->arrival_rng);
    if (w->number.value == 0)
        ds_clock_again(&w->engine, BARE_DEPARTURE, &w->service, &w->service_rng);
    ds_level_add(&w->number, 1, ds_now(&w->engine));
    return true;
}

static ds_work mm1_bare(double size)
{
    static const ds_source sources[BARE_SOURCES] = {
        [BARE_DEPARTURE] = {"departure", bare_departs}, [BARE_ARRIVAL] = {"arrival", bare_arrives}};
    bare w = {.arrival_rng = ds_rng_stream(1, 0, 0, 0), .service_rng = ds_rng_stream(1, 0, 1, 0)};
    ds_status st = {0};
    ds_arena arena;
    (void)size;
    if (!ds_arena_open(&arena, 4096, &st))
        abort();
    ds_engine_place(&w.engine, sources, BARE_SOURCES, &arena);
    w.engine.world = &w;
    w.engine.status = &st;
    ds_engine_reset(&w.engine);
    w.service = (ds_clock){.rate = 1, .mean = 1};
    ds_clock_start(&w.engine, BARE_ARRIVAL, &w.arrival, &w.arrival_rng, mm1_rate);
    const double begun = ds_cpu_seconds();
    if (!ds_engine_run(&w.engine, mm1_horizon))
        abort();
    const double spent = ds_cpu_seconds() - begun;
    sink = ds_level_take(&w.number, mm1_horizon);
    const double handled = (double)w.engine.state->handled;
    ds_arena_close(&arena);
    return (ds_work){spent, handled};
}

/* ---- scenarios ---- */

typedef struct bench {
    ds_scenario scenario;
    const void *config;
    ds_status st;
} bench;

/* The script of scenarios/policies/cubic.lua. */
static const char cubic[] = "return {\n"
                            "  params = {base = 90, power = 2, target = 40000},\n"
                            "  rate = function(p, now, supply)\n"
                            "    return p.base * exp(p.power * (supply / p.target)^3)\n"
                            "  end,\n"
                            "}\n";

static void load(bench *b, const char *text)
{
    const ds_scenario_file script = {"cubic.lua", cubic, sizeof cubic - 1};
    const ds_scenario_request request = {
        .path = "bench", .text = text, .files = &script, .file_count = 1, .models = ds_models};
    b->st = (ds_status){0};
    if (ds_scenario_load(&b->scenario, &request, &b->st) &&
        ds_scenario_config(&b->scenario, 0, &b->config, &b->st))
        return;
    fprintf(stderr, "%s\n", b->st.text);
    exit(1);
}

typedef struct job {
    const bench *b;
    uint32_t index;
    double seconds, events;
    size_t bytes;
} job;

/* One replica: begun outside the measured part, run within. */
static void *run_replica(void *argument)
{
    job *const j = argument;
    const bench *const b = j->b;
    ds_replica replica;
    ds_status st = {0};
    if (!ds_replica_open(&replica, b->scenario.model, b->config, &b->scenario.frame, &st) ||
        !ds_replica_begin(&replica, j->index))
        abort();
    const size_t metrics = ds_metric_count(b->scenario.model->metrics);
    double *const row = calloc(metrics + 1, sizeof *row);
    const double begun = ds_cpu_seconds();
    for (size_t k = 0; k < ds_frame_times(&b->scenario.frame); k++) {
        if (!ds_replica_until(&replica, ds_frame_time(&b->scenario.frame, k)))
            abort();
        b->scenario.model->observe(replica.world, row, k == 0);
    }
    j->seconds = ds_cpu_seconds() - begun;
    j->events = (double)b->scenario.model->engine(replica.world)->state->handled;
    j->bytes = replica.arena.size;
    free(row);
    ds_replica_close(&replica);
    return NULL;
}

static ds_work one(const char *text)
{
    bench b;
    load(&b, text);
    job j = {.b = &b};
    run_replica(&j);
    ds_scenario_free(&b.scenario);
    return (ds_work){j.seconds, j.events};
}

static ds_work mm1_engine(double size)
{
    (void)size;
    return one("{model: queue, horizon: 3000000, observe: 1000, seed: 1, replicas: 1, "
               "arrivals: {process: poisson, rate: 0.9}}");
}

static const char *economy(char *text, size_t room, double scale, double days)
{
    snprintf(text, room,
             "{model: diem, start: 2026-09-19, horizon: %g d, seed: 1, replicas: 1, holders: "
             "{scale: %g}}",
             days, scale);
    return text;
}

static ds_work diem(double holders)
{
    char text[256];
    return one(economy(text, sizeof text, holders / 10000, holders > 1e5 ? 20 : 180));
}

/* The whole run under the rule built in, and under the same rule as a script: the runs are the same
 * to the bit. */
static ds_work diem_rule(double scripted)
{
    char text[256];
    snprintf(text, sizeof text,
             "{model: diem, start: 2026-09-19, horizon: 365 d, seed: 1, replicas: 1, policies: "
             "{mint: {use: %s}}}",
             scripted > 0 ? "lua, file: cubic.lua" : "exponential_cubic");
    return one(text);
}

/* Half of the loans against VVV, half against DIEM, and far from liquidation: what they cost while
 * nothing happens to them. */
static ds_work diem_loans(double loans)
{
    char text[512];
    snprintf(text, sizeof text,
             "{model: diem, start: 2026-09-19, horizon: 180 d, seed: 1, replicas: 1, lending: "
             "{active: true, vvv: {count: %g, collateral: 100000, ltv: 0.05}, "
             "diem: {count: %g, collateral: 100, ltv: 0.05}}}",
             loans / 2, loans / 2);
    return one(text);
}

/* Bytes a holder: what the arena grows by. */
static ds_work diem_bytes(double holders)
{
    char text[256];
    double bytes[2];
    for (int i = 0; i < 2; i++) {
        bench b;
        size_t size;
        load(&b, economy(text, sizeof text, i ? holders / 10000 : 1, 20));
        if (!ds_replica_size(b.scenario.model, b.config, &b.scenario.frame, &size, &b.st))
            abort();
        bytes[i] = (double)size;
        ds_scenario_free(&b.scenario);
    }
    return (ds_work){(bytes[1] - bytes[0]) * 1e-9, holders - 10000};
}

static ds_work diem_megabytes(double holders)
{
    char text[256];
    bench b;
    size_t size;
    load(&b, economy(text, sizeof text, holders / 10000, 20));
    if (!ds_replica_size(b.scenario.model, b.config, &b.scenario.frame, &size, &b.st))
        abort();
    ds_scenario_free(&b.scenario);
    return (ds_work){(double)size * 1e-9, 1e6};
}

/* Wall time of as many replicas as threads, a thread each. */
static ds_work diem_threads(double threads)
{
    char text[256];
    bench b;
    load(&b, economy(text, sizeof text, 1, 180));
    job jobs[16];
    pthread_t thread[16];
    const int n = (int)threads;
    double events = 0;
    const double begun = ds_wall_seconds();
    for (int i = 0; i < n; i++) {
        jobs[i] = (job){.b = &b, .index = (uint32_t)i};
        if (pthread_create(&thread[i], NULL, run_replica, &jobs[i]) != 0)
            abort();
    }
    for (int i = 0; i < n; i++) {
        pthread_join(thread[i], NULL);
        events += jobs[i].events;
    }
    const double spent = ds_wall_seconds() - begun;
    ds_scenario_free(&b.scenario);
    return (ds_work){spent, events};
}

const ds_row ds_model_rows[] = {
    {.name = "M/M/1 by hand",
     .unit = "ns",
     .run = mm1_by_hand,
     .bound = "two clocks, a ziggurat, a misprediction"},
    {.name = "M/M/1 bare engine",
     .unit = "ns",
     .run = mm1_bare,
     .against = "M/M/1 by hand",
     .most = 2.2,
     .bound = "as by hand, a call and a tree of sources"},
    {.name = "M/M/1 engine",
     .unit = "ns",
     .run = mm1_engine,
     .goal = 20,
     .against = "M/M/1 by hand",
     .most = 2.2,
     .bound = "as the bare engine, customers and their waits"},
    {.name = "economy, 10^4 holders",
     .unit = "ns",
     .run = diem,
     .size = 1e4,
     .goal = 125,
     .bound = "a job's draws, its timer, its bill"},
    {.name = "economy, 10^6 holders",
     .unit = "ns",
     .run = diem,
     .size = 1e6,
     .against = "economy, 10^4 holders",
     .most = 1.5,
     .bound = "cache misses of reviews, fetched ahead"},
    {.name = "economy, 10^5 loans",
     .unit = "ns",
     .run = diem_loans,
     .size = 1e5,
     .against = "economy, 10^4 holders",
     .most = 1.1,
     .bound = "a comparison a trade and market"},
    {.name = "economy, mint rule built in",
     .unit = "ns",
     .run = diem_rule,
     .size = 0,
     .bound = "as the economy"},
    {.name = "economy, mint rule in Lua",
     .unit = "ns",
     .run = diem_rule,
     .size = 1,
     .against = "economy, mint rule built in",
     .most = 1.1,
     .bound = "a protected call, a hook at every instruction"},
    {.name = "economy, one thread",
     .unit = "ns",
     .run = diem_threads,
     .size = 1,
     .bound = "wall time"},
    {.name = "economy, two threads",
     .unit = "ns",
     .run = diem_threads,
     .size = 2,
     .against = "economy, one thread",
     .most = 1 / 1.9,
     .bound = "nothing is shared"},
    {.name = "bytes a holder",
     .unit = "B",
     .run = diem_bytes,
     .size = 1e6,
     .goal = 128,
     .bound = "a row and two timers"},
    {.name = "megabytes a replica",
     .unit = "MB",
     .run = diem_megabytes,
     .size = 1e4,
     .goal = 64,
     .bound = "columns"},
    {0},
};
