#include "tests/choice.h"

enum { ARRIVAL, PHASE, SOURCES, MANY = 200 };

typedef struct world {
    ds_engine engine;
    ds_arrivals arrivals;
    double at[MANY], phase_at[MANY];
    uint32_t count, phases, candidates;
    ds_arena arena;
} world;

static bool arrive(void *w_)
{
    world *const w = w_;
    w->candidates++;
    if (ds_arrivals_fire(&w->arrivals) && w->count < MANY)
        w->at[w->count++] = ds_now(&w->engine);
    return true;
}

static bool change_phase(void *w_)
{
    world *const w = w_;
    ds_arrivals_switch(&w->arrivals);
    if (w->phases < MANY)
        w->phase_at[w->phases++] = ds_now(&w->engine);
    return true;
}

static const ds_source sources[] = {{"arrival", arrive}, {"phase", change_phase}};

static void place(world *w, const ds_choice *process, ds_arena *arena)
{
    ds_engine_place(&w->engine, sources, SOURCES, arena);
    ds_arrivals_place(&w->arrivals, process, &w->engine, ARRIVAL, PHASE, arena);
}

static void open_world(world *w, const ds_choice *process, double factor)
{
    ds_arena measure = {0};
    ds_status st = {0};
    *w = (world){0};
    place(w, process, &measure);
    ck_assert(ds_arena_open(&w->arena, measure.used, &st));
    place(w, process, &w->arena);
    w->engine.world = w;
    ds_engine_reset(&w->engine);
    ds_arrivals_begin(&w->arrivals, 7, 3, 1, 2, factor);
}

static void close_world(world *w)
{
    ds_arena_close(&w->arena);
}

static ds_choice some_process(int i)
{
    if (i == 0)
        return a_poisson(2);
    if (i == 1)
        return a_renewal("uniform", SETTINGS(SET("mean", 0.5)));
    if (i == 2)
        return a_process("mmpp", SETTINGS(SET("rates", 1, 0, 5), SET("switch", 0.5, 1, 0.7)));
    return a_process("hawkes", SETTINGS(SET("mu", 1), SET("alpha", 1), SET("beta", 2)));
}

/* Poisson and renewal: the n-th arrival spends the same hazard under another factor. */
START_TEST(a_factor_only_stretches_time)
{
    const ds_choice process = some_process(_i);
    world one, three;
    open_world(&one, &process, 1);
    open_world(&three, &process, 3);
    ck_assert(ds_engine_run(&one.engine, 60));
    ck_assert(ds_engine_run(&three.engine, 20));
    ck_assert_uint_eq(one.count, three.count);
    ck_assert_uint_gt(one.count, 80);
    for (uint32_t i = 0; i < one.count; i++)
        ck_assert_double_eq_tol(one.at[i], 3 * three.at[i], 1e-12 * one.at[i]);
    close_world(&one);
    close_world(&three);
}
END_TEST

START_TEST(phases_do_not_hear_of_the_factor)
{
    const ds_choice process = some_process(2);
    world one, ten;
    open_world(&one, &process, 1);
    open_world(&ten, &process, 10);
    ck_assert(ds_engine_run(&one.engine, 50) && ds_engine_run(&ten.engine, 50));
    ck_assert_uint_eq(one.phases, ten.phases);
    ck_assert_uint_gt(one.phases, 10);
    ck_assert_mem_eq(one.phase_at, ten.phase_at, sizeof one.phase_at);
    ck_assert_uint_gt(ten.candidates, 5 * one.candidates);
    close_world(&one);
    close_world(&ten);
}
END_TEST

/* A pause only shifts what comes after it, where the process does not age by itself. */
START_TEST(factor_zero_stops_and_the_rest_is_kept)
{
    const ds_choice process = some_process(_i);
    world straight, paused;
    open_world(&straight, &process, 1);
    open_world(&paused, &process, 1);
    ck_assert(ds_engine_run(&straight.engine, 30) && ds_engine_run(&paused.engine, 10));
    const uint32_t before = paused.count;
    ds_arrivals_factor(&paused.arrivals, 0);
    ck_assert(ds_engine_run(&paused.engine, 15));
    ck_assert_uint_eq(paused.count, before);
    ds_arrivals_factor(&paused.arrivals, 1);
    ck_assert(ds_engine_run(&paused.engine, 35));
    ck_assert_uint_eq(paused.count, straight.count);
    for (uint32_t i = before; i < paused.count; i++)
        ck_assert_double_eq_tol(paused.at[i], straight.at[i] + 5, 1e-9);
    close_world(&straight);
    close_world(&paused);
}
END_TEST

START_TEST(a_process_that_begins_at_factor_zero_begins_later)
{
    const ds_choice process = some_process(_i);
    world w;
    open_world(&w, &process, 0);
    ck_assert(ds_engine_run(&w.engine, 100));
    ck_assert_uint_eq(w.count, 0);
    ds_arrivals_factor(&w.arrivals, 1);
    ck_assert(ds_engine_run(&w.engine, 300));
    ck_assert_uint_gt(w.count, 100);
    close_world(&w);
}
END_TEST

/* The offspring of a Hawkes process still come after its immigrants have stopped, and run out. */
START_TEST(hawkes_dies_out_without_immigrants)
{
    const ds_choice process =
        a_process("hawkes", SETTINGS(SET("mu", 50), SET("alpha", 1.8), SET("beta", 2)));
    world w;
    open_world(&w, &process, 1);
    ck_assert(ds_engine_run(&w.engine, 0.5));
    const uint32_t before = w.count;
    ck_assert_uint_lt(before, MANY);
    ds_arrivals_factor(&w.arrivals, 0);
    ck_assert(ds_engine_run(&w.engine, 1e6));
    ck_assert_uint_gt(w.count, before);
    const uint32_t candidates = w.candidates;
    ck_assert(ds_engine_run(&w.engine, 1e7));
    ck_assert_uint_eq(w.candidates, candidates);
    close_world(&w);
}
END_TEST

START_TEST(a_copy_of_the_arena_goes_on_alike)
{
    const ds_choice process = some_process(_i);
    static world w;
    open_world(&w, &process, 1);
    ck_assert(ds_engine_run(&w.engine, 10));
    char *const kept = malloc(w.arena.used);
    memcpy(kept, w.arena.base, w.arena.used);
    const uint32_t before = w.count;
    ck_assert(ds_engine_run(&w.engine, 40));
    static double first[MANY];
    memcpy(first, w.at, sizeof first);
    const uint32_t count = w.count;
    memcpy(w.arena.base, kept, w.arena.used);
    w.count = before;
    ck_assert(ds_engine_run(&w.engine, 40));
    ck_assert_uint_eq(w.count, count);
    ck_assert_mem_eq(first, w.at, sizeof first);
    free(kept);
    close_world(&w);
}
END_TEST

START_TEST(long_run_rates_are_those_of_the_definitions)
{
    const double rate[] = {2, 2, (2 + 0 + 5 / 0.7) / (2 + 1 + 1 / 0.7), 2};
    const ds_choice process = some_process(_i);
    ck_assert_double_eq_tol(ds_arrivals_mean_rate(&process), rate[_i], 1e-12);
    /* phases change three times a round; about one candidate of Hawkes is thinned an arrival */
    const double more[] = {0, 0, 3 / (2 + 1 + 1 / 0.7), 2};
    ck_assert_double_eq_tol(ds_arrivals_event_rate(&process), rate[_i] + more[_i], 1e-12);
}
END_TEST

/* Arrivals 1, 2, 10, 100 and 200 by tests/reference/draws.py, which knows the definitions alone. */
START_TEST(arrivals_come_when_the_definition_says)
{
    static const double times[4][5] = {
        {0.287329535064, 1.24467892561, 3.78681237739, 46.7411082713, 94.7143178594},
        {0.760257808629, 1.71861218904, 4.00392105278, 52.145496776, 95.1704086641},
        {0.890072867025, 1.27301262324, 2.28986600395, 33.3787763772, 70.5583022795},
        {0.574659070128, 2.3831058897, 3.46537454762, 43.3120954612, 83.6093098118}};
    static const uint32_t number[5] = {1, 2, 10, 100, 200};
    const ds_choice process = some_process(_i);
    world w;
    open_world(&w, &process, 1);
    ck_assert(ds_engine_run(&w.engine, 200));
    ck_assert_uint_eq(w.count, MANY);
    for (int k = 0; k < 5; k++)
        ck_assert_double_eq_tol(w.at[number[k] - 1], times[_i][k], 1e-9);
    close_world(&w);
}
END_TEST

/* Phases are stayed in for 2, 1 and 1 / 0.7 on average: so they divide a uniform's range. */
START_TEST(a_phase_begins_stationary)
{
    const ds_choice process = some_process(2);
    uint32_t count[3] = {0};
    world w;
    open_world(&w, &process, 1);
    for (uint32_t r = 0; r < 1000; r++) {
        ds_rng rest = ds_rng_stream(7, r, 1, ~UINT32_C(2));
        const double u = ds_rng_uniform(&rest) * (2 + 1 + 1 / 0.7);
        ds_engine_reset(&w.engine);
        ds_arrivals_begin(&w.arrivals, 7, r, 1, 2, 1);
        ck_assert_uint_eq(w.arrivals.state->phase, u < 2 ? 0 : u < 3 ? 1 : 2);
        count[w.arrivals.state->phase]++;
    }
    ck_assert(count[0] > 350 && count[1] > 150 && count[2] > 250);
    close_world(&w);
}
END_TEST

/* ---- from another stream on ---- */

static double pending(const world *w, uint32_t source)
{
    return ds_engine_get(&w->engine, source);
}

static double rate_of(const world *w)
{
    return w->arrivals.state->clock.rate;
}

/* Of a clock the next draw is made ahead: the first of the new stream is that of the gap after
 * the pending one, the second what is left of that. */
START_TEST(another_seed_begins_its_streams)
{
    const ds_choice process = some_process(_i);
    world w;
    open_world(&w, &process, 1);
    ck_assert(ds_engine_run(&w.engine, 10));
    double kept[] = {pending(&w, ARRIVAL), pending(&w, PHASE)};
    ds_rng rng = ds_rng_stream(99, 3, 1, 2), rest = ds_rng_stream(99, 3, 1, ~UINT32_C(2));
    ds_arrivals_rekey(&w.arrivals, 99);
    if (_i == 1) { /* what is left of a renewal's gap has a memory */
        ck_assert_double_eq(pending(&w, ARRIVAL), kept[0]);
        ck_assert(ds_engine_run(&w.engine, kept[0]));
        ck_assert_double_eq_tol(pending(&w, ARRIVAL), kept[0] + ds_rng_uniform(&rng), 1e-14);
    } else {
        const double next = ds_rng_exponential(&rng), now = ds_rng_exponential(&rng);
        ck_assert_double_eq_tol(pending(&w, ARRIVAL), 10 + now / rate_of(&w), 1e-14);
        ck_assert_double_eq(w.arrivals.state->clock.next, next);
    }
    static const double leave[] = {0.5, 1, 0.7};
    if (_i == 2)
        kept[PHASE] = 10 + ds_rng_exponential(&rest) / leave[w.arrivals.state->phase];
    ck_assert_double_eq(pending(&w, PHASE), kept[PHASE]);
    close_world(&w);
}
END_TEST

/* Two that differ in what came before meet again. */
START_TEST(a_period_hangs_on_its_number_alone)
{
    const ds_choice process = some_process(_i);
    world w;
    open_world(&w, &process, 1);
    ck_assert(ds_engine_run(&w.engine, 10));
    const double kept = pending(&w, ARRIVAL), phase = pending(&w, PHASE);
    const uint64_t rest_block = w.arrivals.state->rest_rng.block;
    ds_rng rng = ds_rng_stream(7, 3, 1, 2);
    ds_rng_seek(&rng, UINT64_C(5) << 32);
    ds_arrivals_period(&w.arrivals, 5);
    if (_i == 1) {
        ck_assert_double_eq(pending(&w, ARRIVAL), kept);
        ck_assert(ds_engine_run(&w.engine, kept));
        ck_assert_double_eq_tol(pending(&w, ARRIVAL), kept + ds_rng_uniform(&rng), 1e-14);
    } else {
        const double now = ds_rng_exponential(&rng), next = ds_rng_exponential(&rng);
        ck_assert_double_eq_tol(pending(&w, ARRIVAL), 10 + now / rate_of(&w), 1e-14);
        ck_assert_double_eq(w.arrivals.state->clock.next, next);
    }
    ck_assert_double_eq(pending(&w, PHASE), phase);
    ck_assert_uint_eq(w.arrivals.state->rest_rng.block, _i == 3 ? UINT64_C(5) << 32 : rest_block);
    close_world(&w);
}
END_TEST

static void refuses(const char *process, const ds_setting *settings, const char *word)
{
    ds_choice choice;
    ds_status st = {0};
    ck_assert(!choice_try(&choice, ds_arrival_processes, process, settings, &st));
    ck_assert_int_eq(st.code, DS_E_DATA);
    ck_assert_msg(strstr(st.text, word) != NULL, "%s", st.text);
}

START_TEST(impossible_processes_are_refused)
{
    refuses("hawkes", SETTINGS(SET("alpha", 2), SET("beta", 2)), "explode");
    refuses("mmpp", SETTINGS(SET("rates", 1, 2), SET("switch", 1)), "'switch'");
    refuses("mmpp", SETTINGS(SET("rates", 0, 0), SET("switch", 1, 1)), "above 0");
    ds_choice gap = a_distribution("pareto", SETTINGS(SET("min", 1), SET("alpha", 0.9)));
    const ds_alternative *const renewal = ds_alternative_find(ds_arrival_processes, "renewal");
    ds_status st = {0};
    ck_assert(!renewal->check(&gap, &st));
    ck_assert_msg(strstr(st.text, "finite") != NULL, "%s", st.text);
}
END_TEST

int main(void)
{
    Suite *const suite = suite_create("arrivals");
    TCase *const t = tcase_create("arrivals");
    tcase_add_loop_test(t, a_factor_only_stretches_time, 0, 2);
    tcase_add_test(t, phases_do_not_hear_of_the_factor);
    tcase_add_loop_test(t, factor_zero_stops_and_the_rest_is_kept, 0, 2);
    tcase_add_loop_test(t, a_process_that_begins_at_factor_zero_begins_later, 0, 4);
    tcase_add_test(t, hawkes_dies_out_without_immigrants);
    tcase_add_loop_test(t, a_copy_of_the_arena_goes_on_alike, 0, 4);
    tcase_add_loop_test(t, long_run_rates_are_those_of_the_definitions, 0, 4);
    tcase_add_loop_test(t, arrivals_come_when_the_definition_says, 0, 4);
    tcase_add_test(t, a_phase_begins_stationary);
    tcase_add_loop_test(t, another_seed_begins_its_streams, 0, 4);
    tcase_add_loop_test(t, a_period_hangs_on_its_number_alone, 0, 4);
    tcase_add_test(t, impossible_processes_are_refused);
    suite_add_tcase(suite, t);
    SRunner *const runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
