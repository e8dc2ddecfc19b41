/* Repetitions of splitting to the bit and the event, against tests/reference/walks.py, which knows
 * the definitions and not this program: which thresholds, which states, which numbers. */
#include "run.h"

#include "sim/core/splitting.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- a walk on whole numbers that begins at 1 and steps once a unit of time ---- */

typedef struct walk_state {
    ds_rng rng;
    uint32_t replica;
    double at;
} walk_state;

typedef struct walk {
    ds_engine engine;
    walk_state *state;
    const double *up; /* probability of a step upwards */
    const ds_frame *frame;
} walk;

static bool step(void *world)
{
    walk *const w = world;
    w->state->at += ds_rng_uniform(&w->state->rng) < *w->up ? 1 : -1;
    ds_engine_set(&w->engine, 0, ds_now(&w->engine) + 1);
    return true;
}

static const ds_source sources[] = {{"step", step}};

static void walk_place(void *world, const void *config, const ds_frame *frame, ds_arena *arena)
{
    walk *const w = world;
    w->up = config;
    w->frame = frame;
    w->state = DS_TAKE(arena, 1, walk_state);
    ds_engine_place(&w->engine, sources, 1, arena);
}

static ds_engine *walk_engine(void *world)
{
    return &((walk *)world)->engine;
}

static bool walk_begin(void *world, uint32_t replica)
{
    walk *const w = world;
    ds_engine_reset(&w->engine);
    *w->state = (walk_state){ds_rng_stream(w->frame->seed, replica, 0, 0), replica, 1};
    ds_engine_set(&w->engine, 0, 1);
    return true;
}

static bool walk_has_level(size_t metric)
{
    return metric != 1;
}

static double walk_level(void *world, size_t metric)
{
    const walk *const w = world;
    return metric == 2 ? w->state->at : NAN;
}

static void walk_rekey(void *world, uint64_t seed)
{
    ds_rng_rekey(&((walk *)world)->state->rng, seed);
}

static const ds_metric metrics[] = {{.name = "other"}, {.name = "none"}, {.name = "place"}, {0}};
static const ds_model model = {.name = "walk",
                               .metrics = metrics,
                               .world_size = sizeof(walk),
                               .place = walk_place,
                               .engine = walk_engine,
                               .begin = walk_begin,
                               .has_level = walk_has_level,
                               .level = walk_level,
                               .rekey = walk_rekey};

/* ---- what the other program finds ---- */

typedef struct expected {
    double probability, stages, passed, least, trials, events;
} expected;

static const struct {
    double up, warmup, horizon;
    uint32_t repetition;
    ds_splitting s;
} cases[] = {
#define LEVELS(...)                                                              \
    {                                                                            \
        sizeof((const double[]){__VA_ARGS__}) / sizeof(double), (const double[]) \
        {                                                                        \
            __VA_ARGS__                                                          \
        }                                                                        \
    }
    {0.4, 0, 40, 3, {.target = 6, .stop = 0, .levels = LEVELS(2, 3, 5), .effort = 100}},
    {0.4, 0, 40, 3, {.target = 9, .stop = 0, .effort = 60}},
    {0.4, 0, 40, 3, {.target = 9, .stop = 0, .effort = 1500}},
    {0.4, 0, 12, 3, {.target = 5, .stop = 0, .effort = 12000}},
    {0.4, 0, 30, 3, {.target = 7, .stop = NAN, .levels = LEVELS(3, 5), .effort = 200, .states = 7}},
    {0.45, 5, 40, 3, {.target = 7, .stop = NAN, .stages = 3, .effort = 80}},
    {0.6,
     0,
     40,
     3,
     {.target = -6, .stop = 2, .levels = LEVELS(-1, -3), .effort = 150, .below = true}},
    {0.6, 0, 40, 11, {.target = -9, .stop = 2, .effort = 90, .below = true}},
    {0.1, 0, 40, 3, {.target = 30, .stop = NAN, .levels = LEVELS(3, 20), .effort = 30}},
    {0.5, 0, 40, 3, {.target = 1, .stop = 0, .effort = 20}},
    {0.05, 0, 40, 3, {.target = 12, .stop = 0, .effort = 12}},
#undef LEVELS
};
static const expected found[] = {
    {0x1.18514a756f17ep-4, 4, 4, 0x1.ae147ae147ae1p-2, 400, 1587},
    {0x1.78263ab596de8p-7, 4, 4, 0x1.0000000000000p-2, 240, 4393},
    {0x1.9d9267a5d61e8p-7, 4, 4, 0x1.04189374bc6a8p-2, 6000, 49993},
    {0x1.179e65220a5dap-4, 2, 2, 0x1.b3e1f671529a5p-3, 24000, 93756},
    {0x1.df6555c52e72fp-5, 3, 3, 0x1.851eb851eb852p-2, 600, 10294},
    {0x1.db33333333332p-3, 3, 3, 0x1.8000000000000p-2, 240, 3591},
    {0x1.9b2d7ef5f8ee3p-6, 3, 3, 0x1.ddddddddddddep-3, 450, 3049},
    {0x1.c34acdaf817b9p-9, 5, 5, 0x1.c71c71c71c71cp-3, 450, 8544},
    {0x0.0p+0, 3, 0, 0x0.0p+0, 30, 1200},
    {0x1.0000000000000p+0, 1, 1, 0x1.0000000000000p+0, 20, 0},
    {0x0.0p+0, 3, 2, 0x0.0p+0, 36, 150},
};
enum { CASES = sizeof cases / sizeof cases[0] };
_Static_assert(sizeof found / sizeof found[0] == CASES, "one a case");

static double told;
static uint64_t told_events;

static void listen(void *listener, double time, uint64_t events)
{
    (void)listener;
    ck_assert(time >= told && events >= told_events);
    told = time;
    told_events = events;
}

START_TEST(a_repetition_is_what_the_definition_says)
{
    const ds_frame frame = {.start = NAN,
                            .warmup = cases[_i].warmup,
                            .horizon = cases[_i].horizon,
                            .observe = 1,
                            .seed = 20240229,
                            .replicas = 1};
    ds_splitting s = cases[_i].s;
    ds_replica r;
    ds_status st = {0};
    double outcome[7];
    uint64_t events = 0;
    s.metric = "place";
    s.states = s.states ? s.states : 1000000;
    ck_assert(ds_splitting_check(&s, &st) && ds_splitting_aim(&s, &model, &st));
    ck_assert(ds_replica_open(&r, &model, &cases[_i].up, &frame, &st));
    told = 0;
    told_events = 0;
    r.passed = listen;
    r.listener = NULL;
    ck_assert(ds_splitting_run(&r, &s, cases[_i].repetition, outcome, &events));
    const expected *const e = &found[_i];
    ck_assert_double_eq(outcome[0], e->probability);
    if (e->probability > 0)
        ck_assert_double_eq_tol(outcome[1], log10(e->probability), 1e-13);
    else
        ck_assert(isnan(outcome[1]));
    ck_assert_double_eq(outcome[2], e->stages);
    ck_assert_double_eq(outcome[3], e->passed);
    ck_assert_double_eq(outcome[4], e->least);
    ck_assert_double_eq(outcome[5], e->trials);
    ck_assert_double_eq(outcome[6], e->events);
    ck_assert_uint_eq(events, (uint64_t)e->events);
    ck_assert_uint_eq(told_events, events);
    ck_assert_double_lt(told, frame.horizon);
    ds_replica_close(&r);
}
END_TEST

/* ---- what is refused ---- */

START_TEST(a_metric_without_a_level_is_refused_and_others_are_named)
{
    ds_splitting s = {.metric = "none"};
    ds_status st = {0};
    ck_assert(!ds_splitting_aim(&s, &model, &st));
    ck_assert_str_eq(st.text, "'metric' is 'none', which has no value after every event; these "
                              "have: other, place");
    ck_assert_int_eq(st.code, DS_E_DATA);
    st = (ds_status){0};
    s.metric = "nowhere";
    ck_assert(!ds_splitting_aim(&s, &model, &st));
    s.metric = "place";
    ck_assert(ds_splitting_aim(&s, &model, &st) || st.code != DS_OK);
    ck_assert_uint_eq(s.number, 2);
}
END_TEST

START_TEST(levels_lie_between_the_stop_and_the_target_and_rise)
{
    static const double rising[] = {2, 4}, equal[] = {2, 2}, high[] = {2, 6}, low[] = {0, 2};
    static const double falling[] = {-2, -4};
    const struct {
        ds_splitting s;
        const char *says; /* NULL: nothing */
    } checks[] = {
        {{.metric = NULL, .target = NAN}, NULL},
        {{.metric = "", .target = NAN}, NULL},
        {{.metric = "m", .target = NAN, .stop = NAN}, "'target' is missing"},
        {{.metric = "m", .target = 6, .stop = NAN}, NULL},
        {{.metric = "m", .target = 6, .stop = 6}, "'target' is 6, must be above 'stop' = 6"},
        {{.metric = "m", .target = 6, .stop = 5, .below = true}, "must be below 'stop' = 5"},
        {{.metric = "m", .target = 6, .stop = 0, .levels = {2, rising}}, NULL},
        {{.metric = "m", .target = 6, .stop = 0, .levels = {2, rising}, .stages = 2},
         "'stages' is 2 beside 'levels'"},
        {{.metric = "m", .target = 6, .stop = 0, .stages = 2}, NULL},
        {{.metric = "m", .target = 6, .stop = 0, .levels = {2, equal}},
         "'levels': 2 must be above"},
        {{.metric = "m", .target = 6, .stop = 0, .levels = {2, high}}, "'levels': 6 must be above"},
        {{.metric = "m", .target = 6, .stop = 0, .levels = {2, low}}, "'levels': 0 must be above"},
        {{.metric = "m", .target = -6, .stop = 0, .levels = {2, falling}, .below = true}, NULL},
        {{.metric = "m", .target = -6, .stop = 0, .levels = {2, rising}, .below = true},
         "'levels': 2 must be below"},
    };
    for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++) {
        ds_splitting s = checks[i].s;
        ds_status st = {0};
        ck_assert_msg(ds_splitting_check(&s, &st) == !checks[i].says, "%zu: %s", i, st.text);
        if (checks[i].says)
            ck_assert_msg(strstr(st.text, checks[i].says), "%s", st.text);
    }
}
END_TEST

/* A thousand thresholds at most, the target among them. */
START_TEST(there_are_no_more_than_a_thousand_thresholds)
{
    double level[1000];
    for (int i = 0; i < 1000; i++)
        level[i] = i + 1;
    ds_splitting s = {.metric = "m", .target = 5000, .stop = NAN, .levels = {999, level}};
    ds_status st = {0};
    ck_assert(ds_splitting_check(&s, &st));
    s.levels.count = 1000;
    ck_assert(!ds_splitting_check(&s, &st));
    ck_assert_str_eq(st.text, "'levels' are 1000, must be at most 999");
}
END_TEST

int main(void)
{
    const ds_test tests[] = {{a_repetition_is_what_the_definition_says, CASES},
                             {a_metric_without_a_level_is_refused_and_others_are_named, 0},
                             {levels_lie_between_the_stop_and_the_target_and_rise, 0},
                             {there_are_no_more_than_a_thousand_thresholds, 0},
                             {0}};
    return ds_run_tests("walks", tests, 60);
}
